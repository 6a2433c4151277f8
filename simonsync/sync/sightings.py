"""What Sellsy no longer shows, noted as its lists are gone through: the first of two sightings [2.1, 7.3].

What a turn through a list did not show is asked for by itself; only what is refused then counts, and only the
cleanup, which looks again, deletes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial
from typing import TypeVar

from simonsync.domain.entities import ENTITY_OF
from simonsync.domain.key import Key, Kind
from simonsync.errors import NotFound, RecordError
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.store.bindings import Binding
from simonsync.sync.run import Planning

Found = TypeVar("Found")

_AT_ONCE = 20
"""How many records are asked for at the end of a turn: a right that was taken away may hide thousands."""
_ASKED_AGAIN = timedelta(days=1)
"""When a record is asked for again that is in no list and there all the same: an archived one, mostly."""


def look_for_absent(kind: Kind, shown: Collection[str], run: Planning) -> None:
    """Ask for what a whole turn did not show, and note what Sellsy refuses; what shows again is there."""
    differing = [
        binding
        for binding in run.state.bindings.of_kind(kind)
        if (binding.key.id in shown) is (binding.missing_since is not None)
    ]
    asked = 0
    for binding in differing:
        run.stop()
        if binding.missing_since is not None:
            run.state.bindings.there_again(binding.key)
        elif asked < _AT_ONCE and not _was_asked(binding.key, run):
            asked += 1
            _ask(binding, run)


def first_sighting(key: Key, name: str, run: Planning) -> None:
    """Note that Sellsy refuses a record, and tell people at the first time, where they know it by a name."""
    known = run.state.bindings.get(key)
    with run.state.commit():
        run.state.bindings.seen_missing(key, run.sellsy_reading())
        if known is not None and known.missing_since is None and name:
            run.say(
                Message(kinds.GONE_IN_SELLSY, {"name": name}), known.target_id, ENTITY_OF[key.kind].journal
            )


def _ask(binding: Binding, run: Planning) -> None:
    key = binding.key
    try:
        refused = _is_refused(key, run)
    except RecordError:
        # Sellsy gave no clear answer.
        refused = False
    if refused:
        first_sighting(key, _name_in_simon(binding, run), run)
    else:
        run.state.documents.look(_look(key), run.sellsy_reading())


def _is_refused(key: Key, run: Planning) -> bool:
    match key.kind:
        case Kind.CUSTOMER:
            return unless_gone(lambda: run.sellsy.customer(key)) is None
        case Kind.ADDRESS:
            owner = run.state.addresses.owner(key)
            # With a customer that is gone, it goes along.
            customer = None if owner is None else unless_gone(partial(run.sellsy.customer, owner))
            return customer is not None and key not in {each.key for each in customer.addresses}
        case _:
            return unless_gone(lambda: run.sellsy.product(key)) is None


def unless_gone(read: Callable[[], Found]) -> Found | None:
    """Return what is read of Sellsy; None where it is not found."""
    try:
        return read()
    except NotFound:
        return None


def _name_in_simon(binding: Binding, run: Planning) -> str:
    table = ENTITY_OF[binding.key.kind].table
    try:
        return run.simon.entry(table, run.simon.record(table, binding.target_id)).name
    except RecordError:
        return ""


def _was_asked(key: Key, run: Planning) -> bool:
    asked, now = run.state.documents.looked(_look(key)), run.sellsy_reading()
    return asked is not None and now.follows(asked) and not now.has_passed(_ASKED_AGAIN, asked)


def _look(key: Key) -> str:
    return f"asked {key.ext_key}"


def forget_question(key: Key, run: Planning) -> None:
    """Forget when a record was asked for, since it is in Simon no longer."""
    run.state.documents.forget_look(_look(key))
