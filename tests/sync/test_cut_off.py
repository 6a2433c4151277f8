"""A sync that is cut off before its first draft, again and again, makes the draft in the next one [7.2]."""

from __future__ import annotations

import pytest

from simonsync.errors import ExitCode
from tests.firm import Firm


def asked(firm: Firm) -> list[str]:
    firm.box.log.clear()
    firm.later(minutes=5)
    assert firm.sync().exit_code is ExitCode.DONE
    return [each.method for each in firm.box.log.entries("sellsy")]


def waiting(firm: Firm) -> None:
    """Let a work order wait, because the run ended before its draft."""
    firm.archived("Dépannage", work=30)
    firm.box.faults.set("status", service="sellsy", method="Document.create", status=429)
    assert firm.sync().exit_code is ExitCode.UNAVAILABLE
    assert firm.drafts() == []


def cut_off(firm: Firm, code: int | None) -> None:
    with firm.state() as state:
        run = state.runs.begin("sync", firm.now())
        if code is not None:
            state.runs.finish(run, firm.now(), exit_code=code, sellsy_requests=0, simon_requests=0)


@pytest.mark.parametrize("code", [None, ExitCode.TERMINATED])
def test_7_2_after_a_sync_that_was_cut_off_what_waits_is_sent_first(active: Firm, code: int | None) -> None:
    waiting(active)
    cut_off(active, code)
    methods = asked(active)
    assert methods.index("Document.create") < methods.index("Catalogue.getList")
    assert len(active.drafts()) == 1


@pytest.mark.parametrize("code", [ExitCode.DONE, ExitCode.UNAVAILABLE])
def test_7_2_else_a_sync_brings_simon_up_to_date_first(active: Firm, code: int) -> None:
    waiting(active)
    cut_off(active, code)
    methods = asked(active)
    assert methods.index("Catalogue.getList") < methods.index("Document.create")
