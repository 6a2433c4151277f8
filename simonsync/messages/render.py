"""Turn codes and parameters into sentences in the reader's language, and amounts and times into its forms.

Only the language that is read is imported. Values come from two services and from people: control characters
are taken out of each of them, so that no value can steer a terminal or break a line in two.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from importlib import import_module
from typing import Any

from simonsync.messages.kinds import FINDINGS, Message


class Language(StrEnum):
    """The languages of the texts."""

    FR = "fr"
    EN = "en"
    NL = "nl"


NOTHING = "–"
"""Shown where a text names a parameter that it was not given."""


def render(message: Message, language: Language, zone: tzinfo = UTC, *, record: str = "") -> tuple[str, str]:
    """Return what a message says and what to do about it [8.1], times in the reader's zone.

    `record` is the journal's record, for texts that name it. What is never journalled says both in one
    sentence, and has no action. A code without a text is shown with its parameters: one mistake must not hide
    behind another.
    """
    code, params = message.code, dict(message.params)
    if message.causes:
        params["cause"] = " ".join(_said_by(each, language, zone) for each in message.causes)
    if record:
        params = {"record": record, **params}
    text, action = _found(code, language) or (_bare(code, params), "")
    values = _Values(params, language, zone)
    return text.format_map(values), action.format_map(values)


def sentence(message: Message, language: Language, zone: tzinfo = UTC) -> str:
    """Return a message as running text: what it says, the place, and the remedy."""
    text, action = render(message, language, zone)
    return f"{text}{'' if text.endswith('.') else '.'} {action}" if action else text


def _said_by(cause: Message, language: Language, zone: tzinfo) -> str:
    """Return a service's own words where there are any, else our sentence."""
    return cause.params.get("cause") or sentence(cause, language, zone)


def _found(code: str, language: Language) -> tuple[str, str] | None:
    module, name = ("einvoicing", "EINVOICING") if code in FINDINGS else ("journal", "JOURNAL")
    told: dict[str, tuple[str, str]] = getattr(_texts(language, module), name)
    if code in told:
        return told[code]
    for module, name in (("problems", "PROBLEMS"), ("lines", "LINES")):
        texts: dict[str, str] = getattr(_texts(language, module), name)
        if code in texts:
            return texts[code], ""
    return None


def finding(code: str, params: Mapping[str, str], language: Language, zone: tzinfo = UTC) -> tuple[str, str]:
    """Return what a check of the doctor found, and what puts it right; "" where there is nothing to do."""
    checks: dict[str, tuple[str, str]] = _texts(language, "doctor").CHECKS
    values = _Values(params, language, zone)
    text, remedy = checks[code]
    return text.format_map(values), remedy.format_map(values)


def word(key: str, language: Language) -> str:
    """Return a word or phrase of the catalogue. Raises KeyError where there is none."""
    words: dict[str, str] = _texts(language, "words").WORDS
    return words[key]


def wire_text(key: str, params: Mapping[str, str], language: Language) -> str:
    """Return a text of `verify`: a belief about the wire, a form, a reason. Raises KeyError for none."""
    texts: dict[str, str] = _texts(language, "verify").VERIFY
    return texts[key].format_map(_Values(params, language, UTC))


def desk_word(key: str, language: Language) -> str:
    """Return a phrase of the page for the office. Raises KeyError where there is none."""
    phrases: dict[str, str] = _texts(language, "desk").DESK
    return phrases[key]


def question(key: str, language: Language) -> str:
    """Return the question of a setting, as the manual asks it [5]."""
    questions: dict[str, str] = _texts(language, "settings").QUESTIONS
    return questions[key]


def choice(key: str, value: str, language: Language) -> str:
    """Return what a setting's choice is called [5]; a value without a name stands for itself."""
    choices: dict[str, dict[str, str]] = _texts(language, "settings").CHOICES
    return choices.get(key, {}).get(value, value)


def choices(key: str, language: Language) -> dict[str, str]:
    """Return the names of a setting's choices by value, in the manual's order [5]."""
    names: dict[str, dict[str, str]] = _texts(language, "settings").CHOICES
    return dict(names.get(key, {}))


def help_line(key: str, language: Language) -> str:
    """Return the line that explains a setting."""
    lines: dict[str, str] = _texts(language, "settings").HELP
    return lines[key]


def number(value: Decimal, language: Language) -> str:
    """Write a number with the decimals it has: `1 234,50`, `1.234,50` or `1,234.50`."""
    text = f"{value:,f}"
    match language:
        case Language.FR:
            return text.translate(_FRENCH)
        case Language.NL:
            return text.translate(_DUTCH)
        case Language.EN:
            return text


def money(value: Decimal, language: Language) -> str:
    """Write an amount in euros, with cents, or with all its decimals where it has more than two.

    `1 234,56 €`, `€ 1.234,56` or `€1,234.56`; a unit price may have up to nine decimals.
    """
    cents = value.quantize(_CENT, ROUND_HALF_UP)
    exact = cents if cents == value else value.normalize()
    text = number(abs(exact), language)
    sign = "-" if exact < 0 else ""
    match language:
        case Language.FR:
            return f"{sign}{text}\N{NO-BREAK SPACE}€"
        case Language.NL:
            return f"€\N{NO-BREAK SPACE}{sign}{text}"
        case Language.EN:
            return f"{sign}€{text}"


def day(of: date, language: Language) -> str:
    """Write a day as the manual does: `04/05/2022`; Dutch has dashes."""
    return of.strftime("%d-%m-%Y" if language is Language.NL else "%d/%m/%Y")


def moment(at: datetime, zone: tzinfo, language: Language) -> str:
    """Write a moment in the reader's zone, as the manual does: `04/05/2022 09:56`; Dutch has dashes."""
    local = at.astimezone(zone)
    return f"{day(local, language)} {local:%H:%M}"


def clean(text: str) -> str:
    """Make a value safe to show: line breaks become spaces, other control characters go."""
    return text.translate(_UNSAFE)


_CENT = Decimal("0.01")
_FRENCH = str.maketrans(",.", "\N{NO-BREAK SPACE},")
_DUTCH = str.maketrans(",.", ".,")
_BREAKS = (*range(0x09, 0x0E), 0x85, 0x2028, 0x2029)
_UNSAFE: dict[int, str | None] = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0))),
    # Marks that turn the direction of writing can make a text look like another one.
    **dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))),
    # Half characters cannot be written to a terminal or a file at all.
    **dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}"),
    **dict.fromkeys(_BREAKS, " "),
}
_WORD = re.compile(r"(?:^|(?<=; )|(?<=, ))@([a-z][a-z0-9_-]*)")


def _texts(language: Language, module: str) -> Any:  # noqa: ANN401 typed by the caller
    return import_module(f"simonsync.messages.texts.{language.value}.{module}")


def _bare(code: str, params: Mapping[str, str]) -> str:
    shown = ", ".join(f"{name}={{{name}}}" for name in params)
    return f"{code} ({shown})" if shown else code


@dataclass(frozen=True, slots=True)
class _Value:
    """A parameter's value, which knows how to show itself in the form that a text asks for."""

    text: str
    language: Language
    zone: tzinfo

    def __format__(self, form: str) -> str:
        match form:
            case "":
                return self._with_words()
            case "money" | "number":
                try:
                    amount = Decimal(self.text)
                except InvalidOperation:
                    return clean(self.text)
                write = money if form == "money" else number
                return write(amount, self.language) if amount.is_finite() else clean(self.text)
            case "day":
                try:
                    return day(date.fromisoformat(self.text), self.language)
                except ValueError:
                    return clean(self.text)
            case "moment":
                try:
                    at = datetime.fromisoformat(self.text)
                except ValueError:
                    return clean(self.text)
                return moment(at, self.zone, self.language) if at.tzinfo else clean(self.text)
            case "work_order":
                # Said only where there is one.
                name = word("subject-work-order", self.language)
                return "" if self.text == NOTHING else f" ({name} {clean(self.text)})"
            case forms if "/" in forms:
                return self._in_number(forms)
            case setting:
                return clean(choice(setting, self.text, self.language))

    def _in_number(self, forms: str) -> str:
        """Choose the singular or the plural: `one/many` by a number, `one//many` by a list's length.

        In French nothing is singular, too.
        """
        of_list = "//" in forms
        one, _, many = forms.partition("//" if of_list else "/")
        told = str(self.text.count(", ") + 1) if of_list else self.text
        count = int(told) if told.isdecimal() else 2
        return one if count == 1 or (count == 0 and self.language is Language.FR) else many

    def _with_words(self) -> str:
        """Put words in place of the `@keys` that begin the value or an item of a list in it."""
        words: dict[str, str] = _texts(self.language, "words").WORDS
        return _WORD.sub(lambda found: words.get(found[1], found[0]), clean(self.text))


class _Values(dict[str, _Value]):
    """The parameters of a message, ready to be put into its text."""

    def __init__(self, params: Mapping[str, str], language: Language, zone: tzinfo) -> None:
        super().__init__({name: _Value(value, language, zone) for name, value in params.items()})
        self._missing = _Value(NOTHING, language, zone)

    def __missing__(self, name: str) -> _Value:
        return self._missing
