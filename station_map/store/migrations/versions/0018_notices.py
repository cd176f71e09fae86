"""Who wants to be told what, and what was sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_NOW = sa.text("now()")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "notice_wish",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("frequency", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("agreed_at", _MOMENT, server_default=_NOW, nullable=False),
        sa.Column("verified_at", _MOMENT, nullable=True),
        sa.Column("link_made_at", _MOMENT, nullable=True),
        sa.Column("told_until", _MOMENT, server_default=_NOW, nullable=False),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.CheckConstraint(
            "frequency IN ('instant', 'daily', 'weekly')", name=op.f("ck_notice_wish_frequency")
        ),
        sa.CheckConstraint(
            "char_length(email) BETWEEN 3 AND 254 AND email = lower(email)"
            " AND email !~ '[[:space:]]'",
            name=op.f("ck_notice_wish_email"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_notice_wish_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notice_wish")),
    )
    op.create_index(
        "ix_notice_wish_next_at", "notice_wish", ["next_at"], postgresql_where=sa.text("wanted")
    )
    op.create_table(
        "webhook",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("told_until", _MOMENT, server_default=_NOW, nullable=False),
        sa.Column("created_at", _MOMENT, server_default=_NOW, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "char_length(url) <= 500 AND url ~ '^https?://[!-~]+$'", name=op.f("ck_webhook_url")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    _create_notices()
    op.create_index("ix_report_received_at", "report", ["received_at"])


def _create_notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("webhook_id", sa.BigInteger(), nullable=True),
        sa.Column("news", JSONB(), nullable=False),
        sa.Column("created_at", _MOMENT, server_default=_NOW, nullable=False),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint("outcome IN ('sent', 'refused', 'off')", name=op.f("ck_notice_outcome")),
        sa.CheckConstraint(
            "num_nonnulls(account_id, webhook_id) = 1", name=op.f("ck_notice_one_receiver")
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (outcome IS NULL)", name=op.f("ck_notice_settled")
        ),
        *(
            sa.ForeignKeyConstraint(
                [f"{table}_id"],
                [f"{table}.id"],
                name=op.f(f"fk_notice_{table}_id_{table}"),
                ondelete="CASCADE",
            )
            for table in ("account", "webhook")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    for column in ("account_id", "webhook_id", "created_at"):
        op.create_index(f"ix_notice_{column}", "notice", [column])


def downgrade() -> None:
    """Drop the tables; nobody is told anything any more."""
    op.drop_index("ix_report_received_at", "report")
    for table in ("notice", "webhook", "notice_wish"):
        op.drop_table(table)
