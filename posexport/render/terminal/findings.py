"""Findings in a terminal, and as plain text where the output is piped."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.text import Text

from posexport.core.finding import Finding, Severity, gravest_first
from posexport.render.terminal.sheet import INDENT, Sheet
from posexport.texts.clean import clean
from posexport.texts.describe import fix_of, message_of

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold cyan"}


def print_findings(
    sheet: Sheet, findings: Iterable[Finding], fix_is_below: Callable[[Finding], bool] = lambda _finding: False
) -> None:
    """Print findings, most severe first, each with its severity and fix, unless the fix is told below. What mends
    several that stand one after another is told once, under the last."""
    told = list(gravest_first(findings))
    fixes = ["" if fix_is_below(finding) else fix_of(finding, sheet.lang) for finding in told]
    for finding, fix, following in zip(told, fixes, [*fixes, ""][1:], strict=True):
        word = sheet.words[f"severity_{finding.severity.value}"]
        sheet.line(Text(f"{word}: ", style=STYLES[finding.severity]), clean(message_of(finding, sheet.lang)))
        if fix and fix != following:
            sheet.line(Text(f"{sheet.words['fix']} ", style="bold"), clean(fix), indent=INDENT * 2)
