"""What a person sees of the sandbox: one self-contained page and the same as JSON.

Lives here: the HTML and JSON of `/` and `/drafts.json`; what is shown is escaped, nothing loads from outside.
Never here: keys and tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from .chart import SandboxClient
from .ledger import Draft, DraftLine
from .wire import Answer, Json, json_answer, kroner

DRAFTS_SHOWN_MAX = 200

_STYLE = """
:root{color-scheme:light dark;--ink:#1c2733;--soft:#5b6b7b;--line:#d9e0e7;
--paper:#fff;--back:#f3f6f9;--mark:#b45309}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa7b4;--line:#30363d;
--paper:#161b22;--back:#0d1117;
--mark:#f0a13c}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
.banner{background:var(--mark);color:#fff;padding:.5rem 1rem;text-align:center;font-weight:600}
main{max-width:64rem;margin:0 auto;padding:1.5rem 1rem}h1{font-size:1.4rem;margin:0 0 .25rem}
h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.25rem 0;color:var(--soft)}
article{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:1rem;margin:0 0 1rem;
overflow-x:auto}
h3{margin:0;font-size:1rem}table{border-collapse:collapse;width:100%;margin-top:.5rem}
th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid var(--line);font-weight:400}
th{color:var(--soft);font-size:.85rem}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tfoot td{font-weight:600;border-bottom:0}
.tag{font-size:.8rem;border:1px solid var(--line);border-radius:4px;padding:0 .4rem;margin-left:.4rem;
color:var(--soft)}code{font-family:ui-monospace,monospace;font-size:.9em}
"""

_PLACES = {
    "import": "Import queue (v1)",
    "manual-journal": "Journal entry (v2)",
    "cash-voucher": "Posted cash voucher (v2)",
    "manual-voucher": "Posted manual voucher (v2)",
}


def html(clients: Sequence[SandboxClient], drafts: Sequence[Draft], vouchers: Sequence[Draft]) -> Answer:
    """The page, newest drafts first."""
    sections = "".join(_section(client, drafts, vouchers) for client in clients)
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>PowerOffice Go sandbox</title><style>{_STYLE}</style></head><body>"
        '<div class="banner" role="note">Sandbox: nothing here is real bookkeeping</div>'
        "<main><h1>PowerOffice Go sandbox</h1>"
        f"<p>{len(clients)} client(s), {len(drafts)} draft(s), {len(vouchers)} voucher(s) posted directly. "
        'The same as JSON: <a href="/drafts.json">/drafts.json</a></p>'
        f"{sections}</main></body></html>"
    )
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        "Cache-Control": "no-store",
    }
    return Answer(200, headers, text.encode("utf-8", "replace"))


def _section(client: SandboxClient, drafts: Iterable[Draft], vouchers: Iterable[Draft]) -> str:
    own = [draft for draft in (*drafts, *vouchers) if draft.client_id == client.client_id]
    own.sort(key=lambda draft: draft.created_at, reverse=True)
    lock = f", locked up to {client.lock_date}" if client.lock_date else ""
    shown = "".join(_article(draft) for draft in own[:DRAFTS_SHOWN_MAX]) or "<p>No drafts yet.</p>"
    more = f"<p>{len(own) - DRAFTS_SHOWN_MAX} older not shown.</p>" if len(own) > DRAFTS_SHOWN_MAX else ""
    return (
        f"<section><h2>{escape(client.name)}</h2>"
        f"<p>Organization number {escape(client.organization_number)}{lock}</p>{shown}{more}</section>"
    )


def _article(draft: Draft) -> str:
    tags = [_PLACES[draft.kind], draft.integration, "posted" if draft.posted else "not posted"]
    if draft.pages:
        tags.append(f"{len(draft.pages)} page(s)")
    reference = f"<p>Reference <code>{escape(draft.reference)}</code></p>" if draft.reference else ""
    received = f"{draft.created_at:%Y-%m-%d %H:%M:%S}"
    return (
        f"<article><h3>{draft.voucher_date} {escape(draft.description or '')}"
        + "".join(f'<span class="tag">{escape(tag)}</span>' for tag in tags)
        + f"</h3>{reference}<p>Id <code>{escape(draft.id)}</code>, received {received} UTC</p>"
        "<table><thead><tr><th>Account</th><th>VAT code</th><th>Department</th><th>Text</th>"
        '<th class="n">Debit</th><th class="n">Credit</th></tr></thead><tbody>'
        + "".join(_row(line) for line in draft.lines)
        + f'</tbody><tfoot><tr><td colspan="4">Total</td><td class="n">{_grouped(draft.debit_ore)}</td>'
        f'<td class="n">{_grouped(draft.credit_ore)}</td></tr></tfoot></table></article>'
    )


def _row(line: DraftLine) -> str:
    account = str(line.account_no) if line.customer is None else f"{line.account_no} (customer {line.customer})"
    debit = _grouped(line.amount_ore) if line.amount_ore > 0 else ""
    credit = _grouped(-line.amount_ore) if line.amount_ore < 0 else ""
    return (
        f"<tr><td>{escape(account)}</td><td>{escape(line.vat_code)}</td>"
        f"<td>{escape(line.department_code or '')}</td><td>{escape(line.description or '')}</td>"
        f'<td class="n">{debit}</td><td class="n">{credit}</td></tr>'
    )


def _grouped(amount_ore: int) -> str:
    """1234567 -> "12 345.67", with spaces that do not break."""
    return f"{kroner(amount_ore):,f}".replace(",", "\N{NO-BREAK SPACE}")


def drafts_json(clients: Iterable[SandboxClient], drafts: Iterable[Draft], vouchers: Iterable[Draft]) -> Answer:
    """Amounts are strings with two decimals, debit positive."""
    return json_answer(
        {
            "clients": [
                {
                    "id": client.client_id,
                    "name": client.name,
                    "organization_number": client.organization_number,
                    "lock_date": client.lock_date,
                }
                for client in clients
            ],
            "drafts": [_draft_json(draft) for draft in drafts],
            "vouchers": [_draft_json(draft) for draft in vouchers],
        }
    )


def _draft_json(draft: Draft) -> Json:
    return {
        "api": draft.api,
        "kind": draft.kind,
        "id": draft.id,
        "client_id": draft.client_id,
        "integration": draft.integration,
        "reference": draft.reference,
        "description": draft.description,
        "voucher_date": draft.voucher_date,
        "created_at": draft.created_at,
        "posted": draft.posted,
        "pages": [{"id": page.id, "name": page.name, "content_type": page.content_type} for page in draft.pages],
        "debit": str(kroner(draft.debit_ore)),
        "credit": str(kroner(draft.credit_ore)),
        "lines": [
            {
                "account": line.account_no,
                "customer": line.customer,
                "vat_code": line.vat_code,
                "department": line.department_code,
                "amount": str(kroner(line.amount_ore)),
                "posting_date": line.posting_date,
                "description": line.description,
            }
            for line in draft.lines
        ],
    }


def describe(draft: Draft) -> str:
    """One line of text for a terminal: 'import 2020-01-01 Torget ... 5 lines, 514.20'."""
    text = "".join(letter if letter.isprintable() else " " for letter in draft.description or "")
    return f"{draft.kind} {draft.voucher_date} {text} ({len(draft.lines)} lines, {kroner(draft.debit_ore)})"
