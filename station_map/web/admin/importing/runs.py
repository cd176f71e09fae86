"""What an import run did, its report, and the way to take it back."""

from __future__ import annotations

from typing import Final

from flask import Response

from station_map.domain.accounts import Action
from station_map.domain.accounts.roles import Reach, reach
from station_map.domain.vocabulary import Datum
from station_map.errors import NotFound
from station_map.importers.report import OUTCOME_ZH
from station_map.store import import_jobs, import_runs
from station_map.web.access import ACCESS, lets_in
from station_map.web.admin.gate import blueprint, page
from station_map.web.admin.importing.uploads import me, reports_of
from station_map.web.runtime import database

_STATIONS_SHOWN: Final = 50
_ACTION_ZH: Final = {"created": "新建", "updated": "更新", "deleted": "换下的示例"}


@blueprint.get("/imports/<int:number>")
def import_result(number: int) -> Response:
    """One run: for whoever made it, and for those who may import everywhere."""
    account, run = me(), import_runs.run_of(database(), number)
    if run.actor != account.name and reach(account, Action.IMPORT_RUN) is not Reach.ALL:
        raise NotFound("import run", str(number))
    job = import_jobs.job_of_run(database(), number)
    mine = job if job is not None and job.account_id == account.id else None
    return page(
        "importing/run.html",
        run=run,
        datum=Datum(run.datum).zh if run.datum else "",
        job=mine,
        reports=reports_of(mine) if mine else [],
        stations=import_runs.stations_of_run(database(), number, _STATIONS_SHOWN),
        outcome_zh=OUTCOME_ZH,
        action_zh=_ACTION_ZH,
        revert=lets_in(ACCESS["admin.import_revert"], account),
    )
