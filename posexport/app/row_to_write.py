"""Works out the setup row that sets the missing account or VAT code of a held day, complete, as a program would write
it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from posexport.app.workspace import Workspace
from posexport.core.codes import find_code
from posexport.core.company import Document, Venue
from posexport.core.findings.setup_rows import Wanted
from posexport.core.mapping import PaymentType, ProductType
from posexport.core.row_plan import find_row
from posexport.core.setup_revision import RowAddress
from posexport.store.master_data import read_code_names
from posexport.store.row_plan import RowPlanner


class RowToWrite(NamedTuple):
    """A row as it is to stand in the setup. `is_new`: no row has this address yet. `values`: its keys except those in
    the address; copied from the present row, with the missing one set."""

    address: RowAddress
    is_new: bool
    values: Mapping[str, Any]


class CodeName(NamedTuple):
    """What a code is called. `is_kept`: the setup has the name; otherwise it is the one in the register's files, ""
    where they have none."""

    name: str
    is_kept: bool


def find_name(workspace: Workspace, venue: Venue, wanted: Wanted, held: date) -> CodeName | None:
    """What the code that lacks an account on a held day is called; None for what has its name by itself."""
    mapping = venue.on(held).mapping
    if wanted.table == "product_type":
        row: ProductType | PaymentType | None = mapping.product_type(wanted.code)
    elif wanted.table == "payment_type":
        row = mapping.payment_type(wanted.code)
    else:
        return None
    if row is not None and row.name:
        return CodeName(row.name, is_kept=True)
    company = workspace.load_setup({venue.company_id}).company_of(venue)
    numbers = {company.organization_number or "", *venue.file_organization_numbers}
    with workspace.database.reading() as connection:
        names = read_code_names(connection, numbers)
    return CodeName(find_code(names[wanted.table], wanted.code) or "", is_kept=False)


def work_out_row(
    workspace: Workspace, venue: Venue, wanted: Wanted, value: str, held: date, name: str = "", *, is_own: bool = False
) -> RowToWrite:
    """The row that gives a held day its missing account or VAT code. Where drafted days have the code, the row is valid
    from the earliest day that waits for it; else the present row is changed. `name`: of the code, where the row has
    none; `is_own`: write a row of the venue's own, where the code has none but the company's (see `can_be_own`)."""
    company = workspace.load_setup({venue.company_id}).company_of(venue)
    with workspace.database.reading() as connection:
        planner = RowPlanner(workspace.database, connection, company, venue)
        plan = planner.plan_own(wanted, held) if is_own else planner.plan(wanted, held)
    there = find_row(company, plan.address)
    like = there if there is not None or plan.copies is None else find_row(company, plan.copies)
    values = _set(_values_of(like or {}), wanted, value)
    if name and not values.get("name"):
        values["name"] = name
    return RowToWrite(plan.address, there is None, values)


def _values_of(row: Document) -> Document:
    return {key: kept for key, kept in row.items() if key not in ("code", "valid_from")}


def _set(row: Document, wanted: Wanted, value: str) -> Document:
    """A row's keys with the wanted one set."""
    if wanted.table == "product_type":
        return {**row, "accounts": {**row.get("accounts", {}), wanted.vat_code: value}}
    key = {"vat_code": "go", "payment_type": "account"}.get(wanted.table, wanted.code)
    return {**row, key: value}
