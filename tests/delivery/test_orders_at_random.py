"""Whatever goes wrong on the wire, and whatever a person does in the ledger meanwhile: an order is there once, and what
the store says of it is so."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, strategies as st

from posexport.sandbox.bookkeeper import NotAllowed
from tests.support.harness import Shop, sale
from tests.support.order_desk import OrderDesk
from tests.support.quick_store import put_database

FAULTS = ("lose_answer", "lose_request", "status_after", "status_before", "garbage", "refuse", "late")
STATUSES = (400, 401, 403, 404, 408, 409, 429, 500, 502, 503)
faults = st.tuples(
    st.sampled_from(FAULTS), st.sampled_from(STATUSES), st.sampled_from(("POST", "GET")), st.integers(0, 200)
)
acts = st.sampled_from(("invoice", "confirm", "edit text", "wait", "wait long", "nothing"))
turns = st.lists(st.tuples(st.lists(faults, max_size=3), acts), min_size=1, max_size=6)


def act(desk: OrderDesk, what: str) -> None:
    """A person does something with the order, where it is there; or time passes."""
    world = desk.shop.world
    desk.shop.clock.now_s += {"wait": 10, "wait long": 7_200}.get(what, 1)
    for order in world.orders():
        with suppress(NotAllowed):
            if what == "invoice":
                world.invoice(order.id)
            elif what == "confirm":
                world.confirm_order(order.id)
            elif what == "edit text":
                world.edit_order(order.id, 0, description="Middag for ti")


@given(turns, st.sampled_from((400, 409)), st.sampled_from(("journal", "import")))
def test_an_order_is_there_once_whatever_happens(
    story: list[tuple[list[tuple[str, int, str, int]], str]], duplicate_status: int, target: str
) -> None:
    with TemporaryDirectory() as folder:
        shop = Shop(put_database(Path(folder) / "posexport.db"), Path(folder))
        shop.apply(target=target)
        shop.sell(sale(1))
        shop.world.duplicate_status = duplicate_status
        desk = OrderDesk(shop)
        order = desk.order()
        for wrong, what in story:
            for kind, status, method, delay_s in wrong:
                path = "/SalesOrders/Complete" if method == "POST" else "/v2/"
                desk.spoil(kind, status, method=method, path=path, delay_s=delay_s)
            desk.send_one(order)
            shop.faults.clear()
            act(desk, what)
            assert len(desk.references()) <= 1
            if desk.states() == ["drafted"]:
                assert desk.references() == [order.reference]
        for _ in range(4):
            shop.clock.now_s += 600
            desk.send_one(order)
        assert desk.references() == [order.reference]
        assert desk.states() == ["drafted"]
