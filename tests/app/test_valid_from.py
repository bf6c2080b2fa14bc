"""Accounts that change on a day: each voucher goes by the rows of its own date, and what was drafted stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from posexport.app.export import Revision
from posexport.app.history import read_story
from posexport.app.row_to_write import RowToWrite, work_out_row
from posexport.app.setup import STAYING, Applied, save_setup
from posexport.app.setup_rows import set_rows
from posexport.core.company import parse_company
from posexport.core.findings.setup_rows import Wanted
from posexport.core.ports.ledger import Chart
from posexport.core.report import DayReport, VoucherReport
from posexport.core.sales import SaleLine
from posexport.core.vat import VatRate
from posexport.setup.file import read_setup
from posexport.setup.rows import RowChange
from posexport.store.charts import save_chart
from posexport.texts.describe import fix_of, message_of
from tests.app.test_review import store, ticket, z_report
from tests.support.books import Books
from tests.support.harness import KARI, MAPPING, VENUES, Shop, codes, sale, setup_text, states, vouchers_of
from tests.support.looks import read_rows

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


def accounts_of(shown: DayReport) -> set[str | None]:
    assert isinstance(shown, VoucherReport)
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
    before = read_rows(both, "delivery", "id", "fingerprint", "lines", "state")
    assert len(before) == 4
    applied = save(both, CHANGED)
    assert (applied.changes, applied.drafted) == (("product type 100 from 2026-12-01: new",), ())
    in_december(both)
    both.sell(*(sale(10 + n, at=at(DECEMBER + timedelta(days=n))) for n in range(4)))
    exported = both.export(revision=Revision(remap=True))
    assert [shown.business_day.month for shown in exported.report.vouchers] == [12] * 4
    assert read_rows(both, "delivery", "id", "fingerprint", "lines", "state")[:4] == before
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
    shown = vouchers_of(shop.export(NOVEMBER, NOVEMBER, revision=Revision(date(2026, 12, 2))).report)[-1]
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
    shown = vouchers_of(shop.preview(NOVEMBER, NOVEMBER))
    assert [(one.voucher.posting_date, accounts_of(one)) for one in shown] == [
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
    assert ("1 Dec 2026" in message_of(finding, "en"), "1.12.2026" in message_of(finding)) == (True, True)
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


# Which row is to be written for a day that is held


HELD_ON = tuple(FIRST + timedelta(n) for n in range(4))


def row_mend(shown: DayReport) -> dict[str, Any]:
    """What the one mend of a held day that writes a row says of it."""
    (finding,) = (found for found in shown.findings if found.holds)
    (mend,) = finding.mends
    facts = {name: fact for name, fact in mend.facts.items() if name in ("row", "valid_from", "copies")}
    return {"kind": mend.kind.value, **facts}


def test_what_nothing_was_drafted_with_needs_no_day(both: Shop) -> None:
    save(both, MAPPING)
    in_december(both, 1)
    both.sell(*(sale(n, at=at(day)) for n, day in enumerate(HELD_ON)))
    both.export()
    both.sell(*(sale(9 + n, at=at(day), product="900") for n, day in enumerate(HELD_ON)))
    both.clock.now_s += 86_400
    both.sell(sale(20, at=at(DECEMBER), product="900"))
    shown = both.preview(DECEMBER, DECEMBER).vouchers[0]
    assert row_mend(shown) == {"kind": "add-product-type"}


def test_an_account_for_a_code_that_was_drafted_counts_from_the_earliest_day_that_waits_for_it(both: Shop) -> None:
    save(both, MAPPING)
    in_december(both, 1)
    both.sell(*(sale(n, at=at(day), product="200") for n, day in enumerate(HELD_ON)))
    both.export()
    in_december(both)
    both.sell(*(sale(9 + n, at=at(DECEMBER + timedelta(n)), product="200", vat_code="31") for n in range(1, 4)))
    for n in (2, 3):
        shown = both.preview(DECEMBER + timedelta(n), DECEMBER + timedelta(n)).vouchers[0]
        assert row_mend(shown) == {
            "kind": "set-account",
            "row": "product_type:200@2026-12-02",
            "valid_from": "2026-12-02",
            "copies": "product_type:200",
        }
    (finding,) = (found for found in shown.findings if found.holds)
    assert (
        '[[company.product_type]] with code = "200", valid_from = 2026-12-02 (a new row, otherwise like the one before '
        'it): accounts = { "31" = "…" }'
    ) in fix_of(finding, "en")
    assert 'code = "200", valid_from = 2026-12-02 (en ny rad, ellers som raden før den)' in fix_of(finding)


def test_writing_that_row_leaves_what_was_drafted_as_it_is(shop: Shop) -> None:
    save(shop, MAPPING)
    in_december(shop, 1)
    shop.sell(*(sale(n, at=at(day), product="200") for n, day in enumerate(HELD_ON)))
    shop.export()
    in_december(shop)
    shop.sell(sale(9, at=at(date(2026, 12, 2)), product="200", vat_code="31"))
    shop.export()
    row = '[[company.product_type]]\n  code = "200"\n  valid_from = 2026-12-02\n  name = "Øl"\n'
    applied = save(shop, row + '  accounts = { "3" = "3022", "31" = "3030" }\n' + MAPPING)
    assert applied.drafted == ()
    assert states(shop.export().report) == ["drafted"]
    assert {row.state.value for row in shop.status() if row.business_day != DECEMBER} == {"drafted"}


def test_a_row_that_no_drafted_day_uses_is_changed_where_it_stands(shop: Shop) -> None:
    food = FOOD_LATER.replace('"31" = "3035", ', "")
    save(shop, MAPPING.replace("  [company.accounts]", food + "  [company.accounts]"))
    in_december(shop)
    shop.sell(sale(1, at=at(date(2026, 12, 3)), vat_code="31"))
    shown = shop.preview().vouchers[0]
    assert row_mend(shown) == {
        "kind": "set-account",
        "row": "product_type:100@2026-12-01",
        "valid_from": "2026-12-01",
    }


def test_a_code_whose_row_comes_later_gets_one_from_the_earliest_day_that_waits(shop: Shop) -> None:
    save(shop, MAPPING.replace('code = "CASH"', 'code = "CASH"' + LATER))
    in_december(shop)
    shop.sell(*(sale(n, at=at(day), paid="CASH") for n, day in enumerate(HELD_ON)))
    shown = shop.preview(NOVEMBER, NOVEMBER).vouchers[0]
    assert row_mend(shown) == {
        "kind": "add-payment-type",
        "row": f"payment_type:CASH@{FIRST}",
        "valid_from": str(FIRST),
    }


def test_a_venues_own_row_is_written_under_the_venue(shop: Shop) -> None:
    own = '[[company.venue.product_type]]\n  code = "200"\n  accounts = { "3" = "3022" }\n'
    save(shop, MAPPING, torget=own)
    in_december(shop)
    shop.sell(sale(1, at=at(NOVEMBER), product="200"))
    shop.export()
    shop.sell(sale(2, at=at(DECEMBER), product="200", vat_code="31"))
    shown = shop.preview(DECEMBER, DECEMBER).vouchers[0]
    assert row_mend(shown)["row"] == "venue:torget/product_type:200@2026-12-01"
    (finding,) = (found for found in shown.findings if found.holds)
    assert "[[company.venue.product_type]]" in fix_of(finding)


def test_a_register_code_of_drafted_days_gets_its_vat_code_from_the_first_day_that_waits(shop: Shop) -> None:
    save(shop, MAPPING)
    in_december(shop, 1)
    shop.sell(sale(1, at=at(FIRST), vat_code="31"))
    shop.export()
    save(shop, MAPPING.replace('code = "31"\n  go = "31"', 'code = "31"\n  go = ""'))
    in_december(shop)
    shop.sell(*(sale(n, at=at(DECEMBER + timedelta(n)), vat_code="31") for n in (1, 2)))
    shown = shop.preview(date(2026, 12, 3), date(2026, 12, 3)).vouchers[0]
    assert row_mend(shown)["valid_from"] == "2026-12-02"
    (finding,) = (found for found in shown.findings if found.holds)
    assert '[[company.vat_code]] code = "31" valid_from = 2026-12-02 go = "…"' in fix_of(finding, "en")


def test_an_account_that_poweroffice_will_not_take_any_more_is_another_from_the_first_day_that_waits(
    shop: Shop,
) -> None:
    save(shop, MAPPING)
    in_december(shop, 1)
    shop.sell(sale(1, at=at(FIRST), product="200"))
    shop.export()
    save(shop, MAPPING.replace('"3022"', '"3997"'))
    in_december(shop)
    shop.sell(*(sale(9 + n, at=at(DECEMBER + timedelta(n)), product="200") for n in range(3)))
    for shown in (*shop.export().report.vouchers, *shop.preview().vouchers, *shop.check().report.vouchers):
        (finding,) = (found for found in shown.findings if found.code == "unknown-account")
        (mend,) = (mend for mend in finding.mends if mend.kind.value == "set-account")
        assert (mend.facts["row"], mend.facts["copies"]) == ("product_type:200@2026-12-01", "product_type:200")


def vat_mend(shown: DayReport, code: str = "vat-mismatch") -> dict[str, Any]:
    """Which row the mend of a wrong VAT code names."""
    (finding,) = (found for found in shown.findings if found.code == code)
    (mend,) = (mend for mend in finding.mends if mend.kind.value == "set-vat-code")
    return {name: fact for name, fact in mend.facts.items() if name in ("row", "valid_from", "copies")}


WRONG_VAT: dict[str, Any] = {"vat": "16.30"}  # of 125.00 at 15 %, and VAT code 3 is 25 %


def test_a_wrong_vat_code_is_another_from_the_earliest_day_that_is_held_by_it(both: Shop) -> None:
    """A day that waits and is right, and what was drafted, stay as they are."""
    save(both, MAPPING)
    in_december(both, 1)
    both.sell(*(sale(n, at=at(day), vat="25.00") for n, day in enumerate(HELD_ON)))
    both.export()
    in_december(both)
    both.sell(sale(9, at=at(DECEMBER), vat="25.00"))
    both.sell(*(sale(9 + n, at=at(DECEMBER + timedelta(n)), **WRONG_VAT) for n in (1, 2, 3)))
    since = {"row": "vat_code:3@2026-12-02", "valid_from": "2026-12-02", "copies": "vat_code:3"}
    for n in (3, 1, 2):
        (shown,) = both.preview(DECEMBER + timedelta(n), DECEMBER + timedelta(n)).vouchers
        assert vat_mend(shown) == since
    assert [vat_mend(shown) for shown in both.preview().vouchers[1:]] == [since] * 3
    assert {row.business_day: vat_mend(row) for row in both.status() if row.findings} == {  # type: ignore[arg-type]
        DECEMBER + timedelta(n): since for n in (1, 2, 3)
    }
    (finding,) = (found for found in shown.findings if found.holds)
    told = '[[company.vat_code]] with code = "3", valid_from = 2026-12-02 (a new row, otherwise like the one before it)'
    assert f"under {told} in the setup" in fix_of(finding, "en")
    assert 'med code = "3", valid_from = 2026-12-02 (en ny rad, ellers som raden før den)' in fix_of(finding)
    with both.open() as workspace:
        wanted = Wanted("vat_code", "3", "3")
        row = work_out_row(workspace, both.venues(workspace)[0], wanted, "31", date(2026, 12, 4))
    assert (str(row.address), row.is_new, row.values) == ("vat_code:3@2026-12-02", True, {"go": "31"})
    assert write(both, row).drafted == ()
    told_again = {row.business_day: [found.code for found in row.findings] for row in both.status()}
    assert not any("vat-mismatch" in found for found in told_again.values())


def test_a_vat_code_that_was_never_right_needs_no_day(shop: Shop) -> None:
    save(shop, MAPPING)
    in_december(shop)
    shop.sell(*(sale(n, at=at(day), **WRONG_VAT) for n, day in enumerate(HELD_ON)))
    for shown in shop.preview().vouchers:
        assert vat_mend(shown) == {}
        (finding,) = (found for found in shown.findings if found.code == "vat-mismatch")
        assert "under [[company.vat_code]] in the setup" in fix_of(finding, "en")


def test_of_several_codes_of_the_register_the_wrong_one_is_named(shop: Shop) -> None:
    both_codes = '[[company.vat_code]]\n  code = "25"\n  go = "3"\n'
    save(shop, MAPPING.replace("  [company.accounts]", f"  {both_codes}  [company.accounts]"))
    in_december(shop, 1)
    shop.sell(*(sale(n, at=at(HELD_ON[n]), vat_code=code, vat="25.00") for n, code in enumerate(("3", "25"))))
    shop.export()
    in_december(shop)
    shop.sell(sale(9, at=at(DECEMBER), vat_code="25", **WRONG_VAT))
    (shown,) = shop.preview(DECEMBER, DECEMBER).vouchers
    assert vat_mend(shown)["row"] == "vat_code:25@2026-12-01"


def test_a_vat_code_that_poweroffice_has_not_is_another_from_the_first_day_that_waits(shop: Shop) -> None:
    save(shop, MAPPING)
    in_december(shop, 1)
    shop.sell(sale(1, at=at(FIRST)))
    shop.export()
    save(shop, MAPPING.replace('code = "3"\n  go = "3"', 'code = "3"\n  go = "77"').replace('"3" = ', '"77" = '))
    in_december(shop)
    shop.sell(*(sale(9 + n, at=at(DECEMBER + timedelta(n))) for n in range(3)))
    since = {"row": "vat_code:3@2026-12-01", "valid_from": "2026-12-01", "copies": "vat_code:3"}
    for shown in (*shop.check().report.vouchers, *shop.export().report.vouchers, *shop.preview().vouchers):
        assert vat_mend(shown, "unknown-vat-code") == since


def test_a_venues_own_row_that_counts_is_named_also_where_no_day_is_needed(shop: Shop) -> None:
    own = '[[company.venue.product_type]]\n  code = "200"\n  accounts = { "3" = "3022" }\n'
    tips = '[company.venue.accounts]\n  tips = "3997"\n'
    vat = '[[company.venue.vat_code]]\n  code = "3"\n  go = "3"\n'
    save(shop, MAPPING, torget=own + vat + tips)
    in_december(shop)
    shop.sell(sale(1, at=at(NOVEMBER), product="200", vat_code="31"), sale(2, at=at(DECEMBER), **WRONG_VAT))
    november, december = shop.preview().vouchers
    assert row_mend(november) == {"kind": "set-account", "row": "venue:torget/product_type:200"}
    (finding,) = (found for found in november.findings if found.holds)
    assert 'under [[company.venue.product_type]] with code = "200": accounts' in fix_of(finding, "en")
    assert vat_mend(december) == {"row": "venue:torget/vat_code:3"}
    (finding,) = (found for found in december.findings if found.holds)
    assert 'under [[company.venue.vat_code]] with code = "3" in the setup' in fix_of(finding, "en")
    shop.sell(sale(3, at=at(date(2026, 12, 2)), tip="10.00", payments=[{"payment_type": "CARD", "amount": "135.00"}]))
    (shown,) = shop.check(date(2026, 12, 2), date(2026, 12, 2)).report.vouchers
    (finding,) = (found for found in shown.findings if found.code == "unknown-account")
    (mend,) = (mend for mend in finding.mends if mend.kind.value == "set-account")
    assert mend.facts["row"] == "venue:torget/accounts"


def write(shop: Shop, row: RowToWrite) -> Applied:
    """Write a row as a program does."""
    change = RowChange(row.address, "add" if row.is_new else "set", values=row.values, whole=not row.is_new)
    with shop.open() as workspace:
        return set_rows(workspace, None, [change], shop.environ).applied


TIP = {"tip": "10.00", "payments": [{"payment_type": "CARD", "amount": "135.00"}]}


@pytest.mark.parametrize(
    ("before", "after", "wanted", "value", "since"),
    [
        (
            {"product": "200"},
            {"product": "200", "vat_code": "31"},
            Wanted("product_type", "200", "31"),
            "3030",
            "2026-12-01",
        ),
        ({}, {"product": "900"}, Wanted("product_type", "900", "3"), "3000", ""),
        ({}, {"paid": "AMEX"}, Wanted("payment_type", "AMEX"), "1592", ""),
        ({}, {"vat_code": "33"}, Wanted("vat_code", "33"), "3", ""),
        ({}, TIP, Wanted("accounts", "tips"), "2911", ""),
    ],
)
def test_a_program_that_writes_the_row_has_the_held_days_ready_and_the_drafted_ones_as_they_were(
    both: Shop, before: dict[str, Any], after: dict[str, Any], wanted: Wanted, value: str, since: str
) -> None:
    save(both, MAPPING.replace('tips = "2911"', ""))
    in_december(both, 1)
    both.sell(*(sale(n, at=at(day), **before) for n, day in enumerate(HELD_ON)))
    both.export()
    in_december(both)
    held = [DECEMBER + timedelta(n) for n in range(3)]
    both.sell(*(sale(9 + n, at=at(day), **after) for n, day in enumerate(held)))
    assert {shown.state.value for shown in both.preview(held[0], held[-1]).vouchers} == {"held"}
    with both.open() as workspace:
        row = work_out_row(workspace, both.venues(workspace)[0], wanted, value, held[-1])
    assert row.address.valid_from == since
    assert write(both, row).drafted == ()
    assert {shown.state.value for shown in both.preview(held[0], held[-1]).vouchers} == {"ready"}
    told = {row.business_day: row.state.value for row in both.status()}
    assert {told[day] for day in HELD_ON} == {"drafted"}


_LATER = {"product-later": "unknown-product", "payment-later": "unknown-payment", "other-later": "other", "later": ""}


def _told(shown: DayReport) -> tuple[Any, ...]:
    """All that a preview says of a day, but for which row is to be written and from when a missing one is set."""
    findings = [
        (finding.code, _LATER.get(finding.variant, finding.variant), finding.severity, finding.facts.get("amount"))
        for finding in shown.findings
    ]
    lines = shown.voucher.lines if isinstance(shown, VoucherReport) else ()
    return shown.business_day, shown.state, lines, sorted(findings, key=str)


def _make_dated_mapping(pick: Random) -> dict[str, list[dict[str, Any]]]:
    """Rows for what is sold below, each from some day on or from the beginning; some codes have none on some days."""
    days = [FIRST + timedelta(n) for n in range(-1, 8)]

    def dated(code: str, make: Callable[[], dict[str, Any]]) -> list[dict[str, Any]]:
        chosen = [None, *pick.sample(days, pick.randint(0, 2))][pick.random() < 0.2 :]
        return [{"code": code} | ({"valid_from": day.isoformat()} if day else {}) | make() for day in chosen]

    def accounts() -> dict[str, Any]:
        return {"accounts": {go: pick.choice(("3000", "3020", "2901")) for go in ("3", "31") if pick.random() < 0.9}}

    def payment() -> dict[str, Any]:
        left_out = {"transfer": False} if pick.random() < 0.2 else {}
        return {"account": pick.choice(("1900", "1592", "1593")), **left_out}

    return {
        "vat_code": [row for code in ("3", "31") for row in dated(code, lambda: {"go": pick.choice(("3", "31"))})],
        "product_type": [row for code in ("100", "200") for row in dated(code, accounts)],
        "payment_type": [row for code in ("CASH", "CARD") for row in dated(code, payment)],
    }


def _of_day(rows: dict[str, list[dict[str, Any]]], day: date) -> dict[str, list[dict[str, Any]]]:
    """The rows that count on a day, as somebody would write them who knew of that day alone."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table, of_table in rows.items():
        counting = [row for row in of_table if row.get("valid_from", "") <= day.isoformat()]
        last = {row["code"]: row for row in sorted(counting, key=lambda row: str(row.get("valid_from", "")))}
        found[table] = [{key: value for key, value in row.items() if key != "valid_from"} for row in last.values()]
    return found


@pytest.mark.parametrize("seed", range(5))
def test_every_day_is_shown_as_by_a_setup_that_has_only_the_rows_of_that_day(shop: Shop, seed: int) -> None:
    pick = Random(seed)
    rows = _make_dated_mapping(pick)
    save(shop, MAPPING)
    in_december(shop)
    days = [FIRST + timedelta(n) for n in range(7)]
    shop.sell(
        *(
            sale(n, at=at(day), product=pick.choice(("100", "200")), vat_code=pick.choice(("3", "31")), paid=paid)
            for n, (day, paid) in enumerate((day, paid) for day in days for paid in ("CASH", "CARD", "CARD"))
        )
    )

    def show(mapping: dict[str, list[dict[str, Any]]], first: date, last: date) -> list[tuple[Any, ...]]:
        with shop.open() as workspace:
            document = {**workspace.load_setup().companies[0].document, **mapping}
            save_setup(workspace.database, [parse_company(document)], STAYING, workspace.now_utc_s, KARI)
        return [_told(shown) for shown in shop.preview(first, last).vouchers]

    together = show(rows, days[0], days[-1])
    assert together == [told for day in days for told in show(_of_day(rows, day), day, day)]


# What else goes by the day


def test_discounts_that_get_an_account_change_no_day_before(both: Shop) -> None:
    discounted: dict[str, Any] = {
        "lines": [{"product_type": "100", "vat_code": "3", "gross": "100.00", "discount": "25.00"}],
        "payments": [{"payment_type": "CARD", "amount": "100.00"}],
    }
    save(both, MAPPING)
    in_december(both, 1)
    both.sell(sale(1, at=at(NOVEMBER), **discounted))
    both.export()
    later = '[[company.accounts]]\n  valid_from = 2026-12-01\n  discounts = { "3" = "3087" }\n'
    assert save(both, MAPPING.replace("[company.accounts]", "[[company.accounts]]") + later).drafted == ()
    in_december(both)
    both.sell(sale(2, at=at(DECEMBER), **discounted))
    assert [(row.state.value, row.findings) for row in both.status()] == [("drafted", ()), ("ready", ())]
    assert by_day(both, DECEMBER, DECEMBER) == {DECEMBER: {"3020", "3087"}}


def test_what_poweroffice_said_of_a_row_that_has_changed_is_asked_again(both: Shop) -> None:
    save(both, CHANGED.replace('"3025"', '"3997"'))
    in_december(both)
    both.sell(sale(1, at=at(DECEMBER)))
    assert states(both.export().report) == ["held"]
    save(both, CHANGED.replace('"3025"', '"3000"'))
    (row,) = both.status()
    assert codes(row) == ["to-be-asked-again"]


def split_at_midnight(
    shop: Shop, mapping: str, *sold: dict[str, Any], rates: tuple[VatRate, ...]
) -> list[VoucherReport]:
    save(shop, mapping)
    in_december(shop)
    with shop.open() as workspace, workspace.database.writing() as connection:
        save_chart(connection, 1, "import", Chart(vat_rates=rates), workspace.now_utc_s)
    shop.sell(*sold)
    return vouchers_of(shop.preview(NOVEMBER, NOVEMBER))


def test_a_day_is_two_vouchers_where_the_register_code_becomes_another_rate_at_midnight(shop: Shop) -> None:
    later = '[[company.vat_code]]\n  code = "3"\n  valid_from = 2026-12-01\n  go = "31"\n'
    sold = sale(1, at=at(NOVEMBER)), sale(2, at=at(DECEMBER, "02:00:00"))
    shown = split_at_midnight(shop, later + MAPPING, *sold, rates=(VatRate("3", 2500), VatRate("31", 1500)))
    found = [
        (one.voucher.posting_date, {line.vat_code for line in one.voucher.lines if line.vat_code != "0"})
        for one in shown
    ]
    assert found == [(NOVEMBER, {"3"}), (DECEMBER, {"31"})]


def test_what_stays_out_from_a_day_on_stays_out_of_the_second_voucher_alone(shop: Shop) -> None:
    later = '[[company.payment_type]]\n  code = "CARD"\n  valid_from = 2026-12-01\n  transfer = false\n'
    night = [sale(n, f"{n}0.00", at=at(DECEMBER, "02:00:00"), paid=paid) for n, paid in ((2, "CARD"), (3, "CASH"))]
    shown = split_at_midnight(shop, later + MAPPING, sale(1, at=at(NOVEMBER)), *night, rates=RATES)
    assert [one.voucher.debit_ore for one in shown] == [12500, 3000]
    assert [codes(one) for one in shown] == [["not-transferred"]] * 2


def test_what_is_cash_goes_by_the_day(shop: Shop) -> None:
    card = '[[company.payment_type]]\n  code = "CASH"\n  valid_from = 2026-12-01\n  account = "1592"\n  cash = false\n'
    save(shop, card + MAPPING)
    in_december(shop)
    rounded: dict[str, Any] = {"payments": [{"payment_type": "CASH", "amount": "125.25"}], "rounding": "0.25"}
    shop.sell(sale(1, at=at(NOVEMBER), **rounded), sale(2, at=at(DECEMBER), **rounded))
    assert [codes(shown) for shown in shop.preview().vouchers] == [[], ["rounding-without-cash"]]


def test_a_z_report_is_held_against_what_is_turnover_on_the_day(shop: Shop) -> None:
    deposit = '[[company.product_type]]\n  code = "200"\n  valid_from = 2026-12-01\n  accounts = { "3" = "2901" }\n'
    save(shop, deposit + MAPPING)
    in_december(shop)
    for day, until in ((NOVEMBER, "2026-11-30T23:00:00"), (DECEMBER, "2026-12-01T23:00:00")):
        lines = (SaleLine("100", "3", 10_000), SaleLine("200", "3", 2_500))
        store(
            shop, ticket(1, at=at(day), lines=lines), z_report(10_000, at=until, number=str(day.day)), name=f"{day}.xml"
        )
    found = [[found.code for found in shown.findings if found.holds] for shown in shop.preview().vouchers]
    assert found == [["z-report-mismatch"], []]


def test_the_tickets_behind_a_line_are_found_by_the_rows_of_the_day(shop: Shop) -> None:
    save(shop, CHANGED)
    in_december(shop)
    shop.sell(sale(1, at=at(NOVEMBER)), sale(2, at=at(DECEMBER)))
    shop.export()
    for day in (NOVEMBER, DECEMBER):
        with shop.open() as workspace:
            (company,) = workspace.load_setup().companies
            story = read_story(workspace.database, company, company.venues[0], day, workspace.now_utc_s)
        assert [bool(line.tickets) for voucher in story.vouchers for line in voucher.lines] == [True, True]


def test_days_that_are_never_exported_do_not_wait(shop: Shop) -> None:
    venues = VENUES.replace("2020-01-01", "2026-11-29")
    save(shop, MAPPING, venues=venues)
    in_december(shop, 1)
    shop.sell(sale(1, at=at(date(2026, 11, 20)), product="200", vat_code="31"), sale(2, at=at(FIRST), product="200"))
    shop.sell(sale(3, at=at(date(2026, 11, 29)), product="200"))
    shop.export()
    in_december(shop)
    shop.sell(sale(4, at=at(DECEMBER), product="200", vat_code="31"))
    assert row_mend(shop.preview(DECEMBER, DECEMBER).vouchers[0])["valid_from"] == "2026-12-01"


def test_what_a_rate_is_for_goes_by_the_day(shop: Shop) -> None:
    card = (
        '[[company.payment_type]]\n  code = "CARD"\n  valid_from = 2026-12-01\n  account = "1592"\n  rate_per = 100\n'
    )
    save(shop, card + MAPPING)
    in_december(shop)
    swedish: dict[str, Any] = {
        "payments": [{"payment_type": "CARD", "amount": "125.00", "currency": "SEK", "rate": "100.00"}]
    }
    november = shop.sell(sale(1, at=at(NOVEMBER), **swedish))
    december = shop.sell(sale(2, at=at(DECEMBER), **swedish))
    assert [[found.holds for found in shown.findings] for shown in shop.preview().vouchers] == [[True], [False]]
    assert "rate-per-100" in str(november)
    assert "rate-per-100" not in str(december)
