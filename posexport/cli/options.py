"""What the commands share: options, opening the workspace, printing, exit codes. Nothing heavy is imported until a
command runs."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from posexport.cli.help_pages import HelpContext
from posexport.errors import Exit, PosexportError

if TYPE_CHECKING:
    from rich.console import Console

    from posexport.app.workspace import Workspace
    from posexport.core.actor import Actor
    from posexport.core.company import Venue
    from posexport.core.day import Period
    from posexport.texts.language import Lang

Command = TypeVar("Command", bound=Callable[..., Any])


class Group(click.Group):
    """A click group that lists its commands in the order they were added, not alphabetically; their help pages speak
    the language that was typed."""

    context_class = HelpContext

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Click's own."""
        cmd.context_class = HelpContext
        super().add_command(cmd, name)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Their names."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Click's own, except that an unknown command is not echoed where it looks like a database URL: that may hold a
        password."""
        if args and args[0] not in self.commands and any(sign in args[0] for sign in ("://", "@", "=")):
            ctx.fail("There is no such command. A database is named before it: posexport --db URL COMMAND.")
        return super().resolve_command(ctx, args)


def example(*lines: str) -> str:
    """The text of a help page's examples: one command per line, shown unwrapped."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def with_json(command: Command) -> Command:
    """The option `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, nothing else.")(command)


def with_out(command: Command) -> Command:
    """The option `--out`."""
    return click.option(
        "--out", metavar="FILE", type=click.Path(path_type=Path), help="Write this file, instead of to stdout."
    )(command)


def with_lang(command: Command) -> Command:
    """The option `--lang`."""
    return click.option(
        "--lang",
        type=click.Choice(["nb", "en"]),
        callback=choose_lang,
        help="Language of what is shown. Default: the one before the command, else nb.",
    )(command)


def with_spoken_lang(command: Command) -> Command:
    """The option `--lang` of a command that speaks English unless a language is named."""
    return click.option(
        "--lang",
        type=click.Choice(["nb", "en"]),
        callback=choose_spoken_lang,
        help="Language of what is written. Default: the one before the command, else en.",
    )(command)


_NAMED = "posexport.lang"


def choose_lang(ctx: click.Context, _: click.Parameter, lang: Lang | None) -> Lang:
    """The language given here, else the one that an outer command was given, else Norwegian; remembered for the
    commands below."""
    if lang is not None:
        ctx.meta[_NAMED] = lang
    chosen: Lang = ctx.meta.get(_NAMED, "nb")
    return chosen


def choose_spoken_lang(ctx: click.Context, parameter: click.Parameter, lang: Lang | None) -> Lang:
    """As `choose_lang`, but English where none is named."""
    choose_lang(ctx, parameter, lang)
    return find_lang(ctx)


def with_office_address(command: Command) -> Command:
    """--base-url: where the office is that e-mails lead to."""
    return click.option(
        "--base-url",
        metavar="URL",
        help="Where browsers find the office, for e-mails to lead there; POSEXPORT_OFFICE_URL says it too.",
    )(command)


def lead_to_office(workspace: Workspace, base_url: str | None) -> Workspace:
    """The workspace with the address of the office that was typed, if one was. Raises UsageError where it is none."""
    from posexport.wiring import check_office_address

    return workspace if base_url is None else replace(workspace, office=check_office_address(base_url, "--base-url"))


def find_lang(ctx: click.Context | None = None) -> Lang:
    """The language that a command, else the running one, tells in what it did: the one that was named, else English."""
    ctx = ctx or click.get_current_context(silent=True)
    spoken: Lang = ctx.meta.get(_NAMED, "en") if ctx is not None else "en"
    return spoken


def say(message: str, *, err: bool = False, **facts: object) -> None:
    """Print a message of `texts.messages` in the language of the command, without control characters: names come from
    files that anybody may have written."""
    from posexport.texts.clean import clean

    click.echo(clean(word(message, **facts)), err=err)


def say_error(error: PosexportError) -> None:
    """Print a failure on stderr, in the language of the command."""
    from posexport.texts.command_errors import describe_error

    say("Error: {error}", err=True, error=describe_error(error, find_lang()))


def word(message: str, **facts: object) -> str:
    """A message of `texts.messages`, or a part of one, in the language of the command."""
    from posexport.texts.messages import tell

    return tell(message, find_lang(), **facts)


def with_venues(command: Command) -> Command:
    """The option `--venue`."""
    return click.option("--venue", "venues", multiple=True, metavar="ID", help="Only this venue; may be repeated.")(
        command
    )


def with_companies(command: Command) -> Command:
    """The option `--company`."""
    return click.option(
        "--company", "companies", multiple=True, metavar="ID", help="Only this company's venues; may be repeated."
    )(command)


def with_waiting(command: Command) -> Command:
    """The option `--waiting`."""
    return click.option(
        "--waiting", is_flag=True, help="Only what somebody must act for, or what waits for an answer."
    )(command)


def with_full(command: Command) -> Command:
    """The option `--full`."""
    return click.option("--full", "is_full", is_flag=True, help="Show each, however many there are.")(command)


def with_period(command: Command) -> Command:
    """The options `--from` and `--to`."""
    first = click.option(
        "--from", "first", metavar="DAY", help="First business day: 2026-11-20, yesterday, last-week, last-month."
    )
    last = click.option("--to", "last", metavar="DAY", help="Last business day, included.")
    return first(last(command))


_LOOKED_THROUGH_AFTER = 20_000
"""How many objects may be created before Python searches for reference cycles: about a batch of tickets and their rows,
which have none."""


@contextlib.contextmanager
def collecting_seldom() -> Iterator[None]:
    """Run Python's garbage collector less often while a command works, and keep it away from the program's own modules:
    an import or a settlement spent much of its time there. For the program's own entry points only, since it changes
    the whole process."""
    gc.freeze()
    thresholds = gc.get_threshold()
    gc.set_threshold(_LOOKED_THROUGH_AFTER, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


@contextlib.contextmanager
def working(ctx: click.Context, *, reads_only: bool = False) -> Iterator[Workspace]:
    """Open the workspace a command runs in. With `reads_only` no database is created: with a mistyped --db, or in
    another folder, a new empty one would look like a store without sales."""
    from posexport.wiring import open_workspace

    with (
        open_workspace(ctx.find_root().obj, actor=find_actor(), reads_only=reads_only) as workspace,
        collecting_seldom(),
    ):
        yield workspace


def find_actor() -> Actor:
    """The person who runs posexport: the login name, or the user number where the system has no name for it
    (containers)."""
    import getpass

    from posexport.core.actor import Actor, KnownBy

    try:
        name = getpass.getuser()
    except (KeyError, OSError, ImportError):
        name = f"uid {os.getuid()}"
    return Actor(name, KnownBy.TERMINAL)


def console(*, stderr: bool = False) -> Console:
    """A rich console on stdout or stderr."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


def print_json(document: object) -> None:
    """Print one JSON document on stdout."""
    click.echo(format_json(document))


def format_json(document: object) -> str:
    """A document as JSON text, indented as it is printed."""
    import json
    import re

    # What a terminal would obey stands by its number, which is the same to a program.
    steering = r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return re.sub(steering, lambda sign: f"\\u{ord(sign[0]):04x}", text)


def local_day(now_utc_s: float) -> date:
    """The date by this machine's own time zone, for when no venue's time zone is known. `now_utc_s`: UTC seconds."""
    return datetime.fromtimestamp(now_utc_s, UTC).astimezone().date()


def find_period(first: str | None, last: str | None, venues: Sequence[Venue], now_utc_s: int) -> Period:
    """The business days that `--from` and `--to` name, both included; None at an end that was not given. Raises
    click.UsageError for what is no date."""
    from posexport.core.day import parse_period

    today = max((venue.calendar.open_day(now_utc_s) for venue in venues), default=local_day(now_utc_s))
    try:
        return parse_period(first, last, today)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def find_day(text: str, venues: Sequence[Venue], now_utc_s: int) -> date:
    """The business day that was typed. Raises click.UsageError for what is no date."""
    period = find_period(text, text, venues, now_utc_s)
    if period.first is None or period.first != period.last:
        raise click.UsageError(f"{text!r} is more than one business day.")
    return period.first


def leave(ctx: click.Context, code: Exit) -> None:
    """End with this exit code."""
    if code is not Exit.DONE:
        ctx.exit(int(code))


def print_open_days(period: Period, venues: Sequence[Venue], now_utc_s: int) -> None:
    """Say on stderr which of the requested days are not shown because they are not over yet."""
    for venue in venues:
        today = venue.calendar.open_day(now_utc_s)
        if period.last is not None and period.last >= today:
            ends = venue.calendar.local(venue.calendar.end(today))
            say("{venue}: business day {day} is not over until {ends}.", err=True, venue=venue.id, day=today, ends=ends)


def find_venues(workspace: Workspace, ids: Sequence[str], *, to_look_at: bool = False) -> list[Venue]:
    """The venues with these ids; all venues where no id is given. With `to_look_at`, venues that were removed from the
    setup are found too. Raises UsageError for an id that is not set up."""
    from posexport.app.workspace import find_venues as find_in_setup
    from posexport.errors import UsageError

    known = workspace.load_setup_with(ids)
    removed = {venue.id for venue in known.venues} - {venue.id for venue in workspace.load_setup().venues}
    for id_ in ids:
        if id_ in removed and not to_look_at:
            raise UsageError(
                f"Venue {id_!r} was removed from the setup. Look at its days with posexport status --venue {id_}."
            )
    return find_in_setup(known, ids)


def choose_of_companies(workspace: Workspace, venues: Sequence[Venue], ids: Sequence[str]) -> list[Venue]:
    """Those of these venues that belong to companies with these ids; all where no id is given. Raises UsageError for an
    id that is not set up, and where none of these venues is left."""
    from posexport.errors import UsageError

    known = [company.id for company in workspace.load_setup().companies]
    for id_ in ids:
        if id_ not in known:
            raise UsageError(f"No company {id_!r} is set up. These are: {', '.join(known) or '-'}.")
    chosen = [venue for venue in venues if not ids or venue.company_id in ids]
    if venues and not chosen:
        raise UsageError(f"None of these venues is of {', '.join(ids)}.")
    return chosen


def write_file(path: Path, content: bytes, option: str) -> None:
    """Write a file that an option names. Raises UsageError where it cannot be."""
    from posexport.errors import UsageError

    try:
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}. Choose another {option} FILE.") from None
    say("Wrote {path}", err=True, path=path)
