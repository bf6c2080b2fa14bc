"""Small builders for tests of the pure core: a café's setup, and tickets written as a person would say them.

A ticket is one line of text: when, what was sold, `=`, what was paid.

    14:05 food@25 800.00, tip 80.00 = visa 880.00
    +1 02:30 training soda@15 30.00, deposit@none 2.00 = cash 32.00
    food@25 360.00 off 40.00 vat 72.00 rate 25 = invoice 360.00 for 10018
    16:00 move in-out cash -5000.00

A line is `product@vat-code amount`, with what was taken `off`, the `vat` and the `rate` the register wrote;
`tip`, `rounding` and `giftcards` are amounts of their own. `+1` is the calendar date after. The register's VAT
codes are its own (`25`, `15`, ...), so that a test which mixes them up with Go's fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from posexport.core.company import Company, Venue
from posexport.core.lines import LineKind, VoucherLine
from posexport.core.mapping import AccountMapping, OtherAccounts, PaymentType, ProductType
from posexport.core.money import format_ore, parse_ore
from posexport.core.sales import EntryKind, Movement, Payment, SaleLine, Ticket, TicketStatus
from posexport.core.settlement import PlacedTicket, Settlement, UnbalancedTicket, sum_left_out, sum_tickets
from posexport.core.vat import VatRate, rate_changes_at_midnight
from posexport.core.voucher import Voucher, build_vouchers

DAY = date(2026, 11, 20)
"""A Friday with 24 hours."""

VAT_CODES = {"25": "3", "15": "31", "11": "32", "12": "33", "free": "5", "outside": "6", "none": "0"}

MAPPING = AccountMapping(
    vat_codes=VAT_CODES,
    product_types={
        code: ProductType(code, name, accounts)
        for code, name, accounts in (
            ("food", "Mat", {"3": "3020", "31": "3030"}),
            ("beer", "Øl", {"3": "3022"}),
            ("soda", "Mineralvann", {"3": "3023", "31": "3030"}),
            ("goods", "Varer", {"3": "3000", "31": "3030", "5": "3100"}),
            ("fish", "Råfisk", {"32": "3035"}),
            ("entry", "Inngang", {"33": "3050"}),
            ("hall", "Utleie", {"6": "3200"}),
            ("card", "Gavekort", {"0": "2901"}),
            ("deposit", "Pant", {"0": "2992"}),
        )
    },
    payment_types={
        kind.code: kind
        for kind in (
            PaymentType("cash", "Kontant", "1900", currency_accounts={"EUR": "1905"}),
            PaymentType("bax", "BankAxept", "1591"),
            PaymentType("visa", "Visa", "1592"),
            PaymentType("vipps", "Vipps", "1593"),
            PaymentType("invoice", "Faktura", "1500", customer_ledger=True),
            PaymentType("giftcard", "Gavekort", "2901"),
            PaymentType("mall-card", "Senterets gavekort", "1579"),
            PaymentType("credit-note", "Tilgodelapp", "2902"),
        )
    },
    accounts=OtherAccounts(rounding="7740", tips="2911", gift_cards="2901"),
)
VENUE = Venue("torget", "Torget Kafé", "fjordmat", department="10", mapping=MAPPING)
COMPANY = Company("fjordmat", "Fjordmat AS", "999999999", venues=(VENUE,))

_STATUSES = {
    "training": TicketStatus.TRAINING,
    "void": TicketStatus.VOID,
    "copy": TicketStatus.NOT_A_SALE,
    "move": TicketStatus.MOVEMENT,
}
_MOVES = {
    "float": EntryKind.MOVE_FLOAT,
    "difference": EntryKind.MOVE_DIFFERENCE,
    "in-out": EntryKind.MOVE_IN_OUT,
    "received": EntryKind.MOVE_RECEIVED,
}
_OTHERS = ("tip", "rounding", "giftcards")
_WHEN = re.compile(r"(?:(\+1) )?(?:(\d\d:\d\d) )?(?:(training|void|copy|move) )?(.*)")
_AMOUNT = r"(-?\d+\.\d\d)"
_LINE = re.compile(rf"([\w-]+)@([\w-]*) {_AMOUNT}(?: off {_AMOUNT})?(?: vat {_AMOUNT})?(?: rate (\d+))?\Z")
_PAYMENT = re.compile(rf"([\w-]+) {_AMOUNT}(?: ([A-Z]{{3}}))?(?: for (\w+))?\Z")
_MOVE = re.compile(rf"([\w-]+) ([\w-]+) {_AMOUNT}\Z")


def read_ticket(text: str, day: date = DAY, number: int = 1) -> Ticket:
    """A ticket from the line of text that says it; noon where it says no time."""
    parts = _WHEN.fullmatch(text)
    assert parts is not None
    later, clock, flag, rest = parts.groups()
    at = datetime.combine(day + timedelta(days=bool(later)), time.fromisoformat(clock or "12:00"))
    status = _STATUSES.get(flag or "", TicketStatus.COUNTED)
    if status is TicketStatus.MOVEMENT:
        moves = tuple(_read_move(move) for move in rest.split(", "))
        return Ticket("1", str(number), at, (), (), status=status, movements=moves)
    sold, _, paid = rest.partition("=")
    lines: list[SaleLine] = []
    others = dict.fromkeys(_OTHERS, 0)
    for item in filter(None, (part.strip() for part in sold.split(","))):
        name, _, amount = item.partition(" ")
        if name in _OTHERS:
            others[name] += parse_ore(amount)
        else:
            lines.append(_read_line(item))
    payments: list[Payment] = []
    customer = None
    for item in filter(None, (part.strip() for part in paid.split(","))):
        found = _PAYMENT.match(item)
        assert found is not None, item
        kind, amount, currency, named = found.groups()
        payments.append(Payment(kind, parse_ore(amount), currency))
        customer = named or customer
    return Ticket(
        "1",
        str(number),
        at,
        tuple(lines),
        tuple(payments),
        status=status,
        tip_ore=others["tip"],
        rounding_ore=others["rounding"],
        gift_cards_ore=others["giftcards"],
        customer=customer,
        serial=number,
    )


def _read_line(text: str) -> SaleLine:
    found = _LINE.match(text)
    assert found is not None, text
    product, vat_code, gross, off, vat, rate = found.groups()
    return SaleLine(
        product,
        vat_code,
        parse_ore(gross),
        None if vat is None else parse_ore(vat),
        None if rate is None else int(Decimal(rate) * 100),
        parse_ore(off or "0"),
    )


def _read_move(text: str) -> Movement:
    found = _MOVE.match(text)
    assert found is not None, text
    kind, payment_type, amount = found.groups()
    return Movement(_MOVES[kind], payment_type, parse_ore(amount))


def read_tickets(texts: Iterable[str], day: date = DAY) -> list[Ticket]:
    """Tickets numbered from 1 in the order they stand."""
    return [read_ticket(text, day, number) for number, text in enumerate(texts, 1)]


def settle(tickets: Iterable[Ticket], venue: Venue = VENUE, day: date = DAY) -> Settlement:
    """What the tickets of one business day come to, the slow way: no store, no GROUP BY."""
    placed: list[PlacedTicket] = [(ticket, venue.calendar.place(ticket.completed_at)) for ticket in tickets]
    of_day = [(ticket, moment) for ticket, moment in placed if moment.business_day == day]
    out = sum_left_out(of_day, venue.mapping.left_out)
    unbalanced = tuple(
        UnbalancedTicket(
            ticket.register,
            ticket.number,
            moment.at_utc_s,
            ticket.sales_ore,
            ticket.payments_ore,
            moment.part,
            ticket.tip_may_be_unwritten and ticket.payments_ore > ticket.sales_ore > 0,
        )
        for ticket, moment in of_day
        if ticket.status is TicketStatus.COUNTED and ticket.sales_ore != ticket.payments_ore
    )
    return Settlement(venue.id, day, sum_tickets(of_day), out.sums, unbalanced, out.indivisible)


def vouchers_of(settlement: Settlement, venue: Venue = VENUE, rates: tuple[VatRate, ...] = ()) -> tuple[Voucher, ...]:
    """The vouchers of a settlement, split where a rate changes."""
    split = rate_changes_at_midnight(settlement.transferred, settlement.business_day, venue.mapping, rates)
    return build_vouchers(settlement, COMPANY, venue, split=split)


def voucher_of(*texts: str, venue: Venue = VENUE) -> Voucher:
    """The one voucher of the day that these tickets make."""
    (voucher,) = vouchers_of(settle(read_tickets(texts), venue), venue)
    return voucher


def venue_with(venue: Venue = VENUE, **mapping: object) -> Venue:
    """The café with some of its mapping changed."""
    return replace(venue, mapping=replace(venue.mapping, **mapping))  # type: ignore[arg-type]


def leaving_out(*payment_types: str, venue: Venue = VENUE) -> Venue:
    """The café with `transfer = false` on some payment types."""
    known = venue.mapping.payment_types
    changed = {code: replace(known[code], transfer=False) for code in payment_types}
    return venue_with(venue, payment_types={**known, **changed})


def tell_lines(lines: Iterable[VoucherLine]) -> list[str]:
    """Voucher lines as `account vat-code amount`, a debit above 0, in an order of their own."""
    return sorted(
        f"{line.account} {line.vat_code} {format_ore(line.amount_ore)}{f' kunde {line.customer}' * bool(line.customer)}"
        for line in lines
    )


def line(
    account: str | None,
    amount_ore: int,
    kind: LineKind = LineKind.PAYMENT,
    source: str = "cash",
    *,
    vat_code: str | None = "0",
    department: str | None = "10",
    customer: str | None = None,
) -> VoucherLine:
    """One voucher line."""
    return VoucherLine(account, vat_code, department, amount_ore, kind, source, source.capitalize(), customer)


def voucher_with(*lines: VoucherLine, open_ore: int = 0, day: date = DAY, department: str | None = "10") -> Voucher:
    """A voucher with exactly these lines."""
    reference = f"torget-{day:%Y%m%d}-r1"
    return Voucher("torget", day, 0, day, reference, "Dagsoppgjør", department, "NOK", lines, open_ore)


def payments_with(mapping: AccountMapping = MAPPING, **accounts: str | None) -> Mapping[str, PaymentType]:
    """The café's payment types with other accounts on some of them."""
    known = mapping.payment_types
    return {**known, **{code: replace(known[code], account=account) for code, account in accounts.items()}}
