"""Every method of the service that the stand-in knows, by its name."""

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from simonsync.sandbox.sellsy import (
    addresses,
    catalogue,
    change_documents,
    clients,
    documents,
    files,
    reference_data,
)
from simonsync.sandbox.sellsy.call import Call
from simonsync.sandbox.sellsy.errors import Refused

METHODS: Mapping[str, Callable[[Call], Any]] = {
    "Infos.getInfos": reference_data.get_infos,
    "Client.getList": clients.get_list,
    "Client.getOne": clients.get_one,
    "Client.create": clients.create,
    "Client.update": clients.update,
    "Client.delete": clients.delete,
    "Client.addAddress": clients.add_address,
    "Client.updateAddress": clients.update_address,
    "Client.deleteAddress": clients.delete_address,
    "Client.transformToProspect": clients.transform_to_prospect,
    "Prospects.getOne": clients.get_prospect,
    "Addresses.getList": addresses.get_list,
    "Addresses.getOne": addresses.get_one,
    "Catalogue.getList": catalogue.get_list,
    "Catalogue.getOne": catalogue.get_one,
    "Catalogue.getOneByRef": catalogue.get_one_by_ref,
    "Catalogue.getCategories": catalogue.get_categories,
    "Accountdatas.getTaxes": reference_data.get_taxes,
    "Accountdatas.getUnits": reference_data.get_units,
    "Accountdatas.getRateCategories": reference_data.get_rate_categories,
    "AccountPrefs.getCorpInfos": reference_data.get_corp_infos,
    "AccountPrefs.getCurrencies": reference_data.get_currencies,
    "Document.getList": documents.get_list,
    "Document.getOne": documents.get_one,
    "Document.create": change_documents.create,
    "Document.update": change_documents.update,
    "Document.updateStep": change_documents.update_step,
    "Document.validate": change_documents.validate,
    "Document.delete": change_documents.delete,
    "Briefcases.uploadFile": files.upload,
    "Briefcases.getList": files.get_list,
    "Briefcases.delete": files.delete,
    "SmartTags.getList": reference_data.get_tags,
    "SmartTags.assign": reference_data.assign_tags,
    "SmartTags.unassign": reference_data.unassign_tags,
}

_BY_LOWER_NAMESPACE = {f"{ns.lower()}.{verb}": f"{ns}.{verb}" for ns, verb in (n.split(".") for n in METHODS)}


def canonical(name: str) -> str:
    """Return a method's name as documented; the namespace is found in any case, the verb only in its own."""
    namespace, _, verb = name.partition(".")
    return _BY_LOWER_NAMESPACE.get(f"{namespace.lower()}.{verb}", name)


def is_write(name: str) -> bool:
    """Say whether a method may change something: everything does that is not called get…."""
    return not name.partition(".")[2].startswith("get")


def perform(name: str, call: Call) -> Any:  # noqa: ANN401 - the `response` member, any JSON
    """Do what the method says, or raise Refused."""
    method = METHODS.get(canonical(name))
    if method is None:
        raise Refused("E_METHOD_DONT_EXIT", f"Method {name} does not exist")
    if any(fnmatchcase(canonical(name), pattern) for pattern in call.world.denied):
        raise Refused("E_PRIV_NOT_ALLOWED", "You are not allowed to do this", canonical(name))
    return method(call)
