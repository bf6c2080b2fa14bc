"""The glossary (`posexport/guide/en/words.md`): a word of the domain, in code or on a page, is in it twice."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from posexport.texts.report import WORDS
from tests.support.pages import section
from tests.support.paths import ROOT

PLAIN = frozenset(
    re.findall(
        r"\w+",
        "age ask asked comparison connection covered dated empty facts failed figure file folder hold how identity "
        "kind known lookup mail mailer match missing mode named need new news nothing open opening ore other "
        "plan priced progress proof recipe recorded rounded routed rules seen share signed signs sold stored takes "
        "tells text total verdict wanted week",
    )
)
"""Words of any program, and other forms of words that the glossary has."""

LABELS = re.findall(
    r"\S+",
    "company venue period reference posting_date department currency counter_account vat_code debit credit rate gross "
    "control tickets returns discounts voids training movements z_report kind_payment kind_gift-card kind_tip state "
    "kind_rounding kind_movement state_held state_drafted state_refused state_unreachable state_booked state_gap",
)


def _glossary() -> list[tuple[str, str, str]]:
    rows = [line.strip("|").split(" | ") for line in section("Words").splitlines() if line.startswith("| ")]
    return [(here.strip(), norwegian.strip(), told.strip()) for here, norwegian, told in rows[1:]]


def _list_classes() -> Iterator[str]:
    for path in sorted((ROOT / "posexport" / "core").rglob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield node.name


def _list_missing(name: str) -> set[str]:
    known = set(re.findall(r"[a-z]+", " ".join(here for here, _, _ in _glossary()).lower()))
    words = [word.lower() for word in re.findall(r"[A-Z][a-z]*", name)]
    return {word for word in words if not {word, word.removesuffix("s"), word.removesuffix("ed")} & known}


def test_every_word_has_both_languages_and_is_told_once() -> None:
    terms = [term.strip() for here, _, _ in _glossary() for term in re.split(r"[,;]", here)]
    assert all(all(row) for row in _glossary())
    assert not {term for term in terms if terms.count(term) > 1}


def test_every_word_in_the_name_of_a_value_of_the_core_is_in_the_glossary() -> None:
    missing = {name: _list_missing(name) - PLAIN for name in _list_classes()}
    lacking = {name: words for name, words in missing.items() if words}
    assert not lacking, "words of the domain stand in posexport/guide/en/words.md; those of any program in PLAIN"


@pytest.mark.parametrize("label", LABELS)
def test_every_label_of_a_report_is_in_the_glossary_in_both_languages(label: str) -> None:
    known = {"en": " ".join(row[0] for row in _glossary()), "nb": " ".join(row[1] for row in _glossary())}
    for lang, text in WORDS[label].items():
        word = re.sub(r"\{\w+\}", "", text).lower().split()[0]
        stem = word[: max(3, len(word) - 2)]
        assert stem in known[lang].lower(), f"{lang}: {text}"
