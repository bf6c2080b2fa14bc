"""Reads a voucher's stored JSON (made by `views.json`, stored with its delivery) back as rows. What the JSON lacks is
missing here too: which lines are discounts, what rounding can explain of a VAT difference, and the setup's names of a
Z-report's codes, for which the voucher's lines serve.

Raises KeyError or ValueError for what is no such JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from posexport.core.lines import LineKind
from posexport.core.money import parse_ore
from posexport.core.report import CreditFigures, OrderedTicket, Removal
from posexport.views.json import OTHER
from posexport.views.voucher import (
    Amount,
    ControlTable,
    Count,
    DaySheet,
    Figure,
    LineRow,
    LineTable,
    Moment,
    VatRow,
    ZFigure,
    ZTable,
    lay_out_control,
)

_LINE_KIND = {"sale": LineKind.SALES, "payment": LineKind.PAYMENT}
"""The kind of voucher line that names a Z figure's code."""

_Json = Mapping[str, Any]
_Names = Mapping[tuple[LineKind | None, str], str]
"""The names of codes, by kind and code, from voucher lines."""


def read_sheet(voucher: _Json, orders: Iterable[_Json] = ()) -> DaySheet:
    """The rows of a voucher, or of a day without one, from its JSON. `orders`: what the settlement report tells of the
    day's orders."""
    rows = tuple(map(_read_line, voucher["lines"]))
    names = {(row.kind, row.source): row.description for row in rows if row.customer is None}
    return DaySheet(
        LineTable(rows, parse_ore(voucher["debit"]), parse_ore(voucher["credit"])) if rows else None,
        tuple(map(_read_vat, voucher["vat"])),
        _read_control(voucher["control"], orders),
        tuple(_read_z(table, names) for table in voucher["z_reports"]),
    )


def _read_line(line: _Json) -> LineRow:
    return LineRow(
        line["account"],
        line.get("counter_account"),
        line["vat_code"],
        line["department"],
        parse_ore(line["debit"]),
        parse_ore(line["credit"]),
        None if line["kind"] == OTHER else LineKind(line["kind"]),
        line["source"],
        line["description"],
        line.get("customer"),
    )


def _read_vat(figure: _Json) -> VatRow:
    told = (figure["register"], figure["poweroffice"])
    register, extracted = (None if amount is None else parse_ore(amount) for amount in told)
    difference_ore = None if register is None or extracted is None else register - extracted
    return VatRow(
        figure["vat_code"], figure["rate_bp"], parse_ore(figure["gross"]), register, extracted, difference_ore
    )


def _read_control(control: _Json, orders: Iterable[_Json]) -> ControlTable:
    figures = (_read_figure(figure, control) for figure in lay_out_control().figures)
    removals = tuple(_read_removals(control.get("removals", ())))
    return ControlTable(tuple(figures), removals, _read_credit(control, orders))


def _read_credit(control: _Json, orders: Iterable[_Json]) -> CreditFigures | None:
    if "credit_sales" not in control:
        return None
    total_ore, voucher_ore, left_out_ore = (
        parse_ore(control[key]) for key in ("credit_sales", "credit_in_voucher", "credit_left_out")
    )
    ordered = (
        OrderedTicket(row["register"], row["ticket"], row["customer"], parse_ore(row["credit"])) for row in orders
    )
    held_ore = parse_ore(control.get("credit_held", "0.00"))
    return CreditFigures(total_ore, voucher_ore, left_out_ore, tuple(ordered), held_ore)


def _read_figure(like: Figure, control: _Json) -> Figure:
    told = control[like.key]
    if isinstance(like, Amount):
        return Amount(like.key, parse_ore(told))
    if isinstance(like, Moment):
        return Moment(like.key, datetime.fromisoformat(told) if told else None)
    amount = control.get(f"{like.key}_amount")
    return Count(like.key, told, None if amount is None else parse_ore(amount))


def _read_removals(rows: Iterable[_Json]) -> Iterable[Removal]:
    for row in rows:
        completed_at = row["completed_at"]
        yield Removal(
            kind=row["kind"],
            who=row["who"],
            why=row["why"],
            at=datetime.fromisoformat(row["at"]),
            tickets=row["tickets"],
            amount_ore=parse_ore(row["amount"]),
            register=row["register"],
            number=row["number"],
            completed_at=datetime.fromisoformat(completed_at) if completed_at else None,
            file=row["file"] or "",
        )


def _read_z(table: _Json, names: _Names) -> ZTable:
    rows = (
        ZFigure(
            row["what"],
            row["code"],
            _find_name(row, names),
            parse_ore(row["z_report"]),
            parse_ore(row["tickets"]),
            row["agrees"],
        )
        for row in table["rows"]
    )
    return ZTable(table["register"], table["number"], tuple(rows))


def _find_name(row: _Json, names: _Names) -> str:
    kind = _LINE_KIND.get(row["what"])
    name: str = row["code"]
    return names.get((kind, name), name) if kind else name
