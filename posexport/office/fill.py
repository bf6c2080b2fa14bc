"""Fills the office's templates. Everything printed is escaped."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from starlette.responses import HTMLResponse, Response

from posexport.core.finding import Finding
from posexport.core.orders.customers import Candidate, LinkedBy
from posexport.office.addresses import (
    company_address,
    customer_address,
    day_address,
    import_address,
    order_address,
    venue_address,
)
from posexport.office.words import office_words, sign_of, state_words
from posexport.render.filling import open_templates
from posexport.render.guide import index_findings
from posexport.render.html import page_filters
from posexport.render.templates import find_template
from posexport.texts.buttons import fix_on_pages
from posexport.texts.customers import describe_linked_by, describe_reasons
from posexport.texts.describe import message_of
from posexport.texts.failures import describe_failure
from posexport.texts.language import LANGS, MONTHS, WEEKDAYS, Lang, format_written_day
from posexport.texts.moments import format_moments, write_days
from posexport.texts.refusals import describe_place, describe_refusal, leave_out_commands
from posexport.texts.report import count_days, count_tickets
from posexport.texts.schedule import describe_schedule


def fill(template: str, lang: Lang, *, status_code: int = 200, **values: object) -> Response:
    """A page of the office: `templates/office/TEMPLATE`, filled."""
    return HTMLResponse(render(template, lang, **values), status_code=status_code)


def render(template: str, lang: Lang, **values: object) -> str:
    """A page of the office, or a part of one, as text."""
    return _open(lang).get_template(f"office/{template}").render(lang=lang, **values)


def prepare() -> None:
    """Compile every page, so that nobody waits for that who looks at one first."""
    for lang in LANGS:
        pages = _open(lang)
        for name in pages.list_templates(filter_func=lambda name: name.startswith("office/")):
            pages.get_template(name)


class _Compiled(BytecodeCache):
    """Templates as they are compiled, for as long as the program runs: once for both languages."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was kept of a template."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


@lru_cache(maxsize=2)
def _open(lang: Lang) -> Environment:
    folder = find_template("office/frame.html.j2").parent.parent
    filters = page_filters(lang) | {
        "written_day": partial(_write_day, lang=lang),
        "typed_day": partial(_write_typed, lang=lang),
        "schedule": partial(describe_schedule, lang=lang),
        "brief_day": partial(format_brief_day, lang=lang),
        "month": partial(format_month, lang=lang),
        "day_address": day_address,
        "order_address": order_address,
        "import_address": import_address,
        "customer_address": customer_address,
        "linked_by": partial(_describe_linked_by, lang=lang),
        "reasons": partial(_join_reasons, lang=lang),
        "number": partial(_format_number, lang=lang),
        "in_tickets": partial(count_tickets, lang=lang),
        "in_days": partial(count_days, lang=lang),
        "field_id": make_field_id,
        "trouble": partial(_describe_trouble, lang=lang),
        "typed_out": partial(leave_out_typed, lang=lang),
        "message": tell_finding,
        "fix": tell_fix,
        "moments": partial(format_moments, lang=lang),
        "venue_address": venue_address,
        "company_address": company_address,
        "place": partial(tell_place, lang=lang),
        "refusal": partial(describe_refusal, lang=lang),
        "without_commands": leave_out_commands,
        "sign": sign_of,
        "state_name": partial(_name_state, lang=lang),
    }
    environment = open_templates(folder, filters)
    environment.bytecode_cache = _COMPILED
    environment.globals["guide_of"] = partial(guide_address, lang=lang)
    return environment


def guide_address(code: str, lang: Lang) -> str:
    """Where the guide explains a finding; empty where it does not.

    >>> guide_address("vat-mismatch", "en"), guide_address("nothing", "en")
    ('/help/days#z-report-mismatch', '')
    """
    found = index_findings(lang).get(code)
    if found is None:
        return ""
    topic, anchor, is_folded = found
    return f"/help/{topic}{f'?open={anchor}' if is_folded else ''}#{anchor}"


_TYPED = ("posexport ", "[[", ".toml")


def tell_finding(finding: Finding, lang: Lang) -> str:
    """What is wrong, with days as the pages write them."""
    return write_days(message_of(finding, lang), lang)


def tell_fix(finding: Finding, lang: Lang) -> str:
    """What to do about it, likewise."""
    return write_days(fix_on_pages(finding, lang), lang)


def tell_place(text: str, lang: Lang) -> str:
    """A place in a sales file, with its days likewise.

    >>> tell_place("register 1, 2026-11-18 12:00:00", "nb"), tell_place("register 1, 2026-11-18 12:00:00", "en")
    ('kasse 1, 18.11.2026 kl. 12.00', 'register 1, 18 Nov 2026 12:00:00')
    """
    return write_days(format_moments(describe_place(text, lang), lang), lang)


def make_field_id(name: str) -> str:
    """A field's name as an id of HTML.

    >>> make_field_id("product_type:100|accounts.3")
    'product_type-100-accounts-3'
    """
    return "".join(sign if sign.isalnum() or sign == "_" else "-" for sign in name)


def _describe_linked_by(by: LinkedBy, who: str = "", *, lang: Lang) -> str:
    return describe_linked_by(by, who, lang)


def _join_reasons(candidate: Candidate, lang: Lang) -> str:
    return ", ".join(describe_reasons(candidate, lang))


def _format_number(number: Decimal, lang: Lang) -> str:
    return f"{number:f}".replace(".", ",") if lang == "nb" else f"{number:f}"


def _write_day(day: date | str, lang: Lang) -> str:
    """A day, or one as ISO 8601 has it, as it is written in a field."""
    return format_written_day(date.fromisoformat(day) if isinstance(day, str) else day, lang)


def _write_typed(text: str, *, lang: Lang) -> str:
    """What stands in a field for a day: as it was typed, a date of an address as it is written in the language."""
    try:
        return _write_day(text, lang=lang)
    except ValueError:
        return text


def _describe_trouble(told: str, lang: Lang) -> str:
    """A failure in the reader's language, without anything to type."""
    return leave_out_typed(describe_failure(told, lang).text, lang)


_COMMAND = re.compile(r",? (?:med|with|:) posexport [\w.-]+(?: [\w.-]+)*")


def leave_out_typed(told: str, lang: Lang) -> str:
    """A sentence without the command that it names; in other words where nothing else is left of it.

    >>> leave_out_typed("si først hvor den er med posexport orders resolve", "nb")
    'si først hvor den er'
    """
    told = _COMMAND.sub("", told)
    return office_words(lang)["error_without_words"] if any(typed in told for typed in _TYPED) else told


def _name_state(state: str, lang: Lang) -> str:
    return state_words(lang)[state]


def format_brief_day(day: date, lang: Lang) -> str:
    """A day of the current year, as in a list.

    >>> format_brief_day(date(2026, 11, 20), "nb"), format_brief_day(date(2026, 11, 20), "en")
    ('fre. 20. nov.', 'Fri 20 Nov')
    """
    weekday, month = WEEKDAYS[lang][day.weekday()][:3], MONTHS[lang][day.month - 1]
    if lang == "en":
        return f"{weekday} {day.day} {month[:3]}"
    return f"{weekday}. {day.day}. {month if len(month) <= 4 else month[:3] + '.'}"


def format_month(day: date, lang: Lang) -> str:
    """The month of a day.

    >>> format_month(date(2026, 11, 20), "nb"), format_month(date(2026, 11, 20), "en")
    ('november 2026', 'November 2026')
    """
    return f"{MONTHS[lang][day.month - 1]} {day.year}"
