from __future__ import annotations

import pytest

from benchmarks.measure import BadAnswers, read_pgbench, read_wrk

SAID = (
    'Running 5s test\nRESULT {"requests":%d,"duration_us":2000000,"p50_us":1500,"p99_us":9000,'
    '"bytes":400000,"bad_status":%d,"broken":%d}\n'
)
PGBENCH = (
    "transaction type: x\nnumber of failed transactions: %d (0.000%%)\n"
    "latency average = 3.1 ms\ntps = 5123.456 (without initial connection time)\n"
)


def test_figures_of_wrk() -> None:
    measured = read_wrk(SAID % (4000, 0, 0))
    assert (measured.rate, measured.p50_ms, measured.p99_ms) == (2000.0, 1.5, 9.0)
    assert measured.size_bytes == 100.0


@pytest.mark.parametrize("output", [SAID % (4000, 1, 0), SAID % (4000, 0, 3), SAID % (0, 0, 0), ""])
def test_a_rate_of_errors_is_no_rate(output: str) -> None:
    with pytest.raises(BadAnswers):
        read_wrk(output)


def test_figures_of_pgbench() -> None:
    assert read_pgbench(PGBENCH % 0) == 5123.456


@pytest.mark.parametrize("output", [PGBENCH % 2, "pgbench: error: connection refused"])
def test_failed_transactions_are_no_rate(output: str) -> None:
    with pytest.raises(BadAnswers):
        read_pgbench(output)
