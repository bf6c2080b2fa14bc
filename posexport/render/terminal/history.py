"""The history of a business day's vouchers for bookkeepers and auditors: events in order of time, in sentences; then
every line with its tickets; then the digests of what it was made from.

What was sent and answered word for word is only in the JSON. Names are printed as `Text`, so that nothing a register or
PowerOffice wrote is taken for markup. Amounts are øre until they are printed; a line's tickets have the line's sign, so
that a return shows as negative.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from posexport.core.document import VOUCHER
from posexport.core.history import Story, StoryDocument, StoryLine, StoryVoucher, TicketChange
from posexport.core.lines import VoucherLine
from posexport.core.mapping import NO_VAT
from posexport.render.terminal.sheet import INDENT, Sheet, hold
from posexport.texts.clean import clean
from posexport.texts.events import describe_act, describe_event
from posexport.texts.finding_titles import format_title
from posexport.texts.language import Lang, format_day, format_kroner, format_moment, format_written_day
from posexport.texts.report import WORDS, describe_code, find_word, name_actor
from posexport.texts.targets import find_own_words, name_target

_STATE_STYLES = {
    "ready": "bold green",
    "drafted": "bold green",
    "held": "bold red",
    "refused": "bold red",
    "replaced": "bold",
}


def print_story(story: Story, console: Console, lang: Lang) -> None:
    """Print every voucher of the day, oldest first, and what people accepted."""
    sheet = Sheet(console, lang)
    day = format_day(story.business_day, lang)
    sheet.line(Text(clean(story.venue.name), style="bold"), Text(f", {day}", style="bold"), indent="")
    if not story.vouchers:
        sheet.line(sheet.words["no_voucher"], indent="")
    newest = {told.part: told for told in story.vouchers}
    for told in story.vouchers:
        _print_voucher(sheet, story, told, is_newest=told is newest[told.part])
    for document in story.documents:
        _print_document(sheet, story, document)
    if story.acts:
        _print_acts(sheet, story)
    if story.acceptances:
        _print_acceptances(sheet, story)
    if story.bookings:
        _print_bookings(sheet, story)
    if any(told.is_tried for told in (*story.vouchers, *story.documents)):
        raw = sheet.words["story_raw"].format(venue=story.venue.id, day=story.business_day)
        sheet.line(Text(raw, style="dim"), indent="")


def _print_voucher(sheet: Sheet, story: Story, told: StoryVoucher, *, is_newest: bool) -> None:
    """Print one voucher. Tickets that changed after it are printed with the next one, which corrects it, if there is
    one."""
    _print_heading(sheet, story, told)
    _print_events(sheet, story, told)
    if told.changes:
        heading = sheet.words["story_changes"].format(after=told.after)
        _print_changes(sheet, story, heading, told.changes)
    if told.lines:
        sheet.heading(sheet.words["story_lines"])
        for line in told.lines:
            _print_line(sheet, story, line)
    if told.changed_since and is_newest:
        _print_changes(sheet, story, sheet.words["story_changed_since"], told.changed_since)
    _print_trail(sheet, told)
    sheet.blank()


def _print_document(sheet: Sheet, story: Story, told: StoryDocument) -> None:
    """Print a document other than a voucher: its state and events."""
    _print_name(sheet, told)
    facts = [(sheet.words["target"], _name_destination(sheet, told)), *_draft_facts(sheet, story, told)]
    sheet.line("   ".join(hold(f"{name}: {clean(value)}") for name, value in facts))
    _print_events(sheet, story, told)
    sheet.blank()


def _print_events(sheet: Sheet, story: Story, told: StoryDocument) -> None:
    if told.events:
        sheet.heading(sheet.words["story_happened"])
    for recorded in told.events:
        _print_moment(sheet, story, recorded.at_utc_s, describe_event(recorded, told, story, sheet.lang))


def _print_name(sheet: Sheet, told: StoryDocument) -> None:
    state = describe_stage(told.state, told.target, sheet.lang, told.document_kind).upper()
    sheet.rule()
    name = Text(f"{clean(told.reference)}  ", style="bold")
    sheet.line(name, Text(state, style=_STATE_STYLES.get(told.state, "bold yellow")), indent="")


def _name_destination(sheet: Sheet, told: StoryDocument) -> str:
    return sheet.words.get(f"target_{told.document_kind}") or name_target(told.target, sheet.lang)


def _print_heading(sheet: Sheet, story: Story, told: StoryVoucher) -> None:
    _print_name(sheet, told)
    if not told.is_tried:
        sheet.line(sheet.words["story_untried"])
        if told.state == "held":
            sheet.line(sheet.words["story_held"])
    if told.kind == "adjustment" and told.after is not None:
        sheet.line(sheet.words["story_adjustment"].format(after=told.after))
    sheet.line("   ".join(hold(f"{name}: {clean(value)}") for name, value in _facts(sheet, story, told)))


def _facts(sheet: Sheet, story: Story, told: StoryVoucher) -> list[tuple[str, str]]:
    words = sheet.words
    facts = [
        (words["posting_date"], format_day(told.posting_date, sheet.lang)),
        (words["target"], name_target(told.target, sheet.lang)),
    ]
    if told.lines and told.lines[0].line.department is not None:
        facts.append((words["department"], told.lines[0].line.department))
    return [*facts, *_draft_facts(sheet, story, told)]


def _draft_facts(sheet: Sheet, story: Story, told: StoryDocument) -> list[tuple[str, str]]:
    """What identifies the draft: (label, text)."""
    words, facts = sheet.words, list[tuple[str, str]]()
    if told.remote_id is not None:
        facts.append((words["remote_id"], told.remote_id))
    if told.drafted_at_utc_s is not None:
        at = story.venue.calendar.local(told.drafted_at_utc_s)
        label = words.get(f"drafted_at_{told.document_kind}") or words["drafted_at"]
        facts.append((label, format_moment(at, sheet.lang)))
    if told.page_state:
        usual = f"page_{told.page_state}"
        facts.append((words["documentation"], find_word(usual, told.target, sheet.lang)))
    return facts


def _print_moment(sheet: Sheet, story: Story, at_utc_s: int, sentence: str) -> None:
    moment = story.venue.calendar.local(at_utc_s)
    clock = "kl. %H.%M.%S" if sheet.lang == "nb" else "%H:%M:%S"
    at = f"{format_written_day(moment.date(), sheet.lang)} {moment:{clock}}"
    hang = " " * (len(INDENT) + len(at) + 2)
    sheet.line(Text(hold(f"{at}  "), style="dim"), sentence, hang=hang)


def _print_acts(sheet: Sheet, story: Story) -> None:
    """Print what people did to the day's tickets other than importing files."""
    sheet.rule()
    sheet.line(Text(sheet.words["story_acts"], style="bold"), indent="")
    for act in story.acts:
        _print_moment(sheet, story, act.at_utc_s, describe_act(act, sheet.lang))
    sheet.blank()


def _print_acceptances(sheet: Sheet, story: Story) -> None:
    sheet.rule()
    sheet.line(Text(sheet.words["story_acceptances"], style="bold"), indent="")
    for acceptance in story.acceptances:
        told = sheet.words["story_accepted"].format(
            who=name_actor(acceptance.who, acceptance.known_by, sheet.lang),
            title=format_title(acceptance.code, sheet.lang),
            why=clean(acceptance.why),
        )
        _print_moment(sheet, story, acceptance.at_utc_s, told)
    sheet.blank()


def _print_bookings(sheet: Sheet, story: Story) -> None:
    sheet.rule()
    sheet.line(Text(sheet.words["story_bookings"], style="bold"), indent="")
    for booking in story.bookings:
        who = name_actor(booking.who, booking.known_by, sheet.lang)
        told = sheet.words["story_booked"].format(who=who, why=clean(booking.why))
        _print_moment(sheet, story, booking.at_utc_s, told)
        if booking.ended_at_utc_s is not None:
            by = name_actor(booking.ended_who, booking.ended_known_by, sheet.lang)
            key = "story_booked_back_why" if booking.ended_why else "story_booked_back"
            told = sheet.words[key].format(who=by, why=clean(booking.ended_why))
            _print_moment(sheet, story, booking.ended_at_utc_s, told)
    sheet.blank()


# Sentences


def describe_stage(state: str, target: str, lang: Lang, document_kind: str = VOUCHER.name) -> str:
    """A delivery's stage, in words; those of a kind of document, or the target's own, where it has some."""
    if f"stage_{state}_{document_kind}" in WORDS:
        return WORDS[f"stage_{state}_{document_kind}"][lang]
    if f"stage_{state}" in WORDS:
        return WORDS[f"stage_{state}"][lang]
    told = find_own_words(target, f"state_{state}") or WORDS.get(f"state_{state}")
    return told[lang] if told else state


# Lines and tickets


def _print_line(sheet: Sheet, story: Story, told: StoryLine) -> None:
    line, words = told.line, sheet.words
    side = words["debit" if line.amount_ore > 0 else "credit"]
    sign = 1 if line.amount_ore > 0 else -1
    _print_sides(sheet, _name_line(sheet, line), f"{side} {format_kroner(sign * line.amount_ore, sheet.lang)}")
    count = len(told.tickets)
    counted = words["story_tickets_one" if count == 1 else "story_tickets_many"].format(n=count)
    sheet.line(Text(counted, style="dim"), indent=INDENT * 2)
    amounts = [format_kroner(sign * share.amount_ore, sheet.lang) for share in told.tickets]
    width = max(map(len, amounts), default=0)
    rows = [
        (share.completed_at_utc_s, share.register, share.number, amount.rjust(width))
        for share, amount in zip(told.tickets, amounts, strict=True)
    ]
    _print_tickets(sheet, story, rows)
    if told.untraced_ore:
        amount = format_kroner(sign * told.untraced_ore, sheet.lang)
        sheet.line(Text(words["story_untraced"].format(amount=amount), style="bold red"), indent=INDENT * 2)


def _name_line(sheet: Sheet, line: VoucherLine) -> Text:
    """A line's account, text, register code, and VAT code where it has one."""
    words = sheet.words
    account = words["missing_account"] if line.account is None else clean(line.account)
    name = Text(f"{account}  {clean(line.description)}")
    code = describe_code(line.kind, line.source, sheet.lang)
    if code:
        name.append(f" ({clean(code)})")
    if line.vat_code is None:
        name.append(f", {words['missing_vat_code']}")
    elif line.vat_code != NO_VAT:
        name.append(f", {words['story_vat'].format(code=clean(line.vat_code))}")
    return name


def _print_sides(sheet: Sheet, left: Text, right: str) -> None:
    """Print one text to the left and one to the right; the latter below where it does not fit."""
    room = sheet.console.width - len(INDENT) - cell_len(right) - 2
    if cell_len(left.plain) <= room:
        gap = room + 2 - cell_len(left.plain)
        sheet.console.print(Text.assemble(INDENT, (left.plain, "bold"), " " * gap, (right, "bold")), soft_wrap=True)
        return
    sheet.line(Text(left.plain, style="bold"), hang=INDENT * 2)
    gap = max(0, sheet.console.width - cell_len(right))
    sheet.console.print(Text.assemble(" " * gap, (right, "bold")), soft_wrap=True)


def _print_changes(sheet: Sheet, story: Story, heading: str, changes: Sequence[TicketChange]) -> None:
    sheet.heading(heading)
    rows = [
        (change.completed_at_utc_s, change.register, change.number, _describe_change(change, sheet))
        for change in changes
    ]
    _print_tickets(sheet, story, rows)


def _describe_change(change: TicketChange, sheet: Sheet) -> str:
    ores = {"before": change.before_ore, "after": change.after_ore}
    told = {name: "" if ore is None else format_kroner(ore, sheet.lang) for name, ore in ores.items()}
    return sheet.words[f"story_{change.what}"].format(**told)


def _print_tickets(sheet: Sheet, story: Story, rows: Iterable[tuple[int, str, str, str]]) -> None:
    """Print tickets in columns, as many as fit: when, which and what. The register is named where there are several."""
    listed = list(rows)
    key = "story_ticket_on" if len(_find_registers(story)) > 1 else "story_ticket"
    names = [sheet.words[key].format(register=clean(row[1]), number=clean(row[2])) for row in listed]
    name_width = max(map(cell_len, names), default=0)
    clock = "%H.%M" if sheet.lang == "nb" else "%H:%M"
    cells = [
        f"{story.venue.calendar.local(row[0]):{clock}}  {_pad(name, name_width)}  {row[3]}"
        for row, name in zip(listed, names, strict=True)
    ]
    indent, gap = INDENT * 3, " " * 4
    width = max(map(cell_len, cells), default=0)
    across = max(1, (sheet.console.width - len(indent) + len(gap)) // (width + len(gap)))
    for place in range(0, len(cells), across):
        beside = gap.join(_pad(cell, width) for cell in cells[place : place + across])
        sheet.console.print(Text(indent + beside.rstrip()), soft_wrap=True)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def _find_registers(story: Story) -> set[str]:
    """The registers of the tickets in a history."""
    behind = {share.register for told in story.vouchers for line in told.lines for share in line.tickets}
    return behind | {change.register for told in story.vouchers for change in (*told.changes, *told.changed_since)}


# The audit trail


def _print_trail(sheet: Sheet, told: StoryVoucher) -> None:
    words = sheet.words
    sheet.heading(words["story_trail"])
    tickets = "story_tickets_same" if told.are_tickets_same else "story_tickets_other"
    if not told.are_tickets_shown:
        tickets = "story_tickets_lost"
    setup = "story_setup_same" if told.is_setup_same else "story_setup_other"
    for name, digest, said in (
        ("story_tickets_digest", told.tickets_digest, tickets),
        ("story_setup_digest", told.setup_digest, setup),
    ):
        sheet.line(f"{words[name]}: ", Text(words[said] if digest else words["story_not_kept"], style="bold"))
        if digest:
            sheet.line(Text(digest, style="dim"), indent=INDENT * 2)
