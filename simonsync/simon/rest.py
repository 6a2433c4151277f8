"""Simon's older dialect: GET and POST only, `table/read`, `table/readsync`, `table/insert` and so on.

Its lists hold Ids only, so that each record is one more request; they come in one piece, which makes them
complete by themselves. `readsync` tells what changed, in no promised order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from simonsync.domain.records import TableCount
from simonsync.errors import NotFound, Refused, ServiceUnavailable
from simonsync.simon import tables
from simonsync.simon.client import SimonClient
from simonsync.simon.moments import wire_moment
from simonsync.simon.profile import Profile
from simonsync.simon.query import Is, Value, Where
from simonsync.simon.records import Wire, mutation, part_missing, require_asked_for

_BATCH = 50
_ROUNDS = 40
_NO_SUCH_VALUE = "simonsync-probe"


class RestDialect:
    """Tables over the verbs of the older service."""

    def __init__(self, client: SimonClient, profile: Profile) -> None:
        """Speak over this client by these names."""
        self._client = client
        self._profile = profile

    # --- reading ----------------------------------------------------------------------------------

    def list(self, table: str, where: Where = (), fields: Sequence[str] = ()) -> Iterator[Sequence[Wire]]:
        """Page through a table by Id. A record that is deleted meanwhile is left out: it is gone.

        Raises Refused where a record is listed and not found: a list must not lack it silently.
        """
        del fields  # records come whole here
        ids = self._ids(table, where)
        for start in range(0, len(ids), _BATCH):
            rows = list(self._records(table, ids[start : start + _BATCH], complete=True))
            fitting = [row for row in rows if all(condition.holds(row) for condition in where)]
            if fitting:
                yield fitting

    def ids(self, table: str, where: Where, after: str = "") -> Iterator[Sequence[str]]:
        """Page through the Ids of a table, ascending, from the one after `after` on."""
        ids = self._ids(table, where)
        rest = [each for each in ids if not after or _order(each) > _order(after)]
        for start in range(0, len(rest), _BATCH):
            yield rest[start : start + _BATCH]

    def changed(
        self, table: str, where: Where, since: datetime | None, fields: Sequence[str] = ()
    ) -> Iterator[Sequence[Wire]]:
        """Page through a table by mutation date and Id, from a moment on (≥).

        Gives nothing later than a stamp that was seen before the list was asked for: what changes while the
        records are being read has a later one, so that a cursor set by what was given cannot run past it.
        """
        bound = self._newest_stamp(table, self._named(table, where, since))
        if bound is None:
            return
        keep = {self._profile.common.id, self._profile.common.mutation_date, *fields}
        keep |= {condition.field for condition in where}
        found = []
        for row in self._records(table, self._named(table, where, since)):
            stamp = mutation(table, row, self._profile)
            in_time = stamp <= bound and (since is None or stamp >= since)
            if in_time and all(condition.holds(row) for condition in where):
                short = {name: value for name, value in row.items() if not fields or name in keep}
                found.append((stamp, _order(str(row[self._profile.common.id])), short))
        found.sort(key=lambda entry: entry[:2])
        for start in range(0, len(found), _BATCH):
            yield [row for _, _, row in found[start : start + _BATCH]]

    def _named(self, table: str, where: Where, since: datetime | None) -> Sequence[str]:
        if since is None:
            return self._ids(table, where)
        # `readsync` gives what is strictly later; a second earlier includes what is equal to the moment.
        return list(dict.fromkeys(self._ids_after(table, since - timedelta(seconds=1))))

    def _newest_stamp(self, table: str, candidates: Sequence[str]) -> datetime | None:
        """Return the newest mutation date: take some record's, ask what changed after it, until nothing did.

        Candidates are tried from both ends in turn, because the order of `readsync` is not promised. Where
        the rounds run out, an older stamp comes back, which is as safe and only less complete.
        """
        newest: datetime | None = None
        for turn in range(_ROUNDS):
            tried = candidates if turn % 2 else reversed(candidates)
            row = next(self._records(table, tried), None)
            if row is None:
                break
            stamp = mutation(table, row, self._profile)
            if newest is not None and stamp <= newest:
                break
            newest = stamp
            candidates = self._ids_after(table, newest)
        return newest

    def sample(self, table: str, size: int) -> Sequence[Wire]:
        """Read a few records of a table."""
        return tuple(self._records(table, self._ids(table, ())[:size]))

    def count(self, table: str) -> TableCount:
        """Count a table and tell when it last changed."""
        ids = self._ids(table, ())
        return TableCount(table, len(ids), self._newest_stamp(table, ids))

    def find(self, table: str, ext_key: str) -> str | None:
        """Return the Id of the record with exactly this ExtKey, or None."""
        common = self._profile.common
        condition = Is(common.ext_key, (ext_key,))
        for pair in self._pairs(table, {common.ext_key: ext_key}):
            if condition.holds(pair):
                return str(pair[common.id])
        return None

    def lists(self, table: str, record_id: str) -> bool:
        """Tell whether a table lists a record of this Id. Raises NotFound where the table is unknown."""
        return any(str(pair[self._profile.common.id]) == record_id for pair in self._pairs(table, {}))

    def read(self, table: str, record_id: str) -> Wire:
        """Read one record. Raises NotFound; Refused where it is another one."""
        path = f"{self._path(table, self._profile.rest.read)}/{quote(record_id, safe='')}"
        answer = self._client.get(path)
        if not isinstance(answer, Mapping):
            raise ServiceUnavailable("simon-answer-unreadable", path=path)
        require_asked_for(table, record_id, answer, self._profile)
        return answer

    # --- writing ----------------------------------------------------------------------------------

    def insert(self, table: str, fields: Mapping[str, object]) -> str:
        """Insert a record, once, and return its Id."""
        return self._client.insert(self._path(table, self._profile.rest.insert), fields)

    def update(self, table: str, record_id: str, fields: Mapping[str, object]) -> None:
        """Change these fields of a record."""
        body = {**self._id_body(record_id), **fields}
        self._client.change("POST", self._path(table, self._profile.rest.update), body)

    def delete(self, table: str, record_id: str) -> None:
        """Delete a record."""
        self._client.remove("POST", self._path(table, self._profile.rest.delete), self._id_body(record_id))

    # --- requests ---------------------------------------------------------------------------------

    def _ids(self, table: str, where: Where) -> Sequence[str]:
        """Return the Ids of a table, ascending, narrowed as far as the service can by one condition."""
        for condition in where:
            if None in condition.values:
                continue
            if not condition.negated:
                return _in_order(self._with_values(table, condition))
            if self._filters(table, condition):
                everything = {str(pair[self._profile.common.id]) for pair in self._pairs(table, {})}
                return _in_order(everything - self._with_values(table, condition))
        return _in_order({str(pair[self._profile.common.id]) for pair in self._pairs(table, {})})

    def _with_values(self, table: str, condition: Is) -> set[str]:
        return {
            str(pair[self._profile.common.id])
            for value in condition.values
            for pair in self._pairs(table, {condition.field: _parameter(value)})
        }

    def _filters(self, table: str, condition: Is) -> bool:
        """Tell whether the service heeds a filter on this field: one that fits nothing must give nothing."""
        if any(isinstance(value, bool) for value in condition.values):
            return False
        probe = "-987654321" if isinstance(condition.values[0], int) else _NO_SUCH_VALUE
        try:
            return not self._pairs(table, {condition.field: probe})
        except Refused:
            return True

    def _pairs(self, table: str, parameters: Mapping[str, str]) -> Sequence[Wire]:
        path = self._path(table, self._profile.rest.read)
        answer = _rows(self._client.get(path, parameters), path)
        pairs = [row for row in answer if isinstance(row, Mapping)]
        if len(pairs) != len(answer) or any(self._profile.common.id not in pair for pair in pairs):
            raise ServiceUnavailable("simon-answer-unreadable", path=path)
        return pairs

    def _ids_after(self, table: str, moment: datetime) -> Sequence[str]:
        path = self._path(table, self._profile.rest.readsync)
        parameters = {self._profile.rest.last_mutation: wire_moment(moment, self._profile.dates)}
        answer = _rows(self._client.get(path, parameters), path)
        common_id = self._profile.common.id
        return [str(row.get(common_id)) if isinstance(row, Mapping) else str(row) for row in answer]

    def _records(self, table: str, ids: Iterable[str], *, complete: bool = False) -> Iterator[Wire]:
        for each in ids:
            try:
                yield self.read(table, each)
            except NotFound:
                if complete and self.lists(table, each):
                    raise part_missing(table, each) from None

    def _path(self, table: str, verb: str) -> str:
        path = tables.entity(self._profile, table).path
        if not path:
            raise NotFound("simon-not-found", path=table)
        return f"{path}/{verb}"

    def _id_body(self, record_id: str) -> dict[str, object]:
        numeric = record_id.isascii() and record_id.isdigit()
        return {self._profile.common.id: int(record_id) if numeric else record_id}


def _rows(answer: object, path: str) -> Sequence[object]:
    rows = answer.get("value") if isinstance(answer, Mapping) else answer
    if not isinstance(rows, list):
        raise ServiceUnavailable("simon-answer-unreadable", path=path)
    return rows


def _parameter(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _order(record_id: str) -> tuple[int, str]:
    return (int(record_id) if record_id.isascii() and record_id.isdigit() else 0, record_id)


def _in_order(ids: set[str]) -> Sequence[str]:
    return sorted(ids, key=_order)
