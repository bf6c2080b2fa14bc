"""The help pages: those that are told in Norwegian as a whole are, where that language is named."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator

import click

_HEADINGS = {"Options": "Valg", "Commands": "Kommandoer"}
_ENDING = re.compile(r"\s*(\[(?:required|default: [^\]]*)\])\Z")


class HelpContext(click.Context):
    """A command's context, whose help page speaks the language that was typed."""

    def make_formatter(self) -> click.HelpFormatter:
        """Click's own, or the Norwegian one."""
        if getattr(self.find_root().command, "lang", "en") == "nb" and is_in_norwegian(self.command, self):
            return _Norwegian(width=self.terminal_width, max_width=self.max_content_width)
        return super().make_formatter()


class _Norwegian(click.HelpFormatter):
    """Writes a page in Norwegian."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or "Bruk: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(_HEADINGS.get(heading, heading))

    def write_text(self, text: str) -> None:
        if text.startswith("\b\nExamples:"):
            super().write_text(text.replace("Examples:", "Eksempler:", 1))
        else:
            super().write_text(_tell(text) or text)

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, _tell(text) or text) for name, text in rows], col_max, col_spacing)


def is_in_norwegian(command: click.Command, ctx: click.Context) -> bool:
    """Whether there is Norwegian for all that a command's page says."""
    return all(_tell(text) is not None for text in list_texts(command, ctx))


def list_texts(command: click.Command, ctx: click.Context) -> Iterator[str]:
    """What a command's page says, its examples apart."""
    yield inspect.cleandoc(command.help or "").partition("\f")[0]
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if record is not None:
            yield record[1]
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            yield command.commands[name].get_short_help_str(limit=1_000)


def _tell(text: str) -> str | None:
    """A text of a page in Norwegian, None where there is none. One that was cut short is told whole."""
    from posexport.texts.help_pages import HELP

    written = " ".join(text.split())
    ending = _ENDING.search(written)
    if ending is not None:
        told = _tell(written[: ending.start()])
        said = ending[1].replace("required", "må være med").replace("default: ", "uten det: ")
        return None if told is None else f"{told}  {said}"
    if not written:
        return ""
    if written.endswith("..."):
        whole = [english for english in HELP if english.startswith(written[:-3])]
        written = min(whole, key=len, default=written)
    return HELP.get(written)
