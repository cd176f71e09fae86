"""A layer of demand as the page tries it out and stores it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import psycopg

from station_map.domain.demand import LayerFacts
from station_map.domain.vocabulary import Datum
from station_map.importers.demand.columns import WEIGHT
from station_map.importers.demand.incoming import ReadOptions
from station_map.importers.demand.report import DemandReport, layer_json
from station_map.importers.demand.service import DemandOptions
from station_map.importers.limits import ImportLimits
from station_map.store.demand_blocks import read_blocks

MOST_ROWS: Final = 200
MOST_POINTS: Final = 1_500


def facts_of(choices: Mapping[str, Any]) -> LayerFacts:
    """What the person said of the layer; the page has checked it."""
    return LayerFacts(**choices["facts"])


def options_of(
    choices: Mapping[str, Any], limits: ImportLimits, *, actor: str, dry_run: bool
) -> DemandOptions:
    """How the person said that the file is to be read."""
    told = choices.get("weight") or None
    return DemandOptions(
        datum=Datum(choices["datum"]) if choices["datum"] else None,
        reading=ReadOptions(
            columns={told: WEIGHT} if told else {},
            count_rows=bool(choices["count_rows"]),
            spacing_m=float(choices["spacing_m"]),
            band=choices["band"],
            limits=limits,
        ),
        replace=bool(choices["replace"]),
        dry_run=dry_run,
        actor=actor,
    )


def told_of(connection: psycopg.Connection, report: DemandReport) -> dict[str, Any]:
    """What the page shows of a layer that stands in this transaction."""
    layer = report.layer
    assert layer is not None  # noqa: S101 - `settle` is called when it is finished
    told = [(part, row, outcome, zh) for part, row, outcome, zh, _ in report.rows()]
    return {
        "layer": layer_json(layer),
        "counts": report.counts(),
        "changed": report.changed,
        "rows": told[:MOST_ROWS],
        "rows_more": max(len(told) - MOST_ROWS, 0)
        + sum(part.counted.untold for part in report.parts),
        "districts": report.districts,
        "parts": [
            {
                "name": part.name,
                "read": part.read,
                "datum": part.datum,
                "because": part.datum_zh,
                "warnings": [one.zh for one in part.warnings],
            }
            for part in report.parts
        ],
        **_places(connection, layer.id),
    }


def _places(connection: psycopg.Connection, layer: int) -> dict[str, Any]:
    """extent: west … north in degrees. points: (lon, lat, weight), the heaviest, for a map."""
    heaviest = np.empty((0, 3))
    extent: list[float] | None = None
    for cells in read_blocks(connection, layer):
        if not len(cells.weight):
            continue
        low, high = cells.lonlat.min(axis=0), cells.lonlat.max(axis=0)
        if extent is not None:
            low, high = np.minimum(low, extent[:2]), np.maximum(high, extent[2:])
        extent = [*low.tolist(), *high.tolist()]
        known = cells.where(~np.isnan(cells.weight))
        table = np.vstack([heaviest, np.column_stack([known.lonlat, known.weight])])
        heaviest = table[np.argsort(-table[:, 2], kind="stable")[:MOST_POINTS]]
    return {"extent": extent, "points": heaviest.round(6).tolist()}
