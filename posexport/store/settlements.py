"""What previews and exports read: a business day's sums, and the few tickets that need a look.

Everything is read by venue and by a stretch of business days, so that the work is that of the days asked for
and not of the history behind them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, text

from posexport.core.coverage import Covered
from posexport.core.day import BusinessCalendar, Moment
from posexport.core.report import ControlFigures
from posexport.core.sales import (
    MOVEMENTS,
    EntryKind,
    Movement,
    Payment,
    SaleLine,
    Ticket,
    TicketStatus,
    ZReport,
    ZTotal,
)
from posexport.core.settlement import EntryKey, EntrySum, PlacedTicket, UnbalancedTicket
from posexport.core.setup import Venue
from posexport.core.vat import LINE_TOLERANCE_ORE, Misfit, VatBounds, VatKey
from posexport.core.z_report import TicketSum
from posexport.store.counts import CountRow, RegisterCount, count_registers, read_counts
from posexport.store.database import Database, day_number, day_of, read_rows
from posexport.store.setups import find_venue_number
from posexport.store.tables import (
    BusinessDayRow,
    CodeRow,
    EntryRow,
    RegisterRow,
    SalesFileRow,
    TicketRow,
    ZReportRow,
)

_ticket, _entry, _code = TicketRow.__table__, EntryRow.__table__, CodeRow.__table__  # type: ignore[attr-defined]
_register, _file = RegisterRow.__table__, SalesFileRow.__table__  # type: ignore[attr-defined]
_day, _z = BusinessDayRow.__table__, ZReportRow.__table__  # type: ignore[attr-defined]

_KINDS = {int(kind): kind for kind in EntryKind}

Days = tuple[date, date]
"""The first and last business day of a stretch, both included."""


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What the tickets of one day come to, without their lines. `control` has no discounts yet."""

    control: ControlFigures
    registers: Mapping[int, RegisterCount]
    first_utc_s: int
    last_utc_s: int


_SUMS = """
    SELECT business_day, kind, part, code_id, vat_code_id, vat_rate_bp, customer_id, currency_id,
           CAST(SUM(amount_ore) AS BIGINT), CAST(SUM(vat_ore) AS BIGINT),
           CAST(SUM(discount_ore) AS BIGINT), CAST(SUM(entries) AS BIGINT),
           CAST(CASE WHEN SUM(stated_entries) > 0 THEN SUM(amount_ore - stated_ore) ELSE 0 END AS BIGINT),
           CAST(CASE WHEN SUM(stated_entries) > 0 THEN SUM(entries - stated_entries) ELSE 0 END AS BIGINT),
           MAX(lowest_rate), MIN(highest_rate)
    FROM day_sum
    WHERE venue_id = :venue AND business_day BETWEEN :first AND :last
    GROUP BY business_day, kind, part, code_id, vat_code_id, vat_rate_bp, customer_id, currency_id
    ORDER BY business_day, kind, part, code_id, vat_code_id, vat_rate_bp, customer_id, currency_id
    """


class DaySums(NamedTuple):
    """What the entries of one business day come to, and which rates the VAT on its lines can be of."""

    day: date
    sums: tuple[EntrySum, ...]
    vat_bounds: VatBounds


def read_sums(database: Database, connection: Connection, venue: int, days: Days) -> Iterator[DaySums]:
    """Every day's sums, in order; days without posted tickets do not appear."""
    rows = read_rows(connection, _SUMS, _of_days(venue, days))
    keys = _find_keys(database, connection, {row[1:8] for row in rows})
    for number, group in groupby(rows, key=itemgetter(0)):
        sums: list[EntrySum] = []
        bounds: dict[VatKey, tuple[int, int]] = {}
        for row in group:
            key = keys[row[1:8]]
            sums.append(EntrySum(key, *row[8:14]))
            if row[14] is not None:
                of_vat = (key.part, key.vat_code, key.vat_rate_bp)
                lowest, highest = bounds.get(of_vat, (row[14], row[15]))
                bounds[of_vat] = (max(lowest, row[14]), min(highest, row[15]))
        yield DaySums(day_of(number), tuple(sums), bounds)


def read_misfits(
    connection: Connection,
    venue: int,
    day: date,
    keys: Collection[VatKey],
    rates_ppm: Sequence[int],
) -> list[Misfit]:
    """The tickets on which a line's VAT, and that of all its lines together, is beyond rounding of none of these rates.
    `keys`: the part, the register's VAT code and the stated rate of the lines that are looked at."""
    texts = {key[1] for key in keys}
    found = connection.execute(select(_code.c.text, _code.c.id).where(_code.c.text.in_(texts)))
    codes = {row.text: int(row.id) for row in found} | {"": 0}
    wanted = " OR ".join(
        f"(e.part = {part} AND e.vat_code_id = {codes[code]} AND e.vat_rate_bp = {-1 if rate is None else rate})"
        for part, code, rate in sorted(keys, key=repr)
    )
    rows = read_rows(
        connection,
        f"""
        SELECT r.code, t.number, t.completed_at_utc_s, SUM(e.amount_ore), SUM(e.vat_ore)
        FROM entry e JOIN ticket t ON t.id = e.ticket_id JOIN register r ON r.id = t.register_id
        WHERE e.venue_id = :venue AND e.business_day = :day AND e.kind = {int(EntryKind.SALE)} AND ({wanted})
          AND e.vat_ore IS NOT NULL
        GROUP BY r.code, t.number, t.completed_at_utc_s, t.id
        HAVING SUM(CASE WHEN {_beyond("e.amount_ore", "e.vat_ore", rates_ppm)} THEN 1 ELSE 0 END) > 0
           AND {_beyond("SUM(e.amount_ore)", "SUM(e.vat_ore)", rates_ppm)}
        ORDER BY t.completed_at_utc_s, r.code, t.number
        """,  # noqa: S608
        {"venue": venue, "day": day_number(day)},
    )
    return [Misfit(register, number, at, int(gross), int(vat)) for register, number, at, gross, vat in rows]


def _beyond(gross: str, vat: str, rates_ppm: Sequence[int]) -> str:
    """Whether VAT is further from what each of these rates would make of it than rounding can explain."""
    return " AND ".join(
        f"ABS(CAST({vat} AS NUMERIC) * {1_000_000 + rate} - CAST({gross} AS NUMERIC) * {rate})"
        f" > {LINE_TOLERANCE_ORE * (1_000_000 + rate)}"
        for rate in rates_ppm
    )


def has_vat(connection: Connection, venue: Venue) -> bool:
    """Whether a venue's registers counted VAT on anything that was sold since it is exported."""
    query = f"""
        SELECT 1 FROM day_sum
        WHERE venue_id = :venue AND business_day >= :first AND kind = {int(EntryKind.SALE)} AND vat_ore <> 0 LIMIT 1
        """  # noqa: S608
    of_venue = {"venue": find_venue_number(connection, venue), "first": day_number(venue.export_from)}
    return bool(read_rows(connection, query, of_venue))


def _of_days(venue: int, days: Days) -> dict[str, int]:
    return {"venue": venue, "first": day_number(days[0]), "last": day_number(days[1])}


_KEYS_KEPT = 50_000
"""Customers are part of a key, and there is no end to customers."""


def _find_keys(
    database: Database, connection: Connection, wanted: Collection[tuple[int, ...]]
) -> dict[tuple[int, ...], EntryKey]:
    """What amounts with these ids are summed by: a venue's days have the same ones again and again. Answers with its
    own dictionary, since what is remembered is every thread's."""
    found = {ids: key for ids in wanted if (key := database.keys.get(ids)) is not None}
    missing = [ids for ids in wanted if ids not in found]
    remember_codes(database, connection, (id_ for ids in missing for id_ in (*ids[2:4], *ids[5:7])))
    new = {ids: _put_key_together(database.codes, ids) for ids in missing}
    if len(database.keys) > _KEYS_KEPT:
        database.keys.clear()
    database.keys.update(new)
    return found | new


def _put_key_together(codes: Mapping[int, str], ids: tuple[int, ...]) -> EntryKey:
    kind, part, code, vat_code, rate_bp, customer, currency = ids
    rate = None if rate_bp < 0 else rate_bp
    return EntryKey(EntryKind(kind), part, codes[code], codes[vat_code], rate, codes[customer], codes[currency])


def remember_codes(database: Database, connection: Connection, ids: Iterable[int]) -> None:
    """Look up what ids stand for, those not known yet."""
    missing = sorted({id_ for id_ in ids if id_ not in database.codes})
    for start in range(0, len(missing), 500):
        found = connection.execute(select(_code.c.id, _code.c.text).where(_code.c.id.in_(missing[start : start + 500])))
        database.codes.update({row.id: row.text for row in found})


def read_days(
    connection: Connection, venue: int, first: date | None, last: date, *, only_open: bool = False
) -> list[date]:
    """The business days that have data, in order; `only_open` those not yet drafted or known to be empty."""
    wanted = select(_day.c.business_day).where(_day.c.venue_id == venue, _day.c.business_day <= day_number(last))
    if first is not None:
        wanted = wanted.where(_day.c.business_day >= day_number(first))
    if only_open:
        wanted = wanted.where(text("is_open"))
    return [day_of(number) for number in connection.execute(wanted.order_by(_day.c.business_day)).scalars()]


def has_sales(connection: Connection, venue: Venue) -> bool:
    """Whether any business day of a venue has data."""
    number = find_venue_number(connection, venue)
    return connection.execute(select(_day.c.venue_id).where(_day.c.venue_id == number).limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class Margin:
    """What stands beside the sums of a stretch of days: what files cover of it, the last file that touched each day,
    and which rarer things there are at all."""

    spans: tuple[Covered, ...]
    files: dict[date, int]
    has_unbalanced: bool
    has_acceptances: bool
    has_deliveries: bool
    has_z_reports: bool
    has_doubts: bool
    has_bookings: bool
    has_removals: bool


_MARGIN = """
    SELECT 'file' AS what, CAST(business_day AS BIGINT) AS one, file_id AS other, 0 AS register,
           CAST(0 AS BIGINT) AS of_file
    FROM business_day WHERE venue_id = :venue AND business_day BETWEEN :first AND :last
    UNION ALL
    SELECT CASE WHEN is_silent THEN 'silent' ELSE 'span' END, start_utc_s, end_utc_s, register_id, file_id
    FROM span WHERE venue_id = :venue AND end_utc_s > :start AND start_utc_s < :end
    UNION ALL
    SELECT 'unbalanced', 0, 0, 0, 0 WHERE EXISTS (
        SELECT 1 FROM ticket WHERE venue_id = :venue AND business_day BETWEEN :first AND :last
          AND status = 0 AND sales_ore <> payments_ore)
    UNION ALL
    SELECT 'acceptance', 0, 0, 0, 0 WHERE EXISTS (
        SELECT 1 FROM acceptance WHERE venue_id = :venue AND business_day BETWEEN :first AND :last)
    UNION ALL
    SELECT 'delivery', 0, 0, 0, 0 WHERE EXISTS (
        SELECT 1 FROM delivery WHERE venue_id = :venue AND business_day BETWEEN :first AND :last)
    UNION ALL
    SELECT 'booking', 0, 0, 0, 0 WHERE EXISTS (
        SELECT 1 FROM booked_elsewhere WHERE venue_id = :venue AND business_day BETWEEN :first AND :last)
    UNION ALL
    SELECT 'doubt', 0, 0, 0, 0 WHERE EXISTS (
        SELECT 1 FROM ticket_doubt WHERE venue_id = :venue AND business_day BETWEEN :first AND :last)
    UNION ALL
    SELECT 'removal', 0, 0, 0, 0 WHERE EXISTS (
        SELECT 1 FROM ticket_removal WHERE venue_id = :venue AND business_day BETWEEN :first AND :last)
    UNION ALL
    SELECT 'z-report', 0, 0, 0, 0 WHERE EXISTS (
        SELECT 1 FROM z_report
        WHERE venue_id = :venue AND reported_at_utc_s >= :start AND reported_at_utc_s < :horizon)
    """


def read_margin(connection: Connection, venue: int, days: Days, calendar: BusinessCalendar) -> Margin:
    """One look at everything that is small: on an ordinary day most of it is not there, and need not be read."""
    start, end = calendar.start(days[0]), calendar.end(days[1])
    stretch = _of_days(venue, days) | {"start": start, "end": end, "horizon": end + _HORIZON_S}
    rows = read_rows(connection, _MARGIN, stretch)
    there = {row[0] for row in rows}
    return Margin(
        spans=tuple(
            Covered(row[1], row[2], row[3], row[4], row[0] == "silent") for row in rows if row[0] in ("span", "silent")
        ),
        files={day_of(row[1]): row[2] for row in rows if row[0] == "file"},
        has_unbalanced="unbalanced" in there,
        has_acceptances="acceptance" in there,
        has_deliveries="delivery" in there,
        has_z_reports="z-report" in there,
        has_doubts="doubt" in there,
        has_bookings="booking" in there,
        has_removals="removal" in there,
    )


_UNBALANCED = """
    SELECT t.business_day, r.code, t.number, t.completed_at_utc_s, t.sales_ore, t.payments_ore, t.part,
           t.tip_may_be_unwritten
    FROM ticket t JOIN register r ON r.id = t.register_id
    WHERE t.venue_id = :venue AND t.business_day BETWEEN :first AND :last
      AND t.status = 0 AND t.sales_ore <> t.payments_ore
    ORDER BY t.business_day, t.completed_at_utc_s, r.code, t.number
    """


def read_unbalanced(connection: Connection, venue: int, days: Days) -> dict[date, tuple[UnbalancedTicket, ...]]:
    """The tickets that do not balance, by day; from an index of only those."""
    found: dict[date, list[UnbalancedTicket]] = defaultdict(list)
    for row in read_rows(connection, _UNBALANCED, _of_days(venue, days)):
        unexplained = bool(row[7]) and row[5] > row[4] > 0
        found[day_of(row[0])].append(UnbalancedTicket(row[1], row[2], row[3], row[4], row[5], row[6], unexplained))
    return {day: tuple(tickets) for day, tickets in found.items()}


def read_figures(connection: Connection, venue: int, days: Days, calendar: BusinessCalendar) -> dict[date, DayFigures]:
    """Control figures per day."""
    counts = read_counts(connection, venue, days)
    return {day: sum_figures(rows, calendar) for day, rows in counts.items()}


def sum_figures(rows: Sequence[CountRow], calendar: BusinessCalendar) -> DayFigures:
    """The figures of one day, from its counts."""
    counts: dict[TicketStatus, int] = defaultdict(int)
    amounts: dict[TicketStatus, int] = defaultdict(int)
    returns = returns_ore = 0
    for row in rows:
        status = TicketStatus(row.status)
        counts[status] += row.tickets
        amounts[status] += row.sales_ore
        if status is TicketStatus.COUNTED:
            returns += row.returns
            returns_ore += row.returns_ore
    registers = count_registers([row for row in rows if row.status != TicketStatus.WITHDRAWN] or rows)
    first = min(count.first_utc_s for count in registers.values())
    last = max(count.last_utc_s for count in registers.values())
    control = ControlFigures(
        tickets=counts[TicketStatus.COUNTED],
        sales_ore=amounts[TicketStatus.COUNTED],
        returns=returns,
        returns_ore=returns_ore,
        voids=counts[TicketStatus.VOID],
        voids_ore=amounts[TicketStatus.VOID],
        training=counts[TicketStatus.TRAINING],
        training_ore=amounts[TicketStatus.TRAINING],
        movements=counts[TicketStatus.MOVEMENT],
        not_sales=counts[TicketStatus.NOT_A_SALE],
        first_at=calendar.local(first),
        last_at=calendar.local(last),
    )
    return DayFigures(control, registers, first, last)


def register_code(connection: Connection, register: int) -> str:
    """A register's own name."""
    return str(connection.execute(select(_register.c.code).where(_register.c.id == register)).scalar_one())


ENTRY_COLUMNS = (
    *("ticket_id", "line", "kind", "code_id", "vat_code_id", "vat_rate_bp", "customer_id", "currency_id"),
    *("amount_ore", "vat_ore", "discount_ore"),
)
"""The columns of `entry` that a ticket is put together from."""


class StoredTicket(NamedTuple):
    """A ticket as it is stored: its number, the digest of its content, and the act since which it is so."""

    ticket: Ticket
    moment: Moment
    id: int
    content: int
    file_id: int


def read_tickets(
    database: Database,
    connection: Connection,
    venue: int,
    day: date,
    *,
    paid_with: Collection[str] | None = None,
) -> list[PlacedTicket]:
    """The tickets of one day, put together again from their rows, in the order they were completed.
    `paid_with` keeps only those with a payment of one of these types. Small: one venue's one day."""
    return [
        (stored.ticket, stored.moment)
        for stored in read_stored_tickets(database, connection, venue, day, paid_with=paid_with)
    ]


def read_stored_tickets(
    database: Database,
    connection: Connection,
    venue: int,
    day: date,
    *,
    paid_with: Collection[str] | None = None,
) -> list[StoredTicket]:
    """The same, with what the store knows them by."""
    of_day = (_entry.c.venue_id == venue, _entry.c.business_day == day_number(day))
    wanted = None
    if paid_with is not None:
        codes = select(_code.c.id).where(_code.c.text.in_(sorted(paid_with)))
        wanted = set(
            connection.execute(
                select(_entry.c.ticket_id)
                .where(*of_day, _entry.c.kind == int(EntryKind.PAYMENT), _entry.c.code_id.in_(codes))
                .distinct()
            ).scalars()
        )
        if not wanted:
            return []
    entries: dict[int, list[Sequence[int]]] = defaultdict(list)
    for row in connection.execute(select(*(_entry.c[name] for name in ENTRY_COLUMNS)).where(*of_day)):
        if wanted is None or row[0] in wanted:
            entries[row[0]].append(tuple(row))
    rows = connection.execute(
        select(_ticket, _register.c.code)
        .join(_register, _register.c.id == _ticket.c.register_id)
        .where(_ticket.c.venue_id == venue, _ticket.c.business_day == day_number(day))
        .order_by(_ticket.c.completed_at_utc_s, _register.c.code, _ticket.c.number)
    ).mappings()
    listed = [row for row in rows if wanted is None or row["id"] in wanted]
    ids = {id_ for group in entries.values() for entry in group for id_ in (*entry[3:5], *entry[6:8])}
    remember_codes(database, connection, ids | {row["customer_id"] for row in listed})
    return [
        StoredTicket(
            put_together(database.codes, row["code"], dict(row), entries.get(row["id"], [])),
            Moment(row["completed_at_utc_s"], day, row["part"]),
            row["id"],
            row["content"],
            row["file_id"],
        )
        for row in listed
    ]


def put_together(
    codes: Mapping[int, str], register: str, row: Mapping[str, Any], entries: Iterable[Sequence[Any]]
) -> Ticket:
    """A ticket from its row and the rows of its amounts, each of these in the order of `ENTRY_COLUMNS`; `codes` has
    to know every id in them."""
    lines, payments, movements = [], [], []
    other = {EntryKind.TIP: 0, EntryKind.ROUNDING: 0, EntryKind.GIFT_CARD: 0}
    for _, _, kind_number, code, vat_code, rate, _, currency, amount, vat, discount in sorted(
        entries, key=lambda entry: entry[1]
    ):
        kind = EntryKind(kind_number)
        if kind is EntryKind.SALE:
            rate_bp = None if rate < 0 else rate
            lines.append(SaleLine(codes[code], codes[vat_code], amount, vat, rate_bp, discount))
        elif kind is EntryKind.PAYMENT:
            payments.append(Payment(codes[code], amount, codes[currency] or None))
        elif kind in MOVEMENTS:
            movements.append(Movement(kind, codes[code], amount))
        else:
            other[kind] += amount
    return Ticket(
        register=register,
        number=str(row["number"]),
        completed_at=datetime.fromtimestamp(row["completed_at_utc_s"], UTC),
        lines=tuple(lines),
        payments=tuple(payments),
        status=TicketStatus(row["status"]),
        tip_ore=other[EntryKind.TIP],
        rounding_ore=other[EntryKind.ROUNDING],
        gift_cards_ore=other[EntryKind.GIFT_CARD],
        movements=tuple(movements),
        customer=codes[row["customer_id"]] or None,
        serial=row["serial"],
        tip_may_be_unwritten=bool(row["tip_may_be_unwritten"]),
        source_id=row.get("source_id"),
    )


@dataclass(frozen=True, slots=True)
class StoredZReport:
    """A Z-report with the stretch it covers of its register: after `since_utc_s`, up to `until_utc_s`. `is_first`: no
    earlier one is known."""

    report: ZReport
    register_id: int
    since_utc_s: int
    until_utc_s: int
    is_first: bool = False


_Z_REPORTS = """
    SELECT z.register_id, r.code, z.number, z.reported_at_utc_s, z.business_day, z.total_ore, z.totals,
           (SELECT MAX(p.reported_at_utc_s) FROM z_report p
            WHERE p.register_id = z.register_id AND p.reported_at_utc_s < z.reported_at_utc_s) AS since
    FROM z_report z JOIN register r ON r.id = z.register_id
    WHERE z.venue_id = :venue AND z.reported_at_utc_s >= :start AND z.reported_at_utc_s < :horizon
    ORDER BY z.reported_at_utc_s, r.code
    """


def read_z_reports(connection: Connection, venue: int, calendar: BusinessCalendar, days: Days) -> list[StoredZReport]:
    """The Z-reports whose stretch touches the days, in order. A Z covers its register from the Z before it;
    the first of all covers its own business day."""
    start, end = calendar.start(days[0]), calendar.end(days[1])
    stretch = {"venue": venue, "start": start, "horizon": end + _HORIZON_S}
    rows = read_rows(connection, _Z_REPORTS, stretch)
    found = []
    for register_id, code, number, reported_at, day, total_ore, totals, since in rows:
        since_utc_s = calendar.start(day_of(day)) - 1 if since is None else since
        if since_utc_s >= end:
            continue
        report = ZReport(
            register=code,
            number=number,
            reported_at=datetime.fromtimestamp(reported_at, UTC),
            total_ore=total_ore,
            totals=tuple(
                ZTotal(None if kind is None else _KINDS[kind], total_code, amount_ore, vat_ore)
                for kind, total_code, amount_ore, vat_ore in json.loads(totals)
            ),
        )
        found.append(StoredZReport(report, register_id, since_utc_s, reported_at, since is None))
    return found


_HORIZON_S = 4 * 86_400
"""How long after a day a Z-report may still be the one that covers it."""


@dataclass(frozen=True, slots=True)
class RegisterDay:
    """What one register's counted tickets of one business day come to, and when they were completed."""

    business_day: date
    first_utc_s: int
    last_utc_s: int
    sums: list[TicketSum]


RegisterDays = Mapping[int, Sequence[RegisterDay]]
"""A stretch of days by register, in order."""

_REGISTER_TIMES = f"""
    SELECT business_day, register_id, first_at_utc_s, last_at_utc_s
    FROM day_count
    WHERE venue_id = :venue AND business_day BETWEEN :first AND :last AND status = {int(TicketStatus.COUNTED)}
    ORDER BY business_day, register_id
    """  # noqa: S608
_REGISTER_DAYS = """
    SELECT business_day, register_id, kind, code_id, vat_code_id,
           CAST(SUM(amount_ore) AS BIGINT), CAST(SUM(positive_ore) AS BIGINT),
           CAST(CASE WHEN SUM(stated_entries) = SUM(entries) THEN SUM(vat_ore) END AS BIGINT),
           CAST(SUM(entries) AS BIGINT)
    FROM day_sum
    WHERE venue_id = :venue AND business_day BETWEEN :first AND :last
    GROUP BY business_day, register_id, kind, code_id, vat_code_id
    """


def read_register_days(database: Database, connection: Connection, venue: int, days: Days) -> RegisterDays:
    """What each register's days come to."""
    stretch = _of_days(venue, days)
    found: dict[int, list[RegisterDay]] = defaultdict(list)
    sums: dict[tuple[int, int], list[TicketSum]] = {}
    for day, register, first, last in read_rows(connection, _REGISTER_TIMES, stretch):
        sums[day, register] = []
        found[register].append(RegisterDay(day_of(day), first, last, sums[day, register]))
    rows = read_rows(connection, _REGISTER_DAYS, stretch)
    remember_codes(database, connection, {id_ for row in rows for id_ in row[3:5]})
    codes = database.codes
    for (day, register), group in groupby(rows, key=itemgetter(0, 1)):
        of_register = sums.get((day, register))
        if of_register is not None:  # else its drawer was counted and nothing sold
            of_register += [TicketSum(_KINDS[row[2]], codes[row[3]], codes[row[4]], *row[5:]) for row in group]
    return found


_REGISTER_SUMS = """
    WITH covered AS (
        SELECT id, business_day FROM ticket
        WHERE register_id = :register AND completed_at_utc_s > :since AND completed_at_utc_s <= :until AND status = 0
    )
    SELECT business_day, kind, code_id, vat_code_id, CAST(SUM(amount_ore) AS BIGINT),
           CAST(SUM(CASE WHEN amount_ore > 0 THEN amount_ore ELSE 0 END) AS BIGINT),
           CAST(CASE WHEN COUNT(vat_ore) = COUNT(*) THEN SUM(vat_ore) END AS BIGINT), COUNT(*)
    FROM entry
    WHERE venue_id = :venue
      AND business_day >= (SELECT MIN(business_day) FROM covered)
      AND business_day <= (SELECT MAX(business_day) FROM covered)
      AND ticket_id IN (SELECT id FROM covered)
    GROUP BY business_day, kind, part, code_id, vat_code_id
    """
"""One pass over the days that the tickets are of, each amount asked for its ticket: `ticket_id` stands so late in the
key of `entry` that to look up ticket by ticket would be such a pass for every one of them. Grouped in the order of
the key, which needs no sorting."""


def read_register_sums(
    database: Database, connection: Connection, venue: int, z: StoredZReport
) -> tuple[list[TicketSum], frozenset[date]]:
    """What a register's tickets come to in a Z-report's stretch, ticket by ticket, and the business days they belong
    to."""
    stretch = {"register": z.register_id, "venue": venue, "since": z.since_utc_s, "until": z.until_utc_s}
    rows = read_rows(connection, _REGISTER_SUMS, stretch)
    remember_codes(database, connection, {id_ for row in rows for id_ in row[2:4]})
    codes = database.codes
    sums = [TicketSum(_KINDS[row[1]], codes[row[2]], codes[row[3]], *row[4:]) for row in rows]
    return sums, frozenset(day_of(number) for number in {row[0] for row in rows})


_TRAIL = """
    SELECT f.source, f.batch FROM sales_file f JOIN business_day d ON d.file_id = f.id
    WHERE d.venue_id = :venue AND d.business_day = :day
    """


def read_trail(connection: Connection, venue: int, day: date) -> tuple[str, str]:
    """(source, batch) of the file that last gave the day tickets: the audit trail back to it."""
    found = read_rows(connection, _TRAIL, {"venue": venue, "day": day_number(day)})
    return found[0] if found else ("", "")


def last_file_of(connection: Connection, venue: int, day: date) -> int:
    """The last file that touched a day; 0 where none did."""
    of_day = {"venue": venue, "day": day_number(day)}
    found = read_rows(
        connection, "SELECT file_id FROM business_day WHERE venue_id = :venue AND business_day = :day", of_day
    )
    return int(found[0][0]) if found else 0
