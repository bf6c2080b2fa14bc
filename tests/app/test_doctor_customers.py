"""What the doctor says of customers: whether they can be read, who waits for a link, and who could not be invoiced."""

from __future__ import annotations

import pytest

from posexport.app.customers import link_customer, unlink_customer
from posexport.app.doctor import Diagnosis
from posexport.errors import Exit
from posexport.texts.doctor_customers import CUSTOMER_ANSWERS
from tests.app.test_doctor import ask, refuse
from tests.delivery.test_customer_links import FJORDVIK, Mode, on_account, set_up
from tests.support.harness import BRYGGA, VENUES, Shop, sale, setup_text


def open_shop(shop: Shop, name: str, target: str = "journal", *, key: bool = True) -> None:
    mode = Mode()
    mode(name)
    set_up(shop, mode, target, key=key)


def of_customers(shop: Shop) -> list[Diagnosis]:
    return [found for found in ask(shop) if found.about == "customers"]


def only(shop: Shop) -> Diagnosis:
    (found,) = of_customers(shop)
    return found


def link(shop: Shop, code: str, number: str) -> None:
    with shop.open() as workspace:
        link_customer(workspace, "fjordmat", code, number)


@pytest.mark.parametrize("target", ["import", "journal", "file"])
def test_nothing_is_said_of_customers_where_nobody_buys_on_account(shop: Shop, target: str) -> None:
    open_shop(shop, "linked", target)
    shop.sell(sale(1, customer="MEMBER-9"))
    assert of_customers(shop) == []


@pytest.mark.parametrize("target", ["import", "journal"])
def test_customers_that_sales_wait_for_are_named_until_they_are_linked(shop: Shop, target: str) -> None:
    open_shop(shop, "linked", target)
    shop.sell(on_account(FJORDVIK))
    found = only(shop)
    assert (found.answer, found.exit_code) == ("wrong", Exit.BOOKKEEPER)
    assert "PowerOffice Go: K-17." in found.message
    assert "posexport customers link fjordmat CODE NUMBER" in found.fix
    link(shop, "K-17", "10101")
    assert (only(shop).answer, "(1)" in only(shop).message) == ("ok", True)


def test_customers_that_the_setup_links_by_itself_need_nobody(shop: Shop) -> None:
    open_shop(shop, "match")
    shop.sell(on_account(FJORDVIK), on_account("K-18", 2, at="2026-11-20T13:00:00"))
    assert "Go: K-18." in only(shop).message


def test_a_customer_of_drafted_days_alone_is_a_warning(shop: Shop) -> None:
    open_shop(shop, "number")
    shop.sell(on_account("10002"))
    shop.export()
    open_shop(shop, "linked")
    with shop.open() as workspace:
        unlink_customer(workspace, "fjordmat", "10002")
    found = only(shop)
    assert (found.answer, "Nothing waits" in found.message) == ("warning", True)


def test_without_the_key_it_is_told_that_numbers_are_not_looked_up_or_that_nobody_can_be_linked(shop: Shop) -> None:
    open_shop(shop, "number", "import", key=False)
    shop.sell(on_account("10002"))
    found = only(shop)
    assert (found.answer, found.exit_code, "without being looked up" in found.message) == ("warning", Exit.DONE, True)
    open_shop(shop, "linked", "import", key=False)
    found = only(shop)
    assert (found.answer, found.exit_code, "subscription_key" in found.fix) == ("wrong", Exit.OPERATOR, True)


@pytest.mark.parametrize(("name", "answer"), [("number", "warning"), ("linked", "wrong")])
def test_a_key_that_may_not_read_customers_is_told_with_the_privilege(shop: Shop, name: str, answer: str) -> None:
    open_shop(shop, name, "import")
    shop.sell(on_account("10002"))
    refuse(shop, "/Customers")
    found = only(shop)
    assert (found.answer, "privilege Customer" in found.fix) == (answer, True)


def test_what_linked_customers_are_not_fit_for_is_told_where_there_are_orders(shop: Shop) -> None:
    invoicing = 'invoicing = "orders"\n[company.orders]\nfrom = 2026-12-01\ncustomers = "linked"'
    shop.apply(setup_text("journal", company=invoicing))
    shop.sell(*(on_account(f"K-{n}", n, at=f"2026-11-20T1{n}:00:00") for n in range(5)))
    for n, number in enumerate(("10101", "10106", "10109", "10110", "10107")):
        link(shop, f"K-{n}", number)
    shop.world.change_customer(10107, active=False)
    shop.clock.now_s += 86_401
    told = {found.message.split()[1].strip(","): found.answer for found in of_customers(shop)}
    assert told == {"10106": "warning", "10109": "warning", "10110": "warning", "10107": "warning"}


def test_a_company_is_told_of_its_customers_once(shop: Shop) -> None:
    shop.apply(venues=VENUES + BRYGGA, company='[company.orders]\ncustomers = "linked"')
    shop.sell(on_account(FJORDVIK), on_account("K-18", 2, at="2026-11-20T13:00:00", register="3"))
    assert "K-17, K-18" in only(shop).message


def test_every_answer_about_customers_says_what_to_do_unless_all_is_well() -> None:
    assert [code for code, words in CUSTOMER_ANSWERS.items() if not words["nb"][1] or not words["en"][1]] == [
        "customers/linked"
    ]
