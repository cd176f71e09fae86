"""Pages in another language than Chinese, without a server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from station_map.web import language


@pytest.fixture
def in_english() -> Iterator[None]:
    """What is asked for words answers in English."""
    app = Flask("in_english")
    language.install(app)
    with app.test_request_context("/?lang=en"):
        yield
