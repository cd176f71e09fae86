"""A Chinese font of this machine, found by the names under which systems keep them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from fontTools.ttLib import TTCollection, TTFont, TTLibError

from station_map.errors import EnvironmentFault, InputError

REMEDIES: Final = (
    "sudo apt-get install fonts-noto-cjk",
    "或用 --font 指定一个中文字体文件 / or name a Chinese font's file: --font FILE.ttf|otf|ttc",
)
# What a font must hold to count as one for simplified Chinese.
_MUST_HAVE: Final = "驿站热饭扫码看开放时间"
_REGULAR: Final = 400.0
_BOLD: Final = 700.0


class _Family(NamedTuple):
    """A family by its files. The bold file may be the same: one font with an axis of weight."""

    regular: str
    bold: str | None


# The best first. Names as Debian, Fedora, Arch, macOS, Windows and the makers' own archives
# have them.
_FAMILIES: Final = (
    _Family("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
    _Family("NotoSansCJKsc-Regular.otf", "NotoSansCJKsc-Bold.otf"),
    _Family("NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf"),
    _Family("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"),
    _Family("NotoSansCJK-VF.ttc", "NotoSansCJK-VF.ttc"),
    _Family("NotoSansCJK-VF.otf.ttc", "NotoSansCJK-VF.otf.ttc"),
    _Family("NotoSansSC[wght].ttf", "NotoSansSC[wght].ttf"),
    _Family("NotoSansSC-VF.ttf", "NotoSansSC-VF.ttf"),
    _Family("SourceHanSansSC-Regular.otf", "SourceHanSansSC-Bold.otf"),
    _Family("SourceHanSansCN-Regular.otf", "SourceHanSansCN-Bold.otf"),
    _Family("SourceHanSans-Regular.ttc", "SourceHanSans-Bold.ttc"),
    _Family("HarmonyOS_Sans_SC_Regular.ttf", "HarmonyOS_Sans_SC_Bold.ttf"),
    _Family("PingFang.ttc", None),
    _Family("Hiragino Sans GB.ttc", None),
    _Family("msyh.ttc", "msyhbd.ttc"),
    _Family("Deng.ttf", "Dengb.ttf"),
    _Family("wqy-microhei.ttc", None),
    _Family("wqy-zenhei.ttc", None),
    _Family("DroidSansFallbackFull.ttf", None),
    _Family("DroidSansFallback.ttf", None),
    _Family("simhei.ttf", None),
)


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a font file. weight: where on its axis of weight, for fonts that have one."""

    path: Path
    index: int
    weight: float


@dataclass(frozen=True, slots=True)
class Faces:
    """What plates are set in; the same face twice where a family has no bold."""

    regular: Face
    bold: Face


def find_faces(given: Path | None = None, folders: tuple[Path, ...] | None = None) -> Faces:
    """The given font, else the best one that is installed.

    folders: where to look (the system's own places unless given). Raises InputError for a
    given file that is no font with Chinese in it, EnvironmentFault when there is none.
    """
    if given is not None:
        return _given(given)
    files = _files(font_folders() if folders is None else folders)
    for family in _FAMILIES:
        regular = _face(files.get(family.regular), _REGULAR)
        if regular is not None:
            bold = _face(files.get(family.bold or ""), _BOLD)
            return Faces(regular, bold or regular)
    raise EnvironmentFault(
        "这台机器没有能用的中文字体，印不了。 There is no usable Chinese font on this machine.",
        remedies=REMEDIES,
    )


def font_folders() -> tuple[Path, ...]:
    """Where fonts are kept: the user's own and the system's."""
    home = Path.home()
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    own = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
    return (
        own / "fonts",
        home / ".fonts",
        *(Path(folder) / "fonts" for folder in shared.split(":") if folder),
        home / "Library/Fonts",
        Path("/Library/Fonts"),
        Path("/System/Library/Fonts"),
        Path(os.environ.get("WINDIR") or "C:/Windows") / "Fonts",
    )


def _files(folders: tuple[Path, ...]) -> Mapping[str, Path]:
    """Font files by name; the folder that is named first wins."""
    wanted = {name for family in _FAMILIES for name in family if name}
    found: dict[str, Path] = {}
    for folder in folders:
        for parent, _, names in os.walk(folder):
            for name in wanted.intersection(names):
                found.setdefault(name, Path(parent, name))
    return found


def _given(path: Path) -> Faces:
    regular = _face(path, _REGULAR)
    if regular is None:
        raise InputError(
            f"{path} 不是能用的中文字体。 {path} is no font that can be used for Chinese.",
            parameter="--font",
            allowed="含中文的 / with Chinese: .ttf .otf .ttc",
            example="--font /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
        )
    return Faces(regular, _face(path, _BOLD) or regular)


def _face(path: Path | None, weight: float) -> Face | None:
    """The face for simplified Chinese in a file; None when there is no such."""
    if path is None:
        return None
    try:
        names = [_is_simplified(font) for _, font in _fonts(path)]
        # The cheap question first: a table of 65,000 characters takes a while to read.
        order = sorted(range(len(names)), key=lambda index: not names[index])
        index = next((one for one in order if _has_chinese(path, one)), None)
    except (OSError, TTLibError, KeyError, ValueError, AssertionError):
        return None
    return None if index is None else Face(path, index, weight)


def _fonts(path: Path) -> Iterator[tuple[int, TTFont]]:
    """The fonts of a file, read as far as they are asked; one unless it is a collection."""
    with path.open("rb") as stream:
        if stream.read(4) == b"ttcf":
            stream.seek(0)
            with TTCollection(stream, lazy=True) as collection:
                yield from enumerate(collection.fonts)
        else:
            stream.seek(0)
            with TTFont(stream, lazy=True) as font:
                yield 0, font


def _has_chinese(path: Path, index: int) -> bool:
    with TTFont(path, fontNumber=index, lazy=True) as font:
        known = font.getBestCmap() or {}
        drawn = {"glyf", "CFF ", "CFF2"} & set(font.keys())
    return bool(drawn) and all(ord(char) in known for char in _MUST_HAVE)


def _is_simplified(font: TTFont) -> bool:
    """A collection may hold the same characters in the forms of several countries."""
    name = font["name"].getDebugName(1) or ""
    return " SC" in name and "Mono" not in name
