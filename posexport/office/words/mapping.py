"""The words of accounts from a setup file."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "mapping_paste": {"nb": "Kontoer fra fil", "en": "Accounts from a file"},
    "mapping_what": {
        "nb": "Lim inn en oppsettfil, eller bare den delen som har kontoer. Du ser hva som endres, rad for rad, før "
        "noe lagres.",
        "en": "Paste a setup file, or only the part with accounts. You see what changes, row by row, before anything "
        "is saved.",
    },
    "mapping_not": {
        "nb": "Bare mva-koder, varegrupper, betalingsmåter, andre kontoer og produkter blir tatt med. Nøkler, steder "
        "og alt annet i filen blir ikke brukt og ikke lagret.",
        "en": "Only VAT codes, product types, payment types, other accounts and products are taken. Keys, venues and "
        "everything else in the file are not used and not kept.",
    },
    "mapping_text": {"nb": "Teksten", "en": "The text"},
    "mapping_file": {"nb": "Eller en fil", "en": "Or a file"},
    "mapping_removes": {
        "nb": "Fjern rader som ikke står i teksten, i de tabellene den har",
        "en": "Remove rows that the text does not have, of the tables that it has",
    },
    "mapping_look": {"nb": "Se hva som endres", "en": "See what changes"},
    "mapping_question": {"nb": "Lagre endringene ({n})?", "en": "Save the changes ({n})?"},
    "mapping_consequence": {
        "nb": "Kontoene til {company} blir slik, som en ny utgave av oppsettet. Dager som er levert, endres ikke.",
        "en": "The accounts of {company} become this, as a new revision of the setup. Drafted days do not change.",
    },
    "mapping_removed": {"nb": "Rader som blir fjernet: {n}.", "en": "Rows that are removed: {n}."},
    "mapping_save": {"nb": "Lagre kontoene", "en": "Save the accounts"},
    "mapping_no_changes": {
        "nb": "Ingenting endres: oppsettet er slik alt.",
        "en": "Nothing changes: the setup is like this already.",
    },
    "mapping_no-toml": {
        "nb": "Teksten kan ikke leses (linje {line}). Se etter anførselstegn og klammer som mangler.",
        "en": "The text cannot be read (line {line}). Look for quotes and brackets that are missing.",
    },
    "mapping_no-mapping": {
        "nb": "Det står ingen kontoer i teksten.",
        "en": "There are no accounts in the text.",
    },
    "mapping_other-company": {
        "nb": "Teksten er oppsettet til {about}, ikke til {company}.",
        "en": "The text is the setup of {about}, not of {company}.",
    },
    "mapping_unknown-venue": {
        "nb": "Teksten har kontoer for stedet {about}, som {company} ikke har.",
        "en": "The text has accounts of the venue {about}, which {company} does not have.",
    },
    "mapping_bad-row": {
        "nb": "Dette er ikke skrevet som i en oppsettfil, mangler kode, eller står to ganger: {about}.",
        "en": "This is not written as in a setup file, lacks a code, or stands twice: {about}.",
    },
    "mapping_refused": {
        "nb": "Dette kan ikke lagres slik: se over {about}. Ingenting er lagret.",
        "en": "This cannot be saved like this: look over {about}. Nothing was saved.",
    },
    "mapping_changed_since": {
        "nb": "{who} endret oppsettet {at}, mens du så på dette. Ingenting er lagret. Lim inn på nytt og se over.",
        "en": "{who} changed the setup at {at}, while you looked at this. Nothing was saved. Paste it again and look.",
    },
    "act_mapping-saved": {"nb": "lagret kontoer fra en fil", "en": "saved accounts from a file"},
}
