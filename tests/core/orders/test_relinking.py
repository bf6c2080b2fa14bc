"""Credit notes of customers that were linked anew since their sale was invoiced."""

from __future__ import annotations

from dataclasses import replace

from posexport.core.credit_facts import NO_FACTS
from posexport.core.orders.customers import Contact
from posexport.core.orders.relinking import follow_invoice
from tests.support.orders import LINK, order_of

NEW_LINK = LINK._replace(customer_id=4712, number="10019")
NOTE = order_of(
    "food@25 -250.00 = invoice -250.00", link=NEW_LINK, contact=Contact(47, "Ola", ("10410",)), related_invoice_no=5012
)
SOLD = order_of("food@25 1000.00 = invoice 1000.00")


def test_a_credit_note_for_the_invoices_customer_names_no_contact_person_of_another() -> None:
    followed = follow_invoice(NOTE, SOLD, NO_FACTS)
    assert (NOTE.contact_person_id, followed.contact_person_id, followed.contact_elsewhere) == (47, None, ())
    assert followed.link == LINK


def test_a_credit_note_of_another_customer_of_the_register_stays_with_that_one() -> None:
    assert follow_invoice(replace(NOTE, customer_code="K-18"), SOLD, NO_FACTS).link == NEW_LINK


def test_a_credit_note_of_a_customer_who_is_still_linked_so_is_left_as_it_is() -> None:
    note = replace(NOTE, link=LINK)
    assert follow_invoice(note, SOLD, NO_FACTS) is note
