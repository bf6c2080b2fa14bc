"""Everything that may be said of a sales file on a page is said in Norwegian too: what is found, what was expected,
what to do, and where, as the readers' source has them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import posexport
from posexport.sources.files.foreign import PROGRAMS, explain_foreign, explain_program
from posexport.sources.files.open import _OTHER_KINDS
from posexport.store import import_notes
from posexport.texts.language import LANGS
from posexport.texts.refusals import describe_note, describe_place, describe_refusal
from tests.support.each import each
from tests.support.said_texts import list_texts, name_of

ROOT = Path(posexport.__file__).parent
READERS = [
    *sorted(ROOT.glob("sources/**/*.py")),
    ROOT / "app" / "sales_file.py",
    ROOT / "store" / "ticket_writer.py",
    ROOT / "store" / "import_notes.py",
]
SAID_OF = {"column": ["customer", "id"], "what": ["columns", "keys"], "where": [""], "why": [""]}
"""What a hole may hold that its function is given."""


def fill(node: ast.expr) -> list[str]:
    """What a hole may hold whose text is not in its own module."""
    return SAID_OF.get(name_of(node), ["7"])


PARTS_OF_OTHERS = ("has a ", "has points", "is an amount with a computer", "is empty, and", "was read as midnight")
"""How a note begins that what is written stands before."""
ALL = sorted(
    f"7 {text}" if text.startswith(PARTS_OF_OTHERS) else text
    for text in {text for path in READERS for text in list_texts(path, fill)}
)


@each("text", ALL)
def test_every_sentence_about_a_file_is_said_in_norwegian(text: str) -> None:
    told = describe_refusal(text, "nb")
    assert told not in (text, "")
    assert not re.search(r"\b(the|this|is|are|was|not|its|with|and|each|once|times)\b", told), told


@each("note", [text for name, text in vars(import_notes).items() if re.fullmatch("_[A-Z]+", name)])
def test_a_note_of_stored_tickets_is_told_whole_in_a_terminal_and_without_commands_on_a_page(note: str) -> None:
    text = note.format(count="2 tickets", venue="torget", day="2026-11-20")
    for lang in LANGS:
        told, shown = describe_note(text, lang), describe_refusal(text, lang)
        assert ("posexport" in told) == ("posexport" in text)
        assert told.startswith(shown) and "posexport" not in shown
        day = {"nb": "20.11.2026", "en": "20 Nov 2026"}[lang]
        assert (day in told) == ("2026-11-20" in text)
        assert "2026-11-20" not in told.replace("resolve torget 2026-11-20", "")
    assert describe_note(text, "nb").startswith(("2 bonger ", "Alle bongene "))


def test_the_walk_finds_what_the_readers_say() -> None:
    assert len(ALL) > 250
    for text in ("the file is empty.", "the rows of a ticket together.", "The date is missing.", import_notes._HISTORY):
        assert text in ALL


@each("kind", [kind for _, kind, _ in _OTHER_KINDS])
def test_every_kind_of_file_that_is_none_of_ours_is_named_in_norwegian(kind: str) -> None:
    assert not re.search(r"\b(a|an|file|old|archive)\b", describe_refusal(f"this is {kind}.", "nb"))


@each("program", [program.name for program in PROGRAMS])
def test_a_file_of_another_program_says_so_and_what_to_do_without_a_readme(program: str) -> None:
    (one,) = (one for one in PROGRAMS if one.name == program)
    found, fix = explain_program(one)
    assert describe_refusal(found, "nb") == f"dette er en fil fra {program}."
    assert "Eksporter salget fra kassen" in describe_refusal(fix, "nb")
    assert "guide" not in describe_refusal(fix, "nb") + describe_refusal(fix, "en")
    assert describe_refusal(fix, "en").endswith("CSV or JSON lines.")


@pytest.mark.parametrize(("what", "told"), [("columns", "kolonnene"), ("keys", "nøklene")])
def test_the_columns_of_an_unknown_file_are_named(what: str, told: str) -> None:
    found, _ = explain_foreign(["Dato", "Sum"], what)
    assert describe_refusal(found, "nb") == f"dette er en fil fra et annet program ({told} er 'Dato', 'Sum')."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("lines, no. 3: gross is '12,3O'.", "linje nr. 3: gross er '12,3O'."),
        ("payments, no. 2: it is in EUR without a rate.", "betaling nr. 2: den er i EUR uten kurs."),
    ],
)
def test_a_place_within_a_ticket_is_told_in_norwegian(text: str, told: str) -> None:
    assert describe_refusal(text, "nb") == told


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("line 48", "linje 48"),
        ("sheet Ark1, line 3", "arket Ark1, linje 3"),
        ("sheet Ark1, line 3, ticket 7", "arket Ark1, linje 3, bong 7"),
        ("register K1, ticket without a number", "kasse K1, bong uten nummer"),
        ("register K1, ticket 42, 2026-11-20 11:42:05", "kasse K1, bong 42, 20.11.2026 kl. 11.42.05"),
        ("register 1, ticket 4; register 1, ticket 6", "kasse 1, bong 4; kasse 1, bong 6"),
        ("the first line", "den første linjen"),
    ],
)
def test_every_place_is_told_in_norwegian(place: str, told: str) -> None:
    assert describe_place(place, "nb") == told
    assert describe_place(place, "en") == place.replace("2026-11-20", "20 Nov 2026")
