"""The list of runs, the page of methods, two runs compared."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from flask.testing import FlaskClient

from station_map.domain.planning_runs import RunKind
from station_map.planning.asked import CoverageAsked, SitingAsked
from station_map.store.database import Database
from station_map.web.admin.planning_runs import coverage_answer
from station_map.web.admin.planning_runs.listing import PER_PAGE
from station_map.web.admin.planning_runs.words import HOW
from tests.support.planning import ask, cancel, change_everything, read
from tests.web.admin.planning_runs.conftest import Done
from tests.web.stations import HOSTILE_NAMES

LIST = "/admin/planning/runs"
ASKED = CoverageAsked().model_dump(mode="json")
SITE = SitingAsked(goal="phases", phases=(5, 10)).model_dump(mode="json")
COVERAGE: dict[str, Any] = {"radii": [400, 900], "minutes": []}


def test_runs_are_listed_and_filtered(planner: FlaskClient, database: Database) -> None:
    assert "还没有算过" in planner.get(LIST).text
    ask(database, RunKind.COVERAGE, ASKED, title=HOSTILE_NAMES[3])
    second = ask(database, RunKind.SITING, SITE, title="分期的")
    cancel(database, second)
    page = planner.get(LIST).text
    assert escape(HOSTILE_NAMES[3]) in page
    assert "每期开 5、10 个" in page
    assert "已取消" in page
    assert "分期的" not in planner.get(f"{LIST}?kind=coverage").text
    assert HOSTILE_NAMES[3] not in planner.get(f"{LIST}?state=cancelled").text
    assert "没有这样的计算" in planner.get(f"{LIST}?kind=siting&state=queued").text
    wrong = planner.get(f"{LIST}?kind={{{{7*7}}}}")
    assert wrong.status_code == 400
    assert 'id="kind-wrong"' in wrong.text


def test_many_runs_are_turned_over(planner: FlaskClient, database: Database) -> None:
    for number in range(PER_PAGE + 2):
        ask(database, RunKind.COVERAGE, ASKED, title=f"第{number}份", by=f"wang-{number}")
    first = planner.get(LIST).text
    assert f"第{PER_PAGE + 1}份" in first
    assert ">第1份<" not in first
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward is not None
    second = planner.get(onward[1].replace("&amp;", "&")).text
    assert ">第1份<" in second
    assert ">第0份<" in second
    assert 'rel="next"' not in second


def test_every_number_is_explained(planner: FlaskClient) -> None:
    page = planner.get(f"{LIST}/method").text
    for key, told in HOW.items():
        assert f'<section id="{key}"' in page
        assert escape(told.sentence) in page


def compare(planner: FlaskClient, before: int, after: int) -> Any:
    return planner.get(f"{LIST}/compare?before={before}&after={after}")


def test_two_runs_of_the_same_demand(planner: FlaskClient, database: Database, done: Done) -> None:
    before = done(RunKind.COVERAGE, COVERAGE | {"amenities": ["microwave"]}, title="以前的")
    again = read(database, before)
    after = _later(database, COVERAGE, title=HOSTILE_NAMES[0])
    page = compare(planner, before, after).text
    shares = []
    for answer in (again.answer, read(database, after).answer):
        assert answer is not None
        band = answer["shares"][1]["demand"]
        shares.append(sum(band["low"]) / sum(answer["demand"]))
    assert f"差 {100 * (shares[1] - shares[0]):+.1f} 个百分点" in page
    assert escape(HOSTILE_NAMES[0]) in page
    assert "900 米以内" in page
    assert f'<option value="{before}">' in planner.get(f"{LIST}/{after}").text


def _later(database: Database, asked: dict[str, Any], **more: Any) -> int:
    from station_map.planning import runs

    document = CoverageAsked.model_validate(asked).model_dump(mode="json")
    number = ask(database, RunKind.COVERAGE, document, **more)
    runs.execute(database, number)
    return number


def test_what_is_not_the_same_is_not_compared(
    planner: FlaskClient, database: Database, done: Done
) -> None:
    before = done(RunKind.COVERAGE, COVERAGE)
    change_everything(database)
    after = _later(database, COVERAGE)
    answer = compare(planner, before, after)
    assert answer.status_code == 400
    assert "不是同一份需求" in answer.text
    assert f'<option value="{before}">' not in planner.get(f"{LIST}/{after}").text
    waiting = ask(database, RunKind.COVERAGE, ASKED)
    assert "算好了才能比" in compare(planner, before, waiting).text
    site = ask(database, RunKind.SITING, SITE)
    assert compare(planner, before, site).status_code == 404


def test_other_radii_are_told_apart(planner: FlaskClient, database: Database, done: Done) -> None:
    before = done(RunKind.COVERAGE, COVERAGE)
    after = _later(database, {"radii": [400], "minutes": []})
    page = compare(planner, before, after).text
    assert "不能直接比" in page
    assert "400 米以内" in page
    assert 'id="hours"' not in page


def test_the_name_of_the_group_outside() -> None:
    from station_map.coverage.groups import OUTSIDE

    assert coverage_answer.OUTSIDE == OUTSIDE
