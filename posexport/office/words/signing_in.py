"""The words of signing in."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "sign_in": {"nb": "Logg inn", "en": "Sign in"},
    "sign_in_with_link": {
        "nb": "Åpne lenken som ble vist da kontoret ble startet.",
        "en": "Open the link that was shown when the office was started.",
    },
    "link_good": {"nb": "Lenken er klar til bruk, én gang.", "en": "The link is good, once."},
    "link_used": {
        "nb": "Lenken er brukt eller for gammel. Be om en ny: start kontoret på nytt.",
        "en": "The link is used or too old. Ask for a new one: start the office again.",
    },
}
