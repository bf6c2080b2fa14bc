"""A company's mail server in the office: its form, its password, and a letter that tries it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from posexport.core.roles import Grant, Role
from posexport.errors import LetterRefused, MailNotConnected, MailRefused, MailTrouble
from posexport.setup.sealing import VARIABLE, make_vault_key
from posexport.setup.secrets import resolve_secret
from tests.support.harness import Shop, setup_text
from tests.support.letters import MAIL, Post
from tests.support.looks import count_rows, read_rows
from tests.support.office import Office, Visitor, open_office

PAGE = "/c/fjordmat/mail"
SERVER = "mail.fjordmat.example:587"
PASSWORD = "p4ss"  # as short as mail passwords may be


@pytest.fixture
def office(both: Shop, post: Post) -> Iterator[Office]:
    both.environ[VARIABLE] = make_vault_key()
    both.apply(setup_text() + MAIL)
    with open_office(both) as office:
        yield office


@pytest.fixture
def admin(office: Office) -> Visitor:
    visitor = office.sign_in(Grant(Role.ADMINISTRATOR, "fjordmat"))
    visitor.get(PAGE)
    return visitor


def mail_of(office: Office) -> dict[str, object]:
    (company,) = office.workspace.load_setup().companies
    return dict(company.document.get("mail", {}))


def type_password(visitor: Visitor, secret: str = PASSWORD, replaces: str = "") -> None:
    visitor.get(PAGE)
    visitor.send(f"{PAGE}/password", secret=secret, replaces=replaces)


def send_test(office: Office, visitor: Visitor) -> str:
    visitor.get(PAGE)
    visitor.send(f"{PAGE}/test", recipient="kari@fjordmat.example")
    assert office.work() == 1
    visitor.get(PAGE)
    return visitor.text


def test_the_server_is_set_up_in_a_form_and_what_is_wrong_is_told_beside_its_field(both: Shop) -> None:
    both.apply()
    with open_office(both) as office:
        visitor = office.sign_in(Grant(Role.ADMINISTRATOR, "fjordmat"))
        visitor.get("/c/fjordmat")
        visitor.click("E-post")
        assert visitor.list_actions() == ["/logout", PAGE]  # nothing to try, and no password, before there is a server
        visitor.send(PAGE, server="mail.fjordmat.example", sender="posexport@fjordmat.example")
        assert visitor.page.status_code == 422 and "«mail.fjordmat.example» passer ikke her" in visitor.text
        visitor.send(PAGE, server=SERVER, sender="posexport@fjordmat.example", weekly="true")
        assert "Lagret." in visitor.text
        assert mail_of(office) == {"server": SERVER, "sender": "posexport@fjordmat.example", "weekly": True}
        assert read_rows(both, "office_log", "act")[-1] == ("settings-saved",)


def test_the_password_goes_into_the_vault_and_is_found_nowhere(office: Office, admin: Visitor, both: Shop) -> None:
    type_password(admin, "s3cret-of-the-mail-server")
    assert "Lagret." in admin.text and "satt søn. 22. nov. av Kari Moe" in admin.text
    reference = str(mail_of(office)["password"])
    assert reference.startswith("vault:fjordmat/")
    assert resolve_secret(reference, office.workspace.secrets) == "s3cret-of-the-mail-server"
    for table in ("company", "setup_revision", "office_log", "vault_key"):
        assert "s3cret" not in repr(read_rows(both, table)), table
    for path in (PAGE, "/c/fjordmat/accounts/history", "/log"):
        admin.get(path)
        assert "s3cret" not in admin.page.text, path
    assert ("key-set", "Kari Moe") in read_rows(both, "office_log", "act", "who")


@pytest.mark.parametrize("secret", ["", "   ", "pass\tword", "passørd", "p" * 501])
def test_what_is_no_password_is_not_taken(office: Office, admin: Visitor, both: Shop, secret: str) -> None:
    type_password(admin, secret)
    assert admin.page.status_code == 422 and "Skriv passordet" in admin.text
    assert "password" not in mail_of(office) and count_rows(both, "vault_key") == 0


def test_a_password_that_is_set_is_replaced_only_where_that_is_said(office: Office, admin: Visitor) -> None:
    type_password(admin)
    before = mail_of(office)["password"]
    type_password(admin, "another")
    assert admin.page.status_code == 422 and "Kryss av" in admin.text and mail_of(office)["password"] == before
    type_password(admin, "another", replaces="yes")
    assert resolve_secret(str(mail_of(office)["password"]), office.workspace.secrets) == "another"


@pytest.mark.parametrize(
    ("field", "value", "stays"),
    [
        ("server", "mail.evil.example:587", False),
        ("security", "none", False),
        ("user", "somebody", False),
        ("sender", "post@fjordmat.example", True),
        ("weekly", "true", True),
    ],
)
def test_the_password_is_told_to_no_other_server(
    office: Office, admin: Visitor, field: str, value: str, stays: bool
) -> None:
    type_password(admin)
    admin.get(PAGE)
    admin.post(PAGE, admin.find_form(PAGE) | {field: value})
    assert "Lagret." in admin.text
    assert ("password" in mail_of(office)) is stays


def test_a_test_is_sent_by_a_run_and_the_page_says_what_became_of_it(
    office: Office, admin: Visitor, post: Post, both: Shop
) -> None:
    admin.send(f"{PAGE}/test", recipient="kari@fjordmat.example")
    assert "er på vei" in admin.text and admin.page.headers["refresh"]
    form = admin.find_form(f"{PAGE}/test")
    assert post.letters == []
    assert office.work() == 1
    admin.get(PAGE)
    assert "Siste prøve, til kari@fjordmat.example" in admin.text and "tjeneren tok imot den" in admin.text
    assert "refresh" not in admin.page.headers
    (letter,) = post.letters
    assert letter.recipient == "kari@fjordmat.example" and letter.subject == "Fjordmat AS: prøve av e-post"
    assert f"http://127.0.0.1:8080{PAGE}" in letter.text and "Kari Moe sendte denne" in letter.text
    assert read_rows(both, "office_log", "act")[-1] == ("mail-tested",)
    for _ in range(2):  # the same form twice is one letter
        admin.post(f"{PAGE}/test", form | {"recipient": "ola@fjordmat.example"})
    assert office.work() == 1 and len(post.letters) == 2


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (MailRefused(SERVER, "the login failed (535 5.7.8 no)."), "tjeneren avviste oss"),
        (LetterRefused(SERVER, "550 no such mailbox", is_final=True), "tok ikke imot denne meldingen"),
        (MailNotConnected(SERVER, "the name is not known.", "Look at it."), "kan ikke nås herfra"),
        (MailTrouble(SERVER, "no answer within 20 seconds"), "svarte ikke som den skulle"),
    ],
)
def test_what_failed_is_told_in_words(
    office: Office, admin: Visitor, post: Post, fault: MailTrouble, told: str
) -> None:
    post.fault = fault
    text = send_test(office, admin)
    assert told in text and f"Det den svarte: {fault.why}" in text and post.letters == []
    assert "[company.mail]" not in text


def test_a_password_that_cannot_be_read_is_told(both: Shop) -> None:
    both.environ[VARIABLE] = make_vault_key()
    both.apply(setup_text() + MAIL)
    with open_office(both) as office:
        type_password(office.sign_in())
    both.environ[VARIABLE] = make_vault_key()  # another one than it was sealed with
    with open_office(both) as office:
        assert "passordet mangler, eller kan ikke leses her" in send_test(office, office.sign_in())


@pytest.mark.parametrize("recipient", ["", "kari", "a@b.no, c@d.no", "a@b.no\nBcc: c@d.no", f"{'a' * 250}@b.no"])
def test_a_test_goes_to_one_address(office: Office, admin: Visitor, post: Post, recipient: str) -> None:
    admin.send(f"{PAGE}/test", recipient=recipient)
    assert admin.page.status_code == 422 and "Skriv én e-postadresse" in admin.text
    assert office.work() == 0


@pytest.mark.parametrize("role", [Role.READER, Role.SHOP, Role.BOOKKEEPER])
def test_only_administrators_see_it(office: Office, role: Role) -> None:
    visitor = office.sign_in(Grant(role, "fjordmat"))
    assert visitor.get(PAGE).status_code == visitor.get(f"{PAGE}/remove").status_code == 403
    visitor.get("/")
    form = visitor.find_form("/logout")
    for path in (PAGE, f"{PAGE}/password", f"{PAGE}/test", f"{PAGE}/remove"):
        assert visitor.post(path, form | {"secret": "x", "recipient": "a@b.no"}).status_code == 403, path
    assert office.work() == 0


# Removing it


def test_the_server_is_removed_after_a_confirmation_with_every_password_it_had(
    office: Office, admin: Visitor, both: Shop
) -> None:
    type_password(admin)
    type_password(admin, "another", replaces="yes")
    venue = "/c/fjordmat/venues/torget"
    for number in (7, 8):  # what other keys replaced is none of the mail server's
        admin.get(venue)
        of_form = {name: admin.find_form("/logout")[name] for name in ("form_token", "form_key")}
        typed = {"key": "client_key", "secret": f"clientkey-typed-in-a-browser-{number}", "replaces": "yes"}
        admin.post(f"{venue}/keys", of_form | typed)
    assert count_rows(both, "vault_key") == 4
    admin.get(PAGE)
    admin.click("Fjern tjeneren")
    assert "Fjerne e-posttjeneren mail.fjordmat.example:587?" in admin.text and "Passordet slettes" in admin.text
    assert mail_of(office) != {}  # looking removes nothing
    form = admin.find_form(f"{PAGE}/remove")
    admin.post(f"{PAGE}/remove", form)
    assert "Lagret." in admin.text and "Send en prøve" not in admin.text
    assert mail_of(office) == {} and count_rows(both, "vault_key") == 2
    act, facts = read_rows(both, "office_log", "act", "facts")[-1]
    assert act == "mail-removed" and SERVER in str(facts)
    admin.post(f"{PAGE}/remove", form)
    assert admin.page.status_code == 200 and "Lagret." in admin.text  # twice is once
    assert [act for (act,) in read_rows(both, "office_log", "act")].count("mail-removed") == 1
    assert admin.get(f"{PAGE}/remove").status_code == 404


def test_a_server_that_somebody_changed_meanwhile_is_not_removed(office: Office, admin: Visitor) -> None:
    type_password(admin)
    admin.get(f"{PAGE}/remove")
    form = admin.find_form(f"{PAGE}/remove")
    admin.get(PAGE)
    admin.post(PAGE, admin.find_form(PAGE) | {"weekly": "true"})
    admin.post(f"{PAGE}/remove", form)
    assert admin.page.status_code == 409 and "Kari Moe endret oppsettet" in admin.text
    assert "password" in mail_of(office)
