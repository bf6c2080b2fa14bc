"""What a click on the sandbox's page does: read the form, do the bookkeeper's act, show the result.

Lives here: `/bookkeeper/...`. Never here: HTML, and the acts themselves (`bookkeeper`). A click from another site's
page is refused (CSRF).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from . import page_sales_acts
from .bookkeeper import NotAllowed
from .ledger import Draft, DraftLine
from .page import NEXT_VOUCHER, Notice
from .page_forms import Form, Unreadable, read_day
from .wire import Answer, HttpRefusal, Refused, Request

if TYPE_CHECKING:
    from .books import Books
    from .sales_books import SalesBooks

SECONDS_MAX = 3600


def act(world: SalesBooks, request: Request) -> tuple[Notice, Answer]:
    """Do what the form asks for, and redirect the browser to the page. Raises `HttpRefusal`."""
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise HttpRefusal(403, "This page is the sandbox's own.")
    name = request.path.removeprefix("/bookkeeper/")
    do = _ACTS.get(name) or page_sales_acts.ACTS.get(name)
    if do is None:
        raise HttpRefusal(404, "The bookkeeper does nothing of the kind.")
    form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        notice = Notice(do(world, form))
    except KeyError:
        notice = Notice("That is not here any more.", is_refusal=True)
    except (NotAllowed, Unreadable) as error:
        notice = Notice(str(error), is_refusal=True)
    except Refused as refused:
        notice = Notice(refused.summary, is_refusal=True)
    place = f"d-{form['id']}" if form.get("id") else form.get("place") or form.get("client", "surroundings")
    shown = "".join(letter for letter in place if letter.isascii() and (letter.isalnum() or letter in "-_"))
    return notice, Answer(303, {"Location": f"/#{shown}", "Cache-Control": "no-store"})


# --- drafts -------------------------------------------------------------------------------------------


def _post(world: Books, form: Form) -> str:
    draft = world.post(form["id"])
    if draft.error is not None:
        raise NotAllowed(f"Not posted. {draft.error}")
    return f"Posted: {_name(draft)}"


def _fail(world: Books, form: Form) -> str:
    error = form.get("error", "").strip()
    if not error:
        raise Unreadable("What Go says is missing.")
    return f"The import failed: {_name(world.fail(form['id'], error))}"


def _approve(world: Books, form: Form) -> str:
    world.submit_for_approval(form["id"])
    return f"Sent to approval: {_name(world.draft(form['id']))}"


def _delete(world: Books, form: Form) -> str:
    draft = world.draft(form["id"])
    world.delete(draft.id)
    return f"Deleted: {_name(draft)}"


def _reverse(world: Books, form: Form) -> str:
    world.reverse(form["id"])
    return f"Reversed: {_name(world.draft(form['id']))}"


def _text(world: Books, form: Form) -> str:
    return f"Text changed: {_name(world.edit(form['id'], description=form.get('description', '')))}"


def _edit(world: Books, form: Form) -> str:
    lines = _lines(world.draft(form["id"]), form)
    return f"Changed: {_name(world.edit(form['id'], voucher_date=read_day(form), lines=lines))}"


def _correct(world: Books, form: Form) -> str:
    lines = _lines(world.draft(form["id"]), form)
    made = world.correct(form["id"], voucher_date=read_day(form), lines=lines)
    return f"Reversed, and corrected by a new voucher: {_name(made)}"


def _name(draft: Draft) -> str:
    return f"{draft.voucher_date} {draft.description or ''}".strip()


def _lines(draft: Draft, form: Form) -> tuple[DraftLine, ...]:
    """The draft's lines as the form has them; a customer's line stays on the control account."""
    return tuple(
        replace(
            line,
            account_no=line.account_no if line.customer is not None else _account(form, at, line),
            amount_ore=_amount_ore(form, at, line),
        )
        for at, line in enumerate(draft.lines)
    )


def _account(form: Form, at: int, line: DraftLine) -> int:
    text = form.get(f"account-{at}", str(line.account_no)).strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Unreadable(f"Line {at + 1}: {text!r} is no account number.")
    return int(text)


def _amount_ore(form: Form, at: int, line: DraftLine) -> int:
    text = form.get(f"amount-{at}")
    if text is None:
        return line.amount_ore
    try:
        ore = Decimal("".join(text.split()).replace(",", ".")) * 100
    except InvalidOperation:
        raise Unreadable(f"Line {at + 1}: {text!r} is no amount.") from None
    if not ore.is_finite() or ore != ore.to_integral_value() or abs(ore) >= 10**15 or not ore:
        raise Unreadable(f"Line {at + 1}: {text!r} is no amount in kroner and øre.")
    return int(ore)


# --- periods and surroundings -------------------------------------------------------------------------


def _lock(world: Books, form: Form) -> str:
    day = read_day(form)
    world.set_lock_date(day, form["client"])
    return f"Locked up to and including {day}."


def _unlock(world: Books, form: Form) -> str:
    world.set_lock_date(None, form["client"])
    return "Unlocked."


def _surroundings(world: Books, form: Form) -> str:
    kind = form.get("next_voucher", "")
    if kind not in NEXT_VOUCHER or form.get("v1_back_end") not in ("old", "new"):
        raise Unreadable("That cannot be chosen.")
    times = {name: _seconds(form, name) for name in ("replica_lag_s", "fresh_s", "voucher_no_lag_s", "posting_s")}
    for name, value in times.items():
        setattr(world, name, value)
    world.v1_back_end = "new" if form["v1_back_end"] == "new" else "old"
    world.is_down = form.get("up") == "down"
    world.next_voucher = kind
    return "Set."


def _seconds(form: Form, name: str) -> float:
    """A number of seconds, rounded to tenths. Raises Unreadable."""
    text = form.get(name, "").strip()
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise Unreadable(f"{text!r} is no number of seconds.") from None
    if not (value.is_finite() and 0 <= value <= SECONDS_MAX):
        raise Unreadable(f"{text} seconds: choose 0 to {SECONDS_MAX}.")
    return int(value * 10) / 10


_ACTS: Mapping[str, Callable[[Books, Form], str]] = {
    "post": _post,
    "fail": _fail,
    "approve": _approve,
    "delete": _delete,
    "reverse": _reverse,
    "text": _text,
    "edit": _edit,
    "correct": _correct,
    "lock": _lock,
    "unlock": _unlock,
    "surroundings": _surroundings,
}
