"""Worked examples of credit sales: what the voucher has, what the order has, to the øre.

`V`: the day's voucher where that ticket is all there is; `O`: the order. A café whose register sells on account as
`invoice`; orders from 15 November 2026.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from posexport.core.credit_facts import TicketReference
from posexport.core.delivery import Stage
from posexport.core.money import format_ore
from posexport.core.orders.customers import AmbiguousCustomer, AskPerson, CustomerMode, decide_link, find_candidates
from posexport.core.orders.order import Missing, MissingKind
from posexport.core.orders.products import ProductFaultKind, SoldAs, judge_product
from posexport.core.orders.reference import format_order_reference
from posexport.core.orders.route import Mixed, Route, TicketHold, choose_route
from posexport.core.orders.share import divide_ticket
from posexport.core.orders.state import Invoice, OrderFacts, OrderState, Seen, decide_state
from tests.support.build import DAY, read_ticket
from tests.support.orders import (
    CREDIT,
    CUSTOMER,
    PRODUCTS,
    RULES,
    catalog,
    credit_ticket,
    divided,
    go_customer,
    order_of,
    pieces,
    sums_of,
    tell,
    texts_of,
    voucher_lines,
    with_difference,
)

SOLD = "food@25 199.00, food@15 115.00, entry@12 56.00, goods@free 20.00"


def test_1_a_whole_ticket_of_one_rate_is_ordered_and_leaves_no_voucher() -> None:
    text = "food@25 1250.00 = invoice 1250.00"
    order = order_of(text)
    assert voucher_lines(text) == []
    assert tell(order) == ["MAT25 1 x 1000.00: 1000.00 + 250.00"]
    assert sums_of(order) == "1000.00 + 250.00 = 1250.00"
    assert (order.difference_ore, order.missing, order.is_sendable) == (0, (), True)


def test_2_four_rates_are_four_lines_with_net_and_vat_each() -> None:
    text = f"{SOLD} = invoice 390.00"
    order = order_of(text)
    assert voucher_lines(text) == []
    assert tell(order) == [
        "MAT25 1 x 159.20: 159.20 + 39.80",
        "MAT15 1 x 100.00: 100.00 + 15.00",
        "INN12 1 x 50.00: 50.00 + 6.00",
        "FRI 1 x 20.00: 20.00 + 0.00",
    ]
    assert sums_of(order) == "329.20 + 60.80 = 390.00"


def test_3_an_amount_that_does_not_exist_is_an_ore_off_or_made_exact_by_a_product_of_its_own() -> None:
    text = "food@15 10.00 = invoice 10.00"
    order = order_of(text)
    assert tell(order) == ["MAT15 1 x 8.69: 8.69 + 1.30"]
    assert (sums_of(order), order.difference_ore) == ("8.69 + 1.30 = 9.99", -1)
    exact = order_of(text, rules=with_difference())
    assert tell(exact)[1:] == ["AVR 1 x 0.01: 0.01 + 0.00"]
    assert (sums_of(exact), exact.difference_ore) == ("8.70 + 1.30 = 10.00", 0)


def test_4_the_second_of_two_such_lines_takes_back_what_the_first_lacked() -> None:
    order = order_of("food@15 10.00, food@15 10.00 = invoice 20.00")
    assert tell(order) == ["MAT15 1 x 8.69: 8.69 + 1.30", "MAT15 1 x 8.70: 8.70 + 1.31"]
    assert sums_of(order) == "17.39 + 2.61 = 20.00"
    three = order_of("food@15 35.00, food@15 35.00, food@15 35.00 = invoice 105.00")
    assert [line.split(": ")[1] for line in tell(three)] == ["30.43 + 4.56", "30.44 + 4.57", "30.43 + 4.56"]
    assert three.difference_ore == -1


def test_4_two_such_returns_take_back_from_each_other_as_the_sales_did() -> None:
    order = order_of("food@15 -10.00, food@15 -10.00 = invoice -20.00")
    assert [line.split(": ")[1] for line in tell(order)] == ["-8.69 + -1.30", "-8.70 + -1.31"]
    mixed = order_of("food@15 10.00, food@15 -10.00, food@15 50.00 = invoice 50.00")
    assert [line.split(": ")[1] for line in tell(mixed)][:2] == ["8.69 + 1.30", "-8.69 + -1.30"]


def test_4_a_quantity_of_three_has_a_price_with_as_many_decimals_as_it_takes() -> None:
    credit = credit_ticket("food@15 105.00 = invoice 105.00", line_texts=pieces("Burger", "3"))
    order = order_of(credit)
    assert tell(order) == ["MAT15 3 x 30.4333: 91.30 + 13.70"]
    assert (order.difference_ore, order.lines[-1].text) == (0, "Burger")
    plain = order_of(credit, rules=replace(RULES, keeps_decimals=False))
    assert (tell(plain), plain.lines[-1].text) == (["MAT15 1 x 91.30: 91.30 + 13.70"], "3 x Burger")


def test_5_card_and_credit_share_the_ticket_between_voucher_and_order() -> None:
    text = "food@25 1200.00 = visa 400.00, invoice 800.00"
    assert voucher_lines(text) == ["1592 0 400.00", "3020 3 -400.00"]
    order = order_of(text)
    assert sums_of(order) == "640.00 + 160.00 = 800.00"
    assert texts_of(order)[1] == "Del av bong 1042: 1 200,00, hvorav 400,00 betalt i kassen"
    assert order.lines[-1].text == "Mat (andel)"


def test_5_with_the_whole_ticket_ordered_the_voucher_credits_the_customer_with_what_was_paid() -> None:
    order = order_of("food@25 1200.00 = visa 400.00, invoice 800.00", mixed=Mixed.WHOLE)
    assert sums_of(order) == "960.00 + 240.00 = 1200.00"
    assert (order.credit_ore, order.part_paid_ore, order.due_ore) == (80_000, 40_000, 120_000)
    assert len(texts_of(order)) == 1


def test_6_two_rates_are_shared_in_proportion() -> None:
    text = "food@25 300.00, food@15 100.00 = visa 150.00, invoice 250.00"
    assert voucher_lines(text) == ["1592 0 150.00", "3020 3 -112.50", "3030 31 -37.50"]
    order = order_of(text)
    assert [line.split(": ")[1] for line in tell(order)] == ["150.00 + 37.50", "54.35 + 8.15"]
    assert sums_of(order) == "204.35 + 45.65 = 250.00"


def test_7_four_rates_are_shared_by_largest_remainder() -> None:
    text = "food@25 199.00, food@15 99.00, entry@12 50.00, goods@free 20.00 = cash 100.00, invoice 268.00"
    assert voucher_lines(text) == [
        "1900 0 100.00",
        "3020 3 -54.08",
        "3030 31 -26.90",
        "3050 33 -13.59",
        "3100 5 -5.43",
    ]
    order = order_of(text)
    lines = order.lines[2:]
    assert [format_ore(line.gross_ore) for line in lines] == ["144.92", "72.10", "36.41", "14.57"]
    assert [format_ore(line.total_ore) for line in lines] == ["144.91", "72.11", "36.41", "14.57"]
    told = ["115.93 + 28.98", "62.70 + 9.41", "32.51 + 3.90", "14.57 + 0.00"]
    assert [line.split(": ")[1] for line in tell(order)] == told
    assert (sums_of(order), order.difference_ore) == ("225.71 + 42.29 = 268.00", 0)


def test_8_a_tip_on_the_account_is_a_line_of_its_own_and_waits_without_a_product() -> None:
    text = "food@25 500.00, tip 50.00 = invoice 550.00"
    assert voucher_lines(text) == []
    order = order_of(text)
    assert tell(order) == ["MAT25 1 x 400.00: 400.00 + 100.00", "TIPS 1 x 50.00: 50.00 + 0.00"]
    assert sums_of(order) == "450.00 + 100.00 = 550.00"
    waiting = order_of(text, rules=replace(RULES, products=replace(PRODUCTS, tips=None)))
    assert waiting.missing == (Missing(MissingKind.PRODUCT, "tips", "0"),)
    assert (waiting.total_ore, waiting.is_sendable) == (55_000, False)


def test_9_a_tip_by_card_stays_in_the_voucher() -> None:
    text = "food@25 500.00, tip 50.00 = visa 50.00, invoice 500.00"
    assert voucher_lines(text) == ["1592 0 50.00", "2911 0 -50.00"]
    order = order_of(text)
    assert tell(order) == ["MAT25 1 x 400.00: 400.00 + 100.00"]
    assert order.lines[-1].text == "Mat"


def test_10_cash_rounding_stays_with_the_cash() -> None:
    text = "food@25 99.60, rounding 0.40 = cash 50.00, invoice 50.00"
    assert voucher_lines(text) == ["1900 0 50.00", "3020 3 -49.60", "7740 0 -0.40"]
    assert sums_of(order_of(text)) == "40.00 + 10.00 = 50.00"


def test_11_a_gift_card_bought_on_account_is_a_line_without_vat() -> None:
    text = "food@25 250.00, giftcards 500.00 = invoice 750.00"
    assert voucher_lines(text) == []
    order = order_of(text)
    assert tell(order) == ["MAT25 1 x 200.00: 200.00 + 50.00", "GAVEKORT 1 x 500.00: 500.00 + 0.00"]
    assert sums_of(order) == "700.00 + 50.00 = 750.00"


def test_12_a_return_on_account_is_a_credit_note_of_the_invoice_it_gives_back() -> None:
    credit = credit_ticket("food@25 -200.00 = invoice -200.00", refers_to=TicketReference("1", "871"))
    order = order_of(credit, related_invoice_no=5012)
    assert tell(order) == ["MAT25 -1 x 160.00: -160.00 + -40.00"]
    assert (sums_of(order), order.related_invoice_no) == ("-160.00 + -40.00 = -200.00", 5012)
    assert (order.is_open_return, texts_of(order)[1:]) == (False, [])
    only_sent = order_of(credit)
    assert (only_sent.is_open_return, texts_of(only_sent)[1:]) == (True, ["Gjelder bong 871"])
    assert only_sent.related_invoice_no is None


def test_13_an_exchange_is_one_order_of_both_signs() -> None:
    order = order_of("food@25 300.00, food@25 -200.00 = invoice 100.00")
    assert tell(order) == ["MAT25 1 x 240.00: 240.00 + 60.00", "MAT25 -1 x 160.00: -160.00 + -40.00"]
    assert sums_of(order) == "80.00 + 20.00 = 100.00"


def test_13_an_exchange_with_money_back_on_the_card_cannot_be_divided() -> None:
    ticket = read_ticket("food@25 300.00, food@25 -300.00 = visa -100.00, invoice 100.00")
    assert choose_route(ticket, DAY, CREDIT) is Route.ORDER
    assert divide_ticket(ticket, CREDIT) is TicketHold.SHARES_DIFFER


def test_14_without_a_customer_an_order_waits_with_its_sum() -> None:
    text = "food@25 640.00 = invoice 640.00"
    order = order_of(credit_ticket(text, customer=None), link=None)
    assert order.missing == (Missing(MissingKind.CUSTOMER),)
    assert order.total_ore == 64_000
    assert decide_state(OrderFacts(is_day_closed=True, is_held=not order.is_sendable)) is OrderState.WAITING
    moved = OrderFacts(is_day_closed=True, is_held=True, is_moved=True)
    assert decide_state(moved) is OrderState.MOVED


@pytest.mark.parametrize("mode", CustomerMode)
def test_15_of_two_customers_with_one_organization_number_none_is_chosen(mode: CustomerMode) -> None:
    ours = CUSTOMER.organization_number
    known = [go_customer("10018", organization_number=ours), go_customer("10402", organization_number=ours)]
    decision = decide_link(mode, CUSTOMER, find_candidates(CUSTOMER, known))
    assert isinstance(decision, AmbiguousCustomer)
    assert [candidate.customer.number for candidate in decision.candidates] == ["10018", "10402"]


@pytest.mark.parametrize("mode", CustomerMode)
def test_16_the_same_e_mail_alone_links_nobody_and_makes_nobody(mode: CustomerMode) -> None:
    customer = CUSTOMER._replace(organization_number="", email="Faktura@fjordglott.example")
    known = [go_customer("10077", email="faktura@fjordglott.example")]
    decision = decide_link(mode, customer, find_candidates(customer, known), is_person=True)
    assert isinstance(decision, AskPerson)
    assert [candidate.customer.number for candidate in decision.candidates] == ["10077"]


def test_17_a_product_whose_account_has_another_tax_holds_and_one_on_another_account_does_not() -> None:
    sold = SoldAs("food", "3", "3020")
    wrong = judge_product("MAT25", sold, DAY, catalog(MAT25="3030"))
    assert wrong is not None and wrong.kind is ProductFaultKind.OTHER_VAT and wrong.kind.holds
    assert (wrong.rate_bp, wrong.sold_rate_bp) == (1500, 2500)
    moved = judge_product("MAT25", sold, DAY, catalog(MAT25="3000"))
    assert moved is not None and moved.kind is ProductFaultKind.OTHER_ACCOUNT and not moved.kind.holds


def test_18_an_order_that_is_sent_again_has_the_reference_it_had() -> None:
    credit = credit_ticket("food@25 1250.00 = invoice 1250.00")
    assert order_of(credit).reference == order_of(credit).reference == format_order_reference(credit)
    assert format_order_reference(credit).startswith("torget-o20261120-")


@pytest.mark.parametrize(
    ("text", "day", "route"),
    [
        ("21:00 food@25 800.00 = invoice 800.00", date(2026, 11, 14), Route.VOUCHER),
        ("+1 02:30 food@25 800.00 = invoice 800.00", date(2026, 11, 14), Route.VOUCHER),
        ("12:00 food@25 800.00 = invoice 800.00", date(2026, 11, 15), Route.ORDER),
    ],
)
def test_19_the_business_day_decides_also_after_midnight(text: str, day: date, route: Route) -> None:
    credit = credit_ticket(text, day=day)
    assert credit.business_day == day
    assert choose_route(credit.ticket, credit.business_day, CREDIT) is route


def test_20_a_second_revision_has_the_new_sum_and_another_reference() -> None:
    first = order_of("food@25 1000.00 = invoice 1000.00")
    second = order_of("food@25 900.00 = invoice 900.00", revision=2)
    assert (sums_of(first), sums_of(second)) == ("800.00 + 200.00 = 1000.00", "720.00 + 180.00 = 900.00")
    assert first.reference != second.reference


def test_23_a_quantity_whose_price_is_whole_ore_keeps_it() -> None:
    credit = credit_ticket("food@25 199.60 = invoice 199.60", line_texts=pieces("Kaffe", "4"))
    order = order_of(credit)
    assert tell(order) == ["MAT25 4 x 39.92: 159.68 + 39.92"]
    assert sums_of(order) == "159.68 + 39.92 = 199.60"


def test_24_a_day_is_its_voucher_and_its_orders() -> None:
    texts = [
        "food@25 7400.00 = visa 7400.00",
        "food@25 2550.00 = cash 2550.00",
        "food@25 1250.00 = invoice 1250.00",
        "food@25 160.00 = invoice 160.00",
        "food@25 640.00 = invoice 640.00",
    ]
    debits = [line.split()[2] for line in voucher_lines(*texts) if "-" not in line]
    assert debits == ["7400.00", "2550.00"]
    orders = [divided(credit_ticket(text)).credit_ore for text in texts[2:]]
    assert sum(orders) == 205_000
    paid = Seen(has_order=False, invoice=Invoice("5021", DAY, 16_000, 0))
    assert decide_state(OrderFacts(is_day_closed=True, stage=Stage.DRAFTED, seen=paid)) is OrderState.INVOICED
