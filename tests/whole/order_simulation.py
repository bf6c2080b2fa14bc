"""Sales on credit as orders under everything that can go wrong, by seed: the simulation of vouchers with tickets on
account among the others, a bookkeeper who invoices, confirms and deletes orders meanwhile, people who move sales to the
voucher and back, and databases that are put back, used twice or begun anew.

    python -m tests.whole.order_simulation                  2,000 seeds
    python -m tests.whole.order_simulation --seed 4711      one seed again, every step told
    python -m tests.whole.order_simulation --without it-is-looked-for --seeds 100
                                                the seeds that notice when a guard is taken out

At every step no sale on credit is in a voucher and in an order at once. Then the trouble stops, people do what only
they can, and every credit krone is in PowerOffice Go once, where its route says: as an order or invoice, or in a
voucher.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import shutil
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from posexport.app.customers import link_customer
from posexport.app.import_sales import import_sales
from posexport.app.orders import OrderFilter, list_orders, move_orders, resolve_order, send
from posexport.app.preview import Exported
from posexport.app.setup import apply_setup
from posexport.app.status import status
from posexport.app.tickets import WhichTicket, withdraw
from posexport.app.workspace import Workspace
from posexport.core.day import Period
from posexport.core.finding import Finding
from posexport.core.findings.orders import BOOKED_TWICE
from posexport.core.order_review import OrderReport
from posexport.core.orders.amounts import choose_all
from posexport.core.orders.route import Route
from posexport.core.orders.state import OrderState
from posexport.core.organization_number import parse_organization_number
from posexport.delivery.claims import CLAIM_S
from posexport.errors import Exit, PowerOfficeRefused, PowerOfficeUnavailable, UsageError
from posexport.sandbox import Fault
from posexport.sandbox.bookkeeper import NotAllowed
from posexport.sandbox.customers import Customer
from posexport.sandbox.ledger import Draft
from posexport.sandbox.orders import Order
from posexport.setup.file import read_setup
from posexport.store.database import open_database
from tests.support.credit_shop import orders_mapping
from tests.support.harness import SECRETS, sale, write_jsonl
from tests.support.looks import read_rows
from tests.support.scope import IS_EVERYTHING
from tests.whole.order_moods import CHOSEN_MOODS, ORDER_MOODS
from tests.whole.simulation import FIRST_DAY, Bench, Failure, Simulation, Tally, Worker, begin_seed, open_bench

SEEDS = 200 if IS_EVERYTHING else 6
"""Seeds of a test run."""

_AT_REST = (OrderState.SENT, OrderState.INVOICED, OrderState.CREDITED)
"""What an order may be at the end; `CREDITED` is one that another of its ticket, invoiced, takes back whole."""

TARGETS = ("journal", "import", "ledger")
_COMPLETE = "/SalesOrders/Complete"
_FIRST_CUSTOMER = 11_000
"""Each ticket has a customer of its own, so that its credit is known again in a voucher."""
_CUSTOMERS = 400
_APART = 1_000
"""How far the number of the other customer is off, to whom a ticket's customer may be linked."""
_CREDIT_ACCOUNT = 1500
_GIVEN_UP_S, _LATE_S = 600, 900
"""After how long (s) a person gives up an order that nobody answered for; and when it arrives."""


class OrderSimulation(Simulation):
    """One seed, with credit sales."""

    mapping = orders_mapping() + '  [company.orders]\n  from = 2026-01-01\n  customers = "number"\n'
    company = 'invoicing = "orders"'
    moods = ORDER_MOODS

    def __init__(
        self,
        seed: int,
        bench: Bench,
        *,
        target: str | None = None,
        mood: str | None = None,
        told: Callable[[str], None] | None = None,
    ) -> None:
        mood = mood or random.Random(seed).choice(CHOSEN_MOODS)
        super().__init__(seed, bench, target=target or TARGETS[seed % len(TARGETS)], mood=mood, told=told)
        self.is_today, self.jumps, self.first_day = False, 0.0, FIRST_DAY
        self.moves: float = vars(self).get("moves", 0.3)
        """How often a person moves a ticket between two jobs."""
        self.is_begun_anew = self.copies == "second" and self.chance.random() < 0.5
        self.acts: tuple[str, ...] = vars(self).get("acts", ("invoice", "invoice", "confirm", "unconfirm", "delete"))
        """What the bookkeeper does with orders."""
        self.is_invoiced_meanwhile = self.copies == "restored" and self.chance.random() < 0.5
        if self.copies == "restored" and not self.is_invoiced_meanwhile:
            self.acts = ("confirm", "unconfirm", "delete")
        self.is_moved_meanwhile: bool = vars(self).get("is_moved_meanwhile", False)
        """Whether people move sales though the database is put back to before they did."""
        self.is_taken_out = False
        """Whether a sale was taken out of its voucher before the database is put back."""
        if self.is_moved_meanwhile:
            self.is_invoiced_meanwhile, self.acts = False, ("confirm", "unconfirm")
        self.corrected: set[str] = set()
        """Orders that a person has changed to what their tickets come to."""
        self.astray: set[int] = set()
        """Customers of whom the bookkeeper deleted what corrected a voucher: it is not known before somebody asks."""
        self.late_orders: float = vars(self).get("late_orders", 0.0)
        """How likely an order's request is on its way for longer than it is waited for."""
        self.given_up: set[int] = set()
        """Customers of whose orders a person has said that they are not there: they may arrive later."""
        self.mixed: str = vars(self).get("mixed", "share")
        """How tickets are ordered that are paid in part."""
        if self.mixed == "whole":
            self.mapping += '  mixed = "whole"\n'
        self.part_paid: set[int] = set()
        """The numbers of tickets that were ever paid in part, where those are ordered whole."""
        self.has_shared_codes: bool = vars(self).get("has_shared_codes", False)
        """Whether two customers, with organization numbers of their own, have one code in the registers."""
        self.has_renamed_registers: bool = vars(self).get("has_renamed_registers", False)
        """Whether tickets have no ids, and come again under another register."""
        self._ids = {
            self.world.set_customer(Customer(number, f"Kunde {number}", self._organization_number(number))): number
            for first in (_FIRST_CUSTOMER, *([_FIRST_CUSTOMER + _APART] if self.mixed == "whole" else []))
            for number in range(first, first + _CUSTOMERS)
        }

    # What is sold

    def _organization_number(self, customer: int) -> str | None:
        """Of a customer in PowerOffice Go; None where they have none."""
        return make_organization_number(customer) if self.has_shared_codes else None

    def _name_customer(self, number: int) -> str | dict[str, str]:
        """The customer of a ticket, as its register names it: of two tickets, with the code of the first."""
        customer = _FIRST_CUSTOMER + number
        if not self.has_shared_codes:
            return str(customer)
        return {"number": str(customer - number % 2), "organization_number": make_organization_number(customer)}

    def _ticket(self, venue: int, number: int, day: date) -> dict[str, Any]:
        """A ticket; a change of one that is known is another amount alone where another database is used: what came to
        nothing in the one that is left, nobody asks PowerOffice about."""
        known = self.sold.get((venue, number))
        while True:
            ticket = self._make_ticket(venue, number, day)
            if self.has_renamed_registers:
                ticket["id"] = None
            if known is None or not self.copies or _ways(ticket) == _ways(known):
                return ticket

    def _make_ticket(self, venue: int, number: int, day: date) -> dict[str, Any]:
        ticket = super()._ticket(venue, number, day)
        if self.chance.random() >= 0.6:
            return ticket
        gross, product = ticket["lines"][0]["gross"], ticket["lines"][0]["product_type"]
        payments, sign = [("CREDIT", gross)], "-" if self.chance.random() < 0.1 else ""
        if self.chance.random() < (0.6 if self.mixed == "whole" else 0.2) and float(gross) > 1:
            paid = f"{self.chance.randrange(1, round(float(gross) * 100)) / 100:.2f}"
            payments = [("CARD", paid), ("CREDIT", f"{float(gross) - float(paid):.2f}")]
            self.part_paid |= {number} if self.mixed == "whole" else set()
        told = [{"payment_type": kind, "amount": f"{sign}{amount}"} for kind, amount in payments]
        return sale(
            number,
            f"{sign}{gross}",
            at=ticket["completed_at"],
            register=str(venue),
            product=product,
            customer=self._name_customer(number),
            payments=told,
        )

    def _credit_tickets(self) -> Iterator[tuple[tuple[int, int], int]]:
        """The tickets with something on credit, and how much (øre)."""
        for key, ticket in self.sold.items():
            credit_ore = _sum_paid(ticket, "CREDIT")
            if credit_ore and not ticket.get("void"):
                yield key, credit_ore

    # What goes wrong

    def step(self, worker: Worker, what: str) -> None:
        self._check_never_in_both(what)
        super().step(worker, what)
        self._check_never_in_both(what)
        if self.has_renamed_registers:
            self._check_never_twice(what)

    def _act_as_bookkeeper(self) -> None:
        orders = self.world.orders()
        if not orders or self.chance.random() < 0.3:
            before = self.world.drafts()
            super()._act_as_bookkeeper()
            left = {draft.id for draft in self.world.drafts()}
            self.astray.update(
                line.customer
                for draft in before
                if draft.id not in left
                for line in draft.lines
                if line.customer is not None
            )
            return
        self._act_on_order(self.chance.choice(orders), self.chance.choice(self.acts))

    def _act_on_order(self, order: Order, act: str) -> None:
        with contextlib.suppress(NotAllowed):
            if act == "invoice":
                self.world.invoice(order.id)
            elif act == "invoice and reverse":
                self.world.reverse_invoice(self.world.invoice(order.id).id)
            elif act in ("confirm", "unconfirm"):
                self.world.confirm_order(order.id, confirmed=act == "confirm")
            elif order.status == "Draft":
                self.world.delete_order(order.id)
            self.tally.done[f"orders: {act}"] += 1
            self.tell(f"the bookkeeper: {act} {order.reference}")

    def _choose_fault(self, request: Any) -> Fault | None:
        if not (request.method == "POST" and request.path.endswith(_COMPLETE)):
            return super()._choose_fault(request)
        if self.late_orders and not self.calm and self.chance.random() < self.late_orders:
            return self._tell_fault(Fault("late", delay_s=_LATE_S))
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

    # What people do between

    def _work(self, worker: Worker) -> None:
        jobs = list(worker.jobs)
        worker.jobs = []
        for job in jobs:
            if self.chance.random() < self.moves:
                worker.jobs.append(self._move_one)
            worker.jobs.append(job)
        super()._work(worker)

    def _make_job(self, job: str) -> Callable[[Worker], None]:
        if job in ("to voucher", "to order"):
            return lambda worker: self._move(worker, Route.VOUCHER if job == "to voucher" else Route.ORDER)
        if self.is_invoiced_meanwhile and job in ("change", "void"):
            job = "export"  # an invoice of other sales than are known can only be credited by hand
        if job == "revise orders":
            return self._revise_orders
        if job == "say whose":
            return self._say_whose
        if job == "rename":
            return self._sell_renamed
        if job == "give up":
            return self._give_up
        if job == "relink":
            return self._relink
        return super()._make_job(job)

    def _move_one(self, worker: Worker) -> None:
        self._move(worker, self.chance.choice((Route.VOUCHER, Route.VOUCHER, Route.ORDER)))

    def _move(self, worker: Worker, route: Route) -> None:
        """A person chooses where a ticket is booked. Another database does not know of it, so that nobody does where
        one is used, unless that is what the seed is about."""
        tickets = sorted(key for key, _ in self._credit_tickets())
        is_forgotten = bool(self.copies) and not self.is_moved_meanwhile
        if not tickets or is_forgotten:
            return
        venue, number = self.chance.choice(tickets)
        day = date.fromisoformat(self.sold[venue, number]["completed_at"][:10])
        self.clock.true_s += 16 if self.is_slow else 1  # people are slower than reads lag
        with self.open(worker) as workspace:
            code = f"venue-{venue}"
            found = next(one for one in workspace.load_setup().venues if one.id == code)
            try:
                move_orders(workspace, found, day, route, "avtalt", str(number))
                self.is_taken_out |= route is Route.ORDER
                self.tally.done[f"tickets moved to {route.value}"] += 1
                self.tell(f"a person moves {code} {number} to {route.value}")
            except UsageError as refused:
                self.tally.done["moves that were refused"] += 1
                self.tell(f"a person may not move {code} {number} to {route.value}: {refused}")
            except (PowerOfficeRefused, PowerOfficeUnavailable) as silent:
                self.tally.done["moves that were not asked about"] += 1
                self.tell(f"a person cannot move {code} {number} to {route.value} now: {silent}")
        if self.chance.random() < 0.7:
            self._look_at(self.export(worker, revise=True))

    def _give_up(self, worker: Worker) -> None:
        """A person gives up the orders that nobody answered for, and books their sales by the voucher."""
        self.clock.true_s += _GIVEN_UP_S
        with self.open(worker) as workspace:
            for one in list_orders(workspace, list(workspace.load_setup().venues), asks=False):
                if one.state_of_order is not OrderState.UNCERTAIN:
                    continue
                number, day = one.order.ticket_number, one.business_day
                self.given_up.add(_FIRST_CUSTOMER + int(number))
                with contextlib.suppress(UsageError, PowerOfficeRefused, PowerOfficeUnavailable):
                    resolve_order(workspace, one.reference, None)
                    move_orders(workspace, one.venue, day, Route.VOUCHER, "", number, register=one.order.register)
                    self.tally.done["orders given up"] += 1
                    self.tell(f"a person gives {one.reference} up, and moves {number} to the voucher")
        self._look_at(self.export(worker, revise=True))

    def _relink(self, worker: Worker) -> None:
        """A person links the customers of some tickets to others in PowerOffice Go, or back."""
        with self.open(worker) as workspace:
            company = workspace.load_setup().companies[0].id
            for _, number in sorted(key for key, _ in self._credit_tickets()):
                if self.chance.random() < 0.5:
                    continue
                code = _FIRST_CUSTOMER + number
                other = code + self.chance.choice((0, _APART))
                with contextlib.suppress(PowerOfficeRefused, PowerOfficeUnavailable):
                    link_customer(workspace, company, str(code), str(other), share=True)
                    self.tally.done["customers linked anew"] += 1
                    self.tell(f"a person links {code} to {other}")

    def _say_whose(self, worker: Worker) -> None:
        """A person links the customers that orders wait for, by the organization numbers on their tickets."""
        with self.open(worker) as workspace:
            company = workspace.load_setup().companies[0].id
            for one in list_orders(workspace, list(workspace.load_setup().venues), asks=False):
                for finding in one.findings:
                    if finding.code not in ("order-customer-ambiguous", "order-customer-not-linked"):
                        continue
                    code, number = str(finding.facts["customer"]), _FIRST_CUSTOMER + int(one.order.ticket_number)
                    with contextlib.suppress(PowerOfficeRefused, PowerOfficeUnavailable):
                        link_customer(workspace, company, code, str(number), share=True)
                        self.tally.done["customers linked by a person"] += 1
                        self.tell(f"a person links {code} to {number}")

    def _sell_renamed(self, worker: Worker) -> None:
        """The register has another name, and what it sold comes again under that."""
        path = self.folder / f"renamed-{self.chance.getrandbits(40):x}.jsonl"
        write_jsonl(path, [{**ticket, "register": f"K{ticket['register']}"} for ticket in self.sold.values()])
        with self.open(worker) as workspace:
            assert import_sales(workspace, [path]).exit_code is Exit.DONE
        self.tell("the registers are renamed, and what they sold comes again")
        self.tally.done["registers renamed"] += 1

    def _take_out_twins(self, worker: Worker) -> bool:
        """A person takes out what came again under another register; whether there was nothing."""
        with self.open(worker) as workspace:
            venues = list(workspace.load_setup().venues)
            twins = sorted(
                {
                    (row.venue.id, row.business_day, str(one.facts["number"]))
                    for row in status(workspace, venues, Period())
                    for one in row.findings
                    if one.code == "same-number-twice"
                }
            )
            for code, day, number in twins:
                venue = next(one for one in venues if one.id == code)
                withdraw(workspace, venue, WhichTicket(day, f"K{code.rpartition('-')[2]}", number), "Renamed")
                self.tally.done["tickets taken out"] += 1
                self.tell(f"a person takes out {number}, which came again under another register")
        return not twins

    def _revise_orders(self, worker: Worker) -> None:
        with self.open(worker) as workspace:
            send(workspace, list(workspace.load_setup().venues), OrderFilter(), revises=True, in_flight=1)

    # Other databases

    def _copy(self, worker: Worker) -> None:
        if not self.is_begun_anew:
            super()._copy(worker)

    def _put_back(self, worker: Worker) -> None:
        """Before the database is lost, a sale that was taken out of its voucher is sent as an order: that nothing has
        it yet is not known to one that is put back (README, known limits)."""
        was_calm, self.calm = self.calm, self.calm or self.is_taken_out
        for _ in range(4 if self.is_taken_out else 0):
            self._let_settle()
            self._look_at(self.export(worker, revise=True))
        self.calm = was_calm
        super()._put_back(worker)

    def _export_from_copy(self, worker: Worker) -> None:
        """Somebody runs the copy as well; or an empty database that reads the same setup and the same sales."""
        if not self.is_begun_anew:
            super()._export_from_copy(worker)
            return
        self._let_settle()
        self.tally.done["exports from an empty database"] += 1
        self.tell("an empty database exports as well")
        shutil.copy(open_bench().upgraded, self._copied)
        engine, self.engine = self.engine, open_database(f"sqlite:///{self._copied}").engine
        try:
            was_calm, self.calm = self.calm, True
            with self.open(worker) as workspace:
                path = self.folder / "setup.toml"
                apply_setup(workspace, read_setup(path, workspace.load_setup(), SECRETS))
            self.sell(worker, sorted(self.sold))
            self.calm = was_calm
            self._look_at(self.export(worker))
        finally:
            self.engine.dispose()
            self.engine = engine
            self._let_settle()

    # Rest

    def _come_to_rest(self) -> None:
        super()._come_to_rest()
        self.astray.clear()
        worker = self.workers[0]
        for _ in range(16):
            self.clock.true_s += CLAIM_S + 1_000
            self.world.process_late()
            exported = self.export(worker, revise=True)
            self._look_at(exported)
            is_answered = self._answer_about_orders(worker)  # an export ends with 3 while an order is gone
            if exported.exit_code is Exit.DONE and is_answered:
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
        is_done = not self.is_moved_meanwhile or self._answer_about_moves(worker)
        if self.has_shared_codes:
            self._say_whose(worker)
        if self.has_renamed_registers:
            is_done &= self._take_out_twins(worker)
        with self.open(worker) as workspace:
            venues = list(workspace.load_setup().venues)
            send(workspace, venues, OrderFilter(), revises=True, in_flight=1)
            for one in list_orders(workspace, venues):
                if one.state_of_order is OrderState.MOVED:
                    continue
                if one.is_settled or (_is_right(one) and not one.is_changed):
                    continue
                is_done = False
                if any(finding.code == BOOKED_TWICE for finding in one.findings):
                    self._book_once(workspace, one)
                    continue
                if one.is_changed and one.state_of_order is OrderState.SENT and one.remote_id is not None:
                    if not self._correct_there(one.remote_id):
                        self._take_out(one.remote_id, f"{one.reference}, which was confirmed and has changed")
                elif _is_invoiced_to_former(one):
                    self._decide_whose(workspace, one)
                elif one.state_of_order in (OrderState.GONE, OrderState.UNCERTAIN) or _is_credited_to_former(one):
                    self.tell(f"a person says that {one.reference} is not there")
                    with contextlib.suppress(UsageError):
                        resolve_order(workspace, one.reference, None)
                self._look_for_others(one)
        return is_done

    def _decide_whose(self, workspace: Workspace, shown: OrderReport) -> None:
        """A person links the customer back to whom the order is invoiced, or credits the invoice and has the sale sent
        to whom the customer is linked now."""
        assert shown.order.link is not None
        self.tally.done["orders invoiced to whom was linked before"] += 1
        if self.seed % 2:
            company, number = workspace.load_setup().companies[0].id, shown.order.link.number
            self.tell(f"a person links {shown.order.customer_code} back to {number}")
            link_customer(workspace, company, str(shown.order.customer_code), number, share=True)
            return
        self.tell(f"a person credits the invoice of {shown.reference}, to have the sale sent anew")
        self.world.reverse_invoice(str(shown.remote_id))

    def _answer_about_moves(self, worker: Worker) -> bool:
        """People take out of PowerOffice Go what a newer database has sent of a sale that was moved: the vouchers that
        an order waits for, and the orders that a voucher does. Whether there was nothing to do."""
        with self.open(worker) as workspace:
            venues = list(workspace.load_setup().venues)
            waiting = [one for one in list_orders(workspace, venues, asks=False) if _waits_for_voucher(one)]
            rows = status(workspace, venues, Period())
        ordered = [one for row in rows for one in row.findings if one.code == "sale-ordered-already"]
        for shown in waiting:
            self.tally.done["orders that waited for an unknown voucher"] += 1
            self._delete_unknown(worker, f"{shown.venue.id}-{shown.business_day:%Y%m%d}-r1")
            self._answer(worker, shown.venue, shown.business_day)
        known = {row[0] for row in read_rows(self._store, "delivery", "remote_id", document_kind="order")}
        for found in ordered:
            number = int(str(found.facts["number"]))
            if found.variant == "in-voucher" and not self._sum_in_vouchers()[number]:
                self._order_here_too(worker, found)
                continue
            self.tally.done["vouchers that waited for an unknown order"] += 1
            for order in self.world.orders():
                if self._number_of(order) == number and order.id not in known:
                    self._take_out(order.id, f"{order.reference}, of which nobody here knows")
        return not (waiting or ordered)

    def _order_here_too(self, worker: Worker, found: Finding) -> None:
        """A person sees that the voucher in PowerOffice Go does not have the sale that an unknown order has, and lets
        it be an order here too."""
        self.tally.done["sales that an unknown voucher has left to an order"] += 1
        self.tell(f"a person lets {found.venue} {found.facts['number']} be an order, as it is there")
        with self.open(worker) as workspace, contextlib.suppress(UsageError):
            venue = next(one for one in workspace.load_setup().venues if one.id == found.venue)
            assert found.business_day is not None
            move_orders(workspace, venue, found.business_day, Route.ORDER, "", str(found.facts["number"]))

    def _book_once(self, workspace: Workspace, shown: OrderReport) -> None:
        """A person deletes an order that arrived late, or leaves it and takes its sale out of the voucher."""
        self.tally.done["orders that arrived late"] += 1
        is_deleted = self.seed % 2 or not shown.is_in_voucher
        if is_deleted and shown.state_of_order is OrderState.SENT:
            self._take_out(str(shown.remote_id), f"{shown.reference}, which arrived late")
            return
        self.tell(f"a person leaves {shown.reference}, which arrived late")
        with contextlib.suppress(UsageError):
            number, register = shown.order.ticket_number, shown.order.register
            move_orders(workspace, shown.venue, shown.business_day, Route.ORDER, "", number, register=register)

    def _look_for_others(self, shown: OrderReport) -> None:
        """A person takes out of PowerOffice Go what stands there of a ticket and is not known here."""
        if not (self.copies or self.late_orders) or not ("there already" in shown.answer or _is_in_doubt(shown)):
            return
        known = {row[0] for row in read_rows(self._store, "delivery", "remote_id", document_kind="order")}
        for order in self.world.orders():
            if self._number_of(order) == int(shown.order.ticket_number) and order.id not in known:
                self._take_out(order.id, f"{order.reference}, of which nobody here knows")

    def _correct_there(self, order_id: str) -> bool:
        """A person changes an order to what its ticket comes to now; whether one of the people who do has not tried
        that yet. Others delete it."""
        order = next((order for order in self.world.orders() if order.id == order_id), None)
        if self.seed % 2 or order is None or order_id in self.corrected:
            return False
        self.corrected.add(order_id)
        at, line = next((at, line) for at, line in enumerate(order.lines) if line.amounts is not None)
        assert line.amounts is not None
        due_ore = {key[1]: self._sum_due(key, ore) for key, ore in self._credit_tickets()}.get(
            self._number_of(order), 0
        )
        (amounts,) = choose_all([(due_ore, round(line.amounts.rate_percent * 100))])
        self.tally.done["orders corrected by a person"] += 1
        self.tell(f"a person changes {order.reference} from {order.total_ore} to {due_ore}")
        self.world.confirm_order(order_id, confirmed=False)
        self.world.edit_order(order_id, at, quantity=Decimal(1), unit_price=Decimal(amounts.net_ore) / 100)
        return True

    def _sum_due(self, key: tuple[int, int], credit_ore: int) -> int:
        """What a ticket's order is to come to (øre)."""
        return credit_ore + (_sum_paid(self.sold[key], "CARD") if self.mixed == "whole" else 0)

    def _take_out(self, order_id: str, what: str) -> None:
        self.tally.done["orders taken out by a person"] += 1
        self.tell(f"a person deletes {what}")
        with contextlib.suppress(KeyError):
            self.world.confirm_order(order_id, confirmed=False)
            self.world.delete_order(order_id)

    # Promises

    def _number_of(self, order: Order) -> int:
        """The number of the ticket that an order is of: by its customer, whatever its reference."""
        return (self._ids[order.customer_id] - _FIRST_CUSTOMER) % _APART

    def _sum_in_vouchers(self) -> Counter[int]:
        """What stands of each ticket's credit in vouchers (øre)."""
        found: Counter[int] = Counter()
        for draft in (*self.world.drafts(), *self.world.vouchers()):
            for number, amount_ore in _credit_of(draft):
                found[number] += amount_ore
        return found

    def _sum_in_orders(self) -> tuple[Counter[int], Counter[int]]:
        """What stands of each ticket in orders and invoices (øre), and in how many."""
        found, documents = Counter[int](), Counter[int]()
        standing = [invoice.order for invoice in self.world.invoices() if not invoice.is_reversed]
        for order in (*self.world.orders(), *standing):
            found[self._number_of(order)] += order.total_ore
            documents[self._number_of(order)] += 1
        return found, documents

    def _check_never_in_both(self, what: str) -> None:
        ordered, documents = self._sum_in_orders()
        if not ordered:
            return
        booked = self._sum_in_vouchers()
        twice = {
            number: (booked[number], ordered[number])
            for number in booked.keys() & ordered.keys()
            if booked[number]
            and number not in self.part_paid
            and abs(ordered[number]) > documents[number]
            and number + _FIRST_CUSTOMER not in self.astray | self.given_up
        }
        if twice:
            raise Failure(f"seed {self.seed}: in a voucher and in an order, after {what}: {twice}")

    def _look_at(self, exported: Exported) -> None:
        super()._look_at(exported)
        if not self.has_renamed_registers:
            self._check_tills(exported)

    def _check_never_twice(self, what: str) -> None:
        """No ticket is ordered twice, and no order is for another customer than its ticket names."""
        wanted = {number: credit_ore for (_, number), credit_ore in self._credit_tickets()}
        ordered, documents = self._sum_in_orders()
        for number, ore in ordered.items():
            if abs(ore - wanted.get(number, 0)) > documents[number]:
                raise Failure(f"seed {self.seed}: {number} is {wanted.get(number, 0)}, and ordered {ore}, after {what}")

    def _check_tills(self, exported: Exported) -> None:
        """What a day's till has on credit is in the voucher, in orders and left out, in every report of it."""
        sold: Counter[tuple[str, str]] = Counter()
        for (venue, number), credit_ore in self._credit_tickets():
            sold[f"venue-{venue}", self.sold[venue, number]["completed_at"][:10]] += credit_ore
        for shown in exported.report.vouchers:
            figures = shown.control.credit
            if figures is None:
                continue
            parts_ore = figures.voucher_ore + figures.ordered_ore + figures.left_out_ore + figures.held_ore
            till_ore = sold[shown.venue.id, shown.business_day.isoformat()]
            if parts_ore != figures.total_ore or (len(self.workers) == 1 and figures.total_ore != till_ore):
                raise Failure(f"seed {self.seed}: {shown.venue.id} {shown.business_day}: {till_ore} is not {figures}")
            self.tally.done["tills that agree"] += 1

    def _sum_sold(self) -> dict[tuple[str, str], dict[int, int]]:
        """What vouchers are to come to: what was paid at once, and what was moved to them."""
        every, booked = self.sold, self._sum_in_vouchers()
        try:
            self.sold = {
                (key[0], at): part
                for key, one in every.items()
                for at, part in enumerate(self._divide(one, booked[key[1]]), key[1] * 10)
            }
            return super()._sum_sold()
        finally:
            self.sold = every

    def _divide(self, ticket: dict[str, Any], booked_ore: int) -> Iterable[dict[str, Any]]:
        """What vouchers have of a ticket, of whose credit they have so much (øre)."""
        paid_ore = _sum_paid(ticket, "CARD")
        if self.mixed == "whole" and _ways(ticket) == {"CREDIT", "at once"} and booked_ore == -paid_ore:
            paid = [one for one in ticket["payments"] if one["payment_type"] == "CARD"]
            return [{**ticket, "lines": [{"product_type": "CREDIT", "gross": paid[0]["amount"]}], "payments": paid}]
        return _divide(ticket, with_credit=bool(booked_ore))

    def _judge_customers(self) -> None:
        """What a voucher credits for a ticket is credited to the customer that the ticket's order is for."""
        paid: dict[int, Counter[int]] = {}
        for draft in (*self.world.drafts(), *self.world.vouchers()):
            for line in draft.lines:
                if line.account_no == _CREDIT_ACCOUNT and line.customer is not None:
                    paid.setdefault((line.customer - _FIRST_CUSTOMER) % _APART, Counter())[line.customer] += (
                        line.amount_ore
                    )
        ordered: dict[int, Counter[int]] = {}
        standing = [invoice.order for invoice in self.world.invoices() if not invoice.is_reversed]
        for order in (*self.world.orders(), *standing):
            ordered.setdefault(self._number_of(order), Counter())[self._ids[order.customer_id]] += order.total_ore
        for number in self.part_paid & paid.keys() & ordered.keys():
            credited = {customer for customer, ore in paid[number].items() if ore}
            for_whom = {customer for customer, ore in ordered[number].items() if abs(ore) > 2}
            if credited and for_whom and credited != for_whom:
                raise Failure(f"seed {self.seed}: {number} is ordered for {for_whom}, and its payment is of {credited}")
            self.tally.done["part payments with their orders at the end"] += bool(credited and for_whom)

    def _judge(self) -> None:
        if self.is_moved_meanwhile:
            self.copies = "second"  # of a day that is done nobody asks what a newer database has sent
        self._judge_orders()
        self._judge_customers()
        super()._judge()

    def _judge_orders(self) -> None:
        """Every ticket on credit is one order or invoice of its amount, with what corrects it, or in the vouchers, as
        its route says; nothing else is there."""
        wanted = {number: credit_ore for (_, number), credit_ore in self._credit_tickets()}
        booked = self._sum_in_vouchers()
        ordered, documents = self._sum_in_orders()
        off = {
            number: (wanted.get(number, 0), booked[number], ordered[number])
            for number in wanted.keys() | booked.keys() | ordered.keys()
            if abs(wanted.get(number, 0) - booked[number] - ordered[number]) > documents[number]
        }
        if off:
            raise Failure(f"seed {self.seed}: sold, in vouchers and in orders (øre): {off}")
        rows = read_rows(self._store, "delivery", "reference", "remote_id", document_kind="order")
        known = {reference for reference, _ in rows}
        for order in (*self.world.orders(), *(invoice.order for invoice in self.world.invoices())):
            if order.reference not in known and self.copies != "second":
                raise Failure(f"seed {self.seed}: {order.reference} is in PowerOffice, and the store does not know it")
        self.tally.done["orders at the end"] += sum(1 for number in ordered if documents[number])
        self.tally.done["tickets in vouchers at the end"] += sum(1 for number in booked if booked[number])


def make_organization_number(customer: int) -> str:
    """An organization number for a customer with this number, with a right check digit."""
    for first in range(10, 100):
        digits = f"{first}{customer:06d}"
        found = [one for last in range(10) if (one := parse_organization_number(f"{digits}{last}"))]
        if found:
            return found[0]
    raise ValueError(customer)


def _is_right(shown: OrderReport) -> bool:
    is_twice = any(finding.code == BOOKED_TWICE for finding in shown.findings)
    return shown.state_of_order in _AT_REST and not is_twice


def _is_invoiced_to_former(shown: OrderReport) -> bool:
    """Whether an order was invoiced to whom its customer was linked before."""
    return shown.is_relinked and shown.state_of_order is OrderState.INVOICED


def _is_credited_to_former(shown: OrderReport) -> bool:
    return shown.is_relinked and shown.state_of_order is OrderState.CREDITED


def _waits_for_voucher(shown: OrderReport) -> bool:
    variants = {finding.variant for finding in shown.findings if finding.code == "order-in-voucher"}
    return not variants.isdisjoint(("other", "replaced", "gone"))


def _is_in_doubt(shown: OrderReport) -> bool:
    return any(finding.code in ("draft-in-doubt", "draft-differs") for finding in shown.findings)


def _credit_of(draft: Draft) -> Iterator[tuple[int, int]]:
    for line in draft.lines:
        if line.account_no == _CREDIT_ACCOUNT and line.customer is not None:
            yield (line.customer - _FIRST_CUSTOMER) % _APART, line.amount_ore


def _ways(ticket: dict[str, Any]) -> set[str]:
    """The ways that a ticket was paid, those at once taken for one."""
    return {"CREDIT" if one["payment_type"] == "CREDIT" else "at once" for one in ticket["payments"]}


def _sum_paid(ticket: dict[str, Any], *kinds: str) -> int:
    """What of a ticket was paid so (øre)."""
    return sum(round(float(one["amount"]) * 100) for one in ticket["payments"] if one["payment_type"] in kinds)


def _divide(ticket: dict[str, Any], *, with_credit: bool) -> Iterable[dict[str, Any]]:
    """A ticket as several, one for each way that it was paid."""
    for payment in ticket["payments"]:
        if with_credit or payment["payment_type"] != "CREDIT":
            lines = [{**ticket["lines"][0], "gross": payment["amount"]}]
            yield {**ticket, "lines": lines, "payments": [payment]}


def run_order_seed(
    seed: int,
    *,
    target: str | None = None,
    mood: str | None = None,
    told: Callable[[str], None] | None = None,
) -> Tally:
    """One seed on an empty store. Raises Failure, or whatever posexport stumbled over."""
    with begin_seed(seed) as bench:
        return OrderSimulation(seed, bench, target=target, mood=mood, told=told).run()


def _try(seed: int) -> tuple[int, Tally, str]:
    try:
        return seed, run_order_seed(seed), ""
    except BaseException:  # noqa: BLE001
        return seed, Tally(), traceback.format_exc()


def _run_without(name: str, seeds: range) -> int:
    """Which of the seeds notice that a guard is out, and how; 1 where none does."""
    from tests.whole.simulated_order_guards import ORDER_GUARDS

    found = next(guard for guard in ORDER_GUARDS if guard.name == name)
    noticed = 0
    with pytest.MonkeyPatch.context() as patch:
        found.take_out(patch)
        for seed in seeds:
            try:
                run_order_seed(seed, target=found.target or None, mood=found.mood or None)
                print(".", flush=True, end="")
            except BaseException as error:  # noqa: BLE001
                noticed += 1
                print(f"{seed}: {error!r}"[:300], flush=True)
    print(f"{noticed} seeds noticed")
    return 0 if noticed else 1


def main() -> int:
    """Run what the command line asks for; 1 where a seed failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, help="one seed, every step told")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seeds", type=int, default=2_000, help="how many")
    parser.add_argument("--target", choices=TARGETS, help="where the vouchers of --seed go, whatever the seed says")
    parser.add_argument("--mood", choices=sorted(ORDER_MOODS), help="what --seed is about, whatever the seed says")
    parser.add_argument("--without", help="a guard to take out, by its name in tests.whole.simulated_order_guards")
    options = parser.parse_args()
    if options.without is not None:
        return _run_without(options.without, range(options.first, options.first + options.seeds))
    if options.seed is not None:
        run_order_seed(options.seed, target=options.target, mood=options.mood, told=print)
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
