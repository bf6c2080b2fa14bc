"""E-mails to users of the office, as text and as HTML: an invitation, a new role, a link for a new password, a
test of the mail server. A link
stands in the letter alone; nothing of it is stored."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment

from posexport.core.company import Company
from posexport.render.filling import open_templates
from posexport.render.mail import Written
from posexport.render.templates import find_template
from posexport.texts.clean import clean
from posexport.texts.language import Lang

_TEXTS: dict[str, dict[Lang, tuple[str, str]]] = {
    "invitation": {
        "nb": (
            "{company}: invitasjon til posexport",
            "{by} har invitert deg. Åpne lenken og velg et passord. Den virker én gang, i sju dager.",
        ),
        "en": (
            "{company}: invitation to posexport",
            "{by} has invited you. Open the link and choose a password. It works once, for seven days.",
        ),
    },
    "roles-changed": {
        "nb": ("{company}: du har fått en rolle i posexport", "{by} har gitt deg en rolle. Logg inn som før."),
        "en": ("{company}: you have a new role in posexport", "{by} has given you a role. Sign in as before."),
    },
    "test": {
        "nb": (
            "{company}: prøve av e-post",
            "{by} sendte denne for å se om meldingene kommer fram. Nå vet du at de gjør det. Innstillingene er her:",
        ),
        "en": (
            "{company}: a test of e-mail",
            "{by} sent this to see whether messages arrive. Now you know that they do. The settings are here:",
        ),
    },
    "reset": {
        "nb": (
            "Nytt passord i posexport",
            "Åpne lenken og velg et nytt passord. Den virker én gang, i en time. Har du ikke bedt om det, trenger du "
            "ikke gjøre noe: passordet ditt er som før.",
        ),
        "en": (
            "A new password for posexport",
            "Open the link and choose a new password. It works once, for an hour. If you did not ask for it, you need "
            "not do anything: your password is as it was.",
        ),
    },
}

_FOOT: dict[Lang, str] = {"nb": "Meldingen er sendt automatisk.", "en": "This message was sent automatically."}


def write_user_mail(kind: str, lang: Lang, company: Company, address: str, by: str = "") -> Written:
    """A letter. `kind`: invitation, roles-changed, test or reset; `address`: the link in it; `by`: who does it."""
    subject, told = (text.format(company=company.name, by=by) for text in _TEXTS[kind][lang])
    values = {"subject": subject, "told": told, "address": address, "lang": lang, "company": company.name}
    folder = find_template("user_mail.txt.j2").parent
    text, html = (
        _open(folder, is_html).get_template(f"user_mail.{ending}.j2").render(**values, foot=_FOOT[lang])
        for ending, is_html in (("txt", False), ("html", True))
    )
    return Written(clean(subject), text.strip() + "\n", html.strip() + "\n")


@lru_cache(maxsize=2)
def _open(folder: Path, is_html: bool) -> Environment:
    return open_templates(folder, {}, is_html=is_html)
