"""E-mails as text and as HTML, in Norwegian.

The layouts are in `templates/`; here they are only filled. Everything in the HTML is escaped, and names lose their
control characters in both. No amounts except those of findings and, in a weekly summary, what was drafted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment

from posexport.core.alerts import (
    BOOKED,
    CHANGED,
    DOCUMENTATION,
    IMPORT_FAILED,
    TWICE,
    DayStatus,
    Digest,
    Weekly,
    find_reason,
)
from posexport.core.company import Company, Venue
from posexport.core.finding import Finding
from posexport.core.report import State, StatusRow
from posexport.render.filling import open_templates
from posexport.render.templates import find_template
from posexport.texts.buttons import fix_on_pages
from posexport.texts.clean import clean, shorten
from posexport.texts.describe import fix_of, message_of
from posexport.texts.language import Lang, capitalize, format_date, format_day, format_kroner, format_moment
from posexport.texts.report import WORDS, describe_answer, find_word
from posexport.texts.targets import name_system_of_drafts
from posexport.views.addresses import day_address

DAYS_MAX = 30
"""Days listed in one message; the rest are counted."""

FINDINGS_MAX = 5
"""How many findings of one voucher are listed; the rest are counted."""

_ANSWER_CHARACTERS = 300

_STATES = {
    BOOKED: "Endret etter at dagen ble ført for hånd",
    CHANGED: "Endret etter at bilaget ble levert",
    DOCUMENTATION: "Levert, men rapporten mangler",
    IMPORT_FAILED: "Levert, men ikke importert i PowerOffice Go",
    TWICE: "Levert, og ligger mer enn én gang i PowerOffice Go",
}


_ORDER_STATES = {
    State.HELD: "Ordre av kredittsalg venter",
    State.UNCERTAIN: "Usikkert om ordre av kredittsalg kom frem",
    State.REFUSED: "Ordre av kredittsalg er avvist",
    State.UNREACHABLE: "Ordre av kredittsalg er ikke sendt",
}
_SENT_ORDER = "Ordre av kredittsalg trenger et blikk"
"""What is said of an order that was sent and has an error now: gone, changed, of another sum, or not invoiced."""


class Written(NamedTuple):
    """A rendered message: subject, text and HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Reason:
    """Why a day waits and what to do: a finding, in words."""

    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class _Item:
    """One voucher of one day in a message. `when`: its day, with its venue where the message is about several;
    `address`: of its page, where there is one."""

    when: str
    state: str
    answer: str = ""
    answer_label: str = ""
    reasons: tuple[_Reason, ...] = ()
    more: int = 0
    step: str = ""
    address: str = ""


def write_digest(digest: Digest, office: str = "") -> Written:
    """The message to one recipient about new and resolved alerts. `office`: where the back office is; with one, the
    message leads there and tells of nothing to type."""
    tell_when = (
        _format_day if len({day.venue.id for day in (*digest.waiting, *digest.mended)}) == 1 else _format_venue_day
    )
    items = [
        _item(digest.company, tell_when(day), row, office) for day in digest.waiting[:DAYS_MAX] for row in day.waiting
    ]
    return _write(
        "message",
        _format_subject(digest),
        company=digest.company,
        waiting=items,
        waiting_more=max(0, len(digest.waiting) - DAYS_MAX),
        mended=[_mended_item(digest.company, tell_when(day), day) for day in digest.mended[:DAYS_MAX]],
        mended_more=max(0, len(digest.mended) - DAYS_MAX),
        before=digest.before,
        office=office,
    )


def write_weekly(weekly: Weekly, office: str = "") -> Written:
    """A week's summary for one recipient. `office`: where the back office is."""
    return _write(
        "weekly",
        f"{_name(weekly.company, [week.venue for week in weekly.venues])}: uke {weekly.monday.isocalendar().week}",
        company=weekly.company,
        week=weekly.monday.isocalendar().week,
        first=format_date(weekly.monday, "nb"),
        last=format_date(weekly.monday + timedelta(days=6), "nb"),
        venues=weekly.venues,
        today=weekly.today,
        days_max=DAYS_MAX,
        office=office,
    )


def write_test(company: Company, venue: Venue) -> Written:
    """A message that says only that messages arrive."""
    return _write("test", f"{venue.name}: prøvemelding fra posexport", company=company, venue=venue)


def _write(layout: str, subject: str, *, company: Company, **values: object) -> Written:
    values |= {"company": company, "posted_in": name_system_of_drafts(company.target)}
    folder = find_template(f"{layout}.txt.j2").parent
    text, html = (
        _environment(folder, is_html).get_template(f"{layout}.{ending}.j2").render(subject=subject, **values)
        for ending, is_html in (("txt", False), ("html", True))
    )
    return Written(clean(subject), text.strip() + "\n", html.strip() + "\n")


def _format_subject(digest: Digest) -> str:
    """The subject: whose days, and how many, or the day itself where it is only one."""
    waiting, mended = digest.waiting, digest.mended
    name = _name(digest.company, [day.venue for day in (*waiting, *mended)])
    if not waiting and len(mended) == 1:
        return f"{name}: {_day_of_year(mended[0].business_day)} er i orden"
    parts = [f"{_count_days(len(waiting))} venter på deg"] if waiting else []
    if mended:
        parts.append(f"{len(mended) if waiting else _count_days(len(mended))} er i orden")
    return f"{name}: {', '.join(parts)}"


def _name(company: Company, venues: Sequence[Venue]) -> str:
    """The venue's name where it is only one, else the company's."""
    names = {venue.id: venue.name for venue in venues}
    return next(iter(names.values())) if len(names) == 1 else company.name


def _day_of_year(day: date) -> str:
    return format_day(day, "nb").rpartition(" ")[0]


def _count_days(many: int) -> str:
    return f"{many} {'dag' if many == 1 else 'dager'}"


def _format_day(day: DayStatus) -> str:
    return capitalize(format_day(day.business_day, "nb"))


def _format_venue_day(day: DayStatus) -> str:
    return f"{day.venue.name}, {format_day(day.business_day, 'nb')}"


def _item(company: Company, when: str, row: StatusRow, office: str) -> _Item:
    told = [finding for finding in row.findings if _is_reason(finding)]
    reasons = _list_reasons(told[:FINDINGS_MAX], fix_on_pages if office else fix_of)
    is_answered = row.state in (State.REFUSED, State.UNREACHABLE, State.UNCERTAIN)
    label, answer = describe_answer(row, "nb")
    return _Item(
        when,
        describe_state(company, row),
        shorten(" ".join(clean(answer).split()), _ANSWER_CHARACTERS) if is_answered else "",
        label,
        reasons,
        len(told) - len(reasons),
        "" if office or any(reason.fix for reason in reasons) else WORDS[f"next_{row.state.value}"]["nb"],
        f"{office}{day_address(row.venue.id, row.business_day)}" if office else "",
    )


def _list_reasons(findings: Sequence[Finding], describe_fix: Callable[[Finding, Lang], str]) -> tuple[_Reason, ...]:
    """Findings in words; where several in a row have the same fix, it comes after the last of them."""
    fixes = [describe_fix(finding, "nb") for finding in findings]
    return tuple(
        _Reason(message_of(finding, "nb"), "" if fix == following else fix)
        for finding, fix, following in zip(findings, fixes, [*fixes, None][1:], strict=True)
    )


def _is_reason(finding: Finding) -> bool:
    return finding.holds or finding.code in (BOOKED, "documentation-missing", "no-sales-data")


def _mended_item(company: Company, when: str, day: DayStatus) -> _Item:
    is_drafted = any(row.state is State.DRAFTED for row in day.rows)
    state = _state_word(company, State.DRAFTED if is_drafted else State.NOTHING)
    if any(row.is_booked for row in day.rows):
        state = WORDS["state_booked"]["nb"]
    return _Item(when, _small_first(state))


def describe_state(company: Company, row: StatusRow) -> str:
    """The state of a waiting voucher or order, in words."""
    if row.document_kind == "order":
        return _ORDER_STATES.get(row.state, _SENT_ORDER)
    kind = find_reason(row).partition(":")[0]
    return _STATES.get(kind) or _state_word(company, State(kind) if kind else row.state)


def _state_word(company: Company, state: State) -> str:
    return find_word(f"state_{state.value}", company.target, "nb")


def _format_amount(amount_ore: int, currency: str) -> str:
    amount = format_kroner(amount_ore)
    return f"{amount}\N{NO-BREAK SPACE}{'kr' if currency == 'NOK' else currency}"


def _format_age(day: DayStatus, today: date) -> str:
    """How long ago the day was, in words.

    Counted by date: yesterday's business day is one day old.
    """
    days = (today - day.business_day).days
    return "fra i går" if days <= 1 else f"{days} dager gammel"


def _small_first(text: str) -> str:
    """The text with its first letter in lower case."""
    return text[:1].lower() + text[1:]


@lru_cache(maxsize=4)
def _environment(folder: Path, is_html: bool) -> Environment:
    filters: dict[str, Callable[..., Any]] = {
        "amount": _format_amount,
        "day": lambda day: capitalize(format_day(day, "nb")),
        "moment": lambda moment: format_moment(moment, "nb"),
        "days": _count_days,
        "age": _format_age,
        "small_first": _small_first,
        "state_words": lambda day, company: ", ".join(
            dict.fromkeys(describe_state(company, row) for row in day.waiting)
        ),
    }
    return open_templates(folder, filters, is_html=is_html)
