"""What a spreadsheet would take for a formula is text in a file for it, and a number stays one."""

from __future__ import annotations

import pytest

from posexport.core.harmless import make_harmless


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(start: str) -> None:
    assert make_harmless(f"{start}SUM(A1)") == f"'{start}SUM(A1)"


@pytest.mark.parametrize("cell", ["", "Mat", " =1", "10 % uke", "3.00", -5, 0, None])
def test_any_other_cell_stays_as_it_is(cell: object) -> None:
    assert make_harmless(cell) is cell
