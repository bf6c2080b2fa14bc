"""Finds the line of every key in a TOML file."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left

from posexport.setup.schema import Place

_KEY_PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")


_STRING = re.compile(r'''(?s)"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*\'''')


_BETWEEN = re.compile(r"(?:[ \t\n]|#[^\n]*)*")


_BARE_VALUE = re.compile(r"[^,\]}#\n]*")


def locate_lines(text: str) -> dict[Place, int]:
    r"""The line number (from 1) of every table, key and list element of a valid TOML text.

    >>> locate_lines('[[company]]\nid = "a"\n[[company]]\nid = "b"')[("company", 1, "id")]
    4
    """
    return _Locator(text).located


class _Locator:
    """Scans the text once, taking account of strings, comments and multi-line values."""

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
        """Scan [a.b] or [[a.b]]; returns the place of the table."""
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
        """Scan a key; returns its parts."""
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
        """Scan a key and its value."""
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
        """Scan the elements of a list, or the pairs of an inline table."""
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
