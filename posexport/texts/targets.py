"""A target's name, and its own words where it has some, from its row in `ledgers.registry`."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.ledgers.registry import find_ledger
from posexport.texts.language import Lang


def find_own_words(target: str, key: str) -> Mapping[str, str] | None:
    """A target's own words, by language, for this key of `texts.report.WORDS`; None where it has none."""
    return find_ledger(target).words.get(key)


def name_target(target: str, lang: Lang) -> str:
    """A target's name; its name in the setup where it is unknown."""
    told = find_own_words(target, "name")
    return told[lang] if told else target


def name_system_of_drafts(target: str) -> str:
    """The accounting system in which people post this target's drafts; "" where it makes none."""
    kind = find_ledger(target)
    return kind.system if kind.makes_drafts else ""
