"""What to do, in plain words: for whoever has no terminal, nothing to type is told, whatever the finding."""

from __future__ import annotations

import doctest
import re

from posexport.core.finding import ACCEPTABLE, Finding, Ore, Severity
from posexport.core.mends import MENDS, Recipe, list_recipes
from posexport.texts import mends_in_words
from posexport.texts.describe import TEXTS
from posexport.texts.language import LANGS, Lang
from posexport.texts.mends_in_words import fix_in_words, tell_mend
from tests.support.each import each

TYPED = re.compile(
    r"posexport (export|status|preview|accept|resolve|setup|imports?|tickets|orders|customers)\b|\[\[|--\w"
)
"""What only a terminal or a setup file takes."""


def make_mends(key: str) -> list[Recipe]:
    return list(list_recipes(key, is_acceptable=key.partition("/")[0] in ACCEPTABLE))


def test_the_examples_hold() -> None:
    assert doctest.testmod(mends_in_words).failed == 0


@each("lang", LANGS)
def test_no_wording_of_a_finding_tells_anything_to_type(lang: Lang) -> None:
    for key in MENDS:
        code, _, variant = key.partition("/")
        names = {name for recipe in make_mends(key) for name in recipe.taken.values()}
        named = set(re.findall(r"{(\w+)}", "".join(TEXTS[key][lang])))
        facts = {name: Ore(100) if "amount" in name else f"x-{name}" for name in names | named}
        found = Finding(code, Severity.ERROR, facts, variant, venue="torget")
        told = fix_in_words(found, lang)
        assert not TYPED.search(told), f"{key}: {told}"


@each("lang", LANGS)
def test_every_mend_that_is_typed_elsewhere_has_its_words(lang: Lang) -> None:
    for key in MENDS:
        placeholders = set(re.findall(r"{(\w+)}", TEXTS[key][lang][1]))
        for recipe in make_mends(key):
            mend = recipe.make(lambda name: f"x-{name}")
            if mend.name in placeholders:
                assert tell_mend(mend, lang), key
