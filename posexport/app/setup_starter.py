"""posexport setup draft: a first setup file for a new venue, from the codes and names in its sales files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from posexport.core.ports.sales import OpenFile, Reader
from posexport.core.sales import MasterData, Ticket, TicketStatus
from posexport.setup.starter import format_draft
from posexport.texts.language import Lang


def draft_setup(
    files: Sequence[OpenFile],
    readers: Mapping[str, Reader],
    today: date,
    venue_id: str | None = None,
    lang: Lang = "en",
) -> str:
    """The setup file as TOML text. Reads every file completely and stores nothing. A venue without sales in them gets
    `export_from` = `today`. `lang`: of the comments.

    Raises UnreadableSales.
    """
    master = MasterData()
    for file in files:
        with file.open() as stream:
            master = master.merged(readers[file.format].read_master(stream, file.name) or MasterData())
    sold: dict[str, set[str]] = defaultdict(set)
    paid: set[str] = set()
    registers: dict[tuple[str | None, str, str], None] = {}
    named = {register for _, register, _ in master.registers}
    first: date | None = None
    for file in files:
        with file.open() as stream:
            for item in readers[file.format].read(stream, file.name, master):
                if isinstance(item, MasterData):
                    master = master.merged(item)
                    named |= {register for _, register, _ in item.registers}
                elif isinstance(item, Ticket) and item.status is TicketStatus.COUNTED:
                    first = min(first or date.max, item.completed_at.date())
                    paid |= {payment.payment_type for payment in item.payments}
                    for line in item.lines:
                        sold[line.product_type].add(line.vat_code)
                    if item.register not in named:
                        registers[item.location, item.register, ""] = None
    master = master.merged(MasterData(registers=tuple(registers)))
    return format_draft(master, venue_id, export_from=first or today, sold=sold, paid=sorted(paid), lang=lang)
