"""The page to look at and the exports: complete, in three languages, safe against hostile texts."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
from datetime import timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from simonsync.domain.key import Kind, sellsy_key
from simonsync.domain.phase import Phase
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.messages.render import Language
from simonsync.report.export import COLUMNS, exporter_of
from simonsync.report.latency import latency_of
from simonsync.report.page import PageFacts, page
from simonsync.report.status import STREAMS, AccountStatus, StreamRow
from simonsync.store.journal import Entry
from simonsync.store.ledger import LedgerEntry, Status
from tests.builders import NOON

PARIS = ZoneInfo("Europe/Paris")
HOSTILE = "<script>alert('x')</script>"
STATUS = AccountStatus(
    Phase.ACTIVE, NOON, None, tuple(StreamRow(table, None, NOON) for table in STREAMS), waiting=1, errors=1
)


def case(number: str = "4711", name: str = HOSTILE) -> Entry:
    message = Message(kinds.WORK_ORDER_CUSTOMER_UNKNOWN, {"number": number, "name": name})
    return Entry(
        id=7,
        run=3,
        first_at=NOON,
        last_at=NOON,
        times=2,
        message=message,
        table=message.kind.table,
        record="123",
        number=number,
        open=True,
        cured_at=None,
        cured_run=None,
    )


def sent(number: int, minutes: float) -> LedgerEntry:
    return LedgerEntry(
        str(number),
        str(4700 + number),
        "A" * 12,
        NOON,
        NOON,
        Status.SENT,
        customer=sellsy_key(Kind.CUSTOMER, 7),
        document_id=str(88000 + number),
        drafted_at=NOON + timedelta(minutes=minutes),
        step="draft",
    )


def facts(**changes: object) -> PageFacts:
    values: dict[str, object] = {
        "account": "default",
        "company": "Électricité Moreau & Fils",
        "status": STATUS,
        "cases": (case(),),
        "drafted": tuple(sent(place, 3) for place in range(5)),
        "requests_today": 2880,
        "made_at": NOON,
    }
    return PageFacts(**{**values, **changes})  # type: ignore[arg-type]


class Balance(HTMLParser):
    """Checks that every tag is closed in its order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", Language)
def test_the_page_is_whole_and_in_the_readers_language(language: Language) -> None:
    made = page(facts(), language, PARIS)
    balance = Balance()
    balance.feed(made)
    assert balance.open == []
    assert f'<html lang="{language.value}">' in made
    assert "4711" in made
    assert made.count("<tr>") >= len(STREAMS) + 5
    assert "{" not in re.sub(r"<style>.*?</style>", "", made, flags=re.DOTALL)


def test_the_page_needs_no_network() -> None:
    made = page(facts(), Language.FR, PARIS)
    assert not re.search(r"(src|href)=|@import|url\(|https?://", made)


def test_a_document_is_linked_where_its_address_is_known() -> None:
    address = "https://sellsy.example/?kind=invoice&id={id}"
    made = page(facts(drafted=(sent(1, 3),), document_url=address), Language.FR, PARIS)
    assert re.findall(r'<a href="([^"]*)">([^<]*)</a>', made) == [
        ("https://sellsy.example/?kind=invoice&amp;id=88001", "88001")
    ]


def test_a_customers_name_is_no_markup() -> None:
    made = page(facts(), Language.FR, PARIS)
    assert "<script" not in made
    assert "&lt;script&gt;" in made
    assert "Moreau &amp; Fils" in made


def test_drafts_to_look_at_are_counted_at_the_head() -> None:
    assert "À regarder avant" not in page(facts(), Language.FR, PARIS)
    waiting = dataclasses.replace(STATUS, to_look_at=2)
    assert re.search(r"envoi\s:\s2</p>", page(facts(status=waiting), Language.FR, PARIS))


def test_1_2_the_promise_of_five_minutes_is_measured() -> None:
    measured = latency_of([sent(place, minutes) for place, minutes in enumerate([1, 2, 3, 4, 40])])
    assert (measured.p50, measured.p95) == (3, 40)
    assert latency_of([]).p50 is None
    assert "40" in page(facts(drafted=(sent(1, 40),)), Language.EN, PARIS)


def test_6_4_the_steps_of_documents_are_in_the_readers_words() -> None:
    made = page(facts(), Language.NL, PARIS)
    assert "<td>concept</td>" in made
    assert "<td>draft</td>" not in made
    strange = dataclasses.replace(sent(1, 3), step="<new>")
    assert "<td>&lt;new&gt;</td>" in page(facts(drafted=(strange,)), Language.NL, PARIS)


def test_what_took_less_than_a_minute_says_so() -> None:
    assert page(facts(drafted=(sent(1, 0.2),)), Language.FR, PARIS).count("<b>&lt; 1 min</b>") == 2


def test_in_french_no_line_begins_with_a_sign() -> None:
    made = re.sub(r"<style>.*?</style>", "", page(facts(), Language.FR, PARIS), flags=re.DOTALL)
    assert "\N{NO-BREAK SPACE}:" in made
    assert not re.search(r" [;:?!»]( |<)|« ", made)


def test_a_page_of_a_fresh_account_says_so() -> None:
    made = page(facts(cases=(), drafted=()), Language.EN, PARIS)
    assert "nothing to do" in made


def exported(ending: str, entries: list[Entry]) -> str:
    file = io.StringIO(newline="")
    write = exporter_of(f"journal{ending}")
    assert write is not None
    write(entries, file, Language.EN, PARIS)
    return file.getvalue()


def test_8_1_the_journal_as_a_table_for_spreadsheets() -> None:
    table = exported(".csv", [case(name="=HYPERLINK(1)"), case("=1+1")])
    heads, *rows = csv.DictReader(io.StringIO(table), COLUMNS)
    assert all(heads.values())
    assert rows[0]["record"] == "4711"
    assert rows[1]["record"] == "'=1+1"


def test_8_1_the_journal_as_json_lines() -> None:
    (line,) = exported(".jsonl", [case()]).splitlines()
    assert json.loads(line)["code"] == "work-order-customer-unknown"


def test_8_1_the_journal_as_a_page() -> None:
    made = exported(".html", [case()])
    assert "<script" not in made
    assert made.count("<tr>") == 2


def test_an_ending_that_is_not_known_has_no_exporter() -> None:
    assert exporter_of("journal.xlsx") is None
