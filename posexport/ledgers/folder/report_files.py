"""Files that appear whole or not at all, readable by their owner only; and the folder for settlement reports.

A file is written beside its place and then moved into it. Raises OSError as the system does, except where said.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from posexport.core.ports.ledger import Page
from posexport.errors import NotSent


class ReportFolder:
    """A folder that settlement reports are put into, made where it is not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, page: Page) -> None:
        """Put a page into the folder; the same name again is the same file again.

        Raises NotSent where it cannot be written.
        """
        try:
            make_folder(self._folder)
            write_whole(self._folder / Path(page.name).name, page.content)
        except OSError as error:
            raise unwritable(self._folder, error) from None

    def has(self, name: str) -> bool:
        """Whether a page of this name is in the folder. Raises NotSent where that cannot be known."""
        return is_there(self._folder / Path(name).name)


def unwritable(folder: Path, error: OSError) -> NotSent:
    """That a folder cannot be written to, and why."""
    return NotSent(f"the folder {folder} cannot be written to: {error.strerror}")


def unreadable(folder: Path, error: OSError) -> NotSent:
    """That a folder cannot be looked into, and why."""
    return NotSent(f"the folder {folder} cannot be read: {error.strerror}")


def is_there(path: Path) -> bool:
    """Whether there is a file. Raises NotSent where that cannot be known."""
    try:
        return path.is_file()
    except OSError as error:
        raise unreadable(path.parent, error) from None


def make_folder(folder: Path) -> None:
    """The folder, and those above it, for their owner only where they were not there."""
    for above in reversed((folder, *folder.parents)):
        above.mkdir(exist_ok=True, mode=0o700)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it, and so that it outlasts a power cut."""
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
    """Make what was moved or removed last, where a folder can be asked to."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
