"""How posexport is deployed: what a container is built from, what a service is set up by, and that no key is part of
either. There need be no Docker and no systemd here: files are read, and steps are run with these stood in for."""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from posexport.cli.office import office
from posexport.cli.users import users
from posexport.office.networks import is_loopback
from posexport.office.reach import check_reach, make_reach
from posexport.office.uploads import UPLOAD_BYTES_MAX
from tests.support.paths import ROOT

DEPLOY = ROOT / "examples" / "deploy"
CONTAINER, SYSTEMD = DEPLOY / "container", DEPLOY / "systemd"
PINNED = ROOT / ".requirements.txt"

LINE = re.compile(
    r"(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?: ; [^\\]+)? \\(?:(?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)+)"
)


def read_pins() -> dict[str, str]:
    text = "\n".join(line for line in PINNED.read_text("utf-8").splitlines() if not line.lstrip().startswith("#"))
    pins = {found["name"]: found["version"] for found in LINE.finditer(text)}
    assert LINE.sub("", text).strip() == "", "every line is a version with its digests"
    return pins


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def needed() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["fleet"], *extras["office"]]
    return {normalized(re.match(r"[A-Za-z0-9._-]+", text)[0]): text for text in wanted}  # type: ignore[index]


# What is installed


def test_every_dependency_is_pinned_by_version_and_digest_and_no_host_is_named() -> None:
    pins = read_pins()
    assert needed().keys() <= pins.keys()
    assert not re.search(r"://|^-", PINNED.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", sorted(needed()))
def test_what_is_pinned_is_what_pyproject_allows(name: str) -> None:
    packaging = pytest.importorskip("packaging.requirements")
    requirement = packaging.Requirement(needed()[name])
    assert requirement.specifier.contains(read_pins()[name], prereleases=True)


def test_the_lowest_versions_are_those_that_pyproject_names() -> None:
    told = subprocess.run([sys.executable, ROOT / ".ci" / "lowest"], capture_output=True, text=True, check=True)
    lowest = dict(line.split("==") for line in told.stdout.split())
    assert {normalized(name) for name in lowest} == needed().keys()
    assert all(f">={version}" in needed()[normalized(name)] for name, version in lowest.items())


def test_the_checks_install_it_as_it_is_deployed_and_with_the_lowest_versions() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    for step in ("--require-hashes -r .requirements.txt", "--no-deps .", "posexport --version", ".ci/lowest"):
        assert step in script
    assert script.index("--require-hashes -r") < script.index("--no-deps .") < script.index("posexport --version")
    assert subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=False).returncode == 0


def test_nobody_is_told_to_install_posexport_from_an_index() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    told = re.compile(r"pip3? install (?:-\S+ )*[\"']?posexport\b")
    for name in (name for name in listed if not name.startswith("tests/")):
        for line in (ROOT / name).read_bytes().decode("utf-8", "replace").splitlines():
            assert not told.search(line) or "never" in line.lower(), f"{name}: {line}"


# The container


def is_sent(path: str) -> bool:
    """Whether Docker's builder gets a file: the last rule that meets it, or a folder it is in, counts."""
    sent = True
    for rule in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        if not rule or rule.startswith("#"):
            continue
        pattern, keeps = rule.removeprefix("!"), rule.startswith("!")
        parents = ["/".join(path.split("/")[: n + 1]) for n in range(path.count("/") + 1)]
        names = parents if not pattern.startswith("**/") else path.split("/")
        if any(fnmatch.fnmatchcase(name, pattern.removeprefix("**/")) for name in names):
            sent = keeps
    return sent


@pytest.mark.parametrize(
    "path",
    [
        "keys.env",
        "examples/deploy/container/keys.env",
        "examples/deploy/container/pgpass",
        "posexport.db",
        "posexport.db-wal",
        "posexport/posexport.db",
        ".git/config",
        ".venv/bin/python",
        "setup.toml",
        "inbox/sales.xml",
        "posexport-reports/r.pdf",
        "tests/test_cli.py",
        "posexport/__pycache__/cli.cpython-312.pyc",
        ".env",
    ],
)
def test_the_builder_gets_no_key_no_database_and_no_sales(path: str) -> None:
    assert not is_sent(path)


def copied() -> list[str]:
    text = (CONTAINER / "Dockerfile").read_text("utf-8")
    copies = [line.split()[1:-1] for line in text.splitlines() if line.startswith("COPY ") and "--from" not in line]
    return [name for names in copies for name in names]


def test_what_the_image_is_built_from_is_sent_is_there_and_is_enough(tmp_path: Path) -> None:
    assert set(copied()) == {".requirements.txt", "pyproject.toml", "README.md", "posexport", "templates"}
    for name in copied():
        source = ROOT / name
        assert source.exists()
        assert is_sent(name)
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=lambda folder, names: _left_out(Path(folder), names))
        else:
            shutil.copy(source, tmp_path / name)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    built = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr


def _left_out(folder: Path, names: list[str]) -> list[str]:
    return [name for name in names if not is_sent((folder / name).relative_to(ROOT).as_posix())]


def test_the_image_has_dependencies_first_by_digest_and_no_sources() -> None:
    stages = re.split(r"^FROM ", (CONTAINER / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)[1:]
    assert len(stages) == 2
    build, image = stages
    assert build.index("--require-hashes -r /src/.requirements.txt") < build.index("COPY posexport ")
    assert "--no-deps /src" in build
    assert [line for line in image.splitlines() if line.startswith("COPY")] == [
        "COPY --from=build /opt/posexport /opt/posexport"
    ]
    assert image.index("USER posexport") < image.index("ENTRYPOINT")


def test_compose_takes_its_secrets_from_outside_the_project() -> None:
    text = (CONTAINER / "compose.yaml").read_text("utf-8")
    blocks = dict(re.findall(r"^(\S+):(?: &\S+)?\n((?:[ ].*\n|\n)*)", text, flags=re.MULTILINE))
    files = dict(re.findall(r"^  (\w+):\n    file: (\S+)$", blocks["secrets"], flags=re.MULTILINE))
    assert files
    for name, file in files.items():
        assert file == f"${{POSEXPORT_SECRETS:-/etc/posexport/secrets}}/{name}"
    used = {name for names in re.findall(r"secrets: \[(.*)\]", text) for name in names.split(", ")}
    assert used == files.keys()
    assert set(re.findall(r"/run/secrets/(\w+)", text)) <= used
    assert "env_file" not in text
    steps = (CONTAINER / "README.md").read_text("utf-8")
    assert all(name in steps for name in files)
    assert "file:/run/secrets/po_app_key" in steps
    compose = shutil.which("docker")
    if compose is not None:
        checked = subprocess.run(
            [compose, "compose", "-f", CONTAINER / "compose.yaml", "config", "-q"], capture_output=True, check=False
        )
        assert checked.returncode == 0 or b"not a docker command" in checked.stderr or b"unknown" in checked.stderr


# The service


def blocks_of(readme: Path) -> list[str]:
    return [
        "\n".join(line.removeprefix("   ") for line in block.splitlines())
        for block in re.findall(r"```sh\n(.*?)```", readme.read_text("utf-8"), flags=re.DOTALL)
    ]


def test_the_steps_of_the_service_work_in_the_order_they_are_written(tmp_path: Path) -> None:
    """Under a folder of ours; what only root or systemd can do is stood in for, and says what it was asked."""
    tools, root = tmp_path / "tools", tmp_path / "root"
    tools.mkdir()
    for folder in ("opt", "etc/systemd/system", "var/lib"):
        (root / folder).mkdir(parents=True)
    log = tmp_path / "log"
    stand_ins = {
        "id": f'grep -q "^useradd" {log} 2>/dev/null',
        "useradd": "true",
        "systemctl": f'[ "$1" = daemon-reload ] || [ -e {root}/etc/systemd/system/posexport.service ]',
        "systemd-run": f"""
            grep -q "^systemctl daemon-reload" {log} || exit 9
            [ -s {root}/etc/posexport/keys.env ] && [ -d {root}/var/lib/posexport ] || exit 8
            while [ "${{1#-}}" != "$1" ]; do [ "$1" = -p ] && shift; shift; done
            cd {root}/var/lib/posexport && [ -x "$1" ] && [ "$2" != setup ] || [ -e "$4" ]""",
        "python3": 'mkdir -p "$3/bin" && cp /bin/true "$3/bin/pip" && cp "$3/bin/pip" "$3/bin/posexport"',
        "install": f"""
            words=""; skip=""
            for word in "$@"; do
              if [ -n "$skip" ]; then skip=""; continue; fi
              case "$word" in -o|-g) skip=1 ;; *) words="$words $word" ;; esac
            done
            exec {shutil.which("install")} $words""",
        "editor": 'echo "PO_APP_KEY=x" > "$1"',
    }
    for name, body in stand_ins.items():
        (tools / name).write_text(f'#!/bin/sh\necho {name} "$@" >> {log}\n{body}\n')
        (tools / name).chmod(0o755)
    work = tmp_path / "project"
    shutil.copytree(SYSTEMD, work / "examples" / "deploy" / "systemd")
    shutil.copy(PINNED, work)
    (work / "setup.toml").write_text("")
    script = "set -eu\n" + "\n".join(blocks_of(SYSTEMD / "README.md")) + "\nsystemctl enable --now posexport\n"
    script = re.sub(r"(?<![\w.])/(opt|etc|var)/", rf"{root}/\1/", script)
    environment = {"PATH": f"{tools}:{os.environ['PATH']}", "EDITOR": "editor"}
    for _ in range(2):
        done = subprocess.run(
            ["bash", "-c", script], cwd=work, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr + log.read_text()
    told = log.read_text()
    assert told.count("useradd") == 1, "it may be done again"
    assert (root / "etc/posexport/keys.env").stat().st_mode & 0o077 == 0


def test_the_unit_uses_what_the_steps_make_and_says_how_keys_come_in() -> None:
    unit = (SYSTEMD / "posexport.service").read_text("utf-8")
    steps = (SYSTEMD / "README.md").read_text("utf-8")
    values = dict(line.split("=", 1) for line in unit.splitlines() if "=" in line and not line.startswith("#"))
    for value in (values["EnvironmentFile"], values["WorkingDirectory"], values["ExecStart"].split()[0]):
        assert value in steps
    assert f"Environment={values['Environment']}" in steps, "what is applied is what the service reads"
    assert values["User"] == "posexport"
    assert 'application_key = "env:PO_APP_KEY"' in steps


# The office behind a proxy


def test_the_office_is_started_as_its_unit_says() -> None:
    unit = (DEPLOY / "office" / "posexport-office.service").read_text("utf-8")
    found = re.search(r"^ExecStart=\S+/posexport --log-json office (.*)$", unit, re.MULTILINE)
    assert found is not None
    options = office.make_context("office", found[1].split()).params
    reach = make_reach(options["host"], options["base_url"], options["proxies"], options["user_header"])
    check_reach(reach, has_users=True)
    assert reach.is_shared and is_loopback(reach.host) and reach.base_url.startswith("https://")
    assert f"POSEXPORT_OFFICE_URL={reach.base_url}\n" in unit
    proxy = (DEPLOY / "office" / "nginx.conf").read_text("utf-8")
    assert f"proxy_pass http://127.0.0.1:{options['port']};" in proxy
    assert f"server_name {reach.base_url.removeprefix('https://')};" in proxy


def test_the_proxy_passes_on_what_the_office_believes_and_nothing_that_it_was_told() -> None:
    proxy = (DEPLOY / "office" / "nginx.conf").read_text("utf-8")
    sent = dict(re.findall(r"proxy_set_header (\S+)\s+(\S+?);", proxy))
    assert sent["Host"] == "$host" and sent["X-Forwarded-For"] == "$remote_addr" and sent["X-Forwarded-User"] == '""'
    assert f"client_max_body_size {UPLOAD_BYTES_MAX // 2**20}m;" in proxy
    assert "ssl_certificate_key" in proxy and "TLSv1.1" not in proxy


def test_the_first_administrator_is_invited_as_the_steps_say() -> None:
    steps = (DEPLOY / "office" / "README.md").read_text("utf-8")
    found = re.search(r"^ +as_service users invite (.*)$", steps, re.MULTILINE)
    assert found is not None
    told = users.commands["invite"].make_context("invite", found[1].split()).params
    assert told["roles"] == ("administrator",) and told["base_url"] == "https://pos.example.no"
