"""Sellsy's office, over every API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.sellsy_office import VARIANTS, Office, Variant, open_office


@pytest.fixture(params=VARIANTS, ids=str)
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    variant: Variant = request.param
    with open_office(variant) as opened:
        yield opened


@pytest.fixture(params=VARIANTS, ids=str)
def large_office(request: pytest.FixtureRequest) -> Iterator[Office]:
    variant: Variant = request.param
    with open_office(variant, customers=230) as opened:
        yield opened
