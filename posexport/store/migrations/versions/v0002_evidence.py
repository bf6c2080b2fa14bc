"""Revisions, documentation and evidence of deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_DELIVERY = {"kind": "whole", "ruled_out": "[]"}
_PAGES = "page_state IN ('wanted', 'sending', 'uncertain')"


def upgrade() -> None:
    for name in ("kind", "ruled_out", "report", "tickets_digest", "setup_digest", "page_state", "page_answer"):
        column = sa.Column(name, sa.Text(), nullable=False, server_default=sa.text(f"'{_DELIVERY.get(name, '')}'"))
        op.add_column("delivery", column)
    op.add_column("delivery", sa.Column("posting_day", sa.Integer(), nullable=True))
    for name in ("request", "answer"):
        op.add_column("delivery_event", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
    op.create_index(
        "ix_delivery_page",
        "delivery",
        ["venue_id"],
        unique=False,
        sqlite_where=sa.text(_PAGES),
        postgresql_where=sa.text(_PAGES),
    )
    op.create_index("ix_ticket_change_ticket", "ticket_change", ["ticket_id"], unique=False)
    op.create_table(
        "setup_snapshot",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )


def downgrade() -> None:
    op.drop_table("setup_snapshot")
    op.drop_index("ix_ticket_change_ticket", "ticket_change")
    op.drop_index("ix_delivery_page", "delivery")
    for name in ("request", "answer"):
        op.drop_column("delivery_event", name)
    for name in (
        "posting_day",
        "page_answer",
        "page_state",
        "setup_digest",
        "tickets_digest",
        "report",
        "ruled_out",
        "kind",
    ):
        op.drop_column("delivery", name)
