"""The addresses of the office's pages that name something."""

from __future__ import annotations

from posexport.views.addresses import (
    company_address as company_address,
    day_address as day_address,
    venue_address as venue_address,
)
