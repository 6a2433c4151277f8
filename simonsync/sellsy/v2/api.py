"""Sellsy through both of its APIs: v2 where only it knows, v1 for everything else, behind the same port.

| what                                             | API | why                                           |
| ------------------------------------------------ | --- | --------------------------------------------- |
| which customers have changed                     | v2  | v1 tells creation only                        |
| a changed customer, addresses                    | v1  | v2 asks customer by customer, has no sweep    |
| VAT: category, exemption, conformity; unit codes | v2  | v1 has no such fields                         |
| VAT rates and units themselves                   | v1  | their ids and texts stand in documents        |
| totals of a draft that is not made               | v2  | v1 computes nothing that it does not store    |
| identity of the account, categories              | v1  | v2 has no route; its category ids are others  |
| catalogue                                        | v1  | v2 has no category names, no whole list       |
| quotes, invoices, drafts, files                  | v1  | the tag is in the create and can be searched; |
|                                                  |     | v2's are open beta                            |

All ids that are stored are v1's; that v2 names the same records by them is proven before it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

from simonsync.domain.draft import Computed, DraftInvoice
from simonsync.domain.key import Key, Kind, sellsy_key
from simonsync.domain.records import Customer, ListStep, Tax
from simonsync.errors import NotFound, Refused
from simonsync.http import Session
from simonsync.rules.text import folded
from simonsync.sellsy.bearer import Bearer
from simonsync.sellsy.v1 import records
from simonsync.sellsy.v1.api import SellsyV1
from simonsync.sellsy.v1.listing import counted
from simonsync.sellsy.v2.changes import SEARCHES, Changed, changes, names_of
from simonsync.sellsy.v2.client import Forbidden, QuestionsV2
from simonsync.sellsy.v2.compute import compute_body, computed_of

_SAME_SECOND: Final = timedelta(seconds=1)
_NUMBER_OF: Final = {
    Kind.ITEM: ("GET items", "reference"),
    Kind.SERVICE: ("GET items", "reference"),
    Kind.QUOTE: ("GET estimates", "number"),
}


class SellsyHybrid(SellsyV1):
    """Speaks v1, and asks v2 what v1 cannot tell."""

    tells_changes = True
    """v2 tells by `updated_at` which companies and persons have changed, new ones included."""

    def __init__(
        self, session: Session, v2: Session, bearer: Bearer, *, zone: ZoneInfo, now: Callable[[], datetime]
    ) -> None:
        """Take sessions to both APIs, who gives tokens for them, the account's zone, and our own clock."""
        super().__init__(session, bearer, zone=zone, now=now)
        self._v2 = QuestionsV2(v2, bearer)

    @property
    def questions(self) -> QuestionsV2:
        """What asks v2 one question at a time: for `verify`, which looks at answers as they come."""
        return self._v2

    def close(self) -> None:
        """Close all connections."""
        super().close()
        self._v2.session.close()

    @property
    def requests(self) -> int:
        """How many requests were sent so far: to both APIs, and for access tokens."""
        return super().requests + self._v2.session.requests

    # --- customers --------------------------------------------------------------------------------

    def changed_customers(self, position: str) -> Iterator[ListStep[Customer]]:
        """Read the customers that were created or changed since the last look [3.2].

        v2 tells which; v1 tells what they are now, as its list shows them, with all their own addresses.
        One that v1's list does not show is left to that list.
        """
        for look in changes(self._v2, position, self._clock()):
            found = (self._as_it_is(each) for each in look.changed)
            yield ListStep(tuple(each for each in found if each is not None), look.position)

    def _as_it_is(self, changed: Changed) -> Customer | None:
        key = sellsy_key(Kind.CUSTOMER, changed.id)
        listed = next((each for each in self._near(changed) if each.key == key), None)
        if listed is None:
            return None
        try:
            alone = self.customer(key)
        except NotFound:
            return None
        # All but the addresses as the list has it: it would differ from the slow list's word otherwise.
        return replace(listed, addresses=alone.addresses)

    def _near(self, changed: Changed) -> Iterator[Customer]:
        """Give customers of v1's list: those created in a changed one's second, then those of its name."""
        if changed.created is not None and self._knows_windows:
            window = changed.created - _SAME_SECOND, changed.created + _SAME_SECOND
            try:
                for page in self._created(*window):
                    yield from page.records
            except Refused:
                self._knows_windows = False
        if changed.name:
            params = {"search": {"actif": "Y", "name": changed.name}}
            for rows in counted(self._client, "Client.getList", params):
                yield from (records.customer(row, self._default_price_category) for row in rows)

    # --- reference data ---------------------------------------------------------------------------

    def taxes(self) -> tuple[Tax, ...]:
        """List the account's VAT rates with what e-invoices need to know of them.

        The rates are v1's; v2's facts are taken where both name the same rate by the same id.
        """
        return self._taxes_told

    def unit_codes(self) -> Mapping[str, str]:
        """Map unit texts to their UN/ECE codes, which v2 tells."""
        return self._unit_codes

    @cached_property
    def _taxes_told(self) -> tuple[Tax, ...]:
        facts = {(str(row["id"]), _number(row.get("rate"))): row for row in self._listed("GET taxes")}

        def told(tax: Tax) -> Tax:
            row = facts.get((tax.id, tax.rate), {})
            compliant = row.get("is_einvoicing_compliant")
            return replace(
                tax,
                category=row.get("category") or None,
                exemption=row.get("vatex") or None,
                compliant=compliant if isinstance(compliant, bool) else None,
            )

        return tuple(map(told, super().taxes()))

    @cached_property
    def _unit_codes(self) -> dict[str, str]:
        return {
            str(row.get("label") or "").strip(): str(code)
            for row in self._listed("GET units")
            if (code := (row.get("parameters") or {}).get("code"))
        }

    def _listed(self, question: str) -> list[Mapping[str, Any]]:
        """Read a list of reference data; without the right to it nothing is told; nothing depends on it."""
        try:
            return [row for rows in self._v2.rows(question) for row in rows]
        except (Forbidden, Refused):
            return []

    # --- drafts -----------------------------------------------------------------------------------

    def computed(self, draft: DraftInvoice) -> Computed | None:
        """Let v2 add a draft up without making it: v1 computes nothing that it does not store.

        Raises Refused where it would refuse the draft, or may not be asked.
        """
        question = "POST invoices/compute"
        try:
            companies = self._v2.rows(SEARCHES[0], {"id": [int(draft.customer.id)]})
            body = compute_body(draft, company=any(True for _ in companies))
            return self._v2.ask(question, computed_of, body=body)
        except Forbidden as error:
            cause = error.problems[0].params["cause"]
            raise Refused("sellsy-refused", method=question, sellsy_code="403", cause=cause) from None

    # --- are the ids of both APIs the same? -------------------------------------------------------

    def is_same(self, key: Key) -> bool | None:
        """Tell whether v1 and v2 mean the same record by an id, by its name, reference or number."""
        known = self._known_as(key)
        if known is None:
            return None
        if key.kind is Kind.CUSTOMER:
            return _plain(known) in map(_plain, names_of(self._v2, key.id))
        question, field = _NUMBER_OF[key.kind]
        return self._is_called(question, key.id.partition("_")[0], field, known)

    def is_same_invoice(self, document_id: str) -> bool | None:
        """Tell whether v1 and v2 mean the same invoice by an id, by its subject."""
        try:
            known = self.invoice(document_id).head.subject
        except (NotFound, Refused):
            return None
        return self._is_called("GET invoices", document_id, "subject", known)

    def _is_called(self, question: str, record: str, field: str, known: str) -> bool:
        def read(said: Any) -> str:  # noqa: ANN401 - any JSON
            return str(said.get(field) or "")

        try:
            return _plain(self._v2.ask(question, read, record=record)) == _plain(known)
        except NotFound:
            return False


def _plain(text: str) -> str:
    return " ".join(folded(text).split())


def _number(value: object) -> Decimal | None:
    return Decimal(str(value)).normalize() + 0 if isinstance(value, Decimal | int) else None
