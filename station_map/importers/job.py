"""One step of an import by page, in a process of its own: look, place, check or run.

Run as `python -m station_map.importers.job` with a JSON request on standard input. How it ends is
written into the table `import_job`; nothing else is told to anybody.
"""

from __future__ import annotations

import dataclasses
import gc
import json
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from station_map.domain.accounts import Account, Action, Place, may
from station_map.domain.accounts.roles import Reach, reach
from station_map.errors import Conflict, NotAllowed, NotFound, StationMapError
from station_map.importers.job_choices import headers_of, sheet_choices
from station_map.importers.job_watch import Watch
from station_map.importers.limits import ImportLimits
from station_map.importers.looking import look, survey
from station_map.importers.outcome_file import (
    Detail,
    Picks,
    different_rows,
    taken_rows,
    write_outcomes,
)
from station_map.importers.report import ImportReport, RowResult
from station_map.importers.report_files import write_report
from station_map.importers.service import ImportOptions, import_files
from station_map.importers.values.remarks import Remark
from station_map.store import accounts, areas, import_jobs, import_runs
from station_map.store.database import Database, UnitOfWork
from station_map.store.import_jobs import ImportJob, Step
from station_map.store.writing import writing

UPLOAD: Final = "upload"  # the folder that holds the file, under its own name
SHOWN: Final = "checked.sqlite"
STORED: Final = "stored.sqlite"
REPORTS: Final = ("report.xlsx", "report.json")
_NOT_YOURS: Final = Remark(
    "refusal",
    "不在你管的地区，没有导入",
    "outside the areas of this account; not taken in",
)
_FAULT: Final = "出了没料到的错，什么也没有写入。可以再试一次；还不行请找系统管理员看日志。"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """What the process is asked to do. folder: of the upload."""

    database_url: str
    job: str
    turn: int
    folder: Path
    limits: ImportLimits

    def as_json(self) -> bytes:
        """For the pipe."""
        told = dataclasses.asdict(self) | {"folder": str(self.folder)}
        return json.dumps(told).encode() + b"\n"

    @classmethod
    def of_json(cls, line: bytes) -> Request:
        """From the pipe."""
        told = json.loads(line)
        return cls(
            told["database_url"],
            told["job"],
            told["turn"],
            Path(told["folder"]),
            ImportLimits(**told["limits"]),
        )


def uploaded_file(folder: Path) -> Path:
    """The file in an upload's folder. Raises Conflict when it is gone."""
    found = next((folder / UPLOAD).glob("*"), None)
    if found is None:
        raise Conflict("文件已经删掉了，请再上传一次。 The file is gone; upload it again.")
    return found


class Steps:
    """The steps of one upload; each returns what the page shall know."""

    def __init__(
        self, database: Database, request: Request, job: ImportJob, account: Account, watch: Watch
    ) -> None:
        self.database = database
        self.request = request
        self.job = job
        self.account = account
        self.watch = watch
        self.path = uploaded_file(request.folder)

    def do(self) -> None:
        """Do the step that is due, and write down how it ended."""
        steps: dict[Step, Callable[[], None]] = {
            "look": lambda: self._end(self._look()),
            "place": lambda: self._end(self._place()),
            "check": lambda: self._end(self._check()),
            "run": self._run,
        }
        steps[self.job.step]()

    def _end(self, found: dict[str, Any]) -> None:
        job = self.job
        with writing(self.database, actor=self.account.name, origin="system") as unit:
            if not import_jobs.found(unit, job.id, job.turn, job.step, found):
                raise KeyboardInterrupt
            self.watch.end()

    def _look(self) -> dict[str, Any]:
        sheets = look(self.path, self.request.limits, headers_of(self.job.choices), self.watch)
        return {"sheets": [dataclasses.asdict(sheet) for sheet in sheets]}

    def _place(self) -> dict[str, Any]:
        sheets = survey(
            self.path,
            self.request.limits,
            sheet_choices(self.job.choices, self.job.looked or {}, with_datum=False),
            lambda lons, lats: areas.districts_at(self.database, lons, lats),
            areas.names_of_districts(self.database),
            self.watch,
        )
        return {"sheets": [dataclasses.asdict(sheet) for sheet in sheets]}

    def _options(self, **more: Any) -> ImportOptions:
        return ImportOptions(
            actor=self.account.name,
            limits=self.request.limits,
            sheets=sheet_choices(self.job.choices, self.job.looked or {}),
            # Demo stations are everywhere: only who may touch all of them sends them away.
            replace_demo=reach(self.account, Action.IMPORT_RUN) is Reach.ALL,
            # People are at work on the pages, this import's own person among them.
            readers_wait=False,
            **more,
        )

    def _check(self) -> dict[str, Any]:
        told: dict[str, Any] = {}

        def settle(connection: UnitOfWork, report: ImportReport) -> None:
            outside = self._keep_to_areas(connection, report)
            told["outside"] = len(outside)
            told["demo_leaves"] = import_runs.deleted_in(connection, report.runs)
            self._write(SHOWN, connection, report)

        report = import_files(
            self.database, [self.path], self._options(dry_run=True), self.watch, settle
        )
        self._report(report)
        return told | {
            "counts": report.counts(),
            "rows": len(report.rows),
            "left_out": sum(len(sheet.left_out) for sheet in report.sheets),
            "sheets": [
                {
                    "sheet": sheet.sheet[:100],
                    "datum": sheet.datum,
                    "because": sheet.datum_zh,
                    "warnings": [warning.zh for warning in sheet.warnings],
                }
                for sheet in report.sheets
                if sheet.read
            ],
        }

    def _run(self) -> None:
        shown = self.request.folder / SHOWN
        take = taken_rows(shown, Picks.of_json(self.job.choices.get("picks")))

        def settle(connection: UnitOfWork, report: ImportReport) -> None:
            self._write(STORED, connection, report)
            self._refuse_surprises(shown)
            if self._keep_to_areas(connection, report):
                raise NotAllowed("有行不在你管的地区，什么也没有写入。 Some rows are not yours.")
            run = report.runs[0] if report.changed else None
            self.watch("写入数据库 storing", len(take), len(take))
            unit = import_runs.driver(connection)
            if not import_jobs.taken(unit, self.job.id, self.job.turn, run):
                raise KeyboardInterrupt
            # Nobody can ask to stop any more: the row is ours until all is stored.
            self.watch.end()

        report = import_files(
            self.database, [self.path], self._options(take=take), self.watch, settle
        )
        if not report.changed:
            # The importer has undone its transaction, and with it that the job is done.
            with writing(self.database, actor=self.account.name, origin="system") as unit:
                import_jobs.taken(unit, self.job.id, self.job.turn, None)
        self._report(report)
        self.path.unlink()

    def _keep_to_areas(self, connection: UnitOfWork, report: ImportReport) -> list[RowResult]:
        """Refuse the rows that create or change what lies outside the account's areas.

        A station that is moved counts where it was, too.
        """
        if reach(self.account, Action.IMPORT_RUN) is Reach.ALL:
            return []
        moved_from = {
            code: changes["adcode"][0]
            for code, changes, _ in import_runs.changes_of(connection, report.runs)
            if "adcode" in changes
        }
        outside = [
            row
            for row in report.rows
            if row.stored in {"created", "updated"}
            and not (
                self._may(row.adcode) and self._may(moved_from.get(row.code or "", row.adcode))
            )
        ]
        for row in outside:
            row.outcome, row.stored, row.repaired = "refused", None, False
            row.explain(_NOT_YOURS)
        return outside

    def _may(self, adcode: str | None) -> bool:
        return may(self.account, Action.IMPORT_RUN, Place(adcode=adcode))

    def _write(self, name: str, connection: UnitOfWork, report: ImportReport) -> None:
        details = (
            Detail(code, changes, facts)
            for code, changes, facts in import_runs.changes_of(connection, report.runs)
        )
        write_outcomes(self.request.folder / name, report, self._counted(details))

    def _counted(self, details: Iterator[Detail]) -> Iterator[Detail]:
        for number, detail in enumerate(details, 1):
            if number % 1_000 == 0:
                self.watch("比较前后 comparing", number, None)
            yield detail

    def _refuse_surprises(self, shown: Path) -> None:
        """What was not shown is not stored. Raises Conflict."""
        rows = different_rows(shown, self.request.folder / STORED)
        if rows:
            some = "、".join(map(str, rows[:5]))
            raise Conflict(
                f"检查以后数据又变了：{len(rows)} 行的结果和给你看的不一样（第 {some} 行{'等' if len(rows) > 5 else ''}），"
                "什么也没有写入。请再检查一次。 The data changed since the check; check again."
            )

    def _report(self, report: ImportReport) -> None:
        for name in REPORTS:
            self.watch("写结果文件 reports", 0, None)
            write_report(report, self.request.folder / name)


def serve(request: Request) -> None:
    """Do the step. Faults end in the table, so that the page can tell them."""
    database = Database(request.database_url, pool_size=2)
    try:
        try:
            job = import_jobs.step_of(database, request.job, request.turn)
        except NotFound:
            return  # given up before it began
        watch = Watch(database, job.id, job.turn)
        trouble, state = "", "cancelled"
        try:
            with watch.watching():
                account = accounts.account_by_id(database, job.account_id).account
                _do(database, request, job, account, watch)
                return
        except KeyboardInterrupt:
            pass
        except StationMapError as error:
            trouble, state = chinese_of(error), "failed"
        except Exception as error:  # noqa: BLE001 - whatever it is, the page is told
            # What a driver says may hold cells of the file: only its kind goes into the log.
            _log.error("step %s of an import failed: %s", job.step, type(error).__name__)
            trouble, state = _FAULT, "failed"
        with writing(database, actor="import", origin="system") as unit:
            import_jobs.stopped(unit, job.id, job.turn, state, trouble)  # type: ignore[arg-type]
    finally:
        database.close()


def _do(
    database: Database, request: Request, job: ImportJob, account: Account, watch: Watch
) -> None:
    if job.kind == "stations":
        Steps(database, request, job, account, watch).do()
        return
    # Loads what reads shapes and rasters.
    from station_map.importers.planning_files.steps import PlanningSteps, Upload

    upload = Upload(request.folder, uploaded_file(request.folder), request.limits)
    PlanningSteps(database, upload, job, account, watch).do()


def chinese_of(error: Exception) -> str:
    """The Chinese part of a message in both languages: a line of its own, or the first sentence."""
    first, line, _ = str(error).partition("\n")
    return first if line else first.partition("。 ")[0].rstrip("。") + "。"


def main() -> None:
    """Serve the request on standard input."""
    # Looking for cycles among all the rows again and again finds none.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    logging.basicConfig(level=logging.WARNING)
    serve(Request.of_json(sys.stdin.buffer.readline()))


if __name__ == "__main__":
    main()
