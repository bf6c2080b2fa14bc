"""What every source yields: tickets and Z-reports, with the source's own codes.

Nothing here knows venues, accounts or files. Amounts are øre with the voucher's signs: a sale is positive, a return
negative; money received is positive, money paid out negative. NamedTuples rather than dataclasses: a file may have
millions of lines, and they are the fastest immutable records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple

from posexport.core.credit_facts import CreditFacts, RegisterCustomer


class TicketStatus(IntEnum):
    """Whether a ticket is counted, and if not, why."""

    COUNTED = 0
    TRAINING = 1
    VOID = 2
    MOVEMENT = 3
    """Cash moved without a sale: float, drop, pay-in, pay-out, count difference, customer payment."""
    NOT_A_SALE = 4
    """Pro forma, copy, delivery note: paper, not a sale."""
    UNJUDGED = 5
    """Whether, or in which currency, it is a sale cannot be decided: not counted, and holds its day."""
    WITHDRAWN = 6
    """Withdrawn by a person: not counted, also when its file is read again."""


class EntryKind(IntEnum):
    """The kind of an amount on a ticket. Values are stored; never renumber."""

    SALE = 1
    PAYMENT = 2
    TIP = 3
    ROUNDING = 4
    GIFT_CARD = 5
    """Gift cards sold, where they are no ordinary line."""
    MOVE_FLOAT = 11
    """Opening float declared (11007): a statement, never posted."""
    MOVE_DIFFERENCE = 12
    """Count difference (11008): negative is short."""
    MOVE_IN_OUT = 13
    """Pay-out (11010, negative) and pay-in (11011, positive)."""
    MOVE_RECEIVED = 14
    """A customer paying an invoice at the till (11005)."""


MOVEMENTS = frozenset(kind for kind in EntryKind if kind >= EntryKind.MOVE_FLOAT)


class SaleLine(NamedTuple):
    """One line sold. `gross_ore`: after discount, VAT included; `discount_ore`: the discount deducted (positive for a
    sale). `vat_ore` and `vat_rate_bp` (basis points, 2500 is 25 %): as the register wrote them, None where it did
    not."""

    product_type: str
    vat_code: str
    gross_ore: int
    vat_ore: int | None = None
    vat_rate_bp: int | None = None
    discount_ore: int = 0


class Payment(NamedTuple):
    """One payment, in NOK øre at the ticket's rate. `currency`: None unless it was a foreign one."""

    payment_type: str
    amount_ore: int
    currency: str | None = None


class Movement(NamedTuple):
    """A cash movement without a sale; `amount_ore`: the change of the cash in the drawer."""

    kind: EntryKind
    payment_type: str
    amount_ore: int


class Doubt(NamedTuple):
    """Something about a ticket that its reader could not decide; becomes a finding that holds the ticket's day.

    `code`: the finding's: "unjudged-ticket", "other-currency", "unknown-raise", "rate-per-100", "discount-sign";
    `facts`: what its text needs besides the ticket's register, number and time (amounts in øre).
    """

    code: str
    facts: tuple[tuple[str, str | int], ...] = ()


RAISE_PREFIX = "raise:"
"""A surcharge (SAF-T `raise`) that is no tip is a line with product type "raise:TYPE": booked only where the setup maps
that product type."""


CREDIT_SALE = "credit:"
"""The payment type of sales on account without a payment on the ticket; the setup's `credit_type` says which payment
type that is."""


class Ticket(NamedTuple):
    """One completed ticket (receipt).

    `completed_at`: naive is the venue's local time, aware is an absolute time; whole seconds. `number`: as printed;
    with `register` and `completed_at` it identifies the ticket, since numbers restart. `serial`: the number in the
    register's unbroken series, None where it has none. `tip_may_be_unwritten`: some registers of the format (SAF-T)
    never write the tip: a payment above the lines is then unexplained rather than simply unbalanced. `source_id`: the
    source's own stable id of the ticket, None where it has none. `doubts`: what the reader could not decide; a ticket
    with status UNJUDGED has at least one. `facts`: what an invoice would need, where the ticket names a customer.
    """

    register: str
    number: str
    completed_at: datetime
    lines: tuple[SaleLine, ...]
    payments: tuple[Payment, ...]
    location: str | None = None
    status: TicketStatus = TicketStatus.COUNTED
    tip_ore: int = 0
    rounding_ore: int = 0
    gift_cards_ore: int = 0
    movements: tuple[Movement, ...] = ()
    customer: str | None = None
    serial: int | None = None
    tip_may_be_unwritten: bool = False
    source_id: str | None = None
    doubts: tuple[Doubt, ...] = ()
    facts: CreditFacts | None = None

    @property
    def sales_ore(self) -> int:
        """What the payments should sum to: lines + tip + rounding + gift cards sold (øre)."""
        lines_ore = 0
        for line in self.lines:
            lines_ore += line.gross_ore
        return lines_ore + self.tip_ore + self.rounding_ore + self.gift_cards_ore

    @property
    def payments_ore(self) -> int:
        """The sum of the payments, in NOK øre."""
        paid_ore = 0
        for payment in self.payments:
            paid_ore += payment.amount_ore
        return paid_ore


class ZTotal(NamedTuple):
    """One control figure of a Z-report. `kind` is SALE (per article group), PAYMENT (per payment type),
    TIP, or None for VAT per code; `vat_ore` only with VAT, where `amount_ore` is the net base."""

    kind: EntryKind | None
    code: str
    amount_ore: int
    vat_ore: int | None = None


class ZReport(NamedTuple):
    """A register's Z-report: what it says was sold since the previous one, up to `reported_at`.

    `total_ore`: its total of sales before rounding, None where it has none.
    """

    register: str
    number: str
    reported_at: datetime
    total_ore: int | None
    totals: tuple[ZTotal, ...]
    location: str | None = None


@dataclass(frozen=True, slots=True)
class MasterData:
    """Names and codes from a source. Stored per company, since one file of a set may have the master data and another
    the tickets.

    `product_types`, `payment_types`, `vat_codes`: the register's code -> its name. `standard_vat_codes`: the register's
    VAT code -> the tax authority's standard code. `articles`: article -> its product type. `basics`: "basic type:id" ->
    (predefined code or "", description), SAF-T's code lists. `registers`: (location or None, register, description).
    `customers`: the register's customers, by code; stored by themselves, for they are people (`store.credit_facts`).
    """

    company_name: str = ""
    organization_number: str = ""
    product_types: Mapping[str, str] = field(default_factory=dict)
    payment_types: Mapping[str, str] = field(default_factory=dict)
    vat_codes: Mapping[str, str] = field(default_factory=dict)
    standard_vat_codes: Mapping[str, str] = field(default_factory=dict)
    articles: Mapping[str, str] = field(default_factory=dict)
    basics: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    registers: tuple[tuple[str | None, str, str], ...] = ()
    customers: Mapping[str, RegisterCustomer] = field(default_factory=dict)

    def merged(self, newer: MasterData) -> MasterData:
        """Both merged; `newer` wins."""
        return MasterData(
            company_name=newer.company_name or self.company_name,
            organization_number=newer.organization_number or self.organization_number,
            product_types={**self.product_types, **newer.product_types},
            payment_types={**self.payment_types, **newer.payment_types},
            vat_codes={**self.vat_codes, **newer.vat_codes},
            standard_vat_codes={**self.standard_vat_codes, **newer.standard_vat_codes},
            articles={**self.articles, **newer.articles},
            basics={**self.basics, **newer.basics},
            registers=tuple(dict.fromkeys((*self.registers, *newer.registers))),
            customers={**self.customers, **newer.customers},
        )


class Coverage(NamedTuple):
    """What a file says about itself: the period it claims to cover (naive local, half open) and when it was made; None
    where it does not say anything usable. `batch`: its name for the audit trail (at most 35 characters)."""

    start: datetime | None = None
    end: datetime | None = None
    made_at: datetime | None = None
    source: str = ""
    batch: str = ""


class ImportNote(NamedTuple):
    """Something a reader repaired or could not decide, in words, with its place."""

    place: str
    text: str


class FileCompany(NamedTuple):
    """The company of the tickets that follow, until the next one: a file may have several companies.

    `organization_number`: nine digits with a valid check digit, "" where the file has none; `written`: as the file has
    it. `currency`: the file's own, three letters, "" where it has none.
    """

    organization_number: str = ""
    written: str = ""
    currency: str = ""


class NamedRegister(NamedTuple):
    """A register that a file names without any tickets of it."""

    location: str | None
    register: str


SalesItem = Ticket | ZReport | MasterData | Coverage | FileCompany | NamedRegister | ImportNote
"""What a source yields, in any order: master data may follow the tickets that use it."""
