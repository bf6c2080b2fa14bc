"""Warnings that a command gives where nobody asked for a log: on stderr, in the language of the command."""

from __future__ import annotations

import logging
from collections.abc import Callable

from posexport.logs import StandardError


class _InWords(logging.Formatter):
    """A warning in Norwegian where there are words for it."""

    def format(self, record: logging.LogRecord) -> str:
        """Its message."""
        from posexport.texts.command_errors import describe_sentence

        return describe_sentence(record.getMessage(), "nb")


def warn_in_norwegian() -> Callable[[], None]:
    """Have warnings that no log takes stand on stderr in Norwegian, until what is returned is called."""
    before = logging.lastResort
    handler = StandardError()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(_InWords())
    logging.lastResort = handler

    def warn_as_before() -> None:
        logging.lastResort = before

    return warn_as_before
