"""How commands stop on SIGTERM or Ctrl+C: between two steps, with a sentence on what is done and how to continue, and
within ten seconds even while they wait for an answer. Nothing heavy is imported until a command runs."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from posexport.cli.options import find_lang
from posexport.errors import Exit, Stopped

if TYPE_CHECKING:
    from types import FrameType

    from posexport.app.preview import Exported
    from posexport.app.workspace import Workspace
    from posexport.core.report import DayReport

END_S = 8.0
"""How long (s) a process that was told to stop may take."""

_MAY_HANG = ("turn", "mail", "ThreadPoolExecutor", "asyncio")
"""The threads that Python would wait for before the process ends."""


@contextlib.contextmanager
def stopping(end_now: Callable[[], None]) -> Iterator[threading.Event]:
    """Yields an event that SIGTERM and SIGINT set. If the command has not finished `END_S` seconds later, `end_now` is
    called in another thread, to end the process: an unfinished request is looked up in the next run, as after a
    crash."""
    import signal
    import socket

    stop, is_over = threading.Event(), threading.Event()
    if threading.current_thread() is not threading.main_thread():  # another program runs us, and has signals of its own
        yield stop
        return
    woken, waker = socket.socketpair()
    waker.setblocking(False)

    def end_in_time() -> None:
        with woken:
            if woken.recv(1):
                stop.set()
                if not is_over.wait(END_S):
                    end_now()

    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    fd = signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=end_in_time, name="end in time", daemon=True).start()
    try:
        yield stop
    finally:
        signal.set_wakeup_fd(fd)
        for number, handler in before.items():
            signal.signal(number, handler)
        if not any(thread.name.startswith(_MAY_HANG) for thread in threading.enumerate()):
            is_over.set()
        waker.close()


def end_quietly() -> None:
    """End the process at once, with a line in the log: for the scheduler and the workers."""
    import logging

    logging.getLogger("posexport").warning("ending now: what is on its way takes too long, and is looked for next time")
    logging.shutdown()
    os._exit(int(Exit.DONE))


@contextlib.contextmanager
def working_until_stopped(ctx: click.Context, told: Callable[[], str]) -> Iterator[Workspace]:
    """Open the workspace of a command that can stop between two steps. `told` makes the sentence for stderr where even
    the current step does not finish in time."""

    def end_now() -> None:
        sys.stderr.write(f"\n{told()}\n")
        sys.stderr.flush()
        os._exit(int(Exit.WAIT))

    with stopping(end_now) as stop:
        from posexport.cli.options import collecting_seldom, find_actor
        from posexport.wiring import open_workspace

        with (
            open_workspace(ctx.find_root().obj, actor=find_actor(), stopping=stop.is_set) as workspace,
            collecting_seldom(),
        ):
            yield workspace


@contextlib.contextmanager
def undoing_when_stopped(told: str) -> Iterator[None]:
    """Make SIGTERM and SIGINT raise Stopped with the message `told`: for a command that writes in one transaction,
    which is then rolled back."""
    import signal

    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise Stopped(told)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def format_command(ctx: click.Context) -> str:
    """The running command as it was typed, without --db (it may hold a password)."""
    from posexport.texts.commands import quote_argument

    words = ["posexport", *ctx.command_path.split()[1:]]
    for parameter in ctx.command.params:
        value: Any = ctx.params.get(parameter.name or "")
        if isinstance(parameter, click.Argument):
            words += [quote_argument(str(one)) for one in (value if isinstance(value, tuple) else (value,))]
        elif value is True:
            words.append(parameter.opts[0])
        elif value not in (None, False, ()) and _is_typed(ctx, parameter):
            for one in value if isinstance(value, tuple) else (value,):
                words += [parameter.opts[0], quote_argument(str(one))]
    return " ".join(words)


def _is_typed(ctx: click.Context, parameter: click.Parameter) -> bool:
    return ctx.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE


def format_stopped(ctx: click.Context, drafted: int) -> str:
    """The sentence for an export that was ended while requests were unanswered; `drafted` is a number of vouchers."""
    return _word(
        "Stopped: {drafted} drafted. What was on its way takes too long to answer: it is looked for before anything is "
        "sent again. Nothing is lost. Go on with: {command}",
        ctx,
        drafted=_count(ctx, drafted),
        command=format_command(ctx),
    )


def judge_stopped(ctx: click.Context, exported: Exported) -> str:
    """The sentence for an export that was stopped between two vouchers; empty where nothing is left to do."""
    from posexport.core.report import State

    states = [shown.state for shown in exported.report.vouchers]
    left = sum(state in (State.READY, State.UNCERTAIN, State.UNREACHABLE) for state in states)
    if not left and exported.is_whole:
        return ""
    what = (
        _word("{vouchers} left", ctx, vouchers=_count(ctx, left))
        if left
        else _word("reports are left to be attached", ctx)
    )
    return _word(
        "Stopped: {drafted} drafted, {left}. Nothing is lost. Go on with: {command}",
        ctx,
        drafted=_count(ctx, states.count(State.DRAFTED)),
        left=what,
        command=format_command(ctx),
    )


def count_drafted(shown: DayReport) -> int:
    """1 if this voucher is drafted, else 0."""
    return int(shown.state.value == "drafted")


def _count(ctx: click.Context, many: int) -> str:
    return _word("{count} voucher" if many == 1 else "{count} vouchers", ctx, count=many)


def _word(message: str, ctx: click.Context, **facts: object) -> str:
    """A message in the command's language; the thread that ends a command has no current one."""
    from posexport.texts.messages import tell

    return tell(message, find_lang(ctx), **facts)
