"""What `connect --check` says of a profile: nothing where it fits, the place where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simonsync.errors import CredentialsRefused, ServiceUnavailable
from simonsync.messages.texts.en.problems import PROBLEMS
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.simon import connect
from simonsync.simon.check import profile_mismatches
from tests.simon.odd import Answer, Between, served
from tests.simon.service import (
    ODATA,
    REST,
    START,
    VARIANTS,
    Service,
    Services,
    Variant,
    credentials_of,
    hooks_of,
)


def fill(service: Service) -> None:
    """Put one record into every table."""
    world = service.world
    customer = world.add("Customer", Name="Dupont")
    place = world.add("Location", Name="Atelier", CustomerId=customer)
    item = world.add("Item", Name="Vanne", ItemGroupId=world.add("ItemGroup", Name="Produits"))
    world.add("Equipment", LocationId=place, Name="Chaudière")
    world.add("Contact", CustomerId=customer, Name="M. Petit")
    order = world.add_work_order(place, "Fuite")
    world.use_item(order, item, 1)
    world.add_time(order, "Work", 60)
    world.complete_survey(order, "Sécurité")
    world.attach(order, "photo.jpg", b"\xff\xd8")


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_a_profile_that_fits_is_not_complained_of(
    services: Services, tmp_path: Path, variant: Variant
) -> None:
    with services.connected(variant, tmp_path) as service:
        assert profile_mismatches(service.simon) == ()
        fill(service)
        assert profile_mismatches(service.simon) == ()


@pytest.fixture
def filled(services: Services, tmp_path: Path) -> Iterator[Service]:
    with services.connected(ODATA, tmp_path) as service:
        fill(service)
        yield service


def problems(service: Service, folder: Path, profile: str) -> list[tuple[str, dict[str, str]]]:
    path = folder / "other.yaml"
    path.write_text(profile, encoding="utf-8")
    with connect(
        service.box.simon_url, credentials_of(service.box), profile=path, hooks=hooks_of(service.clock)
    ) as simon:
        return [(problem.code, dict(problem.params)) for problem in profile_mismatches(simon)]


@pytest.mark.parametrize(
    ("profile", "code", "params"),
    [
        ("customers: {path: Klant}", "profile-table-unknown", {"path": "customers.path", "name": "Klant"}),
        (
            "items: {code: Cod}",
            "profile-field-missing",
            {"table": "items", "path": "items.code", "name": "Cod", "suggestion": "Code"},
        ),
        (
            "common: {ext_key: Externe}",
            "profile-field-missing",
            {"path": "common.ext_key", "name": "Externe"},
        ),
        (
            "work_orders: {status: {coding: flags, archived_flag: Archived}}",
            "profile-field-missing",
            {"path": "work_orders.status.archived_flag"},
        ),
        (
            "work_orders: {status: {open: [Neu]}}",
            "profile-status-unknown",
            {"path": "work_orders.status", "value": "New"},
        ),
        (
            "work_orders: {status: {coding: integer, field: Id, open: [99], ready: [98], archived: [97]}}",
            "profile-status-unknown",
            {"path": "work_orders.status"},
        ),
        (
            "dates: {format: '%d/%m/%Y'}",
            "profile-date-unreadable",
            {"table": "customers", "path": "common.mutation_date", "value": "2026-03-02T08:00:00Z"},
        ),
        (
            "time_sheets: {work: [W]}",
            "profile-time-unreadable",
            {"path": "time_sheets", "name": "Type", "value": "Work"},
        ),
        (
            "time_sheets: {form: two_columns, travel_minutes: Reis}",
            "profile-field-missing",
            {"path": "time_sheets.travel_minutes", "name": "Reis"},
        ),
        (
            "time_sheets: {form: span, end: Einde}",
            "profile-field-missing",
            {"path": "time_sheets.end", "suggestion": "EndTime"},
        ),
        (
            "pdfs: {work_order_path: 'pdf/{id}'}",
            "profile-pdf-missing",
            {"path": "pdfs.work_order_path", "name": "pdf/{id}"},
        ),
        (
            "surveys: {name: Titel}",
            "profile-field-missing",
            {"table": "surveys", "path": "surveys.name"},
        ),
        (
            "attachments: {file_name: Bestand}",
            "profile-field-missing",
            {"table": "attachments", "path": "attachments.file_name"},
        ),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(
    filled: Service, tmp_path: Path, profile: str, code: str, params: dict[str, str]
) -> None:
    found = problems(filled, tmp_path, profile)
    matching = [given for each, given in found if each == code and params.items() <= given.items()]
    assert matching, found
    for each, given in found:
        assert PROBLEMS[each].format_map(given)


def test_only_what_is_wrong_is_named(filled: Service, tmp_path: Path) -> None:
    found = problems(filled, tmp_path, "items: {code: Cod}\nwork_orders: {status: {open: [Neu]}}")
    assert [code for code, _ in found] == ["profile-field-missing", "profile-status-unknown"]


def test_a_mutation_in_the_future_makes_the_zone_doubtful(filled: Service, tmp_path: Path) -> None:
    def without_offset(answer: Answer) -> None:
        answer.body = answer.body.replace(b"T08:00:00Z", b"T08:00:00")

    path = tmp_path / "west.yaml"
    path.write_text("dates: {zone: America/New_York}", encoding="utf-8")
    with (
        served(Between(filled.box.wsgi("simon"), without_offset)) as url,
        connect(url, credentials_of(filled.box), profile=path, hooks=hooks_of(filled.clock)) as simon,
    ):
        found = profile_mismatches(simon)
    assert {problem.code for problem in found} == {"profile-zone-doubtful"}
    assert {problem.params["table"] for problem in found} >= {"customers", "work_orders"}


def test_an_answer_of_another_shape_is_the_profiles_matter(filled: Service) -> None:
    def wrapped(answer: Answer) -> None:
        if answer.path == "/Item":
            answer.json = {"d": {"results": answer.json["value"]}}

    with (
        served(Between(filled.box.wsgi("simon"), wrapped)) as url,
        connect(url, credentials_of(filled.box), hooks=hooks_of(filled.clock)) as simon,
    ):
        found = profile_mismatches(simon)
    assert [(problem.code, problem.params["path"]) for problem in found] == [
        ("profile-table-refused", "items.path")
    ]


def test_a_service_that_is_down_or_refuses_us_is_no_matter_of_the_profile(filled: Service) -> None:
    filled.simon.verify()
    filled.box.faults.set("status", service="simon", status=503, times=None)
    with pytest.raises(ServiceUnavailable):
        profile_mismatches(filled.simon)
    filled.box.faults.clear()
    filled.world.access.licence_active = False
    with (
        connect(filled.box.simon_url, credentials_of(filled.box), hooks=hooks_of(filled.clock)) as simon,
        pytest.raises(CredentialsRefused),
    ):
        profile_mismatches(simon)


def test_tables_that_the_old_service_lacks_are_no_fault_of_the_profile(
    services: Services, tmp_path: Path
) -> None:
    with services.connected(REST, tmp_path) as service:
        fill(service)

        def without(answer: Answer) -> None:
            if answer.path.lower().startswith(("/contact", "/equipment")):
                answer.status, answer.body = 404, b""

        with (
            served(Between(service.box.wsgi("simon"), without)) as url,
            connect(url, credentials_of(service.box), dialect="rest", hooks=hooks_of(service.clock)) as simon,
        ):
            assert profile_mismatches(simon) == ()
            counts = {count.table: count.count for count in simon.table_counts()}
            assert (counts["contacts"], counts["objects"], counts["customers"]) == (0, 0, 1)
            assert [*simon.keys("contacts")] == []


@pytest.mark.parametrize("dialect", ["odata", "rest"])
def test_the_demo_company_fits_the_default_profile(dialect: str) -> None:
    clock = VirtualClock(START)
    with (
        Sandbox(dialect="odata" if dialect == "odata" else "rest", clock=clock) as box,
        connect(box.simon_url, credentials_of(box), dialect=dialect, hooks=hooks_of(clock)) as simon,
    ):
        assert profile_mismatches(simon) == ()
