"""Stations as files: what `import` reads back, in the formats that other programs know.

terms       what a file says of itself: datum, licence, attribution
columns     which fields there are, what they are called and how they are written
formats     one table of formats: name, media type, writer
geojson, csv_file, xlsx, kml, gpx, gpkg   one writer each
"""
