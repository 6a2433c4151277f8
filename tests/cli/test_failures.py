from __future__ import annotations

from pathlib import Path

import pytest
import typer

from simonsync import errors
from simonsync.cli.failures import result_of
from simonsync.cli.invocation import Invocation
from simonsync.cli.start import scan
from simonsync.errors import ExitCode
from simonsync.messages.kinds import Message


@pytest.fixture
def session(tmp_path: Path) -> Invocation:
    return Invocation(scan(["status"]), {}, tmp_path)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.UsageError("x"), 2),
        (errors.StateUnusable("x"), 2),
        (errors.CredentialsRefused("x"), 5),
        (errors.AnotherRun("x"), 6),
        (errors.ServiceUnavailable("x"), 7),
        (errors.OutcomeUnknown("x"), 8),
        (errors.WrongPhase("x"), 9),
        (errors.Refused("x"), 3),
        (errors.NotFound("x"), 3),
        (errors.Stopped(ExitCode.INTERRUPTED), 130),
        (errors.Stopped(ExitCode.TERMINATED), 143),
        (KeyboardInterrupt(), 130),
        (typer.Abort(), 2),
        (ValueError("x"), 1),
        (RecursionError(), 1),
        (errors.SimonsyncError("x"), 1),
    ],
)
def test_every_exception_ends_in_its_exit_code(session: Invocation, error: BaseException, code: int) -> None:
    result = result_of(error, session)
    assert result.exit_code == code
    assert result.messages


def test_all_problems_of_an_error_are_told(session: Invocation) -> None:
    problems = [Message.of("a"), Message.of("b", {"x": "y"}), Message.of("c")]
    assert list(result_of(errors.UsageError.of(problems), session).messages) == problems


def test_a_bug_asks_for_a_report_and_names_its_place(session: Invocation) -> None:
    try:
        scan(None)  # type: ignore[arg-type]  # a mistake on purpose
    except TypeError as error:
        (told,) = result_of(error, session).messages
    assert isinstance(told, Message)
    assert told.code == "bug"
    assert told.params["kind"] == "TypeError"
    assert told.params["place"].startswith("simonsync.cli.start:")
