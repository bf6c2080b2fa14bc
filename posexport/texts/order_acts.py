"""What people are told after they have done something about orders, in Norwegian and English."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from posexport.texts.finding_titles import format_title
from posexport.texts.language import Lang
from posexport.texts.moments import format_moments


def describe_moved(tickets: Sequence[str], venue: str, day: date, route: str, lang: Lang, *, is_drafted: bool) -> str:
    """What was moved, and what comes next."""
    named, on = ", ".join(tickets), format_moments(str(day), lang)
    revise = f"posexport export --venue {venue} --from {day} --to {day} --revise"
    if route == "left-out":
        return {
            "nb": f"Bong {named} på {venue} {on} holdes utenfor: verken ordre eller bilag, siden Go har den alt.",
            "en": f"Ticket {named} of {venue} {on} is left out: neither order nor voucher, since Go has it already.",
        }[lang]
    if route == "voucher":
        then = {
            "nb": f"Bilaget er laget allerede: rett det med {revise}."
            if is_drafted
            else "Det går med dagens bilag: posexport export.",
            "en": f"The voucher is drafted already: correct it with {revise}."
            if is_drafted
            else "It goes with the day's voucher: posexport export.",
        }[lang]
        told = {
            "nb": f"Bong {named} på {venue} {on} føres i bilaget, ikke som ordre.",
            "en": f"Ticket {named} of {venue} {on} is booked by the voucher, not as an order.",
        }[lang]
        return f"{told} {then}"
    then = {
        "nb": f"Rett bilaget først med {revise}; så sendes ordren." if is_drafted else "Den sendes med neste eksport.",
        "en": f"Correct the voucher first with {revise}; then the order is sent."
        if is_drafted
        else "It is sent with the next export.",
    }[lang]
    told = {
        "nb": f"Bong {named} på {venue} {on} blir ordre, ikke bilag.",
        "en": f"Ticket {named} of {venue} {on} becomes an order, not a voucher.",
    }[lang]
    return f"{told} {then}"


def describe_resolved(reference: str, there: str | None, lang: Lang, *, was_asked: bool, is_sent_again: bool) -> str:
    """What was recorded of where an order is, and whether the next export sends it."""
    asked = {
        "nb": "PowerOffice Go er spurt." if was_asked else "PowerOffice Go kunne ikke spørres nå.",
        "en": "PowerOffice Go was asked." if was_asked else "PowerOffice Go could not be asked now.",
    }[lang]
    if there is None:
        told = {
            "nb": f"{reference} er ikke i PowerOffice Go. Neste eksport sender den{'' if is_sent_again else ' ikke'}.",
            "en": f"{reference} is not in PowerOffice Go. The next export "
            f"{'sends it' if is_sent_again else 'does not send it'}.",
        }[lang]
    else:
        told = {
            "nb": f"{reference} er i PowerOffice Go som {there}.",
            "en": f"{reference} is in PowerOffice Go as {there}.",
        }[lang]
    return f"{told} {asked}"


def describe_accepted(reference: str, code: str, who: str, many: int, lang: Lang) -> str:
    """What somebody has taken responsibility for."""
    title = format_title(code, lang)
    if not many:
        return {
            "nb": f"{title} på {reference} er godtatt allerede.",
            "en": f"{title} on {reference} is accepted already.",
        }[lang]
    return {
        "nb": f"Godtatt av {who} på {reference}: {title}.",
        "en": f"Accepted by {who} on {reference}: {title}.",
    }[lang]
