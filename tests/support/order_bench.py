"""The orders of a venue in PowerOffice Go's sandbox, as a run of the program reaches them."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from posexport.core.orders.book import AskedOrder, SeenOrder
from posexport.core.orders.customers import CustomerLink
from posexport.core.orders.order import Order, OrderProducts
from posexport.core.ports.ledger import Drafted, Lookup, Payload
from posexport.http.client import Runtime
from posexport.ledgers.poweroffice.orders import SalesOrders
from posexport.ledgers.poweroffice.session import Keys, Session
from posexport.sandbox import Fault, default_world
from tests.support.harness import NOON, SECRETS, Clock, Line, NoThrottle
from tests.support.orders import RULES, credit_ticket, order_of

PRODUCTS = OrderProducts(
    sales={
        ("food", "3"): "SERV25",
        ("food", "31"): "TAKE15",
        ("entry", "33"): "OVERN12",
        ("goods", "5"): "FRITT",
    },
    tips="DRIKKEPENGER",
    gift_cards="GAVEKORT",
    rounding="ØRE",
)
GO_RULES = replace(RULES, products=PRODUCTS)
"""The café with products that the sandbox has."""
KEYS = Keys(SECRETS["PO_APP"], SECRETS["PO_CLIENT_TORGET"], SECRETS["PO_SUB"])
DINNER = "food@25 1250.00 = invoice 1250.00"
COMPLETE = "/SalesOrders/Complete"


@dataclass
class OrderBench:
    """A venue's orders, and PowerOffice Go behind them."""

    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.world = default_world(
            clock=self.clock, rng=random.Random(7), v1_requests_per_s=10_000, v2_requests_per_s=10_000
        )
        self.line = Line(self.world)
        self.http = httpx.Client(transport=self.line)
        self.book = self.open()

    def open(self, keys: Keys = KEYS) -> SalesOrders:
        """The orders as a new run of the program reaches them, with no token yet."""
        runtime = Runtime(self.http, NoThrottle(), self.clock, self.clock.sleep)
        return SalesOrders(Session(runtime, "v2", "https://go.test", keys, "torget"))

    def link(self, number: int = 10101) -> CustomerLink:
        """A link to this customer of the sandbox."""
        (contact_id,) = (
            contact_id
            for contact_id, customer in self.world._one(None).customers.register.items_now()
            if customer.no == number
        )
        return CustomerLink(contact_id, str(number))

    def order(self, text: str = DINNER, *, number: int = 1042, customer: int = 10101, **options: Any) -> Order:
        """The order of a ticket, for a customer of the sandbox."""
        facts = options.pop("facts", {})
        options.setdefault("rules", GO_RULES)
        return order_of(credit_ticket(text, number=number, **facts), link=self.link(customer), **options)

    def payload(self, text: str = DINNER, **options: Any) -> Payload:
        """Its request."""
        return self.book.build_payload(self.order(text, **options))

    def send(self, payload: Payload | None = None) -> Drafted:
        """Send it."""
        return self.book.send(self.payload() if payload is None else payload, self.clock() + 90)

    def find(self, payload: Payload | None = None) -> Lookup:
        """Look it up, after reads have caught up."""
        self.clock.now_s += 2
        return self.book.find(self.payload() if payload is None else payload, int(NOON))

    def seen(self, *drafted: Drafted, payloads: Sequence[Payload] = (), was_missing: bool = False) -> list[SeenOrder]:
        """What became of these, after reads have caught up."""
        self.clock.now_s += 2
        asked = [
            AskedOrder(one.remote_id, str(payload["ExternalImportReference"]), int(NOON), was_missing)
            for one, payload in zip(drafted, payloads or [self.payload()] * len(drafted), strict=True)
        ]
        found = self.book.read_seen(asked)
        return [found[one.remote_id] for one in drafted]

    @property
    def faults(self) -> deque[Fault]:
        """The queue of what is to go wrong."""
        assert isinstance(self.world.faults, deque)
        return self.world.faults

    def spoil(self, kind: str, status: int = 503, *, method: str = "POST", path: str = COMPLETE, **more: Any) -> None:
        """Let the next such request go wrong this way."""
        self.faults.append(Fault(kind, status, method=method, path=path, **more))  # type: ignore[arg-type]

    def answer(self, response: Callable[[httpx.Request], httpx.Response], method: str = "", path: str = "") -> None:
        """Let requests be answered this way, the token's excepted."""

        def before(request: httpx.Request) -> httpx.Response | None:
            is_meant = method in ("", request.method) and path in request.url.path
            return response(request) if is_meant and not request.url.path.endswith("/Token") else None

        self.line.before = before

    def calls(self) -> list[tuple[str, str]]:
        """What went over the wire, but for tokens."""
        every = [(request.method, request.path) for request in self.world.requests]
        return [call for call in every if not call[1].endswith("/Token")]

    def posts(self) -> int:
        """How often an order was sent."""
        return sum(method == "POST" and path.endswith(COMPLETE) for method, path in self.calls())

    def references(self) -> list[str]:
        """The references of orders and invoices that are there."""
        return sorted(
            [
                *(str(order.reference) for order in self.world.orders()),
                *(str(invoice.order.reference) for invoice in self.world.invoices()),
            ]
        )
