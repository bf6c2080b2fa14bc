"""The description of the setup file: every key is whole, says the truth, and is all there is to say of it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from posexport.core.company import Setup, parse_company
from posexport.setup.file import read_setup
from posexport.setup.schema import COMPANY, FILE, HEADERS, MAIL, TABLES, Field, Fields

MINIMAL = {
    "[[company]]": {"id": "a", "name": "A", "organization_number": "999999999"},
    "[[company.venue]]": {"id": "b", "name": "B", "export_from": "2026-01-01"},
    "[[company.vat_code]]": {"code": "3", "go": "3"},
    "[[company.product_type]]": {"code": "100"},
    "[[company.payment_type]]": {"code": "CASH"},
    "[company.accounts]": {},
    "[company.mail]": {"server": "smtp.example.com:587", "sender": "a@example.com"},
}
"""The least that each table has to hold."""


def keys() -> Iterator[tuple[str, str, Field]]:
    """Every key: its table, its name, its row."""
    for header, fields in HEADERS.items():
        for name, field in fields.items():
            yield header, name, field


KEYS = list(keys())


def plain(fields: Fields) -> dict[str, Field]:
    return {name: field for name, field in fields.items() if field.fields is None}


def document(header: str, further: dict[str, Any]) -> dict[str, Any]:
    """A company with one row of every table, and something more in one of them."""
    tables = {name: {**table, **(further if name == header else {})} for name, table in MINIMAL.items()}
    rows = {name: [tables[f"[[company.{name}]]"]] for name in ("venue", "vat_code", "product_type", "payment_type")}
    return {**tables["[[company]]"], **rows, "accounts": tables["[company.accounts]"], "mail": tables["[company.mail]"]}


def test_every_table_stands_in_the_list_of_tables() -> None:
    def under(fields: Fields) -> Iterator[Fields]:
        for field in fields.values():
            if field.fields is not None:
                yield field.fields
                yield from under(field.fields)

    assert {id(fields) for fields in under(FILE)} == {id(fields) for fields in HEADERS.values()}
    assert HEADERS.keys() == MINIMAL.keys()


@pytest.mark.parametrize(("header", "name", "field"), KEYS, ids=[f"{header}-{name}" for header, name, _ in KEYS])
def test_a_key_says_in_both_languages_what_it_is_for(header: str, name: str, field: Field) -> None:
    told = [field.nb, field.en, *(field.usual or {}).values()]
    assert all(text.endswith(".") and text == " ".join(text.split()) for text in told)
    assert field.usual is None or field.usual.keys() == {"nb", "en"}
    assert "æ" not in field.en
    assert field.since.count(".") == 2


def test_a_table_says_in_both_languages_what_it_is_for() -> None:
    assert all(row.nb.endswith(".") and row.en.endswith(".") for row in TABLES)


@pytest.mark.parametrize(
    ("header", "name", "field"),
    [row for row in KEYS if row[2].fields is None],
    ids=[f"{header}-{name}" for header, name, field in KEYS if field.fields is None],
)
def test_a_keys_example_is_a_value_that_it_takes(tmp_path: Path, header: str, name: str, field: Field) -> None:
    given = tomllib.loads(f"{name} = {field.example}")[name]
    assert given is not None
    lines = ["[[company]]", 'id = "a"', 'name = "A"', 'organization_number = "999999999"']
    lines += (
        ['target = "file"', 'output = "out"'] if name not in ("target", "output") or header != "[[company]]" else []
    )
    if header == "[[company]]" and name in ("target", "output"):
        lines += ['output = "out"', 'application_key = "env:A"'] if name == "target" else ['target = "file"']
    text = "\n".join(lines) + "\n"
    own = {key: value for key, value in MINIMAL[header].items() if key != name}
    if header == "[[company]]":
        text = "\n".join(line for line in lines if not line.startswith(f"{name} =")) + f"\n{name} = {field.example}\n"
    else:
        text += header + "\n" + "".join(f'{key} = "{value}"\n' for key, value in own.items())
        text += f"{name} = {field.example}\n"
        text += 'application_key = "env:B"\n' if name == "addon" else ""
        text += "addon = 1\n" if name == "application_key" else ""
    path = tmp_path / "setup.toml"
    path.write_text(text, encoding="utf-8")
    (company,) = read_setup(path, Setup(), {})
    assert company.id


@pytest.mark.parametrize(
    ("header", "name", "field"),
    [row for row in KEYS if row[2].fields is None and row[2].default is not None],
    ids=[f"{header}-{name}" for header, name, field in KEYS if field.fields is None and field.default is not None],
)
def test_a_default_is_what_holds_where_the_key_is_left_out(header: str, name: str, field: Field) -> None:
    left_out = parse_company(document(header, {}))
    written = parse_company(document(header, {name: field.default}))
    assert (left_out.venues, left_out.mail) == (written.venues, written.mail)
    assert getattr(left_out, name, None) == getattr(written, name, None)


def test_a_key_without_a_default_is_required_or_may_be_missing() -> None:
    assert not [name for _, name, field in KEYS if field.required and field.default is not None]
    assert parse_company(document("[[company]]", {})).mail is not None
    assert plain(COMPANY)
    assert plain(MAIL)["server"].required
