"""The words of signing in."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "form_lost": {
        "nb": "Du var ikke innlogget lenger. Det du sendte, er ikke lagret. Logg inn, og gjør det på nytt.",
        "en": "You were signed in no longer. What you sent is not saved. Sign in, and do it again.",
    },
    "sign_in": {"nb": "Logg inn", "en": "Sign in"},
    "email": {"nb": "E-post", "en": "E-mail"},
    "password": {"nb": "Passord", "en": "Password"},
    "password_forgotten": {"nb": "Glemt passordet?", "en": "Forgotten your password?"},
    "wrong_password": {"nb": "Navn eller passord stemmer ikke.", "en": "The name or the password is not right."},
    "too_many_tries": {
        "nb": "For mange forsøk. Prøv igjen om {minutes} minutter.",
        "en": "Too many tries. Try again in {minutes} minutes.",
    },
    "too_many_tries_one": {
        "nb": "For mange forsøk. Prøv igjen om ett minutt.",
        "en": "Too many tries. Try again in a minute.",
    },
    "no_such_user": {
        "nb": "Du er ikke bruker her. Be administratoren om en invitasjon.",
        "en": "You are no user here. Ask your administrator for an invitation.",
    },
    "go_on_as": {"nb": "Fortsett som {name}", "en": "Go on as {name}"},
    "sign_in_with": {"nb": "Logg inn med {name}", "en": "Sign in with {name}"},
    "came_back": {"nb": "{name} har sagt hvem du er.", "en": "{name} has said who you are."},
    "not_identified": {
        "nb": "Innloggingen ble ikke fullført hos den andre tjenesten. Gå til innloggingen og prøv igjen.",
        "en": "The other service did not complete the sign-in. Go to the sign-in page and try again.",
    },
    "sign_in_with_link": {
        "nb": "På denne maskinen kan du også åpne lenken som ble vist da kontoret ble startet.",
        "en": "On this machine you can also open the link that was shown when the office was started.",
    },
    "link_good": {"nb": "Lenken er klar til bruk, én gang.", "en": "The link is good, once."},
    "link_used": {
        "nb": "Lenken er brukt eller for gammel. Be om en ny: start kontoret på nytt.",
        "en": "The link is used or too old. Ask for a new one: start the office again.",
    },
    "link_old": {
        "nb": "Lenken er brukt eller for gammel. Be om en ny.",
        "en": "The link is used or too old. Ask for a new one.",
    },
    "invitation": {"nb": "Invitasjon", "en": "Invitation"},
    "invitation_what": {
        "nb": "Du logger inn med {email} og passordet du velger her.",
        "en": "You will sign in with {email} and the password that you choose here.",
    },
    "invitation_old": {
        "nb": "Invitasjonen er brukt, trukket tilbake eller for gammel. Be om en ny.",
        "en": "The invitation is used, withdrawn or too old. Ask for a new one.",
    },
    "your_name": {"nb": "Navnet ditt", "en": "Your name"},
    "name_missing": {"nb": "Skriv navnet ditt, høyst 200 tegn.", "en": "Write your name, at most 200 characters."},
    "password_to_choose": {"nb": "Velg et passord", "en": "Choose a password"},
    "password_rule": {
        "nb": "Minst {least} tegn. Flere ord etter hverandre er lett å huske.",
        "en": "At least {least} characters. Several words in a row are easy to remember.",
    },
    "password_short": {
        "nb": "Passordet må ha minst {least} tegn.",
        "en": "The password needs at least {least} characters.",
    },
    "password_long": {"nb": "Passordet er for langt.", "en": "The password is too long."},
    "password_name": {
        "nb": "Passordet kan ikke inneholde navnet ditt eller e-postadressen din.",
        "en": "The password cannot have your name or your e-mail address in it.",
    },
    "take_up": {"nb": "Bli med", "en": "Join"},
    "new_password": {"nb": "Nytt passord", "en": "New password"},
    "new_password_what": {
        "nb": "For {email}. Alle andre innlogginger avsluttes.",
        "en": "For {email}. All other sessions are ended.",
    },
    "save_password": {"nb": "Lagre passordet", "en": "Save the password"},
    "reset_what": {
        "nb": "Skriv e-postadressen din, så sender vi en lenke til å velge et nytt.",
        "en": "Write your e-mail address, and we send a link for choosing a new one.",
    },
    "send_link": {"nb": "Send lenke", "en": "Send a link"},
    "reset_asked": {
        "nb": "Hører adressen til en bruker, er en lenke på vei dit. Den virker i en time.",
        "en": "If the address is a user's, a link is on its way there. It works for an hour.",
    },
    "reset_without_mail": {
        "nb": "Kommer det ingenting? Den som styrer brukerne i selskapet ditt, kan lage en lenke til deg.",
        "en": "Does nothing come? Whoever manages the users of your company can make a link for you.",
    },
}
