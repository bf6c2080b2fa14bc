"""Sales on credit as orders under everything that can go wrong, by seed: the simulation of vouchers with tickets on
account among the others, and a bookkeeper who invoices, confirms and deletes orders meanwhile.

    python -m tests.whole.order_simulation                  1,000 seeds
    python -m tests.whole.order_simulation --seed 4711      one seed again, every step told

Then the trouble stops, people do what only they can, and every credit krone is in PowerOffice Go as one order or
invoice, and in no voucher.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import shutil
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

from posexport.app.orders import OrderFilter, list_orders, resolve_order, send
from posexport.core.orders.reference import order_key
from posexport.core.orders.state import OrderState
from posexport.delivery.claims import CLAIM_S
from posexport.errors import Exit, UsageError
from posexport.sandbox import Fault
from tests.support.credit_shop import CUSTOMER, orders_mapping
from tests.support.harness import sale
from tests.support.looks import read_rows
from tests.support.scope import IS_EVERYTHING
from tests.whole.simulation import (
    FIRST_DAY,
    MOODS,
    Failure,
    Simulation,
    Tally,
    Worker,
    _bench,
)

SEEDS = 1_000 if IS_EVERYTHING else 12
"""Seeds of a test run."""

TARGETS = ("journal", "import", "ledger")
_MOODS = sorted(mood for mood in MOODS if mood not in ("copied", "tidied", "out of time"))
"""Copies of databases and clocks that leap are for the vouchers' simulation."""
_COMPLETE = "/SalesOrders/Complete"


class OrderSimulation(Simulation):
    """One seed, with credit sales."""

    mapping = orders_mapping() + '  [company.orders]\n  from = 2026-01-01\n  customers = "number"\n'
    company = 'invoicing = "orders"'

    def __init__(self, seed: int, *, mood: str | None = None, told: Callable[[str], None] | None = None) -> None:
        chance = random.Random(seed)
        mood = mood or chance.choice([*_MOODS, *["anything"] * len(_MOODS)])
        super().__init__(seed, _bench(), target=TARGETS[seed % len(TARGETS)], mood=mood, told=told)
        self.copies, self.is_today, self.jumps, self.first_day = "", False, 0.0, FIRST_DAY

    def _ticket(self, venue: int, number: int, day: date) -> dict[str, Any]:
        ticket = super()._ticket(venue, number, day)
        if self.chance.random() < 0.6:
            amount, at = ticket["lines"][0]["gross"], ticket["completed_at"]
            product = ticket["lines"][0]["product_type"]
            ticket = sale(number, amount, at=at, register=str(venue), product=product, paid="CREDIT", customer=CUSTOMER)
        return ticket

    def _act_as_bookkeeper(self) -> None:
        orders = self.world.orders()
        if not orders or self.chance.random() < 0.5:
            super()._act_as_bookkeeper()
            return
        order, act = self.chance.choice(orders), self.chance.choice(("invoice", "invoice", "confirm", "delete"))
        self.tally.done[f"orders: {act}"] += 1
        self.tell(f"the bookkeeper: {act} {order.reference}")
        if act == "invoice":
            self.world.invoice(order.id)
        elif act == "confirm":
            self.world.confirm_order(order.id)
        elif order.status == "Draft":
            self.world.delete_order(order.id)

    def _choose_fault(self, request: Any) -> Fault | None:
        if not (request.method == "POST" and request.path.endswith(_COMPLETE)):
            return super()._choose_fault(request)
        if self.calm or self.lasting is not None or self.chance.random() >= max(self.trouble, 0.4):
            return None
        kinds: tuple[Fault, ...] = (
            Fault("lose_answer"),
            Fault("lose_request"),
            Fault("status_before", self.chance.choice((500, 502, 503, 429, 404, 400, 401))),
            Fault("status_after", self.chance.choice((500, 502, 503, 429, 404, 408))),
            Fault("refuse", 400),
        )
        if self.is_slow:
            kinds = (*kinds, Fault("late", delay_s=self.chance.choice((20.0, 60.0))))
        return self._tell_fault(self.chance.choice(kinds))

    # Rest

    def _come_to_rest(self) -> None:
        super()._come_to_rest()
        worker = self.workers[0]
        for _ in range(16):
            self.clock.true_s += CLAIM_S + 1_000
            self.world.process_late()
            exported = self.export(worker, revise=True)
            if exported.exit_code is Exit.DONE and self._answer_about_orders(worker):
                return
            self._draft_again_what_was_deleted(worker)
        with self.open(worker) as workspace:
            left = [
                (one.reference, one.state_of_order.value, one.is_changed, one.answer, [f.code for f in one.findings])
                for one in list_orders(workspace, list(workspace.load_setup().venues))
            ]
        raise Failure(f"seed {self.seed}: orders do not come to rest: {left}")

    def _answer_about_orders(self, worker: Worker) -> bool:
        """People do what only they can about orders; whether there was nothing to do."""
        is_done = True
        with self.open(worker) as workspace:
            venues = list(workspace.load_setup().venues)
            send(workspace, venues, OrderFilter(), revises=True, in_flight=1)
            for one in list_orders(workspace, venues):
                if one.state_of_order in (OrderState.SENT, OrderState.INVOICED) and not one.is_changed:
                    continue
                is_done = False
                if one.is_changed and one.state_of_order is OrderState.SENT and one.remote_id is not None:
                    self.tell(f"a person deletes {one.reference}, which was confirmed and has changed")
                    with contextlib.suppress(Exception):
                        self.world.confirm_order(one.remote_id, confirmed=False)
                        self.world.delete_order(one.remote_id)
                elif one.state_of_order in (OrderState.GONE, OrderState.UNCERTAIN):
                    self.tell(f"a person says that {one.reference} is not there")
                    with contextlib.suppress(UsageError):
                        resolve_order(workspace, one.reference, None)
        return is_done

    # Promises

    def _sum_sold(self) -> dict[tuple[str, str], dict[int, int]]:
        every = self.sold
        self.sold = {key: one for key, one in every.items() if one["payments"][0]["payment_type"] != "CREDIT"}
        try:
            return super()._sum_sold()
        finally:
            self.sold = every

    def _judge(self) -> None:
        self._judge_orders()
        super()._judge()

    def _judge_orders(self) -> None:
        """Every ticket on credit is one order or invoice of its amount, with what corrects it; nothing else is
        there."""
        wanted: Counter[str] = Counter()
        for ticket in self.sold.values():
            if ticket["payments"][0]["payment_type"] == "CREDIT" and not ticket.get("void"):
                wanted[_key_of(ticket)] += round(float(ticket["lines"][0]["gross"]) * 100)
        rows = read_rows(
            self._store, "delivery", "document_key", "reference", "remote_id", "state", document_kind="order"
        )
        key_of = {row[1]: row[0] for row in rows}
        there: Counter[str] = Counter()
        documents: Counter[str] = Counter()
        for order in (*self.world.orders(), *(invoice.order for invoice in self.world.invoices())):
            if order.reference not in key_of:
                raise Failure(f"seed {self.seed}: {order.reference} is in PowerOffice, and the store does not know it")
            key = key_of[str(order.reference)]
            there[key] += order.total_ore
            documents[key] += 1  # each has one line, which may be off by an øre
        off = {
            key: (wanted[key], there[key])
            for key in wanted.keys() | there.keys()
            if abs(wanted[key] - there[key]) > documents[key]
        }
        if off:
            raise Failure(f"seed {self.seed}: sold and ordered (øre): {off}")
        self.tally.done["orders at the end"] += len(there)


def _key_of(ticket: dict[str, Any]) -> str:
    at = datetime.fromisoformat(ticket["completed_at"])
    return order_key(ticket["register"], ticket["ticket"], int(_oslo(at).timestamp()))


def _oslo(at: datetime) -> datetime:
    from zoneinfo import ZoneInfo

    return at.replace(tzinfo=ZoneInfo("Europe/Oslo")).astimezone(UTC)


def run_order_seed(seed: int, *, mood: str | None = None, told: Callable[[str], None] | None = None) -> Tally:
    """One seed on an empty store. Raises Failure, or whatever posexport stumbled over."""
    random.seed(seed)
    bench = _bench()
    shutil.rmtree(bench.folder, ignore_errors=True)
    bench.folder.mkdir()
    shutil.copy(bench.upgraded, bench.folder / "posexport.db")
    try:
        return OrderSimulation(seed, mood=mood, told=told).run()
    finally:
        bench.engine.dispose()


def _try(seed: int) -> tuple[int, Tally, str]:
    try:
        return seed, run_order_seed(seed), ""
    except BaseException:  # noqa: BLE001
        return seed, Tally(), traceback.format_exc()


def main() -> int:
    """Run what the command line asks for; 1 where a seed failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, help="one seed, every step told")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many")
    options = parser.parse_args()
    if options.seed is not None:
        run_order_seed(options.seed, told=print)
        return 0
    total, failed = Tally(), 0
    with ProcessPoolExecutor() as pool:
        for seed, tally, failure in pool.map(_try, range(options.first, options.first + options.seeds), chunksize=4):
            total.add(tally)
            if failure:
                failed += 1
                print(f"seed {seed} failed: {failure.strip().rpartition(chr(10))[2]}", flush=True)
    print(f"{total.seeds} seeds, {total.steps} steps, {failed} seeds failed")
    for what, many in sorted(total.done.items()):
        print(f"{many:>9}  {what}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
