"""What Nordbok adds to `ledgers.registry`."""

from __future__ import annotations

from posexport.core.ports.ledger import LedgerKind, SetupNeed

NORDBOK = LedgerKind(
    name="nordbok",
    system="Nordbok",
    opened_by="tests.fake_ledger.nordbok:open_nordbok",
    needs=(SetupNeed("client_key", "venue", "is made in Nordbok under Settings > Access"),),
    is_guarded=True,
    removes_drafts=True,
    tells_lock_date=True,
    words={
        "name": {"nb": "Nordbok, bilagskladd", "en": "Nordbok, draft vouchers"},
        "next_ready": {
            "nb": "Legges i Nordbok som kladd ved neste eksport.",
            "en": "Goes to Nordbok as a draft with the next export.",
        },
        "next_drafted": {
            "nb": "Ligger i Nordbok som kladd: gå gjennom bilaget og bokfør det der.",
            "en": "Is in Nordbok as a draft: review the voucher and post it there.",
        },
        "event_sending": {"nb": "sendt til Nordbok", "en": "sent to Nordbok"},
        "event_looked-up": {"nb": "sett etter i Nordbok: ikke der", "en": "looked for in Nordbok: not there"},
    },
    doctor_words={
        "nb": ("Bilagene legges i Nordbok ({environment}) som kladd til noen bokfører dem.", ""),
        "en": ("Vouchers go to Nordbok ({environment}) as drafts until somebody posts them.", ""),
    },
)
