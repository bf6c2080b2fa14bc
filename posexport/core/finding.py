"""A finding: something wrong or worth knowing about a day, as a value without words.

A finding is a code, a severity and facts. `texts.describe` puts it into Norwegian and English, and what can be done
about it are mends (`core.mends`). Findings are made in `core.findings`, in a file per subject.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from posexport.core.mends import WITHOUT_VENUE, Mend, list_recipes
from posexport.core.row_plan import RowPlan


class Severity(StrEnum):
    """`error` holds the voucher; `warning` asks for a look; `info` is for the record."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Ore(int):
    """An amount (øre) among a finding's facts, shown as kroner in the reader's language."""


Fact = str | int | Ore


class Accepted(NamedTuple):
    """A person accepted a finding: who, when (local time), and why."""

    who: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `variant`: selects the text where a code has several; `facts`: the values in it; `accepted`: who
    accepted it, if anybody. `is_one_of_several`: its day has other vouchers too, so that its voucher must be named.
    `is_of_removed`: its venue was removed from the setup, and nothing is imported, moved or sent of it.
    `row`: the setup row that resolves it, where it is to be valid from a day on, so that drafted days stay as they
    are."""

    code: str
    severity: Severity
    facts: Mapping[str, Fact] = field(default_factory=dict)
    variant: str = ""
    venue: str | None = None
    business_day: date | None = None
    accepted: Accepted | None = None
    is_one_of_several: bool = False
    row: RowPlan | None = None
    is_of_removed: bool = False

    @property
    def holds(self) -> bool:
        """Whether somebody has to see to it. It keeps the voucher from being drafted, unless `keeps_back` says not."""
        return self.severity is Severity.ERROR

    @property
    def keeps_back(self) -> bool:
        """Whether it keeps its document from being sent: not where all that it says is that the invoice is late."""
        return self.holds and self.code != NOT_INVOICED

    @property
    def digest(self) -> str:
        """What an acceptance is tied to: the same finding with other figures has another digest."""
        told = "\x1f".join(
            f"{name}={int(fact) if isinstance(fact, int) else fact}" for name, fact in sorted(self.facts.items())
        )
        return hashlib.sha256(f"{self.code}/{self.variant}\x1f{told}".encode()).hexdigest()[:16]

    @property
    def key(self) -> str:
        """The key of its text and of its mends: "code" or "code/variant"."""
        return f"{self.code}/{self.variant}" if self.variant else self.code

    @property
    def mends(self) -> tuple[Mend, ...]:
        """What a person can do about it; empty where it is settled."""
        return () if self.is_settled else self.list_mends()

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do: it was accepted, or explains itself."""
        return self.code in ACCEPTABLE and self.severity is Severity.INFO

    @property
    def needs_venue(self) -> bool:
        """Whether its venue was removed from the setup, and what mends it needs the venue there."""
        recipes = list_recipes(self.key, is_acceptable=self.code in ACCEPTABLE) if self.is_of_removed else ()
        return any(recipe.kind not in WITHOUT_VENUE for recipe in recipes)

    def list_mends(self) -> tuple[Mend, ...]:
        """All its mends, whether it was accepted or not."""
        if self.needs_venue:
            return ()
        recipes = list_recipes(self.key, is_acceptable=self.code in ACCEPTABLE)
        mends = (recipe.make(self._find_fact).in_row(self.row) for recipe in recipes)
        return tuple(mend if self.is_one_of_several else mend.of_the_only_voucher() for mend in mends)

    def _find_fact(self, name: str) -> Fact:
        """A fact for a mend; its own venue, business day and code come before facts with these names."""
        own = {"venue": self.venue, "day": self.business_day and self.business_day.isoformat(), "code": self.code}
        return own.get(name) or self.facts.get(name, "")


NOT_INVOICED = "order-not-invoiced"
"""The code that says how long a sale has no invoice: of an order that is not sent, sending it is the mend."""

TICKETS_NAMED = 5
"""So many tickets are named in a finding; more are counted."""

TO_BE_ASKED_AGAIN = "to-be-asked-again"
"""The code of what PowerOffice said once of a setup that has changed since."""


def format_findings(findings: Iterable[Finding]) -> str:
    """Findings as text for `parse_findings`: the objections to a document by its ledger, stored until it is asked
    again."""
    return json.dumps([[finding.code, finding.variant, _format_facts(finding.facts)] for finding in findings])


def _format_facts(facts: Mapping[str, Fact]) -> dict[str, Any]:
    return {name: {"ore": int(fact)} if isinstance(fact, Ore) else fact for name, fact in facts.items()}


def _parse_facts(told: Mapping[str, Any]) -> dict[str, Fact]:
    return {name: Ore(fact["ore"]) if isinstance(fact, dict) else fact for name, fact in told.items()}


def parse_findings(text: str) -> tuple[Finding, ...]:
    """Findings from such text; each holds its voucher, except those that are to be asked again."""
    return tuple(
        Finding(
            code, Severity.INFO if code == TO_BE_ASKED_AGAIN else Severity.ERROR, _parse_facts(facts), variant=variant
        )
        for code, variant, facts in json.loads(text)
    )


def gravest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings by severity, most severe first, otherwise in their order."""
    order = list(Severity)
    return tuple(sorted(findings, key=lambda finding: order.index(finding.severity)))


ACCEPTABLE_ON_ORDERS = frozenset(
    {
        "order-total-differs",
        NOT_INVOICED,
        "order-unsent",
        "order-customer-vat-free",
        "order-changed-after-sending",
        "order-return-credited",
    }
)
"""Codes a person may take responsibility for on an order."""

ACCEPTABLE_ON_DAYS = frozenset(
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
        "drafted-twice",
        "voucher-reversed",
        "voucher-corrected",
        "credit-left-out",
    }
)
"""Codes a person may take responsibility for with `posexport accept`."""

ACCEPTABLE = ACCEPTABLE_ON_DAYS | ACCEPTABLE_ON_ORDERS

BOOKED_IN_LEDGER = frozenset({"voucher-reversed", "voucher-corrected"})
"""Those of them that say that the day was booked by hand."""
