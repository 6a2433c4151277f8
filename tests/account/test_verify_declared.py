"""Every method and field that the adapters use is a fact of `verify`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest

import simonsync.sellsy.v1
from simonsync.account.verify.draft import draft_facts
from simonsync.account.verify.facts import Basis
from simonsync.account.verify.report import believed
from simonsync.account.verify.sellsy import FACTS
from simonsync.account.verify.sellsy_v2 import FACTS_V2, place_of
from simonsync.account.verify.simon import TABLES, simon_facts
from simonsync.messages.render import Language
from simonsync.sellsy.v1.client import READS, WRITES
from simonsync.sellsy.v2.client import QUESTIONS
from simonsync.simon import tables
from simonsync.simon.profile import Dialect, Profile, StatusCoding, TimeForm, default_profile
from simonsync.sync.run import Timing
from tests.account.verifying import PARIS

DRAFT = draft_facts(PARIS, Timing().unknown_wait)
ALONE = ("Client.getOne", "Prospects.getOne")
PRODUCTS = ("Catalogue.getList", "Catalogue.getOne")
DOCUMENTS = ("Document.getList", "Document.getOne")
ADDRESSES = ("Client.getOne", "Addresses.getList", "Document.getOne")
READ_BY = {
    # function of the adapter: whose answers it reads
    "tax": ("Accountdatas.getTaxes",),
    "_archived": ("Client.getList", "Client.getOne", *PRODUCTS),
    "customer": ("Client.getList",),
    "customer_alone": ALONE,
    "_contacts": ("Client.getList", "Client.getOne"),
    "_price_category": ("Client.getList",),
    "_main_address": ("Client.getList",),
    "address": ADDRESSES,
    "customer_address": ("Addresses.getList",),
    "product_id": PRODUCTS,
    "product": PRODUCTS,
    "_category_prices": PRODUCTS,
    "declination": ("Catalogue.getOne",),
    "_currency": DOCUMENTS,
    "quote_head": DOCUMENTS,
    "document_head": DOCUMENTS,
    "rows": ("Document.getOne",),
    "document": ("Document.getOne",),
    "_row_text": ("Document.getOne",),
    "_document_row": ("Document.getOne",),
    "_product_id": ("Document.getOne",),
    "_row_product": ("Document.getOne",),
    "_charges": ("Document.getOne",),
    "_discount_on_the_whole": ("Document.getOne",),
    "_quote_row": ("Document.getOne",),
    "printed_address": ("Document.getOne",),
    "stored_file": ("Briefcases.getList",),
    "account": ("Infos.getInfos",),
    "_categories": ("Catalogue.getCategories",),
    "_units": ("Accountdatas.getUnits",),
    "_currencies": ("AccountPrefs.getCurrencies",),
    "_country": ("AccountPrefs.getCorpInfos",),
    "_price_categories": ("Accountdatas.getRateCategories",),
    "_listed_declination": ("Catalogue.getOne",),
}
OF_PROSPECTS_UNSEEN = "Prospects.getOne"
"""Of prospects nothing is shown without one: what is common with customers is a fact of theirs."""


def names_read(function: ast.FunctionDef) -> Iterator[str]:
    """Name what a function takes out of an answer: `record["id"]`, `record.get("id")`."""
    for node in ast.walk(function):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            key = node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            key = node.args[0]
        else:
            continue
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value
        elif isinstance(key, ast.JoinedStr) and isinstance(key.values[-1], ast.Constant):
            yield str(key.values[-1].value)


def functions() -> dict[str, set[str]]:
    folder = Path(simonsync.sellsy.v1.__path__[0])
    found: dict[str, set[str]] = {}
    for name in ("records.py", "api.py"):
        for node in ast.walk(ast.parse((folder / name).read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and (names := set(names_read(node))):
                found[node.name] = found.get(node.name, set()) | names
    return found


def declared(method: str) -> set[str]:
    """Name every field of a method's answers that a fact is about."""
    names = {
        part
        for fact in FACTS
        if fact.place == method and fact.belief.startswith("field")
        for part in fact.name.partition(":")[2].split(".")
    }
    default = {"default"} if method == "Accountdatas.getRateCategories" else set()
    return names | default


def test_every_method_of_sellsy_is_a_fact() -> None:
    assert {fact.place for fact in (*FACTS, *DRAFT) if fact.belief == "method-answers"} == READS | WRITES


def test_every_question_to_the_newer_api_is_a_fact() -> None:
    asked = {fact.place for fact in FACTS_V2 if fact.belief == "method-answers"}
    assert asked == {place_of(question) for question in QUESTIONS}


def test_the_functions_that_read_answers_are_all_known() -> None:
    inner = {"read"}
    """Readers inside a method that is known itself."""
    given = {"_given_id", "has_arrived"}
    unknown = functions().keys() - inner - given - READ_BY.keys()
    assert not unknown, (
        "name in READ_BY whose answers it reads; its fields go to account/verify/sellsy_fields.py"
    )


@pytest.mark.parametrize("function", sorted(READ_BY))
def test_every_field_that_the_adapter_reads_is_a_fact(function: str) -> None:
    read = functions().get(function, set())
    for method in READ_BY[function]:
        if method != OF_PROSPECTS_UNSEEN:
            lacking = {name for name in read if name not in declared(method) | {"prospect"}}
            assert lacking - _elsewhere(function) == set(), method


def _elsewhere(function: str) -> set[str]:
    """Name what a function reads that only one of its methods gives."""
    if function == "customer_alone":
        return {"rateCategory"} - declared("Client.getOne")
    if function in {"product_id", "product"}:
        return set()
    return {"email", "tel"} - declared("Client.getOne") if function == "customer" else set()


def test_an_address_is_a_fact_in_each_of_its_places() -> None:
    parts = {"name", "part1", "part2", "part3", "part4", "zip", "town", "state", "countrycode"}
    for method in ADDRESSES:
        assert parts <= declared(method)
    assert {f"addr_{part}" for part in parts} <= declared("Client.getList")


def profiles() -> Iterator[Profile]:
    for dialect in Dialect:
        plain = default_profile(dialect)
        for form in TimeForm:
            for coding in StatusCoding:
                status = replace(plain.work_orders.status, coding=coding)
                yield replace(
                    plain,
                    time_sheets=replace(plain.time_sheets, form=form),
                    work_orders=replace(plain.work_orders, status=status),
                )


def test_every_table_and_field_of_simons_profile_is_a_fact() -> None:
    facts = {fact.name for profile in profiles() for fact in simon_facts(profile)}
    plain = default_profile(Dialect.ODATA)
    wanted = {f"common:{each.name}" for each in fields(plain.common)}
    for table in TABLES:
        names = tables.entity(plain, table)
        wanted.add(f"{table}:answers")
        for each in fields(names):
            if type(getattr(names, each.name)) is str and each.name not in {"path", "content_path"}:
                wanted.add(f"{table}:{each.name}")
    wanted |= {f"work_orders:status.{name}" for name in ("field", "ready_flag", "archived_flag")}
    wanted |= {"work_orders:pdf", "surveys:pdf", "attachments:content", "login:answers"}
    assert wanted - facts == set()


@pytest.mark.parametrize("language", Language)
def test_every_fact_says_what_is_believed_and_on_what_grounds(language: Language) -> None:
    for fact in (
        *FACTS,
        *FACTS_V2,
        *DRAFT,
        *(fact for profile in profiles() for fact in simon_facts(profile)),
    ):
        told = believed(fact, language)
        assert told
        assert "–" not in told
        assert fact.source
        assert fact.basis in Basis
