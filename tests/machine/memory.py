"""What a watcher knows who stands beside the firm: he sees both services and all that people do.

He never looks into the program's state: what is expected of it is derived from this (`expected`).
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta

from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.request_log import LogEntry
from simonsync.sandbox.sellsy.records import Document

_NUMBER = re.compile(r"^Bon de travail (\d+) \[SS-")
UNREADABLE = timedelta(hours=25)
"""How long a document that cannot be read is not taken as deleted."""
_CERTAIN = frozenset({None, "nonce_used", "refuse"})
"""What happens to a request without leaving any doubt about it."""
TAG = "simonsync"


def number_in(subject: str) -> str:
    """Return the work order number in the subject of one of our drafts, "" where there is none."""
    found = _NUMBER.match(subject)
    return found[1] if found else ""


class Memory:
    """The watcher's notes.

    Attributes:
        made: every document that the program has made, and the number of its work order.
        people_made: documents of people that carry our tag or marker.
        made_at: when each of them was first seen.
        first_looks: how our documents were labelled when they appeared: subject and tags.
        uncertain: how often the outcome of a create was hidden from the program, by work order number.
        crashes: how often the program died.
        decisions: what a human has said about a work order, by number.
        while_inactive: work orders that were archived while the integration was not active.
        deleted_by_hand: ExtKeys of our records that people deleted in Simon.
        deleted_orders: work orders that people deleted.
        quoted: the work orders that were ever made of a quote.
        skewed: services whose clock was ever wrong.
        state_lost: an old copy of the state took the place of the newer one.
    """

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self.made: dict[int, str] = {}
        self.people_made: set[int] = set(box.sellsy.documents)
        self.first_looks: dict[int, tuple[str, list[str]]] = {}
        self.made_at: dict[int, datetime] = {}
        self.uncertain: Counter[str] = Counter()
        self.crashes = 0
        self.decisions: dict[str, set[str]] = {}
        self.inactive = False
        self.ended = False
        self.while_inactive: set[int] = set()
        self.deleted_by_hand: set[str] = set()
        self.deleted_orders: set[int] = set()
        self.seen_orders: set[int] = set()
        self.quoted: dict[str, set[int]] = {}
        self.skewed: set[str] = set()
        self.state_lost = False

    def look(self) -> None:
        """See what has appeared in both services since the last look."""
        for document in self._box.sellsy.documents_of("invoice"):
            if document.id not in self.made and document.id not in self.people_made:
                self.made[document.id] = number_in(document.subject)
                self.first_looks[document.id] = (document.subject, list(document.tags))
                self.made_at[document.id] = self._box.clock()
        for row in self._box.simon.rows("WorkOrder"):
            self.seen_orders.add(row["Id"])
            if str(row["ExtKey"] or "").startswith("quote:"):
                self.quoted.setdefault(str(row["ExtKey"]), set()).add(row["Id"])

    def by_people(self, document: Document) -> None:
        """Note a document of people that looks like one of ours."""
        self.people_made.add(document.id)

    def archived(self, order: int) -> None:
        """Note when a work order was archived: while the integration was active or not."""
        if self.inactive:
            self.while_inactive.add(order)
        elif "simon" not in self.skewed:
            self.while_inactive.discard(order)

    def asked(self, requests: list[LogEntry]) -> None:
        """Note which creates were hidden from the program."""
        for request in requests:
            if request.method == "Document.create" and request.fault not in _CERTAIN:
                self.uncertain[number_in(str(request.params["document"]["subject"]))] += 1

    def decided(self, number: str, choice: str) -> None:
        """Note a human's word about a work order."""
        self.decisions.setdefault(number, set()).add(choice)

    def live(self, number: str) -> list[Document]:
        """List the documents that the program has made for a work order and that are still there."""
        documents = self._box.sellsy.documents
        return [documents[each] for each, of in self.made.items() if of == number and each in documents]

    def gone(self, number: str) -> bool:
        """Tell whether the office has deleted a document that the program made for a work order."""
        documents = self._box.sellsy.documents
        return any(of == number and each not in documents for each, of in self.made.items())

    def fresh(self, number: str) -> bool:
        """Tell whether a document is so young that one which cannot be read may just not be shown yet."""
        return any(
            of == number and self._box.clock() - self.made_at[each] < UNREADABLE
            for each, of in self.made.items()
        )

    def copies(self, number: str) -> list[Document]:
        """List the documents of people that carry a work order's marker."""
        documents = self._box.sellsy.documents
        ours = [documents[each] for each in self.people_made if each in documents]
        return [document for document in ours if number_in(document.subject) == number]

    def untouched(self, document: Document) -> bool:
        """Tell whether subject and tags of a document of ours are as they were made."""
        return self.first_looks[document.id] == (document.subject, list(document.tags))
