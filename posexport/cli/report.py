"""A day's settlement report as PDF."""

from __future__ import annotations

from pathlib import Path

import click

from posexport.cli.options import example, find_day, find_venues, working, write_file


@click.command(
    short_help="A day's settlement report as PDF.",
    epilog=example("posexport report torget 2026-11-20 --pdf torget.pdf"),
)
@click.argument("venue")
@click.argument("day")
@click.option("--pdf", required=True, metavar="FILE", type=click.Path(path_type=Path), help="The file to write.")
@click.option("--now", "as_now", is_flag=True, help="A drafted day that has changed since: as it is now.")
@click.pass_context
def report(ctx: click.Context, venue: str, day: str, pdf: Path, as_now: bool) -> None:
    """Write a day's settlement report as PDF, the one that is put on the draft. Where the day has several
    vouchers, each gets a file of its own with its reference in the name. With --now, a day that has changed since it
    was drafted is shown as it is now, beside what was drafted, line by line.
    """
    from posexport.app.settlement_report import list_pages
    from posexport.errors import UsageError

    with working(ctx, reads_only=True) as workspace:
        chosen = find_venues(workspace, [venue], to_look_at=True)[0]
        business_day = find_day(day, [chosen], workspace.now_utc_s)
        pages = list_pages(workspace, chosen, business_day, as_now=as_now)
    if not pages:
        raise UsageError(f"{venue} {business_day} has no voucher. Look at it with posexport preview.")
    for reference, content in pages:
        path = pdf if len(pages) == 1 else pdf.with_name(f"{pdf.stem}-{reference}{pdf.suffix}")
        write_file(path, content, "--pdf")
