"""What the doctor says of orders: whether the keys may send them, and whether the setup's products can be invoiced."""

from __future__ import annotations

import re

import pytest

from posexport.app.diagnosis import Diagnosis
from posexport.errors import Exit
from posexport.ledgers.poweroffice.orders import SalesOrders
from posexport.sandbox import ALL_PRIVILEGES, Fault
from posexport.sandbox.products import Product
from posexport.texts.doctor_orders import ORDER_ANSWERS
from tests.app.test_doctor import ask
from tests.support.credit_shop import apply_orders, orders_mapping
from tests.support.harness import SECRETS, Shop


def of_orders(shop: Shop) -> list[Diagnosis]:
    """What is said of orders."""
    return [found for found in ask(shop) if found.about == "orders"]


def only(shop: Shop) -> Diagnosis:
    """The only thing that is said of them."""
    (found,) = of_orders(shop)
    return found


def name_product(shop: Shop, product: str) -> None:
    """Let the food with 25 % have this product."""
    apply_orders(shop, mapping=orders_mapping().replace('"SERV25"', f'"{product}"'))


@pytest.mark.parametrize("target", ["import", "journal"])
def test_orders_that_could_be_sent_are_told_as_that(shop: Shop, target: str) -> None:
    apply_orders(shop, target=target)
    assert (only(shop).answer, only(shop).exit_code) == ("ok", Exit.DONE)


@pytest.mark.parametrize("may_send", [False, True])
def test_the_right_to_send_invoices_is_told_and_not_needed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, may_send: bool
) -> None:
    apply_orders(shop)
    monkeypatch.setattr(SalesOrders, "read_may_send", lambda _: may_send)
    found = only(shop)
    assert (found.answer, found.exit_code, "not needed" in found.message) == ("ok", Exit.DONE, True)
    assert ("has the right to send" in found.message) is may_send


def test_nothing_is_said_of_orders_where_none_are_sent(shop: Shop) -> None:
    shop.apply(target="journal")
    assert of_orders(shop) == []
    assert not [one.path for one in shop.world.requests if "SalesOrders" in one.path or "Products" in one.path]


@pytest.mark.parametrize("name", ["SalesOrders_Full", "OutgoingInvoice", "Customer", "Product"])
def test_a_privilege_that_orders_need_and_vouchers_do_not_is_named(shop: Shop, name: str) -> None:
    apply_orders(shop)
    ask(shop)
    stem = name.removesuffix("_Full")
    privileges = ALL_PRIVILEGES - {stem, f"{stem}_Full"}
    shop.world.set_privileges(SECRETS["PO_APP"], SECRETS["PO_CLIENT_TORGET"], privileges)
    found = only(shop)
    assert (found.answer, found.exit_code, name in found.message) == ("wrong", Exit.INTEGRATOR, True)


def test_contact_persons_that_may_not_be_read_are_a_warning_that_names_the_privilege(shop: Shop) -> None:
    apply_orders(shop)
    missing = '{"title": "Missing privilege", "detail": "ContactPerson"}'
    shop.faults.append(Fault("answer_before", 403, missing, method="GET", path="/ContactPersons"))
    warning, fine = of_orders(shop)
    assert (warning.answer, warning.exit_code, fine.answer) == ("warning", Exit.DONE, "ok")
    assert "privilege ContactPerson or Customer" in warning.fix
    assert "as text" in warning.message


@pytest.mark.parametrize(
    ("product", "words"),
    [
        ("FINNES-IKKE", "has no product FINNES-IKKE"),
        ("SELSKAP", "archived"),
        ("KAFFE", "has no standard sales account"),
        ("TAKE15", "would be invoiced with 15 % VAT, by account 3030. The register takes 25 %"),
    ],
)
def test_a_product_that_cannot_be_invoiced_like_that_is_wrong(shop: Shop, product: str, words: str) -> None:
    name_product(shop, product)
    found = only(shop)
    assert (found.answer, found.exit_code, words in found.message) == ("wrong", Exit.BOOKKEEPER, True), found
    assert found.fix


def test_a_product_with_another_account_is_a_warning(shop: Shop) -> None:
    name_product(shop, "FATØL")
    warning, fine = of_orders(shop)
    assert (warning.answer, "3022, while the voucher uses 3020" in warning.message) == ("warning", True)
    assert fine.answer == "ok"


def test_what_has_no_product_is_listed(shop: Shop) -> None:
    apply_orders(shop, mapping=orders_mapping().replace('products = { "3" = "FATØL" }', ""))
    warning, fine = of_orders(shop)
    assert (warning.answer, fine.answer) == ("warning", "ok")
    assert "200 (3: FATØL)" in warning.message, "with the product that is on its account"


def test_no_product_is_proposed_that_is_archived_or_on_another_account(shop: Shop) -> None:
    shop.world.set_product(Product("ØL2", "Øl på flaske", 3022, 3250, active=False))
    apply_orders(shop, mapping=orders_mapping().replace('products = { "3" = "FATØL" }', ""))
    warning, _ = of_orders(shop)
    assert "ØL2" not in warning.message and "SERV25" not in warning.message


@pytest.mark.parametrize("code", ORDER_ANSWERS)
def test_every_answer_is_in_both_languages_with_the_same_facts(code: str) -> None:
    told = {lang: set(re.findall(r"\{(\w+)\}", " ".join(words))) for lang, words in ORDER_ANSWERS[code].items()}
    assert set(told) == {"nb", "en"}
    assert told["nb"] == told["en"]
