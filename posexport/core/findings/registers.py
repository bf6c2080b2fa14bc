"""Registers that no venue has, and whose tickets therefore wait."""

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
    """That tickets of a register wait for a venue of a company, "" where it cannot be told whose they are; or stay in
    their file, where they are not kept. `organization_number`: the file's own, where that is another company's."""
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
    """What an acceptance of a register without a venue is kept under: not how many tickets wait."""
    return Finding(code, Severity.ERROR, {"register": register, "company": company})
