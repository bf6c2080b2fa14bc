"""The office over a shop, without sockets: somebody who looks at its pages, follows links and sends forms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import urljoin

import httpx
import lxml.html
from lxml.html import FormElement, HtmlElement

from posexport.app.workspace import Workspace
from posexport.core.roles import Grant, User
from posexport.office.access import digest_token, make_local_link, make_token
from posexport.office.app import build_app
from posexport.office.runs import Worker
from posexport.office.site import Site
from posexport.store.office_users import add_session, add_user
from tests.support.harness import Shop

ORIGIN = "http://127.0.0.1:8080"
OTHER_COMPANY = """
[[company]]
id = "tindmat"
name = "Tindmat AS"
organization_number = "974760673"
target = "file"
output = "{output}"
  [[company.venue]]
  id = "tinden"
  name = "Tinden Kro"
  department = "1"
  registers = ["9"]
  export_from = 2020-01-01
"""
"""A second company, to be set up beside the shop's."""

NONE: Mapping[str, str] = MappingProxyType({})
_OF_A_BROWSER = {"sec-fetch-site": "same-origin", "origin": ORIGIN, "accept-language": "nb"}


@dataclass
class Visitor:
    """Somebody at a browser. `page`: what was answered last, wherever a redirect led to."""

    client: httpx.AsyncClient
    runner: asyncio.Runner
    page: httpx.Response = field(init=False)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Look at a page."""
        return self._ask(self.client.get(path, headers=headers, follow_redirects=True))

    def post(
        self,
        path: str,
        form: dict[str, str],
        headers: Mapping[str, str] = MappingProxyType({}),
        *,
        follows: bool = True,
    ) -> httpx.Response:
        """Send a form, as a browser does from one of the office's pages; `headers` say otherwise."""
        told = _OF_A_BROWSER | {**headers}
        return self._ask(self.client.post(path, data=form, headers=told, follow_redirects=follows))

    def upload(self, *files: tuple[str, bytes], **fields: str) -> httpx.Response:
        """Fill the page's form for uploads with these files, by name, and send it."""
        sent = [("file", file) for file in files]
        form = self.find_form("/files") | fields
        form.pop("file", None)
        return self._ask(
            self.client.post("/files", data=form, files=sent, headers=_OF_A_BROWSER, follow_redirects=True)
        )

    def send_body(
        self, path: str, body: bytes | AsyncIterator[bytes], content_type: str, **headers: str
    ) -> httpx.Response:
        """Send these very bytes, as a program may."""
        told = _OF_A_BROWSER | {"content-type": content_type, **headers}
        return self._ask(self.client.post(path, content=body, headers=told, follow_redirects=True))

    def _ask(self, asked: object) -> httpx.Response:
        self.page = self.runner.run(asked)  # type: ignore[arg-type]
        return self.page

    @property
    def tree(self) -> HtmlElement:
        """The page as elements."""
        return lxml.html.fromstring(self.page.text)

    @property
    def text(self) -> str:
        """The page's words, one space between them."""
        return " ".join(str(self.tree.text_content()).split())

    def find_form(self, action: str) -> dict[str, str]:
        """The fields of the form that leads there."""
        form = next(form for form in self._list_forms() if (form.get("action"), form.get("method")) == (action, "post"))
        return {name: value or "" for name, value in form.form_values()}

    def list_actions(self) -> list[str]:
        """Where the forms of the page that change something lead."""
        return [str(form.get("action")) for form in self._list_forms() if form.get("method") == "post"]

    def _list_forms(self) -> list[FormElement]:
        return list(self.tree.forms)

    def send(self, action: str, *, follows: bool = True, **fields: str) -> httpx.Response:
        """Fill the page's form that leads there, and send it."""
        return self.post(action, self.find_form(action) | fields, follows=follows)

    def click(self, name: str) -> httpx.Response:
        """Follow the first link of this name."""
        links = [link for link in self.tree.iter("a") if " ".join(str(link.text_content()).split()) == name]
        assert links, f"no link {name!r}: {self.text}"
        return self.get(urljoin(str(self.page.url), str(links[0].get("href"))))


@dataclass
class Office:
    """A running office."""

    site: Site
    workspace: Workspace
    _runners: list[tuple[asyncio.Runner, httpx.AsyncClient]] = field(default_factory=list)

    def enter(self, *, from_address: str = "127.0.0.1", **headers: str) -> Visitor:
        """A browser that nobody has signed in with."""
        app = build_app(self.site)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(from_address, 50_000))
        client = httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"accept-language": "nb", **headers})
        runner = asyncio.Runner()
        self._runners.append((runner, client))
        return Visitor(client, runner)

    def sign_in(self, *grants: Grant, name: str = "Kari Moe", **headers: str) -> Visitor:
        """A browser of somebody with these roles; with the office's own link where none is given."""
        visitor = self.enter(**headers)
        if not grants:
            visitor.get(make_local_link(self.site, "kari"))
            visitor.send("/login")
            return visitor
        token, now = make_token(), self.workspace.now_utc_s
        with self.workspace.database.writing() as connection:
            add_user(connection, User(name, name, f"{name}@posexport.example", grants), now)
            add_session(connection, digest_token(token), name, "password", "127.0.0.1", now)
        visitor.client.cookies.set(self.site.cookie, token, domain="127.0.0.1")
        return visitor

    def work(self) -> int:
        """Do the runs that wait, as the office's worker does. Returns how many there were."""
        worker, done = Worker(self.site), 0
        while worker.take_one():
            done += 1
        return done

    def close(self) -> None:
        """Close the browsers."""
        for runner, client in self._runners:
            runner.run(client.aclose())
            runner.close()


@contextmanager
def open_office(shop: Shop, **reached: Any) -> Iterator[Office]:
    """The office over a shop, as one start of it. `reached`: what of its Site is otherwise."""
    with shop.open() as workspace:
        hosts = frozenset({"127.0.0.1:8080"})
        site = Site(workspace, ORIGIN, hosts, lambda _, venues: ((one, None) for one in venues), **reached)
        office = Office(site, workspace)
        try:
            yield office
        finally:
            office.close()
