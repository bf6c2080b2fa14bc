"""What holds for every page and action, whoever asks."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from importlib.metadata import version

import pytest
from sqlmodel import SQLModel

from posexport.app.imports import list_imports
from posexport.app.users import INVITATION_S, RESET_S
from posexport.app.workspace import Workspace
from posexport.core.roles import Grant, Right, Role
from posexport.errors import StoreTrouble
from posexport.office.access import IDLE_S, LASTS_S, LOCAL_LINK_S, make_local_link
from posexport.office.app import ACTIONS, FIELDS_MAX, FORM_BYTES_MAX, PAGES
from posexport.office.pages import day_report
from posexport.office.passwords import LENGTH_MIN
from posexport.office.uploads import UPLOAD_BYTES_MAX
from posexport.office.visit import Visit
from posexport.render.templates import find_template
from posexport.store.office_failures import FAILURES_MAX, WHILE_S
from tests.support.harness import FRIDAY, Shop, sale, setup_text
from tests.support.looks import read_rows
from tests.support.office import ORIGIN, OTHER_COMPANY, Office, Visitor, open_office
from tests.support.paths import ROOT


@pytest.fixture
def office(both: Shop) -> Iterator[Office]:
    """Two companies; the first has a day that is ready and one that lacks an account."""
    both.apply(setup_text() + OTHER_COMPANY.format(output=both.folder / "vouchers"))
    both.sell(sale(1), sale(2, at="2026-11-21T12:00:00", product="330"))
    with open_office(both) as office:
        yield office


REFERENCE = "torget-o20261120-9f3a61c2"
"""Of an order that is not there; those that are stand in `test_orders`."""


def address(path: str, venue: str = "torget", run: str = "none", user: str = "none", file: str = "none") -> str:
    told = {"venue": venue, "day": FRIDAY, "run": run, "user": user, "topic": "none", "file": file}
    return path.format(company="fjordmat", reference=REFERENCE, **told)


def file_of(workspace: Workspace) -> str:
    """What the addresses of the only file call it."""
    [found] = list_imports(workspace)
    return found.reference


def log_of(shop: Shop) -> list[tuple[str, str]]:
    return [(act, who) for act, who in read_rows(shop, "office_log", "act", "who")]


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_led_to_the_sign_in_and_learns_nothing(office: Office, path: str) -> None:
    visitor = office.enter()
    visitor.get(address(path))
    assert visitor.page.url.path == "/login"
    assert visitor.find_form("/login")["to"] == ("" if path == "/" else address(path))
    assert "Fjordmat" not in visitor.page.text and "Torget" not in visitor.page.text


@pytest.mark.parametrize("path", ACTIONS)
def test_a_stranger_does_nothing(office: Office, both: Shop, path: str) -> None:
    visitor = office.enter()
    assert visitor.post(address(path), {}, follows=False).headers["location"] == "/login?lost=1"
    assert log_of(both) == []


def test_the_local_link_signs_in_once_and_for_a_quarter_of_an_hour(office: Office, both: Shop) -> None:
    link = make_local_link(office.site, "kari")
    first, second = office.enter(), office.enter()
    first.get(link)  # looking at it does not use it up
    first.send("/login")
    assert (first.page.url.path, first.page.status_code) == ("/", 200)
    second.get(link)
    assert "Lenken er brukt eller for gammel" in second.text
    assert second.post("/login", {"token": link.partition("=")[2]}).status_code == 403
    late = make_local_link(office.site, "kari")
    both.clock.now_s += LOCAL_LINK_S
    second.get(late)
    assert "Lenken er brukt eller for gammel" in second.text
    assert second.post("/login", {"token": late.partition("=")[2]}).status_code == 403
    assert [act for act, _ in log_of(both)] == ["signed-in", "sign-in-refused", "sign-in-refused"]


@pytest.mark.parametrize(
    ("step", "times", "is_in"),
    [(IDLE_S - 1, 1, True), (IDLE_S, 1, False), (IDLE_S // 2, 27, True), (IDLE_S // 2, LASTS_S * 2 // IDLE_S, False)],
)
def test_a_session_ends_when_nobody_clicks_and_after_a_week(
    office: Office, both: Shop, step: int, times: int, is_in: bool
) -> None:
    visitor = office.sign_in()
    for _ in range(times):
        both.clock.now_s += step
        visitor.get("/days")
    assert (visitor.page.url.path == "/days") is is_in


def test_what_the_rules_count_in_is_as_it_was_agreed() -> None:
    """The figures, written out: the other tests follow whoever changes one."""
    minute, hour, day = 60, 3600, 24 * 3600
    assert (15 * minute, 7 * day, hour) == (LOCAL_LINK_S, INVITATION_S, RESET_S)
    assert (12 * hour, 7 * day) == (IDLE_S, LASTS_S)
    assert (5, 15 * minute, 12) == (FAILURES_MAX, WHILE_S, LENGTH_MIN)
    assert UPLOAD_BYTES_MAX == 512 * 2**20


def test_signing_out_ends_the_session(office: Office) -> None:
    visitor = office.sign_in()
    cookies = dict(visitor.client.cookies)
    visitor.get("/")
    visitor.send("/logout")
    visitor.client.cookies.update(cookies)
    assert visitor.get("/").url.path == "/login"


@pytest.mark.parametrize(
    ("headers", "form", "status"),
    [
        ({"origin": "http://evil.example"}, {}, 403),
        ({"origin": "null"}, {}, 403),
        ({"sec-fetch-site": "cross-site"}, {}, 403),
        ({"sec-fetch-site": "same-site"}, {}, 403),
        ({"host": "evil.example"}, {}, 400),
        ({"host": "127.0.0.1"}, {}, 400),
        ({}, {"form_token": ""}, 403),
        ({}, {"form_token": "0" * 64}, 403),
        ({}, {"form_key": ""}, 422),
    ],
)
def test_a_form_of_elsewhere_changes_nothing(
    office: Office, headers: dict[str, str], form: dict[str, str], status: int
) -> None:
    visitor = office.sign_in()
    action = address("/v/{venue}/{day}/draft")
    visitor.get(action)
    assert visitor.post(action, visitor.find_form(action) | form, headers).status_code == status
    assert office.work() == 0
    assert visitor.get("/runs").status_code == 200 and "Ingen kjøringer ennå" in visitor.text


@pytest.mark.parametrize(("headers", "form"), [({"origin": "http://evil.example"}, {}), ({}, {"form_token": "0" * 64})])
def test_a_form_that_is_refused_is_in_the_log(
    office: Office, both: Shop, headers: dict[str, str], form: dict[str, str]
) -> None:
    visitor, action = office.sign_in(Grant(Role.BOOKKEEPER)), address("/v/{venue}/{day}/draft")
    visitor.get(action)
    visitor.post(action, visitor.find_form(action) | form, headers)
    told = read_rows(both, "office_log", "act", "who", "address", "facts")
    assert told == [("form-refused", "Kari Moe", "127.0.0.1", f'{{"path": "{action}"}}')]


def test_a_form_is_read_no_further_than_forms_are_large(office: Office) -> None:
    visitor = office.sign_in()
    visitor.get("/me")
    form = visitor.find_form("/me")
    answer = visitor.post("/me", form | {"language": "x" * FORM_BYTES_MAX})
    assert answer.status_code == 413 and "større enn et skjema" in visitor.text
    assert visitor.post("/me", form).status_code == 200


def test_a_form_has_no_more_fields_than_forms_have(office: Office) -> None:
    visitor = office.sign_in()
    visitor.get("/me")
    form = visitor.find_form("/me")
    for fields, status in ((FIELDS_MAX - len(form), 200), (FIELDS_MAX - len(form) + 1, 400)):
        assert visitor.post("/me", form | {f"f{number}": "" for number in range(fields)}).status_code == status


def test_the_form_token_of_another_session_is_none(office: Office) -> None:
    mine, theirs = office.sign_in(), office.sign_in(Grant(Role.BOOKKEEPER))
    action = address("/v/{venue}/{day}/draft")
    theirs.get(action)
    mine.get(action)
    assert mine.post(action, theirs.find_form(action)).status_code == 403


RULED = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""What a page may do, word for word: whoever loosens it changes it here too."""


@pytest.mark.parametrize("path", ["/", "/login", "/static/office.css", "/nowhere", "/healthz", *PAGES])
def test_every_answer_says_what_a_page_may_do(office: Office, path: str) -> None:
    visitor = office.sign_in()
    headers = visitor.get(address(path)).headers
    is_pdf = path.endswith("/report")  # it may do nothing at all
    assert headers["content-security-policy"] == (day_report.POLICY if is_pdf else RULED)
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert (headers["cache-control"] == "no-store") is not path.startswith("/static/")


def test_a_programming_error_is_told_by_a_number_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret of the house")

    visitor = office.sign_in()
    monkeypatch.setattr("posexport.office.pages.today.read_standing", fail)
    answer = visitor.get("/")
    number = re.search(r"number (\w{8})", answer.text)
    assert answer.status_code == 500 and number is not None
    assert "secret of the house" not in answer.text and "Traceback" not in answer.text
    assert number[1] in caplog.text and answer.headers["content-security-policy"] == RULED


def test_anybody_is_told_whether_the_office_works_and_nothing_else(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoreTrouble("the disk is full.", "Make room.", "disk full")

    visitor = office.enter()
    answer = visitor.get("/healthz", host="whatever")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    monkeypatch.setattr("posexport.office.app.read_runs", fail)
    answer = visitor.get("/healthz", host="whatever")
    assert (answer.status_code, answer.text) == (503, "not ok\n")
    assert "the disk is full" in caplog.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:8081", "127.0.0.1:8080.evil.example", ""])
@pytest.mark.parametrize("path", ["/", "/login", "/days", "/static/office.css"])
def test_under_another_name_nothing_is_shown(office: Office, host: str, path: str) -> None:
    answer = office.sign_in().get(path, host=host)
    assert (answer.status_code, answer.text) == (400, "Unknown host.\n")


def test_the_cookie_of_a_session_is_out_of_reach_of_scripts_and_other_pages(office: Office) -> None:
    visitor = office.enter()
    visitor.get(make_local_link(office.site, "kari"))
    cookie = visitor.send("/login", follows=False).headers["set-cookie"].split("; ")
    assert cookie[0].startswith("posexport=") and {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie)


def test_looking_at_every_page_changes_nothing(office: Office, both: Shop) -> None:
    visitor = office.sign_in()
    before = _read_all(both)
    for path in PAGES:
        visitor.get(address(path, file=file_of(office.workspace)))
    assert _read_all(both) == before


@pytest.mark.parametrize("path", ["/", "/days", "/files", "/log", "/orders", "/users"])
def test_a_label_leads_to_a_field_of_its_own_with_several_companies_too(office: Office, path: str) -> None:
    visitor = office.sign_in()
    visitor.get(path)
    ids = visitor.tree.xpath("//*/@id")
    assert "Tindmat AS" in visitor.text and len(ids) == len(set(ids))


WORKED_OUT = {"day_list", "day_list_version", "day_mark"}
SEEN, LOGGED = "office_session", "office_log"


def _read_all(shop: Shop) -> dict[str, list[str]]:
    """What is stored, apart from what is worked out anew, who was seen when, and the log of what was taken out."""
    tables = SQLModel.metadata.tables.keys() - {*WORKED_OUT, SEEN, LOGGED}
    return {table: list(map(str, read_rows(shop, table))) for table in tables}


# Roles

OWN = ("/logout", "/me", "/me/password", "/me/sessions")
"""What everybody does with what is theirs."""


def test_a_reader_sees_and_changes_nothing(office: Office) -> None:
    visitor = office.sign_in(Grant(Role.READER, "fjordmat"))
    for path in ("/", "/days", address("/v/{venue}/{day}"), "/v/torget/2026-11-21"):
        assert visitor.get(path).status_code == 200
        assert visitor.list_actions() == ["/logout"], path
        links = {" ".join(str(link.text_content()).split()) for link in visitor.tree.iter("a")}
        assert not links & {"Velg konto", "Lag kladd"}
    form = visitor.find_form("/logout")
    for path in ACTIONS:
        if path not in OWN and path != "/runs/{run}/stop" and "{reference}" not in path:
            asked = address(path, user="Kari Moe", file=file_of(office.workspace))
            assert visitor.post(asked, form).status_code == 403, path
    for path in ("/log", "/users", "/c/fjordmat/users", "/users/Kari%20Moe"):
        assert visitor.get(path).status_code == 403, path


OTHERWISE_CHECKED = frozenset(
    {
        *("/c/{company}/check", "/c/{company}/keys", "/c/{company}/venues/{venue}", "/c/{company}/venues/{venue}/keys"),
        "/c/{company}/venues/{venue}/automatic",
    }
)
"""Actions that ask by a way of their own."""


def test_an_action_asks_for_its_right_before_anything_else(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that shows a form anew asks too, and would hide that its action does not."""
    asked: list[Right] = []
    for name in ("find_company", "find_venue"):
        find = getattr(Visit, name)

        def watch(visit: Visit, right: Right = Right.SEE, find: Callable[..., object] = find) -> object:
            asked.append(right)
            return find(visit, right)

        monkeypatch.setattr(Visit, name, watch)
    visitor = office.sign_in(Grant(Role.READER, "fjordmat"))
    visitor.get("/")
    form, only_seen = visitor.find_form("/logout"), set()
    for path in ACTIONS:
        if "{company}" in path or "{venue}" in path:
            asked.clear()
            assert visitor.post(address(path, user="Kari Moe"), form).status_code == 403, path
            if not asked or asked[0] is Right.SEE:
                only_seen.add(path)
    assert only_seen == OTHERWISE_CHECKED


NOT_FOR_READERS = frozenset(
    {
        *("/draft", "/log", "/setup", "/users", "/c/{company}", "/c/{company}/users", "/c/{company}/venues/{venue}"),
        *(f"/v/{{venue}}/{{day}}/{what}" for what in ("account", "draft", "resolve", "revise")),
        *(f"/c/{{company}}/accounts/{what}" for what in ("file", "history", "paste", "restore")),
        *(f"/c/{{company}}/customers/{what}" for what in ("create", "link", "unlink")),
        *("/c/{company}/mail", "/c/{company}/mail/remove"),
    }
)
"""Pages beside those of orders, which `test_orders` has."""


def test_a_reader_is_shown_no_page_from_which_something_is_changed(office: Office) -> None:
    visitor, file = office.sign_in(Grant(Role.READER, "fjordmat")), file_of(office.workspace)
    refused = {path for path in PAGES if visitor.get(address(path, file=file)).status_code == 403}
    assert refused == NOT_FOR_READERS


@pytest.mark.parametrize("role", list(Role))
def test_things_of_another_company_are_not_there(office: Office, role: Role) -> None:
    own, visitor = office.sign_in(), office.sign_in(Grant(role, "tindmat"))
    action = address("/v/{venue}/{day}/draft")
    own.get(action)
    own.send(action)
    run = str(own.page.url).rpartition("/")[2]
    visitor.get("/")
    form = visitor.find_form("/logout")
    file = file_of(office.workspace)
    assert own.get(address("/imports/{file}", file=file)).status_code == 200
    for path in PAGES:
        if "{" in path:
            assert visitor.get(address(path, run=run, file=file)).status_code == 404, path
        else:
            for asked in ("", "?company=fjordmat&venue=torget"):
                visitor.get(path + asked)
                assert "Torget" not in visitor.page.text and "Fjordmat" not in visitor.page.text, path
    for path in ACTIONS:
        if "{" in path:
            assert visitor.post(address(path, run=run, file=file), form).status_code == 404, path


def test_a_role_at_one_venue_ends_there(both: Shop) -> None:
    from tests.support.harness import BRYGGA, VENUES

    both.apply(venues=VENUES + BRYGGA)
    both.sell(sale(1), sale(2, register="3"))
    with open_office(both) as office:
        visitor = office.sign_in(Grant(Role.SHOP, "fjordmat", "brygga"))
        visitor.get("/")
        assert "Brygga Bar" in visitor.text and "Torget" not in visitor.text
        assert visitor.get(address("/v/{venue}/{day}")).status_code == 404
        assert visitor.get(address("/v/{venue}/{day}", "brygga")).status_code == 200
        assert visitor.get(address("/v/{venue}/{day}/draft", "brygga")).status_code == 403


def test_what_is_not_allowed_is_told_and_logged(office: Office, both: Shop) -> None:
    visitor = office.sign_in(Grant(Role.SHOP, "fjordmat"))
    assert visitor.get(address("/v/{venue}/{day}/draft")).status_code == 403
    assert "rollen regnskapsfører trengs" in visitor.text
    assert log_of(both)[-1] == ("not-allowed", "Kari Moe")


# Templates


def test_no_template_of_the_office_trusts_a_value_or_holds_a_script() -> None:
    for path in find_template("office/frame.html.j2").parent.glob("*"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe|<script(?![^>]*\bsrc=)|\bstyle=|\bon\w+=|javascript:", text), path.name


def test_what_others_named_is_shown_as_text(both: Shop) -> None:
    both.apply(setup_text().replace("Torget Kafé", "<script>alert(1)</script>"))
    both.sell(sale(1))
    with open_office(both) as office:
        visitor = office.sign_in()
        for path in ("/", "/days", address("/v/{venue}/{day}")):
            visitor.get(path)
            assert "<script>" not in visitor.page.text and "alert(1)" in visitor.page.text


def test_no_token_stands_in_the_database(office: Office, both: Shop) -> None:
    link = make_local_link(office.site, "kari")
    visitor: Visitor = office.enter()
    visitor.get(link)
    visitor.send("/login")
    visitor.get("/")
    tokens = [
        link.partition("=")[2],
        visitor.client.cookies[office.site.cookie],
        visitor.find_form("/logout")["form_token"],
    ]
    stored = [
        str(row)
        for table in ("office_link", "office_session", "office_user", "office_log", "office_form")
        for row in read_rows(both, table)
    ]
    assert not [token for token in tokens for row in stored if token in row]
    assert ORIGIN in link


def test_over_tls_the_cookie_is_for_this_host_alone(both: Shop) -> None:
    both.apply()
    with both.open() as workspace:
        from posexport.office.site import Site

        site = Site(workspace, "https://pos.example", frozenset({"pos.example"}), lambda *_: iter(()))
        assert (site.cookie, site.is_https) == ("__Host-posexport", True)


# What it is built on

REPAIRED = {
    "cryptography": "44.0.1",  # CVE-2024-12797, in the OpenSSL that it brings
    "httpcore": "1.0.9",  # brings h11 0.16; CVE-2025-43859, bodies in chunks that a proxy reads otherwise
    "joserfc": "1.4.2",  # CVE-2025-65015, tokens without an end in a message
    "python-multipart": "0.0.22",  # CVE-2024-53981 and CVE-2026-24486, forms that take for ever, names that are paths
    "starlette": "0.49.1",  # CVE-2025-54121 and CVE-2025-62727, large forms, and ranges of a file
}
"""The first version of a package in which a weakness that is known of it is repaired."""


@pytest.mark.parametrize("package", REPAIRED)
def test_nothing_is_built_on_a_version_with_a_known_weakness(package: str) -> None:
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    every = [*needed["dependencies"], *needed["optional-dependencies"]["office"]]
    (floor,) = (one.removeprefix(f"{package}>=") for one in every if one.startswith(f"{package}>="))
    assert _read_version(floor) >= _read_version(REPAIRED[package])
    assert _read_version(version(package)) >= _read_version(floor)


def _read_version(written: str) -> list[int]:
    return [int(part) for part in written.split(".")[:3]]
