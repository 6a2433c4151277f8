"""Login, token, and what each answer means: by real requests to the stand-in and to odd relatives of it."""

from __future__ import annotations

import base64
import json
import logging
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simonsync.domain.key import Kind, sellsy_key
from simonsync.domain.records import CustomerCard, NewUsedItem
from simonsync.errors import (
    Conflict,
    CredentialsRefused,
    InUse,
    NotFound,
    NotSent,
    OutcomeUnknown,
    Refused,
    ServiceUnavailable,
    SimonsyncError,
    UsageError,
)
from simonsync.sandbox.clock import VirtualClock
from simonsync.simon import SimonCredentials, connect
from simonsync.simon.api import Simon
from tests.simon.odd import Answer, Between, served
from tests.simon.service import ODATA, RENAMED_ODATA, START, Service, Services, credentials_of, hooks_of

CUSTOMER = sellsy_key(Kind.CUSTOMER, 1)
CARD = CustomerCard(CUSTOMER, "Dupont")
SECRETS = SimonCredentials("1234567890123456", "bureau", "planted-word", "planted-key")


def no_ids(key: object) -> str:
    raise AssertionError(key)


@pytest.fixture
def service(services: Services, tmp_path: Path) -> Iterator[Service]:
    with services.connected(ODATA, tmp_path) as connected:
        yield connected


def logins(service: Service) -> int:
    return service.requests().count("POST login")


def statuses(service: Service) -> list[int | None]:
    return [entry.status for entry in service.box.log.entries("simon")]


# --- the token ------------------------------------------------------------------------------------


def test_the_token_is_fetched_once_and_renewed_before_it_expires(service: Service) -> None:
    for _ in range(3):
        service.simon.find(CUSTOMER)
    assert logins(service) == 1
    service.clock.advance(58 * 60)
    service.simon.find(CUSTOMER)
    assert logins(service) == 1
    service.clock.advance(90)
    service.simon.find(CUSTOMER)
    assert logins(service) == 2
    assert set(statuses(service)) == {200}


def test_the_expiry_is_measured_by_simons_clock_not_by_ours(service: Service) -> None:
    service.box.faults.set("clock_skew", service="simon", seconds=7200)
    service.simon.find(CUSTOMER)
    service.clock.advance(58 * 60)
    service.simon.find(CUSTOMER)
    assert logins(service) == 1


def test_a_token_that_is_forgotten_is_renewed_once_and_the_request_repeated(service: Service) -> None:
    service.simon.find(CUSTOMER)
    service.world.access.expire_tokens()
    assert service.simon.create(CARD, no_ids)
    assert logins(service) == 2
    assert len(service.world.rows("Customer")) == 1


def test_a_token_that_is_refused_again_at_once_ends_in_one_sentence(service: Service) -> None:
    service.simon.verify()
    service.box.faults.set("token_expired", service="simon", method="GET Customer", times=None)
    before = len(service.requests())
    with pytest.raises(CredentialsRefused) as caught:
        service.simon.find(CUSTOMER)
    assert caught.value.code == "simon-credentials-refused"
    assert len(service.requests()) - before == 3


def test_several_threads_share_one_renewal(service: Service) -> None:
    service.simon.verify()
    service.world.access.expire_tokens()
    service.box.log.clear()
    barrier = threading.Barrier(8)
    failures: list[Exception] = []

    def ask() -> None:
        barrier.wait()
        try:
            service.simon.find(CUSTOMER)
        except SimonsyncError as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert logins(service) == 1


# --- refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["key", "user", "password", "api_key"])
def test_4_3_wrong_credentials_are_refused_without_being_shown(
    service: Service, wrong: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    right = {
        "key": service.world.access.key,
        "user": service.world.access.user,
        "password": service.world.access.password,
        "api_key": "mailed",
    }
    service.world.access.api_key = "mailed"
    given = {**right, wrong: "6543210987654321" if wrong == "key" else "planted-wrong"}
    with (
        connect(service.box.simon_url, SimonCredentials(**given), hooks=hooks_of(service.clock)) as simon,
        pytest.raises(CredentialsRefused) as caught,
    ):
        simon.verify()
    assert caught.value.code == "simon-credentials-refused"
    assert caught.value.problems[0].params == {"cause": "HTTP 401"}
    shown = str(caught.value) + caplog.text
    assert not [value for value in given.values() if value in shown and value != "bureau"]


def test_a_lapsed_licence_is_told_apart_at_login_and_at_work(service: Service) -> None:
    service.world.access.licence_active = False
    with pytest.raises(CredentialsRefused, match="simon-licence-lapsed"):
        service.simon.verify()
    service.world.access.licence_active = True
    service.simon.verify()
    service.world.access.licence_active = False
    with pytest.raises(CredentialsRefused, match="simon-licence-lapsed"):
        service.simon.create(CARD, no_ids)


@pytest.mark.parametrize(
    ("profile", "code"),
    [
        ("login: {verb: GET}", "simon-login-not-found"),
        ("login: {token: Jeton}", "simon-login-unreadable"),
        ("login: {key: Cle}", "simon-credentials-refused"),
    ],
)
def test_a_login_that_is_not_as_the_profile_says_is_named(
    service: Service, tmp_path: Path, profile: str, code: str
) -> None:
    path = tmp_path / "other.yaml"
    path.write_text(profile, encoding="utf-8")
    credentials = credentials_of(service.box)
    with connect(service.box.simon_url, credentials, profile=path, hooks=hooks_of(service.clock)) as simon:
        with pytest.raises((UsageError, CredentialsRefused)) as caught:
            simon.verify()
        assert caught.value.code == code


# --- odd answers ----------------------------------------------------------------------------------


class Odd:
    """A service that lets everybody in and answers everything else with one answer."""

    def __init__(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.status, self.body, self.headers = status, body, headers
        self.login: object = {"Token": "planted-token"}
        self.bodies: list[str] = []

    def __call__(self, answer: Answer) -> None:
        if answer.path == "/login":
            answer.json = self.login
        else:
            answer.status, answer.body = self.status, self.body
            answer.headers |= {name.replace("_", "-"): value for name, value in self.headers.items()}


def asked(odd: Odd, what: str) -> Any:
    with (
        served(Between(None, odd)) as url,
        connect(url, SECRETS, hooks=hooks_of(VirtualClock(START))) as simon,
    ):
        return {
            "insert": lambda: simon.create(CARD, no_ids),
            "change": lambda: simon.update(CARD, "1", no_ids),
            "delete": lambda: simon.delete("customers", "1"),
            "read": lambda: simon.record("customers", "1"),
            "list": lambda: [row for page in simon.records("customers") for row in page],
            "pdf": lambda: simon.work_order_pdf("1"),
            "file": lambda: simon.attachment("1"),
            "counts": simon.table_counts,
        }[what]()


ODATA_ERROR = json.dumps({"error": {"code": "X", "message": "Zone\x1b[2J  inconnue\n", "target": "Name"}})


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (ODATA_ERROR.encode(), "Zone [2J inconnue"),
        (b'{"Message": "No."}', "No."),
        (b'{"error": "No."}', "No."),
        (b'{"error": {"message": 5}}', "HTTP 400"),
        (b'"No."', "No."),
        (b"", "HTTP 400"),
        (b"<html><h1>Bad</h1>", "HTTP 400"),
        (b'{"error": {"message": "' + b"x" * 500 + b'"}}', "x" * 199 + "…"),
        (b'{"error": {"message": "key 1234567890123456, planted-word"}}', "key …, …"),
    ],
)
def test_a_refusal_gives_the_services_words_clean_short_and_without_secrets(body: bytes, cause: str) -> None:
    for what in ("insert", "change", "delete", "read"):
        with pytest.raises(Refused) as caught:
            asked(Odd(400, body), what)
        assert caught.value.code == "simon-refused"
        assert caught.value.problems[0].params["cause"] == cause


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", ODATA_ERROR.encode()])
@pytest.mark.parametrize(
    ("status", "what", "error"),
    [
        (403, "read", CredentialsRefused),
        (404, "read", NotFound),
        (410, "read", NotFound),
        (404, "change", NotFound),
        (409, "insert", Conflict),
        (409, "delete", InUse),
        (409, "change", Refused),
        (422, "insert", Refused),
        (500, "insert", OutcomeUnknown),
        (503, "read", ServiceUnavailable),
        (302, "read", ServiceUnavailable),
    ],
)
def test_the_status_decides_whatever_the_body(
    status: int, what: str, error: type[SimonsyncError], body: bytes
) -> None:
    with pytest.raises(error):
        asked(Odd(status, body), what)


@pytest.mark.parametrize("what", ["change", "delete"])
def test_a_change_is_confirmed_by_simon_not_by_a_page_in_between(what: str) -> None:
    for confirmed in (Odd(204), Odd(200, b'{"Id": 1}'), Odd(200, b"true")):
        asked(confirmed, what)
    for page in (b"<html>done</html>", b""):
        with pytest.raises(ServiceUnavailable):
            asked(Odd(200, page), what)


def test_where_simon_confirms_by_nothing_at_all_the_profile_says_so(tmp_path: Path) -> None:
    profile = tmp_path / "profile.yaml"
    profile.write_text("answers: {may_be_empty: true}", encoding="utf-8")
    between = Between(None, Odd(200, b""))
    with (
        served(between) as url,
        connect(url, SECRETS, profile=profile, hooks=hooks_of(VirtualClock(START))) as simon,
    ):
        simon.update(CARD, "1", no_ids)
        simon.delete("customers", "1")
    assert len(between.requests) == 3


@pytest.mark.parametrize(
    ("odd", "record_id"),
    [
        (Odd(201, b'{"Id": 7, "Name": "Dupont"}'), "7"),
        (Odd(200, b"7"), "7"),
        (Odd(200, b'"0c1d-7"'), "0c1d-7"),
        (Odd(204, Location="/Customer(7)"), "7"),
        (Odd(201, b"{}", Location="https://simon.example/Customer/0c1d%2D7/"), "0c1d-7"),
    ],
)
def test_the_new_id_is_taken_from_wherever_it_stands(odd: Odd, record_id: str) -> None:
    assert asked(odd, "insert") == record_id


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"Id": null}', b'{"Id": true}', b"<html>", b'{"Id": 7', b"[]"]
)
def test_an_insert_without_an_id_may_have_been_done(body: bytes) -> None:
    with pytest.raises(OutcomeUnknown):
        asked(Odd(201, body), "insert")


@pytest.mark.parametrize("body", [b"{}", b'{"value": 5}', b'{"value": [1]}', b'"x"', b"7"])
def test_a_list_of_another_shape_is_not_taken_for_an_empty_one(body: bytes) -> None:
    for what in ("list", "counts"):
        with pytest.raises(ServiceUnavailable, match="simon-answer-unreadable"):
            asked(Odd(200, body), what)


@pytest.mark.parametrize("body", [b"[]", b"7"])
def test_a_record_of_another_shape_is_not_taken_for_one(body: bytes) -> None:
    with pytest.raises(ServiceUnavailable, match="simon-answer-unreadable"):
        asked(Odd(200, body), "read")


def test_a_list_without_a_usable_id_is_no_list() -> None:
    with pytest.raises(ServiceUnavailable, match="simon-field-unreadable"):
        asked(Odd(200, b'[{"Name": "x"}]'), "list")


@pytest.mark.parametrize("login", ["planted-token", {"Token": "planted-token", "Expires": "soon"}])
def test_a_token_may_come_bare_and_with_an_expiry_of_no_sense(login: object) -> None:
    odd = Odd(200, b'{"Id": 1}')
    odd.login = login
    assert asked(odd, "read") == {"Id": 1}


@pytest.mark.parametrize("login", [{}, [], {"Token": ""}, {"Token": 5}, {"Token": "a\nb"}, 7])
def test_a_login_without_a_token_names_the_field(login: object) -> None:
    odd = Odd(200, b"{}")
    odd.login = login
    with pytest.raises(UsageError, match="simon-login-unreadable"):
        asked(odd, "read")


@pytest.mark.parametrize(("expires", "logins"), [(120, 2), (100_000, 1), (Decimal("120.5"), 2)])
def test_an_expiry_in_seconds_counts_from_the_login(expires: Decimal | int, logins: int) -> None:
    clock = VirtualClock(START)
    odd = Odd(200, b'{"Id": 1}')
    odd.login = {"Token": "planted-token", "Expires": float(expires)}
    between = Between(None, odd)
    with served(between) as url, connect(url, SECRETS, hooks=hooks_of(clock)) as simon:
        for _ in range(2):
            simon.record("customers", "1")
            clock.advance(115)
    assert [path for _, path, _ in between.requests].count("/login") == logins


def test_a_lifetime_from_the_profile_counts_where_the_answer_tells_none(tmp_path: Path) -> None:
    clock = VirtualClock(START)
    profile = tmp_path / "profile.yaml"
    profile.write_text("login: {lifetime_seconds: 120}", encoding="utf-8")
    between = Between(None, Odd(200, b'{"Id": 1}'))
    with served(between) as url, connect(url, SECRETS, profile=profile, hooks=hooks_of(clock)) as simon:
        for _ in range(2):
            simon.record("customers", "1")
            clock.advance(115)
    assert [path for _, path, _ in between.requests].count("/login") == 2


# --- files ----------------------------------------------------------------------------------------

PDF = b"%PDF-1.4\n\xe2\xe3 small\n%%EOF"
PACKED = base64.b64encode(PDF)


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (PDF, "application/pdf", PDF),
        (PDF, "application/json", PDF),
        (PDF, "text/html", PDF),
        (b"\xef\xbb\xbf\r\n" + PDF, "application/pdf", PDF),
        (PACKED, "text/plain", PDF),
        (b'"' + PACKED + b'"', "application/json", PDF),
        (b'{"FileName": "x.pdf", "Content": "' + PACKED + b'"}', "application/json", PDF),
        (b'{"FileName": "x.pdf", "Content": "' + PACKED + b'"}', "application/pdf", PDF),
    ],
)
def test_5_11_a_pdf_is_known_by_its_content(body: bytes, content_type: str, expected: bytes) -> None:
    assert asked(Odd(200, body, Content_Type=content_type), "pdf") == expected


@pytest.mark.parametrize(
    ("body", "content_type", "cause"),
    [
        (b'{"Content": "' + base64.b64encode(b"<html>") + b'"}', "application/json", "@cause-html"),
        (b'{"Content": null}', "application/json", "@cause-wrong-type"),
        (b'{"Other": "x"}', "application/json", "@cause-wrong-type"),
        (b"<html>Session ended</html>", "application/pdf", "@cause-html"),
        (b"", "application/pdf", "@cause-empty"),
        (b" \r\n", "application/pdf", "@cause-empty"),
        (b"{", "application/json", "@cause-wrong-type"),
        (PDF[:-5], "application/pdf", "@cause-not-whole"),
        (PACKED[:16], "text/plain", "@cause-not-whole"),
    ],
)
def test_5_11_what_is_no_whole_pdf_is_no_answer(body: bytes, content_type: str, cause: str) -> None:
    with pytest.raises(Refused) as caught:
        asked(Odd(200, body, Content_Type=content_type), "pdf")
    assert caught.value.problems[0].params["cause"] == cause


@pytest.mark.parametrize("what", ["pdf", "file"])
def test_5_11_only_no_content_says_that_there_is_none(what: str) -> None:
    assert asked(Odd(204), what) is None
    for status in (404, 410):
        with pytest.raises(NotFound):
            asked(Odd(status), what)
    with pytest.raises(Refused):
        asked(Odd(409), what)


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"\xff\xd8photo", "image/jpeg", b"\xff\xd8photo"),
        (b"<html>a page that somebody added</html>", "text/html", b"<html>a page that somebody added</html>"),
        (b'{"an": "added file"}', "application/json", b'{"an": "added file"}'),
        (b'{"Content": "' + base64.b64encode(b"photo") + b'"}', "application/json", b"photo"),
        (b"", "image/jpeg", b""),
    ],
)
def test_5_11_an_attachment_is_whatever_was_added(body: bytes, content_type: str, expected: bytes) -> None:
    assert asked(Odd(200, body, Content_Type=content_type), "file") == expected


def test_5_11_a_large_pdf_comes_whole() -> None:
    large = PDF + bytes(20 * 1024 * 1024) + b"%%EOF"
    assert asked(Odd(200, large, Content_Type="application/pdf"), "pdf") == large


# --- faults ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "error", "made"),
    [
        ({"kind": "drop_before"}, OutcomeUnknown, 0),
        ({"kind": "drop_after"}, OutcomeUnknown, 1),
        ({"kind": "half"}, OutcomeUnknown, 1),
        ({"kind": "empty", "applied": True}, OutcomeUnknown, 1),
        ({"kind": "html"}, OutcomeUnknown, 0),
        ({"kind": "status", "status": 502, "applied": True}, OutcomeUnknown, 1),
        ({"kind": "status", "status": 429}, NotSent, 0),
    ],
)
def test_an_insert_is_sent_once_and_its_key_tells_what_became_of_it(
    service: Service, fault: dict[str, Any], error: type[SimonsyncError], made: int
) -> None:
    service.simon.verify()
    service.box.log.clear()
    service.box.faults.set(**fault, service="simon", method="POST Customer")
    with pytest.raises(error):
        service.simon.create(CARD, no_ids)
    assert service.requests().count("POST Customer") == 1
    assert (service.simon.find(CUSTOMER) is not None) == bool(made)


def test_an_insert_that_finds_the_door_shut_was_not_sent(service: Service) -> None:
    service.simon.verify()
    service.simon.close()
    service.box.faults.set("refuse", service="simon", times=None)
    with pytest.raises(NotSent):
        service.simon.create(CARD, no_ids)
    service.box.faults.clear()
    assert service.world.rows("Customer") == []


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "half", "empty", "html", "status"])
def test_reads_changes_and_deletions_are_repeated(service: Service, kind: str) -> None:
    made = service.simon.create(CARD, no_ids)
    service.box.faults.set(kind, service="simon", method="GET Customer")
    assert service.simon.find(CUSTOMER) == made
    service.box.faults.set(kind, service="simon", method="PUT Customer")
    service.simon.update(CustomerCard(CUSTOMER, "Durand"), made, no_ids)
    assert service.world.rows("Customer")[0]["Name"] == "Durand"
    service.box.faults.set(kind, service="simon", method="DELETE Customer")
    service.simon.delete("customers", made)
    assert service.world.rows("Customer") == []


@pytest.mark.parametrize("status", [404, 405])
def test_where_there_is_no_login_the_address_is_questioned(status: int) -> None:
    def nothing(answer: Answer) -> None:
        answer.status, answer.body = status, b"<html>IIS</html>"

    with (
        served(Between(None, nothing)) as url,
        connect(url, SECRETS, hooks=hooks_of(VirtualClock(START))) as simon,
        pytest.raises(UsageError) as caught,
    ):
        simon.verify()
    assert caught.value.code == "simon-login-not-found"
    assert caught.value.problems[0].params == {"path": "login", "cause": f"HTTP {status}"}


# --- what is sent ---------------------------------------------------------------------------------


def test_quantities_travel_exactly(service: Service) -> None:
    world = service.world
    order = world.add_work_order(world.add("Location", Name="x"))
    key = sellsy_key(Kind.QUOTE, 1)
    for number, quantity in enumerate(("0.1", "2.675", "1E+2", "-3.000", "12345678.125")):
        row = sellsy_key(Kind.QUOTE_ROW, f"1:row:{number}")
        service.simon.create(NewUsedItem(row, key, None, "x", Decimal(quantity)), lambda _key: str(order))
        assert world.find("UsedItem", ExtKey=row.ext_key)["Quantity"] == Decimal(quantity)


def test_no_secret_reaches_the_log_even_where_the_login_puts_them_into_the_address(
    services: Services, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with services.connected(RENAMED_ODATA, tmp_path) as service:
        service.simon.verify()
        service.world.access.expire_tokens()
        service.simon.find(CUSTOMER)
        access = service.world.access
        planted = [access.key, access.password, access.api_key or "?"]
    assert "GET auth/token" in caplog.text
    assert not [secret for secret in planted if secret in caplog.text]


def test_blanks_travel_as_twenty_not_as_plus(service: Service) -> None:
    between = Between(service.box.wsgi("simon"))
    seen: list[str] = []

    def app(environ: Any, start: Any) -> Any:
        seen.append(environ["QUERY_STRING"])
        return between(environ, start)

    with (
        served(app) as url,
        connect(url, credentials_of(service.box), hooks=hooks_of(service.clock)) as simon,
    ):
        simon.find(CUSTOMER)
    assert "$filter=ExtKey%20eq%20%27customer%3A1%27" in seen[-1]
    assert "+" not in seen[-1]


def test_an_id_cannot_lead_a_request_astray(service: Service) -> None:
    with pytest.raises((NotFound, Refused)):
        service.simon.work_order("../Customer")
    assert all("Customer" not in request for request in service.requests())


def test_plain_http_is_for_this_machine_only() -> None:
    with pytest.raises(UsageError, match="plain-http-refused"):
        connect("http://simon.example/", SECRETS)


def test_a_connection_is_made_without_a_request() -> None:
    simon: Simon = connect("https://simon.example/", SECRETS, dialect="rest")
    assert simon.requests == 0
    assert simon.server_time() is None
