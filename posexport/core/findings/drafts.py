"""Findings about a document that was sent: answer lost, uncertain, deleted, duplicated, reversed, no longer equal to
the sales, or without its settlement report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from posexport.core.company import Company, Venue
from posexport.core.delivery import WATCHED_S, Delivery, History
from posexport.core.document import VOUCHER, DocumentKind
from posexport.core.finding import TO_BE_ASKED_AGAIN, Fact, Finding, Ore, Severity
from posexport.core.lines import VoucherLine
from posexport.core.money import format_ore
from posexport.core.ports.ledger import DraftStatus
from posexport.core.voucher import Voucher, find_moved_payments, subtract_lines


def describe_change(
    history: History, whole: Voucher | None, venue: str, found: Iterable[Finding] = (), *, undone: bool = False
) -> Finding:
    """The finding that a day's sales differ from what was drafted, and by exactly what; or that they are the same, and
    part payments are credited to other customers of the ledger than their orders are for. It cannot be corrected while
    any of the `found` findings holds the day, or where the voucher was `undone` in the ledger."""
    last, variant = history.standing[-1], "undone" if undone else ""
    facts: dict[str, Fact] = {"reference": last.reference, "what": _format_difference(history, whole)}
    by = ", ".join(dict.fromkeys(finding.code for finding in found if finding.holds))
    if by and not undone:
        facts, variant = facts | {"by": by}, "held"
    moved = () if variant or whole is None else _list_moved(history, whole)
    if moved:
        codes = ", ".join(dict.fromkeys(line.customer or "" for line in moved))
        facts = {"reference": last.reference, "customer": codes, "amount": Ore(-sum(line.amount_ore for line in moved))}
        variant = "customer"
    return Finding("changed-after-draft", Severity.ERROR, facts, variant, venue, last.business_day)


def _list_moved(history: History, whole: Voucher) -> tuple[VoucherLine, ...]:
    """The part payments that are to be credited to other customers of the ledger, where nothing else differs."""
    difference = find_difference(history, whole)
    if (
        not difference
        or any(line.payer is None for line in difference)
        or sum(one.amount_ore for one in difference) != 0
    ):
        return ()
    return find_moved_payments(whole.lines, history.lines)


def make_undone_finding(standing: DraftStatus, number: str, reference: str, *, is_changed: bool = True) -> Finding:
    """The finding that a person deleted a draft, or reversed or corrected a posted voucher. A corrected one is in the
    books, and needs nothing unless the day has changed since."""
    if standing is DraftStatus.GONE:
        return Finding("draft-gone", Severity.ERROR, {"reference": reference})
    facts: dict[str, Fact] = {"reference": reference, "number": number}
    if standing is DraftStatus.CORRECTED:
        return Finding("voucher-corrected", Severity.ERROR if is_changed else Severity.INFO, facts)
    return Finding("voucher-reversed", Severity.ERROR, facts)


def make_doubtful_finding(reference: str, ids: Sequence[str], kind: DocumentKind, *, is_named: bool) -> Finding:
    """The finding that something in the ledger may be the document: with its reference and other content (`is_named`),
    or similar and without a reference; of an order, with references of other revisions. `ids`: in the ledger."""
    facts: dict[str, Fact] = {"reference": reference, "id": ", ".join(ids)}
    variant = "" if kind is VOUCHER else kind.name
    if not is_named:
        return Finding("draft-in-doubt", Severity.ERROR, facts, variant)
    return Finding("draft-differs", Severity.ERROR, facts, variant)


def describe_old_setup(history: History, whole: Voucher | None, venue: str) -> Finding:
    """The finding that a posted voucher would have other lines by today's setup, and exactly which."""
    last = history.standing[-1]
    facts: dict[str, Fact] = {"reference": last.reference, "what": _format_difference(history, whole)}
    return Finding("posted-by-old-setup", Severity.WARNING, facts, venue=venue, business_day=last.business_day)


def _format_difference(history: History, whole: Voucher | None) -> str:
    what = "; ".join(
        f"{line.account or '—'} {line.description} {format_ore(line.amount_ore)}"
        for line in find_difference(history, whole)
    )
    return what or "—"


def find_difference(history: History, whole: Voucher | None) -> tuple[VoucherLine, ...]:
    """The lines of the whole day as it is now, minus those that were drafted."""
    return subtract_lines(whole.lines if whole else (), history.lines)


def make_looked_for_finding(reference: str, until_utc_s: int, venue: Venue) -> Finding:
    """The finding that a voucher with a lost answer is looked up until then (UTC s), before it may be sent again."""
    facts: dict[str, Fact] = {"reference": reference, "until": f"{venue.calendar.local(until_utc_s):%H:%M}"}
    return Finding("looked-for", Severity.INFO, facts)


def answer_looked_for(until_utc_s: int, venue: Venue) -> str:
    """The same as a short text."""
    return f"It is looked for until {venue.calendar.local(until_utc_s):%H:%M} before it is sent again."


def make_overdue_finding(delivery: Delivery, company: Company) -> Finding:
    """The finding that a person must say whether a voucher is in PowerOffice."""
    facts: dict[str, Fact] = {"reference": delivery.reference, "hours": company.uncertain_hours}
    return Finding("uncertain-too-long", Severity.ERROR, facts)


def make_failed_import_finding(delivery: Delivery, error: str, now_utc_s: int) -> Finding:
    """The finding that an import failed when somebody tried to post it; only a warning once it is no longer asked
    about."""
    facts: dict[str, Fact] = {"reference": delivery.reference}
    found = Finding("import-failed", Severity.ERROR, facts, variant="untold")
    if error:
        found = Finding("import-failed", Severity.ERROR, facts | {"answer": error.rstrip(". ")})
    is_watched = now_utc_s - (delivery.drafted_at_utc_s or 0) <= WATCHED_S
    return found if is_watched else replace(found, severity=Severity.WARNING)


def make_twice_finding(delivery: Delivery, others: tuple[str, ...]) -> Finding:
    """The finding that the ledger has a voucher more than once: under the known id, and under `others`."""
    facts: dict[str, Fact] = {
        "reference": delivery.reference,
        "id": delivery.remote_id or "?",
        "others": ", ".join(others),
    }
    return Finding("drafted-twice", Severity.ERROR, facts)


def make_missing_page_finding(answer: str, reference: str, variant: str = "") -> Finding:
    """The finding that a draft has no settlement report attached, and why. `variant`: "posted" or "gone" where it never
    gets one."""
    facts: dict[str, Fact] = {"answer": f" ({answer})" if answer else "", "reference": reference}
    return Finding("documentation-missing", Severity.WARNING, facts, variant=variant)


def make_ask_again_finding(was: str) -> Finding:
    """The finding that the ledger's earlier finding, with this code, was about a setup that has changed since."""
    return Finding(TO_BE_ASKED_AGAIN, Severity.INFO, {"was": was})
