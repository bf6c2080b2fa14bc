"""Customers and their links in words, Norwegian and English, for a bookkeeper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from posexport.core.order_setup import CustomerMode
from posexport.core.orders.customers import Candidate, CandidateReason, LinkedBy
from posexport.texts.language import Lang
from posexport.texts.orders import count_orders

_REASONS: Mapping[CandidateReason, Mapping[Lang, str]] = {
    CandidateReason.ORGANIZATION_NUMBER: {"nb": "samme organisasjonsnummer", "en": "same organization number"},
    CandidateReason.REFERENCE: {
        "nb": "har kassens kundenummer som referanse",
        "en": "has the register's customer number as its reference",
    },
    CandidateReason.NUMBER: {"nb": "samme kundenummer", "en": "same customer number"},
    CandidateReason.EMAIL: {"nb": "samme e-postadresse", "en": "same e-mail address"},
}

_LINKED_BY: Mapping[LinkedBy, Mapping[Lang, str]] = {
    LinkedBy.PERSON: {"nb": "koblet av {who}", "en": "linked by {who}"},
    LinkedBy.ORGANIZATION_NUMBER: {"nb": "koblet på organisasjonsnummer", "en": "linked by organization number"},
    LinkedBy.NUMBER: {"nb": "koblet fordi nummeret er det samme", "en": "linked since the number is the same"},
    LinkedBy.CREATED: {"nb": "opprettet av posexport", "en": "created by posexport"},
}

_BY_HAND: Mapping[Lang, str] = {"nb": "koblet for hånd", "en": "linked by hand"}

WORDS: Mapping[str, Mapping[Lang, str]] = {
    "none": {
        "nb": "Ingen kunder med kredittsalg er lest inn, og ingen er koblet.",
        "en": "No customers with sales on account have been read, and none is linked.",
    },
    "all-linked": {"nb": "Alle kundene er koblet.", "en": "Every customer is linked."},
    "not-linked": {"nb": "ikke koblet", "en": "not linked"},
    "nobody": {
        "nb": "ingen i PowerOffice Go har samme organisasjonsnummer, kundenummer eller e-postadresse: finn kunden der "
        "på navnet, eller opprett den, og koble den",
        "en": "nobody in PowerOffice Go has the same organization number, customer number or e-mail address: find the "
        "customer there by name, or create it, and link it",
    },
    "could-be": {"nb": "kan være", "en": "could be"},
    "check-digit": {
        "nb": "{number} er ikke et gyldig organisasjonsnummer: kontrollsifferet stemmer ikke",
        "en": "{number} is not a valid organization number: check digit wrong",
    },
    "archived": {
        "nb": "arkivert eller inaktiv: åpne den i Go før du kobler",
        "en": "archived or inactive: open it in Go before linking",
    },
    "renumbered": {"nb": "het {number} da den ble koblet", "en": "was {number} when it was linked"},
    "waits": {"nb": "venter: {amount}", "en": "waiting: {amount}"},
    "untold": {
        "nb": "Kundene i PowerOffice Go ({company}) kunne ikke leses nå: {why}",
        "en": "The customers in PowerOffice Go ({company}) could not be read now: {why}",
    },
    "linked": {
        "nb": "Kunde {code} i kassen er nå kunde {number} {name} i PowerOffice Go. Koblet av {who}.",
        "en": "Customer {code} of the register is customer {number} {name} in PowerOffice Go now, by {who}.",
    },
    "instead": {
        "nb": "Før var den kunde {number} {name}. Det som er ført eller sendt på den, står.",
        "en": "It was customer {number} {name} before. What is booked on or sent to that one stays.",
    },
    "shared": {
        "nb": "Den deles med {codes}: salg til alle disse havner på samme kunde.",
        "en": "It is shared with {codes}: sales to all of these are on the same customer.",
    },
    "unknown-code": {
        "nb": "Ingen kasse har solgt til {code} ennå. Står koden slik i kassen?",
        "en": "No register has sold to {code} yet. Is that the code as the register has it?",
    },
    "unlinked": {
        "nb": "Kunde {code} i kassen er ikke lenger koblet til kunde {number} {name} i PowerOffice Go. Tatt bort av "
        "{who}.",
        "en": "Customer {code} of the register is no longer linked to customer {number} {name} in PowerOffice Go, by "
        "{who}.",
    },
    "firm": {
        "nb": "Det samme gjelder {firm}, som er det samme firmaet.",
        "en": "Nor is {firm}, which is the same firm.",
    },
    "sent": {
        "nb": "Disse ordrene er sendt og blir stående på kunden de ble sendt til: {references}.",
        "en": "These orders are sent, and stay with the customer they were sent to: {references}.",
    },
    "waited": {
        "nb": "{these} ventet på kunden, og går med neste eksport om ikke noe annet er i veien.",
        "en": "{these} waited for the customer: the next export takes them unless something else is in the way.",
    },
    "nothing-waited": {"nb": "Ingenting ventet på kunden.", "en": "Nothing waited for the customer."},
    "and": {"nb": "og", "en": "and"},
    "day": {"nb": "1 dag", "en": "1 day"},
    "days": {"nb": "{n} dager", "en": "{n} days"},
    "waits-now": {
        "nb": "Det som selges til den på kreditt, venter til den er koblet igjen.",
        "en": "What is sold to it on account waits until it is linked again.",
    },
    "links-again": {
        "nb": 'Oppsettet har customers = "{mode}", så den kan bli koblet av seg selv igjen ved neste eksport.',
        "en": 'The setup has customers = "{mode}", so it may be linked by itself again with the next export.',
    },
    "made/number": {
        "nb": "Kunde {code} i kassen føres på kunde {number} {name} i PowerOffice Go, for nummeret er det samme. Er "
        "det en annen: posexport customers link {company} {code} NUMMER.",
        "en": "Customer {code} of the register is booked on customer {number} {name} in PowerOffice Go, since the "
        "number is the same. If that is somebody else: posexport customers link {company} {code} NUMBER.",
    },
    "made/created": {
        "nb": "Kunde {code} i kassen er opprettet i PowerOffice Go som kunde {number} {name}.",
        "en": "Customer {code} of the register was created in PowerOffice Go as customer {number} {name}.",
    },
    "made/organization_number": {
        "nb": "Kunde {code} i kassen er koblet til kunde {number} {name} i PowerOffice Go, for organisasjonsnummeret "
        "er det samme. Er det en annen: posexport customers link {company} {code} NUMMER.",
        "en": "Customer {code} of the register is linked to customer {number} {name} in PowerOffice Go, since the "
        "organization number is the same. If that is somebody else: posexport customers link {company} {code} NUMBER.",
    },
}
"""Sentences about customers and links, by what they say."""


def describe_reasons(candidate: Candidate, lang: Lang) -> list[str]:
    """Why somebody is a candidate, best reason first."""
    return [_REASONS[reason][lang] for reason in candidate.reasons]


def describe_linked_by(by: LinkedBy, who: str, lang: Lang) -> str:
    """How a link came about. `who`: the person who made it, where that is known.

    >>> describe_linked_by(LinkedBy.PERSON, "Kari", "en"), describe_linked_by(LinkedBy.PERSON, "", "en")
    ('linked by Kari', 'linked by hand')
    """
    if by is LinkedBy.PERSON and not who:
        return _BY_HAND[lang]
    return _LINKED_BY[by][lang].format(who=who)


def say(what: str, lang: Lang, **facts: object) -> str:
    """One of `WORDS`, with its facts; a name that is not known leaves no gap."""
    return " ".join(WORDS[what][lang].format_map(facts).split()).replace(" ,", ",").replace(" .", ".")


def describe_waited(orders: int, days: int, lang: Lang) -> str:
    """What waited for a customer to be linked: so many orders, and so many business days.

    >>> describe_waited(0, 0, "nb"), describe_waited(2, 1, "en")[:36]
    ('Ingenting ventet på kunden.', '2 orders and 1 day waited for the cu')
    """
    told = [count_orders(orders, lang)] if orders else []
    told += [say("day" if days == 1 else "days", lang, n=days)] if days else []
    these = f" {say('and', lang)} ".join(told)
    return say("waited", lang, these=these) if told else say("nothing-waited", lang)


def links_by_itself(mode: CustomerMode) -> bool:
    """Whether links may come about without a person."""
    return mode is not CustomerMode.LINKED


def join_codes(codes: Sequence[str]) -> str:
    """Codes in a sentence."""
    return ", ".join(codes)
