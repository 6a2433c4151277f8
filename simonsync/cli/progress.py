"""How far a long run is: bars with an estimate on a terminal, nothing anywhere else."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from simonsync.cli.style import Style
from simonsync.messages.render import Language, clean, word

if TYPE_CHECKING:
    from simonsync.cli.output import Output


class Progress:
    """Shows what the engine tells; `step` is what it calls.

    Use it as a context manager, so that the terminal is whole again when the run ends.
    """

    def __init__(self, output: Output, language: Language) -> None:
        """Take the output; nothing is shown unless a person looks at its notes."""
        self._output = output
        self._language = language
        self._wanted = output.is_terminal(output.notes) and not output.quiet
        self._bars: Any = None
        self._tasks: dict[str, Any] = {}
        self._said: tuple[str, str, int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def step(self, stream: str, done: int, total: int | None) -> None:
        """Tell how many records of a stream are done, of how many where that is known."""
        if not self._wanted:
            return
        bars = self._bars or self._start()
        if stream not in self._tasks:
            self._tasks[stream] = bars.add_task(clean(stream_name(stream, self._language)), total=total)
        bars.update(self._tasks[stream], completed=done, total=total)

    def waiting(self, service: str, cause: str, seconds: float) -> None:
        """Tell that a service does not answer, and when it is asked again; what several threads say, once."""
        said = (service, cause, round(seconds))
        if not self._wanted or said == self._said:
            return
        self._said = said
        why = word(cause[1:], self._language) if cause.startswith("@") else cause
        text = word("service-waiting", self._language).format(
            service=service, cause=why, seconds=f"{seconds:.0f}"
        )
        if self._bars is None:
            self._output.note(text, Style.WARNING)
        else:
            self._bars.console.print(clean(text), markup=False, highlight=False)

    def _start(self) -> Any:  # noqa: ANN401 rich is imported only where bars are shown
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bars

        coloured = self._output.shows_colours(self._output.notes)
        self._bars = Bars(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(file=self._output.notes, color_system="standard" if coloured else None),
            # The last state of the bars is no news once the result is printed below them.
            transient=True,
        )
        self._bars.start()
        return self._bars


def stream_name(stream: str, language: Language) -> str:
    """Return what people call a stream; an unknown one by its own name."""
    try:
        return word(f"stream-{stream}", language)
    except KeyError:
        return stream
