"""Say where a voucher is of which no answer came: in PowerOffice Go, or not."""

from __future__ import annotations

from starlette.responses import Response

from posexport.core.roles import Right
from posexport.office.pages.day import list_resolvable, read_day
from posexport.office.visit import Visit
from posexport.texts.report import words


def show(visit: Visit, *, trouble: str = "", status_code: int = 200) -> Response:
    """The page. `trouble`: why what was said last is not taken."""
    venue, day = visit.find_venue(Right.BOOK), visit.find_day()
    return visit.show(
        "resolve.html.j2",
        status_code=status_code,
        venue=venue,
        day=day,
        vouchers=list_resolvable(read_day(visit, venue, day).vouchers),
        trouble=trouble,
        w=words(visit.lang),
    )
