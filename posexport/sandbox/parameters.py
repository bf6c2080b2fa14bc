"""The query of a v2 list: its own filters, and the paging, ordering and narrowing all lists share.

Lives here: reading and applying them, strictly. Never here: what the lists hold.
What is not published is decided here and named: an unknown parameter is refused, and so is one given twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from .wire import CAST_FAILED, Answer, Json, Refused, format_json, json_answer

PAGE_SIZE, PAGE_SIZE_MAX = 5000, 20_000

if TYPE_CHECKING:
    from .call import Call


class Parameters:
    """The query of a list: its own filters, and `PageNumber`, `PageSize`, `Fields` and `OrderBy`."""

    def __init__(self, call: Call, *names: str) -> None:
        self._given: dict[str, str] = {}
        self._base = f"http://{call.request.headers.get('host', 'localhost')}{call.request.path}"
        known = {name.lower(): name for name in (*names, "PageNumber", "PageSize", "Fields", "OrderBy")}
        for name, value in parse_qsl(call.request.query, keep_blank_values=True):
            exact = known.get(name.lower())
            if exact is None:
                raise Refused(f"The query parameter '{name}' is not known here.", field_name=name)
            if exact in self._given:
                raise Refused(f"The query parameter '{name}' is given twice.", field_name=name)
            self._given[exact] = value

    def text(self, name: str) -> str:
        return self._given.get(name, "").strip()

    def flag(self, name: str) -> bool | None:
        value = self.text(name).lower()
        if value not in ("", "true", "false"):
            raise Refused(f"{name} has to be true or false.", field_name=name)
        return None if not value else value == "true"

    def moment(self, name: str) -> datetime | None:
        """An instant with its offset. A `+` that was not encoded arrives as a space and is refused."""
        value = self.text(name)
        if not value:
            return None
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            raise Refused(f"The value '{value}' is not valid for {name}.", field_name=name) from None
        if found.tzinfo is None:
            raise Refused(f"{name} needs an offset, such as +00:00.", field_name=name)
        return found.astimezone(UTC)

    def day(self, name: str) -> date:
        """A required date; a time behind it is not looked at."""
        value = self.text(name)
        if not value:
            raise Refused(f"{name} is required.", field_name=name)
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            raise Refused(f"The value '{value}' is not valid for {name}.", field_name=name) from None

    def optional_day(self, name: str) -> date | None:
        """A date, or None; a time behind it is not looked at."""
        return self.day(name) if self.text(name) else None

    def choice(self, name: str, choices: Iterable[str]) -> str | None:
        """One of these words, or None."""
        value = self.text(name)
        if value and value not in choices:
            raise Refused(f"The value '{value}' is not valid for {name}.", field_name=name)
        return value or None

    def identifiers(self, name: str) -> frozenset[str] | None:
        """GUIDs with commas between, or None."""
        value = self.text(name)
        if not value:
            return None
        try:
            return frozenset(str(uuid.UUID(part.strip())) for part in value.split(","))
        except ValueError:
            raise Refused(f"The value '{value}' is not valid for {name}.", title=CAST_FAILED) from None

    def ids(self, name: str) -> frozenset[int] | None:
        """Numeric ids with commas between, or None."""
        codes = self.codes(name)
        if codes is None:
            return None
        for code in codes:
            if not _is_number(code):
                raise Refused(f"The value '{code}' is not valid for {name}.", title=CAST_FAILED)
        return frozenset(map(int, codes))

    def identifier(self, name: str) -> str | None:
        """A GUID as this sandbox writes them, or None."""
        value = self.text(name)
        if not value:
            return None
        try:
            return str(uuid.UUID(value))
        except ValueError:
            raise Refused(f"The value '{value}' is not valid for {name}.", field_name=name) from None

    def codes(self, name: str) -> frozenset[str] | None:
        value = self.text(name)
        return frozenset(code.strip() for code in value.split(",")) if value else None

    def numbers(self, name: str) -> Callable[[int], bool]:
        """Numbers and ranges: "1000-1999, 2500, 3000-" has 1000 to 1999, 2500, and all from 3000."""
        value = self.text(name)
        if not value:
            return lambda _: True
        ranges = [_range(part.strip(), name) for part in value.split(",")]
        return lambda number: any(low <= number <= high for low, high in ranges)

    def _count(self, name: str, default: int) -> int:
        value = self.text(name)
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and 0 < len(value) < 7 and int(value)):
            raise Refused(f"{name} has to be a positive whole number.", field_name=name)
        return int(value)

    def end(self, items: Iterable[Json] = ()) -> list[Json]:
        """The items of the page asked for."""
        found = list(items)
        order, _, direction = self.text("OrderBy").partition(" ")
        if order and found:
            if order not in found[0] or direction.strip() not in ("", "asc", "desc"):
                raise Refused(f"OrderBy '{self.text('OrderBy')}' is not valid.", field_name="OrderBy")
            found.sort(key=lambda item: (item[order] is not None, item[order]), reverse=direction.strip() == "desc")
        size = self._count("PageSize", PAGE_SIZE)
        if size > PAGE_SIZE_MAX:
            raise Refused(f"PageSize is at most {PAGE_SIZE_MAX}.", field_name="PageSize")
        start = (self._count("PageNumber", 1) - 1) * size
        page = found[start : start + size]
        fields = self.codes("Fields")
        if fields is None:
            return page
        return [{name: value for name, value in item.items() if name in fields} for item in page]

    def answer(self, items: Iterable[Json]) -> Answer:
        """The page asked for, and in `X-Pagination` where the next one is; 204 without a body where it is empty."""
        found = list(items)
        page = self.end(found)
        number, size = self._count("PageNumber", 1), self._count("PageSize", PAGE_SIZE)
        if not page:
            return Answer(204)
        more = {"nextPageLink": self._link(number + 1) if number * size < len(found) else ""}
        return json_answer(page, headers={"X-Pagination": format_json(more)})

    def _link(self, number: int) -> str:
        query = urlencode({**self._given, "PageNumber": number})
        return f"{self._base}?{query}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


def parse_id(text: str) -> int:
    """A numeric id in a path, -1 where it is none."""
    return int(text) if _is_number(text) else -1


def _range(text: str, name: str) -> tuple[int, int]:
    low, dash, high = (part.strip() for part in text.partition("-"))
    if not (low or high) or any(part and not _is_number(part) for part in (low, high)):
        raise Refused(f"The value '{text}' is not valid for {name}.", title=CAST_FAILED)
    if not dash:
        return int(low), int(low)
    return int(low or 0), int(high or 10**18)
