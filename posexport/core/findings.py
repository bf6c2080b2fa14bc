"""Findings: what is wrong or worth knowing about a day, as values, and how each is told in words.

A finding is a code, a severity and facts. `TEXTS` has every code in Norwegian and in English: a message and
what to do, for a bookkeeper. What is to be typed stands there by the name of its mend (`mends`), so that a face
without a command line can leave it out. Which rule makes which finding stands in `checks`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from posexport.core.mends import Mend, list_recipes
from posexport.core.moments import tell_moments
from posexport.core.money import format_ore
from posexport.texts import findings as texts_findings
from posexport.texts.commands import tell_mend
from posexport.texts.failures import tell_failure
from posexport.texts.findings import LANGS as LANGS
from posexport.texts.findings import Lang as Lang
from posexport.texts.ledger_findings import LEDGER_TEXTS

TEXTS: Mapping[str, Mapping[Lang, tuple[str, str]]] = {**texts_findings.TEXTS, **LEDGER_TEXTS}
"""Every wording of every finding: a message and what to do."""


class Severity(StrEnum):
    """`error` holds the voucher back; `warning` asks for a look; `info` is for the record."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Ore(int):
    """An amount in øre among a finding's facts, told as kroner in the reader's language."""


Fact = str | int | Ore


class Accepted(NamedTuple):
    """That a person took responsibility for a finding: who, when by the venue's clock, and why."""

    who: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `variant` picks the wording where a code has several; `facts` are what it fills in; `accepted` is
    who has taken responsibility for it, where somebody has. `is_one_of_several`: its day has other vouchers too, so
    that whoever says something of this one has to name it."""

    code: str
    severity: Severity
    facts: Mapping[str, Fact] = field(default_factory=dict)
    variant: str = ""
    venue: str | None = None
    business_day: date | None = None
    accepted: Accepted | None = None
    is_one_of_several: bool = False

    @property
    def holds(self) -> bool:
        """Whether it keeps a voucher from being drafted."""
        return self.severity is Severity.ERROR

    @property
    def digest(self) -> str:
        """What an acceptance is bound to: the same finding with other figures is another finding."""
        told = "\x1f".join(
            f"{name}={int(fact) if isinstance(fact, int) else fact}" for name, fact in sorted(self.facts.items())
        )
        return hashlib.sha256(f"{self.code}/{self.variant}\x1f{told}".encode()).hexdigest()[:16]

    @property
    def key(self) -> str:
        """Which wording it has, and which mends."""
        return f"{self.code}/{self.variant}" if self.variant else self.code

    @property
    def mends(self) -> tuple[Mend, ...]:
        """What a person can do about it; nothing more where somebody has taken responsibility for it."""
        return () if self._is_settled else self._make_mends()

    @property
    def _is_settled(self) -> bool:
        """Whether somebody has taken responsibility for it, or it explains itself: there is nothing left to do."""
        return self.code in ACCEPTABLE and self.severity is Severity.INFO

    def message(self, lang: Lang = "nb") -> str:
        """What is so, with its figures, and who has taken responsibility for it."""
        told = TEXTS[self.key][lang][0].format_map(self._tell_facts(lang))
        return f"{told} {_tell_accepted(self.accepted, lang)}" if self.accepted else told

    def fix(self, lang: Lang = "nb") -> str:
        """What to do about it, with what is to be typed; empty where nothing need be done."""
        fix = "" if self._is_settled else TEXTS[self.key][lang][1]
        commands = {mend.name: tell_mend(mend, lang) for mend in self._make_mends()} if fix else {}
        return fix.format_map({**self._tell_facts(lang), **commands})

    def advice(self, lang: Lang = "nb") -> str:
        """What to do about it where nothing can be typed: `fix` without the sentences that are there for a command,
        for which there is a mend to press."""
        if self._is_settled:
            return ""
        names = {mend.name for mend in self._make_mends()}
        sentences = re.split(r"(?<=[.?!]) (?=[A-ZÆØÅ])", TEXTS[self.key][lang][1])
        kept = " ".join(sentence for sentence in sentences if not names & set(re.findall(r"{(\w+)}", sentence)))
        return kept.format_map(self._tell_facts(lang))

    def _make_mends(self) -> tuple[Mend, ...]:
        recipes = list_recipes(self.key, is_acceptable=self.code in ACCEPTABLE)
        mends = (recipe.make(self._find_fact) for recipe in recipes)
        return tuple(mend if self.is_one_of_several else mend.of_the_only_voucher() for mend in mends)

    def _find_fact(self, name: str) -> Fact:
        """A fact for a mend: its own venue, business day and code go before facts of these names."""
        own = {"venue": self.venue, "day": self.business_day and self.business_day.isoformat(), "code": self.code}
        return own.get(name) or self.facts.get(name, "")

    def _tell_facts(self, lang: Lang) -> dict[str, str]:
        day = self.business_day.isoformat() if self.business_day else ""
        facts: dict[str, Fact] = {"venue": self.venue or "", "day": day, "code": self.code, **self.facts}
        return {name: _tell_fact(name, fact, lang) for name, fact in facts.items()}


_MOMENTS = frozenset(
    {
        *("day", "time", "other_time", "until", "since", "at", "lock_date", "first_open", "closes", "day_starts"),
        *("rows", "tickets"),
    }
)
"""Names of facts that are, or hold, days and times."""


_ACCEPTED: Mapping[Lang, str] = {
    "nb": "Godkjent av {who}, {day}: {why}",
    "en": "Accepted by {who}, {day}: {why}",
}


def _tell_accepted(accepted: Accepted, lang: Lang) -> str:
    day = tell_moments(accepted.at.date().isoformat(), lang)
    told = _ACCEPTED[lang].format(who=accepted.who, day=day, why=accepted.why)
    return told if told.endswith((".", "!", "?")) else f"{told}."


def _tell_fact(name: str, fact: Fact, lang: Lang) -> str:
    told = tell(fact, lang)
    if name == "answer":
        inner = re.fullmatch(r" \((.+)\)", told, re.DOTALL)
        return f" ({tell_failure(inner[1], lang).text})" if inner else tell_failure(told, lang).text
    return tell_moments(told, lang) if name in _MOMENTS else told


TO_BE_ASKED_AGAIN = "to-be-asked-again"
"""The code of what PowerOffice said once of a setup that has changed since."""


def format_findings(findings: Iterable[Finding]) -> str:
    """Findings without amounts as text that `parse_findings` reads: what PowerOffice said of a voucher is kept
    until it is asked again."""
    return json.dumps([[finding.code, finding.variant, dict(finding.facts)] for finding in findings])


def parse_findings(text: str) -> tuple[Finding, ...]:
    """The other way; each of them holds its voucher back, but for those that are to be asked again."""
    return tuple(
        Finding(code, Severity.INFO if code == TO_BE_ASKED_AGAIN else Severity.ERROR, facts, variant=variant)
        for code, variant, facts in json.loads(text)
    )


def tell(fact: Fact, lang: Lang) -> str:
    """A fact in words: amounts with a decimal comma and spaces between thousands in Norwegian."""
    if not isinstance(fact, Ore):
        return str(fact)
    return format_kroner(fact, lang)


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


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The gravest severity among findings."""
    order = (Severity.ERROR, Severity.WARNING, Severity.INFO)
    there = {finding.severity for finding in findings}
    return next((severity for severity in order if severity in there), None)


ACCEPTABLE = frozenset(
    {
        "z-report-mismatch",
        "vat-mismatch",
        "incomplete-day",
        "no-sales-data",
        "same-number-twice",
        "no-longer-in-file",
        "odd-date",
        "void-and-reversal",
        "rounding-too-large",
        "discount-sign",
        "unknown-register",
        "voucher-reversed",
        "voucher-corrected",
    }
)
"""Codes a person may take responsibility for with `posexport accept`."""

BOOKED_IN_LEDGER = frozenset({"voucher-reversed", "voucher-corrected"})
"""Those of them that say that the day was booked by hand."""


CODES: tuple[str, ...] = tuple(dict.fromkeys(key.split("/")[0] for key in TEXTS))
"""Every code there is."""
