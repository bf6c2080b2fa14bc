"""Attaches the settlement report (PDF) to drafts. A separate step after sending: whatever comes of it, the voucher is
not sent again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from posexport.core.company import Company, Venue
from posexport.core.delivery import Delivery, PageState
from posexport.core.events import DeliveryEvent, EventKind
from posexport.core.ports.ledger import DraftStatus, Page
from posexport.core.review import SEND_S
from posexport.core.voucher import page_name
from posexport.delivery.claims import Claims
from posexport.delivery.context import DeliveryContext
from posexport.delivery.lookup import REPLICA_LAG_S, target_of
from posexport.errors import AnswerLost, PageTooLate, PosexportError, PowerOfficeRefused, VoucherGone, VoucherNotSeen
from posexport.store.deliveries import Claim, begin_page, read_without_page, settle_page
from posexport.store.setups import find_venue_number

UNSEEN_S = 20
"""How long (s) after it was made a draft that PowerOffice does not show is not taken for deleted: its reads lag its
writes by up to 15 s, and kept times are whole seconds, rounded down."""


@dataclass(frozen=True, slots=True)
class Documentation:
    """Attaches settlement reports to drafts."""

    context: DeliveryContext

    def list_waiting(self, venues: Sequence[Venue], day: date | None = None) -> list[tuple[Venue, Delivery]]:
        """The venues' drafts whose report is not attached yet; only those of `day` where it is given."""
        with self.context.database.reading() as connection:
            return [
                (venue, delivery)
                for venue in venues
                for delivery in read_without_page(connection, find_venue_number(connection, venue), day)
            ]

    def bring(self, company: Company, venue: Venue, delivery: Delivery) -> PosexportError | None:
        """Attach the report to one draft; returns what went wrong, or None."""
        deadline_utc_s = self.context.clock() + SEND_S  # while the claim holds: then another run may bring it
        held = Claims(self.context).take(delivery)
        if held is None or delivery.remote_id is None:
            return None
        if not delivery.report:
            self._give_up_page(held)
            return None
        name, told = page_name(delivery.reference), None
        state = PageState.UNCERTAIN if delivery.page_state.may_be_there else PageState.WANTED
        try:
            destination = self.context.open_where(delivery, company, venue)
            if state is PageState.UNCERTAIN:
                self.context.sleep(REPLICA_LAG_S)
                if destination.has_page(delivery.remote_id, name):
                    state = PageState.ATTACHED
            if state is not PageState.ATTACHED:
                page = Page(name, self.context.render_page(json.loads(delivery.report)))
                with self.context.database.writing() as connection:
                    begun = begin_page(connection, held, self.context.now_utc_s)
                if begun is None:
                    return None
                held, state = begun, PageState.WANTED
                destination.attach(delivery.remote_id, page, deadline_utc_s)
                state = PageState.ATTACHED
        except PosexportError as error:
            told = self._judge_unseen(company, venue, delivery, error) if isinstance(error, VoucherNotSeen) else error
            state = _page_state_after(told, state)
        with self.context.database.writing(durable=False) as connection:
            answer, evidence = (str(told), told.evidence) if told else ("", "")
            settle_page(connection, held, state, self.context.now_utc_s, answer, evidence)
        return told

    def _judge_unseen(
        self, company: Company, venue: Venue, delivery: Delivery, error: VoucherNotSeen
    ) -> PowerOfficeRefused:
        """Why the ledger does not show a draft: deleted, posted as a journal entry that takes no attachment, or not
        known yet. Never decided in the run that made the draft, or right after: PowerOffice's reads lag its writes."""
        was_tried = bool(delivery.page_answer)
        if not was_tried or self.context.clock() < (delivery.drafted_at_utc_s or 0) + UNSEEN_S:
            return error
        try:
            destination = self.context.open_where(delivery, company, venue)
            status = destination.find_status(str(delivery.remote_id), delivery.first_sent_at_utc_s)
        except PosexportError:
            return error
        if status is DraftStatus.GONE:
            return VoucherGone()
        is_closed = status is not DraftStatus.UNPOSTED and not target_of(delivery).is_guarded
        return PageTooLate(error.answer) if is_closed else error

    def _give_up_page(self, held: Claim) -> None:
        """Record that no report can be attached: the voucher was sent by a version that did not store its report's
        data."""
        with self.context.database.writing() as connection:
            given_up, event = PageState.GIVEN_UP, DeliveryEvent(EventKind.PAGE_NOT_KEPT)
            settle_page(
                connection, held, given_up, self.context.now_utc_s, "sent before reports were kept", event=event
            )


def _page_state_after(error: PosexportError, before: PageState) -> PageState:
    """The attachment's state after a failure: final where the draft was posted or deleted; otherwise the next run tries
    again."""
    if isinstance(error, AnswerLost):
        return PageState.UNCERTAIN
    return PageState.GIVEN_UP if isinstance(error, PageTooLate | VoucherGone) else before
