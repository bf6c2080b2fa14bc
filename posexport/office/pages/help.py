"""Help: the guide, what the states mean, what to do when, and the keys."""

from __future__ import annotations

from starlette.responses import Response

from posexport.office.menu import MENU
from posexport.office.visit import Visit
from posexport.office.words import SIGNS
from posexport.render.guide import read_guide

KEYS = (
    ("/", "key_search"),
    ("j k", "key_next"),
    ("Enter", "key_open"),
    ("u", "key_up"),
    ("e", "key_mend"),
    ("p", "key_pdf"),
    ("← → ↑ ↓", "key_grid"),
    ("?", "key_list"),
)
"""The keys, and the words of what each does; `g` and a letter go to the pages of the menu."""


def show(visit: Visit) -> Response:
    """The page."""
    going = [(f"g {entry.key}", entry.name) for entry in MENU if entry.key]
    return visit.show("help.html.j2", guide=read_guide(visit.lang), states=SIGNS, keys=(*KEYS, *going))
