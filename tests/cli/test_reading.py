"""`log`, `status`, `preview` and `explain`: what people look at, and what scripts read [6.4, 7.2, 8]."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from pypdf import PdfReader

from simonsync.domain.entities import ENTITIES, MASTER_TABLES
from simonsync.domain.key import Kind
from simonsync.errors import ExitCode
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.messages.render import Language, word
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.faults import Fault
from simonsync.settings.declaration import ProductChoice
from simonsync.store.opening import open_state
from tests.cli.program import Ended, called
from tests.firm import Firm
from tests.sync.quoting import article, quote


@dataclass(frozen=True)
class Reader:
    """A firm with something to read about, and the program that shows it."""

    firm: Firm
    folder: Path

    def run(self, *arguments: str, language: str = "fr") -> Ended:
        environ = {f"SIMONSYNC_{name.upper()}": value for name, value in self.firm.box.credentials.items()}
        return called(self.folder, "--lang", language, *arguments, environ=environ)

    def data(self, *arguments: str) -> dict[str, Any]:
        document: dict[str, Any] = self.run(*arguments, "--json").document["data"]
        return document

    def log(self, *arguments: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.data("log", *arguments)["entries"]
        return entries

    def number(self, order: int) -> str:
        return str(self.firm.box.simon.row("WorkOrder", order)["Number"])


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    (tmp_path / "state").mkdir(mode=0o700)
    with Sandbox(customers=2) as box:
        firm = Firm(box, tmp_path / "state")
        firm.activate(quotes_to_work_orders=True, quote_lines_as_used_items=True)
        firm.pull()
        (tmp_path / "config.yaml").write_text(
            "account: firm\n"
            f'sellsy: {{url: "{box.sellsy_url}", requests_per_second: 1000}}\n'
            f'simon: {{url: "{box.simon_url}"}}\n'
            "settings: {quotes_to_work_orders: yes, quote_lines_as_used_items: yes}\n"
        )
        yield Reader(firm, tmp_path)


@pytest.fixture
def told(reader: Reader) -> Reader:
    """A journal with information, a warning and an error."""
    quote(reader.firm, [article(reader.firm, "DISJ-16A")])
    reader.firm.pull()
    reader.firm.archived("un", work=30)
    reader.firm.archived("deux", CustomerId=None)
    reader.firm.push()
    return reader


# --- the journal --------------------------------------------------------------------------------------


def test_8_1_each_entry_has_icon_table_message_and_what_to_do(told: Reader) -> None:
    shown = told.run("log").out
    (error,) = told.log("--errors")
    line = next(line for line in shown.splitlines() if "✖" in line)
    assert re.match(r"\d\d/\d\d/\d{4} \d\d:\d\d  ✖  Bon de travail  47\d\d  ", line)
    assert error["message"] in line
    assert f"    → {error['action']}" in shown
    assert "New UsedItem Inserted to Simon Successfully" in told.run("log", language="en").out


def test_followed_from_the_newest_on_nothing_older_is_shown(
    told: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter(range(2))

    def pause(_seconds: float) -> None:
        if next(looks, None) is None:
            raise KeyboardInterrupt
        told.firm.archived("trois", CustomerId=None)
        told.firm.push()

    monkeypatch.setattr("simonsync.cli.log.time.sleep", pause)
    before = told.log()
    ended = told.run("log", "--follow", "--json", "-n", "2")
    assert (ended.code, ended.err) == (130, "")
    shown = [json.loads(line) for line in ended.out.splitlines()]
    assert shown[:2] == before[-2:]
    assert {entry["id"] for entry in before[:-2]}.isdisjoint(entry["id"] for entry in shown[2:])
    # Two more were held meanwhile; the one that was held before counts on.
    assert [entry["code"] for entry in shown[2:]].count("work-order-without-customer") >= 2


def test_8_1_scripts_read_every_field_of_an_entry(told: Reader) -> None:
    (error,) = told.log("--errors")
    assert (error["code"], error["severity"], error["table"]) == (
        "work-order-without-customer",
        "error",
        "work_order",
    )
    assert (error["times"], error["open"], error["cured_at"]) == (1, True, None)
    assert error["action"]


def test_8_2_only_errors_or_only_warnings_can_be_shown(told: Reader) -> None:
    assert {entry["severity"] for entry in told.log("--errors")} == {"error"}
    assert {entry["severity"] for entry in told.log("--warnings", "--all")} == {"warning"}
    assert {entry["severity"] for entry in told.log()} == {"info", "warning", "error"}


def test_8_2_a_table_a_record_and_the_newest_can_be_picked(told: Reader) -> None:
    assert {entry["code"] for entry in told.log("--table", "used_item")} == {"used-item-created"}
    (error,) = told.log("--errors")
    assert {entry["record"] for entry in told.log("--record", error["record"])} == {error["record"]}
    assert len(told.log("-n", "2")) == 2
    assert told.log("--since", "1h") == told.log()


def test_7_2_the_highest_mutation_is_shown_below_the_journal(told: Reader) -> None:
    assert re.search(r"^● .*\d\d/\d\d/\d{4} \d\d:\d\d$", told.run("log").out, re.MULTILINE)


def test_8_3_a_cured_error_says_when_and_is_no_error_any_more(told: Reader) -> None:
    (error,) = told.log("--errors")
    order = int(str(told.firm.box.simon.find("WorkOrder", Number=error["record"])["Id"]))
    card = told.firm.simon_id("Customer", f"customer:{told.firm.clients()[0]}")
    told.firm.box.simon.edit("WorkOrder", order, CustomerId=card)
    told.firm.push()
    assert told.log("--errors") == []
    (cured,) = told.log("--errors", "--all")
    assert cured["cured_at"] is not None
    assert "✔" in told.run("log", "--errors", "--all").out


class Screen(StringIO):
    """A terminal that shows colours."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("code", "colour"),
    [
        pytest.param("customer-created", 37, id="nothing to do is white"),
        pytest.param("work-order-created", 34, id="news are blue"),
        pytest.param("draft-without-lines", 33, id="a warning is yellow"),
        pytest.param("work-order-without-customer", 31, id="an error is red"),
    ],
)
def test_8_4_each_kind_of_notification_has_its_colour(told: Reader, code: str, colour: int) -> None:
    told.firm.archived("trois")
    told.firm.push()
    with patch("tests.cli.program.StringIO", Screen):
        shown = told.run("log").out
    entry = next(entry for entry in told.log() if entry["code"] == code)
    line = next(line for line in shown.splitlines() if entry["message"][:20] in line)
    assert line.startswith(f"\x1b[{colour}m")


def test_8_1_the_journal_names_what_it_is_about_and_shows_no_ids(told: Reader) -> None:
    shown = told.run("log").out
    assert re.search(r"  Nouveau client : \S", shown)
    assert re.search(r"  Nouvelle adresse de travail : \S", shown)
    records = {entry["record"] for entry in told.log() if entry["table"] in {"customer", "work_address"}}
    assert records
    assert not any(f"  {record}  " in shown for record in records)


@pytest.mark.parametrize(
    ("language", "options", "begin"),
    [
        ("fr", (), "Date,Gravité,Code,Table,Numéro,Message,"),
        ("fr", ("--locale",), "\N{ZERO WIDTH NO-BREAK SPACE}Date;Gravité;Code;Table;Numéro;Message;"),
        ("en", ("--locale",), "\N{ZERO WIDTH NO-BREAK SPACE}Date,Severity,Code,Table,Number,Message,"),
    ],
)
def test_8_1_a_spreadsheet_opens_the_journal_in_the_readers_words(
    told: Reader, language: str, options: tuple[str, ...], begin: str
) -> None:
    told.run("log", "--export", "j.csv", *options, language=language)
    head, first, *_ = (told.folder / "j.csv").read_text("utf-8").splitlines()
    assert head.startswith(begin)
    assert re.match(r"\d\d/\d\d/\d{4} \d\d:\d\d[,;]Information[,;]", first)


def test_the_journal_of_an_account_that_was_never_activated_says_so(reader: Reader) -> None:
    shown = reader.run("--account", "firn", "log")
    assert (shown.code, shown.out.startswith("L'intégration n'a pas encore été activée")) == (0, True)
    assert "simonsync activate" in shown.out
    assert reader.run("--account", "firn", "log", "--json").document["data"] == {"entries": []}


# --- the status ---------------------------------------------------------------------------------------


def test_6_4_the_status_has_the_manuals_five_rows_with_both_dates(told: Reader) -> None:
    status = told.data("status")
    assert (status["phase"], status["until"]) == ("active", None)
    rows = {row["table"]: row for row in status["streams"]}
    assert list(rows) == ["Item_Services", "WorkOrder", "Item", "Customer", "UsedItem"]
    # Only work orders come from Simon, so only they have a mutation there.
    assert [table for table, row in rows.items() if row["simon_mutation"]] == ["WorkOrder"]
    assert [table for table, row in rows.items() if row["updated"]] == list(rows)
    shown = told.run("status").out
    assert shown.startswith("Statut : ACTIF")
    assert [line.split("  ")[0] for line in shown.splitlines()[4:9]] == [
        "Item_Services",
        "Bon de travail",
        "Article",
        "Client",
        "UsedItem",
    ]
    assert "Fin : --" in shown or "Fin --" in shown


def test_6_4_the_status_ends_with_what_waits_and_what_needs_someone(told: Reader) -> None:
    status = told.data("status")
    (held,) = status["held"]
    assert status["waiting"] == 1
    last = told.run("status").out.rstrip().splitlines()[-1]
    assert held in last
    assert "simonsync log --errors" in last


def test_6_4_the_status_names_the_next_step(reader: Reader) -> None:
    def last() -> str:
        return reader.run("status").out.rstrip().splitlines()[-1]

    assert last().endswith(" · rien à faire")
    with open_state(reader.folder / "state" / "firm.db") as state, state.commit():
        state.journal.note(Message(kinds.TWO_SCHEDULERS), datetime.now(UTC))
    assert " · avertissements : 1 (simonsync log --warnings) · " in last()
    assert last().endswith(" · rien à faire")
    with sqlite3.connect(reader.folder / "state" / "firm.db") as database:
        # As before the first synchronisation.
        database.execute("DELETE FROM cursors")
    assert last().endswith(" · première synchronisation : simonsync sync")
    reader.run("deactivate", "--yes")
    assert last().endswith(" · pour démarrer : simonsync activate")


def test_7_2_the_status_shows_the_last_run_with_its_result_and_whether_another_follows(told: Reader) -> None:
    shown = told.run("status").out
    (last,) = (line for line in shown.splitlines() if line.startswith("Dernière exécution : push, "))
    assert last.endswith(" – terminée, quelqu'un doit intervenir (3)")
    assert "Aucun minuteur ne lance la synchronisation : simonsync schedule install" in shown
    status = told.data("status")
    assert (status["last_run"]["command"], status["last_run"]["exit_code"]) == ("push", 3)
    assert (status["open_errors"], status["next_run_at"]) == (1, None)


@pytest.mark.parametrize("language", list(Language))
def test_every_exit_code_of_a_run_has_its_words(language: Language) -> None:
    assert all(word(f"run-ended-{code.value}", language) for code in ExitCode)


def test_4_2_an_account_that_was_never_activated_says_so(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text('simon: {url: "http://127.0.0.1:9/"}\n')
    shown = called(tmp_path, "--lang", "fr", "status")
    assert shown.code == 0
    assert "N'A JAMAIS ÉTÉ ACTIVÉ AUPARAVANT" in shown.out
    assert shown.out.count("--") >= 12


def test_the_program_alone_says_where_the_account_stands_and_what_comes_next(
    reader: Reader, tmp_path: Path
) -> None:
    shown = reader.run()
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith("Statut : ACTIF\n")
    assert "Aucun minuteur ne lance la synchronisation : simonsync schedule install" in shown.out
    assert "Regarder\n  status, log, preview" in shown.out
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    new = called(elsewhere, "--lang", "fr")
    assert new.code == 0
    assert "Pour tout voir sans aucun compte : simonsync demo" in new.out
    (elsewhere / "config.yaml").write_text("acount: firm\n")
    wrong = called(elsewhere, "--lang", "fr")
    assert wrong.code == 2
    assert "acount" in wrong.err


@pytest.mark.parametrize("command", [(), ("status",)])
def test_an_account_without_a_state_says_where_it_looked(reader: Reader, command: tuple[str, ...]) -> None:
    shown = reader.run("--account", "firn", *command).out
    assert (
        f"Le dossier d'état {reader.folder / 'state'} ne contient encore rien pour le compte firn." in shown
    )
    assert "ne contient encore rien" not in reader.run(*command).out


# --- one work order -----------------------------------------------------------------------------------


def test_2_4_a_preview_is_the_draft_that_push_makes_and_writes_nothing(reader: Reader) -> None:
    reader.firm.configure(work_time_product=ProductChoice(Kind.SERVICE, "SER001"))
    reader.firm.push()
    config = reader.folder / "config.yaml"
    config.write_text(
        config.read_text().replace("settings: {", 'settings: {work_time_product: "service:SER001", ')
    )
    order = reader.firm.archived("un", work=30, items=(("DISJ-16A", 2),))
    reader.firm.box.log.clear()
    shown = reader.data("preview", reader.number(order))
    assert reader.firm.writes() == []
    assert [(line["text"].split(" – ")[0], line["quantity"], line["total"]) for line in shown["lines"]] == [
        ("DISJ-16A", "2", "17.80"),
        ("SER001", "0.50", "27.50"),
    ]
    assert (shown["totals"]["ht"], shown["totals"]["ttc"]) == ("45.30", "54.36")
    reader.firm.push()
    (draft,) = reader.firm.drafts()
    assert draft.subject == shown["subject"]
    assert len(draft.rows) == len(shown["lines"])


def test_a_preview_lets_sellsy_add_the_draft_up(reader: Reader) -> None:
    order = reader.number(reader.firm.archived("un", items=(("DISJ-16A", 2),)))
    refused = reader.run("preview", order, "--compute", "--json")
    assert (refused.code, refused.document["messages"][0]["code"]) == (2, "compute-needs-v2")
    config = reader.folder / "config.yaml"
    config.write_text(config.read_text().replace("sellsy: {", "sellsy: {api: v2, "))
    client = reader.firm.box.client_credentials
    environ = {f"SIMONSYNC_{name.upper()}": value for name, value in client.items()}

    def run(*more: str) -> Ended:
        return called(reader.folder, "--lang", "en", "preview", order, "--compute", *more, environ=environ)

    assert run("--json").document["data"]["computed"] == {"ht": "17.80", "ttc": "21.36", "agrees": True}
    assert "✓ Sellsy computes the same: Total before tax €17.80" in run().out
    reader.firm.box.sellsy.deny("v2:invoices/compute")
    shown = run("--json")
    assert (shown.code, shown.document["data"]["computed"]) == (0, None)
    assert "sellsy-refused" in [message["code"] for message in shown.document["messages"]]
    assert reader.firm.drafts() == []


def test_files_that_are_written_are_told(told: Reader) -> None:
    number = told.data("status")["held"][0]
    sent = str(int(number) - 1)
    assert "Écrit : 1.pdf" in told.run("preview", sent, "--pdf", "1.pdf").err
    (page,) = PdfReader(told.folder / "1.pdf").pages
    assert "Électricité Moreau" in page.extract_text()
    assert "Écrit : j.csv" in told.run("log", "--export", "j.csv").err
    assert "Écrit" not in told.run("preview", number, "--pdf", "2.pdf").err
    assert not (told.folder / "2.pdf").exists()


def test_2_4_a_work_order_that_is_not_sent_says_why(told: Reader) -> None:
    (held,) = told.data("status")["held"]
    shown = told.data("explain", held)
    assert (shown["would_send"], shown["reason"]) == (False, "work-order-without-customer")
    assert "→" in told.run("explain", held).out


def test_2_4_a_sent_work_order_says_where_each_line_comes_from(reader: Reader) -> None:
    order = reader.firm.archived("un", items=(("DISJ-16A", 2),))
    reader.firm.push()
    (draft,) = reader.firm.drafts()
    shown = reader.run("explain", reader.number(order))
    assert shown.code == 0
    assert str(draft.id) in shown.out
    assert "2 × DISJ-16A" in shown.out
    (line,) = reader.data("explain", reader.number(order))["lines"]
    assert line["source"].startswith("used_item:")
    assert line["why"]


def test_2_4_a_preview_of_a_work_order_that_was_sent_says_so(reader: Reader) -> None:
    number = reader.number(reader.firm.archived("un", items=(("DISJ-16A", 2),)))
    shown = reader.data("preview", number)
    assert (shown["would_send"], shown["reason"], shown["document"]) == (True, None, None)
    reader.firm.push()
    (draft,) = reader.firm.drafts()
    assert reader.run("preview", number).out.startswith(f"état : envoyé – document {draft.id}, ")
    for command in ("preview", "explain"):
        shown = reader.data(command, number)
        assert (shown["would_send"], shown["reason"]) == (False, "work-order-already-sent")
        assert (shown["document"], len(shown["lines"])) == (str(draft.id), 1)


def test_2_4_a_sent_work_order_is_explained_while_both_services_are_down(reader: Reader) -> None:
    number = reader.number(reader.firm.archived("un", items=(("DISJ-16A", 2),)))
    reader.firm.push()
    before = reader.run("explain", number)
    reader.firm.box.stop()
    assert reader.run("explain", number) == before
    assert "2 × DISJ-16A" in before.out


def test_a_work_order_that_is_not_sent_says_so_once(told: Reader) -> None:
    (held,) = told.data("status")["held"]
    shown = told.run("explain", held)
    (case,) = told.log("--errors")
    assert shown.out.count(case["action"]) == 1
    assert shown.err == ""


def test_2_4_a_work_order_in_the_field_is_shown_as_such(reader: Reader) -> None:
    number = reader.number(reader.firm.archived("un"))
    assert "état : archivé, pas encore vu" in reader.run("explain", number).out
    assert "Pas encore archivé" not in reader.run("preview", number).out
    reader.firm.box.simon.reopen(int(str(reader.firm.box.simon.find("WorkOrder", Number=number)["Id"])))
    assert "archivé le" not in reader.run("explain", number).out
    assert "état : pas encore archivé dans Simon" in reader.run("explain", number).out
    assert "Pas encore archivé dans Simon" in reader.run("preview", number).out


def test_an_unknown_number_is_a_usage_error(reader: Reader) -> None:
    for command in ("preview", "explain"):
        ended = reader.run(command, "9999")
        assert ended.code == 2
        assert "vérifiez le numéro" in ended.err


@pytest.mark.parametrize(
    "command", [["preview"], ["explain"], ["resolve", "--never"], ["push", "--work-order"]]
)
def test_an_unknown_number_names_near_ones_first_the_one_with_digits_changed(
    reader: Reader, command: list[str]
) -> None:
    numbers = [reader.number(reader.firm.archived(text)) for text in ("un", "deux", "trois", "quatre")]
    reader.firm.push()
    assert numbers[0] == "4711"
    assert "numéros proches : 4711, " in reader.run(*command, "4171").err


def test_9_2_a_work_order_that_is_named_and_filtered_says_why(reader: Reader) -> None:
    reader.firm.configure(skip_work_orders_containing="interne")
    config = reader.folder / "config.yaml"
    config.write_text(
        config.read_text().replace("settings: {", "settings: {skip_work_orders_containing: interne, ")
    )
    number = reader.number(reader.firm.archived("Travail interne"))
    reader.firm.push()
    ended = reader.run("push", "--work-order", number)
    assert ended.code == 0
    assert "« interne »" in ended.err
    assert reader.run("push").err == ""


def test_a_work_order_that_is_sent_is_not_asked_about_before_it_is_refused(reader: Reader) -> None:
    number = reader.number(reader.firm.archived("un"))
    reader.firm.push()
    ended = reader.run("resolve", number, "--never")
    assert (ended.code, "est déjà le document" in ended.err) == (2, True)


# --- what a run has to say at a terminal --------------------------------------------------------------


def test_a_run_without_news_does_not_hide_what_is_open(told: Reader) -> None:
    with patch("tests.cli.program.StringIO", Screen):
        ended = told.run("push")
    assert ended.code == 3
    assert "simonsync status" in ended.out
    assert "tout est à jour" not in ended.out


def test_a_run_tells_moments_as_the_journal_does(reader: Reader) -> None:
    reader.firm.archived("un")
    reader.firm.box.faults.add(Fault("drop_before", service="sellsy", method="Document.create", times=None))
    ended = reader.run("push")
    (case,) = reader.log("--errors")
    assert (ended.code, case["code"]) == (8, "outcome-unknown")
    assert case["action"] in ended.err
    resolve = reader.run("explain", case["record"], "--json").document["messages"]
    assert case["action"] in [message["action"] for message in resolve]


@pytest.mark.parametrize(
    "kind",
    [*Kind, *(ENTITIES[table].one for table in MASTER_TABLES), "draft_invoice", "survey", "attachment"],
)
def test_a_plan_names_everything_in_the_readers_words(kind: str) -> None:
    assert word(f"kind-{kind}", Language.FR) != f"kind-{kind}"


def test_a_plan_is_shown_in_the_readers_words(reader: Reader) -> None:
    reader.firm.archived("un")
    line = reader.run("push", "--dry-run").out.splitlines()[1]
    assert re.match(r"créer +Sellsy +Facture brouillon +Bon de travail 4711 ", line)
