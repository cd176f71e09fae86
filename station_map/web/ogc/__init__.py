"""OGC API Features at `/ogc/`: stations and areas for programs of geographers.

crs         coordinate reference systems by name
links       addresses and links
forms       GeoJSON or a page, by `f` or by Accept
collected   the two collections and their queryables
asked       parameters of items, and the conditions that they mean
landing     landing page, conformance, collections, queryables
items       pages of features, one feature
openapi     the API definition, 3.0 and 3.1
"""

from __future__ import annotations

from flask import Blueprint

from station_map.web.ogc import items, landing, openapi

blueprint = Blueprint("ogc", __name__)

_COLLECTION = "/ogc/collections/<collection>"
blueprint.add_url_rule("/ogc/", view_func=landing.landing)
blueprint.add_url_rule("/ogc/conformance", view_func=landing.conformance)
blueprint.add_url_rule("/ogc/api", view_func=openapi.api)
blueprint.add_url_rule("/ogc/collections", view_func=landing.collections)
blueprint.add_url_rule(_COLLECTION, view_func=landing.collection)
blueprint.add_url_rule(f"{_COLLECTION}/queryables", view_func=landing.queryables)
blueprint.add_url_rule(f"{_COLLECTION}/items", view_func=items.items)
blueprint.add_url_rule(f"{_COLLECTION}/items/<code>", view_func=items.item)
