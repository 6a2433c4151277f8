"""What the program believes and only a draft can show, each fact once; `write` makes the draft."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any, Final

from simonsync.account.verify.facts import (
    Answers,
    Basis,
    Fact,
    Judge,
    Judgement,
    answers_at_all,
    confirmed,
    different,
    judgement_of,
    not_seen,
)
from simonsync.account.verify.forms import shape_of
from simonsync.account.verify.sellsy import SERVICE
from simonsync.domain.draft import DraftInvoice, totals
from simonsync.domain.records import Document
from simonsync.sellsy.v1 import records
from simonsync.sellsy.v1.values import Record, members, moment, plain, record_id, section, text

TAG: Final = "simonsync-verify"
"""The tag of the draft: no run looks for it."""
SENT, READ, LISTED = "sent", "Document.getOne written", "Document.getList written"
CREATED, UPLOADED, FILES = "Document.create", "Briefcases.uploadFile", "Briefcases.getList written"
MEASURED: Final = "measured"
_SOON: Final = timedelta(minutes=2)
_CENT: Final = Decimal("0.01")


def draft_facts(zone: tzinfo, remembered_for: timedelta) -> tuple[Fact, ...]:
    """List the facts.

    Args:
        zone: in which Sellsy writes moments.
        remembered_for: how long a nonce should be remembered, and a new document may stay unseen.
    """
    writing, protocol = "Documents: writing a draft invoice", "Authentication"

    def fact(name: str, source: str, basis: Basis, belief: str, judge: Judge, **params: str) -> Fact:
        return Fact(name, SERVICE, source, basis, belief, judge, params)

    read_back: dict[str, tuple[str, Judge]] = {
        "step": ("draft-step", _raw(lambda _, it: _same("draft", text(it.get("step")), shown=True))),
        "tags": ("draft-tags", _raw(lambda _, it: _has_tag(it))),
        "thirdid": (
            "draft-customer",
            _raw(lambda sent, it: _same(sent.customer.id, text(it.get("thirdid")))),
        ),
        "subject": ("draft-text", _raw(lambda sent, it: _same(sent.subject, plain(it.get("subject"))))),
        "notes": ("draft-text", _raw(lambda sent, it: _same(sent.note or "", plain(it.get("notes"))))),
        "thirdident": (
            "draft-text",
            _raw(lambda sent, it: _same(sent.reference or "", text(it.get("thirdident")))),
        ),
        "rows": ("draft-rows", _document(zone, _rows)),
        "row-texts": ("draft-text", _document(zone, _texts)),
        "row-amounts": ("draft-amounts", _document(zone, _amounts)),
        "total": ("draft-total", _document(zone, _total)),
        "created": ("draft-created", _moment("created", _seconds_off, zone)),
        "displayedDate": ("draft-date", _moment("displayedDate", _days_off, zone)),
    }
    wait = f"{remembered_for.total_seconds() / 60:.0f}"
    seen = (
        ("Document.getOne:visible", "by-id"),
        ("Document.getList:visible-by-tag", "by-tag"),
        ("Document.getList:visible-by-customer", "by-customer"),
    )
    return (
        fact(f"{CREATED}:answers", writing, Basis.OTHERS, "method-answers", answers_at_all(CREATED, "write")),
        fact(f"{CREATED}:doc_id", writing, Basis.OTHERS, "made-id", _made(CREATED, "doc_id")),
        *(
            fact(f"{CREATED}:{name}", writing, Basis.INFERRED, belief, judge)
            for name, (belief, judge) in read_back.items()
        ),
        *(
            fact(name, writing, Basis.OTHERS, "visible", _measure(key, remembered_for), minutes=wait)
            for name, key in seen
        ),
        fact("Sellsy:nonce", protocol, Basis.RECORDED, "nonce-twice", _nonce_twice),
        fact(
            *("Sellsy:nonce-memory", protocol, Basis.INFERRED, "nonce-memory", _nonce_memory(remembered_for)),
            minutes=wait,
        ),
        fact("Sellsy:timestamp", protocol, Basis.INFERRED, "old-timestamp", _old_timestamp),
        fact(
            f"{UPLOADED}:answers", "Files", Basis.OTHERS, "method-answers", answers_at_all(UPLOADED, "write")
        ),
        fact(f"{UPLOADED}:file_id", "Files", Basis.OTHERS, "made-id", _made(UPLOADED, "file_id")),
        fact("Briefcases.getList:uploaded", "Files", Basis.INFERRED, "file-listed", _file_listed),
    )


def _made(method: str, name: str) -> Judge:
    """Judge the answer to a write: the id stands by itself or under its name."""

    def judge(answers: Answers) -> Judgement:
        if method not in answers:
            return not_seen("write")
        if answers[method].refusal:
            return not_seen("refused")
        response = answers[method].response
        return confirmed() if made_id(response, name) else different(shape_of(response))

    return judge


def made_id(response: object, name: str) -> str:
    """Return the id of what was made, "" where there is none."""
    given = record_id(section(response).get(name) if isinstance(response, dict) else response)
    return given if given.isdecimal() else ""


def _same(sent: str, found: str, *, shown: bool = False) -> Judgement:
    if found == sent:
        return confirmed()
    return different(found if shown and found.isalpha() else shape_of(found))


def _has_tag(document: Record) -> Judgement:
    words = [text(each.get("word")) for each in members(document.get("tags"))]
    return confirmed() if TAG in words else different(shape_of(document.get("tags")))


def _raw(look: Callable[[DraftInvoice, Record], Judgement]) -> Judge:
    """Judge the draft as it was read back."""

    def judge(answers: Answers) -> Judgement:
        if SENT not in answers or READ not in answers or answers[READ].refusal:
            return not_seen("write" if SENT not in answers else "not-read-back")
        return look(answers[SENT].response, answers[READ].response)

    return judge


def _document(zone: tzinfo, look: Callable[[DraftInvoice, Document], Judgement]) -> Judge:
    return _raw(lambda sent, it: look(sent, records.document(it, zone, {})))


def _rows(sent: DraftInvoice, found: Document) -> Judgement:
    wanted = [(line.kind, line.product.id if line.product else "") for line in sent.lines]
    there = [(row.kind, row.product_id) for row in found.rows]
    kinds = ", ".join(str(kind) for kind, _ in there)
    return confirmed() if there == wanted else different(f"{len(there)} of {len(wanted)} rows: {kinds}")


def _texts(sent: DraftInvoice, found: Document) -> Judgement:
    wanted = [line.text or line.name for line in sent.lines]
    wrong = [shape_of(row.text) for row, text_ in zip(found.rows, wanted, strict=True) if row.text != text_]
    return judgement_of(wrong)


def _amounts(sent: DraftInvoice, found: Document) -> Judgement:
    billed = [row for row in found.rows if row.kind != "comment"]
    wrong = [
        name
        for line, row in zip(sent.billed, billed, strict=True)
        for name, wanted, there in (
            ("qt", line.quantity, row.quantity),
            ("unitAmount", line.unit_price, row.unit_price),
            ("taxid", line.tax_id, row.tax_id),
            ("discount", line.discount, row.discount),
        )
        if wanted != there
    ]
    return judgement_of(wrong)


def _total(sent: DraftInvoice, found: Document) -> Judgement:
    off = found.total_before_tax - totals(sent.lines).before_tax
    return confirmed() if abs(off) <= _CENT * len(sent.lines) else different(f"{off:+f}")


def _moment(name: str, off_by: Callable[[datetime, datetime], str], zone: tzinfo) -> Judge:
    """Judge a moment of the draft by when it was made."""

    def judge(answers: Answers) -> Judgement:
        at = (_measured(answers) or {}).get("made-at")
        if READ not in answers or answers[READ].refusal or at is None:
            return not_seen("write")
        written = answers[READ].response.get(name)
        found = moment(written, zone)
        if found is None:
            return different(shape_of(written))
        return judgement_of(filter(None, [off_by(found.astimezone(zone), at.astimezone(zone))]))

    return judge


def _seconds_off(found: datetime, at: datetime) -> str:
    return "" if abs(found - at) < _SOON else f"{(found - at).total_seconds():+.0f} s"


def _days_off(found: datetime, at: datetime) -> str:
    days = (found.date() - at.date()).days
    return f"{days:+d} d" if days else ""


def _measured(answers: Answers) -> dict[str, Any] | None:
    return answers[MEASURED].response if MEASURED in answers else None


def _measure(key: str, at_most: timedelta) -> Judge:
    """Judge by the seconds after which the new document was shown."""

    def judge(answers: Answers) -> Judgement:
        found = _measured(answers)
        if found is None or "looked-for" not in found:
            return not_seen("write")
        seconds = found.get(key)
        if seconds is not None:
            shape = f"{seconds:.0f} s"
            return confirmed(shape) if seconds < at_most.total_seconds() else different(shape)
        shape = f"not within {found['looked-for']:.0f} s"
        return different(shape)

    return judge


def _nonce_twice(answers: Answers) -> Judgement:
    found = _measured(answers)
    if found is None:
        return not_seen("write")
    seen = found.get("twice")
    if seen is None:
        return not_seen("no-nonce")
    return confirmed() if seen else different("accepted again")


def _nonce_memory(at_least: timedelta) -> Judge:
    def judge(answers: Answers) -> Judgement:
        found = _measured(answers)
        nonces: dict[float, bool | None] = (found or {}).get("nonces", {})
        forgotten = [seconds for seconds, seen in nonces.items() if seen is False]
        if forgotten:
            return different(f"accepted again after {min(forgotten):.0f} s")
        refused = [seconds for seconds, seen in nonces.items() if seen]
        if not refused:
            return not_seen("write" if found is None else "no-nonce")
        shape = f"refused after {max(refused):.0f} s"
        return confirmed(shape) if max(refused) >= at_least.total_seconds() else not_seen("wait", shape)

    return judge


def _old_timestamp(answers: Answers) -> Judgement:
    found = _measured(answers)
    ages: dict[int, str] = (found or {}).get("ages", {})
    if not ages:
        return not_seen("write" if found is None else "no-nonce")
    shape = "; ".join(f"{age} s: {said}" for age, said in ages.items())
    near = ages[min(ages)]
    return confirmed(shape) if near == "accepted" else different(shape)


def _file_listed(answers: Answers) -> Judgement:
    if FILES not in answers:
        return not_seen("write")
    if answers[FILES].refusal:
        return not_seen("refused")
    name, size = answers[MEASURED].response["file"]
    found = [records.stored_file(each) for each in members(section(answers[FILES].response).get("result"))]
    ours = [each for each in found if each.name.removesuffix(".pdf") == name.removesuffix(".pdf")]
    if not ours:
        return different(f"not among {len(found)}")
    return confirmed() if any(each.size == size for each in ours) else different("another size")
