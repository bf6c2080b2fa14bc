"""What the ledger would say to a voucher, asked before anything is sent: accounts, departments, VAT codes, its lock
date and what the venue's key may do. Nothing is sent from here, and nothing is written but charts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from posexport.core.chart_checks import check_chart, check_former_departments, check_registration
from posexport.core.company import Company, Venue
from posexport.core.findings import Finding
from posexport.core.ports.ledger import Chart, Ledger
from posexport.core.report import State, VoucherReport
from posexport.core.review import Review
from posexport.core.vat import VatRate
from posexport.core.voucher import Voucher
from posexport.delivery.claims import Outcome
from posexport.delivery.context import DeliveryContext
from posexport.errors import (
    Exit,
    OperatorError,
    PosexportError,
    PowerOfficeRefused,
    PowerOfficeUnavailable,
    PrivilegeMissing,
)
from posexport.store.charts import load_vat_rates
from posexport.store.row_plan import RowPlanner
from posexport.store.setups import find_company_number


@dataclass(frozen=True, slots=True)
class ChartChecks:
    """Holds vouchers against the charts of accounts of their clients."""

    context: DeliveryContext

    def learn_rates(self, company: Company, venue: Venue, *, anew: bool) -> bool:
        """Ask PowerOffice for VAT rates before vouchers are judged by them, `anew` where what is kept is in doubt;
        whether they are news. What goes wrong is told when the vouchers are delivered."""
        if not anew and self.context.charts.are_kept(company):
            return False
        known = self._load_rates(company)
        try:
            chart = self.context.charts.find(company, self.context.open_ledger(company, venue), remembered=not anew)
        except PosexportError:
            return False
        return bool(chart.vat_rates) and chart.vat_rates != known

    def ask(self, review: Review) -> Outcome[VoucherReport]:
        """What PowerOffice would say to a voucher, asked and not sent."""
        report = review.shown
        if not review.is_pending or not report.voucher.lines:
            return Outcome(report)
        try:
            destination = self.context.open_ledger(report.company, report.venue)
            chart = self.context.charts.find(report.company, destination, [report.voucher])
            _require_privileges(report.venue, chart)
        except (OperatorError, PowerOfficeRefused, PowerOfficeUnavailable) as error:
            return Outcome(replace(report, answer=str(error)), error.exit_code)
        found = self._check(review, report.voucher, chart)
        is_uncertain = report.state is State.UNCERTAIN
        still = review.remembered if is_uncertain else ()
        asked = replace(review.report, findings=(*found, *still, *review.report.findings))
        if any(finding.holds for finding in found):
            return Outcome(asked if is_uncertain else replace(asked, state=State.HELD), Exit.BOOKKEEPER)
        is_mended = report.state is State.HELD and not review.holds
        return Outcome(replace(asked, state=State.READY) if is_mended else asked)

    def judge(
        self, review: Review, destination: Ledger, voucher: Voucher, *, remembered: bool = False
    ) -> tuple[Chart, tuple[Finding, ...]]:
        """The chart to send a voucher by, and what PowerOffice has against it: never by what is only remembered."""
        company = review.report.company
        chart = self.context.charts.find(company, destination, [voucher], remembered=remembered)
        if remembered and self._find_wrong(review, voucher, chart):
            chart = self.context.charts.find(company, destination, [voucher])
        _require_privileges(review.report.venue, chart)
        return chart, self._find_wrong(review, voucher, chart)

    def _find_wrong(self, review: Review, voucher: Voucher, chart: Chart) -> tuple[Finding, ...]:
        """What PowerOffice has against a voucher."""
        return tuple(found for found in self._check(review, voucher, chart) if found.holds)

    def _load_rates(self, company: Company) -> tuple[VatRate, ...]:
        with self.context.database.reading() as connection:
            return load_vat_rates(connection, find_company_number(connection, company.id))

    def _check(self, review: Review, voucher: Voucher, chart: Chart) -> tuple[Finding, ...]:
        """What PowerOffice has against a voucher, or to say of it. A correction of a locked day is offered the first
        open one."""
        found = []
        registration = check_registration(voucher, chart, review.report.venue.mapping)
        for finding in (*check_chart(voucher, chart), *check_former_departments(voucher, chart), *registration):
            if finding.code == "locked-period" and review.history.next_revision > 1 and chart.lock_date is not None:
                first_open = (chart.lock_date + timedelta(days=1)).isoformat()
                facts = {**finding.facts, "first_open": first_open, "business_day": review.business_day.isoformat()}
                finding = replace(finding, variant="revision", facts=facts)
            found.append(replace(finding, venue=voucher.venue, business_day=voucher.business_day))
        return self._add_rows(review, found, voucher)

    def _add_rows(self, review: Review, found: list[Finding], voucher: Voucher) -> tuple[Finding, ...]:
        """The same, with the row of the setup to write where one of the voucher's accounts will not do."""
        if not any(finding.holds and "account" in finding.facts for finding in found):
            return tuple(found)
        with self.context.database.reading() as connection:
            planner = RowPlanner(connection, review.report.company, review.report.venue)
            return planner.add_rows(found, voucher.business_day, voucher.lines)


def _require_privileges(venue: Venue, chart: Chart) -> None:
    """Raises PrivilegeMissing where PowerOffice has just said that nothing can be sent with a venue's key."""
    lacking = chart.lacking.get(venue.id)
    if lacking:
        raise PrivilegeMissing("import vouchers", f"it lacks {', '.join(lacking)}")
