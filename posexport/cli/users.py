"""posexport users: who may sign in to the office, and as what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from posexport.cli.options import Group, example, find_actor, find_lang, print_json, say, with_json, word, working
from posexport.core.roles import EVERYTHING, Grant, Role, User

if TYPE_CHECKING:
    from posexport.app.users import Link, Manager, Member
    from posexport.app.workspace import Workspace

_HERE = "http://127.0.0.1:8080"

_with_base_url = click.option(
    "--base-url",
    envvar="POSEXPORT_OFFICE_URL",
    default=_HERE,
    show_default=True,
    metavar="URL",
    help="Where browsers find the office; POSEXPORT_OFFICE_URL says it too.",
)


@click.group(cls=Group, short_help="Who may sign in to the office.")
def users() -> None:
    """Who may sign in to the office, and as what."""


@users.command("list", epilog=example("posexport users list", "posexport users list --json"))
@with_json
@click.pass_context
def users_list(ctx: click.Context, as_json: bool) -> None:
    """List the users of the office: their roles, and whether they have signed in. Passwords and links are not known."""
    from posexport.app.users import find_members, format_members

    with working(ctx, reads_only=True) as workspace:
        members = find_members(workspace, _find_manager().user)
    if as_json:
        print_json(format_members(members))
        return
    for member in members:
        click.echo(_describe(member))
    if not members:
        say("Nobody is invited yet. Invite somebody: posexport users invite EMAIL --role ROLE --company ID")


@users.command(
    "invite",
    epilog=example(
        "posexport users invite kari@fjordmat.example --role bookkeeper --company fjordmat",
        "posexport users invite ola@fjordmat.example --role shop --company fjordmat --venue torget",
        "posexport users invite per@partner.example --role partner --base-url https://pos.example.no",
    ),
)
@click.argument("email")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="What they are to the company; may be repeated.",
)
@click.option("--company", metavar="ID", help="In this company. Without it: in all of them, also those to come.")
@click.option("--venue", "venues", multiple=True, metavar="ID", help="Only at this venue; may be repeated.")
@click.option("--name", default="", help="What they are called; they can write it themselves.")
@_with_base_url
@click.pass_context
def users_invite(
    ctx: click.Context,
    email: str,
    roles: tuple[str, ...],
    company: str | None,
    venues: tuple[str, ...],
    name: str,
    base_url: str,
) -> None:
    """Invite somebody to the office. The link that is printed works once, within seven days, and is sent by e-mail too
    where the company has a mail server. Who is a user already gets the roles besides what they have."""
    from posexport.app.user_letters import send_invitation
    from posexport.app.users import invite

    with working(ctx) as workspace:
        grants = _find_grants(workspace, roles, company, venues)
        manager = _find_manager()
        invited = invite(workspace, manager, email, grants, name=name)
        address = f"{base_url.rstrip('/')}{invited.link.path if invited.link else '/'}"
        posted = send_invitation(workspace, manager.user.name, invited, address)
    if invited.link:
        _print_link(invited.link, base_url)
    else:
        one, several = (
            "{email} is a user already and has the role now.",
            "{email} is a user already and has the roles now.",
        )
        say(several if len(roles) > 1 else one, email=invited.user.email)
    say(_TOLD[posted.value], err=True)


_TOLD = {
    "sent": "It was sent by e-mail.",
    "no-server": "Nothing was sent: no company of theirs has a mail server. Tell them yourself.",
    "failed": "The e-mail was not sent: the mail server did not take it. Tell them yourself.",
}


@users.command("link", epilog=example("posexport users link kari@fjordmat.example --base-url https://pos.example.no"))
@click.argument("email")
@_with_base_url
@click.pass_context
def users_link(ctx: click.Context, email: str, base_url: str) -> None:
    """Print a new link for somebody: for choosing a new password, once, within an hour, or to take up an invitation.
    Links from before work no more."""
    from posexport.app.users import make_link

    with working(ctx) as workspace:
        link = make_link(workspace, _find_manager(), _find_user(workspace, email))
    _print_link(link, base_url)


@users.command("close", epilog=example("posexport users close kari@fjordmat.example"))
@click.argument("email")
@click.pass_context
def users_close(ctx: click.Context, email: str) -> None:
    """Let somebody sign in no more, or withdraw an invitation. Their sessions end at once; the log keeps their name."""
    from posexport.app.users import close

    with working(ctx) as workspace:
        close(workspace, _find_manager(), _find_user(workspace, email))
    say("{email} cannot sign in any more.", email=email)


def _find_manager() -> Manager:
    from posexport.app.users import Manager

    actor = find_actor()
    return Manager(User("", actor.name, "", EVERYTHING), actor.known_by.value)


def _find_user(workspace: Workspace, email: str) -> str:
    """The id of the user with this address. Raises UserRefused."""
    from posexport.app.users import Refusal, UserRefused, find_members

    for member in find_members(workspace, _find_manager().user):
        if member.user.email == email.strip().lower():
            return member.user.id
    raise UserRefused(Refusal.UNKNOWN)


def _find_grants(
    workspace: Workspace, roles: tuple[str, ...], company: str | None, venues: tuple[str, ...]
) -> list[Grant]:
    from posexport.errors import UsageError

    known = {one.id: one for one in workspace.load_setup().companies}
    if company is None and venues:
        raise UsageError("Say with --company which company the venue is of.")
    if company is not None and company not in known:
        raise UsageError(f"There is no company {company!r}. The setup has: {', '.join(sorted(known)) or 'none'}.")
    there = {venue.id for venue in known[company].venues} if company else set()
    for venue in venues:
        if venue not in there:
            raise UsageError(f"{company} has no venue {venue!r}. It has: {', '.join(sorted(there))}.")
    return [Grant(Role(role), company, venue) for role in roles for venue in venues or (None,)]


def _print_link(link: Link, base_url: str) -> None:
    of_invitation = "It works once, within seven days. Give it to nobody else."
    of_reset = "It works once, within an hour. Give it to nobody else."
    click.echo(f"{base_url.rstrip('/')}{link.path}")
    say(of_invitation if link.purpose == "invitation" else of_reset, err=True)


def _describe(member: Member) -> str:
    roles = ", ".join(_describe_grant(grant) for grant in member.user.grants) or word("no roles")
    named = member.user.name if member.user.name != member.user.email else ""
    state = "" if member.can_sign_in else f"  {word('(invited)')}"
    return "  ".join(part for part in (member.user.email, named, roles) if part) + state


def _describe_grant(grant: Grant) -> str:
    from posexport.texts.roles import ROLE_WORDS

    place = "/".join(part for part in (grant.company, grant.venue) if part) or word("all companies")
    return word("{role} of {place}", role=ROLE_WORDS[grant.role][find_lang()], place=place)
