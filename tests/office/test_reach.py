"""How the office is reached: from where, under which name and path, and whose word is taken."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import httpx
import pytest

from posexport.app.users import invite
from posexport.core.roles import EVERYTHING, Grant, Role
from posexport.errors import UsageError
from posexport.office.access import make_local_link
from posexport.office.app import PAGES, STRANGERS
from posexport.office.reach import Reach, check_reach, make_reach
from posexport.office.security import Guard, place_below
from posexport.office.serve import listen, make_site, serve
from posexport.office.site import Site
from tests.office.test_security import address
from tests.office.test_signing_in import HOUSE, KARI, bring_in, sign_in
from tests.support.command_line import make_run
from tests.support.harness import Shop, sale
from tests.support.looks import read_rows
from tests.support.office import Office, Visitor, open_office

PROXY = (ip_network("10.0.0.0/8"),)
HEADER = "X-Forwarded-User"


@pytest.fixture
def sold(both: Shop) -> Shop:
    both.apply()
    both.sell(sale(1), sale(2, at="2026-11-21T12:00:00", product="330"))
    return both


# What is refused before anything listens


@pytest.mark.parametrize(
    ("reach", "has_users", "told"),
    [
        (Reach(), False, ""),
        (Reach("localhost"), False, ""),
        (Reach("::1", "http://127.0.0.1:8080/pos"), False, ""),
        (Reach("0.0.0.0"), True, "--base-url"),
        (Reach("192.0.2.1", "http://pos.example"), True, "--trusted-proxy"),
        (Reach("192.0.2.1", "https://pos.example"), False, "posexport users invite"),
        (Reach("192.0.2.1", "https://pos.example"), True, ""),
        (Reach("192.0.2.1", "http://pos.example", PROXY), True, ""),
        (Reach("192.0.2.1", "http://pos.example", PROXY), False, "posexport users invite"),
        (Reach("127.0.0.1", "https://pos.example"), False, "posexport users invite"),
        (Reach("127.0.0.1", "http://pos.example"), True, "--trusted-proxy"),
        (Reach("192.0.2.1", "https://pos.example", (), HEADER), True, "--user-header needs --trusted-proxy"),
        (Reach("192.0.2.1", "https://pos.example", PROXY, HEADER), True, ""),
    ],
)
def test_an_office_that_would_be_open_is_refused_in_words(reach: Reach, has_users: bool, told: str) -> None:
    if not told:
        check_reach(reach, has_users=has_users)
        return
    with pytest.raises(UsageError, match=told):
        check_reach(reach, has_users=has_users)


@pytest.mark.parametrize(
    "written",
    [
        "pos.example",
        "ftp://pos.example",
        "https://",
        "https://a@pos.example",
        "https://pos.example/?a",
        "https://x/a b",
        "https://x/#a",
        "https://x:port",
        'https://x/"onclick',
        "https://x//y",
    ],
)
def test_what_is_no_address_of_an_office_is_refused(written: str) -> None:
    with pytest.raises(UsageError, match="is no address"):
        make_reach("127.0.0.1", written, (), None)


@pytest.mark.parametrize("written", ["proxy.example", "10.0.0.0/33", ""])
def test_what_is_no_network_is_refused(written: str) -> None:
    with pytest.raises(UsageError, match="is no address or network"):
        make_reach("127.0.0.1", None, (written,), None)


def test_the_command_refuses_and_ends_with_2(
    sold: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POSEXPORT_DB", sold.url)
    run = make_run(monkeypatch, capsys)
    for options, told in (
        (["--host", "0.0.0.0"], "--base-url"),
        (["--host", "0.0.0.0", "--base-url", "https://pos.example"], "no users"),
        (["--user-header", HEADER], "--trusted-proxy"),
        (["--host", "192.0.2.77"], "cannot be used"),
    ):
        done = run("office", "--port", "0", *options)
        assert done.code == 2 and told in done.err, done.err


def test_a_shared_office_prints_no_link_and_lets_nobody_in_by_one(sold: Shop) -> None:
    with open_office(sold) as office:
        link = make_local_link(office.site, "kari")
        visitor = office.sign_in()
        cookies = dict(visitor.client.cookies)
    with open_office(sold, is_shared=True) as office:
        visitor = office.enter()
        visitor.get(link)
        assert "brukt eller for gammel" in visitor.text and "startet" not in visitor.text
        assert visitor.post("/login", {"token": link.partition("=")[2]}).status_code == 403
        visitor.client.cookies.update(cookies)
        assert visitor.get("/").url.path == "/login", "the session of the machine's own user is over too"


# Below a path


@pytest.fixture
def below(sold: Shop) -> Iterator[Office]:
    with open_office(sold, path="/pos") as office:
        yield office


def place(path: str) -> str:
    return address(path.replace("{token}", "none"))


def list_addresses(visitor: Visitor) -> list[str]:
    """Whatever in an attribute may be an address of ours; what somebody typed stands in `value`."""
    found = [value for element in visitor.tree.iter() for name, value in element.attrib.items() if name != "value"]
    return [str(one) for one in found if str(one).startswith("/")]


def test_every_address_on_every_page_is_below_the_path(below: Office) -> None:
    invite(below.workspace, HOUSE, KARI, [Grant(Role.READER, "fjordmat")])
    visitor = below.sign_in(*EVERYTHING)
    visitor.get("/")
    for path in [*PAGES, *STRANGERS, "/nowhere"]:
        visitor.get(place(path))
        if not visitor.page.headers["content-type"].startswith("text/html"):
            continue
        addresses = list_addresses(visitor)
        assert addresses and all(one.startswith("/pos/") for one in addresses), (path, addresses)
    stranger = below.enter()
    for path in STRANGERS:
        stranger.get(place(path))
        assert all(one.startswith("/pos/") for one in list_addresses(stranger)), path


@pytest.mark.parametrize("is_stripped", [True, False])
def test_the_office_works_below_a_path_whether_the_proxy_takes_it_off_or_not(below: Office, is_stripped: bool) -> None:
    visitor, before = below.enter(), "" if is_stripped else "/pos"
    assert visitor.client.base_url.path == "/"
    answer = visitor._ask(visitor.client.get(f"{before}/days?month=2026-11"))
    assert answer.headers["location"] == "/pos/login?to=%2Fdays%3Fmonth%3D2026-11"
    link = make_local_link(below.site, "kari")
    assert link.startswith("http://127.0.0.1:8080/pos/login?token=")
    visitor.get(link.replace("/pos", before))
    visitor.post(f"{before}/login", visitor.find_form("/pos/login"))
    assert visitor.page.url.path == "/pos/" and visitor.page.status_code == 200
    draft = "/v/torget/2026-11-20/draft"
    visitor.get(before + draft)
    done = visitor.post(before + draft, visitor.find_form(f"/pos{draft}"), follows=False)
    assert done.headers["location"].startswith("/pos/runs/")
    assert int(visitor.get(f"{before}/static/office.css").headers["content-length"]) > 1000


def test_a_run_that_is_followed_tells_addresses_below_the_path_too(below: Office) -> None:
    visitor = below.sign_in(*EVERYTHING)
    draft = "/v/torget/2026-11-20/draft"
    visitor.get(draft)
    visitor.post(draft, visitor.find_form(f"/pos{draft}"))
    run = str(visitor.page.url.path).removeprefix("/pos")
    assert f"/pos{run}/events" in list_addresses(visitor)
    below.work()
    told = visitor.get(f"{run}/events")
    assert told.headers["content-type"].startswith("text/event-stream")
    assert 'href="/pos/v/torget/2026-11-20"' in told.text and 'href="/v/' not in told.text


def test_a_path_that_only_begins_alike_is_another_one(below: Office) -> None:
    visitor = below.enter()
    assert visitor.get("/position").status_code == 404
    assert visitor.get("/pos").url.path == "/pos/login"


@pytest.mark.parametrize(
    ("html", "placed"),
    [
        (b'<a href="/">', b'<a href="/pos/">'),
        (b'<form action="/a" method="post">', b'<form action="/pos/a" method="post">'),
        (b'<link href="/static/a.css"><script src="/static/a.js">', None),
        (b'<p hx-get="/a" hx-sse:connect="/b">', b'<p hx-get="/pos/a" hx-sse:connect="/pos/b">'),
        (b'<a href="//evil.example">', b'<a href="//evil.example">'),
        (b'<a href="#x"> <a href="?a=/b">', b'<a href="#x"> <a href="?a=/b">'),
        (b"<p>he wrote href=&#34;/days&#34;</p>", b"<p>he wrote href=&#34;/days&#34;</p>"),
        (b'<input value="/days" name="to">', b'<input value="/days" name="to">'),
    ],
)
def test_addresses_and_nothing_else_are_placed_below_the_path(html: bytes, placed: bytes | None) -> None:
    expected = b'<link href="/pos/static/a.css"><script src="/pos/static/a.js">' if placed is None else placed
    assert place_below(html, "/pos") == expected


# Proxies


def last_address(shop: Shop) -> str:
    return str(read_rows(shop, "office_log", "address")[-1][0])


@pytest.mark.parametrize(
    ("sent_by", "forwarded", "address"),
    [
        ("10.0.0.9", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.9", "203.0.113.1, 192.0.2.7, 10.1.1.1", "192.0.2.7"),
        ("10.0.0.9", "10.1.1.1", "10.1.1.1"),
        ("10.0.0.9", "", "10.0.0.9"),
        ("10.0.0.9", "garbage", "garbage"),
        ("192.0.2.99", "203.0.113.1", "192.0.2.99"),
        ("127.0.0.1", "203.0.113.1", "127.0.0.1"),
    ],
)
def test_where_a_request_comes_from_is_a_trusted_proxys_word_and_nobody_elses(
    sold: Shop, sent_by: str, forwarded: str, address: str
) -> None:
    with open_office(sold, proxies=PROXY) as office:
        visitor = office.enter(from_address=sent_by, **({"x-forwarded-for": forwarded} if forwarded else {}))
        sign_in(visitor, "feil passord helt klart", "nobody@x.example")
        assert last_address(sold) == address


@pytest.mark.parametrize(("sent_by", "user"), [("10.0.0.9", KARI), ("192.0.2.99", "")])
def test_what_proxies_write_is_taken_off_before_any_page_is_asked(sold: Shop, sent_by: str, user: str) -> None:
    told: dict[str, Any] = {}

    async def page(scope: Any, *_: object) -> None:
        told.update(scope)

    host = (b"host", b"127.0.0.1:8080")
    forwarded = [b"Forwarded", b"X-Forwarded-For", b"X-Forwarded-Host", b"X-Forwarded-Proto"]
    headers = [host, *((name, b"192.0.2.7") for name in forwarded), (HEADER.encode(), KARI.encode())]
    with open_office(sold, proxies=PROXY, user_header=HEADER) as office:
        asked: Any = {"type": "http", "path": "/", "headers": headers, "client": (sent_by, 50_000)}
        no: Any = None
        asyncio.run(Guard(page, office.site)(asked, no, no))
    assert told["headers"] == [host] and told["posexport.user"] == user


def test_a_trusted_proxy_says_who_asks(sold: Shop) -> None:
    with open_office(sold, proxies=PROXY, user_header=HEADER) as office:
        bring_in(office)
        kari = office.enter(from_address="10.0.0.9", **{"x-forwarded-user": "KARI@fjordmat.example"})
        kari.get("/days")
        form = next({n: v or "" for n, v in one.form_values()} for one in kari.tree.forms if "by" in one.fields)
        kari.post("/login", form)
        assert kari.page.url.path == "/days" and "Kari Moe" in kari.text
        kari.client.headers["x-forwarded-user"] = "per@fjordmat.example"
        assert kari.get("/").url.path == "/login", "the proxy vouches for another one"
        assert kari.post("/login", form).status_code == 403 and "ikke bruker her" in kari.text
        kari.client.headers["x-forwarded-user"] = KARI
        assert kari.get("/").url.path == "/"


@pytest.mark.parametrize(
    ("sent_by", "reached"),
    [
        ("192.0.2.1", {"proxies": PROXY, "user_header": HEADER}),
        ("10.0.0.9", {"user_header": HEADER}),
        ("10.0.0.9", {"proxies": PROXY}),
    ],
)
def test_nobody_else_says_who_asks(sold: Shop, sent_by: str, reached: dict[str, Any]) -> None:
    with open_office(sold, **reached) as office:
        bring_in(office)
        eve = office.enter(from_address=sent_by, **{"x-forwarded-user": KARI})
        assert "kari" not in eve.get("/login").text
        assert eve.post("/login", {"by": "proxy"}).status_code == 403
        assert eve.get("/").url.path == "/login"


def test_the_server_itself_takes_nobodys_word(sold: Shop) -> None:
    """uvicorn would, of whoever comes from 127.0.0.1."""
    stop, ready = threading.Event(), threading.Event()
    with sold.open() as workspace, listen(0) as listening:
        site = make_site(workspace, listening, lambda *_: iter(()), Reach())
        server = threading.Thread(target=serve, args=(site, listening, stop, ready.set))
        server.start()
        try:
            assert ready.wait(10)
            sent = {"x-forwarded-for": "203.0.113.1", "x-forwarded-proto": "https", "sec-fetch-site": "same-origin"}
            with httpx.Client(base_url=site.origin, headers=sent) as client:
                assert client.get("/healthz").text == "ok\n"
                assert client.get("/healthz", headers={"host": "whatever"}).status_code == 200
                assert client.get("/login", headers={"host": "whatever"}).status_code == 400
                assert client.post("/login", data={"email": "a@b.example", "password": "x" * 12}).status_code == 403
        finally:
            stop.set()
            server.join()
    assert last_address(sold) == "127.0.0.1"


# Over TLS


def test_over_tls_the_cookie_and_the_headers_say_so(sold: Shop) -> None:
    with open_office(sold) as office:
        bring_in(office)
    with sold.open() as workspace, listen(0) as listening:
        reach = make_reach("127.0.0.1", "https://Pos.example/pos/", ("10.0.0.0/8",), None)
        site: Site = make_site(workspace, listening, lambda *_: iter(()), reach)
        assert (site.origin, site.path, site.is_shared) == ("https://pos.example", "/pos", True)
        office = Office(site, workspace)
        visitor = office.enter()
        visitor.client.base_url = httpx.URL("https://pos.example")
        visitor.get("/pos/login")
        assert visitor.page.headers["strict-transport-security"] == "max-age=31536000"
        sent = {"origin": "https://pos.example"}
        form = {"email": KARI, "password": "fire hester på en eng"}
        done = visitor.post("/pos/login", form, sent, follows=False)
        cookie = done.headers["set-cookie"]
        assert cookie.startswith("__Host-posexport=")
        assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
        assert visitor.post("/pos/login", form, {"origin": "http://pos.example"}).status_code == 403
        office.close()
