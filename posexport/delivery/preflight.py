"""What the ledger would refuse in a voucher, checked before anything is sent: accounts, departments, VAT codes, lock
date, and the privileges of the venue's key. Sends nothing, and stores nothing but charts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

from posexport.core.company import Company, Venue
from posexport.core.finding import Finding
from posexport.core.findings.accounts import check_former_departments
from posexport.core.findings.customers import UNKNOWN_CUSTOMER, make_gone_customer_finding
from posexport.core.findings.every_rule import check_chart
from posexport.core.findings.vat import check_registration
from posexport.core.orders.customers import CustomerLink
from posexport.core.orders.route import Route
from posexport.core.ports.ledger import Chart, Ledger
from posexport.core.report import State, VoucherReport
from posexport.core.review import Review
from posexport.core.vat import VatRate
from posexport.core.voucher import Voucher
from posexport.delivery.claims import Outcome
from posexport.delivery.context import DeliveryContext
from posexport.delivery.customer_links import Resolved
from posexport.errors import (
    Exit,
    OperatorError,
    PosexportError,
    PowerOfficeRefused,
    PowerOfficeUnavailable,
    PrivilegeMissing,
)
from posexport.store.charts import load_vat_rates
from posexport.store.credit_facts import read_named_firms
from posexport.store.row_plan import RowPlanner, may_need_row
from posexport.store.setups import find_company_number, find_venue_number


class LinkedVoucher(NamedTuple):
    """A voucher with the ledger's customers on its lines, and how they were found; nobody is on the lines of customers
    that are not linked. `told`: the same with the register's codes."""

    voucher: Voucher
    resolved: Resolved
    told: Voucher

    @property
    def codes(self) -> frozenset[str]:
        """The codes that were looked up."""
        resolved = self.resolved
        return frozenset((*resolved.links, *resolved.undecided, *resolved.lacking, *resolved.firms))

    @property
    def customers(self) -> list[tuple[str, CustomerLink]]:
        """The ledger's customers that it names, each with the register's code."""
        payers = self.resolved.payers
        named = {(line.customer, line.payer) for line in self.told.lines if line.payer is not None}
        return [*self.resolved.links.items(), *((code or "", payers[payer]) for code, payer in sorted(named))]

    def find_gone(self, chart: Chart) -> tuple[tuple[str, CustomerLink], ...]:
        """Those that the chart does not have under the numbers they were last seen with."""
        return tuple((code, link) for code, link in self.customers if not _has(chart, link))

    def check(self, chart: Chart) -> tuple[Finding, ...]:
        """The findings about its customers."""
        company = self.resolved.company
        gone = (make_gone_customer_finding(company.id, code, link) for code, link in self.find_gone(chart))
        return (*self.resolved.findings, *gone)

    def leave_out(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings without those about numbers of linked customers, which `check` makes."""
        numbers = {link.number for _, link in self.customers}
        return [
            finding
            for finding in findings
            if finding.code != UNKNOWN_CUSTOMER or finding.facts.get("customer") not in numbers
        ]


def _has(chart: Chart, link: CustomerLink) -> bool:
    if chart.customers is None:
        return True
    if chart.customer_ids is None:
        return link.number in chart.customers
    return chart.customer_ids.get(link.number) == link.customer_id


class Judged(NamedTuple):
    """A voucher as it is to be sent, the chart to build it by, and the findings that hold it. `told`: the voucher with
    the register's codes, as it is kept."""

    voucher: Voucher
    chart: Chart
    found: tuple[Finding, ...]
    told: Voucher


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
            linked = self._link(review, destination, report.voucher, keeps=False)
            chart = self.context.charts.find(report.company, destination, [linked.voucher])
            if linked.find_gone(chart):
                linked, chart = self._link_anew(review, destination, report.voucher, keeps=False)
            _require_privileges(report.venue, chart)
        except (OperatorError, PowerOfficeRefused, PowerOfficeUnavailable) as error:
            return Outcome(replace(report, answer=str(error)), error.exit_code)
        review = without_warnings(review, linked)
        report = review.shown
        found = self._check(review, linked, chart)
        is_uncertain = report.state is State.UNCERTAIN
        still = review.remembered if is_uncertain else ()
        asked = replace(review.report, findings=(*found, *still, *review.report.findings))
        if any(finding.holds for finding in found):
            return Outcome(asked if is_uncertain else replace(asked, state=State.HELD), Exit.BOOKKEEPER)
        is_mended = report.state is State.HELD and not review.holds
        return Outcome(replace(asked, state=State.READY) if is_mended else asked)

    def judge(self, review: Review, destination: Ledger, voucher: Voucher, *, remembered: bool = False) -> Judged:
        """The voucher with the ledger's customers, the chart to build it by, and the findings against it. A stored
        chart may show that a voucher is in order; before it is called wrong, the chart is read anew."""
        company = review.report.company
        linked = self._link(review, destination, voucher)
        chart = self.context.charts.find(company, destination, [linked.voucher], remembered=remembered)
        if remembered and self._find_wrong(review, linked, chart):
            chart = self.context.charts.find(company, destination, [linked.voucher])
        if linked.find_gone(chart):
            linked, chart = self._link_anew(review, destination, voucher)
        _require_privileges(review.report.venue, chart)
        return Judged(linked.voucher, chart, self._find_wrong(review, linked, chart), linked.told)

    def _link(self, review: Review, destination: Ledger, voucher: Voucher, *, keeps: bool = True) -> LinkedVoucher:
        """A voucher with the ledger's customers in place of the registers'."""
        links, company = self.context.customers, review.report.company
        codes = [line.customer for line in voucher.lines if line.customer is not None and line.payer is None]
        resolved = links.resolve(company, destination, codes, keeps=keeps)
        if codes:
            resolved = links.tell_firms_apart(resolved, self._read_named_firms(review, voucher))
        voucher = resolved.name_payers(voucher)
        payers = {line.payer for line in voucher.lines if line.payer is not None}
        resolved = replace(resolved, payers=links.find_payers(company, destination, payers))
        return LinkedVoucher(resolved.translate(voucher), resolved, voucher)

    def _read_named_firms(self, review: Review, voucher: Voucher) -> dict[str, set[str]]:
        """The organization numbers that the tickets of a voucher name, by code; also of ordered ones where it has
        part payments to orders that are not sent yet."""
        has_ordered = any(line.order is not None and line.payer is None for line in voucher.lines)
        ordered = {seal.key for seal in review.seals if seal.route is Route.ORDER and not has_ordered}
        venue = review.report.venue
        with self.context.database.reading() as connection:
            number = find_venue_number(connection, venue)
            return read_named_firms(connection, number, review.business_day, without=ordered)

    def _link_anew(
        self, review: Review, destination: Ledger, voucher: Voucher, *, keeps: bool = True
    ) -> tuple[LinkedVoucher, Chart]:
        """The same after customers that have another number now were read: a number may be somebody else's since."""
        company = review.report.company
        self.context.customers.refresh(company, destination)
        linked = self._link(review, destination, voucher, keeps=keeps)
        return linked, self.context.charts.find(company, destination, [linked.voucher])

    def _find_wrong(self, review: Review, linked: LinkedVoucher, chart: Chart) -> tuple[Finding, ...]:
        """The errors in a voucher by its chart."""
        return tuple(found for found in self._check(review, linked, chart) if found.holds)

    def _load_rates(self, company: Company) -> tuple[VatRate, ...]:
        with self.context.database.reading() as connection:
            return load_vat_rates(connection, find_company_number(connection, company.id))

    def _check(self, review: Review, linked: LinkedVoucher, chart: Chart) -> tuple[Finding, ...]:
        """All findings about a voucher by its chart. A correction dated in a locked period is offered the first open
        day."""
        found, voucher = [], linked.voucher
        registration = check_registration(voucher, chart, review.report.venue.mapping)
        of_chart = (*check_chart(voucher, chart), *check_former_departments(voucher, chart), *registration)
        for finding in (*linked.check(chart), *linked.leave_out(of_chart)):
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


def without_warnings(review: Review, linked: LinkedVoucher) -> Review:
    """A review without the warnings that customers are not linked, where the ledger was asked about them now."""
    if not linked.codes:
        return review
    rest = tuple(
        finding
        for finding in review.report.findings
        if finding.code != UNKNOWN_CUSTOMER or finding.facts.get("customer") not in linked.codes
    )
    return replace(review, report=replace(review.report, findings=rest))


def _require_privileges(venue: Venue, chart: Chart) -> None:
    """Raises PrivilegeMissing where the ledger has just said that a venue's key may not send anything."""
    lacking = chart.lacking.get(venue.id)
    if lacking:
        raise PrivilegeMissing("import vouchers", f"it lacks {', '.join(lacking)}")
