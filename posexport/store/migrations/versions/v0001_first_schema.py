"""The first schema: setup, sales, settlements and deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acceptance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("business_day", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at_utc_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_acceptance_day", "acceptance", ["venue_id", "business_day"], unique=False)
    op.create_table(
        "business_day",
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("business_day", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("venue_id", "business_day"),
    )
    op.create_index(
        "ix_business_day_open",
        "business_day",
        ["venue_id", "business_day"],
        unique=False,
        sqlite_where=sa.text("is_open"),
        postgresql_where=sa.text("is_open"),
    )
    op.create_table(
        "code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("text"),
    )
    op.create_table(
        "company",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("saved_at_utc_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("business_day", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("first_sent_at_utc_s", sa.BigInteger(), nullable=False),
        sa.Column("changed_at_utc_s", sa.BigInteger(), nullable=False),
        sa.Column("drafted_at_utc_s", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("claimed_until_utc_s", sa.BigInteger(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference"),
        sa.UniqueConstraint("venue_id", "business_day", "part", "revision", name="uq_delivery"),
    )
    op.create_index("ix_delivery_waiting", "delivery", ["venue_id", "state"], unique=False)
    op.create_table(
        "entry",
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("business_day", sa.Integer(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("code_id", sa.Integer(), nullable=False),
        sa.Column("vat_code_id", sa.Integer(), nullable=False),
        sa.Column("vat_rate_bp", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("currency_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("vat_ore", sa.BigInteger(), nullable=True),
        sa.Column("discount_ore", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "venue_id",
            "business_day",
            "kind",
            "part",
            "code_id",
            "vat_code_id",
            "vat_rate_bp",
            "customer_id",
            "currency_id",
            "ticket_id",
            "line",
            postgresql_include=["amount_ore", "vat_ore", "discount_ore"],
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "master_data",
        sa.Column("organization_number", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organization_number"),
    )
    op.create_table(
        "sales_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("read_at_utc_s", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "span",
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("start_utc_s", sa.BigInteger(), nullable=False),
        sa.Column("end_utc_s", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("venue_id", "end_utc_s", "start_utc_s", "file_id"),
    )
    op.create_table(
        "ticket",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("business_day", sa.Integer(), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("completed_at_utc_s", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=True),
        sa.Column("sales_ore", sa.BigInteger(), nullable=False),
        sa.Column("payments_ore", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("tip_may_be_unwritten", sa.Boolean(), nullable=False),
        sa.Column("content", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("register_id", "completed_at_utc_s", "number", name="uq_ticket"),
    )
    op.create_index(
        "ix_ticket_day",
        "ticket",
        ["venue_id", "business_day", "register_id", "status", "serial", "sales_ore", "completed_at_utc_s"],
        unique=False,
    )
    op.create_index(
        "ix_ticket_unbalanced",
        "ticket",
        ["venue_id", "business_day"],
        unique=False,
        sqlite_where=sa.text("status = 0 AND sales_ore <> payments_ore"),
        postgresql_where=sa.text("status = 0 AND sales_ore <> payments_ore"),
    )
    op.create_table(
        "ticket_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "unknown_register",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("register_code", sa.Text(), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("file_name", "location", "register_code"),
    )
    op.create_table(
        "z_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("reported_at_utc_s", sa.BigInteger(), nullable=False),
        sa.Column("business_day", sa.Integer(), nullable=False),
        sa.Column("total_ore", sa.BigInteger(), nullable=True),
        sa.Column("totals", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("register_id", "reported_at_utc_s", "number", name="uq_z_report"),
    )
    op.create_index("ix_z_report_venue", "z_report", ["venue_id", "reported_at_utc_s"], unique=False)
    op.create_table(
        "delivery_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("at_utc_s", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["delivery.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_delivery_event_delivery_id"), "delivery_event", ["delivery_id"], unique=False)
    op.create_table(
        "vat_rates",
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("read_at_utc_s", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["company.id"],
        ),
        sa.PrimaryKeyConstraint("company_id"),
    )
    op.create_table(
        "venue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("export_from", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["company.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_table(
        "register",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["venue_id"],
            ["venue.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("venue_id", "code"),
    )


def downgrade() -> None:
    op.drop_table("register")
    op.drop_table("venue")
    op.drop_table("vat_rates")
    op.drop_index(op.f("ix_delivery_event_delivery_id"), table_name="delivery_event")
    op.drop_table("delivery_event")
    op.drop_index("ix_z_report_venue", table_name="z_report")
    op.drop_table("z_report")
    op.drop_table("unknown_register")
    op.drop_table("ticket_change")
    op.drop_index(
        "ix_ticket_unbalanced",
        table_name="ticket",
        sqlite_where=sa.text("status = 0 AND sales_ore <> payments_ore"),
        postgresql_where=sa.text("status = 0 AND sales_ore <> payments_ore"),
    )
    op.drop_index("ix_ticket_day", table_name="ticket")
    op.drop_table("ticket")
    op.drop_table("span")
    op.drop_table("sales_file")
    op.drop_table("master_data")
    op.drop_table("entry")
    op.drop_index("ix_delivery_waiting", table_name="delivery")
    op.drop_table("delivery")
    op.drop_table("company")
    op.drop_table("code")
    op.drop_index(
        "ix_business_day_open",
        table_name="business_day",
        sqlite_where=sa.text("is_open"),
        postgresql_where=sa.text("is_open"),
    )
    op.drop_table("business_day")
    op.drop_index("ix_acceptance_day", table_name="acceptance")
    op.drop_table("acceptance")
