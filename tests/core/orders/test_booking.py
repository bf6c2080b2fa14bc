"""Every credit krone of a day is in its voucher, in an order, or left out: in exactly one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, strategies as st

from posexport.core.codes import Codes
from posexport.core.finding import Finding, Ore, Severity
from posexport.core.findings.order_customers import check_part_payments, without_part_payments
from posexport.core.orders import booking
from posexport.core.orders.booking import (
    CreditProofFailed,
    OutOfVouchers,
    SealedRoute,
    figure_credit,
    route_tickets,
    sum_credit,
    take_out,
)
from posexport.core.orders.reference import name_order, order_key
from posexport.core.orders.route import CreditRules, Mixed, Route, TicketHold, sum_credit_part
from posexport.core.orders.share import DividedTicket
from posexport.core.report import CreditFigures
from posexport.core.sales import EntryKind, Ticket, TicketStatus
from posexport.core.settlement import EntrySum, PlacedTicket, subtract_sums, sum_tickets
from tests.support.build import DAY, VENUE, read_ticket
from tests.support.orders import CREDIT
from tests.support.strategies import PAYMENT_TYPES, looking, tickets

BOTH = replace(CREDIT, credit_types=Codes(["invoice", "later"]), transferred=Codes(["invoice", "later"]))
TYPES = sorted(PAYMENT_TYPES)


def place(*texts: str, day: date = DAY) -> list[PlacedTicket]:
    return [_placed(read_ticket(text, day, number)) for number, text in enumerate(texts, 1)]


def _placed(ticket: Ticket) -> PlacedTicket:
    return ticket, VENUE.calendar.place(ticket.completed_at)


def key_of(placed: PlacedTicket) -> str:
    return order_key(placed[0].register, placed[0].number, placed[1].at_utc_s)


def told(sums: Sequence[EntrySum]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for entry in sums:
        found[f"{entry.key.kind.name} {entry.key.code}".strip()] += entry.amount_ore
    return dict(found)


def test_an_ordered_ticket_is_out_of_the_voucher_whole_or_by_its_share() -> None:
    tickets_ = place("food@25 1200.00 = visa 400.00, invoice 800.00")
    share = take_out(tickets_, CREDIT, {})
    assert told(share.ordered) == {"SALE food": 80_000, "PAYMENT invoice": 80_000}
    whole = take_out(tickets_, replace(CREDIT, mixed=Mixed.WHOLE), {})
    assert told(whole.ordered) == {"SALE food": 120_000, "PAYMENT invoice": 120_000}
    left = subtract_sums(sum_tickets(tickets_), whole.ordered)
    assert told(left) == {"PAYMENT invoice": -40_000, "PAYMENT visa": 40_000}


def test_two_part_payments_of_a_customer_are_two_sums_each_with_the_name_of_its_order() -> None:
    tickets_ = place(
        "food@25 1200.00 = visa 400.00, invoice 800.00 for K17", "food@25 500.00 = visa 400.00, invoice 100.00 for K17"
    )
    assert [placed[0].customer for placed in tickets_] == ["K17", "K17"]
    left = subtract_sums(sum_tickets(tickets_), take_out(tickets_, replace(CREDIT, mixed=Mixed.WHOLE), {}).ordered)
    credited = {entry.key.order: entry.amount_ore for entry in left if entry.key.code == "invoice"}
    assert credited == {name_order(placed): -40_000 for placed in tickets_}


def test_an_order_keeps_no_name_where_only_a_share_is_ordered() -> None:
    tickets_ = place("food@25 1200.00 = visa 400.00, invoice 800.00")
    out = take_out(tickets_, CREDIT, {})
    assert {entry.key.order for entry in (*out.ordered, *subtract_sums(sum_tickets(tickets_), out.ordered))} == {""}


def test_a_sealed_route_counts_whatever_the_setup_says_now() -> None:
    tickets_ = place("food@25 100.00 = invoice 100.00", "food@25 50.00 = invoice 50.00")
    sealed = {key_of(tickets_[0]): SealedRoute(Route.VOUCHER, is_moved=True)}
    routed = list(route_tickets(tickets_, CREDIT, sealed))
    assert [one.route for one in routed] == [Route.VOUCHER, Route.ORDER]
    off = CreditRules(CREDIT.credit_types, CREDIT.transferred)
    sealed = {key_of(tickets_[0]): SealedRoute(Route.ORDER)}
    assert [one.route for one in route_tickets(tickets_, off, sealed)] == [Route.ORDER, Route.VOUCHER]


def test_a_ticket_that_has_come_to_nothing_on_credit_needs_no_invoice_though_it_was_sealed() -> None:
    tickets_ = place("food@25 100.00 = invoice 100.00, invoice -100.00, visa 100.00")
    (routed,) = route_tickets(tickets_, CREDIT, {key_of(tickets_[0]): SealedRoute(Route.ORDER)})
    assert routed.route is Route.VOUCHER


def test_a_ticket_that_cannot_be_divided_is_in_neither() -> None:
    out = take_out(place("food@25 300.00, food@25 -300.00 = visa -100.00, invoice 100.00"), CREDIT, {})
    assert (out.ordered, out.left_out) == ((), ())
    assert [(ticket.number, ticket.payment_types) for ticket in out.indivisible] == [("1", ("invoice",))]


def test_credit_types_that_disagree_hold_their_ticket() -> None:
    rules = replace(BOTH, transferred=Codes(["later"]), invoices_from=None)
    out = take_out(
        place("food@25 100.00 = invoice 60.00, later 40.00"), replace(rules, left_out=Codes(["invoice"])), {}
    )
    assert out.routed[0].route is TicketHold.TRANSFERS_DIFFER
    assert [ticket.payment_types for ticket in out.indivisible] == [("invoice",)]


def test_a_card_that_is_left_out_beside_an_order_takes_its_own_share() -> None:
    tickets_ = place("food@25 100.00 = visa 20.00, gift 30.00, invoice 50.00")
    out = take_out(tickets_, replace(CREDIT, left_out=Codes(["gift"])), {})
    assert told(out.ordered) == {"SALE food": 5_000, "PAYMENT invoice": 5_000}
    assert told(out.left_out) == {"SALE food": 3_000, "PAYMENT gift": 3_000}


def test_a_whole_ticket_that_somebody_else_books_a_part_of_is_in_neither() -> None:
    rules = replace(CREDIT, mixed=Mixed.WHOLE, left_out=Codes(["gift"]))
    out = take_out(place("food@25 100.00 = gift 30.00, invoice 70.00"), rules, {})
    assert (out.ordered, out.left_out, [ticket.number for ticket in out.indivisible]) == ((), (), ["1"])


def test_days_before_the_first_are_left_out_where_the_setup_says_so() -> None:
    rules = replace(CREDIT, credit_before=Route.LEFT_OUT, invoices_from=date(2027, 1, 1))
    out = take_out(place("food@25 100.00 = invoice 100.00"), rules, {})
    assert told(out.left_out) == {"SALE food": 10_000, "PAYMENT invoice": 10_000}


@st.composite
def routings(draw: st.DrawFn) -> tuple[list[PlacedTicket], CreditRules, dict[str, SealedRoute]]:
    """Any tickets of a day, a setup, and routes that were sealed before it was changed."""
    found = [_placed(ticket) for ticket in draw(st.lists(tickets(), min_size=1, max_size=6))]
    credit = draw(st.sets(st.sampled_from(TYPES), min_size=1, max_size=2))
    left_out = draw(st.sets(st.sampled_from(TYPES), max_size=2))
    rules = CreditRules(
        Codes(sorted(credit)),
        Codes(sorted(credit - left_out)),
        draw(st.sampled_from([None, date(2000, 1, 1), date(2100, 1, 1)])),
        draw(st.sampled_from([None, date(2100, 1, 1)])),
        draw(st.sampled_from(Mixed)),
        draw(st.sampled_from([None, Route.LEFT_OUT])),
        Codes(sorted(left_out)),
    )
    sealed = {key_of(placed): SealedRoute(draw(st.sampled_from(Route))) for placed in found if draw(st.booleans())}
    return found, rules, sealed


def _places_of(figures: CreditFigures) -> tuple[int, ...]:
    return figures.voucher_ore, figures.ordered_ore, figures.left_out_ore, figures.held_ore


@looking(300)
@given(routings())
def test_every_credit_krone_is_in_one_place_whatever_was_sealed_or_switched(
    drawn: tuple[list[PlacedTicket], CreditRules, dict[str, SealedRoute]],
) -> None:
    found, rules, sealed = drawn
    out = take_out(found, rules, sealed)
    counted = [ticket for ticket, _ in found if ticket.status is TicketStatus.COUNTED]
    in_voucher = subtract_sums(sum_tickets(found), (*out.left_out, *out.ordered))
    part_paid_ore = sum(one.divided.part_paid_ore for one in out.routed if isinstance(one.divided, DividedTicket))
    total_ore = sum(sum_credit_part(ticket, rules) for ticket in counted)
    assert total_ore == sum(sum_credit(part, rules) for part in (in_voucher, out.ordered, out.left_out))
    figures = figure_credit(sum_tickets(found), out, rules)
    shown_ore = sum(_places_of(figures)) if figures else 0
    assert shown_ore == (figures.total_ore if figures else 0) == total_ore
    due_ore = sum(one.divided.due_ore for one in out.routed if isinstance(one.divided, DividedTicket))
    assert sum_credit(out.ordered, rules) == due_ore
    assert total_ore == sum_credit(in_voucher, rules) + part_paid_ore + (due_ore - part_paid_ore) + sum_credit(
        out.left_out, rules
    )
    if not out.indivisible and all(ticket.sales_ore == ticket.payments_ore for ticket in counted):
        for part in (in_voucher, out.ordered, out.left_out):
            assert _balance(part) == 0


def _balance(sums: Sequence[EntrySum]) -> int:
    """Paid minus sold (øre); cash movements apart."""
    sold = (EntryKind.SALE, EntryKind.TIP, EntryKind.ROUNDING, EntryKind.GIFT_CARD)
    paid_ore = sum(entry.amount_ore for entry in sums if entry.key.kind is EntryKind.PAYMENT)
    return paid_ore - sum(entry.amount_ore for entry in sums if entry.key.kind in sold)


@pytest.mark.parametrize("lost", ["ordered", "left_out"])
def test_the_proof_notices_a_share_that_is_booked_twice_or_nowhere(lost: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = replace(CREDIT, credit_before=Route.LEFT_OUT, invoices_from=DAY if lost == "ordered" else date(2099, 1, 1))
    real = booking._take_out_of

    def lose(*told_: object) -> OutOfVouchers:
        return replace(real(*told_), **{lost: ()})  # type: ignore[arg-type]

    monkeypatch.setattr(booking, "_take_out_of", lose)
    with pytest.raises(CreditProofFailed):
        take_out(place("food@25 100.00 = invoice 100.00"), rules, {})


@pytest.mark.parametrize("mixed", list(Mixed))
def test_the_days_figures_of_credit_are_what_the_register_took_by_route(mixed: Mixed) -> None:
    tickets_ = place(
        "food@25 1200.00 = visa 400.00, invoice 800.00",
        "food@25 50.00 = invoice 50.00",
        "food@25 -30.00 = invoice -30.00",
    )
    rules = replace(CREDIT, mixed=mixed)
    sealed = {key_of(tickets_[1]): SealedRoute(Route.VOUCHER, is_moved=True)}
    figures = figure_credit(sum_tickets(tickets_), take_out(tickets_, rules, sealed), rules)
    assert figures is not None
    assert (figures.total_ore, figures.voucher_ore, figures.ordered_ore) == (82_000, 5_000, 77_000)
    assert [(ticket.number, ticket.credit_ore) for ticket in figures.ordered] == [("1", 80_000), ("3", -3_000)]


def test_figures_of_credit_that_are_not_the_registers_are_refused() -> None:
    tickets_ = place("food@25 50.00 = invoice 50.00", "food@25 20.00 = invoice 20.00")
    out = take_out(tickets_, CREDIT, {})
    with pytest.raises(CreditProofFailed, match="booked"):
        figure_credit(sum_tickets(tickets_[:1]), out, CREDIT)
    assert figure_credit(sum_tickets(place("food@25 50.00 = visa 50.00")), OutOfVouchers(), CREDIT) is None


def test_a_part_payment_of_a_whole_order_holds_its_day_where_the_ticket_names_nobody() -> None:
    text = "food@25 1200.00 = visa 400.00, invoice 800.00"
    named = _placed(read_ticket(text, DAY, 3)._replace(customer="K-17"))
    placed = [*place(text, "food@25 50.00 = invoice 50.00"), named]
    whole = take_out(placed, replace(CREDIT, mixed=Mixed.WHOLE), {}).routed
    (found,) = check_part_payments(whole)
    assert (found.key, found.holds) == ("order-no-customer/part-paid", True)
    assert (found.facts["number"], found.facts["amount"], found.facts["paid"]) == ("1", Ore(80_000), Ore(40_000))
    assert check_part_payments(take_out(placed, CREDIT, {}).routed) == []
    credited = [Finding("missing-customer", Severity.WARNING, {"amount": Ore(ore)}) for ore in (-40_000, -30_000)]
    assert without_part_payments(credited, whole) == credited[1:]
