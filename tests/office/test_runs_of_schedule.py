"""Runs: what the schedule exported stands among what was asked for, for whoever sees its venues."""

from __future__ import annotations

import pytest

from posexport.core.roles import Grant, Role
from posexport.errors import UsageError
from posexport.schedule import turn
from posexport.schedule.turn import LOST_S, SchedulerState, take_due_turn
from posexport.store.setups import find_venue_number
from posexport.store.turns import take_turn
from tests.support.harness import BRYGGA, FRIDAY, VENUES, Shop, sale
from tests.support.office import OTHER_COMPANY, Office, Visitor, open_office

AUTOMATIC = "automatic_export = true"
BOTH = VENUES.replace("{torget}", AUTOMATIC) + BRYGGA + f"  {AUTOMATIC}\n"


def list_runs(visitor: Visitor) -> list[str]:
    visitor.get("/runs")
    rows = visitor.tree.xpath("//table[contains(@class, 'runs')]/tbody/tr")
    return [" ".join(str(row.text_content()).split()) for row in rows]


def export_by_schedule(office: Office) -> None:
    for venue in office.workspace.load_setup().venues:
        if venue.automatic_export:
            take_due_turn(office.workspace, venue, SchedulerState())


def test_exports_of_the_schedule_stand_among_the_runs(both: Shop) -> None:
    both.apply(venues=BOTH)
    both.sell(sale(1), sale(2, register="3", product="330"))
    with open_office(both) as office:
        kari = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
        assert list_runs(kari) == []
        export_by_schedule(office)
        both.clock.now_s += 3600
        kari.get(f"/v/torget/{FRIDAY}")
        whole, venues = "22.11.2026 kl. 05.00 Tidsplanen Kladder: ", "Brygga Bar, Torget Kafé"
        assert list_runs(kari) == [f"{whole}{venues} ferdig · 1 levert, 1 venter"]
        kari.get("/draft?from=2026-11-20&to=2026-11-20")
        at_one = office.sign_in(Grant(Role.READER, "fjordmat", "brygga"), name="Per")
        assert list_runs(at_one) == [f"{whole}Brygga Bar ferdig · 0 levert, 1 venter"]
        in_english = office.sign_in(Grant(Role.READER), name="Ann", **{"accept-language": "en"})
        assert "The schedule Drafts: Brygga Bar, Torget Kafé done · 1 drafted, 1 waiting" in list_runs(in_english)[0]


def test_exports_of_another_company_are_told_to_nobody_else(both: Shop) -> None:
    both.apply(venues=BOTH)
    both.apply(OTHER_COMPANY.format(output=both.folder / "vouchers"))
    both.sell(sale(1))
    with open_office(both) as office:
        export_by_schedule(office)
        assert list_runs(office.sign_in(Grant(Role.BOOKKEEPER, "tindmat"))) == []


@pytest.mark.parametrize(("later_s", "told"), [(0, "pågår"), (LOST_S, "avbrutt")])
def test_an_export_that_is_not_over_goes_on_until_it_is_surely_lost(both: Shop, later_s: int, told: str) -> None:
    both.apply(venues=BOTH)
    with open_office(both) as office:
        venue = office.workspace.load_setup().venues[0]
        now = office.workspace.now_utc_s
        with office.workspace.database.writing() as connection:
            number = find_venue_number(connection, venue)
            take_turn(connection, number, now - 60, now, by="", lost_after_s=LOST_S)
        both.clock.now_s += later_s
        [run] = list_runs(office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat")))
        assert told in run


def test_an_export_that_failed_says_why(both: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise UsageError("torget 2026-11-20 has no order to move.")

    both.apply(venues=BOTH)
    monkeypatch.setattr(turn, "export_period", fail)
    with open_office(both) as office:
        export_by_schedule(office)
        [run] = list_runs(office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat")))
        assert "feilet" in run and "Torget Kafé: " in run and "posexport" not in run
