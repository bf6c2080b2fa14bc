"""Excel workbooks: what is read, exactly, and that nothing else ever escapes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from hypothesis import given, strategies as st
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from posexport.core.money import format_ore
from posexport.core.sales import Coverage, ImportNote, Payment, SaleLine, Ticket, TicketStatus
from posexport.errors import UnreadableSales
from posexport.sources.files.excel import read_excel
from posexport.sources.files.foreign import find_program
from posexport.sources.files.jsonl import read_jsonl

HEADER = ["register", "ticket", "completed_at", "kind", "code", "vat_code", "amount", "vat_amount", "text"]
NOON = datetime(2026, 11, 21, 12, 0, 7)
ROWS: list[list[Any]] = [
    HEADER,
    ["1", 7, NOON, "sale", 100, 3, 200, 40.0, "Øl"],
    ["1", 7, NOON, "tip", None, None, 20.0],
    ["1", 7, NOON, "payment", "VISA", None, 220, None, None],
]
MEANT = Ticket("1", "7", NOON, (SaleLine("100", "3", 20000, 4000),), (Payment("VISA", 22000),), tip_ore=2000, serial=7)


def book(*sheets: Sequence[Sequence[Any]], titles: Sequence[str] = (), hidden: Sequence[int] = ()) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for n, rows in enumerate(sheets):
        sheet = made.create_sheet(titles[n] if titles else f"Ark{n + 1}")
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if n in hidden else "visible"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def read(data: bytes) -> list[Any]:
    items = list(read_excel(io.BytesIO(data), "in/dag.xlsx"))
    assert items[0] == Coverage(source="", batch="dag")
    return items[1:]


def refusal(data: bytes) -> UnreadableSales:
    with pytest.raises(UnreadableSales) as caught:
        read(data)
    return caught.value


def with_time(written: float, epoch: datetime = WINDOWS_EPOCH) -> bytes:
    made = openpyxl.Workbook()
    made.epoch = epoch
    for row in (["Salg"], HEADER, ["1", 7, written, "sale", 100, 3, 200, 40.0, "Øl"]):
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def with_amount(amount: Any, number_format: str = "General") -> bytes:
    made = openpyxl.Workbook()
    made.active.append(HEADER)
    made.active.append(["1", 7, NOON, "sale", 100, 3, amount])
    made.active["G2"].number_format = number_format
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_sheet_with_our_columns_is_read_whatever_stands_around_it() -> None:
    assert read(book(ROWS)) == [MEANT]
    around: list[list[Any]] = [["Salgsrapport"], [], *ROWS, [], ["Sum", None, None, None, None, None, 440]]
    summary: list[list[Any]] = [["Dag", "Sum"], [NOON, 220]]
    assert read(book(summary, around)) == [
        MEANT,
        ImportNote("sheet Ark2, line 3", "The row before the header was passed over."),
    ]


def test_every_visible_sheet_with_our_columns_is_read_in_order() -> None:
    other = [[cell if cell != 7 else 8 for cell in row] for row in ROWS]
    assert [ticket.number for ticket in read(book(ROWS, other, ROWS, hidden=[2]))] == ["7", "8"]


def test_a_fault_names_its_sheet_and_row() -> None:
    error = refusal(book([*ROWS, ["1", 8, NOON, "sale", 100, 3, "mye"]], titles=["Lørdag"]))
    assert (error.place, error.found) == ("sheet Lørdag, line 5, ticket 8", "amount is 'mye'.")


@pytest.mark.parametrize(
    ("amount", "ore"),
    [
        (12, 1200),
        (12.5, 1250),
        (-0.29, -29),
        ("12,50", 1250),
        ("kr 1 234,50", 123450),
        (0.1 + 0.2, 30),
        (55.199999999999996, 5520),
    ],
)
def test_amounts_are_exact_to_the_ore(amount: Any, ore: int) -> None:
    assert read(with_amount(amount))[0].lines[0].gross_ore == ore


@pytest.mark.parametrize("amount", [1.005, 12.345, 1e12, "1.000", "sant", NOON, "#N/A", 12.50001])
def test_an_amount_that_is_no_kroner_and_ore_is_refused(amount: Any) -> None:
    assert refusal(with_amount(amount)).found.startswith("amount is ")


def test_a_code_keeps_the_zeros_its_format_shows() -> None:
    made = openpyxl.Workbook()
    made.active.append(HEADER)
    made.active.append([1.0, 7, NOON, "sale", 12, 3, 1])
    made.active["E2"].number_format = "0000"
    out = io.BytesIO()
    made.save(out)
    (ticket,) = read(out.getvalue())
    assert (ticket.register, ticket.lines[0].product_type) == ("1", "0012")


def test_flags_rates_and_times_are_read_as_excel_holds_them() -> None:
    made = openpyxl.Workbook()
    made.active.append([*HEADER[:7], "void", "vat_rate"])
    made.active.append(["1", 7, "21.11.2026 12:00:07", "sale", 100, 3, 1, True, 0.25])
    made.active["I2"].number_format = "0%"
    out = io.BytesIO()
    made.save(out)
    (ticket,) = read(out.getvalue())
    assert (ticket.status, ticket.lines[0].vat_rate_bp, ticket.completed_at) == (TicketStatus.VOID, 2500, NOON)


def test_a_date_without_a_time_is_no_time() -> None:
    assert refusal(book([HEADER, ["1", 7, date(2026, 11, 21), "sale", 100, 3, 1]])).found.startswith("completed_at is")
    midnight: list[list[Any]] = [HEADER, ["1", 7, datetime(2026, 11, 21), "sale", 100, 3, 1]]
    assert read(book(midnight))[0].completed_at == datetime(2026, 11, 21)


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=5), st.integers(0, 86399))
def test_the_same_day_as_a_sheet_and_as_json_lines_gives_the_same_tickets(amounts: list[int], second: int) -> None:
    at = datetime(2026, 11, 21) + timedelta(seconds=second)
    rows: list[list[Any]] = [
        HEADER,
        *(["K1", n, at, "sale", "Øl", 3, amount / 100] for n, amount in enumerate(amounts)),
    ]
    lines = [
        {
            "register": "K1",
            "ticket": n,
            "completed_at": at.isoformat(),
            "lines": [{"product_type": "Øl", "vat_code": "3", "gross": format_ore(amount)}],
            "payments": [],
        }
        for n, amount in enumerate(amounts)
    ]
    raw = "\n".join(map(json.dumps, lines)).encode()
    assert read(book(rows)) == list(read_jsonl(io.BytesIO(raw), "x"))[1:]


def test_a_workbook_of_another_program_is_said_to_be_one() -> None:
    assert "Square" in refusal(book([["Date", "Gross Sales", "Event Type"], [1, 2, 3]])).found
    error = refusal(book([["Dato", "Omsetning"], [1, 2]]))
    assert "another program's file" in error.found
    assert "'Dato', 'Omsetning'" in error.found


def test_a_workbook_that_is_damaged_is_refused_wherever_the_damage_is() -> None:
    whole = book(ROWS)
    for data in (b"", b"PK\x03\x04", whole[:500], whole[:-30], b"x" * 100):
        assert "cannot be read" in refusal(data).found
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for spoilt in members:
        for text in (b"", b"<a>", members[spoilt][: len(members[spoilt]) // 2]):
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w") as archive:
                for name, content in members.items():
                    archive.writestr(name, text if name == spoilt else content)
            try:
                read(out.getvalue())
            except UnreadableSales as error:
                assert error.fix


def test_nothing_of_excel_or_mail_is_imported_before_it_is_needed() -> None:
    program = "import sys, posexport.wiring; print([m for m in ('openpyxl', 'email.message') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "openpyxl" not in told.stdout


def test_programs_are_known_in_any_case_and_ours_is_none() -> None:
    assert find_program(["LINEITEM  NAME"]) is not None
    assert find_program([*HEADER, "training", "void", "discount", "quantity", "customer", "id"]) is None


@pytest.mark.parametrize(("written", "epoch"), [(46_347.5, WINDOWS_EPOCH), (44_885.5, MAC_EPOCH)])
def test_a_time_that_is_a_bare_number_is_the_days_since_the_books_epoch(written: float, epoch: datetime) -> None:
    for noise in (0, 1e-6, -1e-6):
        ticket = read(with_time(written + noise, epoch))[0]
        assert ticket.completed_at == datetime(2026, 11, 21, 12)


@pytest.mark.parametrize("written", [46_347, 20_261_121.5, 7.5, -1.5])
def test_a_bare_number_that_is_no_time_is_refused_as_it_stands(written: float) -> None:
    assert f"completed_at is '{written}'" in refusal(with_time(written)).found


def test_an_empty_sheet_is_said_to_be_empty() -> None:
    assert "empty" in refusal(book([])).found
