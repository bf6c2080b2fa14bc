"""The doctor's answers about customers, in Norwegian and English; in the form of `doctor`."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.texts.language import Lang

CUSTOMER_ANSWERS: Mapping[str, Mapping[Lang, tuple[str, str]]] = {
    "customers/linked": {
        "nb": ("Kassens kunder som har handlet på kreditt, er koblet til kunder i PowerOffice Go ({count}).", ""),
        "en": (
            "The customers who bought on account are linked to customers in PowerOffice Go ({count}).",
            "",
        ),
    },
    "customers/waiting": {
        "nb": (
            "Salg på kreditt venter, for disse kundene i kassen er ikke koblet til noen i PowerOffice Go: {codes}.",
            "Se hvem de kan være med posexport customers --unlinked, og koble dem: posexport customers link {company} "
            "KUNDE NUMMER.",
        ),
        "en": (
            "Sales on account wait since these customers of the register are not linked to a customer in PowerOffice "
            "Go: {codes}.",
            "See who they could be with posexport customers --unlinked, and link them: posexport customers link "
            "{company} CODE NUMBER.",
        ),
    },
    "customers/unlinked": {
        "nb": (
            "Disse kundene i kassen er ikke koblet til en kunde i PowerOffice Go: {codes}. Ingenting venter på dem nå.",
            "Koble dem før de handler på kreditt igjen: posexport customers link {company} KUNDE NUMMER.",
        ),
        "en": (
            "These customers of the register are not linked to a customer in PowerOffice Go: {codes}. Nothing waits "
            "for them now.",
            "Link them before they buy on account again: posexport customers link {company} CODE NUMBER.",
        ),
    },
    "customers/gone": {
        "nb": (
            "Kunde {code} i kassen er koblet til kunde {number}, som ikke er i PowerOffice Go lenger.",
            "Koble den til en annen kunde: posexport customers link {company} {code} NUMMER.",
        ),
        "en": (
            "Customer {code} of the register is linked to customer {number}, which is no longer in PowerOffice Go.",
            "Link it to another customer: posexport customers link {company} {code} NUMBER.",
        ),
    },
    "customers/not-looked-up": {
        "nb": (
            "Kassens kundenumre sendes som kundenumre i PowerOffice Go uten å slås opp der: selskapet har ingen "
            "subscription_key i oppsettet.",
            "Er numrene ikke de samme begge steder, legg inn subscription_key under [[company]] og les oppsettet inn "
            "på nytt.",
        ),
        "en": (
            "The register's customer codes are sent as customer numbers in PowerOffice Go without being looked up "
            "there: the company has no subscription_key in the setup.",
            "If the numbers are not the same in both, add a subscription_key under [[company]] and apply the setup "
            "again.",
        ),
    },
    "customers/no-key": {
        "nb": (
            "Kundene i PowerOffice Go kan ikke leses, så ingen kan kobles: selskapet har ingen subscription_key i "
            "oppsettet.",
            "Legg inn subscription_key under [[company]] og les oppsettet inn på nytt. Er numrene i kassen de samme "
            'som i Go, sett heller customers = "number" under [company.orders].',
        ),
        "en": (
            "The customers in PowerOffice Go cannot be read, so none can be linked: the company has no "
            "subscription_key in the setup.",
            "Add a subscription_key under [[company]] and apply the setup again. If the numbers in the register are "
            'those in Go, set customers = "number" under [company.orders] instead.',
        ),
    },
    "customers/refused": {
        "nb": (
            "Nøklene får ikke lese kundene i PowerOffice Go: {answer}",
            "Gi utvidelsen rettigheten Customer under Meny > Innstillinger > Utvidelser.",
        ),
        "en": (
            "The keys may not read the customers in PowerOffice Go: {answer}",
            "Give the extension the privilege Customer under Menu > Settings > Extensions.",
        ),
    },
    "customers/inactive": {
        "nb": (
            "Kunde {number}, som kunde {code} i kassen er koblet til, er arkivert eller inaktiv i PowerOffice Go og "
            "tar ingen ordre.",
            "Åpne kunden igjen i Go, på kundekortet, eller koble en annen.",
        ),
        "en": (
            "Customer {number}, to which customer {code} of the register is linked, is archived or inactive in "
            "PowerOffice Go and takes no order.",
            "Open the customer again in Go, on the customer card, or link another.",
        ),
    },
    "customers/vat-free": {
        "nb": (
            "Kunde {number} er merket som avgiftsfri i PowerOffice Go. Ordrene får den mva som kassen tok.",
            "Skal kunden ha mva, ta merket bort i Go, på kundekortet.",
        ),
        "en": (
            "Customer {number} is marked as free of VAT in PowerOffice Go. Orders have the VAT that the register took.",
            "If the customer is to pay VAT, take the mark off in Go, on the customer card.",
        ),
    },
    "customers/ehf": {
        "nb": (
            "Kunde {number} får faktura som EHF i PowerOffice Go, men har ikke organisasjonsnummer der: fakturaen kan "
            "ikke sendes.",
            "Legg inn organisasjonsnummeret i Go, på kundekortet, eller velg en annen sendemåte der.",
        ),
        "en": (
            "Customer {number} is invoiced by EHF in PowerOffice Go and has no organization number there: the invoice "
            "cannot be sent.",
            "Enter the organization number in Go, on the customer card, or choose another way of sending there.",
        ),
    },
    "customers/email": {
        "nb": (
            "Kunde {number} får faktura på e-post i PowerOffice Go, men har ingen e-postadresse der: fakturaen kan "
            "ikke sendes.",
            "Legg inn e-postadressen i Go, på kundekortet, eller velg en annen sendemåte der.",
        ),
        "en": (
            "Customer {number} is invoiced by e-mail in PowerOffice Go and has no address there: the invoice cannot be "
            "sent.",
            "Enter the e-mail address in Go, on the customer card, or choose another way of sending there.",
        ),
    },
}
"""Answers by their codes: the message and what to do."""
