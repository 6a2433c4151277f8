"""Questions to the person at the terminal; every one of them can be answered by an option instead."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from simonsync.errors import UsageError
from simonsync.messages.render import clean, word

if TYPE_CHECKING:
    from simonsync.cli.context import Context

_YES, _NO = {"y", "yes", "o", "oui", "j", "ja"}, {"n", "no", "non", "nee"}


def may_ask(context: Context) -> bool:
    """Tell whether somebody is there to answer: a terminal on both ends, and no document expected."""
    return sys.stdin.isatty() and not context.output.as_json and context.output.is_terminal(sys.stdout)


def confirm(context: Context, question: str, option: str) -> bool:
    """Ask a yes/no question until there is a clear answer: who goes on with Enter loses nothing.

    Raises UsageError naming the option that answers it where nobody can be asked.
    """
    return ask_yes_no_or(context, question, option, 0) is True


def ask_yes_no_or(context: Context, question: str, option: str, most: int) -> bool | int:
    """Ask as `confirm` does; an answer from 1 to `most` is a number that was shown before."""
    yes, no = (word(key, context.language) for key in ("yes", "no"))
    answers = f"{yes}/{no}/1–{most}" if most else f"{yes}/{no}"
    while True:
        answer = ask(context, f"{question} [{answers}]", option).casefold()
        if answer in _YES | {yes.casefold()}:
            return True
        if answer in _NO | {no.casefold()}:
            return False
        if answer.isdecimal() and 0 < int(answer) <= most:
            return int(answer)


def ask(context: Context, question: str, option: str, default: str = "") -> str:
    """Ask for a text; an empty answer gives the default. Raises UsageError as `confirm` does."""
    if not may_ask(context):
        _nobody_there(option)
    shown = f"{clean(question)} [{clean(default)}]" if default else clean(question)
    with _line_ended():
        try:
            return _asked(shown) or default
        except EOFError:
            _nobody_there(option)


def ask_secret(context: Context, question: str, option: str) -> str:
    """Ask for a secret, which is not shown while it is typed. Raises UsageError as `confirm` does."""
    if not may_ask(context):
        _nobody_there(option)
    from getpass import getpass

    with _line_ended():
        try:
            return getpass(f"{clean(question)}: ").strip("\r\n")
        except EOFError:
            _nobody_there(option)


@contextmanager
def _line_ended() -> Iterator[None]:
    """End the line of a question that is stopped by Ctrl-C: what is said about it has a line of its own."""
    try:
        yield
    except KeyboardInterrupt:
        print()  # noqa: T201 - where the question stands
        raise


def _asked(question: str) -> str:
    """Ask at the end of a question that breaks between words."""
    from simonsync.cli.terminal import columns, wrapped

    *before, last = wrapped(question, columns())
    for line in before:
        print(line)  # noqa: T201 - input writes to the same place
    return input(f"{last} ").strip()


def _nobody_there(option: str) -> NoReturn:
    raise UsageError("answer-needed", option=option)
