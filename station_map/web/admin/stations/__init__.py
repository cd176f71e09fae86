"""`/admin/stations`: finding stations and keeping what is said of them true.

controls   the controls of each form, what they show, and how they are read
reading    a form that was sent becomes a change; what is wrong, at its field
words      stored values in words, for overviews and comparisons
search     finding a station
overview   one station, with all subjects; "I was there, all is right"
editing    one subject's form: saving, drafts, two people at once
positions  coordinates in every datum they could be in
hours      the next 14 days, and the week as a table; hours of certain dates
photos     pictures of a station
new        a new station
"""

from station_map.web.admin.stations import drafts as drafts  # adds its routes
from station_map.web.admin.stations import editing as editing  # adds its routes
from station_map.web.admin.stations import hours as hours  # adds its routes
from station_map.web.admin.stations import new as new  # adds its routes
from station_map.web.admin.stations import overview as overview  # adds its routes
from station_map.web.admin.stations import photos as photos  # adds its routes
from station_map.web.admin.stations import positions as positions  # adds its routes
from station_map.web.admin.stations import search as search  # adds its routes
