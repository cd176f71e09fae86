"""Changes of stations: why and as part of what; a record that can only be added to."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_FUNCTION: Final = "station_document(station)"
_KEPT: Final = ("revision", "change_set")
_HONOURS: Final = "FROM station_honour h WHERE h.station_id = s.id)"
_MORE: Final = f"""{_HONOURS},
            'hours_exceptions', (
                SELECT coalesce(jsonb_agg(jsonb_build_object('first_day', e.first_day,
                    'last_day', e.last_day, 'opening_hours', e.opening_hours,
                    'reason', e.reason) ORDER BY e.first_day, e.id), '[]')
                FROM station_hours_exception e WHERE e.station_id = s.id),
            'photos', (
                SELECT coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'sha256', p.sha256,
                    'caption', p.caption) ORDER BY p.id), '[]')
                FROM station_photo p WHERE p.station_id = s.id)"""

# As for account_event (migration 0011): rights hold every role but a superuser, and an owner
# could give them back to itself; the trigger tells both what these tables are for.
_KEEP: Final = """
CREATE FUNCTION rows_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is added to, never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$
"""


def _change_function(old: str, new: str) -> None:
    found = sa.text(f"SELECT pg_get_functiondef('{_FUNCTION}'::regprocedure)")
    text: str = op.get_bind().execute(found).scalar_one()
    if text.count(old) != 1:
        raise RuntimeError(f"{_FUNCTION} is not as this migration knows it")
    op.get_bind().exec_driver_sql(text.replace(old, new).replace("%", "%%"))


def _create_change_set() -> None:
    op.create_table(
        "change_set",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("told", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.CheckConstraint("kind IN ('bulk', 'revert', 'merge')", name=op.f("ck_change_set_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_set")),
    )


def upgrade() -> None:
    """Add the columns and the table; tell more of a station; keep what is recorded."""
    _create_change_set()
    op.add_column("revision", sa.Column("reason", sa.Text(), nullable=True))
    op.add_column("revision", sa.Column("change_set_id", sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_revision_reason_length"),
        "revision",
        "char_length(btrim(reason)) BETWEEN 1 AND 500",
    )
    op.create_index(
        "ix_revision_change_set_id",
        "revision",
        ["change_set_id"],
        postgresql_where=sa.text("change_set_id IS NOT NULL"),
    )
    _change_function(_HONOURS, _MORE)
    op.execute(_KEEP)
    for table in _KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION rows_keep()"
        )
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM CURRENT_USER")


def downgrade() -> None:
    """Drop them; reasons, and what belonged together, are lost."""
    op.execute("GRANT UPDATE, DELETE, TRUNCATE ON revision TO CURRENT_USER")
    op.execute("DROP TRIGGER revision_kept ON revision")
    _change_function(_MORE, _HONOURS)
    op.drop_index("ix_revision_change_set_id", "revision")
    op.drop_column("revision", "change_set_id")
    op.drop_column("revision", "reason")
    op.drop_table("change_set")
    op.execute("DROP FUNCTION rows_keep()")
