"""Activation as a person at a terminal lives it: questions, ticks, a word to type [4.3, 5]."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from simonsync.config.credentials import store_credentials
from simonsync.messages.render import Language, question
from simonsync.messages.render import word as text
from simonsync.sandbox.box import Sandbox
from simonsync.settings.declaration import Settings
from simonsync.settings.interview import asked_for
from simonsync.settings.values import as_mapping
from tests.cli.conversation import converse
from tests.cli.program import Ended
from tests.cli.test_activation import CONFIGURATION, Desk

Script = list[tuple[str, str]]


class Person(Desk):
    """Somebody at the terminal, who knows the credentials by heart."""

    def talk(self, arguments: list[str], script: Script, *, language: str = "fr") -> Ended:
        return converse(self.folder, ["--lang", language, *arguments], script)

    @property
    def simon(self) -> Script:
        names = self.box.credentials
        return [
            ("Licence Simon", names["simon_key"]),
            ("Utilisateur Simon", names["simon_user"]),
            ("Mot de passe Simon", names["simon_password"]),
            ("facultative", ""),
        ]

    @property
    def sellsy(self) -> Script:
        names = self.box.credentials
        return [
            ("1/2", "2"),
            ("Token Consumer", names["sellsy_consumer_token"]),
            ("Consumer Secret", names["sellsy_consumer_secret"]),
            ("Utilisateur Token", names["sellsy_user_token"]),
            ("Utilisateur Secret", names["sellsy_user_secret"]),
        ]


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    with Sandbox() as box:
        (tmp_path / "config.yaml").write_text(
            CONFIGURATION.format(sellsy=box.sellsy_url, simon=box.simon_url)
        )
        yield Person(tmp_path, box)


LATER: Script = [
    (question(setting.key, Language.FR)[:25], "")
    for setting in asked_for(as_mapping(Settings()))
    if not setting.chapter
]
"""The questions that are not the manual's, and are asked of everybody."""

ANSWERS: Script = [
    ("5.2", "1"),
    ("\n>", "SER009"),
    # Whoever does not know the reference is shown what there is.
    ("2) SER002 Temps de déplacement", "2"),
    ("5.3", "Prestations de service"),
    ("\n>", "temps de TRAVAIL"),
    ("5.4", ""),
    ("5.5", "oui"),
    ("5.6", "Garantie"),
    ("5.7", "2"),
    ("5.8", ""),
    ("5.9", ""),
    ("5.11", ""),
    ("5.11", ""),
    ("Quel texte décrit le travail", ""),
    ("arrondir", "15"),
    ("Que faut-il arrondir", "2"),
    ("premier et le dernier jour", ""),
    *LATER,
]

KEPT: Script = [
    ("Numéro d'article" if question.startswith(("\n>", "2)")) else question, "")
    for question, _ in ANSWERS
    if _ != "SER009"
]
"""The same questions, each answered by what was kept."""


def test_4_3_the_whole_activation_at_a_terminal(person: Person) -> None:
    script: Script = [
        ("Démarrer l'activation ?", "oui"),
        *person.simon,
        ("tapez EFFACER", "effacer"),
        *person.sellsy,
        ("J'accepte les conditions", "oui"),
        *ANSWERS,
        ("Enregistrer ces paramètres ?", "oui"),
    ]
    done = person.talk(["activate"], script)
    assert done.code == 0, done.out
    seen = done.out
    # The three steps and their ticks, as on the manual's screens.
    assert seen.index(
        "[ ] Les données de Simon seront obligatoirement effacées !   ← EFFACER LES DONNÉES"
    ) < (seen.index("[ ] Établir connexion avec Simon   ← CONNECTER !"))
    assert "[x] Établir connexion avec Simon\n[ ] Paramètres   ← PARAMÈTRES" in seen
    assert "Portail développeur" in seen
    assert "✓ SER002 Temps de déplacement 35,00\N{NO-BREAK SPACE}€ HT" in seen
    assert "\nStatut : ACTIF\nL'intégration est active." in seen
    # Nothing that is secret was shown while it was typed.
    for name, value in person.box.credentials.items():
        assert (value in seen) == (name == "simon_user"), name
    stored = (person.folder / "state" / "credentials.yaml").read_text()
    assert person.box.credentials["sellsy_user_secret"] in stored
    settings = person.ask("configure", "--show")["data"]["settings"]
    assert settings["travel_time_product"] == "service:SER002"
    assert settings["skip_work_orders_containing"] == "Garantie"
    assert settings["invoice_note"] == "work_address_and_description"
    assert settings["time_rounding_minutes"] == "15"
    assert person.phase() == "active"


def test_4_3_a_firm_with_a_client_id_says_so_and_its_four_tokens_are_forgotten(person: Person) -> None:
    names = person.box.client_credentials
    assert person.run("activate", "--yes", "--accept-terms").code == 0
    store_credentials(person.folder / "state", person.box.credentials)
    script: Script = [
        # Whoever answers with something else is asked again.
        ("1/2", "4"),
        ("1/2", "1"),
        ("Client ID", names["sellsy_client_id"]),
        ("Client Secret", names["sellsy_client_secret"]),
        *((question, "") for question, _ in person.simon),
    ]
    done = person.talk(["connect"], script)
    assert done.code == 0, done.out
    stored = (person.folder / "state" / "credentials.yaml").read_text()
    assert names["sellsy_client_secret"] in stored
    assert person.box.credentials["sellsy_user_secret"] not in stored
    assert len(person.box.log.entries("sellsy", "POST /oauth2/access-tokens")) == 1
    assert person.run("sync", credentials=False).code == 0


def test_4_3_the_table_shows_number_and_last_mutation_as_on_the_manuals_screen(person: Person) -> None:
    done = person.talk(["wipe"], [*person.simon, ("tapez EFFACER", "non")])
    assert done.code == 2
    lines = done.out.splitlines()
    header = next(line for line in lines if "Tableau" in line and "Nombre" in line)
    assert header.split() == ["Tableau", "Nombre", "Dernière", "mutation"]
    rows = [line.split() for line in lines if line.startswith("[x]")]
    assert [row[1] for row in rows] == ["1", "2", "3", "4", "5", "6", "7"]
    assert [row[-3] for row in rows] == ["3", "12", "43", "18", "6", "6", "10"]
    day, hour = rows[0][-2], rows[0][-1]
    assert (day[2], day[5], hour[2]) == ("/", "/", ":")
    # The word was not typed: nothing is gone, but the credentials were proven and are kept.
    assert person.count("WorkOrder") == 43
    assert (person.folder / "state" / "credentials.yaml").stat().st_mode & 0o777 == 0o600


def test_5_an_answer_is_taken_back_explained_and_changed_at_the_end(person: Person) -> None:
    store_credentials(person.folder / "state", person.box.credentials)
    person.run("wipe", "--yes")
    person.run("connect", "--from-env")
    script: Script = [
        ("J'accepte les conditions", "oui"),
        ("  5.2", "service"),
        # Back from the list to the kind of product.
        ("Numéro d'article", "<"),
        ("  5.2", "3"),
        ("  5.3", "?"),
        ("Nom dans config.yaml et pour --set\N{NO-BREAK SPACE}: work_time_product", "rien"),
        ("  5.4", "<"),
        ("  5.3", ""),
        *((question, "") for question in ("5.4", "5.5", "5.6", "5.7", "5.8", "5.9", "5.11", "5.11")),
        *LATER,
        ("Enregistrer ces paramètres ?", "3"),
        ("5.4", "oui"),
        ("type de produit", "prestations"),
        ("Numéro d'article", "frais"),
        ("Enregistrer ces paramètres ?", "6"),
        ("5.7", "description du travail"),
        # What matters only now is asked for, and nothing else again.
        ("Quel texte décrit le travail", "les deux"),
        ("Enregistrer ces paramètres ?", "oui"),
    ]
    done = person.talk(["configure"], script)
    assert done.code == 0, done.out
    settings = person.ask("configure", "--show")["data"]["settings"]
    assert (settings["default_product"], settings["work_time_product"]) == ("service:SER003", "")
    assert (settings["invoice_note"], settings["description_source"]) == ("description", "both")
    # They are settings now, and no answers of last time.
    assert not list((person.folder / "state").glob("*.answers"))


def test_5_1_the_terms_are_read_before_they_are_accepted_and_have_the_firms_address(person: Person) -> None:
    store_credentials(person.folder / "state", person.box.credentials)
    file = person.folder / "config.yaml"
    file.write_text("terms_url: https://www.moreau.example/conditions.pdf\n" + file.read_text())
    person.run("wipe", "--yes")
    person.run("connect", "--from-env")
    done = person.talk(["configure"], [("J'accepte les conditions", "non")])
    text = "l'intégration n'envoie et ne valide aucun document"
    shown = " ".join(done.out.split())
    assert shown.index(text) < shown.index("https://www.moreau.example/conditions.pdf")
    assert shown.index("https://www.moreau.example") < shown.index("J'accepte les conditions")


def test_settings_that_are_not_saved_are_not_lost_sight_of(person: Person) -> None:
    before: Script = [
        ("Démarrer l'activation ?", "oui"),
        *person.simon,
        ("tapez EFFACER", "effacer"),
        *person.sellsy,
    ]
    done = person.talk(["activate"], [*before, ("J'accepte les conditions", "non")])
    assert done.code == 2
    assert "simonsync activate" in done.out.splitlines()[-1]
    # What was erased and connected stays so: the next call goes on with the settings.
    script = [("Démarrer", "oui"), ("J'accepte", "oui"), *ANSWERS, ("Enregistrer ces paramètres ?", "n")]
    done = person.talk(["activate"], script)
    assert done.code == 2
    assert "vos réponses sont gardées" in done.out
    assert "simonsync activate" in done.out.splitlines()[-1]
    assert person.phase() == "connected"
    # They are offered the next time: who goes on with Enter has what was answered.
    script = [("Démarrer", "oui"), ("J'accepte", "oui"), *((question, "") for question, _ in KEPT)]
    done = person.talk(["activate"], [*script, ("Enregistrer ces paramètres ?", "oui")])
    assert done.code == 0, done.out
    assert "Vos réponses de la dernière fois sont proposées" in done.out
    settings = person.ask("configure", "--show")["data"]["settings"]
    assert (settings["travel_time_product"], settings["skip_work_orders_containing"]) == (
        "service:SER002",
        "Garantie",
    )


def test_wrong_credentials_are_asked_for_again_on_the_same_step(person: Person) -> None:
    names = person.box.credentials
    script: Script = [
        ("Licence Simon", names["simon_key"][:9]),
        ("Utilisateur Simon", names["simon_user"]),
        ("Mot de passe Simon", "faux"),
        ("facultative", ""),
        # The licence has 16 digits.
        ("Licence Simon", names["simon_key"]),
        ("Utilisateur Simon", ""),
        ("Mot de passe Simon", ""),
        ("facultative", ""),
        # Simon refuses the password.
        ("Licence Simon", ""),
        ("Utilisateur Simon", ""),
        ("Mot de passe Simon", names["simon_password"]),
        ("facultative", ""),
        ("tapez EFFACER", "EFFACER"),
    ]
    done = person.talk(["wipe"], script)
    assert done.code == 0, done.out
    assert done.out.count("Erreur\N{NO-BREAK SPACE}: ") == 2
    assert person.phase() == "wiped"
    assert "faux" not in done.out


def test_connecting_while_active_offers_to_keep_each_credential(person: Person) -> None:
    environ_run = person.run("activate", "--yes", "--accept-terms")
    assert environ_run.code == 0
    store_credentials(person.folder / "state", person.box.credentials)
    keep = [(question, "") for question, _ in (*person.sellsy, *person.simon)]
    done = person.talk(["connect"], keep)
    assert done.code == 0, done.out
    assert done.out.count("Entrée garde la valeur actuelle") == 7
    assert person.phase() == "active"


def test_4_4_at_a_restart_the_person_chooses_the_tables(person: Person) -> None:
    person.run("activate", "--yes", "--accept-terms")
    person.run("sync")
    person.run("deactivate", "--yes")
    store_credentials(person.folder / "state", person.box.credentials)
    customers = person.count("Customer")
    script: Script = [
        ("Démarrer l'activation ?", "oui"),
        ("Quels tableaux", "8"),
        ("Quels tableaux", "groupe d'articles, ARTICLE"),
        ("tapez EFFACER", "EFFACER"),
        *((question, "") for question, _ in ANSWERS if question.startswith("5.")),
        *LATER,
        ("Enregistrer ces paramètres ?", "oui"),
    ]
    done = person.talk(["activate"], script)
    assert done.code == 0, done.out
    assert "[ ]  1  Groupe d'articles" in done.out
    assert "[x]  1  Groupe d'articles" in done.out
    assert "[ ]  5  Client" in done.out
    assert person.count("Item") == 0
    assert person.count("Customer") == customers


def test_9_1_deactivation_is_asked_for(person: Person) -> None:
    person.run("activate", "--yes", "--accept-terms")
    refused = person.talk(["deactivate"], [("Voulez-vous vraiment", "non")])
    assert (refused.code, person.phase()) == (2, "active")
    agreed = person.talk(["deactivate"], [("Voulez-vous vraiment", "oui")])
    assert (agreed.code, person.phase()) == (0, "inactive")


def test_5_1_who_does_not_accept_the_terms_stays_connected(person: Person) -> None:
    person.run("wipe", "--yes")
    person.run("connect", "--from-env")
    store_credentials(person.folder / "state", person.box.credentials)
    done = person.talk(["configure"], [("J'accepte les conditions", "non")])
    assert done.code == 2
    assert person.phase() == "connected"


@pytest.mark.parametrize(("language", "word"), [("fr", "EFFACER"), ("en", "ERASE"), ("nl", "WISSEN")])
def test_the_word_that_erases_is_the_one_that_is_shown(language: str, word: str) -> None:
    assert text("wipe-erase-word", Language(language)) == word
    assert word in text("wipe-confirm", Language(language))


def test_7_2_a_wait_for_a_service_is_told_and_the_first_import_is_summed_up_by_kind(person: Person) -> None:
    person.run("activate", "--yes", "--accept-terms")
    store_credentials(person.folder / "state", person.box.credentials)
    person.box.faults.set("status", service="sellsy", status=503, times=1)
    done = person.talk(["sync"], [])
    assert done.code == 0, done.out
    assert "En attente de Sellsy (HTTP 503) ; nouvel essai dans " in done.out
    summary = " ".join(done.out.split())
    found = re.search(r"créés dans Simon\s: (\d+) \(([^)]*)\)", summary)
    assert found, done.out
    kinds = dict(part.rsplit(" ", 1) for part in found[2].split(", "))
    assert (kinds["Client"], kinds["Prestation"]) == ("6", "3")
    assert sum(map(int, kinds.values())) == int(found[1])
    # Where nobody looks, nothing of it is said.
    person.box.faults.set("status", service="sellsy", status=503, times=1)
    silent = person.run("sync")
    assert (silent.code, silent.out, silent.err) == (0, "", "")
