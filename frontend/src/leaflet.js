// Leaflet and its clusters as one file with the global `L` that Folium's frame calls.
import 'leaflet/dist/leaflet-src.js'
import 'leaflet.markercluster/dist/leaflet.markercluster-src.js'
