"""Maps on pages of /admin: the house's frame, with our own module and figures in the page.

The frame gets numbers and our constants only; where things are stands beside it in the page, in
the datum of the basemap.
"""

from __future__ import annotations

from flask import g

from station_map.web.pages.rendering import configured_basemap
from station_map.web.pages.small_map import SmallMap, small_map


def admin_map(module: str, zoom: int = 15) -> SmallMap:
    """The map that the built module (such as "moves.js") fills; lets the page show its basemap."""
    base = configured_basemap()
    g.image_hosts = base.hosts
    return small_map(base, module, zoom)
