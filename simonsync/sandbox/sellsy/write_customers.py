"""How Sellsy writes customers, contacts and addresses."""

from typing import Any

from simonsync.sandbox.sellsy.account import Account
from simonsync.sandbox.sellsy.records import Address, Contact, Customer
from simonsync.sandbox.sellsy.wire import EMPTY_DATE, keyed, local_time, yes_no

# The field's id is a number here and a text in the catalogue: the real service does so.
_CUSTOM_FIELDS = {
    "0": {"cfid": 4410, "code": "acces", "name": "Accès", "formatted_value": ""},
    "_xml_childtag": "customfield",
}


def contact_in_list(contact: Contact) -> dict[str, Any]:
    """Write a contact as it stands inside a customer of the list."""
    return {
        "id": str(contact.link_id),
        "peopleid": str(contact.id),
        # Null in real answers, though the customer is known.
        "thirdid": None,
        "civil": contact.civil,
        "name": contact.name,
        "forename": contact.forename,
        "position": contact.position,
        "email": contact.email,
        "tel": contact.tel,
        "mobile": contact.mobile,
        "birthdate": EMPTY_DATE if contact.birthdate is None else contact.birthdate.isoformat(),
        "formatted_birthdate": "NC." if contact.birthdate is None else f"{contact.birthdate:%d/%m/%Y}",
        "formatted_tel": contact.tel,
        "formatted_mobile": contact.mobile,
    }


def _identity(customer: Customer) -> dict[str, str]:
    return {
        "email": customer.email,
        "tel": customer.tel,
        "mobile": customer.mobile,
        "fax": customer.fax,
        "web": customer.web,
        "apenaf": customer.apenaf,
        "rcs": customer.rcs,
        "siret": customer.siret,
        "siren": customer.siren,
        "vat": customer.vat,
        "capital": customer.capital,
    }


def customer_in_list(account: Account, customer: Customer) -> dict[str, Any]:
    """Write a customer as `Client.getList` does: its main address inline, no other address, no `updated`."""
    main = customer.main_address or Address(0, "", countrycode="")
    contact = next((c for c in customer.contacts if c.link_id == customer.main_contact_id), None)
    contact_name = f"{contact.forename} {contact.name}".strip() if contact else ""
    return {
        "id": str(customer.id),
        "thirdid": str(customer.id),
        "contactId": str(customer.id),
        "ident": customer.ident,
        "type": customer.type,
        "relationType": customer.relation,
        "actif": yes_no(customer.active),
        "name": customer.name,
        "fullName": customer.full_name,
        "contactDetails": contact_name,
        **_identity(customer),
        "webUrl": f"http://{customer.web}" if customer.web else "",
        "corpType": "",
        "joindate": local_time(customer.created, account.company.zone),
        "formated_joindate": f"{customer.created.astimezone(account.company.zone):%d/%m/%Y}",
        "auxCode": customer.auxcode,
        "accountingCode": customer.accountingcode,
        "accountingCodeFormatted": customer.accountingcode,
        "stickyNote": customer.sticky_note,
        "rateCategory": str(customer.rate_category),
        "ownerid": "31001",
        "owner": "Camille Moreau",
        "massmailingUnsubscribed": "N",
        "massmailingUnsubscribedSMS": "N",
        "mainaddressid": str(main.id),
        "addr_name": main.name,
        "addr_part1": main.part1,
        "addr_part2": main.part2,
        "addr_zip": main.zip,
        "addr_town": main.town,
        "addr_state": main.state,
        "addr_countrycode": main.countrycode,
        "addr_lat": "",
        "addr_lng": "",
        "addr_geocode": "",
        "mainAddress": ", ".join(filter(None, [main.part1, main.part2, f"{main.zip} {main.town}".strip()])),
        "maincontactid": str(customer.main_contact_id),
        "mainContactName": contact_name,
        "contacts": keyed({str(c.link_id): contact_in_list(c) for c in customer.contacts}),
        "customfields": dict(_CUSTOM_FIELDS),
        "canBeSharedByLoggedStaff": False,
        "pic": "",
    }


def address_in_customer(address: Address) -> dict[str, Any]:
    """Write an address as `Client.getOne` does: all lines joined, then each by itself."""
    lines = (address.part1, address.part2, address.part3, address.part4)
    return {
        "id": str(address.id),
        "name": address.name,
        "part": "\n".join(line for line in lines if line),
        "part1": address.part1,
        "part2": address.part2,
        "part3": address.part3,
        "part4": address.part4,
        "zip": address.zip,
        "town": address.town,
        "state": address.state,
        "countrycode": address.countrycode,
    }


def address_in_list(address: Address) -> dict[str, Any]:
    """Write an address as `Addresses.getList` and `getOne` do: it says whose it is."""
    record = address_in_customer(address)
    del record["part"]
    return record | {"linkedtype": address.linkedtype, "linkedid": str(address.linkedid)}


def customer_alone(account: Account, customer: Customer) -> dict[str, Any]:
    """Write a customer as `Client.getOne` and `Prospects.getOne` do.

    Which address is the main one is only known from the list: the answer for one record is not documented to
    say it. A company has `corporation` and `contacts`, a person has `contact`.
    """
    zone = account.company.zone
    head = {
        "id": str(customer.id),
        "thirdid": str(customer.id),
        "ident": customer.ident,
        "type": customer.type,
        "relationType": customer.relation,
        "actif": yes_no(customer.active),
        "status": "ok",
        "name": customer.name,
        "fullName": customer.full_name,
        "joindate": local_time(customer.created, zone),
        "transformationDate": local_time(customer.created, zone),
        "maincontactid": str(customer.main_contact_id),
        "rateCategory": str(customer.rate_category),
        "auxCode": customer.auxcode,
        "accountingCode": customer.accountingcode,
        "stickyNote": customer.sticky_note,
    }
    if account.category_in_list_only:
        del head["rateCategory"]
    contacts = {
        str(c.link_id): contact_in_list(c)
        | {"isBillingContact": yes_no(c.link_id == customer.main_contact_id)}
        for c in customer.contacts
    }
    answer: dict[str, Any] = {
        ("client" if customer.relation == "client" else "prospect"): head,
        "address": [address_in_customer(address) for address in customer.addresses],
        # The same member is a list in one group and a map in the next: the real service does so.
        "customFields": [
            {"name": "", "list": []},
            {"name": "Divers", "list": {"4410": {"cfid": "4410", "code": "acces", "formatted_value": ""}}},
        ],
        "tags": keyed({str(n): {"id": str(n), "word": word} for n, word in enumerate(customer.tags, 1)}),
    }
    if customer.type == "person":
        answer["contact"] = next(iter(contacts.values()), [])
    else:
        answer["corporation"] = {
            "id": str(customer.id),
            "name": customer.name,
            **_identity(customer),
            "created": local_time(customer.created, zone),
            "updated": local_time(customer.updated, zone),
        }
        answer["contacts"] = keyed(contacts)
    return answer
