"""Tell monitors and people how a run went: a ping, a file for Prometheus, a message for each new case.

Nobody who does not answer may hurt a run or hold it up: each of them has a time limit, and each failure ends
in a line of the technical log.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from simonsync.config.schema import Configuration
from simonsync.errors import ExitCode, SimonsyncError
from simonsync.files import is_there
from simonsync.host.digest import due_digest
from simonsync.host.extras import install_command
from simonsync.messages.kinds import Message, Severity
from simonsync.messages.render import Language, render, sentence, word
from simonsync.report.metrics import DONE, Figures, figures_of, metrics_text
from simonsync.store.journal import Entry, JournalFilter
from simonsync.store.opening import open_state
from simonsync.store.state import State

PING_LIMIT: Final = 5.0
METRICS_LIMIT: Final = 5.0
NOTIFY_LIMIT: Final = 30.0
"""Seconds that a run waits for each of them at most."""
STOPPED_LIMIT: Final = 1.0
"""The same once a signal asked for a stop: whoever sent it does not want to wait."""
STOPPED: Final = (ExitCode.INTERRUPTED, ExitCode.TERMINATED)
MOST_MESSAGES: Final = 10
"""So many cases are told one by one; what is beyond that is told in one message."""
PERSONAL: Final = frozenset({"name", "customer", "address_customer", "file", "item", "text", "difference"})
"""Parameters of messages that may name a customer: also what people have written on a work order."""
_REFUSED: Final = 400

_log = logging.getLogger("simonsync.alerts")


@dataclass(slots=True)
class Told:
    """How a run that is announced went; who runs it says so."""

    exit_code: ExitCode = ExitCode.BUG


class Notification(NamedTuple):
    """What one person reads about one case."""

    severity: Severity
    title: str
    body: str


@contextmanager
def announced(
    configuration: Configuration, now: Callable[[], datetime], *, dry_run: bool = False
) -> Iterator[Told]:
    """Announce the begin and the end of what is done inside, unless nothing is really done.

    The body sets the exit code; an exception that leaves it tells its own.
    """
    told = Told()
    if dry_run:
        yield told
        return
    announce_start(configuration)
    begun = now()
    try:
        yield told
    except SimonsyncError as error:
        told.exit_code = error.exit_code
        raise
    except KeyboardInterrupt:
        told.exit_code = ExitCode.INTERRUPTED
        raise
    finally:
        announce_end(configuration, begun, told.exit_code)


def announce_start(configuration: Configuration) -> None:
    """Tell the monitor that a run begins. Never raises."""
    if configuration.alerts.ping_url:
        _ping(configuration, "start")


def announce_end(configuration: Configuration, begun: datetime, exit_code: ExitCode) -> None:
    """Tell the monitor, Prometheus and people how the run that began at a moment ended. Never raises.

    A run that found the account held by another one tells nothing: the other one will. What a run found that
    was stopped by a signal is told to people by the next one.
    """
    alerts = configuration.alerts
    if exit_code is ExitCode.LOCKED or not (alerts.ping_url or alerts.metrics_file or alerts.notify):
        return
    if alerts.ping_url:
        limit = STOPPED_LIMIT if exit_code in STOPPED else None
        _ping(configuration, "" if exit_code in DONE else str(int(exit_code)), limit)
    figures, cases, digest = _gathered(configuration, begun, stopped=exit_code in STOPPED)
    if alerts.metrics_file and figures:
        text = metrics_text(figures, configuration.account)
        limit = STOPPED_LIMIT if exit_code in STOPPED else METRICS_LIMIT
        _within(limit, "metrics", lambda: _write_metrics(configuration, text))
    told = alerts.notify and exit_code not in STOPPED
    notifications = notifications_of(cases, configuration) if told else []
    if digest:
        notifications.append(Notification(Severity.INFO, *digest))
    if alerts.notify and notifications:
        _within(NOTIFY_LIMIT, "notify", lambda: _notify(alerts.notify, notifications, configuration.language))


def _ping(configuration: Configuration, signal: str, limit: float | None = None) -> None:
    url = ping_address(configuration.alerts.ping_url or "", signal)
    insecure = configuration.insecure_http
    _within(limit or PING_LIMIT, "ping", lambda: _call(url, insecure_http=insecure))


def ping_address(url: str, signal: str) -> str:
    """Return where to call: the address itself for a success, else with a last part `start` or a code."""
    parts = urlsplit(url)
    path = f"{parts.path.rstrip('/')}/{signal}" if signal else parts.path
    return urlunsplit(parts._replace(path=path))


def _call(url: str, *, insecure_http: bool) -> None:
    from simonsync.http import Call, Session

    with Session("monitor", url, timeout=PING_LIMIT, insecure_http=insecure_http) as session:
        # Not repeatable: a monitor that does not answer at once is not waited for.
        status = session.send(Call("ping", "GET", repeatable=False), lambda answer: answer.status)
    if status >= _REFUSED:
        _log.info("ping: HTTP %d", status)


def _gathered(
    configuration: Configuration, begun: datetime, *, stopped: bool
) -> tuple[Figures | None, tuple[Entry, ...], tuple[str, str] | None]:
    """Read the figures, the new cases and a digest that is due from the state, as far as it can be read."""
    try:
        if not is_there(configuration.database):
            return None, (), None
        with open_state(configuration.database) as state:
            shown = _as_it_is if configuration.alerts.customer_names else without_customers
            digest = None if stopped else due_digest(state, configuration, begun, shown)
            return figures_of(state), new_cases(state, begun), digest
    except Exception as error:  # noqa: BLE001 whatever is wrong with the state, the run itself has told
        _log_failure("state", error)
        return None, (), None


def _as_it_is(message: Message) -> Message:
    return message


def new_cases(state: State, begun: datetime) -> tuple[Entry, ...]:
    """Return what newly needs someone since a run began.

    What runs left behind that died before it, or were stopped, is new too: nobody has been told of it.
    """
    run = state.runs.last()
    ended = None if run is None else run.finished_at
    while run is not None and (
        run.started_at >= begun or run.finished_at is None or run.exit_code in STOPPED
    ):
        begun = min(begun, run.started_at)
        run = state.runs.last(before=run.id)
    wanted = JournalFilter(severities=(Severity.WARNING, Severity.ERROR), since=begun)
    return tuple(
        entry
        for entry in state.journal.entries(wanted)
        if entry.first_at >= begun
        # What a run noted whose clock was ahead is no news for as long as that.
        and (ended is None or entry.first_at <= ended)
        and (entry.open or not entry.message.kind.lasting)
    )


def notifications_of(cases: Sequence[Entry], configuration: Configuration) -> list[Notification]:
    """Write one message for each case, in the account's language; a flood ends in a message that counts."""
    written = [_notification(entry, configuration) for entry in cases[:MOST_MESSAGES]]
    more = len(cases) - len(written)
    if more:
        text = sentence(Message.of("alerts-more", {"count": str(more)}), configuration.language)
        severity = max((entry.message.kind.severity for entry in cases), key=list(Severity).index)
        written.append(Notification(severity, _title(severity, configuration), text))
    return written


def _notification(entry: Entry, configuration: Configuration) -> Notification:
    message, severity = entry.message, entry.message.kind.severity
    if not configuration.alerts.customer_names:
        message = without_customers(message)
    record = entry.number or entry.record
    text, action = render(message, configuration.language, configuration.zone, record=record)
    return Notification(severity, _title(severity, configuration), f"{text}\n→ {action}" if action else text)


def _title(severity: Severity, configuration: Configuration) -> str:
    return f"simonsync {configuration.account}: {word(f'severity-{severity}', configuration.language)}"


def without_customers(message: Message) -> Message:
    """Leave out of a message whatever may name a customer."""
    return Message(
        message.kind, {name: value for name, value in message.params.items() if name not in PERSONAL}
    )


def _notify(addresses: Iterable[str], notifications: Sequence[Notification], language: Language) -> None:
    try:
        from apprise import Apprise, NotifyFormat, NotifyType
    except ImportError:
        # It is told where there is something to tell, not at each run.
        _log.warning(
            "%s",
            sentence(Message.of("alerts-extra-missing", {"command": install_command("notify")}), language),
        )
        return
    # Its own lines show addresses, and with them passwords and tokens.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    people = Apprise()
    for place, address in enumerate(addresses):
        if not people.add(address):
            _log.warning(
                "%s", sentence(Message.of("alerts-address", {"path": f"alerts.notify[{place}]"}), language)
            )
    types = {Severity.ERROR: NotifyType.FAILURE, Severity.WARNING: NotifyType.WARNING}
    for severity, title, body in notifications:
        kind = types.get(severity, NotifyType.INFO)
        if not people.notify(title=title, body=body, notify_type=kind, body_format=NotifyFormat.TEXT):
            _log.info("notify: not everybody could be told")


def _write_metrics(configuration: Configuration, text: str) -> None:
    from simonsync.files import not_writable, write_durably

    path = configuration.alerts.metrics_file
    if path is None:
        return
    try:
        write_durably(path, text, mode=0o644)
    except OSError as error:
        raise not_writable(path, error) from None


def _within(seconds: float, name: str, work: Callable[[], None]) -> None:
    """Do something that must not hurt, and do not wait longer than so many seconds for it.

    Time limits of sockets do not cover the look-up of a name, nor a file system that hangs.
    """

    def guarded() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 nothing of this may reach the run
            _log_failure(name, error)

    thread = threading.Thread(target=guarded, name=f"simonsync-{name}", daemon=True)
    try:
        thread.start()
    except RuntimeError as error:
        _log_failure(name, error)
        return
    thread.join(seconds)
    if thread.is_alive():
        _log.info("%s: not done after %.0f seconds", name, seconds)


def _log_failure(name: str, error: Exception) -> None:
    """Log why something failed; the text of a strange error may show an address, which is a secret."""
    known = isinstance(error, SimonsyncError)
    _log.info(
        "%s: %s", name, error if known else f"{type(error).__name__} {getattr(error, 'errno', '')}".strip()
    )
