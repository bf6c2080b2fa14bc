"""The house rules that a machine can check: what imports what, what is documented, what never stands here."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.each import each
from tests.support.paths import ROOT

PACKAGE = ROOT / "posexport"
MODULES = sorted(PACKAGE.rglob("*.py"))
LINES_MAX = 900
FROM_OUTSIDE = frozenset({"dateutil"})
"""What the core may import besides the standard library."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def name_of(module: Path) -> str:
    return str(module.relative_to(ROOT))


@cache
def tree_of(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


@cache
def nodes_of(module: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree_of(module)))


def public_definitions(body: list[ast.stmt], owner: str = "") -> Iterator[tuple[str, Definition]]:
    """Public functions, classes and their public methods, with their names."""
    for statement in body:
        if not isinstance(statement, Definition) or statement.name.startswith("_"):
            continue
        yield f"{owner}{statement.name}", statement
        if isinstance(statement, ast.ClassDef):
            yield from public_definitions(statement.body, f"{owner}{statement.name}.")


def imported_by(module: Path) -> Iterator[str]:
    """Every module a module imports, wherever in it; relative imports are its own package's."""
    for node in nodes_of(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""


# What imports what


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """What import-linter says of the package in a folder."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def copy_package(folder: Path) -> None:
    """A copy of the package and its contracts, to plant imports in."""
    for kept in MODULES:
        copy = folder / kept.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(kept.read_bytes())
    (folder / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())


def test_every_import_contract_holds() -> None:
    linted = lint_imports(ROOT)
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.sampled(5)
@pytest.mark.parametrize(
    ("module", "planted"),
    [
        ("core/money.py", "from posexport.store import database"),
        ("core/money.py", "import httpx"),
        ("sources/files/jsonl.py", "from posexport.ledgers.folder import voucher_files"),
        ("ledgers/folder/voucher_files.py", "from posexport.store.database import Database"),
        ("store/sales_writer.py", "from posexport.setup.secrets import resolve_secret"),
        ("app/export.py", "from posexport.sources.files.csv_file import read_csv"),
        ("app/review.py", "from posexport.store.tables import TicketRow"),
        ("sandbox/wire.py", "from posexport.errors import Exit"),
        ("delivery/sender.py", "from posexport.sandbox import SandboxServer"),
        ("errors.py", "from posexport.core.money import format_ore"),
        ("ledgers/registry.py", "from posexport.ledgers.folder import opening"),
        ("ledgers/registry.py", "from posexport.errors import UsageError"),
        ("ledgers/registry.py", "import importlib"),
        ("store/deliveries.py", "from posexport.ledgers.registry import find_ledger"),
        ("texts/failures.py", "from posexport.ledgers.registry import find_ledger"),
        ("app/export.py", "from posexport.ledgers.poweroffice import opening"),
        ("setup/check.py", "from posexport.ledgers.folder import voucher_files"),
        ("render/html.py", "from posexport.ledgers.poweroffice import journal"),
        ("utils.py", "import os"),
    ],
)
def test_the_contracts_notice_an_import_that_goes_the_wrong_way(tmp_path: Path, module: str, planted: str) -> None:
    copy_package(tmp_path)
    with (tmp_path / "posexport" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{planted}\n")
    linted = lint_imports(tmp_path)
    assert linted.returncode == 1, linted.stdout + linted.stderr
    assert "BROKEN" in linted.stdout or "utils" in linted.stdout


AT_HOME = {"lxml": ("sources",), "httpx": ("http", "ledgers", "wiring"), "sqlmodel": ("store",)}
"""What is for XML, HTTP and SQL, and where alone it may be imported."""


def test_xml_http_and_sql_are_noticed_in_every_package_also_in_a_new_module(tmp_path: Path) -> None:
    copy_package(tmp_path)
    at_the_top = [module.relative_to(ROOT) for module in PACKAGE.glob("*.py") if module.stem != "__init__"]
    new = [folder.relative_to(ROOT) / "planted.py" for folder in {module.parent for module in MODULES} - {PACKAGE}]
    assert len(new) > 20
    expected = set()
    for module in (*at_the_top, *new):
        with (tmp_path / module).open("a", encoding="utf-8") as file:
            file.writelines(f"\nimport {library}\n" for library in AT_HOME)
        name = ".".join(module.with_suffix("").parts)
        expected |= {(name, library) for library, homes in AT_HOME.items() if name.split(".")[1] not in homes}
    linted = lint_imports(tmp_path)
    noticed = set(re.findall(rf"(posexport[\w.]*) -> ({'|'.join(AT_HOME)})\b", linted.stdout))
    assert expected - noticed == set()


def neighbours_of(module: Path) -> set[str]:
    """The modules of its own package that a module imports."""
    own = ".".join(module.relative_to(ROOT).parent.parts)
    found = {name.removeprefix(f"{own}.") for name in imported_by(module) if name.startswith(f"{own}.")}
    relative = [node for node in nodes_of(module) if isinstance(node, ast.ImportFrom) and node.level == 1]
    found |= {node.module for node in relative if node.module}
    return {name for name in found if module.with_name(f"{name}.py").exists()}


@pytest.mark.long
def test_a_circle_is_noticed_in_every_package(tmp_path: Path) -> None:
    copy_package(tmp_path)
    expected = set()
    for folder in sorted({module.parent for module in MODULES} - {PACKAGE}):
        modules = sorted(module for module in folder.glob("*.py") if not module.stem.startswith("__"))
        first = next(filter(neighbours_of, modules), None)
        if first is None:
            continue
        package = ".".join(folder.relative_to(ROOT).parts)
        imported = first.with_name(f"{min(neighbours_of(first))}.py").relative_to(ROOT)
        with (tmp_path / imported).open("a", encoding="utf-8") as file:
            file.write(f"\nimport {package}.{first.stem}\n")
        expected.add(package)
    assert {"posexport.sandbox", "posexport.core", "posexport.core.orders", "posexport.store"} <= expected
    linted = lint_imports(tmp_path)
    assert set(re.findall(r"No cycles are allowed in (posexport[\w.]*)\.$", linted.stdout, re.MULTILINE)) >= expected


@each("module", sorted((PACKAGE / "core").rglob("*.py")), ids=name_of)
def test_the_core_imports_the_standard_library_and_itself_alone(module: Path) -> None:
    allowed = sys.stdlib_module_names | FROM_OUTSIDE
    strangers = {
        name
        for name in imported_by(module)
        if name.partition(".")[0] not in allowed and not name.startswith("posexport.core")
    }
    assert not strangers


@each("module", sorted((PACKAGE / "core").rglob("*.py")), ids=name_of)
def test_the_core_reads_no_clock_opens_no_file_and_counts_in_no_floats(module: Path) -> None:
    forbidden = {"float", "open", "input"}
    clocks = {"now", "today", "utcnow"}
    for node in nodes_of(module):
        if isinstance(node, ast.Constant):
            assert not isinstance(node.value, float), f"{name_of(module)}:{node.lineno} has a float"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in forbidden, f"{name_of(module)}:{node.lineno} calls {node.func.id}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in clocks, f"{name_of(module)}:{node.lineno} reads a clock"


def test_every_dependency_is_imported_somewhere_and_every_import_is_a_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = project["dependencies"] + extras["fleet"] + extras["office"]
    declared = {line.partition(">")[0].partition("[")[0].strip().lower() for line in lines}
    module_of = {
        "argon2-cffi": "argon2",
        "markdown-it-py": "markdown_it",
        "prometheus-client": "prometheus_client",
        "python-dateutil": "dateutil",
        "python-multipart": "python_multipart",
    }
    provided = {module_of.get(name, name) for name in declared}
    not_imported = {"psycopg", "tzdata"}  # SQLAlchemy's driver, and data
    come_along = {"sqlalchemy": "sqlmodel", "markupsafe": "jinja2", "_typeshed": ""}
    imported = {name.partition(".")[0] for module in MODULES for name in imported_by(module)}
    strangers = imported - sys.stdlib_module_names - {"posexport", ""}
    assert {come_along.get(name, name) for name in strangers} - {""} == provided - not_imported


# Where SQL is

TEST_FILES = sorted((ROOT / "tests").rglob("*.py"))
SQL_FOLDERS = ("store", "support", "bench")
"""Folders of tests that may have SQL: of the store and its migrations, the looks at a store, and what is measured."""

_SQL = re.compile(
    r"\bSELECT\b.+\bFROM\b|\bSELECT\s+\d|\bUPDATE\s+\S+\s+SET\b|\bINSERT\s+INTO\b|\bDELETE\s+FROM\b"
    r"|^\s*(PRAGMA|VACUUM|TRUNCATE|BEGIN|ALTER\s+TABLE|CREATE\s+(TABLE|INDEX|TRIGGER)|DROP\s+TABLE)\b",
    re.DOTALL,
)
_MAY_BE_SQL = re.compile(
    r"SELECT|UPDATE|INSERT|DELETE|PRAGMA|VACUUM|TRUNCATE|BEGIN|ALTER|CREATE|DROP|exec_driver_sql|sqlalchemy"
)
"""A file without any of these words has no SQL, and need not be parsed."""
_RUNS_SQL = frozenset({"exec_driver_sql"})


def find_sql(tree: ast.Module) -> Iterator[int]:
    """The lines on which SQL stands, whole or in pieces, or is run. A sentence in which such words stand in small
    letters is none."""
    inner: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inner |= {id(part) for part in node.values}
            told = "".join(part.value if isinstance(part, ast.Constant) else "x" for part in node.values)  # type: ignore[misc]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
            told = node.value
        elif isinstance(node, ast.Attribute) and node.attr in _RUNS_SQL:
            yield node.lineno
            continue
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "sqlalchemy":
            if {alias.name for alias in node.names} & {"text", "select", "update", "insert", "delete"}:
                yield node.lineno
            continue
        else:
            continue
        if _SQL.search(told):
            yield node.lineno


def may_have_sql(module: Path) -> bool:
    return module.relative_to(ROOT / "tests").parts[0] in SQL_FOLDERS


@each(
    "module", [file for file in TEST_FILES if not may_have_sql(file) and file != Path(__file__).resolve()], ids=name_of
)
def test_tests_look_at_the_store_by_the_names_of_its_tables_and_columns(module: Path) -> None:
    if _MAY_BE_SQL.search(module.read_text(encoding="utf-8")) is None:
        return
    found = [f"{name_of(module)}:{line}" for line in find_sql(tree_of(module))]
    assert not found, "what tests want to know of the store they ask tests/support/looks.py"


@pytest.mark.parametrize(
    "planted",
    [
        'shop.rows("SELECT state FROM delivery")',
        'shop.rows(f"SELECT {columns} FROM delivery")',
        'shop.rows(f"SELECT COUNT(*) FROM {table}")',
        'STATEMENT = """\n  SELECT 1\n  FROM delivery"""',
        'connection.execute("SELECT 1")',
        "shop.change(f\"UPDATE {table} SET why = ''\")",
        'shop.change("UPDATE turn SET taken_at_utc_s = 0")',
        'shop.change(f"INSERT INTO delivery VALUES ({1})")',
        'shop.change("DELETE FROM chart")',
        'connection.execute("PRAGMA synchronous = OFF")',
        'connection.execute("VACUUM INTO ?", ("x",))',
        "connection.exec_driver_sql(told)",
        "from sqlalchemy import event, text",
    ],
)
def test_every_way_to_look_at_the_store_by_sql_is_noticed(planted: str) -> None:
    assert list(find_sql(ast.parse(planted)))


@pytest.mark.parametrize(
    "sentence",
    ["Select the days from Monday on", "read_rows(shop, 'delivery')", "Delete from Go what is not known", "an update"],
)
def test_a_sentence_is_no_sql(sentence: str) -> None:
    assert not list(find_sql(ast.parse(repr(sentence))))


# What is documented


@each("module", MODULES, ids=name_of)
def test_every_module_says_what_lives_in_it(module: Path) -> None:
    assert ast.get_docstring(tree_of(module)), "begin it with a docstring: what lives here, and what never does"


@each("module", MODULES, ids=name_of)
def test_every_public_function_and_class_says_what_it_is_for(module: Path) -> None:
    if "sandbox" in module.parts or "migrations" in module.parts:
        return  # a stand-in and the schema's history: their modules say it
    silent = [
        f"{name} (line {found.lineno})"
        for name, found in public_definitions(tree_of(module).body)
        if not ast.get_docstring(found)
    ]
    assert not silent


# What never stands here


@each("module", MODULES, ids=name_of)
def test_nothing_is_printed_past_the_command_line_and_no_failure_is_swallowed_whole(module: Path) -> None:
    for node in nodes_of(module):
        where = f"{name_of(module)}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print", f"{where} prints: use click, rich or the log"
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            assert caught not in ("everything", "Exception", "BaseException"), f"{where} catches {caught}"


@each("module", MODULES, ids=name_of)
def test_no_file_is_too_long_to_be_read_in_one_sitting(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LINES_MAX


def test_no_module_is_called_after_nothing_in_particular() -> None:
    vague = {"utils", "util", "helpers", "common", "misc", "tools", "base", "manager"}
    assert not {module.stem for module in MODULES} & vague


# Targets

REGISTRY = PACKAGE / "ledgers" / "registry.py"


def comparisons_of_targets(tree: ast.Module) -> Iterator[int]:
    """The lines on which a target, by whatever way it is reached, is compared with texts: `==`, `!=`, `in`, `match`, or
    looked up in a dictionary of them."""
    for node in ast.walk(tree):
        sides: list[ast.expr] = []
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
        elif isinstance(node, ast.Match):
            patterns = [
                part.value for case in node.cases for part in ast.walk(case) if isinstance(part, ast.MatchValue)
            ]
            sides = [node.subject, *patterns]
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Dict):
            sides = [node.slice, *(key for key in node.value.keys if key is not None)]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "startswith":
            sides = [node.func.value, *node.args]
        is_compared = any(map(is_target, sides)) and any(has_text(side) for side in sides if not is_target(side))
        if is_compared and isinstance(node, ast.expr | ast.Match):
            yield node.lineno


def is_target(side: ast.expr) -> bool:
    """Whether an expression is a target: a name or an attribute of that name, or the key "target" of something."""
    if isinstance(side, ast.Name):
        return side.id in ("target", "targets")
    if isinstance(side, ast.Attribute):
        return side.attr == "target" or (side.attr == "name" and is_kind(side.value))
    if isinstance(side, ast.Subscript):
        return isinstance(side.slice, ast.Constant) and side.slice.value == "target"
    if isinstance(side, ast.Call):
        return any(isinstance(given, ast.Constant) and given.value == "target" for given in side.args)
    return False


def is_kind(side: ast.expr) -> bool:
    """Whether an expression is a row of the registry."""
    return "kind" in (getattr(side, "id", ""), getattr(side, "attr", ""))


def has_text(side: ast.expr) -> bool:
    """Whether a text stands in an expression, or a name in capitals, which is one written down elsewhere."""
    return any(
        (isinstance(part, ast.Constant) and isinstance(part.value, str))
        or (isinstance(part, ast.Name) and part.id.isupper())
        for part in ast.walk(side)
    )


FINDINGS = PACKAGE / "core" / "findings"


@each("module", [module for module in MODULES if FINDINGS not in module.parents], ids=name_of)
def test_every_finding_is_made_in_the_file_of_its_subject(module: Path) -> None:
    made = [
        f"{name_of(module)}:{node.lineno}"
        for node in nodes_of(module)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Finding"
        and node.args
        and isinstance(node.args[0], ast.Constant | ast.JoinedStr | ast.IfExp)
    ]
    assert not made, "core/findings/ has a file for each subject"


@each("module", [module for module in MODULES if module != REGISTRY], ids=name_of)
def test_no_target_is_compared_with_a_name_outside_the_registry(module: Path) -> None:
    found = [f"{name_of(module)}:{line}" for line in comparisons_of_targets(tree_of(module))]
    assert not found, "what a target can do stands in its row: ledgers/registry.py"


@pytest.mark.parametrize(
    "planted",
    [
        'company.target == "file"',
        '"file" != delivery.target',
        'review.report.company.target in ("journal", "ledger")',
        'target not in {"journal"}',
        'voucher["target"] == AT_ONCE',
        'document.get("target") == "ledger"',
        'find_ledger(company.target).kind.name == "import"',
        'kind.name == "import"',
        'match company.target:\n    case "import" | "file":\n        pass',
        '{"import": 1, "file": 2}[company.target]',
        'company.target.startswith("im")',
    ],
)
def test_every_way_to_compare_a_target_with_a_name_is_noticed(planted: str) -> None:
    assert list(comparisons_of_targets(ast.parse(planted)))


def test_no_template_compares_a_target_with_a_name() -> None:
    found = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
    templates = [path for path in found if not path.name.endswith(".min.js")]  # others' program, as it came
    assert templates
    for template in templates:
        told = template.read_text(encoding="utf-8")
        assert not re.search(r"target\s*(==|!=|in\b|not in\b)", told), template.name


# Who acts

FACES = ("cli/options.py", "__main__.py", "sandbox/__main__.py")
ASKING = frozenset({"getpass", "getuser", "getlogin", "getuid", "geteuid", "pwd", "getpwuid", "LOGNAME", "USERNAME"})
"""Names by which a program asks the operating system who runs it."""


@each("module", MODULES, ids=name_of)
def test_nothing_but_the_command_line_asks_the_operating_system_who_acts(module: Path) -> None:
    if str(module.relative_to(PACKAGE)) in FACES:
        return
    asked = {*imported_by(module)}
    for node in nodes_of(module):
        if isinstance(node, ast.Attribute):
            asked.add(node.attr)
        elif isinstance(node, ast.ImportFrom):
            asked |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            asked.add(node.value)
    assert not asked & ASKING, f"{name_of(module)}: who acts is handed in (core.actor)"


def test_whoever_imports_posexport_keeps_their_own_garbage_collector(tmp_path: Path) -> None:
    code = (
        "import gc; before = gc.get_threshold(), gc.get_freeze_count()\n"
        "from posexport.wiring import open_workspace\n"
        "with open_workspace('own.db') as workspace:\n"
        "    assert (gc.get_threshold(), gc.get_freeze_count()) == before\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
