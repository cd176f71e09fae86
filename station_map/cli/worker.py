"""`worker`: work on the queue, beside the web server or alone."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import ExitStack

import click

from station_map.cli.beside import PARENT, die_with_parent
from station_map.cli.environment import note, say
from station_map.settings import read_settings
from station_map.store.session import open_database

_FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@click.command()
def worker() -> None:
    """做后台的活：通知、定期清理等；按 Ctrl-C 停下。

    Works on the queue: notices, retention and so on, until it is told to end. `up` and `serve`
    run one beside the web server by themselves; any number may work on one database.
    """
    from station_map.jobs.queue import CONCURRENCY
    from station_map.jobs.tasks import Work
    from station_map.jobs.worker import run

    beside = PARENT in os.environ  # `up` or `serve` started it
    if beside:
        die_with_parent()
    logging.basicConfig(level=logging.WARNING, format=_FORM, stream=sys.stderr)
    settings = read_settings()
    with ExitStack() as held:
        database = held.enter_context(open_database(settings, pool_size=CONCURRENCY))
        if not beside:
            say("后台开始干活。 The worker works.  (Ctrl-C 停止 / stops)")
        run(Work(settings, database))
    if not beside:
        note("后台停下了。 The worker has stopped.")
