"""The shape of every answer, as pydantic models.

They fill OpenAPI and check the answers in tests. They do not serve: an answer is text
joined from stored JSON, and building objects for it would cost more than the search.
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from station_map.domain.accounts import Role, Scope
from station_map.domain.hours import StateCode
from station_map.domain.live import Device, Door
from station_map.domain.reports import ReportKind
from station_map.domain.vocabulary import (
    AccessMethod,
    AmenityState,
    Datum,
    Honour,
    Kind,
    ServiceLevel,
    Status,
)

Position = Annotated[
    list[float],
    Field(min_length=2, max_length=2, description="longitude, latitude; degrees in `crs`"),
]


class Strict(BaseModel):
    """A model in which a member that is not described is a fault."""

    model_config = ConfigDict(extra="forbid")


class Link(Strict):
    """Where to go on; `href` is relative to this server."""

    rel: Literal["self", "next"]
    type: str
    href: str


class Point(Strict):
    """A GeoJSON point."""

    type: Literal["Point"]
    coordinates: Position


class StateNow(Strict):
    """Whether a station is open at the minute of the answer, or at the time that `open` named.

    Times are Asia/Shanghai.
    """

    code: StateCode
    until: str | None = Field(description="When it closes, or a suspension ends.")
    next: str | None = Field(description="When it opens, within 60 days.")
    text: str = Field(description="The same in Chinese, to be shown.")


class LiveNumber(Strict):
    """A number as a device counted it, and when (UTC)."""

    value: int = Field(ge=0)
    observed_at: str


class LiveDoor(Strict):
    """How the lock says that the door is; `state` goes by the hours alone."""

    value: Door
    observed_at: str


class LiveDevice(Strict):
    """How the device itself is."""

    value: Device
    observed_at: str


class LiveNow(Strict):
    """What devices at the station said within the operator's limit; the rest is not known."""

    door: LiveDoor | None = None
    bays_free: LiveNumber | None = Field(default=None, description="Free bays for trucks.")
    occupancy: LiveNumber | None = Field(default=None, description="People inside.")
    device: LiveDevice | None = None


class CardProperties(Strict):
    """What is stored of a station; null and a missing amenity mean unknown, never no."""

    code: str = Field(description="Stable, unique, printed on the station's plate.")
    name: str
    kind: Kind
    service_level: ServiceLevel | None
    status: Status
    district: str | None
    adcode: str | None
    address: str | None
    opening_hours: str | None = Field(description="OpenStreetMap syntax, Asia/Shanghai.")
    hours_text: str | None = Field(description="The hours as the union wrote them.")
    amenities: dict[str, AmenityState]
    access_method: AccessMethod | None
    registration_required: bool | None
    seats: int | None
    honours: list[Honour]
    verified_at: str | None
    demo: bool = Field(description="An invented station, shown until real data replaces it.")


class StationProperties(CardProperties):
    """What a card shows of a station: with how things stand at this moment."""

    reported_locked: bool = Field(
        description="Two independent riders found it locked, and nobody has confirmed it since."
    )
    state: StateNow
    live: LiveNow | None = Field(
        default=None, description="What devices there said lately; missing when nothing."
    )


class NearestProperties(StationProperties):
    """A card with its distance and direction from the position asked for."""

    distance_m: float = Field(ge=0, description="Geodesic on the WGS-84 spheroid, metres.")
    bearing_deg: float = Field(ge=0, lt=360, description="From north, clockwise.")
    amenity_unknown: list[str] | None = Field(
        default=None, description="What was asked for and is not known of this station."
    )
    duration_s: float | None = Field(
        default=None, ge=0, description="How long the way takes, seconds; an estimate."
    )
    open_unknown: bool | None = Field(
        default=None, description="True: nobody knows whether it is open then."
    )
    text_match: Literal["exact", "sound", "similar"] | None = Field(
        default=None, description="With `q`: how this station meets the text."
    )


class ListedProperties(StationProperties):
    """A card in a list."""

    open_unknown: bool | None = Field(
        default=None, description="True: nobody knows whether it is open then."
    )


class ListedItem(ListedProperties):
    """A station as a plain object."""

    lon: float
    lat: float


class PhotoForm(Strict):
    """One size and format of a photo; `href` is relative to this server and never changes."""

    type: Literal["image/jpeg", "image/webp"]
    href: str
    width_px: int = Field(gt=0)
    height_px: int = Field(gt=0)


class Photo(Strict):
    """A photo of a station, in several forms."""

    id: int
    caption: str | None
    added_at: str
    forms: list[PhotoForm]


class FullProperties(StationProperties):
    """Every public field of one station; see docs/reference/api.md for each."""

    model_config = ConfigDict(extra="allow")

    photos: list[Photo]
    former_codes: list[str] = Field(
        description="Codes of stations that were merged into this one; they lead here."
    )
    same_door: list[str] = Field(
        description="Codes of other stations behind the same door: count seats once."
    )


class NearestFeature(Strict):
    """A station that is near."""

    type: Literal["Feature"]
    id: str
    geometry: Point
    properties: NearestProperties


class ListedFeature(Strict):
    """A station of a list."""

    type: Literal["Feature"]
    id: str
    geometry: Point
    properties: ListedProperties


class StationFeature(Strict):
    """One station."""

    type: Literal["Feature"]
    id: str
    geometry: Point
    properties: FullProperties


class Collection(Strict):
    """What every GeoJSON collection has."""

    type: Literal["FeatureCollection"]
    numberReturned: int = Field(ge=0)  # noqa: N815 - the name OGC gave it
    crs: Datum
    links: list[Link]


class NearestStations(Collection):
    """Stations, the nearest first; those with an unknown amenity after the known ones."""

    demo: bool = Field(description="Whether invented stations are among them.")
    features: list[NearestFeature]


class StationPage(Collection):
    """One page of stations."""

    numberMatched: int = Field(ge=0)  # noqa: N815
    numberOpenUnknown: int | None = Field(  # noqa: N815
        default=None, ge=0, description="With `open`: of how many more nobody knows."
    )
    textMatch: Literal["exact", "sound", "similar"] | None = Field(  # noqa: N815
        default=None, description="With `q`: how the stations meet the text."
    )
    demo: bool = Field(description="Whether invented stations are among them.")
    features: list[ListedFeature]


class StationItems(Strict):
    """One page of stations as plain objects (`f=json`)."""

    numberMatched: int = Field(ge=0)  # noqa: N815
    numberOpenUnknown: int | None = Field(  # noqa: N815
        default=None, ge=0, description="With `open`: of how many more nobody knows."
    )
    numberReturned: int = Field(ge=0)  # noqa: N815
    crs: Datum
    textMatch: Literal["exact", "sound", "similar"] | None = Field(  # noqa: N815
        default=None, description="With `q`: how the stations meet the text."
    )
    demo: bool
    links: list[Link]
    items: list[ListedItem]


class ReportStored(Strict):
    """A report as it was stored, and how its station stands now."""

    id: UUID
    station: str
    kind: ReportKind
    received_at: str
    verified_at: str | None
    reported_locked: bool
    text: str = Field(description="What it changes and what comes next, in Chinese.")


class SuggestionStored(Strict):
    """A suggestion as it was stored; the position in WGS-84, to about 10 m."""

    id: UUID
    lon: float
    lat: float
    adcode: str | None
    received_at: str
    text: str


class MyToken(Strict):
    """The token that was shown. prefix: its first characters; the rest is kept nowhere."""

    label: str
    prefix: str
    scopes: list[Scope]
    expires_at: str


class Me(Strict):
    """Whose token it is. stations: codes that a keeper keeps. areas: adcodes of an editor."""

    name: str
    title: str
    role: Role
    stations: list[str]
    areas: list[str]
    token: MyToken


class ProblemEntry(Strict):
    """One thing that is wrong with a request."""

    parameter: str
    message: str
    message_zh: str
    allowed: str
    example: str
    given: str | None = None


class ProblemDetails(Strict):
    """An error (RFC 9457)."""

    type: str
    title: str
    title_zh: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[ProblemEntry] | None = None
