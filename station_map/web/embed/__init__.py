"""The map inside other sites' pages (docs/adr/0047-embed.md).

options  what an embed shows, read from an address and written to one
asked    the options together with what the visitor changed; what may be shown at all
found    the stations, as a list, as places on the map, and one of them
chips    filters as the visitor sees them: fixed, on or off
policy   who may frame it, and what it may load
page     the routes
"""

from station_map.web.embed.page import blueprint

__all__ = ["blueprint"]
