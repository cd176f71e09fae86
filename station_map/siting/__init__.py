"""Where the next stations should stand: models, exact answers with a proof, and heuristics.

    candidates  sites with their status, from arrays, demand cells or hosts; exclusion, spacing
    reach       which site is within reach of which demand; distances
    problem     what is asked: demand, sites, reach, goal and rules, all checked
    run         solve(problem) -> Result: heuristic first, then bound, then exact
    result      what is answered: objective, bound, gap, why it stopped, sites, shares

Pure: arrays in, frozen results out. The method is in docs/reference/siting-method.md.
"""
