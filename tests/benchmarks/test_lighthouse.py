from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks.lighthouse import (
    CATEGORIES,
    HOME,
    POSITION,
    Audit,
    NoAnswer,
    goals,
    lines,
    scores_of,
)
from benchmarks.tools import NPM


def audit(page: str, *scores: float) -> Audit:
    return Audit(page, dict(zip(CATEGORIES, scores, strict=True)))


AUDITS = [
    audit(HOME, 97, 100, 100, 100),
    audit(HOME, 80, 100, 96, 100),
    audit(HOME, 96, 100, 100, 100),
    audit(POSITION, 94, 100, 100, 66),
]


def report(**scores: float | None) -> dict[str, Any]:
    told = {name: {"score": 1} for name in CATEGORIES}
    return {"categories": told | {name: {"score": one} for name, one in scores.items()}}


def test_of_the_speed_the_median_counts_and_of_the_others_the_worst() -> None:
    assert lines(AUDITS) == [
        (POSITION, "94", "94 – 94", "100", "100", "–"),
        (HOME, "96", "80 – 97", "100", "96", "100"),
    ]
    assert lines([]) == []


def test_goals_leave_out_what_is_meant() -> None:
    found = {one.what: (one.reached, one.met) for one in goals(AUDITS)}
    assert len(found) == 7
    assert found[f"Lighthouse performance, {HOME}"] == (96, True)
    assert found[f"Lighthouse best-practices, {HOME}"] == (96, False)
    assert found[f"Lighthouse performance, {POSITION}"] == (94, False)
    assert f"Lighthouse seo, {POSITION}" not in found


def test_scores_are_of_a_hundred() -> None:
    assert scores_of(report(performance=0.955)) == {
        "performance": 95.5,
        "accessibility": 100,
        "best-practices": 100,
        "seo": 100,
    }


@pytest.mark.parametrize(
    "told", [report(seo=None), {"runtimeError": {"message": "no page"}, "categories": {}}]
)
def test_a_page_that_was_not_seen_has_no_score(told: dict[str, Any]) -> None:
    with pytest.raises(NoAnswer):
        scores_of(told)


def test_the_lock_is_of_the_package_and_names_no_host() -> None:
    wanted = json.loads((NPM / "package.json").read_text("utf-8"))["devDependencies"]
    text = (NPM / "package-lock.json").read_text("utf-8")
    packages = json.loads(text)["packages"]
    assert packages[""]["devDependencies"] == wanted
    assert packages["node_modules/lighthouse"]["version"] == wanted["lighthouse"]
    assert all("resolved" not in one for one in packages.values())
    assert all(one.get("integrity") for name, one in packages.items() if name)
