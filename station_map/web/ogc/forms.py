"""Which form an answer takes: `f`, else what the caller accepts, else data."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, render_template, request
from werkzeug.exceptions import NotAcceptable

from station_map.web.caching import answer
from station_map.web.contract import Parameter
from station_map.web.contract.parsers import one_of
from station_map.web.ogc.links import HTML

MAX_AGE_S: Final = 60
_VARY: Final = "Accept, Accept-Encoding"


def parameter(*forms: str) -> Parameter:
    """The parameter `f` that takes these forms; the first is sent when nothing is asked."""
    return Parameter(
        name="f",
        parse=one_of({form: form for form in forms}),
        schema={"type": "string", "enum": list(forms)},
        allowed=" or ".join(forms),
        allowed_zh=" 或 ".join(forms),
        example=forms[0],
        description="Form of the answer; goes before the header Accept. 返回格式。",
        also_called=("format", "output"),
    )


F: Final = parameter("json", "html")


def form(values: dict[str, Any], offered: dict[str, str]) -> str:
    """What `f` says, else the best of `offered` (by media type). Raises NotAcceptable."""
    asked: str | None = values.get("f")
    if asked is not None:
        return asked
    if "HTTP_ACCEPT" not in request.environ:
        return next(iter(offered.values()))
    best = request.accept_mimetypes.best_match(offered)
    if best is None:
        raise NotAcceptable(f"offered are {', '.join(offered)}")
    return offered[best]


def data(body: str, mimetype: str, *, same_as: str | None = None) -> Response:
    """An answer for programs."""
    return _varied(answer(body, mimetype, max_age_s=MAX_AGE_S, same_as=same_as))


def page(template: str, **told: Any) -> Response:
    """An answer for people; the template escapes all that it is told."""
    body = render_template(f"ogc/{template}", **told)
    return _varied(answer(body, f"{HTML}; charset=utf-8", max_age_s=MAX_AGE_S))


def _varied(response: Response) -> Response:
    response.headers["Vary"] = _VARY
    return response
