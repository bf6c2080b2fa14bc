"""PowerOffice's own time beside a voucher whose answer is waited for: our clock may be wrong when it is judged how long
that has been. And which vouchers count as refused though no answer said so: they may be there."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("told_at_utc_s", sa.BigInteger(), nullable=True))
    op.add_column("delivery", sa.Column("is_lost", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("delivery", "is_lost")
    op.drop_column("delivery", "told_at_utc_s")
