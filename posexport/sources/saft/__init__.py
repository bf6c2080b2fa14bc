"""Reads SAF-T Cash Register files."""
