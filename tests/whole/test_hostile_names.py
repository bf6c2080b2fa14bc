"""Names that a register wrote to do harm: from the file to the page, the report and the terminal they are text, and
nothing in them is obeyed."""

from __future__ import annotations

import io
import json
import re
import tomllib
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from pypdf import PdfReader
from rich.console import Console

from posexport.cli.printing import show_progress
from posexport.core.codes import clean_code
from posexport.setup.file import format_value
from tests.support import saft_builder as b
from tests.support.command_line import Run, Told, make_run, reach_shop
from tests.support.harness import MAPPING, Shop, sale

MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)//<svg/onload=alert(1)>",
    "</style><style>*{display:none}</style>",
    '#read("/etc/passwd")',
    '#image("/etc/passwd") $x^2$ @ref <label>',
    "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    "[bold red]x[/] [link=file:///etc/passwd]y[/link] :boom:",
    "%(message)s {0} {name} $HOME `id` $(id)",
    '=HYPERLINK("http://x","y")',
    "'; DROP TABLE ticket; --",
    "&amp;lt;b&gt;",
)
"""What some language or other would obey."""

STEERING = (
    "evil\u202egnp.exe",
    "\u2066isolated\u2069\u200b\u2060zero",
    "\ufeffmarked",
)
"""What turns the direction of writing, or is not seen."""

CONTROLS = ("\x9b31mred\x9b0m", "bell\x84and\x9d0;title\x9c", "two\nlines\tand\rmore")
"""What steers a terminal, as far as XML lets it through."""

PRODUCTS = MARKUP + STEERING[:2]


class Page(HTMLParser):
    """What a browser would see: elements with their attributes, and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def run(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], secrets_in_environment: None
) -> Run:
    """Run a command in this process, and look at whatever it says."""
    reach_shop(shop, monkeypatch)
    run_it = make_run(monkeypatch, capfd)

    def do(*arguments: str) -> Told:
        told = run_it(*arguments)
        for text in (told.out, told.err):
            assert steering_in(text) == [], arguments
        return told

    return do


def steering_in(text: str) -> list[str]:
    """What a terminal would obey: controls, and what turns the direction of writing."""
    turning = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return [
        hex(ord(sign))
        for sign in text
        if sign in turning or (unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") and sign != "\n")
    ]


def set_up(shop: Shop, *, mapped: bool) -> None:
    """A venue whose register sells and is paid under these names; `mapped`: they have accounts, and names as bad."""
    rows = ""
    for name in PRODUCTS:
        code, called = format_value(name), format_value(name if name.isprintable() else "x")
        rows += f'[[company.product_type]]\ncode = {code}\nname = {called}\naccounts = {{ "3" = "3020" }}\n'
        rows += f'[[company.payment_type]]\ncode = {code}\naccount = "1592"\n'
    shop.apply(mapping=MAPPING.replace("[company.accounts]", rows + "[company.accounts]") if mapped else MAPPING)


def sell(shop: Shop, kind: str) -> Path:
    """A day's sales under these names, and one on a register that nobody has."""
    if kind == "jsonl":
        sales = [sale(f"{n} {name}", product=name, paid=name) for n, name in enumerate(PRODUCTS)]
        return shop.write(*sales, *(sale(n, register=name) for n, name in enumerate(MARKUP + STEERING)))
    names = (*MARKUP, *STEERING, *CONTROLS)
    tickets = [
        b.ticket(
            b.line(group=escape(name)),
            b.payment(payment_type=escape(name)),
            number=f"{n} {escape(name)}",
            date="2026-11-20",
            time="12:00:00",
        )
        for n, name in enumerate(names)
    ]
    basics = "".join(
        f"<basic><basicType>{kind}</basicType><basicID>{escape(name)}</basicID><predefinedBasicID>{kind}999</predefinedBasicID>"
        f"<basicDesc>{escape(name)}</basicDesc></basic>"
        for kind in ("04", "12")
        for name in names
    )
    unknown = "".join(b.register(b.sale(), escape(name), escape(name)) for name in names)
    places = b.location(b.register("".join(tickets), "1")) + "".join(
        b.location(b.register(b.sale(), escape(name)), escape(name)) for name in names
    )
    document = b.document(locations=places + b.location(unknown, "Kiosk")).replace(
        b"</basics>", basics.encode() + b"</basics>"
    )
    path = shop.folder / "sales.xml"
    path.write_bytes(document)
    return path


def escape(name: str) -> str:
    """A name as XML writes it, such that it is read as it was."""
    return "".join(f"&#{ord(sign)};" if sign in "<>&\"'\n\r\t" or ord(sign) > 126 else sign for sign in name)


DAY = ("torget", "2026-11-20")


@pytest.mark.parametrize("mapped", [True, False], ids=["with accounts", "unknown to the setup"])
@pytest.mark.parametrize("kind", ["jsonl", "saft"])
def test_nothing_a_register_calls_itself_or_its_goods_steers_a_terminal(
    shop: Shop, run: Run, kind: str, mapped: bool
) -> None:
    set_up(shop, mapped=mapped)
    path = sell(shop, kind)
    told = run("import", str(path))
    assert "belong to no venue" in told.err
    assert "<script>alert(1)</script>" in told.err
    run("import", str(path), "--json")
    for lang in ("nb", "en"):
        told = run("preview", "--lang", lang, "--check")
        assert "<script>alert(1)</script>" in told.out
        assert "[bold red]x[/]" in told.out, "no markup is taken for style"
        run("status", "--lang", lang)
        run("show", *DAY, "--lang", lang)
        run("export", "--lang", lang)
        run("show", *DAY, "--lang", lang)
    for command in (("preview", "--from", "2026-11-20", "--to", "2026-11-20"), ("show", *DAY)):
        assert "<script>" in json.dumps(json.loads(run(*command, "--json").out))
    for words in (("status",), ("setup", "show")):
        json.loads(run(*words, "--json").out)
    run("doctor")
    run("setup", "show")


def test_what_json_tells_is_to_the_letter_what_was_written(shop: Shop, run: Run) -> None:
    """Escaped, so that no terminal obeys it, and read again as it was, but for letters of no width in its codes."""
    set_up(shop, mapped=True)
    run("import", str(sell(shop, "jsonl")))
    (voucher,) = json.loads(run("preview", "--json").out)["vouchers"]
    assert {line["source"] for line in voucher["lines"]} == set(map(clean_code, PRODUCTS))


@pytest.mark.parametrize("mapped", [True, False], ids=["with accounts", "unknown to the setup"])
@pytest.mark.parametrize("kind", ["jsonl", "saft"])
def test_a_page_has_no_element_that_a_name_brought_in(shop: Shop, run: Run, kind: str, mapped: bool) -> None:
    set_up(shop, mapped=mapped)
    run("import", str(sell(shop, kind)))
    run("preview", "--html", "page.html")
    text = (shop.folder / "page.html").read_text(encoding="utf-8")
    page = Page(text)
    assert "<script>alert(1)</script>" in page.text
    assert '"><img src=x onerror=alert(1)>' in page.text
    assert "{{ 7 * 7 }}" in page.text
    assert not {tag for tag, _ in page.elements} & {
        "script",
        "img",
        "svg",
        "iframe",
        "object",
        "embed",
        "form",
        "base",
        "b",
    }
    for tag, attributes in page.elements:
        for name, value in attributes:
            assert not name.startswith("on"), (tag, name)
            if name in ("href", "src"):
                assert value and value.startswith("#"), (tag, value)
    assert [tag for tag, _ in page.elements].count("style") == 1
    assert steering_in(text.replace("\n", "")) == []
    assert "Content-Security-Policy" not in text or "script-src" not in text


@pytest.mark.parametrize("mapped", [True, False], ids=["with accounts", "unknown to the setup"])
@pytest.mark.parametrize("kind", ["jsonl", "saft"])
def test_a_report_shows_names_as_they_are_and_reads_nothing(shop: Shop, run: Run, kind: str, mapped: bool) -> None:
    set_up(shop, mapped=mapped)
    run("import", str(sell(shop, kind)))
    assert run("report", *DAY, "--pdf", "report.pdf").code == 0
    reader = PdfReader(shop.folder / "report.pdf")
    text = "".join("".join(page.extract_text().split()) for page in reader.pages)
    for name in (MARKUP[0], MARKUP[4], MARKUP[6]):
        assert "".join(name.split()) in text
    assert "root:" not in text
    assert all("/Annots" not in page or not page["/Annots"] for page in reader.pages)


@pytest.mark.parametrize("target", ["import", "journal", "ledger", "file"])
def test_what_is_sent_holds_the_names_as_data(shop: Shop, run: Run, target: str) -> None:
    """PowerOffice, or whoever reads a file, gets them as they are and as nothing else."""
    rows = f'[[company.product_type]]\ncode = "100"\nname = {format_value(MARKUP[1])}\naccounts = {{ "3" = "3020" }}\n'
    mapping = MAPPING.replace(
        MAPPING[MAPPING.index("[[company.product_type]]") : MAPPING.index("[[company.payment_type]]")], rows
    )
    shop.apply(target=target, mapping=mapping, company="direct_posting = true" if target == "ledger" else "")
    run("import", str(shop.write(sale(1))))
    assert run("export").code == 0
    if target == "file":
        (written,) = (shop.folder / "vouchers").glob("*.json")
        assert MARKUP[1] in {line["description"] for line in json.loads(written.read_text(encoding="utf-8"))["lines"]}
        return
    assert MARKUP[1] in json.dumps(shop.line.posts, ensure_ascii=False).replace('\\"', '"')


def test_a_drafted_setup_reads_as_the_names_it_was_made_from(shop: Shop, run: Run) -> None:
    set_up(shop, mapped=False)
    told = run("setup", "draft", str(sell(shop, "saft")))
    assert told.code == 0
    company = tomllib.loads(told.out)["company"][0]
    codes = {row["code"] for row in company["product_type"]}
    assert {clean_code(name) for name in (*MARKUP, *STEERING, *CONTROLS[:2])} <= codes
    assert company.keys() <= {
        "id",
        "name",
        "organization_number",
        "application_key",
        "venue",
        "vat_code",
        "product_type",
        "payment_type",
        "accounts",
        "target",
        "environment",
        "export_from",
    }


def test_a_file_with_a_name_that_steers_is_told_of_in_plain_letters(shop: Shop, run: Run) -> None:
    shop.apply()
    for name in ("\x1b]0;title\x07\x1b[2J.jsonl", "evil\u202elnosj.jsonl", "two\nlines.jsonl"):
        path = shop.folder / name
        path.write_bytes(b"{")
        assert run("import", str(path)).code == 2
        path.write_text(json.dumps(sale(1)))
        assert run("import", str(path)).code == 0
        run("import", str(path), "--json")
        shop.sell(sale(9, register="77"), name=name)
    assert re.search(r"register 77|kasse 77", run("preview").out, re.IGNORECASE)
    run("import", str(shop.folder / "not\x1b[2Jthere"))
    run("setup", "apply", str(shop.folder / "not\x1b[2Jthere.toml"))
    run("preview", "--venue", "\x1b[2J")
    run("preview", "--from", "\x1b[2J")
    run("accept", "torget", "2026-11-20", "\x1b[2J", "--why", "\x1b[2J")


def test_what_poweroffice_calls_itself_steers_no_terminal(shop: Shop, run: Run) -> None:
    """Its own words in a refusal are shown as they are, but for what a terminal would obey."""
    shop.apply(target="journal")
    run("import", str(shop.write(sale(1))))
    shop.line.before = lambda request: (
        httpx.Response(400, json={"Title": "\x1b[2J\u202eNo", "Detail": "\x9b2J<b>no</b>"})
        if request.method == "POST" and "Token" not in request.url.path
        else None
    )
    told = run("export", "--lang", "en")
    assert told.code == 4
    assert "<b>no</b>" in told.out
    run("show", *DAY)
    run("status")
    for command in (("show", *DAY), ("status",), ("export",)):
        json.loads(run(*command, "--json").out)


def test_a_bar_names_its_file_in_plain_letters() -> None:
    """A terminal is where a bar is drawn, so its own signs are not looked at."""
    text = io.StringIO()
    console = Console(file=text, force_terminal=True, width=200, color_system=None)
    with show_progress(console) as on_progress:
        assert on_progress is not None
        on_progress("[bold red]x[/]\x1b]0;title\x07[/oops].xml", 1, 2, 3)
    assert "[bold red]x[/]" in text.getvalue()
    assert "\x1b]0;" not in text.getvalue()
