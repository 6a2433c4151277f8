"""A day's work in Simon: one work order from its creation to the archive, as colleagues would do it."""

from simonsync.sandbox.simon.world import Row, SimonWorld


def carry_out_a_work_order(
    world: SimonWorld, customer_key: str = "customer:", item_key: str = "item:"
) -> Row:
    """Create, carry out, declare ready and archive a work order; return it.

    It is the first customer's whose ExtKey begins like this, with the first such article. Raises LookupError
    where none has come yet.
    """
    customer, item = (_first(world, *wanted) for wanted in (("Customer", customer_key), ("Item", item_key)))
    location = _first(world, "Location", "", CustomerId=customer["Id"])
    order = world.add_work_order(
        location["Id"],
        "Remplacement du tableau électrique et mise à la terre",
        CustomerId=customer["Id"],
        CustomerReference="CMD-2026-118",
    )
    world.schedule(order)
    world.begin(order)
    world.add_time(order, "Travel", 15)
    world.add_time(order, "Work", 45)
    world.add_time(order, "Work", 75)
    world.use_item(order, item["Id"], 2)
    world.complete_survey(order, "Contrôle de sécurité")
    world.attach(order, "photo-tableau.jpg", b"\xff\xd8\xff\xe0 a photo", "image/jpeg")
    world.declare_ready(order)
    world.archive(order)
    return world.row("WorkOrder", order)


def _first(world: SimonWorld, entity: str, prefix: str, **wanted: object) -> Row:
    """Return the first by its key, whatever the order in which records came."""
    found = [
        row
        for row in world.rows(entity)
        if str(row["ExtKey"]).startswith(prefix) and wanted.items() <= row.items()
    ]
    if not found:
        raise LookupError(f"no {entity} has come from Sellsy yet: simonsync pull")
    return min(found, key=lambda row: str(row["ExtKey"]))
