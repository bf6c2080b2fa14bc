"""What mails say, by language."""

from __future__ import annotations

import doctest

from posexport.texts import mail
from posexport.texts.language import LANGS
from posexport.texts.mail import MAIL_WORDS


def test_the_examples_hold() -> None:
    assert doctest.testmod(mail).failed == 0


def test_every_word_is_there_in_every_language_with_the_same_figures() -> None:
    for key, words in MAIL_WORDS.items():
        assert words.keys() == set(LANGS), key
        assert len({tuple(sorted(part.split("}")[0] for part in told.split("{")[1:])) for told in words.values()}) == 1
