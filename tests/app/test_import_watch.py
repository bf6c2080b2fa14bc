"""An import that a person could not post: its status is read once a night for 31 days, and what failed is told with
Go's own words until it is mended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from posexport.app.preview import Exported
from posexport.core.alerts import IMPORT_FAILED
from posexport.core.delivery import WATCHED_S
from posexport.core.report import State
from posexport.errors import Exit
from posexport.notify.notify import note
from posexport.schedule.run import look
from posexport.schedule.turn import SchedulerState
from posexport.texts.describe import fix_of, message_of
from tests.support.books import Books, states_of
from tests.support.harness import FRIDAY, MAPPING, SATURDAY, Shop, codes, sale
from tests.support.looks import read_rows

R1 = "torget-20261120-r1"
DAY_S = 86_400
PERIOD_CLOSED = "Posting date 2026-11-20 is in a closed period."


class Queue:
    """The import queue as a bookkeeper leaves it: what its statuses say, and when each was asked for."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.asked = shop, list[str]()
        self.told: dict[str, Any] = {}
        self.answer: Callable[[], httpx.Response] | None = None
        shop.line.before = self._before

    def fail(self, error: str | None, **more: Any) -> None:
        """Every import has failed with these words; None without any."""
        self.told = {"isPosted": False, "hasError": True, "errorDescription": error, **more}

    def _before(self, request: httpx.Request) -> httpx.Response | None:
        if not request.url.path.endswith("/status"):
            return None
        self.asked.append(request.url.path.split("/")[2])
        if self.answer is not None:
            return self.answer()
        told = {name: value for name, value in self.told.items() if value is not None}
        return httpx.Response(200, json={"success": True, "data": told}) if told else None


def drafted(shop: Shop) -> Queue:
    """A day that waits in the import queue."""
    shop.apply()
    shop.sell(sale(1))
    assert [shown.state for shown in shop.export().report.vouchers] == [State.DRAFTED]
    return Queue(shop)


def night(shop: Shop, nights: float = 1) -> Exported:
    """The export of the next night, or of one later."""
    shop.clock.now_s += nights * DAY_S
    return shop.export()


def told(shop: Shop) -> list[str]:
    """What a status says of the failed imports."""
    return [message_of(found, "en") for row in shop.status() for found in row.findings if found.code == "import-failed"]


def test_a_failed_import_is_told_in_gos_own_words_until_it_is_posted(both: Shop) -> None:
    queue = drafted(both)
    queue.fail(PERIOD_CLOSED)
    exported = night(both)
    shown = both.only(exported.report)
    assert (shown.state, codes(shown), exported.exit_code) == (State.DRAFTED, ["import-failed"], Exit.BOOKKEEPER)
    assert PERIOD_CLOSED.rstrip(".") in message_of(shown.findings[0], "nb")
    assert "klikk Importer igjen" in fix_of(shown.findings[0], "nb")
    assert len(told(both)) == 1
    assert both.export().exit_code is Exit.BOOKKEEPER, "it is told by every run, asked about or not"

    queue.told = {"isPosted": True, "hasError": False}
    exported = night(both)
    assert (both.only(exported.report).state, exported.exit_code) == (State.DRAFTED, Exit.DONE)
    assert told(both) == []
    assert night(both).report.vouchers == (), "the day is done with"
    assert states_of(both, R1)[-2:] == ["import-failed", "import-mended"]


@pytest.mark.parametrize("error", [None, "", "   "])
def test_a_failure_without_a_reason_is_told_as_that(shop: Shop, error: str | None) -> None:
    queue = drafted(shop)
    queue.fail(error)
    (found,) = (found for found in shop.only(night(shop).report).findings if found.code == "import-failed")
    assert found.variant == "untold"


def test_names_of_a_status_are_read_however_they_are_spelled(shop: Shop) -> None:
    queue = drafted(shop)
    queue.told = {"IsPosted": False, "HASERROR": True, "errordescription": "Konto 3020\n  er sperret"}
    night(shop)
    assert "Konto 3020 er sperret" in told(shop)[0]


def test_what_go_says_is_cut_and_holds_no_secret(shop: Shop) -> None:
    queue = drafted(shop)
    queue.fail("x" * 5_000 + " clientkey-5ecret-T1")
    night(shop)
    assert len(told(shop)[0]) < 1_200
    queue.fail("the key clientkey-5ecret-T1 is refused")
    night(shop)
    assert "5ecret" not in told(shop)[0]
    assert not any("5ecret" in str(row) for row in read_rows(shop, "import_watch", "error"))


def test_another_failure_is_told_instead(shop: Shop) -> None:
    queue = drafted(shop)
    for words in ("Konto 1592 er sperret", "Avdeling 10 er nedlagt"):
        queue.fail(words)
        night(shop)
        assert [words in message for message in told(shop)] == [True]
    assert states_of(shop, R1).count("import-failed") == 2


# Once a night, for 31 days


def test_the_status_is_read_once_a_night_however_often_it_is_exported(both: Shop) -> None:
    queue = drafted(both)
    both.export()
    assert queue.asked == [], "not in the night that made it"
    for nights in range(1, 4):
        both.clock.now_s += DAY_S
        for _ in range(3):
            both.export()
            both.export(FRIDAY, SATURDAY)
        assert len(queue.asked) == nights


def test_it_is_read_for_31_days_and_no_longer(shop: Shop) -> None:
    queue = drafted(shop)
    for _ in range(40):
        night(shop)
    assert len(queue.asked) == 31


@pytest.mark.parametrize("end", [{"isPosted": True, "hasError": False}, {"isPosting": True, "isPosted": False}])
def test_what_is_posted_is_not_asked_about_again(shop: Shop, end: dict[str, bool]) -> None:
    queue = drafted(shop)
    queue.told = end
    for _ in range(3):
        night(shop)
    assert len(queue.asked) == 1


def test_an_import_that_is_deleted_is_not_asked_about_again(shop: Shop) -> None:
    queue = drafted(shop)
    shop.world.delete(shop.world.drafts()[0].id)
    for _ in range(3):
        assert night(shop).exit_code is Exit.DONE
    assert len(queue.asked) == 1


def test_a_failure_that_is_no_longer_asked_about_is_a_warning_and_holds_no_day_open(shop: Shop) -> None:
    queue = drafted(shop)
    queue.fail(PERIOD_CLOSED)
    night(shop)
    exported = night(shop, WATCHED_S / DAY_S + 1)
    assert exported.exit_code is Exit.DONE
    assert night(shop).report.vouchers == ()
    (found,) = (found for found in shop.only(shop.preview(FRIDAY, FRIDAY)).findings if found.code == "import-failed")
    assert not found.holds


@pytest.mark.parametrize("target", ["journal", "ledger", "file"])
def test_no_other_target_is_asked(shop: Shop, target: str) -> None:
    Books(shop, target).open()
    shop.sell(sale(1))
    shop.export()
    asked = len(shop.world.requests)
    night(shop)
    assert len(shop.world.requests) == asked


def test_imports_are_asked_about_though_vouchers_go_elsewhere_now(shop: Shop) -> None:
    queue = drafted(shop)
    shop.apply(target="journal")
    queue.fail(PERIOD_CLOSED)
    night(shop)
    assert len(told(shop)) == 1


def test_each_import_of_a_venue_is_one_call_and_no_voucher_is_sent_again(both: Shop) -> None:
    both.apply()
    both.sell(*(sale(n, at=f"{date(2026, 11, 10) + timedelta(days=n)}T12:00:00") for n in range(1, 6)))
    both.export()
    queue = Queue(both)
    requests = len(both.world.requests)
    night(both)
    assert len(queue.asked) == len(set(queue.asked)) == 5
    went = [asked.path for asked in list(both.world.requests)[requests:]]
    assert [path for path in went if not path.endswith("/status")] == ["/OAuth/Token"]


# Whatever goes wrong with asking


@pytest.mark.parametrize(
    "answer",
    [
        lambda: httpx.Response(500),
        lambda: httpx.Response(403, json={"message": "No."}),
        lambda: httpx.Response(200, html="<html>"),
        lambda: httpx.Response(200, json={"success": True, "data": {"id": "x"}}),
        lambda: httpx.Response(200, json={"success": True, "data": [1]}),
        lambda: httpx.Response(200, json={"success": False, "validation": {"summary": "No."}}),
        lambda: httpx.Response(200, json={"success": True, "data": {"title": "No", "status": 400, "errors": {}}}),
    ],
    ids=["500", "403", "html", "no status", "a list", "refused", "refused as a success"],
)
def test_an_import_that_cannot_be_asked_about_stops_nothing_and_is_asked_about_later(
    shop: Shop, answer: Callable[[], httpx.Response]
) -> None:
    queue = drafted(shop)
    queue.answer = answer
    shop.sell(sale(2, at="2026-11-21T12:00:00"))
    exported = night(shop)
    assert [shown.state for shown in exported.report.vouchers] == [State.DRAFTED]
    assert exported.exit_code is Exit.DONE
    queue.answer = None
    queue.fail(PERIOD_CLOSED)
    night(shop)
    assert PERIOD_CLOSED.rstrip(".") in told(shop)[0]


def test_a_key_that_is_gone_stops_only_the_asking(shop: Shop) -> None:
    drafted(shop)
    del shop.environ["PO_CLIENT_TORGET"]
    assert night(shop).exit_code is Exit.DONE


def test_a_failed_import_that_has_sold_more_since_can_be_replaced(shop: Shop) -> None:
    queue = drafted(shop)
    queue.fail(PERIOD_CLOSED)
    night(shop)
    shop.sell(sale(2, "75.00"))
    exported = shop.revise()
    assert exported.exit_code is Exit.DONE
    assert told(shop) == []
    assert [draft.description for draft in shop.world.drafts()] != []


# Told to people


MAIL = '[company.mail]\nserver = "127.0.0.1:25"\nsecurity = "none"\nsender = "kasse@fjordmat.example"'


def test_people_are_told_by_mail_and_once_more_when_it_is_mended(both: Shop) -> None:
    both.apply(torget='notify = ["regnskap@fjordmat.example"]', mapping=f"{MAPPING}\n{MAIL}")
    both.sell(sale(1))
    both.export()
    queue = Queue(both)
    queue.fail(PERIOD_CLOSED)
    night(both)
    assert _write(both) == 1
    assert _write(both) == 0, "once"
    ((subject, body),) = read_rows(both, "message", "subject", "body")
    assert PERIOD_CLOSED.rstrip(".") in body
    assert "ikke importert i PowerOffice Go" in body
    assert "Endret" not in subject + body
    reasons = [str(reason) for (reason,) in read_rows(both, "notice", "reason", mended_at_utc_s=None)]
    assert f"{IMPORT_FAILED}:import-failed" in reasons
    queue.told = {"isPosted": True, "hasError": False}
    night(both)
    assert _write(both) == 1, "mended"


def _write(shop: Shop) -> int:
    """Note what is new; how many messages were written."""
    with shop.open() as workspace:
        (company,) = workspace.load_setup().companies
        return note(workspace, company, workspace.now_utc_s)


# By the scheduler


def test_a_venue_that_is_exported_once_a_week_is_asked_about_every_night_all_the_same(both: Shop) -> None:
    both.apply(torget='automatic_export = true\n  schedule = "weekly"')
    both.sell(sale(1))
    both.export()
    queue = Queue(both)
    queue.fail(PERIOD_CLOSED)
    _look(both)
    assert queue.asked == [], "not on the day that made it"
    for nights in range(1, 4):
        both.clock.now_s += DAY_S
        for _ in range(3):
            _look(both)
            both.clock.now_s += 900
        assert len(queue.asked) == nights
    assert len(told(both)) == 1


def test_the_scheduler_leaves_the_morning_to_the_turns(shop: Shop) -> None:
    shop.apply(torget='automatic_export = true\n  schedule = "monthly"')
    shop.sell(sale(1))
    shop.export()
    queue = Queue(shop)
    _look(shop)
    shop.clock.now_s += 17 * 3_600  # five in the morning, and an hour more
    _look(shop)
    assert queue.asked == []
    shop.clock.now_s += 4 * 3_600
    _look(shop)
    assert len(queue.asked) == 1


def _look(shop: Shop) -> None:
    """One look of a scheduler that has just started."""
    with shop.open() as workspace:
        look(workspace, SchedulerState())
