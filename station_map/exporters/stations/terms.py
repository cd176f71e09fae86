"""What every exported file says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from station_map.domain.vocabulary import Datum

TITLE: Final = "歇脚地图驿站 station-map stations"


@dataclass(frozen=True, slots=True)
class Terms:
    """datum: of the coordinates in the file. licence, attribution: of the data, as words."""

    datum: Datum
    licence: str
    attribution: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """Datum, licence and attribution, a sentence each; the importer reads the first."""
        return (
            f"坐标系 datum: {self.datum.en}",
            f"许可 licence: {self.licence}",
            f"署名 attribution: {self.attribution}",
        )
