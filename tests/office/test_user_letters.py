"""Letters to users, and the command that invites them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from posexport.app.user_letters import Posted, send_reset
from posexport.core.company import Company
from posexport.core.ports.mail import Letter
from posexport.core.roles import Grant, Role, User
from posexport.office.site import Site
from posexport.wiring import Connections
from tests.office.test_signing_in import KARI, WORDS, bring_in
from tests.office.test_users import PER, find, invite_from_page
from tests.support.command_line import Run, make_run
from tests.support.harness import Shop, setup_text
from tests.support.letters import MAIL, Post
from tests.support.looks import count_rows, read_rows
from tests.support.office import Office, open_office


@pytest.fixture
def office(shop: Shop, post: Post) -> Iterator[Office]:
    shop.apply(setup_text() + MAIL)
    with open_office(shop) as office:
        yield office


def link_in(letter: Letter) -> str:
    found = re.search(r"http://\S+", letter.text)
    assert found is not None
    assert f'href="{found[0]}"' in letter.html
    return found[0]


def test_an_invitation_is_sent_and_its_link_is_stored_nowhere(office: Office, shop: Shop, post: Post) -> None:
    boss = bring_in(office, "ola@fjordmat.example", Grant(Role.ADMINISTRATOR, "fjordmat"), name="Ola <b>Nes</b>")
    shown = invite_from_page(boss, PER, "role-reader-")
    assert "Lenken er sendt til per@fjordmat.example" in boss.text
    [letter] = post.letters
    assert (letter.recipient, letter.subject) == (PER, "Fjordmat AS: invitasjon til posexport")
    assert link_in(letter) == shown and "Ola <b>Nes</b> har invitert deg" in letter.text
    assert "Ola &lt;b&gt;Nes&lt;/b&gt; har invitert deg" in letter.html
    token = shown.rpartition("/")[2]
    assert count_rows(shop, "message") == 0
    tables = ("office_link", "office_user", "office_log", "office_form", "message")
    assert not [row for table in tables for row in read_rows(shop, table) if token in str(row)]


def test_who_was_a_user_before_is_told_of_the_role_in_their_language(office: Office, post: Post) -> None:
    boss = bring_in(office, "ola@fjordmat.example", Grant(Role.ADMINISTRATOR, "fjordmat"), name="Ola Nes")
    per = bring_in(office, PER, Grant(Role.READER, "fjordmat"), name="Per Dahl")
    per.get("/me")
    per.send("/me", language="en")
    assert invite_from_page(boss, PER, "role-shop-") == ""
    [letter] = post.letters
    assert letter.subject == "Fjordmat AS: you have a new role in posexport"
    assert "Det er sendt på e-post" in boss.text and link_in(letter) == "http://127.0.0.1:8080/"


def test_a_letter_that_cannot_be_sent_is_told_and_the_link_shown(office: Office, post: Post) -> None:
    boss = bring_in(office, "ola@fjordmat.example", Grant(Role.ADMINISTRATOR, "fjordmat"), name="Ola Nes")
    post.fails = True
    assert invite_from_page(boss, PER, "role-reader-").startswith("http")
    assert "E-posten kom ikke av gårde" in boss.text


def test_a_forgotten_password_is_chosen_anew_by_the_link_in_the_letter(office: Office, post: Post) -> None:
    bring_in(office)
    visitor = office.enter()
    visitor.get("/reset")
    visitor.send("/reset", email=KARI)
    [letter] = post.letters
    assert letter.recipient == KARI and "Har du ikke bedt om det" in letter.text
    assert link_in(letter) not in visitor.text
    path = link_in(letter).removeprefix("http://127.0.0.1:8080")
    visitor.get(path)
    visitor.send(path, password=f"{WORDS} og ku")
    assert visitor.page.url.path == "/"


def test_letters_lead_to_where_browsers_find_the_office(office: Office, post: Post) -> None:
    bring_in(office)
    site: Site = replace(office.site, origin="https://pos.example", path="/pos")
    assert site.locate("/reset/x") == "https://pos.example/pos/reset/x"
    assert send_reset(office.workspace, find(office, KARI), site.locate("/reset/x")) is Posted.SENT
    assert link_in_https(post.letters[0]) == "https://pos.example/pos/reset/x"


def link_in_https(letter: Letter) -> str:
    return letter.text.partition("https://")[1] + letter.text.partition("https://")[2].split()[0]


def test_a_company_without_a_mail_server_sends_nothing(shop: Shop, post: Post) -> None:
    shop.apply()
    with shop.open() as workspace:
        user = User("k", "Kari", KARI, (Grant(Role.READER, "fjordmat"),))
        assert send_reset(workspace, user, "https://x") is Posted.NO_SERVER
    assert post.letters == []


def test_a_letter_goes_by_a_server_of_a_company_of_the_users(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[str] = []
    post = Post()

    def open_mailer(self: Connections, company: Company) -> Post:
        used.append(company.id)
        return post

    monkeypatch.setattr(Connections, "open_mailer", open_mailer)
    shop.apply(setup_text() + MAIL)
    with shop.open() as workspace:
        for grants, sent in (
            ((Grant(Role.READER, "tindmat"),), Posted.NO_SERVER),
            ((Grant(Role.PARTNER),), Posted.SENT),
            ((Grant(Role.READER, "fjordmat", "torget"),), Posted.SENT),
        ):
            assert send_reset(workspace, User("k", "Kari", KARI, grants), "https://x") is sent, grants
    assert used == ["fjordmat", "fjordmat"]


# The command


@pytest.fixture
def run(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("POSEXPORT_DB", shop.url)
    monkeypatch.setattr("getpass.getuser", lambda: "ola")
    monkeypatch.setenv("COLUMNS", "120")
    shop.apply()
    return make_run(monkeypatch, capsys)


def test_the_first_administrator_is_invited_from_the_terminal(run: Run, shop: Shop) -> None:
    told = run("users", "list")
    assert told.code == 0 and "Nobody is invited yet" in told.out
    administrator = ("--role", "administrator", "--company", "fjordmat", "--base-url", "https://pos.example/pos/")
    done = run("users", "invite", KARI, *administrator)
    assert done.code == 0 and re.fullmatch(r"https://pos.example/pos/invitation/\S{43}\n", done.out)
    assert "It works once, within seven days" in done.err and "no company of theirs has a mail server" in done.err
    token = done.out.strip().rpartition("/")[2]
    assert not [row for row in read_rows(shop, "office_link") if token in str(row)]
    assert [row[0] for row in read_rows(shop, "office_log", "act", "who", "signed_in_by")] == ["invited"]
    assert read_rows(shop, "office_log", "who", "signed_in_by", "company") == [("ola", "terminal", "fjordmat")]
    listed = run("users", "list")
    assert listed.out == f"{KARI}  Administrator of fjordmat  (invited)\n"
    assert run("--lang", "nb", "users", "list").out == f"{KARI}  Oppsett i fjordmat  (invitert)\n"
    assert run("users", "list", "--json").json == {
        "users": [
            {
                "email": KARI,
                "name": KARI,
                "can_sign_in": False,
                "roles": [{"role": "administrator", "company": "fjordmat", "venue": None}],
            }
        ]
    }
    again = run("users", "link", KARI)
    assert again.out.startswith("http://127.0.0.1:8080/invitation/")
    assert run("users", "close", KARI.upper()).code == 0
    assert run("users", "list", "--json").json == {"users": []}


def test_a_user_gets_a_link_for_a_new_password_from_the_terminal(run: Run, shop: Shop) -> None:
    with open_office(shop) as office:
        bring_in(office)
        link = run("users", "link", KARI).out.strip()
        visitor = office.enter()
        visitor.get(link)
        visitor.send(link.removeprefix("http://127.0.0.1:8080"), password=f"{WORDS} og ku")
        assert visitor.page.url.path == "/"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("invite", "kari", "--role", "reader"), "no e-mail address"),
        (("invite", KARI), "--role"),
        (("invite", KARI, "--role", "owner"), "owner"),
        (("invite", KARI, "--role", "reader", "--company", "x"), "There is no company 'x'"),
        (("invite", KARI, "--role", "reader", "--venue", "torget"), "--company"),
        (("invite", KARI, "--role", "shop", "--company", "fjordmat", "--venue", "x"), "has no venue 'x'"),
        (("link", KARI), "There is no such user"),
        (("close", KARI), "There is no such user"),
    ],
)
def test_what_the_command_cannot_do_is_told_and_ends_with_2(
    run: Run, shop: Shop, arguments: tuple[str, ...], told: str
) -> None:
    done = run("users", *arguments)
    assert done.code == 2 and told in done.err
    assert count_rows(shop, "office_user") == 0


def test_a_role_at_venues_is_a_grant_each(run: Run, shop: Shop) -> None:
    assert run("users", "invite", KARI, "--role", "shop", "--company", "fjordmat", "--venue", "torget").code == 0
    assert run("users", "invite", KARI, "--role", "partner").code == 0
    assert run("users", "list").out == f"{KARI}  Partner admin of all companies, Shop of fjordmat/torget  (invited)\n"
