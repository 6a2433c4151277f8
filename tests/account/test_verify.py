"""`verify` confirms what is as believed, and names exactly what is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from simonsync.account.verify.facts import Sight
from simonsync.account.verify.report import report_as_text
from simonsync.errors import AnotherRun, ExitCode, UsageError
from simonsync.messages.render import Language
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.sellsy.v1.client import READS
from simonsync.store.lock import hold_lock
from tests.account.verifying import ChangedFirm, seen

TABLES_ON_THE_WIRE = ("Customer", "Location", "WorkOrder", "UsedItem", "TimeSheet", "WorkOrderSurvey", "User")
PROSPECTS = {"Prospects.getOne"}
"""Of them v1 gives no list, and so no id to ask for."""
NOT_SEEN_WHY = {"four-tokens", "no-record", "not-given", "always-empty", "write", "simon-write"}


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory) -> ChangedFirm:
    """A firm in which there is something of everything; nothing is written to it in these tests."""
    folder = tmp_path_factory.mktemp("verified", numbered=True)
    folder.chmod(0o700)
    firm = ChangedFirm(Sandbox(clock=VirtualClock()), folder, in_process=True)
    firm.activate()
    firm.pull()
    firm.later(minutes=1)
    firm.archived(work=60, travel=15, items=(("DISJ-16A", 2),))
    firm.push()
    firm.box.sellsy.add_customer("Ancien client", active=False)
    return firm


@pytest.fixture
def firm(verified: ChangedFirm) -> Iterator[ChangedFirm]:
    yield verified
    verified.box.faults.clear()
    verified.box.sellsy.allow_all()
    for name in ("answer", "question"):
        verified.__dict__.pop(name, None)


@pytest.fixture
def writing(tmp_path: Path) -> ChangedFirm:
    """A firm of its own, in which a draft may be made."""
    tmp_path.chmod(0o700)
    return ChangedFirm(Sandbox(customers=2, clock=VirtualClock()), tmp_path, in_process=True)


def test_all_is_confirmed_or_says_why_it_was_not_seen(firm: ChangedFirm) -> None:
    firm.box.log.clear()
    found = firm.verify()
    assert firm.differences(found) == {}
    assert (found.exit_code, found.problems, found.left) == (ExitCode.DONE, (), None)
    assert found.count(Sight.CONFIRMED) > 275
    unseen = [judgement.why for _, judgement in found.results if judgement.sight is Sight.NOT_SEEN]
    assert {*unseen} <= NOT_SEEN_WHY
    assert firm.writes() == []
    asked = {each.method for each in firm.box.log.entries("sellsy")}
    assert READS - asked - PROSPECTS == set(), "ask them in account/verify/ask_sellsy.py"
    names = [fact.name for fact, _ in found.results]
    assert len(names) == len(set(names))


# --- ten planted differences, and more --------------------------------------------------------------


def renamed(name: str, old: str, new: str) -> Callable[[ChangedFirm], None]:
    """A field of each record has another name."""

    def change(record: dict[str, Any]) -> None:
        if old in record:
            record[new] = record.pop(old)

    return answers(name, change)


def answers(name: str, change: Callable[[dict[str, Any]], None]) -> Callable[[ChangedFirm], None]:
    """Each record of an answer is changed: of a list, a map, or the one that there is."""

    def answer(asked: str, said: Any) -> None:
        if asked != name:
            return
        rows: Any = said
        if isinstance(said, dict):
            rows = said.get("result", said.get("value", said))
        records = [rows, *rows.values()] if isinstance(rows, dict) else rows
        for record in records:
            if isinstance(record, dict) and "id" in {key.lower() for key in record}:
                change(record)

    def plant(firm: ChangedFirm) -> None:
        firm.answer = answer

    return plant


def asks(name: str, change: Callable[[dict[str, Any]], None]) -> Callable[[ChangedFirm], None]:
    """Sellsy understands another question than the one that was asked."""

    def question(asked: str, params: dict[str, Any]) -> None:
        if asked == name:
            change(params)

    def plant(firm: ChangedFirm) -> None:
        firm.question = question

    return plant


def fault(kind: str, **more: Any) -> Callable[[ChangedFirm], None]:
    return lambda firm: [firm.box.faults.set(kind, times=None, **more)].clear()


def denied(method: str) -> Callable[[ChangedFirm], None]:
    return lambda firm: firm.box.sellsy.deny(method)


def _whole_pages(params: dict[str, Any]) -> None:
    params["pagination"]["nbperpage"] = 100


def _id_as_number(said: dict[str, Any]) -> None:
    said["id"] = int(said["id"])


def _without_count(firm: ChangedFirm) -> None:
    def answer(_asked: str, said: Any) -> None:
        if isinstance(said, dict):
            said.pop("@odata.count", None)

    firm.answer = answer


def _nested(
    name: str, section: str, change: Callable[[dict[str, Any]], None]
) -> Callable[[ChangedFirm], None]:
    def answer(asked: str, said: Any) -> None:
        if asked == name and isinstance(said, dict) and section in said:
            change(said[section])

    def plant(firm: ChangedFirm) -> None:
        firm.answer = answer

    return plant


def _all_in(params: dict[str, Any]) -> None:
    if params.get("search", {}).get("actif") == "N":
        params["search"]["actif"] = "Y"


def _too_large(params: dict[str, Any]) -> None:
    if params["pagination"]["pagenum"] > 1000:
        params["pagination"]["nbperpage"] = 5000


def _other_key(params: dict[str, Any]) -> None:
    search = params.get("search", {})
    if "periodecreated_start" in search:
        search["periodCreated"] = search.pop("periodecreated_start")


PLANTED = {
    "a renamed field": (
        renamed("Client.getList", "email", "e_mail"),
        "Client.getList:email",
        "absent; there: e_mail",
    ),
    "another date format": (
        answers("Document.getList", lambda it: it.update(created="24/11/2026 10:30")),
        "Document.getList:created",
        'text "99/99/9999 99:99"',
    ),
    "a missing right": (denied("Addresses.getList"), "Addresses.getList:answers", "E_PRIV_NOT_ALLOWED"),
    "a list without its total": (
        fault("frameless", service="sellsy", method="Catalogue.getList", form="rows"),
        "Catalogue.getList:infos",
        "nbpages: absent, nbperpage: absent, nbtotal: absent, pagenum: absent",
    ),
    "an id that is a number": (
        _nested("Client.getOne", "client", _id_as_number),
        "Client.getOne:client.id",
        "integer",
    ),
    "another tax shape": (
        answers("Accountdatas.getTaxes", lambda it: it.update(value=it["value"].replace(".", ","))),
        "Accountdatas.getTaxes:value",
        'text "9,99" | text "99,99"',
    ),
    "no Date": (fault("no_date", service="sellsy"), "Sellsy:Date", "absent"),
    "a page size that is not kept": (
        asks("Client.getList", _whole_pages),
        "Client.getList:nbperpage",
        "2 asked, ",
    ),
    "another currency shape": (
        answers("AccountPrefs.getCurrencies", lambda it: it.update(name="€")),
        "AccountPrefs.getCurrencies:name",
        'text "€"',
    ),
    "a search that is not heeded": (
        asks("Client.getList", _all_in),
        "Client.getList:search.actif=N",
        "others of",
    ),
    "a page past the end that is refused": (
        asks("Client.getList", _too_large),
        "Client.getList:end",
        "E_PAGINATION_MAX",
    ),
    "a search of another name": (
        asks("Client.getList", _other_key),
        "Client.getList:periodecreated",
        "E_PARAM_INVALID",
    ),
    "an amount that is a number": (
        answers("Catalogue.getList", lambda it: it.update(unitAmount=8.9)),
        "Catalogue.getList:unitAmount",
        "decimal",
    ),
    "a status of another name": (
        answers("Document.getList", lambda it: it.update(step="open") if it["step"] == "draft" else None),
        "Document.getList:step",
        "open",
    ),
    "a clock that is wrong": (fault("clock_skew", service="sellsy", seconds=120), "Sellsy:clock", "+1"),
    "a record that is gone and answered": (
        fault("api_error", service="sellsy", method="Prospects.getOne", code="E_METHOD_DONT_EXIT"),
        "Prospects.getOne:answers",
        "E_METHOD_DONT_EXIT",
    ),
    "a renamed field in Simon": (
        renamed("Customer", "City", "Town"),
        "customers:town",
        "absent; there: Remark, Town",
    ),
    "no ExtKey": (
        renamed("Location", "ExtKey", "Key"),
        "common:ext_key",
        "work_addresses: absent; there: Key",
    ),
    "another date format in Simon": (
        answers("WorkOrder", lambda it: it.update(ArchivedDate="24-11-2026 10:30")),
        "work_orders:archived_date",
        'text "99-99-9999 99:99"',
    ),
    "a status that the profile lacks": (
        answers("WorkOrder", lambda it: it.update(Status="Finished")),
        "work_orders:status",
        "Finished",
    ),
    "time that cannot be read": (
        answers("TimeSheet", lambda it: it.update(Minutes="1u30")),
        "time_sheets:time",
        'Minutes: text "9a99"',
    ),
    "a table that is gone": (fault("table_gone", table="UsedItem"), "used_items:answers", "gone"),
    "a list of Simon without its count": (_without_count, "customers:frame", "@odata.count: absent"),
}


@pytest.mark.parametrize("case", PLANTED)
def test_a_planted_difference_is_found_and_nothing_else(firm: ChangedFirm, case: str) -> None:
    plant, name, shape = PLANTED[case]
    plant(firm)
    found = firm.verify()
    differences = firm.differences(found)
    assert list(differences) == [name]
    assert shape in differences[name]
    assert found.exit_code is ExitCode.NEEDS_SOMEONE


def test_the_report_holds_neither_names_nor_secrets(firm: ChangedFirm) -> None:
    def everything_renamed(_asked: str, said: Any) -> None:
        """Each value is one that no form fits, so that as much as possible is shown."""
        if isinstance(said, dict):
            for key, value in said.items():
                everything_renamed("", value)
                if isinstance(value, str) and key not in {"status", "Token", "Expires"}:
                    said[key] = [f"Dupont {value}"]
        elif isinstance(said, list):
            for each in said:
                everything_renamed("", each)

    firm.answer = lambda asked, said: None if asked == "login" else everything_renamed(asked, said)
    found = firm.verify()
    text = report_as_text(found, Language.FR)
    assert found.exit_code is ExitCode.NEEDS_SOMEONE
    assert len(firm.differences(found)) > 50
    names = [customer.name for customer in firm.box.sellsy.clients()]
    for secret in ("Dupont", "Lefèvre", *names, *firm.box.credentials.values()):
        assert secret not in text
    assert json.loads(text[text.index("\n{\n") :])["counts"]["different"] > 50


@pytest.mark.parametrize("asked", [*sorted(READS), *TABLES_ON_THE_WIRE])
def test_no_answer_is_so_odd_that_it_ends_in_a_bug(firm: ChangedFirm, asked: str) -> None:
    odds: tuple[Any, ...] = (None, [], "text", {"result": 3, "value": [1], "1": {"id": None}})
    for odd in odds:
        firm.answer = partial(_odd, asked, odd)
        assert firm.verify().exit_code in {ExitCode.DONE, ExitCode.NEEDS_SOMEONE, ExitCode.UNAVAILABLE}


def _odd(wanted: str, odd: Any, asked: str, _said: Any) -> tuple[Any] | None:
    return (odd,) if asked == wanted else None


def test_a_service_that_is_down_leaves_its_facts_unseen_and_the_other_is_asked(firm: ChangedFirm) -> None:
    firm.box.faults.set("status", service="sellsy", times=None, status=503)
    found = firm.verify()
    assert found.exit_code is ExitCode.UNAVAILABLE
    assert [problem.code for problem in found.problems] == ["service-answer-broken"]
    assert seen(found, "Client.getList:email") == ("not_seen", "", "service")
    assert seen(found, "customers:name")[0] == "confirmed"


def test_nobody_else_may_hold_the_account(firm: ChangedFirm) -> None:
    with hold_lock(firm.account().lock, "sync", firm.now()), pytest.raises(AnotherRun):
        firm.verify()


# --- with both APIs ---------------------------------------------------------------------------------


@pytest.fixture
def hybrid(tmp_path: Path) -> ChangedFirm:
    """A firm that is spoken to over both of Sellsy's APIs."""
    tmp_path.chmod(0o700)
    firm = ChangedFirm(Sandbox(customers=6, clock=VirtualClock()), tmp_path, in_process=True)
    firm.api = "v2"
    firm.activate()
    return firm


def test_both_apis_are_as_believed(hybrid: ChangedFirm) -> None:
    hybrid.box.log.clear()
    found = hybrid.verify()
    assert hybrid.differences(found) == {}
    assert seen(found, "v2.ids:customer") == ("confirmed", "", "")
    assert seen(found, "v2.companies/search:updated_at") == ("confirmed", "", "")
    assert seen(found, "v2.invoices/compute:total") == ("confirmed", "", "")
    assert hybrid.writes() == []


def _v2_renamed(asked: str, said: Any) -> None:
    if asked == "taxes":
        for row in said["data"]:
            row["percentage"] = row.pop("rate")


def _v2_dates(asked: str, said: Any) -> None:
    if asked == "search":
        for row in said["data"]:
            if "name" in row:
                row["updated_at"] = "24/11/2026 10:00"


def _v2_cut_off(asked: str, said: Any) -> None:
    if asked == "compute":
        said["amounts"]["total_excl_tax"] = "1.12"


def _changed_by(answer: Callable[[str, Any], None]) -> Callable[[ChangedFirm], None]:
    def plant(firm: ChangedFirm) -> None:
        firm.answer = answer

    return plant


def _ids_apart(firm: ChangedFirm) -> None:
    firm.box.sellsy.ids_apart = 1000


PLANTED_V2: dict[str, tuple[Callable[[ChangedFirm], None], list[str]]] = {
    "a scope that is missing": (denied("v2:units"), ["v2.units:answers"]),
    "other ids": (
        _ids_apart,
        ["v2.ids:customer", "v2.ids:invoice", "v2.ids:item", "v2.ids:quote", "v2.ids:service", "v2.ids:tax"],
    ),
    "another date format": (_changed_by(_v2_dates), ["v2.companies/search:updated_at"]),
    "another rounding": (_changed_by(_v2_cut_off), ["v2.invoices/compute:total"]),
    # Rates are what shows that a tax is the same.
    "a renamed field": (_changed_by(_v2_renamed), ["v2.ids:tax", "v2.taxes:rate"]),
}


@pytest.mark.parametrize("case", PLANTED_V2)
def test_a_difference_in_the_newer_api_is_found(hybrid: ChangedFirm, case: str) -> None:
    plant, names = PLANTED_V2[case]
    plant(hybrid)
    assert sorted(hybrid.differences()) == names


# --- with a draft -----------------------------------------------------------------------------------


def test_a_draft_shows_the_rest_and_is_nobody_elses(writing: ChangedFirm) -> None:
    writing.activate()
    writing.pull()
    writing.box.log.clear()
    customer = writing.clients()[0]
    found = writing.verify(customer, wait=20)
    assert writing.differences(found) == {}
    assert found.exit_code is ExitCode.DONE
    assert "write" not in {judgement.why for _, judgement in found.results}
    assert writing.writes() == ["Document.create", "Briefcases.uploadFile"]
    (made,) = writing.box.sellsy.documents_of(tag="simonsync-verify")
    assert (str(made.id), made.third_id, made.step) == (writing.lefts[0].document, customer, "draft")
    assert "[SS-" not in made.subject
    assert seen(found, "Sellsy:nonce-memory") == ("confirmed", "refused after 1200 s", "")
    # No run takes it for one of ours.
    writing.sync()
    assert (writing.drafts(), writing.codes(only_open=True)) == ([], [])


def test_with_a_client_secret_there_is_a_token_and_no_nonce(writing: ChangedFirm) -> None:
    writing.with_token = True
    found = writing.verify(writing.clients()[0], wait=20)
    assert writing.differences(found) == {}
    assert seen(found, "access-tokens:life")[0] == "confirmed"
    unclear = [fact.name for fact, judgement in found.results if judgement.why == "no-nonce"]
    assert unclear == ["Sellsy:nonce", "Sellsy:nonce-memory", "Sellsy:timestamp"]
    assert seen(found, "Document.create:rows")[0] == "confirmed"


def test_while_an_earlier_draft_is_there_no_other_is_made(writing: ChangedFirm) -> None:
    customer = writing.clients()[0]
    writing.verify(customer)
    with pytest.raises(UsageError) as refused:
        writing.verify(customer)
    assert refused.value.code == "verify-draft-there"
    assert writing.writes().count("Document.create") == 1


def test_who_says_no_has_no_draft(writing: ChangedFirm) -> None:
    with pytest.raises(AssertionError):
        writing.verify(writing.clients()[0], agreed=False)
    assert writing.writes() == []


@pytest.mark.parametrize("customer", [999_999, "Dupont"])
def test_a_customer_that_is_not_there_has_no_draft(writing: ChangedFirm, customer: Any) -> None:
    with pytest.raises(UsageError) as refused:
        writing.verify(customer)
    assert refused.value.code == "verify-customer-unknown"
    assert writing.writes() == []


def test_without_a_look_at_earlier_drafts_none_is_made(writing: ChangedFirm) -> None:
    writing.box.sellsy.deny("Document.getList")
    with pytest.raises(UsageError) as refused:
        writing.verify(writing.clients()[0])
    assert refused.value.code == "verify-cannot-look"
    assert writing.writes() == []


def test_where_a_search_by_tag_is_not_heeded_no_draft_is_made(writing: ChangedFirm) -> None:
    def ignored(asked: str, params: dict[str, Any]) -> None:
        if asked == "Document.getList":
            params.get("search", {}).pop("tags", None)

    writing.question = ignored
    with pytest.raises(UsageError) as refused:
        writing.verify(writing.clients()[0])
    assert refused.value.code == "verify-cannot-look"
    assert writing.writes() == []


def test_a_customer_that_is_shown_in_another_shape_is_no_hindrance(writing: ChangedFirm) -> None:
    def elsewhere(asked: str, said: Any) -> None:
        if asked == "Client.getOne" and isinstance(said, dict):
            said["third"] = said.pop("client")

    writing.answer = elsewhere
    found = writing.verify(writing.clients()[0])
    assert "Client.getOne:client" in writing.differences(found)
    assert writing.lefts[0].document


def test_what_no_draft_can_be_made_of_is_told(writing: ChangedFirm) -> None:
    renamed("Accountdatas.getTaxes", "value", "rate")(writing)
    found = writing.verify(writing.clients()[0])
    assert list(writing.differences(found)) == ["Accountdatas.getTaxes:value"]
    assert [problem.code for problem in found.problems] == ["verify-cannot-compose"]
    assert writing.writes() == []


@pytest.mark.parametrize("kind", ["drop_after", "empty", "half"])
def test_where_the_outcome_is_unknown_it_stops_and_says_so(writing: ChangedFirm, kind: str) -> None:
    applied = {"applied": True} if kind == "empty" else {}
    writing.box.faults.set(kind, service="sellsy", method="Document.create", **applied)
    customer = writing.clients()[0]
    found = writing.verify(customer)
    assert found.exit_code is ExitCode.UNKNOWN_OUTCOME
    assert found.left is not None
    assert (found.left.unknown, found.left.document) == (True, "")
    assert [problem.code for problem in found.problems] == ["write-outcome-unknown"]
    assert writing.writes() == ["Document.create"]
    with pytest.raises(UsageError):
        writing.verify(customer)
    assert writing.writes() == ["Document.create"]


def test_an_upload_of_unknown_outcome_is_sent_once(writing: ChangedFirm) -> None:
    writing.box.faults.set("drop_after", service="sellsy", method="Briefcases.uploadFile")
    found = writing.verify(writing.clients()[0])
    assert found.exit_code is ExitCode.UNKNOWN_OUTCOME
    assert writing.writes() == ["Document.create", "Briefcases.uploadFile"]
    assert seen(found, "Document.create:rows")[0] == "confirmed"
    assert seen(found, "Briefcases.getList:uploaded")[0] == "confirmed"


def test_it_measures_when_a_draft_becomes_visible(writing: ChangedFirm) -> None:
    writing.box.faults.set("invisible", service="sellsy", method="Document.create", seconds=60)
    found = writing.verify(writing.clients()[0])
    assert seen(found, "Document.getOne:visible") == ("confirmed", "60 s", "")
    assert seen(found, "Document.getList:visible-by-tag") == ("confirmed", "60 s", "")


def test_a_draft_that_stays_unseen_is_told(writing: ChangedFirm) -> None:
    writing.box.faults.set("invisible", service="sellsy", method="Document.create", seconds=7200)
    found = writing.verify(writing.clients()[0])
    shown = {
        "Document.getOne:visible",
        "Document.getList:visible-by-tag",
        "Document.getList:visible-by-customer",
    }
    assert writing.differences(found).keys() == shown
    assert writing.lefts[0].document


def test_a_nonce_that_is_forgotten_is_told(writing: ChangedFirm) -> None:
    writing.box.sellsy.remember_nonces(240)
    found = writing.verify(writing.clients()[0], wait=5)
    assert writing.differences(found) == {"Sellsy:nonce-memory": "accepted again after 300 s"}


def test_moments_in_another_zone_are_told(writing: ChangedFirm) -> None:
    writing.box.sellsy.company.zone = ZoneInfo("UTC")
    found = writing.verify(writing.clients()[0])
    offset = writing.now().astimezone(ZoneInfo("Europe/Paris")).utcoffset() or timedelta()
    assert writing.differences(found) == {"Document.create:created": f"{-offset.total_seconds():+.0f} s"}


def _other_amounts(asked: str, said: Any) -> None:
    if asked == "Document.getOne" and isinstance(said, dict):
        for row in said["map"]["rows"].values():
            if isinstance(row, dict) and row["type"] == "once":
                row["qt"] = "1.000000000"


def test_amounts_that_come_back_otherwise_are_told(writing: ChangedFirm) -> None:
    writing.answer = _other_amounts
    found = writing.verify(writing.clients()[0])
    assert writing.differences(found) == {"Document.create:row-amounts": "qt"}
