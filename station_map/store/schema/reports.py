"""What riders told: reports on stations, suggestions for new ones, and who sent them."""

from __future__ import annotations

import datetime as dt
import uuid

from geoalchemy2 import Geography, WKBElement
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from station_map.domain.reports import (
    NOTE_LONGEST,
    POSITION_DIGITS,
    ReportField,
    ReportKind,
)
from station_map.store.schema.base import Base, one_of


class ReportRow(Base):
    """One report about one station. It names nobody.

    uuid: made by the reporter's device, so that a report sent twice is stored once.
    lon, lat: where the reporter was, if told, to about 100 m. photo: name of the file.
    case_id: the case that collected it (schema/cases.py); none for "open as stated".
    """

    __tablename__ = "report"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(unique=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id", ondelete="CASCADE"))
    kind: Mapped[str]
    amenity_id: Mapped[int | None] = mapped_column(ForeignKey("amenity.id"))
    field: Mapped[str | None]
    note: Mapped[str | None]
    photo: Mapped[str | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    seen_at: Mapped[dt.datetime]
    received_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("report_case.id", ondelete="SET NULL"))

    __table_args__ = (
        one_of("kind", [v.value for v in ReportKind]),
        one_of("field", [v.value for v in ReportField]),
        CheckConstraint("(kind = 'broken') = (amenity_id IS NOT NULL)", name="amenity_of_broken"),
        CheckConstraint("(kind = 'wrong') = (field IS NOT NULL)", name="field_of_wrong"),
        CheckConstraint(f"char_length(note) BETWEEN 1 AND {NOTE_LONGEST}", name="note_length"),
        CheckConstraint("photo ~ '^[0-9a-f]{32}$'", name="photo_name"),
        # No exact place of a person can be stored, whoever writes.
        CheckConstraint(
            "(lon IS NULL) = (lat IS NULL)"
            f" AND lon = round(lon::numeric, {POSITION_DIGITS})::double precision"
            f" AND lat = round(lat::numeric, {POSITION_DIGITS})::double precision",
            name="position_blurred",
        ),
        Index("ix_report_station_id_kind_seen_at", "station_id", "kind", "seen_at"),
        CheckConstraint("case_id IS NULL OR kind <> 'open'", name="case_of_kind"),
        Index("ix_report_case_id", "case_id"),
        Index("ix_report_received_at", "received_at"),
        Index("ix_report_amenity_id", "amenity_id", postgresql_where=text("amenity_id > 0")),
    )


class SuggestionRow(Base):
    """A place where somebody wants a station; amenity_ids: what it should have."""

    __tablename__ = "suggestion"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(unique=True)
    position: Mapped[WKBElement] = mapped_column(Geography("POINT", srid=4326, spatial_index=False))
    adcode: Mapped[str | None] = mapped_column(ForeignKey("area.adcode"))
    note: Mapped[str | None]
    amenity_ids: Mapped[list[int]] = mapped_column(server_default=text("'{}'::integer[]"))
    received_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        CheckConstraint(f"char_length(note) BETWEEN 1 AND {NOTE_LONGEST}", name="note_length"),
        CheckConstraint("1 <= ALL (amenity_ids) AND 63 >= ALL (amenity_ids)", name="amenity_ids"),
        Index("ix_suggestion_position", "position", postgresql_using="gist"),
        Index("ix_suggestion_adcode", "adcode"),
    )


class SenderRow(Base):
    """Keyed hashes of who sent a report or suggestion, for a few days; then the row goes.

    By it reports are told apart and floods are stopped. uuid: of the report or suggestion.
    sender: of network address and browser; network: of the address alone.
    """

    __tablename__ = "sender"

    uuid: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    sender: Mapped[bytes]
    network: Mapped[bytes]
    received_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        Index("ix_sender_network_received_at", "network", "received_at"),
        Index("ix_sender_received_at", "received_at"),
    )
