"""What a run read, as bytes to keep and back: arrays and one JSON text each, no pickles.

The digest is that of the arrays, so that two runs that read the same keep it once, whatever made
the bytes. What comes back is checked against it.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from station_map.coverage.groups import Groups
from station_map.errors import Conflict
from station_map.planning.candidates import Places
from station_map.planning.coverage import CoverageRead
from station_map.planning.demand import Points
from station_map.planning.siting import SitingRead
from station_map.siting.candidates import STATUSES, Sites
from station_map.store.planning import PlanningStations

type Arrays = dict[str, NDArray[Any]]

LARGEST_PLAIN: Final = 256 * 1024 * 1024
"""Bytes of a part before it is compressed; more are not even tried."""

_META: Final = "meta"


@dataclass(frozen=True, eq=False)
class Part:
    """One part of what a run read."""

    arrays: Arrays

    @property
    def size(self) -> int:
        """Bytes, not compressed."""
        return sum(table.nbytes for table in self.arrays.values())

    def digest(self) -> str:
        """SHA-256 of names, types, shapes and numbers."""
        made = hashlib.sha256()
        for name, table in sorted(self.arrays.items()):
            made.update(json.dumps([name, table.dtype.str, table.shape]).encode())
            made.update(np.ascontiguousarray(table).data)
        return made.hexdigest()

    def packed(self) -> bytes:
        """As bytes, compressed."""
        into = io.BytesIO()
        np.savez_compressed(into, allow_pickle=False, **self.arrays)
        return into.getvalue()


def unpacked(content: bytes, digest: str) -> Part:
    """A part that was kept. Raises Conflict when it is not what the digest says."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as held:
            size = sum(one.file_size for one in held.infolist())
        # Larger than anything that was kept: nothing of it is unpacked.
        part = Part(_loaded(content) if size <= 2 * LARGEST_PLAIN else {})
    except (ValueError, zipfile.BadZipFile, zlib.error, OSError, EOFError, KeyError) as error:
        raise _damaged(digest) from error
    if part.digest() != digest:
        raise _damaged(digest)
    return part


def _loaded(content: bytes) -> Arrays:
    with np.load(io.BytesIO(content), allow_pickle=False) as found:
        tables = {name: found[name] for name in found.files}
    # What is no array comes as plain bytes.
    return {name: table for name, table in tables.items() if isinstance(table, np.ndarray)}


def _damaged(digest: str) -> Conflict:
    return Conflict(f"留存的数据 {digest[:12]} 坏了。 What was kept as {digest[:12]} is damaged.")


def _meta(**told: Any) -> NDArray[np.uint8]:
    # Half a surrogate cannot be UTF-8; as an escape in JSON it can.
    return np.frombuffer(json.dumps(told).encode(), dtype=np.uint8)


def _told(part: Part) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(part.arrays[_META].tobytes())
    return told


# --- demand, with its groups ---------------------------------------------------------------------


def demand_part(points: Points, groups: Groups) -> Part:
    """Points as they were read, and how they are grouped."""
    arrays: Arrays = {"lonlat": points.lonlat, "weight": points.weight, "group": groups.index}
    if points.district is not None:
        arrays["district"] = points.district
    arrays[_META] = _meta(
        unit=points.unit,
        source=points.source,
        synthetic=points.synthetic,
        adcodes=points.adcodes,
        unknown=points.unknown,
        groups=groups.names,
    )
    return Part(arrays)


def demand_of(part: Part) -> tuple[Points, Groups]:
    """The way back."""
    arrays, told = part.arrays, _told(part)
    points = Points(
        arrays["lonlat"],
        arrays["weight"],
        told["unit"],
        told["source"],
        told["synthetic"],
        arrays.get("district"),
        tuple(told["adcodes"]),
        told["unknown"],
    )
    return points, Groups(tuple(told["groups"]), arrays["group"])


# --- stations ------------------------------------------------------------------------------------

_WORDS: Final = ("codes", "names", "status", "kinds", "audiences", "adcodes")
_TABLES: Final = ("ids", "lonlat", "seats", "demo", "open")


def stations_part(found: PlanningStations) -> Part:
    """Stations as they were read."""
    tables = {name: getattr(found, name) for name in _TABLES}
    told = {name: getattr(found, name) for name in _WORDS}
    codes = list(found.amenities)
    offered = [found.amenities[code] for code in codes]
    shape = (len(codes), len(found.codes))
    tables["amenities"] = np.array(offered, dtype=np.int8).reshape(shape)
    return Part({**tables, _META: _meta(**told, offered=codes)})


def stations_of(part: Part) -> PlanningStations:
    """The way back."""
    told = _told(part)
    held: dict[str, Any] = {name: part.arrays[name] for name in _TABLES}
    held |= {name: tuple(told[name]) for name in _WORDS}
    return PlanningStations(
        **held,
        amenities=dict(zip(told["offered"], part.arrays["amenities"], strict=True)),
    )


# --- candidates ----------------------------------------------------------------------------------


def candidates_part(given: SitingRead) -> Part:
    """Candidates, and the district of every site."""
    sites = given.new.sites
    tables = {"lonlat": sites.lonlat, "cost": sites.cost, "capacity": sites.capacity}
    arrays = {name: table for name, table in tables.items() if table is not None}
    arrays["status"] = np.array([STATUSES.index(one) for one in sites.status], dtype=np.int8)
    return Part({**arrays, _META: _meta(names=given.new.names, district=given.district)})


def candidates_of(part: Part) -> tuple[Places, tuple[str, ...]]:
    """The way back: candidates, and the district of every site."""
    arrays, told = part.arrays, _told(part)
    sites = Sites(
        tuple(STATUSES[number] for number in arrays["status"].tolist()),
        arrays.get("lonlat"),
        arrays.get("cost"),
        arrays.get("capacity"),
    )
    return Places(sites, tuple(told["names"])), tuple(told["district"])


# --- the whole -----------------------------------------------------------------------------------


def parts_of(given: CoverageRead | SitingRead) -> dict[str, Part]:
    """All that a run read, by the names of its parts."""
    parts = {
        "demand": demand_part(given.points, given.groups),
        "stations": stations_part(given.found),
    }
    if isinstance(given, SitingRead):
        parts["candidates"] = candidates_part(given)
    return parts


def read_of(parts: dict[str, Part]) -> CoverageRead | SitingRead:
    """The way back."""
    points, groups = demand_of(parts["demand"])
    found = stations_of(parts["stations"])
    if "candidates" not in parts:
        return CoverageRead(points, groups, found)
    return SitingRead(points, groups, found, *candidates_of(parts["candidates"]))
