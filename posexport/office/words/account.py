"""The words of choosing an account."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "doubt_bank": {
        "nb": "{account} er en bankkonto. Salg føres på en salgskonto.",
        "en": "{account} is a bank account. Sales are booked on a sales account.",
    },
    "doubt_cash": {
        "nb": "{account} er en kassekonto. Salg føres på en salgskonto.",
        "en": "{account} is a cash account. Sales are booked on a sales account.",
    },
    "doubt_receivable": {
        "nb": "{account} er en fordring. Salg føres på en salgskonto.",
        "en": "{account} is a receivable. Sales are booked on a sales account.",
    },
    "doubt_vat": {
        "nb": "{account} er en mva-konto. Salg føres på en salgskonto.",
        "en": "{account} is a VAT account. Sales are booked on a sales account.",
    },
    "account_is_right": {"nb": "Ja, {account} er riktig", "en": "Yes, {account} is right"},
    "accounts_are_right": {"nb": "Ja, disse kontoene er riktige", "en": "Yes, these accounts are right"},
    "change_account": {"nb": "Endre konto", "en": "Change the account"},
    "choose_account": {"nb": "Velg konto", "en": "Choose account"},
    "account_note": {
        "nb": "Gjelder fra den første dagen som venter på den. Dager som er levert, endres ikke.",
        "en": "Counts from the first day that waits for it. Drafted days do not change.",
    },
    "account_of_venue": {
        "nb": "Kontoen gjelder bare {venue}; de andre utsalgsstedene endres ikke.",
        "en": "The account counts for {venue} alone; the other venues do not change.",
    },
    "account_of_company": {
        "nb": "Denne kontoen må settes for hele firmaet, for den er satt på nytt fra en senere dag. Be noen som har en "
        "rolle i hele firmaet, om å sette den under Kontoer.",
        "en": "This account has to be set for the whole company, because it is set anew from a later day. Ask somebody "
        "with a role in the whole company to set it under Accounts.",
    },
    "code_name": {"nb": "Hva {code} er", "en": "What {code} is"},
    "code_name_note": {
        "nb": "Kan stå tomt. Navnet vises ved koden, og står på bilagene.",
        "en": "May be empty. The name is shown beside the code, and stands on the vouchers.",
    },
    "code_without_name": {
        "nb": "Kassens filer sier ikke hva koden heter. Bongene finner du på linjen i bilaget.",
        "en": "The register's files do not name the code. Its tickets are behind the voucher's line.",
    },
    "code_name_wrong": {
        "nb": "Skriv navnet på én linje, med høyst {most} tegn.",
        "en": "Write the name on one line, with at most {most} characters.",
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
