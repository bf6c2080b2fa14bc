"""What sent orders say of people once their evidence need not be kept any longer."""

from __future__ import annotations

import pytest

from posexport.app.forgetting import forget_people
from posexport.errors import Exit
from tests.support.harness import Shop
from tests.support.looks import read_rows
from tests.support.order_cafe import K_17, Cafe, open_cafe, ticket

YEAR_S = 366 * 86_400
PEOPLE = ("Kari Utvær", "Pensjonat", "Lunsj for Kari")


@pytest.fixture
def cafe(both: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cafe:
    return open_cafe(both, monkeypatch, capsys)


def forget(cafe: Cafe) -> None:
    with cafe.shop.open() as workspace:
        forget_people(workspace, workspace.load_setup().companies[0])


def kept(cafe: Cafe) -> str:
    """All that deliveries have."""
    rows = [
        *read_rows(cafe.shop, "delivery", "payload", "answer", "report"),
        *read_rows(cafe.shop, "delivery_event", "facts", "request", "answer"),
    ]
    return "\n".join(str(text) for row in rows for text in row)


def test_an_old_order_says_what_was_sold_and_to_which_number_and_names_nobody(cafe: Cafe) -> None:
    cafe.set_up()
    customer = {**K_17, "contact": "Kari Utvær"}
    cafe.sell(
        ticket(1, "25 100.00 = CREDIT 100.00", customer=customer),
        ticket(2, "25 200.00 = CREDIT 200.00", customer_reference="Lunsj for Kari"),
        ticket(3, "25 50.00 = CARD 50.00"),
    )
    assert cafe.export().code == Exit.DONE
    fingerprints = read_rows(cafe.shop, "delivery", "fingerprint")
    for years in (4, 1):
        cafe.shop.clock.sleep(years * YEAR_S)
        forget(cafe)
        assert [name for name in PEOPLE if name in kept(cafe)] == list(PEOPLE)
    cafe.shop.clock.sleep(YEAR_S)
    forget(cafe)
    assert [name for name in PEOPLE if name in kept(cafe)] == []
    assert read_rows(cafe.shop, "delivery", "fingerprint") == fingerprints
    orders = cafe.orders("--from", "2026-11-20", "--to", "2026-11-20")
    told = [(one["state"], one["changed"], one["total"], one["customer"]["number"]) for one in orders]
    assert told == [("sent", False, "100.00", 10018), ("sent", False, "200.00", 10018)]
    assert '"lines"' in kept(cafe), "the voucher's evidence stays"
