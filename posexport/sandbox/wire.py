"""Requests, answers, strict JSON with `Decimal`, dates, and checks of single fields.

Lives here: what v1 and v2 share and what knows nothing of vouchers. Never here: state, a clock, and `float`: numbers
come in as `int` or `Decimal` and go out as they are. Units: `amount_ore` is integer øre; `*_s` is seconds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from email.utils import format_datetime
from json.encoder import encode_basestring
from typing import Any, NoReturn

Json = dict[str, Any]

AMOUNT_DIGITS_MAX = 13
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(T00:00:00(\.0+)?Z?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived; header names are in lower case. Never logged: it holds keys."""

    method: str
    path: str
    query: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def api(self) -> str:
        """`v1`, `v2`, or `page` for what a person looks at."""
        if self.path.startswith("/v2/"):
            return "v2"
        if self.path in ("/", "/drafts.json") or self.path.startswith("/bookkeeper/"):
            return "page"
        return "v2" if self.path == "/OAuth/Token" and "ocp-apim-subscription-key" in self.headers else "v1"

    @property
    def is_voucher(self) -> bool:
        """Whether it creates a voucher, as a draft or posted, or an order."""
        return self.method == "POST" and self.path.rstrip("/") in _VOUCHER_PATHS


_VOUCHER_PATHS = (
    "/Import",
    "/v2/JournalEntryVouchers/ManualJournals",
    "/v2/Vouchers/CashJournals",
    "/v2/Vouchers/ManualJournals",
    "/v2/SalesOrders/Complete",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `delay_s`: how long the server sleeps before sending it; `handle` never sleeps."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    delay_s: float = 0.0


class ConnectionLost(Exception):
    """The request or its answer was lost: there is nothing to read, as with a broken connection."""

    def __init__(self, *, processed: bool, delay_s: float = 0.0) -> None:
        self.processed = processed
        self.delay_s = delay_s
        super().__init__("the answer was lost" if processed else "the request was lost")


VALIDATION = "ApiValidation"
"""The kind of a refusal for what a request says."""

VOUCHER_WRONG = "Voucher validation error(s)"
NOT_FOUND = "Object(s) not found"
CONFLICT = "Object conflict"
CAST_FAILED = "Unable to cast object(s)"
PRIVILEGE_MISSING = "Missing privilege"
"""Titles of v2's problems; the first is ours, after the one for customers."""

_TITLES = {400: VOUCHER_WRONG, 404: NOT_FOUND, 409: CONFLICT}


class Refused(Exception):
    """A refusal in our own words; v1 and v2 each format it in their own way.

    `field_name`: the wrong property, as the caller wrote it; empty where it is about no single one.
    """

    def __init__(
        self, summary: str, *, kind: str = VALIDATION, status: int = 400, title: str = "", field_name: str = ""
    ) -> None:
        self.summary = summary
        self.kind = kind
        self.status = status
        self.title = title or _TITLES[status]
        self.field_name = field_name
        super().__init__(summary)

    def on_line(self, at: int, lines: str) -> Refused:
        """The same about the line `at`, counted from 1, of the property `lines`."""
        name = f"{lines}[{at - 1}].{self.field_name}" if self.field_name else ""
        summary = f"Line {at}: {self.summary}"
        return Refused(summary, kind=self.kind, status=self.status, title=self.title, field_name=name)


class OnLine:
    """Adds the line's number to any refusal raised inside."""

    def __init__(self, at: int, lines: str) -> None:
        self._at, self._lines = at, lines

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Refused):
            raise error.on_line(self._at, self._lines) from None


class HttpRefusal(Exception):
    """A refusal by HTTP status in both APIs (401, 403, 404, 405, 429...).

    In v2 it comes from the gateway; with a `title` or a `field_name` ("$" is the body), from PowerOffice itself.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        headers: Mapping[str, str] | None = None,
        *,
        title: str = "",
        field_name: str = "",
    ) -> None:
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.title = title
        self.field_name = field_name
        super().__init__(detail)


# --- JSON ---------------------------------------------------------------------------------------------


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a JSON number")


def _refuse_double(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a property is given twice")
    return found


def parse_json(body: bytes) -> Any:
    """The JSON document in `body`, numbers as `int` or `Decimal`; raises `HttpRefusal` 400."""
    try:
        return json.loads(
            body.decode("utf-8"),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_refuse_double,
        )
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise HttpRefusal(400, f"The request body is not valid JSON: {error}", field_name="$") from None


def format_json(value: Any) -> str:
    """`value` as JSON; a `Decimal` is written as the number it is: Decimal("102.80") -> 102.80."""
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ",".join(f"{encode_basestring(key)}:{format_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(format_json, value)) + "]"
    if isinstance(value, datetime):
        return f'"{value.isoformat(" ")}"'
    if isinstance(value, date):
        return f'"{value.isoformat()}"'
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def json_answer(value: Any, status: int = 200, *, headers: Mapping[str, str] | None = None) -> Answer:
    body = format_json(value).encode("utf-8", "replace")
    return Answer(status, {"Content-Type": "application/json; charset=utf-8", **(headers or {})}, body)


def json_body(request: Request) -> Json:
    """The JSON object in the request. Raises HttpRefusal, also for another content type."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HttpRefusal(415, "Content-Type has to be application/json.", title="Unsupported Media Type")
    value = parse_json(request.body)
    if not isinstance(value, dict):
        raise HttpRefusal(400, "The request body has to be a JSON object.", field_name="$")
    return value


# --- fields -------------------------------------------------------------------------------------------


def check_known(value: Json, known: Iterable[str], what: str) -> None:
    unknown = [name for name in value if name not in known]
    if unknown:
        raise Refused(f"Could not find member '{unknown[0]}' on object of type '{what}'.", field_name=unknown[0])


def list_of(value: Json, name: str) -> list[Json]:
    """A list of objects with at least one item."""
    items = value.get(name)
    if not isinstance(items, list) or not items:
        raise Refused(f"{name} has to hold at least one line.", field_name=name)
    if not all(isinstance(item, dict) for item in items):
        raise Refused(f"{name} has to hold objects only.", field_name=name)
    return items


def text_of(value: Json, name: str, *, length_max: int, required: bool = False) -> str | None:
    """A text field; None where it is null or missing. `required` means not blank either. Raises Refused."""
    found = value.get(name)
    if found is None:
        if required:
            raise Refused(f"{name} is required.", field_name=name)
        return None
    if not isinstance(found, str):
        raise Refused(f"{name} has to be text.", field_name=name)
    if len(found) > length_max:
        raise Refused(f"{name} is {len(found)} characters long, at most {length_max} are allowed.", field_name=name)
    if required and not found.strip():
        raise Refused(f"{name} is required.", field_name=name)
    return found


def whole_of(value: Json, name: str, *, required: bool = False) -> int | None:
    """A whole JSON number (3000, not 3000.0 and not "3000")."""
    found = value.get(name)
    if found is None:
        if required:
            raise Refused(f"{name} is required.", field_name=name)
        return None
    if isinstance(found, bool) or not isinstance(found, int):
        raise Refused(f"{name} has to be a whole number.", field_name=name)
    return found


def flag_of(value: Json, name: str) -> bool | None:
    """True, false, or None where it is null or missing. Raises Refused."""
    found = value.get(name)
    if found is not None and not isinstance(found, bool):
        raise Refused(f"{name} has to be true or false.", field_name=name)
    return found


def choice_of(value: Json, name: str, choices: Iterable[str]) -> str | None:
    """One of these words; None where it is null or missing. Raises Refused."""
    found = text_of(value, name, length_max=100)
    if found is not None and found not in choices:
        raise Refused(f"The value '{found}' is not valid for {name}.", field_name=name)
    return found


def check_unsupported(value: Json, names: Iterable[str]) -> None:
    """Raises `Refused` where a property is given that PowerOffice Go knows and this sandbox does not."""
    for name in names:
        if value.get(name) not in (None, "None"):
            raise Refused(f"{name} is not supported by this sandbox.", field_name=name)


def number_of(value: Json, name: str) -> Decimal | None:
    """Any JSON number of sensible size, as `Decimal`."""
    found = value.get(name)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        raise Refused(f"{name} has to be a number.", field_name=name)
    number = Decimal(found)
    digits = len(number.as_tuple().digits)
    if digits > 2 * AMOUNT_DIGITS_MAX or abs(number.adjusted()) >= AMOUNT_DIGITS_MAX:
        raise Refused(f"{name} is out of range.", field_name=name)
    return number


def amount_ore_of(value: Json, name: str) -> int:
    """A required amount in kroner with at most two decimals, not 0, as øre: 102.80 -> 10280."""
    number = number_of(value, name)
    if number is None:
        raise Refused(f"{name} is required.", field_name=name)
    ore = number * 100
    if ore != ore.to_integral_value():
        raise Refused(f"{name} {number} has more than two decimals.", field_name=name)
    if not ore:
        raise Refused(f"{name} must be a positive or negative number, not 0.", field_name=name)
    return int(ore)


def day_of(value: Json, name: str, *, required: bool = False) -> date | None:
    """An ISO date, also with midnight as its time; None where it is missing and not `required`. Raises Refused."""
    found = value.get(name)
    if found is None:
        if required:
            raise Refused(f"{name} is required.", field_name=name)
        return None
    match = _DATE.fullmatch(found) if isinstance(found, str) else None
    if match is None:
        raise Refused(f"{name} has to be a date such as 2020-01-31.", field_name=name)
    try:
        return date.fromisoformat(match[1])
    except ValueError:
        raise Refused(f"{name} {match[1]} is not a date of the calendar.", field_name=name) from None


def required_day_of(value: Json, name: str) -> date:
    day = day_of(value, name, required=True)
    assert day is not None
    return day


def kroner(amount_ore: int) -> Decimal:
    """Øre as an amount with two decimals: 10280 -> Decimal("102.80")."""
    return Decimal(amount_ore).scaleb(-2)


def http_date(at_s: float) -> str:
    """Epoch seconds as the `Date` of an answer."""
    return format_datetime(instant(at_s), usegmt=True)


def instant(at_s: float) -> datetime:
    """Epoch seconds as an instant in UTC."""
    return datetime.fromtimestamp(at_s, UTC)
