"""Findings about registers that belong to no venue, whose tickets wait."""

from __future__ import annotations

from collections.abc import Sequence

from posexport.core.finding import Fact, Finding, Severity


def make_unknown_register_finding(
    register: str,
    *,
    company: str,
    tickets: int,
    files: Sequence[str],
    location: str = "",
    organization_number: str = "",
    is_kept: bool = True,
) -> Finding:
    """The finding that tickets of a register wait for a venue of a company ("" where unknown); or, unless `is_kept`,
    that they are only in their file. `organization_number`: the file's, where it is another company's."""
    facts: dict[str, Fact] = {
        "register": register,
        "at_location": f" ({location})" if location else "",
        "file": _format_files(files),
        "count": tickets,
        "company": company,
    }
    variant = ("" if company else "whose") if is_kept else "not-kept"
    if organization_number:
        facts["organization_number"] = organization_number
        variant = "other" if company else "others"
    return Finding("unknown-register", Severity.ERROR if company else Severity.WARNING, facts, variant=variant)


def _format_files(files: Sequence[str], most: int = 2) -> str:
    """A few files, and how many more."""
    listed = ", ".join(files[:most])
    return listed if len(files) <= most else f"{listed} (+{len(files) - most})"


def make_accepted_register_finding(code: str, register: str, company: str) -> Finding:
    """The finding that an acceptance of a register without a venue is stored under; without the number of tickets, so
    that it covers later ones."""
    return Finding(code, Severity.ERROR, {"register": register, "company": company})
