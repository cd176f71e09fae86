"""Reads on the path of most requests, by libpq's own calls.

A psycopg cursor builds itself, adapts parameters and loads rows anew for each query, which
took longer here than the query itself (docs/reference/benchmarks.md). `psycopg.pq`, its
documented wrapper of libpq, leaves that out: parameters go as text, values come in binary.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Final, LiteralString
from weakref import WeakSet

import psycopg
from psycopg import pq
from psycopg.errors import error_from_result
from psycopg.pq.abc import PGresult

_NAMED: Final = re.compile(r"%\((\w+)\)s")
# psycopg forgets all prepared statements of a connection, ours too, when a transaction on it is
# rolled back: after a long read that found nothing, or took too long.
_GONE: Final = b"26000"
_numbers = count(1)

type Value = float | str | Sequence[int]


class HotStatement:
    """A SELECT that the server prepares once a connection.

    text: with named parameters like %(lon)s; they may be numbers, texts and lists of integers,
    and the statement itself must make their types plain.
    """

    def __init__(self, text: LiteralString) -> None:
        self.names: Final = tuple(dict.fromkeys(_NAMED.findall(text)))
        number = {name: f"${at}" for at, name in enumerate(self.names, 1)}
        # "%%" is one sign, as in psycopg's own statements.
        plain = _NAMED.sub(lambda found: number[found[1]], text).replace("%%", "%")
        self._text = plain.encode()
        self._name = f"hot_{next(_numbers)}".encode()
        self._prepared_on: WeakSet[psycopg.Connection] = WeakSet()

    def run(self, connection: psycopg.Connection, parameters: Mapping[str, Value]) -> PGresult:
        """The result, every column in PostgreSQL's binary format (big-endian, texts in UTF-8).

        Raises psycopg's errors; OperationalError when the connection is dead.
        """
        values = [_as_text(parameters[name]) for name in self.names]
        if connection in self._prepared_on:
            result = self._execute(connection, values)
            if not _is_gone(result):
                return _check(connection, result)
        _check(connection, connection.pgconn.prepare(self._name, self._text))
        self._prepared_on.add(connection)
        return _check(connection, self._execute(connection, values))

    def _execute(self, connection: psycopg.Connection, values: list[bytes]) -> PGresult:
        return connection.pgconn.exec_prepared(self._name, values, result_format=pq.Format.BINARY)


def _is_gone(result: PGresult) -> bool:
    if result.status != pq.ExecStatus.FATAL_ERROR:  # asked first: an answer has no field
        return False
    return result.error_field(pq.DiagnosticField.SQLSTATE) == _GONE


def _as_text(value: Value) -> bytes:
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, float):
        return float.__repr__(value).encode()  # NumPy's own says more than the number
    if isinstance(value, int):
        return b"%d" % value
    return f"{{{','.join(map(str, value))}}}".encode()


def _check(connection: psycopg.Connection, result: PGresult) -> PGresult:
    if result.status in {pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK}:
        return result
    if connection.pgconn.status != pq.ConnStatus.OK:
        raise psycopg.OperationalError(connection.pgconn.get_error_message())
    raise error_from_result(result)
