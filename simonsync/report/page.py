"""One page to look at: self-contained HTML without any network, printable, readable on a phone and aloud."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from html import escape
from urllib.parse import quote

from simonsync.domain.draft import totals
from simonsync.domain.draft_record import from_record
from simonsync.domain.phase import Phase
from simonsync.messages.kinds import Severity
from simonsync.messages.render import Language, clean, moment, money, number, render, sentence, word
from simonsync.report.latency import Latency, latency_of
from simonsync.report.status import NEVER_ACTIVATED, AccountStatus, status_of
from simonsync.rules.einvoicing import RULE_OF, to_mend
from simonsync.store.journal import Entry, JournalFilter
from simonsync.store.ledger import LedgerEntry
from simonsync.store.state import State
from simonsync.store.values import understood

DAYS = 14
"""How far back the drafts of the page go."""
DAILY_QUOTA = 432_000
"""Requests that Sellsy allows in a day, by its published rules."""

_STEPS = frozenset({"draft", "due", "payinprogress", "paid", "late", "cancelled"})
"""Steps of an invoice in Sellsy that have a name here; another one is shown as it is."""

_APART = re.compile(r"(?<=«) | (?=[?!:;»][.,)]?(?: |$))")

STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #fff; --soft: #f2f4f6; --line: #c9ced4;
  --error: #b3261e; --warning: #8a5a00; --good: #1b6e3c; --news: #1f4e9c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --paper: #16181b; --soft: #22262b;
  --line: #434a52; --error: #ff8a80; --warning: #ffc766; --good: #7fd8a0; --news: #9cc2ff; } }
body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 62rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
.state { font-weight: 700; } .active { color: var(--good); } .other { color: var(--warning); }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { background: var(--soft); } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.case { border-left: .3rem solid var(--warning); background: var(--soft); padding: .6rem .8rem; }
.case { margin: .6rem 0; }
.case.error { border-color: var(--error); } .case p { margin: 0; } .case .do { font-weight: 600; }
.figures { display: flex; flex-wrap: wrap; gap: .75rem; padding: 0; list-style: none; }
.figures li { background: var(--soft); padding: .6rem 1rem; border-radius: .4rem; }
.figures b { display: block; font-size: 1.4rem; font-variant-numeric: tabular-nums; }
svg { width: 100%; height: auto; } figure { margin: 0; } figcaption { font-size: .85rem; }
footer { margin-top: 2rem; font-size: .85rem; }
@media (max-width: 30rem) { table { font-size: .8rem; } th, td { padding: .35rem .2rem; } }
@media print { body { max-width: none; } h2 { break-after: avoid; }
  .case, tr, .figures, svg { break-inside: avoid; } }
"""


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the page shows.

    Attributes:
        cases: open entries of the journal, errors first.
        drafted: work orders whose draft was made in the last days, newest first.
        requests_today: requests sent to Sellsy in the last 24 hours.
        document_url: where a browser shows a document of Sellsy, with `{id}` for its id; None = not known.
    """

    account: str
    company: str
    status: AccountStatus
    cases: Sequence[Entry]
    drafted: Sequence[LedgerEntry]
    requests_today: int
    made_at: datetime
    document_url: str | None = None


def facts_of(state: State | None, account: str, now: datetime, document_url: str | None = None) -> PageFacts:
    """Gather what the page shows; None is the state of an account that has none yet. No service is asked."""
    if state is None:
        return PageFacts(account, "", NEVER_ACTIVATED, (), (), 0, now)
    drafted = list(state.ledger.drafted_since(now - timedelta(days=DAYS)))
    return PageFacts(
        account=account,
        company=state.activation.get().company or "",
        status=status_of(state),
        cases=open_cases(state),
        drafted=tuple(entry for entry in reversed(drafted) if entry.document_id),
        requests_today=sum(run.sellsy_requests for run in state.runs.since(now - timedelta(days=1))),
        made_at=now,
        document_url=document_url,
    )


def open_cases(state: State) -> tuple[Entry, ...]:
    """List the open entries of the journal, errors first."""
    errors, warnings = (
        tuple(state.journal.entries(JournalFilter(severities=[severity], only_open=True)))
        for severity in (Severity.ERROR, Severity.WARNING)
    )
    return (*errors, *warnings)


def figures(facts: PageFacts, language: Language, zone: tzinfo) -> str:
    """Write the part of the page that needs nobody: where it stands, how fast it is, what it has made."""
    writer = _Page(facts, language, zone)
    sections = (writer.readiness(), writer.latency(), writer.drafts(), writer.streams(), writer.requests())
    return writer.standing() + "".join(sections)


def page(facts: PageFacts, language: Language, zone: tzinfo) -> str:
    """Write the page."""
    writer = _Page(facts, language, zone)
    title = _text(f"simonsync – {facts.company or facts.account}")
    sections = (
        writer.cases(),
        writer.readiness(),
        writer.streams(),
        writer.latency(),
        writer.drafts(),
        writer.requests(),
    )
    return f"""<!doctype html>
<html lang="{language.value}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{STYLE}</style>
</head>
<body>
<header><h1>{title}</h1>{writer.standing()}</header>
<main>
{"".join(sections)}
</main>
<footer>{writer.word("page-made")} {writer.at(facts.made_at)}</footer>
</body>
</html>
"""


class _Page:
    """The sections of the page, in one language and zone."""

    def __init__(self, facts: PageFacts, language: Language, zone: tzinfo) -> None:
        self.facts = facts
        self.language = language
        self.zone = zone

    def word(self, key: str) -> str:
        return _text(word(key, self.language))

    def at(self, at: datetime | None) -> str:
        if at is None:
            return self.word("no-date")
        shown = moment(at, self.zone, self.language)
        return f'<time datetime="{at.isoformat(timespec="seconds")}">{_text(shown)}</time>'

    def section(self, title: str, content: str) -> str:
        return f"<section>\n<h2>{self.word(title)}</h2>\n{content}\n</section>\n"

    def standing(self) -> str:
        status = self.facts.status
        kind = "active" if status.phase is Phase.ACTIVE else "other"
        parts: tuple[str, ...] = (
            f'{self.word("status")} <span class="state {kind}">{self.word(f"phase-{status.phase}")}</span>',
            f"{self.word('begin')} {self.at(status.since)}",
            f"{self.word('end')} {self.at(status.until)}",
        )
        if status.to_look_at:
            parts = (*parts, f"{self.word('summary-to-look-at')} {status.to_look_at}")
        return f"<p>{' · '.join(parts)}</p>"

    def cases(self) -> str:
        if not self.facts.cases:
            return self.section("page-cases", f"<p>{self.word('summary-fine')}</p>")
        return self.section("page-cases", "\n".join(map(self._case, self.facts.cases)))

    def _case(self, entry: Entry) -> str:
        text, action = render(entry.message, self.language, self.zone, record=entry.number or entry.record)
        severity = entry.message.kind.severity
        head = " · ".join(
            (
                f"<strong>{self.word(f'severity-{severity}')}</strong>",
                f"{self.word(f'table-{entry.table}')} {_text(entry.number or entry.record)}",
                self.at(entry.last_at) + (f" (× {entry.times})" if entry.times > 1 else ""),
            )
        )
        kind = "error" if severity is Severity.ERROR else "warning"
        said = f'<p>{_text(text)}</p><p class="do">{_text(action)}</p>'
        return f'<article class="case {kind}"><p>{head}</p>{said}</article>'

    def readiness(self) -> str:
        counts = self.facts.status.not_ready
        if not any(counts.values()):
            return ""
        told = word("summary-einvoice", self.language).format_map(counts)
        return self.section("column-einvoice", f"<p>{_text(told)} (simonsync einvoicing)</p>")

    def streams(self) -> str:
        rows = (
            (self.word(f"stream-{row.table}"), self.at(row.simon_mutation), self.at(row.updated))
            for row in self.facts.status.streams
        )
        heads = ("column-simon-table", "column-simon-mutation", "column-updated")
        return self.section("page-streams", self._table(heads, rows))

    def latency(self) -> str:
        measured = latency_of(tuple(reversed(self.facts.drafted)))
        if measured.p50 is None or measured.p95 is None:
            return self.section("page-latency", f"<p>{self.word('page-no-drafts')}</p>")
        figures = (
            (self.word("page-median"), self._minutes(measured.p50)),
            (self.word("page-p95"), self._minutes(measured.p95)),
            (self.word("page-count"), str(len(measured.points))),
        )
        listed = "".join(f"<li>{name}<b>{value}</b></li>" for name, value in figures)
        chart = _chart(measured, self.word("page-chart"))
        return self.section("page-latency", f'<ul class="figures">{listed}</ul>\n{chart}')

    def _minutes(self, minutes: float) -> str:
        if minutes < 1:
            return "&lt; 1 min"
        return f"{number(Decimal(f'{minutes:.1f}'), self.language)} min"

    def drafts(self) -> str:
        heads = (
            "subject-work-order",
            "column-document",
            "column-drafted",
            "column-step",
            "column-einvoice",
            "before-tax",
        )
        rows = (
            (
                _text(entry.number),
                self._document(entry.document_id or ""),
                self.at(entry.drafted_at),
                self._step(entry.step or ""),
                self._findings(entry),
                self._amount(entry),
            )
            for entry in self.facts.drafted
        )
        return self.section("page-drafts", self._table(heads, rows, numbers=(5,)))

    def _document(self, document: str) -> str:
        if not self.facts.document_url or not document:
            return _text(document)
        address = self.facts.document_url.replace("{id}", quote(document, safe=""))
        return f'<a href="{escape(address)}">{_text(document)}</a>'

    def _step(self, step: str) -> str:
        return self.word(f"step-{step}") if step in _STEPS else _text(step)

    def _findings(self, entry: LedgerEntry) -> str:
        """Say what an e-invoice made of a draft would lack, as it was when the draft was made."""
        draft = None if entry.expected is None else understood(from_record, entry.expected)
        found = () if draft is None else to_mend(draft.findings)
        if not found:
            return self.word("no-date")
        told = "".join(
            f"<li>{_text(f'{RULE_OF[each.kind]} – {sentence(each, self.language)}')}</li>" for each in found
        )
        return f"<details><summary>{len(found)}</summary><ul>{told}</ul></details>"

    def _amount(self, entry: LedgerEntry) -> str:
        if entry.expected is None:
            return self.word("no-date")
        return _text(money(totals(understood(from_record, entry.expected).lines).before_tax, self.language))

    def requests(self) -> str:
        used = self.facts.requests_today
        share = number(Decimal(f"{used * 100 / DAILY_QUOTA:.2f}"), self.language)
        shown, quota = (_text(number(Decimal(value), self.language)) for value in (used, DAILY_QUOTA))
        meter = f'<meter min="0" max="{DAILY_QUOTA}" value="{used}">{share} %</meter>'
        return self.section("page-requests", f"<p>{meter} {shown} / {quota} ({share} %)</p>")

    def _table(
        self, heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[int] = ()
    ) -> str:
        def cell(tag: str, place: int, content: str) -> str:
            kind = ' class="n"' if place in numbers else ""
            scope = ' scope="col"' if tag == "th" else ""
            return f"<{tag}{scope}{kind}>{content}</{tag}>"

        head = "".join(cell("th", place, self.word(name)) for place, name in enumerate(heads))
        body = "\n".join(
            "<tr>" + "".join(cell("td", place, content) for place, content in enumerate(row)) + "</tr>"
            for row in rows
        )
        return (
            f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>'
        )


def _chart(measured: Latency, title: str) -> str:
    """Draw each work order's minutes as a bar; the line is the promise of five minutes."""
    width, height, promise = 600, 120, 5.0
    points = measured.points[-120:]
    highest = max(promise * 1.2, *(minutes for _, minutes in points))
    step = min(width / max(len(points), 1), width / 25)
    bars = "".join(
        f'<rect x="{place * step + step * 0.1:.1f}" y="{height - max(minutes / highest * height, 2):.1f}" '
        f'width="{step * 0.8:.1f}" height="{max(minutes / highest * height, 2):.1f}" '
        f'fill="{"var(--news)" if minutes <= promise else "var(--warning)"}"/>'
        for place, (_, minutes) in enumerate(points)
    )
    line = height - promise / highest * height
    return (
        f'<figure><svg viewBox="0 0 {width} {height}" role="img" aria-label="{title}">'
        f"<title>{title}</title>{bars}"
        f'<line x1="0" x2="{width}" y1="{line:.1f}" y2="{line:.1f}" stroke="var(--error)" '
        f'stroke-dasharray="4 4"/></svg><figcaption>{title}</figcaption></figure>'
    )


def _text(value: str) -> str:
    """Escape what comes from outside: a customer's name is no markup.

    A sign that French sets apart never begins a line.
    """
    return _APART.sub("\N{NO-BREAK SPACE}", escape(clean(value)))
