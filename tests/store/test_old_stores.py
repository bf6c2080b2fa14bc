"""Stores as earlier versions of posexport left them open, upgraded, with the same days.

`stores/VERSION.json` has the rows of a small store that the program of that schema version wrote (payloads and reports
left out) and the days as it showed them: two days drafted, a ticket that came back changed, a void one, one after
midnight, a register without a venue and a day that was accepted as closed; since 0006 also a drafted day that was
replaced, and 0008 by the program that keeps events as kinds and facts,
0011 by the one that keeps the day list, and 0012 by the one that keeps what credit sales say for an invoice. Its
`history` has what happened to each voucher as it was told: when, its state and its note, and the sentence in Norwegian
and in English.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from alembic import command
from sqlalchemy import Connection, MetaData, Table, text

from posexport.app.history import read_story
from posexport.app.imports import undo_import
from posexport.core.money import format_ore
from posexport.core.report import DayReport, VoucherReport
from posexport.store.credit_facts import read_all_customers
from posexport.store.customer_links import read_links
from posexport.store.database import Database, _make_engine, open_database
from posexport.store.day_sums import find_wrong_days
from posexport.store.setups import find_company_number
from posexport.texts.events import describe_event
from posexport.texts.language import LANGS
from posexport.views.json_history import format_story
from tests.store.test_migrations import alembic_config
from tests.support.harness import Shop, codes
from tests.support.paths import TESTS

STORES = sorted(TESTS.glob("stores/*.json"))
FIRST, LAST = date(2026, 11, 18), date(2026, 11, 21)

of_every_version = pytest.mark.parametrize("path", STORES, ids=lambda path: path.stem)
of_versions_with_notes = pytest.mark.parametrize(
    "path", [path for path in STORES if path.stem < "0008"], ids=lambda path: path.stem
)


@pytest.fixture
def bare(bare_database_url: str, tmp_path: Path) -> Shop:
    """A shop whose database has nothing in it, not even a schema."""
    return Shop(bare_database_url, tmp_path)


def fill(url: str, store: dict[str, Any]) -> None:
    """Make a database of an earlier version, with its rows."""
    parsed = sqlalchemy.make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    database = Database(_make_engine(parsed))
    config = alembic_config()
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, store["version"])
        metadata = MetaData()
        metadata.reflect(connection)
        for table in metadata.sorted_tables:
            rows = store["tables"].get(table.name)
            if rows is not None:
                _insert(connection, table, rows["columns"], rows["rows"])
    database.close()


def _insert(connection: Connection, table: Table, columns: list[str], rows: list[list[Any]]) -> None:
    booleans = [isinstance(table.c[name].type, sqlalchemy.Boolean) for name in columns]
    told = [
        {name: bool(value) if is_bool else value for name, value, is_bool in zip(columns, row, booleans, strict=True)}
        for row in rows
    ]
    connection.execute(table.insert(), told)
    if connection.dialect.name == "postgresql" and table.name != "ticket" and "id" in columns:
        sequence = connection.execute(text(f"SELECT pg_get_serial_sequence('{table.name}', 'id')")).scalar()
        if sequence is not None:
            connection.execute(text(f"SELECT setval('{sequence}', {max(row[0] for row in rows)})"))


def describe(shown: DayReport) -> dict[str, Any]:
    """A day as the store's file has it."""
    voucher = shown.voucher if isinstance(shown, VoucherReport) else None
    return {
        "venue": shown.venue.id,
        "business_day": shown.business_day.isoformat(),
        "state": shown.state.value,
        "reference": shown.reference,
        "debit": format_ore(voucher.debit_ore if voucher else 0),
        "remote_id": shown.remote_id if isinstance(shown, VoucherReport) else None,
        "findings": codes(shown),
        "lines": [
            [line.account, line.vat_code, format_ore(line.debit_ore), format_ore(line.credit_ore)]
            for line in (voucher.lines if voucher else ())
        ],
    }


@of_every_version
def test_a_store_of_an_earlier_version_shows_the_same_days(bare: Shop, path: Path) -> None:
    store = json.loads(path.read_text(encoding="utf-8"))
    fill(bare.url, store)
    shown = [describe(report) for report in bare.preview(FIRST, LAST).vouchers]
    assert shown == store["days"]


@pytest.mark.sampled(3)
@of_every_version
def test_a_store_of_an_earlier_version_keeps_the_sums_of_its_tickets(bare: Shop, path: Path) -> None:
    fill(bare.url, json.loads(path.read_text(encoding="utf-8")))
    days = [date(2026, 11, day) for day in (18, 19, 20)]
    database = open_database(bare.url)
    with database.reading() as connection:
        assert [find_wrong_days(connection, venue, days) for venue in (1, 2)] == [[], []]
    database.close()


@pytest.mark.sampled(3)
@of_every_version
def test_a_drafted_day_of_an_earlier_version_keeps_its_fingerprint(bare: Shop, path: Path) -> None:
    store = json.loads(path.read_text(encoding="utf-8"))
    fill(bare.url, store)
    columns = store["tables"]["delivery"]["columns"]
    before = {(row[columns.index("reference")], row[columns.index("fingerprint")]) for row in _deliveries(store)}
    bare.preview()
    assert set(bare.rows("SELECT reference, fingerprint FROM delivery")) == before
    report = bare.preview(FIRST, FIRST)
    assert [shown.state.value for shown in report.vouchers] == ["drafted", "drafted"]
    assert not any("changed-after-draft" in codes(shown) for shown in report.vouchers)


@pytest.mark.sampled(3)
@of_every_version
def test_what_happened_to_the_vouchers_of_an_earlier_version_is_told_as_it_was(bare: Shop, path: Path) -> None:
    store = json.loads(path.read_text(encoding="utf-8"))
    fill(bare.url, store)
    assert read_history(bare) == store["history"]


def read_history(shop: Shop) -> dict[str, list[list[str]]]:
    """What happened to each voucher, as a store's file has it."""
    found = {}
    with shop.open() as workspace:
        setup = workspace.load_setup()
        for venue in setup.venues:
            story = read_story(workspace.database, setup.company_of(venue), venue, FIRST, workspace.now_utc_s)
            for voucher, document in zip(story.vouchers, format_story(story)["vouchers"], strict=True):
                found[voucher.reference] = [
                    [
                        shown["at"],
                        shown["state"],
                        shown["note"],
                        *(describe_event(recorded, voucher, story, lang) for lang in LANGS),
                    ]
                    for recorded, shown in zip(voucher.events, document["events"], strict=True)
                ]
    return found


@pytest.mark.sampled(3)
@of_versions_with_notes
def test_a_store_of_an_earlier_version_goes_back_to_the_notes_it_had(bare: Shop, path: Path) -> None:
    store = json.loads(path.read_text(encoding="utf-8"))
    fill(bare.url, store)
    columns, rows = store["tables"]["delivery_event"]["columns"], store["tables"]["delivery_event"]["rows"]
    before = [(row[columns.index("state")], row[columns.index("note")]) for row in rows]
    database, config = open_database(bare.url), alembic_config()
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0007")
    with database.reading() as connection:
        kept = connection.execute(text("SELECT state, note FROM delivery_event ORDER BY id")).fetchall()
    database.close()
    assert [tuple(row) for row in kept] == before


def _deliveries(store: dict[str, Any]) -> list[list[Any]]:
    rows: list[list[Any]] = store["tables"]["delivery"]["rows"]
    return rows


@pytest.mark.sampled(3)
@of_every_version
def test_imports_of_an_earlier_version_are_undone_one_by_one_and_leave_nothing_behind(bare: Shop, path: Path) -> None:
    store = json.loads(path.read_text(encoding="utf-8"))
    fill(bare.url, store)
    bare.preview()
    [(left,)] = bare.rows("SELECT COUNT(*) FROM ticket")
    for (import_id,) in bare.rows("SELECT id FROM sales_file WHERE kind = 'import' ORDER BY id"):
        with bare.open() as workspace:
            undone = undo_import(workspace, import_id)
        left -= undone.removed
        assert bare.rows("SELECT COUNT(*) FROM ticket") == [(left,)]
        with bare.open() as workspace, workspace.database.reading() as connection:
            days = [date(2026, 11, day) for day in (18, 19, 20)]
            assert [find_wrong_days(connection, venue, days) for venue in (1, 2)] == [[], []]
    assert left == 0
    for table in ("ticket", "entry", "ticket_hold", "span", "day_sum", "day_count"):
        assert bare.rows(f"SELECT COUNT(*) FROM {table}") == [(0,)], table
    shown = bare.preview(FIRST, FIRST).vouchers
    assert [(report.state.value, codes(report)[0]) for report in shown] == [("drafted", "changed-after-draft")] * 2


def test_customers_of_an_earlier_version_are_known_and_have_no_link_yet(bare: Shop) -> None:
    fill(bare.url, json.loads((TESTS / "stores" / "0012.json").read_text(encoding="utf-8")))
    with bare.open() as workspace, workspace.database.reading() as connection:
        known = read_all_customers(connection, find_company_number(connection, "fjorden"))
        assert read_links(connection, find_company_number(connection, "fjorden")) == {}
    assert (known["B-204"].name, known["B-204"].organization_number) == ("Bølgen Kurs AS", "974760673")
    assert sorted(known) == ["77", "B-204"]
