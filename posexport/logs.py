"""One line per thing that happened: for a person on a terminal, or as JSON for whoever gathers logs. Only what
posexport itself says; never a key, a receipt or a request."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime


class JsonLine(logging.Formatter):
    """A record as one line of JSON: time (UTC), level, what part of posexport, message, and the traceback of a bug."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
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
    """Log what posexport does; of the libraries only what went wrong. A second call changes the form alone."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine() if as_json else logging.Formatter("%(asctime)s %(name)s: %(message)s"))
    root = logging.getLogger()
    for old in [known for known in root.handlers if getattr(known, "_of_posexport", False)]:
        root.removeHandler(old)
    handler._of_posexport = True  # type: ignore[attr-defined]  # noqa: SLF001 - our own mark
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("posexport").setLevel(logging.INFO)
