"""One case: what was reported about which station, and what can be done about it."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from flask import Response, request

from station_map.domain.accounts import Account, Action, Role, may
from station_map.domain.cases import CaseAnswer, checked_note
from station_map.domain.hours import local_day
from station_map.domain.reports import ReportKind
from station_map.domain.vocabulary import AMENITY_BY_CODE, AccessMethod, Status
from station_map.errors import Conflict, InputError, NotFound
from station_map.store import accounts, case_answers, case_whole, repairs, report_photos
from station_map.store import cases as stored
from station_map.store.case_answers import Answering, Repair
from station_map.store.case_whole import CaseWhole
from station_map.store.cases import CaseBrief
from station_map.store.writing import writing
from station_map.web.admin.cookies import PATH
from station_map.web.admin.forms import BAD_REQUEST, Form, given, in_chinese
from station_map.web.admin.gate import blueprint, go, page, require
from station_map.web.admin.queue.reading import (
    AMENITY_STATE_WORDS,
    choice,
    now,
    number_or_none,
    whole_number,
)
from station_map.web.admin.queue.spots import asked_datum, collection, point, spots_frame
from station_map.web.runtime import database, settings

_CONFLICT: Final = 409
_MOST_REPORTS: Final = 10_000_000
_LONGEST_SUSPENSION: Final = dt.timedelta(days=3 * 366)
_ANSWERS: Final = tuple((one.value, one.zh) for one in CaseAnswer)
_DONE: Final = {
    "assigned": "分好了。",
    "answered": "答复好了，骑手看到的已经跟着变。",
    "reopened": "重新打开了。",
}


@blueprint.get("/cases/<int:number>")
def case(number: int) -> Response:
    """The case, its station at a glance, its reports, and what can be done."""
    brief, me = _mine(number)
    return _case_page(brief, me, done=_DONE.get(request.args.get("done", "")))


@blueprint.get("/cases/<int:number>/photos/<name>")
def case_photo(number: int, name: str) -> Response:
    """A photo that came with a report of the case."""
    brief, _ = _mine(number)
    if not case_whole.has_photo(database(), brief.id, name):
        raise NotFound("photo", name[:64])
    path = report_photos.path_of(settings().data_dir, name)
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound("photo", name) from error
    return Response(data, mimetype="image/jpeg")


@blueprint.get("/cases/<int:number>/spots.json")
def case_spots(number: int) -> Response:
    """The station and where its reporters were, for the map."""
    brief, _ = _mine(number)
    whole, datum = case_whole.whole(database(), brief.id), asked_datum()
    station = whole.station
    spots = [point(station.lon, station.lat, datum, name=brief.name, look="station")]
    for number_, one in enumerate(whole.reports, 1):
        if one.lon is not None and one.lat is not None:
            spots.append(point(one.lon, one.lat, datum, name=f"反映 {number_}", look="report"))
    return collection(spots)


@blueprint.post("/cases/<int:number>/assign")
def case_assign(number: int) -> Response:
    """Take the case, give it to somebody who may handle it, or put it back."""
    brief, me = _mine(number)
    form = given()
    try:
        chosen = number_or_none(form["to"])
        name = _assignee(brief, me, chosen)
        with writing(database(), actor=me.name) as unit:
            if chosen is None:
                case_answers.release(unit, brief.id, brief.station)
            else:
                case_answers.assign(unit, brief.id, brief.station, chosen, name)
    except (InputError, Conflict) as error:
        return _refused(brief, me, form, error, "to")
    return _back(number, "assigned")


@blueprint.post("/cases/<int:number>/answer")
def case_answer(number: int) -> Response:
    """Answer the case, with the change that fixed it if there is one."""
    brief, me = _mine(number)
    form = given()
    told = form.read(lambda told: choice((("", "还没选"), *_ANSWERS), told, "answer"), "answer", "")
    if not told and not form.trouble:
        form.trouble["answer"] = "请选一种答复。"
    note = form.read(checked_note, "note", None)
    revision = form.read(number_or_none, "revision", None)
    seen = form.read(_seen, "seen", 0)
    if form.trouble:
        return _case_page(brief, me, form=form, status=BAD_REQUEST)
    return _answered(
        brief,
        me,
        form,
        Answering(answer=CaseAnswer(told), seen=seen, note=note, revision=revision),
    )


@blueprint.post("/cases/<int:number>/repair")
def case_repair(number: int) -> Response:
    """Change the station right here, and answer the case with that change."""
    brief, me = _mine(number)
    form = given("amenities")
    note = form.read(checked_note, "note", None)
    seen = form.read(_seen, "seen", 0)
    repair = _repair(form, brief, me, note)
    if form.trouble or repair is None:
        return _case_page(brief, me, form=form, status=BAD_REQUEST)
    return _answered(
        brief, me, form, Answering(answer=CaseAnswer.FIXED, seen=seen, note=note, repair=repair)
    )


@blueprint.post("/cases/<int:number>/reopen")
def case_reopen(number: int) -> Response:
    """Take the answer back."""
    brief, me = _mine(number)
    form = given()
    note = form.read(checked_note, "note", None)
    if form.trouble:
        return _case_page(brief, me, form=form, status=BAD_REQUEST)
    try:
        with writing(database(), actor=me.name) as unit:
            case_answers.reopen(unit, brief.id, brief.station, note)
    except Conflict as error:
        return _refused(brief, me, form, error, "")
    return _back(number, "reopened")


# ---- who may, and what was asked for ---------------------------------------------------------


def _mine(number: int) -> tuple[CaseBrief, Account]:
    """The case and who is signed in, who may handle it. Raises NotFound and NotAllowed."""
    brief = stored.brief(database(), number)
    return brief, require(Action.CASE_HANDLE, brief.place)


def _seen(told: str) -> int:
    return 0 if told == "0" else whole_number(told, _MOST_REPORTS, 1)


def _assignee(brief: CaseBrief, me: Account, chosen: int | None) -> str:
    if chosen is None or chosen == me.id:
        return me.name
    for number, name in _colleagues(brief, me):
        if number == chosen:
            return name
    raise InputError(
        "这个帐号不能处理这个驿站的反映。 This account may not handle it.", parameter="to"
    )


def _colleagues(brief: CaseBrief, me: Account) -> list[tuple[int, str]]:
    """To whom the case can be given: only those who see accounts' names choose among them."""
    if me.role is Role.KEEPER:
        return []
    return [
        (one.account.id, one.account.title or one.account.name)
        for one in accounts.all_accounts(database())
        if may(one.account, Action.CASE_HANDLE, brief.place)
    ]


def _repair(form: Form, brief: CaseBrief, me: Account, note: str | None) -> Repair | None:
    what = form["what"]
    if what == "right":
        require(Action.STATION_VERIFY, brief.place)
        return repairs.verified(me.role, now())
    require(Action.STATION_EDIT, brief.place)
    if what == "suspend":
        until = form.read(_until, "until", None)
        return repairs.suspended(until, note)
    if what == "close":
        return repairs.closed(note)
    if what == "broken":
        codes: tuple[str, ...] = ()
        codes = form.read(lambda _: _amenities(form.chosen("amenities")), "amenities", codes)
        return repairs.broken(codes)
    form.trouble[""] = "没有这种处理。"
    return None


def _until(told: str) -> dt.date | None:
    if told == "":
        return None
    today = local_day(now())
    try:
        day = dt.date.fromisoformat(told)
    except ValueError:
        raise _no_day(today) from None
    if not today < day <= today + _LONGEST_SUSPENSION:
        raise _no_day(today)
    return day


def _no_day(today: dt.date) -> InputError:
    example = today + dt.timedelta(days=7)
    return InputError(
        f"恢复的日子要在今天以后、三年以内，比如 {example}。 A day after today, like {example}.",
        parameter="until",
        example=example.isoformat(),
    )


def _amenities(told: list[str]) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(code for code in told if code in AMENITY_BY_CODE))
    if not codes or len(codes) != len(set(told)):
        raise InputError("请勾选坏了的设备。 Choose what is broken.", parameter="amenities")
    return codes


# ---- answers -------------------------------------------------------------------------------


def _answered(brief: CaseBrief, me: Account, form: Form, told: Answering) -> Response:
    try:
        with writing(database(), actor=me.name) as unit:
            case_answers.answer(unit, brief.id, brief.station, told)
    except (InputError, Conflict) as error:
        return _refused(brief, me, form, error, "")
    return _back(brief.id, "answered")


def _refused(
    brief: CaseBrief, me: Account, form: Form, error: InputError | Conflict, name: str
) -> Response:
    if isinstance(error, InputError):
        form.note(error, name)
        return _case_page(brief, me, form=form, status=BAD_REQUEST)
    form.trouble[""] = in_chinese(error)
    return _case_page(stored.brief(database(), brief.id), me, form=form, status=_CONFLICT)


def _back(number: int, done: str) -> Response:
    return go(f"{request.root_path}{PATH}/cases/{number}?done={done}")


def _case_page(
    brief: CaseBrief,
    me: Account,
    *,
    form: Form | None = None,
    done: str | None = None,
    status: int = 200,
) -> Response:
    whole = case_whole.whole(database(), brief.id)
    return page(
        "case.html",
        status=status,
        case=whole.brief,
        whole=whole,
        form=form or Form(),
        done=done,
        mine=whole.brief.assigned_to == me.id,
        colleagues=_colleagues(brief, me),
        answers=_ANSWERS,
        kinds=ReportKind,
        frame=spots_frame() if _has_spots(whole) else None,
        tomorrow=local_day(now()) + dt.timedelta(days=1),
        **_words(whole),
    )


def _has_spots(whole: CaseWhole) -> bool:
    return any(report.lon is not None for report in whole.reports)


def _words(whole: CaseWhole) -> dict[str, Any]:
    station = whole.station
    told = dict.fromkeys(report.amenity for report in whole.reports if report.amenity)
    had = {code: None for code, state in station.amenities.items() if state in ("yes", "partial")}
    return {
        "status_words": Status(station.status).zh,
        "access_words": AccessMethod(station.access_method).zh if station.access_method else None,
        "reported": [
            (code, AMENITY_BY_CODE[code].zh, _state_words(station.amenities.get(code)))
            for code in told
        ],
        "breakable": [
            (code, AMENITY_BY_CODE[code].zh, code in told)
            for code in [*told, *(code for code in had if code not in told)]
        ],
        "amenity_words": {code: AMENITY_BY_CODE[code].zh for code in told},
    }


def _state_words(state: str | None) -> str:
    return AMENITY_STATE_WORDS.get(state or "", "不清楚")
