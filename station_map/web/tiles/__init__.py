"""Vector tiles of the stations, for maps of any kind: `/tiles/...`.

tile   one tile, as a vector tile or as JSON
about  what the tiles are (TileJSON), and a style for MapLibre
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint

from station_map.web.tiles import about, tile

blueprint: Final = Blueprint("tiles", __name__)

blueprint.add_url_rule("/tiles/stations.json", endpoint="about", view_func=about.about)
blueprint.add_url_rule("/tiles/style.json", endpoint="style", view_func=about.style)
blueprint.add_url_rule("/tiles/stations/<z>/<x>/<y>.<form>", endpoint="tile", view_func=tile.tile)
