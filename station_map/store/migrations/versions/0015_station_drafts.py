"""Drafts: what somebody has begun to change of a station and not saved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "station_draft",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("station_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base", JSONB(), nullable=False),
        sa.Column("given", JSONB(), nullable=False),
        sa.Column(
            "saved_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "subject IN ('name', 'place', 'door', 'hours', 'amenities', 'status', 'truck',"
            " 'source')",
            name=op.f("ck_station_draft_subject"),
        ),
        sa.CheckConstraint(
            "octet_length(base::text) <= 200000 AND octet_length(given::text) <= 200000",
            name=op.f("ck_station_draft_size"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_station_draft_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["station.id"],
            name=op.f("fk_station_draft_station_id_station"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "station_id", "subject", name=op.f("pk_station_draft")
        ),
    )
    op.create_index("ix_station_draft_station_id", "station_draft", ["station_id"])
    op.create_index("ix_station_draft_saved_at", "station_draft", ["saved_at"])


def downgrade() -> None:
    """Drop it; what was begun is lost."""
    op.drop_table("station_draft")
