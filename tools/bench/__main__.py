"""Measure simonsync: `make bench`, or `python -m tools.bench [PART ...] [--customers N] [--json FILE]`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from time import monotonic, perf_counter, sleep

from simonsync.sandbox.box import Sandbox
from tools.bench.filled import fill
from tools.bench.measure import PYTHON, in_child, interleaved, of_command
from tools.bench.stand_in import Addresses, Load, stand_in

SIMONSYNC = str(Path(PYTHON).with_name("simonsync"))


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure beside its goal; `met` is None where there is no goal to compare with."""

    part: str
    what: str
    value: float
    unit: str
    goal: str = ""
    met: bool | None = None


def at_most(part: str, what: str, value: float, limit: float, unit: str = "x") -> Figure:
    """Give a figure that is to stay below its goal."""
    return Figure(part, what, round(value, 3), unit, f"<= {limit:g}", value <= limit)


def at_least(part: str, what: str, value: float, limit: float, unit: str = "%") -> Figure:
    """Give a figure that is to reach its goal."""
    return Figure(part, what, round(value, 3), unit, f">= {limit:g}", value >= limit)


def start_up(_customers: int) -> list[Figure]:
    """Compare the start of commands with `python -c pass`, by processor time."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "config.yaml").write_text("simon:\n  url: http://127.0.0.1:9/\n", "utf-8")
        bare, version, helping, status = interleaved(
            lambda: of_command([PYTHON, "-c", "pass"]),
            lambda: of_command([SIMONSYNC, "--version"]),
            lambda: of_command([SIMONSYNC, "--help"]),
            lambda: of_command([SIMONSYNC, "status"], cwd=folder),
            rounds=15,
        )
    return [
        at_most("start", "--version / python -c pass", version.cpu / bare.cpu, 8),
        at_most("start", "--help / python -c pass", helping.cpu / bare.cpu, 8),
        at_most("start", "status / python -c pass", status.cpu / bare.cpu, 10),
        at_most("start", "status, peak memory", status.peak / bare.peak, 2.8),
    ]


def idle_sync(_customers: int) -> Iterator[Figure]:
    """A sync with nothing to do, as the timer starts it: on the sandbox, at a pace that is no limit."""
    with Sandbox(customers=40) as box, tempfile.TemporaryDirectory() as name:
        sellsy, simon = (
            f"{{url: {url}, requests_per_second: 1000}}" for url in (box.sellsy_url, box.simon_url)
        )
        Path(name, "config.yaml").write_text(f"sellsy: {sellsy}\nsimon: {simon}\n", "utf-8")
        known = {f"SIMONSYNC_{key.upper()}": value for key, value in box.credentials.items()}
        run = partial(of_command, cwd=name, more={"HOME": name, "XDG_STATE_HOME": name, **known})
        activated = run([SIMONSYNC, "activate", "--yes", "--accept-terms", "--from-env", "--tables", "all"])
        synced = run([SIMONSYNC, "sync"])
        if activated.result or synced.result:
            raise RuntimeError("the sandbox could not be activated and brought into step")
        bare, idle = interleaved(
            partial(of_command, [PYTHON, "-c", "pass"]), partial(run, [SIMONSYNC, "sync"]), rounds=15
        )
    yield at_most("idle", "sync without changes / python -c pass, wall", idle.wall / bare.wall, 24)
    for size in (100, 3_000):
        asked, pages, of_simon = _asked_of_both(size)
        yield at_most("idle", f"both APIs, {size} customers: requests to Sellsy but for pages", asked, 8, "")
        yield Figure("idle", f"both APIs, {size} customers: pages of the slow lists", pages, "")
        yield at_most("idle", f"both APIs, {size} customers: requests to Simon", of_simon, 3, "")


def _asked_of_both(customers: int) -> tuple[int, int, int]:
    """Ask the sandbox over both APIs of Sellsy in cycles without changes: the most within an hour."""
    from simonsync.sandbox.clock import VirtualClock
    from tests.firm import Firm

    asked, pages, of_simon = [0], [0], [0]
    with tempfile.TemporaryDirectory() as name:
        firm = Firm(Sandbox(customers=customers, clock=VirtualClock()), Path(name), in_process=True)
        firm.api = "v2"
        firm.activate()
        for cycle in range(14):
            firm.box.log.clear()
            firm.sync()
            firm.later(minutes=5)
            if cycle < 2:
                continue
            listed = [entry.method in _LISTS for entry in firm.box.log.entries("sellsy")]
            pages.append(sum(listed))
            asked.append(len(listed) - sum(listed))
            of_simon.append(len(firm.box.log.entries("simon")))
    return max(asked), max(pages), max(of_simon)


_LISTS = frozenset({"Addresses.getList", "Catalogue.getList", "Client.getList"})


def _pull(where: Addresses, folder: Path, *, full: bool, requests_a_cycle: int = 60) -> dict[str, int]:
    """Pull once, as the command does, and tell what it cost in requests."""
    from simonsync import sellsy, simon
    from simonsync.account.execution import Account, execute
    from simonsync.messages.render import Language
    from simonsync.sellsy import SellsyCredentials
    from simonsync.settings.declaration import Settings
    from simonsync.settings.values import as_mapping, to_yaml
    from simonsync.simon import SimonCredentials
    from simonsync.store.opening import open_state
    from simonsync.sync.pull import pull
    from simonsync.sync.run import Clocks

    in_sellsy = sellsy.connect(
        where.sellsy, SellsyCredentials("a", "b", "c", "d"), requests_per_second=100_000
    )
    in_simon = simon.connect(where.simon, SimonCredentials("1234567890123456", "u", "p"))
    now = datetime.now(UTC)
    with open_state(folder / "bench.db") as state:
        if state.settings.current() is None:
            state.settings.add({key: to_yaml(value) for key, value in as_mapping(Settings()).items()}, now)
            state.activation.activate(now, now)
    account = Account(
        name="bench",
        folder=folder,
        language=Language.FR,
        settings=Settings(),
        api="v1",
        sellsy=lambda: in_sellsy,
        simon=lambda: in_simon,
        clocks=Clocks(lambda: datetime.now(UTC), monotonic, sleep),
        scan_requests=requests_a_cycle,
        workers=8,
    )
    result = execute(account, "pull", lambda run, sink: pull(run, sink, full=full))
    return {"actions": len(result.actions), "sellsy": in_sellsy.requests, "simon": in_simon.requests}


def _plain(where: Addresses, folder: Path, customers: int) -> int:
    """Read the same lists with requests and keep them with sqlite-utils: what one writes in an hour."""
    import requests
    import sqlite_utils

    database = sqlite_utils.Database(folder / "plain.db")
    session = requests.Session()
    rows = 0
    for method, table in (("Addresses.getList", "addresses"), ("Client.getList", "customers")):
        for page in range(1, -(-customers // 100) + 1):
            params = {"search": {"actif": "Y"}, "pagination": {"nbperpage": 100, "pagenum": page}}
            body = {
                "request": 1,
                "io_mode": "json",
                "do_in": json.dumps({"method": method, "params": params}),
            }
            found = session.post(where.sellsy, data=body, timeout=30).json()["response"]["result"]
            records = [
                {name: str(value) for name, value in record.items()} for record in dict(found).values()
            ]
            database.table(table).upsert_all(records, pk="id")
            rows += len(records)
    return rows


def pulling(customers: int) -> list[Figure]:
    """First import and full turn of N customers, against a plain loop; memory against a tenth of it."""
    figures = []
    with stand_in(Load(customers=customers)) as where, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = in_child(lambda: _pull(where, folder, full=True))
        again, plain = interleaved(
            lambda: in_child(lambda: _pull(where, folder, full=True)),
            lambda: in_child(lambda: _plain(where, Path(tempfile.mkdtemp(dir=name)), customers)),
            rounds=3,
        )
        idle = in_child(lambda: _pull(where, folder, full=False))
    rows = customers * 2
    figures += [
        Figure("pull", f"first import of {customers} customers", round(first.wall, 1), "s"),
        Figure("pull", "first import, CPU per record written", round(first.cpu / rows * 1e6), "µs"),
        at_most("pull", "first import, peak memory", first.peak, 80, "MB"),
        Figure("pull", "full turn, nothing changed", round(rows / again.wall), "rows/s"),
        Figure("pull", "full turn, CPU per row", round(again.cpu / rows * 1e6), "µs"),
        at_least("pull", "rows/s of a full turn / a plain loop's", plain.wall / again.wall, 0.9, "x"),
        Figure("pull", "CPU of a full turn / a plain loop's", round(again.cpu / plain.cpu, 2), "x"),
        at_most(
            "pull", f"idle cycle at {customers} customers, requests to Sellsy", idle.result["sellsy"], 30, ""
        ),
    ]
    smaller = max(customers // 10, 100)
    with stand_in(Load(customers=smaller)) as where, tempfile.TemporaryDirectory() as name:
        small = in_child(lambda: _pull(where, Path(name), full=True))
    figures += [
        at_most("pull", f"first import, peak at {customers} / {smaller}", first.peak / small.peak, 1.1),
    ]
    return figures


_IDLE = {10_000: 30}
"""Requests in an idle cycle with which a turn ends within the hour; larger firms take all allowed."""
SIZES = (10_000, 100_000, 1_000_000)


def growing(_customers: int) -> Iterator[Figure]:
    """What a whole turn and an idle cycle cost in firms of every size, all of them in step already."""
    peaks: list[float] = []
    idles: list[int] = []
    for size in SIZES:
        with stand_in(Load(customers=size)) as where, tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            in_child(partial(fill, folder / "bench.db", size))
            turn = in_child(partial(_pull, where, folder, full=True))
            idle = in_child(partial(_pull, where, folder, full=False))
        peaks.append(turn.peak)
        idles.append(idle.result["sellsy"])
        firm = f"{size} customers"
        written = turn.result["actions"] + idle.result["actions"]
        yield Figure("size", f"{firm}: full turn", round(size * 2 / turn.wall), "rows/s")
        yield Figure("size", f"{firm}: records written in it", written, "", "0", written == 0)
        yield Figure("size", f"{firm}: peak memory of it", round(turn.peak, 1), "MB")
        yield at_most(
            "size", f"{firm}: requests to Sellsy in an idle cycle", idles[-1], _IDLE.get(size, 60), ""
        )
    for size, peak, goal in zip(SIZES[1:], peaks[1:], (1.1, 1.25), strict=True):
        yield at_most("size", f"peak memory, {size} / {SIZES[0]} customers", peak / peaks[0], goal)


def against_dlt(customers: int) -> Iterator[Figure]:
    """A whole turn of N customers against dlt, which loads the same lists and then merges them again."""
    dlt = os.environ.get("DLT_PYTHON", PYTHON)
    if of_command([dlt, "-c", "import dlt, sqlalchemy"]).result != 0:
        yield Figure("dlt", "not compared: DLT_PYTHON names no interpreter with dlt[sqlalchemy]", 0, "")
        return
    script = str(Path(__file__).with_name("with_dlt.py"))
    with stand_in(Load(customers=customers)) as where, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        in_child(partial(fill, folder / "bench.db", customers))
        command = [dlt, script, where.sellsy, str(customers), name]
        first = of_command(command)
        again, merged = interleaved(
            partial(in_child, partial(_pull, where, folder, full=True)),
            partial(of_command, command),
            rounds=3,
        )
        if first.result or merged.result:
            raise RuntimeError("dlt did not load the lists")
    yield at_least("dlt", "rows/s of a full turn / dlt's first load", first.wall / again.wall, 3, "x")
    yield at_most("dlt", "CPU of a full turn / dlt's merging again", again.cpu / merged.cpu, 0.25)
    yield at_most("dlt", "peak memory of a full turn / dlt's", again.peak / merged.peak, 0.35)


def pacing(_customers: int) -> list[Figure]:
    """How near a whole program that reads a list comes to the limit, and how often it is refused."""
    figures = []
    for limit, latency, goal in ((10.0, 0.1, 95), (5.0, 0.1, 96), (5.0, 0.4, 90)):
        with stand_in(Load(customers=100 * READ_PAGES, latency=latency, limit=limit)) as where:
            cost = in_child(lambda where=where, limit=limit: _read_pages(where, limit))  # type: ignore[misc]
        name = f"{limit:g} requests/s, {latency * 1000:g} ms"
        figures += [
            at_least("pace", name, (READ_PAGES - 1) / limit / cost.wall * 100, goal),
            Figure("pace", f"{name}: refused", cost.result - READ_PAGES, "", "0", cost.result == READ_PAGES),
        ]
    return figures


READ_PAGES = 100


def _read_pages(where: Addresses, limit: float) -> int:
    from simonsync import sellsy
    from simonsync.sellsy import SellsyCredentials

    reader = sellsy.connect(where.sellsy, SellsyCredentials("a", "b", "c", "d"), requests_per_second=limit)
    for _step in reader.address_steps("", None):
        pass
    return reader.requests


def writing(_customers: int) -> list[Figure]:
    """Records written to Simon by eight workers, against workers / latency."""
    figures = []
    for latency, goal in ((0.02, 85), (0.1, 93)):
        with (
            stand_in(Load(customers=800, simon_latency=latency)) as where,
            tempfile.TemporaryDirectory() as name,
        ):
            cost = in_child(lambda where=where, name=name: _pull(where, Path(name), full=True))  # type: ignore[misc]
        rate = cost.result["simon"] / cost.wall
        figures.append(
            at_least("write", f"8 workers, {latency * 1000:g} ms", rate / (8 / latency) * 100, goal)
        )
    return figures


def drawing(_customers: int) -> list[Figure]:
    """A page drawn by us, against the same texts in the same fonts, put on a page with ReportLab alone."""
    ours, bare = interleaved(lambda: in_child(_draw_ours), lambda: in_child(_draw_bare), rounds=5)
    return [
        Figure("pdf", "one page with twenty used items", round(ours.result / PAGES * 1000, 1), "ms"),
        at_most("pdf", "ours / the same texts in bare ReportLab", ours.result / bare.result, 1.5),
    ]


PAGES = 20
DESCRIPTION = "Remplacement du tableau"
ARTICLES = tuple(f"Article {number}" for number in range(1, 21))


def _draw_ours() -> float:
    from zoneinfo import ZoneInfo

    from simonsync.domain.records import SellsyAccount, UsedItem, WorkOrder, WorkOrderHead, WorkPlace
    from simonsync.messages.render import Language
    from simonsync.pdf.work_order import draw_work_order

    now = datetime(2026, 11, 24, tzinfo=UTC)
    order = WorkOrder(
        WorkOrderHead("1", "4711", now, now, now - timedelta(days=1)),
        "2",
        WorkPlace("3", "Atelier", "1 rue X", "", "69002", "Lyon"),
        description=DESCRIPTION,
        used_items=tuple(UsedItem(name, "9", name, Decimal(1)) for name in ARTICLES),
    )
    firm, zone = SellsyAccount("1", "Électricité Moreau", "EUR"), ZoneInfo("Europe/Paris")
    return _seconds_of(lambda: draw_work_order(order, firm, "Dupont", Language.FR, zone))


def _draw_bare() -> float:
    from io import BytesIO

    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    pdfmetrics.registerFont(TTFont("Vera-Bold", "VeraBd.ttf"))

    def draw() -> None:
        text, bold = ParagraphStyle("text", fontName="Vera"), ParagraphStyle("bold", fontName="Vera-Bold")

        def table(*rows: tuple[str, ...]) -> Table:
            return Table([[Paragraph(cell, text) for cell in row] for row in rows], repeatRows=1)

        story = [
            Table([[Paragraph("Électricité Moreau", bold), Paragraph("Bon de travail 4711", bold)]]),
            table(("Client", "Adresse de travail"), ("Dupont", "Atelier<br/>1 rue X<br/>69002 Lyon")),
            table(("Créé le", "Archivé le"), ("23/11/2026 01:00", "24/11/2026 01:00")),
            Paragraph("Description", bold),
            Paragraph(DESCRIPTION, text),
            Paragraph("Articles", bold),
            table(("Article", "Quantité"), *((name, "1") for name in ARTICLES)),
            table(("Date", "Nom et signature")),
        ]
        SimpleDocTemplate(BytesIO(), pagesize=A4).build(story)

    return _seconds_of(draw)


def _seconds_of(draw: Callable[[], object]) -> float:
    draw()
    begun = perf_counter()
    for _ in range(PAGES):
        draw()
    return perf_counter() - begun


PARTS: dict[str, Callable[[int], Iterable[Figure]]] = {
    "start": start_up,
    "idle": idle_sync,
    "pull": pulling,
    "size": growing,
    "dlt": against_dlt,
    "pace": pacing,
    "write": writing,
    "pdf": drawing,
}


def main() -> int:
    """Measure the parts that are named, or all of them, and print each figure beside its goal."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], metavar="PART")
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    figures: list[Figure] = []
    for name in chosen.parts or PARTS:
        for figure in PARTS[name](chosen.customers):
            figures.append(figure)
            mark = {None: " ", True: "met", False: "MISSED"}[figure.met]
            shown = f"{figure.value:>10g} {figure.unit:<6}"
            sys.stdout.write(f"{figure.part:<6} {figure.what:<58} {shown} {figure.goal:<10} {mark}\n")
            sys.stdout.flush()
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
