"""Customers and the catalogue: what Simon is to have of Sellsy's records [3.1, 3.2, 3.3].

Lengths are Simon's: names of items, customers and work addresses take 100 characters; codes, numbers and
names of groups 50.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from simonsync.domain.key import Key, Kind, sellsy_key
from simonsync.domain.records import (
    Address,
    ContactPerson,
    Customer,
    CustomerCard,
    Item,
    ItemGroup,
    Product,
    SimonRecord,
    WorkAddress,
)
from simonsync.messages.render import Language, word
from simonsync.rules.text import cut

NAME_LENGTH = 100
CODE_LENGTH = 50
GROUP_LENGTH = 50


def item_group(product: Product, categories: Mapping[str, str], language: Language) -> ItemGroup:
    """Return the group of articles of a product: Sellsy's category, else "Products" or "Services"."""
    name = categories.get(product.category, "").strip()
    if name:
        return ItemGroup(sellsy_key(Kind.CATEGORY, product.category), cut(name, GROUP_LENGTH))
    # A declination's key is still of kind item, so there are just these two.
    label = "group-services" if product.key.kind is Kind.SERVICE else "group-items"
    return ItemGroup(sellsy_key(Kind.CATEGORY, f"none:{product.key.kind}"), word(label, language))


def item(product: Product, group: Key) -> Item:
    """Return the article that Simon is to have for a product or service [3.1]."""
    name = cut(product.name, NAME_LENGTH) or cut(product.reference, NAME_LENGTH) or product.key.id
    return Item(product.key, cut(product.reference, CODE_LENGTH), name, group, cut(product.unit, CODE_LENGTH))


def customer_card(customer: Customer) -> CustomerCard:
    """Return the customer that Simon is to have: the default invoice address is its own [3.2, 3.3]."""
    own = next((address for address in customer.addresses if address.key == customer.main_address), None)
    return CustomerCard(
        key=customer.key,
        name=_name(customer),
        number=cut(customer.number, CODE_LENGTH),
        email=customer.email,
        phone=customer.phone,
        mobile=customer.mobile,
        vat_number=customer.vat_number,
        address=own,
    )


def work_addresses(customer: Customer) -> tuple[WorkAddress, ...]:
    """Return a customer's work addresses: one for each of its addresses, the main one included [3.3].

    The same Sellsy address never gives two; without an address there is none.
    """
    unique = {address.key: address for address in customer.addresses if _is_somewhere(address)}
    return tuple(
        WorkAddress(
            key=address.key,
            customer=customer.key,
            name=cut(address.name, NAME_LENGTH) or cut(address.town, NAME_LENGTH) or _name(customer),
            address=address,
        )
        for address in unique.values()
    )


def contact_persons(customer: Customer) -> tuple[ContactPerson, ...]:
    """Return the contacts that Simon is to have of a customer; a nameless one is called by what it has."""
    return tuple(
        replace(
            person,
            name=cut(person.name or person.function or person.email or person.key.id, NAME_LENGTH),
        )
        for person in customer.contacts
    )


def fingerprint(record: SimonRecord) -> str:
    """Hash what is to be written of a record: an equal fingerprint means that there is nothing to do."""
    return hashlib.sha256(repr(record).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _name(customer: Customer) -> str:
    return cut(customer.name, NAME_LENGTH) or cut(customer.number, NAME_LENGTH) or customer.key.id


def _is_somewhere(address: Address) -> bool:
    lines = (address.street, address.second_line, address.zip_code, address.town, address.name)
    return any(line.strip() for line in lines)
