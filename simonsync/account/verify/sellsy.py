"""What the program believes of Sellsy's API v1: answers, rights, paging, searches, clocks.

Each fact is declared once, in `FACTS`. The fields of the answers are a table of their own (`sellsy_fields`);
what only a draft can show stands in `draft`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from simonsync.account.verify.facts import (
    Answers,
    Basis,
    Fact,
    Judge,
    Judgement,
    answers_at_all,
    clock_facts,
    confirmed,
    different,
    field_is,
    judgement_of,
    needs,
    not_seen,
    of_place,
    token_life,
)
from simonsync.account.verify.forms import DIGITS, KEYED, WHOLE, shape_of
from simonsync.account.verify.sellsy_fields import FIELDS, Rows, listed
from simonsync.sellsy.v1.client import READS
from simonsync.sellsy.v1.draft import TAG
from simonsync.sellsy.v1.values import Record, members, section, text

SERVICE: Final = "sellsy"
TOKENS, _NO_TOKENS = "access-tokens", "four-tokens"
SMALL: Final = 2
"""Records a page, to see how pages work."""
_FRAME: Final = {"nbperpage": WHOLE, "nbpages": WHOLE, "pagenum": WHOLE, "nbtotal": DIGITS}
_CLIENTS, _PRODUCTS, _DOCUMENTS = "Client.getList", "Catalogue.getList", "Document.getList"
_FIRST, _AGAIN, _SECOND, _BEYOND, _ALL = (
    f"{_CLIENTS} {name}" for name in ("first?", "again?", "second?", "beyond?", "active")
)


def rows_of(method: str, rows: Rows, label: str = "") -> Callable[[Answers], Sequence[Record] | Judgement]:
    """Return what gathers the records of a method's answers."""

    def gather(answers: Answers) -> Sequence[Record] | Judgement:
        asked = of_place(answers, method)
        wanted = [each for name, each in asked.items() if not label or label in name.split(" ")]
        found = [row for each in wanted for row in rows(each.response)]
        if found:
            return found
        return not_seen("refused" if {each.refusal for each in wanted} - {"", "gone"} else "no-record")

    return gather


# --- lists ------------------------------------------------------------------------------------------


def _of_responses(method: str, wrong: Callable[[Any], Iterator[str]]) -> Judge:
    """Judge by what is wrong with each response of a method."""

    def judge(answers: Answers) -> Judgement:
        asked = [each.response for each in of_place(answers, method).values() if not each.refusal]
        return judgement_of(said for each in asked for said in wrong(each)) if asked else not_seen("refused")

    return judge


def _frame_flaws(response: object) -> Iterator[str]:
    frame = section(section(response).get("infos"))
    flaws = [
        f"{name}: {form.shown(frame[name]) if name in frame else 'absent'}"
        for name, form in sorted(_FRAME.items())
        if not form.fits(frame.get(name))
    ]
    if flaws:
        yield ", ".join(flaws)


def _list_flaws(response: object) -> Iterator[str]:
    if not isinstance(response, Mapping | list):
        yield shape_of(response)


def _result_flaws(response: object) -> Iterator[str]:
    result = section(response).get("result", response)
    if result != [] and not KEYED.fits(result):
        yield shape_of(result)


def _ids(answers: Answers, label: str) -> list[str]:
    return [text(row.get("id")) for row in listed(answers[label].response)]


@needs(_FIRST, _ALL)
def _page_size(answers: Answers) -> Judgement:
    there, shown = len(_ids(answers, _ALL)), len(_ids(answers, _FIRST))
    if there < SMALL:
        return not_seen("too-few")
    return confirmed() if shown == SMALL else different(f"{SMALL} asked, {shown} came")


@needs(_FIRST, _AGAIN)
def _stable(answers: Answers) -> Judgement:
    first, again = _ids(answers, _FIRST), _ids(answers, _AGAIN)
    if not first:
        return not_seen("too-few")
    return confirmed() if first == again else different("another order, or other ids")


@needs(_FIRST, _SECOND)
def _next_page(answers: Answers) -> Judgement:
    first, second = _ids(answers, _FIRST), _ids(answers, _SECOND)
    if not second or len(first) != SMALL:
        return not_seen("too-few")
    both = len({*first} & {*second})
    return different(f"{both} of {len(second)} again") if both else confirmed()


@needs(_BEYOND)
def _past_the_end(answers: Answers) -> Judgement:
    found = len(_ids(answers, _BEYOND))
    return different(f"{found} records") if found else confirmed()


# --- searches ---------------------------------------------------------------------------------------


def _each(label: str, fits: Callable[[Record], bool]) -> Judge:
    """Judge a search by the records that it found: each must be one that was searched."""
    method, _, word = label.partition(" ")

    def judge(answers: Answers) -> Judgement:
        found = rows_of(method, listed, word)(answers)
        if isinstance(found, Judgement):
            return needs(label)(lambda _: found)(answers) if label in answers else found
        others = len(found) - sum(map(fits, found))
        return different(f"{others} others of {len(found)}") if others else confirmed()

    return judge


def _is_active(wanted: str, record: Record) -> bool:
    return text(record.get("actif", wanted)) == wanted


def _is_sent(record: Record) -> bool:
    return text(record.get("step", "sent")) in {"sent", "accepted"}


def _is_tagged(record: Record) -> bool:
    return TAG in {text(each.get("word")) for each in members(record.get("tags"))}


@needs(f"{_DOCUMENTS} thirds?")
def _same_third(answers: Answers) -> Judgement:
    found = {text(row.get("thirdid")) for row in listed(answers[f"{_DOCUMENTS} thirds?"].response)}
    if not found:
        return not_seen("no-record")
    return confirmed() if len(found) == 1 else different(f"{len(found)} customers")


@needs(f"{_PRODUCTS} named?")
def _named(answers: Answers) -> Judgement:
    """Judge a search for a product by its reference: it must be found."""
    found = _ids(answers, f"{_PRODUCTS} named?")
    return confirmed() if found else different("the product is not found")


def _window(method: str) -> Judge:
    """Judge a window of creation: all fit one from the beginning on, none one that begins tomorrow."""
    labels = [f"{method} {name}" for name in ("total?", "always?", "later?")]

    @needs(*labels)
    def judge(answers: Answers) -> Judgement:
        frames = [section(section(answers[label].response).get("infos")) for label in labels]
        total, always, later = (int(frame.get("nbtotal", -1)) for frame in frames)
        if min(total, always, later) < 0 or not total:
            return not_seen("no-record")
        if always == total and not later:
            return confirmed()
        return different(f"all: {total}, since 2000: {always}, from tomorrow: {later}")

    return judge


# --- the account ------------------------------------------------------------------------------------


@needs("Infos.getInfos", "AccountPrefs.getCurrencies")
def _currency(answers: Answers) -> Judgement:
    user = section(section(answers["Infos.getInfos"].response).get("userdatas"))
    own = text(user.get("currencyId"))
    known = {text(each.get("id")) for each in members(answers["AccountPrefs.getCurrencies"].response)}
    if not own or "" in known:
        return not_seen("no-record")
    return confirmed() if own in known else different("its currency is not listed")


@needs("Accountdatas.getRateCategories")
def _default_category(answers: Answers) -> Judgement:
    response = answers["Accountdatas.getRateCategories"].response
    found = list(members(response))
    if not found:
        return not_seen("no-record")
    marked = [each for each in found if text(each.get("isDefault")) in {"Y", "1"}]
    return confirmed() if marked or text(section(response).get("default")) else different(shape_of(found[0]))


def unknown_id(method: str) -> Judge:
    """Judge what is answered about a record that does not exist."""

    def judge(answers: Answers) -> Judgement:
        asked = of_place(answers, method)
        probes = [each for label, each in asked.items() if label.endswith(" unknown?")]
        if not probes:
            return not_seen("no-record")
        if all(each.refusal for each in probes):
            return confirmed() if {each.refusal for each in probes} == {"gone"} else not_seen("refused")
        return judgement_of(shape_of(each.response) for each in probes if not each.refusal)

    return judge


# --- the facts --------------------------------------------------------------------------------------

_RECORDED, _OTHERS, _INFERRED = Basis.RECORDED, Basis.OTHERS, Basis.INFERRED
_PAGES, _REFERENCE, _READING = "Pagination", "Reference data", "Documents: reading"
_BEHAVIOUR: Final[tuple[tuple[str, str, Basis, str, Judge], ...]] = (
    *(
        (f"{method}:answers", "Methods", _OTHERS, "method-answers", answers_at_all(method))
        for method in READS
    ),
    (f"{TOKENS}:answers", "Authentication", _OTHERS, "token-given", answers_at_all(TOKENS, _NO_TOKENS)),
    (f"{TOKENS}:life", "Authentication", _OTHERS, "token-life", token_life(TOKENS, _NO_TOKENS)),
    ("AccountPrefs.getCurrencies:own", _REFERENCE, _INFERRED, "currency", _currency),
    ("Accountdatas.getRateCategories:default", _REFERENCE, _OTHERS, "default-category", _default_category),
    # Each recorded answer of these has its total and its pages; of the other two none was ever recorded.
    *(
        (f"{method}:infos", _PAGES, _RECORDED, "frame", _of_responses(method, _frame_flaws))
        for method in (_CLIENTS, _PRODUCTS, _DOCUMENTS)
    ),
    *(
        (f"{method}:infos", _PAGES, _INFERRED, "perhaps-frame", _of_responses(method, _list_flaws))
        for method in ("Addresses.getList", "Briefcases.getList")
    ),
    *(
        (f"{method}:result", _PAGES, _RECORDED, "result", _of_responses(method, _result_flaws))
        for method in (_CLIENTS, _PRODUCTS, _DOCUMENTS, "Addresses.getList", "Briefcases.getList")
    ),
    (f"{_CLIENTS}:nbperpage", _PAGES, _RECORDED, "page-size", _page_size),
    (f"{_CLIENTS}:order", _PAGES, _INFERRED, "page-stable", _stable),
    (f"{_CLIENTS}:pagenum", _PAGES, _RECORDED, "page-next", _next_page),
    (f"{_CLIENTS}:end", _PAGES, _OTHERS, "page-end", _past_the_end),
    *(
        (f"{method}:gone", "Error codes", _RECORDED, "gone", unknown_id(method))
        for method in ("Client.getOne", "Catalogue.getOne", "Document.getOne", "Prospects.getOne")
    ),
    *(
        (
            *(f"{method}:search.actif={value}", "Clients, Catalogue", _RECORDED, "search"),
            _each(f"{method} {name}", partial(_is_active, value)),
        )
        for method in (_CLIENTS, _PRODUCTS)
        for name, value in (("active", "Y"), ("archived", "N"))
    ),
    (f"{_PRODUCTS}:search.name", "Catalogue", _OTHERS, "search-finds", _named),
    (f"{_CLIENTS}:periodecreated", "Clients", _OTHERS, "window", _window(_CLIENTS)),
    (f"{_DOCUMENTS}:periodecreationDate", _READING, _OTHERS, "window", _window(_DOCUMENTS)),
    (f"{_DOCUMENTS}:search.steps?", _READING, _OTHERS, "search", _each(f"{_DOCUMENTS} steps?", _is_sent)),
    (f"{_DOCUMENTS}:search.thirds?", _READING, _OTHERS, "search", _same_third),
    (f"{_DOCUMENTS}:search.tags", _READING, _RECORDED, "search", _each(f"{_DOCUMENTS} tagged?", _is_tagged)),
)


def _fields() -> Iterator[Fact]:
    for table in FIELDS:
        gather = rows_of(table.method, table.rows, table.label)
        known = [path.removesuffix("?").rpartition(".")[2] for path in table.fields]
        for path, form in table.fields.items():
            name = f"{table.method}:{path.removesuffix('?')}"
            belief = "field-optional" if path.endswith("?") else "field"
            judge = field_is(gather, path, form, known)
            params = {"form": form.name, "words": form.told}
            yield Fact(name, SERVICE, table.source, table.basis, belief, judge, params)


FACTS: Final = (
    *clock_facts(SERVICE, "Sellsy", "Wire protocol"),
    *(
        Fact(name, SERVICE, source, basis, belief, judge)
        for name, source, basis, belief, judge in sorted(_BEHAVIOUR, key=lambda each: each[0])
    ),
    *_fields(),
)
