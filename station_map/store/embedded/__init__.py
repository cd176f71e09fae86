"""A PostGIS server in a folder that the product owns.

    cluster.py    what the rest of the product uses: join or start, then let go
    guardian.py   the small process that owns the server (standard library only)
    places.py     which folders and files belong to one data folder
    binaries.py   where the server's programs are
    account.py    the unprivileged user that the server runs as
    creation.py   initdb, and the files that say who may connect
    locks.py, processes.py   flock and /proc, shared with the guardian

Nothing is imported here: the guardian passes through this file when it starts and
must stay small.
"""
