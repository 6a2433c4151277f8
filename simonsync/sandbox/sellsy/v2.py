"""API v2 beside v1, on the same data: searches by last change, reference data, documents alone, computing.

Written from the OpenAPI document of Sellsy's API v2. Lists are in seek mode: the token for the next page
holds the last row's id, and comes with a full last page, too. Answers have the document's shapes, refusals
v2's own, in French. A filter that is not known is refused, or ignored as some accounts do it
(`unknown_filters`).
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from werkzeug.wrappers import Request, Response

from simonsync.sandbox.sellsy import tokens
from simonsync.sandbox.sellsy.records import Customer, Document, Row
from simonsync.sandbox.sellsy.totals import totals
from simonsync.sandbox.sellsy.world import SellsyWorld

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

PREFIX = "/v2/"
_MOST = 100
_FILTERS = {
    "created",
    "updated_at",
    "name",
    "email",
    "type",
    "is_archived",
    "id",
    "country_code",
    "postal_code",
    "reference",
    "favourite_filter",
}
_COMPANIES_ONLY = {"contacts", "siret", "number_of_employees"}
# What v1 calls an item is a product here.
_TYPES = {"item": "product", "service": "service"}
_SAID = {
    400: "La requête est invalide",
    402: "La limite de votre abonnement est atteinte",
    403: "Vous n'avez pas les droits nécessaires",
    404: "Ressource introuvable",
    409: "Conflit avec l'état de la ressource",
    413: "Le contenu envoyé est trop volumineux",
    429: "Trop de requêtes",
    503: "Service en maintenance",
}


class Trouble(Exception):
    """A refusal of v2; `details` names the guilty fields."""

    def __init__(self, status: int, details: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status, self.details = status, details or {}


def answer(world: SellsyWorld, environ: "WSGIEnvironment") -> Response:
    """Answer one request, and note it with its answer in `world.exchanged`."""
    request = Request(environ)
    path = request.path.removeprefix(PREFIX)
    left = world.tokens.used()
    try:
        if left is None:
            raise Trouble(429)  # noqa: TRY301 - answered below
        if not world.tokens.is_good(environ):
            return tokens.token_refused()
        if any(name in (f"v2:{path}", "v2:*") for name in world.denied):
            raise Trouble(403)  # noqa: TRY301 - likewise
        status, body = 200, _routed(world, request, path)
    except Trouble as trouble:
        status, body = trouble.status, said(trouble.status, trouble.details)
    sent = request.get_json(silent=True)
    world.exchanged.append(
        (request.method, path, dict(request.args), sent, status, json.loads(_dumped(body)))
    )
    response = Response(_dumped(body), status=status, mimetype="application/json")
    response.headers.update({name: str(count) for name, count in (left or {}).items()})
    return response


def said(status: int, details: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Write a refusal as v2 does; without details there is an empty list in their place."""
    message = _SAID.get(status, "Une erreur est survenue")
    return {"error": {"code": status, "message": message, "context": None, "details": details or []}}


def _dumped(body: Any) -> str:  # noqa: ANN401 - any JSON
    return json.dumps(body, default=float)


def _routed(world: SellsyWorld, request: Request, path: str) -> Any:  # noqa: ANN401 - any JSON
    first, _, rest = path.partition("/")
    match request.method, first, rest:
        case "POST", "companies" | "individuals", "search":
            return _customers(world, request, company=first == "companies")
        case "GET", "taxes", "":
            return _listed(world, request, [*world.taxes.values()], _tax)
        case "GET", "units", "":
            return _listed(world, request, [*world.units.values()], _unit)
        case "GET", "items", record:
            product = world.products.get(_whole(record) - world.ids_apart)
            if product is None:
                raise Trouble(404)
            return {
                "id": product.id,
                "type": _TYPES[product.type],
                "reference": product.name,
                "name": product.tradename,
            }
        case "GET", "estimates" | "invoices", record:
            document = world.documents.get(_whole(record) - world.ids_apart)
            wanted = first.removesuffix("s")
            if document is None or document.doctype != wanted or not world.readable(document):
                raise Trouble(404)
            return {
                "id": document.id,
                "number": document.ident,
                "status": document.step,
                "subject": document.subject,
            }
        case "POST", "invoices", "compute":
            return _computed(world, request)
    raise Trouble(404)


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() else 0


# --- lists ------------------------------------------------------------------------------------------


def _listed(
    world: SellsyWorld, request: Request, found: Iterable[Any], write: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    """Answer one page in seek mode."""
    limit = request.args.get("limit", "25")
    if not limit.isdecimal() or int(limit) > _MOST or request.args.get("direction", "asc") != "asc":
        raise Trouble(400, {"limit": "La valeur doit être comprise entre 0 et 100"})
    records = sorted(found, key=lambda each: each.id)
    after = _seek(request.args.get("offset"))
    rest = [each for each in records if each.id > after]
    page = rest[: int(limit)]
    token = (
        b64encode(json.dumps([str(page[-1].id)]).encode()).decode()
        if page
        else request.args.get("offset", "")
    )
    frame = {"limit": int(limit), "count": len(page), "total": len(records), "offset": token}
    rows = [write(each) for each in page]
    return {"data": [{**row, "id": row["id"] + world.ids_apart} for row in rows], "pagination": frame}


def _seek(offset: str | None) -> int:
    if offset is None:
        return 0
    try:
        return int(json.loads(b64decode(offset))[0])
    except (ValueError, IndexError, TypeError):
        raise Trouble(400, {"offset": "Le jeton est invalide"}) from None


def _customers(world: SellsyWorld, request: Request, *, company: bool) -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("filters"), dict):
        raise Trouble(400, {"filters": "champ manquant"})
    if more := body.keys() - {"filters"}:
        raise Trouble(400, {min(more): "champ inconnu"})
    filters: dict[str, Any] = body["filters"]
    unknown = filters.keys() - (_FILTERS | (_COMPANIES_ONLY if company else set()))
    if unknown and world.unknown_filters == "refused":
        raise Trouble(400, {f"filters.{min(unknown)}": "champ inconnu"})
    kinds = filters.get("type")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    changed = {edge: _moment(filters.get("updated_at"), "updated_at", edge) for edge in ("start", "end")}
    born = {edge: _moment(filters.get("created"), "created", edge) for edge in ("start", "end")}

    def matches(customer: Customer) -> bool:
        return (
            (customer.type == "corporation") is company
            and customer.id not in world.hidden_customers
            and (kinds is None or customer.relation in kinds)
            and filters.get("is_archived", not customer.active) is not customer.active
            and ("id" not in filters or customer.id + world.ids_apart in filters["id"])
            and ("name" not in filters or customer.name == filters["name"])
            and _within(customer.updated, changed)
            and _within(customer.created, born)
        )

    zone = world.company.zone
    found = filter(matches, world.customers.values())
    return _listed(world, request, found, lambda each: _customer(each, zone, company=company))


def _moment(given: Any, name: str, edge: str) -> datetime | None:  # noqa: ANN401 - any JSON
    if given is None:
        return None
    text = given.get(edge) if isinstance(given, dict) else ""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise Trouble(400, {f"filters.{name}.{edge}": "La date est invalide"}) from None
    if moment.tzinfo is None:
        raise Trouble(400, {f"filters.{name}.{edge}": "Le fuseau horaire est requis"})
    return moment


def _within(moment: datetime, edges: Mapping[str, datetime | None]) -> bool:
    start, end = edges["start"], edges["end"]
    # It tells whole seconds, and compares those.
    seconds = moment.replace(microsecond=0)
    return (start is None or seconds >= start) and (end is None or seconds <= end)


def _customer(customer: Customer, zone: ZoneInfo, *, company: bool) -> dict[str, Any]:
    person = customer.contacts[0] if customer.contacts else None
    name: dict[str, Any] = {"name": customer.name}
    if not company:
        forename = person.forename if person else ""
        name = {"civility": "mr", "first_name": forename or None, "last_name": customer.name}
    return {
        "id": customer.id,
        "type": customer.relation,
        **name,
        "email": customer.email or None,
        "phone_number": customer.tel or None,
        "mobile_number": customer.mobile or None,
        "reference": customer.ident,
        "rate_category_id": customer.rate_category or None,
        "invoicing_address_id": customer.main_address_id or None,
        "is_archived": not customer.active,
        "created": customer.created.astimezone(zone).isoformat(timespec="seconds"),
        "updated_at": customer.updated.astimezone(zone).isoformat(timespec="seconds"),
    }


def _tax(tax: Any) -> dict[str, Any]:  # noqa: ANN401 - a record of the account
    return {
        "id": tax.id,
        "rate": tax.rate,
        "label": tax.name,
        "is_active": tax.enabled,
        "is_ecotax": False,
        "category": tax.category,
        "vatex": tax.vatex,
        "is_einvoicing_compliant": tax.compliant,
    }


def _unit(unit: Any) -> dict[str, Any]:  # noqa: ANN401 - a record of the account
    parameters = {"code": unit.code} if unit.code else None
    return {"id": unit.id, "label": unit.value, "is_active": True, "parameters": parameters}


# --- computing --------------------------------------------------------------------------------------


def _computed(world: SellsyWorld, request: Request) -> dict[str, Any]:
    """Add up an invoice that nobody has made, as the service would; nothing is kept."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Trouble(400)
    related = body.get("related") or [{}]
    client = world.customers.get(related[0].get("id") or 0)
    kind = "company" if client is not None and client.type == "corporation" else "individual"
    if client is None or client.relation != "client" or related[0].get("type") != kind:
        raise Trouble(400, {"related": "Le client est requis"})
    rows = [_row(world, place, row) for place, row in enumerate(body.get("rows") or [])]
    moment = world.clock()
    document = Document(
        0, "invoice", client.id, "draft", moment, moment.date(), world.company.currency_id, rows=rows
    )
    sums = totals(document)
    return {
        "status": "draft",
        "subject": body.get("subject"),
        "amounts": {
            "total_raw_excl_tax": f"{sums.rows:.2f}",
            "total_after_discount_excl_tax": f"{sums.taxes_free:.2f}",
            "total_excl_tax": f"{sums.taxes_free:.2f}",
            "total_incl_tax": f"{sums.all_included:.2f}",
        },
        "currency": world.currencies[world.company.currency_id].code,
        "taxes": [
            {
                "label": f"TVA {rate:f} %",
                "id": world.tax_of(rate).id,
                "rate": f"{rate:f}",
                "amount": f"{tax:.2f}",
            }
            for rate, _, tax in sums.per_rate
        ],
        "related": related,
    }


def _row(world: SellsyWorld, place: int, row: Any) -> Row:  # noqa: ANN401 - any JSON
    where = f"rows.{place}"
    kind = row.get("type") if isinstance(row, dict) else None
    if kind in ("comment", "title"):
        return Row("comment", notes=str(row.get("text", "")))
    if kind not in ("single", "catalog"):
        raise Trouble(400, {f"{where}.type": "La valeur est invalide"})
    quantity = _amount(row, "quantity", where)
    related = row.get("related") or {}
    product = world.products.get(related.get("id") or 0) if kind == "catalog" else None
    if kind == "catalog" and (product is None or related.get("type") != _TYPES[product.type]):
        raise Trouble(400, {f"{where}.related": "L'article est introuvable"})
    price = product.unit_amount if product is not None else None
    unit_amount = (
        price if price is not None and "unit_amount" not in row else _amount(row, "unit_amount", where)
    )
    tax = world.taxes.get(row.get("tax_id") or (product.tax_id if product is not None else 0))
    if tax is None or not tax.compliant:
        raise Trouble(400, {f"{where}.tax_id": "La taxe n'est pas conforme"})
    if "unit_id" in row and row["unit_id"] not in world.units:
        raise Trouble(400, {f"{where}.unit_id": "L'unité est introuvable"})
    discount = row.get("discount") or {}
    return Row(
        "once" if kind == "single" else "item",
        unit_amount=unit_amount,
        quantity=quantity,
        tax_id=tax.id,
        tax_rate=tax.rate,
        discount=_amount(discount, "value", f"{where}.discount") if discount else Decimal(0),
        discount_unit=discount.get("type", "percent"),
    )


def _amount(row: Mapping[str, Any], name: str, where: str) -> Decimal:
    value = row.get(name)
    if not isinstance(value, str):
        raise Trouble(400, {f"{where}.{name}": "Une chaîne de caractères est attendue"})
    try:
        return Decimal(value)
    except InvalidOperation:
        raise Trouble(400, {f"{where}.{name}": "La valeur est invalide"}) from None
