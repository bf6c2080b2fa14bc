"""What is kept of a business day is what its tickets come to, whatever happens to them; nothing is sent on less."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import reduce
from typing import Any

import pytest
from alembic import command
from hypothesis import HealthCheck, example, given, settings, strategies as st
from sqlalchemy import Connection, event

from posexport.app.import_sales import import_sales
from posexport.app.review import Reviewer
from posexport.core.day import Period
from posexport.core.history import TicketVersion
from posexport.core.sales import EntryKind, Payment, SaleLine, Ticket, ZReport, ZTotal
from posexport.core.vat import LINE_TOLERANCE_ORE
from posexport.store import day_sums
from posexport.store.database import open_database, upgrade
from posexport.store.day_counts import read_counts
from posexport.store.day_sums import find_wrong_days, sum_days
from posexport.store.days import read_days
from posexport.store.evidence import read_versions
from posexport.store.sales_writer import SalesWriter
from posexport.store.setups import find_venue_number, load_setup
from posexport.store.stretch import read_stretch
from posexport.store.sums import DaySums, add_registers, read_sums
from posexport.store.z_reports import HORIZON_S, RegisterDays, read_sums_by_register
from tests.store.test_migrations import alembic_config
from tests.store.test_store import MANY_TICKETS, only_venue, undone, write
from tests.support.harness import FRIDAY, SATURDAY, Shop, sale
from tests.support.scope import count_examples
from tests.support.z_reports import Change, change, changes, compare_plainly, list_entries, tell_all

KEPT = ("day_sum", "day_count")


def read_kept(shop: Shop) -> dict[str, list[tuple[Any, ...]]]:
    """Both tables, in order."""
    return {table: sorted(shop.rows(f"SELECT * FROM {table}"), key=repr) for table in KEPT}


@settings(max_examples=count_examples(20, quickly=10), suppress_health_check=list(HealthCheck))
@given(tickets=MANY_TICKETS, first=st.integers(0, 12), changed=st.sets(st.integers(0, 11)))
def test_kept_sums_follow_every_import(both: Shop, tickets: list[Ticket], first: int, changed: set[int]) -> None:
    """Some tickets, the others late, then some of them again with something else on them."""
    if not both.rows("SELECT id FROM venue"):
        both.apply()
    again = [ticket._replace(lines=(SaleLine("new", "31", 1_00),), payments=()) for ticket in tickets]
    with both.open() as workspace, undone(workspace.database) as (_, connection):
        venue = only_venue(connection)
        number = find_venue_number(connection, venue)
        for file in (tickets[:first], tickets[first:], [again[place] for place in changed if place < len(again)]):
            write(connection, venue, file)
            assert find_wrong_days(connection, number, (FRIDAY, SATURDAY)) == []


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE day_sum SET amount_ore = amount_ore + 1",
        "UPDATE day_sum SET vat_ore = 1, stated_entries = entries WHERE kind = 1",
        "DELETE FROM day_sum WHERE kind = 2",
        "INSERT INTO day_sum SELECT venue_id, business_day, 3, part, code_id, vat_code_id, vat_rate_bp, customer_id, "
        "currency_id, register_id, 5, 5, NULL, 0, 1, 0, 0, NULL, NULL FROM day_sum WHERE kind = 2",
        "UPDATE day_count SET tickets = tickets + 1",
        "DELETE FROM day_count",
    ],
)
def test_what_is_kept_is_held_against_the_tickets_before_anything_is_sent(both: Shop, damage: str) -> None:
    """What is drafted is what the tickets say, and so is what is kept from then on."""
    both.apply()
    both.sell(sale(1), sale(2, at="2026-11-20T13:00:00"))
    right, before = both.only_voucher(both.preview()), read_kept(both)
    both.change(damage)
    assert both.only(both.preview()) != right
    exported = both.export(FRIDAY, FRIDAY)
    [draft] = both.world.drafts()
    assert draft.debit_ore == right.voucher.debit_ore
    assert exported.exit_code == 0
    assert read_kept(both) == before


def test_days_far_apart_are_summed_apart(both: Shop) -> None:
    both.apply()
    both.sell(*(sale(n, at=f"2026-{month:02d}-{day:02d}T12:00:00") for n, (month, day) in enumerate(DAYS, 1)))
    before = read_kept(both)
    both.change("UPDATE day_sum SET amount_ore = 0")
    both.change("DELETE FROM day_count")
    with both.open() as workspace, workspace.database.writing() as connection:
        number = find_venue_number(connection, only_venue(connection))
        days = read_days(connection, number, None, date(2026, 12, 31))
        sum_days(connection, number, days[::-1])
    assert read_kept(both) == before


DAYS = ((1, 1), (1, 8), (1, 16), (1, 17), (5, 1), (5, 31))
"""A week apart, more than a week apart, side by side, months apart."""


def test_a_day_is_summed_in_the_order_of_the_index(shop: Shop) -> None:
    """Nothing is sorted, and no other day is read."""
    shop.apply()
    seen: list[str] = []
    with shop.open() as workspace:

        @event.listens_for(workspace.database.engine, "checkout")
        def listen(connection: Any, *rest: Any) -> None:
            connection.set_trace_callback(seen.append)

        import_sales(workspace, [shop.write(*(sale(n, at=f"2026-11-{n:02d}T12:00:00") for n in range(1, 21)))])
    sums = list(
        dict.fromkeys(text for text in seen if text.startswith(("INSERT INTO day_sum", "INSERT INTO day_count")))
    )
    assert len(sums) == 2
    plans = [[row[3] for row in shop.rows(f"EXPLAIN QUERY PLAN {text}")] for text in sums]
    assert plans == [
        ["SEARCH entry USING PRIMARY KEY (venue_id=? AND business_day>? AND business_day<?)"],
        ["SEARCH ticket USING COVERING INDEX ix_ticket_day (venue_id=? AND business_day>? AND business_day<?)"],
    ]


@settings(max_examples=count_examples(20, quickly=10), suppress_health_check=list(HealthCheck))
@given(tickets=MANY_TICKETS)
def test_registers_summed_together_come_to_what_the_database_makes_of_their_day(
    both: Shop, tickets: list[Ticket]
) -> None:
    """Both readers of a stretch's sums say the same: the one for days with Z-reports, and the one for days without."""
    if not both.rows("SELECT id FROM venue"):
        both.apply()
    days = (date(2026, 11, 1), date(2026, 11, 30))
    with both.open() as workspace, undone(workspace.database) as (database, connection):
        venue = only_venue(connection)
        number = find_venue_number(connection, venue)
        write(connection, venue, tickets)
        counts = read_counts(connection, number, days)
        by_register, _ = read_sums_by_register(database, connection, number, days, counts)
        assert by_register == list(read_sums(database, connection, number, days))


PER_REGISTER = st.tuples(
    st.integers(-500, 500),
    st.none() | st.integers(-100, 100),
    st.none() | st.tuples(st.integers(0, 9), st.integers(0, 9)),
)
"""What one register sold: amount, VAT where a line states it, and the lowest and highest rate that fits."""


@given(of_registers=st.lists(PER_REGISTER, min_size=1, max_size=4))
def test_what_only_some_registers_state_is_added_up_whichever_comes_first(of_registers: list[Any]) -> None:
    key = (20261120, 1, 0, 7, 8, 2500, 0, 0)
    rows = [
        (*key, amount, vat, 3, 2, amount, 1, *(rates or (None, None)), register, amount, None)
        for register, (amount, vat, rates) in enumerate(of_registers)
    ]
    [added] = add_registers(rows)
    amounts, vats, rates = zip(*of_registers, strict=True)
    known_vat, known_rates = [vat for vat in vats if vat is not None], [pair for pair in rates if pair is not None]
    many = len(of_registers)
    assert added[:16] == (
        *(*key, sum(amounts), sum(known_vat) if known_vat else None, 3 * many, 2 * many, sum(amounts), many),
        max((lowest for lowest, _ in known_rates), default=None),
        min((highest for _, highest in known_rates), default=None),
    )


# Reading a stretch


def test_a_month_of_quiet_days_is_read_by_a_handful_of_queries(shop: Shop) -> None:
    """However many days they are, and whatever might be there but is not."""
    shop.apply()
    shop.sell(*(sale(n, at=f"2026-11-{n:02d}T12:00:00") for n in range(1, 26)))
    with shop.open() as workspace, undone(workspace.database) as (database, connection):
        company = load_setup(connection).companies[0]
        number = find_venue_number(connection, company.venues[0])
        asked: list[str] = []
        driver: Any = connection.connection.driver_connection
        driver.set_trace_callback(asked.append)
        days = (date(2026, 11, 1), date(2026, 11, 25))
        data = read_stretch(database, connection, company, company.venues[0], number, days)
        driver.set_trace_callback(None)
    assert len(data.sums) == 25
    assert len(asked) <= 5, asked


# Z-reports


HOURS = st.datetimes(datetime(2026, 11, 17), datetime(2026, 11, 22, 12)).map(
    lambda moment: moment.replace(minute=0, second=0, microsecond=0)
)
REGISTERS = st.sampled_from(["1", "2"])
LINES = st.sampled_from([SaleLine("100", "3", 12_00, 2_40), SaleLine("200", "31", -5_00)])
NIGHTS = st.lists(st.tuples(REGISTERS, HOURS, LINES), max_size=25)
Z_TIMES = st.lists(st.tuples(REGISTERS, HOURS), max_size=10, unique=True)


@settings(max_examples=count_examples(60), suppress_health_check=list(HealthCheck))
@given(nights=NIGHTS, z_times=Z_TIMES)
def test_a_z_report_is_held_against_whole_days_or_against_its_tickets_to_the_same(
    both: Shop,
    monkeypatch: pytest.MonkeyPatch,
    nights: list[tuple[str, datetime, SaleLine]],
    z_times: list[tuple[str, datetime]],
) -> None:
    """Made in the night, by day, twice a day, never: what is kept by day says what a look at every ticket says."""
    if not both.rows("SELECT id FROM venue"):
        both.apply()
    with both.open() as workspace, undone(workspace.database) as (database, connection):
        venue = only_venue(connection)
        writer = SalesWriter(connection, "sales", "jsonl", lambda location, register: venue, 0)
        for number, (register, at, line) in enumerate(nights):
            writer.add_ticket(Ticket(register, str(number), at, (line,), (Payment("CASH", 12_00),)))
        for number, (register, at) in enumerate(z_times):
            totals = (ZTotal(EntryKind.SALE, "100", 12_00), ZTotal(None, "3", 9_60, 2_40))
            writer.add_z_report(ZReport(register, str(number), at, 12_00, totals))
        writer.finish()
        quick, exact = (_review(database, connection, is_exact, monkeypatch) for is_exact in (False, True))
        assert quick == exact


SOLD = st.lists(
    st.tuples(
        st.sampled_from(["100", "200", "900"]),
        st.sampled_from(["3", "31", ""]),
        st.sampled_from([12_00, 50, -5_00, 1]),
        st.sampled_from([2_40, 10, 0, -1_00]) | st.none(),
    ).map(lambda values: SaleLine(*values)),
    max_size=3,
).map(tuple)
PAID = st.lists(
    st.tuples(st.sampled_from(["CASH", "CARD"]), st.sampled_from([12_00, 24_00, -5_00])).map(
        lambda values: Payment(*values)
    ),
    max_size=2,
).map(tuple)
EXTRAS = st.fixed_dictionaries(
    {}, optional={"tip_ore": st.just(7_00), "rounding_ore": st.just(-50), "gift_cards_ore": st.just(20_00)}
)
SALES = st.lists(st.tuples(REGISTERS, HOURS, SOLD, PAID, EXTRAS), max_size=20)
READINGS = st.lists(
    st.tuples(REGISTERS, HOURS, st.lists(changes, max_size=2)), max_size=8, unique_by=lambda reading: reading[:2]
)
NO_Z_YET = datetime(2026, 11, 15, 12)


@settings(max_examples=count_examples(40), suppress_health_check=list(HealthCheck))
@given(sales=SALES, readings=READINGS)
@example(  # a ticket without any amount on the night before, and one that the Z-report does not cover
    sales=[("1", datetime(2026, 11, 17, hour), (), (), {}) for hour in (0, 6)],
    readings=[("1", datetime(2026, 11, 17, 5), [])],
)
def test_every_z_report_is_held_against_each_amount_on_the_tickets_since_the_one_before(
    both: Shop, sales: list[Any], readings: list[tuple[str, datetime, list[Change]]]
) -> None:
    """Returns, tips, gift cards, payments and VAT, in the night and by day: what a Z says that its tickets do not say
    is always told, and nothing else is."""
    if not both.rows("SELECT id FROM venue"):
        both.apply()
    tickets = [
        Ticket(register, str(number), at, lines, payments, **extras)
        for number, (register, at, lines, payments, extras) in enumerate(sales)
    ]
    told: dict[tuple[str, str], tuple[ZReport, list[Ticket]]] = {}
    since = dict.fromkeys(["1", "2"], NO_Z_YET)
    for number, (register, at, mistakes) in enumerate(sorted(readings, key=lambda reading: reading[:2])):
        covered = [one for one in tickets if one.register == register and since[register] < one.completed_at <= at]
        report = tell_all(list_entries(covered), register, str(number), at)
        told[register, report.number] = reduce(change, mistakes, report), covered
        since[register] = at
    with both.open() as workspace, undone(workspace.database) as (database, connection):
        venue = only_venue(connection)
        writer = SalesWriter(connection, "sales", "jsonl", lambda location, register: venue, 0)
        for item in tickets:
            writer.add_ticket(item)
        for report in (ZReport("1", "first", NO_Z_YET, None, ()), ZReport("2", "first", NO_Z_YET, None, ())):
            writer.add_z_report(report)
        for report, _ in told.values():
            writer.add_z_report(report)
        writer.finish()
        company = load_setup(connection).companies[0]
        reviewer = Reviewer(database, connection, company, venue)
        now = int(datetime(2026, 11, 28, 12, tzinfo=UTC).timestamp())
        reviews = list(reviewer.review(Period(date(2026, 11, 16), date(2026, 11, 24)), now))
    place = venue.calendar.place
    of_days = {review.business_day: review for review in reversed(reviews)}  # the first where a day has two vouchers
    for day, review in of_days.items():
        expected = {
            key: compare_plainly(report, list_entries(covered), venue.mapping.not_turnover)
            for key, (report, covered) in told.items()
            for days in [{place(one.completed_at).business_day for one in covered}]
            if day in days or (not days and place(report.reported_at).business_day == day)
            if place(report.reported_at).at_utc_s < venue.calendar.end(day) + HORIZON_S
        }
        shown = {(one.register, one.number): one for one in review.report.z_reports if one.number != "first"}
        assert {key: list(one.rows) for key, one in shown.items()} == expected
        assert [one.agrees for one in shown.values()] == [all(row.agrees for row in expected[key]) for key in shown]
        wrong = Counter(
            (key[0], key[1], row.what, row.code) for key, rows in expected.items() for row in rows if not row.agrees
        )
        found = [finding for finding in review.report.findings if finding.code == "z-report-mismatch"]
        facts = [(finding.facts, finding.variant) for finding in found]
        assert wrong == Counter((fact["register"], fact["z_number"], what, fact["code_of"]) for fact, what in facts)


def _review(database: Any, connection: Connection, is_exact: bool, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    company = load_setup(connection).companies[0]
    reviewer = Reviewer(database, connection, company, company.venues[0])
    with monkeypatch.context() as patched:
        if is_exact:
            patched.setattr("posexport.store.stretch.read_sums_by_register", _cut)
        now = int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp())
        days = Period(date(2026, 11, 16), date(2026, 11, 23))
        return [review.report.z_reports for review in reviewer.review(days, now)]


def _cut(*arguments: Any) -> tuple[list[DaySums], RegisterDays]:
    """Days that every Z-report cuts."""
    sums, days = read_sums_by_register(*arguments)
    return sums, {register: [replace(day, first_utc_s=-1) for day in listed] for register, listed in days.items()}


# Stores made before


def test_a_store_from_before_is_summed_when_it_is_upgraded(bare_database_url: str, tmp_path: Any) -> None:
    shop = Shop(bare_database_url, tmp_path)
    shop.apply()
    shop.sell(*(sale(n, at=f"2026-11-{20 + n % 2}T1{n % 8}:00:00", register=str(1 + n % 2), id=n) for n in range(40)))
    shop.sell(sale(3, "99.00", at="2026-11-21T13:00:00", register="2", id=3))
    before, entries = read_kept(shop), shop.rows("SELECT * FROM entry ORDER BY ticket_id, line")
    versions = _read_versions(shop)
    assert all(before.values())
    assert len(versions) == 21
    database = open_database(bare_database_url)
    config = alembic_config()
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
    upgrade(database)
    database.close()
    [(kept,)] = shop.rows("SELECT before FROM ticket_change")
    document = json.loads(kept)
    for entry in document["entries"]:
        assert entry.pop(9) == document["register_id"]
    shop.change(f"UPDATE ticket_change SET before = '{json.dumps(document)}'")
    assert _read_versions(shop) == versions, "the ticket as it was, kept when entries said nothing of their register"
    assert read_kept(shop) == before
    assert shop.rows("SELECT * FROM entry ORDER BY ticket_id, line") == entries
    assert shop.only_voucher(shop.preview(FRIDAY, FRIDAY)).voucher.lines


def _read_versions(shop: Shop) -> list[TicketVersion]:
    """Without the ids of their source, which no store had before."""
    with shop.open() as workspace, workspace.database.reading() as connection:
        versions = read_versions(workspace.database, connection, 1, SATURDAY)
    return [
        replace(version, placed=(version.placed[0]._replace(source_id=None), version.placed[1])) for version in versions
    ]


def test_sqlite_finds_nothing_wrong_with_a_store(shop: Shop) -> None:
    """Some versions take a number for NULL where a key's columns do not come first and in order."""
    shop.apply()
    shop.sell(sale(1), sale(2))
    assert shop.rows("PRAGMA integrity_check") == [("ok",)]


@given(
    amount_ore=st.integers(-300_000, 300_000),
    vat_ore=st.integers(-60_000, 60_000) | st.integers(-3, 3),
    rate=st.sampled_from((0, 1, 110_000, 111_100, 120_000, 150_000, 250_000)) | st.integers(0, 1_000_000),
)
def test_the_rates_that_a_lines_vat_can_be_of_are_those_between_the_bounds(
    amount_ore: int, vat_ore: int, rate: int
) -> None:
    bounds = f"SELECT {day_sums._LOWEST_RATE}, {day_sums._HIGHEST_RATE} FROM (SELECT ? AS amount_ore, ? AS vat_ore)"
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        lowest, highest = connection.execute(bounds, (amount_ore, vat_ore)).fetchone()
    of_rate = Fraction(amount_ore * rate, 1_000_000 + rate)
    if abs(of_rate - vat_ore) <= LINE_TOLERANCE_ORE:
        assert lowest <= rate <= highest
    else:
        assert rate <= lowest or rate >= highest
