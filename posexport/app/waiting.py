"""How long vouchers with lost answers are still looked up, for callers that wait or come back: `export --wait` and the
schedule. Times are UTC seconds."""

from __future__ import annotations

from collections.abc import Sequence

from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.core.review import find_believed_at
from posexport.ledgers.registry import find_ledger
from posexport.store.deliveries import read_unanswered
from posexport.store.setups import find_venue_number


def list_looked_for(workspace: Workspace, venues: Sequence[Venue]) -> list[int]:
    """The times (UTC s) until which vouchers of these venues with lost answers are looked up, for targets that would
    take a voucher twice. Times in the past are included."""
    setup = workspace.load_setup_of(venues)
    with workspace.database.reading() as connection:
        return [
            find_believed_at(stage, changed_at, setup.company_of(venue))
            for venue in venues
            for target, stage, changed_at in read_unanswered(connection, find_venue_number(connection, venue))
            if not find_ledger(target).is_guarded
        ]


WAITS_MAX = 24
"""How often a waiting export checks again: two hours of five minutes each."""

_NAP_S = 5.0


def wait_for_looked_for(workspace: Workspace, venues: Sequence[Venue]) -> bool:
    """Wait until the first of these times; False where there is none, or where the program is to stop."""
    now = workspace.now_utc_s
    until = min((at for at in list_looked_for(workspace, venues) if at > now), default=None)
    if until is None:
        return False
    while workspace.clock() < until and not workspace.stopping():
        workspace.delivery.sleep(min(_NAP_S, max(0.1, until - workspace.clock())))
    return not workspace.stopping()
