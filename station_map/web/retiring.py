"""What is on its way out: told in every answer and in OpenAPI, long before it stops.

`Deprecation` (RFC 9745) says since when a route should not be used any more, `Sunset` (RFC 8594)
until when it will be there, and a link leads to what to use instead. docs/how-to/api.md holds the
policy: a route of version 1 goes no earlier than a year after it was first told.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Final

LEAST: Final = dt.timedelta(days=365)
POLICY: Final = "/api/docs#retiring"


@dataclass(frozen=True, slots=True)
class Retiring:
    """since: the day from which it should not be used; until: the last day it can be (UTC).

    instead: the address of what to use, on this server. Raises ValueError for a shorter notice
    than the policy promises.
    """

    since: dt.date
    until: dt.date
    instead: str

    def __post_init__(self) -> None:
        if self.until - self.since < LEAST:
            raise ValueError(f"from {self.since} to {self.until} is less than a year")

    @property
    def headers(self) -> list[tuple[str, str]]:
        """As every answer of the route tells it."""
        since = int(_at(self.since).timestamp())
        until = format_datetime(_at(self.until + dt.timedelta(days=1)), usegmt=True)
        links = f'<{POLICY}>; rel="deprecation", <{self.instead}>; rel="successor-version"'
        return [("Deprecation", f"@{since}"), ("Sunset", until), ("Link", links)]


def _at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)
