"""Sales as JSON lines: what is taken, what is refused, and that nothing else ever escapes."""

from __future__ import annotations

import io
import json
import re
import tracemalloc
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from posexport.core.money import convert_ore, format_ore
from posexport.core.sales import Coverage, Doubt, FileCompany, ImportNote, Payment, SaleLine, Ticket, TicketStatus
from posexport.errors import UnreadableSales
from posexport.sources.files.jsonl import read_jsonl
from tests.support.scope import IS_EVERYTHING

FULL: dict[str, Any] = {
    "register": "1",
    "ticket": "1042",
    "completed_at": "2026-11-21T23:41:07+01:00",
    "lines": [
        {
            "product_type": "100",
            "vat_code": "3",
            "gross": "200.00",
            "vat": "40.00",
            "quantity": "1",
            "discount": "0.00",
            "text": "Burger",
        }
    ],
    "payments": [{"payment_type": "VISA", "amount": "220.00", "currency": "NOK", "rate": "1"}],
    "tip": "20.00",
    "rounding": "0.00",
    "gift_cards_sold": "0.00",
    "customer": None,
    "reference": None,
    "training": False,
    "void": False,
}
SMALL: dict[str, Any] = {
    "register": "1",
    "ticket": "7",
    "completed_at": "2026-11-21T12:00:00",
    "lines": [{"product_type": "100", "vat_code": "3", "gross": "12.50"}],
    "payments": [{"payment_type": "CASH", "amount": "12.50"}],
}


def read_all(data: bytes) -> list[Ticket]:
    items = list(read_jsonl(io.BytesIO(data), "day.jsonl"))
    assert items[0] == Coverage(source="", batch="day")
    tickets = [item for item in items if isinstance(item, Ticket)]
    assert all(isinstance(item, (Ticket, ImportNote)) for item in items[1:])
    return tickets


def read_one(entry: object) -> Ticket:
    (ticket,) = read_all(json.dumps(entry).encode())
    return ticket


def small(**changes: Any) -> dict[str, Any]:
    return {**SMALL, **changes}


def with_line(**changes: Any) -> dict[str, Any]:
    return small(lines=[{**SMALL["lines"][0], **changes}])


def with_payment(**changes: Any) -> dict[str, Any]:
    return small(payments=[{**SMALL["payments"][0], **changes}])


def refusal(data: bytes | object) -> UnreadableSales:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    with pytest.raises(UnreadableSales) as caught:
        read_all(raw)
    return caught.value


def test_the_contracts_own_example_is_read_whole() -> None:
    ticket = read_one(FULL)
    assert ticket == Ticket(
        register="1",
        number="1042",
        completed_at=datetime.fromisoformat("2026-11-21T23:41:07+01:00"),
        lines=(SaleLine("100", "3", 20000, vat_ore=4000),),
        payments=(Payment("VISA", 22000),),
        tip_ore=2000,
        serial=1042,
    )
    assert ticket.sales_ore == ticket.payments_ore


def test_only_the_required_keys_are_required() -> None:
    ticket = read_one(SMALL)
    assert ticket.lines == (SaleLine("100", "3", 1250),)
    assert ticket.status is TicketStatus.COUNTED
    assert ticket.completed_at == datetime(2026, 11, 21, 12)


def test_the_coverage_names_the_file_and_claims_nothing() -> None:
    name = "in/a year's sales.zip > day/" + "long" * 20 + ".jsonl"
    (coverage,) = read_jsonl(io.BytesIO(b""), name)
    assert isinstance(coverage, Coverage)
    assert coverage == Coverage(batch=("long" * 20)[:35])


def test_amounts_may_be_numbers_and_are_never_floats() -> None:
    raw = json.dumps(small(lines=[])).encode().replace(b'"12.50"', b"123456789.1")
    assert read_all(raw)[0].payments == (Payment("CASH", 12345678910),)
    assert read_one(with_payment(amount=12)).payments[0].amount_ore == 1200
    assert read_one(with_payment(amount=-0.29)).payments[0].amount_ore == -29


@pytest.mark.parametrize(
    "amount",
    [
        "1.005",
        "1.000",
        "1,000",
        "1,005",
        "1.000,50",
        "1 000.00",
        "1e3",
        1e30,
        "",
        "abc",
        "12.-5",
        None,
        True,
        [],
        {},
        "9" * 13,
        1.005,
    ],
)
def test_an_amount_that_is_no_plain_kroner_is_refused_by_name(amount: object) -> None:
    error = refusal(with_line(gross=amount))
    assert error.place == "line 1, ticket 7"
    assert "lines, no. 1: gross is" in error.found
    assert "two decimals" in error.expected


@pytest.mark.parametrize("constant", [b"NaN", b"Infinity", b"-Infinity"])
def test_not_a_number_and_infinity_are_refused(constant: bytes) -> None:
    error = refusal(json.dumps(SMALL).encode().replace(b'"12.50"', constant, 1))
    assert error.place == "line 1"
    assert "no amount" in error.found


def test_codes_may_be_numbers_and_are_taken_as_text() -> None:
    ticket = read_one(
        small(
            register=11,
            ticket=42,
            lines=[{"product_type": 100, "vat_code": 3, "gross": 1}],
            payments=[{"payment_type": 7, "amount": 1}],
        )
    )
    assert (ticket.register, ticket.number, ticket.serial) == ("11", "42", 42)
    assert ticket.lines[0][:2] == ("100", "3")
    assert ticket.payments[0].payment_type == "7"


@pytest.mark.parametrize("code", [None, True, [], {}, "", "  ", "a\0b", "\ud800", "x" * 101, "a\nb"])
@pytest.mark.parametrize("key", ["register", "ticket"])
def test_a_code_that_is_no_code_is_refused(key: str, code: object) -> None:
    assert refusal(small(**{key: code})).found.startswith(f"{key} is ")


@pytest.mark.parametrize("key", ["product_type", "vat_code"])
def test_a_null_code_on_a_line_is_refused(key: str) -> None:
    assert refusal(with_line(**{key: None})).found == f"lines, no. 1: {key} is null."


def test_norwegian_letters_are_kept_however_they_are_written() -> None:
    for ascii_only in (True, False):
        raw = json.dumps(with_line(product_type="Øl og blåbær"), ensure_ascii=ascii_only).encode()
        assert read_all(raw)[0].lines[0].product_type == "Øl og blåbær"


@pytest.mark.parametrize("key", list(SMALL))
def test_a_required_key_that_is_missing_is_named(key: str) -> None:
    error = refusal({name: value for name, value in SMALL.items() if name != key})
    assert error.found == f"{key} is missing."


def test_a_missing_key_deeper_down_is_named_with_its_place_in_the_list() -> None:
    entry = small(lines=[*SMALL["lines"], {"product_type": "1", "vat_code": "3"}])
    assert refusal(entry).found == "lines, no. 2: gross is missing."
    assert refusal(small(payments=[{"amount": "1"}])).found == "payments, no. 1: payment_type is missing."


def test_a_misspelt_key_is_refused_with_the_nearest_known() -> None:
    error = refusal(small(tips="20.00"))
    assert "'tips' is unknown" in error.found
    assert '"tip"' in error.expected
    assert '"payment_type"' in refusal(with_payment(paymenttype="x")).expected
    assert '"discount"' in refusal(with_line(Discounts="1")).expected


def test_keys_of_the_registers_own_are_passed_over() -> None:
    entry = with_line(x_sku={"a": {"b": 1}})
    entry["x_waiter"] = "Kari: 2"
    assert read_one(entry) == read_one(SMALL)


def test_a_key_given_twice_is_refused_rather_than_the_last_one_taken() -> None:
    raw = json.dumps(small(tip="20.00")).encode()
    for twice in (b'"tip": "1.00", ', b'"tip" : "1.00", ', b'"\\u0074ip":"1.00",', b'"tip":\t"20.00", '):
        error = refusal(b"{" + twice + raw[1:])
        assert "'tip' stands twice" in error.found
    inner = json.dumps(SMALL).encode().replace(b'"gross": "12.50"', b'"gross": "12.50", "gross": "0.50"')
    assert "'gross' stands twice" in refusal(inner).found


def test_a_key_given_twice_is_found_however_colons_are_hidden() -> None:
    entry = with_line(text="12:00 \\u003a")
    assert read_one(entry) == read_one(SMALL)
    raw = json.dumps(entry).encode().replace(b"12:00", b"12\\u003a00")
    assert read_all(raw) == [read_one(SMALL)]
    raw = raw.replace(b"23:", b"23\\u003a").replace(b"12:00:00", b"12\\u003a00\\u003a00")
    assert read_all(raw) == [read_one(SMALL)]
    assert "twice" in refusal(b'{"tip":"5.00","tip":"5.00",' + raw[1:]).found


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["tip", "rounding", "x_a", "reference", "customer", "ticket"]),
            st.sampled_from(['"1"', "null", '"a:b"', '"\\u003a:"', '"::\\\\"', "1"]),
            st.sampled_from([":", " : ", ": "]),
        ),
        max_size=6,
    )
)
def test_no_arrangement_of_colons_lets_a_key_through_twice(pairs: list[tuple[str, str, str]]) -> None:
    inside = ",".join(f'"{key}"{colon}{value}' for key, value, colon in pairs)
    raw = (f"{{{inside}," if inside else "{") + json.dumps(SMALL)[1:].replace('"ticket": "7", ', "")
    keys = [key for key, _, _ in pairs]
    try:
        tickets = read_all(raw.encode())
    except UnreadableSales:
        return
    assert len(tickets) == 1
    assert len(set(keys)) == len(keys)


def test_training_and_void_decide_the_status_and_training_is_asked_first() -> None:
    for yes in (True, "1", "true", 1, "TRUE", "Ja", "yes", -1, "-1", "SANN", "j", "T"):
        assert read_one(small(training=yes)).status is TicketStatus.TRAINING
        assert read_one(small(void=yes)).status is TicketStatus.VOID
        assert read_one(small(void=yes, training=yes)).status is TicketStatus.TRAINING
    for no in (False, "0", "false", 0, None, "", " ", "Nei", "NO", "usann", "f"):
        assert read_one(small(training=no, void=no)).status is TicketStatus.COUNTED


@pytest.mark.parametrize("flag", ["maybe", 2, "2", "*", "x", "\x1b[2J", "ja nei"])
@pytest.mark.parametrize("key", ["training", "void"])
def test_a_flag_in_a_word_that_nobody_knows_leaves_the_ticket_unjudged(key: str, flag: object) -> None:
    ticket = read_one(small(**{key: flag}))
    assert ticket.status is TicketStatus.UNJUDGED
    written = str(flag).replace("\x1b", "?")
    assert ticket.doubts == (Doubt("unjudged-ticket", (("what", key), ("written", written))),)


def test_a_flag_that_is_known_to_be_set_leaves_no_doubt_about_the_other() -> None:
    for flags, status in {("maybe", "ja"): TicketStatus.VOID, ("yes", "maybe"): TicketStatus.TRAINING}.items():
        ticket = read_one(small(training=flags[0], void=flags[1]))
        assert (ticket.status, ticket.doubts) == (status, ())
    assert len(read_one(small(training="?", void="?")).doubts) == 2


@pytest.mark.parametrize("flag", [[], {}])
def test_a_flag_that_is_no_word_is_refused(flag: object) -> None:
    assert refusal(small(void=flag)).found.startswith("void is ")
    assert refusal(small(training=True, void=flag)).found.startswith("void is ")


def test_local_time_stays_naive_and_an_offset_makes_an_instant() -> None:
    assert read_one(SMALL).completed_at.tzinfo is None
    zulu = read_one(small(completed_at="2026-11-21T22:41:07Z")).completed_at
    assert zulu == datetime(2026, 11, 21, 22, 41, 7, tzinfo=UTC)
    assert read_one(small(completed_at="2026-11-21T23:41:07.987+01:00")).completed_at == zulu
    assert read_one(small(completed_at="2026-11-21 23:41")).completed_at == datetime(2026, 11, 21, 23, 41)


NO_TIMES = ["2026-11-21", "21.11.2026 23:41", "20261121", "2026-13-01T00:00:00", "2026-11-21T25:00:00", ""]
NO_TIMES += ["0001-01-01T00:00:00+23:00", "2026-11-21T23:41:07 Oslo", "2026-11-21\ud80023:41:07"]


@pytest.mark.parametrize("time", [*NO_TIMES, None, 20261121, [], True])
def test_a_time_that_is_no_iso_time_is_refused(time: object) -> None:
    assert "completed_at is" in refusal(small(completed_at=time)).found


def test_the_serial_is_the_number_only_where_it_is_one() -> None:
    serials = {"0042": 42, "A-42": None, "1" * 15: int("1" * 15), "1" * 16: None, "²": None, " 42 ": 42}
    for number, serial in serials.items():
        ticket = read_one(small(ticket=number))
        assert (ticket.number, ticket.serial) == (number.strip(), serial)


def test_a_foreign_payment_is_converted_at_the_tickets_rate() -> None:
    ticket = read_one(with_payment(amount="10.00", currency="eur", rate="11.4235"))
    assert ticket.payments == (Payment("CASH", 11424, "EUR"),)
    assert read_one(with_payment(amount="-10", currency="EUR", rate=11)).payments[0].amount_ore == -11000


def test_kroner_at_par_are_no_foreign_currency() -> None:
    for changes in ({"currency": "nok"}, {"currency": None, "rate": None}, {"rate": "1.0000"}, {"rate": 1}):
        assert read_one(with_payment(**changes)).payments == (Payment("CASH", 1250),)
    assert read_one(with_payment(currency="NOK", rate="1.000")).payments == (Payment("CASH", 1250),)


def test_a_currency_without_a_usable_rate_is_refused() -> None:
    assert "EUR without a rate" in refusal(with_payment(currency="EUR")).found
    assert "in NOK with the rate" in refusal(with_payment(rate="11.42")).found
    rates: list[object] = ["0", "-1", "1e2", "1,142", "11,4,2", True, [], "1" * 30, ".5"]
    for rate in rates:
        assert "rate is" in refusal(with_payment(currency="EUR", rate=rate)).found
    assert "EUR without a rate" in refusal(with_payment(currency="EUR", rate=" ")).found
    currencies: list[object] = ["kr", "EURO", "E1R", 1, [], True, "ÆØÅ"]
    for currency in currencies:
        assert "payments, no. 1: currency is" in refusal(with_payment(currency=currency, rate="1")).found
    assert "billion" in refusal(with_payment(amount="999999999", currency="USD", rate="9")).expected


def test_vat_rate_is_percent_and_stays_unknown_where_it_is_not_given() -> None:
    assert read_one(SMALL).lines[0].vat_rate_bp is None
    assert read_one(with_line(vat_rate="25")).lines[0].vat_rate_bp == 2500
    assert read_one(with_line(vat_rate=11.11)).lines[0].vat_rate_bp == 1111
    for rate in ("-1", "101", "25 %", True):
        assert "vat_rate is" in refusal(with_line(vat_rate=rate)).found


def test_returns_discounts_and_the_other_amounts_keep_their_signs() -> None:
    entry = with_line(gross="-90.00", vat="-18.00", discount="-10.00")
    entry |= {"tip": "-5", "rounding": "-0.49", "gift_cards_sold": 500, "customer": "K-7"}
    ticket = read_one(entry)
    assert ticket.lines == (SaleLine("100", "3", -9000, -1800, None, -1000),)
    assert (ticket.tip_ore, ticket.rounding_ore, ticket.gift_cards_ore) == (-500, -49, 50000)
    assert ticket.customer == "K-7"


def test_a_ticket_of_nothing_is_a_ticket() -> None:
    ticket = read_one(small(lines=[], payments=[]))
    assert (ticket.lines, ticket.payments, ticket.sales_ore) == ((), (), 0)


@pytest.mark.parametrize("value", [None, {}, "", "abc", 1, True])
def test_lines_and_payments_must_be_lists(value: object) -> None:
    assert "lines is" in refusal(small(lines=value)).found
    assert "payments is" in refusal(small(payments=value)).found


@pytest.mark.parametrize("value", [None, [], "", "abc", 1, True, ["x_a"], [[]]])
def test_each_line_and_payment_must_be_an_object(value: object) -> None:
    assert "lines, no. 1: found" in refusal(small(lines=[value])).found
    assert "payments, no. 1: found" in refusal(small(payments=[value])).found


def test_blank_lines_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    raw = json.dumps(SMALL).encode()
    assert len(read_all(b"\xef\xbb\xbf" + raw + b"\r\n\r\n  \n" + raw + b"\r\n\n")) == 2
    assert read_all(b"") == read_all(b"\xef\xbb\xbf") == read_all(b"\n\n") == []


def test_the_line_of_a_fault_counts_blank_lines_too() -> None:
    raw = json.dumps(SMALL).encode()
    assert refusal(raw + b"\n\n" + b"{\n").place == "line 3"


def test_tickets_before_a_fault_are_yielded_as_they_are_read() -> None:
    reader = read_jsonl(io.BytesIO(json.dumps(SMALL).encode() + b"\nnonsense"), "x")
    next(reader)
    assert isinstance(next(reader), Ticket)
    with pytest.raises(UnreadableSales, match="line 2"):
        next(reader)


def test_a_line_that_is_not_utf8_is_refused_by_its_number() -> None:
    raw = json.dumps(SMALL).encode()
    error = refusal(raw + b"\n" + raw.replace(b"100", b"\xd8l"))
    assert (error.place, error.found) == ("line 2", "the line is not UTF-8.")
    assert "UTF-16" in refusal(json.dumps(SMALL).encode("utf-16")).fix
    assert "UTF-16" in refusal(json.dumps(SMALL).encode("utf-16-le")).fix


@pytest.mark.parametrize("raw", [b"1", b"null", b'"x"', b"true"])
def test_json_that_is_no_object_is_refused(raw: bytes) -> None:
    assert "one ticket" in refusal(raw).expected


def test_json_cut_off_or_run_together_is_refused_with_the_reason() -> None:
    assert "cut off" in refusal(json.dumps(SMALL).encode()[:50]).fix
    assert "without commas" in refusal(json.dumps(SMALL).encode() + b",\n").fix
    assert "one ticket on each line" in refusal(json.dumps(SMALL).encode() * 2).expected


LAYOUTS: Mapping[str, Callable[[list[Any]], str]] = {
    "list": json.dumps,
    "pretty list": lambda tickets: json.dumps(tickets, indent=2),
    "list with a ticket a line": lambda tickets: "[\n" + ",\n".join(map(json.dumps, tickets)) + "\n]\n",
    "object": lambda tickets: json.dumps({"tickets": tickets}),
    "pretty object": lambda tickets: json.dumps({"tickets": tickets}, indent="\t"),
    "object with more": lambda tickets: json.dumps(
        {"version": 2, "made": "2026-11-21", "x_a": [{}], "tickets": tickets, "count": 1.5, "x_b": {"a": []}, "n": None}
    ),
    "pretty tickets": lambda tickets: "\n".join(json.dumps(ticket, indent=1) for ticket in tickets),
    "pretty tickets run together": lambda tickets: "".join(json.dumps(ticket, indent=4) for ticket in tickets),
    "lines, then pretty": lambda tickets: "\r\n".join(
        json.dumps(ticket, indent=n or None) for n, ticket in enumerate(tickets)
    ),
}


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\r\n \n"])
@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_tickets_are_read_in_any_layout(layout: str, mark: bytes) -> None:
    entries = [with_line(text='Øl "stor" {[,]} \\', product_type=str(n)) | {"ticket": str(n)} for n in range(3)]
    raw = LAYOUTS[layout](entries).encode()
    assert read_all(mark + raw) == [read_one(entry) for entry in entries]
    assert read_all(mark + raw + b"\n \n") == read_all(raw)


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_a_fault_in_any_layout_names_its_line_or_its_place_in_the_list(layout: str) -> None:
    entries = [small(ticket="1"), small(ticket="2", tips="1"), small(ticket="3")]
    error = refusal(LAYOUTS[layout](entries).encode())
    assert "'tips' is unknown" in error.found
    assert error.place.endswith(", ticket 2")
    pretty = "pretty" in layout and layout != "lines, then pretty"
    assert ("no. 2 of the list" in error.place) == ("tickets" not in layout and "then" not in layout)
    assert error.place.startswith("line ") and (not pretty or not error.place.startswith("line 1,"))


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_a_file_cut_off_anywhere_is_refused_in_any_layout(layout: str) -> None:
    whole = LAYOUTS[layout]([small(ticket="1"), small(ticket="2")]).strip()
    ends = [end for end in range(1, len(whole)) if whole[:end].strip()]
    for end in ends[:: max(1, len(ends) // 60)]:
        try:
            got = read_all(whole[:end].encode())
        except UnreadableSales as error:
            assert error.place
        else:  # between two tickets that nothing holds together
            assert len(got) == 1
            assert "tickets" in layout or "lines" in layout


def whose(document: dict[str, Any]) -> list[FileCompany]:
    items = list(read_jsonl(io.BytesIO(json.dumps(document).encode()), "day.json"))
    return [item for item in items if isinstance(item, FileCompany)]


@pytest.mark.parametrize(
    ("beside", "told"),
    [
        ({"currency": "EUR"}, [FileCompany("", "", "EUR")]),
        ({"currency": "dkk"}, [FileCompany("", "", "DKK")]),
        ({"Currency": "nok"}, []),
        ({"currency": None}, []),
        ({"organization_number": "NO 888 888 888 MVA"}, [FileCompany("888888888", "NO 888 888 888 MVA", "")]),
        ({"organization_number": 888888888, "currency": "NOK"}, [FileCompany("888888888", "888888888", "NOK")]),
        ({"organization_number": "12"}, [FileCompany("", "12", "")]),
    ],
)
def test_what_stands_beside_a_list_of_the_whole_file_is_told_before_its_tickets(
    beside: dict[str, Any], told: list[FileCompany]
) -> None:
    assert whose({**beside, "tickets": [SMALL, small(ticket="2")]}) == told


@pytest.mark.parametrize("beside", [{"currency": "EUR"}, {"organization_number": "888888888"}])
def test_what_is_so_of_the_whole_file_is_refused_after_its_tickets(beside: dict[str, Any]) -> None:
    (key,) = beside
    error = refusal(json.dumps({"tickets": [SMALL], **beside}).encode())
    assert key in error.found and "before the tickets" in error.fix
    assert len(read_all(json.dumps({"tickets": [SMALL], "currency": "nok"}).encode())) == 1


def test_what_stands_beside_a_list_and_could_hold_more_is_named_wherever_it_stands() -> None:
    for document in ({"meta": {"a": 1}, "tickets": [SMALL]}, {"tickets": [SMALL], "meta": {"a": 1}}):
        assert "'meta'" in refusal(json.dumps(document).encode()).found


def test_a_ticket_or_line_that_is_said_to_be_in_a_currency_is_refused_with_where_that_may_stand() -> None:
    for entry in (small(currency="EUR"), with_line(currency="NOK")):
        error = refusal(json.dumps(entry).encode())
        assert "it is said to be in" in error.found and '"rate"' in error.expected


def test_a_list_of_nothing_is_a_file_without_sales() -> None:
    assert read_all(b"[]") == read_all(b'{"tickets": []}') == read_all(b" [ \n ] ") == []


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"[1]", "no ticket"),
        (b"[[]]", "no ticket"),
        (b"[{}]", "register is missing"),
        (b'[{"register": "1"}]', "number"),
        (b'["a"]', "no ticket"),
        (b"[] []", "after the tickets"),
        (b"[]x", "after the tickets"),
        (b'{"tickets": []} {}', "after the tickets"),
        (b'{"tickets": [], "more": []}', "more"),
        (b'{"tickets": [], "tickets": []}', "tickets"),
        (b'{"sales": [], "tickets": []}', "sales"),
        (b'{"tickets": [], 1: 2}', "1"),
        (b'{"tickets": [] "a": 1}', "cut off"),
        (b'{"tickets": 1}', "tickets"),
    ],
)
def test_a_layout_that_could_hide_sales_is_refused(raw: bytes, word: str) -> None:
    assert word in str(refusal(raw))


def test_tickets_of_a_list_without_a_comma_between_them_are_refused() -> None:
    one = json.dumps(SMALL).encode()
    assert "comma" in refusal(b"[" + one + b" " + one + b"]").expected
    assert "no ticket" in refusal(b"[" + one + b",]").fix


def test_a_key_given_twice_is_refused_in_a_list_too() -> None:
    raw = json.dumps([SMALL]).encode().replace(b'"gross": "12.50"', b'"gross": "12.50", "gross": "0.50"')
    assert "'gross' stands twice" in refusal(raw).found


def test_a_long_list_is_read_piece_by_piece() -> None:
    class Growing(io.RawIOBase):
        """A long list that is made as it is read, and how much was taken of it before the first ticket."""

        given = 0
        one = json.dumps(SMALL).encode()
        left = b"["

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            if not self.left and self.given < list_size:
                self.left = b"," + self.one
            elif self.left == b"[":
                self.left += self.one
            piece, self.left = self.left[: len(buffer)], self.left[len(buffer) :]
            buffer[: len(piece)] = piece
            self.given += len(piece)
            return len(piece)

    list_size = 40_000_000 if IS_EVERYTHING else 10_000_000
    growing = Growing()
    reader = read_jsonl(io.BufferedReader(growing, 65_536), "x")
    next(reader)
    assert isinstance(next(reader), Ticket)
    assert growing.given < 200_000
    tracemalloc.start()
    with pytest.raises(UnreadableSales, match="cut off"):
        for _ in reader:
            pass
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()


def test_what_a_list_holds_need_not_end_where_a_piece_ends() -> None:
    for size in (65_530, 65_536, 131_072 + 7):
        entries = [small(ticket=f"{n}", x_a="é" * (size // 7)) for n in range(20)]
        raw = json.dumps({"x": 1, "tickets": entries}, ensure_ascii=False).encode()
        assert [ticket.number for ticket in read_all(raw)] == [f"{n}" for n in range(20)]


ODD: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (with_line(gross="12,5"), with_line(gross="12.5"), "decimal comma"),
    (with_line(gross="-12,50", vat="-2,50"), with_line(gross="-12.50", vat="-2.50"), "decimal comma"),
    (with_line(vat_rate="11,11"), with_line(vat_rate="11.11"), "decimal comma"),
    (with_line(gross=55.199999999999996), with_line(gross="55.20"), "rounding error"),
    (with_line(gross="55.199999999999996"), with_line(gross="55.20"), "rounding error"),
    (with_line(gross="55,199999999999996"), with_line(gross="55.20"), "rounding error"),
    (small(tip=0.1 + 0.2), small(tip="0.30"), "rounding error"),
    (small(tip=5.684341886080802e-14), small(tip="0"), "rounding error"),
    (small(rounding=-1e-9), small(), "rounding error"),
    (with_payment(amount=12.500000000000002), SMALL, "rounding error"),
    (with_line(vat=""), SMALL, "left out"),
    (with_line(discount=" ", vat_rate=""), SMALL, "left out"),
    (small(tip="", rounding="", gift_cards_sold=" "), SMALL, "left out"),
    (with_payment(currency="", rate=""), SMALL, "left out"),
    (small(completed_at="2026-11-20T24:00:00"), small(completed_at="2026-11-21T00:00:00"), "midnight"),
    (small(completed_at="2026-12-31 24:00"), small(completed_at="2027-01-01T00:00:00"), "midnight"),
    (small(completed_at="2026-11-20T24:00:00Z"), small(completed_at="2026-11-21T00:00:00Z"), "midnight"),
    (small(completed_at="2026-11-21T12.00.00"), SMALL, "colons"),
    (small(completed_at="2026-11-21 12.00.00.5+01:00"), small(completed_at="2026-11-21T12:00:00+01:00"), "colons"),
]


@pytest.mark.parametrize(("written", "meant", "word"), ODD)
def test_an_odd_value_with_one_reading_is_read_with_one_notice(
    written: dict[str, Any], meant: dict[str, Any], word: str
) -> None:
    lines = [json.dumps(entry) for entry in (small(ticket="6"), written, written, written)]
    items = list(read_jsonl(io.BytesIO("\n".join(lines).encode()), "x"))
    assert items[2:5] == [read_one(meant)] * 3
    (notice,) = items[5:]
    assert isinstance(notice, ImportNote)
    assert notice.place == "line 2"
    assert word in notice.text
    assert re.search(r"There are [369] such values", notice.text)


def test_each_kind_of_odd_value_has_its_own_notice_at_its_first_place() -> None:
    entries = [SMALL, with_line(gross="1,5"), with_line(vat=""), with_line(gross="2,5")]
    notices = list(read_jsonl(io.BytesIO(json.dumps(entries).encode()), "x"))[-2:]
    assert [notice.place for notice in notices if isinstance(notice, ImportNote)] == [
        "line 1, no. 2 of the list",
        "line 1, no. 3 of the list",
    ]


@given(st.integers(-(10**9), 10**9), st.integers(1, 3), st.booleans())
def test_what_computers_add_up_in_binary_fractions_is_read_to_the_ore(ore: int, parts: int, as_text: bool) -> None:
    noisy = sum([ore / 100 / parts] * parts)
    ticket_ore = list(read_jsonl(io.BytesIO(json.dumps(small(tip=str(noisy) if as_text else noisy)).encode()), "x"))
    assert isinstance(ticket_ore[1], Ticket)
    assert ticket_ore[1].tip_ore == ore


@given(st.integers(-(10**6), 10**6), st.integers(1, 999))
def test_a_third_decimal_that_counts_is_never_rounded_away(ore: int, part: int) -> None:
    if part % 10:
        text = f"{ore / 100:.2f}{part:03d}"
        assert "gross is" in refusal(with_line(gross=text)).found


def test_a_discount_has_the_sign_of_what_was_sold_or_given_back() -> None:
    for discount in ("20.00", "-20.00"):
        ticket = read_one(with_line(gross="-180.00", discount=discount))
        assert (ticket.lines[0].discount_ore, ticket.doubts) == (-2000, ())
    assert read_one(with_line(gross="180.00", discount="20.00")).lines[0].discount_ore == 2000
    assert read_one(with_line(gross="0.00", discount="-20.00")).lines[0].discount_ore == -2000


def test_a_discount_whose_sign_cannot_be_told_is_a_doubt() -> None:
    doubtful = with_line(gross="180.00", discount="-20.00")
    raw = "\n".join(map(json.dumps, [doubtful, SMALL, doubtful, {**doubtful, "void": True}])).encode()
    told = Doubt("discount-sign", (("discount", -2000),))
    assert [ticket.doubts for ticket in read_all(raw)] == [(told,), (), (told,), ()]
    assert {ticket.status for ticket in read_all(raw)} == {TicketStatus.COUNTED, TicketStatus.VOID}


def paid_with(gross: str, *payments: tuple[str, str, str]) -> dict[str, Any]:
    listed = [
        {"payment_type": "CASH", "amount": amount, "currency": currency, "rate": rate}
        for amount, currency, rate in payments
    ]
    return small(lines=[{"product_type": "1", "vat_code": "3", "gross": gross}], payments=listed)


def test_payments_in_one_currency_are_converted_together_where_one_by_one_does_not_balance() -> None:
    two = ("10.00", "EUR", "11.4235")
    together = read_one(paid_with("228.47", two, two))
    assert sorted(payment.amount_ore for payment in together.payments) == [11423, 11424]
    one_by_one = read_one(paid_with("228.48", two, two))
    assert [payment.amount_ore for payment in one_by_one.payments] == [11424, 11424]
    neither = read_one(paid_with("300.00", two, two))
    assert [payment.amount_ore for payment in neither.payments] == [11424, 11424]
    assert together.doubts == one_by_one.doubts == neither.doubts == ()
    with_change = read_one(paid_with("217.05", two, two, ("-1.00", "EUR", "11.4235")))
    assert with_change.payments_ore == with_change.sales_ore


def test_a_rate_that_balances_for_100_units_only_is_used_so_and_doubted() -> None:
    ticket = read_one(paid_with("98.50", ("100.00", "SEK", "98.50")))
    assert ticket.payments == (Payment("CASH", 9850, "SEK"),)
    facts = (("currency", "SEK"), ("rate", "98.50"), ("source", "CASH"))
    assert (ticket.status, ticket.doubts) == (TicketStatus.COUNTED, (Doubt("rate-per-100", facts),))
    mixed = read_one(paid_with("212.74", ("100.00", "SEK", "98.50"), ("10.00", "EUR", "11.4235")))
    assert [payment.amount_ore for payment in mixed.payments] == [9850, 11424]
    assert mixed.doubts == ticket.doubts
    assert read_one(paid_with("9850.00", ("100.00", "SEK", "98.50"))).doubts == ()
    assert read_one(paid_with("1.00", ("100.00", "SEK", "98.50"))).doubts == ()


amounts_paid = st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=4)


@given(amounts_paid, st.integers(1, 10**7))
def test_however_a_foreign_sum_is_split_the_ticket_balances(parts: list[int], rate: int) -> None:
    written = f"{rate / 10_000:.4f}"
    sold = format_ore(convert_ore(sum(parts), Decimal(written)))
    ticket = read_one(paid_with(sold, *[(format_ore(part), "EUR", written) for part in parts]))
    assert ticket.payments_ore == ticket.sales_ore
    assert ticket.doubts == ()


def test_the_sources_own_id_is_kept_as_text_where_there_is_one() -> None:
    assert read_one(small(id="a-1")).source_id == "a-1"
    assert read_one(small(id=4711)).source_id == "4711"
    for none in (None, "", " "):
        assert read_one(small(id=none)) == read_one(SMALL)
    wrongs: tuple[Any, ...] = (True, [], "x" * 101, "a\nb", {})
    for wrong in wrongs:
        assert refusal(small(id=wrong)).found.startswith("id is ")


def test_codes_that_look_the_same_are_the_same() -> None:
    for written in ("KAFE\u0301 BAR", "KAFÉ\u00a0BAR", "KAFÉ  BAR "):
        ticket = read_one(
            small(
                register=written,
                ticket=written,
                customer=written,
                id=written,
                lines=[{"product_type": written, "vat_code": written, "gross": "12.50"}],
                payments=[{"payment_type": written, "amount": "12.50"}],
            )
        )
        assert {ticket.register, ticket.number, ticket.customer, ticket.source_id} == {"KAFÉ BAR"}
        assert {*ticket.lines[0][:2], ticket.payments[0].payment_type} == {"KAFÉ BAR"}


def test_json_in_utf8_cut_inside_a_letter_is_refused() -> None:
    raw = json.dumps([small(register="Ø")], ensure_ascii=False).encode()
    assert "not UTF-8" in refusal(raw.replace("Ø".encode(), b"\xc3")).found
    assert "UTF-8" in refusal(raw[: raw.index(b"\xc3") + 1]).found


def test_json_nested_beyond_reason_is_refused() -> None:
    deep = b'{"x_a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    assert "nested too deeply" in refusal(deep).found
    assert "nested too deeply" in refusal(b'{"a":' * 100_000).found


def test_a_line_without_end_is_refused_before_it_fills_memory() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            buffer[:] = b" " * len(buffer)
            self.given += len(buffer)
            return len(buffer)

    endless = Endless()
    with pytest.raises(UnreadableSales, match="longer than 10 MB"):
        list(read_jsonl(io.BufferedReader(endless), "x"))
    assert endless.given < 11_000_000


def test_a_disk_that_fails_is_an_unreadable_file() -> None:
    class Failing(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(UnreadableSales, match="Input/output error"):
        list(read_jsonl(Failing(), "x"))


def test_a_message_shows_nothing_a_terminal_would_obey() -> None:
    for entry in (small(register="\x1b[2J\0"), small(**{"\x1b[2J": 1}), small(void=["\x1b"])):
        message = str(refusal(entry))
        assert "\x1b" not in message
        assert len(message) < 700


def test_many_distinct_values_do_not_grow_the_memory_of_codes() -> None:
    raw = b"\n".join(json.dumps(small(register=f"r{n}", lines=[])).encode() for n in range(20_050))
    assert [ticket.register for ticket in read_all(raw)] == [f"r{n}" for n in range(20_050)]


def mutated(base: bytes) -> st.SearchStrategy[bytes]:
    """`base` with a few bytes changed, cut or put in."""
    edit = st.tuples(st.integers(0, len(base)), st.integers(0, 8), st.binary(max_size=4))

    def apply(edits: list[tuple[int, int, bytes]]) -> bytes:
        data = base
        for at, cut, new in edits:
            data = data[:at] + new + data[at + cut :]
        return data

    return st.lists(edit, min_size=1, max_size=4).map(apply)


@given(st.one_of(st.binary(max_size=200), mutated((json.dumps(FULL) + "\n" + json.dumps(SMALL)).encode())))
def test_whatever_the_bytes_only_unreadable_sales_escapes(data: bytes) -> None:
    try:
        read_all(data)
    except UnreadableSales as error:
        assert error.place


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("1.00"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*FULL, "x_"]), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(["", "lines", "payments"]), st.data())
def test_whatever_the_value_of_a_key_only_unreadable_sales_escapes(where: str, data: st.DataObject) -> None:
    entry = json.loads(json.dumps(FULL))
    inner = entry[where][0] if where else entry
    inner[data.draw(st.sampled_from(list(inner)))] = data.draw(values)
    try:
        read_one(entry)
    except UnreadableSales as error:
        assert "the line is no ticket" not in error.found, "a fault nobody could name"


@pytest.mark.parametrize("layout", ["list", "pretty list", "pretty tickets"])
def test_json_with_none_of_our_keys_is_said_to_be_another_programs(layout: str) -> None:
    known = refusal(LAYOUTS[layout]([{"purchaseUUID": "b-1", "payments": [{"amount": 100}]}]).encode())
    assert "Zettle" in known.found
    unknown = refusal(LAYOUTS[layout]([{"kvittering": 1, "beløp": 2, "lines": []}]).encode())
    assert "another program's file (its keys are 'beløp', 'kvittering'" in unknown.found
    for error in (known, unknown):
        assert "SAF-T" in error.fix
        assert "perhaps" not in str(error)
    assert "register is missing" in refusal({"tip": "1.00"}).found
