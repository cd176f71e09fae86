"""Opening hours that are true: open, closed or unknown, at any moment.

china_calendar.py  holidays and make-up workdays
rules.py           an expression taken apart
selectors.py       what dates and times mean (opening-hours-py)
schedule.py        one expression by the day; its docstring defines the meaning
timeline.py        with dated exceptions: intervals
state.py           the state of a station at a moment
timetable.py       what a clock decides by, the same for many stations
wording.py         that state in Chinese and English
"""

from __future__ import annotations

from station_map.domain.hours.china_calendar import (
    PLAIN_WEEKS,
    Calendar,
    DayKind,
    china_calendar,
)
from station_map.domain.hours.rules import Code
from station_map.domain.hours.schedule import Schedule, Segment, schedule_of
from station_map.domain.hours.selectors import Place
from station_map.domain.hours.state import Hours, State, StateCode, state_at
from station_map.domain.hours.timeline import (
    SHANGHAI,
    DatedException,
    Timeline,
    intervals,
    local_day,
    minutes,
)
from station_map.domain.hours.timetable import (
    HOURS_A_DAY,
    Timetable,
    hour_of,
    read_exceptions,
    rules_in_force,
)
from station_map.domain.hours.wording import state_detail, state_note, state_text, state_word

__all__ = [
    "HOURS_A_DAY",
    "PLAIN_WEEKS",
    "SHANGHAI",
    "Calendar",
    "Code",
    "DatedException",
    "DayKind",
    "Hours",
    "Place",
    "Schedule",
    "Segment",
    "State",
    "StateCode",
    "Timeline",
    "Timetable",
    "china_calendar",
    "hour_of",
    "intervals",
    "local_day",
    "minutes",
    "read_exceptions",
    "rules_in_force",
    "schedule_of",
    "state_at",
    "state_detail",
    "state_note",
    "state_text",
    "state_word",
]
