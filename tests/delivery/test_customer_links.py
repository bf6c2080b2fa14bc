"""Which customer of the ledger a register's customer is, when vouchers are sent: links, modes, and what holds a day.
Against the sandbox, on SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from posexport.app.export import export_period
from posexport.core.day import Period
from posexport.core.finding import Finding
from posexport.core.orders.customers import CustomerLink, LinkedBy
from posexport.core.report import State
from posexport.delivery.customer_lists import CHANGES_AGE_S, WHOLE_AGE_S
from posexport.store.customer_claims import CLAIM_S, claim_new_customer, release_new_customer
from posexport.store.customer_links import add_links, delete_link, read_codes_of, read_links, set_link
from posexport.store.setups import find_company_number
from tests.support.harness import FRIDAY, SATURDAY, Shop, codes, sale, setup_text, states
from tests.support.looks import overwrite_rows, read_rows

WIRE = ("import", "journal", "ledger")
FJORDVIK = {"number": "K-17", "name": "Fjordvik Bygg", "organization_number": "310 042 013"}
"""Go's 10101, as the register knows it."""


@pytest.fixture
def mode() -> Mode:
    """Chooses who links customers, before anything is set up."""
    return Mode()


class Mode:
    """Who links customers, as the setup has it."""

    name = "number"

    def __call__(self, name: str) -> None:
        self.name = name


def set_up(shop: Shop, mode: Mode, target: str = "journal", *, key: bool = True) -> None:
    """Set up a company with this target and mode; without `key`, its customers cannot be listed."""
    direct = "direct_posting = true\n" if target == "ledger" else ""
    orders = f'{direct}[company.orders]\ncustomers = "{mode.name}"'
    folders = {"output": str(shop.folder / "vouchers")} if target == "file" else {}
    text = setup_text(target, reports=str(shop.folder / "reports"), company=orders, **folders)
    shop.apply(text if key else text.replace('subscription_key = "env:PO_SUB"\n', ""))


def on_account(customer: Any, number: int = 1, **more: Any) -> dict[str, Any]:
    """A sale of 125.00 on a customer's account."""
    return sale(number, paid="CREDIT", customer=customer, **more)


def link(shop: Shop, code: str, number: str) -> None:
    """Link a code to a customer of Go, as a person does."""
    (customer,) = [one for one in shop.world.customers() if str(one.no) == number]
    made = CustomerLink(shop.world.set_customer(customer), number, customer.name)
    with shop.open() as workspace, workspace.database.writing() as connection:
        set_link(connection, find_company_number(connection, "fjordmat"), code, made, "kari", 0)


def links(shop: Shop) -> dict[str, tuple[str, str]]:
    """Every link: number and who made it, by code."""
    with shop.open() as workspace, workspace.database.reading() as connection:
        stored = read_links(connection, find_company_number(connection, "fjordmat"))
    return {code: (one.link.number, one.link.by.value) for code, one in stored.items()}


def booked_on(shop: Shop) -> list[set[int]]:
    """The customers of each draft, or voucher, in the sandbox."""
    vouchers = [*shop.world.drafts(), *shop.world.vouchers()]
    return [{line.customer for line in voucher.lines if line.customer} for voucher in vouchers]


def unknown(shop: Shop, report: Any) -> list[Finding]:
    """The findings of the only day about customers."""
    return [finding for finding in shop.only(report).findings if finding.code == "unknown-customer"]


@pytest.mark.parametrize("target", WIRE)
def test_a_code_that_is_no_number_is_booked_on_the_linked_customer(both: Shop, mode: Mode, target: str) -> None:
    mode("linked")
    set_up(both, mode, target)
    both.sell(on_account(FJORDVIK))
    link(both, "K-17", "10101")
    exported = both.export()
    assert (states(exported.report), codes(both.only(exported.report))) == (["drafted"], [])
    assert booked_on(both) == [{10101}]
    line = next(line for line in both.only_voucher(exported.report).voucher.lines if line.customer)
    assert line.customer == "K-17"


@pytest.mark.parametrize("target", WIRE)
def test_a_customer_without_a_link_holds_its_day_alone_until_it_is_linked(shop: Shop, mode: Mode, target: str) -> None:
    mode("linked")
    set_up(shop, mode, target)
    shop.sell(on_account(FJORDVIK), sale(2, at="2026-11-21T12:00:00"))
    exported = shop.export()
    assert states(exported.report) == ["held", "drafted"]
    (found,) = [finding for finding in exported.report.vouchers[0].findings if finding.code == "unknown-customer"]
    assert (found.variant, found.facts["go_number"], found.facts["customer"]) == (
        "organization-number",
        "10101",
        "K-17",
    )
    assert found.mends[0].facts == {"company": "fjordmat", "customer": "K-17", "go_number": "10101"}
    link(shop, "K-17", "10101")
    assert codes(shop.only(shop.preview(FRIDAY, FRIDAY))) == []
    assert states(shop.export().report) == ["drafted"]


def test_a_number_of_the_register_is_nobodys_number_in_go_unless_it_is_linked(shop: Shop, mode: Mode) -> None:
    """10018 of the register is Fjordvik, and Go's 10018 is somebody else."""
    mode("linked")
    set_up(shop, mode, "journal")
    shop.sell(on_account("10018"))
    assert states(shop.export().report) == ["held"]
    link(shop, "10018", "10101")
    assert states(shop.export().report) == ["drafted"]
    assert booked_on(shop) == [{10101}]


def test_a_preview_asks_nothing_and_warns_of_a_customer_to_be_linked(shop: Shop, mode: Mode) -> None:
    mode("linked")
    set_up(shop, mode, "journal")
    shop.sell(on_account(FJORDVIK))
    shown = shop.only(shop.preview())
    assert shown.state is State.READY
    (found,) = unknown(shop, shop.preview())
    assert (found.variant, found.holds, found.mends[0].kind.value) == ("unlinked", False, "link-customer")
    assert not shop.world.requests
    checked = shop.check()
    assert (states(checked.report), [one.variant for one in unknown(shop, checked.report)]) == (
        ["held"],
        ["organization-number"],
    )
    assert links(shop) == {}
    held = shop.export()
    assert [one.variant for one in unknown(shop, held.report)] == ["organization-number"]
    assert [one.variant for one in unknown(shop, shop.preview())] == ["organization-number"]
    link(shop, "K-17", "10101")
    assert (states(shop.preview()), unknown(shop, shop.preview())) == (["ready"], [])


@pytest.mark.parametrize("target", WIRE)
def test_by_organization_number_a_customer_links_itself_where_the_setup_lets_it(
    shop: Shop, mode: Mode, target: str
) -> None:
    mode("match")
    set_up(shop, mode, target)
    shop.sell(on_account(FJORDVIK))
    assert codes(shop.only(shop.preview())) == []
    assert states(shop.check().report) == ["ready"]
    assert links(shop) == {}
    assert states(shop.export().report) == ["drafted"]
    assert links(shop) == {"K-17": ("10101", "organization_number")}
    assert booked_on(shop) == [{10101}]


@pytest.mark.parametrize("name", ["linked", "match", "create", "number"])
def test_two_customers_with_one_organization_number_are_both_named_and_neither_is_chosen(
    shop: Shop, mode: Mode, name: str
) -> None:
    (first, second) = [one for one in shop.world.customers() if one.name.startswith("Nordlys Reiser")]
    mode(name)
    set_up(shop, mode, "journal")
    shop.sell(on_account({"number": "N-1", "organization_number": first.organization_number}))
    (found,) = unknown(shop, shop.export().report)
    assert (found.variant, found.facts["candidates"]) == ("ambiguous", f"{first.no}, {second.no}")
    assert shop.world.drafts() == []


@pytest.mark.parametrize("target", WIRE)
def test_where_codes_are_gos_numbers_they_are_looked_up_and_told_once(shop: Shop, mode: Mode, target: str) -> None:
    mode("number")
    set_up(shop, mode, target)
    shop.sell(on_account("10002"))
    with shop.open() as workspace:
        export_period(workspace, shop.venues(workspace), Period())
        (made,) = workspace.delivery.customers.drain_made()
        assert (made.code, made.link.number, bool(made.link.name)) == ("10002", "10002", True)
        assert workspace.delivery.customers.drain_made() == ()
    assert (booked_on(shop), links(shop)) == ([{10002}], {"10002": ("10002", "number")})


@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize("code", ["999", "K-17", "010002"])
def test_where_codes_are_gos_numbers_one_that_go_does_not_have_holds_the_day(
    shop: Shop, mode: Mode, target: str, code: str
) -> None:
    mode("number")
    set_up(shop, mode, target)
    shop.sell(on_account(code), sale(2, at="2026-11-21T12:00:00"))
    exported = shop.export()
    assert states(exported.report) == ["held", "drafted"]
    assert codes(exported.report.vouchers[0]) == ["unknown-customer"]


def test_without_a_subscription_key_numbers_are_sent_as_they_are(shop: Shop, mode: Mode) -> None:
    mode("number")
    set_up(shop, mode, "import", key=False)
    shop.sell(on_account("10002"))
    assert states(shop.export().report) == ["drafted"]
    assert (booked_on(shop), links(shop)) == ([{10002}], {})
    assert not [request for request in shop.world.requests if request.api == "v2"]


def test_without_a_subscription_key_a_customer_to_be_linked_holds_the_day_and_the_key_is_named(
    shop: Shop, mode: Mode
) -> None:
    mode("linked")
    set_up(shop, mode, "import", key=False)
    shop.sell(on_account("10002"))
    (found,) = unknown(shop, shop.export().report)
    assert (found.variant, found.mends[0].facts["key"]) == ("no-list", "subscription_key")


def test_where_codes_are_gos_numbers_v1_goes_on_while_v2_is_not_to_be_had(shop: Shop, mode: Mode) -> None:
    def refuse(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(503) if "/Customers" in request.url.path else None

    mode("number")
    set_up(shop, mode, "import")
    shop.sell(on_account("10002"))
    shop.line.before = refuse
    assert states(shop.export().report) == ["drafted"]
    assert (booked_on(shop), links(shop)) == ([{10002}], {})


def test_a_customer_to_be_linked_waits_while_customers_cannot_be_read(shop: Shop, mode: Mode) -> None:
    def refuse(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(503) if "/Customers" in request.url.path else None

    mode("match")
    set_up(shop, mode, "import")
    shop.sell(on_account(FJORDVIK))
    shop.line.before = refuse
    assert states(shop.export().report) == ["unreachable"]
    shop.line.before = lambda _: None
    shop.clock.now_s += 60
    assert states(shop.export().report) == ["drafted"]


@pytest.mark.parametrize("target", WIRE)
def test_a_number_that_was_changed_in_go_is_noticed_and_the_same_customer_is_booked(
    shop: Shop, mode: Mode, target: str
) -> None:
    """And the old number is somebody else's since."""
    mode("linked")
    set_up(shop, mode, target)
    shop.sell(on_account(FJORDVIK))
    link(shop, "K-17", "10101")
    assert states(shop.export().report) == ["drafted"]
    shop.world.change_customer(10101, no=10501)
    shop.world.change_customer(10102, no=10101)
    shop.clock.now_s += CHANGES_AGE_S + 1
    shop.sell(on_account(FJORDVIK, 2, at="2026-11-21T12:00:00"))
    assert states(shop.export(SATURDAY, SATURDAY).report) == ["drafted"]
    assert booked_on(shop)[-1] == {10501}
    with shop.open() as workspace:
        company = workspace.load_setup().companies[0]
        workspace.delivery.customers.refresh(
            company, workspace.delivery.open_ledger(company, shop.venues(workspace)[0])
        )
        with workspace.database.reading() as connection:
            stored = read_links(connection, find_company_number(connection, "fjordmat"))["K-17"]
    assert (stored.link.number, stored.linked_number, stored.is_renumbered) == ("10501", "10101", True)


def test_a_linked_customer_that_go_does_not_have_any_more_holds_the_day(shop: Shop, mode: Mode) -> None:
    mode("linked")
    set_up(shop, mode, "journal")
    shop.sell(on_account(FJORDVIK))
    link(shop, "K-17", "10101")
    overwrite_rows(shop, "customer_link", {"customer_id": 5})
    (found,) = unknown(shop, shop.export().report)
    assert (found.variant, found.facts["go_number"]) == ("gone", "10101")
    link(shop, "K-17", "10101")
    assert states(shop.export().report) == ["drafted"]


def test_a_customer_made_in_go_since_is_found_without_reading_all_again(shop: Shop, mode: Mode) -> None:
    mode("match")
    set_up(shop, mode, "journal")
    shop.sell(on_account({"number": "NY", "organization_number": "974 760 673"}))
    assert states(shop.export().report) == ["held"]
    shop.clock.now_s += 3_600
    template = next(one for one in shop.world.customers() if one.no == 10101)
    shop.world.set_customer(replace(template, no=10777, name="Ny AS", organization_number="", email=""))
    shop.world.change_customer(10777, organization_number="974760673")
    shop.clock.now_s += 10
    asked: list[str] = []
    shop.line.before = lambda request: asked.append(str(request.url)) if "/Customers" in request.url.path else None
    assert states(shop.export().report) == ["drafted"]
    assert booked_on(shop) == [{10777}]
    assert ["lastChangedDateTimeOffsetGreaterThan" in url or "customerNos" in url for url in asked] == [True] * len(
        asked
    )


def test_a_linked_customer_costs_no_request_of_its_own_on_the_next_nights(shop: Shop, mode: Mode) -> None:
    mode("match")
    set_up(shop, mode, "journal")
    shop.sell(on_account(FJORDVIK))
    shop.export()
    asked: list[str] = []
    shop.line.before = lambda request: asked.append(str(request.url)) if "/Customers" in request.url.path else None
    shop.clock.now_s += 2 * 86_400
    shop.sell(on_account(FJORDVIK, 2, at="2026-11-21T12:00:00"))
    assert states(shop.export(SATURDAY, SATURDAY).report) == ["drafted"]
    assert asked == []


def test_customers_are_all_listed_again_after_a_week(shop: Shop, mode: Mode) -> None:
    mode("match")
    set_up(shop, mode, "journal")
    shop.sell(on_account(FJORDVIK))
    shop.export()
    asked: list[str] = []
    shop.line.before = lambda request: asked.append(str(request.url)) if "/Customers" in request.url.path else None
    shop.clock.now_s += WHOLE_AGE_S
    shop.sell(on_account({"number": "K-18"}, 2, at="2026-11-21T12:00:00"))
    shop.export()
    assert ["lastChangedDateTimeOffsetGreaterThan" in url for url in asked if "Fields" in url] == [False]


def test_a_person_s_link_stands_before_what_the_setup_would_do(both: Shop, mode: Mode) -> None:
    mode("match")
    set_up(both, mode, "journal")
    both.sell(on_account(FJORDVIK))
    link(both, "K-17", "10106")
    both.export()
    assert (booked_on(both), links(both)) == ([{10106}], {"K-17": ("10106", "person")})


def test_two_codes_of_one_customer_are_two_lines_on_its_account(shop: Shop, mode: Mode) -> None:
    mode("linked")
    set_up(shop, mode, "journal")
    shop.sell(on_account("A"), on_account("B", 2, at="2026-11-20T13:00:00"))
    link(shop, "A", "10101")
    link(shop, "B", "10101")
    assert states(shop.export().report) == ["drafted"]
    assert booked_on(shop) == [{10101}]


def test_a_link_taken_away_before_sending_holds_the_day_again(shop: Shop, mode: Mode) -> None:
    mode("linked")
    set_up(shop, mode, "journal")
    shop.sell(on_account(FJORDVIK))
    link(shop, "K-17", "10101")
    with shop.open() as workspace, workspace.database.writing() as connection:
        company = find_company_number(connection, "fjordmat")
        assert delete_link(connection, company, "K-17")
        assert not delete_link(connection, company, "K-17")
    assert states(shop.export().report) == ["held"]


def test_codes_stay_as_they_are_in_files(shop: Shop, mode: Mode) -> None:
    mode("linked")
    set_up(shop, mode, "file")
    shop.sell(on_account("K-17"))
    assert codes(shop.only(shop.preview())) == []
    assert states(shop.export().report) == ["drafted"]


def test_a_link_of_a_code_is_made_once(both: Shop) -> None:
    both.apply()
    made = CustomerLink(7, "10101", "Fjordvik", LinkedBy.NUMBER)
    with both.open() as workspace, workspace.database.writing() as connection:
        company = find_company_number(connection, "fjordmat")
        assert add_links(connection, company, {"A": made, "B": made}, "posexport", 1) == {"A": made, "B": made}
        assert add_links(connection, company, {"A": made._replace(customer_id=8)}, "posexport", 2) == {}
        assert read_codes_of(connection, company, 7) == ("A", "B")
        set_link(connection, company, "A", CustomerLink(9, "10102", "Nordlys"), "kari", 3, "Det er dem")
        stored = read_links(connection, company, ["A"])["A"]
    assert (stored.link.customer_id, stored.who, stored.why, stored.linked_at_utc_s) == (9, "kari", "Det er dem", 3)


@pytest.mark.parametrize("name", ["match", "create"])
def test_a_second_code_of_one_organization_number_asks_a_person(shop: Shop, mode: Mode, name: str) -> None:
    mode(name)
    set_up(shop, mode, "journal")
    shop.sell(on_account(FJORDVIK), on_account({**FJORDVIK, "number": "K-18"}, 2, at="2026-11-20T13:00:00"))
    (found,) = unknown(shop, shop.export().report)
    assert (found.facts["customer"], found.variant, found.facts["go_number"]) == (
        "K-18",
        "organization-number",
        "10101",
    )
    assert links(shop) == {"K-17": ("10101", "organization_number")}
    shop.sell(on_account({**FJORDVIK, "number": "K-16"}, 3, at="2026-11-21T13:00:00"))
    assert states(shop.export(SATURDAY, SATURDAY).report) == ["held"]
    link(shop, "K-18", "10101")
    assert states(shop.export(FRIDAY, FRIDAY).report) == ["drafted"]


NEW = {"number": "NY-1", "name": "Nystua Kurs AS", "organization_number": "974 760 673", "email": "post@nystua.example"}


def made(shop: Shop) -> list[tuple[str, str | None, str | None]]:
    """The customers that were made in Go."""
    return [
        (one.name, one.organization_number, one.external_reference)
        for one in shop.world.customers()
        if one.name == NEW["name"]
    ]


@pytest.mark.parametrize("target", ["import", "journal"])
def test_a_customer_that_is_certainly_not_there_is_made_once_and_linked(shop: Shop, mode: Mode, target: str) -> None:
    mode("create")
    set_up(shop, mode, target)
    shop.sell(on_account(NEW))
    shop.check()
    assert (made(shop), links(shop)) == ([], {})
    shop.export()
    assert made(shop) == [("Nystua Kurs AS", "974760673", "posexport:NY-1")]
    assert [by for _, by in links(shop).values()] == ["created"]
    shop.clock.now_s += 60
    shop.export()
    assert (len(made(shop)), len(booked_on(shop))) == (1, 1)


@pytest.mark.parametrize(("lag_s", "told"), [(0, "drafted"), (30, "unreachable")])
def test_a_customer_whose_making_was_not_answered_is_looked_for_and_not_made_again(
    shop: Shop, mode: Mode, lag_s: float, told: str
) -> None:
    lost: list[Any] = []

    def lose(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST" and request.url.path.endswith("/Customers") and not lost:
            lost.append(shop.world.handle("POST", request.url.path, "", dict(request.headers), request.content))
            raise httpx.ReadTimeout("no answer")
        return None

    mode("create")
    set_up(shop, mode, "import")
    shop.sell(on_account(NEW))
    shop.line.before = lose
    shop.world.replica_lag_s = lag_s
    assert states(shop.export().report) == [told]
    assert (len(lost), len(links(shop))) == (1, 1 if told == "drafted" else 0)
    shop.clock.now_s += 60
    assert states(shop.export().report) == ([] if told == "drafted" else ["drafted"])
    assert len(made(shop)) == 1


def test_of_two_codes_with_one_new_organization_number_one_customer_is_made(shop: Shop, mode: Mode) -> None:
    mode("create")
    set_up(shop, mode, "import")
    shop.sell(on_account(NEW), on_account({**NEW, "number": "NY-2"}, 2, at="2026-11-20T13:00:00"))
    assert states(shop.export().report) == ["held"]
    assert (len(made(shop)), list(links(shop))) == (1, ["NY-1"])


def test_of_two_processes_with_one_new_organization_number_one_makes_the_customer(both: Shop, mode: Mode) -> None:
    """Each has listed the customers before the other made one."""
    mode("create")
    set_up(both, mode, "import")
    both.sell(
        on_account({**NEW, "number": "NY-2"}, at="2026-11-20T13:00:00"), on_account(NEW, 2, at="2026-11-21T13:00:00")
    )
    told: list[list[str]] = []

    def meanwhile(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST" and request.url.path.endswith("/Customers") and not told:
            told.append([])
            told[0] += states(both.export(FRIDAY, FRIDAY).report)
        return None

    both.line.before = meanwhile
    assert states(both.export(SATURDAY, SATURDAY).report) == ["drafted"]
    assert told == [["held"]]
    assert (len(made(both)), list(links(both))) == (1, ["NY-1"])
    both.clock.now_s += 60
    assert states(both.export().report) == ["held"], "a person says whether both are one"
    assert (len(made(both)), claims(both)) == (1, [])


def test_a_claim_is_given_up_when_the_customer_was_refused_and_kept_when_nobody_knows(both: Shop, mode: Mode) -> None:
    mode("create")
    set_up(both, mode, "import")
    both.sell(on_account(NEW))

    def refuse(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST" or not request.url.path.endswith("/Customers"):
            return None
        return httpx.Response(400, json={"title": "Customer validation error(s)", "detail": "No", "status": 400})

    def lose(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST" and request.url.path.endswith("/Customers"):
            raise httpx.ReadTimeout("no answer")
        return None

    both.line.before = lose
    both.export()
    assert claims(both) == [("new-customer:974760673", "NY-1")]
    both.line.before = refuse
    both.clock.now_s += 60
    both.export()
    assert (claims(both), made(both)) == ([], [])


def test_a_claim_is_of_one_code_until_it_is_given_up_or_old(both: Shop, mode: Mode) -> None:
    set_up(both, mode)
    with both.open() as workspace, workspace.database.writing() as connection:
        company = find_company_number(connection, "fjordmat")

        def claim(code: str, at_utc_s: int, number: str = "974760673") -> bool:
            return claim_new_customer(connection, company, number, code, at_utc_s)

        assert (claim("A", 0), claim("A", 100), claim("B", 100), claim("B", 100, "999999999")) == (
            *(True, True, False, True),
        )
        release_new_customer(connection, company, "974760673", "B")
        assert not claim("B", 99 + CLAIM_S), "not B's to give up"
        assert claim("B", 100 + CLAIM_S)
        release_new_customer(connection, company, "974760673", "B")
        assert claim("A", 101 + CLAIM_S)


def claims(shop: Shop) -> list[tuple[str, str]]:
    """Which customers are being made, and for which code."""
    return [row for row in read_rows(shop, "ledger_listing", "what", "document") if row[0].startswith("new-customer:")]


def test_a_customer_without_an_organization_number_is_not_made(shop: Shop, mode: Mode) -> None:
    mode("create")
    set_up(shop, mode, "import")
    shop.sell(on_account({"number": "P-1", "name": "Nystua Kurs AS"}))
    assert (states(shop.export().report), made(shop)) == (["held"], [])
