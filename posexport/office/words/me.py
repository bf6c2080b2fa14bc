"""The words of what somebody sets for themselves."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "me": {"nb": "Meg", "en": "Me"},
    "preferences": {"nb": "Slik vil jeg ha det", "en": "How I want it"},
    "language": {"nb": "Språk", "en": "Language"},
    "language_of_browser": {"nb": "Som nettleseren", "en": "As the browser"},
    "keys_on": {"nb": "Bokstaver er snarveier", "en": "Letters are shortcuts"},
    "current_password": {"nb": "Passordet du har nå", "en": "The password that you have now"},
    "wrong_current_password": {
        "nb": "Passordet du har nå, stemmer ikke.",
        "en": "The password that you have now is not right.",
    },
    "others_end": {"nb": "Andre innlogginger avsluttes.", "en": "Other sessions end."},
    "no_password": {
        "nb": "Du logger inn uten passord her. Vil du ha et, kan den som styrer brukerne, lage en lenke til deg.",
        "en": "You sign in without a password here. Whoever manages the users can make a link for you to choose one.",
    },
    "sessions": {"nb": "Innlogget her", "en": "Signed in here"},
    "browser": {"nb": "Nettleser", "en": "Browser"},
    "unknown_browser": {"nb": "ukjent nettleser", "en": "unknown browser"},
    "address": {"nb": "Adresse", "en": "Address"},
    "signed_in_at": {"nb": "Logget inn", "en": "Signed in"},
    "used_at": {"nb": "Sist brukt", "en": "Last used"},
    "this_session": {"nb": "denne", "en": "this one"},
    "end_session": {"nb": "Logg ut der", "en": "Sign out there"},
    "end_others": {"nb": "Logg ut alle andre steder", "en": "Sign out everywhere else"},
    "me_saved_preferences": {"nb": "Lagret.", "en": "Saved."},
    "me_saved_password": {
        "nb": "Passordet er lagret. Andre innlogginger er avsluttet.",
        "en": "The password is saved. Other sessions are ended.",
    },
    "me_saved_sessions": {"nb": "Innloggingen er avsluttet.", "en": "The session is ended."},
}
