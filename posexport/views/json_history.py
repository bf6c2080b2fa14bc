"""The JSON of `posexport show`."""

from __future__ import annotations

import json
from typing import Any

from posexport.core.events import DeliveryEvent, EventKind, RecordedEvent, facts_of
from posexport.core.history import (
    Booking,
    Story,
    StoryAct,
    StoryDocument,
    StoryLine,
    StoryVoucher,
    TicketChange,
)
from posexport.core.money import format_ore
from posexport.views.json import format_line
from posexport.views.voucher import lay_out_line


def format_story(story: Story) -> dict[str, Any]:
    """A day's history as `show --json` prints it: amounts as strings with two decimals, times with their offset."""
    data: dict[str, Any] = {
        "venue": story.venue.id,
        "business_day": story.business_day.isoformat(),
        "vouchers": [_format_voucher(story, told) for told in story.vouchers],
        "acceptances": [
            {
                "code": acceptance.code,
                "why": acceptance.why,
                "who": acceptance.who,
                "known_by": acceptance.known_by or None,
                "at": _format_moment(story, acceptance.at_utc_s),
            }
            for acceptance in story.acceptances
        ],
        "acts": [_format_act(story, act) for act in story.acts],
    }
    if story.documents:
        data["documents"] = [_format_document(story, told) for told in story.documents]
    if story.bookings:
        data["booked_elsewhere"] = [_format_booking(story, booking) for booking in story.bookings]
    return data


def _format_act(story: Story, act: StoryAct) -> dict[str, Any]:
    return {
        "kind": act.kind,
        "at": _format_moment(story, act.at_utc_s),
        "who": act.who,
        "why": act.why,
        "about": act.name,
        "tickets": [{"register": register, "number": number} for register, number in act.tickets],
    }


def _format_booking(story: Story, booking: Booking) -> dict[str, Any]:
    return {
        "why": booking.why,
        "who": booking.who,
        "known_by": booking.known_by,
        "at": _format_moment(story, booking.at_utc_s),
        "sales": format_ore(booking.sales_ore),
        "fingerprint": booking.fingerprint,
        "taken_back": None
        if booking.stands
        else {
            "why": booking.ended_why,
            "who": booking.ended_who,
            "known_by": booking.ended_known_by,
            "at": _format_moment(story, booking.ended_at_utc_s),
        },
    }


def _format_voucher(story: Story, told: StoryVoucher) -> dict[str, Any]:
    return {
        "reference": told.reference,
        "kind": told.kind,
        "revision": told.revision,
        "state": told.state,
        "target": told.target,
        "remote_id": told.remote_id,
        "posting_date": told.posting_date.isoformat(),
        "first_sent_at": _format_moment(story, told.first_sent_at_utc_s),
        "drafted_at": _format_moment(story, told.drafted_at_utc_s),
        "tickets_digest": told.tickets_digest or None,
        "tickets_unchanged": told.are_tickets_same,
        "tickets_as_sent": told.are_tickets_shown,
        "setup_digest": told.setup_digest or None,
        "setup_unchanged": told.is_setup_same,
        "setup": told.setup,
        "request": told.request,
        "documentation": {"state": told.page_state, "answer": told.page_answer} if told.page_state else None,
        "lines": [_format_line(story, line) for line in told.lines],
        "after": told.after,
        "changes": [_format_change(story, change) for change in told.changes],
        "changed_since": [_format_change(story, change) for change in told.changed_since],
        "events": [_format_event(story, event) for event in told.events],
    }


def _format_document(story: Story, told: StoryDocument) -> dict[str, Any]:
    return {
        "document": told.document_kind,
        "reference": told.reference,
        "revision": told.revision,
        "state": told.state,
        "target": told.target,
        "remote_id": told.remote_id,
        "first_sent_at": _format_moment(story, told.first_sent_at_utc_s),
        "drafted_at": _format_moment(story, told.drafted_at_utc_s),
        "request": told.request,
        "documentation": {"state": told.page_state, "answer": told.page_answer} if told.page_state else None,
        "events": [_format_event(story, event) for event in told.events],
    }


def _format_line(story: Story, told: StoryLine) -> dict[str, Any]:
    """A line; a ticket's `amount` is a debit where positive, so that they sum to debit minus credit."""
    data = format_line(lay_out_line(told.line))
    data["tickets"] = [
        {
            "register": share.register,
            "number": share.number,
            "completed_at": _format_moment(story, share.completed_at_utc_s),
            "amount": format_ore(share.amount_ore),
        }
        for share in told.tickets
    ]
    return data


def _format_change(story: Story, change: TicketChange) -> dict[str, Any]:
    return {
        "register": change.register,
        "number": change.number,
        "completed_at": _format_moment(story, change.completed_at_utc_s),
        "change": change.what,
        "before": None if change.before_ore is None else format_ore(change.before_ore),
        "after": None if change.after_ore is None else format_ore(change.after_ore),
    }


def _format_event(story: Story, recorded: RecordedEvent) -> dict[str, Any]:
    data = {
        "at": _format_moment(story, recorded.at_utc_s),
        "state": recorded.event.state,
        "note": format_note(recorded.event),
        "request": json.loads(recorded.request) if recorded.request else None,
        "answer": recorded.answer or None,
    }
    return {**data, "who": recorded.who, "known_by": recorded.known_by} if recorded.who else data


_NOTES = {
    EventKind.PLANNED: "{of}",
    EventKind.SENDING: "{of}",
    EventKind.DRAFTED: "{how}",
    EventKind.REFUSED: "{error}",
    EventKind.UNCERTAIN: "{error}",
    EventKind.UNREACHABLE: "{error}",
    EventKind.HELD: "{findings}",
    EventKind.DOUBTED: "{ids}",
    EventKind.NOT_THERE: "not there",
    EventKind.REMOVING: "",
    EventKind.TAKEN_BACK: "taken back",
    EventKind.NOTHING_LEFT: "nothing left to draft",
    EventKind.POSTED_MEANWHILE: "posted meanwhile",
    EventKind.CALLED_OFF: "called off",
    EventKind.SAME_LINES: "the same lines",
    EventKind.BASE_GONE: "what it adjusts is not there",
    EventKind.SAID_THERE: "{who}: there as {id}",
    EventKind.SAID_NOT_THERE: "{who}: not there",
    EventKind.LOOKED_UP: "not there; {others} others ruled out",
    EventKind.LOOK_UP_FAILED: "{error}",
    EventKind.CLOCK_SET: "",
    EventKind.CLAIM_LOST: "drafted {id}",
    EventKind.REVERSED: "{number}",
    EventKind.CORRECTED: "{number}",
    EventKind.GONE: "{reference}",
    EventKind.DOUBLED: "{ids}",
    EventKind.ORDERED: "{orders}",
    EventKind.IMPORT_FAILED: "{error}",
    EventKind.IMPORT_MENDED: "",
    EventKind.PAGE_WANTED: "{error}",
    EventKind.PAGE_SENDING: "",
    EventKind.PAGE_UNCERTAIN: "{error}",
    EventKind.PAGE_ATTACHED: "",
    EventKind.PAGE_GIVEN_UP: "{error}",
    EventKind.PAGE_NOT_KEPT: "sent before reports were kept",
    EventKind.NOTE: "{text}",
}
"""The `note` of each kind of event; programs may rely on it, so it never changes."""

_NAMED_IN_NOTES = {
    "whole": "planned",
    "found-by-reference": "found by its reference",
    "found-by-content": "found by its content",
    "found-in-folder": "found in the folder",
}
"""Facts with another name in notes."""


def format_note(event: DeliveryEvent) -> str:
    """What happened, in the JSON's words, beside the state.

    >>> format_note(DeliveryEvent(EventKind.LOOKED_UP, {"others": 3}))
    'not there; 3 others ruled out'
    """
    facts = {name: event.text(name) for name in facts_of(event.kind)}
    facts |= {name: _NAMED_IN_NOTES.get(facts[name], facts[name]) for name in ("of", "how") if name in facts}
    return _NOTES[event.kind].format(**facts)


def _format_moment(story: Story, at_utc_s: int | None) -> str | None:
    return None if at_utc_s is None else story.venue.calendar.local(at_utc_s).isoformat()
