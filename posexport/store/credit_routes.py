"""The routes of credit tickets: sealed once, with the first voucher or order that is planned with a ticket; changed by
people alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, text

from posexport.core.orders.booking import RouteSeal, SealedRoute
from posexport.core.orders.route import Route
from posexport.store.database import day_number, day_of, list_parameters, read_rows
from posexport.store.days import Days, of_days
from posexport.store.ticket_rows import chunks

_OF_STRETCH = """
    SELECT r.business_day, r.document_key, r.route, r.share, r.moved_at_utc_s,
           (SELECT d.fingerprint FROM delivery d
            WHERE d.venue_id = r.venue_id AND d.document_kind = 'order' AND d.document_key = r.document_key
              AND d.state <> 'replaced'
            ORDER BY d.revision DESC LIMIT 1)
    FROM credit_route r
    WHERE r.venue_id = :venue AND r.business_day BETWEEN :first AND :last
    """


def read_routes(connection: Connection, venue: int, days: Days) -> dict[date, dict[str, SealedRoute]]:
    """The sealed routes of these business days, by day and key."""
    found: dict[date, dict[str, SealedRoute]] = defaultdict(dict)
    for day, key, route, share, moved_at, ordered in read_rows(connection, _OF_STRETCH, of_days(venue, days)):
        found[day_of(day)][key] = SealedRoute(Route(route), share, moved_at is not None, ordered or "")
    return found


_MOVED = """
    SELECT DISTINCT r.business_day FROM credit_route r
    WHERE r.venue_id = :venue AND r.route = 'voucher' AND r.moved_at_utc_s >= :since
    """


def read_days_moved(connection: Connection, venue: int, since_utc_s: int) -> list[date]:
    """The business days of which a sale was moved to the voucher since then, in order."""
    rows = read_rows(connection, _MOVED, {"venue": venue, "since": since_utc_s})
    return sorted(day_of(row[0]) for row in rows)


def read_venues_with_routes(connection: Connection) -> frozenset[str]:
    """The ids of the venues that have sealed routes."""
    return frozenset(row[0] for row in read_rows(connection, _VENUES, {}))


_VENUES = """
    SELECT v.code FROM venue v
    WHERE EXISTS (SELECT 1 FROM credit_route) AND EXISTS (SELECT 1 FROM credit_route r WHERE r.venue_id = v.id)
    """
"""Where nothing is sealed at all, no venue is looked at."""


_SEAL = text(
    """
    INSERT INTO credit_route (venue_id, document_key, business_day, route, share, sealed_at_utc_s, moved_by, why)
    VALUES (:venue_id, :document_key, :business_day, :route, :share, :now, '', '')
    ON CONFLICT (venue_id, document_key) DO NOTHING
    """
)
_KEEP_SHARE = text(
    "UPDATE credit_route SET share = :share WHERE venue_id = :venue_id AND document_key = :document_key "
    "AND route = :route AND share <> :share"
)


def seal_routes(
    connection: Connection,
    venue: int,
    day: date,
    seals: Iterable[RouteSeal],
    now_utc_s: int,
    *,
    leaves_out: bool = False,
) -> bool:
    """Seal the routes of a day's tickets, within the transaction that plans what was made by them. False where one of
    them has another route by now: nothing may be sent by these then.

    `leaves_out`: a voucher is planned that has nothing of what is ordered; from now on that is known of these shares.
    """
    wanted = {seal.key: seal for seal in seals}
    if not wanted or _has_others(connection, venue, day, wanted):
        return not wanted
    of_day = {"venue_id": venue, "business_day": day_number(day), "now": now_utc_s}
    rows = [
        {**of_day, "document_key": seal.key, "route": seal.route.value, "share": seal.share if leaves_out else ""}
        for seal in wanted.values()
    ]
    connection.execute(_SEAL, rows)
    if leaves_out:
        connection.execute(_KEEP_SHARE, rows)
    return not _has_others(connection, venue, day, wanted)


def _has_others(connection: Connection, venue: int, day: date, wanted: Mapping[str, RouteSeal]) -> bool:
    """Whether one of these tickets is sealed with another route. The other tickets of the day are not looked at: each
    order of a day asks this."""
    for some in chunks(sorted(wanted)):
        listed, keys = list_parameters(some)
        rows = read_rows(connection, _OF_KEYS.format(listed=listed), {"venue": venue, "day": day_number(day), **keys})
        if any(Route(route) is not wanted[key].route for key, route in rows):
            return True
    return False


_OF_KEYS = """
    SELECT document_key, route FROM credit_route
    WHERE venue_id = :venue AND business_day = :day AND document_key IN ({listed})
    """


_MOVE = text(
    """
    INSERT INTO credit_route
        (venue_id, document_key, business_day, route, share, sealed_at_utc_s, moved_by, why, moved_at_utc_s)
    VALUES (:venue_id, :document_key, :business_day, :route, '', :now, :who, :why, :now)
    ON CONFLICT (venue_id, document_key) DO UPDATE SET
        route = excluded.route, share = '', moved_by = excluded.moved_by, why = excluded.why,
        moved_at_utc_s = excluded.moved_at_utc_s
    """
)


def move_route(
    connection: Connection, venue: int, day: date, key: str, route: Route, *, who: str, why: str, now_utc_s: int
) -> None:
    """Give a ticket the route that a person chose. The caller has made sure that it is booked nowhere yet."""
    of_ticket = {"venue_id": venue, "document_key": key, "business_day": day_number(day)}
    connection.execute(_MOVE, {**of_ticket, "route": route.value, "who": who, "why": why, "now": now_utc_s})
