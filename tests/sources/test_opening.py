"""Opening sales: which files a path holds, how each is recognised, and that nothing else ever escapes."""

from __future__ import annotations

import io
import os
import struct
import warnings
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from posexport.errors import UnreadableSales
from posexport.sources.files import open as opening
from posexport.sources.files.open import CountingStream, SalesFile, open_sales

SAFT = b'<?xml version="1.0" encoding="UTF-8"?>\n<auditfile xmlns="urn:StandardAuditFile"/>'
CSV = b"register;ticket;completed_at;kind;code;vat_code;amount\n"
JSONL = b'{"register": "1"}\n'


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def zipped(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def format_of(path: Path, asked: str | None = None) -> str:
    (sales,) = open_sales(path, asked)
    return sales.format


def refusal(path: Path, asked: str | None = None) -> UnreadableSales:
    with pytest.raises(UnreadableSales) as caught:
        list(open_sales(path, asked))
    return caught.value


def content(sales: SalesFile) -> bytes:
    with sales.open() as stream:
        return stream.read()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (SAFT, "saft"),
        (b"\xef\xbb\xbf\r\n " + SAFT, "saft"),
        (SAFT.decode().encode("utf-16"), "saft"),
        (b"<n1:AuditFile>", "saft"),
        (CSV, "csv"),
        (b"\xef\xbb\xbf\n" + CSV.upper().replace(b";", b","), "csv"),
        (b'amount,"Ticket","register"\r\n', "csv"),
        (JSONL, "jsonl"),
        (b"\xef\xbb\xbf\n\n  " + JSONL, "jsonl"),
        (b"[" + JSONL, "jsonl"),
        (b" [\n ]", "jsonl"),
        (b'{"tickets": [' + JSONL, "jsonl"),
        (CSV.decode().encode("utf-16"), "csv"),
        (b"sep=;\r\n" + CSV, "csv"),
        (b"Salgsrapport;;\n;;\n" + CSV.replace(b";", b"\t"), "csv"),
    ],
)
@pytest.mark.parametrize("name", ["sales.xml", "sales.csv", "sales.jsonl", "sales.txt", "sales"])
def test_a_file_is_recognised_by_how_it_begins_whatever_it_is_called(
    tmp_path: Path, name: str, data: bytes, expected: str
) -> None:
    assert format_of(write(tmp_path / name, data)) == expected


def test_a_name_tells_only_where_the_beginning_does_not(tmp_path: Path) -> None:
    for name, expected in {"a.CSV": "csv", "a.xml": "saft", "a.ndjson": "jsonl", "a.JSONL": "jsonl"}.items():
        assert format_of(write(tmp_path / name, b"tickets and registers")) == expected


def test_the_format_asked_for_is_taken_on_trust(tmp_path: Path) -> None:
    path = write(tmp_path / "sales.dat", b"nothing anyone would know")
    for asked in ("saft", "csv", "jsonl"):
        assert format_of(path, asked) == asked
    assert "'xml' was asked for" in refusal(path, "xml").found


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n\t", "empty"),
        (b"\xff\xfe", "empty"),
        (b"hello\n", "none of the formats"),
        (b"a\0b", "none of the formats"),
        (b"register\n", "none of the formats"),
        (b'"register";"ticket"x"\r\r;', "none of the formats"),
        (b"[1, 2]", "none of the formats"),
        (JSONL.decode().encode("utf-16"), "UTF-16"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\n<HTML>", "web page"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"),
        ("hello\n".encode("utf-16"), "UTF-16"),
        (b"PK\x07\x08 spanned", "ZIP"),
    ],
)
def test_what_is_not_recognised_is_refused_naming_the_three_formats(tmp_path: Path, data: bytes, word: str) -> None:
    error = refusal(write(tmp_path / "sales", data))
    assert word in error.found
    assert all(name in error.expected for name in ("saft", "csv", "jsonl"))


def test_an_empty_file_is_refused_also_where_the_format_was_asked_for(tmp_path: Path) -> None:
    assert "empty" in refusal(write(tmp_path / "a.csv", b"\n"), "csv").found


def test_a_missing_file_a_folder_and_an_impossible_name_are_refused_with_what_to_do(tmp_path: Path) -> None:
    missing = refusal(tmp_path / "no" / "such.xml")
    assert missing.found == "there is no such file."
    assert missing.path == str(tmp_path / "no" / "such.xml")
    folder = refusal(tmp_path)
    assert folder.found == "the folder holds no sales file."
    assert folder.path == str(tmp_path)
    assert "cannot be read" in refusal(tmp_path / ("x" * 5000)).found
    assert "cannot be read" in refusal(Path("a\0b")).found


def test_a_file_that_may_not_be_read_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(self: Path, *args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path / "a.csv", CSV)
    monkeypatch.setattr(Path, "open", denied)
    assert "permission" in refusal(path).fix
    (told,) = open_sales(tmp_path)
    with pytest.raises(UnreadableSales, match="permission"), told.open():
        pass


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_what_is_no_ordinary_file_is_refused() -> None:
    assert refusal(Path("/dev/null")).found == "this is no ordinary file."


def test_a_file_opens_as_a_stream_that_knows_how_far_it_is(tmp_path: Path) -> None:
    (sales,) = open_sales(write(tmp_path / "a.jsonl", JSONL * 1000))
    assert (sales.name, sales.size_bytes) == (str(tmp_path / "a.jsonl"), len(JSONL) * 1000)
    with sales.open() as stream:
        assert isinstance(stream, CountingStream)
        assert stream.position == 0
        assert stream.readline() == JSONL
        assert stream.position == len(JSONL)
        assert stream.read() == JSONL * 999
        assert stream.position == sales.size_bytes
    assert stream.closed
    assert stream.position == sales.size_bytes


def test_a_file_can_be_opened_again_and_rewound(tmp_path: Path) -> None:
    data = b"".join(b'{"register": %d}\n' % n for n in range(100_000))
    path = zipped(tmp_path / "a.zip", {"a.jsonl": data})
    for sales in (*open_sales(write(tmp_path / "a.jsonl", data)), *open_sales(path)):
        assert content(sales) == content(sales) == data
        with sales.open() as stream:
            stream.read(1_000_000)
            stream.seek(0)
            assert (stream.position, stream.read()) == (0, data)


def test_a_zips_members_come_in_name_order_with_both_names(tmp_path: Path) -> None:
    path = zipped(tmp_path / "set.ZIP", {"b.csv": CSV, "c/ø.jsonl": JSONL, "a.xml": SAFT})
    found = list(open_sales(path))
    assert [(sales.name, sales.format, sales.size_bytes) for sales in found] == [
        (f"{path} > a.xml", "saft", len(SAFT)),
        (f"{path} > b.csv", "csv", len(CSV)),
        (f"{path} > c/ø.jsonl", "jsonl", len(JSONL)),
    ]
    assert [content(sales) for sales in found] == [SAFT, CSV, JSONL]


def test_members_can_be_read_one_by_one_all_later_and_side_by_side(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.xml": SAFT, "b.csv": CSV, "c.jsonl": JSONL})
    assert [content(sales) for sales in open_sales(path)] == [SAFT, CSV, JSONL]
    listed = list(open_sales(path))
    assert [content(sales) for sales in reversed(listed)] == [JSONL, CSV, SAFT]
    with listed[0].open() as first, listed[1].open() as second:
        assert (second.read(), first.read()) == (CSV, SAFT)
    beginning = open_sales(path)
    with next(beginning).open() as outliving:
        beginning.close()  # type: ignore[attr-defined]
        assert outliving.read() == SAFT


def test_a_zip_is_known_by_its_content_and_stored_members_are_read_too(tmp_path: Path) -> None:
    path = zipped(tmp_path / "set.dat", {"a": SAFT}, zipfile.ZIP_STORED)
    (sales,) = open_sales(path)
    assert (sales.format, content(sales)) == ("saft", SAFT)


def test_what_accompanies_sales_in_a_zip_is_passed_over(tmp_path: Path) -> None:
    others = [
        "readme.txt",
        "report.PDF",
        "__MACOSX/._a.xml",
        ".hidden.csv",
        ".git/a.xml",
        "x/.DS_Store",
        "schema.xsd",
    ]
    members = dict.fromkeys(others, SAFT) | {"folder/": b"", "LICENSE": b"words", "empty": b"", "./a.xml": SAFT}
    path = zipped(tmp_path / "a.zip", members)
    assert [sales.name for sales in open_sales(path)] == [f"{path} > ./a.xml"]
    assert [sales.format for sales in open_sales(path, "csv")] == ["csv"]


def test_a_member_called_sales_that_is_none_is_refused_not_passed_over(tmp_path: Path) -> None:
    for name, data in {"b.csv": b"", "b.xml": b"<html>", "b.json": b"[1]", "b.jsonl": b"%PDF"}.items():
        path = zipped(tmp_path / "a.zip", {"a.xml": SAFT, name: data})
        assert refusal(path).path == f"{path} > {name}"


def test_nothing_is_yielded_before_every_member_has_been_looked_at(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.xml": SAFT, "b.csv": b""})
    with pytest.raises(UnreadableSales):
        next(open_sales(path))


def test_a_zip_without_sales_is_refused_saying_what_it_holds(tmp_path: Path) -> None:
    error = refusal(zipped(tmp_path / "a.zip", {"readme.txt": b"hello"}))
    assert "readme.txt" in error.found
    assert "jsonl" in error.expected
    assert "nothing" in refusal(zipped(tmp_path / "b.zip", {})).found


def test_a_zip_inside_a_zip_is_refused(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"a.xml": SAFT}).read_bytes()
    for name in ("inner.zip", "inner", "inner.csv"):
        error = refusal(zipped(tmp_path / "outer.zip", {name: inner, "z.xml": SAFT}))
        assert "ZIP inside a ZIP" in error.found


OFFICE = {
    "an OpenDocument spreadsheet": {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": SAFT},
    "an OpenDocument file": {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": SAFT},
    "a binary Excel workbook": {"[Content_Types].xml": SAFT, "xl/workbook.bin": b"x"},
    "a Word": {"[Content_Types].xml": SAFT, "word/document.xml": SAFT},
}


@pytest.mark.parametrize("kind", list(OFFICE))
def test_office_files_that_are_not_read_are_refused_as_what_they_are(tmp_path: Path, kind: str) -> None:
    error = refusal(zipped(tmp_path / "sales.bin", OFFICE[kind]))
    assert error.found.startswith(f"this is {kind}")
    assert ".xlsx" in error.fix


def test_an_excel_workbook_is_known_by_what_is_in_it_also_inside_a_zip(tmp_path: Path) -> None:
    book = zipped(tmp_path / "sales.dat", {"[Content_Types].xml": SAFT, "xl/workbook.xml": SAFT})
    for asked in (None, "csv"):
        (sales,) = open_sales(book, asked)
        assert (sales.format, content(sales)) == ("xlsx", book.read_bytes())
    both = zipped(tmp_path / "a.zip", {"b.xlsx": book.read_bytes(), "a.xml": SAFT})
    assert [sales.format for sales in open_sales(both)] == ["saft", "xlsx"]
    bomb = {"[Content_Types].xml": SAFT, "xl/workbook.xml": b" " * 20_000_000}
    assert "ZIP bomb" in refusal(zipped(tmp_path / "bomb.xlsx", bomb)).found


def test_a_folder_gives_its_files_by_name_and_passes_over_what_is_no_sales(tmp_path: Path) -> None:
    for name, data in {"b.xml": SAFT, "a.csv": CSV, "c": JSONL, ".hidden.csv": CSV, "notes.txt": CSV}.items():
        write(tmp_path / name, data)
    write(tmp_path / "read me", b"words")
    write(tmp_path / "~$a.xlsx", b"lock")
    write(tmp_path / "half.csv.part", CSV)
    (tmp_path / "done").mkdir()
    write(tmp_path / "done" / "old.csv", CSV)
    zipped(tmp_path / "d.zip", {"inner.csv": CSV})
    found = list(open_sales(tmp_path))
    names = [str(tmp_path / name) for name in ("a.csv", "b.xml", "c", "d.zip")]
    assert [sales.name for sales in found] == [*names[:3], f"{names[3]} > inner.csv"]
    assert [content(sales) for sales in found] == [CSV, SAFT, JSONL, CSV]


def test_a_file_of_a_folder_that_cannot_be_read_holds_nothing_of_the_others_back(tmp_path: Path) -> None:
    for name, data in {
        "a.csv": CSV,
        "b.csv": b"",
        "c.xls": b"\xd0\xcf\x11\xe0",
        "d.json": b"{" + b'"purchaseUUID":1}',
    }.items():
        write(tmp_path / name, data)
    good, *bad = open_sales(tmp_path)
    assert content(good) == CSV
    words = []
    for sales in bad:
        with pytest.raises(UnreadableSales) as caught, sales.open():
            pass
        assert caught.value.path == sales.name
        words.append(caught.value.found)
    assert [word in told for word, told in zip(("empty", "old Excel", "Zettle"), words, strict=True)] == [True] * 3


def mailed(path: Path, attachments: dict[str, bytes], *, forwarded: bool = False) -> Path:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "kasse@torget.example", "regnskap@fjordmat.example", "Salg i går – øl"
    mail.set_content("Her er filen.")
    mail.add_alternative("<p>Her er filen.</p>", subtype="html")
    for name, data in attachments.items():
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    if forwarded:
        outer = EmailMessage()
        outer["From"], outer["Subject"] = "sjef@fjordmat.example", "Fwd"
        outer.set_content("Se under.")
        outer.add_attachment(mail)
        mail = outer
    return write(path, mail.as_bytes())


@pytest.mark.parametrize("forwarded", [False, True])
@pytest.mark.parametrize("name", ["mail.eml", "mail"])
def test_a_mail_gives_the_sales_files_attached_to_it(tmp_path: Path, name: str, forwarded: bool) -> None:
    packed = zipped(tmp_path / "x.zip", {"i.csv": CSV}).read_bytes()
    attached = {"Øl i går.xml": SAFT, "logo.png": b"x", "a.csv": CSV, "set.zip": packed, "notat": b"hei"}
    path = mailed(tmp_path / name, attached, forwarded=forwarded)
    found = list(open_sales(path))
    assert [sales.name for sales in found] == [
        f"{path} > Øl i går.xml",
        f"{path} > a.csv",
        f"{path} > set.zip > i.csv",
    ]
    assert [content(sales) for sales in (*found, *found)] == [SAFT, CSV, CSV] * 2
    assert [sales.size_bytes for sales in found] == [len(SAFT), len(CSV), len(CSV)]


def test_a_mail_without_sales_is_refused_saying_what_is_attached(tmp_path: Path) -> None:
    assert "logo.png" in refusal(mailed(tmp_path / "a.eml", {"logo.png": b"x"})).found
    assert "nothing" in refusal(mailed(tmp_path / "b.eml", {})).found
    assert "empty" in refusal(mailed(tmp_path / "c.eml", {"a.csv": b""})).found


def test_a_mail_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MAIL_BYTES_MAX", 100)
    assert "Save the attachment" in refusal(mailed(tmp_path / "a.eml", {"a.csv": CSV})).fix


@pytest.mark.parametrize("packed", [False, True])
def test_standard_input_is_read_as_a_file_and_may_be_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    data = zipped(tmp_path / "a.zip", {"a.jsonl": JSONL * 9}).read_bytes() if packed else JSONL * 9
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    (sales,) = open_sales(Path("-"))
    assert (sales.name, sales.format) == ("stdin > a.jsonl" if packed else "stdin", "jsonl")
    assert content(sales) == content(sales) == JSONL * 9


def test_standard_input_with_nothing_in_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    error = refusal(Path("-"))
    assert (error.path, error.found) == ("stdin", "the file is empty.")


FOREIGN = {
    "Zettle": [b'{"purchases":[{"purchaseUUID":"b1","amount":100}],"firstPurchaseHash":"z"}', b'[{"purchaseUUID": 1}]'],
    "SumUp": [
        b"Email,Date,Transaction ID,Transaction Type,Status,Last 4 digits,Total,Payout ID\na@b.example,1,2,3,4,5,6,7\n",
        b'{"items":[{"transaction_code":"T","payment_type":"POS"}]}',
    ],
    "Square": [
        b"Date,Time,Category,Item,Gross Sales,Discounts,Net Sales,Payment ID,Event Type\n1,2,3,4,5,6,7,8,9\n",
        b'{"orders": [{"location_id": "L", "tenders": []}]}',
    ],
    "Loyverse": [b"Date;Receipt number;Receipt type;Gross sales\n1;2;3;4\n", b'{"receipts":[],"cursor":null}'],
    "Shopify": [
        b"Name,Email,Financial Status,Paid at,Lineitem quantity\n#1,a,paid,x,1\n",
        b'[{"financial_status":"paid"}]',
    ],
    "Lightspeed": [
        b"Date,Receipt Number,Line Type,Register,Total\n1,2,3,4,5\n",
        b'{"Sale":{"saleID":"1","timeStamp":"x"}}',
    ],
    "Vipps": [
        b"SalesDate;SaleUnitName;SaleUnitNumber;Gross\n1;2;3;4\n",
        "Oppgjør\nSalgsdato;Salgssted;Vippsnummer;Beløp\n".encode("latin-1"),
        b'{"items":[{"pspReference":"p","ledgerDate":"2026-11-20"}]}',
    ],
    "GBAT10": [b"GBAT10;1;20261120;1;11;2026;1900;0;100.00\n", b'"GBAT10";"1"\n'],
    "SIE": [b"#FLAGGA 0\r\n#PROGRAM x\r\n", b"#flagga 0\n"],
    "DSFinV-K": [b'"Z_KASSE_ID";"Z_ERSTELLUNG";"Z_NR"\n', b'{"cash_point_closing":{"head":{}}}'],
}


@pytest.mark.parametrize("extension", [".csv", ".json", ".txt", ""])
@pytest.mark.parametrize(("program", "n"), [(program, n) for program in FOREIGN for n in range(len(FOREIGN[program]))])
def test_a_file_that_another_program_made_is_named_with_what_to_do(
    tmp_path: Path, program: str, n: int, extension: str
) -> None:
    error = refusal(write(tmp_path / f"export{extension}", FOREIGN[program][n]))
    assert program in error.found
    assert "SAF-T" in error.fix
    assert "perhaps" not in str(error)


def test_an_encrypted_zip_is_refused_with_what_to_do(tmp_path: Path) -> None:
    raw = bytearray(zipped(tmp_path / "a.zip", {"a.xml": SAFT}).read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    error = refusal(write(tmp_path / "a.zip", bytes(raw)))
    assert error.found == "it is encrypted."
    assert "Unpack" in error.fix


def test_an_unusual_packing_is_refused_with_what_to_do(tmp_path: Path) -> None:
    error = refusal(zipped(tmp_path / "a.zip", {"a.xml": SAFT}, zipfile.ZIP_BZIP2))
    assert "method 12" in error.found


def test_a_zip_bomb_is_refused_before_it_goes_off(tmp_path: Path) -> None:
    error = refusal(zipped(tmp_path / "a.zip", {"a.xml": b"<" + b" " * 20_000_000}))
    assert "ZIP bomb" in error.found
    assert "20 MB" in error.found


def test_members_that_share_their_bytes_are_a_bomb_too(tmp_path: Path) -> None:
    words = " ".join(str(n * n % 9973) for n in range(200_000)).encode()
    raw = zipped(tmp_path / "a.zip", {"0000.xml": b"<" + words}).read_bytes()
    start, end = raw.index(b"PK\x01\x02"), raw.index(b"PK\x05\x06")
    entries = raw[start:end] * 1000
    counted = raw[end : end + 8] + struct.pack("<HHII", 1000, 1000, len(entries), start) + b"\0\0"
    assert "ZIP bomb" in refusal(write(tmp_path / "a.zip", raw[:start] + entries + counted)).found


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {f"{n}.txt": b"" for n in range(10_001)}, zipfile.ZIP_STORED)
    assert "10001 files" in refusal(path).found


def test_a_damaged_zip_is_refused_wherever_the_damage_is(tmp_path: Path) -> None:
    raw = zipped(tmp_path / "a.zip", {"a.xml": SAFT * 50}).read_bytes()
    for data in (raw[:60], raw[:-5], raw[:40] + raw[60:], b"PK\x03\x04"):
        assert "cannot be read" in refusal(write(tmp_path / "b.zip", data)).found


def test_damage_found_only_while_reading_is_refused_there(tmp_path: Path) -> None:
    data = SAFT + os.urandom(200_000)
    path = zipped(tmp_path / "a.zip", {"a.xml": data}, zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    raw[150_000] ^= 1
    (sales,) = open_sales(write(path, bytes(raw)))
    with pytest.raises(UnreadableSales, match="CRC") as caught, sales.open() as stream:
        stream.read()
    assert caught.value.path == f"{path} > a.xml"


def test_a_file_cut_short_since_it_was_looked_at_is_refused(tmp_path: Path) -> None:
    (sales,) = open_sales(write(tmp_path / "a.xml", SAFT))
    write(tmp_path / "a.xml", SAFT[:-10])
    with pytest.raises(UnreadableSales, match="it ends after"):
        content(sales)


def test_a_disk_that_fails_is_an_unreadable_file(tmp_path: Path) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

        def seek(self, offset: int, whence: int = 0, /) -> int:
            raise OSError(5, "Input/output error")

    with pytest.raises(UnreadableSales, match="Input/output error"):
        CountingStream(Failing(), "a.xml").read()
    with pytest.raises(UnreadableSales, match="Input/output error"):
        CountingStream(Failing(), "a.xml").seek(1)


def test_a_file_that_is_gone_when_it_is_opened_is_refused(tmp_path: Path) -> None:
    plain, packed = write(tmp_path / "a.xml", SAFT), zipped(tmp_path / "a.zip", {"a.xml": SAFT})
    found = [*open_sales(plain), *open_sales(packed)]
    plain.unlink()
    packed.unlink()
    for sales in found:
        with pytest.raises(UnreadableSales), sales.open():
            pass


def test_two_members_of_one_name_are_each_read(tmp_path: Path) -> None:
    with warnings.catch_warnings(), zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a.xml", SAFT)
        archive.writestr("a.xml", SAFT + b" ")
    assert [content(sales) for sales in open_sales(tmp_path / "a.zip")] == [SAFT, SAFT + b" "]


def test_a_name_shows_nothing_a_terminal_would_obey(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"\x1b[2J.xml": SAFT})
    assert [sales.name for sales in open_sales(path)] == [f"{path} > ?[2J.xml"]
    assert "\x1b" not in str(refusal(tmp_path / "\x1b[2J\udcff.xml"))


def test_a_failure_of_the_readers_own_passes_through_and_closes_the_file(tmp_path: Path) -> None:
    (sales,) = open_sales(write(tmp_path / "a.xml", SAFT))
    with pytest.raises(KeyError), sales.open() as stream:
        raise KeyError
    assert stream.closed


def base_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jsonl", JSONL * 50)
        archive.writestr("ø/b.csv", CSV * 20)
        archive.writestr("c.txt", "x")
        with archive.open("d.xml", "w", force_zip64=True) as member:
            member.write(SAFT)
    return buffer.getvalue()


BASE = base_zip()
edits = st.lists(
    st.tuples(st.integers(2, len(BASE)), st.integers(0, 6), st.binary(max_size=4) | st.just(b"\xff" * 4)),
    min_size=1,
    max_size=4,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=100) | st.binary(max_size=100).map(lambda tail: b"PK\x03\x04" + tail) | edits)
def test_whatever_the_bytes_only_unreadable_sales_escapes(
    tmp_path: Path, data: bytes | list[tuple[int, int, bytes]]
) -> None:
    if isinstance(data, list):
        raw = BASE
        for at, cut, new in data:
            raw = raw[:at] + new + raw[at + cut :]
    else:
        raw = data
    try:
        for sales in open_sales(write(tmp_path / "sales", raw)):
            assert len(content(sales)) == sales.size_bytes
    except UnreadableSales as error:
        assert error.fix
