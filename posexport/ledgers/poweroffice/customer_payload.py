"""The body of `POST /Customers` (v2) for a customer that the register knows and Go does not.

What is not written here is Go's own: number, number series, payment terms. Source: the v2 OpenAPI description (spring
2025), CustomerPostDto.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from posexport.core.orders.customers import NewCustomer
from posexport.core.ports.ledger import Payload

DELIVERY = "Print"
"""How invoices go: neither by e-mail nor by EHF, which fail in Go where an address or a number is missing."""

_ZIP_AND_CITY = re.compile(r"([0-9]{4}) +(\S.*)")
_ZIP = re.compile(r"[0-9]{4}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LINES_MAX = 2


def build_customer_payload(new: NewCustomer) -> Payload:
    """The body for a new customer; the same whenever it is asked."""
    fields: dict[str, Any] = {
        "ExternalImportReference": new.external_reference,
        "InvoiceDeliveryType": DELIVERY,
        "IsPerson": new.is_person,
        **_name(new),
    }
    if new.organization_number:
        fields["OrganizationNumber"] = new.organization_number
    if new.email:
        fields["EmailAddress"] = new.email
    address = parse_address(new.address)
    if address:
        fields["MailAddress"] = address
    return fields


def _name(new: NewCustomer) -> dict[str, str]:
    if not new.is_person:
        return {"Name": new.name}
    first, last = new.name.rsplit(maxsplit=1)
    return {"FirstName": first, "LastName": last}


def parse_address(lines: Sequence[str]) -> dict[str, str]:
    """Go's form of an address that a register wrote as lines: street, then a Norwegian postal code with its place, in
    one line or in two, then a country of two letters. Empty where there is no postal code, without which Go takes none.

    >>> parse_address(["Storgata 1", "0155", "Oslo", "NO"])
    {'AddressLine1': 'Storgata 1', 'ZipCode': '0155', 'City': 'Oslo', 'CountryCode': 'NO'}
    """
    kept = [line.strip() for line in lines if line.strip()]
    country = kept.pop() if kept and _COUNTRY.fullmatch(kept[-1]) else "NO"
    place = _ZIP_AND_CITY.fullmatch(kept[-1]) if kept else None
    if place is not None:
        street, zip_code, city = kept[:-1], place[1], place[2]
    elif len(kept) > 1 and _ZIP.fullmatch(kept[-2]):
        street, zip_code, city = kept[:-2], kept[-2], kept[-1]
    else:
        return {}
    written = [*street[: _LINES_MAX - 1], ", ".join(street[_LINES_MAX - 1 :])]
    named = {f"AddressLine{number}": line for number, line in enumerate(written, 1) if line}
    return {**named, "ZipCode": zip_code, "City": city, "CountryCode": country}
