"""What a call of v1 looks like, and what each answer amounts to."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest

from simonsync.errors import (
    CredentialsRefused,
    NotFound,
    OutcomeUnknown,
    Refused,
    ServiceUnavailable,
    SimonsyncError,
)
from simonsync.sellsy import SellsyCredentials
from simonsync.sellsy.v1 import client as module
from simonsync.sellsy.v1.client import READS, WRITES, Upload
from tests.http.scripted import Step, answer, drop
from tests.sellsy.service import CREDENTIALS, Service, enveloped, failure, success

READ, WRITE = "Client.getOne", "Document.create"


def the_id(response: Any) -> str:
    return str(response["id"])


def oauth(problem: str) -> Step:
    body = f"oauth_problem={problem}&debug_sbs=POST&planted-consumer&planted-user"
    return answer(401, body.encode(), "Content-Type: text/plain")


def signed(header: str) -> dict[str, str]:
    kind, _, fields = header.partition(" ")
    assert kind == "OAuth"
    return {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', fields)}


def test_a_call_is_a_post_of_three_fields_to_one_address() -> None:
    with Service(success({"id": 7})) as sellsy:
        assert sellsy.client.call(READ, {"clientid": 7, "é": "&"}, the_id) == "7"
        (seen,) = sellsy.seen
        assert seen.line == "POST /0/ HTTP/1.1"
        assert seen.headers["content-type"] == "application/x-www-form-urlencoded"
        form = parse_qs(seen.body.decode("ascii"), strict_parsing=True)
        assert (form["request"], form["io_mode"], set(form)) == (
            ["1"],
            ["json"],
            {"request", "io_mode", "do_in"},
        )
        assert sellsy.calls == [(READ, {"clientid": 7, "é": "&"})]


def test_a_call_is_signed_in_plain_text_with_a_nonce_of_its_own() -> None:
    with Service(answer(502, b""), success({"id": 7})) as sellsy:
        sellsy.client.call(READ, {}, the_id)
        first, second = (signed(seen.headers["authorization"]) for seen in sellsy.seen)
    assert first["oauth_consumer_key"] == "planted-consumer"
    assert first["oauth_token"] == "planted-user"
    assert first["oauth_signature_method"] == "PLAINTEXT"
    assert first["oauth_version"] == "1.0"
    assert first["oauth_signature"] == "planted%2Bc%2Fs&planted%26u%3Ds"
    assert first["oauth_timestamp"].isdigit()
    assert re.fullmatch(r"[0-9a-f]{32}", first["oauth_nonce"])
    assert first["oauth_nonce"] != second["oauth_nonce"]


def test_a_file_is_one_part_beside_the_fields() -> None:
    upload = Upload("BT-4711 Rapport d'été.pdf", b"%PDF-\r\n\x00\xff", "application/pdf")
    with Service(success({"id": 190401})) as sellsy:
        sellsy.client.call("Briefcases.uploadFile", {"linkedtype": "third", "linkedid": 7}, the_id, upload)
        (seen,) = sellsy.seen
    head = f"Content-Type: {seen.headers['content-type']}\r\n\r\n".encode()
    parts = {
        str(part.get_param("name", header="content-disposition")): part
        for part in message_from_bytes(head + seen.body, policy=HTTP).iter_parts()
    }
    assert set(parts) == {"request", "io_mode", "do_in", "do_file"}
    assert '"Briefcases.uploadFile"' in parts["do_in"].get_payload()
    assert parts["do_file"].get_content_type() == "application/pdf"
    assert parts["do_file"].get_payload(decode=True) == upload.content
    assert "BT-4711 Rapport d'été.pdf".encode() in seen.body


@pytest.mark.parametrize(
    "method",
    [
        "Document.validate",
        "Document.updateStep",
        "Document.update",
        "Document.delete",
        "Document.sendDocByMail",
        "Document.createPayment",
        "Client.update",
        "document.create",
        "",
    ],
)
def test_no_other_method_is_ever_called(method: str) -> None:
    with Service(success({"id": 1})) as sellsy:
        with pytest.raises(ValueError, match="not among the methods"):
            sellsy.client.call(method, {}, the_id)
        assert sellsy.seen == []


def test_what_reads_is_called_get() -> None:
    assert all(name.partition(".")[2].startswith("get") for name in READS)
    assert {"Briefcases.uploadFile", "Document.create"} == WRITES


SETTLED = [
    (failure("E_OBJ_NOT_LOADABLE", "Object third not loadable"), NotFound, Refused),
    (failure("E_PARAM_MISSING", "shipping is missing", "shipping"), Refused, Refused),
    (failure("E_PARAM_INVALID", "id is invalid"), Refused, Refused),
    (failure("E_PRIV_NOT_ALLOWED"), Refused, Refused),
    (failure("E_METHOD_DONT_EXIT"), Refused, Refused),
    (failure("E_PAGINATION_MAX"), Refused, Refused),
    (failure("E_FEATURE_DISABLED"), Refused, Refused),
    (failure("E_LIMIT_REQUEST_REACHED"), ServiceUnavailable, ServiceUnavailable),
    (failure("E_QUOTA_NOT_SUFFICIENT"), ServiceUnavailable, ServiceUnavailable),
    (failure("E_USER_NOT_LOGGED"), CredentialsRefused, CredentialsRefused),
    (failure("E_CORPORATION_BLOCKED"), CredentialsRefused, CredentialsRefused),
    (failure("E_LICENCE_BLOCKED"), CredentialsRefused, CredentialsRefused),
    (failure("E_LICENCE_NO"), CredentialsRefused, CredentialsRefused),
    (oauth("signature_invalid"), CredentialsRefused, CredentialsRefused),
    (oauth("consumer_key_refused"), CredentialsRefused, CredentialsRefused),
    (answer(401, b"<html>Please log in"), CredentialsRefused, OutcomeUnknown),
    (answer(401, b"planted oauth_problem=signature_invalid"), CredentialsRefused, OutcomeUnknown),
    (answer(403, b""), CredentialsRefused, OutcomeUnknown),
    (answer(400, b""), ServiceUnavailable, OutcomeUnknown),
    (answer(404, b""), ServiceUnavailable, OutcomeUnknown),
]


@pytest.mark.parametrize(("step", "when_read", "when_written"), SETTLED)
def test_answers_that_are_not_asked_for_again(
    step: Step, when_read: type[SimonsyncError], when_written: type[SimonsyncError]
) -> None:
    for method, kind in ((READ, when_read), (WRITE, when_written)):
        with Service(step, success({"id": 7})) as sellsy:
            with pytest.raises(kind) as caught:
                sellsy.client.call(method, {}, the_id)
            assert type(caught.value) is kind
            assert len(sellsy.seen) == 1


@pytest.mark.parametrize("method", ["Client.getList", "Document.getList", "Infos.getInfos"])
def test_a_list_that_cannot_be_loaded_is_asked_for_again_and_not_gone(method: str) -> None:
    with Service(failure("E_OBJ_NOT_LOADABLE"), success({"id": 7})) as sellsy:
        assert sellsy.client.call(method, {}, the_id) == "7"
        assert len(sellsy.seen) == 2


BROKEN = [
    failure("E_UNKNOW"),
    failure("E_CUSTOM", "planted words"),
    failure("E_SERVICE_UNVAILABLE"),
    failure("E_SERVICE_UNAVAILABLE"),
    failure("E_SOMETHING_NEW", "planted words"),
    failure(""),
    enveloped({"response": None, "error": "planted words", "status": "error"}),
    enveloped({"response": None, "error": [], "status": "error"}),
    enveloped({"response": None, "error": "", "status": "success"}),
    enveloped({"response": {"other": 1}, "error": "", "status": "success"}),
    enveloped({"response": [], "error": "", "status": "success"}),
    enveloped({"response": "7", "error": "", "status": "success"}),
    enveloped({"response": {"id": 7}, "error": ""}),
    enveloped({"error": "", "status": "success"}),
    enveloped([]),
    enveloped(None),
    answer(200, b""),
    answer(200, b"<html>maintenance"),
    answer(200, b'{"response": {"id"'),
    answer(502, b""),
    drop,
]


@pytest.mark.parametrize("step", BROKEN)
def test_broken_answers_are_asked_for_again_but_never_written_again(step: Step) -> None:
    with Service(step, success({"id": 7})) as sellsy:
        assert sellsy.client.call(READ, {}, the_id) == "7"
        assert len(sellsy.seen) == 2
    with Service(step, success({"id": 7})) as sellsy:
        with pytest.raises(OutcomeUnknown) as caught:
            sellsy.client.call(WRITE, {}, the_id)
        assert len(sellsy.seen) == 1
    assert "planted" not in str(caught.value)


def test_a_service_that_stays_broken_is_given_up() -> None:
    with Service(failure("E_SERVICE_UNVAILABLE")) as sellsy:
        with pytest.raises(ServiceUnavailable) as caught:
            sellsy.client.call(READ, {}, the_id)
        assert sellsy.time.seconds <= 40
    assert caught.value.problems[0].params["cause"] == "E_SERVICE_UNVAILABLE"


def test_a_used_nonce_is_not_a_wrong_password() -> None:
    with Service(oauth("nonce_used"), success({"id": 7})) as sellsy:
        assert sellsy.client.call(READ, {}, the_id) == "7"
        assert len({signed(seen.headers["authorization"])["oauth_nonce"] for seen in sellsy.seen}) == 2


def test_a_second_used_nonce_in_a_row_is_refused_access() -> None:
    with Service(oauth("nonce_used")) as sellsy:
        with pytest.raises(CredentialsRefused) as caught:
            sellsy.client.call(READ, {}, the_id)
        assert len(sellsy.seen) == 2
    assert caught.value.problems[0].params == {"cause": "nonce_used"}


def test_a_write_whose_nonce_was_used_may_have_come_twice_and_is_not_sent_again() -> None:
    with Service(oauth("nonce_used"), success({"id": 7})) as sellsy:
        with pytest.raises(OutcomeUnknown):
            sellsy.client.call(WRITE, {}, the_id)
        assert len(sellsy.seen) == 1


def test_a_call_is_signed_with_the_nonce_that_it_was_given() -> None:
    with Service(success({"id": 7})) as sellsy:
        sellsy.client.call(WRITE, {}, the_id, nonce="4711")
        assert signed(sellsy.seen[0].headers["authorization"])["oauth_nonce"] == "4711"


@pytest.mark.parametrize(
    ("step", "spent"),
    [
        (success({}), False),
        (failure("E_PRIV_NOT_ALLOWED"), False),
        (oauth("nonce_used"), True),
        (answer(401, b"who are you?"), None),
        (answer(401, b"<html>oauth_problem=nonce_used"), None),
        (answer(429, b""), None),
        (answer(500, b""), None),
        (answer(200, b"<html>"), None),
        (failure("E_SERVICE_UNVAILABLE"), None),
        (drop, None),
    ],
)
def test_a_nonce_is_spent_by_asking_once(step: Step, spent: bool | None) -> None:  # noqa: FBT001 an expected value
    with Service(step) as sellsy:
        assert sellsy.client.is_spent("4711") is spent
        (seen,) = sellsy.seen
    assert signed(seen.headers["authorization"])["oauth_nonce"] == "4711"


@pytest.mark.parametrize(
    ("step", "params"),
    [
        (
            failure("E_PARAM_MISSING", "shipping is missing", "shipping"),
            {"method": WRITE, "sellsy_code": "E_PARAM_MISSING", "cause": "shipping is missing"},
        ),
        (
            failure("E_OBJ_NOT_LOADABLE", "Object item not loadable", "41"),
            {"method": WRITE, "sellsy_code": "E_OBJ_NOT_LOADABLE", "cause": "Object item not loadable (41)"},
        ),
        (
            failure("E_PARAM_INVALID", "a\n" * 300),
            {"method": WRITE, "sellsy_code": "E_PARAM_INVALID", "cause": "a " * 99 + "a…"},
        ),
        (
            failure("E_PRIV_NOT_ALLOWED"),
            {"method": WRITE, "sellsy_code": "E_PRIV_NOT_ALLOWED", "cause": "E_PRIV_NOT_ALLOWED"},
        ),
    ],
)
def test_a_refusal_says_why(step: Step, params: Mapping[str, str]) -> None:
    with Service(step) as sellsy, pytest.raises(Refused) as caught:
        sellsy.client.call(WRITE, {}, the_id)
    assert caught.value.problems[0].params == params


def test_no_secret_is_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Service(oauth("signature_invalid")) as sellsy:
        for method in (READ, WRITE):
            with pytest.raises(CredentialsRefused) as caught:
                sellsy.client.call(method, {"secret": "planted"}, the_id)
            assert caught.value.problems[0].params == {"cause": "signature_invalid"}
    assert len(caplog.records) == 2
    assert "planted" not in caplog.text + repr(CREDENTIALS) + str(CREDENTIALS)


def test_credentials_are_taken_as_copied() -> None:
    copied = SellsyCredentials(" a\n", "b ", "\tc", "d")
    assert (copied.consumer_token, copied.consumer_secret, copied.user_token, copied.user_secret) == tuple(
        "abcd"
    )


def test_what_is_written_takes_a_connection_of_its_own() -> None:
    with Service(success({"id": 7})) as sellsy:
        for method in (READ, READ, WRITE):
            sellsy.client.call(method, {}, the_id)
        assert sellsy.connections == 2


def test_the_list_of_refusals_is_the_documented_one() -> None:
    assert len(module._REFUSALS) == 18  # noqa: SLF001 - one too many would make a lost draft look refused
