"""Facts of the wire: what is believed, where that comes from, and how an answer is judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from simonsync.account.verify.forms import WireForm, is_empty, shape_of
from simonsync.sellsy.v1.values import Record, keyed

MANY = "*"
"""Stands in a path for each member of a list."""
CLOCKS_APART = timedelta(seconds=60)
_FEW = 3


class Sight(StrEnum):
    """What came of a fact."""

    CONFIRMED = "confirmed"
    DIFFERENT = "different"
    NOT_SEEN = "not_seen"


class Basis(StrEnum):
    """What a belief rests on; its text is `basis-` and this."""

    DOCUMENTED = "documented"
    RECORDED = "recorded"
    """Seen in a recorded answer or error of the real service."""
    OTHERS = "others"
    """Seen in other people's programs."""
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of one fact.

    Attributes:
        shape: what was seen, values removed; for a measure, what was measured.
        why: why it was not seen: its text is `why-` and this.
    """

    sight: Sight
    shape: str = ""
    why: str = ""


def confirmed(shape: str = "") -> Judgement:
    """It is as believed."""
    return Judgement(Sight.CONFIRMED, shape)


def different(shape: str) -> Judgement:
    """It is not as believed."""
    return Judgement(Sight.DIFFERENT, shape)


def not_seen(why: str, shape: str = "") -> Judgement:
    """Nothing shows whether it is."""
    return Judgement(Sight.NOT_SEEN, shape, why)


def judgement_of(wrong: Iterable[str]) -> Judgement:
    """Judge by the shapes of what is not as believed: none is."""
    shapes = sorted({*wrong})
    return different(" | ".join(shapes[:_FEW])) if shapes else confirmed()


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one question: a response as it came, or the code with which it was refused."""

    response: Any = None
    refusal: str = ""


Answers = Mapping[str, Answered]
"""What was answered, by label: the name of the method or table, then perhaps a word of ours.

A label that ends in `?` is a trial: it may be refused although the method answers.
"""
Judge = Callable[[Answers], Judgement]
"""Judges a fact by the answers; pure."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that the program relies on.

    Attributes:
        name: where it is seen, a colon, and what: `Client.getList:ident`.
        service: `sellsy` or `simon`.
        source: the part of the service's description that tells it.
        belief: what is believed: its text is `fact-` and this, with `params`.
        judge: looks at the answers.
    """

    name: str
    service: str
    source: str
    basis: Basis
    belief: str
    judge: Judge = field(repr=False)
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """What is asked: a method, a table, or the service as a whole."""
        return self.name.partition(":")[0]


def judged(facts: Iterable[Fact], answers: Answers) -> tuple[tuple[Fact, Judgement], ...]:
    """Judge each fact by the answers. An answer that no judge foresaw is a difference, not a crash."""
    return tuple((fact, _judged(fact, answers)) for fact in facts)


def _judged(fact: Fact, answers: Answers) -> Judgement:
    try:
        return fact.judge(answers)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        return different(f"unforeseen ({type(error).__name__})")


def of_place(answers: Answers, place: str) -> dict[str, Answered]:
    """Return what was answered about a method or table."""
    return {label: each for label, each in answers.items() if label.partition(" ")[0] == place}


def asked_plainly(answers: Answers, place: str) -> list[Answered]:
    """Return what was answered about a method or table to questions that are no trials."""
    return [each for label, each in of_place(answers, place).items() if not label.endswith("?")]


def needs(*labels: str) -> Callable[[Judge], Judge]:
    """Judge only where these questions were answered.

    That a trial is refused is a difference where plain questions are answered; else it is another fact's.
    """

    def wrap(judge: Judge) -> Judge:
        def careful(answers: Answers) -> Judgement:
            if any(label not in answers for label in labels):
                return not_seen("no-record")
            refused = [label for label in labels if answers[label].refusal]
            if not refused:
                return judge(answers)
            plain = asked_plainly(answers, refused[0].partition(" ")[0])
            is_trial = refused[0].endswith("?") and any(not each.refusal for each in plain)
            return different(answers[refused[0]].refusal) if is_trial else not_seen("refused")

        return careful

    return wrap


def clock_facts(service: str, name: str, source: str) -> tuple[Fact, Fact]:
    """List the facts of a service's clock, which stands in the answer of its name as seconds `ahead`."""

    @needs(name)
    def date(answers: Answers) -> Judgement:
        return different("absent") if answers[name].response["ahead"] is None else confirmed()

    @needs(name)
    def clock(answers: Answers) -> Judgement:
        ahead = answers[name].response["ahead"]
        if ahead is None:
            return not_seen("no-date")
        shape = f"{ahead:+.0f} s"
        return confirmed(shape) if abs(ahead) < CLOCKS_APART.total_seconds() else different(shape)

    basis = Basis.INFERRED
    return (
        Fact(f"{name}:Date", service, source, basis, "date-header", date),
        Fact(f"{name}:clock", service, source, basis, "clock", clock),
    )


def token_life(name: str, why: str = "not-given") -> Judge:
    """Judge whether a login tells the life of its token, which stands in the answer of its name."""

    def judge(answers: Answers) -> Judgement:
        if name not in answers:
            return not_seen(why)
        life = answers[name].response["lifetime"]
        if life is None:
            return not_seen("not-given")
        return confirmed(f"{life:.0f} s") if life > 0 else different(f"{life:.0f} s")

    return judge


def answers_at_all(place: str, why: str = "no-record") -> Judge:
    """Judge whether a method or table answers us: it exists, and the rights are there.

    One record that is gone when it is asked for proves nothing; that all are, does. Where there are but
    trials, one that finds nothing will do.
    """

    def judge(answers: Answers) -> Judgement:
        plain = [each.refusal for each in asked_plainly(answers, place)]
        found = {*plain} or {each.refusal for each in of_place(answers, place).values()}
        refusals = sorted(found - {"", "gone"})
        if refusals or (plain and found == {"gone"}):
            return different(", ".join(refusals) or "gone")
        return confirmed() if found else not_seen(why)

    return judge


def field_is(
    rows_of: Callable[[Answers], Sequence[Record] | Judgement],
    path: str,
    form: WireForm,
    known: Iterable[str] = (),
) -> Judge:
    """Judge a field of the records of an answer; a path that ends in `?` may be absent.

    `known` are the names of other fields: what is called so is not this one under another name.
    """
    *way, leaf = path.removesuffix("?").split(".")
    may_lack = path.endswith("?")

    def judge(answers: Answers) -> Judgement:
        rows = rows_of(answers)
        if isinstance(rows, Judgement):
            return rows
        holders = [holder for row in rows for holder in _at(row, way)]
        if not holders:
            return not_seen("no-record")
        values = [holder[leaf] for holder in holders if leaf in holder]
        if not values:
            return not_seen("not-given") if may_lack else different(_lacking(leaf, holders, {*known}))
        told = [value for value in values if not is_empty(value)]
        if told or (form.name == "text" and all(isinstance(value, str) for value in values)):
            return judgement_of(form.shown(value) for value in told if not form.fits(value))
        return not_seen("always-empty", shape_of(values[0]))

    return judge


def _at(value: object, way: Sequence[str]) -> Iterator[Record]:
    """Go down a path to the objects that it leads to."""
    if not way:
        if isinstance(value, Mapping):
            yield value
    elif way[0] == MANY:
        for _, member in keyed(value):
            yield from _at(member, way[1:])
    elif isinstance(value, Mapping):
        yield from _at(value.get(way[0]), way[1:])


def _lacking(leaf: str, holders: Sequence[Record], known: set[str]) -> str:
    """Say which names there are instead: the likeliest ones."""
    there = {str(name) for holder in holders for name in holder if not str(name)[:1].isdigit()}
    names = sorted(there - known) or sorted(there)
    likely = get_close_matches(leaf, names, n=_FEW, cutoff=0.5) or names[: 4 * _FEW]
    return f"absent; there: {', '.join(likely)}"
