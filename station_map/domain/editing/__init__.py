"""Changing a station by hand: what a change is, when it needs a reason, and two at once.

subjects   the fields of a station by subject, with their Chinese names
edit       one change of one station
moves      which moves ask why
merging    what two people changed from the same beginning, field by field
week_grid  opening hours as a table of the week, as far as a table can say them
"""
