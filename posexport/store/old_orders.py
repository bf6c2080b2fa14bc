"""What sent orders say of people, and how long it is kept."""

from __future__ import annotations

import json

from sqlalchemy import Connection, text

from posexport.store.database import read_rows

_OLD = """
    SELECT o.id, o.report FROM delivery o
    JOIN business_day d ON d.venue_id = o.venue_id AND d.business_day = o.business_day
    WHERE o.venue_id = :venue AND o.business_day < :before AND o.document_kind = 'order' AND NOT d.is_open
      AND (o.payload <> '{}' OR EXISTS (SELECT 1 FROM delivery_event e WHERE e.delivery_id = o.id
                                        AND (e.request <> '' OR e.answer <> '')))
    """
_FORGET = text("UPDATE delivery SET payload = '{}', answer = '', report = :report WHERE id = :id")
_FORGET_EVENTS = text("UPDATE delivery_event SET request = '', answer = '' WHERE delivery_id = :id")


def forget_old_orders(connection: Connection, venue: int, before: int) -> int:
    """Delete what orders of done business days before this one (as the store numbers them) say of people: what was sent
    and answered, the customer's name and the buyer's reference. What was sold, for how much, and to which number stays.
    Returns of how many orders."""
    rows = read_rows(connection, _OLD, {"venue": venue, "before": before})
    for id_, report in rows:
        connection.execute(_FORGET, {"id": id_, "report": _without_people(report)})
        connection.execute(_FORGET_EVENTS, {"id": id_})
    return len(rows)


def _without_people(report: str) -> str:
    """An order as it is stored (`core.orders.document`), without names."""
    if not report:
        return report
    told = json.loads(report)
    if told["link"]:
        told["link"][2] = ""
    return json.dumps({**told, "customer_reference": ""}, ensure_ascii=False)
