"""The same sales as the journals of plain-text accounting: one transaction a ticket, one posting a line.

Sales stand under Income:VENUE:PRODUCT-TYPE:VAT-CODE with their VAT in them, which halves what these programs have to
read: a journal kept for real would post the VAT on an account of its own. ledger and hledger read the same file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from tests.bench.files import format_ore
from tests.bench.sales import Plan, Sold, sell

TIP, ROUNDING = "tip", "rounding"


def accounts_of(sold: Sold) -> Iterator[tuple[str, int]]:
    """A ticket's postings in order, øre, sales below zero; they sum to 0."""
    venue = f"V{sold.venue:03d}"
    for line in sold.lines:
        yield f"Income:{venue}:T{line.article.product_type}:M{line.vat_code}", -line.gross_ore
    for code, amount_ore in sold.payments:
        yield f"Assets:{venue}:{code.capitalize()}", amount_ore
    if sold.tip_ore:
        yield f"Liabilities:{venue}:Tips", -sold.tip_ore
    if sold.rounding_ore:
        yield f"Expenses:{venue}:Rounding", -sold.rounding_ore


def write_ledger(plan: Plan, path: Path) -> Path:
    """For ledger and hledger."""
    with path.open("w", encoding="utf-8", buffering=1 << 20) as file:
        file.write("commodity NOK\n    format 1000.00 NOK\n\n")
        for sold in sell(plan):
            postings = "".join(
                f"    {account}  {format_ore(amount_ore)} NOK\n" for account, amount_ore in accounts_of(sold)
            )
            file.write(f"{sold.business_day} {sold.register} {sold.number}\n{postings}\n")
    return path


def write_beancount(plan: Plan, path: Path) -> Path:
    """For beancount, which wants every account opened first."""
    accounts = sorted({account for sold in sell(plan) for account, _ in accounts_of(sold)})
    opened = plan.first_day - timedelta(days=1)
    with path.open("w", encoding="utf-8", buffering=1 << 20) as file:
        file.writelines(f"{opened} open {account} NOK\n" for account in accounts)
        for sold in sell(plan):
            postings = "".join(
                f"  {account}  {format_ore(amount_ore)} NOK\n" for account, amount_ore in accounts_of(sold)
            )
            file.write(f'{sold.business_day} * "{sold.register}" "{sold.number}"\n{postings}\n')
    return path
