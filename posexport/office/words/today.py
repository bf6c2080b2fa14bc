"""The words of the page Today."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "and_more": {"nb": "… og {n} til: se Dager", "en": "… and {n} more: see Days"},
    "waits_for_you": {"nb": "Venter på deg", "en": "Waits for you"},
    "waits_for_others": {"nb": "Venter på andre", "en": "Waits for others"},
    "nothing_waits": {"nb": "Ingenting venter.", "en": "Nothing waits."},
    "last_drafted": {"nb": "Siste kladd: {venue}, {time}.", "en": "The last draft: {venue}, {time}."},
    "without_file": {
        "nb": "Ingen fil ennå, der det pleier å være salg",
        "en": "No file yet, where there usually are sales",
    },
    "last_day": {"nb": "Siste dag som er over", "en": "The last day that is over"},
    "next_turn": {"nb": "Neste kjøring", "en": "Next run"},
    "no_turn": {"nb": "ingen automatisk eksport", "en": "no automatic export"},
    "going_on": {"nb": "Pågår nå", "en": "Going on now"},
    "no_company": {
        "nb": "Ingen selskaper er satt opp ennå. Den som drifter posexport, leser inn det første oppsettet.",
        "en": "No company is set up yet. Whoever runs posexport applies the first setup.",
    },
    "nothing_set_up": {
        "nb": "Ingen steder er satt opp for deg ennå. Spør den som har oppsettet.",
        "en": "No venue is set up for you yet. Ask your administrator.",
    },
}
