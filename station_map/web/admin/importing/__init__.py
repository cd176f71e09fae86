"""`/admin/import`: a file on its way in, one page a step; `/admin/imports`: what came in.

uploads    the list, the upload, its progress, stopping and deleting it
columns    what each column is read as
datums     in which datum the coordinates are, with a map of every reading
outcomes   what would become of each row, and which are taken
runs       what a run did, its report, and the way to take it back
launch     starts the process that does a step
"""

from station_map.web.admin.importing import columns as columns  # adds its routes
from station_map.web.admin.importing import datums as datums  # adds its routes
from station_map.web.admin.importing import outcomes as outcomes  # adds its routes
from station_map.web.admin.importing import runs as runs  # adds its routes
from station_map.web.admin.importing import uploads as uploads  # adds its routes
