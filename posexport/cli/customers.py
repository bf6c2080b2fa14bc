"""posexport customers: the registers' customers, and their links to customers of PowerOffice Go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from posexport.cli.options import Group, console, example, print_json, with_json, with_lang, working

if TYPE_CHECKING:
    from posexport.app.customers import Linked, WaitedFor
    from posexport.texts.language import Lang


@click.group(
    cls=Group,
    invoke_without_command=True,
    short_help="Who the register's customers are in PowerOffice Go.",
    epilog=example("posexport customers --unlinked", "posexport customers link fjordmat K-17 10018"),
)
@click.option("--unlinked", is_flag=True, help="Only customers without a link.")
@click.option("--company", metavar="ID", help="Only this company's.")
@with_json
@with_lang
@click.pass_context
def customers(ctx: click.Context, unlinked: bool, company: str | None, as_json: bool, lang: Lang) -> None:
    """List the customers that the registers sold to on account: which customer of PowerOffice Go each is, or who it
    could be."""
    if ctx.invoked_subcommand is None:
        _list(ctx, company, as_json, lang, unlinked=unlinked)


@customers.command(
    "list", epilog=example("posexport customers list --unlinked", "posexport customers list --company fjordmat --json")
)
@click.option("--unlinked", is_flag=True, help="Only customers without a link.")
@click.option("--company", metavar="ID", help="Only this company's.")
@with_json
@with_lang
@click.pass_context
def customers_list(ctx: click.Context, unlinked: bool, company: str | None, as_json: bool, lang: Lang) -> None:
    """List the customers of the registers, as posexport customers alone does."""
    before = ctx.parent.params if ctx.parent else {}  # what was said before the word list
    is_json = as_json or bool(before.get("as_json"))
    _list(ctx, company or before.get("company"), is_json, lang, unlinked=unlinked or bool(before.get("unlinked")))


def _list(ctx: click.Context, company: str | None, as_json: bool, lang: Lang, *, unlinked: bool) -> None:
    from posexport.app.customers import format_customers, list_customers
    from posexport.cli.customer_printing import print_customers, print_untold

    with working(ctx, reads_only=True) as workspace:
        listed = list_customers(workspace, company, only_unlinked=unlinked)
    if as_json:
        print_json(format_customers(listed, lang))
    else:
        print_customers(listed, console(), lang, only_unlinked=unlinked)
    print_untold(listed, lang)


@customers.command(
    "link",
    epilog=example(
        "posexport customers link fjordmat K-17 10018",
        'posexport customers link fjordmat K-18 10018 --share --why "The same hotel"',
    ),
)
@click.argument("company")
@click.argument("code")
@click.argument("number")
@click.option("--share", is_flag=True, help="Another code has that customer already, and it is the same customer.")
@click.option("--why", default="", metavar="TEXT", help="The reason; kept with your name and the time.")
@with_lang
@click.pass_context
def customers_link(ctx: click.Context, company: str, code: str, number: str, share: bool, why: str, lang: Lang) -> None:
    """Say that customer CODE of COMPANY's registers is the customer with this NUMBER in PowerOffice Go. A link that the
    code has already is replaced; what is booked or sent stays where it is."""
    from posexport.app.customers import count_waiting_for, link_customer

    with working(ctx) as workspace:
        waited = count_waiting_for(workspace, company, code)
        linked = link_customer(workspace, company, code, number, share=share, why=why)
    _tell_linked(linked, lang, waited)


@customers.command("unlink", epilog=example("posexport customers unlink fjordmat K-17"))
@click.argument("company")
@click.argument("code")
@with_lang
@click.pass_context
def customers_unlink(ctx: click.Context, company: str, code: str, lang: Lang) -> None:
    """Take the link of customer CODE of COMPANY's registers away. What is booked or sent stays where it is."""
    from posexport.app.customers import unlink_customer

    with working(ctx) as workspace:
        unlinked = unlink_customer(workspace, company, code)
    _tell_linked(unlinked, lang)


def _tell_linked(linked: Linked, lang: Lang, waited: WaitedFor | None = None) -> None:
    """Say what was linked or unlinked, and what it concerns. `waited`: for a link, what waited for it."""
    from posexport.cli.customer_printing import describe_linked

    for sentence in describe_linked(linked, lang, waited):
        click.echo(sentence)
