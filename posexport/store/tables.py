"""The schema. Integers throughout where rows are many: codes are kept once in `code` and referred to by id,
0 standing for none (a primary key holds no NULL).

`entry` is every amount of every posted ticket, stored in the order in which a business day is summed: on
SQLite the table itself is that index (WITHOUT ROWID), on PostgreSQL its primary key includes the amounts, so
that a day's GROUP BY never leaves the index. What days come to is kept in `day_sum` and `day_count`.

The migrations make all this. What they say to PostgreSQL alone (INCLUDE, WHERE) is not repeated here: the mere word
would load every PostgreSQL driver's dialect whenever posexport starts.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlmodel import Field, SQLModel


def _big(*, nullable: bool = False) -> Column[int]:
    return Column(BigInteger, nullable=nullable)


def _given_id() -> Column[int]:
    """A primary key that the import hands out itself; on SQLite the row's own number."""
    return Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)


def _text(*, nullable: bool = False) -> Column[str]:
    return Column(Text, nullable=nullable)


def _number_from(default: int) -> Column[int]:
    """A number of a later migration: rows that were there before have the default."""
    return Column(BigInteger, nullable=False, server_default=text(str(default)))


def _whole_number_from(default: int) -> Column[int]:
    return Column(Integer, nullable=False, server_default=text(str(default)))


def _false() -> Column[bool]:
    """A flag of a later migration: rows that were there before do not have it."""
    return Column(Boolean, nullable=False, server_default=false())


def _text_from(default: str) -> Column[str]:
    """Text of a later migration: rows that were there before have the default."""
    return Column(Text, nullable=False, server_default=text(f"'{default}'"))


class CompanyRow(SQLModel, table=True):
    """A company's setup, as its document."""

    __tablename__ = "company"
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    document: str = Field(sa_column=_text())
    saved_at_utc_s: int = Field(sa_column=_big())


class VenueRow(SQLModel, table=True):
    """A venue's number and its first business day ever exported. They stay when the setup no longer names the
    venue, for its history does."""

    __tablename__ = "venue"
    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id")
    code: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    export_from: int
    removed_at_utc_s: int | None = Field(default=None, sa_column=_big(nullable=True))


class SetupRevisionRow(SQLModel, table=True):
    """One saving of a company's setup: `changes` as facts (JSON), `document` as it was saved; "" where an earlier
    version did not keep it."""

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
    """That a person booked a business day by hand: it is not sent, until they take that back (`ended_`). `fingerprint`
    and `sales_ore` are its sales as they were then."""

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
    """A cash register of a venue. Its location is no part of it: one format names it and another does not."""

    __tablename__ = "register"
    __table_args__ = (UniqueConstraint("venue_id", "code"),)
    id: int | None = Field(default=None, primary_key=True)
    venue_id: int = Field(foreign_key="venue.id")
    code: str = Field(sa_column=_text())


class CodeRow(SQLModel, table=True):
    """A product type, VAT code, payment type, currency or customer: its text, once."""

    __tablename__ = "code"
    id: int | None = Field(default=None, primary_key=True)
    text: str = Field(sa_column=Column(Text, nullable=False, unique=True))


class SalesFileRow(SQLModel, table=True):
    """An act that changed which tickets count, in order: a file that was read and what came of it (`kind` "import"),
    or the undoing of one ("undo"), a ticket taken out or brought back ("withdrawal", "restoration"), or tickets kept
    aside that moved in ("move-in"). `source` and `batch` are the audit trail back to a file, `made_at_utc_s` when it
    was made where it says so, `claim` its `core.sales.Coverage` as JSON. `who` and `known_by` are the actor.
    `of_file_id` is the import that an act is about, `undone_by` the act that undid an import. `first_day` and
    `last_day` are the business days of its tickets."""

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
    """What a file covers of one of a venue's registers, half open; of every register (0), where an earlier version read
    the file. `is_silent`: the file names the register and has no ticket of it."""

    __tablename__ = "span"
    __table_args__ = (PrimaryKeyConstraint("venue_id", "end_utc_s", "start_utc_s", "file_id", "register_id"),)
    venue_id: int
    start_utc_s: int = Field(sa_column=_big())
    end_utc_s: int = Field(sa_column=_big())
    file_id: int = Field(sa_column=_big())
    register_id: int = Field(default=0, sa_column=_whole_number_from(0))
    is_silent: bool = Field(default=False, sa_column=_false())


class TicketRow(SQLModel, table=True):
    """A ticket, known by its register, its number and when it was completed, as numbers restart, or by the id that its
    source gives it (see `store.sales`). Two sales may share all of the first three, until a person has said which
    counts.

    `content` is a digest of everything on it, so that one that comes back changed is seen. `mirror` is, on a voided
    ticket alone, a digest of what its exact counter ticket would come to. `file_id`: the act since which it is as it
    is.
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
    """Tickets, by their numbers from first to last, that a file holds: they stay while any file that is not undone
    holds them. `act_id` is when it was learned: the file itself, or the act by which its tickets moved in."""

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
    """A finding about one ticket that an import made: its code, and as JSON the facts beyond the ticket's own register,
    number and time. `other_id` is the other ticket that it is about, 0 where there is none; `act_id` what brought
    it."""

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
    """A ticket that was there and was taken out: `kind` "withdrawn" by a person, "undone" with its import, "moved" to
    another venue, or "back" where it has come again. `document` is the rows of a withdrawn one as JSON, to bring it
    back by."""

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
    """One amount of one ticket; `vat_rate_bp` is -1 where the register wrote no rate. Columns stand in the order of the
    key: where they do not, SQLite 3.40 takes numbers for NULL when it checks its integrity."""

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
    """What the entries of a business day come to, by register (see `store.day_sums`). `positive_ore` is without
    returns; `vat_ore` is what the lines that state their VAT say, NULL where none does, `stated_ore` what these lines
    sell for and `stated_entries` how many they are. `lowest_rate` and `highest_rate`, in millionths, are the rates that
    the VAT of each of them can be of; the lowest is above the highest where no one rate fits all."""

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
    """What the tickets of a business day come to without their lines, by register and status: how many, when the
    first and the last of them were completed, and the numbers of those that are in a series, with their sum."""

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
    """A ticket that came back changed, or was taken out: what it was before, as JSON, and the act that changed it.
    `kind`: "changed", "removed", or "older" for what an older file had of it, which never counted."""

    __tablename__ = "ticket_change"
    __table_args__ = (Index("ix_ticket_change_ticket", "ticket_id"),)
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(sa_column=_big())
    file_id: int = Field(sa_column=_big())
    before: str = Field(sa_column=_text())
    kind: str = Field(default="changed", sa_column=_text_from("changed"))


class BusinessDayRow(SQLModel, table=True):
    """A venue's business day that has data. `is_open` until it is drafted, or known to hold no sales;
    new or changed tickets open it again. `file_id` is the last file that touched it."""

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
    """A Z-report as one file had it, so that undoing the file leaves it as the others have it."""

    __tablename__ = "z_reading"
    __table_args__ = (PrimaryKeyConstraint("z_report_id", "file_id"),)
    z_report_id: int
    file_id: int = Field(sa_column=_big())
    total_ore: int | None = Field(default=None, sa_column=_big(nullable=True))
    totals: str = Field(sa_column=_text())


class AsideRow(SQLModel, table=True):
    """A ticket or a Z-report (`kind`) of a register that belongs to no venue, as JSON: it counts nowhere, and moves in
    when a venue gets the register. `company_code`: the company whose it is, "" where that cannot be told. `digest` is
    of its document, so that one that was read twice is counted once; `acceptance_id` that a person has seen it;
    `in_act_id` that another import has it, with the venue named."""

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
    """Tickets of a register that belongs to no venue, as earlier versions wrote them, by file: they were not kept, and
    the file has to be read again. What is read now is kept in `aside`."""

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
    """Names and codes a company's files told, by organization number; `version` counts how often that was news."""

    __tablename__ = "master_data"
    organization_number: str = Field(sa_column=Column(Text, primary_key=True))
    document: str = Field(sa_column=_text())
    version: int = Field(default=0, sa_column=_whole_number_from(0))


class ChartRow(SQLModel, table=True):
    """What PowerOffice last told of a company's client, by the API of `target`; VAT rates apart, whichever told
    them. An empty `document` is to be asked for anew."""

    __tablename__ = "chart"
    company_id: int = Field(primary_key=True, foreign_key="company.id")
    rates: str = Field(sa_column=_text())
    read_at_utc_s: int = Field(sa_column=_big())
    target: str = Field(default="", sa_column=_text_from(""))
    document: str = Field(default="", sa_column=_text_from(""))


class DeliveryRow(SQLModel, table=True):
    """A document on its way, by its kind and its key (`core.document`): the intent is committed before the request and
    the outcome after it. `kind` is what it is of its document: all of it, or an adjustment."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("venue_id", "document_kind", "document_key", "revision", name="uq_delivery"),
        Index("ix_delivery_day", "venue_id", "business_day", "document_kind"),
        Index(
            "ix_delivery_other",
            "venue_id",
            "business_day",
            sqlite_where=text("document_kind <> 'voucher'"),
            postgresql_where=text("document_kind <> 'voucher'"),
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
    """An import as PowerOffice last told of it. `is_open` until it is posted or gone; `error` is what had failed of it,
    "" where nothing is said of that, NULL where nothing had."""

    __tablename__ = "import_watch"
    delivery_id: int = Field(primary_key=True, foreign_key="delivery.id")
    read_at_utc_s: int = Field(sa_column=_big())
    is_open: bool
    error: str | None = Field(default=None, sa_column=_text(nullable=True))


class DeliveryEventRow(SQLModel, table=True):
    """Everything that happened to a delivery (`core.events`), with its time, what was sent and what was answered;
    `facts` as JSON; `who` said so, where a person did, and how they are known."""

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
    """A company's setup as it was when a voucher was sent, by the digest of its document: kept once."""

    __tablename__ = "setup_snapshot"
    digest: str = Field(sa_column=Column(Text, primary_key=True))
    document: str = Field(sa_column=_text())


class TurnRow(SQLModel, table=True):
    """One venue's turn in the schedule: who inserts it takes it. Unfinished is one that is going on, or died."""

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
    """The next free place in the line of one of PowerOffice's throttles; the key is a digest."""

    __tablename__ = "throttle"
    key: str = Field(sa_column=Column(Text, primary_key=True))
    next_at_utc_us: int = Field(sa_column=_big())


class NoticeRow(SQLModel, table=True):
    """What people were told of a business day, until it is mended: the same is told once."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_open", "venue_id", "business_day"),)
    id: int | None = Field(default=None, primary_key=True)
    venue_id: int
    business_day: int
    reason: str = Field(sa_column=_text())
    told_at_utc_s: int = Field(sa_column=_big())
    mended_at_utc_s: int | None = Field(default=None, sa_column=_big(nullable=True))


class MessageRow(SQLModel, table=True):
    """A message to be sent, or sent: a mail server that fails delays it and nothing else."""

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
    """A person took responsibility for a finding; `digest` binds it to the finding's figures."""

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
    """Where one business day stands, as it was last worked out (`store.day_list`): `state`, `exit_code` (who acts) and
    the `codes` of what is found are for whoever counts days, `document` is its status as JSON, voucher by voucher.

    It holds from `since_utc_s` to before `until_utc_s`, for the setup and the VAT rates that `made_from` is a digest
    of, and as long as it is not `is_stale` and no mark concerns it. `is_settled`: drafted, and nothing against it, so
    that it rests on its own day alone.
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
    """How often a venue's day list was renewed: of two that renew it at once, one does."""

    __tablename__ = "day_list_version"
    venue_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    version: int


class DayMarkRow(SQLModel, table=True):
    """That something was written about a business day since the list was renewed; by the database's own triggers, which
    the migrations make. `is_wide`: every day of the venue that is not settled may be another for it; `business_day` is
    0 where it is of no day. Numbers are never used again, so that a mark is taken away only by who saw it."""

    __tablename__ = "day_mark"
    __table_args__ = (Index("ix_day_mark_venue", "venue_id"), {"sqlite_autoincrement": True})
    id: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    )
    venue_id: int
    business_day: int
    is_wide: bool
