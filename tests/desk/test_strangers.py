"""Nobody else gets in: the desk attacked as a stranger would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from simonsync.desk.app import make_app
from simonsync.desk.gate import Gate
from simonsync.store.ledger import Status
from tests.desk.conftest import Seat

if TYPE_CHECKING:
    from requests import Session

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
CLOSED = "This page is for the one who has started"


def addresses(seat: Seat) -> list[str]:
    """Every address that the desk knows, but the way in and the files without data."""
    rules = make_app(seat.site, Gate({"here:1"})).url_map.iter_rules()
    return [
        rule.rule.replace("<record>", "1")
        for rule in rules
        if rule.endpoint not in {"enter", "static", "style"}
    ]


def test_no_page_and_no_button_without_a_session(seat: Seat, stranger: Session) -> None:
    order = seat.firm.archived("Secret de Dupont")
    known = addresses(seat)
    assert len(known) > 14
    for address in known:
        for send in (stranger.get, stranger.post):
            answer = send(seat.root + address, data={"record": str(order), "choice": "never"}, timeout=20)
            assert answer.status_code in {403, 405}, address
            assert "Dupont" not in answer.text
    assert seat.site.hands.last is None
    made_up = stranger.get(f"{seat.root}/", cookies={f"simonsync-desk-{seat.root[-5:]}": "x"}, timeout=20)
    assert (made_up.status_code, CLOSED in made_up.text) == (403, True)


def test_a_link_works_once(seat: Seat, stranger: Session) -> None:
    assert stranger.get(f"{seat.link[:-1]}x", timeout=20).status_code == 403
    assert seat.browser.get(seat.link, timeout=20).status_code == 200
    stolen = stranger.get(seat.link, timeout=20)
    assert (stolen.status_code, stranger.cookies.get_dict()) == (403, {})
    assert seat.browser.get(f"{seat.root}/needs", timeout=20).status_code == 200


def test_who_leaves_is_out(desk: Seat) -> None:
    desk.browser.post(f"{desk.root}/leave", data={"token": desk.token}, timeout=20)
    assert desk.browser.get(f"{desk.root}/", timeout=20).status_code == 403


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        (None, {}),
        ("guessed", {}),
        ("", {"Origin": "http://evil.example"}),
        ("", {"Origin": "null"}),
        ("", {"Sec-Fetch-Site": "cross-site"}),
        ("", {"Sec-Fetch-Site": "same-site"}),
    ],
)
def test_what_another_site_sends_is_refused(desk: Seat, token: str | None, headers: dict[str, str]) -> None:
    """An empty token here means the right one: the browser has sent it, from a page that is not ours."""
    order = desk.firm.archived(CustomerId=None)
    desk.press("/sync")
    fields = {"record": str(order), "choice": "never"}
    if token is not None:
        fields["token"] = token or desk.token
    answer = desk.browser.post(f"{desk.root}/resolve", data=fields, headers=headers, timeout=20)
    assert answer.status_code == 403
    assert desk.firm.entry(order).status is Status.WAITING
    assert desk.site.hands.last is not None
    assert desk.site.hands.last.command == "sync"


def test_a_name_of_somebody_elses_that_leads_here_is_refused(desk: Seat) -> None:
    port = desk.root.rpartition(":")[2]
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1:1", ""):
        answer = desk.browser.get(f"{desk.root}/needs", headers={"Host": host}, timeout=20)
        assert answer.status_code in {400, 421}, host
    # Under our other name it is us; the cookie belongs to the first one.
    ours = desk.browser.get(f"{desk.root}/", headers={"Host": f"localhost:{port}"}, timeout=20)
    assert CLOSED in ours.text


def test_the_session_is_no_scripts_and_no_other_sites_business(seat: Seat) -> None:
    entered = seat.browser.get(seat.link, allow_redirects=False, timeout=20)
    cookie = entered.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    page = seat.browser.get(f"{seat.root}/", timeout=20)
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert not re.search(r"<script(?! src=)|<style|\son\w+=|\sstyle=", page.text)


def test_hostile_names_in_every_field_are_text(desk: Seat) -> None:
    client = desk.firm.clients()[0]
    desk.firm.box.sellsy.edit_customer(client, name=HOSTILE)
    order = desk.firm.archived(HOSTILE, work=30, ready=False, customer=client)
    desk.firm.box.simon.use_item(order, None, 1, HOSTILE)
    desk.firm.ready(order)
    lost = desk.firm.archived(HOSTILE, CustomerId=None, CustomerReference=HOSTILE[:50])
    for number in range(4):
        desk.firm.box.simon.add("Customer", Name=f"{HOSTILE}{number}")
    desk.press("/sync")
    desk.firm.run("cleanup", lambda _run, _sink: None)
    sources = [
        f"/work-orders/{order}",
        f"/work-orders/{lost}",
        "/",
        "/needs",
        "/look",
        "/journal",
        "/deletions",
    ]
    seen = [desk.browser.get(desk.root + source, timeout=20).text for source in sources]
    for fields in ({"words": HOSTILE}, {"record": HOSTILE}, {"severity": HOSTILE, "table": HOSTILE}):
        found = desk.browser.post(f"{desk.root}/journal", data={"token": desk.token, **fields}, timeout=20)
        assert found.status_code == 200
        seen.append(found.text)
    hostile = {"token": desk.token, "number": HOSTILE, "record": HOSTILE, "choice": HOSTILE, "plan": HOSTILE}
    hostile |= {"work_time_product": "item", "work_time_product.reference": HOSTILE, "document": HOSTILE}
    for path in ("/find", "/resolve", "/send", "/approve", "/save"):
        answer = desk.browser.post(desk.root + path, data=hostile, timeout=20)
        assert answer.status_code == 200, path
        seen.append(answer.text)
        seen.append(desk.press("/sync") and desk.browser.get(f"{desk.root}/doing", timeout=20).text)
    assert any("&lt;script&gt;alert(1)" in page for page in seen[:2])
    for page in seen:
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "49" not in re.findall(r"onerror=alert\(2\)&gt;(..)", page)
        assert "{{7*7}}" in page or "7*7" not in page


def test_a_customers_name_stands_in_no_address(desk: Seat) -> None:
    order = desk.firm.archived("Chez Dupont", work=30, CustomerId=None)
    desk.press("/sync")
    name = desk.firm.box.sellsy.customers[desk.firm.clients()[0]].name
    for path in ("/", "/needs", "/look", "/journal", f"/work-orders/{order}"):
        for address in re.findall(r'(?:href|action|src)="([^"]*)"', desk.get(path)):
            assert "?" not in address, path
            assert name not in address
            assert desk.number(order) not in address
    answer = desk.browser.post(
        f"{desk.root}/find", data={"token": desk.token, "number": desk.number(order)}, timeout=20
    )
    assert answer.url == f"{desk.root}/work-orders/{order}"
