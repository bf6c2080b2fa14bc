"""The picture in README: the demo's preview, as Chromium shows it. Made anew with `python -m tests.pictures`.

Takes a Chromium on this machine and Playwright, which the extra `dev` installs.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from rich.console import Console

from posexport.demo.run import PREVIEW, run_demo
from tests.support.browser import open_chromium
from tests.support.paths import ROOT

PICTURE = ROOT / ".pictures" / "preview.png"
WIDTH_PX, HEIGHT_PX = 1000, 1580


def take_preview(picture: Path) -> None:
    """Run the demo and write the upper part of its preview as PNG."""
    with tempfile.TemporaryDirectory() as folder, open_chromium() as browser:
        kept = Path(folder) / "posexport-demo"
        run_demo(kept, Console(file=io.StringIO()), "en")
        page = browser.new_page(viewport={"width": WIDTH_PX, "height": HEIGHT_PX}, color_scheme="light")
        page.goto((kept / PREVIEW).as_uri())
        page.screenshot(path=picture)


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    take_preview(PICTURE)
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size // 1000} kB")
