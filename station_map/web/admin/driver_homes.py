"""Driver homes against the ministry's minimum: which fall short, of what; as a page and as csv."""

from __future__ import annotations

from typing import Final

from flask import Response, request

from station_map.domain.accounts import Action, may
from station_map.domain.driver_home import Requirement, Shortfall, Verdict, check_minimum
from station_map.exporters.driver_homes import as_csv
from station_map.store.driver_homes import StoredHome
from station_map.store.driver_homes import driver_homes as stored_homes
from station_map.web.admin import identity
from station_map.web.admin.gate import blueprint, page
from station_map.web.runtime import database

# Who plans, or edits an area: those who see what riders wish for there.
RIGHT: Final = Action.WISH_SEE
_SHOWN: Final = {verdict.value: verdict for verdict in Verdict}

Checked = tuple[StoredHome, Shortfall]


@blueprint.get("/driver-homes")
def driver_homes() -> Response:
    """The list, the whole of it or those with one verdict, and how many lack what."""
    homes = _mine()
    asked = _SHOWN.get(request.args.get("show", ""))
    verdicts = [told.verdict for _, told in homes]
    return page(
        "driver_homes.html",
        homes=[one for one in homes if asked in {None, one[1].verdict}],
        asked=asked,
        counts=[(verdict, verdicts.count(verdict)) for verdict in Verdict],
        total=len(homes),
        requirements=[_counted(place, homes) for place in range(len(Requirement))],
        missing=Verdict.MISSING,
        unknown=Verdict.UNKNOWN,
    )


@blueprint.get("/driver-homes.csv")
def driver_homes_csv() -> Response:
    """The whole list as a file."""
    response = Response(as_csv(_mine()), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="driver-homes.csv"'
    return response


def _mine() -> list[Checked]:
    """Those in the account's reach."""
    me = identity.signed_in().account
    return [
        (home, Shortfall(check_minimum(home.home)))
        for home in stored_homes(database())
        if may(me, RIGHT, home.place)
    ]


def _counted(place: int, homes: list[Checked]) -> tuple[str, int, int]:
    """A requirement, of how many it is missing, and of how many unknown."""
    verdicts = [told.findings[place].verdict for _, told in homes]
    name = list(Requirement)[place].zh
    return name, verdicts.count(Verdict.MISSING), verdicts.count(Verdict.UNKNOWN)
