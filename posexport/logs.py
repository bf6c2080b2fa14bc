"""Logging: one line per event, for a person on a terminal or as JSON for log collectors. Only posexport's own messages;
never a key, a ticket or a request."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime


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


def log_to_stderr(*, as_json: bool = False) -> None:
    """Log posexport's messages, and the libraries' warnings, to stderr. A second call changes only the format."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine() if as_json else logging.Formatter("%(asctime)s %(name)s: %(message)s"))
    root = logging.getLogger()
    for old in [known for known in root.handlers if getattr(known, "_of_posexport", False)]:
        root.removeHandler(old)
    handler._of_posexport = True  # type: ignore[attr-defined]  # noqa: SLF001 - our own mark
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("posexport").setLevel(logging.INFO)
