"""Pictures for links that are shared: 1200 by 630 pixels, made on the server without a basemap.

lettering.py  Chinese text in a picture: its width, and what stands for signs the font lacks
paper.py      a sheet to draw on: text into boxes, icons, shapes
station.py    what a station is
area.py       a district or a city: its outline and its stations as dots
kept.py       a bounded folder of pictures that were drawn already
"""
