"""Puts paragraphs, tables and amounts on a console, and as plain text where the output is piped. Never here: what they
say.

No amount, account or code is ever cut: only columns of text wrap, and if that is not enough a table runs past the right
edge. Amounts are øre until they are printed.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rich.box import SIMPLE, Box
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment, Segments
from rich.table import Table
from rich.text import Text

from posexport.texts.language import Lang, format_kroner
from posexport.texts.report import words

_PLAIN_BOX = Box("    \n    \n -- \n    \n    \n -- \n    \n    \n", ascii=True)
"""Rules above and below the rows, of hyphens: what survives a pipe, a mail and an old code page."""

INDENT = "  "
HELD = "\ue000"
"""Stands for a space at which a line must not break, until it is printed."""
_PLACE_OF_FACTS = "\ue001"
"""Stands for a row of facts across the whole table, until it is printed."""
_TEXT_MIN = 12
"""Columns of text are never narrower than this."""
WIDE = 100
"""From this width on there is room for whole headings and single-line marks."""


def hold(fact: str) -> str:
    """A fact with hard spaces, so that it is not broken over lines."""
    return fact.replace(" ", HELD)


class Column(NamedTuple):
    """A column; amounts are right-aligned, and only columns that `wraps` break their lines."""

    heading: str
    is_amount: bool = False
    wraps: bool = False


class Sheet:
    """A console and a language, with the few ways anything is printed."""

    def __init__(self, console: Console, lang: Lang) -> None:
        self.console = console
        self.lang: Lang = lang
        self.words = words(lang)
        self.is_wide = console.width >= WIDE
        self.gap = 3 if self.is_wide else 2

    def blank(self) -> None:
        """Print an empty line."""
        self.console.print()

    def line(self, *parts: str | Text, indent: str = INDENT, hang: str | None = None) -> None:
        """Print one paragraph; wraps at words, never inside an amount. Further lines begin with `hang`, or with
        `indent` as the first."""
        text = Text.assemble(indent, *parts)
        further = indent if hang is None else hang
        place = 0
        for number, told in enumerate(_wrap(text.plain, self.console.width, further)):
            bare = told[len(further) :] if number else told
            place = text.plain.index(bare, place)
            cut = text[place : place + len(bare)]
            place += len(bare)
            cut.plain = cut.plain.replace(HELD, " ")
            self.console.print(Text.assemble(further if number else "", cut), highlight=False, soft_wrap=True)

    def rule(self) -> None:
        """Print a line across, between one voucher and the next."""
        self.console.print(Text(("─" if self.console.is_terminal else "=") * self.console.width, style="dim"))

    def heading(self, told: str) -> None:
        """Print a small heading over a block."""
        self.blank()
        self.line(Text(told, style="bold"))

    def table(
        self,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Text]],
        footer: Sequence[Text] | None = None,
        under: Sequence[Sequence[str]] = (),
    ) -> None:
        """Print a table of `rows`, with `footer` under a rule. `under`: facts printed across below each row, none of
        them broken."""
        table = Table(
            box=SIMPLE if self.console.is_terminal else _PLAIN_BOX,
            show_edge=False,
            pad_edge=False,
            padding=(0, self.gap - 1, 0, 0),
            show_footer=footer is not None,
            header_style="",
            footer_style="bold",
        )
        filled = [list(row) for row in rows]
        needed = 0
        for place, column in enumerate(columns):
            last = footer[place] if footer is not None else Text()
            cells = [Text(column.heading), last, *(row[place] for row in filled)]
            width = max(_width(cell) for cell in cells)
            min_width = min(width, _TEXT_MIN) if column.wraps else width
            needed += min_width + self.gap
            table.add_column(
                Text(column.heading, style="dim"),
                footer=last,
                justify="right" if column.is_amount else "left",
                no_wrap=not column.wraps,
                overflow="fold",
                min_width=min_width,
            )
        for place, row in enumerate(filled):
            table.add_row(*row)
            if place < len(under) and under[place]:
                table.add_row(_PLACE_OF_FACTS)
        self._print_table(table, needed, iter([facts for facts in under if facts]))

    def _print_table(self, table: Table, needed: int, under: Iterator[Sequence[str]]) -> None:
        """Print a table indented, wider than the console if it must be."""
        room = max(self.console.width - len(INDENT), needed)
        lines = self.console.render_lines(table, self.console.options.update(width=room), pad=False)
        for line in lines:
            if any(_PLACE_OF_FACTS in segment.text for segment in line):
                self.line("   ".join(map(hold, next(under))), indent=INDENT * 2)
                continue
            self.console.print(Segments([Segment(INDENT), *_without_tail(line), Segment.line()]), soft_wrap=True)

    def amount(self, amount_ore: int | None) -> Text:
        """An amount; empty where there is none."""
        return Text("" if amount_ore is None else format_kroner(amount_ore, self.lang))

    def side(self, amount_ore: int) -> Text:
        """A debit or credit amount; empty where the line is on the other side."""
        return self.amount(amount_ore or None)

    def marked(self, told: str) -> Text:
        """Text marked as missing, so that nobody overlooks it."""
        return Text(told if self.is_wide else told.replace(" ", "\n"), style="bold white on red")


def _without_tail(line: list[Segment]) -> list[Segment]:
    """A line without trailing spaces."""
    kept = list(line)
    while kept and not kept[-1].text.strip():
        kept.pop()
    if kept:
        kept[-1] = Segment(kept[-1].text.rstrip(), kept[-1].style)
    return kept


def _width(cell: Text) -> int:
    return max((cell_len(line) for line in cell.plain.split("\n")), default=0)


def _wrap(told: str, width: int, indent: str) -> list[str]:
    """Lines of at most `width` characters; never broken at hard spaces, so an amount stays in one piece."""
    return textwrap.wrap(
        told,
        max(width, len(indent) + _TEXT_MIN),
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
        drop_whitespace=True,
        replace_whitespace=False,
        expand_tabs=False,
    )
