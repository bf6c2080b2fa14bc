"""Texts of findings about orders and tickets that have changed, in Norwegian and English; in the form of `findings`."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.texts.finding_parts import ACCEPT_EN, ACCEPT_NB
from posexport.texts.language import Lang

CHANGE_TEXTS: Mapping[str, Mapping[Lang, tuple[str, str]]] = {
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
            "{go_number_now} der. Var den forrige koblingen riktig, koble kunden tilbake: {link_customer}. "
            + ACCEPT_NB,
        ),
        "en": (
            "Customer {customer} was linked to {go_number_now} in PowerOffice Go while the order ({reference}) of "
            "ticket {number} on register {register} was under way. It has arrived, and is for the customer that was "
            "linked before, {go_number}, at {theirs}. It was confirmed, changed or invoiced there, so it is not "
            "replaced from here.",
            "If the new link is right and the order is not invoiced, delete the order in Go: a deleted order can be "
            "sent again, to the right customer. If it is invoiced, credit the whole invoice there, and make an order "
            "of {now} to customer {go_number_now} there. If the former link was right, link the customer back: "
            "{link_customer}. " + ACCEPT_EN,
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
}
