"""One contract over all three destinations, and what the two over the wire make of every kind of answer.

The sandbox is PowerOffice Go; it shares no code with what is tested here.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from posexport.core.day import Period
from posexport.core.ports import Chart, Destination, SourceTrail
from posexport.core.report import State
from posexport.core.setup import Company
from posexport.core.voucher import Voucher
from posexport.destinations.poweroffice import Keys, SlidingThrottle, find_base_url, wire_amount
from posexport.errors import AnswerLost, Exit, KeysRefused, NotSent, Throttled, VoucherRefused
from posexport.export import Workplace, export_period
from posexport.sandbox import Fault, default_world
from posexport.wiring import open_workplace
from tests import saft_builder as saft
from tests.harness import FRIDAY, FULL_DAY, NOON, SATURDAY, SECRETS, VENUES, Line, Shop, sale, states

TARGETS = ("import", "journal", "file")
WIRE = ("import", "journal")
DRAFT_PATH = {"import": "/Import/", "journal": "/JournalEntryVouchers/ManualJournals"}


def where(workplace: Workplace) -> Destination:
    """The first venue's destination."""
    setup = workplace.load_setup()
    return workplace.courier.open_destination(setup.companies[0], setup.venues[0])


def friday_voucher(shop: Shop) -> Voucher:
    voucher = shop.only(shop.preview(FRIDAY, FRIDAY)).voucher
    assert voucher is not None
    return voucher


def told_lines(voucher: Voucher) -> Counter[tuple[Any, ...]]:
    """What a ledger should see of each line."""
    return Counter(
        (line.account, line.vat_code, line.department, line.amount_ore, line.customer) for line in voucher.lines
    )


def received_lines(shop: Shop, target: str) -> Counter[tuple[Any, ...]]:
    """What the destination has, in the same form."""
    if target == "file":
        (path,) = (shop.folder / "vouchers").glob("*.json")
        written = json.loads(path.read_text())

        def amount(line: dict[str, str]) -> int:
            return round(float(line["debit"]) * 100) - round(float(line["credit"]) * 100)

        return Counter(
            (line["account"], line["vat_code"], line["department"], amount(line), line["customer"])
            for line in written["lines"]
        )
    (draft,) = shop.world.drafts()
    return Counter(
        (
            str(line.account_no),
            line.vat_code,
            line.department_code,
            line.amount_ore,
            str(line.customer) if line.customer else None,
        )
        for line in draft.lines
    )


def requests(shop: Shop) -> list[tuple[str, str, int]]:
    return [(request.method, request.path, request.status) for request in shop.world.requests]


def drafting_posts(shop: Shop) -> int:
    return sum(1 for method, path, _ in requests(shop) if method == "POST" and not path.endswith("Token"))


# The contract


@pytest.mark.parametrize("target", TARGETS)
def test_a_draft_says_what_the_voucher_says_line_by_line(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    shop.sell(*FULL_DAY)
    voucher = friday_voucher(shop)
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["drafted"], Exit.DONE), exported.report.vouchers[0].answer
    assert received_lines(shop, target) == told_lines(voucher)
    assert sum(line[3] * many for line, many in received_lines(shop, target).items()) == 0


@pytest.mark.parametrize("target", TARGETS)
def test_a_draft_carries_the_posting_date_and_our_reference(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    shop.sell(sale(1))
    shown = shop.only(shop.export().report)
    assert shown.remote_id
    if target == "file":
        written = json.loads((shop.folder / "vouchers" / shown.remote_id).read_text())
        assert (written["reference"], written["date"]) == ("torget-20261120-r1", "2026-11-20")
        return
    (draft,) = shop.world.drafts()
    assert draft.id == shown.remote_id
    assert draft.kind == {"import": "import", "journal": "manual-journal"}[target]
    assert draft.voucher_date == FRIDAY
    assert {line.posting_date for line in draft.lines} == {FRIDAY}
    assert draft.description == "Dagsoppgjør Torget Kafé 2026-11-20 [torget-20261120-r1]"
    assert draft.reference == ("torget-20261120-r1" if target == "import" else None)
    assert draft.posted is False


@pytest.mark.parametrize("target", TARGETS)
def test_the_same_voucher_is_the_same_payload_however_often_it_is_built(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    shop.sell(*FULL_DAY)
    built = []
    for _ in range(2):
        voucher = friday_voucher(shop)
        with shop.open() as workplace:
            destination = where(workplace)
            chart = destination.read_chart([voucher])
            built.append(destination.build_payload(voucher, chart, SourceTrail("kassen", "fil-1")))
    assert json.dumps(built[0]) == json.dumps(built[1])
    assert json.loads(json.dumps(built[0])) == built[0]


@pytest.mark.parametrize("target", TARGETS)
def test_a_draft_is_found_by_its_payload_and_only_once_it_is_there(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    shop.sell(*FULL_DAY)
    voucher = friday_voucher(shop)
    with shop.open() as workplace:
        destination = where(workplace)
        chart = destination.read_chart([voucher])
        payload = destination.build_payload(voucher, chart, SourceTrail())
        since = int(shop.clock())
        assert destination.find(payload, since) is None
        drafted = destination.send(payload)
        shop.clock.now_s += 2
        found = destination.find(payload, since)
        assert found is not None
        assert found.remote_id == drafted.remote_id
        if target == "file":
            other = {**payload, "reference": "torget-20261121-r1"}
        else:
            other = {**payload, "externalImportReference": "torget-20261121-r1", "Description": "another"}
        assert destination.find(other, since) is None


@pytest.mark.parametrize("target", TARGETS)
def test_a_second_export_drafts_nothing_and_asks_nothing(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    assert states(shop.export().report) == ["drafted", "drafted"]
    asked = len(shop.world.requests)
    files = sorted((shop.folder / "vouchers").glob("*")) if target == "file" else []
    for first, last in ((None, None), (FRIDAY, SATURDAY)):
        exported = shop.export(first, last)
        assert exported.exit_code is Exit.DONE
        assert set(states(exported.report)) <= {"drafted"}
    assert len(shop.world.requests) == asked
    assert len(shop.world.drafts()) == (0 if target == "file" else 2)
    if target == "file":
        assert sorted((shop.folder / "vouchers").glob("*")) == files
        assert len(files) == 4


@pytest.mark.parametrize("target", TARGETS)
def test_the_trail_back_to_the_registers_file_is_set(shop: Shop, target: str) -> None:
    shop.apply(target=target, venues=VENUES.replace('["1", "2"]', '["K1"]').replace("2020-01-01", "2019-01-01"))
    path = shop.folder / ("a-long-name-" * 5 + ".xml")
    path.write_bytes(saft.document(saft.sale("1")))
    shop.load(path)
    assert states(shop.export().report) == ["drafted"]
    ((source, batch),) = shop.rows("SELECT source, batch FROM sales_file")
    assert source
    assert batch
    if target == "import":
        for line in shop.world.drafts()[0].lines:
            assert (line.saft_source_id, line.saft_batch_id) == (source[:35], batch[:35])
    elif target == "journal":
        assert shop.line.posts[0]["Comment"] == f"posexport torget-20200101-r1 · {source} {batch}"
    else:
        (written,) = (shop.folder / "vouchers").glob("*.json")
        assert json.loads(written.read_text())["saft_batch_id"] == batch[:35]


@pytest.mark.parametrize("target", TARGETS)
def test_an_identity_says_whose_the_keys_are(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    with shop.open() as workplace:
        identity = where(workplace).read_identity()
    assert (identity.client_name, identity.missing) == ("Fjordmat AS", ())


@pytest.mark.parametrize("target", ["import", "file"])
def test_a_voucher_that_is_there_with_other_lines_is_refused_by_name(shop: Shop, target: str) -> None:
    """As after a lost database: what was delivered is never taken for what is to be delivered now."""
    shop.apply(target=target)
    shop.sell(sale(1, "125.00"))
    assert states(shop.export().report) == ["drafted"]
    for table in ("delivery_event", "delivery"):
        shop.change(f"DELETE FROM {table}")
    shop.clock.now_s += 5
    shop.sell(sale(2, "75.00"))
    exported = shop.export()
    shown = shop.only(exported.report)
    assert (shown.state, exported.exit_code) == (State.REFUSED, Exit.INTEGRATOR)
    assert "is there already" in shown.answer
    assert "torget-20261120-r1" in shown.answer


@pytest.mark.parametrize("target", ["import", "file"])
def test_a_voucher_that_is_there_with_the_same_lines_is_taken_as_drafted(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    shop.sell(*FULL_DAY)
    first = shop.only(shop.export().report)
    for table in ("delivery_event", "delivery"):
        shop.change(f"DELETE FROM {table}")
    shop.clock.now_s += 5
    again = shop.only(shop.export(FRIDAY, FRIDAY).report)
    assert (again.state, again.remote_id) == (State.DRAFTED, first.remote_id)
    assert len(shop.world.drafts()) == (1 if target == "import" else 0)


def test_an_import_that_is_there_but_cannot_be_read_yet_is_looked_for_later(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1))
    shop.export()
    for table in ("delivery_event", "delivery"):
        shop.change(f"DELETE FROM {table}")
    shop.world.replica_lag_s = 1000
    exported = shop.export(FRIDAY, FRIDAY)
    assert (states(exported.report), exported.exit_code) == (["uncertain"], Exit.WAIT)
    shop.world.replica_lag_s = 0.3
    shop.clock.now_s += 5
    assert states(shop.export(FRIDAY, FRIDAY).report) == ["drafted"]
    assert len(shop.world.drafts()) == 1


# Files


def test_voucher_files_may_be_read_by_their_owner_only_and_are_whole(shop: Shop) -> None:
    shop.apply(target="file")
    shop.sell(*FULL_DAY)
    shop.export()
    folder = shop.folder / "vouchers"
    assert {path.name for path in folder.iterdir()} == {"torget-20261120-r1.json", "torget-20261120-r1.csv"}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    rows = (folder / "torget-20261120-r1.csv").read_text().splitlines()
    assert rows[0].startswith("reference;date;account;vat_code;department;debit;credit;kind")
    assert len(rows) == 1 + len(json.loads((folder / "torget-20261120-r1.json").read_text())["lines"])


def test_a_folder_that_cannot_be_written_to_is_unreachable_and_nothing_is_lost(shop: Shop) -> None:
    blocked = shop.folder / "blocked"
    blocked.write_text("a file where a folder should be")
    shop.apply(target="file", output=str(blocked))
    shop.sell(sale(1))
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["unreachable"], Exit.WAIT)
    blocked.unlink()
    assert states(shop.export().report) == ["drafted"]


def test_a_file_left_half_written_is_written_again(shop: Shop) -> None:
    shop.apply(target="file")
    shop.sell(sale(1))
    folder = shop.folder / "vouchers"
    folder.mkdir()
    (folder / ".torget-20261120-r1.json.part").write_text('{"reference"')
    (folder / "torget-20261120-r1.csv").write_text("half")
    assert states(shop.export().report) == ["drafted"]
    assert json.loads((folder / "torget-20261120-r1.json").read_text())["reference"] == "torget-20261120-r1"
    assert (folder / "torget-20261120-r1.csv").read_text().startswith("reference;")


# Tokens


@pytest.mark.parametrize("target", WIRE)
def test_a_token_is_asked_for_once_and_renewed_ahead_of_time(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    with shop.open() as workplace:
        destination = where(workplace)
        for step in (0, 600, 539):
            shop.clock.now_s += step
            destination.read_identity()
        tokens = [request for request in requests(shop) if request[1].endswith("/OAuth/Token")]
        assert len(tokens) == 1
        shop.clock.now_s += 2
        destination.read_identity()
    tokens = [request for request in requests(shop) if request[1].endswith("/OAuth/Token")]
    assert len(tokens) == 2
    assert {status for _, _, status in requests(shop)} == {200}


@pytest.mark.parametrize("target", WIRE)
def test_a_401_renews_the_token_once_and_repeats_the_call_once(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    with shop.open() as workplace:
        destination = where(workplace)
        destination.read_identity()
        shop.world.reset()
        assert destination.read_identity().client_name == "Fjordmat AS"
    assert [status for _, _, status in requests(shop)] == [401, 200, 200]


@pytest.mark.parametrize("target", WIRE)
def test_a_second_401_is_a_refusal_of_the_keys(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    path = "/Client/" if target == "import" else "/ClientIntegrationInformation"
    shop.world.faults = lambda request: Fault("status_before", 401) if path in request.path else None
    with shop.open() as workplace, pytest.raises(KeysRefused, match="torget"):
        where(workplace).read_identity()
    assert len(shop.world.requests) == 4


@pytest.mark.parametrize("target", WIRE)
def test_a_401_on_the_drafting_call_drafts_once(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    shop.sell(sale(1))
    shop.world.faults.append(Fault("status_before", 401, method="POST", path=DRAFT_PATH[target]))  # type: ignore[union-attr]
    assert states(shop.export().report) == ["drafted"]
    assert len(shop.world.drafts()) == 1


@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize("name", ["PO_CLIENT_TORGET", "PO_APP", "PO_SUB"])
def test_wrong_keys_are_the_integrators_and_are_not_tried_again(shop: Shop, target: str, name: str) -> None:
    if (target, name) == ("import", "PO_SUB"):
        pytest.skip("v1 has no subscription key")
    shop.apply(target=target)
    shop.sell(sale(1))
    shop.environ[name] = "wrong-key-value"
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["refused"], Exit.INTEGRATOR)
    assert "refused the keys of venue torget" in exported.report.vouchers[0].answer
    assert "wrong-key-value" not in exported.report.vouchers[0].answer
    assert len(shop.world.requests) <= 2
    assert shop.clock.slept == []
    shop.environ[name] = SECRETS[name]
    assert states(shop.export().report) == ["drafted"]


@pytest.mark.parametrize("target", WIRE)
def test_wrong_keys_are_asked_about_once_however_many_days_wait(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    shop.sell(*(sale(day, at=f"2026-11-{day}T12:00:00") for day in range(10, 21)))
    shop.environ["PO_CLIENT_TORGET"] = "wrong-key-value"
    exported = shop.export()
    assert (set(states(exported.report)), exported.exit_code) == ({"refused"}, Exit.INTEGRATOR)
    assert len(shop.world.requests) == 1


@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize("name", ["PO_CLIENT_TORGET", "PO_APP", "PO_SUB"])
@pytest.mark.parametrize("value", ["nøkkel-med-ø", "two\nlines", "with:colon and space"])
def test_keys_that_are_no_keys_are_never_a_bug(shop: Shop, target: str, name: str, value: str) -> None:
    shop.apply(target=target)
    shop.sell(sale(1))
    shop.environ[name] = value
    exported = shop.export()
    assert exported.exit_code in (Exit.DONE, Exit.OPERATOR, Exit.INTEGRATOR)
    assert value not in exported.report.vouchers[0].answer


def test_a_token_that_is_none_is_no_token(shop: Shop) -> None:
    shop.apply()
    shop.line.before = lambda request: httpx.Response(200, json={"token_type": "bearer"})
    with shop.open() as workplace, pytest.raises(NotSent, match="without a token"):
        where(workplace).read_identity()


# Throttles


@pytest.mark.parametrize("target", WIRE)
def test_a_429_waits_as_long_as_it_is_asked_to(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    shop.sell(sale(1))
    fault = Fault("status_before", 429, headers=(("Retry-After", "3"),), method="POST", path=DRAFT_PATH[target])
    shop.world.faults.append(fault)  # type: ignore[union-attr]
    assert states(shop.export().report) == ["drafted"]
    assert len(shop.world.drafts()) == 1
    assert max(shop.clock.slept) == 3


@pytest.mark.parametrize("after", ["", "nonsense", "0", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_429_waits_a_second_at_least(shop: Shop, after: str) -> None:
    shop.apply()
    shop.sell(sale(1))
    headers = (("Retry-After", after),) if after else ()
    shop.world.faults.append(Fault("status_before", 429, headers=headers, path="/Import/"))  # type: ignore[union-attr]
    assert states(shop.export().report) == ["drafted"]
    assert [slept for slept in shop.clock.slept if slept >= 1]


@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize("after", ["1", "86400"])
def test_a_429_that_goes_on_is_left_for_later(shop: Shop, target: str, after: str) -> None:
    shop.apply(target=target)
    shop.sell(sale(1))
    fault = Fault("status_before", 429, headers=(("Retry-After", after),))
    shop.world.faults = lambda request: fault if request.method == "POST" and "Token" not in request.path else None
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["unreachable"], Exit.WAIT)
    assert sum(shop.clock.slept) < 60
    assert "slow down" in exported.report.vouchers[0].answer
    shop.world.faults = None  # type: ignore[assignment]
    assert states(shop.export().report) == ["drafted"]
    assert len(shop.world.drafts()) == 1


@pytest.mark.parametrize(("target", "days"), [("import", 90), ("journal", 18)])
def test_the_real_limits_are_kept_rather_than_hit(shop: Shop, target: str, days: int) -> None:
    shop.apply(target=target)
    shop.sell(*(sale(n, at=f"2026-{8 + n // 30:02d}-{1 + n % 30:02d}T12:00:00") for n in range(days)))
    skew_s = NOON - time.time()

    def clock() -> float:
        return time.time() + skew_s

    world = default_world(clock=clock)
    began = time.monotonic()
    with open_workplace(shop.url, environ=shop.environ, clock=clock, transport=Line(world)) as workplace:
        exported = export_period(workplace, shop.venues(workplace), Period())
    assert states(exported.report) == ["drafted"] * days
    assert len(world.drafts()) == days
    assert 429 not in {request.status for request in world.requests}
    assert time.monotonic() - began < 10


def test_two_windows_of_a_throttle_hold_no_more_than_the_limit() -> None:
    throttle = SlidingThrottle()
    times = []
    for _ in range(25):
        throttle.wait("v2", "key")
        times.append(time.monotonic())
    for start in range(len(times) - 10):
        assert times[start + 10] - times[start] > 1.0
    began = time.monotonic()
    throttle.wait("v2", "another key")
    throttle.wait("v1", "key")
    assert time.monotonic() - began < 0.5


@pytest.mark.parametrize("target", WIRE)
def test_ten_venues_cost_at_most_three_requests_each(shop: Shop, target: str) -> None:
    venues = "".join(
        f"""
  [[company.venue]]
  id = "v{n}"
  name = "Venue {n}"
  client_key = "env:PO_CLIENT_{n}"
  {f"addon = {n}" if n else ""}
  {f'application_key = "env:PO_ADDON_{n}"' if n else ""}
  registers = ["{n}"]
  export_from = 2020-01-01
"""
        for n in range(10)
    )
    shop.apply(target=target, venues=venues)
    shop.sell(*(sale(1, register=str(n)) for n in range(10)))
    assert states(shop.export().report) == ["drafted"] * 10
    assert len(shop.world.requests) <= 30, Counter(path for _, path, _ in requests(shop))
    shop.world.requests.clear()
    shop.clock.now_s += 86_400
    shop.sell(*(sale(2, register=str(n), at="2026-11-21T12:00:00") for n in range(10)))
    assert states(shop.export().report) == ["drafted"] * 10
    assert len(shop.world.requests) <= 30
    shop.world.requests.clear()
    shop.export()
    assert len(shop.world.requests) == 0


@pytest.mark.parametrize("target", WIRE)
def test_many_days_of_one_venue_cost_one_request_each(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    shop.sell(*(sale(n, at=f"2026-11-{n:02d}T12:00:00") for n in range(1, 21)))
    assert states(shop.export().report) == ["drafted"] * 20
    assert len(shop.world.requests) <= 20 + 6


# Answers that were lost


def _lost(status: int = 0, kind: str = "lose_answer", garbage: str = "html") -> Callable[[str], Fault]:
    return lambda path: Fault(kind, status or 503, garbage, method="POST", path=path)  # type: ignore[arg-type]


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
    shop.apply(target=target)
    shop.sell(*FULL_DAY)
    shop.world.faults.append(fault(DRAFT_PATH[target]))  # type: ignore[union-attr]
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["uncertain"], Exit.WAIT)
    assert len(shop.world.drafts()) == int(is_there)
    assert drafting_posts(shop) == 1, "it is not sent again without looking"
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["drafted"], Exit.DONE)
    (draft,) = shop.world.drafts()
    assert exported.report.vouchers[0].remote_id == draft.id
    assert drafting_posts(shop) == (1 if is_there else 2)
    assert shop.preview().vouchers == ()


@pytest.mark.parametrize("target", WIRE)
def test_a_field_nobody_knows_does_no_harm(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    shop.sell(sale(1))
    shop.world.faults = lambda request: Fault("garbage", garbage="extra-field")
    assert states(shop.export().report) == ["drafted"]


@pytest.mark.parametrize("target", WIRE)
def test_an_answer_packed_wrongly_is_lost_rather_than_a_bug(shop: Shop, target: str) -> None:
    shop.apply(target=target)
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
    assert len(shop.world.drafts()) == 1


@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize("kind", ["lose_request", "lose_answer", "status_after", "garbage"])
def test_a_read_that_was_lost_is_simply_made_again(shop: Shop, target: str, kind: str) -> None:
    shop.apply(target=target)
    shop.sell(sale(1))
    for method, path in (("GET", "Account"), ("GET", "VatCode"), ("POST", "Token")):
        shop.world.faults.append(Fault(kind, method=method, path=path))  # type: ignore[arg-type,union-attr]
    assert states(shop.export().report) == ["drafted"]
    assert len(shop.world.faults) == 0  # type: ignore[arg-type]
    assert len(shop.clock.slept) == 3


@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize("kind", ["lose_answer", "status_before", "garbage"])
def test_reads_that_go_on_being_lost_leave_the_voucher_for_later(shop: Shop, target: str, kind: str) -> None:
    shop.apply(target=target)
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
    shop.apply(target=target)
    shop.sell(sale(1))
    shop.world.faults.append(Fault("lose_answer", method="POST", path=DRAFT_PATH[target]))  # type: ignore[union-attr]
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
    assert len(shop.world.drafts()) == 1
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
    assert len(shop.world.drafts()) == days
    looked_at = Counter(path for method, path, _ in requests(shop) if method == "GET" and "ManualJournals/" in path)
    assert len(looked_at) == days
    assert max(looked_at.values()) <= 16, "threads that look at the same moment may look twice, not each for all"
    assert drafting_posts(shop) == 0


@pytest.mark.parametrize("target", WIRE)
def test_an_unreachable_server_loses_nothing(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    shop.sell(sale(1))

    def refuse(request: httpx.Request) -> None:
        raise httpx.ConnectError("Connection refused")

    shop.line.before = refuse
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["unreachable"], Exit.WAIT)
    assert "could not be reached" in exported.report.vouchers[0].answer
    shop.line.before = lambda request: None
    assert states(shop.export().report) == ["drafted"]


@pytest.mark.parametrize("target", WIRE)
def test_a_draft_whose_request_never_left_is_sent_again_at_once(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    shop.sell(sale(1))
    refused: list[str] = []

    def refuse(request: httpx.Request) -> None:
        if request.method == "POST" and "Token" not in request.url.path and len(refused) < 2:
            refused.append(request.url.path)
            raise httpx.ConnectError("Connection refused")

    shop.line.before = refuse
    assert states(shop.export().report) == ["drafted"]
    assert len(refused) == 2
    assert len(shop.world.drafts()) == 1


# Refusals


def _refusal(target: str) -> httpx.Response:
    if target == "import":
        validation = {"errorLogReference": "abc123", "summary": "Perioden er avsluttet", "exception": "ApiValidation"}
        return httpx.Response(200, json={"success": False, "validation": validation})
    problem = {"Title": "Perioden er avsluttet", "Detail": "Åpne perioden abc123", "Status": 400}
    return httpx.Response(400, json=problem, headers={"Content-Type": "application/problem+json"})


@pytest.mark.parametrize("target", WIRE)
def test_a_refusal_is_told_in_poweroffices_own_words_and_not_sent_again(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    shop.sell(sale(1))
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST" or "Token" in request.url.path:
            return None
        sent.append(request)
        return _refusal(target)

    shop.line.before = answer
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["refused"], Exit.INTEGRATOR)
    assert "Perioden er avsluttet" in exported.report.vouchers[0].answer
    assert "abc123" in exported.report.vouchers[0].answer
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


@pytest.mark.parametrize(
    "body",
    [b"{}", b"[]", b"null", b'"ok"', b'{"success": true}', b'{"success": true, "data": null}', b'{"Id": null}'],
)
@pytest.mark.parametrize("target", WIRE)
def test_a_success_that_names_no_draft_is_uncertain(shop: Shop, target: str, body: bytes) -> None:
    shop.apply(target=target)
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
    shop.apply(target=target)
    shop.sell(sale(1))
    with shop.open() as workplace:
        where(workplace).read_identity()
    shop.world.set_privileges(SECRETS["PO_APP"], SECRETS["PO_CLIENT_TORGET"], ["CommonServices"])
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["refused"], Exit.INTEGRATOR)
    assert "privilege" in exported.report.vouchers[0].answer
    with shop.open() as workplace:
        missing = where(workplace).read_identity().missing
    if target == "journal":
        assert "JournalEntryVoucher_Full" in missing


def test_lists_that_may_not_be_read_leave_the_judging_to_the_import_queue(shop: Shop) -> None:
    shop.apply()
    shop.sell(*FULL_DAY)
    with shop.open() as workplace:
        where(workplace).read_identity()
    shop.world.set_privileges(SECRETS["PO_APP"], SECRETS["PO_CLIENT_TORGET"], ["Import_Full"])
    assert states(shop.export().report) == ["drafted"]


@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize("status", [301, 400, 404, 405, 409, 413])
def test_any_other_status_is_final_and_named(shop: Shop, target: str, status: int) -> None:
    shop.apply(target=target)
    shop.sell(sale(1))
    shop.world.faults = lambda request: (
        Fault("status_before", status) if request.method == "POST" and "Token" not in request.path else None
    )
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["refused"], Exit.INTEGRATOR)
    assert f"HTTP {status}" in exported.report.vouchers[0].answer
    assert drafting_posts(shop) == 1


# Small things


def test_amounts_on_the_wire_have_two_decimals_at_most() -> None:
    for amount_ore in (1, -1, 10, 29, 102_80, 1_234_567_89, 99_999_999_999, -30, 70, 115):
        text = json.dumps(wire_amount(amount_ore))
        assert round(float(text) * 100) == amount_ore
        assert len(text.partition(".")[2]) <= 2


def test_addresses_are_those_of_the_api_and_the_environment() -> None:
    def base(api: str, environment: str, base_url: str | None = None) -> str:
        company = Company("c", "C", "999999999", environment=environment, base_url=base_url)  # type: ignore[arg-type]
        return find_base_url(company, api)  # type: ignore[arg-type]

    assert base("v1", "production") == "https://api.poweroffice.net"
    assert base("v1", "demo") == "https://api-demo.poweroffice.net"
    assert base("v2", "production") == "https://goapi.poweroffice.net"
    assert base("v2", "demo") == "https://goapi.poweroffice.net/Demo"
    assert base("v2", "production", "http://127.0.0.1:8899/") == "http://127.0.0.1:8899"


def test_keys_show_nothing_of_themselves() -> None:
    keys = Keys("app-secret", "client-secret", "sub-secret")
    assert "secret" not in repr(keys)
    assert "secret" not in str(keys)


def test_a_chart_of_a_folder_knows_nothing(tmp_path: Path) -> None:
    from posexport.destinations.voucher_file import VoucherFolder

    assert VoucherFolder(tmp_path, "x").read_chart([]) == Chart()


def test_errors_of_sending_say_who_must_act() -> None:
    assert AnswerLost("x").exit_code is Throttled().exit_code is NotSent("x").exit_code is Exit.WAIT
    assert VoucherRefused("x").exit_code is KeysRefused("v", "x").exit_code is Exit.INTEGRATOR
