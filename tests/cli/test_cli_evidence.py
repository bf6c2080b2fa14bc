"""The commands as they are typed when a day has to be mended, resolved, reported or asked about; and that every
command a finding names does what the finding says.
"""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from posexport.render import pdf_process
from posexport.sandbox import Fault
from tests.support.books import DRAFT_PATH, Books, deliveries
from tests.support.command_line import Run, make_run, reach_shop
from tests.support.harness import BRYGGA, FULL_DAY, MAPPING, VENUES, Shop, sale

R1, R2 = "torget-20261120-r1", "torget-20261120-r2"
DAY = "2026-11-20"
THAT_DAY = ("--venue", "torget", "--from", DAY, "--to", DAY)
WIRE = ("import", "journal", "ledger")


@pytest.fixture
def cash(shop: Shop, monkeypatch: pytest.MonkeyPatch, secrets_in_environment: None) -> Shop:
    """A shop whose command line reaches its world, at its time; whoever types is Kari."""
    reach_shop(shop, monkeypatch)
    monkeypatch.setattr(pdf_process, "make_page", shop.render_page)
    monkeypatch.setattr("getpass.getuser", lambda: "kari")
    monkeypatch.setenv("COLUMNS", "120")
    return shop


@pytest.fixture
def run(cash: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process."""
    return make_run(monkeypatch, capsys)


@pytest.fixture(params=WIRE)
def books(request: pytest.FixtureRequest, cash: Shop) -> Books:
    """Every target of PowerOffice."""
    return Books(cash, request.param).open()


@pytest.fixture
def journal(cash: Shop) -> Books:
    """Journal drafts."""
    return Books(cash, "journal").open()


def drafted(books: Books, run: Run) -> Books:
    """Friday is drafted."""
    books.shop.sell(sale(1, "125.00"))
    assert run("export").code == 0
    books.wait()
    return books


def changed(books: Books, run: Run) -> Books:
    """Friday is drafted, and a late ticket has come."""
    drafted(books, run)
    books.shop.sell(sale(2, "75.00"))
    return books


def commands_in(finding: dict[str, str]) -> list[list[str]]:
    """The commands that a finding's fix names, as they are typed, without the name of the program."""
    found = re.findall(r"posexport ((?:export|resolve|report|accept)(?: [^\s.,:]+(?:\.pdf)?)+)", finding["fix"])
    return [shlex.split(command) for command in found]


def sent(shop: Shop) -> int:
    """How many vouchers went over the wire."""
    return len(shop.line.posts)


# Mending


def test_a_changed_day_is_mended_by_the_command_that_its_finding_names(books: Books, run: Run) -> None:
    changed(books, run)
    told = run("export", "--json")
    assert (told.code, told.codes[0]) == (3, "changed-after-draft")
    for lang in ("nb", "en"):
        (command,) = commands_in(run("status", "--json", "--lang", lang).findings[0])
        assert command == ["export", "--revise", *THAT_DAY]
    mended = run(*command, "--json")
    assert (mended.code, mended.err) == (0, "")
    last = mended.json["vouchers"][-1]
    assert (last["reference"], last["state"]) == (R2, "drafted")
    assert last["remote_id"] == books.entry(R2).remote_id
    assert books.sums() == {1592: 20_000, 3020: -20_000}
    assert run("export", "--json").json["vouchers"] == []


def test_a_mended_day_is_shown_to_the_bookkeeper_in_words(journal: Books, run: Run) -> None:
    changed(journal, run)
    journal.post(R1)
    told = run("export", "--revise")
    assert (told.code, told.err) == (0, "")
    assert told.out.count("LEVERT SOM KLADD") == 1
    assert f"levert tidligere ({R1})" in told.out
    assert R2 in told.out
    assert "75,00" in told.out


def test_an_adjustment_as_json_is_a_voucher_of_the_difference(books: Books, run: Run) -> None:
    changed(books, run)
    books.post(R1)
    first, second = run("export", "--revise", "--json").json["vouchers"]
    assert (first["debit"], second["debit"]) == ("125.00", "75.00")
    assert second["description"] == "Korreksjon Dagsoppgjør Torget Kafé 2026-11-20"
    assert [(line["account"], line["debit"], line["credit"]) for line in second["lines"]] == [
        ("1592", "75.00", "0.00"),
        ("3020", "0.00", "75.00"),
    ]
    assert (second["posting_date"], second["business_day"]) == (DAY, DAY)


@pytest.mark.parametrize("target", ["journal", "ledger"])
def test_a_locked_day_is_mended_by_the_command_that_its_finding_names(cash: Shop, run: Run, target: str) -> None:
    books = changed(Books(cash, target).open(), run)
    cash.world.set_lock_date(date(2026, 11, 30))
    told = run("export", "--revise", *THAT_DAY, "--json")
    assert (told.code, told.codes[:2]) == (3, ["locked-period", "changed-after-draft"])
    (command,) = commands_in(told.findings[0])
    assert command == ["export", "--revise", *THAT_DAY, "--dated", "2026-12-01"]
    mended = run(*command, "--json")
    assert mended.code == 0
    assert mended.json["vouchers"][-1]["posting_date"] == "2026-12-01"
    assert books.sums() == {1592: 20_000, 3020: -20_000}


def test_a_draft_that_is_gone_is_brought_back_by_the_commands_that_its_finding_names(books: Books, run: Run) -> None:
    changed(books, run)
    books.delete(R1)
    told = run("export", "--revise", "--json")
    if books.target == "ledger":
        assert (told.code, told.codes[0]) == (3, "voucher-reversed")
        assert not [found for found in commands_in(told.findings[0]) if found[0] == "resolve"], "somebody knows why"
        return
    assert (told.code, told.codes[0]) == (3, "draft-gone")
    (command,) = (found for found in commands_in(told.findings[0]) if found[0] == "resolve")
    assert command == ["resolve", "torget", DAY, "--not-drafted"]
    assert run(*command).code == 0
    assert run("export").code == 0
    assert books.sums() == {1592: 20_000, 3020: -20_000}


def test_without_revise_the_words_of_an_export_change_nothing(books: Books, run: Run) -> None:
    changed(books, run)
    before = sent(books.shop)
    for arguments in (["export"], ["export", *THAT_DAY], ["export", "--dry-run", "--revise"], ["preview", "--check"]):
        assert run(*arguments).code == 3
    assert sent(books.shop) == before
    assert deliveries(books.shop) == [(R1, "drafted", "whole")]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--dated", "2026-12-01"], "--dated goes with --revise."),
        (["--revise", "--dated", "last-week"], "'last-week' is more than one business day."),
        (["--revise", "--dated", "soon"], "soon"),
        (["--revise", "--dated", "2026-02-30"], "2026-02-30"),
        (["--revise", "--dated"], "requires an argument"),
        (["--revise", "--venue", "nowhere"], "There is no venue 'nowhere'"),
    ],
)
def test_a_revision_that_is_asked_for_wrongly_is_the_operators_and_does_nothing(
    journal: Books, run: Run, arguments: list[str], says: str
) -> None:
    changed(journal, run)
    told = run("export", *arguments)
    assert (told.code, told.out) == (2, "")
    assert says in told.err
    assert "Traceback" not in told.err
    assert deliveries(journal.shop) == [(R1, "drafted", "whole")]


def test_another_date_may_be_given_in_words(journal: Books, run: Run) -> None:
    changed(journal, run)
    assert run("export", "--revise", "--dated", "yesterday").code == 0
    assert journal.entry(R2).day == date(2026, 11, 21)


def test_a_revision_of_one_venue_leaves_the_other_as_it_is(cash: Shop, run: Run) -> None:
    Books(cash, "journal").open(venues=VENUES + BRYGGA)
    cash.sell(sale(1, "125.00"), sale(1, "125.00", register="3"))
    assert run("export").code == 0
    cash.clock.now_s += 5
    cash.sell(sale(2, "75.00"), sale(2, "75.00", register="3"))
    assert run("export", "--revise", "--venue", "brygga").code == 0
    assert deliveries(cash) == [
        ("brygga-20261120-r1", "replaced", "whole"),
        ("brygga-20261120-r2", "drafted", "whole"),
        (R1, "drafted", "whole"),
    ]


# Resolving


def lost(books: Books, run: Run, *, received: bool) -> Books:
    """Friday's voucher went out, and nobody answered."""
    kind: Any = "lose_answer" if received else "lose_request"
    books.shop.sell(sale(1, "125.00"))
    books.shop.faults.append(Fault(kind, method="POST", path=DRAFT_PATH[books.target]))
    assert run("export").code == 5
    books.wait()
    return books


def test_a_person_says_that_a_voucher_is_there(books: Books, run: Run) -> None:
    lost(books, run, received=True)
    remote_id = books.entries()[0].remote_id
    told = run("resolve", "torget", DAY, "--drafted", remote_id)
    assert (told.code, told.err) == (0, "")
    assert told.out == f"kari says that {R1} is in PowerOffice Go as {remote_id}.\n"
    assert run("export").code == 0
    (row,) = (row for row in run("status", "--json").json["days"] if row["business_day"] == DAY)
    assert (row["state"], row["remote_id"]) == ("drafted", remote_id)


def test_a_person_says_that_a_voucher_is_not_there(books: Books, run: Run) -> None:
    lost(books, run, received=False)
    told = run("resolve", "torget", "2026-11-20", "--not-drafted", "--reference", R1)
    assert (told.code, told.err) == (0, "")
    assert told.out == f"kari says that {R1} is not in PowerOffice Go.\nThe next export sends it.\n"
    assert run("export").code == 0
    assert books.references == [R1]


def test_a_word_that_could_not_be_checked_is_said_to_be_one(books: Books, run: Run) -> None:
    lost(books, run, received=False)
    _go_down(books.shop)
    told = run("resolve", "torget", DAY, "--not-drafted")
    assert told.code == 0
    assert "PowerOffice Go could not be asked, so this is your word alone." in told.err
    assert f"kari says that {R1} is not in PowerOffice Go." in told.out


def test_a_person_is_told_where_the_voucher_stands_and_the_command_that_says_so(books: Books, run: Run) -> None:
    lost(books, run, received=True)
    told = run("resolve", "torget", DAY, "--not-drafted")
    remote_id = books.entries()[0].remote_id
    assert (told.code, told.out) == (2, "")
    assert f"If that is right: --drafted {remote_id}." in told.err
    assert run("resolve", "torget", DAY, "--drafted", remote_id).code == 0


def test_a_word_on_a_draft_that_corrections_build_on_says_what_to_do_next(cash: Shop, run: Run) -> None:
    books = changed(Books(cash, "ledger").open(), run)
    assert run("export", "--revise").code == 0
    books.delete(R1)
    told = run("resolve", "torget", DAY, "--not-drafted", "--reference", R1)
    assert told.code == 0
    assert "posexport export --revise brings what is missing" in told.out
    assert run("export").code == 3
    assert run("export", "--revise").code == 0
    assert books.sums() == {1592: 20_000, 3020: -20_000}


@pytest.mark.sampled(10)
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["torget", DAY], "Say one of --drafted ID, --not-drafted, --booked-elsewhere"),
        (
            ["torget", DAY, "--drafted", "x", "--not-drafted"],
            "Say one of --drafted ID, --not-drafted, --booked-elsewhere",
        ),
        (["torget", "someday", "--not-drafted"], "someday"),
        (["torget", "last-week", "--not-drafted"], "'last-week' is more than one business day."),
        (["nowhere", DAY, "--not-drafted"], "There is no venue 'nowhere'"),
        (["torget", "2026-11-19", "--not-drafted"], "19 Nov 2026 has no voucher to resolve"),
        (["torget", DAY, "--not-drafted", "--reference", "torget-1"], "has no voucher torget-1 to resolve"),
        (["torget", DAY, "--drafted", "x"], "PowerOffice Go has no voucher x of this venue."),
        (["torget", DAY, "--drafted", ""], "PowerOffice Go has no voucher"),
        (["torget"], "Missing argument 'DAY'"),
    ],
)
def test_a_word_that_is_none_is_the_operators_and_changes_nothing(
    books: Books, run: Run, arguments: list[str], says: str
) -> None:
    lost(books, run, received=False)
    told = run("resolve", *arguments)
    assert (told.code, told.out) == (2, "")
    assert says in told.err
    assert "Traceback" not in told.err
    assert deliveries(books.shop) == [(R1, "uncertain", "whole")]


@pytest.mark.parametrize("received", [False, True])
def test_a_voucher_that_was_uncertain_too_long_goes_on_by_a_command_that_its_finding_names(
    books: Books, run: Run, received: bool
) -> None:
    lost(books, run, received=False)
    books.shop.clock.now_s += 40 * 3600
    told = run("export", "--json")
    assert (told.code, told.codes[0]) == (3, "uncertain-too-long")
    there, not_there = commands_in(told.findings[0])
    assert there == ["resolve", "torget", DAY, "--drafted", "ID"]
    assert not_there == ["resolve", "torget", DAY, "--not-drafted"]
    (row,) = (row for row in run("status", "--json").json["days"] if row["business_day"] == DAY)
    assert (row["state"], [finding["code"] for finding in row["findings"]]) == ("uncertain", ["uncertain-too-long"])
    assert sent(books.shop) == 1
    assert run(*not_there).code == 0
    assert run("export").code == 0
    assert books.references == [R1]


# The report of a day


def test_a_report_is_written_to_the_file_that_is_named(books: Books, run: Run) -> None:
    changed(books, run)
    told = run("report", "torget", DAY, "--pdf", "torget.pdf")
    assert (told.code, told.out, told.err) == (0, "", "Wrote torget.pdf\n")
    content = Path("torget.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert json.loads(content.removeprefix(b"%PDF-1.7 "))["voucher"]["debit"] == "125.00", "as it was drafted"


def test_several_vouchers_are_several_reports_with_their_references_in_the_name(books: Books, run: Run) -> None:
    changed(books, run)
    books.post(R1)
    assert run("export", "--revise").code == 0
    Path("out").mkdir()
    told = run("report", "torget", DAY, "--pdf", "out/day.pdf")
    assert told.code == 0
    assert sorted(path.name for path in Path("out").iterdir()) == [f"day-{R1}.pdf", f"day-{R2}.pdf"]
    assert told.err == f"Wrote out/day-{R1}.pdf\nWrote out/day-{R2}.pdf\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["torget", DAY], "Missing option '--pdf'"),
        (["torget", "2026-11-21", "--pdf", "x.pdf"], "torget 21 Nov 2026 has no voucher"),
        (["torget", "2026-11-01", "--pdf", "x.pdf"], "has no voucher. Look at it with posexport preview."),
        (["torget", "last-month", "--pdf", "x.pdf"], "is more than one business day"),
        (["nowhere", DAY, "--pdf", "x.pdf"], "There is no venue 'nowhere'"),
        (["torget", DAY, "--pdf", "nowhere/x.pdf"], "nowhere/x.pdf cannot be written"),
    ],
)
def test_a_report_that_cannot_be_written_is_the_operators(
    journal: Books, run: Run, arguments: list[str], says: str
) -> None:
    drafted(journal, run)
    told = run("report", *arguments)
    assert (told.code, told.out) == (2, "")
    assert says in told.err
    assert not Path("x.pdf").exists()


def test_a_report_that_could_not_be_attached_is_made_by_the_command_that_its_finding_names(
    journal: Books, run: Run
) -> None:
    journal.shop.sell(*FULL_DAY)
    journal.shop.faults.append(Fault("status_before", 403, method="POST", path="/VoucherPages"))
    told = run("export", "--json")
    assert (told.code, told.codes) == (4, ["documentation-missing"])
    assert told.json["vouchers"][0]["state"] == "drafted"
    (row,) = (row for row in run("status", "--json").json["days"] if row["business_day"] == DAY)
    assert [finding["code"] for finding in row["findings"]] == ["documentation-missing"]
    (command,) = (found for found in commands_in(told.findings[0]) if found[0] == "report")
    assert run(*command).code == 0
    assert Path(command[-1]).read_bytes().startswith(b"%PDF")
    assert run("export").code == 0
    assert len(journal.entry(R1).pages) == 1
    assert run("status", "--json").codes == []


def test_a_report_that_goes_on_failing_explains_the_exit_code_of_an_export_that_shows_no_day(
    journal: Books, run: Run
) -> None:
    journal.shop.sell(*FULL_DAY)
    for _ in range(3):
        fault = Fault("status_before", 403, method="POST", path="/VoucherPages")
        journal.shop.faults.append(fault)
    assert run("export").code == 4
    told = run("export", "--json")
    assert (told.code, told.json["vouchers"], told.codes) == (4, [], ["documentation-missing"])
    assert f"torget {DAY}" in told.findings[0]["fix"]
    words = run("export")
    assert words.code == 4
    assert "posexport report torget" in " ".join(words.out.split())


# Asking first


def _go_down(shop: Shop) -> None:
    def refuse(request: httpx.Request) -> None:
        raise httpx.ConnectError("Connection refused")

    shop.line.before = refuse


def _close_an_account(shop: Shop) -> None:
    (client,) = shop.world.clients
    accounts = dict(client.accounts)
    accounts[3020] = replace(accounts[3020], active=False)
    shop.world.add_client(replace(client, accounts=accounts))


def test_a_preview_that_asks_says_that_all_is_well_and_sends_nothing(books: Books, run: Run) -> None:
    books.shop.sell(*FULL_DAY)
    told = run("preview", "--check", "--json")
    assert told.code == 0
    (voucher,) = told.json["vouchers"]
    assert (voucher["state"], voucher["findings"]) == ("ready", [])
    assert voucher == run("preview", "--json").json["vouchers"][0]
    assert {(request.method, request.path) for request in books.shop.world.requests if request.method != "GET"} == {
        ("POST", "/OAuth/Token")
    }
    assert deliveries(books.shop) == []


def test_a_preview_asks_nobody_unless_it_is_told_to(books: Books, run: Run) -> None:
    books.shop.sell(*FULL_DAY)
    _close_an_account(books.shop)
    assert run("preview").code == 0
    assert len(books.shop.world.requests) == 0


def test_a_preview_that_asks_tells_what_poweroffice_would_not_take_as_the_export_then_does(
    books: Books, run: Run
) -> None:
    books.shop.sell(*FULL_DAY)
    _close_an_account(books.shop)
    told = run("preview", "--check", "--json")
    assert (told.code, told.codes[0]) == (3, "inactive-account")
    assert told.json["vouchers"][0]["state"] == "held"
    words = run("preview", "--check", "--lang", "en")
    assert words.code == 3
    assert "Account 3020" in words.out
    assert deliveries(books.shop) == []
    assert sent(books.shop) == 0
    assert run("export", "--json").codes == told.codes


@pytest.mark.parametrize("target", ["journal", "ledger"])
def test_a_preview_that_asks_knows_of_a_locked_period(cash: Shop, run: Run, target: str) -> None:
    Books(cash, target).open()
    cash.sell(*FULL_DAY)
    cash.world.set_lock_date(date(2026, 11, 20))
    told = run("preview", "--check", "--json")
    assert (told.code, told.codes[0]) == (3, "locked-period")
    assert "--dated" not in told.findings[0]["fix"], "a day that was never drafted is not moved to another"


def test_a_day_that_was_held_is_ready_once_a_preview_has_asked_again(books: Books, run: Run) -> None:
    books.shop.sell(*FULL_DAY)
    before = books.shop.world.clients
    _close_an_account(books.shop)
    assert run("export").code == 3
    for client in before:
        books.shop.world.add_client(client)
    remembered = run("preview", "--json")
    assert (remembered.code, remembered.json["vouchers"][0]["state"]) == (3, "held")
    told = run("preview", "--check", "--json")
    assert (told.code, told.json["vouchers"][0]["state"], "inactive-account" in told.codes) == (0, "ready", False)
    assert run("export").code == 0


def test_a_preview_that_asks_with_wrong_keys_is_the_integrators(
    books: Books, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.shop.sell(*FULL_DAY)
    monkeypatch.setenv("PO_CLIENT_TORGET", "wrong")
    told = run("preview", "--check", "--json")
    assert told.code == 4
    (voucher,) = told.json["vouchers"]
    assert voucher["state"] == "ready"
    assert "refused the keys of venue torget" in voucher["answer"]
    assert "avviste nøklene til torget" in " ".join(run("preview", "--check").out.split())


def test_a_preview_that_asks_a_service_that_is_down_waits(books: Books, run: Run) -> None:
    books.shop.sell(*FULL_DAY)
    _go_down(books.shop)
    told = run("preview", "--check", "--json")
    assert told.code == 5
    assert "could not be reached" in told.json["vouchers"][0]["answer"]
    assert deliveries(books.shop) == []


def test_a_preview_that_asks_without_a_secret_is_the_operators(
    books: Books, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.shop.sell(*FULL_DAY)
    monkeypatch.delenv("PO_CLIENT_TORGET")
    told = run("preview", "--check", "--json")
    assert told.code == 2
    assert "env:PO_CLIENT_TORGET" in told.json["vouchers"][0]["answer"]


def test_a_preview_that_asks_is_kept_from_nothing_by_one_day_of_several(cash: Shop, run: Run) -> None:
    """Two venues: the keys of one are wrong, an account of the other's mapping is not there."""
    Books(cash, "import").open(venues=VENUES + BRYGGA, mapping=MAPPING.replace('"3022"', '"3999"'))
    cash.sell(sale(1, "125.00"), sale(1, "125.00", register="3", product="200"))
    told = run("preview", "--check", "--json")
    found = {voucher["venue"]: [f["code"] for f in voucher["findings"]] for voucher in told.json["vouchers"]}
    assert (told.code, found) == (3, {"torget": [], "brygga": ["inactive-account"]})


def test_a_day_that_is_drafted_is_not_asked_about(books: Books, run: Run) -> None:
    drafted(books, run)
    asked = len(books.shop.world.requests)
    told = run("preview", "--check", *THAT_DAY, "--json")
    assert (told.code, told.json["vouchers"][0]["state"]) == (0, "drafted")
    assert len(books.shop.world.requests) == asked


def test_an_uncertain_day_stays_uncertain_when_a_preview_asks(books: Books, run: Run) -> None:
    lost(books, run, received=True)
    before = sent(books.shop)
    told = run("preview", "--check", "--json")
    assert (told.code, told.json["vouchers"][0]["state"]) == (0, "uncertain")
    assert sent(books.shop) == before
    assert deliveries(books.shop) == [(R1, "uncertain", "whole")]
