"""One SAF-T `cashtransaction` element -> one Ticket.

Never here: files, streams, a register's other tickets. Units: øre; a sale is positive. `raw` takes the element apart,
`sale` works out what was sold and paid; `signs` interprets signs, `codes` codes, `payments` currencies, `vat` the
lines' VAT. An ordinary ticket is read by `fast.plain`, which gives the same result; all dialects are here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from posexport.core.codes import clean_code
from posexport.core.credit_facts import CreditFacts, RegisterCustomer, TicketReference, gather_texts, tidy_text
from posexport.core.money import format_ore
from posexport.core.sales import Doubt, ImportNote, Movement, Payment, SaleLine, Ticket, TicketStatus
from posexport.sources.files.values import parse_flag
from posexport.sources.saft import codes
from posexport.sources.saft.codes import CODE_LENGTH_MAX, CodeBook
from posexport.sources.saft.fast.plain import PlainReader
from posexport.sources.saft.payments import Payments
from posexport.sources.saft.raw import Gatherer, RawTicket
from posexport.sources.saft.sale import Sale, line_name
from posexport.sources.saft.signs import SalesSide
from posexport.sources.saft.values import (
    EXPORT_AGAIN,
    Unreadable,
    check_code,
    is_long,
    local_name,
    parse_loosely,
    parse_moment,
    short,
)

_CUSTOMERS_REMEMBERED_MAX = 20_000
_CURRENCY_SHOWN_MAX = 40


def _say_nothing(_kind: str, _place: str, _written: str) -> None:
    """Ignores an unusual spelling, where nobody collects them."""


class TicketReader:
    """Reads the tickets of one file. `notice` is called for what could not be decided; `odd` for an unusual spelling
    that could be read: its kind, its place and the text."""

    def __init__(
        self,
        book: CodeBook,
        currency: str,
        notice: Callable[[str, ImportNote], None],
        odd: Callable[[str, str, str], None] = _say_nothing,
    ) -> None:
        self._book = book
        self._currency = currency.upper()
        self._notice = notice
        self._tell_odd = odd
        self._found_odd: list[tuple[str, str]] = []
        self._gatherer = Gatherer(book, self._odd)
        self._plain = PlainReader(book, self._currency)
        self._sales = SalesSide()
        self.register = ""
        self.location: str | None = None
        self.paper: dict[str, str] = {}
        """The transIDs that events call pro forma or delivery note, and which."""
        self.customers_seen: set[str] = set()

    def begin_register(self) -> None:
        """Forget what was learned about the previous register."""
        self._sales = SalesSide()
        self.paper.clear()

    def read_plain(self, raw: bytes, is_utf8: bool) -> Ticket | None:
        """The ticket in the bytes of a `cashtransaction` (see `PlainReader.read`); None where it is not plain."""
        plain = self._plain.read(raw, is_utf8) if self._sales.side != "D" else None
        if plain is None:
            return None
        try:
            ticket = self._ticket(
                plain.number,
                plain.trans_id,
                plain.completed_at,
                plain.lines,
                plain.payments,
                tip_ore=plain.tip_ore,
                rounding_ore=plain.rounding_ore,
            )
        except Unreadable:
            return None
        self._sales.side = "C"
        return ticket

    def place(self, element: Any) -> str:
        """The words "register R, ticket T", as far as they are known."""
        number = ""
        for child in element:
            if local_name(child.tag) in ("nr", "transID"):
                number = number or (child.text or "").strip()
        return f"register {self.register}, ticket {number[:CODE_LENGTH_MAX] or 'without a number'}"

    def _ticket(
        self,
        number: str,
        trans_id: str,
        completed_at: datetime,
        lines: tuple[SaleLine, ...],
        payments: tuple[Payment, ...],
        *,
        status: TicketStatus = TicketStatus.COUNTED,
        tip_ore: int = 0,
        rounding_ore: int = 0,
        movements: tuple[Movement, ...] = (),
        customer: str | None = None,
        doubts: tuple[Doubt, ...] = (),
        facts: CreditFacts | None = None,
    ) -> Ticket:
        if len(number) > CODE_LENGTH_MAX or len(trans_id) > CODE_LENGTH_MAX or is_long(customer):
            for what, text in (("nr", number), ("transID", trans_id), ("custSupID", customer or "")):
                check_code(what, text)
        is_same = not trans_id or trans_id == number
        number = clean_code(number)
        if customer is not None:
            customer = clean_code(customer)
            if len(self.customers_seen) < _CUSTOMERS_REMEMBERED_MAX:
                self.customers_seen.add(customer)
        return Ticket(
            self.register,
            number if is_same or (trans_id := clean_code(trans_id)) == number else f"{number} ({trans_id})",
            completed_at,
            lines,
            payments,
            self.location,
            status,
            tip_ore,
            rounding_ore,
            0,
            movements,
            customer,
            int(number) if number.isdigit() and number.isascii() and len(number) <= 15 else None,
            True,
            None,
            doubts,
            facts if facts is None or customer is None else facts._replace(customer=RegisterCustomer(customer)),
        )

    def read(self, element: Any) -> Ticket:
        """The ticket in a `cashtransaction` element, in any dialect. Raises Unreadable."""
        self._found_odd.clear()
        raw = self._gatherer.gather(element)
        number = raw.texts.get("nr") or raw.texts.get("transID", "")
        trans_id = raw.texts.get("transID", "")
        if not number:
            raise Unreadable("The ticket has no number.", "nr or transID.", EXPORT_AGAIN)
        completed_at = parse_moment(raw.texts.get("transDate"), raw.texts.get("transTime"), self._odd)
        place = f"register {self.register}, ticket {number}"
        code = self._book.predefined(codes.TRANSACTION, raw.texts.get("transType", ""))
        status, doubts = self._judge(raw, code, trans_id, place)
        others = raw.currencies - {self._currency}
        if others and status is TicketStatus.COUNTED:
            facts = (("currency", min(others)[:_CURRENCY_SHOWN_MAX]), ("ledger_currency", self._currency))
            status, doubts = TicketStatus.UNJUDGED, (*doubts, Doubt("other-currency", facts))
        if code in codes.MOVES and not self._sells(raw, code, place):
            ticket = self._ticket(
                number,
                trans_id,
                completed_at,
                (),
                (),
                status=TicketStatus.MOVEMENT if status is TicketStatus.COUNTED else status,
                movements=self._movements(raw, code, place),
                customer=raw.customer,
                doubts=doubts,
            )
        else:
            sold = Sale(raw, code, status, place, self._book, self._currency, self._notice, self._odd)
            sold.read(self._sales)
            ticket = self._ticket(
                number,
                trans_id,
                completed_at,
                sold.lines,
                sold.payments,
                status=status,
                tip_ore=sold.reading.tip_ore,
                rounding_ore=sold.reading.rounding_ore,
                customer=raw.customer,
                doubts=(*doubts, *sold.doubts),
                facts=self._facts(raw, sold, code),
            )
        for kind, written in self._found_odd:
            self._tell_odd(kind, place, written)
        return ticket

    def _facts(self, raw: RawTicket, sold: Sale, code: str) -> CreditFacts | None:
        """What the ticket says for an invoice; None where it names no customer. The project is the one that all lines
        with a project have."""
        if raw.customer is None:
            return None
        projects = {tidy_text(line.texts.get("projID")) for line in raw.lines} - {""}
        gives_back = code == codes.RETURN or sum(line.gross_ore for line in sold.lines) < 0
        said = clean_code(raw.texts.get("refID") or raw.texts.get("invoiceID", "")) if gives_back else ""
        return CreditFacts(
            project=projects.pop() if len(projects) == 1 else "",
            refers_to=TicketReference(self.register, said) if said and not is_long(said) else None,
            line_texts=gather_texts(sold.line_texts),
        )

    def _odd(self, kind: str, written: str) -> None:
        self._found_odd.append((kind, short(written)))

    def _judge(self, raw: RawTicket, code: str, trans_id: str, place: str) -> tuple[TicketStatus, tuple[Doubt, ...]]:
        """The ticket's status, and doubts about it."""
        written = {name: raw.texts.get(name, "") for name in ("trainingID", "voidTransaction")}
        flags = {name: parse_flag(text) for name, text in written.items()}
        if flags["trainingID"]:
            return TicketStatus.TRAINING, ()
        if flags["voidTransaction"]:
            return TicketStatus.VOID, ()
        if None in flags.values():
            return TicketStatus.UNJUDGED, tuple(
                Doubt("unjudged-ticket", (("what", name), ("written", written[name][:60])))
                for name, flag in flags.items()
                if flag is None
            )
        if not raw.is_paid and code not in codes.MOVES and self._is_paper(raw, trans_id, place):
            return TicketStatus.NOT_A_SALE, ()
        return TicketStatus.COUNTED, ()

    def _is_paper(self, raw: RawTicket, trans_id: str, place: str) -> bool:
        """Whether a ticket without payments is only a piece of paper: pro forma, copy, delivery note. A delivery note
        with a customer is a sale on account."""
        words = raw.texts.get("transType", ""), raw.texts.get("desc", "")
        event = self.paper.get(trans_id)
        if not event and not self._book.is_paper(*words):
            return False
        if event != codes.DELIVERY and not (event is None and self._book.is_delivery(*words)):
            return True
        if raw.customer is not None:
            return False
        self._notice(
            "delivery-without-customer",
            ImportNote(
                place, "A delivery receipt that names no customer, and that nobody paid, was not counted as a sale."
            ),
        )
        return True

    def _sells(self, raw: RawTicket, code: str, place: str) -> bool:
        """Whether the ticket has a sale line: an amount with an article, a group or VAT."""
        for line in raw.lines:
            taxed = any(vat.amount_ore for vat in line.vats)
            if line.amount_ore and (line.group or line.article or taxed):
                self._notice(
                    "movement-that-sells",
                    ImportNote(
                        place,
                        f"The transaction type {short(raw.texts.get('transType', ''))} says that cash was moved "
                        f"({code}), but a line of {format_ore(line.amount_ore)} sells "
                        f"{line_name(line)}: it was read as a sale.",
                    ),
                )
                return True
        return False

    def _movements(self, raw: RawTicket, code: str, place: str) -> tuple[Movement, ...]:
        kind = codes.MOVES[code]
        amounts = Payments(raw.payments, self._currency).ways()[0].amounts
        moved = [
            (self._book.payment_type(payment.payment_type), amount_ore)
            for payment, amount_ore in zip(raw.payments, amounts, strict=True)
            if amount_ore
        ]
        if not moved:
            total_ore = parse_loosely("transAmntIn", raw.texts.get("transAmntIn"), self._odd)
            if not total_ore:
                self._notice(
                    "empty-movement",
                    ImportNote(place, f"A movement of cash ({code}) states no amount; nothing was moved."),
                )
                return ()
            moved = [(self._book.cash(), total_ore)]
        one_way = min(amount for _, amount in moved) > 0 or max(amount for _, amount in moved) < 0
        if code == "11008":
            if raw.texts.get("amntTp") == "D" and all(amount > 0 for _, amount in moved):
                self._notice(
                    "difference-side",
                    ImportNote(place, "A count difference above zero marked D was read as money missing."),
                )
                moved = [(payment_type, -amount) for payment_type, amount in moved]
        elif one_way:
            sign = -1 if code == codes.PAY_OUT else 1
            moved = [(payment_type, sign * abs(amount)) for payment_type, amount in moved]
        return tuple(Movement(kind, payment_type, amount) for payment_type, amount in moved)
