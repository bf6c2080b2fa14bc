"""SAF-T Cash Register: every dialect the programs are known to write, and everything that must be refused."""

from __future__ import annotations

import io
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from posexport.core.sales import (
    Coverage,
    EntryKind,
    FileCompany,
    ImportNote,
    MasterData,
    Movement,
    NamedRegister,
    Payment,
    SaleLine,
    SalesItem,
    Ticket,
    TicketStatus,
    ZReport,
    ZTotal,
)
from posexport.errors import UnreadableSales
from posexport.sources.saft.bytes import Form
from posexport.sources.saft.reader import read_saft, read_saft_master
from posexport.sources.saft.signs import SalesSide, WrittenLine, WrittenTicket, read_signs
from tests.support import saft_builder as b
from tests.support.paths import SHARED
from tests.support.scope import IS_EVERYTHING, count_examples

OFFICIAL = next(iter((SHARED / "saft-cash-register").glob("official-example*.xml")), None)
official = pytest.mark.skipif(OFFICIAL is None, reason="the tax authority's example is not on this machine")


def read(data: bytes, known: MasterData | None = None) -> list[SalesItem]:
    return list(read_saft(io.BytesIO(data), "kasse.xml", known or MasterData()))


def tickets_of(data: bytes) -> list[Ticket]:
    return [item for item in read(data) if isinstance(item, Ticket)]


def notices_of(data: bytes) -> list[ImportNote]:
    return [item for item in read(data) if isinstance(item, ImportNote)]


def one(*parts: str, **options: Any) -> Ticket:
    """The only ticket of a document."""
    (found,) = tickets_of(b.document(*parts, **options))
    return found


def refusal(data: bytes) -> UnreadableSales:
    with pytest.raises(UnreadableSales) as caught:
        read(data)
    error = caught.value
    assert error.path == "kasse.xml"
    assert error.found and error.expected and error.fix
    return error


def gross(ticket: Ticket) -> list[int]:
    return [line.gross_ore for line in ticket.lines]


def paid(ticket: Ticket) -> list[int]:
    return [payment.amount_ore for payment in ticket.payments]


def balance(ticket: Ticket) -> int:
    return ticket.payments_ore - ticket.sales_ore


# The official example.


@official
def test_the_official_example_is_read_as_its_own_z_report_counts_it() -> None:
    assert OFFICIAL is not None
    items = read(OFFICIAL.read_bytes())
    tickets = [item for item in items if isinstance(item, Ticket)]
    (z_report,) = [item for item in items if isinstance(item, ZReport)]
    groups: dict[str, int] = {}
    payments: dict[str, int] = {}
    for ticket in tickets:
        assert balance(ticket) == 0
        for sold in ticket.lines:
            groups[sold.product_type] = groups.get(sold.product_type, 0) + sold.gross_ore
        for payment in ticket.payments:
            payments[payment.payment_type] = payments.get(payment.payment_type, 0) + payment.amount_ore
    assert len(tickets) == 4
    assert groups == {"100": 10280, "200": 23200, "300": 17940}
    assert payments == {"CASH": 29500, "DEBCARD": 21880}
    assert sum(ticket.rounding_ore for ticket in tickets) == -40
    assert z_report.total_ore == 51420
    assert z_report.totals[:2] == (ZTotal(EntryKind.SALE, "100", 10280), ZTotal(EntryKind.SALE, "200", 23200))
    assert not [item for item in items if isinstance(item, ImportNote)]


@official
def test_the_official_example_inverted_is_the_same_sales() -> None:
    assert OFFICIAL is not None
    data = OFFICIAL.read_bytes()
    inverted = data.replace(b"<amntTp>C<", b"<amntTp>?<").replace(b"<amntTp>D<", b"<amntTp>C<")
    assert tickets_of(inverted.replace(b"<amntTp>?<", b"<amntTp>D<")) == tickets_of(data)


@official
def test_the_official_example_with_every_amount_positive_is_the_same_sales() -> None:
    assert OFFICIAL is not None
    data = OFFICIAL.read_bytes()
    head, _, tail = data.rpartition(b"<cashtransaction>")
    assert tickets_of(head + b"<cashtransaction>" + tail.replace(b">-", b">")) == tickets_of(data)


# What a file yields.


def test_master_data_comes_once_and_before_the_tickets() -> None:
    items = read(b.document(b.sale()))
    (master,) = [item for item in items if isinstance(item, MasterData)]
    assert items.index(master) < next(i for i, item in enumerate(items) if isinstance(item, Ticket))
    assert (master.company_name, master.organization_number) == ("Fjordmat AS", "999999999")
    assert master.product_types == {"100": "Mat", "200": "Øl"}
    assert master.payment_types == {"CASH": "Kontant", "CARD": "Bankkort"}
    assert master.standard_vat_codes == {"0": "0", "2": "31", "3": "3"}
    assert master.articles == {"1001": "100", "2001": "200"}
    assert master.basics["08:100"] == ("", "Staff discount")
    assert master.registers == (("Torget", "K1", "Bar"),)


def test_a_second_register_is_told_at_the_end_of_the_file() -> None:
    two = b.location(b.register(b.sale()) + b.register(b.sale("2"), "K2", "Kafé"))
    masters = [item for item in read(b.document(locations=two)) if isinstance(item, MasterData)]
    assert len(masters) == 2
    assert masters[1].registers == (("Torget", "K1", "Bar"), ("Torget", "K2", "Kafé"))


def test_a_register_that_is_named_and_has_no_ticket_is_told_where_another_has_some() -> None:
    named = b.location(b.register("", "K0") + b.register(b.sale()) + b.register("", "K2", "Kafé"))
    items = read(b.document(locations=named + b.location(b.register("", "K1"), "Havna")))
    silent = [item for item in items if isinstance(item, NamedRegister)]
    assert silent == [("Torget", "K0"), ("Torget", "K2"), ("Havna", "K1")]
    assert not any(isinstance(item, NamedRegister) for item in read(b.document(locations=b.location(b.register("")))))


def test_a_register_without_tickets_is_told_with_its_own_company() -> None:
    one = b.location(b.register(b.sale(), "K1") + b.register("", "K8"))
    data = b.document(locations=one).decode()
    other = data[data.index("<company>") : data.index("</company>") + len("</company>")]
    other = other.replace("999999999", "974760673").replace("K8", "K9")
    items = read(data.replace("</company>", "</company>" + other, 1).encode())
    told = [item for item in items if isinstance(item, FileCompany | NamedRegister)]
    names = [item.organization_number if isinstance(item, FileCompany) else item.register for item in told]
    assert names == ["999999999", "K8", "974760673", "K9"]


def test_a_master_data_file_without_tickets_is_read() -> None:
    items = read(b.document())
    assert [type(item) for item in items] == [FileCompany, MasterData, Coverage]


def test_only_the_master_data_is_read_when_only_it_is_asked_for() -> None:
    data = b.document(*[b.sale(str(n)) for n in range(2000)])
    stream = io.BytesIO(data)
    master = read_saft_master(stream, "kasse.xml")
    assert master.company_name == "Fjordmat AS"
    assert stream.tell() < len(data) / 2


def test_codes_of_another_file_of_the_company_are_used() -> None:
    known = read_saft_master(io.BytesIO(b.document()), "a.xml")
    data = b.document(b.ticket(b.line(group=None), b.payment("100.00"), kind="CASHSAL"), lists="", namespace=None)
    (ticket,) = [item for item in read(data, known) if isinstance(item, Ticket)]
    assert ticket.lines[0].product_type == "100"
    assert tickets_of(data)[0].lines[0].product_type == "article:1001"


def test_the_header_says_what_the_file_covers() -> None:
    (coverage,) = [item for item in read(b.document()) if isinstance(item, Coverage)]
    assert coverage == Coverage(
        start=datetime(2020, 1, 1),
        end=datetime(2020, 2, 1),
        made_at=datetime(2020, 2, 1, 10, 40),
        source="Kassen",
        batch="999999999_20200201104000",
    )


def test_a_header_that_says_nothing_covers_nothing() -> None:
    head = b.header(startDate="soon", endDate="9999-12-31", dateCreated=None, softwareDesc="x" * 99)
    (coverage,) = [item for item in read(b.document(head=head)) if isinstance(item, Coverage)]
    assert (coverage.start, coverage.end, coverage.made_at) == (None, None, None)
    assert len(coverage.source) == 35
    (coverage,) = [item for item in read(b.document(head="")) if isinstance(item, Coverage)]
    assert coverage == Coverage(batch="999999999")


# Form.


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"prefix": "n1"},
        {"prefix": "d1"},
        {"namespace": None},
        {"namespace": b.DANISH},
        {"namespace": "urn:something-else"},
        {"root": "AuditFile"},
        {"declared": None},
        {"declared": "ISO-8859-1", "encoding": "iso-8859-1"},
        {"declared": "windows-1252", "encoding": "cp1252"},
        {"encoding": "utf-8-sig"},
        {"declared": "UTF-16", "encoding": "utf-16"},
    ],
)
def test_every_harmless_form_of_the_file_reads_the_same(form: dict[str, str]) -> None:
    ticket = one(b.sale(), locations=b.location(b.register(b.sale()), "Kafé Ørneredet"), **form)
    assert ticket.location == "Kafé Ørneredet"
    assert ticket.lines == (SaleLine("100", "3", 10000, 2000, 2500),)
    assert ticket.payments == (Payment("CARD", 10000),)


def test_crlf_and_indentation_change_nothing() -> None:
    data = b.document(b.sale(), b.sale("2"))
    assert tickets_of(data.replace(b"><", b">\r\n\t<")) == tickets_of(data)


def test_comments_and_blank_lines_before_the_declaration_change_nothing() -> None:
    data = b.document(b.sale())
    spoken = data.replace(b"<nr>", b"<!-- a & b --><nr>", 1).replace(b">100.00<", b">100<!-- x -->.00<", 1)
    assert tickets_of(b"\r\n" + spoken) == tickets_of(data)
    assert not notices_of(b"\r\n" + spoken)


@pytest.mark.parametrize("encoding", ["iso-8859-1", "cp1252"])
def test_latin_bytes_that_claim_to_be_utf8_are_read_and_said(encoding: str) -> None:
    data = b.document(locations=b.location(b.register(b.sale()), "Kafé Ørneredet"), encoding=encoding)
    assert tickets_of(data)[0].location == "Kafé Ørneredet"
    (notice,) = notices_of(data)
    assert "Windows-1252" in notice.text


def test_a_raw_ampersand_is_read_and_said() -> None:
    data = b.document(locations=b.location(b.register(b.sale()), "Fish & Chips &amp; Øl"))
    assert tickets_of(data)[0].location == "Fish & Chips & Øl"
    (notice,) = notices_of(data)
    assert "&" in notice.text


def test_an_ampersand_inside_cdata_is_left_alone() -> None:
    data = b.document(locations=b.location(b.register(b.sale()), "<![CDATA[Fish & <Chips>]]>"))
    assert tickets_of(data)[0].location == "Fish & <Chips>"
    assert not notices_of(data)


def test_utf16_that_is_none_is_read_and_said() -> None:
    data = b.document(b.sale(), declared="utf-16", encoding="utf-8")
    assert len(tickets_of(data)) == 1
    assert "UTF-16" in notices_of(data)[0].text


class Drip(io.BytesIO):
    """A stream that gives a few bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self._size = size

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self._size)


@settings(max_examples=count_examples(60), deadline=None)
@given(
    text=st.text("aæø&;#x<->!", max_size=40),
    ending=st.sampled_from(["utf-8", "cp1252"]),
    size=st.integers(1, 9),
    pad=st.integers(0, 12),
)
def test_repairs_are_the_same_wherever_the_chunks_are_cut(text: str, ending: str, size: int, pad: int) -> None:
    data = b"<a>" + b" " * (5000 + pad) + text.encode(ending) + b"<![CDATA[a & b]]><!-- & -->&amp;&#38;&</a>"

    def mended(stream: io.BytesIO) -> bytes:
        form = Form(stream, "x", lambda: "")
        return b"".join(form.chunks())

    assert mended(Drip(data, size)) == mended(io.BytesIO(data))


def test_repairs_hold_across_the_chunks_of_a_large_file() -> None:
    sales = [
        b.ticket(b.line(extra="<cashTransLineDescr>Øl & Ål</cashTransLineDescr>"), b.payment(), number=str(n))
        for n in range(400)
    ]
    data = b.document(*sales, encoding="cp1252")
    assert len(tickets_of(data)) == 400
    assert {"Windows" in n.text or "400 times" in n.text for n in notices_of(data)} == {True}


# Refused as a whole.


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"register;ticket\n1;2\n", "not XML"),
        (b"PK\x03\x04abc", "archive"),
        (b"<html><body/></html>", "html"),
        (b"<?xml version='1.0' encoding='klingon'?><auditfile/>", "XML"),
        (b"<auditfile xmlns='" + b.NORWEGIAN.encode() + b"'/>", "lacks 'company'"),
        (b"<auditfile><company/></auditfile>", "lacks 'cashregister'"),
        (b"<auditfile><header/></wrong></auditfile>", "not well-formed"),
        (b"<other xmlns='" + b.NORWEGIAN.encode() + b"'><company/></other>", "lacks 'cashregister'"),
        (
            b"<n1:AuditFile xmlns:n1='urn:StandardAuditFile-Taxation-Financial:NO'><n1:Header/></n1:AuditFile>",
            "SAF-T Financial",
        ),
        (b"<AuditFile><Header/><MasterFiles/></AuditFile>", "SAF-T Financial"),
        (b"<?xml version='1.0'?>", ""),
        (b"<auditfile>" * 5000, ""),
        (b"<auditfile><company>" + b"x" * 11_000_000 + b"</company></auditfile>", ""),
    ],
)
def test_what_is_no_cash_register_file_is_refused_by_what_it_is(data: bytes, words: str) -> None:
    assert words in str(refusal(data))


@pytest.mark.parametrize(
    "doctype",
    [
        b'<!DOCTYPE auditfile [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        b'<!DOCTYPE auditfile SYSTEM "file:///etc/passwd">',
        b'<!DOCTYPE auditfile [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_refused_outright(doctype: bytes, encoding: str) -> None:
    data = b.document(b.sale(), declared=encoding.upper()).decode()
    first, rest = data.split("\n", 1)
    error = refusal((first + doctype.decode() + rest).encode(encoding))
    assert "DOCTYPE" in error.found


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_off_is_said_to_end_in_the_middle(share: float) -> None:
    data = b.document(*[b.sale(str(n)) for n in range(50)])
    error = refusal(data[: int(len(data) * share)])
    assert "ends in the middle" in error.found
    assert "again" in error.fix
    assert error.place.startswith("line ")


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (b.sale(amount="1,000"), "'1,000'"),
        (b.sale(amount="abc"), "'abc'"),
        (b.sale(amount="1e3"), "'1e3'"),
        (b.ticket(b.line("100.005"), b.payment("100.00")), "'100.005'"),
        (b.ticket(b.line(""), b.payment("100.00")), "lineAmntIn is missing"),
        (b.ticket(b.line(), b.payment("")), "paidAmnt is missing"),
        (b.ticket(b.line(), b.payment(payment_type=None)), "paymentType"),
        (b.sale(date="2020-02-30"), "2020-02-30"),
        (b.sale(date="yesterday"), "yesterday"),
        (b.sale(date="0001-01-01"), "0001-01-01"),
        (b.sale(date=""), "date is missing"),
        (b.sale(time="25:00:00"), "25:00:00"),
        (b.sale(time="noon"), "noon"),
        (b.sale(time=""), "time is missing"),
        (b.sale(rounding="few"), "few"),
        (b.ticket(b.line(), b.payment(), total="many"), "many"),
        (b.ticket(b.line(vats=b.vat(percent="many")), b.payment()), "many"),
    ],
)
def test_what_a_ticket_cannot_say_is_refused_with_its_register_and_number(made: str, words: str) -> None:
    error = refusal(b.document(made))
    assert error.place == "register K1, ticket 1"
    assert words in error.found


def test_a_ticket_without_any_number_is_refused() -> None:
    assert "number" in refusal(b.document(b.ticket(b.line(), b.payment(), number=None))).found


@pytest.mark.parametrize(
    "locations",
    [
        b.location(b.register(b.sale(), number=None)),
        b.location(f"<cashregister>{b.sale()}<registerID>K1</registerID></cashregister>"),
        b.location(b.sale()),
        b.location(b.register("") + b.sale()),
    ],
)
def test_a_ticket_whose_register_is_unknown_is_refused(locations: str) -> None:
    assert "registerID" in refusal(b.document(locations=locations)).found


def test_lists_and_names_that_come_too_late_are_refused() -> None:
    late = b.location(b.register(b.sale())) + b.master()
    assert "after tickets" in refusal(b.document(lists="", locations=late)).found
    late_name = b.location(b.register(b.sale()) + "<name>Torget</name>", name=None)
    assert "name" in refusal(b.document(locations=late_name)).found


def test_an_address_or_a_customer_with_a_name_is_no_location() -> None:
    data = b.document(locations=b.location(b.register(b.sale(extra="<name>Kunde</name>"))))
    assert tickets_of(data)[0].location == "Torget"


# Flags and status.


@pytest.mark.parametrize("flag", ["true", "1", "TRUE"])
def test_training_and_void_are_told_by_any_true(flag: str) -> None:
    assert one(b.sale(training=flag)).status is TicketStatus.TRAINING
    assert one(b.sale(void=flag)).status is TicketStatus.VOID


@pytest.mark.parametrize("flag", ["false", "0", "", "FALSE"])
def test_no_training_and_no_void_are_told_by_any_false(flag: str) -> None:
    assert one(b.sale(training=flag, void=flag)).status is TicketStatus.COUNTED


def test_a_file_of_nothing_but_training_is_no_day_without_sales() -> None:
    data = b.document(b.sale(training="1"), b.sale("2", void="1"))
    assert "not a day without sales" in notices_of(data)[0].text
    assert not notices_of(b.document(b.sale(training="1"), b.sale("2")))


def test_a_training_ticket_nobody_could_read_the_sign_of_refuses_nothing() -> None:
    doubtful = b.ticket(b.line(side="D", line_type=None), b.payment(), side="D", kind="CASHSAL", training="true")
    assert one(doubtful).status is TicketStatus.TRAINING


def test_a_voided_return_is_doubted_aloud() -> None:
    data = b.document(b.sale(), b.sale("2", "-100.00", void="true", side="D"))
    assert tickets_of(data)[1].status is TicketStatus.VOID
    assert "ticket 2" in notices_of(data)[0].place


@pytest.mark.parametrize(
    ("kind", "amount", "expected"),
    [
        ("DROP", "500.00", Movement(EntryKind.MOVE_IN_OUT, "CASH", -50000)),
        ("11010", "-500.00", Movement(EntryKind.MOVE_IN_OUT, "CASH", -50000)),
        ("Out Payment", "500.00", Movement(EntryKind.MOVE_IN_OUT, "CASH", -50000)),
        ("11011", "500.00", Movement(EntryKind.MOVE_IN_OUT, "CASH", 50000)),
        ("11011", "-500.00", Movement(EntryKind.MOVE_IN_OUT, "CASH", 50000)),
        ("Cash declaration", "1000.00", Movement(EntryKind.MOVE_FLOAT, "CASH", 100000)),
        ("INNGÅENDE VEKSELBEHOLDNING", "1000.00", Movement(EntryKind.MOVE_FLOAT, "CASH", 100000)),
        ("Kassedifferanse ved opptelling", "-40.00", Movement(EntryKind.MOVE_DIFFERENCE, "CASH", -4000)),
        ("Kassedifference", "40.00", Movement(EntryKind.MOVE_DIFFERENCE, "CASH", 4000)),
        ("11005", "250.00", Movement(EntryKind.MOVE_RECEIVED, "CASH", 25000)),
        ("Innbetaling fra kunde", "250.00", Movement(EntryKind.MOVE_RECEIVED, "CASH", 25000)),
    ],
)
def test_cash_that_moves_without_a_sale_is_a_movement(kind: str, amount: str, expected: Movement) -> None:
    ticket = one(b.ticket((), b.payment(amount, "CASH"), kind=kind, total=amount))
    assert ticket.status is TicketStatus.MOVEMENT
    assert ticket.movements == (expected,)
    assert (ticket.lines, ticket.payments) == ((), ())


def test_a_movement_written_as_a_line_without_article_or_vat_is_still_a_movement() -> None:
    bare = b.line("500.00", group=None, article=None, vats="", net="500.00", line_type=None)
    assert one(b.ticket(bare, b.payment("500.00", "CASH"), kind="11010")).status is TicketStatus.MOVEMENT


def test_a_movement_without_payments_moves_the_tickets_total() -> None:
    ticket = one(b.ticket((), (), kind="11007", total="1500.00"))
    assert ticket.movements == (Movement(EntryKind.MOVE_FLOAT, "CASH", 150000),)


def test_codes_lie_and_sale_lines_tell() -> None:
    assert one(b.sale(kind="11010")).status is TicketStatus.COUNTED
    assert gross(one(b.sale(kind="11010"))) == [10000]
    assert one(b.sale(kind="CREDSAL")).status is TicketStatus.COUNTED
    assert paid(one(b.sale(kind="CREDSAL"))) == [10000]


def test_the_count_of_pro_forma_receipts_says_nothing() -> None:
    made = b.sale().replace("<receiptNum>", "<receiptProformaNum>1</receiptProformaNum><receiptNum>")
    assert one(made).status is TicketStatus.COUNTED


def test_a_pro_forma_nobody_paid_is_not_a_sale() -> None:
    made = b.ticket(b.line(), (), trans_id="55", head="<desc>Pro forma</desc>")
    assert one(made).status is TicketStatus.NOT_A_SALE
    by_event = b.document(b.ticket(b.line(), (), trans_id="55"), before=b.event("PROV", "55"))
    assert tickets_of(by_event)[0].status is TicketStatus.NOT_A_SALE
    was_paid = b.document(b.ticket(b.line(), b.payment(), trans_id="55"), before=b.event("PROV", "55"))
    assert tickets_of(was_paid)[0].status is TicketStatus.COUNTED


def test_lines_nobody_paid_are_a_ticket_that_does_not_balance() -> None:
    ticket = one(b.ticket(b.line(), ()))
    assert ticket.status is TicketStatus.COUNTED
    assert balance(ticket) == -10000


# Signs.

RETURNS = {
    "official: below zero with D": ("-100.00", "D", "-100.00", "D", "-100.00"),
    "Danish: above zero with D": ("100.00", "D", "100.00", "D", "100.00"),
    "line above zero, ticket and payment below": ("-100.00", "D", "100.00", "D", "-100.00"),
    "line below zero, ticket and payment above": ("100.00", "D", "-100.00", "D", "100.00"),
    "only the payment below zero": ("100.00", "D", "100.00", "D", "-100.00"),
    "ticket C, line D below zero": ("100.00", "C", "-100.00", "D", "100.00"),
    "inverted: above zero with C": ("100.00", "C", "100.00", "C", "100.00"),
    "inverted: below zero with C": ("-100.00", "C", "-100.00", "C", "-100.00"),
    "no amntTp, below zero": ("-100.00", "", "-100.00", "", "-100.00"),
}


@pytest.mark.parametrize("form", RETURNS.values(), ids=RETURNS.keys())
@pytest.mark.parametrize(
    ("kind", "line_type", "quantity"),
    [("RETURNSAL", "RET", "-1"), ("RETURNSAL", "SAL", "1"), ("CASHSAL", "RET", "1"), ("CASHSAL", "SAL", "-1.000")],
)
def test_a_return_is_money_out_however_it_is_signed(
    form: tuple[str, str, str, str, str], kind: str, line_type: str, quantity: str
) -> None:
    total, side, amount, line_side, paid_amount = form
    ticket = one(
        b.ticket(
            b.line(amount, side=line_side or None, line_type=line_type, quantity=quantity),
            b.payment(paid_amount),
            total=total,
            side=side or None,
            kind=kind,
        )
    )
    assert gross(ticket) == [-10000]
    assert paid(ticket) == [-10000]
    assert ticket.lines[0].vat_ore == -2000


def test_an_inverted_register_writes_sales_as_d() -> None:
    sales = b.document(
        b.sale("1", side="D").replace("<amntTp>C", "<amntTp>D"),
        b.ticket(b.line(side="D", line_type=None), b.payment(), side="D", number="2", kind="11999"),
        b.ticket(b.line(side="C", line_type=None), b.payment(), side="C", number="3", kind="11999"),
    )
    assert [gross(ticket) for ticket in tickets_of(sales)] == [[10000], [10000], [-10000]]
    assert [paid(ticket) for ticket in tickets_of(sales)] == [[10000], [10000], [-10000]]


def test_d_is_a_return_in_a_register_whose_sales_are_c() -> None:
    doubtful = b.ticket(b.line(side="D"), b.payment(), side="D", number="2")
    assert gross(tickets_of(b.document(b.sale(), doubtful))[1]) == [-10000]


def test_d_without_any_other_evidence_is_a_return() -> None:
    made = b.ticket(b.line(side="D", line_type=None, quantity=None), b.payment(), side="D", kind=None)
    assert gross(one(made)) == [-10000]


@pytest.mark.parametrize(("kind", "line_type"), [("CASHSAL", None), (None, "SAL")])
def test_a_ticket_that_may_be_sale_or_return_is_refused_by_name(kind: str | None, line_type: str | None) -> None:
    made = b.ticket(b.line(side="D", line_type=line_type), b.payment(), side="D", kind=kind, number="42")
    error = refusal(b.document(made))
    assert error.place == "register K1, ticket 42"
    assert "sale or a return" in error.found


def test_a_ticket_at_odds_with_its_lines_and_without_evidence_is_refused() -> None:
    refusal(b.document(b.ticket(b.line(side="D", line_type=None), b.payment(), side="C", kind=None)))


def test_a_register_that_writes_sales_both_as_c_and_as_d_is_refused() -> None:
    error = refusal(b.document(b.sale(side="D").replace("<amntTp>C", "<amntTp>D"), b.sale("2")))
    assert error.place == "register K1, ticket 2"


@pytest.mark.parametrize(
    ("sold", "returned", "side", "paid_out"),
    [
        (("100.00", "C"), ("-30.00", "D"), "C", "70.00"),
        (("100.00", "C"), ("30.00", "D"), "C", "70.00"),
        (("100.00", "D"), ("30.00", "C"), "D", "70.00"),
        (("100.00", "C"), ("-30.00", "C"), "C", "70.00"),
    ],
)
def test_an_exchange_sells_and_takes_back_on_one_ticket(
    sold: tuple[str, str], returned: tuple[str, str], side: str, paid_out: str
) -> None:
    lines = [
        b.line(sold[0], side=sold[1]),
        b.line(returned[0], side=returned[1], line_type="RET", group="200"),
    ]
    ticket = one(b.ticket(lines, b.payment(paid_out), side=side, kind="EXCH", total="70.00"))
    assert gross(ticket) == [10000, -3000]
    assert paid(ticket) == [7000]


@pytest.mark.parametrize(("returned", "paid_back"), [("-130.00", "-30.00"), ("130.00", "30.00")])
def test_an_exchange_can_end_in_money_back(returned: str, paid_back: str) -> None:
    lines = [b.line("100.00"), b.line(returned, side="D", line_type=None)]
    ticket = one(b.ticket(lines, b.payment(paid_back), side="D", kind="EXCH", total=paid_back))
    assert gross(ticket) == [10000, -13000]
    assert paid(ticket) == [-3000]


def test_an_even_exchange_needs_no_payment() -> None:
    lines = [b.line("100.00"), b.line("100.00", side="D", line_type="RET")]
    assert gross(one(b.ticket(lines, (), kind="EXCH", total="0.00"))) == [10000, -10000]


def test_a_discount_written_as_a_line_below_zero_stays_with_its_sale_and_with_its_return() -> None:
    lines = [b.line("100.00"), b.line("-10.00")]
    assert gross(one(b.ticket(lines, b.payment("90.00"), total="90.00"))) == [10000, -1000]
    back = [b.line("100.00", side="D"), b.line("-10.00", side="D")]
    ticket = one(b.ticket(back, b.payment("90.00"), side="D", kind="RETURNSAL", total="90.00"))
    assert (gross(ticket), paid(ticket)) == ([-10000, 1000], [-9000])


def test_change_given_back_is_a_payment_below_zero() -> None:
    ticket = one(b.ticket(b.line(), [b.payment("120.00", "CASH"), b.payment("-20.00", "CASH")]))
    assert paid(ticket) == [12000, -2000]
    assert balance(ticket) == 0


def test_what_balances_in_no_reading_is_taken_as_written() -> None:
    ticket = one(b.ticket([b.line("100.00"), b.line("30.00")], b.payment("99.00")))
    assert (gross(ticket), paid(ticket)) == ([10000, 3000], [9900])
    back = one(b.ticket(b.line("100.00", side="D"), b.payment("99.00"), side="D", kind="RETURNSAL"))
    assert (gross(back), paid(back)) == ([-10000], [-9900])


@settings(max_examples=count_examples(200), deadline=None)
@given(
    amounts=st.lists(st.integers(100, 10**6), min_size=1, max_size=6),
    rounding=st.integers(-50, 50),
    back=st.booleans(),
    positive=st.booleans(),
)
def test_any_sale_and_any_return_balance_after_reading(
    amounts: list[int], rounding: int, back: bool, positive: bool
) -> None:
    sign = -1 if back and not positive else 1
    side = "D" if back else "C"
    total = sum(amounts) + rounding
    written = WrittenTicket(
        [WrittenLine(sign * amount, side) for amount in amounts],
        [[sign * total]],
        side,
        rounding_ore=sign * rounding,
        is_return=back,
    )
    reading = read_signs(written, SalesSide())
    expected = -1 if back else 1
    assert reading.lines == tuple(expected * amount for amount in amounts)
    assert sum(reading.lines) + reading.rounding_ore == sum(reading.payments)


# Tips.


def tip(kind: str = "TIPS", amount: str = "20.00") -> str:
    return f"<raise><raiseType>{kind}</raiseType><raiseAmnt>{amount}</raiseAmnt></raise>"


@pytest.mark.parametrize("kind", ["TIPS", "10001", "Tips", "Drikkepenger", "gratuity"])
def test_a_tip_on_the_ticket_is_a_tip_by_code_or_by_word(kind: str) -> None:
    ticket = one(b.ticket(b.line(), b.payment("120.00"), extra=tip(kind), total="120.00"))
    assert (ticket.tip_ore, gross(ticket)) == (2000, [10000])
    assert balance(ticket) == 0


def test_a_tip_on_a_line_is_outside_or_inside_its_amount_as_the_balance_says() -> None:
    outside = one(b.ticket(b.line("100.00", extra=tip()), b.payment("120.00")))
    inside = one(b.ticket(b.line("120.00", extra=tip()), b.payment("120.00")))
    for ticket in (outside, inside):
        assert (ticket.tip_ore, gross(ticket), balance(ticket)) == (2000, [10000], 0)


def test_a_tip_given_back_is_below_zero() -> None:
    for amount, tip_amount, paid_amount in (("-800.00", "-80.00", "-880.00"), ("800.00", "80.00", "880.00")):
        made = b.ticket(
            b.line(amount, side="D"),
            b.payment(paid_amount),
            side="D",
            kind="RETURNSAL",
            extra=tip(amount=tip_amount),
        )
        ticket = one(made)
        assert (ticket.tip_ore, gross(ticket), paid(ticket)) == (-8000, [-80000], [-88000])


def test_a_tip_that_also_stands_as_a_line_is_counted_once() -> None:
    untaxed = b.line("20.00", vats=b.vat("0", "0.00", "0.00"), net="20.00", group="900")
    ticket = one(b.ticket([b.line(), untaxed], b.payment("120.00"), extra=tip()))
    assert (ticket.tip_ore, gross(ticket), balance(ticket)) == (2000, [10000], 0)


def test_a_tip_hidden_in_the_sales_holds_the_ticket_rather_than_becoming_income() -> None:
    data = b.document(b.ticket(b.line("120.00"), b.payment("120.00"), extra=tip()))
    (ticket,) = tickets_of(data)
    assert balance(ticket) == -2000
    assert "ticket 1" in notices_of(data)[0].place


def test_a_tip_nobody_wrote_stays_unexplained() -> None:
    ticket = one(b.ticket(b.line(), b.payment("110.00")))
    assert (ticket.tip_ore, balance(ticket), ticket.tip_may_be_unwritten) == (0, 1000, True)


def test_an_addition_that_is_no_tip_is_a_line_of_its_own_inside_the_price_or_on_top() -> None:
    fee = SaleLine("raise:FEE", "3", 1000)
    in_price = one(b.ticket(b.line("110.00", extra=tip("FEE", "10.00")), b.payment("110.00")))
    assert (in_price.tip_ore, gross(in_price), in_price.lines[1]) == (0, [10000, 1000], fee)
    on_top = one(b.ticket(b.line("100.00"), b.payment("110.00"), extra=tip("FEE", "10.00")))
    assert (on_top.tip_ore, gross(on_top), on_top.lines[1], balance(on_top)) == (0, [10000, 1000], fee, 0)


# Rounding.


@pytest.mark.parametrize(("written", "paid_amount", "meant"), [("-0.40", "295.00", -40), ("0.40", "295.00", -40)])
def test_rounding_has_the_sign_that_balances(written: str, paid_amount: str, meant: int) -> None:
    ticket = one(b.ticket(b.line("295.40"), b.payment(paid_amount, "CASH"), rounding=written))
    assert (ticket.rounding_ore, balance(ticket)) == (meant, 0)


def test_rounding_turns_with_a_return() -> None:
    made = b.ticket(b.line("295.40", side="D"), b.payment("295.00"), side="D", kind="RETURNSAL", rounding="-0.40")
    ticket = one(made)
    assert (gross(ticket), ticket.rounding_ore, paid(ticket)) == ([-29540], 40, [-29500])


def test_rounding_that_is_not_written_is_never_computed() -> None:
    ticket = one(b.ticket(b.line("295.40"), b.payment("295.00", "CASH")))
    assert (ticket.rounding_ore, balance(ticket)) == (0, -40)


# Discounts.


def discount(amount: str) -> str:
    return f"<discount><dscTp>100</dscTp><dscAmnt>{amount}</dscAmnt></discount>"


def test_a_line_is_after_its_discounts_which_follow_its_sign() -> None:
    ticket = one(b.ticket(b.line("80.00", extra=discount("15.00") + discount("5.00")), b.payment("80.00")))
    assert (gross(ticket), ticket.lines[0].discount_ore) == ([8000], 2000)
    back = one(
        b.ticket(b.line("-80.00", side="D", extra=discount("-20.00")), b.payment("-80.00"), side="D", kind="RETURNSAL")
    )
    assert (gross(back), back.lines[0].discount_ore) == ([-8000], -2000)


def test_a_discount_on_the_ticket_that_is_in_the_lines_only_informs() -> None:
    lines = [b.line("360.00"), b.line("165.60", vats=b.vat("2", "15.00", "21.60"))]
    ticket = one(b.ticket(lines, b.payment("525.60"), extra=discount("58.40")))
    assert gross(ticket) == [36000, 16560]
    assert [line.discount_ore for line in ticket.lines] == [4000, 1840]


def test_a_discount_on_the_ticket_that_is_not_in_the_lines_is_spread_to_the_ore() -> None:
    lines = [b.line("400.00"), b.line("184.00", vats=b.vat("2", "15.00", "24.00"))]
    ticket = one(b.ticket(lines, b.payment("525.60"), extra=discount("58.40")))
    assert gross(ticket) == [36000, 16560]
    assert [line.discount_ore for line in ticket.lines] == [4000, 1840]
    assert [line.vat_ore for line in ticket.lines] == [7200, 2160]
    assert balance(ticket) == 0


def test_savings_have_no_amounts() -> None:
    savings = "<savings><savingsType>3for2</savingsType><savingsUnits>1</savingsUnits></savings>"
    assert one(b.ticket(b.line(extra=savings), b.payment())).lines[0].discount_ore == 0


# Codes.


def test_an_id_in_several_basic_types_is_looked_up_in_its_own() -> None:
    basics = (*b.BASICS, ("12", "100", "12005", "Gavekort"), ("11", "100", "11010", "Uttak"))
    ticket = one(b.ticket(b.line(group="100"), b.payment(payment_type="100")), lists=b.master(basics))
    assert (ticket.lines[0].product_type, ticket.payments[0].payment_type) == ("100", "100")
    moved = one(b.ticket((), b.payment(payment_type="CASH"), kind="100"), lists=b.master(basics))
    assert moved.status is TicketStatus.MOVEMENT


@pytest.mark.parametrize(
    ("group", "article", "product_type"),
    [
        ("100", "2001", "100"),
        (None, "2001", "200"),
        ("", "2001", "200"),
        (None, "9999", "article:9999"),
        (None, None, "no-group"),
        ("Øl", None, "200"),
        ("04006", None, "04006"),
        ("Ukjent", None, "Ukjent"),
    ],
)
def test_a_line_has_its_own_group_or_its_articles(group: str | None, article: str | None, product_type: str) -> None:
    ticket = one(b.ticket(b.line(group=group, article=article), b.payment()))
    assert ticket.lines[0].product_type == product_type


def test_descriptions_and_predefined_codes_may_stand_for_payment_types() -> None:
    made = b.ticket(b.line(), [b.payment("60.00", "Kontant"), b.payment("40.00", "12005")])
    items = read(b.document(made))
    (ticket,) = [item for item in items if isinstance(item, Ticket)]
    assert [payment.payment_type for payment in ticket.payments] == ["CASH", "12005"]
    assert [item for item in items if isinstance(item, MasterData)][-1].payment_types["12005"] == "Gavekort"


def test_a_basic_without_a_name_has_the_code_lists() -> None:
    basics = (("04", "10", "04007", ""), ("12", "2", "12011", ""))
    master = read_saft_master(io.BytesIO(b.document(lists=b.master(basics))), "x")
    assert (master.product_types, master.payment_types) == ({"10": "Øl"}, {"2": "Mobilbetaling"})


@pytest.mark.parametrize(
    ("vats", "code", "rate_bp"),
    [
        (b.vat("3", "25.00"), "3", 2500),
        (b.vat("0", "0.00", "0.00"), "0", 0),
        (b.vat(None, "25.00"), "3", 2500),
        (b.vat("", "15.000"), "2", 1500),
        (b.vat(None, "11.11", "10.00"), "11.11%", 1111),
        (b.vat(None, "12.00", "10.00"), "12%", 1200),
        (b.vat("3", None), "3", None),
        ("", "3", 2500),
    ],
)
def test_the_vat_code_is_the_one_written_or_the_only_one_with_its_rate(
    vats: str, code: str, rate_bp: int | None
) -> None:
    sold = one(b.ticket(b.line(vats=vats), b.payment())).lines[0]
    assert (sold.vat_code, sold.vat_rate_bp) == (code, rate_bp)


def test_two_codes_with_one_rate_leave_the_rate() -> None:
    codes = (*b.VAT_CODES, ("33", "Mat 25 %", "3"))
    made = b.ticket(b.line(vats=b.vat(None, "25.00")), b.payment())
    assert one(made, lists=b.master(vat_codes=codes)).lines[0].vat_code == "25%"


def test_the_only_vat_on_the_ticket_is_every_lines() -> None:
    lines = [b.line(vats=""), b.line("50.00", vats="", net="")]
    sold = one(b.ticket(lines, b.payment("150.00"), extra=b.vat("3", "25.00", "30.00"))).lines
    assert [line.vat_code for line in sold] == ["3", "3"]
    assert [line.vat_ore for line in sold] == [2000, None]


def test_several_vats_on_the_ticket_are_told_apart_by_each_lines_own_rate() -> None:
    lines = [b.line(vats=""), b.line("115.00", vats="", net="100.00"), b.line("10.00", vats="", net="10.00")]
    extra = b.vat("3", "25.00", "20.00") + b.vat("2", "15.00", "15.00") + b.vat("0", "0.00", "0.00")
    sold = one(b.ticket(lines, b.payment("225.00"), extra=extra)).lines
    assert [(line.vat_code, line.vat_ore) for line in sold] == [("3", 2000), ("2", 1500), ("0", 0)]


def test_a_line_whose_vat_cannot_be_told_is_left_without_and_named() -> None:
    extra = b.vat("3", "25.00", "20.00") + b.vat("2", "15.00", "15.00")
    data = b.document(b.ticket(b.line(vats="", net=""), b.payment(), extra=extra))
    assert tickets_of(data)[0].lines[0].vat_code == ""
    assert notices_of(data)[0].place == "register K1, ticket 1"


def test_doubts_of_a_kind_are_not_repeated_without_end() -> None:
    doubtful = [b.ticket(b.line(vats="", net=""), b.payment(), number=str(n)) for n in range(200)]
    notices = notices_of(b.document(*doubtful))
    assert len(notices) == 51
    assert "150 more" in notices[-1].text


# Currency.


@pytest.mark.parametrize(("amount", "rate"), [("20.00", "11.500000"), ("230.00", "11.500000"), ("230.00", None)])
def test_foreign_cash_is_converted_unless_the_balance_says_it_already_is(amount: str, rate: str | None) -> None:
    made = b.ticket(b.line("200.00"), [b.payment(amount, "CASH", "EUR", rate), b.payment("-30.00", "CASH")])
    ticket = one(made)
    assert ticket.payments == (Payment("CASH", 23000, "EUR"), Payment("CASH", -3000))
    assert balance(ticket) == 0


def test_foreign_cash_without_a_rate_is_refused() -> None:
    error = refusal(b.document(b.ticket(b.line("200.00"), b.payment("20.00", "CASH", "EUR"))))
    assert "EUR" in error.found and "exchRt" in error.expected


@pytest.mark.parametrize("rate", ["abc", "0", "-1", "NaN", "1e99"])
def test_a_rate_that_is_none_is_refused(rate: str) -> None:
    refusal(b.document(b.ticket(b.line("200.00"), b.payment("20.00", "CASH", "EUR", rate))))


def test_danish_kroner_in_a_danish_file_are_not_foreign() -> None:
    number = "9f1c2d3e-0000-4000-8000-1234567890ab"
    made = b.ticket(b.line(), b.payment(currency="DKK", rate="0.75"), number=number)
    ticket = one(made, namespace=b.DANISH, head=b.header(curCode="DKK"))
    assert ticket.payments == (Payment("CARD", 10000),)
    assert (ticket.number, ticket.serial) == (number, None)


# Identity and time.


@pytest.mark.parametrize(
    ("number", "trans_id", "shown", "serial"),
    [
        ("1000", "1000", "1000", 1000),
        ("1000", "", "1000", 1000),
        ("1000", "77", "1000 (77)", 1000),
        (None, "77", "77", 77),
        ("A-12", "A-12", "A-12", None),
        ("0012", "0012", "0012", 12),
        ("1" * 16, "1" * 16, "1" * 16, None),
    ],
)
def test_a_ticket_is_named_by_what_is_printed(
    number: str | None, trans_id: str, shown: str, serial: int | None
) -> None:
    ticket = one(b.ticket(b.line(), b.payment(), number=number, trans_id=trans_id))
    assert (ticket.number, ticket.serial) == (shown, serial)
    assert ticket.register == "K1"


def test_tickets_of_several_locations_and_registers_keep_their_own() -> None:
    places = b.location(b.register(b.sale(), "1") + b.register(b.sale(), "2")) + b.location(
        b.register(b.sale(), "1"), None
    )
    found = [(ticket.location, ticket.register) for ticket in tickets_of(b.document(locations=places))]
    assert found == [("Torget", "1"), ("Torget", "2"), (None, "1")]


@pytest.mark.parametrize(
    ("day", "clock", "moment"),
    [
        ("2020-01-01", "09:15:00", datetime(2020, 1, 1, 9, 15)),
        ("2020-01-01", "09:15:00.987", datetime(2020, 1, 1, 9, 15)),
        ("2020-01-01", "09:15", datetime(2020, 1, 1, 9, 15)),
        ("2020-01-01", "091500", datetime(2020, 1, 1, 9, 15)),
        ("20200101", "09:15:00", datetime(2020, 1, 1, 9, 15)),
        ("31.12.2020", "09:15:00", datetime(2020, 12, 31, 9, 15)),
        ("2020-01-01", "09:15:00Z", datetime(2020, 1, 1, 9, 15, tzinfo=UTC)),
        ("2020-01-01", "09:15:00+01:00", datetime(2020, 1, 1, 9, 15, tzinfo=timezone(timedelta(hours=1)))),
        ("2020-01-01+01:00", "09:15:00", datetime(2020, 1, 1, 9, 15, tzinfo=timezone(timedelta(hours=1)))),
        ("2020-01-01T09:15:00", "00:00:00", datetime(2020, 1, 1, 9, 15)),
        ("2020-01-01T09:15:00", "", datetime(2020, 1, 1, 9, 15)),
        ("2020-01-01T00:00:00", "09:15:00", datetime(2020, 1, 1, 9, 15)),
        ("2020-01-01T09:15:00Z", "09:15:00Z", datetime(2020, 1, 1, 9, 15, tzinfo=UTC)),
        ("2020-01-01", "0001-01-01T09:15:00", datetime(2020, 1, 1, 9, 15)),
        (" 2020-01-01 ", " 09:15:00 ", datetime(2020, 1, 1, 9, 15)),
    ],
)
def test_the_moment_is_read_in_whole_seconds_and_offsets_are_honoured(day: str, clock: str, moment: datetime) -> None:
    found = one(b.sale(date=day, time=clock)).completed_at
    assert (found, found.tzinfo is None) == (moment, moment.tzinfo is None)


def test_two_times_that_disagree_are_refused() -> None:
    refusal(b.document(b.sale(date="2020-01-01T09:15:00", time="10:15:00")))


def test_the_customer_of_a_credit_sale_is_kept() -> None:
    assert one(b.sale(head="<custSupID>10018</custSupID>")).customer == "10018"


# Z-reports.

Z_BODY = (
    "<reportTotalCashSales><totalCashSaleAmnt>514.20</totalCashSaleAmnt></reportTotalCashSales>"
    "<reportArtGroups><reportArtGroup><artGroupID>100</artGroupID><artGroupNum>1</artGroupNum>"
    "<artGroupAmnt>102.80</artGroupAmnt></reportArtGroup></reportArtGroups>"
    "<reportEmpArtGroups><reportEmpArtGroup><empID>1</empID><artGroupID>100</artGroupID>"
    "<artGroupAmnt>1.00</artGroupAmnt></reportEmpArtGroup></reportEmpArtGroups>"
    "<reportPayments><reportPayment><paymentType>CASH</paymentType><paymentNum>1</paymentNum>"
    "<paymentAmnt>295.00</paymentAmnt></reportPayment></reportPayments>"
    "<reportTip><tipNum>1</tipNum><tipAmnt>20.00</tipAmnt></reportTip>"
    "<reportCashSalesVat><reportCashSaleVat><vatCode>2</vatCode><vatPerc>15.00</vatPerc>"
    "<cashSaleAmnt>89.38</cashSaleAmnt><vatAmnt>13.42</vatAmnt><vatAmntTp>C</vatAmntTp></reportCashSaleVat>"
    "<reportCashSaleVat><vatPerc>25.00</vatPerc><cashSaleAmnt>80.00</cashSaleAmnt><vatAmnt>20.00</vatAmnt>"
    "<vatAmntTp>D</vatAmntTp></reportCashSaleVat></reportCashSalesVat>"
)


@pytest.mark.parametrize("kind", ["Z report", "Z-rapport", "Z", "z-report", "ZREP", "13009"])
def test_a_z_report_is_read_with_its_totals(kind: str) -> None:
    (z_report,) = [
        item
        for item in read(b.document(before=b.event("ZREP", report=b.report(kind, Z_BODY))))
        if isinstance(item, ZReport)
    ]
    assert z_report == ZReport(
        "K1",
        "7",
        datetime(2020, 1, 1, 23, 30),
        51420,
        (
            ZTotal(EntryKind.SALE, "100", 10280),
            ZTotal(EntryKind.PAYMENT, "CASH", 29500),
            ZTotal(EntryKind.TIP, "", 2000),
            ZTotal(None, "2", 8938, 1342),
            ZTotal(None, "3", -8000, -2000),
        ),
        "Torget",
    )


@pytest.mark.parametrize("kind", ["X report", "X-rapport", "XREP", "13008"])
def test_an_x_report_is_no_z_report(kind: str) -> None:
    items = read(b.document(before=b.event("XREP", report=b.report(kind, Z_BODY))))
    assert not [item for item in items if isinstance(item, ZReport)]


def test_a_z_report_that_lacks_most_keeps_what_is_there() -> None:
    event = b.event("ZREP", report="<eventReport><reportType>Z</reportType></eventReport>")
    (z_report,) = [item for item in read(b.document(before=event)) if isinstance(item, ZReport)]
    assert z_report == ZReport("K1", "1", datetime(2020, 1, 1, 23), None, (), "Torget")


def test_a_z_report_with_an_amount_that_is_none_is_refused_by_its_register() -> None:
    event = b.event("ZREP", report=b.report(body=Z_BODY.replace("514.20", "many")))
    assert "register K1" in refusal(b.document(before=event)).place


# Telling SAF-T from other files.


# Hostile files.

WHOLE = b.document(
    b.sale(),
    b.ticket(b.line("295.40", extra=discount("5.00")), b.payment("315.00"), rounding="-0.40", extra=tip()),
    b.ticket(b.line("-50.00", side="D"), b.payment("-50.00"), side="D", kind="RETURNSAL"),
    b.ticket((), b.payment("500.00", "CASH"), kind="DROP"),
    b.ticket(b.line("200.00"), b.payment("20.00", "CASH", "EUR", "10.0")),
    before=b.event("ZREP", report=b.report(body=Z_BODY)) + b.event("PROV", "9"),
)


def read_or_refuse(data: bytes) -> None:
    started = time.monotonic()
    try:
        read(data)
    except UnreadableSales as error:
        assert str(error)
    assert time.monotonic() - started < 10


@settings(max_examples=count_examples(400), deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(WHOLE)),
            st.integers(0, 30),
            st.one_of(
                st.binary(max_size=6),
                st.sampled_from(
                    [
                        b"-",
                        b"&",
                        b"<",
                        b">",
                        b"99999999999999999999",
                        b"1e999999",
                        b"NaN",
                        b"\xc3",
                        b"]]>",
                        b"<!--",
                        b"<ctLine>",
                    ]
                ),
            ),
        ),
        max_size=4,
    )
)
def test_damaged_bytes_are_read_or_refused_and_nothing_else(damage: list[tuple[int, int, bytes]]) -> None:
    data = WHOLE
    for place, gone, put in damage:
        data = data[:place] + put + data[place + gone :]
    read_or_refuse(data)


@settings(max_examples=count_examples(150), deadline=None)
@given(st.integers(0, len(WHOLE)))
def test_a_file_cut_anywhere_is_refused(place: int) -> None:
    if place < len(WHOLE.rstrip()):
        refusal(WHOLE[:place])


TEXTS = [n for n, byte in enumerate(WHOLE) if byte == ord(">") and WHOLE[n + 1 : n + 2] != b"<"]


@settings(max_examples=count_examples(400), deadline=None)
@given(
    st.sampled_from(TEXTS[:-1]),
    st.one_of(
        st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="<&"), max_size=30),
        st.sampled_from(["-1", "9" * 40, "1e5", "NaN", "Infinity", "١٢٣", "²", "2020-13-01", "24:00:00", "-0.00", "0"]),
    ),
)
def test_any_text_in_any_element_is_read_or_refused(place: int, text: str) -> None:
    end = WHOLE.index(b"<", place)
    read_or_refuse(WHOLE[: place + 1] + text.encode() + WHOLE[end:])


@pytest.mark.parametrize(
    "hostile",
    [
        b"<auditfile><company>" + b"<a>" * 100_000,
        b"<auditfile>" + b"<x/>" * 1_000_000,
        b"<auditfile " + b" ".join(b'a%d="1"' % n for n in range(20_000)) + b"/>",
        b"<auditfile a='" + b"x" * 12_000_000 + b"'/>",
        b"<auditfile>" + b"<!-- x -->" * 100_000 + b"</auditfile>",
        b"<!-- x -->" * 200_000 + b"<auditfile/>",
        b"<auditfile>\x00</auditfile>",
        b"\xff\xfe<\x00",
        b"\xff" * 5000,
    ],
)
def test_hostile_files_are_refused_quickly(hostile: bytes) -> None:
    started = time.monotonic()
    refusal(hostile)
    assert time.monotonic() - started < 10


def test_a_ticket_hidden_inside_a_ticket_is_refused() -> None:
    refusal(b.document(b.ticket(b.line() + b.sale("2"), b.payment())))


class Endless(io.RawIOBase):
    """A document of so many tickets that is never whole in memory."""

    def __init__(self, count: int) -> None:
        super().__init__()
        head, tail = b.document("@@").split(b"@@")
        self._parts = self._make(head, tail, count)
        self._rest = b""

    @staticmethod
    def _make(head: bytes, tail: bytes, count: int) -> Iterator[bytes]:
        lines = "".join(b.line(f"{n}.00") for n in range(1, 6))
        yield head
        for number in range(count):
            yield b.event("SALREC", str(number)).encode() * 3
            yield b.ticket(lines, b.payment("15.00"), number=str(number), rounding="0.00").encode()
        yield tail

    def read(self, size: int = -1, /) -> bytes:
        while len(self._rest) < size:
            part = next(self._parts, None)
            if part is None:
                break
            self._rest += part
        chunk, self._rest = self._rest[:size], self._rest[size:]
        return chunk


def resident_kb() -> int:
    for row in Path("/proc/self/status").read_text().splitlines():
        if row.startswith("VmRSS"):
            return int(row.split()[1])
    return 0


def drain(count: int) -> tuple[int, int, int]:
    """Tickets, the peak of Python's memory in kB, and the growth of the process in kB."""
    tracemalloc.start()
    before = most = 0
    tickets = 0
    for item in read_saft(Endless(count), "x.xml", MasterData()):  # type: ignore[arg-type]
        if isinstance(item, Ticket):
            tickets += 1
            if tickets == 500:
                before = resident_kb()
            elif not tickets % 500:
                most = max(most, resident_kb())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return tickets, peak // 1024, max(0, most - before)


def test_memory_does_not_grow_with_the_file() -> None:
    small, small_peak_kb, _ = drain(1_000)
    many = 20_000 if IS_EVERYTHING else 5_000
    large, large_peak_kb, grown_kb = drain(many)
    assert (small, large) == (1_000, many)
    assert large_peak_kb < small_peak_kb + 512
    assert grown_kb < 8_192
