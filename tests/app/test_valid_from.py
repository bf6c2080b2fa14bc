"""Accounts that change on a day: each voucher goes by the rows of its own date, and what was drafted stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from posexport.app.export import Revision
from posexport.app.setup import STAYING, Applied, save_setup
from posexport.core.ports.ledger import Chart
from posexport.core.report import VoucherReport
from posexport.core.vat import VatRate
from posexport.setup.file import read_setup
from posexport.store.charts import save_chart
from posexport.texts.describe import message_of
from tests.support.books import Books
from tests.support.harness import KARI, MAPPING, Shop, codes, sale, setup_text, states

NOVEMBER, DECEMBER = date(2026, 11, 30), date(2026, 12, 1)
FIRST = date(2026, 11, 27)
FOOD_LATER = """
  [[company.product_type]]
  code = "100"
  valid_from = 2026-12-01
  name = "Mat"
  accounts = { "31" = "3035", "3" = "3025" }
"""
CHANGED = MAPPING.replace("  [company.accounts]", FOOD_LATER + "  [company.accounts]")


def at(day: date, clock: str = "12:00:00") -> str:
    return f"{day}T{clock}"


def in_december(shop: Shop, day: int = 6) -> None:
    shop.clock.now_s = datetime(2026, 12, day, 12, tzinfo=UTC).timestamp()


def save(shop: Shop, mapping: str, **options: Any) -> Applied:
    path = shop.folder / "setup.toml"
    path.write_text(setup_text(reports=str(shop.folder / "reports"), mapping=mapping, **options), encoding="utf-8")
    with shop.open() as workspace:
        companies = read_setup(path, workspace.load_setup(), shop.environ)
        return save_setup(workspace.database, companies, STAYING, workspace.now_utc_s, KARI)


def sell_over_the_change(shop: Shop) -> None:
    """A ticket on each day from 27 November to 4 December."""
    shop.sell(*(sale(n, at=at(FIRST + timedelta(days=n))) for n in range(8)))


def accounts_of(shown: VoucherReport) -> set[str | None]:
    assert shown.voucher is not None
    return {line.account for line in shown.voucher.lines if line.account != "1592"}


def by_day(shop: Shop, first: date = FIRST, last: date = date(2026, 12, 4)) -> dict[date, set[str | None]]:
    return {shown.business_day: accounts_of(shown) for shown in shop.preview(first, last).vouchers}


def test_each_day_goes_by_the_rows_of_its_own_date(both: Shop) -> None:
    save(both, CHANGED)
    in_december(both)
    sell_over_the_change(both)
    exported = both.export()
    assert set(states(exported.report)) == {"drafted"}
    found = {shown.business_day: accounts_of(shown) for shown in exported.report.vouchers}
    assert {day for day, accounts in found.items() if accounts == {"3020"}} == {
        FIRST + timedelta(days=n) for n in range(4)
    }
    assert {day for day, accounts in found.items() if accounts == {"3025"}} == {
        DECEMBER + timedelta(days=n) for n in range(4)
    }


def test_what_was_drafted_stays_and_nobody_is_told_of_it(both: Shop) -> None:
    save(both, MAPPING)
    in_december(both, 1)
    both.sell(*(sale(n, at=at(FIRST + timedelta(days=n))) for n in range(4)))
    both.export()
    before = both.rows("SELECT id, fingerprint, lines, state FROM delivery ORDER BY id")
    assert len(before) == 4
    applied = save(both, CHANGED)
    assert (applied.changes, applied.drafted) == (("product type 100 from 2026-12-01: new",), ())
    in_december(both)
    both.sell(*(sale(10 + n, at=at(DECEMBER + timedelta(days=n))) for n in range(4)))
    exported = both.export(revision=Revision(remap=True))
    assert [shown.business_day.month for shown in exported.report.vouchers] == [12] * 4
    assert both.rows("SELECT id, fingerprint, lines, state FROM delivery ORDER BY id")[:4] == before
    assert [(row.state.value, row.findings) for row in both.status()] == [("drafted", ())] * 8


def test_drafted_days_are_told_of_where_their_own_rows_change(both: Shop) -> None:
    save(both, CHANGED)
    in_december(both)
    sell_over_the_change(both)
    both.export()
    (days,) = save(both, CHANGED.replace('"3025"', '"3026"')).drafted
    assert (days.first, days.last, days.count) == (DECEMBER, date(2026, 12, 4), 4)
    (days,) = save(both, CHANGED.replace('"3025"', '"3026"').replace('"3020"', '"3021"')).drafted
    assert (days.first, days.last, days.count) == (FIRST, NOVEMBER, 4)
    (days,) = save(both, CHANGED.replace('"3025"', '"3026"').replace("2026-12-01", "2026-12-03")).drafted
    assert (days.first, days.last) == (DECEMBER, date(2026, 12, 2)), "November is right again, the 3rd and 4th stay"


def test_remapping_goes_by_the_rows_of_each_day(shop: Shop) -> None:
    save(shop, MAPPING)
    in_december(shop)
    sell_over_the_change(shop)
    shop.export()
    (days,) = save(shop, CHANGED).drafted
    assert (days.first, days.count) == (DECEMBER, 4)
    shop.clock.now_s += 60
    exported = shop.export(revision=Revision(remap=True))
    assert [shown.business_day for shown in exported.report.vouchers] == [DECEMBER + timedelta(n) for n in range(4)]
    assert {account for shown in exported.report.vouchers for account in accounts_of(shown)} == {"3025"}


def test_a_correction_goes_by_the_rows_of_the_day_that_it_corrects(shop: Shop) -> None:
    books = Books(shop, "import").open(mapping=CHANGED)
    in_december(shop)
    shop.sell(sale(1, at=at(NOVEMBER)))
    shop.export()
    books.post("torget-20261130-r1")
    shop.sell(sale(2, "75.00", at=at(NOVEMBER, "13:00:00")))
    shop.clock.now_s += 60
    shown = shop.export(NOVEMBER, NOVEMBER, revision=Revision(date(2026, 12, 2))).report.vouchers[-1]
    assert shown.voucher is not None
    assert (shown.reference, shown.voucher.posting_date) == ("torget-20261130-r2", date(2026, 12, 2))
    assert [(line.account, line.amount_ore) for line in shown.voucher.lines] == [("1592", 7500), ("3020", -7500)]


def test_the_night_after_midnight_belongs_to_the_day_before(shop: Shop) -> None:
    save(shop, CHANGED)
    in_december(shop)
    shop.sell(sale(1, at=at(DECEMBER, "02:00:00")), sale(2, at=at(DECEMBER, "05:00:00")))
    assert by_day(shop, NOVEMBER, DECEMBER) == {NOVEMBER: {"3020"}, DECEMBER: {"3025"}}


RATES = (
    VatRate("3", 2500, None, date(2026, 11, 30)),
    VatRate("3", 2600, date(2026, 12, 1), None),
    VatRate("31", 1500),
)


def test_where_the_rate_changes_at_midnight_each_voucher_goes_by_its_own_date(shop: Shop) -> None:
    save(shop, CHANGED)
    in_december(shop)
    with shop.open() as workspace, workspace.database.writing() as connection:
        save_chart(connection, 1, "import", Chart(vat_rates=RATES), workspace.now_utc_s)
    shop.sell(sale(1, at=at(NOVEMBER)), sale(2, at=at(DECEMBER, "02:00:00")))
    shown = shop.preview(NOVEMBER, NOVEMBER).vouchers
    assert [(one.voucher.posting_date, accounts_of(one)) for one in shown if one.voucher] == [
        (NOVEMBER, {"3020"}),
        (DECEMBER, {"3025"}),
    ]


LATER = "\n  valid_from = 2026-12-01"


@pytest.mark.parametrize(
    ("row", "key", "sold"),
    [
        ('code = "200"', "missing-account/product-later", {"product": "200"}),
        ('code = "CASH"', "missing-account/payment-later", {"paid": "CASH"}),
        ('code = "31"', "missing-vat-code/later", {"vat_code": "31"}),
        ("[company.accounts]", "missing-account/other-later", {"tip": "10.00", "lines": []}),
    ],
)
def test_a_code_whose_first_row_comes_later_holds_the_days_before(
    shop: Shop, row: str, key: str, sold: dict[str, Any]
) -> None:
    save(shop, MAPPING.replace(row, row + LATER))
    in_december(shop)
    paid: dict[str, Any] = {"payments": [{"payment_type": "CARD", "amount": "10.00"}]} if "tip" in sold else {}
    shop.sell(*(sale(n, at=at(day), **paid, **sold) for n, day in enumerate((NOVEMBER, DECEMBER))))
    november, december = shop.preview().vouchers
    (finding,) = (found for found in november.findings if found.holds)
    assert (november.state.value, finding.key) == ("held", key)
    assert ("2026-12-01" in message_of(finding, "en"), "1.12.2026" in message_of(finding)) == (True, True)
    assert (december.state.value, codes(december)) == ("ready", [])


@pytest.mark.parametrize(
    ("since", "told"), [("2026-12-01", {"3020"}), ("2026-11-30", {"3025"}), ("2020-01-01", {"3025"})]
)
def test_the_first_day_is_one_that_it_counts_on(shop: Shop, since: str, told: set[str]) -> None:
    save(shop, CHANGED.replace("2026-12-01", since))
    in_december(shop)
    shop.sell(sale(1, at=at(NOVEMBER)))
    assert by_day(shop, NOVEMBER, NOVEMBER) == {NOVEMBER: told}


def test_a_payment_type_may_be_left_out_from_a_day_on(shop: Shop) -> None:
    card = '[[company.payment_type]]\n  code = "CARD"\n  valid_from = 2026-12-01\n  transfer = false\n'
    save(shop, MAPPING.replace("  [company.accounts]", card + "  [company.accounts]"))
    in_december(shop)
    sell_over_the_change(shop)
    reports = shop.preview(NOVEMBER, DECEMBER).vouchers
    assert [(shown.state.value, codes(shown)) for shown in reports] == [("ready", []), ("nothing", ["not-transferred"])]


def test_the_accounts_besides_may_change_too(shop: Shop) -> None:
    later = '[[company.accounts]]\n  valid_from = 2026-12-01\n  tips = "2912"\n'
    save(shop, MAPPING.replace("[company.accounts]", "[[company.accounts]]") + later)
    in_december(shop)
    tipped: dict[str, Any] = {"payments": [{"payment_type": "CARD", "amount": "135.00"}], "tip": "10.00"}
    shop.sell(sale(1, at=at(NOVEMBER), **tipped), sale(2, at=at(DECEMBER), **tipped))
    assert by_day(shop, NOVEMBER, DECEMBER) == {NOVEMBER: {"3020", "2911"}, DECEMBER: {"3020", "2912"}}
