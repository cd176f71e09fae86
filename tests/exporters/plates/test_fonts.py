from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from station_map.errors import EnvironmentFault, InputError
from station_map.exporters.plates.embedding import MISSING, make_typeface
from station_map.exporters.plates.fonts import Face, find_faces, font_folders

CHINESE = "驿站热饭扫码看开放时间"


def square(units: int) -> object:
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, units), (units, units), (units, 0)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


def make_font(path: Path, chars: str, *, axis: bool = False) -> Path:
    """A font of squares; with an axis of weight they are as wide as the weight."""
    builder = FontBuilder(1000, isTTF=True)
    names = {ord(char): f"u{ord(char):04X}" for char in chars}
    order = [".notdef", *names.values()]
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(names)
    builder.setupGlyf({glyph: square(400) for glyph in order})
    builder.setupHorizontalMetrics(dict.fromkeys(order, (1000, 0)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "Squares", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    if axis:
        builder.setupFvar([("wght", 400, 400, 900, "Weight")], [])
    builder.save(path)
    return path


def test_this_machine_has_a_font_for_plates() -> None:
    """`make test` sees to that."""
    faces = find_faces()
    with TTFont(faces.bold.path, fontNumber=faces.bold.index, lazy=True) as font:
        assert set(map(ord, CHINESE)) <= set(font.getBestCmap())


def test_the_best_family_is_taken_with_its_bold(tmp_path: Path) -> None:
    plain = make_font(tmp_path / "DroidSansFallbackFull.ttf", CHINESE)
    assert find_faces(folders=(tmp_path,)).bold == Face(plain, 0, 400)
    deep = tmp_path / "vendor"
    deep.mkdir()
    regular = make_font(deep / "NotoSansSC-Regular.ttf", CHINESE)
    bold = make_font(deep / "NotoSansSC-Bold.ttf", CHINESE)
    faces = find_faces(folders=(tmp_path / "none", tmp_path))
    assert (faces.regular.path, faces.bold.path) == (regular, bold)


def test_a_font_of_that_name_without_chinese_is_passed_over(tmp_path: Path) -> None:
    make_font(tmp_path / "NotoSansSC-Regular.ttf", "abc")
    (tmp_path / "msyh.ttc").write_bytes(b"ttcf no font")
    (tmp_path / "wqy-zenhei.ttc").write_bytes(b"")
    plain = make_font(tmp_path / "simhei.ttf", CHINESE)
    assert find_faces(folders=(tmp_path,)).regular.path == plain


def test_without_any_font_it_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="没有能用的中文字体") as fault:
        find_faces(folders=(tmp_path,))
    assert "apt-get install fonts-noto-cjk" in fault.value.remedies[0]
    assert "--font" in fault.value.remedies[1]


@pytest.mark.parametrize("content", [None, b"", b"no font at all", b"ttcf"])
def test_a_given_file_that_is_no_font_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "own.ttf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match="不是能用的中文字体") as refused:
        find_faces(path)
    assert refused.value.parameter == "--font"


def test_a_given_font_is_used(tmp_path: Path) -> None:
    own = make_font(tmp_path / "own.ttf", CHINESE)
    assert find_faces(own).regular == Face(own, 0, 400)
    assert find_faces(own).bold.path == own


def test_a_collection_gives_its_simplified_chinese_face() -> None:
    faces = find_faces()
    with TTFont(faces.regular.path, fontNumber=faces.regular.index, lazy=True) as font:
        assert faces.regular.path.suffix != ".ttc" or "SC" in font["name"].getDebugName(1)


def test_folders_are_those_of_the_user_and_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_DIRS", "/one:/two")
    folders = font_folders()
    assert {Path("/one/fonts"), Path("/two/fonts")} <= set(folders)
    assert folders.index(Path("/one/fonts")) < folders.index(Path("/two/fonts"))


# ---- embedding ------------------------------------------------------------------------


def test_a_typeface_has_the_characters_that_were_asked_for_and_no_others() -> None:
    typeface = make_typeface("T-1", find_faces().regular, "驿站A𠮷😀")
    assert set(typeface.advances) == {*"驿站A𠮷", MISSING, " "}
    assert typeface.width("驿站") == 2
    assert 0.4 < typeface.width("A") < 0.8
    assert typeface.shown("驿😀站") == f"驿{MISSING}站"


def test_a_typeface_with_an_axis_of_weight_is_drawn_at_its_weight(tmp_path: Path) -> None:
    path = make_font(tmp_path / "NotoSansSC-VF.ttf", CHINESE + MISSING + " ", axis=True)
    shutil.copy(path, tmp_path / "copy.ttf")
    faces = find_faces(folders=(tmp_path,))
    assert (faces.regular.weight, faces.bold.weight) == (400, 700)
    assert make_typeface("T-2", faces.bold, CHINESE).width("驿站") == 2
