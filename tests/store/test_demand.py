"""Demand: nothing lost on the way into the database and out, shares that hold, districts told."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from alembic.script import ScriptDirectory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station_map.domain.reports import ReportKind
from station_map.domain.wishes import WishStatus
from station_map.errors import Conflict, InputError, NotFound
from station_map.geo.box import Box
from station_map.store import demand_blocks, migrate, wishes
from station_map.store.database import Database
from station_map.store.demand import default_mix, stream_layer
from station_map.store.demand_blocks import Cells, pack, rounded, sums_by_district, unpack
from station_map.store.demand_districts import read_districts
from station_map.store.demand_layers import LayerWriter, layer, layers, remove_layer
from station_map.store.writing import writing
from tests.store.demand_help import IN_DUJI, IN_XIANGSHAN, OUTSIDE, Cell, bring, read
from tests.store.merging import value
from tests.store.queue_help import tell, wish
from tests.support.people import execute
from tests.web.stations import save, station

NAN = math.nan
WEIGHTS = st.floats(1e-9, 1e12) | st.integers(1, 10**9).map(float)
LONS = st.floats(-180, 180)
LATS = st.floats(-90, 90)
CELLS = st.lists(st.tuples(LONS, LATS, WEIGHTS | st.just(NAN)), min_size=1, max_size=40)


@given(CELLS)
def test_packing_keeps_weights_and_places_to_the_centimetre(cells: list[Cell]) -> None:
    table = np.array(cells)
    area = np.arange(len(cells), dtype=np.int16) - 1
    back = unpack(pack(rounded(table[:, :2]), table[:, 2], area))
    assert back.weight.tobytes() == table[:, 2].tobytes()
    assert np.abs(back.lonlat - table[:, :2]).max() <= 0.5001e-7
    assert back.area.tolist() == area.tolist()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CELLS, st.integers(1, 7), st.integers(1, 5))
def test_nothing_is_lost_in_blocks_however_they_are_cut(
    database: Database, cells: list[Cell], waiting: int, most: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demand_blocks, "_WAITING", waiting)
        patch.setattr(demand_blocks, "MOST_CELLS", most)
        stored, _ = bring(database, "a", cells, replace=True)
    weights = [weight for _, _, weight in cells if not math.isnan(weight)]
    assert (stored.cells, stored.unknown) == (len(weights), len(cells) - len(weights))
    # Block by block the sum is rounded once.
    assert stored.total == pytest.approx(math.fsum(weights), rel=1e-14)
    with database.reading() as connection:
        found = list(stream_layer(connection, "a"))
    back = sorted(
        (*place, weight)
        for block in found
        for place, weight in zip(block.lonlat.tolist(), block.weight.tolist(), strict=True)
        if not math.isnan(weight)
    )
    places = (rounded(np.array(cells)[:, :2]) / 1e7).tolist()
    assert back == sorted(
        (*place, cell[2])
        for place, cell in zip(places, cells, strict=True)
        if not math.isnan(cell[2])
    )


def test_whole_numbers_add_up_exactly(database: Database) -> None:
    stored, _ = bring(
        database, "a", [(*IN_DUJI, 2.0**52), (*IN_DUJI, 1.0), (*OUTSIDE, 2.0**52 - 2)]
    )
    assert stored.total == 2.0**53 - 1


def test_a_layer_alone_is_what_it_is(database: Database) -> None:
    bring(database, "residents", [(*IN_XIANGSHAN, 3.5), (*IN_DUJI, NAN), (*OUTSIDE, 2.0)])
    found = read(database, "residents")
    assert found.weight.tolist() == [2.0, 3.5]
    assert found.lonlat.tolist() == [list(OUTSIDE), list(IN_XIANGSHAN)]
    assert [(*found.adcodes, None)[area] for area in found.area.tolist()] == [None, "340603"]
    assert (found.unit, found.mix, found.synthetic) == ("人", "residents@1", False)
    (told,) = found.layers
    assert (told.total, told.cells, told.unknown, told.share) == (5.5, 2, 1, None)


def test_districts_are_told_as_stations_find_theirs(database: Database) -> None:
    dice = np.random.default_rng(7)
    lonlat = rounded(dice.uniform((116.2, 33.2), (117.3, 34.3), (400, 2))) / 1e7
    with database.reading() as connection:
        districts = read_districts(connection)
        found = [(*districts.adcodes, None)[number] for number in districts.locate(lonlat)]
        asked = connection.execute(
            "SELECT (SELECT adcode FROM area a WHERE level = 'district'"
            " AND ST_Covers(a.geom, ST_Point(p.lon, p.lat, 4326)) ORDER BY adcode LIMIT 1)"
            " FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS p (lon, lat, n)"
            " ORDER BY n",
            (lonlat[:, 0].tolist(), lonlat[:, 1].tolist()),
        ).fetchall()
    assert found == [adcode for (adcode,) in asked]
    assert len(set(found)) == 5


def test_shares_hold_whatever_the_units_and_grids(database: Database) -> None:
    bring(database, "residents", [(*IN_XIANGSHAN, 600.0), (*IN_DUJI, 1400.0)])
    bring(database, "orders", [(*IN_XIANGSHAN, 9.0), (116.81, 33.96, 1.0)], unit="单/日")
    found = read(database, "3 residents + 1 orders")
    assert found.unit == "%"
    assert found.weight.tolist() == pytest.approx([0.3 * 75, 0.7 * 75, 0.9 * 25, 0.1 * 25])
    assert [one.share for one in found.layers] == [0.75, 0.25]
    assert found.mix == "3 residents@1 + 1 orders@1"


def test_shares_hold_within_what_was_asked_for(database: Database) -> None:
    bring(database, "residents", [(*IN_XIANGSHAN, 10.0), (*OUTSIDE, 1e9)])
    bring(database, "orders", [(116.81, 33.96, 4.0)], unit="单/日")
    found = read(database, "0.5 residents + 0.5 orders", area="340603")
    assert found.weight.tolist() == pytest.approx([50.0, 50.0])


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(WEIGHTS, min_size=1, max_size=30),
    st.lists(WEIGHTS, min_size=1, max_size=30),
    st.integers(1, 99),
)
def test_shares_always_add_up_to_a_hundred(
    database: Database, residents: list[float], orders: list[float], share: int
) -> None:
    bring(database, "a", [(*IN_DUJI, weight) for weight in residents], replace=True)
    bring(database, "b", [(*OUTSIDE, weight) for weight in orders], replace=True, unit="单")
    found = read(database, f"{share}% a + {100 - share}% b")
    assert math.fsum(found.weight) == pytest.approx(100, rel=1e-12)
    assert math.fsum(found.weight[: len(residents)]) == pytest.approx(share, rel=1e-12)


def test_weights_of_one_unit_add_up_as_they_are(database: Database) -> None:
    bring(database, "a", [(*IN_DUJI, 1.0)])
    bring(database, "b", [(*IN_XIANGSHAN, 2.0)])
    assert read(database, "a + b").weight.tolist() == [1.0, 2.0]
    bring(database, "orders", [(*IN_DUJI, 1.0)], unit="单")
    with pytest.raises(InputError, match="单位不同"):
        read(database, "a + orders")


def test_nothing_has_no_share(database: Database) -> None:
    bring(database, "a", [(*IN_DUJI, 1.0)])
    bring(database, "b", [(*OUTSIDE, 1.0)])
    with pytest.raises(InputError, match="没有 b@1 的需求"):
        read(database, "0.5 a + 0.5 b", area="340602")
    assert len(read(database, "b", area="340602").weight) == 0


def test_boxes_and_areas_cut_out(database: Database) -> None:
    bring(database, "a", [(116.8, 33.95, 1.0), (116.81, 33.95, 2.0), (*IN_DUJI, 4.0)])
    assert read(database, "a", box=Box(116.8, 33.9, 116.805, 33.95)).weight.tolist() == [1.0]
    assert read(database, "a", area="340602").weight.tolist() == [4.0]
    assert read(database, "a", area="340600").weight.sum() == 7.0
    both = read(database, "a", area="340600", box=Box(116.805, 33.9, 117, 35))
    assert sorted(both.weight.tolist()) == [2.0, 4.0]
    with pytest.raises(NotFound):
        read(database, "a", area="999999")


def test_an_area_without_districts_is_cut_out_by_its_outline(fresh_database: Database) -> None:
    execute(
        fresh_database,
        "INSERT INTO area (adcode, name, level, parent_adcode, geom, source) VALUES"
        " ('340603001', '某街道', 'street', '340603',"
        " ST_Multi(ST_MakeEnvelope(116.79, 33.94, 116.805, 33.96, 4326)), '测试')",
    )
    bring(fresh_database, "a", [(116.8, 33.95, 1.0), (116.81, 33.95, 2.0)])
    assert read(fresh_database, "a", area="340603001").weight.tolist() == [1.0]
    assert read(fresh_database, "a", area="340603").weight.sum() == 3.0


def test_a_replaced_version_can_be_read_again(database: Database) -> None:
    first, changed = bring(database, "a", [(*IN_DUJI, 1.0)])
    assert changed
    with pytest.raises(Conflict, match="--replace"):
        bring(database, "a", [(*IN_DUJI, 2.0)])
    old = read(database, "a")
    second, _ = bring(database, "a", [(*IN_DUJI, 2.0)], replace=True, as_of="2024")
    assert (second.version, second.current) == (2, True)
    assert read(database, "a").weight.tolist() == [2.0]
    again = read(database, old.mix)
    assert (again.weight.tolist(), again.digest) == ([1.0], old.digest)
    assert again.digest != read(database, "a").digest
    with database.reading() as connection:
        assert [(one.version, one.current) for one in layers(connection)] == [(1, False), (2, True)]
        assert layer(connection, "a", 1).digest == first.digest


def test_the_same_again_changes_nothing(database: Database) -> None:
    cells = [(*IN_DUJI, 1.0), (*OUTSIDE, NAN)]
    first, _ = bring(database, "a", cells, source="甲")
    again, changed = bring(database, "a", cells, source="甲", replace=True)
    assert (again, changed) == (first, False)
    renamed, changed = bring(database, "a", cells, source="乙", replace=True)
    assert (renamed.version, renamed.digest, changed) == (2, first.digest, True)
    assert value(database, "SELECT count(*) FROM demand_layer") == 2


def test_removing_takes_every_version_or_the_old_ones(database: Database) -> None:
    for weight in (1.0, 2.0, 3.0):
        bring(database, "a", [(*IN_DUJI, weight)], replace=True)
    with writing(database, actor="x") as unit:
        assert remove_layer(unit, "a", only_replaced=True) == [1, 2]
    assert read(database, "a").mix == "a@3"
    with writing(database, actor="x") as unit:
        assert remove_layer(unit, "a") == [3]
        with pytest.raises(NotFound):
            remove_layer(unit, "a")
    assert value(database, "SELECT count(*) FROM demand_block") == 0


def test_an_error_midway_leaves_everything_as_it_was(database: Database) -> None:
    bring(database, "a", [(*IN_DUJI, 1.0)])

    def fail() -> None:
        with writing(database, actor="x") as unit:
            from station_map.domain.demand import checked_facts

            writer = LayerWriter(unit, checked_facts(name="a", title="", unit="人"), replace=True)
            writer.add(np.array([IN_DUJI]), np.array([2.0]))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert read(database, "a").mix == "a@1"
    assert value(database, "SELECT count(*) FROM demand_block") == 1


def test_two_at_once_are_told_apart(database: Database) -> None:
    from station_map.domain.demand import checked_facts

    facts = checked_facts(name="a", title="", unit="人")
    with writing(database, actor="x") as first:
        LayerWriter(first, facts)
        with writing(database, actor="y") as second:
            second.execute("SET LOCAL lock_timeout = '1ms'")
            with pytest.raises(Conflict, match="正有人导入"):
                LayerWriter(second, facts)


def test_cells_find_their_district_anew_when_outlines_change(fresh_database: Database) -> None:
    bring(fresh_database, "a", [(*IN_XIANGSHAN, 1.0), (*IN_DUJI, 2.0)])
    before = read(fresh_database, "a")
    execute(
        fresh_database,
        "UPDATE area SET geom = (SELECT ST_Multi(ST_Union(geom)) FROM area"
        " WHERE adcode IN ('340602', '340603')) WHERE adcode = '340602'",
    )
    after = read(fresh_database, "a", area="340602")
    assert sorted(after.weight.tolist()) == [1.0, 2.0]
    assert after.digest != read(fresh_database, "a").digest
    assert read(fresh_database, "a").digest != before.digest


def test_the_migration_goes_down_with_layers_in_it_and_up_again(fresh_database: Database) -> None:
    bring(fresh_database, "a", [(*IN_DUJI, 1.0), (*OUTSIDE, NAN)])
    scripts = ScriptDirectory(str(migrate.SCRIPTS))
    (ours,) = (one for one in scripts.walk_revisions() if "demand" in (one.module.__doc__ or ""))
    migrate.downgrade(fresh_database.url, str(ours.down_revision))
    gone = "SELECT count(*) FROM pg_class WHERE relname ~ '^demand'"
    assert value(fresh_database, gone) == 0
    migrate.upgrade(fresh_database.url)
    assert bring(fresh_database, "a", [(*IN_DUJI, 1.0)])[0].version == 1


def test_who_names_nothing_means_the_first_real_layer(database: Database) -> None:
    with database.reading() as connection, pytest.raises(NotFound):
        default_mix(connection)
    bring(database, "b", [(*IN_DUJI, 1.0)])
    bring(database, "a", [(*IN_DUJI, 2.0)])
    assert read(database).mix == "b@1"


def test_sums_by_district_are_the_whole(database: Database) -> None:
    cells = [(*IN_DUJI, 1.0), (*IN_DUJI, NAN), (*OUTSIDE, 4.0), (*IN_XIANGSHAN, 2.5)]
    stored, _ = bring(database, "a", cells)
    with database.reading() as connection:
        sums = sums_by_district(connection, stored.id, stored.adcodes)
    assert sums == [
        ("340602", 1.0, 1),
        ("340603", 2.5, 1),
        ("340604", 0.0, 0),
        ("340621", 0.0, 0),
        (None, 4.0, 1),
    ]


def test_wishes_are_a_layer_by_what_was_decided(database: Database) -> None:
    wish(database, *IN_XIANGSHAN, note="我家楼下")
    wish(database, *IN_DUJI)
    wish(database, *OUTSIDE)
    with writing(database, actor="planner") as unit:
        wishes.decide(unit, 1, WishStatus.ACCEPTED, None, 0)
        wishes.decide(unit, 2, WishStatus.DECLINED, "已有", 0)
    found = read(database, "wishes")
    assert found.lonlat.tolist() == [list(IN_XIANGSHAN), list(OUTSIDE)]
    assert found.weight.tolist() == [1.0, 1.0]
    assert (found.unit, found.layers[0].kind) == ("条", "live")
    assert read(database, "wishes:declined").lonlat.tolist() == [list(IN_DUJI)]
    assert read(database, "wishes", area="340603").weight.tolist() == [1.0]
    assert "我家" not in repr(found)


def test_reports_are_a_layer_at_the_station(database: Database) -> None:
    first, second = save(database, [station("甲", 116.8, 33.95), station("乙", 116.83, 34.0)])
    for who in ("203.0.113.1", "203.0.113.2"):
        tell(database, first, who=who, position=(116.999, 33.333))
    tell(database, second, ReportKind.GONE)
    tell(database, second, ReportKind.OPEN, who="203.0.113.4")
    found = read(database, "reports")
    assert found.weight.tolist() == [2.0, 1.0]
    # Where the reporter stood is nobody's business.
    assert found.lonlat.tolist() == [[116.8, 33.95], [116.83, 34.0]]
    assert read(database, "reports:gone").weight.tolist() == [1.0]
    digest = found.digest
    tell(database, second, who="203.0.113.7")
    assert read(database, "reports").digest != digest


def test_no_wish_is_no_cell(database: Database) -> None:
    found = read(database, "wishes")
    assert found.lonlat.shape == (0, 2)
    assert found.weight.shape == found.area.shape == (0,)


def whole(cells: Sequence[Cells]) -> int:
    return sum(len(one.weight) for one in cells)


def test_a_box_opens_few_blocks_and_leaving_early_is_no_harm(database: Database) -> None:
    dice = np.random.default_rng(3)
    places = dice.uniform((73, 18), (135, 53), (5_000, 2))
    bring(database, "nation", [(lon, lat, 1.0) for lon, lat in places.tolist()])
    box = Box(116.0, 33.0, 117.0, 34.0)
    with database.reading() as connection:
        inside = list(stream_layer(connection, "nation", box=box))
        assert len(inside) <= 25 < value(database, "SELECT count(*) FROM demand_block")
        stream = stream_layer(connection, "nation")
        next(stream)
        stream.close()
        assert connection.execute("SELECT 1").fetchone() == (1,)
    lon, lat = places[:, 0], places[:, 1]
    assert whole(inside) == ((lon >= 116) & (lon <= 117) & (lat >= 33) & (lat <= 34)).sum()
