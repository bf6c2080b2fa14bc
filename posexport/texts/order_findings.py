"""Texts of findings about orders for sales on credit, in Norwegian and English; in the form of `findings`."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.texts.finding_parts import (
    ACCEPT_EN,
    ACCEPT_NB,
    NOBODY_EN,
    NOBODY_NB,
    ambiguous_texts,
    candidate_texts,
    with_check_digits,
)
from posexport.texts.language import Lang

_WAITS_NB = "Bong {number} på kasse {register}, {amount} på kreditt, venter på det."
_WAITS_EN = "Ticket {number} on register {register}, {amount} on credit, waits for it."

_UNLINKED: Mapping[str, Mapping[Lang, tuple[str, str]]] = {
    "order-customer-not-linked": {
        "nb": (
            f"Kunde {{customer}} i kassen er ikke koblet til en kunde i PowerOffice Go, {NOBODY_NB} {_WAITS_NB}",
            "Opprett kunden i Go om den ikke er der, og koble den: {link_customer}.",
        ),
        "en": (
            f"Customer {{customer}} of the register is not linked to a customer in PowerOffice Go, {NOBODY_EN} "
            f"{_WAITS_EN}",
            "Create the customer in Go if it is not there, and link it: {link_customer}.",
        ),
    },
    **candidate_texts("order-customer-not-linked", _WAITS_NB, _WAITS_EN),
    **ambiguous_texts("order-customer-ambiguous", "order-customer-ambiguous/archived", _WAITS_NB, _WAITS_EN),
}

ORDER_TEXTS: Mapping[str, Mapping[Lang, tuple[str, str]]] = {
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
    "draft-differs/order": {
        "nb": (
            "I PowerOffice Go ligger det allerede en ordre eller en faktura {reference} ({id}), men med en annen kunde "
            "eller andre linjer enn ordren skal ha. Ingenting sendes.",
            "Se på den i Go. Er den riktig: {there}. Er den feil: slett den der, og så {export}.",
        ),
        "en": (
            "In PowerOffice Go there is already an order or an invoice {reference} ({id}), but with another customer "
            "or other lines than the order should have. Nothing is sent.",
            "Look at it in Go. If it is right: {there}. If it is wrong: delete it there, and then {export}.",
        ),
    },
    "draft-in-doubt/order": {
        "nb": (
            "I PowerOffice Go ligger det allerede ordrer eller fakturaer ({id}) av samme bong som ordren {reference}. "
            "De er ikke kjent her; kanskje er databasen lagt tilbake fra en kopi. Ingenting sendes.",
            "Se på dem i Go. Er de til sammen det bongen kommer på: {there}. Er de feil: slett ordrene der, eller "
            "krediter fakturaene, og så {export}.",
        ),
        "en": (
            "In PowerOffice Go there are already orders or invoices ({id}) of the same ticket as the order "
            "{reference}. They are not known here; perhaps the database was put back from a copy. Nothing is sent.",
            "Look at them in Go. If together they are what the ticket comes to: {there}. If they are wrong: delete the "
            "orders there, or credit the invoices, and then {export}.",
        ),
    },
    **with_check_digits(_UNLINKED),
    "order-customer-not-linked/being-made": {
        "nb": (
            "Kunde {customer} i kassen ble sendt til PowerOffice Go for å bli opprettet, og svaret kom ikke. "
            f"{_WAITS_NB}",
            "Ikke opprett kunden for hånd: neste kjøring ser etter den i Go før noe gjentas. Kjør {export}.",
        ),
        "en": (
            "Customer {customer} of the register was sent to PowerOffice Go to be created, and no answer came. "
            f"{_WAITS_EN}",
            "Do not make the customer by hand: the next run looks for it in Go before anything is repeated. Run "
            "{export}.",
        ),
    },
    "order-customer-inactive": {
        "nb": (
            "Kunde {go_number} i PowerOffice Go, som kunde {customer} i kassen er koblet til, er arkivert eller "
            f"inaktiv og tar ingen ordre. {_WAITS_NB}",
            "Åpne kunden igjen i Go, eller koble en annen: {link_customer}.",
        ),
        "en": (
            "Customer {go_number} in PowerOffice Go, to which customer {customer} of the register is linked, is "
            f"archived or inactive and takes no order. {_WAITS_EN}",
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
    "order-product-missing/sale": {
        "nb": (
            f"Varegruppe {{source}} med mva-kode {{vat_code}} har ikke noe produkt i oppsettet. {_WAITS_NB}",
            "Legg inn produktets kode i Go, {set_product}.",
        ),
        "en": (
            f"Product type {{source}} with VAT code {{vat_code}} has no product in the setup. {_WAITS_EN}",
            "Add the product's code in Go, {set_product}.",
        ),
    },
    "order-product-missing/other": {
        "nb": (
            f"Oppsettet har ikke noe produkt for {{source}} på kreditt. {_WAITS_NB}",
            "Legg inn produktets kode i Go, {set_product}.",
        ),
        "en": (
            f"The setup has no product for {{source}} on credit. {_WAITS_EN}",
            "Add the product's code in Go, {set_product}.",
        ),
    },
    "order-product-missing/unknown": {
        "nb": (
            f"Produkt {{product}} (for {{source}}) finnes ikke i PowerOffice Go. {_WAITS_NB}",
            "Opprett produktet i Go med denne koden, eller velg et annet i oppsettet.",
        ),
        "en": (
            f"Product {{product}} (for {{source}}) does not exist in PowerOffice Go. {_WAITS_EN}",
            "Create the product in Go with this code, or choose another in the setup.",
        ),
    },
    "order-product-inactive": {
        "nb": (
            f"Produkt {{product}} (for {{source}}) er arkivert i PowerOffice Go. {_WAITS_NB}",
            "Åpne produktet igjen i Go, eller velg et annet i oppsettet.",
        ),
        "en": (
            f"Product {{product}} (for {{source}}) is archived in PowerOffice Go. {_WAITS_EN}",
            "Open the product again in Go, or choose another in the setup.",
        ),
    },
    "order-product-no-account": {
        "nb": (
            "Produkt {product} (for {source}) har ingen salgskonto i PowerOffice Go: verken produktet, produktgruppen "
            f"eller klienten har en som gjelder. {_WAITS_NB}",
            "Sett produktets standard salgskonto i Go, eller klientens under Innstillinger > Fakturainnstillinger > "
            "Salgskontoer.",
        ),
        "en": (
            "Product {product} (for {source}) has no sales account in PowerOffice Go: neither the product, its product "
            f"group nor the client has one that counts. {_WAITS_EN}",
            "Set the product's standard sales account in Go, or the client's under Settings > Invoice settings > Sales "
            "accounts.",
        ),
    },
    "order-product-vat": {
        "nb": (
            "Produkt {product} (for {source}) ville blitt fakturert med {rate} % mva, men kassen tok {sold_rate} %: "
            f"salgskontoen {{account}} har mva-kode {{account_vat_code}}, og linjen {{vat_code}}. {_WAITS_NB}",
            "Velg et produkt med riktig mva i oppsettet, eller rett produktets salgskonto i Go.",
        ),
        "en": (
            "Product {product} (for {source}) would be invoiced with {rate} % VAT, but the register took {sold_rate} "
            f"%: its sales account {{account}} has VAT code {{account_vat_code}}, and the line {{vat_code}}. "
            f"{_WAITS_EN}",
            "Choose a product with the right VAT in the setup, or mend the product's sales account in Go.",
        ),
    },
    "order-product-account": {
        "nb": (
            "Produkt {product} (for {source}) føres på konto {account} i PowerOffice Go, og bilaget ville ført salget "
            "på {wanted}. Ordren for bong {number} på kasse {register}, {amount} på kreditt, går likevel.",
            "Rett produktets salgskonto i Go, eller velg et annet produkt i oppsettet.",
        ),
        "en": (
            "Product {product} (for {source}) goes to account {account} in PowerOffice Go, and the voucher would book "
            "the sale on {wanted}. The order for ticket {number} on register {register}, {amount} on credit, goes all "
            "the same.",
            "Mend the product's sales account in Go, or choose another product in the setup.",
        ),
    },
    "order-project-unknown": {
        "nb": (
            f"Prosjekt {{project}} finnes ikke i PowerOffice Go. {_WAITS_NB}",
            "Opprett prosjektet i Go, eller rett det på bongen i kassen, eksporter dagen på nytt og les filen inn.",
        ),
        "en": (
            f"Project {{project}} does not exist in PowerOffice Go. {_WAITS_EN}",
            "Create the project in Go, or mend it on the ticket, export the day again and import the file.",
        ),
    },
    "order-total-differs": {
        "nb": (
            "Ordre {order_no} ({reference}) lyder på {theirs} i PowerOffice Go, og ble sendt på {ours}: en differanse "
            "på {difference}.",
            "Finn ordren i Go, og rett den eller slett den der. " + ACCEPT_NB,
        ),
        "en": (
            "Order {order_no} ({reference}) comes to {theirs} in PowerOffice Go, and was sent as {ours}: a difference "
            "of {difference}.",
            "Find the order in Go, and correct it or delete it there. " + ACCEPT_EN,
        ),
    },
    "order-gone": {
        "nb": (
            "Ordre {order_no} ({reference}) på {amount} er ikke i PowerOffice Go lenger, verken som ordre eller som "
            "faktura. Salget er ikke i regnskapet.",
            "Ble den slettet og skal sendes på nytt: {not_there}. Skal salget i dagens bilag i stedet: {move_order}. "
            "Er den i Go likevel, eller er salget satt på ordren til en annen bong: {there}, med id-en i Go, eller "
            "referansen til den andre ordren.",
        ),
        "en": (
            "Order {order_no} ({reference}) of {amount} is not in PowerOffice Go any more, neither as an order nor as "
            "an invoice. The sale is not in the books.",
            "If it was deleted and is to be sent again: {not_there}. If the sale belongs in the day's voucher instead: "
            "{move_order}. If it is in Go after all, or its sale was put on another ticket's order: {there}, with the "
            "id in Go, or the reference of that other order.",
        ),
    },
    "order-booked-twice": {
        "nb": (
            "Salget på bong {number}, kasse {register}, er ført to ganger: det er flyttet til dagens bilag, og ordre "
            "{order_no} ({reference}) på {theirs} er i PowerOffice Go likevel. Den ble sendt før salget ble flyttet, "
            "og kom frem sent.",
            "Slett ordren i Go. Eller la ordren stå og ta salget ut av bilaget: {move_back}.",
        ),
        "en": (
            "The sale of ticket {number}, register {register}, is booked twice: it was moved to the day's voucher, "
            "and order {order_no} ({reference}) of {theirs} is in PowerOffice Go all the same. It was sent before the "
            "sale was moved, and arrived late.",
            "Delete the order in Go. Or leave the order and take the sale out of the voucher: {move_back}.",
        ),
    },
    "order-booked-twice/invoiced": {
        "nb": (
            "Salget på bong {number}, kasse {register}, er ført to ganger: det er flyttet til dagens bilag, og ordren "
            "{reference}, som kom frem sent, er fakturert i PowerOffice Go som {order_no} på {theirs}.",
            "La fakturaen stå og ta salget ut av bilaget: {move_back}. Eller krediter fakturaen i Go.",
        ),
        "en": (
            "The sale of ticket {number}, register {register}, is booked twice: it was moved to the day's voucher, "
            "and the order {reference}, which arrived late, is invoiced in PowerOffice Go as {order_no} of {theirs}.",
            "Leave the invoice and take the sale out of the voucher: {move_back}. Or credit the invoice in Go.",
        ),
    },
    "order-booked-twice/second": {
        "nb": (
            "Salget på bong {number}, kasse {register}, er to ordrer i PowerOffice Go. Ordre {order_no} ({reference}) "
            "på {theirs} kom frem sent, etter at en ny var sendt.",
            "Slett ordre {order_no} i Go.",
        ),
        "en": (
            "The sale of ticket {number}, register {register}, is two orders in PowerOffice Go. Order {order_no} "
            "({reference}) of {theirs} arrived late, after another had been sent.",
            "Delete order {order_no} in Go.",
        ),
    },
    "order-booked-twice/second-invoiced": {
        "nb": (
            "Salget på bong {number}, kasse {register}, er to ordrer i PowerOffice Go. Ordren {reference} kom frem "
            "sent, etter at en ny var sendt, og er fakturert som {order_no} på {theirs}.",
            "Slett den andre ordren av bongen i Go, eller krediter faktura {order_no} der.",
        ),
        "en": (
            "The sale of ticket {number}, register {register}, is two orders in PowerOffice Go. The order {reference} "
            "arrived late, after another had been sent, and is invoiced as {order_no} of {theirs}.",
            "Delete the other order of the ticket in Go, or credit invoice {order_no} there.",
        ),
    },
    "order-uncertain-too-long": {
        "nb": (
            "Ordre {reference} på {amount} ble sendt for mer enn {hours} timer siden, og det er ikke kjent om "
            "PowerOffice Go har den.",
            "Se etter den i Go, blant ordrer og fakturaer. Er den der: {there}. Er den ikke der: {not_there}.",
        ),
        "en": (
            "Order {reference} of {amount} was sent more than {hours} hours ago, and it is not known whether "
            "PowerOffice Go has it.",
            "Look for it in Go, among orders and invoices. If it is there: {there}. If it is not: {not_there}.",
        ),
    },
    "order-changed-after-sending": {
        "nb": (
            "Bong {number} på kasse {register} er endret etter at ordren ({reference}) ble sendt, med {difference}: "
            "{what}. Endringen er ikke sendt.",
            "Se om endringen er riktig, og send den: {send_orders}. " + ACCEPT_NB,
        ),
        "en": (
            "Ticket {number} on register {register} has changed since its order ({reference}) was sent, by "
            "{difference}: {what}. The change is not sent.",
            "See whether the change is right, and send it: {send_orders}. " + ACCEPT_EN,
        ),
    },
    "order-changed-after-sending/void": {
        "nb": (
            "Bong {number} på kasse {register} er ikke kredittsalg lenger, etter at ordren ({reference}) på {theirs} "
            "ble sendt: den er annullert, eller betalt på en annen måte. Ordren ligger i PowerOffice Go ennå.",
            "Se om endringen er riktig, og få ordren slettet: {send_orders}. " + ACCEPT_NB,
        ),
        "en": (
            "Ticket {number} on register {register} is no sale on credit any more since its order ({reference}) of "
            "{theirs} was sent: it is void, or paid in another way. The order is in PowerOffice Go still.",
            "See whether the change is right, and have the order deleted: {send_orders}. " + ACCEPT_EN,
        ),
    },
    "order-changed-after-sending/touched": {
        "nb": (
            "Bong {number} på kasse {register} er endret etter at ordren ({reference}) ble sendt, med {difference}: "
            "{what}. Ordren er bekreftet eller endret i PowerOffice Go, der den lyder på {theirs}, så den byttes ikke "
            "ut herfra.",
            "Finn ordren i Go, og rett den til {now}, eller slett den der: en slettet ordre kan sendes på nytt. "
            + ACCEPT_NB,
        ),
        "en": (
            "Ticket {number} on register {register} has changed since its order ({reference}) was sent, by "
            "{difference}: {what}. The order was confirmed or changed in PowerOffice Go, where it comes to {theirs}, "
            "so it is not replaced from here.",
            "Find the order in Go, and correct it to {now}, or delete it there: a deleted order can be sent again. "
            + ACCEPT_EN,
        ),
    },
    "order-changed-after-sending/invoiced": {
        "nb": (
            "Bong {number} på kasse {register} er endret etter at ordren ({reference}) ble sendt, med {difference}: "
            "{what}. Fakturaen i PowerOffice Go lyder på {theirs}, som er noe annet enn ble sendt, så differansen er "
            "ikke kjent og sendes ikke herfra.",
            "Finn fakturaen i Go. Er den ikke på det bongen kommer på nå, {now}, krediter det som er for mye der, "
            "eller fakturer resten. " + ACCEPT_NB,
        ),
        "en": (
            "Ticket {number} on register {register} has changed since its order ({reference}) was sent, by "
            "{difference}: {what}. The invoice in PowerOffice Go comes to {theirs}, which is not what was sent, so the "
            "difference is not known and is not sent from here.",
            "Find the invoice in Go. If it is not what the ticket comes to now, {now}, credit there what is too much, "
            "or invoice the rest. " + ACCEPT_EN,
        ),
    },
    "order-changed-after-sending/credited": {
        "nb": (
            "Bong {number} på kasse {register} er endret etter at ordren ({reference}) ble sendt, og en faktura av den "
            "er kreditert i PowerOffice Go. Bongen er på {now} nå, til kunde {customer_now}. Ingenting av det sendes "
            "herfra.",
            "Se i Go hva kunden er fakturert. Er ingenting av det fakturert, send en ny ordre på {now}: {not_there}; "
            "eller før salget i dagens bilag: {move_order}. Mangler bare noe av {now}, lag en ordre på det i Go. "
            + ACCEPT_NB,
        ),
        "en": (
            "Ticket {number} on register {register} has changed since its order ({reference}) was sent, and an invoice "
            "of it was credited in PowerOffice Go. The ticket comes to {now} now, for customer {customer_now}. Nothing "
            "of that is sent from here.",
            "See in Go what the customer is invoiced. If nothing of it is, send a new order of {now}: {not_there}; or "
            "have the sale in the day's voucher: {move_order}. If only some of {now} is missing, make an order of it "
            "in Go. " + ACCEPT_EN,
        ),
    },
    "order-changed-after-sending/references-kept": {
        "nb": (
            "Bong {number} på kasse {register} er endret etter at ordren ({reference}) ble sendt: {what}. Den er "
            "fakturert i PowerOffice Go med det som sto på bongen da, og beløpet er det samme, så det er ingen "
            "differanse å sende.",
            "Se på fakturaen i Go. Må kunden ha den med det nye, krediter hele fakturaen der, og lag en ny ordre på "
            "{now} der. " + ACCEPT_NB,
        ),
        "en": (
            "Ticket {number} on register {register} has changed since its order ({reference}) was sent: {what}. It is "
            "invoiced in PowerOffice Go with what the ticket said then, and the amount is the same, so there is no "
            "difference to send.",
            "Look at the invoice in Go. If the customer needs it with what is new, credit the whole invoice there, "
            "and make a new order of {now} there. " + ACCEPT_EN,
        ),
    },
    "order-changed-after-sending/customer": {
        "nb": (
            "Bong {number} på kasse {register} er endret etter at ordren ({reference}) ble sendt: fra kunde {customer} "
            "til {customer_now}, og fra {theirs} til {now}. Endringen er ikke sendt.",
            "Se om endringen er riktig, og send den: {send_orders}. " + ACCEPT_NB,
        ),
        "en": (
            "Ticket {number} on register {register} has changed since its order ({reference}) was sent: from customer "
            "{customer} to {customer_now}, and from {theirs} to {now}. The change is not sent.",
            "See whether the change is right, and send it: {send_orders}. " + ACCEPT_EN,
        ),
    },
    "order-changed-after-sending/customer-gone": {
        "nb": (
            "Bong {number} på kasse {register} er endret etter at ordren ({reference}) ble sendt: kunde {customer} er "
            "ikke på bongen lenger. I PowerOffice Go lyder den på {theirs}, til denne kunden.",
            "Skal kunden være der, registrer den på bongen i kassen, eksporter dagen på nytt og les filen inn. Er det "
            "riktig uten kunde, slett ordren i Go, eller krediter fakturaen der. " + ACCEPT_NB,
        ),
        "en": (
            "Ticket {number} on register {register} has changed since its order ({reference}) was sent: customer "
            "{customer} is not on the ticket any more. In PowerOffice Go it comes to {theirs}, for this customer.",
            "If the customer belongs there, register it on the ticket, export the day again and import the file. If it "
            "is right without a customer, delete the order in Go, or credit the invoice there. " + ACCEPT_EN,
        ),
    },
    "order-changed-after-sending/customer-kept": {
        "nb": (
            "Bong {number} på kasse {register} er endret etter at ordren ({reference}) ble sendt: fra kunde {customer} "
            "til {customer_now}, og fra {theirs} til {now}. Ordren er bekreftet, endret eller fakturert i PowerOffice "
            "Go, så den byttes ikke ut herfra, og ingen differanse sendes til feil kunde.",
            "Er den ikke fakturert, slett ordren i Go: en slettet ordre kan sendes på nytt, til riktig kunde. Er den "
            "fakturert, krediter hele fakturaen der, og lag en ordre på {now} til kunde {customer_now} der. "
            + ACCEPT_NB,
        ),
        "en": (
            "Ticket {number} on register {register} has changed since its order ({reference}) was sent: from customer "
            "{customer} to {customer_now}, and from {theirs} to {now}. The order was confirmed, changed or invoiced in "
            "PowerOffice Go, so it is not replaced from here, and no difference is sent to the wrong customer.",
            "If it is not invoiced, delete the order in Go: a deleted order can be sent again, to the right customer. "
            "If it is invoiced, credit the whole invoice there, and make an order of {now} to customer {customer_now} "
            "there. " + ACCEPT_EN,
        ),
    },
    "order-changed-after-sending/relinked": {
        "nb": (
            "Kunde {customer} ble koblet til {go_number_now} i PowerOffice Go mens ordren ({reference}) for bong "
            "{number} på kasse {register} var underveis. Den kom fram, og er til kunden som var koblet før, "
            "{go_number}, på {theirs}.",
            "Er den nye koblingen riktig, få ordren byttet ut med en til {go_number_now}: {send_orders}. " + ACCEPT_NB,
        ),
        "en": (
            "Customer {customer} was linked to {go_number_now} in PowerOffice Go while the order ({reference}) of "
            "ticket {number} on register {register} was under way. It has arrived, and is for the customer that was "
            "linked before, {go_number}, at {theirs}.",
            "If the new link is right, have the order replaced by one for {go_number_now}: {send_orders}. " + ACCEPT_EN,
        ),
    },
    "order-changed-after-sending/relinked-kept": {
        "nb": (
            "Kunde {customer} ble koblet til {go_number_now} i PowerOffice Go mens ordren ({reference}) for bong "
            "{number} på kasse {register} var underveis. Den kom fram, og er til kunden som var koblet før, "
            "{go_number}, på {theirs}. Den er bekreftet, endret eller fakturert der, så den byttes ikke ut herfra.",
            "Er den nye koblingen riktig og ordren ikke fakturert, slett ordren i Go: en slettet ordre kan sendes på "
            "nytt, til riktig kunde. Er den fakturert, krediter hele fakturaen der, og lag en ordre på {now} til kunde "
            "{go_number_now} der. " + ACCEPT_NB,
        ),
        "en": (
            "Customer {customer} was linked to {go_number_now} in PowerOffice Go while the order ({reference}) of "
            "ticket {number} on register {register} was under way. It has arrived, and is for the customer that was "
            "linked before, {go_number}, at {theirs}. It was confirmed, changed or invoiced there, so it is not "
            "replaced from here.",
            "If the new link is right and the order is not invoiced, delete the order in Go: a deleted order can be "
            "sent again, to the right customer. If it is invoiced, credit the whole invoice there, and make an order "
            "of {now} to customer {go_number_now} there. " + ACCEPT_EN,
        ),
    },
    "order-not-invoiced": {
        "nb": (
            "Ordre {reference} på {amount} er ikke fakturert i PowerOffice Go {limit} dager etter salget.",
            "Finn ordren i Go, og fakturer den. " + ACCEPT_NB,
        ),
        "en": (
            "Order {reference} of {amount} is not invoiced in PowerOffice Go {limit} days after the sale.",
            "Find the order in Go, and invoice it. " + ACCEPT_EN,
        ),
    },
    "order-not-invoiced/month": {
        "nb": (
            "Ordre {reference} på {amount} er ikke fakturert i PowerOffice Go en måned etter salget. Fakturaen skal "
            "lages innen en måned etter levering.",
            "Finn ordren i Go, og fakturer den. " + ACCEPT_NB,
        ),
        "en": (
            "Order {reference} of {amount} is not invoiced in PowerOffice Go a month after the sale. The invoice is "
            "due within a month of delivery.",
            "Find the order in Go, and invoice it. " + ACCEPT_EN,
        ),
    },
    "order-not-invoiced/waiting": {
        "nb": (
            "Bong {number} på kasse {register}, {amount} på kreditt, er ikke fakturert {limit} dager etter salget: "
            "ordren er ikke sendt.",
            "Rett det som stopper ordren, og send den: {send_orders}. " + ACCEPT_NB,
        ),
        "en": (
            "Ticket {number} on register {register}, {amount} on credit, is not invoiced {limit} days after the sale: "
            "its order is not sent.",
            "Mend what stops the order, and send it: {send_orders}. " + ACCEPT_EN,
        ),
    },
    "order-not-invoiced/waiting-month": {
        "nb": (
            "Bong {number} på kasse {register}, {amount} på kreditt, er ikke fakturert en måned etter salget: ordren "
            "er ikke sendt. Fakturaen skal lages innen en måned etter levering.",
            "Rett det som stopper ordren, og send den: {send_orders}. " + ACCEPT_NB,
        ),
        "en": (
            "Ticket {number} on register {register}, {amount} on credit, is not invoiced a month after the sale: its "
            "order is not sent. The invoice is due within a month of delivery.",
            "Mend what stops the order, and send it: {send_orders}. " + ACCEPT_EN,
        ),
    },
    "order-unsent": {
        "nb": (
            "Bong {number} på kasse {register}, {amount} på kreditt, er ikke sendt som ordre {limit} dager etter "
            "salget. Salget er ikke i regnskapet.",
            "Send den: {send_orders}. Har Go avvist den, rett først det svaret peker på. " + ACCEPT_NB,
        ),
        "en": (
            "Ticket {number} on register {register}, {amount} on credit, is not sent as an order {limit} days after "
            "the sale. The sale is not in the books.",
            "Send it: {send_orders}. If Go has refused it, mend first what its answer points to. " + ACCEPT_EN,
        ),
    },
    "order-unsent/removed": {
        "nb": (
            "Bong {number} på kasse {register}, {amount} på kreditt, er ikke sendt som ordre, og blir det ikke: "
            "utsalgsstedet {venue} er fjernet fra oppsettet. Salget er ikke i regnskapet.",
            "Sett utsalgsstedet opp igjen med samme id, så kan ordren sendes eller flyttes til bilaget. " + ACCEPT_NB,
        ),
        "en": (
            "Ticket {number} on register {register}, {amount} on credit, is not sent as an order, and will not be: "
            "the venue {venue} was removed from the setup. The sale is not in the books.",
            "Set the venue up again with the same id; then the order can be sent, or moved to the voucher. "
            + ACCEPT_EN,
        ),
    },
    "credit-left-out": {
        "nb": (
            "Kredittsalg på {amount} ({source}, {name}) er holdt utenfor bilaget, som oppsettet sier (transfer = "
            "false), og det lages ingen ordre: salget blir ikke ført noe sted.",
            "Lag ordrer av kredittsalg: sett {set_key} i oppsettet. " + ACCEPT_NB,
        ),
        "en": (
            "Sales on credit of {amount} ({source}, {name}) are left out of the voucher, as the setup says (transfer = "
            "false), and no order is made of them: they are not booked anywhere.",
            "Make orders of sales on credit: set {set_key} in the setup. " + ACCEPT_EN,
        ),
    },
    "order-in-voucher": {
        "nb": (
            "Bong {number} på kasse {register}, {amount} på kreditt, er flyttet tilbake fra bilaget og blir en ordre, "
            "men dagens bilag er ikke rettet etter det. Ordren sendes når bilaget er rettet.",
            "Rett bilaget: {revise}.",
        ),
        "en": (
            "Ticket {number} on register {register}, {amount} on credit, was moved back from the voucher and becomes "
            "an order, but the day's voucher was not corrected since. The order is sent when the voucher is corrected.",
            "Correct the voucher: {revise}.",
        ),
    },
    "order-in-voucher/changed": {
        "nb": (
            "Bong {number} på kasse {register}, {amount} på kreditt, blir en ordre. Dagen er endret etter at bilaget "
            "ble laget, så bilaget kan ha noe av bongen. Ordren sendes når bilaget er rettet.",
            "Rett bilaget: {revise}.",
        ),
        "en": (
            "Ticket {number} on register {register}, {amount} on credit, becomes an order. The day has changed since "
            "its voucher was drafted, so the voucher may have some of the ticket. The order is sent when the voucher "
            "is corrected.",
            "Correct the voucher: {revise}.",
        ),
    },
    "order-in-voucher/other": {
        "nb": (
            "Bong {number} på kasse {register}, {amount} på kreditt, sendes ikke som ordre: PowerOffice Go har et "
            "bilag for dagen som ikke er kjent her ({id}), og det kan ha salget. Slik er det når databasen er lagt "
            "tilbake fra en eldre kopi.",
            "Se på bilaget i Go. Har det salget, la det stå, og før salget i bilaget her også: {move_order}. Har det "
            "ikke salget, slett bilaget i Go, eller reverser det der, og eksporter på nytt.",
        ),
        "en": (
            "Ticket {number} on register {register}, {amount} on credit, is not sent as an order: PowerOffice Go has a "
            "voucher of the day that is not known here ({id}), and it may have the sale. This is so when the database "
            "was put back from an older copy.",
            "Look at the voucher in Go. If it has the sale, leave it there, and have the sale in the voucher here too: "
            "{move_order}. If it has not, delete the voucher in Go, or reverse it there, and export again.",
        ),
    },
    "order-in-voucher/replaced": {
        "nb": (
            "Bong {number} på kasse {register}, {amount} på kreditt, sendes ikke som ordre: bilaget {voucher} er ikke "
            "lenger i PowerOffice Go, og der er et annet for dagen som ikke er kjent her ({id}). Det kan ha salget. "
            "Slik er det når databasen er lagt tilbake fra en eldre kopi.",
            "Se på bilaget i Go. Har det salget, la det stå, og før salget i bilaget her også: {move_order}. Har det "
            "ikke salget, slett det i Go. Si deretter at det forrige bilaget ikke er der: {not_drafted}, og eksporter "
            "på nytt.",
        ),
        "en": (
            "Ticket {number} on register {register}, {amount} on credit, is not sent as an order: the voucher "
            "{voucher} is not in PowerOffice Go any more, and there is another one of the day that is not known here "
            "({id}). It may have the sale. This is so when the database was put back from an older copy.",
            "Look at the voucher in Go. If it has the sale, leave it there, and have the sale in the voucher here too: "
            "{move_order}. If it has not, delete it in Go. Then say that the former voucher is not there: "
            "{not_drafted}, and export again.",
        ),
    },
    "order-in-voucher/gone": {
        "nb": (
            "Bong {number} på kasse {register}, {amount} på kreditt, sendes ikke som ordre: dagens bilag {voucher} er "
            "ikke lenger i PowerOffice Go. Er det laget et annet der, kan det ha salget.",
            "Se etter dagens bilag i Go. Er ingen av dem der, si det: {not_drafted}, og eksporter på nytt: bilaget "
            "lages igjen, og ordren sendes.",
        ),
        "en": (
            "Ticket {number} on register {register}, {amount} on credit, is not sent as an order: the day's voucher "
            "{voucher} is not in PowerOffice Go any more. If another was made there, it may have the sale.",
            "Look for the day's voucher in Go. If none is there, say so: {not_drafted}, and export again: the voucher "
            "is drafted anew, and the order sent.",
        ),
    },
    "sale-ordered-already": {
        "nb": (
            "Bong {number} på kasse {register} skal være i dagens bilag, men er i PowerOffice Go som ordre {found}, "
            "som ikke er kjent her. Bilaget sendes ikke, så salget ikke blir bokført to ganger. Slik er det når "
            "databasen er lagt tilbake fra en eldre kopi.",
            "Er ordren riktig, la bongen bli en ordre her også: {move_back}. Ellers slett ordren i Go, og eksporter på "
            "nytt.",
        ),
        "en": (
            "Ticket {number} on register {register} is to be in the day's voucher, but is in PowerOffice Go as order "
            "{found}, which is not known here. The voucher is not sent, so that the sale is not booked twice. This is "
            "so when the database was put back from an older copy.",
            "If the order is right, let the ticket be an order here too: {move_back}. Otherwise delete the order in "
            "Go, and export again.",
        ),
    },
    "sale-ordered-already/invoiced": {
        "nb": (
            "Bong {number} på kasse {register} skal være i dagens bilag, men er i PowerOffice Go som faktura {found}, "
            "som ikke er kjent her. Bilaget sendes ikke, så salget ikke blir bokført to ganger. Slik er det når "
            "databasen er lagt tilbake fra en eldre kopi.",
            "Er fakturaen riktig, la bongen bli en ordre her også: {move_back}. Ellers krediter fakturaen i Go, og "
            "eksporter på nytt.",
        ),
        "en": (
            "Ticket {number} on register {register} is to be in the day's voucher, but is in PowerOffice Go as invoice "
            "{found}, which is not known here. The voucher is not sent, so that the sale is not booked twice. This is "
            "so when the database was put back from an older copy.",
            "If the invoice is right, let the ticket be an order here too: {move_back}. Otherwise credit the invoice "
            "in Go, and export again.",
        ),
    },
    "order-same-reference": {
        "nb": (
            "To bonger på dagen har fått samme referanse, {reference}, ved en tilfeldighet: bong {number} på kasse "
            "{register}, {amount} på kreditt, sendes ikke som ordre.",
            "Før salget i dagens bilag i stedet: {move_order}.",
        ),
        "en": (
            "Two tickets of the day have the same reference, {reference}, by chance: ticket {number} on register "
            "{register}, {amount} on credit, is not sent as an order.",
            "Have the sale in the day's voucher instead: {move_order}.",
        ),
    },
    "order-same-reference/twins": {
        "nb": (
            "Bong {number} på kasse {register}, {time}, finnes to ganger med ulikt innhold: denne er på {amount}. "
            "Ingen ordre sendes før det er kjent hvilken som er riktig.",
            "Er denne feil, ta den ut: {withdraw_ticket}. Er den andre feil, ta ut den på samme måte, med beløpet "
            "på den.",
        ),
        "en": (
            "Ticket {number} on register {register}, {time}, is there twice with different content: this one comes to "
            "{amount}. No order is sent before it is known which one is right.",
            "If this one is wrong, take it out: {withdraw_ticket}. If the other one is wrong, take that out alike, "
            "with its amount.",
        ),
    },
    "order-edited": {
        "nb": (
            "Ordre {order_no} ({reference}) er endret i PowerOffice Go: den lyder på {theirs}, og ble sendt på {ours}. "
            "Fakturaen er det som gjelder.",
            "",
        ),
        "en": (
            "Order {order_no} ({reference}) was changed in PowerOffice Go: it comes to {theirs}, and was sent as "
            "{ours}. The invoice is what counts.",
            "",
        ),
    },
    "order-edited/mended": {
        "nb": (
            "Bong {number} på kasse {register} er endret etter at ordre {order_no} ({reference}) ble sendt på {ours}, "
            "og ordren er rettet i PowerOffice Go: den lyder på {theirs}, slik bongen gjør nå.",
            "",
        ),
        "en": (
            "Ticket {number} on register {register} has changed since order {order_no} ({reference}) was sent as "
            "{ours}, and the order was corrected in PowerOffice Go: it comes to {theirs}, as the ticket does now.",
            "",
        ),
    },
    "order-edited/credited": {
        "nb": (
            "Faktura {invoice} av ordren {reference} på {amount} er kreditert i PowerOffice Go, og bong {number} på "
            "kasse {register} er kredittsalg på {amount} ennå. Ingenting sendes av seg selv.",
            "Er salget falt bort, er det ingenting å gjøre. Skal det faktureres på nytt, send en ny ordre: "
            "{not_there}. Skal det i dagens bilag i stedet: {move_order}.",
        ),
        "en": (
            "Invoice {invoice} of order {reference} of {amount} was credited in PowerOffice Go, and ticket {number} on "
            "register {register} is a sale on credit of {amount} still. Nothing is sent by itself.",
            "If there is no sale any more, there is nothing to do. To invoice it again, send a new order: "
            "{not_there}. To have it in the day's voucher instead: {move_order}.",
        ),
    },
    "order-rounding": {
        "nb": (
            "Ordren for bong {number} på kasse {register} kommer til {total} i PowerOffice Go, ikke {due}: "
            "{difference}, fordi Go regner mva av nettobeløpet.",
            "Skal ordrer gå opp på øret, sett {set_key} i oppsettet.",
        ),
        "en": (
            "The order for ticket {number} on register {register} comes to {total} in PowerOffice Go, not {due}: "
            "{difference}, since Go works out the VAT from the net amount.",
            "If orders are to be right to the øre, set {set_key} in the setup.",
        ),
    },
    "order-return-open": {
        "nb": (
            "Bong {number} på kasse {register} gir tilbake {amount} av bong {other_number} på kasse {other_register}, "
            "som ikke er fakturert ennå.",
            "Finn begge ordrene i Go, og fakturer dem sammen.",
        ),
        "en": (
            "Ticket {number} on register {register} gives back {amount} of ticket {other_number} on register "
            "{other_register}, which is not invoiced yet.",
            "Find both orders in Go, and invoice them together.",
        ),
    },
    "order-return-customer": {
        "nb": (
            "Bong {number} på kasse {register} gir tilbake {amount} av faktura {invoice}, som er til {go_number} i "
            "PowerOffice Go. Kreditnotaen er til samme kunde, enda {customer} nå er koblet til {go_number_now}.",
            "Er fakturaen til feil kunde, krediter hele fakturaen i Go, slett denne ordren der, og lag en ordre på "
            "resten til {go_number_now}.",
        ),
        "en": (
            "Ticket {number} on register {register} gives back {amount} of invoice {invoice}, which is for {go_number} "
            "in PowerOffice Go. The credit note is for the same customer, though {customer} is linked to "
            "{go_number_now} now.",
            "If the invoice is for the wrong customer, credit the whole invoice in Go, delete this order there, and "
            "make an order of the rest for {go_number_now}.",
        ),
    },
    "order-return-credited": {
        "nb": (
            "Bong {number} på kasse {register} gir tilbake {amount} av bong {other_number} på kasse {other_register}, "
            "og faktura {invoice} av den er alt kreditert med {credited} i PowerOffice Go. Sendes returen også, kan "
            "kunden få pengene to ganger.",
            "Se på fakturaen i Go. Er det denne returen som er kreditert, hold den utenfor: {leave_out}. Er det noe "
            "annet, send den likevel: {accept}.",
        ),
        "en": (
            "Ticket {number} on register {register} gives back {amount} of ticket {other_number} on register "
            "{other_register}, and invoice {invoice} of it is credited with {credited} in PowerOffice Go already. If "
            "the return is sent too, the customer may be credited twice.",
            "Look at the invoice in Go. If it is this return that was credited, leave it out: {leave_out}. If it is "
            "something else, send it all the same: {accept}.",
        ),
    },
    "order-return-credited/sent": {
        "nb": (
            "Bong {number} på kasse {register} gir tilbake {amount} av bong {other_number} på kasse {other_register} "
            "og ligger i PowerOffice Go som utkast til kreditnota. Faktura {invoice} er alt kreditert der med "
            "{credited}.",
            "Se på fakturaen i Go. Er det denne returen som er kreditert, slett utkastet der. Er det noe annet: "
            "{accept}.",
        ),
        "en": (
            "Ticket {number} on register {register} gives back {amount} of ticket {other_number} on register "
            "{other_register} and is in PowerOffice Go as the draft of a credit note. Invoice {invoice} is credited "
            "with {credited} there already.",
            "Look at the invoice in Go. If it is this return that was credited, delete the draft there. If it is "
            "something else: {accept}.",
        ),
    },
    "order-return-credited/invoiced": {
        "nb": (
            "Bong {number} på kasse {register} er fakturert som kreditnota på {amount} i PowerOffice Go. Faktura "
            "{invoice} er i tillegg kreditert for hånd der med {credited}, så kunden kan ha fått pengene to ganger.",
            "Se på begge kreditnotaene i Go. Gjelder de det samme, tilbakefør den ene der. Gjelder de hver sin ting: "
            "{accept}.",
        ),
        "en": (
            "Ticket {number} on register {register} is invoiced as a credit note of {amount} in PowerOffice Go. "
            "Invoice {invoice} is credited by hand with {credited} there besides, so the customer may be credited "
            "twice.",
            "Look at both credit notes in Go. If they are for the same, reverse one of them there. If each is for "
            "something else: {accept}.",
        ),
    },
    "order-return-credited/correction": {
        "nb": (
            "Rettelsen av bong {number} på kasse {register} trekker {amount} fra det som er fakturert, og faktura "
            "{invoice} av den er alt kreditert med {credited} i PowerOffice Go. Sendes rettelsen også, kan kunden få "
            "pengene to ganger.",
            "Se på fakturaen i Go. Er det denne rettelsen som er kreditert, skal den ikke sendes: {accept_change}. Er "
            "det noe annet, send den likevel: {accept}, og så {send_orders}.",
        ),
        "en": (
            "The correction of ticket {number} on register {register} takes {amount} off what is invoiced, and invoice "
            "{invoice} of it is credited with {credited} in PowerOffice Go already. If the correction is sent too, the "
            "customer may be credited twice.",
            "Look at the invoice in Go. If it is this correction that was credited, it is not to be sent: "
            "{accept_change}. If it is something else, send it all the same: {accept}, and then {send_orders}.",
        ),
    },
    "order-return-credited/correction-sent": {
        "nb": (
            "Rettelsen av bong {number} på kasse {register}, {amount} mindre, ligger i PowerOffice Go som utkast til "
            "kreditnota. Faktura {invoice} er alt kreditert der med {credited}.",
            "Se på fakturaen i Go. Er det denne rettelsen som er kreditert, slett utkastet der. Er det noe annet: "
            "{accept}.",
        ),
        "en": (
            "The correction of ticket {number} on register {register}, {amount} less, is in PowerOffice Go as the "
            "draft of a credit note. Invoice {invoice} is credited with {credited} there already.",
            "Look at the invoice in Go. If it is this correction that was credited, delete the draft there. If it is "
            "something else: {accept}.",
        ),
    },
    "order-return-open/itself": {
        "nb": (
            "Bong {number} på kasse {register} gir tilbake {amount}, og har sitt eget nummer som salget den gjelder. "
            "Det er ikke kjent hvilket salg det er, så ordren nevner verken bong eller faktura.",
            "Finn ordren i Go, og fakturer den sammen med salget den gjelder, eller skriv fakturaen på den der.",
        ),
        "en": (
            "Ticket {number} on register {register} gives back {amount}, and has its own number as that of the sale. "
            "Which sale that is is not known, so the order names neither ticket nor invoice.",
            "Find the order in Go, and invoice it together with the sale that it is for, or write the invoice on it "
            "there.",
        ),
    },
}
