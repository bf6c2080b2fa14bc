"""What is known of people is forgotten once nothing needs it. On SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from posexport.app.customers import link_customer
from posexport.app.forgetting import UNUSED_S, Forgotten, find_first_kept, forget_people
from posexport.core.credit_facts import RegisterCustomer
from posexport.schedule import turn
from posexport.schedule.turn import SchedulerState, take_due_turn
from posexport.store.register_customers import save_customers
from posexport.store.setups import find_company_number
from tests.delivery.test_customer_links import FJORDVIK, Mode, on_account, set_up
from tests.support.harness import BRYGGA, VENUES, Shop, sale
from tests.support.looks import count_rows, read_rows

YEAR_S = 366 * 86_400


def open_shop(shop: Shop) -> None:
    mode = Mode()
    mode("match")
    set_up(shop, mode, "journal")


def list_members(shop: Shop, *codes: str) -> None:
    """Customers of a register's list, as a file has them."""
    with shop.open() as workspace, workspace.database.writing() as connection:
        company = find_company_number(connection, "fjordmat")
        known = [RegisterCustomer(code, "Ola Nordmann", email="ola@nordmann.example") for code in codes]
        save_customers(connection, company, known, workspace.now_utc_s)


def forget(shop: Shop) -> Forgotten:
    with shop.open() as workspace:
        return forget_people(workspace, workspace.load_setup().companies[0])


def known(shop: Shop) -> list[Any]:
    return [code for (code,) in read_rows(shop, "register_customer", "code")]


def documents(shop: Shop) -> str:
    return " ".join(document for (document,) in read_rows(shop, "register_customer", "document"))


def test_a_customer_nobody_sold_to_on_account_is_forgotten_after_a_month(both: Shop) -> None:
    open_shop(both)
    both.sell(on_account(FJORDVIK), sale(2, customer="MEMBER-9", at="2026-11-20T13:00:00"))
    list_members(both, "MEMBER-9", "LINKED", "NOBODY")
    with both.open() as workspace:
        link_customer(workspace, "fjordmat", "LINKED", "10106")
    assert forget(both) == Forgotten(0, 0)
    both.clock.now_s += UNUSED_S + 1
    list_members(both, "NEW")
    assert forget(both) == Forgotten(3, 0)
    assert known(both) == ["K-17", "LINKED", "NEW"]
    assert forget(both) == Forgotten(0, 0)


def test_what_a_ticket_said_is_kept_as_long_as_its_evidence_and_no_longer(both: Shop) -> None:
    open_shop(both)
    both.sell(on_account(FJORDVIK, customer_reference="rom 12"))
    both.export()
    both.clock.now_s += 5 * YEAR_S
    assert (forget(both), known(both)) == (Forgotten(0, 0), ["K-17"])
    both.clock.now_s += YEAR_S
    assert forget(both) == Forgotten(1, 1)
    assert (count_rows(both, "credit_facts"), count_rows(both, "ticket")) == (0, 1)
    assert known(both) == ["K-17"], "it is linked"


def test_of_a_linked_customer_the_number_alone_is_kept_once_the_evidence_need_not_be(both: Shop) -> None:
    open_shop(both)
    both.sell(on_account({**FJORDVIK, "email": "post@fjordvik.example", "address": ["Storgata 1"]}))
    both.export()
    both.clock.now_s += 5 * YEAR_S
    assert forget(both) == Forgotten(0, 0) and "Storgata" in documents(both)
    both.clock.now_s += YEAR_S
    assert forget(both) == Forgotten(1, 1)
    assert [word for word in ("Fjordvik", "post@", "Storgata") if word in documents(both)] == []
    assert "310042013" in documents(both), "another firm with the code is still told apart"
    assert forget(both) == Forgotten(0, 0), "once"


def test_what_a_ticket_said_is_kept_while_its_day_waits(both: Shop) -> None:
    open_shop(both)
    both.sell(on_account({"number": "NOBODY", "name": "Ingen AS"}))
    both.export()
    both.clock.now_s += 8 * YEAR_S
    forget(both)
    assert (count_rows(both, "credit_facts"), known(both)) == (1, ["NOBODY"])


def test_evidence_is_kept_for_five_years_after_its_own() -> None:
    for now, first in (((2026, 1, 1), "2021-01-01"), ((2026, 12, 31), "2021-01-01"), ((2027, 1, 1), "2022-01-01")):
        assert find_first_kept(int(datetime(*now, tzinfo=UTC).timestamp())).isoformat() == first


def test_a_scheduled_run_forgets_too(both: Shop) -> None:
    both.apply(torget='automatic_export = true\n  schedule = "daily"')
    both.sell(sale(1))
    list_members(both, "NOBODY")
    both.clock.now_s += UNUSED_S + 1
    with both.open() as workspace:
        take_due_turn(workspace, both.venues(workspace)[0], SchedulerState())
    assert known(both) == []


def test_of_several_venues_one_forgets_for_the_company_each_night(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    own = "automatic_export = true"
    shop.apply(torget=own, venues=VENUES + BRYGGA + f"  {own}\n")
    done: list[str] = []
    monkeypatch.setattr(turn, "forget_people", lambda _, company: done.append(company.id))
    with shop.open() as workspace:
        for venue in shop.venues(workspace):
            assert take_due_turn(workspace, venue, SchedulerState()) is not None
    assert done == ["fjordmat"]
