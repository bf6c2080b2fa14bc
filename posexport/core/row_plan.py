"""Which row of the setup is to be written for an account, or a VAT code, that a held day lacks: it counts from the
earliest day that waits for it, so that the days that are drafted stay as they are."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from posexport.core.codes import clean_code
from posexport.core.company import Company, Document, Venue, list_accounts, parse_date
from posexport.core.mapping import Table
from posexport.core.setup_revision import RowAddress


class RowPlan(NamedTuple):
    """The row to write. `copies`: where it does not stand in the setup yet, the row that it is otherwise like; None
    where it stands there, or where the code has no row yet."""

    address: RowAddress
    copies: RowAddress | None = None


class KnownRows(NamedTuple):
    """The rows that a code has where it is to be set: under the company, or under its `venue`. `days` are those from
    which they count, None the beginning."""

    table: Table
    code: str
    venue: str
    days: tuple[date | None, ...]

    def find_current(self, day: date) -> date | None:
        """The day of the row that counts on this day: `date.min` for that of the beginning, None where none counts."""
        counting = [date.min if since is None else since for since in self.days]
        return max((since for since in counting if since <= day), default=None)

    def address(self, since: date | None) -> RowAddress:
        """The row of that day, or that of the beginning."""
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
    """The venues that what is written for a code is for: the venue itself, where it has rows of its own, or else all of
    the company's that have none."""
    if _days_of(_document_of(company, venue.id), table, code):
        return [venue]
    return [other for other in company.venues if not _days_of(_document_of(company, other.id), table, code)]


def plan_row(rows: KnownRows, held: date, first_waiting: date, *, is_used_before: bool) -> RowPlan:
    """The row to write for a day that is held.

    `first_waiting`: the earliest day that waits for the same, of those that the row of the held day counts on.
    `is_used_before`: whether a day that the same row counts on is done with, before that one, and has the code. Where
    none is, the row itself is changed, or one without a day is added; the days that are drafted have no use of it.
    """
    current = rows.find_current(held)
    if current is not None and (not is_used_before or current == first_waiting):
        return RowPlan(rows.address(current))
    if current is None and not rows.days and not is_used_before:
        return RowPlan(rows.address(None))
    copies = rows.address(current) if current is not None and rows.table != "accounts" else None
    return RowPlan(rows.address(first_waiting), copies)


def find_row(company: Company, address: RowAddress) -> Document | None:
    """The row of the mapping at an address, as the company's document has it; None where there is none."""
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
