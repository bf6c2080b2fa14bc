"""Fills the templates for pages and e-mails: missing values are errors, everything is escaped, and control characters
are removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from posexport.texts.clean import clean


def open_templates(folder: Path, filters: Mapping[str, Callable[..., Any]], *, is_html: bool = True) -> Environment:
    """The templates of a folder, with these filters beside jinja's own. In HTML every value is escaped; a missing value
    is an error."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=is_html,  # noqa: S701 - what is not HTML is plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean_value,
    )
    environment.filters |= filters
    return environment


def _clean_value(value: object) -> object:
    """A value without control characters where it is text; the templates' own markup is left as it is."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
