"""What the forms of a bulk change ask for: which stations, and what they become."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from station_map.domain import bulk_change
from station_map.domain.bulk_change import BulkChange
from station_map.domain.vocabulary import AMENITY_BY_CODE, HostType, Kind, Labelled, Status
from station_map.errors import InputError
from station_map.geo.polygon import read_polygon
from station_map.search.selecting import Selection
from station_map.store import accounts
from station_map.web.admin.forms import Form, in_chinese
from station_map.web.runtime import database

_LONGEST: Final = 100


# ---- which stations ---------------------------------------------------------------------


def read_selection(form: Form) -> Selection | None:
    """What the form asks for; None, with the trouble kept, when it cannot be had."""
    before = len(form.trouble)
    selection = Selection(
        area=form.read(_area, "area", None),
        kinds=_codes(form, "kind", Kind),
        hosts=_codes(form, "host_type", HostType),
        statuses=_codes(form, "status", Status),
        amenity=form.read(_amenity, "amenity", None),
        brand=form.read(_line, "brand", None),
        text=form.read(_line, "text", None),
        not_verified_days=form.read(_days, "not_verified_days", None),
        polygon=form.read(
            lambda told: read_polygon(told) if told.strip() else None, "polygon", None
        ),
    )
    if len(form.trouble) > before:
        return None
    if selection.empty:
        form.trouble[""] = "请至少选一个条件，免得把所有的驿站都改了。"
        return None
    return selection


def _codes[L: Labelled](form: Form, name: str, vocabulary: type[L]) -> tuple[L, ...]:
    told = form.chosen(name)
    known = tuple(one for one in vocabulary if one.value in told)
    if len(known) != len(set(told) - {""}):
        form.trouble[name] = "请从列表里选。"
    return known


def _area(told: str) -> str | None:
    if told and told not in dict(accounts.areas_to_choose(database())):
        raise InputError("没有这个地区。 There is no such area.")
    return told or None


def _amenity(told: str) -> str | None:
    if told and told not in AMENITY_BY_CODE:
        raise InputError("请从列表里选。 Choose one of the list.")
    return told or None


def _line(told: str) -> str | None:
    line = " ".join(told.split())
    if len(line) > _LONGEST or not line.isprintable():
        raise InputError(f"最多 {_LONGEST} 个字。 At most {_LONGEST} characters.")
    return line or None


def _days(told: str) -> int | None:
    days = told.strip()
    if not days:
        return None
    if not (days.isascii() and days.isdecimal() and 1 <= int(days[:9]) <= 36_500):
        raise InputError("请写天数，1 到 36500，比如 180。 A number of days.", example="180")
    return int(days)


def area_names(selection: Selection) -> dict[str, str]:
    """The name of the selection's area, by its adcode."""
    return accounts.known_areas(database(), [selection.area] if selection.area else [])


# ---- what to change ---------------------------------------------------------------------


def read_change(form: Form) -> BulkChange | None:
    """What the form asks for; None, with the trouble kept, when it cannot be had."""
    readers: dict[str, Callable[[], BulkChange]] = {
        "dated": lambda: bulk_change.dated_hours(
            form["first_day"],
            form["last_day"],
            form["dated_hours"],
            form["override_reason"],
            form["note"],
        ),
        "hours": lambda: bulk_change.hours_change(form["hours"]),
        "status": lambda: bulk_change.status_change(
            form["new_status"], form["status_reason"], form["suspended_until"]
        ),
        "amenity": lambda: bulk_change.amenity_change(form["amenity_code"], form["amenity_state"]),
    }
    reader = readers.get(form["change"])
    if reader is None:
        form.trouble["change"] = "请选要改什么。"
        return None
    try:
        return reader()
    except InputError as error:
        name = {"status": "new_status"}.get(error.parameter or "", error.parameter)
        form.trouble.setdefault(name or "change", in_chinese(error))
        return None
