"""The words of drafting and revising."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "orders_too": {
        "nb": "Dagens ordrer som er klare, sendes også: {n} på {amount}.",
        "en": "The day's orders that are ready are sent too: {n} of {amount}.",
    },
    "draft_question": {"nb": "Lage {count}?", "en": "Draft {count}?"},
    "one_voucher": {"nb": "1 kladd", "en": "1 voucher"},
    "n_vouchers": {"nb": "{n} kladder", "en": "{n} vouchers"},
    "draft_what": {
        "nb": "{count} på {amount} i alt går til {company} ({where}).",
        "en": "{count} of {amount} in all goes to {company} ({where}).",
    },
    "draft_not": {
        "nb": "Ingenting bokføres. Kladden kan slettes i PowerOffice Go.",
        "en": "Nothing is posted. The draft can be deleted in PowerOffice Go.",
    },
    "posts_directly": {
        "nb": "Dette selskapet bokfører direkte: bilaget er bokført når det er sendt.",
        "en": "This company posts directly: the voucher is posted once it is sent.",
    },
    "revise": {"nb": "Rett kladden", "en": "Revise"},
    "revise_question": {"nb": "Rette {count}?", "en": "Revise {count}?"},
    "revise_what": {
        "nb": "Kladden slettes i PowerOffice Go og erstattes. Er den bokført, lages et bilag med akkurat forskjellen.",
        "en": "The draft is deleted in PowerOffice Go and replaced. Once posted, exactly the difference is drafted.",
    },
    "revise_dated": {
        "nb": "Bilagsdato, hvis dagens periode er låst",
        "en": "Voucher date, if the day's period is locked",
    },
    "revise_dated_note": {"nb": "Tom: dagens egen dato.", "en": "Empty: the day's own date."},
    "revision_locked": {
        "nb": "Ikke rettet: regnskapet er låst til og med {day}.",
        "en": "Not revised: the books are locked up to and including {day}.",
    },
    "revise_another_date": {"nb": "Velg en annen dato", "en": "Choose another date"},
    "no_one_day": {"nb": "«{text}» er ikke én dag.", "en": "“{text}” is not one day."},
    "revise_button": {"nb": "Rett {count}", "en": "Revise {count}"},
    "looked_for": {
        "nb": "Bilaget kan ha kommet frem før. Det blir lett etter først, og bare sendt hvis det ikke er der.",
        "en": "The voucher may have arrived before. It is looked for first, and sent only if it is not there.",
    },
    "draft_button": {"nb": "Lag {count}", "en": "Draft {count}"},
    "nothing_to_revise": {"nb": "Det er ingenting å rette.", "en": "There is nothing to revise."},
    "nothing_to_draft": {"nb": "Det er ingenting å lage kladd av.", "en": "There is nothing to draft."},
    "draft_period": {"nb": "Lag kladder", "en": "Draft a period"},
    "picked_days": {"nb": "Dagene du valgte.", "en": "The days that you picked."},
    "choose_period": {"nb": "Velg en periode i stedet", "en": "Choose a period instead"},
    "venues_none_is_all": {"nb": "Steder (ingen valgt: alle)", "en": "Venues (none chosen: all)"},
    "day_words": {
        "nb": "i går,denne uken,forrige uke,denne måneden,forrige måned",
        "en": "yesterday,this week,last week,this month,last month",
    },
    "period_note": {
        "nb": "Datoer som 20.11.2026, eller ord som i går, forrige uke og forrige måned. Står begge tomme: alle dager "
        "som er over og ikke levert.",
        "en": "Dates such as 20 Nov 2026, or words such as yesterday, last week and last month. Both empty: every day "
        "that is over and not drafted.",
    },
    "preview": {"nb": "Forhåndsvis", "en": "Preview"},
    "period_too_long": {
        "nb": "Det er for mange dager å vise på en gang. Velg en kortere periode eller færre steder.",
        "en": "That is too many days to show at once. Choose a shorter period or fewer venues.",
    },
    "venues_left_out": {
        "nb": "Utelatt, for du kan ikke lage kladder der: {venues}.",
        "en": "Left out, since you may not draft there: {venues}.",
    },
    "would_go": {"nb": "Dette blir sendt", "en": "This would go"},
    "would_wait": {"nb": "Dette venter", "en": "This waits"},
    "drafted_already": {"nb": "{n} er levert allerede.", "en": "{n} are drafted already."},
    "sum_of_voucher": {"nb": "1 bilag", "en": "1 voucher"},
    "sum_of_vouchers": {"nb": "{n} bilag", "en": "{n} vouchers"},
    "send_orders_button": {"nb": "Send {count}", "en": "Send {count}"},
    "production": {"nb": "produksjon", "en": "production"},
    "demo": {"nb": "demo", "en": "demo"},
}
