"""The words of files: uploads, what came of them, registers without a venue, inboxes."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "files": {"nb": "Filer", "en": "Files"},
    "work_files": {"nb": "Filer", "en": "Files"},
    "upload_title": {"nb": "Last opp salgsfiler", "en": "Upload sales files"},
    "choose_files": {
        "nb": "Slipp filer her, eller velg dem: SAF-T, CSV, Excel, JSON eller ZIP, {mb} MB i alt",
        "en": "Drop files here, or choose them: SAF-T, CSV, Excel, JSON or ZIP, {mb} MB in all",
    },
    "upload_file": {"nb": "Last opp fil", "en": "Upload a file"},
    "upload": {"nb": "Last opp", "en": "Upload"},
    "whose_sales": {"nb": "Hvem sitt salg", "en": "Whose sales"},
    "register_decides": {"nb": "Kassen i filen avgjør", "en": "The register in the file decides"},
    "venue_is_right": {
        "nb": "Stedet jeg valgte, er riktig, også der kassen hører til et annet",
        "en": "The venue that I chose is right, also where the register belongs to another",
    },
    "upload_note": {
        "nb": "Samme fil to ganger gjør ingenting. Går noe galt underveis, er ingenting lagret.",
        "en": "The same file twice does nothing. If anything goes wrong on the way, nothing is stored.",
    },
    "no_file_chosen": {"nb": "Velg minst én fil.", "en": "Choose at least one file."},
    "no_company_chosen": {"nb": "Velg hvilket selskap filene er fra.", "en": "Choose which company the files are of."},
    "upload_too_large": {
        "nb": "Det var for mye på en gang: høyst {mb} MB og {files} filer. Ingenting er lagret. Last opp "
        "færre om gangen.",
        "en": "That was too much at once: at most {mb} MB and {files} files. Nothing was stored. Upload "
        "fewer at a time.",
    },
    "upload_cut_off": {
        "nb": "Opplastingen ble brutt underveis. Ingenting er lagret. Prøv igjen.",
        "en": "The upload was cut off on its way. Nothing was stored. Try again.",
    },
    "files_read": {"nb": "Leste filer", "en": "Files that were read"},
    "file": {"nb": "Fil", "en": "File"},
    "outcome": {"nb": "Hva det ble", "en": "What came of it"},
    "by": {"nb": "Av", "en": "By"},
    "n_new": {"nb": "{n} nye", "en": "{n} new"},
    "n_changed": {"nb": "{n} endret", "en": "{n} changed"},
    "n_known": {"nb": "{n} kjent fra før", "en": "{n} known already"},
    "n_z_reports": {"nb": "Z-rapporter: {n}", "en": "Z-reports: {n}"},
    "nothing_new": {"nb": "Ingenting nytt", "en": "Nothing new"},
    "file_refused": {"nb": "Avvist", "en": "Refused"},
    "n_aside": {"nb": "{n} uten sted, ikke talt med", "en": "{n} without a venue, not counted"},
    "taken_back": {"nb": "Tatt tilbake", "en": "Taken back"},
    "no_files": {"nb": "Ingen filer er lest ennå.", "en": "No files were read yet."},
    "going_uploads": {"nb": "Leses nå", "en": "Being read"},
    "reading": {"nb": "Opplasting", "en": "Upload"},
    "days_touched": {"nb": "Dager", "en": "Days"},
    "more_days": {"nb": "og {n} til", "en": "and {n} more"},
    "drafted_changed": {
        "nb": "Levert før, og endret av denne filen:",
        "en": "Drafted before, and changed by this file:",
    },
    "register_without_venue": {
        "nb": "Kasse {register}: {tickets} hører ikke til noe sted. Det er tatt vare på og ikke talt med.",
        "en": "Register {register}: {tickets} of no venue. Kept aside and not counted.",
    },
    "register_without_venue_at": {
        "nb": "Kasse {register}, {location}: {tickets} hører ikke til noe sted. Det er tatt vare på og ikke talt med.",
        "en": "Register {register}, {location}: {tickets} of no venue. Kept aside and not counted.",
    },
    "give_it": {"nb": "Gi den til et sted", "en": "Give it to a venue"},
    "other_company": {
        "nb": "{tickets} er av organisasjonsnummer {number}, ikke {own}. Det er ikke tatt med.",
        "en": "Not taken: {tickets} of organization {number}, not {own}.",
    },
    "other_venue": {
        "nb": "{tickets} er av {venue}, som du ikke kan laste opp for. Det er ikke tatt med.",
        "en": "Not taken: {tickets} of {venue}, which you may not upload for.",
    },
    "line_or_ticket": {"nb": "Sted i filen", "en": "Place in the file"},
    "found_there": {"nb": "Funnet", "en": "Found"},
    "expected": {"nb": "Ventet", "en": "Expected"},
    "what_to_do": {"nb": "Hva du gjør", "en": "What to do"},
    "nothing_stored": {"nb": "Ingenting av filen er lagret.", "en": "Nothing of the file was stored."},
    "upload_gone": {
        "nb": "Filen var borte før den ble lest. Last den opp på nytt.",
        "en": "The file was gone before it was read. Upload it again.",
    },
    "size": {"nb": "Størrelse", "en": "Size"},
    "digest": {"nb": "Fingeravtrykk (SHA-256)", "en": "Digest (SHA-256)"},
    "n_bytes": {"nb": "{n} byte", "en": "{n} bytes"},
    "file_details": {"nb": "Filen", "en": "The file"},
    "unknown_registers": {"nb": "Kasser uten sted", "en": "Registers without a venue"},
    "unknown_note": {
        "nb": "Bongene er tatt vare på og telles ingen steder. Gi kassen til et sted, så telles de uten ny opplasting.",
        "en": "The tickets are kept aside and counted nowhere. Give the register to a venue: they count "
        "without a second upload.",
    },
    "the_register": {"nb": "Kasse", "en": "Register"},
    "give": {"nb": "Gi til stedet", "en": "Give to the venue"},
    "given": {
        "nb": "Kassen har et sted nå. {tickets} telles med.",
        "en": "The register has a venue now. Counted with it: {tickets}.",
    },
    "register_not_unknown": {
        "nb": "Ingen bonger av denne kassen venter lenger. Hent siden på nytt.",
        "en": "No tickets of this register wait any more. Load the page again.",
    },
    "register_elsewhere": {
        "nb": "Kassen står på «{location}» i filen, og {venue} er satt opp med «{own}». Ingenting er lagret. "
        "Velg stedet med riktig navn, eller be den som har oppsettet om å rette det.",
        "en": "The register stands at “{location}” in the file, and {venue} is set up with “{own}”. Nothing was saved. "
        "Choose the venue of that name, or ask your administrator to mend it.",
    },
    "register_refused": {
        "nb": "Oppsettet tar ikke imot kassen slik. Ingenting er lagret. Spør den som har oppsettet.",
        "en": "The setup does not take the register like this. Nothing was saved. Ask your administrator.",
    },
    "inboxes": {"nb": "Innbokser", "en": "Inboxes"},
    "n_waiting": {"nb": "Venter ({n})", "en": "Waiting ({n})"},
    "inbox_empty": {"nb": "Ingenting venter.", "en": "Nothing waits."},
    "inbox_away": {"nb": "Mappen kan ikke leses nå.", "en": "The folder cannot be read now."},
    "n_refused": {"nb": "Avvist ({n})", "en": "Refused ({n})"},
    "read_again": {"nb": "Les på nytt", "en": "Read again"},
    "not_in_refused": {
        "nb": "Filen ligger ikke blant de avviste lenger, eller en med samme navn venter allerede.",
        "en": "The file is not among the refused ones any more, or one of its name waits already.",
    },
    "take_back": {"nb": "Ta filen tilbake", "en": "Take the file back"},
    "take_back_note": {
        "nb": "Bongene som bare denne filen har, tas ut. Dager som er levert, endres ikke i PowerOffice Go, men vises "
        "som endret. Filen kan leses på nytt.",
        "en": "Tickets that only this file has are taken out. Drafted days do not change in PowerOffice Go, and are "
        "shown as changed. The file may be read again.",
    },
    "taken_back_by": {"nb": "Tatt tilbake av {name}, {time}: {why}", "en": "Taken back by {name}, {time}: {why}"},
    "undone_already": {"nb": "Filen er tatt tilbake allerede.", "en": "The file was taken back already."},
    "moved_to": {
        "nb": "{n} av bongene er flyttet til {venue}, som har kassen nå.",
        "en": "{n} of the tickets have moved to {venue}, which has the register now.",
    },
    "moved_elsewhere": {
        "nb": "{n} av bongene er flyttet til et sted du ikke ser.",
        "en": "{n} of the tickets have moved to a venue that you do not see.",
    },
    "other_venues_too": {
        "nb": "Filen har også salg av steder du ikke ser. Bare den som kan laste opp for alle, kan ta den tilbake.",
        "en": "The file also has sales of venues that you do not see. Only who may upload for all can take it back.",
    },
    "period": {"nb": "Periode", "en": "Period"},
    "act_uploaded": {"nb": "lastet opp filer", "en": "uploaded files"},
    "act_import-undone": {"nb": "tok en fil tilbake", "en": "took a file back"},
    "act_register-given": {"nb": "ga en kasse til stedet", "en": "gave a register to the venue"},
    "act_read-again": {"nb": "leste en avvist fil på nytt", "en": "read a refused file again"},
}
