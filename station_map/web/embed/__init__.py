"""The map inside other sites' pages (docs/adr/0047-embed.md).

options   what an embed shows, read from an address and written to one
asked     the options together with what the visitor changed; what may be shown at all
found     the stations, as a list, as places on the map, and one of them
chips     filters as the visitor sees them: fixed, on or off
policy    who may frame it, and what it may load
page      the routes
resource  what an address of this site is about, and how it is embedded
snippet   the HTML that is pasted: an iframe, or the script with its element
oembed    `/oembed`: the same for programs that are given an address (docs/adr/0048-oembed.md)
builder   `/embed/builder`: choosing by seeing
"""

from station_map.web.embed.page import blueprint

__all__ = ["blueprint"]
