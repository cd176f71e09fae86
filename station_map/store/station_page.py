"""What a station's own page reads beside the station's card and document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from station_map.domain.hours import DatedException, read_exceptions
from station_map.store.database import Database

# Who verified is told when it is no person: the organisation that the record itself names,
# or one of the roles that records use.
_ROLES: Final = ("工会巡查", "站点自报", "职工反馈")

_VERIFIED_BY: Final = """
SELECT verified_by FROM station
WHERE code = %(code)s
    AND (verified_by IN (operator, source, brand) OR verified_by = ANY(%(roles)s))
"""

# As the timetables have them: the station's own before the city's, later before earlier ones.
_EXCEPTIONS: Final = """
SELECT t.exceptions FROM station s
CROSS JOIN LATERAL station_timing(s.id, 'open', s.opening_hours, NULL) t
WHERE s.code = %(code)s
"""


@dataclass(frozen=True, slots=True)
class Beside:
    """verified_by: an organisation or a role, None when unknown or a person.

    exceptions: hours of certain days; the first that covers a day holds.
    """

    verified_by: str | None
    exceptions: tuple[DatedException, ...]


def beside_station(database: Database, code: str) -> Beside:
    """What is read beside a station; nothing of one that does not exist."""
    who = database.rows(_VERIFIED_BY, {"code": code, "roles": list(_ROLES)})
    timing = database.rows(_EXCEPTIONS, {"code": code})
    return Beside(
        verified_by=who[0][0] if who else None,
        exceptions=read_exceptions(timing[0][0]) if timing else (),
    )
