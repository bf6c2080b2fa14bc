"""Which customer of the ledger a customer of the registers is: the link that is stored, the one that the company's
setup lets be made, or why there is none. A voucher's lines have the register's code; what is sent has the ledger's
customer."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, cast

from posexport.core.company import Company
from posexport.core.credit_facts import RegisterCustomer, name_code
from posexport.core.finding import Finding
from posexport.core.findings.customers import (
    make_lacking_key_finding,
    make_other_firm_finding,
    make_unlinked_customer_finding,
)
from posexport.core.orders.book import TakesOrders
from posexport.core.orders.customers import (
    AskPerson,
    CustomerLink,
    CustomerMode,
    LedgerCustomer,
    LinkDecision,
    LinkedBy,
    NewCustomer,
    ask_before_sharing,
    decide_link,
    find_candidates,
    link_to,
)
from posexport.core.orders.firms import OtherFirm
from posexport.core.ports.ledger import Ledger
from posexport.core.voucher import Voucher
from posexport.delivery.customer_lists import CHANGES_AGE_S, MISSED_AGE_S, WHOLE_AGE_S, CustomerBook, CustomerLists
from posexport.errors import AnswerLost, NotSent, OperatorError, PowerOfficeRefused, PowerOfficeUnavailable
from posexport.ledgers.registry import find_ledger
from posexport.store.customer_claims import claim_new_customer, release_new_customer
from posexport.store.customer_links import add_links, read_links
from posexport.store.database import Database
from posexport.store.firms import read_firms
from posexport.store.register_customers import read_customers
from posexport.store.setups import find_company_number

CREATE_S = 90
"""How long (s) making a customer may be begun after it was decided."""

WHO = "posexport"
"""Who made a link that no person made."""


class MadeLink(NamedTuple):
    """A link that was made just now, without a person."""

    company_id: str
    code: str
    link: CustomerLink


@dataclass(frozen=True, slots=True)
class Resolved:
    """What became of some of a register's codes: linked, or why not. Codes in neither are sent as they are.

    `lacking`: codes without a link where the customers cannot be listed, since the setup lacks a key for it. `firms`:
    codes whose sales name another firm than they are linked to. `payers`: the customers, by the ledger's ids, that
    lines name themselves.
    """

    company: Company
    links: Mapping[str, CustomerLink] = field(default_factory=dict)
    undecided: Mapping[str, LinkDecision] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()
    firms: Mapping[str, OtherFirm] = field(default_factory=dict)
    payers: Mapping[int, CustomerLink] = field(default_factory=dict)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """A finding for each code that is not linked, which holds what names it."""
        company = self.company
        mode = company.orders.customers
        return (
            *(make_unlinked_customer_finding(company.id, code, mode, why) for code, why in self.undecided.items()),
            *(make_lacking_key_finding(company.id, code) for code in self.lacking),
            *(make_other_firm_finding(company.id, other) for other in self.firms.values()),
        )

    def translate(self, voucher: Voucher) -> Voucher:
        """The voucher with the ledger's customer numbers on its lines; nobody on lines of customers that are not
        linked."""
        if not any(line.customer is not None for line in voucher.lines):
            return voucher
        told: dict[str, str | None] = {code: link.number for code, link in self.links.items()}
        told |= dict.fromkeys((*self.undecided, *self.lacking, *self.firms))
        numbers = (
            told.get(line.customer or "", line.customer) if line.payer is None else self.payers[line.payer].number
            for line in voucher.lines
        )
        lines = (line._replace(customer=number) for line, number in zip(voucher.lines, numbers, strict=True))
        return replace(voucher, lines=tuple(lines))

    def name_payers(self, voucher: Voucher) -> Voucher:
        """The voucher whose part payments name the customers they are credited to, by the links that there are now."""
        lines = (
            line._replace(payer=link.customer_id)
            if line.order is not None and line.payer is None and (link := self.links.get(line.customer or ""))
            else line
            for line in voucher.lines
        )
        return replace(voucher, lines=tuple(lines))


@dataclass(slots=True)
class CustomerLinks:
    """Finds and makes the links of all companies."""

    database: Database
    lists: CustomerLists
    _made: list[MadeLink] = field(default_factory=list)
    _creating: threading.Lock = field(default_factory=threading.Lock)

    def drain_made(self) -> tuple[MadeLink, ...]:
        """The links made without a person since this was last asked, to be told once."""
        made, self._made = self._made, []
        return tuple(dict.fromkeys(made))

    def resolve(self, company: Company, ledger: Ledger, codes: Iterable[str], *, keeps: bool = True) -> Resolved:
        """What the register's codes are in the ledger. A link that the setup lets be made is stored, unless not
        `keeps`. Raises what a `Ledger` raises."""
        wanted = sorted(set(codes))
        if not wanted or not links_customers(company):
            return Resolved(company)
        may_go_on = sends_numbers(company) and company.orders.customers is CustomerMode.NUMBER
        try:
            return self._resolve(company, find_customer_book(company, ledger), wanted, keeps=keeps)
        except (OperatorError, PowerOfficeRefused, PowerOfficeUnavailable):
            if not may_go_on:
                raise
            return Resolved(company, self._read_links(company, wanted))

    def tell_firms_apart(self, resolved: Resolved, named: Mapping[str, Collection[str]]) -> Resolved:
        """What became of the codes, by the organization numbers that a day's sales `named` with each: a link to another
        firm is not used. Where nothing can be linked, everything stays as it is."""
        company = resolved.company
        codes = [code for code in (*resolved.links, *resolved.undecided) if any(named.get(code, ()))]
        if not codes or company.subscription_key is None:
            return resolved
        with self.database.reading() as connection:
            firms = read_firms(connection, find_company_number(connection, company.id), codes, resolved.links)
        links, undecided, others = dict(resolved.links), dict(resolved.undecided), dict[str, OtherFirm]()
        for code in codes:
            found = firms.find_of_day(code, named[code])
            if isinstance(found, OtherFirm):
                others[code] = found
                links.pop(code, None)
            elif found is not None:
                links[code] = found
            if found is not None:
                undecided.pop(code, None)
        return replace(resolved, links=links, undecided=undecided, firms=others)

    def find_payers(self, company: Company, ledger: Ledger, ids: Iterable[int]) -> dict[int, CustomerLink]:
        """The ledger's customers with these ids, under the numbers they have now; one that is not there any more stands
        under its id. Raises what a `Ledger` raises."""
        wanted = set(ids)
        if not wanted:
            return {}
        book, known = find_customer_book(company, ledger), self.lists.find_kept(company)
        if book is not None and (sends_numbers(company) or not wanted <= {one.id for one in known}):
            known = self.lists.find(company, book, age_s=MISSED_AGE_S)
        found = {one.id: CustomerLink(one.id, one.number, one.name) for one in known if one.id in wanted}
        return {id_: found.get(id_) or CustomerLink(id_, str(id_)) for id_ in wanted}

    def refresh(self, company: Company, ledger: Ledger) -> None:
        """Read which customers have changed, so that links have the numbers they have now."""
        book = find_customer_book(company, ledger)
        if book is not None:
            self.lists.find(company, book, age_s=MISSED_AGE_S)

    def decide(
        self, company: Company, wanted: Iterable[RegisterCustomer], customers: Sequence[LedgerCustomer]
    ) -> dict[str, LinkDecision]:
        """By code, what the setup lets be done about customers without a link; of several that would be linked to one
        customer, the first code is, and a person is asked about the rest."""
        mode, decisions = company.orders.customers, dict[str, LinkDecision]()
        taken = {link.customer_id for link in self._read_links(company, None).values()}
        for one in wanted:
            candidates = find_candidates(one, customers)
            decision = ask_before_sharing(decide_link(mode, one, candidates), candidates, taken)
            if isinstance(decision, CustomerLink):
                taken.add(decision.customer_id)
            decisions[one.number] = decision
        return decisions

    def _resolve(self, company: Company, book: CustomerBook | None, wanted: Sequence[str], *, keeps: bool) -> Resolved:
        links = self._read_links(company, wanted)
        if links and book is not None and sends_numbers(company):
            self.lists.find(company, book, age_s=CHANGES_AGE_S)
            links = self._read_links(company, wanted)
        unlinked = [code for code in wanted if code not in links]
        if not unlinked:
            return Resolved(company, links)
        if book is None:
            is_number = company.orders.customers is CustomerMode.NUMBER
            return Resolved(company, links, lacking=() if is_number else tuple(unlinked))
        decisions = self._decide(company, book, unlinked)
        if keeps and any(isinstance(decision, NewCustomer) for decision in decisions.values()):
            decisions |= self._create(company, book, [code for code in unlinked if is_new(decisions[code])])
        made = {code: link for code, link in decisions.items() if isinstance(link, CustomerLink)}
        if made and keeps:
            made = self._keep(company, made)
        undecided = {code: why for code, why in decisions.items() if code not in made}
        return Resolved(company, {**links, **made}, undecided)

    def _decide(self, company: Company, book: CustomerBook, codes: Sequence[str]) -> dict[str, LinkDecision]:
        """As `decide`; before somebody is called missing, what has changed in the ledger is read."""
        wanted = self.read_known(company, codes)
        decisions = self.decide(company, wanted, self.lists.find(company, book, age_s=WHOLE_AGE_S))
        if not all(isinstance(decision, CustomerLink) for decision in decisions.values()):
            decisions = self.decide(company, wanted, self.lists.find(company, book, age_s=MISSED_AGE_S))
        return decisions

    def _create(self, company: Company, book: CustomerBook, codes: Sequence[str]) -> dict[str, LinkDecision]:
        """Make customers in the ledger, one after the other, so that none is made for which another just was. Each is
        looked up by its reference first: an earlier request may have made it, and its answer have been lost."""
        decisions: dict[str, LinkDecision] = {}
        with self._creating:
            for known in self.read_known(company, codes):
                decisions[known.number] = self._create_one(company, book, known)
        return decisions

    def _create_one(self, company: Company, book: CustomerBook, known: RegisterCustomer) -> LinkDecision:
        """Make a customer under a claim, so that of two processes one makes it. It is decided about again under the
        claim: what the other has made is stored by then. Where the answer was lost, the claim stays for the next
        run."""
        number, code = known.organization_number, known.number
        if number and not self._claim(company, number, code):
            return AskPerson()
        decision = self.decide(company, [known], self.lists.find_kept(company))[code]
        if isinstance(decision, NewCustomer):
            try:
                made = self._make(book, decision)
            except PowerOfficeRefused:
                self._release(company, number, code)
                raise
            self.lists.add(company, made)
            decision = self._keep(company, {code: link_to(made, LinkedBy.CREATED)})[code]
        self._release(company, number, code)
        return decision

    def _claim(self, company: Company, organization_number: str, code: str) -> bool:
        with self.database.writing() as connection:
            number, now = find_company_number(connection, company.id), int(self.lists.clock())
            return claim_new_customer(connection, number, organization_number, code, now)

    def _release(self, company: Company, organization_number: str, code: str) -> None:
        if organization_number:
            with self.database.writing() as connection:
                number = find_company_number(connection, company.id)
                release_new_customer(connection, number, organization_number, code)

    def _make(self, book: CustomerBook, new: NewCustomer) -> LedgerCustomer:
        """The customer with this reference, made now unless it is there. Where the answer is lost, nothing is known to
        be sent of what waits for it: NotSent."""
        try:
            found = book.find_customer(new.external_reference)
            return found or book.create_customer(new, self.lists.clock() + CREATE_S)
        except AnswerLost as lost:
            raise NotSent(lost.why) from None

    def read_known(self, company: Company, codes: Iterable[str]) -> list[RegisterCustomer]:
        """What the registers know of their customers, of each code the code at least."""
        codes = sorted(set(codes))
        with self.database.reading() as connection:
            known = read_customers(connection, find_company_number(connection, company.id), codes)
        return [known.get(code) or name_code(code) for code in codes]

    def _read_links(self, company: Company, codes: Iterable[str] | None) -> dict[str, CustomerLink]:
        with self.database.reading() as connection:
            stored = read_links(connection, find_company_number(connection, company.id), codes)
        return {code: one.link for code, one in stored.items()}

    def _keep(self, company: Company, made: Mapping[str, CustomerLink]) -> dict[str, CustomerLink]:
        """Store links; returns them as they are stored, since a person or another run may have been first."""
        with self.database.writing() as connection:
            number = find_company_number(connection, company.id)
            new = add_links(connection, number, made, WHO, int(self.lists.clock()))
            stored = {code: one.link for code, one in read_links(connection, number, made).items()}
        self._made += [MadeLink(company.id, code, link) for code, link in new.items()]
        return stored


def is_new(decision: LinkDecision) -> bool:
    """Whether a customer is to be made."""
    return isinstance(decision, NewCustomer)


def links_customers(company: Company) -> bool:
    """Whether a company's vouchers go where customers are the ledger's own, rather than codes in a file."""
    return find_ledger(company.target).takes_orders


def sends_numbers(company: Company) -> bool:
    """Whether vouchers name customers by their number, which may have changed since it was listed, rather than by the
    id of their account."""
    return not find_ledger(company.target).asks_for("subscription_key")


def find_customer_book(company: Company, ledger: Ledger) -> CustomerBook | None:
    """The customers of a company's client; None where its setup lacks the key by which they can be listed. May raise
    OperatorError."""
    if company.subscription_key is None or not links_customers(company):
        return None
    return cast("TakesOrders", ledger).orders
