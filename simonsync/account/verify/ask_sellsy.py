"""Ask Sellsy what shows the facts: reading methods only, each a few times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from simonsync.account.verify.facts import Answered
from simonsync.account.verify.sellsy import SMALL, TOKENS
from simonsync.errors import NotFound, Refused, ServiceUnavailable
from simonsync.sellsy.v1.client import SellsyClient
from simonsync.sellsy.v1.draft import TAG
from simonsync.sellsy.v1.listing import PAGE_SIZE
from simonsync.sellsy.v1.values import Record, members, section, text, wire_id

_SAMPLES = 3
_UNREADABLE = frozenset({"service-answer-broken", "simon-answer-unreadable", "simon-field-unreadable"})
NO_SUCH_ID = 2_000_000_000
"""An id that no record has."""
_SINCE = 946_684_800
"""2000, in Unix seconds: before that nobody was a customer in Sellsy."""


class SellsyAnswers:
    """Asks one question after the other and keeps what came of each, by its label."""

    def __init__(self, client: SellsyClient) -> None:
        """Nothing is asked yet."""
        self.client = client
        self.found: dict[str, Answered] = {}

    def ask(self, label: str, **params: Any) -> Any:  # noqa: ANN401 - any JSON
        """Ask, and return the response; None where it was refused. The label begins with the method."""
        self.found[label] = answered(lambda: self.client.call(label.partition(" ")[0], params, _as_it_is))
        return self.found[label].response

    def page(self, label: str, number: int = 1, size: int = PAGE_SIZE, **params: Any) -> list[Record]:  # noqa: ANN401
        """Ask for a page of a list."""
        response = self.ask(label, **params, pagination={"nbperpage": size, "pagenum": number})
        return list(members(section(response).get("result")))


def answered(send: Callable[[], Any]) -> Answered:
    """Keep a response as it comes, or the code with which it is refused.

    Raises CredentialsRefused, and ServiceUnavailable where it is not about this answer alone.
    """
    try:
        return Answered(send())
    except NotFound:
        return Answered(refusal="gone")
    except Refused as refused:
        # The service's own words may name somebody; a code does not.
        return Answered(refusal=refused.problems[0].params.get("sellsy_code") or refused.code)
    except ServiceUnavailable as error:
        cause = error.problems[0].params.get("cause", "")
        if error.code not in _UNREADABLE or cause.startswith("HTTP"):
            raise
        return Answered(refusal=" ".join(filter(None, ("unreadable", cause.removeprefix("@cause-")))))


def _as_it_is(response: Any) -> Any:  # noqa: ANN401 - any JSON
    return response


def ask_sellsy(asked: SellsyAnswers, now: Callable[[], datetime]) -> None:
    """Ask all that can be asked without writing. Raises CredentialsRefused, ServiceUnavailable, Stopped."""
    if asked.client.bearer is not None:
        asked.found[TOKENS] = Answered({"lifetime": asked.client.bearer.renew()})
    asked.ask("Infos.getInfos")
    its_time = asked.client.session.server_time
    asked.found["Sellsy"] = Answered({"ahead": its_time and (its_time - now()).total_seconds()})
    asked.ask("Accountdatas.getTaxes", includeEcoTax="N", enabled="all")
    for method in ("Accountdatas.getUnits", "Accountdatas.getRateCategories"):
        asked.ask(method)
    for method in ("AccountPrefs.getCurrencies", "AccountPrefs.getCorpInfos", "Catalogue.getCategories"):
        asked.ask(method)
    tomorrow = int((now() + timedelta(days=1)).timestamp())
    _customers(asked, tomorrow)
    _catalogue(asked)
    _documents(asked, tomorrow)


def _customers(asked: SellsyAnswers, tomorrow: int) -> None:
    active: dict[str, Any] = {"search": {"actif": "Y"}}
    rows = asked.page("Client.getList active", **active)
    asked.page("Client.getList archived", search={"actif": "N"})
    for name, number in (("first?", 1), ("again?", 1), ("second?", 2), ("beyond?", 1_000_000)):
        asked.page(f"Client.getList {name}", number, SMALL, **active)
    asked.page("Client.getList total?", size=1, **active)
    for name, since in (("always?", _SINCE), ("later?", tomorrow)):
        window = {"periodecreated_start": since, "periodecreated_end": tomorrow + 86_400}
        asked.page(f"Client.getList {name}", size=1, search={"actif": "Y", **window})
    for word, kind in (("company", "corporation"), ("person", "person")):
        of_kind = [each for each in rows if text(each.get("type")) == kind]
        for number, each in enumerate(of_kind[:_SAMPLES]):
            asked.ask(f"Client.getOne {word} {number}", clientid=wire_id(text(each.get("id"))))
    asked.ask("Client.getOne unknown?", clientid=NO_SUCH_ID)
    asked.ask("Prospects.getOne unknown?", id=NO_SUCH_ID)
    asked.page("Addresses.getList")
    for number, each in enumerate(rows[:_SAMPLES]):
        search = {"linkedtype": "third", "linkedid": wire_id(text(each.get("id"))), "mode": "files"}
        if asked.page(f"Briefcases.getList {number}", search=search):
            break


def _catalogue(asked: SellsyAnswers) -> None:
    named = False
    for kind in ("item", "service"):
        rows = asked.page(f"Catalogue.getList active {kind}", type=kind, search={"actif": "Y"})
        asked.page(f"Catalogue.getList archived {kind}", type=kind, search={"actif": "N"})
        for name, product in _samples(rows):
            params = {"type": kind, "id": wire_id(text(product.get("id"))), "includeDecli": "Y"}
            asked.ask(f"Catalogue.getOne {kind} {name}", **params)
            if not named and text(product.get("name")):
                named = True
                search = {"name": text(product.get("name")), "actif": "Y"}
                asked.page("Catalogue.getList named?", type=kind, search=search)
        asked.ask(f"Catalogue.getOne {kind} unknown?", type=kind, id=NO_SUCH_ID)


def _samples(rows: list[Record]) -> Iterator[tuple[str, Record]]:
    """Take a product and one that has declinations, where there are such."""
    if rows:
        yield "first", rows[0]
    declined = (each for each in rows if text(each.get("declid")) not in {"", "0"})
    for each in declined:
        yield "declined", each
        return


def _documents(asked: SellsyAnswers, tomorrow: int) -> None:
    thirds: list[str] = []
    for doctype in ("estimate", "invoice"):
        params: dict[str, Any] = {"doctype": doctype, "includePayments": "N"}
        rows = asked.page(f"Document.getList {doctype}", **params)
        for number, each in enumerate(rows[:_SAMPLES]):
            asked.ask(
                f"Document.getOne {doctype} {number}", doctype=doctype, docid=wire_id(text(each.get("id")))
            )
        thirds += [text(each.get("thirdid")) for each in rows]
        if doctype == "estimate":
            asked.page("Document.getList steps?", **params, search={"steps": ["sent", "accepted"]})
            continue
        asked.page("Document.getList total?", size=1, **params)
        for name, since in (("always?", _SINCE), ("later?", tomorrow)):
            asked.page(
                f"Document.getList {name}", size=1, **params, search={"periodecreationDate_start": since}
            )
        asked.page("Document.getList tagged?", **params, search={"tags": TAG})
        if thirds and thirds[-1]:
            asked.page("Document.getList thirds?", **params, search={"thirds": [wire_id(thirds[-1])]})
    asked.ask("Document.getOne unknown?", doctype="invoice", docid=NO_SUCH_ID)
