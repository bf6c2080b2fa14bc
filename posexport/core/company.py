"""Companies and venues as the setup describes them. Secrets are references (`env:NAME`, `file:PATH`) everywhere, until
the moment they are used.

`document` is a company as plain data (the structure of the setup file, defaults left out): what the store keeps and
`setup show` prints. `setup.file` checks what a person wrote; here documents are valid.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any, Literal

from posexport.core.codes import clean_code
from posexport.core.day import BusinessCalendar, find_calendar
from posexport.core.mapping import (
    CUSTOMER_LEDGER,
    AccountMapping,
    DatedMapping,
    DatedRows,
    LaterRows,
    OtherAccounts,
    PaymentType,
    ProductType,
    lay_over,
)
from posexport.core.money import parse_ore
from posexport.core.order_setup import DEFAULT_NOT_INVOICED_DAYS, CustomerMode, Mixed, OrderSetup, Route

ZReportPolicy = Literal["hold", "warn", "ignore"]
Document = dict[str, Any]

DEFAULT_TARGET = "import"
"""The target where the setup names none; see `ledgers.registry`."""

USUAL_ZONE = "Europe/Oslo"
"""The time zone of a venue that names none."""

DEFAULT_REPORTS = "posexport-reports"
"""The folder for settlement reports of imports, which take no attachment."""

DEFAULT_LANGUAGE = "nb"
"""The language of a company's settlement reports, and of its e-mails to whoever has not chosen one."""

DEFAULT_LOOKED_FOR_MINUTES = 5
"""How long a voucher with a lost answer is looked up before an empty look-up counts, where the server would accept a
duplicate: longer than our own timeout, than reads lag writes, and than a slow server may still be working."""

DEFAULT_UNCERTAIN_HOURS = 36
"""How long a voucher with a lost answer is looked up automatically before a person must say where it is: a night, the
next, and some more."""


@dataclass(frozen=True, slots=True)
class Venue:
    """A venue: one department with its own client key. `mapping`: the venue's own rows over the company's.

    Where setup rows have a `valid_from`, `dated` has the rows of all days and `mapping` those of the day given to `on`;
    without `on`, those valid last.
    """

    id: str
    name: str
    company_id: str
    department: str | None = None
    project: str | None = None
    client_key: str | None = None
    addon: int | None = None
    application_key: str | None = None
    timezone: str = USUAL_ZONE
    day_starts: time = time(5)
    registers: tuple[str, ...] = ()
    location: str | None = None
    automatic_export: bool = False
    z_report: ZReportPolicy = "hold"
    schedule: str = "daily"
    grace_minutes: int = 0
    inbox: str | None = None
    export_from: date = date(2000, 1, 1)
    notify: tuple[str, ...] = ()
    closes: time | None = None
    """Closing time, local; before `day_starts` it is after midnight. None: worked out from past days."""
    file_organization_numbers: tuple[str, ...] = ()
    """Further organization numbers that its files may have."""
    mapping: AccountMapping = field(default_factory=AccountMapping)
    dated: DatedMapping | None = field(default=None, repr=False)
    is_removed: bool = False
    """Whether it was removed from the setup: what it has is looked at, and nothing is sent of it."""

    def on(self, posting_date: date) -> Venue:
        """The venue with the mapping for this posting date. To settle many days, keep one per `find_stretch`."""
        return self if self.dated is None else replace(self, mapping=self.dated.on(posting_date))

    def find_stretch(self, posting_date: date) -> int:
        """A number that is the same for all posting dates with the same mapping."""
        return 0 if self.dated is None else self.dated.find_stretch(posting_date)

    @property
    def calendar(self) -> BusinessCalendar:
        """Its business days."""
        return find_calendar(self.timezone, self.day_starts)

    def claims(self, location: str | None, register: str) -> bool:
        """Whether a source's register belongs to this venue: by its id, by its location, or by both where both are
        set."""
        if not self._is_at(location):
            return False
        if self.registers:
            return register in self.registers
        return self.location is not None

    def _is_at(self, location: str | None) -> bool:
        """Whether a location is the venue's, or looks the same; True where the venue has none."""
        return self.location is None or (location is not None and clean_code(location) == clean_code(self.location))

    def is_apart_from(self, other: Venue, register: str) -> bool:
        """Whether both venues have a register of this id, each at a location of its own."""
        if self.location is None or other.location is None or self._is_at(other.location):
            return False
        return all(
            venue.claims(venue.location, register) or venue.nearly_claims(venue.location, register)
            for venue in (self, other)
        )

    def nearly_claims(self, location: str | None, register: str) -> bool:
        """As `claims`, for a register id that differs in case or Unicode form."""
        if not self._is_at(location):
            return False
        return fold_register(register) in map(fold_register, self.registers)


@dataclass(frozen=True, slots=True)
class Mail:
    """A company's mail server. `server`: host:port; `password`: a reference."""

    server: str
    sender: str
    user: str | None = None
    password: str | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    weekly: bool = False


@dataclass(frozen=True, slots=True)
class Company:
    """One client (company) in PowerOffice Go."""

    id: str
    name: str
    organization_number: str
    target: str = DEFAULT_TARGET
    environment: Literal["demo", "production"] = "demo"
    base_url: str | None = None
    application_key: str | None = None
    subscription_key: str | None = None
    output: str | None = None
    reports: str = DEFAULT_REPORTS
    direct_posting: bool = False
    uncertain_hours: int = DEFAULT_UNCERTAIN_HOURS
    looked_for_minutes: int = DEFAULT_LOOKED_FOR_MINUTES
    currency: str = "NOK"
    contact: str | None = None
    language: str = DEFAULT_LANGUAGE
    mail: Mail | None = None
    orders: OrderSetup = field(default_factory=OrderSetup)
    venues: tuple[Venue, ...] = ()
    document: Document = field(default_factory=dict, repr=False)

    @property
    def whom_to_write(self) -> str | None:
        """The address PowerOffice can write to about our calls: the contact, else the sender of the company's mail."""
        return self.contact or (self.mail.sender if self.mail else None)

    def owns(self, organization_number: str, venue: Venue) -> bool:
        """Whether files with that organization number may belong to this venue of the company."""
        return organization_number in (self.organization_number, *venue.file_organization_numbers)


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything that is set up."""

    companies: tuple[Company, ...] = ()

    @property
    def venues(self) -> tuple[Venue, ...]:
        """Every venue of every company."""
        return tuple(venue for company in self.companies for venue in company.venues)

    def venue(self, venue_id: str) -> Venue | None:
        """The venue with that id; None where there is none."""
        return next((venue for venue in self.venues if venue.id == venue_id), None)

    def are_apart(self, venue: Venue, register: str, other_id: str) -> bool:
        """Whether a venue and another one (by id) both have a register of this id, each at a location of its own."""
        other = self.venue(other_id)
        return other is not None and venue.is_apart_from(other, register)

    def find_venues(self, location: str | None, register: str, organization_number: str = "") -> tuple[Venue, ...]:
        """The venues that a register may belong to: by its exact id before its id in another case; venues that name its
        location before those that do not. With an organization number (nine digits), only that company's venues, since
        register ids repeat."""
        named = [
            venue
            for company in self.companies
            for venue in company.venues
            if not organization_number or company.owns(organization_number, venue)
        ]
        claiming = [venue for venue in named if venue.claims(location, register)]
        claiming = claiming or [venue for venue in named if venue.nearly_claims(location, register)]
        at_location = [venue for venue in claiming if venue.location is not None]
        return tuple(at_location or claiming)

    def company_of_file(self, organization_number: str) -> Company | None:
        """The company of a file with this number; without a number, the only company. None where that is not
        decided."""
        if not organization_number:
            return self.companies[0] if len(self.companies) == 1 else None
        for company in self.companies:
            if any(company.owns(organization_number, venue) for venue in company.venues):
                return company
        return None

    def company_of(self, venue: Venue) -> Company:
        """The company of a venue."""
        return next(company for company in self.companies if company.id == venue.company_id)


def rename_venues(setup: Setup, renames: Mapping[str, str]) -> Setup:
    """The setup as if its venues had always had their new ids. `renames`: new ids by old."""
    if not renames:
        return setup
    return Setup(tuple(_rename_in(company, renames) for company in setup.companies))


def _rename_in(company: Company, renames: Mapping[str, str]) -> Company:
    if not any(venue.id in renames for venue in company.venues):
        return company
    rows = [{**row, "id": renames.get(row["id"], row["id"])} for row in company.document.get("venue", ())]
    return parse_company({**company.document, "venue": rows})


def fold_register(register: str) -> str:
    """A register's id for tolerant comparison: without case, Unicode form and spaces.

    >>> fold_register("KASSE  1 ") == fold_register("Kasse 1")
    True
    """
    return " ".join(unicodedata.normalize("NFC", register).casefold().split())


def parse_company(document: Document) -> Company:
    """A company from its (valid) document."""
    shared = parse_rows(_with_company_limits(document), vat_registered=document.get("vat_registered", True))
    venues = tuple(parse_venue(venue, document["id"], shared) for venue in document.get("venue", ()))
    return Company(
        id=document["id"],
        name=document["name"],
        organization_number=document["organization_number"],
        target=document.get("target", DEFAULT_TARGET),
        environment=document.get("environment", "demo"),
        base_url=document.get("base_url"),
        application_key=document.get("application_key"),
        subscription_key=document.get("subscription_key"),
        output=document.get("output"),
        reports=document.get("reports", DEFAULT_REPORTS),
        direct_posting=document.get("direct_posting", False),
        uncertain_hours=document.get("uncertain_hours", DEFAULT_UNCERTAIN_HOURS),
        looked_for_minutes=document.get("looked_for_minutes", DEFAULT_LOOKED_FOR_MINUTES),
        currency=document.get("currency", "NOK"),
        contact=document.get("contact"),
        language=document.get("language", DEFAULT_LANGUAGE),
        mail=parse_mail(document["mail"]) if document.get("mail") else None,
        orders=parse_orders(document),
        venues=venues,
        document=document,
    )


def _with_company_limits(document: Document) -> Document:
    """The document with `rounding_limit` and `credit_type` moved from the company to its accounts, where they are not
    set there."""
    own = {name: document[name] for name in ("rounding_limit", "credit_type") if name in document}
    if not own:
        return document
    tables = list_accounts(document)
    always = next((row for row in tables if _day_of(row) is None), {})
    return {**document, "accounts": [own | always, *(row for row in tables if _day_of(row) is not None)]}


def parse_mail(document: Document) -> Mail:
    """The mail server from its (valid) document."""
    return Mail(
        server=document["server"],
        sender=document["sender"],
        user=document.get("user"),
        password=document.get("password"),
        security=document.get("security", "starttls"),
        weekly=document.get("weekly", False),
    )


def parse_orders(document: Document) -> OrderSetup:
    """What a company's (valid) document says of orders."""
    orders: Document = document.get("orders", {})
    products: Document = orders.get("products", {})
    first, last, before = orders.get("from"), orders.get("until"), orders.get("credit_before")
    return OrderSetup(
        is_on=document.get("invoicing") == "orders",
        invoices_from=parse_date(first) if first else None,
        invoices_until=parse_date(last) if last else None,
        customers=CustomerMode(orders.get("customers", CustomerMode.NUMBER)),
        mixed=Mixed(orders.get("mixed", Mixed.SHARE)),
        credit_before=Route(before) if before else None,
        is_confirmed=orders.get("confirm", False),
        department_from=orders.get("department_from", "venue"),
        rounding_product=orders.get("rounding_product"),
        tips=products.get("tips"),
        gift_cards=products.get("gift_cards"),
        rounding=products.get("rounding"),
        projects_created=orders.get("projects") == "create",
        not_invoiced_days=orders.get("not_invoiced_days", DEFAULT_NOT_INVOICED_DAYS),
    )


def parse_venue(document: Document, company_id: str, shared: DatedRows) -> Venue:
    """A venue from its (valid) document, with its own rows over the company's (`shared`)."""
    own = parse_rows(document, vat_registered=shared.always.vat_registered)
    dated = lay_over(shared, own)
    return Venue(
        id=document["id"],
        name=document["name"],
        company_id=company_id,
        department=document.get("department"),
        project=document.get("project"),
        client_key=document.get("client_key"),
        addon=document.get("addon"),
        application_key=document.get("application_key"),
        timezone=document.get("timezone", USUAL_ZONE),
        day_starts=time.fromisoformat(document.get("day_starts", "05:00")),
        registers=tuple(document.get("registers", ())),
        location=document.get("location"),
        automatic_export=document.get("automatic_export", False),
        z_report=document.get("z_report", "hold"),
        schedule=document.get("schedule", "daily"),
        grace_minutes=document.get("grace_minutes", 0),
        inbox=document.get("inbox"),
        export_from=parse_date(document["export_from"]),
        notify=tuple(document.get("notify", ())),
        closes=time.fromisoformat(document["closes"]) if document.get("closes") else None,
        file_organization_numbers=tuple(document.get("file_organization_numbers", ())),
        mapping=shared.always.overlaid(own.always) if dated is None else dated.on(date.max),
        dated=dated,
    )


_ROWS = ("vat_code", "product_type", "payment_type")


def list_accounts(document: Document) -> list[Document]:
    """The `accounts` tables of a company or venue: one, or one per `valid_from`."""
    accounts = document.get("accounts", [])
    return accounts if isinstance(accounts, list) else [accounts]


def parse_rows(document: Document, *, vat_registered: bool) -> DatedRows:
    """The mapping rows of a company or venue, by their `valid_from`."""
    rows = [row for table in _ROWS for row in document.get(table, ())] + list_accounts(document)
    days = sorted({day for row in rows if (day := _day_of(row)) is not None})
    always = parse_mapping(_rows_of(document, None), vat_registered=vat_registered)
    return DatedRows(always, tuple(_parse_later(_rows_of(document, day), day) for day in days))


def _day_of(row: Document) -> date | None:
    """A row's `valid_from`; None where it has none."""
    return parse_date(row["valid_from"]) if "valid_from" in row else None


def _rows_of(document: Document, day: date | None) -> Document:
    """The mapping tables with only the rows that have this `valid_from` (None: that have none)."""
    accounts = [row for row in list_accounts(document) if _day_of(row) == day]
    rows = {table: [row for row in document.get(table, ()) if _day_of(row) == day] for table in _ROWS}
    return rows | {"accounts": accounts[0] if accounts else {}}


def _parse_later(document: Document, day: date) -> LaterRows:
    mapping = parse_mapping(document, vat_registered=True)
    return LaterRows(
        day,
        {row["code"]: row["go"] or None for row in document["vat_code"]},
        mapping.product_types,
        mapping.payment_types,
        {
            name: getattr(mapping.accounts, name)
            for name in map(_field_of, document["accounts"].keys() - {"valid_from"})
        },
    )


def _field_of(key: str) -> str:
    """The name in `OtherAccounts` of a key of `accounts`."""
    return "rounding_limit_ore" if key == "rounding_limit" else key


def parse_mapping(document: Document, *, vat_registered: bool) -> AccountMapping:
    """The mapping tables of a company or venue, with rows of one `valid_from`."""
    return AccountMapping(
        vat_codes={row["code"]: row["go"] for row in document.get("vat_code", ()) if row["go"]},
        product_types={
            row["code"]: ProductType(
                row["code"], row.get("name", ""), _set_only(row.get("accounts", {})), row.get("products", {})
            )
            for row in document.get("product_type", ())
        },
        payment_types={row["code"]: _parse_payment_type(row) for row in document.get("payment_type", ())},
        accounts=_parse_accounts(document.get("accounts", {})),
        vat_registered=vat_registered,
    )


def _parse_payment_type(row: Document) -> PaymentType:
    account = row.get("account") or None
    return PaymentType(
        code=row["code"],
        name=row.get("name", ""),
        account=account,
        transfer=row.get("transfer", True),
        currency_accounts=_set_only(row.get("currency_accounts", {})),
        customer_ledger=row.get("customer_ledger", account == CUSTOMER_LEDGER),
        cash=row.get("cash"),
        credit=row.get("credit", False) or account == CUSTOMER_LEDGER,
        rate_per=row.get("rate_per", 1),
    )


def _parse_accounts(row: Document) -> OtherAccounts:
    discounts = _set_only(row.get("discounts", {}))
    apart = ("discounts", "rounding_limit", "valid_from")
    plain = {name: value for name, value in row.items() if name not in apart and value}
    limit = row.get("rounding_limit")
    return OtherAccounts(**plain, discounts=discounts, rounding_limit_ore=None if limit is None else parse_ore(limit))


def _set_only(accounts: Mapping[str, str]) -> dict[str, str]:
    """The accounts that are not empty: empty ones are left for the bookkeeper."""
    return {code: account for code, account in accounts.items() if account}


def parse_date(value: str | date) -> date:
    """A date as TOML or the store has it."""
    return value if isinstance(value, date) else date.fromisoformat(value)
