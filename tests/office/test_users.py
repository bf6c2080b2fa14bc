"""Users: who may invite, change and close whom, what they see of others, and what everybody does of their own."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from lxml.html import HtmlElement

from posexport.app.users import Manager, Refusal, UserRefused, close, invite, make_link, set_roles
from posexport.core.roles import EVERYTHING, Grant, Role, User
from posexport.office.pages import log
from posexport.office.pages.log import tell_facts
from posexport.office.words import office_words
from posexport.store.office_log import Entry, add_entry
from posexport.store.office_users import find_user
from tests.office.test_signing_in import HOUSE, KARI, WORDS, acts, bring_in, sign_in
from tests.support.harness import BRYGGA, VENUES, Shop, sale, setup_text
from tests.support.looks import count_rows, read_rows
from tests.support.office import OTHER_COMPANY, Office, Visitor, open_office

PER = "per@fjordmat.example"
ADMINISTRATOR = Grant(Role.ADMINISTRATOR, "fjordmat")


@pytest.fixture
def office(both: Shop) -> Iterator[Office]:
    """Two companies, the first with two venues."""
    both.apply(setup_text(venues=VENUES + BRYGGA) + OTHER_COMPANY.format(output=both.folder / "vouchers"))
    both.sell(sale(1))
    with open_office(both) as office:
        yield office


@pytest.fixture
def boss(office: Office) -> Visitor:
    """An administrator of the first company, by password."""
    return bring_in(office, "ola@fjordmat.example", ADMINISTRATOR, name="Ola Nes")


def find(office: Office, email: str) -> User:
    with office.workspace.database.reading() as connection:
        user = find_user(connection, email)
    assert user is not None
    return user


def invite_from_page(visitor: Visitor, email: str, *fields: str, path: str = "/users") -> str:
    """The link that the page shows; "" where it shows none."""
    visitor.get(path)
    action = next(one for one in visitor.list_actions() if one.endswith("users"))
    visitor.post(action, visitor.find_form(action) | {"email": email} | dict.fromkeys(fields, "1"))
    return str(next(iter(visitor.tree.xpath("//input[@id='link']/@value")), ""))


def field_of(grant: Grant) -> str:
    return f"role-{grant.role}-{grant.venue or ''}"


# Roles as values


@pytest.mark.parametrize(
    ("own", "given", "may"),
    [
        (ADMINISTRATOR, Grant(Role.BOOKKEEPER, "fjordmat"), True),
        (ADMINISTRATOR, Grant(Role.SHOP, "fjordmat", "torget"), True),
        (ADMINISTRATOR, ADMINISTRATOR, True),
        (ADMINISTRATOR, Grant(Role.PARTNER, "fjordmat"), False),
        (ADMINISTRATOR, Grant(Role.READER, "tindmat"), False),
        (ADMINISTRATOR, Grant(Role.READER), False),
        (Grant(Role.ADMINISTRATOR, "fjordmat", "torget"), Grant(Role.READER, "fjordmat", "torget"), False),
        (Grant(Role.BOOKKEEPER, "fjordmat"), Grant(Role.READER, "fjordmat"), False),
        (Grant(Role.PARTNER, "fjordmat"), Grant(Role.PARTNER, "fjordmat"), True),
        (Grant(Role.PARTNER, "fjordmat"), Grant(Role.READER), False),
        (Grant(Role.ADMINISTRATOR), Grant(Role.READER), False),
        (Grant(Role.ADMINISTRATOR), Grant(Role.READER, "tindmat"), True),
        (Grant(Role.PARTNER), Grant(Role.PARTNER), True),
    ],
)
def test_one_gives_the_roles_that_are_ones_own_to_give(own: Grant, given: Grant, may: bool) -> None:
    assert User("k", "Kari", KARI, (own,)).may_give(given) is may


def test_one_manages_whoever_has_nothing_but_roles_to_give() -> None:
    boss = User("o", "Ola", "", (ADMINISTRATOR,))
    own, more = Grant(Role.READER, "fjordmat"), Grant(Role.READER, "tindmat")
    assert boss.may_manage(User("k", "Kari", KARI, (own,)))
    assert not boss.may_manage(User("k", "Kari", KARI, (own, more)))
    assert not boss.may_manage(User("k", "Kari", KARI))
    assert User("h", "Huset", "", EVERYTHING).may_manage(User("k", "Kari", KARI))


# Inviting


def test_somebody_is_invited_to_a_role_at_a_venue_and_sees_that_alone(office: Office, boss: Visitor) -> None:
    link = invite_from_page(boss, PER, "role-shop-brygga")
    assert (
        link.startswith(f"{office.site.origin}/invitation/") and "gi lenken til per@fjordmat.example selv" in boss.text
    )
    assert find(office, PER).grants == (Grant(Role.SHOP, "fjordmat", "brygga"),)
    boss.get("/users")
    assert "per@fjordmat.example Butikk, Brygga Bar invitert, til 29.11.2026" in boss.text
    assert link not in boss.page.text, "the link is shown once"
    per = office.enter()
    per.get(link)
    assert "per@fjordmat.example" in per.text
    per.send(link.removeprefix(office.site.origin), name="Per Dahl", password=WORDS)
    assert per.get("/v/brygga/2026-11-20").status_code == 200 and per.get("/v/torget/2026-11-20").status_code == 404


def test_the_same_invitation_sent_twice_makes_one_link(office: Office, boss: Visitor, both: Shop) -> None:
    boss.get("/users")
    form = boss.find_form("/c/fjordmat/users") | {"email": PER, "role-reader-": "1"}
    first = boss.post("/c/fjordmat/users", form)
    links = count_rows(both, "office_link")
    second = boss.post("/c/fjordmat/users", form)
    assert "invitation" in first.text and second.url.path == "/c/fjordmat/users"
    assert count_rows(both, "office_link") == links


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"email": "per", "role-reader-": "1"}, "Skriv en e-postadresse"),
        ({"email": "per@x.example, eve@x.example", "role-reader-": "1"}, "Skriv en e-postadresse"),
        ({"email": PER}, "Velg minst én rolle"),
        ({"email": PER, "role-reader-": "1", "name": "P" * 201}, "høyst 200 tegn"),
        ({"email": PER, "role-partner-": "1"}, "Velg minst én rolle"),
        ({"email": PER, "role-reader-tinden": "1"}, "Velg minst én rolle"),
    ],
)
def test_an_invitation_that_cannot_be_is_told_beside_what_was_typed(
    boss: Visitor, both: Shop, fields: dict[str, str], told: str
) -> None:
    users = count_rows(both, "office_user")
    boss.get("/users")
    boss.post("/c/fjordmat/users", boss.find_form("/c/fjordmat/users") | fields)
    assert boss.page.status_code == 422 and told in boss.text
    assert boss.find_form("/c/fjordmat/users")["email"] == fields["email"]
    assert count_rows(both, "office_user") == users


def test_who_is_a_user_already_gets_the_role_and_nobody_gets_a_link(office: Office, boss: Visitor) -> None:
    bring_in(office, PER, Grant(Role.READER, "tindmat"), name="Per Dahl")
    assert invite_from_page(boss, PER, "role-shop-") == ""
    assert "Brukeren hadde innlogging fra før og har fått rollen" in boss.text
    assert find(office, PER).grants == (Grant(Role.READER, "tindmat"), Grant(Role.SHOP, "fjordmat"))
    assert "Tindmat" not in boss.text and "Tinden" not in boss.text
    assert not [one for one in boss.list_actions() if one.endswith(("/link", "/close"))]


@pytest.mark.parametrize("grant", [Grant(Role.READER, "tindmat"), Grant(Role.READER), Grant(Role.PARTNER, "fjordmat")])
def test_nobody_is_invited_to_what_is_not_the_inviters_to_give(
    office: Office, boss: Visitor, both: Shop, grant: Grant
) -> None:
    before = count_rows(both, "office_user")
    with pytest.raises(UserRefused) as refused:
        invite(office.workspace, _as(office, "ola@fjordmat.example"), PER, [ADMINISTRATOR, grant])
    assert refused.value.refusal is Refusal.NOT_YOURS
    assert count_rows(both, "office_user") == before


def test_who_was_invited_by_others_is_not_let_in_by_this_ones_link(office: Office, boss: Visitor) -> None:
    invited = invite(office.workspace, HOUSE, PER, [Grant(Role.BOOKKEEPER, "tindmat")])
    assert invited.link is not None
    assert invite_from_page(boss, PER, "role-shop-") == ""
    assert office.enter().get(invited.link.path).status_code == 200, "the others' invitation stands"
    boss.get(f"/users/{find(office, PER).id}")
    for path in (f"/users/{find(office, PER).id}/link", f"/users/{find(office, PER).id}/close"):
        assert boss.post(path, boss.find_form("/logout")).status_code == 403, path


def test_an_invitation_is_withdrawn_and_may_be_made_again(office: Office, boss: Visitor, both: Shop) -> None:
    link = invite_from_page(boss, PER, "role-reader-")
    user = find(office, PER).id
    boss.get(f"/users/{user}")
    boss.click("Trekk tilbake invitasjonen")
    boss.send(f"/users/{user}/close")
    assert boss.page.url.path == "/users" and PER not in boss.text
    assert office.enter().get(link).status_code == 404
    again = invite_from_page(boss, PER, "role-shop-")
    assert office.enter().get(again).status_code == 200 and find(office, PER).id == user
    assert find(office, PER).grants == (Grant(Role.SHOP, "fjordmat"),)
    assert [act for act, who, _ in acts(both) if who == "Ola Nes"][2:] == ["invited", "invitation-withdrawn", "invited"]


def test_a_new_invitation_is_made_and_the_old_link_is_worth_nothing(office: Office, boss: Visitor) -> None:
    old = invite_from_page(boss, PER, "role-reader-")
    user = find(office, PER).id
    boss.get(f"/users/{user}")
    boss.send(f"/users/{user}/link")
    new = str(boss.tree.xpath("//input[@id='link']/@value")[0])
    assert office.enter().get(old).status_code == 404
    assert office.enter().get(new).status_code == 200


# Roles


def test_a_change_of_roles_narrows_a_session_at_once_and_renews_its_token(office: Office, boss: Visitor) -> None:
    kari = bring_in(office)
    user, token = find(office, KARI).id, kari.client.cookies[office.site.cookie]
    assert kari.get("/v/torget/2026-11-20/draft").status_code == 200
    boss.get(f"/users/{user}")
    action = f"/c/fjordmat/users/{user}"
    form = boss.find_form(action)
    assert form.pop("role-bookkeeper-") == "1"
    boss.post(action, form | {"role-shop-brygga": "1"})
    assert "Rollene er lagret" in boss.text
    assert find(office, KARI).grants == (Grant(Role.SHOP, "fjordmat", "brygga"),)
    assert kari.get("/v/torget/2026-11-20").status_code == 404
    renewed = kari.client.cookies[office.site.cookie]
    assert renewed != token
    assert kari.get("/v/brygga/2026-11-20").status_code == 200
    assert kari.client.cookies[office.site.cookie] == renewed, "once a change"
    kari.send("/logout")  # the forms of a page go with the renewed token
    kari.client.cookies.set(office.site.cookie, token, domain="127.0.0.1")
    assert kari.get("/").url.path == "/login"


def test_a_form_from_before_a_change_of_roles_is_carried_out_with_the_roles_of_now(
    office: Office, boss: Visitor
) -> None:
    kari = bring_in(office)
    draft = "/v/torget/2026-11-20/draft"
    kari.get(draft)
    form = kari.find_form(draft)
    set_roles(office.workspace, HOUSE, find(office, KARI).id, "fjordmat", [Grant(Role.READER, "fjordmat")])
    assert kari.post(draft, form).status_code == 403
    set_roles(office.workspace, HOUSE, find(office, KARI).id, "fjordmat", [Grant(Role.BOOKKEEPER, "fjordmat")])
    kari.get(draft)
    assert kari.send(draft).url.path.startswith("/runs/")


def test_the_last_administrator_is_neither_closed_nor_narrowed(office: Office, boss: Visitor, both: Shop) -> None:
    user = find(office, "ola@fjordmat.example").id
    invite(office.workspace, HOUSE, PER, [ADMINISTRATOR])  # has not signed in
    boss.get(f"/users/{user}/close")
    boss.send(f"/users/{user}/close")
    assert boss.page.status_code == 422 and "Da kan ingen andre styre brukerne" in boss.text
    boss.get(f"/users/{user}")
    action = f"/c/fjordmat/users/{user}"
    form = boss.find_form(action)
    del form["role-administrator-"]
    boss.post(action, form)
    assert boss.page.status_code == 422 and "Da kan ingen andre styre brukerne" in boss.text
    assert find(office, "ola@fjordmat.example").grants == (ADMINISTRATOR,)
    bring_in(office, "liv@fjordmat.example", ADMINISTRATOR, name="Liv Ek")
    boss.get(f"/users/{user}/close")
    boss.send(f"/users/{user}/close")
    assert boss.page.url.path == "/login"
    assert not sign_in(office.enter(), email="ola@fjordmat.example")
    assert [(act, who) for act, who, _ in acts(both)][-2:] == [("closed", "Ola Nes"), ("sign-in-refused", "")]


def test_the_last_one_who_manages_all_companies_stays(office: Office) -> None:
    bring_in(office, PER, Grant(Role.PARTNER), name="Per Dahl")
    bring_in(office, "ola@fjordmat.example", ADMINISTRATOR, name="Ola Nes")
    bring_in(office, "eli@tindmat.example", Grant(Role.ADMINISTRATOR, "tindmat"), name="Eli Fjell")
    with pytest.raises(UserRefused) as refused:
        close(office.workspace, HOUSE, find(office, PER).id)
    assert refused.value.refusal is Refusal.LAST_ADMINISTRATOR


def test_closing_ends_every_session_at_once_and_keeps_the_name_in_the_log(
    office: Office, boss: Visitor, both: Shop
) -> None:
    kari = bring_in(office)
    user = find(office, KARI).id
    link = make_link(office.workspace, HOUSE, user)
    boss.get(f"/users/{user}/close")
    boss.send(f"/users/{user}/close")
    assert kari.get("/").url.path == "/login"
    assert office.enter().get(link.path).status_code == 404
    assert not sign_in(office.enter())
    assert ("signed-in", "Kari Moe", "invitation-link") in acts(both)
    assert read_rows(both, "office_user", "password", email=KARI) == [("",)]
    assert read_rows(both, "office_grant", user_id=user) == []


def test_roles_that_are_not_ones_own_to_give_stay_when_others_are_changed(office: Office, boss: Visitor) -> None:
    partner = Grant(Role.PARTNER, "fjordmat")
    bring_in(office, PER, partner, Grant(Role.READER, "fjordmat"), name="Per Dahl")
    user = find(office, PER).id
    boss.get(f"/users/{user}")
    action = f"/c/fjordmat/users/{user}"
    boss.post(action, {**boss.find_form(action), "role-shop-": "1", "role-partner-": ""})
    assert set(find(office, PER).grants) == {partner, Grant(Role.READER, "fjordmat"), Grant(Role.SHOP, "fjordmat")}
    with pytest.raises(UserRefused) as refused:
        set_roles(office.workspace, _as(office, "ola@fjordmat.example"), user, "fjordmat", [])
    assert refused.value.refusal is Refusal.NOT_YOURS


def _as(office: Office, email: str) -> Manager:
    return Manager(find(office, email), "password")


def test_a_manager_sees_who_has_roles_in_their_companies_and_nobody_else(office: Office, boss: Visitor) -> None:
    bring_in(office, "eli@tindmat.example", Grant(Role.READER, "tindmat"), name="Eli Fjell")
    bring_in(office, PER, Grant(Role.PARTNER), name="Per Dahl")
    boss.get("/users")
    assert "Per Dahl" in boss.text and "Partner, alle selskaper" in boss.text and "Eli Fjell" not in boss.text
    for path in (f"/users/{find(office, 'eli@tindmat.example').id}", "/c/tindmat/users"):
        assert boss.get(path).status_code == 404, path
    boss.get("/users")
    form = boss.find_form("/logout")
    for path in ("", "/link", "/close"):
        action = f"/users/{find(office, 'eli@tindmat.example').id}{path}"
        assert boss.post(action, form).status_code == 404, action
    assert boss.post("/c/tindmat/users", form).status_code == 404
    assert boss.post(f"/c/fjordmat/users/{find(office, PER).id}", form | {"role-reader-": "1"}).status_code == 200
    assert boss.post("/users", form | {"email": PER, "role-reader-": "1"}).status_code == 403


def test_the_user_of_this_machine_is_nobodys_to_manage(office: Office, boss: Visitor) -> None:
    house = office.sign_in()
    for visitor in (house, boss):
        assert visitor.get("/users/local").status_code == 404
        visitor.get("/users")
        assert "local" not in [str(href).rpartition("/")[2] for href in visitor.tree.xpath("//td/a/@href|//th/a/@href")]
    with pytest.raises(UserRefused):
        close(office.workspace, HOUSE, "local")


# Me


def test_language_and_shortcuts_are_kept(office: Office) -> None:
    kari = bring_in(office)
    kari.get("/me")
    form = kari.find_form("/me")
    assert form["keys"] == "1"
    del form["keys"]
    kari.post("/me", form | {"language": "en"})
    assert "Saved." in kari.text and kari.tree.get("lang") == "en"
    assert (find(office, KARI).language, find(office, KARI).has_keys) == ("en", False)
    kari.get("/me")
    assert "keys" not in kari.find_form("/me")
    kari.send("/me", language="xx")
    assert kari.page.status_code == 422 and find(office, KARI).language == "en"


def test_ones_sessions_are_listed_and_ended(office: Office, both: Shop) -> None:
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    here, there, third = bring_in(office), office.enter(from_address="192.0.2.7"), office.enter()
    there.client.headers["user-agent"] = firefox
    assert sign_in(there) and sign_in(third)
    here.get("/me")
    assert "Firefox, Linux 192.0.2.7" in here.text and here.text.count("Logg ut der") == 3
    form = next(
        {name: value or "" for name, value in form.form_values()}
        for form in here.tree.xpath("//tr[contains(., '192.0.2.7')]//form")
    )
    here.post("/me/sessions", form)
    assert there.get("/").url.path == "/login" and third.get("/").url.path == "/"
    here.get("/me")
    form = here.find_form("/me/sessions")
    here.post("/me/sessions", form | {"session": ""})
    assert [act for act, _, _ in acts(both)].count("sessions-ended") == 2
    assert third.get("/").url.path == "/login" and here.get("/").url.path == "/"


def test_nobody_ends_the_sessions_of_others(office: Office, both: Shop) -> None:
    kari, per = bring_in(office), bring_in(office, PER, name="Per Dahl")
    [(digest,)] = read_rows(both, "office_session", "digest", user_id=find(office, PER).id)
    kari.get("/me")
    kari.post("/me/sessions", kari.find_form("/logout") | {"session": digest})
    assert per.get("/").url.path == "/"


def test_the_password_is_changed_by_whoever_has_it(office: Office) -> None:
    kari, other = bring_in(office), office.enter()
    assert sign_in(other)
    for fields, told in (
        ({"current": "feil passord helt klart", "password": f"{WORDS} og ku"}, "stemmer ikke"),
        ({"current": WORDS, "password": "kort"}, "minst 12 tegn"),
    ):
        kari.get("/me")
        kari.post("/me/password", kari.find_form("/me/password") | fields)
        assert kari.page.status_code == 422 and told in kari.text
    kari.send("/me/password", current=WORDS, password=f"{WORDS} og ku")
    assert "Passordet er lagret" in kari.text
    assert other.get("/").url.path == "/login" and kari.get("/").url.path == "/"
    assert not sign_in(office.enter()) and sign_in(office.enter(), f"{WORDS} og ku")


def test_a_session_that_was_stolen_cannot_guess_the_password(office: Office) -> None:
    kari = bring_in(office)
    for n in range(6):
        kari.get("/me")
        kari.send("/me/password", current=f"feil passord nummer {n}", password=f"{WORDS} og ku")
    assert "For mange forsøk" in kari.text
    kari.send("/me/password", current=WORDS, password=f"{WORDS} og ku")
    assert kari.page.status_code == 422


# Log


def rows_of(visitor: Visitor) -> list[HtmlElement]:
    return list(visitor.tree.xpath("//table/tbody/tr"))


def test_the_log_is_narrowed_by_person_act_and_day(office: Office, boss: Visitor, both: Shop) -> None:
    kari = bring_in(office)
    kari.get("/v/torget/2026-11-20/draft")
    kari.send("/v/torget/2026-11-20/draft")
    boss.get("/log")
    assert "ba om kladd" in boss.text and "inviterte" in boss.text and "fikk Regnskapsfører" in boss.text
    boss.get("/log?who=KARI")
    assert {str(row.xpath("td")[0].text).strip() for row in rows_of(boss)} == {"Kari Moe"}
    boss.get("/log?act=draft-asked")
    assert len(rows_of(boss)) == 1 and "fre. 20. nov." in boss.text
    for query, found in (
        ("from=2026-11-22", True),
        ("from=2026-11-23", False),
        ("to=2026-11-21", False),
        ("to=2026-11-22", True),
        ("from=i+går&to=22.11.2026", True),
    ):
        boss.get(f"/log?act=draft-asked&{query}")
        assert (len(rows_of(boss)) == 1) is found, query
    boss.get("/log?from=i+fjor")
    assert "Skriv datoen slik" in boss.text
    boss.get("/log?who=%25")
    assert "Ingenting i loggen passer" in boss.text


def test_older_pages_of_the_log_tell_every_act_once_and_count_none_of_others(
    office: Office, boss: Visitor, both: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "ON_A_PAGE", 3)
    with office.workspace.database.writing() as connection:
        for number in range(10):
            both.clock.now_s += number in (3, 4, 9)  # several in one second, over the end of a page
            now_s = int(both.clock.now_s)
            add_entry(connection, Entry("signed-in", "p", f"Per {number}", company="fjordmat"), now_s)
            add_entry(connection, Entry("signed-in", "e", "Eli", company="tindmat"), now_s)
    boss.get("/log?act=signed-in&who=Per")
    shown, ends = [str(row.xpath("td")[0].text).strip() for row in rows_of(boss)], []
    while boss.tree.xpath("//a[@rel='next']"):
        ends.append(boss.tree.xpath("//a[@rel='next']/@href")[0].partition("before=")[2])
        boss.click("Eldre ›")
        shown += [str(row.xpath("td")[0].text).strip() for row in rows_of(boss)]
    assert shown == [f"Per {number}" for number in reversed(range(10))]
    assert [end.partition("-")[2] for end in ends] == ["2", "5", "2"], "of one second, as far as they are shown"
    for end in ("1", "x", "9" * 40, f"{'9' * 40}-1", f"1-{'9' * 40}", "-"):
        assert boss.get(f"/log?before={end}").status_code == 200


def test_the_log_is_in_words(office: Office, boss: Visitor) -> None:
    reader = bring_in(office, PER, Grant(Role.READER, "fjordmat"), name="Per Dahl")
    reader.get("/v/torget/2026-11-20/draft")
    reader.get("/me")
    reader.send("/me", language="nb")
    boss.get("/log")
    assert "manglet rett" in boss.text and "rollen regnskapsfører trengs" in boss.text
    assert "snarveier: ja" in boss.text
    entry = Entry("uploaded", "p", "Per", "password", "", "fjordmat", "brygga", None, {"venues": ["brygga", "torget"]})
    assert tell_facts(entry, office_words("nb"), {"brygga": "Brygga Bar"}) == "Brygga Bar, torget"
    changed = replace(entry, facts={"was": {"a": ""}, "now": {"a": "3024"}})
    assert tell_facts(changed, office_words("nb"), {}) == "før: a: – · nå: a: 3024"


def test_a_manager_sees_the_log_of_their_companies_and_the_sign_ins_of_their_people(
    office: Office, boss: Visitor
) -> None:
    bring_in(office, "eli@tindmat.example", Grant(Role.READER, "tindmat"), name="Eli Fjell")
    bring_in(office)
    sign_in(office.enter(), "feil passord helt klart")
    sign_in(office.enter(), "feil passord helt klart", "nobody@x.example")
    boss.get("/log")
    assert "Kari Moe passord innlogging avvist 1. forsøk" in boss.text
    assert "Eli" not in boss.text and "tindmat" not in boss.text and "ukjent" not in boss.text
    boss.get("/log?company=tindmat")
    assert "Ingenting i loggen passer" in boss.text
    house = office.sign_in()
    house.get("/log")
    assert "Eli Fjell" in house.text and "ukjent passord innlogging avvist" in house.text


def test_the_log_is_taken_out_as_csv_which_no_spreadsheet_executes(office: Office, boss: Visitor, both: Shop) -> None:
    bring_in(office, name="=cmd|'/c calc'!A1")
    boss.get("/log?who=cmd")
    answer = boss.send("/log")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="posexport-log-2026')
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert {row["person"] for row in rows} == {"'=cmd|'/c calc'!A1"}
    assert [row["action"] for row in rows] == ["signed-in", "invitation-taken-up"]
    [*_, (act, who, facts)] = read_rows(both, "office_log", "act", "who", "facts")
    assert (act, who, json.loads(facts)) == ("log-exported", "Ola Nes", {"who": "cmd", "lines": 2})
    kari = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"), name="Nils")
    kari.get("/")
    assert kari.post("/log", kari.find_form("/logout")).status_code == 403


@pytest.mark.parametrize("asked", ["act=signed-in", "company=fjordmat"])
def test_a_log_narrowed_to_acts_or_to_a_company_is_taken_out_too(
    office: Office, boss: Visitor, both: Shop, asked: str
) -> None:
    boss.get(f"/log?{asked}")
    assert boss.send("/log").headers["content-type"] == "text/csv; charset=utf-8"
    [*_, (act, facts)] = read_rows(both, "office_log", "act", "facts")
    name, _, value = asked.partition("=")
    assert act == "log-exported" and json.loads(facts)[name] == value


def test_a_long_log_is_read_page_by_page(office: Office, boss: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posexport.office.pages.log.ON_A_PAGE", 2)
    bring_in(office)
    seen: list[str] = []
    boss.get("/log")
    while True:
        seen += [str(row.text_content()) for row in boss.tree.xpath("//table/tbody/tr")]
        if not boss.tree.xpath("//a[@rel='next']"):
            break
        boss.click("Eldre ›")
    assert len(seen) == 6


# Both languages, on every page


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_every_page_of_users_is_in_both_languages(office: Office, lang: str) -> None:
    visitor = bring_in(office, "ola@fjordmat.example", ADMINISTRATOR, name="Ola Nes")
    user = find(office, "ola@fjordmat.example").id
    for path in ("/users", f"/users/{user}", f"/users/{user}/close", "/me", "/log", "/c/fjordmat/users"):
        visitor.get(path, **{"accept-language": lang})
        assert visitor.page.status_code == 200 and visitor.tree.get("lang") == lang, path
        assert len(visitor.tree.xpath("//h1")) == 1, path
        told = str(visitor.tree.xpath("//main")[0].text_content())
        assert not [typed for typed in ("posexport ", "[[", ".toml") if typed in told], path


# One company, and roles in it


@pytest.fixture
def only(both: Shop) -> Iterator[Office]:
    """An office with one company, of two venues."""
    both.apply(venues=VENUES + BRYGGA)
    with open_office(both) as office:
        yield office


def test_where_there_is_one_company_roles_in_it_can_be_given_beside_those_in_all(only: Office) -> None:
    house = only.sign_in()
    house.get("/users")
    legends = [str(one.text_content()) for one in house.tree.iter("legend")]
    assert legends == ["Hele Fjordmat AS", "Bare Torget Kafé", "Bare Brygga Bar", "I alle selskaper, også nye"]
    fields = ("fjordmat-role-bookkeeper-", "fjordmat-role-shop-brygga", "role-reader-")
    assert invite_from_page(house, PER, *fields).startswith("http")
    granted = {Grant(Role.BOOKKEEPER, "fjordmat"), Grant(Role.SHOP, "fjordmat", "brygga"), Grant(Role.READER)}
    assert set(find(only, PER).grants) == granted
    house.get("/users")
    house.click("Fjordmat AS")
    assert house.page.url.path == "/c/fjordmat/users" and "Regnskapsfører" in house.text


def test_a_role_in_a_company_can_be_given_to_who_has_none_there(only: Office) -> None:
    house = only.sign_in()
    invite_from_page(house, PER, "role-reader-")
    user = find(only, PER).id
    house.get(f"/users/{user}")
    assert "Roller · Fjordmat AS Ingen rolle her." in house.text
    house.send(f"/c/fjordmat/users/{user}", **{"role-bookkeeper-": "1"})  # type: ignore[arg-type]
    assert set(find(only, PER).grants) == {Grant(Role.READER), Grant(Role.BOOKKEEPER, "fjordmat")}
    assert "Ingen rolle her." not in house.text


@pytest.mark.parametrize(("grant", "is_open"), [(Grant(Role.SHOP, "fjordmat", "brygga"), True), (ADMINISTRATOR, False)])
def test_roles_at_venues_are_folded_away_where_there_are_none(only: Office, grant: Grant, is_open: bool) -> None:
    bring_in(only, PER, grant, name="Per Dahl")
    house = only.sign_in()
    house.get(f"/users/{find(only, PER).id}")
    (folded,) = house.tree.xpath("//main//details")
    assert (folded.get("open") is not None) is is_open


def test_of_many_companies_a_user_has_those_with_a_role_and_the_others_have_pages(
    only: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posexport.office.pages.users.PLACES_AT_ONCE", 0)
    monkeypatch.setattr("posexport.office.pages.user.PLACES_AT_ONCE", 0)
    house = only.sign_in()
    assert invite_from_page(house, PER, "role-reader-", "fjordmat-role-bookkeeper-").startswith("http")
    assert find(only, PER).grants == (Grant(Role.READER),)
    house.get(f"/users/{find(only, PER).id}")
    assert house.list_actions()[-1] == f"/users/{find(only, PER).id}" and "Roller · Fjordmat AS" not in house.text
