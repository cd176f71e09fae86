"""The same station twice in one import: the same code, or the same name at the same place."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

from station_map.domain.station import Station
from station_map.importers.values.names import name_key
from station_map.importers.values.remarks import Remark

SAME_PLACE_M: Final = 100.0
# Another file's row: as the store takes a row for a stored station (store/bulk_sql.py),
# or importing the same files again would move the station to and fro.
SAME_PLACE_OTHER_FILE_M: Final = 1_000.0
_METRES_PER_DEGREE: Final = 111_320.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: which file (two may share a name), sheet, and row from 1."""

    file_number: int
    file: str
    sheet: str
    row: int

    def told_to(self, other: Place) -> tuple[str, str]:
        """This place in Chinese and English, for a message about `other`."""
        zh, en = f"第 {self.row} 行", f"row {self.row}"
        if (self.file_number, self.sheet) == (other.file_number, other.sheet):
            return zh, en
        if self.file_number == other.file_number:
            return f"“{self.sheet}”{zh}", f"{en} of {self.sheet!r}"
        return f"“{self.file} › {self.sheet}”{zh}", f"{en} of '{self.file} › {self.sheet}'"


@dataclass(slots=True)
class Seen:
    """Stations of this import so far, by code, by source id, and by name."""

    _by_key: dict[tuple[str, ...], Place] = field(default_factory=dict)
    _by_name: dict[str, list[tuple[float, float, Place]]] = field(default_factory=dict)

    def duplicate_of(self, station: Station, place: Place) -> Remark | None:
        """Why the station is one that came before, or None; then it is remembered."""
        keys = _keys(station)
        for key in keys:
            if key in self._by_key:
                return _same(self._by_key[key], place, "编码相同", "the same code")
        others = self._by_name.setdefault(name_key(station.name), [])
        for lon, lat, earlier in others:
            distance = _distance_m(lon, lat, station.lon, station.lat)
            if distance <= _reach(earlier, place):
                zh, en = (
                    f"同名，相距约 {distance:.0f} 米",
                    f"the same name about {distance:.0f} m away",
                )
                return _same(earlier, place, zh, en)
        others.append((station.lon, station.lat, place))
        for key in keys:
            self._by_key[key] = place
        return None


def _reach(earlier: Place, place: Place) -> float:
    return SAME_PLACE_M if earlier.file_number == place.file_number else SAME_PLACE_OTHER_FILE_M


def _keys(station: Station) -> list[tuple[str, ...]]:
    keys: list[tuple[str, ...]] = []
    if station.code:
        keys.append((station.code,))
    if station.source and station.source_id:
        keys.append((station.source, station.source_id))
    return keys


def _same(earlier: Place, place: Place, why_zh: str, why_en: str) -> Remark:
    zh, en = earlier.told_to(place)
    return Remark("warning", f"与{zh}重复（{why_zh}）", f"duplicate of {en} ({why_en})")


def _distance_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Metres between near positions, on a locally flat Earth (1 % off at most)."""
    east = (other_lon - lon) * math.cos(math.radians((lat + other_lat) / 2))
    return math.hypot(east, other_lat - lat) * _METRES_PER_DEGREE
