"""What to do when our memory of an account is lost: learn it anew from both services, never empty Simon."""

from __future__ import annotations

from simonsync.account.execution import Account
from simonsync.account.settings_check import settings_in_force
from simonsync.domain.records import SellsyAccount
from simonsync.errors import ExitCode
from simonsync.messages import kinds
from simonsync.store.journal import JournalFilter
from simonsync.store.state import State
from simonsync.sync.ports import SellsyWriter, SimonWriter
from simonsync.sync.rebuild import rebuild
from simonsync.sync.run import Run


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
    run = Run(
        id=run_id,
        state=state,
        sellsy=sellsy,
        simon=simon,
        account=who,
        settings=settings_in_force(state) or account.settings,
        settings_revision=0,
        language=account.language,
        clocks=account.clocks,
        timing=account.timing,
        stop=account.stop,
        progress=account.progress,
    )
    rebuild(run, reason)
    state.runs.finish(
        run_id,
        account.clocks.now(),
        exit_code=ExitCode.DONE,
        sellsy_requests=sellsy.requests - before[0],
        simon_requests=simon.requests - before[1],
    )
