"""Whatever refuses a command is said in Norwegian too: every error that the source raises to whoever typed it."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import pytest

import posexport
from posexport.app.users import Refusal, UserRefused
from posexport.core.day import parse_days
from posexport.errors import SetupFault, SetupRefused, UnreadableSales, UsageError
from posexport.texts.command_errors import describe_error, describe_sentence
from tests.support.each import each
from tests.support.said_texts import list_arguments, name_of

ROOT = Path(posexport.__file__).parent
COMMANDS = [path for path in sorted(ROOT.rglob("*.py")) if not path.is_relative_to(ROOT / "sandbox")]
"""Every module of the program; the sandbox answers as PowerOffice Go does, in English."""
HANDED_ON = frozenset({"7"})
"""What has no words of its own in the source: it is another sentence, raised anew."""
DAYS = {"day", "business_day", "export_from", "first", "last", "at"}
"""The names of holes that have a day."""
SAID_OF = {
    "told": "The database 7 cannot be opened (7). ",
    "trouble.mend": "Run it again when the database server answers.",
    "make": " If it is new, make it first: posexport setup set company --add --company 7, with its keys.",
    "listed": " These wait: 7.",
    "kind.name": "order",
    "row": "accounts",
    "key": "accounts",
}
"""What some other holes have."""
SAID_BY = {
    "_list_codes": "customer 7",
    "_explain_not_opened": "The database 7 cannot be opened (7). ",
    "_explain_nothing": "7 has no sales on 2026-11-20. Import the file that holds them with posexport import, or look "
    "at another day: posexport status lists them.",
    "_format_days": "2026-11-20 is",
    "_describe_missing": "No order is of ticket 7.",
    "_format_there": "Company 7 has 7 already. Change that one, without --add. Nothing was saved.",
    "_format_no_row": "Company 7 has no 7. There is: 7. To make it: --add. Nothing was saved.",
}
"""And what functions put there."""

ENGLISH = re.compile(r"\b(the|this|is|are|was|not|its|with|and|each|once|there|has|say|of|there)\b")


def fill(node: ast.expr) -> list[str]:
    """What a hole may hold that the module does not say."""
    written = ast.unparse(node)
    said = SAID_OF.get(written) or SAID_BY.get(written.partition("(")[0])
    return [said or ("2026-11-20" if name_of(node) in DAYS or written.startswith("day_of") else "7")]


RAISED = sorted(
    {
        *map(str, map(UserRefused, Refusal)),
        *(text for path in COMMANDS for text in list_arguments(path, ("UsageError", "DatabaseAway"), fill)),
        *list_arguments(ROOT / "core" / "day.py", ("ValueError",), fill),
    }
    - HANDED_ON
    - {
        "The database 7 has a schema that posexport does not know (schema 7). It was left as it is. Install that "
        "posexport, or a newer one.",
        "The database 7 was made by a newer posexport (schema 7). It was left as it is. Check the --db option or "
        "POSEXPORT_DB.",
    }
)
"""Every text that may be raised; the two are the halves of two others, crossed."""


def test_the_walk_finds_what_is_raised() -> None:
    assert len(RAISED) > 130
    assert "There is no import 7. List them with posexport imports." in RAISED
    assert "Port 7 cannot be had for --metrics: 7. Choose another." in RAISED
    assert "'7' is no business day; write a date such as 2026-11-20, or 7" in RAISED
    assert "7 2026-11-20 is not over until 2026-11-20 05:00. Say so then." in RAISED


@each("text", RAISED)
def test_every_refusal_of_a_command_is_said_in_norwegian(text: str) -> None:
    told = describe_sentence(text, "nb")
    assert told != text
    typed = re.sub(r"'[^']*'|posexport [^,.]*|[\w-]+-[\w-]+", "", told)
    assert not ENGLISH.search(typed), told
    assert "2026-11-20 " not in typed.replace("from = 2026-11-20 ", ""), "a date in a sentence is a Norwegian one"
    english = describe_sentence(text, "en")
    assert english.replace("20 Nov 2026", "2026-11-20") == text
    if "such as 2026" not in text:  # what is to be typed
        assert english.count("20 Nov 2026") == told.count("20.11.2026"), (english, told)


@pytest.mark.parametrize("why", sorted(list_arguments(ROOT / "setup" / "sealing.py", ("VaultLocked",), fill)))
@pytest.mark.parametrize("form", [text for text in RAISED if text.startswith("The vault is not")])
def test_why_the_vault_is_not_sealed_anew_is_said_in_norwegian(form: str, why: str) -> None:
    told = describe_sentence(form.replace("7. N", f"{why}. N"), "nb")
    assert why not in told
    assert not ENGLISH.search(told), told


def test_the_words_for_days_that_a_refusal_names_are_understood() -> None:
    today = date(2026, 11, 22)
    with pytest.raises(ValueError, match="no business day") as refused:
        parse_days("nothing", today)
    told = describe_sentence(str(refused.value), "nb")
    words = told.partition("eller ")[2].split(", ")
    assert len(words) == 6
    assert [parse_days(word, today) for word in words] == [
        parse_days(word, today) for word in ("today", "yesterday", "this-week", "last-week", "this-month", "last-month")
    ]


def test_a_file_that_cannot_be_read_is_told_whole() -> None:
    error = UnreadableSales(
        "a.xml", "line 4", "The date is missing.", "a date.", "Say whose file it is with --venue ID."
    )
    told = describe_error(error, "nb")
    assert told.startswith("a.xml, linje 4: Datoen mangler. Ventet: ")
    assert told.endswith("Si hvem sin fil det er, med --venue ID. Ingenting fra denne filen er lagret.")
    assert describe_error(error, "en") == str(error)


def test_a_refused_setup_is_told_line_by_line() -> None:
    faults = [SetupFault(3, "Unknown key nmae.", "Did you mean name?", "nmae = 1"), SetupFault(None, "Ukjent.", "")]
    assert describe_error(SetupRefused("a.toml", faults), "nb").split("\n")[1:] == [
        "    nmae = 1",
        "a.toml: Ukjent.",
        "Ingenting fra filen er lagret.",
    ]
    assert describe_error(SetupRefused("a.toml", faults), "en") == str(SetupRefused("a.toml", faults))


def test_several_lines_are_said_one_by_one_and_what_is_not_known_stays() -> None:
    one = "Two venues are given one new id. Give each its own."
    assert describe_error(UsageError(f"{one}\nA driver said so."), "nb") == (
        "To utsalgssteder får samme nye id. Gi hvert sin egen.\nA driver said so."
    )
