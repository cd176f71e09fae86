"""Models of the feed of changes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from station_map.domain.vocabulary import Datum
from station_map.web.api.models import CardProperties, Link, Point, Strict


class CopiedFeature(Strict):
    """A station as it is stored: without what only holds for a moment, such as its state."""

    type: Literal["Feature"]
    id: str
    geometry: Point
    properties: CardProperties


class Change(Strict):
    """One change of one station."""

    id: int = Field(ge=1, description="Never given to another change.")
    at: str
    action: Literal["created", "updated", "deleted"]
    code: str
    successor: str | None = Field(
        description="Of a station that was merged into another: the code that leads on."
    )
    station: CopiedFeature | None = Field(
        description="The station as it is now, which may be newer than the change; null when it is no more."
    )


class ChangePage(Strict):
    """Changes in order. The link `next` goes on, now or at any later time."""

    numberReturned: int = Field(ge=0)  # noqa: N815
    more: bool = Field(description="Whether there are more at this moment.")
    cursor: str
    crs: Datum
    links: list[Link]
    changes: list[Change]
