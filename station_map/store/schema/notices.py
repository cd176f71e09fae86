"""Who wants to be told what, and what was sent."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from station_map.domain.accounts.names import EMAIL_LONGEST
from station_map.domain.notices import Frequency
from station_map.store.schema.base import Base, one_of

_NOW: Final = text("now()")
URL_LONGEST: Final = 500
OUTCOMES: Final = ("sent", "refused", "off")


class NoticeWishRow(Base):
    """The mail that an account wants: where to, how often, since when it agreed.

    verified_at: when the address was proved by the link that was sent there at link_made_at. told_until: what was
    reported later is still to be told. next_at: not before.
    """

    __tablename__ = "notice_wish"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    email: Mapped[str]
    frequency: Mapped[str]
    wanted: Mapped[bool] = mapped_column(server_default=text("true"))
    agreed_at: Mapped[dt.datetime] = mapped_column(server_default=_NOW)
    verified_at: Mapped[dt.datetime | None]
    link_made_at: Mapped[dt.datetime | None]
    told_until: Mapped[dt.datetime] = mapped_column(server_default=_NOW)
    next_at: Mapped[dt.datetime]

    __table_args__ = (
        one_of("frequency", [one.value for one in Frequency]),
        CheckConstraint(
            f"char_length(email) BETWEEN 3 AND {EMAIL_LONGEST} AND email = lower(email)"
            " AND email !~ '[[:space:]]'",
            name="email",
        ),
        Index("ix_notice_wish_next_at", "next_at", postgresql_where=text("wanted")),
    )


class WebhookRow(Base):
    """An address of another programme that is told everything. secret: signs what is sent."""

    __tablename__ = "webhook"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    url: Mapped[str]
    secret: Mapped[str]
    wanted: Mapped[bool] = mapped_column(server_default=text("true"))
    told_until: Mapped[dt.datetime] = mapped_column(server_default=_NOW)
    created_at: Mapped[dt.datetime] = mapped_column(server_default=_NOW)
    created_by: Mapped[str]

    __table_args__ = (
        CheckConstraint(
            f"char_length(url) <= {URL_LONGEST} AND url ~ '^https?://[!-~]+$'", name="url"
        ),
    )


class NoticeRow(Base):
    """One notice to one receiver. news: what it tells. outcome: null until it is settled."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    webhook_id: Mapped[int | None] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    news: Mapped[dict[str, Any]]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=_NOW)
    settled_at: Mapped[dt.datetime | None]
    outcome: Mapped[str | None]

    __table_args__ = (
        one_of("outcome", OUTCOMES),
        CheckConstraint("num_nonnulls(account_id, webhook_id) = 1", name="one_receiver"),
        CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name="settled"),
        Index("ix_notice_account_id", "account_id"),
        Index("ix_notice_webhook_id", "webhook_id"),
        Index("ix_notice_created_at", "created_at"),
    )
