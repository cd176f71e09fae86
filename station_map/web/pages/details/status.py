"""What stands below the state of a station that is not simply in use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from station_map.domain.vocabulary import Status
from station_map.web.language import mark, t
from station_map.web.pages import wording


@dataclass(frozen=True, slots=True)
class StatusNote:
    """lines: sentences. going: whether it makes sense to go there, now or soon."""

    lines: tuple[str, ...]
    going: bool


_NOTES: Final[dict[str, str]] = {
    Status.PLANNED: mark("这个驿站还在筹建，没有开放。"),
    Status.CLOSED: mark("这个驿站已经关闭，不要白跑一趟。"),
    Status.DELISTED: mark("这个驿站已经摘牌，不再是工会驿站。"),
}


def status_note(facts: Mapping[str, Any], today: dt.date) -> StatusNote:
    """The note of a station from the JSON of all its fields; empty when it is in use."""
    status, reason = facts.get("status"), facts.get("status_reason")
    why = (t("原因：%(reason)s", reason=reason),) if reason else ()
    if status in _NOTES:
        return StatusNote((t(_NOTES[status]), *why), going=False)
    if status == Status.SUSPENDED:
        return _suspended(facts.get("suspended_until"), why, today)
    return StatusNote(why, going=True)


def _suspended(until: str | None, why: tuple[str, ...], today: dt.date) -> StatusNote:
    if until is None:
        return StatusNote((t("暂停开放，什么时候恢复还不知道。"), *why), going=False)
    day = wording.day(until)
    if dt.date.fromisoformat(until) <= today:
        late = t("原定 %(day)s恢复开放，还没有人确认。", day=day)
        return StatusNote((late, *why), going=True)
    return StatusNote((t("暂停开放，预计 %(day)s恢复。", day=day), *why), going=False)
