"""What status and show say of orders: by the words for orders, never as vouchers or drafts."""

from __future__ import annotations

import re

import pytest

from posexport.sandbox import Fault
from posexport.texts.language import LANGS, Lang
from tests.support.command_line import reach_run
from tests.support.harness import Shop
from tests.support.order_cafe import Cafe, ticket

COMPLETE = "/SalesOrders/Complete"
VOUCHER_WORDS = re.compile(r"kladd|bilag|draft|voucher|journal", re.IGNORECASE)


@pytest.fixture
def cafe(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cafe:
    """A café that sold on credit, and nothing else."""
    made = Cafe(shop, reach_run(shop, monkeypatch, capsys))
    made.set_up()
    made.sell(ticket(1, "25 100.00 = CREDIT 100.00"), ticket(2, "25 50.00 = CREDIT 50.00", customer=None))
    return made


def read(cafe: Cafe, *command: str, lang: Lang = "en") -> str:
    """What a command prints, on one line."""
    return " ".join(cafe.run(*command, "--lang", lang).out.replace("\xa0", " ").split())


def test_status_names_orders_and_counts_them_apart(cafe: Cafe) -> None:
    told = read(cafe, "status", lang="nb")
    assert "Ordre: klar" in told and "Ordre: venter" in told and "Ordrer: 1 venter, 1 klar." in told
    told = read(cafe, "status")
    assert "Order: ready" in told and "Orders: 1 waiting, 1 ready." in told


@pytest.mark.parametrize(
    ("faults", "states", "next_step"),
    [
        (
            [Fault("lose_answer", path=COMPLETE), Fault("status_before", 503, method="GET", path="/SalesOrders")],
            ("Ordre: usikker", "Order: uncertain"),
            "looks for the order in PowerOffice Go before anything is sent again",
        ),
        ([Fault("refuse", 400, path=COMPLETE)], ("Ordre: avvist", "Order: refused"), "run posexport orders send"),
        (
            [Fault("status_before", 503, method="GET", path="/SalesOrders")] * 9,
            ("Ordre: ikke nådd", "Order: not reached"),
            "The order was not sent, and nothing is lost.",
        ),
    ],
    ids=["uncertain", "refused", "unreachable"],
)
def test_what_comes_next_is_said_of_an_order(
    cafe: Cafe, faults: list[Fault], states: tuple[str, str], next_step: str
) -> None:
    cafe.shop.faults.extend(faults)
    cafe.export()
    assert states[0] in read(cafe, "status", lang="nb")
    told = read(cafe, "status")
    assert states[1] in told and next_step in told
    of_order = told.partition("20 November 2026, order: waiting")[2].partition("ERROR")[0]
    assert not VOUCHER_WORDS.search(of_order), of_order


def test_an_order_that_is_deleted_in_go_is_not_called_drafted(cafe: Cafe) -> None:
    cafe.export()
    cafe.shop.world.delete_order(cafe.order.id)
    assert [cafe.state_of(1) for _ in range(2)][-1] == "gone"
    assert "Order: deleted in Go" in read(cafe, "status")


@pytest.mark.parametrize("lang", LANGS)
def test_show_tells_of_an_order_in_its_own_words(cafe: Cafe, lang: Lang) -> None:
    cafe.export()
    cafe.sell(ticket(1, "25 80.00 = CREDIT 80.00"))
    cafe.wait()
    cafe.run("orders", "send", "--revise")
    told = read(cafe, "show", "torget", "2026-11-20", lang=lang)
    of_orders = told[told.index("torget-o20261120-") :]
    assert not VOUCHER_WORDS.search(of_orders), of_orders
    words = {
        "nb": ("SENDT SOM ORDRE", "PowerOffice Go, ordrer", "lagt inn som ordre: ", "slettes og erstattes"),
        "en": ("SENT AS AN ORDER", "PowerOffice Go, orders", "made an order there: ", "being deleted, to be replaced"),
    }[lang]
    assert all(one in of_orders for one in words)
