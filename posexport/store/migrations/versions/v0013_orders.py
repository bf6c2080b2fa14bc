"""Credit sales as orders: where each credit ticket is booked, which of the ledger's customers a register's customer is,
what the ledger last listed, and what became of orders. The kept day list is told of changes by triggers, as in 0011."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_OF_COMPANIES = ("customer_link", "ledger_listing")


def _texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "credit_route",
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("document_key", sa.Text(), nullable=False),
        sa.Column("business_day", sa.Integer(), nullable=False),
        *_texts("route", "share"),
        sa.Column("sealed_at_utc_s", sa.BigInteger(), nullable=False),
        *_texts("moved_by", "why"),
        sa.Column("moved_at_utc_s", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("venue_id", "document_key"),
    )
    op.create_index("ix_credit_route_day", "credit_route", ["venue_id", "business_day"], unique=False)
    op.create_table(
        "customer_link",
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        *_texts("number", "name", "linked_number", "linked_by", "who", "why"),
        sa.Column("linked_at_utc_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "code"),
    )
    op.create_index("ix_customer_link_customer", "customer_link", ["company_id", "customer_id"], unique=False)
    op.create_table(
        "ledger_customer",
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "customer_id"),
    )
    op.create_table(
        "ledger_listing",
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("read_at_utc_s", sa.BigInteger(), nullable=False),
        *_texts("told_at", "document"),
        sa.PrimaryKeyConstraint("company_id", "what"),
    )
    op.create_table(
        "order_seen",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("asked_at_utc_s", sa.BigInteger(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("missing_since_utc_s", sa.BigInteger(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"]),
        sa.PrimaryKeyConstraint("delivery_id"),
    )
    if op.get_bind().dialect.name == "postgresql":
        _make_triggers_of_statements()
    else:
        _make_triggers_of_rows()


def _make_triggers_of_rows() -> None:
    """On SQLite. A link, or a listing that changed, may concern every day of the company that is not settled."""
    marks = {
        "credit_route": "VALUES ({row}.venue_id, {row}.business_day, 0)",
        "order_seen": "SELECT venue_id, business_day, 0 FROM delivery WHERE id = {row}.delivery_id",
        **dict.fromkeys(_OF_COMPANIES, "SELECT id, 0, 1 FROM venue WHERE company_id = {row}.company_id"),
    }
    for table, mark in marks.items():
        for event, rows in (("insert", ("NEW",)), ("update", ("OLD", "NEW")), ("delete", ("OLD",))):
            told = " ".join(
                f"INSERT INTO day_mark (venue_id, business_day, is_wide) {mark.format(row=row)};" for row in rows
            )
            op.execute(f"CREATE TRIGGER mark_{table}_{event} AFTER {event.upper()} ON {table} BEGIN {told} END")


def _make_triggers_of_statements() -> None:
    """On PostgreSQL, with the functions of 0011 and one for companies."""
    op.execute(
        "CREATE FUNCTION mark_companies() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "INSERT INTO day_mark (venue_id, business_day, is_wide) SELECT DISTINCT v.id, 0, CAST(TG_ARGV[0] AS BOOLEAN) "
        "FROM changed c JOIN venue v ON v.company_id = c.company_id; RETURN NULL; END $$"
    )
    marks = {
        "credit_route": "mark_days('false')",
        "order_seen": "mark_days_of_deliveries('false')",
        **dict.fromkeys(_OF_COMPANIES, "mark_companies('true')"),
    }
    for table, mark in marks.items():
        for event, rows in (("insert", "NEW"), ("update", "NEW"), ("update", "OLD"), ("delete", "OLD")):
            op.execute(
                f"CREATE TRIGGER mark_{table}_{event}_{rows.lower()} AFTER {event.upper()} ON {table} "
                f"REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION {mark}"
            )


def downgrade() -> None:
    for table in ("order_seen", "ledger_listing", "ledger_customer", "customer_link", "credit_route"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION mark_companies()")
