"""A venue's project, on the lines of vouchers whose account requires one and on no others. On every wire target."""

from __future__ import annotations

from typing import Any

import pytest

from posexport.app.setup import apply_setup
from posexport.errors import Exit
from posexport.sandbox import Fault, Project
from posexport.setup.file import read_setup
from posexport.texts.describe import fix_of, message_of
from tests.app.test_doctor import ask
from tests.support.books import company_of
from tests.support.harness import FRIDAY, MAPPING, Shop, sale, setup_text, states

WIRE = ("import", "journal", "ledger")
PER_PROJECT = MAPPING.replace('"3" = "3020"', '"3" = "3906"')
"""Account 3906 requires a project."""


def set_up(shop: Shop, target: str, project: str = "", mapping: str = PER_PROJECT) -> None:
    line = f'project = "{project}"' if project else ""
    text = setup_text(
        target, torget=line, mapping=mapping, reports=str(shop.folder / "reports"), company=company_of(target)
    )
    shop.apply(text)


def sent_lines(shop: Shop) -> list[dict[str, Any]]:
    """The lines of the only voucher that was sent."""
    (body,) = [post for post in shop.line.posts if any(name.lower().endswith("lines") for name in post)]
    return next(value for name, value in body.items() if name.lower().endswith("lines"))


def projects_of(shop: Shop) -> list[Any]:
    return [line.get("ProjectId", line.get("projectCode")) for line in sent_lines(shop)]


@pytest.mark.parametrize("target", WIRE)
def test_the_project_is_on_the_line_that_requires_it_and_on_no_other(both: Shop, target: str) -> None:
    id_ = both.world.set_project(Project("KAI-7", "Kaia"))
    set_up(both, target, "KAI-7")
    both.sell(sale(1, "200.00"), sale(2, "115.00", vat_code="31"))
    told = both.export()
    assert states(told.report) == ["drafted"], [message_of(f, "en") for f in both.only(told.report).findings]
    found = [project for project in projects_of(both) if project is not None]
    assert found == (["KAI-7"] if target == "import" else [id_])


@pytest.mark.parametrize("target", WIRE)
def test_without_a_project_the_day_waits_and_goes_once_the_venue_has_one(both: Shop, target: str) -> None:
    both.world.set_project(Project("KAI-7", "Kaia"))
    set_up(both, target)
    both.sell(sale(1, "200.00"))
    told = both.export()
    assert (states(told.report), told.exit_code, both.line.posts) == (["held"], Exit.BOOKKEEPER, [])
    (finding,) = (finding for finding in both.only(told.report).findings if finding.holds)
    assert finding.key == "project-required"
    assert "project under [[company.venue]]" in fix_of(finding, "en")
    set_up(both, target, "KAI-7")
    assert states(both.export().report) == ["drafted"]


@pytest.mark.parametrize(
    "closed", [None, Project("KAI-7", "Kaia", status="Complete"), Project("KAI-7", "Kaia", active=False)]
)
@pytest.mark.parametrize("target", WIRE)
def test_a_project_that_is_not_there_or_closed_holds_the_day(both: Shop, target: str, closed: Project | None) -> None:
    if closed is not None:
        both.world.set_project(closed)
    set_up(both, target, "KAI-7")
    both.sell(sale(1, "200.00"))
    told = both.export()
    assert (states(told.report), both.line.posts) == (["held"], [])
    (finding,) = (finding for finding in both.only(told.report).findings if finding.holds)
    assert finding.key == "project-required/unknown"
    assert "project KAI-7 does not exist" in message_of(finding, "en")
    both.world.set_project(Project("KAI-7", "Kaia"))
    assert states(both.export().report) == ["drafted"]


def without_key(shop: Shop, project: str) -> None:
    """A company of the import queue without a subscription key."""
    reports = str(shop.folder / "reports")
    text = setup_text("import", torget=f'project = "{project}"', mapping=PER_PROJECT, reports=reports)
    shop.apply(text.replace('subscription_key = "env:PO_SUB"\n', ""))


def test_without_a_subscription_key_a_project_is_sent_unchecked_and_the_doctor_says_so(shop: Shop) -> None:
    without_key(shop, "KAI-7")
    (told,) = (found for found in ask(shop) if found.about == "project")
    assert (told.answer, "project KAI-7" in told.message, "subscription_key" in told.fix) == ("warning", True, True)
    shop.sell(sale(1, "200.00"))
    shop.export()
    assert "KAI-7" in projects_of(shop)
    assert not [one for one in shop.world.requests if "Projects" in one.path]
    set_up(shop, "import", "KAI-7")
    assert not [found for found in ask(shop) if found.about == "project"]


def test_while_v2_is_not_to_be_had_the_import_queue_goes_on_with_the_project_as_it_is(shop: Shop) -> None:
    set_up(shop, "import", "KAI-7")
    shop.world.set_project(Project("KAI-7", "Kaia"))
    shop.faults.extend(Fault("status_before", 503, method="GET", path="/Projects") for _ in range(9))
    shop.sell(sale(1, "200.00"))
    assert states(shop.export().report) == ["drafted"]


@pytest.mark.parametrize("target", WIRE)
def test_a_venue_with_a_project_sends_the_same_as_without_where_no_account_requires_it(shop: Shop, target: str) -> None:
    set_up(shop, target, "KAI-7", MAPPING)
    shop.sell(sale(1, "200.00"))
    assert states(shop.export().report) == ["drafted"]
    assert not any(name.lower().startswith("project") for line in sent_lines(shop) for name in line)


def test_a_project_changes_no_drafted_day(shop: Shop) -> None:
    set_up(shop, "journal", mapping=MAPPING)
    shop.sell(sale(1, "200.00"))
    shop.export()
    before = shop.preview(FRIDAY, FRIDAY).vouchers[0]
    path = shop.folder / "again.toml"
    path.write_text(setup_text("journal", torget='project = "KAI-7"'), encoding="utf-8")
    with shop.open() as workspace:
        applied = apply_setup(workspace, read_setup(path, workspace.load_setup(), shop.environ))
    assert "venue torget: project not set -> KAI-7" in applied.changes
    assert applied.drafted == ()
    assert shop.preview(FRIDAY, FRIDAY).vouchers[0].state is before.state
