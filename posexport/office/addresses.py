"""The addresses of the office's pages that name something."""

from __future__ import annotations

from posexport.views.addresses import day_address as day_address
