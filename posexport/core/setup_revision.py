"""Revisions of a company's setup: each save has a number, who, when, why, and what it changed.

Changes are stored as facts (`SetupChange`), put into words by `texts.setup_changes`. A row of the setup is identified
by its address, the same in the store, in programs' input and on screen:

    company                           the company's own keys
    venue:torget                      a venue
    product_type:100                  a row of the company's mapping; so are vat_code and payment_type
    venue:torget/product_type:100     the same, of a venue's own mapping
    product_type:100@2026-12-01       the row that is valid from a business day
    accounts, orders, mail            the company's other accounts, its orders, its mail server
    accounts@2026-12-01               the other accounts that are valid from a business day
    venue:torget/accounts             a venue's own accounts
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

OWN_TABLES = ("company", "accounts", "orders", "mail")
"""Tables that exist once and so have no code."""

CODED_TABLES = ("vat_code", "product_type", "payment_type")
"""Tables that have a row for each code."""

VENUE_TABLES = ("accounts", *CODED_TABLES)
"""Tables that a venue may have of its own."""


class RowAddress(NamedTuple):
    """The address of a row. `venue`: the id of the venue whose own row it is, "" for the company's; `code`: "" where
    the table exists once. A venue itself is a row of the company's, its id the code."""

    table: str
    code: str = ""
    venue: str = ""
    valid_from: str = ""
    """ISO date; "" for the row that has none."""

    def __str__(self) -> str:
        row = f"{self.table}:{self.code}" if self.code else self.table
        within = f"venue:{self.venue}/" if self.venue else ""
        return f"{within}{row}{f'@{self.valid_from}' if self.valid_from else ''}"


def parse_address(text: str) -> RowAddress | None:
    """A row's address as it is typed; None where it is malformed. A code is everything behind its colon, unchanged.

    >>> parse_address("venue:torget/payment_type:KORT/1")
    RowAddress(table='payment_type', code='KORT/1', venue='torget', valid_from='')

    >>> parse_address("product_type:100@2026-12-01").valid_from
    '2026-12-01'

    >>> parse_address("product_type") is None
    True
    """
    within = re.match(r"venue:([^/:]+)/", text)
    venue = within[1] if within else ""
    table, colon, code = text[within.end() if within else 0 :].partition(":")
    table, valid_from = _part_day(table) if not colon else (table, "")
    if not colon and (table in VENUE_TABLES if venue else table in OWN_TABLES):
        is_one = table not in CODED_TABLES and (not valid_from or table == "accounts")
        return RowAddress(table, "", venue, valid_from) if is_one else None
    if not code or not (table in CODED_TABLES or (table == "venue" and not venue)):
        return None
    if table not in CODED_TABLES:
        return RowAddress(table, code, venue)
    code, valid_from = _part_day(code)
    return RowAddress(table, code, venue, valid_from)


def _part_day(text: str) -> tuple[str, str]:
    """The text before an @ and a business day, and the day; "" where there is none."""
    dated = re.fullmatch(r"(?s)(.+)@(\d{4}-\d\d-\d\d)", text)
    return (dated[1], dated[2]) if dated and _is_date(dated[2]) else (text, "")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


class ChangeKind(StrEnum):
    """What happened to a row. Values are stored; never rename."""

    NEW = "new"
    REMOVED = "removed"
    RENAMED = "renamed"
    CHANGED = "changed"


class SetupChange(NamedTuple):
    """One change. `key`: a key of the row, "accounts.31" for one of an accounts table, "" where the row itself is new,
    removed or renamed; `was` and `now`: values as text, None where not set."""

    kind: ChangeKind
    row: str
    key: str = ""
    was: str | None = None
    now: str | None = None
    told: str = ""
    """The English text of a change that an early version stored as text only."""


def format_change(change: SetupChange) -> dict[str, Any]:
    """The change as it is stored (JSON); empty parts are left out."""
    facts = {"told": change.told, "kind": change.kind.value, "row": change.row, "key": change.key}
    return {
        **{name: value for name, value in facts.items() if value},
        **({"was": change.was, "now": change.now} if change.key else {}),
        **({"now": change.now} if change.kind is ChangeKind.RENAMED else {}),
    }


def parse_change(kept: Mapping[str, Any]) -> SetupChange:
    """The change from that JSON; one stored by an early version has no row."""
    return SetupChange(
        ChangeKind(kept.get("kind", "changed")),
        kept.get("row", ""),
        kept.get("key", ""),
        kept.get("was"),
        kept.get("now"),
        kept.get("told", ""),
    )


class RevisionKind(StrEnum):
    """What made a revision. Values are stored; never rename."""

    APPLY = "apply"
    SET = "set"
    RESTORE = "restore"
    UPGRADE = "upgrade"
    """posexport itself: the setup as it was when revisions were introduced."""


class SetupRevision(NamedTuple):
    """One save of a company's setup. `who`: "" where not stored; `restored`: the number of the revision that it
    restored, if any. `is_kept`: whether the setup itself was stored, which early versions did not do."""

    company: str
    number: int
    at_utc_s: int
    who: str
    known_by: str
    why: str
    kind: RevisionKind
    changes: tuple[SetupChange, ...]
    restored: int | None = None
    is_kept: bool = True
