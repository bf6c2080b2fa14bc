"""posexport vault: the key that seals what is typed in the office."""

from __future__ import annotations

import click

from posexport.cli.options import Group, example, say, working


@click.group(
    cls=Group,
    short_help="The key that seals keys typed in the office.",
    epilog=example("posexport vault key", "posexport vault rotate"),
)
def vault() -> None:
    """Keys that are typed in the office lie in the database, sealed with the key in POSEXPORT_VAULT_KEY. Whatever sends
    needs it in its environment. Keep it apart from the database and its backups."""


@vault.command("key", epilog=example("posexport vault key"))
def vault_key() -> None:
    """Print a new key for POSEXPORT_VAULT_KEY. It is kept nowhere."""
    from posexport.setup.sealing import make_vault_key

    click.echo(make_vault_key())


@vault.command("rotate", epilog=example("posexport vault rotate"))
@click.pass_context
def vault_rotate(ctx: click.Context) -> None:
    """Seal everything anew with POSEXPORT_VAULT_KEY, where POSEXPORT_VAULT_KEY_OLD has the key before."""
    from posexport.app.vault import rotate

    with working(ctx, reads_only=True) as workspace:
        count = rotate(workspace)
    say("{count} key sealed anew." if count == 1 else "{count} keys sealed anew.", count=count)
