"""What the doctor knows of a venue, and the form of its answers. Asking is in `doctor`, the words in `texts.doctor`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from posexport.core.company import Company, Venue
from posexport.core.finding import Finding
from posexport.core.mapping import AccountMapping
from posexport.core.ports.ledger import LedgerKind
from posexport.core.sales import EntryKind
from posexport.core.vat import VatRate
from posexport.errors import Exit
from posexport.ledgers.registry import find_ledger
from posexport.store.day_sums import SoldCode
from posexport.texts.describe import fix_of, message_of
from posexport.texts.doctor import NAMES, TEXTS
from posexport.texts.failures import describe_failure
from posexport.texts.language import Lang
from posexport.texts.moments import Write, keep_moments

Answer = Literal["ok", "warning", "wrong"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One answer about one venue: ok, warning or wrong, in words, with what to click."""

    venue: str
    about: str
    answer: Answer
    message: str
    fix: str = ""
    exit_code: Exit = Exit.DONE


_MOMENTS = frozenset({"lock_date", "first_open", "days"})
"""Names of facts that are days."""

_FAILURES = frozenset({"answer", "why"})
"""Names of facts that are failures, in PowerOffice's words or ours."""


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What the store knows of one venue: the VAT rates its registers wrote per code, every code it sold under or was
    paid by (with the mapping of those days), the kinds of amounts its registers wrote, the rates the ledger last gave,
    and the business days that wait or are done."""

    stated_bp: Mapping[str, frozenset[int]]
    sold: tuple[tuple[SoldCode, AccountMapping], ...]
    kinds: frozenset[EntryKind]
    rates: tuple[VatRate, ...]
    waiting: tuple[date, ...]
    done: frozenset[date]


@dataclass(frozen=True, slots=True)
class DoctorContext:
    """The venue being examined, and the language of the answers."""

    company: Company
    venue: Venue
    lang: Lang
    today: date
    facts_of_store: StoreFacts = field(repr=False)
    write: Write = keep_moments
    """Days and times of the answers."""

    @property
    def kind(self) -> LedgerKind:
        """The kind of ledger its vouchers go to."""
        return find_ledger(self.company.target)

    @property
    def mapping(self) -> AccountMapping:
        """Its mapping as of today."""
        return self.venue.on(self.today).mapping

    @property
    def days(self) -> tuple[date, ...]:
        """One day for each different mapping that vouchers may still be settled by: today, and where setup rows have a
        `valid_from`, a waiting day and the first future day of each."""
        venue, today = self.venue, self.today
        by_stretch = {venue.find_stretch(day): day for day in (*self.facts_of_store.waiting, today)}
        later = [] if venue.dated is None else [day for day in venue.dated.days if day > today]
        return tuple(sorted((*by_stretch.values(), *later)))

    @property
    def mappings(self) -> tuple[AccountMapping, ...]:
        """Its mapping on each of these days."""
        return tuple(self.venue.on(day).mapping for day in self.days)

    def say(self, about: str, answer: Answer, code: str, exit_code: Exit = Exit.DONE, /, **facts: object) -> Diagnosis:
        """A diagnosis in the doctor's own words (`texts.doctor`, by `code`)."""
        return self._say(about, answer, TEXTS[code][self.lang], exit_code, facts)

    def say_target(self, about: str, answer: Answer, /, **facts: object) -> Diagnosis:
        """A diagnosis in the words of the target's row in the ledger registry."""
        words = self.kind.doctor_words.get(self.lang, (self.kind.name, ""))
        return self._say(about, answer, words, Exit.DONE, facts)

    def _say(
        self, about: str, answer: Answer, words: tuple[str, str], exit_code: Exit, facts: dict[str, object]
    ) -> Diagnosis:
        message, fix = words
        facts |= {name: self.write(str(facts[name]), self.lang) for name in _MOMENTS & facts.keys()}
        facts |= {name: describe_failure(str(facts[name]), self.lang).text for name in _FAILURES & facts.keys()}
        return Diagnosis(self.venue.id, about, answer, message.format_map(facts), fix.format_map(facts), exit_code)

    def tell(self, about: str, finding: Finding) -> Diagnosis:
        """A finding as a diagnosis: wrong where it would hold a voucher, else a warning."""
        answer: Answer = "wrong" if finding.holds else "warning"
        code = Exit.BOOKKEEPER if finding.holds else Exit.DONE
        told, fix = (tell(finding, self.lang, self.write) for tell in (message_of, fix_of))
        return Diagnosis(self.venue.id, about, answer, told, fix, code)

    def name(self, what: str, **facts: str) -> str:
        """The words for one item of a list in a message."""
        return NAMES[what][self.lang].format_map(facts)
