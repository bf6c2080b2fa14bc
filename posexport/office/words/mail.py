"""The words of a company's mail server."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "mail_server": {"nb": "E-post", "en": "E-mail"},
    "mail_what": {
        "nb": "Tjeneren som sender meldinger om dager som venter, og invitasjoner.",
        "en": "The server that sends messages about days that wait, and invitations.",
    },
    "mail_told": {"nb": "Meldinger går til: {who}.", "en": "Messages go to: {who}."},
    "mail_told_nobody": {
        "nb": "Ingen får meldinger ennå: det settes på hvert sted.",
        "en": "Nobody gets messages yet: that is set on each venue.",
    },
    "set_server": {"nb": "Tjener og port", "en": "Server and port"},
    "set_sender": {"nb": "Avsenderadresse", "en": "Sender's address"},
    "set_user": {"nb": "Brukernavn", "en": "User name"},
    "set_security": {"nb": "Sikring", "en": "Security"},
    "set_weekly": {"nb": "Sammendrag hver mandag", "en": "Summary every Monday"},
    "set_password": {"nb": "Passord", "en": "Password"},
    "choice_starttls": {"nb": "STARTTLS (port 587)", "en": "STARTTLS (port 587)"},
    "choice_tls": {"nb": "TLS (port 465)", "en": "TLS (port 465)"},
    "choice_none": {"nb": "ingen: alt går i klartekst", "en": "none: everything goes in the clear"},
    "key_password": {"nb": "Passord for e-post", "en": "Password for e-mail"},
    "mail_password_note": {
        "nb": "Bytter du tjener, sikring eller bruker, må passordet skrives på nytt: det sendes aldri til en annen.",
        "en": "If you change server, security or user, the password has to be typed again: it goes to nobody else.",
    },
    "password_not_taken": {
        "nb": "Skriv passordet: vanlige tegn på én linje, høyst 500.",
        "en": "Type the password: plain characters on one line, at most 500.",
    },
    "mail_test": {"nb": "Send en prøve", "en": "Send a test"},
    "mail_recipient": {"nb": "Til", "en": "To"},
    "mail_no_address": {
        "nb": "Skriv én e-postadresse, som navn@firma.no.",
        "en": "Write one e-mail address, such as name@company.no.",
    },
    "mail_not_set_up": {
        "nb": "Lagre tjeneren først.",
        "en": "Save the server first.",
    },
    "mail_last": {"nb": "Siste prøve, til {recipient}, {time}:", "en": "The last test, to {recipient}, {time}:"},
    "mail_test_going": {"nb": "er på vei. Siden fornyer seg selv.", "en": "is on its way. The page renews itself."},
    "mail_test_sent": {
        "nb": "tjeneren tok imot den. Se i innboksen, og i søppelposten.",
        "en": "the server took it. Look in the inbox, and among junk.",
    },
    "mail_test_no-server": {"nb": "ingen tjener er satt opp.", "en": "no server is set up."},
    "mail_test_no-password": {
        "nb": "passordet mangler, eller kan ikke leses her. Skriv det på nytt.",
        "en": "the password is missing, or cannot be read here. Type it again.",
    },
    "mail_test_refused": {
        "nb": "tjeneren avviste oss. Se over bruker, passord og sikring.",
        "en": "the server refused us. Look over user, password and security.",
    },
    "mail_test_letter-refused": {
        "nb": "tjeneren tok ikke imot denne meldingen. Se over avsender og mottaker.",
        "en": "the server did not take this message. Look over sender and recipient.",
    },
    "mail_test_out-of-reach": {
        "nb": "tjeneren kan ikke nås herfra. Se over navn og port.",
        "en": "the server is out of reach from here. Look over name and port.",
    },
    "mail_test_no-answer": {
        "nb": "tjeneren svarte ikke som den skulle. Se over navn og port, eller prøv igjen.",
        "en": "the server did not answer as it should. Look over name and port, or try again.",
    },
    "mail_test_failed": {"nb": "ble avbrutt. Prøv igjen.", "en": "was interrupted. Try again."},
    "mail_answered": {"nb": "Det den svarte: {why}", "en": "What it answered: {why}"},
    "mail_remove": {"nb": "Fjern tjeneren", "en": "Remove the server"},
    "mail_remove_question": {"nb": "Fjerne e-posttjeneren {server}?", "en": "Remove the mail server {server}?"},
    "mail_remove_what": {
        "nb": "Ingen får meldinger om dager som venter, eller sammendrag, for {company}. Invitasjoner og nye passord "
        "må gis videre som lenke.",
        "en": "Nobody gets messages about days that wait, or summaries, of {company}. Invitations and new passwords "
        "have to be passed on as a link.",
    },
    "mail_remove_password": {
        "nb": "Passordet slettes fra hvelvet, sammen med dem det har erstattet. Det kan ikke hentes tilbake.",
        "en": "The password is deleted from the vault, with those that it replaced. It cannot be brought back.",
    },
    "mail_remove_not": {
        "nb": "Dager, kladder og brukere røres ikke, og mottakerne på hvert sted blir stående.",
        "en": "Days, drafts and users are not touched, and the recipients of each venue stay.",
    },
    "act_mail-removed": {"nb": "fjernet e-posttjeneren", "en": "removed the mail server"},
    "fact_server": {"nb": "tjener: {value}", "en": "server: {value}"},
    "work_mail-test": {"nb": "Prøve av e-post", "en": "Test of e-mail"},
    "act_mail-tested": {"nb": "sendte en prøve på e-post", "en": "sent a test by e-mail"},
}
