"""Orders: their texts, what they wait for, and the proof that they come to what is due."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posexport.core.credit_facts import LineText, RegisterCustomer, TicketReference
from posexport.core.orders.customers import Contact
from posexport.core.orders.order import (
    Missing,
    MissingKind,
    OrderLineKind,
    OrderProducts,
    OrderProofFailed,
    make_difference_line,
)
from tests.support.build import MAPPING
from tests.support.orders import LINK, RULES, credit_ticket, order_of, pieces, tell, texts_of, with_difference

BURGER = "food@25 250.00 = invoice 250.00"


# Texts


def test_an_order_begins_with_where_and_when_it_was_sold() -> None:
    order = order_of(credit_ticket("23:41 " + BURGER))
    assert texts_of(order) == ["Torget Kafé, bong 1042, kasse 1, 20.11.2026 kl. 23.41"]
    night = order_of(credit_ticket("+1 02:05 " + BURGER, register_reference="Bord 4"))
    assert texts_of(night) == ["Torget Kafé, bong 1042, kasse 1, 21.11.2026 kl. 02.05, ref. Bord 4"]


@pytest.mark.parametrize(
    ("line_text", "told"),
    [
        (LineText("Lunsj"), "Lunsj"),
        (LineText("", article="A-7"), "A-7"),
        (LineText(), "Mat"),
        (LineText("Laks", "0.435", unit="kg"), "Laks, 0,435 kg"),
        (LineText("Laks", "1.50"), "Laks, 1,5"),
        (LineText("Laks", "-0.25", unit="l.t"), "Laks, 0,25 l.t"),
        (LineText("Kaffe", "2"), "Kaffe"),
        (LineText("Kaffe", "2,5"), "Kaffe"),
    ],
)
def test_a_line_says_what_the_register_calls_it_else_the_article_else_the_product_type(
    line_text: LineText, told: str
) -> None:
    assert order_of(credit_ticket(BURGER, line_texts=(line_text,))).lines[-1].text == told


def test_a_weighed_line_is_one_of_its_price() -> None:
    order = order_of(credit_ticket(BURGER, line_texts=pieces("Laks", "0.435", "kg")))
    assert tell(order) == ["MAT25 1 x 200.00: 200.00 + 50.00"]


def test_a_share_of_several_says_how_many_and_is_one_of_its_price() -> None:
    text = "food@25 250.00 = visa 50.00, invoice 200.00"
    order = order_of(credit_ticket(text, line_texts=pieces("Burger", "2")))
    assert tell(order) == ["MAT25 1 x 160.00: 160.00 + 40.00"]
    assert order.lines[-1].text == "2 x Burger (andel)"


def test_a_return_of_several_is_a_negative_quantity_at_the_same_price() -> None:
    order = order_of(credit_ticket("food@25 -250.00 = invoice -250.00", line_texts=pieces("Burger", "-2")))
    assert tell(order) == ["MAT25 -2 x 100.00: -200.00 + -50.00"]


def test_a_return_of_another_registers_sale_names_that_register() -> None:
    back = credit_ticket("food@25 -250.00 = invoice -250.00", refers_to=TicketReference("4", "871"))
    assert texts_of(order_of(back))[1:] == ["Gjelder bong 871, kasse 4"]


def test_the_invoice_of_a_sale_is_named_on_a_credit_note_alone() -> None:
    more = credit_ticket("food@25 300.00, food@25 -100.00 = invoice 200.00", refers_to=TicketReference("1", "871"))
    order = order_of(more, related_invoice_no=5012)
    assert (order.related_invoice_no, order.is_open_return) == (None, False)
    assert texts_of(order)[1:] == ["Gjelder bong 871"]


def test_a_line_of_nothing_is_not_ordered() -> None:
    order = order_of("food@25 0.00, food@25 250.00 = invoice 250.00")
    assert tell(order) == ["MAT25 1 x 200.00: 200.00 + 50.00"]


# Whom it names


def test_the_tickets_own_reference_comes_before_a_contact_and_a_contact_person_before_a_name() -> None:
    plain, named = credit_ticket(BURGER), credit_ticket(BURGER, customer_reference="PO-7 Kari")
    kari, known = Contact(None, "Kari Moe"), Contact(31, "Kari Moe")

    def told(order_ticket: object, contact: Contact) -> tuple[str, int | None]:
        assert order_ticket is plain or order_ticket is named
        order = order_of(plain if order_ticket is plain else named, contact=contact)
        return order.customer_reference, order.contact_person_id

    assert told(plain, Contact()) == ("", None)
    assert told(plain, kari) == ("Kari Moe", None)
    assert told(plain, known) == ("", 31)
    assert told(named, known) == ("PO-7 Kari", None)


def test_what_the_ticket_says_for_the_invoice_is_on_the_order() -> None:
    order = order_of(credit_ticket(BURGER, purchase_order="4500012", project="P-9"))
    assert (order.purchase_order, order.project, order.department) == ("4500012", "P-9", "10")
    assert (order.customer_code, order.register, order.ticket_number) == ("K-17", "1", "1042")


# What it waits for


def test_an_order_waits_for_its_customer_and_for_the_link() -> None:
    nobody = order_of(credit_ticket(BURGER, customer=None), link=None)
    assert nobody.missing == (Missing(MissingKind.CUSTOMER),)
    unlinked = order_of(credit_ticket(BURGER, customer=RegisterCustomer("K-9")), link=None)
    assert unlinked.missing == (Missing(MissingKind.LINK),)
    assert order_of(BURGER).is_sendable


def test_an_order_waits_once_for_each_product_that_is_missing() -> None:
    rules = replace(RULES, products=OrderProducts({("food", "3"): "MAT25"}))
    order = order_of(
        "food@25 100.00, food@15 50.00, food@15 30.00, tip 10.00, giftcards 5.00 = invoice 195.00", rules=rules
    )
    assert [one.source for one in order.missing] == ["food", "gift_cards", "tips"]
    assert order.missing[0] == Missing(MissingKind.PRODUCT, "food", "31")
    assert abs(order.difference_ore) <= 5


def test_a_register_code_that_is_no_vat_code_and_a_rate_that_is_not_known_are_missing() -> None:
    codes = replace(MAPPING, vat_codes={"15": "31"})
    order = order_of("food@25 100.00, food@15 50.00 = invoice 150.00", rules=replace(RULES, mapping=codes, rates_bp={}))
    assert order.missing == (Missing(MissingKind.VAT_CODE, "food", "25"), Missing(MissingKind.RATE, "food", "31"))
    assert order.total_ore == 15_000


def test_a_client_without_vat_orders_everything_without_vat() -> None:
    products = OrderProducts({("food", "0"): "MAT"})
    rules = replace(RULES, mapping=replace(MAPPING, vat_registered=False), products=products)
    assert tell(order_of(BURGER, rules=rules)) == ["MAT 1 x 250.00: 250.00 + 0.00"]


# Proofs


def test_an_order_whose_lines_do_not_come_to_what_is_due_cannot_be_made() -> None:
    order = order_of(BURGER)
    with pytest.raises(OrderProofFailed, match=r"sold for 250\.00"):
        replace(order, due_ore=25_001, credit_ore=25_001)
    with pytest.raises(OrderProofFailed, match="credit part"):
        replace(order, part_paid_ore=100)
    with pytest.raises(OrderProofFailed):
        replace(order, lines=order.lines[:-1])


@pytest.mark.parametrize("changed", [{"net_ore": 20_010}, {"vat_ore": 5_001}, {"gross_ore": 25_002}])
def test_a_line_whose_amounts_disagree_cannot_be_on_an_order(changed: dict[str, int]) -> None:
    order = order_of(BURGER)
    *others, line = order.lines
    with pytest.raises(OrderProofFailed):
        replace(order, lines=(*others, line._replace(**changed)))  # type: ignore[arg-type]


def test_a_line_a_whole_krone_off_cannot_be_made_good_by_a_line_of_another_kind() -> None:
    order = order_of(BURGER)
    *others, line = order.lines
    off = line._replace(price=line.price - 1, net_ore=19_900, vat_ore=4_975)
    made_good = line._replace(
        kind=OrderLineKind.DIFFERENCE, price=line.price - 199 + 0, net_ore=100, vat_ore=25, gross_ore=0
    )
    with pytest.raises(OrderProofFailed):
        replace(order, lines=(*others, off, made_good))


def test_a_line_for_what_is_lacking_has_exactly_that() -> None:
    exact = order_of("food@15 10.00 = invoice 10.00", rules=with_difference())
    *others, line = exact.lines
    assert line.kind is OrderLineKind.DIFFERENCE
    for lacking_ore in (2, -1):
        other = make_difference_line(lacking_ore, "AVR")
        with pytest.raises(OrderProofFailed, match=r"comes to"):
            replace(exact, lines=(*others, other))


def test_two_orders_that_say_the_same_have_the_same_fingerprint_whatever_their_revision() -> None:
    credit = credit_ticket(BURGER)
    assert order_of(credit).fingerprint == order_of(credit, revision=2).fingerprint
    assert order_of(credit).fingerprint != order_of("food@25 251.00 = invoice 251.00").fingerprint
    other = LINK._replace(customer_id=1)
    assert order_of(credit).fingerprint != order_of(credit, link=other).fingerprint
    renamed = LINK._replace(name="Nytt navn AS", number="10999")
    assert order_of(credit).fingerprint == order_of(credit, link=renamed).fingerprint
