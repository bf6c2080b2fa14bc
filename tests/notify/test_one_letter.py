"""What one person is told of several companies: in one letter where the companies send as one, by each company's own
mail otherwise; in the language of whoever reads it; and of no company that does not name them."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from posexport.core.company import Company
from posexport.core.ports.mail import Letter, Mailer
from posexport.core.roles import User
from posexport.errors import LetterRefused, MailTrouble
from posexport.notify import outbox as notify_outbox
from posexport.notify.notify import keep_people_posted
from posexport.notify.outbox import send_waiting
from posexport.store.messages import NewMessage, add_messages
from posexport.store.office_users import add_user, change_user
from tests.support.harness import Shop, sale
from tests.support.looks import read_rows
from tests.support.told_people import HELD, KARI, OLA, Office, apply_two, mail, sell_in_both, told

BOTH = f'notify = ["{KARI}", "{OLA}"]'


@pytest.fixture
def office(shop: Shop) -> Office:
    return Office(shop)


@pytest.fixture
def offices(both: Shop) -> Office:
    return Office(both)


def by_recipient(letters: list[Letter]) -> dict[str, list[Letter]]:
    found: dict[str, list[Letter]] = {}
    for letter in letters:
        found.setdefault(letter.recipient, []).append(letter)
    return found


# One letter, by company


def test_somebody_in_two_companies_gets_one_letter_and_others_learn_of_their_own_only(offices: Office) -> None:
    apply_two(offices, strand=BOTH)
    sell_in_both(offices)
    letters = by_recipient(offices.look())
    (karis,), (olas,) = letters[KARI], letters[OLA]
    assert karis.subject == "Torget Kafé: 1 dag venter på deg, og 1 selskap til"
    first, second = karis.text.index("Fjordmat AS\n==========="), karis.text.index("Strand AS\n=========")
    assert first < karis.text.index("VIPPS har tatt imot") < second < karis.text.index("Kassens mva-kode 3")
    assert karis.text.count("Hei!") == karis.text.count("Meldingen er sendt automatisk.") == 1
    assert "posexport for Fjordmat AS og Strand AS." in karis.text
    assert olas.subject == "Strandkaféen: 2 dager venter på deg"
    for told_ola in (olas.subject, olas.text, olas.html):
        assert "Fjordmat" not in told_ola
        assert "Torget" not in told_ola
    assert offices.outbox.connections == 1
    assert offices.look() == []


def test_a_company_where_something_waits_comes_before_one_with_good_news(office: Office) -> None:
    apply_two(office, strand=told())
    office.shop.sell(HELD, sale(2, at="2026-11-21T12:00:00"))
    office.look()
    mapped = '[[company.payment_type]]\n  code = "VIPPS"\n  name = "Vipps"\n  account = "1593"\n'
    apply_two(office, strand=told(), torget=told() + "\n" + mapped.replace("company.", "company.venue."))
    office.shop.sell(sale(1, register="9"), sale(2, at="2026-11-21T12:00:00", register="9"))
    office.shop.export(venues=["torget"])
    (letter,) = office.look()
    assert letter.subject == "Strandkaféen: 2 dager venter på deg, og 1 selskap til"
    assert letter.text.index("Strand AS\n") < letter.text.index("Fjordmat AS\n")
    assert "fredag 20. november 2026: levert som kladd" in letter.text.lower()


def test_a_monday_has_the_news_and_the_week_in_one_letter(office: Office) -> None:
    weekly = mail(more="weekly = true")
    apply_two(office, strand=told(), strand_mail=weekly)
    sell_in_both(office)
    office.later(hours=20)
    (letter,) = office.look()
    assert letter.text.index("VIPPS har tatt imot") < letter.text.index("Slik gikk uke 47")
    assert letter.html.count("<h1>") == 1


def test_what_several_days_wait_for_alike_is_told_once_with_its_sum_and_what_to_do(office: Office) -> None:
    office.apply()
    office.shop.sell(*(sale(n, f"{n}.00", at=f"2026-11-{n}T12:00:00", paid="VIPPS") for n in (17, 18, 20)))
    office.shop.sell(sale(2, at="2026-11-19T12:00:00"), sale(3, at="2026-11-21T12:00:00", paid="VIPPS", vat_code="99"))
    (letter,) = office.look()
    assert letter.subject == "Torget Kafé: 4 dager venter på deg"
    once = (
        "Torget Kafé 17.–18.11., 20.–21.11.2026 (4 dager): Holdt tilbake\n  - Betalingsmåte VIPPS har tatt imot 180,00"
    )
    assert once in letter.text.replace("\xa0", " ")
    assert letter.text.count("VIPPS") == 2
    assert letter.text.count("Holdt tilbake") == 2
    assert letter.text.index("(4 dager)") < letter.text.index(
        "Lørdag 21. november 2026: Holdt tilbake\n  - Kassens mva"
    )


# By which mail server


OTHER_SERVER = mail(2526)
OTHER_SENDER = mail().replace("posexport@", "kasse@")
OTHER_USER = mail(more='user = "strand"')
PASSWORDS = tuple(mail(more=f'user = "x"\n  password = "env:SMTP_{name}"') for name in ("FJORDMAT", "STRAND"))
"""The same account, each company with a password of its own."""


@pytest.mark.parametrize("strand_mail", [OTHER_SERVER, OTHER_SENDER, OTHER_USER, PASSWORDS[1]])
def test_companies_that_send_by_another_account_tell_the_same_person_by_their_own(
    office: Office, strand_mail: str
) -> None:
    office.shop.environ |= {"SMTP_FJORDMAT": "smtp-5ecret-P1", "SMTP_STRAND": "smtp-5ecret-P2"}
    first_mail = PASSWORDS[0] if strand_mail == PASSWORDS[1] else ""
    apply_two(office, strand=told(), strand_mail=strand_mail, first_mail=first_mail)
    sell_in_both(office)
    first, second = sorted(office.look(), key=lambda letter: letter.subject)
    assert (first.subject, second.subject) == (
        "Strandkaféen: 2 dager venter på deg",
        "Torget Kafé: 1 dag venter på deg",
    )
    assert "Fjordmat" not in first.text + first.html
    assert "Strand" not in second.text + second.html
    assert sorted(office.outbox.used) == ["fjordmat", "strand"]


def test_companies_with_the_same_password_of_the_same_account_send_as_one(office: Office) -> None:
    office.shop.environ |= {"SMTP_FJORDMAT": "smtp-5ecret-P1", "SMTP_STRAND": "smtp-5ecret-P1"}
    apply_two(office, strand=told(), strand_mail=PASSWORDS[1], first_mail=PASSWORDS[0])
    sell_in_both(office)
    assert len(office.look()) == 1


def test_a_password_that_is_not_there_delays_only_its_own_company(office: Office) -> None:
    office.shop.environ["SMTP_STRAND"] = "smtp-5ecret-P2"
    apply_two(office, strand=told(), strand_mail=PASSWORDS[1], first_mail=mail(more='user = "x"'))
    del office.shop.environ["SMTP_STRAND"]
    sell_in_both(office)
    with office.shop.open() as workspace:
        own = workspace.open_mailer

        def open_mailer(company: Company) -> Mailer:
            return own(company) if company.id == "strand" else office.outbox(company)

        sent = keep_people_posted(replace(workspace, open_mailer=open_mailer), workspace.now_utc_s)
    assert (sent.sent, sent.waiting) == (1, 1)
    assert [letter.subject for letter in office.outbox.letters] == ["Torget Kafé: 1 dag venter på deg"]


def test_a_refused_letter_waits_with_all_its_messages_and_the_log_says_why(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    apply_two(office, strand=told())
    sell_in_both(office)
    office.outbox.trouble = lambda letter: LetterRefused("mail.test:25", "550 no such user", is_final=True)
    sent = office.send()
    assert (sent.sent, sent.waiting) == (0, 1)
    assert read_rows(office.shop, "message", "tries", "sent_at_utc_s") == [(1, None), (1, None)]
    (line,) = [record.getMessage() for record in caplog.records if "waits" in record.getMessage()]
    assert line.startswith("a letter of messages 1 (digest of fjordmat), 2 (digest of strand) waits: ")
    assert "550 no such user" in line
    assert KARI not in line


def test_a_server_that_is_down_is_one_line_that_names_its_companies(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    apply_two(office, strand=BOTH)
    sell_in_both(office)
    office.outbox.down = MailTrouble("mail.test:25", "connection refused")
    office.send()
    (line,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert line.startswith("2 letters of fjordmat, strand wait: ")
    assert "connection refused" in line


def test_a_letter_that_went_out_is_one_line_without_an_address(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "posexport")
    apply_two(office, strand=told())
    sell_in_both(office)
    office.send()
    lines = [record.getMessage() for record in caplog.records if record.name == "posexport.notify"]
    assert lines == ["a letter of messages 1 (digest of fjordmat), 2 (digest of strand) was sent"]


def test_a_letter_whose_sender_died_is_sent_again_under_its_id_and_newer_news_in_another(offices: Office) -> None:
    apply_two(offices, strand=told())
    sell_in_both(offices)
    seen = offices.outbox.die()
    with pytest.raises(SystemExit):
        offices.send()
    offices.outbox.trouble = lambda letter: None
    offices.later(seconds=notify_outbox.CLAIM_S)
    offices.shop.sell(sale(3, vat_code="99"))
    again, newer = offices.look()
    assert [again.id] == seen
    assert "kassens mva-kode 99" not in again.text.lower()
    assert "kassens mva-kode 99" in newer.text.lower()


def test_a_letter_that_waits_from_before_an_upgrade_is_sent_as_it_is(office: Office) -> None:
    apply_two(office, strand=told())
    whole = NewMessage("digest", KARI, "Torget: gammelt", "Hei!\nGammelt.\n", "<!DOCTYPE html>\n<p>Gammelt</p>")
    with office.open() as workspace, workspace.database.writing() as connection:
        add_messages(connection, 1, [whole], workspace.now_utc_s)
    sell_in_both(office)
    old, new = office.look()
    assert (old.subject, old.text, old.html) == (whole.subject, whole.body, whole.html)
    assert new.subject.endswith("og 1 selskap til")


def test_more_companies_than_fit_in_a_batch_are_still_one_letter_to_each_person(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify_outbox, "BATCH", 1)
    apply_two(office, strand=BOTH)
    sell_in_both(office)
    letters = by_recipient(office.look())
    assert {who: len(sent) for who, sent in letters.items()} == {KARI: 1, OLA: 1}
    with office.open() as workspace:
        assert send_waiting(workspace, workspace.now_utc_s).sent == 0


# In which language


def test_everybody_is_told_in_their_own_language_and_otherwise_in_the_companys(office: Office) -> None:
    apply_two(office, strand=BOTH, strand_is='language = "en"')
    with office.open() as workspace, workspace.database.writing() as connection:
        add_user(connection, User("k", "Kari", KARI, language="en"), workspace.now_utc_s)
    sell_in_both(office)
    letters = by_recipient(office.look())
    (karis,), (olas,) = letters[KARI], letters[OLA]
    assert karis.subject == "Torget Kafé: 1 day waits for you, and 1 more company"
    assert olas.subject == "Strandkaféen: 2 days wait for you"
    for letter in (karis, olas):
        assert letter.text.startswith("Hello!\n")
        assert "Do this: " in letter.text
        assert '<html lang="en">' in letter.html
        for norwegian in ("Gjør dette", "venter", "Holdt tilbake", "Meldingen"):
            assert norwegian not in letter.text + letter.html
    with office.open() as workspace, workspace.database.writing() as connection:
        change_user(connection, "k", language="nb")
    office.shop.sell(sale(3, vat_code="99"))
    (letter,) = office.look()
    assert letter.subject == "Torget Kafé: 1 dag venter på deg"
