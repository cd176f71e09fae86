"""The client of all tests refuses an answer that the description does not know."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from tests.support.described import DescribedClient, Undescribed
from tests.web.stations import save, station

KNOWN = "/api/v1/amenities"


@pytest.fixture
def telling(own_app: Flask, database: Any) -> Any:
    """The application, whose answer to KNOWN can be made another."""
    save(database, [station("甲站")])
    kept = own_app.view_functions["api.amenities"]

    def tell(change: Any) -> FlaskClient:
        def view() -> Response:
            response: Response = kept()
            change(response)
            return response

        own_app.view_functions["api.amenities"] = view
        return own_app.test_client()

    return tell


def test_every_test_has_it(client: FlaskClient) -> None:
    assert isinstance(client, DescribedClient)


def test_a_good_answer_passes(telling: Any) -> None:
    assert telling(lambda answer: None).get(KNOWN).status_code == 200


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda answer: setattr(answer, "status_code", 418), "418 is not described"),
        (lambda answer: setattr(answer, "mimetype", "text/plain"), "is text/plain"),
        (lambda answer: answer.set_data('{"amenities": []}'), "required property"),
        (lambda answer: answer.set_data(answer.get_data().replace(b'"tiers"', b'"tear"')), "tiers"),
        (lambda answer: answer.headers.pop("ETag"), "has no ETag"),
        (lambda answer: answer.headers.set("ETag", '"strong"'), "header ETag"),
    ],
)
def test_any_other_fails(telling: Any, change: Any, said: str) -> None:
    with pytest.raises(Undescribed, match=said):
        telling(change).get(KNOWN)


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/stations", KNOWN + "/more"])
def test_what_is_no_operation_is_a_problem(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
