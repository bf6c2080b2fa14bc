"""The command group's own class: what was typed wrongly is told in the language that was named."""

from __future__ import annotations

import os
from collections.abc import Sequence
from io import StringIO
from typing import IO, TYPE_CHECKING, Any

import click

from posexport.cli.options import Group, find_lang

if TYPE_CHECKING:
    from posexport.texts.language import Lang

_TYPED = "posexport.typed"


class Root(Group):
    """The group of all commands. `lang`: the language that the last command told in what it did."""

    lang: Lang = "en"

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Click's own; a usage error is raised in words."""
        typed = list(args)
        self.lang = find_typed_lang(typed)
        try:
            ctx = super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            raise put_in_words(error, self.lang) from None
        ctx.meta[_TYPED] = typed
        return ctx

    def invoke(self, ctx: click.Context) -> Any:
        """Click's own; a usage error is raised in words."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise put_in_words(error, find_typed_lang(ctx.meta[_TYPED])) from None
        finally:
            self.lang = find_lang(ctx)


def find_typed_lang(args: Sequence[str]) -> Lang:
    """The language that is named in what was typed, else in the environment; for what cannot be parsed too."""
    named = os.environ.get("POSEXPORT_LANG", "")
    for place, one in enumerate(args):
        name, equals, value = one.partition("=")
        if name == "--lang":
            named = value if equals else next(iter(args[place + 1 :]), "")
    return "nb" if named == "nb" else "en"


def put_in_words(error: click.UsageError, lang: Lang) -> click.UsageError:
    """The error to raise in place of click's, which speaks English and writes days as programs do. A help page stays
    as click makes it."""
    is_help = isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ()))
    return error if is_help else _InWords(error, lang)


class _InWords(click.UsageError):
    """A usage error of click's in the language that was named: the usage, where to find help, and what is wrong."""

    def __init__(self, error: click.UsageError, lang: Lang) -> None:
        super().__init__(error.message, error.ctx)
        self.error, self.lang = error, lang

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it to `file`, else on stderr."""
        from posexport.texts.command_errors import describe_sentence
        from posexport.texts.messages import tell

        told, said = StringIO(), self.error.format_message()
        self.error.show(told)
        usage = told.getvalue().rpartition(f"Error: {said}")[0]
        lines = [describe_sentence(line, self.lang) for line in usage.splitlines()]
        lines.append(tell("Error: {error}", self.lang, error=describe_sentence(said, self.lang)))
        click.echo("\n".join(lines), file=file, err=file is None)
