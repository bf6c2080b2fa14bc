"""How we ask: every request says who asks, no address is too long for PowerOffice, and an import's number is one
voucher's alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise, product

import httpx
import pytest
from hypothesis import given, strategies as st

from posexport import __version__
from posexport.core.voucher import Voucher, format_reference, number_document
from posexport.errors import NotSent, SetupRefused
from posexport.http.client import Runtime
from posexport.ledgers.poweroffice import v2
from posexport.ledgers.poweroffice.session import Keys, Session, format_user_agent
from posexport.sandbox import Customer
from posexport.store.setups import find_place, find_venue_number
from tests.support.books import Books, company_of
from tests.support.harness import (
    BRYGGA,
    FRIDAY,
    MAPPING,
    SATURDAY,
    VENUES,
    Clock,
    NoThrottle,
    Shop,
    sale,
    states,
)

WIRE = ("import", "journal", "ledger")

# Who asks


def agents(shop: Shop) -> set[str]:
    """What each request says of who asks."""
    seen: set[str] = set()
    shop.line.before = lambda request: seen.add(request.headers["User-Agent"])
    shop.sell(sale(1))
    assert states(shop.export().report) == ["drafted"]
    return seen


MAIL = '[company.mail]\nserver = "127.0.0.1:25"\nsecurity = "none"\nsender = "kasse@fjordmat.example"'


@pytest.mark.parametrize(
    ("company", "mail", "contact"),
    [
        ('contact = "drift@kjede.example"', "", " (drift@kjede.example)"),
        ('contact = "drift@kjede.example"', MAIL, " (drift@kjede.example)"),
        ("", MAIL, " (kasse@fjordmat.example)"),
        ("", "", ""),
    ],
)
@pytest.mark.parametrize("target", WIRE)
def test_every_request_names_the_program_its_version_and_whom_to_write_to(
    shop: Shop, target: str, company: str, mail: str, contact: str
) -> None:
    shop.apply(target=target, company=f"{company_of(target)}\n{company}", mapping=f"{MAPPING}\n{mail}")
    assert agents(shop) == {f"posexport/{__version__}{contact}"}


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_whatever_a_contact_is_a_header_can_be_made_of_it(contact: str) -> None:
    request = httpx.Request("GET", "https://go.test", headers={"User-Agent": format_user_agent(contact)})
    assert re.fullmatch(r"posexport/[\w.]+( \([!-~]+\))?", request.headers["User-Agent"])


def test_a_contact_that_is_no_address_is_told_with_its_line(shop: Shop) -> None:
    with pytest.raises(SetupRefused, match="contact"):
        shop.apply(company='contact = "the office"')


# Long filters


def session_for(
    base_url: str, asked: list[httpx.URL], page_of: Callable[[int], httpx.Response] = lambda _: httpx.Response(204)
) -> Session:
    """A session whose answers are the pages of a list, by their numbers; it is empty by default."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/Token"):
            return httpx.Response(200, json={"access_token": "t", "token_type": "bearer", "expires_in": 1200})
        asked.append(request.url)
        return page_of(int(request.url.params["PageNumber"]))

    clock = Clock()
    runtime = Runtime(httpx.Client(transport=httpx.MockTransport(answer)), NoThrottle(), clock, clock.sleep)
    return Session(runtime, "v2", base_url, Keys("a", "b", "c"), "torget")


BASES = st.sampled_from(
    ["https://goapi.poweroffice.net", "https://goapi.poweroffice.net/Demo", "http://127.0.0.1:8899"]
)
VALUES = st.lists(st.text("0123456789ÆæøAB -", min_size=1, max_size=40), max_size=300, unique=True)


@given(BASES, VALUES)
def test_no_address_is_too_long_and_every_value_is_asked_for_once(base_url: str, values: list[str]) -> None:
    asked: list[httpx.URL] = []
    v2.read_filtered(session_for(base_url, asked), "/Customers", "customerNos", values)
    assert all(len(str(url)) < 1_900 for url in asked)
    assert [value for url in asked for value in url.params["customerNos"].split(",")] == values
    for url, after in pairwise(asked):
        another = after.params["customerNos"].split(",")[0]
        longer = url.copy_merge_params({"customerNos": f"{url.params['customerNos']},{another}"})
        assert len(str(longer)) > 1_850, "no more parts than need be"


# Pages of a list

LAST_PAGE = st.sampled_from(["", "[]", "{", '{"nextPageLink": ""}', '{"nextPageLink": null}'])


@given(
    st.integers(0, 30),
    st.integers(1, 7),
    st.sampled_from(["nextPageLink", "NextPageLink", "nextpagelink"]),
    LAST_PAGE,
    st.integers(1, 2),
)
def test_every_row_is_read_once_however_few_of_them_a_page_has(
    rows: int, page_rows: int, link: str, last: str, copies: int
) -> None:
    def page_of(number: int) -> httpx.Response:
        page = [{"Id": place} for place in range(rows)[(number - 1) * page_rows : number * page_rows]] * copies
        if not page:
            return httpx.Response(204)
        told = json.dumps({link: "https://go.test/next"}) if number * page_rows < rows else last
        return httpx.Response(200, json=page, headers={"X-Pagination": told})

    read = v2.read_rows(session_for("https://go.test", [], page_of), "/JournalEntryVouchers", {})
    assert [row["Id"] for row in read] == list(range(rows))


@pytest.mark.parametrize(
    ("rows", "headers"),
    [(3, {"X-Pagination": '{"nextPageLink": "https://go.test/next"}'}), (v2.PAGE_SIZE, {})],
)
def test_a_list_whose_pages_repeat_is_no_list_to_go_by(rows: int, headers: dict[str, str]) -> None:
    asked: list[httpx.URL] = []
    page = [{"Id": place} for place in range(rows)]
    session = session_for("https://go.test", asked, lambda _: httpx.Response(200, json=page, headers=headers))
    with pytest.raises(NotSent, match="the pages of the list repeat"):
        v2.read_rows(session, "/JournalEntryVouchers", {})
    assert len(asked) <= 10, "it is not asked for ever"


@pytest.mark.parametrize("target", ["journal", "ledger"])
def test_a_day_of_hundreds_of_customers_is_drafted(shop: Shop, target: str) -> None:
    """Their numbers in one address would be 2,600 characters, of which a comma takes three."""
    (client,) = shop.world.clients
    numbers = range(100_000, 100_320)
    customers = {number: Customer(number, f"Kunde {number}") for number in numbers}
    shop.world.add_client(replace(client, customers=customers))
    lengths: list[int] = []

    def before(request: httpx.Request) -> httpx.Response | None:
        lengths.append(len(str(request.url)))
        return httpx.Response(404) if lengths[-1] > 2_000 else None

    shop.line.before = before
    shop.apply(target=target, company=company_of(target))
    shop.sell(*(sale(n, "10.00", paid="CREDIT", customer=str(n)) for n in numbers))
    assert states(shop.export().report) == ["drafted"]
    assert 1_000 < max(lengths) < 1_900


# The number of an import


def voucher_of(day: date, part: int, revision: int) -> Voucher:
    return Voucher("v", day, part, day, format_reference("v", day, part, revision), "", None, "NOK", ())


DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
NAMED = st.tuples(DAYS, st.sampled_from([0, 1]), st.integers(1, 5), st.integers(1, 2_000))


@given(NAMED, NAMED)
def test_no_two_vouchers_of_a_client_have_one_number(
    one: tuple[date, int, int, int], other: tuple[date, int, int, int]
) -> None:
    numbers = [number_document(voucher_of(*of[:3]), of[3]) for of in (one, other)]
    assert all(0 < number < 2**31 for number in numbers)
    if (one[0], one[3]) != (other[0], other[3]):
        assert numbers[0] != numbers[1], "another venue or another day"
    elif one != other and one[3] < 100:
        assert numbers[0] != numbers[1], "another voucher of the same day"


def test_a_number_begins_with_the_day_so_that_a_person_knows_it() -> None:
    assert number_document(voucher_of(date(2026, 11, 20), 0, 1), 1) == 261120010
    assert number_document(voucher_of(date(2026, 11, 20), 1, 3), 12) == 261120125


def test_the_vouchers_of_two_venues_and_two_days_have_four_numbers(both: Shop) -> None:
    both.apply(venues=VENUES + BRYGGA)
    days = ("2026-11-20", "2026-11-21")
    both.sell(*(sale(n, at=f"{day}T12:00:00", register=r) for n, (day, r) in enumerate(product(days, "13"), 1)))
    assert states(both.export().report) == ["drafted"] * 4
    told = [{line["documentNumber"] for line in post["importLines"]} for post in both.line.posts]
    assert [len(numbers) for numbers in told] == [1] * 4
    assert len(set.union(*told)) == 4


def test_a_correction_of_a_posted_day_has_a_number_of_its_own(shop: Shop) -> None:
    books = Books(shop, "import").open()
    shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    shop.export()
    books.wait()
    for reference in books.references:
        books.post(reference)
    shop.sell(sale(3), sale(4, at="2026-11-21T13:00:00"))
    shop.revise(FRIDAY, SATURDAY, dated=SATURDAY + timedelta(days=1))
    numbers = [post["importLines"][0]["documentNumber"] for post in shop.line.posts]
    assert len(set(numbers)) == 4, "two corrections on one date are not one voucher"


def test_a_venues_place_stays_whatever_becomes_of_the_others(both: Shop) -> None:
    def places(ids: Sequence[str]) -> list[int]:
        with both.open() as workspace, workspace.database.reading() as connection:
            venues = {venue.id: venue for venue in workspace.load_setup().venues}
            return [find_place(connection, find_venue_number(connection, venues[id_])) for id_ in ids]

    third = BRYGGA.replace("brygga", "fjellstua").replace('"3"', '"4"').replace("PO_CLIENT_BRYGGA", "PO_CLIENT_3")
    third = third.replace("addon = 1", "addon = 2").replace("ADDON_1", "ADDON_2")
    both.apply(venues=VENUES + BRYGGA)
    assert places(["torget", "brygga"]) == [1, 2]
    both.apply(venues=third + VENUES + BRYGGA)
    assert places(["torget", "brygga", "fjellstua"]) == [1, 2, 3]
