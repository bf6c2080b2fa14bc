"""Works out the setup row that sets the missing account or VAT code of a held day, complete, as a program would write
it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from posexport.app.workspace import Workspace
from posexport.core.company import Document, Venue
from posexport.core.findings.setup_rows import Wanted
from posexport.core.row_plan import find_row
from posexport.core.setup_revision import RowAddress
from posexport.store.row_plan import RowPlanner


class RowToWrite(NamedTuple):
    """A row as it is to stand in the setup. `is_new`: no row has this address yet. `values`: its keys except those in
    the address; copied from the present row, with the missing one set."""

    address: RowAddress
    is_new: bool
    values: Mapping[str, Any]


def work_out_row(workspace: Workspace, venue: Venue, wanted: Wanted, value: str, held: date) -> RowToWrite:
    """The row that gives a held day its missing account or VAT code. Where drafted days have the code, the row is valid
    from the earliest day that waits for it; else the present row is changed."""
    company = workspace.load_setup({venue.company_id}).company_of(venue)
    with workspace.database.reading() as connection:
        plan = RowPlanner(workspace.database, connection, company, venue).plan(wanted, held)
    there = find_row(company, plan.address)
    like = there if there is not None or plan.copies is None else find_row(company, plan.copies)
    return RowToWrite(plan.address, there is None, _set(_values_of(like or {}), wanted, value))


def _values_of(row: Document) -> Document:
    return {key: kept for key, kept in row.items() if key not in ("code", "valid_from")}


def _set(row: Document, wanted: Wanted, value: str) -> Document:
    """A row's keys with the wanted one set."""
    if wanted.table == "product_type":
        return {**row, "accounts": {**row.get("accounts", {}), wanted.vat_code: value}}
    key = {"vat_code": "go", "payment_type": "account"}.get(wanted.table, wanted.code)
    return {**row, key: value}
