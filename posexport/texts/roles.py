"""What the roles of users are called."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.core.roles import Role
from posexport.texts.language import Lang

ROLE_WORDS: Mapping[Role, Mapping[Lang, str]] = {
    Role.READER: {"nb": "Innsyn", "en": "Reader"},
    Role.SHOP: {"nb": "Butikk", "en": "Shop"},
    Role.BOOKKEEPER: {"nb": "Regnskapsfører", "en": "Bookkeeper"},
    Role.ADMINISTRATOR: {"nb": "Oppsett", "en": "Administrator"},
    Role.PARTNER: {"nb": "Partner", "en": "Partner admin"},
}
