"""Sentences that are made far below whoever reads them, as they come out: beside `sentences_as_said.txt`, which has one
of each form, no Norwegian one may be taken out, or lose its English form, without a test that fails."""

from __future__ import annotations

import re
from pathlib import Path

from posexport.texts.command_errors import describe_sentence
from posexport.texts.sentence_patterns import find_sentence, make_patterns
from posexport.texts.setup_fault_sentences import FIXES, PARTS, WHAT
from posexport.texts.usage_sentences import USAGE
from tests.support.each import each
from tests.texts.test_command_errors import ENGLISH, RAISED

SAID = Path(__file__).with_name("sentences_as_said.txt").read_text(encoding="utf-8").splitlines()
PARTS_SAID = (
    "true or false",
    "true or false, without quotes",
    "text",
    "text in quotes",
    "a whole number",
    "a decimal number",
    "a date with a time",
    "a date",
    "a time",
    "a time in quotes",
    "a list",
    "a table",
    "a table of accounts",
    "a table of products",
    "one of hold, warn",
    "1 or 100, without quotes",
    'an amount in quotes, such as "0.50"',
    "env:NAME or file:PATH in quotes",
    "a whole number from 1 to 9, without quotes",
    "a whole number of hours, without quotes",
    "a whole number of minutes, without quotes",
    "a whole number of days, without quotes",
    "venue torget",
    "company torget",
    "venue torget of company fjordmat",
    "product type torget",
    "payment type torget",
    "VAT code torget",
    "The venue",
    "The company",
    "The product type",
    "The payment type",
    "The VAT code",
    "The file",
    "a no-break space",
    "a space of no width",
    "a byte order mark",
    "a sign of no width",
    "is made in Go under Menu > Settings > Extensions",
    'invoicing = "orders" needs: orders go by API v2',
    'target "file" needs: the folder the voucher files go to',
    'target "journal" needs',
    "is a file that is not there",
    "is a file that cannot be read as text",
    "is empty",
    '"*/0" has no step from 1 to 7',
    '"*/0" is no weekday',
    "holds more than one line, or characters no key has",
    "is written out, or is no reference",
)
"""What stands in the holes of sentences about a setup file."""
TYPED = re.compile(r"'[^']*'|\"[^\"]*\"|posexport [^,.]*|[\w-]+-[\w-]+|\S*[_\[=].*")


@each("text", SAID)
def test_every_sentence_is_said_in_norwegian(text: str) -> None:
    told = describe_sentence(text, "nb")
    assert told != text
    assert not ENGLISH.search(TYPED.sub("", told)), told


@each("part", PARTS_SAID)
def test_every_part_of_a_sentence_about_a_setup_file_is_said_in_norwegian(part: str) -> None:
    told = describe_sentence(f"venue torget has no addon, which {part}.", "nb")
    assert part not in told


def test_one_of_each_form_is_here() -> None:
    """A new form gets a line, and one that nothing says any more goes."""
    forms = {english: english for english in (*WHAT, *FIXES, *USAGE)}
    of_setup, of_commands = (
        make_patterns({english: english for english in table}) for table in ((*WHAT, *FIXES), USAGE)
    )
    found = [find_sentence(text, patterns) for text in SAID for patterns in (of_setup, of_commands)]
    found += [find_sentence(text, of_commands) for text in RAISED]
    assert sorted(forms.keys() - {one.form for one in found if one is not None}) == []
    parts = make_patterns({english: english for english in PARTS})
    of_parts = {one.form for part in PARTS_SAID if (one := find_sentence(part, parts)) is not None}
    assert sorted(PARTS.keys() - of_parts) == []
