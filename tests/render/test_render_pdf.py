"""The settlement report as a PDF: what stands in it, that names are never more than text, and that it keeps."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import time
import unicodedata
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import typst
from hypothesis import given, settings, strategies as st
from pypdf import PdfReader

from posexport.core.finding import Finding, Ore, Severity
from posexport.core.lines import LineKind, VoucherLine
from posexport.core.report import ControlFigures, DayReport, EmptyDay, State, VoucherReport
from posexport.core.vat import VatFigure
from posexport.core.voucher import Voucher
from posexport.core.z_report import ZComparison, ZRow
from posexport.render import pdf as render_pdf
from posexport.render.pdf import render_page
from posexport.render.templates import find_template
from posexport.texts.report import words
from posexport.views.json import format_page
from tests.support.build import COMPANY, DAY, VENUE, line, voucher_with
from tests.support.scope import count_examples

CLOSES = datetime.fromisoformat("2026-11-21T05:00:00+01:00")
CONTROL = ControlFigures(
    tickets=112,
    sales_ore=3317520,
    returns=1,
    returns_ore=-6000,
    discounts_ore=2500,
    voids=1,
    voids_ore=9900,
    training=2,
    training_ore=15000,
    movements=1,
    not_sales=3,
    first_at=datetime(2026, 11, 20, 10, 15),
    last_at=datetime(2026, 11, 21, 1, 42),
)
Z_17 = ZComparison(
    "1",
    "17",
    0,
    (
        ZRow("total", "", 123490, 123490, True),
        ZRow("sale", "beer", 126490, 120000, True),
        ZRow("payment", "cash", 123490, 123490, True),
        ZRow("vat", "25", 23999, 24000, True),
    ),
)
Z_18 = ZComparison("2", "18", 0, (ZRow("total", "", 133490, 123490, False), ZRow("tip", "", 0, 0, True)))
ERROR = Finding(
    "missing-account",
    Severity.ERROR,
    {"source": "beer", "name": "Øl", "vat_code": "3", "amount": Ore(120000)},
    variant="sale",
)
NOTE = Finding(
    "movements-left-out",
    Severity.INFO,
    {"name": "Uttak og innskudd i kassen", "source": "cash_in_out", "amount": Ore(-500000)},
)


def payment(amount_ore: int, name: str = "Kontant", source: str = "cash") -> VoucherLine:
    return line("1900", amount_ore, LineKind.PAYMENT, source)._replace(description=name)


def sale(amount_ore: int, name: str = "Øl", source: str = "beer", account: str | None = "3022") -> VoucherLine:
    return line(account, -amount_ore, LineKind.SALES, source, vat_code="3")._replace(description=name)


def of_a_day(voucher: Voucher | None = None, **more: object) -> VoucherReport:
    made = voucher or voucher_with(
        payment(123490), sale(120000), sale(3450, "Blåbær og fløte", "107"), line("7740", -40, LineKind.ROUNDING)
    )
    shown = VoucherReport(COMPANY, VENUE, made.business_day, State.READY, made.reference, made)
    return replace(shown, **more)  # type: ignore[arg-type]


def of_names(*names: str) -> VoucherReport:
    """A day that sold one thing under each name, which is also its code."""
    return of_a_day(voucher_with(payment(100 * len(names)), *(sale(100, name, name) for name in names)))


def of_lines(count: int) -> VoucherReport:
    sales = (sale(100000 + number, f"Vare {number}", f"v{number}") for number in range(count))
    lines = tuple(sales)
    return of_a_day(voucher_with(payment(-sum(sold.amount_ore for sold in lines)), *lines))


def read(shown: DayReport) -> PdfReader:
    return PdfReader(io.BytesIO(render_page(format_page(shown))))


def pages_of(shown: DayReport) -> list[str]:
    """The text of each page, with plain spaces, one between words."""
    return [re.sub(r"[^\S\n]+", " ", page.extract_text()) for page in read(shown).pages]


def text_of(shown: DayReport) -> str:
    return "\n".join(pages_of(shown))


def letters_of(shown: DayReport) -> str:
    """All of the text without spaces and line breaks, which a column may put anywhere."""
    return re.sub(r"\s+", "", text_of(shown))


# What stands in it


def test_the_head_says_whose_it_is_and_of_which_day() -> None:
    text = text_of(of_a_day())
    for told in (
        "Fjordmat AS",
        "Org.nr. 999 999 999",
        "Torget Kafé\nDagsoppgjør\nFredag 20. november 2026\n20.11.2026 kl. 05.00 – 21.11.2026 kl. 05.00",
        "Referanse\ntorget-20261120-r1",
        "Avdeling\n10",
        "Beløp\n1 234,90 NOK",
        "Side 1 av 1",
        "Vi lager kladd, dere bokfører i PowerOffice Go.",
    ):
        assert told in text
    assert "Bilagsdato" not in text


def test_a_span_is_told_by_the_clock_of_the_night_it_changes() -> None:
    made = voucher_with(payment(100), sale(100), day=date(2026, 10, 24))
    document = format_page(of_a_day(made))
    assert (document["opens"][-6:], document["closes"][-6:]) == ("+02:00", "+01:00")
    assert "24.10.2026 kl. 05.00 – 25.10.2026 kl. 05.00" in text_of(of_a_day(made))


def test_a_voucher_of_the_sales_after_midnight_says_so_and_gives_its_own_date() -> None:
    made = replace(
        voucher_with(payment(100), sale(100)),
        part=1,
        posting_date=date(2026, 11, 21),
        reference="torget-20261120-p2-r1",
    )
    text = text_of(of_a_day(made))
    assert "Fredag 20. november 2026, etter midnatt" in text
    assert "Bilagsdato\n21. november 2026" in text
    assert "dette bilaget er salget etter midnatt" in text


def test_an_adjustment_calls_itself_one() -> None:
    made = replace(voucher_with(payment(-100), sale(-100)), description="Korreksjon Dagsoppgjør Torget Kafé 2026-11-20")
    made = replace(made, posting_date=date(2026, 12, 1), reference="torget-20261120-r2")
    text = text_of(of_a_day(made))
    assert "Torget Kafé\nKorreksjon Dagsoppgjør\nFredag 20. november 2026\n" in text
    assert "Bilagsdato\n1. desember 2026" in text
    assert "1900 Kontant betalingsmåte cash 0 10 1,00\n" in text
    assert "etter midnatt" not in text


def test_a_voucher_that_is_posted_at_once_is_not_called_a_draft() -> None:
    assert "kladd" in text_of(of_a_day())
    assert "kladd" not in text_of(of_a_day(company=replace(COMPANY, target="ledger")))


def test_every_line_stands_with_account_name_code_vat_code_department_and_amount() -> None:
    text = text_of(of_a_day())
    assert "Bilagslinjer\nKonto Navn / tekst Mva-kode Avd. Debet Kredit\n" in text
    assert "1900 Kontant betalingsmåte cash 0 10 1 234,90\n" in text
    assert "3022 Øl varegruppe beer 3 10 1 200,00\n" in text
    assert "3022 Blåbær og fløte varegruppe 107 3 10 34,50\n" in text
    assert "7740 Cash 0 10 0,40\nSum 1 234,90 1 234,90\n" in text


def test_what_a_line_lacks_and_what_stands_open_is_told_in_words() -> None:
    lacking = sale(2000, account=None)._replace(vat_code=None)
    text = text_of(of_a_day(voucher_with(payment(1000), lacking, open_ore=-1000), state=State.HELD))
    assert text.count("MANGLER") == 2
    assert "KONTO" in text
    assert "KODE" in text
    assert "Bilaget går ikke opp: -10,00 står åpent" in text


def test_a_day_without_a_voucher_says_that_there_is_none() -> None:
    text = text_of(EmptyDay(COMPANY, VENUE, DAY, State.NOTHING, ""))
    assert "Det er ikke laget noe bilag for dagen." in text
    assert "Konto" not in text
    assert "Referanse" not in text


def test_vat_stands_as_the_register_and_as_poweroffice_reckon_it() -> None:
    figures = (VatFigure("3", 120000, 2500, 24001, 24000, 3), VatFigure("31", 3450, 1500, 450, 450, 1))
    text = text_of(of_a_day(vat=figures))
    assert "Mva-kode Sats Brutto Kassen PowerOffice Differanse\n" in text
    assert "3 25 % 1 200,00 240,01 240,00 0,01\n31 15 % 34,50 4,50 4,50 0,00\n" in text
    assert "Sum 1 234,50 244,51 244,50 0,01\n" in text
    assert "Mva føres aldri av oss" in text


def test_vat_that_nobody_stated_is_told_in_words_and_never_summed() -> None:
    figures = (VatFigure("3", 120000, None, 24000, None, 3), VatFigure("31", 3450, 1500, None, 450, 1))
    text = text_of(of_a_day(vat=figures))
    assert "3 ukjent sats 1 200,00 240,00 ikke kjent\n31 15 % 34,50 ikke oppgitt 4,50\n" in text
    assert text.count("Sum ") == 1


def test_the_control_figures_stand_with_counts_and_amounts() -> None:
    text = text_of(of_a_day(control=CONTROL))
    for told in (
        "Kontrolltall\nBonger 112\n",
        "33 175,20\n",
        "Returer 1 (-60,00)\n",
        "Rabatter 25,00\n",
        "Annullert 1 (99,00)\n",
        "Treningsmodus 2 (150,00)\n",
        "Kontantbevegelser 1\n",
        "følgesedler 3\n",
        "Første bong 20.11.2026 kl. 10.15\n",
        "Siste bong 21.11.2026 kl. 01.42\n",
    ):
        assert told in text


def test_every_figure_of_a_z_report_stands_beside_the_tickets_with_what_to_think_of_it() -> None:
    text = text_of(of_a_day(z_reports=(Z_17, Z_18, ZComparison("3", "9", 0, ()))))
    assert "Z-rapport 17 på kasse 1: alle tall stemmer med bongene\n" in text
    assert "Tall Z-rapport Bongene Differanse Resultat\n" in text
    assert "Samlet salg 1 234,90 1 234,90 0,00 stemmer\n" in text
    assert "Varegruppe beer (Øl) 1 264,90 1 200,00 64,90 stemmer på kassens måte\n" in text
    assert "Betalingsmåte cash (Kontant) 1 234,90 1 234,90 0,00 stemmer\n" in text
    assert "Mva, kassens kode 25 239,99 240,00 -0,01 stemmer, øreavrunding\n" in text
    assert "Z-rapport 18 på kasse 2: AVVIKER fra bongene\n" in text
    assert "Samlet salg 1 334,90 1 234,90 100,00 AVVIKER\n" in text
    assert "Z-rapport 9 på kasse 3: ingen tall å sammenligne" in text


def test_findings_stand_with_what_to_do_what_holds_the_voucher_above_the_lines() -> None:
    text = text_of(of_a_day(findings=(NOTE, ERROR), state=State.HELD))
    order = (
        "Dette holder bilaget tilbake",
        "FEIL",
        "Varegruppe beer (Øl) med mva-kode 3 er solgt for 1 200,00",
        "Gjør dette: Legg kontoen inn",
        "Bilagslinjer",
        "Verdt å vite",
        "MERK",
        "kassen på -5 000,00",
    )
    places = [text.index(told) for told in order]
    assert places == sorted(places)


def test_sections_with_nothing_in_them_are_left_out() -> None:
    text = text_of(of_a_day())
    for absent in ("Mva per kode", "Kontrolltall", "Z-rapporter", "holder bilaget", "Verdt å vite"):
        assert absent not in text


# Over several pages


def test_a_long_voucher_breaks_over_pages_with_its_head_on_each_and_every_line_once() -> None:
    pages = pages_of(of_lines(300))
    text = "\n".join(pages)
    assert len(pages) > 5
    for number, page in enumerate(pages, start=1):
        assert page.count("Konto Navn / tekst Mva-kode Avd. Debet Kredit\n") == 1
        assert f"Side {number} av {len(pages)}" in page
    for page in pages[1:]:
        assert page.startswith("Fjordmat AS · Torget Kafé · 20. november 2026 torget-20261120-r1\n")
    assert re.findall(r"varegruppe v(\d+) ", text) == [str(number) for number in range(300)]
    assert text.count("Sum ") == 1


def test_the_sum_never_stands_alone_on_a_page() -> None:
    breaks = 0
    for count in range(18, 30):
        (page,) = (page for page in pages_of(of_lines(count)) if "Sum " in page)
        before = page[: page.index("Sum ")]
        assert "varegruppe" in before
        breaks += "Dagsoppgjør" not in before
    assert 0 < breaks < 12


def test_the_control_figures_stand_on_one_page() -> None:
    moved = 0
    for count in range(14, 30, 2):
        (page,) = (page for page in pages_of(replace(of_lines(count), control=CONTROL)) if "Bonger 112" in page)
        assert "Siste bong" in page and "Kontantbevegelser" in page
        moved += "Dagsoppgjør" not in page
    assert 0 < moved < 8


def test_what_is_said_of_the_vat_stands_under_its_table() -> None:
    figures = tuple(VatFigure(code, 12500, 2500, 2500, 2500, 1) for code in ("3", "31", "5"))
    moved = 0
    for count in range(14, 30):
        (page,) = (page for page in pages_of(replace(of_lines(count), vat=figures)) if "Mva per kode" in page)
        assert "Mva føres aldri av oss" in page
        moved += "Dagsoppgjør" not in page
    assert 0 < moved < 16


# Names


HOSTILE = (
    '#read("/etc/passwd")',
    '#import "@preview/cetz:0.4.0"',
    "#panic() #eval(code) #{while true {}}",
    "$x^2$ *bold* _under_ `raw` ~ \\u{41}",
    "@ref <label> [content] #link[x] = H",
    "//comment /* never */ - list + enum",
    "<script>alert(1)</script> & &amp; ]]>",
    "{{ 7*7 }} %s %(a)s ${HOME} {0} {source}",
    "https://example.com/?a=b",
    "--- \"anførsel\" 'enkel' ... <- ->",
    "Καφές, кофе, cà phê, Æ Ø Å æ ø å ß ẞ ŋ đ",
    "Konditorens håndlagde blåbær- og fløtekarameller",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_text_to_the_letter_wherever_it_stands(name: str) -> None:
    rows = (ZRow("sale", name, 1, 2, False),)
    shown = replace(
        of_names(name),
        company=replace(COMPANY, name=name, organization_number=name),
        venue=replace(VENUE, name=name),
        findings=(Finding("bank-account", Severity.WARNING, {"source": name, "name": name, "account": name}),),
        vat=(VatFigure(name, 100, 2500, 20, 20, 1),),
        z_reports=(ZComparison(name, name, 0, rows),),
    )
    letters = letters_of(shown)
    assert letters.count(re.sub(r"\s+", "", name)) >= 10
    pdf = read(shown)
    assert pdf.metadata is not None
    assert pdf.metadata.author == name
    assert pdf.metadata.title == f"Dagsoppgjør {name} 2026-11-20"


def test_nothing_in_a_report_is_a_link_a_script_or_an_attachment() -> None:
    pdf = read(of_names(*HOSTILE))
    assert not any("/Annots" in page for page in pdf.pages)
    root: Any = pdf.trailer["/Root"]
    assert not {"/OpenAction", "/AA", "/Names", "/AcroForm"} & set(root)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a\x00b\x1b[2J", "a�b�[2J"),
        ("lone \ud800 surrogate", "lone � surrogate"),
        ("Pizza 🍕", "Pizza �"),
        ("茶 42", "� 42"),
        ("kokk 👩\u200d🍳\ufe0f", "kokk ��"),
        ("so\u00adft hy\u200bphen \ufeff", "soft hyphen"),
        ("\u202egnp.exe\u2069", "gnp.exe"),
        ("Cafe\u0301 A\u030angstro\u0308m", "Café Ångström"),
        ("\ue000 \uffff \U000f0000", "� � �"),
        ("em\u2003space\nline\ttab", "em space line tab"),
        ("✓ ★ → 20 °C ½ €", "✓ ★ → 20 °C ½ €"),
    ],
)
def test_what_has_no_glyph_becomes_a_replacement_mark_and_what_is_not_seen_goes(name: str, told: str) -> None:
    assert f"3022 {told} varegruppe {told} 3 10 1,00" in text_of(of_names(name))


def test_names_that_are_written_from_right_to_left_keep_all_their_letters() -> None:
    letters = letters_of(of_names("שלום", "قهوة"))
    assert letters.count("שלום") == 2
    assert unicodedata.normalize("NFKC", letters).count("قهوة") == 2


@pytest.mark.long
def test_a_name_of_two_thousand_letters_stays_whole_and_on_the_paper() -> None:
    pdf = read(replace(of_names("Å" * 2000, "ok"), venue=replace(VENUE, name="Ø" * 2000)))
    places: list[tuple[float, float]] = []
    for page in pdf.pages:
        page.extract_text(visitor_text=lambda text, cm, tm, *_: places.append((cm[4], cm[5])) if text.strip() else None)
    text = "".join(page.extract_text() for page in pdf.pages)
    assert text.count("Å") == 4000
    assert text.count("Ø") == 2000 + 49 * (len(pdf.pages) - 1)  # and shortened in the head of the other pages
    width, height = pdf.pages[0].mediabox.width, pdf.pages[0].mediabox.height
    assert len(places) > 100
    assert all(60 < x < width - 60 and 30 < y < height - 30 for x, y in places)


def test_every_character_that_is_let_through_has_a_glyph() -> None:
    let_through = "".join(chr(code) for code in range(0x30000) if not render_pdf._WITHOUT_GLYPH.match(chr(code)))
    assert len(let_through) > 1900
    names = [let_through[start : start + 60] for start in range(0, len(let_through), 60)]
    # As PDF/A, typst refuses a letter it has no glyph for; the company stands in a heavier weight.
    assert render_page(format_page(replace(of_names(*names), company=replace(COMPANY, name=let_through))))


@settings(max_examples=count_examples(30))
@given(st.lists(st.text(st.characters(exclude_categories=()), min_size=1), min_size=1, max_size=8))
def test_no_name_keeps_a_report_from_being_made(names: list[str]) -> None:
    assert len(read(replace(of_names(*names), venue=replace(VENUE, name=names[0]))).pages) >= 1


# The file


def document_of_everything() -> dict[str, Any]:
    return format_page(of_a_day(control=CONTROL, z_reports=(Z_17, Z_18), findings=(NOTE, ERROR)))


def test_the_same_document_gives_the_same_bytes_whenever_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    first = render_page(document_of_everything())
    render_page(format_page(of_lines(3)))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert render_page(document_of_everything()) == first
    finally:
        monkeypatch.undo()
        time.tzset()


def test_what_became_of_the_voucher_changes_nothing_in_its_report() -> None:
    ready = of_a_day()
    drafted = replace(ready, state=State.DRAFTED, remote_id="40213", drafted_at=CLOSES, answer="ok")
    assert render_page(format_page(ready)) == render_page(format_page(drafted))


def test_it_is_a_tagged_pdf_a_for_keeping_in_norwegian_on_a4() -> None:
    pdf = read(of_a_day())
    root: Any = pdf.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert root["/Lang"] == "nb"
    assert root["/MarkInfo"]["/Marked"]
    assert [round(float(side)) for side in pdf.pages[0].mediabox[2:]] == [595, 842]


ENGLISH = replace(COMPANY, language="en")


def test_a_company_that_reads_english_has_its_reports_in_english() -> None:
    told = of_a_day(control=CONTROL, z_reports=(Z_17, Z_18), findings=(NOTE, ERROR), company=ENGLISH)
    told = replace(told, vat=(VatFigure("3", 123450, 2500, 24690, 24690, 0),))
    root: Any = read(told).trailer["/Root"]
    assert root["/Lang"] == "en"
    text = text_of(told)
    for shown in (
        "Org. no. 999 999 999",
        "Torget Kafé\nDaily settlement\nFriday 20 November 2026\n20 Nov 2026 05:00 – 21 Nov 2026 05:00",
        "Amount\n1,234.90 NOK",
        "Page 1 of 2",
        "product type beer",
        "We draft, you post in PowerOffice Go.",
        "25%",
    ):
        assert shown in text
    said = words("nb").items()
    norwegian = [value for key, value in said if "{" not in value and value != words("en")[key] and len(value) > 3]
    text = text.replace("Voucher text\nDagsoppgjør", "")
    assert not [value for value in norwegian if re.search(rf"\b{re.escape(value)}\b", text)]


def test_a_report_sends_nobody_to_a_terminal() -> None:
    for company in (COMPANY, ENGLISH):
        text = text_of(of_a_day(findings=(NOTE, ERROR), company=company))
        assert "beer" in text
        assert not re.search(r"\[\[|posexport [a-z]|\.toml", text)


def test_an_adjustment_calls_itself_one_in_english() -> None:
    made = replace(voucher_with(payment(-100), sale(-100)), description="Korreksjon Dagsoppgjør Torget Kafé 2026-11-20")
    assert "Torget Kafé\nCorrection of a daily settlement\n" in text_of(of_a_day(made, company=ENGLISH))


def test_a_report_says_its_language_only_where_it_is_not_norwegian() -> None:
    assert "language" not in format_page(of_a_day())
    assert format_page(of_a_day(company=ENGLISH))["language"] == "en"


def test_its_title_author_and_date_are_the_days_own() -> None:
    metadata = read(of_a_day()).metadata
    assert metadata is not None
    assert metadata.title == "Dagsoppgjør Torget Kafé 2026-11-20"
    assert metadata.author == "Fjordmat AS"
    assert metadata.creation_date == CLOSES


def test_only_the_fonts_that_typst_brings_are_used_and_they_stand_in_the_file() -> None:
    fonts = [
        font.get_object()["/DescendantFonts"][0].get_object()
        for page in read(of_names("Øl", "☕ קפה")).pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    ]
    for font in fonts:
        assert re.search(r"\+(LibertinusSerif|DejaVuSansMono|NewCM)", font["/BaseFont"])
        assert {"/FontFile2", "/FontFile3"} & font["/FontDescriptor"].get_object().keys()


# How it is made


@pytest.mark.parametrize("wanted", ["report.typ", "secret.txt", "/secret.txt", "../secret.txt", "{folder}/secret.txt"])
def test_a_layout_can_read_no_file_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
    (tmp_path / "secret.txt").write_text("told")
    layout = tmp_path / "report.typ"
    layout.write_text(f'#read("{wanted.format(folder=tmp_path)}")')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(render_pdf, "find_template", lambda name: layout)
    with pytest.raises(typst.TypstError, match=r"not found|would escape|outside"):
        render_page(document_of_everything())


def test_the_layout_reads_imports_and_evaluates_nothing_but_its_sheet() -> None:
    layout = find_template("report.typ").read_text(encoding="utf-8")
    assert not re.search(r"\b(import|include|read|eval|plugin|image|link|csv|toml|yaml|xml|cbor)\b\s*\(", layout)
    assert not re.search(r"#(import|include)\b", layout)
    assert layout.count("json(") == 1


def test_loading_the_renderer_does_not_load_typst() -> None:
    check = "import sys, posexport.render.pdf; sys.exit('typst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
