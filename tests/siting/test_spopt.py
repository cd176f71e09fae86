"""spopt on middle-sized problems, in a process of its own (its import warns, and takes seconds)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from station_map.siting.candidates import Sites
from station_map.siting.goals import MaximalCovering, MinimumSites, PCenter, PMedian
from station_map.siting.problem import Problem
from station_map.siting.run import solve

ROOT = Path(__file__).resolve().parents[2]
OPENS, RADIUS = 5, 260.0
GOALS = {
    "mclp": MaximalCovering(OPENS),
    "lscp": MinimumSites(1.0),
    "pmedian": PMedian(OPENS),
    "pcenter": PCenter(OPENS),
}


def given() -> dict[str, np.ndarray]:
    chance = np.random.default_rng(11)
    places = {"demand": chance.uniform(0, 1000, (60, 2)), "sites": chance.uniform(0, 1000, (25, 2))}
    return {**places, "weight": chance.integers(1, 9, 60).astype(float)}


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """Objectives by spopt's model."""
    folder: Path = tmp_path_factory.mktemp("spopt")
    for model in GOALS:
        np.savez(folder / f"{model}.npz", **given(), radius=RADIUS, opens=OPENS, model=model)
    files = [str(folder / f"{model}.npz") for model in GOALS]
    command = [sys.executable, "-m", "benchmarks.spopt_answers", *files]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    answers = json.loads(said.stdout)
    return {model: one["objective"] for model, one in zip(GOALS, answers, strict=True)}


@pytest.mark.parametrize("model", GOALS)
def test_same_objective_as_spopt(model: str, theirs: dict[str, float]) -> None:
    demand, sites, weight = given().values()
    cost = cdist(demand, sites)
    problem = Problem(weight, Sites(("candidate",) * 25), GOALS[model], cost <= RADIUS, cost)
    assert solve(problem).objective == pytest.approx(theirs[model], rel=1e-6)
