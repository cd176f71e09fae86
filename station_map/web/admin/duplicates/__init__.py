"""Stations that may be one: found, looked at side by side, answered, and answers taken back.

found    the list of pairs and its map;  pair: two stations beside each other, and the answers
telling  what the two have, field by field, in words
answers  what was said of stations, and taking it back
"""

from station_map.web.admin.duplicates import answers as answers  # adds its routes
from station_map.web.admin.duplicates import found as found  # adds its routes
from station_map.web.admin.duplicates import pair as pair  # adds its routes
