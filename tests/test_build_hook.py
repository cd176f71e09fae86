"""The build hook: what it depends on, when it works, what it leaves."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from types import ModuleType

import brotli
import pytest

from tests.docs.pages import script

FRONTEND = Path(__file__).resolve().parent.parent / "frontend"


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    return script(FRONTEND / "build_hook.py")


@pytest.fixture
def frontend(tmp_path: Path, hook: ModuleType) -> Path:
    """A front end small enough to change."""
    folder = tmp_path / "frontend"
    (folder / "src" / "styles").mkdir(parents=True)
    for name in (*hook.SOURCES, "src/rider.js", "src/styles/app.css"):
        (folder / name).write_text(name, "utf-8")
    return folder


def made_from(static: Path, inputs: str) -> None:
    static.mkdir()
    (static / "app.1.css").write_text("a{}", "utf-8")
    manifest = {"inputs": inputs, "files": {"app.css": "app.1.css"}}
    (static / "manifest.json").write_text(json.dumps(manifest), "utf-8")


@pytest.mark.parametrize("name", ["src/styles/app.css", "package-lock.json", "icons.json"])
def test_every_change_of_an_input_changes_the_digest(
    hook: ModuleType, frontend: Path, name: str
) -> None:
    before = hook.inputs_digest(frontend)
    (frontend / name).write_text("other", "utf-8")
    assert hook.inputs_digest(frontend) != before


def test_a_new_or_renamed_source_changes_the_digest(hook: ModuleType, frontend: Path) -> None:
    digests = {hook.inputs_digest(frontend)}
    (frontend / "src" / "new.js").write_text("", "utf-8")
    digests.add(hook.inputs_digest(frontend))
    (frontend / "src" / "new.js").rename(frontend / "src" / "newer.js")
    digests.add(hook.inputs_digest(frontend))
    assert len(digests) == 3


def test_nothing_is_done_when_the_output_is_of_these_inputs(
    hook: ModuleType, frontend: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    static = tmp_path / "static"
    made_from(static, hook.inputs_digest(frontend))
    monkeypatch.setattr(hook, "run_node", lambda *_: pytest.fail("node was started"))
    assert hook.build_frontend(frontend, static) is False


@pytest.mark.parametrize("spoil", ["manifest.json", "app.1.css"])
def test_an_output_that_is_not_whole_is_made_again(
    hook: ModuleType, frontend: Path, tmp_path: Path, spoil: str
) -> None:
    static = tmp_path / "static"
    made_from(static, "digest")
    assert hook.is_current(static, "digest")
    (static / spoil).unlink()
    assert not hook.is_current(static, "digest")


def test_packages_are_installed_once_for_a_lock(
    hook: ModuleType, frontend: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[list[str]] = []

    def install(arguments: list[str], folder: Path) -> None:
        runs.append(arguments)
        (folder / "node_modules").mkdir(exist_ok=True)

    monkeypatch.setattr(hook, "run_node", install)
    hook.install_packages(frontend)
    hook.install_packages(frontend)
    assert [arguments[1:] for arguments in runs] == [["ci", "--ignore-scripts"]]
    (frontend / "package-lock.json").write_text("another lock", "utf-8")
    hook.install_packages(frontend)
    assert len(runs) == 2


def test_a_failing_tool_is_told_with_its_own_words(hook: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no such thing"):
        hook.run_node(["-e", "throw new Error('no such thing')"], tmp_path)


def test_the_lock_does_not_say_where_packages_come_from() -> None:
    lock = (FRONTEND / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    assert ".tgz" not in lock
    assert '"integrity"' in lock


def test_the_build_names_files_by_content_and_compresses_them(
    hook: ModuleType, tmp_path: Path
) -> None:
    hook.install_packages(FRONTEND)
    static = tmp_path / "static"
    static.mkdir()
    (static / "app.of-an-older-build.css").write_text("", "utf-8")
    hook.run_node(["build.mjs", str(static), "digest"], FRONTEND)
    manifest = json.loads((static / "manifest.json").read_text("utf-8"))
    assert manifest["inputs"] == "digest"
    assert hook.is_current(static, "digest")
    for name in manifest["files"].values():
        content = (static / name).read_bytes()
        assert hashlib.sha256(content).hexdigest()[:12] in name
        assert gzip.decompress((static / f"{name}.gz").read_bytes()) == content
        assert brotli.decompress((static / f"{name}.br").read_bytes()) == content
    kept = {"manifest.json"} | {
        name + end for name in manifest["files"].values() for end in ("", ".gz", ".br")
    }
    assert {path.name for path in static.iterdir()} == kept


def test_every_amenity_has_an_icon_in_the_sprite() -> None:
    from station_map.domain.vocabulary import AMENITIES
    from station_map.web.assets import assets

    built = assets()
    for amenity in AMENITIES:
        assert f'id="i-{built.icons[amenity.code]}"' in built.sprite
