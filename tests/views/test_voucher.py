"""A business day as rows: laid out once, marked where it is to be looked at, and read back from what is kept of it."""

from __future__ import annotations

import doctest
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from posexport.core.lines import LineKind, VoucherLine
from posexport.core.report import ControlFigures, EmptyDay, Removal, State, VoucherReport
from posexport.core.vat import OtherRate, VatFigure
from posexport.core.voucher import Voucher
from posexport.core.z_report import ZComparison, ZRow
from posexport.texts.report import WORDS
from posexport.views import voucher as voucher_module
from posexport.views.json import format_voucher
from posexport.views.kept import read_sheet
from posexport.views.voucher import Amount, Count, DaySheet, LineRow, Moment, VatRow, VatSum, lay_out
from tests.support.build import COMPANY, VENUE
from tests.support.paths import ROOT

DAY = date(2024, 2, 29)

names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)
ore = st.integers(-(10**9), 10**9)
moments = st.none() | st.datetimes(datetime(2024, 1, 1), datetime(2024, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))


@st.composite
def lines(draw: st.DrawFn) -> tuple[VoucherLine, ...]:
    """Lines that sum to nothing."""
    some = st.builds(
        VoucherLine,
        account=st.none() | names,
        vat_code=st.none() | names,
        department=st.none() | names,
        amount_ore=ore.filter(bool),
        kind=st.sampled_from(LineKind),
        source=names,
        description=names,
        customer=st.none() | names,
    )
    found = draw(st.lists(some, max_size=5))
    rest_ore = -sum(line.amount_ore for line in found)
    rest = VoucherLine("1900", "0", None, rest_ore, LineKind.PAYMENT, "K", "Kontant")
    return (*found, rest) if rest_ore else tuple(found)


figures = st.builds(
    VatFigure,
    vat_code=names,
    gross_ore=ore,
    rate_bp=st.none() | st.integers(0, 5000),
    register_ore=st.none() | ore,
    extracted_ore=st.none() | ore,
    tolerance_ore=st.integers(0, 5),
    stated_extracted_ore=st.none() | ore,
)
removals = st.builds(
    Removal,
    kind=st.sampled_from(["withdrawn", "undone", "moved"]),
    who=names,
    why=names,
    at=moments.filter(bool),
    tickets=st.integers(1, 9),
    amount_ore=ore,
    register=st.none() | names,
    number=st.none() | names,
    completed_at=moments,
    file=names,
)
counts = st.integers(0, 999)
controls = st.builds(
    ControlFigures,
    *(counts, ore, counts, ore, ore, counts, ore, counts, ore, counts, counts, moments, moments),
    removals=st.lists(removals, max_size=2).map(tuple),
)
z_rows = st.builds(ZRow, st.sampled_from(["total", "sale", "payment", "tip", "vat"]), names, ore, ore, st.booleans())
z_reports = st.lists(
    st.builds(ZComparison, names, names, st.just(0), st.lists(z_rows, max_size=4).map(tuple)), max_size=2
).map(tuple)


@st.composite
def reports(draw: st.DrawFn) -> VoucherReport:
    made = Voucher(VENUE.id, DAY, 0, DAY, "torget-20240229-r1", "Dagsoppgjør", None, "NOK", draw(lines()))
    return VoucherReport(
        *(COMPANY, VENUE, DAY, State.READY, made.reference, made),
        vat=draw(st.lists(figures, max_size=3).map(tuple)),
        control=draw(controls),
        z_reports=draw(z_reports),
    )


def kept(shown: VoucherReport | EmptyDay) -> Any:
    return json.loads(json.dumps(format_voucher(shown)))


def without_what_json_leaves_out(sheet: DaySheet) -> DaySheet:
    """Which lines are discounts, what is thought of a VAT difference, and names that the setup has."""

    def line(row: LineRow) -> LineRow:
        return row._replace(kind=None if row.kind is None or row.kind.wire == "other" else row.kind)

    def vat(row: VatRow) -> VatRow:
        return row._replace(difference_ore=None, verdict="", differs=False)

    table = sheet.lines and replace(sheet.lines, rows=tuple(map(line, sheet.lines.rows)))
    z_tables = tuple(replace(one, rows=tuple(row._replace(name="") for row in one.rows)) for one in sheet.z_reports)
    return replace(sheet, lines=table, vat=tuple(map(vat, sheet.vat)), z_reports=z_tables)


@given(reports())
def test_what_is_kept_of_a_voucher_is_read_back_as_the_rows_it_was_made_of(shown: VoucherReport) -> None:
    laid_out = lay_out(shown)
    if laid_out.lines and not laid_out.lines.rows:
        laid_out = replace(laid_out, lines=None)
    assert without_what_json_leaves_out(read_sheet(kept(shown))) == without_what_json_leaves_out(laid_out)


@given(reports())
def test_the_lines_come_to_their_sums_and_nothing_is_left_open(shown: VoucherReport) -> None:
    table = lay_out(shown).lines
    assert table is not None
    assert sum(row.debit_ore for row in table.rows) == table.debit_ore == table.credit_ore
    assert sum(row.credit_ore for row in table.rows) == table.credit_ore
    assert table.open_ore == 0
    for row, line in zip(table.rows, shown.voucher.lines, strict=True):
        assert row.debit_ore - row.credit_ore == line.amount_ore
        assert row.is_incomplete is (None in (line.account, line.vat_code))
        assert row.counter_account == shown.voucher.counter_account(line)


@given(reports())
def test_every_label_and_every_verdict_has_its_words(shown: VoucherReport) -> None:
    laid_out = lay_out(shown)
    keys = [figure.key for figure in laid_out.control.figures] + [row.verdict for row in laid_out.vat]
    keys += [key for one in laid_out.z_reports for key in (one.verdict, *(row.verdict for row in one.rows))]
    assert set(keys) <= set(WORDS)


@given(reports())
def test_what_is_to_be_looked_at_is_marked_and_nothing_else(shown: VoucherReport) -> None:
    laid_out = lay_out(shown)
    assert [row.differs for row in laid_out.vat] == [not figure.is_explained for figure in shown.vat]
    assert all(row.differs == (row.verdict == "vat_differs") for row in laid_out.vat)
    for table, comparison in zip(laid_out.z_reports, shown.z_reports, strict=True):
        assert [row.differs for row in table.rows] == [not row.agrees for row in comparison.rows]
        assert table.agrees == comparison.agrees
        assert all(row.differs == (row.verdict == "z_row_differs") for row in table.rows)


def test_a_day_without_a_voucher_has_figures_and_no_lines() -> None:
    control = ControlFigures(voids=1, voids_ore=12500)
    laid_out = lay_out(EmptyDay(COMPANY, VENUE, DAY, State.HELD, "torget-20240229-r1", control=control))
    assert (laid_out.lines, laid_out.vat, laid_out.vat_sum, laid_out.z_reports) == (None, (), None, ())
    assert Count("voids", 1, 12500) in laid_out.control.figures
    assert not laid_out.control.is_empty


def test_a_second_voucher_has_no_control_figures() -> None:
    assert voucher_module.lay_out_control(ControlFigures()).is_empty
    assert not voucher_module.lay_out_control(ControlFigures(not_sales=1)).is_empty


@pytest.mark.parametrize("is_known", [False, True])
def test_a_time_that_is_not_known_is_shown_to_nobody_and_stands_in_the_json(is_known: bool) -> None:
    at = datetime(2024, 2, 29, 12, 30, tzinfo=UTC) if is_known else None
    control = voucher_module.lay_out_control(ControlFigures(tickets=1, first_at=at))
    assert (Moment("first_at", at) in control.shown) is is_known
    assert Moment("first_at", at) in control.figures
    assert Amount("sales", 0) in control.shown


@pytest.mark.parametrize(
    ("figure", "verdict"),
    [
        (VatFigure("3", 12500, 2500, 2500, 2500, 1), "vat_same"),
        (VatFigure("3", 12500, 2500, 2501, 2500, 1), "vat_explained"),
        (VatFigure("3", 12500, 2500, 2600, 2500, 1), "vat_differs"),
        (VatFigure("3", 12500, 2500, 1200, 2500, 1, stated_extracted_ore=1200), "vat_in_part"),
        (VatFigure("3", 12500, None, None, None, 1), "vat_unknown"),
        (VatFigure("3", 12500, 2500, None, 2500, 1), "vat_unknown"),
        (VatFigure("3", 12500, 2500, None, 2500, 1, other_rates=(OtherRate(1500, 100, None, 13),)), "vat_differs"),
    ],
)
def test_every_vat_difference_has_its_verdict(figure: VatFigure, verdict: str) -> None:
    made = Voucher(VENUE.id, DAY, 0, DAY, "torget-20240229-r1", "", None, "NOK", ())
    shown = VoucherReport(COMPANY, VENUE, DAY, State.READY, made.reference, made, vat=(figure,))
    assert [row.verdict for row in lay_out(shown).vat] == [verdict]


def test_vat_is_summed_where_there_are_several_codes_and_every_figure_is_known() -> None:
    first, second = VatRow("3", 2500, 12500, 2501, 2500, 1), VatRow("31", 1500, 11500, 1500, 1500, 0)
    assert voucher_module.sum_vat_rows([first, second]) == VatSum(24000, 4001, 4000, 1)
    assert voucher_module.sum_vat_rows([first]) is None
    assert voucher_module.sum_vat_rows([first, second._replace(register_ore=None)]) is None
    assert voucher_module.sum_vat_rows([first, second._replace(extracted_ore=None)]) is None


def test_nothing_that_draws_lays_rows_out_by_itself() -> None:
    own = re.compile(r"(shown|report|voucher|comparison)\.(vat|control|z_reports|counter_account)\b|voucher\.lines\b")
    drawn = [*(ROOT / "posexport" / "render").rglob("*.py"), *(ROOT / "templates").glob("*.j2")]
    drawn.append(ROOT / "posexport" / "views" / "json.py")
    assert len(drawn) > 10
    found = [(path.name, line) for path in drawn for line in _lines_of(path) if own.search(line)]
    assert found == []


def _lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(voucher_module).failed == 0
