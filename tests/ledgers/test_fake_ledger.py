"""A further ledger, added by a folder and a row: a venue's whole story by the command line, and no doubt left open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from posexport.core.ports.ledger import LedgerKind
from posexport.errors import Exit
from posexport.ledgers.registry import LEDGERS
from posexport.sandbox import Fault
from tests.fake_ledger.server import NordbokServer, nordbok_of
from tests.support.books import Books, deliveries
from tests.support.command_line import Run, make_run, reach_shop
from tests.support.harness import SATURDAY, Shop, sale, setup_text
from tests.support.looks import delete_rows, read_rows

R1, R2 = "torget-20261120-r1", "torget-20261120-r2"
DAY = ("--from", "2026-11-20", "--to", "2026-11-20")


@pytest.fixture
def run(
    shop: Shop,
    nordbok: LedgerKind,
    secrets_in_environment: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run a command in this process, which reaches Nordbok at the shop's time."""
    reach_shop(shop, monkeypatch)
    return make_run(monkeypatch, capsys)


@pytest.fixture
def server(shop: Shop) -> NordbokServer:
    """Nordbok's side."""
    return nordbok_of(shop.world)


@pytest.fixture
def books(shop: Shop, run: Run) -> Books:
    """Torget Kafé, set up for Nordbok by the command line, with a sale on the Friday."""
    assert run("setup", "apply", write_setup(shop)).code == Exit.DONE
    assert run("import", str(shop.write(sale(1, "125.00")))).code == Exit.DONE
    return Books(shop, "nordbok")


def write_setup(shop: Shop, **options: Any) -> str:
    """A setup for Nordbok, without what PowerOffice Go alone needs."""
    text = setup_text("nordbok", **options)
    path = shop.folder / "fjordmat.toml"
    kept = [line for line in text.splitlines() if not line.startswith(("application_key", "subscription_key"))]
    path.write_text("\n".join(kept), encoding="utf-8")
    return str(path)


def lose(shop: Shop, what: Any, method: str = "POST", path: str = "/nordbok/vouchers") -> None:
    """Let the next such request, or its answer, be lost."""
    shop.world.faults.append(Fault(what, method=method, path=path))  # type: ignore[union-attr]


def state_of(run: Run) -> str:
    """Where the Friday's voucher stands, by `status`."""
    (state,) = {row["state"] for row in run("status", "--json", *DAY).json["days"]}
    return str(state)


# The setup


def test_a_setup_names_the_further_ledger_and_is_shown_as_it_was_applied(run: Run, shop: Shop) -> None:
    assert run("setup", "apply", write_setup(shop)).code == Exit.DONE
    shown = run("setup", "show").out
    assert 'target = "nordbok"' in shown
    Path("again.toml").write_text(shown, encoding="utf-8")
    assert run("setup", "apply", "again.toml").code == Exit.DONE


def test_a_key_that_its_row_needs_is_missed_with_its_line(run: Run, shop: Shop) -> None:
    path = Path(write_setup(shop))
    path.write_text(path.read_text().replace('client_key = "env:PO_CLIENT_TORGET"', ""), encoding="utf-8")
    told = run("setup", "apply", str(path))
    assert told.code == Exit.OPERATOR
    assert "has no client_key, which is made in Nordbok under Settings > Access" in told.err
    assert "application_key" not in told.err
    assert "subscription_key" not in told.err


def test_without_its_row_the_setup_knows_it_not(run: Run, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(LEDGERS, "nordbok")
    told = run("setup", "apply", write_setup(shop))
    assert told.code == Exit.OPERATOR
    assert 'target is "nordbok"' in told.err
    assert 'Write one of "import", "journal", "ledger", "file".' in told.err


def test_more_venues_than_poweroffice_go_takes_are_no_matter(run: Run, shop: Shop) -> None:
    venue = """
  [[company.venue]]
  id = "v{n}"
  name = "Utsalg {n}"
  department = "10"
  client_key = "env:PO_CLIENT_{n}"
  registers = ["r{n}"]
  export_from = 2020-01-01
"""
    told = run("setup", "apply", write_setup(shop, venues="".join(venue.format(n=n) for n in range(12))))
    assert told.code == Exit.DONE, told.err


# The doctor


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_doctor_speaks_of_it_in_its_own_words(run: Run, books: Books, lang: str) -> None:
    told = run("doctor", "--json", "--lang", lang)
    checks = told.json["checks"]
    messages = " ".join(check["message"] for check in checks if check["about"] in ("target", "keys"))
    for words in ("Nordbok (", "Nordboks" if lang == "nb" else "Nordbok's", "Fjordmat AS"):
        assert words in messages
    assert "PowerOffice" not in messages
    assert not [check for check in checks if check["answer"] == "wrong"], told.out
    assert books.entries() == []


def test_the_doctor_tells_a_wrong_key(run: Run, books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PO_CLIENT_TORGET", "wrong-5ecret-key")
    told = run("doctor", "--json")
    assert told.code == Exit.INTEGRATOR
    assert [check["about"] for check in told.json["checks"] if check["answer"] == "wrong"] == ["keys"]
    assert "wrong-5ecret-key" not in told.out + told.err


# From a preview to a draft


def test_a_preview_an_export_a_status_and_a_history_tell_of_it(run: Run, books: Books) -> None:
    (shown,) = run("preview", "--json").json["vouchers"]
    assert (shown["target"], shown["state"]) == ("nordbok", "ready")
    assert "Nordbok" in run("preview", "--lang", "en").out
    exported = run("export", "--json")
    assert exported.code == Exit.DONE, exported.out + exported.err
    (shown,) = exported.json["vouchers"]
    assert (shown["target"], shown["state"]) == ("nordbok", "drafted")
    (entry,) = books.entries()
    assert (entry.reference, entry.amounts) == (R1, {1592: 12_500, 3020: -12_500})
    assert entry.pages == (f"{R1}.pdf",)
    assert state_of(run) == "drafted"
    history = run("show", "torget", "2026-11-20", "--lang", "en").out
    for words in ("Nordbok, draft vouchers", "sent to Nordbok", entry.remote_id):
        assert words in history
    assert "target_" not in history


def test_a_second_export_asks_nothing_and_drafts_nothing(run: Run, books: Books) -> None:
    run("export")
    asked = len(books.shop.world.requests)
    assert run("export").code == Exit.DONE
    assert run("export", *DAY).code == Exit.DONE
    assert (len(books.shop.world.requests), books.references) == (asked, [R1])


def test_a_locked_month_holds_the_voucher(run: Run, books: Books, server: NordbokServer) -> None:
    server.lock_date = SATURDAY
    told = run("export", "--json")
    assert told.code == Exit.BOOKKEEPER
    assert [finding["code"] for finding in told.json["vouchers"][0]["findings"]] == ["locked-period"]
    assert books.entries() == []


# Answers that are lost


@pytest.mark.parametrize("kind", ["lose_answer", "status_after", "garbage"])
def test_a_lost_answer_is_looked_for_and_the_draft_found(run: Run, books: Books, kind: str) -> None:
    lose(books.shop, kind)
    run("export")
    books.wait_for_lost()
    assert run("export").code == Exit.DONE
    (entry,) = books.entries()
    assert deliveries(books.shop) == [(R1, "drafted", "whole")]
    assert entry.pages == (f"{R1}.pdf",)
    assert state_of(run) == "drafted"


@pytest.mark.parametrize("kind", ["lose_request", "status_before"])
def test_a_lost_request_is_sent_again_and_drafts_once(run: Run, books: Books, kind: str) -> None:
    lose(books.shop, kind)
    run("export")
    books.wait_for_lost()
    assert run("export").code == Exit.DONE
    assert books.references == [R1]


@pytest.mark.parametrize("kind", ["lose_answer", "lose_request"])
def test_documentation_whose_answer_was_lost_is_there_once(run: Run, books: Books, kind: str) -> None:
    lose(books.shop, kind, "PUT", "/documents/")
    run("export")
    books.shop.clock.now_s += 600
    assert run("export").code == Exit.DONE
    assert books.entry(R1).pages == (f"{R1}.pdf",)


def test_a_person_says_where_a_voucher_is_that_was_never_answered(run: Run, books: Books) -> None:
    lose(books.shop, "lose_answer")
    lose(books.shop, "status_before", "GET", "/nordbok/vouchers")
    lose(books.shop, "status_before", "GET", "/nordbok/vouchers")
    assert run("export").code == Exit.WAIT
    assert state_of(run) == "uncertain"
    (entry,) = books.entries()
    books.shop.world.faults.clear()  # type: ignore[union-attr]
    resolved = run("resolve", "torget", "2026-11-20", "--drafted", entry.remote_id)
    assert resolved.code == Exit.DONE, resolved.err
    assert deliveries(books.shop) == [(R1, "drafted", "whole")]
    assert state_of(run) == "drafted"


def test_a_voucher_of_another_database_with_other_lines_is_never_taken_for_ours(run: Run, books: Books) -> None:
    run("export")
    for table in ("delivery_event", "delivery"):
        delete_rows(books.shop, table)
    run("import", str(books.shop.write(sale(2, "75.00"))))
    assert run("export").code != Exit.DONE
    assert books.sums() == {1592: 12_500, 3020: -12_500}


# What changes after it was drafted


def test_a_changed_day_replaces_its_draft(run: Run, books: Books) -> None:
    run("export")
    run("import", str(books.shop.write(sale(2, "75.00"))))
    assert run("export").code == Exit.BOOKKEEPER
    revised = run("export", "--revise", *DAY)
    assert revised.code == Exit.DONE, revised.out
    assert (books.references, books.sums()) == ([R2], {1592: 20_000, 3020: -20_000})


def test_a_changed_day_that_was_posted_meanwhile_is_adjusted(run: Run, books: Books) -> None:
    run("export")
    books.post(R1)
    run("import", str(books.shop.write(sale(2, "75.00"))))
    assert run("export", "--revise", *DAY).code == Exit.DONE
    assert books.entry(R2).amounts == {1592: 7_500, 3020: -7_500}
    assert books.sums() == {1592: 20_000, 3020: -20_000}


def test_a_changed_day_whose_voucher_was_reversed_is_told_with_its_number(
    run: Run, books: Books, server: NordbokServer
) -> None:
    run("export")
    books.post(R1)
    number = server.reverse(read_rows(books.shop, "delivery", "remote_id")[0][0])
    run("import", str(books.shop.write(sale(2, "75.00"))))
    told = run("export", "--revise", "--json", *DAY)
    assert told.code == Exit.BOOKKEEPER
    found = {finding["code"]: finding["message"] for finding in told.json["vouchers"][0]["findings"]}
    assert number in found["voucher-reversed"]


def test_a_draft_that_a_bookkeeper_deleted_is_sent_anew_once_a_person_says_so(run: Run, books: Books) -> None:
    run("export")
    books.delete(R1)
    run("import", str(books.shop.write(sale(2, "75.00"))))
    assert run("export", "--revise", *DAY).code == Exit.BOOKKEEPER
    assert run("resolve", "torget", "2026-11-20", "--not-drafted").code == Exit.DONE
    assert run("export").code == Exit.DONE
    assert books.sums() == {1592: 20_000, 3020: -20_000}


@pytest.mark.parametrize("kind", ["lose_answer", "lose_request"])
def test_a_removal_whose_answer_was_lost_ends_with_one_right_sum(run: Run, books: Books, kind: str) -> None:
    run("export")
    run("import", str(books.shop.write(sale(2, "75.00"))))
    lose(books.shop, kind, "DELETE")
    run("export", "--revise", *DAY)
    books.shop.clock.now_s += 600
    assert run("export", "--revise", *DAY).code == Exit.DONE
    assert (books.references, books.sums()) == ([R2], {1592: 20_000, 3020: -20_000})


def test_a_company_moves_between_ledgers_and_its_days_stay_where_they_went(run: Run, books: Books) -> None:
    run("export")
    path = books.shop.folder / "other.toml"
    path.write_text(setup_text("journal"), encoding="utf-8")
    assert run("setup", "apply", str(path)).code == Exit.DONE
    run("import", str(books.shop.write(sale(3, "40.00", at="2026-11-21T12:00:00"))))
    assert run("export").code == Exit.DONE
    assert books.references == [R1]
    assert len(books.shop.world.drafts()) == 1
