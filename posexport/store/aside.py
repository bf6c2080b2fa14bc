"""Tickets and Z-reports of registers that belong to no venue: stored as they were read, counted nowhere, until a venue
gets their register or the file is undone.

Never here: the import itself (`sales_writer`), through which they are added to a venue later (`moving_in`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, true, update

from posexport.core.credit_facts import restore_facts
from posexport.core.sales import (
    Doubt,
    EntryKind,
    Movement,
    Payment,
    SaleLine,
    Ticket,
    TicketStatus,
    ZReport,
    ZTotal,
)
from posexport.store.tables import AsideRow, SalesFileRow, UnknownRegisterRow
from posexport.store.ticket_rows import chunks

_aside, _file = AsideRow.__table__, SalesFileRow.__table__  # type: ignore[attr-defined]
_unknown = UnknownRegisterRow.__table__  # type: ignore[attr-defined]

_BATCH = 500


# As JSON


_CURRENCY = "file_currency"
_FACTS = "facts"


def format_item(item: Ticket | ZReport, currency: str = "") -> str:
    """A ticket or Z-report as JSON, with its file's currency where that has one."""
    document = item._asdict() | ({_CURRENCY: currency} if currency else {})
    if document.get(_FACTS, ...) is None:
        del document[_FACTS]  # as tickets were stored before there were any: their digests stay the same
    return json.dumps(document, default=datetime.isoformat, ensure_ascii=False, sort_keys=True)


def parse_currency(document: str) -> str:
    """The currency in such a JSON document, "" where it has none."""
    return str(json.loads(document).get(_CURRENCY, ""))


def parse_ticket(document: str) -> Ticket:
    """The ticket in such a JSON document."""
    data = json.loads(document)
    data.pop(_CURRENCY, None)
    return Ticket(
        **{
            **data,
            "completed_at": datetime.fromisoformat(data["completed_at"]),
            "lines": tuple(SaleLine(*row) for row in data["lines"]),
            "payments": tuple(Payment(*row) for row in data["payments"]),
            "movements": tuple(Movement(EntryKind(row[0]), *row[1:]) for row in data["movements"]),
            "status": TicketStatus(data["status"]),
            "doubts": tuple(Doubt(code, tuple((name, fact) for name, fact in facts)) for code, facts in data["doubts"]),
            _FACTS: restore_facts(data[_FACTS]) if data.get(_FACTS) else None,
        }
    )


def parse_z_report(document: str) -> ZReport:
    """The Z-report in such a JSON document."""
    data = json.loads(document)
    data.pop(_CURRENCY, None)
    totals = tuple(ZTotal(None if row[0] is None else EntryKind(row[0]), *row[1:]) for row in data["totals"])
    return ZReport(**{**data, "reported_at": datetime.fromisoformat(data["reported_at"]), "totals": totals})


_ORGANIZATION = "organization "


def name_organization(number: str) -> str:
    """The code under which tickets of an organization number are kept that no company in the setup has. It cannot clash
    with a company id, since it contains a space."""
    return f"{_ORGANIZATION}{number}"


def names_a_company(company_code: str) -> bool:
    """Whether such a code says which company something belongs to."""
    return company_code != "" and not company_code.startswith(_ORGANIZATION)


def digest_item(document: str) -> int:
    """A digest by which two copies of one ticket or Z-report are recognized, whatever they say for an invoice. A signed
    64-bit integer."""
    return int.from_bytes(blake2b(_without_facts(document).encode(), digest_size=8).digest(), "big", signed=True)


def _without_facts(document: str) -> str:
    if f'"{_FACTS}": [' not in document:
        return document
    told = json.loads(document)
    del told[_FACTS]
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


# Writing


@dataclass(slots=True)
class AsideWriter:
    """Stores a file's tickets and Z-reports of registers without a venue. `find_company` returns whose they are: a
    company's id, a number that no company has (`name_organization`), or "" where unknown."""

    connection: Connection
    file_id: int
    find_company: Callable[[], str]
    _rows: list[dict[str, Any]] = field(default_factory=list)
    _waiting: frozenset[str] | None = None
    _in: list[int] = field(default_factory=list)

    def note_in(self, item: Ticket | ZReport, currency: str) -> None:
        """Mark copies of this item, kept aside from an earlier file, as imported: it is being written to its venue
        now."""
        if self._waiting is None:
            self._waiting = _find_waiting(self.connection)
        if item.register in self._waiting:
            self._in.append(digest_item(format_item(item, currency)))

    def keep(self, location: str | None, register: str, item: Ticket | ZReport, currency: str = "") -> None:
        """Store one ticket or Z-report, and its file's currency; written in batches."""
        document = format_item(item, currency)
        kind = "ticket" if isinstance(item, Ticket) else "z-report"
        digest = digest_item(document)
        self._rows.append(
            {
                "file_id": self.file_id,
                "company_code": self.find_company(),
                "location": location or "",
                "register_code": register,
                "kind": kind,
                "document": document,
                "digest": digest,
            }
        )
        if len(self._rows) >= _BATCH:
            self.finish()

    def finish(self) -> None:
        """Write the last batch. Items that a person accepted before stay accepted."""
        for chunk in chunks(self._in):
            same = (_aside.c.digest.in_(chunk), _aside.c.in_act_id.is_(None), _aside.c.file_id != self.file_id)
            self.connection.execute(update(_aside).where(*same).values(in_act_id=self.file_id))
        self._in = []
        rows, self._rows = self._rows, []
        if not rows:
            return
        seen = _find_accepted(self.connection, [row["digest"] for row in rows])
        self.connection.execute(insert(_aside), [{**row, "acceptance_id": seen.get(row["digest"])} for row in rows])


def _find_waiting(connection: Connection) -> frozenset[str]:
    return frozenset(connection.execute(select(_aside.c.register_code).distinct()).scalars())


def _find_accepted(connection: Connection, digests: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for chunk in chunks(digests):
        query = select(_aside.c.digest, _aside.c.acceptance_id).where(
            _aside.c.digest.in_(chunk), _aside.c.acceptance_id.is_not(None)
        )
        found |= {row.digest: row.acceptance_id for row in connection.execute(query)}
    return found


def forget_file(connection: Connection, file_id: int, file_name: str) -> int:
    """Delete what a file had of registers without a venue; returns how many tickets that were."""
    of_file = _aside.c.file_id == file_id
    many = connection.execute(select(func.count()).where(of_file, _aside.c.kind == "ticket")).scalar_one()
    connection.execute(delete(_aside).where(of_file))
    connection.execute(update(_aside).where(_aside.c.in_act_id == file_id).values(in_act_id=None))
    forget_name(connection, file_name)
    return int(many)


def forget_name(connection: Connection, file_name: str) -> None:
    """Delete what early versions noted of unknown registers for a file of this name, in whatever folder."""
    name = file_name.replace("\\", "/").rpartition("/")[2]
    connection.execute(delete(_unknown).where(_unknown.c.file_name == name))


# Reading


class UnknownRegister(NamedTuple):
    """A register that belongs to no venue: how many of its tickets wait, and the files that have them. `company_code`:
    "" where its company is unknown, or is an `organization_number` that no company has; `is_kept`: whether its tickets
    are stored, which early versions did not do."""

    company_code: str
    location: str
    register: str
    tickets: int
    files: tuple[str, ...]
    is_kept: bool = True
    organization_number: str = ""


def read_unknown_registers(connection: Connection, companies: Collection[str] | None = None) -> list[UnknownRegister]:
    """Every register with tickets that wait for a venue or for a person's acceptance; with `companies`, only theirs and
    those of an unknown company."""
    columns = (_aside.c.company_code, _aside.c.location, _aside.c.register_code)
    is_told = (_aside.c.acceptance_id.is_(None), _aside.c.in_act_id.is_(None))
    waiting = and_(_aside.c.kind == "ticket", *is_told, _of(companies))
    counted = connection.execute(
        select(*columns, func.count(_aside.c.digest.distinct())).where(waiting).group_by(*columns).order_by(*columns)
    ).all()
    if counted:
        names = _name_files(connection, waiting)
        found = [
            UnknownRegister(
                "" if (number := _find_number(company)) else company,
                location,
                register,
                tickets,
                names[company, location, register],
                organization_number=number,
            )
            for company, location, register, tickets in counted
        ]
    else:
        found = []
    return [*found, *_read_not_kept(connection, companies)]


def _of(companies: Collection[str] | None) -> ColumnElement[bool]:
    if companies is None:
        return true()
    return or_(_aside.c.company_code.in_(sorted({*companies, ""})), _aside.c.company_code.startswith(_ORGANIZATION))


def _find_number(company_code: str) -> str:
    return company_code.removeprefix(_ORGANIZATION) if company_code.startswith(_ORGANIZATION) else ""


def _name_files(connection: Connection, waiting: ColumnElement[bool]) -> dict[tuple[Any, ...], tuple[str, ...]]:
    rows = connection.execute(
        select(_aside.c.company_code, _aside.c.location, _aside.c.register_code, _file.c.id, _file.c.name)
        .join(_file, _file.c.id == _aside.c.file_id)
        .where(waiting)
        .distinct()
        .order_by(_file.c.id)
    )
    names: dict[tuple[Any, ...], list[str]] = {}
    for company, location, register, _, name in rows:
        names.setdefault((company, location, register), []).append(_short(name))
    return {key: tuple(dict.fromkeys(listed)) for key, listed in names.items()}


def _short(file_name: str) -> str:
    return file_name.replace("\\", "/").rpartition("/")[2]


def _read_not_kept(connection: Connection, companies: Collection[str] | None) -> Iterator[UnknownRegister]:
    """Registers whose tickets an early version left out without storing them."""
    rows = connection.execute(select(_unknown).order_by(_unknown.c.id))
    for row in rows:
        if companies is None or row.company_code in {*companies, ""}:
            yield UnknownRegister(
                row.company_code, row.location, row.register_code, row.tickets, (row.file_name,), is_kept=False
            )


def accept_register(connection: Connection, companies: Collection[str], register: str, acceptance_id: int) -> int:
    """Store that a person accepts that a register's tickets are not counted; returns how many there are."""
    same = func.lower(_aside.c.register_code) == register.lower()
    of_register = and_(same, _of(companies), _aside.c.acceptance_id.is_(None))
    many = connection.execute(
        select(func.count(_aside.c.digest.distinct())).where(of_register, _aside.c.kind == "ticket")
    ).scalar_one()
    connection.execute(update(_aside).where(of_register).values(acceptance_id=acceptance_id))
    of_name = and_(
        func.lower(_unknown.c.register_code) == register.lower(), _unknown.c.company_code.in_(sorted({*companies, ""}))
    )
    told = connection.execute(select(func.coalesce(func.sum(_unknown.c.tickets), 0)).where(of_name)).scalar_one()
    connection.execute(delete(_unknown).where(of_name))
    return int(many) + int(told)


class AsideRegister(NamedTuple):
    """What one file has of one register that had no venue when it was read. `organization_number`: the file's, "" where
    it has no valid one."""

    file_id: int
    company_code: str
    location: str
    register: str
    organization_number: str


def list_registers(connection: Connection) -> list[AsideRegister]:
    """Every register with something kept aside, per file, in the order the files were read."""
    rows = connection.execute(
        select(
            _aside.c.file_id,
            _aside.c.company_code,
            _aside.c.location,
            _aside.c.register_code,
            _file.c.organization_number,
        )
        .join(_file, _file.c.id == _aside.c.file_id)
        .where(_aside.c.in_act_id.is_(None))
        .distinct()
        .order_by(_aside.c.file_id, _aside.c.location, _aside.c.register_code)
    )
    return [AsideRegister(*row[:4], _find_number(row.company_code) or row.organization_number) for row in rows]


def take(connection: Connection, of: AsideRegister) -> Iterator[tuple[Ticket | ZReport, str]]:
    """Yield what is kept aside of a register, in the order it was read, each item with its file's currency; deleted
    from here once all of it was taken."""
    of_register = (
        _aside.c.file_id == of.file_id,
        _aside.c.company_code == of.company_code,
        _aside.c.location == of.location,
        _aside.c.register_code == of.register,
        _aside.c.in_act_id.is_(None),
    )
    last = 0
    while True:
        rows = connection.execute(
            select(_aside.c.id, _aside.c.kind, _aside.c.document)
            .where(*of_register, _aside.c.id > last)
            .order_by(_aside.c.id)
            .limit(_BATCH)
        ).all()
        if not rows:
            break
        for row in rows:
            item = parse_ticket(row.document) if row.kind == "ticket" else parse_z_report(row.document)
            yield item, parse_currency(row.document)
        last = rows[-1].id
    connection.execute(delete(_aside).where(*of_register))


def learn_company(connection: Connection, of: AsideRegister, company_code: str) -> None:
    """Store which company a register belongs to, now that it is known."""
    connection.execute(
        update(_aside)
        .where(
            _aside.c.file_id == of.file_id,
            _aside.c.company_code == of.company_code,
            _aside.c.location == of.location,
            _aside.c.register_code == of.register,
        )
        .values(company_code=company_code)
    )
