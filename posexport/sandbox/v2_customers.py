"""v2: customers and their contact persons.

Lives here: the calls and their PascalCase shapes. Never here: the rules (`customers`).
Source of names, types and required fields: the v2 description of spring 2025. There is no filter by organization number
or e-mail. Nothing is changed or deleted by API here: an integration for settlements does neither.
What is not published is decided here and named: what the description knows and this sandbox does not is refused; an
e-mail address has one @ and a dot behind it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from .chart import CURRENCIES
from .customers import DELIVERY_TYPES, Address, ContactPerson, Customer
from .kept import Version
from .orders import own_or
from .parameters import Parameters, parse_id
from .wire import (
    Answer,
    Json,
    Refused,
    check_known,
    check_unsupported,
    choice_of,
    flag_of,
    json_answer,
    json_body,
    number_of,
    text_of,
    whole_of,
)

if TYPE_CHECKING:
    from .call import Call

READ = ("Customer", "Customer_Full")
WRITE = ("Customer_Full",)
PERSON_READ = ("ContactPerson", "ContactPerson_Full", *READ)

TEXT_LENGTH_MAX = 255
REFERENCE_LENGTH_MAX = 50
ALLOWANCE_MIN, ALLOWANCE_MAX = -1000, 100

FIELDS = (
    "Allowance",
    "CurrencyCode",
    "DepartmentCode",
    "DepartmentId",
    "EmailAddress",
    "ExternalImportReference",
    "ExternalNumber",
    "FirstName",
    "InvoiceDeliveryType",
    "InvoiceEmailAddress",
    "IsArchived",
    "IsPerson",
    "IsVatFree",
    "LastName",
    "LegalName",
    "MailAddress",
    "Name",
    "Number",
    "OrganizationNumber",
    "PaymentTerm",
    "PhoneNumber",
    "UseInvoiceFee",
)
UNSUPPORTED = (
    *("BillableRate", "ContactGroupIds", "CustomerSince", "DateOfBirth", "DeliveryTerm", "DeliveryTermId"),
    *("DoNotAddLatePaymentFees", "DoNotAddLatePaymentInterest", "DoNotAutomatePaymentNotifications"),
    *("InvoiceBrandingThemeCode", "InvoiceBrandingThemeId", "InvoiceEmailAddressCC", "NationalIdNumber"),
    *("NoticeOfDebtCollectionDeliveryType", "PaymentReminderEmailAddress", "PaymentTermId", "ReminderDeliveryType"),
    *("SalesPersonEmployeeId", "SalesPersonEmployeeNumber", "SendPaymentReminders", "SubLedgerNumberSeriesId"),
    *("TransferToDebtCollectionAgency", "WebsiteUrl"),
)
ADDRESS_FIELDS = ("AddressLine1", "AddressLine2", "City", "CountryCode", "ExternalCode", "ZipCode")

_EMAIL = re.compile(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,]+")
_ORGANIZATION_NUMBER_LENGTH_MAX = 20


# --- customers ----------------------------------------------------------------------------------------


def list_customers(call: Call) -> Answer:
    call.token.require(*READ)
    parameters = Parameters(
        call,
        *("contactGroupIds", "customerNos", "externalImportReference", "externalNos"),
        *("customerCreatedDateTimeOffsetGreaterThan", "lastChangedDateTimeOffsetGreaterThan"),
    )
    numbers, external = parameters.numbers("customerNos"), parameters.numbers("externalNos")
    created = parameters.moment("customerCreatedDateTimeOffsetGreaterThan")
    changed = parameters.moment("lastChangedDateTimeOffsetGreaterThan")
    reference = parameters.text("externalImportReference")
    if parameters.text("contactGroupIds"):
        return Answer(204)
    return parameters.answer(
        _dto(call, contact_id, version)
        for contact_id, version in call.company.customers.register.items_at(call.replica_s)
        if numbers(version.value.no)
        and version.is_newer(created, changed)
        and (not parameters.text("externalNos") or external(version.value.external_number or -1))
        and reference in ("", version.value.external_reference)
    )


def get_customer(call: Call, contact_id: str) -> Answer:
    call.token.require(*READ)
    Parameters(call)
    number = parse_id(contact_id)
    version = call.company.customers.register.at(number, call.replica_s)
    if version is None:
        raise Refused(f"Customer with id = {contact_id} not found.", status=404)
    return json_answer(_dto(call, number, version))


def post_customer(call: Call) -> Answer:
    """Make a customer. Raises Refused."""
    call.token.require(*WRITE)
    body = json_body(call.request)
    check_known(body, (*FIELDS, *UNSUPPORTED), "CustomerPostDto")
    check_unsupported(body, UNSUPPORTED)
    customer = _read(call, body)
    call.company.customers.check_new(customer)
    contact_id = call.company.customers.add(customer, call.now_s)
    version = call.company.customers.register.at(contact_id, call.now_s)
    assert version is not None
    return json_answer(_dto(call, contact_id, version), 201, headers={"Location": f"/v2/Customers/{contact_id}"})


def _read(call: Call, body: Json) -> Customer:
    is_person = flag_of(body, "IsPerson") or False
    first = text_of(body, "FirstName", length_max=TEXT_LENGTH_MAX, required=is_person)
    last = text_of(body, "LastName", length_max=TEXT_LENGTH_MAX, required=is_person)
    name = text_of(body, "Name", length_max=TEXT_LENGTH_MAX, required=not is_person)
    text_of(body, "LegalName", length_max=TEXT_LENGTH_MAX)
    delivery = choice_of(body, "InvoiceDeliveryType", DELIVERY_TYPES)
    number = whole_of(body, "Number")
    term = whole_of(body, "PaymentTerm")
    if term is not None and term < 0:
        raise Refused("PaymentTerm has to be 0 or more.", field_name="PaymentTerm")
    fee = flag_of(body, "UseInvoiceFee")
    return Customer(
        call.company.customers.next_number() if number is None else number,
        f"{first} {last}" if is_person else name or "",
        text_of(body, "OrganizationNumber", length_max=_ORGANIZATION_NUMBER_LENGTH_MAX),
        not flag_of(body, "IsArchived"),
        _email(body, "EmailAddress"),
        _email(body, "InvoiceEmailAddress"),
        delivery or "PdfByEmail",
        flag_of(body, "IsVatFree") or False,
        allowance_of(body),
        currency_of(body) or call.company.client.currency,
        text_of(body, "ExternalImportReference", length_max=REFERENCE_LENGTH_MAX),
        whole_of(body, "ExternalNumber"),
        own_or(read_department(call, body), None),
        term,
        is_person,
        first,
        last,
        text_of(body, "PhoneNumber", length_max=TEXT_LENGTH_MAX),
        _address(body),
        fee is None or fee,
    )


def _email(body: Json, name: str) -> str | None:
    address = text_of(body, name, length_max=TEXT_LENGTH_MAX)
    if address and _EMAIL.fullmatch(address) is None:
        raise Refused(f"{name} '{address}' is not a valid e-mail address.", field_name=name)
    return address or None


def _address(body: Json) -> Address | None:
    found = body.get("MailAddress")
    if found is None:
        return None
    if not isinstance(found, dict):
        raise Refused("MailAddress has to be an object.", field_name="MailAddress")
    try:
        check_known(found, ADDRESS_FIELDS, "ContactAddressPostDto")
        text_of(found, "ExternalCode", length_max=50)
        zip_code = text_of(found, "ZipCode", length_max=50, required=True)
        city = text_of(found, "City", length_max=100, required=True)
        country = text_of(found, "CountryCode", length_max=2) or "NO"
        if len(country) != 2 or not country.isalpha():
            raise Refused("CountryCode has to be two letters.", field_name="CountryCode")
        first, second = (text_of(found, name, length_max=200) for name in ("AddressLine1", "AddressLine2"))
    except Refused as refused:
        raise Refused(refused.summary, field_name=f"MailAddress.{refused.field_name}") from None
    return Address(zip_code or "", city or "", first, second, country)


def allowance_of(value: Json) -> Decimal | None:
    """A discount in per cent. Raises Refused."""
    found = number_of(value, "Allowance")
    if found is not None and not ALLOWANCE_MIN <= found <= ALLOWANCE_MAX:
        raise Refused(f"Allowance has to be from {ALLOWANCE_MIN} to {ALLOWANCE_MAX}.", field_name="Allowance")
    return found


def currency_of(value: Json) -> str | None:
    currency = text_of(value, "CurrencyCode", length_max=3)
    if currency is not None and currency not in CURRENCIES:
        raise Refused(f"Currency '{currency}' does not exist.", field_name="CurrencyCode")
    return currency


def read_department(call: Call, value: Json) -> str | None:
    """The department of `DepartmentId` or else `DepartmentCode`, "-1" for none; None where neither is given. Raises
    Refused."""
    number, code = whole_of(value, "DepartmentId"), text_of(value, "DepartmentCode", length_max=50)
    if number is not None and number != -1:
        found = call.company.department_ids.code_of(number)
        if found is None or str(found) not in call.company.client.departments:
            raise Refused(f"Department with id = {number} not found.", status=404)
        code = str(found)
    elif number == -1:
        code = "-1"
    if code is None or code == "-1":
        return code
    if code not in call.company.client.departments:
        raise Refused(f"Department with code = {code} not found.", status=404)
    call.company.check_department(code)
    return code


def _dto(call: Call, contact_id: int, version: Version[Customer]) -> Json:
    customer = version.value
    code = customer.department_code
    return {
        "Id": contact_id,
        "Number": customer.no,
        "Name": None if customer.is_person else customer.name,
        "LegalName": None if customer.is_person else customer.name,
        "FirstName": customer.first_name,
        "LastName": customer.last_name,
        "IsPerson": customer.is_person,
        "OrganizationNumber": customer.organization_number,
        "EmailAddress": customer.email,
        "InvoiceEmailAddress": customer.invoice_email,
        "InvoiceEmailAddressCC": None,
        "InvoiceDeliveryType": customer.delivery_type,
        "IsActive": customer.active,
        "IsArchived": not customer.active,
        "IsVatFree": customer.vat_free,
        "Allowance": customer.allowance_percent,
        "CurrencyCode": customer.currency,
        "DepartmentCode": code,
        "DepartmentId": None if code is None else call.company.department_ids.id_of(code),
        "ExternalImportReference": customer.external_reference,
        "ExternalNumber": customer.external_number,
        "PaymentTerm": customer.payment_term_days,
        "PhoneNumber": customer.phone,
        "MailAddress": None if customer.address is None else _address_dto(customer.address),
        "SubledgerAccountId": call.company.customers.subledger_id(customer),
        "UseInvoiceFee": customer.use_invoice_fee,
        "ContactCreatedDateTimeOffset": version.created_at,
        "CustomerCreatedDateTimeOffset": version.created_at,
        "LastChangedDateTimeOffset": version.changed_at,
    }


def _address_dto(address: Address) -> Json:
    return {
        "AddressLine1": address.line_1,
        "AddressLine2": address.line_2,
        "ZipCode": address.zip_code,
        "City": address.city,
        "CountryCode": address.country_code,
    }


# --- contact persons ----------------------------------------------------------------------------------


def list_persons(call: Call) -> Answer:
    call.token.require(*PERSON_READ)
    parameters = Parameters(
        call,
        *("contactIds", "externalCodes"),
        *("createdDateTimeOffsetGreaterThan", "lastChangedDateTimeOffsetGreaterThan"),
    )
    contacts, codes = parameters.ids("contactIds"), parameters.codes("externalCodes")
    created = parameters.moment("createdDateTimeOffsetGreaterThan")
    changed = parameters.moment("lastChangedDateTimeOffsetGreaterThan")
    return parameters.answer(
        _person_dto(_contact_id(call, version.value), person_id, version)
        for person_id, version in call.company.customers.persons.items_at(call.replica_s)
        if (contacts is None or _contact_id(call, version.value) in contacts)
        and version.is_newer(created, changed)
        and (codes is None or version.value.external_code in codes)
    )


def _contact_id(call: Call, person: ContactPerson) -> int:
    return call.company.contact_ids.id_of(person.customer_no)


def get_person(call: Call, contact_id: str, person_id: str) -> Answer:
    call.token.require(*PERSON_READ)
    Parameters(call)
    number = parse_id(person_id)
    version = call.company.customers.persons.at(number, call.replica_s)
    if version is None or str(_contact_id(call, version.value)) != contact_id:
        raise Refused(f"Contact person with id = {person_id} not found.", status=404)
    return json_answer(_person_dto(parse_id(contact_id), number, version))


def _person_dto(contact_id: int, person_id: int, version: Version[ContactPerson]) -> Json:
    person = version.value
    return {
        "Id": person_id,
        "ContactId": contact_id,
        "FirstName": person.first_name,
        "LastName": person.last_name,
        "EmailAddress": person.email,
        "ExternalCode": person.external_code,
        "PhoneNumber": person.phone,
        "Title": person.title,
        "MailAddress": None,
        "IsActive": person.active,
        "IsDefault": person.is_default,
        "CreatedDateTimeOffset": version.created_at,
        "LastChangedDateTimeOffset": version.changed_at,
    }
