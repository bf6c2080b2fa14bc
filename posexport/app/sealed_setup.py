"""What counted as a sale on credit on a business day that was sent: by the setup it was first sent with, whatever the
setup says by now. The routes of its tickets are sealed, and a payment type that is on credit since, or is not any more,
moves none of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from posexport.core.company import Company, Venue
from posexport.core.delivery import Delivery
from posexport.core.mapping import AccountMapping
from posexport.core.orders.document import ORDER
from posexport.core.orders.route import CreditRules
from posexport.core.orders.setup import credit_rules
from posexport.core.voucher import find_venue_in
from posexport.store.database import Connection
from posexport.store.deliveries import read_deliveries
from posexport.store.setup_snapshots import digest_setup, load_setup_of


@dataclass
class SealedSetup:
    """The setups that one venue's days were first sent with. `number`: the venue's in the store."""

    connection: Connection
    company: Company
    venue: Venue
    number: int
    _venues: dict[tuple[str, str], Venue | None] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def _today(self) -> str:
        return digest_setup(self.company)

    def find_venue(self, day: date, vouchers: Iterable[Delivery], *, has_orders: bool = True) -> Venue | None:
        """The venue as it was set up when the first of a day's documents was sent; None where none was, where that is
        not known, and where the setup is the same. `vouchers`: the day's; `has_orders`: it may have some."""
        orders = read_deliveries(self.connection, self.number, day, day, ORDER) if has_orders else ()
        sent = (one for one in (*vouchers, *orders) if one.setup_digest and (one.drafted_at_utc_s or one.may_be_there))
        first = min(sent, key=lambda one: one.id, default=None)
        if first is None or first.setup_digest == self._today:
            return None
        key = first.setup_digest, find_venue_in(first.reference)
        if key not in self._venues:
            company = load_setup_of(self.connection, first.setup_digest)
            venues = company.venues if company is not None else ()
            self._venues[key] = next((venue for venue in venues if venue.id == key[1]), None)
        return self._venues[key]

    def rules_on(self, day: date) -> CreditRules:
        """What the setup says of sales on credit on a business day, with the payment types that it was sent with."""
        rules = credit_rules(self.company, self.venue.on(day))
        if rules.invoices_from is None:
            return rules
        was = self.find_venue(day, read_deliveries(self.connection, self.number, day, day))
        return rules if was is None else keep_credit_types(rules, was.on(day).mapping)


def keep_credit_types(rules: CreditRules, was: AccountMapping) -> CreditRules:
    """The rules with the payment types that were on credit by the setup that a day was sent with."""
    if rules.credit_types == was.credit_types and rules.transferred == was.transferred_credit_types:
        return rules
    return replace(rules, credit_types=was.credit_types, transferred=was.transferred_credit_types)
