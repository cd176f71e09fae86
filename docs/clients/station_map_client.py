"""A client of the stations' HTTP interface, in one file: copy it. Python 3.12, nothing else.

    client = Client("https://stations.example.org")
    for station in client.nearest(116.798, 33.956, amenity="microwave"):
        print(station.name, station.distance_m)

    mirror = Mirror(client)
    mirror.follow()          # everything, the first time; later only what changed

Coordinates are longitude, latitude in degrees, in the datum that the client was made with.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import Request, urlopen

type Datum = Literal["wgs84", "gcj02", "bd09"]
type Feature = dict[str, Any]

_LARGEST_PAGE: Final = 1_000
_TOO_MANY: Final = 429
_GONE: Final = 410
# What lists tell of the moment at which they were asked; it is no part of a station.
_OF_THE_MOMENT: Final = ("state", "open_unknown", "live", "reported_locked")


class Problem(Exception):
    """The server refused. status: of HTTP. type: a URN to decide by. detail: words for people."""

    def __init__(self, status: int, told: dict[str, Any], retry_after_s: float | None) -> None:
        self.status = status
        self.type = str(told.get("type", "about:blank"))
        self.detail = str(told.get("detail", ""))
        self.errors: list[dict[str, Any]] = told.get("errors", [])
        self.retry_after_s = retry_after_s
        super().__init__(f"{status} {self.type}: {self.detail}")


@dataclass(frozen=True, slots=True)
class Station:
    """One station. distance_m: metres from the position that was asked for, else None.

    properties: all that is told of it, docs/reference/api.md. An amenity that is not in
    `amenities` is unknown: neither there nor missing.
    """

    code: str
    name: str
    lon: float
    lat: float
    distance_m: float | None
    properties: dict[str, Any] = field(repr=False)

    @classmethod
    def of(cls, feature: Feature) -> Station:
        """A station out of a GeoJSON Feature of the interface."""
        told = feature["properties"]
        lon, lat = feature["geometry"]["coordinates"]
        return cls(feature["id"], told["name"], lon, lat, told.get("distance_m"), told)


@dataclass(frozen=True, slots=True)
class Change:
    """One change. station: as it is now, None when it is no more; then successor may lead on."""

    id: int
    at: str
    action: str
    code: str
    successor: str | None
    station: Feature | None


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of changes. cursor: where the next begins. more: whether it holds any now."""

    changes: tuple[Change, ...]
    cursor: str
    more: bool


@dataclass(frozen=True, slots=True)
class Client:
    """Asks one server. patience_s: how long it waits when told to come again later."""

    base: str
    datum: Datum = "wgs84"
    timeout_s: float = 30
    patience_s: float = 60
    sleep: Callable[[float], None] = time.sleep

    def nearest(self, lon: float, lat: float, k: int = 5, **filters: str) -> list[Station]:
        """The `k` nearest stations to a position in the client's datum. Raises Problem."""
        asked = {"lon": lon, "lat": lat, "k": k, **filters}
        found = self.get("/api/v1/stations/nearest", asked)["features"]
        return [Station.of(feature) for feature in found]

    def station(self, code: str) -> Station:
        """One station. Raises Problem: 404 where there is none."""
        return Station.of(self.get(f"/api/v1/stations/{code}", {}))

    def stations(self, **filters: str) -> Iterator[Station]:
        """All stations that the filters let through, page by page. Raises Problem."""
        return map(Station.of, self.features(**filters))

    def features(self, **filters: str) -> Iterator[Feature]:
        """The same as GeoJSON Features, as they came."""
        page = self.get("/api/v1/stations", {"limit": _LARGEST_PAGE, **filters})
        while True:
            yield from page["features"]
            further = [link["href"] for link in page["links"] if link["rel"] == "next"]
            if not further:
                return
            page = self._asked(urljoin(self.base, further[0]))

    def changes(self, since: str | None = None, limit: int = _LARGEST_PAGE) -> Changes:
        """What changed since a cursor, from the beginning without one; "now": only the cursor.

        Raises Problem; 410 means that the server's data were restored: begin anew.
        """
        asked: dict[str, Any] = {"limit": limit}
        page = self.get("/api/v1/changes", asked if since is None else {"since": since, **asked})
        told = tuple(
            Change(**{name: one[name] for name in Change.__slots__}) for one in page["changes"]
        )
        return Changes(told, page["cursor"], page["more"])

    def get(self, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        """A JSON answer to a question, in the client's datum. Raises Problem."""
        query = urlencode({**asked, "crs": self.datum})
        return self._asked(f"{urljoin(self.base, path)}?{query}")

    def _asked(self, address: str) -> dict[str, Any]:
        waited = 0.0
        while True:
            try:
                return self._answer(address)
            except Problem as problem:
                pause = problem.retry_after_s
                if problem.status != _TOO_MANY or pause is None:
                    raise
                waited += max(pause, 1)
                if waited > self.patience_s:
                    raise
                self.sleep(max(pause, 1))

    def _answer(self, address: str) -> dict[str, Any]:
        if urlsplit(address).scheme not in {"http", "https"}:
            raise ValueError(f"not an address of HTTP: {address}")
        asked = Request(address, headers={"Accept": "application/geo+json, application/json"})  # noqa: S310 - checked above
        try:
            with urlopen(asked, timeout=self.timeout_s) as answer:  # noqa: S310 - checked above
                return cast("dict[str, Any]", json.load(answer))
        except HTTPError as refused:
            with refused:
                raise _problem(refused) from None


def _problem(refused: HTTPError) -> Problem:
    try:
        told = json.load(refused)
    except ValueError:
        told = {}
    pause = refused.headers.get("Retry-After", "")
    told = told if isinstance(told, dict) else {}
    return Problem(refused.code, told, float(pause) if pause.isdecimal() else None)


@dataclass(slots=True)
class Mirror:
    """A copy of all stations. Keep `stations` and `cursor` (both are JSON) between two runs.

    stations: Features by code, without what is only of the moment. cursor: where `follow` goes
    on; None: it begins with everything.
    """

    client: Client
    stations: dict[str, Feature] = field(default_factory=dict)
    cursor: str | None = None
    page: int = _LARGEST_PAGE

    def follow(self, tell: Callable[[Change], None] = lambda _: None) -> None:
        """Bring the copy up to date. tell: is told each change once it is in. Raises Problem."""
        if self.cursor is None:
            self._begin()
        try:
            self._go_on(tell)
        except Problem as problem:
            if problem.status != _GONE:
                raise
            self._begin()
            self._go_on(tell)

    def _begin(self) -> None:
        # The place first, then the stations: what changes while they are read comes again.
        cursor = self.client.changes("now").cursor
        self.stations = {feature["id"]: _lasting(feature) for feature in self.client.features()}
        self.cursor = cursor

    def _go_on(self, tell: Callable[[Change], None]) -> None:
        more = True
        while more:
            page = self.client.changes(self.cursor, self.page)
            for change in page.changes:
                if change.station is None:
                    self.stations.pop(change.code, None)
                else:
                    self.stations[change.code] = _lasting(change.station)
                tell(change)
            self.cursor, more = page.cursor, page.more


def _lasting(feature: Feature) -> Feature:
    told = {k: v for k, v in feature["properties"].items() if k not in _OF_THE_MOMENT}
    return {**feature, "properties": told}
