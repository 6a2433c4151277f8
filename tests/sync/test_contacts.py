"""The contacts of Sellsy's companies in Simon, where the setting asks for them [3.2]."""

from __future__ import annotations

from typing import Any

import pytest

from simonsync.account.cleanup import clean_up
from simonsync.domain.key import Kind, sellsy_key
from simonsync.domain.records import ContactPerson
from simonsync.errors import ExitCode
from simonsync.rules.cleanup import Limits
from simonsync.sandbox.sellsy.records import Contact
from simonsync.store.archive import open_archive
from simonsync.sync.actions import Create, Plan
from tests.firm import Firm, number

FIELDS = ("Name", "Function", "Email", "Phone", "Mobile")
WIDE = Limits(max_deletions=1000, max_percent=100)


def contacts(firm: Firm, client: int) -> list[tuple[Any, ...]]:
    """List a customer's contacts in Simon, in its order."""
    card = firm.simon_id("Customer", f"customer:{client}")
    rows = sorted(firm.box.simon.rows("Contact"), key=lambda row: number(row["Id"]))
    return [tuple(row[name] for name in FIELDS) for row in rows if row["CustomerId"] == card]


@pytest.fixture
def company(steady: Firm) -> int:
    """A company with two contacts, of whom the second is the main one."""
    sellsy = steady.box.sellsy
    client = sellsy.add_customer("Boulangerie Petit").id
    sellsy.add_contact(client, "Petit", forename="Jean", position="Gérant", tel="0472000000")
    main = sellsy.add_contact(client, "Roux", forename="Léa", email="lea@petit.fr", mobile="0600000000")
    sellsy.edit_customer(client, main_contact_id=main.link_id)
    return client


def people(firm: Firm, client: int) -> list[Contact]:
    return firm.box.sellsy.customers[client].contacts


@pytest.mark.parametrize("workers", [1, 4])
def test_3_2_a_company_s_contacts_come_to_simon_the_main_one_first(
    steady: Firm, company: int, *, workers: int
) -> None:
    steady.workers = workers
    steady.configure(contacts=True)
    assert steady.pull().exit_code is ExitCode.DONE
    assert contacts(steady, company) == [
        ("Léa Roux", None, "lea@petit.fr", None, "0600000000"),
        ("Jean Petit", "Gérant", None, "0472000000", None),
    ]
    keys = {row["ExtKey"] for row in steady.box.simon.rows("Contact")}
    assert {f"contact:{person.link_id}" for person in people(steady, company)} <= keys
    steady.box.log.clear()
    steady.pull()
    assert steady.writes() == []


def test_3_2_without_the_setting_no_contact_comes(steady: Firm, company: int) -> None:
    steady.pull()
    assert contacts(steady, company) == []


def test_3_2_a_person_is_no_contact_of_its_own(steady: Firm) -> None:
    client = steady.box.sellsy.add_customer("Durand", type="person", forename="Anne").id
    steady.configure(contacts=True)
    steady.pull()
    assert contacts(steady, client) == []


def test_3_2_what_changes_with_a_contact_changes_in_simon(steady: Firm, company: int) -> None:
    steady.configure(contacts=True)
    steady.pull()
    person = people(steady, company)[0]
    person.position, person.tel = "Directeur", ""
    steady.box.log.clear()
    steady.pull()
    assert steady.writes() == ["PUT Contact"]
    assert ("Jean Petit", "Directeur", None, None, None) in contacts(steady, company)
    assert steady.codes()[-1] == "contact-updated"


def test_7_3_a_contact_that_left_goes_at_the_second_look_and_one_made_in_simon_stays(
    steady: Firm, company: int
) -> None:
    steady.configure(contacts=True)
    steady.pull()
    card = steady.simon_id("Customer", f"customer:{company}")
    made = steady.box.simon.add("Contact", CustomerId=card, Name="Le voisin")
    left = people(steady, company).pop(0)
    steady.box.sellsy.edit_customer(company, main_contact_id=people(steady, company)[0].link_id)
    steady.pull()
    assert clean_up(steady.account(), WIDE).deletions == []
    steady.later(minutes=31)
    done = clean_up(steady.account(), WIDE)
    assert [(each["kind"], each["name"]) for each in done.deletions] == [("contact", "Jean Petit")]
    names = [row[0] for row in contacts(steady, company)]
    assert names == ["Léa Roux", "Le voisin"]
    assert steady.codes()[-1] == "contact-deleted"
    (saved,) = (steady.folder / "backups").glob("*.tar.gz")
    (record,) = open_archive(saved, "firm").records("contacts")
    assert record.ext_key == f"contact:{left.link_id}"
    assert made in {number(row["Id"]) for row in steady.box.simon.rows("Contact")}


def test_3_2_the_main_contact_is_written_first_however_many_are_written_at_once(steady: Firm) -> None:
    customer = sellsy_key(Kind.CUSTOMER, steady.clients()[0])
    main, other = (
        ContactPerson(sellsy_key(Kind.CONTACT, name), customer, name, main=name == "première")
        for name in ("première", "autre")
    )
    steady.run("pull", lambda _run, sink: sink(Plan((Create(other), Create(main)))))
    assert [row[0] for row in contacts(steady, int(customer.id))] == ["première", "autre"]


def test_7_3_a_contact_of_who_is_no_client_any_more_stays(steady: Firm, company: int) -> None:
    steady.configure(contacts=True)
    steady.pull()
    steady.box.sellsy.make_prospect(company)
    clean_up(steady.account(), WIDE)
    steady.later(minutes=31)
    assert clean_up(steady.account(), WIDE).deletions == []
    assert len(contacts(steady, company)) == 2


def test_7_3_a_customer_that_is_gone_takes_its_contacts_along(steady: Firm, company: int) -> None:
    steady.configure(contacts=True)
    steady.pull()
    steady.box.sellsy.delete_customer(company)
    steady.pull()
    steady.later(minutes=31)
    done = clean_up(steady.account(), WIDE)
    assert ("customer", "Boulangerie Petit") in {(each["kind"], each["name"]) for each in done.deletions}
    assert not {"Léa Roux", "Jean Petit"} & {row["Name"] for row in steady.box.simon.rows("Contact")}
    (saved,) = (steady.folder / "backups").glob("*.tar.gz")
    records = open_archive(saved, "firm").records("contacts")
    assert {record.name for record in records} == {"Léa Roux", "Jean Petit"}
    assert clean_up(steady.account(), WIDE).result.exit_code is ExitCode.DONE


def test_3_2_a_simon_without_contacts_gets_none(steady: Firm, company: int) -> None:
    steady.box.faults.set("status", service="simon", method="GET Contact", status=404, times=None)
    steady.configure(contacts=True)
    assert steady.pull().exit_code is ExitCode.DONE
    assert contacts(steady, company) == []
    assert steady.codes(only_open=True) == []
