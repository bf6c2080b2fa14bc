"""The words of drafting and revising."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
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
        "nb": "Dette firmaet bokfører direkte: bilaget er bokført når det er sendt.",
        "en": "This company posts directly: the voucher is posted once it is sent.",
    },
    "revise": {"nb": "Rett kladden", "en": "Revise"},
    "revise_question": {"nb": "Rette {count}?", "en": "Revise {count}?"},
    "revise_what": {
        "nb": "Kladden slettes i PowerOffice Go og erstattes. Er den bokført, lages et bilag med akkurat forskjellen.",
        "en": "The draft is deleted in PowerOffice Go and replaced. Once posted, exactly the difference is drafted.",
    },
    "revise_button": {"nb": "Rett {count}", "en": "Revise {count}"},
    "looked_for": {
        "nb": "Bilaget kan ha kommet frem før. Det blir lett etter først, og bare sendt hvis det ikke er der.",
        "en": "The voucher may have arrived before. It is looked for first, and sent only if it is not there.",
    },
    "draft_button": {"nb": "Lag {count}", "en": "Draft {count}"},
    "nothing_to_draft": {"nb": "Det er ingenting å lage kladd av.", "en": "There is nothing to draft."},
    "production": {"nb": "produksjon", "en": "production"},
    "demo": {"nb": "demo", "en": "demo"},
}
