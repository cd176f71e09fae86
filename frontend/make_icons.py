"""Draw the icons of the home screen from the mark, src/favicon.svg, into src/icons.

    .venv/bin/python frontend/make_icons.py

Run it after a change of the mark, look at the pictures, and keep them with the change. A
maskable icon may be cut to any shape that holds the middle four fifths, so its mark is smaller.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

HERE: Final = Path(__file__).resolve().parent
PAPER: Final = "#f7f5f1"
# name: side in pixels, share of the side that the mark takes, ground
ICONS: Final = {
    "icon-192.png": (192, 0.92, "transparent"),
    "icon-512.png": (512, 0.92, "transparent"),
    "maskable-192.png": (192, 0.58, PAPER),
    "maskable-512.png": (512, 0.58, PAPER),
    "touch.png": (180, 0.72, PAPER),
}


def main() -> None:
    """Draw every icon."""
    mark = (HERE / "src" / "favicon.svg").read_text("utf-8")
    folder = HERE / "src" / "icons"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        program = shutil.which("chromium") or playwright.chromium.executable_path
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page()
        for name, (side, share, ground) in ICONS.items():
            (folder / name).write_bytes(_drawn(page, mark, side, share, ground))
        browser.close()


def _drawn(page: Page, mark: str, side: int, share: float, ground: str) -> bytes:
    page.set_viewport_size({"width": side, "height": side})
    page.set_content(
        f"<style>body{{margin:0;height:100vh;display:grid;place-items:center;background:{ground}}}"
        f"svg{{width:{share * 100}vw;height:{share * 100}vw}}</style>{mark}"
    )
    return page.screenshot(omit_background=True)


if __name__ == "__main__":
    main()
