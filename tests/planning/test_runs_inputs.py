"""What a run read goes there and back, array by array, whatever its names; and is checked."""

from __future__ import annotations

import io
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.coverage.groups import Groups
from station_map.errors import Conflict
from station_map.planning import runs_inputs as inputs
from station_map.planning.candidates import Places
from station_map.planning.coverage import CoverageRead
from station_map.planning.demand import Points
from station_map.planning.digests import points_digest, stations_digest
from station_map.planning.runs_inputs import Part, parts_of, read_of, unpacked
from station_map.planning.siting import SitingRead
from station_map.siting.candidates import STATUSES, Sites
from station_map.store.planning import PlanningStations
from tests.web.stations import HOSTILE_NAMES

TEXTS = st.one_of(st.sampled_from([*HOSTILE_NAMES, "", "\x00", "\udcff"]), st.text(max_size=9))


@st.composite
def read(draw: st.DrawFn) -> SitingRead:
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, m, k = (draw(st.integers(0, 6)) for _ in range(3))
    names = draw(st.lists(TEXTS, min_size=m, max_size=m))
    points = Points(
        chance.random((n, 2)),
        chance.random(n),
        draw(TEXTS),
        draw(TEXTS),
        draw(st.booleans()),
        draw(st.sampled_from([None, chance.integers(-1, 3, n).astype(np.int16)])),
        ("340602", "340603"),
        draw(st.integers(0, 9)),
    )
    found = PlanningStations(
        ids=chance.integers(-1, 99, m),
        codes=tuple(names),
        names=tuple(reversed(names)),
        lonlat=chance.random((m, 2)),
        status=("open",) * m,
        kinds=("union_station",) * m,
        audiences=(None,) * m,
        seats=np.full(m, np.nan),
        adcodes=tuple(draw(st.sampled_from([None, "340602"])) for _ in range(m)),
        demo=chance.random(m) < 0.5,
        amenities={
            code: chance.integers(-1, 2, m).astype(np.int8) for code in ("toilet", "shower")
        },
        open=chance.integers(-1, 2, (m, 168)).astype(np.int8),
    )
    sites = Sites(
        tuple(draw(st.sampled_from(STATUSES)) for _ in range(k)),
        chance.random((k, 2)),
        draw(st.sampled_from([None, chance.random(k)])),
        draw(st.sampled_from([None, np.full(k, np.inf)])),
    )
    places = Places(sites, tuple(draw(TEXTS) for _ in range(k)))
    groups = Groups(tuple(draw(st.lists(TEXTS, max_size=3))), np.full(n, -1, dtype=np.int32))
    return SitingRead(points, groups, found, places, tuple(draw(TEXTS) for _ in range(m + k)))


def parts_again(kept: dict[str, Part]) -> dict[str, Part]:
    return {name: unpacked(part.packed(), part.digest()) for name, part in kept.items()}


@given(read())
def test_there_and_back(read: SitingRead) -> None:
    back = read_of(parts_again(parts_of(read)))
    assert isinstance(back, SitingRead)
    assert points_digest(back.points) == points_digest(read.points)
    assert stations_digest(back.found) == stations_digest(read.found)
    assert back.points.adcodes == read.points.adcodes
    assert (back.points.district is None) is (read.points.district is None)
    if read.points.district is not None:
        np.testing.assert_array_equal(back.points.district, read.points.district)
    assert back.groups.names == read.groups.names
    np.testing.assert_array_equal(back.groups.index, read.groups.index)
    for name in ("ids", "demo", "names", "adcodes"):
        np.testing.assert_array_equal(getattr(back.found, name), getattr(read.found, name))
    assert (back.new.names, back.district) == (read.new.names, read.district)
    assert back.new.sites.status == read.new.sites.status
    for name in ("lonlat", "costs", "capacities"):
        np.testing.assert_array_equal(getattr(back.new.sites, name), getattr(read.new.sites, name))


@given(read())
def test_the_digest_is_that_of_what_was_read(read: SitingRead) -> None:
    first, second = parts_of(read), parts_of(read)
    assert {n: p.digest() for n, p in first.items()} == {n: p.digest() for n, p in second.items()}
    moved = dict(first["demand"].arrays) | {"weight": np.append(read.points.weight, 1.0)}
    assert Part(moved).digest() != first["demand"].digest()


def test_coverage_has_no_candidates() -> None:
    points = Points(np.zeros((1, 2)), np.ones(1), "人", "x", synthetic=True)
    empty = np.zeros(0)
    found = PlanningStations(
        *(empty.astype(np.int64), (), (), np.zeros((0, 2)), (), (), (), empty, ()),
        demo=empty.astype(bool),
        amenities={},
        open=np.zeros((0, 168), np.int8),
    )
    given = CoverageRead(points, Groups(("all",), np.zeros(1, np.int32)), found)
    back = read_of(parts_again(parts_of(given)))
    assert isinstance(back, CoverageRead)
    assert back.points.synthetic


PART = Part({"x": np.arange(5)})


def _npz(**members: bytes) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as made:
        for name, content in members.items():
            made.writestr(f"{name}.npy", content)
    return into.getvalue()


def _object_array() -> bytes:
    into = io.BytesIO()
    np.savez(into, x=np.array([{"a": 1}], dtype=object))
    return into.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a zip",
        pickle.dumps([1, 2]),
        _object_array(),
        _npz(x=b"no array"),
        PART.packed()[:-30],
        PART.packed()[:60] + b"\xff\xff\xff" + PART.packed()[63:],
        Part({"x": np.arange(6)}).packed(),
    ],
)
def test_what_is_damaged_or_another_is_refused(content: bytes) -> None:
    with pytest.raises(Conflict):
        unpacked(content, PART.digest())


def test_what_would_be_too_large_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    big = Part({"x": np.zeros(1000)})
    monkeypatch.setattr(inputs, "LARGEST_PLAIN", 1000)
    with pytest.raises(Conflict):
        unpacked(big.packed(), big.digest())
