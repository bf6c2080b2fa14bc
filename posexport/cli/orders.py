"""posexport orders: credit sales as orders in PowerOffice Go."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from posexport.cli.options import (
    Group,
    console,
    example,
    find_day,
    find_period,
    find_venues,
    leave,
    print_json,
    with_json,
    with_lang,
    with_period,
    with_venues,
    working,
    write_file,
)
from posexport.errors import Exit

if TYPE_CHECKING:
    from collections.abc import Callable

    from posexport.app.orders import OrderFilter
    from posexport.app.workspace import Workspace
    from posexport.core.company import Venue
    from posexport.core.order_review import OrderReport
    from posexport.texts.language import Lang

STATES = (
    *("open", "waiting", "ready", "uncertain", "refused", "unreachable", "sent", "invoiced", "credited", "gone"),
    *("moved", "left-out"),
)
"""The states of orders, as `core.orders.state.OrderState` has them; named here so that nothing heavy is imported."""


def with_choice(command: Callable[..., None]) -> Callable[..., None]:
    """The options that choose orders."""
    for option in (
        with_venues,
        with_period,
        click.option("--customer", metavar="CODE", help="Only this customer's, by the register's code."),
        _with_ticket,
        with_register,
    ):
        command = option(command)
    return command


_with_ticket = click.option("--ticket", metavar="NUMBER", help="Only this ticket's.")

with_register = click.option(
    "--register", metavar="REGISTER", help="Only this register's: where several have the ticket's number."
)


def with_order(command: Callable[..., None]) -> Callable[..., None]:
    """The options that name an order by its ticket, in place of its reference."""
    return click.option("--ticket", metavar="NUMBER", help=_TICKET_HELP)(with_register(command))


_TICKET_HELP = "The order of this ticket, in place of REFERENCE."


def _find_reference(workspace: Workspace, reference: str | None, ticket: str | None, register: str | None) -> str:
    """The reference that was typed, or that of the ticket's order."""
    from posexport.app.orders import find_reference

    if reference is not None and ticket is register is None:
        return reference
    if reference is not None or ticket is None:
        raise click.UsageError("Say either the order's REFERENCE, or --ticket NUMBER, with --register where needed.")
    return find_reference(workspace, ticket, register)


def _find_to_look_at(workspace: Workspace, ids: tuple[str, ...]) -> list[Venue]:
    """The venues with these ids; without any, all there are and were: what was sold on account at one that was removed
    from the setup is owed all the same."""
    every = [] if ids else workspace.list_with_removed()
    return every or find_venues(workspace, ids, to_look_at=True)


def with_listing(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a list of orders."""
    state = click.option("--state", "states", multiple=True, type=click.Choice(STATES), help=_STATE_HELP)
    return with_choice(state(with_json(with_lang(command))))


_STATE_HELP = "Only this state; may be repeated."


@click.group(
    cls=Group,
    invoke_without_command=True,
    short_help="Credit sales as orders: where each stands.",
    epilog=example("posexport orders", "posexport orders list --state waiting", "posexport orders send"),
)
@with_listing
@click.pass_context
def orders(ctx: click.Context, /, **chosen: Any) -> None:
    """List the orders made of credit sales: whether each is in PowerOffice Go, what it waits for, what became of it."""
    if ctx.invoked_subcommand is None:
        _list(ctx, **chosen)


@orders.command("list", epilog=example("posexport orders list --state waiting", "posexport orders list --json"))
@with_listing
@click.pass_context
def orders_list(ctx: click.Context, /, **chosen: Any) -> None:
    """List the orders, as posexport orders alone does."""
    _list(ctx, **chosen)


def _list(ctx: click.Context, venues: tuple[str, ...], as_json: bool, lang: Lang, **chosen: Any) -> None:
    from posexport.app.export_orders import judge_order
    from posexport.app.orders import list_orders

    with working(ctx) as workspace:
        found = _find_to_look_at(workspace, venues)
        reports = list_orders(workspace, found, _choose(workspace, found, **chosen))
    _show(reports, as_json, lang)
    leave(ctx, max((judge_order(report) for report in reports), default=Exit.DONE))


def _choose(
    workspace: Workspace,
    venues: list[Venue],
    first: str | None,
    last: str | None,
    customer: str | None,
    ticket: str | None,
    register: str | None,
    states: tuple[str, ...] = (),
) -> OrderFilter:
    from posexport.app.orders import OrderFilter
    from posexport.core.orders.state import OrderState

    period = find_period(first, last, venues, workspace.now_utc_s)
    return OrderFilter(period, frozenset(map(OrderState, states)), customer, ticket, register)


def _show(reports: list[OrderReport], as_json: bool, lang: Lang) -> None:
    from posexport.views.json import format_orders

    if as_json:
        print_json({"orders": format_orders(reports, lang)})
        return
    from posexport.render.terminal.orders import print_orders

    print_orders(reports, console(), lang)


@orders.command(
    "show",
    epilog=example(
        "posexport orders show torget-o20261120-9f3a61c2", "posexport orders show --ticket 1042 --register 1"
    ),
)
@click.argument("reference", required=False, metavar="REFERENCE")
@with_order
@with_json
@with_lang
@click.pass_context
def orders_show(
    ctx: click.Context, reference: str | None, ticket: str | None, register: str | None, as_json: bool, lang: Lang
) -> None:
    """Show one order with its lines, by its REFERENCE or by its ticket."""
    from posexport.app.orders import find_order
    from posexport.views.json import format_orders

    with working(ctx) as workspace:
        report = find_order(workspace, _find_reference(workspace, reference, ticket, register))
    if as_json:
        print_json({"orders": format_orders([report], lang)})
        return
    from posexport.render.terminal.orders import print_order

    print_order(report, console(), lang)


@orders.command(
    "send", epilog=example("posexport orders send --from yesterday", "posexport orders send --ticket 1042 --revise")
)
@with_choice
@click.option("--revise", is_flag=True, help="Also send what has changed of orders that were sent.")
@with_json
@with_lang
@click.pass_context
def orders_send(
    ctx: click.Context, /, venues: tuple[str, ...], revise: bool, as_json: bool, lang: Lang, **chosen: Any
) -> None:
    """Send the orders that are ready now, as often as you like: what is sent stays as it is.

    With --revise, an order whose ticket has changed is deleted and sent anew if nobody has touched it in PowerOffice
    Go, and only deleted if the ticket is no sale on credit any more; of one that is invoiced, the difference is sent.
    PowerOffice Go is asked about each first.
    """
    from posexport.app.export_orders import judge_order
    from posexport.app.orders import send

    with working(ctx) as workspace:
        found = find_venues(workspace, venues)
        outcomes = send(workspace, found, _choose(workspace, found, **chosen), revises=revise)
    _show([outcome.report for outcome in outcomes], as_json, lang)
    codes = [max(judge_order(outcome.report), outcome.exit_code) for outcome in outcomes]
    leave(ctx, max(codes, default=Exit.DONE))


@orders.command(
    "move",
    epilog=example(
        "posexport orders move torget 2026-11-20 --ticket 1042 --to voucher",
        "posexport orders move torget 2026-11-20 --to order",
        'posexport orders move torget 2026-11-20 --ticket 1049 --to left-out --why "Credited by hand: 5012"',
    ),
)
@click.argument("venue")
@click.argument("day")
@_with_ticket
@with_register
@click.option(
    "--to", "route", type=click.Choice(["voucher", "order", "left-out"]), required=True, help="Where it is booked."
)
@click.option("--why", default="", metavar="TEXT", help="The reason; kept with your name and the time.")
@with_lang
@click.pass_context
def orders_move(
    ctx: click.Context,
    venue: str,
    day: str,
    ticket: str | None,
    register: str | None,
    route: str,
    why: str,
    lang: Lang,
) -> None:
    """Have credit sales of VENUE's DAY in the day's voucher instead of in orders, or back. Never in both: what is in
    PowerOffice Go as an order stays. PowerOffice Go is asked about those that were sent.

    With --to left-out, a return of a sale that was credited in PowerOffice Go by hand is in neither: say --why.
    """
    from posexport.app.orders import move_orders
    from posexport.core.orders.route import Route
    from posexport.texts.order_acts import describe_moved

    with working(ctx) as workspace:
        [chosen] = find_venues(workspace, [venue])
        business_day = find_day(day, [chosen], workspace.now_utc_s)
        moved = move_orders(workspace, chosen, business_day, Route(route), why, ticket, register=register)
    click.echo(describe_moved(moved.tickets, chosen.id, business_day, route, lang, is_drafted=moved.is_drafted))


_NOT_THERE_HELP = (
    "It is not there: it is sent again. Of one whose invoice is credited in full: a new order of its ticket is sent."
)


@orders.command(
    "resolve",
    epilog=example(
        "posexport orders resolve torget-o20261120-9f3a61c2 --there 4711",
        "posexport orders resolve torget-o20261120-9f3a61c2 --not-there",
    ),
)
@click.argument("reference", required=False, metavar="REFERENCE")
@with_order
@click.option(
    "--there",
    metavar="ID",
    multiple=True,
    help="It is in PowerOffice Go, under this id; repeated where several there are together what the ticket comes to. "
    "Of one deleted there: the reference of another ticket's order that has its sale.",
)
@click.option("--not-there", is_flag=True, help=_NOT_THERE_HELP)
@with_lang
@click.pass_context
def orders_resolve(
    ctx: click.Context,
    reference: str | None,
    ticket: str | None,
    register: str | None,
    there: tuple[str, ...],
    not_there: bool,
    lang: Lang,
) -> None:
    """Say where an order is after its answer was lost, or that it was deleted, or that what is in PowerOffice Go of its
    ticket is right. PowerOffice Go is asked first."""
    from posexport.app.orders import resolve_order
    from posexport.texts.order_acts import describe_resolved

    if bool(there) is not_there:
        raise click.UsageError("Say --there ID or --not-there.")
    with working(ctx) as workspace:
        resolved = resolve_order(
            workspace, _find_reference(workspace, reference, ticket, register), *(there or (None,))
        )
    told = ", ".join(there) or None
    facts = {"was_asked": resolved.was_asked, "is_sent_again": resolved.is_sent_again}
    click.echo(describe_resolved(resolved.reference, told, lang, **facts))


@orders.command(
    "accept",
    epilog=example('posexport orders accept torget-o20261120-9f3a61c2 order-not-invoiced --why "Invoiced in January"'),
)
@click.argument("reference", required=False, metavar="REFERENCE")
@click.argument("code", required=False, metavar="CODE")
@with_order
@click.option("--why", required=True, metavar="TEXT", help="The reason; kept with your name and the time.")
@with_lang
@click.pass_context
def orders_accept(
    ctx: click.Context,
    reference: str | None,
    code: str | None,
    ticket: str | None,
    register: str | None,
    why: str,
    lang: Lang,
) -> None:
    """Take responsibility for a finding about an order: by its REFERENCE and CODE, or with --ticket by CODE alone."""
    from posexport.app.orders import accept_order
    from posexport.texts.order_acts import describe_accepted

    if ticket is not None and code is None:
        reference, code = None, reference
    if code is None:
        raise click.UsageError("Say the finding's CODE too, such as order-not-invoiced.")
    with working(ctx) as workspace:
        named = _find_reference(workspace, reference, ticket, register)
        who, many = accept_order(workspace, named, code, why)
    click.echo(describe_accepted(named, code, who, many, lang))


with_html = click.option(
    "--html", metavar="FILE", type=click.Path(path_type=Path), help="Also write one page to look at or print."
)


def _tell_time(workspace: Workspace, venues: list[Venue]) -> datetime:
    """The time now, by the clock of the first venue."""
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(venues[0].timezone) if venues else None
    return datetime.fromtimestamp(workspace.now_utc_s, UTC).astimezone(zone)


@orders.command(
    "reconcile",
    epilog=example("posexport orders reconcile --from last-month", "posexport orders reconcile --html november.html"),
)
@with_venues
@with_period
@with_html
@with_json
@with_lang
@click.pass_context
def orders_reconcile(
    ctx: click.Context,
    /,
    venues: tuple[str, ...],
    first: str | None,
    last: str | None,
    html: Path | None,
    as_json: bool,
    lang: Lang,
) -> None:
    """Reconcile business days with credit sales: is all that the register took in the voucher, in orders or left out,
    and what became of each order.

    Without --from, since the first of the month. The exit code is 0 where everything agrees and waits for nobody.
    """
    from posexport.app.order_reconciliation import reconcile_orders

    with working(ctx) as workspace:
        found = _find_to_look_at(workspace, venues)
        reconciled = reconcile_orders(workspace, found, find_period(first, last, found, workspace.now_utc_s))
        made_at = _tell_time(workspace, found)
    days = [one.day for one in reconciled]
    if html is not None:
        from posexport.render.choose import render_reconciliation

        write_file(html, render_reconciliation(days, lang, made_at).encode(), "--html")
    if as_json:
        from posexport.views.reconciliation import format_reconciliation

        print_json(format_reconciliation(days, lang))
    else:
        from posexport.render.terminal.reconciliation import print_reconciliation

        print_reconciliation(days, console(), lang)
    leave(ctx, max((one.exit_code for one in reconciled), default=Exit.DONE))


@orders.command(
    "not-invoiced",
    epilog=example(
        "posexport orders not-invoiced --at 2026-11-30", "posexport orders not-invoiced --html not-invoiced.html"
    ),
)
@click.option("--at", metavar="DAY", help="The last business day that counts; without it, the last that is over.")
@with_venues
@with_html
@with_json
@with_lang
@click.pass_context
def orders_not_invoiced(
    ctx: click.Context, at: str | None, venues: tuple[str, ...], html: Path | None, as_json: bool, lang: Lang
) -> None:
    """List what was sold on credit and not invoiced at a date, with net, VAT and gross per sales account: earned and
    not in the books, for the month's end.

    Later business days do not count; an order that was invoiced later does. The exit code is 3 where an order waits
    for a person, or its account is not known.
    """
    from posexport.app.export_orders import judge_order
    from posexport.app.order_reconciliation import find_last_closed, list_not_invoiced_at

    with working(ctx) as workspace:
        found = _find_to_look_at(workspace, venues)
        day = find_day(at, found, workspace.now_utc_s) if at else find_last_closed(workspace, found)
        companies = list_not_invoiced_at(workspace, found, day)
        made_at = _tell_time(workspace, found)
    if html is not None:
        from posexport.render.choose import render_not_invoiced

        write_file(html, render_not_invoiced(companies, day, lang, made_at).encode(), "--html")
    if as_json:
        from posexport.views.reconciliation import format_not_invoiced

        print_json({"companies": [format_not_invoiced(one) for one in companies]})
    else:
        from posexport.render.terminal.reconciliation import print_not_invoiced

        print_not_invoiced(companies, console(), lang)
    codes = [judge_order(one.shown) for company in companies for one in company.orders]
    unknown = any(one.account is None for company in companies for one in company.accounts)
    leave(ctx, max([*codes, Exit.BOOKKEEPER if unknown else Exit.DONE]))
