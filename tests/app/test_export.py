"""The story: a period is previewed, exported, done with; the highest exit code says who must act."""

from __future__ import annotations

from datetime import date

import httpx
import pytest

from posexport.app.export import export_period
from posexport.app.import_sales import Imported
from posexport.app.preview import preview
from posexport.app.setup import apply_setup
from posexport.app.workspace import find_venues
from posexport.core.day import Period
from posexport.core.report import DayReport, Report, State
from posexport.errors import Exit, UsageError
from posexport.sandbox import Fault
from posexport.setup.file import read_setup
from posexport.views.json import format_report
from tests.support.harness import (
    BRYGGA,
    FRIDAY,
    FULL_DAY,
    SATURDAY,
    VENUES,
    Shop,
    codes,
    sale,
    setup_text,
    states,
)
from tests.support.looks import read_rows


@pytest.mark.parametrize("target", ["import", "journal", "file"])
def test_a_preview_shows_what_an_export_then_drafts(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    shop.sell(*FULL_DAY)
    shown = shop.only_voucher(shop.preview())
    again = shop.only_voucher(shop.preview())
    done = shop.only_voucher(shop.export().report)
    assert shown.voucher == again.voucher == done.voucher
    assert (shown.reference, done.reference) == ("torget-20261120-r1",) * 2
    assert len(shop.world.requests) == 0 or target != "file"


def test_a_preview_asks_poweroffice_nothing_and_changes_nothing(both: Shop) -> None:
    both.apply()
    both.sell(*FULL_DAY)
    before = [read_rows(both, table) for table in ("delivery", "business_day", "chart", "acceptance")]
    both.preview()
    both.preview(FRIDAY, SATURDAY)
    after = [read_rows(both, table) for table in ("delivery", "business_day", "chart", "acceptance")]
    assert before == after
    assert len(both.world.requests) == 0


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, [16, 18, 20, 21]),
        (date(2026, 11, 18), None, [18, 20, 21]),
        (None, date(2026, 11, 18), [16, 18]),
        (date(2026, 11, 18), date(2026, 11, 20), [18, 19, 20]),
        (FRIDAY, FRIDAY, [20]),
        (date(2026, 11, 22), None, []),
        (date(2019, 1, 1), date(2019, 12, 31), []),
        (date(2026, 11, 25), date(2026, 11, 20), []),
    ],
)
def test_a_period_is_the_closed_days_in_it(
    shop: Shop, first: date | None, last: date | None, expected: list[int]
) -> None:
    shop.apply()
    shop.sell(*(sale(day, at=f"2026-11-{day}T12:00:00") for day in (16, 18, 20, 21, 22)))
    assert [shown.business_day.day for shown in shop.preview(first, last).vouchers] == expected


def test_vouchers_come_venue_by_venue_and_day_by_day_however_many_are_on_their_way(shop: Shop) -> None:
    shop.apply(venues=VENUES + BRYGGA)
    for register in ("1", "3"):
        shop.sell(*(sale(day, at=f"2026-11-{day}T12:00:00", register=register) for day in range(10, 22)))
    told: list[DayReport] = []
    totals: set[int] = set()

    def on_done(shown: DayReport, days: int) -> None:
        told.append(shown)
        totals.add(days)

    with shop.open() as workspace:
        exported = export_period(workspace, shop.venues(workspace), Period(), on_done=on_done)
    assert totals == {24}
    order = [(shown.venue.id, shown.business_day.day) for shown in exported.report.vouchers]
    assert order == [(venue, day) for venue in ("torget", "brygga") for day in range(10, 22)]
    assert [shown.reference for shown in told] == [shown.reference for shown in exported.report.vouchers]


def test_only_the_venues_asked_for_are_exported(shop: Shop) -> None:
    shop.apply(venues=VENUES + BRYGGA)
    shop.sell(sale(1), sale(1, register="3"))
    exported = shop.export(venues=["brygga"])
    assert [shown.venue.id for shown in exported.report.vouchers] == ["brygga"]
    assert [shown.venue.id for shown in shop.preview().vouchers] == ["torget"]


def test_the_highest_exit_code_says_who_must_act(shop: Shop) -> None:
    shop.apply(venues=VENUES + BRYGGA)
    assert shop.export().exit_code is Exit.DONE
    shop.sell(sale(1, register="9"))
    assert shop.export().exit_code is Exit.BOOKKEEPER
    shop.sell(sale(1), sale(1, register="3"))
    shop.environ["PO_CLIENT_TORGET"] = "wrong"
    shop.faults.append(Fault("lose_answer", method="POST", path="/Import/"))
    exported = shop.export()
    assert sorted(states(exported.report)) == ["refused", "uncertain"]
    assert exported.exit_code is Exit.WAIT


def test_an_import_that_leaves_tickets_waiting_and_refuses_a_file_is_the_bookkeepers(shop: Shop) -> None:
    shop.apply()
    bad = shop.folder / "bad.jsonl"
    bad.write_text("{")
    assert Imported().exit_code is Exit.DONE
    assert shop.load(bad).exit_code is Exit.OPERATOR
    assert shop.load(bad, shop.write(sale(1, register="9"))).exit_code is Exit.BOOKKEEPER


def test_an_export_of_nothing_is_done(shop: Shop) -> None:
    shop.apply()
    exported = shop.export()
    nothing = Report(nothing=exported.report.nothing, begun_at=exported.report.begun_at)
    assert (exported.report, exported.exit_code) == (nothing, Exit.DONE)
    assert len(shop.world.requests) == 0


def test_unknown_and_missing_venues_are_named(shop: Shop) -> None:
    with shop.open() as workspace, pytest.raises(UsageError, match="Nothing is set up yet"):
        find_venues(workspace.load_setup(), [])
    shop.apply(venues=VENUES + BRYGGA)
    with shop.open() as workspace:
        setup = workspace.load_setup()
        assert [venue.id for venue in find_venues(setup, [])] == ["torget", "brygga"]
        assert [venue.id for venue in find_venues(setup, ["brygga", "torget", "brygga"])] == ["brygga", "torget"]
        with pytest.raises(UsageError, match=r"no venue 'torgt'.*brygga, torget"):
            find_venues(setup, ["torgt"])


def test_a_setup_applied_again_keeps_numbers_and_history(both: Shop) -> None:
    both.apply(venues=VENUES + BRYGGA)
    both.sell(sale(1))
    both.export()
    both.apply(venues=BRYGGA + VENUES)
    assert read_rows(both, "venue", "id", "code") == [(1, "torget"), (2, "brygga")]
    assert states(both.preview(FRIDAY, FRIDAY, ["torget"])) == ["drafted"]
    with both.open() as workspace:
        path = both.folder / "setup.toml"
        companies = read_setup(path, workspace.load_setup(), both.environ)
        apply_setup(workspace, companies)
        apply_setup(workspace, companies)
        assert len(workspace.load_setup().companies) == 1


def test_a_day_done_with_is_only_closed_as_it_was_reviewed(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, training=True))
    with both.open() as workspace:
        reviewed = preview(workspace, both.venues(workspace), Period())
    assert states(reviewed) == ["nothing"]
    both.export()
    assert both.preview().vouchers == ()
    both.sell(sale(2))
    assert states(both.preview()) == ["ready"]


def test_a_voucher_in_json_says_when_and_where_it_was_drafted(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1))
    told = format_report(shop.export().report)["vouchers"][0]
    assert told["state"] == "drafted"
    assert told["remote_id"] == shop.world.drafts()[0].id
    assert told["drafted_at"] == "2026-11-22T13:00:00+01:00"
    assert "answer" not in told


def test_uncertain_and_refused_days_keep_what_poweroffice_said(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1))

    def refuse(request: httpx.Request) -> None:
        raise httpx.ConnectTimeout("timed out")

    shop.line.before = refuse
    shop.export()
    shown = shop.only_voucher(shop.preview())
    assert (shown.state, codes(shown)) == (State.UNREACHABLE, [])
    assert "ConnectTimeout" in shown.answer


def test_two_companies_are_exported_to_two_clients(shop: Shop) -> None:
    from posexport.sandbox import Key, demo_client

    other = demo_client("Elvebar AS", "123456785")
    shop.world.add_client(other)
    shop.world.add_key(Key("appkey-5ecret-A1", "clientkey-5ecret-N1", other.client_id))
    reports = str(shop.folder / "reports")
    second = setup_text(
        reports=reports,
        venues=BRYGGA.replace("PO_CLIENT_BRYGGA", "PO_CLIENT_1")
        .replace("addon = 1", "")
        .replace('application_key = "env:PO_ADDON_1"', ""),
    )
    second = (
        second.replace('"fjordmat"', '"elvebar"').replace("Fjordmat AS", "Elvebar AS").replace("999999999", "123456785")
    )
    shop.apply(setup_text(reports=reports) + second)
    shop.sell(sale(1, "100.00"), sale(1, "200.00", register="3"))
    assert states(shop.export().report) == ["drafted", "drafted"]
    assert [draft.debit_ore for draft in shop.world.drafts(other)] == [20000]


def test_a_time_zone_cannot_be_changed_once_sales_were_read_in_it(shop: Shop) -> None:
    elsewhere = 'timezone = "Europe/Helsinki"'
    shop.apply()
    shop.apply(torget=elsewhere)
    shop.apply()
    shop.sell(sale(1))
    with pytest.raises(UsageError, match="cannot be changed any more"):
        shop.apply(torget=elsewhere)
    shop.apply()
    assert states(shop.preview()) == ["ready"]


def test_a_venue_that_comes_back_keeps_its_first_day(shop: Shop) -> None:
    shop.apply()
    shop.apply(venues=BRYGGA)
    with pytest.raises(UsageError, match="export_from = 2020-01-01"):
        shop.apply(venues=VENUES.replace("2020-01-01", "2019-01-01"))
    shop.apply()
