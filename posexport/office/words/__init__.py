"""What the office's pages say, in Norwegian and English, and the signs that stand beside states."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from posexport.core.report import State
from posexport.texts.language import Lang

DONE, WAITS = "✓", "✕"

SIGNS: dict[str, str] = {
    "ready": "○",
    "held": WAITS,
    "drafted": DONE,
    "changed": "!",
    "uncertain": "~",
    "refused": WAITS,
    "unreachable": "~",
    "nothing": "-",
    "ordered": "-",
    "gap": "?",
    "no-file": "?",
    "open": "o",
    "waiting": WAITS,
    "sent": DONE,
    "invoiced": DONE,
    "credited": DONE,
    "gone": WAITS,
    "moved": "-",
    "left-out": "-",
    "ticket-changed": "!",
}
"""By state: ✕ waits for a person, ! look, ~ under way, ✓ done, - nothing sold, ? no data, o not over, ○ can be
drafted."""

NO_FILE = "no-file"
"""What a day looks like that is over and usually has sales, and of which no file has come."""

STATE_WORDS: dict[str, dict[Lang, str]] = {
    "ready": {"nb": "klar", "en": "ready"},
    "held": {"nb": "holdt", "en": "held"},
    "drafted": {"nb": "kladd", "en": "drafted"},
    "changed": {"nb": "kladd, se på den", "en": "drafted, look at it"},
    "uncertain": {"nb": "usikker", "en": "uncertain"},
    "refused": {"nb": "avvist", "en": "refused"},
    "unreachable": {"nb": "ikke nådd", "en": "not reached"},
    "nothing": {"nb": "ikke salg", "en": "no sales"},
    "ordered": {"nb": "bare ordrer", "en": "orders only"},
    "gap": {"nb": "mangler data", "en": "no data"},
    "no-file": {"nb": "ingen fil ennå", "en": "no file yet"},
    "open": {"nb": "ikke over", "en": "not over"},
    "waiting": {"nb": "venter", "en": "waiting"},
    "sent": {"nb": "sendt", "en": "sent"},
    "invoiced": {"nb": "fakturert", "en": "invoiced"},
    "credited": {"nb": "kreditert", "en": "credited"},
    "gone": {"nb": "slettet i Go", "en": "deleted in Go"},
    "moved": {"nb": "ført i bilag", "en": "booked by voucher"},
    "left-out": {"nb": "holdt utenfor", "en": "left out"},
    "ticket-changed": {"nb": "endret siden", "en": "changed since"},
}

TOPICS = tuple(import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
"""One a page, with what it says."""

WORDS: dict[str, dict[Lang, str]] = {key: told for topic in TOPICS for key, told in topic.WORDS.items()}
"""Every word of the pages by its key."""


@cache
def office_words(lang: Lang) -> Mapping[str, str]:
    """Every word of the pages in a language."""
    return {key: told[lang] for key, told in WORDS.items()}


@cache
def state_words(lang: Lang) -> Mapping[str, str]:
    """The word for each state."""
    return {key: told[lang] for key, told in STATE_WORDS.items()}


def sign_of(state: str) -> str:
    """The sign that stands for a state."""
    return SIGNS[state]


def name_look(state: State, exit_code: int, sold: str = "") -> str:
    """What a day looks like: its state, or `changed` where it is drafted and somebody has to look at it. `sold`: of a
    day without a voucher, why it has none (`EmptyDay.sold`)."""
    return "changed" if state is State.DRAFTED and exit_code else sold or state.value


def choose_language(own: str, accepted: str) -> Lang:
    """The language of a page: the user's own, else the first of the browser's (Accept-Language) that there is, Danish
    and Nynorsk being read as Norwegian; else Norwegian.

    >>> choose_language("", "de, en;q=0.8"), choose_language("", "da"), choose_language("nb", "en")
    ('en', 'nb', 'nb')
    """
    if own in {"nb", "en"}:
        return "en" if own == "en" else "nb"
    for choice in accepted.split(","):
        tag = choice.split(";")[0].strip().lower().split("-")[0]
        if tag in {"nb", "no", "nn", "da"}:
            return "nb"
        if tag == "en":
            return "en"
    return "nb"
