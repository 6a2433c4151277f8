"""How the pages write things, in the reader's language, and what a case can be met by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from urllib.parse import quote

from simonsync.account.resolve import Choice
from simonsync.desk.site import DeskSite
from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind, totals
from simonsync.domain.entities import ENTITIES
from simonsync.domain.records import Document
from simonsync.messages.kinds import Message, Table
from simonsync.messages.render import (
    choice,
    choices,
    clean,
    desk_word,
    help_line,
    moment,
    money,
    number,
    question,
    render,
    word,
)
from simonsync.report.status import HELD
from simonsync.settings.declaration import Setting, SettingType
from simonsync.store.journal import Entry
from simonsync.store.ledger import LedgerEntry, Status

Compared = tuple[str, list[tuple[str, bool]]]
_TABLES = {entity.one: f"simon-{table}" for table, entity in ENTITIES.items()}


class Wording:
    """What templates call, in one desk's language and zone."""

    def __init__(self, site: DeskSite) -> None:
        """Write for those who sit at a desk."""
        self.site = site
        self.language = site.language
        self.zone = site.zone

    @staticmethod
    def safe(value: object) -> object:
        """Take the signs out of a text that would steer a screen; the templates escape the others."""
        return clean(value) if type(value) is str else "" if value is None else value

    def __call__(self, key: str) -> str:
        """Return a phrase of the desk's."""
        return desk_word(key, self.language)

    def word(self, key: str) -> str:
        """Return a word that commands use, too."""
        return word(key, self.language)

    def at(self, at: datetime | None) -> str:
        """Write a moment."""
        return moment(at, self.zone, self.language) if at else self.word("no-date")

    def money(self, amount: Decimal) -> str:
        """Write an amount."""
        return money(amount, self.language)

    def said(self, message: Message, record: str = "") -> tuple[str, str]:
        """Return what a message says, and what to do about it."""
        return render(message, self.language, self.zone, record=record)

    def line(self, line: DraftLine) -> tuple[str, ...]:
        """Return the cells of a draft's line: text, quantity, price, VAT, total, and the reason for it."""
        text = " – ".join(part for part in (line.name, line.text) if part)
        why = self.said(line.why)[0]
        if line.kind is LineKind.COMMENT:
            return (text, "", "", "", "", why)
        return (
            text,
            f"{number(line.quantity, self.language)} {line.unit}".strip(),
            self.money(line.unit_price),
            f"{number(line.tax_rate.normalize(), self.language)} %",
            self.money(line.total),
            why,
        )

    def where(self, document: str, address: str | None) -> str:
        """Return where a browser shows a document of Sellsy; "" where that is not known."""
        return address.replace("{id}", quote(document, safe="")) if address else ""

    def doomed(self, deletion: Mapping[str, str]) -> tuple[str, str, str]:
        """Return the cells of a deletion: what it is, its name, the reason."""
        name = deletion["name"] or deletion["id"]
        return self.word(_TABLES[deletion["kind"]]), name, self.word(deletion["reason"])

    # --- remedies -----------------------------------------------------------------------------------

    def remedies(self, case: Entry) -> list[str]:
        """Return the buttons of a case: what its own text says to do, `send` for `push --work-order`."""
        if case.table is not Table.WORK_ORDER or not case.number:
            return []
        named = self.said(case.message, case.number)[1]
        found = [each.value for each in (Choice.CREATE, Choice.NEVER, Choice.SEEN) if f"--{each}" in named]
        if case.message.kind.to_look_at and Choice.SEEN not in found:
            found.append(Choice.SEEN.value)
        if case.message.kind.code in HELD and not self.is_to_choose(case):
            # Held back for what somebody mends elsewhere: then it is sent, unless it is never to be.
            return list(dict.fromkeys(["send", *found, Choice.NEVER.value]))
        return [*found, *(["send"] if "push --work-order" in named else [])]

    def is_to_choose(self, case: Entry) -> bool:
        """Tell whether a document is to be chosen: that is done where candidates stand side by side."""
        return "--adopt" in self.said(case.message, case.number)[1]

    def choices(self, entry: LedgerEntry | None) -> list[str]:
        """Return what `resolve` and `push` allow for a work order as it is."""
        if entry is None:
            return []
        if entry.status is Status.SENT:
            return ["seen"]
        return [*(["send"] if entry.status is not Status.NEVER else []), "create", "never", "seen"]

    def compared(self, draft: DraftInvoice | None, documents: Sequence[Document]) -> list[Compared]:
        """Put what was, or would be, sent beside documents: aspect, then each value and whether it differs.

        Without a draft the first document is what the others are compared with.
        """
        sides = [self._draft_side(draft)] if draft else []
        sides += [self._document_side(each) for each in documents]
        return [
            (self(f"aspect-{name}"), [(side[name], side[name] != sides[0][name]) for side in sides])
            for name in ("customer", "subject", "before-tax", "lines")
        ]

    def _draft_side(self, draft: DraftInvoice) -> dict[str, str]:
        return {
            "customer": draft.customer.id,
            "subject": draft.subject,
            "before-tax": self.money(totals(draft.lines).before_tax),
            "lines": self._lines((each.quantity, each.unit_price, each.kind) for each in draft.lines),
        }

    def _document_side(self, document: Document) -> dict[str, str]:
        return {
            "customer": document.head.customer.id,
            "subject": document.head.subject,
            "before-tax": self.money(document.total_before_tax),
            "lines": self._lines((each.quantity, each.unit_price, each.kind) for each in document.rows),
        }

    def _lines(self, lines: Iterable[tuple[Decimal, Decimal, str]]) -> str:
        return "\n".join(
            self(f"line-{kind}")
            if kind == LineKind.COMMENT
            else f"{number(quantity.normalize() + 0, self.language)} × {self.money(price)}"
            for quantity, price, kind in lines
        )

    # --- settings -----------------------------------------------------------------------------------

    def question(self, setting: Setting) -> tuple[str, str]:
        """Return a setting's question and the line that explains it."""
        return question(setting.key, self.language), help_line(setting.key, self.language)

    def offers(self, setting: Setting) -> list[tuple[str, str]]:
        """Return the allowed answers, each with its name; none means a text."""
        match setting.type:
            case SettingType.TEXT:
                return []
            case SettingType.YES_NO:
                return list(choices("yes_no", self.language).items())
            case SettingType.PRODUCT:
                return [("", self.word("nothing")), *choices("product_type", self.language).items()]
            case SettingType.STEPS:
                return []
        return [(each, choice(setting.key, each, self.language)) for each in setting.choices]
