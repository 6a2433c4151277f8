"""A real browser without a window: what it makes of a page."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from html import escape, unescape
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium")
_PATIENCE = 120
QUIET = (
    "--headless",
    # The superuser, as in containers, has no sandbox of the browser's; the pages are ours.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""What a browser is started with that shows no window and asks nobody."""
NO_NAMES = "--host-resolver-rules=MAP * ~NOTFOUND"
"""No name is ever looked up: a page that needs the network looks broken."""
_MEASURE = """
<!doctype html><meta charset="utf-8">
<iframe id="phone" style="width:{width}px;height:800px;border:0" srcdoc="{page}"></iframe>
<pre id="found"></pre>
<script>
document.getElementById("phone").addEventListener("load", (event) => {{
  const page = event.target.contentDocument, root = page.documentElement;
  const wide = [...page.querySelectorAll("body *")].filter(
    (one) => !one.closest(".wide, svg") && one.getBoundingClientRect().right > root.clientWidth + 0.5);
  document.getElementById("found").textContent = JSON.stringify({{
    width: root.clientWidth, content: root.scrollWidth, wide: wide.map((one) => one.outerHTML.slice(0, 80)),
    headings: [...page.querySelectorAll("h1, h2, h3")].map((one) => one.tagName),
    lang: root.lang, title: page.title, loaded: page.querySelectorAll("script, link, img, iframe").length,
  }});
}});
</script>
"""


def measured(page: str, folder: Path, width: int) -> dict[str, Any]:
    """Show a page in a frame of that many pixels, and return what the browser finds there."""
    file = folder / "frame.html"
    file.write_text(_MEASURE.format(width=width, page=escape(page)), "utf-8")
    shown = _chromium(folder, "--dump-dom", file.as_uri()).stdout
    found = re.search(r'<pre id="found">(.*?)</pre>', shown, re.DOTALL)
    assert found, shown[-2000:]
    assert found[1], "the page was never loaded"
    answer: dict[str, Any] = json.loads(unescape(found[1]))
    return answer


def complaints(page: str, folder: Path) -> list[str]:
    """Return what the browser writes on its console while it shows a page."""
    file = _written(page, folder)
    said = _chromium(folder, "--enable-logging=stderr", "--dump-dom", file.as_uri()).stderr
    return [line for line in said.splitlines() if "CONSOLE" in line]


def printed(page: str, folder: Path) -> bytes:
    """Print a page on paper, and return the PDF."""
    paper = folder / "page.pdf"
    file = _written(page, folder)
    _chromium(folder, f"--print-to-pdf={paper}", "--no-pdf-header-footer", file.as_uri())
    return paper.read_bytes()


def pictured(page: str, folder: Path, width: int, height: int) -> bytes:
    """Take a picture of a page, and return the PNG."""
    picture = folder / "page.png"
    file = _written(page, folder)
    _chromium(folder, f"--screenshot={picture}", f"--window-size={width},{height}", file.as_uri())
    return picture.read_bytes()


def _written(page: str, folder: Path) -> Path:
    file = folder / "page.html"
    file.write_text(page, "utf-8")
    return file


def _chromium(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert CHROMIUM
    done = subprocess.run(
        [
            CHROMIUM,
            *QUIET,
            "--hide-scrollbars",
            NO_NAMES,
            f"--user-data-dir={folder / 'profile'}",
            *arguments,
        ],
        # What it keeps beside its profile lands in the folder too.
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done
