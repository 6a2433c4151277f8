"""`doctor`: everything that must be in order, and what puts it right where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from simonsync.cli.context import Context, clocks_of
from simonsync.cli.invocation import context_of
from simonsync.cli.output import Result, labelled
from simonsync.cli.style import Style
from simonsync.errors import ExitCode
from simonsync.messages.render import word

if TYPE_CHECKING:
    from simonsync.cli.signals import Stopper
    from simonsync.host.doctor.examination import Check, Setup, Shown
    from simonsync.sync.run import Clocks


def doctor(ctx: typer.Context) -> Result:
    """Check everything that must be in order."""
    from simonsync.cli.signals import Stopper
    from simonsync.host.doctor.checks import examine
    from simonsync.host.doctor.examination import Verdict

    context, stopper = context_of(ctx), Stopper()
    checks: list[Check] = []
    with stopper.listening():
        for check in examine(setup_of(context, stopper)):
            checks.append(check)
            _print(context, check)
    faults = [check for check in checks if check.result is Verdict.ERROR]
    warnings = [check for check in checks if check.result is Verdict.WARNING]
    context.output.line()
    _name(context, "doctor-faults", faults, Style.ERROR)
    _name(context, "doctor-watch", warnings, Style.WARNING)
    if not faults and not warnings:
        context.output.line(word("doctor-well", context.language), Style.GOOD)
    return Result(
        {
            "checks": [
                {
                    "name": check.name,
                    "result": check.result.value,
                    "text": check.text,
                    "remedy": check.remedy,
                }
                for check in checks
            ]
        },
        ExitCode.NEEDS_SOMEONE if faults else ExitCode.DONE,
    )


def setup_of(context: Context, stopper: Stopper, shown: Shown = dict) -> Setup:
    """Say how to get at what is checked, and how it is shown; nothing is read yet."""
    from simonsync.account import composition
    from simonsync.host.doctor.examination import Setup

    def our_clocks() -> Clocks:
        return clocks_of(context, stopper.sleep)

    return Setup(
        configuration=lambda: context.configuration,
        credentials=lambda: context.credentials,
        sellsy=lambda: composition.sellsy_of(
            context.configuration, context.credentials, our_clocks(), stopper.check, context.surroundings
        ),
        simon=lambda: composition.simon_of(
            context.configuration, context.credentials, our_clocks(), stopper.check, context.surroundings
        ),
        now=lambda: our_clocks().now(),
        environ=context.environ,
        language=context.language,
        shown=shown,
    )


def _name(context: Context, key: str, checks: list[Check], style: Style) -> None:
    """Name in one line the checks that somebody should look at."""
    if checks:
        names = ", ".join(word(f"doctor-{check.name}", context.language) for check in checks)
        context.output.line(labelled(key, names, context.language), style)


def _print(context: Context, check: Check) -> None:
    icon, style = {
        "ok": ("✔", Style.GOOD),
        "warning": ("▲", Style.WARNING),
        "error": ("✖", Style.ERROR),
        "skipped": ("–", Style.FAINT),
    }[check.result]
    text = labelled(f"doctor-{check.name}", check.text, context.language)
    context.output.line(f"{icon} {text}", style, indent="  ")
    if check.remedy:
        context.output.line(f"  → {check.remedy}", style, indent="    ")
