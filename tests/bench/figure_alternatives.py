"""Against what people use instead: the same sums of the same million lines.

Text: ledger, hledger and beancount read a journal of the sales (see `journals`) and sum it per account and day. Ours
is an import into a fresh store and every voucher settled from it, proofs included. Whole processes, start to end.

Tables: pandas, Polars and DuckDB read the CSV and sum it per venue, business day, kind, code and VAT code. Ours is
every voucher settled again from the store. The work alone, imports done; with whole processes in the note.

Each is used where it is there. Three runs: some take minutes.
"""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.bench.answers import digest_rows
from tests.bench.files import ORE_PER_KRONE
from tests.bench.ground import Ground, url_of
from tests.bench.measuring import (
    Compared,
    Measured,
    Row,
    Stopwatch,
    alternate,
    format_seconds,
    run_program,
)

NAME = "alternatives"
WORK = "the same sums"
RUNS_MAX = 3
AT_MOST = 1.0

Sums = Iterable[tuple[str, str, int]]
"""Account, business day as digits, øre."""


def measure(ground: Ground) -> list[Row]:
    """A row per program and per package."""
    return [
        *(_measure_text(ground, name) for name in _PROGRAMS),
        *(_measure_table(ground, name) for name in _TABLES),
    ]


# Text


def import_and_settle(store: str, sales: str) -> Measured:
    """From JSON lines to every voucher."""
    from posexport.app.import_sales import import_sales
    from posexport.app.review_venues import review_venues
    from posexport.core.day import Period
    from posexport.wiring import open_workspace

    stopwatch = Stopwatch()
    with stopwatch.running(), open_workspace(url_of(store)) as workspace:
        import_sales(workspace, [Path(sales)])
        reviews = list(review_venues(workspace, workspace.load_setup().venues, Period()))
    return stopwatch.measured(digest_vouchers(reviews))


def digest_vouchers(reviews: Iterable[Any]) -> dict[str, Any]:
    """Vouchers' lines as a journal's accounts have them, one for each product type and VAT code. A VAT code here is
    the register's, as a journal has it."""
    of_register = {"3": "3", "31": "2", "33": "1", "0": "0"}
    sums: Counter[tuple[str, str]] = Counter()
    for review in reviews:
        venue = f"V{review.report.venue.id[-3:]}"
        day = review.business_day.strftime("%Y%m%d")
        for line in review.report.voucher.lines:
            account = {
                "sales": f"Income:{venue}:T{line.source}:M{of_register.get(line.vat_code or '', '')}",
                "payment": f"Assets:{venue}:{line.source.capitalize()}",
                "tip": f"Liabilities:{venue}:Tips",
                "rounding": f"Expenses:{venue}:Rounding",
            }[line.kind.value]
            sums[account, day] += line.amount_ore
    return digest_sums((account, day, amount_ore) for (account, day), amount_ore in sums.items())


def digest_sums(sums: Sums) -> dict[str, Any]:
    """Sums that are not 0."""
    return digest_rows(row for row in sums if row[2])


def parse_ore(text: str) -> int:
    """
    >>> parse_ore("-61011.50 NOK"), parse_ore("0")
    (-6101150, 0)
    """
    kroner, _, ore = text.removesuffix(" NOK").partition(".")
    return int(kroner + ore.ljust(2, "0")[:2])


def read_ledger(output: str) -> dict[str, Any]:
    """What `ledger register --daily` said: day, account, amount."""
    rows = (line.split("\t") for line in output.splitlines())
    return digest_sums((account, day.replace("/", ""), parse_ore(amount)) for day, account, amount in rows)


def read_hledger(output: str) -> dict[str, Any]:
    """What `hledger balance --daily -O csv` said: a row per account, a column per day."""
    head, *rows = csv.reader(output.splitlines())
    days = [day.replace("-", "") for day in head[1:]]
    return digest_sums(
        (row[0], day, parse_ore(amount)) for row in rows for day, amount in zip(days, row[1:], strict=True)
    )


def sum_beancount(journal: str) -> Measured:
    """Loaded as beancount does, and added up."""
    from beancount import loader

    stopwatch = Stopwatch()
    sums: Counter[tuple[str, str]] = Counter()
    with stopwatch.running():
        entries, errors, _ = loader.load_file(journal)
        for entry in entries:
            day = entry.date.strftime("%Y%m%d")
            for posting in getattr(entry, "postings", ()):
                sums[posting.account, day] += posting.units.number
    assert not errors, errors[:3]
    ore = ((account, day, int(amount * ORE_PER_KRONE)) for (account, day), amount in sums.items())
    return stopwatch.measured(digest_sums(ore))


def _run_ledger(_ground: Ground, journal: Path) -> Measured:
    words = "%(format_date(date, '%Y%m%d'))\t%(account)\t%(amount)\n"
    ran = run_program(["ledger", "--args-only", "-f", journal, "register", "--daily", "-F", words])
    return Measured(ran.wall_s, read_ledger(ran.answer), ran.peak_bytes, ran.wall_s)


def _run_hledger(_ground: Ground, journal: Path) -> Measured:
    ran = run_program(["hledger", "-f", journal, "balance", "--daily", "--no-total", "-O", "csv"])
    return Measured(ran.wall_s, read_hledger(ran.answer), ran.peak_bytes, ran.wall_s)


def _run_beancount(ground: Ground, journal: Path) -> Measured:
    Path(journal).with_name(f".{journal.name}.picklecache").unlink(missing_ok=True)
    return ground.run(sum_beancount, str(journal))


_PROGRAMS: dict[str, tuple[str, Callable[[Ground, Path], Measured]]] = {
    "ledger": ("ledger", _run_ledger),
    "hledger": ("ledger", _run_hledger),
    "beancount": ("beancount", _run_beancount),
}


def _measure_text(ground: Ground, name: str) -> Row:
    work, row_name = f"import JSON lines and settle, against {name}", f"{NAME}-{name}"
    is_there = find_spec(name) if name == "beancount" else shutil.which(name)
    if not is_there:
        return Row(row_name, work, name, AT_MOST, skipped=f"{name} is not installed")
    extension, run = _PROGRAMS[name]
    journal, sales, store = ground.sales(extension), ground.sales("jsonl"), ground.empty_store()

    def ours() -> Measured:
        copy = ground.fresh_copy(store)
        return ground.run(import_and_settle, str(copy), str(sales))

    found = alternate(min(ground.runs, RUNS_MAX), ours, partial(run, ground, journal))
    return Compared(*found, by_wall=True).row(row_name, work, f"{name} on its own journal", AT_MOST)


# Tables


def settle(store: str) -> Measured:
    """Every voucher, from the store."""
    from posexport.app.review_venues import review_venues
    from posexport.core.day import Period
    from posexport.wiring import open_workspace

    stopwatch = Stopwatch()
    with stopwatch.running(), open_workspace(url_of(store)) as workspace:
        reviews = list(review_venues(workspace, workspace.load_setup().venues, Period()))
    return stopwatch.measured(digest_vouchers(reviews))


_KEYS = ("register", "day", "kind", "code", "vat_code")


def digest_table(rows: Iterable[tuple[Any, ...]]) -> dict[str, Any]:
    """Sums per register, business day, kind, code and VAT code, as a journal's accounts have them."""
    sums: Counter[tuple[str, str]] = Counter()
    for register, day, kind, code, vat_code, kroner in rows:
        venue, amount_ore = register[:4], round(kroner * ORE_PER_KRONE)
        account, sign = {
            "sale": (f"Income:{venue}:T{code}:M{vat_code}", -1),
            "payment": (f"Assets:{venue}:{str(code).capitalize()}", 1),
            "tip": (f"Liabilities:{venue}:Tips", -1),
            "rounding": (f"Expenses:{venue}:Rounding", -1),
        }[kind]
        sums[account, str(day)[:10].replace("-", "")] += sign * amount_ore
    return digest_sums((account, day, amount_ore) for (account, day), amount_ore in sums.items())


def sum_pandas(path: str) -> Measured:
    """read_csv, groupby."""
    import pandas

    stopwatch = Stopwatch()
    with stopwatch.running():
        texts = dict.fromkeys(("register", "kind", "code", "vat_code"), "category")
        columns = [*texts, "completed_at", "amount", "vat_amount"]
        table = pandas.read_csv(path, sep=";", usecols=columns, dtype=texts, parse_dates=["completed_at"])
        table["day"] = (table["completed_at"] - pandas.Timedelta(hours=5)).dt.floor("D")
        sums = table.groupby(list(_KEYS), observed=True, dropna=False)[["amount", "vat_amount"]].sum()
        rows = [(*key, amount) for key, amount in zip(sums.index, sums["amount"], strict=True)]
    return stopwatch.measured(digest_table(rows))


def sum_polars(path: str) -> Measured:
    """scan_csv, group_by."""
    import polars

    stopwatch = Stopwatch()
    with stopwatch.running():
        table = polars.scan_csv(
            path, separator=";", schema_overrides={"code": polars.String, "vat_code": polars.String}
        )
        at = polars.col("completed_at").str.to_datetime("%Y-%m-%d %H:%M:%S")
        day = (at - polars.duration(hours=5)).dt.date().alias("day")
        sums = table.with_columns(day).group_by(_KEYS).agg(polars.sum("amount"), polars.sum("vat_amount")).collect()
        rows = sums.drop("vat_amount").rows()
    return stopwatch.measured(digest_table(rows))


def sum_duckdb(path: str) -> Measured:
    """read_csv, GROUP BY."""
    import duckdb

    stopwatch = Stopwatch()
    with stopwatch.running():
        rows = duckdb.sql(
            f"""
            SELECT register, CAST(completed_at - INTERVAL 5 HOUR AS DATE) AS day, kind, code, vat_code,
                   SUM(amount), SUM(vat_amount)
            FROM read_csv('{path}', delim = ';', header = true, types = {{'code': 'VARCHAR', 'vat_code': 'VARCHAR',
                          'completed_at': 'TIMESTAMP'}})
            GROUP BY ALL
            """
        ).fetchall()
    return stopwatch.measured(digest_table(row[:-1] for row in rows))


_TABLES = {"pandas": sum_pandas, "polars": sum_polars, "duckdb": sum_duckdb}


def _measure_table(ground: Ground, name: str) -> Row:
    work, row_name = f"settle again from the store, against {name}", f"{NAME}-{name}"
    if not find_spec(name):
        return Row(row_name, work, name, AT_MOST, skipped=f"{name} is not installed")
    sales, store = ground.sales("csv"), ground.filled_store()
    found = alternate(
        ground.runs,
        lambda: ground.run(settle, str(store)),
        lambda: ground.run(_TABLES[name], str(sales)),
    )
    whole = Compared(*found, by_wall=True)
    note = f"whole processes: {format_seconds(whole.ours_s)} / {format_seconds(whole.floor_s)}"
    return Compared(*found).row(row_name, work, f"{name} reading the CSV", AT_MOST, note)
