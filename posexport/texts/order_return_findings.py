"""Texts of findings about returns and corrections as orders, in Norwegian and English; in the form of `findings`."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.texts.language import Lang

RETURN_TEXTS: Mapping[str, Mapping[Lang, tuple[str, str]]] = {
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
    "order-return-customer/other": {
        "nb": (
            "Bong {number} på kasse {register} gir tilbake {amount} av faktura {invoice}, som er til {go_number} i "
            "PowerOffice Go. Men kunden på bongen, {customer}, er koblet til {go_number_now}, og Go tar ingen "
            "kreditnota til en annen enn den som er fakturert. Returen sendes ikke.",
            "Er det samme kjøper, koble kunden dit: {link_customer}. Er det feil kunde på bongen, rett den i kassen, "
            "eksporter dagen på nytt og les filen inn. Skal {go_number_now} godskrives likevel, før returen i dagens "
            "bilag: {move_order}.",
        ),
        "en": (
            "Ticket {number} on register {register} gives back {amount} of invoice {invoice}, which is for {go_number} "
            "in PowerOffice Go. But the ticket's customer, {customer}, is linked to {go_number_now}, and Go takes no "
            "credit note for anybody but the one that was invoiced. The return is not sent.",
            "If it is the same buyer, link the customer there: {link_customer}. If the ticket has the wrong customer, "
            "correct it in the register, export the day again and import the file. If {go_number_now} is to be "
            "credited all the same, have the return in the day's voucher: {move_order}.",
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
    "order-return-open/unread": {
        "nb": (
            "Bong {number} på kasse {register} gir tilbake {amount} av bong {other_number} på kasse {other_register}, "
            "som ikke er i noen fil som er lest inn. Ordren nevner bongen og ingen faktura.",
            "Finn ordren i Go, og skriv fakturaen den gjelder på den der før du fakturerer den.",
        ),
        "en": (
            "Ticket {number} on register {register} gives back {amount} of ticket {other_number} on register "
            "{other_register}, which is in no file that was read. The order names the ticket and no invoice.",
            "Find the order in Go, and write the invoice that it is for on it there before you invoice it.",
        ),
    },
    "order-return-open/not-ordered": {
        "nb": (
            "Bong {number} på kasse {register} gir tilbake {amount} av bong {other_number} på kasse {other_register}, "
            "som det ikke er laget ordre av: den er betalt i kassen, eller ført i bilaget. Ordren nevner bongen og "
            "ingen faktura.",
            "Finn ordren i Go, og se at kunden skal ha kreditnotaen, før du fakturerer den.",
        ),
        "en": (
            "Ticket {number} on register {register} gives back {amount} of ticket {other_number} on register "
            "{other_register}, of which no order was made: it was paid at the till, or is in the voucher. The order "
            "names the ticket and no invoice.",
            "Find the order in Go, and see that the customer is to have the credit note, before you invoice it.",
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
