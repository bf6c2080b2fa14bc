"""What may be sent: the voucher of a business day, or a document of another kind, with what every delivery is known by.

A document is of one venue and one business day. Within its venue it is known by its kind, its key and its revision;
within the ledger by its reference, which no other document has. What the program has to know of a kind is its row in
`KINDS`, and how its documents are made ready to be sent (`delivery.context.Preparation`); whatever claims, sends, looks
up, settles and tells of deliveries asks for no more.
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

    `key`: which of its venue's documents of this kind it is, the same for each of its revisions: for a voucher its
    business day. `fingerprint`: of what it was made from, so that a change is seen. `lines` are of the kind's own type,
    `payload` the exact request, empty until it is built.
    """

    kind: str
    key: str
    revision: int
    reference: str
    fingerprint: str
    lines: tuple[Any, ...] = ()
    payload: Payload = field(default_factory=dict)
    is_sendable: bool = True
    """Whether nothing is missing in it."""


def _is_itself(ledger: Ledger) -> Destination:
    return ledger


def _is_as_it_is(target: LedgerKind) -> LedgerKind:
    return target


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """What is to be known of one kind of document."""

    name: str
    format_lines: Callable[[Iterable[Any]], str]
    """Its lines as the JSON that a delivery keeps."""
    parse_lines: Callable[[str], tuple[Any, ...]]
    """The other way."""
    find_destination: Callable[[Ledger], Destination] = _is_itself
    """Where in a ledger its documents go."""
    describe_target: Callable[[LedgerKind], LedgerKind] = _is_as_it_is
    """What a target is to its documents: it may refuse a second order and take a second voucher."""
    has_page: bool = True
    """Whether its drafts get documentation."""


# Vouchers


def format_lines(lines: Iterable[VoucherLine]) -> str:
    """Voucher lines as the JSON that a delivery keeps."""
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
            ]
            for line in lines
        ],
        ensure_ascii=False,
    )


def parse_lines(document: str) -> tuple[VoucherLine, ...]:
    """The other way."""
    return tuple(
        VoucherLine(account, vat_code, department, amount_ore, LineKind(kind), source, description, customer)
        for account, vat_code, department, amount_ore, kind, source, description, customer in json.loads(document)
    )


VOUCHER = DocumentKind("voucher", format_lines, parse_lines)
"""The voucher of a business day, or of its part before or after a midnight at which a VAT rate changes."""

_AFTER_MIDNIGHT = "-p2"


def voucher_key(business_day: date, part: int) -> str:
    """What a voucher is known by among its venue's.

    >>> voucher_key(date(2026, 11, 20), 1)
    '20261120-p2'
    """
    return f"{business_day:%Y%m%d}{_AFTER_MIDNIGHT if part else ''}"


def part_of(voucher_key: str) -> int:
    """Which of its business day's vouchers it is.

    >>> part_of("20261120-p2")
    1
    """
    return int(voucher_key.endswith(_AFTER_MIDNIGHT))


KINDS: dict[str, DocumentKind] = {VOUCHER.name: VOUCHER}
"""Every kind there is, by its name."""


def find_kind(name: str) -> DocumentKind:
    """The kind of this name."""
    return KINDS[name]
