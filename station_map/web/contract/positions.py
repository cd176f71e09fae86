"""Longitude and latitude as one thing: ranges, exchanged pairs, datum.

People exchange the two all the time. A pair that lies outside the service box and
would lie inside it the other way round is told, and never silently turned.
"""

from __future__ import annotations

from typing import Any, Final

from station_map.domain.vocabulary import Datum
from station_map.geo.box import SERVICE_BOX
from station_map.geo.datum import to_wgs84
from station_map.web.contract.parameters import Parameter
from station_map.web.contract.parsers import Box, box, one_of, to_number
from station_map.web.contract.reading import Contract

_LON_MAX: Final = 180.0
_LAT_MAX: Final = 90.0
_DATUMS: Final[dict[str, Datum]] = {datum.value: datum for datum in Datum}

LON: Final = Parameter(
    name="lon",
    parse=to_number,
    schema={"type": "number", "minimum": SERVICE_BOX.west, "maximum": SERVICE_BOX.east},
    allowed="longitude in degrees, -180 to 180",
    allowed_zh="经度，-180 到 180 度",
    example="116.8",
    description="Longitude of the position, degrees, in the datum that `crs` names.",
    required=True,
    also_called=("lng", "long", "longitude", "x", "经度"),
)
LAT: Final = Parameter(
    name="lat",
    parse=to_number,
    schema={"type": "number", "minimum": SERVICE_BOX.south, "maximum": SERVICE_BOX.north},
    allowed="latitude in degrees, -90 to 90",
    allowed_zh="纬度，-90 到 90 度",
    example="33.95",
    description="Latitude of the position, degrees, in the datum that `crs` names.",
    required=True,
    also_called=("latitude", "y", "纬度"),
)
CRS: Final = Parameter(
    name="crs",
    parse=one_of(_DATUMS),
    schema={"type": "string", "enum": list(_DATUMS), "default": Datum.WGS84.value},
    allowed=f"one of {', '.join(_DATUMS)}",
    allowed_zh="wgs84、gcj02、bd09 之一",
    example=Datum.GCJ02.value,
    description=(
        "Datum of the coordinates, of those given and of those answered. GPS and browsers "
        "give wgs84; Amap and Tencent gcj02; Baidu bd09."
    ),
    also_called=("datum", "srs", "coordsys", "coord_type", "bbox-crs", "坐标系"),
)
BBOX: Final = Parameter(
    name="bbox",
    parse=box,
    schema={
        "type": "array",
        "items": {"type": "number"},
        "minItems": 4,
        "maxItems": 4,
    },
    allowed="west,south,east,north in degrees; west < east, south < north",
    allowed_zh="西,南,东,北（度），西小于东，南小于北",
    example="116.6,33.7,117.1,34.1",
    description="Only stations inside this rectangle, its edges included; in the datum `crs`.",
    also_called=("bounds", "box", "extent"),
)


def datum_of(values: dict[str, Any]) -> Datum:
    """The datum asked for; WGS-84 when none was."""
    datum: Datum = values.get("crs", Datum.WGS84)
    return datum


def position_of(contract: Contract, values: dict[str, Any]) -> tuple[float, float]:
    """The position in WGS-84 degrees; raises RefusedQuery for one off the globe or exchanged.

    A position on the globe but far from China passes: the search says that it is out of
    its area.
    """
    lon: float = values["lon"]
    lat: float = values["lat"]
    if not SERVICE_BOX.contains(lon, lat):
        _refuse_exchanged(contract, lon, lat)
        if not -_LON_MAX <= lon <= _LON_MAX:
            _refuse_range(contract, "lon", lon)
        if not -_LAT_MAX <= lat <= _LAT_MAX:
            _refuse_range(contract, "lat", lat)
    datum = values.get("crs")
    if datum is None or datum is Datum.WGS84:
        return lon, lat
    return _wgs84(lon, lat, datum)


def box_of(contract: Contract, values: dict[str, Any]) -> Box | None:
    """The rectangle in WGS-84 degrees, or None when none was given; raises RefusedQuery.

    A rectangle in another datum is bent by a few metres in WGS-84; the one answered is the
    rectangle around its corners.
    """
    sides: Box | None = values.get("bbox")
    if sides is None:
        return None
    _check_box(contract, sides)
    west, south, east, north = sides
    datum = datum_of(values)
    if datum is Datum.WGS84:
        return sides
    corners = [_wgs84(lon, lat, datum) for lon in (west, east) for lat in (south, north)]
    lons, lats = zip(*corners, strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def _check_box(contract: Contract, sides: Box) -> None:
    west, south, east, north = sides
    given = ",".join(f"{side:.12g}" for side in sides)
    if (
        not SERVICE_BOX.contains(west, south)
        and SERVICE_BOX.contains(south, west)
        and SERVICE_BOX.contains(north, east)
    ):
        turned = f"bbox={south:.12g},{west:.12g},{north:.12g},{east:.12g}"
        contract.refuse(
            "bbox",
            f"longitude and latitude look exchanged; did you mean {turned}",
            f"经度和纬度好像填反了，是不是 {turned}",
            given,
        )
    if not (west >= -_LON_MAX and east <= _LON_MAX and south >= -_LAT_MAX and north <= _LAT_MAX):
        contract.refuse("bbox", "leaves the globe", "超出经纬度范围", given)
    if west >= east or south >= north:
        contract.refuse(
            "bbox",
            "west must be less than east, and south less than north",
            "西须小于东，南须小于北",
            given,
        )


def _refuse_exchanged(contract: Contract, lon: float, lat: float) -> None:
    if SERVICE_BOX.contains(lat, lon):
        turned = f"lon={lat:.12g}&lat={lon:.12g}"
        contract.refuse(
            "lon",
            f"longitude and latitude look exchanged; did you mean {turned}",
            f"经度和纬度好像填反了，是不是 {turned}",
            f"{lon:.12g}",
        )


def _refuse_range(contract: Contract, name: str, value: float) -> None:
    limit = _LON_MAX if name == "lon" else _LAT_MAX
    contract.refuse(
        name,
        f"{value:.12g} is not between {-limit:g} and {limit:g}",
        f"{value:.12g} 不在 {-limit:g} 到 {limit:g} 之间",
        f"{value:.12g}",
    )


def _wgs84(lon: float, lat: float, datum: Datum) -> tuple[float, float]:
    west_east, south_north = to_wgs84(lon, lat, datum)
    return float(west_east), float(south_north)
