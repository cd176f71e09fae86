"""What is sent, and what must be true of each answer to it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from station_map.web.problems import API_PREFIXES, PROBLEM_JSON

MARK = "<i data-fuzz=\"1\" onload='x'>&fuzz;"
NASTY = (
    MARK,
    "",
    " ",
    "\x00",
    "340603-00001\x00",
    "\ud800",
    "\u202e\u2066evil",
    "\u2028\u2029",
    "\ufeff",
    "\r\nSet-Cookie: a=b\r\n\r\n",
    "0",
    "-1",
    "9223372036854775808",
    "9" * 5_000,
    "1e999",
    "-1e-999",
    "NaN",
    "Infinity",
    "٣٤",
    "１２",
    "0x10",
    "1_000",
    "²",
    "true",
    "null",
    "[]",
    "{}",
    '{"a":[' * 40,
    "[" * 9_000,
    '{"type":"Polygon","coordinates":[[[0,0]]]}',
    '{"type":"Polygon","coordinates":[[[1e400,0],[0,NaN],[0,0],[1e400,0]]]}',
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "2026-11-22T00:00:00+99:99",
    "24:00",
    "99:99",
    "FREQ=SECONDLY;COUNT=999999999",
    "FREQ=YEARLY;UNTIL=99991231",
    "Mo-Su 00:00-48:00; PH off; " * 20,
    "../../../../etc/passwd",
    "//evil.example/x",
    "\\\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "=HYPERLINK(1)",
    "{{7*7}}{% raw %}${7*7}",
    "%00%0a%n%s",
    "'; DROP TABLE station;--",
    "a@b.cn\r\nBcc: c@d.cn",
    "x" * 12_000,
    "长" * 3_000,
    "👩‍👩‍👧‍👦" * 200,
    "e" + "\u0301" * 1_000,
)  # fmt: skip
values = st.one_of(st.sampled_from(NASTY), st.sampled_from(NASTY), st.text(max_size=20))


def bounded(examples: int) -> settings:
    """The same examples in each run, none kept in a file, none made smaller afterwards."""
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


_INSIDE = re.compile(
    r"Traceback \(most recent|psycopg|sqlalchemy|site-packages|werkzeug\.|root:x:0:0|line \d+, in "
)
_STATUS = frozenset(range(200, 500))


def judge(answer: TestResponse, sent: object) -> None:
    """Nothing broke, nothing of the inside is told, errors have the house's shape, text is text."""
    path = answer.request.path
    where = f"{answer.request.method} {path[:200]} {str(sent)[:300]!r} -> {answer.status_code}"
    packed = "Content-Encoding" in answer.headers or answer.mimetype in {"image/jpeg", "image/png"}
    body = "" if packed else answer.get_data(as_text=True)
    assert answer.status_code in _STATUS, f"{where}\n{body[:600]}"
    assert _INSIDE.search(body) is None, where
    assert answer.headers["X-Content-Type-Options"] == "nosniff", where
    assert "a" not in {cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")}
    if answer.mimetype == "text/html":
        assert "<i data-fuzz" not in body, where
        assert "49{%" not in body, where
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], where
    if answer.status_code >= 400 and body:
        _has_the_shape(answer, path, where)
    if 300 <= answer.status_code < 400 and answer.location:
        assert re.match(r"/(?![/\\])", answer.location), f"{where} {answer.location}"


def _has_the_shape(answer: TestResponse, path: str, where: str) -> None:
    if path.startswith(API_PREFIXES):
        assert answer.mimetype == PROBLEM_JSON, where
        told = json.loads(answer.data)
        assert {"type", "title", "status", "detail", "instance", "request_id"} <= set(told), where
        assert told["status"] == answer.status_code, where
    elif answer.mimetype == "application/json":  # for a form's own script
        assert isinstance(json.loads(answer.data), dict), where
    else:
        assert answer.mimetype == "text/html", where
        assert "</html>" in answer.text, where


@dataclass
class SeenForm:
    """A form of a page: where it sends, every name in it, and what it would send as it stands."""

    action: str
    method: str = "get"
    names: dict[str, None] = field(default_factory=dict)
    held: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[SeenForm] = []
        self._inside = False
        self._area = ""
        self._select = ""
        self._radios = set[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name = told.get("name", "")
        if tag == "form":
            action = told.get("action") or self.path
            self.forms.append(SeenForm(action, told.get("method", "get").lower()))
            self._inside, self._radios = True, set()
        elif not self._inside:
            return
        elif tag == "option" and self._select:
            if self._select not in self._radios:
                self.forms[-1].held.append((self._select, told.get("value", "")))
                self._radios.add(self._select)
        elif name and tag in {"input", "select", "textarea", "button"}:
            self._field(tag, name, told)

    def _field(self, tag: str, name: str, told: dict[str, str]) -> None:
        form = self.forms[-1]
        form.names[name] = None
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area = name
            form.held.append((name, ""))
        elif told.get("type") in {"radio", "checkbox"}:
            if name not in self._radios:
                form.held.append((name, told.get("value", "on")))
                self._radios.add(name)
        elif tag == "input" and told.get("type") != "file":
            form.held.append((name, told.get("value", "")))
        elif tag == "button" and name not in self._radios:
            form.held.append((name, told.get("value", "")))
            self._radios.add(name)

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].held[-1] = (self._area, self.forms[-1].held[-1][1] + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._inside = False


def forms_of(page: TestResponse) -> list[SeenForm]:
    """Every form of a page."""
    if page.mimetype != "text/html":
        return []
    reader = _Reader(page.request.path)
    reader.feed(page.get_data(as_text=True))
    return reader.forms
