"""Mends as the pages name them: what is to be set has the name that it has where it is set."""

from __future__ import annotations

import re

import pytest

from posexport.core.mends import MENDS, Mend, MendKind
from posexport.office.settings import COMPANY_FIELDS, VENUE_FIELDS
from posexport.office.words import office_words
from posexport.texts.buttons import name_button
from posexport.texts.describe import TEXTS
from posexport.texts.language import LANGS, Lang

SET = [
    (key, recipe.make(lambda name: name))
    for key, recipes in MENDS.items()
    for recipe in recipes
    if recipe.kind is MendKind.SET_KEY
]


@pytest.mark.parametrize("lang", LANGS)
def test_a_key_is_called_what_its_field_is_called(lang: Lang) -> None:
    words = office_words(lang)
    found = {str(mend.facts["key"]): name_button(mend, lang) for _, mend in SET}
    of_fields = {key: told for key, told in found.items() if key in (*COMPANY_FIELDS, *VENUE_FIELDS)}
    assert {"closes", "department", "project", "target", "credit_type", "vat_registered"} <= of_fields.keys()
    for key, told in of_fields.items():
        assert words[f"set_{key}"] in told
    for key in ("client_key", "subscription_key"):
        assert words[f"key_{key}"] in found[key]
    assert words["account_rounding_product"] in found["rounding_product"]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("key", "mend"), SET)
def test_what_sets_a_key_reads_as_a_part_of_its_sentence(key: str, mend: Mend, lang: Lang) -> None:
    told, fix = name_button(mend, lang), TEXTS[key][lang][1]
    assert re.fullmatch(r"[«“].+[»”]|kontoen under Kontoer|the account under Accounts", told)
    assert "{set_key}" not in fix or not re.search(r"(siden|page) \w+ (i oppsettet|in the setup)", fix)
