"""`Infos.*`, `Accountdatas.*`, `AccountPrefs.*`: the account, its rates, units and currencies."""

from typing import Any

from simonsync.sandbox.sellsy import write_catalogue
from simonsync.sandbox.sellsy.call import Call, choice, flag, text, whole, words
from simonsync.sandbox.sellsy.errors import missing, not_loadable


def get_infos(call: Call) -> dict[str, Any]:
    """Tell about application, account and caller; the usual test of a connection."""
    return write_catalogue.infos(call.world)


def get_taxes(call: Call) -> Any:  # noqa: ANN401 - map or []
    """Give the VAT rates; without `enabled` only the enabled ones (which is a guess: ask for `all`)."""
    flag(call.params, "includeEcoTax")
    wanted = choice(call.params, "enabled", ("all", "Y", "N")) if call.params.get("enabled") else "Y"
    return write_catalogue.taxes(call.world, enabled=None if wanted == "all" else wanted == "Y")


def get_units(call: Call) -> Any:  # noqa: ANN401 - map or []
    """Give the units of measure."""
    return write_catalogue.units(call.world)


def get_rate_categories(call: Call) -> Any:  # noqa: ANN401 - map or []
    """Give the price categories."""
    return write_catalogue.rate_categories(call.world)


def get_corp_infos(call: Call) -> dict[str, Any]:
    """Give the firm itself."""
    return write_catalogue.firm(call.world)


def get_currencies(call: Call) -> Any:  # noqa: ANN401 - map or []
    """Give the currencies."""
    return write_catalogue.currencies(call.world)


def get_tags(call: Call) -> dict[str, Any] | list[Any]:
    """Give the words that documents are tagged with."""
    found = sorted({word for document in call.world.documents.values() for word in document.tags})
    return {str(number): {"id": str(number), "word": word} for number, word in enumerate(found, 7001)} or []


def assign_tags(call: Call) -> dict[str, Any]:
    """Add tags to a document."""
    return _tag(call, remove=False)


def unassign_tags(call: Call) -> dict[str, Any]:
    """Take tags from a document."""
    return _tag(call, remove=True)


def _tag(call: Call, *, remove: bool) -> dict[str, Any]:
    text(call.params, "linkedtype", None)
    document = call.world.documents.get(whole(call.params, "linkedid"))
    given = words(call.params, "tags")
    if not given:
        raise missing("tags")
    if document is None:
        raise not_loadable("document")
    kept = [word for word in document.tags if word not in given]
    call.world.edit_document(document.id, tags=kept if remove else kept + given)
    return {"linkedid": document.id}
