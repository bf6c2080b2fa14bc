"""Whether PowerOffice Go will take what is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from posexport.cli.options import (
    console,
    example,
    find_venues,
    leave,
    print_json,
    with_json,
    with_lang,
    with_venues,
    working,
)
from posexport.errors import Exit

if TYPE_CHECKING:
    from posexport.texts.language import Lang


@click.command(
    short_help="Ask PowerOffice Go whether this will work.",
    epilog=example("posexport doctor", "posexport doctor --venue torget"),
)
@with_venues
@with_json
@with_lang
@click.pass_context
def doctor(ctx: click.Context, venues: tuple[str, ...], as_json: bool, lang: Lang) -> None:
    """Ask PowerOffice Go whether this will work: keys, privileges, accounts, VAT codes, departments, lock date."""
    from posexport.app.doctor import examine, format_diagnoses
    from posexport.cli.printing import print_diagnosis
    from posexport.texts.moments import format_moments, keep_moments

    with working(ctx, reads_only=True) as workspace:
        diagnoses = []
        write = keep_moments if as_json else format_moments
        for diagnosis in examine(workspace, find_venues(workspace, venues), lang, write=write):
            diagnoses.append(diagnosis)
            if not as_json:
                print_diagnosis(diagnosis, console(), lang)
    if as_json:
        print_json(format_diagnoses(diagnoses))
    leave(ctx, max((diagnosis.exit_code for diagnosis in diagnoses), default=Exit.DONE))
