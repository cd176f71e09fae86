"""What the product set out to reach, and whether it did."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks import contenders as c
from benchmarks.load import CITY, NATION
from benchmarks.questions import MOMENTS, NONE, RARE, THREE
from benchmarks.rounds import Results
from benchmarks.tools import ROOT

# The files that a request for the nearest stations runs through, below the views.
HOT_PATH: Final = (
    "station_map/store/nearest.py",
    "station_map/search/nearest.py",
    "station_map/web/api/nearest.py",
)


@dataclass(frozen=True, slots=True)
class Goal:
    """at_least: whether `reached` should be at least `wanted`, or at most."""

    what: str
    wanted: float
    reached: float
    at_least: bool
    unit: str = "×"

    @property
    def met(self) -> bool:
        if self.at_least:
            return self.reached >= self.wanted
        return self.reached <= self.wanted

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "met": self.met}


def key(who: str, size: int, asked: str) -> str:
    """The key of one line of the table."""
    return f"{who} / {size} / {asked}"


def reading_goals(results: Results) -> Iterator[Goal]:
    """Goals about answering, as far as what they compare was measured."""
    ours = key(c.OURS, NATION, NONE)
    for asked in (NONE, THREE, RARE):
        line, other = key(c.OURS, NATION, asked), key(c.PGBENCH, NATION, asked)
        if line in results and other in results:
            yield Goal(
                f"rate by pgbench's with the same SQL, {asked}",
                0.40,
                results.ratio(line, other, "rate"),
                at_least=True,
            )
    for who, wanted in ((c.TIPG_KNN, 5.0), (c.PYGEOAPI, 30.0), (c.REDIS, 1.3)):
        other = key(who, NATION, NONE)
        if other in results:
            ratio = results.ratio(ours, other, "rate")
            yield Goal(f"rate by that of {who}", wanted, ratio, at_least=True)
    city = key(c.OURS, CITY, NONE)
    if city in results:
        ratio = results.ratio(ours, city, "p99_ms")
        yield Goal("p99 at 190,000 by that at 713", 1.5, ratio, at_least=False)
    rare = key(c.OURS, NATION, RARE)
    if rare in results:
        ratio = results.ratio(rare, ours, "p50_ms")
        yield Goal("p50 of a rare amenity by that without filter", 1.5, ratio, at_least=False)
    for asked in MOMENTS:
        line = key(c.OURS, NATION, asked)
        if line in results:
            ratio = results.ratio(ours, line, "rate")
            yield Goal(f"cost of {asked} by that without", 1.3, ratio, at_least=False)


def entity_goal() -> Goal:
    """No ORM on the hot path, by what its files import."""
    found = sum(imports_orm((ROOT / name).read_text(encoding="utf-8")) for name in HOT_PATH)
    return Goal("imports of sqlalchemy.orm on this path", 0, found, at_least=False, unit="")


def imports_orm(source: str) -> int:
    """How many import statements of a Python source name SQLAlchemy."""
    count = 0
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        count += any(name.split(".")[0] == "sqlalchemy" for name in names)
    return count


def results_folder() -> Path:
    """Where results are written."""
    return ROOT / "benchmarks" / "results"
