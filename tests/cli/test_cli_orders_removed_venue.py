"""Orders of a venue that was removed from the setup: what was sold on account there is owed all the same."""

from __future__ import annotations

import pytest

from posexport.errors import Exit
from tests.support.command_line import reach_run
from tests.support.harness import BRYGGA, Shop
from tests.support.order_cafe import Cafe, codes, ticket


@pytest.fixture
def cafe(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cafe:
    """A café whose venue was removed after one order of 1 000.00 was sent; another of 640.00 waits."""
    made = Cafe(shop, reach_run(shop, monkeypatch, capsys))
    made.set_up()
    made.sell(ticket(1, "25 1000.00 = CREDIT 1000.00"), ticket(2, "25 640.00 = CREDIT 640.00", customer=None))
    assert made.export().code == Exit.BOOKKEEPER
    remove(made)
    return made


def remove(cafe: Cafe) -> None:
    """Have another venue in the setup instead."""
    path = cafe.shop.folder / "setup.toml"
    text = path.read_text(encoding="utf-8")
    first, last = text.index("  [[company.venue]]"), text.index("  [[company.vat_code]]")
    other = cafe.shop.folder / "other.toml"
    other.write_text(text[:first] + BRYGGA + text[last:], encoding="utf-8")
    told = cafe.run("setup", "apply", str(other), "--remove", "torget")
    assert told.code == Exit.DONE, told


@pytest.mark.parametrize("named", [(), ("--venue", "torget")])
def test_its_orders_are_listed_and_what_waits_is_said_to_wait(cafe: Cafe, named: tuple[str, ...]) -> None:
    told = cafe.run("orders", *named, "--json")
    assert told.code == Exit.BOOKKEEPER
    sent, waiting = told.json["orders"]
    assert (sent["state"], waiting["state"], waiting["total"]) == ("sent", "waiting", "640.00")
    (finding,) = waiting["findings"]
    assert finding["code"] == "order-unsent" and "torget was removed" in cafe.run("orders", "--lang", "en").out
    assert [mend["kind"] for mend in finding["mends"]] == ["accept"]
    assert "1 order, 640.00 (the venue was removed)" in " ".join(cafe.run("orders", "--lang", "en").out.split())


def test_one_is_shown_by_its_reference_and_by_its_ticket(cafe: Cafe) -> None:
    reference = cafe.orders()[0]["reference"]
    assert cafe.run("orders", "show", reference, "--json").json["orders"][0]["total"] == "1000.00"
    assert cafe.run("orders", "show", "--ticket", "2", "--json").json["orders"][0]["total"] == "640.00"


def test_they_are_not_invoiced(cafe: Cafe) -> None:
    told = cafe.run("orders", "not-invoiced", "--json")
    assert told.code == Exit.BOOKKEEPER
    (company,) = told.json["companies"]
    assert [one["gross"] for one in company["tickets"]] == ["1000.00", "640.00"]


def test_its_days_are_reconciled(cafe: Cafe) -> None:
    told = cafe.run("orders", "reconcile", "--json")
    assert told.code == Exit.BOOKKEEPER
    (day,) = told.json["days"]
    assert day["venue"] == "torget"


def test_status_has_what_waits_without_naming_the_venue(cafe: Cafe) -> None:
    told = cafe.run("status", "--exit-code", "--json")
    assert told.code == Exit.BOOKKEEPER
    (row,) = told.json["days"]
    assert (row["venue"], codes(row)) == ("torget", ["order-unsent"])


def test_a_person_takes_responsibility_for_what_is_not_to_be_sent(cafe: Cafe) -> None:
    reference = cafe.orders()[1]["reference"]
    assert cafe.run("orders", "accept", reference, "order-unsent", "--why", "Paid in cash").code == Exit.DONE
    cafe.shop.clock.sleep(5 * 86_400)
    assert cafe.run("status", "--exit-code").code == Exit.DONE
    (finding,) = cafe.orders()[1]["findings"]
    assert finding["severity"] == "info"


def test_one_that_is_deleted_in_go_is_said_not_to_be_sent_by_the_next_export(cafe: Cafe) -> None:
    reference = cafe.orders()[0]["reference"]
    cafe.shop.world.delete_order(cafe.order.id)
    cafe.orders()
    gone = cafe.orders()[0]
    assert gone["state"] == "gone"
    assert [finding["mends"] for finding in gone["findings"]] == [[]]
    told = cafe.run("orders", "resolve", reference, "--not-there", "--lang", "en")
    assert "The next export does not send it." in told.out
    assert cafe.orders()[0]["state"] == "waiting"


def test_nothing_of_it_is_moved_or_sent(cafe: Cafe) -> None:
    move = cafe.run("orders", "move", "torget", "2026-11-20", "--ticket", "2", "--to", "voucher")
    assert move.code == Exit.OPERATOR and "was removed from the setup" in move.err
    assert cafe.run("orders", "send", "--venue", "torget").code == Exit.OPERATOR
    cafe.export()
    assert len(cafe.shop.world.orders()) == 1
