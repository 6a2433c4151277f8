"""What to do when our memory of an account is lost: learn it anew from both services, never empty Simon."""

from __future__ import annotations

from simonsync.account.execution import Account, run_of
from simonsync.account.settings_check import settings_in_force
from simonsync.domain.records import SellsyAccount
from simonsync.errors import ExitCode
from simonsync.messages import kinds
from simonsync.store.journal import JournalFilter
from simonsync.store.state import State
from simonsync.sync.ports import SellsyWriter, SimonWriter
from simonsync.sync.rebuild import rebuild


def state_is_lost(state: State) -> bool:
    """Tell whether the state was found to be lost or out of date: then Simon is never emptied."""
    return state.journal.is_open(kinds.STATE_LOST.code, "")


def reason_of_loss(state: State) -> str:
    """Tell why a lost state is thought to be lost."""
    wanted = JournalFilter(codes=(kinds.STATE_LOST.code,), only_open=True)
    return next(entry.message.params["reason"] for entry in state.journal.entries(wanted))


def learn_anew(
    account: Account, state: State, sellsy: SellsyWriter, simon: SimonWriter, who: SellsyAccount, reason: str
) -> None:
    """Learn from both services what was done, and note what it cost as a run of its own."""
    before = sellsy.requests, simon.requests
    run_id = state.runs.begin("rebuild", account.clocks.now())
    settings = settings_in_force(state) or account.settings
    rebuild(run_of(account, state, run_id, sellsy, simon, who, settings, 0), reason)
    state.runs.finish(
        run_id,
        account.clocks.now(),
        exit_code=ExitCode.DONE,
        sellsy_requests=sellsy.requests - before[0],
        simon_requests=simon.requests - before[1],
    )
