"""Turns of the schedule, throttles over all processes, what PowerOffice told of a client, and what people were told."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.rename_table("vat_rates", "chart")
    op.execute("ALTER TABLE chart RENAME COLUMN document TO rates")
    op.add_column("chart", sa.Column("target", sa.Text(), nullable=False, server_default=""))
    op.add_column("chart", sa.Column("document", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "turn",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("due_at_utc_s", sa.BigInteger(), nullable=False),
        sa.Column("taken_at_utc_s", sa.BigInteger(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("finished_at_utc_s", sa.BigInteger(), nullable=True),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.Column("drafted", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("venue_id", "due_at_utc_s", name="uq_turn"),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("next_at_utc_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("business_day", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told_at_utc_s", sa.BigInteger(), nullable=False),
        sa.Column("mended_at_utc_s", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_notice_open", "notice", ["venue_id", "business_day"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("made_at_utc_s", sa.BigInteger(), nullable=False),
        sa.Column("next_try_at_utc_s", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at_utc_s", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("message")
    op.drop_index("ix_notice_open", "notice")
    op.drop_table("notice")
    op.drop_table("throttle")
    op.drop_table("turn")
    op.drop_column("chart", "document")
    op.drop_column("chart", "target")
    op.execute("ALTER TABLE chart RENAME COLUMN rates TO document")
    op.rename_table("chart", "vat_rates")
