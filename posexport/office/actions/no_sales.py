"""A day without data is a day without sales: somebody says so, with a reason."""

from __future__ import annotations

from starlette.responses import Response

from posexport.office.actions import accept
from posexport.office.visit import Visit

CODE = "no-sales-data"


def do(visit: Visit) -> Response:
    """Accept that there are no data, and show the day again."""
    return accept.accept(visit, CODE)
