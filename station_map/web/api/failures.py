"""What every operation has in common in OpenAPI: how it fails, and what headers say."""

from __future__ import annotations

from typing import Any, Final

from station_map.web.problems import PROBLEM_JSON, Problem, ProblemKind

ALWAYS: Final = (414, 429, 500, 503)
FAILURES: Final = {
    400: "A parameter or field is unknown, repeated, malformed or missing; `errors` names it.",
    401: "No token, or one that does not hold; see `WWW-Authenticate`.",
    403: "Sent by a page of another site, or not allowed to this token.",
    404: "No such thing.",
    409: "Not while it goes on.",
    410: "The cursor is of another database; begin anew.",
    413: "More than one answer, or one request, may hold.",
    414: "The query or the path is too long.",
    415: "The body is not `application/json`.",
    429: "Too often; see `Retry-After`.",
    500: "Our fault; quote `request_id`.",
    503: "Not available now; see `Retry-After`.",
}
_SLUGS: Final = {
    400: ("bad-parameter", "Bad parameter", "参数不对"),
    401: ("not-signed-in", "Sign in first", "请先登录"),
    403: ("not-allowed", "Not allowed", "没有这个权限"),
    404: ("not-found", "Not found", "没有找到"),
    409: ("conflict", "Changed meanwhile", "内容已被别人改过"),
    410: ("cursor-gone", "Begin anew", "请从头取"),
    413: ("too-large", "Too large", "内容太大"),
    414: ("request-uri-too-long", "Request-URI Too Long", "网址太长"),
    415: ("unsupported-media-type", "Unsupported Media Type", "不支持这种格式"),
    429: ("too-often", "Too many requests", "太频繁了，请稍后再试"),
    500: ("internal", "Something broke on our side", "服务器出错了"),
    503: ("unavailable", "Not available now", "暂时无法使用"),
}
_ENTRY: Final = {
    "parameter": "lon",
    "message": "'abc' is not a number",
    "message_zh": "“abc”不是数字",
    "allowed": "longitude in degrees, -180 to 180",
    "example": "lon=116.8",
    "given": "abc",
}


def _header(said: str, example: str, *, pattern: str | None = None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if pattern is not None:
        schema["pattern"] = pattern
    return {"description": said, "schema": schema, "example": example}


HEADERS: Final[dict[str, dict[str, Any]]] = {
    "X-Request-ID": {
        **_header(
            "Names the request, in our log too; one that you send (8 to 64 letters, digits, -) is kept.",
            "5f0c2a9e7b1d4c3f8a6e0d9b2c7f1a34",
            pattern="^[0-9A-Za-z-]{8,64}$",
        ),
        "required": True,
    },
    "ETag": {
        **_header(
            "Of this answer; send it in `If-None-Match`, and get 304 while it holds.",
            'W/"9f86d081884c7d659a2feaa0"',
            pattern='^W/"[0-9a-f]{24}"$',
        ),
        "required": True,
    },
    "Cache-Control": {
        **_header("For how many seconds it may be used without asking.", "public, max-age=60"),
        "required": True,
    },
    "RateLimit": _header(
        "What is left: `r` requests, and the seconds `t` until all are yours again.",
        '"api";r=2987;t=12',
        pattern=r'^"[a-z]+";r=\d+;t=\d+(, "[a-z]+";r=\d+;t=\d+)*$',
    ),
    "RateLimit-Policy": _header(
        "The limit: `q` requests in `w` seconds.",
        '"api";q=3000;w=60',
        pattern=r'^"[a-z]+";q=\d+;w=\d+(, "[a-z]+";q=\d+;w=\d+)*$',
    ),
    "Retry-After": _header("Seconds to wait.", "5", pattern=r"^\d+$"),
    "WWW-Authenticate": _header("What is wrong with the token.", 'Bearer realm="station-map"'),
    "Location": _header("Where it is.", "/api/v1/coverage-runs/17"),
    "Content-Disposition": _header(
        "A name for the file.", 'attachment; filename="stations-2026-11-22.csv"'
    ),
    "Deprecation": _header("Since when this should not be used (RFC 9745).", "@1767225600"),
    "Sunset": _header("From when on it is no more (RFC 8594).", "Sat, 01 Jan 2028 00:00:00 GMT"),
}
_LIMITS: Final = ("RateLimit", "RateLimit-Policy")
_OF_STATUS: Final = {
    401: ("WWW-Authenticate",),
    403: ("WWW-Authenticate",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}


def headers(*names: str) -> dict[str, Any]:
    """Those headers, and what every answer carries."""
    told = ("X-Request-ID", *names, *_LIMITS)
    return {name: {"$ref": f"#/components/headers/{name}"} for name in told}


def failure(status: int) -> dict[str, Any]:
    """One way to fail, as a problem."""
    example = _example(status)
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    return {
        "description": FAILURES[status],
        "headers": headers(*_OF_STATUS.get(status, ())),
        "content": {PROBLEM_JSON: {"schema": schema, "example": example}},
    }


def _example(status: int) -> dict[str, Any]:
    slug, title, title_zh = _SLUGS[status]
    kind = ProblemKind(status, slug, title, title_zh)
    problem = Problem(kind, f"{title}. {title_zh}。", (_ENTRY,) if status == 400 else ())
    return problem.as_json("/api/v1/stations/nearest", "5f0c2a9e7b1d4c3f8a6e0d9b2c7f1a34")
