"""The reader's process: what it sends, and what becomes of one that sends nonsense or dies."""

from __future__ import annotations

import io
import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.errors import FileRefused
from station_map.importers.demand import frames, incoming
from station_map.importers.demand.counting import MOST_NOTES, short_notes
from station_map.importers.demand.incoming import ReadOptions, open_arrays
from tests.importers.demand.demand_files import write_tiff


@given(st.lists(st.tuples(st.floats(), st.floats(), st.floats()), max_size=50), st.integers(1, 20))
def test_cells_arrive_as_they_were_sent(cells: list[tuple[float, float, float]], most: int) -> None:
    table = np.array(cells, dtype=np.float64).reshape(-1, 3)
    pipe = io.BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frames, "MOST_CELLS", most)
        frames.write_cells(pipe, table[:, :2], table[:, 2], 7)
        frames.write_head(pipe, {"t": "end", "name": "\ud800台账"})
        pipe.seek(0)
        *sent, (end, _, _) = frames.read_frames(pipe)
    assert end == {"t": "end", "name": "?台账"}
    lonlat = np.concatenate([np.empty((0, 2)), *(some for _, some, _ in sent)])
    weight = np.concatenate([np.empty(0), *(some for _, _, some in sent)])
    assert np.array_equal(lonlat, table[:, :2], equal_nan=True)
    assert np.array_equal(weight, table[:, 2], equal_nan=True)


@given(st.integers(0, 200))
def test_a_pipe_that_is_cut_ends_the_frames(length: int) -> None:
    pipe = io.BytesIO()
    frames.write_cells(pipe, np.zeros((4, 2)), np.ones(4), 1)
    whole = len(pipe.getvalue())
    found = list(frames.read_frames(io.BytesIO(pipe.getvalue()[:length])))
    assert len(found) == (length >= whole)


def test_notes_are_few_and_short() -> None:
    notes = short_notes("x" * 5_000 for _ in range(1_000))
    assert (len(notes), len(notes[0])) == (MOST_NOTES, 1_000)


@pytest.fixture
def raster(tmp_path: Path) -> Path:
    return write_tiff(tmp_path / "a.tif", np.ones((2, 2)))


def test_a_reader_that_is_killed_is_a_refusal(
    raster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = incoming.start_reader

    def killed(module: str, request: dict[str, Any]) -> Any:
        process = start(module, request)
        os.kill(process.pid, signal.SIGKILL)
        return process

    monkeypatch.setattr(incoming, "start_reader", killed)
    with (
        pytest.raises(FileRefused, match="读取程序异常退出"),
        open_arrays(raster, "raster", ReadOptions()) as layers,
    ):
        list(layers)


def test_a_reader_that_talks_nonsense_is_not_waited_for(
    raster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It announces a frame beyond every bound and would then fill the pipe for ever.
    monkeypatch.setattr(incoming, "_MODULE", "tests.importers.demand.endless")
    with (
        pytest.raises(FileRefused, match="读取程序异常退出"),
        open_arrays(raster, "raster", ReadOptions()) as layers,
    ):
        list(layers)
