"""Nearest against brute force on the spheroid, for any point, stations and filter."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from station_map.domain.station import AmenityFact, Station
from station_map.domain.vocabulary import (
    PRESETS,
    AccessMethod,
    Audience,
    Honour,
    Kind,
    ServiceLevel,
    Status,
)
from station_map.errors import InputError, OutOfServiceArea
from station_map.search.filters import StationFilter, with_presets
from station_map.search.nearest import NearestQuery, nearest
from station_map.store.database import Database
from station_map.store.nearest import Hit
from tests.search.population import Described, populate

GEOD = Geod(ellps="WGS84")
OPEN = StationFilter(statuses=(Status.OPEN,))


@pytest.fixture(scope="module")
def population(cluster) -> Iterator[tuple[Database, list[Described]]]:
    """Eight hundred stations, in a city, over the country and beyond it; read only."""
    from tests.support import clusters

    with clusters.cloned(cluster, f"nearest_{uuid.uuid4().hex[:12]}") as url:
        database = Database(url, pool_size=2)
        try:
            yield database, populate(database, 800, seed=7)
        finally:
            database.close()


def matches(where: StationFilter, station: Described) -> bool:
    """The filter's meaning, said once more and plainly."""
    states = station.states
    return (
        all(states.get(code) == "yes" for code in where.amenities)
        and all(any(states.get(code) == "yes" for code in group) for group in where.any_of)
        and in_category(where, station)
    )


def in_category(where: StationFilter, station: Described) -> bool:
    facts = station.station
    status = facts.status or Status.OPEN
    kind = facts.kind or Kind.UNION_STATION
    return (
        (not where.statuses or status in where.statuses)
        and (not where.kinds or kind in where.kinds)
        and (not where.access_methods or facts.access_method in where.access_methods)
        and (not where.service_levels or facts.service_level in where.service_levels)
        and (not where.honours or bool(set(where.honours) & set(facts.honours)))
        and (not where.audiences or facts.audience in where.audiences)
        and (
            where.registration_required is None
            or facts.registration_required is where.registration_required
        )
        and (not where.always_open or facts.opening_hours == "24/7")
    )


def may_match(where: StationFilter, station: Described) -> bool:
    """Nothing that is asked for is known to be missing, and not all of it is known."""
    states = station.states
    return (
        not matches(where, station)
        and in_category(where, station)
        and all(states.get(code, "yes") == "yes" for code in where.amenities)
        and all(any(states.get(code, "yes") == "yes" for code in group) for group in where.any_of)
    )


def brute_force(
    stations: list[Described], query: NearestQuery, accept=matches
) -> list[tuple[float, str]]:
    """Distances (metres) and codes of all that match, in order, within the radius."""
    wanted = [s for s in stations if accept(query.where, s)]
    if not wanted:
        return []
    lons = np.array([s.station.lon for s in wanted])
    lats = np.array([s.station.lat for s in wanted])
    here = (np.full(len(wanted), query.lon), np.full(len(wanted), query.lat))
    distances = GEOD.inv(*here, lons, lats)[2]
    ordered = sorted(zip(distances, (s.code for s in wanted), strict=True))
    limit = query.max_distance_m
    return [pair for pair in ordered if limit is None or pair[0] <= limit]


def assert_same(hits: list[Hit], expected: list[tuple[float, str]]) -> None:
    # PostGIS and PROJ round differently in the last nanometres: compare distances, and
    # codes wherever no other station is that near to the same distance.
    assert [hit.distance_m for hit in hits] == pytest.approx([d for d, _ in expected], abs=1e-5)
    for n, (distance, code) in enumerate(expected):
        rivals = [d for d, c in expected if c != code and abs(d - distance) < 1e-5]
        if not rivals:
            assert hits[n].code == code


points = st.one_of(
    st.tuples(st.floats(116.5, 117.2), st.floats(33.5, 34.2)),
    st.tuples(st.floats(70, 138), st.floats(0, 57)),
)
some_amenities = st.lists(
    st.sampled_from(["microwave", "drinking_water", "wifi", "toilet", "aed", "shower"]),
    max_size=3,
    unique=True,
).map(tuple)


def some(vocabulary) -> st.SearchStrategy:
    return st.lists(st.sampled_from(list(vocabulary)), max_size=2, unique=True).map(tuple)


filters = st.builds(
    StationFilter,
    amenities=some_amenities,
    any_of=st.sampled_from([(), (("toilet", "toilet_nearby"),)]),
    kinds=some(Kind),
    access_methods=some(AccessMethod),
    service_levels=some(ServiceLevel),
    statuses=st.one_of(st.just((Status.OPEN,)), some(Status)),
    honours=st.one_of(st.just(()), some(Honour)),
    audiences=st.one_of(st.just(()), some(Audience)),
    registration_required=st.sampled_from([None, None, True, False]),
    always_open=st.booleans(),
)
plenty = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@plenty
@given(
    point=points,
    k=st.integers(1, 100),
    where=st.one_of(st.just(OPEN), filters),
    radius=st.one_of(st.none(), st.floats(1, 3_000_000)),
)
def test_equals_brute_force(population, point, k, where, radius) -> None:
    database, stations = population
    query = NearestQuery(*point, k, radius, where)
    assert_same(nearest(database, query), brute_force(stations, query)[:k])


@plenty
@given(point=points, k=st.integers(1, 100), where=filters)
def test_unknown_amenities_follow_the_known_ones(population, point, k, where) -> None:
    import dataclasses

    database, stations = population
    where = dataclasses.replace(where, amenity_unknown=True)
    query = NearestQuery(*point, k, None, where)
    known = brute_force(stations, query)[:k]
    asked = where.amenities or where.any_of
    unknown = brute_force(stations, query, may_match)[: k - len(known)] if asked else []
    hits = nearest(database, query)
    assert_same(hits[: len(known)], known)
    assert_same(hits[len(known) :], unknown)
    assert all(not hit.unknown for hit in hits[: len(known)])
    assert all(hit.unknown for hit in hits[len(known) :])


@plenty
@given(point=points)
def test_bearings_are_those_of_the_geodesic(population, point) -> None:
    database, stations = population
    by_code = {s.code: s.station for s in stations}
    for hit in nearest(database, NearestQuery(*point, 5)):
        station = by_code[hit.code]
        azimuth = GEOD.inv(*point, station.lon, station.lat)[0] % 360
        difference = abs(hit.bearing_deg - azimuth) % 360
        if hit.distance_m > 1:
            assert min(difference, 360 - difference) < 1e-4


def test_a_station_at_the_very_point_has_distance_and_bearing_zero(population) -> None:
    database, stations = population
    here = next(s for s in stations if s.station.status in {None, Status.OPEN})
    hit = nearest(database, NearestQuery(here.station.lon, here.station.lat, 1))[0]
    assert (hit.code, hit.distance_m, hit.bearing_deg) == (here.code, 0.0, 0.0)


def test_coordinates_are_those_of_the_station_to_a_centimetre(population) -> None:
    database, stations = population
    by_code = {s.code: s.station for s in stations}
    for hit in nearest(database, NearestQuery(116.8, 33.95, 100)):
        station = by_code[hit.code]
        assert (hit.lon, hit.lat) == pytest.approx((station.lon, station.lat), rel=0, abs=6e-8)
        assert re.fullmatch(rb"\d+(\.\d{1,7})?,\d+(\.\d{1,7})?", hit.coordinates)


def test_the_card_is_the_stations_json(population) -> None:
    database, stations = population
    by_code = {s.code: s for s in stations}
    for hit in nearest(database, NearestQuery(116.8, 33.95, 100)):
        card = json.loads(hit.card)
        assert card["name"] == by_code[hit.code].station.name
        assert card["amenities"] == by_code[hit.code].states


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.code)
def test_presets_narrow_as_they_say(population, preset) -> None:
    database, stations = population
    where = with_presets(OPEN, [preset])
    query = NearestQuery(116.8, 33.95, 100, None, where)
    expected = brute_force(stations, query)
    assert expected, "the population has some of each preset"
    assert_same(nearest(database, query), expected[:100])


def test_of_many_at_one_place_the_codes_decide(database: Database) -> None:
    stations = [Station(name=f"同址{n}", lon=116.8, lat=33.95) for n in range(30)]
    from tests.search.population import save

    codes = save(database, stations)
    hits = nearest(database, NearestQuery(116.79, 33.95, 10))
    assert [hit.code for hit in hits] == sorted(codes)[:10]


def test_an_empty_database_answers_nothing(database: Database) -> None:
    assert nearest(database, NearestQuery(116.8, 33.95)) == []


@pytest.mark.parametrize(
    "point", [(69.99, 33), (138.01, 33), (116, -0.01), (116, 57.01), (float("nan"), 33)]
)
def test_outside_the_service_area_is_refused(database: Database, point) -> None:
    with pytest.raises(OutOfServiceArea):
        nearest(database, NearestQuery(*point))


@pytest.mark.parametrize(
    ("k", "radius"), [(0, None), (101, None), (10, 0.0), (10, -1.0), (10, float("nan"))]
)
def test_values_out_of_range_are_refused(database: Database, k, radius) -> None:
    with pytest.raises(InputError):
        nearest(database, NearestQuery(116.8, 33.95, k, radius))


def test_a_partial_or_broken_amenity_is_not_offered(database: Database) -> None:
    from tests.search.population import save

    states = ("yes", "no", "partial", "broken")
    stations = [
        Station(name=state, lon=116.8, lat=33.95, amenities={"wifi": AmenityFact(state)})
        for state in states
    ]
    codes = save(database, [*stations, Station(name="unknown", lon=116.8, lat=33.95)])
    query = NearestQuery(116.8, 33.95, 10, None, StationFilter(amenities=("wifi",)))
    assert [hit.code for hit in nearest(database, query)] == [codes[0]]
