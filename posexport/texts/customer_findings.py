"""Texts of findings about customers of the register that are not linked to a customer of PowerOffice Go, in Norwegian
and English; in the form of `findings`."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.texts.finding_parts import NOBODY_EN, NOBODY_NB, ambiguous_texts, candidate_texts
from posexport.texts.language import Lang

_HELD_NB = "Bilaget er ikke sendt, for kreditten ville ikke ha havnet på riktig kunde."
_HELD_EN = "The voucher is not sent, since the credit would not be on the right customer."

CUSTOMER_TEXTS: Mapping[str, Mapping[Lang, tuple[str, str]]] = {
    "unknown-customer/unlinked": {
        "nb": (
            "Kunde {customer} i kassen er ikke koblet til en kunde i PowerOffice Go. Bilaget blir ikke sendt før den "
            "er det.",
            "Se hvem det kan være, og koble den: {link_customer}.",
        ),
        "en": (
            "Customer {customer} of the register is not linked to a customer in PowerOffice Go. The voucher is not "
            "sent before it is.",
            "See who it could be, and link it: {link_customer}.",
        ),
    },
    "unknown-customer/nobody": {
        "nb": (
            f"Kunde {{customer}} i kassen er ikke koblet til en kunde i PowerOffice Go, {NOBODY_NB} {_HELD_NB}",
            "Opprett kunden i Go om den ikke er der, og koble den: {link_customer}.",
        ),
        "en": (
            f"Customer {{customer}} of the register is not linked to a customer in PowerOffice Go, {NOBODY_EN} "
            f"{_HELD_EN}",
            "Create the customer in Go if it is not there, and link it: {link_customer}.",
        ),
    },
    "unknown-customer/no-such-number": {
        "nb": (
            "PowerOffice Go har ingen kunde med nummer {customer}, som er kundens nummer i kassen.",
            "Er kunden der med et annet nummer, koble den: {link_customer}. Ellers opprett den i Go med dette "
            "nummeret, eller rett det på bongen.",
        ),
        "en": (
            "PowerOffice Go has no customer with number {customer}, which is the customer's number in the register.",
            "If the customer is there with another number, link it: {link_customer}. Otherwise create it in Go with "
            "this number, or mend it on the ticket.",
        ),
    },
    **candidate_texts("unknown-customer", _HELD_NB, _HELD_EN),
    **ambiguous_texts("unknown-customer/ambiguous", "unknown-customer/ambiguous-archived", _HELD_NB, _HELD_EN),
    "unknown-customer/shared-code": {
        "nb": (
            "Kundenummer {code} i kassen er brukt for to firmaer: organisasjonsnummer {other_number}, og "
            f"{{organization_number}} denne dagen. {_HELD_NB}",
            "Er det et annet firma, koble det: {link_customer}. Er det samme firma med nytt nummer, koble det til den "
            "samme kunden. Er nummeret feil, rett det på kunden i kassen, eksporter dagen på nytt og les filen inn.",
        ),
        "en": (
            "Customer code {code} of the register is used for two firms: organization number {other_number}, and "
            f"{{organization_number}} on this day. {_HELD_EN}",
            "If it is another firm, link that: {link_customer}. If it is the same firm with a new number, link it to "
            "the same customer. If the number is wrong, mend it on the customer in the register, export the day again "
            "and import the file.",
        ),
    },
    "unknown-customer/other-firm": {
        "nb": (
            "Kundenummer {code} i kassen er koblet til kunde {go_number} i PowerOffice Go, med organisasjonsnummer "
            f"{{other_number}}, men salget denne dagen har {{organization_number}}. {_HELD_NB}",
            "Er det et annet firma, koble det: {link_customer}. Skal salget til kunde {go_number} likevel, koble det "
            "til den. Er nummeret feil, rett det på kunden i Go, eller i kassen, og les filen inn på nytt.",
        ),
        "en": (
            "Customer code {code} of the register is linked to customer {go_number} in PowerOffice Go, with "
            f"organization number {{other_number}}, but the sales of this day have {{organization_number}}. {_HELD_EN}",
            "If it is another firm, link that: {link_customer}. If the sale is for customer {go_number} all the same, "
            "link it to that one. If a number is wrong, mend it on the customer in Go, or in the register, and import "
            "the file again.",
        ),
    },
    "unknown-customer/several-firms": {
        "nb": (
            "Kundenummer {code} i kassen er brukt for flere kunder på samme dag, med organisasjonsnummer {numbers}. "
            f"Bilaget har én linje for dem. {_HELD_NB}",
            "Gi hvert firma sitt eget kundenummer i kassen, eksporter dagen på nytt og les filen inn.",
        ),
        "en": (
            "Customer code {code} of the register is used for several customers on one day, with organization numbers "
            f"{{numbers}}. The voucher has one line for them. {_HELD_EN}",
            "Give each firm a code of its own in the register, export the day again and import the file.",
        ),
    },
    "unknown-customer/gone": {
        "nb": (
            "Kunde {customer} i kassen er koblet til kunde {go_number} i PowerOffice Go, som ikke er der lenger. "
            f"{_HELD_NB}",
            "Koble den til en annen kunde: {link_customer}.",
        ),
        "en": (
            "Customer {customer} of the register is linked to customer {go_number} in PowerOffice Go, which is no "
            f"longer there. {_HELD_EN}",
            "Link it to another customer: {link_customer}.",
        ),
    },
    "unknown-customer/no-list": {
        "nb": (
            "Kunde {customer} i kassen er ikke koblet til en kunde i PowerOffice Go, og kundene der kan ikke leses: "
            f"selskapet har ingen subscription_key i oppsettet. {_HELD_NB}",
            "Sett {set_key} og les oppsettet inn på nytt; koble så kunden: {link_customer}. Er numrene i kassen de "
            'samme som i Go, kan oppsettet si det i stedet, med customers = "number".',
        ),
        "en": (
            "Customer {customer} of the register is not linked to a customer in PowerOffice Go, and the customers "
            f"there cannot be read: the company has no subscription_key in the setup. {_HELD_EN}",
            "Set {set_key} and apply the setup again; then link the customer: {link_customer}. If the numbers in the "
            'register are those in Go, the setup can say so instead, with customers = "number".',
        ),
    },
}
