"""What Lighthouse says of the pages: speed on a phone, access, good manners, search engines.

Lighthouse from npm in the system's Chromium, with its mobile preset: a window of a phone, a
processor four times slower, a line of 1.6 Mbit/s with 150 ms. The line and the processor are
computed from what was loaded, not waited for, and yet the speed depends on what else the machine
does: the median counts, and the spread is told.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks import tools
from benchmarks.goals import Goal
from benchmarks.servers import free_port, http_answers, running

HEADS: Final = ("page", "performance", "from – to", "accessibility", "best practices", "SEO")
PERFORMANCE: Final = "performance"
CATEGORIES: Final = (PERFORMANCE, "accessibility", "best-practices", "seo")
WANTED: Final = {PERFORMANCE: 95.0, "accessibility": 100.0, "best-practices": 100.0, "seo": 100.0}

POSITION: Final = "/ with a position"
HOME: Final = "/"
STATION: Final = "a station's page"
PAGES: Final = (POSITION, HOME, STATION)
# robots.txt keeps search engines from addresses that tell where somebody is; that is meant.
NOT_ASKED: Final = frozenset({(POSITION, "seo")})

_TIMEOUT_S: Final = 180
_CHROMIUM_FLAGS: Final = "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage"


class NoAnswer(Exception):
    """Lighthouse could not look at a page; it says why."""


@dataclass(frozen=True, slots=True)
class Audit:
    """One look at one page. scores: 0 to 100, by category."""

    page: str
    scores: Mapping[str, float]


def measure(folder: Path, rounds: int, tell: Callable[[str], None]) -> list[Audit]:
    """Looks at the three pages with the 713 demo stations, in turns."""
    port = free_port()
    command = [sys.executable, "-m", "station_map", "up", "--port", str(port)]
    base = f"http://127.0.0.1:{port}"
    audits: list[Audit] = []
    with running(
        command,
        log=folder / "lighthouse.log",
        environment={"STATION_MAP_DATA_DIR": str(folder / "lighthouse")},
        answers=lambda: http_answers(f"{base}/readyz"),
    ):
        addresses = _addresses(base)
        for number in range(rounds):
            for page, address in addresses.items():
                audits.append(Audit(page, scores_of(_look(address))))
                tell(f"lighthouse {number + 1}/{rounds}: {page}: {_words(audits[-1])}")
    return audits


def _addresses(base: str) -> dict[str, str]:
    with urllib.request.urlopen(f"{base}/api/v1/stations?limit=1") as answer:  # noqa: S310 - our own
        code = json.load(answer)["features"][0]["id"]
    paths = ("/?lon=116.798&lat=33.956", "/", f"/stations/{code}")
    return {page: base + path for page, path in zip(PAGES, paths, strict=True)}


def _look(address: str) -> dict[str, Any]:
    """What Lighthouse reports of an address. Raises NoAnswer."""
    command = (
        *(str(tools.node()), str(tools.NPM / "node_modules/lighthouse/cli/index.js"), address),
        *("--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}"),
        *("--no-enable-error-reporting", f"--chrome-flags={_CHROMIUM_FLAGS}"),
    )
    environment = {**os.environ, "CHROME_PATH": tools.chromium()}
    done = subprocess.run(
        command, env=environment, capture_output=True, timeout=_TIMEOUT_S, check=False
    )
    if done.returncode:
        raise NoAnswer(f"{address}: {done.stderr.decode(errors='replace')[-2000:]}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def scores_of(report: Mapping[str, Any]) -> dict[str, float]:
    """Scores of 0 to 100 by category. Raises NoAnswer when one is missing."""
    if report.get("runtimeError"):
        raise NoAnswer(str(report["runtimeError"].get("message")))
    scores = {name: report["categories"][name]["score"] for name in CATEGORIES}
    missing = [name for name, score in scores.items() if score is None]
    if missing:
        raise NoAnswer(f"no score for {', '.join(missing)}")
    return {name: round(100 * score, 1) for name, score in scores.items()}


def _words(audit: Audit) -> str:
    return ", ".join(f"{name} {score:g}" for name, score in audit.scores.items())


def reached(audits: Sequence[Audit], page: str, category: str) -> float:
    """Of the speed, which is noisy, the median; of the others the worst."""
    found = [one.scores[category] for one in audits if one.page == page]
    return statistics.median(found) if category == PERFORMANCE else min(found)


def goals(audits: Sequence[Audit]) -> Iterator[Goal]:
    """What was wanted of each page that was looked at."""
    for page in _looked_at(audits):
        for category, wanted in WANTED.items():
            if (page, category) not in NOT_ASKED:
                found = reached(audits, page, category)
                what = f"Lighthouse {category}, {page}"
                yield Goal(what, wanted, found, at_least=True, unit="")


def lines(audits: Sequence[Audit]) -> list[tuple[str, ...]]:
    """One row a page: median and spread of the speed, the worst of the others."""
    rows = []
    for page in _looked_at(audits):
        speeds = [one.scores[PERFORMANCE] for one in audits if one.page == page]
        worst = (reached(audits, page, category) for category in CATEGORIES)
        speed, *others = (f"{score:g}" for score in worst)
        told = ("–" if (page, category) in NOT_ASKED else score
                for category, score in zip(CATEGORIES[1:], others, strict=True))  # fmt: skip
        rows.append((page, speed, f"{min(speeds):g} – {max(speeds):g}", *told))
    return rows


def _looked_at(audits: Sequence[Audit]) -> list[str]:
    return [page for page in PAGES if any(one.page == page for one in audits)]
