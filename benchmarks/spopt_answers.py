"""What spopt answers, in a process of its own: it warns while it is imported.

    python -m benchmarks.spopt_answers PROBLEM.npz …

PROBLEM.npz: demand (m, 2) and sites (n, 2) in a plane's metres, weight (m,), radius, opens, and
model: mclp, lscp, pmedian or pcenter. Prints a JSON list: of each the objective, and seconds from
the coordinates to the answer, imports left out.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from typing import Any

import numpy as np
from scipy.spatial.distance import cdist


def main(paths: list[str]) -> None:
    """Read, solve, print."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pulp
        from spopt import locate

        answers = [_answer(pulp, locate, dict(np.load(path))) for path in paths]
    sys.stdout.write(json.dumps(answers))


def _answer(pulp: Any, locate: Any, given: dict[str, Any]) -> dict[str, float]:
    began, cpu = time.perf_counter(), time.process_time()
    model = _model(locate, given)
    model.solve(pulp.HiGHS(msg=False, threads=1))
    took = {"seconds": time.perf_counter() - began, "cpu_s": time.process_time() - cpu}
    return {"objective": pulp.value(model.problem.objective), **took}


def _model(locate: Any, given: dict[str, Any]) -> Any:
    cost = cdist(given["demand"], given["sites"])
    radius, opens, which = float(given["radius"]), int(given["opens"]), str(given["model"])
    if which == "mclp":
        return locate.MCLP.from_cost_matrix(cost, given["weight"], radius, opens)
    if which == "lscp":
        return locate.LSCP.from_cost_matrix(cost, radius)
    if which == "pmedian":
        return locate.PMedian.from_cost_matrix(cost, given["weight"], opens)
    return locate.PCenter.from_cost_matrix(cost, opens)


if __name__ == "__main__":
    main(sys.argv[1:])
