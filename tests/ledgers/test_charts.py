"""What PowerOffice told of a client is remembered: an ordinary night asks only for a token, sends the voucher, and
its documentation. What is remembered never holds a voucher back, nor does it outlive a refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from posexport.core.ports.ledger import Account, Chart
from posexport.core.vat import VatRate
from posexport.delivery.chart_cache import CHART_KEPT_S
from posexport.sandbox import Fault
from posexport.store.charts import doubt_chart, find_chart, load_chart, load_last_chart, load_vat_rates, save_chart
from tests.support.harness import MAPPING, Shop, sale, states
from tests.support.looks import Within, overwrite_rows

DAY_S = 86_400


def night(shop: Shop, day: date, **more: str) -> list[str]:
    """A day's sales, exported by a program started anew; the requests it made."""
    shop.sell(sale(day.toordinal(), at=f"{day}T12:00:00", **more))
    before = len(shop.world.requests)
    shop.export()
    return [f"{asked.method} {asked.path}" for asked in list(shop.world.requests)[before:]]


# Of an import that nobody has posted it is asked once a night whether it has failed. Journal entries, of which the
# server would take a second one, are looked for first, in one list for all vouchers of a client key.
NIGHTS = {
    "import": ["POST /OAuth/Token", "GET /Import/{id}/status", "POST /Import/"],
    "journal": [
        "POST /OAuth/Token",
        "GET /v2/JournalEntryVouchers",
        "POST /v2/JournalEntryVouchers/ManualJournals",
        "POST /v2/JournalEntryVouchers/{id}/VoucherPages",
    ],
    "ledger": ["POST /OAuth/Token", "POST /v2/Vouchers/ManualJournals", "POST /v2/Vouchers/{id}/VoucherPages"],
}


@pytest.mark.parametrize("target", ["import", "journal"])
def test_an_ordinary_night_takes_no_more_requests_than_it_must(both: Shop, target: str) -> None:
    both.apply(target=target)
    assert len(night(both, date(2026, 11, 20))) > len(NIGHTS[target]), "the first asks what there is"
    both.clock.now_s += DAY_S
    asked = night(both, date(2026, 11, 21))
    ids = {draft.id for draft in both.world.drafts()}
    shown = ["/".join("{id}" if part in ids else part for part in request.split("/")) for request in asked]
    assert shown == NIGHTS[target]


def test_after_a_week_it_is_asked_again(shop: Shop) -> None:
    shop.apply()
    night(shop, date(2026, 11, 20))
    shop.clock.now_s += CHART_KEPT_S
    assert "GET /GeneralLedgerAccount/" in night(shop, date(2026, 11, 27))


def test_a_day_further_back_than_what_is_remembered_is_asked_about_since_it_may_be_locked_now(shop: Shop) -> None:
    shop.apply(target="journal")
    night(shop, date(2026, 11, 20))
    shop.clock.now_s += DAY_S
    shop.world.set_lock_date(date(2026, 11, 15))
    assert "GET /v2/LockDateSettings" in night(shop, date(2026, 11, 14))
    assert "held" in states(shop.preview(date(2026, 11, 14), date(2026, 11, 14)))


def test_what_is_remembered_holds_nothing_back(shop: Shop) -> None:
    """An account that was closed when it was asked about, and has been opened since."""
    client = shop.world.clients[0]
    closed = {**client.accounts, 1592: replace(client.accounts[1592], active=False)}
    shop.world.add_client(replace(client, accounts=closed))
    shop.apply(target="journal")
    night(shop, date(2026, 11, 20), paid="CASH")
    shop.clock.now_s += DAY_S
    shop.world.add_client(client)
    assert "GET /v2/GeneralLedgerAccounts" in night(shop, date(2026, 11, 21))
    assert len(shop.world.drafts()) == 2


def test_a_refusal_makes_it_forgotten(shop: Shop) -> None:
    """An account that was open when it was asked about, and has been closed since: PowerOffice refuses, and the next
    run says which account it is."""
    shop.apply(target="journal")
    night(shop, date(2026, 11, 20))
    shop.clock.now_s += DAY_S
    client = shop.world.clients[0]
    shop.world.add_client(
        replace(client, accounts={**client.accounts, 1592: replace(client.accounts[1592], active=False)})
    )
    shop.world.faults = lambda request: (
        Fault("refuse", status=400) if request.method == "POST" and "ManualJournals" in request.path else None
    )
    night(shop, date(2026, 11, 21))
    shop.world.faults = lambda request: None
    told = shop.export()
    assert states(told.report) == ["held"]
    assert [found.code for found in told.report.vouchers[0].findings] == ["inactive-account"]


def test_a_rate_that_is_in_doubt_is_asked_for_anew(shop: Shop) -> None:
    shop.apply(mapping=MAPPING)
    night(shop, date(2026, 11, 20), vat="25.00")
    shop.clock.now_s += DAY_S
    asked = night(shop, date(2026, 11, 21), vat="20.00")
    assert "GET /VatCode/" in asked, "the register says another rate than the one remembered"


WHOLE = Chart(
    accounts={
        "3020": Account("3020", "Salg, blåbær", 7, is_active=False, vat_code="3", is_vat_code_locked=True),
        "1592": Account(
            "1592", "", is_department_required=True, is_project_required=True, required=("product", "dim2")
        ),
    },
    vat_rates=(VatRate("3", 2500, date(2000, 1, 1), id=11), VatRate("C24", 2400, None, date(2004, 12, 31), 12)),
    departments={"10": 4},
    customers={"10001": 9},
    lock_date=date(2026, 9, 30),
)


@pytest.mark.parametrize("chart", [WHOLE, Chart(), Chart(accounts={}, departments={}, customers={})])
def test_a_chart_comes_back_as_it_was_kept(both: Shop, chart: Chart) -> None:
    both.apply()
    with both.open() as workspace:
        with workspace.database.writing() as connection:
            save_chart(connection, 1, "journal", chart, 5)
            save_chart(connection, 1, "journal", chart, 6)
        with workspace.database.reading() as connection:
            assert load_chart(connection, 1, "journal") == (6, chart)
            assert load_chart(connection, 1, "import") is None, "ids of one API are nothing to the other"
            assert load_chart(connection, 2, "journal") is None
        with workspace.database.writing() as connection:
            doubt_chart(connection, 1)
        with workspace.database.reading() as connection:
            assert load_chart(connection, 1, "journal") is None
            assert load_last_chart(connection, 1, "journal") == (6, chart), "people may look at it"
            assert load_last_chart(connection, 1, "import") is None
            assert load_vat_rates(connection, 1) == chart.vat_rates, "rates are good for previews all the same"


def test_a_chart_that_an_earlier_version_kept_is_asked_for_anew_and_its_rates_are_good(both: Shop) -> None:
    """It tells neither which row of a VAT code is meant nor what an account requires."""
    both.apply()
    kept = '{"accounts": [["1592", "Kort", 7, true, null, false, false, false]], "vat_ids": {"3": 11}}'
    with both.open() as workspace, workspace.database.writing() as connection:
        save_chart(connection, 1, "journal", WHOLE, 5)
        told = {"document": kept, "rates": '[["3", 2500, "2000-01-01", null]]'}
        overwrite_rows(Within(connection), "chart", told)
        assert find_chart(connection, 1, "journal") is None
        assert load_chart(connection, 1, "journal") is None
        assert load_vat_rates(connection, 1) == (VatRate("3", 2500, date(2000, 1, 1)),)


def test_rates_stay_where_none_are_told(both: Shop) -> None:
    both.apply()
    with both.open() as workspace, workspace.database.writing() as connection:
        save_chart(connection, 1, "journal", WHOLE, 5)
        save_chart(connection, 1, "journal", Chart(), 6)
        assert load_vat_rates(connection, 1) == WHOLE.vat_rates
