"""A slider's answer is that of a whole run, and what it rests on is kept until the data changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from station_map.errors import InputError
from station_map.planning import coverage, live
from station_map.planning.asked import CoverageAsked
from station_map.planning.live import LivePlanning
from station_map.planning.live_answer import answer
from station_map.planning.live_asked import LiveAsked
from station_map.store.changing import changing
from station_map.store.database import Database
from station_map.store.writing import writing
from tests.planning.live_help import LAT, LON, town
from tests.store.demand_help import bring

ADDED = ({"lon": LON + 0.011, "lat": LAT + 0.011}, {"lon": LON - 0.012, "lat": LAT - 0.01})


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"radii": (500,)},
        {"radii": (300,), "hours": "night"},
        {"minutes": (5,), "mode": "walk"},
        {"minutes": (3,), "mode": "ebike", "hours": "day"},
        {"radii": (400,), "amenities": ("microwave",)},
        {"radii": (700,), "kinds": ("driver_home",)},
        {"radii": (350,), "audiences": ("outdoor_workers",)},
        {"radii": (450,), "added": ADDED},
        {"radii": (450,), "hours": "weekend", "added": ADDED[:1]},
    ],
)
@pytest.mark.parametrize("closes", [False, True])
def test_it_says_what_a_run_says(database: Database, told: dict[str, Any], closes: bool) -> None:
    codes = town(database)
    asked = LiveAsked.model_validate({**told, "without": codes[:1] if closes else ()})
    found = answer(database, LivePlanning().city(database, asked, 0.0), asked)
    # A run tells the other scenario as a comparison; what is asked here is that scenario.
    wanted = CoverageAsked.model_validate(
        {**asked.model_dump(exclude={"hour"}), "radii": [asked.metres]}
    )
    whole = coverage.computed(coverage.read(database, wanted), wanted).result
    if asked.compares:
        compared = whole.comparison
        assert compared is not None
        assert found.whole.low == pytest.approx(float(compared.after.sum()))
        assert found.whole.before_low == pytest.approx(float(compared.before.sum()))
        assert found.whole.gained == pytest.approx(float(compared.gained.sum()))
        assert found.whole.lost == pytest.approx(float(compared.lost.sum()))
        assert found.change is not None
        signs = {"0": 0, "1": 1, "2": -1}
        assert [signs[one] for one in found.change] == compared.change.tolist()
    else:
        low, high = whole.shares[0].demand.total
        assert (found.whole.low, found.whole.high) == pytest.approx((low, high))
        np.testing.assert_allclose(found.hours[0], whole.hours.low.sum(axis=0))
        np.testing.assert_allclose(found.hours[1], whole.hours.high.sum(axis=0))
        assert [gap.demand for gap in found.gaps] == pytest.approx(
            [gap.demand for gap in whole.gaps.worst]
        )
        assert found.change is None
    total = found.whole.low + found.gaps_demand + found.scattered
    assert total == pytest.approx(found.whole.demand)
    assert sum(one.low for one in found.districts) == pytest.approx(found.whole.low)


def test_an_hour_of_the_usual_week(database: Database) -> None:
    town(database)
    keeps = LivePlanning()
    counted = {}
    for hour in (12, 22, 24 * 6 + 12):
        asked = LiveAsked(radii=(300,), hour=hour)
        found = answer(database, keeps.city(database, asked, 0.0), asked)
        counted[hour] = found.counted
        assert found.hours[0][hour] == pytest.approx(found.whole.low)
        assert found.hours[1][hour] == pytest.approx(found.whole.high)
    # Monday noon, Monday night, Sunday noon; the station of unknown hours may be open in each.
    assert counted == {12: (2, 3, 4), 22: (2, 3, 4), 156: (1, 2, 4)}


def test_new_stations_are_open_at_all_hours(database: Database) -> None:
    town(database)
    asked = LiveAsked(radii=(400,), added=ADDED[:1])  # type: ignore[arg-type]
    keeps = LivePlanning()
    city = keeps.city(database, asked, 0.0)
    before, after = answer(database, city, asked.with_scenario(None)), answer(database, city, asked)
    gained = after.hours[0] - before.hours[0]
    assert gained.min() >= after.whole.gained - 1e-9
    assert gained[2] == pytest.approx(gained.max())  # in the dead of night nobody else is near


def test_two_scenarios_are_compared_by_the_same_question(database: Database) -> None:
    codes = town(database)
    first = LiveAsked(radii=(900,), without=(codes[1],))
    second = LiveAsked(radii=(400,), added=ADDED[:1])  # type: ignore[arg-type]
    city = LivePlanning().city(database, second, 0.0)
    found = answer(database, city, second, first)
    alone = answer(database, city, second.with_scenario(first))
    assert found.whole.before_low == pytest.approx(alone.whole.low)
    back = answer(database, city, second.with_scenario(first), second)
    assert (back.whole.gained, back.whole.lost) == pytest.approx(
        (found.whole.lost, found.whole.gained)
    )
    assert found.whole.lost == 0
    assert found.whole.gained > 0


def test_gaps_are_named_after_what_stands_near(database: Database) -> None:
    town(database)
    asked = LiveAsked(radii=(300,))
    found = answer(database, LivePlanning().city(database, asked, 0.0), asked)
    assert found.gaps
    assert found.gaps[0].name.startswith("相山区 · ")
    assert any(
        word in found.gaps[0].name for word in ("南黎路", "东站", "没写时间的站", "司机之家")
    )
    numbers = [ord(one) - 48 for one in found.gap_of]
    assert [numbers.count(n + 1) for n in range(len(found.gaps))] == [g.cells for g in found.gaps]


def test_it_is_kept_until_the_data_changes(database: Database) -> None:
    codes = town(database)
    keeps, asked = LivePlanning(), LiveAsked(radii=(500,))
    city = keeps.city(database, asked, 0.0)
    first = answer(database, city, asked)
    assert keeps.city(database, LiveAsked(radii=(600,)), 9.0) is city
    assert answer(database, city, asked) is first
    with (
        writing(database, actor="test", origin="system") as connection,
        changing(connection, _ids(database, codes[1])),
    ):
        connection.execute("UPDATE station SET status = 'closed' WHERE code = %s", (codes[1],))
    closed = keeps.city(database, asked, 9.0)
    assert closed is not city
    assert answer(database, closed, asked).whole.low < first.whole.low
    assert keeps.city(database, asked, 9.0) is closed
    bring(database, "residents", [(LON, LAT, 7.0)], replace=True)
    assert answer(database, keeps.city(database, asked, 9.0), asked).whole.demand == 7.0


def _ids(database: Database, code: str) -> list[int]:
    return [
        number
        for (number,) in database.rows(
            "SELECT id FROM station WHERE code = %(code)s", {"code": code}
        )
    ]


def test_only_a_few_cities_are_kept(database: Database) -> None:
    town(database)
    keeps = LivePlanning()
    first = keeps.city(database, LiveAsked(), 0.0)
    for area in ("340600", "340603", "340600"):
        keeps.city(database, LiveAsked(area=area), 0.0)
    assert keeps.city(database, LiveAsked(), 0.0) is first
    bring(database, "orders", [(LON, LAT, 7.0)])
    for mix in ("orders", "residents", "0.5 residents + 0.5 orders"):
        keeps.city(database, LiveAsked(demand=mix), 0.0)
    assert keeps.city(database, LiveAsked(), 0.0) is not first


def test_what_is_too_much_for_a_slider_is_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    town(database)
    monkeypatch.setattr(live, "MOST_CELLS", 960)
    with pytest.raises(InputError, match="选一个地区") as caught:
        LivePlanning().city(database, LiveAsked(), 0.0)
    assert caught.value.parameter == "area"


def test_where_nobody_is_there_is_no_answer(database: Database) -> None:
    town(database)
    with pytest.raises(InputError, match="没有需求数据"):
        LivePlanning().city(database, LiveAsked(area="340621"), 0.0)
