"""The words of companies and venues as they are set up."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.texts.buttons import KEYS
from posexport.texts.language import Lang

WORDS: dict[str, Mapping[Lang, str]] = {
    **{
        f"set_{key}": KEYS[key]
        for key in ("target", "credit_type", "vat_registered", "department", "project", "closes")
    },
    "setup": {"nb": "Oppsett", "en": "Setup"},
    "venues": {"nb": "Steder", "en": "Venues"},
    "settings": {"nb": "Innstillinger", "en": "Settings"},
    "set_name": {"nb": "Navn", "en": "Name"},
    "set_organization_number": {"nb": "Organisasjonsnummer", "en": "Organization number"},
    "set_environment": {"nb": "PowerOffice Go", "en": "PowerOffice Go"},
    "set_contact": {"nb": "Kontaktadresse for PowerOffice", "en": "Contact address for PowerOffice"},
    "set_language": {"nb": "Språk i e-post", "en": "Language of e-mails"},
    "choice_nb": {"nb": "norsk", "en": "Norwegian"},
    "choice_en": {"nb": "engelsk", "en": "English"},
    "settings_elsewhere": {
        "nb": "Det som ikke står her, for eksempel valuta, tillegg og hvilke betalingsmåter som er kontanter eller "
        "kreditt, endrer den som drifter posexport.",
        "en": "What does not stand here, such as the currency, add-ons and which payment types are cash or credit, is "
        "changed by whoever runs posexport.",
    },
    "set_registers": {"nb": "Kasser, med komma mellom", "en": "Registers, with commas between"},
    "set_location": {"nb": "Stedets navn i kassens filer", "en": "The venue's name in the register's files"},
    "set_day_starts": {"nb": "Dagen begynner", "en": "The day begins"},
    "set_timezone": {"nb": "Tidssone", "en": "Time zone"},
    "set_schedule": {"nb": "Tidsplan", "en": "Schedule"},
    "set_grace_minutes": {"nb": "Ventetid etterpå, minutter", "en": "Wait after that, minutes"},
    "set_z_report": {"nb": "En dag som avviker fra Z-rapporten", "en": "A day that differs from its Z-report"},
    "set_notify": {"nb": "Varsler til, med komma mellom", "en": "Messages to, with commas between"},
    "set_export_from": {"nb": "Første dag", "en": "First day"},
    "set_automatic_export": {"nb": "Automatisk eksport", "en": "Automatic export"},
    "set_direct_posting": {"nb": "Bokfører direkte", "en": "Posts directly"},
    "choice_demo": {"nb": "demo", "en": "demo"},
    "choice_production": {"nb": "produksjon", "en": "production"},
    "choice_hold": {"nb": "venter på et menneske", "en": "waits for a person"},
    "choice_warn": {"nb": "får en advarsel", "en": "gets a warning"},
    "choice_ignore": {"nb": "ingenting", "en": "nothing"},
    "choice_true": {"nb": "på", "en": "on"},
    "choice_false": {"nb": "av", "en": "off"},
    "schedule_help": {
        "nb": "daily (hver dag), weekly (mandager), monthly (den 1.), eller fem felt: minutt time dag måned ukedag.",
        "en": "daily, weekly (Mondays), monthly (the 1st), or five fields: minute hour day month weekday.",
    },
    "next_turns": {"nb": "Neste ganger", "en": "The next times"},
    "is_fixed": {"nb": "kan ikke endres", "en": "cannot be changed"},
    "fixed_with_sales": {"nb": "kan ikke endres når det er salg", "en": "cannot be changed once there are sales"},
    "not_set": {"nb": "ikke satt", "en": "not set"},
    "bad_value": {
        "nb": "«{value}» passer ikke her. Slik ser det ut: {example}",
        "en": "“{value}” does not fit here. It looks like this: {example}",
    },
    "settings_refused": {"nb": "Ingenting er lagret. Rett dette:", "en": "Nothing was saved. Mend this:"},
    "settings_refused_as_a_whole": {
        "nb": "Dette går ikke sammen med resten av oppsettet. Ingenting er lagret.",
        "en": "This does not go with the rest of the setup. Nothing was saved.",
    },
    "settings_changed_since": {
        "nb": "{who} endret oppsettet {at}, etter at du åpnet siden. Ingenting er lagret. Se over, og lagre på nytt.",
        "en": "{who} changed the setup at {at}, after you opened the page. Nothing was saved. Look it over, and save "
        "again.",
    },
    "settings_saved": {"nb": "Lagret.", "en": "Saved."},
    "nothing_changed": {"nb": "Ingenting er endret.", "en": "Nothing was changed."},
    "settings_confirm": {"nb": "Lagre dette?", "en": "Save this?"},
    "was_now": {"nb": "{was} → {now}", "en": "{was} → {now}"},
    "production_warning": {
        "nb": "Fra nå av går kladdene til det virkelige regnskapet til {company}.",
        "en": "From now on drafts go to the real books of {company}.",
    },
    "target_warning": {
        "nb": "Kladder som er levert før, blir der de er. Bare dager som ikke er levert, går den nye veien.",
        "en": "What was drafted before stays where it is. Only days that are not drafted go the new way.",
    },
    "number_warning": {
        "nb": "Filer med et annet organisasjonsnummer blir ikke tatt imot lenger.",
        "en": "Files with another organization number are not taken any more.",
    },
    "vat_off_warning": {
        "nb": "Alle linjer føres med mva-kode 0. Leverte dager endres ikke.",
        "en": "Every line gets VAT code 0. Drafted days do not change.",
    },
    "vat_on_warning": {
        "nb": "Linjene føres med mva-kodene i oppsettet. Leverte dager endres ikke.",
        "en": "Lines get the VAT codes of the setup. Drafted days do not change.",
    },
    "automatic_on": {"nb": "Slå på automatisk eksport", "en": "Switch automatic export on"},
    "automatic_off": {"nb": "Slå av automatisk eksport", "en": "Switch automatic export off"},
    "automatic_warning": {
        "nb": "Dager som er klare, blir levert av seg selv etter tidsplanen, neste gang {time}.",
        "en": "Days that are ready are drafted by themselves by the schedule, the next time {time}.",
    },
    "automatic_warning_off": {
        "nb": "Ingenting blir levert av seg selv lenger.",
        "en": "Nothing is drafted by itself any more.",
    },
    "automatic_not_yet": {
        "nb": "Lag en første kladd selv og se på den i PowerOffice Go. Etter det kan den slås på.",
        "en": "Make a first draft yourself and look at it in PowerOffice Go. After that it can be switched on.",
    },
    "the_keys": {"nb": "Nøkler", "en": "Keys"},
    "key_client_key": {"nb": "Klientnøkkel", "en": "Client key"},
    "key_application_key": {"nb": "Applikasjonsnøkkel", "en": "Application key"},
    "key_subscription_key": {"nb": "Abonnementsnøkkel", "en": "Subscription key"},
    "key_set_by": {"nb": "satt {day} av {name}", "en": "set on {day} by {name}"},
    "key_type": {"nb": "Legg inn nøkkelen", "en": "Type the key"},
    "key_replace": {"nb": "Bytt nøkkelen", "en": "Replace the key"},
    "key_replaces": {"nb": "Bytt ut nøkkelen som er satt", "en": "Replace the key that is set"},
    "key_try": {"nb": "Prøv og lagre", "en": "Try and save"},
    "key_works": {"nb": "Nøkkelen virker, og er lagret.", "en": "The key works, and is saved."},
    "key_untried": {
        "nb": "Nøkkelen er lagret. Den kunne ikke prøves ennå: se Kontroll når alle nøklene er satt.",
        "en": "The key is saved. It could not be tried yet: see Check when all keys are set.",
    },
    "key_confirm_missing": {
        "nb": "Kryss av for at nøkkelen som er satt, skal byttes ut. Skriv inn nøkkelen på nytt.",
        "en": "Tick that the key that is set is to be replaced. Type the key again.",
    },
    "no_such_key": {"nb": "Det er ingen slik nøkkel her.", "en": "There is no such key here."},
    "key_not_no-vault": {
        "nb": "Hvelvet er ikke åpent her, så nøkkelen kan ikke lagres.",
        "en": "The vault is not open here, so the key cannot be saved.",
    },
    "key_not_no-key": {
        "nb": "Dette er ingen nøkkel. Kopier hele nøkkelen, og ingenting annet.",
        "en": "This is no key. Copy the whole key, and nothing else.",
    },
    "key_not_refused": {
        "nb": "PowerOffice Go avviser nøkkelen. Se at den er kopiert riktig, og at demo eller produksjon er "
        "riktig valgt.",
        "en": "PowerOffice Go refuses the key. See that it was copied right, and that demo or production is chosen "
        "right.",
    },
    "key_not_other-client": {
        "nb": "Nøkkelen hører til {client}, ikke {company}. Den er ikke lagret.",
        "en": "This key belongs to {client}, not {company}. It was not saved.",
    },
    "key_not_shared": {
        "nb": "Et annet sted har denne klientnøkkelen. Lag en for hver avdeling i PowerOffice Go.",
        "en": "Another venue has this client key. Make one for each department in PowerOffice Go.",
    },
    "key_not_not-reached": {
        "nb": "PowerOffice Go svarte ikke, så nøkkelen er ikke prøvd og ikke lagret. Prøv igjen.",
        "en": "PowerOffice Go did not answer, so the key was not tried and not saved. Try again.",
    },
    "key_not_setup": {
        "nb": "Oppsettet tar ikke imot nøkkelen. Den er ikke lagret.",
        "en": "The setup does not take the key. It was not saved.",
    },
    "vault_closed": {
        "nb": "Nøkler kan ikke legges inn her ennå: den som drifter kontoret, må gi det et hvelv.",
        "en": "Keys cannot be typed here yet: whoever runs the office has to give it a vault.",
    },
    "act_key-set": {"nb": "satte en nøkkel", "en": "set a key"},
    "key_reference": {
        "nb": "ligger utenfor kontoret, hos den som drifter det",
        "en": "lies outside the office, with whoever runs it",
    },
    "act_settings-saved": {"nb": "endret oppsettet", "en": "changed the setup"},
}
