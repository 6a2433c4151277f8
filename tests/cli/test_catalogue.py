"""Choosing a product from a list [5.2]: what is shown is understood, in any case."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simonsync.cli.catalogue import SHOWN, ProductList
from simonsync.cli.context import Context
from simonsync.cli.output import Output
from simonsync.cli.start import Options
from simonsync.domain.key import Kind
from simonsync.domain.records import Product
from tests.builders import service


class Catalogue:
    """Some products of Sellsy, in pages of two."""

    def __init__(self, *products: Product) -> None:
        self._products = products

    def products(self, kind: Kind) -> Iterator[tuple[Product, ...]]:
        assert kind is Kind.SERVICE
        for start in range(0, len(self._products), 2):
            yield self._products[start : start + 2]


def offered(*products: Product) -> ProductList:
    context = Context("configure", Options(lang="fr"), Output({}), {}, Path("/"))
    return ProductList(context, Kind.SERVICE, Catalogue(*products))  # type: ignore[arg-type]


NAMES = ("Temps de travail", "Temps de déplacement", "Frais")
SOME = tuple(service(f"SER00{place}", "35", name) for place, name in enumerate(NAMES, 1))


@pytest.mark.parametrize("typed", ["2", "SER002", "ser002", "DEPLACEMENT", "déplac"])
def test_a_product_is_meant_by_its_number_its_reference_or_a_part_of_its_name(typed: str) -> None:
    products = offered(*SOME)
    products.show()
    assert products.chosen(typed) == "SER002"


def test_several_are_shown_with_numbers_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    products = offered(*SOME)
    assert products.chosen("temps") == ""
    assert "2) SER002" in capsys.readouterr().out
    assert products.chosen("7") == "7"
    assert products.chosen("2") == "SER002"


def test_many_are_searched_for(capsys: pytest.CaptureFixture[str]) -> None:
    many = [service(f"REF-{place}", "1", "Câble") for place in range(SHOWN + 5)]
    products = offered(*many, *SOME)
    products.show()
    assert capsys.readouterr().out.rstrip().endswith(": 8")
    assert products.chosen("frais") == "SER003"


def test_a_number_is_never_meant_in_two_ways(capsys: pytest.CaptureFixture[str]) -> None:
    products = offered(*SOME, service("2", "1", "Le deux"))
    products.show()
    assert "2)" not in capsys.readouterr().out
    assert products.chosen("2") == "2"


def test_what_is_archived_or_has_no_reference_is_not_offered(capsys: pytest.CaptureFixture[str]) -> None:
    products = offered(service("", "1", "Vide"), service("X", "1", archived=True))
    products.show()
    assert capsys.readouterr().out.count(")") == 0
    assert products.chosen("X") == "X"
