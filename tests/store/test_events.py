"""What happened to a delivery is a kind and its facts: who writes one and who tells it are held together here, and what
earlier versions kept as phrases says what it said."""

from __future__ import annotations

import ast
import importlib
import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

import posexport
from posexport.core.delivery import PageState, Stage
from posexport.core.document import VOUCHER
from posexport.core.document_kinds import KINDS
from posexport.core.events import DeliveryEvent, EventKind, Fact, RecordedEvent, change_page, facts_of, fail, states_of
from posexport.core.orders.document import ORDER
from posexport.core.ports.ledger import DraftedHow, DraftStatus
from posexport.ledgers.registry import find_ledger, list_targets
from posexport.texts.events import EVENT_WORDS, describe_event
from posexport.texts.language import LANGS, Lang
from posexport.views.json_history import format_note
from tests.app.test_history import REMOTE, the_lost_voucher, the_story
from tests.support.each import each

PACKAGE = Path(posexport.__file__).parent
migration = importlib.import_module("posexport.store.migrations.versions.v0008_event_kinds")

CHOICES: dict[str, tuple[Fact, ...]] = {
    "of": ("whole", "adjustment"),
    "how": tuple(how.value for how in DraftedHow),
    "others": (0, 3),
    "ids": (("one",), ("one", "two")),
    "findings": ("[]",),
}
"""Values of the facts that are no text of any kind."""


def every_event() -> list[DeliveryEvent]:
    """Each kind with each state that it may leave a delivery in, and with each choice of its facts."""
    events = []
    for kind in EventKind:
        facts = [[(name, value) for value in CHOICES.get(name, (f"the-{name}",))] for name in facts_of(kind)]
        for state in states_of(kind) or ("moved", "drafted"):
            events += [DeliveryEvent(kind, dict(chosen), state) for chosen in itertools.product(*facts)]
    return events


def say(
    event: DeliveryEvent, target: str = "journal", lang: Lang = "nb", known_by: str = "", kind: str = VOUCHER.name
) -> str:
    """What is told of an event that gave the document nothing."""
    voucher = replace(the_lost_voucher(), target=target, remote_id=None, document_kind=kind)
    return describe_event(RecordedEvent(0, event, known_by=known_by), voucher, the_story(), lang)


def name_of(event: DeliveryEvent) -> str:
    return "-".join((event.kind.value, event.state, *map(str, event.facts.values())))


# Writers and words


@each("event", every_event(), ids=name_of)
def test_every_kind_has_its_words_in_both_languages_wherever_it_went(event: DeliveryEvent) -> None:
    for target in list_targets():
        said = {lang: say(event, target, lang) for lang in LANGS}
        assert all(said.values())
        assert not any(re.search(r"[{}]", sentence) for sentence in said.values())
        assert event.state == "moved" or said["nb"] != said["en"]


@each("event", every_event(), ids=name_of)
def test_of_an_order_no_event_says_that_it_is_a_voucher(event: DeliveryEvent) -> None:
    of_vouchers = (EventKind.REVERSED, EventKind.CORRECTED, EventKind.ORDERED, EventKind.NOTE, EventKind.PAGE_NOT_KEPT)
    if event.kind in of_vouchers:  # of what was posted, of a voucher's sales, of an early version, or of a report
        return
    for lang in LANGS:
        assert not re.search(r"bilag|voucher", say(event, lang=lang, kind=ORDER.name), re.IGNORECASE)


def test_all_words_are_said_of_something() -> None:
    """A key of words ends in the value that chooses it: one that no event has would never be said."""
    of_kinds = {kind.value for kind in EventKind if kind is not EventKind.NOTE}
    chosen = {f"{event.kind}_{value}" for event in every_event() for value in (*event.facts.values(), event.state)}
    of_targets = {key for target in list_targets() for key in find_ledger(target).words if key.startswith("event_")}
    of_documents = {f"{kind}_{document}" for kind in of_kinds for document in KINDS}
    assert EVENT_WORDS.keys() <= {*of_kinds, *chosen, *of_documents, "replaced"}
    assert of_targets <= {f"event_{kind}" for kind in of_kinds}
    assert of_targets
    assert of_kinds <= EVENT_WORDS.keys()
    assert all(set(words) == set(LANGS) for words in EVENT_WORDS.values())


def kinds_written() -> set[str]:
    """The kinds that the program names where it makes events."""
    named = set()
    for module in PACKAGE.rglob("*.py"):
        text = module.read_text(encoding="utf-8")
        if module.name in ("events.py", "json_history.py") or "EventKind." not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "EventKind":
                named.add(EventKind[node.attr].value)
    return named


def test_every_kind_is_written_somewhere() -> None:
    """By its name, or by the failure, the documentation's state or the draft's status that it is called after."""
    failures = {fail(stage, "").kind for stage in (Stage.REFUSED, Stage.UNCERTAIN, Stage.UNREACHABLE)}
    pages = {change_page(state).kind for state in PageState if state is not PageState.NONE}
    undone = {EventKind(status.value) for status in (DraftStatus.REVERSED, DraftStatus.CORRECTED)}
    of_old = {EventKind.NOTE}
    assert kinds_written() | failures | pages | undone | of_old == set(EventKind)


def test_events_are_added_as_kinds_and_never_as_phrases() -> None:
    """Nobody hands `add_event`, `settle` or `settle_drafted` a text where the event goes."""
    calls = 0
    for module in PACKAGE.rglob("*.py"):
        text = module.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if re.search("add_event|settle", text) else ():
            place = {"add_event": 3, "settle": 2, "settle_drafted": 4}.get(
                getattr(getattr(node, "func", None), "id", "")
            )
            if isinstance(node, ast.Call) and place is not None:
                calls += 1
                assert not isinstance(node.args[place], ast.Constant | ast.JoinedStr), module
    assert calls > 15


@pytest.mark.parametrize(
    ("kind", "facts", "state"),
    [
        (EventKind.DRAFTED, {}, ""),
        (EventKind.DRAFTED, {"how": "posted"}, "ready"),
        (EventKind.REMOVING, {"why": "somehow"}, ""),
        (EventKind.SAID_NOT_THERE, {"who": "kari"}, "refused"),
        (EventKind.BASE_GONE, {}, "page-wanted"),
    ],
)
def test_an_event_with_other_facts_or_another_state_than_its_kind_has_is_not_made(
    kind: EventKind, facts: dict[str, Fact], state: str
) -> None:
    with pytest.raises(ValueError, match=kind.value):
        DeliveryEvent(kind, facts, state)


# What earlier versions kept


def translate(state: str, note: str, who: str = "") -> DeliveryEvent:
    """An event of an earlier version, as it is after the upgrade."""
    kind, facts = migration.parse_note(state, note, who)
    told = {name: tuple(fact) if isinstance(fact, list) else fact for name, fact in facts.items()}
    return DeliveryEvent(EventKind(kind), told, state)


SAID_BEFORE = [
    ("ready", "planned", "gjort klart til å sendes", "made ready to send"),
    ("ready", "adjustment", "korreksjon gjort klar til å sendes", "adjustment made ready to send"),
    ("ready", "not there", "ikke der, så det kan sendes på nytt", "not there, so it can be sent again"),
    ("ready", "", "gjort klart til å sendes", "made ready to send"),
    (
        "ready",
        "kari: not there",
        "kari sier at det ikke er i PowerOffice Go, så det kan sendes på nytt",
        "kari says that it is not in PowerOffice Go, so it can be sent again",
    ),
    ("sending", "planned", "sendt til PowerOffice Go", "sent to PowerOffice Go"),
    ("sending", "adjustment", "sendt til PowerOffice Go", "sent to PowerOffice Go"),
    ("sending", "", "sendt til PowerOffice Go", "sent to PowerOffice Go"),
    ("drafted", "drafted", "lagt inn som kladd", "drafted"),
    ("drafted", "imported", "lagt inn som kladd", "drafted"),
    ("drafted", "", "lagt inn som kladd", "drafted"),
    ("drafted", "found by its reference", "funnet igjen på referansen", "found by its reference"),
    (
        "drafted",
        "found by its content",
        "funnet igjen på dato, kontoer og beløp",
        "found by its date, accounts and amounts",
    ),
    ("drafted", "found in the folder", "funnet igjen i mappen", "found in the folder"),
    ("drafted", "posted meanwhile", "bokført i mellomtiden, så det blir stående", "posted meanwhile, so it stays"),
    (
        "drafted",
        "the same lines",
        "salget er endret, men kommer til de samme linjene",
        "the sales have changed, but come to the same lines",
    ),
    (
        "drafted",
        "kari: there as 17",
        "kari sier at det er i PowerOffice Go",
        "kari says that it is in PowerOffice Go",
    ),
    ("removing", "", "slettes og erstattes", "being taken back, to be replaced"),
    ("replaced", "taken back", "tatt tilbake", "taken back"),
    ("replaced", "nothing left to draft", "ikke noe igjen å levere", "nothing left to draft"),
    ("replaced", "kari: not there", "gjelder ikke lenger", "no longer counts"),
    ("replaced", "", "gjelder ikke lenger", "no longer counts"),
    ("refused", "", "avvist av PowerOffice Go", "refused by PowerOffice Go"),
    (
        "refused",
        "PowerOffice Go refused it: HTTP 400: Perioden er låst",
        "avvist av PowerOffice Go: HTTP 400: Perioden er låst",
        "refused by PowerOffice Go: HTTP 400: Perioden er låst",
    ),
    ("unreachable", "som det er", "ikke sendt: som det er", "not sent: som det er"),
    ("uncertain", "a: not there", "svaret kom ikke fram: a: not there", "no usable answer came: a: not there"),
    ("look-up-failed", "x", "kunne ikke se etter det: x", "could not look for it: x"),
    (
        "doubted",
        "17, 18",
        "noe som kan være det, ligger i PowerOffice Go: et menneske må se etter",
        "something that may be it is in PowerOffice Go: a person has to look",
    ),
    (
        "looked-up",
        "not there; 3 others ruled out",
        "sett etter i PowerOffice Go: ikke der",
        "looked for in PowerOffice Go: not there",
    ),
    (
        "claim-lost",
        f"drafted {REMOTE}",
        f"en annen kjøring hadde tatt over bilaget; svaret på vårt var {REMOTE}",
        f"another run had taken the voucher over; the answer to ours was {REMOTE}",
    ),
    (
        "clock-set",
        "",
        "klokken på denne maskinen er stilt imens; ventetiden er regnet ut på nytt",
        "this machine's clock was set meanwhile; the wait was worked out anew",
    ),
    ("reversed", "41", "reversert i PowerOffice Go av bilag 41", "reversed in PowerOffice Go by voucher 41"),
    ("corrected", "?", "korrigert i PowerOffice Go, står nå som bilag ?", "corrected in PowerOffice Go, now voucher ?"),
    (
        "import-failed",
        "Konto 3000 finnes ikke",
        "kunne ikke importeres i PowerOffice Go: Konto 3000 finnes ikke",
        "could not be imported in PowerOffice Go: Konto 3000 finnes ikke",
    ),
    (
        "import-mended",
        "",
        "det som hindret importen i PowerOffice Go, er borte",
        "what kept it from being imported in PowerOffice Go is gone",
    ),
    ("page-wanted", "", "rapporten kom ikke med", "the report did not get there"),
    ("page-sending", "", "rapporten sendes", "the report is being sent"),
    ("page-uncertain", "x", "uvisst om rapporten kom fram: x", "uncertain whether the report arrived: x"),
    ("page-attached", "", "rapporten lagt ved", "the report attached"),
    ("page-given-up", "x", "rapporten kan ikke legges ved lenger: x", "the report can no longer be attached: x"),
    ("held", "", "holdt tilbake", "held back"),
    ("moved", "to {another} place", "moved: to {another} place", "moved: to {another} place"),
    ("moved", "", "moved", "moved"),
    ("drafted", "as it happens", "lagt inn som kladd", "drafted"),
]
"""State, note, and what both languages told of them before they were kinds."""


@each(("state", "note", "nb", "en"), SAID_BEFORE)
def test_what_was_kept_as_a_phrase_says_what_it_said(state: str, note: str, nb: str, en: str) -> None:
    event = translate(state, note)
    assert (say(event, lang="nb"), say(event, lang="en")) == (nb, en)


@pytest.mark.parametrize(
    ("target", "state", "note", "nb"),
    [
        ("ledger", "drafted", "posted", "bokført"),
        ("file", "drafted", "written", "skrevet til fil"),
        ("file", "sending", "planned", "skrives til fil"),
        ("file", "looked-up", "not there; 0 others ruled out", "sett etter i mappen: ikke der"),
        ("import", "page-attached", "", "rapporten lagt i mappen for rapporter"),
    ],
)
def test_what_went_elsewhere_says_what_it_said(target: str, state: str, note: str, nb: str) -> None:
    assert say(translate(state, note), target) == nb


def test_a_person_is_named_as_they_were_known() -> None:
    event = translate("ready", "kari@x.no: not there", "kari@x.no")
    assert say(event, known_by="") != say(event, known_by="web") or "kari@x.no" in say(event, known_by="web")


@pytest.mark.parametrize(("who", "id_"), [("Kari: there as ever", "9"), ("kari", "a: there as b")])
def test_a_name_or_an_id_that_reads_like_the_phrase_is_kept_whole(who: str, id_: str) -> None:
    event = translate("drafted", f"{who}: there as {id_}", who)
    assert event == DeliveryEvent(EventKind.SAID_THERE, {"who": who, "id": id_})


NOTES = st.one_of(
    st.sampled_from([note for _, note, *_ in SAID_BEFORE]),
    st.text(),
    st.builds("{}: there as {}".format, st.text(), st.text()),
    st.builds("{}: not there".format, st.text()),
    st.builds("not there; {} others ruled out".format, st.text("0123456789٣", max_size=12)),
    st.builds("drafted {}".format, st.text()),
    st.lists(st.text()).map(", ".join),
)
STATES = st.one_of(st.sampled_from([state for state, *_ in SAID_BEFORE]), st.text())


@given(STATES, NOTES, st.text())
def test_the_json_has_the_note_that_was_there_whatever_it_was(state: str, note: str, who: str) -> None:
    event = translate(state, note, who)
    assert (event.state, format_note(event)) == (state, note)
    assert migration.format_note(*migration.parse_note(state, note, who)) == note
    assert all(say(event, lang=lang) for lang in LANGS) or not (state or note)


def test_a_kind_of_every_event_can_be_taken_back_to_its_note() -> None:
    for event in every_event():
        facts = {name: list(fact) if isinstance(fact, tuple) else fact for name, fact in event.facts.items()}
        assert migration.format_note(event.kind.value, facts) == format_note(event)
