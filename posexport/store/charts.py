"""The charts that PowerOffice last returned for each company's client: accounts, VAT codes and rates, departments, lock
date."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, func, insert, text, update
from sqlalchemy.exc import IntegrityError

from posexport.core.company import Venue
from posexport.core.ports.ledger import Account, Chart
from posexport.core.vat import VatRate
from posexport.store.database import read_rows
from posexport.store.tables import ChartRow

_chart = ChartRow.__table__  # type: ignore[attr-defined]
_fields_of = attrgetter(*(field.name for field in fields(Account)))


def save_chart(connection: Connection, company: int, target: str, chart: Chart, now_utc_s: int) -> None:
    """Store a chart, as the API of `target` returned it. Stored VAT rates are kept where the new chart has none."""
    values = {"target": target, "document": _format_chart(chart), "read_at_utc_s": now_utc_s}
    if chart.vat_rates:
        values["rates"] = format_rates(chart.vat_rates)
    change = update(_chart).where(_chart.c.company_id == company).values(**values)
    if connection.execute(change).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(_chart).values(company_id=company, **{"rates": "[]"} | values))
    except IntegrityError:  # another run was first
        connection.execute(change)


_FORM = 3
"""The format of stored charts. A chart in an earlier format counts as not read."""

_OF_COMPANY = "FROM chart WHERE company_id = :company AND target = :target AND document LIKE :form"


def _name(company: int, target: str) -> dict[str, str | int]:
    return {"company": company, "target": target, "form": f'{{"form": {_FORM},%'}


def find_chart(connection: Connection, company: int, target: str) -> int | None:
    """When the chart was read from the API of `target` (UTC s); None where there is none, or where it was
    invalidated."""
    rows = read_rows(connection, f"SELECT read_at_utc_s {_OF_COMPANY}", _name(company, target))
    return int(rows[0][0]) if rows else None


def load_chart(connection: Connection, company: int, target: str) -> tuple[int, Chart] | None:
    """The chart from the API of `target`, and when it was read (UTC s); None where there is none, or where it was
    invalidated."""
    told = f"SELECT read_at_utc_s, document, rates {_OF_COMPANY}"
    rows = read_rows(connection, told, _name(company, target))
    if not rows:
        return None
    [(read_at_utc_s, document, rates)] = rows
    return int(read_at_utc_s), _parse_chart(document, parse_rates(rates))


def doubt_chart(connection: Connection, company: int) -> None:
    """Invalidate a company's charts after a refusal: they are read again before the next voucher. What they said can
    still be shown (`load_last_chart`)."""
    doubted = func.replace(_chart.c.document, '{"form": ', '{"doubted": ')
    connection.execute(update(_chart).where(_chart.c.company_id == company).values(document=doubted))


def load_last_chart(connection: Connection, company: int, target: str) -> tuple[int, Chart] | None:
    """As `load_chart`, for people to look at: also one that was invalidated since."""
    query = text(
        "SELECT read_at_utc_s, document, rates FROM chart WHERE company_id = :company AND target = :target "
        "AND (document LIKE :form OR document LIKE :doubted)"
    )
    row = connection.execute(query, _name(company, target) | {"doubted": f'{{"doubted": {_FORM},%'}).first()
    return None if row is None else (int(row[0]), _parse_chart(row[1], parse_rates(row[2])))


def load_vat_rates(connection: Connection, company: int) -> tuple[VatRate, ...]:
    """The VAT rates that PowerOffice last returned, for previews without a connection; empty where there are none."""
    rows = read_rows(connection, "SELECT rates FROM chart WHERE company_id = :company", {"company": company})
    return parse_rates(rows[0][0] if rows else None)


_OF_VENUE = """
    SELECT v.id, h.rates FROM venue v JOIN company c ON c.code = :company LEFT JOIN chart h ON h.company_id = c.id
    WHERE v.code = :venue
    """


def find_venue_and_rates(connection: Connection, venue: Venue) -> tuple[int, tuple[VatRate, ...]]:
    """A venue's database id, and the VAT rates that PowerOffice last returned for its company's client."""
    [(number, rates)] = read_rows(connection, _OF_VENUE, {"company": venue.company_id, "venue": venue.id})
    return int(number), parse_rates(rates)


def _format_chart(chart: Chart) -> str:
    return json.dumps(
        {
            "form": _FORM,
            "accounts": None
            if chart.accounts is None
            else [_fields_of(account) for account in chart.accounts.values()],
            "departments": None if chart.departments is None else dict(chart.departments),
            "customers": None if chart.customers is None else dict(chart.customers),
            "customer_ids": None if chart.customer_ids is None else dict(chart.customer_ids),
            "projects": None if chart.projects is None else dict(chart.projects),
            "lock_date": _format_day(chart.lock_date),
            "lock_date_untold": chart.lock_date_untold,
            "vat_registered": chart.vat_registered,
        },
        ensure_ascii=False,
    )


def _parse_chart(document: str, rates: tuple[VatRate, ...]) -> Chart:
    told = json.loads(document)
    accounts = None if told["accounts"] is None else [_parse_account(fields) for fields in told["accounts"]]
    return Chart(
        accounts=None if accounts is None else {account.number: account for account in accounts},
        vat_rates=rates,
        departments=told["departments"],
        customers=told["customers"],
        customer_ids=told.get("customer_ids"),  # earlier versions kept none
        projects=told.get("projects"),
        lock_date=_parse_day(told["lock_date"]),
        lock_date_untold=told["lock_date_untold"],
        vat_registered=told["vat_registered"],
    )


def _parse_account(told: list[Any]) -> Account:
    account = Account(*told)
    return replace(account, required=tuple(account.required))


def format_rates(rates: Iterable[VatRate]) -> str:
    """VAT rates as JSON, for `parse_rates`."""
    return json.dumps(
        [[rate.code, rate.rate_bp, _format_day(rate.valid_from), _format_day(rate.valid_to), rate.id] for rate in rates]
    )


@lru_cache(maxsize=4_096)
def parse_rates(document: str | None) -> tuple[VatRate, ...]:
    """VAT rates from stored JSON; empty for None."""
    return tuple(
        VatRate(code, rate_bp, _parse_day(valid_from), _parse_day(valid_to), *id_)  # earlier versions kept no id
        for code, rate_bp, valid_from, valid_to, *id_ in json.loads(document or "[]")
    )


def _format_day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _parse_day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
