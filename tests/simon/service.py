"""Simon's stand-in for one test, and the ways in which it may be set up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from simonsync.http import Hooks
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.sandbox.simon.world import SimonWorld, Switches
from simonsync.simon import SimonCredentials, connect
from simonsync.simon.api import Simon

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Variant:
    """A service and the profile file that fits it."""

    name: str
    dialect: Literal["odata", "rest"]
    names: dict[str, Any] = field(default_factory=dict)
    profile: str = ""
    api_key: str | None = None

    def __str__(self) -> str:
        return self.name


ODATA = Variant("odata", "odata")
REST = Variant("rest", "rest")

RENAMED_ODATA = Variant(
    "odata-renamed",
    "odata",
    {
        "entities": {
            "Customer": "Klant",
            "Contact": "Persoon",
            "Location": "Werkadres",
            "WorkOrder": "Werkbon",
            "UsedItem": "Verbruik",
            "TimeSheet": "Uren",
            "Item": "Artikel",
            "ItemGroup": "Artikelgroep",
            "Equipment": "Installatie",
            "WorkOrderSurvey": "Vragenlijst",
            "Attachment": "Bijlage",
        },
        "fields": {
            "*": {"Id": "Nr", "ExtKey": "Sleutel", "MutationDate": "Gewijzigd", "CreationDate": "Gemaakt"},
            "Customer": {
                "Name": "Naam",
                "Number": "Klantnummer",
                "City": "Plaats",
                "Street": "Straat",
                "AddressLine2": "Straat2",
                "ZipCode": "Postcode",
                "State": "Provincie",
                "Country": "Land",
                "Email": "Mail",
                "Phone": "Tel",
                "Mobile": "Gsm",
                "VatNumber": "Btw",
            },
            "Location": {
                "Name": "Naam",
                "CustomerId": "KlantNr",
                "City": "Plaats",
                "Street": "Straat",
                "AddressLine2": "Straat2",
                "ZipCode": "Postcode",
                "State": "Provincie",
                "Country": "Land",
                "Email": "Mail",
                "Phone": "Tel",
            },
            "Contact": {"Name": "Naam", "CustomerId": "KlantNr", "LocationId": "AdresNr"},
            "Equipment": {"Name": "Naam", "LocationId": "AdresNr"},
            "WorkOrder": {
                "Number": "Bonnummer",
                "LocationId": "AdresNr",
                "CustomerId": "KlantNr",
                "ContactId": "PersoonNr",
                "EquipmentId": "InstallatieNr",
                "Description": "Omschrijving",
                "WorkDone": "Uitgevoerd",
                "CustomerReference": "Referentie",
                "Status": "Toestand",
                "ReadyDate": "Gereed",
                "ArchivedDate": "Gearchiveerd",
            },
            "UsedItem": {
                "WorkOrderId": "BonNr",
                "ItemId": "ArtikelNr",
                "Description": "Omschrijving",
                "Quantity": "Aantal",
            },
            "TimeSheet": {
                "WorkOrderId": "BonNr",
                "Type": "Soort",
                "Hours": "Tijd",
                "StartTime": "Begin",
                "EndTime": "Einde",
            },
            "Item": {"Code": "Artikelcode", "Name": "Naam", "ItemGroupId": "GroepNr", "Unit": "Eenheid"},
            "ItemGroup": {"Name": "Naam"},
            "WorkOrderSurvey": {"WorkOrderId": "BonNr", "SurveyName": "Titel", "CompletedDate": "Ingevuld"},
            "Attachment": {"WorkOrderId": "BonNr", "FileName": "Bestand"},
        },
        "login": {
            "path": "auth/token",
            "verb": "GET",
            "Key": "licentie",
            "Usr": "wie",
            "Pwd": "geheim",
            "Token": "toegang",
            "Expires": None,
        },
        "headers": {"Token": "X-Simon-Token", "ApiKey": "X-Simon-Key"},
        "files": {
            "WorkOrder": "werkbon/{id}/pdf",
            "WorkOrderSurvey": "vragenlijst/{id}/pdf",
            "Attachment": "bijlage/{id}/bestand",
        },
        "file": {"FileName": "naam", "Content": "inhoud"},
        "status": {"New": 0, "Planned": 10, "InProgress": 20, "Ready": 30, "Archived": 40},
        "time_kinds": {"Travel": "R", "Work": "W"},
        "time_sheet": "decimal_hours",
        "dates": {"format": "%d/%m/%Y %H:%M:%S", "zone": "Europe/Paris", "prefixed": True},
    },
    """
login: {path: auth/token, verb: GET, key: licentie, user: wie, password: geheim, token: toegang, expires: ""}
headers: {token: X-Simon-Token, api_key: X-Simon-Key}
dates: {format: "%d/%m/%Y %H:%M:%S", zone: Europe/Paris, literal: datetimeoffset}
common: {id: Nr, ext_key: Sleutel, mutation_date: Gewijzigd, creation_date: Gemaakt}
customers:
  path: Klant
  name: Naam
  number: Klantnummer
  town: Plaats
  street: Straat
  second_line: Straat2
  zip_code: Postcode
  state: Provincie
  country: Land
  email: Mail
  phone: Tel
  mobile: Gsm
  vat_number: Btw
work_addresses:
  path: Werkadres
  name: Naam
  customer: KlantNr
  town: Plaats
  street: Straat
  second_line: Straat2
  zip_code: Postcode
  state: Provincie
  country: Land
  email: Mail
  phone: Tel
contacts: {path: Persoon, name: Naam, customer: KlantNr, work_address: AdresNr}
objects: {path: Installatie, name: Naam, work_address: AdresNr}
work_orders:
  path: Werkbon
  number: Bonnummer
  work_address: AdresNr
  customer: KlantNr
  contact: PersoonNr
  equipment: InstallatieNr
  description: Omschrijving
  work_done: Uitgevoerd
  customer_reference: Referentie
  ready_date: Gereed
  archived_date: Gearchiveerd
  status: {coding: integer, field: Toestand, open: [0, 10, 20], ready: [30], archived: [40]}
used_items: {path: Verbruik, work_order: BonNr, item: ArtikelNr, description: Omschrijving, quantity: Aantal}
time_sheets:
  path: Uren
  form: decimal_hours
  work_order: BonNr
  type: Soort
  travel: [R]
  work: [W]
  duration: Tijd
  start: Begin
  end: Einde
items: {path: Artikel, code: Artikelcode, name: Naam, group: GroepNr, unit: Eenheid}
item_groups: {path: Artikelgroep, name: Naam}
surveys: {path: Vragenlijst, work_order: BonNr, name: Titel, completed_date: Ingevuld}
attachments: {path: Bijlage, work_order: BonNr, file_name: Bestand, content_path: "bijlage/{id}/bestand"}
pdfs: {work_order_path: "werkbon/{id}/pdf", survey_path: "vragenlijst/{id}/pdf", content: inhoud}
""",
    api_key="mailed-once",
)

RENAMED_REST = Variant(
    "rest-renamed",
    "rest",
    {
        "entities": {"Customer": "debiteur", "WorkOrder": "opdracht", "TimeSheet": "tijd"},
        "fields": {
            "*": {"Id": "SimonId", "ExtKey": "OwnKey", "MutationDate": "Changed"},
            "TimeSheet": {"Duration": "Duur"},
        },
        "parameters": {"LastMutation": "since", "LastId": "after"},
        "status": {"flags": {"Ready": "Klaar", "Archived": "Weg"}},
        "time_sheet": "hh_mm",
        "dates": {"format": "%Y-%m-%dT%H:%M:%S", "zone": "Europe/Paris"},
    },
    """
common: {id: SimonId, ext_key: OwnKey, mutation_date: Changed}
rest: {last_mutation: since, last_id: after}
dates: {format: "%Y-%m-%dT%H:%M:%S", zone: Europe/Paris}
customers: {path: debiteur}
work_orders: {path: opdracht, status: {coding: flags, ready_flag: Klaar, archived_flag: Weg}}
time_sheets: {path: tijd, form: clock, duration: Duur}
""",
)

VARIANTS = (ODATA, REST, RENAMED_ODATA, RENAMED_REST)


@dataclass
class Service:
    """A running Simon, and a connection to it."""

    box: Sandbox
    clock: VirtualClock
    simon: Simon

    @property
    def world(self) -> SimonWorld:
        return self.box.simon

    def requests(self) -> list[str]:
        """What Simon was asked, in order."""
        return [entry.method for entry in self.box.log.entries("simon")]


def credentials_of(box: Sandbox) -> SimonCredentials:
    access = box.simon.access
    return SimonCredentials(access.key, access.user, access.password, access.api_key or "")


def hooks_of(clock: VirtualClock) -> Hooks:
    """Let the client live in the service's time, so that waiting costs nothing."""
    return Hooks(sleep=clock.advance, clock=lambda: clock().timestamp(), now=clock, random=lambda: 0.5)


_ENTITIES = ("WorkOrder", "Equipment", "Contact", "Location", "Customer", "Item", "ItemGroup")


class Services:
    """The services of a module's tests: each variant is started once, and empty for each test."""

    def __init__(self) -> None:
        self._boxes: dict[str, tuple[Sandbox, VirtualClock]] = {}

    def close(self) -> None:
        for box, _ in self._boxes.values():
            box.stop()

    @contextmanager
    def connected(self, variant: Variant, folder: Path) -> Iterator[Service]:
        """Connect to an empty Simon of this variant at 8 o'clock; only its two users are there."""
        box, clock = self._started(variant)
        world = box.simon
        for entity in _ENTITIES:
            for row in world.rows(entity):
                world.delete(entity, row["Id"])
        world.switches = Switches()
        world.access.licence_active, world.access.token_minutes = True, 60
        world.access.api_key = variant.api_key
        world.access.expire_tokens()
        box.faults.clear()
        box.log.clear()
        clock.advance((START - clock()).total_seconds())
        profile = folder / "profile.yaml"
        profile.write_text(variant.profile, encoding="utf-8")
        with connect(
            box.simon_url,
            credentials_of(box),
            dialect=variant.dialect,
            profile=profile,
            hooks=hooks_of(clock),
        ) as simon:
            yield Service(box, clock, simon)

    def _started(self, variant: Variant) -> tuple[Sandbox, VirtualClock]:
        if variant.name not in self._boxes:
            clock = VirtualClock(START)
            box = Sandbox(dialect=variant.dialect, profile=variant.names or None, clock=clock)
            box.start()
            self._boxes[variant.name] = (box, clock)
        return self._boxes[variant.name]
