"""Where the files that ship with the package lie.

In a checkout, `templates/` and `geodata/` stand beside the package; in a wheel they
are inside it. The rest of the code asks here and never builds such a path itself.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def templates_dir() -> Path:
    """Folder of the Jinja templates."""
    return _shipped("templates")


def geodata_dir() -> Path:
    """Folder of boundaries, census figures and demo data."""
    return _shipped("geodata")


def static_dir() -> Path:
    """Folder of the built front end (made by the build hook)."""
    return _PACKAGE / "web" / "static"
