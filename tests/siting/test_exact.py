"""The solver's thread, when nobody waits for its answer any more."""

from __future__ import annotations

import subprocess
import sys

from tests.support.live import product_environment

LEAVES = """
import atexit
import threading
from types import SimpleNamespace
from station_map.siting import exact

def looks_late():
    going.wait()
    sum(range(20_000_000))
    print("ended", flush=True)

going = threading.Event()
exact._begun(SimpleNamespace(run=looks_late))
# What is registered last is called first: the interpreter is going then.
atexit.register(going.set)
"""


def test_the_interpreter_waits_for_a_solver_that_was_left_behind() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LEAVES],
        env=product_environment({}),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, b"ended\n"), done.stderr
