"""A day: what was found, its vouchers exactly as the preview has them, and what happened to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from starlette.responses import Response

from posexport.app.preview import preview
from posexport.core.company import Venue
from posexport.core.day import Period
from posexport.core.finding import ACCEPTABLE_ON_DAYS, Finding
from posexport.core.mends import MendKind
from posexport.core.report import DayReport, Report, State, VoucherReport
from posexport.core.roles import Right
from posexport.office import day_parts
from posexport.office.addresses import day_address, order_address
from posexport.office.mend_links import find_links, lacks_name, may_set_account
from posexport.office.pages.customers import find_linked
from posexport.office.visit import Visit
from posexport.render.html import lay_out_sheets
from posexport.texts.orders import order_words
from posexport.texts.report import words
from posexport.views.json_orders import list_orders

_SENDABLE = frozenset({State.READY, State.REFUSED, State.UNREACHABLE, State.UNCERTAIN})


def read_day(visit: Visit, venue: Venue, day: date) -> Report:
    """The day's vouchers and orders, settled anew; nothing where it is not over."""
    if not venue.calendar.is_closed(day, visit.workspace.now_utc_s):
        return Report(())
    return preview(visit.workspace, [venue], Period(day, day))


def is_sendable(report: DayReport) -> bool:
    """Whether a voucher would be drafted now."""
    return report.state in _SENDABLE


def list_sendable(shown: Sequence[DayReport]) -> list[DayReport]:
    """Those of a day's vouchers that would be drafted now."""
    return [report for report in shown if is_sendable(report)]


def name_sending(states: Iterable[State]) -> str:
    """The key of the words for drafting vouchers in these states: refused ones are tried again, those that did not
    reach the ledger now."""
    return _SENDING.get(frozenset(states), "draft")


_SENDING = {frozenset({State.REFUSED}): "try_again", frozenset({State.UNREACHABLE}): "try_now"}


def _find_next_turn(visit: Visit, venue: Venue, shown: Sequence[DayReport]) -> datetime | None:
    """When a day goes by itself that did not reach the ledger; None for others, and where that is never."""
    if all(report.state is not State.UNREACHABLE for report in shown):
        return None
    return next((at for _, at in visit.site.list_next_turns(visit.workspace, [venue])), None)


def _list_settable(visit: Visit, venue: Venue, day: date, shown: Sequence[DayReport]) -> frozenset[str]:
    """The digests of the findings that the user can mend by choosing an account."""
    found = (finding for report in shown for finding in report.findings)
    return frozenset(finding.digest for finding in found if may_set_account(visit, finding, venue, day))


def list_revisable(shown: Sequence[DayReport]) -> list[DayReport]:
    """Those of a day's vouchers whose drafts a revision would mend."""
    return [report for report in shown if any(_asks_for(finding, MendKind.REVISE) for finding in report.findings)]


def list_resolvable(shown: Sequence[DayReport]) -> list[DayReport]:
    """Those of a day's vouchers of which only a person can say whether they are in the ledger."""
    return [report for report in shown if any(_asks_for(finding, MendKind.RESOLVE) for finding in report.findings)]


def _asks_for(finding: Finding, kind: MendKind) -> bool:
    return any(mend.kind is kind and mend.facts.get("answer") in _OF_A_VOUCHER for mend in finding.mends)


_OF_A_VOUCHER = frozenset({None, "drafted", "not-drafted"})
"""What a person is asked of a voucher, not of the day as a whole; None where the mend asks nothing."""


def _list_findings(report: Report) -> Iterator[Finding]:
    """What was found on a day's vouchers and orders."""
    for shown in (*report.vouchers, *report.orders):
        yield from shown.findings


def _list_accounts(shown: Sequence[DayReport]) -> frozenset[str | None]:
    """The accounts of a day's voucher lines."""
    vouchers = (report.voucher for report in shown if isinstance(report, VoucherReport))
    return frozenset(line.account for voucher in vouchers for line in voucher.lines)


def show(visit: Visit, *, trouble: tuple[str, str] | None = None, status_code: int = 200) -> Response:
    """The page, or a part of it (`?part=`): a line's tickets, the history. `trouble`: the code of the finding whose
    form was declined, and why."""
    venue, day = visit.find_venue(), visit.find_day()
    part = visit.request.query_params.get("part", "")
    if part in day_parts.PARTS and trouble is None:
        return day_parts.PARTS[part](visit, venue, day)
    report = read_day(visit, venue, day)
    shown, saved = report.vouchers, visit.request.query_params.get("saved", "")
    calendar, now = venue.calendar, visit.workspace.now_utc_s
    return visit.show(
        "day.html.j2",
        status_code=status_code,
        company=visit.company_of(venue),
        venue=venue,
        day=day,
        made_at=calendar.local(now),
        before=day - timedelta(days=1),
        after=day + timedelta(days=1) if calendar.is_closed(day + timedelta(days=1), now) else None,
        sheets=lay_out_sheets(shown, list_orders(report)),
        sendable=list_sendable(shown),
        sending=name_sending(report.state for report in list_sendable(shown)),
        is_unreached=any(report.state is State.UNREACHABLE for report in shown),
        goes_at=_find_next_turn(visit, venue, shown),
        revisable=list_revisable(shown),
        resolvable=list_resolvable(shown),
        may_book=visit.user.may_at(Right.BOOK, venue),
        ends_at=None if calendar.is_closed(day, now) else calendar.local(calendar.end(day)),
        acceptable=ACCEPTABLE_ON_DAYS,
        is_sent=any(report.remote_id for report in shown if isinstance(report, VoucherReport)),
        settable=_list_settable(visit, venue, day, shown),
        mend_links=find_links(visit, _list_findings(report), day_address(venue.id, day)),
        lacks_name=lacks_name,
        order_link=order_address,
        ticket_link=partial(day_parts.line_address, venue.id, day),
        has_history=any(one.reference or one.findings for one in shown),
        just_linked=find_linked(visit, (one.order.link.number for one in list_orders(report) if one.order.link)),
        saved=saved if saved in _list_accounts(shown) else "",
        saved_row=visit.request.query_params.get("row", "") if visit.user.may(Right.MAP, venue.company_id) else "",
        trouble=trouble,
        w=words(visit.lang),
        o=order_words(visit.lang),
    )
