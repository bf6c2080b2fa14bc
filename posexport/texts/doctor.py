"""The doctor's answers, in Norwegian and English: per answer a message and what to click, for a bookkeeper.

Never here: asking, judging, layout. Menu paths are those PowerOffice publishes; where none is known, the page is named
without a path.
"""

from __future__ import annotations

from collections.abc import Mapping

from posexport.texts.doctor_customers import CUSTOMER_ANSWERS
from posexport.texts.doctor_orders import ORDER_ANSWERS
from posexport.texts.language import Lang

ANSWERS: Mapping[str, Mapping[Lang, str]] = {
    "ok": {"nb": "ok", "en": "ok"},
    "warning": {"nb": "advarsel", "en": "warning"},
    "wrong": {"nb": "feil", "en": "wrong"},
}
"""The answers in a terminal; JSON keeps the keys."""

ABOUT: Mapping[str, Mapping[Lang, str]] = {
    "target": {"nb": "levering", "en": "target"},
    "keys": {"nb": "nøkler", "en": "keys"},
    "connection": {"nb": "forbindelse", "en": "connection"},
    "client": {"nb": "klient", "en": "client"},
    "privileges": {"nb": "rettigheter", "en": "privileges"},
    "department": {"nb": "avdeling", "en": "department"},
    "accounts": {"nb": "kontoer", "en": "accounts"},
    "VAT codes": {"nb": "mva-koder", "en": "VAT codes"},
    "lock date": {"nb": "låsedato", "en": "lock date"},
    "customers": {"nb": "kunder", "en": "customers"},
    "orders": {"nb": "ordrer", "en": "orders"},
    "mapping": {"nb": "oppsett", "en": "mapping"},
    "payments": {"nb": "betalinger", "en": "payments"},
    "folder": {"nb": "mappe", "en": "folder"},
}
"""What is asked about; JSON keeps the keys."""

NAMES: Mapping[str, Mapping[Lang, str]] = {
    "product": {"nb": "varegruppe {code}", "en": "product type {code}"},
    "product-vat": {
        "nb": "varegruppe {code} med mva-kode {vat_code}",
        "en": "product type {code} with VAT code {vat_code}",
    },
    "payment": {"nb": "betalingsmåte {code}", "en": "payment type {code}"},
    "vat-code": {"nb": "kassens mva-kode {code}", "en": "the register's VAT code {code}"},
    "rounding": {"nb": "øreavrunding (rounding)", "en": "cash rounding (rounding)"},
    "tips": {"nb": "tips (tips)", "en": "tips (tips)"},
    "gift_cards": {"nb": "solgte gavekort (gift_cards)", "en": "gift cards sold (gift_cards)"},
    "read-client": {"nb": "hvem klienten er", "en": "who the client is"},
    "read-accounts": {"nb": "kontoplanen", "en": "the chart of accounts"},
    "read-vat-codes": {"nb": "mva-kodene", "en": "the VAT codes"},
    "read-departments": {"nb": "avdelingene", "en": "the departments"},
    "demo": {"nb": "demo", "en": "demo"},
    "production": {"nb": "produksjon", "en": "production"},
}
"""The words for items of lists in messages."""

_EXTENSIONS_NB = "Meny > Innstillinger > Utvidelser"
_EXTENSIONS_EN = "Menu > Settings > Extensions"

TEXTS: Mapping[str, Mapping[Lang, tuple[str, str]]] = {
    # where vouchers go
    "target/address": {
        "nb": ("Bilagene sendes til {base_url}, ikke til {system}s egen adresse.", ""),
        "en": ("Vouchers are sent to {base_url}, not to {system}'s own address.", ""),
    },
    # keys
    "keys/work": {
        "nb": ("Nøklene virker; klienten er {client}.", ""),
        "en": ("The keys work; the client is {client}.", ""),
    },
    "keys/work-unnamed": {
        "nb": ("Nøklene virker.", ""),
        "en": ("The keys work.", ""),
    },
    "keys/none-needed": {
        "nb": ("{company} trenger ingen nøkler.", ""),
        "en": ("{company} needs no keys.", ""),
    },
    "keys/own": {
        "nb": ("Utsalgsstedet har sin egen klientnøkkel.", ""),
        "en": ("The venue has a client key of its own.", ""),
    },
    "keys/own-addon": {
        "nb": ("Utsalgsstedet har sin egen klientnøkkel og tilleggsnøkkel {addon}.", ""),
        "en": ("The venue has a client key of its own and add-on {addon}.", ""),
    },
    "keys/not-in-setup": {
        "nb": (
            "Oppsettet har ingen {key} for utsalgsstedet.",
            "Legg til {key} i oppsettet og kjør posexport setup apply FIL.",
        ),
        "en": (
            "The setup has no {key} for the venue.",
            "Add {key} to the setup and run posexport setup apply FILE.",
        ),
    },
    "keys/missing": {
        "nb": (
            "Nøkkelen {reference} finnes ikke, er tom eller er ikke en nøkkel på én linje.",
            "Sett den i miljøet som kjører posexport (env:NAVN), eller legg den i filen (file:STI).",
        ),
        "en": (
            "The key {reference} is not there, is empty or is no key on one line.",
            "Set it in the environment that runs posexport (env:NAME), or put it into the file (file:PATH).",
        ),
    },
    "keys/short": {
        "nb": (
            "Nøkkelen {reference} har færre enn åtte tegn; nøklene til PowerOffice Go er lengre.",
            "Kopier hele nøkkelen dit oppsettet sier at den er.",
        ),
        "en": (
            "The key {reference} has fewer than eight characters; PowerOffice Go's are longer.",
            "Copy the whole key to where the setup says it is.",
        ),
    },
    "keys/refused": {
        "nb": (
            "PowerOffice Go godtar ikke nøklene ({answer}).",
            f"Lag klientnøkkelen på nytt, eller kontroller den, i Go under {_EXTENSIONS_NB}, og se at environment "
            "(demo eller production) i oppsettet er den nøklene hører til.",
        ),
        "en": (
            "PowerOffice Go refuses the keys ({answer}).",
            f"Make the client key anew, or check it, in Go under {_EXTENSIONS_EN}, and see that environment (demo or "
            "production) in the setup is the one the keys belong to.",
        ),
    },
    "keys/refused-subscription": {
        "nb": (
            "PowerOffice Go godtar ikke abonnementsnøkkelen ({answer}). De andre nøklene er ikke prøvd.",
            "Kontroller subscription_key i oppsettet: det er den fra PowerOffices utviklerportal, og demo og "
            "produksjon har hver sin.",
        ),
        "en": (
            "PowerOffice Go refuses the subscription key ({answer}). The other keys were not tried.",
            "Check subscription_key in the setup: it is the one of PowerOffice's developer portal, and demo and "
            "production have one each.",
        ),
    },
    "keys/refused-client": {
        "nb": (
            "PowerOffice Go godtar ikke applikasjonsnøkkelen eller klientnøkkelen ({answer}).",
            f"Lag klientnøkkelen på nytt, eller kontroller den, i Go under {_EXTENSIONS_NB}, og se at environment "
            "(demo eller production) i oppsettet er den nøklene hører til.",
        ),
        "en": (
            "PowerOffice Go refuses the application key or the client key ({answer}).",
            f"Make the client key anew, or check it, in Go under {_EXTENSIONS_EN}, and see that environment (demo or "
            "production) in the setup is the one the keys belong to.",
        ),
    },
    "keys/refused-not-allowed": {
        "nb": (
            "Nøklene er riktige, men PowerOffice Go lar ikke integrasjonen brukes for denne klienten ({answer}).",
            f"Se i Go under {_EXTENSIONS_NB} at utvidelsen er aktiv og har rettighetene, og spør PowerOffice om "
            "integrasjonen er godkjent.",
        ),
        "en": (
            "The keys are right, but PowerOffice Go does not let this integration be used for this client ({answer}).",
            f"See in Go under {_EXTENSIONS_EN} that the extension is active and has the privileges, and ask "
            "PowerOffice whether the integration is approved.",
        ),
    },
    "connection/unavailable": {
        "nb": (
            "PowerOffice Go kunne ikke spørres ({why}).",
            "Ingenting er galt hos dere og ingenting er tapt: kjør posexport doctor på nytt senere.",
        ),
        "en": (
            "PowerOffice Go could not be asked ({why}).",
            "Nothing is wrong on your side and nothing is lost: run posexport doctor again later.",
        ),
    },
    "connection/other": {
        "nb": ("Det gikk ikke å spørre PowerOffice Go: {why}", "Rett det meldingen peker på, og prøv igjen."),
        "en": ("PowerOffice Go could not be asked: {why}", "Mend what the message points to, and try again."),
    },
    # whose keys
    "client/expected": {
        "nb": ("Organisasjonsnummeret {number} er det samme som i oppsettet.", ""),
        "en": ("The organization number {number} is the one in the setup.", ""),
    },
    "client/other": {
        "nb": (
            "Klientnøkkelen hører til {client} ({number}), ikke til {company} ({expected}).",
            f"Lag en klientnøkkel i riktig klient, i Go under {_EXTENSIONS_NB} > Legg til utvidelse, eller rett "
            "organization_number i oppsettet.",
        ),
        "en": (
            "The client key belongs to {client} ({number}), not to {company} ({expected}).",
            f"Make a client key in the right client, in Go under {_EXTENSIONS_EN} > Add extension, or mend "
            "organization_number in the setup.",
        ),
    },
    "client/untold": {
        "nb": (
            "PowerOffice Go oppgir ikke organisasjonsnummeret. Klienten heter {client} der; oppsettet sier {company} "
            "({expected}).",
            f"Se i Go at {{client}} er riktig klient; klientnøkkelen er laget der, under {_EXTENSIONS_NB}.",
        ),
        "en": (
            "PowerOffice Go does not tell the organization number. The client is called {client} there; the setup "
            "says {company} ({expected}).",
            f"See in Go that {{client}} is the right client; the client key was made there, under {_EXTENSIONS_EN}.",
        ),
    },
    "client/unknown": {
        "nb": (
            "PowerOffice Go oppgir ikke hvem klientnøkkelen hører til; oppsettet sier {company} ({expected}).",
            f"Se i Go at klientnøkkelen er laget i riktig klient, under {_EXTENSIONS_NB}.",
        ),
        "en": (
            "PowerOffice Go does not tell whose the client key is; the setup says {company} ({expected}).",
            f"See in Go that the client key was made in the right client, under {_EXTENSIONS_EN}.",
        ),
    },
    # what the keys may do
    "privileges/all": {
        "nb": ("Alle rettighetene som trengs, er der.", ""),
        "en": ("Every privilege that is needed is there.", ""),
    },
    "privileges/untold": {
        "nb": (
            "PowerOffice Go oppga ikke om utvidelsen får legge inn bilag.",
            f"Se at den har rettigheten Import_Full i Go, under {_EXTENSIONS_NB}.",
        ),
        "en": (
            "PowerOffice Go did not tell whether the extension may import vouchers.",
            f"See that it has the privilege Import_Full in Go, under {_EXTENSIONS_EN}.",
        ),
    },
    "privileges/invalid": {
        "nb": (
            "Utvidelsen mangler rettighetene {missing}. Av dem er {invalid} gitt, men gjelder ikke: klientens "
            "abonnement i PowerOffice Go har ikke modulen som trengs.",
            f"Få med modulen i klientens abonnement hos PowerOffice. Gi utvidelsen resten i Go under {_EXTENSIONS_NB}.",
        ),
        "en": (
            "The extension lacks the privileges {missing}. Of these {invalid} were given but do not count, since the "
            "client's subscription to PowerOffice Go has not the module that is needed.",
            "Have the module added to the client's subscription with PowerOffice. Give the extension the rest in Go "
            f"under {_EXTENSIONS_EN}.",
        ),
    },
    "privileges/missing": {
        "nb": (
            "Utvidelsen mangler rettighetene {missing}.",
            f"Gi den dem i Go under {_EXTENSIONS_NB}.",
        ),
        "en": (
            "The extension lacks the privileges {missing}.",
            f"Give it them in Go under {_EXTENSIONS_EN}.",
        ),
    },
    "privileges/unread": {
        "nb": (
            "Utvidelsen får ikke lese {what}, så det er ikke kontrollert her.",
            f"Gi den rettigheten i Go under {_EXTENSIONS_NB}, eller kontroller selv at det stemmer med oppsettet.",
        ),
        "en": (
            "The extension may not read {what}, so that was not checked here.",
            f"Give it the privilege in Go under {_EXTENSIONS_EN}, or check yourself that it agrees with the setup.",
        ),
    },
    "privileges/refused": {
        "nb": (
            "PowerOffice Go sier nei til det som trengs for bilagene: {answer}",
            f"Gi utvidelsen rettigheten i Go under {_EXTENSIONS_NB}.",
        ),
        "en": (
            "PowerOffice Go says no to what vouchers need: {answer}",
            f"Give the extension the privilege in Go under {_EXTENSIONS_EN}.",
        ),
    },
    # department
    "department/exists": {
        "nb": ("Avdeling {department} finnes og er aktiv.", ""),
        "en": ("Department {department} exists and is active.", ""),
    },
    "department/none": {
        "nb": ("Utsalgsstedet har ingen avdeling, og ingen av kontoene krever det.", ""),
        "en": ("The venue has no department, and none of its accounts requires one.", ""),
    },
    "project/unchecked": {
        "nb": (
            "Om prosjekt {project} finnes i PowerOffice Go, kunne ikke kontrolleres: selskapet har ingen "
            "subscription_key i oppsettet.",
            "Se etter i Go, eller legg inn subscription_key under [[company]] og les oppsettet inn på nytt.",
        ),
        "en": (
            "Whether project {project} exists in PowerOffice Go could not be checked: the company has no "
            "subscription_key in the setup.",
            "Look it up in Go, or add a subscription_key under [[company]] and apply the setup again.",
        ),
    },
    # accounts and VAT codes
    "accounts/usable": {
        "nb": ("Alle kontoene ({count}) finnes, er aktive og tar imot mva-kodene de er satt opp med.", ""),
        "en": ("All accounts ({count}) exist, are active and take the VAT codes they are set up with.", ""),
    },
    "accounts/unasked": {
        "nb": ("Ingen kontoer er satt ennå, så det er ingen å kontrollere.", ""),
        "en": ("No accounts are set yet, so there are none to check.", ""),
    },
    "vat-codes/valid": {
        "nb": ("Alle mva-kodene ({count}) finnes og gjelder i dag.", ""),
        "en": ("All VAT codes ({count}) exist and are valid today.", ""),
    },
    "vat-codes/other-rate": {
        "nb": (
            "Kassen har regnet {stated} % for mva-koden sin {pos_code}, men mva-kode {vat_code} i Go er {rate} %.",
            'Se om go er riktig i oppsettet, under [[company.vat_code]] med code = "{pos_code}".',
        ),
        "en": (
            "The register counted {stated} % for its VAT code {pos_code}, but VAT code {vat_code} in Go is {rate} %.",
            'See whether go is right in the setup, under [[company.vat_code]] with code = "{pos_code}".',
        ),
    },
    "vat-codes/other-rate-near": {
        "nb": (
            "Kassen har regnet {stated} % for mva-koden sin {pos_code}, men mva-kode {vat_code} i Go er {rate} %.",
            'Se om go skal være {near} i oppsettet, under [[company.vat_code]] med code = "{pos_code}".',
        ),
        "en": (
            "The register counted {stated} % for its VAT code {pos_code}, but VAT code {vat_code} in Go is {rate} %.",
            'See whether go should be {near} in the setup, under [[company.vat_code]] with code = "{pos_code}".',
        ),
    },
    # lock date
    "lock-date/none": {
        "nb": ("Ingen låsedato står i veien.", ""),
        "en": ("No lock date stands in the way.", ""),
    },
    "lock-date/unread": {
        "nb": (
            "Låsedatoen kunne ikke leses ({answer}), så det er ikke kontrollert her om en dag som venter, er låst.",
            "Se i Go, under låsedato. Ingenting stopper av dette: Go sier selv fra når bilaget bokføres.",
        ),
        "en": (
            "The lock date could not be read ({answer}), so whether a day that waits is locked was not checked here.",
            "Look in Go, under lock date. Nothing stops for this: Go says so itself when the voucher is posted.",
        ),
    },
    "lock-date/behind": {
        "nb": ("Regnskapet er låst til og med {lock_date}. Ingen dag som venter, er berørt.", ""),
        "en": ("The books are locked up to and including {lock_date}. No day that waits is touched.", ""),
    },
    "lock-date/waiting": {
        "nb": (
            "Regnskapet er låst til og med {lock_date}, og det som venter på å bli levert, er datert der ({days}). "
            "Første åpne dag er {first_open}.",
            "Åpne perioden i Go, under låsedato, eller før det for hånd.",
        ),
        "en": (
            "The books are locked up to and including {lock_date}, and what waits to be drafted is dated there "
            "({days}). The first open day is {first_open}.",
            "Open the period in Go, under lock date, or book it by hand.",
        ),
    },
    "lock-date/ahead": {
        "nb": (
            "Regnskapet er låst til og med {lock_date}: ingen dag før {first_open} kan leveres.",
            "Åpne perioden i Go, under låsedato.",
        ),
        "en": (
            "The books are locked up to and including {lock_date}: no day before {first_open} can be drafted.",
            "Open the period in Go, under lock date.",
        ),
    },
    # the setup
    "mapping/complete": {
        "nb": ("Alle varegrupper og betalingsmåter i oppsettet har konto.", ""),
        "en": ("Every product type and payment type of the setup has an account.", ""),
    },
    "mapping/sold": {
        "nb": (
            "Det er solgt, og det er ikke satt noen konto eller mva-kode for: {what}. Dager med noe av dette venter.",
            "Sett dem i oppsettet og kjør posexport setup apply FIL.",
        ),
        "en": (
            "It has been sold, and no account or VAT code is set for: {what}. Days that have any of this wait.",
            "Set them in the setup and run posexport setup apply FILE.",
        ),
    },
    "mapping/missing": {
        "nb": (
            "Det er ikke satt noen konto for: {what}.",
            "Sett kontoene i oppsettet og kjør posexport setup apply FIL. En dag som har noe av dette, venter til da.",
        ),
        "en": (
            "No account is set for: {what}.",
            "Set the accounts in the setup and run posexport setup apply FILE. A day that has any of this waits until "
            "then.",
        ),
    },
    "payments/clear": {
        "nb": ("Ingen betalingsmåte føres rett på bankkonto.", ""),
        "en": ("No payment type goes straight to a bank account.", ""),
    },
    # folders
    "folder/reports": {
        "nb": ("Rapportene kan skrives til mappen {folder}.", ""),
        "en": ("Reports can be written to the folder {folder}.", ""),
    },
    "folder/vouchers": {
        "nb": ("Bilagene kan skrives til mappen {folder}.", ""),
        "en": ("Vouchers can be written to the folder {folder}.", ""),
    },
    "folder/closed": {
        "nb": (
            "Mappen {folder} kan det ikke skrives til ({why}).",
            "Gi brukeren som kjører posexport, lov til å skrive der, eller velg en annen mappe: {key} i oppsettet.",
        ),
        "en": (
            "The folder {folder} cannot be written to ({why}).",
            "Let the user who runs posexport write there, or choose another folder: {key} in the setup.",
        ),
    },
    **CUSTOMER_ANSWERS,
    **ORDER_ANSWERS,
}
