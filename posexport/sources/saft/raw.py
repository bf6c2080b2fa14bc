"""A SAF-T `cashtransaction` element -> its texts and amounts, not yet interpreted.

Never here: the meaning of signs and codes, and totals. Units: øre, as written. Source: SAF-T CR 1.00 XSD,
cashtransaction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from posexport.sources.saft.codes import CodeBook
from posexport.sources.saft.values import (
    EXPORT_AGAIN,
    Odd,
    Unreadable,
    check_code,
    local_name,
    parse_amount,
    parse_loosely,
)


class RawVat(NamedTuple):
    """A `vat` element. `base_ore`: the amount it is the VAT of."""

    code: str = ""
    percent: str = ""
    amount_ore: int | None = None
    base_ore: int | None = None


class RawRaise(NamedTuple):
    """A `raise` element (surcharge) that is no tip. `vat_code`: its own, "" where it has none."""

    raise_type: str
    amount_ore: int
    vat_code: str = ""


class RawPayment(NamedTuple):
    """A `payment` element; `rate`: exchRt as written."""

    payment_type: str
    amount_ore: int
    currency: str
    rate: str


@dataclass(slots=True)
class RawLine:
    """A `ctLine` element. `currency`: a curCode of its own, which the schema does not have; `texts`: the texts of its
    direct elements, by name."""

    line_type: str = ""
    group: str = ""
    article: str = ""
    negative_quantity: bool = False
    amount_ore: int = 0
    net_ore: int | None = None
    side: str = ""
    vats: list[RawVat] = field(default_factory=list)
    discount_ore: int = 0
    tip_ore: int = 0
    raises: list[RawRaise] = field(default_factory=list)
    currency: str = ""
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class RawTicket:
    """A `cashtransaction` element. `texts`: the texts of its direct elements, by name."""

    texts: dict[str, str] = field(default_factory=dict)
    lines: list[RawLine] = field(default_factory=list)
    vats: list[RawVat] = field(default_factory=list)
    payments: list[RawPayment] = field(default_factory=list)
    discount_ore: int = 0
    tip_ore: int = 0
    raises: list[RawRaise] = field(default_factory=list)
    rounding_ore: int = 0

    @property
    def is_paid(self) -> bool:
        """Whether any payment is other than 0."""
        return any(payment.amount_ore for payment in self.payments)

    @property
    def currencies(self) -> set[str]:
        """The currencies on the ticket itself and its lines, in capitals; payments have their own."""
        written = (self.texts.get("curCode", ""), *(line.currency for line in self.lines))
        return {currency.upper() for currency in written if currency}

    @property
    def customer(self) -> str | None:
        """The customer's number; None where there is none."""
        return self.texts.get("custSupID") or None


class Gatherer:
    """Takes tickets' elements apart; `odd` is called for unusual spellings that could be read."""

    def __init__(self, book: CodeBook, odd: Odd) -> None:
        self._book, self._odd = book, odd

    def gather(self, element: Any) -> RawTicket:
        """The content of a `cashtransaction`. Raises Unreadable."""
        raw = RawTicket()
        discounts: list[int] = []
        for child in element:
            name = local_name(child.tag)
            if name == "ctLine":
                raw.lines.append(self._gather_line(child))
            elif name == "vat":
                raw.vats.append(self._gather_vat(child))
            elif name == "payment":
                raw.payments += self._gather_payment(child)
            elif name == "discount":
                discounts.append(self._optional("dscAmnt", child))
            elif name == "raise":
                tip, added = self._gather_raise(child)
                raw.tip_ore += added.amount_ore if tip else 0
                raw.raises += [] if tip else [added]
            elif name == "rounding":
                text = _texts(child).get("roundingAmnt")
                raw.rounding_ore += parse_amount("roundingAmnt", text, self._odd) if text else 0
            elif name:
                raw.texts.setdefault(name, (child.text or "").strip())
        raw.discount_ore = _sum_discounts(discounts)
        return raw

    def _gather_line(self, element: Any) -> RawLine:
        line = RawLine()
        texts: dict[str, str] = {}
        discounts: list[int] = []
        for child in element:
            name = local_name(child.tag)
            if name == "vat":
                line.vats.append(self._gather_vat(child))
            elif name == "discount":
                discounts.append(self._optional("dscAmnt", child))
            elif name == "raise":
                tip, added = self._gather_raise(child)
                line.tip_ore += added.amount_ore if tip else 0
                line.raises += [] if tip else [added]
            elif name:
                texts[name] = (child.text or "").strip()
        line.discount_ore = _sum_discounts(discounts)
        line.line_type, line.group = texts.get("lineType", ""), check_code("artGroupID", texts.get("artGroupID", ""))
        line.article, line.side = check_code("artID", texts.get("artID", "")), texts.get("amntTp", "")
        line.currency = texts.get("curCode", "")
        quantity = texts.get("qnt", "")
        line.negative_quantity = "-" in quantity or "\N{MINUS SIGN}" in quantity
        line.texts = texts
        line.amount_ore = parse_amount("lineAmntIn", texts.get("lineAmntIn"), self._odd)
        try:
            line.net_ore = parse_loosely("lineAmntEx", texts.get("lineAmntEx"), self._odd)
        except Unreadable:
            line.net_ore = None  # it only ever helps to tell the VAT; the quick pass does not look at it
        return line

    def _gather_raise(self, element: Any) -> tuple[bool, RawRaise]:
        raise_type = _texts(element).get("raiseType", "")
        vats = [self._gather_vat(child) for child in element if local_name(child.tag) == "vat"]
        amount_ore = self._optional("raiseAmnt", element)
        codes = {vat.code or (vat.percent and self._book.vat_code_of_percent(vat.percent)) for vat in vats} - {""}
        own = codes.pop() if len(codes) == 1 else ""
        return self._book.is_tip(raise_type), RawRaise(raise_type, amount_ore, own)

    def _optional(self, what: str, element: Any) -> int:
        """An amount (øre) of an element that may have none; 0 then. Raises Unreadable."""
        text = _texts(element).get(what)
        if text:
            return parse_amount(what, text, self._odd)
        self._odd("empty", f"<{local_name(element.tag)}>")
        return 0

    def _gather_vat(self, element: Any) -> RawVat:
        texts = _texts(element)
        try:
            base_ore = parse_loosely("vatBasAmnt", texts.get("vatBasAmnt"), self._odd)
        except Unreadable:
            base_ore = None  # it only ever helps to divide a line of two rates
        return RawVat(
            check_code("vatCode", texts.get("vatCode", "")),
            texts.get("vatPerc", ""),
            parse_loosely("vatAmnt", texts.get("vatAmnt"), self._odd),
            base_ore,
        )

    def _gather_payment(self, element: Any) -> list[RawPayment]:
        texts = _texts(element)
        if not any(texts.values()):
            self._odd("empty-payment", "<payment>")
            return []
        amount_ore = parse_amount("paidAmnt", texts.get("paidAmnt"), self._odd)
        payment_type = check_code("paymentType", texts.get("paymentType", ""))
        if not payment_type and amount_ore:
            raise Unreadable("A payment has no paymentType.", "the code of the payment type.", EXPORT_AGAIN)
        currency = check_code("curCode", texts.get("curCode", ""))
        return [RawPayment(payment_type, amount_ore, currency, texts.get("exchRt", ""))]


def _sum_discounts(amounts_ore: list[int]) -> int:
    """The discount as a positive sum: registers write discounts with or without a minus sign, and one of each is a
    discount and its reversal.

    >>> _sum_discounts([500, 200]), _sum_discounts([-500, -200]), _sum_discounts([500, -200])
    (700, 700, 300)
    """
    return abs(sum(amounts_ore))


def _texts(element: Any) -> dict[str, str]:
    return {local_name(child.tag): (child.text or "").strip() for child in element}
