from __future__ import annotations

import codecs
import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from io import StringIO, TextIOWrapper
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simonsync.cli import plain, terminal
from simonsync.cli.output import Output, Result, labelled, to_json
from simonsync.cli.signs import nearest
from simonsync.cli.style import Branch, Style
from simonsync.errors import ExitCode
from simonsync.messages.kinds import (
    DRAFT_CREATED,
    DRAFT_WITHOUT_LINES,
    OUTCOME_UNKNOWN,
    WORK_ORDER_WITHOUT_CUSTOMER,
    Message,
)
from simonsync.messages.render import Language


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def output(
    stdout: StringIO,
    stderr: StringIO,
    environ: Mapping[str, str] | None = None,
    *,
    as_json: bool = False,
    quiet: bool = False,
) -> Output:
    return Output(environ or {}, as_json=as_json, quiet=quiet, stdout=stdout, stderr=stderr)


@pytest.fixture
def channels() -> tuple[StringIO, StringIO]:
    return StringIO(), StringIO()


def test_results_go_to_stdout_notes_to_stderr(channels: tuple[StringIO, StringIO]) -> None:
    out = output(*channels)
    out.line("result")
    out.note("note")
    out.table(["a"], [["b"]])
    assert [channel.getvalue() for channel in channels] == ["result\na\nb\n", "note\n"]


def test_a_sentence_breaks_between_words_on_a_terminal_and_nowhere_in_a_pipe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    screen, pipe = Terminal(), StringIO()
    for stdout in (screen, pipe):
        output(stdout, StringIO()).line(
            "  → Lancez\N{NO-BREAK SPACE}: chmod 700 /a/path/that/is/longer/than/the/line\x1b[2J",
            indent="    ",
        )
    assert screen.getvalue().splitlines() == [
        "  → Lancez\N{NO-BREAK SPACE}: chmod",
        "    700",
        "    /a/path/that/is/longer/than/the/line[2J",
    ]
    assert pipe.getvalue().count("\n") == 1


def test_what_may_be_copied_is_never_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    screen = Terminal()
    output(screen, StringIO()).verbatim("*/5 * * * * simonsync --account firm sync")
    assert screen.getvalue() == "*/5 * * * * simonsync --account firm sync\n"


def test_notes_and_what_to_do_break_between_words_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    message = Message(WORK_ORDER_WITHOUT_CUSTOMER, {"number": "4711", "address_customer": "Dupont"})
    screen = Terminal()
    output(StringIO(), screen, {"NO_COLOR": "1"}).tell(message, Language.FR)
    lines = screen.getvalue().splitlines()
    assert max(map(len, lines)) <= 40
    assert [line.strip() for line in lines if line.startswith("  → ")] == [
        "→ Ouvrez le bon de travail dans Simon"
    ]
    assert " ".join(" ".join(lines).split()).endswith("la prochaine synchronisation l'enverra.")


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 20, [""]),
        ("un mot", 20, ["un mot"]),
        ("le bon de travail Simon ?", 23, ["le bon de travail", "Simon ?"]),
        ("le mot « interne » : non", 14, ["le mot", "« interne » :", "non"]),
        ("la commande « wat ». Oui", 19, ["la commande", "« wat ». Oui"]),
        ("a  株式会社", 8, ["a", "株式会社"]),
        ("continue: simonsync log --errors --all", 30, ["continue:", "simonsync log --errors --all"]),
        ("  1. un deux", 8, ["  1. un", "deux"]),
    ],
)
def test_a_line_breaks_where_a_reader_expects_it(text: str, width: int, lines: Sequence[str]) -> None:
    assert terminal.wrapped(text, width) == lines


def test_with_json_stdout_holds_one_document_and_people_read_stderr(
    channels: tuple[StringIO, StringIO],
) -> None:
    out = output(*channels, as_json=True)
    out.line("result")
    out.table(["a"], [["b"]])
    out.document("status", "firm", Result({"waiting": 0}), Language.EN)
    out.document("status", "firm", Result({"waiting": 1}), Language.EN)
    assert json.loads(channels[0].getvalue()) == {
        "schema": "simonsync/1",
        "command": "status",
        "account": "firm",
        "exit_code": 0,
        "data": {"waiting": 0},
        "messages": [],
    }
    assert channels[1].getvalue() == "result\na\nb\n"


def test_a_stream_of_json_lines_is_followed_by_no_document(channels: tuple[StringIO, StringIO]) -> None:
    out = output(*channels, as_json=True)
    out.json_line({"id": "1"})
    out.json_line({"id": "2"})
    out.document("log", "firm", Result(), Language.EN)
    assert channels[0].getvalue() == '{"id": "1"}\n{"id": "2"}\n'


def test_the_keys_of_the_document_are_those_that_scripts_rely_on_in_their_order(
    channels: tuple[StringIO, StringIO],
) -> None:
    message = Message(WORK_ORDER_WITHOUT_CUSTOMER, {"number": "4711", "address_customer": "Dupont"})
    result = Result(exit_code=ExitCode.NEEDS_SOMEONE, messages=(message, Message.of("stopped")))
    output(*channels, as_json=True).document("sync", "firm", result, Language.FR)
    document = json.loads(channels[0].getvalue())
    assert list(document) == ["schema", "command", "account", "exit_code", "data", "messages"]
    assert document["exit_code"] == 3
    first, second = document["messages"]
    assert list(first) == ["code", "severity", "text", "action"]
    assert (first["code"], first["severity"]) == ("work-order-without-customer", "error")
    assert "4711" in first["text"]
    assert "Dupont" in first["action"]
    assert (second["code"], second["severity"], second["action"]) == ("stopped", "error", "")


def test_a_problem_that_is_a_kind_of_message_tells_what_to_do(channels: tuple[StringIO, StringIO]) -> None:
    result = Result(messages=(Message.of("simon-credentials-refused", {"cause": "401"}),))
    output(*channels, as_json=True).document("sync", "firm", result, Language.EN)
    assert json.loads(channels[0].getvalue())["messages"][0]["action"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("1234.50"), '"1234.50"'),
        (Decimal("1E+3"), '"1000"'),
        (Decimal("0E-9"), '"0.000000000"'),
        (datetime(2026, 11, 24, 7, 30, tzinfo=UTC), '"2026-11-24T07:30:00Z"'),
        (datetime(2026, 11, 24, 8, 30, 0, 999999, timezone(timedelta(hours=1))), '"2026-11-24T07:30:00Z"'),
        (date(2026, 11, 24), '"2026-11-24"'),
        (Path("/x/y"), '"/x/y"'),
        (("a", "b"), '["a", "b"]'),
        (frozenset({"b", "a"}), '["a", "b"]'),
        (ExitCode.BRAKE, "4"),
        (Language.FR, '"fr"'),
        (None, "null"),
        ("Élodie €", '"Élodie €"'),
        ("\x1b[31m\x9b\u202e", '"\\u001b[31m\\u009b\\u202e"'),
        ("\ud800", '"\\ud800"'),
    ],
)
def test_values_have_one_form_in_json(value: object, written: str) -> None:
    assert to_json(value) == written


def test_a_moment_without_a_zone_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError):
        to_json(datetime(2026, 11, 24))  # noqa: DTZ001 that is what is refused


@given(st.text())
def test_any_text_survives_json_and_shows_no_control_character(text: str) -> None:
    written = to_json({"text": text})
    assert json.loads(written) == {"text": text}
    assert not set(written) & {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))}


@given(st.text())
def test_no_text_from_outside_can_steer_the_terminal(text: str) -> None:
    screen, errors = Terminal(), Terminal()
    out = output(screen, errors)
    out.verbatim(text)
    out.note(text)
    out.technical(text)
    for channel in (screen, errors):
        shown = channel.getvalue()
        assert not (set(shown) - {"\n"}) & {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0), 0x202E)}
    assert screen.getvalue().count("\n") == 1


@pytest.mark.parametrize(
    ("channel", "environ", "coloured"),
    [
        (Terminal, {}, True),
        (Terminal, {"NO_COLOR": "1"}, False),
        (Terminal, {"NO_COLOR": ""}, True),
        (Terminal, {"TERM": "dumb"}, False),
        (StringIO, {}, False),
    ],
)
def test_8_4_colours_are_for_terminals_unless_nobody_wants_them(
    channel: type[StringIO],
    environ: dict[str, str],
    coloured: bool,  # noqa: FBT001 a column of the table
) -> None:
    stdout = channel()
    output(stdout, StringIO(), environ).line("red", Style.ERROR)
    assert stdout.getvalue() == ("\x1b[31mred\x1b[0m\n" if coloured else "red\n")


def test_what_people_should_know_goes_to_stderr_with_what_to_do(channels: tuple[StringIO, StringIO]) -> None:
    message = Message(WORK_ORDER_WITHOUT_CUSTOMER, {"number": "4711", "address_customer": "Dupont"})
    output(*channels).tell(message, Language.FR)
    output(*channels, quiet=True).tell(Message.of("stopped"), Language.EN)
    told = channels[1].getvalue().splitlines()
    assert told[0].startswith("Erreur\N{NO-BREAK SPACE}: ")
    assert told[1].startswith("  → ")
    assert told[2].startswith("Error: ")
    assert channels[0].getvalue() == ""


def test_moments_are_told_in_the_readers_zone(channels: tuple[StringIO, StringIO]) -> None:
    unknown = Message(OUTCOME_UNKNOWN, {"number": "4711", "until": "2026-07-01T10:00:00Z"})
    out = output(*channels, as_json=True)
    out.zone = lambda: ZoneInfo("Europe/Paris")
    out.tell(unknown, Language.FR)
    out.document("sync", "firm", Result(messages=(unknown,)), Language.FR)
    for channel in channels:
        assert "01/07/2026 12:00" in channel.getvalue()


def test_quiet_leaves_out_notes_and_warnings_only(channels: tuple[StringIO, StringIO]) -> None:
    out = output(*channels, quiet=True)
    out.note("note")
    out.tell(Message(DRAFT_WITHOUT_LINES, {"number": "4711"}), Language.EN)
    out.line("result")
    assert [channel.getvalue() for channel in channels] == ["result\n", ""]


def test_a_label_follows_the_customs_of_its_language() -> None:
    assert labelled("sellsy", "x", Language.EN) == "Sellsy: x"
    assert labelled("sellsy", "x", Language.FR) == "Sellsy\N{NO-BREAK SPACE}: x"


def test_news_are_told_too(channels: tuple[StringIO, StringIO]) -> None:
    message = Message(DRAFT_CREATED, {"number": "4711", "document": "D-1", "total": "10.00"})
    output(*channels).tell(message, Language.EN)
    assert channels[1].getvalue().startswith("Information: ")


def test_when_the_reader_has_gone_the_program_goes_on() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with TextIOWrapper(os.fdopen(writing, "wb"), encoding="utf-8") as stdout:
        out = Output({}, stdout=stdout, stderr=StringIO())
        out.line("nobody reads this")
        assert out.closed
        out.line("nor this")
        assert not out.is_terminal(stdout)


ROWS = (("Dupont & fils", "12.50"), ("Müller", "1234.00"), ("株式会社", "7"))


def test_a_table_in_a_pipe_is_aligned_and_nothing_is_cut() -> None:
    assert plain.table(["Customer", "Total"], ROWS, right=(1,)) == [
        "Customer         Total",
        "Dupont & fils    12.50",
        "Müller         1234.00",
        "株式会社             7",
    ]


def test_a_table_without_rows_shows_its_columns() -> None:
    assert plain.table(["a", "bb"], []) == ["a  bb"]


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("é", 1), ("e\u0301", 1), ("株", 2), ("", 0)])
def test_the_width_of_a_text_is_what_it_takes_on_the_terminal(text: str, width: int) -> None:
    assert plain.width_of(text) == width


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (60, ["Customer  Remark", "Dupont    likes long sentences that go on"]),
        (30, ["Customer  Remark", "Dupont    likes long sentences", "          that go on"]),
        (20, ["Customer  Remark", "Dupont    likes long", "          sentences", "          that go on"]),
    ],
)
def test_a_table_on_a_terminal_fits_its_width(
    columns: int, expected: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    screen = Terminal()
    out = output(screen, StringIO(), {"NO_COLOR": "1"})
    out.table(["Customer", "Remark"], [["Dupont", "likes long sentences that go on"]])
    assert [line.rstrip() for line in screen.getvalue().splitlines()] == expected


def test_a_table_that_cannot_fit_has_one_field_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    screen = Terminal()
    output(screen, StringIO()).table(
        ["Customer", "Registration"], [["Dupont-Moreau", "of the city of Lyon"], ["", "x"]]
    )
    assert screen.getvalue().splitlines() == [
        "Customer:",
        "  Dupont-Moreau",
        "Registration: of the",
        "  city of Lyon",
        "",
        "Registration: x",
    ]


def test_markup_from_outside_is_shown_as_it_is() -> None:
    screen = Terminal()
    output(screen, StringIO()).table(["Name"], [["[red]Dupont[/red] [link=x]:smile:"], ["\x1b[31m"]])
    shown = screen.getvalue()
    assert "[red]Dupont[/red] [link=x]:smile:" in shown
    assert "\x1b[31m" not in shown


TREE = Branch(
    "4711",
    below=(
        Branch("archived"),
        Branch("BT 4711", below=(Branch("1 × P-12 that is long", notes=("the used item",)), Branch("note"))),
    ),
)


def test_a_tree_in_a_pipe_is_never_broken(channels: tuple[StringIO, StringIO]) -> None:
    output(*channels).tree(TREE)
    assert channels[0].getvalue().splitlines() == [
        "4711",
        "├─ archived",
        "└─ BT 4711",
        "   ├─ 1 × P-12 that is long",
        "   │     the used item",
        "   └─ note",
    ]


def test_a_tree_on_a_terminal_breaks_beside_its_trunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "24")
    screen = Terminal()
    output(screen, StringIO(), {"NO_COLOR": "1"}).tree(TREE)
    assert [line.rstrip() for line in screen.getvalue().splitlines()] == [
        "4711",
        "├── archived",
        "└── BT 4711",
        "    ├── 1 × P-12 that is",
        "    │   long",
        "    │     the used item",
        "    └── note",
    ]


def test_no_word_of_a_table_is_cut_while_another_column_has_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    screen = Terminal()
    rows = [["a long-standing", "b c d e f g h i j k l"]]
    output(screen, StringIO(), {"NO_COLOR": "1"}).table(["Name", "Remark"], rows)
    assert "long-standing" in screen.getvalue()
    assert max(map(len, screen.getvalue().splitlines())) <= 30


def test_an_old_encoding_gets_the_nearest_signs_and_severities_stay_apart() -> None:
    codecs.register_error("nearest", nearest)
    shown = "● ▲ ✖ – Élodie, 12 € à 20 % · « œuvre » 株".encode("ascii", "nearest")
    assert shown == b'* ! x - Elodie, 12 EUR a 20 % | " oeuvre " ?'
