"""The reason that somebody gives for what they do, kept with who it was and when."""

from __future__ import annotations

from posexport.core.actor import WHY_LENGTH_MAX
from posexport.errors import UsageError


def read_why(why: str) -> str:
    """A reason as it is kept; "" where none is given. Raises UsageError where it is longer than anybody would read."""
    why = why.strip()
    if len(why) > WHY_LENGTH_MAX:
        raise UsageError(
            f"The reason has {len(why)} characters. Say it with {WHY_LENGTH_MAX} at most. Nothing was saved."
        )
    return why


def require_why(why: str) -> str:
    """As `read_why`, where somebody answers for what is done. Raises UsageError where no reason is given, too."""
    why = read_why(why)
    if not why:
        raise UsageError("Say why, with --why TEXT: it is kept with your name and the time.")
    return why
