"""The parser of the command line: global options, and commands that are imported when they are called."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup, TyperOption

from simonsync.cli.commands import COMMANDS, GROUPS
from simonsync.cli.invocation import Invocation
from simonsync.cli.start import LanguageCode, Options
from simonsync.errors import UsageError

_HELP = "help"
# Typer does not export the types of its parser.
ParserContext = Any
ParserCommand = Any


def command_group(session: Invocation) -> ParserCommand:
    """Build the parser; the commands themselves are imported when they are called."""
    texts = CommandTexts(session.language)
    names = {"help_option_names": ["-h", "--help"]}
    app = new_app(cls=Commands, add_completion=True, invoke_without_command=True, context_settings=names)
    app.callback()(global_options)
    group: ParserCommand = typer.main.get_command(app)
    group.help = texts.summaries[""]
    group.texts = texts
    localise(group, "", texts)
    return group


def global_options(  # noqa: PLR0913, PLR0917 the parser's signature
    ctx: typer.Context,
    config: Annotated[Path | None, typer.Option("--config", metavar="FILE")] = None,
    account: Annotated[str | None, typer.Option("--account", metavar="NAME")] = None,
    lang: Annotated[LanguageCode | None, typer.Option("--lang")] = None,
    record: Annotated[Path | None, typer.Option("--record", metavar="FILE")] = None,
    quiet: Annotated[bool, typer.Option("--quiet")] = False,  # noqa: FBT002 the parser's signature
    verbose: Annotated[bool, typer.Option("--verbose")] = False,  # noqa: FBT002 likewise
    version: Annotated[bool, typer.Option("--version")] = False,  # noqa: FBT002 likewise
    json: Annotated[bool, typer.Option("--json")] = False,  # noqa: FBT002 likewise
) -> Any:  # noqa: ANN401 a result; the parser reads this at run time
    """Take the options that every command understands; alone, say where the account stands."""
    del version  # told by the scan of the arguments, before they are parsed
    session = ctx.find_object(Invocation)
    if session:
        session.options = Options(config, account, lang, quiet=quiet, verbose=verbose, record=record)
        if verbose:
            from simonsync.cli.technical import show_technical_lines

            show_technical_lines(session.context.output, session.environ)
    if ctx.invoked_subcommand is not None or ctx.resilient_parsing:
        return None
    if json:
        raise UsageError("usage-command-missing")
    from simonsync.cli.welcome import welcome

    return welcome(ctx)


class CommandTexts:
    """What the help says, in one language."""

    def __init__(self, language: LanguageCode) -> None:
        """Take the language of the reader."""
        texts = import_module(f"simonsync.messages.texts.{language}.commands")
        self.summaries: dict[str, str] = texts.SUMMARIES
        self.options: dict[str, str] = texts.OPTIONS
        self.headings: dict[str, str] = texts.HEADINGS
        self.groups: dict[str, str] = texts.GROUPS

    def option(self, command: str, name: str) -> str | None:
        """Return what an option or argument does: in this command, else wherever it appears."""
        return self.options.get(f"{command} {name}") or self.options.get(name)

    def translate_headings(self, help_text: str) -> str:
        """Put our headings in place of the parser's English ones."""
        lines = help_text.split("\n")
        for index, line in enumerate(lines):
            for heading, ours in self.headings.items():
                if line == heading or (heading == "Usage:" and line.startswith(heading)):
                    lines[index] = ours + line.removeprefix(heading)
        return "\n".join(lines)


def new_app(**options: Any) -> typer.Typer:  # noqa: ANN401 handed through to Typer
    """Make a Typer app as all of ours are: no rich in help and errors, so that every command starts fast."""
    options.setdefault("add_completion", False)
    return typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, **options)


def load_command(name: str, texts: CommandTexts) -> ParserCommand:
    """Import one command and make it ready to be called, with `--json` and help in the reader's language."""
    room = name.replace("-", "_")
    module = import_module(f"simonsync.cli.{room}")
    found: Callable[..., Any] | typer.Typer = getattr(module, room)
    if isinstance(found, typer.Typer):
        app = found
    else:
        app = new_app()
        app.command(name)(found)
    command = typer.main.get_command(app)
    prepare(command, name, texts)
    examples = "\n".join(f"  simonsync {example}" for example in COMMANDS[name].examples)
    command.epilog = f"\b\n{texts.headings['Examples:']}\n{examples}"
    return command


def prepare(command: ParserCommand, name: str, texts: CommandTexts) -> None:
    """Give a command, and those below it, their help and the option `--json`."""
    command.name = name.rpartition(" ")[2]
    command.help = texts.summaries[name]
    # In the list of a group a summary is wrapped as everywhere, and not cut.
    command.short_help = command.help
    for inner, below in getattr(command, "commands", {}).items():
        prepare(below, f"{name} {inner}", texts)
    if not isinstance(command, TyperGroup):
        # Told by the scan of the arguments; declared for help and completion.
        command.params.append(TyperOption(param_decls=["--json"], is_flag=True, expose_value=False))
    localise(command, name, texts)


def localise(command: ParserCommand, name: str, texts: CommandTexts) -> None:
    """Let a command's help speak the reader's language."""
    for parameter in command.params:
        shown = parameter.metavar if parameter.param_type_name == "argument" else parameter.opts[0]
        parameter.help = texts.option(name, shown or parameter.name.upper())
    command.options_metavar = texts.headings["[OPTIONS]"]
    if isinstance(command, TyperGroup):
        command.subcommand_metavar = texts.headings["COMMAND [ARGS]..."]
    english = command.get_help

    def get_help(ctx: ParserContext) -> str:
        help_option = command.get_help_option(ctx)
        help_option.help = texts.option(name, "--help")
        return texts.translate_headings(english(ctx))

    command.get_help = get_help


class Commands(TyperGroup):
    """The group of all commands, each imported when it is called."""

    texts: CommandTexts

    def list_commands(self, ctx: ParserContext) -> list[str]:  # noqa: ARG002 the parser's signature
        """List the commands in the order in which people meet them."""
        return [name for names in GROUPS.values() for name in names]

    def get_command(self, ctx: ParserContext, cmd_name: str) -> ParserCommand:  # noqa: ARG002 likewise
        """Import the command that is called."""
        return load_command(cmd_name, self.texts) if cmd_name in COMMANDS else None

    def format_commands(self, ctx: ParserContext, formatter: Any) -> None:  # noqa: ANN401, ARG002 likewise
        """Write the list of commands without importing any of them."""
        for group, names in GROUPS.items():
            with formatter.section(self.texts.groups[group]):
                formatter.write_dl([(name, self.texts.summaries[name]) for name in names])

    def resolve_command(
        self, ctx: ParserContext, args: list[str]
    ) -> tuple[str | None, ParserCommand, list[str]]:
        """Find the command that was asked for; name the nearest where there is none.

        `help COMMAND` is what people know from elsewhere for `COMMAND --help`.
        """
        if args[0] == _HELP and not ctx.resilient_parsing:
            if not args[1:]:
                typer.echo(ctx.get_help())
                ctx.exit()
            args = [*args[1:], "--help"]
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            from difflib import get_close_matches

            nearest = get_close_matches(name, COMMANDS, n=1)
            if nearest:
                raise UsageError("usage-unknown-command-near", name=name, nearest=nearest[0])
            raise UsageError("usage-unknown-command", name=name)
        return super().resolve_command(ctx, args)
