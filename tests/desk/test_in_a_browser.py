"""The desk in a real browser: each page and button, by keyboard, at two widths, for everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from simonsync.account.cleanup import clean_up
from simonsync.account.execution import execute
from simonsync.rules.cleanup import Limits
from simonsync.store.ledger import Status
from simonsync.sync import cycle
from tests.desk.conftest import Seat
from tests.report.browser import CHROMIUM, NO_NAMES, QUIET

if TYPE_CHECKING:
    from playwright.sync_api import Page

playing = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_core_python.sync_playwright")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

DESK, TELEPHONE = 1200, 375
PAGES = (
    "Today",
    "Needs someone",
    "To look at before sending",
    "Journal",
    "Deletions",
    "Settings",
    "E-invoicing",
)
OVER = re.compile("^(Done|The action has ended)")
"""What an action says in the end; what has become of it is looked at."""
SERIOUS = {"serious", "critical"}


@contextmanager
def opened(folder: Path, **options: Any) -> Iterator[Page]:
    """Open a page of a browser of its own; whatever it complains about fails the test."""
    complaints: list[str] = []
    with (
        playing.sync_playwright() as player,
        player.chromium.launch_persistent_context(
            folder / "profile",
            executable_path=CHROMIUM,
            args=[*QUIET, f"{NO_NAMES}, EXCLUDE 127.0.0.1"],
            headless=True,
            chromium_sandbox=False,
            **options,
        ) as browser,
    ):
        page = browser.pages[0]
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.set_default_timeout(20_000)
        yield page
    # One of the tests takes the network away.
    assert [each for each in complaints if "ERR_INTERNET_DISCONNECTED" not in each] == []


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with opened(tmp_path) as page:
        yield page


def violations(page: Page) -> list[tuple[str, str, Any]]:
    """Ask axe-core what would shut somebody out here."""
    found = axe.Axe().run(page)["violations"]
    return [
        (page.url, each["id"], [node["html"][:120] for node in each["nodes"]])
        for each in found
        if each["impact"] in SERIOUS
    ]


def too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def reached(page: Page, name: str) -> None:
    """Go by the keyboard alone to what is called so, as somebody does who has no mouse."""
    for _ in range(120):
        page.keyboard.press("Tab")
        called = page.evaluate(
            "(document.activeElement.ariaLabel || document.activeElement.labels?.[0]?.innerText"
            " || document.activeElement.innerText || '').trim()"
        )
        if called.startswith(name):
            seen = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert seen != "none", f"{name} does not show that it has the focus"
            return
    raise AssertionError(f"no way to {name} on {page.url}")


def busy_day(seat: Seat) -> dict[str, int]:
    """Let each page have something to show: a case, a draft to look at, two documents, a plan."""
    firm = seat.firm
    orders = {"twice": firm.archived("Deux factures", work=30)}
    execute(seat.site.account(), "push", cycle.push)
    (first,) = firm.drafts()
    firm.box.sellsy.add_document("invoice", first.third_id, subject=first.subject, tags=list(first.tags))
    orders["lost"] = firm.archived("Sans client", work=30, CustomerId=None)
    orders["free"] = firm.archived("Divers", work=30, ready=False)
    firm.box.simon.use_item(orders["free"], None, 1, "Câble de très grande longueur " * 3)
    firm.ready(orders["free"])
    seat.later(minutes=61)
    execute(seat.site.account(), "push", cycle.push)
    for number in range(4):
        firm.box.simon.add("Customer", Name=f"Stranger {number}")
    clean_up(seat.site.account(), Limits(3, 100))
    return orders


def test_every_page_is_for_everybody_at_a_desk_and_on_a_telephone(seat: Seat, page: Page) -> None:
    orders = busy_day(seat)
    page.goto(seat.link)
    found: list[tuple[str, str, Any]] = []
    for width in (DESK, TELEPHONE):
        page.set_viewport_size({"width": width, "height": 800})
        for name in PAGES:
            page.get_by_role("link", name=name, exact=True).first.click()
            assert page.locator("h1").inner_text() == name
            assert not too_wide(page), (name, width)
            if width == TELEPHONE or name in {"Today", "Settings"}:
                found += violations(page)
        for order in orders.values():
            page.goto(f"{seat.root}/work-orders/{order}")
            assert not too_wide(page), (order, width)
    found += violations(page)
    page.goto(f"{seat.root}/work-orders/{orders['twice']}")
    found += violations(page)
    page.emulate_media(color_scheme="dark")
    page.goto(f"{seat.root}/needs")
    found += violations(page)
    assert found == []


def test_the_buttons_are_pressed_by_keyboard_alone(seat: Seat, page: Page) -> None:
    orders = busy_day(seat)
    page.goto(seat.link)

    def press(name: str, says: str | re.Pattern[str]) -> None:
        reached(page, name)
        page.keyboard.press("Enter")
        page.get_by_text(says).first.wait_for()

    def go(name: str) -> None:
        reached(page, name)
        page.keyboard.press("Enter")
        page.locator("h1").get_by_text(name).wait_for()

    press("Synchronise now", OVER)
    go("Needs someone")
    go_to = seat.number(orders["lost"])
    go(go_to)
    press(f"Never invoice – {go_to}", OVER)
    go("To look at before sending")
    press(f"I have looked at it – {seat.number(orders['free'])}", OVER)
    go("Deletions")
    press("Approve these deletions", OVER)
    go("E-invoicing")
    press("Check now", "Customer")
    go("Settings")
    press("Save", OVER)
    go("Journal")
    reached(page, "Words")
    page.keyboard.type("desk")
    page.keyboard.press("Enter")
    page.get_by_text("amelie has done this at the desk").first.wait_for()
    reached(page, "Work order")
    page.keyboard.type(seat.number(orders["twice"]))
    page.keyboard.press("Enter")
    page.get_by_text("Documents that may be its invoice").wait_for()
    press("This is its invoice", OVER)
    press("Leave", "This page is for the one who has started")
    assert seat.firm.entry(orders["lost"]).status is Status.NEVER
    assert seat.firm.to_look_at() == []
    assert not [row for row in seat.firm.box.simon.rows("Customer") if "Stranger" in str(row["Name"])]
    pressed = [each.message.params["command"] for each in seat.firm.journal(codes=["desk-action"])]
    assert [each.split()[1] for each in pressed] == [
        "sync",
        "resolve",
        "resolve",
        "cleanup",
        "configure",
        "resolve",
    ]


def test_a_new_case_appears_by_itself_also_after_a_sleep(seat: Seat, page: Page) -> None:
    page.clock.install()
    page.goto(seat.link)
    page.get_by_role("link", name="Needs someone").first.click()
    page.get_by_text("nothing to do").wait_for()
    seat.firm.archived(work=30, CustomerId=None)
    execute(seat.site.account(), "push", cycle.push)
    page.context.set_offline(True)
    page.clock.fast_forward(8 * 60 * 60 * 1000)
    page.context.set_offline(False)
    page.clock.fast_forward(60 * 1000)
    page.locator("article.case.error").wait_for()


def test_without_javascript_a_button_does_the_same(seat: Seat, tmp_path: Path) -> None:
    order = seat.firm.archived(work=30)
    with opened(tmp_path, java_script_enabled=False) as page:
        page.goto(seat.link)
        page.get_by_role("button", name="Synchronise now").click()
        page.get_by_text(OVER).first.wait_for()
    assert seat.firm.entry(order).status is Status.SENT
