"""A venue's watched folder: files that appear are imported, then moved to `done` or to `refused` with the reason
beside them. A file that is still being written is left alone; one that a process died over is taken up again.

Of several processes the one that moves a file into `reading` has it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from posexport.core.setup import Venue
from posexport.export import Imported, Workplace, import_sales

_log = logging.getLogger("posexport.inbox")

STILL_S = 10
"""How long a file must not have changed before it counts as whole."""

LONG_S = 3_600
"""A file that nobody has changed for so long is whole, whoever saw it last; one that has been in `reading` for so
long was left there by a process that died."""

_UNFINISHED = (".part", ".tmp", ".partial", ".crdownload", ".filepart")


@dataclass(slots=True)
class Watch:
    """What was seen of files that may still be growing: size and time of change, and since when."""

    seen: dict[Path, tuple[tuple[int, int], float]] = field(default_factory=dict)

    def is_whole(self, path: Path, now_s: float) -> bool:
        """Whether a file has stopped changing; one that somebody else has taken meanwhile has not."""
        try:
            stat = path.stat()
        except FileNotFoundError:
            return False
        state = (stat.st_size, stat.st_mtime_ns)
        known = self.seen.get(path)
        if known is None or known[0] != state:
            self.seen[path] = (state, now_s)
            return stat.st_size > 0 and now_s - stat.st_mtime >= LONG_S
        return stat.st_size > 0 and now_s - known[1] >= STILL_S


def take_in(workplace: Workplace, venue: Venue, watch: Watch) -> int:
    """Import what has come into a venue's inbox; how many files were read. A folder that is not there is made; one
    that cannot be used is logged, and tried again."""
    if venue.inbox is None:
        return 0
    folder = Path(venue.inbox)
    try:
        for name in ("", "reading", "done", "refused"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        waiting = list(_find_whole(folder, watch, workplace.clock()))
    except OSError as error:
        _log.error("%s: the inbox %s cannot be used: %s", venue.id, folder, error.strerror)
        return 0
    read = 0
    for path in waiting:
        taken = _take(path, folder / "reading")
        if taken is not None:
            _import(workplace, venue, folder, taken)
            read += 1
    return read


def _find_whole(folder: Path, watch: Watch, now_s: float) -> Iterator[Path]:
    """Files that are whole, by name."""
    _give_back(folder, now_s)
    there = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    for gone in [path for path in watch.seen if path.parent == folder and path not in there]:
        del watch.seen[gone]
    for path in there:
        if not path.name.lower().endswith(_UNFINISHED) and watch.is_whole(path, now_s):
            yield path


def _give_back(folder: Path, now_s: float) -> None:
    """Files that a process died over come into the inbox again."""
    for path in (folder / "reading").iterdir():
        with suppress(FileNotFoundError):
            if now_s - path.stat().st_ctime >= LONG_S and not (folder / path.name).exists():
                path.rename(folder / path.name)


def _take(path: Path, folder: Path) -> Path | None:
    """Move a file where only we read it; None where somebody else was first."""
    try:
        return path.rename(folder / path.name)
    except FileNotFoundError:
        return None


def _import(workplace: Workplace, venue: Venue, folder: Path, path: Path) -> None:
    """Read one file and put it away. A file whose tickets were not all taken is refused too: it has to be read
    again once its register has a venue."""
    forced = None if venue.registers or venue.location else venue.id
    imported = import_sales(workplace, [path], venue_id=forced)
    reason = _tell_refusal(imported)
    if reason:
        kept = _put_away(path, folder / "refused", workplace.clock())
        kept.with_name(f"{kept.name}.txt").write_text(reason + "\n", encoding="utf-8")
        _log.warning("%s: %s was refused: %s", venue.id, path.name, reason.splitlines()[0])
        return
    _put_away(path, folder / "done", workplace.clock())
    new = sum(result.new for result in imported.results)
    known = sum(result.known for result in imported.results)
    changed = sum(result.changed for result in imported.results)
    _log.info("%s: %s was read: %d new, %d already known, %d changed", venue.id, path.name, new, known, changed)


def _tell_refusal(imported: Imported) -> str:
    """Why a file was not taken, or not all of it; empty where it was."""
    reasons = [str(error) for error in imported.refused]
    for result in imported.results:
        for (location, register), count in result.refused_registers.items():
            place = f" at {location}" if location else ""
            reasons.append(
                f"{count} tickets of register {register}{place} belong to no venue. Add "
                f'registers = ["{register}"] to its venue in the setup, run posexport setup apply, and move the file '
                "back into the inbox."
            )
    return "\n".join(reasons)


def _put_away(path: Path, folder: Path, now_s: float) -> Path:
    """Move a file to a folder, under a name of its own there."""
    target = folder / path.name
    if target.exists():
        moment = datetime.fromtimestamp(now_s, UTC)
        target = folder / f"{path.stem}-{moment:%Y%m%dT%H%M%S%f}{path.suffix}"
    return path.rename(target)
