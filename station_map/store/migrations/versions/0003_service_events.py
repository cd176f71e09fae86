"""The service calendar."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KINDS = (
    "'cooling_supplies', 'job_fair', 'school_aid', 'winter_warmth', 'legal_clinic',"
    " 'psych_clinic', 'health_check', 'night_school', 'join_by_qr'"
)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "service_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("station_id", sa.BigInteger(), nullable=True),
        sa.Column("adcode", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=True),
        sa.Column("ends_at", sa.Time(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_service_event_kind")),
        sa.CheckConstraint(
            "num_nonnulls(station_id, adcode) = 1", name=op.f("ck_service_event_one_place")
        ),
        sa.CheckConstraint(
            "char_length(btrim(title)) BETWEEN 1 AND 200",
            name=op.f("ck_service_event_title_length"),
        ),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_service_event_days_in_order")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_service_event_times_in_order")),
        sa.CheckConstraint(
            "ends_at IS NULL OR starts_at IS NOT NULL", name=op.f("ck_service_event_end_has_start")
        ),
        sa.ForeignKeyConstraint(
            ["adcode"], ["area.adcode"], name=op.f("fk_service_event_adcode_area")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["station.id"],
            name=op.f("fk_service_event_station_id_station"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_event")),
    )
    op.create_index(
        "ix_service_event_station_id_last_day", "service_event", ["station_id", "last_day"]
    )
    op.create_index("ix_service_event_adcode_last_day", "service_event", ["adcode", "last_day"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("service_event")
