"""From the register's codes to the client's accounts: product type x VAT code -> account, payment type ->
account, and where the rest goes.

Only look-ups live here; what a missing one means is `findings`' business. VAT codes are of two kinds: the
register's own (`pos`) and PowerOffice Go's (`go`), and every account is keyed by Go's.

Rows of the setup may count from a business day on. An `AccountMapping` is of one day; a `DatedMapping` has the rows of
every day, and makes the mapping of one of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from posexport.core.codes import Codes, clean_code, find_code
from posexport.core.sales import CREDIT_SALE

_ON_ACCOUNT = "Kredittsalg"
"""What is sold on account is called on the voucher."""

CUSTOMER_LEDGER = "1500"
"""The account that is kept per customer unless `customer_ledger` of a payment type on it says otherwise."""

NO_VAT = "0"
"""Go's code for lines without VAT treatment: payments and other balance-sheet lines."""


@dataclass(frozen=True, slots=True)
class ProductType:
    """A product type (SAF-T article group) and its sales account per VAT code in Go."""

    code: str
    name: str
    accounts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PaymentType:
    """A payment type and its account. `transfer=False` leaves it, and its share of the sales, out of the
    vouchers. `currency_accounts`: an account of its own for money in another currency.
    `customer_ledger`: one line per customer, on the customer's sub-ledger. `cash`: whether it is cash, None where the
    setup does not say (see `AccountMapping.is_cash`). `credit`: what is sold on it is paid later, by invoice.
    `rate_per`: how many units of a foreign currency the register's rates are for, 1 or 100."""

    code: str
    name: str
    account: str | None = None
    transfer: bool = True
    currency_accounts: Mapping[str, str] = field(default_factory=dict)
    customer_ledger: bool = False
    cash: bool | None = None
    credit: bool = False
    rate_per: int = 1


ROUNDING_LIMIT_ORE = 50
"""What the smallest Norwegian coin allows on a ticket, unless `rounding_limit` says otherwise."""


@dataclass(frozen=True, slots=True)
class OtherAccounts:
    """Where the rest goes; None is not set. `discounts`: by VAT code in Go, gross method where set. `credit_type`: the
    payment type that tickets without a payment count as, where they are credit sales. `rounding_limit_ore`: the most
    that may be rounded on a ticket."""

    rounding: str | None = None
    tips: str | None = None
    gift_cards: str | None = None
    cash_difference: str | None = None
    cash_in_out: str | None = None
    customer_payments: str | None = None
    credit_type: str | None = None
    rounding_limit_ore: int | None = None
    discounts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccountMapping:
    """All of it on one day, for one company, or for one venue with the venue's own laid over the company's."""

    vat_codes: Mapping[str, str] = field(default_factory=dict)
    """The register's VAT code -> Go's."""
    product_types: Mapping[str, ProductType] = field(default_factory=dict)
    payment_types: Mapping[str, PaymentType] = field(default_factory=dict)
    accounts: OtherAccounts = field(default_factory=OtherAccounts)
    vat_registered: bool = True

    def overlaid(self, own: AccountMapping) -> AccountMapping:
        """This mapping with `own` winning, code by code and account by account."""
        set_accounts = {
            name: value
            for name in OtherAccounts.__dataclass_fields__
            if (value := getattr(own.accounts, name)) not in (None, {})
        }
        return AccountMapping(
            vat_codes={**self.vat_codes, **own.vat_codes},
            product_types={**self.product_types, **own.product_types},
            payment_types={**self.payment_types, **own.payment_types},
            accounts=replace(self.accounts, **set_accounts),
            vat_registered=self.vat_registered,
        )

    def go_vat_code(self, pos_vat_code: str) -> str | None:
        """Go's VAT code for the register's; None where the setup has none. A client that is not
        registered for VAT gets 0 on everything."""
        if not self.vat_registered:
            return NO_VAT
        return find_code(self.vat_codes, pos_vat_code)

    def product_type(self, code: str) -> ProductType | None:
        """The product type of that code, None where the setup has none."""
        return find_code(self.product_types, code)

    def payment_type(self, code: str) -> PaymentType | None:
        """The payment type of that code, None where the setup has none."""
        return find_code(self.payment_types, self.payment_code(code))

    def payment_code(self, code: str) -> str:
        """The payment type that a code stands for: the `credit_type` for what was sold on account without a payment,
        once the setup has one; else the code itself."""
        return self.accounts.credit_type or code if code == CREDIT_SALE else code

    def sales_account(self, product_type: str, go_vat_code: str | None) -> str | None:
        """The sales account, None where the product type or its VAT code has none."""
        known = self.product_type(product_type)
        if known is None or go_vat_code is None:
            return None
        return known.accounts.get(go_vat_code)

    def payment_account(self, payment_type: str, currency: str | None) -> str | None:
        """The account of a payment type, None where it has none."""
        known = self.payment_type(payment_type)
        if known is None:
            return None
        if currency is not None and currency in known.currency_accounts:
            return known.currency_accounts[currency]
        return known.account

    def product_name(self, product_type: str) -> str:
        """The name a bookkeeper knows it by; the code itself where none is set."""
        known = self.product_type(product_type)
        return known.name if known is not None and known.name else product_type

    def payment_name(self, payment_type: str) -> str:
        """As `product_name`."""
        known = self.payment_type(payment_type)
        if known is not None and known.name:
            return known.name
        return _ON_ACCOUNT if payment_type == CREDIT_SALE else payment_type

    @property
    def rounding_limit_ore(self) -> int:
        """The most that may be rounded on a ticket, in øre."""
        limit_ore = self.accounts.rounding_limit_ore
        return ROUNDING_LIMIT_ORE if limit_ore is None else limit_ore

    def is_cash(self, payment_type: str) -> bool:
        """Whether a payment type is cash: by the setup, else by an account from 1900 to 1909, else by the code that the
        tax authority's list has for it (12001)."""
        known = self.payment_type(payment_type)
        if known is None or known.cash is None:
            account = known.account if known else None
            return payment_type == "12001" or (account is not None and len(account) == 4 and account[:3] == "190")
        return known.cash

    @property
    def not_turnover(self) -> Codes:
        """Product types whose every account is a debt (class 2): gift cards, bottle deposits."""
        return _both_forms(
            code
            for code, known in self.product_types.items()
            if known.accounts and all(account.startswith("2") for account in known.accounts.values())
        )

    @property
    def per_customer(self) -> Codes:
        """Payment types that are posted to each customer's sub-ledger."""
        return self._payment_codes(lambda known: known.customer_ledger)

    @property
    def received_per_customer(self) -> bool:
        """Whether invoices paid at the till are posted to each customer's sub-ledger: where their account is one that
        payment types keep per customer, or the customers' own."""
        account = self.accounts.customer_payments
        kept = [known.customer_ledger for known in self.payment_types.values() if known.account == account]
        return account is not None and (any(kept) if kept else account == CUSTOMER_LEDGER)

    @property
    def left_out(self) -> Codes:
        """Payment types that stay out of the vouchers."""
        return self._payment_codes(lambda known: not known.transfer)

    def _payment_codes(self, wanted: Callable[[PaymentType], bool]) -> Codes:
        """The payment types of a kind; sales on account without a payment count as their `credit_type`."""
        codes = [code for code, known in self.payment_types.items() if wanted(known)]
        on_account = self.payment_type(CREDIT_SALE)
        return _both_forms([*codes, CREDIT_SALE] if on_account is not None and wanted(on_account) else codes)


Table = Literal["vat_code", "product_type", "payment_type", "accounts"]
"""A table of the setup whose rows may carry a day. The code of a row of `accounts` is the account's name there."""


@dataclass(frozen=True, slots=True)
class LaterRows:
    """The rows that count from one day on, by their codes: each takes the place of the row before it, whole. None is
    what is not set from then on. `accounts` are fields of `OtherAccounts`, each a row by itself."""

    valid_from: date
    vat_codes: Mapping[str, str | None] = field(default_factory=dict)
    product_types: Mapping[str, ProductType] = field(default_factory=dict)
    payment_types: Mapping[str, PaymentType] = field(default_factory=dict)
    accounts: Mapping[str, Any] = field(default_factory=dict)

    def replace_in(self, mapping: AccountMapping) -> AccountMapping:
        """The mapping of the days before, as it is from this day on."""
        vat_codes = {**mapping.vat_codes, **self.vat_codes}
        return replace(
            mapping,
            vat_codes={code: go for code, go in vat_codes.items() if go is not None},
            product_types={**mapping.product_types, **self.product_types},
            payment_types={**mapping.payment_types, **self.payment_types},
            accounts=replace(mapping.accounts, **self.accounts),
        )

    def codes_of(self, table: Table) -> Mapping[str, Any]:
        """Its rows in one table, by their codes."""
        return {
            "vat_code": self.vat_codes,
            "product_type": self.product_types,
            "payment_type": self.payment_types,
            "accounts": self.accounts,
        }[table]


@dataclass(frozen=True, slots=True)
class DatedRows:
    """The rows of a company, or a venue's own: `always` are those without a day, `later` the others by their days."""

    always: AccountMapping
    later: tuple[LaterRows, ...] = ()

    def on(self, day: date) -> AccountMapping:
        """Of the rows with one code, the last that has come to count by that day."""
        mapping = self.always
        for rows in self.later:
            if rows.valid_from > day:
                break
            mapping = rows.replace_in(mapping)
        return mapping


@dataclass(frozen=True, slots=True)
class DatedMapping:
    """The rows of a venue of which some count from a day on: its company's, and its own, which win. `days` are those on
    which the mapping becomes another."""

    shared: DatedRows
    own: DatedRows
    days: tuple[date, ...]

    def on(self, day: date) -> AccountMapping:
        """The mapping that vouchers of this posting date are settled by."""
        return self.shared.on(day).overlaid(self.own.on(day))

    def find_stretch(self, day: date) -> int:
        """A number for the days between two changes, on all of which the mapping is the same: 0 before the first."""
        return bisect_right(self.days, day)

    def find_next(self, table: Table, code: str, day: date) -> date | None:
        """The first day after this one from which a row of that code counts; None where no later one has any."""
        later = [rows for rows in (*self.shared.later, *self.own.later) if rows.valid_from > day]
        days = [rows.valid_from for rows in later if find_code(rows.codes_of(table), code) is not None]
        return min(days, default=None)


def lay_over(shared: DatedRows, own: DatedRows) -> DatedMapping | None:
    """A venue's rows by day; None where none of them carries a day."""
    days = sorted({rows.valid_from for rows in (*shared.later, *own.later)})
    return DatedMapping(shared, own, tuple(days)) if days else None


def _both_forms(codes: Iterable[str]) -> Codes:
    """Codes as the setup has them and as they are read from files: setups stored earlier were not cleaned."""
    return Codes(form for code in codes for form in (code, clean_code(code)))
