"""Which tickets are the same sale. Registers' numbers restart, clocks are changed, programs cut off seconds: a ticket
is identified by its number within a business day, its content and its time, or by its source's own id.

Pure. Tickets here are of one register and one number (or one id). Times are UTC seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple

NEAR_S = 120
"""Times that differ by less (s) are the same: seconds lost, or rounded to minutes."""

HOUR_S, HOUR_SLACK_S = 3_600, 59
"""A difference of one or two whole hours is another time zone; seconds may be lost as well."""

SCOPE_S = 2 * HOUR_S + NEAR_S
"""How far (s) across the border of two business days a number still identifies a ticket."""


class Sold(NamedTuple):
    """What identifies a ticket besides register and number. `content`: a digest of everything on it."""

    at_utc_s: int
    business_day: int
    content: int
    source_id: str | None = None


class Age(Enum):
    """Whether the file being read is older or newer than the files that have a stored ticket, where all say when they
    were made."""

    NEWER = auto()
    OLDER = auto()
    UNKNOWN = auto()


class Stored(NamedTuple):
    """A stored ticket, as the matching sees it.

    `is_in_file`: the file being read has it (brought it, or was matched with it). `age`: of that file compared with
    those that have the ticket. `is_gone`: the file is newer and covers its time, so the ticket no longer exists if the
    file lacks it. `is_unjudged`: its reader could not interpret it. `is_withdrawn`: a person withdrew it. `former`: its
    versions before it changed.
    """

    ticket_id: int
    sold: Sold
    is_in_file: bool = False
    age: Age = Age.UNKNOWN
    is_gone: bool = False
    is_unjudged: bool = False
    is_withdrawn: bool = False
    former: tuple[Sold, ...] = ()


class Verdict(Enum):
    """How a ticket of a file relates to the stored ones."""

    NEW = auto()
    KNOWN = auto()
    CHANGED = auto()
    OLDER = auto()
    """A version that has been replaced: a newer file has another, or it was corrected since. What is stored stays."""
    LACKED = auto()
    """A newer file covers its time and lacks it: it is not stored."""
    CONTRADICTED = auto()
    """The file has two versions of it: same register, number and time, or same id."""


class Match(NamedTuple):
    """The result for one ticket. `ticket_id`: the stored ticket it is, or the id of the new one. `twice`: other files'
    tickets with its number, about which somebody must be asked. `is_again`: the file has had it before. `is_beside`:
    the file has another of its number, and both are sales. `withdrawn_id`: the withdrawn ticket that this is a changed
    version of."""

    verdict: Verdict
    ticket_id: int = 0
    twice: tuple[int, ...] = ()
    is_again: bool = False
    is_beside: bool = False
    withdrawn_id: int | None = None


def is_in_scope(one: Sold, other: Sold) -> bool:
    """Whether sharing a number means anything: in one business day, or across the border of two by a time zone's
    difference."""
    return one.business_day == other.business_day or abs(one.at_utc_s - other.at_utc_s) <= SCOPE_S


def is_near(one: Sold, other: Sold) -> bool:
    """Whether their times differ by seconds only."""
    return abs(one.at_utc_s - other.at_utc_s) < NEAR_S


def is_zone_apart(one: Sold, other: Sold) -> bool:
    """Whether their times differ by one or two whole hours, as the same time written in two time zones does.

    >>> is_zone_apart(Sold(0, 1, 7), Sold(3_590, 1, 7)), is_zone_apart(Sold(0, 1, 7), Sold(5_400, 1, 7))
    (True, False)
    """
    apart = abs(one.at_utc_s - other.at_utc_s)
    return any(abs(apart - hours * HOUR_S) <= HOUR_SLACK_S for hours in (1, 2))


def _may_be_one(one: Sold, other: Sold) -> bool:
    """Whether no source ids show that they are two."""
    return one.source_id is None or other.source_id is None or one.source_id == other.source_id


def _is_same_sale(sold: Sold, stored: Stored) -> bool:
    """Whether another file's ticket with the same content is the same sale, at whatever time."""
    other = stored.sold
    if sold.content != other.content or not _may_be_one(sold, other) or not is_in_scope(sold, other):
        return False
    return is_near(sold, other) or is_zone_apart(sold, other) or stored.is_gone


def _is_same_otherwise(sold: Sold, stored: Stored) -> bool:
    """Whether another file's ticket with other content is another version of the same sale, so certainly that nobody
    must be asked."""
    other = stored.sold
    if sold.at_utc_s != other.at_utc_s or not _may_be_one(sold, other):
        return False
    return stored.age is not Age.UNKNOWN or stored.is_unjudged


def _is_replaced(sold: Sold, stored: Stored) -> bool:
    """Whether this is a former version of another file's ticket, which has changed since: read once more, it adds
    nothing. A newer file's is no former version."""
    if stored.age is Age.NEWER or not _may_be_one(sold, stored.sold):
        return False
    same = (former for former in stored.former if former.content == sold.content)
    return any(is_near(sold, former) or is_zone_apart(sold, former) for former in same)


def _measure_apart(sold: Sold, stored: Stored) -> int:
    """How far (s) the times are apart: from the version with the same content, where there is one."""
    versions = (stored.sold, *stored.former)
    same = [one for one in versions if one.content == sold.content] or [stored.sold]
    return min(abs(sold.at_utc_s - one.at_utc_s) for one in same)


def _is_beside(sold: Sold, other: Sold) -> bool:
    """Whether two tickets that are not known to be the same sale may be."""
    if sold.source_id is not None and sold.source_id == other.source_id:
        return True
    if not is_in_scope(sold, other):
        return False
    if not _may_be_one(sold, other):
        is_same_time = sold.at_utc_s == other.at_utc_s
        return is_same_time or (sold.content == other.content and (is_near(sold, other) or is_zone_apart(sold, other)))
    return sold.content == other.content or sold.business_day == other.business_day


def pair(incoming: Sequence[Sold], stored: Iterable[Stored], place: Callable[[int], int | None]) -> list[Match]:
    """Match each ticket of a file with the stored ones, in order.

    First by id, then those equal in everything, then by content and nearest time, one to one; so reading a file twice
    adds nothing. `place` gives a new ticket its id, None where it is not to be stored.
    """
    return _Pairing(incoming, stored, place).run()


class _Pairing:
    def __init__(self, incoming: Sequence[Sold], stored: Iterable[Stored], place: Callable[[int], int | None]) -> None:
        self._incoming, self._place = incoming, place
        self._own: list[Stored] = []
        self._free: dict[int, Stored] = {}
        self._versions: dict[int, tuple[Sold, ...]] = {}
        for there in stored:
            if there.is_in_file:
                self._own.append(there)
            else:
                self._free[there.ticket_id] = there
        self._found: dict[int, Match] = {}

    def run(self) -> list[Match]:
        self._match_ids()
        self._match_exact()
        self._match_rest(_is_same_sale, lambda _: Verdict.KNOWN)
        self._match_rest(_is_same_otherwise, _verdict_of)
        self._match_rest(_is_replaced, lambda _: Verdict.OLDER)
        for n in self._left():
            self._found[n] = self._match_in_file(n) or self._add(n)
        return [self._hold_against_file(n) for n in range(len(self._incoming))]

    def _hold_against_file(self, n: int) -> Match:
        """The match found, unless the file itself has another version of the ticket."""
        sold, match = self._incoming[n], self._found[n]
        otherwise = (own for own in self._own if own.sold.content != sold.content and _may_be_one(sold, own.sold))
        if match.is_again or not any(own.sold.at_utc_s == sold.at_utc_s for own in otherwise):
            return match
        return Match(Verdict.CONTRADICTED, match.ticket_id, is_again=True)

    def _left(self) -> Iterator[int]:
        return (n for n in range(len(self._incoming)) if n not in self._found)

    def _take(self, n: int, there: Stored, verdict: Verdict) -> None:
        """Match this ticket with that stored one, which is then no longer available."""
        del self._free[there.ticket_id]
        sold = self._incoming[n]
        if verdict is Verdict.CHANGED and there.is_withdrawn:
            ticket_id = self._place(n)
            if ticket_id is None:
                self._found[n] = Match(Verdict.LACKED)
                return
            self._found[n] = Match(Verdict.NEW, ticket_id, withdrawn_id=there.ticket_id)
            self._own.append(Stored(ticket_id, sold, is_in_file=True))
            return
        self._found[n] = Match(verdict, there.ticket_id)
        self._versions[there.ticket_id] = (there.sold, *there.former)
        written = sold._replace(source_id=there.sold.source_id or sold.source_id)
        self._own.append(there._replace(is_in_file=True, sold=written))  # as the file has it, to hold it against itself

    def _match_ids(self) -> None:
        for n in list(self._left()):
            sold = self._incoming[n]
            same = (s for s in self._free.values() if sold.source_id is not None and s.sold.source_id == sold.source_id)
            there = next((s for s in same if _is_exact(sold, s.sold)), None)
            if there is not None:
                self._take(n, there, Verdict.KNOWN)
        for n in self._left():
            sold = self._incoming[n]
            if sold.source_id is None:
                continue
            there = next((s for s in self._free.values() if s.sold.source_id == sold.source_id), None)
            if there is not None:
                if sold.content == there.sold.content:
                    self._take(n, there, Verdict.KNOWN)
                elif is_in_scope(sold, there.sold):
                    self._take(n, there, Verdict.OLDER if there.age is Age.OLDER else Verdict.CHANGED)
                continue
            of_id = self._find_own_id(sold)
            if of_id is not None:
                self._found[n] = of_id

    def _find_own_id(self, sold: Sold) -> Match | None:
        """The match with an earlier ticket of the same file that has this id; None where there is none."""
        ids = (own for own in self._own if sold.source_id is not None and own.sold.source_id == sold.source_id)
        own = next(ids, None)
        if own is None:
            return None
        is_same = sold.content == own.sold.content
        return Match(Verdict.KNOWN if is_same else Verdict.CONTRADICTED, own.ticket_id, is_again=True)

    def _match_exact(self) -> None:
        for n in list(self._left()):
            sold = self._incoming[n]
            there = next((s for s in self._free.values() if _is_exact(sold, s.sold)), None)
            own = next((s for s in self._own if _is_exact(sold, s.sold)), None)
            if there is not None:
                self._take(n, there, Verdict.KNOWN)
            elif own is not None:
                self._found[n] = self._have_again(sold, own)

    def _match_rest(self, is_same: Callable[[Sold, Stored], bool], verdict_of: Callable[[Stored], Verdict]) -> None:
        left = list(self._left())
        pairs = [
            (_measure_apart(self._incoming[n], there), n, there.ticket_id)
            for n in left
            for there in self._free.values()
            if is_same(self._incoming[n], there)
        ]
        for _, n, ticket_id in sorted(pairs):
            there_now = self._free.get(ticket_id)
            if n not in self._found and there_now is not None:
                self._take(n, there_now, verdict_of(there_now))

    def _match_in_file(self, n: int) -> Match | None:
        """The match with an earlier ticket of the same file, equal or contradicting; None where there is none."""
        sold = self._incoming[n]
        of_id = self._find_own_id(sold)
        if of_id is not None:
            return of_id
        may_be = [own for own in self._own if _may_be_one(sold, own.sold)]
        near = [own for own in may_be if own.sold.content == sold.content and self._is_near(sold, own)]
        if near:
            return self._have_again(sold, min(near, key=lambda own: abs(own.sold.at_utc_s - sold.at_utc_s)))
        if any(own.sold.at_utc_s == sold.at_utc_s for own in may_be):
            return Match(Verdict.CONTRADICTED, is_again=True)
        return None

    def _is_near(self, sold: Sold, own: Stored) -> bool:
        """Whether it was sold near the file's earlier ticket: by that ticket's time in the file, or by the one that is
        or was stored."""
        versions = self._versions.get(own.ticket_id, ())
        return is_near(sold, own.sold) or any(one.content == sold.content and is_near(sold, one) for one in versions)

    def _have_again(self, sold: Sold, own: Stored) -> Match:
        """The match where the file has had this ticket before; its id is stored where none was known."""
        if own.sold.source_id is None and sold.source_id is not None:
            named = own._replace(sold=own.sold._replace(source_id=sold.source_id))
            self._own = [named if one.ticket_id == own.ticket_id else one for one in self._own]
        return Match(Verdict.KNOWN, own.ticket_id, is_again=True)

    def _add(self, n: int) -> Match:
        sold = self._incoming[n]
        ticket_id = self._place(n)
        if ticket_id is None:
            return Match(Verdict.LACKED)
        beside = [there for there in self._free.values() if _is_beside(sold, there.sold)]
        twice = tuple(there.ticket_id for there in beside if not there.is_withdrawn)
        withdrawn = [there for there in beside if there.is_withdrawn and there.sold.at_utc_s == sold.at_utc_s]
        is_beside = any(_is_beside(sold, own.sold) for own in self._own)
        self._own.append(Stored(ticket_id, sold, is_in_file=True))
        withdrawn_id = withdrawn[0].ticket_id if withdrawn else None
        return Match(Verdict.NEW, ticket_id, twice, is_beside=is_beside, withdrawn_id=withdrawn_id)


def _is_exact(one: Sold, other: Sold) -> bool:
    return one.at_utc_s == other.at_utc_s and one.content == other.content and _may_be_one(one, other)


def _verdict_of(there: Stored) -> Verdict:
    return Verdict.OLDER if there.age is Age.OLDER else Verdict.CHANGED
