"""The words of what is refused."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "refused": {"nb": "Det gikk ikke", "en": "That did not work"},
    "not_found": {"nb": "Denne siden finnes ikke.", "en": "There is no such page."},
    "to_today": {"nb": "Til I dag", "en": "To Today"},
    "not_allowed": {
        "nb": "Dette kan du ikke: {role} trengs.",
        "en": "You may not do this: {role} is needed.",
    },
    "right_see": {"nb": "innsyn", "en": "the role reader"},
    "right_upload": {"nb": "rollen butikk", "en": "the role shop"},
    "right_book": {"nb": "rollen regnskapsfører", "en": "the role bookkeeper"},
    "right_map": {"nb": "rollen oppsett", "en": "the role administrator"},
    "right_connect": {"nb": "rollen oppsett", "en": "the role administrator"},
    "right_manage-users": {"nb": "rollen oppsett", "en": "the role administrator"},
    "right_manage-companies": {"nb": "rollen partner", "en": "the role partner admin"},
    "form_of_elsewhere": {
        "nb": "Skjemaet kom ikke fra denne innloggingen. Ingenting er gjort. Gå tilbake og prøv igjen.",
        "en": "The form did not come from this session. Nothing was done. Go back and try again.",
    },
    "too_large": {
        "nb": "Det som ble sendt, er større enn et skjema kan være. Ingenting er gjort.",
        "en": "What was sent is larger than a form can be. Nothing was done.",
    },
    "form_without_key": {
        "nb": "Skjemaet er ikke helt. Ingenting er gjort. Gå tilbake, hent siden på nytt og prøv igjen.",
        "en": "The form is not whole. Nothing was done. Go back, load the page again and try again.",
    },
    "reason_missing": {"nb": "Skriv en begrunnelse, 3 til 500 tegn.", "en": "Write a reason, 3 to 500 characters."},
    "not_acceptable": {
        "nb": "Dette kan ikke godtas. Det må rettes.",
        "en": "This cannot be accepted. It has to be mended.",
    },
    "no_period": {
        "nb": "«{first}» til «{last}» er ingen periode. Skriv datoer som 20.11.2026, eller i går, forrige uke eller "
        "forrige måned.",
        "en": "“{first}” to “{last}” is no period. Write dates such as 20 Nov 2026, or yesterday, last week or "
        "last month.",
    },
    "no_longer_found": {
        "nb": "Dagen har ikke dette funnet lenger. Hent siden på nytt.",
        "en": "The day no longer has this finding. Load the page again.",
    },
    "error_without_words": {
        "nb": "Det gikk ikke. Den som drifter kontoret, finner grunnen i loggen.",
        "en": "That did not work. Whoever runs the office finds the reason in the log.",
    },
}
