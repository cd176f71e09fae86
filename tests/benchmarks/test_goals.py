from __future__ import annotations

import pytest

from benchmarks import contenders as c
from benchmarks.goals import Goal, entity_goal, imports_orm, key, reading_goals
from benchmarks.load import CITY, NATION
from benchmarks.measure import Measured
from benchmarks.questions import AT_NIGHT, NONE, RARE
from benchmarks.rounds import Results


def test_no_orm_on_the_hot_path() -> None:
    assert entity_goal().met


@pytest.mark.parametrize(
    "source",
    ["import sqlalchemy", "from sqlalchemy.orm import Session", "import sqlalchemy.orm as o"],
)
def test_an_import_of_it_would_be_found(source: str) -> None:
    assert imports_orm(f"from __future__ import annotations\n{source}\n") == 1


def test_a_goal_is_met_on_its_own_side() -> None:
    assert Goal("rate", 2.0, 2.0, at_least=True).met
    assert not Goal("rate", 2.0, 1.9, at_least=True).met
    assert Goal("time", 2.0, 1.9, at_least=False).met
    assert not Goal("time", 2.0, 2.1, at_least=False).met


def test_goals_compare_within_a_round() -> None:
    # The third round hit a busy machine: rates halve for both, and the ratio stays.
    ours, theirs = key(c.OURS, NATION, NONE), key(c.PGBENCH, NATION, NONE)
    results = Results(
        {
            ours: [Measured(rate, 1.0, p99) for rate, p99 in ((50, 2.0), (52, 2.2), (25, 6.0))],
            theirs: [Measured(rate, 1.0, 1.0) for rate in (100, 100, 50)],
            key(c.OURS, CITY, NONE): [Measured(60, 1.0, p99) for p99 in (2.0, 2.0, 6.0)],
            key(c.OURS, NATION, RARE): [Measured(40, p50, 1.0) for p50 in (1.2, 1.4, 1.3)],
            key(c.OURS, NATION, AT_NIGHT): [Measured(rate, 1.0, 1.0) for rate in (40, 40, 20)],
        }
    )
    reached = {goal.what: goal.reached for goal in reading_goals(results)}
    assert reached == {
        "rate by pgbench's with the same SQL, no filter": 0.5,
        "p99 at 190,000 by that at 713": 1.0,
        "p50 of a rare amenity by that without filter": 1.3,
        "cost of open at 3:00 by that without": 1.25,
    }
