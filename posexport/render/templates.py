"""Finds the templates: inside an installed wheel, or at the top of a source checkout."""

from __future__ import annotations

from pathlib import Path


def find_template(name: str) -> Path:
    """The path of a template.

    Raises FileNotFoundError where it is missing, which is a broken installation.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "templates", package.parent / "templates"):
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(f"{name} is missing from this installation of posexport. Install it again.")
