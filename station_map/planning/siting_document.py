"""The answer of a siting run as JSON and GeoJSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from station_map.planning.siting import Made
from station_map.siting.result import Result


def document(made: Made, result: Result) -> dict[str, Any]:
    """Everything, as JSON."""
    return {
        **made.about,
        "maximise": result.maximise,
        "objective": result.objective,
        "bound": result.bound,
        "bound_by": None if result.bound_by is None else result.bound_by.value,
        "gap": result.gap,
        "stopped": result.stopped.value,
        "reason": None if result.reason is None else _reason(result),
        "seconds": result.seconds,
        "heuristic": result.heuristic,
        "sites": [*opened(made, result)],
        "closed": [place(made, site) for site in result.closed],
        "shares": [
            {"group": s.district, "demand": s.demand, "before": s.before, "after": s.after}
            for s in result.shares
        ],
    }


def _reason(result: Result) -> dict[str, str]:
    reason = result.reason
    assert reason is not None  # noqa: S101 - its caller has looked
    return {"code": reason.code, "zh": reason.zh, "en": reason.en, "group": reason.group}


def place(made: Made, site: int) -> dict[str, Any]:
    """Where a site is and what it is called."""
    lonlat = made.problem.sites.lonlat
    assert lonlat is not None  # noqa: S101 - every site has a position here
    lon, lat = lonlat[site].tolist()
    return {
        "lon": round(lon, 7),
        "lat": round(lat, 7),
        "district": made.district[site],
        "code": made.codes[site],
        "name": made.names[site],
    }


def opened(made: Made, result: Result) -> Iterable[dict[str, Any]]:
    """The sites to open, the most useful first, with what each adds and its phase."""
    for rank, (site, adds) in enumerate(zip(result.chosen, result.gains, strict=True)):
        phase = result.phases[rank] + 1 if result.phases else None
        yield {**place(made, site), "adds": adds, "phase": phase}


def features(made: Made, result: Result) -> dict[str, Any]:
    """The sites as a GeoJSON FeatureCollection, the rest beside them under `about`."""
    told = document(made, result)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [one.pop("lon"), one.pop("lat")]},
            "properties": {"what": what, **one, "synthetic": told["synthetic"]},
        }
        for what, places in (("open", told.pop("sites")), ("close", told.pop("closed")))
        for one in places
    ]
    return {"type": "FeatureCollection", "features": features, "about": told}
