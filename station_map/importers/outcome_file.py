"""What became of each row, in a file of its own: looked at page by page, never all at once.

It is an SQLite database in the upload's folder; it goes when the upload goes.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from station_map.importers.report import ImportReport, RowResult

# What can be taken in, or not.
TAKABLE: Final = ("created", "updated", "repaired")
PAGE_ROWS: Final = 50
MOST_PICKED: Final = 20_000
_TABLES: Final = """
CREATE TABLE row (
    ordinal INTEGER PRIMARY KEY, sheet TEXT, row INTEGER, outcome TEXT, stored TEXT, code TEXT,
    name TEXT, reason TEXT, district TEXT, takable INTEGER
);
CREATE TABLE detail (code TEXT PRIMARY KEY, changes TEXT, facts TEXT, digest TEXT) WITHOUT ROWID;
CREATE TABLE left_out (sheet TEXT, row INTEGER, reason TEXT);
"""
_INDEX: Final = "CREATE INDEX row_outcome ON row (outcome, ordinal)"


@dataclass(frozen=True, slots=True)
class Detail:
    """What the store says of a station that the import creates or changes.

    changes: {field: [before, after]}. facts: of a new one, as they will be stored.
    """

    code: str
    changes: Mapping[str, Any]
    facts: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Picks:
    """Which rows are taken: by outcome, but for single rows that are told apart."""

    outcomes: frozenset[str] = frozenset(TAKABLE)
    rows: Mapping[int, bool] = field(default_factory=dict)

    def takes(self, ordinal: int, outcome: str) -> bool:
        """Whether a row that could be taken is."""
        return self.rows.get(ordinal, outcome in self.outcomes)

    def as_json(self) -> dict[str, Any]:
        """For the database."""
        return {
            "outcomes": sorted(self.outcomes),
            "rows": {str(ordinal): taken for ordinal, taken in self.rows.items()},
        }

    @classmethod
    def of_json(cls, told: Mapping[str, Any] | None) -> Picks:
        """From the database."""
        if told is None:
            return cls()
        rows = {int(ordinal): bool(taken) for ordinal, taken in told["rows"].items()}
        return cls(frozenset(told["outcomes"]), rows)


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row for the page. changes: {field: [before, after]}."""

    ordinal: int
    sheet: str
    row: int
    outcome: str
    stored: str | None
    code: str | None
    name: str
    reason: str
    district: str | None
    takable: bool
    changes: dict[str, Any]
    facts: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class RowPage:
    """Rows in the file's order. after, before: where the next and the last page begin."""

    rows: list[ShownRow]
    number: int
    after: int | None
    before: int | None


def write_outcomes(path: Path, report: ImportReport, details: Iterable[Detail]) -> None:
    """Write the file; a reader never sees half of it."""
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft)) as file:
        file.execute("PRAGMA journal_mode = OFF")
        file.execute("PRAGMA synchronous = OFF")
        file.executescript(_TABLES)
        file.executemany("INSERT INTO detail VALUES (?, ?, ?, ?)", map(_detail, details))
        file.executemany(
            "INSERT INTO row VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (_row(ordinal, row) for ordinal, row in enumerate(report.rows)),
        )
        file.executemany("INSERT INTO left_out VALUES (?, ?, ?)", _left_out(report))
        file.execute(_INDEX)
        file.commit()
    draft.replace(path)


def _row(ordinal: int, row: RowResult) -> tuple[Any, ...]:
    takable = row.stored in {"created", "updated"}
    return (
        ordinal, _text(row.sheet), row.row, row.outcome, row.stored, row.code, _text(row.name),
        _text(row.zh), row.district, takable,
    )  # fmt: skip


def _text(told: str) -> str:
    """Half a surrogate pair, which a broken file may hold, is no text to SQLite."""
    return told.encode("utf-8", "replace").decode()


def _detail(one: Detail) -> tuple[str, str, str | None, str]:
    changes = json.dumps(one.changes, ensure_ascii=False, sort_keys=True)
    facts = None if one.facts is None else json.dumps(one.facts, ensure_ascii=False)
    # The same file gives the same new station; what matters of a changed one is all of it.
    mark = blake2b(changes.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return one.code, changes, facts, mark


def _left_out(report: ImportReport) -> Iterator[tuple[str, int, str]]:
    for sheet in report.sheets:
        for one in sheet.left_out:
            yield _text(sheet.sheet), one.row, _text(one.zh)


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


_WHERE: Final = (
    " WHERE (:outcome = '' OR outcome = :outcome) AND (:sheet = '' OR sheet = :sheet)"
    " AND (:words = '' OR instr(name, :words) OR instr(reason, :words) OR r.code = :words)"
)
_ROWS: Final = (
    "SELECT ordinal, sheet, row, outcome, stored, r.code, name, reason, district, takable, changes, facts"
    " FROM row r LEFT JOIN detail d ON d.code = r.code AND r.stored IS NOT NULL"
)
_PAGE: Final = f"{_ROWS}{_WHERE} AND ordinal >= :start ORDER BY ordinal LIMIT :n + 1"
_COUNT: Final = "SELECT count(*) FROM row r" + _WHERE  # noqa: S608 - both constants
_BEFORE: Final = (
    "SELECT min(ordinal) FROM (SELECT ordinal FROM row r"  # noqa: S608 - constants
    + _WHERE
    + " AND ordinal < :start ORDER BY ordinal DESC LIMIT :n)"
)


def rows_page(
    path: Path, *, outcome: str = "", sheet: str = "", words: str = "", start: int = 0
) -> RowPage:
    """The rows from the ordinal `start` on that have this outcome, stand in this sheet and
    hold these words; "" for any.
    """
    told = {"outcome": outcome, "sheet": sheet, "words": words, "start": start, "n": PAGE_ROWS}
    with closing(_open(path)) as file:
        found = file.execute(_PAGE, told).fetchall()
        number = file.execute(_COUNT, told).fetchone()[0]
        before = file.execute(_BEFORE, told).fetchone()[0]
    rows = [_shown(row) for row in found[:PAGE_ROWS]]
    after = found[PAGE_ROWS][0] if len(found) > PAGE_ROWS else None
    return RowPage(rows, number, after, before)


def _shown(row: tuple[Any, ...]) -> ShownRow:
    changes, facts = row[10:]
    return ShownRow(
        row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], bool(row[9]),
        json.loads(changes or "{}"), json.loads(facts) if facts else None,
    )  # fmt: skip


def sheet_names(path: Path) -> list[str]:
    """Sheets that have rows, in order of their first."""
    with closing(_open(path)) as file:
        found = file.execute("SELECT sheet FROM row GROUP BY sheet ORDER BY min(ordinal)")
        return [name for (name,) in found]


def left_out_rows(path: Path, most: int) -> list[tuple[str, int, str]]:
    """The first rows that are no stations: sheet, row, why."""
    with closing(_open(path)) as file:
        return file.execute("SELECT sheet, row, reason FROM left_out LIMIT ?", (most,)).fetchall()


def takable_counts(path: Path) -> dict[str, int]:
    """Rows that could be taken, by outcome."""
    statement = "SELECT outcome, count(*) FROM row WHERE takable GROUP BY outcome"
    with closing(_open(path)) as file:
        return dict(file.execute(statement).fetchall())


def taken_rows(path: Path, picks: Picks) -> set[int]:
    """Ordinals of all rows that are taken, and of those that change nothing."""
    statement = "SELECT ordinal, outcome, takable FROM row WHERE stored IS NOT NULL"
    with closing(_open(path)) as file:
        return {
            ordinal
            for ordinal, outcome, takable in file.execute(statement)
            if not takable or picks.takes(ordinal, outcome)
        }


def taken_count(path: Path, picks: Picks) -> int:
    """How many rows are taken."""
    counts = takable_counts(path)
    number = sum(counts.get(outcome, 0) for outcome in picks.outcomes)
    with closing(_open(path)) as file:
        for ordinal, taken in picks.rows.items():
            row = file.execute(
                "SELECT outcome FROM row WHERE ordinal = ? AND takable", (ordinal,)
            ).fetchone()
            if row is not None:
                number += int(taken) - int(row[0] in picks.outcomes)
    return number


_DIFFERENT: Final = """
SELECT old.row FROM row new
JOIN shown.row old USING (ordinal)
LEFT JOIN detail nd ON nd.code = new.code
LEFT JOIN shown.detail od ON od.code = old.code
WHERE new.stored IS NOT NULL AND old.stored IS NOT NULL
    AND (new.stored IS NOT old.stored
        OR new.stored = 'updated' AND (new.code IS NOT old.code OR nd.digest IS NOT od.digest))
ORDER BY ordinal
"""


def different_rows(shown: Path, now: Path) -> list[int]:
    """Row numbers of what would now be stored and is not what was shown: both files' rows."""
    with closing(_open(now)) as file:
        file.execute("ATTACH ? AS shown", (f"file:{shown}?mode=ro",))
        return [row for (row,) in file.execute(_DIFFERENT)]
