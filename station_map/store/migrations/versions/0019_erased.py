"""An account can be told whole and erased; both stand in its audit."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_BEFORE = (
    "'created', 'changed', 'disabled', 'enabled', 'link_made', 'password_set', 'signed_in',"
    " 'sign_in_failed', 'sign_in_barred', 'signed_out', 'sessions_ended', 'token_made',"
    " 'token_revoked', 'oidc_linked'"
)
_NAME = "ck_account_event_kind"


def _replace(kinds: str, more: str = "") -> None:
    op.execute(f"ALTER TABLE account_event DROP CONSTRAINT {_NAME}")
    op.execute(f"ALTER TABLE account_event ADD CONSTRAINT {_NAME} CHECK (kind IN ({kinds})){more}")


def upgrade() -> None:
    """Allow the two new kinds."""
    _replace(_BEFORE + ", 'exported', 'erased'")


def downgrade() -> None:
    """Allow no more of them; those that there are stay, for nobody may take them away."""
    _replace(_BEFORE, " NOT VALID")
