"""`Addresses.*`: the addresses of customers and of contacts."""

from typing import Any

from simonsync.sandbox.sellsy.call import Call, direction, listing, search_block, whole
from simonsync.sandbox.sellsy.errors import not_loadable
from simonsync.sandbox.sellsy.write_customers import address_in_list


def get_list(call: Call) -> dict[str, Any]:
    """List all addresses; which search keys exist is not known, so none is accepted."""
    search_block(call.params, ())
    _, descending = direction(call.params, ())
    found = list(call.world.addresses())
    if descending:
        found.reverse()
    return listing(call, found, lambda address: (str(address.id), address_in_list(address)))


def get_one(call: Call) -> dict[str, Any]:
    """Give one address."""
    wanted = whole(call.params, "id")
    found = next((address for address in call.world.addresses() if address.id == wanted), None)
    if found is None:
        raise not_loadable("address")
    return address_in_list(found)
