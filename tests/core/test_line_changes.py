"""What was drafted beside what it would be now: every line once, and the difference is what a correction would have."""

from __future__ import annotations

from hypothesis import given, strategies as st

from posexport.core.lines import LineKind, VoucherLine, line_order
from posexport.core.voucher import compare_lines, subtract_lines
from posexport.views.line_changes import ChangeTable, format_changes, read_changes

some_lines = st.lists(
    st.builds(
        VoucherLine,
        st.sampled_from(["3020", "3030", None]),
        st.sampled_from(["3", None]),
        st.just("10"),
        st.integers(-10_000, 10_000),
        st.sampled_from([LineKind.SALES, LineKind.PAYMENT]),
        st.sampled_from(["100", "200"]),
        st.just("Mat"),
        st.none(),
        st.none(),
        st.none(),
    ),
    max_size=6,
)


@given(some_lines, some_lines)
def test_both_sides_come_to_what_they_came_to_and_differ_by_what_a_correction_has(
    after: list[VoucherLine], before: list[VoucherLine]
) -> None:
    changes = compare_lines(after, before)
    assert sum(change.drafted_ore for change in changes) == sum(line.amount_ore for line in before)
    assert sum(change.now_ore for change in changes) == sum(line.amount_ore for line in after)
    differing = [change.line.with_amount(change.now_ore - change.drafted_ore) for change in changes]
    assert tuple(line for line in differing if line.amount_ore) == subtract_lines(after, before)
    assert [change.line for change in changes] == sorted((change.line for change in changes), key=line_order)


def test_a_table_is_read_back_as_it_was_stored() -> None:
    from posexport.views.line_changes import ChangeRow

    rows = (
        ChangeRow("1900", "0", "10", LineKind.PAYMENT, "CASH", "Kontant", 0, 7500),
        ChangeRow(None, None, None, None, "", "Mat", -12500, -20000),
    )
    table = ChangeTable(rows, ("torget-20261120-r1",), is_adjustment=True)
    assert read_changes(format_changes(table)) == table
    assert read_changes(None) is None
    assert (table.drafted_ore, table.now_ore, table.difference_ore) == (0, 7500, 7500)
