"""`Briefcases.*`: the files in the documents of a customer."""

from typing import Any

from simonsync.sandbox.sellsy.call import Call, choice, listing, search_block, whole
from simonsync.sandbox.sellsy.errors import invalid, missing, not_loadable
from simonsync.sandbox.sellsy.records import StoredFile
from simonsync.sandbox.sellsy.wire import local_time

_DOCUMENTS = ("invoice", "estimate", "proforma", "delivery", "order", "creditnote", "document")
_CATALOGUE = ("item", "service")
LINKED_TYPES = (
    "people",
    "third",
    "opportunity",
    *_CATALOGUE,
    *_DOCUMENTS,
    "purInvoice",
    "purDelivery",
    "purOrder",
    "purCreditNote",
    "purchase",
)
_MODES = ("flat", "files", "folders")


def upload(call: Call) -> dict[str, Any]:
    """Store the file part `do_file`; the same name twice makes two files (a guess, the harsher one)."""
    linkedtype, linkedid = _owner(call)
    if call.upload is None or not call.upload.file_name:
        raise missing("do_file")
    if not call.upload.content:
        raise invalid("do_file")
    part = call.upload
    stored = call.world.add_file(linkedtype, linkedid, part.file_name, part.content, part.content_type)
    return {"file_id": stored.id, "file_fullname": stored.file_name, "extension": stored.extension}


def _owner(call: Call) -> tuple[str, int]:
    return _existing(call, choice(call.params, "linkedtype", LINKED_TYPES), whole(call.params, "linkedid"))


def _existing(call: Call, linkedtype: str, linkedid: int) -> tuple[str, int]:
    world = call.world
    if linkedtype == "third":
        known = linkedid in world.customers
    elif linkedtype == "people":
        known = any(contact.id == linkedid for c in world.customers.values() for contact in c.contacts)
    elif linkedtype in _CATALOGUE:
        known = linkedid in world.products
    elif linkedtype in _DOCUMENTS:
        found = world.documents.get(linkedid)
        known = found is not None and world.readable(found)
    else:
        known = False
    if not known:
        raise not_loadable(linkedtype)
    return linkedtype, linkedid


def get_list(call: Call) -> dict[str, Any]:
    """List the files of an object, oldest first; the account has no folders."""
    search = search_block(call.params, ("linkedtype", "linkedid", "mode"))
    mode = choice(search, "mode", _MODES) if search.get("mode") else "flat"
    owner = _existing(call, choice(search, "linkedtype", LINKED_TYPES), whole(search, "linkedid"))
    stored = call.world.files.values()
    found = [f for f in stored if (f.linkedtype, f.linkedid) == owner and mode != "folders"]
    return listing(call, found, lambda f: (str(f.id), _record(call, f)))


def _record(call: Call, stored: StoredFile) -> dict[str, Any]:
    name = stored.file_name.removesuffix(f".{stored.extension}") if stored.extension else stored.file_name
    return {
        "id": str(stored.id),
        "name": name,
        "extension": stored.extension,
        "size": str(len(stored.content)),
        "created": local_time(stored.created, call.world.company.zone),
        "file_fullname": stored.file_name,
        "attachtoinvoice": "N",
        "linkedtype": stored.linkedtype,
        "linkedid": str(stored.linkedid),
    }


def delete(call: Call) -> dict[str, Any]:
    """Delete a file."""
    choice(call.params, "filetype", ("file",))
    file_id = whole(call.params, "fileid")
    if file_id not in call.world.files:
        raise not_loadable("file")
    call.world.delete_file(file_id)
    return {"file_id": file_id}
