"""Take the pictures that README.md shows: `python -m tools.docs.pictures` writes them into docs/images/.

The real program works on the sandbox's company, and what it shows is photographed: the report in a browser,
the preview as its PDF is printed, a screen with the colours that a terminal gets. It needs Debian's chromium
and poppler-utils; where one is missing it says so and writes nothing. Dates and markers differ each time, so
the pictures are looked at and not compared.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageChops, ImageOps
from rich.console import Console
from rich.text import Text

from simonsync.cli.demo import SETTINGS
from simonsync.config.credentials import store_credentials
from simonsync.errors import ExitCode
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.simon.day import carry_out_a_work_order
from tests.cli.conversation import converse
from tests.cli.program import simonsync, started
from tests.desk.test_in_a_browser import opened
from tests.report.browser import CHROMIUM, pictured

FOLDER = Path(__file__).parents[2] / "docs" / "images"
PDFTOPPM = shutil.which("pdftoppm")
COLUMNS = 84
_COLOURS = 64
_MARGIN = 16
_SCREEN = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 16px; }} pre {{ font: 14px/1.35 "DejaVu Sans Mono", monospace; margin: 0; }}
</style><pre>{code}</pre>"""
OTHERS = (
    ("Boulangerie de l'Église", "Éclairage de la vitrine", "Spot LED encastrable 7 W", 6),
    ("Lucas Bernard", "Remplacement d'un détecteur", "Détecteur de fumée NF & CE", 1),
    ("Syndic Rhône Gestion", "Interrupteur différentiel", "Interrupteur différentiel 40 A 30 mA type AC", 1),
)


def main() -> int:
    """Take the pictures."""
    if CHROMIUM is None or PDFTOPPM is None:
        sys.stderr.write("Nothing was written: chromium and pdftoppm are needed.\n")
        return 1
    FOLDER.mkdir(exist_ok=True)
    with firm() as (folder, number):
        run(folder, "report", "--html", "report.html")
        page = (folder / "report.html").read_text("utf-8")
        save("report", pictured(page, folder, 840, 1600))
        run(folder, "preview", number, "--pdf", "preview.pdf")
        paper = ("-r", "80", "-png", "-singlefile", str(folder / "preview.pdf"), str(folder / "preview"))
        subprocess.run([PDFTOPPM, *paper], check=True)
        save("preview", (folder / "preview.png").read_bytes(), part=0.6)
        save("explain", pictured(screen(folder, "explain", number), folder, 760, 800))
        sit_at_the_desk(folder, number)
    return 0


def sit_at_the_desk(folder: Path, number: str) -> None:
    """Take the pictures of the page for the office: what needs someone, a work order, a telephone."""
    with started(folder, "desk", "--json") as process, opened(folder) as page:
        assert process.stdout
        page.goto(json.loads(process.stdout.readline())["data"]["url"])
        page.set_viewport_size({"width": 375, "height": 800})
        save("desk-telephone", page.screenshot())
        page.set_viewport_size({"width": 900, "height": 700})
        page.get_by_role("link", name="Needs someone").first.click()
        page.wait_for_load_state()
        save("desk-needs", page.screenshot())
        page.get_by_label("Work order").fill(number)
        page.get_by_role("button", name="Show").click()
        page.get_by_text("History").wait_for()
        save("desk-order", page.screenshot(full_page=True))
        process.terminate()


@contextmanager
def firm() -> Iterator[tuple[Path, str]]:
    """Let the sandbox's company work for a day; give the folder and the number of a work order."""
    with TemporaryDirectory() as name, Sandbox() as box:
        folder = Path(name)
        (folder / "config.yaml").write_text(
            "language: en\n"
            f"sellsy: {{url: '{box.sellsy_url}', requests_per_second: 1000}}\n"
            f"simon: {{url: '{box.simon_url}'}}\n"
        )
        store_credentials(folder / "state", box.credentials)
        settings = [argument for setting in SETTINGS for argument in ("--set", setting)]
        run(folder, "activate", "--yes", "--accept-terms", "--from-env", *settings)
        run(folder, "sync")
        number = str(carry_out_a_work_order(box.simon)["Number"])
        for customer, text, item, quantity in OTHERS:
            _archive(box, customer, text, item, quantity)
        _archive(box, OTHERS[1][0], "Dépannage", OTHERS[1][2], 1, CustomerId=None)
        run(folder, "sync", code=ExitCode.NEEDS_SOMEONE)
        yield folder, number


def _archive(box: Sandbox, customer: str, text: str, item: str, quantity: int, **values: object) -> None:
    world = box.simon
    owner = world.find("Customer", Name=customer)["Id"]
    location = next(row["Id"] for row in world.rows("Location") if row["CustomerId"] == owner)
    order = world.add_work_order(location, text, **values)
    world.begin(order)
    world.add_time(order, "Travel", 30)
    world.add_time(order, "Work", 90)
    world.use_item(order, world.find("Item", Name=item)["Id"], quantity)
    world.declare_ready(order)
    world.archive(order)


def run(folder: Path, *arguments: str, code: ExitCode = ExitCode.DONE) -> None:
    """Run the program, which must end as expected."""
    ended = simonsync(folder, *arguments)
    assert ended.code == code, ended.err


def screen(folder: Path, *arguments: str) -> str:
    """Run a command on a terminal, and return a page that shows what was typed and what was seen."""
    seen = converse(folder, arguments, [], environ={"COLUMNS": str(COLUMNS)}, colours=True)
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text(f"$ simonsync {' '.join(arguments)}"), Text.from_ansi(seen.out), sep="\n")
    return console.export_html(inline_styles=True, code_format=_SCREEN)


def save(name: str, png: bytes, *, part: float = 1) -> None:
    """Write the upper part of a picture without the empty paper around it, in few colours: a small file."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image = image.crop((0, 0, image.width, int(image.height * part)))
    paper = Image.new("RGB", image.size, "white")
    image = image.crop(ImageChops.difference(image, paper).getbbox())
    image = ImageOps.expand(image, _MARGIN, "white")
    image.quantize(_COLOURS).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    sys.exit(main())
