"""Texts of findings about orders whose sale a voucher may have, in Norwegian and English; in the form of `findings`."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.texts.finding_parts import ACCEPT_EN, ACCEPT_NB
from posexport.texts.language import Lang

VOUCHER_TEXTS: Mapping[str, Mapping[Lang, tuple[str, str]]] = {
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
    "sale-ordered-already/in-voucher": {
        "nb": (
            "Bong {number} på kasse {register} er i dagens bilag her, men PowerOffice Go har salget som ordre eller "
            "faktura {found}, som ikke er kjent her. Slik er det når databasen er lagt tilbake fra en eldre kopi: "
            "bilaget i Go kan være rettet siden, uten salget.",
            "Se på dagens bilag i Go. Har det ikke salget, la bongen bli en ordre her også: {move_back}, og så "
            "{revise}. Har det salget, slett ordren i Go, eller krediter fakturaen, og eksporter på nytt.",
        ),
        "en": (
            "Ticket {number} on register {register} is in the day's voucher here, but PowerOffice Go has the sale as "
            "order or invoice {found}, which is not known here. This is so when the database was put back from an "
            "older copy: the voucher in Go may have been corrected since, without the sale.",
            "Look at the day's voucher in Go. If it does not have the sale, let the ticket be an order here too: "
            "{move_back}, and then {revise}. If it has, delete the order in Go, or credit the invoice, and export "
            "again.",
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
}
