"""A process that holds a cluster until its standard input ends (tests kill it).

Prints one line of JSON once the server answers: the folders and pids it found.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from station_map.store.embedded.cluster import EmbeddedCluster


def main() -> None:
    data_dir, runtime_root, fallback_root = map(Path, sys.argv[1:])
    with EmbeddedCluster(
        data_dir,
        options={"fsync": "off"},
        durable=False,
        runtime_root=runtime_root,
        fallback_root=fallback_root,
    ) as cluster:
        state = json.loads(cluster.places.state.read_text(encoding="utf-8"))
        sys.stdout.write(json.dumps({**state, "url": cluster.admin_url()}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
