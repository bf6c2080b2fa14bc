"""One pass over all companies: record new alerts, then send the e-mails that are due."""

from __future__ import annotations

from posexport.app.workspace import Workspace
from posexport.core.alerts import News
from posexport.core.company import Company
from posexport.notify.alerts import find_venue_news, ids_of, look_at, write_digests
from posexport.notify.outbox import AtWork, Sent, send_waiting
from posexport.notify.weekly import find_week, weekly_kind, write_weeklies
from posexport.store.messages import add_messages, has_message, lock_company
from posexport.store.notices import add_notices, close_notices, read_open_notices
from posexport.store.setups import find_company_number


def keep_people_posted(workspace: Workspace, now_utc_s: int, at_work: AtWork | None = None) -> Sent:
    """Record every company's alerts and send what is due. Raises nothing for mail failures: they are in the result and
    the log."""
    for company in workspace.load_setup().companies:
        if workspace.stopping():
            return Sent()
        note(workspace, company, now_utc_s)
    return send_waiting(workspace, now_utc_s, at_work)


def note(workspace: Workspace, company: Company, now_utc_s: int) -> int:
    """Compare a company's days with its recorded alerts, and store new alerts and one message per recipient. Returns
    how many messages were written.

    Where another process recorded something meanwhile, nothing is written: the next pass compares anew.
    """
    if not company.venues:
        return 0
    week = find_week(workspace, company, now_utc_s)
    looked_at = [look_at(workspace, venue, week, now_utc_s) for venue in company.venues]
    news = {of.venue.id: find_venue_news(company, of, now_utc_s) for of in looked_at}
    if week is None and not any(of != News() for of in news.values()):
        return 0
    with workspace.database.writing() as connection:
        number = find_company_number(connection, company.id)
        lock_company(connection, number)
        seen = sorted(notice for of in looked_at for notice in ids_of(of.notices))
        if sorted(ids_of(read_open_notices(connection, [of.number for of in looked_at]))) != seen:
            return 0
        for of in looked_at:
            found = news[of.venue.id]
            told = [notice for _, notice in found.tell if notice]
            close_notices(connection, sorted(ids_of([*found.over, *told])), now_utc_s)
            tell = [(of.number, day.business_day, day.reason) for day, _ in found.tell]
            add_notices(connection, tell, now_utc_s, is_told=True)
            quiet = [(of.number, day.business_day, day.reason) for day in found.notice]
            add_notices(connection, quiet, now_utc_s, is_told=False)
        messages = list(write_digests(workspace, company, looked_at, news))
        if week is not None and not has_message(connection, number, kind := weekly_kind(week)):
            messages += write_weeklies(workspace, company, looked_at, week, kind, now_utc_s)
        add_messages(connection, number, messages, now_utc_s)
    return len(messages)
