"""v1 is asked what it can tell before anything is sent: the lock date and whether the client is registered for VAT
(`GET /Client/`), and the key's privileges (`GET /ClientIntegrationInformation/`). And by v2: a lock date that cannot be
read is no missing privilege."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import httpx
import pytest

from posexport.app.doctor import Diagnosis, examine
from posexport.errors import Exit
from posexport.texts.describe import fix_of
from tests.support.books import company_of
from tests.support.harness import FRIDAY, SATURDAY, SECRETS, Shop, codes, of_voucher, sale, states

READS = ("GeneralLedgerAccount", "CommonServices", "Department")
KEYS = (SECRETS["PO_APP"], SECRETS["PO_CLIENT_TORGET"])


def apply(shop: Shop, target: str, **options: str) -> None:
    shop.apply(target=target, company=f"{company_of(target)}\n{options.pop('company', '')}", **options)


def ask(shop: Shop, about: str) -> list[Diagnosis]:
    """What the doctor says about this."""
    with shop.open() as workspace:
        found = list(examine(workspace, workspace.load_setup().venues, "en", shop.environ))
    return [diagnosis for diagnosis in found if diagnosis.about == about]


def set_privileges(shop: Shop, privileges: Sequence[str]) -> None:
    """Change what the venue's key may do; the sandbox knows it once it has been used."""
    ask(shop, "keys")
    shop.world.set_privileges(*KEYS, privileges)


def sent(shop: Shop) -> list[str]:
    """The paths of everything that was posted, but for tokens."""
    return [asked.path for asked in shop.world.requests if asked.method == "POST" and asked.path != "/OAuth/Token"]


# The lock date


def test_a_locked_day_is_held_before_it_is_sent_to_the_import_queue(both: Shop) -> None:
    apply(both, "import")
    both.world.set_lock_date(FRIDAY)
    both.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    told = both.export()
    assert (states(told.report), told.exit_code) == (["held", "drafted"], Exit.BOOKKEEPER)
    assert codes(told.report.vouchers[0]) == ["locked-period"]
    assert sent(both) == ["/Import/"]
    assert codes(both.check(FRIDAY, FRIDAY).report.vouchers[0])[:1] == ["locked-period"]
    both.world.set_lock_date(None)
    assert states(both.export(FRIDAY, FRIDAY).report) == ["drafted"]


def test_a_correction_of_a_locked_day_is_offered_the_first_open_day_by_v1_too(shop: Shop) -> None:
    apply(shop, "import")
    shop.sell(sale(1))
    shop.export()
    shop.clock.now_s += 5
    shop.world.post(shop.world.drafts()[0].id)
    shop.clock.now_s += 5
    shop.world.set_lock_date(SATURDAY)
    shop.sell(sale(2))
    shop.clock.now_s += 400
    told = shop.revise()
    (found,) = (finding for finding in told.report.vouchers[0].findings if finding.code == "locked-period")
    assert "--dated 2026-11-22" in fix_of(found, "en")


@pytest.mark.parametrize("answer", ["refused", "without a lock date", "without anything", "a list", "another case"])
def test_whatever_is_told_of_a_client_a_voucher_is_drafted(shop: Shop, answer: str) -> None:
    apply(shop, "import")
    told: dict[str, object] = {
        "refused": {"success": False, "validation": {"summary": "No.", "exception": "ApiAccess"}},
        "without a lock date": {"success": True, "data": {"name": "Fjordmat AS"}},
        "without anything": {"success": True},
        "a list": {"success": True, "data": [{"name": "Fjordmat AS", "lockDate": "2020-01-31T00:00:00"}]},
        "another case": {"success": True, "data": {"Name": "Fjordmat AS", "LOCKDATE": "2020-01-31"}},
    }
    shop.line.before = lambda request: (
        httpx.Response(200, json=told[answer]) if request.url.path == "/Client/" else None
    )
    shop.sell(sale(1))
    assert states(shop.export().report) == ["drafted"]
    if answer in ("a list", "another case"):
        assert "up to and including 2020-01-31" in ask(shop, "lock date")[0].message


def test_a_client_that_may_not_be_read_leaves_the_lock_date_unread_and_says_so(shop: Shop) -> None:
    apply(shop, "import")
    shop.line.before = lambda request: httpx.Response(403) if request.url.path == "/Client/" else None
    (found,) = ask(shop, "lock date")
    assert found.answer == "warning"
    assert "could not be read" in found.message


# Registered for VAT


@pytest.mark.parametrize("day", [FRIDAY, None])
def test_vat_of_a_client_that_is_not_registered_is_held_before_it_is_sent(both: Shop, day: date | None) -> None:
    (client,) = both.world.clients
    both.world.add_client(replace(client, vat_registered=False))
    apply(both, "import")
    both.sell(sale(1))
    told = both.export(day, day)
    assert (states(told.report), told.exit_code) == (["held"], Exit.BOOKKEEPER)
    assert codes(told.report.vouchers[0]) == ["vat-registration"]
    assert sent(both) == []
    (found,) = ask(both, "VAT codes")
    assert (found.answer, found.exit_code) == ("wrong", Exit.BOOKKEEPER)
    assert "vat_registered = false" in found.fix
    both.world.add_client(replace(client, vat_registered=True))
    assert states(both.export().report) == ["drafted"]


NO_VAT = """
  [[company.product_type]]
  code = "100"
  name = "Mat"
  accounts = { "0" = "3900" }
  [[company.payment_type]]
  code = "CARD"
  name = "Bankkort"
  account = "1592"
"""


def test_a_client_that_only_poweroffice_has_as_registered_is_a_warning_and_holds_nothing(shop: Shop) -> None:
    apply(shop, "import", mapping=NO_VAT, company="vat_registered = false")
    shop.sell(sale(1))
    checked = shop.check(FRIDAY, FRIDAY)
    assert "vat-registration" in codes(checked.report.vouchers[0])
    assert checked.exit_code is Exit.DONE
    assert states(shop.export().report) == ["drafted"]
    assert [found.answer for found in ask(shop, "VAT codes")] == ["warning"]


# Privileges


def test_a_key_that_may_not_import_is_told_by_the_privileges_name_and_nothing_is_sent(both: Shop) -> None:
    apply(both, "import")
    set_privileges(both, [*READS, "Import"])
    (found,) = ask(both, "privileges")
    assert (found.answer, found.exit_code) == ("wrong", Exit.INTEGRATOR)
    assert "Import_Full" in found.message
    both.sell(sale(1))
    told = both.export()
    assert (states(told.report), told.exit_code) == (["refused"], Exit.INTEGRATOR)
    assert "Import_Full" in of_voucher(told.report.vouchers[0]).answer
    assert sent(both) == []
    assert "Import_Full" in of_voucher(both.check(FRIDAY, FRIDAY).report.vouchers[0]).answer
    both.world.set_privileges(*KEYS, [*READS, "Import_Full"])
    assert states(both.export().report) == ["drafted"]


def test_a_key_with_every_privilege_is_said_to_have_them(shop: Shop) -> None:
    apply(shop, "import")
    (found,) = ask(shop, "privileges")
    assert (found.answer, found.message) == ("ok", "Every privilege that is needed is there.")


def test_a_privilege_that_the_clients_subscription_does_not_cover_is_told_as_that(shop: Shop) -> None:
    (client,) = shop.world.clients
    shop.world.add_client(replace(client, privileges=client.privileges - {"Import_Full"}))
    apply(shop, "import")
    (found,) = ask(shop, "privileges")
    assert found.answer == "wrong"
    assert "given but do not count" in found.message
    assert "subscription" in found.fix


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(403, json={"message": "No."}),
        httpx.Response(404, json={"message": "No."}),
        httpx.Response(200, json={"success": False, "validation": {"summary": "No."}}),
        httpx.Response(200, json={"success": True, "data": {}}),
        httpx.Response(200, json={"success": True, "data": {"validPrivileges": "Import_Full"}}),
    ],
    ids=["403", "404", "refused", "nothing", "no list"],
)
def test_privileges_that_are_not_told_are_said_to_be_untold_and_hold_nothing(
    shop: Shop, answer: httpx.Response
) -> None:
    apply(shop, "import")
    path = "/ClientIntegrationInformation/"
    body, status = answer.content, answer.status_code
    shop.line.before = lambda request: (
        httpx.Response(status, content=body, headers={"Content-Type": "application/json"})
        if request.url.path == path
        else None
    )
    (found,) = ask(shop, "privileges")
    assert found.answer == "warning"
    assert "did not tell whether the extension may import" in found.message
    shop.sell(sale(1))
    assert states(shop.export().report) == ["drafted"]


# A lock date that fails by v2


PROBLEM = {"title": "Object(s) not found", "detail": "No settings.", "status": 404}


@pytest.mark.parametrize("status", [400, 404, 405, 500])
@pytest.mark.parametrize("target", ["journal", "ledger"])
def test_a_lock_date_that_fails_is_no_missing_privilege_and_stops_nothing(shop: Shop, target: str, status: int) -> None:
    apply(shop, target)
    shop.line.before = lambda request: (
        httpx.Response(status, json=PROBLEM) if request.url.path.endswith("/LockDateSettings") else None
    )
    (privileges,) = ask(shop, "privileges")
    assert privileges.answer == "ok"
    (lock,) = ask(shop, "lock date")
    assert (lock.answer, lock.exit_code) == ("warning", Exit.DONE)
    assert "rivilege" not in lock.message + lock.fix
    shop.sell(sale(1))
    assert states(shop.export().report) == ["drafted"]


@pytest.mark.parametrize("target", ["journal", "ledger"])
def test_a_lock_date_that_may_not_be_read_is_a_missing_privilege(shop: Shop, target: str) -> None:
    apply(shop, target)
    missing = {"title": "Missing privilege", "detail": "CommonServices", "status": 403}
    shop.line.before = lambda request: (
        httpx.Response(403, json=missing) if request.url.path.endswith("/LockDateSettings") else None
    )
    (found,) = (told for told in ask(shop, "privileges") if told.answer == "wrong")
    assert found.exit_code is Exit.INTEGRATOR
    assert "LockDateSettings" in found.message


def test_what_was_told_is_kept_and_an_ordinary_night_asks_none_of_it(both: Shop) -> None:
    apply(both, "import")
    both.sell(sale(1))
    both.export()
    asked = len(both.world.requests)
    both.clock.now_s += 3_600
    both.sell(sale(2, at="2026-11-21T12:00:00"))
    both.export()
    assert [found.path for found in list(both.world.requests)[asked:]] == ["/OAuth/Token", "/Import/"]
