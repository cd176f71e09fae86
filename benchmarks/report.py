"""The tables: on the terminal, and as markdown and JSON in benchmarks/results/."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from benchmarks import coverage_speed, lighthouse, planning_page, siting_speed, tile_speed
from benchmarks.contenders import OURS, Contender
from benchmarks.coverage_speed import CoverageSpeed
from benchmarks.goals import Goal
from benchmarks.import_speed import ImportSpeed
from benchmarks.lighthouse import Audit
from benchmarks.planning_page import Move
from benchmarks.rider_page import HEADS, Visit, lines
from benchmarks.rounds import Results
from benchmarks.siting_speed import Solved
from benchmarks.tile_speed import TileSpeed
from benchmarks.tools import ROOT

_HEADS: Final = ("stations", "asked", "contender", "requests/s", "p50 ms", "p99 ms", "KB", "×")
_GOAL_HEADS: Final = ("goal", "wanted", "reached", "")
_IMPORT_HEADS: Final = ("import of xlsx", "rows", "seconds", "peak memory MB")


_HOW: Final = (
    "{cores} cores shared by client, application and database; {facts}; {workers} server"
    " process(es) with {threads} threads. Medians of {rounds} interleaved rounds of"
    " {seconds:g} s; × is our rate by that line's, within the round."
    " How it is measured: docs/reference/benchmarks.md."
)


@dataclass
class Report:
    """Everything that one run found."""

    options: dict[str, Any]
    contenders: Sequence[Contender] = ()
    results: Results = field(default_factory=Results)
    goals: Sequence[Goal] = ()
    coverage: Sequence[CoverageSpeed] = ()
    imports: Sequence[ImportSpeed] = ()
    visits: Sequence[Visit] = ()
    moves: Sequence[Move] = ()
    audits: Sequence[Audit] = ()
    sitings: Sequence[Solved] = ()
    tiles: Sequence[TileSpeed] = ()

    # -- rows of the tables ------------------------------------------------------------

    def lines(self) -> list[tuple[str, ...]]:
        """One row a contender, by size and filter; the last column is our rate by theirs."""
        ordered = sorted(enumerate(self.contenders), key=lambda pair: (pair[1].size, pair[0]))
        return [self._line(contender) for _, contender in ordered]

    def _line(self, contender: Contender) -> tuple[str, ...]:
        figures = [self.results.middle(contender.key, what) for what in ("p50_ms", "p99_ms")]
        size = self.results.by_key[contender.key][0].size_bytes
        return (
            f"{contender.size:,}" if contender.size else "–",
            contender.asked or "–",
            contender.who,
            f"{self.results.middle(contender.key, 'rate'):,.0f}",
            *(f"{figure:.2f}" for figure in figures),
            f"{size / 1000:.1f}" if size is not None else "–",
            self._our_ratio(contender),
        )

    def _our_ratio(self, contender: Contender) -> str:
        ours = f"{OURS} / {contender.size} / {contender.asked}"
        if contender.who == OURS or ours not in self.results:
            return "–"
        return f"{self.results.ratio(ours, contender.key, 'rate'):.2f}"

    def goal_lines(self) -> list[tuple[str, ...]]:
        """One row a goal."""
        return [
            (
                goal.what,
                f"{'≥' if goal.at_least else '≤'} {goal.wanted:g}{goal.unit}",
                f"{goal.reached:.3g}{goal.unit}",
                "met" if goal.met else "NOT MET",
            )
            for goal in self.goals
        ]

    def import_lines(self) -> list[tuple[str, ...]]:
        """One row a way of importing."""
        return [
            (speed.who, f"{speed.rows:,}", f"{speed.seconds:.1f}", f"{speed.peak_bytes / 1e6:,.0f}")
            for speed in self.imports
        ]

    def tables(self) -> list[tuple[str, tuple[str, ...], list[tuple[str, ...]]]]:
        """(title, heads, rows) of each table that has rows."""
        every = (
            ("Nearest ten over HTTP, 16 connections", _HEADS, self.lines()),
            ("Coverage", coverage_speed.HEADS, coverage_speed.lines(self.coverage)),
            (
                "A slider's move on the planning page",
                planning_page.HEADS,
                planning_page.lines(self.moves),
            ),
            ("Import", _IMPORT_HEADS, self.import_lines()),
            ("Seconds to the first card, Fast 3G, CPU ×4 slower", HEADS, lines(self.visits)),
            ("Lighthouse, mobile", lighthouse.HEADS, lighthouse.lines(self.audits)),
            ("Siting", siting_speed.HEADS, siting_speed.lines(list(self.sitings))),
            (
                "Vector tiles, the densest of each zoom",
                tile_speed.HEADS,
                tile_speed.lines(self.tiles),
            ),
            ("Goals", _GOAL_HEADS, self.goal_lines()),
        )
        return [table for table in every if table[2]]


def show(report: Report, console: Console) -> None:
    """Print the tables."""
    for title, heads, rows in report.tables():
        table = Table(title=title, title_justify="left")
        for number, head in enumerate(heads):
            table.add_column(head, justify="left" if number < len(heads) // 3 + 1 else "right")
        for row in rows:
            table.add_row(*row)
        console.print(table)


def write(report: Report, folder: Path) -> Path:
    """Write the run as markdown and JSON, named by date and commit; give the former's path."""
    folder.mkdir(parents=True, exist_ok=True)
    about = _about(report)
    stem = f"{about['at'][:10]}-{about['commit']}"
    if report.options.get("quick"):
        stem += "-quick"
    markdown = folder / f"{stem}.md"
    markdown.write_text(_markdown(report, about), encoding="utf-8")
    (folder / f"{stem}.json").write_text(_json(report, about), encoding="utf-8")
    return markdown


def _markdown(report: Report, about: dict[str, Any]) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in about["versions"].items())
    parts = [
        f"# Speed, {about['at'][:10]}, commit {about['commit']}",
        _HOW.format(facts=facts, cores=about["cores"], **report.options),
    ]
    for title, heads, rows in report.tables():
        parts.append(f"## {title}")
        lines = [heads, tuple("---" for _ in heads), *rows]
        parts.append("\n".join("| " + " | ".join(line) + " |" for line in lines))
    return "\n\n".join(parts) + "\n"


def _json(report: Report, about: dict[str, Any]) -> str:
    document = {
        **about,
        "options": report.options,
        "rounds": {
            key: [_rounded(asdict(measured)) for measured in rounds]
            for key, rounds in report.results.by_key.items()
        },
        "coverage": [asdict(speed) for speed in report.coverage],
        "imports": [asdict(speed) for speed in report.imports],
        "visits": [asdict(visit) for visit in report.visits],
        "moves": [asdict(move) for move in report.moves],
        "audits": [asdict(audit) for audit in report.audits],
        "sitings": [asdict(solved) for solved in report.sitings],
        "goals": [goal.as_json() for goal in report.goals],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _rounded(values: dict[str, float | None]) -> dict[str, float | None]:
    return {key: None if value is None else round(value, 3) for key, value in values.items()}


def _about(report: Report) -> dict[str, Any]:
    return {
        "at": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "cores": os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count(),
        "versions": {
            "Python": platform.python_version(),
            **{name: version(name) for name in ("flask", "granian", "psycopg")},
            **report.options.get("versions", {}),
        },
    }


def _commit() -> str:
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty=-changed", "--exclude=*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip() or "unknown"
