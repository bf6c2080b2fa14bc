"""The tables of the office: who may sign in and do what, sessions, links, forms, what was done, and the work that was
asked for. Migration 0014 creates them, 0015 what signing in needs besides."""

from __future__ import annotations

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Text
from sqlmodel import Field, SQLModel

from posexport.store.columns import (
    big as _big,
    false_from as _false_from,
    text_column as _text,
    text_from as _text_from,
    whole_number_from as _whole_number_from,
)


class OfficeUserRow(SQLModel, table=True):
    """Somebody who may sign in to the office. `password`: its argon2id hash, "" where none is set; `changes`: how often
    the roles were changed."""

    __tablename__ = "office_user"
    id: str = Field(sa_column=Column(Text, primary_key=True))
    name: str = Field(sa_column=_text())
    email: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    password: str = Field(sa_column=_text())
    language: str = Field(sa_column=_text())
    made_at_utc_s: int = Field(sa_column=_big())
    closed_at_utc_s: int | None = Field(default=None, sa_column=_big(nullable=True))
    keys_off: bool = Field(default=False, sa_column=_false_from())
    changes: int = Field(default=0, sa_column=_whole_number_from(0))


class OfficeGrantRow(SQLModel, table=True):
    """A role of a user in a company and, where it is limited, at a venue; 0: in all of them."""

    __tablename__ = "office_grant"
    __table_args__ = (
        PrimaryKeyConstraint("user_id", "role", "company_id", "venue_id"),
        Index("ix_office_grant_company", "company_id"),
    )
    user_id: str = Field(sa_column=Column(Text, nullable=False))
    role: str = Field(sa_column=Column(Text, nullable=False))
    company_id: int
    venue_id: int


class OfficeSessionRow(SQLModel, table=True):
    """A browser that is signed in. `digest`: of the token in its cookie; `changes`: the user's, when the token was
    made; `browser`: what it says it is, shortened."""

    __tablename__ = "office_session"
    __table_args__ = (Index("ix_office_session_user", "user_id"),)
    digest: str = Field(sa_column=Column(Text, primary_key=True))
    user_id: str = Field(sa_column=_text())
    signed_in_by: str = Field(sa_column=_text())
    address: str = Field(sa_column=_text())
    made_at_utc_s: int = Field(sa_column=_big())
    seen_at_utc_s: int = Field(sa_column=_big())
    ended_at_utc_s: int | None = Field(default=None, sa_column=_big(nullable=True))
    changes: int = Field(default=0, sa_column=_whole_number_from(0))
    browser: str = Field(default="", sa_column=_text_from(""))


class OfficeLinkRow(SQLModel, table=True):
    """A link that can be used once. `digest`: of the token in it; `purpose`: what it opens."""

    __tablename__ = "office_link"
    __table_args__ = (Index("ix_office_link_user", "user_id"),)
    digest: str = Field(sa_column=Column(Text, primary_key=True))
    purpose: str = Field(sa_column=_text())
    user_id: str = Field(sa_column=_text())
    made_at_utc_s: int = Field(sa_column=_big())
    until_utc_s: int = Field(sa_column=_big())
    used_at_utc_s: int | None = Field(default=None, sa_column=_big(nullable=True))


class OfficeFailureRow(SQLModel, table=True):
    """A sign-in that failed. `name`: a digest of what was typed, which may be a password; `address`: where it came
    from."""

    __tablename__ = "office_failure"
    __table_args__ = (
        Index("ix_office_failure_name", "name", "at_utc_s"),
        Index("ix_office_failure_address", "address", "at_utc_s"),
    )
    id: int | None = Field(default=None, primary_key=True)
    at_utc_s: int = Field(sa_column=_big())
    name: str = Field(sa_column=_text())
    address: str = Field(sa_column=_text())


class OfficeIdentityRow(SQLModel, table=True):
    """Who somebody is where they sign in with another service (OpenID Connect)."""

    __tablename__ = "office_identity"
    __table_args__ = (PrimaryKeyConstraint("issuer", "subject"), Index("ix_office_identity_user", "user_id"))
    issuer: str = Field(sa_column=Column(Text, nullable=False))
    subject: str = Field(sa_column=Column(Text, nullable=False))
    user_id: str = Field(sa_column=_text())
    made_at_utc_s: int = Field(sa_column=_big())


class OfficeFormRow(SQLModel, table=True):
    """A form that was sent, by its key, and the page that it led to: sent again, it leads there once more."""

    __tablename__ = "office_form"
    key: str = Field(sa_column=Column(Text, primary_key=True))
    user_id: str = Field(sa_column=_text())
    leads_to: str = Field(sa_column=_text())
    used_at_utc_s: int = Field(sa_column=_big())


class OfficeLogRow(SQLModel, table=True):
    """What somebody did, or tried to do, in the office. Rows are only ever added. `company`, `venue`: their codes, ""
    for none; `business_day`: 0 for none; `facts`: JSON, without secrets."""

    __tablename__ = "office_log"
    __table_args__ = (
        Index("ix_office_log_at", "at_utc_s"),
        Index("ix_office_log_company", "company", "at_utc_s"),
        Index("ix_office_log_user", "user_id", "at_utc_s"),
    )
    id: int | None = Field(default=None, primary_key=True)
    at_utc_s: int = Field(sa_column=_big())
    user_id: str = Field(sa_column=_text())
    who: str = Field(sa_column=_text())
    signed_in_by: str = Field(sa_column=_text())
    address: str = Field(sa_column=_text())
    company: str = Field(sa_column=_text())
    venue: str = Field(sa_column=_text())
    business_day: int
    act: str = Field(sa_column=_text())
    facts: str = Field(sa_column=_text())
    why: str = Field(sa_column=_text())


class VaultKeyRow(SQLModel, table=True):
    """A key that was typed in the office, sealed under its name with the vault's key of this id. `who` typed it."""

    __tablename__ = "vault_key"
    name: str = Field(sa_column=Column(Text, primary_key=True))
    key_id: str = Field(sa_column=_text())
    nonce: str = Field(sa_column=_text())
    sealed: str = Field(sa_column=_text())
    who: str = Field(sa_column=_text())
    at_utc_s: int = Field(sa_column=_big())


class OfficeRunRow(SQLModel, table=True):
    """Work that somebody asked for, done by whoever is free. `asked`: JSON. `alive_until_utc_s`: until when its worker
    has it; a run that is going on after that was interrupted."""

    __tablename__ = "office_run"
    __table_args__ = (Index("ix_office_run_state", "state"),)
    id: str = Field(sa_column=Column(Text, primary_key=True))
    user_id: str = Field(sa_column=_text())
    who: str = Field(sa_column=_text())
    kind: str = Field(sa_column=_text())
    state: str = Field(sa_column=_text())
    asked: str = Field(sa_column=_text())
    worker: str = Field(sa_column=_text())
    made_at_utc_s: int = Field(sa_column=_big())
    started_at_utc_s: int | None = Field(default=None, sa_column=_big(nullable=True))
    alive_until_utc_s: int | None = Field(default=None, sa_column=_big(nullable=True))
    ended_at_utc_s: int | None = Field(default=None, sa_column=_big(nullable=True))
    stopped_by: str = Field(sa_column=_text())
    exit_code: int | None = Field(default=None, nullable=True)
    days: int
    trouble: str = Field(sa_column=_text())


class OfficeRunLineRow(SQLModel, table=True):
    """What became of one business day in a run. `document`: JSON."""

    __tablename__ = "office_run_line"
    __table_args__ = (PrimaryKeyConstraint("run_id", "number"),)
    run_id: str = Field(sa_column=Column(Text, nullable=False))
    number: int
    at_utc_s: int = Field(sa_column=_big())
    venue: str = Field(sa_column=_text())
    business_day: int
    state: str = Field(sa_column=_text())
    document: str = Field(sa_column=_text())
