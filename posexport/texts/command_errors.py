"""Why a command failed or was refused, in the language it speaks. The errors are made in English, far below whoever
reads them; what is known here is said in Norwegian, and anything else, as a driver's own words, stays as it is."""

from __future__ import annotations

import re
from functools import lru_cache

from posexport.errors import PosexportError, SetupFault, SetupRefused, UnreadableSales
from posexport.texts.failures import REASONS, SENTENCES, describe_failure, is_known
from posexport.texts.language import Lang
from posexport.texts.moments import format_moments, write_days
from posexport.texts.refusals import describe_place, describe_refusal
from posexport.texts.sentence_patterns import Patterns, find_sentence, make_patterns
from posexport.texts.setup_fault_sentences import FIXES, PARTS, WHAT
from posexport.texts.usage_sentences import USAGE

_SENTENCES = frozenset(
    ("answer", "codes", "days", "error", "fix", "has", "known", "missing", "rest", "savings", "what", "why")
)
"""The holes that have a sentence of ours; names and commands are in the others."""

_MOMENTS = frozenset(("day", "moment"))
"""The holes that have a day, or a time of one."""

_PARTS = frozenset(("kind", "expected", "title", "why", "sign", "wrong"))
"""The holes that have a part of a sentence about a setup file."""

_TYPED = {
    "Say whose file it is with --venue ID.": "Si hvem sin fil det er, med --venue ID.",
    "Export the sales as one of these, or say which of them it is with --format.": "Eksporter salget som et av disse, "
    "eller si hvilket det er med --format.",
}
"""What is to be typed about a sales file, which a page says otherwise."""


def describe_error(error: PosexportError, lang: Lang) -> str:
    """A failure as it is told in a terminal; English as the error has it.

    >>> from posexport.errors import UsageError
    >>> describe_error(UsageError("There is no import 7. List them with posexport imports."), "nb")
    'Det er ingen import 7. Se dem med posexport imports.'
    >>> describe_error(UsageError("torget 2026-11-20 has no order to move."), "en")
    'torget 20 Nov 2026 has no order to move.'
    """
    if lang == "en" and isinstance(error, UnreadableSales | SetupRefused):
        return str(error)
    if isinstance(error, UnreadableSales):
        return _describe_unreadable(error)
    if isinstance(error, SetupRefused):
        rows = [_describe_fault(error.path, fault) for fault in error.faults]
        return "\n".join([*rows, describe_sentence(error.outcome, lang)])
    return describe_sentence(str(error), lang)


def describe_sentence(text: str, lang: Lang) -> str:
    """A sentence about what was typed, the setup, the store or the ledger; line by line where it has several.

    >>> describe_sentence("torget 2026-11-20 has no order to move.", "nb")
    'torget 20.11.2026 har ingen ordre å flytte.'
    """
    if lang == "en":
        return "\n".join(_write_days(line) for line in text.split("\n")) if _DAY.search(text) else text
    told = _translate(text)
    if told is None and "\n" in text:
        return "\n".join(describe_sentence(line, lang) for line in text.split("\n"))
    return describe_failure(text, lang).text if told is None else told


def _write_days(text: str) -> str:
    """An English sentence with its days written as in one; what is typed stays."""
    found = next(
        filter(
            None, (pattern.fullmatch(text) for pattern, _ in [*_list_patterns("commands"), *_list_patterns("failures")])
        ),
        None,
    )
    if found is None:
        return text
    told, end = "", 0
    for name, number in sorted(found.re.groupindex.items(), key=lambda hole: hole[1]):
        kind, (start, after) = name.rstrip("0123456789"), found.span(number)
        if kind in _MOMENTS or kind in _SENTENCES:
            fact = write_days(found[number], "en") if kind in _MOMENTS else _write_days(found[number])
            told, end = told + text[end:start] + fact, after
    return told + text[end:]


def _describe_unreadable(error: UnreadableSales) -> str:
    where = f"{error.path}, {describe_place(error.place, 'nb')}" if error.place else error.path
    found, expected, fix = (
        _TYPED.get(part) or describe_refusal(part, "nb") for part in (error.found, error.expected, error.fix)
    )
    return f"{where}: {found} Ventet: {expected} {fix} Ingenting fra denne filen er lagret."


def _describe_fault(path: str, fault: SetupFault) -> str:
    where = f"{path}:{fault.line}" if fault.line else _find_part(path) or path
    what, fix = (describe_sentence(part, "nb") for part in (fault.what, fault.fix))
    return f"{where}: {what} {fix}".rstrip() + (f"\n    {fault.shown}" if fault.shown else "")


def _translate(text: str) -> str | None:
    found = find_sentence(text, _list_patterns("commands"))
    if found is None and not is_known(text):
        found = find_sentence(text, _list_patterns("setup"))
    if found is None:
        return None
    return found.form.format_map({name: _describe_fact(name, fact) for name, fact in found.facts.items()})


def _describe_fact(name: str, fact: str) -> str:
    kind = name.rstrip("0123456789")
    if kind in _MOMENTS:
        return format_moments(fact, "nb")
    part = _find_part(fact) if kind in _PARTS else None
    return part or (describe_sentence(fact, "nb") if kind in _SENTENCES else fact)


def _find_part(text: str) -> str | None:
    found = find_sentence(text, _list_patterns("parts"))
    return found.form.format_map(found.facts) if found is not None else None


_DAY = re.compile(r"\d{4}-\d\d-\d\d")

_TABLES = {"commands": (USAGE,), "setup": (WHAT, FIXES), "parts": (PARTS,), "failures": (SENTENCES, REASONS)}
"""What is looked through apart: a sentence about a setup file may begin with anything that a file has."""


@lru_cache(maxsize=len(_TABLES))
def _list_patterns(which: str) -> Patterns:
    return make_patterns(*_TABLES[which])
