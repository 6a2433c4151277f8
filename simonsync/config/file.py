"""Find the configuration file, read it, and say everything that is wrong with it at once."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from simonsync.config.credentials import NAMES as CREDENTIAL_NAMES
from simonsync.config.promises import broken_promises
from simonsync.config.schema import (
    BY_PATH,
    OPTIONS,
    SETTINGS_KEY,
    STATE_KEY,
    AlertsBlock,
    BackupBlock,
    CleanupBlock,
    Configuration,
    JournalBlock,
    Option,
    SellsyBlock,
    SimonBlock,
    SyncBlock,
    ValueType,
)
from simonsync.config.yaml_text import Data, YamlFile, parse, read_text
from simonsync.errors import UsageError
from simonsync.messages.kinds import Message
from simonsync.messages.render import Language
from simonsync.settings.declaration import Settings
from simonsync.settings.values import read_settings

VARIABLE = "SIMONSYNC_CONFIG"
NAME = "config.yaml"

_SECTIONS: dict[str, type[NamedTuple]] = {
    "sellsy": SellsyBlock,
    "simon": SimonBlock,
    "sync": SyncBlock,
    "cleanup": CleanupBlock,
    "alerts": AlertsBlock,
    "journal": JournalBlock,
    "backup": BackupBlock,
}
_YES, _NO = {"yes", "true", "on"}, {"no", "false", "off"}
_ACCOUNT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_CREDENTIAL_WORDS = {word for name in CREDENTIAL_NAMES for word in (name, name.partition("_")[2])}


def find(given: Path | None, environ: Mapping[str, str], folder: Path) -> Path:
    """Return the file to read: the one given, the environment's, the folder's, else the user's own.

    Raises UsageError naming the places where none was found.
    """
    named = given or (Path(environ[VARIABLE]) if environ.get(VARIABLE) else None)
    if named:
        path = folder / named.expanduser()
        if not path.is_file():
            raise UsageError("config-file-missing", path=str(path))
        return path
    here = folder / NAME
    if here.is_file():
        return here
    from platformdirs import user_config_path

    own = user_config_path("simonsync", appauthor=False) / NAME
    if own.is_file():
        return own
    raise UsageError("config-not-found", here=str(here), own=str(own), variable=VARIABLE)


def load(path: Path, *, account: str | None = None) -> Configuration:
    """Read and check a configuration file; `account` names another pair than the file does.

    Raises UsageError listing every problem, each with its place and what to do.
    """
    path = path.absolute()
    return _Reading(parse(read_text(path), path), path).configuration(account)


class Glimpse(NamedTuple):
    """What an error message needs of a file that may have errors: whose it is, and in which language."""

    account: str | None = None
    language: Language | None = None


def glimpse(path: Path) -> Glimpse:
    """Read account and language from a file, or their defaults, whatever else is wrong with it.

    What it says wrongly, and all of a file that cannot be read, is None; never raises UsageError.
    """
    try:
        data = parse(read_text(path), path).data
    except UsageError:
        return Glimpse()
    account, language = (data.get(key, BY_PATH[key].default) for key in ("account", "language"))
    return Glimpse(
        account if isinstance(account, str) and _ACCOUNT.fullmatch(account) else None,
        Language(language) if language in tuple(Language) else None,
    )


class _Reading:
    """Collects values and problems of one file."""

    def __init__(self, document: YamlFile, path: Path) -> None:
        self.document = document
        self.path = path
        self.problems: list[Message] = []
        self._wrong: set[str] = set()

    def configuration(self, account: str | None) -> Configuration:
        flat = self._flatten(self.document.data)
        if account is not None:
            flat["account"] = account
        values = {option.path: self._value(option, flat) for option in OPTIONS}
        settings = self._settings()
        self._check_urls(values)
        self._check_promises(values)
        if self.problems:
            raise UsageError.of(self.problems)
        sections: dict[str, Any] = {
            name: section._make(values[f"{name}.{field}"] for field in section._fields)
            for name, section in _SECTIONS.items()
        }
        own: dict[str, Any] = {path: value for path, value in values.items() if "." not in path}
        own["language"] = Language(own["language"])
        return Configuration(file=self.path, settings=settings, **own, **sections)

    def _flatten(self, data: Mapping[str, Data]) -> dict[str, Data]:
        """Give each declared key its dotted path, and name the keys that nobody declared."""
        flat: dict[str, Data] = {}
        for key, value in data.items():
            if key == SETTINGS_KEY:
                continue
            if key in _SECTIONS:
                if isinstance(value, dict):
                    for inner, inner_value in value.items():
                        self._put(flat, f"{key}.{inner}", inner_value)
                elif value is not None:
                    self._problem("config-section-due", key)
            else:
                self._put(flat, key, value)
        return flat

    def _put(self, flat: dict[str, Data], path: str, value: Data) -> None:
        if path in BY_PATH:
            flat[path] = value
        elif path.rpartition(".")[2] in _CREDENTIAL_WORDS:
            self._problem("config-credential-in-file", path)
        else:
            self.problems.append(self._unknown(path))

    def _unknown(self, path: str) -> Message:
        """Name the key that was probably meant: one beside it, else one of another section."""
        section, _, key = path.rpartition(".")
        beside = {known.rpartition(".")[2]: known for known in BY_PATH if known.rpartition(".")[0] == section}
        if not section:
            beside |= {name: name for name in (*_SECTIONS, SETTINGS_KEY)}
        elsewhere = {known.rpartition(".")[2]: known for known in BY_PATH}
        place = self.document.place(path)
        for names in (beside, elsewhere):
            nearest = get_close_matches(key, names, n=1)
            if nearest:
                return Message.of("config-unknown-key-near", {"path": place, "nearest": names[nearest[0]]})
        return Message.of("config-unknown-key", {"path": place, "allowed": ", ".join(beside.values())})

    def _settings(self) -> Settings:
        block = self.document.data.get(SETTINGS_KEY)
        if block is None:
            return Settings()
        if not isinstance(block, dict):
            self._problem("config-section-due", SETTINGS_KEY)
            return Settings()
        try:
            return read_settings(block, SETTINGS_KEY)
        except UsageError as error:
            self.problems.extend(self._placed(problem) for problem in error.problems)
            return Settings()

    def _placed(self, problem: Message) -> Message:
        params = dict(problem.params)
        if "path" in params:
            params["path"] = self.document.place(params["path"])
        elif "key" in params:
            params["key"] = self.document.place(f"{SETTINGS_KEY}.{params['key']}")
        return Message.of(problem.code, params)

    def _problem(self, code: str, path: str, **params: str) -> None:
        self._wrong.add(path)
        self.problems.append(Message.of(code, {"path": self.document.place(path), **params}))

    def _value(self, option: Option, flat: Mapping[str, Data]) -> object:
        """Turn what was written into a value; where that fails, note why and give the default."""
        default = self._default(option)
        if option.path not in flat:
            if option.required and option.default is None:
                self._problem("config-value-missing", option.path)
            return default
        value = flat[option.path]
        if value is None or value == "":
            if option.required:
                self._problem("config-value-missing", option.path)
            return default
        if isinstance(value, dict):
            self._problem("config-single-value-due", option.path)
            return default
        if option.type is ValueType.TEXTS:
            return self._texts(option, value)
        if isinstance(value, list):
            self._problem("config-single-value-due", option.path)
            return default
        if option.type is ValueType.YES_NO:
            return self._yes_no(option, value)
        if isinstance(value, bool) and option.type in {ValueType.WHOLE, ValueType.NUMBER}:
            return self._number(option, self.document.raw[option.path])
        if isinstance(value, bool):
            self._problem("config-quote-it", option.path, value=self.document.raw[option.path])
            return default
        return self._text_value(option, value.strip())

    def _default(self, option: Option) -> object:
        if option.type is ValueType.FILE and isinstance(option.default, str):
            return self._file(option, option.default)
        return option.default

    def _file(self, option: Option, text: str) -> object:
        """Make a path absolute; a link in the place of a file is not followed."""
        try:
            path = self.path.parent / Path(text).expanduser()
            if text.isprintable():
                return path.resolve() if option.path == STATE_KEY else path.parent.resolve() / path.name
        except (OSError, RuntimeError):
            # A link that leads to itself, or the home of somebody whom this machine does not know.
            pass
        self._problem("config-path-due", option.path, value=text)
        return self._default(option)

    def _texts(self, option: Option, value: Data) -> tuple[str, ...]:
        texts: list[str] = []
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str):
                texts.append(item)
            else:
                self._problem("config-texts-due", option.path)
        return tuple(texts)

    def _yes_no(self, option: Option, value: Data) -> object:
        if isinstance(value, bool):
            return value
        text = str(value).lower()
        if text in _YES | _NO:
            return text in _YES
        self._problem("config-value-not-allowed", option.path, value=text, allowed="true, false")
        return option.default

    def _text_value(self, option: Option, text: str) -> object:
        match option.type:
            case ValueType.CHOICE:
                if text not in option.choices:
                    allowed = ", ".join(option.choices)
                    self._problem("config-value-not-allowed", option.path, value=text, allowed=allowed)
            case ValueType.WHOLE | ValueType.NUMBER:
                return self._number(option, text)
            case ValueType.FILE:
                return self._file(option, text)
            case ValueType.NAME:
                if not _ACCOUNT.fullmatch(text):
                    self._problem("config-account-name", option.path, value=text)
            case ValueType.ZONE:
                self._check_zone(option, text)
            case _ if not text.isprintable():
                self._problem("config-one-line-due", option.path)
        return text

    def _number(self, option: Option, text: str) -> object:
        read = int if option.type is ValueType.WHOLE else float
        try:
            number = read(text) if text.isascii() and "_" not in text else math.nan
        except ValueError:
            number = math.nan
        if option.least <= number <= option.most:
            # 5 and 5.0 are the same speed; whole numbers read better in texts.
            return int(number) if number == int(number) else number
        self._problem(
            option.out_of_range or ("config-number-due" if read is float else "config-whole-number-due"),
            option.path,
            value=text,
            least=f"{option.least:g}",
            most=f"{option.most:g}",
        )
        return option.default

    def _check_zone(self, option: Option, name: str) -> None:
        from zoneinfo import ZoneInfo, available_timezones

        try:
            ZoneInfo(name)
        except (ValueError, OSError):
            known = available_timezones()
        except KeyError:  # ZoneInfoNotFoundError
            known = available_timezones()
        else:
            return
        if not known:
            self._problem("config-no-zones", option.path, value=name)
            return
        nearest = get_close_matches(name, known, n=3, cutoff=0.5)
        self._problem(
            "config-zone-unknown", option.path, value=name, nearest=", ".join(nearest) or "Europe/Paris"
        )

    def _check_promises(self, values: dict[str, object]) -> None:
        """Look at the values beside each other, as far as each is right by itself."""
        loopback = is_loopback(_host(values["sellsy.url"]))
        for broken in broken_promises(values, self.path, loopback=loopback):
            if broken.path not in self._wrong:
                self._problem(broken.code, broken.path, **broken.params)

    def _check_urls(self, values: dict[str, object]) -> None:
        for option in OPTIONS:
            value = values[option.path]
            if option.type is ValueType.URL and isinstance(value, str):
                self._check_url(option.path, value, insecure_allowed=values["insecure_http"] is True)
        address = values["sellsy.document_url"]
        if isinstance(address, str) and "{id}" not in address:
            self._problem("config-id-due", "sellsy.document_url", value=_without_login(address))

    def _check_url(self, path: str, url: str, *, insecure_allowed: bool) -> None:
        from urllib.parse import urlsplit

        try:
            parts = urlsplit(url)
            host, _port = parts.hostname, parts.port
        except ValueError:
            host = None
        if host is None or parts.scheme not in {"http", "https"} or re.search(r"\s", url):
            self._problem("config-url-due", path, value=_without_login(url))
        elif parts.username is not None or parts.password is not None:
            self._problem("config-url-with-login", path)
        elif path in _SERVICES and (parts.query or parts.fragment):
            self._problem("config-url-query", path, value=url)
        elif parts.scheme == "http" and not insecure_allowed and not is_loopback(host):
            self._problem("config-url-insecure", path, value=url)


_SERVICES = frozenset({"sellsy.url", "simon.url"})
"""Addresses to which something is added: nothing may stand behind their path."""


def _host(url: object) -> str:
    from urllib.parse import urlsplit

    try:
        return urlsplit(str(url)).hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Tell whether a host name is this machine, by its form alone: nothing is looked up."""
    from ipaddress import ip_address

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _without_login(url: str) -> str:
    """Take a login out of a broken address before it is shown."""
    return re.sub(r"//[^/\s]*@", "//…@", url)
