"""What waits for somebody: riders' reports, stations that nobody checked for long, wishes.

cases     the list of cases;  case: one of them, and what can be done with it
rules     when a door counts as reported locked, when a station is due
rounds    verification on a phone;  kept: what it keeps for the road without signal
wishes    where riders want a station
reading   filters, numbers and moments out of requests;  spots: the map of points
"""

from station_map.web.admin.queue import case as case  # adds its routes
from station_map.web.admin.queue import cases as cases  # adds its routes
from station_map.web.admin.queue import kept as kept  # adds its routes
from station_map.web.admin.queue import rounds as rounds  # adds its routes
from station_map.web.admin.queue import rules as rules  # adds its routes
from station_map.web.admin.queue import wishes as wishes  # adds its routes
