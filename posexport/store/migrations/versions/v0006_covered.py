"""Which register a file covers, where what earlier versions read covers every register, as it always has; and imports that
are watched until they are posted."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BEFORE = ("venue_id", "end_utc_s", "start_utc_s", "file_id")


def upgrade() -> None:
    _make_spans(
        sa.Column("register_id", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("is_silent", sa.Boolean(), nullable=False, server_default=sa.false()),
        key=(*_BEFORE, "register_id"),
    )
    op.create_table(
        "import_watch",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("read_at_utc_s", sa.BigInteger(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"]),
        sa.PrimaryKeyConstraint("delivery_id"),
    )


def downgrade() -> None:
    op.drop_table("import_watch")
    _make_spans(key=_BEFORE)


def _make_spans(*more: sa.Column[int] | sa.Column[bool], key: tuple[str, ...]) -> None:
    """The table of spans anew, filled from the one that is there: its primary key is another."""
    op.rename_table("span", "span_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX span_pkey RENAME TO span_before_pkey")
    op.create_table(
        "span",
        sa.Column("venue_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("start_utc_s", "end_utc_s", "file_id")),
        *more,
        sa.PrimaryKeyConstraint(*key),
    )
    columns = ", ".join(_BEFORE)
    op.execute(f"INSERT INTO span ({columns}) SELECT DISTINCT {columns} FROM span_before")  # noqa: S608
    op.drop_table("span_before")
