"""Whoever keeps the books is sent to no terminal: not by an e-mail, a page of the office, what a day waits for, or a
failure that stands there. `test_mends_in_words` has what is to be done about a finding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from posexport.cli.main import cli
from posexport.office.fill import leave_out_typed
from posexport.office.words import WORDS
from posexport.render.templates import find_template
from posexport.texts.describe import TEXTS
from posexport.texts.failures import REASONS, SENTENCES
from posexport.texts.language import LANGS, Lang
from posexport.texts.mail import MAIL_WORDS
from tests.support.each import each

TYPED = re.compile(rf"posexport (?:--|(?:{'|'.join(cli.commands)})\b)|\[\[|(?<![\w-])--[a-z]|\.toml\b")
"""What only a terminal or a setup file takes."""

TEMPLATES = [
    path for path in sorted(find_template("office/frame.html.j2").parents[1].rglob("*.j2")) if path.suffix == ".j2"
]


def list_typed(words: Mapping[str, Mapping[Lang, str]]) -> list[str]:
    return [
        f"{key} ({lang}): {said[lang]}" for key, said in words.items() for lang in LANGS if TYPED.search(said[lang])
    ]


def test_a_command_is_known_when_it_is_seen() -> None:
    for text in ("Kjør posexport export.", "posexport --lang nb demo", "med --revise", "[[company]]", "i setup.toml"):
        assert TYPED.search(text)
    assert not TYPED.search("Den som drifter posexport, retter det. Meldingen er fra posexport.")


def test_no_message_says_anything_to_type() -> None:
    assert list_typed(MAIL_WORDS) == []


def test_no_word_of_the_office_is_a_command() -> None:
    assert list_typed(WORDS) == []


@each("key", list(TEXTS))
def test_what_a_day_waits_for_names_no_command(key: str) -> None:
    for lang in LANGS:
        assert not TYPED.search(TEXTS[key][lang][0]), TEXTS[key][lang][0]


@each("english", [*SENTENCES, *REASONS])
def test_a_failure_on_a_page_names_no_command(english: str) -> None:
    said: dict[Lang, str] = {"en": english, "nb": {**SENTENCES, **REASONS}[english]}
    for lang in LANGS:
        assert not TYPED.search(leave_out_typed(said[lang], lang))


@each("template", TEMPLATES)
def test_no_page_has_a_command_in_it(template: Path) -> None:
    assert len(TEMPLATES) > 60
    assert not TYPED.search(re.sub(r"(?s)<style.*?</style>|{#.*?#}", "", template.read_text(encoding="utf-8")))
