"""Customers: which of the ledger's could be a customer of the register, and which one, if any, may be linked to it.

Candidates come by organization number, by the code we or others have written on the ledger's customer, by customer
number and by e-mail address. A name is shown and never matched; an e-mail address alone links nobody, since two
companies may share one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import IntEnum, StrEnum
from typing import NamedTuple

from posexport.core.credit_facts import RegisterCustomer, split_firm
from posexport.core.order_setup import CustomerMode as CustomerMode
from posexport.core.organization_number import parse_organization_number

REFERENCE_PREFIX = "posexport:"
"""What the register's code stands behind in the reference of a customer that posexport made."""

REFERENCE_LENGTH_MAX = 50
"""The longest reference (characters) that the ledger takes on a customer."""


class LinkedBy(StrEnum):
    """Who or what made a link. Values are stored and stand in JSON; never rename one."""

    PERSON = "person"
    ORGANIZATION_NUMBER = "organization_number"
    NUMBER = "number"
    CREATED = "created"


class CandidateReason(IntEnum):
    """Why a customer is a candidate; the lower, the better."""

    ORGANIZATION_NUMBER = 1
    REFERENCE = 2
    """Its external reference or external number is the register's code."""
    NUMBER = 3
    """Its customer number is the register's code."""
    EMAIL = 4


class Delivery(StrEnum):
    """How the ledger sends a customer's invoices, as far as it matters here."""

    EMAIL = "email"
    EHF = "ehf"
    OTHER = "other"


class LedgerCustomer(NamedTuple):
    """A customer as the ledger has it. `id` never changes; `number` may. `external_reference`, `external_number`: what
    an integration or a person wrote on it; "" where nothing. `is_active`: false where it is archived or inactive."""

    id: int
    number: str
    name: str = ""
    organization_number: str = ""
    email: str = ""
    invoice_email: str = ""
    external_reference: str = ""
    external_number: str = ""
    is_active: bool = True
    is_vat_free: bool = False
    delivery: Delivery = Delivery.OTHER


class Candidate(NamedTuple):
    """A customer of the ledger that could be the register's. `reasons`: at least one, best first."""

    customer: LedgerCustomer
    reasons: tuple[CandidateReason, ...]

    @property
    def best(self) -> CandidateReason:
        """Its best reason."""
        return self.reasons[0]


class CustomerLink(NamedTuple):
    """A register's customer is this customer of the ledger. `number` and `name` are shown; the id is what is sent."""

    customer_id: int
    number: str
    name: str = ""
    by: LinkedBy = LinkedBy.PERSON


class AskPerson(NamedTuple):
    """A person has to say who it is. `candidates`: none, or one."""

    candidates: tuple[Candidate, ...] = ()


class AmbiguousCustomer(NamedTuple):
    """Several customers could be it, and none of them is chosen."""

    candidates: tuple[Candidate, ...]


class NewCustomer(NamedTuple):
    """A customer to be made in the ledger. `external_reference`: by which it is looked up before it is made again."""

    name: str
    external_reference: str
    organization_number: str = ""
    email: str = ""
    address: tuple[str, ...] = ()
    is_person: bool = False


LinkDecision = CustomerLink | AskPerson | AmbiguousCustomer | NewCustomer


def find_candidates(wanted: RegisterCustomer, customers: Iterable[LedgerCustomer]) -> tuple[Candidate, ...]:
    """Every customer of the ledger that could be the register's, archived ones included and last: best first, then by
    number."""
    found = [Candidate(customer, reasons) for customer in customers if (reasons := _reasons_for(wanted, customer))]
    return tuple(sorted(found, key=_order_of))


def _order_of(candidate: Candidate) -> tuple[bool, int, int, str, int]:
    customer = candidate.customer
    return (not customer.is_active, candidate.best, len(customer.number), customer.number, customer.id)


def _reasons_for(wanted: RegisterCustomer, customer: LedgerCustomer) -> tuple[CandidateReason, ...]:
    code, number = wanted.number, parse_organization_number(wanted.organization_number)
    is_so = {
        CandidateReason.ORGANIZATION_NUMBER: bool(number)
        and parse_organization_number(customer.organization_number) == number,
        CandidateReason.REFERENCE: bool(code)
        and (customer.external_reference == f"{REFERENCE_PREFIX}{code}" or customer.external_number == code),
        CandidateReason.NUMBER: bool(code) and customer.number == code,
        CandidateReason.EMAIL: bool(wanted.email)
        and _fold(wanted.email) in (_fold(customer.email), _fold(customer.invoice_email)),
    }
    return tuple(reason for reason in CandidateReason if is_so[reason])


def _fold(text: str) -> str:
    return text.strip().casefold()


def decide_link(
    mode: CustomerMode, wanted: RegisterCustomer, candidates: Sequence[Candidate], *, is_person: bool = False
) -> LinkDecision:
    """Which customer of the ledger a register's customer that has no link yet is linked to.

    `candidates`: all there are, as `find_candidates` returns them. `is_person`: the customer is known to be a private
    person, who has no organization number. One whose code is used for another firm too is never linked without a
    person: the number may be what is wrong.
    """
    if split_firm(wanted.number)[1]:
        return AmbiguousCustomer(tuple(candidates)) if len(candidates) > 1 else AskPerson(tuple(candidates))
    if mode is CustomerMode.NUMBER:
        named = _find_by_number(wanted, candidates)
        if named is not None:
            return link_to(named, LinkedBy.NUMBER)
    if mode in (CustomerMode.MATCH, CustomerMode.CREATE):
        found = _find_by_organization_number(candidates)
        if found is not None:
            return link_to(found, LinkedBy.ORGANIZATION_NUMBER)
    if mode is CustomerMode.CREATE and not candidates:
        new = _make_new(wanted, is_person=is_person)
        if new is not None:
            return new
    return AmbiguousCustomer(tuple(candidates)) if len(candidates) > 1 else AskPerson(tuple(candidates))


def ask_before_sharing(decision: LinkDecision, candidates: Sequence[Candidate], taken: Collection[int]) -> LinkDecision:
    """The decision, unless it is a link by organization number to a customer that another code has already (`taken`, by
    id): that both are one customer, a person has to say."""
    if not isinstance(decision, CustomerLink) or decision.by is not LinkedBy.ORGANIZATION_NUMBER:
        return decision
    if decision.customer_id not in taken:
        return decision
    return AmbiguousCustomer(tuple(candidates)) if len(candidates) > 1 else AskPerson(tuple(candidates))


def link_to(customer: LedgerCustomer, by: LinkedBy) -> CustomerLink:
    """A link to this customer of the ledger."""
    return CustomerLink(customer.id, customer.number, customer.name, by)


def _find_by_number(wanted: RegisterCustomer, candidates: Sequence[Candidate]) -> LedgerCustomer | None:
    """The only customer with the number, unless it has another organization number, or another active one has that."""
    named = [candidate.customer for candidate in candidates if CandidateReason.NUMBER in candidate.reasons]
    if len(named) != 1:
        return None
    numbers = {parse_organization_number(one.organization_number) for one in (wanted, named[0])} - {""}
    if len(numbers) > 1:
        return None
    best = CandidateReason.ORGANIZATION_NUMBER
    others = [other for other in candidates if other.customer.id != named[0].id and other.customer.is_active]
    return None if any(other.best is best for other in others) else named[0]


def _find_by_organization_number(candidates: Sequence[Candidate]) -> LedgerCustomer | None:
    """The only active customer with the organization number, where nobody else is a candidate for another reason."""
    best = CandidateReason.ORGANIZATION_NUMBER
    found = [candidate.customer for candidate in candidates if candidate.best is best and candidate.customer.is_active]
    if len(found) != 1:
        return None
    others = [candidate for candidate in candidates if candidate.customer.id != found[0].id]
    contradicts = any(reason is not best for other in others for reason in other.reasons)
    return None if contradicts else found[0]


def _make_new(wanted: RegisterCustomer, *, is_person: bool) -> NewCustomer | None:
    """The customer to be made; None where the register does not say enough of it."""
    number = parse_organization_number(wanted.organization_number)
    reference = f"{REFERENCE_PREFIX}{wanted.number}"
    if not wanted.name or not (number or is_person) or not wanted.number or len(reference) > REFERENCE_LENGTH_MAX:
        return None
    if is_person and not number and len(wanted.name.split()) == 1:
        return None  # the ledger wants a first and a last name
    return NewCustomer(wanted.name, reference, number, wanted.email, wanted.address, is_person and not number)


# What a linked customer is not fit for


class CustomerFault(StrEnum):
    """What is wrong with a customer of the ledger that an order is for."""

    INACTIVE = "inactive"
    """Archived, inactive, or no longer there: it takes no order."""
    VAT_FREE = "vat-free"
    """Marked as free of VAT."""
    NO_ORGANIZATION_NUMBER = "no-organization-number"
    """Invoices go by EHF, which needs an organization number."""
    NO_EMAIL = "no-email"
    """Invoices go by e-mail, and there is no address."""


def judge_customer(customer: LedgerCustomer) -> tuple[CustomerFault, ...]:
    """What is wrong with a customer that an order is for."""
    has_address = bool(customer.email or customer.invoice_email)
    is_so = {
        CustomerFault.INACTIVE: not customer.is_active,
        CustomerFault.VAT_FREE: customer.is_vat_free,
        CustomerFault.NO_ORGANIZATION_NUMBER: customer.delivery is Delivery.EHF and not customer.organization_number,
        CustomerFault.NO_EMAIL: customer.delivery is Delivery.EMAIL and not has_address,
    }
    return tuple(fault for fault in CustomerFault if is_so[fault])


# Contact persons


class ContactPerson(NamedTuple):
    """A contact person as the ledger has it: of one customer."""

    id: int
    customer_id: int
    name: str
    email: str = ""
    is_active: bool = True


class Contact(NamedTuple):
    """Whom an order names as the customer's reference: a contact person by id, else a name. `elsewhere`: numbers of
    other customers that have a contact person with the same e-mail address."""

    person_id: int | None = None
    name: str = ""
    elsewhere: tuple[str, ...] = ()


def find_contact(
    wanted: RegisterCustomer,
    customer_id: int,
    persons: Iterable[ContactPerson],
    customers: Mapping[int, LedgerCustomer],
) -> Contact:
    """The contact of a ticket's customer: the only active contact person of the linked customer with that e-mail
    address or that full name, else the name as text. Nobody where the ticket names no contact.

    The contact's e-mail address is the contact itself, where that is written as one, else the address beside it: unless
    that is the linked customer's own in the ledger, which says nothing of who somebody is. `customers`: of the ledger,
    by id; persons of others, suppliers say, do not count.
    """
    if not wanted.contact:
        return Contact()
    name, email = _fold_name(wanted.contact), _fold(wanted.contact if "@" in wanted.contact else wanted.email)
    linked = customers.get(customer_id)
    is_general = linked is not None and email in (_fold(linked.email), _fold(linked.invoice_email))
    own, elsewhere = set[int](), set[int]()
    for person in persons:
        has_email = bool(email) and _fold(person.email) == email
        if person.customer_id != customer_id:
            if has_email and person.customer_id in customers:
                elsewhere.add(person.customer_id)
        elif person.is_active and (_fold_name(person.name) == name or (has_email and not is_general)):
            own.add(person.id)
    numbers = sorted((customers[id_].number for id_ in elsewhere), key=lambda number: (len(number), number))
    return Contact(own.pop() if len(own) == 1 else None, wanted.contact, tuple(numbers))


def _fold_name(name: str) -> str:
    return " ".join(_fold(name).split())
