"""The result of saving a setup, and the setup's history, on stdout and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.text import Text

from posexport.cli.options import find_lang, say, word
from posexport.cli.printing import format_moved, print_moved_in
from posexport.core.actor import WHY_LENGTH_MAX
from posexport.core.setup_revision import RevisionKind, SetupRevision
from posexport.texts.clean import clean, shorten
from posexport.texts.command_errors import describe_sentence
from posexport.texts.doctor import NAMES
from posexport.texts.language import Lang, format_moment
from posexport.texts.report import name_actor
from posexport.texts.setup_changes import HISTORY, describe_change

if TYPE_CHECKING:
    from posexport.app.setup import Applied, DraftedDays
    from posexport.app.setup_revisions import Saved, SetupHistory
    from posexport.setup.file import SetupRead


def format_applied(read: SetupRead, applied: Applied) -> dict[str, Any]:
    """As `setup apply --json` prints it."""
    return {"companies": [company.id for company in read.companies]} | format_saved(applied, read.notes)


def format_saved(applied: Applied, notes: Sequence[str] = ()) -> dict[str, Any]:
    """What was saved, as JSON; with notes, affected drafted days and newly counted tickets where there are any."""
    document: dict[str, Any] = {"changes": list(applied.changes)}
    if notes or applied.notes:
        document["notes"] = [*notes, *applied.notes]
    if applied.drafted:
        document["drafted_days"] = [
            {"venue": days.venue, "first": days.first.isoformat(), "last": days.last.isoformat(), "days": days.count}
            for days in applied.drafted
        ]
    if applied.moved:
        document["moved_in"] = format_moved(applied.moved)
    document["revisions"] = dict(applied.revisions)
    return document


def format_one_saved(saved: Saved) -> dict[str, Any]:
    """As `setup set --json` and `setup restore --json` print it."""
    document = format_saved(saved.applied)
    del document["revisions"]
    return {"company": saved.company, "revision": saved.revision} | document


def print_applied(read: SetupRead, applied: Applied, path: Path) -> None:
    """Print what applying a setup changed, and the drafted days it concerns, on stdout; missing keys on stderr."""
    outcome = "Saved {path}." if applied.changes else "{path} changes nothing."
    print_saved(applied, word(outcome, path=path), read.notes)
    empty = [name for company in read.companies for name in _list_empty(company.document)]
    if empty:
        told = "Not filled in: {names}. A day that needs one of them waits until it is."
        say("Note: {note}", err=True, note=word(told, names=", ".join(dict.fromkeys(empty))))


def _list_empty(document: Mapping[str, Any]) -> Iterator[str]:
    """What a setup leaves empty and a day is likely to need, in words: VAT codes, product types and payment types."""
    for part in (document, *document.get("venue", ())):
        for row in part.get("vat_code", ()):
            if row.get("go") == "":
                yield _name("vat-code", row)
        for row in part.get("product_type", ()):
            if "" in row.get("accounts", {}).values():
                yield _name("product", row)
        for row in part.get("payment_type", ()):
            if row.get("account") == "" and row.get("transfer", True):
                yield _name("payment", row)


def _name(kind: str, row: Mapping[str, Any]) -> str:
    return NAMES[kind][find_lang()].format(code=row["code"])


def print_one_saved(saved: Saved) -> None:
    """Print what a change of one company did."""
    is_changed = bool(saved.applied.changes)
    changes_nothing = "That changes nothing. {company} is at revision {number}."
    outcome = "Saved revision {number} of {company}." if is_changed else changes_nothing
    print_saved(saved.applied, word(outcome, number=saved.revision, company=saved.company))


def print_saved(applied: Applied, outcome: str, notes: Sequence[str] = ()) -> None:
    """Print the changes of one save, then `outcome`, a sentence."""
    for company, change in applied.made:
        click.echo(clean(describe_change(change, company, find_lang())))
    click.echo(clean(outcome))
    print_moved_in(applied.moved)
    for days in applied.drafted:
        click.echo(_format_drafted(days))
    for note in (*notes, *applied.notes):
        say("Note: {note}", err=True, note=describe_sentence(note, find_lang()))


def _format_drafted(days: DraftedDays) -> str:
    """A venue's drafted days that the change concerns, and the command to change them too."""
    one = (
        "venue {venue}: 1 drafted day ({first}) used what changed and stays as it is. To replace its draft, if nobody "
        "has posted: posexport export --revise --remap --venue {venue}"
    )
    several = (
        "venue {venue}: {count} drafted days ({first} to {last}) used what changed and stay as they are. To replace "
        "the drafts that nobody has posted: posexport export --revise --remap --venue {venue}"
    )
    told = one if days.count == 1 else several
    return word(told, venue=days.venue, count=days.count, first=days.first, last=days.last)


def print_setup_history(history: SetupHistory, console: Console, lang: Lang) -> None:
    """Print every revision, newest first, grouped by company."""
    if not history.revisions:
        click.echo(HISTORY["none"][lang])
    company = ""
    for revision in history.revisions:
        if revision.company != company:
            company = revision.company
            console.print(Text(clean(company), style="bold"), soft_wrap=True)
        console.print(Text(_format_revision(revision, history, lang)), soft_wrap=True)


def _format_revision(revision: SetupRevision, history: SetupHistory, lang: Lang) -> str:
    """A revision: one line with when and who, and under it the reason and the changes."""
    who = name_actor(revision.who, revision.known_by, lang) or HISTORY["nobody"][lang]
    facts = [
        HISTORY["revision"][lang].format(number=revision.number),
        format_moment(history.local(revision), lang),
        who,
    ]
    by = HISTORY[f"by_{revision.kind.value}"][lang].format(restored=revision.restored)
    changes = [clean(describe_change(change, revision.company, lang)) for change in revision.changes]
    if not changes and revision.kind is not RevisionKind.UPGRADE:
        changes = [HISTORY["order_only"][lang]]
    under = [HISTORY["why"][lang].format(why=shorten(clean(revision.why), WHY_LENGTH_MAX))] if revision.why else []
    under += changes if revision.is_kept else [*changes, f"({HISTORY['not_kept'][lang]})"]
    return "\n".join([f"  {' · '.join(facts)} ({by})", *(f"    {line}" for line in under)])
