"""Words on orders for sales on credit, in Norwegian and English: their states, and why they wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from posexport.core.orders.state import Invoice, OrderState
from posexport.texts.language import Lang, format_kroner

ORDER_STATES: Mapping[OrderState, Mapping[Lang, str]] = {
    OrderState.OPEN: {"nb": "Dagen er ikke over", "en": "Day not over"},
    OrderState.WAITING: {"nb": "Venter", "en": "Waiting"},
    OrderState.READY: {"nb": "Klar", "en": "Ready"},
    OrderState.UNCERTAIN: {"nb": "Usikker", "en": "Uncertain"},
    OrderState.REFUSED: {"nb": "Avvist", "en": "Refused"},
    OrderState.UNREACHABLE: {"nb": "Ikke nådd", "en": "Not reached"},
    OrderState.SENT: {"nb": "Sendt", "en": "Sent"},
    OrderState.INVOICED: {"nb": "Fakturert", "en": "Invoiced"},
    OrderState.CREDITED: {"nb": "Kreditert", "en": "Credited"},
    OrderState.GONE: {"nb": "Slettet i Go", "en": "Deleted in Go"},
    OrderState.MOVED: {"nb": "Ført i bilag", "en": "Booked by voucher"},
    OrderState.LEFT_OUT: {"nb": "Holdt utenfor", "en": "Left out"},
}
"""The name of each state."""

_NEXT: Mapping[OrderState, Mapping[Lang, str]] = {
    OrderState.UNCERTAIN: {
        "nb": "Ordren ble sendt, men det kom ikke noe brukbart svar. Kjør eksporten på nytt: den ser etter ordren i "
        "PowerOffice Go før noe sendes igjen.",
        "en": "The order was sent, but no usable answer came. Run the export again: it looks for the order in "
        "PowerOffice Go before anything is sent again.",
    },
    OrderState.REFUSED: {
        "nb": "PowerOffice Go sa nei. Rett det svaret peker på, og kjør posexport orders send.",
        "en": "PowerOffice Go said no. Mend what its answer points to, and run posexport orders send.",
    },
    OrderState.UNREACHABLE: {
        "nb": "Ordren er ikke sendt, og ingenting er tapt. Den går med neste eksport.",
        "en": "The order was not sent, and nothing is lost. It goes with the next export.",
    },
}
"""What to do about an order on which nothing is found, by its state."""

ORDER_WORDS: Mapping[str, Mapping[Lang, str]] = {
    "orders": {"nb": "Kredittsalg som ordrer", "en": "Credit sales as orders"},
    "order": {"nb": "Ordre", "en": "Order"},
    "several": {"nb": "Ordrer", "en": "Orders"},
    "none": {"nb": "Ingen ordrer å vise.", "en": "No orders to show."},
    "day": {"nb": "Dag", "en": "Day"},
    "register": {"nb": "Kasse", "en": "Register"},
    "ticket": {"nb": "Bong", "en": "Ticket"},
    "venue": {"nb": "Sted", "en": "Venue"},
    "customer": {"nb": "Kunde", "en": "Customer"},
    "customer_code": {"nb": "Kundekode i kassen", "en": "Customer code in the register"},
    "customer_number": {"nb": "Kundenummer i Go", "en": "Customer number in Go"},
    "state": {"nb": "Tilstand", "en": "State"},
    "order_no": {"nb": "Ordre i Go", "en": "Order in Go"},
    "total": {"nb": "Beløp", "en": "Amount"},
    "no_customer": {"nb": "uten kunde", "en": "no customer"},
    "not_linked": {"nb": "ikke koblet", "en": "not linked"},
    "to_be_linked": {"nb": "kobles når den sendes", "en": "linked when it is sent"},
    "in_register": {"nb": "{code} i kassen", "en": "{code} in the register"},
    "changed": {"nb": "{state}, endret siden", "en": "{state}, changed since"},
    "sent_at": {"nb": "Sendt", "en": "Sent"},
    "reference": {"nb": "Referanse", "en": "Reference"},
    "invoice": {"nb": "Faktura", "en": "Invoice"},
    "credits": {"nb": "Krediterer faktura", "en": "Credits invoice"},
    "paid": {"nb": "betalt", "en": "paid"},
    "unpaid": {"nb": "{balance} ikke betalt", "en": "{balance} not paid"},
    "partly_credited": {"nb": "kreditert", "en": "credited"},
    "credit": {"nb": "Solgt på kreditt", "en": "Sold on credit"},
    "product": {"nb": "Produkt", "en": "Product"},
    "text": {"nb": "Tekst", "en": "Text"},
    "quantity": {"nb": "Antall", "en": "Quantity"},
    "price": {"nb": "Pris uten mva", "en": "Price without VAT"},
    "net": {"nb": "Netto", "en": "Net"},
    "vat": {"nb": "Mva", "en": "VAT"},
    "vat_code": {"nb": "Mva-kode", "en": "VAT code"},
    "sum": {"nb": "Sum", "en": "Sum"},
    "missing_product": {"nb": "mangler", "en": "missing"},
    "tally_sent": {"nb": "Kredittsalg sendt som ordre", "en": "Credit sales sent as orders"},
    "tally_none": {"nb": "ingen", "en": "none"},
    "also": {"nb": "Det samme gjelder bong {tickets}.", "en": "The same goes for tickets {tickets}."},
    "also_more": {"nb": " og {n} til", "en": " and {n} more"},
    "count_one": {"nb": "1 ordre", "en": "1 order"},
    "count_many": {"nb": "{n} ordrer", "en": "{n} orders"},
    # the day's control figures, and what a report tells before the orders are sent
    "credit_control": {"nb": "Kredittsalg i kassen", "en": "Credit sales in the register"},
    "credit_is": {
        "nb": "{total} = {voucher} i bilaget + {ordered} som ordrer + {left_out} utelatt",
        "en": "{total} = {voucher} in the voucher + {ordered} as orders + {left_out} left out",
    },
    "credit_held": {"nb": "{held} som venter, i ingen av dem", "en": "{held} waiting, in none of them"},
    "credit_going": {"nb": "Sendes som ordre", "en": "To be sent as orders"},
}
"""Every other word."""

_REASONS: Mapping[str, Mapping[Lang, str]] = {
    "order-no-customer": {"nb": "bongen er uten kunde", "en": "the ticket has no customer"},
    "order-customer-not-linked": {"nb": "kunden er ikke koblet", "en": "the customer is not linked"},
    "order-customer-ambiguous": {
        "nb": "det er flere kunder det kan være",
        "en": "it could be several customers",
    },
    "order-customer-inactive": {"nb": "kunden er arkivert i Go", "en": "the customer is archived in Go"},
    "order-product-missing": {"nb": "produktet mangler", "en": "the product is missing"},
    "order-product-inactive": {"nb": "produktet er arkivert i Go", "en": "the product is archived in Go"},
    "order-product-no-account": {"nb": "produktet har ingen salgskonto", "en": "the product has no sales account"},
    "order-product-vat": {"nb": "produktet har feil mva", "en": "the product has the wrong VAT"},
    "order-project-unknown": {"nb": "prosjektet finnes ikke i Go", "en": "the project is not in Go"},
    "order-in-voucher": {"nb": "bilaget må rettes først", "en": "the voucher is to be corrected first"},
    "same-number-twice": {"nb": "bongen kan være der to ganger", "en": "the ticket may be there twice"},
    "indivisible-ticket": {"nb": "bongen kan ikke deles", "en": "the ticket cannot be divided"},
    "unbalanced": {"nb": "bongen går ikke opp", "en": "the ticket does not balance"},
    "unexplained-payment": {"nb": "bongen går ikke opp", "en": "the ticket does not balance"},
    "order-return-credited": {"nb": "salget er alt kreditert i Go", "en": "the sale is credited in Go already"},
    "order-unsent": {"nb": "utsalgsstedet er fjernet", "en": "the venue was removed"},
    "order-gone": {"nb": "ordren er slettet i Go", "en": "the order was deleted in Go"},
    "order-total-differs": {"nb": "Go har en annen sum", "en": "Go has another total"},
    "order-changed-after-sending": {"nb": "bongen er endret siden", "en": "the ticket has changed since"},
    "order-booked-twice": {"nb": "salget er ført to ganger", "en": "the sale is booked twice"},
    "order-not-invoiced": {"nb": "ikke fakturert på en måned", "en": "not invoiced for a month"},
    "order-uncertain-too-long": {"nb": "ingen vet om den er i Go", "en": "nobody knows whether it is in Go"},
    "order-same-reference": {"nb": "to bonger har samme referanse", "en": "two tickets have one reference"},
}
"""Why an order waits, in a few words, by the code of the finding."""

_OTHER_REASON: Mapping[Lang, str] = {"nb": "se merknaden", "en": "see the finding"}


def order_words(lang: Lang) -> dict[str, str]:
    """All of `ORDER_WORDS` in one language."""
    return {key: told[lang] for key, told in ORDER_WORDS.items()}


def name_order_state(state: OrderState, lang: Lang, *, is_changed: bool = False) -> str:
    """The state of an order in words. `is_changed`: its ticket has changed since it was sent."""
    told = ORDER_STATES[state][lang]
    return ORDER_WORDS["changed"][lang].format(state=told) if is_changed else told


def name_order_in_status(state: OrderState, lang: Lang) -> str:
    """An order with its state, among business days.

    >>> name_order_in_status(OrderState.WAITING, "nb"), name_order_in_status(OrderState.GONE, "en")
    ('Ordre: venter', 'Order: deleted in Go')
    """
    return f"{ORDER_WORDS['order'][lang]}: {_small_first(ORDER_STATES[state][lang])}"


def count_order_states(states: Iterable[OrderState], lang: Lang) -> str:
    """How many orders are in each state; empty where there are none.

    >>> count_order_states([OrderState.WAITING, OrderState.GONE, OrderState.WAITING], "nb")
    'Ordrer: 2 venter, 1 slettet i Go'
    """
    counted = Counter(states)
    told = [f"{counted[one]} {_small_first(ORDER_STATES[one][lang])}" for one in OrderState if counted[one]]
    return f"{ORDER_WORDS['several'][lang]}: {', '.join(told)}" if told else ""


def _small_first(told: str) -> str:
    return f"{told[:1].lower()}{told[1:]}"


def describe_order_next(state: OrderState, lang: Lang) -> str:
    """What to do about an order on which nothing is found; empty where nothing is."""
    return _NEXT[state][lang] if state in _NEXT else ""


def describe_invoice(invoice: Invoice, lang: Lang) -> str:
    """An invoice in a few words: its number, amount, and whether it is paid."""
    told = [f"{invoice.number}, {format_kroner(invoice.total_ore, lang)}"]
    if invoice.is_credited:
        told.append(ORDER_WORDS["partly_credited"][lang])
    elif invoice.is_paid:
        told.append(ORDER_WORDS["paid"][lang])
    else:
        told.append(ORDER_WORDS["unpaid"][lang].format(balance=format_kroner(invoice.balance_ore, lang)))
    return ", ".join(told)


def describe_reason(code: str, lang: Lang) -> str:
    """Why an order waits, in a few words, by the code of the finding that stops it."""
    return _REASONS.get(code, _OTHER_REASON)[lang]


_NAMED_AT_MOST = 20


def describe_also(tickets: Sequence[str], lang: Lang) -> str:
    """That the same is found on further tickets, by their numbers.

    >>> describe_also(["2", "3"], "nb"), describe_also(["2", "3"], "en")
    ('Det samme gjelder bong 2, 3.', 'The same goes for tickets 2, 3.')
    """
    named = ", ".join(tickets[:_NAMED_AT_MOST])
    more = ORDER_WORDS["also_more"][lang].format(n=len(tickets) - _NAMED_AT_MOST) if tickets[_NAMED_AT_MOST:] else ""
    return ORDER_WORDS["also"][lang].format(tickets=f"{named}{more}")


def count_orders(many: int, lang: Lang) -> str:
    """A number of orders, in words.

    >>> count_orders(1, "nb"), count_orders(3, "en")
    ('1 ordre', '3 orders')
    """
    return ORDER_WORDS["count_one" if many == 1 else "count_many"][lang].format(n=many)
