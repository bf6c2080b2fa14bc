"""Equal findings of many days and venues as one, for whoever reads many of them: previews, statuses, mails.

In words of both languages, since a sentence names the days. Never here: layout. Amounts are øre.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from posexport.core.finding import Fact, Finding, Ore, gravest_first
from posexport.texts.clean import clean
from posexport.texts.describe import fix_of, message_of
from posexport.texts.language import Lang, format_days
from posexport.texts.report import WORDS, count_days

_AMOUNT = "amount"
"""The fact that is added up, where it is a finding's only amount."""

_OF_ONE = frozenset({"number", "reference"})
"""Facts that name one ticket or one document: such findings stand alone."""

VENUES_NAMED = 5
"""So many venues of a group are named; more are counted."""


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings of one company that are equal but for their day, venue and amount; never empty. The oldest day's is
    first."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The one of the oldest day."""
        return self.findings[0]

    @property
    def amount_ore(self) -> int | None:
        """The sum of their amounts (øre); None where they have none, or more than one each."""
        facts = self.first.facts
        return sum(int(one.facts[_AMOUNT]) for one in self.findings) if _has_one_amount(facts) else None

    @property
    def days_by_venue(self) -> dict[str, list[date]]:
        """The days of each venue, by its id, ascending; without what is of no venue or day."""
        found: dict[str, set[date]] = {}
        for one in self.findings:
            if one.venue is not None and one.business_day is not None:
                found.setdefault(one.venue, set()).add(one.business_day)
        return {venue: sorted(days) for venue, days in found.items()}

    @property
    def days(self) -> int:
        """How many days of venues they are of."""
        return sum(map(len, self.days_by_venue.values()))


def group_findings(findings: Iterable[Finding]) -> tuple[FindingGroup, ...]:
    """The findings of one company in groups, the most severe first, otherwise as they came first.

    >>> from posexport.core.finding import Severity

    >>> def lacks_account(day: int, amount_ore: int) -> Finding:
    ...     facts: dict[str, Fact] = {"source": "110", "name": "Mat", "vat_code": "3", "amount": Ore(amount_ore)}
    ...     return Finding("missing-account", Severity.ERROR, facts, "sale", "torget", date(2026, 11, day))

    >>> [group] = group_findings([lacks_account(21, 80000), lacks_account(20, 100000)])

    >>> group.days, group.amount_ore
    (2, 180000)
    """
    grouped: dict[Hashable, list[Finding]] = {}
    for finding in gravest_first(findings):
        grouped.setdefault(_key_of(finding), []).append(finding)
    return tuple(FindingGroup(tuple(sorted(of_group, key=_day_of))) for of_group in grouped.values())


def group_by_company(found: Iterable[tuple[str, Finding]]) -> dict[str, tuple[FindingGroup, ...]]:
    """Findings with the ids of their companies, in groups within each company, in the order companies first appear."""
    of_company: dict[str, list[Finding]] = {}
    for company, finding in found:
        of_company.setdefault(company, []).append(finding)
    return {company: group_findings(findings) for company, findings in of_company.items()}


def _key_of(finding: Finding) -> Hashable:
    """What two findings have in common that are told as one."""
    facts = finding.facts
    left_out = {_AMOUNT} if _has_one_amount(facts) else frozenset()
    kept = tuple(sorted((name, str(fact)) for name, fact in facts.items() if name not in left_out))
    one_day = (finding.venue, finding.business_day, facts.get(_AMOUNT)) if _OF_ONE & facts.keys() else None
    return (finding.key, finding.severity, kept, finding.accepted, finding.is_of_removed, one_day)


def _has_one_amount(facts: Mapping[str, Fact]) -> bool:
    return [name for name, fact in facts.items() if isinstance(fact, Ore)] == [_AMOUNT]


def _day_of(finding: Finding) -> date:
    return finding.business_day or date.min


def message_of_group(group: FindingGroup, lang: Lang) -> str:
    """What is wrong, once for all the days, with the sum of the amounts."""
    return message_of(_stand_in(group, lang), lang)


def _stand_in(group: FindingGroup, lang: Lang) -> Finding:
    """One finding for the group: with the sum of the amounts, and where its text names the day, all days."""
    days = sorted({one.business_day for one in group.findings if one.business_day is not None})
    facts: dict[str, Fact] = dict(group.first.facts)
    if group.amount_ore is not None:
        facts[_AMOUNT] = Ore(group.amount_ore)
    if len(days) > 1:
        facts["day"] = format_days(days, lang)
    return replace(group.first, facts=facts)


def fix_of_group(group: FindingGroup, lang: Lang, describe: Callable[[Finding, Lang], str] = fix_of) -> str:
    """What to do about it, as `describe` says it of one: of the oldest day, and that it is the same of each where what
    to do differs from day to day; empty where nothing need be done."""
    fixes = list(dict.fromkeys(describe(one, lang) for one in group.findings))
    return fixes[0] if len(fixes) == 1 else f"{fixes[0]} {WORDS['same_for_each'][lang]}"


def describe_places(group: FindingGroup, names: Mapping[str, str], lang: Lang) -> str:
    """Where and when it is: the days of each venue, and how many there are; empty where it is of no day. `names`: of
    venues, by id.

    >>> from posexport.core.finding import Severity

    >>> days = (date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 24))

    >>> found = [Finding("tips-as-income", Severity.WARNING, venue="torget", business_day=day) for day in days]

    >>> describe_places(group_findings(found)[0], {"torget": "Torget Kafé"}, "nb")
    'Torget Kafé 20.–21.11., 24.11.2026 (3 dager)'
    """
    return describe_days(group.days_by_venue, names, lang)


def describe_days(by_venue: Mapping[str, Sequence[date]], names: Mapping[str, str], lang: Lang) -> str:
    """The days of each venue, by its id, and how many there are; empty for none. `names`: of venues, by id."""
    many = sum(map(len, by_venue.values()))
    named = [
        f"{clean(names.get(venue, venue))} {format_days(days, lang)}"
        for venue, days in list(by_venue.items())[:VENUES_NAMED]
    ]
    more = len(by_venue) - len(named)
    if more:
        named.append(WORDS["more_venues_one" if more == 1 else "more_venues_many"][lang].format(n=more))
    told = "; ".join(named)
    return f"{told} ({count_days(many, lang)})" if many > 1 else told
