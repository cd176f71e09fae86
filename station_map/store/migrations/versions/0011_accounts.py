"""Accounts, their sessions, links and tokens, and an audit that can only be added to."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import SchemaItem

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_NOW = sa.text("now()")
_ROLES = "'keeper', 'editor', 'planner', 'admin'"
_SCOPES = (
    "'stations:write', 'live:write', 'cases:write', 'imports:write', 'events:write', 'planning:run'"
)
_KINDS = (
    "'created', 'changed', 'disabled', 'enabled', 'link_made', 'password_set', 'signed_in',"
    " 'sign_in_failed', 'sign_in_barred', 'signed_out', 'sessions_ended', 'token_made',"
    " 'token_revoked', 'oidc_linked'"
)

# Rights hold every role but a superuser, and an owner could give them back to itself; the
# trigger tells both what this table is for.
KEEP_EVENTS = """
CREATE FUNCTION account_event_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'account_event is added to, never changed or deleted'
        USING ERRCODE = 'insufficient_privilege';
END
$$
"""


def _moment(name: str, *, default: bool = False, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(
        name,
        sa.DateTime(timezone=True),
        server_default=_NOW if default else None,
        nullable=nullable,
    )


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _token_hash(table: str) -> tuple[SchemaItem, ...]:
    return (
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("octet_length(token_hash) = 32", name=op.f(f"ck_{table}_token_hashed")),
        sa.UniqueConstraint("token_hash", name=op.f(f"uq_{table}_token_hash")),
    )


def _account_id(table: str) -> tuple[SchemaItem, ...]:
    return (
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f(f"fk_{table}_account_id_account"),
            ondelete="CASCADE",
        ),
    )


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "account",
        _id(),
        _text("name"),
        _text("name_key"),
        sa.Column("title", sa.Text(), server_default=sa.text("''"), nullable=False),
        _text("role"),
        _text("email", nullable=True),
        _text("oidc_issuer", nullable=True),
        _text("oidc_subject", nullable=True),
        _text("password_hash", nullable=True),
        _moment("password_set_at", nullable=True),
        _moment("last_signed_in_at", nullable=True),
        _moment("disabled_at", nullable=True),
        _moment("created_at", default=True),
        _text("created_by"),
        sa.CheckConstraint(f"role IN ({_ROLES})", name=op.f("ck_account_role")),
        sa.CheckConstraint(
            "char_length(name) BETWEEN 2 AND 40", name=op.f("ck_account_name_length")
        ),
        sa.CheckConstraint("char_length(title) <= 100", name=op.f("ck_account_title_length")),
        sa.CheckConstraint(
            "char_length(email) <= 254 AND email = lower(email)", name=op.f("ck_account_email")
        ),
        sa.CheckConstraint(
            "(oidc_issuer IS NULL) = (oidc_subject IS NULL)", name=op.f("ck_account_oidc_pair")
        ),
        sa.CheckConstraint(
            "password_hash LIKE '$argon2id$%%'", name=op.f("ck_account_password_hashed")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("name_key", name=op.f("uq_account_name_key")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint(
            "oidc_issuer", "oidc_subject", name=op.f("uq_account_oidc_issuer_oidc_subject")
        ),
    )
    _create_scopes()
    _create_sessions()
    _create_tokens()
    _create_events()


def _create_scopes() -> None:
    op.create_table(
        "account_station",
        *_account_id("account_station"),
        sa.Column("station_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["station.id"],
            name=op.f("fk_account_station_station_id_station"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "station_id", name=op.f("pk_account_station")),
    )
    op.create_index("ix_account_station_station_id", "account_station", ["station_id"])
    op.create_table(
        "account_area",
        *_account_id("account_area"),
        _text("adcode"),
        sa.ForeignKeyConstraint(
            ["adcode"], ["area.adcode"], name=op.f("fk_account_area_adcode_area")
        ),
        sa.PrimaryKeyConstraint("account_id", "adcode", name=op.f("pk_account_area")),
    )
    op.create_index("ix_account_area_adcode", "account_area", ["adcode"])


def _create_sessions() -> None:
    op.create_table(
        "account_session",
        _id(),
        *_account_id("account_session"),
        *_token_hash("account_session"),
        _text("signed_in_by"),
        _text("device"),
        _moment("created_at", default=True),
        _moment("seen_at", default=True),
        _moment("expires_at"),
        sa.CheckConstraint(
            "signed_in_by IN ('password', 'oidc')", name=op.f("ck_account_session_signed_in_by")
        ),
        sa.CheckConstraint(
            "char_length(device) <= 60", name=op.f("ck_account_session_device_length")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_session")),
    )
    op.create_index("ix_account_session_account_id", "account_session", ["account_id"])
    op.create_index("ix_account_session_expires_at", "account_session", ["expires_at"])
    op.create_table(
        "sign_in_attempt",
        _id(),
        _moment("at", default=True),
        sa.Column("account", sa.LargeBinary(), nullable=False),
        sa.Column("network", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    for columns in (["account", "at"], ["network", "at"], ["at"]):
        op.create_index(f"ix_sign_in_attempt_{'_'.join(columns)}", "sign_in_attempt", columns)


def _create_tokens() -> None:
    op.create_table(
        "account_link",
        *_account_id("account_link"),
        *_token_hash("account_link"),
        _moment("created_at", default=True),
        _text("created_by"),
        _moment("expires_at"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_link")),
    )
    op.create_table(
        "api_token",
        _id(),
        *_account_id("api_token"),
        *_token_hash("api_token"),
        _text("label"),
        _text("prefix"),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        _moment("created_at", default=True),
        _moment("expires_at"),
        _moment("last_used_at", nullable=True),
        _moment("revoked_at", nullable=True),
        sa.CheckConstraint(f"scopes <@ ARRAY[{_SCOPES}]", name=op.f("ck_api_token_scopes")),
        sa.CheckConstraint(
            "char_length(label) BETWEEN 1 AND 60", name=op.f("ck_api_token_label_length")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
    )
    op.create_index("ix_api_token_account_id", "api_token", ["account_id"])


def _create_events() -> None:
    op.create_table(
        "account_event",
        _id(),
        _moment("at", default=True),
        _text("actor"),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        _text("account_name"),
        _text("kind"),
        sa.Column(
            "detail",
            JSONB(),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_account_event_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_event")),
    )
    op.create_index("ix_account_event_account_id", "account_event", ["account_id", "id"])
    op.execute(KEEP_EVENTS)
    op.execute(
        "CREATE TRIGGER account_event_kept BEFORE UPDATE OR DELETE ON account_event"
        " FOR EACH STATEMENT EXECUTE FUNCTION account_event_keep()"
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON account_event FROM CURRENT_USER")


def downgrade() -> None:
    """Drop the tables; all accounts and their audit are lost."""
    for table in (
        "account_event",
        "api_token",
        "account_link",
        "sign_in_attempt",
        "account_session",
        "account_area",
        "account_station",
        "account",
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION account_event_keep()")
