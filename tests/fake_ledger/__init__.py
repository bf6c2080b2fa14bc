"""Nordbok, an accounting system that there is none of: drafts, an external reference that is taken once, and deletion.

It shows what a further ledger takes: this folder, the row in `row.py`, and nothing else.
"""
