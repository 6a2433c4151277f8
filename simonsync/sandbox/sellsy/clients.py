"""`Client.*` and `Prospects.getOne`: companies and persons with their addresses."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from simonsync.sandbox.sellsy.call import (
    Call,
    Params,
    choice,
    direction,
    flag,
    listing,
    numbers,
    search_block,
    section,
    text,
    timestamp,
    whole,
    words,
)
from simonsync.sandbox.sellsy.errors import not_loadable
from simonsync.sandbox.sellsy.records import Customer
from simonsync.sandbox.sellsy.wire import moment_of
from simonsync.sandbox.sellsy.write_customers import customer_alone, customer_in_list

_SEARCH = (
    "type",
    "contains",
    "containstel",
    "name",
    "ident",
    "email",
    "web",
    "tags",
    "periodecreated_start",
    "periodecreated_end",
    "containssiret",
    "containssiren",
    "actif",
    "owner",
    "customfields",
)
_TYPES = ("corporation", "person")
# Searches are not exact in the real service as far as is known, `ident` and `email` included.
_SEARCHED: Mapping[str, Callable[[Customer], str]] = {
    "contains": lambda customer: f"{customer.full_name} {customer.email}",
    "containstel": lambda customer: f"{customer.tel} {customer.mobile}",
    "name": lambda customer: customer.full_name,
    "ident": lambda customer: customer.ident,
    "email": lambda customer: customer.email,
    "web": lambda customer: customer.web,
    "containssiret": lambda customer: customer.siret,
    "containssiren": lambda customer: customer.siren,
}
# Sellsy's name of a field of `third` → ours.
_THIRD = {
    "name": "name",
    "ident": "ident",
    "email": "email",
    "tel": "tel",
    "fax": "fax",
    "mobile": "mobile",
    "web": "web",
    "siret": "siret",
    "siren": "siren",
    "vat": "vat",
    "rcs": "rcs",
    "apenaf": "apenaf",
    "capital": "capital",
    "stickyNote": "sticky_note",
    "accountingcode": "accountingcode",
    "auxcode": "auxcode",
}
_CONTACT = ("name", "forename", "email", "tel", "mobile", "position")
_ADDRESS = ("name", "part1", "part2", "part3", "part4", "zip", "town", "state", "countrycode")


def get_list(call: Call) -> dict[str, Any]:
    """List clients; without `actif` archived ones are among them, and only the main address is inline."""
    search = search_block(call.params, _SEARCH)
    _, descending = direction(call.params, ("contactType", "name"))
    found = list(filter(_filter(search), call.world.clients()))
    if descending:
        found.reverse()
    return listing(call, found, lambda c: (str(c.id), customer_in_list(call.world, c)))


def _filter(search: Params) -> Callable[[Customer], bool]:
    """Return what decides whether a client is found; texts are found anywhere, in any case."""
    kind = choice(search, "type", _TYPES) if search.get("type") else None
    active, tags = flag(search, "actif"), set(words(search, "tags"))
    start, end = (_moment(search, f"periodecreated_{edge}") for edge in ("start", "end"))
    numbers(search, "owner")
    texts = [(place, text(search, key).casefold()) for key, place in _SEARCHED.items() if search.get(key)]

    def matches(customer: Customer) -> bool:
        return (
            kind in (None, customer.type)
            and active in (None, customer.active)
            and (start is None or customer.created >= start)
            and (end is None or customer.created <= end)
            and (not tags or bool(tags & set(customer.tags)))
            and all(wanted in place(customer).casefold() for place, wanted in texts)
        )

    return matches


def _moment(search: Params, name: str) -> datetime | None:
    seconds = timestamp(search, name)
    return None if seconds is None else moment_of(seconds)


def _client(call: Call, name: str = "clientid") -> Customer:
    customer = call.world.customers.get(whole(call.params, name))
    if customer is None or customer.relation != "client" or customer.id in call.world.hidden_customers:
        raise not_loadable("third")
    return customer


def get_one(call: Call) -> dict[str, Any]:
    """Give one client with all its addresses; a prospect is not a client."""
    return customer_alone(call.world, _client(call))


def get_prospect(call: Call) -> dict[str, Any]:
    """Give one prospect; a client is not a prospect."""
    prospect = call.world.customers.get(whole(call.params, "id"))
    if prospect is None or prospect.relation != "prospect":
        raise not_loadable("prospect")
    return customer_alone(call.world, prospect)


def create(call: Call) -> dict[str, Any]:
    """Create a client with its contact and its main address."""
    third = section(call.params, "third", required=True)
    name = text(third, "name", None)
    kind = choice(third, "type", _TYPES) if third.get("type") else "corporation"
    contact, address = section(call.params, "contact"), section(call.params, "address")
    joined = timestamp(third, "joinDate")
    fields = _third_fields(third)
    del fields["name"]
    customer = call.world.add_customer(
        name,
        type=kind,
        forename=text(contact, "forename"),
        created=None if joined is None else moment_of(joined),
        tags=words(third, "tags"),
        address=_address_fields(address) if address else None,
        **fields,
    )
    if kind == "corporation" and contact:
        call.world.add_contact(
            customer.id, text(contact, "name", None), **{k: text(contact, k) for k in _CONTACT[1:]}
        )
    return {"client_id": customer.id}


def _third_fields(third: Params) -> dict[str, Any]:
    fields: dict[str, Any] = {ours: text(third, theirs) for theirs, ours in _THIRD.items() if theirs in third}
    if third.get("rateCategory"):
        fields["rate_category"] = whole(third, "rateCategory")
    return fields


def _address_fields(address: Params) -> dict[str, str]:
    return {name: text(address, name) for name in _ADDRESS if name in address} | {
        "name": text(address, "name", "Adresse principale")
    }


def update(call: Call) -> dict[str, Any]:
    """Change a client; the name has to be sent again."""
    customer = _client(call)
    third = section(call.params, "third", required=True)
    text(third, "name", None)
    fields = _third_fields(third)
    if "tags" in third:
        fields["tags"] = words(third, "tags")
    contact = section(call.params, "contact")
    if "forename" in contact:
        fields["forename"] = text(contact, "forename")
    call.world.edit_customer(customer.id, **fields)
    return {"client_id": customer.id}


def delete(call: Call) -> dict[str, Any]:
    """Delete a client."""
    customer = _client(call)
    call.world.delete_customer(customer.id)
    return {"client_id": customer.id}


def add_address(call: Call) -> dict[str, Any]:
    """Add an address to a client."""
    customer = _client(call)
    block = section(call.params, "address", required=True)
    text(block, "name", None)
    address = call.world.add_address(
        customer.id, main=bool(flag(block, "isMain", default=False)), **_address_fields(block)
    )
    return {"address_id": address.id}


def update_address(call: Call) -> dict[str, Any]:
    """Change an address of a client."""
    address_id = _own_address(call)
    block = section(call.params, "address", required=True)
    fields: dict[str, Any] = {name: text(block, name) for name in _ADDRESS if name in block}
    if flag(block, "isMain", default=False):
        fields["main"] = True
    call.world.edit_address(address_id, **fields)
    return {"address_id": address_id}


def delete_address(call: Call) -> dict[str, Any]:
    """Delete an address of a client."""
    address_id = _own_address(call)
    call.world.delete_address(address_id)
    return {"address_id": address_id}


def _own_address(call: Call) -> int:
    customer, address_id = _client(call), whole(call.params, "addressid")
    if all(address.id != address_id for address in customer.addresses):
        raise not_loadable("address")
    return address_id


def transform_to_prospect(call: Call) -> dict[str, Any]:
    """Turn a client back into a prospect; it leaves the list of clients."""
    customer = _client(call)
    call.world.make_prospect(customer.id)
    return {"prospect_id": customer.id}
