"""Vouchers: what a settlement becomes, line by line, and the proofs that nothing was lost.

Debit is positive and credit negative. A voucher is immutable, and cannot be made unless its proofs hold: its lines sum
to 0, except for what named unbalanced tickets leave open, and for every VAT code and every payment type they have what
the tickets have. A line with account None has no account set; such a voucher can be shown but not sent.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from posexport.core.company import Company, Venue
from posexport.core.lines import OTHER, LineKey, LineKind, LineRules, VoucherLine, build_lines, line_key, line_order
from posexport.core.mapping import AccountMapping
from posexport.core.money import format_ore
from posexport.core.sales import MOVEMENTS, EntryKind
from posexport.core.settlement import EntrySum, Settlement


class VoucherProofFailed(AssertionError):
    """A voucher does not have what its settlement has: a programming error, never the user's."""


class LineChange(NamedTuple):
    """A voucher line as it was drafted and as it would be now (øre, debit positive); 0 where it was not, or is not any
    more."""

    line: VoucherLine
    drafted_ore: int
    now_ore: int


@dataclass(frozen=True, slots=True)
class Voucher:
    """One balanced voucher. `open_ore`: the difference between debit and credit left by unbalanced tickets, 0 on every
    voucher that may be sent. `project`: of the lines whose account requires one."""

    venue: str
    business_day: date
    part: int
    posting_date: date
    reference: str
    description: str
    department: str | None
    currency: str
    lines: tuple[VoucherLine, ...]
    open_ore: int = 0
    project: str | None = None

    def __post_init__(self) -> None:
        total_ore = sum(line.amount_ore for line in self.lines)
        if total_ore != self.open_ore:
            raise VoucherProofFailed(
                f"{self.reference}: lines sum to {format_ore(total_ore)}, not {format_ore(self.open_ore)}"
            )
        if any(line.amount_ore == 0 for line in self.lines):
            raise VoucherProofFailed(f"{self.reference}: a line of 0.00")

    @property
    def debit_ore(self) -> int:
        """The sum of its debits (øre)."""
        return sum(line.debit_ore for line in self.lines)

    @property
    def credit_ore(self) -> int:
        """The sum of its credits (øre)."""
        return sum(line.credit_ore for line in self.lines)

    @property
    def is_sendable(self) -> bool:
        """Whether it is balanced, not empty, and no line lacks an account or a VAT code."""
        return (
            bool(self.lines)
            and self.open_ore == 0
            and all(line.account is not None and line.vat_code is not None for line in self.lines)
        )

    @property
    def fingerprint(self) -> str:
        """A digest of its lines, without the reference. Whether a drafted day has changed is decided by its sales
        instead: `core.settlement.fingerprint_sums`."""
        content = [
            self.venue,
            self.posting_date.isoformat(),
            self.currency,
            [
                [
                    line.account,
                    line.vat_code,
                    line.department,
                    line.amount_ore,
                    line.kind,
                    line.source,
                    line.customer,
                    *([line.order] if line.order is not None else ()),
                    *([line.payer] if line.payer is not None else ()),
                ]
                for line in self.lines
            ],
        ]
        return hashlib.sha256(json.dumps(content, ensure_ascii=True).encode()).hexdigest()

    def order_reference(self, line: VoucherLine) -> str | None:
        """The reference of the order that a line's payment belongs to; None where it belongs to none."""
        return f"{venue_of_reference(self.reference)}-{line.order}" if line.order is not None else None

    def counter_account(self, line: VoucherLine) -> str | None:
        """The account of the line's only counterpart; None where it has several."""
        others = [other for other in self.lines if (other.amount_ore > 0) != (line.amount_ore > 0)]
        return others[0].account if len(others) == 1 else None


def format_reference(venue: str, business_day: date, part: int, revision: int = 1) -> str:
    """The reference by which PowerOffice and people identify a voucher; at most 50 characters.

    >>> format_reference("torget", date(2020, 1, 1), 0)
    'torget-20200101-r1'
    """
    after_midnight = "-p2" if part else ""
    return f"{venue}-{business_day.isoformat().replace('-', '')}{after_midnight}-r{revision}"


_REFERENCE = re.compile(r"(?s)(?P<venue>.+)-[0-9]{8}(-p2)?-r(?P<revision>[0-9]+)")


def find_revision(reference: str) -> int:
    """The revision that a voucher's reference names.

    >>> find_revision("torget-20261120-r2")
    2
    """
    found = _REFERENCE.fullmatch(reference)
    return int(found["revision"]) if found else 1


def venue_of_reference(reference: str) -> str:
    """The venue id in a reference: the one the venue had when the voucher was planned.

    >>> venue_of_reference("torget-20200101-p2-r1")
    'torget'
    """
    found = _REFERENCE.fullmatch(reference)
    assert found is not None, reference
    return found["venue"]


def find_venue_in(reference: str) -> str:
    """The venue id in the reference of a voucher or an order.

    >>> find_venue_in("torget-20200101-p2-r1"), find_venue_in("torget-o20200101-9f3a61c2")
    ('torget', 'torget')
    """
    return venue_of_reference(reference) if _REFERENCE.fullmatch(reference) else reference.rpartition("-o")[0]


def number_document(voucher: Voucher, place: int) -> int:
    """A number below 2^31 that is unique to a voucher within its client: from the business day, the venue's position
    among its company's (from 1), and which of the day's vouchers it is. A day's vouchers beyond the tenth share
    numbers; so do, beyond 99 venues, all vouchers of one venue and day.

    >>> day = date(2026, 11, 20)

    >>> number_document(Voucher("torget", day, 0, day, "torget-20261120-r2", "", None, "NOK", ()), 7)
    261120072
    """
    day = voucher.business_day
    if place > _PLACES_WRITTEN:
        return _UNWRITTEN + (day - _FIRST_DAY).days * _PLACES + place
    nth = (2 * (find_revision(voucher.reference) - 1) + voucher.part) % 10
    return int(f"{day:%y%m%d}{place:02d}{nth}")


_PLACES_WRITTEN, _PLACES, _UNWRITTEN, _FIRST_DAY = 99, 31_000, 1_000_000_000, date(2000, 1, 1)


def renamed(voucher: Voucher, known_as: str) -> Voucher:
    """The same voucher with the venue id `known_as` in its reference, and so in those of orders: the one the venue had
    when the day was first planned."""
    if known_as == voucher.venue:
        return voucher
    return replace(voucher, reference=format_reference(known_as, voucher.business_day, voucher.part))


def page_name(reference: str) -> str:
    """The file name of a voucher's settlement report.

    >>> page_name("torget-20261120-r1")
    'torget-20261120-r1.pdf'
    """
    return f"{reference}.pdf"


def format_description(venue: Venue, posting_date: date) -> str:
    """A voucher's description in PowerOffice; Norwegian, as everything that is drafted."""
    return f"Dagsoppgjør {venue.name} {posting_date.isoformat()}"


_ADJUSTMENT = "Korreksjon "


def format_adjustment(description: str) -> str:
    """The description of an adjustment of a voucher."""
    return f"{_ADJUSTMENT}{description}"


def is_adjustment(description: str) -> bool:
    """Whether a voucher's description is that of an adjustment.

    >>> is_adjustment("Korreksjon Dagsoppgjør Torget Kafé 2026-11-20")
    True
    """
    return description.startswith(_ADJUSTMENT)


def build_vouchers(
    settlement: Settlement,
    company: Company,
    venue: Venue,
    *,
    split: bool = False,
    revision: int = 1,
    rules: Sequence[LineRules] = (),
) -> tuple[Voucher, ...]:
    """The vouchers of a business day: one, or two where a VAT rate changes at the midnight inside it (`split`), the
    second dated the next day. Empty where nothing was sold. Each uses the mapping of its date; `rules`: the venue's
    line rules for both dates, where the caller has them cached.

    Raises VoucherProofFailed where the lines do not have what the settlement has.
    """
    rules = rules or [LineRules(venue.on(settlement.business_day + timedelta(days=part))) for part in (0, 1)]
    transferred = settlement.transferred
    parts: list[tuple[int, tuple[EntrySum, ...]]] = [(0, transferred)]
    if split:
        parts = [(part, tuple(entry for entry in transferred if entry.key.part == part)) for part in (0, 1)]
    vouchers = (_build_voucher(settlement, part, sums, company, rules[part], revision) for part, sums in parts if sums)
    return tuple(voucher for voucher in vouchers if voucher.lines)


def _build_voucher(
    settlement: Settlement,
    part: int,
    sums: tuple[EntrySum, ...],
    company: Company,
    rules: LineRules,
    revision: int,
) -> Voucher:
    venue, lines = rules.venue, build_lines(sums, rules)
    prove_completeness(sums, lines, venue.mapping)
    day = settlement.business_day + timedelta(days=part)
    return Voucher(
        venue=venue.id,
        business_day=settlement.business_day,
        part=part,
        posting_date=day,
        reference=format_reference(venue.id, settlement.business_day, part, revision),
        description=format_description(venue, day),
        department=venue.department,
        currency=company.currency,
        lines=lines,
        open_ore=_open_ore(sums),
        project=venue.project,
    )


def build_adjustment(
    whole: Voucher,
    before: Iterable[VoucherLine],
    venue: Venue,  # noqa: ARG001
    revision: int,
    posting_date: date | None = None,
) -> Voucher:
    """The voucher of exactly the difference between `before`, which is in PowerOffice, and `whole`; without lines where
    there is none. Dated as `whole`, or on another date.

    Raises VoucherProofFailed where the two do not add up to the whole.
    """
    before = tuple(before)
    lines = subtract_lines(whole.lines, before)
    if subtract_lines(whole.lines, (*before, *lines)):
        raise VoucherProofFailed(f"{whole.reference}: what is there and its adjustment do not come to the whole")
    return replace(
        whole,
        reference=_as_revision(whole, revision),
        description=format_adjustment(whole.description),
        posting_date=posting_date or whole.posting_date,
        lines=lines,
        open_ore=whole.open_ore,
    )


def renumber(voucher: Voucher, revision: int, posting_date: date | None = None) -> Voucher:
    """The same voucher as another revision, with its own date or another."""
    reference = _as_revision(voucher, revision)
    return replace(voucher, reference=reference, posting_date=posting_date or voucher.posting_date)


def _as_revision(voucher: Voucher, revision: int) -> str:
    """A voucher's reference as another revision, with the same venue id, even if the venue was renamed."""
    return format_reference(venue_of_reference(voucher.reference), voucher.business_day, voucher.part, revision)


def empty_voucher(company: Company, venue: Venue, business_day: date, part: int) -> Voucher:
    """The voucher, without lines, of a day or part of one with nothing left to book."""
    return _build_voucher(Settlement(venue.id, business_day, ()), part, (), company, LineRules(venue), 1)


def subtract_lines(after: Iterable[VoucherLine], before: Iterable[VoucherLine]) -> tuple[VoucherLine, ...]:
    """Exactly what turns `before` into `after`: one line per account, VAT code, kind and source that differs. What was
    drafted before part payments named their orders, or their customers in the ledger, and comes to the same, does not
    differ."""
    before = tuple(before)
    taken = (line._replace(amount_ore=-line.amount_ore) for line in before)
    after = _without_new_payers(tuple(_without_new_orders(tuple(after), before)), before)
    return _add_lines([*after, *taken])


def compare_lines(after: Iterable[VoucherLine], before: Iterable[VoucherLine]) -> tuple[LineChange, ...]:
    """What was drafted (`before`) beside what it would be (`after`), line by line, in the order of a voucher; the lines
    that differ are those of `subtract_lines`."""
    before = _add_lines(before)
    after = _add_lines(_without_new_payers(tuple(_without_new_orders(tuple(after), before)), before))
    drafted = {line_key(line): line.amount_ore for line in before}
    now = {line_key(line): line.amount_ore for line in after}
    lines = {line_key(line): line for line in (*before, *after)}
    changes = (LineChange(line, drafted.get(key, 0), now.get(key, 0)) for key, line in lines.items())
    return tuple(sorted(changes, key=lambda change: line_order(change.line)))


def _without_new_payers(after: tuple[VoucherLine, ...], before: tuple[VoucherLine, ...]) -> tuple[VoucherLine, ...]:
    """The lines `after`, without the ledger's customers where what was drafted of the same order named none."""
    nameless = {line.order for line in before if line.order is not None and line.payer is None}
    return tuple(line._replace(payer=None) if line.order in nameless else line for line in after)


def find_moved_payments(after: Iterable[VoucherLine], before: Iterable[VoucherLine]) -> tuple[VoucherLine, ...]:
    """The part payments `after` whose customer in the ledger is another than the one that was credited `before`."""
    credited = find_credited(before)
    return tuple(
        line for line in after if line.payer is not None and credited.get(line.order or "", line.payer) != line.payer
    )


def find_credited(lines: Iterable[VoucherLine]) -> dict[str, int]:
    """The ledger's customers (ids) that part payments are credited to by these lines together, by the names of their
    orders."""
    return {line.order: line.payer for line in _add_lines(lines) if line.order and line.payer is not None}


def name_payers(voucher: Voucher, payers: Mapping[str, int]) -> Voucher:
    """A voucher whose part payments name the ledger's customers that their orders are for. `payers`: their ids, by the
    names of the orders."""
    lines = tuple(
        line if line.order is None or line.customer is None else line._replace(payer=payers.get(line.order))
        for line in voucher.lines
    )
    return replace(voucher, lines=lines) if lines != voucher.lines else voucher


def _without_new_orders(after: tuple[VoucherLine, ...], before: tuple[VoucherLine, ...]) -> Iterable[VoucherLine]:
    """The lines `after`, without orders where the same sum was drafted before and named none."""
    if all(line.order is None for line in after):
        return after
    nameless = [line._replace(order=None, payer=None) for line in after]
    named = {line_key(line._replace(order=None, payer=None)) for line in before if line.order is not None}
    drafted, wanted = ({line_key(line): line.amount_ore for line in _add_lines(of)} for of in (before, nameless))
    return [
        bare if (key := line_key(bare)) not in named and key in drafted and drafted[key] == wanted.get(key) else line
        for line, bare in zip(after, nameless, strict=True)
    ]


def _open_ore(sums: Iterable[EntrySum]) -> int:
    """Payments minus everything they should have paid for (øre); movements balance by themselves."""
    payment, open_ore = EntryKind.PAYMENT, 0
    for key, amount_ore, *_ in sums:
        if key.kind is payment:
            open_ore += amount_ore
        elif key.kind not in MOVEMENTS:
            open_ore -= amount_ore
    return open_ore


def _add_lines(lines: Iterable[VoucherLine]) -> tuple[VoucherLine, ...]:
    """Lines with the same key merged, those of 0 left out, in the order a bookkeeper reads."""
    groups: dict[LineKey, list[VoucherLine]] = defaultdict(list)
    for line in lines:
        groups[line_key(line)].append(line)
    added = []
    for group in groups.values():
        amount_ore = sum(line.amount_ore for line in group)
        if amount_ore:
            added.append(group[0] if len(group) == 1 else group[0]._replace(amount_ore=amount_ore))
    return tuple(sorted(added, key=line_order))


def prove_completeness(sums: Iterable[EntrySum], lines: Iterable[VoucherLine], mapping: AccountMapping) -> None:
    """Check that for every VAT code and payment type, and for tips, rounding and gift cards, the lines have what the
    sums have.

    Raises VoucherProofFailed naming the code and both figures. The two sides are computed independently: one from the
    sums through the VAT mapping alone, the other from the finished lines.
    """
    told = _sum_by_key(sums, mapping)
    held: dict[tuple[str, str], int] = defaultdict(int)
    sales, discount, payment, movement = LineKind.SALES, LineKind.DISCOUNT, LineKind.PAYMENT, LineKind.MOVEMENT
    for line in lines:
        kind = line.kind
        if kind is sales or kind is discount:
            held["VAT code", line.vat_code or "?"] += line.amount_ore
        elif kind is payment:
            held["payment type", line.source] += line.amount_ore
        elif kind is not movement:
            held["account", line.source] += line.amount_ore
    if told == held:
        return
    for what in sorted(told.keys() | held.keys()):
        if told[what] != held[what]:
            raise VoucherProofFailed(
                f"{' '.join(what)}: tickets hold {format_ore(told[what])}, lines {format_ore(held[what])}"
            )


def _sum_by_key(sums: Iterable[EntrySum], mapping: AccountMapping) -> dict[tuple[str, str], int]:
    """What a voucher should have for each VAT code of Go, each payment type and each other account, from the sums."""
    sales: dict[str, int] = defaultdict(int)
    payments: dict[str, int] = defaultdict(int)
    told: dict[tuple[str, str], int] = defaultdict(int)
    sale, payment = EntryKind.SALE, EntryKind.PAYMENT
    for key, amount_ore, *_ in sums:
        kind = key.kind
        if kind is sale:
            sales[key.vat_code] -= amount_ore
        elif kind is payment:
            payments[key.code] += amount_ore
        elif kind in OTHER:
            told["account", OTHER[kind][0]] -= amount_ore
    for pos_code, amount_ore in sales.items():
        told["VAT code", mapping.go_vat_code(pos_code) or "?"] += amount_ore
    for code, amount_ore in payments.items():
        told["payment type", mapping.payment_code(code)] += amount_ore
    return told
