"""How Sellsy writes the catalogue and the account's reference data."""

from decimal import Decimal
from typing import Any

from simonsync.sandbox.sellsy.account import Account
from simonsync.sandbox.sellsy.records import Category, Declination, Product
from simonsync.sandbox.sellsy.wire import html_lines, keyed, local_time, money_text, nine, yes_no
from simonsync.sandbox.sellsy.world import SellsyWorld

_NINE = Decimal("0.000000001")


def product_record(
    world: SellsyWorld, product: Product, variant: Declination | None = None
) -> dict[str, Any]:
    """Write a product or one of its declinations as every call of `Catalogue` does."""
    tax = world.taxes[product.tax_id]
    factor = 1 + tax.rate / 100
    amount = variant.unit_amount if variant else product.unit_amount
    free = amount if product.is_taxes_free else (amount / factor).quantize(_NINE)
    included = (amount * factor).quantize(_NINE) if product.is_taxes_free else amount
    category = world.categories.get(product.category_id)
    unit = world.units.get(product.unit_id)
    stamped = variant or product
    declid = str(variant.id) if variant else "0"
    purchase = product.purchase_amount
    # The default category's price is the reference; whether another one without a price of its own has an
    # entry is not documented, so it has none.
    prices = {world.default_rate_category: amount, **stamped.category_prices}
    return {
        "id": str(product.id),
        "type": product.type,
        "corpid": str(world.company.id),
        "ownerid": "31001",
        "status": "ok",
        "actif": yes_no(product.active and (variant is None or variant.active)),
        "isEnabled": "Y",
        "inPos": "N",
        "rank": "0",
        "name": stamped.name,
        "tradename": stamped.tradename,
        "tradenametonote": "N",
        "notes": html_lines(product.notes),
        "notesFormated": html_lines(product.notes),
        # The amount as it was entered; `unitAmountIsTaxesFree` says whether tax is in it.
        "unitAmount": nine(amount),
        "unitAmountIsTaxesFree": yes_no(product.is_taxes_free),
        "unitAmountTaxesInc": nine(included),
        "refAmount": nine(free),
        "purchaseAmount": nine(purchase),
        "purchaseAmountTaxesInc": nine(purchase * factor),
        "unitid": str(product.unit_id),
        "unit": unit.value if unit else "",
        "qt": "1.000000000",
        "taxid": str(product.tax_id),
        "taxrate": nine(tax.rate),
        "useEcoTax": "N",
        "ecoTax": "0.000000000",
        "ecoTaxType": "amount",
        "createdAt": local_time(stamped.created, world.company.zone),
        "updatedAt": local_time(max(stamped.updated, product.updated), world.company.zone),
        "useDeclination": yes_no(bool(product.declinations)),
        "decl_id": declid,
        "declid": declid,
        "categoryid": str(product.category_id),
        "categoryName": category.name if category else "",
        "accountingCode": "",
        "accountingPurchaseCode": "",
        "analyticsCode": "",
        "slug": stamped.name.lower().replace(" ", "-"),
        "stickyNote": "",
        "stock": "0.000000000",
        "prices": _prices(world, product, declid, prices),
        "defaultImage": [],
        "galery": [],
        "tags": keyed({str(n): {"id": str(n), "word": word} for n, word in enumerate(product.tags, 1)}),
        "customfields": {
            "0": {"cfid": "4411", "code": "garantie", "name": "Garantie", "prefsList": []},
            "_xml_childtag": "customfield",
        },
        "priceRanges": [],
        **{f"formated_rc_{number}": money_text(price) for number, price in prices.items()},
    }


def _prices(world: SellsyWorld, product: Product, declid: str, prices: dict[int, Decimal]) -> Any:  # noqa: ANN401 - map or []
    rate = world.taxes[product.tax_id].rate
    return keyed(
        {
            str(category.id): {
                "rcid": str(category.id),
                "name": category.name,
                "amount": nine(prices[category.id]),
                "taxid": str(product.tax_id),
                "taxrate": nine(rate),
                "hasTaxesInc": yes_no(not product.is_taxes_free),
                "hasVat": True,
                "itemid": str(product.id),
                "declid": declid,
                "currencyid": str(world.company.currency_id),
            }
            for category in world.rate_categories.values()
            if category.id in prices
        }
    )


def category_record(category: Category) -> dict[str, Any]:
    """Write a category of the catalogue."""
    return {"id": str(category.id), "name": category.name, "parentid": str(category.parent_id), "rank": "0"}


def taxes(account: Account, *, enabled: bool | None = None) -> dict[str, Any] | list[Any]:
    """Write the VAT rates: the enabled ones, the others, or (None) all."""
    chosen = [tax for tax in account.taxes.values() if enabled in (None, tax.enabled)]
    records = {
        str(tax.id): {
            "id": str(tax.id),
            "name": tax.name,
            "value": f"{tax.rate:.2f}",
            "isEnabled": yes_no(tax.enabled),
            "isWriteabled": "Y",
            "syscode": "",
            "rank": str(rank),
        }
        for rank, tax in enumerate(chosen, 1)
    }
    return keyed(records, childtag="tax")


def units(account: Account) -> dict[str, Any] | list[Any]:
    """Write the units of measure."""
    records = {str(unit.id): {"id": str(unit.id), "value": unit.value} for unit in account.units.values()}
    return keyed(records, childtag="unit")


def rate_categories(account: Account) -> dict[str, Any] | list[Any]:
    """Write the price categories, with the id of the default one among them."""
    records: dict[str, Any] = {
        str(category.id): {
            "id": str(category.id),
            "name": category.name,
            "isDefault": yes_no(category.is_default),
            "isEnabled": "Y",
        }
        for category in account.rate_categories.values()
    }
    if records:
        records["default"] = str(account.default_rate_category)
    return keyed(records)


def currencies(account: Account) -> dict[str, Any] | list[Any]:
    """Write the currencies; the account's own is the one that `Infos.getInfos` names."""
    records = {
        str(currency.id): {"id": str(currency.id), "name": currency.code, "symbol": currency.symbol}
        for currency in account.currencies.values()
    }
    return keyed(records, childtag="currency")


def firm(account: Account) -> dict[str, Any]:
    """Write the firm itself, as `AccountPrefs.getCorpInfos` does; its members are not documented."""
    company = account.company
    address = company.address
    return {
        "id": str(company.id),
        "name": company.name,
        "siret": company.siret,
        "siren": company.siret[:9],
        "vat": company.vat,
        "email": company.email,
        "tel": company.tel,
        "addr_part1": address.part1,
        "addr_zip": address.zip,
        "addr_town": address.town,
        "addr_countrycode": address.countrycode,
        "countrycode": address.countrycode,
        "currencyid": str(company.currency_id),
        "timezone": company.zone.key,
    }


def infos(account: Account) -> dict[str, Any]:
    """Write what `Infos.getInfos` tells about application, account and caller."""
    company = account.company
    return {
        "consumerdatas": {
            "id": "8811",
            "status": "ok",
            "infos": {"name": "simonsync"},
            "traffic": {
                "consumer_t_nb_requests": str(account.requests),
                "consumer_t_nb_max_request": "432000",
            },
        },
        "apidatas": {"version": "1.0", "status": "ok", "contact": "support@sellsy.example"},
        "userdatas": {
            "fullName": "Camille Moreau",
            "staffId": "31001",
            "corpId": str(company.id),
            "corpName": company.name,
            "currencyId": str(company.currency_id),
            "hasvat": "Y",
            "isAdmin": True,
            "timeformat": "24",
            "dateformat": "dd/mm/yyyy",
            "numberformat": "fr",
            "privileges": [],
            "plugins": [],
        },
        "privileges": {"level": "admin", "usertype": "staff"},
    }
