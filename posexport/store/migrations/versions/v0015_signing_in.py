"""Signing in to the office: failed attempts, who somebody is elsewhere, what they prefer, when their roles changed,
a log that is only added to, and keys that were typed there, sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TOLD = "the log of the office is only added to"


def upgrade() -> None:
    op.add_column("office_user", sa.Column("keys_off", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("office_user", sa.Column("changes", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("office_session", sa.Column("changes", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("office_session", sa.Column("browser", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.execute("UPDATE office_user SET email = lower(email)")
    op.create_index("ix_office_link_user", "office_link", ["user_id"], unique=False)
    op.create_index("ix_office_grant_company", "office_grant", ["company_id"], unique=False)
    op.create_index("ix_office_log_user", "office_log", ["user_id", "at_utc_s"], unique=False)
    op.create_table(
        "office_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at_utc_s", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_office_failure_name", "office_failure", ["name", "at_utc_s"], unique=False)
    op.create_index("ix_office_failure_address", "office_failure", ["address", "at_utc_s"], unique=False)
    op.create_table(
        "office_identity",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("made_at_utc_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject"),
    )
    op.create_index("ix_office_identity_user", "office_identity", ["user_id"], unique=False)
    op.create_table(
        "vault_key",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at_utc_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("REVOKE UPDATE, DELETE ON office_log FROM PUBLIC, CURRENT_USER")
    else:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER office_log_no_{act.lower()} BEFORE {act} ON office_log "
                f"BEGIN SELECT RAISE(ABORT, '{_TOLD}'); END"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("GRANT UPDATE, DELETE ON office_log TO CURRENT_USER")
    else:
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER office_log_no_{act}")
    op.drop_table("vault_key")
    op.drop_table("office_identity")
    op.drop_table("office_failure")
    for table, index in (("log", "user"), ("grant", "company"), ("link", "user")):
        op.drop_index(f"ix_office_{table}_{index}", table_name=f"office_{table}")
    for table, columns in (("session", ("browser", "changes")), ("user", ("changes", "keys_off"))):
        with op.batch_alter_table(f"office_{table}") as changed:
            for column in columns:
                changed.drop_column(column)
