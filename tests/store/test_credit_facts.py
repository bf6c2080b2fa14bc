"""What credit sales say for an invoice, as it is stored: for whom, from which file, and when it goes. On SQLite and
PostgreSQL."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from posexport.app.imports import list_imports, undo_import
from posexport.app.tickets import WhichTicket, restore, withdraw
from posexport.core.credit_facts import CreditFacts, LineText, RegisterCustomer
from posexport.core.sales import MasterData
from posexport.store.aside import digest_item, format_item, parse_ticket
from posexport.store.credit_facts import read_facts
from posexport.store.database import day_number
from posexport.store.master_data import load_master_data, read_master_versions, save_master_data
from posexport.store.register_customers import read_customers, save_customers
from posexport.store.setups import find_company_number, find_venue_number
from tests.sources.test_credit_facts import HOTEL, LINES, read_json
from tests.support.harness import FRIDAY, SECRETS, VENUES, Shop, sale
from tests.support.looks import count_rows, read_rows

WITH_9 = VENUES.replace('["1", "2"]', '["1", "9"]')


def on_account(number: int = 1, **more: Any) -> dict[str, Any]:
    """A lunch of 250.00 on a hotel's account."""
    return sale(number, "250.00", paid="CREDIT", **{"customer": HOTEL, "lines": LINES, **more})


def facts(shop: Shop, venue: str = "torget") -> list[CreditFacts]:
    """Those of Friday, by ticket."""
    with shop.open() as workspace, workspace.database.reading() as connection:
        company = find_company_number(connection, "fjordmat")
        [of_setup] = [one for one in workspace.load_setup().venues if one.id == venue]
        number = find_venue_number(connection, of_setup)
        return list(read_facts(connection, company, number, day_number(FRIDAY)).values())


def undo(shop: Shop, place: int) -> None:
    """Undo one import, in the order they were read."""
    with shop.open() as workspace:
        undo_import(workspace, sorted(act.id for act in list_imports(workspace))[place])


def test_a_credit_sale_keeps_what_an_invoice_needs(both: Shop) -> None:
    both.apply()
    both.sell(on_account(customer_reference="rom 12", reference="bord 3"))
    [told] = facts(both)
    assert told == read_json(on_account(customer_reference="rom 12", reference="bord 3")).facts


def test_what_is_paid_at_once_keeps_nothing(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, customer=HOTEL), on_account(2, training=True), on_account(3, void=True))
    assert facts(both) == []
    assert (count_rows(both, "credit_facts"), count_rows(both, "register_customer")) == (0, 0)


def test_a_mixed_ticket_keeps_it_too(both: Shop) -> None:
    both.apply()
    payments = [{"payment_type": "CARD", "amount": "50.00"}, {"payment_type": "CREDIT", "amount": "200.00"}]
    both.sell(on_account(payments=payments))
    assert len(facts(both)) == 1


def test_a_voucher_and_its_fingerprint_are_the_same_whatever_is_said_for_an_invoice(both: Shop) -> None:
    both.apply()
    both.sell(on_account(customer="K-4", lines=[{**line, "text": "x"} for line in LINES]))
    before = both.only_voucher(both.export().report)
    result = both.sell(on_account(customer_reference="rom 12"))
    assert [(file.known, file.changed) for file in result.results] == [(1, 0)]
    after = both.only_voucher(both.preview(FRIDAY, FRIDAY))
    assert (after.state, after.findings, after.voucher.lines) == (before.state, before.findings, before.voucher.lines)
    assert [told.customer_reference for told in facts(both)] == ["rom 12"]


def test_the_file_that_was_read_last_counts_and_undoing_it_goes_back(both: Shop) -> None:
    both.apply()
    both.sell(on_account(customer_reference="first"))
    both.sell(on_account(customer_reference="second"))
    assert [told.customer_reference for told in facts(both)] == ["second"]
    undo(both, 1)
    assert [told.customer_reference for told in facts(both)] == ["first"]
    undo(both, 0)
    assert facts(both) == []
    assert count_rows(both, "credit_facts") == 0


def test_the_same_file_twice_says_it_once(both: Shop) -> None:
    both.apply()
    both.sell(on_account())
    both.sell(on_account())
    assert len(facts(both)) == 1


def test_a_ticket_that_comes_back_changed_says_what_its_last_file_says(both: Shop) -> None:
    both.apply()
    both.sell(on_account())
    less = [{**LINES[0], "text": "Kort lunsj", "quantity": 1}]
    changed = on_account(lines=less, payments=[{"payment_type": "CREDIT", "amount": "200.00"}])
    assert both.sell(changed).results[0].changed == 1
    [told] = facts(both)
    assert told.line_texts == (LineText("Kort lunsj", "1", "4711"),)


def test_a_withdrawn_ticket_has_it_again_when_it_is_restored(both: Shop) -> None:
    both.apply()
    both.sell(on_account())
    before = facts(both)
    with both.open() as workspace:
        [venue] = [venue for venue in workspace.load_setup().venues if venue.id == "torget"]
        which = WhichTicket(FRIDAY, "1", "1")
        withdraw(workspace, venue, which, "en prøve")
        restore(workspace, venue, which)
    assert facts(both) == before


def test_a_customer_is_known_by_everything_that_any_ticket_said(both: Shop) -> None:
    both.apply()
    both.sell(on_account(1), on_account(2, customer="K-4"))
    both.sell(on_account(3, customer={"number": "K-4", "email": "ny@fjellstua.example", "contact": "Kari"}))
    told = [one.customer for one in facts(both)]
    assert [customer and customer.email for customer in told] == ["ny@fjellstua.example"] * 3
    assert [customer and customer.name for customer in told] == ["Fjellstua Drift AS"] * 3
    assert [customer and customer.contact for customer in told] == ["Ola Berg", "", "Kari"]


def test_customers_of_two_companies_do_not_mix(both: Shop) -> None:
    both.apply()
    with both.open() as workspace, workspace.database.writing() as connection:
        save_customers(connection, 7, [RegisterCustomer("K-4", "Hos andre")], 0)
        assert read_customers(connection, 8, ["K-4"]) == {}
        assert read_customers(connection, 7, ["K-4", "K-5"]) == {"K-4": RegisterCustomer("K-4", "Hos andre")}


def test_many_customers_are_read_at_once(both: Shop) -> None:
    both.apply()
    numbers = [str(number) for number in range(2_500)]
    with both.open() as workspace, workspace.database.writing() as connection:
        save_customers(connection, 7, map(RegisterCustomer, numbers), 0)
        assert len(read_customers(connection, 7, numbers)) == len(numbers)


def test_tickets_kept_aside_keep_it_and_move_in_with_it(both: Shop) -> None:
    both.apply()
    both.sell(on_account(register="9"))
    assert facts(both) == []
    both.apply(venues=WITH_9)
    assert facts(both) == [read_json(on_account(register="9")).facts]
    undo(both, 0)
    assert count_rows(both, "credit_facts") == 0


def test_a_copy_kept_aside_is_known_whatever_it_says_for_an_invoice() -> None:
    ticket = read_json(on_account())
    bare = ticket._replace(facts=None)
    assert digest_item(format_item(ticket)) == digest_item(format_item(bare))
    assert "facts" not in json.loads(format_item(bare))
    assert parse_ticket(format_item(ticket)) == ticket
    assert parse_ticket(format_item(bare)) == bare
    quoted = bare._replace(customer='"facts": [')
    assert digest_item(format_item(quoted)) != digest_item(format_item(bare))


def test_customers_of_a_registers_own_list_are_no_master_data(both: Shop) -> None:
    """They are kept apart: they are people, and no reader of master data asks for them."""
    known = MasterData(product_types={"1": "Mat"}, customers={"K-4": RegisterCustomer("K-4", "Fjellstua")})
    assert known.merged(MasterData(customers={"K-5": RegisterCustomer("K-5")})).customers.keys() == {"K-4", "K-5"}
    both.apply()
    with both.open() as workspace, workspace.database.writing() as connection:
        save_master_data(connection, known)
        before = read_master_versions(connection)
        save_master_data(connection, replace(known, customers={"K-5": RegisterCustomer("K-5")}))
        assert read_master_versions(connection) == before
        kept = load_master_data(connection, "")
        assert kept is not None
        assert not kept.customers


def test_nothing_of_it_is_told_where_people_are_not_meant_to_be(both: Shop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    both.apply()
    both.sell(on_account())
    both.export()
    told = caplog.text + json.dumps([dict(row) for row in read_rows(both, "delivery_event")], default=str)
    assert not any(str(text) in told for text in (HOTEL["name"], HOTEL["email"], HOTEL["contact"], *SECRETS.values()))
