"""Readers of sales files: each turns a file into `core.sales` items, with one ticket in memory at a time."""
