"""What planners take along: a printable PDF, a workbook, a GeoPackage, csv.

report.py           what a report is made of: plain things, filled by the room planning
words.py            figures and codes as people say them
tables.py           a table: columns that know their kind
coverage_tables.py  the indicators as tables: every form shows the same ones
siting_tables.py    sites, shares and the proof as tables
archive.py          a zip with one csv for each table
workbook.py         xlsx: one sheet for each table
geopackage.py       layers with styles and metadata
layers.py           what they hold
ground.py           demand as few squares, for a map
palette.py          colours that everybody can tell apart
pen.py              text and lines on a canvas
blocks.py           headings, paragraphs, tables, drawings: what a PDF is made of
paper.py            blocks into a PDF
charts.py, atlas.py  drawings
coverage_pdf.py, siting_pdf.py   which blocks, in which order
"""
