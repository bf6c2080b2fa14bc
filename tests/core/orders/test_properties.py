"""What holds of every credit ticket: of any lines, rates, payments, switches and quantities."""

from __future__ import annotations

import doctest
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import assume, given, strategies as st

from posexport.core.codes import Codes
from posexport.core.credit_facts import LineText
from posexport.core.orders import amounts
from posexport.core.orders.amounts import choose_all, choose_amounts, multiply_ore, set_price
from posexport.core.orders.credit_ticket import CreditTicket
from posexport.core.orders.order import Order, OrderLineKind, OrderProducts, OrderRules, build_order
from posexport.core.orders.reference import REFERENCE_LENGTH_MAX, find_collisions, format_order_reference
from posexport.core.orders.route import CreditRules, Mixed, Route, TicketHold, choose_route, sum_credit_part
from posexport.core.orders.share import DividedTicket, divide_ticket, fingerprint_share
from posexport.core.sales import Payment, SaleLine, Ticket, TicketStatus
from posexport.core.settlement import sum_left_out
from tests.support.build import DAY, VENUE
from tests.support.orders import LINK, placed
from tests.support.strategies import (
    GO_VAT_CODES,
    PAYMENT_TYPES,
    PRODUCTS,
    looking,
    make_mapping,
    sale_lines,
    tickets,
)

CREDIT = "CREDIT"
credit_rules = st.builds(
    CreditRules,
    credit_types=st.just(Codes([CREDIT])),
    transferred=st.just(Codes([CREDIT])),
    invoices_from=st.just(date(2026, 11, 1)),
    mixed=st.sampled_from(Mixed),
)
rates = st.sampled_from([0, 1111, 1200, 1500, 2500, 600])
quantities = st.sampled_from(["", "1", "2", "3", "7", "12", "3.000", "0.435", "-2", "0", "1000000", "x"])
ordinary = st.lists(sale_lines(st.integers(1, 200_000)), min_size=1, max_size=6)


@st.composite
def credit_tickets(draw: st.DrawFn) -> CreditTicket:
    """A counted ticket with a credit payment: any, or one of ordinary lines partly paid by card."""
    if draw(st.booleans()):
        ticket = draw(tickets(status=st.just(TicketStatus.COUNTED)))
    else:
        lines = tuple(draw(ordinary))
        total_ore = sum(line.gross_ore for line in lines)
        paid_ore = draw(st.integers(0, total_ore))
        payments = (Payment("CARD", paid_ore), Payment(CREDIT, total_ore - paid_ore))
        ticket = replace_ticket(draw(tickets(status=st.just(TicketStatus.COUNTED))), lines, payments)
    assume(any(payment.payment_type == CREDIT for payment in ticket.payments))
    return placed(ticket, line_texts=tuple(LineText("Vare", draw(quantities)) for _ in ticket.lines))


def replace_ticket(ticket: Ticket, lines: tuple[SaleLine, ...], payments: tuple[Payment, ...]) -> Ticket:
    return ticket._replace(lines=lines, payments=payments, tip_ore=0, rounding_ore=0, gift_cards_ore=0)


def parts_of(ticket: Ticket) -> tuple[int, ...]:
    return (*(line.gross_ore for line in ticket.lines), ticket.gift_cards_ore, ticket.tip_ore, ticket.rounding_ore)


def test_the_examples_in_the_module_hold() -> None:
    assert doctest.testmod(amounts).failed == 0


# Shares


@looking(200)
@given(credit_tickets(), credit_rules)
def test_what_is_ordered_and_what_is_booked_is_the_ticket_line_by_line(
    credit: CreditTicket, rules: CreditRules
) -> None:
    share = divide_ticket(credit.ticket, rules)
    if isinstance(share, TicketHold):
        assert share is TicketHold.SHARES_DIFFER
        return
    ordered, booked = ((*part.lines_ore, *part[1:]) for part in (share.ordered, share.booked))
    assert tuple(map(sum, zip(ordered, booked, strict=True))) == parts_of(credit.ticket)
    assert share.ordered.total_ore == share.due_ore == share.credit_ore + share.part_paid_ore
    assert share.booked.total_ore == share.paid_ore - share.part_paid_ore
    assert share.credit_ore == sum_credit_part(credit.ticket, rules)


@looking(200)
@given(credit_tickets())
def test_a_voucher_leaves_out_exactly_what_is_ordered_and_balances(credit: CreditTicket) -> None:
    ticket, rules = credit.ticket, CreditRules(Codes([CREDIT]), Codes([CREDIT]), date(2026, 11, 1))
    share = divide_ticket(ticket, rules)
    out = sum_left_out([(ticket, credit.moment)], rules.credit_types)
    assert bool(out.indivisible) is (share is TicketHold.SHARES_DIFFER)
    if isinstance(share, DividedTicket):
        left_out_ore = sum(entry.amount_ore for entry in out.sums if entry.key.kind.name != "PAYMENT")
        assert left_out_ore == share.credit_ore
        by_code: dict[tuple[str, str], int] = {}
        for line, ore in zip(ticket.lines, share.ordered.lines_ore, strict=True):
            key = (line.product_type, line.vat_code)
            by_code[key] = by_code.get(key, 0) + ore
        for key, ore in by_code.items():
            left = [entry for entry in out.sums if (entry.key.code, entry.key.vat_code) == key]
            assert sum(entry.amount_ore for entry in left) == ore


@looking(100)
@given(credit_tickets(), credit_rules, st.integers(-5, 5).filter(bool))
def test_a_ticket_that_does_not_balance_is_never_divided(
    credit: CreditTicket, rules: CreditRules, off_ore: int
) -> None:
    first, *others = credit.ticket.payments
    wrong = credit.ticket._replace(payments=(first._replace(amount_ore=first.amount_ore + off_ore), *others))
    assert divide_ticket(wrong, rules) is TicketHold.UNBALANCED


@looking(100)
@given(credit_tickets(), credit_rules)
def test_the_whole_of_a_ticket_that_was_partly_paid_is_ordered_and_the_payment_credited(
    credit: CreditTicket, rules: CreditRules
) -> None:
    share = divide_ticket(credit.ticket, replace(rules, mixed=Mixed.WHOLE))
    assert isinstance(share, DividedTicket)
    assert share.due_ore - share.part_paid_ore == share.credit_ore
    assert share.due_ore == credit.ticket.sales_ore
    assert not share.is_share


@looking(100)
@given(credit_tickets(), credit_rules)
def test_the_digest_of_what_is_ordered_changes_with_the_ticket_and_not_with_the_texts(
    credit: CreditTicket, rules: CreditRules
) -> None:
    share = divide_ticket(credit.ticket, replace(rules, mixed=Mixed.WHOLE))
    assert isinstance(share, DividedTicket)
    told = fingerprint_share(credit.ticket, share)
    assert told == fingerprint_share(credit.ticket._replace(number="9"), share)
    other = credit.ticket._replace(customer="somebody else")
    assert told != fingerprint_share(other, share)
    assert told != fingerprint_share(credit.ticket, share._replace(credit_ore=share.credit_ore + 1))


# Orders


@st.composite
def order_rules(draw: st.DrawFn) -> OrderRules:
    mapping = make_mapping(draw(st.integers(0, 99)))
    products = OrderProducts(
        {(code, go): f"{code}-{go}" for code in PRODUCTS for go in GO_VAT_CODES if draw(st.booleans())},
        draw(st.none() | st.just("TIPS")),
        "GAVEKORT",
        "AVRUND",
        draw(st.none() | st.just("AVR")),
    )
    rates_bp = {go: draw(rates) for go in GO_VAT_CODES if draw(st.integers(0, 9))}
    return OrderRules("Brygga", mapping, rates_bp, products, keeps_decimals=draw(st.booleans()))


def build(credit: CreditTicket, rules: OrderRules, credit_rules_: CreditRules) -> Order:
    share = divide_ticket(credit.ticket, credit_rules_)
    assume(isinstance(share, DividedTicket))
    assert isinstance(share, DividedTicket)
    return build_order(credit, share, rules, link=LINK)


@looking(200)
@given(credit_tickets(), order_rules(), credit_rules)
def test_an_order_comes_to_what_is_due_within_an_ore_a_line_and_exactly_with_a_product_for_it(
    credit: CreditTicket, rules: OrderRules, credit_rules_: CreditRules
) -> None:
    order = build(credit, rules, credit_rules_)
    sold = [line for line in order.lines if line.kind not in (OrderLineKind.TEXT, OrderLineKind.DIFFERENCE)]
    assert sum(line.gross_ore for line in sold) == order.due_ore
    assert all(abs(line.total_ore - line.gross_ore) <= 1 for line in sold)
    assert abs(order.difference_ore) <= len(sold)
    if rules.products.difference:
        assert order.difference_ore == 0
    assert all(multiply_ore(line.quantity, line.price) == line.net_ore for line in order.lines)
    assert all(line.price >= 0 for line in order.lines)
    shared = [line for line in sold if line.text.endswith("(andel)")]
    assert all(abs(line.quantity) == 1 for line in shared)


@looking(100)
@given(credit_tickets(), order_rules(), credit_rules)
def test_an_order_is_sendable_only_where_every_line_has_a_product_and_a_known_rate(
    credit: CreditTicket, rules: OrderRules, credit_rules_: CreditRules
) -> None:
    order = build(credit, rules, credit_rules_)
    sold = [line for line in order.lines if line.kind is not OrderLineKind.TEXT]
    assert order.is_sendable is all(line.product and line.rate_bp is not None for line in sold)


@looking(100)
@given(credit_tickets(), order_rules(), credit_rules)
def test_a_return_of_everything_is_the_same_order_with_every_sign_turned(
    credit: CreditTicket, rules: OrderRules, credit_rules_: CreditRules
) -> None:
    ticket = credit.ticket
    returned = ticket._replace(
        lines=tuple(line._replace(gross_ore=-line.gross_ore) for line in ticket.lines),
        payments=tuple(payment._replace(amount_ore=-payment.amount_ore) for payment in ticket.payments),
        tip_ore=-ticket.tip_ore,
        rounding_ore=-ticket.rounding_ore,
        gift_cards_ore=-ticket.gift_cards_ore,
    )
    sale, back = build(credit, rules, credit_rules_), build(credit._replace(ticket=returned), rules, credit_rules_)
    assert (sale.net_ore, sale.vat_ore) == (-back.net_ore, -back.vat_ore)
    for line, other in zip(sale.lines, back.lines, strict=True):
        assert (line.price, line.quantity) == (other.price, -other.quantity)


# Amounts


@looking(500)
@given(st.lists(st.tuples(st.integers(-500_000, 500_000), rates), max_size=12))
def test_every_line_is_within_an_ore_and_no_other_net_amount_is_nearer(lines: list[tuple[int, int]]) -> None:
    for (gross_ore, rate_bp), chosen in zip(lines, choose_all(lines), strict=True):
        off = abs(chosen.total_ore - gross_ore)
        assert off <= 1
        around = range(chosen.net_ore - 3, chosen.net_ore + 4)
        assert off == min(abs(amounts.reckon_line(net_ore, rate_bp).total_ore - gross_ore) for net_ore in around)


@looking(200)
@given(st.integers(1, 30), st.integers(1, 100_000), rates)
def test_equal_lines_never_drift_from_what_they_were_sold_for(times: int, gross_ore: int, rate_bp: int) -> None:
    chosen = choose_all([(gross_ore, rate_bp)] * times)
    assert abs(sum(line.total_ore for line in chosen) - times * gross_ore) <= 1 or not is_tie(gross_ore, rate_bp)


def is_tie(gross_ore: int, rate_bp: int) -> bool:
    """Whether the totals just below and just above are equally near."""
    totals = {choose_amounts(gross_ore, rate_bp, running).total_ore for running in (-1, 1)}
    return len(totals) == 2


@looking(500)
@given(st.integers(-2_000_000, 2_000_000), st.integers(1, 20_000), st.booleans())
def test_quantity_times_price_is_the_net_amount_half_up(net_ore: int, pieces: int, keeps_decimals: bool) -> None:
    quantity, price, times = set_price(net_ore, pieces, keeps_decimals=keeps_decimals)
    exact = (abs(quantity) * price * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    assert exact == abs(net_ore)
    assert price >= 0 and (quantity < 0) is (net_ore < 0)
    assert abs(quantity) * times == pieces
    decimals = -int(price.as_tuple().exponent)
    assert decimals == 2 or (4 <= decimals <= 6 and keeps_decimals)
    if decimals > 4:
        fewer = price.quantize(Decimal(1).scaleb(1 - decimals), rounding=ROUND_HALF_UP)
        assert multiply_ore(abs(quantity), fewer) != abs(net_ore)


# Routes and references


@looking(300)
@given(
    tickets(),
    st.sets(st.sampled_from(PAYMENT_TYPES)),
    st.sets(st.sampled_from(PAYMENT_TYPES)),
    st.none() | st.integers(-3, 3),
    st.none() | st.integers(-3, 3),
    st.sampled_from([None, Route.LEFT_OUT]),
)
def test_a_ticket_has_one_route_by_what_it_is_and_when(
    ticket: Ticket,
    credit_types: set[str],
    transferred: set[str],
    since: int | None,
    until: int | None,
    before: Route | None,
) -> None:
    days = [None if offset is None else DAY + timedelta(days=offset) for offset in (since, until)]
    rules = CreditRules(Codes(credit_types), Codes(transferred), days[0], days[1], credit_before=before)
    route = choose_route(ticket, DAY, rules)
    assert route == choose_route(ticket, DAY, replace(rules, mixed=Mixed.WHOLE))
    used = {payment.payment_type for payment in ticket.payments} & credit_types
    is_credit = bool(used) and ticket.status is TicketStatus.COUNTED
    assert (route is None) is not is_credit
    if not is_credit:
        return
    differ = bool(used & transferred) and bool(used - transferred)
    assert (route is TicketHold.TRANSFERS_DIFFER) is differ
    if differ:
        return
    invoiced = since is not None and since <= 0 and (until is None or until >= 0)
    has_part = sum_credit_part(ticket, rules) != 0
    assert (route is Route.ORDER) is (invoiced and has_part)
    if route is not Route.ORDER:
        is_before = before is not None and since is not None and since > 0
        assert route is (Route.LEFT_OUT if is_before or not used <= transferred else Route.VOUCHER)


@looking(100)
@given(credit_tickets(), st.integers(1, 9), st.text("abc-9", min_size=1, max_size=30))
def test_a_reference_is_the_same_whenever_it_is_asked_and_short_enough(
    credit: CreditTicket, revision: int, venue: str
) -> None:
    named = credit._replace(venue_id=venue)
    reference = format_order_reference(named, revision)
    assert reference == format_order_reference(named._replace(facts=type(named.facts)()), revision)
    assert reference == format_order_reference(credit, revision, venue)
    assert reference.startswith(f"{venue}-o20261120-")
    assert len(reference) == len(venue) + 19 <= REFERENCE_LENGTH_MAX
    assert reference != format_order_reference(named, revision + 1)


def test_another_register_or_number_has_another_reference() -> None:
    ticket = Ticket("1", "1", VENUE.calendar.local(1_795_000_000), (), (Payment(CREDIT, 0),))
    several = [placed(ticket), placed(ticket._replace(register="9")), placed(ticket._replace(number="2"))]
    assert len({format_order_reference(credit) for credit in several}) == 3


def test_the_same_number_at_another_time_has_another_reference() -> None:
    times = [VENUE.calendar.local(1_795_000_000 + second) for second in range(200)]
    same = [placed(Ticket("1", "1", at, (), (Payment(CREDIT, 0),))) for at in times]
    assert len({format_order_reference(credit) for credit in same}) == 200
    assert find_collisions(same) == {}
    (collision,) = find_collisions([*same, same[7]]).values()
    assert collision == (same[7], same[7])
