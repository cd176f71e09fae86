r"""Passes what devices say over MQTT on to station-map. Needs Python 3.12 and mosquitto_sub alone.

    mosquitto_sub -h 127.0.0.1 -t 'stations/+/live' -F '%t %p' \
        | LIVE_TOKEN=sm_… python3 live_bridge.py https://stations.example.org

A message on `stations/340603-00001/live` is a JSON object as the API takes it. `observed_at` may
be missing: then it is now. How to set it up: docs/how-to/live.md.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

TOPIC = re.compile(r"stations/([0-9A-Za-z][0-9A-Za-z_-]{0,63})/live", re.ASCII)
FIELDS = {"observed_at", "occupancy", "bays_free", "door", "device"}
AGAIN = {429, 502, 503, 504}
TRIES = 5
PATIENCE_S = 10


class Push(NamedTuple):
    """What goes to one station."""

    code: str
    body: dict[str, Any]


def parse(line: str, now: datetime) -> Push:
    """A line of mosquitto_sub (`%t %p`). Raises ValueError that says what is wrong."""
    topic, _, payload = line.strip().partition(" ")
    named = TOPIC.fullmatch(topic)
    if named is None:
        raise ValueError(f"not a topic of ours: {topic[:80]!r}")
    body = json.loads(payload)
    if not isinstance(body, dict) or not body.keys() <= FIELDS:
        raise ValueError(f"not an object of {', '.join(sorted(FIELDS))}")
    body.setdefault("observed_at", now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return Push(named[1], body)


def send(base: str, token: str, push: Push) -> int:
    """The status of the answer; what is only a matter of time is tried again.

    Sending twice is harmless: one time of observation counts once.
    """
    request = urllib.request.Request(  # noqa: S310 - the operator's own address
        f"{base}/api/v1/stations/{push.code}/live",
        data=json.dumps(push.body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    for left in reversed(range(TRIES)):
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310 - as above
                return int(answer.status)
        except urllib.error.HTTPError as error:
            if error.code not in AGAIN or not left:
                return error.code
            wait = error.headers.get("Retry-After", "")
        except OSError:
            wait = ""
        time.sleep(int(wait) if wait.isdecimal() else PATIENCE_S)
    return 0


def bridge(lines: Iterable[str], base: str, token: str) -> None:
    """Send each line; tell on standard error what is not taken."""
    for line in lines:
        try:
            push = parse(line, datetime.now(UTC))
        except ValueError as error:
            sys.stderr.write(f"left out: {error}\n")
            continue
        status = send(base, token, push)
        if status not in {200, 201}:
            sys.stderr.write(f"{push.code}: not taken, status {status}\n")


if __name__ == "__main__":
    try:
        bridge(sys.stdin, sys.argv[1].rstrip("/"), os.environ["LIVE_TOKEN"])
    except (IndexError, KeyError):
        sys.exit("usage: LIVE_TOKEN=sm_… python3 live_bridge.py https://stations.example.org")
