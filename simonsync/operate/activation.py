"""The three strict steps that start the integration, and the one that stops it [4, 5.1, 6.1, 9].

Simon is emptied, both sides are connected, the settings are saved: each step is open only after the one
before. Here they are functions on values; asking people is the command line's business. Every change is made
under the account's lock and journalled.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from simonsync.config.state_folder import make_state_folder
from simonsync.domain.phase import Phase
from simonsync.domain.records import Product, SellsyAccount, TableCount
from simonsync.errors import UsageError, WrongPhase
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Table
from simonsync.operate.backup import BACKUPS
from simonsync.operate.execution import Account, require_pair
from simonsync.operate.settings_check import put_in_force, require_valid, settings_in_force
from simonsync.settings.declaration import Settings
from simonsync.store.activation import Activation
from simonsync.store.lock import hold_lock, take_lock
from simonsync.store.state import State, open_state
from simonsync.sync.ports import SellsyReader, SimonReader, SimonWriter
from simonsync.sync.wipe import TABLES, Wiped, save_simon, unsent_work_orders
from simonsync.sync.wipe import wipe as empty_simon

STEPS = ("wipe", "connect", "settings")
"""The three steps, in their order [4.3]."""

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
    if not account.database.exists():
        return Standing(Activation(), first=True)
    with open_state(account.database) as state:
        return standing_of(state)


def standing_of(state: State) -> Standing:
    """Tell where an account stands, from its open state."""
    activation = state.activation.get()
    return Standing(activation, first=activation.since is None, state_lost=state_is_lost(state))


def state_is_lost(state: State) -> bool:
    """Tell whether the state was found to be lost or out of date: then `activate` never wipes.

    The hook for whoever detects a loss: an open `state-lost` case in the journal is the answer.
    """
    return state.journal.is_open(kinds.STATE_LOST.code, "")


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
        return TABLES if standing.first else ()
    if standing.first and set(tables) != set(TABLES):
        left_out = ", ".join(table for table in TABLES if table not in tables)
        raise UsageError("wipe-all-obligatory", left_out=left_out)
    return tuple(table for table in TABLES if table in tables)


def require_wipe_allowed(standing: Standing) -> None:
    """Refuse a wipe while the integration is active, or after a loss of state; nothing was asked yet.

    Raises WrongPhase or UsageError.
    """
    if standing.phase is Phase.ACTIVE:
        raise WrongPhase("wipe-while-active")
    if standing.state_lost:
        raise UsageError("wipe-after-state-loss")


def survey_wipe(account: Account, simon: SimonReader, tables: Collection[str] | None) -> WipeSurvey:
    """Look at what a wipe would do; nothing is written. Proves Simon's credentials first [4.3].

    Raises WrongPhase, UsageError, CredentialsRefused or ServiceUnavailable.
    """
    where = standing(account)
    require_wipe_allowed(where)
    chosen = wanted_tables(where, tables)
    simon.verify()
    unsent: tuple[str, ...] = ()
    if not where.first and "work_orders" in chosen:
        with open_state(account.database) as state:
            unsent = tuple(head.number for head in unsent_work_orders(simon, state))
    return WipeSurvey(simon.table_counts(), chosen, unsent)


def wipe(
    account: Account,
    simon: SimonWriter,
    tables: Collection[str] | None,
    *,
    include_unsent: bool = False,
    workers: int = 4,
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
        if not where.first:
            _require_same_simon(where, simon)
            if "work_orders" in chosen and not include_unsent:
                _require_all_sent(simon, state)
        result = _wipe(account, simon, state, chosen, workers)
        if where.first and not result.left:
            _emptied(where, simon, state)
        return result


def _emptied(where: Standing, simon: SimonReader, state: State) -> None:
    """Note that the first step is done; another Simon than the connected one is to be connected anew."""
    with state.commit():
        if where.phase is Phase.NEVER_ACTIVATED or where.activation.licence_hash != simon.licence_hash():
            state.activation.set_phase(Phase.WIPED)
        state.activation.of_simon(simon.licence_hash())


def _wipe(account: Account, simon: SimonWriter, state: State, chosen: tuple[str, ...], workers: int) -> Wiped:
    counts = [count for count in simon.table_counts() if count.table in chosen]
    if not sum(count.count for count in counts):
        return Wiped(deleted=dict.fromkeys(chosen, 0))
    archive = save_simon(
        simon,
        account.folder / BACKUPS,
        account.name,
        account.clocks.now(),
        progress=account.progress,
        stop=account.stop,
    )
    return empty_simon(
        simon,
        state,
        archive,
        chosen,
        account.clocks.now(),
        workers=workers,
        progress=account.progress,
        stop=account.stop,
    )


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


def verify_both(sellsy: SellsyReader, simon: SimonReader) -> SellsyAccount:
    """Prove the credentials of both sides by real calls, and tell whose Sellsy it is [4.3].

    Raises CredentialsRefused or ServiceUnavailable.
    """
    who = sellsy.account()
    simon.verify()
    return who


def connect(
    account: Account, sellsy: SellsyReader, simon: SimonReader, store: Callable[[], None]
) -> SellsyAccount:
    """Connect both sides, the second step [4.3]; while active only the credentials are replaced.

    Given readers with the new credentials, and `store`, which keeps these: it is called once both sides have
    answered and belong to this state. Raises WrongPhase, CredentialsRefused (nothing is stored then),
    ServiceUnavailable, UsageError for another pair than this state's, AnotherRun.
    """
    require_connect_allowed(standing(account))
    with (
        hold_lock(account.lock, "connect", account.clocks.now()),
        open_state(account.database) as state,
    ):
        where = standing_of(state)
        require_connect_allowed(where)
        who = verify_both(sellsy, simon)
        if not where.first:
            require_pair(state, who, simon.licence_hash(), account.api)
        _require_same_simon(where, simon)
        store()
        now = account.clocks.now()
        with state.commit():
            state.activation.belong_to(
                corp_id=who.corp_id, company=who.name, licence_hash=simon.licence_hash(), api=account.api
            )
            if where.phase is not Phase.ACTIVE:
                state.activation.set_phase(Phase.CONNECTED)
            for service, codes in _REFUSED.items():
                state.journal.cure(Table.NONE, service, now, codes=codes)
            state.journal.note(Message(kinds.CONNECTED, {"company": who.name}), now)
        return who


_REFUSED: Mapping[str, tuple[str, ...]] = {
    "sellsy": (kinds.SELLSY_CREDENTIALS_REFUSED.code,),
    "simon": (kinds.SIMON_CREDENTIALS_REFUSED.code, kinds.SIMON_LICENCE_LAPSED.code),
}


# --- step 3: settings -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Configured:
    """What saving the settings came to.

    Attributes:
        changed: keys of the settings that are not as before.
        products: the product behind each setting that names one, as Sellsy has it now.
        activated: the integration became active by it.
        terms_missing: it would have, had the terms been accepted.
    """

    changed: tuple[str, ...]
    products: Mapping[str, Product]
    activated: bool
    terms_missing: bool


def require_configure_allowed(standing: Standing) -> None:
    """Settings are open only after both sides were connected [5.1]. Raises WrongPhase."""
    if standing.phase in {Phase.NEVER_ACTIVATED, Phase.WIPED}:
        raise WrongPhase("configure-before-connect")


def check(account: Account, wanted: Settings, sellsy: SellsyReader) -> Mapping[str, Product]:
    """Check settings against Sellsy without saving any; what is wrong goes to the journal [5.2, 6.2].

    Return the product behind each setting that names one. Raises WrongPhase or UsageError.
    """
    require_configure_allowed(standing(account))
    with (
        hold_lock(account.lock, "configure", account.clocks.now()),
        open_state(account.database) as state,
    ):
        return require_valid(wanted, sellsy, state, account.clocks.now()).products


def configure(
    account: Account,
    wanted: Settings,
    sellsy: SellsyReader,
    simon: SimonReader,
    save: Callable[[Settings], None],
    *,
    accept_terms: bool = False,
) -> Configured:
    """Check all settings, save them, and once connected start the integration [5.1, 6.1, 6.3].

    Given the settings that are wanted and `save`, which writes them into the configuration file: it is called
    once every one of them has been checked. They apply from now on, never retroactively. Raises WrongPhase,
    UsageError (nothing is saved then), CredentialsRefused, ServiceUnavailable, AnotherRun.
    """
    require_configure_allowed(standing(account))
    with (
        hold_lock(account.lock, "configure", account.clocks.now()),
        open_state(account.database) as state,
    ):
        where = standing_of(state)
        require_configure_allowed(where)
        checked = require_valid(wanted, sellsy, state, account.clocks.now())
        starts = where.phase is Phase.CONNECTED and (accept_terms or where.terms_accepted)
        if starts:
            require_pair(state, verify_both(sellsy, simon), simon.licence_hash(), account.api)
        save(wanted)
        now = account.clocks.now()
        before = settings_in_force(state)
        with state.commit():
            if wanted != before:
                put_in_force(wanted, state, now)
            if accept_terms and not where.terms_accepted:
                state.activation.accept_terms(now)
            if starts:
                _start(state, now, simon.server_time() or now)
        return Configured(
            changed=tuple(wanted.differences(before or Settings())),
            products=checked.products,
            activated=starts,
            terms_missing=where.phase is Phase.CONNECTED and not starts,
        )


def _start(state: State, at: datetime, simon_at: datetime) -> None:
    state.activation.activate(at, simon_at)
    # A human has looked at it: that is what the case asked for.
    state.journal.cure(Table.NONE, "", at, codes=(kinds.STATE_LOST.code,))
    state.journal.note(Message(kinds.ACTIVATED), at)


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
            state.activation.deactivate(now, now)
            state.journal.note(Message(kinds.DEACTIVATED), now)
        return True
