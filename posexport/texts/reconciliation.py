"""Words on the reconciliation of credit sales, and on what is not invoiced at a date, in Norwegian and English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from posexport.core.finding import TICKETS_NAMED
from posexport.core.order_reconciliation import (
    CountedOrder,
    DayReconciliation,
    Difference,
    Place,
    Reason,
    Takings,
    Verdict,
)
from posexport.core.orders.state import Invoice
from posexport.texts.clean import clean
from posexport.texts.language import Lang, format_day_short, format_kroner, format_written_day
from posexport.texts.orders import describe_reason, name_order_state

RECONCILIATION_WORDS: Mapping[str, Mapping[Lang, str]] = {
    "title": {"nb": "Avstemming av kredittsalg", "en": "Reconciliation of credit sales"},
    "none": {"nb": "Ingen dager med kredittsalg å avstemme.", "en": "No days with credit sales to reconcile."},
    "till": {"nb": "Kassen", "en": "Register"},
    "what": {"nb": "Ført som", "en": "Booked as"},
    "voucher": {"nb": "Bilag", "en": "Voucher"},
    "voucher_waiting": {"nb": "Bilag, ikke i Go", "en": "Voucher, not in Go"},
    "held": {"nb": "Bong som ikke kan deles, i ingen av dem", "en": "Ticket that cannot be divided, in neither"},
    "left_out": {"nb": "Utelatt", "en": "Left out"},
    "difference_line": {"nb": "Differanse", "en": "Difference"},
    "amount": {"nb": "Beløp", "en": "Amount"},
    "number": {"nb": "Nummer i Go", "en": "Number in Go"},
    "sum": {"nb": "Sum", "en": "Sum"},
    "ticket": {"nb": "Bong", "en": "Ticket"},
    "customer": {"nb": "Kunde", "en": "Customer"},
    "state": {"nb": "Tilstand", "en": "State"},
    "order_no": {"nb": "Ordre", "en": "Order"},
    "invoice_no": {"nb": "Faktura", "en": "Invoice"},
    "invoiced": {"nb": "Fakturert", "en": "Invoiced"},
    "difference": {"nb": "Differanse", "en": "Difference"},
    "change": {"nb": "Endret bong, ikke sendt", "en": "Changed ticket, not sent"},
    "day": {"nb": "Dag", "en": "Day"},
    "venue": {"nb": "Sted", "en": "Venue"},
    "account": {"nb": "Salgskonto", "en": "Sales account"},
    "unknown_account": {"nb": "ikke kjent", "en": "not known"},
    "vat_code": {"nb": "Mva-kode", "en": "VAT code"},
    "net": {"nb": "Netto", "en": "Net"},
    "vat": {"nb": "Mva", "en": "VAT"},
    "gross": {"nb": "Brutto", "en": "Gross"},
    "nothing_open": {"nb": "Alt er fakturert.", "en": "Everything is invoiced."},
    "invoiced_later": {"nb": "Fakturert {on} som {number}", "en": "Invoiced {on} as {number}"},
    "explained": {
        "nb": "Opptjent og ikke i regnskapet på denne datoen. Netto er avsetningen; mva følger fakturaen.",
        "en": "Earned and not in the books at this date. Net is what to accrue; the VAT follows the invoice.",
    },
}
"""Every other word."""

PLACES: Mapping[Place, Mapping[Lang, str]] = {
    Place.SENT: {"nb": "Sendt som ordre, ikke fakturert", "en": "Sent as an order, not invoiced"},
    Place.INVOICED: {"nb": "Fakturert", "en": "Invoiced"},
    Place.CREDITED: {"nb": "Fakturert og kreditert", "en": "Invoiced and credited"},
    Place.UNCERTAIN: {"nb": "Usikkert om det er i Go", "en": "Perhaps in Go"},
    Place.WAITING: {"nb": "Venter, ikke i Go", "en": "Waiting, not in Go"},
    Place.MOVED: {"nb": "Ført for hånd", "en": "Booked by hand"},
}
"""Where the amount of an order is."""

_REASONS: Mapping[Reason, Mapping[Lang, str]] = {
    Reason.ROUNDING: {"nb": "øreavrunding", "en": "rounding"},
    Reason.RECKONED: {"nb": "Go regner annerledes", "en": "reckoned otherwise by Go"},
    Reason.EDITED: {"nb": "endret i Go", "en": "edited in Go"},
    Reason.FEE: {"nb": "fakturagebyr", "en": "invoice fee"},
    Reason.KEPT: {"nb": "bongen er endret etterpå, godtatt", "en": "ticket changed since, accepted"},
    Reason.ON_INVOICE: {"nb": "fakturagebyr eller endret i Go", "en": "invoice fee, or edited in Go"},
}


def reconciliation_words(lang: Lang) -> dict[str, str]:
    """All of `RECONCILIATION_WORDS` in one language."""
    return {key: told[lang] for key, told in RECONCILIATION_WORDS.items()}


def name_not_invoiced(at: date, lang: Lang) -> str:
    """The title of what is not invoiced at a date.

    >>> name_not_invoiced(date(2026, 11, 30), "nb"), name_not_invoiced(date(2026, 11, 30), "en")
    ('Ikke fakturert per 30.11.2026', 'Not invoiced at 30 Nov 2026')
    """
    return f"{'Ikke fakturert per' if lang == 'nb' else 'Not invoiced at'} {format_written_day(at, lang)}"


def describe_till(till: tuple[Takings, ...], lang: Lang) -> str:
    """What was taken, by payment type: "12 000,00 = Kort 7 400,00 + Kreditt 4 600,00"."""
    total = format_kroner(sum(takings.amount_ore for takings in till), lang)
    parts = " + ".join(f"{takings.name} {format_kroner(takings.amount_ore, lang)}" for takings in till)
    return f"{total} = {parts}" if parts else total


def describe_verdict(day: DayReconciliation, lang: Lang) -> str:
    """What a day's reconciliation comes to, in a sentence or two."""
    acts = _describe_acts(day, lang)
    if day.verdict is Verdict.BY_HAND:
        told = {
            "nb": "Dagen er ført for hånd, og er ikke avstemt her.",
            "en": "The day was booked by hand, and is not reconciled here.",
        }[lang]
        return f"{told}{acts}"
    left = f"{_describe_left(day.waiting, lang)}{_describe_uncertain(day.uncertain, lang)}"
    if day.verdict is Verdict.AGREES:
        done = {"nb": "Stemmer.", "en": "Agrees."}[lang]
        undone = {"nb": "Stemmer til øret, men er ikke ferdig.", "en": "Agrees to the øre, but is not done."}[lang]
        return f"{done if day.is_done else undone}{left}{acts}"
    amount = format_kroner(abs(day.difference_ore), lang)
    more = day.difference_ore > 0
    told = {
        "nb": f"Stemmer ikke: kassen har {amount} {'mer' if more else 'mindre'} enn bilag, ordrer og utelatt.",
        "en": f"Differs: the register has {amount} {'more' if more else 'less'} than voucher, orders and left out.",
    }[lang]
    return f"{told}{left}{acts}"


def _describe_acts(day: DayReconciliation, lang: Lang) -> str:
    """What somebody has to look at before the day is done: orders with the reason, and the voucher; the first few."""
    found = dict.fromkeys(
        f"{_TICKET[lang].format(number=clean(shown.order.ticket_number))} ({describe_reason(code, lang)})"
        for shown in (*(one.shown for one in day.orders), *day.undivided)
        if (code := shown.held_by)
    )
    told = [*list(found)[:TICKETS_NAMED], *([_VOUCHER[lang]] if day.waits_for_voucher else [])]
    if len(found) > TICKETS_NAMED:
        told.append(_MORE[lang].format(n=len(found) - TICKETS_NAMED))
    return _ACTS[lang].format(what="; ".join(told)) if told else ""


_ACTS: Mapping[Lang, str] = {"nb": " Noen må se på: {what}.", "en": " Somebody has to look at: {what}."}
_TICKET: Mapping[Lang, str] = {"nb": "bong {number}", "en": "ticket {number}"}
_VOUCHER: Mapping[Lang, str] = {"nb": "dagens bilag", "en": "the day's voucher"}
_MORE: Mapping[Lang, str] = {"nb": "{n} til", "en": "{n} more"}


def describe_days(days: Sequence[DayReconciliation], lang: Lang) -> str:
    """How many days there are, and how many of them do not agree, or were booked by hand."""
    undone = sum(day.verdict is Verdict.AGREES and not day.is_done for day in days)
    counts = Counter(day.verdict for day in days)
    counts[Verdict.AGREES] -= undone
    parts = [f"{len(days)} {({'nb': 'dager', 'en': 'days'} if len(days) > 1 else {'nb': 'dag', 'en': 'day'})[lang]}"]
    parts += [_COUNTED[verdict][lang].format(n=counts[verdict]) for verdict in Verdict if counts[verdict]]
    parts += [_UNDONE[lang].format(n=undone)] if undone else []
    return f"{parts[0]}: {', '.join(parts[1:])}" if len(parts) > 1 else parts[0]


_COUNTED: Mapping[Verdict, Mapping[Lang, str]] = {
    Verdict.AGREES: {"nb": "{n} stemmer", "en": "{n} agree"},
    Verdict.DIFFERS: {"nb": "{n} stemmer ikke", "en": "{n} differ"},
    Verdict.BY_HAND: {"nb": "{n} ført for hånd", "en": "{n} booked by hand"},
}


_UNDONE: Mapping[Lang, str] = {"nb": "{n} stemmer, men er ikke ferdig", "en": "{n} agree, but are not done"}


def _describe_left(amounts_ore: Sequence[int], lang: Lang) -> str:
    """What is not in the ledger; what is to be added and what is to be taken off apart, since they may cancel out."""
    if not amounts_ore:
        return ""
    sums = (sum(ore for ore in amounts_ore if ore > 0), sum(ore for ore in amounts_ore if ore < 0))
    told = [format_kroner(ore, lang) for ore in sums if ore]
    if len(told) == 1:
        return {"nb": f" {told[0]} er ikke i Go.", "en": f" {told[0]} is not in Go."}[lang]
    if told:
        both = {"nb": " og ", "en": " and "}[lang].join(told)
        return {"nb": f" {both} venter, og er ikke i Go.", "en": f" {both} wait, and are not in Go."}[lang]
    return {"nb": " En endring venter, og er ikke i Go.", "en": " A change waits, and is not in Go."}[lang]


def _describe_uncertain(amounts_ore: Sequence[int], lang: Lang) -> str:
    """What was sent without an answer: each amount, since they may cancel out."""
    if not amounts_ore:
        return ""
    told = [format_kroner(ore, lang) for ore in amounts_ore]
    named = told[0] if len(told) == 1 else {"nb": " og ", "en": " and "}[lang].join([", ".join(told[:-1]), told[-1]])
    are = "is" if len(told) == 1 else "are"
    return {
        "nb": f" Om {named} er i Go, er ikke kjent ennå.",
        "en": f" Whether {named} {are} in Go is not known yet.",
    }[lang]


def describe_difference(difference: Difference, lang: Lang) -> str:
    """Why the ledger has another amount: "65,00 fakturagebyr eller endret i Go"."""
    is_less = difference.reason is Reason.ON_INVOICE and difference.amount_ore < 0
    reason = Reason.EDITED if is_less else difference.reason  # no fee takes anything off
    return f"{format_kroner(difference.amount_ore, lang)} {_REASONS[reason][lang]}"


def name_counted_state(one: CountedOrder, lang: Lang) -> str:
    """The state of an order, or that it is a change of its ticket."""
    if one.is_change:
        return RECONCILIATION_WORDS["change"][lang]
    return name_order_state(one.shown.state_of_order, lang, is_changed=one.shown.is_changed)


def describe_invoiced(invoice: Invoice, lang: Lang) -> str:
    """When an order was invoiced, and by which number."""
    on = format_day_short(invoice.on, lang)
    return RECONCILIATION_WORDS["invoiced_later"][lang].format(on=on, number=invoice.number)
