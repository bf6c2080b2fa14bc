"""Texts of findings about orders for sales on credit, in Norwegian and English; in the form of `findings`."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.texts.finding_parts import ACCEPT_EN, ACCEPT_NB
from posexport.texts.language import Lang
from posexport.texts.order_change_findings import CHANGE_TEXTS
from posexport.texts.order_customer_findings import CUSTOMER_TEXTS
from posexport.texts.order_product_findings import PRODUCT_TEXTS
from posexport.texts.order_return_findings import RETURN_TEXTS
from posexport.texts.order_voucher_findings import VOUCHER_TEXTS

ORDER_TEXTS: Mapping[str, Mapping[Lang, tuple[str, str]]] = {
    **CUSTOMER_TEXTS,
    **PRODUCT_TEXTS,
    **CHANGE_TEXTS,
    **VOUCHER_TEXTS,
    **RETURN_TEXTS,
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
            "Send den: {send_orders}. Er det noe annet som stopper den, så rett det først. " + ACCEPT_NB,
        ),
        "en": (
            "Ticket {number} on register {register}, {amount} on credit, is not invoiced {limit} days after the sale: "
            "its order is not sent.",
            "Send it: {send_orders}. If something else stops it, mend that first. " + ACCEPT_EN,
        ),
    },
    "order-not-invoiced/waiting-month": {
        "nb": (
            "Bong {number} på kasse {register}, {amount} på kreditt, er ikke fakturert en måned etter salget: ordren "
            "er ikke sendt. Fakturaen skal lages innen en måned etter levering.",
            "Send den: {send_orders}. Er det noe annet som stopper den, så rett det først. " + ACCEPT_NB,
        ),
        "en": (
            "Ticket {number} on register {register}, {amount} on credit, is not invoiced a month after the sale: its "
            "order is not sent. The invoice is due within a month of delivery.",
            "Send it: {send_orders}. If something else stops it, mend that first. " + ACCEPT_EN,
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
            "på den. Er det ordren av den som er sendt, kan endringen sendes etterpå, og ikke før.",
        ),
        "en": (
            "Ticket {number} on register {register}, {time}, is there twice with different content: this one comes to "
            "{amount}. No order is sent before it is known which one is right.",
            "If this one is wrong, take it out: {withdraw_ticket}. If the other one is wrong, take that out alike, "
            "with its amount. If it is that one's order that was sent, the change can be sent afterwards, and not "
            "before.",
        ),
    },
}
