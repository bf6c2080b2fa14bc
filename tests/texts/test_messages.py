"""What commands say of what they did: every message that the source tells has a Norwegian form with the same facts, and
no command prints a sentence that is not one of them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import posexport
from posexport.texts.messages import MESSAGES
from tests.support.said_texts import list_arguments

ROOT = Path(posexport.__file__).parent
OF_THE_OFFICE = {"users.py", "office.py"}
MODULES = [path for path in sorted((ROOT / "cli").glob("*.py")) if path.name not in OF_THE_OFFICE]
TOLD = {
    text
    for path in [*MODULES, ROOT / "app" / "inbox.py", ROOT / "__main__.py"]
    for text in list_arguments(path, ("say", "word", "tell"), lambda _: [])
}
ADDED, LEFT_OUT = {"title", "tickets"}, {"many"}
"""Facts that only Norwegian says, and that it says otherwise."""


def list_holes(form: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", form))


def test_the_walk_finds_what_is_told() -> None:
    assert len(TOLD) > 60
    assert "Wrote {path}" in TOLD


def test_every_message_is_said_in_norwegian() -> None:
    of_customers = {text for text in TOLD if re.fullmatch(r"[a-z-]+", text)} - MESSAGES.keys()
    assert TOLD - of_customers <= MESSAGES.keys()


@pytest.mark.parametrize("english", sorted(MESSAGES))
def test_a_message_has_the_same_facts_in_both_languages(english: str) -> None:
    assert list_holes(MESSAGES[english]) <= list_holes(english) | ADDED
    assert list_holes(english) - LEFT_OUT <= list_holes(MESSAGES[english])


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_command_prints_words_that_are_said_in_one_language_alone(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("click.echo", "Text", "sys.stderr.write"):
            literals = [
                part.value
                for argument in node.args
                for part in ast.walk(argument)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            ]
            assert not [text for text in literals if re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", text)], ast.unparse(node)
