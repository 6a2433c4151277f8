"""Where the credentials of both services come from, and how they are kept: never in the configuration file.

First the environment, then the folder that systemd hands to a service, then `credentials.yaml` in the state
folder. No text, repr or error of this module contains a value.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from simonsync.config.state_folder import check_state_folder, make_state_folder
from simonsync.errors import UsageError
from simonsync.files import NotPlain, open_to_read, state_problem, write_durably
from simonsync.messages.kinds import Message

PREFIX: Final = "SIMONSYNC_"
FILE: Final = "credentials.yaml"
FOLDER_VARIABLE: Final = "CREDENTIALS_DIRECTORY"
LARGEST: Final = 1_000_000
"""Bytes of the file that are read; ten credentials are far below."""

SELLSY_TOKENS: Final = (
    "sellsy_consumer_token",
    "sellsy_consumer_secret",
    "sellsy_user_token",
    "sellsy_user_secret",
)
SELLSY_CLIENT: Final = ("sellsy_client_id", "sellsy_client_secret")
SIMON: Final = ("simon_key", "simon_user", "simon_password")
SIMON_OPTIONAL: Final = ("simon_api_key",)
OPEN: Final = ("simon_user",)
NAMES: Final = (*SELLSY_TOKENS, *SELLSY_CLIENT, *SIMON, *SIMON_OPTIONAL)


class Credentials(Mapping[str, str]):
    """The credentials that were found, by name (`simon_key`); whoever prints them sees names only."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str]) -> None:
        """Take values that are already checked; empty ones count as missing."""
        self._values = {name: value for name, value in values.items() if value}

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that nobody may see: all but the name of a user, which people need to read."""
        return tuple(value for name, value in self._values.items() if name not in OPEN)

    def __repr__(self) -> str:
        """Show which are there, and no value."""
        return f"Credentials({', '.join(sorted(self._values))})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Credentials) and self._values == other._values

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))


def variable_of(name: str) -> str:
    """Return the environment variable of a credential: `SIMONSYNC_SIMON_KEY` for `simon_key`."""
    return PREFIX + name.upper()


def read_credentials(state: Path, environ: Mapping[str, str]) -> Credentials:
    """Read all credentials that can be found; the state folder need not exist yet.

    Raises UsageError where a file is open to others, cannot be read, or does not hold credentials.
    """
    found = dict(_from_file(state))
    found.update(_from_folder(environ))
    found.update(from_environment(environ))
    return Credentials(found)


def from_environment(environ: Mapping[str, str]) -> Credentials:
    """Read the credentials that the environment gives."""
    return Credentials({name: _one_line(environ.get(variable_of(name), "")) for name in NAMES})


def missing_credentials(credentials: Mapping[str, str], state: Path, *names: str) -> tuple[Message, ...]:
    """Name each credential that is not there, by its variable and by its name in the file."""
    missing = [name for name in names if not credentials.get(name)]
    problems = [
        Message.of(
            "credential-missing", {"variable": variable_of(name), "name": name, "path": str(state / FILE)}
        )
        for name in missing
    ]
    if set(SELLSY_TOKENS) <= set(missing):
        client, secret = SELLSY_CLIENT
        others = {"client": variable_of(client), "secret": variable_of(secret)}
        problems.append(Message.of("credential-or-client", others))
    return tuple(problems)


def sellsy_names(api: str, credentials: Mapping[str, str]) -> tuple[str, ...]:
    """List the credentials with which Sellsy is spoken to, or that are missing for it.

    A client's id and secret open both APIs, four tokens only `v1`. Where both kinds are there, the client is
    meant: four tokens are the older kind.
    """
    if api == "v2" or all(credentials.get(name) for name in SELLSY_CLIENT):
        return SELLSY_CLIENT
    if all(credentials.get(name) for name in SELLSY_TOKENS):
        return SELLSY_TOKENS
    return SELLSY_CLIENT if any(credentials.get(name) for name in SELLSY_CLIENT) else SELLSY_TOKENS


def store_credentials(state: Path, values: Mapping[str, str]) -> None:
    """Keep credentials in the state folder, beside those already there; an empty value removes one.

    The file is 0600 from its first byte on. Raises UsageError or StateUnusable.
    """
    make_state_folder(state)
    kept = {**_from_file(state), **values}
    path = state / FILE
    lines = [
        "# Credentials of Sellsy and Simple-Simon, written by `simonsync connect`. Keep them to yourself.\n",
        *(f"{name}: {_quoted(kept[name])}\n" for name in NAMES if kept.get(name)),
    ]
    try:
        write_durably(path, "".join(lines), mode=0o600)
    except OSError as error:
        raise state_problem(path, error) from None


def _from_folder(environ: Mapping[str, str]) -> Credentials:
    folder = environ.get(FOLDER_VARIABLE)
    if not folder:
        return Credentials({})
    values: dict[str, str] = {}
    for name in NAMES:
        path = Path(folder) / name
        try:
            values[name] = _one_line(path.read_text("utf-8"))
        except FileNotFoundError:
            continue
        except OSError as error:
            cause = error.strerror or ""
            raise UsageError("credentials-unreadable", path=str(path), cause=cause) from None
        except UnicodeDecodeError:
            raise UsageError("credentials-not-text", path=str(path), name=name) from None
    return Credentials(values)


def _from_file(state: Path) -> Credentials:
    path = state / FILE
    check_state_folder(state, to_write=False)
    try:
        descriptor = open_to_read(path)
    except FileNotFoundError:
        return Credentials({})
    except NotPlain as error:
        raise state_problem(path, error) from None
    except OSError as error:
        raise UsageError("credentials-unreadable", path=str(path), cause=error.strerror or "") from None
    try:
        # The rights of the very file that is read, not of one that was put in its place meanwhile.
        mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
        if mode & 0o077:
            raise UsageError("credentials-too-open", path=str(path), mode=f"{mode:04o}")
        content = os.read(descriptor, LARGEST)
    except OSError as error:
        raise UsageError("credentials-unreadable", path=str(path), cause=error.strerror or "") from None
    finally:
        os.close(descriptor)
    return Credentials(_parsed(content, path))


def _parsed(content: bytes, path: Path) -> dict[str, str]:
    from simonsync.config.yaml_text import parse

    try:
        document = parse(content.decode("utf-8-sig"), path)
    except UnicodeDecodeError:
        raise UsageError("credentials-syntax", path=str(path), line="1") from None
    except UsageError as error:
        # The parser's own words may quote what it read.
        line = error.problems[0].params.get("line", "1")
        raise UsageError("credentials-syntax", path=str(path), line=line) from None
    values: dict[str, str] = {}
    problems: list[Message] = []
    for name, value in document.data.items():
        place = f"{path}:{document.lines[name]}"
        if name not in NAMES:
            # A secret pasted without its name must not be shown back.
            nearest = get_close_matches(name, NAMES, n=1)
            allowed = nearest[0] if nearest else ", ".join(NAMES)
            problems.append(Message.of("credentials-unknown-name", {"path": place, "allowed": allowed}))
        elif isinstance(value, bool):
            values[name] = document.raw[name]
        elif isinstance(value, str):
            values[name] = _one_line(value)
        elif value is not None:
            problems.append(Message.of("credentials-not-text", {"path": place, "name": name}))
    if problems:
        raise UsageError.of(problems)
    return values


def _one_line(text: str) -> str:
    """Take off the line end that editors and `echo` leave behind a secret; blanks may belong to it."""
    return text.rstrip("\r\n")


def _quoted(value: str) -> str:
    from simonsync.config.yaml_text import quoted

    return quoted(value)
