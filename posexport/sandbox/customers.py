"""Customers of a company and their contact persons, and the rules for making them.

Lives here: the records, what is kept of them (`Customers`), and the rules. Never here: HTTP, JSON, orders. Units:
`allowance_percent` 10 is 10 %; `payment_term_days` is days. A customer is a contact that buys; it has two ids, one of
the contact and one of its account in the sub-ledger, and both stay when its number changes.
What is not published is decided here and named: two customers may share an organization number or an e-mail address;
the next free number follows the highest of the series; a customer made without a delivery type gets `PdfByEmail`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from .kept import SINCE_S, Ids, Register
from .wire import Refused

CUSTOMER_WRONG = "Customer validation error(s)"
NUMBER_FIRST, NUMBER_LAST = 10_000, 19_999
"""The customer number series."""

DELIVERY_TYPES = ("PdfByEmail", "Print", "EHF", "External")
"""Those that an integration may set: `AvtaleGiro` and `Efaktura` it cannot, and the company has no `Factoring`."""


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; `country_code` has two letters."""

    zip_code: str
    city: str
    line_1: str | None = None
    line_2: str | None = None
    country_code: str = "NO"


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer. `active` False: archived. `allowance_percent` and `currency` are what an order line and an order get
    where they say nothing; `vat_free` makes lines use the optional sales account."""

    no: int
    name: str
    organization_number: str | None = None
    active: bool = True
    email: str | None = None
    invoice_email: str | None = None
    delivery_type: str = "Print"
    vat_free: bool = False
    allowance_percent: Decimal | None = None
    currency: str = "NOK"
    external_reference: str | None = None
    external_number: int | None = None
    department_code: str | None = None
    payment_term_days: int | None = None
    is_person: bool = False
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    address: Address | None = None
    use_invoice_fee: bool = True

    def why_not_send(self) -> str | None:
        """The reason a person gets why no invoice can be sent to it; None where one can."""
        if not self.active:
            return f"Customer {self.no} is archived."
        if self.delivery_type == "EHF" and not self.organization_number:
            return f"Customer {self.no} is to get EHF and has no organization number."
        if self.delivery_type == "PdfByEmail" and not (self.invoice_email or self.email):
            return f"Customer {self.no} is to get invoices by e-mail and has no e-mail address."
        return None


@dataclass(frozen=True, slots=True)
class ContactPerson:
    """A person of one customer, "your reference" on its invoices."""

    customer_no: int
    first_name: str
    last_name: str
    email: str | None = None
    external_code: str | None = None
    title: str | None = None
    phone: str | None = None
    is_default: bool = False
    active: bool = True

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Customers:
    """One company's customers by number, and their contact persons by id."""

    def __init__(self, contact_ids: Ids, subledger_ids: Ids, first_person_id: int) -> None:
        self._contact_ids = contact_ids
        self._subledger_ids = subledger_ids
        self._first_person_id = first_person_id
        self.register: Register[int, Customer] = Register()
        self.persons: Register[int, ContactPerson] = Register()

    def load(self, customers: Iterable[Customer], persons: Iterable[ContactPerson]) -> None:
        """Hold these alone; ids already given stay."""
        found = {self.contact_id(customer): customer for customer in customers}
        self.register.replace_all(found)
        self.persons.replace_all({self._first_person_id + 7 * at: person for at, person in enumerate(persons)})
        self._next_person_id = self._first_person_id + 7 * len(list(self.persons.items_now()))

    def contact_id(self, customer: Customer) -> int:
        return self._contact_ids.id_of(customer.no)

    def subledger_id(self, customer: Customer) -> int:
        return self._subledger_ids.id_of(customer.no)

    def numbered(self, number: int) -> Customer | None:
        """The customer with a number."""
        return next((customer for _, customer in self.register.items_now() if customer.no == number), None)

    def default_person(self, customer: Customer) -> ContactPerson | None:
        """The contact person that invoices are to name where an order names none."""
        return next((person for _, person in self.persons_of(customer) if person.is_default), None)

    def persons_of(self, customer: Customer) -> list[tuple[int, ContactPerson]]:
        """A customer's active contact persons with their ids."""
        return [
            (person_id, person)
            for person_id, person in self.persons.items_now()
            if person.customer_no == customer.no and person.active
        ]

    # --- making and changing --------------------------------------------------------------------------

    def next_number(self) -> int:
        """The next free number of the series."""
        return 1 + max(
            (customer.no for _, customer in self.register.items_now() if NUMBER_FIRST <= customer.no <= NUMBER_LAST),
            default=NUMBER_FIRST,
        )

    def check_new(self, customer: Customer) -> None:
        """Raises `Refused` where a customer like this cannot be made."""
        if not NUMBER_FIRST <= customer.no <= NUMBER_LAST:
            raise Refused(
                f"Number {customer.no} is in no customer number series ({NUMBER_FIRST}-{NUMBER_LAST}).",
                field_name="Number",
            )
        for _, other in self.register.items_now():
            self._check_apart(customer, other)

    def _check_apart(self, customer: Customer, other: Customer) -> None:
        used = f"is used on (contact) Id = {self.contact_id(other)}."
        if other.no == customer.no:
            raise Refused(f"Number is already in use. '{other.no}' {used}", title=CUSTOMER_WRONG)
        reference = customer.external_reference
        if reference is not None and reference == other.external_reference:
            raise Refused(f"ExternalImportReference is already in use. '{reference}' {used}", title=CUSTOMER_WRONG)
        number = customer.external_number
        if number is not None and number == other.external_number:
            raise Refused(f"ExternalNumber is already in use. '{number}' {used}", title=CUSTOMER_WRONG)

    def add(self, customer: Customer, now_s: float = SINCE_S) -> int:
        """Keep a new customer; its contact id is returned."""
        contact_id = self.contact_id(customer)
        self.subledger_id(customer)
        self.register.put(contact_id, customer, now_s)
        return contact_id

    def change(self, contact_id: int, customer: Customer, now_s: float) -> None:
        """Change a customer; where its number is another one, its ids and its contact persons go with it."""
        before = self.register.now(contact_id)
        if before is not None and before.no != customer.no:
            if self.numbered(customer.no) is not None:
                raise Refused(f"Number is already in use: {customer.no}.", title=CUSTOMER_WRONG)
            self._contact_ids.rename(before.no, customer.no)
            self._subledger_ids.rename(before.no, customer.no)
            for person_id, person in self.persons.items_now():
                if person.customer_no == before.no:
                    self.persons.put(person_id, replace(person, customer_no=customer.no), now_s)
        self.register.put(contact_id, customer, now_s)

    def add_person(self, person: ContactPerson, now_s: float = SINCE_S) -> int:
        """Keep a new contact person; its id is returned."""
        person_id = self._next_person_id
        self._next_person_id += 7
        self.persons.put(person_id, person, now_s)
        return person_id
