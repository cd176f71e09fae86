"""`/admin/planning/layers`: whom stations shall serve, own areas and candidate sites, from files.

listing  what there is, and taking it away
uploads  a file that comes, how far it is, stopping and deleting it
facts    what it is called and how it is read
preview  what would be kept, on a map and in figures; keeping it
"""

from station_map.web.admin.planning_layers import facts as facts  # adds its routes
from station_map.web.admin.planning_layers import listing as listing  # adds its routes
from station_map.web.admin.planning_layers import preview as preview  # adds its routes
from station_map.web.admin.planning_layers import uploads as uploads  # adds its routes
