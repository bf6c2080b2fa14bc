"""Cells of CSV files that a spreadsheet does not execute."""

from __future__ import annotations

from typing import Any

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def make_harmless(cell: Any) -> Any:
    """A cell that a spreadsheet shows as it is: text that begins like a formula gets an apostrophe. Amounts as text are
    not meant to come here: a negative one would get it too.

    >>> make_harmless("=1+1"), make_harmless("Torget"), make_harmless(-5)
    ("'=1+1", 'Torget', -5)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
