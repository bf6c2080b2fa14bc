"""Reads SAF-T Cash Register (Norwegian 1.00, and the Danish variant): a file -> master data, tickets, Z-reports.

The file is streamed with one ticket in memory at a time, whatever its size. Elements are matched by local name, in any
namespace or none. Entities, external files and huge nodes are off; a DOCTYPE is refused. The file is not validated by
the schema: what is unambiguous is read, what could mean two things is refused with the ticket's name.

The other modules: `bytes` bytes and their repair, `fast.pieces` finding tickets in them, `fast.plain` an ordinary
ticket, `ticket` a ticket in any dialect, `signs` sale or return, `codes` codes, `values` amounts and times, `z_report`
Z-reports; here is the traversal of the file. Never here: venues, accounts, the database. Units: øre. Source: SAF-T CR
1.00 XSD and code lists.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from lxml import etree

from posexport.core.codes import clean_code
from posexport.core.credit_facts import RegisterCustomer, name_customer, tidy_text
from posexport.core.organization_number import parse_organization_number
from posexport.core.sales import (
    Coverage,
    FileCompany,
    ImportNote,
    MasterData,
    NamedRegister,
    SalesItem,
    Ticket,
    TicketStatus,
    ZReport,
)
from posexport.errors import UnreadableSales
from posexport.sources.saft import codes as saft_codes, fast
from posexport.sources.saft.bytes import Form, doctype_refused
from posexport.sources.saft.codes import CodeBook, names_of
from posexport.sources.saft.fast.pieces import Skipped, cut_tickets, strip_prefix
from posexport.sources.saft.ticket import TicketReader
from posexport.sources.saft.values import Unreadable, check_code, is_long, local_name, parse_moment, short
from posexport.sources.saft.z_report import read_z_report

_WANTED = (
    "cashtransaction",
    "event",
    "eventReport",
    "registerID",
    "regDesc",
    "cashregister",
    "location",
    "name",
    "header",
    "companyIdent",
    "companyName",
    "taxRegIdent",
    "vatCodeDetail",
    "article",
    "basic",
    "company",
    "customerSupplier",
    "ledgerAccount",
    "employee",
    "period",
)
_TAGS = tuple("{*}" + name for name in _WANTED)
_OFF: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_blank_text": True,
    "remove_comments": True,
    "remove_pis": True,
}
_BARREN_BYTES = 32 * 1024 * 1024
"""How many bytes may pass without anything usable before the file is refused: it would only fill the memory."""
_BARREN_SIGNS = 500_000
"""The same, counted in characters that make elements and attributes: the shortest take the most memory."""
_LARGE_SIGNS = 20_000
"""A ticket or event with this many of them is freed at once."""
_MASTER_CHARACTERS_MAX = 25_000_000
"""The maximum size of a company's lists (characters), with 100 added per entry."""
_PROLOG_BYTES = 1024 * 1024
_PRUNE_EVERY = 8
_SKIPPED_BYTES = 65_536
"""What the parser is not fed is told to it when it takes so much to tell."""
_NOTICES_OF_A_KIND = 50
_ODD_NAMED = 5
_IDS_REMEMBERED_MAX = 20_000
_ODD = {
    "decimal-comma": "Amounts with a decimal comma were read as with a point",
    "noise": "Amounts that a computer's rounding has left a little off were read to the nearest øre",
    "thousands": "Amounts with something between the thousands were read without it",
    "other-signs": "Amounts with another kind of minus or blank were read as with a plain one",
    "24:00": "The time 24:00:00 was read as 00:00:00 of the next day",
    "dotted-time": "Times with dots were read as with colons",
    "empty": "Discounts and additions without an amount were read as 0.00",
    "empty-payment": "Payments without any content were left out",
    "two-vats": "Lines of two VAT rates were divided between them, as their VAT adds up",
    "discount-outside": "Line discounts that are not in the lines' amounts were taken off, which balances the ticket",
}
"""The words for each kind of unusual spelling."""
_LISTS = frozenset(
    {"vatCodeDetails", "articles", "basics", "customersSuppliers", "generalLedger", "employees", "periods"}
)
_SUPPLIER = "supplier"
_HEADING = re.compile(rb"(<[A-Za-z_][^\s<>]*\s(?:[^<>]*?\s)?)xmlns(\s*=)")
_NOT_COUNTED = frozenset({TicketStatus.VOID, TicketStatus.TRAINING})
_EXPORT = "Export the electronic journal as SAF-T Cash Register (SAF-T Kassasystem) from the cash register."
_AGAIN = "Export it again."


def read_saft(stream: BinaryIO, name: str, known: MasterData = MasterData()) -> Iterator[SalesItem]:
    """Everything in one SAF-T Cash Register file, tickets one at a time.

    `name` is the file's name in messages; `known` is master data from the company's other files, used where this one
    has none. Master data comes before the first ticket, and once more at the end if more was learned (a second
    register, a predefined code used without basics). Raises UnreadableSales, also midway: nothing of the file may be
    kept then.
    """
    return _Document(stream, name, known).items()


def read_saft_master(stream: BinaryIO, name: str) -> MasterData:
    """Only the master data, which precedes the first location: little of the file is read.

    Raises UnreadableSales.
    """
    for item in _Document(stream, name, MasterData()).items():
        if isinstance(item, MasterData):
            return item
    return MasterData()


class _Document:
    """One file being read."""

    def __init__(self, stream: BinaryIO, name: str, known: MasterData) -> None:
        self._name = name
        self._known = known
        self._form = Form(stream, name, self._where)
        self._header: dict[str, str] = {}
        self._begin_company()
        self._companies = 0
        self._seen: set[str] = set()
        self._locals: dict[object, str] = {}
        self._register = ""
        self._location: str | None = None
        self._location_used = False
        self._tickets_before = 0
        self._silent: list[NamedRegister] = []
        self._has_report = False
        self._prefix = b""
        self._is_among_tickets = False
        """Whether the parser stands between the tickets of a register: what looks like the next one is one."""
        self._book = CodeBook(known)
        self._tickets = TicketReader(self._book, "NOK", self._doubt, self._note_odd)
        self._last: Ticket | None = None
        self._ticket_count = self._counted = 0
        self._unpruned = 0
        self._barren_bytes = self._barren_signs = 0
        self._doubts: list[ImportNote] = []
        self._doubt_counts: Counter[str] = Counter()
        self._odd_counts: Counter[str] = Counter()
        self._odd_places: dict[str, tuple[str, list[str]]] = {}
        self._register_ids: set[str] = set()
        self._reports_asked_of: set[tuple[str, str]] = set()
        self._codes_seen: dict[str, set[str]] = {}
        self._handlers: dict[str, Callable[[Any], Iterator[SalesItem]]] = {
            "event": self._on_event,
            "eventReport": self._on_report,
            "registerID": self._on_register_id,
            "regDesc": self._on_register_description,
            "cashregister": self._on_register,
            "location": self._on_location,
            "name": self._on_name,
            "header": self._on_header,
            "company": self._on_company,
        }

    def _begin_company(self) -> None:
        """Reset the state for the next company element."""
        self._company: dict[str, str] = {}
        self._vat_codes: dict[str, str] = {}
        self._standard_vat_codes: dict[str, str] = {}
        self._articles: dict[str, str] = {}
        self._article_names: dict[str, str] = {}
        self._customers: dict[str, RegisterCustomer] = {}
        self._basics: dict[str, tuple[str, str]] = {}
        self._registers: dict[tuple[str | None, str], str] = {}
        self._told: MasterData | None = None
        self._company_tickets = self._master_characters = 0
        self._event_kinds: dict[str, str] = {}

    # The walk.

    def items(self) -> Iterator[SalesItem]:
        """The file's items. Raises UnreadableSales."""
        chunks = self._form.chunks()
        parser: Any = etree.XMLPullParser(events=("end",), tag=_TAGS, **_OFF)
        begun = self._begin(chunks)
        skipped = Skipped()
        for piece, is_ticket in cut_tickets(itertools.chain(begun, chunks), self._prefix):
            may_be_plain = fast.READS_PLAIN_TICKETS and is_ticket and self._is_among_tickets
            ticket = self._plain_ticket(piece) if may_be_plain else None
            if ticket is not None:
                skipped.add(piece)
                if skipped.lines + skipped.columns > _SKIPPED_BYTES:
                    self._feed(parser, skipped.take())
                self._barren_bytes = self._barren_signs = 0
                yield ticket
            else:
                self._feed(parser, skipped.take())
                yield from self._parse(parser, piece)
        self._feed(parser, skipped.take())
        self._close(parser)
        yield from self._end()

    def _parse(self, parser: Any, piece: bytes) -> Iterator[SalesItem]:
        """The items that a piece yields through the parser."""
        self._feed(parser, piece)
        self._barren_bytes += len(piece)
        self._barren_signs += piece.count(b"<") + piece.count(b"=")
        last = None
        for _, element in parser.read_events():
            last, name = element, self._local(element.tag)
            if name == "cashtransaction":
                if self._told is None:
                    yield from self._begin_tickets()
                yield self._ticket(element)
            else:
                yield from self._handlers.get(name, self._on_master)(element)
        if self._barren_bytes > _BARREN_BYTES or self._barren_signs > _BARREN_SIGNS:
            raise self._lacks("anything of a cash register in a long stretch of it")
        self._is_among_tickets = last is not None and self._ends_with(piece, last)

    def _ends_with(self, piece: bytes, last: Any) -> bool:
        """Whether the parser is right behind a ticket or event of a register after this piece; `last`: the last element
        that ended in it. True only where nothing that hides tags (a comment) can have begun behind it."""
        name = self._local(last.tag)
        if name not in ("cashtransaction", "event") or self._parent_name(last) != "cashregister":
            return False
        if not self._register or not self._form.is_ascii_based or b"<!" in piece or b"<?" in piece:
            return False
        return piece.rstrip().endswith(b"</%b%b>" % (self._prefix, name.encode()))

    def _plain_ticket(self, piece: bytes) -> Ticket | None:
        """The ticket in a piece, if it is a plain one."""
        ticket = self._tickets.read_plain(strip_prefix(piece, self._prefix), self._form.is_utf8)
        return None if ticket is None else self._counted_in(ticket)

    def _counted_in(self, ticket: Ticket) -> Ticket:
        self._last = ticket
        self._ticket_count += 1
        self._company_tickets += 1
        if ticket.status not in _NOT_COUNTED:
            self._counted += 1
        return ticket

    def _begin(self, chunks: Iterator[bytes]) -> list[bytes]:
        """The first chunks, after checking by the root element that the file is worth reading. Raises
        UnreadableSales."""
        begun: list[bytes] = []
        scout: Any = etree.XMLPullParser(events=("start",), **_OFF)
        found: list[Any] = []
        for chunk in chunks:
            begun.append(chunk)
            if len(begun) == 1:
                self._check_first_bytes(chunk)
            for at in range(0, len(chunk), 4096):
                self._feed(scout, chunk[at : at + 4096])
                found.extend(element for _, element in scout.read_events())
                if len(found) > 1:
                    break
            if len(found) > 1 or sum(map(len, begun)) > _PROLOG_BYTES:
                break
        if not begun:
            raise UnreadableSales(self._name, "", "The file is empty.", "SAF-T Cash Register.", _EXPORT)
        if not found:
            if sum(map(len, begun)) > _PROLOG_BYTES:
                raise self._lacks("a root element at its start")
            self._close(scout)
            raise self._lacks("a root element")
        self._check_root(found)
        self._prefix = f"{found[0].prefix}:".encode() if found[0].prefix else b""
        if found[0].prefix is None and found[0].nsmap.get(None):
            # Names are matched without their namespace, and a name without one is quicker to read.
            begun[0] = _HEADING.sub(rb"\1xmlnz\2", begun[0], count=1)
        return begun

    def _check_first_bytes(self, chunk: bytes) -> None:
        if chunk.startswith((b"PK\x03\x04", b"\x1f\x8b")):
            raise UnreadableSales(
                self._name,
                "",
                "The file is a compressed archive.",
                "an XML file.",
                "Unpack it and read what it holds.",
            )
        if b"<" not in chunk[:64]:
            raise UnreadableSales(self._name, "", "The file is not XML.", "SAF-T Cash Register, an XML file.", _EXPORT)

    def _check_root(self, found: list[Any]) -> None:
        root = found[0]
        if root.getroottree().docinfo.doctype:
            raise doctype_refused(self._name)
        name = local_name(root.tag)
        namespace = (root.tag[1:].partition("}")[0] if root.tag.startswith("{") else "").casefold()
        first = local_name(found[1].tag) if len(found) > 1 else ""
        if "cashregister" in namespace:
            return
        if "financial" in namespace or first == "Header":
            raise UnreadableSales(
                self._name,
                "",
                f"This is SAF-T Financial (the ledger), not Cash Register: its root element is {name[:40]!r}"
                + (f" in {namespace[:80]!r}." if namespace else f", and {first[:40]!r} stands first in it."),
                "SAF-T Cash Register.",
                _EXPORT,
            )
        if name.casefold() != "auditfile":
            raise UnreadableSales(
                self._name,
                "",
                f"The file is XML of another kind: its root element is {name[:40]!r}"
                + (f" in {namespace[:80]!r}." if namespace else "."),
                "SAF-T Cash Register, which begins with 'auditfile'.",
                _EXPORT,
            )

    def _feed(self, parser: Any, chunk: bytes) -> None:
        try:
            parser.feed(chunk)
        except etree.XMLSyntaxError as error:
            raise self._not_well_formed(error) from None
        except (LookupError, ValueError, AssertionError) as error:
            raise UnreadableSales(
                self._name, "", f"The file is no readable XML ({error}).", "SAF-T Cash Register.", _AGAIN
            ) from None

    def _close(self, parser: Any) -> None:
        try:
            parser.close()
        except etree.XMLSyntaxError as error:
            line = error.lineno
            raise UnreadableSales(
                self._name,
                f"line {line}" if line else "",
                "The file ends in the middle.",
                "a whole file, to the end of 'auditfile'.",
                _AGAIN,
            ) from None

    def _not_well_formed(self, error: etree.XMLSyntaxError) -> UnreadableSales:
        words = str(error.msg or "not well-formed")
        return UnreadableSales(
            self._name,
            f"line {error.lineno}" if error.lineno else "",
            f"The file is not well-formed XML: {words[:200]}.",
            "SAF-T Cash Register as the cash register wrote it.",
            _AGAIN,
        )

    def _lacks(self, what: str) -> UnreadableSales:
        return UnreadableSales(
            self._name,
            "",
            f"The file lacks {what}.",
            "SAF-T Cash Register with company and cashregister.",
            _EXPORT,
        )

    def _learn_name(self, tag: object) -> str:
        if len(self._locals) > 500:
            self._locals.clear()
        self._locals[tag] = local_name(tag)
        return self._locals[tag]

    def _where(self) -> str:
        if self._last is None:
            return "before the first ticket"
        return f"near register {self._last.register}, ticket {self._last.number}"

    def _doubt(self, kind: str, notice: ImportNote) -> None:
        self._doubt_counts[kind] += 1
        if self._doubt_counts[kind] <= _NOTICES_OF_A_KIND:
            self._doubts.append(notice)

    def _note_odd(self, kind: str, place: str, written: str) -> None:
        self._odd_counts[kind] += 1
        places = self._odd_places.setdefault(kind, (written, []))[1]
        if len(places) < _ODD_NAMED and place not in places:
            places.append(place)

    def _prune(self, element: Any) -> None:
        """Free what precedes an element that has been read; the parser still needs the element itself."""
        self._unpruned = self._barren_bytes = self._barren_signs = 0
        parent = element.getparent()
        before = parent.index(element)
        if before:
            del parent[:before]

    def _let_go(self, element: Any) -> None:
        """Free tickets and events that have been read, a few at a time."""
        self._unpruned += 1
        if self._barren_signs > _LARGE_SIGNS:
            element.clear()
            self._prune(element)
        elif self._unpruned >= _PRUNE_EVERY:
            self._prune(element)

    # Tickets, events, reports.

    def _ticket(self, element: Any) -> Ticket:
        reader = self._tickets
        if not self._register or self._parent_name(element) != "cashregister":
            raise self._unplaced(element)
        try:
            ticket = reader.read(element)
        except Unreadable as fault:
            raise UnreadableSales(self._name, reader.place(element), fault.found, fault.expected, fault.fix) from None
        self._let_go(element)
        return self._counted_in(ticket)

    def _unplaced(self, element: Any) -> UnreadableSales:
        return UnreadableSales(
            self._name,
            self._tickets.place(element),
            "The ticket stands in no cashregister, or before its registerID.",
            "registerID first in each cashregister, its tickets after it.",
            "Have the supplier correct it and export the file again.",
        )

    def _on_event(self, element: Any) -> Iterator[SalesItem]:
        if self._told is None:
            yield from self._begin_tickets()
        if self._parent_name(element) != "cashregister":
            self._let_go(element)
            return
        for child in element:
            if self._local(child.tag) == "eventType":
                kind = self._event_kind(child.text or "")
                if kind in (saft_codes.PROVISIONAL, saft_codes.DELIVERY):
                    self._note_paper(element, kind)
                break
        if self._has_report:
            self._has_report = False
            try:
                report = self._read_report(element)
            except Unreadable as fault:
                raise UnreadableSales(
                    self._name,
                    f"register {self._register}, a Z-report",
                    fault.found,
                    fault.expected,
                    fault.fix,
                ) from None
            if report is not None:
                yield report
        self._let_go(element)

    def _read_report(self, event: Any) -> ZReport | None:
        place = f"register {self._register}, a Z-report"
        report = read_z_report(
            event,
            self._register,
            self._location,
            self._book,
            self._ask_of_report,
            lambda kind, written: self._note_odd(kind, place, short(written)),
        )
        if report is not None:
            self._note_register(report.register)
        return report

    def _ask_of_report(self, kind: str, notice: ImportNote) -> None:
        """Note an unclear report once per name and register: a register writes one every day."""
        if (self._register, notice.text) not in self._reports_asked_of and len(self._reports_asked_of) < _ODD_NAMED**3:
            self._reports_asked_of.add((self._register, notice.text))
            self._doubt(kind, notice)

    def _event_kind(self, event_type: str) -> str:
        """The predefined code of an event's type; "" where it has none."""
        code = self._event_kinds.get(event_type)
        if code is None:
            if len(self._event_kinds) > 1000:
                self._event_kinds.clear()
            code = self._book.predefined(saft_codes.EVENT, event_type.strip())
            if len(event_type) <= saft_codes.CODE_LENGTH_MAX:
                self._event_kinds[event_type] = code
        return code

    def _note_paper(self, element: Any, kind: str) -> None:
        for child in element:
            if self._local(child.tag) == "transID" and child.text and len(self._tickets.paper) < 100_000:
                self._tickets.paper.setdefault(child.text.strip(), kind)

    def _on_report(self, element: Any) -> Iterator[SalesItem]:
        self._has_report = self._parent_name(element) == "event"
        return iter(())

    # Where we are.

    def _local(self, tag: object) -> str:
        return self._locals.get(tag) or self._learn_name(tag)

    def _parent_name(self, element: Any) -> str:
        parent = element.getparent()
        return "" if parent is None else self._local(parent.tag)

    def _on_register_id(self, element: Any) -> Iterator[SalesItem]:
        if self._parent_name(element) == "cashregister":
            self._register = self._name_of(element, "registerID")
            self._location_used = True
            self._tickets.register = self._register
            self._note_register(self._register)
            self._registers.setdefault((self._location, self._register), "")
        return iter(())

    def _note_register(self, register: str) -> None:
        if len(self._register_ids) < _IDS_REMEMBERED_MAX:
            self._register_ids.add(register)

    def _on_register_description(self, element: Any) -> Iterator[SalesItem]:
        if self._parent_name(element) == "cashregister" and self._register:
            self._registers[self._location, self._register] = self._name_of(element, "regDesc")
            if self._told is None:
                yield from self._begin_tickets()

    def _on_register(self, element: Any) -> Iterator[SalesItem]:
        if self._told is None:
            yield from self._begin_tickets()
        self._seen.add("cashregister")
        if self._register and self._ticket_count == self._tickets_before:
            self._silent.append(NamedRegister(self._location, self._register))
        self._tickets_before = self._ticket_count
        self._register = self._tickets.register = ""
        self._tickets.begin_register()
        element.clear()
        self._prune(element)

    def _on_location(self, element: Any) -> Iterator[SalesItem]:
        if self._told is None:
            yield from self._begin_tickets()
        self._location = self._tickets.location = None
        self._location_used = False
        element.clear()
        self._prune(element)

    def _on_name(self, element: Any) -> Iterator[SalesItem]:
        if self._parent_name(element) == "location":
            name = self._name_of(element, "name") or None
            if self._location_used and name != self._location:
                raise UnreadableSales(
                    self._name,
                    f"location {name}",
                    "The location's name stands after its cash registers.",
                    "the name first in each location.",
                    "Have the supplier correct it and export the file again.",
                )
            self._location = self._tickets.location = name
        return iter(())

    def _name_of(self, element: Any, what: str) -> str:
        try:
            return check_code(what, element.text or "")
        except Unreadable as fault:
            raise UnreadableSales(self._name, self._where(), fault.found, fault.expected, fault.fix) from None

    # Header and master data.

    def _on_header(self, element: Any) -> Iterator[SalesItem]:
        if not self._header:
            self._header = self._children(element)
        return iter(())

    def _on_company(self, element: Any) -> Iterator[SalesItem]:
        """End of a company: yields what its tickets taught; the next company has codes of its own."""
        self._seen.add("company")
        if self._told is None:
            yield from self._begin_tickets()
        master = self._master()
        if master != self._told:
            yield master
        if self._company_tickets:
            yield from self._silent
        self._silent = []
        self._note_codes()
        self._companies += 1
        self._begin_company()
        self._book = CodeBook(MasterData())
        element.clear()

    def _note_codes(self) -> None:
        for kind, codes in {**self._book.codes_seen(), "customers": self._tickets.customers_seen}.items():
            seen = self._codes_seen.setdefault(kind, set())
            seen.update(itertools.islice(codes, _IDS_REMEMBERED_MAX - len(seen)))

    def _children(self, element: Any) -> dict[str, str]:
        return {self._local(child.tag): (child.text or "").strip() for child in element}

    def _on_master(self, element: Any) -> Iterator[SalesItem]:
        name, parent = self._local(element.tag), self._parent_name(element)
        if name in ("companyIdent", "companyName", "taxRegIdent"):
            if parent == "company":
                self._company.setdefault(name, self._name_of(element, name))
            return iter(())
        if parent not in _LISTS:
            return iter(())
        texts = self._children(element)
        self._weigh(texts)
        if name == "vatCodeDetail" and texts.get("vatCode"):
            code = clean_code(texts["vatCode"])
            self._vat_codes[code] = texts.get("vatDesc", "")
            if texts.get("standardVatCode"):
                self._standard_vat_codes[code] = clean_code(texts["standardVatCode"])
        elif name == "article" and texts.get("artID") and texts.get("artGroupID"):
            article = clean_code(texts["artID"])
            self._articles[article] = clean_code(texts["artGroupID"])
            self._article_names[article] = tidy_text(texts.get("artDesc"))
        elif name == "customerSupplier" and texts.get("custSupID"):
            self._add_customer(element, texts)
        elif name == "basic" and texts.get("basicID"):
            basic_type = texts.get("basicType", "").zfill(2)
            predefined = texts.get("predefinedBasicID", "")
            code = predefined.zfill(5) if predefined.isdigit() else predefined
            self._basics[f"{basic_type}:{clean_code(texts['basicID'])}"] = (code, texts.get("basicDesc", ""))
        if self._company_tickets and name in ("vatCodeDetail", "article", "basic"):
            raise UnreadableSales(
                self._name,
                "",
                f"The list '{parent}' stands after tickets that need it.",
                "the company's lists before its locations.",
                "Have the supplier correct it and export the file again.",
            )
        if self._told is not None:
            self._open_book()
        element.clear()
        self._prune(element)
        return iter(())

    def _add_customer(self, element: Any, texts: dict[str, str]) -> None:
        """A customer of the company's register; its first address with anything in it counts. Suppliers are left
        out."""
        number = clean_code(texts["custSupID"])
        if texts.get("custSupType", "").casefold() == _SUPPLIER or is_long(number):
            return
        addresses = [child for child in element if self._local(child.tag) in ("postalAddress", "streetAddress")]
        lines = (_address_lines(self._children(address)) for address in reversed(addresses))
        self._customers[number] = name_customer(
            number,
            tidy_text(texts.get("taxRegIdent")),
            name=tidy_text(texts.get("custSupName")),
            email=tidy_text(texts.get("eMail")),
            contact=tidy_text(texts.get("contact")),
            address=next(filter(None, lines), ()),
        )
        self._weigh({"address": " ".join(self._customers[number].address)})

    def _weigh(self, texts: dict[str, str]) -> None:
        """Count list entries, which are kept in memory. Raises UnreadableSales where there are more than a cash
        register has."""
        self._master_characters += 100 + sum(map(len, texts.values()))
        if self._master_characters > _MASTER_CHARACTERS_MAX:
            raise UnreadableSales(
                self._name,
                "before the first ticket",
                "The company's lists are too long.",
                "at most some 100 000 articles, codes and customers.",
                "Have the supplier leave out of the lists what the tickets do not use, and export the file again.",
            )

    def _master(self) -> MasterData:
        named = self._book.named_here
        return MasterData(
            company_name=self._company.get("companyName", ""),
            organization_number=_organization_number(self._company),
            product_types={
                **{code: text for code, text in named.items() if code.startswith(saft_codes.ARTICLE_GROUP)},
                **names_of(self._basics, saft_codes.ARTICLE_GROUP),
            },
            payment_types={
                **{code: text for code, text in named.items() if code.startswith(saft_codes.PAYMENT)},
                **names_of(self._basics, saft_codes.PAYMENT),
            },
            vat_codes=dict(self._vat_codes),
            standard_vat_codes=dict(self._standard_vat_codes),
            articles=dict(self._articles),
            basics=dict(self._basics),
            registers=tuple((*key, description) for key, description in self._registers.items()),
            customers=dict(self._customers),
        )

    def _begin_tickets(self) -> Iterator[SalesItem]:
        """End of the master part: yields the company of the tickets that follow, its master data, and what the header
        says of the file."""
        self._told = self._master()
        self._open_book()
        yield _file_company(self._company, self._header)
        yield self._told
        if not self._companies:
            yield _coverage(self._header, self._company.get("companyIdent", ""))

    def _open_book(self) -> None:
        self._book = CodeBook(self._known_of_company().merged(self._master()), self._article_names)
        currency = self._header.get("curCode", "").strip().upper() or "NOK"
        self._tickets = TicketReader(self._book, currency, self._doubt, self._note_odd)
        self._tickets.register, self._tickets.location = self._register, self._location

    def _known_of_company(self) -> MasterData:
        """The master data from other files of this company. It belongs to the file's first company, unless the
        organization numbers say otherwise."""
        number = _organization_number(self._company)
        return self._known if not self._companies or number == self._known.organization_number else MasterData()

    def _end(self) -> Iterator[SalesItem]:
        for what in ("company", "cashregister"):
            if what not in self._seen:
                raise self._lacks(f"'{what}'")
        if self._ticket_count and not self._counted:
            yield ImportNote(
                "",
                f"All {self._ticket_count} tickets are voided or training tickets. "
                "This is not a day without sales: ask whether the cash register was in training mode.",
            )
        yield from self._form.notices()
        yield from self._doubts
        for kind, count in self._doubt_counts.items():
            if count > _NOTICES_OF_A_KIND:
                more = count - _NOTICES_OF_A_KIND
                yield ImportNote("", f"{more} more tickets like the last one named ({kind}).")
        yield from self._odd_notices()
        yield from self._hints()

    def _odd_notices(self) -> Iterator[ImportNote]:
        """A note for each kind of unusual spelling, with some of the tickets."""
        for kind, count in self._odd_counts.items():
            first, places = self._odd_places[kind]
            times = "once" if count == 1 else f"{count} times, first"
            yield ImportNote("; ".join(places), f"{_ODD[kind]} ({times}: {first}).")

    def _hints(self) -> Iterator[ImportNote]:
        """Notes about ids that look alike and are read as different ones."""
        alike = {"cash registers": _alike(self._register_ids, any_case=True)}
        alike |= {kind: _alike(codes) for kind, codes in self._codes_seen.items()}
        for kind, groups in alike.items():
            for group in groups[:_ODD_NAMED]:
                ids = " and ".join(repr(id_) for id_ in group)
                yield ImportNote(
                    "",
                    f"The {kind} {ids} differ only by zeros or by case. They are read as different; if they are one, "
                    "have the cash register's supplier write it one way.",
                )


def _address_lines(texts: dict[str, str]) -> tuple[str, ...]:
    """An address as lines: street and number, further details, postal code, city, country."""
    street = " ".join(filter(None, (texts.get("streetname"), texts.get("number"))))
    names = ("additionalAddressDetails", "postalCode", "city", "country")
    return tuple(filter(None, map(tidy_text, (street, *(texts.get(name) for name in names)))))


def _alike(ids: Iterable[str], *, any_case: bool = False) -> list[list[str]]:
    """Groups of ids that differ only in leading zeros, or also in case."""
    groups: dict[str, list[str]] = {}
    for id_ in sorted(ids):
        groups.setdefault((id_.casefold() if any_case else id_).lstrip("0"), []).append(id_)
    return [group for key, group in groups.items() if key and len(group) > 1]


def _organization_number(company: dict[str, str]) -> str:
    """The company's organization number; the text as written where none is valid."""
    return (
        _file_company(company, {}).organization_number or company.get("companyIdent") or company.get("taxRegIdent", "")
    )


def _file_company(company: dict[str, str], header: dict[str, str]) -> FileCompany:
    """The company of the tickets: by companyIdent, or by taxRegIdent where the former has no valid number."""
    written = [text for name in ("companyIdent", "taxRegIdent") if (text := company.get(name, ""))]
    valid = [number for text in written if (number := parse_organization_number(text))]
    return FileCompany(
        valid[0] if valid else "", written[0] if written else "", header.get("curCode", "").strip().upper()
    )


def _coverage(header: dict[str, str], company: str) -> Coverage:
    """What the header says of the file's period; unreadable parts are left out, since nothing depends on them."""
    try:
        made_at = parse_moment(header.get("dateCreated"), header.get("timeCreated") or "00:00:00")
    except Unreadable:
        made_at = None
    start, end = _day(header.get("startDate", "")), _day(header.get("endDate", ""))
    stamp = made_at.strftime("%Y%m%d%H%M%S") if made_at else ""
    return Coverage(
        start=datetime.combine(start, time()) if start else None,
        end=datetime.combine(end + timedelta(days=1), time()) if end else None,
        made_at=made_at,
        source=header.get("softwareDesc", "")[:35],
        batch="_".join(part for part in (company[:20], stamp) if part)[:35],
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day if 1980 <= day.year <= 2200 else None
