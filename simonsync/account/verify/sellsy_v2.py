"""What the program believes of Sellsy's API v2, and the questions that show it; all of them only read.

A fact's place is `v2.` and the path that is asked. That both APIs mean the same records by the same ids is a
fact for each kind: the ids that are remembered are v1's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from simonsync.account.verify.ask_sellsy import NO_SUCH_ID, SellsyAnswers, answered
from simonsync.account.verify.facts import (
    Answered,
    Answers,
    Basis,
    Fact,
    Judge,
    Judgement,
    answers_at_all,
    confirmed,
    different,
    field_is,
    judgement_of,
    needs,
    not_seen,
)
from simonsync.account.verify.forms import LIST, TEXT, WHOLE, shape_of
from simonsync.account.verify.sellsy import SERVICE, SMALL, rows_of, unknown_id
from simonsync.account.verify.sellsy_fields import alone, fields_of
from simonsync.account.verify.write import SUBJECT
from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind
from simonsync.domain.key import Kind, sellsy_key
from simonsync.messages.kinds import LINE_DESCRIPTION, Message
from simonsync.sellsy.v1.values import Record, amount, members, section, text
from simonsync.sellsy.v2.client import QUESTIONS, Forbidden
from simonsync.sellsy.v2.compute import compute_body

if TYPE_CHECKING:
    from simonsync.sellsy.v2.api import SellsyHybrid

_LISTS: Final = ("POST companies/search", "POST individuals/search", "GET taxes", "GET units")
_ALONE: Final = {
    "item": "GET items",
    "service": "GET items",
    "quote": "GET estimates",
    "invoice": "GET invoices",
}
_SINCE: Final = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def place_of(question: str) -> str:
    """Name the place of a question: `v2.taxes` for `GET taxes`."""
    return f"v2.{question.split()[1]}"


# --- asking -----------------------------------------------------------------------------------------


def ask_v2(asked: SellsyAnswers, hybrid: SellsyHybrid, now: datetime) -> None:
    """Ask all that can be asked of v2, with ids that v1 has shown. Raises as `ask_sellsy` does."""

    def ask(question: str, word: str = "", **more: Any) -> Any:  # noqa: ANN401 - any JSON
        label = f"{place_of(question)} {word}".strip()
        asked.found[label] = _allowed(lambda: hybrid.questions.ask(question, lambda said: said, **more))
        return asked.found[label].response

    order = {"order": "id", "direction": "asc"}
    for question in _LISTS[:2]:
        for word, filters in (
            ("active", {}),
            ("always?", {"updated_at": {"start": _SINCE.isoformat()}}),
            ("later?", {"updated_at": {"start": (now + timedelta(days=1)).isoformat(timespec="seconds")}}),
        ):
            body = {"filters": {"type": ["client"], "is_archived": False, **filters}}
            ask(question, word, body=body, params={"limit": "100", **order})
        body = {"filters": {"type": ["client"], "is_archived": False}}
        first = section(ask(question, "first?", body=body, params={"limit": str(SMALL), **order}))
        if offset := section(first.get("pagination")).get("offset"):
            params = {"limit": str(SMALL), **order, "offset": str(offset)}
            ask(question, "second?", body=body, params=params)
    for question in _LISTS[2:]:
        ask(question, params={"limit": "100", "order": "rank", "direction": "asc"})
    for kind, record in _known(asked):
        if kind in _ALONE:
            ask(_ALONE[kind], f"{kind}?", record=record)
        asked.found[f"v2.ids {kind}"] = _allowed(partial(_is_same, hybrid, kind, record))
    ask("GET items", "unknown?", record=str(NO_SUCH_ID))
    if (draft := _sum(asked)) is not None:
        ask("POST invoices/compute", body=compute_body(draft, company=True))


def _sum(asked: SellsyAnswers) -> DraftInvoice | None:
    """Compose what v2 is to add up: one line, for the first company that v1 has shown."""
    listed = members(section(asked.found["Client.getList active"].response).get("result"))
    companies = (text(row.get("id")) for row in listed if text(row.get("type")) == "corporation")
    taxes = (text(row.get("id")) for row in members(asked.found["Accountdatas.getTaxes"].response))
    company, tax = next(companies, ""), next(taxes, "")
    if not (company.isdecimal() and tax.isdecimal()):
        return None
    line = DraftLine(
        *(LineKind.FREE, "", Message(LINE_DESCRIPTION), SUBJECT, SUBJECT),
        quantity=Decimal("0.25"),
        unit_price=Decimal("4.5"),
        tax_id=tax,
    )
    return DraftInvoice("", "", "", sellsy_key(Kind.CUSTOMER, company), SUBJECT, (line,))


def _allowed(send: Callable[[], Any]) -> Answered:
    """Keep an answer as `answered` does; a scope that is lacking is about one question alone."""
    try:
        return answered(send)
    except Forbidden:
        return Answered(refusal="403")


def _is_same(hybrid: SellsyHybrid, kind: str, record: str) -> bool | None:
    if kind == "invoice":
        return hybrid.is_same_invoice(record)
    return hybrid.is_same(sellsy_key(Kind(kind), record))


def _known(asked: SellsyAnswers) -> Iterator[tuple[str, str]]:
    """Name one record of each kind that v1 has shown."""
    for kind, label in (
        ("customer", "Client.getList active"),
        ("item", "Catalogue.getList active item"),
        ("service", "Catalogue.getList active service"),
        ("quote", "Document.getList estimate"),
        ("invoice", "Document.getList invoice"),
    ):
        listed = members(section(asked.found[label].response).get("result"))
        if record := next((text(row.get("id")) for row in listed), ""):
            yield kind, record


# --- judging ----------------------------------------------------------------------------------------


def _data(response: object) -> Iterator[Record]:
    yield from members(section(response).get("data"))


_FIELDS: Final = (
    ("POST companies/search", _data, "id=whole name created=iso updated_at=iso"),
    ("POST individuals/search", _data, "id=whole first_name? last_name created=iso updated_at=iso"),
    ("GET taxes", _data, "id=whole rate=number category? vatex? is_einvoicing_compliant?=boolean"),
    ("GET units", _data, "id=whole label parameters?=object parameters.code?"),
    ("GET items", alone, "id=whole reference"),
    ("GET estimates", alone, "id=whole number"),
    ("GET invoices", alone, "id=whole subject"),
    (
        *("POST invoices/compute", alone),
        "amounts=object: (total_excl_tax=amount total_incl_tax=amount)",
    ),
)


def _frame_flaws(response: object) -> Iterator[str]:
    said = section(response)
    frame = section(said.get("pagination"))
    for name, holder, form in (
        ("data", said, LIST),
        ("total", frame, WHOLE),
        ("offset", frame, TEXT),
    ):
        if name not in holder or not (form.fits(holder[name]) or holder[name] is None):
            yield f"{name}: {shape_of(holder[name]) if name in holder else 'absent'}"


def _framed(place: str) -> Judge:
    def judge(answers: Answers) -> Judgement:
        asked = [each for label, each in answers.items() if label.partition(" ")[0] == place]
        told = [each.response for each in asked if not each.refusal]
        return judgement_of(f for each in told for f in _frame_flaws(each)) if told else not_seen("refused")

    return judge


def _pages(place: str) -> Judge:
    """Judge seek mode: the next page goes on by id, and each is as long as was asked."""

    @needs(f"{place} first?", f"{place} second?")
    def judge(answers: Answers) -> Judgement:
        first, second = (list(_data(answers[f"{place} {word}"].response)) for word in ("first?", "second?"))
        ids = [int(row["id"]) for row in (*first, *second)]
        if len(first) != SMALL:
            return different(f"{SMALL} asked, {len(first)} came")
        return confirmed() if ids == sorted(set(ids)) else different("another order, or other ids")

    return judge


def _changes(place: str) -> Judge:
    """Judge the window of changes: all fit one from the beginning on, none one that begins tomorrow."""

    @needs(*(f"{place} {word}" for word in ("active", "always?", "later?")))
    def judge(answers: Answers) -> Judgement:
        total, always, later = (
            int(section(section(answers[f"{place} {word}"].response).get("pagination"))["total"])
            for word in ("active", "always?", "later?")
        )
        if not total:
            return not_seen("no-record")
        if always == total and not later:
            return confirmed()
        return different(f"all: {total}, since 2000: {always}, from tomorrow: {later}")

    return judge


@needs("v2.invoices/compute")
def _added_up(answers: Answers) -> Judgement:
    """Judge by a sum that shows how it is rounded: a quarter of 4.50 is 1.13."""
    total = section(section(answers["v2.invoices/compute"].response).get("amounts")).get("total_excl_tax")
    return confirmed() if amount(total) == Decimal("1.13") else different(shape_of(total))


def _same_ids(kind: str) -> Judge:
    @needs(f"v2.ids {kind}")
    def judge(answers: Answers) -> Judgement:
        same = answers[f"v2.ids {kind}"].response
        if same is None:
            return not_seen("no-record")
        return confirmed() if same else different("another record, or none")

    return judge


@needs("Accountdatas.getTaxes", "v2.taxes")
def _same_taxes(answers: Answers) -> Judgement:
    """Judge by the rates: each id of v1 names the same rate in v2."""
    rates = members(answers["Accountdatas.getTaxes"].response)
    ours = {text(row["id"]): amount(row["value"]) for row in rates}
    theirs = {text(row["id"]): amount(row["rate"]) for row in _data(answers["v2.taxes"].response)}
    others = [each for each, rate in ours.items() if theirs.get(each) != rate]
    return different(f"{len(others)} of {len(ours)}") if others else confirmed()


def _facts() -> Iterator[Fact]:
    document, inferred, source = Basis.DOCUMENTED, Basis.INFERRED, "API v2"
    for question in sorted(QUESTIONS):
        place = place_of(question)
        yield Fact(f"{place}:answers", SERVICE, source, document, "method-answers", answers_at_all(place))
    for question in _LISTS:
        place = place_of(question)
        yield Fact(f"{place}:pagination", SERVICE, source, document, "frame-v2", _framed(place))
    for question in _LISTS[:2]:
        place = place_of(question)
        yield Fact(f"{place}:offset", SERVICE, source, document, "page-next", _pages(place))
        yield Fact(f"{place}:updated_at-filter", SERVICE, source, document, "window-changes", _changes(place))
    yield Fact("v2.items:gone", SERVICE, source, document, "gone-simon", unknown_id("v2.items"))
    yield Fact("v2.invoices/compute:total", SERVICE, source, document, "draft-total", _added_up)
    for kind in ("customer", "item", "service", "quote", "invoice"):
        yield Fact(f"v2.ids:{kind}", SERVICE, source, inferred, "same-ids", _same_ids(kind))
    yield Fact("v2.ids:tax", SERVICE, source, inferred, "same-ids", _same_taxes)
    for question, rows, fields in _FIELDS:
        place, forms = place_of(question), fields_of(fields)
        known = [path.removesuffix("?").rpartition(".")[2] for path in forms]
        for path, form in forms.items():
            yield Fact(
                f"{place}:{path.removesuffix('?')}",
                SERVICE,
                source,
                document,
                "field-optional" if path.endswith("?") else "field",
                field_is(rows_of(place, rows), path, form, known),
                {"form": form.name, "words": form.told},
            )


FACTS_V2: Final = tuple(_facts())
