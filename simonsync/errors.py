"""Exceptions, sorted by what the caller does next, and the exit codes they end in.

    SimonsyncError                 one sentence for people, in their language, with place and remedy
    ├── UsageError                 exit 2: the command line, the configuration, the state folder
    │   └── StateUnusable          exit 2: the state file is full, corrupt, newer, another pair
    ├── WrongPhase                 exit 9: not active, not connected
    ├── AnotherRun                 exit 6: somebody else holds this account
    ├── CredentialsRefused         exit 5: stop writing, say it once
    ├── ServiceUnavailable         exit 7: keep the cursor, the next run goes on
    │   └── ListIncomplete         exit 7: the service answers, but its list cannot be believed
    ├── StateLost              exit 3: what we remember is out of date; it was rebuilt, a human activates
    ├── Stopped                    exit 130 or 143: a signal, after a clean checkpoint
    └── RecordError                about one record: journal it, go on with the next
        ├── Refused                the service said no, and nothing was done
        ├── NotFound               there is no such record
        ├── Conflict               the ExtKey is taken
        ├── InUse                  it cannot be deleted while others point at it
        └── OutcomeUnknown         it may or may not have been done: look it up before doing it again

An exception carries a message: a code and parameters whose sentences live with the other texts, so that
an error reads in the user's language like everything else. No parameter ever holds a secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from simonsync.messages.kinds import Message


class ExitCode(IntEnum):
    """What the program's exit means. Frozen; a code that is not listed is a failure."""

    DONE = 0
    BUG = 1
    USAGE = 2
    NEEDS_SOMEONE = 3
    BRAKE = 4
    CREDENTIALS = 5
    LOCKED = 6
    UNAVAILABLE = 7
    UNKNOWN_OUTCOME = 8
    WRONG_PHASE = 9
    INTERRUPTED = 130
    TERMINATED = 143


class SimonsyncError(Exception):
    """Something went wrong that people can do something about."""

    exit_code: ExitCode = ExitCode.BUG

    def __init__(self, code: str, *, more: Sequence[Message] = (), **params: str) -> None:
        """Name the problem by its code; `more` lists further problems of the same kind."""
        self.problems: tuple[Message, ...] = (Message.of(code, params), *more)
        super().__init__("; ".join(str(problem) for problem in self.problems))

    @property
    def code(self) -> str:
        """The code of the first problem."""
        return self.problems[0].code


class UsageError(SimonsyncError):
    """The command line, the configuration or a setting is wrong; nothing was done."""

    exit_code = ExitCode.USAGE

    @classmethod
    def of(cls, problems: Sequence[Message]) -> UsageError:
        """Report several problems at once; there must be at least one."""
        first, *rest = problems
        return cls(first.code, more=rest, **first.params)


class StateUnusable(UsageError):
    """The state folder or file cannot be used: not writable, full, corrupt, newer, another pair's."""


class WrongPhase(SimonsyncError):
    """The command is not allowed in this phase; no request was made."""

    exit_code = ExitCode.WRONG_PHASE


class AnotherRun(SimonsyncError):
    """Another run holds this account."""

    exit_code = ExitCode.LOCKED


class CredentialsRefused(SimonsyncError):
    """A service refused the credentials, or the licence has lapsed: stop writing."""

    exit_code = ExitCode.CREDENTIALS


class ServiceUnavailable(SimonsyncError):
    """A service does not answer as it should, or its quota is spent: keep the cursor and end the run."""

    exit_code = ExitCode.UNAVAILABLE


class ListIncomplete(ServiceUnavailable):
    """A service answers, but a list of it is not whole: nothing is decided by it.

    Other than a service that is down this may go on for days, and must not keep everything from working.
    """


class StateLost(SimonsyncError):
    """What the state remembers cannot be trusted: nothing is written until a human has looked."""

    exit_code = ExitCode.NEEDS_SOMEONE


class Stopped(SimonsyncError):
    """A signal asked the run to stop, and it stopped at a clean point."""

    def __init__(self, exit_code: ExitCode) -> None:
        """Take the exit code that names the signal: 130 for Ctrl-C, 143 for SIGTERM."""
        super().__init__("stopped")
        self.exit_code = exit_code


class RecordError(SimonsyncError):
    """One record could not be handled; the run goes on with the next."""

    exit_code = ExitCode.NEEDS_SOMEONE


class Refused(RecordError):
    """The service refused the record with a documented code; nothing was done."""


class NotFound(RecordError):
    """There is no such record in the service."""


class Conflict(RecordError):
    """The ExtKey is already taken in Simon."""


class InUse(RecordError):
    """The record cannot be deleted: other records point at it."""


class NotSent(RecordError):
    """The request never reached the service (no connection before the first byte): nothing was done."""


class OutcomeUnknown(RecordError):
    """The request may or may not have been applied: it must be looked up before it is made again."""

    exit_code = ExitCode.UNKNOWN_OUTCOME
