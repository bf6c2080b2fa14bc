"""The words of the days of a month."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "month_before": {"nb": "Måneden før", "en": "The month before"},
    "month_after": {"nb": "Måneden etter", "en": "The month after"},
    "waits": {"nb": "Venter", "en": "Waits"},
    "only_waiting": {"nb": "Bare det som venter", "en": "Only what waits"},
    "everything": {"nb": "Alle dager", "en": "All days"},
    "pick_days": {"nb": "Velg dager", "en": "Pick days"},
    "stop_picking": {"nb": "Ferdig med å velge", "en": "Done picking"},
    "preview_picked": {"nb": "Forhåndsvis valgte", "en": "Preview picked"},
    "draft_month": {"nb": "Lag kladder for måneden", "en": "Draft the month"},
    "page_of": {"nb": "Side {n} av {all}", "en": "Page {n} of {all}"},
    "page_before": {"nb": "Forrige side", "en": "The page before"},
    "page_after": {"nb": "Neste side", "en": "The next page"},
    "no_days": {
        "nb": "Ingen dager å vise i denne måneden. Les inn en salgsfil, eller velg en annen måned.",
        "en": "No days to show in this month. Import a sales file, or choose another month.",
    },
    "no_such_days": {
        "nb": "Ingen slike dager i denne måneden.",
        "en": "No such days in this month.",
    },
}
