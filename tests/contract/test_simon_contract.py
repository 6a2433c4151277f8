"""What the engine may rely on when it speaks to Simon: the same in both dialects, under any names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simonsync.domain.key import Key, Kind, quote_row_key, sellsy_key
from simonsync.domain.records import (
    Address,
    Attachment,
    CustomerCard,
    Item,
    ItemGroup,
    NewUsedItem,
    NewWorkOrder,
    SimonRecord,
    TimeKind,
    WorkAddress,
)
from simonsync.errors import Conflict, InUse, NotFound, Refused, ServiceUnavailable
from simonsync.sync.ports import SimonWriter
from tests.simon.service import START, VARIANTS, Service, Services, Variant

CUSTOMER = sellsy_key(Kind.CUSTOMER, 2655)
PLACE = sellsy_key(Kind.ADDRESS, 7)
GROUP = sellsy_key(Kind.CATEGORY, "none:item")
ITEM = sellsy_key(Kind.ITEM, "41_7")
QUOTE = sellsy_key(Kind.QUOTE, 77)
ROW = quote_row_key(QUOTE, "5")
ADDRESS = Address(PLACE, "Dépôt", "1 rue de l'Église", "Bât. B", "75001", "Paris", "Île-de-France", "FR")


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    started = Services()
    yield started
    started.close()


@pytest.fixture(params=VARIANTS, ids=str)
def service(request: pytest.FixtureRequest, services: Services, tmp_path: Path) -> Iterator[Service]:
    variant: Variant = request.param
    with services.connected(variant, tmp_path) as connected:
        yield connected


@pytest.fixture
def simon(service: Service) -> SimonWriter:
    return service.simon


def flat(pages: Iterator[Any]) -> list[Any]:
    return [each for page in pages for each in page]


def moment(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


class Made:
    """Records of ours in Simon, and the Ids they got."""

    def __init__(self, simon: SimonWriter) -> None:
        self.simon = simon
        self.ids: dict[Key, str] = {}

    def __call__(self, key: Key) -> str:
        return self.ids[key]

    def add(self, record: SimonRecord) -> str:
        self.ids[record.key] = self.simon.create(record, self)
        return self.ids[record.key]

    def all(self) -> Made:
        self.add(CustomerCard(CUSTOMER, "Dupont & fils", number="C-1", phone="01", address=ADDRESS))
        self.add(WorkAddress(PLACE, CUSTOMER, "Dépôt", ADDRESS))
        self.add(ItemGroup(GROUP, "Produits"))
        self.add(Item(ITEM, "P-12", "Vanne", GROUP, "pièce"))
        self.add(NewWorkOrder(QUOTE, CUSTOMER, PLACE, "Poser la vanne", "REF 9"))
        self.add(NewUsedItem(ROW, QUOTE, ITEM, "Vanne", Decimal("2.50")))
        return self


def archived_order(service: Service, description: str = "Fuite", **values: object) -> int:
    world = service.world
    place = world.add("Location", Name="Atelier")
    order = world.add_work_order(place, description, **values)
    world.declare_ready(order)
    world.archive(order)
    return order


# --- who we are -----------------------------------------------------------------------------------


def test_the_credentials_are_proven_by_a_real_call(service: Service) -> None:
    assert service.simon.server_time() is None
    service.simon.verify()
    assert len(service.requests()) == 2
    assert service.simon.server_time() == START


def test_the_licence_names_us_and_its_hash_may_be_stored(service: Service, simon: SimonWriter) -> None:
    assert len(simon.licence_hash()) == 64
    assert service.world.access.key not in simon.licence_hash()


# --- writing --------------------------------------------------------------------------------------


def test_what_is_created_is_there_with_all_its_fields(service: Service, simon: SimonWriter) -> None:
    Made(simon).all()
    world = service.world
    customer = world.find("Customer", ExtKey="customer:2655")
    assert (customer["Name"], customer["Number"], customer["Phone"]) == ("Dupont & fils", "C-1", "01")
    assert (customer["Street"], customer["AddressLine2"]) == ("1 rue de l'Église", "Bât. B")
    assert (customer["ZipCode"], customer["City"], customer["Country"]) == ("75001", "Paris", "FR")
    place = world.find("Location", ExtKey="address:7")
    assert (place["Name"], place["CustomerId"], place["State"]) == (
        "Dépôt",
        customer["Id"],
        "Île-de-France",
    )
    item = world.find("Item", ExtKey="item:41_7")
    group = world.find("ItemGroup", ExtKey="category:none:item")
    assert (item["Code"], item["Name"], item["ItemGroupId"], item["Unit"]) == (
        "P-12",
        "Vanne",
        group["Id"],
        "pièce",
    )
    order = world.find("WorkOrder", ExtKey="quote:77")
    assert (order["CustomerId"], order["LocationId"]) == (customer["Id"], place["Id"])
    assert (order["Description"], order["CustomerReference"]) == ("Poser la vanne", "REF 9")
    used = world.find("UsedItem", ExtKey="quote:77:row:5")
    assert (used["WorkOrderId"], used["ItemId"]) == (order["Id"], item["Id"])
    assert used["Quantity"] == Decimal("2.50")


def test_each_key_is_found_again_and_no_other(simon: SimonWriter) -> None:
    made = Made(simon).all()
    assert {key: simon.find(key) for key in made.ids} == made.ids
    assert simon.find(sellsy_key(Kind.CUSTOMER, 265)) is None
    assert simon.find(sellsy_key(Kind.SERVICE, "41_7")) is None


def test_a_taken_key_is_a_conflict_and_makes_nothing(service: Service, simon: SimonWriter) -> None:
    made = Made(simon)
    made.add(CustomerCard(CUSTOMER, "Dupont"))
    with pytest.raises(Conflict):
        made.add(CustomerCard(CUSTOMER, "Durand"))
    assert len(service.world.rows("Customer")) == 1
    assert len(service.box.log.writes("simon")) == 2


def test_a_name_with_a_quote_and_other_signs_arrives_as_it_is(service: Service, simon: SimonWriter) -> None:
    name = "L'Étoile <b>\"&'' % + 🚰 ; $x"
    Made(simon).add(CustomerCard(CUSTOMER, name))
    assert service.world.find("Customer", ExtKey="customer:2655")["Name"] == name
    assert flat(simon.keys("customers"))[0][2] == name


def test_a_refusal_says_why_in_simons_words(simon: SimonWriter) -> None:
    with pytest.raises(Refused) as caught:
        Made(simon).add(CustomerCard(CUSTOMER, "x" * 101))
    assert "100" in caught.value.problems[0].params["cause"]


def test_3_2_a_change_changes_and_empties_what_sellsy_emptied(service: Service, simon: SimonWriter) -> None:
    made = Made(simon)
    made.add(CustomerCard(CUSTOMER, "Dupont", phone="01", address=ADDRESS))
    service.world.edit("Customer", int(made(CUSTOMER)), Remark="sonner deux fois")
    simon.update(CustomerCard(CUSTOMER, "Durand", email="d@x.example"), made(CUSTOMER), made)
    row = service.world.find("Customer", ExtKey="customer:2655")
    assert (row["Name"], row["Email"], row["Phone"], row["Street"]) == ("Durand", "d@x.example", None, None)
    assert row["Remark"] == "sonner deux fois"


def test_a_change_of_what_is_gone_says_so(simon: SimonWriter) -> None:
    made = Made(simon)
    with pytest.raises(NotFound):
        simon.update(CustomerCard(CUSTOMER, "Durand"), "999", made)


def test_whose_an_id_is_says_its_ext_key(service: Service, simon: SimonWriter) -> None:
    made = Made(simon)
    made.add(CustomerCard(CUSTOMER, "Dupont"))
    by_hand = str(service.world.insert("Customer", {"Name": "Zoé"})["Id"])
    assert simon.ext_keys("customers", {made(CUSTOMER), by_hand}) == {
        made(CUSTOMER): "customer:2655",
        by_hand: "",
    }
    assert simon.ext_keys("customers", ()) == {}
    with pytest.raises(Refused):
        simon.ext_keys("customers", {made(CUSTOMER), "999"})
    simon.require_still(CUSTOMER, made(CUSTOMER))
    for other in (by_hand, "999"):
        with pytest.raises(NotFound):
            simon.require_still(CUSTOMER, other)


def test_what_is_deleted_is_gone_and_may_be_deleted_twice(service: Service, simon: SimonWriter) -> None:
    made = Made(simon)
    made.add(CustomerCard(CUSTOMER, "Dupont"))
    simon.delete("customers", made(CUSTOMER))
    simon.delete("customers", made(CUSTOMER))
    assert service.world.rows("Customer") == []


@pytest.mark.parametrize(
    ("table", "key"), [("customers", CUSTOMER), ("items", ITEM), ("work_addresses", PLACE)]
)
def test_2_5_what_is_in_use_is_kept(simon: SimonWriter, table: str, key: Key) -> None:
    made = Made(simon).all()
    with pytest.raises(InUse):
        simon.delete(table, made(key))
    assert simon.find(key) == made(key)


# --- tables ---------------------------------------------------------------------------------------


def test_4_3_the_seven_tables_are_counted_with_their_last_mutation(
    service: Service, simon: SimonWriter
) -> None:
    world = service.world
    for number in range(3):
        world.add("Customer", Name=f"Client {number}")
        service.clock.advance(60)
    world.edit("Customer", 2 + world.rows("Customer")[0]["Id"] - 1, City="Lyon")
    counts = {count.table: count for count in simon.table_counts()}
    assert list(counts) == [
        "item_groups",
        "items",
        "work_orders",
        "work_addresses",
        "customers",
        "objects",
        "contacts",
    ]
    assert (counts["customers"].count, counts["customers"].last_mutation) == (3, moment(3))
    assert (counts["items"].count, counts["items"].last_mutation) == (0, None)


def test_keys_name_every_record_once(service: Service, simon: SimonWriter) -> None:
    made = Made(simon)
    made.add(CustomerCard(CUSTOMER, "Dupont"))
    others = [service.world.add("Customer", Name=f"Client {number}") for number in range(44)]
    found = flat(simon.keys("customers"))
    assert found[0] == (made(CUSTOMER), "customer:2655", "Dupont")
    assert [row[0] for row in found] == [made(CUSTOMER), *map(str, others)]
    assert found[-1] == (str(others[-1]), "", "Client 43")


def test_a_record_is_who_its_ext_key_says(service: Service, simon: SimonWriter) -> None:
    made = Made(simon).all()
    stranger = str(service.world.add("Customer", Name="À nous"))
    ours = made(CUSTOMER)
    assert dict(simon.ext_keys("customers", [ours, stranger])) == {ours: "customer:2655", stranger: ""}
    with pytest.raises(Refused):
        simon.ext_keys("customers", [ours, "999999"])
    simon.require_still(CUSTOMER, ours)
    for other in (stranger, "999999"):
        with pytest.raises(NotFound):
            simon.require_still(CUSTOMER, other)


@pytest.mark.parametrize(
    "table", ["item_groups", "items", "work_orders", "work_addresses", "customers", "objects", "contacts"]
)
def test_every_table_can_be_listed_and_emptied(service: Service, simon: SimonWriter, table: str) -> None:
    Made(simon).all()
    place = int(Made(simon).simon.find(PLACE) or 0)
    service.world.add("Equipment", LocationId=place, Name="Chaudière")
    service.world.add("Contact", LocationId=place, Name="M. Petit")
    keys = flat(simon.keys(table))
    assert len(keys) == 1
    assert all(keys[0][index] or table in {"objects", "contacts"} for index in range(2))
    assert len(flat(simon.records(table))) == 1
    if table not in {"customers", "work_addresses", "items"}:
        simon.delete(table, keys[0][0])
        assert flat(simon.keys(table)) == []


def test_records_of_a_backup_can_be_restored_and_point_at_each_other_again(
    service: Service, simon: SimonWriter
) -> None:
    Made(simon).all()
    tables = ("customers", "work_addresses", "item_groups", "items", "work_orders", "used_items")
    backup = {table: flat(simon.records(table)) for table in tables}
    for table, entity in (("work_orders", "WorkOrder"), ("items", "Item"), ("item_groups", "ItemGroup")):
        for row in service.world.rows(entity):
            simon.delete(table, str(row["Id"]))
    for table, entity in (("work_addresses", "Location"), ("customers", "Customer")):
        for row in service.world.rows(entity):
            simon.delete(table, str(row["Id"]))
    new: dict[tuple[str, str], str] = {}
    for table in tables:
        for row in backup[table]:
            old = simon.entry(table, row).id
            new[table, old] = simon.restore(table, row, lambda *pointed_at: new.get(pointed_at))
    world = service.world
    customer, place = world.rows("Customer")[0], world.rows("Location")[0]
    order, used = world.rows("WorkOrder")[0], world.rows("UsedItem")[0]
    assert place["CustomerId"] == customer["Id"]
    assert (order["CustomerId"], order["LocationId"]) == (customer["Id"], place["Id"])
    assert used["WorkOrderId"] == order["Id"]
    assert used["ItemId"] == world.rows("Item")[0]["Id"]
    assert world.rows("Item")[0]["ItemGroupId"] == world.rows("ItemGroup")[0]["Id"]
    assert (customer["Name"], customer["ExtKey"]) == ("Dupont & fils", "customer:2655")
    assert used["Quantity"] == Decimal("2.50")


def test_a_restored_record_whose_key_is_taken_is_a_conflict(service: Service, simon: SimonWriter) -> None:
    Made(simon).add(CustomerCard(CUSTOMER, "Dupont"))
    (row,) = flat(simon.records("customers"))
    with pytest.raises(Conflict):
        simon.restore("customers", row, lambda _table, _id: None)
    assert len(service.world.rows("Customer")) == 1


def test_a_restore_can_be_looked_at_before(service: Service, simon: SimonWriter) -> None:
    made = Made(simon).all()
    (row,) = flat(simon.records("work_addresses"))
    service.box.log.clear()
    unchanged = simon.restorable("work_addresses", row, lambda _table, _id: None)
    moved = simon.restorable(
        "work_addresses", row, lambda table, old: f"9{old}" if table == "customers" else None
    )
    changed = {name for name in unchanged if unchanged[name] != moved[name]}
    assert [moved[name] for name in changed] == [int(f"9{made(CUSTOMER)}")]
    assert set(row) - set(unchanged) >= {name for name in row if row[name] in {made(PLACE), START}}
    assert service.requests() == []


def test_entries_tell_what_each_record_belongs_to(simon: SimonWriter) -> None:
    made = Made(simon).all()
    (place,) = flat(simon.entries("work_addresses"))
    assert (place.id, place.ext_key, place.name, place.owner) == (
        made(PLACE),
        "address:7",
        "Dépôt",
        made(CUSTOMER),
    )
    (item,) = flat(simon.entries("items"))
    assert item.owner == made(GROUP)
    (customer,) = flat(simon.entries("customers"))
    assert customer.owner == ""


def test_what_points_at_a_record_is_found(simon: SimonWriter) -> None:
    made = Made(simon).all()
    for table, target, key in (
        ("work_orders", "customers", CUSTOMER),
        ("work_orders", "work_addresses", PLACE),
        ("used_items", "items", ITEM),
        ("work_addresses", "customers", CUSTOMER),
    ):
        assert len(flat(simon.pointing_at(table, target, made(key)))) == 1
        assert flat(simon.pointing_at(table, target, "999")) == []
    assert flat(simon.pointing_at("contacts", "customers", made(CUSTOMER))) == []


def test_one_record_is_read_as_simon_has_it(simon: SimonWriter) -> None:
    made = Made(simon).all()
    (row,) = flat(simon.records("customers"))
    one = simon.record("customers", made(CUSTOMER))
    assert {name: value for name, value in one.items() if "@" not in name} == row
    with pytest.raises(NotFound):
        simon.record("customers", "999")


# --- work orders ----------------------------------------------------------------------------------


def test_3_4_archived_work_orders_come_by_the_moment_they_changed(
    service: Service, simon: SimonWriter
) -> None:
    orders = []
    for _ in range(3):
        service.clock.advance(60)
        orders.append(archived_order(service))
    service.clock.advance(60)
    service.world.edit("WorkOrder", orders[0], Description="corrigé")
    heads = flat(simon.archived_work_orders(None))
    assert [head.id for head in heads] == [str(orders[1]), str(orders[2]), str(orders[0])]
    assert [head.mutated_at for head in heads] == [moment(2), moment(3), moment(4)]
    assert [head.archived_at for head in heads] == [moment(2), moment(3), moment(1)]
    assert heads[2].created_at == moment(1)
    assert heads[0].number == service.world.row("WorkOrder", orders[1])["Number"]


def test_3_4_only_archived_work_orders_come(service: Service, simon: SimonWriter) -> None:
    world = service.world
    place = world.add("Location", Name="Atelier")
    ready = world.add_work_order(place)
    world.declare_ready(ready)
    reopened = archived_order(service)
    world.reopen(reopened)
    world.add_work_order(place)
    kept = archived_order(service)
    assert [head.id for head in flat(simon.archived_work_orders(None))] == [str(kept)]
    assert {order.head.id for order in flat(simon.open_work_orders())} == {
        str(row["Id"]) for row in world.rows("WorkOrder") if row["Id"] != kept
    }


def test_the_cursor_is_inclusive_and_nothing_of_its_own_second_is_lost(
    service: Service, simon: SimonWriter
) -> None:
    first = archived_order(service)
    service.clock.advance(60)
    second, third = archived_order(service), archived_order(service)
    service.clock.advance(60)
    fourth = archived_order(service)

    def since(when: datetime) -> list[str]:
        return [head.id for head in flat(simon.archived_work_orders(when))]

    assert since(moment(0)) == [str(first), str(second), str(third), str(fourth)]
    assert since(moment(1)) == [str(second), str(third), str(fourth)]
    assert since(moment(2)) == [str(fourth)]
    assert since(moment(3)) == []


@pytest.mark.parametrize("precision", [1, 60])
def test_many_work_orders_with_one_stamp_all_come_once(
    service: Service, simon: SimonWriter, precision: int
) -> None:
    service.world.switches.stamp_seconds = precision
    orders = [archived_order(service) for _ in range(45)]
    service.clock.advance(61)
    orders += [archived_order(service) for _ in range(5)]
    found = [head.id for head in flat(simon.archived_work_orders(START))]
    assert found == [str(order) for order in orders]


def test_a_quiet_cycle_costs_few_requests(service: Service, simon: SimonWriter) -> None:
    archived_order(service)
    simon.verify()
    service.box.log.clear()
    flat(simon.archived_work_orders(moment(1)))
    assert len(service.requests()) == 1


def test_3_4_a_work_order_is_read_with_all_that_hangs_on_it(service: Service, simon: SimonWriter) -> None:
    made = Made(simon).all()
    world = service.world
    order = int(made(QUOTE))
    world.use_item(order, None, "-1.25", "Joint")
    world.use_item(order, None, "0", "")
    for number in range(25):
        world.use_item(order, int(made(ITEM)), number, "Vanne")
    world.add_time(order, "Travel", 15)
    world.add_time(order, "Work", 60)
    world.edit("WorkOrder", order, WorkDone="Vanne posée")
    found = simon.work_order(str(order))
    assert (found.description, found.work_done) == ("Poser la vanne", "Vanne posée")
    assert (found.customer_id, found.customer_reference, found.ext_key) == (
        made(CUSTOMER),
        "REF 9",
        "quote:77",
    )
    assert found.place is not None
    assert (found.place.id, found.place.name, found.place.town) == (made(PLACE), "Dépôt", "Paris")
    assert found.place.customer_id == made(CUSTOMER)
    used = found.used_items
    assert [item.id for item in used] == sorted((item.id for item in used), key=int)
    assert len(used) == 28
    assert (used[0].ext_key, used[0].item_id, used[0].quantity) == (
        "quote:77:row:5",
        made(ITEM),
        Decimal("2.5"),
    )
    assert (used[1].item_id, used[1].description, used[1].quantity) == ("", "Joint", Decimal("-1.25"))
    times = {kind: sum(t.seconds for t in found.time_sheets if t.kind is kind) for kind in TimeKind}
    assert times == {TimeKind.TRAVEL: 900, TimeKind.WORK: 3600}
    assert found.head.archived_at is None


def test_2_3_a_work_order_without_customer_or_with_an_address_of_nobody(
    service: Service, simon: SimonWriter
) -> None:
    order = archived_order(service)
    found = simon.work_order(str(order))
    assert found.customer_id == ""
    assert found.place is not None
    assert found.place.customer_id == ""


def test_an_unknown_work_order_is_not_found(simon: SimonWriter) -> None:
    with pytest.raises(NotFound):
        simon.work_order("999")


def test_open_work_orders_come_with_their_used_items(service: Service, simon: SimonWriter) -> None:
    world = service.world
    place = world.add("Location", Name="Atelier")
    orders = [world.add_work_order(place, f"Travail {number}") for number in range(27)]
    for order in orders[::2]:
        world.use_item(order, None, 1, f"Joint {order}")
        world.use_item(order, None, 2, "Vis")
    archived = archived_order(service)
    world.use_item(archived, None, 3)
    found = {order.head.id: order for order in flat(simon.open_work_orders())}
    assert list(found) == [str(order) for order in orders]
    for order in orders:
        texts = [used.description for used in found[str(order)].used_items]
        assert texts == ([f"Joint {order}", "Vis"] if order in orders[::2] else [])


def test_a_number_is_found_exactly(service: Service, simon: SimonWriter) -> None:
    order = archived_order(service)
    number = service.world.row("WorkOrder", order)["Number"]
    assert [head.id for head in simon.work_orders_by_number(number)] == [str(order)]
    assert simon.work_orders_by_number(number[:-1]) == ()
    assert simon.work_orders_by_number("it's") == ()


def test_a_customers_name_is_told(simon: SimonWriter) -> None:
    made = Made(simon)
    made.add(CustomerCard(CUSTOMER, "Dupont & fils"))
    assert simon.customer_name(made(CUSTOMER)) == "Dupont & fils"
    assert simon.customer_name("999") == ""


def test_3_4_2_a_person_is_known_by_name(service: Service) -> None:
    name = service.box.simon.rows("User")[0]
    assert service.simon.person_name(str(name["Id"])) == name["Name"]
    assert service.simon.person_name("999") == ""
    assert service.simon.person_name("") == ""


# --- what a 404 is worth -----------------------------------------------------------------------------


def test_simon_tells_its_time_at_the_price_of_the_login(service: Service, simon: SimonWriter) -> None:
    assert simon.server_time() is None
    assert simon.ask_time() == START
    assert len(service.requests()) == 1


def test_a_table_lists_what_it_has(service: Service, simon: SimonWriter) -> None:
    order = archived_order(service)
    assert simon.is_listed("work_orders", str(order))
    assert not simon.is_listed("work_orders", "999")


def test_3_4_a_head_and_a_customer_are_read_without_what_hangs_on_them(
    service: Service, simon: SimonWriter
) -> None:
    card = service.world.add("Customer", Name="Dupont")
    order = archived_order(service, CustomerId=card)
    head = simon.work_order_head(str(order))
    assert (head.id, head.number) == (str(order), service.world.row("WorkOrder", order)["Number"])
    assert simon.customer_of(str(order)) == str(card)
    assert simon.customer_of(str(archived_order(service))) == ""
    for read in (simon.work_order_head, simon.customer_of):
        with pytest.raises(NotFound):
            read("999")


def test_3_4_the_ids_of_all_archived_work_orders_come_in_order_and_from_anywhere(
    service: Service, simon: SimonWriter
) -> None:
    service.world.switches.page_cap = 2
    orders = [str(archived_order(service)) for _ in range(5)]
    service.world.add_work_order(service.world.rows("Location")[0]["Id"])
    assert flat(simon.archived_ids()) == orders
    assert flat(simon.archived_ids(orders[1])) == orders[2:]
    assert flat(simon.archived_ids(orders[-1])) == []


def test_7_1_a_record_is_as_it_was_saved_until_it_changes(service: Service, simon: SimonWriter) -> None:
    place = service.world.add("Location", Name="Atelier")
    order = service.world.add_work_order(place)
    service.world.declare_ready(order)
    stamp = service.world.row("WorkOrder", order)["MutationDate"]
    (saved,) = flat(simon.records("work_orders"))
    assert simon.is_as_saved("work_orders", saved)
    service.world.archive(order)
    service.world.restamp("WorkOrder", order, MutationDate=stamp)
    assert not simon.is_as_saved("work_orders", saved)
    (saved,) = flat(simon.records("work_orders"))
    service.clock.advance(3600)
    service.world.edit("WorkOrder", order, Description="Autre")
    assert not simon.is_as_saved("work_orders", saved)
    service.world.delete("WorkOrder", order)
    assert simon.is_as_saved("work_orders", saved)


def test_7_1_a_table_that_has_answered_is_not_empty_when_it_is_not_found(
    service: Service, simon: SimonWriter
) -> None:
    service.world.switches.attachments = False
    order = archived_order(service)
    assert simon.ask_tables() == simon.there == {"objects", "contacts", "surveys"}
    assert flat(simon.records("attachments")) == []
    simon.expect(["attachments"])
    for ask in (lambda: flat(simon.records("attachments")), lambda: simon.attachments(str(order))):
        with pytest.raises(ServiceUnavailable):
            ask()


def test_5_11_a_simon_that_has_given_a_pdf_has_them(service: Service, simon: SimonWriter) -> None:
    order = archived_order(service)
    assert not simon.has_pdfs
    simon.work_order_pdf(str(order))
    assert simon.has_pdfs


# --- forms, files, PDFs ---------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["bytes", "json", "none"])
def test_5_11_the_pdf_of_a_work_order_comes_in_whatever_form(
    service: Service, simon: SimonWriter, form: Any
) -> None:
    order = archived_order(service)
    service.world.switches.work_order_pdf = form
    if form == "none":
        with pytest.raises(NotFound):
            simon.work_order_pdf(str(order))
    else:
        assert (simon.work_order_pdf(str(order)) or b"").startswith(b"%PDF-")
    with pytest.raises(NotFound):
        simon.work_order_pdf("999")


@pytest.mark.parametrize("form", ["bytes", "json"])
def test_5_11_a_form_has_a_pdf_once_it_is_filled_in(service: Service, simon: SimonWriter, form: Any) -> None:
    service.world.switches.survey_pdf = form
    order = archived_order(service)
    waiting = service.world.add("WorkOrderSurvey", WorkOrderId=order, SurveyName="Sécurité")
    (survey,) = simon.surveys(str(order))
    assert (survey.id, survey.name, survey.completed_at) == (str(waiting), "Sécurité", None)
    with pytest.raises(NotFound):
        simon.survey_pdf(survey.id)
    service.world.complete_survey(order, "Sécurité")
    (survey,) = simon.surveys(str(order))
    assert survey.completed_at == START
    assert (simon.survey_pdf(survey.id) or b"").startswith(b"%PDF-")


def test_5_11_attachments_come_as_they_were_added(service: Service, simon: SimonWriter) -> None:
    order = archived_order(service)
    assert simon.attachments(str(order)) == ()
    photo = service.world.attach(order, "photo.jpg", b"\xff\xd8\x00photo")
    attachments = simon.attachments(str(order))
    assert attachments is not None
    assert attachments == (Attachment(str(photo), "photo.jpg", "image/jpeg", 8),)
    assert simon.attachment(str(photo)) == b"\xff\xd8\x00photo"
    with pytest.raises(NotFound):
        simon.attachment("999")


def test_5_11_where_simon_knows_no_attachments_there_is_no_list(service: Service, simon: SimonWriter) -> None:
    order = archived_order(service)
    service.world.switches.attachments = False
    assert simon.attachments(str(order)) is None


# --- both sides of the clock ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", [lambda service: service.world.access.expire_tokens(), lambda _service: None]
)
def test_reading_goes_on_when_the_token_ends(
    service: Service, simon: SimonWriter, change: Callable[[Service], None]
) -> None:
    simon.verify()
    change(service)
    service.clock.advance(2 * 3600)
    assert simon.find(CUSTOMER) is None
    logins = [method for method in service.requests() if "login" in method or "auth" in method]
    assert len(logins) == 2


def test_moments_are_utc(service: Service, simon: SimonWriter) -> None:
    order = archived_order(service)
    head = flat(simon.archived_work_orders(None))[0]
    assert head.id == str(order)
    assert head.mutated_at.tzinfo is UTC
