"""The demo company's Simon before activation [4.3]: months of use in small, without keys.

The counts are those of the manual's table of what will be emptied, and so are the distances between the
last mutations of the tables. Everything was entered in Simon, so nothing carries an external key yet. It is
made by the same acts as in real life, with a clock that walks through the past.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from simonsync.sandbox.simon.schema import Status
from simonsync.sandbox.simon.world import SimonWorld

_OFFICE = (("Sophie Bernard", "sophie.bernard@example.fr"), ("Hélène Roux", "helene.roux@example.fr"))
_FIELD = (
    ("Karim Haddad", "karim.haddad@example.fr"),
    ("Lucas Moreau", "lucas.moreau@example.fr"),
    ("Élodie Garnier", "elodie.garnier@example.fr"),
)

_ITEMS = {
    "Chauffage": (
        ("CH-001", "Circulateur 25-60", "pièce"),
        ("CH-002", "Vase d'expansion 18 l", "pièce"),
        ("CH-003", 'Robinet thermostatique 1/2"', "pièce"),
        ("CH-004", "Sonde extérieure", "pièce"),
        ("CH-005", "Désembouant 1 l", "bidon"),
    ),
    "Plomberie": (
        ("PL-001", "Tube cuivre 16 mm", "m"),
        ("PL-002", 'Groupe de sécurité 3/4"', "pièce"),
        ("PL-003", "Mitigeur lavabo", "pièce"),
        ("PL-004", "Joint fibre 15x21", "pièce"),
    ),
    "Électricité": (
        ("EL-001", "Disjoncteur 16 A", "pièce"),
        ("EL-002", "Câble R2V 3G2,5", "m"),
        ("EL-003", "Thermostat d'ambiance", "pièce"),
    ),
}

_CUSTOMERS = (
    ("Boulangerie Lefèvre", "12 rue des Halles", "45000", "Orléans", "02 38 55 01 12"),
    ("Hôtel du Parc SARL", "3 avenue de la Gare", "37000", "Tours", "02 47 55 02 23"),
    ("Mairie de Saint-Ay", "1 place de la Mairie", "45130", "Saint-Ay", "02 38 55 03 34"),
    ("Garage Péron & Fils", "48 route de Chartres", "28200", "Châteaudun", "02 37 55 04 45"),
    ("M. et Mme Nguyen", "7 impasse des Lilas", "41000", "Blois", "02 54 55 05 56"),
    ("Syndic Val-de-Loire", "25 quai du Roi", "45000", "Orléans", "02 38 55 06 67"),
)

# Position of the customer (None: a work address of nobody), name, street, zip code, town.
_LOCATIONS = (
    (0, "Boulangerie Lefèvre, magasin", "12 rue des Halles", "45000", "Orléans"),
    (0, "Boulangerie Lefèvre, fournil", "4 rue du Four", "45100", "Orléans"),
    (1, "Hôtel du Parc, chaufferie", "3 avenue de la Gare", "37000", "Tours"),
    (1, "Hôtel du Parc, annexe", "9 rue Bretonneau", "37000", "Tours"),
    (1, "Restaurant du Parc", "5 avenue de la Gare", "37000", "Tours"),
    (2, "Mairie", "1 place de la Mairie", "45130", "Saint-Ay"),
    (2, "École Jean-Moulin", "16 rue de l'École", "45130", "Saint-Ay"),
    (2, "Salle des fêtes", "2 chemin de la Loire", "45130", "Saint-Ay"),
    (2, "Gymnase", "8 chemin de la Loire", "45130", "Saint-Ay"),
    (3, "Garage Péron", "48 route de Chartres", "28200", "Châteaudun"),
    (3, "Carrosserie Péron", "52 route de Chartres", "28200", "Châteaudun"),
    (4, "Domicile Nguyen", "7 impasse des Lilas", "41000", "Blois"),
    (5, "Résidence Les Tilleuls, bât. A", "10 rue des Tilleuls", "45000", "Orléans"),
    (5, "Résidence Les Tilleuls, bât. B", "12 rue des Tilleuls", "45000", "Orléans"),
    (5, "Résidence du Quai", "25 quai du Roi", "45000", "Orléans"),
    (5, "Résidence Beauce", "70 rue de Patay", "45000", "Orléans"),
    (None, "Chantier ZAC des Groues", "rue de la Bate", "45140", "Ingré"),
    (None, "Dépôt provisoire", "14 rue du Clos", "45800", "Saint-Jean-de-Braye"),
)

# Position of the customer, of the work address, name, function.
_CONTACTS: tuple[tuple[int | None, int | None, str, str], ...] = (
    (0, None, "Anne Lefèvre", "Gérante"),
    (0, 1, "Marc Petit", "Chef boulanger"),
    (1, None, "Claire Dumont", "Directrice"),
    (1, 2, "Olivier Blanc", "Technicien"),
    (2, None, "Paul Girard", "Services techniques"),
    (2, 6, "Nadia Benali", "Directrice d'école"),
    (3, None, "Jean Péron", "Gérant"),
    (4, None, "Linh Nguyen", "Propriétaire"),
    (5, None, "Isabelle Faure", "Gestionnaire"),
    (None, 16, "Thomas Leroy", "Chef de chantier"),
)

_EQUIPMENT = (
    (2, "Chaudière gaz 120 kW", "CG120-4471"),
    (5, "Chaudière fioul 45 kW", "CF45-0983"),
    (6, "Pompe à chaleur 16 kW", "PAC16-2210"),
    (9, "Aérotherme atelier", "AT-7735"),
    (11, "Chauffe-eau 200 l", "CE200-5512"),
    (12, "Sous-station bât. A", "SS-0042"),
)

_JOBS = (
    "Entretien annuel de la chaudière",
    "Fuite sur le circuit de chauffage, remplacement du vase d'expansion",
    "Remplacement du circulateur",
    "Garantie : sonde extérieure défectueuse",
    "Pose d'un mitigeur au lavabo des toilettes",
    "Dépannage : plus d'eau chaude",
    "Ajout de deux prises dans l'atelier",
    "Purge et équilibrage des radiateurs",
    "Contrôle du tableau électrique",
)

_DONE = ("Travaux effectués, installation remise en service.", "Pièce remplacée, essai concluant.", None)

_STATES = (
    *(Status.ARCHIVED,) * 24,
    *(Status.READY,) * 4,
    *(Status.IN_PROGRESS,) * 4,
    *(Status.PLANNED,) * 6,
    *(Status.NEW,) * 5,
)

# One grey pixel.
_PHOTO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)

_DAYS_OF_WORK = 100


@dataclass
class _Calendar:
    """The day that the story has reached, counted backwards from its last moment."""

    end: datetime
    now: datetime

    def go(self, days_before_end: float, hour: int = 8, minute: int = 0) -> None:
        """Jump to a time of day in UTC, but never past the story's end."""
        day = self.end - timedelta(days=days_before_end)
        self.now = min(day.replace(hour=hour, minute=minute, second=0, microsecond=0), self.end)


def demo_company(clock: Callable[[], datetime]) -> SimonWorld:
    """Simon as the demo company has used it for months; its last mutation is of yesterday, 14:54 UTC."""
    end = (clock() - timedelta(days=1)).replace(hour=14, minute=54, second=0, microsecond=0)
    calendar = _Calendar(end, end)
    world = SimonWorld(lambda: calendar.now)
    calendar.go(150)
    for name, email in _OFFICE:
        world.add("User", Name=name, Email=email, IsOffice=True, IsField=False)
    users = [
        world.add("User", Name=name, Email=email, IsOffice=False, IsField=True) for name, email in _FIELD
    ]
    items = _add_items(world, calendar)
    locations = _add_customers(world, calendar)
    equipment = [
        world.add("Equipment", LocationId=locations[where], Name=name, SerialNumber=serial)
        for where, name, serial in _EQUIPMENT
    ]
    for position, state in enumerate(_STATES):
        _add_work_order(world, calendar, position, state, locations, items, users)
    calendar.go(0, 14, 54)
    world.edit("Equipment", equipment[0], SerialNumber="CG120-4471-B")
    world.clock = clock
    return world


def _add_items(world: SimonWorld, calendar: _Calendar) -> list[int]:
    calendar.go(114, 7, 34)
    groups = {name: world.add("ItemGroup", Name=name) for name in _ITEMS}
    # A price list that was read in at once: all twelve have the same stamp.
    calendar.go(114, 7, 43)
    return [
        world.add("Item", Code=code, Name=name, Unit=unit, ItemGroupId=groups[group])
        for group, articles in _ITEMS.items()
        for code, name, unit in articles
    ]


def _add_customers(world: SimonWorld, calendar: _Calendar) -> list[int]:
    """Customers, their work addresses and contacts; gives the work addresses."""
    calendar.go(120, 9, 5)
    customers = [
        world.add("Customer", Name=name, Street=street, ZipCode=code, City=town, Country="FR", Phone=phone)
        for name, street, code, town, phone in _CUSTOMERS
    ]
    calendar.go(118, 13, 40)
    locations = [
        world.add(
            "Location",
            CustomerId=None if customer is None else customers[customer],
            Name=name,
            Street=street,
            ZipCode=code,
            City=town,
            Country="FR",
        )
        for customer, name, street, code, town in _LOCATIONS
    ]
    calendar.go(114, 7, 34)
    for customer, location, name, function in _CONTACTS:
        world.add(
            "Contact",
            CustomerId=None if customer is None else customers[customer],
            LocationId=None if location is None else locations[location],
            Name=name,
            Function=function,
        )
    calendar.go(87, 12, 20)
    world.edit("Customer", customers[4], Remark="Sonner deux fois.")
    calendar.go(27, 7, 57)
    world.edit("Location", locations[7], Remark="Clé à la mairie.")
    return locations


def _add_work_order(
    world: SimonWorld,
    calendar: _Calendar,
    position: int,
    state: Status,
    locations: Sequence[int],
    items: Sequence[int],
    users: Sequence[int],
) -> None:
    day = round(_DAYS_OF_WORK * (1 - position / (len(_STATES) - 1)))
    calendar.go(day, 15 if day == 0 else 8, position)
    order = world.add_work_order(
        locations[position % len(locations)],
        _JOBS[position % len(_JOBS)],
        CustomerReference=f"CMD-{position + 310}" if position % 4 == 0 else None,
    )
    if state is Status.NEW:
        return
    user = users[position % len(users)]
    world.schedule(order, start=calendar.now + timedelta(days=2), user=user)
    if state is Status.PLANNED:
        return
    calendar.go(day - 2, 7, position)
    world.begin(order)
    world.add_time(order, "Travel", 15 + position % 4 * 10, user=user, start=calendar.now)
    if state is Status.IN_PROGRESS:
        return
    _do_the_work(world, calendar, position, order, items, user)
    calendar.go(day - 2, 11, position)
    world.declare_ready(order)
    if state is Status.ARCHIVED:
        calendar.go(day - 3, 15, position)
        world.archive(order)


def _do_the_work(
    world: SimonWorld, calendar: _Calendar, position: int, order: int, items: Sequence[int], user: int
) -> None:
    calendar.now += timedelta(hours=1)
    world.add_time(order, "Work", 45 + position % 5 * 30, user=user, start=calendar.now)
    world.edit("WorkOrder", order, WorkDone=_DONE[position % len(_DONE)])
    for number in range(position % 3):
        world.use_item(order, items[(position + number * 5) % len(items)], 1 + number, UserId=user)
    if position % 6 == 0:
        world.use_item(order, None, "0.5", "Fournitures diverses", UserId=user)
    if position % 5 == 0:
        world.complete_survey(order, "Attestation d'entretien")
    if position % 8 == 1:
        world.add("WorkOrderSurvey", WorkOrderId=order, SurveyName="Enquête de satisfaction")
    if position % 7 == 0:
        world.attach(order, "avant.png", _PHOTO, "image/png")
