"""What a ticket says beyond its amounts that an invoice needs: the buyer, their references, and what was sold in words.

Never counted, never part of what a ticket's content is compared by. Texts are as the register wrote them, tidied.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from posexport.core.organization_number import parse_organization_number

TEXT_MAX = 200
"""The most characters of a text that are kept; the rest is cut off."""

_QUANTITY_MAX = Decimal(1_000_000)
_DECIMALS_MAX = 6


class RegisterCustomer(NamedTuple):
    """A customer as the register knows it. `organization_number`: nine digits with a right check digit, else "";
    `organization_text`: as written, where it is no such number; `contact`: a person."""

    number: str
    name: str = ""
    organization_number: str = ""
    organization_text: str = ""
    email: str = ""
    contact: str = ""
    address: tuple[str, ...] = ()

    def merged(self, newer: RegisterCustomer) -> RegisterCustomer:
        """Both together; what `newer` says counts, and what it is silent about stays."""
        return self._replace(**{name: value for name, value in newer._asdict().items() if value})


class TicketReference(NamedTuple):
    """Another ticket, by its register and number: the sale that a return gives back."""

    register: str
    number: str


class LineText(NamedTuple):
    """What a line sold, in words. `quantity`: a decimal with a point, "" where the register wrote none."""

    text: str = ""
    quantity: str = ""
    article: str = ""
    unit: str = ""


class CreditFacts(NamedTuple):
    """What a ticket says that an invoice needs. `customer_reference` is the buyer's own ("deres ref."),
    `register_reference` the register's; `line_texts`: one for each line of the ticket, in order, or none at all."""

    customer: RegisterCustomer | None = None
    customer_reference: str = ""
    purchase_order: str = ""
    project: str = ""
    refers_to: TicketReference | None = None
    register_reference: str = ""
    line_texts: tuple[LineText, ...] = ()


NO_FACTS = CreditFacts()


def name_customer(number: str, organization: str = "", **texts: Any) -> RegisterCustomer:
    """A customer from a file; `organization` in any spelling.

    >>> name_customer("K-17", "NO 974 760 673 MVA").organization_number
    '974760673'
    >>> name_customer("K-17", "974 760 674")[2:4]
    ('', '974 760 674')
    """
    proven = parse_organization_number(organization)
    return RegisterCustomer(
        number, organization_number=proven, organization_text="" if proven else organization, **texts
    )


def tidy_text(value: object) -> str:
    """Text for an invoice's line: on one line, without control characters, at most `TEXT_MAX` characters; "" for what
    is no text.

    >>> tidy_text(" Fiskesuppe\\n\\tstor "), tidy_text(None)
    ('Fiskesuppe stor', '')
    """
    if type(value) is not str:
        return ""
    words = "".join(letter if letter.isprintable() else " " for letter in value).split()
    return " ".join(words)[:TEXT_MAX].strip()


def tidy_quantity(value: object) -> str:
    """A quantity as a plain decimal with a point; "" for what is none, or none that an invoice could have.

    >>> tidy_quantity("2"), tidy_quantity("0,450"), tidy_quantity("3.000"), tidy_quantity("a few")
    ('2', '0.45', '3', '')
    """
    if type(value) is not str:
        return ""
    try:
        quantity = Decimal(value.strip().replace(",", "."))
    except InvalidOperation:
        return ""
    if not quantity.is_finite() or not 0 < abs(quantity) < _QUANTITY_MAX:
        return ""
    plain = f"{quantity:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain if len(plain.partition(".")[2]) <= _DECIMALS_MAX else ""


def gather_texts(texts: Iterable[LineText]) -> tuple[LineText, ...]:
    """The texts of a ticket's lines; none at all where none says anything."""
    gathered = tuple(texts)
    return gathered if any(map(any, gathered)) else ()


# Codes that are used for several firms


_BEFORE_NUMBER = "/"


def name_firm(code: str, organization_number: str) -> str:
    """The code of a firm that is meant by code and organization number together.

    >>> name_firm("K-17", "310042161")
    'K-17/310042161'
    """
    return f"{code}{_BEFORE_NUMBER}{organization_number}"


def split_firm(code: str) -> tuple[str, str]:
    """The register's code and the organization number; "" for a code that names no firm.

    >>> split_firm("K-17/310042161"), split_firm("K/17")
    (('K-17', '310042161'), ('K/17', ''))
    """
    register_code, _, number = code.rpartition(_BEFORE_NUMBER)
    is_firm = register_code and number and number == parse_organization_number(number)
    return (register_code, number) if is_firm else (code, "")


def tidy_firm(code: str) -> str:
    """A code as a person types it, with an organization number in any spelling.

    >>> tidy_firm(" K-17 / 310 042 161 MVA "), tidy_firm("K / 17")
    ('K-17/310042161', 'K / 17')
    """
    register_code, _, number = code.rpartition(_BEFORE_NUMBER)
    proven = parse_organization_number(number)
    return name_firm(register_code.strip(), proven) if register_code.strip() and proven else code.strip()


def name_code(code: str) -> RegisterCustomer:
    """A customer of which no more than the code is known."""
    return RegisterCustomer(code, organization_number=split_firm(code)[1])


def tell_apart(told: RegisterCustomer, known: RegisterCustomer | None) -> RegisterCustomer:
    """A customer as a file names it; under the code of its firm where the code is `known` to be another's
    (`core.orders.firms`)."""
    if known is None or not (told.organization_number and known.organization_number):
        return told
    if told.organization_number == known.organization_number:
        return told
    return told._replace(number=name_firm(told.number, told.organization_number))


# As they are stored


def restore_facts(told: Sequence[Any]) -> CreditFacts:
    """The facts from their values in order, as JSON has nested tuples."""
    facts = CreditFacts(*told)
    customer, refers_to = facts.customer, facts.refers_to
    return facts._replace(
        customer=RegisterCustomer(*customer[:-1], tuple(customer[-1])) if customer else None,
        refers_to=TicketReference(*refers_to) if refers_to else None,
        line_texts=tuple(LineText(*line) for line in facts.line_texts),
    )


def format_facts(facts: CreditFacts) -> str:
    """The facts as JSON; of the customer the code and organization number alone, since what is known of customers is
    kept elsewhere."""
    customer = facts.customer
    firm = {"organization_number": customer.organization_number} if customer and customer.organization_number else {}
    return json.dumps(
        {
            **{name: value for name, value in facts._asdict().items() if value and name != "customer"},
            **({"customer": customer.number, "contact": customer.contact} if customer else {}),
            **firm,
        },
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )


def parse_facts(document: str, customer: RegisterCustomer | None = None) -> CreditFacts:
    """The facts from that JSON. `customer`: what is known of the customer it names."""
    told = json.loads(document)
    number, contact = told.pop("customer", None), told.pop("contact", "")
    organization_number = told.pop("organization_number", "")
    if number is not None:
        customer = (customer or RegisterCustomer(number))._replace(contact=contact)
        if organization_number:
            customer = customer._replace(organization_number=organization_number)
    refers_to = told.pop("refers_to", None)
    texts = tuple(LineText(*line) for line in told.pop("line_texts", ()))
    return CreditFacts(customer, refers_to=refers_to and TicketReference(*refers_to), line_texts=texts, **told)


def format_customer(customer: RegisterCustomer) -> str:
    """A customer as JSON."""
    told = {name: value for name, value in customer._asdict().items() if value}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def parse_customer(document: str) -> RegisterCustomer:
    """A customer from that JSON."""
    told = json.loads(document)
    return RegisterCustomer(**{**told, "address": tuple(told.get("address", ()))})
