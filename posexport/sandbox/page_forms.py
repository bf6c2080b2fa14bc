"""What the sandbox's page is written with, and how its forms are read back.

Lives here: forms, buttons and amounts as HTML, and the fields of a form that was sent. Never here: what is shown, and
what a click does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from html import escape

from .wire import kroner

Form = Mapping[str, str]


class Unreadable(Exception):
    """What is wrong with a form, in words."""


def form_of(act: str, fields: str, button: str) -> str:
    return f'<form method="post" action="/bookkeeper/{act}">{fields}{button}</form>'


def hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value)}">'


def button_of(text: str, kind: str = "") -> str:
    return f'<button class="{kind}">{text}</button>' if kind else f"<button>{text}</button>"


def tags_of(tags: list[tuple[str, str]]) -> str:
    """Kinds ("", "good", "bad") and texts as tags."""
    return "".join(f'<span class="tag {kind}">{escape(text)}</span>' for kind, text in tags)


def grouped(amount_ore: int) -> str:
    """1234567 -> "12 345.67", with spaces that do not break."""
    return f"{kroner(amount_ore):,f}".replace(",", "\N{NO-BREAK SPACE}")


def read_day(form: Form) -> date:
    """The form's date. Raises Unreadable."""
    try:
        return date.fromisoformat(form.get("day", ""))
    except ValueError:
        raise Unreadable("The date is missing, or is none.") from None


def read_number(form: Form, name: str, what: str) -> Decimal:
    """A number with a comma or a point, of sensible size. Raises Unreadable."""
    text = form.get(name, "")
    try:
        number = Decimal("".join(text.split()).replace(",", "."))
    except InvalidOperation:
        raise Unreadable(f"{text!r} is no {what}.") from None
    if not number.is_finite() or abs(number) >= 10**9 or len(number.as_tuple().digits) > 20:
        raise Unreadable(f"{text!r} is no {what}.")
    return number
