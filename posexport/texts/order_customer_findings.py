"""Texts of findings about the customers and contacts of orders, in Norwegian and English; in the form of `findings`."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.texts.finding_parts import (
    ACCEPT_EN,
    ACCEPT_NB,
    NOBODY_EN,
    NOBODY_NB,
    WAITS_EN,
    WAITS_NB,
    ambiguous_texts,
    candidate_texts,
    with_check_digits,
)
from posexport.texts.language import Lang

_UNLINKED: Mapping[str, Mapping[Lang, tuple[str, str]]] = {
    "order-customer-not-linked": {
        "nb": (
            f"Kunde {{customer}} i kassen er ikke koblet til en kunde i PowerOffice Go, {NOBODY_NB} {WAITS_NB}",
            "Opprett kunden i Go om den ikke er der, og koble den: {link_customer}.",
        ),
        "en": (
            f"Customer {{customer}} of the register is not linked to a customer in PowerOffice Go, {NOBODY_EN} "
            f"{WAITS_EN}",
            "Create the customer in Go if it is not there, and link it: {link_customer}.",
        ),
    },
    **candidate_texts("order-customer-not-linked", WAITS_NB, WAITS_EN),
    **ambiguous_texts("order-customer-ambiguous", "order-customer-ambiguous/archived", WAITS_NB, WAITS_EN),
}

CUSTOMER_TEXTS: Mapping[str, Mapping[Lang, tuple[str, str]]] = {
    "order-no-customer": {
        "nb": (
            "Bong {number} på kasse {register} er kredittsalg på {amount} uten kunde, så ingen ordre kan lages. "
            "Salget er ikke i regnskapet.",
            "Registrer kunden på bongen i kassen, eksporter dagen på nytt og les filen inn. Eller før salget i dagens "
            "bilag, uten kunde: {move_order}.",
        ),
        "en": (
            "Ticket {number} on register {register} is a sale on credit of {amount} without a customer, so no order "
            "can be made. The sale is not in the books.",
            "Register the customer on the ticket, export the day again and import the file. Or have the sale in the "
            "day's voucher, without a customer: {move_order}.",
        ),
    },
    "order-no-customer/former-type": {
        "nb": (
            "Bong {number} på kasse {register}, {amount}, er kommet til på en dag som er sendt, og der ble {source} "
            "til ordrer. I oppsettet er {source} ikke kreditt lenger, så kunden er ikke tatt vare på. Bongen er i "
            "ingen av dem før den flyttes.",
            "Før den i dagens bilag, som andre betalinger med {source}: {move_order}. Er {source} kreditt likevel, "
            "sett {set_key} i oppsettet, og les filen inn på nytt.",
        ),
        "en": (
            "Ticket {number} on register {register}, {amount}, was added to a day that is sent, and whose {source} "
            "became orders. In the setup {source} is not on credit any more, so the customer was not kept. The ticket "
            "is in neither until it is moved.",
            "Have it in the day's voucher, as other payments with {source}: {move_order}. If {source} is on credit "
            "after all, set {set_key} in the setup, and import the file again.",
        ),
    },
    "order-no-customer/part-paid": {
        "nb": (
            "Bong {number} på kasse {register} er kredittsalg på {amount} uten kunde, og {paid} av den ble betalt i "
            "kassen. Hele bongen skal på ordren, så betalingen skal godskrives kunden. Verken ordren eller dagens "
            "bilag sendes før det er kjent hvem det er.",
            "Registrer kunden på bongen i kassen, eksporter dagen på nytt og les filen inn. Eller før hele salget i "
            "dagens bilag, uten kunde: {move_order}.",
        ),
        "en": (
            "Ticket {number} on register {register} is a sale on credit of {amount} without a customer, and {paid} of "
            "it was paid at the register. The whole ticket goes on the order, so the customer is credited with that "
            "payment. Neither the order nor the day's voucher is sent before it is known who that is.",
            "Register the customer on the ticket, export the day again and import the file. Or have the whole sale in "
            "the day's voucher, without a customer: {move_order}.",
        ),
    },
    **with_check_digits(_UNLINKED),
    "order-customer-not-linked/being-made": {
        "nb": (
            "Kunde {customer} i kassen ble sendt til PowerOffice Go for å bli opprettet, og svaret kom ikke. "
            f"{WAITS_NB}",
            "Ikke opprett kunden for hånd: neste kjøring ser etter den i Go før noe gjentas. Kjør {export}.",
        ),
        "en": (
            "Customer {customer} of the register was sent to PowerOffice Go to be created, and no answer came. "
            f"{WAITS_EN}",
            "Do not make the customer by hand: the next run looks for it in Go before anything is repeated. Run "
            "{export}.",
        ),
    },
    "order-customer-ambiguous/shared-code": {
        "nb": (
            "Kundenummer {code} i kassen er brukt for to firmaer: organisasjonsnummer {other_number}, og "
            f"{{organization_number}} på denne bongen. {WAITS_NB}",
            "Er det et annet firma, koble det: {link_customer}. Er det samme firma med nytt nummer, koble det til den "
            "samme kunden. Er nummeret feil, rett det på kunden i kassen, eksporter dagen på nytt og les filen inn.",
        ),
        "en": (
            "Customer code {code} of the register is used for two firms: organization number {other_number}, and "
            f"{{organization_number}} on this ticket. {WAITS_EN}",
            "If it is another firm, link that: {link_customer}. If it is the same firm with a new number, link it to "
            "the same customer. If the number is wrong, mend it on the customer in the register, export the day again "
            "and import the file.",
        ),
    },
    "order-customer-ambiguous/other-firm": {
        "nb": (
            "Kundenummer {code} i kassen er koblet til kunde {go_number} i PowerOffice Go, med organisasjonsnummer "
            f"{{other_number}}, men bongen har {{organization_number}}. {WAITS_NB}",
            "Er det et annet firma, koble det: {link_customer}. Skal salget til kunde {go_number} likevel, koble det "
            "til den. Er nummeret feil, rett det på kunden i Go, eller i kassen, og les filen inn på nytt.",
        ),
        "en": (
            "Customer code {code} of the register is linked to customer {go_number} in PowerOffice Go, with "
            f"organization number {{other_number}}, but the ticket has {{organization_number}}. {WAITS_EN}",
            "If it is another firm, link that: {link_customer}. If the sale is for customer {go_number} all the same, "
            "link it to that one. If a number is wrong, mend it on the customer in Go, or in the register, and import "
            "the file again.",
        ),
    },
    "order-customer-inactive": {
        "nb": (
            "Kunde {go_number} i PowerOffice Go, som kunde {customer} i kassen er koblet til, er arkivert eller "
            f"inaktiv og tar ingen ordre. {WAITS_NB}",
            "Åpne kunden igjen i Go, eller koble en annen: {link_customer}.",
        ),
        "en": (
            "Customer {go_number} in PowerOffice Go, to which customer {customer} of the register is linked, is "
            f"archived or inactive and takes no order. {WAITS_EN}",
            "Open the customer again in Go, or link another: {link_customer}.",
        ),
    },
    "order-customer-vat-free": {
        "nb": (
            "Kunde {go_number} er merket som avgiftsfri i PowerOffice Go. Ordren for bong {number} på kasse "
            "{register}, {amount} på kreditt, har den mva som kassen tok.",
            "Skal kunden ha mva, ta merket bort i Go, på kundekortet. " + ACCEPT_NB,
        ),
        "en": (
            "Customer {go_number} is marked as free of VAT in PowerOffice Go. The order for ticket {number} on "
            "register {register}, {amount} on credit, has the VAT that the register took.",
            "If the customer is to pay VAT, take the mark off in Go, on the customer card. " + ACCEPT_EN,
        ),
    },
    "order-customer-delivery/ehf": {
        "nb": (
            "Kunde {go_number} får faktura som EHF i PowerOffice Go, men har ikke organisasjonsnummer der. Fakturaen "
            "for bong {number} på kasse {register} kan ikke sendes.",
            "Legg inn organisasjonsnummeret i Go, på kundekortet, eller velg en annen sendemåte der.",
        ),
        "en": (
            "Customer {go_number} gets invoices by EHF in PowerOffice Go, but has no organization number there. The "
            "invoice for ticket {number} on register {register} cannot be sent.",
            "Add the organization number in Go, on the customer card, or choose another way of sending there.",
        ),
    },
    "order-customer-delivery/email": {
        "nb": (
            "Kunde {go_number} får faktura på e-post i PowerOffice Go, men har ingen e-postadresse der. Fakturaen for "
            "bong {number} på kasse {register} kan ikke sendes.",
            "Legg inn adressen i Go, på kundekortet, eller velg en annen sendemåte der.",
        ),
        "en": (
            "Customer {go_number} gets invoices by e-mail in PowerOffice Go, but has no e-mail address there. The "
            "invoice for ticket {number} on register {register} cannot be sent.",
            "Add the address in Go, on the customer card, or choose another way of sending there.",
        ),
    },
    "contact-elsewhere": {
        "nb": (
            "Kontakten på bong {number}, kasse {register}, har samme e-postadresse som en kontaktperson hos kunde "
            "{go_number} i PowerOffice Go. Ordren har navnet som tekst.",
            "Skal personen høre til kunden på bongen, ta den først bort der i Go: kundekortet > Kontaktpersoner > "
            "Fjern.",
        ),
        "en": (
            "The contact on ticket {number}, register {register}, has the same e-mail address as a contact person of "
            "customer {go_number} in PowerOffice Go. The order has the name as text.",
            "If the person belongs to the ticket's customer, remove the contact there first, in Go: customer card > "
            "Contact persons > Remove.",
        ),
    },
}
