"""Simon as the engine sees it: the readers and writers of `sync.ports`, over either dialect."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self
from urllib.parse import quote

from simonsync.domain.entities import ENTITY_OF, MANUAL_TABLES, PDFS
from simonsync.domain.key import Key
from simonsync.domain.records import (
    Attachment,
    SimonEntry,
    SimonRecord,
    Survey,
    TableCount,
    UsedItem,
    WorkOrder,
    WorkOrderHead,
    WorkPlace,
)
from simonsync.errors import NotFound, Refused
from simonsync.rules.file_content import flaw_of_pdf
from simonsync.rules.marker import marker
from simonsync.simon import records, tables
from simonsync.simon.client import Content, SimonClient
from simonsync.simon.files import file_bytes, pdf_bytes
from simonsync.simon.profile import Profile, StatusCoding
from simonsync.simon.query import Is, TableService, Value, Where
from simonsync.simon.records import Step, Wire, part_missing
from simonsync.simon.reliable import ReliableTables, readable

_AT_ONCE = 20


class Simon:
    """One licence of Simple-Simon, read and written. It may be shared by threads."""

    def __init__(
        self,
        client: SimonClient,
        dialect: TableService,
        profile: Profile,
        mark: Callable[..., str] = marker,
    ) -> None:
        """Speak this dialect over this client by these names; `mark` works out markers."""
        self._client = client
        self._mark = mark
        self._dialect = dialect
        self._tables = ReliableTables(dialect)
        self.profile = profile

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    @property
    def client(self) -> SimonClient:
        """What reads one address at a time: for `verify`, which looks at answers as they come."""
        return self._client

    # --- who we are -------------------------------------------------------------------------------

    def marker(self, corp_id: str, head: WorkOrderHead) -> str:
        """Return a work order's marker: the licence code enters it, and goes nowhere else."""
        return self._mark(
            corp_id=corp_id,
            licence=self._client.credentials.key,
            work_order_id=head.id,
            number=head.number,
            created_at=head.created_at,
        )

    def licence_hash(self) -> str:
        """Return the SHA-256 (hex) of the licence code: who we are in Simon."""
        return hashlib.sha256(self._client.credentials.key.encode()).hexdigest()

    def verify(self) -> None:
        """Log in and read something: the calls that prove the credentials [4.3]."""
        self._client.log_in()
        self._dialect.sample("customers", 1)

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""
        return self._client.requests

    def server_time(self) -> datetime | None:
        """Return Simon's own clock as of its last answer; None before the first."""
        return self._client.server_time()

    def ask_time(self) -> datetime | None:
        """Return Simon's own clock, logging in where it has said nothing yet; None where it does not tell."""
        if self._client.server_time() is None:
            self._client.ready()
        return self._client.server_time()

    # --- tables -----------------------------------------------------------------------------------

    def expect(self, there: Iterable[str]) -> None:
        """Hold tables to be there that a Simon may lack, and PDFs: not to find one is then trouble."""
        self._tables.expect(each for each in there if each == PDFS or tables.entity(self.profile, each).path)

    @property
    def there(self) -> frozenset[str]:
        """Which tables that a Simon may lack have answered, or are held to be there; and PDFs."""
        return self._tables.there

    def ask_tables(self) -> frozenset[str]:
        """Ask all tables that a Simon may lack, and return which there are, PDFs apart.

        Raises ServiceUnavailable where one is not found that is held to be there.
        """
        return self._tables.ask_all()

    def table_counts(self) -> tuple[TableCount, ...]:
        """Count the seven tables of the manual, in its order [4.3]."""
        return tuple(self._tables.count(table) for table in MANUAL_TABLES)

    def keys(self, table: str) -> Iterator[Sequence[tuple[str, str, str]]]:
        """Page through (Id, ExtKey, name) of a table; counted."""
        common = self.profile.common
        label = tables.label_field(self.profile, table)
        for page in self._tables.pages(table, fields=(common.id, common.ext_key, label)):
            with readable():
                yield [
                    (
                        records.record_id(table, row, self.profile),
                        records.text(row, common.ext_key),
                        records.text(row, label),
                    )
                    for row in page
                ]

    def entries(self, table: str) -> Iterator[Sequence[SimonEntry]]:
        """Page through a table as `keys` does, with what each record belongs to; counted."""
        common = self.profile.common
        label, owner = tables.label_field(self.profile, table), tables.owner_field(self.profile, table)
        for page in self._tables.pages(table, fields=(common.id, common.ext_key, label, owner)):
            with readable():
                yield [self.entry(table, row) for row in page]

    def ext_keys(self, table: str, record_ids: Collection[str]) -> dict[str, str]:
        """Return the ExtKeys of some records, by Id. Raises Refused where one of them is not listed."""
        common, found = self.profile.common, dict[str, str]()
        ids = sorted(record_ids)
        for start in range(0, len(ids), _AT_ONCE):
            some = tuple(_value(each) for each in ids[start : start + _AT_ONCE])
            for page in self._tables.pages(table, (Is(common.id, some),), (common.id, common.ext_key)):
                found |= {self._id(table, row): records.text(row, common.ext_key) for row in page}
        for each in ids:
            if each not in found:
                raise part_missing(table, each)
        return found

    def require_still(self, key: Key, record_id: str) -> None:
        """Make sure by its ExtKey that an Id is still that of a record. Raises NotFound or Refused."""
        table = ENTITY_OF[key.kind].table
        row = self._dialect.read(table, record_id)
        if records.text(row, self.profile.common.ext_key) != key.ext_key:
            raise NotFound("simon-other-record", part=f"@simon-{table}", asked=key.ext_key, found=record_id)

    def pointing_at(self, table: str, target: str, record_id: str) -> Iterator[Sequence[dict[str, object]]]:
        """Page through the raw records of a table that point at a record of another."""
        for field, pointed_at in tables.references(self.profile, table).items():
            if pointed_at == target:
                for page in self._tables.pages(table, (Is(field, (_value(record_id),)),)):
                    yield [dict(row) for row in page]

    def is_listed(self, table: str, record_id: str) -> bool:
        """Tell whether a table lists a record, whatever comes of asking for it by itself.

        Raises ServiceUnavailable where the table does not answer.
        """
        return self._tables.lists(table, record_id)

    def record(self, table: str, record_id: str) -> dict[str, object]:
        """Read one raw record, as Simon has it. Raises NotFound."""
        return dict(self._dialect.read(table, record_id))

    def is_as_saved(self, table: str, fields: Mapping[str, object]) -> bool:
        """Tell whether a record is still as it was read: its mutation date, and a work order's status."""
        try:
            now = self._dialect.read(table, self._id(table, fields))
        except NotFound:
            return True
        changed = self.profile.common.mutation_date
        same_step = table != "work_orders" or records.step(now, self.profile) is records.step(
            fields, self.profile
        )
        return same_step and records.text(now, changed) == records.text(fields, changed)

    def entry(self, table: str, fields: Mapping[str, object]) -> SimonEntry:
        """Tell which record a raw one is; nothing is asked of Simon. Raises Refused where it has no Id."""
        return SimonEntry(
            self._id(table, fields),
            records.text(fields, self.profile.common.ext_key),
            records.text(fields, tables.label_field(self.profile, table)),
            records.text(fields, tables.owner_field(self.profile, table)),
        )

    def records(self, table: str) -> Iterator[Sequence[dict[str, object]]]:
        """Page through the raw records of a table, as Simon has them, for backups; counted.

        Beside the seven tables: `used_items`, `time_sheets`, `surveys`. Numbers with a fraction are Decimal.
        """
        for page in self._tables.pages(table):
            yield [dict(row) for row in page]

    def sample(self, table: str, size: int) -> Sequence[Wire]:
        """Read a few raw records of a table, for a look at their fields. Raises NotFound where unknown."""
        return self._dialect.sample(table, size)

    # --- work orders ------------------------------------------------------------------------------

    def archived_work_orders(self, since: datetime | None) -> Iterator[Sequence[WorkOrderHead]]:
        """Page through archived work orders changed at or after a moment, by mutation date [3.4]."""
        with readable():
            fields = self._head_fields()
            for page in self._tables.changed("work_orders", self._archived(), since, fields):
                heads = [records.work_order_head(row, self.profile) for row in page]
                archived = [head for head in heads if head.archived_at is not None]
                if archived:
                    yield archived

    def archived_ids(self, after: str = "") -> Iterator[Sequence[str]]:
        """Page through the Ids of all archived work orders, ascending, from the one after `after` on.

        Nothing but Id and status counts: neither a stamp nor a cursor can hide one. Where this Simon cannot
        list by status, Ids of open ones come too.
        """
        return self._tables.ids("work_orders", self._archived(), after)

    def open_work_orders(self) -> Iterator[Sequence[WorkOrder]]:
        """Page through the work orders that are not archived, with used items, no time sheets; counted.

        A status that the profile does not list counts as open: nothing that it uses may be deleted.
        """
        for page in self._tables.pages("work_orders", self._archived(negated=True)):
            rows = [row for row in page if records.step(row, self.profile) is not Step.ARCHIVED]
            if rows:
                with readable():
                    used = self._used_items_of(rows)
                    yield [
                        records.work_order(
                            row, self.profile, used_items=tuple(used.get(self._id("work_orders", row), ()))
                        )
                        for row in rows
                    ]

    def _used_items_of(self, orders: Sequence[Wire]) -> dict[str, list[UsedItem]]:
        """Read the used items of several work orders together, by work order."""
        field = self.profile.used_items.work_order
        found: dict[str, list[UsedItem]] = {}
        for start in range(0, len(orders), _AT_ONCE):
            some = orders[start : start + _AT_ONCE]
            ids = tuple(_value(self._id("work_orders", row)) for row in some)
            for row in self._tables.rows("used_items", (Is(field, ids),)):
                found.setdefault(records.text(row, field), []).append(records.used_item(row, self.profile))
        return found

    def work_order(self, work_order_id: str) -> WorkOrder:
        """Read one work order with used items, time sheets and work address.

        Raises NotFound where Simon refuses the work order itself; Refused where a quantity or a time on it
        cannot be read, or something that belongs to it is not found.
        """
        row = self._dialect.read("work_orders", work_order_id)
        names = self.profile
        mine = _value(work_order_id)
        used = self._tables.children("used_items", (Is(names.used_items.work_order, (mine,)),))
        times = self._tables.children("time_sheets", (Is(names.time_sheets.work_order, (mine,)),))
        return records.work_order(
            row,
            names,
            place=self._place(records.text(row, names.work_orders.work_address)),
            used_items=tuple(records.used_item(each, names) for each in used),
            time_sheets=tuple(sheet for each in times for sheet in records.time_sheets(each, names)),
        )

    def work_order_head(self, work_order_id: str) -> WorkOrderHead:
        """Read what identifies a work order, and nothing that hangs on it. Raises NotFound or Refused."""
        return records.work_order_head(self._dialect.read("work_orders", work_order_id), self.profile)

    def customer_of(self, work_order_id: str) -> str:
        """Return the Id of a work order's customer, "" where it has none. Raises NotFound."""
        return records.text(
            self._dialect.read("work_orders", work_order_id), self.profile.work_orders.customer
        )

    def _place(self, work_address_id: str) -> WorkPlace | None:
        if not work_address_id:
            return None
        try:
            row = self._dialect.read("work_addresses", work_address_id)
        except NotFound:
            raise self._tables.lacks("work_addresses", work_address_id) from None
        return records.work_place(row, self.profile)

    def work_orders_by_number(self, number: str) -> tuple[WorkOrderHead, ...]:
        """Find the work orders with exactly this number."""
        rows = self._tables.rows("work_orders", (Is(self.profile.work_orders.number, (number,)),))
        with readable():
            return tuple(records.work_order_head(row, self.profile) for row in rows)

    def customer_name(self, customer_id: str) -> str:
        """Return how Simon calls a customer; "" where there is none of this Id."""
        try:
            row = self._dialect.read("customers", customer_id)
        except NotFound:
            return ""
        return records.text(row, self.profile.customers.name)

    def person_name(self, person_id: str) -> str:
        """Return how Simon calls one of its users; "" where there is none of this Id, or none is told."""
        if not person_id or not self.profile.users.path:
            return ""
        try:
            row = self._dialect.read("users", person_id)
        except (NotFound, Refused):
            return ""
        return records.text(row, self.profile.users.name)

    def _archived(self, *, negated: bool = False) -> Where:
        """Put "archived" into a condition, by the way in which the service codes it."""
        orders = self.profile.work_orders
        status = orders.status
        match status.coding:
            case StatusCoding.TEXT:
                return (Is(status.field, status.archived, negated),)
            case StatusCoding.INTEGER:
                return (Is(status.field, tuple(int(code) for code in status.archived), negated),)
            case StatusCoding.FLAGS:
                return (Is(status.archived_flag, (True,), negated),)
            case StatusCoding.DATES:
                return (Is(orders.archived_date, (None,), not negated),)

    def _head_fields(self) -> tuple[str, ...]:
        orders, common = self.profile.work_orders, self.profile.common
        status = {
            StatusCoding.FLAGS: (orders.status.archived_flag, orders.status.ready_flag),
            StatusCoding.DATES: (orders.ready_date,),
        }.get(orders.status.coding, (orders.status.field,))
        names = (common.id, common.mutation_date, common.creation_date, orders.number, orders.archived_date)
        return tuple(name for name in (*names, *status) if name)

    def _id(self, table: str, row: Wire) -> str:
        return records.record_id(table, row, self.profile)

    # --- forms, files, PDFs -----------------------------------------------------------------------

    def surveys(self, work_order_id: str) -> tuple[Survey, ...]:
        """List the forms on a work order [5.11]."""
        condition = Is(self.profile.surveys.work_order, (_value(work_order_id),))
        return tuple(records.survey(row, self.profile) for row in self._tables.rows("surveys", (condition,)))

    def attachments(self, work_order_id: str) -> tuple[Attachment, ...] | None:
        """List the files on a work order; None where this Simon offers no such list [5.11]."""
        names = self.profile.attachments
        if not names.path:
            return None
        rows = self._tables.rows("attachments", (Is(names.work_order, (_value(work_order_id),)),))
        if "attachments" not in self.there:
            return None
        return tuple(records.attachment(row, self.profile) for row in rows)

    def work_order_pdf(self, work_order_id: str) -> bytes | None:
        """Return the work order's PDF; None where Simon has none and says so [5.11].

        Raises NotFound where there is none at its address, Refused where what is there is no whole PDF.
        """
        content = self._pdf(self.profile.pdfs.work_order_path, work_order_id)
        if content is not None:
            self._tables.expect((PDFS,))
        return content

    @property
    def has_pdfs(self) -> bool:
        """Whether this Simon has ever given a work order's PDF."""
        return PDFS in self._tables.there

    def survey_pdf(self, survey_id: str) -> bytes | None:
        """Return a completed form's PDF; None where Simon has none and says so [5.11]. Raises as above."""
        return self._pdf(self.profile.pdfs.survey_path, survey_id)

    def _pdf(self, path: str, record_id: str) -> bytes | None:
        content = self._content(path, record_id)
        if content is None:
            return None
        data = pdf_bytes(content, self.profile.pdfs.content)
        flaw = flaw_of_pdf(data)
        if flaw:
            raise Refused("simon-file-flawed", path=path, cause=flaw)
        return data

    def attachment(self, attachment_id: str) -> bytes | None:
        """Return an attachment's content; None where Simon has none and says so [5.11]. Raises NotFound."""
        content = self._content(self.profile.attachments.content_path, attachment_id)
        return None if content is None else file_bytes(content, self.profile.pdfs.content)

    def _content(self, path: str, record_id: str) -> Content | None:
        if not path:
            return None
        return self._client.content(path.replace("{id}", quote(record_id, safe="")))

    # --- writing ----------------------------------------------------------------------------------

    def find(self, key: Key) -> str | None:
        """Return the Id of the record whose ExtKey is this key's, or None."""
        with readable():
            return self._dialect.find(ENTITY_OF[key.kind].table, key.ext_key)

    def create(self, record: SimonRecord, ids: Callable[[Key], str]) -> str:
        """Insert a record and return its Id; `ids` turns the keys it points at into Simon's Ids.

        Raises Conflict where the ExtKey is taken, Refused, NotSent or OutcomeUnknown; sent once.
        """
        return self._dialect.insert(records.table_of(record), records.wire_fields(record, self.profile, ids))

    def update(self, record: SimonRecord, record_id: str, ids: Callable[[Key], str]) -> None:
        """Change a record. Raises NotFound, Refused, NotSent or OutcomeUnknown."""
        fields = records.wire_fields(record, self.profile, ids)
        del fields[self.profile.common.ext_key]  # it was written once and names the record for ever
        self._dialect.update(records.table_of(record), record_id, fields)

    def delete(self, table: str, record_id: str) -> None:
        """Delete a record; one that is gone already is fine: it is not listed either.

        Raises InUse or Refused; ServiceUnavailable where the table does not answer.
        """
        try:
            self._dialect.delete(table, record_id)
        except NotFound:
            if self.is_listed(table, record_id):
                raise part_missing(table, record_id) from None

    def restorable(
        self, table: str, fields: Mapping[str, object], new_id: Callable[[str, str], str | None]
    ) -> dict[str, object]:
        """Return what `restore` would insert: without what only Simon writes, pointing at new Ids.

        `new_id` turns table and old Id of what the record points at into its new Id; None leaves it.
        """
        body = records.restorable_fields(table, fields, self.profile)
        for field, target in tables.references(self.profile, table).items():
            old = records.text(body, field)
            new = new_id(target, old) if old else None
            if new is not None:
                body[field] = _value(new)
        return body

    def restore(
        self, table: str, fields: Mapping[str, object], new_id: Callable[[str, str], str | None]
    ) -> str:
        """Insert a raw record of a backup and return its new Id; sent once.

        Raises Conflict where its ExtKey is taken, Refused, NotSent or OutcomeUnknown.
        """
        return self._dialect.insert(table, self.restorable(table, fields, new_id))


def _value(record_id: str) -> Value:
    return int(record_id) if record_id.isascii() and record_id.isdigit() else record_id
