"""Texts of findings that come from PowerOffice Go, in Norwegian and English: VAT codes, requirements of accounts,
privileges, and what people did there to our vouchers; in the form of `findings`."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.texts.language import Lang

_REQUIRED: Mapping[str, tuple[str, str]] = {
    "location": ("lokasjon", "a location"),
    "product": ("produkt", "a product"),
    "quantity": ("antall", "a quantity"),
    "activity": ("aktivitet", "an activity"),
    "dimension": ("dimensjon {number}", "dimension {number}"),
}


def _required_texts() -> dict[str, Mapping[Lang, tuple[str, str]]]:
    """A text for everything that an account may require and a voucher never has."""
    return {
        f"dimension-required/{what}": {
            "nb": (
                f"Konto {{account}} ({{name}}) krever {norwegian} i PowerOffice Go, og bilaget har det ikke.",
                "Velg en annen konto i oppsettet, eller slå av kravet på kontoen i Go, i kontoplanen.",
            ),
            "en": (
                f"Account {{account}} ({{name}}) requires {english} in PowerOffice Go, and the voucher has none.",
                "Choose another account in the setup, or take the requirement off the account in Go, in the chart of "
                "accounts.",
            ),
        }
        for what, (norwegian, english) in _REQUIRED.items()
    }


LEDGER_TEXTS: Mapping[str, Mapping[Lang, tuple[str, str]]] = {
    "vat-code-twice": {
        "nb": (
            "Mva-kode {vat_code} har flere rader som gjelder samtidig i PowerOffice Go på {day} ({rows}), så det kan "
            "ikke vites hvilken som er ment.",
            "Avslutt eller deaktiver den raden som ikke skal gjelde, i Go, i listen over mva-koder. Neste {export} "
            "spør på nytt.",
        ),
        "en": (
            "VAT code {vat_code} has several rows that count at once in PowerOffice Go on {day} ({rows}), so it cannot "
            "be told which is meant.",
            "End the row that is not to count, or make it inactive, in Go, in the list of VAT codes. The next {export} "
            "asks again.",
        ),
    },
    "vat-registration": {
        "nb": (
            "Klienten er ikke mva-registrert i PowerOffice Go, men bilaget har mva (kode {vat_codes}).",
            "Er det riktig, sett {set_key} i oppsettet. Er klienten registrert, si det i Go, i klientens "
            "innstillinger, og så {export}.",
        ),
        "en": (
            "The client is not registered for VAT in PowerOffice Go, but the voucher has VAT (code {vat_codes}).",
            "If that is right, set {set_key} in the setup. If the client is registered, say so in Go, in the client's "
            "settings, and then {export}.",
        ),
    },
    "vat-registration/registered": {
        "nb": (
            "Klienten er mva-registrert i PowerOffice Go, men ikke i oppsettet, så alt føres med kode 0.",
            "Er den registrert, sett {set_key} i oppsettet. Ellers rett det i Go, i klientens innstillinger.",
        ),
        "en": (
            "The client is registered for VAT in PowerOffice Go, but not in the setup, so everything is posted with "
            "code 0.",
            "If it is registered, set {set_key} in the setup. Otherwise mend it in Go, in the client's settings.",
        ),
    },
    **_required_texts(),
    "drafted-twice": {
        "nb": (
            "Bilaget {reference} ligger mer enn én gang i PowerOffice Go: som {id}, som er ført her, og som {others}. "
            "Det skjer når to databaser sender for samme klientnøkkel.",
            "Slett det som er for mye i Go, og reverser det om det er bokført. Stopp den installasjonen som ikke skal "
            "sende. Si så fra at det er gjort: {accept}.",
        ),
        "en": (
            "The voucher {reference} is in PowerOffice Go more than once: as {id}, which is the one known here, and as "
            "{others}. That happens when two databases send under the same client key.",
            "Delete what is too much in Go, and reverse it if it is posted. Stop the installation that is not to send. "
            "Then say that it is done: {accept}.",
        ),
    },
    "import-failed": {
        "nb": (
            "PowerOffice Go fikk ikke importert bilaget {reference}: {answer}.",
            "Rett det Go peker på, og klikk Importer igjen i Go, under Meny > Regnskap > Import. Det sees etter hver "
            "natt, og dette er borte når bilaget er importert.",
        ),
        "en": (
            "PowerOffice Go could not import the voucher {reference}: {answer}.",
            "Mend what Go points to, and click Import again in Go, under Menu > Accounts > Import. It is looked at "
            "every night, and this is gone when the voucher is imported.",
        ),
    },
    "import-failed/untold": {
        "nb": (
            "PowerOffice Go fikk ikke importert bilaget {reference}, og sier ikke hvorfor.",
            "Se på det i Go, under Meny > Regnskap > Import, og klikk Importer igjen når det er rettet. Det sees etter "
            "hver natt, og dette er borte når bilaget er importert.",
        ),
        "en": (
            "PowerOffice Go could not import the voucher {reference}, and does not say why.",
            "Look at it in Go, under Menu > Accounts > Import, and click Import again when it is mended. It is looked "
            "at every night, and this is gone when the voucher is imported.",
        ),
    },
    "changed-after-draft/held": {
        "nb": (
            "Dagen kommer nå til noe annet enn bilaget som ligger i PowerOffice Go ({reference}): {what}. Det som "
            "ligger der, står som det var: endringen er ikke sendt, fordi dagen holdes tilbake av {by}.",
            "Gjør først det som står ved {by}. Så: {revise}.",
        ),
        "en": (
            "The day now comes to something else than the voucher that is in PowerOffice Go ({reference}): {what}. "
            "What is there stands as it was: the change is not sent, because the day is held by {by}.",
            "First do what stands with {by}. Then: {revise}.",
        ),
    },
    "changed-after-draft/customer": {
        "nb": (
            "Bilaget i PowerOffice Go ({reference}) godskriver {amount}, betalt i kassen, en annen kunde enn ordren av "
            "samme bong er til: kunde {customer} i kassen er koblet til en annen kunde i Go enn da bilaget ble laget.",
            "Få det rettet: {revise}. Er bilaget "
            "ikke bokført, blir kladden byttet ut; ellers kommer et korreksjonsbilag som flytter beløpet.",
        ),
        "en": (
            "The voucher in PowerOffice Go ({reference}) credits {amount}, paid at the register, to another customer "
            "than the order of the same ticket is for: customer {customer} of the register is linked to another "
            "customer in Go than when the voucher was made.",
            "Have it mended: {revise}. Where the "
            "voucher is not posted, its draft is replaced; otherwise a voucher that moves the amount is drafted.",
        ),
    },
    "changed-after-draft/undone": {
        "nb": (
            "Salget for dagen er endret etter at bilaget ble lagt i PowerOffice Go ({reference}): {what}. Bilaget står "
            "ikke der som det ble laget, så endringen er ikke sendt.",
            "",
        ),
        "en": (
            "The day's sales have changed since the voucher went to PowerOffice Go ({reference}): {what}. The voucher "
            "does not stand there as it was made, so the change is not sent.",
            "",
        ),
    },
    "voucher-reversed": {
        "nb": (
            "Bilaget {reference} er reversert i PowerOffice Go, av bilag {number}: dagen er ikke i regnskapet, og "
            "herfra rettes ingenting.",
            "Finn ut i Go hvorfor det ble reversert, og før dagen der slik den skal være. Si så fra at det er gjort: "
            "{accept}.",
        ),
        "en": (
            "The voucher {reference} was reversed in PowerOffice Go, by voucher {number}: the day is not in the books, "
            "and nothing is revised from here.",
            "Find out in Go why it was reversed, and book the day there as it should be. Then say that it is done: "
            "{accept}.",
        ),
    },
    "voucher-corrected": {
        "nb": (
            "Bilaget {reference} er korrigert i PowerOffice Go og står nå som bilag {number}. Herfra rettes det ikke.",
            "Se på bilag {number} i Go, og rett det der om det fortsatt er noe som ikke stemmer. Si så fra at det er "
            "gjort: {accept}.",
        ),
        "en": (
            "The voucher {reference} was corrected in PowerOffice Go and is voucher {number} now. It is not revised "
            "from here.",
            "Look at voucher {number} in Go, and mend it there if anything is still wrong. Then say that it is done: "
            "{accept}.",
        ),
    },
    "documentation-missing/posted": {
        "nb": (
            "Bilaget ble bokført i PowerOffice Go før rapporten (PDF) var lagt ved, og nå kan den ikke legges ved "
            "herfra{answer}.",
            "Lag rapporten og legg den ved i Go selv: {attach_report}.",
        ),
        "en": (
            "The voucher was posted in PowerOffice Go before its report (PDF) was attached, and it can no longer be "
            "attached from here{answer}.",
            "Make the report and attach it in Go yourself: {attach_report}.",
        ),
    },
    "documentation-missing/gone": {
        "nb": (
            "Bilaget {reference} finnes ikke lenger i PowerOffice Go, så rapporten (PDF) er ikke lagt ved{answer}.",
            "Er det slettet med vilje, er alt i orden. Skal dagen legges inn på nytt: {not_drafted}, og så {export}.",
        ),
        "en": (
            "The voucher {reference} is no longer in PowerOffice Go, so its report (PDF) is not attached{answer}.",
            "If it was deleted on purpose, all is well. To draft the day anew: {not_drafted}, and then {export}.",
        ),
    },
}
