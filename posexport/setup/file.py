"""The setup file: TOML a person writes -> checked companies, and back.

Here are the file and its text: reading it whole with every fault and its line, writing it as a person would,
and saying what a change changes. What may stand in it is `setup_check`'s, single values and secrets are
`setup_values`', and a first file for a new client is `setup_draft`'s. Secrets are references throughout:
reading looks them up once, to say early that one is missing, and keeps none.

Source: TOML 1.0. `tomllib` reads it but names no lines, so `locate_lines` finds them.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import tomlkit

from posexport.core.company import Company, Document, Setup, parse_company
from posexport.errors import SetupFault, SetupRefused, UsageError
from posexport.setup.check import ACCOUNTS, COMPANY, Fields, Place, check_document
from posexport.setup.mistakes import OTHERWISE, explain_mistake
from posexport.setup.values import resolve_secret

__all__ = ["describe_changes", "format_setup", "locate_lines", "read_setup", "read_setup_file", "resolve_secret"]


class SetupRead(NamedTuple):
    """The companies of a setup file, and notes on the keys that are not there yet: they are needed to send anything."""

    companies: tuple[Company, ...]
    notes: tuple[str, ...]


def read_setup(path: Path, saved: Setup, environ: Mapping[str, str]) -> tuple[Company, ...]:
    """The companies of a setup file. As `read_setup_file`."""
    return read_setup_file(path, saved, environ).companies


def read_setup_file(path: Path, saved: Setup, environ: Mapping[str, str]) -> SetupRead:
    """A setup file, checked against what is `saved` and against `environ`'s secrets, where they are there.

    Raises SetupRefused with every fault and its line, UsageError where there is no file to read.
    """
    text = _read_text(path)
    try:
        raw = tomllib.loads(text)
        lines = locate_lines(text)
    except ValueError as error:
        raise SetupRefused(str(path), [explain_mistake(str(error), text)]) from None
    except RecursionError:
        fault = SetupFault(None, "Lists or tables stand too deep in each other.", OTHERWISE)
        raise SetupRefused(str(path), [fault]) from None
    documents, faults, notes = check_document(raw, lines, saved, environ)
    if faults:
        raise SetupRefused(str(path), faults)
    return SetupRead(tuple(parse_company(document) for document in documents), tuple(notes))


def _read_text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"There is no setup file {path}. Check the path.") from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise UsageError(f"The setup file {path} cannot be read ({why}). Give the path of a file.") from None
    try:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):  # as PowerShell and Notepad may save it
            return raw.decode("utf-16").replace("\r\n", "\n")
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        fault = SetupFault(line, "The file is not UTF-8 text.", "Save it again with encoding UTF-8.")
        raise SetupRefused(str(path), [fault]) from None


# ---- lines ----

_KEY_PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_STRING = re.compile(r'''(?s)"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*\'''')
_BETWEEN = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BARE_VALUE = re.compile(r"[^,\]}#\n]*")


def locate_lines(text: str) -> dict[Place, int]:
    r"""The line (1 is the first) of every table, key and list element of a text that is right TOML.

    >>> locate_lines('[[company]]\nid = "a"\n[[company]]\nid = "b"')[("company", 1, "id")]
    4
    """
    return _Locator(text).located


class _Locator:
    """Walks the text once, heeding strings, comments and values of several lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.newlines = [found.start() for found in re.finditer("\n", text)]
        self.located: dict[Place, int] = {}
        self.rows: dict[Place, int] = {}
        table: Place = ()
        self._skip(_BETWEEN)
        while self.at < len(text):
            if text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BETWEEN)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise AssertionError("locate_lines was given a text that is no TOML")
        self.at = found.end()
        return found[0]

    def _mark(self, place: Place) -> None:
        self.located.setdefault(place, bisect_left(self.newlines, self.at) + 1)

    def _header(self) -> Place:
        """[a.b] or [[a.b]]; the place of the table it opens."""
        several = self.text.startswith("[[", self.at)
        self.at += 2 if several else 1
        self._skip(_BETWEEN)
        parts = self._key()
        place: Place = ()
        for n, part in enumerate(parts, start=1):
            place = (*place, part)
            self._mark(place)
            if several and n == len(parts):
                self.rows[place] = self.rows.get(place, 0) + 1
            if place in self.rows:
                place = (*place, self.rows[place] - 1)
                self._mark(place)
        self.at += 2 if several else 1
        return place

    def _key(self) -> list[str]:
        """A key's parts; stops at what follows it."""
        parts = []
        while True:
            part = self._skip(_KEY_PART)
            parts.append(tomllib.loads(f"key = {part}")["key"] if part[0] in "\"'" else part)
            self._skip(_BETWEEN)
            if self.text[self.at] != ".":
                return parts
            self.at += 1
            self._skip(_BETWEEN)

    def _pair(self, table: Place) -> None:
        """key = value"""
        place = table
        for part in self._key():
            place = (*place, part)
            self._mark(place)
        self.at += 1
        self._skip(_BETWEEN)
        self._value(place)

    def _value(self, place: Place) -> None:
        match self.text[self.at]:
            case '"' | "'":
                self._skip(_STRING)
            case "[":
                self._elements(place, "]")
            case "{":
                self._elements(place, "}")
            case _:
                self._skip(_BARE_VALUE)

    def _elements(self, place: Place, end: str) -> None:
        """The elements of a list, or the pairs of a table in braces."""
        self.at += 1
        self._skip(_BETWEEN)
        n = 0
        while self.text[self.at] != end:
            if end == "]":
                self._mark((*place, n))
                self._value((*place, n))
                n += 1
            else:
                self._pair(place)
            self._skip(_BETWEEN)
            if self.text[self.at] == ",":
                self.at += 1
                self._skip(_BETWEEN)
        self.at += 1


# ---- writing it back ----


def format_setup(companies: Iterable[Company]) -> str:
    """A setup file of these companies, as a person would write it; secrets stay references.

    `read_setup` reads the same companies back from it.
    """
    tables = (_format_table("[[company]]", company.document, COMPANY) for company in companies)
    return "\n\n".join("\n".join(lines) for lines in tables) + "\n"


def _format_table(header: str, document: Document, fields: Fields) -> list[str]:
    """A table's lines: its own keys first, then a block for each table under it, two spaces in."""
    lines = [header]
    name = header.strip("[]")
    for key, field in fields.items():
        if key in document and field.fields is None:
            lines.append(f"{key} = {_format_field(key, document[key])}")
    for key, field in fields.items():
        if key not in document or field.fields is None:
            continue
        several = field.shape == "rows"
        under = f"[[{name}.{key}]]" if several else f"[{name}.{key}]"
        for row in document[key] if several else [document[key]]:
            block = _format_table(under, row, field.fields)
            lines += ["", *(f"  {line}" if line else "" for line in block)]
    return lines


def _format_field(key: str, value: object) -> str:
    """A date is kept as text and written as a date."""
    return str(value) if key == "export_from" else format_value(value)


def format_value(value: object) -> str:
    """A value in TOML, on one line."""
    match value:
        case bool():
            return "true" if value else "false"
        case list():
            return f"[{', '.join(format_value(one) for one in value)}]"
        case dict():
            pairs = ", ".join(f"{format_value(str(key))} = {format_value(one)}" for key, one in value.items())
            return f"{{ {pairs} }}" if pairs else "{}"
        case str():
            return "".join(map(_format_sign, tomlkit.string(value).as_string()))
        case _:
            return str(value)


def _format_sign(sign: str) -> str:
    """A letter in a TOML string: what is not seen, or steers a terminal, by its number."""
    if sign.isprintable():
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


# ---- what a change changes ----


def describe_changes(before: Company | None, after: Company) -> list[str]:
    """What saving `after` over `before` changes, one line each; none where nothing does.

    Such as: "venue torget: z_report hold -> warn", "product type 100: account for VAT code 3: 3020 -> 3021".
    """
    if before is None:
        return [f"company {after.id}: new", *(f"venue {venue.id}: new" for venue in after.venues)]
    return list(_differences(f"company {after.id}: ", "", before.document, after.document, COMPANY))


_ROWS = {
    "venue": "venue",
    "vat_code": "VAT code",
    "product_type": "product type",
    "payment_type": "payment type",
}
_ACCOUNTS = {
    "accounts": "account for VAT code",
    "discounts": "account for discounts at VAT code",
    "currency_accounts": "account for",
}


def _differences(title: str, within: str, old: Document, new: Document, fields: Fields) -> Iterator[str]:
    """`title` begins the lines about the table itself, `within` those about tables under it."""
    for key, field in fields.items():
        was, now = old.get(key, field.default), new.get(key, field.default)
        match field.shape:
            case "rows":
                yield from _row_differences(_ROWS[key], within, was, now, field.fields or {})
            case "table":
                yield from _differences(within, within, was, now, field.fields or {})
            case "accounts":
                for code in dict.fromkeys((*was, *now)):
                    yield from _difference(f"{title}{_ACCOUNTS[key]} {code}:", was.get(code), now.get(code))
            case _:
                said = f"account for {key.replace('_', ' ')}:" if fields is ACCOUNTS else key
                yield from _difference(f"{title}{said}", was, now)


def _row_differences(word: str, within: str, was: list[Document], now: list[Document], fields: Fields) -> Iterator[str]:
    by = "id" if "id" in fields else "code"
    old, new = {row[by]: row for row in was}, {row[by]: row for row in now}
    for code in dict.fromkeys((*old, *new)):
        title = f"{within}{word} {code}: "
        if code not in old:
            yield f"{title}new"
        elif code not in new:
            yield f"{title}removed"
        else:
            yield from _differences(title, title, old[code], new[code], fields)


def _difference(what: str, was: object, now: object) -> Iterator[str]:
    old, new = _text(was), _text(now)
    if old != new:
        yield f"{what} {old} -> {new}"


def _text(value: object) -> str:
    """As a person reads it; an account left for the bookkeeper is not set."""
    match value:
        case None | "" | []:
            return "not set"
        case list():
            return ", ".join(str(one) for one in value)
        case bool() | dict():
            return format_value(value)
        case _:
            return str(value)
