"""Every error that this product raises on purpose.

    StationMapError
    ├── InputError            what the caller gave cannot be used; names the parameter
    │   ├── OutOfServiceArea  a position that this service does not answer for
    │   └── FileRefused       a file that cannot be imported as a whole
    │       ├── DatumUnknown  nothing says in which datum its coordinates are
    │       └── LimitExceeded a bound from the settings was reached
    ├── NotSignedIn           nobody, or a token that does not hold
    ├── NotAllowed            somebody who may not do this
    ├── NotFound              no such station, area or page of a list
    ├── Conflict              the thing changed since the caller read it
    │   └── StationChanged    a station; says its version now
    ├── CursorGone            a place in the feed of changes that means nothing any more
    ├── TooOften              the caller sent more than anybody needs to; says when to go on
    └── EnvironmentFault      the machine lacks something; says what to do
        ├── DatabaseUnusable  no connection, no PostGIS, missing rights, wrong version
        └── AssetsMissing     the front end was not built

One table turns these into HTTP answers (`web/problems.py`) and one into exit
codes (`cli/__init__.py`); nothing else does.
"""

from __future__ import annotations

from collections.abc import Sequence


class StationMapError(Exception):
    """Base of every error raised on purpose; `str(error)` is fit for a user."""


class InputError(StationMapError):
    """Something the caller gave cannot be used.

    parameter: the name of the field, option or query parameter.
    allowed: what may be given, in words.
    example: one value that would work.
    """

    def __init__(
        self,
        message: str,
        *,
        parameter: str | None = None,
        allowed: str | None = None,
        example: str | None = None,
    ) -> None:
        super().__init__(message)
        self.parameter = parameter
        self.allowed = allowed
        self.example = example


class OutOfServiceArea(InputError):
    """A position outside the box in which "nearest" is answered."""


class FileRefused(InputError):
    """A file that cannot be imported as a whole; nothing was written."""


class DatumUnknown(FileRefused):
    """Neither column, note nor option says which datum the coordinates use."""


class LimitExceeded(FileRefused):
    """A file is larger, in bytes, rows or cells, than the settings allow."""


class NotSignedIn(StationMapError):
    """Only for whoever says who they are. token: whether one was given that does not hold."""

    def __init__(self, message: str, *, token: bool = False) -> None:
        super().__init__(message)
        self.token = token


class NotAllowed(StationMapError):
    """Known, and not allowed. scope: what a token would have to hold."""

    def __init__(self, message: str, *, scope: str | None = None) -> None:
        super().__init__(message)
        self.scope = scope


class NotFound(StationMapError):
    """No such thing; `what` is its kind, `key` the key that was asked for."""

    def __init__(self, what: str, key: str) -> None:
        super().__init__(f"no {what} has the key {key!r}")
        self.what = what
        self.key = key


class Conflict(StationMapError):
    """The stored thing is not the one the caller read."""


class StationChanged(Conflict):
    """A station has another version than the caller read; `version` is the one it has."""

    def __init__(self, code: str, version: int) -> None:
        super().__init__(
            f"{code} 刚有人改过，现在是第 {version} 版。 {code} was changed meanwhile; it is at"
            f" version {version}."
        )
        self.version = version


class CursorGone(StationMapError):
    """A place in the feed of changes that means nothing any more; begin anew."""


class TooOften(StationMapError):
    """More than one sender may send; `retry_after_s` (seconds) later it may go on."""

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class EnvironmentFault(StationMapError):
    """The machine or the set-up lacks something; `remedies` says what to do."""

    def __init__(self, message: str, *, remedies: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.remedies = tuple(remedies)


class DatabaseUnusable(EnvironmentFault):
    """The database cannot be used as it is."""


class AssetsMissing(EnvironmentFault):
    """The built front end is not where it should be."""
