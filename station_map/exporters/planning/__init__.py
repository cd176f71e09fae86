"""What planners take along: a printable PDF, a workbook, a GeoPackage, csv.

report.py           what a report is made of: plain things, filled by the room planning
forms.py            a report in each of its forms
words.py            figures and codes as people say them
tables.py           a table: columns that know their kind
coverage_tables.py  the indicators as tables: every form shows the same ones
siting_tables.py    sites, shares and the proof as tables
archive.py          a zip with one csv for each table
workbook.py         xlsx: one sheet for each table
layers.py           what a GeoPackage holds
styles.py           how QGIS shows it
geopackage.py       layers into the file, with metadata
ground.py           demand as few squares, for a map
palette.py          colours that everybody can tell apart
pen.py              text, lines and areas on a canvas
atlas.py, signs.py, charts.py    drawings
blocks.py           headings, paragraphs, tables, drawings: what a PDF is made of
coverage_pdf.py, coverage_words.py, siting_pdf.py, about_pdf.py    which blocks, in which order
paper.py            blocks into a PDF
"""
