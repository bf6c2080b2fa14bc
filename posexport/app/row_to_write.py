"""The row of the setup that sets an account, or a VAT code, for a held day, whole, as a program writes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from posexport.app.workspace import Workspace
from posexport.core.company import Document, Venue
from posexport.core.row_plan import find_row
from posexport.core.setup_revision import RowAddress
from posexport.store.row_plan import RowPlanner, Wanted


class RowToWrite(NamedTuple):
    """A row as it is to stand in the setup. `is_new`: there is none at its address yet. `values` are its keys besides
    what the address says: those of the row that it copies, or its own, and the one that is set."""

    address: RowAddress
    is_new: bool
    values: Mapping[str, Any]


def work_out_row(workspace: Workspace, venue: Venue, wanted: Wanted, value: str, held: date) -> RowToWrite:
    """The row to write so that a day that is held for want of an account, or of a VAT code, has this one: from the
    earliest day that waits for the same, where days that are drafted have the code, and otherwise where it stands."""
    company = workspace.load_setup({venue.company_id}).company_of(venue)
    with workspace.database.reading() as connection:
        plan = RowPlanner(connection, company, venue).plan(wanted, held)
    there = find_row(company, plan.address)
    like = there if there is not None or plan.copies is None else find_row(company, plan.copies)
    return RowToWrite(plan.address, there is None, _set(_values_of(like or {}), wanted, value))


def _values_of(row: Document) -> Document:
    return {key: kept for key, kept in row.items() if key not in ("code", "valid_from")}


def _set(row: Document, wanted: Wanted, value: str) -> Document:
    """A row's keys with the one that is wanted."""
    if wanted.table == "product_type":
        return {**row, "accounts": {**row.get("accounts", {}), wanted.vat_code: value}}
    key = {"vat_code": "go", "payment_type": "account"}.get(wanted.table, wanted.code)
    return {**row, key: value}
