"""Why a sales file was refused, in both languages. A refusal is made in English (`errors.UnreadableSales`); what is
known here is said in Norwegian too, and anything else stays as it is. Nothing here is typed in a terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from posexport.texts.language import Lang
from posexport.texts.moments import format_moments
from posexport.texts.refusal_sentences import SENTENCES

PLACES: Mapping[str, str] = {
    "line {n}": "linje {n}",
    "the first line": "den første linjen",
    "sheet {name}, line {n}": "arket {name}, linje {n}",
    "sheet {name}, line {n}, ticket {ticket}": "arket {name}, linje {n}, bong {ticket}",
    "register {register}, ticket without a number": "kasse {register}, bong uten nummer",
    "after line {n}": "etter linje {n}",
    "line {n}, ticket {ticket}": "linje {n}, bong {ticket}",
    "register {register}": "kasse {register}",
    "register {register}, ticket {ticket}": "kasse {register}, bong {ticket}",
    "near register {register}, ticket {ticket}": "nær kasse {register}, bong {ticket}",
    "register {register}, a Z-report": "kasse {register}, en Z-rapport",
    "register {register}, ticket {ticket}, {moment}": "kasse {register}, bong {ticket}, {moment}",
    "location {name}": "stedet {name}",
    "before the first ticket": "før den første bongen",
}

_IN_ENGLISH: Mapping[str, str] = {
    "Say whose file it is with --venue ID.": "Say whose sales it is when you upload it.",
    "it begins as none of the formats posexport reads.": "it begins as none of the formats that can be read.",
    "Export the sales as one of these, or say which of them it is with --format.": "Export the sales as one of these.",
}
"""What is said in other words where nobody types commands."""

_GUIDE = "; the guide says how."

_MORE = re.compile(r" There are (\d+) such values in the file; this is the first\.\Z")
_PART = re.compile(r"(lines|payments), no\. (\d+): ")
"""Where in a ticket of JSON lines."""
_COMMANDS = re.compile(r"[^.;]*(?:posexport |--[a-z]|\[\[|\.toml)[^.;]*[.;]?")


def describe_refusal(text: str, lang: Lang) -> str:
    """One part of a refusal for a reader who types no commands.

    >>> describe_refusal("Export it again.", "nb"), describe_refusal("gross is '12,3O'.", "nb")
    ('Eksporter den på nytt.', "gross er '12,3O'.")
    >>> describe_refusal("Say whose file it is with --venue ID.", "en")
    'Say whose sales it is when you upload it.'
    """
    if lang == "en":
        return _IN_ENGLISH.get(text) or leave_out_commands(_write(text.replace(_GUIDE, "."), "sentences", lang))
    part = _PART.match(text)
    if part is not None:
        told = {"lines": "linje nr.", "payments": "betaling nr."}[part[1]]
        return f"{told} {part[2]}: {describe_refusal(text[part.end() :], lang)}"
    more = _MORE.search(text)
    if more is not None:
        return f"{describe_refusal(text[: more.start()], lang)} Det er {more[1]} slike i filen; dette er den første."
    return leave_out_commands(_write(text, "sentences", lang))


def describe_note(text: str, lang: Lang) -> str:
    """What a reader of sales files repaired or could not decide, as it is told in a terminal.

    >>> note = "7 tickets are from before 2026-11-20, the export_from of venue torget: they are kept and never "
    >>> note += "exported. Nothing need be done if that is right."
    >>> describe_note(note, "nb")[:50], describe_note(note, "en")[:36]
    ('7 bonger er fra før 20.11.2026, som er export_from', '7 tickets are from before 20 Nov 202')
    """
    return _write(text, "sentences", lang)


def describe_place(text: str, lang: Lang) -> str:
    """A place in a sales file.

    >>> describe_place("register 1, ticket 1042", "nb"), describe_place("line 48", "en")
    ('kasse 1, bong 1042', 'line 48')
    """
    return "; ".join(_write(one, "places", lang) for one in text.split("; "))


def leave_out_commands(text: str) -> str:
    """A text without the parts of its sentences that are for a terminal or a setup file.

    >>> leave_out_commands("2 tickets belong to no venue. Run posexport setup apply, and try again.")
    '2 tickets belong to no venue.'
    """
    return _COMMANDS.sub("", text).strip()


def _write(text: str, which: str, lang: Lang) -> str:
    """A known text in a language, its days as one writes them there; any other as it is. What is typed stays."""
    for pattern, told in _list_patterns(which):
        found = pattern.fullmatch(text)
        if found is not None:
            facts = {name: _write_fact(name, fact, lang) for name, fact in found.groupdict().items()}
            return told.format_map(facts) if lang == "nb" else _put_in(found, facts)
    return text


def _write_fact(name: str, fact: str, lang: Lang) -> str:
    if name in ("day", "moment"):
        return format_moments(fact, lang)
    if lang == "nb" and name == "tickets":
        return re.sub(r" tickets?\Z", " bong" if fact.startswith("1 ") else " bonger", fact)
    return fact


def _put_in(found: re.Match[str], facts: Mapping[str, str]) -> str:
    """The text that was found, with these facts in the place of its own."""
    told, end = "", 0
    for name, number in sorted(found.re.groupindex.items(), key=lambda hole: hole[1]):
        start, after = found.span(number)
        told, end = told + found.string[end:start] + facts[name], after
    return told + found.string[end:]


@lru_cache(maxsize=2)
def _list_patterns(which: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """A pattern for every known text, the most specific first."""
    forms = PLACES if which == "places" else SENTENCES
    ordered = sorted(forms.items(), key=lambda form: -len(re.sub(r"{\w+}", "", form[0])))
    return tuple((_pattern(english), norwegian) for english, norwegian in ordered)


def _pattern(english: str) -> re.Pattern[str]:
    parts = re.split(r"{(\w+)}", english)
    shaped = [_group(part) if place % 2 else re.escape(part) for place, part in enumerate(parts)]
    return re.compile("".join(shaped), re.DOTALL)


def _group(name: str) -> str:
    return _GROUPS.get(name, r"(?P<{name}>.*?)").format(name=name)


_GROUPS = {
    "n": r"(?P<{name}>\d+)",
    "column": r"(?P<{name}>[\w.:/-]+)",
    "command": r"(?P<{name}>posexport .+?)",
    "moment": r"(?P<{name}>\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d)",
}
"""What fits a name in a text, where that is not anything: a column's name is one word, so that no sentence is one."""
