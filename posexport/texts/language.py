"""The two languages that people are spoken to in, and amounts as they write them."""

from __future__ import annotations

from typing import Literal

from posexport.core.money import format_ore

Lang = Literal["nb", "en"]
LANGS: tuple[Lang, ...] = ("nb", "en")
"""Norwegian and English."""


def format_kroner(amount_ore: int, lang: Lang = "nb") -> str:
    """Øre as a person reads kroner.

    >>> format_kroner(1234550), format_kroner(-40, "en")
    ('12\\xa0345,50', '-0.40')
    """
    plain = format_ore(abs(amount_ore))
    kroner, ore = plain.split(".")
    separator, point = ("\xa0", ",") if lang == "nb" else (",", ".")
    groups = f"{int(kroner):,}".replace(",", separator)
    return f"{'-' if amount_ore < 0 else ''}{groups}{point}{ore}"
