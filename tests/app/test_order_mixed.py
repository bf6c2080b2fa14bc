"""`mixed` changed in the setup: what is planned stays as it was planned, and the rest goes the new way; and what a
`whole` order's part payment is called, and waits for, in the voucher."""

from __future__ import annotations

import pytest

from posexport.errors import Exit
from posexport.sandbox.customers import Customer
from tests.support.command_line import make_run, reach_shop
from tests.support.harness import Shop
from tests.support.order_cafe import Cafe, codes, sum_of, ticket

MIXED = ticket(1042, "25 1200.00 = CARD 400.00, CREDIT 800.00")
NEXT_DAY = ticket(1043, "25 600.00 = CARD 200.00, CREDIT 400.00", at="2026-11-21T12:00:00")
SHARE, WHOLE = "640.00 + 160.00 = 800.00", "960.00 + 240.00 = 1200.00"
VOUCHERS = {"share": ["1592 +400.00", "3020 -400.00 (3)"], "whole": ["1592 +400.00", "1500/10018 -400.00"]}
OTHER = {"share": "whole", "whole": "share"}


@pytest.fixture
def cafe(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cafe:
    for name, value in shop.environ.items():
        monkeypatch.setenv(name, value)
    reach_shop(shop, monkeypatch)
    return Cafe(shop, make_run(monkeypatch, capsys))


def change_mixed(cafe: Cafe, mixed: str) -> str:
    cafe.keys["mixed"] = mixed
    told = cafe.apply("2026-11-15")
    assert told.code == Exit.DONE, told
    return told.err


@pytest.mark.parametrize(("mixed", "total"), [("share", SHARE), ("whole", WHOLE)])
def test_what_is_planned_stays_as_it_was_planned_and_the_change_says_so(cafe: Cafe, mixed: str, total: str) -> None:
    cafe.set_up(mixed=mixed)
    cafe.sell(MIXED)
    assert cafe.export().code == Exit.DONE
    assert (cafe.voucher, sum_of(cafe.order)) == (VOUCHERS[mixed], total)
    told = change_mixed(cafe, OTHER[mixed])
    assert f'mixed = "{OTHER[mixed]}" counts for tickets that no voucher and no order is planned with yet' in told
    assert f'what is planned of 2026-11-20 stays as it is, by mixed = "{mixed}"' in told
    again = cafe.export("--revise")
    assert (again.code, cafe.voucher, sum_of(cafe.order)) == (Exit.DONE, VOUCHERS[mixed], total)
    (order,) = cafe.orders()
    assert (order["state"], order["changed"], codes(order)) == ("sent", False, [])


@pytest.mark.parametrize("mixed", ["share", "whole"])
def test_what_is_not_planned_goes_the_new_way(cafe: Cafe, mixed: str) -> None:
    cafe.set_up(mixed=OTHER[mixed])
    cafe.sell(MIXED)
    assert "stays as it is" not in change_mixed(cafe, mixed)
    cafe.export()
    assert cafe.voucher == VOUCHERS[mixed]


def test_an_order_that_went_before_its_voucher_decides_how_the_voucher_is_made(cafe: Cafe) -> None:
    cafe.set_up(mixed="share")
    unbalanced = ticket(7, "25 100.00 = CARD 90.00", at="2026-11-20T15:00:00", customer=None)
    cafe.sell(MIXED, unbalanced)
    assert cafe.export().code == Exit.BOOKKEEPER
    assert (cafe.voucher, sum_of(cafe.order)) == ([], SHARE)
    assert 'by mixed = "share"' in change_mixed(cafe, "whole")
    cafe.wait()
    cafe.sell({**unbalanced, "payments": [{"payment_type": "CARD", "amount": "100.00"}]})
    cafe.export()
    assert (cafe.voucher, sum_of(cafe.order)) == (["1592 +500.00", "3020 -500.00 (3)"], SHARE)


def test_a_ticket_that_changes_after_the_switch_is_divided_the_new_way_on_both_sides(cafe: Cafe) -> None:
    cafe.set_up(mixed="share")
    cafe.sell(MIXED)
    cafe.export()
    change_mixed(cafe, "whole")
    cafe.wait()
    cafe.sell(ticket(1042, "25 1300.00 = CARD 400.00, CREDIT 900.00"))
    cafe.run("export", "--revise")
    cafe.run("orders", "send", "--revise")
    cafe.wait()
    cafe.export()
    assert cafe.voucher == VOUCHERS["whole"]
    assert sum_of(cafe.order) == "1040.00 + 260.00 = 1300.00"


@pytest.mark.parametrize("mode", ["linked", "match"])
def test_the_preview_says_of_a_part_payment_of_somebody_not_linked_what_the_export_does(cafe: Cafe, mode: str) -> None:
    cafe.shop.world.set_customer(Customer(10402, "Pensjonat Utvær Drift AS", "974760673"))
    cafe.set_up(link=False, mixed="whole", customers=mode)
    cafe.sell(MIXED)
    cafe.export()  # the customers in Go are known from now on
    preview, export = cafe.run("preview", "--json"), cafe.export()
    (previewed,), (exported,) = preview.json["vouchers"], export.json["vouchers"]
    assert (preview.code, export.code) == (Exit.BOOKKEEPER, Exit.BOOKKEEPER)
    assert (previewed["state"], exported["state"]) == ("held", "held")
    held = [{one["code"] for one in day["findings"] if one["severity"] == "error"} for day in (previewed, exported)]
    assert held == [{"unknown-customer"}, {"unknown-customer"}]


def test_the_first_preview_knows_what_is_known_of_the_customers_in_go(cafe: Cafe) -> None:
    cafe.shop.world.set_customer(Customer(10402, "Pensjonat Utvær Drift AS", "974760673"))
    cafe.set_up(link=False, mixed="whole", customers="match")
    cafe.sell(MIXED)
    cafe.run("customers")
    (day,) = cafe.run("preview", "--json").json["vouchers"]
    assert (day["state"], codes(day)) == ("held", ["unknown-customer"])
    assert "10018, 10402" in day["findings"][0]["message"]


def test_the_status_says_so_before_anything_was_exported(cafe: Cafe) -> None:
    cafe.set_up(link=False, mixed="whole")
    cafe.sell(MIXED)
    days = cafe.run("status", "--json").json["days"]
    assert [one["state"] for one in days if one.get("document", "voucher") == "voucher"] == ["held"]


def test_the_first_preview_already_holds_what_only_a_person_can_link(cafe: Cafe) -> None:
    cafe.set_up(link=False, mixed="whole")
    cafe.sell(MIXED)
    (day,) = cafe.run("preview", "--json").json["vouchers"]
    assert day["state"] == "held"
    cafe.run("customers", "link", "fjordmat", "K-17", "10018")
    (day,) = cafe.run("preview", "--json").json["vouchers"]
    assert (day["state"], codes(day)) == ("ready", [])


def test_the_voucher_names_the_ticket_which_stays_when_its_order_is_revised(cafe: Cafe) -> None:
    cafe.set_up(mixed="whole")
    cafe.sell(MIXED, NEXT_DAY)
    cafe.export()
    credited = [str(line.description) for draft in cafe.shop.world.drafts() for line in draft.lines if line.customer]
    assert sorted(credited) == ["CREDIT kunde K-17, bong 1042, kasse 1", "CREDIT kunde K-17, bong 1043, kasse 1"]
