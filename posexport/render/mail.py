"""E-mails as text and as HTML, in the reader's language.

A message tells of one company; a letter is what one person gets: one message, or those of several companies under
each other. The layouts are in `templates/`; here they are only filled. Everything in the HTML is escaped, and names
lose their control characters in both. No amounts except those of findings and, in a weekly summary, what was drafted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment
from markupsafe import Markup

from posexport.core.alerts import BOOKED, DayStatus, Digest, Weekly, find_reason
from posexport.core.company import Company, Venue
from posexport.core.finding import Finding
from posexport.core.report import State, StatusRow
from posexport.render.filling import open_templates
from posexport.render.templates import find_template
from posexport.texts.buttons import fix_on_pages
from posexport.texts.clean import clean, shorten
from posexport.texts.describe import message_of
from posexport.texts.language import LANGS, Lang, capitalize, format_date, format_day, format_kroner, format_moment
from posexport.texts.mail import (
    MAIL_WORDS,
    add_companies,
    describe_age,
    describe_alert,
    describe_before,
    describe_waiting_order,
    list_names,
    write_digest_subject,
)
from posexport.texts.mends_in_words import fix_in_words
from posexport.texts.report import WORDS, count_days, describe_answer, find_word
from posexport.texts.targets import name_system_of_drafts
from posexport.views.addresses import day_address
from posexport.views.finding_groups import (
    FindingGroup,
    describe_days,
    describe_places,
    fix_of_group,
    group_findings,
    message_of_group,
)

DAYS_MAX = 30
"""Days listed in one message; the rest are counted."""

FINDINGS_MAX = 5
"""How many findings of one voucher are listed; the rest are counted."""

_ANSWER_CHARACTERS = 300


class Written(NamedTuple):
    """A rendered message or letter: subject, text and HTML."""

    subject: str
    text: str
    html: str


class Told(NamedTuple):
    """A message in a letter: the company it tells of, and what it says."""

    company: Company
    written: Written


@dataclass(frozen=True, slots=True)
class _Reason:
    """Why a day waits and what to do: a finding, in words."""

    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class _Item:
    """One voucher of one day in a message, or what several days wait for alike. `when`: the day, with its venue where
    the message is about several, or the days; `address`: of the (first) day's page, where there is one, and `link`
    what the link to it is called."""

    when: str
    state: str
    answer: str = ""
    answer_label: str = ""
    reasons: tuple[_Reason, ...] = ()
    more: int = 0
    step: str = ""
    address: str = ""
    link: str = ""


# Messages: one company


def write_digest(digest: Digest, lang: Lang = "nb", office: str = "") -> Written:
    """The message to one recipient about new and resolved alerts: first what several days wait for alike, then the
    other days. `office`: where the back office is; with one, the message leads there."""
    days = (*digest.waiting, *digest.mended)
    has_one_venue = len({day.venue.id for day in days}) == 1
    items, left = _list_items(digest, lang, office, has_one_venue=has_one_venue)
    mended = [
        _mended_item(digest.company, _tell_when(day, lang, has_one_venue=has_one_venue), day, lang)
        for day in digest.mended[:DAYS_MAX]
    ]
    name = _name(digest.company, [day.venue for day in days])
    return _write(
        "digest",
        write_digest_subject(name, len(digest.waiting), [day.business_day for day in digest.mended], lang),
        lang,
        is_one=len(digest.waiting) == 1,
        waiting=items,
        waiting_more=left,
        mended=mended,
        mended_more=max(0, len(digest.mended) - DAYS_MAX),
        before=digest.before,
    )


def _list_items(digest: Digest, lang: Lang, office: str, *, has_one_venue: bool) -> tuple[list[_Item], int]:
    """What waits: first what several days wait for alike, then what is one day's; and how many days more there are
    than are listed."""
    company, names = digest.company, {day.venue.id: day.venue.name for day in digest.waiting}
    rows = [(day, row, _list_reasons(row)) for day in digest.waiting for row in day.waiting]
    shared = [group for group in group_findings(chain(*(found for *_, found in rows))) if group.days > 1]
    is_shared = {id(finding) for group in shared for finding in group.findings}
    told: dict[tuple[str, str], _Item] = {}
    for group in shared:
        of_group = set(map(id, group.findings))
        states = (describe_state(company, row, lang) for _, row, found in rows if of_group & set(map(id, found)))
        item = _shared_item(group, ", ".join(dict.fromkeys(states)), names, lang, office)
        same = told.get((item.when, item.state))
        told[item.when, item.state] = replace(same, reasons=(*same.reasons, *item.reasons)) if same else item
    answered: dict[tuple[State, str], list[StatusRow]] = {}
    alone = []
    for day, row, found in rows:
        rest = [finding for finding in found if id(finding) not in is_shared]
        if not rest and row.state in _ANSWERED:
            answered.setdefault((row.state, row.answer), []).append(row)
        if rest or not found or row.state in _ANSWERED:
            alone.append((day, row, rest))
    alike = [rows for rows in answered.values() if len({(row.venue.id, row.business_day) for row in rows}) > 1]
    is_alike = {id(row) for rows in alike for row in rows}
    alone = [one for one in alone if id(one[1]) not in is_alike]
    items = [*told.values(), *(_answered_item(company, rows, names, lang, office) for rows in alike)][:DAYS_MAX]
    shown, left = alone[: DAYS_MAX - len(items)], alone[DAYS_MAX - len(items) :]
    for day, row, rest in shown:
        items.append(_item(company, _tell_when(day, lang, has_one_venue=has_one_venue), row, rest, lang, office))
    return items, len({(day.venue.id, day.business_day) for day, *_ in left})


_ANSWERED = (State.REFUSED, State.UNREACHABLE, State.UNCERTAIN)
"""States in which PowerOffice has said something, or nothing."""


def write_weekly(weekly: Weekly, lang: Lang = "nb") -> Written:
    """A week's summary for one recipient."""
    week = weekly.monday.isocalendar().week
    name = _name(weekly.company, [of.venue for of in weekly.venues])
    return _write(
        "weekly",
        MAIL_WORDS["week_subject"][lang].format(name=name, week=week),
        lang,
        company=weekly.company,
        week=week,
        first=format_date(weekly.monday, lang),
        last=format_date(weekly.monday + timedelta(days=6), lang),
        venues=weekly.venues,
        today=weekly.today,
        days_max=DAYS_MAX,
    )


def _write(layout: str, subject: str, lang: Lang, **values: object) -> Written:
    values |= {"words": {key: told[lang] for key, told in MAIL_WORDS.items()}, "lang": lang}
    folder = find_template(f"{layout}.txt.j2").parent
    text, html = (
        _environment(folder, is_html, lang).get_template(f"{layout}.{ending}.j2").render(subject=subject, **values)
        for ending, is_html in (("txt", False), ("html", True))
    )
    return Written(clean(subject), text.strip() + "\n", html.strip() + "\n")


# Letters: one person


def write_letter(told: Sequence[Told], lang: Lang, office: str = "", *, waits: bool = False) -> Written:
    """What one person gets: these messages, in order; with several companies, each under its name. `waits`: whether any
    of them tells of something to be done.

    The subject is the first message's, with how many companies there are besides.
    """
    companies = list({one.company.id: one.company for one in told}.values())
    systems = {name_system_of_drafts(company.target) for company in companies}
    parts = [
        {
            "company": company.name if len(companies) > 1 else "",
            "texts": [_as_made(one.written.text) for one in told if one.company.id == company.id],
            "htmls": [_as_made(one.written.html) for one in told if one.company.id == company.id],
        }
        for company in companies
    ]
    return _write(
        "letter",
        add_companies(told[0].written.subject, len(companies) - 1, lang),
        lang,
        parts=parts,
        companies=list_names([company.name for company in companies], lang),
        system=systems.pop() if len(systems) == 1 else "",
        office=office,
        waits=waits,
    )


def _as_made(rendered: str) -> Markup:
    """What a template of ours made, to be put into another as it is: its values are escaped and clean already."""
    return Markup(rendered.strip())  # noqa: S704


def write_test(company: Company, venue: Venue, lang: Lang = "nb") -> Written:
    """A letter that says only that messages arrive."""
    return _write(
        "test",
        MAIL_WORDS["test_subject"][lang].format(venue=venue.name),
        lang,
        companies=company.name,
        system=name_system_of_drafts(company.target),
        venue=venue,
    )


def _name(company: Company, venues: Sequence[Venue]) -> str:
    """The venue's name where it is only one, else the company's."""
    names = {venue.id: venue.name for venue in venues}
    return next(iter(names.values())) if len(names) == 1 else company.name


def _tell_when(day: DayStatus, lang: Lang, *, has_one_venue: bool) -> str:
    told = format_day(day.business_day, lang)
    return capitalize(told) if has_one_venue else f"{day.venue.name}, {told}"


def _shared_item(group: FindingGroup, states: str, names: Mapping[str, str], lang: Lang, office: str) -> _Item:
    """What several days wait for alike."""
    reason = _Reason(message_of_group(group, lang), fix_of_group(group, lang, _choose_fix(office)))
    first = group.first
    address = ""
    if office and first.venue is not None and first.business_day is not None:
        address = f"{office}{day_address(first.venue, first.business_day)}"
    link = MAIL_WORDS["open_first"][lang]
    return _Item(describe_places(group, names, lang), states, reasons=(reason,), address=address, link=link)


def _answered_item(
    company: Company, rows: Sequence[StatusRow], names: Mapping[str, str], lang: Lang, office: str
) -> _Item:
    """What PowerOffice answered alike on several days."""
    by_venue: dict[str, set[date]] = {}
    for row in rows:
        by_venue.setdefault(row.venue.id, set()).add(row.business_day)
    when = describe_days({venue: sorted(days) for venue, days in by_venue.items()}, names, lang)
    first = _item(company, when, min(rows, key=lambda row: row.business_day), (), lang, office)
    return replace(first, link=MAIL_WORDS["open_first"][lang])


def _item(company: Company, when: str, row: StatusRow, told: Sequence[Finding], lang: Lang, office: str) -> _Item:
    reasons = _tell_reasons(told[:FINDINGS_MAX], _choose_fix(office), lang)
    label, answer = describe_answer(row, lang)
    return _Item(
        when,
        describe_state(company, row, lang),
        shorten(" ".join(clean(answer).split()), _ANSWER_CHARACTERS) if row.state in _ANSWERED else "",
        label,
        reasons,
        len(told) - len(reasons),
        "" if office or any(reason.fix for reason in reasons) else WORDS[f"next_{row.state.value}"][lang],
        f"{office}{day_address(row.venue.id, row.business_day)}" if office else "",
        MAIL_WORDS["open"][lang],
    )


def _choose_fix(office: str) -> Callable[[Finding, Lang], str]:
    """How is told what to do: by the buttons of the office, or in words; never by what is typed in a terminal."""
    return fix_on_pages if office else fix_in_words


def _list_reasons(row: StatusRow) -> list[Finding]:
    """Why a voucher waits; each finding with its venue and day."""
    found = (finding for finding in row.findings if _is_reason(finding))
    return [replace(finding, venue=row.venue.id, business_day=row.business_day) for finding in found]


def _tell_reasons(
    findings: Sequence[Finding], describe_fix: Callable[[Finding, Lang], str], lang: Lang
) -> tuple[_Reason, ...]:
    """Findings in words; where several in a row have the same fix, it comes after the last of them."""
    fixes = [describe_fix(finding, lang) for finding in findings]
    return tuple(
        _Reason(message_of(finding, lang), "" if fix == following else fix)
        for finding, fix, following in zip(findings, fixes, [*fixes, None][1:], strict=True)
    )


def _is_reason(finding: Finding) -> bool:
    return finding.holds or finding.code in (BOOKED, "documentation-missing", "no-sales-data")


def _mended_item(company: Company, when: str, day: DayStatus, lang: Lang) -> _Item:
    is_drafted = any(row.state is State.DRAFTED for row in day.rows)
    state = _state_word(company, State.DRAFTED if is_drafted else State.NOTHING, lang)
    if any(row.is_booked for row in day.rows):
        state = WORDS["state_booked"][lang]
    return _Item(when, _small_first(state))


def describe_state(company: Company, row: StatusRow, lang: Lang = "nb") -> str:
    """The state of a waiting voucher or order, in words."""
    if row.document_kind == "order":
        return describe_waiting_order(row.state, lang)
    kind = find_reason(row).partition(":")[0]
    return describe_alert(kind, lang) or _state_word(company, State(kind) if kind else row.state, lang)


def _state_word(company: Company, state: State, lang: Lang) -> str:
    return find_word(f"state_{state.value}", company.target, lang)


def _small_first(text: str) -> str:
    """The text with its first letter in lower case."""
    return text[:1].lower() + text[1:]


@lru_cache(maxsize=4 * len(LANGS))
def _environment(folder: Path, is_html: bool, lang: Lang) -> Environment:
    def format_amount(amount_ore: int, currency: str) -> str:
        amount = format_kroner(amount_ore, lang)
        if lang == "nb":
            return f"{amount}\N{NO-BREAK SPACE}{'kr' if currency == 'NOK' else currency}"
        return f"{currency}\N{NO-BREAK SPACE}{amount}"

    filters: dict[str, Callable[..., Any]] = {
        "amount": format_amount,
        "day": lambda day: capitalize(format_day(day, lang)),
        "moment": lambda moment: format_moment(moment, lang),
        "days": lambda many: count_days(many, lang),
        "before": lambda many: describe_before(many, lang),
        "age": lambda day, today: describe_age((today - day.business_day).days, lang),
        "small_first": _small_first,
        "state_words": lambda day, company: ", ".join(
            dict.fromkeys(describe_state(company, row, lang) for row in day.waiting)
        ),
    }
    return open_templates(folder, filters, is_html=is_html)
