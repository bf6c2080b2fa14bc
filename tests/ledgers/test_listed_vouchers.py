"""Which vouchers of a business day an accounting system has: those that are known and those that are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from posexport.core.ports.ledger import AskedVouchers, DraftList, ListsVouchers
from posexport.errors import NotSent, PowerOfficeUnavailable
from posexport.ledgers.registry import LEDGERS
from posexport.sandbox import Fault
from tests.support.harness import FRIDAY, NOON
from tests.support.ledger_bench import WIRE, Bench, open_bench

SECOND = "torget-20261120-r2"


@pytest.fixture(params=WIRE)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """A destination that lists vouchers."""
    yield from open_bench(request.param, tmp_path)


def listed(bench: Bench, *known: str, listing: DraftList | None = None, venue: str = "torget") -> dict[str, str]:
    destination = bench.destination
    assert isinstance(destination, ListsVouchers)
    bench.pass_s()
    stems = (f"{venue}-20261120", f"{venue}-20261120-p2")
    asked = AskedVouchers(FRIDAY, stems, 1, frozenset(one.lower() for one in known), int(NOON))
    return dict(destination.list_vouchers(asked, listing or DraftList(int(NOON), bench.clock())))


def test_every_target_that_takes_orders_lists_vouchers(tmp_path: Path) -> None:
    for target in LEDGERS:
        for bench in open_bench(target, tmp_path):
            assert isinstance(bench.destination, ListsVouchers) is LEDGERS[target].takes_orders


def test_of_a_day_everything_is_listed_and_of_other_days_nothing(bench: Bench) -> None:
    first, second = bench.send().remote_id, bench.send(bench.payload(SECOND)).remote_id
    after_midnight = bench.send(bench.payload("torget-20261120-p2-r1")).remote_id
    for other in ("torget-20261121-r1", "brygga-20261120-r1"):
        bench.send(bench.payload(other))
    bench.post(second)
    found = listed(bench)
    assert {one.lower() for one in found} == {first.lower(), second.lower(), after_midnight.lower()}
    assert set(found.values()) == {"torget-20261120-r1", SECOND, "torget-20261120-p2-r1"}
    assert set(listed(bench, first, second)) == set(found), "known ones too"


def test_what_was_deleted_or_reversed_is_not_listed(bench: Bench) -> None:
    first, second = bench.send().remote_id, bench.send(bench.payload(SECOND)).remote_id
    bench.pass_s()
    bench.delete(first)
    assert {one.lower() for one in listed(bench, first)} == {second.lower()}


def test_nothing_is_known_where_it_cannot_be_listed(bench: Bench) -> None:
    bench.faults.extend(Fault("lose_request", method="GET") for _ in range(9))
    with pytest.raises(PowerOfficeUnavailable):
        listed(bench)
    bench.faults.clear()
    bench.answer(lambda _: httpx.Response(200, json={"success": True, "data": "no list"}), method="GET")
    with pytest.raises(NotSent):
        listed(bench)


def test_a_long_name_asks_in_several_requests(bench: Bench) -> None:
    venue = "et-sted-med-et-veldig-langt-navn"[:30]
    sent = {bench.send(bench.payload(f"{venue}-20261120-r{revision}")).remote_id.lower() for revision in (1, 2, 3, 4)}
    assert {one.lower() for one in listed(bench, venue=venue)} == sent


def test_nothing_is_known_from_a_list_of_what_has_no_id(bench: Bench) -> None:
    bench.send()
    told = {"success": True, "data": [{}]} if bench.target == "import" else [{}]
    bench.answer(lambda _: httpx.Response(200, json=told), method="GET")
    with pytest.raises(NotSent):
        listed(bench)


@pytest.mark.parametrize("bench", ["journal", "ledger"], indirect=True)
def test_one_list_serves_several_days(bench: Bench) -> None:
    bench.send()
    bench.pass_s()
    listing = DraftList(int(NOON), bench.clock())
    listed(bench, listing=listing)
    before = len(bench.calls())
    assert len(listed(bench, listing=listing)) == 1
    assert len(bench.calls()) == before


@pytest.mark.parametrize("bench", ["journal"], indirect=True)
def test_a_draft_of_ours_that_names_nothing_counts_by_its_date(bench: Bench) -> None:
    sent = bench.send({**bench.payload(), "Description": "Kasse"}).remote_id
    assert listed(bench) == {sent: ""}
    asked = AskedVouchers(FRIDAY.replace(day=21), ("torget-20261121",), 1, frozenset(), int(NOON))
    destination = bench.destination
    assert isinstance(destination, ListsVouchers)
    assert destination.list_vouchers(asked, DraftList(int(NOON), bench.clock())) == {}
