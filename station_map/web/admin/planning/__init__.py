"""`/admin/planning`: who is not within reach, as sliders are moved and stations tried on a map.

reading    a question out of an address, and back into one
words      figures as people say them
charts     positions in drawings
views      the page, an answer to each move, cells and stations for its map
scenarios  what was tried, kept; two beside each other
"""

from station_map.web.admin.planning import scenarios as scenarios  # adds its routes
from station_map.web.admin.planning import views as views  # adds its routes
