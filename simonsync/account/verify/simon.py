"""What the program believes of Simon, by the profile: each of its tables and fields is a fact.

Common fields are one fact each for all tables. How pages, filters and stamps work is asked of the customers,
in the words of the dialect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from simonsync.account.verify.facts import (
    Answered,
    Answers,
    Basis,
    Fact,
    Judge,
    Judgement,
    Sight,
    answers_at_all,
    clock_facts,
    confirmed,
    different,
    field_is,
    judgement_of,
    needs,
    not_seen,
    token_life,
)
from simonsync.account.verify.forms import NUMBER, REFERENCE, TEXT, WireForm, one_of, shape_of
from simonsync.domain.entities import ENTITIES
from simonsync.errors import Refused
from simonsync.simon import records, tables
from simonsync.simon.check import DATES, MAY_BE_ABSENT, expected_fields
from simonsync.simon.moments import parse_moment
from simonsync.simon.profile import Dialect, Profile, StatusCoding, default_profile
from simonsync.simon.records import Step

SERVICE: Final = "simon"
TABLES: Final = (*ENTITIES, "users")
PROBED: Final = "customers"
"""The table of which pages and filters are asked."""
TRIALS: Final = {
    word: f"{PROBED} {word}?" for word in ("gone", "page", "after", "newest", "since", "key", "pairs")
}
_GONE, _PAGE, _AFTER, _NEWEST, _SINCE, _KEY, _PAIRS = TRIALS.values()
_COMMON: Final = "common"
_VENDORS: Final = default_profile(Dialect.ODATA)
_SLACK: Final = timedelta(minutes=5)
_SEEN: Final = {
    "id": Basis.DOCUMENTED,
    "ext_key": Basis.DOCUMENTED,
    "work_address": Basis.DOCUMENTED,
    "work_order": Basis.DOCUMENTED,
    "customer": Basis.DOCUMENTED,
}
"""What the vendor's own pages name; all other names and forms are inferred."""
_NUMBERS: Final = frozenset({"quantity", "travel_minutes", "work_minutes", "size"})


def simon_facts(profile: Profile) -> tuple[Fact, ...]:
    """List all facts of a Simon of these names."""
    return tuple(_facts(profile))


def _facts(profile: Profile) -> Iterator[Fact]:
    def fact(name: str, belief: str, judge: Judge, basis: Basis = Basis.INFERRED, **params: str) -> Fact:
        return Fact(name, SERVICE, _source(name.partition(":")[0]), basis, belief, judge, params)

    there = [table for table in TABLES if tables.entity(profile, table).path]
    yield fact("login:answers", "login", answers_at_all("Simon"), Basis.DOCUMENTED)
    yield fact("login:token-life", "token-life", token_life("Simon"), Basis.DOCUMENTED)
    yield from clock_facts(SERVICE, "Simon", "Authentication")
    for table in there:
        optional = table == "users" or ENTITIES[table].optional
        belief = "table-optional" if optional else "table-answers"
        judge = _perhaps_there(table) if optional else answers_at_all(table)
        yield fact(f"{table}:answers", belief, judge, Basis.DOCUMENTED)
    seen = set()
    for table in there:
        for place, name in (*expected_fields(table, profile), *_optional(table, profile)):
            if not name or place in seen:
                continue
            seen.add(place)
            holder, _, attribute = place.partition(".")
            where = there if holder == _COMMON else [table]
            optional = place in MAY_BE_ABSENT or table == "users"
            form = _form(holder, attribute, profile)
            yield fact(
                f"{holder}:{attribute}",
                "field-optional" if optional else "field",
                _field(where, f"{name}?" if optional else name, form, profile),
                _SEEN.get(attribute, Basis.INFERRED),
                form=form.name,
                words=form.told,
            )
    yield fact("common:unique-ext-key", "ext-key-unique", _unique(there, profile), Basis.DOCUMENTED)
    yield fact("common:stamps", "stamps-past", _stamps_past(there, profile))
    yield fact("common:ext-key-taken", "ext-key-taken", lambda _: not_seen("simon-write"), Basis.DOCUMENTED)
    yield fact("work_orders:status", "status-known", _statuses(profile))
    yield fact("time_sheets:time", "time-readable", _times(profile), Basis.DOCUMENTED)
    yield fact("work_orders:pdf", "pdf", _pdf("pdf"), Basis.DOCUMENTED)
    yield fact("surveys:pdf", "pdf", _pdf("survey-pdf"), Basis.DOCUMENTED)
    yield fact("attachments:content", "file", _pdf("file"))
    yield fact(f"{PROBED}:gone", "gone-simon", _gone)
    judges = _odata(profile) if profile.dialect is Dialect.ODATA else _rest(profile)
    for name, (belief, judge) in judges.items():
        yield fact(f"{PROBED}:{name}", belief, judge)


def _optional(table: str, profile: Profile) -> Iterator[tuple[str, str]]:
    for place in sorted(MAY_BE_ABSENT):
        holder, _, attribute = place.partition(".")
        if holder == table:
            yield place, getattr(tables.entity(profile, table), attribute)


def _source(place: str) -> str:
    """Name the part of the description that a table is told in: by the vendor's own name of the table."""
    if place in {"login", "Simon"}:
        return "Authentication"
    return "Common fields" if place == _COMMON else tables.entity(_VENDORS, place).path


# --- fields -----------------------------------------------------------------------------------------


def _form(holder: str, attribute: str, profile: Profile) -> WireForm:
    """Tell in which form the adapter reads a field."""
    dates = {("common", "mutation_date"), ("common", "creation_date")}
    dates |= {(table, name) for table, names in DATES.items() for name in names}
    if (holder, attribute) in dates:
        return WireForm("moment", lambda value: _is_moment(value, profile), told=profile.dates.format)
    points_at: Mapping[str, str] = ENTITIES[holder].points_at if holder in ENTITIES else {}
    if attribute in points_at or (holder, attribute) in {("common", "id"), ("time_sheets", "user")}:
        return REFERENCE
    if attribute in _NUMBERS:
        return NUMBER
    if (holder, attribute) == ("time_sheets", "type"):
        return one_of(*profile.time_sheets.travel, *profile.time_sheets.work)
    if attribute == "duration" or attribute.startswith("status."):
        return WireForm("any", lambda value: not isinstance(value, Mapping | list))
    return TEXT


def _is_moment(value: object, profile: Profile) -> bool:
    try:
        parse_moment(value, profile.dates)
    except ValueError:
        return False
    return True


def _rows(answers: Answers, table: str) -> Sequence[Mapping[str, Any]]:
    return answers.get(table, Answered()).response or ()


def _field(where: Sequence[str], path: str, form: WireForm, profile: Profile) -> Judge:
    """Judge a field of a table; one that all tables have must be in each of them."""

    def judge(answers: Answers) -> Judgement:
        found = [(table, _in_table(table)(answers)) for table in where]
        for table, judgement in found:
            if judgement.sight is Sight.DIFFERENT:
                return different(f"{table}: {judgement.shape}" if len(where) > 1 else judgement.shape)
        sights = [judgement for _, judgement in found if judgement.sight is Sight.CONFIRMED]
        return sights[0] if sights else found[0][1]

    def _in_table(table: str) -> Judge:
        def gather(answers: Answers) -> Sequence[Mapping[str, Any]] | Judgement:
            rows = _rows(answers, table)
            refused = answers.get(table, Answered()).refusal
            return rows or not_seen("refused" if refused not in {"", "gone"} else "no-record")

        return field_is(gather, path, form, [name for _, name in expected_fields(table, profile)])

    return judge


def _perhaps_there(table: str) -> Judge:
    judge = answers_at_all(table)

    def careful(answers: Answers) -> Judgement:
        gone = answers.get(table, Answered()).refusal == "gone"
        return not_seen("no-such-table") if gone else judge(answers)

    return careful


# --- what the records say ---------------------------------------------------------------------------


def _unique(there: Sequence[str], profile: Profile) -> Judge:
    def judge(answers: Answers) -> Judgement:
        name = profile.common.ext_key
        keys = [(table, row[name]) for table in there for row in _rows(answers, table) if row.get(name)]
        if not keys:
            return not_seen("no-record")
        twice = len(keys) - len(set(keys))
        return different(f"{twice} twice") if twice else confirmed()

    return judge


def _stamps_past(there: Sequence[str], profile: Profile) -> Judge:
    def judge(answers: Answers) -> Judgement:
        now = answers["Simon"].response["now"]
        if now is None:
            return not_seen("no-date")
        name = profile.common.mutation_date
        told = [row.get(name) for table in there for row in _rows(answers, table)]
        stamps = [parse_moment(each, profile.dates) for each in told if _is_moment(each, profile)]
        known = [each for each in stamps if each]
        if not known:
            return not_seen("no-record")
        ahead = max(known) - now
        return different(f"{ahead.total_seconds():+.0f} s") if ahead > _SLACK else confirmed()

    return judge


def _statuses(profile: Profile) -> Judge:
    status = profile.work_orders.status

    def judge(answers: Answers) -> Judgement:
        rows = _rows(answers, "work_orders")
        if status.coding not in {StatusCoding.FLAGS, StatusCoding.DATES}:
            rows = [row for row in rows if row.get(status.field) is not None]
        if not rows:
            return not_seen("no-record")
        unknown = [row for row in rows if records.step(row, profile) is Step.UNKNOWN]
        words = one_of()
        shown = sorted({words.shown(row.get(status.field)) for row in unknown})
        return different(", ".join(shown)) if unknown else confirmed()

    return judge


def _times(profile: Profile) -> Judge:
    def judge(answers: Answers) -> Judgement:
        rows = _rows(answers, "time_sheets")
        for row in rows:
            try:
                records.time_sheets(row, profile)
            except Refused as refused:
                name = refused.problems[0].params["field"]
                if name in row:
                    return different(f"{name}: {shape_of(row[name])}")
                return not_seen("field-missing")
        return confirmed() if rows else not_seen("no-record")

    return judge


def _pdf(label: str) -> Judge:
    def judge(answers: Answers) -> Judgement:
        if label not in answers:
            return not_seen("no-record")
        answer = answers[label]
        if answer.refusal:
            return different(answer.refusal)
        return confirmed() if answer.response else not_seen("not-given")

    return judge


@needs(_GONE)
def _present(answers: Answers) -> Judgement:
    return different(shape_of(answers[_GONE].response))


def _gone(answers: Answers) -> Judgement:
    """Judge what is answered about a record that does not exist."""
    return confirmed() if _GONE in answers and answers[_GONE].refusal == "gone" else _present(answers)


# --- pages, filters and stamps ----------------------------------------------------------------------


def values(answers: Answers, label: str) -> list[Mapping[str, Any]]:
    """Return the records of an answer, in OData's envelope or without one."""
    response = answers[label].response
    rows = response.get("value") if isinstance(response, Mapping) else response
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


@needs(_KEY)
def _by_key(answers: Answers) -> Judgement:
    found = len(values(answers, _KEY))
    return confirmed() if found == 1 else different(f"{found} records")


def _odata(profile: Profile) -> dict[str, tuple[str, Judge]]:
    common = profile.common

    @needs(_PAGE)
    def frame(answers: Answers) -> Judgement:
        response = answers[_PAGE].response
        if not isinstance(response, Mapping) or not isinstance(response.get("value"), list):
            return different(shape_of(response))
        if "@odata.count" not in response:
            return different("@odata.count: absent")
        count = response["@odata.count"]
        return confirmed() if NUMBER.fits(count) else different(f"@odata.count: {shape_of(count)}")

    @needs(_PAGE)
    def top(answers: Answers) -> Judgement:
        found = len(values(answers, _PAGE))
        if not found:
            return not_seen("too-few")
        return confirmed() if found == 1 else different(f"1 asked, {found} came")

    @needs(_PAGE, _AFTER)
    def after(answers: Answers) -> Judgement:
        rows = (*values(answers, _PAGE)[:1], *values(answers, _AFTER))
        ids = [int(row[common.id]) for row in rows]
        if len(ids) <= 1:
            return not_seen("too-few")
        return confirmed() if ids == sorted(set(ids)) else different("another order, or other ids")

    @needs(_NEWEST, _SINCE)
    def since(answers: Answers) -> Judgement:
        bound, *found = (
            parse_moment(row.get(common.mutation_date), profile.dates)
            for label in (_NEWEST, _SINCE)
            for row in values(answers, label)
        )
        if not found:
            return different("the newest record is not found")
        early = [each for each in found if bound and each and each < bound]
        return different(f"{len(early)} earlier ones of {len(found)}") if early else confirmed()

    return {
        "frame": ("odata-frame", frame),
        "top": ("odata-top", top),
        "after": ("odata-after", after),
        "since": ("odata-since", since),
        "find": ("find-ext-key", _by_key),
    }


def _rest(profile: Profile) -> dict[str, tuple[str, Judge]]:
    common = profile.common

    @needs(_PAIRS)
    def pairs(answers: Answers) -> Judgement:
        response, rows = answers[_PAIRS].response, values(answers, _PAIRS)
        if not isinstance(response, list) or len(rows) != len(response):
            return different(shape_of(response))
        lacking = [shape_of(row) for row in rows if not {common.id, common.ext_key} <= row.keys()]
        return judgement_of(lacking) if rows else not_seen("no-record")

    @needs(_SINCE)
    def later(answers: Answers) -> Judgement:
        response = answers[_SINCE].response
        if not isinstance(response, list):
            return different(shape_of(response))
        if not response:
            return different("the newest record is not found")
        fits = REFERENCE.fits(response[0]) or isinstance(response[0], Mapping)
        return confirmed() if fits else different(shape_of(response[0]))

    return {
        "pairs": ("rest-pairs", pairs),
        "since": ("rest-since", later),
        "find": ("find-ext-key", _by_key),
    }
