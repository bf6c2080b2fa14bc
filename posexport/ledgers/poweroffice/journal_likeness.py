"""Compares a draft in PowerOffice Go with a voucher of ours: by its reference, and by its content.

A bookkeeper may edit the text, merge lines or drop our reference; then date, accounts, VAT codes and amounts identify a
draft. Pure functions of the request and the answer; amounts in øre, debit positive.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from posexport.core.ports.ledger import AskedVouchers
from posexport.ledgers.poweroffice.fields import fold_names, parse_wire_ore

_Key = tuple[Any, Any]
"""(account id, VAT code id)."""

_REFERENCE = re.compile(r"(?<![\w-])[a-z0-9-]+-[0-9]{8}(?:-p2)?-r[0-9]+(?!\w)", re.IGNORECASE)
_REVISION = re.compile(r"-r[0-9]+\Z")


class Likeness(Enum):
    """How a draft compares with the voucher that is searched for."""

    SAME = "our reference, and it comes to the same"
    OTHERWISE = "our reference, and it comes to something else"
    NAMELESS = "it comes to the same, and names no reference"
    DOUBTFUL = "it may be ours: a person has to look"
    OTHER = "not it"


@dataclass(frozen=True, slots=True)
class Content:
    """A draft's content, independent of how its lines are divided. `department`, an id in Go, is not compared."""

    day: str
    sums: Mapping[_Key, int | None]
    department: Any = field(default=None, compare=False)

    @property
    def accounts(self) -> frozenset[Any]:
        """The accounts it uses."""
        return frozenset(account for account, _ in self.sums)

    @property
    def by_account(self) -> Mapping[Any, int] | None:
        """Its sum per account (øre), over all VAT codes; None where an amount cannot be read."""
        sums: Counter[Any] = Counter()
        for (account, _), amount_ore in self.sums.items():
            if amount_ore is None:
                return None
            sums[account] += amount_ore
        return {account: amount_ore for account, amount_ore in sums.items() if amount_ore} or None

    @property
    def amounts(self) -> Counter[int | None]:
        """Its amounts (øre) as a multiset, whatever their accounts."""
        return Counter(self.sums.values())


def compare(payload: Mapping[str, Any], draft: Mapping[str, Any]) -> Likeness:
    """How a draft, as answered, compares with the voucher of this payload."""
    reference = find_reference(payload)
    named = list_references(str(fold_names(draft).get("description") or ""))
    wanted, there = read_content(payload), read_content(draft)
    if reference in named:
        return Likeness.SAME if wanted == there else Likeness.OTHERWISE
    if named:
        is_other_revision = any(_voucher_of(name) == _voucher_of(reference) for name in named)
        return Likeness.DOUBTFUL if is_other_revision else Likeness.OTHER
    if wanted == there:
        return Likeness.NAMELESS
    return Likeness.DOUBTFUL if _is_half(wanted, there) else Likeness.OTHER


def has_other_amounts(payload: Mapping[str, Any], draft: Mapping[str, Any]) -> bool:
    """Whether some account of a draft certainly has another sum than in this payload, whatever happened to its text,
    date and VAT codes. False where an amount cannot be read."""
    there = read_content(draft).by_account
    return there is not None and there != read_content(payload).by_account


def _is_half(wanted: Content, there: Content) -> bool:
    """Whether a draft without a reference may be ours after somebody edited it, or from before later sales of its day.
    A draft of the same day is certainly another only if it has another department and shares no account and no
    amount."""
    if wanted.day != there.day:
        return bool(there.sums) and wanted.sums == there.sums
    if not wanted.accounts.isdisjoint(there.accounts) or wanted.amounts == there.amounts:
        return True
    return None in (wanted.department, there.department) or wanted.department == there.department


def find_reference(payload: Mapping[str, Any]) -> str:
    """Our reference in a request: in brackets at the end of its description.

    >>> find_reference({"Description": "Dagsoppgjør [Kø] 2026-11-20 [torget-20261120-r1]"})
    'torget-20261120-r1'
    """
    return str(payload["Description"]).rpartition("[")[2].rstrip("]").lower()


def list_references(text: str) -> list[str]:
    """Every reference of ours in a text, with or without brackets, in any case.

    >>> list_references("Torget (TORGET-20261120-R1), jf. torget-20261119-p2-r12!")
    ['torget-20261120-r1', 'torget-20261119-p2-r12']
    """
    return [found.lower() for found in _REFERENCE.findall(text)]


def find_voucher_of_day(draft: Mapping[str, Any], asked: AskedVouchers) -> str | None:
    """The reference that a draft, as answered, has among those asked for: "" where it names none at all and has that
    date; None where it is no voucher of that day."""
    named = list_references(str(fold_names(draft).get("description") or ""))
    if not named:
        return "" if read_content(draft).day == asked.day.isoformat() else None
    return next((name for name in named if _voucher_of(name) in asked.stems), None)


def _voucher_of(reference: str) -> str:
    """A reference without its revision."""
    return _REVISION.sub("", reference)


def read_content(document: Mapping[str, Any]) -> Content:
    """The content of a journal entry: øre by account and VAT code, however many lines that is. One with an unreadable
    amount equals no other."""
    told = fold_names(document)
    sums: dict[_Key, int | None] = {}
    lines = told.get("manualvoucherlines")
    for line in map(fold_names, lines if isinstance(lines, list) else ()):
        amount_ore = parse_wire_ore(line.get("currencyamount"))
        for side, sign in (("debit", 1), ("credit", -1)):
            account = line.get(f"{side}accountid")
            if account is not None:
                key = (account, line.get(f"{side}vatid"))
                before = sums.get(key, 0)
                sums[key] = None if before is None or amount_ore is None else before + sign * amount_ore
    return Content(
        str(told.get("voucherdate") or "")[:10],
        {key: ore for key, ore in sums.items() if ore != 0},
        told.get("departmentid"),
    )
