"""Sales as CSV: what is taken, what is refused, and that nothing else ever escapes."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from posexport.core.money import format_ore
from posexport.core.sales import Coverage, Doubt, ImportNote, Payment, SaleLine, Ticket, TicketStatus
from posexport.errors import UnreadableSales
from posexport.sources.files import csv_tickets
from posexport.sources.files.csv_file import read_csv
from posexport.sources.files.jsonl import read_jsonl

CONTRACT_HEADER = "register;ticket;completed_at;kind;code;vat_code;amount;vat_amount;text"
SMALL = f"""{CONTRACT_HEADER}
1;1042;2026-11-21T23:41:07+01:00;sale;100;3;200,00;40,00;Burger
1;1042;2026-11-21T23:41:07+01:00;payment;VISA;;220,00;;
1;1042;2026-11-21T23:41:07+01:00;tip;;;20,00;;
"""
FIRST = "1;7;2026-11-21T12:00:00"


def read_all(data: bytes | str) -> list[Ticket]:
    raw = data if isinstance(data, bytes) else data.encode()
    items = list(read_csv(io.BytesIO(raw), "in/day.csv"))
    assert items[0] == Coverage(source="", batch="day")
    tickets = [item for item in items if isinstance(item, Ticket)]
    assert all(isinstance(item, (Ticket, ImportNote)) for item in items[1:])
    return tickets


def read_rows(*rows: str, header: str = CONTRACT_HEADER) -> list[Ticket]:
    return read_all("\n".join([header, *rows]))


def refusal(data: bytes | str) -> UnreadableSales:
    with pytest.raises(UnreadableSales) as caught:
        read_all(data)
    return caught.value


def refused_rows(*rows: str, header: str = CONTRACT_HEADER) -> UnreadableSales:
    return refusal("\n".join([header, *rows]))


def cells(**changes: str) -> tuple[str, str]:
    """A header and one sale row with these cells changed or added."""
    row = {
        "register": "1",
        "ticket": "7",
        "completed_at": "2026-11-21T12:00:00",
        "kind": "sale",
        "code": "100",
        "vat_code": "3",
        "amount": "12,50",
    } | changes
    return ";".join(row), ";".join(row.values())


def read_cells(**changes: str) -> Ticket:
    (ticket,) = read_all("\n".join(cells(**changes)))
    return ticket


def refused_cells(**changes: str) -> UnreadableSales:
    return refusal("\n".join(cells(**changes)))


def test_the_contracts_columns_are_read_into_one_ticket() -> None:
    (ticket,) = read_all(SMALL)
    assert ticket == Ticket(
        register="1",
        number="1042",
        completed_at=datetime.fromisoformat("2026-11-21T23:41:07+01:00"),
        lines=(SaleLine("100", "3", 20000, vat_ore=4000),),
        payments=(Payment("VISA", 22000),),
        tip_ore=2000,
        serial=1042,
    )


def test_every_kind_goes_to_its_own_amount_and_several_are_added() -> None:
    rows = ["sale;100;3;100,00", "sale;200;31;50,00", "tip;;;5,00", "tip;;;7,00", "rounding;;;-0,40"]
    rows += ["rounding;;;-0,10", "gift-card;;;500,00", "gift-card;;;-100", "payment;CASH;;61,50", "Payment;X;;500"]
    (ticket,) = read_rows(*[f"{FIRST};{row};;" for row in rows])
    assert ticket.lines == (SaleLine("100", "3", 10000), SaleLine("200", "31", 5000))
    assert (ticket.tip_ore, ticket.rounding_ore, ticket.gift_cards_ore) == (1200, -50, 40000)
    assert ticket.payments == (Payment("CASH", 6150), Payment("X", 50000))
    assert ticket.sales_ore == ticket.payments_ore


def test_columns_stand_in_any_order_and_any_case() -> None:
    reordered = "Amount;KIND; Code ;vat_code;completed_at;Ticket;REGISTER;x_waiter"
    (ticket,) = read_rows("12,50;sale;100;3;2026-11-21 12:00;7;1;Kari", header=reordered)
    assert ticket == read_cells()


@pytest.mark.parametrize("comma", [True, False])
@pytest.mark.parametrize("delimiter", [";", ","])
def test_both_delimiters_and_both_decimal_signs_are_read_alike(delimiter: str, comma: bool) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    for row in csv.reader(io.StringIO(SMALL), delimiter=";"):
        writer.writerow([cell if comma else cell.replace(",", ".") for cell in row])
    assert read_all(out.getvalue()) == read_all(SMALL)


def test_an_unquoted_decimal_comma_between_commas_is_a_row_too_long() -> None:
    error = refusal(SMALL.replace(";", ","))
    assert (error.place, error.found) == ("line 2", "the row has 11 cells.")
    assert "decimal comma" in error.fix


NO_AMOUNTS = [
    "1.234,50",
    "1,234.50",
    "1 234",
    "1 23,50",
    "12 34,50",
    "1.000",
    "1,000",
    "1,005",
    "",
    "1e3",
    "--1",
    "NaN",
]
NO_AMOUNTS += [
    "100,-",
    "-5-",
    "(-5)",
    "-(5)",
    "(5",
    "5)",
    "kr",
    "-",
    "5 kr 5",
    "5kr50",
    "kr 5 kr 5",
    "EUR 5",
    "1 000 000,5",
]


@pytest.mark.parametrize("amount", [*NO_AMOUNTS, "9" * 13, "1" * 99, ",", "."])
def test_an_amount_that_is_no_plain_kroner_is_refused_by_line_and_column(amount: str) -> None:
    error = refused_cells(amount=amount)
    assert error.place == "line 2, ticket 7"
    assert error.found.startswith("amount is ")
    assert "thousands separator" in error.expected


def test_amounts_are_exact_with_any_sign() -> None:
    texts = {"0,29": 29, "-0.29": -29, "+5": 500, "\N{MINUS SIGN}1,5": -150, "200.0000": 20000, " 7 ": 700}
    for text, amount_ore in texts.items():
        assert read_cells(amount=text).lines[0].gross_ore == amount_ore


def test_the_optional_columns_are_read() -> None:
    ticket = read_cells(vat_amount="2,50", discount="1", vat_rate="25", customer="K-7", quantity="1,000")
    assert ticket.lines == (SaleLine("100", "3", 1250, 250, 2500, 100),)
    assert ticket.customer == "K-7"
    empty = dict.fromkeys(["vat_amount", "discount", "vat_rate", "customer", "training", "void", "rate"], "")
    assert read_cells(**empty) == read_cells()


NO_CELLS = [("vat_amount", "x"), ("discount", "1.000"), ("vat_rate", "101"), ("customer", "a\x07")]
NO_CELLS += [
    ("id", "x" * 101),
    ("register", " "),
    ("ticket", ""),
    ("kind", "refund"),
    ("code", ""),
    ("vat_code", ""),
]


@pytest.mark.parametrize(("column", "value"), NO_CELLS)
def test_a_cell_that_cannot_be_read_is_named(column: str, value: str) -> None:
    assert refused_cells(**{column: value}).found.startswith(f"{column} is ")


def test_a_payment_needs_a_payment_type_and_only_a_sale_a_vat_code() -> None:
    assert "payment type" in refused_rows(f"{FIRST};payment;;;1,00;;").expected
    assert read_rows(f"{FIRST};payment;CASH;0;1,00;0,00;")[0].payments == (Payment("CASH", 100),)


def test_a_value_nobody_would_read_is_refused_rather_than_dropped() -> None:
    assert "code is 'X'" in refused_rows(f"{FIRST};gift-card;X;;1,00;;").found
    assert "has VAT" in refused_rows(f"{FIRST};payment;CASH;3;1,00;;").found
    assert "has VAT" in refused_rows(f"{FIRST};tip;;;1,00;0,20;").found
    assert "no payment" in refused_cells(currency="EUR", rate="11").found


def test_training_and_void_decide_the_status_and_training_is_asked_first() -> None:
    for yes in ("1", "true", "TRUE", "Sann", "ja", "Yes", "-1", "J"):
        assert read_cells(training=yes).status is TicketStatus.TRAINING
        assert read_cells(void=yes).status is TicketStatus.VOID
        assert read_cells(training=yes, void=yes).status is TicketStatus.TRAINING
    for no in ("", "0", "false", "USANN", "Nei", "n", " "):
        assert read_cells(training=no, void=no).status is TicketStatus.COUNTED


def test_a_flag_in_a_word_that_nobody_knows_leaves_the_ticket_unjudged() -> None:
    for column in ("training", "void"):
        ticket = read_cells(**{column: " kanskje "})
        assert ticket.status is TicketStatus.UNJUDGED
        assert ticket.doubts == (Doubt("unjudged-ticket", (("what", column), ("written", "kanskje"))),)
    assert read_cells(training="ja", void="?").status is TicketStatus.TRAINING
    header, row = cells(void="2")
    assert read_rows(row, row, header=header)[0].status is TicketStatus.UNJUDGED
    for other in ("", "1", "3"):
        assert "disagree" in refused_rows(row, row[:-1] + other, header=header).found


def test_rows_of_a_ticket_that_disagree_about_void_are_refused() -> None:
    header, row = cells(void="1")
    assert read_rows(row, row[:-1] + "true", header=header)[0].status is TicketStatus.VOID
    for other in ("", "0"):
        error = refused_rows(row, row[:-1] + other, header=header)
        assert (error.place, error.found) == (
            "line 3, ticket 7",
            "the rows of the ticket disagree about training or void.",
        )


def test_a_ticket_has_one_customer_on_any_of_its_rows() -> None:
    header, row = cells(customer="K-7")
    bare = row.removesuffix("K-7")
    assert read_rows(bare, row, bare, header=header)[0].customer == "K-7"
    assert "K-8" in refused_rows(row, bare + "K-8", header=header).found


def test_a_foreign_payment_is_converted_at_the_tickets_rate() -> None:
    euro = {"kind": "payment", "code": "CASH", "vat_code": "", "amount": "10,00", "currency": "eur"}
    assert read_cells(**euro, rate="11,4235").payments == (Payment("CASH", 11424, "EUR"),)
    assert read_cells(**euro | {"currency": "NOK"}, rate="1,0").payments == (Payment("CASH", 1000),)
    assert read_cells(**euro | {"currency": "NOK"}).payments == (Payment("CASH", 1000),)
    assert read_cells(currency="NOK", rate="1") == read_cells(currency=" ", rate=" ", customer=" ") == read_cells()
    assert read_cells(kind="tip", code="", vat_code="", currency="NOK").tip_ore == 1250
    assert "EUR without a rate" in refused_cells(**euro).found
    assert "in NOK has the rate" in refused_cells(**euro | {"currency": ""}, rate="11").found
    assert "currency is 'kr'" in refused_cells(**euro | {"currency": "kr"}).found
    for rate in ("0", "-1", "1,2,3", "x", "1" * 30):
        assert "rate is" in refused_cells(**euro, rate=rate).found
    assert "billion" in refused_cells(**euro | {"amount": "999999999"}, rate="9").expected


NO_TIMES = [
    "2026-11-21",
    "21.11.2026",
    "21.11.26 23:41",
    "21/11/2026 23:41",
    "31.11.2026 12:00",
    "20261121",
    "2026-13-01T00:00:00",
    "",
    "0001-01-01T00:00:00+23:00",
]


@pytest.mark.parametrize("time", NO_TIMES)
def test_a_time_that_is_no_iso_time_is_refused(time: str) -> None:
    assert refused_cells(completed_at=time).found.startswith("completed_at is")


def test_fractions_of_a_second_are_dropped_and_offsets_kept() -> None:
    assert read_cells(completed_at="2026-11-21 12:00:07.9").completed_at == datetime(2026, 11, 21, 12, 0, 7)
    assert read_cells(completed_at="2026-11-21T12:00:07Z").completed_at.utcoffset() == timedelta(0)


def test_a_new_register_number_or_time_is_a_new_ticket() -> None:
    rows = ["1;7;2026-11-21 12:00", "1;8;2026-11-21 12:00", "2;8;2026-11-21 12:00", "2;8;2026-11-22 12:00"]
    tickets = read_rows(*[f"{row};tip;;;1,00;;" for row in rows for _ in range(2)])
    assert [(t.register, t.number, t.tip_ore) for t in tickets] == [("1", "7", 200), ("1", "8", 200)] + [
        ("2", "8", 200)
    ] * 2


def test_the_same_ticket_written_in_two_ways_is_still_one() -> None:
    assert len(read_rows(f"{FIRST};tip;;;1;;", " 1 ; 7;2026-11-21 12:00;tip;;;1;;")) == 1


def test_a_ticket_whose_rows_stand_apart_is_refused_with_both_lines() -> None:
    row, other = f"{FIRST};tip;;;1,00;;", "1;8;2026-11-21 12:00;tip;;;1,00;;"
    error = refused_rows(row, row, other, row)
    assert error.place == "line 5, ticket 7"
    assert "began on line 2" in error.found


def test_only_the_last_tickets_are_remembered_so_that_memory_stays_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(csv_tickets, "_TICKETS_REMEMBERED_MAX", 3)
    rows = [f"1;{number};2026-11-21 12:00;tip;;;1;;" for number in (1, 2, 3, 4, 1)]
    assert len(read_rows(*rows)) == 5
    assert "began on line 4" in refused_rows(*rows, rows[2]).found


def test_many_distinct_values_do_not_grow_the_memory_of_codes() -> None:
    rows = [f"r{number};1;2026-11-21 12:00;tip;;;1;;" for number in range(20_050)]
    assert [ticket.register for ticket in read_rows(*rows)] == [f"r{number}" for number in range(20_050)]


def test_blank_rows_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    windows = b"\xef\xbb\xbf\r\n  \r\n" + SMALL.replace("\n", "\r\n\r\n;;;;;;;;\r\n").encode()
    assert read_all(windows) == read_all(SMALL)
    assert read_all(SMALL.rstrip("\n")) == read_all(SMALL)
    assert read_all(CONTRACT_HEADER) == []


def test_an_empty_row_is_passed_over_but_one_with_an_amount_is_not() -> None:
    assert read_rows(";;;;;;;;", f"{FIRST};tip;;;1;;")[0].tip_ore == 100
    assert refused_rows(";;;tip;;;1,00;;").found == "register is empty."
    assert refused_rows(f"{FIRST};tip;;;1;;", ";;;tip;;;1,00;;").place == "line 3"


def test_a_missing_or_misspelt_column_is_named_with_the_nearest() -> None:
    assert "no column vat_code" in refusal(SMALL.replace("vat_code;", "x_vat;")).found
    misspelt = refusal(SMALL.replace("vat_amount", "vat_ammount"))
    assert "'vat_ammount' is unknown" in misspelt.found
    assert '"vat_amount"' in misspelt.expected
    assert '"ticket"' in refusal(SMALL.replace("ticket;", "tickets;")).expected
    assert "stands twice" in refusal(SMALL.replace("text", "AMOUNT")).found
    assert "has no name" in refusal(SMALL.replace(";text", ";")).found
    for nothing in ("", "\n \n", "1;7;x", "\t"):
        assert "register" in refusal(nothing).expected


def test_ragged_rows_are_refused_by_line() -> None:
    for row in (f"{FIRST};tip;;;1,00", f"{FIRST};tip;;;1,00;;;;x", "total", f"{FIRST};sale;1;3;1;1;a;b"):
        assert refusal(SMALL + "\n" + row).place == "line 6"


def test_text_in_quotes_may_hold_delimiters_quotes_and_line_breaks() -> None:
    quoted = SMALL.replace("Burger", '"Bur;ger ""XL""\nwith\n\ncheese"') + "x"
    assert refusal(quoted).place == "line 8"
    assert read_all(quoted[:-1]) == read_all(SMALL)


def test_a_quotation_mark_never_closed_is_refused_where_it_opens() -> None:
    assert refusal(SMALL.replace("Burger", '"Burger')).place == "line 2"
    assert refusal(SMALL.replace("Burger", '"Bur"ger')).place == "line 2"
    assert refusal(SMALL.replace("Burger", '"Burger') + "a" * 900_000).place == "line 2"
    assert refusal(SMALL.replace("Burger", '"Burger') + "a\n" * 900_000).place == "line 2"
    assert refusal(SMALL + '"' + '","\n' * 900_000).place == "line 5"


def test_a_row_without_end_is_refused_before_it_fills_memory() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            buffer[:] = b";" * len(buffer)
            self.given += len(buffer)
            return len(buffer)

    endless = Endless()
    with pytest.raises(UnreadableSales, match="longer than 1 MB"):
        list(read_csv(io.BufferedReader(endless), "x"))
    assert endless.given < 1_100_000


def test_a_header_of_many_columns_is_read_in_no_time() -> None:
    wide = CONTRACT_HEADER + "".join(f";x_{n}" for n in range(90_000))
    assert read_all(wide) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "cp1252"])
def test_norwegian_letters_are_right_in_either_encoding(encoding: str) -> None:
    rows = SMALL + "".join(f"1;{n};2026-11-21 12:00;payment;KORT;;1;;\n" for n in range(3000))
    late = rows + "1;Å1;2026-11-21 12:00;sale;Øl og blåbær;Æ;1;;Crème brûlée\n"
    tickets = read_all(late.encode(encoding))
    assert tickets[-1].number == "Å1"
    assert tickets[-1].lines == (SaleLine("Øl og blåbær", "Æ", 100),)


def test_windows_own_signs_are_read_and_its_gaps_refused() -> None:
    euro = "\n".join(cells(code="5 €")).encode("cp1252")
    assert read_all(euro)[0].lines[0].product_type == "5 €"
    assert "neither UTF-8 nor" in refusal(euro.replace(b"\x80", b"\x81")).found


def test_a_file_that_mixes_encodings_is_refused_rather_than_garbled() -> None:
    header, row = cells(code="Øl")
    utf8, latin = row.encode(), row.encode("latin-1")
    both = row.replace("100", "x").encode().replace(b"12,50", b"\xe6")
    for rows in ((utf8, latin), (latin, utf8), (both,)):
        error = refusal(b"\n".join([header.encode(), *rows]))
        assert error.found == "the file mixes UTF-8 and ISO-8859-1."
        assert error.place == f"line {len(rows) + 1}"
    assert "mixes" in refusal(b"\xef\xbb\xbf" + header.encode() + b"\n" + latin).found
    assert "mixes" in refusal(b"\n".join([header.encode(), utf8 + ";å".encode()[:-1]])).found


def test_utf16_nul_bytes_and_old_mac_line_ends_are_refused_with_what_to_do() -> None:
    assert "UTF-16" in refusal(SMALL.encode("utf-32-le")).fix
    assert "NUL" in refusal(SMALL + "1;\0").found
    assert "CR alone" in refusal(SMALL.replace("\n", "\r")).found


def test_a_disk_that_fails_is_an_unreadable_file() -> None:
    class Failing(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(UnreadableSales, match="Input/output error"):
        list(read_csv(Failing(), "x"))


def test_a_message_shows_nothing_a_terminal_would_obey() -> None:
    for error in (refused_cells(register="\x1b[2J"), refused_cells(amount="\x1b" * 999), refusal("\x1b[2J;a")):
        assert "\x1b" not in str(error)
        assert len(str(error)) < 700


# ---- as Excel writes it ----


@pytest.mark.parametrize("separator", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;;"])
def test_a_line_that_names_the_separator_is_no_header(separator: str) -> None:
    assert read_all(f"{separator}\r\n{SMALL}") == read_all(SMALL)
    assert refusal(f"{separator}\n{SMALL}x").place == "line 6"


def test_the_separator_may_be_any_that_the_file_names() -> None:
    assert read_all("sep=|\n" + SMALL.replace(";", "|")) == read_all(SMALL)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_unicode_text_with_tabs_is_read(encoding: str, delimiter: str) -> None:
    text = SMALL.replace("Burger", "Øl på fat").replace(";", delimiter).replace("\n", "\r\n")
    mark = {"utf-16": b"", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}[encoding]
    assert read_all(mark + text.encode(encoding)) == read_all(SMALL)
    assert read_all(text.encode(encoding)) == read_all(SMALL), "without a byte order mark"
    error = refusal(mark + (text + "x").encode(encoding))
    assert error.place == "line 5"


def test_utf16_of_many_rows_is_read_piece_by_piece_and_refused_where_it_is_cut() -> None:
    rows = "".join(f"1;{n};2026-11-21 12:00;payment;KORT Ø;;1;;\n" for n in range(9000))
    raw = (CONTRACT_HEADER + "\n" + rows).encode("utf-16")
    assert [ticket.number for ticket in read_all(raw)] == [str(n) for n in range(9000)]
    assert "cut off" in refusal(raw[:-1]).found
    assert "longer than 1 MB" in refusal(("x" * 1_100_000).encode("utf-16")).found


NORWEGIAN = {
    "21.11.2026 12:00": "2026-11-21T12:00:00",
    "21.11.2026 12:00:07": "2026-11-21T12:00:07",
    "1.2.2026 8:05": "2026-02-01T08:05:00",
    "01.02.2026\N{NO-BREAK SPACE}08:05:00": "2026-02-01T08:05:00",
    "21.11.2026 kl. 12:00": "2026-11-21T12:00:00",
    "2026-11-21 8:05": "2026-11-21T08:05:00",
}


@pytest.mark.parametrize("written", list(NORWEGIAN))
def test_a_time_as_a_norwegian_excel_writes_it_is_read(written: str) -> None:
    items = list(read_csv(io.BytesIO("\n".join(cells(completed_at=written)).encode()), "x"))
    assert items[1:] == [read_cells(completed_at=NORWEGIAN[written])]


SHOWN = {
    "1 234,50": 123450,
    "1\N{NO-BREAK SPACE}234,50": 123450,
    "12\N{NARROW NO-BREAK SPACE}345\N{NARROW NO-BREAK SPACE}678,90": 1234567890,
    "kr 5": 500,
    "kr200.00": 20000,
    "5,50 kr": 550,
    "kr. 1 234,50": 123450,
    "NOK 5,00": 500,
    "-kr 5,50": -550,
    "kr -5,50": -550,
    "- 5,50": -550,
    "\N{EN DASH}5,50": -550,
    "5-": -500,
    "5,50 -": -550,
    "(5,50)": -550,
    "( 5,50 )": -550,
    "(kr 1 234,50)": -123450,
    "kr (5,50)": -550,
    "(5,50) kr": -550,
    "kr 5,50-": -550,
}


@pytest.mark.parametrize("written", list(SHOWN))
def test_an_amount_as_excel_shows_it_is_read(written: str) -> None:
    assert read_cells(amount=written).lines[0].gross_ore == SHOWN[written]
    assert read_cells(vat_amount=written).lines[0].vat_ore == SHOWN[written]


shown_amounts = st.integers(-(10**10), 10**10)


@given(shown_amounts, st.sampled_from(" \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"), st.booleans(), st.data())
def test_every_amount_means_the_same_however_excel_shows_it(
    amount_ore: int, blank: str, comma: bool, data: st.DataObject
) -> None:
    plain = format_ore(abs(amount_ore))
    whole, part = plain.split(".")
    body = f"{int(whole):,}".replace(",", blank) + ("," if comma else ".") + part
    wrap = data.draw(st.sampled_from(["{}", "kr {}", "{} kr", "kr{}"]))
    sign = data.draw(st.sampled_from(["-{}", "({})", "{}-"])) if amount_ore < 0 else "{}"
    text = data.draw(st.sampled_from([wrap.format(sign.format(body)), sign.format(wrap.format(body))]))
    assert read_cells(amount=text).lines[0].gross_ore == amount_ore


def test_a_vat_rate_may_have_its_sign() -> None:
    for rate in ("25 %", "25%", "25"):
        assert read_cells(vat_rate=rate).lines[0].vat_rate_bp == 2500


def test_empty_columns_at_the_end_are_passed_over_and_full_ones_are_not() -> None:
    lines = SMALL.splitlines()
    assert read_all("\n".join(f"{line};;;" for line in lines)) == read_all(SMALL)
    assert read_all("\n".join([f"{lines[0]};;", *lines[1:]])) == read_all(SMALL)
    assert read_all("\n".join([lines[0], *[f"{line}; ;" for line in lines[1:]]])) == read_all(SMALL)
    error = refusal("\n".join([f"{lines[0]};;", f"{lines[1]};;x"]))
    assert (error.place, error.found) == (
        ["line 2", " ticket 1042"][0],
        "'x' stands in a column that has no name.",
    )


def test_rows_with_a_title_before_the_header_are_passed_over_and_told_of() -> None:
    titles = "Salgsrapport Torget;;;;;;;;\n;;;;;;;;\nPeriode:;1.11.2026;30.11.2026;;;;;;\n"
    items = list(read_csv(io.BytesIO((titles + SMALL).encode()), "x"))
    assert items[1:2] == read_all(SMALL)
    assert items[2:] == [ImportNote("line 4", "2 rows before the header were passed over.")]
    assert refusal(titles + SMALL + "x").place == "line 8"
    assert "vat_ammount" in refusal(titles + SMALL.replace("vat_amount", "vat_ammount")).found


def read_notices(*rows: str) -> list[ImportNote]:
    items = list(read_csv(io.BytesIO("\n".join([CONTRACT_HEADER, *rows]).encode()), "x"))
    return [item for item in items if isinstance(item, ImportNote)]


SOLD = (f"{FIRST};sale;100;3;100,00;20,00;", f"{FIRST};tip;;;10,00;;", f"{FIRST};payment;CARD;;110,00;;")


@pytest.mark.parametrize(
    "row", [";;;;;;{};;", "Sum;;;;;;{};;", ";;;Totalt;;;{};20,00;", ";;;;;;{};;Sum", ";Total:;;;;;{};;"]
)
def test_a_total_row_is_compared_with_the_sum_and_never_a_sale(row: str) -> None:
    for right in ("100,00", "110,00", "220,00", "kr 220,00"):
        assert read_notices(*SOLD, row.format(right)) == []
        assert read_rows(*SOLD, row.format(right), "", ";;;;;;;;") == read_rows(*SOLD)
    (notice,) = read_notices(*SOLD, row.format("120,00"))
    assert notice.place == "line 5"
    assert "120.00" in notice.text
    assert "100.00" in notice.text


def test_a_total_may_leave_out_what_is_void() -> None:
    header = CONTRACT_HEADER + ";void"
    rows = [f"{row};" for row in SOLD] + ["1;8;2026-11-21 12:01;sale;100;3;5,00;;;1"]
    for total, told in {"100,00": 0, "105,00": 0, "101,00": 1}.items():
        data = "\n".join([header, *rows, f";;;;;;{total};;;"]).encode()
        assert sum(isinstance(item, ImportNote) for item in read_csv(io.BytesIO(data), "x")) == told


def test_a_row_without_time_that_is_no_total_at_the_end_is_refused() -> None:
    other = "1;8;2026-11-21 12:01;payment;CARD;;1,00;;"
    assert refused_rows(*SOLD, "Sum;;;;;;220,00;;", other).place.startswith("line 5")
    for row in ("1;;;;;;5,00;;", "Sum;to;;;;;5,00;;", ";;;sale;;;5,00;;", "Sum;;;;;;;;", "Sum;;;;;;x;;", ";7;;;;;5;;"):
        assert refused_rows(*SOLD, row).place.startswith("line 5")


def test_odd_values_with_one_reading_are_read_with_one_notice_a_kind() -> None:
    noisy = [f"{FIRST};sale;100;3;55,199999999999996;;", f"{FIRST};sale;100;3;55.199999999999996;;"]
    midnight = "1;8;2026-11-21T24:00:00;payment;CARD;;1,00;;"
    dotted = "1;9;21.11.2026 12.00.00;payment;CARD;;1,00;;"
    tickets = read_rows(*noisy, midnight, dotted)
    assert [line.gross_ore for line in tickets[0].lines] == [5520, 5520]
    assert [ticket.completed_at for ticket in tickets[1:]] == [datetime(2026, 11, 22), datetime(2026, 11, 21, 12)]
    notices = read_notices(*noisy, midnight, dotted)
    assert [notice.place for notice in notices] == ["line 2", "line 4", "line 5"]
    assert "2 such values" in notices[0].text


def test_a_discount_has_the_sign_of_what_was_sold_or_given_back() -> None:
    for discount in ("20,00", "-20,00"):
        assert read_cells(amount="-180", discount=discount).lines[0].discount_ore == -2000
    doubtful = read_cells(amount="180", discount="-20,00")
    assert doubtful.doubts == (Doubt("discount-sign", (("discount", -2000),)),)
    assert read_cells(amount="180", discount="-20,00", void="1").doubts == ()


def test_foreign_payments_are_settled_as_in_json() -> None:
    header = "register;ticket;completed_at;kind;code;vat_code;amount;currency;rate"
    two = [f"{FIRST};payment;CASH;;10,00;EUR;11,4235"] * 2
    assert read_rows(f"{FIRST};sale;100;3;228,47;;", *two, header=header)[0].payments_ore == 22847
    assert read_rows(f"{FIRST};sale;100;3;228,48;;", *two, header=header)[0].payments_ore == 22848
    krona = f"{FIRST};payment;CASH;;100,00;SEK;98,50"
    (ticket,) = read_rows(f"{FIRST};sale;100;3;98,50;;", krona, header=header)
    assert ticket.payments == (Payment("CASH", 9850, "SEK"),)
    assert [doubt.code for doubt in ticket.doubts] == ["rate-per-100"]


def test_the_sources_own_id_is_the_same_on_all_rows_of_a_ticket() -> None:
    header, row = cells(id="a-1")
    bare = row.removesuffix("a-1")
    assert read_rows(bare, row, bare, header=header)[0].source_id == "a-1"
    assert "a-2" in refused_rows(row, bare + "a-2", header=header).found
    assert read_rows(bare, header=header)[0].source_id is None


def test_a_file_of_another_program_is_said_to_be_one() -> None:
    for header in ("Date,Time,Gross Sales,Event Type", "Name;Email;Lineitem name", "a;b;c", "Dato;Beløp"):
        error = refusal(f"{header}\n1;2;3\n")
        assert "program's file" in error.found or "a file from" in error.found
        assert "SAF-T" in error.fix
        assert "perhaps" not in str(error)


amounts = st.integers(-(10**10), 10**10)
codes = st.sampled_from(["100", "200", "Øl", 'a "b"; c, d'])


@st.composite
def days(draw: st.DrawFn) -> list[Ticket]:
    tickets = []
    for number in range(draw(st.integers(1, 6))):
        lines = st.builds(
            SaleLine,
            codes,
            st.sampled_from(["3", "31"]),
            amounts,
            st.none() | amounts,
            st.sampled_from([None, 2500, 1111]),
            st.integers(0, 500),
        ).map(lambda line: line._replace(discount_ore=-line.discount_ore if line.gross_ore < 0 else line.discount_ore))
        payments = st.builds(Payment, codes, amounts, st.none())
        sold = draw(st.lists(lines, min_size=1, max_size=4))
        tickets.append(
            Ticket(
                register=draw(st.sampled_from(["1", "11.222-33"])),
                number=str(number),
                completed_at=datetime(2026, 11, 21, 12, number),
                lines=tuple(sold),
                payments=tuple(draw(st.lists(payments, max_size=3))),
                status=draw(st.sampled_from([TicketStatus.COUNTED, TicketStatus.TRAINING, TicketStatus.VOID])),
                tip_ore=draw(amounts),
                rounding_ore=draw(amounts),
                gift_cards_ore=draw(amounts),
                customer=draw(st.none() | codes),
                serial=number,
            )
        )
    return tickets


def as_jsonl(tickets: list[Ticket]) -> bytes:
    return "\n".join(
        json.dumps(
            {
                "register": t.register,
                "ticket": t.number,
                "completed_at": t.completed_at.isoformat(),
                "lines": [
                    {
                        "product_type": line.product_type,
                        "vat_code": line.vat_code,
                        "gross": format_ore(line.gross_ore),
                        "vat": None if line.vat_ore is None else format_ore(line.vat_ore),
                        "vat_rate": None if line.vat_rate_bp is None else format_ore(line.vat_rate_bp),
                        "discount": format_ore(line.discount_ore),
                        "quantity": "1",
                    }
                    for line in t.lines
                ],
                "payments": [{"payment_type": p.payment_type, "amount": format_ore(p.amount_ore)} for p in t.payments],
                "tip": format_ore(t.tip_ore),
                "rounding": format_ore(t.rounding_ore),
                "gift_cards_sold": format_ore(t.gift_cards_ore),
                "customer": t.customer,
                "training": t.status is TicketStatus.TRAINING,
                "void": t.status is TicketStatus.VOID,
            }
        )
        for t in tickets
    ).encode()


def as_csv(tickets: list[Ticket], delimiter: str, encoding: str, comma: bool) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow([*CONTRACT_HEADER.split(";"), "training", "void", "discount", "quantity", "customer", "vat_rate"])

    def shown(amount_ore: int | None) -> str:
        text = "" if amount_ore is None else format_ore(amount_ore)
        return text.replace(".", ",") if comma else text

    for t in tickets:
        start = [t.register, t.number, t.completed_at.isoformat()]
        flags = [int(t.status is TicketStatus.TRAINING), int(t.status is TicketStatus.VOID)]
        end = [*flags, "", "", t.customer, ""]
        for line in t.lines:
            amounts = [shown(line.gross_ore), shown(line.vat_ore), ""]
            extra = [*flags, shown(line.discount_ore), "1", t.customer, shown(line.vat_rate_bp)]
            writer.writerow([*start, "sale", line.product_type, line.vat_code, *amounts, *extra])
        for payment in t.payments:
            writer.writerow([*start, "payment", payment.payment_type, "", shown(payment.amount_ore), "", "", *end])
        others = {"tip": t.tip_ore, "rounding": t.rounding_ore, "gift-card": t.gift_cards_ore}
        for kind, amount_ore in others.items():
            writer.writerow([*start, kind, "", "", shown(amount_ore), "", "", *end])
    return out.getvalue().encode(encoding)


@given(days(), st.sampled_from(";,"), st.sampled_from(["utf-8", "utf-8-sig", "latin-1"]), st.booleans())
def test_the_same_day_as_csv_and_as_json_lines_gives_the_same_tickets(
    day: list[Ticket], delimiter: str, encoding: str, comma: bool
) -> None:
    from_csv = read_all(as_csv(day, delimiter, encoding, comma))
    from_jsonl = list(read_jsonl(io.BytesIO(as_jsonl(day)), "day.jsonl"))[1:]
    assert from_csv == from_jsonl
    assert [ticket._replace(facts=None) for ticket in from_csv] == day


def mutated(base: bytes) -> st.SearchStrategy[bytes]:
    """`base` with a few bytes changed, cut or put in."""
    new = st.binary(max_size=4) | st.sampled_from([b";", b'"', b"\n", b"\r", b"1042", b"\xf8", "ø".encode()])
    edit = st.tuples(st.integers(0, len(base)), st.integers(0, 8), new)

    def apply(edits: list[tuple[int, int, bytes]]) -> bytes:
        data = base
        for at, cut, inserted in edits:
            data = data[:at] + inserted + data[at + cut :]
        return data

    return st.lists(edit, min_size=1, max_size=4).map(apply)


FULL_HEADER, FULL_ROW = cells(
    vat_amount="1", training="0", void="", discount="0", customer="K", currency="NOK", rate="1", vat_rate="25"
)


@given(
    st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=200).map(lambda tail: f"{CONTRACT_HEADER}\n".encode() + tail),
        mutated(SMALL.encode()),
        mutated(f"{FULL_HEADER}\n{FULL_ROW}\n{FULL_ROW}\n".encode()),
    )
)
def test_whatever_the_bytes_only_unreadable_sales_escapes(data: bytes) -> None:
    try:
        read_all(data)
    except UnreadableSales as error:
        assert error.place


@given(st.dictionaries(st.sampled_from(FULL_HEADER.split(";")), st.text(max_size=8), max_size=3))
def test_whatever_stands_in_a_cell_only_unreadable_sales_escapes(changes: dict[str, str]) -> None:
    row = dict(zip(FULL_HEADER.split(";"), FULL_ROW.split(";"), strict=True)) | changes
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([row.keys(), row.values()])
    try:
        read_all(out.getvalue().encode("utf-8", "replace"))
    except UnreadableSales as error:
        assert "billion" not in error.expected or "rate" in changes or "amount" in changes
