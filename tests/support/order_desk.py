"""A shop that sends orders, by the delivery that sends everything else: reviews put together by hand, and what is in
the store and in PowerOffice Go."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from posexport.app.workspace import Workspace
from posexport.core.delivery import History
from posexport.core.finding import Finding
from posexport.core.order_review import OrderReport, OrderReview
from posexport.core.orders.customers import CustomerLink, LedgerCustomer
from posexport.core.orders.document import ORDER
from posexport.core.orders.order import Order
from posexport.core.orders.setup import OrderSetup
from posexport.core.report import State
from posexport.core.review import remember
from posexport.delivery.claims import Outcome
from posexport.delivery.lookup import begin_run, target_of
from posexport.delivery.sender import Sender
from posexport.sandbox import Fault
from posexport.store.days import last_file_of
from posexport.store.deliveries import read_deliveries
from posexport.store.setups import find_venue_number
from tests.support.harness import Shop
from tests.support.looks import read_rows
from tests.support.order_bench import COMPLETE, DINNER, GO_RULES
from tests.support.orders import credit_ticket, order_of


@dataclass
class OrderDesk:
    """Orders of a shop's first venue. `customer`: the sandbox's number of whom they are for; `linked`: as it was last
    read, None where it never was."""

    shop: Shop
    customer: int = 10101
    linked: Callable[[CustomerLink], LedgerCustomer | None] = field(
        default=lambda link: LedgerCustomer(link.customer_id, link.number, "Fjordvik Bygg AS")
    )

    rules: OrderSetup | None = None
    """The company's setup of orders, where it is another than the shop's."""

    def link(self) -> CustomerLink:
        """The link to the customer."""
        (contact_id,) = (
            contact_id
            for contact_id, customer in self.shop.world._one(None).customers.register.items_now()
            if customer.no == self.customer
        )
        return CustomerLink(contact_id, str(self.customer))

    def order(self, text: str = DINNER, *, number: int = 1042, **options: Any) -> Order:
        """The order of a ticket."""
        facts = options.pop("facts", {})
        options.setdefault("rules", GO_RULES)
        return order_of(credit_ticket(text, number=number, **facts), **{"link": self.link(), **options})

    def send(self, *orders: Order, before: Callable[[Workspace], None] = lambda _: None) -> list[Outcome[OrderReport]]:
        """Bring these orders to PowerOffice Go, in a run of its own; `before` happens between reviewing and sending."""
        with self.shop.open() as workspace:
            reviews = [self.review(workspace, order) for order in orders or [self.order()]]
            before(workspace)
            run = begin_run(reviews, workspace.now_utc_s)
            return [Sender(workspace.delivery).deliver(review, run) for review in reviews]

    def send_one(self, order: Order | None = None) -> Outcome[OrderReport]:
        """Bring one."""
        (outcome,) = self.send(order or self.order())
        return outcome

    def review(self, workspace: Workspace, order: Order) -> OrderReview:
        """An order as it stands in the store."""
        setup = workspace.load_setup()
        company, venue = setup.companies[0], setup.venues[0]
        if self.rules is not None:
            company = replace(company, orders=self.rules)
        key = hashlib.sha256(order.ticket_number.encode()).hexdigest()[:16]
        with workspace.database.reading() as connection:
            number = find_venue_number(connection, venue)
            found = read_deliveries(connection, number, order.business_day, order.business_day, ORDER)
            file_id = last_file_of(connection, number, order.business_day)
        history = History(tuple(delivery for delivery in found if delivery.document_key == key))
        current = history.current
        state, remembered = State.READY, tuple[Finding, ...]()
        if current is not None:
            state = current.stage.shown
            remembered, _ = remember(current, company, venue, target_of(current), workspace.now_utc_s)
        linked = self.linked(order.link) if order.link else None
        report = OrderReport(company, venue, order.business_day, state, order.reference, order, linked=linked)
        return OrderReview(
            report,
            key=key,
            share=order.fingerprint,
            delivery=current,
            file_id=file_id,
            remembered=remembered,
            history=history,
        )

    def spoil(self, kind: str, status: int = 503, *, method: str = "POST", path: str = COMPLETE, **more: Any) -> None:
        """Let the next such request go wrong this way."""
        self.shop.faults.append(Fault(kind, status, method=method, path=path, **more))  # type: ignore[arg-type]

    def posts(self) -> int:
        """How often an order was sent."""
        return sum(one.method == "POST" and one.path.endswith(COMPLETE) for one in self.shop.world.requests)

    def calls(self) -> list[tuple[str, str]]:
        """What went over the wire, but for tokens."""
        every = [(one.method, one.path.removeprefix("/v2")) for one in self.shop.world.requests]
        return [call for call in every if not call[1].endswith("/Token")]

    def references(self) -> list[str]:
        """The references of orders and invoices that are there."""
        world = self.shop.world
        invoiced = [str(invoice.order.reference) for invoice in world.invoices()]
        return sorted([*(str(order.reference) for order in world.orders()), *invoiced])

    def columns(self, *names: str) -> list[tuple[Any, ...]]:
        """What stands in the deliveries of orders."""
        return read_rows(self.shop, "delivery", *names, document_kind="order")

    def states(self) -> list[str]:
        """The stages of the deliveries of orders."""
        return [row[0] for row in self.columns("state")]
