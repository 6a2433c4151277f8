"""The one declaration of the configuration file.

Reading, checks, "did you mean", the example file and docs/reference all read `OPTIONS`. A new key is a line
there and a field of its section below; `make docs` does the rest.
The values are tuples with names: immutable like our other values, but made twenty times faster, and every
command needs them.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from simonsync.messages.render import Language
from simonsync.settings.declaration import Settings

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class ValueType(StrEnum):
    """How a value of the file is written and checked."""

    TEXT = "text"
    TEXTS = "texts"
    CHOICE = "choice"
    YES_NO = "yes_no"
    WHOLE = "whole"
    NUMBER = "number"
    URL = "url"
    FILE = "file"
    """A path; a relative one starts at the folder of the configuration file."""
    NAME = "name"
    """Part of a file's name: letters, digits, dot, dash, underscore."""
    ZONE = "zone"


class Option(NamedTuple):
    """One key of the file.

    Attributes:
        path: dotted, as in problems: `sellsy.timeout`.
        default: the value when the key is absent; None means "none", never "unknown".
        help: what the example file and the reference say about it.
        choices: allowed texts, for a choice.
        least, most: allowed range of a number, both included.
        out_of_range: the problem that says why a number is not allowed, where that is not plain.
        required: whether an empty value is a problem.
    """

    path: str
    type: ValueType
    default: str | int | float | bool | tuple[str, ...] | None
    help: str
    choices: tuple[str, ...] = ()
    least: float = 0
    most: float = 1_000_000
    required: bool = False
    out_of_range: str = ""


_T = ValueType

OPTIONS: Final[tuple[Option, ...]] = (
    Option("account", _T.NAME, "default", "name of this Simon–Sellsy pair; names its files", required=True),
    Option(
        "language",
        _T.CHOICE,
        Language.FR.value,
        "people's texts, and the texts written into Sellsy and Simon",
        tuple(language.value for language in Language),
    ),
    Option("timezone", _T.ZONE, "Europe/Paris", "zone of the dates on documents and screens", required=True),
    Option(
        "state",
        _T.FILE,
        "./state",
        "folder of <account>.db, its lock, credentials.yaml, backups; mode 0700",
        required=True,
    ),
    Option(
        "sellsy.api",
        _T.CHOICE,
        "v1",
        "`v2` asks Sellsy's newer API what has changed; all else is v1",
        ("v1", "v2"),
    ),
    Option("sellsy.url", _T.URL, "https://apifeed.sellsy.com/0/", "where Sellsy answers", required=True),
    Option("sellsy.requests_per_second", _T.NUMBER, 5, "Sellsy's limit; 5 in v1", least=0.5, most=1000),
    Option(
        "sellsy.timeout",
        _T.NUMBER,
        30,
        "seconds, to connect and to read; a whole request: four times",
        least=1,
        most=120,
    ),
    Option(
        "sellsy.document_url",
        _T.URL,
        None,
        "web address of a document, with {id} in it; for the links of simonsync report",
    ),
    Option("simon.url", _T.URL, None, "mailed by Simple-Simon after the one-time request", required=True),
    Option("simon.dialect", _T.CHOICE, "odata", "how Simon's service speaks", ("odata", "rest")),
    Option("simon.profile", _T.FILE, None, "a YAML file that overrides names on Simon's wire"),
    Option("simon.workers", _T.WHOLE, 4, "how many records are written at once", least=1, most=32),
    Option("simon.requests_per_second", _T.NUMBER, 0, "0 = no limit known", most=1000),
    Option(
        "simon.timeout",
        _T.NUMBER,
        30,
        "seconds, to connect and to read; a whole request: four times",
        least=1,
        most=120,
    ),
    Option(
        "sync.scan_requests_per_cycle",
        _T.WHOLE,
        60,
        "requests a cycle may spend on looking for changes in old records",
        least=10,
        most=1000,
    ),
    Option(
        "sync.time_budget",
        _T.WHOLE,
        240,
        "seconds a run may take before it stops at a clean point",
        least=30,
        most=3600,
    ),
    Option(
        "sync.unknown_wait_minutes",
        _T.NUMBER,
        15,
        "how long an unknown outcome waits before a draft may be made again",
        least=15,
        most=1440,
        out_of_range="config-wait-short",
    ),
    Option(
        "sync.consistency_wait_seconds",
        _T.NUMBER,
        20,
        "how long a run waits for a fresh document to become readable",
        most=120,
    ),
    Option(
        "cleanup.schedule",
        _T.TEXT,
        "weekly",
        "any systemd calendar expression, such as Mon,Thu 03:00",
        required=True,
    ),
    Option(
        "cleanup.max_deletions", _T.WHOLE, 50, "more than this many in one run need an approval", most=10_000
    ),
    Option("cleanup.max_percent", _T.NUMBER, 10, "more than this share of a table likewise", most=100),
    Option("alerts.ping_url", _T.URL, None, "told of the begin, success and failure of each sync"),
    Option("alerts.metrics_file", _T.FILE, None, "Prometheus text file, written after each run"),
    Option("alerts.notify", _T.TEXTS, (), "Apprise addresses; needs the extra simonsync[notify]"),
    Option(
        "alerts.digest",
        _T.CHOICE,
        "never",
        "a summary to those of alerts.notify, at seven in the morning: what was sent, what needs someone",
        ("never", "daily", "weekly"),
    ),
    Option("alerts.customer_names", _T.YES_NO, default=False, help="may alerts name customers?"),
    Option(
        "journal.keep_information_days",
        _T.WHOLE,
        365,
        "warnings and errors are kept for ever",
        least=1,
        most=36_500,
    ),
    Option("backup.keep", _T.WHOLE, 14, "how many daily backups are kept", least=1, most=3650),
    Option("terms_url", _T.URL, None, "the firm's own terms, named where the terms are accepted"),
    Option("insecure_http", _T.YES_NO, default=False, help="allow plain http beyond this machine"),
)

BY_PATH: Final[dict[str, Option]] = {option.path: option for option in OPTIONS}

SETTINGS_KEY: Final = "settings"
STATE_KEY: Final = "state"


class SellsyBlock(NamedTuple):
    """How to reach Sellsy; `timeout` in seconds, `document_url` with `{id}` in it or None."""

    api: str
    url: str
    requests_per_second: float
    timeout: float
    document_url: str | None


class SimonBlock(NamedTuple):
    """How to reach Simon; `timeout` in seconds, `requests_per_second` 0 where no limit is known."""

    url: str
    dialect: str
    profile: Path | None
    workers: int
    requests_per_second: float
    timeout: float


class SyncBlock(NamedTuple):
    """How a run spends time and requests; the names tell the units, `time_budget` is in seconds."""

    scan_requests_per_cycle: int
    time_budget: int
    unknown_wait_minutes: float
    consistency_wait_seconds: float


class CleanupBlock(NamedTuple):
    """When deletions run, and how many of them need an approval."""

    schedule: str
    max_deletions: int
    max_percent: float


class AlertsBlock(NamedTuple):
    """Who is told how a run went."""

    ping_url: str | None
    metrics_file: Path | None
    notify: tuple[str, ...]
    digest: str
    customer_names: bool


class JournalBlock(NamedTuple):
    """How long information stays in the journal."""

    keep_information_days: int


class BackupBlock(NamedTuple):
    """How many daily backups stay."""

    keep: int


class Configuration(NamedTuple):
    """The configuration of one account, checked; every path is absolute.

    Attributes:
        file: the file it was read from.
        timezone: name of the account's zone, known to this machine.
        state: the folder that holds everything simonsync remembers.
        settings: what is wanted [5]; the state's history says what applies.
    """

    file: Path
    account: str
    language: Language
    timezone: str
    state: Path
    sellsy: SellsyBlock
    simon: SimonBlock
    sync: SyncBlock
    cleanup: CleanupBlock
    alerts: AlertsBlock
    journal: JournalBlock
    backup: BackupBlock
    terms_url: str | None
    insecure_http: bool
    settings: Settings

    @property
    def zone(self) -> ZoneInfo:
        """The account's time zone."""
        from zoneinfo import ZoneInfo

        return ZoneInfo(self.timezone)

    @property
    def database(self) -> Path:
        """The account's state file."""
        return self.state / f"{self.account}.db"

    @property
    def lock(self) -> Path:
        """The account's lock file."""
        return self.state / f"{self.account}.lock"
