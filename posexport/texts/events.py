"""The events of a delivery in words: every kind of event, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from posexport.core.delivery import Stage
from posexport.core.events import DeliveryEvent, EventKind, RecordedEvent, facts_of, states_of
from posexport.core.finding import parse_findings
from posexport.core.history import Story, StoryAct, StoryDocument
from posexport.texts.clean import clean
from posexport.texts.describe import message_of
from posexport.texts.failures import describe_failure
from posexport.texts.language import Lang
from posexport.texts.report import WORDS, count_tickets, name_actor
from posexport.texts.targets import find_own_words

EVENT_WORDS: Mapping[str, Mapping[str, str]] = {
    "planned": {"nb": "gjort klart til å sendes", "en": "made ready to send"},
    "planned_adjustment": {"nb": "korreksjon gjort klar til å sendes", "en": "adjustment made ready to send"},
    "sending": {"nb": "sendt til PowerOffice Go", "en": "sent to PowerOffice Go"},
    "drafted": {"nb": "lagt inn som kladd", "en": "drafted"},
    "drafted_order": {"nb": "lagt inn som ordre", "en": "made an order there"},
    "drafted_found-by-reference": {"nb": "funnet igjen på referansen", "en": "found by its reference"},
    "drafted_found-by-content": {
        "nb": "funnet igjen på dato, kontoer og beløp",
        "en": "found by its date, accounts and amounts",
    },
    "drafted_found-in-folder": {"nb": "funnet igjen i mappen", "en": "found in the folder"},
    "refused": {"nb": "avvist av PowerOffice Go", "en": "refused by PowerOffice Go"},
    "uncertain": {"nb": "svaret kom ikke fram", "en": "no usable answer came"},
    "unreachable": {"nb": "ikke sendt", "en": "not sent"},
    "held": {"nb": "holdt tilbake", "en": "held back"},
    "doubted": {
        "nb": "noe som kan være det, ligger i PowerOffice Go: et menneske må se etter",
        "en": "something that may be it is in PowerOffice Go: a person has to look",
    },
    "not-there": {"nb": "ikke der, så det kan sendes på nytt", "en": "not there, so it can be sent again"},
    "removing": {"nb": "slettes og erstattes", "en": "being taken back, to be replaced"},
    "removing_order": {"nb": "slettes og erstattes", "en": "being deleted, to be replaced"},
    "replaced": {"nb": "gjelder ikke lenger", "en": "no longer counts"},
    "taken-back": {"nb": "tatt tilbake", "en": "taken back"},
    "taken-back_order": {"nb": "slettet", "en": "deleted"},
    "nothing-left": {"nb": "ikke noe igjen å levere", "en": "nothing left to draft"},
    "posted-meanwhile": {"nb": "bokført i mellomtiden, så det blir stående", "en": "posted meanwhile, so it stays"},
    "posted-meanwhile_order": {
        "nb": "bekreftet, endret eller fakturert i mellomtiden, så den blir stående",
        "en": "confirmed, changed or invoiced meanwhile, so it stays",
    },
    "called-off": {
        "nb": "sendes ikke: det som skulle erstattes, er endret i mellomtiden og blir stående",
        "en": "not sent: what it was to replace was changed meanwhile, and stays",
    },
    "same-lines": {
        "nb": "salget er endret, men kommer til de samme linjene",
        "en": "the sales have changed, but come to the same lines",
    },
    "base-gone": {
        "nb": "bilaget som dette korrigerer, er ikke der",
        "en": "the voucher that this one adjusts is not there",
    },
    "base-gone_order": {
        "nb": "ordren som denne korrigerer, er ikke der",
        "en": "the order that this one corrects is not there",
    },
    "said-there": {"nb": "{who} sier at det er i PowerOffice Go", "en": "{who} says that it is in PowerOffice Go"},
    "said-not-there": {
        "nb": "{who} sier at det ikke er i PowerOffice Go, så det kan sendes på nytt",
        "en": "{who} says that it is not in PowerOffice Go, so it can be sent again",
    },
    "said-not-there_uncertain": {
        "nb": "{who} sier at det ikke er i PowerOffice Go, som ikke kunne spørres: det ses etter igjen før det sendes",
        "en": "{who} says that it is not in PowerOffice Go, which could not be asked: it is looked for again before it "
        "is sent",
    },
    "said-not-there_replaced": {"nb": "gjelder ikke lenger", "en": "no longer counts"},
    "looked-up": {"nb": "sett etter i PowerOffice Go: ikke der", "en": "looked for in PowerOffice Go: not there"},
    "look-up-failed": {"nb": "kunne ikke se etter det", "en": "could not look for it"},
    "clock-set": {
        "nb": "klokken på denne maskinen er stilt imens; ventetiden er regnet ut på nytt",
        "en": "this machine's clock was set meanwhile; the wait was worked out anew",
    },
    "claim-lost": {
        "nb": "en annen kjøring hadde tatt over bilaget; svaret på vårt var {id}",
        "en": "another run had taken the voucher over; the answer to ours was {id}",
    },
    "claim-lost_order": {
        "nb": "en annen kjøring hadde tatt over ordren; svaret på vår var {id}",
        "en": "another run had taken the order over; the answer to ours was {id}",
    },
    "reversed": {
        "nb": "reversert i PowerOffice Go av bilag {number}",
        "en": "reversed in PowerOffice Go by voucher {number}",
    },
    "corrected": {
        "nb": "korrigert i PowerOffice Go, står nå som bilag {number}",
        "en": "corrected in PowerOffice Go, now voucher {number}",
    },
    "gone": {
        "nb": "{reference} ligger ikke lenger i PowerOffice Go",
        "en": "{reference} is no longer in PowerOffice Go",
    },
    "doubled": {
        "nb": "ligger også som {ids} i PowerOffice Go, med samme referanse",
        "en": "in PowerOffice Go as {ids} too, with the same reference",
    },
    "ordered": {
        "nb": "salg i bilaget er også i PowerOffice Go som ordre: {orders}",
        "en": "sales of the voucher are in PowerOffice Go as orders too: {orders}",
    },
    "import-failed": {
        "nb": "kunne ikke importeres i PowerOffice Go",
        "en": "could not be imported in PowerOffice Go",
    },
    "import-mended": {
        "nb": "det som hindret importen i PowerOffice Go, er borte",
        "en": "what kept it from being imported in PowerOffice Go is gone",
    },
    "page-wanted": {"nb": "rapporten kom ikke med", "en": "the report did not get there"},
    "page-sending": {"nb": "rapporten sendes", "en": "the report is being sent"},
    "page-uncertain": {"nb": "uvisst om rapporten kom fram", "en": "uncertain whether the report arrived"},
    "page-attached": {"nb": "rapporten lagt ved", "en": "the report attached"},
    "page-given-up": {"nb": "rapporten kan ikke legges ved lenger", "en": "the report can no longer be attached"},
    "page-not-kept": {
        "nb": "rapporten kan ikke legges ved lenger: bilaget ble sendt før rapporter ble tatt vare på",
        "en": "the report can no longer be attached: sent before reports were kept",
    },
}
"""What each kind of event says. A key is a kind, or a kind and what it is said of: a fact that chooses the words
(`_CHOOSING`), the state it left the delivery in, or the kind of document; a target has its own wording of some, as
`event_` and the kind (`texts.targets`). `replaced` is said of notes alone."""

_AS = "{said}: {id}"

_CHOOSING = {EventKind.PLANNED: "of", EventKind.DRAFTED: "how"}
"""The facts that choose the words of their kinds."""

_KIND_OF_STATE = {
    Stage.READY.value: "planned",
    Stage.REPLACED.value: "replaced",
    **{state: kind.value for kind in EventKind for state in states_of(kind) if state == kind.value},
}
"""What is said of a note of an earlier version, by the state that it left the delivery in."""


def describe_event(recorded: RecordedEvent, document: StoryDocument, story: Story, lang: Lang) -> str:
    """An event as a sentence without its full stop. What PowerOffice or an error said follows in its own words."""
    event = recorded.event
    sentence = _say(recorded, document, lang)
    if recorded is _last_with_id(document):
        return _AS.format(said=sentence, id=clean(document.remote_id or ""))
    if event.kind is EventKind.HELD:
        return f"{sentence}: {' '.join(_describe_held(event.text('findings'), story, lang))}"
    error = event.text("error")
    return f"{sentence}: {clean(describe_failure(error, lang).text)}" if error else sentence


def _say(recorded: RecordedEvent, document: StoryDocument, lang: Lang) -> str:
    """The most specific words there are for an event."""
    event = recorded.event
    if event.kind is EventKind.NOTE:
        return _say_note(event, document.target, lang)
    facts = {name: clean(event.text(name)) for name in facts_of(event.kind)}
    if "who" in facts:
        facts["who"] = name_actor(event.text("who"), recorded.known_by, lang)
    variants = (event.text(_CHOOSING.get(event.kind, "")), event.state, document.document_kind)
    words = _find_words(event.kind, document.target, *variants)
    return words[lang].format(**facts)


def _say_note(event: DeliveryEvent, target: str, lang: Lang) -> str:
    """An event that an early version stored as text: what its state says, or the text alone where that says nothing."""
    text = clean(event.text("text"))
    kind = _KIND_OF_STATE.get(event.state)
    if kind is None:
        return f"{event.state}: {text}" if text else event.state
    return _find_words(kind, target)[lang].format(id=text, number=text)


def _find_words(kind: str, target: str, *variants: str) -> Mapping[str, str]:
    particular = [EVENT_WORDS.get(f"{kind}_{variant}") for variant in variants]
    return next(words for words in (*particular, find_own_words(target, f"event_{kind}"), EVENT_WORDS[kind]) if words)


def _describe_held(findings: str, story: Story, lang: Lang) -> Iterator[str]:
    """What the ledger refused, from findings as `format_findings` stores them."""
    for finding in parse_findings(findings):
        yield clean(message_of(replace(finding, venue=story.venue.id, business_day=story.business_day), lang))


def _last_with_id(document: StoryDocument) -> RecordedEvent | None:
    """The event that gave the document its present id in the ledger."""
    if document.remote_id is None:
        return None
    kinds = (EventKind.DRAFTED, EventKind.SAID_THERE)
    return next((recorded for recorded in reversed(document.events) if recorded.event.kind in kinds), None)


def describe_act(act: StoryAct, lang: Lang) -> str:
    """An act as a sentence: who, what and why; many tickets as a count."""
    key = f"act_{act.kind.replace('-', '_')}"
    if key not in WORDS:
        return f"{act.kind}: {clean(act.name)}"
    named = ", ".join(
        WORDS["act_ticket"][lang].format(register=clean(register), number=clean(number))
        for register, number in act.tickets[:_TICKETS_NAMED]
    )
    count = count_tickets(len(act.tickets), lang)
    told = WORDS[key][lang].format(who=clean(act.who), file=clean(act.name), tickets=named, count=count)
    return f"{told}: {clean(act.why)}" if act.why else told


_TICKETS_NAMED = 5
"""How many tickets of one act a history names."""
