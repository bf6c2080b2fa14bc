"""Sign out."""

from __future__ import annotations

from starlette.responses import Response

from posexport.office.access import sign_out
from posexport.office.visit import Visit, go_to


def do(visit: Visit) -> Response:
    """End this session, and forget its cookie."""
    sign_out(visit.site, visit.session)
    response = go_to("/login")
    response.delete_cookie(visit.site.cookie, secure=visit.site.is_https, httponly=True, samesite="lax")
    return response
