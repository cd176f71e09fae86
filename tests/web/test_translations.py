"""The catalogues: whole, of today, and nothing said to riders that is not in them."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.jslexer import tokenize
from babel.messages.mofile import read_mo
from jinja2 import Environment

from tests.docs.pages import script

REPOSITORY = Path(__file__).resolve().parents[2]
OPERATORS = REPOSITORY / "frontend" / "src" / "admin"
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
HAN = re.compile(r"[\u3400-\u9fff]")
# A mark before its language; what unions write in the field of prices; names that the calendar
# and the store have, which are marked where they are told.
NOT_WORDS = {"中", "免费"}


tool = script(REPOSITORY / "docs/make_translations.py")
LANGUAGES: tuple[str, ...] = tool.LANGUAGES


def messages(catalog: Catalog) -> dict[str, Message]:
    return {
        message.id if isinstance(message.id, str) else message.id[0]: message
        for message in catalog
        if message.id
    }


def forms(message: Message) -> tuple[str, ...]:
    told = message.string
    return (told,) if isinstance(told, str) else tuple(told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_exactly_what_is_said(language: str) -> None:
    """When this fails: `.venv/bin/python docs/make_translations.py`, then translate."""
    said, known = set(messages(tool.extracted())), set(messages(tool.read(language)))
    assert len(said) > 300
    assert sorted(said - known) == [], "not in the catalogue"
    assert sorted(known - said) == [], "no longer said"


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_translated(language: str) -> None:
    catalog = tool.read(language)
    assert tool.untranslated(catalog) == []
    assert [one.id for one in catalog if one.id and one.fuzzy] == []
    assert list(catalog.obsolete) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_says_what_is_filled_in(language: str) -> None:
    for text, message in messages(tool.read(language)).items():
        wanted = set(PLACEHOLDER.findall(text))
        for place, told in enumerate(forms(message)):
            found = set(PLACEHOLDER.findall(told))
            # "The nearest station": one needs no figure.
            allowed = wanted - {"num"} if place == 0 and len(forms(message)) > 1 else wanted
            assert allowed <= found <= wanted, text
            assert told.count("%") == len(PLACEHOLDER.findall(told)), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_english_is_not_chinese(language: str) -> None:
    left = [
        text for text, one in messages(tool.read(language)).items() if HAN.search(str(one.string))
    ]
    assert left == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_made_of_a_catalogue_says_the_same(language: str) -> None:
    catalog = tool.read(language)
    folder = tool.CATALOGUES / language / "LC_MESSAGES"
    compiled = read_mo(BytesIO((folder / "messages.mo").read_bytes()))
    assert {text: forms(one) for text, one in messages(compiled).items()} == {
        text: forms(one) for text, one in messages(catalog).items()
    }
    assert compiled.plural_expr == catalog.plural_expr
    script = json.loads((tool.SCRIPTS / f"words/{language}.json").read_text("utf-8"))
    assert script == tool.script_words(tool.updated(language))
    assert 100 < len(script) < len(messages(catalog))


def test_the_tool_keeps_what_is_translated_and_drops_what_is_not_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "translations/en/LC_MESSAGES"
    folder.mkdir(parents=True)
    whole = (tool.CATALOGUES / "en/LC_MESSAGES/messages.po").read_text("utf-8")
    without = whole.replace('msgid "分享"\nmsgstr "Share"', 'msgid "旧话"\nmsgstr "Old"')
    assert without != whole
    (folder / "messages.po").write_text(without, "utf-8")
    (tmp_path / "src/words").mkdir(parents=True)
    monkeypatch.setattr(tool, "CATALOGUES", tmp_path / "translations")
    catalog = tool.updated("en")
    assert "旧话" not in messages(catalog)
    assert tool.untranslated(catalog) == ["分享"]
    monkeypatch.setattr(tool, "extracted", lambda: catalog)
    assert messages(catalog)["详情"].string == "Details"


# -- nothing is said past the catalogue ------------------------------------------------------


def said_in(kind: str, path: Path) -> set[str]:
    found = extract(
        kind, BytesIO(path.read_bytes()), keywords=tool.KEYWORDS, options=tool._OPTIONS[kind]
    )
    return {one if isinstance(one, str) else one[0] for _, one, _, _ in found}


def files(pattern: str, folder: str) -> list[Path]:
    found = sorted((REPOSITORY / folder).glob(pattern))
    # What operators read is Chinese only.
    found = [path for path in found if not path.is_relative_to(OPERATORS)]
    assert found
    return found


def name_of(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


@pytest.mark.parametrize("path", files("*.html", "templates"), ids=name_of)
def test_a_template_says_nothing_bare(path: Path) -> None:
    said = said_in("jinja2", path) | NOT_WORDS
    bare = []
    for _line, kind, text in Environment(autoescape=True).lex(path.read_text("utf-8")):
        if kind == "string" and HAN.search(text) and ast.literal_eval(text) not in said:
            bare.append(text)
        if kind == "data" and HAN.search(text):
            bare.append(text)
    assert bare == []


# Pages of /admin are in Chinese alone, and so are their scripts.
_OPERATORS = {"admin", "planning", "planning-runs"}
RIDERS_SCRIPTS = [one for one in files("**/*.js", "frontend/src") if not _OPERATORS & {*one.parts}]


@pytest.mark.parametrize("path", RIDERS_SCRIPTS, ids=name_of)
def test_a_script_says_nothing_bare(path: Path) -> None:
    said = said_in("javascript", path)
    bare = [text for text in strings_of(path.read_text("utf-8")) if text not in said]
    assert bare == []


def strings_of(source: str) -> Iterator[str]:
    """Every string of a script that holds Chinese; of template strings, what no call holds."""
    for token in tokenize(source):
        if token.type == "string" and HAN.search(token.value):
            yield token.value[1:-1]
        if token.type == "template_string" and HAN.search(token.value):
            inside = re.findall(r"t(?:n)?\('([^']*)'", token.value)
            rest = token.value
            for text in inside:
                rest = rest.replace(text, "")
            yield from inside
            if HAN.search(rest):
                yield rest


@pytest.mark.parametrize("path", files("*.css", "frontend/src/styles"), ids=name_of)
def test_a_style_sheet_says_nothing(path: Path) -> None:
    assert HAN.search(re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)) is None


# Hours are told in both languages at once, by tables of their own (wording.py).
PAGES = [
    *(path for path in files("**/*.py", "station_map/web/pages") if path.name != "wording.py"),
    REPOSITORY / "station_map/web/reporting.py",
    REPOSITORY / "station_map/web/states.py",
]
# What the API says in both languages, and its own words for a program (reporting.py, states.py).
OF_THE_API = {"reporting.py", "states.py", "changes_feed.py"}


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_says_nothing_bare(path: Path) -> None:
    said = said_in("python", path) | NOT_WORDS
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            node.body = node.body[1:]
    bare = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and HAN.search(node.value)
        and node.value not in said
    ]
    if path.name in OF_THE_API:
        # What a rider's page tells of them is marked; the rest is the API's.
        assert len(bare) < 24
    else:
        assert bare == []
