"""Door plates and posters as a PDF: what a station is, and its QR.

facts.py      what a plate says, from a station's card
hours.py      opening hours as lines of print
address.py    the public address that the QR holds
fonts.py      a Chinese font of this machine
embedding.py  the glyphs in use, as a small font of the file's own
fitting.py    text into boxes: wrapped, shrunk, at last cut
layout.py     where everything stands, by style and size
icons.py      the pages' own icons as drawings
drawing.py    one plate on one sheet
document.py   all of them into one file, whole or not at all
"""
