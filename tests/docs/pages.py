"""The documentation as tests see it: pages, links, anchors, tables."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")


def tracked() -> list[Path]:
    """Every file of the repository, those not yet committed included."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    files = (REPOSITORY / name for name in listed.split("\0") if name)
    return [path for path in files if path.is_file()]


def pages() -> list[Path]:
    """Every page of documentation."""
    return [path for path in tracked() if path.suffix == ".md"]


def links(page: Path) -> Iterator[str]:
    """Targets of the links and pictures of a page, outside code blocks."""
    yield from _LINK.findall(_FENCE.sub("", page.read_text(encoding="utf-8")))


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as forges make them."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return {
        re.sub(r"[^\w\- ]", "", title.replace("`", "").lower()).strip().replace(" ", "-")
        for title in _HEADING.findall(text)
    }


def codes(text: str) -> set[str]:
    """Everything between single backticks, outside code blocks."""
    return set(_CODE.findall(_FENCE.sub("", text)))


def sections(page: Path, level: int) -> dict[str, str]:
    """Heading -> text below it, for headings of one level."""
    parts = re.split(rf"^{'#' * level} (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def first_cells(text: str) -> Iterator[str]:
    """The first cell of each table row, without table heads."""
    for table in re.findall(r"^\|.*\n\|[-|: ]+\|\n((?:\|.*\n?)*)", text, re.MULTILINE):
        for row in table.splitlines():
            yield row.split("|")[1]


def script(path: Path) -> ModuleType:
    """A script of the documentation, as a module; it finds those beside it, as when it is run."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(path.parent))
    return module
