"""The kept day list: where every business day stands, and marks of what has changed since it was worked out. Marks are
set by triggers, in the transaction of whatever writes: no writer can forget one. The list is empty: every day is worked
out when it is first asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_OF_DAYS = ("day_count", "z_report", "ticket_doubt", "delivery", "acceptance", "booked_elsewhere")
_OF_DELIVERIES = ("delivery_event", "import_watch")
_WIDE = ("day_count", "z_report", "span")
_TABLES = (*_OF_DAYS, *_OF_DELIVERIES, "span")


def upgrade() -> None:
    op.create_table(
        "day_list",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("venue_id", "business_day")),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("exit_code", sa.SmallInteger(), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("debit_ore", sa.BigInteger(), nullable=True),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("is_settled", "is_stale")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("made_from", "since_utc_s", "until_utc_s")),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("venue_id", "business_day"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "day_list_version",
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("venue_id"),
    )
    op.create_table(
        "day_mark",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("venue_id", "business_day")),
        sa.Column("is_wide", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_day_mark_venue", "day_mark", ["venue_id"], unique=False)
    op.add_column("master_data", sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("0")))
    if op.get_bind().dialect.name == "postgresql":
        _make_functions()
        _make_triggers_of_statements()
    else:
        _make_triggers_of_rows()


def _make_triggers_of_rows() -> None:
    for table in _TABLES:
        for event, rows in (("insert", ("NEW",)), ("update", ("OLD", "NEW")), ("delete", ("OLD",))):
            marks = " ".join(
                f"INSERT INTO day_mark (venue_id, business_day, is_wide) {_of_row(table, row)};" for row in rows
            )
            op.execute(f"CREATE TRIGGER mark_{table}_{event} AFTER {event.upper()} ON {table} BEGIN {marks} END")


def _of_row(table: str, row: str) -> str:
    """What a row is of, on SQLite."""
    wide = int(table in _WIDE)
    if table == "span":
        return f"VALUES ({row}.venue_id, 0, {wide})"
    if table in _OF_DELIVERIES:
        return f"SELECT venue_id, business_day, {wide} FROM delivery WHERE id = {row}.delivery_id"  # noqa: S608
    return f"VALUES ({row}.venue_id, {row}.business_day, {wide})"


def _make_functions() -> None:
    """What statements changed, on PostgreSQL: a statement may write many rows of few days."""
    queries = {
        "mark_days": "SELECT DISTINCT venue_id, business_day, CAST(TG_ARGV[0] AS BOOLEAN) FROM changed",
        "mark_days_of_deliveries": "SELECT DISTINCT d.venue_id, d.business_day, CAST(TG_ARGV[0] AS BOOLEAN) "
        "FROM changed c JOIN delivery d ON d.id = c.delivery_id",
        "mark_venues": "SELECT DISTINCT venue_id, 0, CAST(TG_ARGV[0] AS BOOLEAN) FROM changed",
    }
    for name, query in queries.items():
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"INSERT INTO day_mark (venue_id, business_day, is_wide) {query}; RETURN NULL; END $$"
        )


def _make_triggers_of_statements() -> None:
    for table in _TABLES:
        function = "mark_venues" if table == "span" else "mark_days"
        function = "mark_days_of_deliveries" if table in _OF_DELIVERIES else function
        for event, rows in (("insert", "NEW"), ("update", "NEW"), ("update", "OLD"), ("delete", "OLD")):
            op.execute(
                f"CREATE TRIGGER mark_{table}_{event}_{rows.lower()} AFTER {event.upper()} ON {table} "
                f"REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT "
                f"EXECUTE FUNCTION {function}('{'true' if table in _WIDE else 'false'}')"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in ("mark_days", "mark_days_of_deliveries", "mark_venues"):
            op.execute(f"DROP FUNCTION {name}() CASCADE")
    else:
        for table in _TABLES:
            for event in ("insert", "update", "delete"):
                op.execute(f"DROP TRIGGER mark_{table}_{event}")
    with op.batch_alter_table("master_data") as master_data:
        master_data.drop_column("version")
    op.drop_index("ix_day_mark_venue", "day_mark")
    for table in ("day_mark", "day_list_version", "day_list"):
        op.drop_table(table)
