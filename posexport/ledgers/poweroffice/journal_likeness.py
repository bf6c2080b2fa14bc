"""Whether a draft in PowerOffice Go is a voucher of ours: by its reference, and by what it comes to.

A bookkeeper may write another text, merge lines or leave the brackets out; the date, the accounts, the VAT codes and
the amounts say what a draft is then. Pure functions on what is sent and on what is answered; amounts in øre, debit
positive.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from posexport.ledgers.poweroffice.fields import fold_names, parse_wire_ore

_Key = tuple[Any, Any]
"""An account id and a VAT code id."""

_REFERENCE = re.compile(r"(?<![\w-])[a-z0-9-]+-[0-9]{8}(?:-p2)?-r[0-9]+(?!\w)", re.IGNORECASE)
_REVISION = re.compile(r"-r[0-9]+\Z")


class Likeness(Enum):
    """What a draft is to the voucher that is looked for."""

    SAME = "our reference, and it comes to the same"
    OTHERWISE = "our reference, and it comes to something else"
    NAMELESS = "it comes to the same, and names no reference"
    DOUBTFUL = "it may be ours: a person has to look"
    OTHER = "not it"


@dataclass(frozen=True, slots=True)
class Content:
    """What a draft comes to, however its lines are written. `department` is an id in Go, and not part of that."""

    day: str
    sums: Mapping[_Key, int | None]
    department: Any = field(default=None, compare=False)

    @property
    def accounts(self) -> frozenset[Any]:
        """The accounts it stands on."""
        return frozenset(account for account, _ in self.sums)

    @property
    def by_account(self) -> Mapping[Any, int] | None:
        """What it comes to on each account, whatever its VAT codes; None where that cannot be read."""
        sums: Counter[Any] = Counter()
        for (account, _), amount_ore in self.sums.items():
            if amount_ore is None:
                return None
            sums[account] += amount_ore
        return {account: amount_ore for account, amount_ore in sums.items() if amount_ore} or None

    @property
    def amounts(self) -> Counter[int | None]:
        """Its amounts, wherever they stand."""
        return Counter(self.sums.values())


def compare(payload: Mapping[str, Any], draft: Mapping[str, Any]) -> Likeness:
    """What a draft, as it is answered, is to the voucher of this payload."""
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
    """Whether a draft certainly comes to something else than this payload on some account: by amounts that can be
    read, whatever became of its text, date and VAT codes."""
    there = read_content(draft).by_account
    return there is not None and there != read_content(payload).by_account


def _is_half(wanted: Content, there: Content) -> bool:
    """Whether a draft without a reference may be ours all the same: one in which somebody has mended something, or of
    whose day sales have come in since it was made. On the same day only what is another department's, and shares no
    account and no amount, is certainly another thing."""
    if wanted.day != there.day:
        return bool(there.sums) and wanted.sums == there.sums
    if not wanted.accounts.isdisjoint(there.accounts) or wanted.amounts == there.amounts:
        return True
    return None in (wanted.department, there.department) or wanted.department == there.department


def find_reference(payload: Mapping[str, Any]) -> str:
    """Our reference in what is sent: in the brackets at the end of its description.

    >>> find_reference({"Description": "Dagsoppgjør [Kø] 2026-11-20 [torget-20261120-r1]"})
    'torget-20261120-r1'
    """
    return str(payload["Description"]).rpartition("[")[2].rstrip("]").lower()


def list_references(text: str) -> list[str]:
    """Every reference of ours that a text names, brackets and cases aside.

    >>> list_references("Torget (TORGET-20261120-R1), jf. torget-20261119-p2-r12!")
    ['torget-20261120-r1', 'torget-20261119-p2-r12']
    """
    return [found.lower() for found in _REFERENCE.findall(text)]


def _voucher_of(reference: str) -> str:
    """A reference without its revision."""
    return _REVISION.sub("", reference)


def read_content(document: Mapping[str, Any]) -> Content:
    """What a journal entry comes to: øre by account and VAT code, however many lines say so. An amount that cannot be
    read makes it like nothing else."""
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
