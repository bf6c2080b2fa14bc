"""Days: narrowed to a state, to a venue or to what waits, on every page of many venues."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from posexport.core.roles import Grant, Role
from posexport.office.app import PAGES
from posexport.office.pages.days import LOOKS, WORST_FIRST
from posexport.office.security import COMPRESSED
from posexport.office.words import SIGNS
from tests.office.test_security import address
from tests.support.harness import BRYGGA, VENUES, Shop, sale
from tests.support.office import Office, Visitor, open_office

DAYS = "/days?month=2026-11"


@pytest.fixture
def office(shop: Shop) -> Iterator[Office]:
    """Two venues: one with a day that is ready and one that is held, the other with one that is ready."""
    shop.apply(venues=VENUES + BRYGGA)
    held = sale(2, "80.00", at="2026-11-21T12:00:00", product="330")
    shop.sell(sale(1), held, sale(3, register="3"))
    with open_office(shop) as office:
        yield office


@pytest.fixture
def kari(office: Office) -> Visitor:
    return office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))


def list_shown(visitor: Visitor) -> list[str]:
    """The days of the grid: venue, day of the month, state."""
    names = [str(link.get("aria-label")) for link in visitor.tree.xpath("//table//a | //table//input")]
    parts = [name.partition(": ") for name in names]
    return [f"{before.split()[0]} {before.split()[3]} {after.partition(',')[0]}" for before, _, after in parts]


OF_BRYGGA = ["Brygga 20. klar", "Brygga 21. ingen fil ennå", "Brygga 22. ikke over"]
ALL = [*OF_BRYGGA, "Torget 20. klar", "Torget 21. holdt", "Torget 22. ikke over"]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ALL),
        ("&state=ready", ["Brygga 20. klar", "Torget 20. klar"]),
        ("&state=held", ["Torget 21. holdt"]),
        ("&state=waiting", ["Brygga 20. klar", "Torget 20. klar", "Torget 21. holdt"]),
        ("&venue=brygga", OF_BRYGGA),
        ("&state=no-file", OF_BRYGGA[1:2]),
        ("&venue=torget&state=ready", ["Torget 20. klar"]),
        ("&venue=torget&state=ready&pick=1", ["Torget 20. klar"]),
        ("&state=sent", ALL),
        ("&state=nowhere&venue=nowhere", ALL),
    ],
)
def test_the_days_are_narrowed_by_state_and_venue(kari: Visitor, query: str, shown: list[str]) -> None:
    kari.get(DAYS + query)
    assert sorted(list_shown(kari)) == shown


def test_what_was_chosen_stays_chosen_from_month_to_month(kari: Visitor) -> None:
    kari.get(f"{DAYS}&state=held&venue=torget&pick=1")
    form = next(form for form in kari.tree.forms if form.get("action") == "/days")
    assert dict(form.form_values()) == {"month": "2026-11", "pick": "1", "state": "held", "venue": "torget"}
    kari.click("‹ Måneden før")
    assert dict(kari.page.url.params) == {"month": "2026-10", "pick": "1", "state": "held", "venue": "torget"}
    assert "Ingen slike dager i denne måneden." in kari.text
    kari.click("Alle dager")
    assert dict(kari.page.url.params) == {"month": "2026-10", "pick": "1"}


def test_on_a_phone_the_worst_day_is_first_and_its_worst_venue(kari: Visitor) -> None:
    kari.get(DAYS)
    listed = kari.tree.xpath("//ol[@class='by-day']/li")
    assert [[" ".join(a.text_content().split()[1:]) for a in one.xpath(".//a")] for one in listed] == [
        ["Torget Kafé holdt", "Brygga Bar ingen fil ennå"],
        ["Brygga Bar klar", "Torget Kafé klar"],
        ["Brygga Bar ikke over", "Torget Kafé ikke over"],
    ]
    assert [one.xpath("string(.//h2)")[:8] for one in listed] == ["lørdag 2", "fredag 2", "søndag 2"]


def test_what_a_phone_lists_can_be_whatever_a_day_can_be() -> None:
    assert sorted(WORST_FIRST) == sorted(LOOKS)


@pytest.mark.parametrize(
    ("lang", "words"), [("nb", ["Tilstand", "holdt", "kladd, se på den"]), ("en", ["State", "held", "drafted"])]
)
def test_the_choice_is_in_the_browsers_language(office: Office, lang: str, words: list[str]) -> None:
    visitor = office.sign_in(Grant(Role.READER, "fjordmat"), **{"accept-language": lang})
    visitor.get(DAYS)
    (form,) = visitor.tree.xpath("//form[@action='/days' and @role='search']")
    assert not [word for word in words if word not in form.text_content()]


def test_every_state_of_a_day_can_be_chosen() -> None:
    of_orders = {"waiting", "sent", "invoiced", "credited", "gone", "moved", "left-out", "ticket-changed"}
    assert sorted(LOOKS) == sorted(SIGNS.keys() - of_orders)


def test_what_waits_at_the_last_of_many_venues_is_on_the_first_page(shop: Shop) -> None:
    venue = (
        '  [[company.venue]]\n  id = "v{0}"\n  name = "Sted {0}"\n  registers = ["r{0}"]\n  export_from = 2020-01-01\n'
    )
    shop.apply(target="file", venues="".join(venue.format(f"{n:02}") for n in range(60)))
    shop.sell(sale(1, register="r57", product="330"))
    with open_office(shop) as office:
        visitor = office.sign_in(Grant(Role.READER))
        for state in ("waiting", "held"):
            visitor.get(f"{DAYS}&state={state}")
            assert "Sted 57" in visitor.text and len(visitor.tree.xpath("//table//a")) == 1
            assert "Ingenting venter" not in visitor.text and "Side " not in visitor.text


def test_the_pages_that_are_sent_compressed_are_these_and_no_others() -> None:
    assert {path for path in PAGES if COMPRESSED.fullmatch(address(path))} == {"/days", "/c/{company}/month"}
