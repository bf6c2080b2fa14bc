"""Every guard between what goes wrong on the wire and a sale on credit that is ordered twice, booked twice or booked
nowhere, and how it is taken out, so that the simulation of orders can be seen to fail without it.

    python -m tests.whole.order_simulation --without NAME --seeds 100      which seeds notice
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from posexport.app import (
    export_orders,
    order_corrections,
    order_reviews,
    order_standing,
    orders as app_orders,
    review,
    voucher_state,
)
from posexport.app.order_reviews import OrderReviewer
from posexport.app.voucher_state import VoucherState
from posexport.core.orders import booking
from posexport.core.orders.booking import RoutedTicket
from posexport.core.orders.correction import RevisionPlan, choose_revision
from posexport.core.orders.firms import Firms
from posexport.core.orders.state import OrderState
from posexport.core.ports.ledger import Drafted, DraftStatus, Lookup
from posexport.delivery import claims, order_watch, orders as delivery_orders, vouchers
from posexport.delivery.lookup import DocumentFinder
from posexport.errors import PosexportError
from posexport.ledgers.poweroffice import orders as go_orders
from posexport.ledgers.poweroffice.orders import SalesOrders
from posexport.store import ticket_writer
from tests.whole.simulated_guards import Guard, Patch

ORDER_GUARDS: list[Guard] = []


def _guard(
    target: str, mood: str, first: int | None = None, *, unseen: str = ""
) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    def keep(take_out: Callable[[Patch], None]) -> Callable[[Patch], None]:
        name = take_out.__name__.strip("_").replace("_", "-")
        ORDER_GUARDS.append(Guard(name, target, mood, first, take_out, unseen))
        return take_out

    return keep


# Once


@_guard(
    "journal",
    "hurried",
    unseen="the server refuses a second one, which is looked for: both are out in what-was-lost-is-looked-for-by-both",
)
def _what_was_lost_is_looked_for(patch: Patch) -> None:
    patch.setattr(SalesOrders, "find", lambda *_, **__: Lookup())


@_guard(
    "journal",
    "hurried",
    unseen="what was lost is looked for first: both are out in what-was-lost-is-looked-for-by-both",
)
def _a_refused_duplicate_is_looked_for(patch: Patch) -> None:
    patch.setattr(SalesOrders, "_find_anywhere", lambda *_, **__: None)


@_guard("journal", "hurried", first=0)
def _what_was_lost_is_looked_for_by_both(patch: Patch) -> None:
    _what_was_lost_is_looked_for(patch)
    _a_refused_duplicate_is_looked_for(patch)


@_guard("journal", "hurried", first=0)
def _a_reference_is_the_same_each_time(patch: Patch) -> None:
    """The server's own guard is of no use where each request has another one."""
    sent = [0]
    original = SalesOrders.send

    def send(book: SalesOrders, payload: Any, deadline_utc_s: float) -> Drafted:
        sent[0] += 1
        other = {**payload, "ExternalImportReference": f"{payload['ExternalImportReference'][:-4]}{sent[0]:04}"}
        return original(book, other, deadline_utc_s)

    patch.setattr(SalesOrders, "send", send)


@_guard("journal", "side by side", first=11)
def _claims_are_kept(patch: Patch) -> None:
    patch.setattr(claims, "CLAIM_S", -1)


@_guard(
    "journal",
    "put back",
    unseen="no seed tried has another order under the reference: see tests/delivery/test_orders.py",
)
def _what_has_the_reference_is_compared(patch: Patch) -> None:
    patch.setattr(go_orders, "_is_same", lambda *_: True)


@_guard("import", "put back", first=511)
def _other_revisions_of_a_ticket_are_looked_for(patch: Patch) -> None:
    patch.setattr(delivery_orders, "_list_others", lambda _: {})


@_guard("journal", "handled", first=13)
def _an_invoice_is_looked_for_too(patch: Patch) -> None:
    patch.setattr(SalesOrders, "_find_invoice", lambda *_: None)


@_guard("journal", "late", first=0)
def _what_was_given_up_is_looked_for(patch: Patch) -> None:
    patch.setattr(order_watch, "read_lost_orders", lambda *_: [])


@_guard("journal", "late", first=86)
def _of_two_orders_of_a_sale_the_late_one_is_told(patch: Patch) -> None:
    for where in (order_reviews, order_corrections):
        patch.setattr(where, "judge_standing", lambda history, of_day: order_standing.Standing(history.standing))


@_guard("journal", "codes of two firms", first=1)
def _a_link_is_for_the_firm_that_a_ticket_names(patch: Patch) -> None:
    patch.setattr(Firms, "find", lambda firms, code, _: firms.links.get(code))


@_guard("journal", "renamed", first=0)
def _what_another_register_had_before_is_asked_about(patch: Patch) -> None:
    patch.setattr(ticket_writer, "read_again", lambda *_: [])


@_guard("journal", "renamed", first=0)
def _an_order_waits_while_its_ticket_may_be_there_twice(patch: Patch) -> None:
    patch.setattr(OrderReviewer, "_check_doubts", lambda *_: [])


# Never in both, and never in neither


@_guard("journal", "moved", first=29)
def _an_order_waits_while_a_voucher_has_it(patch: Patch) -> None:
    patch.setattr(VoucherState, "may_have", lambda *_: False)


@_guard(
    "ledger",
    "moved",
    unseen="it takes a posted voucher, a move and a lost correction (seed 26 did): see tests/app/test_orders.py",
)
def _an_order_waits_until_the_correction_is_there(patch: Patch) -> None:
    patch.setattr(voucher_state, "_is_settled", lambda _: True)


@_guard(
    "ledger",
    "moved",
    unseen="it takes a voucher refused behind a lost one, and a move (seed 164 did): see tests/app/test_orders.py",
)
def _a_voucher_that_may_have_arrived_counts(patch: Patch) -> None:
    patch.setattr(voucher_state, "_find_sent", lambda history: history.frozen)


@_guard("journal", "moved", first=3)
def _what_is_in_the_ledger_is_not_moved(patch: Patch) -> None:
    patch.setattr(app_orders, "_require_movable", lambda *_: None)
    patch.setattr(app_orders, "require_unknown", lambda *_: None)


@_guard(
    "journal", "moved side by side", unseen="it takes two runs between the same two steps: see tests/app/test_orders.py"
)
def _what_another_run_began_to_send_is_not_moved(patch: Patch) -> None:
    patch.setattr(app_orders, "_require_unchanged", lambda *_: None)


@_guard(
    "journal", "moved side by side", unseen="it takes two runs between the same two steps: see tests/app/test_orders.py"
)
def _a_route_is_sealed_with_what_is_planned_by_it(patch: Patch) -> None:
    patch.setattr(claims, "seal_routes", lambda *_, **__: True)
    patch.setattr(export_orders, "seal_routes", lambda *_, **__: True)


@_guard("journal", "changing", first=4)
def _a_share_is_known_by_its_digest(patch: Patch) -> None:
    patch.setattr(RoutedTicket, "share", property(lambda _: "the same"))


@_guard("journal", "moved", first=0)
def _what_is_ordered_stays_out_of_the_voucher(patch: Patch) -> None:
    patch.setattr(booking, "prove_credit", lambda *_: None)
    original = booking._take_out_of

    def take_out_of(*what: Any) -> Any:
        found = original(*what)
        return type(found)((), found.left_out, found.indivisible)

    patch.setattr(booking, "_take_out_of", take_out_of)


@_guard("journal", "put back to before a move", first=16)
def _the_vouchers_of_a_day_are_asked_for(patch: Patch) -> None:
    patch.setattr(delivery_orders, "find_voucher_doubt", lambda *_: [])


@_guard(
    "import",
    "put back to before a move",
    unseen="it takes a voucher that was never sent here, and an order that was: see tests/app/test_orders_put_back.py",
)
def _the_orders_of_a_voucher_are_asked_for(patch: Patch) -> None:
    patch.setattr(vouchers, "find_ordered_already", lambda *_: [])


@_guard(
    "import",
    "put back to before a move",
    unseen="it takes a copy from before the first voucher, and a second: see tests/app/test_orders_put_back.py",
)
def _other_revisions_of_a_voucher_are_looked_for(patch: Patch) -> None:
    patch.setattr(vouchers, "find_unknown_vouchers", lambda *_: ())


@_guard("journal", "whole", first=7)
def _a_part_payment_follows_its_order(patch: Patch) -> None:
    patch.setattr(review, "find_moved_payments", lambda *_: ())


# Changed


@_guard("journal", "handled", first=5)
def _only_what_is_untouched_is_replaced(patch: Patch) -> None:
    def remove(book: SalesOrders, remote_id: str, _: str, **__: bool) -> DraftStatus:
        with suppress(PosexportError):
            book._session.delete(f"/SalesOrders/{remote_id}")
        return DraftStatus.GONE

    patch.setattr(SalesOrders, "remove_unchanged", remove)
    patch.setattr(order_corrections, "choose_revision", lambda *_, **__: RevisionPlan.REPLACE)


@_guard("journal", "handled", first=5)
def _what_is_not_shown_may_be_invoiced(patch: Patch) -> None:
    original = SalesOrders.remove_unchanged

    def remove(book: SalesOrders, remote_id: str, changed_at: str, **more: Any) -> DraftStatus:
        return original(book, remote_id, changed_at, **more) or DraftStatus.GONE

    patch.setattr(SalesOrders, "remove_unchanged", remove)


@_guard("journal", "handled", first=7)
def _of_what_is_invoiced_the_difference_is_sent(patch: Patch) -> None:
    def choose(state: OrderState, **more: bool) -> RevisionPlan:
        return RevisionPlan.REFUSE if state is OrderState.INVOICED else original(state, **more)

    original = choose_revision
    patch.setattr(order_corrections, "choose_revision", choose)


@_guard(
    "journal",
    "hurried",
    unseen="the slowest request is processed before a person revises: see tests/app/test_orders_and_their_ledger.py",
)
def _an_order_is_not_deleted_while_an_earlier_request_may_come(patch: Patch) -> None:
    patch.setattr(DocumentFinder, "may_come_again", lambda *_: False)
