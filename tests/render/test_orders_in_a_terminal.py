"""Orders for sales on credit in a terminal: under the voucher of their day, in a list, and one with its lines."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.console import Console

from posexport.core.finding import ACCEPTABLE_ON_ORDERS, Finding, Severity
from posexport.core.order_review import OrderReport
from posexport.core.orders.route import Route
from posexport.core.orders.state import Invoice, OrderState, Seen
from posexport.core.report import Report
from posexport.render.choose import render_report
from posexport.render.terminal.orders import print_order, print_orders
from posexport.texts.language import LANGS, Lang
from posexport.texts.order_findings import ORDER_TEXTS
from posexport.texts.orders import ORDER_STATES, ORDER_WORDS, describe_invoice, describe_reason, name_order_state
from posexport.views.orders import (
    COLOURS,
    Colour,
    OrderCustomer,
    find_colour,
    format_customer,
    format_tally,
    tally_orders,
)
from tests.app.test_orders import move
from tests.support.credit_shop import apply_orders, credit_sale, orders_of
from tests.support.harness import FRIDAY, Shop, sale


def printed(print_on: Callable[[Console], None], width: int = 120) -> str:
    console = Console(file=io.StringIO(), width=width)
    print_on(console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().replace("\xa0", " ")


def page(report: Report, lang: Lang = "nb", width: int = 120) -> str:
    return printed(lambda console: render_report(report, console, lang), width)


@pytest.fixture
def told(shop: Shop) -> Report:
    """An exported day: one order sent, one without a customer, one whose customer is nobody in the ledger."""
    apply_orders(shop)
    hotel = {"number": "K-3", "name": "Sagatun Hotell"}
    shop.sell(
        sale(1, "200.00"),
        credit_sale(2, "410.00"),
        credit_sale(3, "95.00", customer=None),
        credit_sale(4, "30.00", customer=hotel),
    )
    return shop.export().report


def test_every_state_has_its_word_and_its_colour_in_both_languages() -> None:
    assert set(ORDER_STATES) == set(COLOURS) == set(OrderState)
    for state in OrderState:
        assert all(ORDER_STATES[state][lang] for lang in LANGS)
    for lang in LANGS:
        assert len({ORDER_STATES[state][lang] for state in OrderState}) == len(OrderState)
    assert all(told[lang] for told in ORDER_WORDS.values() for lang in LANGS)


@pytest.mark.parametrize(
    ("state", "norwegian", "english", "colour"),
    [
        (OrderState.OPEN, "Dagen er ikke over", "Day not over", Colour.GREY),
        (OrderState.WAITING, "Venter", "Waiting", Colour.RED),
        (OrderState.READY, "Klar", "Ready", Colour.BLUE),
        (OrderState.UNCERTAIN, "Usikker", "Uncertain", Colour.AMBER),
        (OrderState.REFUSED, "Avvist", "Refused", Colour.RED),
        (OrderState.UNREACHABLE, "Ikke nådd", "Not reached", Colour.AMBER),
        (OrderState.SENT, "Sendt", "Sent", Colour.GREEN),
        (OrderState.INVOICED, "Fakturert", "Invoiced", Colour.GREEN),
        (OrderState.CREDITED, "Kreditert", "Credited", Colour.GREY),
        (OrderState.GONE, "Slettet i Go", "Deleted in Go", Colour.RED),
        (OrderState.MOVED, "Ført i bilag", "Booked by voucher", Colour.GREY),
    ],
)
def test_a_state_is_named_and_coloured_as_agreed(
    state: OrderState, norwegian: str, english: str, colour: Colour
) -> None:
    assert (name_order_state(state, "nb"), name_order_state(state, "en"), COLOURS[state]) == (
        norwegian,
        english,
        colour,
    )


def test_the_orders_of_a_day_stand_under_its_voucher(told: Report) -> None:
    shown = page(told)
    assert shown.index("Kontrolltall") < shown.index("Kredittsalg som ordrer") < shown.index("Bilag: 1 levert")
    assert "10101 Fjordvik Bygg AS" in shown
    assert "uten kunde" in shown
    assert "K-3 Sagatun Hotell (ikke koblet)" in shown
    assert (
        "Kredittsalg sendt som ordre: 1 ordre, 410,00. Venter: 2 ordrer, 125,00 (bongen er uten kunde; kunden er ikke"
        in shown
    )
    for order in orders_of(told):
        assert order.order.reference in shown
    assert "posexport customers link fjordmat K-3 NUMMER" in shown
    english = page(told, "en")
    assert "Credit sales sent as orders: 1 order, 410.00. Waiting: 2 orders, 125.00 (the ticket has no" in english


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_no_amount_or_reference_is_cut_at_any_width(told: Report, width: int) -> None:
    shown = page(told, width=width)
    for order in orders_of(told):
        assert order.order.reference in shown
    assert "410,00" in shown


def test_a_day_without_a_voucher_shows_its_orders(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(7, "88.00"))
    shown = page(shop.preview())
    assert "10101 (kobles når den sendes)" in shown
    assert "Kredittsalg sendt som ordre: ingen. Klar: 1 ordre, 88,00." in shown


def test_orders_without_a_day_in_the_report_are_shown_all_the_same(told: Report) -> None:
    shown = page(replace(told, vouchers=()))
    assert "Torget Kafé, fredag 20. november 2026" in shown
    assert "410,00" in shown
    assert "Ingen dager å vise" not in shown


def test_a_list_of_orders_has_the_day_of_each_and_its_sum(told: Report) -> None:
    shown = printed(lambda console: print_orders(orders_of(told), console, "nb"))
    assert shown.count("fre 20.11.2026") == 3
    assert "Kredittsalg sendt som ordre: 1 ordre, 410,00. Venter: 2 ordrer, 125,00" in shown
    assert printed(lambda console: print_orders([], console, "nb")).strip() == "Ingen ordrer å vise."


def test_one_order_is_shown_with_its_lines_and_their_sum(told: Report) -> None:
    order = orders_of(told)[0]
    shown = printed(lambda console: print_order(order, console, "nb"))
    assert "SERV25" in shown
    assert "328,00   82,00   410,00" in shown
    assert "Kasse 1, bong 2" in shown


def test_an_order_without_a_product_says_that_it_is_missing(shop: Shop) -> None:
    apply_orders(shop)
    lines = [{"product_type": "200", "vat_code": "31", "gross": "40.00"}]
    shop.sell(credit_sale(9, "40.00", lines=lines))
    shown = printed(lambda console: print_order(orders_of(shop.preview())[0], console, "nb"))
    assert "mangler" in shown


def changed(order: OrderReport, **more: object) -> OrderReport:
    return replace(order, **more)  # type: ignore[arg-type]


def test_a_changed_order_is_red_and_says_so(told: Report) -> None:
    order = changed(orders_of(told)[0], is_changed=True)
    assert find_colour(order) is Colour.RED
    assert "Sendt, endret siden" in printed(lambda console: print_order(order, console, "nb"))


def test_an_error_makes_a_sent_order_red_until_it_is_accepted(told: Report) -> None:
    order = orders_of(told)[0]
    assert find_colour(order) is Colour.GREEN
    differs = changed(order, findings=(Finding("order-total-differs", Severity.ERROR, {}),))
    assert find_colour(differs) is Colour.RED
    accepted = changed(order, findings=(Finding("order-total-differs", Severity.INFO, {}),))
    assert find_colour(accepted) is Colour.GREEN


def test_an_invoice_is_told_with_its_number_and_what_is_left_to_pay(told: Report) -> None:
    order = orders_of(told)[0]
    invoice = Invoice("10031", order.business_day, 41000, 41000)
    invoiced = changed(order, state_of_order=OrderState.INVOICED, seen=Seen(False, invoice))
    shown = printed(lambda console: print_order(invoiced, console, "nb"))
    assert "Faktura: 10031, 410,00, 410,00 ikke betalt" in shown
    assert describe_invoice(invoice._replace(balance_ore=0), "en") == "10031, 410.00, paid"
    assert describe_invoice(invoice._replace(is_credited=True), "nb") == "10031, 410,00, kreditert"


def test_a_customer_is_told_by_both_numbers_where_they_differ() -> None:
    assert format_customer(OrderCustomer("K-3", "Saga", "10018", "Sagatun AS"), "nb") == (
        "10018 Sagatun AS (K-3 i kassen)"
    )
    assert format_customer(OrderCustomer("10018", "Saga", "10018", ""), "en") == "10018 Saga"
    assert format_customer(OrderCustomer("K-3"), "en") == "K-3 (not linked)"


def test_the_tally_counts_what_was_sold_on_credit_in_every_state(told: Report) -> None:
    one = orders_of(told)[0]
    every = [changed(one, state_of_order=state) for state in OrderState]
    tally = tally_orders(every)
    assert sum(part.orders for part in tally) == len(OrderState)
    assert sum(part.credit_ore for part in tally) == len(OrderState) * one.order.credit_ore
    assert tally[0].state is OrderState.SENT
    assert tally[0].orders == 3
    assert format_tally((), "nb") == ""


def test_what_stops_an_order_has_its_few_words() -> None:
    held = {code.split("/")[0] for code in ORDER_TEXTS if code.startswith("order-")} - ACCEPTABLE_ON_ORDERS
    after_sending = {
        *("order-gone", "order-uncertain-too-long", "order-changed-after-sending", "order-booked-twice"),
    }
    lesser = {
        "order-product-account",
        "order-customer-delivery",
        "order-edited",
        "order-rounding",
        "order-return-open",
        "order-return-customer",
    }
    for lang in LANGS:
        for code in held - after_sending - lesser:
            assert describe_reason(code, lang) != describe_reason("unknown", lang), code


def test_a_day_of_credit_sales_alone_is_no_day_without_sales(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(7, "88.00"))
    shown = page(shop.preview())
    assert "bare kredittsalg, som ordrer" in shown
    assert "Kredittsalg i kassen: 88,00 = 0,00 i bilaget + 88,00 som ordrer + 0,00 utelatt" in shown
    assert "1 dag med bare kredittsalg" in shown


def test_a_voucher_that_was_drafted_before_is_a_line_above_the_orders_of_its_day(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "200.00"), credit_sale(2, customer=None))
    assert "LEVERT" in page(shop.export().report)
    shop.clock.sleep(60)
    again = page(shop.export().report)
    assert "Torget Kafé, fredag 20. november 2026: levert tidligere (torget-20261120-r1)." in again
    assert "Bong 2 på kasse 1 er kredittsalg" in again and "Bilag: 1 levert tidligere." in again
    assert "LEVERT" not in again and "Konto " not in again
    shop.sell(sale(3, "50.00"))
    assert "Konto " in page(shop.export(FRIDAY, FRIDAY).report), "what somebody has to see to is shown whole"


def test_a_voucher_that_was_deleted_for_want_of_anything_in_it_is_told(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1))
    move(shop, Route.VOUCHER, "1")
    shop.export()
    move(shop, Route.ORDER, "1")
    exported = shop.revise()
    assert (shop.world.drafts(), len(shop.world.orders())) == ([], 1)
    assert "The voucher torget-20261120-r1 was deleted in PowerOffice Go" in page(exported.report, "en")
    assert "slettet i PowerOffice Go" not in page(shop.export().report)
