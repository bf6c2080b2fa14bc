"""Codes of the registers that are used for several firms: two venues that number their customers apart, or a code that
was given to another firm.

The firm of a code is the one whose organization number was named with it first. Another number with the same code is
another customer, known by code and number together. None is linked without a person, and a link is not used for a sale
that names another firm than the customer it leads to. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from posexport.core.credit_facts import name_firm
from posexport.core.orders.customers import CustomerLink, LedgerCustomer
from posexport.core.organization_number import parse_organization_number


class OtherFirm(NamedTuple):
    """A code stands for another firm than its link. `other_number`: the organization number of the code, or, with a
    `link`, of the customer it leads to. `several`: the organization numbers of a day whose sales on the code are to be
    one line, and are of several customers."""

    code: str
    organization_number: str
    other_number: str = ""
    link: CustomerLink | None = None
    several: tuple[str, ...] = ()

    @property
    def firm(self) -> str:
        """What is to be linked."""
        return name_firm(self.code, self.organization_number)


@dataclass(frozen=True, slots=True)
class Firms:
    """What is known of a company's codes: `links` by code and by firm; `numbers`: the organization number of each code;
    `customers`: the ledger's by their ids, as last read."""

    links: Mapping[str, CustomerLink]
    numbers: Mapping[str, str] = field(default_factory=dict)
    customers: Mapping[int, LedgerCustomer] = field(default_factory=dict)

    def find(self, code: str, organization_number: str) -> CustomerLink | OtherFirm | None:
        """Whom a sale is for that names this code, and this organization number ("" where it names none); None where
        the code is not linked."""
        of_code = self.links.get(code)
        if not organization_number:
            return of_code
        of_firm = self.links.get(name_firm(code, organization_number))
        if of_firm is not None:
            return of_firm
        linked = "" if of_code is None else self._number_of(of_code)
        if linked == organization_number:
            return of_code
        known = self.numbers.get(code) or organization_number
        if of_code is not None and linked:
            return OtherFirm(code, organization_number, linked, of_code)
        return of_code if known == organization_number else OtherFirm(code, organization_number, known)

    def find_of_day(self, code: str, named: Collection[str]) -> CustomerLink | OtherFirm | None:
        """Whom all of a day's sales with this code are for, which name these organization numbers ("" where one names
        none): a voucher has one line for them."""
        found = [self.find(code, number) for number in sorted(named) or [""]]
        other = next((one for one in found if isinstance(one, OtherFirm)), None)
        if other is not None:
            return other
        ids = {one.customer_id for one in found if isinstance(one, CustomerLink)}
        if len(ids) > 1:
            numbers = tuple(sorted(filter(None, named)))
            return OtherFirm(code, numbers[-1], several=numbers)
        return None if None in found else found[0]

    def _number_of(self, link: CustomerLink) -> str:
        customer = self.customers.get(link.customer_id)
        return "" if customer is None else parse_organization_number(customer.organization_number)
