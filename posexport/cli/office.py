"""posexport office: the back office in a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from posexport.cli.options import example, find_actor, word
from posexport.cli.stopping import end_quietly, stopping
from posexport.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime
    from types import ModuleType

    from posexport.app.workspace import Workspace
    from posexport.core.company import Venue
    from posexport.office.oidc import Service
    from posexport.office.site import Site

_OF_THE_EXTRA = ("argon2", "starlette", "uvicorn", "multipart", "python_multipart")


@click.command(
    short_help="The back office in a browser.",
    epilog=example(
        "posexport office",
        "posexport --db fjordmat.db office --port 8090 --open",
        "posexport office --base-url https://pos.example.no --trusted-proxy 127.0.0.1/32",
    ),
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Where it listens. Another one than this machine's own needs users, --base-url and TLS in front.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes any free one.")
@click.option("--open", "opens", is_flag=True, help="Also open the link in the browser.")
@click.option("--base-url", metavar="URL", help="Where browsers find it behind a proxy: https://pos.example.no/pos")
@click.option(
    "--trusted-proxy",
    "proxies",
    multiple=True,
    metavar="CIDR",
    help="Take this proxy's word for where a request comes from (X-Forwarded-For); may be repeated.",
)
@click.option(
    "--user-header",
    metavar="NAME",
    help="In which the trusted proxy says who asks, by e-mail address: X-Forwarded-User. It has to remove it from what "
    "it is sent.",
)
@click.option("--oidc-issuer", metavar="URL", help="Let people sign in there too (OpenID Connect), such as Entra ID.")
@click.option("--oidc-client-id", metavar="ID", help="What the office is called there.")
@click.option("--oidc-secret", metavar="REF", help="The secret that goes with it, as env:NAME or file:PATH.")
@click.pass_context
def office(
    ctx: click.Context,
    host: str,
    port: int,
    opens: bool,
    base_url: str | None,
    proxies: tuple[str, ...],
    user_header: str | None,
    oidc_issuer: str | None,
    oidc_client_id: str | None,
    oidc_secret: str | None,
) -> None:
    """Look at days, draft them and accept findings in a browser. Runs in the foreground; Ctrl+C stops it.

    A link is printed that signs you in, once, within 15 minutes, and only this machine can reach the office. For others
    too, put a proxy with TLS in front, say --base-url, and invite people with posexport users invite.
    """
    from posexport.logs import log_to_stderr
    from posexport.wiring import open_workspace

    serving = import_office()
    log_to_stderr(as_json=ctx.find_root().params["log_json"])
    reach = serving.make_reach(host, base_url, proxies, user_header)
    with stopping(end_quietly) as stop, serving.listen(port, host) as listening:

        def rest(seconds: float) -> None:
            stop.wait(seconds)

        with open_workspace(ctx.find_root().obj, sleep=rest, stopping=stop.is_set) as workspace:
            service = _find_service(serving, workspace, oidc_issuer, oidc_client_id, oidc_secret)
            site = serving.make_site(workspace, listening, _list_next_turns, reach, service)
            serving.serve(site, listening, stop, lambda: _tell_open(serving, site, opens=opens))


def keep_open(workspace: Workspace, port: int) -> None:
    """Serve the office over a workspace, for this machine alone, until Ctrl+C."""
    serving = import_office()
    with stopping(end_quietly) as stop, serving.listen(port) as listening:
        acting = replace(workspace, stopping=stop.is_set)
        site = serving.make_site(acting, listening, _list_next_turns, serving.make_reach("127.0.0.1", None, (), None))
        serving.serve(site, listening, stop, lambda: _tell_open(serving, site, opens=False))


def _find_service(
    serving: ModuleType, workspace: Workspace, issuer: str | None, client_id: str | None, secret: str | None
) -> Service | None:
    """The service with which people sign in elsewhere. Raises UsageError where only a part of it is named."""
    from posexport.setup.secrets import resolve_secret

    if issuer is None and client_id is None and secret is None:
        return None
    if not (issuer and client_id and secret):
        raise UsageError("--oidc-issuer, --oidc-client-id and --oidc-secret go together.")
    service: Service = serving.make_service(
        issuer, client_id, resolve_secret(secret, os.environ), os.environ, workspace.clock
    )
    return service


def _tell_open(serving: ModuleType, site: Site, *, opens: bool) -> None:
    """Say where the office is."""
    link = site.locate("/") if site.is_shared else serving.make_local_link(site, find_actor().name)
    told = "The office is open." if site.is_shared else "The office is open. Sign in, once, within 15 minutes:"
    click.echo(f"{word(told)}\n\n  {link}\n\n{word('Ctrl+C closes it.')}")
    if opens:
        click.launch(link)


def _list_next_turns(workspace: Workspace, venues: Sequence[Venue]) -> Iterator[tuple[Venue, datetime | None]]:
    from posexport.schedule.due import list_next

    return ((fire.venue, fire.at) for fire in list_next(workspace, venues))


def import_office() -> ModuleType:
    """What serves the office. Raises UsageError where its extra is not installed."""
    try:
        from posexport.office import serve
    except ModuleNotFoundError as error:
        if error.name not in _OF_THE_EXTRA:
            raise
        raise UsageError(
            "The office needs Starlette, uvicorn and argon2. Install them, in posexport's folder: "
            "pip install '.[office]'"
        ) from None
    return serve
