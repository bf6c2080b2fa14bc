"""Rights: every address by the right that it asks for, tried with every role, and what a page offers to whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import pytest
from sqlmodel import SQLModel
from starlette.routing import compile_path

from posexport.app.imports import list_imports
from posexport.app.users import Manager, invite, make_link
from posexport.core.roles import EVERYTHING, RIGHTS, Grant, Right, Role, User
from posexport.office.access import make_local_link
from posexport.office.app import ACTIONS, PAGES, STRANGERS
from tests.office.test_files import lines
from tests.office.test_orders import HOTEL, order_path, read_customers
from tests.office.test_security import OWN
from tests.support.credit_shop import apply_orders, credit_sale
from tests.support.harness import BRYGGA, FRIDAY, VENUES, Shop, sale
from tests.support.looks import read_rows
from tests.support.office import ORIGIN, OTHER_COMPANY, Office, Visitor, open_office

SEE, UPLOAD, BOOK, MAP, CONNECT = Right.SEE, Right.UPLOAD, Right.BOOK, Right.MAP, Right.CONNECT

PAGE_RIGHTS = {
    "/": SEE,
    "/days": SEE,
    "/month": SEE,
    "/c/{company}/month": SEE,
    "/draft": BOOK,
    "/v/{venue}/{day}": SEE,
    "/v/{venue}/{day}/report": SEE,
    "/v/{venue}/{day}/draft": BOOK,
    "/v/{venue}/{day}/revise": BOOK,
    "/v/{venue}/{day}/resolve": BOOK,
    "/v/{venue}/{day}/account": MAP,
    "/files": SEE,
    "/files/{run}": SEE,
    "/imports/{file}": SEE,
    "/setup": MAP,
    "/c/{company}": CONNECT,
    "/c/{company}/check": SEE,
    "/c/{company}/mail": CONNECT,
    "/c/{company}/mail/remove": CONNECT,
    "/c/{company}/venues/{venue}": CONNECT,
    "/orders": SEE,
    "/orders.csv": SEE,
    "/orders/not-invoiced": SEE,
    "/orders/{reference}": SEE,
    "/orders/{reference}/send": BOOK,
    "/orders/{reference}/revise": BOOK,
    "/orders/{reference}/move": BOOK,
    "/orders/{reference}/resolve": BOOK,
    "/customers": SEE,
    "/accounts": SEE,
    "/c/{company}/accounts": SEE,
    "/c/{company}/accounts/file": MAP,
    "/c/{company}/accounts/paste": MAP,
    "/c/{company}/accounts/history": MAP,
    "/c/{company}/accounts/restore": MAP,
    "/c/{company}/customers/link": BOOK,
    "/c/{company}/customers/unlink": BOOK,
    "/c/{company}/customers/create": BOOK,
    "/runs": SEE,
    "/runs/{run}": SEE,
    "/runs/{run}/events": SEE,
    "/log": Right.MANAGE_USERS,
    "/users": Right.MANAGE_USERS,
    "/c/{company}/users": Right.MANAGE_USERS,
    "/users/{user}": Right.MANAGE_USERS,
    "/users/{user}/close": Right.MANAGE_USERS,
    "/me": SEE,
    "/search": SEE,
    "/help": SEE,
    "/help/{topic}": SEE,
}

ACTION_RIGHTS = {
    "/draft": BOOK,
    "/v/{venue}/{day}/draft": BOOK,
    "/v/{venue}/{day}/revise": BOOK,
    "/v/{venue}/{day}/resolve": BOOK,
    "/v/{venue}/{day}/accept": BOOK,
    "/v/{venue}/{day}/unaccept": BOOK,
    "/v/{venue}/{day}/no-sales": BOOK,
    "/v/{venue}/{day}/account": MAP,
    "/files": UPLOAD,
    "/files/register": MAP,
    "/v/{venue}/inbox": UPLOAD,
    "/imports/{file}/undo": UPLOAD,
    "/c/{company}": CONNECT,
    "/c/{company}/check": MAP,
    "/c/{company}/keys": CONNECT,
    "/c/{company}/mail": CONNECT,
    "/c/{company}/mail/password": CONNECT,
    "/c/{company}/mail/test": CONNECT,
    "/c/{company}/mail/remove": CONNECT,
    "/c/{company}/venues/{venue}/keys": CONNECT,
    "/c/{company}/venues/{venue}": CONNECT,
    "/c/{company}/venues/{venue}/automatic": CONNECT,
    "/orders/{reference}/send": BOOK,
    "/orders/{reference}/revise": BOOK,
    "/orders/{reference}/move": BOOK,
    "/orders/{reference}/resolve": BOOK,
    "/orders/{reference}/accept": BOOK,
    "/c/{company}/accounts": MAP,
    "/c/{company}/accounts/restore": MAP,
    "/c/{company}/accounts/paste": MAP,
    "/c/{company}/accounts/paste/save": MAP,
    "/c/{company}/accounts/chart": MAP,
    "/c/{company}/customers/link": BOOK,
    "/c/{company}/customers/unlink": BOOK,
    "/c/{company}/customers/create": BOOK,
    "/c/{company}/customers/read": BOOK,
    "/runs/{run}/stop": CONNECT,  # of a run that somebody else asked for
    "/log": Right.MANAGE_USERS,
    "/users": Right.MANAGE_COMPANIES,
    "/c/{company}/users": Right.MANAGE_USERS,
    "/users/{user}": Right.MANAGE_COMPANIES,
    "/c/{company}/users/{user}": Right.MANAGE_USERS,
    "/users/{user}/link": Right.MANAGE_USERS,
    "/users/{user}/close": Right.MANAGE_USERS,
}
"""Beside what everybody does with what is theirs."""

FILLED = {
    "/v/{venue}/{day}/resolve": {"answer": "not-there"},
    "/orders/{reference}/resolve": {"answer": "not-there"},
    "/c/{company}/accounts/paste": {"text": '[[company.payment_type]]\ncode = "VISA"\naccount = "1592"\n'},
    "/c/{company}/accounts/restore": {"revision": "1"},
}
"""What a form says where one that says nothing is shown anew, by a page that asks for the right too."""

OF_ALL_COMPANIES = frozenset({"/users", "/users/{user}"})
"""Actions for whom the right in one company is not enough."""

OF_A_COMPANY_AS_A_WHOLE = frozenset(
    {
        *(path for path in {**PAGE_RIGHTS, **ACTION_RIGHTS} if path.startswith("/c/") and "{venue}" not in path),
        *("/users", "/log", "/users/{user}", "/users/{user}/link", "/users/{user}/close"),
    }
) - {"/c/{company}/check", "/c/{company}/month"}
"""What a role at one venue does not reach, whatever the role."""


@dataclass(frozen=True)
class Scene:
    """A company of two venues with days, a file, an order, a run that its owner asked for, and a reader; beside it
    another company."""

    office: Office
    shop: Shop
    values: Mapping[str, str]

    def locate(self, path: str, **otherwise: str) -> str:
        return path.format(**{**self.values, **otherwise})

    def list_refusals(self) -> list[str]:
        """The rights that were missing, as the log has them."""
        acts = read_rows(self.shop, "office_log", "act", "facts")
        return [facts.partition('"right": "')[2].partition('"')[0] for act, facts in acts if act == "not-allowed"]


@contextmanager
def open_scene(shop: Shop) -> Iterator[Scene]:
    """The company, and its office."""
    apply_orders(shop, customers="linked", venues=VENUES + BRYGGA)
    shop.apply(OTHER_COMPANY.format(output=shop.folder / "vouchers"))
    held = sale(3, "80.00", at="2026-11-21T12:00:00", product="330")
    shop.sell(credit_sale(1042, "640.00", customer=HOTEL), sale(2), held, sale(4, register="3"), sale(5, register="77"))
    with open_office(shop) as office:
        owner = office.sign_in()
        read_customers(office, owner)
        order = order_path(owner).rpartition("/")[2]
        owner.get(f"/v/brygga/{FRIDAY}/draft")
        owner.send(f"/v/brygga/{FRIDAY}/draft")
        office.sign_in(Grant(Role.READER, "fjordmat"), name="Per Vik")
        [file] = list_imports(office.workspace)
        told = {"run": owner.page.url.path.rpartition("/")[2], "file": file.reference, "user": quote("Per Vik")}
        names = {"company": "fjordmat", "venue": "torget", "day": str(FRIDAY), "reference": order, "topic": "none"}
        yield Scene(office, shop, names | told)


@pytest.fixture
def scene(shop: Shop) -> Iterator[Scene]:
    with open_scene(shop) as scene:
        yield scene


def sign_in(scene: Scene, *grants: Grant) -> tuple[Visitor, dict[str, str]]:
    """Somebody with these roles, and what a form of theirs has that says nothing."""
    visitor = scene.office.sign_in(*grants, name="Kari Moe")
    visitor.get("/help")
    return visitor, {"form_token": visitor.find_form("/logout")["form_token"]}


def test_every_address_is_named_with_its_right() -> None:
    assert PAGE_RIGHTS.keys() == PAGES.keys()
    assert ACTION_RIGHTS.keys() == ACTIONS.keys() - {*OWN}


def find_missing(role: Role, path: str, right: Right) -> list[Right]:
    """The right that somebody lacks who has a role in one company; of several the one that is asked for first."""
    if path in OF_ALL_COMPANIES and right is Right.MANAGE_COMPANIES:
        return [right if Right.MANAGE_USERS in RIGHTS[role] else Right.MANAGE_USERS]
    return [] if right in RIGHTS[role] else [right]


@pytest.mark.parametrize("role", list(Role))
def test_a_page_is_shown_to_who_has_its_right(scene: Scene, role: Role) -> None:
    visitor, _ = sign_in(scene, Grant(role, "fjordmat"))
    for path, right in PAGE_RIGHTS.items():
        if path == "/runs/{run}/events":
            continue  # goes on for as long as the run does; it asks as the run's page does
        before, answer = len(scene.list_refusals()), visitor.get(scene.locate(path))
        missing = find_missing(role, path, right)
        assert (answer.status_code == 403) is bool(missing), (path, answer.status_code)
        assert scene.list_refusals()[before:] == missing, path


@pytest.mark.parametrize("role", list(Role))
def test_an_action_is_done_for_who_has_its_right(scene: Scene, role: Role) -> None:
    visitor, form = sign_in(scene, Grant(role, "fjordmat"))
    for path, right in ACTION_RIGHTS.items():
        filled = form | FILLED.get(path, {})
        before, answer = len(scene.list_refusals()), visitor.post(scene.locate(path), filled)
        missing = find_missing(role, path, right)
        assert (answer.status_code == 403) is bool(missing), (path, answer.status_code)
        assert scene.list_refusals()[before:] == missing, path


@pytest.mark.parametrize("role", list(Role))
def test_a_role_at_one_venue_reaches_what_is_of_that_venue_alone(scene: Scene, role: Role) -> None:
    visitor, form = sign_in(scene, Grant(role, "fjordmat", "brygga"))
    for path, right in PAGE_RIGHTS.items():
        if path in OF_A_COMPANY_AS_A_WHOLE:
            assert visitor.get(scene.locate(path)).status_code in (403, 404), path
        if "{venue}" in path or "{reference}" in path:
            assert visitor.get(scene.locate(path)).status_code == 404, path
        if "{venue}" in path:
            is_refused = visitor.get(scene.locate(path, venue="brygga")).status_code == 403
            assert is_refused is (right not in RIGHTS[role]), path
    for path, right in ACTION_RIGHTS.items():
        if path in OF_A_COMPANY_AS_A_WHOLE:
            assert visitor.post(scene.locate(path), form).status_code in (403, 404), path
        if "{venue}" in path or "{reference}" in path:
            assert visitor.post(scene.locate(path), form).status_code == 404, path
        if "{venue}" in path:
            is_refused = visitor.post(scene.locate(path, venue="brygga"), form).status_code == 403
            assert is_refused is (right not in RIGHTS[role]), path


def test_what_one_may_in_a_company_one_may_not_in_another_that_one_sees(scene: Scene) -> None:
    both = Grant(Role.BOOKKEEPER, "tindmat"), Grant(Role.PARTNER, "tindmat")
    visitor, form = sign_in(scene, *both, Grant(Role.READER, "fjordmat"))
    in_fjordmat = {path for path in {**PAGES, **ACTIONS} if "{" in path} - {"/help/{topic}", "/runs/{run}/events"}
    for path in sorted(in_fjordmat):
        if PAGE_RIGHTS.get(path, SEE) is not SEE and "{user}" not in path:
            assert visitor.get(scene.locate(path)).status_code == 403, path
        if path in ACTION_RIGHTS and path not in OF_ALL_COMPANIES:
            answer = visitor.post(scene.locate(path), form | {"form_key": "unused"} | FILLED.get(path, {}))
            assert answer.status_code == 403, path


def test_who_sees_all_companies_and_manages_one_manages_no_others(scene: Scene) -> None:
    visitor, form = sign_in(scene, Grant(Role.READER), Grant(Role.PARTNER, "fjordmat"))
    for path in sorted(OF_ALL_COMPANIES):
        assert visitor.post(scene.locate(path), form).status_code == 403, path
    for path in ("/c/{company}/users", "/c/{company}/users/{user}"):
        assert visitor.post(scene.locate(path, company="tindmat"), form).status_code == 403, path


def test_a_run_of_several_venues_is_stopped_by_who_sets_up_all_of_them(scene: Scene) -> None:
    owner = scene.office.sign_in()
    owner.get("/draft?from=2026-11-20&to=2026-11-20")
    owner.send("/draft")
    run = owner.page.url.path
    one, form = sign_in(scene, Grant(Role.ADMINISTRATOR, "fjordmat", "brygga"))
    one.get(run)
    assert f"{run}/stop" not in one.list_actions()
    assert one.post(f"{run}/stop", form).status_code == 403
    whole = scene.office.sign_in(Grant(Role.ADMINISTRATOR, "fjordmat"), name="Ola Lie")
    whole.get(run)
    whole.send(f"{run}/stop")
    assert "Ola Lie" in whole.text


def test_what_a_company_kept_aside_is_given_away_by_nobody_of_one_venue(scene: Scene) -> None:
    visitor, form = sign_in(scene, Grant(Role.BOOKKEEPER, "fjordmat", "brygga"))
    given = form | {"form_key": "unused", "venue": "brygga", "register": "77", "location": ""}
    assert visitor.post("/files/register", given).status_code == 403


@pytest.mark.parametrize("role", list(Role))
def test_what_other_venues_sold_is_not_told_to_who_has_a_role_at_one(scene: Scene, role: Role) -> None:
    """Nor their registers, and nothing leads to where it is told."""
    whole, _ = sign_in(scene, Grant(Role.BOOKKEEPER, "fjordmat"))
    whole.get("/files")
    whole.upload(("salg.jsonl", lines(sale(6, register="77"), sale(7, register="3"))))
    scene.office.work()
    for path, told in (("/c/fjordmat/accounts", "640,00"), ("/files", "Kasse 77")):
        whole.get(path)
        assert told in whole.text
    visitor = scene.office.sign_in(Grant(role, "fjordmat", "brygga"), name="Ola Lie")
    for path in [*(path for path in PAGES if not path.endswith("/events")), f"/v/{{venue}}/{FRIDAY}?row=x&saved=3020"]:
        visitor.get(scene.locate(path, venue="brygga"))
        assert "640,00" not in visitor.text and "Kasse 77" not in visitor.text, path
        assert not visitor.tree.xpath("//a[starts-with(@href, '/c/fjordmat/accounts')]"), path


ROUTES = {path: compile_path(path)[0] for path in {**PAGES, **ACTIONS}}


def find_route(address: str, known: Mapping[str, Right]) -> str | None:
    """The address of the office that an address on a page is one of: those without a name in them first."""
    path = urlsplit(address).path
    found = [one for one in known if ROUTES[one].fullmatch(path)]
    return min(found, key=lambda one: one.count("{"), default=None)


@pytest.mark.parametrize("role", list(Role))
def test_no_page_offers_what_one_may_not_do(scene: Scene, role: Role) -> None:
    visitor, _ = sign_in(scene, Grant(role, "fjordmat"))
    rights, seen = RIGHTS[role], set()
    sunday = [f"/v/torget/2026-11-{day}{part}" for day in (21, 22) for part in ("", "?part=orders", "?part=history")]
    for address in [*(scene.locate(path) for path in PAGES if not path.endswith("/events")), *sunday]:
        answer = visitor.get(address)
        if answer.status_code != 200 or not answer.headers["content-type"].startswith("text/html"):
            continue
        for link in map(str, visitor.tree.xpath("//a/@href | //form[@method='get']/@action")):
            route = find_route(link, PAGE_RIGHTS)
            assert route is None or PAGE_RIGHTS[route] in rights, (address, link)
            seen.add(route)
        for sent in visitor.list_actions():
            route = find_route(sent, ACTION_RIGHTS)
            assert sent in OWN or (route is not None and ACTION_RIGHTS[route] in rights), (address, sent)
            seen.add(route)
    assert ("/draft" in seen) is (role is Role.BOOKKEEPER), "the walk came to what is offered"


WORKED_OUT = frozenset({"day_list", "day_list_version", "day_mark"})
SEEN_AND_LOGGED = frozenset({"office_session", "office_log"})
"""When somebody was seen last, and what was taken out or not allowed."""


def read_all(shop: Shop, but: frozenset[str]) -> dict[str, list[str]]:
    tables = SQLModel.metadata.tables.keys() - WORKED_OUT - but
    return {table: list(map(str, read_rows(shop, table))) for table in tables}


@pytest.mark.parametrize("asks_for_more", [False, True])
def test_looking_changes_nothing_where_there_is_much_to_see(scene: Scene, asks_for_more: bool) -> None:
    visitor = scene.office.sign_in(name="Kari Moe")
    before, seen = read_all(scene.shop, SEEN_AND_LOGGED), 0
    query = "?part=history&q=330&code=K-17&revision=1&line=1&now=1&pick=1&confirmed=yes&answer=not-there&number=10018"
    for path in sorted(set(PAGES) - {"/runs/{run}/events"}):
        answer = visitor.get(scene.locate(path) + (query if asks_for_more else ""))
        seen += answer.status_code == 200
    assert seen > len(PAGES) * 2 // 3 and read_all(scene.shop, SEEN_AND_LOGGED) == before


def test_looking_at_what_is_for_strangers_changes_nothing_at_all(scene: Scene) -> None:
    house = Manager(User("", "posexport", "", EVERYTHING), "terminal")
    invited = invite(scene.office.workspace, house, "ola@fjordmat.example", (Grant(Role.READER, "fjordmat"),))
    assert invited.link is not None
    local = make_local_link(scene.office.site, "kari").removeprefix(ORIGIN)
    reset = make_link(scene.office.workspace, house, "Per Vik").path
    before, visitor = read_all(scene.shop, frozenset()), scene.office.enter()
    for path in (*STRANGERS, "/healthz", "/static/office.css", local, invited.link.path, reset, *PAGES):
        answer = visitor.get(scene.locate(path.replace("{token}", "none")))
        assert answer.status_code < 500, path
    assert read_all(scene.shop, frozenset()) == before


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_an_action_is_reached_by_its_form_alone(scene: Scene, method: str) -> None:
    visitor = scene.office.sign_in(name="Kari Moe")
    before = read_all(scene.shop, SEEN_AND_LOGGED)
    for path in sorted(set(ACTIONS) - set(PAGES)):
        visitor._ask(visitor.client.request(method, scene.locate(path)))
        assert visitor.page.status_code in (404, 405), path
    assert read_all(scene.shop, SEEN_AND_LOGGED) == before
