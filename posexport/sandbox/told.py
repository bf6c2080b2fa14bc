"""What the sandbox tells in a terminal: how to use it, and each draft and order it receives, in a line.

Lives here: the messages in English, with holes for facts; whoever starts the sandbox may hand in another language.
Never here: what the page says (`page`), and what the API answers.
"""

from __future__ import annotations

from collections.abc import Callable

from .ledger import Draft
from .orders import Order
from .wire import kroner

Tell = Callable[..., str]
"""Says a message with its facts, in some language."""

HINTS = (
    "PowerOffice Go sandbox at {base_url} (be the bookkeeper in a browser: {base_url}/)\n"
    'In the setup, under [[company]]: base_url = "{base_url}"\n'
    "Any keys will do. Type those that your setup names where you run posexport, for example\n"
    "  export PO_APP_KEY=my-application-key\n"
    "  export PO_CLIENT_KEY_TORGET=my-client-key          # one for each venue\n"
    "  export PO_SUBSCRIPTION_KEY=my-subscription-key     # one for each company\n"
    'in PowerShell $env:PO_APP_KEY = "my-application-key", and so on.\n'
    'The subscription key is needed where target = "journal" or "ledger", and wherever sales on credit\n'
    'become orders (invoicing = "orders"), also with target = "import".\n'
    'A key that starts with "wrong" is refused. Stop with Ctrl+C.'
)
"""What a person needs to know to use the sandbox."""


def tell_plainly(message: str, **facts: object) -> str:
    """In English."""
    return message.format_map(facts)


def describe_draft(draft: Draft, tell: Tell = tell_plainly) -> str:
    """One line of text: 'received import 2020-01-01 Torget Kafé (5 lines, 514.20)'."""
    return tell(
        "received {kind} {date} {text} ({count} lines, {amount})",
        kind=draft.kind,
        date=draft.voucher_date,
        text=_clean(draft.description),
        count=len(draft.lines),
        amount=kroner(draft.debit_ore),
    )


def describe_order(order: Order, tell: Tell = tell_plainly) -> str:
    """One line of text: 'received order 2001 torget-o20200101-9f3a61c2 (3 lines, 514.20)'."""
    return tell(
        "received order {number} {reference} ({count} lines, {amount})",
        number=order.no,
        reference=_clean(order.reference),
        count=len(order.lines),
        amount=kroner(order.total_ore),
    )


def _clean(text: str | None) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text or "")
