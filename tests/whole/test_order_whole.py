"""`mixed = "whole"` by the commands: a part payment and its order are of one customer, whatever is linked anew; and
what no share could divide is ordered whole."""

from __future__ import annotations

import pytest

from posexport.errors import Exit
from posexport.sandbox import Fault
from posexport.sandbox.customers import Customer
from posexport.sandbox.products import Product
from tests.support.harness import Shop
from tests.support.order_cafe import Cafe, codes, open_cafe, sum_of, ticket

MIXED = ticket(1042, "25 1200.00 = CARD 400.00, CREDIT 800.00")
CHEAPER = ticket(1042, "25 1100.00 = CARD 400.00, CREDIT 700.00")
OTHER = 10402
FIRST, SECOND = ["1592 +400.00", "1500/10018 -400.00"], ["1592 +400.00", "1500/10402 -400.00"]


@pytest.fixture
def cafe(both: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cafe:
    made = open_cafe(both, monkeypatch, capsys)
    made.shop.world.set_customer(Customer(OTHER, "Utvær Drift AS"))
    return made


def link(cafe: Cafe, number: int) -> None:
    told = cafe.run("customers", "link", "fjordmat", "K-17", str(number))
    assert told.code == Exit.DONE, told
    cafe.wait()


def day_codes(cafe: Cafe) -> list[str]:
    """The findings of the day's voucher, by its status."""
    days = cafe.run("status", "--json").json["days"]
    return [code for one in days if one.get("document", "voucher") == "voucher" for code in codes(one)]


@pytest.mark.parametrize("customers", ["linked", "number"])
@pytest.mark.parametrize("target", ["journal", "import", "ledger"])
def test_a_part_payment_follows_its_order_to_the_customer_it_is_revised_to(
    cafe: Cafe, target: str, customers: str
) -> None:
    cafe.target = target
    code = "K-17" if customers == "linked" else "10018"
    cafe.set_up(mixed="whole", customers=customers, link=customers == "linked")
    cafe.sell({**MIXED, "customer": code})
    assert cafe.export().code == Exit.DONE
    posted = cafe.shop.world.vouchers() if target == "ledger" else cafe.shop.world.drafts()
    assert len(posted) == 1
    told = cafe.run("customers", "link", "fjordmat", code, str(OTHER))
    assert told.code == Exit.DONE, told
    assert day_codes(cafe) == [], "the order is where the payment is"
    cafe.wait()
    cafe.sell({**CHEAPER, "customer": code})
    assert cafe.run("orders", "send", "--revise").code == Exit.DONE
    assert cafe.order.customer_id == cafe.contact_id(OTHER)
    assert day_codes(cafe) == ["changed-after-draft"]
    cafe.wait()
    assert cafe.export().code == Exit.BOOKKEEPER
    assert cafe.export("--revise").code == Exit.DONE
    assert day_codes(cafe) == []
    assert payments_of(cafe) == {OTHER: -40_000}
    assert cafe.export("--revise").code == Exit.DONE
    assert (payments_of(cafe), sum_of(cafe.order)) == ({OTHER: -40_000}, "880.00 + 220.00 = 1100.00")


def payments_of(cafe: Cafe) -> dict[int, int]:
    """What vouchers, posted or not, come to on each customer (øre)."""
    found: dict[int, int] = {}
    for draft in (*cafe.shop.world.drafts(), *cafe.shop.world.vouchers()):
        for line in draft.lines:
            if line.customer is not None:
                found[line.customer] = found.get(line.customer, 0) + line.amount_ore
    return {customer: ore for customer, ore in found.items() if ore}


def test_the_day_says_which_customer_the_payment_is_of(cafe: Cafe) -> None:
    cafe.set_up(mixed="whole")
    cafe.sell(MIXED)
    cafe.export()
    link(cafe, OTHER)
    cafe.sell(CHEAPER)
    cafe.run("orders", "send", "--revise")
    shown = cafe.run("status", "--lang", "en").out
    assert "credits 400.00, paid at the register, to another customer" in " ".join(shown.split())


def test_a_posted_voucher_is_corrected_by_moving_the_payment(cafe: Cafe) -> None:
    cafe.set_up(mixed="whole")
    cafe.sell(MIXED)
    cafe.export()
    (draft,) = cafe.shop.world.drafts()
    cafe.shop.world.post(draft.id)
    link(cafe, OTHER)
    cafe.sell(CHEAPER)
    cafe.run("orders", "send", "--revise")
    cafe.wait()
    assert cafe.export("--revise").code == Exit.DONE
    assert payments_of(cafe) == {OTHER: -40_000}
    assert day_codes(cafe) == []


def test_an_order_that_waits_takes_its_payment_with_it(cafe: Cafe) -> None:
    cafe.shop.world.set_product(Product("SERV25", "Servering", 3020, 3250, active=False))
    cafe.set_up(mixed="whole")
    cafe.sell(MIXED)
    assert cafe.export().code == Exit.BOOKKEEPER
    assert (cafe.voucher, cafe.shop.world.orders()) == (FIRST, [])
    assert day_codes(cafe) == []
    link(cafe, OTHER)
    assert day_codes(cafe) == ["changed-after-draft"]
    cafe.shop.world.set_product(Product("SERV25", "Servering", 3020, 3250))
    cafe.wait()
    assert cafe.export("--revise").code == Exit.DONE
    assert (cafe.voucher, cafe.order.customer_id) == (SECOND, cafe.contact_id(OTHER))
    assert day_codes(cafe) == []


def test_an_order_that_is_deleted_and_sent_anew_takes_its_payment_with_it(cafe: Cafe) -> None:
    cafe.set_up(mixed="whole")
    cafe.sell(MIXED)
    cafe.export()
    link(cafe, OTHER)
    reference = cafe.orders()[0]["reference"]
    cafe.shop.world.delete_order(cafe.order.id)
    cafe.orders()
    cafe.orders()
    assert cafe.run("orders", "resolve", reference, "--not-there").code == Exit.DONE
    assert cafe.export("--revise").code == Exit.DONE
    assert (cafe.voucher, cafe.order.customer_id) == (SECOND, cafe.contact_id(OTHER))
    assert cafe.export().code == Exit.DONE


def test_linked_back_before_anything_is_sent_nothing_has_changed(cafe: Cafe) -> None:
    cafe.shop.world.set_product(Product("SERV25", "Servering", 3020, 3250, active=False))
    cafe.set_up(mixed="whole")
    cafe.sell(MIXED)
    cafe.export()
    link(cafe, OTHER)
    assert day_codes(cafe) == ["changed-after-draft"]
    link(cafe, 10018)
    assert day_codes(cafe) == []


# What no share could divide


@pytest.mark.parametrize(
    ("text", "paid", "order"),
    [
        ("25 300.00, 25 -300.00 = CARD -100.00, CREDIT 100.00", {10018: 10_000}, "0.00 + 0.00 = 0.00"),
        ("25 100.00 = CARD 150.00, CREDIT -50.00", {10018: -15_000}, "80.00 + 20.00 = 100.00"),
        ("25 300.00, 15 -115.00 = CARD 50.00, CREDIT 135.00", {10018: -5_000}, "140.00 + 45.00 = 185.00"),
    ],
)
def test_an_exchange_and_an_overpayment_are_ordered_whole_and_the_day_is_booked(
    cafe: Cafe, text: str, paid: dict[int, int], order: str
) -> None:
    cafe.set_up(mixed="whole")
    cafe.sell(ticket(1042, text))
    preview = cafe.run("preview", "--json")
    assert preview.code == Exit.DONE, preview.out
    assert cafe.export().code == Exit.DONE
    assert (payments_of(cafe), sum_of(cafe.order)) == (paid, order)
    assert day_codes(cafe) == []


@pytest.mark.parametrize("target", ["journal", "import", "ledger"])
def test_an_order_that_is_credited_and_sent_anew_takes_its_payment_with_it(cafe: Cafe, target: str) -> None:
    cafe.target = target
    cafe.set_up(mixed="whole")
    cafe.sell(MIXED)
    assert cafe.export().code == Exit.DONE
    reference = cafe.orders()[0]["reference"]
    invoice = cafe.shop.world.invoice(cafe.order.id)
    link(cafe, OTHER)
    cafe.shop.world.reverse_invoice(invoice.id)
    cafe.wait()
    cafe.orders()
    assert cafe.run("orders", "resolve", reference, "--not-there").code == Exit.DONE
    assert day_codes(cafe) == ["changed-after-draft"], "the order will be for the customer that is linked now"
    assert cafe.export("--revise").code == Exit.DONE
    assert (payments_of(cafe), cafe.order.customer_id) == ({OTHER: -40_000}, cafe.contact_id(OTHER))
    assert day_codes(cafe) == []


def test_an_order_that_is_not_deleted_yet_keeps_its_payment_until_it_is(cafe: Cafe) -> None:
    cafe.set_up(mixed="whole")
    cafe.sell(MIXED)
    cafe.export()
    link(cafe, OTHER)
    cafe.sell(CHEAPER)
    cafe.shop.faults.extend([Fault("lose_request", method="DELETE", path="/SalesOrders")] * 9)
    cafe.run("orders", "send", "--revise")
    cafe.shop.faults.clear()
    assert (cafe.order.customer_id, day_codes(cafe)) == (cafe.contact_id(10018), [])
    cafe.wait()
    assert cafe.export("--revise").code == Exit.DONE
    assert cafe.order.customer_id == cafe.contact_id(OTHER)
    cafe.wait()
    assert cafe.export("--revise").code == Exit.DONE
    assert (payments_of(cafe), day_codes(cafe)) == ({OTHER: -40_000}, [])
