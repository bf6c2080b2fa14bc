"""Stores as earlier versions of posexport left them open, upgraded, with the same days.

`stores/VERSION.json` has the rows of a small store that the program of that schema version wrote (payloads and reports
left out) and the days as it showed them: two days drafted, a ticket that came back changed, a void one, one after
midnight, a register without a venue and a day that was accepted as closed; since 0006 also a drafted day that was
replaced, and 0008 by the program that keeps events as kinds and facts,
0011 by the one that keeps the day list, and 0012 by the one that keeps what credit sales say for an invoice. Its
`history` has what happened to each voucher as it was told: when, its state and its note, and the sentence in Norwegian
and in English.

0013 is by the program that makes orders of credit sales, and its `orders` are as that showed them: one that was sent,
one that was invoiced, one of a ticket that was part paid by card, and one that waits for its customer's link, on a
drafted day and on the next; a further credit sale was moved to the voucher. `history` has orders too. The `report` of
an order is kept: the program shows the order from it.

0014 is that store, opened by the program that has an office, with what was done there: the user of the machine drafted
a day and signed out, and one with roles in the company and at a venue was not allowed to.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from alembic import command
from sqlalchemy import Connection, MetaData, Table, text

from posexport.app.customers import link_customer
from posexport.app.history import read_story
from posexport.app.imports import undo_import
from posexport.app.orders import list_orders
from posexport.core.money import format_ore
from posexport.core.order_review import OrderReport
from posexport.core.orders.customers import LinkedBy
from posexport.core.orders.route import Route
from posexport.core.orders.state import OrderState
from posexport.core.report import DayReport, VoucherReport
from posexport.core.roles import Grant, Role
from posexport.sandbox import PowerOfficeGo
from posexport.sandbox.customers import Customer
from posexport.sandbox.ledger import Draft, Stored
from posexport.store.credit_routes import read_routes
from posexport.store.customer_links import read_links
from posexport.store.database import Database, _make_engine, open_database
from posexport.store.day_sums import find_wrong_days
from posexport.store.office_log import read_entries
from posexport.store.office_users import read_session
from posexport.store.register_customers import read_all_customers
from posexport.store.setups import find_company_number
from posexport.texts.events import describe_event
from posexport.texts.language import LANGS
from posexport.views.json_history import format_story
from tests.store.test_migrations import alembic_config
from tests.support.harness import SECRETS, Shop, codes, states
from tests.support.office import open_office
from tests.support.paths import TESTS

STORES = sorted(TESTS.glob("stores/*.json"))
FIRST, LAST = date(2026, 11, 18), date(2026, 11, 21)

of_every_version = pytest.mark.parametrize("path", STORES, ids=lambda path: path.stem)
of_versions_with_notes = pytest.mark.parametrize(
    "path", [path for path in STORES if path.stem < "0008"], ids=lambda path: path.stem
)
of_versions_with_orders = pytest.mark.parametrize(
    "path", [path for path in STORES if path.stem >= "0013"], ids=lambda path: path.stem
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


def describe_order(shown: OrderReport) -> dict[str, Any]:
    """An order as the store's file has it."""
    order, link, invoice = shown.order, shown.order.link, shown.seen.invoice
    return {
        "venue": shown.venue.id,
        "business_day": shown.business_day.isoformat(),
        "ticket": order.ticket_number,
        "reference": shown.reference,
        "state": shown.state_of_order.value,
        "remote_id": shown.remote_id,
        "order_no": shown.there.order_no if shown.there else None,
        "invoice": [invoice.number, invoice.on.isoformat(), format_ore(invoice.total_ore)] if invoice else None,
        "customer": [order.customer_code, link.customer_id, link.number] if link else [order.customer_code],
        "amounts": [format_ore(ore) for ore in (order.credit_ore, order.net_ore, order.vat_ore, order.total_ore)],
        "findings": [finding.code for finding in shown.findings],
        "lines": [
            [line.text, line.product, f"{line.quantity:f}", f"{line.price:f}", format_ore(line.total_ore)]
            for line in order.lines
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
    """What happened to each voucher and order, as a store's file has it."""
    found = {}
    with shop.open() as workspace:
        setup = workspace.load_setup()
        for venue in setup.venues:
            story = read_story(workspace.database, setup.company_of(venue), venue, FIRST, workspace.now_utc_s)
            document = format_story(story)
            told = [*document["vouchers"], *document.get("documents", [])]
            for delivered, shown in zip([*story.vouchers, *story.documents], told, strict=True):
                found[delivered.reference] = [
                    [
                        event["at"],
                        event["state"],
                        event["note"],
                        *(describe_event(recorded, delivered, story, lang) for lang in LANGS),
                    ]
                    for recorded, event in zip(delivered.events, shown["events"], strict=True)
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


def list_stored_orders(shop: Shop) -> list[OrderReport]:
    """Every order, as it is in the store: PowerOffice Go is not asked."""
    with shop.open() as workspace:
        return list_orders(workspace, shop.venues(workspace), asks=False)


@of_versions_with_orders
def test_a_store_of_an_earlier_version_shows_the_same_orders(bare: Shop, path: Path) -> None:
    store = json.loads(path.read_text(encoding="utf-8"))
    fill(bare.url, store)
    shown = list_stored_orders(bare)
    moved = [report for report in shown if report.state_of_order is OrderState.MOVED]
    assert [describe_order(report) for report in shown if report not in moved] == store["orders"]
    assert [report.order.ticket_number for report in moved] == ["5"], "listed since a later version"
    assert [report.reference for report in shown if report.is_changed] == []


@of_versions_with_orders
def test_where_credit_sales_of_an_earlier_version_are_booked_and_what_is_known_of_them_stays(
    bare: Shop, path: Path
) -> None:
    store = json.loads(path.read_text(encoding="utf-8"))
    fill(bare.url, store)
    bare.preview()
    list_stored_orders(bare)
    for table in ("credit_route", "customer_link", "order_seen"):
        kept = store["tables"][table]
        rows = bare.rows(f"SELECT {', '.join(kept['columns'])} FROM {table}")
        assert (len(rows), set(rows)) == (len(kept["rows"]), {tuple(row) for row in kept["rows"]}), table
    with bare.open() as workspace, workspace.database.reading() as connection:
        links = read_links(connection, find_company_number(connection, "fjorden"))
        routes = read_routes(connection, 1, (FIRST, LAST))
    assert {code: (one.link.number, one.link.by, one.who) for code, one in links.items()} == {
        "B-204": ("10204", LinkedBy.PERSON, "kari")
    }
    assert list(routes) == [FIRST]
    sealed = [(route.route, route.is_moved) for route in routes[FIRST].values()]
    assert sorted(sealed, key=str) == [(Route.ORDER, False)] * 4 + [(Route.VOUCHER, True)]


@of_versions_with_orders
def test_of_a_drafted_day_of_an_earlier_version_with_orders_nothing_is_sent_again(
    bare: Shop, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = json.loads(path.read_text(encoding="utf-8"))
    fill(bare.url, store)
    monkeypatch.chdir(bare.folder)
    before = bare.rows("SELECT id, reference, fingerprint, state, remote_id FROM delivery ORDER BY id")
    exported = [bare.export(FIRST, FIRST), bare.revise(FIRST, FIRST)]
    assert [states(one.report) for one in exported] == [["drafted", "drafted"]] * 2
    assert bare.line.posts == []
    assert bare.rows("SELECT id, reference, fingerprint, state, remote_id FROM delivery ORDER BY id") == before


def keep_vouchers(world: PowerOfficeGo, store: dict[str, Any], venue: int) -> None:
    """Have the ledger hold the vouchers that a store says are drafted of a venue."""
    table = store["tables"]["delivery"]
    for values in table["rows"]:
        row = dict(zip(table["columns"], values, strict=True))
        if (row["document_kind"], row["state"], row["venue_id"]) == ("voucher", "drafted", venue):
            drafted_at_s = float(row["drafted_at_utc_s"])
            draft = Draft(
                api="v2",
                kind="manual-journal",
                id=row["remote_id"],
                client_id=world.clients[0].client_id,
                application_key=SECRETS["PO_APP"],
                integration="posexport",
                reference=None,
                description=f"Dagsoppgjør [{row['reference']}]",
                voucher_date=FIRST,
                lines=(),
                created_at=datetime.fromtimestamp(drafted_at_s, UTC),
            )
            world.keep(Stored(draft, drafted_at_s, b"{}"))


@of_versions_with_orders
def test_an_order_of_an_earlier_version_that_waited_is_sent_when_its_customer_is_linked(
    bare: Shop, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = json.loads(path.read_text(encoding="utf-8"))
    fill(bare.url, store)
    monkeypatch.chdir(bare.folder)
    bare.world.set_customer(Customer(10300, "Kaikanten Kultur"))
    bare.world.change_customer(10300, name="Kaikanten Kultur AS")
    keep_vouchers(bare.world, store, 1)
    bare.clock.sleep(600)
    with bare.open() as workspace:
        link_customer(workspace, "fjorden", "77", "10300")
    bare.export(FIRST, FIRST)
    (made,) = bare.world.orders()
    (waited,) = [one for one in store["orders"] if one["ticket"] == "4"]
    assert (made.reference, made.total_ore) == (waited["reference"], 30_000)
    (sent,) = [report for report in list_stored_orders(bare) if report.reference == waited["reference"]]
    assert (sent.state_of_order, sent.remote_id) == (OrderState.SENT, made.id)


def test_users_sessions_acts_and_runs_of_an_earlier_version_are_there(bare: Shop) -> None:
    store = json.loads((TESTS / "stores" / "0014.json").read_text(encoding="utf-8"))
    fill(bare.url, store)
    [session] = [row for row in store["tables"]["office_session"]["rows"] if row[-1] is None]
    with bare.open() as workspace, workspace.database.reading() as connection:
        found = read_session(connection, session[0], made_after=0, seen_after=0)
        assert found is not None and not found.is_outdated
        assert (found.user.name, found.user.email, found.user.has_keys) == (
            "Per Dahl",
            "per.dahl@fjorden.example",
            True,
        )
        assert found.user.grants == (Grant(Role.READER, "fjorden"), Grant(Role.SHOP, "fjorden", "kaia"))
        assert [(entry.act, entry.who) for entry in read_entries(connection)] == [
            ("signed-out", "kari"),
            ("not-allowed", "Per Dahl"),
            ("draft-asked", "kari"),
            ("signed-in", "kari"),
        ]
    with open_office(bare) as office:
        visitor = office.sign_in()
        visitor.get("/runs")
        assert "Kaia Kafé" in visitor.text and "ferdig" in visitor.text


@of_every_version
def test_no_secret_is_in_a_store(path: Path) -> None:
    written = path.read_text(encoding="utf-8")
    assert [secret for secret in SECRETS.values() if secret in written] == []
