"""posexport customers: the customers of the registers, and which customer of the ledger each is.

Links, and what is known of customers, are personal data: shown to whoever asks here, and in no log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from posexport.app.orders import OrderFilter, list_orders, list_unfinished_orders
from posexport.app.preview import preview
from posexport.app.why import read_why
from posexport.app.workspace import Workspace
from posexport.core.codes import clean_code
from posexport.core.company import Company, Venue
from posexport.core.credit_facts import RegisterCustomer, name_code, name_firm, split_firm, tidy_firm
from posexport.core.day import Period
from posexport.core.findings.customers import UNKNOWN_CUSTOMER
from posexport.core.money import format_ore
from posexport.core.order_review import OrderReport, order_naturally
from posexport.core.orders.customers import (
    Candidate,
    CandidateReason,
    CustomerMode,
    LedgerCustomer,
    LinkedBy,
    NewCustomer,
    find_candidates,
    link_to,
)
from posexport.core.orders.state import IN_LEDGER, NOT_SURELY_SENT
from posexport.core.organization_number import find_wrong_check_digit, parse_organization_number
from posexport.core.sales import EntryKind
from posexport.delivery.customer_links import find_customer_book, links_customers
from posexport.delivery.customer_lists import CHANGES_AGE_S
from posexport.errors import (
    OperatorError,
    PosexportError,
    PowerOfficeRefused,
    PowerOfficeUnavailable,
    UsageError,
)
from posexport.store.customer_links import StoredLink, delete_link, read_codes_of, read_links, set_link
from posexport.store.database import Connection
from posexport.store.day_sums import NamedCustomer, read_named_customers
from posexport.store.ledger_customers import read_listing_times
from posexport.store.register_customers import read_all_customers, read_customers
from posexport.store.setups import find_company_number, find_venue_number
from posexport.texts.customers import describe_reasons
from posexport.texts.language import Lang
from posexport.views.json_orders import format_number

CODE_LENGTH_MAX = 100
"""The longest code (characters) that is linked."""


@dataclass(frozen=True, slots=True)
class ListedCustomer:
    """A customer of a company's registers. `name`: as the register has it, else as the ledger has; `waiting_ore`: what
    its orders that are not sent come to; `candidates`: of one without a link, who it could be; `is_sold_to`: whether a
    day that is not done has sales on its account; `wrong_number`: its organization number, where that has a wrong check
    digit."""

    company_id: str
    code: str
    name: str
    link: StoredLink | None
    waiting_ore: int = 0
    candidates: tuple[Candidate, ...] = ()
    is_sold_to: bool = False
    wrong_number: str = ""


@dataclass(frozen=True, slots=True)
class CustomerList:
    """What is listed. `untold`: by company, why its ledger's customers could not be read now, so that candidates may be
    missing."""

    customers: tuple[ListedCustomer, ...]
    untold: tuple[tuple[str, PosexportError], ...] = ()


def list_customers(
    workspace: Workspace, company_id: str | None = None, *, only_unlinked: bool = False, asks: bool = True
) -> CustomerList:
    """The customers of the registers that were sold to on account, or are linked, in order; of one company where it is
    named. Who customers without a link could be is asked of the ledger, at most once a day; not `asks`: it is told by
    what the ledger last said.

    Raises UsageError where there is no such company.
    """
    setup = workspace.load_setup()
    companies = setup.companies if company_id is None else [find_company(setup.companies, company_id)]
    found: list[ListedCustomer] = []
    untold: list[tuple[str, PosexportError]] = []
    for company in companies:
        listed, error = _list_of(workspace, company, asks=asks)
        found += [one for one in listed if not (only_unlinked and one.link is not None)]
        untold += [(company.id, error)] if error is not None else []
    return CustomerList(tuple(found), tuple(untold))


def find_company(companies: Sequence[Company], company_id: str) -> Company:
    """The company with this id. Raises UsageError where there is none."""
    for company in companies:
        if company.id == company_id:
            return company
    known = ", ".join(company.id for company in companies) or "none yet"
    raise UsageError(f"There is no company {company_id!r}. The setup has: {known}.")


def _list_of(
    workspace: Workspace, company: Company, *, asks: bool
) -> tuple[list[ListedCustomer], PosexportError | None]:
    if not links_customers(company):
        return [], None
    with workspace.database.reading() as connection:
        sold = read_sold_to(connection, company)
        number = find_company_number(connection, company.id)
        known = read_all_customers(connection, number)
        codes = sorted({*sold, *known, *read_links(connection, number)}, key=order_naturally)
    customers: tuple[LedgerCustomer, ...] = ()
    error: PosexportError | None = None
    if codes and asks:
        customers, error = _read_ledger_customers(workspace, company)
    elif codes:
        customers = workspace.delivery.customers.lists.find_kept(company)
    waiting = sum_waiting_orders(workspace, company)
    with workspace.database.reading() as connection:  # read again: numbers may have been brought up to date
        links = read_links(connection, number)
    return [
        _list_one(company, known.get(code, name_code(code)), links.get(code), customers, waiting, sold)
        for code in codes
    ], error


def _list_one(
    company: Company,
    known: RegisterCustomer,
    link: StoredLink | None,
    customers: Sequence[LedgerCustomer],
    waiting: dict[str, int],
    sold: dict[str, bool],
) -> ListedCustomer:
    code = known.number
    return ListedCustomer(
        company_id=company.id,
        code=code,
        name=known.name or (link.link.name if link else ""),
        link=link,
        waiting_ore=waiting.get(code, 0),
        candidates=() if link else find_candidates(known, customers),
        is_sold_to=sold.get(code, False),
        wrong_number="" if link else find_wrong_check_digit(known.organization_number),
    )


def read_sold_to(connection: Connection, company: Company, since: date | None = None) -> dict[str, bool]:
    """The codes of customers that a company's registers sold to on account, or that paid an invoice there; true where a
    day that is not done has them. Of business days from `since` on, where it is given."""
    found: dict[str, bool] = {}
    for venue in company.venues:
        for named in read_named_customers(connection, find_venue_number(connection, venue), since):
            if _is_on_account(named, venue):
                found[named.customer] = found.get(named.customer, False) or named.is_waiting
    return found


def _is_on_account(named: NamedCustomer, venue: Venue) -> bool:
    mapping = venue.mapping
    if named.kind == EntryKind.MOVE_RECEIVED:
        return mapping.received_per_customer
    code = clean_code(named.code)
    return named.kind == EntryKind.PAYMENT and (code in mapping.per_customer or code in mapping.credit_types)


def _read_ledger_customers(
    workspace: Workspace, company: Company
) -> tuple[tuple[LedgerCustomer, ...], PosexportError | None]:
    """The customers of a company's ledger, as far as they can be read, and what kept them from being read now."""
    lists = workspace.delivery.customers.lists
    try:
        book = _find_book(workspace, company)
        return lists.find(company, book, age_s=CHANGES_AGE_S), None
    except (OperatorError, PowerOfficeRefused, PowerOfficeUnavailable) as error:
        return lists.find_kept(company), error


def _find_book(workspace: Workspace, company: Company) -> Any:
    """Where a company's customers are read. Raises UsageError where its setup has no key or no venue for it."""
    if company.subscription_key is None:
        raise UsageError(
            f"Company {company.id} has no subscription_key in the setup, and without it the customers in PowerOffice "
            "Go cannot be read. Add one and apply the setup again."
        )
    if not company.venues:
        raise UsageError(f"Company {company.id} has no venue, and so no client key. Add one and apply the setup again.")
    return find_customer_book(company, workspace.delivery.open_ledger(company, company.venues[0]))


def sum_waiting_orders(workspace: Workspace, company: Company) -> dict[str, int]:
    """What the orders of each customer that are not sent come to (øre), by code."""
    found: dict[str, int] = {}
    for shown in list_unfinished_orders(workspace, company.venues, Period()):
        code = shown.order.customer_code
        if code is not None and shown.state_of_order in NOT_SURELY_SENT:
            found[code] = found.get(code, 0) + shown.order.credit_ore
    return found


def list_sent_orders(workspace: Workspace, company: Company, code: str) -> tuple[str, ...]:
    """The references of a customer's orders that are sent, and stay with the customer they were sent to."""
    orders = list_orders(workspace, company.venues, OrderFilter(customer=code), asks=False)
    return tuple(shown.reference for shown in orders if shown.state_of_order in IN_LEDGER)


# Linking


class WaitedFor(NamedTuple):
    """What waits for a customer to be linked: how many orders, and how many business days whose voucher does."""

    orders: int = 0
    days: int = 0


def count_waiting_for(workspace: Workspace, company_id: str, code: str) -> WaitedFor:
    """What waits for a register's customer to be linked, or linked to another; what the next export links by itself
    does not wait. Raises UsageError where there is no such company."""
    company, code = _find_linking(workspace, company_id, code)
    report = preview(workspace, company.venues, Period())
    orders = [one for one in report.orders if isinstance(one, OrderReport) and one.order.customer_code == code]
    held = {
        (shown.venue.id, shown.business_day)
        for shown in report.vouchers
        for finding in shown.findings
        if finding.code == UNKNOWN_CUSTOMER and finding.facts.get("customer") == code
    }
    waiting = sum(any(one.holds and one.code in WAITS_FOR_LINK for one in order.findings) for order in orders)
    return WaitedFor(waiting, len(held))


WAITS_FOR_LINK = frozenset({"order-customer-not-linked", "order-customer-ambiguous", "order-customer-inactive"})
"""The codes of what stops an order until its customer is linked, or linked to another."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A link that a person made or took away. `before`: the link that the code had; `shared_with`: other codes with the
    same customer; `sent`: references of orders that stay as they were sent; `is_known`: whether a register has ever
    named the code."""

    company: Company
    code: str
    who: str
    link: StoredLink | None
    before: StoredLink | None
    shared_with: tuple[str, ...] = ()
    sent: tuple[str, ...] = ()
    is_known: bool = True
    firm: str = ""


def link_customer(
    workspace: Workspace,
    company_id: str,
    code: str,
    number: str,
    *,
    share: bool = False,
    why: str = "",
    may_be_old: bool = False,
) -> Linked:
    """Link a register's customer to the customer of the ledger with this number, as it is there now; as it was last
    read, where the ledger cannot be reached and that may do (`may_be_old`).

    Raises UsageError where there is no such company or customer, where the customer is archived, and where another code
    has that customer and `share` does not say that this is meant. Raises what a `Ledger` raises.
    """
    company, code = _find_linking(workspace, company_id, code)
    why, number = read_why(why), number.strip()
    named = _find_to_link(_read_customers_now(workspace, company, may_be_old=may_be_old), company, number)
    with workspace.database.writing() as connection:
        company_number = find_company_number(connection, company.id)
        before = read_links(connection, company_number, [code]).get(code)
        others = _find_sharing(connection, company_number, named, code)
        if others and not share:
            raise UsageError(
                f"Customer {number} in PowerOffice Go is linked to {_list_codes(others)} of the register already. If "
                f"{code} is the same customer, say --share: then the sales of all of them are on customer {number}. "
                f"If that link is a mistake, take it away first: posexport customers unlink {company.id} {others[0]}."
            )
        link = link_to(named, LinkedBy.PERSON)
        for one in (code, *_find_firm_to_link(connection, company_number, code, named)):
            set_link(connection, company_number, one, link, workspace.actor.name, workspace.now_utc_s, why)
        made = read_links(connection, company_number, [code])[code]
        is_known = _is_known(connection, company, company_number, code)
    sent = list_sent_orders(workspace, company, code)
    return Linked(company, code, workspace.actor.name, made, before, others, sent, is_known)


def _find_firm_to_link(connection: Connection, company: int, code: str, customer: LedgerCustomer) -> list[str]:
    """The firm of a code that is linked with it: where the customer has another organization number than the code, that
    it is meant all the same is kept, and what was said of the firm alone is replaced."""
    number = _find_number(connection, company, code)
    if not number:
        return []
    firm = name_firm(code, number)
    has_other = parse_organization_number(customer.organization_number) not in ("", number)
    return [firm] if has_other or firm in read_links(connection, company, [firm]) else []


def _find_number(connection: Connection, company: int, code: str) -> str:
    known = read_customers(connection, company, [code]).get(code)
    return "" if known is None else known.organization_number


def _read_customers_now(workspace: Workspace, company: Company, *, may_be_old: bool) -> tuple[LedgerCustomer, ...]:
    lists = workspace.delivery.customers.lists
    try:
        return lists.find(company, _find_book(workspace, company), age_s=0)
    except PowerOfficeUnavailable:
        kept = lists.find_kept(company) if may_be_old else ()
        if not kept:
            raise
        return kept


def _find_to_link(customers: Iterable[LedgerCustomer], company: Company, number: str) -> LedgerCustomer:
    """The customer with this number. Raises UsageError where there is none, or it is archived."""
    named = next((customer for customer in customers if customer.number == number), None)
    if named is None:
        raise UsageError(
            f"PowerOffice Go has no customer with number {number}. Look at the customer's number there; "
            f"posexport customers --company {company.id} shows who could be meant."
        )
    if not named.is_active:
        raise UsageError(
            f"Customer {number} is archived or inactive in PowerOffice Go. Open it again there, or link another."
        )
    return named


def _find_sharing(connection: Connection, company_number: int, customer: LedgerCustomer, code: str) -> tuple[str, ...]:
    """The other codes that have this customer; a code and its own firm are one."""

    def name(one: str) -> str:
        register_code, number = split_firm(one)
        return register_code if number and _find_number(connection, company_number, register_code) == number else one

    return tuple(one for one in read_codes_of(connection, company_number, customer.id) if name(one) != name(code))


@dataclass(frozen=True, slots=True)
class LinkProposal:
    """What a link would mean, before it is made. `shared_with`: other codes that have the customer; `is_email_only`:
    nothing but the e-mail address speaks for it."""

    customer: LedgerCustomer
    shared_with: tuple[str, ...]
    is_email_only: bool

    @property
    def asks(self) -> bool:
        """Whether it is to be confirmed: two customers could be taken for one."""
        return bool(self.shared_with) or self.is_email_only


def propose_link(workspace: Workspace, company_id: str, code: str, number: str) -> LinkProposal:
    """What linking a register's customer to the customer with this number would mean, by what the ledger last said: it
    is not asked. Raises UsageError as `link_customer` does."""
    company, code = _find_linking(workspace, company_id, code)
    customers = workspace.delivery.customers.lists.find_kept(company)
    named = _find_to_link(customers, company, number.strip())
    with workspace.database.reading() as connection:
        company_number = find_company_number(connection, company.id)
        others = _find_sharing(connection, company_number, named, code)
        known = read_all_customers(connection, company_number).get(code, name_code(code))
    candidates = find_candidates(known, [named])
    return LinkProposal(named, others, any(one.best is CandidateReason.EMAIL for one in candidates))


def find_ledger_customers(workspace: Workspace, company: Company, sought: str) -> tuple[LedgerCustomer, ...]:
    """The active customers of a company's ledger, as it last told them, whose number begins with what is sought, or
    whose name or organization number has it."""
    sought = sought.strip().casefold()
    kept = workspace.delivery.customers.lists.find_kept(company)
    return tuple(
        customer
        for customer in kept
        if customer.is_active
        and (
            customer.number.startswith(sought)
            or sought in customer.name.casefold()
            or sought in customer.organization_number
        )
    )


def find_read_at(workspace: Workspace, company: Company) -> int | None:
    """When a company's customers were last read from its ledger (UTC s); None where they never were."""
    with workspace.database.reading() as connection:
        times = read_listing_times(connection, find_company_number(connection, company.id))
    return None if times is None else times.read_at_utc_s


def read_customers_again(workspace: Workspace, company_id: str) -> int:
    """Read what has changed of the customers of a company's ledger, now; returns how many it has. Raises what a
    `Ledger` raises, and UsageError where the setup lacks what is needed to read them."""
    company = find_company(workspace.load_setup().companies, company_id)
    return len(workspace.delivery.customers.lists.find(company, _find_book(workspace, company), age_s=0))


def find_new_customer(workspace: Workspace, company_id: str, code: str) -> NewCustomer | None:
    """The customer that would be made in the ledger for a register's customer, by what the ledger last said; None where
    the setup, a candidate or what the register knows of it do not let it be made."""
    company, code = _find_linking(workspace, company_id, code)
    links = workspace.delivery.customers
    with workspace.database.reading() as connection:
        number = find_company_number(connection, company.id)
        if code in read_links(connection, number, [code]):
            return None
        known = read_all_customers(connection, number).get(code, name_code(code))
    decision = links.decide(company, [known], links.lists.find_kept(company))[code]
    return decision if isinstance(decision, NewCustomer) else None


def create_customer(workspace: Workspace, company_id: str, code: str) -> Linked:
    """Make a customer in the ledger for a register's customer, where the setup lets it be made and the ledger has
    nobody who could be it, and link them. `link` of what is returned: None where it may not be made.

    Raises UsageError where there is no such company, and what a `Ledger` raises.
    """
    company, code = _find_linking(workspace, company_id, code)
    if company.orders.customers is CustomerMode.CREATE and company.venues:
        ledger = workspace.delivery.open_ledger(company, company.venues[0])
        workspace.delivery.customers.resolve(company, ledger, [code])
    with workspace.database.reading() as connection:
        link = read_links(connection, find_company_number(connection, company.id), [code]).get(code)
    return Linked(company, code, workspace.actor.name, link, None)


def _is_known(connection: Connection, company: Company, company_number: int, code: str) -> bool:
    register_code, _ = split_firm(code)
    known = {*read_all_customers(connection, company_number), *read_sold_to(connection, company)}
    return code in known or register_code in known


def _list_codes(codes: Iterable[str]) -> str:
    named = list(codes)
    return ("customer " if len(named) == 1 else "customers ") + ", ".join(named)


def unlink_customer(workspace: Workspace, company_id: str, code: str) -> Linked:
    """Take the link of a register's customer away. Raises UsageError where there is no such company, or no link."""
    company, code = _find_linking(workspace, company_id, code)
    with workspace.database.writing() as connection:
        company_number = find_company_number(connection, company.id)
        before = read_links(connection, company_number, [code]).get(code)
        if before is None:
            raise UsageError(
                f"Customer {code} of the register is not linked. Look at the links with "
                f"posexport customers --company {company.id}."
            )
        delete_link(connection, company_number, code)
        firm = "" if split_firm(code)[1] else name_firm(code, _find_number(connection, company_number, code))
        went_with_it = bool(firm) and delete_link(connection, company_number, firm)
    sent = list_sent_orders(workspace, company, code)
    return Linked(company, code, workspace.actor.name, None, before, sent=sent, firm=firm if went_with_it else "")


def _find_linking(workspace: Workspace, company_id: str, code: str) -> tuple[Company, str]:
    """The company, and the code as registers write it. Raises UsageError."""
    company, code = find_company(workspace.load_setup().companies, company_id), tidy_firm(code)
    if not code or len(split_firm(code)[0]) > CODE_LENGTH_MAX:
        raise UsageError("Say the customer's code as the register has it, such as K-17.")
    if not links_customers(company):
        raise UsageError(
            f'Company {company.id} has target "{company.target}", where customers stand by the register\'s '
            "codes: there is nothing to link."
        )
    return company, code


# As JSON


def format_customers(listed: CustomerList, lang: Lang) -> dict[str, Any]:
    """As `customers --json` prints them; the reasons of candidates are in words."""
    return {"customers": [_format_customer(one, lang) for one in listed.customers]}


def _format_customer(listed: ListedCustomer, lang: Lang) -> dict[str, Any]:
    link = listed.link.link if listed.link else None
    return {
        "company": listed.company_id,
        "code": listed.code,
        "name": listed.name,
        "number": format_number(link.number) if link else None,
        "linked": link.by.value if link else None,
        "waiting": format_ore(listed.waiting_ore),
        "candidates": [
            {
                "number": format_number(candidate.customer.number),
                "name": candidate.customer.name,
                "active": candidate.customer.is_active,
                "reasons": describe_reasons(candidate, lang),
            }
            for candidate in listed.candidates
        ],
    }
