"""What the program makes of each target: content, lost answers and refusals."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from posexport.core.ports.ledger import (
    SourceTrail,
)
from posexport.core.report import State
from posexport.errors import (
    Exit,
)
from posexport.sandbox import Fault
from tests.support import saft_builder as saft
from tests.support.harness import (
    FRIDAY,
    FULL_DAY,
    SATURDAY,
    SECRETS,
    VENUES,
    Shop,
    codes,
    of_voucher,
    sale,
    states,
)
from tests.support.ledger_bench import (
    DRAFT_PATH,
    KINDS,
    TARGETS,
    WIRE,
    apply,
    drafting_posts,
    friday_voucher,
    received,
    received_lines,
    refusal,
    requests,
    told_lines,
    waits_for_it,
    where,
)
from tests.support.looks import delete_rows, read_rows

# What the program makes of it


@pytest.mark.parametrize("target", TARGETS)
def test_a_draft_says_what_the_voucher_says_line_by_line(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(*FULL_DAY)
    voucher = friday_voucher(shop)
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["drafted"], Exit.DONE), shop.only_voucher(
        exported.report
    ).answer
    assert received_lines(shop, target) == told_lines(voucher)
    assert sum(line[3] * many for line, many in received_lines(shop, target).items()) == 0


@pytest.mark.parametrize("target", TARGETS)
def test_a_draft_carries_the_posting_date_and_our_reference(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    remote_id = shop.only_voucher(shop.export().report).remote_id
    assert remote_id
    if target == "file":
        written = json.loads((shop.folder / "vouchers" / remote_id).read_text())
        assert (written["reference"], written["date"]) == ("torget-20261120-r1", "2026-11-20")
        return
    (draft,) = received(shop)
    assert draft.id == remote_id
    assert draft.kind == KINDS[target]
    assert draft.voucher_date == FRIDAY
    assert {line.posting_date for line in draft.lines} == {FRIDAY}
    shown = "torget-20261120-r1.pdf" if target == "import" else "torget-20261120-r1"
    assert draft.description == f"Dagsoppgjør Torget Kafé 2026-11-20 [{shown}]"
    assert draft.reference == (None if target == "journal" else "torget-20261120-r1")
    assert draft.posted is (target == "ledger")


@pytest.mark.parametrize("target", TARGETS)
def test_the_same_voucher_is_the_same_payload_however_often_it_is_built(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(*FULL_DAY)
    built = []
    for _ in range(2):
        voucher = friday_voucher(shop)
        with shop.open() as workspace:
            destination = where(workspace)
            chart = destination.read_chart([voucher])
            built.append(destination.build_payload(voucher, chart, SourceTrail("kassen", "fil-1")))
    assert json.dumps(built[0]) == json.dumps(built[1])
    assert json.loads(json.dumps(built[0])) == built[0]


@pytest.mark.parametrize("target", TARGETS)
def test_a_second_export_drafts_nothing_and_asks_nothing(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    assert states(shop.export().report) == ["drafted", "drafted"]
    asked = len(shop.world.requests)
    files = sorted((shop.folder / "vouchers").glob("*")) if target == "file" else []
    for first, last in ((None, None), (FRIDAY, SATURDAY)):
        exported = shop.export(first, last)
        assert exported.exit_code is Exit.DONE
        assert set(states(exported.report)) <= {"drafted"}
    assert len(shop.world.requests) == asked
    assert len(received(shop)) == (0 if target == "file" else 2)
    if target == "file":
        assert sorted((shop.folder / "vouchers").glob("*")) == files
        assert len(files) == 6


@pytest.mark.parametrize("target", TARGETS)
def test_the_trail_back_to_the_registers_file_is_set(shop: Shop, target: str) -> None:
    apply(shop, target, venues=VENUES.replace('["1", "2"]', '["K1"]').replace("2020-01-01", "2019-01-01"))
    path = shop.folder / ("a-long-name-" * 5 + ".xml")
    path.write_bytes(saft.document(saft.sale("1")))
    shop.load(path)
    assert states(shop.export().report) == ["drafted"]
    ((source, batch),) = read_rows(shop, "sales_file", "source", "batch")
    assert source
    assert batch
    if target == "import":
        for line in received(shop)[0].lines:
            assert (line.saft_source_id, line.saft_batch_id) == (source[:35], batch[:35])
    elif target == "ledger":
        (posted,) = shop.line.posts
        assert (posted["SaftSourceId"], posted["SaftBatchId"]) == (source[:35], batch[:35])
    elif target == "journal":
        assert shop.line.posts[0]["Comment"] == f"posexport torget-20200101-r1 · {source} {batch}"
    else:
        (written,) = (shop.folder / "vouchers").glob("*.json")
        assert json.loads(written.read_text())["saft_batch_id"] == batch[:35]


@pytest.mark.parametrize("target", TARGETS)
def test_an_identity_says_whose_the_keys_are(shop: Shop, target: str) -> None:
    apply(shop, target)
    with shop.open() as workspace:
        identity = where(workspace).read_identity()
    assert (identity.client_name, identity.missing) == ("Fjordmat AS", ())


@pytest.mark.parametrize("target", ["import", "ledger", "file"])
def test_a_voucher_that_is_there_with_other_lines_is_refused_by_name(shop: Shop, target: str) -> None:
    """As after a lost database: what was delivered is never taken for what is to be delivered now."""
    apply(shop, target)
    shop.sell(sale(1, "125.00"))
    assert states(shop.export().report) == ["drafted"]
    for table in ("delivery_event", "delivery"):
        delete_rows(shop, table)
    shop.clock.now_s += 5
    shop.sell(sale(2, "75.00"))
    exported = shop.export()
    shown = shop.only_voucher(exported.report)
    assert (shown.state, exported.exit_code) == (State.REFUSED, Exit.INTEGRATOR)
    assert "is there already" in shown.answer
    assert "torget-20261120-r1" in shown.answer


@pytest.mark.parametrize("target", ["import", "ledger", "file"])
def test_a_voucher_that_is_there_with_the_same_lines_is_taken_as_drafted(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(*FULL_DAY)
    first = shop.only_voucher(shop.export().report)
    for table in ("delivery_event", "delivery"):
        delete_rows(shop, table)
    shop.clock.now_s += 5
    again = shop.only_voucher(shop.export(FRIDAY, FRIDAY).report)
    assert (again.state, again.remote_id) == (State.DRAFTED, first.remote_id)
    assert len(received(shop)) == (0 if target == "file" else 1)


def test_an_import_that_is_there_but_cannot_be_read_yet_is_looked_for_later(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1))
    shop.export()
    for table in ("delivery_event", "delivery"):
        delete_rows(shop, table)
    shop.world.replica_lag_s = 1000
    exported = shop.export(FRIDAY, FRIDAY)
    assert (states(exported.report), exported.exit_code) == (["uncertain"], Exit.WAIT)
    shop.world.replica_lag_s = 0.3
    shop.clock.now_s += 5
    assert states(shop.export(FRIDAY, FRIDAY).report) == ["drafted"]
    assert len(received(shop)) == 1


# Answers that were lost


def _lost(status: int = 0, kind: str = "lose_answer", garbage: str = "html") -> Callable[[str], Fault]:
    return lambda path: Fault(kind, status or 503, garbage, method="POST", path=path)  # type: ignore[arg-type]


@pytest.mark.sampled(8)
@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize(
    ("fault", "is_there"),
    [
        pytest.param(_lost(), True, id="the answer is lost"),
        pytest.param(_lost(kind="lose_request"), False, id="the request is lost"),
        pytest.param(_lost(500, "status_after"), True, id="500 after"),
        pytest.param(_lost(502, "status_after"), True, id="502 after"),
        pytest.param(_lost(503, "status_before"), False, id="503 before"),
        pytest.param(_lost(kind="garbage"), True, id="HTML instead of JSON"),
        pytest.param(_lost(kind="garbage", garbage="truncated"), True, id="JSON cut off"),
        pytest.param(_lost(kind="garbage", garbage="content-type"), True, id="another content type"),
    ],
)
def test_an_answer_that_was_lost_is_looked_for_and_drafted_once(
    shop: Shop, target: str, fault: Callable[[str], Fault], is_there: bool
) -> None:
    apply(shop, target)
    shop.sell(*FULL_DAY)
    shop.faults.append(fault(DRAFT_PATH[target]))
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["uncertain"], Exit.WAIT)
    assert len(received(shop)) == int(is_there)
    assert drafting_posts(shop) == 1, "it is not sent again without looking"
    if target == "journal" and not is_there:
        waits_for_it(shop)
        assert drafting_posts(shop) == 1
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["drafted"], Exit.DONE)
    (draft,) = received(shop)
    assert of_voucher(exported.report.vouchers[0]).remote_id == draft.id
    assert drafting_posts(shop) == (1 if is_there else 2)
    assert shop.preview().vouchers == ()


@pytest.mark.parametrize("target", WIRE)
def test_a_field_nobody_knows_does_no_harm(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    shop.world.faults = lambda request: Fault("garbage", garbage="extra-field")
    assert states(shop.export().report) == ["drafted"]


@pytest.mark.parametrize("target", WIRE)
def test_an_answer_packed_wrongly_is_lost_rather_than_a_bug(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST" or "Token" in request.url.path:
            return None
        shop.world.handle("POST", request.url.path, "", dict(request.headers), request.content)
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"not gzip"))

    shop.line.before = answer
    assert states(shop.export().report) == ["uncertain"]
    shop.line.before = lambda request: None
    assert states(shop.export().report) == ["drafted"]
    assert len(received(shop)) == 1


@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize("kind", ["lose_request", "lose_answer", "status_after", "garbage"])
def test_a_read_that_was_lost_is_simply_made_again(shop: Shop, target: str, kind: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    for method, path in (("GET", "Account"), ("GET", "VatCode"), ("POST", "Token")):
        shop.faults.append(Fault(kind, method=method, path=path))  # type: ignore[arg-type]
    assert states(shop.export().report) == ["drafted"]
    assert len(shop.world.faults) == 0  # type: ignore[arg-type]
    assert len(shop.clock.slept) in (2, 3), "signing in beforehand is tried once, without a wait"


@pytest.mark.sampled(3)
@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize("kind", ["lose_answer", "status_before", "garbage"])
def test_reads_that_go_on_being_lost_leave_the_voucher_for_later(shop: Shop, target: str, kind: str) -> None:
    apply(shop, target)
    shop.sell(*(sale(n, at=f"2026-11-{n:02d}T12:00:00") for n in range(1, 16)))
    shop.world.faults = lambda request: Fault(kind) if request.method == "GET" else None  # type: ignore[arg-type]
    exported = shop.export()
    assert (set(states(exported.report)), exported.exit_code) == ({"unreachable"}, Exit.WAIT)
    assert len(shop.world.requests) <= 6, "one silence is waited for once, not once per voucher"
    assert drafting_posts(shop) == 0
    shop.world.faults = None  # type: ignore[assignment]
    assert set(states(shop.export().report)) == {"drafted"}


@pytest.mark.parametrize("target", WIRE)
def test_a_look_up_that_fails_leaves_the_voucher_uncertain(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    shop.faults.append(Fault("lose_answer", method="POST", path=DRAFT_PATH[target]))
    shop.export()
    shop.world.faults = lambda request: Fault("status_before", 503)
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["uncertain"], Exit.WAIT)
    shop.environ["PO_CLIENT_TORGET"] = "wrong"
    shop.world.faults = None  # type: ignore[assignment]
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["uncertain"], Exit.INTEGRATOR)
    shop.environ["PO_CLIENT_TORGET"] = SECRETS["PO_CLIENT_TORGET"]
    assert states(shop.export().report) == ["drafted"]
    assert len(received(shop)) == 1
    assert drafting_posts(shop) == 1


def test_after_an_outage_each_journal_draft_is_looked_at_once(shop: Shop) -> None:
    shop.apply(target="journal")
    days = 12
    shop.sell(*(sale(n, at=f"2026-11-{n:02d}T12:00:00") for n in range(1, days + 1)))
    shop.world.faults = lambda request: (
        Fault("lose_answer") if request.method == "POST" and "ManualJournals" in request.path else None
    )
    assert set(states(shop.export().report)) == {"uncertain"}
    shop.world.faults = None  # type: ignore[assignment]
    shop.world.requests.clear()
    assert set(states(shop.export().report)) == {"drafted"}
    assert len(received(shop)) == days
    looked_at = Counter(path for method, path, _ in requests(shop) if method == "GET" and "ManualJournals/" in path)
    assert len(looked_at) == days
    assert max(looked_at.values()) <= 16, "threads that look at the same moment may look twice, not each for all"
    assert drafting_posts(shop) == 0


@pytest.mark.parametrize("target", WIRE)
def test_an_unreachable_server_loses_nothing(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))

    def refuse(request: httpx.Request) -> None:
        raise httpx.ConnectError("Connection refused")

    shop.line.before = refuse
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["unreachable"], Exit.WAIT)
    assert "could not be reached" in of_voucher(exported.report.vouchers[0]).answer
    shop.line.before = lambda request: None
    assert states(shop.export().report) == ["drafted"]


@pytest.mark.parametrize("target", WIRE)
def test_a_draft_whose_request_never_left_is_sent_again_at_once(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    refused: list[str] = []

    def refuse(request: httpx.Request) -> None:
        if request.method == "POST" and "Token" not in request.url.path and len(refused) < 2:
            refused.append(request.url.path)
            raise httpx.ConnectError("Connection refused")

    shop.line.before = refuse
    assert states(shop.export().report) == ["drafted"]
    assert len(refused) == 2
    assert len(received(shop)) == 1


# Refusals


@pytest.mark.parametrize("target", WIRE)
def test_a_refusal_is_told_in_poweroffices_own_words_and_not_sent_again(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST" or "Token" in request.url.path:
            return None
        sent.append(request)
        return refusal(target)

    shop.line.before = answer
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["refused"], Exit.INTEGRATOR)
    assert "Perioden er avsluttet" in of_voucher(exported.report.vouchers[0]).answer
    assert "abc123" in of_voucher(exported.report.vouchers[0]).answer
    assert len(sent) == 1
    shop.line.before = lambda request: None
    assert states(shop.export().report) == ["drafted"], "a person has mended it and runs it again"


@pytest.mark.parametrize("body", [b'{"success": false}', b'{"success": false, "validation": null}'])
def test_a_refusal_without_a_reason_is_one_all_the_same(shop: Shop, body: bytes) -> None:
    shop.apply()
    shop.sell(sale(1))
    json_type = {"Content-Type": "application/json"}
    shop.line.before = lambda request: (
        httpx.Response(200, content=body, headers=json_type) if request.url.path == "/Import/" else None
    )
    assert states(shop.export().report) == ["refused"]


@pytest.mark.sampled(7)
@pytest.mark.parametrize(
    "body",
    [b"{}", b"[]", b"null", b'"ok"', b'{"success": true}', b'{"success": true, "data": null}', b'{"Id": null}'],
)
@pytest.mark.parametrize("target", WIRE)
def test_a_success_that_names_no_draft_is_uncertain(shop: Shop, target: str, body: bytes) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    json_type = {"Content-Type": "application/json"}
    shop.line.before = lambda request: (
        httpx.Response(200, content=body, headers=json_type)
        if request.method == "POST" and "Token" not in request.url.path
        else None
    )
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["uncertain"], Exit.WAIT)


@pytest.mark.parametrize("target", WIRE)
def test_a_missing_privilege_is_named_and_is_the_integrators(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    with shop.open() as workspace:
        where(workspace).read_identity()
    shop.world.set_privileges(SECRETS["PO_APP"], SECRETS["PO_CLIENT_TORGET"], ["CommonServices"])
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["refused"], Exit.INTEGRATOR)
    assert "privilege" in of_voucher(exported.report.vouchers[0]).answer
    with shop.open() as workspace:
        missing = where(workspace).read_identity().missing
    if target == "journal":
        assert "JournalEntryVoucher_Full" in (missing or ())


def test_lists_that_may_not_be_read_leave_the_judging_to_the_import_queue(shop: Shop) -> None:
    shop.apply()
    shop.sell(*FULL_DAY)
    with shop.open() as workspace:
        where(workspace).read_identity()
    shop.world.set_privileges(SECRETS["PO_APP"], SECRETS["PO_CLIENT_TORGET"], ["Import_Full"])
    assert states(shop.export().report) == ["drafted"]


@pytest.mark.sampled(9)
@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize("status", [301, 400, 403, 404, 405, 407, 408, 409, 413])
def test_the_same_unusable_answer_twice_with_a_look_between_is_a_refusal(shop: Shop, target: str, status: int) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    shop.world.faults = lambda request: (
        Fault("status_before", status) if request.method == "POST" and "Token" not in request.path else None
    )
    if target == "journal":
        waits_for_it(shop)
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["refused"], Exit.INTEGRATOR)
    assert f"HTTP {status}" in of_voucher(exported.report.vouchers[0]).answer
    assert drafting_posts(shop) == 2
    calls = [(method, path) for method, path, _ in requests(shop) if "Token" not in path]
    sent = [place for place, (method, _) in enumerate(calls) if method == "POST"]
    assert [method for method, _ in calls[sent[0] + 1 : sent[1]]].count("GET") >= 1, "it was looked for in between"
    shop.world.faults = None  # type: ignore[assignment]
    if target == "journal":
        again = shop.export()
        assert (states(again.report), again.exit_code) == (["refused"], Exit.WAIT)
        assert codes(again.report.vouchers[0]) == ["looked-for"], "it may be there all the same"
        assert "looked for until" in shop.status()[0].answer
        shop.clock.now_s += 301
    assert states(shop.export().report) == ["drafted"], "a person has mended it and runs it again"
    assert len(received(shop)) == 1


@pytest.mark.parametrize("statuses", [(403, 404), (403, 502, 403), (403, 0, 403), (502, 502, 502), (429, 429, 429)])
def test_other_answers_each_time_and_busy_servers_only_wait(shop: Shop, statuses: tuple[int, ...]) -> None:
    shop.apply(target="journal")
    shop.sell(sale(1))
    path = DRAFT_PATH["journal"]
    for status in statuses:
        kind: Any = "status_before" if status else "lose_request"
        shop.faults.append(Fault(kind, status or 503, method="POST", path=path))
        waits_for_it(shop)
    assert states(shop.export().report) == ["drafted"]
    assert len(received(shop)) == 1
