"""Codes (registers, ticket numbers, product types, VAT codes, payment types, customers), and when two of them are the
same.

Never here: what a code stands for.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import TypeVar

_T = TypeVar("_T")

_UNSEEN = dict.fromkeys(
    map(ord, "\N{ZERO WIDTH SPACE}\N{WORD JOINER}\N{ZERO WIDTH NO-BREAK SPACE}\N{SOFT HYPHEN}"),
)
"""Invisible characters that are copied along with a code."""


def clean_code(text: str) -> str:
    """A code as it is stored and compared, so that codes that look the same are equal: composed Unicode (NFC), single
    plain spaces inside, none around, no invisible characters.

    >>> clean_code("Kasse  1 ")
    'Kasse 1'
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(unicodedata.normalize("NFC", text.translate(_UNSEEN)).split())


class Codes(frozenset[str]):
    """A set of codes that also contains every code that looks the same as one in it: codes stored by early versions
    were not cleaned.

    >>> "Kort 1" in Codes(["Kort 1"])
    True
    """

    __slots__ = ()

    def __contains__(self, code: object) -> bool:
        return super().__contains__(code) or (isinstance(code, str) and super().__contains__(clean_code(code)))


def find_code(table: Mapping[str, _T], code: str) -> _T | None:
    """The value in `table` for this code, else for one that looks the same; None where there is none.

    Codes are cleaned when they are read; this is for those stored before they were.
    """
    known = table.get(code)
    if known is not None:
        return known
    wanted = clean_code(code)
    return next((value for key, value in table.items() if clean_code(key) == wanted), None)
