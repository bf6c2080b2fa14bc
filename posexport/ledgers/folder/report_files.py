"""Writes files atomically, readable by their owner only; and the folder for settlement reports.

A file is written beside its final place and then renamed. Raises the system's OSError, except where said otherwise.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from posexport.core.ports.ledger import Page
from posexport.errors import NotSent


class ReportFolder:
    """A folder for settlement reports (PDF), created where it is missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, page: Page) -> None:
        """Write a PDF into the folder, replacing one of the same name.

        Raises NotSent where it cannot be written.
        """
        try:
            make_folder(self._folder)
            write_whole(self._folder / Path(page.name).name, page.content)
        except OSError as error:
            raise unwritable(self._folder, error) from None

    def has(self, name: str) -> bool:
        """Whether the folder has a PDF of this name. Raises NotSent where it cannot be read."""
        return is_there(self._folder / Path(name).name)


def unwritable(folder: Path, error: OSError) -> NotSent:
    """The error for a folder that cannot be written to."""
    return NotSent(f"the folder {folder} cannot be written to: {error.strerror}")


def unreadable(folder: Path, error: OSError) -> NotSent:
    """The error for a folder that cannot be read."""
    return NotSent(f"the folder {folder} cannot be read: {error.strerror}")


def is_there(path: Path) -> bool:
    """Whether a file exists. Raises NotSent where the folder cannot be read."""
    try:
        return path.is_file()
    except OSError as error:
        raise unreadable(path.parent, error) from None


def make_folder(folder: Path) -> None:
    """Create the folder and its parents, for their owner only."""
    for above in reversed((folder, *folder.parents)):
        above.mkdir(exist_ok=True, mode=0o700)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file atomically and durably: nobody sees half of it, and it survives a power cut."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Flush renames and removals in a folder to disk, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
