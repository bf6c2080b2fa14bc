"""The words of the log."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "when": {"nb": "Når", "en": "When"},
    "who": {"nb": "Hvem", "en": "Who"},
    "what": {"nb": "Hva", "en": "What"},
    "nobody": {"nb": "ukjent", "en": "unknown"},
    "act_signed-in": {"nb": "logget inn", "en": "signed in"},
    "act_signed-out": {"nb": "logget ut", "en": "signed out"},
    "act_sign-in-refused": {"nb": "innlogging avvist", "en": "sign-in refused"},
    "act_form-refused": {"nb": "skjema avvist", "en": "form refused"},
    "act_not-allowed": {"nb": "manglet rett", "en": "right missing"},
    "act_draft-asked": {"nb": "ba om kladd", "en": "asked for a draft"},
    "act_revision-asked": {"nb": "ba om retting", "en": "asked for a revision"},
    "act_resolved": {"nb": "sa hvor bilaget er", "en": "said where the voucher is"},
    "act_account-set": {"nb": "satte konto", "en": "set an account"},
    "act_accepted": {"nb": "godtok", "en": "accepted"},
    "act_stop-asked": {"nb": "ba om stopp", "en": "asked to stop"},
    "no_entries": {"nb": "Ingenting er gjort ennå.", "en": "Nothing was done yet."},
}
