"""Who is within reach of a station, when, and for what: arrays in, figures out. No I/O.

reach.py       how far it is: a strategy; geodesic now
neighbours.py  which stations are within reach, as lists
groups.py      demand by city, district, area, H3 cell
inputs.py      demand, stations, what is asked
moments.py     open and offering, or unknown
bits.py        many questions of all stations at a time
prepared.py    what stays the same when only the radius or the hour changes
measures/      the ten indicators, with formula and source
run.py         all of them at once
document.py    their result as JSON

How they are defined, and what is unknown: docs/reference/coverage-method.md.
"""
