"""A service that refuses a list, or the account itself: no record's matter, and no silence."""

from __future__ import annotations

import pytest

from simonsync.errors import ExitCode
from tests.firm import Firm


@pytest.mark.parametrize("method", ["Catalogue.getCategories", "Infos.getInfos", "Client.getList"])
def test_a_list_that_sellsy_refuses_ends_the_run_and_is_told_once(active: Firm, method: str) -> None:
    refusal = active.box.faults.set(
        "api_error", service="sellsy", method=method, code="E_PRIV_NOT_ALLOWED", times=None
    )
    for _ in range(2):
        assert active.sync().exit_code is ExitCode.UNAVAILABLE
        active.later(minutes=5)
    (case,) = active.journal(only_open=True)
    assert (case.message.kind.code, case.record, case.times) == ("service-unavailable", "sellsy", 2)
    assert "E_PRIV_NOT_ALLOWED" in case.message.params["cause"]
    active.box.faults.remove(refusal)
    assert active.sync().exit_code is ExitCode.DONE
    assert active.codes(only_open=True) == []


def test_a_list_that_simon_refuses_is_a_case_of_simon(active: Firm) -> None:
    active.box.faults.set("status", service="simon", method="GET WorkOrder", status=400, times=None)
    assert active.push().exit_code is ExitCode.UNAVAILABLE
    (case,) = active.journal(only_open=True)
    assert (case.message.kind.code, case.record) == ("service-unavailable", "simon")
