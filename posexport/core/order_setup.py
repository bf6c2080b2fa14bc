"""What a company's setup says of credit sales as orders: `invoicing` and `[company.orders]`.

Values only, below companies and orders; `core.orders.setup` makes a venue's rules of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal


class Route(StrEnum):
    """Where the credit part of a ticket is booked. Values are stored; never rename one."""

    VOUCHER = "voucher"
    """In the day's voucher, on the customer's sub-ledger."""
    ORDER = "order"
    """As an order, from which an invoice is made."""
    LEFT_OUT = "left-out"
    """Nowhere: somebody else books it."""


class Mixed(StrEnum):
    """What the order of a ticket has that was partly paid at the register."""

    SHARE = "share"
    """The part that was sold on credit."""
    WHOLE = "whole"
    """The whole ticket; the voucher then credits the customer with what was paid."""


class CustomerMode(StrEnum):
    """Which links are made without a person (`customers` under `[company.orders]`)."""

    NUMBER = "number"
    """The register's code is the ledger's customer number."""
    LINKED = "linked"
    """None: a person makes every link."""
    MATCH = "match"
    """By organization number, where nothing else contradicts it."""
    CREATE = "create"
    """As `MATCH`; and a customer that is certainly not there is made."""


DEFAULT_NOT_INVOICED_DAYS = 14
"""How many days an order may wait for its invoice before a warning says so."""


@dataclass(frozen=True, slots=True)
class OrderSetup:
    """`invoicing` and `[company.orders]` of the setup.

    `is_on`: credit sales of the business days from `invoices_from` to `invoices_until` become orders. `customers`
    counts also where it is off, for customers on the vouchers' lines. `credit_before`: as in `CreditRules`.
    `is_confirmed`: orders are locked for editing when they are sent. `rounding_product`: of the line that makes an
    order exact; `tips`, `gift_cards` and `rounding`: the products of what is no line of a ticket. `projects_created`:
    a project that the ledger does not have is made there.
    """

    is_on: bool = False
    invoices_from: date | None = None
    invoices_until: date | None = None
    customers: CustomerMode = CustomerMode.NUMBER
    mixed: Mixed = Mixed.SHARE
    credit_before: Route | None = None
    is_confirmed: bool = False
    department_from: Literal["venue", "customer"] = "venue"
    rounding_product: str | None = None
    tips: str | None = None
    gift_cards: str | None = None
    rounding: str | None = None
    projects_created: bool = False
    not_invoiced_days: int = DEFAULT_NOT_INVOICED_DAYS

    def invoices(self, business_day: date) -> bool:
        """Whether credit sales of this business day become orders."""
        first, last = self.invoices_from, self.invoices_until
        return self.is_on and first is not None and first <= business_day and (last is None or business_day <= last)
