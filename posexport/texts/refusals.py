"""Why a sales file was refused, in both languages. A refusal is made in English (`errors.UnreadableSales`); what is
known here is said in Norwegian too, and anything else stays as it is. Nothing here is typed in a terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from posexport.texts.language import Lang
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
        return _IN_ENGLISH.get(text) or leave_out_commands(text.replace(_GUIDE, "."))
    part = _PART.match(text)
    if part is not None:
        told = {"lines": "linje nr.", "payments": "betaling nr."}[part[1]]
        return f"{told} {part[2]}: {describe_refusal(text[part.end() :], lang)}"
    more = _MORE.search(text)
    if more is not None:
        return f"{describe_refusal(text[: more.start()], lang)} Det er {more[1]} slike i filen; dette er den første."
    return _translate(text, _list_patterns("sentences")) or leave_out_commands(text)


def describe_note(text: str, lang: Lang) -> str:
    """What a reader of sales files repaired or could not decide, as it is told in a terminal.

    >>> describe_note("The date is missing.", "nb"), describe_note("The date is missing.", "en")
    ('Datoen mangler.', 'The date is missing.')
    """
    return text if lang == "en" else describe_refusal(text, lang)


def describe_place(text: str, lang: Lang) -> str:
    """A place in a sales file.

    >>> describe_place("register 1, ticket 1042", "nb"), describe_place("line 48", "en")
    ('kasse 1, bong 1042', 'line 48')
    """
    if lang == "en":
        return text
    return "; ".join(_translate(one, _list_patterns("places")) or one for one in text.split("; "))


def leave_out_commands(text: str) -> str:
    """A text without the parts of its sentences that are for a terminal or a setup file.

    >>> leave_out_commands("2 tickets belong to no venue. Run posexport setup apply, and try again.")
    '2 tickets belong to no venue.'
    """
    return _COMMANDS.sub("", text).strip()


def _translate(text: str, patterns: tuple[tuple[re.Pattern[str], str], ...]) -> str | None:
    for pattern, told in patterns:
        found = pattern.fullmatch(text)
        if found is not None:
            return told.format_map(found.groupdict())
    return None


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


_GROUPS = {"n": r"(?P<{name}>\d+)", "column": r"(?P<{name}>[\w.:/-]+)"}
"""What fits a name in a text, where that is not anything: a column's name is one word, so that no sentence is one."""
