"""`Catalogue.*`: articles, services, their declinations and categories."""

from collections.abc import Callable
from typing import Any

from simonsync.sandbox.sellsy.call import (
    Call,
    Params,
    choice,
    direction,
    flag,
    listing,
    search_block,
    text,
    whole,
    words,
)
from simonsync.sandbox.sellsy.errors import not_loadable
from simonsync.sandbox.sellsy.records import Declination, Product
from simonsync.sandbox.sellsy.write_catalogue import category_record, product_record

TYPES = ("item", "service")
_SEARCH = (
    "name",
    "tags",
    "inPos",
    "rateCategory",
    "useDeclination",
    "combineDecli",
    "actif",
    "categoryid",
    "stockAvailable",
    "stockEnabled",
    "alertstock",
    "barcode",
)
_Entry = tuple[Product, Declination | None]


def get_list(call: Call) -> dict[str, Any]:
    """List articles or services; keys are `<id>_<declid>`, every declination is an entry of its own.

    `combineDecli` leaves the declinations out; without `actif` archived ones are among the others.
    """
    kind = choice(call.params, "type", TYPES)
    search = search_block(call.params, _SEARCH)
    _, descending = direction(call.params, ("name", "tradename"))
    combined = flag(search, "combineDecli", default=False)
    found: list[_Entry] = []
    for product in call.world.products.values():
        if product.type == kind:
            found.append((product, None))
            found += [] if combined else [(product, variant) for variant in product.declinations]
    found = list(filter(_filter(search), found))
    if descending:
        found.reverse()
    return listing(call, found, lambda entry: (_key(entry), product_record(call.world, *entry)))


def _key(entry: _Entry) -> str:
    product, variant = entry
    return f"{product.id}_{variant.id if variant else 0}"


def _filter(search: Params) -> Callable[[_Entry], bool]:
    """Return what decides whether an entry is found."""
    active, declined = flag(search, "actif"), flag(search, "useDeclination")
    name, category, tags = (
        text(search, "name").casefold(),
        whole(search, "categoryid", 0),
        words(search, "tags"),
    )

    def matches(entry: _Entry) -> bool:
        product, variant = entry
        stamped = variant or product
        return (
            active in (None, product.active and stamped.active)
            and declined in (None, bool(product.declinations))
            and (not category or category == product.category_id)
            and (name in stamped.name.casefold() or name in stamped.tradename.casefold())
            and (not tags or bool(set(tags) & set(product.tags)))
        )

    return matches


def _alone(call: Call, product: Product | None) -> dict[str, Any]:
    if product is None or product.type != choice(call.params, "type", TYPES):
        raise not_loadable("item")
    record = product_record(call.world, product)
    if flag(call.params, "includeDecli", default=False):
        record["declinations"] = {
            str(variant.id): product_record(call.world, product, variant) for variant in product.declinations
        } or []
    return record


def get_one(call: Call) -> dict[str, Any]:
    """Give one product; the wrong `type` for an id counts as not there."""
    choice(call.params, "type", TYPES)
    return _alone(call, call.world.products.get(whole(call.params, "id")))


def get_one_by_ref(call: Call) -> dict[str, Any]:
    """Give the product with this reference, compared exactly; references of declinations are not found."""
    kind, ref = choice(call.params, "type", TYPES), text(call.params, "ref", None)
    return _alone(
        call, next((p for p in call.world.products.values() if (p.type, p.name) == (kind, ref)), None)
    )


def get_categories(call: Call) -> list[dict[str, Any]]:
    """Give all categories: a plain array, no pages."""
    return [category_record(category) for category in call.world.categories.values()]
