"""A second browser, on the same application."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient


@pytest.fixture
def other(app: Flask) -> FlaskClient:
    return app.test_client()
