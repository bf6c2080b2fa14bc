"""The small part of OData that v1 lists take: `$filter`, `$orderby`, `$top`, `$skip`.

Lives here: parsing and applying them to rows whose property names are in PascalCase.
Never here: knowledge of what the rows are.
As in PowerOffice Go: the filter stands in parentheses, names are in PascalCase, text compares with regard to
case, a quote inside text is doubled, and `$skip` needs `$top` and `$orderby`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import Any
from urllib.parse import parse_qsl

from .wire import Refused

Row = dict[str, Any]
Test = Callable[[Row], bool]

FILTER_LENGTH_MAX = 4000
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": eq,
    "ne": ne,
    "gt": gt,
    "ge": ge,
    "lt": lt,
    "le": le,
}
_TOKEN = re.compile(
    r"\s*(?:(?P<open>\()|(?P<close>\))|(?P<kind>guid|datetimeoffset|datetime)?'(?P<text>(?:[^']|'')*)'"
    r"|(?P<number>-?\d+(?:\.\d+)?)(?![\w.])|(?P<word>[A-Za-z_]\w*))",
    re.IGNORECASE | re.ASCII,
)


def _bad(summary: str) -> Refused:
    return Refused(summary, kind="OData")


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a v1 list was asked for. `equals` holds (name, text) where the filter is just that comparison."""

    test: Test | None = None
    equals: tuple[str, Any] | None = None
    order_by: tuple[str, bool] | None = None
    top: int | None = None
    skip: int = 0


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    value: Any


def parse_list_query(query: str, fields: Iterable[str]) -> ListQuery:
    """The options in a query string, for rows with these PascalCase fields; raises `Refused` (OData)."""
    known = frozenset(fields)
    options: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in ("$filter", "$orderby", "$top", "$skip"):
            raise _bad(f"The query option '{name}' is not supported.")
        if name in options:
            raise _bad(f"The query option '{name}' is given twice.")
        options[name] = value
    if "$skip" in options and not ("$top" in options and "$orderby" in options):
        raise _bad("$skip needs $top and $orderby.")
    parser = _Parser(_tokens(options["$filter"]), known) if "$filter" in options else None
    return ListQuery(
        test=parser.parse() if parser else None,
        equals=parser.only if parser else None,
        order_by=_order_by(options["$orderby"], known) if "$orderby" in options else None,
        top=_count(options["$top"], "$top") if "$top" in options else None,
        skip=_count(options["$skip"], "$skip") if "$skip" in options else 0,
    )


def apply_list_query(query: ListQuery, rows: Iterable[Row]) -> tuple[list[Row], int]:
    """The rows asked for, and how many there are before `$top` and `$skip`."""
    found = [row for row in rows if query.test is None or query.test(row)]
    total = len(found)
    if query.order_by is not None:
        name, descending = query.order_by
        found.sort(key=lambda row: (row.get(name) is not None, row.get(name)), reverse=descending)
    end = None if query.top is None else query.skip + query.top
    return found[query.skip : end], total


def _count(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise _bad(f"{name} has to be a whole number.")
    return int(text)


def _order_by(text: str, known: frozenset[str]) -> tuple[str, bool]:
    name, _, direction = text.strip().partition(" ")
    if name not in known:
        raise _bad(f"Could not find a property named '{name}'.")
    if direction.strip() not in ("", "asc", "desc"):
        raise _bad(f"$orderby is in an order that is not known: '{direction.strip()}'.")
    return name, direction.strip() == "desc"


def _tokens(text: str) -> list[_Token]:
    if len(text) > FILTER_LENGTH_MAX:
        raise _bad("$filter is too long.")
    tokens: list[_Token] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _bad(f"Syntax error at position {at} in '{text}'.")
        at = match.end()
        if match["open"] or match["close"]:
            tokens.append(_Token(match[0].strip(), None))
        elif match["text"] is not None:
            tokens.append(_Token("literal", _literal((match["kind"] or "").lower(), match["text"].replace("''", "'"))))
        elif match["number"] is not None:
            tokens.append(_Token("literal", Decimal(match["number"])))
        elif match["word"] in ("true", "false", "null"):
            tokens.append(_Token("literal", {"true": True, "false": False, "null": None}[match["word"]]))
        else:
            tokens.append(_Token("word", match["word"]))
    return tokens


def _literal(kind: str, text: str) -> Any:
    if kind == "guid":
        return text.lower()
    if not kind:
        return text
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise _bad(f"'{text}' is not a date.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _comparable(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value


class _Parser:
    """or := and ('or' and)*; and := one ('and' one)*; one := 'not' one | '(' or ')' | name op literal."""

    def __init__(self, tokens: list[_Token], known: frozenset[str]) -> None:
        self._tokens = tokens
        self._known = known
        self._at = 0
        self._depth = 0
        self._equals: list[tuple[str, Any]] = []
        self._comparisons = 0

    @property
    def only(self) -> tuple[str, Any] | None:
        """Name and value, where the whole filter is one comparison with `eq`."""
        plain = self._comparisons == 1 and not any(token.value == "not" for token in self._tokens)
        return self._equals[0] if plain and self._equals else None

    def parse(self) -> Test:
        test = self._or()
        if self._at != len(self._tokens):
            raise _bad("Syntax error: the filter does not end where it should.")
        return test

    def _peek(self) -> _Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _Token("end", None)

    def _next(self) -> _Token:
        token = self._peek()
        self._at += 1
        return token

    def _takes(self, word: str) -> bool:
        if self._peek() == _Token("word", word):
            self._at += 1
            return True
        return False

    def _or(self) -> Test:
        tests = [self._and()]
        while self._takes("or"):
            tests.append(self._and())
        return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)

    def _and(self) -> Test:
        tests = [self._one()]
        while self._takes("and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._takes("not"):
            inverted = self._one()
            return lambda row: not inverted(row)
        token = self._next()
        if token.kind == "(":
            self._depth += 1
            if self._depth > 50:
                raise _bad("The filter is nested too deeply.")
            test = self._or()
            if self._next().kind != ")":
                raise _bad("Syntax error: a parenthesis is not closed.")
            self._depth -= 1
            return test
        return self._comparison(token)

    def _comparison(self, name: _Token) -> Test:
        if name.kind != "word":
            raise _bad("Syntax error: a property name was expected.")
        if not self._depth:
            raise _bad("The filter has to be enclosed in parentheses.")
        if name.value not in self._known:
            raise _bad(f"Could not find a property named '{name.value}'.")
        operator_name, literal = self._next(), self._next()
        compare = _OPERATORS.get(operator_name.value) if operator_name.kind == "word" else None
        if compare is None or literal.kind != "literal":
            raise _bad("Invalid operator")
        self._comparisons += 1
        field, wanted = str(name.value), literal.value
        if operator_name.value == "eq":
            self._equals.append((field, wanted))

        def holds(row: Row) -> bool:
            found = _comparable(row.get(field))
            if compare in (eq, ne):
                return compare(found, wanted)
            try:
                return found is not None and compare(found, wanted)
            except TypeError:
                raise _bad(f"{field} cannot be compared with that value.") from None

        return holds
