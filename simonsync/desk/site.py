"""What the pages and buttons of one desk work with: the account, the language, the one action at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from simonsync.account.clocks import clock_of
from simonsync.account.composition import put_together
from simonsync.account.execution import Account
from simonsync.account.existing import existing_state
from simonsync.config.credentials import Credentials
from simonsync.config.schema import Configuration
from simonsync.desk.doing import Act, Doing, Hands
from simonsync.errors import ExitCode
from simonsync.host.timers import next_sync
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Table
from simonsync.messages.render import Language
from simonsync.report.page import PageFacts, facts_of
from simonsync.store.state import State
from simonsync.sync.run import Progress


@dataclass(frozen=True, slots=True)
class DeskSite:
    """One account's desk.

    Attributes:
        configured: reads the configuration afresh: a save changes it. Raises UsageError.
        credentials: likewise.
        language, zone: in which the pages are.
        who: who sits at the desk; stands in the journal beside what was done.
    """

    configured: Callable[[], Configuration]
    credentials: Callable[[], Credentials]
    environ: Mapping[str, str]
    language: Language
    zone: ZoneInfo
    who: str
    hands: Hands = field(default_factory=Hands)

    def now(self) -> datetime:
        """Return our clock."""
        return clock_of(self.configured(), self.environ)()

    def account(self, progress: Progress = lambda _stream, _done, _total: None) -> Account:
        """Put the account together, as each command does; it stops where the desk closes."""
        return put_together(
            self.configured(),
            self.environ,
            credentials=self.credentials,
            sleep=self.hands.sleep,
            stop=self.hands.check,
            progress=progress,
        )

    def opened(self) -> AbstractContextManager[State | None]:
        """Open the state to read; None where the account has none yet. Raises UsageError."""
        return existing_state(self.configured())

    def facts(self) -> PageFacts:
        """Gather what `report` and `status` show; no service is asked."""
        configuration, now = self.configured(), self.now()
        with self.opened() as state:
            facts = facts_of(state, configuration.account, now, configuration.sellsy.document_url)
        if not facts.status.active:
            return facts
        next_run = next_sync(configuration.account, configuration.file, self.environ, now)
        return replace(facts, status=replace(facts.status, next_run=next_run))

    def begin(self, command: str, act: Act, *, record: str = "", number: str = "") -> bool:
        """Start what a button asks for, and journal who did it; tell whether nothing else was going on.

        `record` is Simon's Id of the work order that it is about.
        """
        doing = Doing(command, self.who, self.now())

        def signed(asked: Doing) -> tuple[ExitCode, tuple[Message, ...]]:
            done = act(asked)
            params = {"who": self.who, "command": f"simonsync {command}", "number": number}
            with self.opened() as state:
                if state is not None:
                    table = Table.WORK_ORDER if record else Table.NONE
                    message = Message(kinds.DESK_ACTION, params)
                    state.journal.note(message, self.now(), record=record, table=table)
            return done

        return self.hands.begin(doing, signed)
