"""What a wheel holds: everything the program needs, from one version, and nothing that is not its own."""

from __future__ import annotations

import email
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import posexport
from tests.support.paths import ROOT

RENDERS = """
import sys
from datetime import UTC, datetime
import posexport
from posexport.core.report import Report
from posexport.render.templates import find_template
from posexport.render.choose import render_html
assert posexport.__file__.startswith(sys.argv[1]), posexport.__file__
for layout in ("preview.html.j2", "report.typ"):
    assert str(find_template(layout)).startswith(sys.argv[1]), find_template(layout)
sys.stdout.write(render_html(Report(), "en", datetime(2026, 11, 22, tzinfo=UTC)))
"""


def build(folder: Path, target: str, source: Path = ROOT) -> Path:
    """A wheel or an sdist of the project, built with nothing fetched."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    built = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    [path] = [path for path in folder.iterdir() if path.suffix in (".whl", ".gz")]
    return path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"), "wheel")


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder the wheel's files are in, as an installation puts them."""
    folder = tmp_path_factory.mktemp("installed").resolve()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python with the wheel's files before this checkout's."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PO_", "POSEXPORT_"))}
    environment |= {"PYTHONPATH": str(installed), "PYTHONIOENCODING": "utf-8", "COLUMNS": "80"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_wheel_holds_every_module_every_template_and_every_migration(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    wanted = {path.relative_to(ROOT).as_posix() for path in (ROOT / "posexport").rglob("*.py")}
    wanted |= {f"posexport/templates/{path.name}" for path in (ROOT / "templates").iterdir() if path.is_file()}
    others = ("CHANGES.md", "LICENSE", "py.typed", "store/migrations/script.py.mako")
    wanted |= {f"posexport/{name}" for name in others}
    assert wanted <= held
    assert any(name.startswith("posexport/store/migrations/versions/v") for name in held)


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        folders = {name.partition("/")[0] for name in archive.namelist()}
        suffixes = {Path(name).suffix for name in archive.namelist() if name.startswith("posexport/")}
    assert folders == {"posexport", f"posexport-{posexport.__version__}.dist-info"}
    assert suffixes <= {".py", ".j2", ".css", ".js", ".LICENSE", ".mako", ".typ", ".typed", ".md", ""}


def test_the_version_stands_in_one_place_and_is_the_wheels(wheel: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in project["project"] and project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"]["path"] == "posexport/__init__.py"
    places = [
        path.name
        for path in [*(ROOT / "posexport").rglob("*.py"), ROOT / "pyproject.toml"]
        if re.search(rf'version\w*\s*=\s*"{re.escape(posexport.__version__)}"', path.read_text(encoding="utf-8"))
    ]
    assert places == ["__init__.py"]
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("/METADATA")]
        metadata = email.message_from_bytes(archive.read(name))
    assert metadata["Version"] == posexport.__version__
    assert metadata["Requires-Python"] == project["project"]["requires-python"]


def test_the_wheel_has_every_page_of_the_guide(wheel: Path) -> None:
    pages = {path.relative_to(ROOT).as_posix() for path in (ROOT / "posexport" / "guide").rglob("*.md")}
    with zipfile.ZipFile(wheel) as archive:
        assert pages <= set(archive.namelist())


def test_a_page_is_rendered_from_the_wheels_own_templates(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "-c", RENDERS, str(installed))
    assert done.returncode == 0, done.stderr
    assert done.stdout.lstrip().startswith("<!")


@pytest.mark.long
def test_a_database_is_made_by_the_wheels_own_migrations(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "-m", "posexport", "notify")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "posexport.db").stat().st_size > 0


@pytest.mark.long
def test_the_demo_runs_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "-m", "posexport", "demo", "--lang", "en")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "posexport-demo" / "preview.html").stat().st_size > 0


def test_the_installed_program_has_the_version_it_says(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "-m", "posexport", "--version")
    assert done.stdout.split()[-1] == posexport.__version__


@pytest.mark.long
def test_a_wheel_built_from_the_sdist_is_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "sdist").mkdir()
    sdist = build(tmp_path / "sdist", "sdist")
    with tarfile.open(sdist) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # not there before Python 3.11.4
        archive.extractall(tmp_path / "source")
    [source] = (tmp_path / "source").iterdir()
    assert {"README.md", "templates", "tests", "examples", "posexport"} <= {path.name for path in source.iterdir()}
    (tmp_path / "wheel").mkdir()
    again = build(tmp_path / "wheel", "wheel", source)
    with zipfile.ZipFile(wheel) as first, zipfile.ZipFile(again) as second:
        assert {(info.filename, info.CRC) for info in first.infolist()} == {
            (info.filename, info.CRC) for info in second.infolist()
        }
