"""Changes the setup a row at a time: a row is addressed, its keys are set, and the company is checked whole, as a file
is.

Nothing is accepted that a setup file could not contain: `check` reads the result, with the same rules, wording and
fixes. Only the place of a fault is a row's address instead of a line.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Literal

from posexport.core.codes import clean_code
from posexport.core.company import Company, Document, Setup, list_accounts, parse_company, rename_venues
from posexport.core.setup_revision import OWN_TABLES, RowAddress
from posexport.errors import SetupFault, SetupRefused, UsageError
from posexport.setup.check import check_document, explain_key
from posexport.setup.schema import COMPANY, Field, Fields, Place
from posexport.setup.values import shown

NOT_SAVED = "Nothing was saved."


@dataclass(frozen=True, slots=True)
class RowChange:
    """The change of one row. `values`: its keys, or "accounts.31" for one key of an accounts table, with TOML or JSON
    values; `unset`: keys to remove. `whole`: `values` has all of the row's own keys, others get their default."""

    row: RowAddress
    does: Literal["set", "add", "remove"] = "set"
    values: Mapping[str, object] = field(default_factory=dict)
    unset: Collection[str] = ()
    whole: bool = False


@dataclass(slots=True)
class Draft:
    """A company's document while rows of it are changed, and what happens to its venues: new ids by old, and removed
    ones."""

    company: str
    document: Document
    renames: dict[str, str] = field(default_factory=dict)
    removals: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What is worth knowing of the changes."""


def start_draft(company: Company) -> Draft:
    """A draft of a saved company."""
    return Draft(company.id, deepcopy(company.document))


def fields_of(row: RowAddress) -> Fields:
    """The keys that a row of this kind can have, tables under it included."""
    within = (COMPANY["venue"].fields or {}) if row.venue else COMPANY
    return within if row.table == "company" else within[row.table].fields or {}


def own_keys(fields: Fields) -> list[str]:
    """The keys of the row itself, without the tables under it, which are rows of their own."""
    return [name for name, found in fields.items() if found.fields is None]


# Values as they are typed


def read_value(row: RowAddress, key: str, text: str) -> object:
    """A value typed as KEY=VALUE: text where the key takes text, quoted or not; else parsed as TOML or JSON. What
    cannot be parsed stays text, for the check to reject.

    >>> read_value(RowAddress("payment_type", "VISA"), "account", "1592")
    '1592'
    >>> read_value(RowAddress("venue", "torget"), "registers", "1, 2")
    ['1', '2']
    >>> read_value(RowAddress("venue", "torget"), "grace_minutes", "30")
    30
    """
    name, dot, _ = key.partition(".")
    known = fields_of(row).get(name)
    if known is None:
        return text
    if known.shape == "list" and not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    if dot or _wants_text(known):
        is_quoted = len(text) > 1 and text.startswith('"') and text.endswith('"')
        return _read_literal(text) if is_quoted else text
    return _read_literal(text)


def _wants_text(known: Field) -> bool:
    return known.shape in ("one", "secret") and known.example.startswith('"')


def _read_literal(text: str) -> object:
    try:
        return read_json(text)
    except ValueError:
        pass
    try:
        read = tomllib.loads(f"value = {text}") if "\n" not in text else {}
    except (ValueError, RecursionError):
        return text
    value = read.get("value", text)
    return text if isinstance(value, (date, time)) else value  # in quotes says the same


def read_json(text: str) -> object:
    """A JSON value without duplicate keys; null counts as left out. Raises ValueError, whose message contains nothing
    of the text."""
    try:
        return json.loads(text, object_pairs_hook=_read_pairs)
    except (ValueError, RecursionError):
        raise ValueError("no JSON") from None


def _read_pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise ValueError("a key stands twice")
    return {key: value for key, value in read.items() if value is not None}


# Changing a row


def change_row(draft: Draft, change: RowChange) -> None:
    """Apply a change to a draft. Raises UsageError where the row to change does not exist, or the row to add does;
    values are not checked here."""
    row = change.row
    own = own_keys(fields_of(row))
    for key in (*change.values, *change.unset):
        if key.partition(".")[0] in fields_of(row) and key.partition(".")[0] not in own:
            raise UsageError(
                f"{key} is no key of {row}, but rows of its own: {_format_rows_under(row, key)}. {NOT_SAVED}"
            )
    for key in change.unset:
        if key.partition(".")[0] not in own:
            raise UsageError(f"{row} has no key {shown(key)}. {explain_key(key, fields_of(row), own)} {NOT_SAVED}")
    if row.table == "accounts":
        _change_accounts(draft, change)
    elif row.table in OWN_TABLES:
        _change_table(draft, change)
    else:
        _change_one_of(draft, change)


def _format_rows_under(row: RowAddress, key: str) -> str:
    within = f"venue:{row.code}/" if row.table == "venue" else ""
    return f"{within}{key}" if key in OWN_TABLES else f"{within}{key}:{'ID' if key == 'venue' else 'CODE'}"


def _change_table(draft: Draft, change: RowChange) -> None:
    """Change the company itself, or a table that exists once."""
    row = change.row
    container = _container(draft, change)
    if row.table == "company":
        if change.does == "remove":
            raise UsageError(f"A company is never removed: its days stay. {NOT_SAVED}")
        if str(change.values.get("id", draft.company)) != draft.company or "id" in change.unset:
            raise UsageError(
                f"The id of company {draft.company} cannot be changed: its days are kept under it. Set another company "
                f"up under an id of its own. {NOT_SAVED}"
            )
        draft.document = _changed(draft.document, change, COMPANY) | {"id": draft.company}
        return
    is_there = row.table in container
    if change.does == "add" and is_there:
        raise UsageError(_format_there(draft, row, is_added=True))
    if change.does == "remove":
        if not is_there:
            raise UsageError(f"There is no {row} in company {draft.company}. {NOT_SAVED}")
        del container[row.table]
        return
    container[row.table] = _changed(container.get(row.table, {}), change, fields_of(row))


def _change_accounts(draft: Draft, change: RowChange) -> None:
    """Change the accounts table, of which there is one per `valid_from`."""
    row = change.row
    container = _container(draft, change)
    tables = list_accounts(container)
    at = next((n for n, table in enumerate(tables) if table.get("valid_from", "") == row.valid_from), None)
    if change.does == "add" and at is not None:
        raise UsageError(_format_there(draft, row, is_added=True))
    if change.does == "remove":
        if at is None:
            raise UsageError(f"There is no {row} in company {draft.company}. {NOT_SAVED}")
        container[row.table] = tables[:at] + tables[at + 1 :]
        return
    if at is None and row.valid_from and change.does != "add":
        raise UsageError(_format_no_row(draft, row, tables))
    day = {"valid_from": row.valid_from} if row.valid_from else {}
    before = day if at is None else tables[at]
    changed = (day if change.whole else {}) | _changed(before, change, fields_of(row))
    others = [table for n, table in enumerate(tables) if n != at]
    _check_alone(draft, [*others, changed], len(others), change)
    container[row.table] = [*others, changed] if others or "valid_from" in changed else changed


def _change_one_of(draft: Draft, change: RowChange) -> None:
    """Change a row with a code, or a venue."""
    row = change.row
    rows: list[Document] = _container(draft, change).setdefault(row.table, [])
    at = _find(rows, row)
    if change.does == "add":
        if at is not None:
            raise UsageError(_format_there(draft, row, is_added=True))
        named = _named(row) if change.whole else {}
        rows.append(named | _changed(_begin(draft, rows, change), change, fields_of(row)))
        at = len(rows) - 1
    elif at is None:
        raise UsageError(_format_no_row(draft, row, rows, *([""] if change.does == "remove" else [])))
    elif change.does == "remove":
        del rows[at]
        if row.table == "venue":
            draft.removals.append(row.code)
        return
    else:
        named = _named(row) if change.whole else {}
        rows[at] = named | _changed(rows[at], change, fields_of(row))
    _check_alone(draft, rows, at, change)
    new_id = rows[at].get("id")
    if row.table == "venue" and change.does == "set" and isinstance(new_id, str) and new_id != row.code:
        draft.renames[row.code] = new_id


def _container(draft: Draft, change: RowChange) -> Document:
    """The table that has the row: the company's, or a venue's."""
    row = change.row
    if not row.venue:
        return draft.document
    venues = draft.document.get("venue", [])
    at = _find(venues, RowAddress("venue", row.venue))
    if at is None:
        venue = RowAddress("venue", row.venue)
        own = " Only a venue that is there has rows of its own."
        make = f"{own} If it is new: posexport setup set {venue} --add, with its keys."
        raise UsageError(_format_no_row(draft, venue, venues, "" if change.does == "remove" else make))
    found: Document = venues[at]
    return found


def _begin(draft: Draft, rows: list[Document], change: RowChange) -> Document:
    """What an added row starts from. With `valid_from`: a copy of the row that is valid on that day, so that only
    differences need be given. Otherwise, and with `whole`: only the keys in its address."""
    row, named = change.row, _named(change.row)
    if change.whole or not row.valid_from:
        return named
    own, shared = _find_current(rows, row), _find_current(draft.document.get(row.table, []), row)
    before = own or shared
    if before is None:
        return named
    if before.keys() - named.keys() - change.values.keys() - {"valid_from"}:
        code, since = _key_of(before)
        like = RowAddress(row.table, code, row.venue if own else "", since)
        draft.notes.append(f"{row}: what was not said is as in {like}")
    return {**deepcopy(before), **named}


def _find_current(rows: Iterable[Document], row: RowAddress) -> Document | None:
    """The row with the address's code that is valid on its day; None where there is none."""
    counting = [one for one in rows if _key_of(one)[0] == clean_code(row.code) and _key_of(one)[1] <= row.valid_from]
    return max(counting, key=_key_of, default=None)


def _named(row: RowAddress) -> Document:
    """The keys that a row's address determines."""
    if row.table == "venue":
        return {"id": row.code}
    return {"code": row.code} | ({"valid_from": row.valid_from} if row.valid_from else {})


def _find(rows: list[Document], row: RowAddress) -> int | None:
    """The index of a row; None where it does not exist. A code may itself end in what looks like @ and a day."""
    looked_for = [(clean_code(row.code), row.valid_from)]
    if row.valid_from:
        looked_for.append((clean_code(f"{row.code}@{row.valid_from}"), ""))
    known = [_key_of(one) for one in rows]
    return next((known.index(key) for key in looked_for if key in known), None)


def _key_of(row: Document) -> tuple[str, str]:
    code = row.get("id", row.get("code", ""))
    return clean_code(str(code)), str(row.get("valid_from", ""))


def _changed(before: Document, change: RowChange, fields: Fields) -> Document:
    """A row with the values set and the unset ones removed; tables under it stay."""
    row = {key: value for key, value in before.items() if not change.whole or _is_table(fields, key)}
    for key in change.unset:
        _take_out(row, key)
    for key, value in change.values.items():
        name, dot, of = key.partition(".")
        if not dot:
            row[name] = value
        else:
            table = row.get(name)
            row[name] = {**(table if isinstance(table, dict) else {}), of: value}
    return row


def _is_table(fields: Fields, key: str) -> bool:
    return key in fields and fields[key].fields is not None


def _take_out(row: Document, key: str) -> None:
    name, dot, of = key.partition(".")
    if not dot:
        row.pop(name, None)
    elif isinstance(row.get(name), dict):
        row[name] = {code: value for code, value in row[name].items() if code != of}


def _check_alone(draft: Draft, rows: list[Document], at: int, change: RowChange) -> None:
    """Raises UsageError where another row has the same code and `valid_from`."""
    if any(_key_of(other) == _key_of(rows[at]) for n, other in enumerate(rows) if n != at):
        code, since = _key_of(rows[at])
        there = RowAddress(change.row.table, code, change.row.venue, since)
        raise UsageError(_format_there(draft, there, is_added=change.does == "add"))


def _format_there(draft: Draft, row: RowAddress, *, is_added: bool) -> str:
    mend = "Change that one, without --add" if is_added else "Each stands once: change or remove that one first"
    return f"Company {draft.company} has {row} already. {mend}. {NOT_SAVED}"


def _format_no_row(draft: Draft, row: RowAddress, rows: Iterable[Document], make: str = " To make it: --add.") -> str:
    known = [str(row._replace(code=code, valid_from=since)) for code, since in map(_key_of, rows)]
    has = f"There {'are' if len(known) > 1 else 'is'}: {', '.join(known[:20])}" if known else "There is none yet"
    more = f" and {len(known) - 20} more" if len(known) > 20 else ""
    return f"Company {draft.company} has no {row}. {has}{more}.{make} {NOT_SAVED}"


# Checking the company whole


def change_rows(
    draft: Draft, changes: Sequence[RowChange], saved: Setup, environ: Mapping[str, str]
) -> tuple[Company, tuple[str, ...]]:
    """Change rows of a draft, one after the other; returns what `check_company` returns. `saved`: the present setup.

    Raises what `change_row` and `check_company` raise.
    """
    for change in changes:
        change_row(draft, change)
    return check_company(
        draft.document, rename_venues(saved, draft.renames), environ, [change.row for change in changes]
    )


def check_company(
    document: Document, saved: Setup, environ: Mapping[str, str], rows: Collection[RowAddress] = ()
) -> tuple[Company, tuple[str, ...]]:
    """A changed company, checked as a file of it would be, and notes about missing secrets: those of `rows`, all where
    none is given.

    `saved`: the present setup, with its venues already renamed as in the document. Raises SetupRefused with every fault
    and its row.
    """
    _check_text(document)
    places = list(_list_places(("company", 0), document))
    addresses = {n: _address_of(place, document) for n, place in enumerate(places, 1)}
    lines = {place: n for n, place in enumerate(places, 1)}
    checked, faults, notes = check_document({"company": [document]}, lines, saved, environ)
    if faults:
        told = [SetupFault(None, _by_row(fault, addresses), fault.fix, fault.shown) for fault in faults]
        raise SetupRefused(f"company {document.get('id', '')}", told, NOT_SAVED)
    return parse_company(checked[0]), tuple(_notes_of(notes, addresses, rows))


def _check_text(document: Document) -> None:
    """Raises UsageError for text that cannot be UTF-8 (lone surrogates from JSON)."""
    try:
        json.dumps(document, ensure_ascii=False, default=str).encode()
    except (UnicodeEncodeError, RecursionError):
        raise UsageError(f"What was written holds bytes that are no text. Write it as UTF-8. {NOT_SAVED}") from None


_DEPTH_MAX = 10
"""A limit beyond the depth of any place that the check names."""


def _list_places(place: Place, table: Mapping[str, Any]) -> Iterator[Place]:
    """The place of every table and key, as the check names them."""
    yield place
    if len(place) > _DEPTH_MAX:
        return
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _list_places((*place, key), value)
        elif isinstance(value, list):
            yield (*place, key)
            for n, one in enumerate(value):
                if isinstance(one, dict):
                    yield from _list_places((*place, key, n), one)
        else:
            yield (*place, key)


def _address_of(place: Place, document: Mapping[str, Any]) -> RowAddress:
    """The address of the row that a place belongs to."""
    address = RowAddress("company")
    table: Any = document
    for part in place[2:]:
        table = table[part]
        if isinstance(part, int) and isinstance(table, dict):
            code, since = _key_of(table)
            address = address._replace(code=code, valid_from=since)
        elif address.table in ("company", "venue") and _is_table(fields_of(address), str(part)):
            address = RowAddress(str(part), venue=address.code)
    return address


_LINE = re.compile(r"\bon line (\d+)\b")
_AT_LINE = re.compile(r"^line (\d+): ")


def _by_row(fault: SetupFault, addresses: Mapping[int, RowAddress]) -> str:
    what = _LINE.sub(lambda found: f"as {addresses[int(found[1])]}", fault.what)
    row = addresses.get(fault.line or 0, RowAddress("company"))
    return what if row.table == "company" else f"{row}: {what}"


def _notes_of(notes: Iterable[str], addresses: Mapping[int, RowAddress], rows: Collection[RowAddress]) -> Iterator[str]:
    for note in notes:
        found = _AT_LINE.match(note)
        row = addresses[int(found[1])] if found else None
        if row is not None and (not rows or row in rows):
            yield f"{row}: {note[found.end() if found else 0 :]}"
