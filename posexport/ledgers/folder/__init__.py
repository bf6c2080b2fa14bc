"""Vouchers and settlement reports as files in a folder."""
