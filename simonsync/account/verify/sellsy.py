"""What the program believes of Sellsy's API v1: answers, rights, paging, searches, clocks.

Each fact is declared once. The fields of the answers are a table of their own (`sellsy_fields`); what only a
draft can show stands in `draft`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from simonsync.account.verify.facts import (
    Answers,
    Basis,
    Fact,
    Judgement,
    answers_at_all,
    confirmed,
    different,
    field_is,
    not_seen,
    of_place,
)
from simonsync.account.verify.forms import (
    DIGITS,
    KEYED,
    WHOLE,
    shape_of,
)
from simonsync.account.verify.sellsy_fields import FIELDS, Rows, listed
from simonsync.sellsy.v1.client import READS
from simonsync.sellsy.v1.values import Record, members, section, text

SERVICE: Final = "sellsy"
CLOCKS_APART: Final = timedelta(seconds=60)
FRAMED: Final = ("Client.getList", "Catalogue.getList", "Document.getList")
"""Lists of which each recorded answer has its frame: totals and pages."""
UNFRAMED: Final = ("Addresses.getList", "Briefcases.getList")
"""Lists of which no answer was ever recorded: they are taken with a frame or without."""
_FRAME: Final = {"nbperpage": WHOLE, "nbpages": WHOLE, "pagenum": WHOLE, "nbtotal": DIGITS}


def rows_of(method: str, rows: Rows, label: str = "") -> Callable[[Answers], Sequence[Record] | Judgement]:
    """Return what gathers the records of a method's answers."""

    def gather(answers: Answers) -> Sequence[Record] | Judgement:
        asked = of_place(answers, method)
        wanted = [each for name, each in asked.items() if not label or label in name.split(" ")]
        found = [row for each in wanted for row in rows(each.response)]
        if found:
            return found
        return not_seen("refused" if any(each.refusal for each in wanted) else "no-record")

    return gather


def _fields() -> Iterator[Fact]:
    for table in FIELDS:
        gather = rows_of(table.method, table.rows, table.label)
        known = [path.removesuffix("?").rpartition(".")[2] for path in table.fields]
        for path, form in table.fields.items():
            yield Fact(
                f"{table.method}:{path.removesuffix('?')}",
                SERVICE,
                table.source,
                table.basis,
                "field-optional" if path.endswith("?") else "field",
                field_is(gather, path, form, known),
                {"form": form.name, "words": form.told},
            )


# --- lists ------------------------------------------------------------------------------------------


def _frames(answers: Answers, method: str) -> list[Record]:
    """Return the frames of all answers of a list; {} where one came without."""
    asked = of_place(answers, method).values()
    return [section(section(each.response).get("infos")) for each in asked if not each.refusal]


def _framed(method: str) -> Callable[[Answers], Judgement]:
    def judge(answers: Answers) -> Judgement:
        frames = _frames(answers, method)
        wrong = {
            f"{name}: {form.shown(frame[name]) if name in frame else 'absent'}"
            for frame in frames
            for name, form in _FRAME.items()
            if not form.fits(frame.get(name))
        }
        if not frames:
            return not_seen("refused")
        return different(", ".join(sorted(wrong))) if wrong else confirmed()

    return judge


def _may_be_framed(method: str) -> Callable[[Answers], Judgement]:
    def judge(answers: Answers) -> Judgement:
        asked = [each for each in of_place(answers, method).values() if not each.refusal]
        if not asked:
            return not_seen("refused")
        wrong = {shape_of(e.response) for e in asked if not isinstance(e.response, Mapping | list)}
        if wrong:
            return different(" | ".join(sorted(wrong)))
        return confirmed("infos" if all(_frames(answers, method)) else "no infos")

    return judge


def _result(method: str) -> Callable[[Answers], Judgement]:
    def judge(answers: Answers) -> Judgement:
        asked = [each.response for each in of_place(answers, method).values() if not each.refusal]
        results = [section(each).get("result", each) for each in asked]
        if not results:
            return not_seen("refused")
        wrong = sorted({shape_of(each) for each in results if each != [] and not KEYED.fits(each)})
        return different(" | ".join(wrong)) if wrong else confirmed()

    return judge


def _ids(answers: Answers, label: str) -> list[str]:
    return [text(row.get("id")) for row in listed(answers[label].response)]


def _total(answers: Answers, label: str) -> int:
    frame = section(section(answers[label].response).get("infos"))
    return int(frame.get("nbtotal", -1))


SMALL: Final = 2
"""Records a page, to see how pages work."""
_FIRST, _AGAIN, _SECOND, _BEYOND, _ALL = (
    f"Client.getList {name}" for name in ("first", "again", "second", "beyond", "active")
)


def _needs(*labels: str) -> Callable[[Callable[[Answers], Judgement]], Callable[[Answers], Judgement]]:
    """Judge only where these questions were answered."""

    def wrap(judge: Callable[[Answers], Judgement]) -> Callable[[Answers], Judgement]:
        def careful(answers: Answers) -> Judgement:
            if any(label not in answers for label in labels):
                return not_seen("no-record")
            refused = [answers[label].refusal for label in labels if answers[label].refusal]
            return not_seen("refused") if refused else judge(answers)

        return careful

    return wrap


@_needs(_FIRST, _ALL)
def _page_size(answers: Answers) -> Judgement:
    there, shown = len(_ids(answers, _ALL)), len(_ids(answers, _FIRST))
    if there < SMALL:
        return not_seen("too-few")
    return confirmed() if shown == SMALL else different(f"{SMALL} asked, {shown} came")


@_needs(_FIRST, _AGAIN)
def _stable(answers: Answers) -> Judgement:
    first, again = _ids(answers, _FIRST), _ids(answers, _AGAIN)
    if not first:
        return not_seen("too-few")
    return confirmed() if first == again else different("another order, or other ids")


@_needs(_FIRST, _SECOND)
def _next_page(answers: Answers) -> Judgement:
    first, second = _ids(answers, _FIRST), _ids(answers, _SECOND)
    if not second or len(first) != SMALL:
        return not_seen("too-few")
    both = len({*first} & {*second})
    return different(f"{both} of {len(second)} again") if both else confirmed()


@_needs(_BEYOND)
def _past_the_end(answers: Answers) -> Judgement:
    found = len(_ids(answers, _BEYOND))
    return different(f"{found} records") if found else confirmed()


# --- searches ---------------------------------------------------------------------------------------


def _each(label: str, field: str, wanted: Callable[[str, Record], bool]) -> Callable[[Answers], Judgement]:
    """Judge a search by the records that it found: each must have what was searched."""
    method, _, word = label.partition(" ")

    def judge(answers: Answers) -> Judgement:
        found = rows_of(method, listed, word)(answers)
        if isinstance(found, Judgement):
            return found
        others = [row for row in found if field in row and not wanted(text(row[field]), row)]
        return different(f"{len(others)} others of {len(found)}") if others else confirmed()

    return judge


def _window(method: str) -> Callable[[Answers], Judgement]:
    """Judge a window of creation: all fit one from the beginning on, none one that begins tomorrow."""
    everything, always, later = (f"{method} {name}" for name in ("total", "always", "later"))

    @_needs(everything, always, later)
    def judge(answers: Answers) -> Judgement:
        totals = [_total(answers, label) for label in (everything, always, later)]
        if min(totals) < 0 or not totals[0]:
            return not_seen("no-record")
        if totals[1] == totals[0] and not totals[2]:
            return confirmed()
        return different(f"all: {totals[0]}, since 2000: {totals[1]}, from tomorrow: {totals[2]}")

    return judge


def _is(wanted: str, found: str, _record: Record) -> bool:
    return found == wanted


def _tagged(label: str, tag: str) -> Callable[[Answers], Judgement]:
    return _each(
        label, "tags", lambda _, row: tag in {text(each.get("word")) for each in members(row.get("tags"))}
    )


def _named(label: str) -> Callable[[Answers], Judgement]:
    """Judge a search for a product by the beginning of its reference: the product itself must be found."""

    @_needs(label)
    def judge(answers: Answers) -> Judgement:
        found = list(listed(answers[label].response))
        return confirmed() if found else different("the product is not found")

    return judge


# --- the account and its clock ----------------------------------------------------------------------


@_needs("Sellsy")
def _date(answers: Answers) -> Judgement:
    told = answers["Sellsy"].response["ahead"]
    return different("absent") if told is None else confirmed()


@_needs("Sellsy")
def _clock(answers: Answers) -> Judgement:
    ahead = answers["Sellsy"].response["ahead"]
    if ahead is None:
        return not_seen("no-date")
    shape = f"{ahead:+.0f} s"
    return confirmed(shape) if abs(ahead) < CLOCKS_APART.total_seconds() else different(shape)


@_needs("Infos.getInfos", "AccountPrefs.getCurrencies")
def _currency(answers: Answers) -> Judgement:
    user = section(section(answers["Infos.getInfos"].response).get("userdatas"))
    own = text(user.get("currencyId"))
    known = {text(each.get("id")) for each in members(answers["AccountPrefs.getCurrencies"].response)}
    if not own or "" in known:
        return not_seen("no-record")
    return confirmed() if own in known else different("its currency is not listed")


@_needs("Accountdatas.getRateCategories")
def _default_category(answers: Answers) -> Judgement:
    listed = answers["Accountdatas.getRateCategories"].response
    found = list(members(listed))
    if not found:
        return not_seen("no-record")
    marked = [each for each in found if text(each.get("isDefault")) in {"Y", "1"}]
    return confirmed() if marked or text(section(listed).get("default")) else different(shape_of(found[0]))


def _unknown_id(method: str) -> Callable[[Answers], Judgement]:
    def judge(answers: Answers) -> Judgement:
        asked = of_place(answers, method, probes=True)
        probes = [each for label, each in asked.items() if label.endswith(" unknown")]
        given = [shape_of(each.response) for each in probes if not each.refusal]
        if given:
            return different(given[0])
        if not probes:
            return not_seen("no-record")
        return confirmed() if all(each.refusal == "gone" for each in probes) else not_seen("refused")

    return judge


def _fact(
    name: str,
    source: str,
    basis: Basis,
    belief: str,
    judge: Callable[[Answers], Judgement],
    **params: str,
) -> Fact:
    return Fact(name, SERVICE, source, basis, belief, judge, params)


def _facts() -> Iterator[Fact]:
    paging, clients, documents = "Pagination", "Clients", "Documents: reading"
    yield _fact("Sellsy:Date", "Wire protocol", Basis.INFERRED, "date-header", _date)
    yield _fact("Sellsy:clock", "Wire protocol", Basis.INFERRED, "clock", _clock)
    for method in sorted(READS):
        yield _fact(f"{method}:answers", "Methods", Basis.OTHERS, "method-answers", answers_at_all(method))
    yield _fact("AccountPrefs.getCurrencies:own", "Reference data", Basis.INFERRED, "currency", _currency)
    yield _fact(
        *("Accountdatas.getRateCategories:default", "Reference data", Basis.OTHERS),
        *("default-category", _default_category),
    )
    for method in FRAMED:
        yield _fact(f"{method}:infos", paging, Basis.RECORDED, "frame", _framed(method))
        yield _fact(f"{method}:result", paging, Basis.RECORDED, "result", _result(method))
    for method in UNFRAMED:
        yield _fact(f"{method}:infos", paging, Basis.INFERRED, "perhaps-frame", _may_be_framed(method))
        yield _fact(f"{method}:result", paging, Basis.INFERRED, "result", _result(method))
    yield _fact("Client.getList:nbperpage", paging, Basis.RECORDED, "page-size", _page_size)
    yield _fact("Client.getList:order", paging, Basis.INFERRED, "page-stable", _stable)
    yield _fact("Client.getList:pagenum", paging, Basis.RECORDED, "page-next", _next_page)
    yield _fact("Client.getList:end", paging, Basis.OTHERS, "page-end", _past_the_end)
    for method in ("Client.getOne", "Catalogue.getOne", "Document.getOne", "Prospects.getOne"):
        yield _fact(f"{method}:gone", "Error codes", Basis.RECORDED, "gone", _unknown_id(method))
    for method, source in (("Client.getList", clients), ("Catalogue.getList", "Catalogue")):
        for name, value in (("active", "Y"), ("archived", "N")):
            yield _fact(
                *(f"{method}:search.actif={value}", source, Basis.RECORDED, "search"),
                _each(f"{method} {name}", "actif", partial(_is, value)),
            )
    yield _fact(
        *("Catalogue.getList:search.name", "Catalogue", Basis.OTHERS, "search-finds"),
        _named("Catalogue.getList named"),
    )
    yield _fact("Client.getList:periodecreated", clients, Basis.OTHERS, "window", _window("Client.getList"))
    yield _fact(
        "Document.getList:periodecreationDate", documents, Basis.OTHERS, "window", _window("Document.getList")
    )
    yield _fact(
        *("Document.getList:search.steps", documents, Basis.OTHERS, "search"),
        _each("Document.getList steps", "step", lambda found, _: found in {"sent", "accepted"}),
    )
    yield _fact(
        *("Document.getList:search.thirds", documents, Basis.OTHERS, "search"),
        _same_third,
    )
    yield _fact(
        *("Document.getList:search.tags", documents, Basis.RECORDED, "search"),
        _tagged("Document.getList tagged", "simonsync"),
    )
    yield from _fields()


@_needs("Document.getList thirds")
def _same_third(answers: Answers) -> Judgement:
    found = {text(row.get("thirdid")) for row in listed(answers["Document.getList thirds"].response)}
    if not found:
        return not_seen("no-record")
    return confirmed() if len(found) == 1 else different(f"{len(found)} customers")


FACTS: Final = tuple(_facts())
