"""posexport report: the settlement report of every voucher of a day, as PDF."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

from posexport.app.review import Reviewer
from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.core.review import Review
from posexport.delivery.vouchers import describe_voucher, read_making
from posexport.store.database import Connection
from posexport.views.json import format_page


def list_pages(workspace: Workspace, venue: Venue, day: date, *, as_now: bool = False) -> list[tuple[str, bytes]]:
    """The settlement reports of a business day's vouchers as (reference, PDF): drafted ones as drafted, others as they
    would be drafted now. Empty where no voucher of the day has lines. `as_now`: those whose sales have changed since
    they were drafted as they would be now instead, beside what was drafted."""
    company, now = workspace.load_setup_of([venue]).company_of(venue), workspace.now_utc_s
    with workspace.database.reading() as connection:
        reviewer = Reviewer(workspace.database, connection, company, venue)
        reviews = [review for review in reviewer.review_days([day], now) if isinstance(review, Review)]
        documents = [(review, _describe(connection, review, now, as_now=as_now)) for review in reviews]
    render = workspace.delivery.render_page
    return [(review.report.reference, render(document)) for review, document in documents if document is not None]


def _describe(connection: Connection, review: Review, now_utc_s: int, *, as_now: bool) -> dict[str, Any] | None:
    """The data of a voucher's report; None where it has none."""
    delivery, report = review.delivery, review.report
    if as_now and review.whole is not None and report.changes:
        whole = replace(review.whole, changes=report.changes, compared_with=report.compared_with)
        made = read_making(connection, report.venue, review.business_day, now_utc_s)
        return format_page(whole, made=made, is_unsent=True)
    if delivery is not None and delivery.is_drafted and delivery.report:
        kept: dict[str, Any] = json.loads(delivery.report)
        return kept
    return describe_voucher(connection, review, now_utc_s) if report.voucher.lines else None
