"""The reason that a person gives for an act, stored with who did it and when."""

from __future__ import annotations

from posexport.core.actor import WHY_LENGTH_MAX
from posexport.errors import UsageError


def read_why(why: str) -> str:
    """A reason, cleaned for storing; "" where none is given. Raises UsageError where it is too long."""
    why = why.strip()
    if len(why) > WHY_LENGTH_MAX:
        raise UsageError(
            f"The reason has {len(why)} characters. Say it with {WHY_LENGTH_MAX} at most. Nothing was saved."
        )
    return why


def require_why(why: str) -> str:
    """As `read_why`, for acts that need a reason. Raises UsageError also where none is given."""
    why = read_why(why)
    if not why:
        raise UsageError("Say why, with --why TEXT: it is kept with your name and the time.")
    return why
