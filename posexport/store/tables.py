"""The schema. Integers throughout where rows are many: codes are stored once in `code` and referred to by id, 0 for
none (a primary key cannot hold NULL).

`entry` has every amount of every counted ticket, stored in the order in which a business day is summed: on SQLite the
table itself is that index (WITHOUT ROWID), on PostgreSQL its primary key includes the amounts, so that a day's GROUP BY
reads the index only. The sums of days are stored in `day_sum` and `day_count`.

The migrations create all this. What they say to PostgreSQL alone (INCLUDE, WHERE) is not repeated here: SQLAlchemy's
keywords for it would load every PostgreSQL driver whenever posexport starts.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from posexport.store.columns import (
    big as _big,
    false_from as _false,
    given_id as _given_id,
    number_from as _number_from,
    text_column as _text,
    text_from as _text_from,
    whole_number_from as _whole_number_from,
)


class CompanyRow(SQLModel, table=True):
    """A company's setup, as its document (JSON)."""

    __tablename__ = "company"
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    document: str = Field(sa_column=_text())
    saved_at_utc_s: int = Field(sa_column=_big())


class VenueRow(SQLModel, table=True):
    """A venue's number and its `export_from`. The row stays when the setup no longer has the venue, for its history
    does."""

    __tablename__ = "venue"
    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id")
    code: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    export_from: int
    removed_at_utc_s: int | None = Field(default=None, sa_column=_big(nullable=True))


class SetupRevisionRow(SQLModel, table=True):
    """One save of a company's setup: `changes` as facts (JSON), `document` as it was saved; "" where an early version
    did not store it."""

    __tablename__ = "setup_revision"
    __table_args__ = (UniqueConstraint("company_id", "number", name="uq_setup_revision"),)
    id: int | None = Field(default=None, primary_key=True)
    company_id: int
    number: int
    at_utc_s: int = Field(sa_column=_big())
    who: str = Field(sa_column=_text())
    known_by: str = Field(sa_column=_text())
    why: str = Field(sa_column=_text())
    kind: str = Field(sa_column=_text())
    restored: int | None = None
    changes: str = Field(sa_column=_text())
    document: str = Field(sa_column=_text())


class BookedElsewhereRow(SQLModel, table=True):
    """A person booked a business day by hand: it is not sent until that is cancelled (`ended_`). `fingerprint` and
    `sales_ore` are its sales at the time."""

    __tablename__ = "booked_elsewhere"
    __table_args__ = (Index("ix_booked_elsewhere_day", "venue_id", "business_day"),)
    id: int | None = Field(default=None, primary_key=True)
    venue_id: int
    business_day: int
    why: str = Field(sa_column=_text())
    who: str = Field(sa_column=_text())
    known_by: str = Field(sa_column=_text())
    fingerprint: str = Field(sa_column=_text())
    sales_ore: int = Field(sa_column=_big())
    at_utc_s: int = Field(sa_column=_big())
    ended_why: str = Field(default="", sa_column=_text_from(""))
    ended_who: str = Field(default="", sa_column=_text_from(""))
    ended_known_by: str = Field(default="", sa_column=_text_from(""))
    ended_at_utc_s: int | None = Field(default=None, sa_column=_big(nullable=True))


class RegisterRow(SQLModel, table=True):
    """A cash register of a venue. Its location is not stored: some formats have it and others do not."""

    __tablename__ = "register"
    __table_args__ = (UniqueConstraint("venue_id", "code"),)
    id: int | None = Field(default=None, primary_key=True)
    venue_id: int = Field(foreign_key="venue.id")
    code: str = Field(sa_column=_text())


class CodeRow(SQLModel, table=True):
    """The text of a product type, VAT code, payment type, currency or customer, stored once."""

    __tablename__ = "code"
    id: int | None = Field(default=None, primary_key=True)
    text: str = Field(sa_column=Column(Text, nullable=False, unique=True))


class SalesFileRow(SQLModel, table=True):
    """An act, in order: `kind` "import" is a file that was read; "undo" of an import; "withdrawal" or "restoration" of
    a ticket; "move-in" of tickets that were kept aside. `source` and `batch` are the audit trail back to a file,
    `made_at_utc_s` when it was made where it says so, `claim` its `core.sales.Coverage` as JSON. `who` and `known_by`
    are the actor. `of_file_id`: the import that an act is about; `undone_by`: the act that undid an import. `first_day`
    and `last_day`: the range of its tickets' business days."""

    __tablename__ = "sales_file"
    id: int = Field(sa_column=_given_id())
    name: str = Field(sa_column=_text())
    format: str = Field(sa_column=_text())
    read_at_utc_s: int = Field(sa_column=_big())
    source: str = Field(default="", sa_column=_text())
    batch: str = Field(default="", sa_column=_text())
    new: int = 0
    known: int = 0
    changed: int = 0
    refused: int = 0
    kind: str = Field(default="import", sa_column=_text_from("import"))
    made_at_utc_s: int | None = Field(default=None, sa_column=_big(nullable=True))
    claim: str = Field(default="", sa_column=_text_from(""))
    organization_number: str = Field(default="", sa_column=_text_from(""))
    who: str = Field(default="", sa_column=_text_from(""))
    known_by: str = Field(default="", sa_column=_text_from(""))
    why: str = Field(default="", sa_column=_text_from(""))
    of_file_id: int | None = Field(default=None, sa_column=_big(nullable=True))
    undone_by: int | None = Field(default=None, sa_column=_big(nullable=True))
    first_day: int | None = None
    last_day: int | None = None


class SpanRow(SQLModel, table=True):
    """A span (half open) that a file covers of one of a venue's registers; register 0 is every register, where an early
    version read the file. `is_silent`: the file names the register and has no ticket of it."""

    __tablename__ = "span"
    __table_args__ = (PrimaryKeyConstraint("venue_id", "end_utc_s", "start_utc_s", "file_id", "register_id"),)
    venue_id: int
    start_utc_s: int = Field(sa_column=_big())
    end_utc_s: int = Field(sa_column=_big())
    file_id: int = Field(sa_column=_big())
    register_id: int = Field(default=0, sa_column=_whole_number_from(0))
    is_silent: bool = Field(default=False, sa_column=_false())


class TicketRow(SQLModel, table=True):
    """A ticket, identified by register, number and completion time (numbers restart), or by its source's own id. Two
    sales may share the first three, until a person has said which counts.

    `content` is a digest of everything on it, by which a changed ticket is recognized. `mirror`, on voided tickets, is
    a digest of what their exact counter ticket would come to. `file_id`: the act that made it what it is.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_number", "register_id", "number", "completed_at_utc_s"),
        Index("ix_ticket_source_id", "source_id", sqlite_where=text("source_id IS NOT NULL")),
        Index(
            "ix_ticket_day",
            "venue_id",
            "business_day",
            "register_id",
            "status",
            "serial",
            "sales_ore",
            "completed_at_utc_s",
        ),
        Index(
            "ix_ticket_unbalanced",
            "venue_id",
            "business_day",
            sqlite_where=text("status = 0 AND sales_ore <> payments_ore"),
        ),
    )
    id: int = Field(sa_column=_given_id())
    venue_id: int
    business_day: int
    part: int = Field(sa_column=Column(SmallInteger, nullable=False))
    register_id: int
    number: str = Field(sa_column=_text())
    completed_at_utc_s: int = Field(sa_column=_big())
    status: int = Field(sa_column=Column(SmallInteger, nullable=False))
    serial: int | None = Field(default=None, sa_column=_big(nullable=True))
    sales_ore: int = Field(sa_column=_big())
    payments_ore: int = Field(sa_column=_big())
    customer_id: int = 0
    tip_may_be_unwritten: bool = False
    content: int = Field(sa_column=_big())
    file_id: int = Field(sa_column=_big())
    source_id: str | None = Field(default=None, sa_column=_text(nullable=True))
    mirror: int | None = Field(default=None, sa_column=_big(nullable=True))


class TicketHoldRow(SQLModel, table=True):
    """A file has the tickets with ids from first to last: they stay while any file that is not undone has them.
    `act_id`: since when, the file itself or the act by which its tickets moved in."""

    __tablename__ = "ticket_hold"
    __table_args__ = (
        PrimaryKeyConstraint("file_id", "first_id"),
        Index("ix_ticket_hold_last", "last_id"),
    )
    file_id: int = Field(sa_column=_big())
    first_id: int = Field(sa_column=_big())
    last_id: int = Field(sa_column=_big())
    act_id: int = Field(sa_column=_big())


class TicketDoubtRow(SQLModel, table=True):
    """A finding about one ticket, made by an import: its code, and the facts (JSON) beyond the ticket's own register,
    number and time. `other_id`: the other ticket it is about, 0 for none; `act_id`: the import that made it."""

    __tablename__ = "ticket_doubt"
    __table_args__ = (
        PrimaryKeyConstraint("venue_id", "business_day", "ticket_id", "code", "other_id"),
        Index("ix_ticket_doubt_ticket", "ticket_id"),
    )
    venue_id: int
    business_day: int
    ticket_id: int = Field(sa_column=_big())
    code: str = Field(sa_column=_text())
    other_id: int = Field(default=0, sa_column=_big())
    facts: str = Field(default="{}", sa_column=_text())
    act_id: int = Field(sa_column=_big())


class TicketRemovalRow(SQLModel, table=True):
    """A ticket that was removed: `kind` "withdrawn" by a person, "undone" with its import, "moved" to another venue, or
    "back" where it is there again. `document`: a withdrawn ticket's rows as JSON, to restore it from."""

    __tablename__ = "ticket_removal"
    __table_args__ = (
        Index("ix_ticket_removal_day", "venue_id", "business_day"),
        Index("ix_ticket_removal_ticket", "ticket_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(sa_column=_big())
    venue_id: int
    business_day: int
    register_code: str = Field(sa_column=_text())
    number: str = Field(sa_column=_text())
    completed_at_utc_s: int = Field(sa_column=_big())
    status: int = Field(sa_column=Column(SmallInteger, nullable=False))
    sales_ore: int = Field(sa_column=_big())
    content: int = Field(sa_column=_big())
    kind: str = Field(sa_column=_text())
    act_id: int = Field(sa_column=_big())
    document: str = Field(sa_column=_text())


_ENTRY_KEY = (
    "venue_id",
    "business_day",
    "kind",
    "part",
    "code_id",
    "vat_code_id",
    "vat_rate_bp",
    "customer_id",
    "currency_id",
    "register_id",
    "ticket_id",
    "line",
)


class EntryRow(SQLModel, table=True):
    """One amount of one ticket; `vat_rate_bp` is -1 where the register wrote no rate. The columns are in the order of
    the key: otherwise SQLite 3.40 takes numbers for NULL when it checks its integrity."""

    __tablename__ = "entry"
    __table_args__ = (
        PrimaryKeyConstraint(*_ENTRY_KEY),
        {"sqlite_with_rowid": False},
    )
    venue_id: int
    business_day: int
    kind: int = Field(sa_column=Column(SmallInteger, nullable=False))
    part: int = Field(sa_column=Column(SmallInteger, nullable=False))
    code_id: int
    vat_code_id: int
    vat_rate_bp: int
    customer_id: int
    currency_id: int
    register_id: int
    ticket_id: int = Field(sa_column=_big())
    line: int
    amount_ore: int = Field(sa_column=_big())
    vat_ore: int | None = Field(default=None, sa_column=_big(nullable=True))
    discount_ore: int = Field(sa_column=_big())


class DaySumRow(SQLModel, table=True):
    """The sums of a business day's entries, by register (see `store.day_sums`). `positive_ore`: without returns;
    `vat_ore`: VAT of the lines that state it, NULL where none does; `stated_ore` and `stated_entries`: amount and
    number of these lines. `lowest_rate` and `highest_rate` (ppm): the range of rates that fits each of them; lowest >
    highest where no single rate fits all."""

    __tablename__ = "day_sum"
    __table_args__ = (
        PrimaryKeyConstraint(*_ENTRY_KEY[:-2]),
        {"sqlite_with_rowid": False},
    )
    venue_id: int
    business_day: int
    kind: int = Field(sa_column=Column(SmallInteger, nullable=False))
    part: int = Field(sa_column=Column(SmallInteger, nullable=False))
    code_id: int
    vat_code_id: int
    vat_rate_bp: int
    customer_id: int
    currency_id: int
    register_id: int
    amount_ore: int = Field(sa_column=_big())
    positive_ore: int = Field(sa_column=_big())
    vat_ore: int | None = Field(default=None, sa_column=_big(nullable=True))
    discount_ore: int = Field(sa_column=_big())
    entries: int
    stated_ore: int = Field(sa_column=_number_from(0))
    stated_entries: int = Field(sa_column=_number_from(0))
    lowest_rate: int | None = Field(default=None, sa_column=_big(nullable=True))
    highest_rate: int | None = Field(default=None, sa_column=_big(nullable=True))


class DayCountRow(SQLModel, table=True):
    """Counts of a business day's tickets, by register and status: how many, first and last completion time, and the
    serial numbers of those that have one, with their sum."""

    __tablename__ = "day_count"
    __table_args__ = (
        PrimaryKeyConstraint("venue_id", "business_day", "register_id", "status"),
        {"sqlite_with_rowid": False},
    )
    venue_id: int
    business_day: int
    register_id: int
    status: int = Field(sa_column=Column(SmallInteger, nullable=False))
    tickets: int
    sales_ore: int = Field(sa_column=_big())
    returns: int
    returns_ore: int = Field(sa_column=_big())
    first_at_utc_s: int = Field(sa_column=_big())
    last_at_utc_s: int = Field(sa_column=_big())
    first_serial: int | None = Field(default=None, sa_column=_big(nullable=True))
    last_serial: int | None = Field(default=None, sa_column=_big(nullable=True))
    serials: int
    serial_sum: int | None = Field(default=None, sa_column=_big(nullable=True))


class TicketChangeRow(SQLModel, table=True):
    """A former version of a ticket that changed or was removed, as JSON, and the act that changed it. `kind`:
    "changed", "removed", or "older" for an older file's version, which never counted."""

    __tablename__ = "ticket_change"
    __table_args__ = (Index("ix_ticket_change_ticket", "ticket_id"),)
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(sa_column=_big())
    file_id: int = Field(sa_column=_big())
    before: str = Field(sa_column=_text())
    kind: str = Field(default="changed", sa_column=_text_from("changed"))


class BusinessDayRow(SQLModel, table=True):
    """A venue's business day that has data. `is_open` until it is drafted, or known to have no sales; new or changed
    tickets open it again. `file_id`: the last act that touched it."""

    __tablename__ = "business_day"
    __table_args__ = (
        PrimaryKeyConstraint("venue_id", "business_day"),
        Index(
            "ix_business_day_open",
            "venue_id",
            "business_day",
            sqlite_where=text("is_open"),
        ),
    )
    venue_id: int
    business_day: int
    file_id: int = Field(sa_column=_big())
    is_open: bool = True


class ZReportRow(SQLModel, table=True):
    """A Z-report, its figures as JSON."""

    __tablename__ = "z_report"
    __table_args__ = (
        UniqueConstraint("register_id", "reported_at_utc_s", "number", name="uq_z_report"),
        Index("ix_z_report_venue", "venue_id", "reported_at_utc_s"),
    )
    id: int | None = Field(default=None, primary_key=True)
    venue_id: int
    register_id: int
    number: str = Field(sa_column=_text())
    reported_at_utc_s: int = Field(sa_column=_big())
    business_day: int
    total_ore: int | None = Field(default=None, sa_column=_big(nullable=True))
    totals: str = Field(sa_column=_text())
    file_id: int = Field(sa_column=_big())


class ZReadingRow(SQLModel, table=True):
    """A Z-report as one file has it, so that undoing another file can go back to it."""

    __tablename__ = "z_reading"
    __table_args__ = (PrimaryKeyConstraint("z_report_id", "file_id"),)
    z_report_id: int
    file_id: int = Field(sa_column=_big())
    total_ore: int | None = Field(default=None, sa_column=_big(nullable=True))
    totals: str = Field(sa_column=_text())


class AsideRow(SQLModel, table=True):
    """A ticket or Z-report (`kind`) of a register without a venue, as JSON: counted nowhere until a venue gets the
    register. `company_code`: its company, "" where unknown. `digest`: of its document, so that one read twice is
    counted once; `acceptance_id`: set where a person accepted it; `in_act_id`: set where another import has it with the
    venue named."""

    __tablename__ = "aside"
    __table_args__ = (
        Index("ix_aside_register", "company_code", "register_code"),
        Index("ix_aside_file", "file_id"),
        Index("ix_aside_digest", "digest"),
    )
    id: int | None = Field(default=None, primary_key=True)
    file_id: int = Field(sa_column=_big())
    company_code: str = Field(sa_column=_text())
    location: str = Field(sa_column=_text())
    register_code: str = Field(sa_column=_text())
    kind: str = Field(sa_column=_text())
    document: str = Field(sa_column=_text())
    digest: int = Field(sa_column=_big())
    acceptance_id: int | None = None
    in_act_id: int | None = Field(default=None, sa_column=_big(nullable=True))


class UnknownRegisterRow(SQLModel, table=True):
    """Tickets of a register without a venue, as early versions counted them, by file: not stored, so the file must be
    read again. Later versions store them in `aside`."""

    __tablename__ = "unknown_register"
    __table_args__ = (UniqueConstraint("file_name", "location", "register_code"),)
    id: int | None = Field(default=None, primary_key=True)
    file_name: str = Field(sa_column=_text())
    location: str = Field(sa_column=_text())
    register_code: str = Field(sa_column=_text())
    tickets: int
    file_id: int = Field(default=0, sa_column=_number_from(0))
    company_code: str = Field(default="", sa_column=_text_from(""))


class MasterDataRow(SQLModel, table=True):
    """Names and codes from a company's files, by organization number; `version` counts how often they changed."""

    __tablename__ = "master_data"
    organization_number: str = Field(sa_column=Column(Text, primary_key=True))
    document: str = Field(sa_column=_text())
    version: int = Field(default=0, sa_column=_whole_number_from(0))


class CreditFactsRow(SQLModel, table=True):
    """What a ticket with a credit payment says beyond its amounts, as one file has it: `core.credit_facts`, as JSON."""

    __tablename__ = "credit_facts"
    __table_args__ = (PrimaryKeyConstraint("ticket_id", "file_id"), Index("ix_credit_facts_file", "file_id"))
    ticket_id: int = Field(sa_column=_big())
    file_id: int = Field(sa_column=_big())
    document: str = Field(sa_column=_text())


class RegisterCustomerRow(SQLModel, table=True):
    """A customer as a company's registers know it, by the code there (`core.credit_facts`, as JSON)."""

    __tablename__ = "register_customer"
    __table_args__ = (PrimaryKeyConstraint("company_id", "code"),)
    company_id: int
    code: str = Field(sa_column=_text())
    document: str = Field(sa_column=_text())
    seen_at_utc_s: int = Field(sa_column=_big())


class CreditRouteRow(SQLModel, table=True):
    """Where the credit part of a ticket is booked (`core.orders.route.Route`), sealed with the first voucher or order
    that was planned with it. `document_key`: of the ticket's order, whether there is one or not. `moved_at_utc_s`,
    `moved_by`, `why`: where a person has chosen another route since."""

    __tablename__ = "credit_route"
    __table_args__ = (
        PrimaryKeyConstraint("venue_id", "document_key"),
        Index("ix_credit_route_day", "venue_id", "business_day"),
    )
    venue_id: int
    document_key: str = Field(sa_column=_text())
    business_day: int
    route: str = Field(sa_column=_text())
    share: str = Field(sa_column=_text())
    sealed_at_utc_s: int = Field(sa_column=_big())
    moved_by: str = Field(sa_column=_text())
    why: str = Field(sa_column=_text())
    moved_at_utc_s: int | None = Field(default=None, sa_column=_big(nullable=True))


class CustomerLinkRow(SQLModel, table=True):
    """A customer of a company's registers is this customer of its ledger (`core.orders.customers.CustomerLink`).
    `customer_id` is the ledger's and never changes; `number` and `name` are as they were last seen, `linked_number` as
    it was when the link was made."""

    __tablename__ = "customer_link"
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "code"),
        Index("ix_customer_link_customer", "company_id", "customer_id"),
    )
    company_id: int
    code: str = Field(sa_column=_text())
    customer_id: int = Field(sa_column=_big())
    number: str = Field(sa_column=_text())
    name: str = Field(sa_column=_text())
    linked_number: str = Field(sa_column=_text())
    linked_by: str = Field(sa_column=_text())
    who: str = Field(sa_column=_text())
    why: str = Field(sa_column=_text())
    linked_at_utc_s: int = Field(sa_column=_big())


class LedgerCustomerRow(SQLModel, table=True):
    """A customer of a company's ledger, as it was last listed (`core.orders.customers.LedgerCustomer`, as JSON)."""

    __tablename__ = "ledger_customer"
    __table_args__ = (PrimaryKeyConstraint("company_id", "customer_id"),)
    company_id: int
    customer_id: int = Field(sa_column=_big())
    document: str = Field(sa_column=_text())


class LedgerListingRow(SQLModel, table=True):
    """What a company's ledger was last asked to list: its customers, products and so on. `told_at`: the ledger's own
    time of it, by which only what changed since is asked for; `document`: the listing, where no other table has it."""

    __tablename__ = "ledger_listing"
    __table_args__ = (PrimaryKeyConstraint("company_id", "what"),)
    company_id: int
    what: str = Field(sa_column=_text())
    read_at_utc_s: int = Field(sa_column=_big())
    told_at: str = Field(sa_column=_text())
    document: str = Field(sa_column=_text())


class OrderSeenRow(SQLModel, table=True):
    """What the ledger last showed of an order that was sent (as JSON). `is_open`: it is to be asked about again.
    `missing_since_utc_s`: since when neither order nor invoice was to be seen."""

    __tablename__ = "order_seen"
    delivery_id: int = Field(primary_key=True, foreign_key="delivery.id")
    asked_at_utc_s: int = Field(sa_column=_big())
    is_open: bool
    missing_since_utc_s: int | None = Field(default=None, sa_column=_big(nullable=True))
    document: str = Field(sa_column=_text())


class ChartRow(SQLModel, table=True):
    """The chart that PowerOffice last returned for a company's client, by the API of `target`; VAT rates separately,
    from either API. An empty `document` must be read anew."""

    __tablename__ = "chart"
    company_id: int = Field(primary_key=True, foreign_key="company.id")
    rates: str = Field(sa_column=_text())
    read_at_utc_s: int = Field(sa_column=_big())
    target: str = Field(default="", sa_column=_text_from(""))
    document: str = Field(default="", sa_column=_text_from(""))


class DeliveryRow(SQLModel, table=True):
    """A document being sent, by its kind and key (`core.document`): the intent is committed before the request and the
    outcome after it. `kind`: all of the document, or an adjustment."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("venue_id", "document_kind", "document_key", "revision", name="uq_delivery"),
        Index("ix_delivery_day", "venue_id", "business_day", "document_kind"),
        Index(
            "ix_delivery_other",
            "venue_id",
            "business_day",
            sqlite_where=text("document_kind <> 'voucher'"),  # PostgreSQL's too, but to name it here loads its drivers
        ),
        Index("ix_delivery_waiting", "venue_id", "state"),
        Index(
            "ix_delivery_page",
            "venue_id",
            sqlite_where=text("page_state IN ('wanted', 'sending', 'uncertain')"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    venue_id: int
    business_day: int
    revision: int
    reference: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    target: str = Field(sa_column=_text())
    state: str = Field(sa_column=_text())
    fingerprint: str = Field(sa_column=_text())
    lines: str = Field(sa_column=_text())
    payload: str = Field(sa_column=_text())
    file_id: int = Field(sa_column=_big())
    first_sent_at_utc_s: int = Field(sa_column=_big())
    changed_at_utc_s: int = Field(sa_column=_big())
    drafted_at_utc_s: int | None = Field(default=None, sa_column=_big(nullable=True))
    version: int = 0
    claimed_until_utc_s: int = Field(default=0, sa_column=_big())
    remote_id: str | None = Field(default=None, sa_column=_text(nullable=True))
    answer: str = Field(default="", sa_column=_text())
    kind: str = Field(default="whole", sa_column=_text_from("whole"))
    posting_day: int | None = None
    ruled_out: str = Field(default="[]", sa_column=_text_from("[]"))
    report: str = Field(default="", sa_column=_text_from(""))
    tickets_digest: str = Field(default="", sa_column=_text_from(""))
    setup_digest: str = Field(default="", sa_column=_text_from(""))
    page_state: str = Field(default="", sa_column=_text_from(""))
    page_answer: str = Field(default="", sa_column=_text_from(""))
    told_at_utc_s: int | None = Field(default=None, sa_column=_big(nullable=True))
    is_lost: bool = Field(default=False, sa_column=_false())
    document_kind: str = Field(default="voucher", sa_column=_text_from("voucher"))
    document_key: str = Field(sa_column=_text())


class ImportWatchRow(SQLModel, table=True):
    """A queued import as PowerOffice last described it. `is_open` until it is posted or deleted; `error`: what failed,
    "" where that is not said, NULL where nothing failed."""

    __tablename__ = "import_watch"
    delivery_id: int = Field(primary_key=True, foreign_key="delivery.id")
    read_at_utc_s: int = Field(sa_column=_big())
    is_open: bool
    error: str | None = Field(default=None, sa_column=_text(nullable=True))


class DeliveryEventRow(SQLModel, table=True):
    """An event of a delivery (`core.events`), with its time, what was sent and what was answered; `facts` as JSON;
    `who` stated it, where a person did, and how they are known."""

    __tablename__ = "delivery_event"
    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", index=True)
    at_utc_s: int = Field(sa_column=_big())
    state: str = Field(sa_column=_text())
    kind: str = Field(default="", sa_column=_text_from(""))
    facts: str = Field(default="", sa_column=_text_from(""))
    request: str = Field(default="", sa_column=_text_from(""))
    answer: str = Field(default="", sa_column=_text_from(""))
    who: str = Field(default="", sa_column=_text_from(""))
    known_by: str = Field(default="", sa_column=_text_from(""))


class SetupSnapshotRow(SQLModel, table=True):
    """A company's setup as it was when a voucher was sent, by the digest of its document; stored once."""

    __tablename__ = "setup_snapshot"
    digest: str = Field(sa_column=Column(Text, primary_key=True))
    document: str = Field(sa_column=_text())


class TurnRow(SQLModel, table=True):
    """One scheduled run of a venue; whoever inserts the row has claimed it. Unfinished while running or abandoned."""

    __tablename__ = "turn"
    __table_args__ = (UniqueConstraint("venue_id", "due_at_utc_s", name="uq_turn"),)
    id: int | None = Field(default=None, primary_key=True)
    venue_id: int
    due_at_utc_s: int = Field(sa_column=_big())
    taken_at_utc_s: int = Field(sa_column=_big())
    taken_by: str = Field(default="", sa_column=_text())
    finished_at_utc_s: int | None = Field(default=None, sa_column=_big(nullable=True))
    exit_code: int | None = None
    drafted: int = 0
    waiting: int = 0
    note: str = Field(default="", sa_column=_text())


class ThrottleRow(SQLModel, table=True):
    """The time of the next free slot of one of PowerOffice's throttles; the key is a digest."""

    __tablename__ = "throttle"
    key: str = Field(sa_column=Column(Text, primary_key=True))
    next_at_utc_us: int = Field(sa_column=_big())


class NoticeRow(SQLModel, table=True):
    """An alert about a business day, until it is resolved; sent once."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_open", "venue_id", "business_day"),)
    id: int | None = Field(default=None, primary_key=True)
    venue_id: int
    business_day: int
    reason: str = Field(sa_column=_text())
    told_at_utc_s: int = Field(sa_column=_big())
    mended_at_utc_s: int | None = Field(default=None, sa_column=_big(nullable=True))


class MessageRow(SQLModel, table=True):
    """An e-mail to be sent, or sent."""

    __tablename__ = "message"
    id: int | None = Field(default=None, primary_key=True)
    company_id: int
    kind: str = Field(sa_column=_text())
    recipient: str = Field(sa_column=_text())
    subject: str = Field(sa_column=_text())
    body: str = Field(sa_column=_text())
    html: str = Field(sa_column=_text())
    made_at_utc_s: int = Field(sa_column=_big())
    next_try_at_utc_s: int = Field(sa_column=_big())
    tries: int = 0
    sent_at_utc_s: int | None = Field(default=None, sa_column=_big(nullable=True))
    answer: str = Field(default="", sa_column=_text())


class AcceptanceRow(SQLModel, table=True):
    """A person took responsibility for a finding; `digest` ties it to the finding's figures."""

    __tablename__ = "acceptance"
    __table_args__ = (Index("ix_acceptance_day", "venue_id", "business_day"),)
    id: int | None = Field(default=None, primary_key=True)
    venue_id: int
    business_day: int
    code: str = Field(sa_column=_text())
    digest: str = Field(sa_column=_text())
    why: str = Field(sa_column=_text())
    who: str = Field(sa_column=_text())
    at_utc_s: int = Field(sa_column=_big())
    known_by: str = Field(default="", sa_column=_text_from(""))


class DayListRow(SQLModel, table=True):
    """The status of one business day, as last worked out (`store.day_list`): `state`, `exit_code` (who must act) and
    finding `codes` for counting days, `document` the full status as JSON, voucher by voucher.

    Valid from `since_utc_s` to before `until_utc_s`, for the setup and VAT rates that `made_from` is a digest of, while
    it is not `is_stale` and no mark concerns it. `is_settled`: drafted without findings, so that it depends on its own
    day only.
    """

    __tablename__ = "day_list"
    __table_args__ = (PrimaryKeyConstraint("venue_id", "business_day"), {"sqlite_with_rowid": False})
    venue_id: int
    business_day: int
    state: str = Field(sa_column=_text())
    exit_code: int = Field(sa_column=Column(SmallInteger, nullable=False))
    codes: str = Field(sa_column=_text())
    debit_ore: int | None = Field(default=None, sa_column=_big(nullable=True))
    is_settled: bool
    is_stale: bool
    made_from: int = Field(sa_column=_big())
    since_utc_s: int = Field(sa_column=_big())
    until_utc_s: int = Field(sa_column=_big())
    document: str = Field(sa_column=_text())


class DayListVersionRow(SQLModel, table=True):
    """How often a venue's day list was renewed: of two processes that renew it at once, one succeeds."""

    __tablename__ = "day_list_version"
    venue_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    version: int


class DayMarkRow(SQLModel, table=True):
    """Something was written about a business day since the day list was renewed; inserted by database triggers, which
    the migrations create. `is_wide`: every day of the venue that is not settled may be affected; `business_day` 0
    belongs to no day. Ids are never reused, so that a mark is deleted only by a process that saw it."""

    __tablename__ = "day_mark"
    __table_args__ = (Index("ix_day_mark_venue", "venue_id"), {"sqlite_autoincrement": True})
    id: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    )
    venue_id: int
    business_day: int
    is_wide: bool
