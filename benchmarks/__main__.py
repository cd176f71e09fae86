"""Measure the product beside its peers, print a table and keep it.

make bench                     # some fifteen minutes, the first time a few more
make bench ARGS=--quick        # a glance, two minutes
make bench ARGS=--large        # ten million stations too: 20 GB of disk, an hour to load
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from benchmarks import (
    coverage_speed,
    goals,
    import_speed,
    lighthouse,
    planning_page,
    rider_page,
    rounds,
    siting_speed,
    tile_speed,
    tools,
)
from benchmarks.contenders import Contender, Field
from benchmarks.load import CITY, DATA, NATION, TEN_MILLION, ensure_loaded
from benchmarks.report import Report, show, write
from station_map.store.embedded.cluster import EmbeddedCluster

PARTS = ("nearest", "coverage", "siting", "import", "page", "lighthouse", "tiles")
_LOOKS = 3
_MOVES = 30
_QUICK_MOVES = 10


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--large", action="store_true", help="ten million stations too")
    parser.add_argument("--quick", action="store_true", help="short and few rounds")
    parser.add_argument("--only", choices=PARTS, help="one part alone")
    parser.add_argument("--who", action="append", help="contenders whose name holds this")
    parser.add_argument("--rounds", type=int, help="how often each contender is measured")
    parser.add_argument("--seconds", type=float, help="how long each time")
    parser.add_argument("--rows", type=int, default=NATION, help="rows of the ledger imported")
    parser.add_argument("--prove", type=float, help="siting: seconds for each instance's proof")
    parser.add_argument("--out", type=Path, default=goals.results_folder(), help="results' folder")
    options = parser.parse_args()
    options.rounds = options.rounds or (2 if options.quick else 5)
    options.seconds = options.seconds or (2.0 if options.quick else 5.0)
    return options


def main() -> None:
    """Run what the command line asks for."""
    options = _options()
    console = Console(width=None if os.isatty(1) else 120)
    # Progress goes beside the tables, so that these can be kept by redirection.
    said = Console(stderr=True, highlight=False)
    if options.only in {None, "nearest", "import", "tiles"}:
        tools.install(said.print)
    report = Report(
        options={
            "workers": 0,
            "threads": 0,
            **{name: getattr(options, name) for name in ("large", "quick", "rounds", "seconds")},
        }
    )
    with ExitStack() as held:
        cluster = held.enter_context(EmbeddedCluster(DATA))
        folder = Path(held.enter_context(TemporaryDirectory(prefix="station-map-bench-")))
        if options.only in {None, "nearest"}:
            _nearest(report, options, cluster, folder, said.print)
        if options.only in {None, "coverage"}:
            sizes = coverage_speed.sizes(quick=options.quick, large=options.large)
            loaded = ensure_loaded(cluster, NATION, said.print)
            report.coverage = coverage_speed.measure(loaded, sizes, options.rounds, said.print)
            moves = _QUICK_MOVES if options.quick else _MOVES
            report.moves = planning_page.measure(folder, moves, said.print)
        if options.only in {None, "import"}:
            report.imports = import_speed.measure(cluster, DATA, options.rows, said.print)
        if options.only in {None, "page"}:
            report.visits = rider_page.measure(folder, options.rounds, said.print)
        if options.only in {None, "lighthouse"}:
            tools.install_packages(said.print)
            looks = 1 if options.quick else _LOOKS
            report.audits = lighthouse.measure(folder, looks, said.print)
        if options.only in {None, "siting"}:
            report.sitings = siting_speed.measure(folder, options.prove, said.print)
        if options.only in {None, "tiles"}:
            with ExitStack() as servers:
                loaded = ensure_loaded(cluster, NATION, said.print)
                field = Field(folder, servers)
                report.tiles = tile_speed.measure(loaded, field, options.rounds, said.print)
    report.goals = _goals(report)
    show(report, console)
    console.print(f"→ {write(report, options.out)}")


def _nearest(
    report: Report,
    options: argparse.Namespace,
    cluster: EmbeddedCluster,
    folder: Path,
    tell: Callable[[str], None],
) -> None:
    with ExitStack() as servers:
        field = Field(folder, servers)
        report.options |= {name: getattr(field.settings, name) for name in ("workers", "threads")}
        contenders = _contenders(options, cluster, field, tell)
        report.contenders = [c for c in contenders if _is_wanted(c, options.who)]
        report.results = rounds.measure(
            report.contenders,
            rounds=options.rounds,
            seconds=options.seconds,
            warm_up_s=min(2.0, options.seconds),
            tell=tell,
        )


def _contenders(
    options: argparse.Namespace,
    cluster: EmbeddedCluster,
    field: Field,
    tell: Callable[[str], None],
) -> list[Contender]:
    sizes = (CITY, NATION, *([TEN_MILLION] if options.large else []))
    loaded = {size: ensure_loaded(cluster, size, tell) for size in sizes}
    field.add_ceiling()
    for size in sizes:
        field.add_ours(loaded[size])
    field.add_redis(loaded[NATION])
    field.add_tipg(loaded[NATION])
    field.add_pygeoapi(loaded[NATION])
    return field.contenders


def _is_wanted(contender: Contender, names: list[str] | None) -> bool:
    return names is None or any(name in contender.key for name in names)


def _goals(report: Report) -> list[goals.Goal]:
    found = list(goals.reading_goals(report.results))
    if report.coverage:
        found += coverage_speed.goals(report.coverage)
        found += planning_page.goals(report.moves)
    if report.imports:
        found += import_speed.goals(list(report.imports))
    if report.visits:
        found += rider_page.goals(report.visits)
    found += lighthouse.goals(report.audits)
    found += tile_speed.goals(report.tiles)
    found += siting_speed.goals(list(report.sitings))
    return [*found, goals.entity_goal()]


if __name__ == "__main__":
    main()
