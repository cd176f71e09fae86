"""Uploads on their way through the steps of an import by page, without the page."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from station_map.importers.job import UPLOAD, Request, serve
from station_map.importers.limits import ImportLimits
from station_map.store import import_jobs
from station_map.store.database import Database
from station_map.store.import_jobs import ImportJob, Step
from station_map.store.writing import writing

LIMITS = ImportLimits()


@dataclass
class Upload:
    """One file of one account; `step` does a step here and now."""

    database: Database
    account: int
    data_dir: Path
    id: str
    limits: ImportLimits = LIMITS

    @property
    def job(self) -> ImportJob:
        return import_jobs.job_of(self.database, self.account, self.id)

    @property
    def folder(self) -> Path:
        return import_jobs.folder_of(self.data_dir, self.id)

    def choose(self, **choices: Any) -> None:
        with writing(self.database, actor="test") as unit:
            import_jobs.choose(unit, self.account, self.id, **choices)

    def begin(self, step: Step) -> Request:
        with writing(self.database, actor="test") as unit:
            turn = import_jobs.begin(unit, self.account, self.id, step)
        return Request(self.database.url, self.id, turn, self.folder, self.limits)

    def step(self, step: Step) -> ImportJob:
        serve(self.begin(step))
        return self.job

    def take_columns(self, **changed: str) -> None:
        """Every usable sheet as it was read, but for these columns (by their text)."""
        looked = self.job.looked
        assert looked is not None
        columns = {
            str(sheet["number"]): {
                str(column["index"]): changed.get(column["label"])
                or column["read_as"]
                or "(ignored)"
                for column in sheet["columns"]
            }
            for sheet in looked["sheets"]
            if not sheet["hidden"] and sheet["columns"]
        }
        self.choose(columns=columns)


def upload(database: Database, account: int, data_dir: Path, file: Path) -> Upload:
    """`file` as an account would have uploaded it."""
    made = Upload(database, account, data_dir, import_jobs.new_id())
    (made.folder / UPLOAD).mkdir(parents=True)
    shutil.copy(file, made.folder / UPLOAD / file.name)
    with writing(database, actor="test") as unit:
        import_jobs.create(unit, account, made.id, file.name, file.stat().st_size)
    return made
