"""Benchmarks: what posexport does beside the least that anything could do on the same file and machine, its floor.

    python -m tests.bench [NAME]... [--lines N] [--only NAME]... [--runs N] [--out FILE] [--folder DIR]

Not part of a test run, which only sees that each figure works (`tests/whole/test_bench.py`, small). Ours and the floor
run in turn, each in a fresh process where memory or import time matters, and a figure is the median of their ratios.
Each floor has to come to the same sums as ours, or there is no figure. A floor may be slower than it could be made; it
is never slower than what a person would write first.

    sales.py          believable sales, the same for the same seed
    files.py          the same sales as SAF-T, JSON lines and CSV, and the setup that belongs to them
    journals.py       the same sales as ledger, hledger and beancount want them
    ground.py         what figures are measured on: files and stores, each made when it is first needed
    measuring.py      fresh processes, medians, rows of the table
    child.py          what runs in a fresh process
    answers.py        sums to compare by
    floor_rows.py     JSON lines -> rows, with nothing checked
    figures.py        the list of figures
    figure_*.py       one figure each

What a figure compares with is used where it is there and left out, with the reason, where it is not: the programs
`ledger` and `hledger`, the packages of `pip install -e '.[bench]'`, and PostgreSQL as the tests find it.
"""
