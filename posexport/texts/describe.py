"""A finding in words, Norwegian or English: what is wrong, and what to do about it, for a bookkeeper. What to type is a
placeholder with the name of its mend (`core.mends`), so that a face without a command line can leave it out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from posexport.core.finding import Accepted, Fact, Finding, Ore
from posexport.core.mends import Mend
from posexport.core.money import parse_ore
from posexport.texts import findings as finding_texts
from posexport.texts.commands import format_mend
from posexport.texts.customer_findings import CUSTOMER_TEXTS
from posexport.texts.failures import describe_failure
from posexport.texts.language import LANGS as LANGS, Lang, format_kroner, format_organization_number
from posexport.texts.ledger_findings import LEDGER_TEXTS
from posexport.texts.moments import Write, format_moments
from posexport.texts.order_findings import ORDER_TEXTS
from posexport.texts.setup_findings import SETUP_TEXTS

TEXTS: Mapping[str, Mapping[Lang, tuple[str, str]]] = {
    **SETUP_TEXTS,
    **finding_texts.TEXTS,
    **LEDGER_TEXTS,
    **ORDER_TEXTS,
    **CUSTOMER_TEXTS,
}
"""Every wording of every finding: a message and what to do."""

CODES: tuple[str, ...] = tuple(dict.fromkeys(key.split("/")[0] for key in TEXTS))
"""The code of every finding."""


def message_of(finding: Finding, lang: Lang = "nb", write: Write = format_moments) -> str:
    """What is wrong, with its figures, and who has accepted it; days and times as `write` has them."""
    text, facts = TEXTS[finding.key][lang][0], _describe_facts(finding, lang, write)
    if facts.get("name") == facts.get("source"):  # a code without a name is called by itself
        text = text.replace("{source} ({name})", "{source}")
    told = text.format_map(facts)
    return f"{told} {_describe_accepted(finding.accepted, lang, write)}" if finding.accepted else told


def fix_of(finding: Finding, lang: Lang = "nb", write: Write = format_moments) -> str:
    """What to do about it, with what to type; empty where nothing need be done."""
    return describe_fix(finding, lang, format_mend, write)


def describe_fix(
    finding: Finding, lang: Lang, name_mend: Callable[[Mend, Lang], str], write: Write = format_moments
) -> str:
    """The same, with mends as `name_mend` calls them."""
    if finding.needs_venue and not finding.is_settled:
        return _SET_UP_AGAIN[lang].format(venue=finding.venue or "")
    fix = "" if finding.is_settled else TEXTS[finding.key][lang][1]
    named = {mend.name: name_mend(mend, lang) for mend in finding.list_mends()} if fix else {}
    return fix.format_map({**_describe_facts(finding, lang, write), **named})


_SET_UP_AGAIN: Mapping[Lang, str] = {
    "nb": "Utsalgsstedet {venue} er fjernet fra oppsettet, så ingenting av det sendes eller flyttes. Sett det opp "
    "igjen med samme id for å rette dette.",
    "en": "The venue {venue} was removed from the setup, so nothing of it is sent or moved. Set it up again with the "
    "same id to mend this.",
}


def _describe_facts(finding: Finding, lang: Lang, write: Write) -> dict[str, str]:
    day = finding.business_day.isoformat() if finding.business_day else ""
    facts: dict[str, Fact] = {"venue": finding.venue or "", "day": day, "code": finding.code, **finding.facts}
    return {name: _describe_fact(name, fact, lang, write) for name, fact in facts.items()}


_MOMENTS = frozenset(
    {
        *(
            "day",
            "time",
            "other_time",
            "until",
            "since",
            "at",
            "lock_date",
            "first_open",
            "closes",
            "day_starts",
            "set_from",
        ),
        *("rows", "tickets"),
    }
)
"""Names of facts that are, or hold, days and times."""


_ACCEPTED: Mapping[Lang, str] = {
    "nb": "Godtatt av {who}, {day}: {why}",
    "en": "Accepted by {who}, {day}: {why}",
}


def _describe_accepted(accepted: Accepted, lang: Lang, write: Write) -> str:
    day = write(accepted.at.date().isoformat(), lang)
    told = _ACCEPTED[lang].format(who=accepted.who, day=day, why=accepted.why)
    return told if told.endswith((".", "!", "?")) else f"{told}."


def _describe_fact(name: str, fact: Fact, lang: Lang, write: Write) -> str:
    told = tell(fact, lang)
    if name == "answer":
        inner = re.fullmatch(r" \((.+)\)", told, re.DOTALL)
        return f" ({describe_failure(inner[1], lang).text})" if inner else describe_failure(told, lang).text
    if name == "what":
        return _LINE_AMOUNT.sub(lambda found: format_kroner(parse_ore(found[0]), lang), told)
    if name == "wrong_number":
        return format_organization_number(told).replace("\xa0", " ")
    return write(told, lang) if name in _MOMENTS else told


_LINE_AMOUNT = re.compile(r"-?\d+\.\d\d(?=; |\Z)")
"""The amount (kroner) of a voucher line within a list."""


def tell(fact: Fact, lang: Lang) -> str:
    """A fact in words: amounts in Norwegian with a decimal comma and thousands apart."""
    if not isinstance(fact, Ore):
        return str(fact)
    return format_kroner(fact, lang)
