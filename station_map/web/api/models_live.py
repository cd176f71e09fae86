"""The shape of what devices are answered, and of what planners read of it."""

from __future__ import annotations

from pydantic import Field

from station_map.domain.live import Quantity
from station_map.web.api.models import LiveNow, Strict


class LiveStored(Strict):
    """What was taken in. stored: quantities that were not known for this time yet."""

    station: str
    observed_at: str
    stored: list[Quantity]
    live: LiveNow = Field(description="The latest of each quantity that is fresh.")


class LiveHour(Strict):
    """One quantity in one hour; for door and device the share of samples open or working."""

    hour: str = Field(description="When it begins, UTC.")
    quantity: Quantity
    samples: int = Field(ge=1)
    minimum: float
    mean: float
    maximum: float
    last: float


class LiveHours(Strict):
    """Hours of what devices said, by time."""

    station: str
    hours: list[LiveHour]
