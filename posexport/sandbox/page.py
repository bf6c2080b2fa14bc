"""The sandbox's web page: one self-contained page on which a person can act as the bookkeeper, and what was received as
JSON.

Lives here: the HTML of `/` and the JSON of `/drafts.json`; values are escaped, nothing is loaded from outside, and
everything works without JavaScript and with the keyboard. Never here: keys and tokens, what a click does (`page_acts`),
and what is sold on credit (`page_sales`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from . import page_sales
from .chart import SandboxClient
from .ledger import DIRECT_KINDS, DRAFT_KINDS, INVOICE_KINDS, Company, Draft, DraftLine, Stored
from .page_forms import button_of, form_of, grouped, hidden, tags_of
from .wire import Answer, Json, json_answer, kroner

DRAFTS_SHOWN_MAX = 200

_STYLE = """
:root{color-scheme:light dark;--ink:#1c2733;--soft:#5b6b7b;--line:#d9e0e7;--paper:#fff;--back:#f3f6f9;
--mark:#b45309;--go:#1d5fa8;--good:#1a7f4b;--bad:#b3261e;--tint:#eef4fb}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa7b4;--line:#30363d;--paper:#161b22;--back:#0d1117;
--mark:#a35a08;--go:#6cb0ff;--good:#56d394;--bad:#ff8f87;--tint:#1a2533}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
.banner{background:var(--mark);color:#fff;padding:.5rem 1rem;text-align:center;font-weight:600}
main{max-width:64rem;margin:0 auto;padding:1.5rem 1rem}h1{font-size:1.4rem;margin:0 0 .25rem}
h2{font-size:1.1rem;margin:2rem 0 .25rem}h3{margin:0;font-size:1rem}h3.part{margin-top:1.25rem}
p{margin:.25rem 0;color:var(--soft)}
article,.box{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:1rem;margin:.75rem 0;
overflow-x:auto}
.notice{border-left:4px solid var(--go);padding:.6rem 1rem;color:var(--ink);background:var(--tint)}
.notice.no{border-color:var(--bad)}
table{border-collapse:collapse;width:100%;margin-top:.5rem}
th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid var(--line);font-weight:400}
th{color:var(--soft);font-size:.85rem}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tfoot td{font-weight:600;border-bottom:0}
.tags{margin:.15rem 0}.tag{font-size:.8rem;border:1px solid var(--line);border-radius:99px;padding:.05rem .55rem;
margin-right:.35rem;color:var(--soft);display:inline-block}
.tag.good{color:var(--good);border-color:currentColor}.tag.bad{color:var(--bad);border-color:currentColor}
code{font-family:ui-monospace,monospace;font-size:.9em}.why{color:var(--bad)}
.acts{display:flex;flex-wrap:wrap;gap:.5rem;margin-top:.75rem;align-items:center}.acts form{margin:0}
button{font:inherit;padding:.3rem .9rem;border-radius:6px;border:1px solid var(--go);background:var(--paper);
color:var(--go);cursor:pointer}button.main{background:var(--go);color:var(--paper)}
button.danger{border-color:var(--bad);color:var(--bad)}
:focus-visible{outline:3px solid var(--go);outline-offset:2px}
input,select{font:inherit;color:inherit;background:var(--back);border:1px solid var(--line);border-radius:6px;
padding:.25rem .5rem;max-width:100%}
input.text{width:100%}input.account{width:6rem}input.amount{width:8rem;text-align:right}input.s{width:5rem}
.period form{display:flex;gap:.5rem;align-items:end}.period{align-items:end}a{color:var(--go)}
details{margin-top:.6rem}summary{cursor:pointer;color:var(--go)}
.fields{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.75rem;margin:.75rem 0;
align-items:end}
label{display:block;font-size:.85rem;color:var(--soft)}label>*{display:block;margin-top:.15rem;font-size:15px}
"""

_PLACES = {
    "import": "Import queue (v1)",
    "manual-journal": "Journal entry (v2)",
    "cash-voucher": "Posted cash voucher (v2)",
    "manual-voucher": "Posted manual voucher (v2)",
    "correction": "Correction",
}

NEXT_VOUCHER = {
    "": "arrives as usual",
    "refuse": "is refused",
    "lose_request": "is lost on the way",
    "lose_answer": "arrives, and the answer is lost",
    "status_before": "meets a 503, and does not arrive",
    "status_after": "arrives, and is answered by a 502",
}
"""What may become of the next voucher or order that an integration sends."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """How Go behaves now, as the page shows and sets it; times in seconds."""

    v1_back_end: str
    is_down: bool
    next_voucher: str
    replica_lag_s: float
    fresh_s: float
    voucher_no_lag_s: float
    posting_s: float


@dataclass(frozen=True, slots=True)
class Notice:
    """The result of the last click."""

    text: str
    is_refusal: bool = False


def html(
    companies: Sequence[Company], surroundings: Surroundings, notice: Notice | None, *, is_copy: bool = False
) -> Answer:
    """The page, newest drafts first. With `is_copy` it is for reading only: nothing on it can be clicked."""
    kinds = [
        stored.draft.kind for company in companies for stored in company.stored.values() if stored.deleted_at_s is None
    ]
    drafts = sum(kind in DRAFT_KINDS for kind in kinds)
    direct = sum(kind in DIRECT_KINDS for kind in kinds)
    orders = sum(1 for company in companies for _ in company.orders.register.items_now())
    invoices = sum(1 for company in companies for _ in company.orders.invoices.items_now())
    sections = "".join(_section(company, is_copy=is_copy) for company in companies)
    told = f'<p class="notice{" no" * notice.is_refusal}" role="status">{escape(notice.text)}</p>' if notice else ""
    intro = "" if is_copy else "<p>You are the bookkeeper here: what you click happens in Go, not in posexport.</p>"
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>PowerOffice Go sandbox</title><style>{_STYLE}</style></head><body>"
        '<div class="banner" role="note">Sandbox: nothing here is real bookkeeping</div>'
        "<main><h1>PowerOffice Go sandbox</h1>"
        f"<p>{len(companies)} client(s), {drafts} draft(s), {direct} voucher(s) posted directly, "
        f"{orders} order(s), {invoices} invoice(s). "
        f'The same as JSON: <a href="/drafts.json">/drafts.json</a></p>{intro}{told}'
        f"{sections}{'' if is_copy else _surroundings(surroundings)}</main></body></html>"
    )
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
    }
    return Answer(200, headers, text.encode("utf-8", "replace"))


def _section(company: Company, *, is_copy: bool) -> str:
    client = company.client
    own = [
        stored
        for stored in company.stored.values()
        if stored.deleted_at_s is None and stored.draft.kind not in INVOICE_KINDS
    ]
    own.sort(key=lambda stored: stored.draft.created_at, reverse=True)
    lock = f", locked up to {client.lock_date}" if client.lock_date else ""
    shown = "".join(_article(company, stored, is_copy=is_copy) for stored in own[:DRAFTS_SHOWN_MAX])
    more = f"<p>{len(own) - DRAFTS_SHOWN_MAX} older not shown.</p>" if len(own) > DRAFTS_SHOWN_MAX else ""
    return (
        f'<section id="{escape(client.client_id)}"><h2>{escape(client.name)}</h2>'
        f"<p>Organization number {escape(client.organization_number)}{lock}</p>"
        f"{'' if is_copy else _period(client)}{shown or '<p>No drafts yet.</p>'}{more}"
        f"{page_sales.section(company, is_copy=is_copy)}</section>"
    )


def _period(client: SandboxClient) -> str:
    """The form to lock the books up to a day, or unlock them."""
    day = client.lock_date.isoformat() if client.lock_date else ""
    own = hidden("client", client.client_id)
    field = f'<label>Lock the books up to and including <input type="date" name="day" value="{day}" required></label>'
    unlock = form_of("unlock", own, button_of("Unlock")) if client.lock_date else ""
    return f'<div class="acts period">{form_of("lock", own + field, button_of("Lock"))}{unlock}</div>'


def _article(company: Company, stored: Stored, *, is_copy: bool) -> str:
    draft = stored.draft
    reference = f"<p>Reference <code>{escape(draft.reference)}</code></p>" if draft.reference else ""
    error = f'<p class="why">Could not be posted: {escape(draft.error)}</p>' if draft.error else ""
    return (
        f'<article id="d-{escape(draft.id)}"><h3>{draft.voucher_date} {escape(draft.description or "")}</h3>'
        f'<p class="tags">{_tags(company, stored)}</p>{error}{reference}'
        f"<p>Id <code>{escape(draft.id)}</code>, received {draft.created_at:%Y-%m-%d %H:%M:%S} UTC</p>"
        "<table><thead><tr><th>Account</th><th>VAT code</th><th>Department</th><th>Text</th>"
        '<th class="n">Debit</th><th class="n">Credit</th></tr></thead><tbody>'
        + "".join(_row(line) for line in draft.lines)
        + f'</tbody><tfoot><tr><td colspan="4">Total</td><td class="n">{grouped(draft.debit_ore)}</td>'
        f'<td class="n">{grouped(draft.credit_ore)}</td></tr></tfoot></table>'
        f"{'' if is_copy else _acts(stored)}</article>"
    )


def _tags(company: Company, stored: Stored) -> str:
    """The draft's state, and what was done with it."""
    draft = stored.draft
    tags = [("", _PLACES[draft.kind]), ("", draft.integration)]
    if draft.correction_of is not None:
        corrected = company.stored[draft.correction_of]
        tags.append(("", f"instead of voucher {corrected.voucher_no}"))
    if draft.posted:
        tags.append(("good", f"posted, voucher {stored.voucher_no}"))
    elif stored.submitted_at_s is not None:
        tags.append(("", "in approval"))
    else:
        tags.append(("", "not posted"))
    if stored.reversal is not None:
        made = company.stored.get(stored.reversal.correction_id or "")
        then = f", corrected by voucher {made.voucher_no}" if made is not None else ""
        tags.append(("bad", f"reversed by voucher {stored.reversal.voucher_no}{then}"))
    if draft.pages:
        tags.append(("", f"{len(draft.pages)} page(s)"))
    return tags_of(tags)


# --- forms --------------------------------------------------------------------------------------------


def _acts(stored: Stored) -> str:
    """What the bookkeeper can do with it now."""
    draft = stored.draft
    own = hidden("id", draft.id)
    if draft.posted:
        if stored.reversal is not None:
            return ""
        buttons = form_of("reverse", own, button_of("Reverse", "danger"))
        changes = _text_form(draft, "Change the text") + _lines_form(draft, "correct", "Correct", "Correct it")
        return f'<div class="acts">{buttons}</div>{changes}'
    name = "Import" if draft.kind == "import" else "Post"
    buttons = form_of("post", own, button_of(name, "main"))
    if draft.kind == "manual-journal" and stored.submitted_at_s is None:
        buttons += form_of("approve", own, button_of("Send to approval"))
    buttons += form_of("delete", own, button_of("Delete", "danger"))
    changes = _text_form(draft, "Change the text") + _lines_form(draft, "edit", "Change the draft", "Save")
    if draft.kind == "import":
        changes += _fail_form(draft)
    return f'<div class="acts">{buttons}</div>{changes}'


def _text_form(draft: Draft, title: str) -> str:
    field = (
        f'<label>Text <input class="text" name="description" maxlength="255" value="{escape(draft.description or "")}">'
        "</label>"
    )
    form = form_of("text", hidden("id", draft.id) + field, f'<div class="acts">{button_of("Save")}</div>')
    return f"<details><summary>{title}</summary>{form}</details>"


def _fail_form(draft: Draft) -> str:
    field = (
        '<label>What Go says <input class="text" name="error" required maxlength="255" '
        'value="The period is closed for department 10."></label>'
    )
    form = form_of("fail", hidden("id", draft.id) + field, f'<div class="acts">{button_of("Import, and fail")}</div>')
    return f"<details><summary>Let the import fail</summary>{form}</details>"


def _lines_form(draft: Draft, act: str, title: str, button: str) -> str:
    """A form with date, accounts and amounts (debit positive), enough to change the voucher."""
    rows = "".join(
        f"<tr><td>{escape(line.description or '')}</td><td>{escape(line.vat_code)}</td><td>"
        f'<input class="account" name="account-{at}" inputmode="numeric" aria-label="Account of line {at + 1}" '
        f'value="{line.account_no}"{" readonly" * (line.customer is not None)}></td><td class="n">'
        f'<input class="amount" name="amount-{at}" inputmode="decimal" aria-label="Amount of line {at + 1}" '
        f'value="{kroner(line.amount_ore)}"></td></tr>'
        for at, line in enumerate(draft.lines)
    )
    table = (
        '<table><thead><tr><th>Text</th><th>VAT code</th><th>Account</th><th class="n">Amount (debit positive)</th>'
        f"</tr></thead><tbody>{rows}</tbody></table>"
    )
    date_field = f'<label>Date <input type="date" name="day" value="{draft.voucher_date}" required></label>'
    fields = hidden("id", draft.id) + date_field + table
    told = "<p>Makes a reversal and a new voucher.</p>" if act == "correct" else ""
    form = form_of(act, told + fields, f'<div class="acts">{button_of(button)}</div>')
    return f"<details><summary>{title}</summary>{form}</details>"


def _surroundings(now: Surroundings) -> str:
    """The form for Go's behaviour, to try what rarely happens by itself."""
    choices = "".join(
        f'<option value="{kind}"{" selected" * (kind == now.next_voucher)}>{text}</option>'
        for kind, text in NEXT_VOUCHER.items()
    )
    back_ends = "".join(
        f'<option value="{value}"{" selected" * (value == now.v1_back_end)}>{text}</option>'
        for value, text in (("old", "success: false"), ("new", "success: true around a problem"))
    )
    up = "".join(
        f'<option value="{value}"{" selected" * ((value == "down") == now.is_down)}>{text}</option>'
        for value, text in (("up", "answers"), ("down", "does not answer"))
    )
    times = "".join(
        f'<label>{text} <input class="s" type="number" min="0" max="3600" step="0.1" name="{name}" value="{value:g}">'
        "</label>"
        for name, text, value in (
            ("replica_lag_s", "Reads lag writes by, seconds", now.replica_lag_s),
            ("fresh_s", "Documentation meets a 404 for, seconds", now.fresh_s),
            ("voucher_no_lag_s", "The voucher number comes after, seconds", now.voucher_no_lag_s),
            ("posting_s", "Posting takes, seconds", now.posting_s),
        )
    )
    fields = (
        f'<div class="fields"><label>PowerOffice Go <select name="up">{up}</select></label>'
        f'<label>The next voucher or order <select name="next_voucher">{choices}</select></label>'
        f'<label>v1 refuses with <select name="v1_back_end">{back_ends}</select></label>{times}</div>'
    )
    form = form_of("surroundings", fields, button_of("Set"))
    return f'<section id="surroundings"><h2>How Go behaves</h2><div class="box">{form}</div></section>'


# --- pieces -------------------------------------------------------------------------------------------


def _row(line: DraftLine) -> str:
    account = str(line.account_no) if line.customer is None else f"{line.account_no} (customer {line.customer})"
    debit = grouped(line.amount_ore) if line.amount_ore > 0 else ""
    credit = grouped(-line.amount_ore) if line.amount_ore < 0 else ""
    return (
        f"<tr><td>{escape(account)}</td><td>{escape(line.vat_code)}</td>"
        f"<td>{escape(_department(line))}</td><td>{escape(line.description or '')}</td>"
        f'<td class="n">{debit}</td><td class="n">{credit}</td></tr>'
    )


def _department(line: DraftLine) -> str:
    """The department, and the project where the line has one."""
    parts = (line.department_code, line.project_code and f"project {line.project_code}")
    return ", ".join(part for part in parts if part)


def drafts_json(companies: Sequence[Company], drafts: Iterable[Draft], vouchers: Iterable[Draft]) -> Answer:
    """Drafts, vouchers, orders and invoices as JSON; amounts are strings with two decimals, debit positive."""
    return json_answer(
        {
            "clients": [
                {
                    "id": client.client_id,
                    "name": client.name,
                    "organization_number": client.organization_number,
                    "lock_date": client.lock_date,
                }
                for client in (company.client for company in companies)
            ],
            "drafts": [_draft_json(draft) for draft in drafts],
            "vouchers": [_draft_json(draft) for draft in vouchers],
            "orders": [
                page_sales.order_json(company, order)
                for company in companies
                for _, order in company.orders.register.items_now()
            ],
            "invoices": [
                page_sales.invoice_json(company, invoice)
                for company in companies
                for _, invoice in company.orders.invoices.items_now()
            ],
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
                "project": line.project_code,
                "amount": str(kroner(line.amount_ore)),
                "posting_date": line.posting_date,
                "description": line.description,
            }
            for line in draft.lines
        ],
    }
