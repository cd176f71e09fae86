"""An administrator who is signed in, and forms as a browser sends them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from station_map.store.database import Database
from tests.support import people


@dataclass
class SentForm(HTMLParser):
    """The fields of the form with an id or at an address, as a browser would send them."""

    wanted: str
    values: dict[str, list[str]] = field(default_factory=dict)
    action: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._inside = False
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = self.wanted in (told.get("id"), told.get("action"))
            if self._inside:
                self.action = told.get("action", "")
        elif self._inside and tag == "input" and told.get("name"):
            if told.get("type") in {"radio", "checkbox"} and "checked" not in told:
                return
            if told.get("type") != "file":
                self.values.setdefault(told["name"], []).append(told.get("value", ""))
        elif self._inside and tag == "textarea":
            self._area = told["name"]
            self.values[self._area] = [""]

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.values[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            self.values[self._area][0] = self.values[self._area][0].removeprefix("\n")
            self._area = None
        elif tag == "form":
            self._inside = False


def form_of(page: str, wanted: str = "station-form") -> SentForm:
    found = SentForm(wanted)
    found.feed(page)
    assert found.values, page
    return found


@dataclass
class Keeper:
    """A browser that is signed in, at the forms of stations."""

    client: FlaskClient

    def open(self, code: str, subject: str) -> SentForm:
        answer = self.client.get(f"/admin/stations/{code}/edit/{subject}")
        assert answer.status_code == 200, answer.text
        return form_of(answer.text)

    def send(self, form: SentForm, **changes: str | list[str]):  # type: ignore[no-untyped-def]
        named = {name.replace("__", "."): value for name, value in changes.items()}
        return self.client.post(form.action, data=form.values | {"do": "save"} | named)

    def save(self, code: str, subject: str, **changes: str | list[str]):  # type: ignore[no-untyped-def]
        return self.send(self.open(code, subject), **changes)


def wrong(page: str) -> dict[str, str]:
    """What a page says is wrong, by the id of the field."""
    return dict(re.findall(r'<p class="wrong" id="([^"]+)-wrong">([^<]+)</p>', page))


@pytest.fixture
def keeper(client: FlaskClient, database: Database) -> Keeper:
    people.account(database)
    return Keeper(people.signed_in(client))


@pytest.fixture
def keeper_of(app, database: Database) -> Callable[..., Keeper]:  # type: ignore[no-untyped-def]
    """Another browser, of an account made as `people.account` makes it."""

    def make(name: str, *args: object, **more: object) -> Keeper:
        people.account(database, name, *args, **more)  # type: ignore[arg-type]
        return Keeper(people.signed_in(app.test_client(), name))

    return make
