"""Rounding that is none, and tickets marked void that a counter ticket counts as well."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from posexport.app.accept import accept_finding
from posexport.core.finding import Severity
from posexport.core.report import State
from posexport.core.reversal import SignedTicket, find_reversals, mirror_of, sign_amounts
from posexport.core.sales import MasterData, Payment, SaleLine, Ticket
from posexport.store.master_data import save_master_data
from posexport.texts.describe import fix_of, message_of
from tests.support.harness import FRIDAY, MAPPING, Shop, codes, sale
from tests.support.looks import overwrite_rows
from tests.support.strategies import looking


def friday(shop: Shop) -> Any:
    return shop.only(shop.preview(FRIDAY, FRIDAY))


def told(shop: Shop) -> list[tuple[str, str]]:
    return [(finding.code, str(finding.facts["number"])) for finding in friday(shop).findings]


def rounded(number: int, rounding: str, *paid: tuple[str, str], amount: str = "100.00") -> dict[str, Any]:
    payments = [{"payment_type": code, "amount": paid_with} for code, paid_with in paid]
    return sale(number, amount, rounding=rounding, payments=payments)


# Rounding


def test_rounding_that_coins_explain_on_a_ticket_paid_in_cash_is_nothing_to_tell(both: Shop) -> None:
    both.apply()
    both.sell(
        rounded(1, "0.50", ("CASH", "100.50")),
        rounded(2, "-0.50", ("CASH", "99.50")),
        rounded(3, "0.10", ("CARD", "60.00"), ("CASH", "40.10")),
        rounded(4, "-0.50", ("CASH", "-100.50"), amount="-100.00"),
    )
    assert (friday(both).state, told(both)) == (State.READY, [])


@pytest.mark.parametrize(("rounding", "paid"), [("0.51", "100.51"), ("-0.51", "99.49"), ("-99.00", "1.00")])
@pytest.mark.parametrize("with_what", ["CASH", "CARD"])
def test_more_rounding_than_coins_explain_holds_the_day_and_names_the_ticket(
    both: Shop, rounding: str, paid: str, with_what: str
) -> None:
    both.apply()
    both.sell(sale(1), rounded(7, rounding, (with_what, paid)))
    shown = friday(both)
    (found,) = shown.findings
    assert (shown.state, found.code, found.severity) == (State.HELD, "rounding-too-large", Severity.ERROR)
    assert (found.facts["number"], found.facts["register"], found.facts["limit"]) == ("7", "1", 50)
    with both.open() as workspace:
        accept_finding(workspace, workspace.load_setup().venues[0], FRIDAY, "rounding-too-large", "a tip")
    assert friday(both).state is State.READY


def test_the_setup_says_how_much_may_be_rounded(both: Shop) -> None:
    both.apply(mapping=MAPPING.replace('rounding = "7740"', 'rounding = "7740"\n  rounding_limit = "1.00"'))
    both.sell(rounded(1, "1.00", ("CASH", "101.00")), rounded(2, "1.01", ("CASH", "101.01")))
    assert told(both) == [("rounding-too-large", "2")]


def test_rounding_of_what_was_paid_by_card_is_a_warning(both: Shop) -> None:
    both.apply()
    both.sell(rounded(1, "0.25", ("CASH", "100.25")), rounded(2, "0.25", ("CARD", "100.25")))
    shown = friday(both)
    assert (shown.state, told(both)) == (State.READY, [("rounding-without-cash", "2")])
    assert shown.findings[0].severity is Severity.WARNING


def test_a_register_that_rounds_every_card_is_told_once_a_day(both: Shop) -> None:
    both.apply()
    both.sell(*(rounded(n, "0.25", ("CARD", "100.25")) for n in range(1, 30)))
    (found,) = friday(both).findings
    assert (found.variant, found.facts["count"], found.facts["amount"]) == ("many", 29, 725)
    assert "1 (1), 10 (1)" in message_of(found, "en")


@pytest.mark.parametrize(("key", "expected"), [("cash = true", []), ("cash = false", ["rounding-without-cash"])])
def test_the_setup_says_what_is_cash(both: Shop, key: str, expected: list[str]) -> None:
    both.apply(mapping=MAPPING.replace('account = "1592"', f'account = "1592"\n  {key}'))
    both.sell(rounded(1, "0.25", ("CARD", "100.25")))
    assert codes(friday(both)) == expected


@pytest.mark.parametrize(("said", "expected"), [("", []), ("cash = false", ["rounding-without-cash"])])
def test_what_the_registers_own_codes_have_as_cash_is_cash_unless_the_setup_says_otherwise(
    both: Shop, said: str, expected: list[str]
) -> None:
    both.apply(mapping=MAPPING.replace('account = "1592"', f'account = "1592"\n  {said}'))
    both.sell(rounded(1, "0.25", ("CARD", "100.25")))
    with both.open() as workspace, workspace.database.writing() as connection:
        basics = {"12:CARD": ("12001", "Kontant"), "12:OTHER": ("12002", "Kort")}
        save_master_data(connection, MasterData(organization_number="999999999", basics=basics))
    assert codes(friday(both)) == expected


# Voids and their counter tickets

LINES = [
    {"product_type": "100", "vat_code": "3", "gross": "200.00"},
    {"product_type": "200", "vat_code": "3", "gross": "109.00"},
]


def basket(number: int, sign: int = 1, *, void: bool = False, minute: int = 0, **more: Any) -> dict[str, Any]:
    lines = [line | {"gross": f"{sign * float(line['gross']):.2f}"} for line in LINES]
    paid = [{"payment_type": "CARD", "amount": f"{sign * 309:.2f}"}]
    at = (datetime(2026, 11, 20, 12) + timedelta(minutes=minute or number)).isoformat()
    return sale(number, at=at, void=void, **({"lines": lines, "payments": paid} | more))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_void_that_a_counter_ticket_takes_off_again_holds_the_day_in_either_order(
    both: Shop, order: tuple[int, int]
) -> None:
    both.apply()
    both.sell(basket(1 + order[0], void=True), basket(1 + order[1], -1), sale(9, at="2026-11-20T18:00:00"))
    shown = friday(both)
    (found,) = shown.findings
    assert (shown.state, found.code, found.variant) == (State.HELD, "void-and-reversal", "")
    assert (found.facts["number"], found.facts["other_number"]) == (str(1 + order[0]), str(1 + order[1]))
    assert f"withdraw torget 2026-11-20 1 {1 + order[1]}" in fix_of(found)
    with both.open() as workspace:
        accept_finding(workspace, workspace.load_setup().venues[0], FRIDAY, "void-and-reversal", "two sales")
    assert friday(both).state is State.READY


@pytest.mark.parametrize("counter", [2, 7])
def test_a_void_that_an_earlier_version_read_is_held_against_the_counter_ticket_that_comes_now(
    both: Shop, counter: int
) -> None:
    both.apply()
    both.sell(basket(1, void=True), sale(9, at="2026-11-20T18:00:00"))
    overwrite_rows(both, "ticket", {"mirror": None})
    assert friday(both).state is State.READY
    both.sell(basket(counter, -1))
    shown = friday(both)
    found = next(finding for finding in shown.findings if finding.code == "void-and-reversal")
    assert found.facts["other_number"] == str(counter)
    assert shown.state is State.HELD
    both.sell(sale(11, "-20.00", at="2026-11-20T19:00:00"), basket(12))
    assert (friday(both).state is State.READY) is (counter == 7), "what is taken back is a sale that counts"


@pytest.mark.parametrize(
    ("sold", "taken", "told_on"),
    [
        ("2026-11-20T04:59:00", "2026-11-20T05:01:00", [20]),
        ("2026-11-20T20:00:00", "2026-11-21T09:00:00", [21]),
        ("2026-11-14T20:00:00", "2026-11-21T09:00:00", [21]),
        ("2026-11-20T05:01:00", "2026-11-20T04:59:00", [19, 20]),
        ("2026-11-13T20:00:00", "2026-11-21T09:00:00", []),
        ("2026-10-30T20:00:00", "2026-11-02T09:00:00", [2]),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_void_and_its_counter_ticket_on_different_days_hold_the_day_that_would_be_wrong(
    both: Shop, sold: str, taken: str, told_on: list[int], sign: int
) -> None:
    both.apply()
    both.sell(basket(1, sign, void=True) | {"completed_at": sold}, sale(5, at=sold))
    both.sell(basket(8, -sign) | {"completed_at": taken}, sale(9, at=taken))
    found = {
        shown.business_day.day: finding
        for shown in both.preview().vouchers
        for finding in shown.findings
        if finding.code == "void-and-reversal"
    }
    assert sorted(found) == told_on
    counts_on = (datetime.fromisoformat(taken) - timedelta(hours=5)).date()
    for finding in found.values():
        assert finding.variant == ("sale-days" if sign < 0 else "days")
        assert f"withdraw torget {counts_on} 1 8" in fix_of(finding)


def test_a_return_of_what_is_sold_every_day_is_no_counter_ticket_of_a_void_days_before(both: Shop) -> None:
    both.apply()
    both.sell(*(basket(n) | {"completed_at": f"2026-11-{n}T12:00:00"} for n in range(15, 20)))
    both.sell(basket(40, void=True) | {"completed_at": "2026-11-17T13:00:00"})
    both.sell(basket(60, -1) | {"completed_at": "2026-11-20T13:00:00"})
    assert [code for shown in both.preview().vouchers for code in codes(shown) if code == "void-and-reversal"] == []


def test_lines_in_another_order_are_the_same_counter_ticket(both: Shop) -> None:
    both.apply()
    backwards = [line | {"gross": f"-{line['gross']}"} for line in reversed(LINES)]
    both.sell(basket(1, void=True), basket(2, -1, lines=backwards))
    assert codes(friday(both)) == ["void-and-reversal"]


def test_a_sale_whose_counter_ticket_is_the_one_marked_void_is_asked_about(both: Shop) -> None:
    both.apply()
    both.sell(basket(1), basket(2, -1, void=True))
    (found,) = friday(both).findings
    assert (found.code, found.variant, found.facts["other_number"]) == ("void-and-reversal", "sale", "1")


@pytest.mark.parametrize(
    "tickets",
    [
        (basket(1, void=True), basket(2, -1, void=True)),
        (basket(1, void=True), basket(2)),
        (basket(1, void=True), basket(2, -1, register="2")),
        (basket(1, void=True), basket(2, -1, payments=[{"payment_type": "CASH", "amount": "-309.00"}])),
        (basket(1, void=True), basket(2, -1, lines=[{"product_type": "100", "vat_code": "3", "gross": "-309.00"}])),
        (basket(1), basket(3, void=True), basket(8, -1)),
    ],
    ids=["both void", "sold again", "another register", "paid otherwise", "other lines", "a sale to be taken off"],
)
def test_what_is_no_counter_ticket_of_a_void_is_not_told(both: Shop, tickets: tuple[dict[str, Any], ...]) -> None:
    both.apply()
    both.sell(*tickets, sale(9, at="2026-11-20T18:00:00"))
    assert "void-and-reversal" not in codes(friday(both))


def test_a_counter_ticket_right_after_the_void_is_the_voids_though_the_same_was_sold_before(both: Shop) -> None:
    both.apply()
    both.sell(*(basket(n) for n in range(1, 5)), basket(5, void=True), basket(6, -1))
    (found,) = friday(both).findings
    assert (found.code, found.facts["number"], found.facts["other_number"]) == ("void-and-reversal", "5", "6")


def test_each_void_is_told_with_a_counter_ticket_of_its_own(both: Shop) -> None:
    both.apply()
    both.sell(basket(1, void=True), basket(2, -1), basket(3, void=True), basket(4, -1))
    assert [(f.facts["number"], f.facts["other_number"]) for f in friday(both).findings] == [("1", "2"), ("3", "4")]


def test_a_void_that_is_withdrawn_or_a_counter_ticket_that_is_is_told_no_more(both: Shop) -> None:
    both.apply()
    both.sell(basket(1, void=True), basket(2, -1))
    overwrite_rows(both, "ticket", {"status": 6}, number="2")
    assert "void-and-reversal" not in codes(friday(both))


AMOUNTS = st.lists(
    st.tuples(st.sampled_from([1, 2, 3]), st.sampled_from("ab"), st.sampled_from(["", "3"]), st.integers(-500, 500)),
    max_size=6,
)


@looking(200)
@given(AMOUNTS, st.randoms(use_true_random=False))
def test_a_ticket_and_its_counter_ticket_have_one_number_with_two_signs(
    amounts: list[tuple[int, str, str, int]], random: Any
) -> None:
    shuffled = [(*key, -ore) for *key, ore in amounts]
    random.shuffle(shuffled)
    assert sign_amounts(amounts) == -sign_amounts(shuffled)  # type: ignore[arg-type]
    assert -(1 << 63) <= sign_amounts(amounts) < 1 << 63


@looking(100)
@given(AMOUNTS, AMOUNTS)
def test_tickets_of_other_amounts_have_other_numbers(
    some: list[tuple[int, str, str, int]], others: list[tuple[int, str, str, int]]
) -> None:
    def total(amounts: list[tuple[int, str, str, int]]) -> dict[Any, int]:
        keys = {amount[:3] for amount in amounts}
        sums = {key: sum(amount[3] for amount in amounts if amount[:3] == key) for key in keys}
        return {key: ore for key, ore in sums.items() if ore}

    assert (sign_amounts(some) == sign_amounts(others)) is (total(some) == total(others))


def test_what_is_stored_of_a_void_never_changes() -> None:
    lines = (SaleLine("100", "3", 20_000, 4_000), SaleLine("200", "3", 10_900))
    ticket = Ticket("1", "1", datetime(2026, 11, 20, 12), lines, (Payment("CARD", 30_900),))
    assert mirror_of(ticket) == -5_687_764_690_672_948_412


@looking(200)
@given(
    st.lists(st.tuples(st.sampled_from([1, -1]), st.booleans(), st.integers(0, 5_000), st.integers(1, 40)), max_size=9)
)
def test_no_ticket_is_told_twice_and_a_told_pair_is_one_void_and_its_counter_ticket(
    drawn: list[tuple[int, bool, int, int]],
) -> None:
    tickets = [
        SignedTicket("1", str(n), at, serial, sign * 100, sign * 77, is_void)
        for n, (sign, is_void, at, serial) in enumerate(drawn)
    ]
    found = find_reversals(tickets)
    named = [ticket for pair in found for ticket in pair]
    assert len(named) == len(set(named))
    assert all(void.is_void and not counter.is_void and void.signature == -counter.signature for void, counter in found)
    balance = sum(ticket.signature for ticket in tickets if ticket.is_void) // 77
    assert len(found) <= abs(balance)
    counters = [ticket for ticket in tickets if not ticket.is_void and ticket.signature * balance < 0]
    originals = [ticket for ticket in tickets if not ticket.is_void and ticket.signature * balance > 0]
    assert len(found) >= min(abs(balance), len(counters) - len(originals))
