"""posexport report: the settlement report of every voucher of a day, as PDF."""

from __future__ import annotations

import json
from datetime import date

from posexport.app.review import Reviewer
from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.core.review import Review
from posexport.views.json import format_page


def list_pages(workspace: Workspace, venue: Venue, day: date) -> list[tuple[str, bytes]]:
    """The settlement reports of a business day's vouchers as (reference, PDF): drafted ones as drafted, others as they
    would be drafted now. Empty where no voucher of the day has lines."""
    company = workspace.load_setup_of([venue]).company_of(venue)
    with workspace.database.reading() as connection:
        reviewer = Reviewer(workspace.database, connection, company, venue)
        reviews = list(reviewer.review_days([day], workspace.now_utc_s))
    pages = []
    for review in reviews:
        if not isinstance(review, Review):
            continue
        delivery = review.delivery
        kept = delivery.report if delivery is not None and delivery.is_drafted else ""
        if kept or review.report.voucher.lines:
            document = json.loads(kept) if kept else format_page(review.report)
            pages.append((review.report.reference, workspace.delivery.render_page(document)))
    return pages
