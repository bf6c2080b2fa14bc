"""What became of orders that were sent: asked of the ledger where their state is shown, and each night, many in a
request. Nothing is sent from here, and no delivery changes its stage. Times are UTC seconds.

One client key is asked once for all orders that were sent with it, whatever the target of the vouchers was meanwhile:
one list of orders, and one of invoices where some are no orders any more. No two venues have the same client key
(`errors.ClientKeyShared`), and a list of an integration's own orders is not known to have those of another key: so each
venue is asked by its own.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from types import MappingProxyType

from posexport.core.company import Company, Setup, Venue
from posexport.core.orders.book import AskedOrder, SeenOrder
from posexport.core.orders.carried import divide_seen
from posexport.core.orders.document import parse_order
from posexport.core.orders.state import Invoice
from posexport.delivery.context import DeliveryContext
from posexport.delivery.late_orders import LOOKED_FOR_S, note_late_order
from posexport.delivery.lookup import REPLICA_LAG_S
from posexport.delivery.orders import open_order_book
from posexport.errors import PosexportError
from posexport.ledgers.registry import find_ledger
from posexport.store.deliveries import read_delivery, read_venues_with_others
from posexport.store.order_seen import (
    DueOrder,
    StoredSeen,
    read_due_orders,
    read_lost_orders,
    read_round,
    read_seen_of,
    read_sent_orders,
    save_seen,
)
from posexport.store.setups import find_venue_number

_log = logging.getLogger("posexport.orders")

ASK_EVERY_S = 900
"""How long (s) what the ledger said of an order is shown before it is asked again."""


def watch_orders(
    context: DeliveryContext,
    setup: Setup,
    venues: Sequence[Venue],
    stopping: Callable[[], bool] = lambda: False,
    *,
    age_s: int = ASK_EVERY_S,
    also: Mapping[str, Sequence[AskedOrder]] = MappingProxyType({}),
) -> dict[str, Mapping[str, SeenOrder]]:
    """Ask about these venues' orders that are not at an end, and were not asked about for so long. A venue that cannot
    be asked is left to the next time. `also`: by venue id, references to look for in the same lists, whoever sent them;
    returned is what there is of them in the venues that could be asked."""
    with context.database.reading() as connection:
        with_orders = read_venues_with_others(connection)
    found: dict[str, Mapping[str, SeenOrder]] = {}
    for venue in venues:
        others = also.get(venue.id, ())
        if venue.id not in with_orders and not others:
            continue
        if stopping():
            break
        try:
            seen = dict[str, SeenOrder]()
            ask_about_orders(context, setup.company_of(venue), venue, age_s=age_s, also=others, seen=seen)
            found |= {venue.id: seen} if others else {}
        except PosexportError as error:
            _log.warning("%s: what became of its orders could not be asked: %s", venue.id, error)
    return found


def ask_about_orders(
    context: DeliveryContext,
    company: Company,
    venue: Venue,
    *,
    age_s: int = 0,
    references: Collection[str] | None = None,
    delivery_ids: Collection[int] | None = None,
    lag_s: int = REPLICA_LAG_S,
    also: Sequence[AskedOrder] = (),
    seen: dict[str, SeenOrder] | None = None,
) -> int:
    """Ask about a venue's orders that are not at an end, and were not asked about for so long; only about these
    references where they are given. Those that were given up are looked for in the same list. `delivery_ids`: instead,
    those sent by these deliveries, at an end or not, and with all credit notes for their invoices. `lag_s`: 0 where
    what is asked about was seen there already. `also`: orders by references that are not known to be ours, looked for
    in the same lists; what there is of them is put into `seen`. Returns how many were asked about. Raises what a
    `Destination` raises."""
    now = context.now_utc_s
    with context.database.reading() as connection:
        number = find_venue_number(connection, venue)
        last = read_round(connection, number, REPLICA_LAG_S)
        if delivery_ids is not None:
            due = read_sent_orders(connection, delivery_ids, now - age_s, now - lag_s, last)
        else:
            due = read_due_orders(connection, number, now - age_s, now - lag_s, last)
            due += read_lost_orders(connection, number, now - age_s, now - lag_s, now - LOOKED_FOR_S)
        is_round = delivery_ids is None and references is None and last.at_utc_s <= now - age_s
        due = [one for one in due if references is None or one.reference in references]
        carriers = {one.known.carried_by for one in due} - {0, *(one.delivery_id for one in due)}
        due = [one for one in due if not one.known.carried_by]
        due += read_sent_orders(connection, carriers, now - age_s, now - lag_s, last)
    for target, orders in _by_system(due, company.target) if due else [(company.target, [])] if also else ():
        asked, others = replace(company, target=target), also if target == company.target else ()
        there = _ask(context, asked, venue, orders, others, with_credits=delivery_ids is not None, is_round=is_round)
        if seen is not None:
            seen |= there
    if is_round:
        _note_round(context, due, now)
    return len(due)


def _note_round(context: DeliveryContext, due: Sequence[DueOrder], now_utc_s: int) -> None:
    """Store with one order that all of its venue's were asked about: of a thousand that wait to be invoiced a row
    changes each time, and the status of their days stays as it was worked out."""
    newest_first = sorted((one.delivery_id for one in due if one.remote_id), reverse=True)
    if not newest_first:
        return
    with context.database.writing(durable=False) as connection:
        for id_ in newest_first:
            known = read_seen_of(connection, id_)
            if known.is_open:
                save_seen(connection, {id_: replace(known, asked_at_utc_s=now_utc_s, is_of_round=True)})
                return


def _by_system(due: Iterable[DueOrder], present: str) -> Iterator[tuple[str, list[DueOrder]]]:
    """The orders by the accounting system that has them, each with a target by which that is asked: the `present` one
    where it takes orders there."""

    def name_system(target: str) -> str:
        kind = find_ledger(target)
        return kind.system if kind.takes_orders else ""

    ordered = sorted(due, key=lambda one: (name_system(one.target), one.target))
    for system, found in groupby(ordered, key=lambda one: name_system(one.target)):
        orders = list(found)
        yield present if system and name_system(present) == system else orders[0].target, orders


def _ask(
    context: DeliveryContext,
    company: Company,
    venue: Venue,
    orders: Sequence[DueOrder],
    also: Sequence[AskedOrder],
    *,
    with_credits: bool,
    is_round: bool,
) -> dict[str, SeenOrder]:
    """Ask about orders of one system, and store what is seen of them; in a round only what is new. Returns what there
    is `also`, by its references. May raise what a `Destination` raises."""
    book = open_order_book(context.open_ledger(company, venue), company)
    totals = _read_totals(context, orders)
    asked = [
        AskedOrder(
            one.remote_id,
            one.reference,
            one.first_sent_at_utc_s,
            was_missing=one.known.seen.is_gone,
            total_ore=_add_carried(one, one.known.sent.total_ore if one.known.sent else totals[one.delivery_id]),
            invoice=_with_carried(one),
            with_credits=with_credits,
        )
        for one in orders
    ]
    found, now = book.read_seen([*asked, *also]), context.now_utc_s
    seen = [(one, found[key.key]) for one, key in zip(orders, asked, strict=True)]
    with context.database.writing(durable=False) as connection:
        known: dict[int, StoredSeen] = {}
        before: dict[int, StoredSeen] = {}
        for one, there in seen:
            if one.remote_id:
                own, parts = divide_seen(there, one.known.carries)
                before[one.delivery_id] = one.known
                known[one.delivery_id] = one.known.ask(own, now)
                for carried, part in zip(one.known.carries, parts, strict=True):
                    before[carried.delivery_id] = read_seen_of(connection, carried.delivery_id)
                    known[carried.delivery_id] = before[carried.delivery_id].ask(part, now)
        not_there = {one.delivery_id: StoredSeen(asked_at_utc_s=now) for one, _ in seen if not one.remote_id}
        new = {id_: one for id_, one in known.items() if not is_round or one.is_news_to(before[id_])}
        save_seen(connection, new | not_there)
    for one, there in seen:
        if not one.remote_id and there != SeenOrder():
            note_late_order(context, book, one, there)
    return {one.reference: found[one.key] for one in also if found[one.key] != SeenOrder()}


def _add_carried(order: DueOrder, total_ore: int | None) -> int | None:
    """What an order came to when it was sent, with those that it has in the ledger since."""
    return None if total_ore is None else total_ore + sum(one.total_ore for one in order.known.carries)


def _with_carried(order: DueOrder) -> Invoice | None:
    """Its invoice as the ledger showed it, with those of the others that it has."""
    invoice = order.known.invoice
    return invoice and invoice._replace(total_ore=_add_carried(order, invoice.total_ore) or 0)


def _read_totals(context: DeliveryContext, orders: Iterable[DueOrder]) -> dict[int, int]:
    """What orders come to by what is stored of them, where the ledger did not say so when they were sent, by the ids of
    their deliveries."""
    untold = [one.delivery_id for one in orders if one.known.sent is None]
    if not untold:
        return {}
    with context.database.reading() as connection:
        stored = [read_delivery(connection, id_) for id_ in untold]
    return {one.id: parse_order(json.loads(one.report), one.lines).total_ore for one in stored}
