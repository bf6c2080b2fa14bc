"""What a target is called, and its own wording where it has one, from its row in `ledgers.registry`."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.ledgers.registry import find_ledger
from posexport.texts.language import Lang


def find_own_words(target: str, key: str) -> Mapping[str, str] | None:
    """A target's own wording, by language, of what `texts.report.WORDS` has under this key; None where it has none."""
    return find_ledger(target).words.get(key)


def name_target(target: str, lang: Lang) -> str:
    """What a target is called; its name in the setup where nobody knows it."""
    told = find_own_words(target, "name")
    return told[lang] if told else target


def name_system_of_drafts(target: str) -> str:
    """The accounting system in which people post this target's drafts; "" where it makes none."""
    kind = find_ledger(target)
    return kind.system if kind.makes_drafts else ""
