"""Accounts from a setup file: the mapping of a company as somebody pastes it, as changes of rows.

Only what a bookkeeper sets is taken: VAT codes, product types, payment types, other accounts, products of orders, and
what venues have of these by themselves. Everything else in the text is left alone. Rows that the text does not have
stay, unless they are to be removed: then of the tables that it has.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from posexport.app.setup import Saying
from posexport.app.setup_revisions import Saved
from posexport.app.setup_rows import set_rows
from posexport.app.workspace import Workspace
from posexport.core.codes import clean_code
from posexport.core.company import Company, Document, list_accounts
from posexport.core.setup_revision import CODED_TABLES, VENUE_TABLES, RowAddress, SetupChange
from posexport.errors import SetupRefused, UsageError
from posexport.setup.changes import find_changes
from posexport.setup.rows import RowChange, change_rows, start_draft


class Unreadable(StrEnum):
    """Why a text is not taken as a company's mapping."""

    NO_TOML = "no-toml"
    NO_MAPPING = "no-mapping"
    """Nothing of a mapping is in it."""
    OTHER_COMPANY = "other-company"
    UNKNOWN_VENUE = "unknown-venue"
    BAD_ROW = "bad-row"
    """A table, or a row of one, has another form, or a row has no code."""
    REFUSED = "refused"
    """The company would not be set up rightly with it."""


class MappingUnreadable(Exception):
    """A text is not taken; nothing was saved. `about`: which company, venue, table or row; `line`: of the text, 0 where
    that is not known."""

    def __init__(self, why: Unreadable, about: str = "", line: int = 0) -> None:
        super().__init__(why.value)
        self.why, self.about, self.line = why, about, line


@dataclass(frozen=True, slots=True)
class MappingPlan:
    """What a text would change. `rows`: the changes as the setup takes them; `changes`: as a person reads them;
    `removed`: how many rows go."""

    rows: tuple[RowChange, ...]
    changes: tuple[SetupChange, ...]
    removed: int


def read_mapping(company: Company, text: str) -> Document:
    """The mapping that a text has for a company (see `choose_mapping`). Raises MappingUnreadable."""
    try:
        found = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        line = str(error).rpartition("at line ")[2].partition(",")[0]
        raise MappingUnreadable(Unreadable.NO_TOML, line=int(line) if line.isdecimal() else 0) from None
    except RecursionError:
        raise MappingUnreadable(Unreadable.NO_TOML) from None
    return choose_mapping(company, _find_company(company, found))


def choose_mapping(company: Company, told: Document) -> Document:
    """What of a company's document is its mapping, by table; under `venue` that of each venue, by id.

    Raises MappingUnreadable.
    """
    mapping = _choose_tables(told)
    venues = {venue.id for venue in company.venues}
    for venue in mapping.get("venue", ()):
        if venue not in venues:
            raise MappingUnreadable(Unreadable.UNKNOWN_VENUE, venue)
    if not mapping:
        raise MappingUnreadable(Unreadable.NO_MAPPING)
    return mapping


def _find_company(company: Company, found: Document) -> Document:
    """What the text says of the company: as a whole file has it, as a part of one, or without a company around it."""
    told = found.get("company", found)
    if isinstance(told, dict):
        told = [told]
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise MappingUnreadable(Unreadable.BAD_ROW, "company")
    own = [one for one in told if one.get("id", company.id) == company.id]
    if not own:
        raise MappingUnreadable(Unreadable.OTHER_COMPANY, ", ".join(str(one.get("id")) for one in told))
    return dict(own[0])


def _choose_tables(told: Document) -> Document:
    mapping: Document = {table: told[table] for table in VENUE_TABLES if told.get(table)}
    orders = told.get("orders")
    if isinstance(orders, dict):
        products = {key: orders[key] for key in ("products", "rounding_product") if key in orders}
        mapping |= {"orders": products} if products else {}
    venues = told.get("venue", [])
    if not isinstance(venues, list) or not all(isinstance(one, dict) and "id" in one for one in venues):
        raise MappingUnreadable(Unreadable.BAD_ROW, "venue")
    of_venues = {str(one["id"]): {table: one[table] for table in VENUE_TABLES if one.get(table)} for one in venues}
    of_venues = {venue: tables for venue, tables in of_venues.items() if tables}
    return mapping | ({"venue": of_venues} if of_venues else {})


def plan_mapping(workspace: Workspace, company: Company, mapping: Document, *, removes: bool) -> MappingPlan:
    """What a mapping (`choose_mapping`) would change of a company as it is now, checked as saving it checks it. Nothing
    is saved. `removes`: rows that the mapping's tables do not have go.

    Raises MappingUnreadable.
    """
    rows = tuple(_list_changes(company.document, mapping, removes=removes))
    try:
        after, _ = change_rows(start_draft(company), rows, workspace.load_setup(), workspace.secrets)
    except SetupRefused as refused:
        raise MappingUnreadable(Unreadable.REFUSED, _name_rows(refused, rows)) from None
    except UsageError:
        raise MappingUnreadable(Unreadable.REFUSED) from None
    removed = sum(change.does == "remove" for change in rows)
    return MappingPlan(rows, tuple(find_changes(company, after)), removed)


def _name_rows(refused: SetupRefused, rows: Sequence[RowChange]) -> str:
    """The rows that faults are about."""
    known = [str(change.row) for change in rows]
    return ", ".join(row for row in known if any(fault.what.startswith(f"{row}: ") for fault in refused.faults))


def save_mapping(workspace: Workspace, company: Company, plan: MappingPlan, saying: Saying) -> Saved:
    """Save what was planned, as one revision. Raises what `set_rows` raises."""
    return set_rows(workspace, company.id, plan.rows, workspace.secrets, saying)


def _list_changes(saved: Document, mapping: Document, *, removes: bool) -> Iterator[RowChange]:
    yield from _list_changes_of(saved, mapping, "", removes=removes)
    if "orders" in mapping:
        yield RowChange(RowAddress("orders"), "set", mapping["orders"])
    venues = {venue["id"]: venue for venue in saved.get("venue", ())}
    for id_, tables in mapping.get("venue", {}).items():
        yield from _list_changes_of(venues[id_], tables, id_, removes=removes)


def _list_changes_of(saved: Document, mapping: Document, venue: str, *, removes: bool) -> Iterator[RowChange]:
    """The changes of a company's own tables, or of a venue's."""
    for table in CODED_TABLES:
        if table in mapping:
            there = {_key_of(table, row): row for row in saved.get(table, ())}
            wanted = {_key_of(table, row): row for row in _rows_of(table, mapping[table])}
            yield from _compare(table, venue, there, wanted, removes=removes)
    if "accounts" in mapping:
        told = mapping["accounts"]
        tables = _rows_of("accounts", [told] if isinstance(told, dict) else told)
        there = {_key_of("accounts", row): row for row in list_accounts(saved)}
        wanted = {_key_of("accounts", row): row for row in tables}
        yield from _compare("accounts", venue, there, wanted, removes=removes)


_Key = tuple[str, str]
"""A row's code, "" where its table has none, and since when it counts."""


def _compare(
    table: str, venue: str, there: Mapping[_Key, Document], wanted: Mapping[_Key, Document], *, removes: bool
) -> Iterator[RowChange]:
    for key, row in wanted.items():
        values = {name: value for name, value in row.items() if name not in ("code", "valid_from")}
        own = there.get(key)
        code = str(own["code"]) if own and "code" in own else key[0]
        is_plain_table = table == "accounts" and not key[1]
        does = "set" if own is not None or is_plain_table else "add"
        yield RowChange(RowAddress(table, code, venue, key[1]), does, values, whole=True)  # type: ignore[arg-type]
    for key, row in there.items():
        if removes and key not in wanted:
            yield RowChange(RowAddress(table, str(row.get("code", "")), venue, key[1]), "remove")


def _rows_of(table: str, told: Any) -> list[Document]:
    if not isinstance(told, list) or not all(isinstance(row, dict) for row in told):
        raise MappingUnreadable(Unreadable.BAD_ROW, table)
    for row in told:
        if table in CODED_TABLES and not str(row.get("code", "")).strip():
            raise MappingUnreadable(Unreadable.BAD_ROW, table)
    keys = [_key_of(table, row) for row in told]
    for key in keys:
        if keys.count(key) > 1:
            raise MappingUnreadable(Unreadable.BAD_ROW, f"{table} {key[0]}".strip())
    return told


def _key_of(table: str, row: Document) -> _Key:
    code = clean_code(str(row["code"])) if table in CODED_TABLES else ""
    return code, str(row.get("valid_from", ""))
