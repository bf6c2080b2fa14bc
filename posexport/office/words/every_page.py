"""The words of every page."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "today": {"nb": "I dag", "en": "Today"},
    "days": {"nb": "Dager", "en": "Days"},
    "runs": {"nb": "Kjøringer", "en": "Runs"},
    "log": {"nb": "Logg", "en": "Log"},
    "menu_button": {"nb": "Meny", "en": "Menu"},
    "menu": {"nb": "Sider", "en": "Pages"},
    "skip": {"nb": "Rett til innholdet", "en": "Skip to content"},
    "sign_out": {"nb": "Logg ut", "en": "Sign out"},
    "back": {"nb": "Tilbake", "en": "Back"},
    "venue": {"nb": "Sted", "en": "Venue"},
    "day": {"nb": "Dag", "en": "Day"},
    "state": {"nb": "Tilstand", "en": "State"},
    "amount": {"nb": "Beløp", "en": "Amount"},
    "printed_by": {"nb": "Hentet fram {time} av {who}.", "en": "Looked up {time} by {who}."},
    "promise": {"nb": "Her lages kladder. Du bokfører.", "en": "Drafts are made here. You post."},
}
