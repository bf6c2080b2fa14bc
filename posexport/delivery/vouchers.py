"""Makes vouchers ready to send: checked against the client's chart of accounts, and built into a request."""

from __future__ import annotations

from datetime import date
from typing import Any

from posexport import __version__
from posexport.core.company import Venue
from posexport.core.ports.ledger import Ledger, SourceTrail
from posexport.core.review import Review
from posexport.core.voucher import Voucher
from posexport.delivery.context import DeliveryContext, Preparation, Prepared
from posexport.delivery.day_vouchers import find_ordered_already, find_unknown_vouchers
from posexport.delivery.lookup import Run
from posexport.delivery.preflight import ChartChecks
from posexport.store.database import Connection
from posexport.store.days import read_source_files, read_trail
from posexport.store.setups import find_place, find_venue_number
from posexport.views.json import Making, format_page


def prepare_voucher(context: DeliveryContext, review: Review, ledger: Ledger, run: Run) -> Prepared:
    """The request for a sendable voucher, or the findings against it by its ledger. May raise what a `Destination`
    raises."""
    voucher = review.report.voucher
    is_first = review.delivery is None
    judged = ChartChecks(context).judge(review, ledger, voucher, remembered=is_first)
    found = judged.found or tuple(map(review.place, find_ordered_already(context, review, ledger, run)))
    if found:
        return Prepared({}, found)
    trail = _read_trail(context, review.report.venue, voucher)
    alike = find_unknown_vouchers(context, review, run)
    payload = ledger.build_payload(judged.voucher, judged.chart, trail)
    return Prepared(payload, alike=alike, lines=judged.told.lines)


def _read_trail(context: DeliveryContext, venue: Venue, voucher: Voucher) -> SourceTrail:
    with context.database.reading() as connection:
        number = find_venue_number(connection, venue)
        source, batch = read_trail(connection, number, voucher.business_day)
        place = find_place(connection, number)
    return SourceTrail(source or "posexport", batch or voucher.reference[:35], place)


def describe_voucher(connection: Connection, review: Review, now_utc_s: int) -> dict[str, Any]:
    """The data of a voucher's settlement report, with when, from which files and by which version it is made."""
    return format_page(review.report, made=read_making(connection, review.report.venue, review.business_day, now_utc_s))


def read_making(connection: Connection, venue: Venue, day: date, now_utc_s: int) -> Making:
    """When and from which files a settlement report is made now; times by the venue's clock."""
    files = read_source_files(connection, find_venue_number(connection, venue), day)
    read = tuple((_name_file(file.name), venue.calendar.local(file.read_at_utc_s)) for file in files)
    return Making(venue.calendar.local(now_utc_s), __version__, read)


def _name_file(path: str) -> str:
    """A file's own name, without the folders of the machine that it was read on."""
    return path.replace("\\", "/").rpartition("/")[2]


VOUCHERS = Preparation(prepare_voucher, describe_voucher)
