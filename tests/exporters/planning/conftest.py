"""PDFs in a font with few characters, which is read in milliseconds."""

from __future__ import annotations

import pytest

from station_map.exporters.planning import paper
from tests.exporters.plates.stations import small_faces


@pytest.fixture(autouse=True)
def _small_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "find_faces", small_faces)
