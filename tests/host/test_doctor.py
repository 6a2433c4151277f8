"""How the doctor works, apart from what it looks at: order, prerequisites, words."""

from __future__ import annotations

import ast
import socket
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from string import Formatter

import pytest

from simonsync import sellsy
from simonsync.config.credentials import Credentials
from simonsync.config.file import load
from simonsync.errors import ExitCode, Stopped
from simonsync.host.doctor import checks as doctor
from simonsync.host.doctor import examination
from simonsync.host.doctor import files as doctor_files
from simonsync.host.doctor.checks import CHECKS, examine
from simonsync.host.doctor.examination import (
    Bench,
    Check,
    Finding,
    Probe,
    Setup,
    Verdict,
    carry_out,
    error,
    ok,
)
from simonsync.http import Hooks
from simonsync.messages.render import Language, word
from simonsync.sellsy import SellsyCredentials
from simonsync.sync.ports import SellsyReader
from tests.account.office import Office

NAMES = [probe.name for probe in CHECKS]


def setup_of(office: Office, reach: Callable[[], SellsyReader] | None = None) -> Setup:
    path = office.folder.parent / f"{office.folder.name}.yaml"
    path.write_text(
        f"account: firm\nlanguage: en\nstate: {office.folder}\n"
        f"sellsy: {{url: '{office.box.sellsy_url}'}}\nsimon: {{url: '{office.box.simon_url}'}}\n"
    )
    return Setup(
        configuration=lambda: load(path),
        credentials=lambda: Credentials(office.box.credentials),
        sellsy=reach or (lambda: office.sellsy),
        simon=lambda: office.simon,
        now=office.box.clock,
        environ={"XDG_CONFIG_HOME": str(office.folder / "none")},
        language=Language.EN,
    )


def results(checks: Iterator[Check]) -> dict[str, str]:
    return {check.name: check.result.value for check in checks}


def test_a_service_that_is_down_does_not_hide_the_other_one(office: Office) -> None:
    """A port that nobody listens on is asked again for 40 seconds of a clock that jumps."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

    def down() -> SellsyReader:
        hooks = Hooks(sleep=office.sleep, now=office.box.clock, clock=office.elapsed, random=lambda: 0.5)
        return sellsy.connect(f"http://127.0.0.1:{port}/", SellsyCredentials("a", "b", "c", "d"), hooks=hooks)

    found = results(examine(setup_of(office, down)))
    assert (found["sellsy"], found["simon"], found["profile"]) == ("error", "ok", "ok")
    assert (found["sellsy_clock"], found["settings"], found["pair"]) == ("skipped",) * 3


def test_a_signal_ends_it_at_once(office: Office) -> None:
    def stopped() -> SellsyReader:
        raise Stopped(ExitCode.INTERRUPTED)

    checks = examine(setup_of(office, stopped))
    before = [next(checks).name for _ in range(NAMES.index("sellsy"))]
    assert before == NAMES[: NAMES.index("sellsy")]
    with pytest.raises(Stopped):
        next(checks)


def test_each_check_is_given_as_soon_as_it_is_made(office: Office) -> None:
    looked: list[str] = []

    def look(name: str) -> Callable[[Bench], Finding]:
        def looking(_bench: Bench) -> Finding:
            looked.append(name)
            return ok("errors-none")

        return looking

    checks = carry_out([Probe(name, (), look(name)) for name in ("phase", "timers")], setup_of(office))
    next(checks)
    assert looked == ["phase"]
    next(checks)
    assert looked == ["phase", "timers"]


def test_what_follows_from_a_fault_is_skipped_through_and_through(office: Office) -> None:
    probes = (
        Probe("simon", (), lambda _bench: error("errors-open", count="1")),
        Probe("profile", ("simon",), lambda _bench: ok("errors-none")),
        Probe("pair", ("profile",), lambda _bench: ok("errors-none")),
        Probe("phase", (), lambda _bench: ok("errors-none")),
    )
    found = list(carry_out(probes, setup_of(office)))
    assert [check.result for check in found] == [
        Verdict.ERROR,
        Verdict.SKIPPED,
        Verdict.SKIPPED,
        Verdict.OK,
    ]
    assert found[1].text == "First needs: Simon"


def test_every_check_names_only_checks_before_it() -> None:
    for place, probe in enumerate(CHECKS):
        assert set(probe.needs) <= set(NAMES[:place]), probe.name


def test_the_name_of_a_check_never_changes() -> None:
    assert NAMES == [
        "configuration",
        "state_folder",
        "file_modes",
        "write_test",
        "disk_space",
        "state_file",
        "backups",
        "phase",
        "last_sync",
        "open_errors",
        "machine",
        "witness",
        "timers",
        "cleanup_schedule",
        "alerts",
        "credentials",
        "credentials_age",
        "sellsy",
        "sellsy_clock",
        "settings",
        "simon",
        "simon_clock",
        "profile",
        "pair",
    ]


# --- words --------------------------------------------------------------------------------------------


def texts(language: Language) -> dict[str, tuple[str, str]]:
    module = import_module(f"simonsync.messages.texts.{language.value}.doctor")
    found: dict[str, tuple[str, str]] = module.CHECKS
    return found


def strings_of_the_checks() -> set[str]:
    """Every text in the sources of the checks: the codes are among them."""
    return {
        node.value
        for module in (doctor, doctor_files, examination)
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("language", Language)
def test_each_language_has_the_same_findings_with_the_same_parameters(language: Language) -> None:
    def parameters(text: str) -> list[str]:
        return sorted(
            f"{name}:{form}"
            for _, name, form, _ in Formatter().parse(text)
            if name and "/" not in (form or "")
        )

    mine, english = texts(language), texts(Language.EN)
    assert list(mine) == sorted(english)
    for code, pair in mine.items():
        assert [parameters(text) for text in pair] == [parameters(text) for text in english[code]], code
        assert bool(pair[1]) == bool(english[code][1]), code
    for name in NAMES:
        assert word(f"doctor-{name}", language)


def test_no_finding_is_left_over() -> None:
    # Those that are put together: the phases, whether a clock is ahead or behind, what hints at an old copy.
    composed = ("phase-", "clock-", "witness-")
    left = texts(Language.EN).keys() - strings_of_the_checks()
    assert {code for code in left if not code.startswith(composed)} == set()
