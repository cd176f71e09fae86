"""Only the embed may be framed: every route is walked."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

from station_map.settings import Settings
from station_map.store.database import Database
from station_map.web.access import ACCESS
from station_map.web.runtime import Runtime, attach

MAY_BE_FRAMED = {"embed.page"}


def address(app: Flask, rule: Rule) -> str:
    """Where the rule leads, with something in the place of each name."""
    values = {
        name: 1 if isinstance(converter, IntegerConverter) else _example(converter)
        for name, converter in rule._converters.items()
    }
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def _example(converter: object) -> str:
    items = getattr(converter, "items", None)
    return min(items) if items else "x"


@pytest.mark.parametrize("origins", ["", "*"])
def test_every_other_answer_refuses_frames(
    own_app: Flask, database: Database, tmp_path: Path, origins: str
) -> None:
    attach(own_app, Runtime(Settings(data_dir=tmp_path, embed_origins=origins), database))
    own_app.testing = False  # what breaks inside is answered as well
    client = own_app.test_client()
    walked = set()
    for rule in own_app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        answer = client.get(address(own_app, rule))
        policy = answer.headers["Content-Security-Policy"]
        refuses = answer.headers.get("X-Frame-Options") == "DENY"
        assert refuses is (rule.endpoint not in MAY_BE_FRAMED), rule
        if answer.mimetype == "text/html":
            assert ("frame-ancestors 'none'" in policy) is refuses, rule
        walked.add(rule.endpoint)
        answer.close()
    assert walked >= MAY_BE_FRAMED
    assert len(walked) > len(ACCESS) / 3
