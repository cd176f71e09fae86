"""What stands below the state of a station that is not simply in use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from station_map.domain.vocabulary import Status
from station_map.web.pages import wording


@dataclass(frozen=True, slots=True)
class StatusNote:
    """lines: sentences. going: whether it makes sense to go there, now or soon."""

    lines: tuple[str, ...]
    going: bool


_NOTES: Final[dict[str, str]] = {
    Status.PLANNED: "这个驿站还在筹建，没有开放。",
    Status.CLOSED: "这个驿站已经关闭，不要白跑一趟。",
    Status.DELISTED: "这个驿站已经摘牌，不再是工会驿站。",
}


def status_note(facts: Mapping[str, Any], today: dt.date) -> StatusNote:
    """The note of a station from the JSON of all its fields; empty when it is in use."""
    status, reason = facts.get("status"), facts.get("status_reason")
    why = (f"原因：{reason}",) if reason else ()
    if status in _NOTES:
        return StatusNote((_NOTES[status], *why), going=False)
    if status == Status.SUSPENDED:
        return _suspended(facts.get("suspended_until"), why, today)
    return StatusNote(why, going=True)


def _suspended(until: str | None, why: tuple[str, ...], today: dt.date) -> StatusNote:
    if until is None:
        return StatusNote(("暂停开放，什么时候恢复还不知道。", *why), going=False)
    day = wording.day_zh(until)
    if dt.date.fromisoformat(until) <= today:
        return StatusNote((f"原定 {day}恢复开放，还没有人确认。", *why), going=True)
    return StatusNote((f"暂停开放，预计 {day}恢复。", *why), going=False)
