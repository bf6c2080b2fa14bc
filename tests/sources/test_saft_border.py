"""What registers write that could be taken for something else: flags, numbers of companies, currencies, additions, odd
values, discounts, sales on account, reports by name. Each is read in the one way it can mean, or made a doubt.
"""

from __future__ import annotations

import doctest
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, strategies as st

from posexport.core.money import convert_together_ore, extract_vat_ore, format_ore
from posexport.core.sales import (
    CREDIT_SALE,
    Coverage,
    Doubt,
    EntryKind,
    FileCompany,
    ImportNote,
    MasterData,
    Movement,
    Payment,
    SaleLine,
    SalesItem,
    Ticket,
    TicketStatus,
    ZReport,
)
from posexport.errors import UnreadableSales
from posexport.sources.saft import raw, values
from posexport.sources.saft.reader import read_saft, read_saft_master
from tests.support import saft_builder as b
from tests.support.strategies import looking


def read(data: bytes, known: MasterData | None = None) -> list[SalesItem]:
    return list(read_saft(io.BytesIO(data), "kasse.xml", known or MasterData()))


def one(*parts: str, **options: Any) -> Ticket:
    """The only ticket of a document."""
    (found,) = [item for item in read(b.document(*parts, **options)) if isinstance(item, Ticket)]
    return found


def notices(*parts: str, **options: Any) -> list[ImportNote]:
    return [item for item in read(b.document(*parts, **options)) if isinstance(item, ImportNote)]


def refusal(data: bytes) -> UnreadableSales:
    with pytest.raises(UnreadableSales) as caught:
        read(data)
    return caught.value


def balance(ticket: Ticket) -> int:
    return ticket.payments_ore - ticket.sales_ore


def raised(kind: str, amount: str, vat: str = "") -> str:
    return f"<raise><raiseType>{kind}</raiseType><raiseAmnt>{amount}</raiseAmnt>{vat}</raise>"


def discount(amount: str | None) -> str:
    return f"<discount><dscTp>100</dscTp>{b.tag('dscAmnt', amount)}</discount>"


def test_the_examples_in_the_modules_hold() -> None:
    assert doctest.testmod(values).failed == 0
    assert doctest.testmod(raw).failed == 0


# Flags.


@pytest.mark.parametrize("word", ["TRUE", "Sann", "-1", "J", "t", "YES", "ja ", "Y"])
def test_a_flag_in_any_word_for_yes_keeps_its_ticket_out(word: str) -> None:
    assert one(b.sale(void=word)).status is TicketStatus.VOID
    assert one(b.sale(training=word)).status is TicketStatus.TRAINING


@pytest.mark.parametrize("word", ["FALSE", "Usann", "nei", "N", "F", "No", "", None, " 0 "])
def test_a_flag_in_any_word_for_no_makes_a_sale(word: str | None) -> None:
    ticket = one(b.sale(void=word, training=word))
    assert (ticket.status, ticket.doubts) == (TicketStatus.COUNTED, ())


@pytest.mark.parametrize("word", ["2", "maybe", "x", "00", "true?", "oui"])
@pytest.mark.parametrize(("flag", "element"), [("void", "voidTransaction"), ("training", "trainingID")])
def test_a_flag_that_nobody_understands_makes_an_unjudged_ticket_and_never_a_sale(
    word: str, flag: str, element: str
) -> None:
    ticket = one(b.sale(**{flag: word}))
    assert ticket.status is TicketStatus.UNJUDGED
    assert ticket.doubts == (Doubt("unjudged-ticket", (("what", element), ("written", word))),)
    assert (ticket.sales_ore, ticket.payments_ore) == (10_000, 10_000)


def test_a_flag_that_is_clear_decides_whatever_the_other_says() -> None:
    assert one(b.sale(void="2", training="ja")).status is TicketStatus.TRAINING
    assert one(b.sale(void="ja", training="2")).status is TicketStatus.VOID
    both = one(b.sale(void="2", training="3"))
    assert [dict(doubt.facts)["what"] for doubt in both.doubts] == ["trainingID", "voidTransaction"]


def test_an_unjudged_movement_is_no_movement() -> None:
    ticket = one(b.ticket((), b.payment("500.00", "CASH"), kind="DROP", training="2"))
    assert ticket.status is TicketStatus.UNJUDGED


# Companies.


def company(number: str | None, tickets: str, register: str = "K1", tax: str | None = None, lists: str = "") -> str:
    return (
        "<company>"
        + b.tag("companyIdent", number)
        + "<companyName>Butikk</companyName>"
        + b.tag("taxRegIdent", tax)
        + (lists or b.master())
        + b.location(b.register(tickets, register))
        + "</company>"
    )


def several(*companies: str, currency: str | None = "NOK") -> bytes:
    return f"<auditfile>{b.header(curCode=currency)}{''.join(companies)}</auditfile>".encode()


def whose(data: bytes) -> list[tuple[str, str]]:
    """Each ticket's company and number."""
    found, number = [], "?"
    for item in read(data):
        if isinstance(item, FileCompany):
            number = item.organization_number or item.written
        elif isinstance(item, Ticket):
            found.append((number, item.number))
    return found


@pytest.mark.parametrize(
    ("ident", "tax", "expected"),
    [
        ("974760673", None, FileCompany("974760673", "974760673", "NOK")),
        ("NO 974 760 673 MVA", None, FileCompany("974760673", "NO 974 760 673 MVA", "NOK")),
        ("974.760.673", "999999999MVA", FileCompany("974760673", "974.760.673", "NOK")),
        ("974760674", "999999999MVA", FileCompany("999999999", "974760674", "NOK")),
        ("974760674", None, FileCompany("", "974760674", "NOK")),
        (None, "NO974760673MVA", FileCompany("974760673", "NO974760673MVA", "NOK")),
        ("DK12345678", None, FileCompany("", "DK12345678", "NOK")),
        (None, None, FileCompany("", "", "NOK")),
    ],
)
def test_a_company_is_told_by_its_number_where_that_is_one(
    ident: str | None, tax: str | None, expected: FileCompany
) -> None:
    items = read(several(company(ident, b.sale(), tax=tax)))
    assert [item for item in items if isinstance(item, FileCompany)] == [expected]
    kinds = [type(item) for item in items]
    assert kinds.index(FileCompany) < kinds.index(Ticket)


def test_each_of_several_companies_has_its_own_number_lists_and_registers() -> None:
    first = company("974760673", b.sale("1") + b.sale("2"), "K1")
    basics = (("04", "100", "", "Varer"), ("12", "CARD", "", "Kort"))
    second = company("999999999", b.sale("1") + b.sale("7"), "K2", lists=b.master(basics=basics))
    data = several(first, second)
    assert whose(data) == [("974760673", "1"), ("974760673", "2"), ("999999999", "1"), ("999999999", "7")]
    masters = {item.organization_number: item for item in read(data) if isinstance(item, MasterData)}
    assert masters["974760673"].product_types["100"] == "Mat"
    assert masters["999999999"].product_types == {"100": "Varer"}
    assert masters["999999999"].registers == (("Torget", "K2", "Bar"),)
    assert sum(isinstance(item, Coverage) for item in read(data)) == 1


def test_a_code_of_one_company_means_nothing_in_the_next() -> None:
    void = (("11", "X", "11010", "Ut av kassen"),)
    first = company("974760673", b.ticket((), b.payment("5.00"), kind="X"), lists=b.master(basics=(*b.BASICS, *void)))
    second = company("999999999", b.ticket((), b.payment("5.00"), kind="X"))
    statuses = [item.status for item in read(several(first, second)) if isinstance(item, Ticket)]
    assert statuses == [TicketStatus.MOVEMENT, TicketStatus.COUNTED]


def test_lists_known_from_other_files_are_those_of_the_company_with_their_number() -> None:
    known = MasterData(organization_number="999999999", articles={"A": "200"}, basics={"04:200": ("", "Øl")})
    made = b.ticket(b.line(group=None, article="A"), b.payment())
    lists = b.master(basics=(), articles=())
    data = several(company("974760673", b.sale()), company("999999999", made, lists=lists))
    tickets = [item for item in read(data, known) if isinstance(item, Ticket)]
    assert tickets[1].lines[0].product_type == "200"
    data = several(company("974760673", b.sale()), company("111111111", made, lists=lists))
    tickets = [item for item in read(data, known) if isinstance(item, Ticket)]
    assert tickets[1].lines[0].product_type == "article:A"


def test_the_master_data_that_is_asked_for_alone_is_the_first_companys() -> None:
    data = several(company("974760673", b.sale()), company("999999999", b.sale()))
    assert read_saft_master(io.BytesIO(data), "x").organization_number == "974760673"


@pytest.mark.parametrize(
    ("written", "currency"), [("NOK", "NOK"), ("eur", "EUR"), (" dkk ", "DKK"), (None, ""), ("", "")]
)
def test_the_files_currency_is_told_in_capitals(written: str | None, currency: str) -> None:
    items = read(several(company("974760673", b.sale()), currency=written))
    assert [item.currency for item in items if isinstance(item, FileCompany)] == [currency]


# Currencies.


@pytest.mark.parametrize("written", ["EUR", "dkk"])
@pytest.mark.parametrize("where", ["ticket", "line"])
def test_a_ticket_that_says_itself_that_it_is_in_another_currency_is_never_taken_for_kroner(
    written: str, where: str
) -> None:
    own = b.tag("curCode", written)
    found = one(b.sale(head=own)) if where == "ticket" else one(b.ticket(b.line(extra=own), b.payment()))
    facts = (("currency", written.upper()), ("ledger_currency", "NOK"))
    assert (found.status, found.doubts) == (TicketStatus.UNJUDGED, (Doubt("other-currency", facts),))
    assert one(b.sale(head=own, void="true")).status is TicketStatus.VOID


@pytest.mark.parametrize("where", ["ticket", "line"])
def test_a_currency_of_its_own_keeps_a_ticket_among_plain_ones_off_the_short_way(where: str) -> None:
    own = b.tag("curCode", "EUR")
    odd = b.sale("2", head=own) if where == "ticket" else b.ticket(b.line(extra=own), b.payment(), number="2")
    tickets = [item for item in read(b.document(b.sale("1"), odd, b.sale("3"))) if isinstance(item, Ticket)]
    assert [ticket.status for ticket in tickets] == [
        TicketStatus.COUNTED,
        TicketStatus.UNJUDGED,
        TicketStatus.COUNTED,
    ]


@pytest.mark.parametrize("written", ["NOK", "nok", ""])
def test_a_ticket_that_says_that_it_is_in_the_files_currency_is_a_sale(written: str) -> None:
    assert one(b.sale(head=b.tag("curCode", written))) == one(b.sale())


def test_notes_in_one_currency_are_worth_what_their_sum_is() -> None:
    rate = "11.334"
    notes = [b.payment("1.00", "CASH", "EUR", rate)] * 3
    ticket = one(b.ticket(b.line("34.00"), notes))
    assert [payment.amount_ore for payment in ticket.payments] == [1134, 1133, 1133]
    assert (balance(ticket), ticket.doubts) == (0, ())


def test_a_register_that_rounds_note_by_note_is_read_as_it_does() -> None:
    ticket = one(b.ticket(b.line("33.99"), [b.payment("1.00", "CASH", "EUR", "11.334")] * 3))
    assert [payment.amount_ore for payment in ticket.payments] == [1133, 1133, 1133]
    assert balance(ticket) == 0


def test_change_in_kroner_stays_as_it_is_beside_foreign_money() -> None:
    paid = [b.payment("20.00", "CASH", "EUR", "11.4235"), b.payment("-28.47", "CASH")]
    ticket = one(b.ticket(b.line("200.00"), paid))
    assert [payment.amount_ore for payment in ticket.payments] == [22847, -2847]
    assert [payment.currency for payment in ticket.payments] == ["EUR", None]


@looking(100)
@given(
    st.lists(st.integers(1, 50_000), min_size=1, max_size=5),
    st.decimals("0.05", "20", places=6),
)
def test_any_foreign_payments_balance_what_they_are_worth_together(amounts: list[int], rate: Decimal) -> None:
    worth = convert_together_ore(amounts, rate)
    assume(all(worth))
    payments = [b.payment(format_ore(amount), "CASH", "EUR", str(rate)) for amount in amounts]
    ticket = one(b.ticket(b.line(format_ore(sum(worth))), payments))
    assert balance(ticket) == 0
    assert not ticket.doubts


def test_a_rate_that_balances_only_for_100_units_is_read_so_and_doubted() -> None:
    ticket = one(b.ticket(b.line("98.45"), b.payment("100.00", "CASH", "SEK", "98.45")))
    assert ticket.payments == (Payment("CASH", 9845, "SEK"),)
    facts = (("source", "CASH"), ("currency", "SEK"), ("rate", "98.45"))
    assert ticket.doubts == (Doubt("rate-per-100", facts),)


def test_only_the_currency_whose_rate_is_for_100_units_is_doubted() -> None:
    paid = [b.payment("100.00", "CASH", "SEK", "98.45"), b.payment("10.00", "CASH", "EUR", "11.50")]
    ticket = one(b.ticket(b.line("213.45"), paid))
    assert [payment.amount_ore for payment in ticket.payments] == [9845, 11500]
    assert [dict(doubt.facts)["currency"] for doubt in ticket.doubts] == ["SEK"]


def test_a_rate_that_balances_neither_way_leaves_the_ticket_unbalanced() -> None:
    ticket = one(b.ticket(b.line("50.00"), b.payment("100.00", "CASH", "SEK", "98.45")))
    assert (balance(ticket) != 0, ticket.doubts) == (True, ())


@pytest.mark.parametrize("rate", [None, "", "0", "0.000000", "1", "1.000000"])
def test_foreign_money_without_a_rate_is_taken_as_it_stands_where_that_balances_and_told(rate: str | None) -> None:
    made = b.ticket(b.line("100.00"), b.payment("100.00", "CARD", "EUR", rate), number="77")
    assert one(made).payments == (Payment("CARD", 10_000, "EUR"),)
    (notice,) = notices(made)
    assert notice.place == "register K1, ticket 77"
    assert "100.00 EUR" in notice.text and "as it stands" in notice.text


@pytest.mark.parametrize("rate", [None, "0"])
def test_foreign_money_without_a_rate_that_does_not_balance_is_refused_by_name(rate: str | None) -> None:
    error = refusal(b.document(b.ticket(b.line("110.00"), b.payment("10.00", "CARD", "EUR", rate))))
    assert "no rate" in error.found and "ticket 1" in error.place


def test_a_rate_with_a_decimal_comma_is_read_and_one_that_may_be_a_thousand_is_not() -> None:
    assert balance(one(b.ticket(b.line("114.24"), b.payment("10.00", "CASH", "EUR", "11,4235")))) == 0
    refusal(b.document(b.ticket(b.line("114.24"), b.payment("10.00", "CASH", "EUR", "1,424"))))


# Additions that are no tip.


@pytest.mark.parametrize("kind", ["FEE", "DRICKS", "10999", "Evening surcharge"])
@pytest.mark.parametrize("outside", [True, False])
@pytest.mark.parametrize("on_line", [True, False])
@pytest.mark.parametrize("back", [1, -1])
def test_an_addition_nobody_defined_is_neither_turnover_nor_tip_wherever_it_stands(
    kind: str, outside: bool, on_line: bool, back: int
) -> None:
    line_ore = back * (10_000 if outside else 11_000)
    added = raised(kind, format_ore(back * 1000))
    side = "D" if back < 0 else "C"
    made = b.ticket(
        b.line(format_ore(line_ore), side=side, extra=added if on_line else ""),
        b.payment(format_ore(back * 11_000)),
        extra="" if on_line else added,
        side=side,
        kind="RETURNSAL" if back < 0 else "CASHSAL",
        total=format_ore(line_ore),
    )
    ticket = one(made)
    own = {"Evening surcharge": "FEE"}.get(kind, kind)
    assert [line.gross_ore for line in ticket.lines] == [back * 10_000, back * 1000]
    assert ticket.lines[1] == SaleLine(f"raise:{own}", "3", back * 1000)
    assert (ticket.tip_ore, balance(ticket)) == (0, 0)
    assert ticket.doubts == (Doubt("unknown-raise", (("type", own), ("raise", back * 1000))),)


def test_a_line_that_lost_its_addition_has_the_vat_of_what_is_left() -> None:
    ticket = one(b.ticket(b.line("110.00", extra=raised("FEE", "10.00")), b.payment("110.00")))
    assert [line.vat_ore for line in ticket.lines] == [2000, None]


def test_an_addition_has_its_own_vat_code_before_its_lines_before_its_tickets() -> None:
    food = b.line("100.00", vats=b.vat("2", "15.00", "13.04"), extra=raised("FEE", "5.00"))
    beer = b.line("300.00", group="200")
    own = raised("FEE", "10.00", b.vat("0", "0.00", "0.00"))
    ticket = one(b.ticket([food, beer], b.payment("435.00"), extra=own + raised("FEE", "20.00")))
    added = [(line.vat_code, line.gross_ore) for line in ticket.lines if line.product_type == "raise:FEE"]
    assert added == [("2", 500), ("0", 1000), ("2", 500), ("3", 1500)]
    assert balance(ticket) == 0
    assert ticket.doubts == (Doubt("unknown-raise", (("type", "FEE"), ("raise", 3500))),)


def test_tips_and_other_additions_are_told_apart_on_one_ticket() -> None:
    extra = raised("TIPS", "20.00") + raised("FEE", "10.00")
    ticket = one(b.ticket(b.line("100.00"), b.payment("130.00"), extra=extra))
    assert (ticket.tip_ore, ticket.sales_ore, balance(ticket)) == (2000, 13_000, 0)
    inside = one(b.ticket(b.line("110.00"), b.payment("130.00"), extra=extra))
    assert (inside.tip_ore, [line.gross_ore for line in inside.lines], balance(inside)) == (2000, [10_000, 1000], 0)


def test_an_addition_that_also_stands_as_an_untaxed_line_is_counted_once() -> None:
    untaxed = b.line("10.00", vats=b.vat("0", "0.00", "0.00"), net="10.00", group="900")
    ticket = one(b.ticket([b.line(), untaxed], b.payment("110.00"), extra=raised("FEE", "10.00")))
    assert [(line.product_type, line.gross_ore) for line in ticket.lines] == [("100", 10_000), ("raise:FEE", 1000)]


@looking(150)
@given(
    st.lists(st.integers(100, 90_000), min_size=1, max_size=4),
    st.integers(1, 9_000),
    st.booleans(),
    st.booleans(),
)
def test_any_addition_is_whole_and_the_ticket_balances_inside_and_outside(
    amounts: list[int], added: int, outside: bool, back: bool
) -> None:
    assume(outside or added < sum(amounts))
    sign, side = (-1, "D") if back else (1, "C")
    lines = [b.line(format_ore(sign * amount), side=side) for amount in amounts]
    paid = sign * (sum(amounts) + (added if outside else 0))
    ticket = one(
        b.ticket(
            lines,
            b.payment(format_ore(paid)),
            extra=raised("SERVICE", format_ore(sign * added)),
            side=side,
            kind="RETURNSAL" if back else "CASHSAL",
            total=format_ore(paid),
        )
    )
    assert balance(ticket) == 0
    assert sum(line.gross_ore for line in ticket.lines if line.product_type == "raise:SERVICE") == sign * added
    assert [dict(doubt.facts)["raise"] for doubt in ticket.doubts] == [sign * added]


def test_additions_on_tickets_that_do_not_count_are_no_doubts() -> None:
    made = {"extra": raised("FEE", "10.00")}
    for flag in ("void", "training"):
        assert one(b.ticket(b.line(), b.payment("110.00"), **made, **{flag: "true"})).doubts == ()


def test_an_addition_of_nothing_is_nothing() -> None:
    ticket = one(b.ticket(b.line(), b.payment(), extra=raised("FEE", "0.00")))
    assert (len(ticket.lines), ticket.doubts) == (1, ())


# Odd values.


@pytest.mark.parametrize(
    ("written", "amount_ore"),
    [
        ("20,00", 2000),
        ("-20,5", -2050),
        ("20,5000", 2050),
        ("55.199999999999996", 5520),
        ("55,199999999999996", 5520),
        ("-0.30000000000000004", -30),
        ("5.684341886080802E-14", 0),
        ("1 234,50", 123_450),
        ("1\N{NO-BREAK SPACE}234.50", 123_450),
        ("1.234,50", 123_450),
        ("1,234,567.89", 123_456_789),
        ("\N{MINUS SIGN}20.00", -2000),
        ("20.00-", -2000),
    ],
)
def test_an_amount_written_oddly_is_read_where_it_can_mean_one_thing(written: str, amount_ore: int) -> None:
    odd: list[str] = []
    assert values.parse_amount("x", written, lambda kind, _: odd.append(kind)) == amount_ore
    assert len(odd) == 1
    with pytest.raises(values.Unreadable):
        values.parse_amount("x", written)


@pytest.mark.parametrize(
    "written",
    [
        "1,000",
        "1,234",
        "1e3",
        "12.345",
        "12.3449",
        "1 234",
        "1.234.567",
        "1,23,456.00",
        "1.234.50",
        "--1",
        "0x1",
        "1_0",
    ],
)
def test_an_amount_that_can_mean_two_things_or_none_is_refused(written: str) -> None:
    with pytest.raises(values.Unreadable):
        values.parse_amount("x", written, lambda *_: None)


@given(st.integers(-(10**9), 10**9))
def test_any_amount_with_a_decimal_comma_is_the_one_with_a_point(amount_ore: int) -> None:
    text = format_ore(amount_ore).replace(".", ",")
    assert values.parse_amount("x", text, lambda *_: None) == amount_ore


@given(st.lists(st.integers(-100_000, 100_000), min_size=2, max_size=6))
def test_any_sum_that_a_computer_made_of_kroner_is_its_ore(amounts: list[int]) -> None:
    text = repr(sum(amount / 100 for amount in amounts))
    assert values.parse_amount("x", text, lambda *_: None) == sum(amounts)


def test_a_file_with_decimal_commas_is_read_with_one_notice_that_counts() -> None:
    made = [b.sale(str(number), amount="100.00").replace("100.00", "100,00") for number in range(30)]
    assert [ticket.sales_ore for ticket in read(b.document(*made)) if isinstance(ticket, Ticket)] == [10_000] * 30
    (notice,) = notices(*made)
    assert notice.place.count("ticket") == 5
    assert "decimal comma" in notice.text and "90 times" in notice.text


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        ("2020-01-01", "24:00:00", "2020-01-02T00:00:00"),
        ("2020-12-31", "24:00", "2021-01-01T00:00:00"),
        ("2020-01-01T24:00:00", None, "2020-01-02T00:00:00"),
        ("2020-01-01", "12.00.00", "2020-01-01T12:00:00"),
        ("2020-01-01", "9.05", "2020-01-01T09:05:00"),
    ],
)
def test_a_time_written_oddly_is_read_and_told(day: str, clock: str | None, expected: str) -> None:
    made = b.sale(date=day, time=clock)
    assert one(made).completed_at.isoformat() == expected
    assert len(notices(made)) == 1


@pytest.mark.parametrize("clock", ["24:00:01", "24.30.00", "12.60", "12.0", "1.2.3"])
def test_a_time_that_is_none_is_refused(clock: str) -> None:
    refusal(b.document(b.sale(time=clock)))


@pytest.mark.parametrize(
    "extra", [discount(None), discount(""), "<discount/>", "<raise/>", "<raise><raiseType>TIPS</raiseType></raise>"]
)
def test_an_empty_discount_or_addition_is_nothing_and_told(extra: str) -> None:
    for made in (b.ticket(b.line(extra=extra), b.payment()), b.ticket(b.line(), b.payment(), extra=extra)):
        ticket = one(made)
        assert (ticket.sales_ore, ticket.doubts, ticket.lines[0].discount_ore) == (10_000, (), 0)
        assert len(notices(made)) == 1


def test_an_empty_payment_is_left_out_and_told() -> None:
    made = b.ticket(b.line(), [b.payment(), "<payment/>"])
    assert one(made).payments == (Payment("CARD", 10_000),)
    assert len(notices(made)) == 1


# Lines of two VAT rates.


def vat_part(code: str, percent: str, gross_ore: int, with_base: bool) -> str:
    vat_ore = extract_vat_ore(gross_ore, round(float(percent) * 100))
    base = b.tag("vatBasAmnt", format_ore(gross_ore - vat_ore)) if with_base else ""
    return b.vat(code, percent, format_ore(vat_ore)).replace("</vat>", f"{base}</vat>")


@looking(150)
@given(st.integers(1, 90_000), st.integers(1, 90_000), st.booleans(), st.booleans())
def test_a_line_of_two_rates_that_add_up_to_it_is_two_lines(food: int, beer: int, back: bool, with_base: bool) -> None:
    assume(with_base or (food > 1000 and beer > 1000))
    vats = vat_part("2", "15.00", food, with_base) + vat_part("3", "25.00", beer, with_base)
    total = format_ore(food + beer)
    made = b.ticket(
        b.line(total, side="D" if back else "C", vats=vats, net=""),
        b.payment(f"-{total}" if back else total),
        side="D" if back else "C",
        kind="RETURNSAL" if back else "CASHSAL",
        total=total,
    )
    ticket = one(made)
    sign = -1 if back else 1
    assert balance(ticket) == 0
    assert [line.vat_code for line in ticket.lines] == ["2", "3"]
    slack = 0 if with_base else 4
    assert abs(sign * ticket.lines[0].gross_ore - food) <= slack
    assert abs(sign * ticket.lines[1].gross_ore - beer) <= slack
    assert [line.vat_ore for line in ticket.lines] == [
        sign * extract_vat_ore(food, 1500),
        sign * extract_vat_ore(beer, 2500),
    ]
    assert any("two VAT rates" in notice.text for notice in notices(made))


def test_two_rates_that_do_not_add_up_to_their_line_leave_it_without_a_code() -> None:
    vats = vat_part("2", "15.00", 3000, True) + vat_part("3", "25.00", 4000, True)
    made = b.ticket(b.line("100.00", vats=vats, net=""), b.payment())
    assert [line.vat_code for line in one(made).lines] == [""]
    assert "article group '100', 100.00" in notices(made)[0].text


def test_the_discount_of_a_line_of_two_rates_is_divided_with_it() -> None:
    vats = vat_part("2", "15.00", 4000, True) + vat_part("3", "25.00", 4000, True)
    ticket = one(b.ticket(b.line("80.00", vats=vats, net="", extra=discount("20.00")), b.payment("80.00")))
    assert [line.discount_ore for line in ticket.lines] == [1000, 1000]


# Discounts.


@pytest.mark.parametrize("written", ["10.00", "-10.00"])
@pytest.mark.parametrize("back", [False, True])
def test_a_line_discount_beside_its_line_is_taken_off_where_that_balances(written: str, back: bool) -> None:
    made = b.ticket(
        b.line("-100.00" if back else "100.00", side="D" if back else "C", extra=discount(written)),
        b.payment("-90.00" if back else "90.00"),
        side="D" if back else "C",
        kind="RETURNSAL" if back else "CASHSAL",
    )
    sign = -1 if back else 1
    assert one(made).lines == (SaleLine("100", "3", sign * 9000, sign * 1800, 2500, sign * 1000),)
    (notice,) = notices(made)
    assert "discounts" in notice.text


def test_the_vat_of_a_discounted_line_is_kept_where_it_is_that_of_what_is_left() -> None:
    made = b.line("100.00", vats=b.vat("3", "25.00", "18.01"), net="", extra=discount("10.00"))
    assert one(b.ticket(made, b.payment("90.00"))).lines[0].vat_ore == 1801


def test_a_discount_that_balances_neither_way_stays_as_it_is_written() -> None:
    ticket = one(b.ticket(b.line("100.00", extra=discount("10.00")), b.payment("95.00")))
    assert (ticket.sales_ore, balance(ticket)) == (10_000, -500)


@pytest.mark.parametrize("written", ["20.00", "-20.00"])
def test_the_discount_of_what_is_given_back_is_given_back_with_it(written: str) -> None:
    made = b.ticket(
        b.line("-180.00", side="D", extra=discount(written)), b.payment("-180.00"), side="D", kind="RETURNSAL"
    )
    assert one(made).lines[0].discount_ore == -2000


def test_a_line_of_nothing_but_discount_has_its_tickets_direction() -> None:
    free = b.line("0.00", line_type=None, extra=discount("30.00"))
    assert [line.discount_ore for line in one(b.ticket([b.line(), free], b.payment())).lines] == [0, 3000]
    back = b.ticket([b.line("-100.00", side="D"), free], b.payment("-100.00"), kind="RETURNSAL")
    assert [line.discount_ore for line in one(back).lines] == [0, -3000]
    marked = b.line("0.00", line_type="RET", extra=discount("30.00"))
    assert [line.discount_ore for line in one(b.ticket([b.line(), marked], b.payment())).lines] == [0, -3000]


def test_a_line_of_nothing_but_discount_between_sale_and_return_is_doubted() -> None:
    lines = [b.line("150.00"), b.line("-50.00", side="D"), b.line("0.00", line_type=None, extra=discount("30.00"))]
    ticket = one(b.ticket(lines, b.payment(), kind="EXCH"))
    assert ticket.doubts == (Doubt("discount-sign", (("discount", 3000),)),)


def test_a_discount_and_its_withdrawal_come_to_their_difference() -> None:
    extra = discount("20.00") + discount("-5.00")
    assert one(b.ticket(b.line("85.00", extra=extra), b.payment("85.00"))).lines[0].discount_ore == 1500


# Sales on account.

CUSTOMER = "<custSupID>10018</custSupID>"


@pytest.mark.parametrize("kind", ["CASHSAL", "CREDSAL", None])
@pytest.mark.parametrize("total", ["100.00", ""])
def test_a_ticket_that_names_a_customer_and_was_not_paid_is_a_sale_on_account_of_the_whole(
    kind: str | None, total: str
) -> None:
    ticket = one(b.ticket(b.line(), (), kind=kind, head=CUSTOMER, total=total))
    assert (ticket.status, ticket.customer) == (TicketStatus.COUNTED, "10018")
    assert ticket.payments == (Payment(CREDIT_SALE, 10_000),)


def test_what_is_given_back_on_account_is_a_credit_below_zero() -> None:
    made = b.ticket(b.line("-100.00", side="D"), (), kind="RETURNSAL", side="D", head=CUSTOMER, total="-100.00")
    assert one(made).payments == (Payment(CREDIT_SALE, -10_000),)


def test_a_total_that_is_not_the_lines_leaves_a_sale_on_account_unbalanced() -> None:
    ticket = one(b.ticket(b.line(), (), head=CUSTOMER, total="80.00"))
    assert (ticket.payments, balance(ticket)) == ((Payment(CREDIT_SALE, 8000),), -2000)


def test_a_discount_of_the_whole_ticket_is_off_a_sale_on_account_too() -> None:
    ticket = one(b.ticket(b.line(), (), head=CUSTOMER, total="90.00", extra=discount("10.00")))
    assert (ticket.payments, balance(ticket)) == ((Payment(CREDIT_SALE, 9000),), 0)


@pytest.mark.parametrize("event", ["13016", "Utleveringskvittering ved kredittsalg"])
def test_a_delivery_receipt_to_a_customer_that_was_not_paid_is_a_sale_on_account(event: str) -> None:
    ticket = one(b.event(event, "5"), b.ticket(b.line(), (), number="5", head=CUSTOMER))
    assert (ticket.status, ticket.payments) == (TicketStatus.COUNTED, (Payment(CREDIT_SALE, 10_000),))


def test_a_delivery_receipt_to_nobody_is_paper_and_told() -> None:
    parts = (b.event("13016", "5"), b.ticket(b.line(), (), number="5"))
    assert one(*parts).status is TicketStatus.NOT_A_SALE
    assert "ticket 5" in notices(*parts)[0].place


def test_a_pro_forma_to_a_customer_stays_paper() -> None:
    assert (
        one(b.event("PROV", "5"), b.ticket(b.line(), (), number="5", head=CUSTOMER)).status is TicketStatus.NOT_A_SALE
    )


def test_a_delivery_receipt_that_was_paid_is_an_ordinary_sale() -> None:
    ticket = one(b.event("13016", "5"), b.ticket(b.line(), b.payment(), number="5", head=CUSTOMER))
    assert ticket.payments == (Payment("CARD", 10_000),)


def test_a_ticket_of_nothing_is_no_sale_on_account() -> None:
    assert one(b.ticket(b.line("0.00"), (), head=CUSTOMER)).payments == ()


def test_an_old_invoice_paid_at_the_till_is_a_movement_that_names_its_customer() -> None:
    ticket = one(b.ticket((), b.payment("500.00"), kind="11005", head=CUSTOMER))
    assert ticket.movements == (Movement(EntryKind.MOVE_RECEIVED, "CARD", 50_000),)
    assert (ticket.status, ticket.customer) == (TicketStatus.MOVEMENT, "10018")


def test_a_movement_that_sells_is_a_sale_and_told_with_its_group() -> None:
    made = b.ticket(b.line(), b.payment(), kind="DROP")
    assert one(made).status is TicketStatus.COUNTED
    assert "11010" in notices(made)[0].text and "article group '100'" in notices(made)[0].text


def test_a_movement_of_no_amount_is_told() -> None:
    assert "no amount" in notices(b.ticket((), (), kind="DROP", total="0.00"))[0].text


# Danish files.


def test_a_danish_file_reads_in_its_own_kroner() -> None:
    made = b.ticket(b.line("125.00"), [b.payment("105.00", currency="DKK"), b.payment("20.00", currency=None)])
    data = b.document(made, namespace=b.DANISH, head=b.header(curCode="DKK"))
    items = read(data)
    (ticket,) = [item for item in items if isinstance(item, Ticket)]
    assert ([payment.currency for payment in ticket.payments], balance(ticket)) == ([None, None], 0)
    assert [item.currency for item in items if isinstance(item, FileCompany)] == ["DKK"]


# Reports by name.

BODY = "<reportTotalCashSales><totalCashSaleAmnt>100.00</totalCashSaleAmnt></reportTotalCashSales>"


@pytest.mark.parametrize(
    "name",
    ["Dagsoppgjør", "DAGSOPPGJØR", "Dagsavslutning", "Kasseoppgjør", "dagens oppgjør", "End of day", "Dagsafslutning"],
)
@pytest.mark.parametrize("described", [True, False])
def test_a_report_that_is_called_the_days_end_is_a_z_report_and_told(name: str, described: bool) -> None:
    kind = "EV9" if described else name
    lists = b.master(basics=(*b.BASICS, ("13", "EV9", "", name)))
    made = b.event(kind, report=b.report(kind, BODY))
    items = read(b.document(made, lists=lists))
    assert [item.total_ore for item in items if isinstance(item, ZReport)] == [10_000]
    assert "was read as a Z-report" in next(item for item in items if isinstance(item, ImportNote)).text


@pytest.mark.parametrize("name", ["Z-rapport", "Z report", "z", "ZREP"])
def test_a_report_that_is_called_z_needs_no_notice(name: str) -> None:
    items = read(b.document(b.event(name, report=b.report(name, BODY))))
    assert [type(item) for item in items if isinstance(item, ZReport | ImportNote)] == [ZReport]


@pytest.mark.parametrize("name", ["X-rapport", "Mellomoppgjør", "X", "XREP"])
def test_a_look_in_between_is_no_z_report(name: str) -> None:
    items = read(b.document(b.event(name, report=b.report(name, BODY))))
    assert not [item for item in items if isinstance(item, ZReport | ImportNote)]


@pytest.mark.parametrize(("code", "told"), [("13018", True), ("13999", True), ("13004", False)])
def test_only_the_codes_for_other_reports_leave_it_to_the_name(code: str, told: bool) -> None:
    lists = b.master(basics=(*b.BASICS, ("13", "EV9", code, "Kassaoppgjør")))
    items = read(b.document(b.event("EV9", report=b.report("", BODY)), lists=lists))
    assert any(isinstance(item, ZReport) for item in items) is told


def test_a_report_is_asked_about_once_however_often_it_is_written() -> None:
    made = [b.event("Rapport", report=b.report("Rapport", BODY, number=str(number))) for number in range(9)]
    assert len(notices(*made)) == 1


@pytest.mark.parametrize("name", ["Rapport", "Statistikk", "Oversikt 4", "Dagsrapport"])
def test_a_report_whose_name_says_nothing_is_asked_about(name: str) -> None:
    items = read(b.document(b.event(name, report=b.report(name, BODY))))
    assert not [item for item in items if isinstance(item, ZReport)]
    (notice,) = [item for item in items if isinstance(item, ImportNote)]
    assert name in notice.text and "13009" in notice.text and "report 7" in notice.place


@pytest.mark.parametrize(("register", "report"), [("K1", "k1"), ("1", "01"), ("007", "7"), ("a01", "A01")])
def test_a_register_id_that_differs_by_zeros_or_case_is_hinted_at(register: str, report: str) -> None:
    made = b.event("ZREP", report=b.report(body=BODY, register=report))
    data = b.document(locations=b.location(b.register(b.sale() + made, register)))
    (notice,) = [item for item in read(data) if isinstance(item, ImportNote)]
    assert repr(register) in notice.text and repr(report) in notice.text
    (found,) = [item for item in read(data) if isinstance(item, ZReport)]
    assert found.register == report


# Codes.

NBSP = "\N{NO-BREAK SPACE}"


def test_every_code_is_kept_clean() -> None:
    made = b.ticket(
        b.line(group=f"Mat{NBSP}A ", vats=b.vat(f"3{NBSP}")),
        b.payment(payment_type=f"Bank  kort{NBSP}"),
        number=f"A{NBSP}1",
        head=f"<custSupID>10{NBSP}018 </custSupID>",
    )
    ticket = one(locations=b.location(b.register(made, f"Kasse{NBSP} 1"), "A\N{COMBINING RING ABOVE}s  By "))
    assert (ticket.register, ticket.number, ticket.customer) == ("Kasse 1", "A 1", "10 018")
    assert ticket.location == "Ås By"
    assert (ticket.lines[0].product_type, ticket.lines[0].vat_code) == ("Mat A", "3")
    assert ticket.payments[0].payment_type == "Bank kort"


def test_a_code_finds_its_basic_however_either_is_composed() -> None:
    lists = b.master(basics=(("10", "Påslag".replace("å", "a\N{COMBINING RING ABOVE}"), "10001", "x"),))
    ticket = one(b.ticket(b.line(), b.payment("120.00"), extra=raised(f"Påslag{NBSP}", "20.00")), lists=lists)
    assert ticket.tip_ore == 2000


def test_a_basic_kept_before_codes_were_clean_is_found_by_its_clean_code() -> None:
    known = MasterData(basics={f"10:Topp{NBSP}opp": ("10001", "x")}, articles={f"A{NBSP}1": f"Kald{NBSP}mat"})
    made = b.ticket(b.line(group=None, article="A 1"), b.payment("120.00"), extra=raised("Topp opp", "20.00"))
    (ticket,) = [item for item in read(b.document(made), known) if isinstance(item, Ticket)]
    assert (ticket.tip_ore, ticket.lines[0].product_type) == (2000, "Kald mat")


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([b.sale(), b.ticket(b.line(group="0100"), b.payment(), number="2")], "product types"),
        ([b.sale(), b.ticket(b.line(vats=b.vat("03")), b.payment(), number="2")], "VAT codes"),
        ([b.ticket(b.line(), b.payment(payment_type=code), number=code) for code in ("7", "007")], "payment types"),
        ([b.sale(code, head=f"<custSupID>{code}</custSupID>") for code in ("18", "018")], "customers"),
    ],
)
def test_ids_that_differ_by_leading_zeros_get_a_hint_and_stay_two(parts: list[str], words: str) -> None:
    found = notices(*parts)
    assert [words in notice.text for notice in found] == [True]


# Other documents.


def test_a_document_of_another_kind_is_refused_by_its_root() -> None:
    ledger = b'<AuditFile xmlns="urn:StandardAuditFile-Taxation-Financial:NO"><Header/></AuditFile>'
    assert "'AuditFile'" in refusal(ledger).found and "Financial" in refusal(ledger).found
    assert "'Invoice'" in refusal(b"<?xml version='1.0'?><Invoice xmlns='urn:oasis:ubl'><ID/></Invoice>").found
    assert "urn:oasis:ubl" in refusal(b"<?xml version='1.0'?><Invoice xmlns='urn:oasis:ubl'><ID/></Invoice>").found


def test_vat_that_stands_on_the_ticket_alone_is_told_with_the_line_it_cannot_be_told_of() -> None:
    lines = [b.line("50.00", vats="", net="", group="300"), b.line("50.00", vats="", net="")]
    made = b.ticket(lines, b.payment(), number="44", extra=b.vat("3", "25.00", "10.00") + b.vat("2", "15.00", "6.52"))
    notice = notices(made)[0]
    assert notice.place.endswith("ticket 44")
    assert "article group '300', 50.00" in notice.text and "3, 2" in notice.text
