"""What clocks said at one moment, so that a wait is measured by two looks at the same clock.

Our own clock may be wrong by days, a service may stop sending its Date, and a machine may be started anew in
between. So a wait remembers both clocks there are, and is over as soon as one of them shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at the clocks.

    Attributes:
        said: the service's own clock (its Date header, UTC); None where it sends none.
        boot: which start of which machine the next number belongs to; "" where the system does not tell.
        elapsed: seconds of a clock that also counts while the machine sleeps, since that start.
    """

    said: datetime | None
    boot: str = ""
    elapsed: float = 0.0

    def has_passed(self, wait: timedelta, since: Reading) -> bool:
        """Tell whether a wait that began at `since` is over: by one clock that both readings show."""
        return any(span >= wait for span in self._spans(since))

    def passed(self, since: Reading) -> timedelta:
        """Return the longest time since an earlier reading that a clock shows; none where none does."""
        return max((timedelta(0), *self._spans(since)))

    def is_before(self, since: Reading) -> bool:
        """Tell whether this reading lies before an earlier one: then that one counts for nothing."""
        if self.said is not None and since.said is not None:
            return self.said < since.said
        return self._one_boot(since) and self.elapsed < since.elapsed

    def is_comparable(self, since: Reading) -> bool:
        """Tell whether the two share a clock at all; else a wait between them can never be shown."""
        return (self.said is not None and since.said is not None) or self._one_boot(since)

    def follows(self, since: Reading) -> bool:
        """Tell whether time can be counted from an earlier reading to this one."""
        return self.is_comparable(since) and not self.is_before(since)

    def gained_on_boot(self, since: Reading) -> timedelta | None:
        """Return by how much the service's clock went further than the machine's; None where unknown.

        A machine that was put back to an earlier moment has counted less than the service has.
        """
        if self.said is None or since.said is None or not self._one_boot(since):
            return None
        counted = self.elapsed - since.elapsed
        return None if counted < 0 else (self.said - since.said) - timedelta(seconds=counted)

    def _spans(self, since: Reading) -> tuple[timedelta, ...]:
        spans = []
        if self.said is not None and since.said is not None:
            spans.append(self.said - since.said)
        if self._one_boot(since):
            spans.append(timedelta(seconds=self.elapsed - since.elapsed))
        return tuple(spans)

    def _one_boot(self, since: Reading) -> bool:
        return self.boot != "" and self.boot == since.boot

    def as_text(self) -> str:
        """Write a reading so that texts sort by what the service said."""
        said = "" if self.said is None else self.said.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return f"{said}|{self.boot}|{self.elapsed:.3f}" if self.boot else said


def read_reading(text: str) -> Reading:
    """Read a reading back; a plain moment, as the first edition wrote it, is one without a boot clock."""
    said, _, rest = text.partition("|")
    boot, _, elapsed = rest.partition("|")
    return Reading(datetime.fromisoformat(said) if said else None, boot, float(elapsed) if elapsed else 0.0)


def is_over(span: timedelta, since: datetime | None, now: datetime) -> bool:
    """Tell whether so much time has passed by our own clock; a date from the future is as good as none."""
    return since is None or not timedelta(0) <= now - since < span


def past(moment: datetime | None, now: datetime) -> datetime | None:
    """Return a date of our own; one that lies in the future is as good as none, and None.

    It was noted while our clock was wrong. What is due some time after it would not be for as long.
    """
    return None if moment is None or moment > now else moment
