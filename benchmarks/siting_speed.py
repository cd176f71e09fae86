"""Siting: how near the heuristics come, what is proven, and how long it takes; spopt beside.

    make bench ARGS="--only siting"              # some minutes: heuristics, city, spopt
    make bench ARGS="--only siting --prove 100"  # and each OR-Library instance with that limit, in
                                                 # turns with the plain radius formulation in HiGHS

Processor seconds are told beside the wall's: on a busy machine only they say something.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks import or_library
from benchmarks.goals import Goal
from benchmarks.tools import ROOT
from station_map.siting import exact, median_case
from station_map.siting.candidates import Sites
from station_map.siting.clock import Clock
from station_map.siting.goals import MaximalCovering, PMedian
from station_map.siting.heuristic.interchange import best_sites
from station_map.siting.models import median as radii
from station_map.siting.problem import Problem
from station_map.siting.reach import covering
from station_map.siting.run import solve

HEADS: Final = ("siting", "objective", "bound", "gap %", "seconds", "CPU s", "said")
DATA: Final = ROOT.parent / "shared" / "data" / "siting"
SEED: Final = 713
CELLS, CANDIDATES, EXISTING = 131_000, 5_000, 713
OPENS: Final = (20, 50, 100)
RADIUS_M: Final = 1_000.0
PLAIN: Final = "plain radius formulation"
SPOPT: Final = "spopt MCLP"
_LIMIT_S: Final = 120.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Solved:
    """One way of solving one problem. best: the known optimum, where it is known."""

    who: str
    problem: str
    objective: float
    bound: float
    seconds: float
    cpu_s: float
    said: str
    best: float | None = None

    @property
    def gap_percent(self) -> float:
        """To the known optimum, else to the bound."""
        against = self.bound if self.best is None else self.best
        return 100 * abs(self.objective - against) / max(abs(against), 1e-300)

    @property
    def is_proven(self) -> bool:
        """Whether the way says that nothing is better."""
        return self.said == "optimal"


def measure(folder: Path, prove_s: float | None, tell: Callable[[str], None]) -> list[Solved]:
    """Everything, in turns; prove_s: limit of each instance's proof, None for none."""
    found: list[Solved] = []

    def note(solved: Solved) -> None:
        found.append(solved)
        tell(" ".join(_line(solved)))

    for name, best in _instances().items():
        note(_heuristic(name, best))
        if prove_s is not None:
            note(_proof(name, best, prove_s))
            note(_plain(name, best, prove_s))
    for opens in OPENS:
        note(_city(opens))
    for solved in _beside_spopt(folder):
        note(solved)
    return found


# -- OR-Library --------------------------------------------------------------------------


def _instances() -> dict[str, int]:
    found = or_library.optima(DATA)
    return dict(sorted(found.items(), key=lambda pair: int(pair[0].removeprefix("pmed"))))


def _asked(name: str) -> Problem:
    distance, opens = or_library.read(DATA / f"{name}.txt")
    size = len(distance)
    sites = Sites(("candidate",) * size)
    return Problem(np.ones(size), sites, PMedian(opens), distance=distance)


def _heuristic(name: str, best: int) -> Solved:
    problem = _asked(name)
    began, cpu = time.perf_counter(), time.process_time()
    case = median_case.case_of(problem)
    total = case.total(best_sites(case, lambda: False))
    took = time.perf_counter() - began, time.process_time() - cpu
    return Solved("heuristic", name, total, 0.0, *took, "–", best)


def _proof(name: str, best: int, limit_s: float) -> Solved:
    return _timed(_asked(name), "proof", name, limit_s, best)


def _timed(problem: Problem, who: str, name: str, limit_s: float, best: float | None) -> Solved:
    began, cpu = time.perf_counter(), time.process_time()
    result = solve(problem, time_limit_s=limit_s)
    took = time.perf_counter() - began, time.process_time() - cpu
    objective, bound = result.objective or np.nan, result.bound or np.nan
    return Solved(who, name, objective, bound, *took, result.stopped.value, best)


def _plain(name: str, best: int, limit_s: float) -> Solved:
    """The whole programme given to HiGHS, with no start and no bound of ours."""
    case = median_case.case_of(_asked(name))
    began, cpu = time.perf_counter(), time.process_time()
    made = radii.written(case, np.arange(case.ways), np.zeros(0, dtype=np.int64))
    found = exact.solve(made.program, Clock(time_limit_s=limit_s).limits())
    took = time.perf_counter() - began, time.process_time() - cpu
    objective = np.nan if found.objective is None else found.objective
    bound = np.nan if found.bound is None else found.bound
    return Solved(PLAIN, name, objective, bound, *took, found.stopped.value, best)


# -- a city ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """Generated demand (cells of 100 m), candidates and existing stations; none is real."""

    cells: Floats
    weight: Floats
    candidates: Floats
    existing: Floats


def city(cells: int = CELLS, candidates: int = CANDIDATES, existing: int = EXISTING) -> City:
    """Some towns of different size on a square grid; stations where people are."""
    chance = np.random.default_rng(SEED)
    side = int(np.ceil(np.sqrt(cells)))
    across, up = (part.ravel()[:cells] for part in np.meshgrid(np.arange(side), np.arange(side)))
    density = np.full(cells, 0.6)
    for _ in range(25):
        x, y = chance.uniform(0, side, 2)
        people, spread = 80 * (chance.pareto(1.3) + 0.3), chance.uniform(0.02, 0.08) * side
        density += people * np.exp(-((across - x) ** 2 + (up - y) ** 2) / (2 * spread**2))
    weight = np.round(chance.gamma(1.2, 1, cells) * density)
    degree = 100 / 111_320
    places = np.column_stack(
        [116.6 + across * degree / np.cos(np.radians(33.9)), 33.7 + up * degree]
    )
    return City(
        places,
        weight,
        _drawn(chance, places, weight, candidates, 0.6),
        _drawn(chance, places, weight, existing, 0.9),
    )


def _drawn(
    chance: np.random.Generator, places: Floats, weight: Floats, count: int, among_people: float
) -> Floats:
    odds = among_people * weight / weight.sum() + (1 - among_people) / len(weight)
    picked = chance.choice(len(places), count, p=odds, replace=False)
    return places[picked] + chance.normal(0, 3e-4, (count, 2))


def _city(opens: int) -> Solved:
    """From the coordinates to the proof, reach included."""
    given = city()
    began, cpu = time.perf_counter(), time.process_time()
    places = np.vstack([given.candidates, given.existing])
    sites = Sites(("candidate",) * CANDIDATES + ("existing",) * EXISTING, places)
    covers = covering(given.cells, places, RADIUS_M)
    problem = Problem(given.weight, sites, MaximalCovering(opens), covers=covers)
    result = solve(problem, time_limit_s=_LIMIT_S)
    took = time.perf_counter() - began, time.process_time() - cpu
    name = f"city, {opens} of {CANDIDATES:,}"
    objective, bound = result.objective or np.nan, result.bound or np.nan
    return Solved("city", name, objective, bound, *took, result.stopped.value)


# -- spopt -------------------------------------------------------------------------------


def _beside_spopt(folder: Path) -> Iterator[Solved]:
    """5,000 candidates and 1,000 demand points in a plane, from coordinates to the answer."""
    chance = np.random.default_rng(SEED)
    demand, sites = chance.uniform(0, 20_000, (1_000, 2)), chance.uniform(0, 20_000, (5_000, 2))
    weight, opens = chance.integers(1, 100, 1_000).astype(float), 30
    name = "5,000 × 1,000"
    began, cpu = time.perf_counter(), time.process_time()
    status = ("candidate",) * 5_000
    covers = _plane_covers(demand, sites, RADIUS_M)
    result = solve(Problem(weight, Sites(status), MaximalCovering(opens), covers=covers))
    took = time.perf_counter() - began, time.process_time() - cpu
    objective, bound = result.objective or np.nan, result.bound or np.nan
    yield Solved("station-map", name, objective, bound, *took, result.stopped.value)
    file = folder / "spopt.npz"
    given = {"demand": demand, "sites": sites, "weight": weight, "radius": RADIUS_M, "opens": opens}
    np.savez(file, **given, model="mclp")  # type: ignore[arg-type]
    command = [sys.executable, "-m", "benchmarks.spopt_answers", str(file)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    theirs = json.loads(said.stdout)[0]
    took = theirs["seconds"], theirs["cpu_s"]
    yield Solved(SPOPT, name, theirs["objective"], theirs["objective"], *took, "optimal")


def _plane_covers(demand: Floats, sites: Floats, radius: float):  # noqa: ANN202 - a csr
    from scipy.spatial import cKDTree

    from station_map.siting.reach import covers_of

    found = cKDTree(demand).sparse_distance_matrix(cKDTree(sites), radius, output_type="ndarray")
    return covers_of(found["i"], found["j"], (len(demand), len(sites)))


# -- what was wanted ---------------------------------------------------------------------


def goals(found: list[Solved]) -> Iterator[Goal]:
    """Goals about siting, as far as what they compare was measured."""
    quick = [one.gap_percent for one in found if one.who == "heuristic"]
    if quick:
        yield Goal("siting heuristic, worst", 1.1, max(quick), at_least=False, unit=" %")
        yield Goal("siting heuristic, mean", 0.25, float(np.mean(quick)), at_least=False, unit=" %")
    proofs = {one.problem for one in found if one.who == "proof" and one.is_proven}
    plain = {one.problem for one in found if one.who == PLAIN and one.is_proven}
    if plain:
        what = "instances that only the plain radius formulation proves"
        yield Goal(what, 0, len(plain - proofs), at_least=False, unit="")
    cities = [one for one in found if one.who == "city"]
    if cities:
        slowest = max(one.seconds if one.is_proven else np.inf for one in cities)
        yield Goal("siting in the city, slowest proof", 10, slowest, at_least=False, unit=" s")
    yield from _against_spopt({one.who: one for one in found})


def _against_spopt(by_who: dict[str, Solved]) -> Iterator[Goal]:
    if SPOPT in by_who and "station-map" in by_who:
        ours, theirs = by_who["station-map"], by_who[SPOPT]
        speed = theirs.seconds / ours.seconds
        yield Goal("siting 5,000 × 1,000 by spopt's speed", 50, speed, at_least=True)
        apart = abs(ours.objective - theirs.objective)
        yield Goal("objective apart from spopt's", 1e-6, apart, at_least=False, unit="")


def lines(found: list[Solved]) -> list[tuple[str, ...]]:
    """One row a problem and way."""
    return [_line(one) for one in found]


def _line(one: Solved) -> tuple[str, ...]:
    return (
        f"{one.problem}: {one.who}",
        f"{one.objective:,.6g}" if one.objective < 1e6 else f"{one.objective:,.0f}",
        f"{one.bound:,.6g}" if one.bound < 1e6 else f"{one.bound:,.0f}",
        f"{one.gap_percent:.4f}",
        f"{one.seconds:.2f}",
        f"{one.cpu_s:.2f}",
        one.said,
    )
