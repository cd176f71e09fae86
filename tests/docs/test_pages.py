"""Links lead somewhere, pictures are made by the script, and nothing private is in a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs import pages

PAGES = pages.pages()
README = pages.REPOSITORY / "README.md"
IMAGES = pages.DOCS / "images"
CLIENTS = pages.REPOSITORY / "tests/gis_clients"  # `make gis`
# Put together here, so that this file is none that holds them.
PRIVATE = (
    "/wo" + "rk/",
    "/tmp/uv" + "env",
    "/opt/" + "pypi",
    "registry." + "npm",
    "files.python" + "hosted",
    "pypi." + "org/simple",
    '"resolved' + '":',
    "PIP_" + "INDEX_URL",
    "UV_" + "INDEX",
    "UV_DEFAULT_" + "INDEX",
    "--extra-" + "index-url",
    "--index-" + "url",
)


def _name(path: Path) -> str:
    return str(path.relative_to(pages.REPOSITORY))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_relative_links_lead_somewhere(page: Path) -> None:
    for link in pages.links(page):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        assert path.is_relative_to(pages.REPOSITORY), link
        assert path.exists(), link
        assert not anchor or anchor in pages.anchors(path), link


def test_every_page_of_the_documentation_is_reached_from_its_index() -> None:
    reached: set[Path] = set()
    new = {README}
    while new:
        page = new.pop()
        reached.add(page)
        targets = {(page.parent / link.partition("#")[0]).resolve() for link in pages.links(page)}
        new |= {target for target in targets if target.suffix == ".md"} - reached
    assert {page for page in PAGES if page.is_relative_to(pages.DOCS)} <= reached


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) < 150


def test_every_picture_is_taken_by_a_script_and_shown_on_a_page() -> None:
    pictures = {path.name for path in pages.tracked() if path.parent == IMAGES}
    scripts = [*pages.DOCS.glob("make_*.py"), *CLIENTS.glob("*.py")]
    told = "".join(script.read_text(encoding="utf-8") for script in scripts)
    assert pictures
    assert set(re.findall(r'"([\w-]+\.(?:png|webp))"', told)) == pictures
    shown = {
        link.rpartition("/")[2] for page in PAGES for link in pages.links(page) if "images/" in link
    }
    assert shown == pictures


def test_every_decision_is_in_the_list() -> None:
    folder = pages.DOCS / "adr"
    files = {path.name for path in PAGES if path.parent == folder} - {"README.md"}
    assert files == {link for link in pages.links(folder / "README.md") if "/" not in link}


def test_no_file_names_a_registry_or_a_place_on_one_machine() -> None:
    found = []
    for path in pages.tracked():
        content = path.read_bytes()
        found += [(_name(path), words) for words in PRIVATE if words.encode() in content]
    assert found == []
