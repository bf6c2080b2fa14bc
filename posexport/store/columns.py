"""Columns that several tables have."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, Text, false, text


def big(*, nullable: bool = False) -> Column[int]:
    """An integer of 64 bits: amounts in øre, times in UTC seconds."""
    return Column(BigInteger, nullable=nullable)


def given_id() -> Column[int]:
    """A primary key whose values the import assigns itself; on SQLite the rowid."""
    return Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)


def text_column(*, nullable: bool = False) -> Column[str]:
    """Text of any length."""
    return Column(Text, nullable=nullable)


def number_from(default: int) -> Column[int]:
    """An integer column added by a later migration: older rows have the default."""
    return Column(BigInteger, nullable=False, server_default=text(str(default)))


def whole_number_from(default: int) -> Column[int]:
    """The same of 32 bits."""
    return Column(Integer, nullable=False, server_default=text(str(default)))


def false_from() -> Column[bool]:
    """A flag column added by a later migration: older rows have False."""
    return Column(Boolean, nullable=False, server_default=false())


def text_from(default: str) -> Column[str]:
    """A text column added by a later migration: older rows have the default."""
    return Column(Text, nullable=False, server_default=text(f"'{default}'"))
