"""The colour of a state in a terminal, beside the word that says it."""

from __future__ import annotations

from posexport.core.report import DayReport, State, StatusRow
from posexport.texts.report import describe_since

_STYLES = {
    State.READY: "bold green",
    State.HELD: "bold red",
    State.DRAFTED: "bold green",
    State.UNCERTAIN: "bold yellow",
    State.REFUSED: "bold red",
    State.UNREACHABLE: "bold yellow",
    State.GAP: "bold yellow",
}
_CHANGED_STYLE = "bold yellow"


def style_of(shown: DayReport | StatusRow, other: str = "") -> str:
    """The style of a day's state; `other` where it has none of its own."""
    return _CHANGED_STYLE if describe_since("state", shown, "nb") else _STYLES.get(shown.state, other)
