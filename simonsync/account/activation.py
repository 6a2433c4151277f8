"""The three strict steps that start the integration, and the one that stops it [4, 5.1, 6.1, 9].

Simon is emptied, both sides are connected, the settings are saved: each step is open only after the one
before. The third lives in `account.configuration`. They are functions on values; asking people is the command
line's business. Every change is made under the account's lock and journalled.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from simonsync.account.execution import Account, require_pair, without_records
from simonsync.account.loss import learn_anew, state_is_lost
from simonsync.config.state_folder import BACKUPS, make_state_folder
from simonsync.domain.entities import MANUAL_TABLES, PDFS
from simonsync.domain.phase import Phase
from simonsync.domain.records import SellsyAccount, TableCount
from simonsync.errors import UsageError, WrongPhase
from simonsync.files import is_there
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Table
from simonsync.store.lock import hold_lock, take_lock
from simonsync.store.opening import open_state
from simonsync.store.phases import Activation
from simonsync.store.state import State
from simonsync.sync.ports import SellsyReader, SellsyWriter, SimonReader, SimonWriter
from simonsync.sync.rebuild import traces_in_simon, traces_of_ours
from simonsync.sync.wipe import Wiped, require_whole, save_simon, unsent_work_orders
from simonsync.sync.wipe import wipe as empty_simon

_DONE: Mapping[Phase, int] = {
    Phase.NEVER_ACTIVATED: 0,
    Phase.WIPED: 1,
    Phase.CONNECTED: 2,
    Phase.ACTIVE: 3,
    Phase.INACTIVE: 0,
}

_SHOWN_UNSENT = 20


# --- where the account stands ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an account stands before a step.

    Attributes:
        first: it has never been active: then all of Simon is emptied, whether people like it or not [4.3].
        state_lost: what the state remembers is not to be trusted: then nothing is emptied, ever.
    """

    activation: Activation
    first: bool
    state_lost: bool = False

    @property
    def phase(self) -> Phase:
        """The phase."""
        return self.activation.phase

    @property
    def steps_done(self) -> int:
        """How many of the three steps are done."""
        return _DONE[self.phase]

    @property
    def terms_accepted(self) -> bool:
        """Whether the terms of the integration have been accepted [5.1]."""
        return self.activation.terms_accepted_at is not None


def standing(account: Account) -> Standing:
    """Tell where an account stands; nothing is written and nothing is asked of a service."""
    if not is_there(account.database):
        return Standing(Activation(), first=True)
    with open_state(account.database) as state:
        return standing_of(state)


def standing_of(state: State) -> Standing:
    """Tell where an account stands, from its open state."""
    activation = state.activation.get()
    return Standing(activation, first=activation.since is None, state_lost=state_is_lost(state))


# --- step 1: empty Simon --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WipeSurvey:
    """What a wipe is about to do.

    Attributes:
        counts: the seven tables, in the manual's order.
        unsent: numbers of archived work orders that are neither sent nor settled; empty at a first start.
    """

    counts: tuple[TableCount, ...]
    tables: tuple[str, ...]
    unsent: tuple[str, ...]


def wanted_tables(standing: Standing, tables: Collection[str] | None) -> tuple[str, ...]:
    """Return the tables to empty: at a first start all of them, later those that were chosen [4.3].

    Given None nothing was chosen: all at a first start, none later. Raises UsageError where a first start is
    to leave something out.
    """
    if tables is None:
        return MANUAL_TABLES if standing.first else ()
    if standing.first and set(tables) != set(MANUAL_TABLES):
        left_out = ", ".join(table for table in MANUAL_TABLES if table not in tables)
        raise UsageError("wipe-all-obligatory", left_out=left_out)
    return tuple(table for table in MANUAL_TABLES if table in tables)


def require_wipe_allowed(standing: Standing) -> None:
    """Refuse a wipe while the integration is active, or after a loss of state; nothing was asked yet.

    Raises WrongPhase or UsageError.
    """
    if standing.phase is Phase.ACTIVE:
        raise WrongPhase("wipe-while-active")
    if standing.state_lost:
        raise UsageError("wipe-after-state-loss")


@without_records()
def survey_wipe(account: Account, simon: SimonReader, tables: Collection[str] | None) -> WipeSurvey:
    """Look at what a wipe would do; nothing is written. Proves Simon's credentials first [4.3].

    Raises WrongPhase, UsageError, CredentialsRefused or ServiceUnavailable.
    """
    where = standing(account)
    require_wipe_allowed(where)
    chosen = wanted_tables(where, tables)
    simon.verify()
    if account.database.exists():
        with open_state(account.database) as state:
            simon.expect(state.simon_tables.known())
    simon.ask_tables()
    _require_no_traces(where, simon)
    unsent: tuple[str, ...] = ()
    if not where.first and "work_orders" in chosen:
        with open_state(account.database) as state:
            unsent = tuple(head.number for head in unsent_work_orders(simon, state))
    return WipeSurvey(simon.table_counts(), chosen, unsent)


@without_records()
def wipe(
    account: Account,
    simon: SimonWriter,
    tables: Collection[str] | None,
    *,
    include_unsent: bool = False,
) -> Wiped:
    """Save everything in Simon, then empty the chosen tables; the first step of an activation [4.3].

    A complete wipe makes a first start `wiped`; a restart stays where it is. Raises WrongPhase, UsageError
    (a table was left out of a first wipe; work orders would be lost), StateUnusable, CredentialsRefused,
    ServiceUnavailable, AnotherRun or Stopped; what was deleted by then is in the backup, and the next wipe
    goes on.
    """
    require_wipe_allowed(standing(account))
    make_state_folder(account.folder)
    with (
        hold_lock(account.lock, "wipe", account.clocks.now()),
        open_state(account.database) as state,
    ):
        where = standing_of(state)
        require_wipe_allowed(where)
        chosen = wanted_tables(where, tables)
        simon.verify()
        # What has a table now, or had one when the credentials were verified, is to be in the backup.
        simon.expect(state.simon_tables.known())
        state.simon_tables.learn(simon.ask_tables())
        _require_no_traces(where, simon)
        if not where.first:
            _require_same_simon(where, simon)
            if "work_orders" in chosen and not include_unsent:
                _require_all_sent(simon, state)
        result = _wipe(account, simon, state, chosen)
        if where.first and not result.left:
            _emptied(where, simon, state)
        return result


def _emptied(where: Standing, simon: SimonReader, state: State) -> None:
    """Note that the first step is done; another Simon than the connected one is to be connected anew."""
    with state.commit():
        if where.phase is Phase.NEVER_ACTIVATED or where.activation.licence_hash != simon.licence_hash():
            state.activation.set_phase(Phase.WIPED)
        state.activation.of_simon(simon.licence_hash())


def _wipe(account: Account, simon: SimonWriter, state: State, chosen: tuple[str, ...]) -> Wiped:
    counts = simon.table_counts()
    if not any(count.count for count in counts if count.table in chosen):
        return Wiped(deleted=dict.fromkeys(chosen, 0))
    archive = save_simon(
        simon,
        account.folder / BACKUPS,
        account.name,
        account.clocks.now(),
        progress=account.progress,
        stop=account.stop,
    )
    require_whole(archive, counts)
    return empty_simon(
        simon,
        state,
        archive,
        chosen,
        account.clocks.now(),
        workers=account.workers,
        progress=account.progress,
        stop=account.stop,
    )


def _require_no_traces(where: Standing, simon: SimonReader) -> None:
    """Refuse to empty a Simon in which this integration has worked already: our memory of it is lost."""
    if where.phase is Phase.NEVER_ACTIVATED and traces_in_simon(simon):
        raise UsageError("wipe-after-state-loss")


def _require_all_sent(simon: SimonReader, state: State) -> None:
    numbers = [head.number for head in unsent_work_orders(simon, state)]
    if numbers:
        shown = ", ".join(numbers[:_SHOWN_UNSENT]) + (", …" if len(numbers) > _SHOWN_UNSENT else "")
        raise UsageError("wipe-unsent", numbers=shown, count=str(len(numbers)))


def _require_same_simon(where: Standing, simon: SimonReader) -> None:
    """Refuse another Simon than the one that this state belongs to, or that was emptied for it."""
    known = where.activation.licence_hash
    if known is not None and known != simon.licence_hash():
        raise UsageError("other-simon")


# --- step 2: connect ------------------------------------------------------------------------------


def require_connect_allowed(standing: Standing) -> None:
    """Connecting is possible only after Simon was emptied [4.3]. Raises WrongPhase."""
    if standing.phase is Phase.NEVER_ACTIVATED:
        raise WrongPhase("connect-before-wipe")


@without_records()
def verify_both(sellsy: SellsyReader, simon: SimonReader) -> SellsyAccount:
    """Prove the credentials of both sides by real calls, and tell whose Sellsy it is [4.3].

    Raises CredentialsRefused or ServiceUnavailable.
    """
    who = sellsy.account()
    simon.verify()
    return who


@without_records()
def connect(
    account: Account, sellsy: SellsyWriter, simon: SimonWriter, store: Callable[[], None]
) -> SellsyAccount:
    """Connect both sides, the second step [4.3]; while active only the credentials are replaced.

    Given adapters with the new credentials, and `store`, which keeps these: it is called once both sides have
    answered and belong to this state. Raises WrongPhase, CredentialsRefused (nothing is stored then),
    ServiceUnavailable, UsageError for another pair than this state's, AnotherRun.
    """
    require_connect_allowed(standing(account))
    return _connect(account, sellsy, simon, store)


@without_records()
def recover(
    account: Account, sellsy: SellsyWriter, simon: SimonWriter, store: Callable[[], None]
) -> SellsyAccount:
    """Take the first two steps without emptying Simon, where this integration has worked in it already.

    That is a loss of state: what was done is learnt anew from both services, and nothing is written to
    either. Raises as `connect` does; WrongPhase too where there is no trace of the integration.
    """
    where = standing(account)
    if where.phase is not Phase.NEVER_ACTIVATED or not traces_of_ours(sellsy, simon):
        raise WrongPhase("connect-before-wipe")
    make_state_folder(account.folder)
    return _connect(account, sellsy, simon, store)


def _connect(
    account: Account, sellsy: SellsyWriter, simon: SimonWriter, store: Callable[[], None]
) -> SellsyAccount:
    with (
        hold_lock(account.lock, "connect", account.clocks.now()),
        open_state(account.database) as state,
    ):
        where = standing_of(state)
        who = verify_both(sellsy, simon)
        if not where.first:
            require_pair(state, who, simon.licence_hash(), sellsy, account.api, account.clocks.now())
        _require_same_simon(where, simon)
        tables = simon.ask_tables()
        lost = where.first and traces_of_ours(sellsy, simon)
        if where.phase is Phase.NEVER_ACTIVATED and not lost:
            raise WrongPhase("connect-before-wipe")
        is_new = state.activation.get().had_invoices is None
        shows_invoices = is_new and sellsy.shows_invoices()
        store()
        now = account.clocks.now()
        with state.commit():
            state.activation.belong_to(
                corp_id=who.corp_id, company=who.name, licence_hash=simon.licence_hash(), api=account.api
            )
            # PDFs show themselves with the first work order only.
            state.simon_tables.replace(tables | (state.simon_tables.known() & {PDFS}))
            if is_new:
                state.activation.had_invoices(some=shows_invoices)
            if where.phase is not Phase.ACTIVE:
                state.activation.set_phase(Phase.CONNECTED)
            for service, codes in _REFUSED.items():
                state.journal.cure(Table.NONE, service, now, codes=codes)
            state.journal.note(Message(kinds.CONNECTED, {"company": who.name}), now)
            if lost:
                learn_anew(account, state, sellsy, simon, who, "@state-missing")
        if lost:
            state.witness.write()
        return who


_REFUSED: Mapping[str, tuple[str, ...]] = {
    "sellsy": (kinds.SELLSY_CREDENTIALS_REFUSED.code,),
    "simon": (kinds.SIMON_CREDENTIALS_REFUSED.code, kinds.SIMON_LICENCE_LAPSED.code),
}


# --- the end --------------------------------------------------------------------------------------


def deactivate(account: Account) -> bool:
    """Stop both directions at once; no service is called, and a run that goes on is asked to stop [4.4, 9].

    Return False where it was stopped already. Raises WrongPhase where it is not active, AnotherRun where the
    run that goes on does not stop.
    """
    where = standing(account)
    if where.phase is Phase.INACTIVE:
        return False
    if where.phase is not Phase.ACTIVE:
        raise WrongPhase("deactivate-not-active")
    with (
        take_lock(account.lock, "deactivate", account.clocks.now(), account.clocks.sleep),
        open_state(account.database) as state,
    ):
        now = account.clocks.now()
        with state.commit():
            state.activation.deactivate(now, _by_the_services(account, state))
            state.journal.note(Message(kinds.DEACTIVATED), now)
        return True


def _by_the_services(account: Account, state: State) -> datetime:
    """Return the present moment by the services' clocks, without asking them, as far as it can be known.

    What is archived from now on is not sent by itself: a date of ours that is ahead would have it sent.
    """
    heard, here = state.runs.last_heard(), account.clocks.reading(None)
    if heard is None or heard.said is None or not here.follows(heard):
        return account.clocks.now()
    return heard.said + here.passed(heard)
