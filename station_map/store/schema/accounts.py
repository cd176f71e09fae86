"""Accounts, what proves them (sessions, links, tokens), and what happened to them.

No secret stands here as it is: passwords as argon2id, all else that is random as SHA-256.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from station_map.domain.accounts import Role, Scope
from station_map.domain.accounts.events import EventKind
from station_map.domain.accounts.names import EMAIL_LONGEST, NAME_LONGEST, TITLE_LONGEST
from station_map.domain.accounts.signing_in import DEVICE_LONGEST
from station_map.store.schema.base import Base, one_of

_NOW: Final = text("now()")
_SHA256: Final = "octet_length(token_hash) = 32"
SCOPES: Final = ", ".join(f"'{scope.value}'" for scope in Scope)
SIGNED_IN_BY: Final = ("password", "oidc")


class AccountRow(Base):
    """Somebody who may sign in. Never deleted: revisions name it.

    name_key: the name without case and width, by which it is found. password_hash: null until
    one is chosen by a link. oidc_issuer, oidc_subject: who it is at the identity provider.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(server_default=text("''"))
    role: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)
    oidc_issuer: Mapped[str | None]
    oidc_subject: Mapped[str | None]
    password_hash: Mapped[str | None]
    password_set_at: Mapped[dt.datetime | None]
    last_signed_in_at: Mapped[dt.datetime | None]
    disabled_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=_NOW)
    created_by: Mapped[str]

    __table_args__ = (
        one_of("role", [role.value for role in Role]),
        CheckConstraint(f"char_length(name) BETWEEN 2 AND {NAME_LONGEST}", name="name_length"),
        CheckConstraint(f"char_length(title) <= {TITLE_LONGEST}", name="title_length"),
        CheckConstraint(
            f"char_length(email) <= {EMAIL_LONGEST} AND email = lower(email)", name="email"
        ),
        CheckConstraint("(oidc_issuer IS NULL) = (oidc_subject IS NULL)", name="oidc_pair"),
        CheckConstraint("password_hash LIKE '$argon2id$%'", name="password_hashed"),
        UniqueConstraint("oidc_issuer", "oidc_subject"),
    )


class AccountStationRow(Base):
    """A station that a keeper keeps."""

    __tablename__ = "account_station"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    station_id: Mapped[int] = mapped_column(
        ForeignKey("station.id", ondelete="CASCADE"), primary_key=True
    )

    __table_args__ = (Index("ix_account_station_station_id", "station_id"),)


class AccountAreaRow(Base):
    """An area that an editor edits, with all that lies in it."""

    __tablename__ = "account_area"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    adcode: Mapped[str] = mapped_column(ForeignKey("area.adcode"), primary_key=True)

    __table_args__ = (Index("ix_account_area_adcode", "adcode"),)


class AccountSessionRow(Base):
    """A browser that is signed in. The row goes when it signs out or its time is over.

    device: browser and system in words of ours. expires_at: then it ends, used or not.
    """

    __tablename__ = "account_session"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    signed_in_by: Mapped[str]
    device: Mapped[str]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=_NOW)
    seen_at: Mapped[dt.datetime] = mapped_column(server_default=_NOW)
    expires_at: Mapped[dt.datetime]

    __table_args__ = (
        one_of("signed_in_by", SIGNED_IN_BY),
        CheckConstraint(_SHA256, name="token_hashed"),
        CheckConstraint(f"char_length(device) <= {DEVICE_LONGEST}", name="device_length"),
        Index("ix_account_session_account_id", "account_id"),
        Index("ix_account_session_expires_at", "expires_at"),
    )


class SignInAttemptRow(Base):
    """An attempt to sign in that did not succeed, for a day; keyed hashes only.

    account: of the name that was tried, whether there is such an account or not.
    """

    __tablename__ = "sign_in_attempt"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(server_default=_NOW)
    account: Mapped[bytes]
    network: Mapped[bytes]

    __table_args__ = (
        Index("ix_sign_in_attempt_account_at", "account", "at"),
        Index("ix_sign_in_attempt_network_at", "network", "at"),
        Index("ix_sign_in_attempt_at", "at"),
    )


class AccountLinkRow(Base):
    """A link by which an account chooses a password, once. A new one replaces it."""

    __tablename__ = "account_link"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[dt.datetime] = mapped_column(server_default=_NOW)
    created_by: Mapped[str]
    expires_at: Mapped[dt.datetime]

    __table_args__ = (CheckConstraint(_SHA256, name="token_hashed"),)


class ApiTokenRow(Base):
    """What a programme shows to act for an account. prefix: its first signs, to tell it by."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    label: Mapped[str]
    prefix: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=_NOW)
    expires_at: Mapped[dt.datetime]
    last_used_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]

    __table_args__ = (
        CheckConstraint(_SHA256, name="token_hashed"),
        CheckConstraint(f"scopes <@ ARRAY[{SCOPES}]", name="scopes"),
        CheckConstraint("char_length(label) BETWEEN 1 AND 60", name="label_length"),
        Index("ix_api_token_account_id", "account_id"),
    )


class AccountEventRow(Base):
    """What happened to an account, and who did it. Rows are added, never changed or deleted.

    account_id, account_name: as they were; no reference, so that nothing can take a row along.
    """

    __tablename__ = "account_event"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(server_default=_NOW)
    actor: Mapped[str]
    account_id: Mapped[int] = mapped_column(BigInteger)
    account_name: Mapped[str]
    kind: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))

    __table_args__ = (
        one_of("kind", [kind.value for kind in EventKind]),
        Index("ix_account_event_account_id", "account_id", "id"),
    )
