"""E-mails to people who have something to do."""

from __future__ import annotations

import click

from posexport.cli.options import example, find_venues, lead_to_office, leave, with_office_address, word
from posexport.cli.stopping import format_command, working_until_stopped
from posexport.errors import Exit


@click.command(
    short_help="Tell people what waits and what is mended.",
    epilog=example("posexport notify", "posexport notify --test torget"),
)
@click.option("--test", "test", metavar="VENUE", help="Only send a test message to this venue's addresses.")
@with_office_address
@click.pass_context
def notify(ctx: click.Context, test: str | None, base_url: str | None) -> None:
    """Send each recipient one e-mail with new and resolved issues, plus any due weekly summary.

    posexport schedule run does this by itself. The same is never told twice, and a mail server that fails delays
    messages and nothing else.
    """
    command = format_command(ctx)
    of_test = "Stopped: it is not known whether the test message was sent. Send it again with: {command}"
    of_all = "Stopped: what was not sent waits, and nothing is lost. Go on with: {command}"
    told = word(of_all if test is None else of_test, command=command)
    with working_until_stopped(ctx, lambda: told) as opened:
        from posexport.cli.printing import print_sent_messages, print_tested_addresses
        from posexport.notify.notify import keep_people_posted
        from posexport.notify.outbox import send_test

        workspace = lead_to_office(opened, base_url)
        if test is None:
            sent = keep_people_posted(workspace, workspace.now_utc_s)
            print_sent_messages(sent)
            code = sent.exit_code
        else:
            chosen = find_venues(workspace, [test])[0]
            code = print_tested_addresses(send_test(workspace, chosen, workspace.now_utc_s), command)
        if workspace.stopping():
            click.echo(told, err=True)
            code = max(code, Exit.WAIT)
    leave(ctx, code)
