"""What of a company or venue is set in a form: its fields, what a form says of them, and what that changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from posexport.core.company import Company, Venue
from posexport.core.setup_revision import RowAddress
from posexport.ledgers.registry import find_ledger, list_targets
from posexport.setup.rows import RowChange, fields_of, read_value
from posexport.setup.schema import Field
from posexport.setup.values import BOOL

Shape = Literal["text", "choice", "list"]


@dataclass(frozen=True, slots=True)
class Setting:
    """A field of a form. `key`: the setup's; `choices`: their values, where only some are possible; `known`: values to
    choose from, where others are possible too; `is_fixed`: cannot be changed (any more); `wrong`: is not taken so."""

    key: str
    value: str
    example: str
    shape: Shape = "text"
    choices: Sequence[str] = ()
    known: Sequence[tuple[str, str]] = ()
    is_required: bool = False
    is_fixed: bool = False
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class NotTaken:
    """What of the forms of a company or venue was not taken. `wrong`: the setup's keys that were not; `told`: why the
    form was not, as a whole; `key`: the secret that was not, and why."""

    wrong: Sequence[str] = ()
    told: str = ""
    key: tuple[str, str] = ("", "")


ALL_TAKEN = NotTaken()


@dataclass(frozen=True, slots=True)
class Change:
    """A field that a form changes, as it was and as it is to be, in the form's text."""

    key: str
    was: str
    now: str


COMPANY_FIELDS = (
    *("name", "organization_number", "vat_registered", "target", "environment", "contact", "language"),
    "credit_type",
)
VENUE_FIELDS = (
    *("name", "department", "project", "registers", "location", "day_starts", "timezone", "schedule", "grace_minutes"),
    *("closes", "z_report", "notify", "export_from"),
)
"""The keys that forms have, in order. Folders are not among them: whoever signs in to a browser chooses none on the
machine; and keys are not, which have a form of their own."""

MAIL_FIELDS = ("server", "security", "user", "sender", "weekly")

_FIXED_WITH_SALES = frozenset({"day_starts", "timezone"})
"""Keys that decide which business day a ticket is of."""


def list_company_settings(company: Company, form: Mapping[str, str], wrong: Sequence[str]) -> list[Setting]:
    """The fields of a company. `form`: what was typed last; `wrong`: the keys that were not taken."""
    row, rows = RowAddress("company"), company.document.get("payment_type", ())
    names = {str(one["code"]): str(one.get("name", "")) for one in rows}
    known = {"credit_type": list(names.items())}
    return [_make(row, key, company.document, form, wrong, known=known.get(key, ())) for key in COMPANY_FIELDS]


def list_venue_settings(
    company: Company,
    venue: Venue,
    form: Mapping[str, str],
    wrong: Sequence[str],
    *,
    has_sales: bool,
    departments: Sequence[tuple[str, str]] = (),
) -> list[Setting]:
    """The fields of a venue. `departments`: those that the ledger has, by code and name."""
    row = RowAddress("venue", venue.id)
    document = find_document(company, row)
    fixed = {"export_from", *(_FIXED_WITH_SALES if has_sales else ())}
    known = {"department": departments}
    return [
        _make(row, key, document, form, wrong, is_fixed=key in fixed, known=known.get(key, ())) for key in VENUE_FIELDS
    ]


def list_mail_settings(company: Company, form: Mapping[str, str], wrong: Sequence[str]) -> list[Setting]:
    """The fields of a company's mail server, without its password."""
    row = RowAddress("mail")
    return [_make(row, key, find_document(company, row), form, wrong) for key in MAIL_FIELDS]


def find_document(company: Company, row: RowAddress) -> Mapping[str, Any]:
    """The keys of a company, of its mail server or of one of its venues, as they are saved."""
    if row.table == "mail":
        return dict(company.document.get("mail", {}))
    if row.table == "company":
        return company.document
    return next(venue for venue in company.document["venue"] if venue["id"] == row.code)


def _make(
    row: RowAddress,
    key: str,
    document: Mapping[str, Any],
    form: Mapping[str, str],
    wrong: Sequence[str],
    *,
    is_fixed: bool = False,
    known: Sequence[tuple[str, str]] = (),
) -> Setting:
    field = fields_of(row)[key]
    choices = _list_choices(key, field)
    saved = show_value(document.get(key, field.default))
    return Setting(
        key,
        saved if is_fixed else form.get(key, saved),
        field.example.strip('"').removeprefix('["').removesuffix('"]').replace('", "', ", "),
        "choice" if choices else "list" if field.shape == "list" else "text",
        choices,
        known,
        field.required,
        is_fixed,
        key in wrong,
    )


def _list_choices(key: str, field: Field) -> tuple[str, ...]:
    """The values that a key can have; none where it can have any."""
    if key == "target":
        return list_targets()
    if field.kind is BOOL:
        return ("true", "false")
    return tuple(field.kind.choices() if field.kind.choices else ())


def show_value(value: object) -> str:
    """A value as a form has it."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def find_changes(
    company: Company, row: RowAddress, settings: Sequence[Setting], form: Mapping[str, str]
) -> tuple[RowChange, list[Change]]:
    """What a form changes of a row: as the setup takes it, and as a person reads it."""
    document, fields = find_document(company, row), fields_of(row)
    values: dict[str, object] = {}
    unset, told = [], []
    for setting in settings:
        if setting.is_fixed or setting.key not in form:
            continue
        typed, was = form[setting.key].strip(), show_value(document.get(setting.key, fields[setting.key].default))
        if typed == was:
            continue
        told.append(Change(setting.key, was, typed))
        if not typed and not setting.is_required:
            unset += [setting.key] if setting.key in document else []
        else:
            values[setting.key] = read_value(row, setting.key, typed)
    if "target" in values and find_ledger(str(values["target"])).posts_directly:
        values["direct_posting"] = True
    return RowChange(row, "set", values, unset), told
