"""The command line: every command, in the order a newcomer meets them. Each parses, makes one call into `app`, prints
and leaves with an exit code; nothing heavy is imported until one runs.

Data goes to stdout, everything else to stderr; with `--json` stdout is one JSON document. What a bookkeeper
reads is Norwegian unless `--lang en`; what a command tells of what it did is English unless `--lang nb`.
"""

from __future__ import annotations

import os

import click

from posexport import __version__
from posexport.cli.accept import accept
from posexport.cli.customers import customers
from posexport.cli.demo import demo
from posexport.cli.doctor import doctor
from posexport.cli.export import export
from posexport.cli.guide import guide
from posexport.cli.imports import import_, imports
from posexport.cli.notify import notify
from posexport.cli.office import office
from posexport.cli.options import choose_lang, example, find_lang
from posexport.cli.orders import orders
from posexport.cli.preview import preview
from posexport.cli.report import report
from posexport.cli.resolve import resolve
from posexport.cli.sandbox import sandbox
from posexport.cli.schedule import schedule
from posexport.cli.setup import setup
from posexport.cli.show import show
from posexport.cli.status import status
from posexport.cli.tickets import tickets
from posexport.cli.usage import Root
from posexport.cli.users import users
from posexport.cli.vault import vault
from posexport.cli.worker import worker


def _show_changes(ctx: click.Context, _: click.Parameter, is_asked: bool) -> None:
    if is_asked and not ctx.resilient_parsing:
        from importlib.resources import files

        click.echo(files("posexport").joinpath("CHANGES.md").read_text("utf-8"), nl=False)
        ctx.exit()


@click.group(
    cls=Root,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=example("posexport demo", "posexport --db fjordmat.db preview --from yesterday"),
)
@click.option(
    "--db",
    metavar="PATH|URL",
    help="Database: a SQLite file, or a URL of SQLite or PostgreSQL. Default: POSEXPORT_DB, or posexport.db here.",
)
@click.option(
    "--lang",
    type=click.Choice(["nb", "en"]),
    envvar="POSEXPORT_LANG",
    callback=choose_lang,
    expose_value=False,
    help="Language. Default: POSEXPORT_LANG; without it, days and findings are told in nb, the rest in en.",
)
@click.option("-v", "--verbose", is_flag=True, help="Say what is done, on stderr.")
@click.option("--log-json", is_flag=True, help="Say it as one JSON document a line.")
@click.version_option(__version__, prog_name="posexport")
@click.option(
    "--changes",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_changes,
    help="Show what is new and exit.",
)
@click.pass_context
def cli(ctx: click.Context, db: str | None, verbose: bool, log_json: bool) -> None:
    """From a cash register's sales to one balanced draft voucher per business day in PowerOffice Go.

    posexport drafts; your bookkeeper posts.
    """
    ctx.obj = db or os.environ.get("POSEXPORT_DB") or "posexport.db"
    if find_lang(ctx) == "nb":
        from posexport.cli.warned import warn_in_norwegian

        ctx.call_on_close(warn_in_norwegian())
    if verbose or log_json:
        from posexport.logs import log_to_stderr

        log_to_stderr(as_json=log_json)


for command in (
    demo,
    setup,
    import_,
    imports,
    tickets,
    customers,
    preview,
    export,
    accept,
    resolve,
    show,
    report,
    status,
    orders,
    doctor,
    guide,
    office,
    users,
    vault,
    notify,
    schedule,
    worker,
    sandbox,
):
    cli.add_command(command)
