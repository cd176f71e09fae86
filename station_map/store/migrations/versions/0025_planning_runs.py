"""Runs of planning, and what they read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_PARTS = ("demand", "stations", "candidates")
_CHECKS = {
    "kind": "kind IN ('coverage', 'siting')",
    "state": "state IN ('queued', 'running', 'done', 'failed', 'cancelled')",
    "origin": "origin IN ('cli', 'api', 'page')",
    "inputs": "inputs IN ('kept', 'too_large')",
    "text_length": "char_length(title) BETWEEN 1 AND 200 AND char_length(error) BETWEEN 1 AND 2000"
    " AND char_length(asked_by) BETWEEN 1 AND 100",
    "state_times": "CASE state"
    " WHEN 'queued' THEN num_nonnulls(started_at, beat_at, ended_at, progress) = 0"
    " WHEN 'running' THEN num_nulls(started_at, beat_at) = 0 AND ended_at IS NULL"
    " WHEN 'done' THEN num_nulls(started_at, ended_at, version) = 0"
    " ELSE ended_at IS NOT NULL END",
    "state_answer": "CASE state WHEN 'done' THEN answer IS NOT NULL WHEN 'cancelled' THEN true"
    " ELSE answer IS NULL END",
    "state_error": "(state = 'failed') = (error IS NOT NULL)",
    "inputs_kept": "CASE WHEN inputs = 'kept' THEN num_nulls(demand_input, stations_input) = 0"
    " AND (kind = 'siting') = (candidates_input IS NOT NULL)"
    " ELSE num_nonnulls(demand_input, stations_input, candidates_input) = 0 END",
    "same_ended": "same IS NULL OR state IN ('done', 'cancelled')",
    "turn_range": "turn >= 0",
}


def _create_inputs() -> None:
    table = "planning_input"
    op.create_table(
        table,
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column(
            "kept_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name=op.f(f"ck_{table}_digest_hex")),
        sa.CheckConstraint(
            "octet_length(content) = size AND size BETWEEN 1 AND 67108864",
            name=op.f(f"ck_{table}_content_size"),
        ),
        sa.PrimaryKeyConstraint("digest", name=f"pk_{table}"),
    )
    # It is compressed already.
    op.execute(f"ALTER TABLE {table} ALTER COLUMN content SET STORAGE EXTERNAL")


def _create_runs() -> None:
    table = "planning_run"
    times = ("started_at", "ended_at", "beat_at", "cancel_asked_at")
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked", JSONB(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column(
            "asked_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in times),
        sa.Column("turn", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("progress", JSONB(), nullable=True),
        sa.Column("job", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("digests", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=True),
        *(sa.Column(f"{part}_input", sa.Text(), nullable=True) for part in _PARTS),
        sa.Column("answer", JSONB(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("repeats", sa.BigInteger(), nullable=True),
        sa.Column("same", sa.Boolean(), nullable=True),
        *(
            sa.CheckConstraint(check, name=op.f(f"ck_{table}_{name}"))
            for name, check in _CHECKS.items()
        ),
        *(
            sa.ForeignKeyConstraint(
                [f"{part}_input"],
                ["planning_input.digest"],
                name=f"fk_{table}_{part}_input_planning_input",
            )
            for part in _PARTS
        ),
        sa.ForeignKeyConstraint(
            ["repeats"],
            [f"{table}.id"],
            name=f"fk_{table}_repeats_{table}",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index("ix_planning_run_kind_id", table, ["kind", "id"])
    op.create_index(
        "ix_planning_run_active",
        table,
        ["id"],
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    for column in ("ended_at", "repeats", *(f"{part}_input" for part in _PARTS)):
        op.create_index(f"ix_planning_run_{column}", table, [column])


def upgrade() -> None:
    """Create the tables."""
    _create_inputs()
    _create_runs()


def downgrade() -> None:
    """Drop them, with all runs."""
    op.drop_table("planning_run")
    op.drop_table("planning_input")
