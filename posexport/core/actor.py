"""Who acts: a name, and how it is known. The faces (command line, scheduler, later a web page) pass it in, and it is
stored with every act that somebody answers for. Nothing below the faces asks the operating system or a session who it
is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class KnownBy(StrEnum):
    """How an actor's name is known. Values are stored; never rename."""

    TERMINAL = "terminal"
    """The operating system's user, at a command line."""
    SCHEDULER = "scheduler"
    """posexport itself, at the time that was set up."""
    PROGRAM = "program"
    """Another program, through the library."""
    SIGNED_IN = "signed-in"
    """A person who signed in."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something, as it is stored with what was done."""

    name: str
    known_by: KnownBy


PROGRAM = Actor("posexport", KnownBy.PROGRAM)
"""A program that calls the library without saying who it is."""

SCHEDULER = Actor("posexport schedule", KnownBy.SCHEDULER)
"""The scheduler and its inboxes."""

WHY_LENGTH_MAX = 500
"""The maximum length of a reason, which is always shown whole."""
