"""What an account has been through: runs and cases, and how its figures are read back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from simonsync.config.file import load
from simonsync.config.schema import Configuration
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.store.state import State

BEGUN = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def configured(folder: Path, language: str = "en", **values: Any) -> Configuration:
    lines = "".join(f"  {key}: {value}\n" for key, value in values.items())
    (folder / "config.yaml").write_text(
        f"account: firm\nlanguage: {language}\nsimon: {{url: 'http://127.0.0.1:9/'}}\n"
        + (f"alerts:\n{lines}" if lines else "")
    )
    return load(folder / "config.yaml")


def ran(
    state: State, at: datetime = BEGUN, *, command: str = "sync", code: int | None = 0, seconds: int = 7
) -> int:
    run = state.runs.begin(command, at)
    if code is not None:
        end = at + timedelta(seconds=seconds)
        state.runs.finish(run, end, exit_code=code, sellsy_requests=42, simon_requests=17)
    return run


def noted(state: State, at: datetime = BEGUN, number: str = "4711", **params: str) -> None:
    given = {"number": number, "name": "Dupont SARL", **params}
    message = Message(kinds.WORK_ORDER_CUSTOMER_UNKNOWN, given)
    state.journal.note(message, at + timedelta(seconds=1), record=f"id-{number}")


def read_metrics(text: str) -> dict[tuple[str, ...], float]:
    found: dict[tuple[str, ...], float] = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation, family.name
        assert family.type == "gauge", family.name
        for sample in family.samples:
            assert sample.labels["account"] == "firm"
            rest = [f"{key}={value}" for key, value in sample.labels.items() if key != "account"]
            found[(sample.name.removeprefix("simonsync_"), *rest)] = sample.value
    return found
