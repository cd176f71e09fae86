"""HiGHS on a Program, with a start, a time limit, a gap, progress and a stop within a second.

HiGHS asks its callbacks often, but not while it presolves. So it runs in a thread of its own: who
waits looks at the clock and at `should_stop`, tells HiGHS to end, and if that takes longer than
`_PATIENCE_S` goes on with what was known by then; the thread ends at its next look.
"""

from __future__ import annotations

import atexit
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from weakref import WeakSet

import numpy as np

from station_map.siting.arrays import Floats
from station_map.siting.program import Program
from station_map.siting.result import Stopped

_LOOK_EVERY_S: Final = 0.05
_PATIENCE_S: Final = 0.5
_LEAVE_S: Final = 30.0
_RUNNERS: Final[WeakSet[threading.Thread]] = WeakSet()

Stop = Callable[[], bool]
Tell = Callable[[float | None, float | None], None]


class SolverFailed(RuntimeError):
    """HiGHS said that something is wrong with the model itself; a fault of ours."""


@dataclass(frozen=True, slots=True)
class Limits:
    """deadline: `time.monotonic()` at which to end; gap: relative; threads: 0 lets HiGHS choose.

    step: answers differ by whole multiples of this, so a bound less than a step away is met.
    """

    deadline: float = math.inf
    gap: float = 0.0
    step: float = 0.0
    threads: int = 1


@dataclass(slots=True)
class Found:
    """What the solver says. values: (width,) of the best point, None when there is none."""

    stopped: Stopped
    values: Floats | None
    objective: float | None
    bound: float | None


@dataclass(slots=True)
class _Watch:
    """What the callbacks share with the thread that waits."""

    stop: threading.Event = field(default_factory=threading.Event)
    bound: float | None = None
    values: Floats | None = None
    objective: float | None = None


def solve(
    program: Program,
    limits: Limits,
    *,
    start: Floats | None = None,
    should_stop: Stop = lambda: False,
    tell: Tell = lambda _objective, _bound: None,
) -> Found:
    """Solve. start: (width,) a point to begin from, complete. Raises SolverFailed."""
    if not program.width:
        return _without_columns(program)
    highs, watch = _highs(program, limits), _Watch()
    if start is not None:
        _begin_from(highs, start)
    _listen(highs, watch, program)
    runner = _begun(highs)
    ended_by = _wait(runner, watch, limits, should_stop, tell)
    if runner.is_alive():
        return Found(ended_by or Stopped.TIME_LIMIT, watch.values, watch.objective, watch.bound)
    return _read(highs, ended_by, limits)


def _begun(highs: Any) -> threading.Thread:
    runner = threading.Thread(target=highs.run, name="highs", daemon=True)
    _RUNNERS.add(runner)
    runner.start()
    return runner


@atexit.register
def _let_end() -> None:
    """The interpreter must not go before HiGHS has looked: it would abort the process."""
    for runner in list(_RUNNERS):
        runner.join(_LEAVE_S)


def duals(program: Program, limits: Limits, should_stop: Stop = lambda: False) -> Floats | None:
    """(height,) prices of the rows of a linear programme, by interior points; None if unsolved."""
    highs, watch = _highs(program, limits), _Watch()
    highs.setOptionValue("solver", "ipm")
    # Prices of the optimal face's middle serve as well as those of a corner.
    highs.setOptionValue("run_crossover", "off")
    _listen(highs, watch, program)
    runner = _begun(highs)
    _wait(runner, watch, limits, should_stop, lambda _objective, _bound: None)
    if runner.is_alive():
        return None
    solution = highs.getSolution()
    return np.array(solution.row_dual) if solution.dual_valid else None


def _without_columns(program: Program) -> Found:
    lower, upper = program.bounds
    if np.any(lower > 0) or np.any(upper < 0):
        return Found(Stopped.INFEASIBLE, None, None, None)
    return Found(Stopped.OPTIMAL, np.zeros(0), program.offset, program.offset)


def _highs(program: Program, limits: Limits) -> Any:
    import highspy

    highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    absolute = max(limits.step * (1 - 1e-4), 0.0)
    options = {
        "output_flag": False,
        "mip_rel_gap": max(limits.gap, 1e-9),
        "mip_abs_gap": max(absolute, 1e-9),
        "threads": limits.threads,
        "mip_feasibility_tolerance": 1e-7,
    }
    for name, value in options.items():
        highs.setOptionValue(name, value)
    if highs.passModel(_model(program)) == highspy.HighsStatus.kError:
        raise SolverFailed("HiGHS refuses the model")
    return highs


def _model(program: Program) -> Any:
    import highspy

    model, matrix = highspy.HighsLp(), program.matrix
    model.num_col_, model.num_row_ = program.width, program.height
    sense = highspy.ObjSense.kMaximize if program.maximise else highspy.ObjSense.kMinimize
    model.sense_, model.offset_ = sense, program.offset
    model.col_cost_, model.col_lower_ = program.cost, np.zeros(program.width)
    model.col_upper_ = program.most
    model.row_lower_, model.row_upper_ = program.bounds
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    model.a_matrix_.index_ = matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = matrix.data.astype(np.float64)
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    if program.whole.any():
        model.integrality_ = [kinds[int(one)] for one in program.whole]
    return model


def _begin_from(highs: Any, start: Floats) -> None:
    import highspy

    point = highspy.HighsSolution()
    point.col_value = start.tolist()
    highs.setSolution(point)


def _listen(highs: Any, watch: _Watch, program: Program) -> None:
    def interrupts(event: Any) -> None:
        event.data_in.user_interrupt = watch.stop.is_set()

    def looks(event: Any) -> None:
        if program.whole.any() and math.isfinite(event.data_out.mip_dual_bound):
            watch.bound = float(event.data_out.mip_dual_bound)
        interrupts(event)

    def improves(event: Any) -> None:
        watch.values = np.array(event.data_out.mip_solution)
        watch.objective = float(event.data_out.objective_function_value)

    highs.cbMipInterrupt.subscribe(looks)
    highs.cbSimplexInterrupt.subscribe(interrupts)
    highs.cbIpmInterrupt.subscribe(interrupts)
    highs.cbMipImprovingSolution.subscribe(improves)


def _wait(
    runner: threading.Thread, watch: _Watch, limits: Limits, should_stop: Stop, tell: Tell
) -> Stopped | None:
    """Wait for the end; says why it was asked for, None when the solver ended by itself."""
    while runner.is_alive():
        runner.join(_LOOK_EVERY_S)
        tell(watch.objective, watch.bound)
        late = time.monotonic() >= limits.deadline
        if runner.is_alive() and (late or should_stop()):
            watch.stop.set()
            runner.join(_PATIENCE_S)
            return Stopped.TIME_LIMIT if late else Stopped.INTERRUPTED
    return None


def _read(highs: Any, ended_by: Stopped | None, limits: Limits) -> Found:
    import highspy

    status = highs.getModelStatus()
    ends = highspy.HighsModelStatus
    if status in {ends.kInfeasible, ends.kUnboundedOrInfeasible}:
        return Found(Stopped.INFEASIBLE, None, None, None)
    if status not in {ends.kOptimal, ends.kInterrupt, ends.kTimeLimit}:
        raise SolverFailed(f"HiGHS ended with {highs.modelStatusToString(status)}")
    information = highs.getInfo()
    feasible = information.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.array(highs.getSolution().col_value) if feasible else None
    objective = float(information.objective_function_value) if feasible else None
    bound = _bound(highs, information, status == ends.kOptimal)
    if status == ends.kOptimal:
        reached = Stopped.GAP if limits.gap > 0 else Stopped.OPTIMAL
        return Found(reached, values, objective, bound)
    return Found(ended_by or Stopped.TIME_LIMIT, values, objective, bound)


def _bound(highs: Any, information: Any, optimal: bool) -> float | None:
    if len(highs.getLp().integrality_):
        bound = float(information.mip_dual_bound)
        return bound if math.isfinite(bound) else None
    return float(information.objective_function_value) if optimal else None
