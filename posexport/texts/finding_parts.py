"""Texts that several findings share, and those that are composed of others; in the form of `findings`."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.texts.language import Lang

ACCEPT_NB = "Eller ta ansvar for det: {accept}."
ACCEPT_EN = "Or take responsibility for it: {accept}."

WAITS_NB = "Bong {number} på kasse {register}, {amount} på kreditt, venter på det."
WAITS_EN = "Ticket {number} on register {register}, {amount} on credit, waits for it."

_Z_WHAT: Mapping[str, tuple[str, str]] = {
    "total": ("samlet salg", "total sales"),
    "sale": ("varegruppe {code_of}", "article group {code_of}"),
    "payment": ("betalingsmåte {code_of}", "payment type {code_of}"),
    "tip": ("tips", "tips"),
    "vat": ("mva med kassens kode {code_of}", "VAT with the register's code {code_of}"),
}


def z_texts() -> dict[str, Mapping[Lang, tuple[str, str]]]:
    """A text for each control figure of a Z-report."""
    return {
        f"z-report-mismatch/{what}": {
            "nb": (
                f"Z-rapport {{z_number}} på kasse {{register}} sier {{z_amount}} for {norwegian}; bongene sier "
                "{amount} (differanse {difference}).",
                "Sjekk om filen fra kassen er hel, og les inn det som mangler. " + ACCEPT_NB,
            ),
            "en": (
                f"Z-report {{z_number}} on register {{register}} says {{z_amount}} for {english}; the tickets "
                "say {amount} (difference {difference}).",
                "Check that the register's file is whole, and import what is missing. " + ACCEPT_EN,
            ),
        }
        for what, (norwegian, english) in _Z_WHAT.items()
    }


def first_z_texts() -> dict[str, Mapping[Lang, tuple[str, str]]]:
    """A text for each control figure of a register's first known Z-report."""
    return {
        f"z-report-first/{what}": {
            "nb": (
                "Z-rapport {z_number} på kasse {register}, {time}, er den første som er kjent, og kan telle salg fra "
                f"før: den sier {{z_amount}} for {norwegian}, bongene fra den dagen {{amount}}.",
                "Ingenting. Salget etter {time} blir holdt mot den neste Z-rapporten.",
            ),
            "en": (
                "Z-report {z_number} on register {register}, {time}, is the first one known and may count "
                f"earlier sales: it says {{z_amount}} for {english}, that day's tickets {{amount}}.",
                "Nothing. The sales after {time} are held against the next Z-report.",
            ),
        }
        for what, (norwegian, english) in _Z_WHAT.items()
    }


_CANDIDATES: Mapping[str, tuple[str, str]] = {
    "organization-number": ("har samme organisasjonsnummer", "has the same organization number"),
    "reference": ("har kassens kundenummer som referanse", "has the register's customer number as its reference"),
    "number": ("har samme kundenummer", "has the same customer number"),
    "email": ("har samme e-postadresse", "has the same e-mail address"),
}


def candidate_texts(code: str, waits_nb: str, waits_en: str) -> dict[str, Mapping[Lang, tuple[str, str]]]:
    """A text for every reason why one customer of Go could be the register's. `waits_nb`, `waits_en`: a sentence on
    what waits for the link."""
    told: dict[str, Mapping[Lang, tuple[str, str]]] = {
        f"{code}/{reason}": {
            "nb": (
                "Kunde {customer} i kassen er ikke koblet til en kunde i PowerOffice Go. Kunde {go_number} der "
                f"{norwegian}. {waits_nb}",
                "Er det samme kunde, koble dem: {link_customer}. Er det en annen, koble den.",
            ),
            "en": (
                "Customer {customer} of the register is not linked to a customer in PowerOffice Go. Customer "
                f"{{go_number}} there {english}. {waits_en}",
                "If it is the same customer, link them: {link_customer}. If it is another, link that one.",
            ),
        }
        for reason, (norwegian, english) in _CANDIDATES.items()
    }
    archived: Mapping[Lang, tuple[str, str]] = {
        "nb": (
            "Kunde {customer} i kassen er ikke koblet til en kunde i PowerOffice Go. Kunde {go_number} der kan være "
            f"den samme, men er arkivert eller inaktiv. {waits_nb}",
            "Er det samme kunde, åpne den igjen i Go og koble dem: {link_customer}. Er det en annen, koble den.",
        ),
        "en": (
            "Customer {customer} of the register is not linked to a customer in PowerOffice Go. Customer {go_number} "
            f"there could be the same one, but is archived or inactive. {waits_en}",
            "If it is the same customer, open it again in Go and link them: {link_customer}. If it is another, link "
            "that one.",
        ),
    }
    return {**told, f"{code}/archived": archived}


NOBODY_NB = "og det er ikke funnet noen der med samme organisasjonsnummer, kundenummer eller e-postadresse."
NOBODY_EN = "and none was found there with the same organization number, customer number or e-mail address."


def ambiguous_texts(
    key: str, archived_key: str, waits_nb: str, waits_en: str
) -> dict[str, Mapping[Lang, tuple[str, str]]]:
    """The text that several customers of Go could be the register's, and the same where some of them are archived.
    `waits_nb`, `waits_en`: a sentence on what waits for the link."""

    def tell(nb: str, en: str) -> Mapping[Lang, tuple[str, str]]:
        return {
            "nb": (
                "Flere kunder i PowerOffice Go kan være kunde {customer} i kassen: {candidates}."
                f"{nb} Ingen av dem er valgt. {waits_nb}",
                "Finn ut hvem av dem det er, og koble den: {link_customer}.",
            ),
            "en": (
                "Several customers in PowerOffice Go could be customer {customer} of the register: {candidates}."
                f"{en} None of them is chosen. {waits_en}",
                "Find out which of them it is, and link that one: {link_customer}.",
            ),
        }

    archived = " Arkivert eller inaktiv der: {archived}.", " Archived or inactive there: {archived}."
    return {key: tell("", ""), archived_key: tell(*archived)}


CHECK_DIGIT_NB = "{wrong_number} er ikke et gyldig organisasjonsnummer: kontrollsifferet stemmer ikke."
CHECK_DIGIT_EN = "{wrong_number} is not a valid organization number: check digit wrong."
_MEND_NUMBER_NB = "Rett nummeret på kunden i kassen."
_MEND_NUMBER_EN = "Mend the number of the customer in the register."


def with_check_digits(
    texts: Mapping[str, Mapping[Lang, tuple[str, str]]],
) -> dict[str, Mapping[Lang, tuple[str, str]]]:
    """These texts about customers, and each once more for one whose organization number has a wrong check digit, so
    that nobody can be found by it."""
    wrong: dict[str, Mapping[Lang, tuple[str, str]]] = {
        (f"{key}-check-digit" if "/" in key else f"{key}/check-digit"): {
            "nb": (f"{told['nb'][0]} {CHECK_DIGIT_NB}", f"{told['nb'][1]} {_MEND_NUMBER_NB}"),
            "en": (f"{told['en'][0]} {CHECK_DIGIT_EN}", f"{told['en'][1]} {_MEND_NUMBER_EN}"),
        }
        for key, told in texts.items()
        if not key.endswith("/organization-number")
    }
    return {**texts, **wrong}


LOCATION_NB = (
    "Har utsalgsstedet en location i oppsettet, må den være den som filen oppgir; oppgir filen ingen, ta den ut."
)
LOCATION_EN = (
    "If that venue has a location in the setup, it must be the one that the file names; where the file names none, "
    "take it out."
)
"""What a venue's location must be for it to take a register by its id."""

ADD_REGISTER_NB = (
    "Legg kassen til utsalgsstedet i oppsettet: {add_register}; da flytter bongene inn. "
    f"{LOCATION_NB} Skal bongene ikke med: {{accept}}."
)
ADD_REGISTER_EN = (
    "Add the register to its venue in the setup: {add_register}; the tickets then move in. "
    f"{LOCATION_EN} If the tickets are to be left out: {{accept}}."
)
OTHER_NUMBER: Mapping[Lang, tuple[str, str]] = {
    "nb": (
        "Kasse {register}{at_location} i filen {file} er fra organisasjonsnummer {organization_number}, som er "
        "et annet selskap enn i oppsettet: {count} bonger er lagt til side og ikke regnet med.",
        "Er salget deres likevel, legg nummeret ({set_key}) og kassen ({add_register}) til utsalgsstedet i "
        f"oppsettet; da flytter bongene inn. {LOCATION_NB} Skal bongene ikke med: {{accept}}.",
    ),
    "en": (
        "Register {register}{at_location} in file {file} is of organization number {organization_number}, another "
        "company than in the setup: {count} tickets are kept aside and not counted.",
        "If the sales are yours all the same, add the number ({set_key}) and the register ({add_register}) to the "
        f"venue in the setup; the tickets then move in. {LOCATION_EN} If the tickets are to be left out: {{accept}}.",
    ),
}
VOID_COUNTER: Mapping[Lang, tuple[str, str]] = {
    "nb": (
        "Bong {number} på kasse {register}, {time}, på {amount} er merket annullert og er den nøyaktige motposten "
        "til bong {other_number}, {other_time}, på {other_amount}, som er regnet med. Salget kan være angret.",
        "Ta ut salget om det ble angret: {withdraw_ticket}. " + ACCEPT_NB,
    ),
    "en": (
        "Ticket {number} on register {register}, {time}, for {amount} is marked void and is the exact reversal of "
        "ticket {other_number}, {other_time}, for {other_amount}, which is counted. The sale may have been "
        "cancelled.",
        "Take out the sale if it was cancelled: {withdraw_ticket}. " + ACCEPT_EN,
    ),
}
VOID_SALE: Mapping[Lang, tuple[str, str]] = {
    "nb": (
        "Bong {number} på kasse {register}, {time}, på {amount} er annullert, og bong {other_number}, "
        "{other_time}, fører akkurat det samme tilbake ({other_amount}). Salget kan være trukket fra to ganger.",
        "Ta ut den siste bongen om den bare opphever den annullerte: {withdraw_ticket}. " + ACCEPT_NB,
    ),
    "en": (
        "Ticket {number} on register {register}, {time}, for {amount} is marked void, and ticket {other_number}, "
        "{other_time}, is its exact reversal of {other_amount}. The sale may have been taken off twice.",
        "Take out the reversal if it only cancels the voided ticket: {withdraw_ticket}. " + ACCEPT_EN,
    ),
}
