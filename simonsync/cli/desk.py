"""`desk`: the page for the office, for people who do not use a terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from simonsync.cli.invocation import context_of
from simonsync.cli.output import Result
from simonsync.cli.style import Style
from simonsync.errors import Stopped, UsageError
from simonsync.messages.render import desk_word


def desk(
    ctx: typer.Context,
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, show_default=False)] = 0,
) -> Result:
    """Serve the page until a signal comes."""
    from getpass import getuser
    from importlib.util import find_spec

    from simonsync.cli.signals import Stopper
    from simonsync.config.file import load
    from simonsync.host.extras import install_command

    if find_spec("flask") is None or find_spec("cheroot") is None:
        raise UsageError("desk-extra-missing", command=install_command("desk"))
    from simonsync.desk.server import serving
    from simonsync.desk.site import DeskSite

    context = context_of(ctx)
    # What is wrong with the configuration or the credentials' file is told here, not first on a page.
    zone = context.configuration.zone
    site = DeskSite(
        configured=lambda: load(context.file, account=context.options.account),
        credentials=lambda: context.credentials,
        environ=context.environ,
        language=context.language,
        zone=zone,
        who=getuser(),
    )
    stopper = Stopper()
    with stopper.listening():
        try:
            with serving(site, port) as url:
                context.output.line(url, Style.STRONG)
                context.output.note(desk_word("open", context.language), Style.FAINT)
                if context.output.as_json:
                    data = {"url": url}
                    context.output.document(context.command, context.account, Result(data), context.language)
                while True:
                    stopper.sleep(0.5)
                    stopper.check()
        except Stopped as stopped:
            # To be stopped is how it ends: the code tells it, no words are needed.
            return Result(exit_code=stopped.exit_code)
