"""A changed day side by side, in a terminal, on a page and in the PDF."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from posexport.core.finding import Finding, Severity
from posexport.core.report import Report, State, VoucherReport
from posexport.core.voucher import LineChange
from posexport.render.pdf import render_page
from posexport.texts.language import LANGS, Lang
from posexport.texts.report import WORDS
from posexport.views.json import Making, format_page
from tests.render.test_render import (
    TORGET,
    Page,
    page_of,
    payment,
    report_text,
    sale,
    shown,
    soft,
    voucher,
)

DAY = date(2020, 1, 1)
CARD, CASH = payment("1591", 10000, "CARD", "Kort"), payment("1900", 5000, "CASH", "Kontant")
FOOD, BEER = sale("3030", "31", 10000, "100", "Mat"), sale(None, "3", 5000, "200", "Øl og vin")
CHANGES = (
    LineChange(CARD, 10000, 10000),
    LineChange(CASH, 0, 5000),
    LineChange(FOOD, -10000, -10000),
    LineChange(BEER, 0, -5000),
)
R1 = "torget-20200101-r1"


def the_changed_day(**more: Any) -> VoucherReport:
    """A day that was drafted with 100.00, and comes to 150.00 now."""
    facts: dict[str, Any] = {"reference": R1, "what": "1900 Kontant 50.00; — Øl og vin -50.00"}
    changed = Finding("changed-after-draft", Severity.ERROR, facts, "", TORGET.id, DAY)
    drafted = shown(voucher(TORGET, DAY, CARD, FOOD), State.DRAFTED, findings=(changed,), remote_id="40211")
    return replace(drafted, changes=CHANGES, compared_with=(R1,), **more)


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("lang", LANGS)
def test_a_terminal_has_both_sides_line_by_line_at_any_width(lang: Lang, width: int) -> None:
    text = report_text(Report((the_changed_day(),)), lang, width)
    assert max(map(len, text.splitlines())) <= width
    told = soft(text)
    assert WORDS["changes"][lang] in told and WORDS["lines_drafted"][lang] in told
    assert ("100,00 150,00 50,00" if lang == "nb" else "100.00 150.00 50.00") in told
    assert ("1900 Kontant" in told) and ("- 50,00 50,00" if lang == "nb" else "- 50.00 50.00") in told


@pytest.mark.parametrize("lang", LANGS)
def test_a_page_has_both_sides_and_marks_the_lines_that_differ(lang: Lang) -> None:
    page = page_of(Report((the_changed_day(),)), lang)
    assert page.count('<tr class="changed">') == 2
    text = Page(page).text
    assert WORDS["changes_since"][lang].format(references=R1) in text
    assert WORDS["lines_drafted"][lang] in text
    assert text.count(WORDS["state_changed-after-draft"][lang]) == 2
    assert f"{WORDS['count_changed-after-draft_one'][lang].format(n=1)}." in text


def test_what_is_not_changed_has_no_sides() -> None:
    plain = replace(the_changed_day(), changes=(), compared_with=())
    for text in (report_text(Report((plain,))), page_of(Report((plain,)))):
        assert WORDS["changes"]["nb"] not in text and WORDS["lines_drafted"]["nb"] not in text


def test_a_revision_that_waits_is_compared_with_what_it_replaces() -> None:
    ready = replace(the_changed_day(), state=State.READY)
    told = soft(report_text(Report((ready,))))
    assert f"Sammenlignet med det som ble levert før: {R1}." in told
    assert WORDS["lines_drafted"]["nb"] not in told


def test_nothing_changed_is_said_in_words() -> None:
    same = the_changed_day()
    same = replace(same, changes=tuple(change for change in CHANGES if change.drafted_ore))
    assert WORDS["changes_none"]["nb"] in soft(report_text(Report((same,))))
    assert WORDS["changes_none"]["nb"] in Page(page_of(Report((same,)))).text


def pdf_text(document: dict[str, Any]) -> str:
    pages = PdfReader(io.BytesIO(render_page(document))).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


@pytest.mark.parametrize(
    ("more", "unsent", "told"),
    [
        ({}, False, f"Erstatter {R1}."),
        ({"is_adjustment": True}, False, f"Korrigerer {R1}: dette bilaget er bare differansen."),
        ({}, True, "Dagen slik den er nå, til sammenligning."),
    ],
    ids=["replaces", "corrects", "now"],
)
def test_the_pdf_says_which_voucher_it_takes_the_place_of_and_has_both_sides(
    more: dict[str, Any], unsent: bool, told: str
) -> None:
    report = replace(the_changed_day(**more), state=State.READY)
    text = pdf_text(format_page(report, is_unsent=unsent))
    assert told in text
    assert "Levert og nå, linje for linje" in text
    assert "Sum debet 100,00 150,00 50,00" in text
    assert "MANGLER KONTO" in text


def test_the_pdf_says_how_it_was_made_and_one_of_an_early_version_says_nothing_of_it() -> None:
    at = datetime.fromisoformat("2020-01-02T05:00:00+01:00")
    files = tuple((f"kasse-{number}.xml", at) for number in range(14))
    text = pdf_text(format_page(the_changed_day(), made=Making(at, "9.8.7", files)))
    assert "Om rapporten Laget 02.01.2020 kl. 05.00 av posexport 9.8.7." in text
    assert "Salget er lest fra: kasse-0.xml (lest 02.01.2020 kl. 05.00); kasse-1.xml" in text
    assert text.rstrip().find("kasse-11.xml") > 0 and "kasse-12.xml" not in text and "2 filer til." in text
    assert "Om rapporten" not in pdf_text(format_page(the_changed_day()))
