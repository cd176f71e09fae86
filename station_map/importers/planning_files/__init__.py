"""Planners' files on their way in by page: layers of demand, own areas, candidate sites.

child     the reader's own process for shapes: what columns a file has, and its areas
shapes    the parent's side of it
looking   what is in a file, before anything is asked
areas     polygons with names
sites     places with a name, a status, a cost and a capacity
layers    a layer of demand: tried out, and stored
steps     one step of such an upload, in the process of `importers/job.py`
"""
