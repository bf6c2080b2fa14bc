"""Logging: one line per event, for a person on a terminal or as JSON for log collectors. Only posexport's own messages;
never a key, a ticket or a request."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO


class JsonLine(logging.Formatter):
    """A record as one line of JSON: time (UTC), level, logger, message, and the traceback of a programming error."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "part": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class StandardError(logging.StreamHandler[TextIO]):
    """Writes to what is the standard error at that moment: one that was closed meanwhile has left its number to another
    file, which may be the database."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        """The standard error."""
        return sys.stderr


def log_to_stderr(*, as_json: bool = False) -> None:
    """Log posexport's messages, and the libraries' warnings, to stderr. A second call changes only the format."""
    handler = StandardError()
    handler.setFormatter(JsonLine() if as_json else logging.Formatter("%(asctime)s %(name)s: %(message)s"))
    root = logging.getLogger()
    for old in [known for known in root.handlers if isinstance(known, StandardError)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("posexport").setLevel(logging.INFO)
