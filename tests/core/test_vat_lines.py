"""VAT line by line: what a register stated is held against its code's rate however much was sold beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from posexport.app.accept import accept_finding
from posexport.core.finding import Finding, Severity
from posexport.core.money import extract_vat_ore
from posexport.core.report import DayReport, State
from posexport.core.sales import Payment, SaleLine, Ticket
from posexport.core.vat import is_same_rate
from posexport.store.sales_writer import SalesWriter
from posexport.texts.describe import fix_of, message_of
from tests.support.harness import FRIDAY, MAPPING, Shop, empty_day
from tests.support.quick_store import put_database
from tests.support.strategies import looking

NOON = datetime(2026, 11, 20, 12)
FISH = MAPPING + '[[company.vat_code]]\n  code = "32"\n  go = "32"\n'.replace("\n", "\n  ")


def ticket(number: int, *lines: SaleLine, at: datetime = NOON) -> Ticket:
    paid = sum(line.gross_ore for line in lines)
    return Ticket("1", str(number), at + timedelta(seconds=number), lines, (Payment("CARD", paid),), serial=number)


def line(gross_ore: int, vat_ore: int | None = None, rate_bp: int | None = None, code: str = "3") -> SaleLine:
    return SaleLine("100", code, gross_ore, vat_ore, rate_bp)


def honest(gross_ore: int, rate_bp: int = 2500) -> SaleLine:
    return line(gross_ore, extract_vat_ore(gross_ore, rate_bp))


def store(shop: Shop, tickets: Iterable[Ticket]) -> None:
    with shop.open() as workspace, workspace.database.writing() as connection:
        venue = workspace.load_setup().venues[0]
        writer = SalesWriter(connection, "day.xml", "saft", lambda location, register: venue, workspace.now_utc_s)
        for one in tickets:
            writer.add_ticket(one)
        writer.finish()


def vat_findings(shown: DayReport) -> list[Finding]:
    return [finding for finding in shown.findings if finding.code.startswith("vat-")]


def friday(shop: Shop) -> DayReport:
    return shop.only(shop.preview(FRIDAY, FRIDAY))


# One line among thousands


@pytest.mark.parametrize("gross_ore", [-99_000, 99_000, -4_000, 150])
def test_a_ticket_at_another_rate_is_named_among_thousands_by_its_vat_alone(both: Shop, gross_ore: int) -> None:
    both.apply()
    store(both, [ticket(n, honest(9_900 + n)) for n in range(1, 3_000)])
    assert vat_findings(friday(both)) == []
    store(both, [ticket(7_001, honest(gross_ore, 600))])
    shown = friday(both)
    (found,) = vat_findings(shown)
    assert (shown.state, found.code, found.variant) == (State.HELD, "vat-mismatch", "tickets")
    assert (found.facts["count"], found.facts["gross"]) == (1, gross_ore)
    assert found.facts["register_vat"] == extract_vat_ore(gross_ore, 600)
    assert "7001 (1, 13:56:41)" in message_of(found, "en")


@pytest.mark.parametrize("vat_ore", [extract_vat_ore(-99_000, 600), None])
def test_a_return_at_a_stated_rate_of_the_past_is_told_with_it_among_thousands(both: Shop, vat_ore: int | None) -> None:
    both.apply()
    store(both, [ticket(n, line(9_900 + n, extract_vat_ore(9_900 + n, 2500), 2500)) for n in range(1, 2_000)])
    store(both, [ticket(7_001, line(-99_000, vat_ore, 600))])
    (found,) = vat_findings(friday(both))
    assert (found.variant, found.severity) == ("rate", Severity.ERROR)
    assert {name: found.facts[name] for name in ("vat_code", "rate", "stated_rate", "gross")} == {
        "vat_code": "3",
        "rate": "25",
        "stated_rate": "6",
        "gross": -99_000,
    }
    with both.open() as workspace:
        accept_finding(workspace, workspace.load_setup().venues[0], FRIDAY, "vat-mismatch", "booked by hand")
    assert friday(both).state is State.READY


@pytest.mark.parametrize("code", ["3", "31"])
def test_a_day_of_nothing_but_a_return_at_a_rate_of_the_past_is_held(both: Shop, code: str) -> None:
    both.apply()
    store(both, [ticket(1, line(-99_000, extract_vat_ore(-99_000, 600), 600, code))])
    assert [found.variant for found in vat_findings(friday(both))] == ["rate"]


def test_several_wrong_tickets_are_named_and_the_rest_counted(both: Shop) -> None:
    both.apply()
    store(both, [ticket(n, honest(10_000)) for n in range(1, 300)])
    store(both, [ticket(n, honest(10_000, 1500), honest(2_000)) for n in range(400, 409)])
    (found,) = vat_findings(friday(both))
    assert (found.facts["count"], found.facts["gross"]) == (9, 9 * 12_000)
    assert "404 (" in str(found.facts["tickets"])
    assert "405 (" not in str(found.facts["tickets"])


def test_where_every_ticket_is_wrong_the_code_is_and_no_ticket_is_named(both: Shop) -> None:
    both.apply()
    store(both, [ticket(n, honest(10_000, 1500)) for n in range(1, 30)])
    assert [found.variant for found in vat_findings(friday(both))] == [""]


def test_lines_that_take_each_others_vat_back_on_one_ticket_are_nothing_to_tell(both: Shop) -> None:
    both.apply()
    store(both, [ticket(1, honest(10_000)), ticket(2, honest(5_000, 600), honest(-5_000, 600), honest(1_000))])
    assert vat_findings(friday(both)) == []


def test_sales_and_returns_that_come_to_nothing_and_whose_vat_does_not_hold_their_day(both: Shop) -> None:
    both.apply()
    store(both, [ticket(1, honest(10_000)), ticket(2, honest(-10_000, 1500))])
    shown = empty_day(both.preview(FRIDAY, FRIDAY))
    assert (shown.state, vat_findings(shown)[0].code) == (State.HELD, "vat-mismatch")


def test_sales_that_are_all_given_back_are_nothing_to_tell(both: Shop) -> None:
    both.apply()
    store(both, [ticket(1, honest(10_000)), ticket(2, honest(-10_000))])
    assert (friday(both).state, vat_findings(friday(both))) == (State.NOTHING, [])


# What is left out


@pytest.mark.parametrize("free_ore", [0, 1_000])
def test_a_line_without_vat_hides_no_code_that_points_to_the_wrong_one(both: Shop, free_ore: int) -> None:
    both.apply(mapping=MAPPING.replace('code = "3"\n  go = "3"', 'code = "3"\n  go = "31"'))
    store(both, [ticket(n, honest(10_000), line(free_ore)) for n in range(1, 400)])
    found = vat_findings(friday(both))
    assert [(finding.code, finding.variant) for finding in found if finding.holds] == [("vat-mismatch", "")]
    told = [(finding.code, finding.facts["amount"]) for finding in found if not finding.holds]
    assert told == ([("vat-not-stated", 399 * free_ore)] if free_ore else [])


def test_lines_without_vat_lend_no_tolerance_to_the_one_that_states_it(both: Shop) -> None:
    both.apply()
    store(both, [*(ticket(n, line(10_000)) for n in range(1, 1_500)), ticket(2_000, line(10_000, 2_100))])
    assert [found.code for found in vat_findings(friday(both)) if found.holds] == ["vat-mismatch"]


# Clients that are not registered for VAT

NO_VAT = MAPPING.replace('"31" = "3030", "3" = "3020"', '"0" = "3200"')


def test_a_client_without_vat_whose_register_counts_it_is_told_once_and_not_by_day(both: Shop) -> None:
    both.apply(mapping=NO_VAT, company="vat_registered = false")
    store(both, [ticket(1, honest(10_000)), ticket(2, honest(20_000), at=NOON + timedelta(days=1))])
    report = both.preview(FRIDAY, FRIDAY + timedelta(days=1))
    assert [(found.code, found.severity) for found in report.findings] == [("vat-not-registered", Severity.WARNING)]
    assert [(shown.state, vat_findings(shown)) for shown in report.vouchers] == [(State.READY, [])] * 2


def test_a_client_without_vat_whose_register_counts_none_is_told_nothing(both: Shop) -> None:
    both.apply(mapping=NO_VAT, company="vat_registered = false")
    store(both, [ticket(1, line(10_000, 0)), ticket(2, line(5_000))])
    assert both.preview(FRIDAY, FRIDAY).findings == ()


def test_a_setup_that_sends_every_code_to_none_is_asked_whether_the_client_is_registered(both: Shop) -> None:
    zero = NO_VAT.replace('go = "3"', 'go = "0"').replace('go = "31"', 'go = "0"')
    both.apply(mapping=zero)
    store(both, [ticket(1, line(10_000, 2_000, 2500)), ticket(2, line(5_000, 1_000))])
    (found,) = vat_findings(friday(both))
    assert (found.variant, found.holds, "vat_registered = false" in fix_of(found)) == ("none", True, True)
    both.apply(mapping=zero, company="vat_registered = false")
    assert friday(both).state is State.READY


# Rates that are one


@pytest.mark.parametrize(
    ("stated_bp", "rate_bp", "same"),
    [
        *[(1110, 1111, True), (1100, 1111, True), (1111, 1110, True), (2500, 2500, True), (600, 1200, False)],
        *[(1100, 1200, False), (1000, 1111, False), (1500, 2500, False), (0, 2500, False)],
    ],
)
def test_a_rate_written_with_fewer_decimals_is_the_same(stated_bp: int, rate_bp: int, same: bool) -> None:
    assert is_same_rate(stated_bp, rate_bp) is same


@pytest.mark.parametrize("vat", [lambda ore: extract_vat_ore(ore, 1111), lambda ore: extract_vat_ore(ore, 1110)])
@pytest.mark.parametrize("rate_bp", [None, 1111, 1110])
def test_fish_at_eleven_one_or_eleven_eleven_per_cent_is_no_mismatch(
    both: Shop, vat: Callable[[int], int], rate_bp: int | None
) -> None:
    both.apply(mapping=FISH.replace('accounts = { "31" = "3030"', 'accounts = { "32" = "3060", "31" = "3030"'))
    store(both, [ticket(n, line(ore, vat(ore), rate_bp, "32")) for n, ore in enumerate([99_900, 1_250_000, 4_990], 1)])
    shown = friday(both)
    assert (shown.state, vat_findings(shown)) == (State.READY, [])


# Any day


def round_lines(grosses: Sequence[int]) -> list[int]:
    return [extract_vat_ore(ore, 2500) for ore in grosses]


def cut_lines(grosses: Sequence[int]) -> list[int]:
    return [ore // 5 if ore > 0 else -(-ore // 5) for ore in grosses]


def rest_on_the_last(grosses: Sequence[int]) -> list[int]:
    lines = cut_lines(grosses)
    return [*lines[:-1], extract_vat_ore(sum(grosses), 2500) - sum(lines[:-1])]


GROSSES = st.lists(st.integers(-60_000, 60_000).filter(bool), min_size=1, max_size=8)
DAYS = iter(range(10_000))


@pytest.fixture(scope="module")
def stall(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop on SQLite for many days."""
    folder: Path = tmp_path_factory.mktemp("stall")
    shop = Shop(put_database(folder / "stall.db"), folder)
    shop.apply()
    return shop


def sold(shop: Shop, tickets: Sequence[tuple[Sequence[int], Sequence[int | None]]]) -> DayReport:
    """A day of its own of tickets of these lines."""
    day = date(2022, 1, 1) + timedelta(days=next(DAYS))
    at = datetime(day.year, day.month, day.day, 12)
    lines = [[line(ore, vat) for ore, vat in zip(*one, strict=True)] for one in tickets]
    store(shop, [ticket(n, *one, at=at) for n, one in enumerate(lines, 1)])
    return shop.only(shop.preview(day, day))


@looking(40)
@given(
    tickets=st.lists(GROSSES, min_size=1, max_size=12),
    how=st.sampled_from([round_lines, cut_lines, rest_on_the_last]),
    left_out=st.sets(st.integers(0, 95)),
)
def test_honest_rounding_of_any_lines_is_never_told_whichever_of_them_state_it(
    stall: Shop, tickets: list[list[int]], how: Callable[[Sequence[int]], list[int]], left_out: set[int]
) -> None:
    stated: list[tuple[list[int], Sequence[int | None]]] = [
        (one, [None if 8 * n + place in left_out else vat for place, vat in enumerate(how(one))])
        for n, one in enumerate(tickets)
    ]
    if how is rest_on_the_last:
        stated = [(one, how(one)) for one in tickets]
    assert [found.code for found in vat_findings(sold(stall, stated)) if found.holds] == []


@looking(40)
@given(
    tickets=st.lists(GROSSES, min_size=1, max_size=12),
    wrong_ore=st.integers(100, 60_000),
    sign=st.sampled_from([1, -1]),
    rate_bp=st.sampled_from([0, 600, 1200, 1500]),
)
def test_any_one_line_at_another_rate_is_found_whatever_stands_beside_it(
    stall: Shop, tickets: list[list[int]], wrong_ore: int, sign: int, rate_bp: int
) -> None:
    stated = [(one, round_lines(one)) for one in tickets]
    wrong = ([sign * wrong_ore], [extract_vat_ore(sign * wrong_ore, rate_bp)])
    found = vat_findings(sold(stall, [*stated, wrong]))
    assert [finding.code for finding in found if finding.holds] == ["vat-mismatch"]
