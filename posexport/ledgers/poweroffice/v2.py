"""What the v2 destinations share: paged lists, vouchers by id, and what the server takes once.

Source: the v2 OpenAPI description (spring 2025).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeVar

from posexport.core.ports.ledger import DraftList, Payload
from posexport.core.voucher import Voucher
from posexport.errors import AnswerLost, NotSent, PowerOfficeRefused, PowerOfficeUnavailable
from posexport.http.client import NEVER
from posexport.http.evidence import Answered, with_evidence
from posexport.ledgers.poweroffice.answers import HttpRefused, parse_guid
from posexport.ledgers.poweroffice.fields import (
    fold_names,
)
from posexport.ledgers.poweroffice.session import Session

Made = TypeVar("Made")
Row = Mapping[str, Any]
"""A row of a list, as answered."""

CLOCK_MARGIN_S = 2 * 86_400
"""How far (s) PowerOffice's clock and ours may differ, or be in a wrong time zone, when a voucher is searched for by
the time it was made: a search that starts too late misses it."""

URL_LENGTH_MAX = 1_890
"""The longest URL (encoded, characters): beyond about 2,000 the answer is a 404."""

PAGE_SIZE = 5_000
"""How many rows of a list are requested at a time; PowerOffice's own default."""


def read_rows(
    session: Session, path: str, parameters: Mapping[str, str], deadline_utc_s: float = NEVER
) -> list[dict[str, Any]]:
    """Every row of a list, read page by page, however short the pages are. Raises NotSent where the answer is no list,
    or where a further page has nothing new: the list may be incomplete then."""
    found: dict[str, dict[str, Any]] = {}
    for number in count(1):
        asked = {**parameters, "PageNumber": str(number), "PageSize": str(PAGE_SIZE)}
        answered = session.read(path, asked, deadline_utc_s)
        rows = [] if answered.value is None else answered.value
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise with_evidence(NotSent("the answer is no list"), answered.evidence)
        known = len(found)
        found.update((json.dumps(row, sort_keys=True), row) for row in rows)
        if not rows or not (len(rows) >= PAGE_SIZE or _names_next_page(answered)):
            break
        if len(found) == known:
            raise with_evidence(NotSent("the pages of the list repeat"), answered.evidence)
    return list(found.values())


def _names_next_page(answered: Answered) -> bool:
    """Whether the answer says that there is another page: a server may return fewer rows than were asked for."""
    try:
        told = json.loads(answered.response.headers.get("X-Pagination", ""))
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and bool(fold_names(told).get("nextpagelink"))


def read_filtered(session: Session, path: str, name: str, values: Sequence[str]) -> list[dict[str, Any]]:
    """Every row of a list that has one of these values, in as few requests as the length of a URL allows."""
    found: list[dict[str, Any]] = []
    for part in split_values(values, lambda part: _measure(session, path, name, part) <= URL_LENGTH_MAX):
        found += read_rows(session, path, {name: ",".join(part)})
    return found


def _measure(session: Session, path: str, name: str, values: Sequence[str]) -> int:
    """The length of the longest URL that asks for these values."""
    return session.measure(path, {name: ",".join(values), "PageNumber": "9999", "PageSize": str(PAGE_SIZE)})


def split_values(values: Sequence[str], fits: Callable[[Sequence[str]], bool]) -> Iterator[Sequence[str]]:
    """The values in order, in as few parts as `fits` allows. A value that does not fit alone is still a part.

    >>> list(split_values(["a", "b", "c"], lambda part: len(part) <= 2))
    [['a', 'b'], ['c']]
    """
    part: list[str] = []
    for value in values:
        if part and not fits([*part, value]):
            yield part
            part = []
        part.append(value)
    if part:
        yield part


def read_voucher(session: Session, path: str, remote_id: str, deadline_utc_s: float = NEVER) -> Answered | None:
    """A draft or voucher by its id; None where PowerOffice says that it does not exist. Raises NotSent where the answer
    is another voucher or none."""
    try:
        answered = session.read(f"{path}/{remote_id}", deadline_utc_s=deadline_utc_s)
    except HttpRefused as error:
        if error.is_not_found:
            return None
        raise
    if not isinstance(answered.value, dict) or not is_voucher(answered.value, remote_id):
        raise with_evidence(NotSent("the answer is not the voucher that was asked for"), answered.evidence)
    return answered


_OF_VOUCHERS = ("description", "voucherdate", "manualvoucherlines", "voucherlines")
"""Fields by which a draft or voucher is recognized."""


def is_voucher(answer: Mapping[str, Any], remote_id: str) -> bool:
    """Whether an answer is the voucher with that id: it has the id, or it has no id but a voucher's fields.

    >>> is_voucher({"Id": "A1"}, "a1"), is_voucher({"Description": "Kasse"}, "a1"), is_voucher({"title": "Nei"}, "a1")
    (True, True, False)
    """
    told = fold_names(answer)
    if told.get("id") is not None:
        return str(told["id"]).lower() == remote_id.lower()
    return not told.keys().isdisjoint(_OF_VOUCHERS)


def read_id(answered: Answered) -> str:
    """The id of what was just created. Raises AnswerLost where the answer has no valid id."""
    remote_id = parse_guid(answered.value.get("Id")) if isinstance(answered.value, dict) else None
    if remote_id is None:
        raise answered.lost("the answer gives no id")
    return answered.redact(remote_id)


def format_since(since_utc_s: int) -> str:
    """The start of a search, as a query parameter, for drafts made at or after `since_utc_s`."""
    return f"{datetime.fromtimestamp(since_utc_s - CLOCK_MARGIN_S, UTC):%Y-%m-%d %H:%M:%S}+00:00"


def describe(voucher: Voucher) -> str:
    """A voucher's description, with our reference in brackets at its end: Go shows no external reference."""
    return f"{voucher.description} [{voucher.reference}]"


def fill_listing(session: Session, listing: DraftList, since_utc_s: int, read: Callable[[int], Sequence[Row]]) -> None:
    """Fill a list of vouchers with those made since then, once. A failure is raised for every caller that shares it.
    `read`: requests those made since a time (UTC s)."""
    if listing.failed is not None:
        raise listing.failed.with_traceback(None)
    if listing.rows is not None and listing.since_utc_s <= since_utc_s:
        return
    listing.since_utc_s = min(listing.since_utc_s, since_utc_s)
    try:
        listing.rows = tuple(read(listing.since_utc_s))
        listing.told_at_utc_s = session.read_time()
    except (PowerOfficeRefused, PowerOfficeUnavailable) as error:
        listing.failed = error
        raise


# What is made once


def write_once(
    session: Session,
    path: str,
    payload: Payload,
    deadline_utc_s: float,
    read: Callable[[Answered], Made],
    find_same: Callable[[HttpRefused | AnswerLost], Made],
) -> Made:
    """Make something whose reference the server takes once: what `read` says of the answer. A refusal that may be about
    a duplicate, however it is worded (400, 409), is given to `find_same` instead."""
    try:
        answered = session.write(path, payload, deadline_utc_s, is_guarded=True)
    except HttpRefused as refusal:
        if refusal.status != 400:
            raise
        return find_same(refusal)
    except AnswerLost as conflict:
        if conflict.status != 409:
            raise
        return find_same(conflict)
    return read(answered)
