"""Equal findings of many days are told as one, with the sum and the days; what differs stands alone."""

from __future__ import annotations

import doctest
from dataclasses import replace
from datetime import date, datetime, timedelta

from posexport.core.finding import Accepted, Fact, Finding, Ore, Severity
from posexport.texts import language
from posexport.views import finding_groups
from posexport.views.finding_groups import describe_places, fix_of_group, group_findings, message_of_group

NAMES = {"torget": "Torget Kafé", "brygga": "Brygga Bar"}


def lacks_account(day: int, amount_ore: int, venue: str = "torget", source: str = "110") -> Finding:
    facts: dict[str, Fact] = {"source": source, "name": "Mat", "vat_code": "3", "amount": Ore(amount_ore)}
    return Finding("missing-account", Severity.ERROR, facts, "sale", venue, date(2026, 11, day))


def lacks_file(day: int) -> Finding:
    return Finding("no-sales-data", Severity.WARNING, {}, venue="torget", business_day=date(2026, 11, day))


def test_the_examples_hold() -> None:
    assert doctest.testmod(finding_groups).failed == 0
    assert doctest.testmod(language).failed == 0


def test_equal_findings_are_one_with_the_sum_of_their_amounts_and_their_days() -> None:
    found = [lacks_account(day, ore) for day, ore in ((21, 50000), (20, 40000), (23, 30000), (24, 60000))]
    [group] = group_findings(found)
    message = "Varegruppe 110 (Mat) med mva-kode 3 er solgt for 1 800,00, men har ingen konto."
    assert message_of_group(group, "nb").replace("\xa0", " ") == message
    assert describe_places(group, NAMES, "nb") == "Torget Kafé 20.–21.11., 23.–24.11.2026 (4 dager)"
    assert describe_places(group, NAMES, "en") == "Torget Kafé 20–21 Nov, 23–24 Nov 2026 (4 days)"


def test_venues_are_named_each_with_its_days_and_beyond_five_they_are_counted() -> None:
    found = [lacks_account(20, 100, venue) for venue in ("torget", "brygga", "c", "d", "e", "f", "g")]
    [group] = group_findings(found)
    told = describe_places(group, NAMES, "nb")
    assert told.startswith("Torget Kafé 20.11.2026; Brygga Bar 20.11.2026; c 20.11.2026;")
    assert told.endswith("; 2 steder til (7 dager)")


def test_what_differs_in_more_than_day_venue_and_amount_stands_alone() -> None:
    first, twice = lacks_account(20, 100), {"amount": Ore(100), "paid": Ore(50)}
    others = (
        lacks_account(21, 100, source="120"),
        replace(first, severity=Severity.WARNING),
        replace(first, is_of_removed=True),
        replace(first, variant="payment"),
        replace(first, accepted=Accepted("Kari", datetime(2026, 11, 21), "Sett")),
        replace(first, facts=dict(first.facts) | twice),
        replace(first, facts=dict(first.facts) | twice | {"paid": Ore(60)}),
    )
    assert len(group_findings((first, *others))) == 8


def test_findings_of_one_ticket_are_never_added_up_though_two_days_have_the_same_number() -> None:
    facts: dict[str, Fact] = {"register": "1", "number": "12", "amount": Ore(10000)}
    found = [Finding("left-out-by-hand", Severity.INFO, facts, "", "torget", date(2026, 11, day)) for day in (20, 21)]
    assert [group.amount_ore for group in group_findings(found)] == [10000, 10000]


def test_the_gravest_come_first_and_otherwise_in_their_order() -> None:
    found = [lacks_file(20), lacks_account(20, 1, source="9"), lacks_account(20, 1, source="8")]
    assert [group.first.facts.get("source") for group in group_findings(found)] == ["9", "8", None]


def test_a_sentence_that_names_the_day_names_all_days() -> None:
    [group] = group_findings([lacks_file(21), lacks_file(20), lacks_file(24)])
    assert message_of_group(group, "nb") == "Det er ikke lest inn noe salg for 20.–21.11., 24.11.2026."
    [alone] = group_findings([lacks_file(20)])
    assert message_of_group(alone, "nb") == "Det er ikke lest inn noe salg for 20.11.2026."


def test_what_to_do_is_told_once_and_that_it_goes_for_each_day_where_it_names_the_day() -> None:
    [same] = group_findings([lacks_account(20, 100), lacks_account(21, 100)])
    assert fix_of_group(same, "nb").endswith("posexport setup apply FIL.")
    [each] = group_findings([lacks_file(21), lacks_file(20)])
    fix = fix_of_group(each, "nb")
    assert "2026-11-20" in fix
    assert fix.endswith("Det samme gjelder hver av dagene.")
    assert fix_of_group(same, "en", lambda finding, _: f"{finding.business_day}").startswith("2026-11-20 ")


def test_what_is_of_no_day_has_no_places() -> None:
    [group] = group_findings([Finding("unknown-register", Severity.WARNING, {"register": "7"})])
    assert describe_places(group, NAMES, "nb") == ""
    assert group.days == 0


def test_thousands_of_findings_are_grouped_in_one_pass() -> None:
    start = date(2026, 1, 1)
    found = [
        replace(lacks_account(1, 100, f"v{venue}"), business_day=start + timedelta(days=day))
        for venue in range(50)
        for day in range(19)
    ]
    [group] = group_findings(found)
    assert (group.days, group.amount_ore) == (950, 95000)
