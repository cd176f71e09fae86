"""The example bridge from MQTT: what it reads, and that the API takes what it sends."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from station_map.web.api.live import BODY
from tests.docs import pages

NOW = dt.datetime(2026, 11, 22, 8, 30, tzinfo=dt.UTC)
bridge = pages.script(pages.REPOSITORY / "deploy" / "live_bridge.py")


@pytest.fixture
def taken() -> Iterator[tuple[str, list[tuple[str, str, Any]], list[int]]]:
    """A server on loopback: its address, what it was sent, and the statuses it answers next."""
    sent: list[tuple[str, str, Any]] = []
    statuses: list[int] = []

    class Server(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent.append((self.path, self.headers["Authorization"], json.loads(body)))
            self.send_response(statuses.pop(0) if statuses else 201)
            self.send_header("Retry-After", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", sent, statuses
        server.shutdown()
        thread.join()


def test_a_line_is_read_and_dated() -> None:
    push = bridge.parse('stations/340603-00001/live {"bays_free": 12, "door": "open"}\n', NOW)
    assert push.code == "340603-00001"
    values = BODY.read_json(json.dumps(push.body).encode())
    assert values == {"bays_free": 12, "door": "open", "observed_at": NOW}
    dated = bridge.parse('stations/a/live {"observed_at": "2026-11-22T08:00:00Z"}', NOW)
    assert dated.body == {"observed_at": "2026-11-22T08:00:00Z"}


@pytest.mark.parametrize(
    "line",
    [
        "",
        "stations/340603-00001/live",
        "stations/340603-00001/live {",
        "stations/340603-00001/live 12",
        'stations/340603-00001/live {"bays": 1}',
        'stations/../me/live {"bays_free": 1}',
        'stations/{{7*7}}/live {"bays_free": 1}',
        'elsewhere/340603-00001/live {"bays_free": 1}',
    ],
)
def test_what_is_no_message_of_ours_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        bridge.parse(line, NOW)


def test_messages_are_passed_on_and_tried_again(
    taken: tuple[str, list[tuple[str, str, Any]], list[int]], capsys: pytest.CaptureFixture[str]
) -> None:
    base, sent, statuses = taken
    statuses += [503, 201, 403]
    bridge.bridge(
        ['stations/a/live {"bays_free": 1}', "noise", 'stations/b/live {"door": "open"}'],
        base,
        "sm_secret",
    )
    assert [(path, token) for path, token, _ in sent] == [
        ("/api/v1/stations/a/live", "Bearer sm_secret"),
        ("/api/v1/stations/a/live", "Bearer sm_secret"),
        ("/api/v1/stations/b/live", "Bearer sm_secret"),
    ]
    assert sent[0][2] == sent[1][2]
    said = capsys.readouterr().err
    assert "noise" in said
    assert "b: not taken, status 403" in said
    assert "sm_secret" not in said
