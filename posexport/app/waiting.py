"""How long vouchers are looked for whose answers were lost, for whoever stays or comes back for them: `export --wait`
and the schedule. Times are UTC seconds.
"""

from __future__ import annotations

from collections.abc import Sequence

from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.core.review import find_believed_at
from posexport.ledgers.registry import find_ledger
from posexport.store.deliveries import read_unanswered
from posexport.store.setups import find_venue_number


def list_looked_for(workspace: Workspace, venues: Sequence[Venue]) -> list[int]:
    """Until when (UTC s) vouchers of these venues are looked for that would be taken twice and whose answers were lost;
    what lies behind is among it."""
    setup = workspace.load_setup_of(venues)
    with workspace.database.reading() as connection:
        return [
            find_believed_at(stage, changed_at, setup.company_of(venue))
            for venue in venues
            for target, stage, changed_at in read_unanswered(connection, find_venue_number(connection, venue))
            if not find_ledger(target).is_guarded
        ]


WAITS_MAX = 24
"""How often an export that stays comes back to what it looks for: two hours of five minutes each."""

_NAP_S = 5.0


def wait_for_looked_for(workspace: Workspace, venues: Sequence[Venue]) -> bool:
    """Stay until the first of these venues' vouchers need not be looked for any longer; False where there is none, or
    the program is to stop."""
    now = workspace.now_utc_s
    until = min((at for at in list_looked_for(workspace, venues) if at > now), default=None)
    if until is None:
        return False
    while workspace.clock() < until and not workspace.stopping():
        workspace.delivery.sleep(min(_NAP_S, max(0.1, until - workspace.clock())))
    return not workspace.stopping()
