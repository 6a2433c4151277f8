"""Articles, services and reference data as Sellsy's v1 service shows them."""

from __future__ import annotations

import pytest

from simonsync.sandbox.box import Sandbox
from tests.sandbox.sellsy_caller import SellsyCaller


def test_5_2_to_5_4_the_three_services_have_their_prices(sellsy: SellsyCaller) -> None:
    services = sellsy.ok("Catalogue.getList", {"type": "service"})["result"].values()
    shown = {s["name"]: (s["unitAmount"], s["unitAmountTaxesInc"], s["purchaseAmount"]) for s in services}
    assert shown == {
        "SER001": ("55.000000000", "66.000000000", "0.000000000"),
        "SER002": ("35.000000000", "42.000000000", "0.000000000"),
        "SER003": ("60.000000000", "72.000000000", "0.000000000"),
    }


def test_twelve_articles_are_in_use_and_one_is_archived(sellsy: SellsyCaller) -> None:
    def count(**search: str) -> str:
        listed = sellsy.ok("Catalogue.getList", {"type": "item", "search": {"combineDecli": "Y", **search}})
        return str(listed["infos"]["nbtotal"])

    assert (count(actif="Y"), count(actif="N"), count()) == ("12", "1", "13")


def test_keys_hold_product_and_declination(box: Sandbox, sellsy: SellsyCaller) -> None:
    product = box.sellsy.product_named("PRISE")
    listed = sellsy.page("Catalogue.getList", 1, 100, type="item", search={"useDeclination": "Y"})
    white, grey = (variant.id for variant in product.declinations)
    assert list(listed["result"]) == [f"{product.id}_0", f"{product.id}_{white}", f"{product.id}_{grey}"]
    record = listed["result"][f"{product.id}_{grey}"]
    assert (record["id"], record["declid"], record["name"]) == (str(product.id), str(grey), "PRISE-AN")
    assert record["unitAmount"] == "7.950000000"
    assert record["customfields"]["0"]["cfid"] == "4411"
    assert listed["infos"]["nbtotal"] == "3"


def test_a_price_with_tax_says_so(box: Sandbox, sellsy: SellsyCaller) -> None:
    product = box.sellsy.product_named("DETECT")
    record = sellsy.ok("Catalogue.getOne", {"type": "item", "id": product.id})
    assert record["unitAmountIsTaxesFree"] == "N"
    assert (record["unitAmount"], record["unitAmountTaxesInc"]) == ("24.900000000", "24.900000000")
    assert record["refAmount"] == "20.750000000"


def test_one_is_found_by_its_exact_reference(sellsy: SellsyCaller) -> None:
    one = sellsy.ok("Catalogue.getOneByRef", {"type": "item", "ref": "PRISE", "includeDecli": "Y"})
    assert [d["name"] for d in one["declinations"].values()] == ["PRISE-BL", "PRISE-AN"]
    for ref in ("prise", "PRISE-BL", "PRIS"):
        refusal = sellsy.refused("Catalogue.getOneByRef", {"type": "item", "ref": ref})
        assert refusal == ("E_OBJ_NOT_LOADABLE", "Object item not loadable")


def test_a_product_and_a_service_may_share_a_reference(box: Sandbox, sellsy: SellsyCaller) -> None:
    product = box.sellsy.add_product("SER001", "Kit de base", "12")
    for kind, name in (("item", "Kit de base"), ("service", "Temps de travail")):
        found = sellsy.ok("Catalogue.getOneByRef", {"type": kind, "ref": "SER001"})
        assert (found["tradename"], found["id"] == str(product.id)) == (name, kind == "item")


def test_the_wrong_type_is_not_there(box: Sandbox, sellsy: SellsyCaller) -> None:
    service = box.sellsy.product_named("SER001").id
    sellsy.ok("Catalogue.getOne", {"type": "service", "id": service})
    assert sellsy.refused("Catalogue.getOne", {"type": "item", "id": service})[0] == "E_OBJ_NOT_LOADABLE"


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({}, ("E_PARAM_MISSING", "type is missing")),
        ({"type": "article"}, ("E_PARAM_INVALID", "type is invalid")),
        ({"type": "item", "search": {"updated_start": 1}}, ("E_PARAM_INVALID", "updated_start is invalid")),
        ({"type": "item", "search": {"actif": "yes"}}, ("E_PARAM_INVALID", "actif is invalid")),
        ({"type": "item", "order": {"order": "price"}}, ("E_PARAM_INVALID", "order is invalid")),
    ],
)
def test_a_wrong_question_is_refused(sellsy: SellsyCaller, params: object, refusal: tuple[str, str]) -> None:
    assert sellsy.refused("Catalogue.getList", params) == refusal


def test_a_change_moves_updated_at(box: Sandbox, sellsy: SellsyCaller) -> None:
    product = box.sellsy.product_named("DOMINO")

    def read() -> tuple[str, str]:
        record = sellsy.ok("Catalogue.getOne", {"type": "item", "id": product.id})
        return record["unitAmount"], record["updatedAt"]

    assert read() == ("0.333333333", "2022-01-11 08:34:00")
    box.sellsy.edit_product(product.id, unit_amount="0.35", touch=False)
    assert read() == ("0.350000000", "2022-01-11 08:34:00")
    box.sellsy.edit_product(product.id, tradename="Barrette")
    # 08:00 UTC is 09:00 in Paris in winter: times are the account's.
    assert read()[1] == "2026-03-02 09:00:00"


def test_categories_are_a_plain_array(sellsy: SellsyCaller) -> None:
    categories = sellsy.ok("Catalogue.getCategories")
    assert [c["name"] for c in categories][:2] == ["Prestations", "Tableaux"]


def test_tax_rates_have_two_decimals_and_a_noise_key(sellsy: SellsyCaller) -> None:
    taxes = sellsy.ok("Accountdatas.getTaxes", {"includeEcoTax": "N", "enabled": "all"})
    assert taxes.pop("_xml_childtag")
    assert {tax["value"]: tax["isEnabled"] for tax in taxes.values()} == {
        "20.00": "Y",
        "10.00": "Y",
        "5.50": "Y",
        "19.60": "N",
    }
    enabled = sellsy.ok("Accountdatas.getTaxes")
    assert "19.60" not in {tax["value"] for tax in enabled.values() if isinstance(tax, dict)}


def test_reference_data_names_its_default_among_the_ids(sellsy: SellsyCaller) -> None:
    categories = sellsy.ok("Accountdatas.getRateCategories")
    assert categories[categories["default"]]["name"] == "Tarif public"
    units = sellsy.ok("Accountdatas.getUnits")
    assert [u["value"] for u in units.values() if isinstance(u, dict)] == ["unité", "h", "m", "forfait"]


def test_the_account_is_known(sellsy: SellsyCaller) -> None:
    infos = sellsy.ok("Infos.getInfos")
    currencies = sellsy.ok("AccountPrefs.getCurrencies")
    assert currencies[infos["userdatas"]["currencyId"]]["name"] == "EUR"
    assert sellsy.ok("AccountPrefs.getCorpInfos")["id"] == infos["userdatas"]["corpId"]
    assert infos["consumerdatas"]["traffic"]["consumer_t_nb_requests"] == "1"
