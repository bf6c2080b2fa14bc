"""What --help says, in the language that was typed: a page is Norwegian or English as a whole."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from posexport.cli.help_pages import is_in_norwegian, list_texts
from posexport.cli.main import cli
from posexport.texts.help_pages import HELP
from tests.support.each import each

OF_BOOKKEEPERS = (
    "",
    "demo",
    "setup",
    "setup draft",
    "setup apply",
    "import",
    "imports",
    "imports list",
    "imports undo",
    "tickets",
    "tickets withdraw",
    "tickets restore",
    "customers",
    "customers list",
    "customers link",
    "customers unlink",
    "preview",
    "export",
    "accept",
    "resolve",
    "show",
    "report",
    "status",
    "doctor",
    "guide",
    "sandbox",
)


def list_pages(command: click.Command = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    yield " ".join(path), command
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from list_pages(inner, (*path, name))


PAGES = dict(list_pages())


def show(*typed: str, **environ: str) -> str:
    shown = CliRunner().invoke(cli, typed, prog_name="posexport", env={"POSEXPORT_LANG": None, **environ})
    return " ".join(shown.output.split())


@each("path", OF_BOOKKEEPERS)
def test_the_page_of_a_command_that_a_bookkeeper_types_is_norwegian(path: str) -> None:
    command = PAGES[path]
    assert is_in_norwegian(command, click.Context(command, info_name="posexport"))
    page = show("--lang", "nb", *path.split(), "--help")
    assert page.startswith("Bruk: posexport") and " Valg: " in page and "Vis denne siden." in page
    english = ("Usage:", "Options:", "Commands:", "Examples:", "[required]", " the ")
    assert not [word for word in english if word in page.partition("Eksempler:")[0]]


def test_the_language_is_the_one_that_was_typed_wherever_it_stands() -> None:
    assert show("--lang", "nb", "status", "--help").startswith("Bruk: ")
    assert show("status", "--help", "--lang", "nb").startswith("Bruk: ")
    assert show("status", "--help", POSEXPORT_LANG="nb").startswith("Bruk: ")
    assert show(POSEXPORT_LANG="nb").startswith("Bruk: posexport [OPTIONS] COMMAND")
    assert show("--lang", "en", "status", "--help", POSEXPORT_LANG="nb").startswith("Usage: ")
    assert show("status", "--help").startswith("Usage: ")


def test_what_is_filled_in_by_click_is_told_too() -> None:
    assert "Filen som skrives. [må være med]" in show("--lang", "nb", "report", "--help")
    assert "[uten det: 8899; 0<=x<=65535]" in show("--lang", "nb", "sandbox", "--help")
    assert "Eksempler: posexport demo" in show("--lang", "nb", "--help")


@each("path", list(PAGES))
def test_a_page_is_in_one_language_as_a_whole(path: str) -> None:
    page = show("--lang", "nb", *path.split(), "--help")
    of_headings = {heading in page for heading in ("Bruk: ", " Valg: ", "Vis denne siden.")}
    assert len(of_headings) == 1, page


def test_nothing_is_in_norwegian_that_no_page_says() -> None:
    said = {
        " ".join(text.split()).removesuffix(" [required]")
        for command in PAGES.values()
        for text in list_texts(command, click.Context(command, info_name="posexport"))
    }
    of_port = "0: any free port."
    assert sorted(HELP.keys() - said - {of_port}) == []


@pytest.mark.parametrize("days", ["20.11.2026", "i-går", "forrige-uke", "forrige-måned"])
def test_the_days_that_a_norwegian_page_names_are_understood(days: str) -> None:
    from datetime import date

    from posexport.core.day import parse_days

    assert days in show("--lang", "nb", "preview", "--help")
    assert parse_days(days, date(2026, 11, 22))
