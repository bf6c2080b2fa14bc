"""Reads a key's privileges from `ClientIntegrationInformation`: those it has, and those that have no effect because the
client's subscription lacks the module. The same in both APIs, v1 in camelCase.

Source: PowerOffice Go's API descriptions, v1 and v2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Privileges(NamedTuple):
    """The needed privileges that are `missing`; `invalid`: those of them granted without effect, since the client's
    subscription lacks the module."""

    missing: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()


def read_privileges(told: Mapping[str, Any], needed: Sequence[str]) -> Privileges:
    """Compare the answer, its names in lower case, with the needed privileges; a read privilege's `_Full` form serves
    as well.

    >>> read_privileges({"validprivileges": ["Department_Full"]}, ["Department", "Import_Full"])
    Privileges(missing=('Import_Full',), invalid=())
    """
    valid, invalid = (_names(told.get(name)) for name in ("validprivileges", "invalidprivileges"))
    missing = tuple(name for name in needed if not _holds(valid, name))
    return Privileges(missing, tuple(name for name in missing if _holds(invalid, name)))


def _holds(names: set[str], name: str) -> bool:
    return name.lower() in names or f"{name}_full".lower() in names


def _names(told: Any) -> set[str]:
    return {str(name).lower() for name in told or ()}
