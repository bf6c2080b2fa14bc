"""Customers and contact persons of a client (v2), for orders and for links between the register's customers and Go's.

There is no filter by organization number or e-mail address, and a filtered first hit would hide every other candidate:
all customers are read, once, and later those that changed. Only what decides a link or an order is kept: they are
people. Source: the v2 OpenAPI description (spring 2025), CustomerDto and ContactPersonDto.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from posexport.core.orders.customers import ContactPerson, Delivery, LedgerCustomer, NewCustomer
from posexport.errors import AnswerLost, PowerOfficeRefused, PowerOfficeUnavailable
from posexport.http.client import NEVER
from posexport.http.evidence import Answered, with_evidence
from posexport.ledgers.poweroffice.answers import HttpRefused, reading
from posexport.ledgers.poweroffice.customer_payload import build_customer_payload
from posexport.ledgers.poweroffice.fields import fold_names, is_active, parse_text
from posexport.ledgers.poweroffice.session import LAG_S, Session
from posexport.ledgers.poweroffice.v2 import read_rows, write_once

_FIELDS = (
    *("Id", "Number", "Name", "FirstName", "LastName", "IsPerson", "OrganizationNumber", "EmailAddress"),
    *("InvoiceEmailAddress", "InvoiceDeliveryType", "ExternalImportReference", "ExternalNumber"),
    *("IsActive", "IsArchived", "IsVatFree"),
)
_PERSON_FIELDS = ("Id", "ContactId", "FirstName", "LastName", "EmailAddress", "IsActive")
_DELIVERIES = {"pdfbyemail": Delivery.EMAIL, "ehf": Delivery.EHF}

CHANGE_MARGIN_S = 2 * 86_400
"""How much earlier (s) changes are asked for than they were last read: by whatever clock that was."""


def read_ledger_customers(session: Session, changed_since_utc_s: int | None = None) -> list[LedgerCustomer]:
    """Every customer of the client, archived ones included; with a time (UTC s), those that changed since.

    Raises NotSent where the answer cannot be interpreted, and PrivilegeMissing where reading is not allowed.
    """
    asked = {"Fields": ",".join(_FIELDS)}
    if changed_since_utc_s is not None:
        since = datetime.fromtimestamp(changed_since_utc_s - CHANGE_MARGIN_S, UTC)
        asked["lastChangedDateTimeOffsetGreaterThan"] = f"{since:%Y-%m-%dT%H:%M:%S}+00:00"
    rows = read_rows(session, "/Customers", asked)
    with reading("the customers"):
        return [_read_customer(row) for row in map(fold_names, rows)]


def _read_customer(row: Mapping[str, Any]) -> LedgerCustomer:
    text = {name: parse_text(value) for name, value in row.items()}.get
    return LedgerCustomer(
        id=int(row["id"]),
        number=str(row["number"]),
        name=text("name", "") or _full_name(row),
        organization_number=text("organizationnumber", ""),
        email=text("emailaddress", ""),
        invoice_email=text("invoiceemailaddress", ""),
        external_reference=text("externalimportreference", ""),
        external_number=text("externalnumber", ""),
        is_active=is_active(row) and row.get("isarchived") is not True,
        is_vat_free=row.get("isvatfree") is True,
        delivery=_DELIVERIES.get(text("invoicedeliverytype", "").lower(), Delivery.OTHER),
    )


def read_customer(session: Session, customer_id: int, deadline_utc_s: float = NEVER) -> LedgerCustomer | None:
    """One customer by its id; None where there is none. Raises as `read_ledger_customers`."""
    try:
        answered = session.read(f"/Customers/{customer_id}", deadline_utc_s=deadline_utc_s)
    except HttpRefused as error:
        if error.is_not_found:
            return None
        raise
    with reading("the customer"):
        return _read_customer(fold_names(answered.value))


def find_customer(session: Session, external_reference: str, deadline_utc_s: float = NEVER) -> LedgerCustomer | None:
    """The customer that was made with this reference; None where there is none. Raises as `read_ledger_customers`."""
    rows = read_rows(session, "/Customers", {"externalImportReference": external_reference}, deadline_utc_s)
    with reading("the customers"):
        found = [_read_customer(row) for row in map(fold_names, rows)]
    return next((customer for customer in found if customer.external_reference == external_reference), None)


def create_customer(session: Session, new: NewCustomer, deadline_utc_s: float) -> LedgerCustomer:
    """Make a customer. The server refuses a second one with the same reference: then that one is returned, as one is
    that was made although its answer was lost.

    Raises AnswerLost where it may have been made, or where what was refused cannot be looked up now.
    """

    def find_made(refusal: HttpRefused | AnswerLost) -> LedgerCustomer:
        return _find_made(session, new, refusal, deadline_utc_s)

    payload = build_customer_payload(new)
    try:
        return write_once(session, "/Customers", payload, deadline_utc_s, _read_made, find_made)
    except AnswerLost as lost:
        session.wait(LAG_S)
        return _find_made(session, new, lost, deadline_utc_s)


def _read_made(answered: Answered) -> LedgerCustomer:
    told = fold_names(answered.value) if isinstance(answered.value, dict) else {}
    if not isinstance(told.get("id"), int) or told.get("number") is None:
        raise answered.lost("the answer is no customer")
    return _read_customer(told)


def _find_made(
    session: Session, new: NewCustomer, refusal: HttpRefused | AnswerLost, deadline_utc_s: float
) -> LedgerCustomer:
    """The customer that has the reference; raises the refusal, or the lost answer, where none has."""
    try:
        found = find_customer(session, new.external_reference, deadline_utc_s)
    except PowerOfficeRefused:
        raise refusal from None
    except PowerOfficeUnavailable:
        if isinstance(refusal, AnswerLost) and refusal.status != 409:
            raise refusal from None
        why = "it was refused, and whether the reference is taken cannot be read now"
        raise with_evidence(AnswerLost(why), refusal.evidence) from None
    if found is None:
        raise refusal
    return found


def _full_name(row: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (parse_text(row.get("firstname")), parse_text(row.get("lastname")))))


def read_contact_persons(session: Session) -> list[ContactPerson]:
    """Every contact person of the client, whosever it is: there is no filter by e-mail address or name, and a list of
    changes would keep those that were removed. Raises as `read_ledger_customers`."""
    rows = read_rows(session, "/ContactPersons", {"Fields": ",".join(_PERSON_FIELDS)})
    with reading("the contact persons"):
        return [_read_person(row) for row in map(fold_names, rows)]


def _read_person(row: Mapping[str, Any]) -> ContactPerson:
    return ContactPerson(
        id=int(row["id"]),
        customer_id=int(row["contactid"]),
        name=_full_name(row),
        email=parse_text(row.get("emailaddress")),
        is_active=is_active(row),
    )
