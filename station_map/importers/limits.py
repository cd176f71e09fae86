"""Bounds within which a file is read. The settings name them `import_<field>`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SETTING_PREFIX: Final = "STATION_MAP_IMPORT_"

_MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class ImportLimits:
    """What one file may cost.

    max_bytes: the file as it lies on disk. max_unzipped_bytes: all entries of an xlsx or
    zip together, as they really inflate. max_ratio: inflated size over packed size of one
    entry. max_rows counts rows with something in them, over all sheets; max_blank_rows
    those without. max_cells: the rectangle from the first to the last used cell.
    reader_memory_bytes, reader_seconds (of CPU): bounds of the separate process that
    parses the file.
    """

    max_bytes: int = 256 * _MIB
    max_rows: int = 1_000_000
    max_blank_rows: int = 2_000_000
    max_columns: int = 512
    max_cells: int = 40_000_000
    max_cell_chars: int = 8_192
    max_zip_entries: int = 2_000
    max_unzipped_bytes: int = 1024 * _MIB
    max_ratio: int = 250
    reader_memory_bytes: int = 3072 * _MIB
    reader_seconds: int = 180


def limits_of(settings: object) -> ImportLimits:
    """The import limits among the settings (`import_<name>`)."""
    given = {
        name: getattr(settings, f"import_{name}")
        for name in ImportLimits.__dataclass_fields__
        if hasattr(settings, f"import_{name}")
    }
    return ImportLimits(**given)


def setting_name(field: str) -> str:
    """The environment variable that holds a limit."""
    return SETTING_PREFIX + field.upper()
