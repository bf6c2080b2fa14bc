"""Every promise about drafting holds for every seed. Which seeds, and how to run more or one again: see
`tests.simulation`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from posexport import delivery
from posexport.core.ports import Payload, Sighting
from posexport.destinations import poweroffice, poweroffice_journal
from posexport.destinations.journal_likeness import Likeness, compare
from posexport.destinations.poweroffice_journal import JournalDrafts
from posexport.looking import Lookout
from posexport.store import deliveries
from tests.simulation import SEEDS, Failure, run_seed

_CHUNK = 25


@pytest.mark.parametrize("first", range(0, SEEDS, _CHUNK))
def test_every_day_is_drafted_once_whatever_goes_wrong(first: int) -> None:
    failed = []
    for seed in range(first, first + _CHUNK):
        try:
            run_seed(seed)
        except BaseException as error:  # noqa: BLE001
            failed.append(f"{error!r}; again with: python -m tests.simulation --seed {seed}")
    assert not failed, "\n".join(failed)


def test_a_seed_goes_the_same_way_every_time() -> None:
    told: list[list[str]] = [[], []]
    for steps in told:
        run_seed(14, told=steps.append)
    assert told[0] == told[1]
    assert len(told[0]) > 20


def test_a_seed_is_run_again_from_the_command_line_with_every_step_told() -> None:
    command = [sys.executable, "-m", "tests.simulation", "--seed", "3"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent)
    assert "calm" in done.stdout


def _fails_somewhere(seeds: range) -> bool:
    for seed in seeds:
        try:
            run_seed(seed)
        except (Failure, AssertionError):
            return True
    return False


def test_the_simulation_notices_when_nothing_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(JournalDrafts, "find", lambda *_: Sighting())
    assert _fails_somewhere(range(1, 200))


def test_the_simulation_notices_when_claims_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "CLAIM_S", -1)
    assert _fails_somewhere(range(3_000, 3_400))


def test_the_simulation_notices_when_a_replaced_draft_is_left_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    from posexport.core.ports import Standing

    monkeypatch.setattr(JournalDrafts, "remove", lambda *_: Standing.GONE)
    assert _fails_somewhere(range(1, 400))


def test_the_simulation_notices_when_any_4xx_counts_as_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poweroffice, "is_own_refusal", lambda response: 400 <= response.status_code < 500)
    monkeypatch.setattr(Lookout, "look_before_sending", lambda *_: Sighting())
    assert _fails_somewhere(range(30, 80))


def test_the_simulation_notices_when_a_draft_is_known_by_its_text_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def compare_texts(payload: Payload, draft: Mapping[str, Any]) -> Likeness:
        found = compare(payload, draft)
        return found if found in (Likeness.SAME, Likeness.OTHERWISE) else Likeness.OTHER

    monkeypatch.setattr(poweroffice_journal, "compare", compare_texts)
    assert _fails_somewhere(range(60, 110))


def test_the_simulation_notices_when_a_first_send_does_not_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lookout, "look_before_sending", lambda *_: Sighting())
    assert _fails_somewhere(range(45, 95))


def test_the_simulation_notices_when_a_claim_of_a_wrong_clock_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "CLAIM_MAX_S", 10**9)
    assert _fails_somewhere(range(245, 290))
