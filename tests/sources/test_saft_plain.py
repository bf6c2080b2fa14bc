"""The short way for plain SAF-T tickets gives what the ordinary way gives: the same items, and the same refusals to
the letter, whatever stands in the file and wherever its bytes are cut.
"""

from __future__ import annotations

import doctest
import io
import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, strategies as st
from lxml import etree

from posexport.core.sales import MasterData, SalesItem, Ticket
from posexport.errors import UnreadableSales
from posexport.sources.saft import fast
from posexport.sources.saft.codes import CodeBook
from posexport.sources.saft.fast import pieces as fast_pieces
from posexport.sources.saft.fast.pieces import Skipped, cut_tickets, strip_prefix
from posexport.sources.saft.reader import read_saft, read_saft_master
from posexport.sources.saft.ticket import TicketReader
from tests.support import saft_builder as b
from tests.support.strategies import looking

BOOK = CodeBook(read_saft_master(io.BytesIO(b.document()), "x"))


class Drops(io.RawIOBase):
    """A stream that gives a few bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__()
        self._data, self._size, self._at = data, size, 0

    def read(self, size: int = -1, /) -> bytes:
        size = self._size if size < 0 else min(size, self._size)
        self._at += size
        return self._data[self._at - size : self._at]


def outcome(data: bytes, size: int) -> tuple[list[SalesItem], str]:
    """What is read of a file, and how it is refused."""
    items = []
    try:
        for item in read_saft(Drops(data, size), "kasse.xml", MasterData()):  # type: ignore[arg-type]
            items.append(item)  # noqa: PERF402
    except UnreadableSales as error:
        return items, str(error)
    return items, ""


def count_plain(data: bytes, size: int = 100_000) -> tuple[int, int]:
    """How many tickets went the short way, of how many; both ways came to the same."""
    found: list[Ticket | None] = []
    short_way = TicketReader.read_plain

    def watched(self: TicketReader, raw: bytes, is_utf8: bool) -> Ticket | None:
        found.append(short_way(self, raw, is_utf8))
        return found[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TicketReader, "read_plain", watched)
        here = outcome(data, size)
        patch.setattr(fast, "READS_PLAIN_TICKETS", False)
        assert here == outcome(data, size)
    return sum(ticket is not None for ticket in found), sum(isinstance(item, Ticket) for item in here[0])


# One ticket

LINES = st.fixed_dictionaries(
    {
        "amount": st.integers(0, 99_999).map(lambda ore: f"{ore / 100:.2f}"),
        "side": st.sampled_from(["C", "C", None, "D"]),
        "line_type": st.sampled_from(["SAL", "SAL", None, "XYZ", "RET"]),
        "group": st.sampled_from(["100", "100", "Øl", None, " ", "x" * 201, "A  B", "O\N{COMBINING DIAERESIS}l\xa0"]),
        "quantity": st.sampled_from(["1", "2.5", None, "-1", " "]),
        "vats": st.sampled_from(
            [
                *[b.vat()] * 6,
                *(b.vat(percent=None), b.vat(code=None), b.vat(amount=None), b.vat(amount="-1.00"), "", b.vat() * 2),
                *("<vat/>", "<vat><vatCode>3</vatCode></vat><vat><vatPerc>25</vatPerc></vat>", b.vat("2", "15,00")),
                *(b.vat("\N{NO-BREAK SPACE}3 "), b.vat(amount="20,00"), b.vat() + b.vat("2", "15.00")),
            ]
        ),
        "extra": st.sampled_from(
            [
                *[""] * 8,
                *("<discount><dscAmnt>5.00</dscAmnt></discount>", "<discount><dscAmnt/></discount>", "<discount/>"),
                *("<discount><dscAmnt>-5.00</dscAmnt></discount>" * 2, "<raise><raiseAmnt>1.00</raiseAmnt></raise>"),
                *("<costs><of>2</of></costs>", "<artGroupID>200</artGroupID>", "<ctLine/>", "text", "<b />"),
                *("<artGroupID/>", "<amntTp />", "<discount><dscAmnt>5.00</dscAmnt><dscAmnt/></discount>"),
            ]
        ),
    }
)
TICKETS = st.fixed_dictionaries(
    {
        "side": st.sampled_from(["C", "C", "C", None, "D"]),
        "kind": st.sampled_from(["CASHSAL", "CASHSAL", "CREDSAL", None, "EXCH", "RETURNSAL", "DROP"]),
        "rounding": st.sampled_from([None, "0.00", "0.40", "-0.40", ""]),
        "void": st.sampled_from(["false", "false", None, "0", "true", "", "Nei", " NO ", "Ja", "2"]),
        "training": st.sampled_from(["false", "false", None, "true", "f", "sann", "?"]),
        "trans_id": st.sampled_from([None, "9", "", "x" * 201]),
        "number": st.sampled_from(["1", "1", " 1 ", None, "", "æ", "1  2", "A\N{NO-BREAK SPACE}1"]),
        "time": st.sampled_from(["09:00:00", "09:00:00.5", "9:00", "25:00:00", None, "24:00:00", "09.00.00"]),
        "total": st.sampled_from(["100.00", "100.00", "0.00", "-1.00", "", "x", "100,00", "99.99999999999999"]),
    }
)
HEADS = st.sampled_from(
    [
        *[""] * 5,
        *(
            "<custSupID> 1  2\N{NO-BREAK SPACE}</custSupID>",
            "<custSupID>10001</custSupID>",
            "<custSupID/>",
            "<transDate>2020-01-02</transDate>",
            "<a><b>c</b></a>",
        ),
        *("<nr/>", "<nr>2</nr>", "<transID>3</transID>", "<amntTp/>", "<custSupID>1</custSupID><custSupID/>"),
        *("<savings><x/></savings>", "<discount><dscAmnt>1.00</dscAmnt></discount>", b.vat(), "<empID >1</empID >"),
    ]
)
TIPS = st.sampled_from(
    [
        *[("", 0)] * 4,
        ("<raise><raiseType>TIPS</raiseType><raiseAmnt>20.00</raiseAmnt></raise>", 2000),
        ("<raise><raiseType>10001</raiseType><raiseAmnt>0.00</raiseAmnt></raise>", 0),
        ("<raise><raiseType>TIPS</raiseType><raiseAmnt>-20.00</raiseAmnt></raise>", -2000),
        ("<raise><raiseType>FEE</raiseType><raiseAmnt>20.00</raiseAmnt></raise>", 2000),
        ("<raise><raiseAmnt>20.00</raiseAmnt></raise>", 2000),
        ("<raise><raiseType>FEE</raiseType><raiseAmnt>20.00</raiseAmnt></raise>", 0),
        ("<raise><raiseType>TIPS</raiseType></raise>", 0),
        ("<raise/>", 0),
        ("<raise><raiseType/><raiseType>TIPS</raiseType><raiseAmnt>20.00</raiseAmnt><raiseAmnt/></raise>", 2000),
        (b.vat(amount="9.00"), 0),
        (b.vat("2", "15.00") * 2, 0),
    ]
)
CURRENCIES = st.lists(st.sampled_from(["NOK", "NOK", "NOK", None, "EUR", ""]), min_size=1, max_size=3)


@looking(400)
@given(st.lists(LINES, max_size=3), TICKETS, HEADS, TIPS, CURRENCIES, st.sampled_from([0, 0, 0, 0, 40, -40]))
def test_a_plain_ticket_is_what_the_ordinary_way_reads(
    lines: list[dict[str, Any]],
    ticket: dict[str, Any],
    head: str,
    tip: tuple[str, int],
    currencies: list[str | None],
    off: int,
) -> None:
    rounding = round(float(ticket["rounding"] or 0) * 100)
    total = sum(round(float(line["amount"]) * 100) for line in lines) + off + rounding + tip[1]
    parts = [total - 100 * (len(currencies) - 1), *[100] * (len(currencies) - 1)]
    made = b.ticket(
        [b.line(**line) for line in lines],
        [b.payment(f"{ore / 100:.2f}", currency=code, rate="1.0") for ore, code in zip(parts, currencies, strict=True)],
        extra=tip[0],
        head=head,
        **ticket,
    )

    def reader() -> TicketReader:
        made = TicketReader(BOOK, "NOK", lambda *doubt: doubts.append(doubt), lambda *odd: doubts.append(odd))
        made.register = "K1"
        return made

    doubts: list[object] = []
    short = reader().read_plain(made.encode(), True)
    if short is not None:
        assert short == reader().read(etree.fromstring(made))
        assert not doubts


@pytest.mark.parametrize(
    "ticket",
    [
        b.sale(),
        b.sale(rounding="0.00"),
        b.ticket(b.line(), [b.payment("60.00"), b.payment("40.00", "CASH")]),
        b.ticket(b.line(extra="<discount><dscAmnt>5.00</dscAmnt></discount>"), b.payment()),
        b.ticket(
            b.line(),
            b.payment("120.00"),
            extra="<raise><raiseType>TIPS</raiseType><raiseAmnt>20.00</raiseAmnt></raise>",
        ),
        b.sale(head="<custSupID/>"),
        b.sale(head="<empID /><savings><a>1</a><b/></savings>"),
    ],
)
def test_an_ordinary_ticket_goes_the_short_way(ticket: str) -> None:
    assert TicketReader(BOOK, "NOK", lambda *_: None).read_plain(ticket.encode(), True) is not None


@pytest.mark.parametrize("customer", ["10001", " 7 ", "Bø æ"])
def test_a_ticket_that_names_a_customer_goes_the_ordinary_way(customer: str) -> None:
    ticket = b.sale(head=f"<custSupID>{customer}</custSupID>")
    assert TicketReader(BOOK, "NOK", lambda *_: None).read_plain(ticket.encode(), True) is None


@pytest.mark.parametrize("name", ["void", "training"])
def test_only_a_flag_that_says_no_leaves_a_ticket_plain(name: str) -> None:
    def short_way(word: str) -> Ticket | None:
        made = b.sale(**{name: word})
        return TicketReader(BOOK, "NOK", lambda *_: None).read_plain(made.encode(), True)

    for word in ("true", "JA", "-1", "sann", "2", "?"):
        assert short_way(word) is None
    for word in ("false", "Nei", "0", "", " F "):
        ticket = short_way(word)
        assert ticket is not None
        assert ticket == TicketReader(BOOK, "NOK", lambda *_: None).read(etree.fromstring(b.sale(**{name: word})))


# A file

SALE = b.sale("1", rounding="0.00")
PARTS = (
    *[SALE] * 6,
    *(b.ticket(b.line(f"{n}.00") * n, b.payment(f"{n * n}.00", "CASH"), number=str(n), side="C") for n in range(2, 5)),
    b.ticket(b.line("-50.00", side="D"), b.payment("-50.00"), side="D", kind="RETURNSAL"),
    b.ticket((), b.payment("500.00", "CASH"), kind="DROP"),
    b.ticket(b.line("100.00", group="Øl"), b.payment(), number="ø"),
    SALE.replace("<nr>", "<nr a='1'>"),
    SALE.replace("<signature>abc", "<signature>a&amp;b"),
    SALE.replace("<signature>abc", "<signature>a & b"),
    SALE.replace("<signature>abc", "<signature><![CDATA[<nr>]]>"),
    SALE.replace("<signature>abc", "<signature>a>b"),
    SALE.replace("abc</signature>", "abc</signature >"),
    SALE.replace("<transDate>2020-01-01", "<transDate>2020-13-01"),
    SALE.replace("<cashtransaction>", "<cashtransaction >"),
    b.event("SALREC", "1"),
    b.event("PROV", "2"),
    *(
        "\n",
        "\r\n",
        "\n\t\t",
        "<!-- -->",
        "<!-- ",
        " -->",
        "<![CDATA[ ",
        " ]]>",
        "<?pi ",
        " ?>",
        "<!--</event>",
        "text",
    ),
    *("</cashregister>", "<cashregister>", "<x>", "</x>", "<cashtransaction/>", "</cashtransaction>", "</event>"),
)
DAMAGE = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 12),
        st.sampled_from(
            [
                *(
                    b"",
                    b"<",
                    b">",
                    b"&",
                    b"/",
                    b"\x01",
                    b"\xc3",
                    b"\xef\xbf\xbf",
                    b"]]>",
                    b"<!--",
                    b"-->",
                    b"\r",
                    b"\n",
                ),
                *(b"<cashtransaction>", b"</cashtransaction>", b"<ctLine>", b"</ctLine>", b"<a/>", b"\xc3\xb8", b"n1:"),
            ]
        ),
    ),
    max_size=2,
)


@looking(400)
@given(
    st.lists(st.sampled_from(PARTS), max_size=12),
    DAMAGE,
    st.sampled_from([{}, {}, {"prefix": "n1"}, {"namespace": None}, {"declared": "ISO-8859-1", "encoding": "latin-1"}]),
    st.sampled_from([60, 700, 4096, 100_000]),
)
def test_a_file_comes_to_the_same_both_ways(
    parts: Sequence[str], damage: Sequence[tuple[float, int, bytes]], form: dict[str, Any], size: int
) -> None:
    data = b.document(SALE, *parts, **form)
    begin = data.index(b"cashregister>")
    for place, gone, put in damage:
        at = begin + int(place * (len(data) - begin))
        data = data[:at] + put + data[at + gone :]
    count_plain(data, size)


def spread(text: str) -> str:
    """With each element on a line of its own, as most programs write it."""
    return re.sub("(<[^/])", r"\n\t\1", text)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"prefix": "n1"},
        {"namespace": None},
        {"declared": "ISO-8859-1", "encoding": "latin-1"},
        {"declared": "windows-1252", "encoding": "cp1252"},
        {"encoding": "utf-8-sig"},
        {"declared": "UTF-16"},
    ],
)
@pytest.mark.parametrize("size", [300, 100_000])
def test_every_plain_ticket_but_the_first_goes_the_short_way(form: dict[str, Any], size: int) -> None:
    tickets = [spread(b.sale(str(number), rounding="0.00")) for number in range(30)]
    assert count_plain(b.document(*tickets, **form), size) == (29, 30)


def test_events_between_tickets_close_the_short_way_to_none_of_them() -> None:
    parts = [b.event("SALREC", str(number)) + "\n" + b.sale(str(number)) for number in range(9)]
    assert count_plain(b.document(*parts)) == (8, 9)


def test_carriage_returns_change_nothing() -> None:
    data = b.document(*(spread(b.sale(str(number))) for number in range(9))).replace(b"\n", b"\r\n")
    assert count_plain(data) == (8, 9)


def test_what_is_not_ascii_goes_the_ordinary_way_in_another_encoding_than_utf8() -> None:
    data = b.document(*(b.sale("ø") for _ in range(3)), declared="ISO-8859-1", encoding="latin-1")
    assert count_plain(data) == (0, 3)
    assert count_plain(b.document(*(b.sale("ø") for _ in range(3)))) == (2, 3)


@pytest.mark.parametrize("form", [str, spread])
def test_an_error_after_plain_tickets_names_its_line_and_column(form: Any) -> None:
    tickets = form("".join(b.sale(str(number), head="<desc>æøå</desc>") for number in range(20)))
    for broken in ("</wrong>", "<nr>\x02", "<ctLine></nr>"):
        data = b.document(tickets, broken, b.sale("21"))
        assert count_plain(data) == (19, 20)
        assert "line" in outcome(data, 100_000)[1]


def test_programs_that_write_ever_new_shapes_are_read_all_the_same() -> None:
    tickets = [b.sale(str(number), head=f"<own{number}>1</own{number}>") for number in range(120)]
    plain, read = count_plain(b.document(*tickets))
    assert 0 < plain < read == 120


# Pieces


def test_the_examples_in_the_module_hold() -> None:
    assert doctest.testmod(fast_pieces).failed == 0


@looking(200)
@given(
    st.lists(st.sampled_from(["<cashtransaction>", "</cashtransaction>", "<x>", " ", "\n", "a", "<"]), max_size=20),
    st.integers(1, 40),
)
def test_pieces_make_up_the_file(parts: list[str], size: int) -> None:
    data = "".join(parts).encode()
    pieces = list(cut_tickets((data[at : at + size] for at in range(0, len(data), size)), b""))
    assert b"".join(piece for piece, _ in pieces) == data
    assert all(piece for piece, _ in pieces)
    for piece, is_ticket in pieces:
        if is_ticket:
            assert piece.lstrip().startswith(b"<cashtransaction>") and piece.endswith(b"</cashtransaction>")


@looking(200)
@given(
    st.lists(
        st.sampled_from(["<cashtransaction>", "\n\t<cashtransaction>\n</cashtransaction>", "<x>\n<cashtransaction>æø"]),
        max_size=5,
    )
)
def test_what_is_skipped_takes_up_its_lines_and_columns(pieces: list[str]) -> None:
    skipped = Skipped()
    for piece in pieces:
        skipped.add(piece.encode())
    told = skipped.take().decode()
    whole = "".join(pieces)
    assert told.count("\n") == whole.count("\n")
    assert len(told.rpartition("\n")[2]) == len(whole.rpartition("\n")[2])
    assert skipped.take() == b""


def test_a_ticket_without_an_end_is_not_waited_for() -> None:
    data = b"<cashtransaction>" + b"x" * 3_000_000
    chunks = (data[at : at + 32_768] for at in range(0, len(data), 32_768))
    assert max(len(piece) for piece, _ in cut_tickets(chunks, b"")) < 1_200_000


def test_a_prefix_is_taken_off_only_where_every_name_has_it() -> None:
    assert strip_prefix(b"<n:a>1</n:a>", b"n:") == b"<a>1</a>"
    assert strip_prefix(b"<n:a>1</a>", b"n:") == b"<n:a>1</a>"
