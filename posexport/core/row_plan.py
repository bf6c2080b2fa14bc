"""Which setup row to write for an account, or a VAT code, that a held day lacks: valid from the earliest day that waits
for it, so that drafted days stay as they are."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from posexport.core.codes import clean_code
from posexport.core.company import Company, Document, Venue, list_accounts, parse_date
from posexport.core.mapping import Table
from posexport.core.setup_revision import RowAddress


class RowPlan(NamedTuple):
    """The row to write. `copies`: the existing row that a new one starts from; None where the row exists, or where the
    code has none yet."""

    address: RowAddress
    copies: RowAddress | None = None


class KnownRows(NamedTuple):
    """The rows of a code where it is to be set: the company's, or its `venue`'s. `days`: their `valid_from`, None for
    the one without."""

    table: Table
    code: str
    venue: str
    days: tuple[date | None, ...]

    def find_current(self, day: date) -> date | None:
        """The `valid_from` of the row valid on this day: `date.min` for the one without, None where none is valid."""
        counting = [date.min if since is None else since for since in self.days]
        return max((since for since in counting if since <= day), default=None)

    def address(self, since: date | None) -> RowAddress:
        """The address of the row with this `valid_from`."""
        is_of_beginning = since in (None, date.min)
        code = "" if self.table == "accounts" else self.code
        return RowAddress(self.table, code, self.venue, "" if is_of_beginning or since is None else since.isoformat())


def find_known_rows(company: Company, venue: Venue, table: Table, code: str) -> KnownRows:
    """The venue's own rows of a code, or else its company's."""
    own = _days_of(_document_of(company, venue.id), table, code)
    return (
        KnownRows(table, code, venue.id, own)
        if own
        else KnownRows(table, code, "", _days_of(company.document, table, code))
    )


def list_sharing(company: Company, venue: Venue, table: Table, code: str) -> list[Venue]:
    """The venues that a code's row applies to: the venue itself, where it has rows of its own, or else all of the
    company's venues that have none."""
    if _days_of(_document_of(company, venue.id), table, code):
        return [venue]
    return [other for other in company.venues if not _days_of(_document_of(company, other.id), table, code)]


def plan_row(rows: KnownRows, held: date, first_waiting: date, *, is_used_before: bool) -> RowPlan:
    """The row to write for a held day.

    `first_waiting`: the earliest day that waits for the same, among the days that the held day's row is valid on.
    `is_used_before`: whether an earlier one of these is done and has the code. If not, the existing row is changed, or
    one without `valid_from` added: drafted days do not use it.
    """
    current = rows.find_current(held)
    if current is not None and (not is_used_before or current == first_waiting):
        return RowPlan(rows.address(current))
    if current is None and not rows.days and not is_used_before:
        return RowPlan(rows.address(None))
    copies = rows.address(current) if current is not None and rows.table != "accounts" else None
    return RowPlan(rows.address(first_waiting), copies)


def can_be_own(company: Company, venue: Venue, table: Table, code: str, held: date) -> bool:
    """Whether what a held day lacks can be written in a row of the venue's own. A code that the venue has no row of is
    the company's on all days: an own one over it would hide those of its rows that begin after the day."""
    rows = find_known_rows(company, venue, table, code)
    return bool(rows.venue) or all(since is None or since <= held for since in rows.days)


def make_own(plan: RowPlan, rows: KnownRows, venue: Venue) -> RowPlan:
    """The same row as the venue's own; where it is the company's, it begins as a copy of the company's."""
    if plan.address.venue:
        return plan
    is_there = rows.table != "accounts" and plan.copies is None and bool(rows.days)
    copied = plan.address if is_there else plan.copies
    return RowPlan(plan.address._replace(venue=venue.id), copied)


def find_row(company: Company, address: RowAddress) -> Document | None:
    """The mapping row at an address, from the company's document; None where there is none."""
    document = _document_of(company, address.venue) if address.venue else company.document
    rows = list_accounts(document) if address.table == "accounts" else _list_rows(document, address.table, address.code)
    return next((row for row in rows if row.get("valid_from", "") == address.valid_from), None)


def _document_of(company: Company, venue_id: str) -> Document:
    return next((row for row in company.document.get("venue", ()) if row["id"] == venue_id), {})


def _list_rows(document: Document, table: str, code: str) -> list[Document]:
    return [row for row in document.get(table, ()) if clean_code(row["code"]) == clean_code(code)]


def _days_of(document: Document, table: Table, code: str) -> tuple[date | None, ...]:
    is_named = [row for row in list_accounts(document) if code in row]
    rows = is_named if table == "accounts" else _list_rows(document, table, code)
    return tuple(parse_date(row["valid_from"]) if "valid_from" in row else None for row in rows)
