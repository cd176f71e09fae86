"""Service events: a note for riders, who entered them and who withdrew them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_NOTE = "ck_service_event_note_length"


def upgrade() -> None:
    """Add the columns."""
    for name in ("note", "created_by", "withdrawn_by"):
        op.add_column("service_event", sa.Column(name, sa.Text(), nullable=True))
    op.add_column(
        "service_event", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_check_constraint(
        op.f(_NOTE), "service_event", "char_length(btrim(note)) BETWEEN 1 AND 200"
    )


def downgrade() -> None:
    """Drop them. Withdrawn events would come back, so they go first."""
    op.execute("DELETE FROM service_event WHERE withdrawn_at IS NOT NULL")
    op.drop_constraint(op.f(_NOTE), "service_event")
    for name in ("withdrawn_at", "withdrawn_by", "created_by", "note"):
        op.drop_column("service_event", name)
