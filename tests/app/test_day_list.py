"""The kept day list: what it says is what comes of working every day out anew, whatever has happened meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from posexport.app import day_list
from posexport.app.accept import accept_finding
from posexport.app.day_list import judge_row, read_day_states
from posexport.app.imports import undo_import
from posexport.app.resolve import book_day_elsewhere, take_back_day
from posexport.app.review import Reviewer
from posexport.app.status import judge_status, list_days, list_without_file, read_health, status
from posexport.app.workspace import Workspace
from posexport.core.company import Venue, parse_company
from posexport.core.day import Period
from posexport.core.finding import Accepted, Finding, Ore, Severity
from posexport.core.kept_status import format_status_rows, parse_status_rows
from posexport.core.ports.ledger import Chart
from posexport.core.report import State, StatusRow
from posexport.core.review import DayReview
from posexport.core.vat import VatRate
from posexport.errors import Exit, PosexportError, StoreTrouble
from posexport.sandbox import Fault
from posexport.store.charts import save_chart
from posexport.store.setups import find_company_number
from posexport.views.json import format_status
from tests.support.books import DRAFT_PATH
from tests.support.harness import (
    BRYGGA,
    FRIDAY,
    MAPPING,
    SATURDAY,
    VENUES,
    Shop,
    sale,
    status_anew,
    together,
)
from tests.support.looks import Within, count_triggers, overwrite_rows, read_rows, touch_rows
from tests.support.postgresql import empty_tables
from tests.support.quick_store import put_database
from tests.support.scope import count_examples


@pytest.fixture(params=["sqlite", "postgresql"])
def make_shop(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Shop]:
    """Shops, each with an empty database, on SQLite and on PostgreSQL."""
    places = (tmp_path / f"shop-{number}" for number in count())

    def make() -> Shop:
        folder = next(places)
        folder.mkdir()
        if request.param == "postgresql":
            url = request.getfixturevalue("_postgresql_database")
            empty_tables(url)
            return Shop(url, folder)
        return Shop(put_database(folder / "posexport.db"), folder)

    return make


DAYS = [date(2026, 11, 16) + timedelta(days=n) for n in range(7)]


def expect_kept_is_anew(shop: Shop) -> None:
    """Of every venue and day, as values, as JSON and by its exit code; and so once more, when it is all kept."""
    with shop.open() as workspace:
        venues = workspace.load_setup().venues
        anew = status_anew(workspace, venues)
        for _ in range(2):
            kept = status(workspace, venues, Period())
            assert kept == anew
            assert [format_status(kept, lang) for lang in ("nb", "en")] == [
                format_status(anew, lang) for lang in ("nb", "en")
            ]
            assert judge_status(kept) == judge_status(anew)
        expect_figures_of(workspace, anew)


def expect_figures_of(workspace: Workspace, rows: Sequence[StatusRow]) -> None:
    """The figures for monitoring count what status shows: days that somebody must act for, or that are not drafted."""
    told = read_health(workspace, workspace.load_setup().venues)
    for venue, health in told.items():
        waiting = {
            row.business_day
            for row in rows
            if row.venue.id == venue
            and (judge_row(row) or row.state not in (State.DRAFTED, State.NOTHING, State.OPEN))
            and row.business_day <= row.venue.calendar.last_closed(workspace.now_utc_s)
        }
        assert (health.waiting, health.oldest_waiting) == (len(waiting), min(waiting, default=None))


# What happens

EXAMPLES = count_examples(40, quickly=8)

TICKETS = st.lists(
    st.builds(
        sale,
        st.integers(1, 12),
        st.sampled_from(["125.00", "40.00", "-15.00"]),
        st.sampled_from(DAYS).flatmap(
            lambda day: st.integers(6, 27).map(
                lambda hour: (datetime(day.year, day.month, day.day) + timedelta(hours=hour)).isoformat()
            )
        ),
        register=st.sampled_from(["1", "2", "3"]),
        product=st.sampled_from(["100", "100", "200", "unknown"]),
        paid=st.sampled_from(["CARD", "CASH"]),
    ),
    min_size=1,
    max_size=8,
)
SETUPS = (
    {"venues": VENUES + BRYGGA},
    {"venues": VENUES + BRYGGA, "mapping": MAPPING.replace('account = "1592"', 'account = "1593"')},
    {"venues": VENUES + BRYGGA, "mapping": MAPPING.replace(', "3" = "3020"', "")},
    {"venues": VENUES + BRYGGA, "torget": "automatic_export = true", "company": "uncertain_hours = 2"},
)
STEPS = st.one_of(
    st.tuples(st.just("sell"), TICKETS),
    st.tuples(st.just("sell"), TICKETS),
    st.tuples(st.just("undo"), st.integers(1, 4)),
    st.tuples(st.just("export"), st.sampled_from(["", "", "timeout", "refused", "down"])),
    st.tuples(st.just("revise"), st.none()),
    st.tuples(st.just("accept"), st.sampled_from(DAYS)),
    st.tuples(st.just("book"), st.sampled_from(DAYS)),
    st.tuples(st.just("take back"), st.sampled_from(DAYS)),
    st.tuples(st.just("apply"), st.sampled_from(SETUPS)),
    st.tuples(st.just("wait"), st.sampled_from([600, 3 * 3600, 86_400, 40 * 86_400, -86_400])),
    st.tuples(st.just("rates"), st.sampled_from([2500, 1500])),
    st.tuples(st.just("look"), st.none()),
)


def do(shop: Shop, step: str, what: Any) -> None:
    """One thing that happens; what it refuses is refused."""
    with suppress(PosexportError):
        _STEPS[step](shop, what)


def _export(shop: Shop, trouble: str) -> None:
    faults = {
        "timeout": Fault("lose_answer", method="POST", path="/Import/"),
        "refused": Fault("refuse", method="POST", path="/Import/"),
        "down": Fault("lose_request", method="POST", path="/Import/"),
    }
    if trouble:
        shop.faults.append(faults[trouble])
    shop.export()
    shop.faults.clear()


def _of_a_day(act: Callable[..., Any], *words: str) -> Callable[[Shop, date], None]:
    def do_it(shop: Shop, day: date) -> None:
        with shop.open() as workspace:
            act(workspace, workspace.load_setup().venues[0], day, *words)

    return do_it


def _undo(shop: Shop, number: int) -> None:
    with shop.open() as workspace:
        undo_import(workspace, number)


def _wait(shop: Shop, seconds: int) -> None:
    shop.clock.now_s += seconds


def _tell_rates(shop: Shop, rate_bp: int) -> None:
    with shop.open() as workspace, workspace.database.writing() as connection:
        company = find_company_number(connection, "fjordmat")
        save_chart(connection, company, "import", Chart(vat_rates=(VatRate("3", rate_bp),)), workspace.now_utc_s)


_STEPS: dict[str, Callable[[Shop, Any], Any]] = {
    "sell": lambda shop, tickets: shop.sell(*tickets),
    "undo": _undo,
    "export": _export,
    "revise": lambda shop, _: shop.revise(),
    "accept": _of_a_day(accept_finding, "no-sales-data", "stengt"),
    "book": _of_a_day(book_day_elsewhere, "for hånd"),
    "take back": _of_a_day(take_back_day, "likevel ikke"),
    "apply": lambda shop, setup: shop.apply(**setup),
    "wait": _wait,
    "rates": _tell_rates,
    "look": lambda shop, _: shop.status(),
}


@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
@given(steps=st.lists(STEPS, min_size=3, max_size=9))
def test_what_is_kept_is_what_comes_of_working_it_out_anew(
    make_shop: Callable[[], Shop], steps: list[tuple[str, Any]]
) -> None:
    """Imports, undone imports, exports that succeed and fail, acceptances, days booked by hand, setups, VAT rates and a
    clock that goes forth and back, in any order; looked at after each."""
    shop = make_shop()
    shop.apply(**SETUPS[0])
    shop.sell(*(sale(n, at=f"{day}T12:00:00") for n, day in enumerate(DAYS, 1)))
    expect_kept_is_anew(shop)
    for step, what in steps:
        do(shop, step, what)
        expect_kept_is_anew(shop)


# What is kept, and until when


def count_worked_out(shop: Shop) -> int:
    """How many days the next status works out."""
    worked_out: list[date] = []
    review_days = Reviewer.review_days

    def listen(self: Reviewer, days: Sequence[date], now_utc_s: int) -> Iterator[DayReview]:
        worked_out.extend(days)
        return review_days(self, days, now_utc_s)

    with patch.object(Reviewer, "review_days", listen), shop.open() as workspace:
        status(workspace, workspace.load_setup().venues, Period())
    return len(worked_out)


def a_week(shop: Shop) -> None:
    """A week of sales, all of it drafted, and looked at."""
    shop.apply(**SETUPS[0])
    shop.sell(*(sale(n, at=f"{day}T12:00:00") for n, day in enumerate(DAYS[:-1], 1)))
    shop.export()
    shop.status()


def test_what_is_kept_is_not_worked_out_again(both: Shop) -> None:
    both.apply(**SETUPS[0])
    both.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    assert [count_worked_out(both) for _ in range(3)] == [2, 0, 0]


def test_the_figures_for_monitoring_come_from_the_kept_list(both: Shop) -> None:
    """A scrape works out what is not kept, once, and reads no status rows of what is: spoilt ones do not matter."""
    both.apply(**SETUPS[0])
    both.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    with both.open() as workspace:
        told = read_health(workspace, workspace.load_setup().venues)["torget"]
    assert (told.last_drafted, told.oldest_waiting, told.waiting) == (None, FRIDAY, 2)
    assert count_worked_out(both) == 0
    overwrite_rows(both, "day_list", {"document": "spoilt"})
    with both.open() as workspace:
        assert read_health(workspace, workspace.load_setup().venues)["torget"] == told


def test_of_a_month_the_same_is_told_from_the_month_and_the_latest_days_alone(both: Shop) -> None:
    """Torget has sold every day but Mondays for months, Brygga stopped in September: its days without a file are told
    by the rhythm of then."""
    both.apply(venues=VENUES + BRYGGA)
    torget = [date(2026, 8, 1) + timedelta(days=n) for n in range(109)]
    brygga = [date(2026, 7, 1) + timedelta(days=n) for n in range(75)]
    both.sell(
        *(sale(n, at=f"{day}T12:00:00") for n, day in enumerate(torget) if day.weekday()),
        *(sale(n, at=f"{day}T12:00:00", register="3") for n, day in enumerate(brygga)),
    )
    with both.open() as workspace:
        now, venues = workspace.now_utc_s, workspace.load_setup().venues

        def look(period: Period, days: tuple[date, date] | None) -> tuple[int, object]:
            read: list[int] = []
            without: list[list[date]] = []

            def choose(venue: Venue, with_data: Sequence[date]) -> list[date]:
                read.append(len(with_data))
                without.append(list_without_file(venue, with_data, now))
                return list_days(venue, with_data, period, now)

            told = read_day_states(workspace, venues, choose, now, days)
            return sum(read), (told, without)

        for first in (date(2026, 7, 1), date(2026, 9, 1), date(2026, 11, 1), date(2026, 12, 1)):
            last = first + timedelta(days=29)
            many, anything = look(Period(first, last), None)
            few, the_same = look(Period(first, last), (first, last))
            assert the_same == anything
            assert few <= 2 * (30 + 42) < many


def test_a_file_has_its_own_days_worked_out_again_and_not_the_drafted_past(both: Shop) -> None:
    a_week(both)
    both.sell(sale(99, at=f"{SATURDAY}T13:00:00"))
    assert count_worked_out(both) == 1
    assert count_worked_out(both) == 0


def test_a_setup_and_the_vat_rates_of_the_ledger_have_every_day_worked_out_again(both: Shop) -> None:
    a_week(both)
    both.apply(**SETUPS[1])
    assert [count_worked_out(both) for _ in range(2)] == [6, 0]
    _tell_rates(both, 1500)
    assert [count_worked_out(both) for _ in range(2)] == [6, 0]


def test_a_days_status_changes_by_itself_when_its_time_comes(both: Shop) -> None:
    """Its answer was lost: it is looked for, then waits for an export, then for a person. Nobody writes anything."""
    both.apply(**SETUPS[0], target="journal")
    both.sell(sale(1))
    both.faults.append(Fault("lose_answer", method="POST", path=DRAFT_PATH["journal"]))
    both.export()
    told = []
    for _ in range(5):
        both.status()
        [row] = both.status()
        told.append((row.state, judge_status([row]), row.answer[-30:]))
        both.clock.now_s += 20 * 3600
    assert len(set(told)) > 1
    assert {code for _, code, _ in told} == {Exit.WAIT, Exit.BOOKKEEPER}


def test_a_clock_that_is_set_back_finds_no_day_as_it_will_be(both: Shop) -> None:
    both.apply(**SETUPS[0], target="journal")
    both.sell(sale(1))
    both.faults.append(Fault("lose_answer", method="POST", path=DRAFT_PATH["journal"]))
    both.export()
    both.clock.now_s += 30 * 86_400
    [late] = both.status()
    both.clock.now_s -= 30 * 86_400
    [early] = both.status()
    assert judge_status([late]) is Exit.BOOKKEEPER
    assert judge_status([early]) is Exit.WAIT


# Two at once


def test_what_is_written_while_days_are_worked_out_is_not_missed(both: Shop) -> None:
    """Sales come in between the look and the renewal: the renewal does not take away the mark that they left."""
    both.apply(**SETUPS[0])
    both.sell(sale(1))
    keep = day_list._keep

    def sell_first(*arguments: Any) -> None:
        both.sell(sale(2, "99.00", at="2026-11-20T13:00:00"))
        keep(*arguments)

    with patch("posexport.app.day_list._keep", sell_first), both.open() as workspace:
        [row] = status(workspace, workspace.load_setup().venues, Period())
    assert row.debit_ore == 125_00
    [row] = both.status()
    assert row.debit_ore == 224_00


def test_of_two_who_renew_a_list_at_once_the_one_who_saw_less_keeps_nothing(both: Shop) -> None:
    """Also where neither had seen anything of the day before."""
    both.apply(**SETUPS[0])
    both.sell(sale(1))
    keep = day_list._keep
    rows: list[StatusRow] = []

    def be_slow(*arguments: Any) -> None:
        both.sell(sale(2, "99.00", at="2026-11-20T13:00:00"))
        with patch("posexport.app.day_list._keep", keep):
            rows.extend(both.status())
        keep(*arguments)

    with patch("posexport.app.day_list._keep", be_slow), both.open() as workspace:
        status(workspace, workspace.load_setup().venues, Period())
    assert [row.debit_ore for row in rows] == [224_00]
    assert [row.debit_ore for row in both.status()] == [224_00]


def test_many_who_look_at_once_all_see_the_same(both: Shop) -> None:
    both.apply(**SETUPS[0])
    both.sell(*(sale(n, at=f"{day}T12:00:00") for n, day in enumerate(DAYS[:-1], 1)))

    def look() -> tuple[StatusRow, ...]:
        with both.open() as workspace:
            return status(workspace, workspace.load_setup().venues, Period())

    found = together(*[look] * 4)
    assert all(rows == found[0] for rows in found), found
    assert len(found[0]) == 6


def test_a_status_is_told_while_somebody_else_writes_for_long(shop: Shop) -> None:
    """An import has the file: nothing is kept, nobody waits for it, and the next status keeps it."""
    shop.apply(**SETUPS[0])
    shop.sell(sale(1))
    with shop.open() as other, other.database.writing():
        assert count_worked_out(shop) == 1
    assert [count_worked_out(shop) for _ in range(2)] == [1, 0]


def test_a_database_that_cannot_be_written_still_tells_a_status(both: Shop) -> None:
    both.apply(**SETUPS[0])
    both.sell(sale(1))
    trouble = StoreTrouble("read-only", "mend", "why")
    with patch("posexport.app.day_list.renew_day_list", side_effect=trouble), both.open() as workspace:
        assert len(status(workspace, workspace.load_setup().venues, Period())) == 1


# Marks


def test_whatever_writes_of_a_day_leaves_a_mark_in_its_own_transaction(both: Shop) -> None:
    """Also by another hand: the database itself does it. What is rolled back leaves none."""
    a_week(both)
    for table, column in MARKED.items():
        assert read_marks(both) == [], table
        touch_rows(both, table, column)
        if read_rows(both, table):
            assert read_marks(both), table
        both.status()
    with both.open() as workspace, suppress(ZeroDivisionError), workspace.database.writing() as connection:
        overwrite_rows(Within(connection), "delivery", {"answer": "x"})
        raise ZeroDivisionError
    assert read_marks(both) == []


MARKED = {
    "day_count": "tickets",
    "z_report": "number",
    "span": "is_silent",
    "ticket_doubt": "facts",
    "delivery": "answer",
    "delivery_event": "facts",
    "import_watch": "error",
    "acceptance": "why",
    "booked_elsewhere": "why",
    "credit_route": "why",
    "customer_link": "name",
    "ledger_listing": "told_at",
    "order_seen": "document",
}
"""Every table that a status reads of a day, and a column of it. Amounts are never written without their counts."""


def read_marks(shop: Shop) -> list[tuple[Any, ...]]:
    return read_rows(shop, "day_mark", "venue_id", "business_day", "is_wide")


def test_marks_are_made_by_triggers_that_every_database_has(both: Shop) -> None:
    """A migration that makes a table anew loses its triggers on SQLite: then this fails."""
    is_sqlite = both.url.startswith("sqlite")
    counts = count_triggers(both, is_sqlite=is_sqlite)
    marked = {name: many for name, many in counts.items() if name in MARKED}
    assert marked == dict.fromkeys(MARKED, 3 if is_sqlite else 4)


# As text

FACTS = st.dictionaries(
    st.text(min_size=1, max_size=8), st.one_of(st.text(max_size=12), st.integers(), st.integers().map(Ore)), max_size=4
)
MOMENTS = st.integers(0, 4_000_000_000)


@given(data=st.data())
def test_a_status_row_comes_back_from_its_text_as_it_was(data: st.DataObject) -> None:
    venue = parse_company(COMPANY).venues[0]
    local = venue.calendar.local
    accepted = st.builds(Accepted, st.text(), MOMENTS.map(local), st.text())
    findings = st.builds(
        Finding,
        st.text(min_size=1, max_size=10),
        st.sampled_from(list(Severity)),
        FACTS,
        st.text(max_size=5),
        st.sampled_from([None, venue.id, "another"]),
        st.sampled_from([None, FRIDAY, SATURDAY]),
        st.none() | accepted,
        st.booleans(),
    )
    row = data.draw(
        st.builds(
            StatusRow,
            st.just(venue),
            st.just(FRIDAY),
            st.sampled_from(list(State)),
            st.text(),
            st.none() | st.text(),
            st.none() | MOMENTS.map(local),
            st.none() | st.integers(),
            st.lists(findings, max_size=3).map(tuple),
            st.text(),
        )
    )
    [back] = parse_status_rows(format_status_rows([row]), venue, FRIDAY)
    assert back == row
    kinds = [[type(fact) for fact in finding.facts.values()] for of in (row, back) for finding in of.findings]
    assert kinds[: len(kinds) // 2] == kinds[len(kinds) // 2 :]


COMPANY: dict[str, Any] = {
    "id": "fjordmat",
    "name": "Fjordmat AS",
    "organization_number": "999999999",
    "target": "file",
    "venue": [{"id": "torget", "name": "Torget", "registers": ["1"], "export_from": "2020-01-01"}],
}
