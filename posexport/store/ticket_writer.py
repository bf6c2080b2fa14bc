"""Writes the tickets of one file, in batches, each compared with the stored ones.

Most tickets are new, or known and unchanged: they are written, or counted, with their batch. A ticket that only shares
its number with a stored one waits until all other tickets of the file have been matched, or until too many wait (see
`core.matching`). Only the batch and the waiting tickets are in memory.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from posexport.core.company import Venue
from posexport.core.coverage import Span
from posexport.core.credit_facts import RegisterCustomer
from posexport.core.day import BusinessCalendar, Moment
from posexport.core.findings.tickets import is_explained
from posexport.core.matching import Age, Match, Sold, Stored, Verdict, is_in_scope, pair
from posexport.core.reversal import mirror_of
from posexport.core.sales import EntryKind, Ticket, TicketStatus
from posexport.errors import UnreadableSales
from posexport.store.acts import ActKind
from posexport.store.bulk import insert_rows
from posexport.store.claims import NewerFiles
from posexport.store.codes import Codes
from posexport.store.credit_facts import FactsWriter
from posexport.store.database import day_number, day_of
from posexport.store.digests import LineTexts, digest_ticket
from posexport.store.import_notes import ImportNotes
from posexport.store.siblings import Moves, Sibling, take_out
from posexport.store.stored_tickets import (
    DAY_S,
    Holder,
    There,
    read_again,
    read_by_ids,
    read_by_numbers,
    read_former,
    read_holders,
)
from posexport.store.tables import (
    EntryRow,
    SalesFileRow,
    TicketChangeRow,
    TicketDoubtRow,
    TicketHoldRow,
    TicketRemovalRow,
    TicketRow,
)
from posexport.store.ticket_holds import HoldWriter

_ticket, _entry = TicketRow.__table__, EntryRow.__table__  # type: ignore[attr-defined]
_change, _doubt = TicketChangeRow.__table__, TicketDoubtRow.__table__  # type: ignore[attr-defined]
_file = SalesFileRow.__table__  # type: ignore[attr-defined]

_NAME_TICKET = update(_ticket).where(_ticket.c.id == bindparam("ticket")).values(source_id=bindparam("named"))

BATCH = 500
"""How many tickets are in memory at once. More were no faster: they no longer fit the CPU's cache."""

BATCH_AMOUNTS = 50_000
"""How many lines and payments these may have: tickets may be long."""

WAITING_MAX = 5_000
"""How many tickets wait for the rest of their file; beyond that they are matched with what has been read."""

_SALE, _PAYMENT = int(EntryKind.SALE), int(EntryKind.PAYMENT)
_POSTED = (TicketStatus.COUNTED, TicketStatus.MOVEMENT)
_TAKINGS = (*_POSTED, TicketStatus.UNJUDGED)
_NO_TAKINGS = {int(TicketStatus.TRAINING), int(TicketStatus.NOT_A_SALE)}
_COUNTED, _UNJUDGED, _WITHDRAWN = int(TicketStatus.COUNTED), int(TicketStatus.UNJUDGED), int(TicketStatus.WITHDRAWN)


@dataclass(slots=True)
class VenueTrace:
    """What one file touched of one venue. `days`: those with new or changed tickets; `register_days`: those with any
    ticket, by register. `newest_utc_s`: the newest of its tickets before `horizon_utc_s`; later ones count as dated in
    the future."""

    number: int
    venue: Venue
    calendar: BusinessCalendar
    currency: str = "NOK"
    horizon_utc_s: int = 1 << 62
    newest_utc_s: int | None = None
    first_utc_s: int = 1 << 62
    last_utc_s: int = -(1 << 62)
    days: set[date] = field(default_factory=set)
    register_days: set[tuple[int, int]] = field(default_factory=set)

    def see(self, register_id: int, at_utc_s: int, business_day: int) -> None:
        """Note that the file has a ticket of this register, time and day."""
        self.first_utc_s = min(self.first_utc_s, at_utc_s)
        self.last_utc_s = max(self.last_utc_s, at_utc_s)
        if at_utc_s <= self.horizon_utc_s and (self.newest_utc_s is None or at_utc_s > self.newest_utc_s):
            self.newest_utc_s = at_utc_s
        self.register_days.add((register_id, business_day))


class Place(NamedTuple):
    """A venue's register, as the store numbers it, and those of the same id at the company's other venues."""

    register_id: int
    trace: VenueTrace
    siblings: tuple[Sibling, ...] = ()


class _Item(NamedTuple):
    """A ticket of the file, where and when it was sold, and its totals."""

    place: Place
    ticket: Ticket
    moment: Moment
    sold: Sold
    sales_ore: int

    @property
    def key(self) -> tuple[int, str]:
        return (self.place.register_id, self.ticket.number)


_Group = dict[tuple[int, str], list[There]]
_OfIds = dict[tuple[int, str], list[There]]
"""Stored tickets by (venue number, source id)."""


class TicketWriter:
    """Writes one file's tickets. `counts`: new, known, changed, older and moved ones."""

    def __init__(
        self,
        connection: Connection,
        name: str,
        file_id: int,
        moves: Moves,
        notes: ImportNotes,
        *,
        holder_id: int | None = None,
        now_utc_s: int = 0,
    ) -> None:
        """`holder_id`: the file that has the tickets, if it is not this act (tickets that were kept aside)."""
        self._connection, self._name, self._file_id = connection, name, file_id
        self.counts: Counter[str] = Counter()
        self.doubts: Counter[str] = Counter()
        self.made_at_utc_s: int | None = None
        self.batch = ""
        self._moves, self._notes = moves, notes
        self._newer = NewerFiles(connection)
        self._is_newer_known = False
        self._codes = Codes(connection)
        self._texts = LineTexts()
        holder = file_id if holder_id is None else holder_id
        self._holds, self._facts = HoldWriter(connection, holder, file_id), FactsWriter(connection, holder, now_utc_s)
        self._holder_id = holder
        self._venues: set[int] = set()
        self._next_id = _next_ticket_id(connection)
        self._first_id = self._next_id
        self._batch: list[tuple[Place, Ticket, Moment]] = []
        self._batch_amounts = 0
        self._waiting: list[_Item] = []
        self._file_names: dict[int, str] = {}
        self._tickets: list[tuple[Any, ...]] = []
        self._entries: list[tuple[Any, ...]] = []
        self._doubt_rows: list[dict[str, Any]] = []
        self._held: set[int] = set()
        self._named: list[dict[str, Any]] = []

    def add(self, place: Place, ticket: Ticket, moment: Moment) -> None:
        """Add one ticket; written in batches."""
        self._batch.append((place, ticket, moment))
        self._batch_amounts += len(ticket.lines) + len(ticket.payments)
        if len(self._batch) >= BATCH or self._batch_amounts >= BATCH_AMOUNTS:
            self.write_batch()

    def name_customers(self, customers: Mapping[str, RegisterCustomer]) -> None:
        """Set the file's own list of customers, by code, for the tickets that follow."""
        self._facts.of_file = customers

    def finish(self, covered: dict[int, Span]) -> None:
        """Write the last batch. `covered`: by venue number, the span the file credibly covers."""
        self._settle_waiting(covered)
        self._holds.finish()
        self._note_renamed()

    # A batch

    def write_batch(self) -> None:
        """Write the present batch."""
        batch, self._batch, self._batch_amounts = self._batch, [], 0
        items = []
        for place, ticket, moment in batch:
            day = day_number(moment.business_day)
            sold = Sold(moment.at_utc_s, day, digest_ticket(ticket, self._texts), ticket.source_id)
            items.append(_Item(place, ticket, moment, sold, ticket.sales_ore))
            place.trace.see(place.register_id, moment.at_utc_s, day)
            self._venues.add(place.trace.number)
        if not items:
            return
        there = self._read_there(items)
        by_id = self._read_by_id(items)
        elsewhere = self._read_elsewhere(items)
        self._look_for_newer(items)
        for item in items:
            self._judge(item, there, by_id, elsewhere)
        self._flush()
        if len(self._waiting) >= WAITING_MAX:
            self._settle_waiting({})

    def _judge(
        self,
        item: _Item,
        there: _Group,
        by_id: _OfIds,
        elsewhere: dict[tuple[int, str, int, int], tuple[There, Sibling]],
    ) -> None:
        """Write a new ticket, count a known one, or put it with the waiting ones where more must be known. Raises
        UnreadableSales where the file has two versions of it."""
        sold = item.sold
        group = there.get(item.key)
        of_id = _find_of_id(item, by_id)
        if group is None and of_id is None:
            self._put(item, self._place_new(item, elsewhere), there, by_id)
            return
        near = [one for one in group or () if is_in_scope(one.sold, sold)]
        if of_id is not None and all(of_id.ticket_id != one.ticket_id for one in near):
            near.append(of_id)
        exact = [one for one in near if _is_exact(one, sold)]
        if any(self._is_otherwise(one, sold) for one in near):
            raise self._stands_twice(item.ticket)
        if len(exact) == 1 and (of_id is None or of_id.ticket_id == exact[0].ticket_id):
            self._count_known(item, exact[0], there, by_id, is_again=self._is_of_file(exact[0].ticket_id))
        elif all(one.file_id == self._file_id for one in near):
            stored = [Stored(one.ticket_id, one.sold, is_in_file=True) for one in near]
            [match] = pair([sold], stored, lambda _: self._place_new(item, elsewhere))
            self._apply(item, match, {one.ticket_id: one for one in near}, there, by_id)
        else:
            self._waiting.append(item)

    def _is_otherwise(self, one: There, sold: Sold) -> bool:
        """Whether this stored ticket came from this file, with the same time and other content."""
        if one.sold.at_utc_s != sold.at_utc_s or one.sold.content == sold.content:
            return False
        has_two_ids = None not in (one.sold.source_id, sold.source_id) and one.sold.source_id != sold.source_id
        return not has_two_ids and self._is_of_file(one.ticket_id)

    def _is_of_file(self, ticket_id: int) -> bool:
        return ticket_id >= self._first_id or self._holds.has_recently(ticket_id) or ticket_id in self._held

    def _read_there(self, items: Sequence[_Item]) -> _Group:
        """The stored tickets with the same registers and numbers, from a day before the first to a day after the
        last."""
        numbers: dict[int, set[str]] = defaultdict(set)
        for item in items:
            numbers[item.place.register_id].add(item.ticket.number)
        first = min(item.moment.at_utc_s for item in items) - DAY_S
        last = max(item.moment.at_utc_s for item in items) + DAY_S
        found: _Group = {}
        for register_id, wanted in numbers.items():
            for one in read_by_numbers(self._connection, register_id, wanted, first, last):
                found.setdefault((register_id, one.number), []).append(one)
        return found

    def _read_by_id(self, items: Sequence[_Item]) -> _OfIds:
        """The stored tickets with the same ids of their source."""
        ids: dict[int, set[str]] = defaultdict(set)
        for item in items:
            if item.sold.source_id is not None:
                ids[item.place.trace.number].add(item.sold.source_id)
        found: _OfIds = {}
        for venue, wanted in ids.items():
            for one in read_by_ids(self._connection, venue, wanted):
                found.setdefault((venue, str(one.sold.source_id)), []).append(one)
        return found

    def _read_elsewhere(self, items: Sequence[_Item]) -> dict[tuple[int, str, int, int], tuple[There, Sibling]]:
        """Equal tickets at other venues, by register, number, time and content."""
        numbers: dict[Sibling, dict[str, int]] = defaultdict(dict)
        for item in items:
            for sibling in item.place.siblings:
                numbers[sibling][item.ticket.number] = item.place.register_id
        if not numbers:
            return {}
        first, last = min(item.moment.at_utc_s for item in items), max(item.moment.at_utc_s for item in items)
        found = {}
        for sibling, wanted in numbers.items():
            for one in read_by_numbers(self._connection, sibling.register_id, wanted, first, last):
                if one.status != _WITHDRAWN:
                    key = (wanted[one.number], one.number, one.sold.at_utc_s, one.sold.content)
                    found[key] = (one, sibling)
        return found

    def _look_for_newer(self, items: Sequence[_Item]) -> None:
        self._is_newer_known = self.made_at_utc_s is not None
        if self.made_at_utc_s is None:
            return
        trace = items[0].place.trace
        first, last = min(item.moment.at_utc_s for item in items), max(item.moment.at_utc_s for item in items)
        self._newer.look({item.place.trace.number for item in items} or {trace.number}, self.made_at_utc_s, first, last)

    def _place_new(self, item: _Item, elsewhere: dict[tuple[int, str, int, int], tuple[There, Sibling]]) -> int | None:
        """The id for a ticket that is new at its venue; None where it is not to be written: a newer file covers its
        time and lacks it, or another venue has it and has drafted it."""
        sold, place = item.sold, item.place
        if self._is_newer_known and self._newer.lack(
            place.trace.number, place.register_id, sold.business_day, sold.at_utc_s
        ):
            self.counts["older"] += 1
            self._notes.note_lacked(item.ticket)
            return None
        other = elsewhere.pop((place.register_id, item.ticket.number, sold.at_utc_s, sold.content), None)
        if other is not None:
            one, sibling = other
            if sibling.is_apart and not self._has_same_name(one):
                self._notes.note_apart(item.ticket, sibling.venue_code, day_of(one.sold.business_day))
                return self._take_id()
            if not self._moves.may_move(one.venue_id, one.sold.business_day):
                self._notes.note_elsewhere(item.ticket, sibling.venue_code, day_of(one.sold.business_day))
                return None
            self._moves.move(one, sibling)
            self.counts["moved"] += 1
        return self._take_id()

    def _take_id(self) -> int:
        self._next_id += 1
        return self._next_id - 1

    def _has_same_name(self, known: There) -> bool:
        """Whether another file of this one's name has this ticket."""
        holders = read_holders(self._connection, [known.ticket_id])[known.ticket_id]
        name = short_name(self._name)
        return any(one.file_id != self._file_id and short_name(one.name or "") == name for one in holders)

    # Those that wait

    def _settle_waiting(self, covered: dict[int, Span]) -> None:
        """Match the waiting tickets with the stored ones of their numbers."""
        items, self._waiting = self._waiting, []
        if not items:
            return
        self._holds.finish()
        there, by_id, elsewhere = self._read_there(items), self._read_by_id(items), self._read_elsewhere(items)
        self._look_for_newer(items)
        everything = {one.ticket_id for group in there.values() for one in group}
        of_ids = {one.ticket_id for group in by_id.values() for one in group}
        holders = read_holders(self._connection, everything | of_ids)
        former = read_former(self._connection, everything | of_ids)
        taken: set[int] = set()
        groups: dict[tuple[int, str], list[_Item]] = defaultdict(list)
        for item in items:
            groups[item.key].append(item)
        for key, of_key in groups.items():
            candidates = {one.ticket_id: one for one in there.get(key, ())}
            for item in of_key:
                of_id = _find_of_id(item, by_id)
                if of_id is not None:
                    candidates[of_id.ticket_id] = of_id
            span = covered.get(of_key[0].place.trace.number)
            stored = [
                self._store(one, holders.get(one.ticket_id, []), former.get(one.ticket_id, ()), span, taken)
                for one in candidates.values()
            ]

            def place(n: int, of_key: Sequence[_Item] = of_key) -> int | None:
                return self._place_new(of_key[n], elsewhere)

            matches = pair([item.sold for item in of_key], stored, place)
            for item, match in zip(of_key, matches, strict=True):
                taken.add(match.ticket_id)
                self._apply(item, match, candidates, there, by_id)
        self._flush()

    def _store(
        self, one: There, holders: Sequence[Holder], former: tuple[Sold, ...], span: Span | None, taken: set[int]
    ) -> Stored:
        """A stored ticket, as the matching needs it."""
        others = [holder for holder in holders if holder.file_id != self._file_id]
        is_in_file = one.file_id == self._file_id or one.ticket_id in taken or len(others) < len(holders)
        age = self._age_of(others)
        is_covered = span is not None and span.start_utc_s <= one.sold.at_utc_s < span.end_utc_s
        made = {holder.made_at_utc_s for holder in others}
        is_part = self.made_at_utc_s is not None and self.made_at_utc_s in made
        return Stored(
            one.ticket_id,
            one.sold,
            is_in_file=is_in_file,
            age=age,
            is_gone=is_covered and age is not Age.OLDER and not is_part,
            is_unjudged=one.status == _UNJUDGED,
            is_withdrawn=one.status == _WITHDRAWN,
            former=former,
        )

    def _age_of(self, holders: Sequence[Holder]) -> Age:
        """Whether this file is older or newer than the newest of the files that have a ticket."""
        others = [holder for holder in holders if not self._is_same_file(holder)]
        if self.made_at_utc_s is not None and len(others) < len(holders):
            others = [holder for holder in others if (holder.made_at_utc_s or 0) >= self.made_at_utc_s]
            if not others:
                return Age.NEWER  # the same file, read again: it is understood better
        made = [holder.made_at_utc_s for holder in others if holder.made_at_utc_s is not None]
        if self.made_at_utc_s is None or not made or max(made) == self.made_at_utc_s:
            return Age.UNKNOWN
        return Age.NEWER if self.made_at_utc_s > max(made) else Age.OLDER

    def _is_same_file(self, holder: Holder) -> bool:
        """Whether that is the same file, read before: same name, time of making and batch."""
        if self.made_at_utc_s is None or holder.made_at_utc_s not in (None, self.made_at_utc_s):
            return False
        return short_name(holder.name or "") == short_name(self._name) and holder.batch == self.batch

    # What comes of a ticket

    def _apply(
        self,
        item: _Item,
        match: Match,
        candidates: dict[int, There],
        there: _Group,
        by_id: _OfIds,
    ) -> None:
        known = candidates.get(match.ticket_id)
        if match.verdict is Verdict.CONTRADICTED:
            raise self._stands_twice(item.ticket)
        if match.verdict is Verdict.LACKED:
            self._put(item, None, there, by_id)
        elif match.verdict is Verdict.NEW:
            self._put(item, match.ticket_id, there, by_id)
            self._note_twice(item, match, candidates)
        elif match.verdict is Verdict.KNOWN or known is None:
            self._count_known(item, known, there, by_id, is_again=match.is_again)
        elif match.verdict is Verdict.OLDER:
            self._keep_older(item, known)
        else:
            self._change(item, known)

    def _put(self, item: _Item, ticket_id: int | None, there: _Group, by_id: _OfIds) -> None:
        """Write a new ticket; with id None it is not written."""
        if ticket_id is None:
            self.counts["known"] += 1
            return
        self.counts["new"] += 1
        ticket, sold, trace = item.ticket, item.sold, item.place.trace
        trace.days.add(item.moment.business_day)
        self._add_rows(item, ticket_id)
        status = int(ticket.status)
        row = There(
            ticket_id,
            trace.number,
            item.place.register_id,
            ticket.number,
            sold,
            self._file_id,
            status,
            item.sales_ore,
        )
        there.setdefault(item.key, []).append(row)
        if sold.source_id is not None:
            by_id.setdefault((trace.number, sold.source_id), []).append(row)

    def _count_known(self, item: _Item, known: There | None, there: _Group, by_id: _OfIds, *, is_again: bool) -> None:
        self.counts["known"] += 1
        if is_again:
            self._notes.note_again(item.ticket)
        if known is None:
            return
        self._held.add(known.ticket_id)
        self._add_facts(item, known.ticket_id, is_known=True)
        if item.sold.source_id is not None and known.sold.source_id is None:
            self._give_id(item.sold.source_id, known, there, by_id)

    def _give_id(self, source_id: str, known: There, there: _Group, by_id: _OfIds) -> None:
        """Add its source's id to a stored ticket that had none."""
        self._named.append({"ticket": known.ticket_id, "named": source_id})
        named = known._replace(sold=known.sold._replace(source_id=source_id))
        by_id.setdefault((known.venue_id, source_id), []).append(named)
        key = (known.register_id, known.number)
        there[key] = [named if one.ticket_id == known.ticket_id else one for one in there.get(key, ())]

    def _change(self, item: _Item, known: There) -> None:
        """Replace a stored ticket's content, and store its former version."""
        self.counts["changed"] += 1
        take_out(self._connection, known, self._file_id, "changed")
        of_itself = (_doubt.c.ticket_id == known.ticket_id, _doubt.c.other_id <= 0)
        self._connection.execute(delete(_doubt).where(*of_itself))
        if known.sold.business_day != item.sold.business_day:
            of_ticket = (_doubt.c.ticket_id == known.ticket_id, _doubt.c.business_day == known.sold.business_day)
            moved = update(_doubt).where(*of_ticket).values(business_day=item.sold.business_day)
            self._connection.execute(moved)
        item.place.trace.days |= {item.moment.business_day, day_of(known.sold.business_day)}
        self._add_rows(item, known.ticket_id, source_id=known.sold.source_id)
        self._add_doubt(item, known.ticket_id, "ticket-changed", self._facts_of_change(known))

    def _facts_of_change(self, known: There) -> dict[str, Any]:
        before = known.sales_ore if known.status == _COUNTED else 0
        return {"before": before, "other_file": self._file_of(known), "file": short_name(self._name)}

    def _keep_older(self, item: _Item, known: There) -> None:
        """Store an older file's version of a ticket, beside what the ticket is."""
        self.counts["known"] += 1
        self.counts["older"] += 1
        self._notes.note_older(item.ticket)
        self._held.add(known.ticket_id)
        kept = self._connection.execute(
            select(_change.c.before).where(_change.c.ticket_id == known.ticket_id)
        ).scalars()
        if any(json.loads(before)["content"] == item.sold.content for before in kept):
            return
        document = dict(zip(_ticket.c.keys(), self._ticket_row(item, known.ticket_id, None), strict=True))
        document["entries"] = [list(row) for row in self._entry_rows(item, known.ticket_id)]
        row = {"ticket_id": known.ticket_id, "file_id": self._file_id, "before": json.dumps(document), "kind": "older"}
        self._connection.execute(insert(_change).values(**row))

    def _note_twice(self, item: _Item, match: Match, candidates: dict[int, There]) -> None:
        """Store the doubt, or note, about a ticket that shares its number with others."""
        for other_id in match.twice:
            other = candidates[other_id]
            is_training = {int(item.ticket.status), other.status} & _NO_TAKINGS
            if is_training and other.sold.at_utc_s != item.sold.at_utc_s:
                continue  # training is numbered apart
            self._add_doubt(item, match.ticket_id, "same-number-twice", self._facts_of_twice(other), other_id)
        if match.withdrawn_id is not None:
            withdrawn = candidates[match.withdrawn_id]
            change = self._facts_of_change(withdrawn) | {"before": withdrawn.sales_ore}
            self._add_doubt(item, match.ticket_id, "ticket-changed", change)
        if match.is_beside:
            self._notes.note_beside(item.ticket)

    def _note_renamed(self) -> None:
        """Store the doubt about each new sale that another register of its venue had before."""
        for venue in sorted(self._venues) if self._next_id > self._first_id else ():
            for ticket_id, business_day, other in read_again(self._connection, venue, self._first_id, self._holder_id):
                facts = self._facts_of_twice(other)
                self.doubts["same-number-twice"] += other.status != _WITHDRAWN
                self._add_doubt_row(venue, business_day, ticket_id, "same-number-twice", facts, other.ticket_id)
        self._flush()

    def _facts_of_twice(self, other: There) -> dict[str, Any]:
        file_id, name = self._find_file(other)
        return {"other_file": name, "other_import_id": file_id, "file": short_name(self._name)}

    def _file_of(self, known: There) -> str:
        return self._find_file(known)[1]

    def _find_file(self, known: There) -> tuple[int, str]:
        """The file a stored ticket came from, and its name; for one that a person restored, a file that has it."""
        name = self._file_name(known.file_id)
        if name:
            return known.file_id, name
        holders = read_holders(self._connection, [known.ticket_id])[known.ticket_id]
        others = ((one.file_id, short_name(one.name)) for one in holders if one.name and one.file_id != self._file_id)
        return next(others, (known.file_id, ""))

    def _file_name(self, file_id: int) -> str:
        """A file's name without its folder; "" for an act without a file."""
        if file_id not in self._file_names:
            is_file = _file.c.kind.not_in((ActKind.WITHDRAWAL.value, ActKind.RESTORATION.value))
            found = self._connection.execute(select(_file.c.name).where(_file.c.id == file_id, is_file)).scalar()
            self._file_names[file_id] = short_name(str(found or ""))
        return self._file_names[file_id]

    def _stands_twice(self, ticket: Ticket) -> UnreadableSales:
        told = f" (id {ticket.source_id})" if ticket.source_id is not None else ""
        return UnreadableSales(
            self._name,
            f"register {ticket.register}, ticket {ticket.number}",
            f"the ticket{told} stands twice in the file, completed at {ticket.completed_at}, with different contents.",
            "one ticket per register, number and time, and per id.",
            "Export the period again; where two locations share register numbers, import each by itself.",
        )

    # Rows

    def _add_rows(self, item: _Item, ticket_id: int, source_id: str | None = None) -> None:
        self._tickets.append(self._ticket_row(item, ticket_id, source_id))
        if item.ticket.status in _POSTED:
            self._entries += self._entry_rows(item, ticket_id)
        self._held.add(ticket_id)
        self._add_facts(item, ticket_id)
        if item.ticket.doubts:
            self._add_own_doubts(item, ticket_id)
        if item.moment.at_utc_s > item.place.trace.horizon_utc_s and item.ticket.status in _TAKINGS:
            self._add_doubt(item, ticket_id, "odd-date", {})
            self._notes.note_future(item.ticket, item.moment.business_day)

    def _add_facts(self, item: _Item, ticket_id: int, *, is_known: bool = False) -> None:
        if item.ticket.facts is not None:
            trace = item.place.trace
            self._facts.add(ticket_id, item.ticket, trace.number, trace.venue, item.moment, is_known=is_known)

    def _add_own_doubts(self, item: _Item, ticket_id: int) -> None:
        """Store the doubts that the reader attached to a ticket. Several of one code differ in `other_id`: 0, -1,
        -2."""
        seen: Counter[str] = Counter()
        for code, facts in item.ticket.doubts:
            self._add_doubt(item, ticket_id, code, dict(facts), -seen[code])
            seen[code] += 1

    def _add_doubt(self, item: _Item, ticket_id: int, code: str, facts: dict[str, Any], other_id: int = 0) -> None:
        if not is_explained(code, facts, item.place.trace.venue.on(item.moment.business_day)):
            self.doubts[code] += 1
        self._add_doubt_row(item.place.trace.number, item.sold.business_day, ticket_id, code, facts, other_id)

    def _add_doubt_row(
        self, venue: int, business_day: int, ticket_id: int, code: str, facts: dict[str, Any], other_id: int
    ) -> None:
        self._doubt_rows.append(
            {
                "venue_id": venue,
                "business_day": business_day,
                "ticket_id": ticket_id,
                "code": code,
                "other_id": other_id,
                "facts": json.dumps(facts, ensure_ascii=False),
                "act_id": self._file_id,
            }
        )

    def _flush(self) -> None:
        insert_rows(self._connection, _ticket, self._tickets)
        insert_rows(self._connection, _entry, self._entries)
        if self._doubt_rows:
            self._connection.execute(insert(_doubt), self._doubt_rows)
        if self._named:
            self._connection.execute(_NAME_TICKET, self._named)
        self._holds.add(self._held)
        self._facts.flush()
        self._tickets, self._entries, self._doubt_rows, self._held, self._named = [], [], [], set(), []

    def _ticket_row(self, item: _Item, ticket_id: int, source_id: str | None) -> tuple[Any, ...]:
        """A ticket's values in the order of its columns."""
        place, ticket, moment, sold, sales_ore = item
        return (
            ticket_id,
            place.trace.number,
            sold.business_day,
            moment.part,
            place.register_id,
            ticket.number,
            moment.at_utc_s,
            int(ticket.status),
            ticket.serial,
            sales_ore,
            ticket.payments_ore,
            self._codes[ticket.customer or ""],
            ticket.tip_may_be_unwritten,
            sold.content,
            self._file_id,
            ticket.source_id or source_id,
            mirror_of(ticket) if ticket.status is TicketStatus.VOID else None,
        )

    def _entry_rows(self, item: _Item, id_: int) -> list[tuple[Any, ...]]:
        """A ticket's amounts as rows of `entry`, in the order of its columns: the same as `core.settlement.entries_of`,
        without building an object for each, for speed."""
        ticket, venue, day, part = item.ticket, item.place.trace.number, item.sold.business_day, item.moment.part
        register, codes = item.place.register_id, self._codes
        rows: list[tuple[Any, ...]] = []
        add = rows.append
        for n, (product_type, vat_code, gross_ore, vat_ore, rate_bp, discount_ore) in enumerate(ticket.lines):
            code, vat, rate = codes[product_type], codes[vat_code], -1 if rate_bp is None else rate_bp
            add((venue, day, _SALE, part, code, vat, rate, 0, 0, register, id_, n, gross_ore, vat_ore, discount_ore))
        customer = codes[ticket.customer or ""]
        others = [
            (_PAYMENT, codes[payment_type], customer, codes[currency or ""], amount_ore)
            for payment_type, amount_ore, currency in ticket.payments
        ]
        others += [(kind, 0, 0, 0, amount_ore) for kind, amount_ore in _other_amounts(ticket) if amount_ore]
        others += [
            (int(kind), codes[paid_with], customer if kind is EntryKind.MOVE_RECEIVED else 0, 0, amount_ore)
            for kind, paid_with, amount_ore in ticket.movements
        ]
        for n, (kind, code, of_customer, currency, amount_ore) in enumerate(others, len(rows)):
            add((venue, day, kind, part, code, 0, -1, of_customer, currency, register, id_, n, amount_ore, None, 0))
        return rows


def _next_ticket_id(connection: Connection) -> int:
    """An id that no ticket has or ever had: files refer to tickets by id, also to removed ones."""
    columns = (_ticket.c.id, TicketHoldRow.last_id, TicketRemovalRow.ticket_id)
    newest = (connection.execute(select(func.max(column))).scalar() for column in columns)
    return max(int(id_ or 0) for id_ in newest) + 1


def _find_of_id(item: _Item, by_id: _OfIds) -> There | None:
    """The stored ticket with this one's source id: of the same register, or equal in number, time and content (two
    registers may use the same ids)."""
    if item.sold.source_id is None:
        return None
    for one in by_id.get((item.place.trace.number, item.sold.source_id), ()):
        is_same = one.number == item.ticket.number and _is_exact(one, item.sold)
        if one.register_id == item.place.register_id or is_same:
            return one
    return None


def _is_exact(one: There, sold: Sold) -> bool:
    """Whether a stored ticket has the same time and content, and no ids show that they are two."""
    other = one.sold
    if other.at_utc_s != sold.at_utc_s or other.content != sold.content:
        return False
    return sold.source_id is None or other.source_id is None or sold.source_id == other.source_id


def _other_amounts(ticket: Ticket) -> tuple[tuple[int, int], ...]:
    return (
        (int(EntryKind.TIP), ticket.tip_ore),
        (int(EntryKind.ROUNDING), ticket.rounding_ore),
        (int(EntryKind.GIFT_CARD), ticket.gift_cards_ore),
    )


def short_name(name: str) -> str:
    """A file's name without its folder.

    >>> short_name("C:\\\\sales\\\\november.zip > day.xml")
    'november.zip > day.xml'
    """
    return name.replace("\\", "/").rpartition("/")[2]
