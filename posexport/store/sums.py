"""A business day's sums, and the few tickets that need a look: what previews and exports read.

Everything is read by venue and range of business days, so the cost depends on the days asked for and not on the
history.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import reduce
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from posexport.core.company import Venue
from posexport.core.sales import (
    EntryKind,
)
from posexport.core.settlement import EntryKey, EntrySum
from posexport.core.vat import LINE_TOLERANCE_ORE, Misfit, VatBounds, VatKey
from posexport.store.database import Database, day_number, day_of, read_rows
from posexport.store.days import Days, of_days
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


_SUMS = """
    SELECT business_day, kind, part, code_id, vat_code_id, vat_rate_bp, customer_id, currency_id,
           CAST(SUM(amount_ore) AS BIGINT), CAST(SUM(vat_ore) AS BIGINT),
           CAST(SUM(discount_ore) AS BIGINT), CAST(SUM(entries) AS BIGINT),
           CAST(SUM(stated_ore) AS BIGINT), CAST(SUM(stated_entries) AS BIGINT),
           MAX(lowest_rate), MIN(highest_rate)
    FROM day_sum
    WHERE venue_id = :venue AND business_day BETWEEN :first AND :last
    GROUP BY business_day, kind, part, code_id, vat_code_id, vat_rate_bp, customer_id, currency_id
    ORDER BY business_day, kind, part, code_id, vat_code_id, vat_rate_bp, customer_id, currency_id
    """
_REGISTER_ROWS = """
    SELECT business_day, kind, part, code_id, vat_code_id, vat_rate_bp, customer_id, currency_id,
           amount_ore, vat_ore, discount_ore, entries, stated_ore, stated_entries, lowest_rate, highest_rate,
           register_id, positive_ore, CASE WHEN stated_entries = entries THEN vat_ore END
    FROM day_sum
    WHERE venue_id = :venue AND business_day BETWEEN :first AND :last
    ORDER BY business_day, kind, part, code_id, vat_code_id, vat_rate_bp, customer_id, currency_id, register_id
    """


class DaySums(NamedTuple):
    """The sums of one business day's entries, and the VAT rates that fit its lines."""

    day: date
    sums: tuple[EntrySum, ...]
    vat_bounds: VatBounds


def read_sums(database: Database, connection: Connection, venue: int, days: Days) -> Iterator[DaySums]:
    """The sums of every day, in order; days without counted tickets are left out."""
    yield from list_day_sums(database, connection, read_rows(connection, _SUMS, of_days(venue, days)))


def read_register_rows(connection: Connection, venue: int, days: Days) -> list[tuple[Any, ...]]:
    """The sums of every day before its registers are added up, in order. A row: as `list_day_sums` reads them, then the
    register, the amount without returns, and the VAT, NULL where not every line states it."""
    return read_rows(connection, _REGISTER_ROWS, of_days(venue, days))


def add_registers(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Such rows, those of several registers added up as the database does it in `_SUMS`. Where both are wanted, this
    takes less than a second query."""
    for _, alike in groupby(rows, key=_GROUPED_BY):
        yield reduce(_add_rows, alike)


_GROUPED_BY = itemgetter(slice(8))
_VAT, _LOWEST, _HIGHEST = 9, 14, 15
"""Places of what may be NULL in a row."""


def _add_rows(one: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[Any, ...]:
    vat_ore, lowest, highest = one[_VAT], one[_LOWEST], one[_HIGHEST]
    if vat_ore is None:
        vat_ore = other[_VAT]
    elif other[_VAT] is not None:
        vat_ore += other[_VAT]
    if lowest is None:
        lowest, highest = other[_LOWEST], other[_HIGHEST]
    elif other[_LOWEST] is not None:
        lowest, highest = max(lowest, other[_LOWEST]), min(highest, other[_HIGHEST])
    added = one[10] + other[10], one[11] + other[11], one[12] + other[12], one[13] + other[13]
    return (*one[:8], one[8] + other[8], vat_ore, *added, lowest, highest)


def list_day_sums(database: Database, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> Iterator[DaySums]:
    """Rows as sums, by day. A row: the day, the seven ids that amounts are grouped by, amount, VAT, discount, number of
    entries, amount and number of those that state VAT, and the lowest and highest rate that fits them."""
    keys = find_keys(database, connection, {row[1:8] for row in rows})
    for number, group in groupby(rows, key=itemgetter(0)):
        sums: list[EntrySum] = []
        bounds: dict[VatKey, tuple[int, int]] = {}
        for row in group:
            key = keys[row[1:8]]
            amount_ore, vat_ore, discount_ore, entries, stated_ore, stated_entries, lowest, highest = row[8:16]
            if 0 < stated_entries < entries:
                unstated = (amount_ore - stated_ore, entries - stated_entries)
                sums.append(EntrySum(key, amount_ore, vat_ore, discount_ore, entries, *unstated))
            else:
                sums.append(EntrySum(key, amount_ore, vat_ore, discount_ore, entries))
            if lowest is not None:
                of_vat = (key.part, key.vat_code, key.vat_rate_bp)
                if of_vat in bounds:
                    lowest, highest = max(bounds[of_vat][0], lowest), min(bounds[of_vat][1], highest)
                bounds[of_vat] = (lowest, highest)
        yield DaySums(day_of(number), tuple(sums), bounds)


def read_misfits(
    connection: Connection,
    venue: int,
    day: date,
    keys: Collection[VatKey],
    rates_ppm: Sequence[int],
) -> list[Misfit]:
    """The tickets on which VAT, of a line and of all lines together, differs from each of these rates (ppm) by more
    than rounding. `keys`: part, register VAT code and stated rate of the lines to check."""
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
    """The SQL condition that VAT differs from each of these rates by more than rounding can explain."""
    return " AND ".join(
        f"ABS(CAST({vat} AS NUMERIC) * {1_000_000 + rate} - CAST({gross} AS NUMERIC) * {rate})"
        f" > {LINE_TOLERANCE_ORE * (1_000_000 + rate)}"
        for rate in rates_ppm
    )


def has_vat(connection: Connection, venue: Venue) -> bool:
    """Whether a venue's registers charged VAT on any sale since its `export_from`."""
    query = f"""
        SELECT 1 FROM day_sum
        WHERE venue_id = :venue AND business_day >= :first AND kind = {int(EntryKind.SALE)} AND vat_ore <> 0 LIMIT 1
        """  # noqa: S608
    of_venue = {"venue": find_venue_number(connection, venue), "first": day_number(venue.export_from)}
    return bool(read_rows(connection, query, of_venue))


_KEYS_KEPT = 50_000
"""The size of the cache: keys include customers, of whom there may be any number."""


def find_keys(
    database: Database, connection: Connection, wanted: Collection[tuple[int, ...]]
) -> dict[tuple[int, ...], EntryKey]:
    """What amounts with these ids are grouped by. Cached, since a venue's days repeat the same ones; the returned dict
    is the caller's own, as the cache is shared between threads."""
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
    """Load the codes with these ids into the cache, where they are missing."""
    missing = sorted({id_ for id_ in ids if id_ not in database.codes})
    for start in range(0, len(missing), 500):
        numbers = ", ".join(map(str, missing[start : start + 500]))
        database.codes.update(read_rows(connection, f"SELECT id, text FROM code WHERE id IN ({numbers})", {}))  # noqa: S608
