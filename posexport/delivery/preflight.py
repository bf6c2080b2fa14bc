"""What the ledger would refuse in a voucher, checked before anything is sent: accounts, departments, VAT codes, lock
date, and the privileges of the venue's key. Sends nothing, and stores nothing but charts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from posexport.core.company import Company, Venue
from posexport.core.finding import Finding
from posexport.core.findings.accounts import check_former_departments
from posexport.core.findings.every_rule import check_chart
from posexport.core.findings.vat import check_registration
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
from posexport.store.row_plan import RowPlanner, may_need_row
from posexport.store.setups import find_company_number


@dataclass(frozen=True, slots=True)
class ChartChecks:
    """Checks vouchers against their clients' charts of accounts."""

    context: DeliveryContext

    def learn_rates(self, company: Company, venue: Venue, *, anew: bool) -> bool:
        """Read VAT rates from the ledger before vouchers are judged by them; with `anew` also where rates are stored.
        True where they are new. Failures are left to the delivery, which reports them."""
        if not anew and self.context.charts.are_kept(company):
            return False
        known = self._load_rates(company)
        try:
            chart = self.context.charts.find(company, self.context.open_ledger(company, venue), remembered=not anew)
        except PosexportError:
            return False
        return bool(chart.vat_rates) and chart.vat_rates != known

    def ask(self, review: Review) -> Outcome[VoucherReport]:
        """The outcome of checking a voucher against its ledger, without sending it."""
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
        """The chart to build a voucher by, and the findings against it. A stored chart may show that a voucher is in
        order; before it is called wrong, the chart is read anew."""
        company = review.report.company
        chart = self.context.charts.find(company, destination, [voucher], remembered=remembered)
        if remembered and self._find_wrong(review, voucher, chart):
            chart = self.context.charts.find(company, destination, [voucher])
        _require_privileges(review.report.venue, chart)
        return chart, self._find_wrong(review, voucher, chart)

    def _find_wrong(self, review: Review, voucher: Voucher, chart: Chart) -> tuple[Finding, ...]:
        """The errors in a voucher by its chart."""
        return tuple(found for found in self._check(review, voucher, chart) if found.holds)

    def _load_rates(self, company: Company) -> tuple[VatRate, ...]:
        with self.context.database.reading() as connection:
            return load_vat_rates(connection, find_company_number(connection, company.id))

    def _check(self, review: Review, voucher: Voucher, chart: Chart) -> tuple[Finding, ...]:
        """All findings about a voucher by its chart. A correction dated in a locked period is offered the first open
        day."""
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
        """The findings, each about a wrong account with the setup row that would put it right."""
        if not any(map(may_need_row, found)):
            return tuple(found)
        with self.context.database.reading() as connection:
            planner = RowPlanner(self.context.database, connection, review.report.company, review.report.venue)
            return planner.add_rows(found, voucher.business_day, voucher.lines)


def _require_privileges(venue: Venue, chart: Chart) -> None:
    """Raises PrivilegeMissing where the ledger has just said that a venue's key may not send anything."""
    lacking = chart.lacking.get(venue.id)
    if lacking:
        raise PrivilegeMissing("import vouchers", f"it lacks {', '.join(lacking)}")
