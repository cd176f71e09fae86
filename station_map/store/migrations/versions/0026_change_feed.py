"""The feed of changes: which transaction wrote a revision, and which database the order is of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the transaction's number, its index, and the table of epochs."""
    op.execute("ALTER TABLE revision ADD xid xid8 NOT NULL DEFAULT pg_current_xact_id()")
    op.create_index("ix_revision_xid", "revision", ["xid", "id"])
    op.create_table(
        "feed_epoch",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "begun_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("cluster", sa.BigInteger(), nullable=False),
        sa.Column("database", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("settled >= 0", name=op.f("ck_feed_epoch_settled_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_epoch")),
    )


def downgrade() -> None:
    """Drop them; cursors that were given out do not hold any more."""
    op.drop_table("feed_epoch")
    op.drop_index("ix_revision_xid", "revision")
    op.drop_column("revision", "xid")
