"""Options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simonsync.cli import completion

Yes = Annotated[bool, typer.Option("--yes")]
DryRun = Annotated[bool, typer.Option("--dry-run")]
Tables = Annotated[
    str | None, typer.Option("--tables", metavar="LIST", autocompletion=completion.erased_tables)
]
IncludeUnsent = Annotated[bool, typer.Option("--include-unsent")]
Assignments = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", autocompletion=completion.settings)
]
FromFile = Annotated[Path | None, typer.Option("--from", metavar="FILE")]
FromEnv = Annotated[bool, typer.Option("--from-env")]
AcceptTerms = Annotated[bool, typer.Option("--accept-terms")]
