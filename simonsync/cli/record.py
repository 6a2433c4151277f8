"""`--record FILE`: keep what a command was told by both services, and what there was before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from simonsync.cli.context import clocks_of, place_for
from simonsync.cli.output import Result, to_json
from simonsync.cli.start import WITH_VALUE
from simonsync.cli.style import Style
from simonsync.errors import SimonsyncError, UsageError
from simonsync.messages.render import word

if TYPE_CHECKING:
    from simonsync.cli.invocation import Invocation

WITHOUT_EXCHANGE: Final = frozenset(
    {"browse", "demo", "desk", "replay", "sandbox", "schedule", "support-bundle"}
)
"""Commands that ask neither service about an account."""
_OWN: Final = ("--quiet", "--verbose")


def record(
    arguments: Sequence[str], session: Invocation, carry_out: Callable[..., Result | int]
) -> Result | int:
    """Carry out a command and keep what belongs to it; where it cannot be kept, nothing is done."""
    from simonsync.account.recording import recording
    from simonsync.cli.failures import result_of

    context, outcome = session.context, None
    try:
        if session.start.command.partition(" ")[0] in WITHOUT_EXCHANGE:
            raise UsageError("record-not-here", command=session.start.command)
        path = place_for(context, str(session.start.options.record))
        known = tuple(context.credentials)
        with recording(
            path,
            context.configuration,
            clocks_of(context),
            own_arguments(arguments),
            known,
            context.language.value,
        ) as recorded:
            context.surroundings = recorded.surroundings
            outcome = carry_out(arguments, session)
            recorded.result = as_recorded(outcome)
    except SimonsyncError as error:
        if outcome is None or isinstance(outcome, int):
            return result_of(error, session)
        return outcome._replace(messages=(*outcome.messages, *error.problems))
    context.output.note(f"{word('file-written', context.language)} {path}", Style.GOOD)
    return outcome


def own_arguments(arguments: Sequence[str]) -> list[str]:
    """Leave out what is about this machine and this terminal, not about what is done."""
    kept: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        name, equals, _ = argument.partition("=")
        if name in WITH_VALUE and all(each.startswith("-") for each in kept):
            if not equals:
                next(rest, "")
        elif argument not in _OWN:
            kept.append(argument)
    return kept


def as_recorded(outcome: Result | int) -> dict[str, object]:
    """Say what a command came to, as values of JSON."""
    import json

    if isinstance(outcome, int):
        return {"exit_code": outcome, "data": {}, "messages": []}
    value = {
        "exit_code": int(outcome.exit_code),
        "data": outcome.data,
        "messages": [{"code": each.code, **each.shown} for each in outcome.messages],
    }
    written: dict[str, object] = json.loads(to_json(value))
    return written
