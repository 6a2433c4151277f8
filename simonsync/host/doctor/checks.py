"""Check everything that must be in order, and say for each fault what puts it right.

Nothing of the account is needed but its configuration file: the doctor works before anything is set up, and
while a sync goes on. To add a check: a function that returns a `Finding`, a line in `CHECKS` that names it
and the checks that it needs, and the text and remedy of each finding in `messages/texts/*/doctor.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

from simonsync.domain.phase import Phase
from simonsync.domain.reading import past
from simonsync.files import NotPlain, not_writable, require_plain
from simonsync.host.doctor.examination import (
    Bench,
    Check,
    Finding,
    Probe,
    Setup,
    carry_out,
    error,
    ok,
    skipped,
    warning,
    wrong,
)
from simonsync.host.doctor.files import FILE_PROBES, credentials_age
from simonsync.messages.kinds import Severity
from simonsync.report.metrics import DONE
from simonsync.sync.run import as_text

LATE: Final = timedelta(minutes=15)
"""Age of the last successful sync from which on something is wrong: three intervals of the timer [7.2]."""
SKEWED: Final = timedelta(seconds=60)
BADLY_SKEWED: Final = timedelta(seconds=300)


# --- the services -----------------------------------------------------------------------------------


def _credentials(bench: Bench) -> Finding:
    from simonsync.config.credentials import SIMON, sellsy_names, variable_of

    wanted = (*sellsy_names(bench.configuration.sellsy.api, bench.credentials), *SIMON)
    missing = [variable_of(name) for name in wanted if not bench.credentials.get(name)]
    if missing:
        return error("credentials-missing", variables=", ".join(missing))
    return ok("credentials-ok", count=str(len(wanted)))


def _sellsy(bench: Bench) -> Finding:
    return ok("sellsy-ok", company=bench.account.name)


def _simon(bench: Bench) -> Finding:
    try:
        bench.simon.verify()
    finally:
        bench.note_clock("simon", bench.simon.server_time())
    return ok("simon-ok")


def _clock_of(service: str) -> Callable[[Bench], Finding]:
    def look(bench: Bench) -> Finding:
        if service not in bench.clocks:
            return _without_clock(service, bench)
        skew = bench.clocks[service]
        seconds = f"{abs(skew).total_seconds():.0f}"
        if abs(skew) < SKEWED:
            return ok("clock-ok", seconds=seconds)
        direction = "ahead" if skew > timedelta() else "behind"
        return (error if abs(skew) >= BADLY_SKEWED else warning)(f"clock-{direction}", seconds=seconds)

    return look


def _without_clock(service: str, bench: Bench) -> Finding:
    """Tell that Sellsy does not say what time it is although it answers: some waits are measured by that."""
    if service == "sellsy" and "account" in bench.__dict__:
        return warning("sellsy-no-date")
    return skipped("clock-unknown")


def _pair(bench: Bench) -> Finding:
    from simonsync.account.execution import require_pair

    if bench.state is None or bench.activation.corp_id is None:
        return skipped("pair-unknown")
    api = bench.configuration.sellsy.api
    require_pair(bench.state, bench.account, bench.simon.licence_hash(), bench.sellsy, api, bench.setup.now())
    return ok("pair-ok", company=bench.account.name)


def _profile(bench: Bench) -> Finding:
    from simonsync.simon.api import Simon
    from simonsync.simon.check import profile_mismatches

    # What reads by a profile is the adapter itself, not what the engine knows of it.
    problems = profile_mismatches(bench.simon) if isinstance(bench.simon, Simon) else ()
    return wrong(problems) if problems else ok("profile-ok")


def _settings(bench: Bench) -> Finding:
    from simonsync.account.settings_check import check_settings

    problems = check_settings(bench.configuration.settings, bench.sellsy).problems
    return wrong(problems) if problems else ok("settings-ok")


# --- what our state says ------------------------------------------------------------------------------


def _phase(bench: Bench) -> Finding:
    phase = bench.activation.phase
    if phase is Phase.ACTIVE:
        return ok("phase-active")
    return warning(f"phase-{phase.replace('_', '-')}")


def _last_sync(bench: Bench) -> Finding:
    state, since = bench.state, bench.activation.since
    if state is None or bench.activation.phase is not Phase.ACTIVE or since is None:
        return skipped("sync-not-due")
    now, last = bench.setup.now(), state.runs.last(command="sync", exit_codes=DONE)
    ended = None if last is None else past(last.finished_at, now)
    known = [at for at in (ended, past(since, now)) if at is not None]
    if not known or now - max(known) > LATE:
        return error("sync-late", at=as_text(ended)) if ended else error("sync-never")
    return ok("sync-ok", at=as_text(ended)) if ended else ok("sync-soon")


def _open_errors(bench: Bench) -> Finding:
    count = 0 if bench.state is None else bench.state.journal.open_count(Severity.ERROR)
    return error("errors-open", count=str(count)) if count else ok("errors-none")


def _machine(bench: Bench) -> Finding:
    from simonsync.account.machine import machine_identity

    known, here = bench.activation.machine, machine_identity()
    if here is None:
        return skipped("machine-without-id")
    if known is None:
        return skipped("machine-unknown")
    return ok("machine-ok") if known == here else error("machine-other")


def _witness(bench: Bench) -> Finding:
    if bench.state is None:
        return skipped("witness-new")
    witness = bench.state.witness
    doubt = witness.doubt()
    if doubt is not None:
        return warning(doubt, path=str(witness.path))
    return skipped("witness-new") if witness.is_new else ok("witness-ok")


# --- what starts it and who is told ---------------------------------------------------------------------


def _timers(bench: Bench) -> Finding:
    from contextlib import suppress

    from simonsync.errors import StateUnusable
    from simonsync.host.schedule import writable_folders
    from simonsync.host.timers import idle, note_schedulers, schedulers, stale

    configuration = bench.configuration
    found = schedulers(configuration.account, configuration.file, bench.setup.environ)
    with suppress(StateUnusable):
        # A state that is busy is told next time.
        if bench.state is not None:
            note_schedulers(bench.state.journal, bench.setup.now(), found)
    if not found:
        return warning("timers-none")
    names = ", ".join(found)
    if len(found) > 1:
        return error("timers-several", found=names)
    start = idle(names, configuration.account, bench.setup.environ)
    if start is not None:
        return warning("timers-idle", found=names, command=start)
    unit = stale(names, configuration.account, writable_folders(configuration))
    if unit is not None:
        return warning("timers-stale", path=unit)
    return ok("timers-ok", found=names)


def _calendar(bench: Bench) -> Finding:
    from simonsync.host.calendar import parse

    schedule = bench.configuration.cleanup.schedule
    parse(schedule)
    return ok("calendar-ok", schedule=schedule)


def _alerts(bench: Bench) -> Finding:
    alerts = bench.configuration.alerts
    if not (alerts.ping_url or alerts.metrics_file or alerts.notify):
        return skipped("alerts-none")
    folder = alerts.metrics_file.parent if alerts.metrics_file else None
    if folder and not folder.is_dir():
        return warning("alerts-no-folder", path=str(folder))
    if alerts.metrics_file:
        try:
            require_plain(alerts.metrics_file)
        except NotPlain as problem:
            return wrong(not_writable(alerts.metrics_file, problem).problems)
    if alerts.notify:
        return _addresses(alerts.notify)
    return ok("alerts-ok")


def _addresses(addresses: tuple[str, ...]) -> Finding:
    import logging

    from simonsync.host.extras import install_command

    try:
        from apprise import Apprise
    except ImportError:
        return warning("alerts-extra", command=install_command("notify"))
    # Its own lines show addresses, and with them passwords and tokens.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    bad = [f"alerts.notify[{place}]" for place, text in enumerate(addresses) if not Apprise().add(text)]
    return warning("alerts-address", path=", ".join(bad)) if bad else ok("alerts-ok")


CHECKS: Final = (
    *FILE_PROBES,
    Probe("phase", ("state_file",), _phase),
    Probe("last_sync", ("state_file",), _last_sync),
    Probe("open_errors", ("state_file",), _open_errors),
    Probe("machine", ("state_file",), _machine),
    Probe("witness", ("state_file",), _witness),
    Probe("timers", ("configuration",), _timers),
    Probe("cleanup_schedule", ("configuration",), _calendar),
    Probe("alerts", ("configuration",), _alerts),
    Probe("credentials", ("configuration",), _credentials),
    Probe("credentials_age", ("credentials",), credentials_age),
    Probe("sellsy", ("credentials",), _sellsy),
    Probe("sellsy_clock", ("credentials",), _clock_of("sellsy")),
    Probe("settings", ("sellsy",), _settings),
    Probe("simon", ("credentials",), _simon),
    Probe("simon_clock", ("credentials",), _clock_of("simon")),
    Probe("profile", ("simon",), _profile),
    Probe("pair", ("sellsy", "simon", "state_file"), _pair),
)
"""All checks, in the order in which people read them: those that take long come last."""


def examine(setup: Setup) -> Iterator[Check]:
    """Make every check, and give each as soon as it is made. Raises Stopped and nothing else."""
    return carry_out(CHECKS, setup)
