"""What invoices need of credit sales: texts and references of their tickets, by the file that told them, and the registers'
customers, by company. Tickets read before have none: their files may be read again."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "credit_facts",
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("ticket_id", "file_id")),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", "file_id"),
    )
    op.create_index("ix_credit_facts_file", "credit_facts", ["file_id"], unique=False)
    op.create_table(
        "register_customer",
        sa.Column("company_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("code", "document")),
        sa.Column("seen_at_utc_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "code"),
    )


def downgrade() -> None:
    op.drop_table("register_customer")
    op.drop_table("credit_facts")
