"""One step of a planner's upload: look into the file, check what would come of it, keep it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import psycopg
import shapely

from station_map.domain.accounts import Account, Action, may
from station_map.domain.vocabulary import Datum
from station_map.errors import Conflict, NotAllowed
from station_map.importers.demand.report import DemandReport
from station_map.importers.demand.service import Settle, import_demand
from station_map.importers.job_watch import Watch
from station_map.importers.limits import ImportLimits
from station_map.importers.planning_files.areas import AreasRead, read_areas
from station_map.importers.planning_files.layers import (
    MOST_POINTS,
    MOST_ROWS,
    facts_of,
    options_of,
    told_of,
)
from station_map.importers.planning_files.looking import What, look
from station_map.importers.planning_files.sites import SitesRead, read_sites
from station_map.importers.reference import ensure_areas
from station_map.store import import_jobs, planning_sets
from station_map.store.database import Database
from station_map.store.import_jobs import ImportJob
from station_map.store.planning_sets import NewSet
from station_map.store.writing import writing

KEPT: Final = "set.json"
_DRAWN_DEG: Final = 0.0005
_MOST_DRAWN: Final = 500


@dataclass(frozen=True, slots=True)
class Upload:
    """folder: of the upload; path: the file in it."""

    folder: Path
    path: Path
    limits: ImportLimits


class PlanningSteps:
    """The steps of one upload; see `importers/job.py`, whose process they run in."""

    def __init__(
        self,
        database: Database,
        upload: Upload,
        job: ImportJob,
        account: Account,
        watch: Watch,
    ) -> None:
        self.database = database
        self.folder, self.path, self.limits = upload.folder, upload.path, upload.limits
        self.job, self.account, self.watch = job, account, watch

    def do(self) -> None:
        """Do the step that is due, and write down how it ended. Raises NotAllowed."""
        if not may(self.account, Action.PLANNING_RUN):
            raise NotAllowed("你的帐号没有这个权限。 Your account may not do this.")
        demand = self.job.kind == "demand"
        if self.job.step == "look":
            form, parts = look(self.path, self._what(), self.limits)
            self._end({"form": form, "parts": [dataclasses.asdict(part) for part in parts]})
        elif self.job.step == "check":
            self._check_layer() if demand else self._check_set()
        else:
            self._keep_layer() if demand else self._keep_set()

    def _end(self, found: dict[str, Any]) -> None:
        job = self.job
        with writing(self.database, actor=self.account.name, origin="system") as unit:
            if not import_jobs.found(unit, job.id, job.turn, job.step, found):
                raise KeyboardInterrupt
            self.watch.end()

    def _what(self) -> What:
        return "demand" if self.job.kind == "stations" else self.job.kind

    # --- a layer of demand ---------------------------------------------------------------------

    def _take(self, settle: Settle, *, dry_run: bool) -> DemandReport:
        ensure_areas(self.database)
        choices = self.job.choices
        options = options_of(choices, self.limits, actor=self.account.name, dry_run=dry_run)
        return import_demand(
            self.database, self.path, facts_of(choices), options, self.watch, settle
        )

    def _check_layer(self) -> None:
        told: dict[str, Any] = {}

        def settle(connection: psycopg.Connection, report: DemandReport) -> None:
            told.update(told_of(connection, report))

        self._take(settle, dry_run=True)
        self._end(told)

    def _keep_layer(self) -> None:
        def settle(connection: psycopg.Connection, report: DemandReport) -> None:
            shown = (self.job.checked or {})["layer"]["digest"]
            if report.layer is None or report.layer.digest != shown:
                raise Conflict(
                    "检查以后数据又变了，什么也没有存。请再检查一次。 It changed; check it again."
                )
            self._taken(connection)

        if not self._take(settle, dry_run=False).changed:
            # The importer has undone its transaction, and with it that the job is done.
            with writing(self.database, actor=self.account.name, origin="system") as unit:
                import_jobs.taken(unit, self.job.id, self.job.turn, None)
        self.path.unlink()

    def _taken(self, unit: psycopg.Connection) -> None:
        if not import_jobs.taken(unit, self.job.id, self.job.turn, None):
            raise KeyboardInterrupt
        # Nobody can ask to stop any more: the row is ours until all is stored.
        self.watch.end()

    # --- areas and sites -----------------------------------------------------------------------

    def _check_set(self) -> None:
        choices = self.job.choices
        datum = Datum(choices["datum"]) if choices["datum"] else None
        kind: planning_sets.SetKind
        if self.job.kind == "areas":
            kind = "areas"
            names = self._name_columns(choices.get("names"))
            areas = read_areas(self.path, datum, names, self.limits, self.watch)
            told = areas_told(areas)
            content = planning_sets.packed(kind, list(areas.members))
        else:
            kind = "sites"
            sites = read_sites(self.path, datum, self.limits, self.watch)
            told = sites_told(sites)
            content = planning_sets.packed(kind, list(sites.members))
        (self.folder / KEPT).write_bytes(content)
        self._end(told)

    def _name_columns(self, chosen: str | None) -> dict[str, str]:
        """The column that names an area, by layer: the one chosen, where it is there."""
        if not chosen:
            return {}
        parts = (self.job.looked or {"parts": []})["parts"]
        return {part["name"]: chosen for part in parts if chosen in part["labels"]}

    def _keep_set(self) -> None:
        kept = self.folder / KEPT
        if not kept.is_file():
            raise Conflict("检查的结果已经删掉了，请再检查一次。 Check it again.")
        kind: planning_sets.SetKind = "areas" if self.job.kind == "areas" else "sites"
        with writing(self.database, actor=self.account.name, origin="import") as unit:
            told = NewSet(kind, self.job.choices["called"], kept.read_bytes(), self.job.file_name)
            planning_sets.keep_set(
                unit, told, by=self.account.name, replace=bool(self.job.choices["replace"])
            )
            self._taken(unit)
        kept.unlink()
        self.path.unlink()


def _shared(found: AreasRead | SitesRead) -> dict[str, Any]:
    return {
        "count": len(found.members),
        "rows": [(part, row, "refused", why) for part, row, why in found.refused[:MOST_ROWS]],
        "rows_more": max(len(found.refused) - MOST_ROWS, 0),
        "refused": len(found.refused),
        "parts": [
            {"name": name, "read": True, "datum": datum, "because": because, "warnings": []}
            for name, (datum, because) in found.datums.items()
        ],
    }


def areas_told(found: AreasRead) -> dict[str, Any]:
    """What the page shows of areas; shapes: the first, drawn coarser, for its map."""
    shapes = [shapely.geometry.shape(shape) for _, shape in found.members]
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    coarse = shapely.simplify(shapes[:_MOST_DRAWN], _DRAWN_DEG)
    return {
        **_shared(found),
        "names": [name for name, _ in found.members],
        "extent": [west, south, east, north],
        "shapes": [shape.__geo_interface__ for shape in coarse if not shape.is_empty],
    }


def sites_told(found: SitesRead) -> dict[str, Any]:
    """What the page shows of sites."""
    table = np.array([site[:2] for site in found.members])
    extent = [*table.min(axis=0).tolist(), *table.max(axis=0).tolist()]
    costs: Mapping[str, float] = {
        "least": min(site[4] for site in found.members),
        "most": max(site[4] for site in found.members),
    }
    return {
        **_shared(found),
        "statuses": dict(Counter(site[3] for site in found.members)),
        "names": [site[2] for site in found.members],
        "costs": costs,
        "unlimited": sum(site[5] is None for site in found.members),
        "extent": extent,
        "points": [(lon, lat, 1.0) for lon, lat, *_ in found.members[:MOST_POINTS]],
    }
