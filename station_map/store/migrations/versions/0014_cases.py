"""Riders' reports become cases; rules, rounds of verification, decisions on wishes."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import SchemaItem

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_NOW: Final = sa.text("now()")
_EMPTY: Final = sa.text("'{}'::jsonb")
_NOTE: Final = "char_length(note) BETWEEN 1 AND 500"

# What riders told before there were cases: one open case a station and kind.
_COLLECT: Final = """
WITH begun AS (
    INSERT INTO report_case (station_id, kind, opened_at)
    SELECT station_id, kind, min(received_at) FROM report WHERE kind <> 'open'
    GROUP BY station_id, kind ORDER BY min(received_at)
    RETURNING id, station_id, kind
)
UPDATE report r SET case_id = b.id FROM begun b
WHERE r.station_id = b.station_id AND r.kind = b.kind
"""


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, *, default: bool = False, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(
        name,
        sa.DateTime(timezone=True),
        server_default=_NOW if default else None,
        nullable=nullable,
    )


def _reference(
    table: str, column: str, to: str, *, nullable: bool = False, gone: str = "CASCADE"
) -> tuple[SchemaItem, ...]:
    return (
        sa.Column(column, sa.BigInteger(), nullable=nullable),
        sa.ForeignKeyConstraint(
            [column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete=gone
        ),
    )


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _key(table: str, column: str = "id") -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{table}"))


def upgrade() -> None:
    """Create the tables, and gather the reports that there are into cases."""
    _create_cases()
    _create_rules()
    _create_rounds()
    _create_decisions()
    op.add_column("report", sa.Column("case_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_report_case_id_report_case"),
        "report",
        "report_case",
        ["case_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_check_constraint(
        op.f("ck_report_case_of_kind"), "report", "case_id IS NULL OR kind <> 'open'"
    )
    op.create_index("ix_report_case_id", "report", ["case_id"])
    op.execute(_COLLECT)


def _create_cases() -> None:
    table = "report_case"
    op.create_table(
        table,
        _id(),
        *_reference(table, "station_id", "station"),
        _text("kind"),
        _moment("opened_at", default=True),
        *_reference(table, "earlier_id", table, nullable=True, gone="SET NULL"),
        *_reference(table, "assigned_to", "account", nullable=True, gone="SET NULL"),
        _text("answer", nullable=True),
        _moment("answered_at", nullable=True),
        sa.Column("revision_id", sa.BigInteger(), nullable=True),
        _moment("unmarked_at", nullable=True),
        _check(table, "kind", "kind IN ('locked', 'broken', 'wrong', 'gone')"),
        _check(table, "answer", "answer IN ('fixed', 'not_so', 'duplicate', 'spam')"),
        _check(table, "answered", "(answer IS NULL) = (answered_at IS NULL)"),
        _check(table, "revision_of_answer", "revision_id IS NULL OR answer IS NOT NULL"),
        _key(table),
    )
    op.create_index(
        "uq_report_case_open",
        table,
        ["station_id", "kind"],
        unique=True,
        postgresql_where=sa.text("answer IS NULL"),
    )
    op.create_index("ix_report_case_station_id", table, ["station_id", "kind", "id"])
    for column in ("earlier_id", "assigned_to", "opened_at"):
        op.create_index(f"ix_report_case_{column}", table, [column])
    op.create_table(
        "case_event",
        _id(),
        *_reference("case_event", "case_id", table),
        _moment("at", default=True),
        _text("actor"),
        _text("step"),
        _text("note", nullable=True),
        sa.Column("detail", JSONB(), server_default=_EMPTY, nullable=False),
        _check(
            "case_event",
            "step",
            "step IN ('opened', 'remarked', 'assigned', 'released', 'answered', 'reopened')",
        ),
        _check("case_event", "note_length", _NOTE),
        _key("case_event"),
    )
    op.create_index("ix_case_event_case_id", "case_event", ["case_id", "id"])


def _create_rules() -> None:
    op.create_table(
        "case_rule",
        _id(),
        _moment("at", default=True),
        _text("actor"),
        sa.Column("locked_reports", sa.Integer(), nullable=False),
        sa.Column("locked_hours", sa.Integer(), nullable=False),
        sa.Column("stale_days", JSONB(), nullable=False),
        _check("case_rule", "locked_reports", "locked_reports BETWEEN 1 AND 10"),
        _check("case_rule", "locked_hours", "locked_hours BETWEEN 1 AND 168"),
        _key("case_rule"),
    )
    op.execute(
        "CREATE TRIGGER case_rule_kept BEFORE UPDATE OR DELETE ON case_rule"
        " FOR EACH STATEMENT EXECUTE FUNCTION rows_keep()"
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON case_rule FROM CURRENT_USER")


def _create_rounds() -> None:
    table = "round_answer"
    op.create_table(
        table,
        sa.Column("uuid", sa.Uuid(), nullable=False),
        *_reference(table, "account_id", "account"),
        *_reference(table, "station_id", "station"),
        _text("answer"),
        _text("note", nullable=True),
        _moment("seen_at"),
        _moment("received_at", default=True),
        _check(table, "answer", "answer IN ('right', 'gone')"),
        _check(table, "note_length", _NOTE),
        _key(table, "uuid"),
    )
    op.create_index("ix_round_answer_account_id", table, ["account_id", "seen_at"])
    op.create_index("ix_round_answer_station_id", table, ["station_id", "seen_at"])


def _create_decisions() -> None:
    table = "wish_decision"
    op.create_table(
        table,
        _id(),
        *_reference(table, "suggestion_id", "suggestion"),
        _moment("at", default=True),
        _text("actor"),
        _text("status"),
        _text("reason", nullable=True),
        _check(table, "status", "status IN ('new', 'considered', 'accepted', 'declined')"),
        _check(table, "reason_length", "char_length(reason) BETWEEN 1 AND 500"),
        _check(table, "declined_with_reason", "status <> 'declined' OR reason IS NOT NULL"),
        _key(table),
    )
    op.create_index("ix_wish_decision_suggestion_id", table, ["suggestion_id", "id"])


def downgrade() -> None:
    """Drop them; answers, rules, rounds and decisions are lost, reports stay."""
    op.drop_constraint(op.f("ck_report_case_of_kind"), "report")
    op.drop_index("ix_report_case_id", "report")
    op.drop_column("report", "case_id")
    for table in ("wish_decision", "round_answer", "case_rule", "case_event", "report_case"):
        op.drop_table(table)
