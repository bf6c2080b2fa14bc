"""Events as kinds and facts: what happened to a delivery was kept as a phrase beside its state. A phrase that means no
kind is kept word for word, as a note."""

import json
import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

Facts = dict[str, Any]

_event = sa.table("delivery_event", *map(sa.column, ("id", "state", "note", "who", "kind", "facts")))

_HOW = {
    "imported": "imported",
    "drafted": "drafted",
    "posted": "posted",
    "written": "written",
    "found by its reference": "found-by-reference",
    "found by its content": "found-by-content",
    "found in the folder": "found-in-folder",
}
_OF = {"planned": "whole", "adjustment": "adjustment"}
_WITH_ERROR = (
    *("refused", "uncertain", "unreachable", "look-up-failed", "import-failed"),
    *("page-wanted", "page-uncertain", "page-given-up"),
)
_STAGES = (
    *("sending", "removing", "replaced", "ready", "drafted"),
    *("refused", "uncertain", "unreachable", "held", "doubted"),
)

_PHRASES: dict[tuple[str, str], tuple[str, Facts]] = {
    **{("drafted", note): ("drafted", {"how": how}) for note, how in _HOW.items()},
    **{("ready", note): ("planned", {"of": of}) for note, of in _OF.items()},
    **{("sending", note): ("sending", {"of": of}) for note, of in _OF.items()},
    **{(state, "what it adjusts is not there"): ("base-gone", {}) for state in _STAGES},
    **{(state, ""): (state, {}) for state in _WITH_ERROR},
    **{(state, ""): (state, {}) for state in ("sending", "removing", "clock-set", "import-mended")},
    **{(state, ""): (state, {}) for state in ("page-sending", "page-attached")},
    ("ready", "not there"): ("not-there", {}),
    ("drafted", "posted meanwhile"): ("posted-meanwhile", {}),
    ("replaced", "called off"): ("called-off", {}),
    ("drafted", "the same lines"): ("same-lines", {}),
    ("replaced", "taken back"): ("taken-back", {}),
    ("replaced", "nothing left to draft"): ("nothing-left", {}),
    ("page-given-up", "sent before reports were kept"): ("page-not-kept", {}),
}
"""What a state and its note say, where they are always the same."""

_SAID_THERE = re.compile(r"(?P<who>.+): there as (?P<id>.+)", re.DOTALL)
_SAID_NOT_THERE = re.compile(r"(?P<who>.+): not there", re.DOTALL)
_RULED_OUT = re.compile(r"not there; (0|[1-9][0-9]{0,8}) others ruled out")


def parse_note(state: str, note: str, who: str = "") -> tuple[str, Facts]:
    """The kind and the facts of an event that was kept as its state and a note; `who` said so, where that was kept."""
    return _PHRASES.get((state, note)) or _parse_facts(state, note, who) or ("note", {"text": note})


def _parse_facts(state: str, note: str, who: str) -> tuple[str, Facts] | None:
    said = _parse_said(state, note, who)
    if said or not note:
        return said
    if state in _WITH_ERROR:
        return state, {"error": note}
    if state == "held" and _are_findings(note):
        return state, {"findings": note}
    if state == "doubted":
        return state, {"ids": note.split(", ")}
    if state in ("reversed", "corrected"):
        return state, {"number": note}
    if state == "claim-lost" and note.startswith("drafted "):
        return state, {"id": note.removeprefix("drafted ")}
    ruled_out = _RULED_OUT.fullmatch(note) if state == "looked-up" else None
    return (state, {"others": int(ruled_out[1])}) if ruled_out else None


def _are_findings(note: str) -> bool:
    """Whether findings were kept as they are today: each its code, its variant and its facts."""
    try:
        found = json.loads(note)
    except ValueError:
        return False
    return isinstance(found, list) and all(isinstance(one, list) and len(one) == 3 for one in found)


def _parse_said(state: str, note: str, who: str) -> tuple[str, Facts] | None:
    """What a person said. The versions that did not keep them kept their names in the note alone."""
    if state == "drafted":
        there = re.fullmatch(rf"(?P<who>{re.escape(who)}): there as (?P<id>.+)", note, re.DOTALL) if who else None
        there = there or _SAID_THERE.fullmatch(note)
        return ("said-there", {"who": there["who"], "id": there["id"]}) if there else None
    gone = _SAID_NOT_THERE.fullmatch(note)
    if gone and (state in ("ready", "replaced") or (state == "uncertain" and gone["who"] == who)):
        return "said-not-there", {"who": gone["who"]}
    return None


def format_note(kind: str, facts: Facts) -> str:
    """The other way."""
    for (_, note), event in _PHRASES.items():
        if event == (kind, facts):
            return note
    if kind == "said-there":
        return f"{facts['who']}: there as {facts['id']}"
    if kind == "said-not-there":
        return f"{facts['who']}: not there"
    if kind == "looked-up":
        return f"not there; {facts['others']} others ruled out"
    if kind == "claim-lost":
        return f"drafted {facts['id']}"
    if kind == "ordered":
        facts = {"orders": facts["orders"]}
    (fact,) = facts.values()
    return ", ".join(fact) if isinstance(fact, list) else str(fact)


def upgrade() -> None:
    for name in ("kind", "facts"):
        op.add_column("delivery_event", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
    _translate_phrases()
    _translate_facts()
    op.drop_column("delivery_event", "note")


def _translate_phrases() -> None:
    """Nearly every event, at once."""
    cases = [
        (sa.and_(_event.c.state == state, _event.c.note == note), event) for (state, note), event in _PHRASES.items()
    ]
    kind = sa.case(*((where, event) for where, (event, _) in cases), else_="")
    facts = sa.case(*((where, _format(facts)) for where, (_, facts) in cases), else_="")
    op.execute(sa.update(_event).values(kind=kind, facts=facts))


def _translate_facts() -> None:
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(_event.c.id, _event.c.state, _event.c.note, _event.c.who).where(_event.c.kind == "")
    ).fetchall()
    changes = [{"of_id": id_, "to_kind": kind, "to_facts": _format(facts)} for id_, kind, facts in _parse(rows)]
    if changes:
        values = {"kind": sa.bindparam("to_kind"), "facts": sa.bindparam("to_facts")}
        connection.execute(sa.update(_event).where(_event.c.id == sa.bindparam("of_id")).values(values), changes)


def _parse(rows: Any) -> Iterator[tuple[int, str, Facts]]:
    for id_, state, note, who in rows:
        yield (id_, *parse_note(state, note, who))


def _format(facts: Facts) -> str:
    return json.dumps(facts, ensure_ascii=False) if facts else ""


def downgrade() -> None:
    op.add_column("delivery_event", sa.Column("note", sa.Text(), nullable=False, server_default=sa.text("''")))
    connection = op.get_bind()
    rows = connection.execute(sa.select(_event.c.id, _event.c.kind, _event.c.facts)).fetchall()
    changes = [{"of_id": id_, "to_note": format_note(kind, json.loads(facts or "{}"))} for id_, kind, facts in rows]
    if changes:
        change = sa.update(_event).where(_event.c.id == sa.bindparam("of_id")).values(note=sa.bindparam("to_note"))
        connection.execute(change, changes)
    op.drop_column("delivery_event", "facts")
    op.drop_column("delivery_event", "kind")
