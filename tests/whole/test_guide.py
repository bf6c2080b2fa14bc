"""The guide for the bookkeeper says what the program does, in both languages."""

from __future__ import annotations

import re

import click
import pytest

from posexport.cli.main import cli
from posexport.core.orders.state import OrderState
from posexport.texts.orders import ORDER_STATES
from tests.support.paths import ROOT

GUIDE = (ROOT / "guide" / "kredittsalg-og-faktura.md").read_text(encoding="utf-8")
NORWEGIAN, _, ENGLISH = GUIDE.partition("# Credit sales and invoices\n")


@pytest.mark.parametrize("state", list(OrderState))
def test_every_state_of_an_order_is_explained_in_both_languages(state: OrderState) -> None:
    assert re.search(rf"^\|.*{re.escape(ORDER_STATES[state]['nb'])}\b", NORWEGIAN, re.MULTILINE)
    assert re.search(rf"^\|.*{re.escape(ORDER_STATES[state]['en'])}\b", ENGLISH, re.MULTILINE)


def test_every_command_and_option_that_it_names_is_there() -> None:
    named = [" ".join(found.split()) for found in re.findall(r"`posexport ([^`]+)`", GUIDE)]
    assert len(named) > 15
    for words in named:
        command: click.Command = cli
        for word in words.split():
            if word.startswith("--"):
                assert any(word in option.opts for option in command.params), words
            elif isinstance(command, click.Group) and word in command.commands:
                command = command.commands[word]


def test_both_languages_name_the_same_commands_in_the_same_order() -> None:
    def commands(text: str) -> list[str]:
        return [" ".join(re.findall(r"--[a-z-]+|^[a-z]+", found)) for found in re.findall(r"`posexport ([^`]+)`", text)]

    assert commands(NORWEGIAN) == commands(ENGLISH)


def test_readme_leads_to_it() -> None:
    assert "(guide/kredittsalg-og-faktura.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
