"""The description of the setup file: every key is whole, says the truth, and is all there is to say of it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from posexport.core.company import parse_company
from posexport.ledgers.registry import LEDGERS
from posexport.setup.pydantic_models import read_values
from posexport.setup.schema import (
    ACCOUNTS,
    COMPANY,
    FILE,
    HEADERS,
    ORDERS,
    PAYMENT_TYPE,
    PRODUCT_TYPE,
    TABLES,
    VENUE,
    Field,
    Fields,
    describe_row,
)
from posexport.setup.starter import format_draft
from tests.fake_ledger.row import NORDBOK
from tests.setup.test_setup_file import MASTER
from tests.support.each import each

MINIMAL = {
    "[[company]]": {"id": "a", "name": "A", "organization_number": "999999999"},
    "[[company.venue]]": {"id": "b", "name": "B", "export_from": "2026-01-01"},
    "[[company.vat_code]]": {"code": "3", "go": "3"},
    "[[company.product_type]]": {"code": "100"},
    "[[company.payment_type]]": {"code": "CASH"},
    "[company.accounts]": {},
    "[company.orders]": {},
    "[company.mail]": {"server": "smtp.example.com:587", "sender": "a@example.com"},
}
"""The least that each table has to hold."""


def keys() -> Iterator[tuple[str, str, Field]]:
    """Every key: its table, its name, its row."""
    for header, fields in HEADERS.items():
        for name, field in fields.items():
            yield header, name, field


KEYS = list(keys())
VALUES = [(header, name, field) for header, name, field in KEYS if field.fields is None]
DEFAULTS = [(header, name, field) for header, name, field in VALUES if field.default is not None]


def document(header: str, further: dict[str, Any]) -> dict[str, Any]:
    """A company with one row of every table, and something more in one of them."""
    tables = {name: {**table, **(further if name == header else {})} for name, table in MINIMAL.items()}
    rows = {name: [tables[f"[[company.{name}]]"]] for name in ("venue", "vat_code", "product_type", "payment_type")}
    once = {name: tables[f"[company.{name}]"] for name in ("accounts", "orders", "mail")}
    return {**tables["[[company]]"], **rows, **once}


def test_every_table_stands_in_the_list_of_tables() -> None:
    def under(fields: Fields) -> Iterator[Fields]:
        for field in fields.values():
            if field.fields is not None:
                yield field.fields
                yield from under(field.fields)

    assert {id(fields) for fields in under(FILE)} == {id(fields) for fields in HEADERS.values()}
    assert HEADERS.keys() == MINIMAL.keys()


@each(("header", "name", "field"), KEYS)
def test_a_key_says_in_both_languages_what_it_is_for(header: str, name: str, field: Field) -> None:
    told = [field.nb, field.en, *(field.usual or {}).values()]
    assert all(text.endswith(".") and text == " ".join(text.split()) for text in told)
    assert field.usual is None or field.usual.keys() == {"nb", "en"}
    assert "æ" not in field.en
    assert field.since.count(".") == 2


def test_a_table_says_in_both_languages_what_it_is_for() -> None:
    assert all(row.nb.endswith(".") and row.en.endswith(".") for row in TABLES)


@each(("header", "name", "field"), VALUES)
def test_a_keys_example_is_a_value_that_it_takes(header: str, name: str, field: Field) -> None:
    example = tomllib.loads(f"key = {field.example}")["key"]
    values, mistakes = read_values({"company": [document(header, {name: example})]})
    assert not mistakes
    assert values["company"]


@each(("header", "name", "field"), DEFAULTS)
def test_a_default_is_what_holds_where_the_key_is_left_out(header: str, name: str, field: Field) -> None:
    left_out = parse_company(document(header, {}))
    written = parse_company(document(header, {name: field.default}))
    assert (left_out.venues, left_out.mail) == (written.venues, written.mail)
    assert getattr(left_out, name, None) == getattr(written, name, None)


def test_no_key_is_both_required_and_has_a_default() -> None:
    assert not [(header, name) for header, name, field in KEYS if field.required and field.default is not None]


def test_a_default_stands_in_the_file_as_the_value_it_is() -> None:
    for header, name, field in DEFAULTS:
        values, mistakes = read_values({"company": [document(header, {name: field.default})]})
        assert not mistakes, (header, name)
        assert values["company"]


def test_a_first_setup_file_says_of_keys_what_their_description_says() -> None:
    text = " ".join(format_draft(MASTER, export_from=date(2026, 12, 1)).replace("\n", " ").replace(" # ", " ").split())
    told = [COMPANY[key] for key in ("target", "environment", "application_key", "venue")]
    told += [VENUE[key] for key in ("department", "client_key", "automatic_export", "export_from", "notify")]
    told += [COMPANY[key] for key in ("vat_code", "product_type", "payment_type", "accounts")]
    told += [COMPANY["invoicing"], COMPANY["orders"], PRODUCT_TYPE["products"], ORDERS["customers"], ORDERS["from"]]
    told += [
        PAYMENT_TYPE["transfer"],
        PAYMENT_TYPE["credit"],
        *(row for key, row in ACCOUNTS.items() if key != "valid_from"),
    ]
    assert [row.en for row in told if describe_row(row, "en") not in text] == []


# What pydantic finds


def test_what_is_right_is_read_beside_what_is_wrong() -> None:
    wrong = document(
        "[[company.venue]]", {"registers": [1, 2.5, "1", "3"], "addon": 10, "nmae": "x", "notify": "a@b.no"}
    )
    wrong["accounts"] = {"discounts": {"3": "3087", "": "3088", "31": "x"}, "tips": 2911}
    del wrong["venue"][0]["name"]
    values, mistakes = read_values({"company": [wrong]})
    (company,) = values["company"]
    (venue,) = company["venue"]
    assert venue == {"id": "b", "registers": ["1", "3"], "export_from": "2026-01-01"}
    assert company["accounts"] == {"tips": "2911", "discounts": {"3": "3087"}}
    at = ("company", 0, "venue", 0)
    discounts = ("company", 0, "accounts", "discounts")
    assert {(mistake.place, mistake.row is None, mistake.wrong is None) for mistake in mistakes} == {
        ((*at, "registers", 1), False, False),
        ((*at, "addon"), False, False),
        ((*at, "notify"), False, False),
        ((*at, "nmae"), True, True),
        ((*at, "name"), False, True),
        ((*discounts, ""), False, False),
        ((*discounts, "31"), False, False),
    }


@pytest.mark.parametrize("name", ["[key]", "", "a.b", "venue"])
def test_a_key_of_any_name_is_unknown_and_takes_nothing_along(name: str) -> None:
    values, mistakes = read_values({"company": [document("[[company.product_type]]", {name: 1})]})
    assert [(mistake.place[-1], mistake.row) for mistake in mistakes] == [(name, None)]
    assert values["company"][0]["product_type"] == [{"code": "100"}]


def test_a_target_that_comes_and_goes_is_known_while_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = {"company": [document("[[company]]", {"target": NORDBOK.name})]}
    assert read_values(raw).mistakes
    monkeypatch.setitem(LEDGERS, NORDBOK.name, NORDBOK)
    assert not read_values(raw).mistakes
    monkeypatch.delitem(LEDGERS, NORDBOK.name)
    assert read_values(raw).mistakes


IMPORTS_NO_PYDANTIC = """
import sys
from posexport.cli.main import cli
from posexport.core.company import parse_company
from posexport.setup.file import format_setup
from posexport.setup.schema import FILE
from posexport.setup.starter import format_draft
company = parse_company({"id": "a", "name": "A", "organization_number": "999999999"})
format_setup([company])
sys.exit("pydantic" in sys.modules)
"""


def test_pydantic_is_imported_where_a_setup_is_checked_and_not_before() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTS_NO_PYDANTIC], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
