"""Finds the Norwegian form of an English sentence by the table that has it: each hole, as {name}, is whatever stands
there. For sentences that are made far below whoever reads them, and kept in English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

Patterns = tuple[tuple[re.Pattern[str], str], ...]
"""A pattern for each English form, and the Norwegian form; the most specific first."""


class FoundSentence(NamedTuple):
    """The Norwegian form of a sentence, and what stands in its holes, in English."""

    form: str
    facts: Mapping[str, str]


def make_patterns(*tables: Mapping[str, str]) -> Patterns:
    """The patterns of English forms and their Norwegian ones. A form with more text of its own comes first."""
    merged = {english: norwegian for table in tables for english, norwegian in table.items()}
    forms = sorted(merged.items(), key=lambda form: -len(re.sub(r"{\w+}", "", form[0])))
    return tuple((make_pattern(english), norwegian) for english, norwegian in forms)


def find_sentence(text: str, patterns: Patterns) -> FoundSentence | None:
    """The first form that a text as a whole is of.

    >>> find_sentence("day 3 of 7", make_patterns({"day {n} of {all}": "dag {n} av {all}"}))
    FoundSentence(form='dag {n} av {all}', facts={'n': '3', 'all': '7'})
    """
    for pattern, norwegian in patterns:
        found = pattern.fullmatch(text)
        if found is not None:
            return FoundSentence(norwegian, found.groupdict())
    return None


@lru_cache(maxsize=1024)
def make_pattern(english: str) -> re.Pattern[str]:
    """What fits an English form."""
    return re.compile("".join(_escape(english)), re.DOTALL)


_SHAPES = {
    "number": r"\d+",
    "until": r"\d\d:\d\d",
    "day": r"\d{4}-\d\d-\d\d",
    "moment": r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?",
    "variable": r"\S+(?: \S+)?",
    "path": r"\S+",
    "reference": r"\S+",
    "address": r"[a-z_]+(?:[:/@]\S+)?",
    "key": r"[A-Za-z_][\w.-]*(?:\"[^\"]*\"\.?)*",
}
"""What a fact can be: without a shape, one may take in a part of the sentence around it. A number behind the name makes
another hole of the same shape: {day2}."""


def _escape(english: str) -> Iterator[str]:
    for place, part in enumerate(re.split(r"{(\w+)}", english)):
        yield f"(?P<{part}>{_SHAPES.get(part.rstrip('0123456789'), '.+?')})" if place % 2 else re.escape(part)
