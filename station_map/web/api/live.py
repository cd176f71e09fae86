"""What devices at a station say of the moment: taking it in, and its hours for planners."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

from flask import Response, jsonify, request
from werkzeug.exceptions import UnsupportedMediaType

from station_map.domain.accounts import Action, Scope
from station_map.domain.live import (
    MOST_BAYS,
    MOST_PEOPLE,
    Observation,
    Quantity,
    checked,
    codes_of,
)
from station_map.errors import InputError, NotFound
from station_map.store import live as store
from station_map.store.live_hours import hours_of
from station_map.store.writing import writing
from station_map.web.caching import NO_STORE
from station_map.web.contract import Contract, Parameter, Refused
from station_map.web.contract.body import BodyContract
from station_map.web.contract.parsers import integer, one_of
from station_map.web.live import member
from station_map.web.runtime import database, runtime, settings
from station_map.web.tokens import require_token, token_holder

PATH: Final = "/api/v1/stations/{code}/live"
HOURS_PATH: Final = "/api/v1/stations/{code}/live/hours"
MOST_DAYS: Final = 31
_CREATED: Final = 201
_KNOWN: Final = 200
_CODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}", re.ASCII)
_ZONED: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)", re.ASCII
)


def _zoned(text: str) -> dt.datetime:
    """A time with its zone, to the second."""
    if _ZONED.fullmatch(text):
        try:
            return dt.datetime.fromisoformat(text).astimezone(dt.UTC).replace(microsecond=0)
        except (ValueError, OverflowError):  # 31 February; year 1 east of Greenwich
            pass
    raise Refused(
        "is no time with seconds and a zone" if text else "nothing was given",
        "不是带秒和时区的时间" if text else "没有填",
    )


def _moment(name: str, what: str, *, required: bool) -> Parameter:
    return Parameter(
        name=name,
        parse=_zoned,
        schema={"type": "string", "format": "date-time"},
        allowed="a time with seconds and its zone (ISO 8601)",
        allowed_zh="带秒和时区的时间（ISO 8601）",
        example="2026-11-22T08:30:00Z",
        description=what,
        required=required,
    )


def _count(quantity: Quantity, most: int, what: str) -> Parameter:
    return Parameter(
        name=quantity.value,
        parse=integer(0, most),
        schema={"type": "integer", "minimum": 0, "maximum": most},
        allowed=f"a whole number, 0 to {most}",
        allowed_zh=f"0 到 {most} 的整数",
        example="12",
        description=what,
    )


def _word(quantity: Quantity, what: str) -> Parameter:
    codes = [code.value for code in codes_of(quantity)]
    return Parameter(
        name=quantity.value,
        parse=one_of({code: code for code in codes}),
        schema={"type": "string", "enum": codes},
        allowed=f"one of {', '.join(codes)}",
        allowed_zh=f"{'、'.join(codes)} 之一",
        example=codes[0],
        description=what,
    )


BODY: Final = BodyContract(
    _moment(
        "observed_at", "When it was observed, not when it is sent. 观察的时间。", required=True
    ),
    _count(Quantity.OCCUPANCY, MOST_PEOPLE, "People inside. 里面有几个人。"),
    _count(Quantity.BAYS_FREE, MOST_BAYS, "Free bays for trucks. 空着几个车位。"),
    _word(Quantity.DOOR, "How the lock says the door is. 门锁报告的门的状态。"),
    _word(Quantity.DEVICE, "How the device itself is. 设备自己的状态。"),
)
CONTRACT: Final = Contract()
HOURS_CONTRACT: Final = Contract(
    _moment("from", "Hours that begin from here on. 从什么时候起。", required=True),
    _moment("until", "And before this. 到什么时候为止。", required=True),
)


def push(code: str) -> Response:
    """Take in one observation: 201, or 200 when all of it was known for that time."""
    held = token_holder()
    place = store.place_of(database(), _known_form(code))
    require_token(Scope.LIVE_WRITE, Action.LIVE_PUSH, place)
    if not request.is_json:
        raise UnsupportedMediaType
    CONTRACT.read(request.environ["QUERY_STRING"])
    seen = _observation(BODY.read_json(request.get_data()))
    chosen = settings()
    bounds = store.Bounds(chosen.live_pushes_per_minute, dt.timedelta(days=chosen.live_keep_days))
    if place.station is None:
        raise NotFound("station", code)
    with writing(database(), actor=held.account.name, origin="api") as unit:
        new = store.push(unit, held.token, place.station, seen, bounds)
    runtime().live.forget()
    return _answer(code, seen, new)


def _observation(values: dict[str, Any]) -> Observation:
    told = {q: str(values[q.value]) for q in Quantity if q.value in values}
    try:
        return checked(Observation(values["observed_at"], told), dt.datetime.now(dt.UTC))
    except InputError as error:
        english, chinese = _both(str(error))
        BODY.refuse(error.parameter or "observed_at", english, chinese)


def _both(message: str) -> tuple[str, str]:
    chinese, _, english = message.partition("。 ")
    return english.rstrip("."), chinese


def _answer(code: str, seen: Observation, new: list[str]) -> Response:
    limit = dt.timedelta(minutes=settings().live_max_age_minutes)
    said = runtime().live.now(database(), limit).get(code, ())
    body = (
        f'{{"station":"{code}","observed_at":"{_iso(seen.observed_at)}",'
        f'"stored":[{",".join(f'"{quantity}"' for quantity in new)}],{member(said)}}}'
    )
    response = Response(body, status=_CREATED if new else _KNOWN, mimetype="application/json")
    response.headers["Cache-Control"] = NO_STORE
    return response


def hours(code: str) -> Response:
    """Hours of what devices at one station said, for planners."""
    require_token(Scope.PLANNING_RUN, Action.PLANNING_SEE)
    store.place_of(database(), _known_form(code))
    values = HOURS_CONTRACT.read(request.environ["QUERY_STRING"])
    first, until = values["from"], values["until"]
    if not dt.timedelta(0) < until - first <= dt.timedelta(days=MOST_DAYS):
        HOURS_CONTRACT.refuse(
            "until",
            f"is not after `from`, within {MOST_DAYS} days",
            f"要在 from 之后，{MOST_DAYS} 天以内",
        )
    told = [
        {"hour": _iso(one.hour), **_figures(one._asdict())}
        for one in hours_of(database(), first, until, code)
    ]
    response = jsonify({"station": code, "hours": told})
    response.headers["Cache-Control"] = NO_STORE
    return response


def _figures(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in {"code", "hour"}}


def _known_form(code: str) -> str:
    """Raises NotFound for what no code looks like: PostgreSQL would refuse a NUL with an error."""
    if _CODE.fullmatch(code) is None:
        raise NotFound("station", code[:64])
    return code


def _iso(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
