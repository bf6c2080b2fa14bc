"""What programs and hostile people send where a form or an address has a value: refused, and never an error of ours."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from posexport.office.app import PAGES
from tests.office.test_rights import Scene, open_scene
from tests.support.harness import Shop

ODD = (
    "9" * 20,
    "9" * 5_000,
    "-1",
    "²",
    "\x00",
    "a\r\nb: c",
    "9999-12-31",
    "0001-01-01",
    "../../x",
    "%00",
    "\u202e",
    "😀",
)
NAMES = (
    *(
        "month",
        "company",
        "venue",
        "state",
        "pick",
        "page",
        "part",
        "line",
        "reference",
        "now",
        "saved",
        "row",
        "ready",
    ),
    *(
        "from",
        "to",
        "at",
        "before",
        "q",
        "d",
        "customer",
        "code",
        "number",
        "revision",
        "finding",
        "act",
        "who",
        "done",
    ),
)
WALKED = tuple(path for path in PAGES if not path.endswith("/events"))


@pytest.fixture
def scene(both: Shop) -> Iterator[Scene]:
    with open_scene(both) as scene:
        yield scene


@pytest.mark.parametrize("odd", ODD)
def test_no_page_fails_for_what_its_address_says(scene: Scene, odd: str) -> None:
    visitor = scene.office.sign_in(name="Kari Moe")
    failed = []
    for path in WALKED:
        address = scene.locate(path)
        together = NAMES if len(odd) < 100 else NAMES[:5]  # a browser's address is no longer
        asked = [f"?{'&'.join(f'{name}={quote(odd)}' for name in together)}"]
        asked += [f"?{name}={quote(odd)}" for name in ("page", "from", "to", "revision", "line", "before", "month")]
        addresses = [address + one for one in asked]
        addresses += [
            scene.locate(path, **{name: quote(odd, safe="")}) for name in scene.values if f"{{{name}}}" in path
        ]
        failed += [one for one in addresses if visitor.get(one).status_code >= 500]
    assert failed == []


@pytest.mark.parametrize("odd", ODD)
def test_no_form_fails_for_what_one_of_its_fields_says(scene: Scene, odd: str) -> None:
    visitor = scene.office.sign_in(name="Kari Moe")
    forms: dict[str, dict[str, str]] = {}
    for address in (*map(scene.locate, WALKED), "/v/torget/2026-11-21", "/v/brygga/2026-11-20"):
        if visitor.get(address).headers.get("content-type", "").startswith("text/html"):
            forms |= {action: visitor.find_form(action) for action in visitor.list_actions() if action != "/logout"}
    assert len(forms) > 15
    failed = []
    for action, form in forms.items():
        for number, name in enumerate(list(form.keys() - {"form_token", "form_key"})[:10]):
            sent = form | {"form_key": f"{action}-{number}", name: odd}
            if visitor.post(action, sent).status_code >= 500:
                failed.append((action, name))
    assert failed == []


@pytest.mark.parametrize("page", ["0", "-1", "9" * 20, "9" * 5_000, "x"])
def test_a_page_of_the_days_that_is_none_is_the_first_or_the_last(scene: Scene, page: str) -> None:
    visitor = scene.office.sign_in(name="Kari Moe")
    assert visitor.get(f"/days?month=2026-11&page={page}").status_code == 200
    assert "Torget Kafé" in visitor.text


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "x"])
def test_a_day_that_the_log_cannot_have_is_told_beside_the_field(scene: Scene, day: str) -> None:
    visitor = scene.office.sign_in(name="Kari Moe")
    for name in ("from", "to"):
        visitor.get(f"/log?{name}={day}")
        assert visitor.page.status_code == 200 and visitor.tree.xpath(f"//input[@id='{name}']/@aria-invalid")


def test_a_stranger_who_sends_what_no_database_keeps_is_refused_in_words(scene: Scene) -> None:
    visitor = scene.office.enter()
    visitor.get("/login")
    for field in ("email", "password", "token", "to"):
        visitor.post("/login", {"email": "kari@fjordmat.example", "password": "x", field: "a\0b"})
        assert visitor.page.status_code == 403 and visitor.tree.xpath("//form[@action='/login']"), field
    for path in ("/login?token=a%00b", "/login?to=%00", "/invitation/a%00b", "/reset/a%00b", "/nowhere%00"):
        assert (visitor.get(path).status_code, visitor.page.text) == (400, "Unknown address.\n"), path
