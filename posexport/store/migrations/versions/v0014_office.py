"""The office: who may sign in and do what, sessions, links, forms, what was done there, and the work it asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _times(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _time_or_none(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=True)


def upgrade() -> None:
    op.create_table(
        "office_user",
        *_texts("id", "name", "email", "password", "language"),
        *_times("made_at_utc_s"),
        _time_or_none("closed_at_utc_s"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "office_grant",
        *_texts("user_id", "role"),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "role", "company_id", "venue_id"),
    )
    op.create_table(
        "office_session",
        *_texts("digest", "user_id", "signed_in_by", "address"),
        *_times("made_at_utc_s", "seen_at_utc_s"),
        _time_or_none("ended_at_utc_s"),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_office_session_user", "office_session", ["user_id"], unique=False)
    op.create_table(
        "office_link",
        *_texts("digest", "purpose", "user_id"),
        *_times("made_at_utc_s", "until_utc_s"),
        _time_or_none("used_at_utc_s"),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "office_form",
        *_texts("key", "user_id", "leads_to"),
        *_times("used_at_utc_s"),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "office_log",
        sa.Column("id", sa.Integer(), nullable=False),
        *_times("at_utc_s"),
        *_texts("user_id", "who", "signed_in_by", "address", "company", "venue"),
        sa.Column("business_day", sa.Integer(), nullable=False),
        *_texts("act", "facts", "why"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_office_log_at", "office_log", ["at_utc_s"], unique=False)
    op.create_index("ix_office_log_company", "office_log", ["company", "at_utc_s"], unique=False)
    op.create_table(
        "office_run",
        *_texts("id", "user_id", "who", "kind", "state", "asked", "worker"),
        *_times("made_at_utc_s"),
        _time_or_none("started_at_utc_s"),
        _time_or_none("alive_until_utc_s"),
        _time_or_none("ended_at_utc_s"),
        *_texts("stopped_by"),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        *_texts("trouble"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_office_run_state", "office_run", ["state"], unique=False)
    op.create_table(
        "office_run_line",
        *_texts("run_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_times("at_utc_s"),
        *_texts("venue"),
        sa.Column("business_day", sa.Integer(), nullable=False),
        *_texts("state", "document"),
        sa.PrimaryKeyConstraint("run_id", "number"),
    )


def downgrade() -> None:
    for name in ("run_line", "run", "log", "form", "link", "session", "grant", "user"):
        op.drop_table(f"office_{name}")
