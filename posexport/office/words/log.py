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
    "act_period-draft-asked": {"nb": "ba om kladder for en periode", "en": "asked for drafts of a period"},
    "act_revision-asked": {"nb": "ba om retting", "en": "asked for a revision"},
    "act_resolved": {"nb": "sa hvor bilaget er", "en": "said where the voucher is"},
    "act_account-set": {"nb": "satte konto", "en": "set an account"},
    "act_accepted": {"nb": "godtok", "en": "accepted"},
    "act_stop-asked": {"nb": "ba om stopp", "en": "asked to stop"},
    "act_order-send-asked": {"nb": "ba om å sende ordre", "en": "asked for an order to be sent"},
    "act_order-revision-asked": {"nb": "ba om å rette ordre", "en": "asked for an order to be revised"},
    "act_order-moved": {"nb": "flyttet mellom ordre og bilag", "en": "moved between order and voucher"},
    "act_order-resolved": {"nb": "sa hvor ordren er", "en": "said where the order is"},
    "act_order-accepted": {"nb": "godtok på en ordre", "en": "accepted on an order"},
    "act_orders-exported": {"nb": "lastet ned ordrer", "en": "downloaded orders"},
    "act_customer-linked": {"nb": "koblet kunde", "en": "linked a customer"},
    "act_customer-unlinked": {"nb": "koblet fra kunde", "en": "unlinked a customer"},
    "act_customers-read-asked": {"nb": "ba om å lese kunder", "en": "asked for customers to be read"},
    "act_customer-create-asked": {"nb": "ba om å opprette kunde", "en": "asked for a customer to be made"},
    "act_accounts-saved": {"nb": "lagret kontoer", "en": "saved accounts"},
    "act_setup-restored": {"nb": "hentet tilbake et tidligere oppsett", "en": "restored an earlier setup"},
    "act_setup-exported": {"nb": "lastet ned oppsettet", "en": "downloaded the setup"},
    "act_chart-read-asked": {"nb": "ba om å lese kontoplanen", "en": "asked for the chart to be read"},
    "no_entries": {"nb": "Ingenting er gjort ennå.", "en": "Nothing was done yet."},
}
