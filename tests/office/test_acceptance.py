"""The office's acceptance scenarios, and that each is shown in a real browser (`@pytest.mark.scenario`)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SCENARIOS = {
    1: "a stranger lands on the sign-in",
    2: "the one-time link",
    3: "five wrong passwords",
    4: "another company's things are not there",
    5: "forms of elsewhere",
    6: "a reader changes nothing",
    7: "what waits after the demo",
    8: "account, draft and voucher by keyboard alone",
    9: "pressed twice, posted again",
    10: "two browsers, one day",
    11: "the grid by names and keys",
    12: "only what waits",
    13: "accepting a Z-report's difference",
    14: "what may not be accepted",
    15: "an upload, again, cut, and its name",
    16: "a register that nobody has",
    17: "an answer that is lost",
    18: "past the time limit",
    19: "Go's refusal",
    20: "a late ticket, posted, locked",
    21: "a run of 24, stopped",
    22: "without JavaScript",
    23: "a key that is typed",
    24: "accounts from a day on",
    25: "an order without a customer",
    26: "two candidates, and an e-mail address alone",
    27: "booked by voucher instead",
    31: "roles changed while somebody works",
    32: "two languages",
    33: "no words of the terminal",
    34: "accessibility and narrow windows",
    35: "shortcuts",
    36: "on paper",
    37: "the day's PDF",
    38: "policy and console",
    39: "500 venues",
    40: "a server that is killed",
}
"""What each is about, by its number."""

_MARKER = re.compile(r"@pytest\.mark\.scenario\(([\d, ]+)\)")


def find_shown() -> set[int]:
    texts = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_browser*.py")]
    return {int(number) for text in texts for told in _MARKER.findall(text) for number in told.split(",")}


@pytest.mark.parametrize("number", SCENARIOS)
def test_a_scenario_is_shown_in_a_browser(number: int) -> None:
    assert number in find_shown(), SCENARIOS[number]


def test_what_is_shown_is_a_scenario() -> None:
    assert find_shown() <= set(SCENARIOS)
