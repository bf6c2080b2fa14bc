"""Whose key it is, which privileges it has, or has in vain because the client's subscription lacks the module, and up
to which day the client's books are locked: what both APIs tell at `ClientIntegrationInformation`, v1 in camelCase, and
of the client at `Client` (v1) or `OrganizationSettings` and `LockDateSettings` (v2).

Source: PowerOffice Go's API descriptions, v1 and v2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from posexport.core.ports.ledger import Identity
from posexport.errors import NotSent, PrivilegeMissing, VoucherRefused
from posexport.http.evidence import Answered
from posexport.ledgers.poweroffice.answers import reading
from posexport.ledgers.poweroffice.fields import fold_names
from posexport.ledgers.poweroffice.session import Session


class Privileges(NamedTuple):
    """The needed privileges that are `missing`; `invalid`: those of them granted without effect, since the client's
    subscription lacks the module."""

    missing: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()


def read_privileges(told: Mapping[str, Any], needed: Sequence[str]) -> Privileges:
    """Compare the answer, its names in lower case, with the needed privileges; a read privilege's `_Full` form serves
    as well.

    >>> read_privileges({"validprivileges": ["Department_Full"]}, ["Department", "Import_Full"])
    Privileges(missing=('Import_Full',), invalid=())
    """
    valid, invalid = (_names(told.get(name)) for name in ("validprivileges", "invalidprivileges"))
    missing = tuple(name for name in needed if not _holds(valid, name))
    return Privileges(missing, tuple(name for name in missing if _holds(invalid, name)))


def _holds(names: set[str], name: str) -> bool:
    return name.lower() in names or f"{name}_full".lower() in names


def _names(told: Any) -> set[str]:
    return {str(name).lower() for name in told or ()}


Read = Callable[[str], Answered]
"""Reads a path of v1: what it holds as `data`."""


def read_v1_identity(read: Read, privileges: Sequence[str]) -> Identity:
    """By v1: the client that the key belongs to, and which of these privileges are missing, where that may be read."""
    answered = read("/Client/")
    row, held = _client_of(answered), read_v1_privileges(read, privileges)
    number = row.get("organizationnumber") or row.get("organisationnumber") or row.get("vatnumber")
    return Identity(
        answered.redact(str(row.get("name") or "")),
        answered.redact(str(number)) if number else None,
        None if held is None else held.missing,
        () if held is None else held.invalid,
    )


def read_v1_client(read: Read) -> tuple[dict[str, Any], str]:
    """By v1: the client's data, and why it could not be read, or ""."""
    try:
        return _client_of(read("/Client/")), ""
    except (PrivilegeMissing, VoucherRefused) as refused:
        return {}, refused.answer


def read_v1_privileges(read: Read, privileges: Sequence[str]) -> Privileges | None:
    """By v1: which of these privileges are missing; None where they may not be read, or are not given."""
    try:
        told = read("/ClientIntegrationInformation/").value
    except (PrivilegeMissing, VoucherRefused):
        return None
    told = fold_names(told) if isinstance(told, dict) else {}
    return read_privileges(told, privileges) if isinstance(told.get("validprivileges"), list) else None


def _client_of(answered: Answered) -> dict[str, Any]:
    """The client object in an answer, its names in lower case; empty where there is none."""
    row = answered.value[0] if isinstance(answered.value, list) and answered.value else answered.value
    return fold_names(row) if isinstance(row, dict) else {}


def read_v2_identity(session: Session, privileges: Sequence[str]) -> Identity:
    """By v2: the client that the key belongs to, its organization number where that may be read, and which of these
    privileges are missing; a read privilege's `_Full` form serves as well."""
    answered = session.read("/ClientIntegrationInformation")
    told, held = _read_held(answered, privileges)
    name = answered.redact(str(told.get("clientname") or ""))
    return Identity(name, _read_organization_number(session), held.missing, held.invalid)


def read_v2_lock_date(session: Session) -> tuple[dict[str, Any], str]:
    """By v2: the lock date's settings, their names in lower case, and why they could not be read, or "": drafting does
    not depend on them. Raises PrivilegeMissing where reading is not allowed at all."""
    try:
        answer = session.read("/LockDateSettings").value
    except VoucherRefused as refused:
        return {}, refused.answer
    except NotSent as failed:
        return {}, failed.why
    if answer is not None and not isinstance(answer, dict):
        return {}, "the answer cannot be read"
    return fold_names(answer or {}), ""


def read_missing(session: Session, privileges: Sequence[str]) -> tuple[str, ...]:
    """By v2: which of these privileges are missing."""
    return _read_held(session.read("/ClientIntegrationInformation"), privileges)[1].missing


def read_may_send(session: Session) -> bool:
    """By v2: whether the keys may send invoices, as far as that is told."""
    told = session.read("/ClientIntegrationInformation").value
    return isinstance(told, dict) and fold_names(told).get("allowsendinvoice") is True


def _read_held(answered: Answered, privileges: Sequence[str]) -> tuple[dict[str, Any], Privileges]:
    if not isinstance(answered.value, dict):
        raise NotSent("the answer does not say whose key it is")
    told = fold_names(answered.value)
    with reading("privileges"):
        return told, read_privileges(told, privileges)


def _read_organization_number(session: Session) -> str | None:
    try:
        answer = session.read("/OrganizationSettings").value
    except (PrivilegeMissing, VoucherRefused):
        return None
    told = answer.get("OrganizationNumber") if isinstance(answer, dict) else None
    return "".join(sign for sign in str(told or "") if sign.isdecimal()) or None
