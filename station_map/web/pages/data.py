"""`/data`: how other programs get at the stations, and the same for search engines of data."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, request

from station_map.domain.vocabulary import Datum
from station_map.exporters.stations.formats import FORMATS
from station_map.store.areas import area_outlines
from station_map.web import language
from station_map.web.api.exports import CONTRACT
from station_map.web.contract.positions import datum_of
from station_map.web.language import mark, t
from station_map.web.origin import origin
from station_map.web.pages.changes_feed import ATOM, PATH
from station_map.web.pages.rendering import page
from station_map.web.pages.views import blueprint
from station_map.web.runtime import database, settings

# What each format is good for, and whether it holds other datums than WGS-84.
_GOOD_FOR: Final = {
    "geojson": (mark("网页地图和程序"), True),
    "csv": (mark("表格，任何程序"), True),
    "xlsx": (mark("Excel、WPS 表格"), True),
    "gpkg": (mark("QGIS、ArcGIS 等 GIS 软件"), False),
    "kml": (mark("奥维、Google 地球"), False),
    "gpx": (mark("货车导航仪、户外手持机"), False),
}
_SPOKEN: Final = frozenset(("lang", "keep"))


@blueprint.get("/data")
def data() -> Response:
    """The page; its filters are those of the exports, by the same names."""
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] not in _SPOKEN]
    values = CONTRACT.read(urlencode([pair for pair in pairs if pair[1]]))
    datum = datum_of(values)
    filters = [pair for pair in pairs if pair[1] and pair[0] != "crs"]
    areas = [(one.adcode, one.name) for one in area_outlines(database()) if one.level == "district"]
    return page(
        "data.html",
        bare_url=f"{origin()}/data",
        files=_files(filters, datum),
        area=values.get("area"),
        kept=[pair for pair in filters if pair[0] != "area"],
        filtered=bool(filters),
        datum=datum,
        datums=list(Datum),
        areas=areas,
        feed=PATH + (f"?area={values['area']}" if values.get("area") else ""),
        origin=origin(),
        licence=settings().data_licence,
        attribution=settings().data_attribution,
        dataset=_dataset(),
    )


def _files(filters: list[tuple[str, str]], datum: Datum) -> list[dict[str, Any]]:
    """A format each: its address with what was asked for; other datums only where it holds them."""
    told = []
    for form, (good_for, any_datum) in _GOOD_FOR.items():
        other = [("crs", datum.value)] if any_datum and datum is not Datum.WGS84 else []
        query = urlencode([*filters, *other])
        path = f"/api/v1/exports/stations.{form}"
        told.append(
            {
                "form": form,
                "url": f"{path}?{query}" if query else path,
                "good_for": t(good_for),
                "datum": datum if any_datum else Datum.WGS84,
            }
        )
    return told


def _dataset() -> dict[str, Any]:
    """schema.org's Dataset of all stations, a distribution each format."""
    base, chosen = origin(), settings()
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": f"{base}/data#stations",
        "url": f"{base}/data",
        "name": t("工会驿站数据"),
        "description": t(
            "驿站的位置、开放时间、能不能进、有什么。没有写的就是不知道，不等于没有。"
        ),
        "inLanguage": ["zh-CN", language.TAGS["en"]],
        "isAccessibleForFree": True,
        # In words: whoever has stated no licence has given none.
        "license": {"@type": "CreativeWork", "name": chosen.data_licence},
        "creditText": chosen.data_attribution,
        "creator": {"@type": "Organization", "name": chosen.data_attribution},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": form,
                "encodingFormat": FORMATS[form].media_type.partition(";")[0],
                "contentUrl": f"{base}/api/v1/exports/stations.{form}",
            }
            for form in FORMATS
        ]
        + [
            {
                "@type": "DataDownload",
                "name": "atom",
                "encodingFormat": ATOM,
                "contentUrl": f"{base}{PATH}",
            }
        ],
    }
