"""A venue's watched folder: files that appear are imported, then moved to `done`, or to `refused` with the reason in a
text file beside them. A file still being written is left alone; one left behind by a crash is taken up again.

Of several processes the one that moves a file into `reading` has it. People who can write to the folder need not be
trusted: links are not followed, names are cleaned before they are printed, and a bad file does not stop the others.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from posexport.app.import_sales import Imported, import_sales
from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.errors import ImportStopped, StoreTrouble, UsageError
from posexport.texts.clean import clean, clean_lines
from posexport.texts.command_errors import describe_error
from posexport.texts.commands import describe_location
from posexport.texts.language import LANGS, Lang, choose_lang
from posexport.texts.messages import tell

_log = logging.getLogger("posexport.inbox")

STILL_S = 10
"""How long (s) a file must be unchanged before it counts as complete."""

LONG_S = 3_600
"""After this time (s) an unchanged file is complete, whoever saw it last; one in `reading` was left behind by a crash;
and a lasting error is logged again."""

_UNFINISHED = (".part", ".tmp", ".partial", ".crdownload", ".filepart")

_NAME_BYTES = (255, 140, 60)
"""Maximum lengths of file names on file systems, the usual one first."""


@dataclass(slots=True)
class InboxWatch:
    """Remembers files that may still be growing: size and time of change, and since when. `told`: the last log message
    per path, and when it was logged."""

    seen: dict[Path, tuple[tuple[int, int], float]] = field(default_factory=dict)
    told: dict[Path, tuple[str, float]] = field(default_factory=dict)

    def is_whole(self, path: Path, now_s: float) -> bool:
        """Whether a file has not changed for `STILL_S` seconds; False where another process has moved it."""
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

    def tell(self, path: Path, told: str, now_s: float) -> None:
        """Log an error about a file or folder, once an hour at most while it stays the same."""
        before = self.told.get(path)
        if before is None or before[0] != told or now_s - before[1] >= LONG_S:
            self.told[path] = (told, now_s)
            _log.error("%s", told)


def take_in(workspace: Workspace, venue: Venue, watch: InboxWatch) -> int:
    """Import the files in a venue's inbox; returns how many were read. A missing folder is created; one that cannot be
    used is logged and tried again. No file is started once the program is to stop."""
    if venue.inbox is None:
        return 0
    folder = Path(venue.inbox)
    try:
        _make_folders(venue, folder, watch, workspace.clock())
        waiting = list(_find_whole(venue, folder, watch, workspace.clock()))
    except OSError as error:
        why = error.strerror or type(error).__name__
        told = f"{venue.id}: the inbox {clean(str(folder))} cannot be used: {why}. It is tried again."
        watch.tell(folder, told, workspace.clock())
        return 0
    read = 0
    for path in waiting:
        if workspace.stopping():
            break
        taken = _take(venue, path, watch, workspace.clock())
        if taken is None:
            continue
        try:
            _import(workspace, venue, folder, taken)
        except (ImportStopped, StoreTrouble) as error:
            _leave_for_later(venue, folder, taken, error, watch, workspace.clock())
            break
        read += 1
    return read


def _find_whole(venue: Venue, folder: Path, watch: InboxWatch, now_s: float) -> Iterator[Path]:
    """The files that are complete, ordered by name."""
    _give_back(venue, folder, watch, now_s)
    there = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    for table in (watch.seen, watch.told):
        for gone in [path for path in table if path.parent == folder and path not in there]:
            del table[gone]
    for path in there:
        if path.name in _FOLDERS:
            continue
        if path.is_symlink():
            _log_link(venue, path, watch, now_s)
        elif path.is_file() and not path.name.lower().endswith(_UNFINISHED) and watch.is_whole(path, now_s):
            yield path


def _log_link(venue: Venue, path: Path, watch: InboxWatch, now_s: float) -> None:
    told = f"{venue.id}: {_name(path)} in the inbox is a link, and links are not followed. Put the file itself there."
    watch.tell(path, told, now_s)


def _make_folders(venue: Venue, folder: Path, watch: InboxWatch, now_s: float) -> None:
    """Create the folders of an inbox that are not there. People who can write to an inbox must not have files moved
    into other people's folders, so nothing is moved through a link: files stay in `reading` where `done` or `refused`
    is one. Raises OSError where a folder cannot be made, and where `reading` is a link."""
    for name in ("", *_FOLDERS):
        if not name or not (folder / name).is_symlink():
            (folder / name).mkdir(parents=True, exist_ok=True)
        elif name == "reading":
            raise OSError(errno.ELOOP, f"reading is a link{_NO_LINKS}")
        else:
            told = f"{venue.id}: {name} in the inbox is a link{_NO_LINKS}"
            watch.tell(folder / name, f"{told}. Files are read all the same, and stay in reading.", now_s)


_FOLDERS = ("reading", "done", "refused")
"""The folders in an inbox."""

_NO_LINKS = ", and nothing is moved through links; make it a folder"


def _give_back(venue: Venue, folder: Path, watch: InboxWatch, now_s: float) -> None:
    """Move files that a crashed process left in `reading` back to the inbox."""
    for path in (folder / "reading").iterdir():
        try:
            if now_s - path.lstat().st_ctime >= LONG_S and not (folder / path.name).exists():
                path.rename(folder / path.name)
        except FileNotFoundError:
            continue
        except OSError as error:
            told = f"{venue.id}: {_name(path)} lies in reading and cannot be moved back into the inbox"
            watch.tell(path, f"{told}: {error.strerror}. Move it, or allow posexport to.", now_s)


def _take(venue: Venue, path: Path, watch: InboxWatch, now_s: float) -> Path | None:
    """Move a file into `reading`; None where another process was first, or where it cannot be moved."""
    try:
        taken = path.rename(path.parent / "reading" / path.name)
    except FileNotFoundError:
        return None
    except OSError as error:
        told = f"{venue.id}: {_name(path)} is not read, since it cannot be moved to reading: {error.strerror}."
        if error.errno == errno.EXDEV:
            told += " reading has to be on the same disk as the inbox."
        watch.tell(path, f"{told} It is tried again.", now_s)
        return None
    if taken.is_symlink():  # it has become one since it was looked at
        _log_link(venue, taken, watch, now_s)
        return None
    return taken


def _leave_for_later(
    venue: Venue, folder: Path, path: Path, error: ImportStopped | StoreTrouble, watch: InboxWatch, now_s: float
) -> None:
    """Move back a file that was not stored for no fault of its own."""
    try:
        path.rename(folder / path.name)
    except OSError:
        _log.warning("%s: %s stays in reading, and is read again in an hour", venue.id, _name(path))
    if isinstance(error, ImportStopped):
        _log.info("%s: %s is read the next time", venue.id, _name(path))
    else:
        watch.tell(folder, f"{venue.id}: {_name(path)} waits: {error}", now_s)


def _import(workspace: Workspace, venue: Venue, folder: Path, path: Path) -> None:
    """Import one file and move it to `done` or `refused`. A file whose tickets were not all taken is refused too: it
    must be imported again once its register has a venue.

    Raises ImportStopped and StoreTrouble; nothing of the file is stored then.
    """
    forced = None if venue.registers or venue.location else venue.id
    imported = import_sales(workspace, [path], venue_id=forced)
    if imported.trouble is not None:
        raise imported.trouble
    in_english = _explain_refusal(imported, "en", path)
    if in_english:
        lang = choose_lang(workspace.load_setup_of([venue]).company_of(venue).language)
        reason = _put_together({one: _explain_refusal(imported, one, path) for one in LANGS}, lang)
        logged = in_english.splitlines()[0]
        _log.warning("%s: %s was refused: %s", venue.id, _name(path), clean(logged))
        _put_away(venue, path, folder / "refused", workspace.clock(), reason)
        return
    new = sum(result.new for result in imported.results)
    known = sum(result.known for result in imported.results)
    changed = sum(result.changed for result in imported.results)
    _log.info("%s: %s was read: %d new, %d already known, %d changed", venue.id, _name(path), new, known, changed)
    _put_away(venue, path, folder / "done", workspace.clock())


def _explain_refusal(imported: Imported, lang: Lang, path: Path) -> str:
    """Why a file was refused, in whole or in part; empty where it was not. It is called by its name alone, since it is
    moved."""
    of_file = (describe_error(error, lang) for error in imported.refused)
    reasons = [told.replace(str(path), path.name) for told in of_file]
    for result in imported.results:
        for (location, register), count in result.refused_registers.items():
            told = tell(
                "{count} tickets of register {register}{place} belong to no venue. Add "
                'registers = ["{register}"] to its venue in the setup, run posexport setup apply FILE, and move the '
                "file back into the inbox. {location}",
                lang,
                count=count,
                register=register,
                place=tell(" at {location}", lang, location=location) if location else "",
                location=describe_location(location, lang),
            )
            reasons.append(told)
    return "\n".join(reasons)


_HEADINGS: Mapping[Lang, str] = {"nb": "På norsk:", "en": "In English:"}
"""Over the second part of a reason, which says the same in another language."""


def _put_together(told: Mapping[Lang, str], lang: Lang) -> str:
    """A reason for who reads it in the folder, and after it for whoever reads it on a page in the other language."""
    parts = [told[lang], *(f"{_HEADINGS[one]}\n{told[one]}" for one in LANGS if one != lang)]
    return "\n\n".join(parts)


def _choose_part(reason: str, lang: Lang, usual: Lang) -> tuple[str, Lang]:
    """The part of a reason in a language, and which that is; one of a single part is in the `usual` one.

    >>> whole = _put_together({"nb": "Linje 4.", "en": "Line 4."}, "nb")
    >>> _choose_part(whole, "en", "nb"), _choose_part(whole, "nb", "nb"), _choose_part("Linje 4.", "en", "nb")
    (('Line 4.', 'en'), ('Linje 4.', 'nb'), ('Linje 4.', 'nb'))
    """
    for second in LANGS:
        first, heading, after = reason.partition(f"\n\n{_HEADINGS[second]}\n")
        if heading:
            return (after, lang) if second == lang else (first, lang)
    return reason, usual


def _put_away(venue: Venue, path: Path, folder: Path, now_s: float, reason: str = "") -> None:
    """Move a file to a folder under a free name, with the reason beside it. A failure to move is logged: the import's
    outcome stands."""
    try:
        if folder.is_symlink():
            raise OSError(errno.ELOOP, f"{folder.name} is a link{_NO_LINKS}")
        kept = _move(path, folder, now_s)
    except OSError as error:
        where, why = clean(str(path.parent)), error.strerror or type(error).__name__
        told = f"{venue.id}: {_name(path)} cannot be moved to {folder.name}: {why}. It stays in {where} and is read"
        _log.error("%s", f"{told} again in an hour, which adds nothing. Move it away, or allow posexport to.")
        return
    try:
        if reason:
            _write_reason(kept, reason)
    except OSError as error:
        told = f"{venue.id}: the reason cannot be written beside {_name(kept)}: {error.strerror}"
        _log.error("%s", f"{told}. It is: {clean(reason)}")


def _move(path: Path, folder: Path, now_s: float) -> Path:
    """Move a file to a folder, also on another disk, under a free name that is not too long there; returns its path.
    Raises OSError."""
    moment = datetime.fromtimestamp(now_s, UTC)
    for most_bytes in _NAME_BYTES:
        target = folder / _shorten(path.name, most_bytes)
        try:
            if os.path.lexists(target):
                target = folder / _shorten(path.name, most_bytes, f"-{moment:%Y%m%dT%H%M%S%f}")
            return _rename(path, target)
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG or most_bytes == _NAME_BYTES[-1]:
                raise
    raise AssertionError


def _rename(path: Path, target: Path) -> Path:
    try:
        return path.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    unfinished = target.with_name(_shorten(f".{target.name}", 140, ".part"))
    shutil.copy2(path, unfinished)
    unfinished.rename(target)
    path.unlink()
    return target


def _write_reason(kept: Path, reason: str) -> None:
    text = reason.encode("utf-8", "replace") + b"\n"
    for most_bytes in _NAME_BYTES:
        try:
            kept.with_name(_shorten(kept.name, most_bytes - len(".txt")) + ".txt").write_bytes(text)
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG or most_bytes == _NAME_BYTES[-1]:
                raise
        else:
            return


def _shorten(name: str, most_bytes: int, end: str = "") -> str:
    """A file name with `end` before its last suffix, cut to `most_bytes` bytes of UTF-8.

    >>> _shorten("november.xml", 255, "-2"), _shorten("abcdefgh.xml", 10), _shorten("blåbær.xml", 10, "-2")
    ('november-2.xml', 'abcdef.xml', 'blå-2.xml')
    """
    suffix = Path(name).suffix
    if len(os.fsencode(suffix)) > min(most_bytes // 2, most_bytes - len(os.fsencode(end)) - 1):
        suffix = ""
    stem, room = os.fsencode(name.removesuffix(suffix)), most_bytes - len(os.fsencode(end + suffix))
    if len(stem) <= room:
        return name.removesuffix(suffix) + end + suffix
    return stem[:room].decode("utf-8", "ignore") + end + suffix


def _name(path: Path) -> str:
    """A file's name without control characters, for messages."""
    return clean(path.name)


# What lies there, and taking one up again


class InboxFile(NamedTuple):
    """A file in an inbox. `reason`: why it was refused, "" for one that waits, and in which language that is;
    `at_utc_s`: when it was put there."""

    name: str
    size_bytes: int
    at_utc_s: int
    reason: str = ""
    lang: Lang = "nb"


class InboxState(NamedTuple):
    """The files of an inbox that wait to be read, and those that were refused, newest first. `is_there`: whether the
    folder can be read."""

    waiting: tuple[InboxFile, ...] = ()
    refused: tuple[InboxFile, ...] = ()
    is_there: bool = True


_REASON_BYTES_MAX = 8_000


def look_into(venue: Venue, lang: Lang, usual: Lang) -> InboxState:
    """What lies in a venue's inbox, reasons in this language where they have it, else in the `usual` one of their
    company. Links are not followed."""
    if venue.inbox is None:
        return InboxState(is_there=False)
    folder = Path(venue.inbox)
    try:
        waiting = [*_list_plain(folder), *_list_plain(folder / "reading")]
        refused = _list_plain(folder / "refused")
    except OSError:
        return InboxState(is_there=False)
    names = {path.name for path in refused}
    told = [path for path in refused if not (path.suffix == ".txt" and path.name.removesuffix(".txt") in names)]
    return InboxState(
        tuple(_describe(path) for path in waiting),
        tuple(_describe(path, *_choose_part(_read_reason(path), lang, usual)) for path in reversed(told)),
    )


def _list_plain(folder: Path) -> list[Path]:
    """The files of a folder, oldest first; none where it is not there yet, or is a link."""
    if folder.is_symlink() or not folder.exists():
        return []
    found = (path for path in folder.iterdir() if not path.name.startswith("."))
    return sorted((path for path in found if path.is_file() and not path.is_symlink()), key=_written_at)


def _written_at(path: Path) -> tuple[float, str]:
    try:
        return path.lstat().st_mtime, path.name
    except FileNotFoundError:
        return 0, path.name


def _describe(path: Path, reason: str = "", lang: Lang = "nb") -> InboxFile:
    try:
        stat = path.lstat()
    except FileNotFoundError:
        return InboxFile(path.name, 0, 0, reason, lang)
    return InboxFile(path.name, stat.st_size, int(stat.st_mtime), reason, lang)


def _read_reason(path: Path) -> str:
    beside = path.with_name(f"{path.name}.txt")
    if beside.is_symlink() or not beside.is_file():
        return ""
    try:
        with beside.open("rb") as stream:
            return clean_lines(stream.read(_REASON_BYTES_MAX).decode("utf-8", "replace")).strip()
    except OSError:
        return ""


def read_again(venue: Venue, name: str) -> bool:
    """Put a refused file back into the inbox, where the next turn reads it. Returns False where there is none of that
    name any more, or one of the name waits already. `name` is looked for among the names that are there, and never made
    a path of."""
    folder = Path(venue.inbox or "")
    found = next((path for path in _list_plain(folder / "refused") if path.name == name), None) if venue.inbox else None
    if found is None or os.path.lexists(folder / found.name):
        return False
    try:
        found.rename(folder / found.name)
        found.with_name(f"{found.name}.txt").unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{_name(found)} cannot be moved back into the inbox: {error.strerror}.") from None
    return True
