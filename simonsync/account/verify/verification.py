"""Verify the wire of an account: hold it, ask both services, judge every fact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TypeVar

from simonsync.account.execution import Account
from simonsync.account.verify.ask_sellsy import SellsyAnswers, ask_sellsy
from simonsync.account.verify.ask_simon import SimonAnswers, ask_simon
from simonsync.account.verify.draft import draft_facts
from simonsync.account.verify.facts import Answers, Fact, Judgement, Sight, judged, not_seen
from simonsync.account.verify.sellsy import FACTS
from simonsync.account.verify.sellsy_v2 import FACTS_V2, ask_v2
from simonsync.account.verify.simon import simon_facts
from simonsync.account.verify.write import Left, find_customer, write
from simonsync.errors import CredentialsRefused, ExitCode, ServiceUnavailable, SimonsyncError, UsageError
from simonsync.messages.kinds import Message
from simonsync.sellsy.v1.api import SellsyV1
from simonsync.sellsy.v2.api import SellsyHybrid
from simonsync.simon.api import Simon
from simonsync.store.lock import hold_lock

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of it.

    Attributes:
        results: each fact and what came of it.
        problems: why a service could not be asked to the end.
        left: what was left in Sellsy.
    """

    results: tuple[tuple[Fact, Judgement], ...]
    problems: tuple[Message, ...]
    exit_code: ExitCode
    left: Left | None
    at: datetime
    api: str
    dialect: str

    def count(self, sight: Sight) -> int:
        """How many facts came out so."""
        return sum(judgement.sight is sight for _, judgement in self.results)


@dataclass(frozen=True, slots=True)
class Writing:
    """A draft is to be made.

    Attributes:
        customer: whose, by the id in Sellsy.
        agreed: whether somebody wants it, who is shown what will be left; asked once.
        wait: how long to find out about nonces, at most.
    """

    customer: str
    agreed: Callable[[Left], bool]
    wait: timedelta


def verify(account: Account, zone: tzinfo, writing: Writing | None = None) -> Verification | None:
    """Verify the wire; None where somebody was asked for a draft and did not want it.

    A service that is down or refuses us leaves its facts unseen; the other one is asked all the same.
    Raises AnotherRun, Stopped, and UsageError where no draft can be made.
    """
    with hold_lock(account.lock, "verify", account.clocks.now()):
        sellsy, simon = account.connect()
        if not (isinstance(sellsy, SellsyV1) and isinstance(simon, Simon)):
            # What answers as it came is the adapter itself, not what the engine knows of it.
            raise TypeError(type(sellsy).__name__)
        hybrid = sellsy if isinstance(sellsy, SellsyHybrid) else None
        troubles: list[SimonsyncError] = []
        of_sellsy, of_simon = SellsyAnswers(sellsy.client), SimonAnswers(simon)
        left = None
        if writing is not None:
            left = find_customer(of_sellsy, writing.customer)
            if not writing.agreed(left):
                return None
        with _noted(troubles):
            ask_sellsy(of_sellsy, account.clocks.now)
            if hybrid is not None:
                ask_v2(of_sellsy, hybrid, account.clocks.now())
            if left is not None and writing is not None:
                patience = account.timing.unknown_wait
                write(of_sellsy, left, account.clocks, zone, patience=patience, wait=writing.wait)
        with _noted(troubles):
            ask_simon(of_simon, account.clocks.now)
        of_v1 = (*FACTS, *draft_facts(zone, account.timing.unknown_wait))
        results = (
            *_judged((*of_v1, *(FACTS_V2 if hybrid else ())), of_sellsy.found, "Sellsy"),
            *_judged(simon_facts(simon.profile), of_simon.found, "Simon"),
        )
    return Verification(
        results,
        tuple(problem for trouble in troubles for problem in trouble.problems)
        + ((left.problem,) if left and left.problem else ()),
        _exit_code(results, troubles, left),
        left,
        account.clocks.now(),
        account.api,
        simon.profile.dialect,
    )


@contextmanager
def _noted(troubles: list[SimonsyncError]) -> Iterator[None]:
    """Note that a service cannot be asked any further."""
    try:
        yield
    except (CredentialsRefused, ServiceUnavailable) as trouble:
        troubles.append(trouble)
    except UsageError as trouble:
        if not trouble.code.startswith("simon-login"):
            raise
        troubles.append(trouble)


def _judged(facts: tuple[Fact, ...], answers: Answers, service: str) -> tuple[tuple[Fact, Judgement], ...]:
    if service not in answers:
        # It did not even say who it is.
        return tuple((fact, not_seen("service")) for fact in facts)
    return judged(facts, answers)


def _exit_code(
    results: tuple[tuple[Fact, Judgement], ...], troubles: list[SimonsyncError], left: Left | None
) -> ExitCode:
    """Return the most urgent: credentials, a service that is down, an unknown outcome, a difference."""
    codes = {trouble.exit_code for trouble in troubles}
    codes |= {ExitCode.UNKNOWN_OUTCOME} if left is not None and left.unknown else set()
    differ = any(judgement.sight is Sight.DIFFERENT for _, judgement in results)
    codes |= {ExitCode.NEEDS_SOMEONE} if differ or (left is not None and left.problem) else set()
    urgent = (ExitCode.USAGE, ExitCode.CREDENTIALS, ExitCode.UNAVAILABLE, ExitCode.UNKNOWN_OUTCOME)
    return next((code for code in (*urgent, ExitCode.NEEDS_SOMEONE) if code in codes), ExitCode.DONE)
