"""What is only added to is not emptied either: TRUNCATE meets a trigger too, not only a right."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# An owner could give itself the right back that 0011 and 0012 took away. Row and statement
# triggers for UPDATE and DELETE do not see a TRUNCATE; it has a trigger of its own.
_KEPT: Final = {
    "account_event": "account_event_keep",
    "revision": "rows_keep",
    "change_set": "rows_keep",
}


def upgrade() -> None:
    """Create the triggers."""
    for table, function in _KEPT.items():
        op.execute(
            f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )


def downgrade() -> None:
    """Drop them."""
    for table in _KEPT:
        op.execute(f"DROP TRIGGER {table}_not_emptied ON {table}")
