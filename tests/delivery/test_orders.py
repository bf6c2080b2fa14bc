"""Orders go the way that vouchers go: claimed, sent once, looked up, settled; judged first by what the ledger has."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from posexport.app.resolve import resolve_voucher
from posexport.core.credit_facts import LineText
from posexport.core.delivery import Kind, Stage
from posexport.core.events import DeliveryEvent, EventKind
from posexport.core.finding import Ore
from posexport.core.order_review import OrderReport
from posexport.core.orders.customers import Contact
from posexport.core.orders.document import ORDER, format_lines, format_order, parse_lines, parse_order
from posexport.core.orders.order import Order
from posexport.core.orders.setup import OrderSetup
from posexport.core.orders.state import OrderFacts, OrderState, decide_state
from posexport.delivery.claims import Claims, Outcome, as_read
from posexport.delivery.order_watch import ask_about_orders, watch_orders
from posexport.delivery.orders import check_order, read_anew
from posexport.errors import Exit, UsageError
from posexport.ledgers.registry import find_ledger
from posexport.sandbox.products import Product
from posexport.sandbox.projects import Project
from posexport.store.deliveries import Intent, Slot, plan, read_deliveries, settle
from posexport.store.ledger_listings import keeps_decimals
from posexport.store.order_seen import StoredSeen, read_seen
from posexport.store.setups import find_company_number, find_venue_number
from posexport.texts.describe import fix_of, message_of
from posexport.texts.failures import describe_failure
from posexport.texts.language import LANGS, Lang
from tests.support.harness import FRIDAY, Shop, sale, together
from tests.support.looks import delete_rows, read_rows
from tests.support.order_desk import OrderDesk


def open_desk(shop: Shop, target: str = "journal", company: str = "") -> OrderDesk:
    """A shop with a day's sales."""
    shop.apply(target=target, company=f"{'direct_posting = true' if target == 'ledger' else ''}\n{company}")
    shop.sell(sale(1))
    return OrderDesk(shop)


@pytest.fixture(params=["import", "journal", "ledger"])
def wherever(request: pytest.FixtureRequest, shop: Shop) -> OrderDesk:
    """A shop of each target that takes orders."""
    return open_desk(shop, request.param)


@pytest.fixture
def desk(both: Shop) -> OrderDesk:
    """A shop on each database."""
    return open_desk(both)


_STATES = {"drafted": "sent", "held": "waiting"}


def tell(outcome: Outcome[OrderReport]) -> tuple[str, Exit]:
    """The state of an order after it was to be sent, which is that of its delivery, and who must act."""
    report = outcome.report
    assert report.state_of_order.value == _STATES.get(report.state.value, report.state.value)
    return report.state_of_order.value, outcome.exit_code


def codes(outcome: Outcome[OrderReport]) -> list[str]:
    """What was found about an order."""
    return [finding.code for finding in outcome.report.findings]


def forget(desk: OrderDesk) -> None:
    """A database that knows nothing of what was sent."""
    for table in ("order_seen", "delivery_event", "delivery"):
        delete_rows(desk.shop, table)


# Sent once


def test_an_order_is_sent_and_stored_with_what_the_ledger_says_of_it(wherever: OrderDesk) -> None:
    outcome = wherever.send_one()
    (made,) = wherever.shop.world.orders()
    assert (outcome.report.state.value, outcome.report.remote_id, outcome.exit_code) == ("drafted", made.id, Exit.DONE)
    assert outcome.report.there is not None
    assert (outcome.report.there.order_no, outcome.report.there.total_ore) == (str(made.no), 125_000)
    assert wherever.columns("state", "remote_id", "page_state") == [("drafted", made.id, "")]
    assert read_rows(wherever.shop, "order_seen", "asked_at_utc_s", "is_open") == [(0, True)]
    assert wherever.send_one().report.state.value == "drafted"
    assert wherever.posts() == 1


def test_orders_take_one_request_each_once_the_ledger_was_looked_at(wherever: OrderDesk) -> None:
    wherever.send(wherever.order(number=2000))
    before = len(wherever.calls())
    orders = [wherever.order(number=number) for number in range(2001, 2061)]
    outcomes = wherever.send(*orders)
    assert {outcome.report.state.value for outcome in outcomes} == {"drafted"}
    assert len(wherever.calls()) - before <= 60 * 1.05, "two lists of what tickets have, and one of the day's vouchers"
    assert len(wherever.references()) == 61


def test_of_two_runs_one_sends(desk: OrderDesk) -> None:
    order = desk.order()
    first, second = together(lambda: desk.send_one(order), lambda: desk.send_one(order))
    assert "drafted" in (first.report.state.value, second.report.state.value)
    assert desk.references() == [order.reference]


# Answers that are lost


STEPS = [
    *[(kind, 503, is_there) for kind, is_there in (("lose_answer", True), ("lose_request", False))],
    *[("status_after", status, True) for status in (500, 502, 404, 403)],
    *[("status_before", status, False) for status in (500, 503, 404)],
    ("garbage", 201, True),
]


@pytest.mark.parametrize(("kind", "status", "is_there"), STEPS)
def test_an_order_whose_answer_was_lost_is_there_once(
    wherever: OrderDesk, kind: str, status: int, is_there: bool
) -> None:
    wherever.spoil(kind, status)
    outcome = wherever.send_one()
    assert tell(outcome) == ("uncertain", Exit.WAIT)
    assert len(wherever.references()) == (1 if is_there else 0)
    again = wherever.send_one()
    while again.again:
        again = wherever.send_one()
    assert again.report.state.value == "drafted"
    assert wherever.references() == [wherever.order().reference]
    assert wherever.posts() == (1 if is_there else 2)
    assert wherever.columns("revision", "reference") == [(1, wherever.order().reference)]


def test_an_order_that_came_late_is_there_once(desk: OrderDesk) -> None:
    desk.spoil("late", delay_s=30)
    assert desk.send_one().report.state.value == "uncertain"
    outcome = desk.send_one()
    assert outcome.report.state.value == "drafted", "sent again: the server would refuse the second"
    desk.shop.clock.now_s += 60
    desk.send_one()
    assert desk.references() == [desk.order().reference]


@pytest.mark.parametrize("where", ["/SalesOrders", "/SalesOrders/{id}/Complete"])
@pytest.mark.parametrize("kind", ["lose_answer", "garbage", "status_before"])
def test_a_look_that_fails_leaves_the_order_uncertain_and_sends_nothing(desk: OrderDesk, where: str, kind: str) -> None:
    desk.spoil("lose_answer")
    desk.send_one()
    (made,) = desk.shop.world.orders()
    for _ in range(4):
        desk.spoil(kind, 500, method="GET", path=where.format(id=made.id))
    outcome = desk.send_one()
    assert (outcome.report.state.value, outcome.exit_code, desk.posts()) == ("uncertain", Exit.WAIT, 1)
    desk.shop.faults.clear()
    assert desk.send_one().report.state.value == "drafted"
    assert (desk.references(), desk.posts()) == ([desk.order().reference], 1)


@pytest.mark.parametrize("is_lost_first", [True, False])
@pytest.mark.parametrize("duplicate_status", [400, 409])
def test_an_order_that_a_person_invoiced_while_nobody_knew_of_it_is_found(
    desk: OrderDesk, is_lost_first: bool, duplicate_status: int
) -> None:
    desk.shop.world.duplicate_status = duplicate_status
    order = desk.order()
    if is_lost_first:
        desk.spoil("lose_answer")
    desk.send_one(order)
    (made,) = desk.shop.world.orders()
    desk.shop.clock.now_s += 60
    desk.shop.world.invoice(made.id)
    if not is_lost_first:
        forget(desk)
    outcome = desk.send_one(order)
    assert (outcome.report.state.value, outcome.report.remote_id) == ("drafted", made.id)
    assert desk.references() == [order.reference]


def test_an_order_that_a_person_deleted_while_nobody_knew_of_it_is_sent_again(desk: OrderDesk) -> None:
    """Its reference is free, and nothing says that it was there."""
    desk.spoil("lose_answer")
    desk.send_one()
    (made,) = desk.shop.world.orders()
    desk.shop.world.delete_order(made.id)
    desk.shop.clock.now_s += 5
    assert desk.send_one().report.state.value == "drafted"
    assert len(desk.references()) == 1


@pytest.mark.parametrize("duplicate_status", [400, 409])
def test_another_databases_order_of_other_content_is_named_where_it_is_seen(
    desk: OrderDesk, duplicate_status: int
) -> None:
    desk.shop.world.duplicate_status = duplicate_status
    desk.send_one()
    forget(desk)
    outcome = desk.send_one(desk.order("food@25 900.00 = invoice 900.00"))
    (made,) = desk.shop.world.orders()
    assert tell(outcome) == ("uncertain", Exit.BOOKKEEPER)
    assert [(one.key, one.facts["id"]) for one in outcome.report.findings] == [("draft-differs/order", made.id)]
    assert desk.references() == [desk.order().reference]
    assert desk.columns("state") == [("doubted",)]
    desk.shop.clock.now_s += 5
    outcome = desk.send_one(desk.order("food@25 900.00 = invoice 900.00"))
    assert tell(outcome) == ("uncertain", Exit.BOOKKEEPER)
    assert desk.references() == [desk.order().reference]


def test_an_order_edited_while_nobody_knew_of_it_is_left_to_a_person(desk: OrderDesk) -> None:
    desk.spoil("lose_answer")
    desk.send_one()
    (made,) = desk.shop.world.orders()
    desk.shop.world.edit_order(made.id, 1, unit_price=Decimal(900))
    desk.shop.clock.now_s += 5
    for _ in range(2):
        outcome = desk.send_one()
        assert tell(outcome) == ("uncertain", Exit.BOOKKEEPER)
    assert (desk.posts(), desk.states()) == (1, ["doubted"])


def test_a_ticket_that_changed_while_its_order_was_uncertain_is_not_sent_before_that_is_known(desk: OrderDesk) -> None:
    desk.spoil("lose_request")
    desk.send_one()
    changed = desk.order("food@25 900.00 = invoice 900.00")
    assert desk.send_one(changed).report.state.value == "uncertain"
    assert desk.posts() == 1
    desk.shop.clock.now_s += 3_600
    assert desk.send_one(changed).report.state.value == "drafted"
    assert [order.total_ore for order in desk.shop.world.orders()] == [90_000]


def test_a_refusal_about_the_reference_is_never_believed_while_the_order_is_not_seen(desk: OrderDesk) -> None:
    """Reads may hide for a while what was taken: were the second refusal believed, nobody would look for it again."""
    body = '{"title": "Conflict", "detail": "ExternalImportReference er i bruk", "status": 400}'
    for _ in range(2):
        desk.spoil("answer_before", 400, body=body)
    for _ in range(2):
        assert desk.send_one().report.state.value == "uncertain"
    assert desk.posts() == 2
    assert desk.send_one().report.state.value == "drafted"
    assert len(desk.references()) == 1


def test_a_refusal_says_gos_own_words(desk: OrderDesk) -> None:
    desk.spoil("refuse", 400)
    outcome = desk.send_one()
    assert tell(outcome) == ("refused", Exit.INTEGRATOR)
    assert "A fault was ordered." in outcome.report.answer


def test_a_throttle_that_lasts_leaves_it_for_the_next_run_and_never_doubles_it(desk: OrderDesk) -> None:
    for _ in range(4):
        desk.spoil("status_before", 429)
    outcome = desk.send_one()
    assert tell(outcome) == ("uncertain", Exit.WAIT)
    desk.shop.faults.clear()
    assert desk.send_one().report.state.value == "drafted"
    assert len(desk.references()) == 1


# What the ledger has against it


@pytest.mark.parametrize(
    ("product", "code"),
    [
        ("FINNES-IKKE", "order-product-missing"),
        ("SELSKAP", "order-product-inactive"),
        ("KAFFE", "order-product-no-account"),
        ("TAKE15", "order-product-vat"),
    ],
)
def test_a_product_that_cannot_be_invoiced_like_that_holds_the_order(
    wherever: OrderDesk, product: str, code: str
) -> None:
    order = wherever.order()
    lines = tuple(line._replace(product=product) if line.product else line for line in order.lines)
    outcome = wherever.send_one(replace(order, lines=lines))
    assert (outcome.report.state.value, outcome.exit_code, codes(outcome)) == ("held", Exit.BOOKKEEPER, [code])
    assert wherever.posts() == 0
    with wherever.shop.open() as workspace:
        (kept,) = wherever.review(workspace, order).remembered
    assert (type(kept.facts["amount"]), kept.facts) == (Ore, outcome.report.findings[0].facts)
    assert wherever.send_one(order).report.state.value == "drafted"


def test_a_product_that_was_mended_in_go_is_read_anew_before_the_order_is_called_wrong(desk: OrderDesk) -> None:
    desk.send_one(desk.order(number=2000))
    desk.shop.world.change_product("SERV25", active=False)
    with desk.shop.open() as workspace:
        catalog = workspace.delivery.catalogs.find_kept(workspace.load_setup().companies[0])
        assert catalog is not None
        assert not catalog.products["SERV25"].is_archived, "a week old or less will do"
    desk.shop.clock.now_s += 8 * 86_400
    assert desk.send_one().report.state.value == "held"
    desk.shop.world.change_product("SERV25", active=True)
    desk.shop.clock.now_s += 5
    assert desk.send_one().report.state.value == "drafted"


def test_products_are_listed_again_after_a_week(desk: OrderDesk) -> None:
    desk.send_one(desk.order(number=2000))
    desk.shop.world.set_product(Product("SERV25", "Servering", 3030, 3250))
    desk.shop.clock.now_s += 6 * 86_400
    listed = [call for call in desk.calls() if call[1].endswith("/Products")]
    desk.send_one(desk.order(number=2001))
    assert [call for call in desk.calls() if call[1].endswith("/Products")] == listed
    desk.shop.clock.now_s += 2 * 86_400
    sent, outcome = desk.posts(), desk.send_one(desk.order(number=2002))
    assert (outcome.report.state.value, codes(outcome)) == ("held", ["order-product-vat"])
    assert desk.posts() == sent, "it is known before Go is asked to invoice with the wrong tax"


def test_products_are_read_anew_where_what_was_last_read_holds_an_order(desk: OrderDesk) -> None:
    desk.shop.world.change_product("SERV25", active=False)
    desk.shop.clock.now_s += 5
    held = desk.send_one().report
    assert held.state.value == "held"
    desk.shop.world.change_product("SERV25", active=True)
    desk.shop.clock.now_s += 3_600
    with desk.shop.open() as workspace:
        context, before = workspace.delivery, len(desk.calls())
        assert read_anew(context, [held, held])
        catalog = context.catalogs.find_kept(held.company)
        assert catalog is not None
        assert check_order(replace(held, findings=()), catalog) == ()
        asked = len(desk.calls()) - before
        assert not read_anew(context, [held]), "it was read just now"
        assert not read_anew(context, [replace(held, findings=())])
        assert len(desk.calls()) - before == asked


def test_what_cannot_be_read_anew_holds_the_order_as_before(desk: OrderDesk) -> None:
    desk.shop.world.change_product("SERV25", active=False)
    desk.shop.clock.now_s += 5
    held = desk.send_one().report
    assert held.state.value == "held"
    desk.shop.clock.now_s += 3_600
    desk.shop.world.is_down = True
    with desk.shop.open() as workspace:
        assert not read_anew(workspace.delivery, [held])


@pytest.mark.parametrize("is_known", [True, False])
def test_a_customer_that_takes_no_order_holds_it(desk: OrderDesk, is_known: bool) -> None:
    desk.customer = 10105
    if not is_known:
        desk.linked = lambda _: None
    outcome = desk.send_one()
    assert (outcome.report.state.value, codes(outcome)) == ("held", ["order-customer-inactive"])
    assert desk.posts() == (1 if is_known else 0), "as it was last read it was active, and Go says no"


def test_a_customer_that_is_active_again_is_read_anew_before_the_order_is_called_wrong(desk: OrderDesk) -> None:
    known = desk.linked
    desk.linked = lambda link: (known(link) or pytest.fail("a customer"))._replace(is_active=False)
    assert desk.send_one().report.state.value == "drafted"


def test_a_project_that_go_does_not_have_holds_the_order(desk: OrderDesk) -> None:
    outcome = desk.send_one(desk.order(facts={"project": "P-9"}))
    assert (outcome.report.state.value, codes(outcome)) == ("held", ["order-project-unknown"])
    assert not [call for call in desk.calls() if call == ("POST", "/Projects")]


def test_a_project_that_is_there_is_asked_about_once(desk: OrderDesk) -> None:
    desk.shop.world.set_project(Project("P-1", "Sommerfest"))
    orders = [desk.order(number=number, facts={"project": "P-1"}) for number in (2000, 2001, 2002)]
    outcomes = desk.send(*orders)
    assert {outcome.report.state.value for outcome in outcomes} == {"drafted"}
    assert desk.calls().count(("GET", "/Projects")) == 1


def test_a_project_is_made_only_where_the_setup_says_so(desk: OrderDesk) -> None:
    desk.rules = OrderSetup(is_on=True, projects_created=True)
    outcomes = desk.send(*(desk.order(number=number, facts={"project": "P-9"}) for number in (2000, 2001)))
    assert {outcome.report.state.value for outcome in outcomes} == {"drafted"}
    assert [project.code for project in desk.shop.world.projects()] == ["P-9"]


@pytest.mark.parametrize("kind", ["lose_answer", "lose_request", "status_after", "garbage"])
def test_a_project_whose_answer_was_lost_is_made_once(desk: OrderDesk, kind: str) -> None:
    desk.rules = OrderSetup(is_on=True, projects_created=True)
    desk.spoil(kind, path="/Projects")
    order = desk.order(facts={"project": "P-9"})
    outcome = desk.send_one(order)
    assert (outcome.report.state.value, outcome.exit_code, desk.posts()) == ("unreachable", Exit.WAIT, 0)
    desk.shop.clock.now_s += 5
    assert desk.send_one(order).report.state.value == "drafted"
    assert len(desk.shop.world.projects()) == 1


@pytest.mark.parametrize("status", ["Archived", "Complete"])
def test_a_closed_project_holds_the_order(desk: OrderDesk, status: str) -> None:
    desk.rules = OrderSetup(is_on=True, projects_created=True)
    desk.shop.world.set_project(Project("P-1", "Sommerfest", status))
    outcome = desk.send_one(desk.order(facts={"project": "P-1"}))
    assert (outcome.report.state.value, codes(outcome)) == ("held", ["order-project-unknown"])


def test_a_target_without_orders_says_so(shop: Shop) -> None:
    desk = open_desk(shop, "file")
    outcome = desk.send_one()
    assert tell(outcome) == ("unreachable", Exit.OPERATOR)
    assert 'Target "file" of company fjordmat takes no orders.' in outcome.report.answer
    assert not find_ledger("file").takes_orders


def test_an_import_queue_without_a_subscription_key_sends_vouchers_and_no_orders(shop: Shop) -> None:
    desk = open_desk(shop, "import")
    path = shop.folder / "setup.toml"
    shop.apply(path.read_text().replace('subscription_key = "env:PO_SUB"\n', ""))
    outcome = desk.send_one()
    assert outcome.exit_code is Exit.OPERATOR
    assert "has no subscription_key in the setup" in outcome.report.answer
    assert [report.state.value for report in shop.export().report.vouchers] == ["drafted"]


# What it comes to there


def test_a_go_that_reckons_another_total_is_told_and_the_order_stays_sent(desk: OrderDesk) -> None:
    desk.shop.world.price_decimals = 2
    order = desk.order("food@15 105.00 = invoice 105.00", facts={"line_texts": (LineText("Burger", "3"),)})
    outcome = desk.send_one(order)
    assert tell(outcome) == ("sent", Exit.BOOKKEEPER)
    assert codes(outcome) == ["order-total-differs"]
    assert outcome.report.findings[0].business_day == FRIDAY
    with desk.shop.open() as workspace, workspace.database.reading() as connection:
        assert not keeps_decimals(connection, find_company_number(connection, "fjordmat"))


def test_a_go_that_keeps_decimals_is_remembered_as_one(desk: OrderDesk) -> None:
    order = desk.order("food@15 105.00 = invoice 105.00", facts={"line_texts": (LineText("Burger", "3"),)})
    assert codes(desk.send_one(order)) == []
    with desk.shop.open() as workspace, workspace.database.reading() as connection:
        assert keeps_decimals(connection, find_company_number(connection, "fjordmat"))


# What becomes of it


def ask(desk: OrderDesk, age_s: int = 0) -> int:
    """Ask what became of the shop's orders."""
    with desk.shop.open() as workspace:
        setup = workspace.load_setup()
        return ask_about_orders(workspace.delivery, setup.companies[0], setup.venues[0], age_s=age_s)


def known(desk: OrderDesk) -> StoredSeen:
    """What is known of the only order."""
    with desk.shop.open() as workspace, workspace.database.reading() as connection:
        number = find_venue_number(connection, workspace.load_setup().venues[0])
        (seen,) = read_seen(connection, number, FRIDAY, FRIDAY).values()
        return seen


def state(desk: OrderDesk) -> OrderState:
    """The state of the only order."""
    return decide_state(OrderFacts(is_day_closed=True, stage=Stage.DRAFTED, seen=known(desk).seen))


def test_what_became_of_an_order_is_asked_and_kept(desk: OrderDesk) -> None:
    desk.send_one()
    (made,) = desk.shop.world.orders()
    assert (state(desk), known(desk).order_no) == (OrderState.SENT, str(made.no))
    assert ask(desk) == 0, "reads lag writes"
    desk.shop.clock.now_s += 60
    assert ask(desk) == 1
    assert state(desk) is OrderState.SENT
    assert ask(desk, age_s=900) == 0, "asked just now"
    invoice = desk.shop.world.invoice(made.id)
    desk.shop.clock.now_s += 900
    assert ask(desk, age_s=900) == 1
    assert state(desk) is OrderState.INVOICED
    told = known(desk)
    assert told.invoice is not None
    assert (told.invoice.number, told.order_no) == (str(invoice.no), str(made.no))
    desk.shop.world.pay(made.id)
    desk.shop.clock.now_s += 60
    assert ask(desk) == 1
    assert ask(desk) == 0, "it is at an end"


def test_an_order_that_is_gone_is_believed_when_it_is_not_seen_for_longer_than_reads_lag(desk: OrderDesk) -> None:
    desk.send_one()
    (made,) = desk.shop.world.orders()
    desk.shop.world.delete_order(made.id)
    desk.shop.clock.now_s += 60
    ask(desk)
    assert state(desk) is OrderState.SENT
    desk.shop.clock.now_s += 900
    ask(desk)
    assert state(desk) is OrderState.GONE
    assert ask(desk) == 1, "it may come back by a person's hand"


def test_a_venue_that_cannot_be_asked_is_left_to_the_next_time(desk: OrderDesk) -> None:
    desk.send_one()
    desk.shop.clock.now_s += 60
    for _ in range(4):
        desk.spoil("status_before", 503, method="GET", path="/SalesOrders")
    with desk.shop.open() as workspace:
        setup = workspace.load_setup()
        watch_orders(workspace.delivery, setup, setup.venues)
        watch_orders(workspace.delivery, setup, setup.venues, lambda: True)
    assert known(desk).asked_at_utc_s == 0


# What people read of it


def words_of(outcome: Outcome[OrderReport]) -> dict[Lang, str]:
    """Answer and findings of an order, in each language; never of a voucher."""
    report = outcome.report
    told = {
        lang: " ".join(
            [
                describe_failure(report.answer, lang).text,
                *(f"{message_of(found, lang)} {fix_of(found, lang)}" for found in report.findings),
            ]
        )
        for lang in LANGS
    }
    assert not re.search(r"bilag|voucher", " ".join(told.values()), re.IGNORECASE), told
    return told


def test_a_lost_answer_is_told_of_an_order_as_of_an_order(wherever: OrderDesk) -> None:
    wherever.spoil("lose_answer")
    outcome = wherever.send_one()
    words = words_of(outcome)
    assert "It may have received the order: the next run looks for it there" in words["en"]
    assert "Det kan være at ordren kom fram: neste kjøring ser etter der" in words["nb"]
    wherever.spoil("status_before", 503, method="GET", path="/SalesOrders")
    wherever.spoil("status_before", 503, method="GET", path="/SalesOrders")
    wherever.shop.clock.now_s += 600
    words_of(wherever.send_one())
    kept = [row[0] for row in read_rows(wherever.shop, "delivery_event", "facts") if "gave no usable answer" in row[0]]
    assert kept
    assert all("received the order" in told for told in kept)


def test_an_order_that_another_run_sends_is_told_of_as_an_order(desk: OrderDesk) -> None:
    desk.spoil("lose_request")
    desk.send_one()
    with desk.shop.open() as workspace:
        delivery = desk.review(workspace, desk.order()).delivery
        assert delivery is not None
        assert Claims(workspace.delivery).take(delivery) is not None
    words = words_of(desk.send_one())
    assert "another run is sending this order right now" in words["en"]
    assert "en annen kjøring sender ordren akkurat nå" in words["nb"]


def test_an_order_whose_answer_is_never_usable_is_told_of_as_an_order(desk: OrderDesk) -> None:
    for _ in range(2):
        desk.spoil("status_before", 404)
        outcome = desk.send_one()
        desk.shop.clock.now_s += 3_600
    assert outcome.report.state.value == "refused"
    words = words_of(outcome)
    assert "It answered the same before, and the order is not there." in words["en"]
    assert "Svaret var det samme sist, og ordren er ikke der." in words["nb"]


def test_an_order_that_is_there_with_other_lines_is_told_of_as_an_order_with_what_resolves_it(desk: OrderDesk) -> None:
    desk.spoil("lose_answer")
    desk.send_one()
    (made,) = desk.shop.world.orders()
    desk.shop.world.edit_order(made.id, 1, unit_price=Decimal(900))
    desk.shop.clock.now_s += 5
    words = words_of(desk.send_one())
    assert f"posexport orders resolve {made.reference} --there {made.id}" in words["en"]
    assert "ligger det allerede en ordre" in words["nb"]


def test_what_a_person_says_of_an_order_is_answered_about_an_order(desk: OrderDesk) -> None:
    desk.spoil("lose_answer")
    desk.send_one()
    (made,) = desk.shop.world.orders()
    desk.shop.clock.now_s += 600
    with desk.shop.open() as workspace:
        (venue,) = desk.shop.venues(workspace)
        with pytest.raises(UsageError, match="If that is right: --there "):
            resolve_voucher(workspace, venue, FRIDAY, None, made.reference)
        with pytest.raises(UsageError, match="has no order 4711 of this venue"):
            resolve_voucher(workspace, venue, FRIDAY, "4711", made.reference)
        resolve_voucher(workspace, venue, FRIDAY, made.id, made.reference)
        with pytest.raises(UsageError, match=r"has no order .* to resolve.* Look at it with posexport orders"):
            resolve_voucher(workspace, venue, FRIDAY, made.id, made.reference)


# Replaced by another


def begin_replacing(desk: OrderDesk, changed: Order) -> None:
    """Plan the next revision of an order, as a person's word does."""
    with desk.shop.open() as workspace:
        review = desk.review(workspace, changed)
        (before,) = review.history.standing
        with workspace.database.writing() as connection:
            number = find_venue_number(connection, review.report.venue)
            intent = Intent(replace(review.document), "journal", review.file_id)
            slot = Slot(number, FRIDAY, Kind.WHOLE)
            assert plan(connection, slot, intent, Stage.READY, workspace.now_utc_s)
            assert settle(connection, as_read(before), DeliveryEvent(EventKind.REMOVING), workspace.now_utc_s)


def test_a_revision_takes_an_untouched_order_back(desk: OrderDesk) -> None:
    desk.send_one()
    desk.shop.clock.now_s += 60
    changed = desk.order("food@25 900.00 = invoice 900.00", revision=2)
    begin_replacing(desk, changed)
    assert desk.send_one(changed).again
    assert desk.send_one(changed).report.state.value == "drafted"
    assert desk.references() == [changed.reference]
    assert desk.columns("revision", "state") == [(1, "replaced"), (2, "drafted")]


@pytest.mark.parametrize("what", ["edited", "confirmed", "invoiced"])
def test_an_order_that_a_person_has_touched_meanwhile_stays(desk: OrderDesk, what: str) -> None:
    first = desk.order()
    desk.send_one(first)
    (made,) = desk.shop.world.orders()
    desk.shop.clock.now_s += 60
    changed = desk.order("food@25 900.00 = invoice 900.00", revision=2)
    begin_replacing(desk, changed)
    if what == "edited":
        desk.shop.world.edit_order(made.id, 0, description="Middag for ti")
    elif what == "confirmed":
        desk.shop.world.confirm_order(made.id)
    else:
        desk.shop.world.invoice(made.id)
    desk.shop.clock.now_s += 5
    assert desk.send_one(changed).again
    assert desk.references() == [first.reference]
    then = ("ready", "adjustment") if what == "invoiced" else ("replaced", "whole")
    assert desk.columns("revision", "state", "kind") == [(1, "drafted", "whole"), (2, *then)]


# As it is stored


def test_an_order_comes_back_from_its_delivery_as_it_was(desk: OrderDesk) -> None:
    order = desk.order(
        "food@15 105.00, food@25 200.00, tip 20.00 = cash 25.00, invoice 300.00",
        facts={"line_texts": (LineText("Burger", "3"), LineText("Vin", "0.75", unit="l")), "purchase_order": "45"},
        contact=Contact(name="Kari Moe", elsewhere=("10402", "10410")),
    )
    desk.send_one(order)
    with desk.shop.open() as workspace, workspace.database.reading() as connection:
        number = find_venue_number(connection, workspace.load_setup().venues[0])
        (delivery,) = read_deliveries(connection, number, FRIDAY, FRIDAY, ORDER)
    assert delivery.lines == order.lines
    assert parse_lines(format_lines(order.lines)) == order.lines
    told = format_order(order)
    assert parse_order(told, delivery.lines) == order
    del told["contact_elsewhere"]
    assert parse_order(told, delivery.lines) == replace(order, contact_elsewhere=()), "as it was stored before"
    assert order.fingerprint == replace(order, contact_elsewhere=()).fingerprint
    assert delivery.fingerprint == order.fingerprint
