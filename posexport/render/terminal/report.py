"""Reports in a terminal, and as plain text where the output is piped.

Nothing is shown by colour alone, and no amount, account or code is ever cut: only columns of text wrap, and if that is
not enough a table runs past the right edge. Names are printed as `Text`, so that nothing a register wrote is taken for
markup. Amounts are øre until they are printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

from posexport.core.order_review import OrderReport
from posexport.core.report import DayReport, EmptyDay, Report, State, VoucherReport
from posexport.ledgers.registry import find_ledger
from posexport.render.terminal.findings import print_findings
from posexport.render.terminal.grouped import (
    FindingKey,
    key_of,
    list_groups,
    list_repeated,
    name_venues,
    print_groups,
    print_in_short,
    print_sums,
)
from posexport.render.terminal.orders import print_orders_of_day
from posexport.render.terminal.sheet import HELD, INDENT, Column, Sheet, hold
from posexport.render.terminal.states import style_of
from posexport.texts.clean import clean
from posexport.texts.language import Lang, capitalize, format_day, format_kroner, format_moment
from posexport.texts.orders import order_words
from posexport.texts.report import (
    count_shown,
    describe_answer,
    describe_code,
    describe_next,
    describe_nothing,
    describe_removal,
    describe_removals_sum,
    describe_state,
    describe_z_figure,
    format_rate_words,
)
from posexport.views.json_orders import list_orders
from posexport.views.line_changes import ChangeRow, ChangeTable, lay_out_changes
from posexport.views.orders import day_of, find_last_of_days, format_credit, format_tally, group_by_day, tally_orders
from posexport.views.voucher import (
    ControlTable,
    Figure,
    LineRow,
    LineTable,
    VatRow,
    ZFigure,
    ZTable,
    format_figure,
    lay_out,
)

IN_FULL_MAX = 20
"""So many vouchers are shown whole; of more, only what they come to and what was found."""


def print_report(report: Report, console: Console, lang: Lang, *, is_full: bool = False) -> None:
    """Print every voucher, then findings that several days or no day has, then how many vouchers are in each state. Of
    many vouchers only a line a venue and the findings, unless `is_full`."""
    sheet = Sheet(console, lang)
    if len(report.vouchers) > IN_FULL_MAX and not is_full:
        print_in_short(sheet, report.vouchers)
        _print_orders_in_short(sheet, report)
    else:
        _print_in_full(sheet, report)
    _print_end(sheet, report)


def _print_in_full(sheet: Sheet, report: Report) -> None:
    orders, last = group_by_day(list_orders(report)), find_last_of_days(report.vouchers)
    repeated = list_repeated(report.vouchers)
    below = frozenset(key_of(finding) for group in repeated for finding in group.findings)
    companies = {shown.company.id for shown in report.vouchers}
    for company, group in groupby(report.vouchers, key=lambda shown: shown.company):
        if len(companies) > 1:
            sheet.line(Text(clean(company.name), style="bold reverse"), indent="")
        for shown in group:
            if report.was_drafted_before(shown):
                _print_drafted_before(sheet, shown, below)
            else:
                _print_day(sheet, shown, below)
            if shown is last[day_of(shown)]:
                print_orders_of_day(sheet, orders.pop(day_of(shown), ()), shown)
    for of_day in orders.values():
        _print_orders_alone(sheet, of_day)
    if repeated:
        sheet.line(Text(sheet.words["several_days"], style="bold"), indent="")
        print_groups(sheet, repeated, name_venues(shown.venue for shown in report.vouchers))
        sheet.blank()


def _print_orders_in_short(sheet: Sheet, report: Report) -> None:
    """Print how many orders are where, and what was found on them."""
    orders = list_orders(report)
    if orders:
        sheet.line(Text(f"{format_tally(tally_orders(orders), sheet.lang)}.", style="bold"), indent="")
        groups = list_groups((one.company.id, finding) for one in orders for finding in one.findings)
        print_groups(sheet, groups, name_venues(one.venue for one in orders))
        sheet.blank()


def _print_end(sheet: Sheet, report: Report) -> None:
    if not (report.vouchers or report.orders):
        sheet.line(describe_nothing(report, sheet.lang), indent="")
    if report.findings:
        sheet.line(Text(sheet.words["general"], style="bold"), indent="")
        print_findings(sheet, report.findings)
        sheet.blank()
    if report.vouchers:
        new = [shown for shown in report.vouchers if not report.was_drafted_before(shown)]
        before = len(report.vouchers) - len(new)
        told = [count_shown(new, sheet.lang)] if new else []
        counted = ", ".join([*told, *([f"{before} {sheet.words['drafted_before']}"] if before else [])])
        sheet.line(Text(f"{sheet.words['vouchers']}: {counted}.", style="bold"), indent="")
        print_sums(sheet, report.vouchers)
    targets = {shown.company.target for shown in report.vouchers}
    if not targets or not all(find_ledger(target).posts_directly for target in targets):
        sheet.line(sheet.words["closing"], indent="")


def _print_orders_alone(sheet: Sheet, orders: Sequence[OrderReport]) -> None:
    """Print the orders of a day that has nothing else in the report."""
    shown = orders[0]
    day = format_day(shown.business_day, sheet.lang)
    sheet.line(Text(clean(shown.venue.name), style="bold"), f", {day}", indent="")
    print_orders_of_day(sheet, orders)


def _print_day(sheet: Sheet, shown: DayReport, below: frozenset[FindingKey]) -> None:
    laid_out = lay_out(shown)
    if shown.state is State.NOTHING:
        _print_nothing(sheet, shown, laid_out.control, below)
        return
    report = shown if isinstance(shown, VoucherReport) else None
    _print_heading(sheet, shown, report)
    if report is not None and report.answer:
        label, answer = describe_answer(report, sheet.lang)
        sheet.line(Text(f"{label}: ", style="bold"), clean(answer))
    sheet.blank()
    changes = lay_out_changes(shown)
    if changes is not None:
        _print_changes(sheet, changes)
        sheet.line(Text(sheet.words["lines_drafted" if changes.is_drafted else "lines"], style="bold"))
    if laid_out.lines is None:
        sheet.line(sheet.words["no_voucher"])
    else:
        _print_lines(sheet, laid_out.lines)
    if laid_out.vat:
        _print_vat(sheet, laid_out.vat)
    if not laid_out.control.is_empty:
        _print_control(sheet, laid_out.control)
    if laid_out.z_reports:
        _print_z_reports(sheet, laid_out.z_reports)
    if shown.findings:
        sheet.blank()
        _print_found(sheet, shown, below)
    sheet.blank()


def _print_drafted_before(sheet: Sheet, shown: DayReport, below: frozenset[FindingKey]) -> None:
    """Print a line of a voucher with which nothing was done now, above the orders of its day."""
    day, state = format_day(shown.business_day, sheet.lang), sheet.words["drafted_before"]
    name = Text(clean(shown.venue.name), style="bold")
    sheet.line(name, f", {day}: {state} ({clean(shown.reference)}).", indent="")
    _print_found(sheet, shown, below)
    sheet.blank()


def _print_nothing(sheet: Sheet, shown: DayReport, control: ControlTable, below: frozenset[FindingKey]) -> None:
    day = format_day(shown.business_day, sheet.lang)
    name = Text(clean(shown.venue.name), style="bold")
    sheet.line(name, f", {day}: {describe_state(shown, sheet.lang).lower()}.", indent="")
    if isinstance(shown, EmptyDay) and shown.deleted:
        sheet.line(sheet.words["voucher_deleted"].format(reference=", ".join(shown.deleted)))
    if (shown.is_booked or control.credit is not None) and not control.is_empty:
        _print_control(sheet, control)
        sheet.blank()
    else:
        _print_removals(sheet, control)
    _print_found(sheet, shown, below)
    sheet.blank()


def _print_found(sheet: Sheet, shown: DayReport, below: frozenset[FindingKey]) -> None:
    """Print a day's findings; what to do about those that several days have is told once, below all of them."""
    print_findings(sheet, shown.findings, fix_is_below=lambda finding: key_of(finding) in below)


def _print_heading(sheet: Sheet, shown: DayReport, report: VoucherReport | None) -> None:
    """Print what it is and its state; `report`: the same, where it is a voucher."""
    told, voucher = sheet.words, report.voucher if report else None
    day = capitalize(format_day(shown.business_day, sheet.lang))
    if voucher is not None and voucher.part:
        day = f"{day}, {told['after_midnight']}"
    state = Text(describe_state(shown, sheet.lang).upper(), style=style_of(shown, "bold"))
    sheet.rule()
    sheet.line(Text(clean(shown.venue.name), style="bold"), Text(f"  {day}  ", style="bold"), state, indent="")
    facts = [(told["reference"], shown.reference)]
    if voucher is not None and voucher.posting_date != shown.business_day:
        facts.append((told["posting_date"], format_day(voucher.posting_date, sheet.lang)))
    if report is not None and report.remote_id is not None:
        facts.append((told["remote_id"], report.remote_id))
    if report is not None and report.drafted_at is not None:
        facts.append((told["drafted_at"], format_moment(report.drafted_at, sheet.lang, shown.venue)))
    sheet.line("   ".join(hold(f"{name}: {clean(value)}") for name, value in facts if value))
    sheet.line(Text(describe_next(shown, sheet.lang), style="dim"))
    if voucher is not None and voucher.part:
        sheet.line(Text(told["split"], style="dim"))


def _print_lines(sheet: Sheet, lines: LineTable) -> None:
    told = sheet.words
    short = "" if sheet.is_wide else "_short"
    columns = (
        Column(told["account"]),
        Column(told["text"], wraps=True),
        Column(told[f"counter_account{short}"]),
        Column(told[f"vat_code{short}"]),
        Column(told[f"department{short}"]),
        Column(told["debit"], is_amount=True),
        Column(told["credit"], is_amount=True),
    )
    sums = (sheet.amount(lines.debit_ore), sheet.amount(lines.credit_ore))
    footer = (Text(), Text(told["sum"]), Text(), Text(), Text(), *sums)
    sheet.table(columns, (_line_cells(sheet, row) for row in lines.rows), footer)
    if lines.open_ore:
        amount = format_kroner(lines.open_ore, sheet.lang)
        sheet.line(Text(told["open"].format(amount=amount), style="bold red"))


def _print_changes(sheet: Sheet, changes: ChangeTable) -> None:
    """Print what was drafted beside what it would be now."""
    told = sheet.words
    sheet.heading(told["changes"])
    references = ", ".join(map(clean, changes.references))
    intro = told["changes_since" if changes.is_drafted else "changes_of"].format(references=references)
    is_same = not any(row.differs for row in changes.rows)
    sheet.line(f"{intro} {told['changes_none']}" if is_same else intro)
    columns = (
        Column(told["account"]),
        Column(told["text"], wraps=True),
        Column(told["vat_code" if sheet.is_wide else "vat_code_short"]),
        Column(told["changes_drafted"], is_amount=True),
        Column(told["changes_now"], is_amount=True),
        Column(told["changes_difference"], is_amount=True),
    )
    sums = map(sheet.amount, (changes.drafted_ore, changes.now_ore, changes.difference_ore or None))
    footer = (Text(), Text(told["changes_sum"]), Text(), *sums)
    sheet.table(columns, (_change_cells(sheet, row) for row in changes.rows), footer)
    sheet.line(Text(told["changes_signs"], style="dim"))
    sheet.blank()


def _change_cells(sheet: Sheet, row: ChangeRow) -> tuple[Text, ...]:
    told = sheet.words
    difference = sheet.amount(row.difference_ore if row.differs else None)
    difference.stylize("bold yellow")
    return (
        sheet.marked(told["missing_account"]) if row.account is None else Text(clean(row.account)),
        _name_line(sheet, row),
        Text(clean(row.vat_code or "-")),
        sheet.amount(row.drafted_ore) if row.drafted_ore else Text("-"),
        sheet.amount(row.now_ore) if row.now_ore else Text("-"),
        difference,
    )


def _name_line(sheet: Sheet, row: LineRow | ChangeRow) -> Text:
    """A line's text, with the register's code behind it."""
    text = Text(clean(row.description))
    code = describe_code(row.kind, row.source, sheet.lang)
    if code and sheet.is_wide:
        text.append(f" ({clean(code)})", style="dim")
    elif code and row.source != row.description:
        text.append(f" ({clean(row.source)})", style="dim")
    return text


def _line_cells(sheet: Sheet, row: LineRow) -> tuple[Text, ...]:
    told = sheet.words
    return (
        sheet.marked(told["missing_account"]) if row.account is None else Text(clean(row.account)),
        _name_line(sheet, row),
        Text(clean(row.counter_account or "")),
        sheet.marked(told["missing_vat_code"]) if row.vat_code is None else Text(clean(row.vat_code)),
        Text(clean(row.department or "")),
        sheet.side(row.debit_ore),
        sheet.side(row.credit_ore),
    )


def _print_vat(sheet: Sheet, rows: Sequence[VatRow]) -> None:
    told = sheet.words
    sheet.heading(told["vat"])
    columns = (
        Column(told["vat_code" if sheet.is_wide else "vat_code_short"]),
        Column(told["rate"]),
        Column(told["gross"], is_amount=True),
        Column(told["by_register"], is_amount=True),
        Column(told["by_poweroffice"], is_amount=True),
        Column(told["difference"], is_amount=True),
        Column("", wraps=True),
    )
    sheet.table(columns, (_vat_cells(sheet, row) for row in rows))


def _vat_cells(sheet: Sheet, row: VatRow) -> tuple[Text, ...]:
    rate = "?" if row.rate_bp is None else format_rate_words(row.rate_bp, sheet.lang)
    register = Text(sheet.words["not_stated"]) if row.register_ore is None else sheet.amount(row.register_ore)
    return (
        Text(clean(row.vat_code)),
        Text(rate),
        sheet.amount(row.gross_ore),
        register,
        Text("?") if row.extracted_ore is None else sheet.amount(row.extracted_ore),
        sheet.amount(row.difference_ore),
        Text(sheet.words[row.verdict], style="bold red" if row.differs else ""),
    )


def _print_control(sheet: Sheet, control: ControlTable) -> None:
    sheet.heading(sheet.words["control"])
    facts = (f"{_name_figure(sheet, figure)} {format_figure(figure, sheet.lang)}" for figure in control.shown)
    sheet.line(f"{HELD}| ".join(map(hold, facts)))
    if control.credit is not None:
        name = order_words(sheet.lang)["credit_control"]
        sheet.line(f"{name}: {format_credit(control.credit, sheet.lang)}")
    _print_removals(sheet, control)


def _name_figure(sheet: Sheet, figure: Figure) -> str:
    """A figure's name, the short one if it has one: they are all in one paragraph."""
    return sheet.words.get(f"{figure.key}_short", sheet.words[figure.key])


def _print_removals(sheet: Sheet, control: ControlTable) -> None:
    """Print what the register's journal has and the voucher does not, with who removed it and why."""
    if not control.removals:
        return
    told = describe_removals_sum(control.removals, sheet.lang)
    sheet.line(Text(f"{sheet.words['removals']}: ", style="bold"), told)
    for removal in control.removals:
        sheet.line(describe_removal(removal, sheet.lang), indent=INDENT * 2)


def _print_z_reports(sheet: Sheet, tables: Sequence[ZTable]) -> None:
    sheet.heading(sheet.words["z_reports"])
    for table in tables:
        _print_z_report(sheet, table)


def _print_z_report(sheet: Sheet, table: ZTable) -> None:
    told = sheet.words
    name = told["z_name"].format(number=clean(table.number), register=clean(table.register))
    differing = [row for row in table.rows if row.differs]
    sheet.line(f"{name}: ", Text(told[table.verdict], style="bold red" if differing else ""))
    if not differing:
        return
    columns = (
        Column(told["z_figure"], wraps=True),
        Column(told["z_report"], is_amount=True),
        Column(told["z_tickets"], is_amount=True),
        Column(told["difference"], is_amount=True),
        Column(""),
    )
    sheet.table(columns, (_z_cells(sheet, row) for row in differing))
    agreeing = len(table.rows) - len(differing)
    if agreeing:
        sheet.line(Text(told["z_rest"].format(n=agreeing), style="dim"))


def _z_cells(sheet: Sheet, row: ZFigure) -> tuple[Text, ...]:
    return (
        Text(clean(describe_z_figure(row.what, row.code, row.name, sheet.lang))),
        sheet.amount(row.z_ore),
        sheet.amount(row.tickets_ore),
        sheet.amount(row.difference_ore),
        Text(sheet.words[row.verdict], style="bold red"),
    )
