"""A worker as a process of its own, with tasks whose doings a test can see.

    python -m tests.support.working URL FOLDER

Tasks: `tell` writes its word to FOLDER/told, a line each; `hang` says so there and never ends, the
first time; `fail` always fails; `slow` says so and waits until it is asked to stop.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from station_map.jobs.tasks import Work
from station_map.jobs.worker import run
from station_map.settings import Settings
from station_map.store.database import Database


def main(url: str, folder: Path) -> None:
    database = Database(url, pool_size=2)

    def say(word: str) -> bool:
        """Write it down; whether it was written for the first time."""
        with (folder / "told").open("a+", encoding="utf-8") as told:
            told.seek(0)
            first = word not in told.read().split()
            told.write(f"{word}\n")
        return first

    def tell(_work: Work, word: str) -> None:
        say(word)

    def hang(_work: Work, word: str) -> None:
        if say(word):
            threading.Event().wait()

    def fail(_work: Work, word: str) -> None:
        say(word)
        raise ValueError(word)

    def slow(work: Work, word: str) -> None:
        say(word)
        waiting = threading.Event()
        while not work.should_stop():
            waiting.wait(0.05)
        say(f"{word}-stopped")

    tasks = {"tell": tell, "hang": hang, "fail": fail, "slow": slow}
    try:
        run(Work(Settings(), database), tasks)
    finally:
        database.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
