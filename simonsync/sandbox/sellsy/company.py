"""The demo account: an electrician near Lyon with catalogue, customers, quotes and invoices of its own."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from simonsync.sandbox.clock import Now
from simonsync.sandbox.sellsy.company_documents import add_invoices, add_quotes
from simonsync.sandbox.sellsy.oauth import Credentials
from simonsync.sandbox.sellsy.records import Customer
from simonsync.sandbox.sellsy.tokens import Client
from simonsync.sandbox.sellsy.world import SellsyWorld

CREDENTIALS = Credentials(
    consumer_token="5c8f1e2ab9047d36a1f0c4e7",  # noqa: S106 - opens nothing but this stand-in
    consumer_secret="sandbox-consumer-secret-4f8a",  # noqa: S106 - opens nothing but this stand-in
    user_token="b27d90c3e15f4a68d2b7e9a0",  # noqa: S106 - the same
    user_secret="sandbox-user-secret-9c2e",  # noqa: S106 - the same
)
CLIENT = Client(
    client_id="0d6c7b1e-4f52-4c1e-9a57-3be0a1c9d274",
    client_secret="sandbox-client-secret-71d4",  # noqa: S106 - the same
)

_FIRST_DAY = datetime(2022, 1, 11, 7, 34, tzinfo=UTC)

# reference | commercial name | price before tax | purchase price | unit | VAT rate | category
_ARTICLES = """
DISJ-16A | Disjoncteur 16 A courbe C | 8.90 | 4.60 | unité | 20 | Tableaux
DIFF-40A | Interrupteur différentiel 40 A 30 mA type AC | 31.91 | 19.20 | unité | 20 | Tableaux
TABL-2R | Tableau électrique 2 rangées 26 modules | 54.50 | 33 | unité | 20 | Tableaux
CABLE-3G15 | Câble R2V 3G1,5 mm² | 1.12 | 0.58 | m | 20 | Câbles et gaines
CABLE-3G25 | Câble R2V 3G2,5 mm² | 1.74 | 0.95 | m | 20 | Câbles et gaines
GAINE-20 | Gaine ICTA Ø 20 avec tire-fil | 0.79 | 0.31 | m | 10 | Câbles et gaines
DOMINO | Barrette de connexion 10 mm² | 0.333333333 | 0.1 | unité | 20 | Câbles et gaines
SPOT-LED | Spot LED encastrable 7 W | 14.90 | 7.10 | unité | 10 | Éclairage
PAC-ISOL | Isolation d'un ballon d'eau chaude | 96 | 51 | forfait | 5.5 | Rénovation
BORNE-7KW | Borne de recharge 7,4 kW | 689 | 512 | unité | 5.5 | Rénovation
"""
_SERVICES = (
    ("SER001", "Temps de travail", "55", "h"),
    ("SER002", "Temps de déplacement", "35", "h"),
    ("SER003", "Frais d'intervention", "60", "forfait"),
)

_FIRST_NAMES = (
    "Hélène",
    "Lucas",
    "Zoé",
    "Mathis",
    "Inès",
    "Gaël",
    "Noémie",
    "Théo",
    "Maëlys",
    "Jean-Baptiste",
)
_LAST_NAMES = (
    "Chevallier",
    "D'Angelo",
    "Lefèvre",
    "Nguyen",
    "Perrin",
    "Rousset",
    "Béranger",
    "Faure",
    "Le Goff",
    "Muñoz",
)
_TRADES = (
    "Boulangerie",
    "Garage",
    "Pharmacie",
    "Menuiserie",
    "Hôtel",
    "Crèche",
    "Librairie",
    "Cabinet",
    "SCI",
    "Atelier",
)
_STREETS = (
    "rue de la République",
    "avenue Jean Jaurès",
    "chemin du Moulin",
    "place de l'Église",
    "impasse des Lilas",
)
_TOWNS = (
    ("69003", "Lyon"),
    ("69100", "Villeurbanne"),
    ("69400", "Villefranche-sur-Saône"),
    ("38200", "Vienne"),
    ("01000", "Bourg-en-Bresse"),
    ("42000", "Saint-Étienne"),
)


def demo_company(clock: Now, customers: int = 6, seed: int = 1) -> SellsyWorld:
    """Return the demo account with so many active clients; the same numbers give the same account.

    The first six are always the same; a prospect and an archived client come on top. Fewer than six customers
    leave the last ones out together with their documents.
    """
    world = SellsyWorld(clock, credentials=CREDENTIALS, client=CLIENT)
    _reference_data(world)
    _catalogue(world)
    known = [_KNOWN[number](world) for number in range(min(customers, len(_KNOWN)))]
    _beside(world)
    random = Random(seed)  # noqa: S311 - made-up customers, not secrets
    for number in range(len(known), customers):
        _made_up(world, random, number)
    for customer in world.customers.values():
        # Nobody has touched them since: the account is the same whenever it is made.
        customer.updated = customer.created
    add_quotes(world, known)
    add_invoices(world, known)
    return world


def _reference_data(world: SellsyWorld) -> None:
    world.add_tax("20.00", "TVA 20 %")
    world.add_tax("10.00", "TVA 10 %")
    world.add_tax("5.50", "TVA 5,5 %")
    # The standard rate until 2014; still in the account, no longer offered.
    world.add_tax("19.60", "TVA 19,6 %", enabled=False, compliant=False)
    for value, code in (("unité", "C62"), ("h", "HUR"), ("m", "MTR"), ("forfait", "")):
        world.add_unit(value, code)
    world.add_rate_category("Tarif public", is_default=True)
    world.add_rate_category("Tarif syndic")
    world.add_currency(1, "EUR", "€")
    world.add_currency(3, "CHF", "CHF")


def _catalogue(world: SellsyWorld) -> None:
    services = world.add_category("Prestations")
    articles = [[cell.strip() for cell in line.split("|")] for line in _ARTICLES.strip().splitlines()]
    names = dict.fromkeys(article[-1] for article in articles)
    categories = {name: world.add_category(name).id for name in names}
    for ref, name, price, unit in _SERVICES:
        world.add_product(
            ref, name, price, type="service", unit=unit, created=_FIRST_DAY, category_id=services.id
        )
    for ref, name, price, purchase, unit, tax, category in articles:
        world.add_product(
            ref,
            name,
            price,
            tax=tax,
            unit=unit,
            created=_FIRST_DAY,
            purchase_amount=Decimal(purchase),
            category_id=categories[category],
        )
    switch = world.add_product(
        "PRISE", "Prise de courant 2P+T", "6.40", created=_FIRST_DAY, category_id=categories["Éclairage"]
    )
    world.add_declination(switch.id, "PRISE-BL", "Prise de courant 2P+T blanche", "6.40")
    world.add_declination(switch.id, "PRISE-AN", "Prise de courant 2P+T anthracite", "7.95")
    # Priced tax included: 24.90 with 20 % are 20.75 before tax.
    world.add_product(
        "DETECT", "Détecteur de fumée NF & CE", "24.90", created=_FIRST_DAY, is_taxes_free=False
    )
    world.add_product("AMP-60W", "Ampoule à incandescence 60 W", "1.50", created=_FIRST_DAY, active=False)


def _dupont(world: SellsyWorld) -> Customer:
    customer = world.add_customer(
        "Dupont & Fils",
        created=_FIRST_DAY,
        siret="44306184100047",
        vat="FR64443061841",
        email="compta@dupont-fils.example",
        tel="+33478001122",
        address={
            "name": "Siège social",
            "part1": "12 rue de la République",
            "part2": "Bâtiment B",
            "zip": "69002",
            "town": "Lyon",
        },
    )
    world.add_contact(
        customer.id, "Dupont", forename="Élise", civil="woman", position="Gérante", tel="+33478001123"
    )
    world.add_address(
        customer.id,
        name="Entrepôt de Vénissieux",
        part1="3 rue de l'Industrie",
        zip="69200",
        town="Vénissieux",
    )
    world.add_address(
        customer.id,
        name="Magasin Croix-Rousse",
        part1="41 Grande Rue",
        part2="1er étage",
        part3="Code 12A4",
        part4="Sonner deux fois",
        zip="69004",
        town="Lyon",
    )
    return customer


def _bernard(world: SellsyWorld) -> Customer:
    return world.add_customer(
        "Bernard",
        type="person",
        forename="Lucas",
        civil="man",
        created=_FIRST_DAY + timedelta(days=2),
        email="lucas.bernard@courriel.example",
        tel="+33611223344",
        address={
            "name": "Domicile",
            "part1": "8 chemin des Noisetiers",
            "zip": "69340",
            "town": "Francheville",
        },
    )


def _bakery(world: SellsyWorld) -> Customer:
    customer = world.add_customer(
        "Boulangerie de l'Église",
        created=_FIRST_DAY + timedelta(days=5),
        email="bonjour@boulangerie-eglise.example",
        address={
            "name": "Boutique",
            "part1": "2 place de l'Église",
            "zip": "69450",
            "town": "Saint-Cyr-au-Mont-d'Or",
        },
    )
    contact = world.add_contact(customer.id, "Girard", forename="Noël", civil="man", mobile="+33622334455")
    world.add_contact_address(
        contact.id,
        name="Domicile de M. Girard",
        part1="5 rue du Four",
        zip="69450",
        town="Saint-Cyr-au-Mont-d'Or",
    )
    return customer


def _syndic(world: SellsyWorld) -> Customer:
    customer = world.add_customer(
        "Syndic Rhône Gestion",
        created=_FIRST_DAY + timedelta(days=9),
        siret="39012345600028",
        vat="FR39390123456",
        rate_category=next(c.id for c in world.rate_categories.values() if not c.is_default),
        address={"name": "Agence", "part1": "77 cours Lafayette", "zip": "69006", "town": "Lyon"},
    )
    world.add_contact(customer.id, "Ben Saïd", forename="Amélie", civil="woman", position="Gestionnaire")
    world.add_address(
        customer.id,
        name="Résidence Les Peupliers",
        part1="19 rue Frédéric Fays",
        zip="69100",
        town="Villeurbanne",
    )
    return customer


def _garcia(world: SellsyWorld) -> Customer:
    return world.add_customer(
        "García",
        type="person",
        forename="María",
        civil="woman",
        created=_FIRST_DAY + timedelta(days=15),
        email="maria.garcia@courriel.example",
        address={
            "name": "",
            "part1": "Rue du Mont-Blanc 4",
            "zip": "1201",
            "town": "Genève",
            "countrycode": "CH",
        },
    )


def _town_hall(world: SellsyWorld) -> Customer:
    """Return a customer without any address."""
    return world.add_customer(
        "Mairie d'Oullins-Pierre-Bénite",
        created=_FIRST_DAY + timedelta(days=22),
        email="services.techniques@oullins.example",
    )


_KNOWN = (_dupont, _bernard, _bakery, _syndic, _garcia, _town_hall)


def _beside(world: SellsyWorld) -> None:
    """Add those who are not among the clients in use: one archived, one only a prospect."""
    world.add_customer(
        "Café des Négociants",
        created=_FIRST_DAY - timedelta(days=300),
        active=False,
        address={"name": "Café", "part1": "1 place Francisque Régaud", "zip": "69002", "town": "Lyon"},
    )
    world.add_customer(
        "Camping La Grange du Pin",
        created=_FIRST_DAY + timedelta(days=40),
        prospect=True,
        address={"name": "Accueil", "part1": "Route du lac", "zip": "01250", "town": "Montagnat"},
    )


def _made_up(world: SellsyWorld, random: Random, number: int) -> None:
    person = random.random() < 0.4  # noqa: PLR2004 - four in ten are persons
    last, street = random.choice(_LAST_NAMES), random.choice(_STREETS)
    zip_code, town = random.choice(_TOWNS)
    created = datetime(2015, 1, 5, 8, 0, tzinfo=UTC) + timedelta(seconds=random.randrange(220_000_000))
    address = {
        "name": "Principale",
        "part1": f"{random.randrange(1, 150)} {street}",
        "zip": zip_code,
        "town": town,
    }
    if person:
        forename = random.choice(_FIRST_NAMES)
        world.add_customer(f"{last}", type="person", forename=forename, created=created, address=address)
        return
    customer = world.add_customer(
        f"{random.choice(_TRADES)} {last} {number}", created=created, address=address
    )
    for site in range(random.randrange(3)):
        zip_code, town = random.choice(_TOWNS)
        world.add_address(
            customer.id, name=f"Site {site + 1}", part1=f"{site + 1} {street}", zip=zip_code, town=town
        )
