"""Which tickets a file holds is kept, in runs of their ids: a ticket stays while a file that is not undone holds it."""

from __future__ import annotations

import json
from datetime import datetime

from hypothesis import HealthCheck, given, settings, strategies as st

from posexport.core.actor import Actor, KnownBy
from posexport.core.sales import Coverage, Doubt, Payment, SaleLine, Ticket, TicketStatus
from posexport.store.sales_writer import SalesWriter
from posexport.store.setups import load_setup
from posexport.store.ticket_holds import HoldWriter
from tests.app.test_import import SAFT_VENUE
from tests.support import saft_builder as saft
from tests.support.harness import NOON, Shop, sale
from tests.support.scope import count_examples


def held_by(shop: Shop, file_id: int) -> set[int]:
    """The tickets that a file holds."""
    rows = shop.rows(f"SELECT first_id, last_id FROM ticket_hold WHERE file_id = {file_id}")
    return {id_ for first, last in rows for id_ in range(first, last + 1)}


def test_a_file_holds_its_new_changed_and_known_tickets(both: Shop) -> None:
    both.apply()
    both.sell(*(sale(n, id=f"a{n}") for n in (1, 2, 3, 4)))
    both.sell(sale(4, id="a4"), sale(2, "60.00", id="a2"), sale(5, id="a5"))
    assert held_by(both, 1) == {1, 2, 3, 4}
    assert held_by(both, 2) == {4, 2, 5}
    assert both.rows("SELECT COUNT(*) FROM ticket_hold WHERE act_id <> file_id") == [(0,)]


def test_a_file_of_new_tickets_holds_them_in_one_row_however_many_batches_they_are(both: Shop) -> None:
    both.apply()
    both.sell(*(sale(n, at=f"2026-11-20T12:{n // 60:02d}:{n % 60:02d}") for n in range(1201)))
    both.load(both.folder / "sales-1.jsonl")
    assert both.rows("SELECT file_id, first_id, last_id, act_id FROM ticket_hold ORDER BY file_id") == [
        (1, 1, 1201, 1),
        (2, 1, 1201, 2),
    ]


def test_a_file_that_is_refused_holds_nothing(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00"), sale(1, "120.00"))
    assert both.rows("SELECT COUNT(*) FROM ticket_hold") == [(0,)]


@settings(max_examples=count_examples(40), suppress_health_check=list(HealthCheck))
@given(batches=st.lists(st.lists(st.integers(1, 40), max_size=12), max_size=6))
def test_whatever_order_tickets_are_held_in_all_of_them_are_kept_and_no_others(
    both: Shop, batches: list[list[int]]
) -> None:
    both.change("DELETE FROM ticket_hold")
    with both.open() as workspace, workspace.database.writing() as connection:
        writer = HoldWriter(connection, 7, 9)
        for batch in batches:
            writer.add(batch)
        writer.finish()
    assert held_by(both, 7) == {id_ for batch in batches for id_ in batch}
    assert both.rows("SELECT COUNT(*) FROM ticket_hold WHERE act_id <> 9") == [(0,)]


def test_who_read_a_file_and_what_the_file_says_of_itself_are_kept(both: Shop) -> None:
    both.apply(venues=SAFT_VENUE)
    path = both.folder / "day.xml"
    path.write_bytes(saft.document(saft.sale("1")))
    both.load(path)
    ((kind, who, known_by, made_at, claim, number),) = both.rows(
        "SELECT kind, who, known_by, made_at_utc_s, claim, organization_number FROM sales_file"
    )
    assert (kind, who, known_by, number) == ("import", "kari", "terminal", "999999999")
    kept = json.loads(claim)
    assert datetime.fromisoformat(kept["made_at"]).astimezone().tzinfo is not None
    assert made_at is not None
    assert kept["batch"]


def test_a_file_that_does_not_say_when_it_was_made_is_kept_without(both: Shop) -> None:
    both.apply()
    both.sell(sale(1))
    assert both.rows("SELECT made_at_utc_s FROM sales_file") == [(None,)]


def test_what_a_reader_could_not_judge_is_kept_with_the_ticket_which_counts_nowhere(both: Shop) -> None:
    both.apply()
    doubts = (
        Doubt("unjudged-ticket", (("what", "void"), ("written", "kanskje"))),
        Doubt("unjudged-ticket", (("what", "training"), ("written", "2"))),
        Doubt("other-currency", (("currency", "EUR"), ("ledger_currency", "NOK"))),
    )
    line, payment = SaleLine("100", "3", 10_000), Payment("CARD", 10_000)
    ticket = Ticket("1", "7", datetime(2026, 11, 20, 12), (line,), (payment,), status=TicketStatus.UNJUDGED)
    with both.open() as workspace, workspace.database.writing() as connection:
        venue = load_setup(connection).venues[0]
        writer = SalesWriter(
            connection, "day", "saft", lambda location, register: venue, int(NOON), actor=Actor("ole", KnownBy.TERMINAL)
        )
        writer.add_claim(Coverage(made_at=datetime(2026, 11, 21, 6)))
        writer.add_ticket(ticket._replace(doubts=doubts))
        writer.finish()
    assert both.rows("SELECT status, sales_ore FROM ticket") == [(TicketStatus.UNJUDGED, 10_000)]
    assert both.rows("SELECT COUNT(*) FROM entry") == [(0,)]
    kept = both.rows(
        "SELECT code, other_id, facts, act_id, business_day FROM ticket_doubt ORDER BY code, other_id DESC"
    )
    assert [row[:2] for row in kept] == [("other-currency", 0), ("unjudged-ticket", 0), ("unjudged-ticket", -1)]
    assert [json.loads(row[2]) for row in kept] == [dict(doubts[n].facts) for n in (2, 0, 1)]
    assert {row[3:] for row in kept} == {(1, 20261120)}


def test_a_z_report_is_kept_as_each_file_had_it(both: Shop) -> None:
    both.apply(venues=SAFT_VENUE)
    for n, total in enumerate(("90.00", "90.00", "100.00")):
        body = f"<reportTotalCashSales><totalCashSaleAmnt>{total}</totalCashSaleAmnt></reportTotalCashSales>"
        path = both.folder / f"{n}.xml"
        path.write_bytes(saft.document(saft.sale("1"), before=saft.event("ZREP", report=saft.report(body=body))))
        both.load(path)
    assert both.rows("SELECT file_id, total_ore FROM z_reading ORDER BY file_id") == [(1, 9000), (2, 9000), (3, 10000)]
    assert both.rows("SELECT file_id, total_ore FROM z_report") == [(3, 10000)]
