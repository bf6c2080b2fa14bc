"""What saving a setup changes: as facts, and in words."""

from __future__ import annotations

from collections.abc import Iterator

from posexport.core.company import Company, Document, list_accounts
from posexport.core.setup_revision import ChangeKind, RowAddress, SetupChange
from posexport.setup.file import format_value
from posexport.setup.schema import COMPANY, Fields
from posexport.texts.language import Lang
from posexport.texts.setup_changes import describe_change


def describe_changes(before: Company | None, after: Company, lang: Lang = "en") -> list[str]:
    """The changes from `before` to `after`, one line each; empty where there are none.

    Such as: "venue torget: z_report hold -> warn", "product type 100: account for VAT code 3: 3020 -> 3021".
    """
    return [describe_change(change, after.id, lang) for change in find_changes(before, after)]


def find_changes(before: Company | None, after: Company) -> list[SetupChange]:
    """The changes from `before` to `after`. The order of rows, and keys left empty, are no changes."""
    if before is None:
        rows = [RowAddress("company"), *(RowAddress("venue", venue.id) for venue in after.venues)]
        changes = [SetupChange(ChangeKind.NEW, str(row)) for row in rows]
    else:
        changes = list(_compare_tables(RowAddress("company"), before.document, after.document, COMPANY))
    return [change._replace(told=describe_change(change, after.id, "en")) for change in changes]


def _compare_tables(row: RowAddress, old: Document, new: Document, fields: Fields) -> Iterator[SetupChange]:
    """The changes of a table and of the tables under it."""
    venue = row.code if row.table == "venue" else ""
    for key, field in fields.items():
        was, now = old.get(key, field.default), new.get(key, field.default)
        match field.shape:
            case "rows":
                yield from _compare_rows(key, venue, was, now, field.fields or {})
            case "table":
                yield from _compare_tables(RowAddress(key, venue=venue), was, now, field.fields or {})
            case "dated":
                yield from _compare_dated(key, venue, list_accounts(old), list_accounts(new), field.fields or {})
            case "accounts":
                for code in dict.fromkeys((*was, *now)):
                    yield from _compare(row, f"{key}.{code}", was.get(code), now.get(code))
            case _:
                yield from _compare(row, key, was, now)


def _compare_rows(
    table: str, venue: str, was: list[Document], now: list[Document], fields: Fields
) -> Iterator[SetupChange]:
    old, new = ({_address(table, venue, row): row for row in rows} for rows in (was, now))
    yield from _compare_addresses(old, new, fields)


def _compare_addresses(
    old: dict[RowAddress, Document], new: dict[RowAddress, Document], fields: Fields
) -> Iterator[SetupChange]:
    for address in dict.fromkeys((*old, *new)):
        if address not in old:
            yield SetupChange(ChangeKind.NEW, str(address))
        elif address not in new:
            yield SetupChange(ChangeKind.REMOVED, str(address))
        else:
            yield from _compare_tables(address, old[address], new[address], fields)


def _compare_dated(
    table: str, venue: str, was: list[Document], now: list[Document], fields: Fields
) -> Iterator[SetupChange]:
    """The changes of tables with a `valid_from` each. The table without one always exists."""
    always = RowAddress(table, venue=venue)
    old, new = ({always: Document()} | {_address(table, venue, row): row for row in rows} for rows in (was, now))
    yield from _compare_addresses(old, new, fields)


def _address(table: str, venue: str, row: Document) -> RowAddress:
    return RowAddress(table, row.get("id") or row.get("code", ""), venue, row.get("valid_from", ""))


def _compare(row: RowAddress, key: str, was: object, now: object) -> Iterator[SetupChange]:
    old, new = _text(was), _text(now)
    if old != new:
        yield SetupChange(ChangeKind.CHANGED, str(row), key, old, new)


def _text(value: object) -> str | None:
    """A value as a person reads it; None for an account that is still empty."""
    match value:
        case None | "" | []:
            return None
        case list():
            return ", ".join(str(one) for one in value)
        case bool() | dict():
            return format_value(value)
        case _:
            return str(value)
