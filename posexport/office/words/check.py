"""The words of the check of a company."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "check": {"nb": "Kontroll", "en": "Check"},
    "work_check": {"nb": "Kontroll", "en": "Check"},
    "check_note": {
        "nb": "PowerOffice Go blir spurt om nøkler, rettigheter, kontoer, mva-koder, avdelinger og låsedato. "
        "Ingenting endres der.",
        "en": "PowerOffice Go is asked about keys, privileges, accounts, VAT codes, departments and lock date. Nothing "
        "is changed there.",
    },
    "check_again": {"nb": "Kontroller på nytt", "en": "Check again"},
    "check_going": {"nb": "Kontrollen pågår.", "en": "The check is going on."},
    "checked_at": {"nb": "kontrollert {time}", "en": "checked {time}"},
    "never_checked": {"nb": "Ikke kontrollert ennå.", "en": "Not checked yet."},
    "answer_ok": {"nb": "i orden", "en": "ok"},
    "answer_warning": {"nb": "se på dette", "en": "look at this"},
    "answer_wrong": {"nb": "feil", "en": "wrong"},
    "n_in_order": {"nb": "{n} i orden", "en": "{n} ok"},
    "act_check-asked": {"nb": "ba om kontroll", "en": "asked for a check"},
}
