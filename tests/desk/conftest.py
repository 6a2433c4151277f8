"""A desk that is served over real sockets, for a firm on the sandbox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from simonsync.config.credentials import read_credentials
from simonsync.config.file import load
from simonsync.desk.server import serving
from simonsync.desk.site import DeskSite
from simonsync.messages.render import Language
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import Clock
from tests.firm import Firm

CONFIGURATION = """\
# Our firm.
account: firm
language: en
sellsy: {{url: "{sellsy}", requests_per_second: 1000}}
simon: {{url: "{simon}"}}
sync: {{consistency_wait_seconds: 1}}
cleanup: {{max_deletions: 3, max_percent: 100}}
settings: {{work_time_product: "service:SER001"}}
"""


class Seat:
    """A firm, its desk, and the browser of somebody who has followed the link."""

    def __init__(self, firm: Firm, site: DeskSite, link: str) -> None:
        self.firm, self.site, self.link = firm, site, link
        self.root = link.partition("/enter")[0]
        self.browser = requests.Session()
        self.browser.trust_env = False

    def get(self, path: str) -> str:
        """Load a page."""
        answer = self.browser.get(self.root + path, timeout=20)
        assert answer.status_code == 200, answer.text
        return unescape(answer.text)

    @property
    def token(self) -> str:
        found = re.search(
            r'name="token" value="([^"]+)"', self.browser.get(f"{self.root}/doing", timeout=20).text
        )
        assert found
        return found[1]

    def press(self, path: str, **fields: str) -> str:
        """Press a button; return the page that says what came of it, once it is over."""
        answer = self.browser.post(self.root + path, data={"token": self.token, **fields}, timeout=20)
        assert answer.status_code == 200, answer.text
        if urlsplit(answer.url).path != "/doing":
            return unescape(answer.text)
        self.site.hands.wait()
        return self.get("/doing")

    def later(self, **span: float) -> None:
        """Let time pass for the services and for us."""
        self.firm.later(**span)
        offset = (self.firm.box.clock() - datetime.now(UTC)).total_seconds()
        assert isinstance(self.site.environ, dict)
        self.site.environ["SIMONSYNC_NOW_OFFSET"] = str(offset)

    def number(self, order: int) -> str:
        return str(self.firm.box.simon.row("WorkOrder", order)["Number"])


@pytest.fixture
def stranger() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def seat(tmp_path: Path) -> Iterator[Seat]:
    (tmp_path / "state").mkdir(mode=0o700)
    file = tmp_path / "config.yaml"
    with Sandbox(customers=2, clock=Clock()) as box:
        file.write_text(CONFIGURATION.format(sellsy=box.sellsy_url, simon=box.simon_url))
        firm = Firm(box, tmp_path / "state")
        firm.activate()
        firm.pull()
        environ = {f"SIMONSYNC_{name.upper()}": value for name, value in box.credentials.items()}
        site = DeskSite(
            configured=lambda: load(file),
            credentials=lambda: read_credentials(tmp_path / "state", environ),
            environ=environ,
            language=Language.EN,
            zone=load(file).zone,
            who="amelie",
        )
        with serving(site, 0) as link:
            seat = Seat(firm, site, link)
            with seat.browser:
                yield seat


@pytest.fixture
def desk(seat: Seat) -> Seat:
    """A desk whose link was followed."""
    assert seat.browser.get(seat.link, timeout=20).status_code == 200
    return seat
