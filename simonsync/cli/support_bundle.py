"""`support-bundle`: one file that tells support what is the matter, without secrets, names or amounts."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from simonsync.cli.context import clock_of, opened_state, place_for
from simonsync.cli.doctor import setup_of
from simonsync.cli.invocation import context_of
from simonsync.cli.output import Result
from simonsync.cli.style import Style
from simonsync.errors import SimonsyncError
from simonsync.messages.render import word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simonsync.config.schema import Configuration
    from simonsync.host.doctor.examination import Check, Shown
    from simonsync.messages.kinds import Message
    from simonsync.store.state import State


def support_bundle(ctx: typer.Context, file: Annotated[str, typer.Argument(metavar="FILE")] = "") -> Result:
    """Write the file; what is broken is what it is for, so whatever can be read is put in."""
    from simonsync.cli.signals import Stopper
    from simonsync.host.doctor.checks import examine
    from simonsync.host.support import write_bundle

    context, stopper = context_of(ctx), Stopper()
    configuration: Configuration | None = None
    state: State | None = None
    problems: list[Message] = []
    checks: list[Check] = []

    def doctor(shown: Shown) -> Iterable[Check]:
        checks.extend(examine(setup_of(context, stopper, shown)))
        return checks

    with ExitStack() as stack:
        stack.enter_context(stopper.listening())
        now = datetime.now(UTC)
        try:
            configuration = context.configuration
            now = clock_of(context)()
            state = stack.enter_context(opened_state(context))
        except SimonsyncError as error:
            problems += error.problems
        name = file or f"simonsync-support-{now:%Y%m%dT%H%M%SZ}.zip"
        path = place_for(context, name) if configuration is not None else context.folder / name
        made = write_bundle(path, configuration, state, doctor, now, problems)
    context.output.line(f"{word('file-written', context.language)} {made.path}", Style.GOOD)
    context.output.note(word("support-note", context.language))
    return Result(
        {
            "path": made.path,
            "checks": len(checks),
            "runs": made.runs,
            "entries": made.entries,
            "requests": made.requests,
        }
    )
