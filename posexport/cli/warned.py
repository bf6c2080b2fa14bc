"""Warnings that a command gives where nobody asked for a log: on stderr, in the language of the command."""

from __future__ import annotations

import logging

from posexport.logs import StandardError

_AS_THEY_ARE = logging.lastResort


class _InWords(logging.Formatter):
    """A warning in Norwegian where there are words for it."""

    def format(self, record: logging.LogRecord) -> str:
        """Its message."""
        from posexport.texts.command_errors import describe_sentence

        return describe_sentence(record.getMessage(), "nb")


def warn_in_norwegian(*, is_asked: bool) -> None:
    """Have warnings that no log takes stand on stderr in Norwegian, or as they are."""
    handler = None
    if is_asked:
        handler = StandardError()
        handler.setLevel(logging.WARNING)
        handler.setFormatter(_InWords())
    logging.lastResort = handler or _AS_THEY_ARE
