"""The setup file's JSON schema: what an editor marks is wrong, and what is right it never marks."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from posexport.setup.pydantic_models import format_schema, read_values
from posexport.setup.schema import FILE, HEADERS, describe_row
from posexport.setup.starter import format_draft
from posexport.texts.language import LANGS, Lang
from tests.setup.test_schema import VALUES, document
from tests.setup.test_setup_file import MASTER
from tests.support.paths import ROOT

jsonschema = pytest.importorskip("jsonschema")  # it comes with the extra `dev`

SETUP_FILES = sorted(ROOT.glob("examples/*/setup*.toml"))


@cache
def editor() -> Any:
    """Holds files to the schema."""
    return jsonschema.Draft202012Validator(format_schema())


def marked(raw: Any) -> list[str]:
    """What an editor marks in a parsed file; it sees dates and times as text."""
    seen = json.loads(json.dumps(raw, default=lambda at: at.isoformat()))
    return [error.message for error in editor().iter_errors(seen)]


@pytest.mark.parametrize("path", SETUP_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_example_is_marked(path: Path) -> None:
    assert marked(tomllib.loads(path.read_text(encoding="utf-8"))) == []


def test_there_are_examples() -> None:
    assert len(SETUP_FILES) >= 4


def test_a_first_setup_file_is_not_marked() -> None:
    assert marked(tomllib.loads(format_draft(MASTER, export_from=date(2026, 12, 1)))) == []


ANYTHING = [
    *("", " ", "x", "3", "1900", "77", "A-b", "torget", "05:00", "24:00", "2026-01-01", "1. januar", "daily", "hold"),
    *(
        "import",
        "demo",
        "production",
        "tls",
        "NOK",
        "nokk",
        "a@b.no",
        "a@b",
        "smtp:25",
        "https://x.no",
        "env:A",
        "0.50",
    ),
    *("999999999", "Europe/Oslo", -1, 0, 1, 9, 10, 100, 720, 721, 1900, 1.5, True, False, [], ["1", 2], ["a@b.no"]),
    *({}, {"3": "3020"}, {"EUR": 1905}, {"3": "x"}, date(2026, 1, 1), time(5), [{"code": "3", "go": 3}], [1]),
]


@pytest.mark.parametrize("header", HEADERS)
def test_what_is_right_is_never_marked(header: str) -> None:
    for name in HEADERS[header]:
        for value in ANYTHING:
            raw = {"company": [document(header, {name: value})]}
            if not read_values(raw).mistakes:
                assert marked(raw) == [], f"{name} = {value!r}"


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("[[company]]", {"nmae": "x"}),
    ("[[company]]", {"id": "A B"}),
    ("[[company]]", {"target": "jurnal"}),
    ("[[company]]", {"uncertain_hours": 745}),
    ("[[company]]", {"direct_posting": "true"}),
    ("[[company]]", {"name": 7}),
    ("[[company.venue]]", {"addon": 10}),
    ("[[company.venue]]", {"addon": "3"}),
    ("[[company.venue]]", {"registers": "1"}),
    ("[[company.venue]]", {"day_starts": "24:00"}),
    ("[[company.venue]]", {"notify": ["a@b"]}),
    ("[[company.venue]]", {"vat_code": {"code": "3", "go": "3"}}),
    ("[[company.product_type]]", {"accounts": {"3": "30200000000"}}),
    ("[[company.product_type]]", {"accounts": "3020"}),
    ("[[company.payment_type]]", {"rate_per": 10}),
    ("[company.accounts]", {"tips": "x"}),
    ("[company.mail]", {"security": "ssl"}),
]


@pytest.mark.parametrize(("header", "further"), WRONG, ids=[f"{header}-{further}" for header, further in WRONG])
def test_what_is_wrong_is_marked(header: str, further: dict[str, Any]) -> None:
    raw = {"company": [document(header, further)]}
    assert read_values(raw).mistakes
    assert len(marked(raw)) == 1


@pytest.mark.parametrize(("header", "name"), [(header, name) for header, name, row in VALUES if row.required])
def test_a_key_that_is_missing_is_marked(header: str, name: str) -> None:
    raw = document(header, {})
    table = {"[[company]]": raw, "[[company.venue]]": raw["venue"][0], "[company.mail]": raw["mail"]}.get(header)
    table = raw[header.strip("[]").rpartition(".")[2]][0] if table is None else table
    del table[name]
    assert marked({"company": [raw]}) == [f"'{name}' is a required property"]


def keys_of(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for table in [schema, *schema["$defs"].values()]:
        yield from table["properties"].items()


@pytest.mark.parametrize("lang", LANGS)
def test_it_says_in_either_language_what_every_key_is_for(lang: Lang) -> None:
    schema = format_schema(lang)
    jsonschema.Draft202012Validator.check_schema(schema)
    told = {(name, key["description"]) for name, key in keys_of(schema)}
    assert told == {
        (name, describe_row(row, lang)) for fields in (FILE, *HEADERS.values()) for name, row in fields.items()
    }


def test_it_says_what_holds_where_a_key_is_left_out() -> None:
    defaults = {(name, str(key["default"])) for name, key in keys_of(format_schema()) if "default" in key}
    assert defaults == {(name, str(row.default)) for _, name, row in VALUES if row.default not in (None, "", [], {})}
