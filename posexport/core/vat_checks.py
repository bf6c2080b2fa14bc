"""Whether the VAT that a register states can be of its rates, ticket by ticket where it cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from posexport.core.checks import TICKETS_NAMED
from posexport.core.company import Venue
from posexport.core.findings import Fact, Finding, Ore, Severity
from posexport.core.vat import Misfit, VatFigure, format_rate, sends_all_to_none

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


def check_vat(figures: Iterable[VatFigure], venue: Venue | None = None) -> list[Finding]:
    """VAT by the register and by PowerOffice may differ by rounding; beyond that it is a finding. Lines that cannot be
    right are named one by one, unless it is all of them: then the code is wrong."""
    return [found for figure in figures for found in _check_vat_code(figure, venue)]


def _check_vat_code(figure: VatFigure, venue: Venue | None) -> Iterator[Finding]:
    if figure.misfits and sum(misfit.gross_ore for misfit in figure.misfits) == figure.stated_ore:
        figure = replace(figure, misfits=())
    facts: dict[str, Fact] = {"vat_code": figure.vat_code, "rate": format_rate(figure.rate_bp)}
    if venue is not None and sends_all_to_none(venue.mapping):
        figure = replace(figure, other_rates=(), misfits=())  # it is not the lines that are wrong
    for other in figure.other_rates:
        stated: dict[str, Fact] = {"stated_rate": format_rate(other.rate_bp), "gross": Ore(other.gross_ore)}
        yield Finding("vat-mismatch", _ERROR, facts | stated, variant="rate")
    if figure.misfits:
        yield Finding("vat-mismatch", _ERROR, facts | _list_misfits(figure.misfits, venue), variant="tickets")
    if not figure.is_explained_elsewhere:
        difference: dict[str, Fact] = {
            "gross": Ore(figure.stated_ore),
            "register_vat": Ore(figure.register_ore or 0),
            "extracted": Ore(figure.compared_ore or 0),
            "difference": Ore(figure.difference_ore or 0),
        }
        is_none = venue is not None and sends_all_to_none(venue.mapping)
        yield Finding("vat-mismatch", _ERROR, facts | difference, variant="none" if is_none else "")
    if figure.unstated_ore:
        yield Finding("vat-not-stated", _INFO, {"vat_code": figure.vat_code, "amount": Ore(figure.unstated_ore)})


def _list_misfits(misfits: Sequence[Misfit], venue: Venue | None) -> dict[str, Fact]:
    return {
        "tickets": ", ".join(_format_ticket(misfit, venue) for misfit in misfits[:TICKETS_NAMED]),
        "count": len(misfits),
        "gross": Ore(sum(misfit.gross_ore for misfit in misfits)),
        "register_vat": Ore(sum(misfit.vat_ore for misfit in misfits)),
    }


def _format_ticket(misfit: Misfit, venue: Venue | None) -> str:
    at = f", {venue.calendar.local(misfit.completed_at_utc_s):%H:%M:%S}" if venue else ""
    return f"{misfit.number} ({misfit.register}{at})"
