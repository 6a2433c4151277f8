"""The third step, and every later change: settings are checked against Sellsy, saved, and in force [5, 6]."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from simonsync.account.activation import Standing, standing, standing_of, verify_both
from simonsync.account.execution import Account, require_pair, without_records
from simonsync.account.loss import learn_anew, reason_of_loss
from simonsync.account.settings_check import put_in_force, require_valid, settings_in_force
from simonsync.domain.phase import Phase
from simonsync.domain.records import Product
from simonsync.errors import ServiceUnavailable, WrongPhase
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.settings.declaration import Settings
from simonsync.store.lock import hold_lock
from simonsync.store.opening import open_state
from simonsync.store.state import State
from simonsync.sync.ports import SellsyReader, SellsyWriter, SimonWriter
from simonsync.sync.quotes import leave_alone


@dataclass(frozen=True, slots=True)
class Configured:
    """What saving the settings came to.

    Attributes:
        changed: keys of the settings that are not as before.
        products: the product behind each setting that names one, as Sellsy has it now.
        activated: the integration became active by it.
        terms_missing: it would have, had the terms been accepted.
        quotes_left_alone: how many quotes become no work orders since they were there already; None where
            that was no question, or Sellsy did not say and the next run will find out.
    """

    changed: tuple[str, ...]
    products: Mapping[str, Product]
    activated: bool
    terms_missing: bool
    quotes_left_alone: int | None = None


def require_configure_allowed(standing: Standing) -> None:
    """Settings are open only after both sides were connected [5.1]. Raises WrongPhase."""
    if standing.phase in {Phase.NEVER_ACTIVATED, Phase.WIPED}:
        raise WrongPhase("configure-before-connect")


@without_records()
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


@without_records()
def configure(
    account: Account,
    wanted: Settings,
    sellsy: SellsyWriter,
    simon: SimonWriter,
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
            who = verify_both(sellsy, simon)
            require_pair(state, who, simon.licence_hash(), sellsy, account.api, account.clocks.now())
            if where.state_lost:
                learn_anew(account, state, sellsy, simon, who, reason_of_loss(state))
                state.witness.write()
        save(wanted)
        now = account.clocks.now()
        before = settings_in_force(state)
        with state.commit():
            if wanted != before:
                put_in_force(wanted, state, now, sellsy.server_time())
            if accept_terms and not where.terms_accepted:
                state.activation.accept_terms(now)
            if starts:
                state.activation.activate(now, simon.server_time() or now)
                state.journal.note(Message(kinds.ACTIVATED), now)
        return Configured(
            changed=tuple(wanted.differences(before or Settings())),
            products=checked.products,
            activated=starts,
            terms_missing=where.phase is Phase.CONNECTED and not starts,
            quotes_left_alone=_left_alone(wanted, state, sellsy, now),
        )


def _left_alone(settings: Settings, state: State, sellsy: SellsyReader, now: datetime) -> int | None:
    try:
        return leave_alone(state, sellsy, settings, sellsy.server_time() or now)
    except ServiceUnavailable:
        # What was saved holds; the next run goes on.
        return None
