"""Each model against trying every plan, on small random problems."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station_map.siting.goals import PCenter, PMedian
from station_map.siting.result import Stopped
from station_map.siting.run import solve
from tests.support.siting import COVERING, best, minimises, problems, value_of


@pytest.mark.parametrize("goal", [*COVERING, PMedian, PCenter], ids=lambda goal: goal.__name__)
@given(data=st.data())
@settings(max_examples=40)
def test_answer_is_the_best_of_all_plans(goal, data) -> None:
    problem = data.draw(problems(goal))
    wanted = best(problem)
    result = solve(problem)
    if wanted is None:
        assert result.stopped is Stopped.INFEASIBLE
        assert result.objective is None
        assert result.reason is not None
        assert result.reason.zh
        assert result.reason.en
        return
    assert result.stopped is Stopped.OPTIMAL, result
    assert result.objective == pytest.approx(wanted, rel=1e-6, abs=1e-6)
    assert result.gap == pytest.approx(0.0, abs=1e-6)
    plan = {*result.chosen, *problem.existing().tolist()} - set(result.closed)
    assert value_of(problem, plan) == pytest.approx(wanted, rel=1e-6, abs=1e-6)
    if result.heuristic is not None:
        better = result.heuristic < wanted if minimises(problem) else result.heuristic > wanted
        assert not better or result.heuristic == pytest.approx(wanted, rel=1e-6, abs=1e-6)
