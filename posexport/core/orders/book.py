"""What an accounting system must be able to do with orders, and the plain values exchanged with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from posexport.core.orders.customers import ContactPerson, LedgerCustomer, NewCustomer
from posexport.core.orders.order import Order
from posexport.core.orders.products import ProductCatalog
from posexport.core.orders.state import Invoice
from posexport.core.ports.ledger import Chart, Destination, DraftList, DraftStatus, Lookup, Payload


class LedgerOrder(NamedTuple):
    """An order as the ledger has it, while it is no invoice yet. `is_draft`: not confirmed, so that it can be edited
    and deleted. `changed_at`: when the ledger last changed it (ISO, UTC), "" where it does not say. `keeps_decimals`:
    whether the ledger kept a unit price of more than two decimals; None where none was sent. `net_ore`: without VAT,
    None where the ledger does not say."""

    order_no: str
    total_ore: int | None
    is_draft: bool = True
    changed_at: str = ""
    keeps_decimals: bool | None = None
    net_ore: int | None = None


class AskedOrder(NamedTuple):
    """A sent order whose state in the ledger is asked for. `remote_id`: "" where it is not known to have arrived, and
    is looked for by its reference. `sent_at_utc_s`: when it was first sent. `was_missing`: it was not there when it was
    last asked about, and is not searched for elsewhere again. `total_ore`: what it came to when it was sent, where that
    is known, and `invoice`: as last seen: where the two differ, the fee is looked for. `with_credits`: credit notes for
    its invoice are looked for whatever is left to pay of it."""

    remote_id: str
    reference: str
    sent_at_utc_s: int
    was_missing: bool = False
    total_ore: int | None = None
    invoice: Invoice | None = None
    with_credits: bool = False

    @property
    def key(self) -> str:
        """By which an answer is told from the others: the id, the reference where that is not known."""
        return self.remote_id or self.reference


class SeenOrder(NamedTuple):
    """What the ledger shows of an order that was sent: the order, or its invoice; neither where it has neither.
    `remote_id`: of one whose id was not known."""

    order: LedgerOrder | None = None
    invoice: Invoice | None = None
    remote_id: str = ""


class LedgerProject(NamedTuple):
    """A project as the ledger has it. `is_usable`: false where it is archived, complete or inactive."""

    code: str
    name: str = ""
    is_usable: bool = True


class OrderBook(Destination, Protocol):
    """Where the orders of one venue are drafted. `Drafted.told` is a `LedgerOrder`, or None where the ledger did not
    say what the order comes to.

    Every method may raise PowerOfficeRefused or PowerOfficeUnavailable. `create_customer` and `create_project` raise
    AnswerLost where it may have been made: looked up by its reference or code before it is made again.
    """

    def build_payload(self, order: Order) -> Payload:
        """The exact request for a sendable order; the same whenever it is asked."""

    def remove_unchanged(
        self, remote_id: str, changed_at: str, *, was_confirmed: bool = False, was_set_back: Payload | None = None
    ) -> DraftStatus | None:
        """Delete an order that the ledger last changed at that time (`LedgerOrder.changed_at`): returns GONE where it
        was deleted, UNPOSTED where it is changed since, or confirmed though it was not when it was sent
        (`was_confirmed`), and so stays, POSTED where it is invoiced; None where neither it nor its invoice is to be
        seen: reads may lag. `was_set_back`: the request it was sent with, where an earlier try may have set it back to
        a draft and come no further."""

    def find_reference(self, remote_id: str) -> str | None:
        """The reference of an order, or of the invoice made of it, by its id: "" where it has none. None where there is
        neither."""

    def read_customer_of(self, remote_id: str) -> LedgerCustomer | None:
        """The customer of an order, or of the invoice made of it, by its id; None where there is neither."""

    def read_seen(self, orders: Sequence[AskedOrder]) -> Mapping[str, SeenOrder]:
        """What became of these orders, by their keys; in few requests, however many they are."""

    def find_others(
        self, payload: Payload, references: Collection[str], ruled_out: frozenset[str], listing: DraftList
    ) -> Lookup:
        """What there is under other references of the ticket that a request is for, as order or invoice, but for these
        ids and for invoices that were reversed or credited: one as a draft with its reference; several, or an invoice
        of other content, as `alike`.
        `listing`: filled with what is ours, and read once for all orders that share it."""

    def find_named(self, references: Collection[str], since_utc_s: int) -> Mapping[str, tuple[str, SeenOrder]]:
        """What there is under these references among our own orders and, sent since then (UTC s), among all invoices
        but those that were reversed or credited: by reference, its id and what it is."""

    def read_catalog(self, chart: Chart) -> ProductCatalog:
        """Every product of the client, archived ones included, with its accounts and their VAT codes from `chart`."""

    def read_ledger_customers(self, changed_since_utc_s: int | None = None) -> Sequence[LedgerCustomer]:
        """Every customer of the client, archived ones included; with a time (UTC s), those that changed since."""

    def read_customer(self, customer_id: int) -> LedgerCustomer | None:
        """One customer by its id; None where there is none."""

    def find_customer(self, external_reference: str) -> LedgerCustomer | None:
        """The customer that was made with this reference; None where there is none."""

    def create_customer(self, new: NewCustomer, deadline_utc_s: float) -> LedgerCustomer:
        """Make a customer, unless there is one with its reference, which is returned then."""

    def read_contact_persons(self) -> Sequence[ContactPerson]:
        """Every contact person of the client, inactive ones and those of suppliers included."""

    def find_projects(self, codes: Iterable[str]) -> Mapping[str, LedgerProject]:
        """Those of these projects that there are, by code."""

    def create_project(self, code: str, deadline_utc_s: float) -> LedgerProject:
        """Make a project, unless there is one with this code, which is returned then."""

    def read_missing_privileges(self, *, makes_customers: bool = False, makes_projects: bool = False) -> Sequence[str]:
        """The privileges that orders need and the venue's keys lack."""

    def read_may_send(self) -> bool:
        """Whether the venue's keys may send invoices, which nothing here does."""

    def read_time(self) -> int | None:
        """The ledger's own clock (UTC s); None where it has not told it."""


@runtime_checkable
class TakesOrders(Protocol):
    """A ledger that takes orders."""

    @property
    def orders(self) -> OrderBook:
        """Where they are drafted. May raise OperatorError where the setup lacks a key for it."""
