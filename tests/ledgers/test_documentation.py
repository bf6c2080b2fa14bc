"""The settlement report on a voucher, in each accounting system."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from posexport.core.ports.ledger import (
    Page,
)
from posexport.errors import (
    AnswerLost,
    NotSent,
    VoucherNotSeen,
    VoucherRefused,
)
from posexport.http.client import NEVER, Runtime
from posexport.ledgers.folder.report_files import ReportFolder
from posexport.ledgers.poweroffice.import_queue import ImportQueue
from posexport.ledgers.poweroffice.session import Session
from posexport.sandbox import Fault
from tests.support.harness import (
    NoThrottle,
)
from tests.support.ledger_bench import KEYS, PDF, REFERENCE, Bench, open_bench


def test_a_page_is_there_once_it_is_attached(bench: Bench) -> None:
    drafted = bench.send()
    bench.pass_s()
    assert bench.destination.has_page(drafted.remote_id, PDF.name) is False
    bench.destination.attach(drafted.remote_id, PDF, NEVER)
    bench.pass_s()
    assert bench.destination.has_page(drafted.remote_id, PDF.name) is True
    bench.destination.attach(drafted.remote_id, PDF, NEVER)
    if bench.target in ("journal", "ledger", "nordbok"):
        pages = bench.received()[0].pages
        assert {(page.name, page.content_type, page.size) for page in pages} == {
            (PDF.name, "application/pdf", len(PDF.content))
        }
        assert len(pages) == (2 if bench.target == "journal" else 1), "a journal adds: whoever is unsure asks first"
    else:
        (path,) = bench.folder.rglob("*.pdf")
        assert (path.name, path.read_bytes()) == (PDF.name, PDF.content)
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("kind", ["lose_answer", "status_after", "garbage"])
def test_a_page_whose_answer_was_lost_is_added_once(journal: Bench, kind: str) -> None:
    drafted = journal.send()
    journal.answer(lambda request: httpx.Response(201, html="<h1>Upgrading</h1>")) if kind == "garbage" else None
    if kind != "garbage":
        journal.faults.append(Fault(kind, 502, path="VoucherPages"))  # type: ignore[arg-type]
    with pytest.raises(AnswerLost):
        journal.destination.attach(drafted.remote_id, PDF, NEVER)
    journal.line.before = lambda request: None
    journal.pass_s()
    assert journal.destination.has_page(drafted.remote_id, PDF.name) is (kind != "garbage")
    assert sum("VoucherPages" in path for _, path in journal.calls()) == (kind != "garbage")


@pytest.mark.parametrize("kind", ["lose_answer", "lose_request", "status_after", "status_before"])
def test_documentation_of_a_posted_voucher_replaces_itself_and_may_be_sent_again(ledger: Bench, kind: str) -> None:
    drafted = ledger.send()
    ledger.faults.append(Fault(kind, 502, method="PUT"))  # type: ignore[arg-type]
    ledger.destination.attach(drafted.remote_id, PDF, NEVER)
    assert len(ledger.received()[0].pages) == 1
    assert sum(method == "PUT" for method, _ in ledger.calls()) == 2


def test_a_page_for_a_draft_that_is_gone_is_refused_and_nothing_is_said_of_its_pages(journal: Bench) -> None:
    drafted = journal.send()
    journal.delete(drafted.remote_id)
    journal.pass_s()
    with pytest.raises(VoucherRefused):
        journal.destination.attach(drafted.remote_id, PDF, NEVER)
    with pytest.raises(VoucherNotSeen):
        journal.destination.has_page(drafted.remote_id, PDF.name)


def test_without_a_folder_for_reports_an_import_has_no_page_and_names_none(queue: Bench) -> None:
    runtime = Runtime(queue.http, NoThrottle(), queue.clock, queue.clock.sleep)
    queue.destination = ImportQueue(Session(runtime, "v1", "https://go.test", KEYS, "torget"), None)
    drafted = queue.send()
    assert queue.received()[0].description == f"Dagsoppgjør Torget Kafé 2026-11-20 [{REFERENCE}]"
    queue.destination.attach(drafted.remote_id, PDF, NEVER)
    assert queue.destination.has_page(drafted.remote_id, PDF.name) is False


@pytest.mark.parametrize("target", ["import", "file"])
def test_a_page_that_cannot_be_written_names_the_folder(tmp_path: Path, target: str) -> None:
    for bench in open_bench(target, tmp_path):
        place = tmp_path / ("reports" if target == "import" else "vouchers")
        place.write_text("a file where a folder should be")
        with pytest.raises(NotSent, match=str(place)):
            bench.destination.attach("any", PDF, NEVER)
        assert bench.destination.has_page("any", PDF.name) is False


def test_a_page_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = ReportFolder(tmp_path)
    reports.write(Page("a.pdf", b"first"))

    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(NotSent, match="No space left"):
        reports.write(Page("a.pdf", b"second"))
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.pdf", b"first")]


def test_a_page_stays_in_its_folder_whatever_it_is_called(tmp_path: Path) -> None:
    reports = ReportFolder(tmp_path / "reports")
    reports.write(Page("../../outside.pdf", b"x"))
    assert [path.name for path in tmp_path.rglob("*.pdf")] == ["outside.pdf"]
    assert reports.has("outside.pdf")
