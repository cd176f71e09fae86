"""Schemathesis, run as a program of its own against the real server, finds nothing.

All its checks, all its phases, with and without a token that may do everything. What it is not
asked, and why, is in schemathesis.toml beside this file.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from station_map.domain.accounts import Role, Scope
from station_map.web.api.operations import OPERATIONS
from tests.conftest import LiveServer
from tests.web.api.test_runs import token
from tests.web.stations import save, scattered

CONFIG = Path(__file__).with_name("schemathesis.toml")
TIMEOUT_S = 300


def asked(base: str, header: str, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("SCHEMATHESIS", "PYTEST"))}
    return subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run",
         f"{base}/api/openapi.json", "--header", f"Authorization:{header}", *more],
        env=plain | {"PYTHONWARNINGS": "ignore"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )  # fmt: skip


@pytest.fixture
def header(live_server: LiveServer) -> str:
    """A token that may do what an administrator may."""
    save(live_server.database, scattered(20))
    return token(live_server.database, "boss", Role.ADMIN, *Scope)["Authorization"]


def test_it_finds_nothing(live_server: LiveServer, header: str, tmp_path: Path) -> None:
    told = asked(live_server.base_url, header, tmp_path)
    assert told.returncode == 0, told.stdout[-20_000:] + told.stderr[-2_000:]
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert f"✅ {phase}" in told.stdout, told.stdout[-5_000:]
    # All but the one that it read the description from.
    assert f"Selected: {len(OPERATIONS) - 1}/{len(OPERATIONS) - 1}" in told.stdout
    assert f"Tested: {len(OPERATIONS) - 1}" in told.stdout
