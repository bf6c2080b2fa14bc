"""Acts (imports, their undoing, tickets withdrawn) with who did them, tickets that share a number, tickets kept aside."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TICKET = (
    *("id", "venue_id", "business_day", "part", "register_id", "number", "completed_at_utc_s", "status", "serial"),
    *("sales_ore", "payments_ore", "customer_id", "tip_may_be_unwritten", "content", "file_id"),
)
_DAY_INDEX = ["venue_id", "business_day", "register_id", "status", "serial", "sales_ore", "completed_at_utc_s"]
_UNBALANCED = "status = 0 AND sales_ore <> payments_ore"
_HAS_SOURCE_ID = "source_id IS NOT NULL"
_FILE_TEXTS = {"kind": "import", "claim": "", "organization_number": "", "who": "", "known_by": "", "why": ""}
_ACTOR = ("who", "known_by")
_FILE_NUMBERS = ("made_at_utc_s", "of_file_id", "undone_by")
_FILE_DAYS = ("first_day", "last_day")


def upgrade() -> None:
    _let_tickets_share_a_number()
    _make_acts()
    _make_ticket_tables()
    _sum_what_is_stated()
    op.add_column("acceptance", _text_column("known_by", ""))
    for name in _ACTOR:
        op.add_column("delivery_event", _text_column(name, ""))
    op.add_column("venue", sa.Column("removed_at_utc_s", sa.BigInteger(), nullable=True))
    op.create_table(
        "setup_change",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("company_code", "who", "known_by", "changes")),
        sa.Column("at_utc_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "booked_elsewhere",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("business_day", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("why", "who", "known_by", "fingerprint")),
        sa.Column("sales_ore", sa.BigInteger(), nullable=False),
        sa.Column("at_utc_s", sa.BigInteger(), nullable=False),
        *(_text_column(f"ended_{name}", "") for name in ("why", *_ACTOR)),
        sa.Column("ended_at_utc_s", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_booked_elsewhere_day", "booked_elsewhere", ["venue_id", "business_day"], unique=False)


def downgrade() -> None:
    for name in ("booked_elsewhere", "setup_change", "aside", "z_reading", "ticket_removal", "ticket_doubt"):
        op.drop_table(name)
    op.drop_table("ticket_hold")
    op.drop_column("venue", "removed_at_utc_s")
    op.drop_column("acceptance", "known_by")
    for name in _ACTOR:
        op.drop_column("delivery_event", name)
    op.drop_column("day_count", "serial_sum")
    for name in ("highest_rate", "lowest_rate", "stated_entries", "stated_ore"):
        op.drop_column("day_sum", name)
    for name in ("file_id", "company_code"):
        op.drop_column("unknown_register", name)
    op.drop_column("ticket_change", "kind")
    for name in (*_FILE_TEXTS, *_FILE_NUMBERS, *_FILE_DAYS):
        op.drop_column("sales_file", name)
    op.drop_index("ix_ticket_source_id", "ticket")
    op.drop_index("ix_ticket_number", "ticket")
    for name in ("source_id", "mirror"):
        op.drop_column("ticket", name)
    with op.batch_alter_table("ticket") as ticket:
        ticket.create_unique_constraint("uq_ticket", ["register_id", "completed_at_utc_s", "number"])


def _text_column(name: str, default: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=sa.text(f"'{default}'"))


def _let_tickets_share_a_number() -> None:
    """Without the constraint that no two tickets have the same register, number and time."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("uq_ticket", "ticket", type_="unique")
    else:
        _make_tickets_anew()
    op.add_column("ticket", sa.Column("source_id", sa.Text(), nullable=True))
    op.add_column("ticket", sa.Column("mirror", sa.BigInteger(), nullable=True))
    op.create_index("ix_ticket_number", "ticket", ["register_id", "number", "completed_at_utc_s"], unique=False)
    op.create_index(
        "ix_ticket_source_id",
        "ticket",
        ["source_id"],
        unique=False,
        sqlite_where=sa.text(_HAS_SOURCE_ID),
        postgresql_where=sa.text(_HAS_SOURCE_ID),
    )


def _make_tickets_anew() -> None:
    """SQLite drops no constraint: the table is made anew and filled from the one that is there."""
    for name in ("ix_ticket_day", "ix_ticket_unbalanced"):
        op.drop_index(name, "ticket")
    op.rename_table("ticket", "ticket_before")
    types = {"number": sa.Text(), "part": sa.SmallInteger(), "status": sa.SmallInteger()}
    types |= {name: sa.Integer() for name in ("id", "venue_id", "business_day", "register_id", "customer_id")}
    types["tip_may_be_unwritten"] = sa.Boolean()
    op.create_table(
        "ticket",
        *(sa.Column(name, types.get(name, sa.BigInteger()), nullable=name == "serial") for name in _TICKET),
        sa.PrimaryKeyConstraint("id"),
    )
    columns = ", ".join(_TICKET)
    op.execute(f"INSERT INTO ticket ({columns}) SELECT {columns} FROM ticket_before")  # noqa: S608
    op.drop_table("ticket_before")
    op.create_index("ix_ticket_day", "ticket", _DAY_INDEX, unique=False)
    where = sa.text(_UNBALANCED)
    op.create_index("ix_ticket_unbalanced", "ticket", ["venue_id", "business_day"], unique=False, sqlite_where=where)


def _make_acts() -> None:
    for name, default in _FILE_TEXTS.items():
        op.add_column("sales_file", _text_column(name, default))
    for name in _FILE_NUMBERS:
        op.add_column("sales_file", sa.Column(name, sa.BigInteger(), nullable=True))
    for name in _FILE_DAYS:
        op.add_column("sales_file", sa.Column(name, sa.Integer(), nullable=True))
    _tell_days_of_files()
    op.add_column("ticket_change", _text_column("kind", "changed"))
    op.add_column(
        "unknown_register", sa.Column("file_id", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    )
    op.add_column("unknown_register", _text_column("company_code", ""))


def _tell_days_of_files() -> None:
    """The days of the tickets that are as a file wrote them."""
    bind = op.get_bind()
    found = "SELECT file_id, MIN(business_day), MAX(business_day) FROM ticket GROUP BY file_id"
    rows = [{"id": row[0], "first": row[1], "last": row[2]} for row in bind.execute(sa.text(found))]
    if rows:
        bind.execute(sa.text("UPDATE sales_file SET first_day = :first, last_day = :last WHERE id = :id"), rows)


def _make_ticket_tables() -> None:
    op.create_table(
        "ticket_hold",
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("file_id", "first_id", "last_id", "act_id")),
        sa.PrimaryKeyConstraint("file_id", "first_id"),
    )
    op.create_index("ix_ticket_hold_last", "ticket_hold", ["last_id"], unique=False)
    op.execute(
        """
        INSERT INTO ticket_hold (file_id, first_id, last_id, act_id)
        SELECT file_id, MIN(id), MAX(id), file_id
        FROM (SELECT id, file_id, id - ROW_NUMBER() OVER (PARTITION BY file_id ORDER BY id) AS run FROM ticket) AS t
        GROUP BY file_id, run
        """
    )
    _hold_what_was_changed()
    op.create_table(
        "ticket_doubt",
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("business_day", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("act_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("venue_id", "business_day", "ticket_id", "code", "other_id"),
    )
    op.create_index("ix_ticket_doubt_ticket", "ticket_doubt", ["ticket_id"], unique=False)
    op.create_table(
        "ticket_removal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("business_day", sa.Integer(), nullable=False),
        sa.Column("register_code", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("completed_at_utc_s", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("sales_ore", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("act_id", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_ticket_removal_day", "ticket_removal", ["venue_id", "business_day"], unique=False)
    op.create_index("ix_ticket_removal_ticket", "ticket_removal", ["ticket_id"], unique=False)
    op.create_table(
        "z_reading",
        sa.Column("z_report_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("total_ore", sa.BigInteger(), nullable=True),
        sa.Column("totals", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("z_report_id", "file_id"),
    )
    op.execute(
        "INSERT INTO z_reading (z_report_id, file_id, total_ore, totals) "
        "SELECT id, file_id, total_ore, totals FROM z_report"
    )
    op.create_table(
        "aside",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("company_code", "location", "register_code")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "document")),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("acceptance_id", sa.Integer(), nullable=True),
        sa.Column("in_act_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_aside_digest", "aside", ["digest"], unique=False)
    op.create_index("ix_aside_register", "aside", ["company_code", "register_code"], unique=False)
    op.create_index("ix_aside_file", "aside", ["file_id"], unique=False)


def _hold_what_was_changed() -> None:
    """A file holds the tickets that another has changed since."""
    bind = op.get_bind()
    changes = bind.execute(sa.text("SELECT ticket_id, before FROM ticket_change ORDER BY id")).all()
    held = {(json.loads(before)["file_id"], ticket_id) for ticket_id, before in changes}
    for file_id, ticket_id in sorted(held):
        row = {"file": file_id, "ticket": ticket_id}
        is_held = "SELECT 1 FROM ticket_hold WHERE file_id = :file AND first_id <= :ticket AND last_id >= :ticket"
        if bind.execute(sa.text(is_held), row).first() is None:
            bind.execute(
                sa.text(
                    "INSERT INTO ticket_hold (file_id, first_id, last_id, act_id) VALUES (:file, :ticket, :ticket, :file)"
                ),
                row,
            )


def _sum_what_is_stated() -> None:
    """Sums of VAT that some lines leave out, with what the others come to; and of the numbers in a series."""
    for name in ("stated_ore", "stated_entries"):
        op.add_column("day_sum", sa.Column(name, sa.BigInteger(), nullable=False, server_default=sa.text("0")))
    for name in ("lowest_rate", "highest_rate"):
        op.add_column("day_sum", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("day_count", sa.Column("serial_sum", sa.BigInteger(), nullable=True))
    key = ("venue_id", "business_day", "kind", "part", "code_id", "vat_code_id", "vat_rate_bp", "customer_id")
    same = " AND ".join(f"e.{name} = day_sum.{name}" for name in (*key, "currency_id", "register_id"))
    stated = {
        "stated_entries": "COUNT(vat_ore)",
        "stated_ore": _STATED,
        "vat_ore": "SUM(vat_ore)",
        "lowest_rate": f"MAX({_LOWEST_RATE})",
        "highest_rate": f"MIN({_HIGHEST_RATE})",
    }
    for name, what in stated.items():
        op.execute(
            f"UPDATE day_sum SET {name} = (SELECT {what} FROM entry e WHERE {same}) WHERE kind = 1"  # noqa: S608
        )
    op.execute(
        """
        UPDATE day_count SET serial_sum = (
            SELECT SUM(serial) FROM ticket t
            WHERE t.venue_id = day_count.venue_id AND t.business_day = day_count.business_day
              AND t.register_id = day_count.register_id AND t.status = day_count.status)
        """
    )


_STATED = "COALESCE(SUM(CASE WHEN vat_ore IS NOT NULL THEN amount_ore END), 0)"
_TOO_LARGE = "ABS(amount_ore) > 1000000000000 OR ABS(vat_ore) > 1000000000000"
_GROSS, _VAT = "ABS(amount_ore)", "(CASE WHEN amount_ore < 0 THEN -vat_ore ELSE vat_ore END)"
_LOWEST_RATE = f"""
    CASE WHEN vat_ore IS NULL THEN NULL WHEN {_TOO_LARGE} OR {_VAT} <= 2 THEN 0
         WHEN {_GROSS} - {_VAT} + 2 <= 0 THEN 1000000000000
         ELSE 1000000 * ({_VAT} - 2) / ({_GROSS} - {_VAT} + 2) END
    """
_HIGHEST_RATE = f"""
    CASE WHEN vat_ore IS NULL THEN NULL WHEN {_TOO_LARGE} THEN 1000000000000
         WHEN {_VAT} < -2 THEN -1
         WHEN {_GROSS} - {_VAT} - 2 <= 0 THEN 1000000000000
         ELSE 1000000 * ({_VAT} + 2) / ({_GROSS} - {_VAT} - 2) + 1 END
    """
