"""What e-mails say besides findings and states, in Norwegian and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from posexport.core.alerts import BOOKED, CHANGED, DOCUMENTATION, IMPORT_FAILED, TWICE
from posexport.core.report import State
from posexport.texts.language import Lang, format_day
from posexport.texts.report import count_days

MAIL_WORDS: Mapping[str, Mapping[Lang, str]] = {
    "hello": {"nb": "Hei!", "en": "Hello!"},
    "waits": {"nb": "Dette venter på deg:", "en": "This waits for you:"},
    "wait": {"nb": "Disse dagene venter på deg:", "en": "These days wait for you:"},
    "do": {"nb": "Gjør dette", "en": "Do this"},
    "more": {"nb": "… og {many} til.", "en": "… and {many} more."},
    "open": {"nb": "Åpne dagen", "en": "Open the day"},
    "open_first": {"nb": "Åpne den første dagen", "en": "Open the first day"},
    "mended": {"nb": "Dette er i orden igjen", "en": "This is in order again"},
    "see_all": {"nb": "Se alt som venter", "en": "See all that waits"},
    "not_again": {
        "nb": "Du får ikke denne meldingen om igjen for det samme.",
        "en": "You are not told the same again.",
    },
    "who": {
        "nb": "Det som skal gjøres i posexport eller i oppsettet, gjør den som drifter posexport hos dere.",
        "en": "What is to be done in posexport or in its setup is done by whoever runs posexport for you.",
    },
    "foot": {"nb": "posexport for {companies}.", "en": "posexport for {companies}."},
    "we_draft": {
        "nb": "Vi lager kladd, dere bokfører i {system}.",
        "en": "We make drafts, you post them in {system}.",
    },
    "automatic": {"nb": "Meldingen er sendt automatisk.", "en": "This message was sent automatically."},
    "week": {"nb": "Slik gikk uke {week}, {first} – {last}.", "en": "Week {week}, {first} – {last}, went like this."},
    "delivered": {"nb": "Levert", "en": "Delivered"},
    "delivered_days": {"nb": "{days}, til sammen {amount}", "en": "{days}, {amount} in all"},
    "no_days": {"nb": "ingen dager", "en": "no days"},
    "ready": {"nb": "Klart til neste eksport", "en": "Ready for the next export"},
    "waiting": {"nb": "Venter på deg", "en": "Waits for you"},
    "nothing": {"nb": "ingenting", "en": "nothing"},
    "nothing_waits": {"nb": "Ingenting venter på deg.", "en": "Nothing waits for you."},
    "next_export": {"nb": "Neste eksport", "en": "Next export"},
    "by_nobody": {"nb": "ikke av seg selv", "en": "not by itself"},
    "exports_by_nobody": {"nb": "Eksporten går ikke av seg selv.", "en": "Nothing is exported by itself."},
    "test": {
        "nb": "Dette er en prøvemelding. Kommer den frem, får du også beskjed når en dag ved {venue} venter på deg, og "
        "når den er i orden igjen.",
        "en": "This is a test message. If it arrives, you will also be told when a day at {venue} waits for you, and "
        "when it is in order again.",
    },
    "test_nothing": {"nb": "Du trenger ikke gjøre noe.", "en": "You need not do anything."},
    "test_subject": {"nb": "{venue}: prøvemelding fra posexport", "en": "{venue}: test message from posexport"},
    "week_subject": {"nb": "{name}: uke {week}", "en": "{name}: week {week}"},
    "day_mended": {"nb": "{name}: {day} er i orden", "en": "{name}: {day} is in order"},
}
"""The words of messages, by key and language."""

_STATES: Mapping[str, Mapping[Lang, str]] = {
    BOOKED: {
        "nb": "Endret etter at dagen ble ført for hånd",
        "en": "Changed since the day was booked by hand",
    },
    CHANGED: {"nb": "Endret etter at bilaget ble levert", "en": "Changed since the voucher was delivered"},
    DOCUMENTATION: {"nb": "Levert, men rapporten mangler", "en": "Delivered, but the report is missing"},
    IMPORT_FAILED: {
        "nb": "Levert, men ikke importert i PowerOffice Go",
        "en": "Delivered, but not imported in PowerOffice Go",
    },
    TWICE: {
        "nb": "Levert, og ligger mer enn én gang i PowerOffice Go",
        "en": "Delivered, and in PowerOffice Go more than once",
    },
}

_ORDER_STATES: Mapping[State, Mapping[Lang, str]] = {
    State.HELD: {"nb": "Ordre av kredittsalg venter", "en": "An order of a credit sale waits"},
    State.UNCERTAIN: {
        "nb": "Usikkert om ordre av kredittsalg kom frem",
        "en": "Not known whether an order of a credit sale arrived",
    },
    State.REFUSED: {"nb": "Ordre av kredittsalg er avvist", "en": "An order of a credit sale was refused"},
    State.UNREACHABLE: {"nb": "Ordre av kredittsalg er ikke sendt", "en": "An order of a credit sale was not sent"},
}
_SENT_ORDER: Mapping[Lang, str] = {
    "nb": "Ordre av kredittsalg trenger et blikk",
    "en": "An order of a credit sale needs a look",
}
"""What is said of an order that was sent and has an error now: gone, changed, of another sum, or not invoiced."""


def describe_alert(kind: str, lang: Lang) -> str:
    """What a drafted or booked day waits for; "" for any other kind of alert."""
    return _STATES[kind][lang] if kind in _STATES else ""


def describe_waiting_order(state: State, lang: Lang) -> str:
    """The state of an order that waits for somebody."""
    return _ORDER_STATES.get(state, _SENT_ORDER)[lang]


def describe_before(many: int, lang: Lang) -> str:
    """How many waiting days earlier messages told of."""
    days = count_days(many, lang)
    if lang == "nb":
        return f"Fra før venter {days} som du har fått melding om."
    return f"{days} that you were told of before still wait{'s' if many == 1 else ''}."


def describe_age(days: int, lang: Lang) -> str:
    """How long ago a day was. Counted by date: yesterday's business day is one day old.

    >>> describe_age(3, "en"), describe_age(1, "nb"), describe_age(-364, "nb")
    ('3 days old', 'fra i går', 'ikke kommet ennå')
    """
    if days < 0:
        return {"nb": "ikke kommet ennå", "en": "yet to come"}[lang]
    if days <= 1:
        return {"nb": "fra i går", "en": "from yesterday"}[lang]
    return {"nb": f"{days} dager gammel", "en": f"{days} days old"}[lang]


def write_digest_subject(name: str, waiting: int, mended: Sequence[date], lang: Lang) -> str:
    """The subject of news: whose days, and how many, or the day itself where it is only one.

    >>> write_digest_subject("Torget", 2, [date(2026, 11, 20)], "en")
    'Torget: 2 days wait for you, 1 is in order'
    """
    if not waiting and len(mended) == 1:
        day = format_day(mended[0], lang).rpartition(" ")[0]
        return MAIL_WORDS["day_mended"][lang].format(name=name, day=day)
    parts = []
    if waiting:
        waits = {"nb": "venter på deg", "en": f"wait{'s' if waiting == 1 else ''} for you"}[lang]
        parts.append(f"{count_days(waiting, lang)} {waits}")
    if mended:
        counted = str(len(mended)) if waiting else count_days(len(mended), lang)
        are = {"nb": "er i orden", "en": f"{'is' if len(mended) == 1 else 'are'} in order"}[lang]
        parts.append(f"{counted} {are}")
    return f"{name}: {', '.join(parts)}"


def add_companies(subject: str, more: int, lang: Lang) -> str:
    """A letter's subject: of the first company it tells of, with how many it tells of besides.

    >>> add_companies("Torget: uke 47", 1, "nb"), add_companies("Torget: week 47", 2, "en")
    ('Torget: uke 47, og 1 selskap til', 'Torget: week 47, and 2 more companies')
    """
    if not more:
        return subject
    if lang == "nb":
        return f"{subject}, og {more} selskap{'er' if more > 1 else ''} til"
    return f"{subject}, and {more} more {'companies' if more > 1 else 'company'}"


def list_names(names: Sequence[str], lang: Lang) -> str:
    """Names in a row.

    >>> list_names(["A", "B", "C"], "nb"), list_names(["A"], "en")
    ('A, B og C', 'A')
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {'og' if lang == 'nb' else 'and'} {names[-1]}"
