"""The rider's pages: made on the server, readable without JavaScript, livelier with it."""

from station_map.web.pages import changes_feed as changes_feed  # adds its routes
from station_map.web.pages import data as data  # adds its routes
from station_map.web.pages import feeds as feeds  # adds its routes
from station_map.web.pages import pwa as pwa  # adds its routes
from station_map.web.pages import reports as reports  # adds its routes
from station_map.web.pages import visits as visits  # adds its routes
from station_map.web.pages.sitemap import blueprint as sitemap_blueprint
from station_map.web.pages.views import blueprint

__all__ = ["blueprint", "sitemap_blueprint"]
