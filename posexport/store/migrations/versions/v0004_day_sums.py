"""What business days come to, kept by register; entries say which register they are of."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KEY = (
    *("venue_id", "business_day", "kind", "part", "code_id", "vat_code_id", "vat_rate_bp", "customer_id"),
    "currency_id",
)
_REGISTER = "register_id"


def upgrade() -> None:
    _make_entries(with_register=True)
    op.create_table(
        "day_sum",
        *_columns((*_KEY, _REGISTER)),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("positive_ore", sa.BigInteger(), nullable=False),
        sa.Column("vat_ore", sa.BigInteger(), nullable=True),
        sa.Column("discount_ore", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*_KEY, _REGISTER),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "day_count",
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("business_day", sa.Integer(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("sales_ore", sa.BigInteger(), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("returns_ore", sa.BigInteger(), nullable=False),
        sa.Column("first_at_utc_s", sa.BigInteger(), nullable=False),
        sa.Column("last_at_utc_s", sa.BigInteger(), nullable=False),
        sa.Column("first_serial", sa.BigInteger(), nullable=True),
        sa.Column("last_serial", sa.BigInteger(), nullable=True),
        sa.Column("serials", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("venue_id", "business_day", "register_id", "status"),
        sqlite_with_rowid=False,
    )
    key = ", ".join((*_KEY, _REGISTER))
    op.execute(
        f"""
        INSERT INTO day_sum
        SELECT {key}, SUM(amount_ore), SUM(CASE WHEN amount_ore > 0 THEN amount_ore ELSE 0 END),
               CASE WHEN COUNT(vat_ore) = COUNT(*) THEN SUM(vat_ore) END, SUM(discount_ore), COUNT(*)
        FROM entry GROUP BY {key}
        """  # noqa: S608
    )
    op.execute(
        """
        INSERT INTO day_count
        SELECT venue_id, business_day, register_id, status, COUNT(*), SUM(sales_ore),
               SUM(CASE WHEN sales_ore < 0 THEN 1 ELSE 0 END),
               SUM(CASE WHEN sales_ore < 0 THEN sales_ore ELSE 0 END),
               MIN(completed_at_utc_s), MAX(completed_at_utc_s), MIN(serial), MAX(serial), COUNT(serial)
        FROM ticket GROUP BY venue_id, business_day, register_id, status
        """
    )


def downgrade() -> None:
    op.drop_table("day_count")
    op.drop_table("day_sum")
    _make_entries(with_register=False)


def _make_entries(*, with_register: bool) -> None:
    """The table of entries anew, filled from the one that is there, with or without each entry's register."""
    register = (_REGISTER,) if with_register else ()
    amounts = ("amount_ore", "vat_ore", "discount_ore")
    op.rename_table("entry", "entry_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX entry_pkey RENAME TO entry_before_pkey")
    op.create_table(
        "entry",
        *_columns((*_KEY, *register)),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=name == "vat_ore") for name in amounts),
        sa.PrimaryKeyConstraint(*_KEY, *register, "ticket_id", "line", postgresql_include=list(amounts)),
        sqlite_with_rowid=False,
    )
    copied = ", ".join(
        [f"e.{name}" for name in _KEY]
        + [f"t.{name}" for name in register]
        + [f"e.{name}" for name in ("ticket_id", "line", *amounts)]
    )
    op.execute(f"INSERT INTO entry SELECT {copied} FROM entry_before e JOIN ticket t ON t.id = e.ticket_id")  # noqa: S608
    op.drop_table("entry_before")


def _columns(names: tuple[str, ...]) -> list[sa.Column[int]]:
    small = ("kind", "part")
    return [sa.Column(name, sa.SmallInteger() if name in small else sa.Integer(), nullable=False) for name in names]
