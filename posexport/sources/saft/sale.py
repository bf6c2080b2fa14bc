"""What a SAF-T ticket sold, once its elements are taken apart: lines, surcharges, payments, and doubts about them.

Never here: XML, streams, cash movements. The meaning of signs is in `signs`. Units: øre; a sale is positive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal

from posexport.core.credit_facts import LineText, tidy_quantity, tidy_text
from posexport.core.money import extract_vat_ore, format_ore, split_ore
from posexport.core.sales import CREDIT_SALE, RAISE_PREFIX, Doubt, ImportNote, Payment, SaleLine, TicketStatus
from posexport.sources.saft import codes as saft_codes
from posexport.sources.saft.codes import CodeBook
from posexport.sources.saft.payments import Payments, Way, WayKind
from posexport.sources.saft.raw import RawLine, RawRaise, RawTicket
from posexport.sources.saft.signs import (
    Reading,
    SalesSide,
    Undecided,
    WrittenLine,
    WrittenTicket,
    read_signs,
    read_signs_leniently,
)
from posexport.sources.saft.values import EXPORT_AGAIN, Odd, Unreadable, parse_loosely, short
from posexport.sources.saft.vat import LineVat, find_vats, tells


class Sale:
    """One ticket being interpreted. `currency`: the file's own; `notice` is called for what could not be decided, `odd`
    for unusual spellings. After `read`: `reading`, `lines`, `payments`, `doubts`."""

    def __init__(
        self,
        raw: RawTicket,
        code: str,
        status: TicketStatus,
        place: str,
        book: CodeBook,
        currency: str,
        notice: Callable[[str, ImportNote], None],
        odd: Odd,
    ) -> None:
        self._raw, self._code, self._place, self._book, self._currency = raw, code, place, book, currency
        self._is_counted, self._is_void = status is TicketStatus.COUNTED, status is TicketStatus.VOID
        self._notice, self._odd = notice, odd
        self._paid = Payments(raw.payments, currency)
        self._total_ore = parse_loosely("transAmntIn", raw.texts.get("transAmntIn"), odd)
        self._is_on_account = (
            self._is_counted
            and raw.customer is not None
            and not raw.is_paid
            and any(line.amount_ore for line in raw.lines)
        )
        self._ways: list[Way] = []
        self._discounts_outside = False
        self.reading: Reading
        self.lines: tuple[SaleLine, ...] = ()
        self.line_texts: list[LineText] = []
        self.payments: tuple[Payment, ...] = ()
        self.doubts: list[Doubt] = []

    def read(self, sales: SalesSide) -> None:
        """Interpret it; `sales` learns from it. Raises Unreadable."""
        self.reading = self._read_signs(sales)
        if self._is_void and sum(self.reading.lines) < 0:
            self._notice(
                "void-return",
                ImportNote(
                    self._place,
                    "A voided ticket with a sum below zero is not counted; if it cancels another ticket, "
                    "look that one up, for it is counted.",
                ),
            )
        lines = self._sale_lines()
        self.lines = (*lines, *self._raise_lines(lines))
        if self.line_texts:
            self.line_texts += [LineText()] * (len(self.lines) - len(lines))
        self.payments = self._on_account() if self._is_on_account else self._payments()
        self._check_tip()
        if not self._is_counted:
            self.doubts.clear()

    # Signs

    def _read_signs(self, sales: SalesSide) -> Reading:
        self._ways = self._ways_of_payments()
        written = self._written(self._ways)
        if not self._is_counted:
            return read_signs_leniently(written, sales)
        try:
            reading = read_signs(written, sales)
        except Undecided as undecided:
            raise Unreadable(
                f"It cannot be told whether the ticket is a sale or a return: {undecided}.",
                "a transType, lineType or quantity that tells a return, or an amount below zero.",
                "Have the supplier export returns with a minus, or with transaction type 11006 among the basics.",
            ) from None
        return reading if reading.balanced else self._read_otherwise(reading, sales)

    def _read_otherwise(self, reading: Reading, sales: SalesSide) -> Reading:
        """Another reading for a ticket that does not balance as the format prescribes: with rates for 100 units, or
        with line discounts not deducted from the lines. The given reading, where neither balances."""
        ways = self._paid.ways_per_100()
        if ways and (other := self._try(self._written(ways), sales)):
            self._ways = ways
            return other
        raw_lines = self._raw.lines
        if any(line.discount_ore for line in raw_lines):
            written = self._written(self._ways)
            off = [
                line._replace(amount_ore=_nearer_to_0(line.amount_ore, of_line.discount_ore))
                for line, of_line in zip(written.lines, raw_lines, strict=True)
            ]
            if all(line.discount_ore <= abs(line.amount_ore) for line in raw_lines):
                written.lines = off
                other = self._try(written, sales)
                if other:
                    self._discounts_outside = True
                    self._odd("discount-outside", format_ore(sum(line.discount_ore for line in raw_lines)))
                    return other
        return reading

    @staticmethod
    def _try(written: WrittenTicket, sales: SalesSide) -> Reading | None:
        try:
            reading = read_signs(written, sales)
        except Undecided:
            return None
        return reading if reading.balanced else None

    def _ways_of_payments(self) -> list[Way]:
        if self._is_on_account:
            return [Way([self._total_ore] if self._total_ore else [], WayKind.AS_WRITTEN)]
        return self._paid.ways()

    def _written(self, ways: list[Way]) -> WrittenTicket:
        raw = self._raw
        return WrittenTicket(
            [self._written_line(line) for line in raw.lines],
            [way.amounts for way in ways],
            _side(raw.texts.get("amntTp", "")),
            self._total_ore,
            raw.rounding_ore,
            raw.tip_ore,
            raw.discount_ore,
            sum(added.amount_ore for added in raw.raises),
            self._code == saft_codes.RETURN,
            self._code in saft_codes.SALES,
        )

    def _written_line(self, line: RawLine) -> WrittenLine:
        kind = self._book.line_kind(line.line_type)
        return WrittenLine(
            line.amount_ore,
            _side(line.side),
            kind.returned or line.negative_quantity,
            kind.sold,
            line.tip_ore,
            not any(vat.amount_ore for vat in line.vats) and line.net_ore in (None, line.amount_ore),
            sum(added.amount_ore for added in line.raises),
        )

    # Lines

    def _sale_lines(self) -> list[SaleLine]:
        reading, raw = self.reading, self._raw
        gross = self._gross_of_lines()
        off = self._ticket_discounts(gross)
        lines: list[SaleLine] = []
        for place, line in enumerate(raw.lines):
            if place not in (reading.tip_line, reading.raises.line):
                discount_ore = self._discount_sign(place) * line.discount_ore + off[place]
                parts = self._parts_of_line(line, reading.lines[place], gross[place], discount_ore)
                lines += parts
                if raw.customer is not None:
                    self.line_texts += [self._text_of(line, is_whole=len(parts) == 1)] * len(parts)
        return lines

    def _text_of(self, line: RawLine, *, is_whole: bool) -> LineText:
        """What a line sold, in words; a line divided between VAT codes has no quantity."""
        written = line.texts.get("cashTransLineDescr") or self._book.describe_article(line.article)
        quantity = tidy_quantity(line.texts.get("qnt")) if is_whole else ""
        return LineText(tidy_text(written), quantity, line.article)

    def _gross_of_lines(self) -> list[int]:
        """Each line's amount (øre) without tips and surcharges, after discounts."""
        reading, raises = self.reading, self.reading.raises
        gross = list(reading.lines)
        if reading.line_tips:
            gross = [amount - tip for amount, tip in zip(gross, reading.line_tips, strict=True)]
        if raises.in_lines:
            added = [sum(added.amount_ore for added in line.raises) for line in self._raw.lines]
            gross = [amount - raises.sign * of_line for amount, of_line in zip(gross, added, strict=True)]
        if reading.adjustment_ore and sum(gross):
            gross = _spread(reading.adjustment_ore, gross)
        if raises.spread_ore and raises.line is None and sum(gross):
            gross = _spread(-raises.spread_ore, gross)
        return gross

    def _parts_of_line(self, line: RawLine, read_ore: int, gross_ore: int, discount_ore: int) -> list[SaleLine]:
        """The line, or one line per VAT code that it is divided between."""
        vats = find_vats(self._raw, line, self._book)
        if len(vats) > 1:
            self._odd("two-vats", f"{line_name(line)}, {format_ore(line.amount_ore)}")
        elif not vats[0].code:
            self._notice(
                "vat-unknown",
                ImportNote(
                    self._place,
                    "It cannot be told which VAT code a line of this ticket has: "
                    f"{line_name(line)}, {format_ore(line.amount_ore)}{self._vats_of_ticket()}.",
                ),
            )
        self._book.vat_codes_seen.update(vat.code for vat in vats)
        weights = [vat.weight_ore for vat in vats]
        product_type = self._book.product_type(line.group, line.article)
        return [
            SaleLine(
                product_type,
                vat.code,
                part_ore,
                self._vat_ore(vat, line, read_ore, part_ore, gross_ore),
                vat.rate_bp,
                off,
            )
            for vat, part_ore, off in zip(
                vats, split_ore(gross_ore, weights), split_ore(discount_ore, weights), strict=True
            )
        ]

    def _vats_of_ticket(self) -> str:
        codes = [vat.code or f"{vat.percent} %" for vat in self._raw.vats if vat.code or vat.percent]
        return f"; VAT stands on the ticket alone, of the codes {', '.join(codes)}" if len(codes) > 1 else ""

    def _vat_ore(self, vat: LineVat, line: RawLine, read_ore: int, part_ore: int, gross_ore: int) -> int | None:
        """The VAT that the register states in an amount; worked out in proportion where the amount is not the line's as
        written."""
        reading = self.reading
        moved = gross_ore != read_ore or bool(reading.adjustment_ore)
        if self._discounts_outside and line.discount_ore:
            moved = vat.amount_ore is None or vat.rate is None or not tells(part_ore, vat.amount_ore, vat.rate)
        if moved and not (reading.line_tips and gross_ore == read_ore - self._tip_of(line)):
            return extract_vat_ore(part_ore, _basis_points(vat.rate)) if vat.rate is not None else None
        if vat.amount_ore is None or not line.amount_ore:
            return vat.amount_ore
        return (-1 if read_ore < 0 else 1) * abs(vat.amount_ore)

    def _tip_of(self, line: RawLine) -> int:
        place = next(place for place, other in enumerate(self._raw.lines) if other is line)
        return self.reading.line_tips[place] if self.reading.line_tips else 0

    def _discount_sign(self, place: int) -> int:
        """Whether a line's discount was given (1) or reversed with a return (-1). A line of 0 that is all discount has
        its ticket's direction; where that has both, and the line does not say, a note is made."""
        amount_ore, line = self.reading.lines[place], self._raw.lines[place]
        if amount_ore or not line.discount_ore:
            return -1 if amount_ore < 0 else 1
        kind = self._book.line_kind(line.line_type)
        if kind.returned or line.negative_quantity:
            return -1
        others = [amount for amount in self.reading.lines if amount]
        if others and max(others) < 0:
            return -1
        if others and min(others) < 0 and not kind.sold:
            self.doubts.append(Doubt("discount-sign", (("discount", line.discount_ore),)))
        return 1

    def _ticket_discounts(self, gross: list[int]) -> list[int]:
        """Each line's share of a discount on the whole ticket (øre)."""
        discount_ore, lines = self._raw.discount_ore, self.reading.lines
        if not discount_ore or not sum(gross):
            return [0] * len(gross)
        sign = -1 if sum(gross) < 0 else 1
        return split_ore(sign * discount_ore, list(lines) if sum(lines) else gross)

    # Additions that are no tip

    def _raise_lines(self, lines: list[SaleLine]) -> list[SaleLine]:
        """A line for each surcharge of an undefined type, and a doubt for each type: it is neither turnover nor tip
        until the setup says which."""
        sign = self.reading.raises.sign
        of_vat = self._gross_of_vat_codes(lines)
        found = []
        sums: dict[str, int] = defaultdict(int)
        for added, line in self._raises():
            amount_ore = sign * added.amount_ore
            raise_type = self._book.raise_type(added.raise_type)
            sums[raise_type] += amount_ore
            product_type = f"{RAISE_PREFIX}{raise_type}"
            for vat_code, part_ore in self._vat_codes_of(added, line, amount_ore, of_vat):
                found.append(SaleLine(product_type, vat_code, part_ore))
        for raise_type, amount_ore in sums.items():
            if amount_ore:
                self.doubts.append(Doubt("unknown-raise", (("type", raise_type), ("raise", amount_ore))))
        return found

    def _raises(self) -> list[tuple[RawRaise, RawLine | None]]:
        of_lines = [(added, line) for line in self._raw.lines for added in line.raises]
        found: list[tuple[RawRaise, RawLine | None]] = [*of_lines, *((added, None) for added in self._raw.raises)]
        return [(added, line) for added, line in found if added.amount_ore]

    @staticmethod
    def _gross_of_vat_codes(lines: list[SaleLine]) -> dict[str, int]:
        sums: dict[str, int] = defaultdict(int)
        for line in lines:
            sums[line.vat_code] += line.gross_ore
        return {code: gross_ore for code, gross_ore in sums.items() if gross_ore}

    def _vat_codes_of(
        self, added: RawRaise, line: RawLine | None, amount_ore: int, of_vat: dict[str, int]
    ) -> list[tuple[str, int]]:
        """The VAT codes of a surcharge, with amounts: its own, its line's, or the ticket's in proportion to the sales
        of each."""
        if added.vat_code:
            return [(added.vat_code, amount_ore)]
        if line is not None:
            vats = find_vats(self._raw, line, self._book)
            parts = split_ore(amount_ore, [vat.weight_ore for vat in vats])
            return [(vat.code, part) for vat, part in zip(vats, parts, strict=True)]
        if not sum(of_vat.values()):
            return [("", amount_ore)]
        parts = split_ore(amount_ore, list(of_vat.values()))
        return [(code, part) for code, part in zip(of_vat, parts, strict=True) if part]

    # Payments

    def _on_account(self) -> tuple[Payment, ...]:
        """The payment of a sale on account: the whole amount."""
        reading = self.reading
        total_ore = reading.payments[0] if reading.payments else self._sold_ore()
        return (Payment(CREDIT_SALE, total_ore),) if total_ore else ()

    def _sold_ore(self) -> int:
        return sum(line.gross_ore for line in self.lines) + self.reading.tip_ore + self.reading.rounding_ore

    def _payments(self) -> tuple[Payment, ...]:
        reading, way = self.reading, self._ways[self.reading.payments_way]
        if self._is_counted:
            self._check_rates(way)
        return tuple(
            Payment(
                self._book.payment_type(payment.payment_type),
                amount_ore,
                payment.currency.upper() if self._paid.is_foreign(payment) else None,
            )
            for payment, amount_ore in zip(self._raw.payments, reading.payments, strict=True)
        )

    def _check_rates(self, way: Way) -> None:
        """Check the rates that a counted ticket was read by, and note odd ones. Raises Unreadable."""
        own = self._currency
        for payment, written_rate in self._paid.without_rate():
            said = f"{format_ore(payment.amount_ore)} {payment.currency.upper()}"
            if written_rate is None and not self.reading.balanced:
                raise Unreadable(
                    f"A payment of {said} has no rate.",
                    f"exchRt, what one {payment.currency} is in {own}.",
                    EXPORT_AGAIN,
                )
            because = ", since the ticket balances with it" if self.reading.balanced else ""
            rate = "the rate 1" if written_rate else "no rate"
            self._notice(
                "no-rate",
                ImportNote(
                    self._place, f"A payment of {said} has {rate}; it was taken as {own} as it stands{because}."
                ),
            )
        if way.kind is WayKind.AS_WRITTEN and any(self._paid.rates):
            self._notice(
                "already-converted",
                ImportNote(self._place, f"A foreign payment was already in {own}; its rate was not used."),
            )
        self.doubts += self._doubts_of_rates(way)

    def _doubts_of_rates(self, way: Way) -> list[Doubt]:
        """A doubt for each payment type and rate that was taken as for 100 units."""
        found = []
        for payment, rate in zip(self._raw.payments, self._paid.rates, strict=True):
            currency = payment.currency.upper()
            if rate and currency in way.per_100:
                source = self._book.payment_type(payment.payment_type)
                facts = (("source", source), ("currency", currency), ("rate", payment.rate.strip()))
                found.append(Doubt("rate-per-100", facts))
        return list(dict.fromkeys(found))

    def _check_tip(self) -> None:
        reading = self.reading
        if reading.tip_ore and not reading.balanced:
            bare_ore = sum(reading.lines) + reading.rounding_ore
            if bare_ore == sum(reading.payments):
                self._notice(
                    "tip-inside",
                    ImportNote(self._place, "The tip seems to be inside the sales, and no line tells where."),
                )


def _spread(amount_ore: int, gross: list[int]) -> list[int]:
    """Amounts with another one distributed over them in proportion, exact to the øre."""
    return [amount + part for amount, part in zip(gross, split_ore(amount_ore, gross), strict=True)]


def _nearer_to_0(amount_ore: int, off_ore: int) -> int:
    return amount_ore + off_ore if amount_ore < 0 else amount_ore - off_ore


def _basis_points(rate: Decimal) -> int:
    return int(rate * 100)


def _side(text: str) -> str:
    side = text.strip().upper()
    return side if side in ("C", "D") else {"K": "C", "CREDIT": "C", "DEBIT": "D"}.get(side, "")


def line_name(line: RawLine) -> str:
    """The name of what a line sells, for a message."""
    if line.group:
        return f"article group {short(line.group)}"
    return f"article {short(line.article)}" if line.article else "no article group"
