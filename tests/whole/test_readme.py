"""README and the pages of the guide are run, read and compared with the code: what they show is what happens.

Their generated blocks are rewritten with POSEXPORT_REWRITE_GOLDEN=1; read the difference before you keep it.
"""

from __future__ import annotations

import ast
import io
import json
import os
import re
import shlex
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from posexport.cli.main import cli
from posexport.core import finding, report
from posexport.core.company import Setup
from posexport.core.finding import ACCEPTABLE
from posexport.core.findings.tickets import severity_of as severity_of_doubt
from posexport.core.lines import LineKind
from posexport.core.mends import Mend, list_recipes
from posexport.core.report import State
from posexport.core.sales import Ticket
from posexport.demo.run import TORGET_FRIDAY
from posexport.errors import Exit
from posexport.render.guide import TOPICS, make_anchor
from posexport.sandbox import SandboxServer, default_world
from posexport.sandbox.chart import demo_chart
from posexport.setup.file import format_value, read_setup
from posexport.setup.schema import (
    ACCOUNTS,
    COMPANY,
    ORDERS,
    PAYMENT_TYPE,
    PRODUCT_TYPE,
    TABLES,
    VAT_CODE,
    VENUE,
    Field,
    Fields,
    describe_row,
)
from posexport.sources.files import csv_file, jsonl
from posexport.sources.files.csv_file import read_csv
from posexport.sources.files.jsonl import read_jsonl
from posexport.texts.buttons import name_button
from posexport.texts.commands import format_mend
from posexport.texts.describe import CODES, TEXTS
from posexport.texts.finding_titles import format_title
from posexport.texts.finding_topics import FINDING_TOPICS, FindingTopic
from posexport.texts.language import LANGS, Lang
from tests.app.test_doubts import FACTS as DOUBTS
from tests.support.pages import (
    blank_fences,
    check_generated,
    fences,
    marked_fence,
    read_pages,
    section,
)
from tests.support.paths import ROOT

BIN = Path(sys.executable).parent


# The two main commands


def main_commands() -> list[str]:
    return [line for _, block in fences(section("Try it")) for line in block.splitlines()]


def test_the_readme_has_two_main_commands_and_each_is_one_line() -> None:
    assert len(main_commands()) == 2


def test_the_first_command_sets_everything_up_and_ends_with_the_demo() -> None:
    venv, install, demo = main_commands()[0].split(" && ")
    assert shlex.split(venv) == ["python3", "-m", "venv", ".venv"]
    assert shlex.split(install) == [".venv/bin/pip", "install", "-q", "."]
    assert shlex.split(demo) == [".venv/bin/posexport", "demo"]


def test_the_second_command_sets_everything_up_and_ends_with_the_tests() -> None:
    venv, install, tests = main_commands()[1].split(" && ")
    assert shlex.split(venv) == ["python3", "-m", "venv", ".venv"]
    assert shlex.split(install) == [".venv/bin/pip", "install", "-q", "-e", ".[dev]"]
    assert shlex.split(tests) == [".venv/bin/pytest", "-n", "auto"]


def test_what_the_main_commands_install_is_what_the_project_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[<>=\[]", line)[0] for line in project["optional-dependencies"]["dev"]}
    assert {"pytest", "pytest-xdist", "ruff", "mypy", "import-linter", "hatchling", "hypothesis"} <= names
    assert project["scripts"]["posexport"] == "posexport.__main__:main"
    wanted = project["requires-python"].removeprefix(">=")
    assert f"Python {wanted} or newer" in section("Try it")


def test_the_ci_script_runs_the_readmes_test_command_word_for_word() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & stat.S_IXUSR
    source = script.read_text(encoding="utf-8")
    assert source.startswith("#!/usr/bin/env bash\n") and "set -euo pipefail" in source
    found = re.search(r"^command=\$\((grep .*)\)$", source, re.MULTILINE)
    assert found, "it takes the command out of the README"
    extracted = subprocess.run(found[1], shell=True, cwd=ROOT, capture_output=True, text=True, check=True)
    assert extracted.stdout.strip() == main_commands()[1]
    subprocess.run(["bash", "-n", script], check=True)


def test_the_commands_for_developers_are_ones_the_project_installs() -> None:
    [(language, block)] = fences(section("Tests and checks"))
    assert language == "sh"
    for line in block.splitlines():
        words = [word for word in shlex.split(line, comments=True) if "=" not in word]
        assert words[0] == ".ci/run" or (BIN / Path(words[0]).name).exists(), line


# The first real export


class Guide:
    """Someone who follows the README in an empty folder, with a sandbox for PowerOffice Go."""

    def __init__(self, folder: Path, base_url: str) -> None:
        self.folder, self.base_url = folder, base_url
        keep = {name: os.environ[name] for name in ("HOME", "LANG", "SYSTEMROOT", "TMPDIR") if name in os.environ}
        self.environment = {
            **keep,
            "PATH": f"{BIN}:{os.environ.get('PATH', '')}",
            "COLUMNS": "80",
            "PYTHONIOENCODING": "utf-8",
        }

    def type(self, commands: str) -> subprocess.CompletedProcess[str]:
        """What a terminal answers; variables that are exported stay."""
        for name, value in re.findall(r"(\w+)=(\S+)", " ".join(re.findall(r"^export (.*)$", commands, re.MULTILINE))):
            self.environment[name] = value
        return subprocess.run(
            ["bash", "-e", "-c", commands],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    def fill_in(self) -> None:
        """What the bookkeeper does in step 2, with the accounts that the draft's own comments name."""
        path = self.folder / "setup.toml"
        accounts = {"0": "2901", "3": "3020", "31": "3030"}
        payments = {"CASH": "1900", "BANKAXEPT": "1591", "VISA": "1592", "VIPPS": "1593", "GIFTCARD": "2901"}
        others = {"rounding": "7740", "tips": "2911", "gift_cards": "2901"}
        lines, code = [], ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if found := re.fullmatch(r'\s*code = "(.*)"', line):
                code = found[1]
            line = re.sub(r'"(\w+)" = ""', lambda found: f'"{found[1]}" = "{accounts[found[1]]}"', line)
            if re.search(r'\baccount = ""', line):
                line = re.sub(r'\baccount = ""', f'account = "{payments[code]}"', line)
            line = re.sub(r'(\w+) = ""', lambda found: f'{found[1]} = "{others[found[1]]}"', line)
            lines.append(line)
            if line == "[[company]]":
                lines.append(f'base_url = "{self.base_url}"')
        path.write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[Guide]:
    with SandboxServer(default_world()) as server:
        yield Guide(tmp_path, server.base_url)


def bring_sales(guide: Guide) -> None:
    """The demo's file, as the README says."""
    assert guide.type("posexport demo").returncode == 0
    [(command, _)] = re.findall(r"`(cp (\S+) sales\.xml)`", section("Your first real export in five steps"))
    assert TORGET_FRIDAY in command
    done = guide.type(command)
    assert done.returncode == 0, done.stderr


def forms(text: str) -> list[str]:
    """Lines as they look, whatever the figures: digits alike, space alike."""
    return [re.sub(r"\d+", "#", " ".join(line.split())) for line in text.splitlines() if line.strip()]


def test_the_five_steps_to_a_first_export_do_what_the_readme_shows(guide: Guide) -> None:
    bring_sales(guide)
    blocks = fences(section("Your first real export in five steps"))
    assert [language for language, _ in blocks].count("bash") == 6
    for (language, block), (next_language, shown) in pairwise([*blocks, ("", "")]):
        if language != "bash":
            continue
        if "setup apply" in block:
            guide.fill_in()
        done = guide.type(block)
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        if next_language == "text":
            told = forms(done.stdout)
            for line in forms(shown):
                assert line in told, f"{block}\ndoes not answer: {line}\nbut:\n{done.stdout}"
    assert "torget-20261113-r1" in done.stdout
    assert (guide.folder / "preview.html").read_text(encoding="utf-8").startswith("<!")
    again = guide.type("posexport export --json")
    assert (again.returncode, json.loads(again.stdout)["vouchers"]) == (0, [])
    asked = guide.type("posexport preview --from 2026-11-13 --to 2026-11-13 --json")
    check_shown_json(json.loads(asked.stdout)["vouchers"][0])


def check_shown_json(real: Mapping[str, Any]) -> None:
    """The voucher that programs are shown has the keys and the figures of the real one."""
    [(_, block)] = fences(section("Vouchers and findings"))
    shown = json.loads(block)
    assert shown.keys() == real.keys() - {"answer"}
    assert shown["lines"][0].keys() == real["lines"][0].keys()
    same = ("debit", "credit", "reference", "description", "state")
    assert [shown[name] for name in same] == [real[name] for name in same]


@pytest.mark.long
def test_the_drafted_setup_is_saved_and_says_which_keys_are_missing(guide: Guide) -> None:
    bring_sales(guide)
    done = guide.type(
        "posexport setup draft sales.xml --venue torget --out setup.toml; posexport setup apply setup.toml"
    )
    assert done.returncode == Exit.DONE
    assert re.search(r"application_key: .*PO_APP_KEY", done.stderr)


@pytest.mark.parametrize("where", ["Commands", "Changing the setup a row at a time"])
@pytest.mark.long
def test_the_examples_of_rows_can_be_typed_one_after_another_after_the_five_steps(guide: Guide, where: str) -> None:
    bring_sales(guide)
    steps = [block for language, block in fences(section("Your first real export in five steps")) if language == "bash"]
    for step in steps[:3]:
        if "setup apply" in step:
            guide.fill_in()
        assert guide.type(step).returncode == Exit.DONE
    lines = [line for _, block in fences(section(where)) for line in block.splitlines()]
    examples = [line for line in lines if line.startswith("posexport setup set ")]
    assert len(examples) >= 5
    for example in examples:
        written = """echo '{"name": "Klarna", "account": "1595"}' | """ if "--value -" in example else ""
        done = guide.type(f"{written}{example}")
        assert done.returncode == Exit.DONE, f"{example}\n{done.stderr}"
        assert "changes nothing" not in done.stdout, example


def test_every_state_and_every_kind_of_line_is_explained_to_programs() -> None:
    text = section("For programs")
    for word in [*(state.value for state in State), *{kind.wire for kind in LineKind}]:
        assert f"`{word}`" in text


# Commands


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its full name."""
    if isinstance(command, click.Group):
        for name in command.commands:
            yield from leaves(command.commands[name], (*path, name))
    else:
        yield " ".join(("posexport", *path)), command


def examples_of(command: click.Command) -> list[str]:
    _, _, lines = (command.epilog or "").partition("Examples:\n")
    return [line.strip() for line in lines.splitlines() if line.strip()]


def format_command(name: str, command: click.Command) -> str:
    """A command as the README has it: what it does, its options, an example."""
    arguments = [
        f"{(parameter.name or '').upper()}{'...' if parameter.nargs == -1 else ''}"
        for parameter in command.params
        if isinstance(parameter, click.Argument)
    ]
    rows = []
    for option in command.params:
        if not isinstance(option, click.Option):
            continue
        value = "" if option.is_flag else f" {_metavar(option)}"
        flag = f"`{', '.join(option.opts)}{value}`"
        default = "" if option.is_flag or not option.show_default else f" Default: {option.default}."
        rows.append(f"- {flag}: {option.help}{default}")
    options = "\n" + "\n".join(rows) + "\n" if rows else ""
    does = " ".join((command.help or "").split())
    example = "\n".join(examples_of(command))
    return f"### `{' '.join((name, *arguments))}`\n\n{does}\n{options}\n```sh\n{example}\n```\n\n"


def _metavar(option: click.Option) -> str:
    if option.metavar:
        return option.metavar
    if isinstance(option.type, click.Choice):
        return "|".join(str(choice) for choice in option.type.choices)
    return "N"


def test_every_command_and_every_option_stands_in_the_readme_with_an_example() -> None:
    blocks = []
    for name, command in leaves(cli):
        assert examples_of(command), f"{name} has no example in its help"
        blocks.append(format_command(name, command))
    check_generated("commands", "\n" + "".join(blocks))


def test_every_command_that_the_readme_types_exists_with_the_options_it_is_given() -> None:
    known = {name.removeprefix("posexport "): command for name, command in leaves(cli)}
    pages = read_pages() + read_pages("nb")
    prose = blank_fences(pages)
    blocks = "\n".join(block for language, block in fences(pages) if language in ("sh", "bash"))
    typed = re.findall(r"`posexport ((?!-)[a-z].*?)`", prose) + re.findall(r"(?m)^posexport ((?!-).*)$", blocks)
    assert len(typed) > 30
    for line in typed:
        words = re.split(r" [>|] ", line)[0].split()
        names = (" ".join(words[:2]), words[0], f"{words[0]} list")
        name = next((name for name in names if name in known), words[0])
        assert name in known, f"posexport {line}"
        options = {"--help", *(name for parameter in known[name].params for name in parameter.opts)}
        for word in words:
            assert not word.startswith("--") or word in options, f"posexport {line}: {word}"


def test_every_command_shows_an_example_when_asked_for_help() -> None:
    runner = CliRunner()
    for name, command in leaves(cli):
        shown = runner.invoke(cli, [*name.split()[1:], "--help"])
        assert shown.exit_code == 0
        for example in examples_of(command):
            assert example in shown.output


# Findings and exit codes


NAMED_CODES = {
    name: value
    for module in (finding, report)
    for name, value in vars(module).items()
    if isinstance(value, str) and value in CODES
}
"""Codes that the code calls by a name."""


@cache
def severities() -> Mapping[str, frozenset[str]]:
    """The severities that each code is made with, as the code says: Finding("code", SEVERITY, ...)."""
    found: dict[str, set[str]] = {}
    for module in (ROOT / "posexport").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding"):
                continue
            codes = [part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
            names = (part.id for part in ast.walk(node.args[0]) if isinstance(part, ast.Name))
            codes += [NAMED_CODES[name] for name in names if name in NAMED_CODES]
            written = ast.unparse(node.args[1]).rpartition(".")[2].strip("_").lower()
            for code in codes:
                if code in CODES:
                    found.setdefault(code, set()).add(written)
    return {code: frozenset(names) for code, names in found.items()}


def severity_of(code: str) -> str:
    names = severities().get(code, frozenset())
    if code in DOUBTS:
        names |= {severity_of_doubt(code).value}
    assert names, f"nothing in the code makes a finding {code}"
    if names == {"severity"}:
        assert code == "z-report-mismatch", f"{code} has a severity that this test does not know"
        return "error, or warning (`z_report`)"
    return " or ".join(sorted(names))


_SEVERITIES: Mapping[str, str] = {"error": "feil", "warning": "advarsel", "info": "merknad", "or": "eller"}


def format_topic(topic: FindingTopic, lang: Lang) -> str:
    """The findings that somebody meets together."""
    parts = "\n".join(format_finding_part(code, lang) for code in topic.codes)
    return f"## {topic.title[lang]}\n\n{parts}"


def format_finding_part(code: str, lang: Lang) -> str:
    """A finding's part of the page: what it means and what to do, once for each wording whose mend differs; for whoever
    has a terminal, and below that for whoever has the office."""
    title, severity = format_title(code, lang), severity_of(code)
    if lang == "nb":
        severity = re.sub(r"[a-z]+", lambda found: _SEVERITIES.get(found[0], found[0]), severity)
    accept = {
        ("en", True): "may be accepted",
        ("en", False): "cannot be accepted",
        ("nb", True): "kan godtas",
        ("nb", False): "kan ikke godtas",
    }[lang, code in ACCEPTABLE]
    keys = [key for key in TEXTS if key.split("/")[0] == code]
    typed: dict[str, str] = {}
    pressed: dict[str, str] = {}
    for key in keys:
        message = TEXTS[key][lang][0]
        typed.setdefault(_without_accepting(_with_mends(key, lang, format_mend)), message)
        pressed.setdefault(_with_mends(key, lang, name_button), message)
    told = "\n\n".join(_format_wording(message, fix, lang) for fix, message in typed.items())
    shown = "\n\n".join(_format_wording(message, fix, lang) for fix, message in pressed.items())
    return (
        f"<!-- findings: {code} -->\n<!-- terminal -->\n### {code}\n\n**{title}** ({severity}; {accept})\n\n{told}\n"
        f"<!-- end -->\n<!-- office\n### {title}\n\n{shown.replace('`', '')}\n-->\n"
    )


def _format_wording(message: str, fix: str, lang: Lang) -> str:
    told = _with_italics(message, lang)
    return f"{told}\n\n> {_with_italics(fix, lang)}" if fix else told


def _with_mends(key: str, lang: Lang, name_mend: Callable[[Mend, Lang], str]) -> str:
    """What to do, with its mends as somebody does them; facts stand as {name}."""
    fix = TEXTS[key][lang][1]
    for recipe in list_recipes(key, is_acceptable=key.split("/", maxsplit=1)[0] in ACCEPTABLE):
        mend = recipe.make(lambda name: key.split("/", maxsplit=1)[0] if name == "code" else f"FACT_{name}_")
        named = name_mend(mend, lang).replace("{", "{{").replace("}", "}}")
        fix = fix.replace(f"{{{recipe.name}}}", re.sub(r"FACT_(\w+?)_(?!\w)", r"{\1}", named))
    return fix


def _without_accepting(fix: str) -> str:
    return re.sub(r" (Or take responsibility for it|Eller ta ansvar for det): posexport (orders )?accept .*", "", fix)


TYPED = re.compile(
    r"""(\[\[[\w.]+\]\](?:\ code\ =\ "\{\w+\}"\ go\ =\ "…")?   # [[company.vat_code]] code = "{pos_code}" go = "…"
    | \[company\.accounts\]
    | \{?\w+\}?\ =\ (?:\{\{.*?\}\}|\["[^"]*"\]|"[^"]*"|true|false)
    | posexport\ setup\ apply\ FI(?:LE|L)
    | posexport\ accept\ \S+\ \S+\ \S+\ --why\ "[^"]*")""",
    re.VERBOSE,
)
"""What a person is to type, in a finding's words."""

FACTS_NB = {
    "source": "kode",
    "code": "kode",
    "name": "navn",
    "vat_code": "mva-kode",
    "amount": "beløp",
    "set_from": "dato",
    "day": "dag",
    "pos_code": "kassens kode",
    "venue": "sted",
    "number": "bong",
    "register": "kasse",
    "time": "tid",
    "what": "hva",
    "sales": "salg",
    "payments": "betalt",
    "difference": "forskjell",
    "gross": "brutto",
    "rate": "sats",
    "by": "hva",
    "count": "antall",
    "tickets": "bonger",
    "missing": "nummer",
    "first": "første",
    "last": "siste",
    "at": "tid",
    "other_time": "annen tid",
    "other_amount": "annet beløp",
    "file": "fil",
    "other_file": "annen fil",
    "other_number": "annen bong",
    "other_day": "annen dag",
    "limit": "grense",
    "type": "type",
    "raise": "tillegg",
    "currency": "valuta",
    "ledger_currency": "regnskapets valuta",
    "discount": "rabatt",
    "account": "konto",
    "until": "til",
    "since": "fra",
    "closes": "stengetid",
    "registers": "kasser",
    "reference": "referanse",
    "who": "hvem",
    "why": "hvorfor",
    "company": "selskap",
    "department": "avdeling",
    "customer": "kunde",
    "lock_date": "låsedato",
    "product": "produkt",
    "order_no": "ordre",
    "voucher": "bilag",
    "invoice": "faktura",
    "project": "prosjekt",
    "hours": "timer",
    "z_number": "nummer",
    "z_amount": "beløp",
    "before": "før",
    "now": "nå",
    "organization_number": "org.nr.",
    "go_number": "kundenummer",
    "other": "annet",
    "paid": "betalt",
    "was": "før",
}
"""The figures of findings in Norwegian; "…" stands for others."""


def _name_fact(name: str, lang: Lang) -> str:
    return f"*{name.replace('_', ' ')}*" if lang == "en" else f"*{FACTS_NB[name]}*" if name in FACTS_NB else "…"


def _with_italics(text: str, lang: Lang) -> str:
    """A wording with its facts in italics; what is typed goes in code, where nothing is in italics."""
    text = text.replace("{at_location}", "")
    parts = TYPED.split(text)
    for at, part in enumerate(parts):
        if at % 2:
            plain = (
                re.sub(r"(?<!\{)\{(\w+)\}", lambda found: _name_fact(found[1], lang).strip("*"), part)
                .replace("{{", "{")
                .replace("}}", "}")
            )
            parts[at] = f"`{plain}`"
        else:
            parts[at] = re.sub(r"\{(\w+)\}", lambda found: _name_fact(found[1], lang), part)
    return "".join(parts)


@pytest.mark.parametrize("lang", LANGS)
def test_every_finding_stands_in_the_guide_as_the_code_tells_it(lang: Lang) -> None:
    check_generated("findings", "\n" + "\n".join(format_topic(topic, lang) for topic in FINDING_TOPICS) + "\n", lang)


def test_the_exit_codes_in_the_readme_are_the_programs() -> None:
    rows = re.findall(r"^\| (\d) \| (.*?) \| (.*?) \|$", section("Exit codes"), re.MULTILINE)
    assert [int(code) for code, _, _ in rows] == [int(code) for code in Exit]
    for (_, who, _), code in zip(rows, Exit, strict=True):
        assert code.name.lower() in who.lower()


# The setup file and the formats


@pytest.fixture
def setup_example(tmp_path: Path) -> Callable[[str], Any]:
    """Reads a setup text as `setup apply` does, with every key it names in the environment."""

    def read(text: str) -> Any:
        path = tmp_path / "setup.toml"
        path.write_text(text, encoding="utf-8")
        environ = {name: f"secret of {name}" for name in re.findall(r"env:(\w+)", text)}
        return read_setup(path, Setup(), environ)

    return read


def test_the_setup_file_in_the_readme_is_accepted_as_it_stands(setup_example: Callable[[str], Any]) -> None:
    [company] = setup_example(marked_fence("the setup file"))
    assert company.venues[0].mapping.sales_account("100", "31") == "3030"


def test_the_setup_file_is_accepted_with_everything_that_is_commented_out(
    setup_example: Callable[[str], Any],
) -> None:
    text = re.sub(r"(?m)^(\s*)# (?=\w+ = )", r"\1", marked_fence("the setup file"))
    [company] = setup_example(text)
    assert company.venues[0].addon == 2
    assert company.venues[0].mapping.accounts.customer_payments == "1500"


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("[[company]]", COMPANY),
        ("[[company.venue]]", VENUE),
        ("[[company.vat_code]]", VAT_CODE),
        ("[[company.product_type]]", PRODUCT_TYPE),
        ("[[company.payment_type]]", PAYMENT_TYPE),
        ("[company.accounts]", ACCOUNTS),
        ("[company.orders]", ORDERS),
    ],
)
def test_every_key_of_the_setup_file_stands_in_the_readme(header: str, fields: Fields) -> None:
    written: set[str] = set()
    at = ""
    for line in marked_fence("the setup file").splitlines():
        if found := re.match(r"\s*(\[.*?\]+)", line):
            at = found[1]
        elif at == header and (found := re.match(r"\s*(?:# )?(\w+) = ", line)):
            written.add(found[1])
    tables = {name for name, field in fields.items() if field.fields is not None}
    assert written == fields.keys() - tables


_HEADS: Mapping[Lang, str] = {
    "en": "| key | takes | default | what it is for | since |",
    "nb": "| nøkkel | verdi | ellers | hva den er for | fra versjon |",
}
_REQUIRED: Mapping[Lang, str] = {"en": "required", "nb": "må stå"}


def format_table_of_keys(row: Field, lang: Lang) -> str:
    """A table of the setup file as the guide has it: what it is for, and its keys."""
    lines = [f"`{row.example}`: {describe_row(row, lang)}", ""]
    lines += [_HEADS[lang], "|---|---|---|---|---|"]
    for name, key in (row.fields or {}).items():
        if key.fields is None:
            default = _REQUIRED[lang] if key.required else _default(key)
            cells = (f"`{name}`", _takes(key), default, describe_row(key, lang), key.since)
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _takes(key: Field) -> str:
    if key.kind.choices is not None:
        return ", ".join(f"`{word}`" for word in key.kind.choices())
    if key.shape == "list":
        return f"list: {key.kind.name}"
    if key.shape == "accounts":
        return f"table: {key.key.name} = {key.kind.name}"
    return key.kind.name


def _default(key: Field) -> str:
    return "" if key.default in (None, "", [], {}) else f"`{format_value(key.default)}`"


@pytest.mark.parametrize("lang", [lang for lang in LANGS if lang in TOPICS["setup-file"]])
def test_every_key_of_the_setup_file_stands_in_the_guide_as_its_description_has_it(lang: Lang) -> None:
    check_generated("setup keys", "\n" + "\n".join(format_table_of_keys(row, lang) for row in TABLES) + "\n", lang)


def test_the_ticket_in_the_readme_is_read_and_has_every_key_there_is() -> None:
    shown = json.loads(marked_fence("a ticket as JSON"))
    on_account = json.loads(marked_fence("a ticket on account as JSON"))
    ticket = read_shown(shown)
    assert (ticket.number, ticket.lines[0].gross_ore, ticket.tip_ore) == ("1042", 20_000, 2_000)
    assert {key for key in {**shown, **on_account} if not key.startswith("x_")} == set(jsonl._TICKET_FIELDS)
    assert {**shown["lines"][0], **on_account["lines"][0]}.keys() == set(jsonl._LINE_FIELDS)
    assert set(shown["payments"][0]) == set(jsonl._PAYMENT_FIELDS)
    assert set(on_account["customer"]) == set(jsonl._CUSTOMER_FIELDS)
    facts = read_shown(on_account).facts
    assert facts is not None
    assert all(facts)
    assert facts.customer is not None
    assert facts.customer.organization_number == "974760673"


def read_shown(shown: dict[str, Any]) -> Ticket:
    """The ticket of an example."""
    ticket = list(read_jsonl(io.BytesIO(json.dumps(shown).encode()), "day.jsonl"))[1]
    assert isinstance(ticket, Ticket)
    return ticket


def test_the_rows_in_the_readme_are_the_same_ticket_and_every_column_is_named() -> None:
    rows = marked_fence("a ticket as CSV")
    by_row = list(read_csv(io.BytesIO(rows.encode()), "day.csv"))[1]
    assert isinstance(by_row, Ticket)
    assert (by_row.number, by_row.lines[0].gross_ore, by_row.tip_ore) == ("1042", 20_000, 2_000)
    text = section("What is read").partition("**CSV (`csv`)**")[2]
    for column in csv_file._COLUMNS:
        assert f"`{column}`" in text


# The rest of the page, and every other file


def test_every_room_of_the_code_stands_in_the_floor_plan() -> None:
    [(_, plan)] = fences(section("How the code is laid out"))
    named = {word.strip("/") for line in plan.splitlines() for word in re.split(r",? +", line.partition("   ")[0])}
    children = {
        path.stem if path.is_file() else path.name
        for path in (ROOT / "posexport").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert children - {"__init__"} == named - {""}


def anchors_of(page: Path) -> set[str]:
    """The anchors of a page's headings."""
    return {
        make_anchor(found) for found in re.findall(r"(?m)^#+ (.*)$", blank_fences(page.read_text(encoding="utf-8")))
    }


def test_every_link_in_a_page_leads_somewhere() -> None:
    for page in [path for path in committed_files() if path.suffix == ".md"]:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)\s]+)\)", blank_fences(text)):
            if target.startswith(("https://", "mailto:")):
                continue
            path, _, anchor = target.partition("#")
            led_to = page.parent / path if path else page
            assert led_to.exists(), f"{page.name}: {target}"
            assert not anchor or anchor in anchors_of(led_to), f"{page.name}: {target}"


@cache
def committed_files() -> tuple[Path, ...]:
    """Every file that is committed or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        hidden = re.compile(r"(^|/)(\.(?!ci/)[^/]+|__pycache__|dist|build|posexport-demo)(/|$)")
        files = [path for path in ROOT.rglob("*") if not hidden.search(path.relative_to(ROOT).as_posix())]
        return tuple(path for path in files if path.is_file())
    return tuple(path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file())


REGISTRIES = ("py" + "pi.", "python" + "hosted.", "npm" + "js.", "crates" + ".io", "ruby" + "gems.", "maven" + ".org")
FOLDERS = ("wo" + "rk", "ro" + "ot", "ho" + "me", "tmp/ve" + "nv")
MACHINE = re.compile(r"(?<![\w.\-*{/])/(?:" + "|".join(FOLDERS) + r")\b")


def test_no_file_names_a_package_registrys_host_or_a_path_of_somebodys_machine() -> None:
    found = []
    for path in committed_files():
        text = path.read_bytes().decode("utf-8", "replace")
        for number, line in enumerate(text.splitlines(), 1):
            if MACHINE.search(line) or any(host in line.lower() for host in REGISTRIES):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert not found


def test_every_account_of_an_example_is_one_for_the_vat_code_that_it_stands_with() -> None:
    chart = demo_chart()
    pairs = re.findall(r'"(\d+)" = "(\d{4})"', read_pages())
    assert pairs
    assert [(code, no) for code, no in pairs if int(no) not in chart or chart[int(no)].vat_code != code] == []


def test_no_file_holds_a_key() -> None:
    key = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b", re.IGNORECASE)
    named = re.compile(r"(?:_key|KEY\w*)\s*[=:]\s*[\"']?" + key.pattern)
    for path in committed_files():
        assert not named.search(path.read_bytes().decode("utf-8", "replace")), path.name
