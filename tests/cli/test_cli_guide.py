"""posexport guide, and the language that commands share."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from posexport.cli.main import cli
from posexport.errors import UsageError
from posexport.render.guide import read_texts
from posexport.texts.describe import CODES
from posexport.texts.finding_titles import format_title
from posexport.texts.language import LANGS, Lang


def run(*arguments: str, **environ: str) -> Result:
    return CliRunner().invoke(cli, arguments, env={"POSEXPORT_LANG": None, **environ})


def test_the_pages_are_listed_in_the_language_asked_for() -> None:
    assert "days           Når en dag venter\n" in run("guide").output
    assert "days           When a day waits\n" in run("guide", "--lang", "en").output


def test_the_language_is_that_of_the_command_then_that_before_it_then_the_environment_s() -> None:
    assert "When a day waits" in run("--lang", "en", "guide").output
    assert "When a day waits" in run("guide", POSEXPORT_LANG="en").output
    assert "Når en dag venter" in run("--lang", "nb", "guide", POSEXPORT_LANG="en").output
    assert "Når en dag venter" in run("--lang", "en", "guide", "--lang", "nb").output
    refused = run("guide", POSEXPORT_LANG="sv")
    assert refused.exit_code == 2
    assert "'sv' is not one of 'nb', 'en'" in refused.output


@pytest.mark.parametrize("lang", LANGS)
def test_a_page_is_found_by_its_topic_and_by_its_file(lang: Lang) -> None:
    for page in read_texts(lang):
        for name in page.names:
            shown = run("guide", name, "--lang", lang)
            assert shown.exit_code == 0
            assert page.title in shown.output
        assert "<!--" not in shown.output


def test_what_is_for_a_terminal_is_shown_and_what_is_for_the_office_alone_is_not() -> None:
    shown = run("guide", "credit-sales", "--lang", "en").output
    assert "posexport customers link" in shown
    for page in read_texts("en"):
        assert "-->" not in page.text


@pytest.mark.parametrize("lang", LANGS)
def test_every_finding_is_explained_by_its_code(lang: Lang) -> None:
    for code in CODES:
        shown = run("guide", code.upper(), "--lang", lang)
        assert shown.exit_code == 0, code
        told = " ".join(shown.output.split())
        assert format_title(code, lang) in told
        assert len(told) < 8_000, "its part alone"


def test_what_the_guide_does_not_have_is_told_with_what_it_has() -> None:
    refused = run("guide", "weather").exception
    assert isinstance(refused, UsageError)
    assert "no page 'weather'. Name one of start, days, what-happens, " in str(refused)
