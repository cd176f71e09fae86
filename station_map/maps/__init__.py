"""The only room that imports folium: the map's frame and what stands behind its basemaps.

Law: branca renders what it is given as a Jinja template a second time, so nothing reaches
folium but numbers, members of closed vocabularies and constants of this package.
"""
