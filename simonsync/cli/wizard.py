"""The third step on the screen: terms, and the wizard of chapter 5."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from simonsync.cli.output import labelled, spoken
from simonsync.cli.questions import ask, confirm
from simonsync.cli.style import Style
from simonsync.errors import UsageError
from simonsync.messages.kinds import Message
from simonsync.messages.render import word
from simonsync.settings.declaration import ProductChoice, Settings

if TYPE_CHECKING:
    from simonsync.cli.context import Context
    from simonsync.domain.records import Product
    from simonsync.settings.interview import Question
    from simonsync.sync.ports import SellsyReader


def accept_terms(context: Context) -> bool:
    """Show the terms and ask for them [5.1]. Raises UsageError where nobody can be asked."""
    language = context.language
    context.output.line(word("terms-title", language), Style.STRONG)
    context.output.line(word("terms-text", language))
    return confirm(context, word("terms-accept", language), "--accept-terms")


def interview(
    context: Context, before: Settings, sellsy: SellsyReader
) -> tuple[Settings, Mapping[str, Product]]:
    """Walk through the questions of the manual, checking each product as it is named [5.2].

    Return the settings that are wanted and the products behind them; a summary was shown and confirmed.
    Raises UsageError where it was not.
    """
    from simonsync.settings.interview import interview as questions
    from simonsync.settings.interview import summary

    checked: dict[str, Product] = {}
    talk = questions(before, context.language)
    context.output.note(word("settings-empty-hint", context.language), Style.FAINT)
    try:
        question = next(talk)
        while True:
            question = talk.send(_answer(context, question, sellsy, checked))
    except StopIteration as end:
        wanted: Settings = end.value
    context.output.line()
    context.output.table(
        ["§", *(word(name, context.language) for name in ("column-question", "column-answer"))],
        [(line.chapter, line.question, line.answer) for line in summary(wanted, checked, context.language)],
    )
    if not confirm(context, word("settings-save", context.language), "--set"):
        raise UsageError("settings-not-saved", command=f"simonsync {context.command}")
    return wanted, checked


def _answer(context: Context, question: Question, sellsy: SellsyReader, checked: dict[str, Product]) -> str:
    """Ask one question until the answer is allowed and, for a product, known to Sellsy."""
    out = context.output
    out.line()
    chapter = f"{question.setting.chapter} " if question.setting.chapter else ""
    out.line(f"{chapter}{question.text}", Style.STRONG)
    out.line(question.help, Style.FAINT)
    for number, each in enumerate(question.choices, 1):
        out.line(f"  {f'{number}) ' if question.numbered else ''}{each.label}")
    while True:
        typed = ask(context, ">", "--set", question.label(question.current))
        try:
            # The shown default is a label; typed as nothing it means the present value.
            answer = question.read("" if typed == question.label(question.current) else typed)
        except UsageError as error:
            out.tell(error.problems[0], context.language)
            continue
        if question.product is None or not answer or _checks(context, question, answer, sellsy, checked):
            return answer


def _checks(
    context: Context,
    question: Question,
    answer: str,
    sellsy: SellsyReader,
    checked: dict[str, Product],
) -> bool:
    """Do what the button "Check" does: look the product up and show its name and price [5.2]."""
    from simonsync.account.settings_check import check_product, products_like
    from simonsync.settings.interview import product_line

    if question.product is None:
        return True
    found = check_product(ProductChoice(question.product, answer), sellsy)
    if isinstance(found, Message):
        _tell_unknown(context, Message.of(found.code, {**found.params, "setting": question.setting.key}))
        known = ", ".join(products_like(answer, question.product, sellsy))
        if known:
            context.output.line(f"{word('settings-found', context.language)} {known}", indent="  ")
        return False
    checked[question.setting.key] = found
    context.output.line(f"✓ {product_line(found, context.language)}", Style.GOOD)
    return True


def _tell_unknown(context: Context, problem: Message) -> None:
    """Say what is wrong with a product; what to do about it is to answer the question once more."""
    _, text, _ = spoken(problem, context.language)
    context.output.note(labelled("severity-error", text, context.language), Style.ERROR)
