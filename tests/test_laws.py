"""Laws of the house that no checker from outside knows; what breaks one is answered here, or mended.

Statements in SQL: only the store writes them, of our own constants; what comes from outside is
bound. Markup: nothing but our own build and catalogue is put into a page as it is, on the server or
in the browser.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "station_map"
STORE = PACKAGE / "store"
SQL = re.compile(
    r"\b(?:SELECT|COPY|LOCK TABLE|INSERT INTO|DELETE FROM|TRUNCATE|SET LOCAL|ALTER TABLE|CREATE (?:TABLE|INDEX)|DROP)\b"
    r"|\bUPDATE \w+ SET\b"
)
CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")

# (file below store/, piece): why it is ours. A new piece is bound instead, or answered here.
ANSWERED = {
    ("area_pictures.py", "where"): "conditions by name, out of tables of constants",
    ("areas.py", "point"): "a part of a statement that its callers write out",
    ("bulk_sql.py", "', '.join(_DETAIL.values())"): "a table of constants",
    ("bulk_sql.py", "', '.join(columns)"): "columns, out of a table of constants",
    ("bulk_sql.py", "rows"): "a part of a statement that its callers write out",
    ("features.py", "cards"): "a statement of the same kind",
    ("features.py", "clause"): "conditions by name, out of tables of constants; values are bound",
    ("features.py", "columns"): "columns, out of a table of constants",
    ("features.py", "source"): "a table of constants",
    ("first_load.py", "', '.join(_READ)"): "a table of constants",
    ("narrow.py", "' AND '.join(spelled)"): "conditions by name, out of tables of constants",
    ("narrow.py", "' AND '.join(written)"): "conditions by name, out of tables of constants",
    ("narrow.py", "told"): "conditions by name, out of tables of constants",
    ("tiles.py", "where"): "conditions by name, out of tables of constants",
    ("nearest.py", "asked"): "conditions by name, out of tables of constants",
    ("nearest.py", "candidates"): "a part of a statement that its callers write out",
    ("nearest.py", "conditions + _WITHIN"): "conditions by name, out of tables of constants",
    ("nearest.py", "conditions"): "conditions by name, out of tables of constants",
    ("nearest.py", "each"): "conditions by name, out of tables of constants",
    ("nearest.py", "further"): "a part of a statement that its callers write out",
    ("nearest.py", "ids"): "a part of a statement that its callers write out",
    ("nearest.py", "statements.conditions"): "conditions by name, out of tables of constants",
    ("stations.py", "_where(names)"): "conditions by name, out of tables of constants",
    ("import_jobs.py", "_FINDS[step]"): "columns, out of a table of constants",
    ("import_jobs.py", "_FORGET[step]"): "columns, out of a table of constants",
    ("ranking.py", "RANKS[rank]"): "a table of constants",
    ("resurrection.py", "', '.join(_TOUCHES.values())"): "a table of constants",
    ("selections.py", "inside"): "conditions by name, out of tables of constants",
    ("station_search.py", "_where(counted)"): "conditions by name, out of tables of constants",
    ("stations.py", "RANKS[rank]"): "a table of constants",
    ("stations.py", "where"): "conditions by name, out of tables of constants",
    ("stations.py", "words.spelled_so(names)"): "conditions by name, out of tables of constants",
    ("words.py", "clause"): "conditions by name, out of tables of constants",
}

MARKUP = {
    "maps/frame.py": "numbers and constants, drawn by folium",
    "web/assets.py": "the icons of our own build",
    "web/language.py": "our own catalogue; what is filled in is escaped",
}

# Ways by which a text becomes markup in a template or a script.
IN_TEMPLATES = re.compile(r"\|\s*safe\b|autoescape\s+false|\bMarkup\b")
IN_SCRIPTS = re.compile(
    r"\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|\beval\(|new Function\(|srcdoc"
    r"|createContextualFragment|setHTMLUnsafe"
)


# Parts of pages that our own server has drawn, and escaped, for this very place.
DRAWN_BY_US = {"list.js", "planning/answer.js", "report/report.js"}


def _sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _is_statement(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and SQL.search(node.value) is not None
    if isinstance(node, ast.JoinedStr):
        return any(map(_is_statement, node.values))
    return False


def pieces(tree: ast.AST) -> Iterator[ast.expr]:
    """What is put into statements: by f-strings, +, % and format."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and _is_statement(node):
            yield from (one.value for one in node.values if isinstance(one, ast.FormattedValue))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            sides = (node.left, node.right)
            if any(map(_is_statement, sides)):
                yield from (one for one in sides if not _is_statement(one))
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "format"
            and _is_statement(node.func.value)
        ):
            yield from (*node.args, *(one.value for one in node.keywords))


def is_ours(piece: ast.expr) -> bool:
    """A constant, by its name or written out, or a function of such, or a sum of them."""
    match piece:
        case ast.Constant():
            ours = True
        case ast.Name(id=name) | ast.Attribute(attr=name):
            ours = CONSTANT.fullmatch(name) is not None
        case ast.BinOp(left=left, right=right):
            ours = is_ours(left) and is_ours(right)
        case ast.Call(func=ast.Name(), args=args, keywords=[]):
            ours = all(map(is_ours, args))
        case _:
            ours = False
    return ours


def test_only_the_store_puts_statements_together_of_more_than_constants() -> None:
    elsewhere = {
        f"{path.relative_to(PACKAGE)}: {ast.unparse(piece)}"
        for path in _sources()
        if STORE not in path.parents
        for piece in pieces(ast.parse(path.read_text("utf-8")))
        if not is_ours(piece)
    }
    assert elsewhere == set()


def test_statements_are_made_of_our_own_constants() -> None:
    """Migrations are left out: nothing from outside reaches them."""
    found = {
        (str(path.relative_to(STORE)), ast.unparse(piece))
        for path in _sources()
        if STORE in path.parents and "migrations" not in path.parts
        for piece in pieces(ast.parse(path.read_text("utf-8")))
        if not is_ours(piece)
    }
    assert found - set(ANSWERED) == set(), "bind it, or answer for it in ANSWERED"
    assert set(ANSWERED) - found == set(), "answered, and no longer there"


@pytest.mark.parametrize(
    ("source", "ours"),
    [
        ("f'SELECT {name} FROM a'", False),
        ("f'SELECT {_COLUMNS} FROM a'", True),
        ("f\"SELECT {district_at('x')}\"", True),
        ("f'SELECT {district_at(point)}'", False),
        ("'SELECT ' + told", False),
        ("told + ' AND SELECT'", False),
        ("'SELECT %s' % told", False),
        ("'SELECT {}'.format(told)", False),
        ("'SELECT {x}'.format(x=told)", False),
        ("'SELECT {}'.format(_X)", True),
        ("'UPDATE a SET b = ' + str(number)", False),
    ],
)
def test_the_law_of_statements_sees(source: str, ours: bool) -> None:
    found = list(pieces(ast.parse(source)))
    assert found
    assert all(map(is_ours, found)) is ours


def test_markup_is_made_of_our_own_alone() -> None:
    made = set()
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {
                "Markup",
                "render_template_string",
                "from_string",
            }:
                made.add(str(path.relative_to(PACKAGE)))
    assert made == set(MARKUP)


def test_templates_escape_everything() -> None:
    bare = {
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in sorted((ROOT / "templates").rglob("*.*"))
        if (found := IN_TEMPLATES.search(path.read_text("utf-8")))
    }
    assert bare == set()


def test_scripts_write_text_and_no_markup() -> None:
    sources = ROOT / "frontend" / "src"
    bare = {
        str(path.relative_to(sources))
        for path in sorted(sources.rglob("*.js"))
        if IN_SCRIPTS.search(path.read_text("utf-8"))
    }
    assert bare == DRAWN_BY_US


@pytest.mark.parametrize(
    ("law", "evil"),
    [
        (IN_TEMPLATES, "{{ name|safe }}"),
        (IN_TEMPLATES, "{% autoescape false %}"),
        (IN_SCRIPTS, "box.innerHTML = name"),
        (IN_SCRIPTS, "box.insertAdjacentHTML('x', name)"),
        (IN_SCRIPTS, "frame.srcdoc = name"),
    ],
)
def test_the_laws_of_markup_see(law: re.Pattern[str], evil: str) -> None:
    assert law.search(evil)
