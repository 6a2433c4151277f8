"""`activate`: the three steps in their order, each shown with its tick, on a terminal or by options [4.3]."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from simonsync.cli.configure import settings_step, wanted_settings
from simonsync.cli.connect import connect_step
from simonsync.cli.invocation import context_of
from simonsync.cli.keyring import Keyring
from simonsync.cli.options import AcceptTerms, Assignments, FromEnv, FromFile, IncludeUnsent, Tables, Yes
from simonsync.cli.output import Result
from simonsync.cli.questions import confirm, may_ask
from simonsync.cli.steps import show_steps, show_working, standing_of_account
from simonsync.cli.style import Style
from simonsync.cli.values import tables_of
from simonsync.cli.wipe import choose_tables, survey, wipe_chosen
from simonsync.config.credentials import SIMON
from simonsync.domain.phase import Phase
from simonsync.errors import ExitCode, UsageError, WrongPhase
from simonsync.messages.render import word

if TYPE_CHECKING:
    from simonsync.account.activation import Standing
    from simonsync.cli.context import Context

_LOST = "wipe-after-state-loss"


def activate(
    ctx: typer.Context,
    yes: Yes = False,  # noqa: FBT002 the parser's signature
    accept_terms: AcceptTerms = False,  # noqa: FBT002 likewise
    assignments: Assignments = None,
    file: FromFile = None,
    tables: Tables = None,
    include_unsent: IncludeUnsent = False,  # noqa: FBT002 likewise
    from_env: FromEnv = False,  # noqa: FBT002 likewise
) -> Result:
    """Take the three steps in their order: wipe, connect, settings [4.3]."""
    context = context_of(ctx)
    where = standing_of_account(context)
    if where.phase == "active":
        raise WrongPhase("activate-while-active")
    steps = Activating(
        context,
        yes=yes,
        accept_terms=accept_terms,
        assignments=assignments or (),
        file=file,
        tables=tables,
        include_unsent=include_unsent,
        from_env=from_env,
    )
    return steps.take(where)


class Activating:
    """One call of `activate`, with its answers."""

    def __init__(
        self,
        context: Context,
        *,
        yes: bool,
        accept_terms: bool,
        assignments: Sequence[str],
        file: Path | None,
        tables: str | None,
        include_unsent: bool,
        from_env: bool,
    ) -> None:
        """Read the answers that the options give; what is wrong with them is told before anything is done."""
        self.context = context
        self.yes = yes
        self.accept_terms = accept_terms
        self.include_unsent = include_unsent
        self.tables = tables_of(tables)
        self.wanted = wanted_settings(context.configuration.settings, assignments, file)
        self.by_people = may_ask(context) and not yes
        self.keyring = Keyring(context, ask_people=not from_env)
        self.asks_settings = self.by_people and not assignments and file is None

    def take(self, where: Standing) -> Result:
        """Take the steps that are left. Raises UsageError where an answer is missing, before the first."""
        self._require_answers(where)
        self._greet(where)
        data: dict[str, object] = {}
        lost = where.state_lost
        if self._wipes(where):
            wiped = self._wipe(where)
            lost = wiped is None
            if wiped is not None:
                data["wipe"] = wiped.data
                if wiped.exit_code is not ExitCode.DONE:
                    return Result(
                        {**data, "phase": standing_of_account(self.context).phase},
                        wiped.exit_code,
                        wiped.messages,
                    )
        where = standing_of_account(self.context)
        if where.phase is not Phase.CONNECTED:
            if not self.context.output.as_json:
                show_steps(self.context, where, 1)
            from simonsync.account.activation import connect, recover

            take = recover if where.phase is Phase.NEVER_ACTIVATED and lost else connect
            data["company"] = connect_step(self.context, self.keyring, take).name
            where = standing_of_account(self.context)
        show_steps(self.context, where)
        settings = settings_step(
            self.context, self.wanted, by_people=self.asks_settings, accept_terms=self._terms(where)
        )
        return Result({**data, **settings.data}, settings.exit_code, settings.messages)

    def _wipes(self, where: Standing) -> bool:
        """Tell whether the first step is to be taken: always at a first start, later where it is wanted."""
        if where.first:
            return where.phase is Phase.NEVER_ACTIVATED
        if where.state_lost:
            return False
        return bool(self.tables) or (self.tables is None and self.by_people and where.phase is Phase.INACTIVE)

    def _wipe(self, where: Standing) -> Result | None:
        """Take the first step; None where nothing may be erased, because our memory of it is lost."""
        show_steps(self.context, where)
        try:
            found = survey(self.context, self.keyring, where, self.tables)
        except UsageError as error:
            if error.code != _LOST:
                raise
            self.context.output.note(word("wipe-not-after-loss", self.context.language), Style.WARNING)
            return None
        self.keyring.keep()
        if self.tables is None and not where.first:
            self.tables = choose_tables(self.context, found)
            found = survey(self.context, self.keyring, where, self.tables)
        return wipe_chosen(self.context, found, include_unsent=self.include_unsent, yes=self.yes)

    def _require_answers(self, where: Standing) -> None:
        """Nothing is erased before it is certain that all three steps can be answered."""
        from simonsync.account.activation import wanted_tables

        wanted_tables(where, self.tables)
        if may_ask(self.context):
            return
        if not self.yes:
            raise UsageError("answer-needed", option="--yes")
        if not (self.accept_terms or where.terms_accepted):
            raise UsageError("answer-needed", option="--accept-terms")
        self.keyring.obtain(*SIMON, *self.keyring.sellsy_names())

    def _greet(self, where: Standing) -> None:
        show_working(self.context, where)
        if self.by_people and not confirm(
            self.context, word("activation-start", self.context.language), "--yes"
        ):
            raise UsageError("not-confirmed")

    def _terms(self, where: Standing) -> bool:
        """Tell whether the terms are accepted by an option; the wizard asks for them itself [5.1]."""
        if self.accept_terms or where.terms_accepted or self.asks_settings:
            return self.accept_terms
        from simonsync.cli.wizard import accept_terms

        if not accept_terms(self.context):
            raise UsageError("terms-not-accepted")
        return True
