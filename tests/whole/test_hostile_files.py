"""Files that no register wrote, on their way into a real store: each is read whole or refused in words, nothing of
a refused one is stored, and nothing else ever happens.

The readers' own tests say what each of them takes; here is what none of them may do. The generous limits of time
guard against waiting for ever, and are no measure.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from posexport.app.import_sales import Imported, import_sales
from posexport.app.setup import apply_setup
from posexport.setup.file import read_setup
from posexport.sources.files import csv_tickets
from posexport.sources.saft import reader
from posexport.sources.saft.codes import CODE_LENGTH_MAX
from posexport.store import ticket_writer
from posexport.store.tables import TicketRow
from posexport.wiring import open_workspace
from tests.support import saft_builder as b
from tests.support.harness import FULL_DAY, NOON, SECRETS, VENUES, Shop, setup_text
from tests.support.looks import StoreFile, Within, read_rows
from tests.support.paths import ROOT
from tests.support.strategies import looking

PATIENCE_S = 300
SECRET = "the content of another file"

Rows = Mapping[str, Sequence[tuple[Any, ...]]]


def hard(examples: int) -> settings:
    """As `looking`, with the fixtures that all examples share."""
    return settings(
        looking(examples), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    )


@pytest.fixture(autouse=True)
def guard() -> Iterator[None]:
    """A test that waits for ever fails instead."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def give_up(*_: object) -> None:
        raise AssertionError(f"it took more than {PATIENCE_S} seconds")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


_FILE_OF_TICKET = TicketRow.__table__.c.keys().index("file_id")  # type: ignore[attr-defined]


@dataclass
class Till:
    """A store into which files are taken; one that was taken in leaves a new store behind."""

    blank: Path
    folder: Path
    stores: int = 0
    url: str = field(init=False)

    def __post_init__(self) -> None:
        self._renew()

    def _renew(self) -> None:
        self.stores += 1
        store = self.folder / f"store-{self.stores}.db"
        shutil.copy(self.blank, store)
        self.url = f"sqlite:///{store}"

    def rows(self) -> Rows:
        """Every row of every table."""
        tables = StoreFile(Path(self.url.removeprefix("sqlite:///"))).read_all()
        return {table: sorted(rows, key=repr) for table, rows in tables.items()}

    def take(self, path: Path, file_format: str | None = None) -> Imported:
        """Import a file. Whatever stands in it: read whole, or refused in words with nothing stored."""
        before = self.rows()
        with open_workspace(self.url, environ=SECRETS, clock=lambda: NOON) as workspace:
            imported = import_sales(workspace, [path], file_format=file_format)
        after = self.rows()
        assert imported.results or imported.refused
        for error in imported.refused:
            shown = "".join(letter if letter.isprintable() else "?" for letter in str(path))
            assert error.path.startswith(shown)
            assert error.found.strip() and error.expected.strip() and error.fix.strip()
            assert str(error).endswith("Nothing of this file was stored.")
            assert len(str(error)) < 4_000, "a message is to be read"
            str(error).encode()
        if not imported.results:
            assert after == before
        else:
            self._check_stored(imported, after)
            self._renew()
        return imported

    @staticmethod
    def _check_stored(imported: Imported, after: Rows) -> None:
        """What is stored is what was read, and no more."""
        files = {row[0]: row[1] for row in after["sales_file"]}
        assert sorted(files.values()) == sorted(result.name for result in imported.results)
        assert len(after["ticket"]) == sum(result.new for result in imported.results)
        assert {row[_FILE_OF_TICKET] for row in after["ticket"]} <= files.keys()

    def give(self, name: str, content: bytes) -> Path:
        """A file with this content."""
        path = self.folder / name
        path.write_bytes(content)
        return path

    def refuse(self, path: Path, file_format: str | None = None) -> str:
        """Why a file is refused."""
        imported = self.take(path, file_format)
        assert not imported.results
        (error,) = imported.refused
        return str(error)


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a venue that has every register of these files."""
    folder = tmp_path_factory.mktemp("blank")
    (folder / "setup.toml").write_text(
        setup_text(venues=VENUES.replace('["1", "2"]', '["1", "2", "3", "K1"]')), encoding="utf-8"
    )
    with open_workspace(f"sqlite:///{folder / 'blank.db'}", environ=SECRETS, clock=lambda: NOON) as workspace:
        companies = read_setup(folder / "setup.toml", workspace.load_setup(), SECRETS)
        apply_setup(workspace, companies)
        with workspace.database.writing() as connection:
            read_rows(Within(connection), "venue")
    StoreFile(folder / "blank.db").fold_journal()
    return folder / "blank.db"


@pytest.fixture
def till(blank: Path, tmp_path: Path) -> Till:
    return Till(blank, tmp_path)


# Good files, and every way to spoil them

SAFT = b.document(
    b.sale(),
    b.ticket(
        b.line("295.40", extra="<discount><dscTp>08</dscTp><dscAmnt>5.00</dscAmnt></discount>"),
        b.payment("295.00"),
        number="2",
        rounding="-0.40",
    ),
    b.ticket(b.line("-50.00", side="D"), b.payment("-50.00"), number="3", side="D", kind="RETURNSAL"),
    b.ticket((), b.payment("500.00", "CASH"), number="4", kind="DROP"),
    b.ticket(b.line("200.00"), b.payment("20.00", "CASH", "EUR", "10.0"), number="5"),
    before=b.event(
        "ZREP",
        report=b.report(
            body="<reportTotalCashSales><totalCashSaleAmnt>1.00</totalCashSaleAmnt></reportTotalCashSales>"
        ),
    )
    + b.event("PROV", "9"),
)
JSONL = "".join(json.dumps(ticket) + "\n" for ticket in FULL_DAY).encode()


def as_csv() -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [
            "register",
            "ticket",
            "completed_at",
            "kind",
            "code",
            "vat_code",
            "amount",
            "vat_amount",
            "text",
            "customer",
            "void",
        ]
    )
    for number in range(1, 6):
        first = ("1", number, f"2026-11-20 12:0{number}:00")
        writer.writerow((*first, "sale", "100", "3", "200,00", "40,00", f"Øl; stor {number}", "", ""))
        writer.writerow((*first, "tip", "", "", "20,00", "", "", "", ""))
        writer.writerow((*first, "payment", "CARD", "", "220,00", "", "", "10001" if number == 3 else "", ""))
    return text.getvalue().encode()


CSV = as_csv()
GOOD: Mapping[str, bytes] = {"saft": SAFT, "csv": CSV, "jsonl": JSONL}
NAMES = {"saft": "sales.xml", "csv": "sales.csv", "jsonl": "sales.jsonl"}


def spans_of(kind: str, data: bytes) -> list[tuple[int, int]]:
    """The pieces a file is made of: elements, or lines and what stands between their delimiters."""
    if kind == "saft":
        spans, begun = [], list[int]()
        for tag in re.finditer(rb"<(/?)[A-Za-z][^>]*?(/?)>", data):
            if tag[1]:
                spans.append((begun.pop(), tag.end()))
            elif not tag[2]:
                begun.append(tag.start())
        return spans
    pieces = rb"[^\n]*\n" if kind == "csv" else rb"[^\n]*\n|\{[^{}]*\}|\[[^\[\]]*\]"
    smaller = rb"[^;\n]*;" if kind == "csv" else rb'"[^"]*": ?[^,{}\[\]]*,?'
    return [found.span() for pattern in (pieces, smaller) for found in re.finditer(pattern, data)]


SPANS = {kind: spans_of(kind, data) for kind, data in GOOD.items()}
NUMBERS = {kind: [found.span() for found in re.finditer(rb"\d+(?:[.,]\d+)?", data)] for kind, data in GOOD.items()}

HUGE = [
    b"9" * 16,
    b"9" * 16 + b".99",
    b"-" + b"9" * 16,
    b"9" * 30,
    b"9" * 5_000,
    b"99999999999",
    b"1e999999999",
    b"-1e-999999999",
    b"0." + b"0" * 5_000 + b"1",
    b"NaN",
    b"Infinity",
    b"-0",
    "١٢٣".encode(),
    b"0x7fffffff",
    b"9223372036854775808",
    b"0001-01-01T00:00:00",
    b"1970-01-01T00:00:00+23:59",
    b"2199-12-31T23:59:59-23:59",
    b"9999-12-31",
]
TOKENS = [
    b"\0",
    b"\x1b[2J",
    b"\xc2\x9b2J",
    b"\xff",
    b"\xed\xa0\x80",
    codecs.BOM_UTF8,
    codecs.BOM_UTF16_LE,
    "\u202e\u2066".encode(),
    b"'",
    b'"',
    b";",
    b",",
    b"\r",
    b"\n\n",
    b"<",
    b"&",
    b"&e;",
    b"&#0;",
    b"&#xD800;",
    b"&#x9b;",
    b"]]>",
    b"<!--",
    b"<![CDATA[",
    b"<?xml version='1.0' encoding='utf-16'?>",
    b"<?xml-stylesheet href='file:///etc/passwd'?>",
    b"<!DOCTYPE auditfile SYSTEM 'file:///etc/passwd'>",
    b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>',
    b"<cashtransaction/>",
    b"</cashregister>",
    b"<a>" * 300,
    b"\\ud800",
    b"\\u0000",
    b"\\",
    b"[" * 3_000,
    b'{"a":' * 3_000,
    b"x" * 300,
    b"x" * 100_000,
    b" " * 100_000,
]
ENCODINGS = ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "utf-8-sig", "latin-1", "cp1252", "cp037"]


@st.composite
def spoilt(draw: st.DrawFn, kind: str) -> bytes:
    """A good file of which pieces are gone, doubled or elsewhere, with numbers, bytes and encodings that are wrong."""
    data = GOOD[kind]
    how = draw(st.sampled_from(["nothing", "remove", "double", "move", "empty"]))
    if how != "nothing":
        start, end = draw(st.sampled_from(SPANS[kind]))
        piece = data[start:end]
        if how == "double":
            data = data[:end] + piece * draw(st.integers(1, 3)) + data[end:]
        elif how == "move":
            rest = data[:start] + data[end:]
            at = min(draw(st.sampled_from(SPANS[kind]))[0], len(rest))
            data = rest[:at] + piece + rest[at:]
        elif how == "empty":
            data = data[:start] + re.sub(rb"[^<>/;\n\w]|(?<=>)[^<]+", b"", piece) + data[end:]
        else:
            data = data[:start] + data[end:]
    elif draw(st.booleans()):
        start, end = draw(st.sampled_from(NUMBERS[kind]))
        data = data[:start] + draw(st.sampled_from(HUGE)) + data[end:]
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["flip", "put", "cut out", "cut off"])):
            case "flip":
                data = data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]
            case "put":
                data = data[:at] + draw(st.sampled_from(TOKENS)) + data[at:]
            case "cut out":
                data = data[:at] + data[at + draw(st.integers(1, 200)) :]
            case _:
                data = data[:at]
    if draw(st.integers(0, 5)) == 0:
        data = data.decode("utf-8", "replace").encode(draw(st.sampled_from(ENCODINGS)), "replace")
    return data


@pytest.mark.parametrize("kind", GOOD)
def test_the_good_files_are_good(till: Till, kind: str) -> None:
    imported = till.take(till.give(NAMES[kind], GOOD[kind]))
    assert not imported.refused
    assert imported.results[0].new >= 5


@pytest.mark.parametrize("kind", GOOD)
@hard(100)
@given(data=st.data())
def test_a_file_that_was_spoilt_is_read_whole_or_refused(till: Till, kind: str, data: st.DataObject) -> None:
    content = data.draw(spoilt(kind))
    till.take(till.give(NAMES[kind], content), data.draw(st.sampled_from([None, None, kind])))


@hard(60)
@given(
    content=st.binary(max_size=300)
    | st.tuples(
        st.sampled_from([b"", b"<auditfile>", SAFT[:700], CSV[:90], b'{"register": ', b"PK\x03\x04", codecs.BOM_UTF8]),
        st.binary(max_size=80) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass")),
    ).map(b"".join),
    asked=st.sampled_from([None, "saft", "csv", "jsonl"]),
)
def test_whatever_the_bytes_and_whatever_is_asked_for_a_file_is_read_or_refused(
    till: Till, content: bytes, asked: str | None
) -> None:
    till.take(till.give("sales", content), asked)


# XML that reaches for more than itself

LAUGHS = b"<!DOCTYPE a [<!ENTITY l0 'lol'>" + b"".join(
    b"<!ENTITY l%d '%s'>" % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12)
)


def with_doctype(doctype: str, use: str, encoding: str = "utf-8") -> bytes:
    """The good SAF-T file with a DOCTYPE, and `use` in the first ticket's product type."""
    first, rest = (
        b.document(b.ticket(b.line(group=use), b.payment()), declared=encoding.upper()).decode().split("\n", 1)
    )
    return (first + doctype + rest).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp037"])
@pytest.mark.parametrize(
    ("doctype", "use"),
    [
        (f"{LAUGHS.decode()}]>", "&l11;"),
        ("<!DOCTYPE a [<!ENTITY e SYSTEM 'file://{file}'>]>", "&e;"),
        ("<!DOCTYPE a [<!ENTITY e SYSTEM 'http://127.0.0.1:{port}/e'>]>", "&e;"),
        ("<!DOCTYPE a SYSTEM 'http://127.0.0.1:{port}/a.dtd'>", "100"),
        ("<!DOCTYPE a PUBLIC '-//x//y' 'http://127.0.0.1:{port}/a.dtd'>", "100"),
        ("<!DOCTYPE a [<!ENTITY % e SYSTEM 'http://127.0.0.1:{port}/e'>%e;]>", "100"),
        ("<!DOCTYPE a [<!ATTLIST auditfile x CDATA '&e;'><!ENTITY e '{file}'>]>", "100"),
        ("<!-- first --><!DOCTYPE a [<!ENTITY e 'e'>]>", "&e;"),
    ],
)
def test_a_file_that_would_pull_in_another_is_refused_and_nothing_is_fetched(
    till: Till, doctype: str, use: str, encoding: str
) -> None:
    other = till.give("other.txt", SECRET.encode())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        doctype = doctype.replace("{file}", str(other)).replace("{port}", str(listener.getsockname()[1]))
        told = till.refuse(till.give("sales.xml", with_doctype(doctype, use, encoding)), "saft")
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert SECRET not in told


@pytest.mark.parametrize(
    "include",
    [
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{file}" parse="text"/>',
        "<?xml-stylesheet type='text/xsl' href='file://{file}'?>",
        "<?include {file}?>",
    ],
)
def test_an_include_or_an_instruction_in_a_file_is_never_followed(till: Till, include: str) -> None:
    other = till.give("other.txt", SECRET.encode())
    put = include.replace("{file}", str(other))
    path = till.give("sales.xml", b.document(b.sale(), b.ticket(b.line(group=f"{put}x"), b.payment(), number="2")))
    imported = till.take(path)
    assert SECRET not in repr(imported)
    assert SECRET.encode() not in b"".join(store.read_bytes() for store in till.folder.glob("*.db*"))


# Too much of something


def saft_with(**texts: str) -> bytes:
    return b.document(
        b.ticket(
            b.line(group=texts.get("group", "100")),
            b.payment(payment_type=texts.get("paid", "CARD")),
            number=texts.get("number", "1"),
            kind=texts.get("kind", "CASHSAL"),
        ),
        locations=None
        if "register" not in texts and "place" not in texts
        else b.location(b.register(b.sale(), texts.get("register", "K1")), texts.get("place", "Torget")),
    )


def jsonl_with(**values: object) -> bytes:
    return json.dumps({**FULL_DAY[0], **values}).encode()


LONG = "x" * 1_000_000
TOO_MUCH: Mapping[str, bytes] = {
    "XML nested 10 000 deep": b"<auditfile>" + b"<a>" * 10_000 + b"</a>" * 10_000 + b"</auditfile>",
    "a ticket nested 10 000 deep": b.document(b.ticket(b"<a>".decode() * 10_000, b.payment())),
    "JSON nested 100 000 deep": b'{"x_a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "JSON objects nested 100 000 deep": b'{"lines": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
    "a product type of a million characters": saft_with(group=LONG),
    "a payment type of a million characters": saft_with(paid=LONG),
    "a ticket number of a million characters": saft_with(number=LONG),
    "a register of a million characters": saft_with(register=LONG),
    "a location of a million characters": saft_with(place=LONG),
    "a JSON code of a million characters": jsonl_with(register=LONG),
    "a JSON ticket number of a million digits": jsonl_with(ticket="1" * 1_000_000),
    "a JSON time of a million characters": jsonl_with(completed_at=LONG),
    "a CSV cell of a million characters": CSV + b"1;9;2026-11-20 13:00;sale;" + b"9" * 900_000 + b";3;1,00;;;;\n",
    "a CSV header of a million columns": CSV[:60] + b";x" * 1_000_000,
    "a billion kroner on a line": b.document(b.sale(amount="1000000000.00")),
    "lines that come to more than a database can hold": b.document(
        b.ticket([b.line("9" * 16)] * 20, b.payment("1.00"), total="1.00")
    ),
    "a rate that makes too much of a payment": b.document(
        b.ticket(b.line(), b.payment("99999999.00", "CASH", "EUR", "999999.0"))
    ),
    "a Z-report beyond all measure": b.document(
        before=b.event(
            "ZREP",
            report=b.report(
                body="<reportTotalCashSales><totalCashSaleAmnt>9999999999999999.99"
                "</totalCashSaleAmnt></reportTotalCashSales>"
            ),
        )
    ),
}


@pytest.mark.parametrize("what", TOO_MUCH)
def test_too_much_of_anything_is_refused(till: Till, what: str) -> None:
    till.refuse(till.give("sales", TOO_MUCH[what]), "csv" if "CSV" in what else None)


@pytest.mark.parametrize(
    "content",
    [
        jsonl_with(x_note=LONG),
        jsonl_with(reference=LONG),
        jsonl_with(lines=[{**FULL_DAY[0]["lines"][0], "text": LONG}]),
        CSV.replace(b"stor 1", b"x" * 100_000),
        b.document(b.ticket(b.line(extra=f"<cashTransLineDescr>{LONG}</cashTransLineDescr>"), b.payment(), kind=LONG)),
        b.document(b.ticket(b.line(line_type=LONG), b.payment())),
    ],
    ids=["x_note", "reference", "text", "CSV text", "description", "lineType"],
)
def test_long_texts_that_decide_nothing_are_read_past(till: Till, content: bytes) -> None:
    assert not till.take(till.give("sales", content)).refused


def test_the_longest_names_of_the_widest_letters_fit_either_database(both: Shop) -> None:
    """An index of PostgreSQL's takes 2 704 bytes, and a letter may take four."""
    random = Random(11)

    def wide(length: int) -> str:
        return "".join(chr(random.randrange(0x20000, 0x2A000)) for _ in range(length))

    most = CODE_LENGTH_MAX
    made = b.ticket(
        b.line(group=wide(most), vats=b.vat(code=wide(most))),
        b.payment(payment_type=wide(most)),
        number=wide(most),
        trans_id=wide(most),
        head=b.tag("custSupID", wide(most)),
    )
    mine, unknown = b.register(made), b.register(b.sale(), wide(most))
    document = b.document(locations=b.location(mine, "Torget") + b.location(unknown, wide(most)))
    both.apply(venues=VENUES.replace('["1", "2"]', '["K1"]'))
    (both.folder / "set.zip").write_bytes(zipped((f"{wide(250)}.xml", document)))
    imported = both.load(both.folder / "set.zip")
    assert not imported.refused
    assert (imported.results[0].new, imported.results[0].refused) == (1, 1)


@pytest.mark.parametrize("sign", ["\0", "\\u0000", "\\ud800", "\\udfff\\ud800"])
@pytest.mark.parametrize("key", ["register", "ticket", "customer"])
def test_what_no_database_holds_is_refused_in_a_code(till: Till, key: str, sign: str) -> None:
    till.refuse(till.give("sales.jsonl", jsonl_with(**{key: "a@b"}).replace(b"@", sign.encode())))


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize(
    "sign",
    [b"\0", b"\xed\xa0\x80", b"\xff\xfe", b"\x1b"],
    ids=["NUL", "surrogate", "two bytes that are no text", "escape"],
)
def test_bytes_that_are_no_text_do_no_harm_wherever_they_stand(till: Till, kind: str, sign: bytes) -> None:
    data = GOOD[kind]
    for at in (0, 1, 40, len(data) // 2, len(data) - 30, len(data)):
        till.take(till.give(NAMES[kind], data[:at] + sign + data[at:]), kind)


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize("bom", [codecs.BOM_UTF8, codecs.BOM_UTF8 * 2, codecs.BOM_UTF16_LE, codecs.BOM_UTF32_BE])
def test_a_byte_order_mark_is_passed_over_or_the_file_refused(till: Till, kind: str, bom: bytes) -> None:
    imported = till.take(till.give(NAMES[kind], bom + GOOD[kind]))
    if bom == codecs.BOM_UTF8:
        assert not imported.refused


# What is no file


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(path))


def make_loop(path: Path) -> None:
    path.symlink_to(path)


def make_link_to_folder(path: Path) -> None:
    (path.parent / "empty").mkdir()
    path.symlink_to("empty")


NO_FILES: Mapping[str, tuple[Callable[[Path], object], str]] = {
    "an empty file": (Path.touch, "empty"),
    "a folder": (Path.mkdir, "holds no sales file"),
    "a pipe that nobody writes to": (os.mkfifo, "no ordinary file"),
    "a socket": (make_socket, "no ordinary file"),
    "a link to a device": (lambda path: path.symlink_to("/dev/zero"), "no ordinary file"),
    "a link to nothing": (lambda path: path.symlink_to("nowhere"), "no such file"),
    "a link to itself": (make_loop, "cannot be read"),
    "a link to a folder": (make_link_to_folder, "holds no sales file"),
    "nothing": (lambda path: None, "no such file"),
}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("what", NO_FILES)
def test_what_is_no_file_with_sales_is_refused_at_once(till: Till, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(till.folder)
    make, words = NO_FILES[what]
    path = till.folder / "sales.xml"
    make(path)
    for asked in (None, "saft", "csv", "jsonl"):
        assert words in till.refuse(path, asked)


def test_a_link_to_a_file_with_sales_is_that_file(till: Till) -> None:
    till.give("real.jsonl", JSONL)
    (till.folder / "linked.jsonl").symlink_to("real.jsonl")
    assert not till.take(till.folder / "linked.jsonl").refused


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read anything")
def test_a_file_that_may_not_be_read_is_refused(till: Till) -> None:
    path = till.give("sales.xml", SAFT)
    path.chmod(0)
    assert "may not be read" in till.refuse(path)


# ZIP


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as archive:
        warnings.simplefilter("ignore")
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


ALL_THREE = zipped(*((NAMES[kind], data) for kind, data in GOOD.items()))


@hard(60)
@given(
    edits=st.lists(
        st.tuples(st.integers(2, len(ALL_THREE)), st.integers(0, 8), st.binary(max_size=4) | st.just(b"\xff" * 4)),
        min_size=1,
        max_size=4,
    )
)
def test_a_zip_that_was_spoilt_stores_whole_members_or_none(till: Till, edits: list[tuple[int, int, bytes]]) -> None:
    data = ALL_THREE
    for at, gone, put in edits:
        data = data[:at] + put + data[at + gone :]
    till.take(till.give("set.zip", data))


def test_a_zip_whose_names_differ_is_told_in_few_words(till: Till) -> None:
    """A member's own header claims a name of 65 535 bytes."""
    data = ALL_THREE[:26] + b"\xff\xff" + ALL_THREE[28:]
    assert len(till.refuse(till.give("set.zip", data))) < 1_000


@hard(30)
@given(data=st.data())
def test_members_that_were_spoilt_hold_nothing_of_the_others_back(till: Till, data: st.DataObject) -> None:
    members = [(NAMES[kind], data.draw(spoilt(kind))) for kind in GOOD]
    till.take(till.give("set.zip", zipped(*members)))


@pytest.mark.parametrize(
    "name",
    ["../../outside.jsonl", "/outside.jsonl", "C:\\outside.jsonl", "..\\..\\outside.jsonl", "a/../../outside.jsonl"],
)
def test_a_member_is_never_unpacked_wherever_its_name_points(till: Till, name: str) -> None:
    inner = till.folder / "a" / "b"
    inner.mkdir(parents=True)
    path = inner / "set.zip"
    path.write_bytes(zipped((name, JSONL)))
    before = {found for found in till.folder.rglob("*") if found.suffix != ".db" and ".db-" not in found.name}
    imported = till.take(path)
    assert [result.name for result in imported.results] == [f"{path} > {name}"]
    after = {found for found in till.folder.rglob("*") if found.suffix != ".db" and ".db-" not in found.name}
    assert after == before
    assert not Path("/outside.jsonl").exists()


def test_a_member_that_is_a_link_is_not_followed(till: Till) -> None:
    till.give("other.jsonl", JSONL)
    link = zipfile.ZipInfo("sales.jsonl")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    assert "Nothing of this file" in till.refuse(
        till.give("set.zip", zipped((link, str(till.folder / "other.jsonl").encode())))
    )


def test_members_of_one_name_are_each_a_file(till: Till) -> None:
    later = jsonl_with(ticket="99", register="2")
    imported = till.take(till.give("set.zip", zipped(("a.jsonl", JSONL), ("a.jsonl", later))))
    assert [result.new for result in imported.results] == [len(FULL_DAY), 1]


def test_a_member_whose_name_fills_a_page_is_refused(till: Till) -> None:
    assert "a name of 60006 characters" in till.refuse(till.give("set.zip", zipped(("x" * 60_000 + ".jsonl", JSONL))))


@pytest.mark.parametrize("told_bytes", [1, len(JSONL) - 1, len(JSONL) + 1, 2**31])
def test_a_member_that_lies_about_its_size_is_refused(till: Till, told_bytes: int) -> None:
    data = bytearray(zipped(("sales.jsonl", JSONL)))
    for at, offset in ((0, 22), (data.index(b"PK\x01\x02"), 24)):
        data[at + offset : at + offset + 4] = told_bytes.to_bytes(4, "little")
    till.refuse(till.give("set.zip", bytes(data)))


def test_a_bomb_among_good_members_is_refused_with_all_of_them(till: Till) -> None:
    bomb = ("bomb.jsonl", b" " * 30_000_000)
    assert "ZIP bomb" in till.refuse(till.give("set.zip", zipped(("a.jsonl", JSONL), bomb)))


# Memory

ROOM_MB = 320
"""What an import may take beyond an idle process. A ticket of half a million elements takes most of it."""

_IN_A_CELL = """
import json, resource, sys
from pathlib import Path
import posexport.sources.saft.reader, posexport.store.sales_writer
from posexport.app.import_sales import import_sales
from posexport.wiring import open_workspace
from tests.support.looks import StoreFile, Within, read_rows
told = []
for path in map(Path, sys.argv[3:]):
    with open_workspace(sys.argv[1], environ={}, clock=lambda: 1795348800.0) as workspace:
        status = Path("/proc/self/status").read_text()
        taken = int(status.split("VmSize:")[1].split()[0]) * 1024
        resource.setrlimit(resource.RLIMIT_AS, (taken + int(sys.argv[2]) * 2**20, resource.RLIM_INFINITY))
        imported = import_sales(workspace, [path])
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    told.append([path.name, sum(result.new for result in imported.results), [str(error) for error in imported.refused]])
print(json.dumps(told))
"""


def take_in_a_cell(till: Till, *paths: Path) -> list[tuple[str, int, list[str]]]:
    """Import files in a process that may not take more memory than `ROOM_MB`; per file its name, how many tickets
    are new, and why it was refused."""
    before = till.rows()
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _IN_A_CELL, till.url, str(ROOM_MB), *map(str, paths)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = [(name, new, refused) for name, new, refused in json.loads(done.stdout)]
    if not any(new for _, new, _ in told):
        assert till.rows() == before
    return told


def flood(till: Till, name: str, head: bytes, piece: bytes, size_bytes: int, tail: bytes = b"") -> Path:
    """A file of one piece over and over."""
    path = till.folder / name
    block = piece * max(1, 1_000_000 // len(piece))
    with path.open("wb") as file:
        file.write(head)
        for _ in range(max(1, size_bytes // len(block))):
            file.write(block)
        file.write(tail)
    return path


in_linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="how much is taken is not known here")


@in_linux
@pytest.mark.long
def test_a_line_of_200_megabytes_is_refused_in_little_memory(till: Till) -> None:
    head = SAFT[: SAFT.index(b"<cashtransaction>")]
    paths = [
        flood(till, "text.xml", head, b"x", 200_000_000),
        flood(till, "line.csv", CSV, b"1;", 200_000_000),
        flood(till, "line.jsonl", b'{"register": "', b"1", 200_000_000),
        flood(till, "attribute.xml", head + b"<cashtransaction a='", b"x", 40_000_000),
        flood(till, "header.csv", CSV[:40], b"x_1;", 40_000_000),
    ]
    for name, new, refused in take_in_a_cell(till, *paths):
        assert (new, len(refused)) == (0, 1), name


@in_linux
@pytest.mark.long
def test_a_flood_of_elements_is_refused_in_little_memory(till: Till) -> None:
    head = SAFT[: SAFT.index(b"<cashtransaction>")]
    floods = [
        (b"<auditfile>", b"<x/>"),
        (b"<auditfile>", b"<name/>"),
        (b"<auditfile>", b"<x a='' b='' c='' d=''/>"),
        (head + b"<cashtransaction>", b"<ctLine/>"),
    ]
    paths = [flood(till, f"{n}.xml", *of, 16_000_000) for n, of in enumerate(floods)]
    for name, new, refused in take_in_a_cell(till, *paths):
        assert (new, len(refused)) == (0, 1), name
        assert "in a long stretch of it" in refused[0], name


@in_linux
@pytest.mark.long
def test_a_line_of_many_small_values_is_refused_in_little_memory(till: Till) -> None:
    [(_, new, refused)] = take_in_a_cell(till, flood(till, "values.jsonl", b'{"x_a":[', b"{},", 9_000_000, b"0]}"))
    assert (new, len(refused)) == (0, 1)


@in_linux
@pytest.mark.long
def test_a_zip_that_unpacks_to_a_hundred_times_as_much_is_read_in_little_memory(till: Till) -> None:
    """Packed about as tightly as is let through."""
    random = Random(7)
    padding = "".join(f"{random.randbytes(60).hex()}{' ' * 12_000}" for _ in range(8_000)).encode()
    data = zipped(("sales.xml", b"<auditfile><!--" + padding), ("sales.jsonl", b'{"x_a": "' + padding))
    assert 100 < len(padding) * 2 / len(data) < 200
    [(_, new, refused)] = take_in_a_cell(till, till.give("set.zip", data))
    assert (new, len(refused)) == (0, 2)


def test_a_ticket_that_never_ends_is_refused_by_its_rows(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether its rows are written alike or not."""
    monkeypatch.setattr(csv_tickets, "_TICKET_LINES_MAX", 20)
    for registers in (("1", "1"), ("1", " 1")):
        rows = [f"{registers[n % 2]};1;2026-11-20 12:00;sale;100;3;1,00;;;;\n" for n in range(25)]
        content = CSV[: CSV.index(b"\n") + 1] + "".join(rows).encode()
        assert "more than 20 rows" in till.refuse(till.give("sales.csv", content))


def test_lists_longer_than_any_companys_are_refused(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_MASTER_CHARACTERS_MAX", 2_000)
    assert "lists are too long" in till.refuse(till.give("sales.xml", SAFT))


@pytest.mark.parametrize("kind", GOOD)
def test_what_is_stored_does_not_depend_on_how_much_is_held_at_a_time(
    till: Till, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = till.give(NAMES[kind], GOOD[kind])
    at_once = till.take(path)
    for most in (1, 3):
        monkeypatch.setattr(ticket_writer, "BATCH_AMOUNTS", most)
        assert till.take(path) == at_once


def test_a_ticket_is_let_go_at_once_where_it_is_large(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    path = till.give("sales.xml", SAFT)
    a_few_at_a_time = till.take(path)
    monkeypatch.setattr(reader, "_LARGE_SIGNS", 1)
    assert till.take(path) == a_few_at_a_time
