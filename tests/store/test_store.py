"""The store says the same as the slow, obvious sums, on both databases, and finds a day without reading the rest."""

from __future__ import annotations

import hashlib
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError

from posexport.core.actor import Actor, KnownBy
from posexport.core.company import Venue
from posexport.core.document import format_lines, parse_lines
from posexport.core.finding import Finding, Severity
from posexport.core.lines import LineKind, VoucherLine
from posexport.core.ports.ledger import Chart
from posexport.core.sales import EntryKind, Movement, Payment, SaleLine, Ticket, TicketStatus, ZReport
from posexport.core.settlement import sort_key, sum_tickets
from posexport.core.vat import VatRate
from posexport.errors import UsageError
from posexport.store import acceptances, charts
from posexport.store.database import HEAD, Database, day_number, day_of, open_database, read_rows
from posexport.store.day_figures import read_figures, read_unbalanced
from posexport.store.days import read_days
from posexport.store.digests import LineTexts, digest_ticket
from posexport.store.sales_writer import SalesWriter
from posexport.store.setups import find_venue_number, load_setup
from posexport.store.sums import read_sums
from posexport.store.tickets import read_tickets
from tests.support.harness import FRIDAY, SATURDAY, Shop, sale, together
from tests.support.scope import count_examples
from tests.support.strategies import looking, tickets

ORE = st.integers(-100_000_00, 100_000_00)
PRODUCTS = st.sampled_from(["100", "200", "Ø L", "3"])
VAT_CODES = st.sampled_from(["3", "31", ""])
PAYMENTS = st.sampled_from(["CASH", "3", "12002"])
MOVES = st.sampled_from([EntryKind.MOVE_FLOAT, EntryKind.MOVE_DIFFERENCE])

SALE_LINES = st.builds(
    SaleLine,
    PRODUCTS,
    VAT_CODES,
    ORE,
    vat_ore=st.none() | ORE,
    vat_rate_bp=st.none() | st.sampled_from([0, 1500, 2500]),
    discount_ore=st.integers(0, 50_00),
)
TICKETS = st.builds(
    Ticket,
    register=st.sampled_from(["1", "2"]),
    number=st.integers(1, 10_000).map(str),
    completed_at=st.datetimes(datetime(2026, 11, 20, 5), datetime(2026, 11, 22, 4, 59, 59)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
    lines=st.lists(SALE_LINES, max_size=4).map(tuple),
    payments=st.lists(st.builds(Payment, PAYMENTS, ORE, st.sampled_from([None, None, "EUR"])), max_size=3).map(tuple),
    status=st.sampled_from([TicketStatus.COUNTED] * 4 + list(TicketStatus)),
    tip_ore=st.sampled_from([0, 0, 1, 5000, -20]),
    rounding_ore=st.sampled_from([0, 0, 50, -49]),
    gift_cards_ore=st.sampled_from([0, 0, 50_000]),
    movements=st.lists(st.builds(Movement, MOVES, PAYMENTS, ORE), max_size=1).map(tuple),
    location=st.none(),
    customer=st.sampled_from([None, None, "10001"]),
    serial=st.none() | st.integers(1, 10**12),
    tip_may_be_unwritten=st.booleans(),
    source_id=st.none() | st.uuids().map(str),
    doubts=st.just(()),
    facts=st.none(),
)
MANY_TICKETS = st.lists(TICKETS, max_size=12, unique_by=lambda ticket: (ticket.register, ticket.number))
"""Without numbers that stand twice: whether those are one sale is asked elsewhere (`tests/core/test_matching.py`)."""


@contextmanager
def undone(database: Database) -> Iterator[tuple[Database, Connection]]:
    """A transaction that is rolled back, on a database that remembers no codes from it."""
    with database.engine.connect() as connection, connection.begin() as transaction:
        yield Database(database.engine), connection
        transaction.rollback()


def write(connection: Connection, venue: Venue, tickets: list[Ticket]) -> None:
    writer = SalesWriter(connection, "sales", "jsonl", lambda location, register: venue, 0)
    for ticket in tickets:
        writer.add_ticket(ticket)
    writer.finish()


def only_venue(connection: Connection) -> Venue:
    return load_setup(connection).venues[0]


@settings(max_examples=count_examples(20, quickly=10), suppress_health_check=list(HealthCheck))
@given(tickets=MANY_TICKETS)
def test_sums_by_sql_are_the_slow_ones_and_tickets_are_read_back_as_they_were(
    both: Shop, tickets: list[Ticket]
) -> None:
    if not both.rows("SELECT id FROM venue"):
        both.apply()
    with both.open() as workspace, undone(workspace.database) as (database, connection):
        venue = only_venue(connection)
        write(connection, venue, tickets)
        number = find_venue_number(connection, venue)
        placed = [(ticket, venue.calendar.place(ticket.completed_at)) for ticket in tickets]
        found = {day.day: day.sums for day in read_sums(database, connection, number, (FRIDAY, SATURDAY))}
        read = {}
        for day in (FRIDAY, SATURDAY):
            slow = sum_tickets((ticket, moment) for ticket, moment in placed if moment.business_day == day)
            assert tuple(sorted(found.get(day, ()), key=lambda entry: sort_key(entry.key))) == slow
            for ticket, moment in read_tickets(database, connection, number, day):
                read[ticket.register, ticket.number, moment] = ticket
        assert len(read) == len(tickets)
        for ticket, moment in placed:
            again = read[ticket.register, ticket.number, moment]
            assert again.completed_at == datetime.fromtimestamp(moment.at_utc_s, UTC)
            if ticket.status in (TicketStatus.COUNTED, TicketStatus.MOVEMENT):
                assert again._replace(completed_at=ticket.completed_at) == ticket
            else:
                assert (again.status, again.lines, again.payments) == (ticket.status, (), ())


def test_tickets_paid_with_some_payment_types_are_found_alone(both: Shop) -> None:
    both.apply()
    both.sell(sale(1), sale(2, paid="CASH"), sale(3, at="2026-11-21T12:00:00", paid="CASH"))
    with both.open() as workspace, workspace.database.reading() as connection:
        number = find_venue_number(connection, only_venue(connection))
        found = read_tickets(workspace.database, connection, number, FRIDAY, paid_with={"CASH"})
        assert [ticket.number for ticket, _ in found] == ["2"]
        assert read_tickets(workspace.database, connection, number, FRIDAY, paid_with={"NONE"}) == []


def test_amounts_of_a_great_day_do_not_overflow_or_drift(both: Shop) -> None:
    both.apply()
    both.sell(*(sale(n, "99999999.99", at=f"2026-11-20T12:{n:02d}:00") for n in range(40)))
    shown = both.only_voucher(both.preview())
    assert shown.voucher.debit_ore == 40 * 9_999_999_999


@looking()
@given(st.lists(tickets(), min_size=1, max_size=4))
def test_a_digest_is_what_it_always_was(several: list[Ticket]) -> None:
    """Stores hold digests made by this formula; another would see every ticket as changed."""
    texts = LineTexts()
    for ticket in several:
        content = (
            int(ticket.status),
            tuple(map(tuple, ticket.lines)),
            tuple(map(tuple, ticket.payments)),
            ticket.tip_ore,
            ticket.rounding_ore,
            ticket.gift_cards_ore,
            tuple((int(kind), payment_type, amount_ore) for kind, payment_type, amount_ore in ticket.movements),
            ticket.customer,
        )
        digest = hashlib.blake2b(repr(content).encode(), digest_size=8).digest()
        assert digest_ticket(ticket, texts) == int.from_bytes(digest, "big", signed=True)


def test_every_change_of_a_ticket_but_its_serial_changes_its_digest() -> None:
    base = Ticket("1", "7", datetime(2026, 11, 20, 12), (SaleLine("100", "3", 100),), (Payment("CASH", 100),), serial=7)
    changed: list[dict[str, Any]] = [
        {"lines": (SaleLine("100", "3", 101),)},
        {"lines": (SaleLine("100", "31", 100),)},
        {"lines": (SaleLine("100", "3", 100, vat_ore=20),)},
        {"lines": (SaleLine("100", "3", 100, vat_rate_bp=2500),)},
        {"lines": (SaleLine("100", "3", 100, discount_ore=5),)},
        {"lines": (SaleLine("100", "3", 60), SaleLine("100", "3", 40))},
        {"payments": (Payment("CARD", 100),)},
        {"payments": (Payment("CASH", 100, "EUR"),)},
        {"tip_ore": 1},
        {"rounding_ore": 1},
        {"gift_cards_ore": 1},
        {"customer": "10001"},
        {"status": TicketStatus.VOID},
        {"movements": (Movement(EntryKind.MOVE_FLOAT, "CASH", 1),)},
    ]
    digests = {digest_ticket(base._replace(**change), LineTexts()) for change in changed}
    assert len(digests | {digest_ticket(base, LineTexts())}) == len(changed) + 1
    assert digest_ticket(base._replace(serial=None), LineTexts()) == digest_ticket(base, LineTexts())
    assert all(-(2**63) <= digest < 2**63 for digest in digests)


# Reading only what is asked for


def test_no_query_of_a_preview_reads_more_than_its_days(shop: Shop) -> None:
    mapping_left_out = '[[company.payment_type]]\n code = "STAFF"\n name = "Ansatt"\n transfer = false\n'
    shop.apply(company=mapping_left_out)
    tickets = [
        sale(n, at=f"2026-{month:02d}-{day:02d}T{10 + n % 10}:{n % 60:02d}:00", register="1" if n % 2 else "2")
        for month in (9, 10, 11)
        for day in range(1, 21)
        for n in range(1, 30)
    ]
    shop.sell(
        *tickets, sale(900, paid="STAFF"), sale(901, "10.00", payments=[{"payment_type": "CASH", "amount": "9.00"}])
    )
    seen: list[str] = []
    with shop.open() as workspace:

        @event.listens_for(workspace.database.engine, "checkout")
        def listen(connection: Any, *rest: Any) -> None:
            connection.set_trace_callback(seen.append)

        from posexport.app.preview import preview
        from posexport.core.day import Period

        preview(workspace, shop.venues(workspace), Period(FRIDAY, FRIDAY))
    statements = {text for text in seen if text.lstrip().upper().startswith(("SELECT", "WITH"))}
    assert any("GROUP BY business_day, kind" in statement for statement in statements)
    with shop.open() as workspace, workspace.database.reading() as connection:
        for statement in statements:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
            for step in plan:
                assert not step.startswith(
                    ("SCAN entry", "SCAN ticket", "SCAN t", "SCAN e", "SCAN span", "SCAN z", "SCAN d")
                ), (
                    step,
                    statement,
                )
            if "SUM(amount_ore)" in statement:
                assert not any("TEMP B-TREE" in step for step in plan), plan
                assert plan == ["SEARCH day_sum USING PRIMARY KEY (venue_id=? AND business_day>? AND business_day<?)"]


def test_a_query_straight_from_the_driver_fails_as_any_other(both: Shop) -> None:
    both.apply()
    with (
        both.open() as workspace,
        workspace.database.reading() as connection,
        pytest.raises(DBAPIError, match="nowhere"),
    ):
        read_rows(connection, "SELECT :one FROM nowhere", {"one": 1})


def test_the_sums_of_a_day_come_from_the_index_alone_on_postgresql(postgresql_url: str, tmp_path: Path) -> None:
    shop = Shop(postgresql_url, tmp_path)
    shop.apply()
    shop.sell(*(sale(n, at=f"2026-11-{day:02d}T12:{n % 60:02d}:00") for day in range(1, 21) for n in range(100)))
    with shop.open() as workspace:
        with workspace.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE entry")
        with workspace.database.reading() as connection:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
            plan = "\n".join(
                row[0]
                for row in connection.exec_driver_sql(
                    "EXPLAIN SELECT kind, SUM(amount_ore), SUM(vat_ore), SUM(discount_ore) FROM entry "
                    "WHERE venue_id = 1 AND business_day BETWEEN 20261110 AND 20261111 GROUP BY business_day, kind"
                )
            )
    assert "Index Only Scan using entry_pkey" in plan


# Transactions


def test_a_reading_sees_one_moment_whatever_is_written_meanwhile(both: Shop) -> None:
    both.apply()
    both.sell(sale(1))
    with both.open() as workspace, workspace.database.reading() as connection:
        number = find_venue_number(connection, only_venue(connection))
        before = read_figures(connection, number, (FRIDAY, FRIDAY), only_venue(connection).calendar)
        both.sell(sale(2))
        after = read_figures(connection, number, (FRIDAY, FRIDAY), only_venue(connection).calendar)
        assert before[FRIDAY].control.tickets == after[FRIDAY].control.tickets == 1
    assert both.only(both.preview()).control.tickets == 2


def test_a_writing_that_fails_leaves_nothing(both: Shop) -> None:
    both.apply()

    class Stop(Exception):
        pass

    with both.open() as workspace, pytest.raises(Stop), workspace.database.writing() as connection:
        write(connection, only_venue(connection), [])
        connection.exec_driver_sql("INSERT INTO code (text) VALUES ('gone')")
        raise Stop
    assert both.rows("SELECT * FROM code") == []
    assert both.rows("SELECT * FROM sales_file") == []


def test_two_imports_at_once_wait_for_each_other(both: Shop) -> None:
    both.apply()
    files = [
        both.write(*(sale(n, at="2026-11-20T12:00:00", register=register) for n in range(50)), name=f"{register}.jsonl")
        for register in ("1", "2")
    ]
    results = together(*(lambda file=file: both.load(file) for file in files * 2))
    assert [result.exit_code for result in results] == [0, 0, 0, 0]
    assert sorted(result.results[0].new for result in results) == [0, 0, 50, 50]
    assert both.rows("SELECT COUNT(*), COUNT(DISTINCT id) FROM ticket") == [(100, 100)]


def test_vat_rates_are_kept_when_two_runs_learn_them_at_once(both: Shop) -> None:
    both.apply()
    rates = (VatRate("3", 2500, date(2000, 1, 1)), VatRate("C24", 2400, None, date(2004, 12, 31)))
    barrier = threading.Barrier(4)

    def save() -> None:
        with both.open() as workspace:
            barrier.wait()
            with workspace.database.writing() as connection:
                charts.save_chart(connection, 1, "import", Chart(vat_rates=rates), 5)

    assert together(save, save, save, save) == [None] * 4
    with both.open() as workspace, workspace.database.reading() as connection:
        assert charts.load_vat_rates(connection, 1) == rates
        assert charts.load_vat_rates(connection, 99) == ()


# Small things


def test_days_are_kept_as_numbers_and_back() -> None:
    for day in (date(2000, 2, 29), date(2026, 12, 31), date(2100, 1, 1)):
        assert day_of(day_number(day)) == day


def test_open_days_are_those_not_done_with(both: Shop) -> None:
    both.apply()
    both.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    both.export(FRIDAY, FRIDAY)
    with both.open() as workspace, workspace.database.reading() as connection:
        number = find_venue_number(connection, only_venue(connection))
        assert read_days(connection, number, None, SATURDAY) == [FRIDAY, SATURDAY]
        assert read_days(connection, number, None, SATURDAY, only_open=True) == [SATURDAY]
        assert read_days(connection, number, SATURDAY, SATURDAY + timedelta(days=9)) == [SATURDAY]


def test_an_unbalanced_ticket_is_found_with_both_its_sums(both: Shop) -> None:
    both.apply()
    both.sell(sale(1), sale(2, "100.00", payments=[{"payment_type": "CASH", "amount": "99.00"}]))
    with both.open() as workspace, workspace.database.reading() as connection:
        number = find_venue_number(connection, only_venue(connection))
        (ticket,) = read_unbalanced(connection, number, (FRIDAY, FRIDAY))[FRIDAY]
    assert (ticket.number, ticket.sales_ore, ticket.payments_ore, ticket.difference_ore) == ("2", 10000, 9900, -100)


def test_voucher_lines_are_kept_whole() -> None:
    lines = (
        VoucherLine("3020", "3", "10", -12345, LineKind.SALES, "100", "Mat & øl"),
        VoucherLine(None, None, None, 12345, LineKind.PAYMENT, "CREDIT", "Kreditt", customer="10001"),
    )
    assert parse_lines(format_lines(lines)) == lines


def test_an_acceptance_keeps_who_it_was_and_how_that_is_known(both: Shop) -> None:
    both.apply()
    actor = Actor("kari", KnownBy.TERMINAL)
    with both.open() as workspace, workspace.database.writing() as connection:
        acceptances.add_acceptance(connection, 1, FRIDAY, [Finding("vat-mismatch", Severity.ERROR)], "so", 1, actor)
    found = both.rows("SELECT who, known_by, why, business_day FROM acceptance")
    assert found == [("kari", "terminal", "so", 20261120)]


# Databases that cannot be


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:posexport.db", "is not one"),
        ("postgresql:posexport", "is not one"),
        ("://posexport.db", "is not one"),
        ("mysql://root:hidden@localhost/x", "SQLite or PostgreSQL"),
        ("sqlite:////no/such/folder/x.db", "does not exist"),
        ("postgresql://posexport:hidden@127.0.0.1:1/x", "cannot be opened"),
    ],
)
def test_a_database_that_cannot_be_is_refused_without_its_password(url: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        open_database(url)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("name", ["sales.db", "sales", "night shift.db", "50%.db", "a?b#c.db", r"C:\shop.db", "C:shop"])
def test_a_database_may_be_named_by_the_path_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    open_database(name).close()
    assert (tmp_path / name).is_file()
    open_database(str(tmp_path / name), make=False).close()
    assert [path.name for path in tmp_path.iterdir() if not path.name.endswith(("-wal", "-shm"))] == [name]


def test_a_database_is_read_only_where_there_is_one(bare_database_url: str, tmp_path: Path) -> None:
    place = "bare.db" if bare_database_url.startswith("sqlite") else bare_database_url.rpartition("/")[2]
    for _ in range(2):
        with pytest.raises(UsageError, match=f"no posexport database at .*{place}.*setup apply"):
            open_database(bare_database_url, make=False)
        assert not (tmp_path / "bare.db").exists()
    open_database(bare_database_url).close()
    open_database(bare_database_url, make=False).close()


def test_an_empty_file_is_no_database_to_read(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    with pytest.raises(UsageError, match=r"no posexport database at .*x\.db"):
        open_database(str(tmp_path / "x.db"), make=False)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"this is no database, it is a text of some length" * 50)
    with pytest.raises(UsageError, match="cannot be opened"):
        open_database(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"this is no database")


def test_a_folder_that_may_not_be_written_to_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be"):
        open_database(f"sqlite:///{tmp_path}")


def test_a_database_file_may_be_read_by_its_owner_only(tmp_path: Path) -> None:
    open_database(f"sqlite:///{tmp_path / 'x.db'}").close()
    assert stat.S_IMODE((tmp_path / "x.db").stat().st_mode) == 0o600


def test_a_database_of_a_newer_posexport_is_refused_and_left_alone(both: Shop) -> None:
    both.change("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(UsageError, match="newer posexport"):
        open_database(both.url)
    # mended for the tests that share the database
    from sqlalchemy import create_engine, text

    engine = create_engine(both.url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": HEAD})
    engine.dispose()


@pytest.mark.parametrize("at_once", [1, 500])
def test_a_file_that_has_a_z_report_twice_has_the_first_of_them(
    both: Shop, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """Whether the first is written by then, or waits with others to be written."""
    monkeypatch.setattr("posexport.store.z_reports.READINGS_AT_ONCE", at_once)
    both.apply()
    at = datetime(2026, 11, 20, 23)
    with both.open() as workspace, workspace.database.writing() as connection:
        venue = only_venue(connection)
        writer = SalesWriter(connection, "sales", "jsonl", lambda location, register: venue, 0)
        writer.add_ticket(Ticket("1", "1", at, (SaleLine("100", "3", 12_00),), (Payment("CASH", 12_00),)))
        for number, total_ore in (("7", 12_00), ("7", 99_00), ("8", 12_00)):
            writer.add_z_report(ZReport("1", number, at, total_ore, ()))
        assert writer.finish().z_reports == 2
    expected = [("7", 12_00), ("8", 12_00)]
    assert both.rows("SELECT number, total_ore FROM z_report ORDER BY number") == expected
    kept = "SELECT z.number, r.total_ore FROM z_reading r JOIN z_report z ON z.id = r.z_report_id ORDER BY z.number"
    assert both.rows(kept) == expected
