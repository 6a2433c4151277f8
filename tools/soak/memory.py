"""What a watcher knows who stands beside the firm: he sees both services and all that people do.

He never looks into the program's state: what is expected of it is derived from this (`expected`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.request_log import LogEntry
from simonsync.sandbox.sellsy.records import Document

_NUMBER = re.compile(r"^Bon de travail (\d+) \[SS-")
UNREADABLE = timedelta(hours=25)
"""How long a document that cannot be read is not taken as deleted."""
_CERTAIN = frozenset({None, "no_date", "refuse"})
"""What happens to a request without leaving any doubt about it."""
TAG = "simonsync"


def number_in(subject: str) -> str:
    """Return the work order number in the subject of one of our drafts, "" where there is none."""
    found = _NUMBER.match(subject)
    return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Word:
    """What a human has said about a work order, and what there was to see when it was said.

    Attributes:
        choice: `push`, `create`, `never`, `adopt`, …
        shown: the documents that the program named in its open cases.
        in_view: those of the work order's documents that Sellsy showed.
        named: the document that was chosen, if one was.
    """

    choice: str
    at: datetime
    shown: frozenset[int]
    in_view: frozenset[int]
    named: int | None = None


@dataclass(frozen=True, slots=True)
class Birth:
    """A document that the program made although the work order had others, and what was wrong with them.

    Attributes:
        beside: the others that it should have seen, and `unseen` those that it could not.
    """

    number: str
    document: int
    beside: frozenset[int]
    unseen: frozenset[int]


class Memory:
    """The watcher's notes.

    Attributes:
        made: every document that the program has made, and the number of its work order.
        people_made: documents of people that carry our tag or marker.
        made_at: when each of them was first seen.
        first_looks: how our documents were labelled when they appeared: subject and tags.
        uncertain: how often the outcome of a create was hidden from the program, by work order number.
        crashes: how often the program died.
        words: what a human has said about a work order, by number, in order.
        births: the documents that were made while the work order had another one.
        with_pdf: the documents that were made while work orders were to have their PDF in Sellsy.
        may_be_passed_over: a work order may only be found by the look that is taken once a day.
        has_untagged: people took the tag off a document, which is then asked for once a day.
        told: the documents that the program has told to be a work order's own, by number.
        hidden_until: documents that Sellsy does not show for longer than is promised, and until when.
        while_inactive: work orders that were archived while the integration was not active.
        deleted_by_hand: ExtKeys of our records that people deleted in Simon.
        deleted_orders: work orders that people deleted.
        quoted: the work orders that were ever made of a quote.
        skewed: services whose clock was ever wrong, and `own_clock_was_wrong` whether this machine's was.
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
        self.words: dict[str, list[Word]] = {}
        self.births: list[Birth] = []
        self.with_pdf: set[int] = set()
        self.pdfs_wanted = False
        self.may_be_passed_over = False
        self.has_untagged = False
        self.told: dict[str, set[int]] = {}
        self.hidden_until: dict[int, datetime] = {}
        self.inactive = False
        self.ended = False
        self.while_inactive: set[int] = set()
        self.deleted_by_hand: set[str] = set()
        self.deleted_orders: set[int] = set()
        self.seen_orders: set[int] = set()
        self.quoted: dict[str, set[int]] = {}
        self.skewed: set[str] = set()
        self.own_clock_was_wrong = False
        self.state_lost = False

    def look(self) -> None:
        """See what has appeared in both services since the last look."""
        for document in self._box.sellsy.documents_of("invoice"):
            if document.id not in self.made and document.id not in self.people_made:
                self.made[document.id] = number_in(document.subject)
                self.first_looks[document.id] = (document.subject, list(document.tags))
                self.made_at[document.id] = self._box.clock()
                self._note_birth(document)
                if self.pdfs_wanted:
                    self.with_pdf.add(document.id)
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
        elif not self.dates_are_doubtful:
            self.while_inactive.discard(order)

    def asked(self, requests: list[LogEntry]) -> None:
        """Note which creates were hidden from the program."""
        for request in requests:
            if request.method == "Document.create" and request.fault not in _CERTAIN:
                self.uncertain[number_in(str(request.params["document"]["subject"]))] += 1

    def _note_birth(self, document: Document) -> None:
        """Note which documents a new one was made beside."""
        number = number_in(document.subject)
        disowned = self.disowned(number)
        others = [
            each
            for each in (*self.live(number), *self.copies(number))
            if each.id != document.id and each.id not in disowned
        ]
        beside = frozenset(each.id for each in others if self._should_be_seen(each, number))
        unseen = frozenset(each.id for each in others) - beside
        if others:
            self.births.append(Birth(number, document.id, beside, unseen))

    def disowned(self, number: str) -> set[int]:
        """List the documents of which a human has said, having been shown them, that they are not it."""
        return {
            each
            for word in self.words.get(number, ())
            if word.choice in {"never", "adopt"}
            for each in word.shown - {word.named}
        }

    def _should_be_seen(self, document: Document, number: str) -> bool:
        """Tell whether nothing may be made beside a document, by what there is to see of it.

        The tag and the marker may have been taken off one that the program did not know yet; one that it has
        told of is asked for by itself. What Sellsy does not show for a while is waited for; what it hides for
        longer counts once a human has asked for another one meanwhile, or where the program could not know.
        """
        known = document.id in self.told.get(number, ())
        if not (known or self.is_marked(document)):
            return False
        hidden_until = self.hidden_until.get(document.id)
        if hidden_until is None or hidden_until <= self._box.clock():
            return True
        asked = any(
            word.choice in {"create", "push"} and document.id not in word.in_view
            for word in self.words.get(number, ())
        )
        return known and not asked

    def apart(self, number: str) -> list[Document]:
        """List a work order's documents that anybody can see and that no human has said not to be it."""
        disowned = self.disowned(number)
        return [
            each
            for each in (*self.live(number), *self.copies(number))
            if self.is_marked(each) and self._box.sellsy.readable(each) and each.id not in disowned
        ]

    def is_marked(self, document: Document) -> bool:
        """Tell whether a document still says whose it is, with marker and tag."""
        return bool(number_in(document.subject)) and TAG in document.tags

    def show_all(self) -> None:
        """Let Sellsy show what it has hidden."""
        for document_id in self.hidden_until:
            document = self._box.sellsy.documents.get(document_id)
            if document is not None:
                self._box.sellsy.edit_document(document_id, readable_from=None)
        self.hidden_until.clear()

    @property
    def dates_are_doubtful(self) -> bool:
        """Whether Simon's clock or ours was ever wrong: what was archived when is then a matter of luck."""
        return "simon" in self.skewed or self.own_clock_was_wrong

    def something_to_wait_for(self) -> bool:
        """Tell whether anything has ever happened for which a draft may have to wait.

        The outcome of a create is hidden, the state is an old copy, or Sellsy's clock contradicts ours. That
        time has passed is nothing of the kind.
        """
        return bool(self.uncertain) or bool(self.crashes) or self.state_lost or "sellsy" in self.skewed

    def decided(
        self, number: str, choice: str, shown: Collection[int] = (), named: int | None = None
    ) -> None:
        """Note a human's word about a work order, and what was in view."""
        world = self._box.sellsy
        in_view = {each.id for each in (*self.live(number), *self.copies(number)) if world.readable(each)}
        word = Word(choice, self._box.clock(), frozenset(shown), frozenset(in_view), named)
        self.words.setdefault(number, []).append(word)

    def refused(self, number: str) -> None:
        """Note that the program did not take a human's last word."""
        self.words[number].pop()

    def said(self, number: str) -> set[str]:
        """Return what humans have ever said about a work order."""
        return {word.choice for word in self.words.get(number, ())}

    def hide(self, document: Document, seconds: float) -> None:
        """Let Sellsy hide a document that it has shown before, which is beyond what is promised."""
        self._box.sellsy.hide_document(document.id, seconds)
        self.hidden_until[document.id] = self._box.clock() + timedelta(seconds=seconds)

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
