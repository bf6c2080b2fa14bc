"""What commands say of what they did: every message that the source tells has a Norwegian form with the same facts, and
no command prints a sentence that is not one of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import posexport
from posexport.demo.run import _COMMENT, SETUP_TEXT
from posexport.sandbox.told import HINTS
from posexport.texts.customers import WORDS as OF_CUSTOMERS
from posexport.texts.messages import MESSAGES, tell
from tests.support.each import each
from tests.support.said_texts import list_arguments, name_of

ROOT = Path(posexport.__file__).parent
MODULES = sorted((ROOT / "cli").glob("*.py"))
DEMO = ROOT / "demo" / "run.py"
SANDBOX = [ROOT / "sandbox" / name for name in ("__main__.py", "told.py")]
TOLD = {
    text
    for path in [*MODULES, ROOT / "app" / "inbox.py", ROOT / "__main__.py"]
    for text in list_arguments(path, ("say", "word", "tell"), lambda _: [])
} | {
    *list_arguments(DEMO, ("word",), lambda _: []),
    *list_arguments(ROOT / "cli" / "stopping.py", ("_word",), lambda _: []),
    *(text for path in SANDBOX for text in list_arguments(path, ("tell",), lambda _: [])),
    HINTS,
    *(found[1] for found in _COMMENT.finditer(SETUP_TEXT)),
    # said through a name, not where it stands
    "venue",
    "schedule",
    "next",
    "last turn",
    "last drafted",
    "waiting",
    "{waiting}, the oldest {day} ({days:day|days} ago)",
    "; {count} of the known are otherwise in a newer file",
    "; {count} moved from another venue",
    "{email} is a user already and has the role now.",
    "{email} is a user already and has the roles now.",
    "{venue} {day}: {state}, nothing was sent.",
}
PRINTERS = ("click.echo", "Text", "sys.stdout.write", "sys.stderr.write", "self.say", "self.step", "show")
ADDED, LEFT_OUT = {"title", "tickets"}, {"many"}
"""Facts that only Norwegian says, and that it says otherwise."""


def list_holes(form: str) -> set[str]:
    return set(re.findall(r"{(\w+)[:}]", form))


def test_the_walk_finds_what_is_told() -> None:
    assert len(TOLD) > 60
    assert "Wrote {path}" in TOLD
    assert "The demo's" in " ".join(TOLD)


def test_every_message_is_said_in_norwegian() -> None:
    assert sorted(TOLD - OF_CUSTOMERS.keys() - MESSAGES.keys()) == []
    assert sorted(MESSAGES.keys() - TOLD) == [], "nothing says it, or TOLD does not see who does"


@each("english", sorted(MESSAGES))
def test_a_message_has_the_same_facts_in_both_languages(english: str) -> None:
    assert list_holes(MESSAGES[english]) <= list_holes(english) | ADDED
    assert list_holes(english) - LEFT_OUT <= list_holes(MESSAGES[english])


@pytest.mark.parametrize("count", [1, 2])
def test_a_count_is_said_with_the_word_that_fits_it(count: int) -> None:
    told = (
        "{count} tickets of register {register}{place} belong to no venue. Add "
        'registers = ["{register}"] to its venue in the setup, run posexport setup apply FILE, and move the file back '
        "into the inbox. {location}"
    )
    said = tell(told, "nb", count=count, register="9", place="", location="")
    assert said.startswith(("1 bong på kasse 9 ", "2 bonger på kasse 9 ")[count - 1])


def list_untold(node: ast.AST) -> Iterator[str]:
    """The texts within an argument, those apart that are told in the language of the command."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if not (isinstance(node, ast.Call) and name_of(node.func) in ("word", "tell")):
        for part in ast.iter_child_nodes(node):
            yield from list_untold(part)


@each("path", [*MODULES, DEMO, *SANDBOX])
def test_no_command_prints_words_that_are_said_in_one_language_alone(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in PRINTERS:
            literals = [text for argument in node.args for text in list_untold(argument)]
            said = [text for text in literals if not text.startswith("posexport ")]
            assert not [text for text in said if re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", text)], ast.unparse(node)
