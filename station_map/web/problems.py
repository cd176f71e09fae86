"""The one table from exception to HTTP status, and the one shape of an error (RFC 9457).

Callers of the API get `application/problem+json`; people with a browser get a page.
What went wrong inside is logged with the request's id and never told.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import psycopg
from flask import Flask, Response, g, render_template, request
from jinja2 import TemplateNotFound
from markupsafe import escape
from psycopg_pool import PoolClosed, PoolTimeout
from werkzeug.exceptions import HTTPException

from station_map import errors
from station_map.web.contract import RefusedQuery, TooMuchAsked
from station_map.web.envelope import REQUEST_ID
from station_map.web.language import TAGS, home_address, language, of_both, remember_in, t, tell

PROBLEM_JSON: Final = "application/problem+json"
API_PREFIXES: Final = ("/api/", "/ogc/", "/tiles/", "/healthz", "/readyz", "/metrics", "/oembed")
_TYPE_PREFIX: Final = "urn:station-map:problem:"
_SERVER_ERROR: Final = 500
# Somebody asks for what they may not have, or too often.
_REFUSALS: Final = frozenset({401, 403, 429})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One row of the table: status, the last part of `type`, and its titles."""

    status: int
    slug: str
    title: str
    title_zh: str


_UNAVAILABLE: Final = ProblemKind(503, "unavailable", "Not available now", "暂时无法使用")
INTERNAL: Final = ProblemKind(500, "internal", "Something broke on our side", "服务器出错了")

PROBLEMS: Final[dict[type[BaseException], ProblemKind]] = {
    errors.InputError: ProblemKind(400, "bad-parameter", "Bad parameter", "参数不对"),
    errors.OutOfServiceArea: ProblemKind(
        400, "out-of-service-area", "Position out of the service area", "位置不在服务范围内"
    ),
    TooMuchAsked: ProblemKind(413, "too-much-asked", "Too much asked", "一次要的太多了"),
    errors.FileRefused: ProblemKind(422, "file-refused", "File refused", "文件不能导入"),
    errors.LimitExceeded: ProblemKind(413, "too-large", "Too large", "内容太大"),
    errors.NotSignedIn: ProblemKind(401, "not-signed-in", "Sign in first", "请先登录"),
    errors.NotAllowed: ProblemKind(403, "not-allowed", "Not allowed", "没有这个权限"),
    errors.NotFound: ProblemKind(404, "not-found", "Not found", "没有找到"),
    errors.Conflict: ProblemKind(409, "conflict", "Changed meanwhile", "内容已被别人改过"),
    errors.CursorGone: ProblemKind(410, "cursor-gone", "Begin anew", "请从头取"),
    errors.TooOften: ProblemKind(429, "too-often", "Too many requests", "太频繁了，请稍后再试"),
    errors.EnvironmentFault: _UNAVAILABLE,
    # The server of the database went away, or all its connections are busy.
    psycopg.OperationalError: _UNAVAILABLE,
    psycopg.InterfaceError: _UNAVAILABLE,
    PoolTimeout: _UNAVAILABLE,
    PoolClosed: _UNAVAILABLE,
    errors.StationMapError: INTERNAL,
}

_HTTP_TITLES_ZH: Final[dict[int, str]] = {
    400: "请求不对",
    403: "不允许",
    404: "没有找到",
    405: "不支持这种请求方法",
    408: "请求超时",
    410: "没有了",
    413: "内容太大",
    414: "网址太长",
    415: "不支持这种格式",
    421: "网址不对",
    422: "内容不对",
    429: "请求太频繁，请稍后再试",
    431: "请求头太大",
}

_RETRY_AFTER_S: Final = "5"
_REALM: Final = 'Bearer realm="station-map"'


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as it is told: a row of the table with what is particular to this request."""

    kind: ProblemKind
    detail: str
    entries: tuple[dict[str, str], ...] = ()

    @property
    def said(self) -> str:
        """What is particular, for a person, in the language of the page."""
        return of_both(self.detail)

    def as_json(self, instance: str, request_id: str) -> dict[str, Any]:
        """The problem as a JSON object of RFC 9457 with our own members added."""
        told: dict[str, Any] = {
            "type": f"{_TYPE_PREFIX}{self.kind.slug}",
            "title": self.kind.title,
            "title_zh": self.kind.title_zh,
            "status": self.kind.status,
            "detail": self.detail,
            "instance": instance,
            "request_id": request_id,
        }
        if self.entries:
            told["errors"] = list(self.entries)
        return told


def problem_of(error: BaseException) -> Problem:
    """The problem that tells `error`; anything not in the table is an internal one."""
    if isinstance(error, HTTPException):
        return _of_http(error)
    kind = kind_of(type(error))
    return Problem(kind, _detail(error, kind), _entries(error, kind))


def kind_of(error: type[BaseException]) -> ProblemKind:
    """The row of the table for a class of errors: its own, or its nearest ancestor's."""
    return next((PROBLEMS[base] for base in error.__mro__ if base in PROBLEMS), INTERNAL)


def _detail(error: BaseException, kind: ProblemKind) -> str:
    if kind.status >= _SERVER_ERROR:
        return f"{kind.title}. {kind.title_zh}。"
    if isinstance(error, RefusedQuery):
        first = error.entries[0]
        return f"{first.parameter}: {first.message}. {first.message_zh}。"
    told = str(error)
    return f"{told}. {kind.title_zh}。" if told.isascii() else told


def _entries(error: BaseException, kind: ProblemKind) -> tuple[dict[str, str], ...]:
    if isinstance(error, RefusedQuery):
        return tuple(entry.as_json() for entry in error.entries)
    if isinstance(error, errors.InputError) and error.parameter is not None:
        return (
            {
                "parameter": error.parameter,
                "message": str(error),
                "message_zh": kind.title_zh,
                "allowed": error.allowed or "",
                "example": error.example or "",
            },
        )
    return ()


def _of_http(error: HTTPException) -> Problem:
    status = error.code or _SERVER_ERROR
    if status >= _SERVER_ERROR and status != _UNAVAILABLE.status:
        return Problem(INTERNAL, f"{INTERNAL.title}. {INTERNAL.title_zh}。")
    if status == _UNAVAILABLE.status:
        return Problem(_UNAVAILABLE, f"{_UNAVAILABLE.title}. {_UNAVAILABLE.title_zh}。")
    phrase = HTTPStatus(status).phrase
    slug = phrase.lower().replace(" ", "-").replace("'", "")
    title_zh = _HTTP_TITLES_ZH.get(status, "请求不对")
    return Problem(ProblemKind(status, slug, phrase, title_zh), f"{phrase}. {title_zh}。")


def _request_id() -> str:
    named: str = request.environ.get(REQUEST_ID, "")
    return named


def wants_json() -> bool:
    """Whether the current request's errors are told to a program rather than a person."""
    return request.path.startswith(API_PREFIXES)


def respond(error: BaseException) -> Response:
    """The answer that tells `error`, as JSON or as a page; never stored by caches."""
    problem = problem_of(error)
    status = problem.kind.status
    if status >= _SERVER_ERROR:
        _log.error("request %s failed", _request_id(), exc_info=error)
    elif status in _REFUSALS:
        # Numbers and names of ours: nothing that was sent.
        who = g.get("account_number", "none")
        told = (_request_id(), status, request.endpoint, who)
        _log.warning("request %s refused with %d at %s, account %s", *told)
    response = _as_json(problem) if wants_json() else _as_page(problem)
    response.headers["Cache-Control"] = "no-store"
    if status == _UNAVAILABLE.status:
        response.headers["Retry-After"] = _RETRY_AFTER_S
    if isinstance(error, errors.TooOften):
        response.headers["Retry-After"] = str(error.retry_after_s)
    challenge = _challenge(error)
    if challenge and wants_json():
        response.headers["WWW-Authenticate"] = challenge
    _keep_headers(error, response)
    return response


def told(problem: Problem) -> Response:
    """A problem as JSON that no exception stands for, such as a form of answer we do not have."""
    response = _as_json(problem)
    response.headers["Cache-Control"] = "no-store"
    return response


def _challenge(error: BaseException) -> str:
    """RFC 6750 section 3: which token would do, or what is wrong with the given one."""
    if isinstance(error, errors.NotSignedIn):
        return _REALM + (', error="invalid_token"' if error.token else "")
    if isinstance(error, errors.NotAllowed) and error.scope is not None:
        return f'{_REALM}, error="insufficient_scope", scope="{error.scope}"'
    return ""


def _keep_headers(error: BaseException, response: Response) -> None:
    """`Allow` of a 405 and the like belong to the answer."""
    if isinstance(error, HTTPException):
        for name, value in error.get_headers(request.environ):
            if name.lower() not in {"content-type", "content-length"}:
                response.headers[name] = value


def _as_json(problem: Problem) -> Response:
    told = problem.as_json(request.path, _request_id())
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return Response(body, status=problem.kind.status, mimetype=PROBLEM_JSON)


def _as_page(problem: Problem) -> Response:
    try:
        page = render_template("error.html", problem=problem, request_id=_request_id())
    except TemplateNotFound:
        page = _plain_page(problem)
    except Exception:  # noqa: BLE001 - what tells an error must not fail itself
        _log.exception("the error page itself failed")
        page = _plain_page(problem)
    response = Response(page, status=problem.kind.status, mimetype="text/html")
    return remember_in(tell(response))


def _plain_page(problem: Problem) -> str:
    now = language()
    title = escape(problem.kind.title_zh if now == "zh" else problem.kind.title)
    home = f'<a href="{home_address()}">{escape(t("首页"))}</a>'
    return (
        f'<!doctype html><html lang="{TAGS[now]}"><meta charset="utf-8"><title>{title}</title>'
        f"<h1>{title}</h1><p>{escape(problem.detail)}</p><p>{home}</p></html>"
    )


def install(app: Flask) -> None:
    """Answer every error of `app` from the table above."""
    app.register_error_handler(Exception, respond)
