"""`python -m station_map` is `station-map`."""

from __future__ import annotations

from station_map.cli import main

if __name__ == "__main__":
    main(prog_name="station-map")
