from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simon.service import Services


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    started = Services()
    yield started
    started.close()
