"""Customers and their links, printed for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click
from rich.text import Text

from posexport.texts.clean import clean
from posexport.texts.customers import (
    describe_linked_by,
    describe_reasons,
    describe_waited,
    join_codes,
    links_by_itself,
    say,
)
from posexport.texts.failures import describe_failure
from posexport.texts.language import format_kroner, format_organization_number

if TYPE_CHECKING:
    from rich.console import Console

    from posexport.app.customers import CustomerList, Linked, ListedCustomer, WaitedFor
    from posexport.core.orders.customers import Candidate
    from posexport.delivery.customer_links import MadeLink
    from posexport.texts.language import Lang


def print_customers(listed: CustomerList, console: Console, lang: Lang, *, only_unlinked: bool) -> None:
    """Print each customer with its link, or who it could be: a line each, and one for each candidate."""
    if not listed.customers:
        click.echo(say("all-linked" if only_unlinked else "none", lang))
        return
    several = len({one.company_id for one in listed.customers}) > 1
    for one in listed.customers:
        for line in _describe(one, lang, with_company=several):
            console.print(Text(clean(line)), soft_wrap=True)


def _describe(one: ListedCustomer, lang: Lang, *, with_company: bool) -> Iterator[str]:
    known = " ".join(filter(None, (one.company_id if with_company else "", one.code, one.name)))
    waits = f" ({say('waits', lang, amount=format_kroner(one.waiting_ore, lang))})" if one.waiting_ore else ""
    if one.link is not None:
        link = one.link.link
        was = f", {say('renumbered', lang, number=one.link.linked_number)}" if one.link.is_renumbered else ""
        how = describe_linked_by(link.by, one.link.who, lang)
        yield f"{known} = {link.number} {link.name} ({how}{was}){waits}"
        return
    yield f"{known}: {say('not-linked', lang)}{waits}"
    for candidate in one.candidates:
        yield f"    {say('could-be', lang)} {_describe_candidate(candidate, lang)}"
    if not one.candidates:
        yield f"    {say('nobody', lang)}"
    if one.wrong_number:
        yield f"    {say('check-digit', lang, number=format_organization_number(one.wrong_number))}"


def _describe_candidate(candidate: Candidate, lang: Lang) -> str:
    customer = candidate.customer
    why = [*describe_reasons(candidate, lang), *([] if customer.is_active else [say("archived", lang)])]
    return f"{customer.number} {customer.name}: {', '.join(why)}"


def print_untold(listed: CustomerList, lang: Lang) -> None:
    """Say on stderr whose customers could not be read, and why."""
    for company, error in listed.untold:
        why = describe_failure(str(error), lang).text
        click.echo(say("untold", lang, company=company, why=why), err=True)


def describe_linked(linked: Linked, lang: Lang, waited: WaitedFor | None = None) -> Iterator[str]:
    """What was linked or unlinked, and what it concerns, sentence by sentence. `waited`: for a link, what waited for
    it."""
    code, who, mode = linked.code, linked.who, linked.company.orders.customers
    if linked.link is not None:
        now, before = linked.link.link, linked.before
        yield say("linked", lang, code=code, number=now.number, name=now.name, who=who)
        if before is not None and before.link.customer_id != now.customer_id:
            yield say("instead", lang, number=before.link.number, name=before.link.name)
        if linked.shared_with:
            yield say("shared", lang, codes=join_codes(linked.shared_with))
        if not linked.is_known:
            yield say("unknown-code", lang, code=code)
        elif waited is not None:
            yield describe_waited(waited.orders, waited.days, lang)
    elif linked.before is not None:
        gone = linked.before.link
        yield say("unlinked", lang, code=code, number=gone.number, name=gone.name, who=who)
        if linked.firm:
            yield say("firm", lang, firm=linked.firm)
        yield say("links-again", lang, mode=mode.value) if links_by_itself(mode) else say("waits-now", lang)
    if linked.sent:
        yield say("sent", lang, references=join_codes(linked.sent))


def print_made_links(made: Iterable[MadeLink], lang: Lang) -> None:
    """Say on stderr, once, which customers were linked without a person."""
    for company_id, code, link in made:
        facts = {"company": company_id, "code": code, "number": link.number, "name": link.name}
        click.echo(clean(say(f"made/{link.by.value}", lang, **facts)), err=True)
