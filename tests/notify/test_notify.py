"""Who is told what, and when: once, not every night; and that a mail server that fails delays messages and nothing
else. The mail servers are real ones on this machine."""

from __future__ import annotations

import base64
import email
import logging
import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import default as default_policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from posexport import wiring
from posexport.app.resolve import book_day_elsewhere
from posexport.app.tickets import WhichTicket, withdraw
from posexport.core.alerts import DAY_S, DayStatus, Digest, Weekly, find_reason, list_gaps
from posexport.core.company import Company, Mail, Venue
from posexport.core.finding import Finding, Severity
from posexport.core.ports.mail import Letter
from posexport.core.report import State, StatusRow
from posexport.errors import Exit, LetterRefused, MailRefused, MailTrouble, UsageError
from posexport.notify import notify, outbox as notify_outbox
from posexport.notify.notify import keep_people_posted, note
from posexport.notify.outbox import Sent, send_waiting
from posexport.notify.smtp import SmtpMailer, build_message
from posexport.render.mail import Told, write_digest, write_letter, write_weekly
from posexport.sandbox import Fault
from posexport.schedule import run as run_schedule
from posexport.store.notices import close_notices
from posexport.wiring import read_office_address
from tests.support.harness import FRIDAY, SATURDAY, VENUES, Shop, run_program, sale, together
from tests.support.looks import read_rows
from tests.support.told_people import HELD, KARI, OLA, Office, mail, told, with_brygga

PASSWORD = "smtp-5ecret-P1"


@pytest.fixture
def office(shop: Shop) -> Office:
    return Office(shop)


@pytest.fixture
def offices(both: Shop) -> Office:
    return Office(both)


def book_by_hand(shop: Shop) -> None:
    with shop.open() as workspace:
        book_day_elsewhere(workspace, shop.venues(workspace)[0], FRIDAY, "booked by hand")


# What is told, and when


def test_a_held_day_is_told_of_once_and_not_every_night(offices: Office) -> None:
    offices.apply()
    offices.shop.sell(HELD, sale(2, at="2026-11-21T12:00:00"))
    offices.shop.export()
    first = offices.look()
    assert [(letter.recipient, letter.subject) for letter in first] == [(KARI, "Torget Kafé: 1 dag venter på deg")]
    assert "Fredag 20. november 2026: Holdt tilbake" in first[0].text
    assert "Betalingsmåte VIPPS har tatt imot 125,00, men finnes ikke i oppsettet." in first[0].text
    assert "Gjør dette: Legg den til i oppsettet" in first[0].text
    for _ in range(5):
        offices.later(minutes=5)
        offices.shop.export()
        assert offices.look() == []


def test_figures_that_move_are_no_news_but_another_reason_is(office: Office) -> None:
    office.apply()
    office.shop.sell(HELD, sale(5, at="2026-11-21T12:00:00"))
    assert len(office.look()) == 1
    office.shop.sell(sale(2, "500.00", paid="VIPPS"))
    assert office.look() == []
    office.shop.sell(sale(3, vat_code="99"))
    again = office.look()
    assert [letter.subject for letter in again] == ["Torget Kafé: 1 dag venter på deg"]
    assert "Kassens mva-kode 99" in again[0].text
    assert office.look() == []


def test_a_day_that_is_mended_is_told_of_once(offices: Office) -> None:
    offices.apply()
    offices.shop.sell(HELD, sale(2, at="2026-11-21T12:00:00"))
    offices.shop.export()
    offices.look()
    text = '[[company.payment_type]]\n  code = "VIPPS"\n  name = "Vipps"\n  account = "1593"\n'
    offices.shop.apply(venues=VENUES.replace("{torget}", told()) + mail() + text)
    assert offices.look() == [], "mended is what is drafted, not what could be"
    offices.shop.export()
    mended = offices.look()
    assert [letter.subject for letter in mended] == ["Torget Kafé: fredag 20. november er i orden"]
    assert "Fredag 20. november 2026: levert som kladd" in mended[0].text
    assert offices.look() == []


def test_a_day_that_was_drafted_at_once_is_nobodys_news(office: Office) -> None:
    office.apply()
    office.shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    office.shop.export()
    assert office.look() == []


def test_a_draft_whose_sales_change_is_told_of_and_mended_by_its_revision(office: Office) -> None:
    office.apply()
    office.shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    office.shop.export()
    office.shop.sell(sale(3, "10.00"))
    changed = office.look()
    assert "Fredag 20. november 2026: Endret etter at bilaget ble levert" in changed[0].text
    assert "Få det rettet: rett bilaget fra posexport." in changed[0].text


def test_a_day_that_was_booked_by_hand_and_changes_is_told_of_until_it_is_said_to_be_mended(offices: Office) -> None:
    offices.apply()
    offices.shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    book_by_hand(offices.shop)
    offices.shop.export()
    assert offices.look() == []
    offices.shop.sell(sale(3, "10.00"))
    offices.shop.export()
    changed = offices.look()
    assert [letter.subject for letter in changed] == ["Torget Kafé: 1 dag venter på deg"]
    assert "Fredag 20. november 2026: Endret etter at dagen ble ført for hånd" in changed[0].text
    assert "125,00 da, 135,00 nå" in changed[0].text
    assert "meld i posexport at dagen er ført for hånd" in changed[0].text
    assert offices.look() == []
    book_by_hand(offices.shop)
    assert offices.subjects() == ["Torget Kafé: fredag 20. november er i orden"]
    assert offices.look() == []


def test_a_ticket_dated_to_a_day_to_come_is_told_of_until_it_is_withdrawn(offices: Office) -> None:
    offices.apply()
    offices.shop.sell(sale(1), sale(3, at="2026-11-21T12:00:00"), sale(2, "60.00", at="2027-11-20T12:00:00"))
    offices.shop.export()
    told_of = offices.look()
    assert [letter.subject for letter in told_of] == ["Torget Kafé: 1 dag venter på deg"]
    assert "Lørdag 20. november 2027" in told_of[0].text
    assert "ta bongen ut: ta ut bong 2, og før salget for hånd" in told_of[0].text
    assert offices.look() == []
    with offices.shop.open() as workspace:
        which = WhichTicket(date(2027, 11, 20), "1", "2")
        withdraw(workspace, offices.shop.venues(workspace, ["torget"])[0], which, "clock was wrong")
    assert offices.subjects() == ["Torget Kafé: lørdag 20. november er i orden"]
    assert offices.look() == []


def test_a_day_poweroffice_refuses_is_told_with_its_answer(office: Office) -> None:
    office.apply()
    office.shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00", paid="VIPPS"))
    office.shop.world.faults = lambda request: Fault("refuse", 400) if request.path.endswith("/Import/") else None
    office.shop.export()
    letters = office.look()
    assert [letter.subject for letter in letters] == ["Torget Kafé: 2 dager venter på deg"]
    assert "Fredag 20. november 2026: Avvist av PowerOffice\n  Svaret fra PowerOffice: " in letters[0].text


def test_poweroffice_that_cannot_be_reached_is_told_of_only_after_a_day(office: Office) -> None:
    office.apply()
    office.shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    office.shop.world.faults = lambda request: Fault("status_before", 502)
    office.shop.export()
    assert office.look() == []
    office.later(hours=23)
    assert [s for s in office.subjects() if "2 dager" in s] == []
    office.later(hours=2)
    assert any("2 dager venter på deg" in subject for subject in office.subjects())
    office.shop.world.faults = lambda request: None
    office.shop.export()
    assert office.subjects() == ["Torget Kafé: 2 dager er i orden"]


def test_poweroffice_that_is_back_within_a_day_is_nobodys_news(office: Office) -> None:
    office.apply()
    office.shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    office.shop.world.faults = lambda request: Fault("status_before", 502)
    office.shop.export()
    office.look()
    office.shop.world.faults = lambda request: None
    office.later(hours=10)
    office.shop.export()
    assert office.look() == []
    assert [row for row in read_rows(office.shop, "notice", "mended_at_utc_s") if row[0] is None] == []


def test_a_lost_answer_is_told_of_and_mended_once_the_draft_is_found(office: Office) -> None:
    office.apply()
    office.shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    office.shop.world.faults = lambda request: Fault("lose_answer") if request.path == "/Import/" else None
    office.shop.export()
    assert "Uvisst om det kom frem" in office.look()[0].text
    office.shop.world.faults = lambda request: None
    office.later(minutes=10)
    office.shop.export()
    assert office.subjects() == ["Torget Kafé: 2 dager er i orden"]


def test_a_register_that_stops_reporting_is_one_piece_of_news(office: Office) -> None:
    office.apply()
    office.shop.sell(*(sale(n, at=f"2026-11-{n:02d}T12:00:00") for n in range(1, 22)))
    office.shop.export()
    assert office.look() == []
    found = []
    for _ in range(6):
        office.later(days=1)
        found += office.look()
    assert [letter.subject for letter in found] == ["Torget Kafé: 1 dag venter på deg"]
    assert "Søndag 22. november 2026: Salgsdata mangler" in found[0].text


def test_a_file_may_come_in_the_morning_before_anybody_asks_for_it(office: Office) -> None:
    office.apply()
    office.shop.sell(*(sale(n, at=f"2026-11-{n:02d}T12:00:00") for n in range(1, 22)))
    office.shop.export()
    office.shop.clock.now_s = datetime(2026, 11, 23, 7, 59, tzinfo=UTC).timestamp()  # 08:59 in Oslo
    assert office.look() == []
    office.later(minutes=2)
    assert len(office.look()) == 1


def test_a_day_on_which_the_venue_never_sells_is_not_missed() -> None:
    venue = Venue("torget", "Torget", "fjordmat", export_from=date(2026, 1, 1))
    first = date(2026, 10, 1)
    sold = {day for n in range(53) if (day := first + timedelta(days=n)).weekday() != 6}
    now = int(datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp())
    assert list_gaps(venue, sold, now) == []
    assert list_gaps(venue, sold - {SATURDAY}, now) == [SATURDAY]
    assert list_gaps(venue, sold - {SATURDAY}, int(datetime(2026, 11, 22, 7, tzinfo=UTC).timestamp())) == []
    assert list_gaps(venue, set(), now) == []


def test_a_gap_that_a_person_answers_for_is_mended(office: Office) -> None:
    office.apply()
    office.shop.sell(*(sale(n, at=f"2026-11-{n:02d}T12:00:00") for n in (*range(1, 20), 21)))
    office.shop.export()
    assert "Fredag 20. november 2026: Salgsdata mangler" in office.look()[0].text
    from posexport.app.accept import accept_finding

    with office.open() as workspace:
        accept_finding(workspace, office.shop.venues(workspace)[0], FRIDAY, "no-sales-data", "stengt")
    mended = office.look()
    assert [letter.subject for letter in mended] == ["Torget Kafé: fredag 20. november er i orden"]
    assert "ikke noe salg" in mended[0].text


def test_a_draft_without_its_report_is_told_of_after_a_day(office: Office) -> None:
    missing = Finding("documentation-missing", Severity.WARNING, {"answer": ""})
    row = StatusRow(Venue("v", "V", "c"), FRIDAY, State.DRAFTED, findings=(missing,))
    day = DayStatus(row.venue, FRIDAY, (row,))
    assert (find_reason(row), day.is_settled) == ("documentation", False)
    letter = write_digest(Digest(Company("c", "C", "999999999"), (day,)))
    assert "Levert, men rapporten mangler" in letter.text


def test_a_report_that_does_not_get_there_is_told_of_after_a_day_and_mended_by_the_next_run(office: Office) -> None:
    office.shop.apply(target="journal", venues=VENUES.replace("{torget}", told()) + mail())
    office.shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    office.shop.world.faults = lambda request: Fault("status_before", 503) if "VoucherPages" in request.path else None
    office.shop.export()
    assert office.look() == []
    office.later(hours=25)
    (letter,) = office.look()
    assert letter.text.count("Levert, men rapporten mangler") == 2
    office.shop.world.faults = lambda request: None
    office.shop.export()
    assert office.subjects() == ["Torget Kafé: 2 dager er i orden"]


def test_a_day_that_is_only_cut_short_has_a_day_to_be_made_whole() -> None:
    from posexport.core.alerts import find_patience_s

    assert find_patience_s("held:incomplete-day") == find_patience_s("unreachable") == DAY_S
    assert find_patience_s("held:incomplete-day,unbalanced") == find_patience_s("held:unbalanced;unreachable") == 0


# Who is told


def test_each_person_has_one_message_about_their_own_venues(offices: Office) -> None:
    offices.apply(venues=with_brygga(told(), f'notify = ["{OLA}", "KARI@example.com"]'))
    offices.shop.sell(HELD, sale(2, at="2026-11-21T12:00:00"))
    offices.shop.sell(sale(1, paid="VIPPS", register="3"), sale(2, at="2026-11-21T12:00:00", register="3"))
    letters = {letter.recipient: letter for letter in offices.look()}
    assert {who: letter.subject for who, letter in letters.items()} == {
        KARI: "Fjordmat AS: 2 dager venter på deg",
        OLA: "Brygga Bar: 1 dag venter på deg",
    }
    assert "Torget" not in letters[OLA].text + letters[OLA].html
    assert "Torget Kafé 20.11.2026; Brygga Bar 20.11.2026 (2 dager): Holdt tilbake" in letters[KARI].text


def test_what_waits_and_what_is_mended_go_in_one_message(office: Office) -> None:
    office.apply()
    office.shop.sell(HELD, sale(2, at="2026-11-21T12:00:00"))
    office.look()
    mapped = '[[company.payment_type]]\n  code = "VIPPS"\n  name = "Vipps"\n  account = "1593"\n'
    office.shop.apply(venues=VENUES.replace("{torget}", told()) + mail() + mapped)
    office.shop.sell(sale(3, paid="CHEQUE", at="2026-11-21T13:00:00"))
    office.shop.export()
    (letter,) = office.look()
    assert letter.subject == "Torget Kafé: 1 dag venter på deg, 1 er i orden"


def test_nobody_is_told_where_nobody_is_named_and_nothing_floods_when_somebody_is(offices: Office) -> None:
    offices.apply(torget="", has_mail=False)
    offices.shop.sell(HELD, sale(2, at="2026-11-21T12:00:00"))
    assert offices.look() == []
    offices.later(days=9)
    offices.shop.sell(*(sale(n, at=f"2026-11-{n}T12:00:00") for n in range(22, 30)))
    offices.shop.sell(sale(30, at="2026-11-30T12:00:00", paid="VIPPS"))
    offices.shop.export()
    offices.later(days=1)
    offices.shop.sell(*(sale(n, at=f"2026-12-{n:02d}T12:00:00") for n in (1,)))
    offices.shop.export()
    assert offices.look() == []
    offices.apply()
    (letter,) = offices.look()
    assert letter.subject == "Torget Kafé: 1 dag venter på deg"
    assert "30. november" in letter.text
    assert "20. november" not in letter.text
    assert offices.look() == []


def test_a_company_with_mail_whose_venue_names_nobody_sends_nothing(office: Office) -> None:
    office.apply(torget="")
    office.shop.sell(HELD, sale(2, at="2026-11-21T12:00:00"))
    assert office.look() == []
    assert read_rows(office.shop, "notice", "reason") == [("quiet held:missing-account",)]


def test_a_thousand_waiting_days_make_one_message(offices: Office) -> None:
    offices.apply()
    first = date(2024, 2, 1)
    days = [first + timedelta(days=n) for n in range(1000)]
    offices.shop.clock.now_s = datetime(2026, 10, 28, 6, tzinfo=UTC).timestamp()
    offices.shop.sell(*(sale(n, paid="VIPPS", at=f"{day}T12:00:00") for n, day in enumerate(days)))
    (letter,) = offices.look()
    assert letter.subject == "Torget Kafé: 1000 dager venter på deg"
    assert letter.text.count("Holdt tilbake") == 30
    assert "… og 241 dager til." in letter.text
    assert "Torget Kafé 01.02.2024–27.10.2026 (1000 dager): Holdt tilbake" in letter.text
    assert "har tatt imot 125\xa0000,00" in letter.text
    assert len(letter.text) < 10_000
    assert offices.look() == []


def test_what_nobody_was_told_of_is_not_said_to_be_mended(office: Office) -> None:
    office.apply(has_mail=False)
    office.shop.sell(HELD, sale(2, at="2026-11-21T12:00:00"))
    office.look()
    mapped = '[[company.payment_type]]\n  code = "VIPPS"\n  name = "Vipps"\n  account = "1593"\n'
    office.shop.apply(venues=VENUES.replace("{torget}", told()) + mail() + mapped)
    office.shop.export()
    assert office.look() == []
    assert read_rows(office.shop, "notice", "id", mended_at_utc_s=None) == []


def test_notices_and_messages_are_kept_together_or_not_at_all(offices: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    offices.apply()
    offices.shop.sell(HELD, sale(2, at="2026-11-21T12:00:00"))

    def die(*arguments: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(notify, "add_messages", die)
        with pytest.raises(SystemExit):
            offices.look()
    assert read_rows(offices.shop, "notice") == []
    assert len(offices.look()) == 1


def test_two_processes_that_note_at_once_tell_once(offices: Office) -> None:
    offices.apply()
    offices.shop.sell(HELD, sale(2, at="2026-11-21T12:00:00"))
    gate = threading.Barrier(4)

    def look() -> int:
        with offices.open() as workspace:
            (company,) = workspace.load_setup().companies
            gate.wait()
            return note(workspace, company, workspace.now_utc_s)

    assert sorted(together(*[look] * 4)) == [0, 0, 0, 1]
    assert len(offices.look()) == 1


# The week


def test_the_week_is_told_on_monday_once(offices: Office) -> None:
    offices.apply(venues=with_brygga(told() + "\n  automatic_export = true", told(OLA)), more="weekly = true")
    offices.shop.sell(HELD, sale(2, "99.50", at="2026-11-21T12:00:00"), sale(3, at="2026-11-22T09:00:00"))
    offices.shop.export()
    assert len(offices.look()) == 1, "on Sunday, only what waits"
    offices.shop.clock.now_s = datetime(2026, 11, 23, 4, 1, tzinfo=UTC).timestamp()
    offices.shop.sell(sale(3, at="2026-11-22T09:00:00"))
    assert offices.look() == [], "Sunday is not exported yet"
    offices.shop.export()
    letters = {letter.recipient: letter for letter in offices.look()}
    assert {who: letter.subject for who, letter in letters.items()} == {
        KARI: "Torget Kafé: uke 47",
        OLA: "Brygga Bar: uke 47",
    }
    text = letters[KARI].text
    assert "Slik gikk uke 47, 16. november 2026 – 22. november 2026." in text
    assert "Levert: 2 dager, til sammen 224,50\xa0kr" in text
    assert "Venter på deg: 1 dag\n    Fredag 20. november 2026: holdt tilbake, 3 dager gammel" in text
    assert "Neste eksport: 24.11.2026 kl. 05.00" in text
    assert "Ingenting venter på deg." in letters[OLA].text
    for _ in range(6):
        offices.later(hours=12)
        assert [letter.subject for letter in offices.look() if "uke" in letter.subject] == []
    assert {*read_rows(offices.shop, "message", "kind")} - {("digest",), ("mended",)} == {("weekly 2026-W47",)}


def test_a_monday_that_was_missed_is_made_up_for_and_no_week_is_told_late(office: Office) -> None:
    office.apply(more="weekly = true")
    office.shop.sell(sale(1))
    office.shop.export()
    office.shop.clock.now_s = datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp()
    assert ["Slik gikk uke 47" in letter.text for letter in office.look()] == [True]
    office.shop.clock.now_s = datetime(2026, 12, 3, 12, tzinfo=UTC).timestamp()
    assert not [letter for letter in office.look() if "Slik gikk uke" in letter.text]


# Sending: what fails waits, and only that


def test_a_failing_server_delays_and_then_delivers_exactly_once(offices: Office) -> None:
    offices.apply()
    offices.shop.sell(HELD, sale(2, at="2026-11-21T12:00:00"))
    offices.outbox.down = MailTrouble("mail.test:25", "connection refused")
    assert offices.send() == Sent(0, 1, (offices.outbox.down,))
    waits = []
    for minutes in (5, 10, 20, 40, 80, 160, 320, 360, 360, 360):
        offices.later(minutes=minutes - 1)
        with offices.open() as workspace:
            assert send_waiting(workspace, workspace.now_utc_s) == Sent(), "too soon"
        offices.later(minutes=1)
        with offices.open() as workspace:
            waits.append(send_waiting(workspace, workspace.now_utc_s).waiting)
    assert waits == [1] * 10
    ((answer, count),) = read_rows(offices.shop, "message", "answer", "tries")
    assert ("connection refused" in answer, count) == (True, 11)
    offices.outbox.down = None
    offices.later(hours=6)
    for _ in range(3):
        with offices.open() as workspace:
            send_waiting(workspace, workspace.now_utc_s)
    assert [letter.subject for letter in offices.outbox.letters] == ["Torget Kafé: 1 dag venter på deg"]


def test_what_cannot_be_sent_in_two_weeks_is_given_up_and_the_log_says_so(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.apply()
    office.shop.sell(HELD, sale(2, at="2026-11-21T12:00:00"))
    office.outbox.down = MailTrouble("mail.test:25", "connection refused")
    office.send()
    office.later(days=15)
    office.send()
    given_up = [record for record in caplog.records if "given up" in record.getMessage()]
    assert [record.levelname for record in given_up] == ["ERROR"]
    assert "connection refused" in given_up[0].getMessage()
    office.outbox.down = None
    office.later(days=1)
    assert not any("1 dag venter" in letter.subject and "20. november" in letter.text for letter in office.look())


def test_a_company_whose_mail_is_taken_away_loses_nothing_else(office: Office) -> None:
    office.apply()
    office.shop.sell(HELD, sale(2, at="2026-11-21T12:00:00"))
    office.outbox.down = MailTrouble("mail.test:25", "connection refused")
    office.send()
    office.apply(has_mail=False)
    office.later(days=15)
    assert office.send().troubles == ()


def test_one_address_that_is_refused_keeps_nobody_else_waiting(office: Office) -> None:
    office.apply(torget=f'notify = ["{KARI}", "{OLA}"]')
    office.shop.sell(HELD, sale(2, at="2026-11-21T12:00:00"))
    refused = LetterRefused("mail.test:25", "550 no such user", is_final=True)
    office.outbox.trouble = lambda letter: refused if letter.recipient == KARI else None
    sent = office.send()
    assert (sent.sent, sent.waiting, sent.exit_code) == (1, 1, Exit.OPERATOR)
    assert [letter.recipient for letter in office.outbox.take()] == [OLA]
    assert office.outbox.connections == 1


def test_a_password_that_is_not_there_delays_like_a_server_that_is_not(shop: Shop) -> None:
    shop.environ["SMTP_PASSWORD"] = PASSWORD
    shop.apply(
        venues=VENUES.replace("{torget}", told()) + mail(more='user = "posexport"\n  password = "env:SMTP_PASSWORD"')
    )
    shop.sell(HELD, sale(2, at="2026-11-21T12:00:00"))
    del shop.environ["SMTP_PASSWORD"]
    with shop.open() as workspace:
        sent = keep_people_posted(workspace, workspace.now_utc_s)
    assert (sent.waiting, sent.exit_code) == (1, Exit.OPERATOR)
    assert "env:SMTP_PASSWORD" in read_rows(shop, "message", "answer")[0][0]


def test_of_several_processes_one_sends_each_message(offices: Office) -> None:
    people = ", ".join(f'"person{n}@example.com"' for n in range(20))
    offices.apply(torget=f"notify = [{people}]")
    offices.shop.sell(HELD, sale(2, at="2026-11-21T12:00:00"))
    with offices.open() as workspace:
        (company,) = workspace.load_setup().companies
        assert note(workspace, company, workspace.now_utc_s) == 20
    gate = threading.Barrier(4)

    def send() -> int:
        with offices.open() as workspace:
            gate.wait()
            return send_waiting(workspace, workspace.now_utc_s).sent

    assert sum(together(*[send] * 4)) == 20
    assert len({letter.recipient for letter in offices.outbox.letters}) == len(offices.outbox.letters) == 20


def test_a_message_whose_sender_died_is_sent_again_under_the_same_id(office: Office) -> None:
    office.apply()
    office.shop.sell(HELD, sale(2, at="2026-11-21T12:00:00"))
    seen = office.outbox.die()
    with pytest.raises(SystemExit):
        office.send()
    office.outbox.trouble = lambda letter: None
    assert office.look() == [], "it may still be on its way"
    office.later(seconds=notify_outbox.CLAIM_S)
    assert [letter.id for letter in office.look()] == seen


def test_messages_that_were_sent_are_removed_after_ninety_days(offices: Office) -> None:
    offices.apply()
    offices.shop.sell(HELD, sale(2, at="2026-11-21T12:00:00"))
    assert len(offices.look()) == 1
    offices.later(days=89)
    offices.send()
    assert read_rows(offices.shop, "message", "id", id=1) == [(1,)]
    offices.later(days=2)
    offices.send()
    assert read_rows(offices.shop, "message", "id", id=1) == []
    assert read_rows(offices.shop, "notice", "business_day", id=1) == [(20261120,)], "the day still waits"


def test_alerts_that_were_closed_are_removed_after_ninety_days(offices: Office) -> None:
    offices.apply()
    offices.shop.sell(HELD)
    offices.look()
    with offices.shop.open() as workspace, workspace.database.writing() as connection:
        close_notices(connection, [1], int(offices.shop.clock()))
    offices.later(days=89)
    offices.send()
    assert read_rows(offices.shop, "notice", "id", id=1) == [(1,)]
    offices.later(days=2)
    offices.send()
    assert read_rows(offices.shop, "notice", "id", id=1) == []


# What stands in a message


def test_nothing_in_a_message_is_markup_but_our_own() -> None:
    company = Company("c", "<i>Fjord</i>", "999999999")
    venue = Venue("v", '<b>Torget</b>\r\nBcc: "x"', "c")
    row = StatusRow(venue, FRIDAY, State.REFUSED, answer="<script>alert(1)</script>\x1b[2J")
    told_of = write_digest(Digest(company, (DayStatus(venue, FRIDAY, (row,)),)))
    written = write_letter([Told(company, told_of), Told(replace(company, id="d"), told_of)], "nb")
    for markup in ("<b>Torget", "<i>", "<script"):
        assert markup not in written.html
    assert "\x1b" not in written.text + written.html
    assert "\n" not in written.subject


def test_what_is_to_be_done_about_several_findings_is_told_once_and_long_lists_are_counted() -> None:
    facts: dict[str, str | int] = {"register": "1", "time": "12:30", "sales": 1, "payments": 2, "difference": 1}
    findings = tuple(Finding("unbalanced", Severity.ERROR, {**facts, "number": n}) for n in range(8))
    row = StatusRow(Venue("v", "Torget", "c"), FRIDAY, State.HELD, findings=findings)
    written = write_digest(Digest(Company("c", "Fjordmat AS", "999999999"), (DayStatus(row.venue, FRIDAY, (row,)),)))
    for text in (written.text, written.html):
        assert (text.count("Bong "), text.count("Finn bongen i kassen."), text.count("… og 3 til.")) == (5, 1, 1)


def test_days_that_go_answered_alike_are_told_as_one_and_the_others_by_themselves() -> None:
    company = Company("c", "Fjordmat AS", "999999999")
    torget, brygga = Venue("torget", "Torget", "c"), Venue("brygga", "Brygga", "c")
    rows = [
        *(
            StatusRow(torget, FRIDAY + timedelta(days=later), State.REFUSED, answer="No such project.")
            for later in (0, 1)
        ),
        StatusRow(brygga, FRIDAY, State.REFUSED, answer="No such project."),
        StatusRow(brygga, FRIDAY + timedelta(days=1), State.REFUSED, answer="Closed."),
        StatusRow(brygga, FRIDAY + timedelta(days=2), State.UNREACHABLE, answer="No such project."),
    ]
    days = tuple(DayStatus(row.venue, row.business_day, (row,)) for row in rows)
    written = write_digest(Digest(company, days), "en", "https://pos.example")
    told = [line for line in written.text.splitlines() if ": Refused by" in line or ": Not sent" in line]
    assert told == [
        "Torget 20–21 Nov 2026; Brygga 20 Nov 2026 (3 days): Refused by PowerOffice",
        "Brygga, Saturday 21 November 2026: Refused by PowerOffice",
        "Brygga, Sunday 22 November 2026: Not sent",
    ]
    assert written.text.count("No such project.") == 2
    assert "Open the first day: https://pos.example/v/torget/2026-11-20" in written.text


def test_where_vouchers_are_posted_straight_away_nobody_is_promised_a_draft() -> None:
    row = StatusRow(Venue("v", "Torget", "c"), FRIDAY, State.DRAFTED)
    company = Company("c", "Fjordmat AS", "999999999", "ledger")
    told_of = write_digest(Digest(company, (), (DayStatus(row.venue, FRIDAY, (row,)),)))
    written = write_letter([Told(company, told_of)], "nb")
    assert "Fredag 20. november 2026: bokført" in written.text
    for text in (written.text, written.html):
        assert "Vi lager kladd" not in text


@pytest.mark.parametrize("office", ["", "https://regnskap.example/pos"])
def test_a_message_leads_to_the_office_where_there_is_one_and_never_tells_of_anything_to_type(office: str) -> None:
    facts: dict[str, str | int] = {"register": "1", "z": "7", "sale": 1, "counted": 2, "difference": 1}
    found = Finding("no-sales-data", Severity.WARNING, facts, venue="brygga bar", business_day=FRIDAY)
    row = StatusRow(Venue("brygga bar", "Brygga Bar", "c"), FRIDAY, State.HELD, findings=(found,))
    company = Company("c", "Fjordmat AS", "999999999")
    told_of = write_digest(Digest(company, (DayStatus(row.venue, FRIDAY, (row,)),)), "nb", office)
    week = write_weekly(Weekly(company, FRIDAY, FRIDAY, ()))
    written = write_letter([Told(company, told_of), Told(company, week)], "nb", office, waits=True)
    for text in (written.text, written.html):
        assert not re.search("posexport (accept|status|export)", text)
        assert ("meld at det ikke var salg" in text, "den som drifter posexport" in text) == (not office, not office)
        assert ("«Ikke salg denne dagen»" in text, f"{office}/v/brygga%20bar/2026-11-20" in text) == (
            bool(office),
            bool(office),
        )
    assert (f"Se alt som venter: {office}/" in written.text) == bool(office)


@pytest.mark.parametrize("address", ["regnskap.example", "javascript:alert(1)", "https://", "https://u:p@x.example"])
def test_an_address_of_an_office_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="POSEXPORT_OFFICE_URL must be"):
        read_office_address({"POSEXPORT_OFFICE_URL": address})


def test_an_address_of_an_office_loses_its_last_slash() -> None:
    assert (
        read_office_address({"POSEXPORT_OFFICE_URL": "https://regnskap.example/pos/ "})
        == "https://regnskap.example/pos"
    )
    assert not read_office_address({})


def test_a_name_adds_no_header_to_a_message() -> None:
    letter = Letter("id.1", KARI, "Torget\r\nBcc: evil@example.com\x00 Kafé", "t", "<p>h</p>", 1_795_348_800)
    message = build_message(letter, "posexport@example.com")
    raw = bytes(message)
    assert b"\nBcc" not in raw
    assert message["Bcc"] is None
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == "<id.1@example.com>"
    assert message["Date"].datetime == datetime.fromtimestamp(1_795_348_800, UTC)
    with pytest.raises(ValueError, match="CR or LF"):
        build_message(replace(letter, recipient="a@example.com\r\nBcc: b@example.com"), "posexport@example.com")


# Real mail servers


@dataclass
class Inbox:
    """What a real server does with mail. `answer` is to DATA; None hangs up in the middle of it."""

    messages: list[EmailMessage] = field(default_factory=list)
    answer: str | None = "250 OK"
    times: int = 1_000_000
    connections: int = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, name: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = name
        return responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return f"550 no such user {PASSWORD} {base64.b64encode(PASSWORD.encode()).decode()}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        if self.times > 0 and self.answer != "250 OK":
            self.times -= 1
            if self.answer is None:
                server.transport.abort()
                return "421 gone"
            return self.answer
        parsed = email.message_from_bytes(envelope.content, policy=default_policy)
        assert isinstance(parsed, EmailMessage)
        self.messages.append(parsed)
        return "250 OK"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def serving(inbox: Inbox, **options: Any) -> Iterator[int]:
    """A mail server on this machine; its port."""
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=True, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate for 127.0.0.1 and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files: list[str | Path] = ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    made = ["-newkey", "rsa:2048", "-nodes", *files, "-days", "2"]
    subprocess.run([openssl, "req", "-x509", *made, *subject], check=True, capture_output=True)
    return folder


def server_context(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def trusting(folder: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(folder / "cert.pem"))


def only_posexport(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"posexport", PASSWORD.encode())
    return AuthResult(success=right, handled=False)


def mailer_for(port: int, security: str = "none", password: str | None = None, **options: Any) -> SmtpMailer:
    user = "posexport" if password else None
    mail = Mail(f"127.0.0.1:{port}", "posexport@example.com", user, None, security)  # type: ignore[arg-type]
    return SmtpMailer(mail, password, **options)


LETTER = Letter("posexport.1.abc", KARI, "Torget Kafé: på øret", "Blåbærsyltetøy\n", "<p>Blåbærsyltetøy</p>\n", 1)


def send_with(mailer: SmtpMailer, *letters: Letter) -> None:
    with mailer.connect() as post:
        for letter in letters or (LETTER,):
            post.send(letter)


def test_norwegian_letters_arrive_in_subject_text_and_html(inbox: Inbox) -> None:
    with serving(inbox) as port:
        send_with(mailer_for(port))
    (message,) = inbox.messages
    assert message["Subject"] == "Torget Kafé: på øret"
    assert message["From"] == "posexport <posexport@example.com>"
    assert message["To"] == KARI
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert "Blåbærsyltetøy" in text.get_content()
    assert "<p>Blåbærsyltetøy</p>" in html.get_content()
    assert message.get_content_type() == "multipart/alternative"


def test_a_batch_goes_over_one_connection(inbox: Inbox) -> None:
    with serving(inbox) as port:
        send_with(mailer_for(port), *(replace(LETTER, id=f"posexport.{n}") for n in range(5)))
    assert (len(inbox.messages), inbox.connections) == (5, 1)


def test_an_address_with_norwegian_letters_arrives(inbox: Inbox) -> None:
    with serving(inbox) as port:
        send_with(mailer_for(port), replace(LETTER, recipient="kåre@blåbær.no"))
    assert inbox.messages[0]["To"] == "kåre@xn--blbr-roah.no"


def test_mail_goes_by_starttls_and_by_tls_with_a_login(inbox: Inbox, certificate: Path) -> None:
    context, login = server_context(certificate), {"authenticator": only_posexport}
    with serving(inbox, tls_context=context, require_starttls=True, auth_required=True, **login) as port:
        send_with(mailer_for(port, "starttls", PASSWORD, context=trusting(certificate)))
    with serving(inbox, ssl_context=context, auth_require_tls=False, **login) as port:
        send_with(mailer_for(port, "tls", PASSWORD, context=trusting(certificate)))
    assert len(inbox.messages) == 2


def test_without_starttls_neither_the_password_nor_the_letter_leaves(inbox: Inbox) -> None:
    with (
        serving(inbox, authenticator=only_posexport, auth_require_tls=False) as port,
        pytest.raises(MailRefused, match="does not offer STARTTLS"),
    ):
        send_with(mailer_for(port, "starttls", PASSWORD))
    assert inbox.messages == []


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(inbox: Inbox, certificate: Path) -> None:
    with (
        serving(inbox, tls_context=server_context(certificate)) as port,
        pytest.raises(MailRefused, match="certificate"),
    ):
        send_with(mailer_for(port, "starttls"))
    assert inbox.messages == []


def test_a_wrong_password_is_the_operators_and_is_not_repeated(inbox: Inbox, caplog: pytest.LogCaptureFixture) -> None:
    with (
        serving(inbox, authenticator=only_posexport, auth_require_tls=False) as port,
        pytest.raises(MailRefused, match=r"login failed \(535") as refused,
    ):
        send_with(mailer_for(port, "none", "wrong-5ecret"))
    assert refused.value.exit_code is Exit.OPERATOR
    assert "wrong-5ecret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_password_that_cannot_be_written_is_told_without_it(inbox: Inbox) -> None:
    with (
        serving(inbox, authenticator=only_posexport, auth_require_tls=False) as port,
        pytest.raises(MailRefused, match="letters that cannot be sent") as refused,
    ):
        send_with(mailer_for(port, "none", "blåbær-5ecret"))
    assert "5ecret" not in str(refused.value)
    assert "5ecret" not in repr(mailer_for(port, "none", "blåbær-5ecret"))


def test_a_server_that_is_down_is_nobodys_fault() -> None:
    with pytest.raises(MailTrouble, match="refused") as trouble:
        send_with(mailer_for(free_port()))
    assert trouble.value.exit_code is Exit.WAIT


def test_a_server_that_says_nothing_is_not_waited_for_long() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(MailTrouble, match="no answer within"):
            send_with(mailer_for(silent.getsockname()[1], timeout_s=0.2))


def test_a_server_that_hangs_up_in_the_middle_is_trouble_for_the_batch(inbox: Inbox) -> None:
    inbox.answer = None
    with serving(inbox) as port, pytest.raises(MailTrouble) as trouble:
        send_with(mailer_for(port))
    assert not isinstance(trouble.value, LetterRefused)


def test_one_letter_that_is_refused_leaves_the_connection_good_and_no_secret_in_the_answer(inbox: Inbox) -> None:
    with (
        serving(inbox, authenticator=only_posexport, auth_require_tls=False) as port,
        mailer_for(port, "none", PASSWORD).connect() as post,
    ):
        with pytest.raises(LetterRefused, match="550 no such user") as refused:
            post.send(replace(LETTER, recipient="nobody@example.com"))
        post.send(LETTER)
    assert len(inbox.messages) == 1
    assert PASSWORD not in str(refused.value)
    assert base64.b64encode(PASSWORD.encode()).decode() not in str(refused.value)
    assert refused.value.exit_code is Exit.OPERATOR


@pytest.mark.parametrize("trouble", ["down", "hangs up", "says later", "wrong password"])
def test_real_trouble_delays_and_then_the_message_arrives_exactly_once(
    both: Shop, inbox: Inbox, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "posexport")
    both.environ["SMTP_PASSWORD"] = PASSWORD
    options = {"authenticator": only_posexport, "auth_require_tls": False}
    with serving(inbox, **options) as port:
        used = free_port() if trouble == "down" else port
        more = 'user = "posexport"\n  password = "env:SMTP_PASSWORD"'
        both.apply(venues=VENUES.replace("{torget}", told()) + mail(used, more))
        both.sell(HELD, sale(2, at="2026-11-21T12:00:00"))
        if trouble == "hangs up":
            inbox.answer, inbox.times = None, 1
        if trouble == "says later":
            inbox.answer, inbox.times = "451 come back later", 1
        if trouble == "wrong password":
            both.environ["SMTP_PASSWORD"] = "wrong-5ecret"
        with both.open() as workspace:
            sent = keep_people_posted(workspace, workspace.now_utc_s)
        assert (sent.sent, sent.waiting) == (0, 1)
        assert sent.exit_code is (Exit.OPERATOR if trouble == "wrong password" else Exit.WAIT)
        both.environ["SMTP_PASSWORD"] = PASSWORD
        both.apply(venues=VENUES.replace("{torget}", told()) + mail(port, more))
        for _ in range(3):
            both.clock.now_s += 5 * 60
            with both.open() as workspace:
                keep_people_posted(workspace, workspace.now_utc_s)
    assert [message["Subject"] for message in inbox.messages] == ["Torget Kafé: 1 dag venter på deg"]
    kept = str(read_rows(both, "message")) + str(read_rows(both, "notice"))
    files = "".join(path.read_bytes().decode("latin-1") for path in both.folder.rglob("*") if path.is_file())
    for place in (kept, files, caplog.text, str(inbox.messages[0])):
        for secret in (PASSWORD, "wrong-5ecret"):
            assert secret not in place
            assert base64.b64encode(secret.encode()).decode().rstrip("=") not in place


# The command


def test_messages_of_the_schedule_lead_to_the_office_that_is_named(
    command: Callable[..., int], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    led_to: list[str] = []
    monkeypatch.setattr(run_schedule, "run", lambda workspace, stop: led_to.append(workspace.office))
    monkeypatch.setenv("POSEXPORT_OFFICE_URL", "https://other.example")
    assert command("schedule", "run", "--base-url", "https://pos.example/") == 0
    assert command("--lang", "nb", "schedule", "run", "--base-url", "pos.example") == 2
    assert led_to == ["https://pos.example"]
    assert "--base-url må være kontorets adresse" in capfd.readouterr().err


@pytest.fixture
def command(shop: Shop, monkeypatch: pytest.MonkeyPatch, secrets_in_environment: None) -> Callable[..., int]:
    real = wiring.open_workspace

    def open_workspace(url: str, **options: Any) -> Any:
        return real(url, clock=shop.clock, transport=shop.line)

    monkeypatch.setattr(wiring, "open_workspace", open_workspace)
    monkeypatch.setenv("POSEXPORT_DB", shop.url)
    return lambda *arguments: run_program(monkeypatch, *arguments)


def test_a_test_message_arrives_and_the_command_says_so(
    shop: Shop, inbox: Inbox, command: Callable[..., int], capfd: pytest.CaptureFixture[str]
) -> None:
    with serving(inbox) as port:
        shop.apply(venues=VENUES.replace("{torget}", f'notify = ["{KARI}", "nobody@example.com"]') + mail(port))
        assert command("notify", "--test", "torget") == 2
    out, err = capfd.readouterr()
    assert out == f"Sent a test message to {KARI}.\n"
    assert "Error: nobody@example.com: The mail server" in err
    assert [message["Subject"] for message in inbox.messages] == ["Torget Kafé: prøvemelding fra posexport"]
    assert read_rows(shop, "message") == []


def test_a_test_message_that_cannot_be_sent_says_who_must_act(
    shop: Shop, command: Callable[..., int], capfd: pytest.CaptureFixture[str]
) -> None:
    shop.apply(venues=with_brygga(told(), "") + mail(free_port()))
    assert command("notify", "--test", "torget") == 5
    assert command("notify", "--test", "brygga") == 2
    assert command("notify", "--test", "nowhere") == 2
    shop.apply(venues=with_brygga(told(), ""))
    assert command("notify", "--test", "torget") == 2
    err = capfd.readouterr().err
    for said in ("could not be used", "has nobody to tell", "no venue 'nowhere'", "has no mail server"):
        assert said in err
    assert "No test message was sent. To try again: posexport notify --test torget\n" in err
    assert "waits" not in err, "nothing waits: it was a test"


class _Hangs(Inbox):
    """Takes the first letter, and then says nothing more that makes sense."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.messages:
            return "421 closing"
        return await super().handle_DATA(server, session, envelope)


def test_a_test_message_tells_each_address_whether_it_went_out(
    shop: Shop, command: Callable[..., int], capfd: pytest.CaptureFixture[str]
) -> None:
    with serving(_Hangs()) as port:
        addresses = '["kari@example.com", "ola@example.com", "per@example.com"]'
        shop.apply(venues=VENUES.replace("{torget}", f"notify = {addresses}") + mail(port))
        assert command("notify", "--test", "torget") == 5
    out, err = capfd.readouterr()
    assert out == "Sent a test message to kari@example.com.\n"
    second, third = err.splitlines()
    assert (
        second.startswith("Error: ola@example.com: The mail server") and "Whether it was sent is not known. " in second
    )
    assert third.startswith("Error: per@example.com: The mail server") and "No test message was sent. " in third


def test_the_command_tells_and_sends_what_is_due(
    shop: Shop, inbox: Inbox, command: Callable[..., int], capfd: pytest.CaptureFixture[str]
) -> None:
    with serving(inbox) as port:
        shop.apply(venues=VENUES.replace("{torget}", told()) + mail(port))
        shop.sell(HELD, sale(2, at="2026-11-21T12:00:00"))
        assert command("notify", "--base-url", "https://pos.example/shop/") == 0
        assert command("notify") == 0
    body = inbox.messages[0].get_body(("plain",))
    assert body is not None and "https://pos.example/shop/v/torget/2026-11-" in body.get_content()
    assert capfd.readouterr().out == "1 message sent.\n0 messages sent.\n"
    shop.sell(sale(3, vat_code="99"))
    assert command("notify") == 5
    assert "1 waits and is tried again" in capfd.readouterr().err
