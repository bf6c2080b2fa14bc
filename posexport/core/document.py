"""What may be sent: a business day's voucher, or a document of another kind, and how each is identified.

A document belongs to one venue and business day. Within its venue it is identified by kind, key and revision; within
the ledger by its reference, which is unique. Everything about a kind is in its `DocumentKind`, which
`core.document_kinds` lists, and in how its documents are made ready (`delivery.context.Preparation`); the code that
claims, sends, looks up and shows deliveries needs nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from posexport.core.lines import LineKind, VoucherLine
from posexport.core.ports.ledger import Destination, Ledger, LedgerKind, Payload


@dataclass(frozen=True, slots=True)
class Document:
    """One document to be sent, or that was sent.

    `key`: which of its venue's documents of this kind it is, the same for all revisions; a voucher's is its business
    day. `fingerprint`: a digest of what it was made from, by which a change is recognized. `lines` are of the kind's
    own type; `payload` is the exact request, empty until it is built.
    """

    kind: str
    key: str
    revision: int
    reference: str
    fingerprint: str
    lines: tuple[Any, ...] = ()
    payload: Payload = field(default_factory=dict)
    is_sendable: bool = True
    """Whether it is complete."""


def _is_itself(ledger: Ledger) -> Destination:
    return ledger


def _is_as_it_is(target: LedgerKind) -> LedgerKind:
    return target


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of document."""

    name: str
    format_lines: Callable[[Iterable[Any]], str]
    """Its lines as the JSON that a delivery keeps."""
    parse_lines: Callable[[str], tuple[Any, ...]]
    """Lines from that JSON."""
    find_destination: Callable[[Ledger], Destination | None] = _is_itself
    """The destination of its documents in a ledger; None where the ledger takes none."""
    describe_target: Callable[[LedgerKind], LedgerKind] = _is_as_it_is
    """A target's `LedgerKind` for its documents: a server may refuse a duplicate order and accept a duplicate
    voucher."""
    has_page: bool = True
    """Whether its drafts get a settlement report attached."""


# Vouchers


def format_lines(lines: Iterable[VoucherLine]) -> str:
    """Voucher lines as the JSON stored with a delivery."""
    return json.dumps(
        [
            [
                line.account,
                line.vat_code,
                line.department,
                line.amount_ore,
                line.kind,
                line.source,
                line.description,
                line.customer,
                *([line.order] if line.order is not None else ()),
                *([line.payer] if line.payer is not None else ()),
            ]
            for line in lines
        ],
        ensure_ascii=False,
    )


def parse_lines(document: str) -> tuple[VoucherLine, ...]:
    """Voucher lines from that JSON."""
    return tuple(
        VoucherLine(account, vat_code, department, amount_ore, LineKind(kind), *rest)
        for account, vat_code, department, amount_ore, kind, *rest in json.loads(document)
    )


VOUCHER = DocumentKind("voucher", format_lines, parse_lines)
"""The voucher of a business day, or of its part before or after a midnight at which a VAT rate changes."""

_AFTER_MIDNIGHT = "-p2"


def voucher_key(business_day: date, part: int) -> str:
    """A voucher's key among its venue's.

    >>> voucher_key(date(2026, 11, 20), 1)
    '20261120-p2'
    """
    return f"{business_day:%Y%m%d}{_AFTER_MIDNIGHT if part else ''}"


def part_of(voucher_key: str) -> int:
    """The part of the business day in a voucher's key.

    >>> part_of("20261120-p2")
    1
    """
    return int(voucher_key.endswith(_AFTER_MIDNIGHT))
