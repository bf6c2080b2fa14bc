"""Readers of sales files: each turns one file into `core.sales` items, one ticket in memory at a time."""
