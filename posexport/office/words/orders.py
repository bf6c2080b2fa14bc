"""The words of orders."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "orders": {"nb": "Ordrer", "en": "Orders"},
    "order": {"nb": "Ordre", "en": "Order"},
    "order_of": {"nb": "{venue}, ordre på {amount}", "en": "{venue}, order of {amount}"},
    "all_orders": {"nb": "alle", "en": "all"},
    "ticket": {"nb": "Bong", "en": "Ticket"},
    "customer_code": {"nb": "Kundekode", "en": "Customer code"},
    "all_venues": {"nb": "alle", "en": "all"},
    "download_csv": {"nb": "Last ned CSV", "en": "Download CSV"},
    "orders_of_days": {
        "nb": "De siste {n} dagene, og eldre som ikke er ferdige.",
        "en": "The last {n} days, and older ones that are not finished.",
    },
    "orders_sum": {"nb": "{count}, {amount} i alt", "en": "{count}, {amount} in all"},
    "more_orders": {
        "nb": "{n} til vises ikke. Velg en kortere periode.",
        "en": "{n} more are not shown. Choose a shorter period.",
    },
    "no_orders": {
        "nb": "Ingen ordrer her. Kredittsalg blir ordrer når selskapet er satt opp til det.",
        "en": "No orders here. Sales on credit become orders where the company is set up for it.",
    },
    "not_invoiced": {"nb": "Ikke fakturert", "en": "Not invoiced"},
    "at_date": {"nb": "Per dato", "en": "At date"},
    "day_not_over": {
        "nb": "Dagen er ikke over ennå. Velg en tidligere.",
        "en": "The day is not over. Choose an earlier one.",
    },
    "nothing_not_invoiced": {"nb": "Alt er fakturert.", "en": "Everything is invoiced."},
    "removed": {"nb": "fjernet", "en": "removed"},
    "venue_was_removed": {
        "nb": "Utsalgsstedet er fjernet fra oppsettet: ingenting sendes eller flyttes herfra.",
        "en": "The venue was removed from the setup: nothing of it is sent or moved.",
    },
    "difference": {"nb": "Avvik", "en": "Difference"},
    "sent_at": {"nb": "Sendt", "en": "Sent"},
    "sold_at": {"nb": "Solgt", "en": "Sold"},
    "why_linked": {"nb": "Koblet fordi", "en": "Linked because"},
    "history": {"nb": "Historikk", "en": "History"},
    "no_history": {"nb": "Ingenting er sendt ennå.", "en": "Nothing was sent yet."},
    "accepted_by": {"nb": "{who} godtok: {why}", "en": "{who} accepted: {why}"},
    "order_lines": {"nb": "Linjer", "en": "Lines"},
    "order_found": {"nb": "Funnet", "en": "Found"},
    "send_now": {"nb": "Send nå", "en": "Send now"},
    "send_question": {"nb": "Sende {count}?", "en": "Send {count}?"},
    "one_order": {"nb": "1 ordre", "en": "1 order"},
    "n_orders": {"nb": "{n} ordrer", "en": "{n} orders"},
    "send_what": {
        "nb": "{count} på {amount} i alt går til {company} ({where}) som ordrekladd.",
        "en": "{count} of {amount} in all goes to {company} ({where}) as a draft order.",
    },
    "send_not": {
        "nb": "Ingen faktura sendes. Det gjør du i PowerOffice Go.",
        "en": "No invoice is sent. You do that in PowerOffice Go.",
    },
    "send_waits": {
        "nb": "Den venter på noe. Er det ikke rettet, blir den ikke sendt.",
        "en": "It waits for something. Where that is not mended, it is not sent.",
    },
    "nothing_to_send": {"nb": "Det er ingenting å sende.", "en": "There is nothing to send."},
    "revise_order": {"nb": "Rett ordren", "en": "Revise the order"},
    "revise_order_what": {
        "nb": "Er ordren urørt i PowerOffice Go, slettes den og sendes på nytt. Er den fakturert, sendes akkurat "
        "forskjellen. Har noen endret den der, sendes ingenting.",
        "en": "If nobody has touched the order in PowerOffice Go, it is deleted and sent anew. Once invoiced, exactly "
        "the difference is sent. If somebody changed it there, nothing is sent.",
    },
    "by_voucher": {"nb": "Før i bilaget i stedet", "en": "Book by voucher instead"},
    "by_voucher_question": {"nb": "Føre {amount} i bilaget?", "en": "Book {amount} by voucher?"},
    "by_voucher_what": {
        "nb": "{amount} går ut av ordrene og inn i dagens bilag. Er bilaget laget, er neste steg å rette det med "
        "akkurat beløpet.",
        "en": "{amount} leaves the orders and goes into the day's voucher. If that is drafted, the next step is to "
        "revise it by exactly the amount.",
    },
    "by_voucher_not": {
        "nb": "Kunden får ingen faktura av dette salget fra PowerOffice Go.",
        "en": "The customer gets no invoice of this sale from PowerOffice Go.",
    },
    "by_order": {"nb": "Lag ordre likevel", "en": "Make an order after all"},
    "by_order_question": {"nb": "Gjøre {amount} til ordre?", "en": "Make {amount} an order?"},
    "by_order_what": {
        "nb": "{amount} blir en ordre. Har dagens bilag salget, rettes bilaget først; så sendes ordren.",
        "en": "{amount} becomes an order. If the day's voucher has the sale, it is revised first; then the order is "
        "sent.",
    },
    "left_out": {"nb": "Hold utenfor", "en": "Leave out"},
    "left_out_question": {"nb": "Holde {amount} utenfor?", "en": "Leave {amount} out?"},
    "left_out_what": {
        "nb": "Returen sendes ikke, og bilaget har den heller ikke: fakturaen er kreditert for hånd i PowerOffice Go.",
        "en": "The return is not sent, nor is it in the voucher: its invoice was credited by hand in PowerOffice Go.",
    },
    "reason_optional": {"nb": "Begrunnelse (kan stå tom)", "en": "Reason (may be empty)"},
    "order_moved_already": {
        "nb": "Noen var raskere: salget er flyttet allerede. Se på ordren på nytt.",
        "en": "Somebody was faster: the sale is moved already. Look at the order again.",
    },
    "move_refused": {
        "nb": "Det går ikke nå: ordren er, eller kan være, i PowerOffice Go, eller en kjøring har den. Slett den der "
        "først, eller vent til neste kjøring har sett etter. Ingenting er flyttet.",
        "en": "That does not work now: the order is, or may be, in PowerOffice Go, or a run has it. Delete it there "
        "first, or wait until the next run has looked. Nothing was moved.",
    },
    "resolve_order": {"nb": "Si hvor den er", "en": "Say where it is"},
    "order_id_in_go": {
        "nb": "Ordrens id i PowerOffice Go (flere skilles med mellomrom)",
        "en": "The order's id in PowerOffice Go (several with a space between)",
    },
    "order_id_missing": {
        "nb": "Skriv id-en ordren har i PowerOffice Go.",
        "en": "Write the id that the order has in PowerOffice Go.",
    },
    "order_not_there_note": {
        "nb": "Ligger den ikke der, sendes den på nytt ved neste eksport.",
        "en": "If it is not there, it is sent anew by the next export.",
    },
    "order_resolve_refused": {
        "nb": "PowerOffice Go sier noe annet, det er ingenting å avgjøre, eller en kjøring har ordren nå. Ingenting "
        "er endret.",
        "en": "PowerOffice Go says otherwise, there is nothing to resolve, or a run has the order now. Nothing was "
        "changed.",
    },
    "help_waiting": {
        "nb": "Venter (ordre): kunden, produktet eller prosjektet mangler. Ordren sier hva, og knappen der retter det.",
        "en": "Waiting (order): customer, product or project is missing. The order says what, and has the button.",
    },
    "help_sent": {
        "nb": "Sendt: ordren ligger i PowerOffice Go. Fakturer den der.",
        "en": "Sent: the order is in PowerOffice Go. Invoice it there.",
    },
    "help_invoiced": {"nb": "Fakturert: noen har fakturert ordren.", "en": "Invoiced: somebody invoiced the order."},
    "help_credited": {
        "nb": "Kreditert: fakturaen er reversert eller kreditert.",
        "en": "Credited: its invoice was reversed or credited.",
    },
    "help_gone": {
        "nb": "Slettet i Go: verken ordre eller faktura er der lenger. Si hvor den er, eller før den i bilaget.",
        "en": "Deleted in Go: neither order nor invoice is there. Say where it is, or book it by voucher.",
    },
    "help_moved": {
        "nb": "Ført i bilag: et menneske valgte bilaget i stedet for ordren.",
        "en": "Booked by voucher: a person chose the voucher instead of the order.",
    },
    "help_left-out": {
        "nb": "Holdt utenfor: en retur som var kreditert i PowerOffice Go alt, eller en dag der alt salg er utelatt.",
        "en": "Left out: a return that was credited in PowerOffice Go already, or a day on which all sales are left "
        "out.",
    },
    "help_ticket-changed": {
        "nb": "Endret siden: bongen er en annen enn da ordren ble sendt. Rett ordren.",
        "en": "Changed since: the ticket is another than when the order was sent. Revise the order.",
    },
    "nothing_to_resolve_order": {"nb": "Det er ingenting å avgjøre.", "en": "There is nothing to resolve."},
}
