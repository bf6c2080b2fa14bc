"""Turns a day's sums into voucher lines through the mapping: accounts, VAT codes, departments, in a fixed order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from posexport.core.company import Venue
from posexport.core.mapping import NO_VAT
from posexport.core.sales import MOVEMENTS, EntryKind
from posexport.core.settlement import EntryKey, EntrySum


class LineKind(StrEnum):
    """What a line is for."""

    PAYMENT = "payment"
    SALES = "sales"
    DISCOUNT = "discount"
    GIFT_CARD = "gift-card"
    TIP = "tip"
    ROUNDING = "rounding"
    MOVEMENT = "movement"

    @property
    def wire(self) -> str:
        """Its name in JSON: discounts and cash movements are `other`."""
        return "other" if self in (LineKind.DISCOUNT, LineKind.MOVEMENT) else self.value


LINE_ORDER = {kind: place for place, kind in enumerate(LineKind)}


class VoucherLine(NamedTuple):
    """One voucher line: `amount_ore` is a debit where positive, a credit where negative, VAT included.

    `source`: the product type or payment type; for the rest the setup's name of the account (`tips`). `customer`: the
    customer whose sub-ledger it belongs to, None on ordinary lines. `order`: the name of the order that invoices what
    was paid here, without its venue (`core.orders.reference`); None on all other lines. `payer`: on such a line, the id
    in the ledger of the customer that the order is for; None where that is not known.
    """

    account: str | None
    vat_code: str | None
    department: str | None
    amount_ore: int
    kind: LineKind
    source: str
    description: str
    customer: str | None = None
    order: str | None = None
    payer: int | None = None

    def with_amount(self, amount_ore: int) -> VoucherLine:
        """The same line with another amount (øre); like `_replace`, in half the time."""
        account, vat_code, department, _, kind, source, description, customer, order, payer = self
        return VoucherLine(account, vat_code, department, amount_ore, kind, source, description, customer, order, payer)

    @property
    def debit_ore(self) -> int:
        """The debit in øre; 0 on a credit line."""
        return max(self.amount_ore, 0)

    @property
    def credit_ore(self) -> int:
        """The credit in øre; 0 on a debit line."""
        return max(-self.amount_ore, 0)


LineKey = tuple[LineKind, str | None, str | None, str | None, str, str | None, str | None, int | None]
"""What makes two amounts the same line."""


def line_key(line: VoucherLine) -> LineKey:
    """What makes two lines the same: everything but amount and description."""
    return (line.kind, line.account, line.vat_code, line.department, line.source, line.customer, line.order, line.payer)


def line_order(line: VoucherLine) -> tuple[int, str, str, str, str, str]:
    """A sort key: by kind, then by account and the rest of the line's key."""
    key = (line.account or "", line.vat_code or "", line.source, line.customer or "", line.order or "")
    return (LINE_ORDER[line.kind], *key)


class _Share(NamedTuple):
    """The part of a sum that goes to one line, as multiples of the sum's amount and discount. `blank`: the line without
    an amount; `order`: its sort key."""

    key: LineKey
    order: tuple[int, str, str, str, str, str]
    blank: VoucherLine
    amounts: int
    discounts: int


_SHARES_KEPT = 10_000
"""The size of the cache: keys include customers, of whom there may be any number."""


@dataclass(frozen=True, slots=True)
class LineRules:
    """Which lines a venue's sums become. Worked out from its mapping and cached per key; keep one for all days with the
    same mapping."""

    venue: Venue
    _known: dict[EntryKey, tuple[_Share, ...]] = field(default_factory=dict, repr=False, compare=False)

    def share_out(self, key: EntryKey) -> tuple[_Share, ...]:
        """The lines that amounts of this key go to."""
        known = self._known.get(key)
        if known is None:
            if len(self._known) > _SHARES_KEPT:
                self._known.clear()
            known = tuple(
                _Share(line_key(line), line_order(line), line, amounts, discounts)
                for line, amounts, discounts in _blanks_of(key, self.venue)
            )
            self._known[key] = known
        return known


def build_lines(sums: Iterable[EntrySum], rules: LineRules) -> tuple[VoucherLine, ...]:
    """The lines that sums become, in the order a bookkeeper reads; equal lines are merged, and those of 0 left out."""
    share_out = rules.share_out
    amounts: dict[LineKey, int] = {}
    shares: dict[LineKey, _Share] = {}
    for key, amount_ore, _, discount_ore, *_ in sums:
        for share in share_out(key):
            line = share.key
            if line not in shares:
                shares[line], amounts[line] = share, 0
            amounts[line] += share.amounts * amount_ore + share.discounts * discount_ore
    placed = sorted((share for line, share in shares.items() if amounts[line]), key=_order_of)
    return tuple(share.blank.with_amount(amounts[share.key]) for share in placed)


_order_of = attrgetter("order")


def lines_of(entry: EntrySum, rules: LineRules) -> Iterator[VoucherLine]:
    """The lines that one sum becomes."""
    for share in rules.share_out(entry.key):
        amount_ore = share.amounts * entry.amount_ore + share.discounts * entry.discount_ore
        if amount_ore or share.amounts:
            yield share.blank.with_amount(amount_ore)


_Blank = tuple[VoucherLine, int, int]
"""A line without an amount, and how many times a sum's amount and discount go to it."""


def _blanks_of(key: EntryKey, venue: Venue) -> Iterator[_Blank]:
    mapping, kind = venue.mapping, key.kind
    if kind is EntryKind.SALE:
        yield from _sales_lines(key, venue)
    elif kind is EntryKind.PAYMENT:
        yield _payment_line(key, venue), 1, 0
    elif kind in MOVEMENTS:
        yield from _movement_lines(key, venue)
    else:
        source, line_kind = OTHER[kind]
        account = getattr(mapping.accounts, source)
        yield VoucherLine(account, NO_VAT, venue.department, 0, line_kind, source, NAMES[source]), -1, 0


def _sales_lines(key: EntryKey, venue: Venue) -> Iterator[_Blank]:
    mapping, code, department = venue.mapping, key.code, venue.department
    vat_code = mapping.go_vat_code(key.vat_code)
    account = mapping.sales_account(code, vat_code)
    name = mapping.product_name(code)
    reduction = mapping.accounts.discounts.get(vat_code or "")
    sales = VoucherLine(account, vat_code, department, 0, LineKind.SALES, code, name)
    if not reduction:
        yield sales, -1, 0
        return
    yield sales, -1, -1
    yield VoucherLine(reduction, vat_code, department, 0, LineKind.DISCOUNT, code, f"Rabatt {name}"), 0, 1


def _payment_line(key: EntryKey, venue: Venue) -> VoucherLine:
    mapping = venue.mapping
    account = mapping.payment_account(key.code, key.currency or None)
    known = mapping.payment_type(key.code)
    name = mapping.payment_name(key.code)
    customer = key.customer if known is not None and known.customer_ledger and key.customer else None
    description = f"{name} kunde {customer}" if customer else name
    if key.ticket:
        description = f"{description}, {key.ticket}"
    source, order = mapping.payment_code(key.code), key.order or None
    return VoucherLine(account, NO_VAT, venue.department, 0, LineKind.PAYMENT, source, description, customer, order)


def _movement_lines(key: EntryKey, venue: Venue) -> Iterator[_Blank]:
    source = MOVEMENT_ACCOUNTS.get(key.kind)
    counter = getattr(venue.mapping.accounts, source) if source else None
    if source is None or counter is None:
        return
    drawer = venue.mapping.payment_account(key.code, None)
    name, department = NAMES[source], venue.department
    yield VoucherLine(drawer, NO_VAT, department, 0, LineKind.MOVEMENT, key.code, name), 1, 0
    customer = None
    if key.kind is EntryKind.MOVE_RECEIVED and venue.mapping.received_per_customer:
        customer = key.customer or None
    described = f"{name} {customer}" if customer else name
    yield VoucherLine(counter, NO_VAT, department, 0, LineKind.MOVEMENT, source, described, customer), -1, 0


OTHER: dict[EntryKind, tuple[str, LineKind]] = {
    EntryKind.TIP: ("tips", LineKind.TIP),
    EntryKind.ROUNDING: ("rounding", LineKind.ROUNDING),
    EntryKind.GIFT_CARD: ("gift_cards", LineKind.GIFT_CARD),
}
"""Kinds of amounts that go to one account of `[company.accounts]`, and its name there."""


MOVEMENT_ACCOUNTS: dict[EntryKind, str] = {
    EntryKind.MOVE_DIFFERENCE: "cash_difference",
    EntryKind.MOVE_IN_OUT: "cash_in_out",
    EntryKind.MOVE_RECEIVED: "customer_payments",
}
"""The accounts that cash movements need; a movement without one is left out and listed."""


NAMES: dict[str, str] = {
    "tips": "Tips",
    "rounding": "Øreavrunding",
    "gift_cards": "Solgte gavekort",
    "cash_difference": "Kassedifferanse",
    "cash_in_out": "Uttak og innskudd i kassen",
    "customer_payments": "Innbetaling fra kunde",
    "float": "Vekselbeholdning",
}
"""The description of such a line on the voucher."""
