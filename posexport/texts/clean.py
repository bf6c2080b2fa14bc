"""Makes names safe to print."""

from __future__ import annotations

import unicodedata

_INVISIBLE = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Characters that turn or hide the text around them."""


def clean(text: str) -> str:
    """A name from a register made safe to print: line breaks and tabs become spaces, other control characters
    a replacement mark, and what turns the direction of writing is left out.

    >>> clean("Kaffe\\x1b[2J\\nog te")
    'Kaffe�[2J og te'
    """
    if text.replace("\xa0", " ").isprintable():  # nothing of what follows is printable; a page has thousands of values
        return text
    return "".join(_clean_character(character) for character in text if character not in _INVISIBLE)


def clean_lines(text: str) -> str:
    """As `clean`, line by line."""
    return "\n".join(map(clean, text.split("\n")))


def shorten(text: str, length: int) -> str:
    """Text of at most so many characters, for where it may not take more room.

    >>> shorten("Kafeen", 6), shorten("Kafeen på hjørnet", 6)
    ('Kafeen', 'Kafee…')
    """
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _clean_character(character: str) -> str:
    if character in "\t\n\r\x0b\x0c\x85\u2028\u2029":
        return " "
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character) in ("Cc", "Cs") else character
