"""The words of a lost answer."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "resolve": {"nb": "Si hvor bilaget er", "en": "Say where the voucher is"},
    "id_in_go": {"nb": "Bilagets id i PowerOffice Go", "en": "The voucher's id in PowerOffice Go"},
    "id_missing": {
        "nb": "Skriv id-en bilaget har i PowerOffice Go.",
        "en": "Write the id that the voucher has in PowerOffice Go.",
    },
    "is_there": {"nb": "Det ligger der", "en": "It is there"},
    "is_not_there": {"nb": "Det ligger ikke der", "en": "It is not there"},
    "not_there_note": {
        "nb": "Ligger det ikke der, sendes det på nytt ved neste eksport.",
        "en": "If it is not there, it is sent anew by the next export.",
    },
    "nothing_to_resolve": {"nb": "Det er ingenting å avgjøre.", "en": "There is nothing to resolve."},
    "resolve_refused": {
        "nb": "PowerOffice Go sier noe annet, eller en annen kjøring har bilaget nå. Ingenting er endret.",
        "en": "PowerOffice Go says otherwise, or another run has the voucher now. Nothing was changed.",
    },
}
