"""Sales as JSON lines: one ticket a line, for a register that offers nothing else.

Amounts are kroner with a decimal point in the file and øre, signed, outside this module. Never here: floats
(numbers keep their literal text), venues, accounts, the file system. The hot path takes a line apart in one
go and raises whatever Python raises; only then is the line gone through field by field to say what is wrong.
The format is posexport's own, "Sales as JSON lines and as CSV" in the documentation.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import Any, BinaryIO, NamedTuple

from posexport.core.money import convert_ore
from posexport.core.sales import Coverage, Payment, SaleLine, SalesItem, Ticket, TicketStatus
from posexport.errors import UnreadableSales
from posexport.sources.values import (
    BOM,
    CODE_LENGTH_MAX,
    CURRENCY_CODE,
    OWN_PREFIX,
    SERIAL_DIGITS_MAX,
    Parsed,
    cannot_go_on,
    check_amount,
    check_vat_rate,
    format_batch,
    parse_amount,
    parse_code,
    parse_rate,
    parse_time,
    show_text,
)

_COUNTED, _TRAINING, _VOID = TicketStatus.COUNTED, TicketStatus.TRAINING, TicketStatus.VOID
_LINE_BYTES_MAX = 10_000_000
_LINES_REMEMBERED = 5_000
"""The same goods are sold again and again."""
_AT_PAR = frozenset(("1", "1.0", "1.00", "1.0000", "1.000000"))
_FLAGS = {"1": True, "true": True, "0": False, "false": False, "": False}

_EXAMPLE = (
    '{"register": "1", "ticket": "1042", "completed_at": "2026-11-21T23:41:07+01:00", '
    '"lines": [{"product_type": "100", "vat_code": "3", "gross": "200.00"}], '
    '"payments": [{"payment_type": "VISA", "amount": "200.00"}]}'
)


class _Fault(Exception):
    """What is wrong with a line, before it is known which line."""

    ticket = ""

    def __init__(self, found: str, expected: str, fix: str) -> None:
        super().__init__(found)
        self.found, self.expected, self.fix = found, expected, fix

    def of(self, entry: Any) -> _Fault:
        """The same, of the ticket `entry` where that has a number to name it by."""
        with suppress(ValueError, TypeError, KeyError):
            self.ticket = _parse_code(entry["ticket"])
        return self


def read_jsonl(stream: BinaryIO, name: str) -> Iterator[SalesItem]:
    """The tickets of a file of JSON lines, in file order, one in memory at a time; a `Coverage` comes first.

    `name` is how messages call the file. A key given twice, a key nobody knows and a value of another form
    are refused rather than guessed at, since each could lose money; keys that begin with "x_" are the
    register's own. Raises UnreadableSales, naming the line, for everything that cannot be read.

    >>> from io import BytesIO
    >>> line = b'''{"register": 1, "ticket": 7, "completed_at": "2026-11-21T12:00:00", "lines": [
    ... {"product_type": 100, "vat_code": 3, "gross": 12.5}], "payments": []}'''.replace(b"\\n", b"")
    >>> list(read_jsonl(BytesIO(line), "day.jsonl"))[1].lines[0].gross_ore
    1250
    """
    yield Coverage(source="", batch=format_batch(name))
    parse = _TicketParser().parse
    line_number = 0
    try:
        readline = partial(stream.readline, _LINE_BYTES_MAX + 1)
        first = readline().removeprefix(BOM)
        for line_number, line in enumerate(chain((first,), iter(readline, b"")), 1):  # noqa: B007
            if len(line) > _LINE_BYTES_MAX:
                raise _too_long()
            stripped = line.strip()
            if not stripped:
                continue
            yield parse(stripped)
    except _Fault as fault:
        place = f"line {line_number}" + (f", ticket {fault.ticket}" if fault.ticket else "")
        raise UnreadableSales(name, place, fault.found, fault.expected, fault.fix) from None
    except OSError as error:
        raise cannot_go_on(name, line_number, error) from error


class _TicketParser:
    """One line, as bytes without the spaces around it -> one Ticket."""

    def __init__(self) -> None:
        decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse_constant)
        self._decode = decoder.raw_decode
        self._lines = Parsed(self._parse_line, _LINES_REMEMBERED)
        self._codes = Parsed(_parse_code)
        self._amounts = Parsed(_parse_amount)
        self._amounts_or_none = Parsed(_parse_amount_or_none)
        self._amounts_or_0 = Parsed(_parse_amount_or_0)
        self._rates = Parsed(_parse_vat_rate)
        self._flags = Parsed(_parse_flag)
        self._customers = Parsed(_parse_customer)

    def parse(self, raw: bytes) -> Ticket:
        """Raises _Fault for a line that is no ticket."""
        entry = None
        try:
            text = raw.decode()
            entry, end = self._decode(text)
            if end != len(text):
                raise _two_values(text, end)
            return self._build(entry, text)
        except _Fault as fault:
            raise fault.of(entry) from None
        except UnicodeDecodeError:
            raise _not_utf8(raw) from None
        except RecursionError:
            raise _too_deep() from None
        except json.JSONDecodeError as error:
            raise _not_json(raw, error) from None
        except (ValueError, TypeError, KeyError, AttributeError):
            raise _explain(entry).of(entry) from None

    def _build(self, entry: Any, text: str) -> Ticket:
        """The hot path. Raises what Python raises; `_explain` then finds the words."""
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
        for payment in entry_payments:
            pairs += len(payment)
            if not _PAYMENT_KEYS.issuperset(payment):
                _check_keys(payment, _PAYMENT_FIELDS, f"payments, no. {len(payments) + 1}: ")
            get = payment.get
            amount_ore = amounts[payment["amount"]]
            currency = None
            if get("currency", "NOK") != "NOK" or get("rate", "1") not in _AT_PAR:
                where = f"payments, no. {len(payments) + 1}: "
                amount_ore, currency = _parse_foreign(amount_ore, get("currency"), get("rate"), where)
            payments.append(Payment(codes[payment["payment_type"]], amount_ore, currency))

        # json keeps the last of two equal keys and says nothing. Each pair of a line has one colon outside
        # its strings, so a line whose colons are all accounted for has no pair that was overwritten; one
        # with others (in a text, say) or with an escaped colon is looked at the slow way.
        if text.count(":") != pairs + completed.count(":") or ("\\" in text and "\\u003" in text):
            _check_duplicates(text)

        get = entry.get
        number = _parse_code(entry["ticket"])
        training, void = self._flags[get("training")], self._flags[get("void")]
        status = _TRAINING if training else _VOID if void else _COUNTED
        return Ticket(
            codes[entry["register"]],
            number,
            parse_time(completed),
            tuple(lines),
            tuple(payments),
            None,
            status,
            amounts_or_0[get("tip")],
            amounts_or_0[get("rounding")],
            amounts_or_0[get("gift_cards_sold")],
            (),
            self._customers[get("customer")],
            int(number) if len(number) <= SERIAL_DIGITS_MAX and number.isascii() and number.isdigit() else None,
        )

    def _parse_line(self, texts: tuple[Any, ...]) -> SaleLine:
        product_type, vat_code, gross, vat, rate, discount = texts
        return SaleLine(
            self._codes[product_type],
            self._codes[vat_code],
            self._amounts[gross],
            self._amounts_or_none[vat],
            self._rates[rate],
            self._amounts_or_0[discount],
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


def _parse_amount(value: object) -> int:
    return parse_amount(_text_of(value))


def _parse_amount_or_none(value: object) -> int | None:
    return None if value is None else _parse_amount(value)


def _parse_amount_or_0(value: object) -> int:
    return 0 if value is None else _parse_amount(value)


def _parse_vat_rate(value: object) -> int | None:
    return None if value is None else check_vat_rate(_parse_amount(value))


def _parse_flag(value: object) -> bool:
    if value is None or value is False:
        return False
    if value is True:
        return True
    if type(value) is not str:
        raise ValueError
    try:
        return _FLAGS[value.strip().lower()]
    except KeyError:
        raise ValueError from None


def _parse_foreign(amount_ore: int, currency: object, rate: object, where: str) -> tuple[int, str | None]:
    """A payment's amount with what is said of its currency -> NOK øre, and the currency unless it is NOK.
    Raises _Fault; `where` is how it calls the payment."""
    if currency is None:
        code = "NOK"
    elif type(currency) is str and CURRENCY_CODE.match(currency):
        code = currency.upper()
    else:
        raise _wrong_field(f"{where}currency", currency, _CURRENCY)
    if rate is None:
        if code == "NOK":
            return amount_ore, None
        raise _Fault(
            f"{where}it is in {code} without a rate.",
            f'"rate" as NOK for one {code}, such as "11.4235".',
            f'Give the payment the "rate" the register used, or its amount in NOK without "currency" {code}.',
        )
    try:
        nok_per_unit = parse_rate(_text_of(rate))
    except ValueError:
        raise _wrong_field(f"{where}rate", rate, _RATE) from None
    if code == "NOK":
        if nok_per_unit == 1:
            return amount_ore, None
        raise _Fault(
            f"{where}it is in NOK with the rate {_shown(rate)}.",
            'the rate "1", or none, for NOK, and "currency" for any other.',
            'Say which "currency" the amount is in, or leave the rate out.',
        )
    try:
        return check_amount(convert_ore(amount_ore, nok_per_unit)), code
    except ValueError:
        too_much = "a rate that leaves the amount below a billion NOK."
        raise _wrong_field(f"{where}rate", rate, too_much) from None


def _refuse_constant(text: str) -> object:
    raise _Fault(f"{text} is no amount.", _AMOUNT, "Write the amount out, or leave the key out.")


class _Field(NamedTuple):
    """How a key's value is read, what to expect of it in words, and whether it may be missing."""

    parse: Callable[[Any], object]
    expected: str
    required: bool = False


def _any_value(value: object) -> object:
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

_TICKET_FIELDS = {
    "register": _Field(_parse_code, _CODE, True),
    "ticket": _Field(_parse_code, _CODE, True),
    "completed_at": _Field(parse_time, _TIME, True),
    "lines": _Field(_check_list, _LIST, True),
    "payments": _Field(_check_list, _LIST, True),
    "tip": _Field(_parse_amount_or_0, _AMOUNT),
    "rounding": _Field(_parse_amount_or_0, _AMOUNT),
    "gift_cards_sold": _Field(_parse_amount_or_0, _AMOUNT),
    "customer": _Field(_parse_customer, _CODE),
    "reference": _Field(_any_value, ""),
    "training": _Field(_parse_flag, _FLAG),
    "void": _Field(_parse_flag, _FLAG),
}
_LINE_FIELDS = {
    "product_type": _Field(_parse_code, _CODE, True),
    "vat_code": _Field(_parse_code, _CODE, True),
    "gross": _Field(_parse_amount, _AMOUNT, True),
    "vat": _Field(_parse_amount_or_none, _AMOUNT),
    "vat_rate": _Field(_parse_vat_rate, _PERCENT),
    "discount": _Field(_parse_amount_or_0, _AMOUNT),
    "quantity": _Field(_any_value, ""),
    "text": _Field(_any_value, ""),
}
_PAYMENT_FIELDS = {
    "payment_type": _Field(_parse_code, _CODE, True),
    "amount": _Field(_parse_amount, _AMOUNT, True),
    "currency": _Field(_any_value, _CURRENCY),
    "rate": _Field(_any_value, _RATE),
}
_TICKET_KEYS = frozenset(_TICKET_FIELDS)
_LINE_KEYS = frozenset(_LINE_FIELDS)
_PAYMENT_KEYS = frozenset(_PAYMENT_FIELDS)


# What is wrong with a line that would not go through: slow, and only ever run once per file.


def _explain(entry: Any) -> _Fault:
    """The first thing wrong with `entry`, which is JSON but no ticket."""
    if type(entry) is not dict:
        return _Fault(
            f"the line is {_shown(entry)}.",
            "one ticket, as a JSON object in braces, on each line.",
            "Write one ticket a line, without a list around them.",
        )
    try:
        _check_object(entry, _TICKET_FIELDS, "")
        for position, line in enumerate(entry["lines"], 1):
            _check_object(line, _LINE_FIELDS, f"lines, no. {position}: ")
        for position, payment in enumerate(entry["payments"], 1):
            _check_object(payment, _PAYMENT_FIELDS, f"payments, no. {position}: ")
            amount_ore = _parse_amount(payment["amount"])
            where = f"payments, no. {position}: "
            _parse_foreign(amount_ore, payment.get("currency"), payment.get("rate"), where)
    except _Fault as fault:
        return fault
    return _Fault("the line is no ticket.", f"a line such as {_EXAMPLE}", "Compare the two.")


def _check_object(entry: Any, fields: dict[str, _Field], where: str) -> None:
    if type(entry) is not dict:
        raise _Fault(
            f"{where}found {_shown(entry)}.",
            f"a JSON object with {_listed([key for key, field in fields.items() if field.required])}.",
            "Write each as an object in braces.",
        )
    _check_keys(entry, fields, where)
    for key, field in fields.items():
        if key not in entry:
            if field.required:
                raise _Fault(f"{where}{key} is missing.", field.expected, f'Add "{key}" to it.')
            continue
        try:
            field.parse(entry[key])
        except (ValueError, TypeError):
            raise _wrong_field(f"{where}{key}", entry[key], field.expected) from None


def _check_keys(entry: dict[str, Any], fields: dict[str, _Field], where: str) -> None:
    """Refuse a key that is neither known nor the register's own: a misspelt "tips" would lose money."""
    if type(entry) is not dict:
        raise TypeError
    for key in entry:
        if key not in fields and not key.startswith(OWN_PREFIX):
            near = difflib.get_close_matches(key[:CODE_LENGTH_MAX].lower(), fields, 1, 0.5)
            raise _Fault(
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
            raise _Fault(
                f"the key {_shown(key)} stands twice.",
                "each key once.",
                "Write the key once; two amounts of a kind are added together first.",
            )
        entry[key] = value
    return entry


def _wrong_field(label: str, value: object, expected: str) -> _Fault:
    return _Fault(f"{label} is {_shown(value)}.", expected, "Correct it where the file is made.")


def _two_values(text: str, end: int) -> _Fault:
    return _Fault(
        f"after the ticket comes {_shown(text[end : end + 30].strip())}.",
        "one ticket on each line, and nothing after it.",
        "Write one ticket a line, without commas between the lines.",
    )


def _not_utf8(raw: bytes) -> _Fault:
    if b"\0" in raw:
        found, fix = "the line holds NUL bytes.", "The file looks like UTF-16; save it as UTF-8."
    else:
        found, fix = "the line is not UTF-8.", "Save the file as UTF-8 where it is made."
    return _Fault(found, "text in UTF-8, with or without a byte order mark.", fix)


def _not_json(raw: bytes, error: json.JSONDecodeError) -> _Fault:
    if b"\0" in raw:
        return _not_utf8(raw)
    return _Fault(
        f"the line is no complete JSON ({error.msg}, character {error.pos + 1}).",
        "one whole ticket, as a JSON object in braces, on each line.",
        "Write each ticket on a line of its own, not spread over several; is the file cut off here?",
    )


def _too_long() -> _Fault:
    return _Fault(
        f"the line is longer than {_LINE_BYTES_MAX // 1_000_000} MB.",
        "one ticket a line.",
        "Write each ticket on a line of its own.",
    )


def _too_deep() -> _Fault:
    return _Fault(
        "the line is nested too deeply.",
        "a ticket with its lines and payments, and nothing deeper.",
        "Write the ticket without further levels.",
    )


def _shown(value: object) -> str:
    """A value as a message shows it: short, and with nothing in it that a terminal would obey."""
    if type(value) is str:
        return show_text(value)
    if value is None:
        return "null"
    if type(value) is bool:
        return "true" if value else "false"
    return "a list" if type(value) is list else "an object"


def _listed(keys: list[str]) -> str:
    return ", ".join(f'"{key}"' for key in keys)
