"""The words of the page of a day."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "hinders": {"nb": "Dette hindrer kladden", "en": "This keeps the draft back"},
    "also_found": {"nb": "Også funnet", "en": "Also found"},
    "voucher": {"nb": "Bilag", "en": "Voucher"},
    "pdf_now": {"nb": "PDF, slik dagen er nå", "en": "PDF, the day as it is now"},
    "draft": {"nb": "Lag kladd", "en": "Draft"},
    "try_again": {"nb": "Prøv igjen", "en": "Try again"},
    "try_now": {"nb": "Prøv nå", "en": "Try now"},
    "goes_by_itself": {
        "nb": "Den prøves igjen av seg selv, senest {time}.",
        "en": "It is tried again by itself, {time} at the latest.",
    },
    "goes_by_hand": {
        "nb": "Den prøves ikke igjen av seg selv: automatisk eksport er av for dette stedet.",
        "en": "It is not tried again by itself: automatic export is off for this venue.",
    },
    "accept": {"nb": "Godta", "en": "Accept"},
    "no_sales": {"nb": "Ikke salg denne dagen", "en": "No sales that day"},
    "take_back_acceptance": {"nb": "Ta tilbake", "en": "Take back"},
    "not_taken_back": {
        "nb": "Dette kan ikke tas tilbake: dagen er levert, eller kan være det, eller det er tatt tilbake alt.",
        "en": "This cannot be taken back: the day is drafted, or may be, or it was taken back already.",
    },
    "act_unaccepted": {"nb": "tok tilbake en godtaking", "en": "took back an acceptance"},
    "reason": {"nb": "Begrunnelse", "en": "Reason"},
    "responsibility": {
        "nb": "Du tar ansvar for dette. Navnet ditt og begrunnelsen blir stående.",
        "en": "You take responsibility for this. Your name and the reason are kept.",
    },
    "tickets_of_line": {"nb": "Bongene bak linjen", "en": "The tickets behind the line"},
    "untraced": {
        "nb": "{amount} kan ikke spores til bonger som er her ennå.",
        "en": "{amount} cannot be traced to tickets that are still here.",
    },
    "line_sum": {"nb": "Sum av linjen", "en": "Sum of the line"},
    "voucher_or_order": {"nb": "Bilag eller ordre", "en": "Voucher or order"},
    "open_day": {"nb": "Se på dagen", "en": "Look at the day"},
    "day_before": {"nb": "Dagen før", "en": "The day before"},
    "day_after": {"nb": "Dagen etter", "en": "The day after"},
    "not_over": {"nb": "Dagen er ikke over før {time}.", "en": "The day is not over until {time}."},
    "no_data": {
        "nb": "Ingen salgsdata er lest inn for denne dagen.",
        "en": "No sales data were imported for this day.",
    },
    "saved_account": {
        "nb": "Konto {account} er lagret. Dagen er gjort opp på nytt.",
        "en": "Account {account} is saved. The day was settled again.",
    },
}
