"""The wire of Sellsy's v1 service: form, envelope, signature."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
import requests

from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.sandbox.sellsy.oauth import Credentials, header_fields
from tests.sandbox.sellsy_caller import SellsyCaller, draft

FORM = {"request": "1", "io_mode": "json", "do_in": '{"method":"Infos.getInfos","params":{}}'}


def oauth_fields(box: Sandbox, nonce: str = "n1", **changed: str) -> dict[str, str]:
    known = box.sellsy.gate.credentials
    return {
        "oauth_consumer_key": known.consumer_token,
        "oauth_token": known.user_token,
        "oauth_nonce": nonce,
        "oauth_timestamp": "1763942400",
        "oauth_signature_method": "PLAINTEXT",
        "oauth_version": "1.0",
        "oauth_signature": f"{quote(known.consumer_secret, safe='')}&{quote(known.user_secret, safe='')}",
    } | changed


def header(fields: dict[str, str], style: str = '{}="{}"', joint: str = ", ", scheme: str = "OAuth") -> str:
    return f"{scheme} " + joint.join(
        style.format(name, quote(value, safe="")) for name, value in fields.items()
    )


def post(box: Sandbox, authorization: str | None = None, **form: str) -> requests.Response:
    headers = {} if authorization is None else {"Authorization": authorization}
    return requests.post(box.sellsy_url, data=FORM | form, headers=headers, timeout=5)


def test_the_signature_may_come_in_the_header(box: Sandbox) -> None:
    assert post(box, header(oauth_fields(box))).json()["status"] == "success"


def test_the_signature_may_come_in_the_body(box: Sandbox) -> None:
    assert post(box, **oauth_fields(box)).json()["status"] == "success"


@pytest.mark.parametrize(
    ("style", "joint", "scheme", "stamp"),
    [
        ("{}={}", ",", "Oauth", "1763942400123"),
        ('{}="{}"', ",", "OAUTH", "1"),
        ("{}={}", ",  ", "OAuth", "1763942400"),
    ],
)
def test_form_of_the_header_is_free(box: Sandbox, style: str, joint: str, scheme: str, stamp: str) -> None:
    fields = oauth_fields(box, oauth_timestamp=stamp)
    assert post(box, header(fields, style, joint, scheme)).json()["status"] == "success"


@pytest.mark.parametrize("secret", ["a", "sé/cret+with%25 & more", "x" * 200])
def test_any_secret_signs_encoded_once_or_bare(box: Sandbox, secret: str) -> None:
    known = box.sellsy.gate.credentials
    box.sellsy.gate.credentials = Credentials("k", secret, known.user_token, secret)
    fields = oauth_fields(box, "n1")
    assert post(box, header(fields)).json()["status"] == "success"
    bare = header({k: v for k, v in fields.items() if k != "oauth_signature"} | {"oauth_nonce": "n2"})
    with_bare = f'{bare}, oauth_signature="{fields["oauth_signature"]}"'
    assert post(box, with_bare).json()["status"] == "success"


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"oauth_consumer_key": "other"}, "consumer_key_refused"),
        ({"oauth_token": "other"}, "token_rejected"),
        ({"oauth_signature": "a&b"}, "signature_invalid&debug_sbs=POST&"),
        ({"oauth_signature": ""}, "parameter_absent"),
        ({"oauth_signature_method": "HMAC-SHA1"}, "signature_method_rejected"),
        ({"oauth_timestamp": "yesterday"}, "timestamp_refused"),
    ],
)
def test_a_wrong_signature_is_a_401_in_plain_text(
    box: Sandbox, changed: dict[str, str], problem: str
) -> None:
    answer = post(box, header(oauth_fields(box) | changed))
    assert answer.status_code == 401
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.text.startswith(f"oauth_problem={problem}")
    assert box.sellsy.gate.credentials.consumer_secret not in answer.text


def test_no_signature_at_all_is_a_401(box: Sandbox) -> None:
    answer = post(box)
    assert (answer.status_code, answer.text[:29]) == (401, "oauth_problem=parameter_absent"[:29])


def test_a_nonce_passes_once(box: Sandbox) -> None:
    assert post(box, header(oauth_fields(box, "same"))).status_code == 200
    again = post(box, header(oauth_fields(box, "same")))
    assert (again.status_code, again.text) == (401, "oauth_problem=nonce_used")
    box.sellsy.remember_nonces(0)
    assert post(box, header(oauth_fields(box, "same"))).status_code == 200


def test_a_nonce_is_forgotten_after_the_time_that_a_test_sets(box: Sandbox) -> None:
    box.sellsy.remember_nonces(300)
    assert post(box, header(oauth_fields(box, "same"))).status_code == 200
    box.clock.advance(299)
    assert post(box, header(oauth_fields(box, "same"))).status_code == 401
    box.clock.advance(1)
    assert post(box, header(oauth_fields(box, "same"))).status_code == 200


def test_tokens_die_with_their_owner(box: Sandbox, sellsy: SellsyCaller) -> None:
    box.sellsy.refuse_credentials()
    assert sellsy.post("Infos.getInfos").status_code == 401
    box.sellsy.refuse_credentials(refused=False)
    sellsy.ok("Infos.getInfos")


def test_header_of_another_scheme_has_no_fields() -> None:
    assert header_fields("Basic dXNlcjpwYXNz") == {}


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"io_mode": "xml"}, "E_IO_MODE_DONT_EXIST"),
        ({"do_in": ""}, "E_IO_MODE_DO_IN_MISSING"),
        ({"do_in": "{"}, "E_DO_IN_WRONG_FORMAT"),
        ({"do_in": "[]"}, "E_DO_IN_WRONG_FORMAT"),
        ({"do_in": '{"method":"Infos.getInfos"}'}, "E_DO_IN_PARAM_MISSING"),
        ({"do_in": '{"method":"Infos.getInfos","params":null}'}, "E_DO_IN_PARAM_MISSING"),
        ({"do_in": '{"method":"Infos.getInfos","params":"x"}'}, "E_DO_IN_WRONG_FORMAT"),
        ({"do_in": '{"method":"Infos.getNothing","params":{}}'}, "E_METHOD_DONT_EXIT"),
    ],
)
def test_a_malformed_form_is_refused_with_http_200(box: Sandbox, form: dict[str, str], code: str) -> None:
    answer = post(box, header(oauth_fields(box)), **form)
    assert (answer.status_code, answer.json()["error"]["code"]) == (200, code)


def test_no_params_may_be_written_as_php_does(sellsy: SellsyCaller) -> None:
    assert sellsy.ok("Infos.getInfos", [])["userdatas"]["corpId"] == "61234"


def test_the_namespace_is_found_in_any_case_and_the_verb_only_in_its_own(sellsy: SellsyCaller) -> None:
    sellsy.ok("infos.getInfos")
    sellsy.ok("INFOS.getInfos")
    assert sellsy.refused("Infos.getinfos") == ("E_METHOD_DONT_EXIT", "Method Infos.getinfos does not exist")


def test_a_json_body_is_not_accepted(box: Sandbox) -> None:
    headers = {"Authorization": header(oauth_fields(box))}
    answer = requests.post(box.sellsy_url, json=FORM, headers=headers, timeout=5).json()
    assert answer["status"] == "error"


def test_both_form_encodings_are_accepted(box: Sandbox, sellsy: SellsyCaller) -> None:
    parts = {name: (None, value) for name, value in FORM.items()}
    answer = sellsy.session.post(box.sellsy_url, files=parts, timeout=5)
    assert answer.json()["status"] == "success"


def test_only_post_on_the_one_url(box: Sandbox) -> None:
    assert requests.get(box.sellsy_url, timeout=5).status_code == 405
    assert requests.post(box.sellsy_url + "other", timeout=5).status_code == 404


def test_letters_beyond_ascii_travel_as_escapes(sellsy: SellsyCaller) -> None:
    raw = sellsy.post("Client.getList").content
    assert raw.isascii()
    assert "García" in json.dumps(json.loads(raw), ensure_ascii=False)


def test_missing_rights_are_told(box: Sandbox, sellsy: SellsyCaller) -> None:
    box.sellsy.deny("Document.*")
    assert sellsy.refused("Document.getList", {"doctype": "invoice"})[0] == "E_PRIV_NOT_ALLOWED"
    sellsy.ok("Client.getList")
    box.sellsy.allow_all()
    sellsy.ok("Document.getList", {"doctype": "invoice"})


def test_more_than_the_allowed_requests_in_a_second_are_429() -> None:
    clock = VirtualClock()
    with Sandbox(clock=clock, requests_per_second=5) as box, SellsyCaller(box) as sellsy:
        assert [sellsy.post("Infos.getInfos").status_code for _ in range(6)] == [200] * 5 + [429]
        clock.advance(1)
        sellsy.ok("Infos.getInfos")


def test_a_key_that_the_service_does_not_know_is_ignored_and_named_in_the_log(box: Sandbox) -> None:
    with SellsyCaller(box) as caller:
        params = draft(box, serviceDate="2026-11-24")
        params["row"]["2"]["row_discont"] = "10"
        caller.ok("Document.create", params)
    (entry,) = box.log.entries("sellsy", "Document.create")
    assert entry.unread == ("document.serviceDate", "row.2.row_discont")
