"""Demand layers out of files: tables, polygons, rasters, H3 tables; and the synthetic one.

`child` reads polygons and rasters in a process of its own, bounded as the station importer's
reader is; tables come by that reader itself. `service.import_demand` is the way in.
"""
