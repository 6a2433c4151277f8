"""Ask Simon what shows the facts: it is read, and never written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

from simonsync.account.verify.ask_sellsy import answered
from simonsync.account.verify.facts import Answered
from simonsync.account.verify.simon import PROBED, TABLES, TRIALS, values
from simonsync.simon import tables
from simonsync.simon.api import Simon
from simonsync.simon.moments import literal_moment, parse_moment, wire_moment
from simonsync.simon.profile import Dialect
from simonsync.simon.records import Wire

_FEW, _MORE = 5, 20
"""Records of a table; more where their codes tell, and where they cost one request together."""
_NO_SUCH_ID = "2000000000"


class SimonAnswers:
    """Asks one question after the other and keeps what came of each, by its label."""

    def __init__(self, simon: Simon) -> None:
        """Nothing is asked yet."""
        self.simon = simon
        self.profile = simon.profile
        self.found: dict[str, Answered] = {}

    def ask(self, label: str, send: Callable[[], Any]) -> Any:  # noqa: ANN401 - any JSON
        """Ask, and return the response; None where it was refused."""
        self.found[label] = answered(send)
        return self.found[label].response

    def get(self, label: str, path: str, **parameters: str) -> Any:  # noqa: ANN401 - any JSON
        """Read an address with parameters; OData's begin with a `$` that is left out here."""
        named = {f"${name[1:]}" if name[0] == "_" else name: text for name, text in parameters.items()}
        return self.ask(label, lambda: self.simon.client.get(path, named))


def ask_simon(asked: SimonAnswers, now: Callable[[], datetime]) -> None:
    """Ask all that can be asked. Raises CredentialsRefused, ServiceUnavailable, UsageError."""
    simon = asked.simon
    simon.client.log_in()
    its_time = simon.server_time()
    asked.found["Simon"] = Answered(
        {
            "ahead": its_time and (its_time - now()).total_seconds(),
            "now": its_time,
            "lifetime": simon.client.lifetime,
        }
    )
    rows: dict[str, tuple[Wire, ...]] = {}
    for table in TABLES:
        if tables.entity(asked.profile, table).path:
            rows[table] = asked.ask(table, partial(_sample, simon, table)) or ()
    asked.ask(TRIALS["gone"], lambda: simon.record(PROBED, _NO_SUCH_ID))
    _files(asked, rows)
    if asked.profile.dialect is Dialect.ODATA:
        _odata(asked, rows[PROBED])
    else:
        _rest(asked, rows[PROBED])


def _sample(simon: Simon, table: str) -> tuple[Wire, ...]:
    dear = simon.profile.dialect is Dialect.REST and table not in {"work_orders", "time_sheets"}
    return tuple(simon.sample(table, _FEW if dear else _MORE))


def _files(asked: SimonAnswers, rows: dict[str, tuple[Wire, ...]]) -> None:
    simon, profile = asked.simon, asked.profile
    names, common = profile.surveys, profile.common

    def first(table: str, needs: str = "") -> str:
        found = (row for row in rows.get(table, ()) if not needs or row.get(needs))
        return str(next(found, {}).get(common.id, ""))

    if (order := first("work_orders")) and profile.pdfs.work_order_path:
        asked.ask("pdf", lambda: simon.work_order_pdf(order) is not None)
    if (survey := first("surveys", names.completed_date)) and profile.pdfs.survey_path:
        asked.ask("survey-pdf", lambda: simon.survey_pdf(survey) is not None)
    if (attachment := first("attachments")) and profile.attachments.content_path:
        asked.ask("file", lambda: simon.attachment(attachment) is not None)


def _odata(asked: SimonAnswers, rows: tuple[Wire, ...]) -> None:
    common, dates = asked.profile.common, asked.profile.dates
    path = tables.entity(asked.profile, PROBED).path
    asked.get(TRIALS["page"], path, _top="1", _count="true", _orderby=common.id)
    first = [row[common.id] for row in values(asked.found, TRIALS["page"]) if common.id in row]
    if first:
        after = f"{common.id} gt {first[0]}"
        asked.get(TRIALS["after"], path, _top="5", _count="true", _filter=after, _orderby=common.id)
    order = f"{common.mutation_date} desc"
    asked.get(TRIALS["newest"], path, _top="1", _count="true", _orderby=order)
    told = [row.get(common.mutation_date) for row in values(asked.found, TRIALS["newest"])]
    stamp = _moment(told[0], asked) if told else None
    if stamp is not None:
        since = f"{common.mutation_date} ge {literal_moment(stamp, dates)}"
        order = f"{common.mutation_date},{common.id}"
        asked.get(TRIALS["since"], path, _top="5", _count="true", _filter=since, _orderby=order)
    if key := _key(asked, rows):
        asked.get(TRIALS["key"], path, _top="5", _filter=f"{common.ext_key} eq '{key}'", _select=common.id)


def _rest(asked: SimonAnswers, rows: tuple[Wire, ...]) -> None:
    common, verbs = asked.profile.common, asked.profile.rest
    path = quote(tables.entity(asked.profile, PROBED).path)
    asked.get(TRIALS["pairs"], f"{path}/{verbs.read}")
    stamps = [stamp for row in rows if (stamp := _moment(row.get(common.mutation_date), asked))]
    if stamps:
        since = wire_moment(max(stamps) - timedelta(seconds=1), asked.profile.dates)
        asked.get(TRIALS["since"], f"{path}/{verbs.readsync}", **{verbs.last_mutation: since})
    if key := _key(asked, rows):
        asked.get(TRIALS["key"], f"{path}/{verbs.read}", **{common.ext_key: key})


def _key(asked: SimonAnswers, rows: tuple[Wire, ...]) -> str:
    """Take an ExtKey that is there; ours have no quote in them."""
    keys = (str(row.get(asked.profile.common.ext_key) or "") for row in rows)
    return next((key for key in keys if key and "'" not in key), "")


def _moment(value: object, asked: SimonAnswers) -> datetime | None:
    try:
        return parse_moment(value, asked.profile.dates)
    except ValueError:
        return None
