"""What the buttons do: each is a command that exists, by the function that the command calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simonsync.account.choose import BY_ID, choose
from simonsync.account.cleanup import clean_up
from simonsync.account.configuration import configure
from simonsync.account.execution import Account, RunResult, execute
from simonsync.account.resolve import Choice, require_resolvable, resolve
from simonsync.config.rewrite import rewrite_settings
from simonsync.desk.doing import Act, Doing
from simonsync.desk.site import DeskSite
from simonsync.errors import ExitCode, UsageError
from simonsync.host.alerts import announced
from simonsync.messages.kinds import Message
from simonsync.rules.cleanup import Limits
from simonsync.settings.declaration import SETTINGS, Settings, SettingType
from simonsync.settings.values import as_mapping, parse_text, to_text
from simonsync.sync import cycle
from simonsync.sync.actions import Sink
from simonsync.sync.run import Planning

Told = tuple[ExitCode, tuple[Message, ...]]


def settle(site: DeskSite, record: str, number: str, choice: Choice, document: str) -> bool:
    """Do what `resolve` does; tell whether it was begun. Raises UsageError, WrongPhase."""
    name = f"{BY_ID}{record}"
    if choice is Choice.ADOPT and not document:
        raise UsageError("resolve-one-choice")
    require_resolvable(site.account(), name, choice)

    def act(doing: Doing) -> Told:
        resolve(site.account(doing.progress), name, choice, document or None)
        return ExitCode.DONE, ()

    said = f"resolve {number} --{choice}" + (f" {document}" if choice is Choice.ADOPT else "")
    return site.begin(said, act, record=record, number=number)


def send(site: DeskSite, record: str, number: str) -> bool:
    """Do what `push --work-order` does; tell whether it was begun."""

    def work(run: Planning, sink: Sink) -> None:
        cycle.push(run, sink, choose((f"{BY_ID}{record}",), run))

    act = _announced(site, lambda account: execute(account, "push", work))
    return site.begin(f"push --work-order {number}", act, record=record, number=number)


def synchronise(site: DeskSite) -> bool:
    """Do what `sync` does; tell whether it was begun."""
    return site.begin("sync", _announced(site, lambda account: execute(account, "sync", cycle.sync)))


def approve(site: DeskSite, plan: str) -> bool:
    """Do what `cleanup --approve` does; tell whether it was begun."""
    cleanup = site.configured().cleanup
    limits = Limits(cleanup.max_deletions, cleanup.max_percent)
    act = _announced(site, lambda account: clean_up(account, limits, approve=plan).result)
    return site.begin(f"cleanup --approve {plan}", act)


def save(site: DeskSite, answers: Mapping[str, str]) -> bool:
    """Do what `configure --set` does with what was changed; tell whether it was begun.

    Raises UsageError listing every answer that is not allowed.
    """
    before = site.configured().settings
    wanted = wanted_settings(before, answers)
    changed = " ".join(
        f"--set {key}={to_text(value)}" for key, (value, _) in wanted.differences(before).items()
    )

    def act(doing: Doing) -> Told:
        account = site.account(doing.progress)
        file = site.configured().file
        configure(account, wanted, *account.connect(), lambda settings: rewrite_settings(file, settings))
        return ExitCode.DONE, ()

    return site.begin(f"configure {changed}".strip(), act)


def wanted_settings(before: Settings, answers: Mapping[str, str]) -> Settings:
    """Return the settings with the answers of a form on top; a product is its kind and its reference.

    Raises UsageError listing every answer that is not allowed.
    """
    values = dict(as_mapping(before))
    problems: list[Message] = []
    for setting in SETTINGS:
        if setting.key not in answers:
            continue
        answer = answers[setting.key]
        if setting.type is SettingType.PRODUCT and answer:
            answer = f"{answer}:{answers.get(f'{setting.key}.reference', '').strip()}"
        try:
            values[setting.key] = parse_text(setting, answer)
        except UsageError as error:
            problems += error.problems
    if problems:
        raise UsageError.of(problems)
    return Settings(**values)  # type: ignore[arg-type]


def _announced(site: DeskSite, work: Callable[[Account], RunResult]) -> Act:
    """Make a run of what a monitor and people are told of, as of the timer's."""

    def act(doing: Doing) -> Told:
        with announced(site.configured(), site.now) as told:
            result = work(site.account(doing.progress))
            told.exit_code = result.exit_code
        return _told(result)

    return act


def _told(result: RunResult) -> Told:
    """Say what a command would: what newly needs someone, why it ended early, why something is not sent."""
    settled = tuple(settle.message for settle in result.skipped)
    return result.exit_code, (*result.new_cases, *(() if result.new_cases else result.problems), *settled)
