"""Tickets in JSON other than JSON lines: a list of them, {"tickets": [...]}, or each over several lines.

The text is parsed piece by piece, with one ticket in memory at a time, in any layout. Never here: what a ticket
contains.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, BinaryIO

from posexport.sources.files.values import OWN_PREFIX, show_text

TICKET_BYTES_MAX = 10_000_000
_CHUNK_BYTES = 65_536
_NEAR_END = 16
"""An error this close to the end of what was read may just mean that more must be read."""
_SPACE = re.compile(r"[ \t\r\n]*")
_KEY = re.compile(r'[ \t\r\n]*"((?:[^"\\]|\\.)*)"[ \t\r\n]*:[ \t\r\n]*')
_COMMA = re.compile(r"[ \t\r\n]*,")

Decode = Callable[[str, int], tuple[Any, int]]
"""`json.JSONDecoder.raw_decode`: a value, and where it ends."""


class JsonFault(Exception):
    """What is wrong with a ticket, before its place in the file is known. `reads_on`: the line may be the beginning of
    a longer value."""

    ticket = ""
    reads_on = False

    def __init__(self, found: str, expected: str, fix: str) -> None:
        super().__init__(found)
        self.found, self.expected, self.fix = found, expected, fix


class JsonStream:
    """The tickets in JSON that is not one ticket per line. `head`: what was already read of `stream`, beginning at
    `line_number`; `keys`: those by which a ticket is recognized."""

    def __init__(self, stream: BinaryIO, head: bytes, line_number: int, decode: Decode, keys: Collection[str]) -> None:
        self._read, self._decode, self._keys = stream.read, decode, keys
        self._to_text = codecs.getincrementaldecoder("utf-8")().decode
        self._text, self._at, self._is_over = "", 0, False
        self._line_number = self._ticket_line = line_number
        self._position = 0
        self.beside: dict[str, str] = {}
        """What stands beside the list before its first ticket, by names in small letters."""
        self._add(head)

    @property
    def place(self) -> str:
        """The words for where the last ticket is."""
        place = f"line {self._ticket_line}"
        return f"{place}, no. {self._position} of the list" if self._position else place

    def entries(self) -> Iterator[tuple[Any, str]]:
        """Each ticket, decoded, with its text. Raises JsonFault."""
        if self._peek() == "[":
            yield from self._read_list()
        elif self._peek() == "{" and (start := self._find_list()) >= 0:
            self._advance(start)
            yield from self._read_list()
            self._close_object()
        else:
            while self._peek() == "{":
                yield self._read_value()
        if self._peek():
            self._ticket_line = self._line_number
            raise JsonFault(
                f"after the tickets comes {show_text(self._text[self._at : self._at + 30].strip())}.",
                "one ticket after the other, or one list of them, and nothing else.",
                "Export the file again.",
            )

    def _find_list(self) -> int:
        """The position of the list in {"tickets": [...]}; -1 where the object is something else. Consumes nothing."""
        while len(self._text) - self._at < _CHUNK_BYTES and self._add_more():
            pass
        at, forbidden = self._at + 1, ""
        while (key := _KEY.match(self._text, at)) is not None:
            at = key.end()
            if key[1] == "tickets" and self._text[at : at + 1] == "[":
                if forbidden:
                    raise _beside(forbidden)
                return at
            if key[1] in self._keys:
                return -1
            try:
                value, at = self._decode(self._text, at)
            except (ValueError, RecursionError, JsonFault):
                return -1
            comma = _COMMA.match(self._text, at)
            if comma is None:
                return -1
            if not _may_stand_beside(key[1], value):
                forbidden = forbidden or key[1]
            elif type(value) is str:
                self.beside[key[1].lower()] = value
            at = comma.end()
        return -1

    def _read_list(self) -> Iterator[tuple[Any, str]]:
        self._advance(self._at + 1)
        if self._peek() == "]":
            self._advance(self._at + 1)
            return
        while True:
            self._position += 1
            if self._peek() != "{":
                self._ticket_line = self._line_number
                raise self._not_a_ticket()
            yield self._read_value()
            after = self._peek()
            if after not in ("", ",", "]"):
                raise JsonFault(
                    f"after the ticket comes {show_text(self._text[self._at : self._at + 30].strip())}.",
                    "a comma between the tickets of a list.",
                    "Export the file again.",
                )
            if not after:
                raise _cut_off()
            self._advance(self._at + 1)
            if after == "]":
                return

    def _not_a_ticket(self) -> JsonFault:
        if not self._text[self._at :]:
            return _cut_off()
        return JsonFault(
            f"there stands {show_text(self._text[self._at : self._at + 30].strip())}.",
            "one ticket after the other in the list, each as a JSON object in braces.",
            "Take out of the list what is no ticket.",
        )

    def _close_object(self) -> None:
        """Read what is beside the list of tickets. Raises JsonFault where it may be sales."""
        while (sign := self._peek()) == ",":
            self._advance(self._at + 1)
            if self._peek() != '"':
                raise _cut_off()
            key = self._read_value()[0]
            if self._peek() != ":":
                raise _cut_off()
            self._advance(self._at + 1)
            self._peek()
            value = self._read_value()[0]
            if not _may_stand_beside(str(key), value):
                raise _beside(str(key))
            if str(key).lower() in TOLD_OF_FILE and value and str(value).upper() != "NOK":
                raise JsonFault(
                    f"{show_text(str(key))} stands after the list of tickets.",
                    "what is so of all tickets before them.",
                    "Write it before the tickets.",
                )
        if sign != "}":
            raise _cut_off()
        self._advance(self._at + 1)

    def _read_value(self) -> tuple[Any, str]:
        """The next value, decoded, with its text. Raises JsonFault."""
        self._ticket_line = self._line_number
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if is_cut(error, self._text) and self._add_more():
                    continue
                raise _cut_off(error) from None
            except RecursionError:
                raise too_deep() from None
            if end < len(self._text) or not self._add_more():
                break
        text = self._text[self._at : end]
        self._advance(end)
        return value, text

    def _peek(self) -> str:
        """The next character that is not white space, "" at the end."""
        while True:
            space = _SPACE.match(self._text, self._at)
            if space is not None and space.end() > self._at:
                self._advance(space.end())
            if self._at < len(self._text) or not self._add_more():
                return self._text[self._at : self._at + 1]

    def _advance(self, end: int) -> None:
        self._line_number += self._text.count("\n", self._at, end)
        self._at = end

    def _add_more(self) -> bool:
        """Read more of the file; False at its end. The buffer doubles each time, so that a long ticket is not rescanned
        too often. Raises JsonFault where it gets too long."""
        if self._is_over:
            return False
        there = len(self._text) - self._at
        if there > TICKET_BYTES_MAX:
            raise too_long()
        raw = self._read(max(_CHUNK_BYTES, there))
        self._is_over = not raw
        self._add(raw)
        return not self._is_over

    def _add(self, raw: bytes) -> None:
        try:
            text = self._to_text(raw, self._is_over)
        except UnicodeDecodeError:
            self._ticket_line = self._line_number
            raise not_utf8(raw) from None
        self._text = self._text[self._at :] + text
        self._at = 0


CURRENCY, ORGANIZATION_NUMBER = "currency", "organization_number"
TOLD_OF_FILE = (CURRENCY, ORGANIZATION_NUMBER)
"""Keys beside the list that apply to every ticket in it."""


def _beside(key: str) -> JsonFault:
    return JsonFault(
        f"beside the list of tickets stands {show_text(key)}.",
        "one list of tickets, and nothing beside it that could hold more.",
        f'Leave it out, or let its name begin with "{OWN_PREFIX}" if it is for your own use.',
    )


def _may_stand_beside(key: str, value: object) -> bool:
    """Whether a key beside the list of tickets is harmless: it cannot be sales that nobody would read."""
    return key.startswith(OWN_PREFIX) or (type(value) not in (list, dict) and key != "tickets")


def is_cut(error: json.JSONDecodeError, text: str) -> bool:
    """Whether the text is valid as far as it goes, and only ends too early."""
    return error.pos >= len(text) - _NEAR_END or error.msg.startswith("Unterminated string")


def not_utf8(raw: bytes) -> JsonFault:
    """The fault of bytes that are no UTF-8."""
    if b"\0" in raw:
        found, fix = "the line holds NUL bytes.", "The file looks like UTF-16; save it as UTF-8."
    else:
        found, fix = "the line is not UTF-8.", "Save the file as UTF-8 where it is made."
    return JsonFault(found, "text in UTF-8, with or without a byte order mark.", fix)


def too_long() -> JsonFault:
    """The fault of a ticket that is too long."""
    return JsonFault(
        f"the line is longer than {TICKET_BYTES_MAX // 1_000_000} MB.",
        "one ticket a line, or one list of tickets.",
        "Write each ticket on a line of its own.",
    )


def too_deep() -> JsonFault:
    """The fault of JSON nested too deeply."""
    return JsonFault(
        "the line is nested too deeply.",
        "a ticket with its lines and payments, and nothing deeper.",
        "Write the ticket without further levels.",
    )


def _cut_off(error: json.JSONDecodeError | None = None) -> JsonFault:
    why = f" ({error.msg})" if error else ""
    return JsonFault(
        f"what begins here is no complete JSON{why}.",
        "whole tickets: one on each line, or all in one list.",
        "Is the file cut off here? Export it again.",
    )
