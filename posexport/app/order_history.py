"""What happened to one order: sent, answered, moved, accepted. Reads the store only; the ledger is not asked."""

from __future__ import annotations

from typing import NamedTuple

from posexport.app.history import read_story
from posexport.app.workspace import Workspace
from posexport.core.history import Acceptance, Story, StoryDocument
from posexport.core.order_review import OrderReport
from posexport.errors import UsageError


class OrderHistory(NamedTuple):
    """The history of an order, with the revisions before and after it. `story`: of its business day."""

    story: Story
    documents: tuple[StoryDocument, ...]
    acceptances: tuple[Acceptance, ...]


def read_order_history(workspace: Workspace, shown: OrderReport) -> OrderHistory | None:
    """The history of an order; None where nothing has happened on its day yet."""
    company, venue = shown.company, shown.venue
    try:
        database, now = workspace.database, workspace.now_utc_s
        story = read_story(database, company, venue, shown.business_day, now, with_tickets=False)
    except UsageError:
        return None
    own = shown.list_references()
    documents = tuple(document for document in story.documents if document.reference in own)
    codes = {finding.code for finding in shown.findings}
    return OrderHistory(story, documents, tuple(one for one in story.acceptances if one.code in codes))
