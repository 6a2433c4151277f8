"""`sandbox`: both services on this machine, to try things out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simonsync.cli.context import Context
from simonsync.cli.invocation import context_of
from simonsync.cli.output import Result, labelled
from simonsync.cli.style import Style
from simonsync.errors import Stopped, UsageError

if TYPE_CHECKING:
    from simonsync.sandbox.box import Sandbox

MARK = "# Written by `simonsync sandbox`; the services named here live until it is stopped.\n"
ACCOUNT = "default"
_FROM_EXTRA = {"cheroot", "werkzeug"}


def sandbox(
    ctx: typer.Context,
    port_sellsy: Annotated[
        int, typer.Option("--port-sellsy", metavar="N", min=0, max=65535, show_default=False)
    ] = 0,
    port_simon: Annotated[
        int, typer.Option("--port-simon", metavar="N", min=0, max=65535, show_default=False)
    ] = 0,
    config_out: Annotated[Path | None, typer.Option("--config-out", metavar="FILE")] = None,
    customers: Annotated[int, typer.Option("--customers", metavar="N", min=0)] = 6,
    seed: Annotated[int, typer.Option("--seed", metavar="S")] = 1,
    faults: Annotated[Path | None, typer.Option("--faults", metavar="FILE")] = None,
) -> Result:
    """Serve both stand-ins until a signal comes."""
    from simonsync.cli.signals import Stopper

    context = context_of(ctx)
    box = sandbox_class()(customers=customers, seed=seed, port_sellsy=port_sellsy, port_simon=port_simon)
    if faults:
        _switch_on(box, faults)
    stopper = Stopper()
    with stopper.listening():
        try:
            box.start()
        except OSError as error:
            ports = ", ".join(str(port) for port in (port_sellsy, port_simon) if port)
            raise UsageError("sandbox-port-taken", port=ports, cause=error.strerror or "") from None
        try:
            _announce(context, box, config_out)
            while True:
                stopper.sleep(3600)
                stopper.check()
        except Stopped as stopped:
            # To be stopped is how a sandbox ends: the code tells it, no words are needed.
            return Result(exit_code=stopped.exit_code)
        finally:
            box.stop()


def sandbox_class() -> type[Sandbox]:
    """Import the sandbox. Raises UsageError with the line that installs it where its extra is missing."""
    try:
        from simonsync.sandbox import serving
        from simonsync.sandbox.box import Sandbox
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _FROM_EXTRA:
            raise
        from simonsync.host.extras import install_command

        raise UsageError("sandbox-extra-missing", command=install_command("sandbox")) from None
    del serving
    return Sandbox


def write_configuration(box: Sandbox, path: Path, context: Context) -> Path:
    """Write a configuration file for a sandbox that is up, and its credentials; return where the latter are.

    Raises UsageError where a file stands there that somebody else has written.
    """
    from simonsync.config.credentials import FILE, store_credentials
    from simonsync.config.yaml_text import scalar
    from simonsync.files import not_writable, write_durably

    state = path.parent / "state"
    content = (
        f"{MARK}"
        f"account: {scalar(context.options.account or ACCOUNT)}\n"
        f"language: {context.language}\n"
        "timezone: Europe/Paris\n"
        "state: ./state\n"
        "sellsy:\n"
        f"  url: {box.sellsy_url}\n"
        "  requests_per_second: 1000\n"
        "simon:\n"
        f"  url: {box.simon_url}\n"
        "settings: {}\n"
    )
    try:
        if path.exists() and not path.read_bytes().startswith(MARK.encode()):
            raise UsageError("sandbox-config-exists", path=str(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        store_credentials(state, box.credentials)
        write_durably(path, content, mode=0o600)
    except OSError as error:
        raise not_writable(path, error, "config-unwritable") from None
    return state / FILE


def _announce(context: Context, box: Sandbox, config_out: Path | None) -> None:
    from simonsync.config.credentials import variable_of
    from simonsync.messages.render import word

    output, language = context.output, context.language
    config = (context.folder / config_out).absolute() if config_out else None
    credentials = write_configuration(box, config, context) if config else None
    output.line(labelled("sellsy", box.sellsy_url, language), Style.STRONG)
    output.line(labelled("simon", box.simon_url, language), Style.STRONG)
    if config:
        output.line(labelled("configuration", str(config), language))
        output.line(labelled("credentials", str(credentials), language))
        if any(config.parent.glob("state/*.db")):
            output.note(word("sandbox-old-state", language), Style.WARNING)
        _next_steps(context, box, str(config_out))
    else:
        # Made up, and of no use anywhere else.
        for name, value in box.credentials.items():
            output.verbatim(f"{variable_of(name)}={value}")
    output.note(word("sandbox-until-stopped", language), Style.FAINT)
    if output.as_json:
        data = {
            "sellsy_url": box.sellsy_url,
            "simon_url": box.simon_url,
            "config": config,
            "credentials": credentials,
        }
        account = context.options.account or ACCOUNT
        output.document(context.command, account, Result(data), language)


def _next_steps(context: Context, box: Sandbox, config: str) -> None:
    """Say what to type in another terminal, once everything stands ready."""
    from shlex import quote

    from simonsync.messages.render import word

    output, language = context.output, context.language
    for step, command in (
        ("activate", f"simonsync --config {quote(config)} activate"),
        ("work-order", f"curl -X POST {box.simon_url}_control/work-order"),
    ):
        output.line(word(f"sandbox-{step}", language))
        output.verbatim(f"  {command}", Style.STRONG)


def _switch_on(box: Sandbox, path: Path) -> None:
    from yaml import YAMLError

    try:
        box.faults.load(path)
    except OSError as error:
        raise UsageError("sandbox-faults", path=str(path), cause=error.strerror or "") from None
    except (ValueError, TypeError, YAMLError) as error:
        cause = " ".join(str(error).split())
        raise UsageError("sandbox-faults", path=str(path), cause=cause) from None
