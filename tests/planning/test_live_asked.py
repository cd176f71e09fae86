"""A question of the planning page: one radius, one moment, and a run that asks the same."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from station_map.errors import InputError
from station_map.planning.asked import checked
from station_map.planning.live_asked import LiveAsked

TODAY = dt.date(2026, 11, 25)


@pytest.mark.parametrize(
    "told",
    [
        {"radii": (99,)},
        {"radii": (3001,)},
        {"radii": (300, 500)},
        {"minutes": (31,)},
        {"minutes": (20,), "mode": "ebike"},  # 3,846 m
        {"hour": 168},
        {"hour": 3, "hours": "night"},
        {"at": "2026-11-25T12:00"},
        {"without": [f"S{n}" for n in range(61)]},
        {"added": [{"lon": 0, "lat": 0}]},
        {"mode": "car"},
        {"unheard": 1},
    ],
)
def test_what_cannot_be_asked(told: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        checked(LiveAsked, told)


def test_a_run_asks_the_same() -> None:
    asked = LiveAsked(radii=(500,), hour=26, without=("A",))
    run = asked.as_run(TODAY)
    assert run.at == dt.datetime.fromisoformat("2026-12-01T02:00+08:00")
    assert (run.radii, run.without) == ((500,), ("A",))
    assert LiveAsked(hours="night").as_run(TODAY).hours == "night"


def test_a_document_reads_back() -> None:
    asked = LiveAsked(minutes=(15,), hour=3, added=({"lon": 116.8, "lat": 33.9},))  # type: ignore[arg-type]
    assert checked(LiveAsked, asked.model_dump(mode="json")) == asked
    assert asked.metres == pytest.approx(15 * 60 * 5 / 3.6 / 1.3)
