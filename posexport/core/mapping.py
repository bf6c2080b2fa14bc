"""The mapping from the register's codes to the client's accounts: product type x VAT code -> account, payment type ->
account, and accounts for the rest.

Lookups only; what a missing account means is decided by the checks. There are two kinds of VAT codes: the register's
own (`pos`) and PowerOffice Go's (`go`), and every account is keyed by Go's.

Rows of the setup may be valid from a business day on. An `AccountMapping` is of one day; a `DatedMapping` has the rows
of all days, and gives the mapping of one of them.
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
"""The description of sales on account."""

CUSTOMER_LEDGER = "1500"
"""The account kept per customer, unless `customer_ledger` of a payment type on it says otherwise."""

NO_VAT = "0"
"""Go's code for lines without VAT treatment: payments and other balance-sheet lines."""


@dataclass(frozen=True, slots=True)
class ProductType:
    """A product type (SAF-T article group) and its sales account per VAT code in Go. `products`: Go's product codes of
    order lines, per VAT code in Go."""

    code: str
    name: str
    accounts: Mapping[str, str] = field(default_factory=dict)
    products: Mapping[str, str] = field(default_factory=dict)

    def overlaid(self, own: ProductType) -> ProductType:
        """This product type of the company's with a venue's own row over it: what the row does not say of products, or
        of accounts where it only says products, stays the company's."""
        accounts = self.accounts if own.products and not own.accounts else own.accounts
        return replace(own, accounts=accounts, products={**self.products, **own.products})


@dataclass(frozen=True, slots=True)
class PaymentType:
    """A payment type and its account. `transfer=False`: it, and its share of the sales, stays out of the vouchers.
    `currency_accounts`: accounts for foreign currencies. `customer_ledger`: one line per customer, on the customer's
    sub-ledger. `cash`: whether it is cash, None where the setup does not say (see `AccountMapping.is_cash`). `credit`:
    sales on it are paid later, by invoice. `rate_per`: how many units of a foreign currency the register's rates are
    for, 1 or 100."""

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
"""The largest rounding (øre) that Norwegian coins explain, unless `rounding_limit` is set."""


@dataclass(frozen=True, slots=True)
class OtherAccounts:
    """The other accounts; None is not set. `discounts`: by VAT code in Go; where set, sales are booked gross and
    discounts on lines of their own. `credit_type`: the payment type of tickets without a payment, where they are credit
    sales. `rounding_limit_ore`: the largest rounding allowed on a ticket."""

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
    """The whole mapping on one day, for one company, or for one venue (the venue's own rows over the company's)."""

    vat_codes: Mapping[str, str] = field(default_factory=dict)
    """The register's VAT code -> Go's."""
    product_types: Mapping[str, ProductType] = field(default_factory=dict)
    payment_types: Mapping[str, PaymentType] = field(default_factory=dict)
    accounts: OtherAccounts = field(default_factory=OtherAccounts)
    vat_registered: bool = True

    def overlaid(self, own: AccountMapping) -> AccountMapping:
        """This mapping with the rows of `own` over it, code by code and account by account."""
        set_accounts = {
            name: value
            for name in OtherAccounts.__dataclass_fields__
            if (value := getattr(own.accounts, name)) not in (None, {})
        }
        return AccountMapping(
            vat_codes={**self.vat_codes, **own.vat_codes},
            product_types=self._overlay_product_types(own),
            payment_types={**self.payment_types, **own.payment_types},
            accounts=replace(self.accounts, **set_accounts),
            vat_registered=self.vat_registered,
        )

    def _overlay_product_types(self, own: AccountMapping) -> dict[str, ProductType]:
        both = {
            code: self.product_types[code].overlaid(row)
            for code, row in own.product_types.items()
            if code in self.product_types
        }
        return {**self.product_types, **own.product_types, **both}

    def go_vat_code(self, pos_vat_code: str) -> str | None:
        """Go's VAT code for the register's; None where the setup has none. For a client that is not registered for VAT
        always 0."""
        if not self.vat_registered:
            return NO_VAT
        return find_code(self.vat_codes, pos_vat_code)

    def product_type(self, code: str) -> ProductType | None:
        """The product type with that code; None where the setup has none."""
        return find_code(self.product_types, code)

    def payment_type(self, code: str) -> PaymentType | None:
        """The payment type with that code; None where the setup has none."""
        return find_code(self.payment_types, self.payment_code(code))

    def payment_code(self, code: str) -> str:
        """The payment type that a code stands for: `credit_type` for sales on account without a payment, if it is set;
        otherwise the code itself."""
        return self.accounts.credit_type or code if code == CREDIT_SALE else code

    def sales_account(self, product_type: str, go_vat_code: str | None) -> str | None:
        """The sales account; None where the product type, or its VAT code, has none."""
        known = self.product_type(product_type)
        if known is None or go_vat_code is None:
            return None
        return known.accounts.get(go_vat_code)

    def payment_account(self, payment_type: str, currency: str | None) -> str | None:
        """The account of a payment type, in this currency; None where it has none."""
        known = self.payment_type(payment_type)
        if known is None:
            return None
        if currency is not None and currency in known.currency_accounts:
            return known.currency_accounts[currency]
        return known.account

    def product_name(self, product_type: str) -> str:
        """The product type's name; the code itself where it has none."""
        known = self.product_type(product_type)
        return known.name if known is not None and known.name else product_type

    def payment_name(self, payment_type: str) -> str:
        """The payment type's name; the code itself where it has none."""
        known = self.payment_type(payment_type)
        if known is not None and known.name:
            return known.name
        return _ON_ACCOUNT if payment_type == CREDIT_SALE else payment_type

    @property
    def rounding_limit_ore(self) -> int:
        """The largest rounding allowed on a ticket, in øre."""
        limit_ore = self.accounts.rounding_limit_ore
        return ROUNDING_LIMIT_ORE if limit_ore is None else limit_ore

    def is_cash(self, payment_type: str) -> bool:
        """Whether a payment type is cash, or may be: by the setup, else by an account from 1900 to 1909, else by the
        code in the tax authority's list (12001). One whose account is still to be filled in may be: its days wait."""
        known = self.payment_type(payment_type)
        if known is None or known.cash is None:
            account = known.account if known else None
            if known is not None and account is None and known.code not in self.left_out:
                return True
            return payment_type == "12001" or (account is not None and len(account) == 4 and account[:3] == "190")
        return known.cash

    @property
    def not_turnover(self) -> Codes:
        """Product types whose accounts are all liabilities (class 2): gift cards, bottle deposits."""
        return _both_forms(
            code
            for code, known in self.product_types.items()
            if known.accounts and all(account.startswith("2") for account in known.accounts.values())
        )

    @property
    def per_customer(self) -> Codes:
        """Payment types that are booked on each customer's sub-ledger."""
        return self._payment_codes(lambda known: known.customer_ledger)

    @property
    def received_per_customer(self) -> bool:
        """Whether invoices paid at the register are booked on each customer's sub-ledger: where their account is one
        that payment types keep per customer, or the customers' own."""
        account = self.accounts.customer_payments
        kept = [known.customer_ledger for known in self.payment_types.values() if known.account == account]
        return account is not None and (any(kept) if kept else account == CUSTOMER_LEDGER)

    @property
    def credit_types(self) -> Codes:
        """Payment types that are paid later, by invoice. Sales on account without a payment are such by nature, and so
        is the type that the setup names for them."""
        return self._payment_codes(self._is_credit)

    @property
    def transferred_credit_types(self) -> Codes:
        """Those of `credit_types` that the vouchers have where they do not become orders."""
        return self._payment_codes(lambda known: known.transfer and self._is_credit(known))

    def _is_credit(self, known: PaymentType) -> bool:
        named = self.accounts.credit_type
        return known.credit or (named is not None and clean_code(named) == clean_code(known.code))

    @property
    def left_out(self) -> Codes:
        """Payment types that stay out of the vouchers."""
        return self._payment_codes(lambda known: not known.transfer)

    def _payment_codes(self, wanted: Callable[[PaymentType], bool]) -> Codes:
        """The codes of the wanted payment types; with the code of sales on account without a payment, where their
        `credit_type` is one."""
        codes = [code for code, known in self.payment_types.items() if wanted(known)]
        on_account = self.payment_type(CREDIT_SALE)
        return _both_forms([*codes, CREDIT_SALE] if on_account is not None and wanted(on_account) else codes)


Table = Literal["vat_code", "product_type", "payment_type", "accounts"]
"""A setup table whose rows may have a `valid_from`. The code of a row of `accounts` is the account's name there."""


@dataclass(frozen=True, slots=True)
class LaterRows:
    """The rows valid from one day on, by code: each replaces the earlier row completely. None: not set from then on.
    `accounts`: fields of `OtherAccounts`, each a row of its own."""

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
        """Its rows in one table, by code."""
        return {
            "vat_code": self.vat_codes,
            "product_type": self.product_types,
            "payment_type": self.payment_types,
            "accounts": self.accounts,
        }[table]


@dataclass(frozen=True, slots=True)
class DatedRows:
    """The rows of a company, or a venue's own: `always` has those without `valid_from`, `later` the others by that
    day."""

    always: AccountMapping
    later: tuple[LaterRows, ...] = ()

    def on(self, day: date) -> AccountMapping:
        """The mapping on a day: per code, the row with the latest `valid_from` not after it."""
        mapping = self.always
        for rows in self.later:
            if rows.valid_from > day:
                break
            mapping = rows.replace_in(mapping)
        return mapping


@dataclass(frozen=True, slots=True)
class DatedMapping:
    """The rows of a venue, some of them with a `valid_from`: its company's, and its own over them. `days`: those on
    which the mapping changes."""

    shared: DatedRows
    own: DatedRows
    days: tuple[date, ...]

    def on(self, day: date) -> AccountMapping:
        """The mapping for vouchers with this posting date."""
        return self.shared.on(day).overlaid(self.own.on(day))

    def find_stretch(self, day: date) -> int:
        """The index of the interval between two changes that the day is in; 0 before the first change. The mapping is
        the same on all days of an interval."""
        return bisect_right(self.days, day)

    def find_next(self, table: Table, code: str, day: date) -> date | None:
        """The first later `valid_from` of a row with that code; None where there is none."""
        later = [rows for rows in (*self.shared.later, *self.own.later) if rows.valid_from > day]
        days = [rows.valid_from for rows in later if find_code(rows.codes_of(table), code) is not None]
        return min(days, default=None)


def lay_over(shared: DatedRows, own: DatedRows) -> DatedMapping | None:
    """A venue's rows by day; None where none has a `valid_from`."""
    days = sorted({rows.valid_from for rows in (*shared.later, *own.later)})
    return DatedMapping(shared, own, tuple(days)) if days else None


def _both_forms(codes: Iterable[str]) -> Codes:
    """The codes as the setup has them and as they are read from files: setups stored by early versions were not
    cleaned."""
    return Codes(form for code in codes for form in (code, clean_code(code)))
