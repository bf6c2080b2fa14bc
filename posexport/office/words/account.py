"""The words of choosing an account."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "choose_account": {"nb": "Velg konto", "en": "Choose account"},
    "account_note": {
        "nb": "Gjelder fra den første dagen som venter på den. Dager som er levert, endres ikke.",
        "en": "Counts from the first day that waits for it. Drafted days do not change.",
    },
    "search": {"nb": "Søk", "en": "Search"},
    "search_account": {"nb": "Nummer eller navn", "en": "Number or name"},
    "accounts_read": {"nb": "Kontoer i PowerOffice Go, lest {time}", "en": "Accounts in PowerOffice Go, read {time}"},
    "closed_in_go": {"nb": "stengt i Go", "en": "closed in Go"},
    "vat_locked": {"nb": "låst til mva-kode {code}", "en": "locked to VAT code {code}"},
    "no_account_found": {"nb": "Ingen konto passer.", "en": "No account fits."},
    "more_accounts": {"nb": "{n} til. Søk for å finne dem.", "en": "{n} more. Search to find them."},
    "chart_never_read": {
        "nb": "Kontoplanen er ikke lest fra PowerOffice Go ennå, så nummeret blir ikke kontrollert nå.",
        "en": "The chart was not read from PowerOffice Go yet, so the number is not checked now.",
    },
    "account_number": {"nb": "Kontonummer", "en": "Account number"},
    "account_missing": {"nb": "Velg en konto.", "en": "Choose an account."},
    "account_unknown": {
        "nb": "PowerOffice Go har ingen konto {account}.",
        "en": "PowerOffice Go has no account {account}.",
    },
    "account_inactive": {
        "nb": "Konto {account} er stengt i PowerOffice Go.",
        "en": "Account {account} is closed in PowerOffice Go.",
    },
    "save": {"nb": "Lagre", "en": "Save"},
}
