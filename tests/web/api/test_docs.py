"""The page for people: whole, Chinese, without a script, and true to the description."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station_map.domain.accounts import Scope
from station_map.settings import Settings
from station_map.web.api import docs
from station_map.web.api.operations import OPERATIONS


@pytest.fixture
def page(client: FlaskClient) -> str:
    answer = client.get("/api/docs")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    return answer.text


def test_every_route_parameter_field_and_code_is_on_it(page: str) -> None:
    for one in OPERATIONS:
        name = one.endpoint.partition(".")[2]
        found = re.search(rf'<details class="route" id="{name}">.*?</details>', page, re.DOTALL)
        assert found, name
        part = found[0]
        assert f"<code>{one.path}</code>" in part
        fields = one.body.parameters if one.body else ()
        for given in (*one.contract.parameters, *fields):
            assert f"<dt><code>{given.name}</code>" in part, (name, given.name)
            for code in given.schema.get("items", given.schema).get("enum", ()):
                assert f"<code>{code}</code>" in part
        for field in one.asks.model_fields if one.asks else ():
            assert f"<dt><code>{field}</code>" in part
        assert ("令牌</b>" in part) is one.token
        for status in one.problems:
            assert str(status) in part
    for scope in Scope:
        assert f"<code>{scope.value}</code>" in page


def test_nothing_of_it_runs_and_nothing_comes_from_elsewhere(client: FlaskClient) -> None:
    answer = client.get("/api/docs")
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "nonce" not in answer.headers["Content-Security-Policy"]
    links = re.findall(r'(?:href|src)="([^"]+)"', answer.text)
    assert links
    assert all(one.startswith(("/", "#")) for one in links)
    assert 'lang="zh-CN"' in answer.text
    assert 'href="/api/openapi.json"' in answer.text


def test_every_link_within_leads_somewhere(page: str) -> None:
    targets = set(re.findall(r'id="([^"]+)"', page))
    assert {to[1:] for to in re.findall(r'href="(#[^"]+)"', page)} <= targets
    assert "retiring" in targets  # every answer of a route that goes leads there


def test_each_get_without_a_token_can_be_pasted(client: FlaskClient, page: str) -> None:
    asked = 0
    for one in OPERATIONS:
        if one.method == "get" and not one.token:
            name = one.endpoint.partition(".")[2]
            found = re.search(rf'id="{name}">.*?<pre[^>]*><code>(.*?)</code>', page, re.DOTALL)
            assert found
            address = re.search(r"http://localhost(/[^ ']*)", unescape(found[1]))
            assert address, found[1]
            expected = {404} if "{code}" in one.path else {200}
            assert client.get(address[1]).status_code in expected, address[1]
            asked += 1
    assert asked > 8


def test_it_tells_the_limits_of_this_installation(
    composed: Callable[[Settings], Flask], tmp_path: Path
) -> None:
    app = composed(Settings(data_dir=tmp_path, limit_api=4321, limit_files=0))
    page = app.test_client().get("/api/docs").text
    assert "4321" in page
    assert "不限" in page


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        ("One station 一个站点", ("一个站点", "One station")),
        ("查驿站 Find stations", ("查驿站", "Find stations")),
        ("Plain", ("Plain", "")),
    ],
)
def test_both_languages_are_told_apart(text: str, halves: tuple[str, str]) -> None:
    assert docs._in_two(text) == halves
