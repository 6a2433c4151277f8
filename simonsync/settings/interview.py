"""The questions of the manual's chapter 5, in its order, without a console [5].

`interview` is a conversation: it yields questions, takes an answer for each, and returns the settings.

    talk = interview(settings, language)
    question = next(talk)
    while True:
        try:
            question = talk.send(answer_to(question))
        except StopIteration as end:
            return end.value

Whoever asks turns what was typed into an answer by `Question.read`; where `Question.product` is set, the
answer is to be looked up in Sellsy ("Check") before it is sent. `talk.throw(GoBack)` asks the one before.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from simonsync.domain.key import Kind
from simonsync.domain.records import Product
from simonsync.errors import UsageError
from simonsync.messages.render import Language, choices, help_line, money, question, word
from simonsync.settings.declaration import (
    SETTINGS,
    Note,
    ProductChoice,
    Setting,
    Settings,
    SettingType,
    SettingValue,
)
from simonsync.settings.values import as_mapping, parse_text, to_text

_OF_TIME = frozenset({"time_rounding_minutes", "time_rounding_of", "quoted_time", "service_dates"})
_OF_QUOTES = frozenset(
    {
        "quotes_containing",
        "quote_lines_as_used_items",
        "work_order_description",
        "quote_terms",
        "quote_statuses",
    }
)
_YES, _NO, _NOTHING = "yes", "no", "none"

EMPTY = "-"
"""What is typed to empty a text: nothing typed keeps it."""


class GoBack(Exception):
    """The question before this one is to be asked again."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An allowed answer, and what people call it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the wizard.

    Attributes:
        text: as the manual asks it; `help` explains it in a line.
        choices: the allowed answers; none means a free text, which may be empty.
        several: any number of the choices may be picked.
        current: the answer that leaves everything as it is.
        product: the answer is a reference of a product of this kind, and must be checked in Sellsy; nothing
            means no product.
        progress: which setting this is, of how many: `3/16`.
        answered: what was answered so far, by setting, as for `--set`.
    """

    setting: Setting
    text: str
    help: str
    choices: tuple[Offer, ...] = ()
    several: bool = False
    current: str = ""
    product: Kind | None = None
    progress: str = ""
    answered: Mapping[str, str] = field(default_factory=dict)

    @property
    def numbered(self) -> bool:
        """Whether a choice may be picked by its number: not where the choices are numbers themselves."""
        return not any(each.value.isdigit() for each in self.choices)

    def read(self, typed: str) -> str:
        """Turn what was typed into an answer; nothing typed keeps the present value, `-` empties a text.

        A choice may be given by its number, counted from 1, by its value, by its label or by a beginning
        that no other label has; several by comma.
        Raises UsageError naming the allowed ones.
        """
        typed = typed.strip() or self.current
        if not self.choices:
            return "" if typed == EMPTY else typed
        if self.several:
            return ",".join(self._chosen(part.strip()) for part in typed.split(",") if part.strip())
        return self._chosen(typed)

    def label(self, answer: str) -> str:
        """Return what people call an answer."""
        parts = answer.split(",") if self.several else [answer]
        names = {each.value: each.label for each in self.choices}
        return ", ".join(names.get(part, part) for part in parts)

    def _chosen(self, typed: str) -> str:
        for number, each in enumerate(self.choices, 1):
            known = {each.value.casefold(), each.label.casefold()}
            if typed.casefold() in known or (self.numbered and typed == str(number)):
                return each.value
        begun = [each for each in self.choices if each.label.casefold().startswith(typed.casefold())]
        if len(begun) == 1 and self.numbered:
            return begun[0].value
        allowed = ", ".join(each.label for each in self.choices)
        raise UsageError("setting-not-allowed", key=self.setting.key, value=typed, allowed=allowed)


def interview(
    settings: Settings, language: Language, known: Collection[str] = ()
) -> Generator[Question, str, Settings]:
    """Ask for every setting that matters; those of quotes only where quotes become work orders [5.9].

    `known` are the settings that were answered before and are not asked for again.
    """
    values: dict[str, Any] = dict(as_mapping(settings))
    answered: dict[str, str] = {}
    place = 0
    while place < len(asked := asked_for(values)):
        setting = asked[place]
        if setting.key in known:
            place += 1
            continue
        talk = _talk(setting, values[setting.key], language)
        try:
            values[setting.key] = yield from _marked(talk, f"{place + 1}/{len(asked)}", answered)
        except GoBack:
            # The nearest before it that may be asked for; the first is asked again.
            place = max((at for at in range(place) if asked[at].key not in known), default=place)
            continue
        answered[setting.key] = to_text(values[setting.key])
        place += 1
    return Settings(**values)


def asked_for(values: Mapping[str, SettingValue]) -> list[Setting]:
    """Return the settings that matter with these values, in the manual's order."""
    return [setting for setting in SETTINGS if not _is_skipped(setting, values)]


def _talk(
    setting: Setting,
    value: Any,  # noqa: ANN401 of the type of the setting
    language: Language,
) -> Generator[Question, str, SettingValue]:
    if setting.type is SettingType.PRODUCT:
        return (yield from _product(setting, value, language))
    # The empty answer to a text means the empty text.
    return parse_text(setting, (yield _question(setting, value, language)))


def _marked(
    talk: Generator[Question, str, SettingValue], progress: str, answered: Mapping[str, str]
) -> Generator[Question, str, SettingValue]:
    """Write on each question of a setting how far one is, and what was answered before."""
    try:
        question = next(talk)
        while True:
            try:
                answer = yield replace(question, progress=progress, answered=dict(answered))
            except GoBack as back:
                question = talk.throw(back)
            else:
                question = talk.send(answer)
    except StopIteration as end:
        value: SettingValue = end.value
        return value


def _is_skipped(setting: Setting, values: Mapping[str, SettingValue]) -> bool:
    if setting.key in _OF_QUOTES:
        return not values["quotes_to_work_orders"]
    if (
        setting.key in _OF_TIME
        and values["travel_time_product"] is None
        and values["work_time_product"] is None
    ):
        return True
    match setting.key:
        case "time_rounding_of":
            return not values["time_rounding_minutes"]
        case "quoted_time":
            return not values["quotes_to_work_orders"]
        case "description_source":
            told = values["invoice_note"] in {Note.DESCRIPTION, Note.WORK_ADDRESS_AND_DESCRIPTION}
            return not (values["description_as_first_line"] or told)
    return False


def _question(setting: Setting, value: SettingValue, language: Language) -> Question:
    return Question(
        setting,
        question(setting.key, language),
        help_line(setting.key, language),
        choices=tuple(_choices(setting, language)),
        several=setting.type is SettingType.STEPS,
        current=to_text(value),
    )


def _choices(setting: Setting, language: Language) -> Iterator[Offer]:
    names = choices("yes_no" if setting.type is SettingType.YES_NO else setting.key, language)
    for value, label in names.items():
        yield Offer(value, label)


def _product(
    setting: Setting, value: ProductChoice | None, language: Language
) -> Generator[Question, str, ProductChoice | None]:
    """Ask for a product as the manual's screens do: its type, then its reference, which is checked [5.2].

    The default product is first asked for by yes or no [5.4]; for times the type may be "nothing".
    """
    text, help_text = question(setting.key, language), help_line(setting.key, language)
    types = tuple(Offer(*each) for each in choices("product_type", language).items())
    if setting.key == "default_product":
        yes_no = tuple(Offer(*each) for each in choices("yes_no", language).items())
        if (yield Question(setting, text, help_text, yes_no, current=_YES if value else _NO)) == _NO:
            return None
        text, unset = question("product_type", language), Kind.SERVICE.value
    else:
        types, unset = (*types, Offer(_NOTHING, word("nothing", language))), _NOTHING
    kind = yield Question(setting, text, help_text, types, current=value.kind if value else unset)
    if kind == _NOTHING:
        return None
    try:
        reference = yield _reference(setting, Kind(kind), value, language)
    except GoBack:
        return (yield from _product(setting, value, language))
    return ProductChoice(Kind(kind), reference) if reference else None


def _reference(setting: Setting, kind: Kind, value: ProductChoice | None, language: Language) -> Question:
    return Question(
        setting,
        question("product_reference", language),
        help_line(setting.key, language),
        current=value.reference if value and value.kind is kind else "",
        product=kind,
    )


# --- what was answered ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One line of the summary that is shown before saving."""

    chapter: str
    key: str
    question: str
    answer: str


def summary(
    settings: Settings, products: Mapping[str, Product], language: Language
) -> tuple[SummaryLine, ...]:
    """List the settings that matter as questions and answers, products with Sellsy's name and price [5]."""
    values = as_mapping(settings)
    return tuple(
        SummaryLine(
            setting.chapter,
            setting.key,
            question(setting.key, language),
            _shown(setting, values[setting.key], products.get(setting.key), language),
        )
        for setting in asked_for(values)
    )


def product_line(product: Product, language: Language) -> str:
    """Show a product as "Check" finds it: reference, name, price [5.2]."""
    price = money(product.unit_price, language)
    tax = word("price-with-tax" if product.price_includes_tax else "price-before-tax", language)
    return " ".join(part for part in (product.reference, product.name, price, tax) if part)


def _shown(setting: Setting, value: SettingValue, product: Product | None, language: Language) -> str:
    if product is not None:
        return product_line(product, language)
    return _question(setting, value, language).label(to_text(value)) or word("nothing", language)
