"""What a bookkeeper sees: the preview and the status in a terminal and as a page.

Golden files stand in `tests/golden/render_*.txt`: what a pipe gets, in both languages and at two widths.
Rewrite them with POSEXPORT_REWRITE_GOLDEN=1 and read the difference before you keep it.
"""

from __future__ import annotations

import doctest
import io
import os
import re
import string
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from posexport.core.company import Company, Venue
from posexport.core.finding import Finding, Ore, Severity
from posexport.core.lines import LineKind, VoucherLine
from posexport.core.mapping import AccountMapping, PaymentType, ProductType
from posexport.core.report import ControlFigures, DayReport, EmptyDay, Report, State, StatusRow, VoucherReport
from posexport.core.vat import VatFigure
from posexport.core.voucher import Voucher, format_reference
from posexport.core.z_report import ZComparison, ZRow
from posexport.render import templates
from posexport.render.choose import render_html, render_report, render_status
from posexport.render.templates import find_template
from posexport.texts import language, report as texts_report
from posexport.texts.language import LANGS, Lang, format_kroner
from posexport.texts.mail import MAIL_WORDS
from posexport.texts.report import WORDS
from tests.support.paths import TESTS
from tests.texts.test_no_terminal import TYPED

GOLDEN = TESTS / "golden"
OSLO = ZoneInfo("Europe/Oslo")
MADE_AT = datetime(2020, 1, 8, 14, 5, tzinfo=OSLO)

MAPPING = AccountMapping(
    vat_codes={"1": "3", "2": "31"},
    product_types={"100": ProductType("100", "Mat", {"31": "3030"}), "200": ProductType("200", "Øl og vin")},
    payment_types={"CASH": PaymentType("CASH", "Kontant", "1900"), "CARD": PaymentType("CARD", "Kort", "1591")},
)
TORGET = Venue("torget", "Torget Kafé", "fjordmat", department="10", mapping=MAPPING)
BRYGGA = Venue("brygga", "Brygga Sjøbar", "fjordmat", department="20", mapping=MAPPING)
FJORDMAT = Company("fjordmat", "Fjordmat AS", "999999999", venues=(TORGET, BRYGGA))


def sale(account: str | None, vat_code: str | None, credit_ore: int, source: str, name: str) -> VoucherLine:
    return VoucherLine(account, vat_code, "10", -credit_ore, LineKind.SALES, source, name)


def payment(account: str | None, debit_ore: int, source: str, name: str) -> VoucherLine:
    return VoucherLine(account, "0", "10", debit_ore, LineKind.PAYMENT, source, name)


def voucher(venue: Venue, day: date, *lines: VoucherLine, part: int = 0, open_ore: int = 0) -> Voucher:
    posting_date = day + timedelta(days=part)
    return Voucher(
        venue=venue.id,
        business_day=day,
        part=part,
        posting_date=posting_date,
        reference=format_reference(venue.id, day, part),
        description=f"Dagsoppgjør {venue.name} {posting_date.isoformat()}",
        department=venue.department,
        currency="NOK",
        lines=lines,
        open_ore=open_ore,
    )


def shown(made: Voucher, state: State = State.READY, **more: object) -> VoucherReport:
    venue = next((venue for venue in FJORDMAT.venues if venue.id == made.venue), TORGET)
    report = VoucherReport(FJORDMAT, venue, made.business_day, state, made.reference, made)
    return replace(report, **more)  # type: ignore[arg-type]


def the_example_day() -> VoucherReport:
    """The tax authority's own example: 514.20 on both sides."""
    day = date(2020, 1, 1)
    made = voucher(
        TORGET,
        day,
        payment("1591", 21880, "CARD", "Kort"),
        payment("1900", 29500, "CASH", "Kontant"),
        sale("3000", "3", 23200, "200", "Øl og vin"),
        sale("3000", "3", 17940, "300", "Kioskvarer"),
        sale("3030", "31", 10280, "100", "Mat"),
        VoucherLine("7740", "0", "10", 40, LineKind.ROUNDING, "rounding", "Øreavrunding"),
    )
    return shown(
        made,
        vat=(VatFigure("3", 41140, 2500, 8228, 8228, 3), VatFigure("31", 10280, 1500, 1342, 1341, 2)),
        control=ControlFigures(
            tickets=5,
            sales_ore=51380,
            returns=1,
            returns_ore=-6000,
            discounts_ore=2500,
            voids=1,
            voids_ore=9900,
            training=2,
            training_ore=15000,
            movements=1,
            not_sales=3,
            first_at=datetime(2020, 1, 1, 10, 15),
            last_at=datetime(2020, 1, 2, 1, 42),
        ),
        z_reports=(
            ZComparison(
                "1",
                "17",
                0,
                (
                    ZRow("total", "", 51420, 51420, True),
                    ZRow("sale", "100", 16280, 10280, True),
                    ZRow("payment", "CASH", 29500, 29500, True),
                    ZRow("vat", "1", 8227, 8228, True),
                ),
            ),
        ),
        findings=(
            Finding(
                "movements-left-out",
                Severity.INFO,
                {"name": "Uttak og innskudd i kassen", "source": "cash_in_out", "amount": Ore(-500000)},
            ),
            Finding(
                "ticket-gap",
                Severity.WARNING,
                {"register": "1", "missing": "1044", "first": "1001", "last": "1088"},
            ),
        ),
    )


def the_held_day() -> VoucherReport:
    day = date(2020, 1, 2)
    made = voucher(
        TORGET,
        day,
        payment("1591", 1234550, "CARD", "Kort"),
        sale(None, "3", 1200000, "400", "Kurs og arrangement"),
        sale("3030", "31", 34550, "100", "Mat"),
    )
    return shown(
        made,
        State.HELD,
        vat=(VatFigure("3", 1200000, 2500, 156522, 240000, 3), VatFigure("31", 34550, None, None, None, 1)),
        control=ControlFigures(tickets=41, sales_ore=1234550),
        z_reports=(
            ZComparison(
                "1",
                "18",
                0,
                (
                    ZRow("total", "", 1334550, 1234550, False),
                    ZRow("payment", "CARD", 1334550, 1234550, False),
                    ZRow("sale", "100", 34550, 34550, True),
                    ZRow("tip", "", 0, 0, True),
                ),
            ),
            ZComparison("2", "9", 0, ()),
        ),
        findings=(
            Finding(
                "missing-account",
                Severity.ERROR,
                {"source": "400", "name": "Kurs og arrangement", "vat_code": "3", "amount": Ore(1200000)},
                variant="sale",
                venue="torget",
                business_day=day,
            ),
            Finding(
                "z-report-mismatch",
                Severity.ERROR,
                {
                    "register": "1",
                    "z_number": "18",
                    "z_amount": Ore(1334550),
                    "amount": Ore(1234550),
                    "difference": Ore(100000),
                    "code_of": "",
                },
                variant="total",
                venue="torget",
                business_day=day,
            ),
        ),
    )


def the_split_day() -> tuple[VoucherReport, VoucherReport]:
    day = date(2019, 12, 31)
    before = voucher(TORGET, day, payment("1591", 50000, "CARD", "Kort"), sale("3030", "31", 50000, "100", "Mat"))
    after = voucher(TORGET, day, payment("1591", 8000, "CARD", "Kort"), sale("3030", "31", 8000, "100", "Mat"), part=1)
    return (
        shown(
            before,
            State.DRAFTED,
            vat=(VatFigure("31", 50000, 1500, 6522, 6522, 9),),
            control=ControlFigures(tickets=12, sales_ore=58000),
            remote_id="6b0f3c7e-2f47-4f0e-9a0e-2b6b5a1c9d10",
            drafted_at=datetime(2020, 1, 1, 4, 0, 30, tzinfo=UTC),
        ),
        shown(after, State.DRAFTED, vat=(VatFigure("31", 8000, 1200, 857, 857, 2),), remote_id="40211"),
    )


def the_long_day() -> VoucherReport:
    """Sixty product types and an amount in the millions."""
    day = date(2020, 1, 4)
    sales = [
        sale("3000", "3", 1234567 + number, str(500 + number), f"Varegruppe nummer {number} på menyen")
        for number in range(60)
    ]
    total_ore = -sum(line.amount_ore for line in sales)
    made = voucher(BRYGGA, day, payment("1591", total_ore, "CARD", "Kort"), *sales)
    return shown(made, vat=(VatFigure("3", total_ore, 2500, total_ore // 5, total_ore // 5, 60),))


def the_other_days() -> tuple[DayReport, ...]:
    empty = voucher(BRYGGA, date(2020, 1, 5), payment("1900", 10000, "CASH", "Kontant"), open_ore=10000)
    sent = voucher(BRYGGA, date(2020, 1, 6), payment("1900", 700, "CASH", "Kontant"), sale("3000", "3", 700, "9", "9"))
    return (
        EmptyDay(FJORDMAT, BRYGGA, date(2020, 1, 3), State.NOTHING, ""),
        shown(
            empty,
            State.HELD,
            findings=(
                Finding(
                    "unbalanced",
                    Severity.ERROR,
                    {
                        "register": "2",
                        "number": "88",
                        "time": "2020-01-05 23:10:00",
                        "sales": Ore(0),
                        "payments": Ore(10000),
                        "difference": Ore(10000),
                    },
                ),
            ),
        ),
        shown(sent, State.UNCERTAIN, answer="timeout efter 30 s"),
        shown(replace(sent, reference="brygga-20200106-r2"), State.REFUSED, answer="400: Konto 3000 er sperret"),
        EmptyDay(FJORDMAT, BRYGGA, date(2020, 1, 7), State.UNREACHABLE, "brygga-20200107-r1"),
    )


def the_week() -> Report:
    unknown = Finding(
        "unknown-register",
        Severity.WARNING,
        {"register": "77", "at_location": "", "file": "kasse-77.xml", "count": 14, "company": "fjordmat"},
    )
    return Report((*the_split_day(), the_example_day(), the_held_day(), the_long_day(), *the_other_days()), (unknown,))


HOSTILE = '[red]<script>alert(1)</script>[/red] & "Ærlig" :smile: \x1b[2J\x07\nØl\u202e'


def the_hostile_report() -> Report:
    """Every name that anyone outside can choose, as bad as it can be."""
    mapping = replace(
        MAPPING,
        product_types={HOSTILE: ProductType(HOSTILE, f"navn {HOSTILE}")},
        payment_types={HOSTILE: PaymentType(HOSTILE, f"navn {HOSTILE}")},
    )
    venue = Venue(HOSTILE, HOSTILE, HOSTILE, department=HOSTILE, mapping=mapping)
    company = Company(HOSTILE, HOSTILE, HOSTILE)
    line = VoucherLine(HOSTILE, HOSTILE, HOSTILE, 100, LineKind.PAYMENT, HOSTILE, HOSTILE)
    made = Voucher(
        HOSTILE,
        date(2020, 1, 1),
        0,
        date(2020, 1, 1),
        HOSTILE,
        HOSTILE,
        HOSTILE,
        "NOK",
        (line, line._replace(amount_ore=-100, kind=LineKind.SALES)),
    )
    rows = (ZRow("sale", HOSTILE, 1, 2, False), ZRow("payment", HOSTILE, 1, 2, False))
    finding = Finding("bank-account", Severity.ERROR, {"source": HOSTILE, "name": HOSTILE, "account": HOSTILE})
    report = VoucherReport(
        company,
        venue,
        date(2020, 1, 1),
        State.REFUSED,
        HOSTILE,
        made,
        findings=(finding,),
        vat=(VatFigure(HOSTILE, 100, 2500, 20, 20, 1),),
        z_reports=(ZComparison(HOSTILE, HOSTILE, 0, rows),),
        remote_id=HOSTILE,
        answer=HOSTILE,
    )
    empty = EmptyDay(company, venue, date(2020, 1, 1), State.NOTHING, HOSTILE, (finding,), z_reports=report.z_reports)
    return Report((report, empty), (finding,))


def the_status() -> tuple[StatusRow, ...]:
    held, (first, _) = the_held_day(), the_split_day()
    at = datetime(2020, 1, 2, 4, 0, 12, tzinfo=UTC)
    return (
        StatusRow(TORGET, date(2019, 12, 31), State.DRAFTED, first.reference, first.remote_id, first.drafted_at, 50000),
        StatusRow(TORGET, date(2020, 1, 1), State.DRAFTED, "torget-20200101-r1", "40213", at, 51420),
        StatusRow(TORGET, date(2020, 1, 2), State.HELD, held.reference, None, None, 1234550, held.findings),
        StatusRow(TORGET, date(2020, 1, 3), State.NOTHING),
        StatusRow(TORGET, date(2020, 1, 4), State.OPEN),
        StatusRow(BRYGGA, date(2020, 1, 1), State.GAP),
        StatusRow(BRYGGA, date(2020, 1, 2), State.UNCERTAIN, "brygga-20200102-r1", None, None, 123456789, (), "502"),
        StatusRow(BRYGGA, date(2020, 1, 3), State.READY, "brygga-20200103-r1", None, None, 700),
    )


def piped(show: Callable[[Console], None], width: int = 120) -> str:
    """What a file or a pipe gets."""
    out = io.StringIO()
    show(Console(file=out, width=width))
    return out.getvalue()


def on_screen(show: Callable[[Console], None], width: int = 120) -> str:
    """What a colour terminal gets, escape codes and all."""
    out = io.StringIO()
    show(Console(file=out, width=width, force_terminal=True, color_system="truecolor", _environ={}))
    return out.getvalue()


def report_text(report: Report, lang: Lang = "nb", width: int = 120) -> str:
    return piped(lambda console: render_report(report, console, lang), width)


def status_text(rows: tuple[StatusRow, ...], lang: Lang = "nb", width: int = 120) -> str:
    return piped(lambda console: render_status(rows, console, lang), width)


def soft(text: str) -> str:
    """With ordinary spaces, and each run of them as one."""
    return re.sub(r"\s+", " ", text)


class Page(HTMLParser):
    """A page taken apart: its tags in balance, its text, ids and links."""

    VOID = frozenset({"meta", "br", "hr", "link", "img", "input"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == [], "every tag is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes what it opened"

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return soft(" ".join(self.texts))

    def all(self, name: str) -> list[str]:
        return [value for _, attrs in self.tags if (value := attrs.get(name)) is not None]


def page_of(report: Report, lang: Lang = "nb") -> str:
    return render_html(report, lang, MADE_AT)


# Golden files


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("report_nb_80", lambda: report_text(the_week(), "nb", 80)),
        ("report_nb_120", lambda: report_text(the_week(), "nb", 120)),
        ("report_en_120", lambda: report_text(the_week(), "en", 120)),
        ("status_nb_80", lambda: status_text(the_status(), "nb", 80)),
        ("status_en_120", lambda: status_text(the_status(), "en", 120)),
    ],
)
def test_what_a_pipe_gets_is_what_its_golden_file_holds(name: str, text: Callable[[], str]) -> None:
    golden = GOLDEN / f"render_{name}.txt"
    if os.environ.get("POSEXPORT_REWRITE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text(), encoding="utf-8")
    assert text() == golden.read_text(encoding="utf-8")


# Words


def test_every_word_stands_in_both_languages_and_takes_the_same_facts() -> None:
    def facts(told: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(told) if name is not None}

    for key, told in WORDS.items():
        assert tuple(told) == LANGS, key
        assert all(told.values()), key
        assert facts(told["nb"]) == facts(told["en"]), key
    assert {len(language.WEEKDAYS[lang]) for lang in LANGS} == {7}
    assert {len(language.MONTHS[lang]) for lang in LANGS} == {12}


def test_every_state_kind_severity_and_target_has_its_words() -> None:
    needed = {f"{key}_{state.value}" for state in State for key in ("state", "next")}
    needed |= {f"count_{what.value}_{number}" for what in (*State, *Severity) for number in ("one", "many")}
    needed |= {f"kind_{kind.value}" for kind in LineKind}
    needed |= {f"severity_{severity.value}" for severity in Severity}
    needed |= {f"z_what_{what}" for what in ("total", "sale", "payment", "tip", "vat")}
    assert needed <= WORDS.keys()


def test_the_templates_ask_for_no_word_that_is_not_there() -> None:
    used = {
        word
        for template in find_template("preview.html.j2").parent.glob("*.j2")
        for word in re.findall(r"\bw\.(\w+)", template.read_text(encoding="utf-8"))
    }
    assert used <= WORDS.keys()


def test_the_examples_of_the_words_hold() -> None:
    assert doctest.testmod(texts_report).failed == 0


# Terminal


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
def test_no_amount_account_or_code_is_cut_short_or_broken_at_any_width(width: int, lang: Lang) -> None:
    text = report_text(the_week(), lang, width)
    for shown_voucher in the_week().vouchers:
        if not isinstance(shown_voucher, VoucherReport):
            continue
        for line in shown_voucher.voucher.lines:
            assert format_kroner(abs(line.amount_ore), lang) in text
            assert line.account is None or line.account in text
        assert format_kroner(shown_voucher.voucher.debit_ore, lang) in text
    assert "…" not in text.replace('"…"', "")


@pytest.mark.parametrize("width", [80, 100, 120])
def test_at_ordinary_widths_nothing_but_a_long_word_runs_past_the_edge(width: int) -> None:
    for lang in LANGS:
        for text in (report_text(the_week(), lang, width), status_text(the_status(), lang, width)):
            assert max(len(line) for line in text.splitlines()) <= width


def test_a_pipe_gets_neither_colours_nor_drawn_boxes_nor_trailing_blanks() -> None:
    text = report_text(the_week(), "nb", 80) + status_text(the_status(), "nb", 80)
    assert "\x1b" not in text
    assert not re.search("[\u2500-\u259f]", text)
    assert not [line for line in text.splitlines() if line != line.rstrip()]


def test_a_blank_account_is_told_in_capital_letters_and_not_by_colour_alone() -> None:
    assert "MANGLER KONTO" in report_text(the_week(), "nb", 120)
    assert "NO ACCOUNT" in report_text(the_week(), "en", 120)
    assert "MANGLER KONTO" in soft(re.sub(r"(MANGLER).*\n +(KONTO)", r"\1 \2", report_text(the_week(), "nb", 80)))
    assert "\x1b[1;37;41mMANGLER KONTO" in on_screen(lambda console: render_report(the_week(), console, "nb"))


def test_a_day_without_sales_is_one_line() -> None:
    report = Report((EmptyDay(FJORDMAT, BRYGGA, date(2020, 1, 3), State.NOTHING, ""),))
    assert "Brygga Sjøbar, fredag 3. januar 2020: ikke noe salg." in report_text(report).splitlines()


def test_the_day_is_told_with_its_weekday_and_the_posting_date_where_it_is_another() -> None:
    text = report_text(Report(the_split_day()))
    assert "Tirsdag 31. desember 2019" in text
    assert text.count("Bilagsdato: onsdag 1. januar 2020") == 1
    assert "etter midnatt" in text


def test_a_moment_is_told_on_the_venues_clock() -> None:
    assert "Levert: 01.01.2020 kl. 05.00" in report_text(Report(the_split_day()))


def test_findings_come_with_their_word_and_what_to_do_gravest_first() -> None:
    text = soft(report_text(Report((the_held_day(), the_example_day()))))
    assert "FEIL: Varegruppe 400" in text
    assert "Gjør dette: Legg kontoen inn i oppsettet" in text
    assert text.index("ADVARSEL: Kasse 1") < text.index("MERK: Uttak")


def test_what_mends_several_findings_is_told_once_under_the_last() -> None:
    def lacking(product: str, vat_code: str) -> Finding:
        facts: dict[str, str | int | Ore] = {"pos_code": vat_code, "source": product, "amount": Ore(100), "name": ""}
        return Finding("missing-vat-code", Severity.ERROR, facts, venue="torget", business_day=date(2020, 1, 2))

    day = replace(the_held_day(), findings=(lacking("100", "2"), lacking("110", "2"), lacking("120", "9")))
    told = soft(report_text(Report((day,))))
    assert [told.count(f'code = "{code}" go = "…"') for code in "29"] == [1, 1]
    parts = [told.index(part) for part in ("varegruppe 100", "varegruppe 110", 'code = "2"', "varegruppe 120")]
    assert parts == sorted(parts)


def test_z_reports_that_agree_are_one_line_and_others_show_the_figures_that_differ() -> None:
    text = soft(report_text(the_week()))
    assert "Z-rapport 17 på kasse 1: alle tall stemmer med bongene" in text
    assert "Samlet salg 13 345,50 12 345,50 1 000,00 AVVIKER" in text
    assert "Betalingsmåte CARD (Kort)" in text
    assert "De andre 2 tallene stemmer." in text


def test_vat_is_told_as_the_register_counted_it_and_as_poweroffice_will() -> None:
    text = soft(report_text(the_week()))
    assert "31 15 % 102,80 13,42 13,41 0,01 øreavrunding" in text
    assert "3 25 % 12 000,00 1 565,22 2 400,00 -834,78 AVVIKER" in text
    assert "31 ? 345,50 ikke oppgitt ? kan ikke sammenlignes" in text


def test_findings_of_no_voucher_come_last_and_then_how_many_stand_where() -> None:
    text = soft(report_text(the_week()))
    assert text.index("Gjelder ikke ett enkelt bilag") > text.index("brygga-20200107-r1")
    assert "Bilag: 2 klare, 2 holdt tilbake, 2 levert, 1 uviss, 1 avvist, 1 ikke sendt, 1 dag uten salg." in text
    assert text.endswith("Vi lager kladd, dere bokfører i PowerOffice Go. ")


def test_a_voucher_written_to_a_file_is_not_called_a_draft() -> None:
    to_a_file = replace(FJORDMAT, target="file")
    voucher = the_split_day()[0].voucher
    report = Report((shown(voucher, State.DRAFTED, company=to_a_file),))
    assert "SKREVET TIL FIL" in report_text(report)
    assert "Skrevet til fil" in page_of(report)
    assert "Levert som kladd" not in page_of(report)


def test_an_empty_report_says_so() -> None:
    assert report_text(Report()).startswith("Ingen dager å vise.")
    assert "No days to show." in page_of(Report(), "en")


def test_an_open_difference_is_told_under_the_lines() -> None:
    assert "Bilaget går ikke opp: 100,00 står åpent" in soft(report_text(the_week()))


def test_hostile_names_are_neither_markup_nor_escape_codes_nor_smileys_in_a_terminal() -> None:
    for width in (60, 120):
        for lang in LANGS:
            text = report_text(the_hostile_report(), lang, width)
            assert "[red]<script>alert(1)</script>[/red]" in text
            assert ":smile:" in text
            assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", text)
    colourful = on_screen(lambda console: render_report(the_hostile_report(), console, "nb"))
    assert "\x1b[2J" not in colourful
    assert "\x07" not in colourful
    rows = (
        StatusRow(replace(TORGET, name=HOSTILE), date(2020, 1, 1), State.REFUSED, HOSTILE, HOSTILE, answer=HOSTILE),
    )
    assert "\x1b[2J" not in on_screen(lambda console: render_status(rows, console, "nb"))


def test_a_status_tells_what_was_drafted_and_what_waits_with_the_next_step() -> None:
    text = soft(status_text(the_status()))
    assert (
        "ons 01.01.2020 Levert som kladd 514,20 torget-20200101-r1 Id i PowerOffice: 40213 Levert: 02.01.2020 kl. 05.00"
        in text
    )
    assert "Torsdag 2. januar 2020: Holdt tilbake FEIL: Varegruppe 400" in text
    assert "Onsdag 1. januar 2020: Salgsdata mangler Gjør dette: Det er salg før og etter denne dagen" in text
    assert "Hva som skjedde: 502" in text
    assert "2 levert, 1 holdt tilbake" not in text
    assert "1 holdt tilbake, 2 levert, 1 dag uten salg, 1 dag ikke omme" in text


def test_a_status_of_nothing_says_how_to_begin() -> None:
    assert "posexport import" in status_text(())


# The page


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_is_whole_and_fetches_nothing(lang: Lang) -> None:
    page = page_of(the_week(), lang)
    taken = Page(page)
    assert page.startswith("<!DOCTYPE html>")
    assert dict(taken.tags[0][1]) == {"lang": lang}
    assert {tag for tag, _ in taken.tags}.isdisjoint({"script", "img", "link", "iframe", "object", "base", "form"})
    assert not taken.all("src")
    assert all(href.startswith("#") for href in taken.all("href"))
    assert not re.search(r"url\(|@import|https?:", page)
    assert not [name for _, attrs in taken.tags for name in attrs if name.startswith("on")]


def test_every_link_of_the_page_leads_somewhere_and_no_id_stands_twice() -> None:
    taken = Page(page_of(the_week()))
    ids = taken.all("id")
    assert len(ids) == len(set(ids))
    assert {href[1:] for href in taken.all("href")} <= set(ids)
    assert {label for labels in taken.all("aria-labelledby") for label in labels.split()} <= set(ids)


def test_the_page_names_company_number_venues_and_period() -> None:
    text = Page(page_of(the_week())).text
    assert "Fjordmat AS" in text
    assert "999 999 999" in text
    assert "Torget Kafé, Brygga Sjøbar" in text
    assert "31. desember 2019 – 7. januar 2020" in text
    assert "Laget 08.01.2020 kl. 14.05" in text


@pytest.mark.parametrize(("lang", "promise"), [("nb", "Vi lager kladd, dere bokfører"), ("en", "We draft, you post")])
def test_every_voucher_and_every_printed_page_says_that_the_bookkeeper_posts(lang: Lang, promise: str) -> None:
    page = page_of(the_week(), lang)
    vouchers = page.count('<article class="voucher"')
    assert vouchers == 9
    assert Page(page).text.count(promise) == vouchers + 1
    assert re.search(rf'@bottom-left {{ content: "[^"]*{promise}[^"]*"; }}', page)


def test_nobody_is_said_to_post_what_is_posted_already() -> None:
    day = the_example_day()
    posted = replace(day, company=replace(day.company, target="ledger"))
    promise = "We draft, you post"
    assert promise not in report_text(Report((posted,)), "en")
    assert promise in report_text(Report((posted, day)), "en")
    assert promise in report_text(Report(()), "en")


def test_the_page_shows_every_line_amount_and_sum() -> None:
    text = Page(page_of(Report((the_example_day(),)))).text
    for told in ("1900", "295,00", "1591", "218,80", "7740", "0,40", "3030", "102,80", "232,00", "179,40"):
        assert told in text
    assert text.count("514,20") >= 3
    assert "Øreavrunding" in text
    assert "varegruppe 200" in text


def test_the_counter_account_stands_where_a_line_has_one_counterpart() -> None:
    assert '<td class="small" data-label="Motkonto">3030</td>' in page_of(Report(the_split_day()))


def test_a_blank_account_is_told_in_words_on_the_page() -> None:
    assert '<strong class="missing">MANGLER KONTO</strong>' in page_of(the_week())
    unmapped = sale("3000", None, 100, "1", "Is")
    made = voucher(TORGET, date(2020, 1, 1), payment("1900", 100, "CASH", "Kontant"), unmapped)
    assert '<strong class="missing">NO CODE</strong>' in page_of(Report((shown(made, State.HELD),)), "en")


def test_errors_stand_above_the_lines_and_the_rest_below() -> None:
    page = page_of(Report((the_held_day(),)))
    assert page.index("Dette holder bilaget tilbake") < page.index('<table class="lines">')
    page = page_of(Report((the_example_day(),)))
    assert page.index("Verdt å vite") > page.index('<table class="lines">')
    assert page.index("ADVARSEL") < page.index("MERK")


def test_the_page_compares_every_figure_of_a_z_report() -> None:
    text = Page(page_of(the_week())).text
    assert "Z-rapport 17 på kasse 1: alle tall stemmer med bongene" in text
    assert "Varegruppe 100 (Mat) 162,80 102,80 60,00 stemmer på kassens måte" in text
    assert "Z-rapport 18 på kasse 1: AVVIKER fra bongene" in text
    assert "Z-rapport 9 på kasse 2: ingen tall å sammenligne" in text


def test_the_page_gives_the_control_figures() -> None:
    text = Page(page_of(Report((the_example_day(),)))).text
    for told in (
        "Bonger 5",
        "Returer 1 (-60,00)",
        "Rabatter 25,00",
        "Annullert 1 (99,00)",
        "Treningsmodus 2 (150,00)",
        "Kontantbevegelser 1",
        "Første bong 01.01.2020 kl. 10.15",
        "Siste bong 02.01.2020 kl. 01.42",
    ):
        assert told in text


def test_control_figures_are_not_told_twice_for_a_day_in_two_vouchers() -> None:
    assert page_of(Report(the_split_day())).count("<h3>Kontrolltall</h3>") == 1


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_sends_nobody_to_a_terminal_and_says_who_does_what_is_to_be_done(lang: Lang) -> None:
    """It is sent to whoever keeps the books, the fix of several days stands above them."""
    held = the_held_day()
    later = replace(held, business_day=date(2020, 1, 3), reference="torget-20200103-r1")
    for report in (Report((held,)), Report((held, later)), the_week()):
        text = re.sub(r"(?s)<style.*?</style>", "", page_of(report, lang))
        assert not TYPED.search(text), TYPED.search(text)
        assert MAIL_WORDS["who"][lang] in text
    assert MAIL_WORDS["who"][lang] not in page_of(Report((replace(the_example_day(), findings=()),)), lang)
    assert "posexport setup apply" in report_text(Report((held,)), lang), "whoever is in a terminal is told it"


def test_a_day_without_sales_stands_in_the_overview_alone() -> None:
    page = page_of(Report((EmptyDay(FJORDMAT, BRYGGA, date(2020, 1, 3), State.NOTHING, ""),)))
    assert "<article" not in page
    assert "Ikke noe salg" in Page(page).text


def test_several_companies_stand_each_with_its_own_sum() -> None:
    other = Company("elv", "Elv og Vann AS", "888888888")
    week = the_week()
    report = Report((*week.vouchers, replace(the_example_day(), company=other)))
    text = Page(page_of(report)).text
    assert text.count("Sum (NOK)") == 1
    assert "888 888 888" in text
    assert "Elv og Vann AS" in report_text(report)


@pytest.mark.parametrize("lang", LANGS)
def test_hostile_names_are_text_on_the_page(lang: Lang) -> None:
    page = page_of(the_hostile_report(), lang)
    taken = Page(page)
    assert "script" not in {tag for tag, _ in taken.tags}
    assert "<script" not in page
    assert '[red]<script>alert(1)</script>[/red] & "Ærlig"' in taken.text
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", page)


def test_the_page_speaks_one_language_at_a_time() -> None:
    assert "Bilagslinjer" not in page_of(the_week(), "en")
    assert "Voucher lines" not in page_of(the_week(), "nb")
    assert "12,345.50" in page_of(the_week(), "en")


def test_the_templates_are_found_in_a_checkout_and_in_an_installed_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_template("preview.html.j2").is_file()
    package = tmp_path / "posexport"
    monkeypatch.setattr(templates, "__file__", str(package / "render" / "templates.py"))
    with pytest.raises(FileNotFoundError, match="Install it again"):
        find_template("preview.html.j2")
    for folder in (tmp_path / "templates", package / "templates"):
        folder.mkdir(parents=True)
        (folder / "preview.html.j2").touch()
        assert find_template("preview.html.j2") == folder / "preview.html.j2"


def test_loading_the_renderer_loads_neither_rich_nor_jinja() -> None:
    check = "import sys, posexport.render.choose; sys.exit(bool({'rich', 'jinja2'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
