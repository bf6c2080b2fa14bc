"""Passwords, invitations and links: who is let in, who waits, and what a stranger learns."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from posexport.app.users import INVITATION_S, RESET_S, LinkPurpose, Manager, invite
from posexport.core.roles import EVERYTHING, Grant, Role, User
from posexport.office import access, passwords
from posexport.office.access import KEPT_S, Caller, clear_up, sign_in_by_password
from posexport.office.passwords import LENGTH_MAX, LENGTH_MIN, Weakness, find_weakness, hash_password, is_password
from posexport.office.security import STRANGERS_BYTES_MAX
from posexport.store.office_failures import FAILURES_MAX, WHILE_S
from tests.support.harness import Shop, sale
from tests.support.looks import count_rows, read_rows
from tests.support.office import Office, Visitor, open_office

WORDS = "fire hester på en eng"
KARI = "kari@fjordmat.example"
HOUSE = Manager(User("", "ola", "", EVERYTHING), "terminal")


@pytest.fixture
def office(both: Shop) -> Iterator[Office]:
    """One company with a day that is ready."""
    both.apply()
    both.sell(sale(1))
    with open_office(both) as office:
        yield office


def bring_in(office: Office, email: str = KARI, *grants: Grant, name: str = "Kari Moe") -> Visitor:
    """A browser of somebody who was invited and has chosen a password."""
    invited = invite(office.workspace, HOUSE, email, grants or (Grant(Role.BOOKKEEPER, "fjordmat"),))
    assert invited.link is not None
    visitor = office.enter()
    visitor.get(invited.link.path)
    visitor.send(invited.link.path, name=name, password=WORDS)
    return visitor


def sign_in(visitor: Visitor, password: str = WORDS, email: str = KARI) -> bool:
    visitor.get("/login")
    visitor.send("/login", email=email, password=password)
    return visitor.page.url.path == "/"


def acts(shop: Shop) -> list[tuple[str, str, str]]:
    return [(act, who, by) for act, who, by in read_rows(shop, "office_log", "act", "who", "signed_in_by")]


# Passwords


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("a" * (LENGTH_MIN - 1), Weakness.SHORT),
        ("a" * LENGTH_MIN, None),
        ("å" * LENGTH_MIN, None),
        ("a\u030a" * (LENGTH_MIN // 2), Weakness.SHORT),
        ("a" * LENGTH_MAX, None),
        ("a" * (LENGTH_MAX + 1), Weakness.LONG),
        ("xx KARI  moe xx yy", Weakness.NAME),
        ("kari@fjordmat.example!", Weakness.NAME),
        ("det er kari i kassen", Weakness.NAME),
        ("bare moe er for kort", None),
    ],
)
def test_a_password_is_long_and_has_no_name_of_its_user_in_it(password: str, why: Weakness | None) -> None:
    assert find_weakness(password, User("k", "Kari Moe", KARI)) is why


def test_a_password_is_kept_as_argon2id_and_known_again_however_it_is_typed() -> None:
    hashed = hash_password("blåbærsyltetøy")
    assert hashed.startswith("$argon2id$") and "syltet" not in hashed
    assert is_password(hashed, "bla\u030abærsyltetøy")
    assert not is_password(hashed, "blåbærsyltetøy ")
    assert not is_password("", "nobody has this password")
    assert not is_password("broken", WORDS)


def test_who_is_invited_chooses_a_password_and_signs_in_with_it(office: Office, both: Shop) -> None:
    visitor = bring_in(office)
    assert visitor.page.url.path == "/" and "Kari Moe" in visitor.text
    assert sign_in(office.enter(), email=" KARI@Fjordmat.example ")
    assert acts(both) == [
        ("invited", "ola", "terminal"),
        ("invitation-taken-up", "Kari Moe", "invitation-link"),
        ("signed-in", "Kari Moe", "invitation-link"),
        ("signed-in", "Kari Moe", "password"),
    ]


def test_one_goes_on_to_the_page_that_was_asked_for(office: Office) -> None:
    bring_in(office)
    visitor = office.enter()
    visitor.get("/days?month=2026-11&state=waiting")
    visitor.send("/login", email=KARI, password=WORDS)
    assert str(visitor.page.url).endswith("/days?month=2026-11&state=waiting")
    for elsewhere in ("https://evil.example", "//evil.example", "/\\evil.example", "evil"):
        visitor.get("/login")
        answer = visitor.send("/login", email=KARI, password=WORDS, to=elsewhere, follows=False)
        assert answer.headers["location"] == "/", elsewhere


def test_five_wrong_passwords_delay_the_sixth_which_is_right(office: Office, both: Shop) -> None:
    bring_in(office)
    told = []
    for n in range(FAILURES_MAX):
        visitor = office.enter(from_address=f"192.0.2.{n}")
        assert not sign_in(visitor, "feil passord helt klart")
        told.append((visitor.page.status_code, visitor.text))
    assert {code for code, _ in told} == {403} and "Navn eller passord stemmer ikke" in told[0][1]
    visitor = office.enter(from_address="192.0.2.99")
    assert not sign_in(visitor)
    assert visitor.page.status_code == 403 and "For mange forsøk. Prøv igjen om 15 minutter." in visitor.text
    both.clock.now_s += WHILE_S - 1
    assert not sign_in(visitor)
    assert "om ett minutt" in visitor.text
    both.clock.now_s += 1
    assert sign_in(visitor)
    tries = [facts for act, facts in read_rows(both, "office_log", "act", "facts") if act == "sign-in-refused"]
    assert tries == [f'{{"tries": {n}}}' for n in range(1, FAILURES_MAX + 1)]


def test_an_unknown_name_is_told_the_same_words_and_the_same_delay(office: Office) -> None:
    bring_in(office)
    told: dict[str, list[str]] = {KARI: [], "nobody@fjordmat.example": []}
    for email, heard in told.items():
        for n in range(FAILURES_MAX + 1):
            visitor = office.enter(from_address=f"192.0.2.{n}" if email == KARI else f"198.51.100.{n}")
            sign_in(visitor, "feil passord helt klart", email)
            heard.append(visitor.page.text.replace(email, "EMAIL"))
    known, unknown = told.values()
    assert known == unknown


def test_the_work_for_an_unknown_name_is_the_same(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_in(office)
    verified: list[str] = []

    class Counting:
        def verify(self, hashed: str, password: str) -> bool:
            verified.append(hashed.split("$")[3])
            return passwords_hasher.verify(hashed, password)

        def check_needs_rehash(self, hashed: str) -> bool:
            return False

    passwords_hasher = passwords._hasher
    passwords._hash_of_nobody()
    monkeypatch.setattr(passwords, "_hasher", Counting())
    for email in (KARI, "nobody@fjordmat.example"):
        sign_in_by_password(office.site, email, "feil passord helt klart", Caller("192.0.2.1"))
    assert len(verified) == 2 and len(set(verified)) == 1


def test_an_address_that_tries_many_names_waits_too(office: Office) -> None:
    bring_in(office)
    for n in range(FAILURES_MAX):
        sign_in(office.enter(from_address="2001:db8::1"), "feil passord helt klart", f"a{n}@fjordmat.example")
    neighbour = office.enter(from_address="2001:db8::2")
    assert not sign_in(neighbour) and "For mange forsøk" in neighbour.text
    assert sign_in(office.enter(from_address="2001:db8:0:1::2"))


def test_who_signs_in_begins_to_count_anew(office: Office, both: Shop) -> None:
    bring_in(office)
    for _ in range(2):
        for n in range(FAILURES_MAX - 1):
            sign_in(office.enter(from_address=f"192.0.2.{n}"), "feil passord helt klart")
        assert sign_in(office.enter(from_address="192.0.2.99"))
    assert count_rows(both, "office_failure") == 0


def test_nothing_of_a_password_is_stored_or_logged(
    office: Office, both: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    bring_in(office)
    sign_in(office.enter(), "mitt hemmelige ord", "mitt hemmelige ord@x.example")
    stored = [
        str(row)
        for table in ("office_user", "office_log", "office_failure", "office_session", "office_form", "office_link")
        for row in read_rows(both, table)
    ]
    assert not [row for row in stored if WORDS in row or "hemmelige" in row]
    assert WORDS not in caplog.text and "hemmelige" not in caplog.text


def test_a_hash_that_was_made_more_cheaply_is_made_anew(
    office: Office, both: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in(office)
    [(before,)] = read_rows(both, "office_user", "password")
    monkeypatch.setattr(access, "is_outdated", lambda hashed: True)
    assert sign_in(office.enter())
    [(after,)] = read_rows(both, "office_user", "password")
    assert before != after and is_password(after, WORDS)


def test_a_new_sign_in_ends_the_session_that_the_browser_had(office: Office) -> None:
    visitor = bring_in(office)
    before = visitor.client.cookies[office.site.cookie]
    assert sign_in(visitor)
    assert visitor.client.cookies[office.site.cookie] != before
    visitor.client.cookies.set(office.site.cookie, before, domain="127.0.0.1")
    assert visitor.get("/").url.path == "/login"


def test_a_stranger_sends_no_more_than_a_form(office: Office) -> None:
    visitor = office.enter()
    for path in ("/login", "/reset", "/invitation/x", "/reset/x"):
        answer = visitor.post(path, {"email": "x" * STRANGERS_BYTES_MAX})
        assert answer.status_code == 413 and "større enn et skjema" in visitor.text, path
    assert visitor.post("/login", {"email": "x" * 1000}).status_code == 403


def test_a_body_without_a_length_is_counted_while_it_comes(office: Office) -> None:
    visitor = office.enter()

    async def body() -> object:
        for _ in range(STRANGERS_BYTES_MAX // 1024 + 2):
            yield b"x" * 1024

    sent = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    visitor._ask(visitor.client.post("/login", content=body(), headers=sent))  # type: ignore[arg-type]
    assert visitor.page.status_code == 413


# Links


@pytest.mark.parametrize(("purpose", "lasts_s"), [(LinkPurpose.INVITATION, INVITATION_S), (LinkPurpose.RESET, RESET_S)])
def test_a_link_works_once_and_not_for_ever(office: Office, both: Shop, purpose: LinkPurpose, lasts_s: int) -> None:
    def make() -> str:
        if purpose is LinkPurpose.RESET:
            return give_link(office)
        invited = invite(office.workspace, HOUSE, KARI, (Grant(Role.READER, "fjordmat"),))
        assert invited.link is not None
        return invited.link.path

    if purpose is LinkPurpose.RESET:
        bring_in(office)
    late = make()
    both.clock.now_s += lasts_s
    visitor = office.enter()
    assert visitor.get(late).status_code == 404 and "for gammel" in visitor.text
    assert visitor.post(late, {"name": "Eve", "password": WORDS}).status_code == 403
    path = make()
    both.clock.now_s += lasts_s - 1
    for _ in range(2):  # looking at it does not use it up
        assert visitor.get(path).status_code == 200
    form = visitor.find_form(path)
    visitor.send(path, name="Kari Moe", password=f"{WORDS} og ku")
    assert visitor.page.url.path == "/"
    second = office.enter()
    assert second.post(path, {**form, "name": "Eve", "password": WORDS}).status_code == 403
    assert second.get("/").url.path == "/login"
    assert read_rows(both, "office_user", "name", email=KARI) == [("Kari Moe",)]


def give_link(office: Office) -> str:
    """A link for a new password, from the page of the user."""
    manager = office.sign_in()
    manager.get("/users")
    manager.click("Kari Moe")
    action = next(one for one in manager.list_actions() if one.endswith("/link"))
    manager.send(action)
    return str(manager.tree.xpath("//input[@id='link']/@value")[0]).removeprefix(office.site.origin)


def test_a_weak_password_or_no_name_leaves_the_link_as_it_is(office: Office) -> None:
    invited = invite(office.workspace, HOUSE, KARI, (Grant(Role.READER, "fjordmat"),))
    assert invited.link is not None
    visitor, path = office.enter(), invited.link.path
    for fields, told in (
        ({"name": "Kari Moe", "password": "kort"}, "minst 12 tegn"),
        ({"name": "Kari Moe", "password": "kari moe for alltid"}, "navnet ditt"),
        ({"name": " ", "password": WORDS}, "Skriv navnet ditt"),
    ):
        visitor.get(path)
        visitor.post(path, visitor.find_form(path) | fields)
        assert visitor.page.status_code == 422 and told in visitor.text
        assert visitor.tree.xpath("//input[@aria-invalid]/@aria-describedby")
    visitor.send(path, name="Kari Moe", password=WORDS)
    assert visitor.page.url.path == "/"


def test_a_new_password_ends_every_session_and_the_old_password(office: Office) -> None:
    before = bring_in(office)
    path = give_link(office)
    visitor = office.enter()
    visitor.get(path)
    visitor.send(path, password=f"{WORDS} og ku")
    assert visitor.page.url.path == "/"
    assert before.get("/").url.path == "/login"
    assert not sign_in(office.enter()) and sign_in(office.enter(), f"{WORDS} og ku")


def test_a_link_is_for_what_it_was_made_for(office: Office) -> None:
    bring_in(office)
    token = give_link(office).rpartition("/")[2]
    visitor = office.enter()
    assert visitor.get(f"/invitation/{token}").status_code == 404
    assert visitor.post(f"/invitation/{token}", {"name": "x", "password": WORDS}).status_code == 403
    assert visitor.post("/login", {"token": token}).status_code == 403


def test_a_form_from_elsewhere_uses_no_link(office: Office) -> None:
    invited = invite(office.workspace, HOUSE, KARI, (Grant(Role.READER, "fjordmat"),))
    assert invited.link is not None
    visitor, path = office.enter(), invited.link.path
    visitor.get(path)
    sent = visitor.find_form(path) | {"name": "Eve", "password": WORDS}
    assert visitor.post(path, sent, {"origin": "https://evil.example"}).status_code == 403
    assert visitor.post("/login", {"email": KARI}, {"sec-fetch-site": "cross-site"}).status_code == 403
    visitor.get(path)
    visitor.send(path, name="Kari Moe", password=WORDS)
    assert visitor.page.url.path == "/"


def test_nobody_learns_by_forgetting_a_password_who_is_a_user(office: Office, both: Shop) -> None:
    bring_in(office)
    links = count_rows(both, "office_link")
    answers = []
    for email in (KARI, "nobody@fjordmat.example", "ola@pending.example"):
        visitor = office.enter()
        visitor.get("/reset")
        visitor.send("/reset", email=email)
        answers.append((visitor.page.status_code, visitor.page.text))
    assert len(set(answers)) == 1 and "er en lenke på vei dit" in answers[0][1]
    assert count_rows(both, "office_link") == links + 1
    office.enter().post("/reset", {"email": KARI})
    assert count_rows(both, "office_link") == links + 1, "a second letter goes only after a while"
    assert [who for act, who, _ in acts(both) if act == "reset-asked"] == ["Kari Moe", "", "", "Kari Moe"]


def test_what_cannot_be_used_any_more_is_deleted_and_the_log_is_not(office: Office, both: Shop) -> None:
    visitor = bring_in(office)
    sign_in(office.enter(), "feil passord helt klart")
    visitor.get("/")
    visitor.send("/logout")
    logged = count_rows(both, "office_log")
    clear_up(office.site)
    assert count_rows(both, "office_session") == 1 and count_rows(both, "office_failure") == 1
    both.clock.now_s += KEPT_S + INVITATION_S + 1
    clear_up(office.site)
    for table in ("office_session", "office_link", "office_form", "office_failure"):
        assert count_rows(both, table) == 0, table
    assert count_rows(both, "office_log") == logged


@pytest.mark.parametrize("path", ["/login", "/reset", "/invitation/x", "/reset/x"])
@pytest.mark.parametrize("lang", ["nb", "en"])
def test_every_page_for_strangers_is_in_both_languages(office: Office, path: str, lang: str) -> None:
    visitor = office.enter(**{"accept-language": lang})
    visitor.get(path, **{"accept-language": lang})
    assert visitor.tree.get("lang") == lang and len(visitor.tree.xpath("//h1")) == 1
    assert not re.search(r"\b[a-z]+_[a-z]+\b", visitor.text)
