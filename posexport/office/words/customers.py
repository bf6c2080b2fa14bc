"""The words of customers and their links."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "customers": {"nb": "Kunder", "en": "Customers"},
    "customer": {"nb": "Kunde", "en": "Customer"},
    "customers_with_credit": {"nb": "Kunder med kredittsalg", "en": "Customers with credit sales"},
    "linked": {"nb": "koblet", "en": "linked"},
    "not_linked": {"nb": "ikke koblet", "en": "not linked"},
    "all_customers": {"nb": "alle", "en": "all"},
    "customer_is_linked": {
        "nb": "Kunden er koblet til {number} i PowerOffice Go.",
        "en": "The customer is linked to {number} in PowerOffice Go.",
    },
    "linked_to": {"nb": "koblet til {number} {name}", "en": "linked to {number} {name}"},
    "was_number": {"nb": "het {number} da den ble koblet", "en": "was {number} when it was linked"},
    "amount_waits": {"nb": "{amount} venter", "en": "{amount} waits"},
    "link": {"nb": "Koble", "en": "Link"},
    "link_customer": {"nb": "Koble kunde", "en": "Link customer"},
    "other_customer": {"nb": "Koble til en annen", "en": "Link to another"},
    "unlink": {"nb": "Koble fra", "en": "Unlink"},
    "archived_in_go": {"nb": "arkivert i Go, kan ikke velges", "en": "archived in Go, cannot be chosen"},
    "customers_read": {"nb": "Kunder i PowerOffice Go lest {time}", "en": "Customers in PowerOffice Go read {time}"},
    "customers_never_read": {
        "nb": "Kundene i PowerOffice Go er ikke lest ennå.",
        "en": "The customers in PowerOffice Go were not read yet.",
    },
    "no_candidates": {
        "nb": "Ingen i PowerOffice Go har samme organisasjonsnummer, kundenummer eller e-post. Søk på navnet, eller "
        "les kundene på nytt.",
        "en": "Nobody in PowerOffice Go has the same organization number, customer number or e-mail. Search for the "
        "name, or read the customers again.",
    },
    "no_customers": {"nb": "Ingen kredittsalg med kunde.", "en": "No credit sales with a customer."},
    "no_customers_shown": {"nb": "Ingen kunder her.", "en": "No customers here."},
    "link_question": {
        "nb": "Hvem er {code} {name} i PowerOffice Go?",
        "en": "Who is {code} {name} in PowerOffice Go?",
    },
    "link_note": {
        "nb": "Ordrer som venter på kunden, går med neste kjøring. Det som er sendt, blir stående.",
        "en": "Orders that wait for the customer go with the next run. What is sent stays.",
    },
    "candidates": {"nb": "Kan være", "en": "Could be"},
    "search_customer": {"nb": "Nummer, navn eller organisasjonsnummer", "en": "Number, name or organization number"},
    "found_customers": {"nb": "Funnet", "en": "Found"},
    "same_name": {
        "nb": "Med det navnet i PowerOffice Go. Se etter at det er samme kunde.",
        "en": "With that name in PowerOffice Go. Make sure that it is the same customer.",
    },
    "no_customer_found": {"nb": "Ingen kunde passer.", "en": "No customer fits."},
    "more_customers": {"nb": "{n} til. Søk mer nøyaktig.", "en": "{n} more. Search more exactly."},
    "customer_missing": {"nb": "Velg en kunde.", "en": "Choose a customer."},
    "customer_not_there": {
        "nb": "Kunde {number} finnes ikke i PowerOffice Go, eller er arkivert. Velg en annen, eller les kundene på "
        "nytt.",
        "en": "Customer {number} is not in PowerOffice Go, or is archived. Choose another, or read the customers "
        "again.",
    },
    "link_refused": {
        "nb": "PowerOffice Go har ikke kunden lenger, eller den er arkivert. Ingenting er koblet.",
        "en": "PowerOffice Go does not have the customer any more, or it is archived. Nothing was linked.",
    },
    "linked_meanwhile": {
        "nb": "Noen var raskere: {code} er nå {number} {name}. Er det feil, velg igjen.",
        "en": "Somebody was faster: {code} is {number} {name} now. If that is wrong, choose again.",
    },
    "unlinked_meanwhile": {
        "nb": "Noen var raskere: {code} er ikke koblet lenger. Skal den kobles likevel, velg igjen.",
        "en": "Somebody was faster: {code} is not linked any more. If it is to be linked all the same, choose again.",
    },
    "not_linked_now": {"nb": "Kunden er ikke koblet.", "en": "The customer is not linked."},
    "share_question": {"nb": "Er det samme kunde?", "en": "Is it the same customer?"},
    "share_codes": {
        "nb": "{codes} i kassen er allerede kunde {number} {name}. Kobler du {code} også, havner salg til alle disse "
        "på samme kunde.",
        "en": "{codes} of the register is customer {number} {name} already. If you link {code} too, sales to all of "
        "these are on the same customer.",
    },
    "email_only": {
        "nb": "Bare e-postadressen er lik. To kunder kan ha samme adresse. Er {code} {name} virkelig {number} {other}?",
        "en": "Only the e-mail address is the same. Two customers may share one. Is {code} {name} really {number} "
        "{other}?",
    },
    "link_anyway": {"nb": "Ja, koble {code} til {number}", "en": "Yes, link {code} to {number}"},
    "unlink_question": {
        "nb": "Koble {code} fra {number} {name}?",
        "en": "Unlink {code} from {number} {name}?",
    },
    "unlink_what": {
        "nb": "Salg på kreditt til {code} venter til den er koblet igjen.",
        "en": "Sales on credit to {code} wait until it is linked again.",
    },
    "unlink_not": {
        "nb": "Disse ordrene er sendt og blir stående på kunden: {references}.",
        "en": "These orders are sent and stay with the customer: {references}.",
    },
    "create_in_go": {"nb": "Opprett i Go", "en": "Create in Go"},
    "create_question": {"nb": "Opprette {name} i PowerOffice Go?", "en": "Create {name} in PowerOffice Go?"},
    "create_what": {
        "nb": "Dette blir kunden i {company} ({where}), og {code} blir koblet til den:",
        "en": "This becomes the customer in {company} ({where}), and {code} is linked to it:",
    },
    "create_button": {"nb": "Opprett {name}", "en": "Create {name}"},
    "customer_not_made": {
        "nb": "Kunden kan ikke opprettes: oppsettet tillater det ikke, noen i PowerOffice Go kan være den, eller "
        "kassen vet for lite om den.",
        "en": "The customer cannot be created: the setup does not allow it, somebody in PowerOffice Go could be it, "
        "or the register knows too little of it.",
    },
    "organization_number": {"nb": "Organisasjonsnummer", "en": "Organization number"},
    "external_reference": {"nb": "Ekstern referanse", "en": "External reference"},
    "invoice_by": {"nb": "Faktura sendes", "en": "Invoices go"},
    "by_print": {"nb": "på papir (kan endres i Go)", "en": "by print (can be changed in Go)"},
}
