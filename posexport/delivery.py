"""One voucher's way to PowerOffice: planned -> sending -> drafted | refused | uncertain | unreachable.

The intent, with the exact payload and the fingerprint of the sales behind it, is committed before the request
and the outcome after it. A delivery found in `sending` or `uncertain` is looked up where it was sent before
anything is sent again. Of two processes one holds the claim; the other leaves the voucher alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from posexport.core.checks import check_chart
from posexport.core.findings import Finding, format_findings
from posexport.core.ports import Chart, Destination, Drafted, Payload, SourceTrail
from posexport.core.report import State, VoucherReport
from posexport.core.setup import Company, Venue
from posexport.core.vat import VatRate
from posexport.core.voucher import Voucher
from posexport.errors import (
    AnswerLost,
    Exit,
    OperatorError,
    PosexportError,
    PowerOfficeRefused,
    PowerOfficeUnavailable,
)
from posexport.review import Review, describe_change
from posexport.store.database import Database
from posexport.store.deliveries import (
    Delivery,
    Intent,
    claim,
    load_vat_rates,
    plan,
    release,
    replan,
    save_vat_rates,
    settle,
)
from posexport.store.settlements import read_trail
from posexport.store.setups import find_company_number, find_venue_number

CLAIM_S = 180
"""How long a voucher on its way is left alone by others; longer than a request with all its retries."""

REPLICA_LAG_S = 2
"""PowerOffice's reads may lag its writes: a look-up that finds nothing is trusted only this long after."""

CHART_AGE_S = 300
"""How long what PowerOffice told of a client is believed."""

SILENCE_S = 30
"""How long a PowerOffice that could not be asked about a client is not asked again: hundreds of vouchers would
each wait as long for the same silence."""

BUSY = "another run is sending this voucher right now"


@dataclass(slots=True)
class Charts:
    """What PowerOffice told of each client, for a few minutes, shared by its venues."""

    clock: Callable[[], float]
    _kept: dict[tuple[str, str], tuple[float, Chart]] = field(default_factory=dict)
    _silent: dict[tuple[str, str], tuple[float, PowerOfficeUnavailable]] = field(default_factory=dict)
    _locks: dict[tuple[str, str], threading.Lock] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def find(
        self, company: Company, destination: Destination, vouchers: Sequence[Voucher], on_read: Callable[[Chart], None]
    ) -> Chart:
        """The chart of a company's client, good for these vouchers: kept, or read by whoever comes first while
        others wait."""
        key = (company.id, company.target)
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            kept = self._kept.get(key)
            if (
                kept is not None
                and self.clock() - kept[0] < CHART_AGE_S
                and all(_knows(kept[1], voucher) for voucher in vouchers)
            ):
                return kept[1]
            silent = self._silent.get(key)
            if silent is not None and self.clock() - silent[0] < SILENCE_S:
                raise silent[1].with_traceback(None)
            try:
                chart = destination.read_chart(vouchers)
            except PowerOfficeUnavailable as error:
                self._silent[key] = (self.clock(), error)
                raise
            if kept is not None and kept[1].customers and chart.customers is not None:
                chart = replace(chart, customers={**kept[1].customers, **chart.customers})
            self._kept[key] = (self.clock(), chart)
            on_read(chart)
            return chart


def _knows(chart: Chart, voucher: Voucher) -> bool:
    """Whether the customers a voucher names have been asked for."""
    if chart.customers is None:
        return True
    return all(line.customer is None or line.customer in chart.customers for line in voucher.lines)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one voucher: how it is shown now, and who must act."""

    report: VoucherReport
    exit_code: Exit = Exit.DONE


@dataclass(frozen=True, slots=True)
class Courier:
    """Brings reviewed vouchers where they belong. `open_destination` may raise OperatorError."""

    database: Database
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    open_destination: Callable[[Company, Venue], Destination]
    charts: Charts

    def deliver(self, review: Review) -> Outcome:
        """Draft one voucher that is ready, or was tried before; every way it can end is an Outcome."""
        voucher = review.report.voucher
        if voucher is None or not voucher.is_sendable:
            return Outcome(review.report)
        delivery = review.delivery
        if delivery is not None and not self._claim(delivery):
            return self._busy(review)
        company, venue = review.report.company, review.report.venue
        try:
            found = self._look_up(company, venue, delivery)
            if delivery is not None and found is not None:
                return self._found(review, delivery, found)
            destination = self.open_destination(company, venue)
            chart = self._find_chart(company, destination, [voucher])
            held = tuple(
                replace(finding, venue=venue.id, business_day=voucher.business_day)
                for finding in check_chart(voucher, chart)
            )
            if held:
                return self._hold(review, voucher, held)
            payload = destination.build_payload(voucher, chart, self._read_trail(venue, voucher))
        except (OperatorError, PowerOfficeRefused, PowerOfficeUnavailable) as error:
            return self._fail(review, voucher, error)
        return self._send(review, voucher, destination, payload)

    def learn_rates(self, company: Company, venue: Venue) -> bool:
        """Ask PowerOffice for VAT rates before vouchers are judged by them; whether they are news. What goes
        wrong is told when the vouchers are delivered."""
        known = self._load_rates(company)
        try:
            self._find_chart(company, self.open_destination(company, venue), [])
        except PosexportError:
            return False
        return self._load_rates(company) != known

    # Before anything is sent

    def _find_chart(self, company: Company, destination: Destination, vouchers: Sequence[Voucher]) -> Chart:
        return self.charts.find(company, destination, vouchers, lambda chart: self._keep_rates(company, chart))

    def _load_rates(self, company: Company) -> tuple[VatRate, ...]:
        with self.database.reading() as connection:
            return load_vat_rates(connection, find_company_number(connection, company.id))

    def _claim(self, delivery: Delivery) -> bool:
        with self.database.writing() as connection:
            return claim(connection, delivery, self._now(), self._now() + CLAIM_S)

    def _look_up(self, company: Company, venue: Venue, delivery: Delivery | None) -> Drafted | None:
        """What an earlier, unanswered request has made, if anything; looked for where that one went."""
        if delivery is None or delivery.shown_state is not State.UNCERTAIN:
            return None
        wait_s = delivery.changed_at_utc_s + REPLICA_LAG_S - self.clock()
        if wait_s > 0:
            self.sleep(min(wait_s, REPLICA_LAG_S))
        destination = self.open_destination(replace(company, target=delivery.target), venue)
        return destination.find(delivery.payload, delivery.first_sent_at_utc_s)

    def _keep_rates(self, company: Company, chart: Chart) -> None:
        if chart.vat_rates:
            with self.database.writing() as connection:
                number = find_company_number(connection, company.id)
                save_vat_rates(connection, number, chart.vat_rates, self._now())

    def _read_trail(self, venue: Venue, voucher: Voucher) -> SourceTrail:
        with self.database.reading() as connection:
            number = find_venue_number(connection, venue)
            source, batch = read_trail(connection, number, voucher.business_day)
        return SourceTrail(source or "posexport", batch or voucher.reference[:35])

    # Sending, and after

    def _send(self, review: Review, voucher: Voucher, destination: Destination, payload: Payload) -> Outcome:
        with self.database.writing() as connection:
            delivery_id = self._write_intent(connection, review, voucher, payload)
        if delivery_id is None:
            return self._busy(review)
        try:
            drafted = destination.send(payload)
        except (PowerOfficeRefused, PowerOfficeUnavailable) as error:
            with self.database.writing() as connection:
                return self._settle(connection, review, delivery_id, error)
        return self._drafted(review, delivery_id, drafted)

    def _write_intent(self, connection: Connection, review: Review, voucher: Voucher, payload: Payload) -> int | None:
        """Write down what is about to be sent, under our claim; None where somebody else was first."""
        now, venue, target = self._now(), review.report.venue, review.report.company.target
        intent = Intent(voucher, review.fingerprint, target, payload, review.file_id, now, now + CLAIM_S)
        if review.delivery is None:
            return plan(connection, find_venue_number(connection, venue), intent)
        replan(connection, review.delivery.id, intent)
        return review.delivery.id

    def _drafted(self, review: Review, delivery_id: int, drafted: Drafted) -> Outcome:
        now = self._now()
        with self.database.writing() as connection:
            settle(connection, delivery_id, State.DRAFTED, now, remote_id=drafted.remote_id, answer=drafted.answer)
        local = review.report.venue.calendar.local(now)
        return Outcome(
            replace(review.report, state=State.DRAFTED, remote_id=drafted.remote_id, drafted_at=local, answer="")
        )

    def _found(self, review: Review, delivery: Delivery, found: Drafted) -> Outcome:
        """It is there, with the sales of then; what has changed since is for a person to mend."""
        outcome = self._drafted(review, delivery.id, found)
        if delivery.fingerprint == review.fingerprint:
            return outcome
        changed = describe_change(delivery, review.report.voucher, review.report.venue.id)
        return Outcome(replace(outcome.report, findings=(changed, *outcome.report.findings)), Exit.BOOKKEEPER)

    def _settle(self, connection: Connection, review: Review, delivery_id: int, error: PosexportError) -> Outcome:
        """Write down how it failed; the message names no secret."""
        state = _state_after(error)
        settle(connection, delivery_id, state, self._now(), answer=str(error))
        return Outcome(replace(review.report, state=state, answer=str(error)), error.exit_code)

    def _fail(self, review: Review, voucher: Voucher, error: PosexportError) -> Outcome:
        """Something went wrong before the voucher was sent: kept, so that a failed night is seen. A voucher
        that may be there already stays uncertain."""
        delivery = review.delivery
        with self.database.writing() as connection:
            if delivery is not None and delivery.shown_state is State.UNCERTAIN:
                release(connection, delivery.id)
                return Outcome(replace(review.report, answer=str(error)), error.exit_code)
            delivery_id = self._write_intent(connection, review, voucher, {})
            if delivery_id is None:
                return self._busy(review)
            return self._settle(connection, review, delivery_id, error)

    def _hold(self, review: Review, voucher: Voucher, held: tuple[Finding, ...]) -> Outcome:
        """PowerOffice would not take it as it is: kept, so that a status can say why."""
        with self.database.writing() as connection:
            delivery_id = self._write_intent(connection, review, voucher, {})
            if delivery_id is None:
                return self._busy(review)
            settle(connection, delivery_id, State.HELD, self._now(), answer=format_findings(held))
        findings = (*held, *review.report.findings)
        return Outcome(replace(review.report, state=State.HELD, findings=findings), Exit.BOOKKEEPER)

    def _busy(self, review: Review) -> Outcome:
        return Outcome(replace(review.report, state=State.UNCERTAIN, answer=BUSY), Exit.WAIT)

    def _now(self) -> int:
        return int(self.clock())


def _state_after(error: PosexportError) -> State:
    """Where a failure leaves a voucher."""
    if isinstance(error, AnswerLost):
        return State.UNCERTAIN
    return State.REFUSED if isinstance(error, PowerOfficeRefused) else State.UNREACHABLE
