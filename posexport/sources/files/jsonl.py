"""Sales as JSON lines: one ticket per line, for registers that offer nothing else. A list of tickets, and tickets over
several lines, are read too (`json_stream`).

Amounts are kroner with a decimal point in the file; øre, signed, outside this module. Never here: floats (numbers keep
their literal text), venues, accounts, the file system. For speed, a line is read in one go, and only if that raises is
it examined field by field for an explanation. The format is posexport's own, "Sales as JSON lines and as CSV" in the
documentation.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import chain
from typing import Any, BinaryIO, NamedTuple

from posexport.core.credit_facts import (
    CreditFacts,
    LineText,
    RegisterCustomer,
    TicketReference,
    gather_texts,
    name_customer,
    tidy_quantity,
    tidy_text,
)
from posexport.core.money import convert_ore
from posexport.core.organization_number import parse_organization_number
from posexport.core.sales import Coverage, Doubt, FileCompany, Payment, SaleLine, SalesItem, Ticket, TicketStatus
from posexport.errors import UnreadableSales
from posexport.sources.files.foreign import explain_foreign, list_keys
from posexport.sources.files.json_stream import (
    CURRENCY,
    ORGANIZATION_NUMBER,
    TICKET_BYTES_MAX,
    JsonFault,
    JsonStream,
    is_cut,
    not_utf8,
    too_deep,
    too_long,
)
from posexport.sources.files.values import (
    BOM,
    CODE_LENGTH_MAX,
    CURRENCY_CODE,
    DECIMAL_COMMA,
    EMPTY,
    OWN_PREFIX,
    SERIAL_DIGITS_MAX,
    Oddities,
    Parsed,
    cannot_go_on,
    check_amount,
    check_vat_rate,
    format_batch,
    parse_amount,
    parse_code,
    parse_flag,
    parse_odd_amount,
    parse_odd_time,
    parse_rate,
    parse_time,
    show_text,
)
from posexport.sources.judging import ForeignPayment, doubt_discounts, judge_flags, settle_foreign, sign_discount

_COUNTED, _TRAINING, _VOID = TicketStatus.COUNTED, TicketStatus.TRAINING, TicketStatus.VOID
_HEAD_BYTES = 65_536
_LINES_REMEMBERED = 5_000
"""The size of the cache of lines: the same goods are sold again and again."""
_PAR = Decimal(1)
_AT_PAR = frozenset(("1", "1.0", "1.00", "1.0000", "1.000000"))

_EXAMPLE = (
    '{"register": "1", "ticket": "1042", "completed_at": "2026-11-21T23:41:07+01:00", '
    '"lines": [{"product_type": "100", "vat_code": "3", "gross": "200.00"}], '
    '"payments": [{"payment_type": "VISA", "amount": "200.00"}]}'
)


def _of(fault: JsonFault, entry: Any) -> JsonFault:
    """The same fault with the ticket's number, where it has one; `reads_on` where the line may begin tickets in another
    layout."""
    with suppress(ValueError, TypeError, KeyError):
        fault.ticket = _parse_code(entry["ticket"])
    fault.reads_on |= type(entry) is dict and type(entry.get("tickets")) is list
    return fault


def read_jsonl(stream: BinaryIO, name: str) -> Iterator[SalesItem]:
    r"""The tickets of a file of JSON lines, in file order, one in memory at a time; a `Coverage` comes first.

    `name` is the file's name in messages. Duplicate keys, unknown keys and values of the wrong form are refused rather
    than guessed at, since each could lose money; keys that begin with "x_" are the register's own and ignored. Raises
    UnreadableSales, naming the line, for everything that cannot be read.

    >>> from io import BytesIO
    >>> line = b'''{"register": 1, "ticket": 7, "completed_at": "2026-11-21T12:00:00", "lines": [
    ... {"product_type": 100, "vat_code": 3, "gross": 12.5}], "payments": []}'''.replace(b"\n", b"")
    >>> list(read_jsonl(BytesIO(line), "day.jsonl"))[1].lines[0].gross_ore
    1250
    """
    yield Coverage(source="", batch=format_batch(name))
    parser = _TicketParser()
    parse, oddities = parser.parse, parser.oddities
    line_number = odd = 0
    layout: JsonStream | None = None
    try:
        readline = partial(stream.readline, TICKET_BYTES_MAX + 1)
        first = stream.readline(_HEAD_BYTES).removeprefix(BOM)
        if not first.endswith(b"\n") and not first.lstrip().startswith(b"["):
            first += readline()
        for line_number, line in enumerate(chain((first,), iter(readline, b"")), 1):
            stripped = line.strip()
            if not stripped and len(line) <= TICKET_BYTES_MAX:
                continue
            try:
                if len(line) > TICKET_BYTES_MAX or stripped.startswith(b"["):
                    raise _reads_on(stripped)
                ticket = parse(stripped)
            except JsonFault as fault:
                if not fault.reads_on:
                    raise
                layout = JsonStream(stream, line, line_number, parser.decode, _TICKET_KEYS)
                break
            if oddities.total != odd:
                odd = oddities.total
                oddities.place(f"line {line_number}")
            yield ticket
        if layout is not None:
            for entry, text in layout.entries():
                if layout.beside:
                    yield from _read_company_beside(layout.beside)
                    layout.beside = {}
                yield parser.build(entry, text)
                oddities.place(layout.place)
    except JsonFault as fault:
        place = layout.place if layout else f"line {line_number}"
        place += f", ticket {fault.ticket}" if fault.ticket else ""
        raise UnreadableSales(name, place, fault.found, fault.expected, fault.fix) from None
    except OSError as error:
        raise cannot_go_on(name, line_number, error) from error
    yield from oddities.notices()


def _read_company_beside(beside: Mapping[str, str]) -> Iterator[FileCompany]:
    """The company and currency of all tickets, where these are beside their list."""
    written, currency = (beside.get(name, "").strip() for name in (ORGANIZATION_NUMBER, CURRENCY))
    if written or currency.upper() not in ("", "NOK"):
        yield FileCompany(parse_organization_number(written), written, currency.upper())


def _reads_on(line: bytes) -> JsonFault:
    """The fault of a line that is no ticket but may begin tickets in another layout."""
    fault = too_long()
    fault.reads_on = line.startswith((b"[", b"{"))
    return fault


class _TicketParser:
    """Parses one line (bytes, stripped) into a Ticket."""

    def __init__(self) -> None:
        decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse_constant)
        self.decode = decoder.raw_decode
        self.oddities = odd = Oddities()
        self._has_odd_signs = False
        self._lines = Parsed(self._parse_line, _LINES_REMEMBERED, odd)
        self._codes = Parsed(_parse_code)
        self._amounts = Parsed(partial(_parse_amount, odd=odd), oddities=odd)
        self._amounts_or_none = Parsed(partial(_parse_amount_or_none, odd=odd), oddities=odd)
        self._amounts_or_0 = Parsed(partial(_parse_amount_or_0, odd=odd), oddities=odd)
        self._rates = Parsed(partial(_parse_vat_rate, odd=odd), oddities=odd)
        self._flags = Parsed(_parse_flag)

    def parse(self, raw: bytes) -> Ticket:
        """The ticket on a line. Raises JsonFault."""
        entry = None
        try:
            text = raw.decode()
            entry, end = self.decode(text)
            if end != len(text):
                raise _two_values(text, end)
            return self._build(entry, text)
        except JsonFault as fault:
            raise _of(fault, entry) from None
        except UnicodeDecodeError:
            raise not_utf8(raw) from None
        except RecursionError:
            raise too_deep() from None
        except json.JSONDecodeError as error:
            raise _not_json(raw, error) from None
        except (ValueError, TypeError, KeyError, AttributeError):
            raise _of(_explain(entry), entry) from None

    def build(self, entry: Any, text: str) -> Ticket:
        """The ticket in an `entry` decoded from `text`. Raises JsonFault."""
        try:
            return self._build(entry, text)
        except JsonFault as fault:
            raise _of(fault, entry) from None
        except RecursionError:
            raise too_deep() from None
        except (ValueError, TypeError, KeyError, AttributeError):
            raise _of(_explain(entry), entry) from None

    def _build(self, entry: Any, text: str) -> Ticket:
        """The hot path. Raises whatever Python raises; `_explain` then finds the reason."""
        completed = entry["completed_at"]
        entry_lines, entry_payments = entry["lines"], entry["payments"]
        if type(entry_lines) is not list or type(entry_payments) is not list:
            raise TypeError
        codes, amounts, amounts_or_0, known_lines = self._codes, self._amounts, self._amounts_or_0, self._lines

        pairs = len(entry)
        if not _TICKET_KEYS.issuperset(entry):
            _check_keys(entry, _TICKET_FIELDS, "")
        lines: list[SaleLine] = []
        for line in entry_lines:
            pairs += len(line)
            if not _LINE_KEYS.issuperset(line):
                _check_keys(line, _LINE_FIELDS, f"lines, no. {len(lines) + 1}: ")
            get = line.get
            texts = line["product_type"], line["vat_code"], line["gross"], get("vat"), get("vat_rate"), get("discount")
            lines.append(known_lines[texts])
        payments: list[Payment] = []
        foreign: list[ForeignPayment] = []
        for payment in entry_payments:
            pairs += len(payment)
            if not _PAYMENT_KEYS.issuperset(payment):
                _check_keys(payment, _PAYMENT_FIELDS, f"payments, no. {len(payments) + 1}: ")
            get = payment.get
            amount_ore = amounts[payment["amount"]]
            currency = None
            if get("currency", "NOK") != "NOK" or get("rate", "1") not in _AT_PAR:
                where = f"payments, no. {len(payments) + 1}: "
                paid_ore = amount_ore
                amount_ore, currency, rate = _parse_foreign(
                    paid_ore, get("currency"), get("rate"), where, self.oddities
                )
                if currency is not None:
                    foreign.append(ForeignPayment(len(payments), paid_ore, currency, rate, str(get("rate")).strip()))
            payments.append(Payment(codes[payment["payment_type"]], amount_ore, currency))

        get = entry.get
        customer, facts = get("customer"), None
        if customer is not None or not _FACT_KEYS.isdisjoint(entry):
            customer, facts, more = _read_facts(entry)
            pairs += more

        # json keeps the last of two equal keys and says nothing. Each pair of a line has one colon outside
        # its strings, so a line whose colons are all accounted for has no pair that was overwritten; one
        # with others (in a text, say) or with an escaped colon is looked at the slow way.
        if text.count(":") != pairs + completed.count(":") or ("\\" in text and "\\u003" in text):
            _check_duplicates(text)

        number = _parse_code(entry["ticket"])
        training, void = self._flags[get("training")], self._flags[get("void")]
        tip_ore, rounding_ore = amounts_or_0[get("tip")], amounts_or_0[get("rounding")]
        gift_cards_ore = amounts_or_0[get("gift_cards_sold")]
        status = _TRAINING if training else _VOID if void else _COUNTED
        doubts: tuple[Doubt, ...] = ()
        if training is None or void is None:
            status, doubts = judge_flags(training, void, (get("training"), get("void")))
        if foreign:
            sales_ore = sum([line.gross_ore for line in lines]) + tip_ore + rounding_ore + gift_cards_ore
            payments, found = settle_foreign(payments, foreign, sales_ore)
            doubts += found if status is _COUNTED else ()
        if self._has_odd_signs and status is _COUNTED:
            doubts += doubt_discounts(lines)
        source_id = get("id")
        return Ticket(
            codes[entry["register"]],
            number,
            self._parse_time(completed),
            tuple(lines),
            tuple(payments),
            None,
            status,
            tip_ore,
            rounding_ore,
            gift_cards_ore,
            (),
            customer,
            int(number) if len(number) <= SERIAL_DIGITS_MAX and number.isascii() and number.isdigit() else None,
            False,
            source_id if source_id is None else _parse_id(source_id),
            doubts,
            facts,
        )

    def _parse_time(self, text: str) -> datetime:
        try:
            return parse_time(text)
        except ValueError:
            return parse_odd_time(text, self.oddities)

    def _parse_line(self, texts: tuple[Any, ...]) -> SaleLine:
        product_type, vat_code, gross, vat, rate, discount = texts
        gross_ore, discount_ore = self._amounts[gross], self._amounts_or_0[discount]
        self._has_odd_signs |= gross_ore > 0 > discount_ore
        return SaleLine(
            self._codes[product_type],
            self._codes[vat_code],
            gross_ore,
            self._amounts_or_none[vat],
            self._rates[rate],
            sign_discount(gross_ore, discount_ore),
        )


# How each value is read. All raise ValueError (or TypeError) for anything else.


def _parse_code(value: object) -> str:
    return parse_code(_text_of(value))


def _text_of(value: object) -> str:
    if type(value) is not str:
        raise ValueError
    return value


def _parse_customer(value: object) -> str | None:
    return None if value is None or (type(value) is str and not value.strip()) else _parse_code(value)


_parse_id = _parse_customer
"""The source's own id of a ticket, which may be left out too."""


def _parse_text(value: object) -> str:
    """A text of an invoice, which may be left out."""
    return "" if value is None else tidy_text(_text_of(value))


def _read_facts(entry: Mapping[str, Any]) -> tuple[str | None, CreditFacts | None, int]:
    """The ticket's customer, what it says that an invoice needs (None where it names no customer), and how many keys
    stand in its objects. Raises ValueError or JsonFault."""
    pairs = _check_objects(entry)
    customer = _read_customer(entry.get("customer"))
    refers_to = entry.get("refers_to")
    facts = CreditFacts(
        customer,
        **{name: _parse_text(entry.get(name)) for name in ("customer_reference", "purchase_order", "project")},
        refers_to=None if refers_to is None else _read_reference(refers_to),
        register_reference=tidy_text(entry.get("reference")),
        line_texts=gather_texts(map(_read_line_text, entry["lines"])),
    )
    return (None, None, pairs) if customer is None else (customer.number, facts, pairs)


def _read_customer(said: object) -> RegisterCustomer | None:
    if type(said) is not dict:
        number = _parse_customer(said)
        return None if number is None else RegisterCustomer(number)
    address = said.get("address") or []
    return name_customer(
        _parse_code(said["number"]),
        _parse_text(said.get("organization_number")),
        **{name: _parse_text(said.get(name)) for name in ("name", "email", "contact")},
        address=tuple(line for line in map(tidy_text, address) if line),
    )


def _read_reference(said: object) -> TicketReference:
    if type(said) is not dict:
        raise ValueError
    return TicketReference(_parse_code(said["register"]), _parse_code(said["ticket"]))


def _read_line_text(line: Mapping[str, Any]) -> LineText:
    get = line.get
    return LineText(
        tidy_text(get("text")), tidy_quantity(get("quantity")), tidy_text(get("article")), tidy_text(get("unit"))
    )


def _parse_amount(value: object, odd: Oddities) -> int:
    text = _text_of(value)
    try:
        return parse_amount(text)
    except ValueError:
        return parse_odd_amount(text, odd)


def _is_left_out(value: object, odd: Oddities) -> bool:
    """Whether an optional value is missing. An empty one counts as missing, and is noted."""
    if type(value) is str and not value.strip():
        odd.note(EMPTY, value)
        return True
    return value is None


def _parse_amount_or_none(value: object, odd: Oddities) -> int | None:
    return None if _is_left_out(value, odd) else _parse_amount(value, odd)


def _parse_amount_or_0(value: object, odd: Oddities) -> int:
    return 0 if _is_left_out(value, odd) else _parse_amount(value, odd)


def _parse_vat_rate(value: object, odd: Oddities) -> int | None:
    return None if _is_left_out(value, odd) else check_vat_rate(_parse_amount(value, odd))


def _parse_flag(value: object) -> bool | None:
    """A yes or no; None for a value that is neither."""
    if value is None or value is False:
        return False
    return True if value is True else parse_flag(_text_of(value))


def _parse_any_time(value: object, odd: Oddities) -> datetime:
    text = _text_of(value)
    try:
        return parse_time(text)
    except ValueError:
        return parse_odd_time(text, odd)


def _parse_foreign(
    amount_ore: int, currency: object, rate: object, where: str, odd: Oddities
) -> tuple[int, str | None, Decimal]:
    """A payment's amount, currency and rate -> its amount in øre (NOK), the currency unless it is NOK, and the rate.
    Raises JsonFault; `where` names the payment in it."""
    if _is_left_out(currency, odd):
        code = "NOK"
    elif type(currency) is str and CURRENCY_CODE.match(currency):
        code = currency.upper()
    else:
        raise _wrong_field(f"{where}currency", currency, _CURRENCY)
    if _is_left_out(rate, odd):
        if code == "NOK":
            return amount_ore, None, _PAR
        raise JsonFault(
            f"{where}it is in {code} without a rate.",
            f'"rate" as NOK for one {code}, such as "11.4235".',
            f'Give the payment the "rate" the register used, or its amount in NOK without "currency" {code}.',
        )
    try:
        nok_per_unit = _parse_rate(_text_of(rate), odd)
    except ValueError:
        raise _wrong_field(f"{where}rate", rate, _RATE) from None
    if code == "NOK":
        if nok_per_unit == 1:
            return amount_ore, None, _PAR
        raise JsonFault(
            f"{where}it is in NOK with the rate {_shown(rate)}.",
            'the rate "1", or none, for NOK, and "currency" for any other.',
            'Say which "currency" the amount is in, or leave the rate out.',
        )
    try:
        return check_amount(convert_ore(amount_ore, nok_per_unit)), code, nok_per_unit
    except ValueError:
        too_much = "a rate that leaves the amount below a billion NOK."
        raise _wrong_field(f"{where}rate", rate, too_much) from None


def _parse_rate(text: str, odd: Oddities) -> Decimal:
    """A rate with a decimal point, or a comma that cannot be a thousands separator."""
    try:
        return parse_rate(text)
    except ValueError:
        if text.strip()[-4:-3] == ",":
            raise
        rate = parse_rate(text.replace(",", ".", 1))
        odd.note(DECIMAL_COMMA, text)
        return rate


def _refuse_constant(text: str) -> object:
    raise JsonFault(f"{text} is no amount.", _AMOUNT, "Write the amount out, or leave the key out.")


class _Field(NamedTuple):
    """How a key's value is parsed, the words for what is expected, and whether it may be missing."""

    parse: Callable[[Any], object]
    expected: str
    required: bool = False


def _any_value(value: object) -> object:
    return value


def _check_address(value: object) -> object:
    if value is not None and (type(value) is not list or any(type(line) is not str for line in value)):
        raise ValueError
    return value


def _check_list(value: object) -> object:
    if type(value) is not list:
        raise ValueError
    return value


_CODE = f"text or a number, not empty, at most {CODE_LENGTH_MAX} characters."
_AMOUNT = 'kroner with a point and at most two decimals, such as "200.00" or "-12.50".'
_TIME = 'a time such as "2026-11-21T23:41:07" (local) or "2026-11-21T23:41:07+01:00".'
_FLAG = "true or false."
_RATE = 'NOK for one unit of the currency, such as "11.4235".'
_CURRENCY = "a currency of three letters, such as EUR."
_PERCENT = 'a VAT rate in percent, such as "25" or "11.11".'
_LIST = "a list, [] where there is none."
_TEXT = "text."
_CUSTOMER = 'a customer\'s number, or an object such as {"number": "K-17", "name": "Hotellet AS"}.'
_TICKET_NAMED = 'the ticket it gives back, such as {"register": "1", "ticket": "1042"}.'

_NOTED = Oddities()
"""Collects what is noted while a fault is searched for; never shown."""
_amount = partial(_parse_amount, odd=_NOTED)
_amount_or_none = partial(_parse_amount_or_none, odd=_NOTED)
_amount_or_0 = partial(_parse_amount_or_0, odd=_NOTED)
_vat_rate = partial(_parse_vat_rate, odd=_NOTED)

_TICKET_FIELDS = {
    "id": _Field(_parse_id, _CODE),
    "register": _Field(_parse_code, _CODE, True),
    "ticket": _Field(_parse_code, _CODE, True),
    "completed_at": _Field(partial(_parse_any_time, odd=_NOTED), _TIME, True),
    "lines": _Field(_check_list, _LIST, True),
    "payments": _Field(_check_list, _LIST, True),
    "tip": _Field(_amount_or_0, _AMOUNT),
    "rounding": _Field(_amount_or_0, _AMOUNT),
    "gift_cards_sold": _Field(_amount_or_0, _AMOUNT),
    "customer": _Field(_read_customer, _CUSTOMER),
    "customer_reference": _Field(_parse_text, _TEXT),
    "purchase_order": _Field(_parse_text, _TEXT),
    "project": _Field(_parse_text, _TEXT),
    "refers_to": _Field(lambda value: value is None or _read_reference(value), _TICKET_NAMED),
    "reference": _Field(_any_value, ""),
    "training": _Field(_parse_flag, _FLAG),
    "void": _Field(_parse_flag, _FLAG),
}
_LINE_FIELDS = {
    "product_type": _Field(_parse_code, _CODE, True),
    "vat_code": _Field(_parse_code, _CODE, True),
    "gross": _Field(_amount, _AMOUNT, True),
    "vat": _Field(_amount_or_none, _AMOUNT),
    "vat_rate": _Field(_vat_rate, _PERCENT),
    "discount": _Field(_amount_or_0, _AMOUNT),
    "quantity": _Field(_any_value, ""),
    "text": _Field(_any_value, ""),
    "article": _Field(_any_value, ""),
    "unit": _Field(_any_value, ""),
}
_CUSTOMER_FIELDS = {
    "number": _Field(_parse_code, _CODE, True),
    "name": _Field(_parse_text, _TEXT),
    "organization_number": _Field(_parse_text, _TEXT),
    "email": _Field(_parse_text, _TEXT),
    "contact": _Field(_parse_text, _TEXT),
    "address": _Field(_check_address, 'a list of texts, such as ["Storgata 1", "0155", "Oslo", "NO"].'),
}
_REFERS_TO_FIELDS = {"register": _Field(_parse_code, _CODE, True), "ticket": _Field(_parse_code, _CODE, True)}
_OBJECTS = {"customer": _CUSTOMER_FIELDS, "refers_to": _REFERS_TO_FIELDS}
_FACT_KEYS = frozenset(("customer_reference", "purchase_order", "project", "refers_to"))
_PAYMENT_FIELDS = {
    "payment_type": _Field(_parse_code, _CODE, True),
    "amount": _Field(_amount, _AMOUNT, True),
    "currency": _Field(_any_value, _CURRENCY),
    "rate": _Field(_any_value, _RATE),
}
_TICKET_KEYS = frozenset(_TICKET_FIELDS)
_REQUIRED_KEYS = frozenset(key for key, field in _TICKET_FIELDS.items() if field.required)
_KEYS_OURS = 2
"""With this many of the required keys an object is a ticket of ours, even with misspelled ones."""
_LINE_KEYS = frozenset(_LINE_FIELDS)
_PAYMENT_KEYS = frozenset(_PAYMENT_FIELDS)


# What is wrong with a line that would not go through: slow, and only ever run once per file.


def _explain(entry: Any) -> JsonFault:
    """The first fault in `entry`, which is valid JSON but no ticket."""
    if type(entry) is not dict:
        return JsonFault(
            f"here stands {_shown(entry)}.",
            "one ticket, as a JSON object in braces, on each line.",
            "Write one ticket a line, without a list around them.",
        )
    known = _TICKET_KEYS.intersection(entry)
    if len(_REQUIRED_KEYS & known) < _KEYS_OURS and len(known) < len(entry):
        found, fix = explain_foreign(sorted(list_keys(entry)), "keys")
        return JsonFault(found, f"a line such as {_EXAMPLE}", fix)
    try:
        _check_objects(entry)
        _check_object(entry, _TICKET_FIELDS, "")
        for position, line in enumerate(entry["lines"], 1):
            _check_object(line, _LINE_FIELDS, f"lines, no. {position}: ")
        for position, payment in enumerate(entry["payments"], 1):
            _check_object(payment, _PAYMENT_FIELDS, f"payments, no. {position}: ")
            amount_ore = _amount(payment["amount"])
            where = f"payments, no. {position}: "
            _parse_foreign(amount_ore, payment.get("currency"), payment.get("rate"), where, _NOTED)
    except JsonFault as fault:
        return fault
    return JsonFault("the line is no ticket.", f"a line such as {_EXAMPLE}", "Compare the two.")


def _check_objects(entry: Mapping[str, Any]) -> int:
    """How many keys stand in the objects of a ticket. Raises JsonFault where one of them is not as it should be."""
    pairs = 0
    for name, fields in _OBJECTS.items():
        found = entry.get(name)
        if type(found) is dict:
            _check_object(found, fields, f"{name}: ")
            pairs += len(found)
    return pairs


def _check_object(entry: Any, fields: dict[str, _Field], where: str) -> None:
    if type(entry) is not dict:
        raise JsonFault(
            f"{where}found {_shown(entry)}.",
            f"a JSON object with {_listed([key for key, field in fields.items() if field.required])}.",
            "Write each as an object in braces.",
        )
    _check_keys(entry, fields, where)
    for key, field in fields.items():
        if key not in entry:
            if field.required:
                raise JsonFault(f"{where}{key} is missing.", field.expected, f'Add "{key}" to it.')
            continue
        try:
            field.parse(entry[key])
        except (ValueError, TypeError):
            raise _wrong_field(f"{where}{key}", entry[key], field.expected) from None


def _check_keys(entry: dict[str, Any], fields: dict[str, _Field], where: str) -> None:
    """Raises JsonFault for a key that is neither known nor begins with "x_": a misspelled "tips" would lose money."""
    if type(entry) is not dict:
        raise TypeError
    for key, value in entry.items():
        if key.lower() == CURRENCY and key not in fields:
            raise JsonFault(
                f"{where}it is said to be in {_shown(value)}.",
                'amounts in NOK, and "currency" with "rate" for a payment in another currency alone.',
                "Leave the key out where the amounts are in NOK; otherwise have the register write them in NOK.",
            )
        if key not in fields and not key.startswith(OWN_PREFIX):
            near = difflib.get_close_matches(key[:CODE_LENGTH_MAX].lower(), fields, 1, 0.5)
            raise JsonFault(
                f"{where}the key {_shown(key)} is unknown.",
                f'"{near[0]}", perhaps?' if near else f"{_listed(list(fields))}.",
                f'Correct the key, or let it begin with "{OWN_PREFIX}" if it is for your own use.',
            )


def _check_duplicates(text: str) -> None:
    json.loads(text, object_pairs_hook=_refuse_duplicates, parse_int=str, parse_float=str)


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    for key, value in pairs:
        if key in entry:
            raise JsonFault(
                f"the key {_shown(key)} stands twice.",
                "each key once.",
                "Write the key once; two amounts of a kind are added together first.",
            )
        entry[key] = value
    return entry


def _wrong_field(label: str, value: object, expected: str) -> JsonFault:
    return JsonFault(f"{label} is {_shown(value)}.", expected, "Correct it where the file is made.")


def _two_values(text: str, end: int) -> JsonFault:
    return JsonFault(
        f"after the ticket comes {_shown(text[end : end + 30].strip())}.",
        "one ticket on each line, and nothing after it.",
        "Write one ticket a line, without commas between the lines.",
    )


def _not_json(raw: bytes, error: json.JSONDecodeError) -> JsonFault:
    if b"\0" in raw:
        return not_utf8(raw)
    fault = JsonFault(
        f"the line is no complete JSON ({error.msg}, character {error.pos + 1}).",
        "one whole ticket, as a JSON object in braces, on each line.",
        "Write each ticket whole; is the file cut off here?",
    )
    fault.reads_on = raw.startswith(b"{") and is_cut(error, error.doc)
    return fault


def _shown(value: object) -> str:
    """A value for a message: shortened, without control characters."""
    if type(value) is str:
        return show_text(value)
    if value is None:
        return "null"
    if type(value) is bool:
        return "true" if value else "false"
    return "a list" if type(value) is list else "an object"


def _listed(keys: list[str]) -> str:
    return ", ".join(f'"{key}"' for key in keys)
