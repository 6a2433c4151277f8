"""The third step on the screen: terms, and the wizard of chapter 5."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from simonsync.cli.answers import keep_answers, with_kept_answers
from simonsync.cli.catalogue import ProductList
from simonsync.cli.output import labelled, spoken
from simonsync.cli.questions import ask, ask_yes_no_or, confirm
from simonsync.cli.style import Style
from simonsync.errors import UsageError
from simonsync.messages.kinds import Message
from simonsync.messages.render import word
from simonsync.settings.declaration import ProductChoice, Settings
from simonsync.settings.interview import GoBack, Question, asked_for, interview, product_line, summary
from simonsync.settings.values import as_mapping, to_text

if TYPE_CHECKING:
    from simonsync.cli.context import Context
    from simonsync.domain.key import Kind
    from simonsync.domain.records import Product
    from simonsync.sync.ports import SellsyReader

_BACK, _EXPLAIN = "<", "?"


def accept_terms(context: Context) -> bool:
    """Show the terms and ask for them [5.1]. Raises UsageError where nobody can be asked."""
    language, out = context.language, context.output
    out.line(word("terms-title", language), Style.STRONG)
    out.line(word("terms-text", language))
    for number in range(1, 6):
        out.line(f"  {number}. {word(f'terms-text-{number}', language)}", indent="     ")
    if context.configuration.terms_url:
        out.line(word("terms-address", language))
        out.verbatim(f"  {context.configuration.terms_url}")
    return confirm(context, word("terms-accept", language), "--accept-terms")


def ask_settings(context: Context, before: Settings, sellsy: SellsyReader) -> Settings:
    """Walk through the questions of the manual, checking each product as it is named [5.2].

    Return the settings that are wanted; a summary was shown and confirmed. What was answered and not
    confirmed is kept for the next time. Raises UsageError where it was not confirmed.
    """
    return _Wizard(context, sellsy).ask(before)


class _Wizard:
    """One conversation: what Sellsy has, what was checked, and what was answered so far."""

    def __init__(self, context: Context, sellsy: SellsyReader) -> None:
        self._context = context
        self._sellsy = sellsy
        self._lists: dict[Kind, ProductList] = {}
        self._checked: dict[str, Product] = {}
        self._answered: dict[str, str] = {}

    def ask(self, before: Settings) -> Settings:
        context, out, language = self._context, self._context.output, self._context.language
        proposed = with_kept_answers(context.configuration, before)
        if proposed != before:
            out.note(word("settings-kept-before", language))
        out.note(word("settings-empty-hint", language), Style.FAINT)
        try:
            wanted = self._walk(proposed)
            while (change := self._confirm(wanted)) is not None:
                known = {setting.key for setting in asked_for(as_mapping(wanted))} - {change}
                wanted = self._walk(wanted, known)
        except KeyboardInterrupt:
            if self._answered:
                out.note(f"{word('settings-kept', language)} simonsync {context.command}")
            raise
        return wanted

    def _walk(self, settings: Settings, known: Collection[str] = ()) -> Settings:
        """Ask for what is not known yet."""
        talk = interview(settings, self._context.language, known)
        try:
            question = next(talk)
            while True:
                try:
                    answer = self._answer(question)
                except GoBack as back:
                    question = talk.throw(back)
                else:
                    question = talk.send(answer)
                    self._keep(question.answered)
        except StopIteration as end:
            wanted: Settings = end.value
        values = as_mapping(wanted)
        self._keep({setting.key: to_text(values[setting.key]) for setting in asked_for(values)})
        return wanted

    def _keep(self, answered: Mapping[str, str]) -> None:
        """Keep each answer as it comes: neither Ctrl-C nor a terminal that is closed loses any."""
        if answered.items() - self._answered.items():
            self._answered |= answered
            keep_answers(self._context.configuration, self._answered)

    def _confirm(self, wanted: Settings) -> str | None:
        """Show all answers; return the setting to change, or None where they are to be saved.

        Raises UsageError where they are not.
        """
        out, language = self._context.output, self._context.language
        products = self._checked
        lines = summary(wanted, products, language)
        out.line()
        out.table(
            [
                word("column-number", language),
                "\N{SECTION SIGN}",
                *(word(name, language) for name in ("column-question", "column-answer")),
            ],
            [(str(number), line.chapter, line.question, line.answer) for number, line in enumerate(lines, 1)],
        )
        out.line()
        answer = ask_yes_no_or(self._context, word("settings-save", language), "--set", len(lines))
        if answer is True:
            return None
        if answer is False:
            raise UsageError("settings-not-saved", command=f"simonsync {self._context.command}")
        return lines[answer - 1].key

    def _answer(self, question: Question) -> str:
        """Ask one question until the answer is allowed and, for a product, known to Sellsy.

        Raises GoBack where the question before it is wanted.
        """
        out = self._context.output
        out.line()
        chapter = f"{question.setting.chapter} " if question.setting.chapter else ""
        out.line(f"{question.progress}  {chapter}{question.text}", Style.STRONG)
        if question.product is None:
            out.line(question.help, Style.FAINT)
        for number, each in enumerate(question.choices, 1):
            out.line(f"  {f'{number}) ' if question.numbered else ''}{each.label}", indent="     ")
        if question.product is not None:
            self._products(question.product).show()
        shown = question.label(question.current)
        while True:
            typed = ask(self._context, ">", "--set", shown)
            if typed == _BACK:
                raise GoBack
            if typed == _EXPLAIN:
                self._explain(question)
                continue
            try:
                # The shown default is a label; typed as nothing it means the present value.
                answer = question.read("" if typed == shown else typed)
            except UsageError:
                # Its message is for `--set`; here the choices stand just above.
                out.note(self._how(question), Style.WARNING)
                continue
            if question.product is None or not answer:
                return answer
            meant = self._products(question.product).chosen(answer)
            if meant and self._checks(question, question.product, meant):
                return meant

    def _explain(self, question: Question) -> None:
        """Say what a question is about, and how it is answered."""
        out, language = self._context.output, self._context.language
        default = question.label(to_text(question.setting.default)) or word("nothing", language)
        out.line(question.help)
        out.line(self._how(question))
        out.line(labelled("settings-default", default, language))
        out.line(labelled("settings-key", question.setting.key, language))

    def _how(self, question: Question) -> str:
        form = "product" if question.product else "text"
        if question.choices:
            form = "several" if question.several else "choice"
        return word(f"settings-how-{form}", self._context.language)

    def _products(self, kind: Kind) -> ProductList:
        if kind not in self._lists:
            self._lists[kind] = ProductList(self._context, kind, self._sellsy)
        return self._lists[kind]

    def _checks(self, question: Question, kind: Kind, reference: str) -> bool:
        """Do what the button "Check" does: look the product up and show its name and price [5.2]."""
        from simonsync.account.settings_check import check_product

        out, language = self._context.output, self._context.language
        found = check_product(ProductChoice(kind, reference), self._sellsy)
        if isinstance(found, Message):
            # What to do about it is to answer the question once more.
            problem = Message.of(found.code, {**found.params, "setting": question.setting.key})
            _, text, _ = spoken(problem, language)
            out.note(labelled("severity-error", text, language), Style.ERROR)
            self._products(kind).show()
            return False
        self._checked[question.setting.key] = found
        out.line(f"\N{CHECK MARK} {product_line(found, language)}", Style.GOOD)
        return True
