"""`/admin`: for those who keep the data true. Pages without a script, behind sessions.

cookies    one signed cookie, sent to /admin only; everything else has no session at all
identity   Flask-Login: whose session the cookie names, looked up in the database each time
gate       before every view: the table of access, other sites' forms, CSRF; after it: headers
forms      what was filled in, and what is wrong with it, at its field
signing    in and out; welcome: choosing a password by a link; oidc: the identity provider
account    one's own password, sessions and tokens
importing  files on their way into the database
notices    the mail that one wants about one's stations; webhooks, for administrators
calendar   the service calendar
driver_homes  司机之家 against their minimum
visits     how often visitors said at a door that they came
users      accounts, for administrators
duplicates stations that may be one
planning   who is not within reach, on a map with sliders; scenarios
history    what was changed, told by differences.py; reverting: taking it back
bulk       one change for many stations
planning_layers  layers of demand, own areas and candidate sites: loaded, listed, removed
planning_runs  runs of coverage and siting
queue      riders' reports as cases, rounds of verification, wishes
stations   finding stations and keeping them true
"""

from station_map.web.admin import account as account  # adds its routes
from station_map.web.admin import bulk as bulk  # adds its routes
from station_map.web.admin import calendar as calendar  # adds its routes
from station_map.web.admin import driver_homes as driver_homes  # adds its routes
from station_map.web.admin import duplicates as duplicates  # adds its routes
from station_map.web.admin import history as history  # adds its routes
from station_map.web.admin import importing as importing  # adds its routes
from station_map.web.admin import notices as notices  # adds its routes
from station_map.web.admin import oidc as oidc  # adds its routes
from station_map.web.admin import planning as planning  # adds its routes
from station_map.web.admin import planning_layers as planning_layers  # adds its routes
from station_map.web.admin import planning_runs as planning_runs  # adds its routes
from station_map.web.admin import queue as queue  # adds its routes
from station_map.web.admin import reverting as reverting  # adds its routes
from station_map.web.admin import signing as signing  # adds its routes
from station_map.web.admin import stations as stations  # adds its routes
from station_map.web.admin import users as users  # adds its routes
from station_map.web.admin import visits as visits  # adds its routes
from station_map.web.admin import welcome as welcome  # adds its routes
from station_map.web.admin.gate import blueprint, install

__all__ = ["blueprint", "install"]
