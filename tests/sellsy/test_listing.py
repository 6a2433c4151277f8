"""Lists that live while they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from threading import Barrier, Lock
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simonsync.errors import ListIncomplete, Refused, ServiceUnavailable
from simonsync.sellsy.v1.listing import AHEAD, PAGE_SIZE, counted, from_page
from tests.http.scripted import Step
from tests.sellsy.service import Service, failure, success

METHOD = "Client.getList"


class Listed:
    """Ids of a list as they are at each request; `before` may change them, given the page that is asked for.

    Pages are asked for ahead, from several threads.
    """

    def __init__(self, count: int, before: Callable[[Listed, int], None] = lambda *_: None) -> None:
        self.ids = list(range(1, count + 1))
        self.before = before
        self.requests = 0
        self.infos: dict[str, Any] = {}
        self.lock = Lock()

    def __call__(self, _method: str, params: Mapping[str, Any]) -> Step:
        with self.lock:
            return self.answer(params["pagination"])

    def answer(self, asked: Mapping[str, int]) -> Step:
        self.requests += 1
        self.infos = {}
        self.before(self, asked["pagenum"])
        size, number = asked["nbperpage"], asked["pagenum"] + self.infos.pop("off_by", 0)
        shown = self.ids[(number - 1) * size : number * size]
        infos = {
            "nbperpage": size,
            "nbpages": -(-len(self.ids) // size),
            "pagenum": number,
            "nbtotal": str(len(self.ids)),
            **self.infos,
        }
        return success({"infos": infos, "result": {str(each): {"id": str(each)} for each in shown} or []})


def read(listed: Listed, params: Mapping[str, Any] | None = None) -> list[int]:
    with Service(answers=listed) as sellsy:
        return flat(counted(sellsy.client, METHOD, params or {}))


def flat(found: Iterable[Iterable[Mapping[str, Any]]]) -> list[int]:
    return [int(record["id"]) for page in found for record in page]


@pytest.mark.parametrize("count", [0, 1, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, 2 * PAGE_SIZE, 250])
def test_a_list_at_rest_is_read_once_page_by_page(count: int) -> None:
    listed = Listed(count)
    assert read(listed) == list(range(1, count + 1))
    assert listed.requests == max(1, -(-count // PAGE_SIZE))


def test_search_goes_along_with_each_page() -> None:
    with Service(answers=Listed(150)) as sellsy:
        flat(counted(sellsy.client, METHOD, {"search": {"actif": "Y"}}))
        assert sellsy.calls == [
            (METHOD, {"search": {"actif": "Y"}, "pagination": {"nbperpage": PAGE_SIZE, "pagenum": number}})
            for number in (1, 2)
        ]


def at(page: int, change: Callable[[Listed], object]) -> Callable[[Listed, int], None]:
    """Change the list when a page is asked for, the first time."""
    to_come = {page: change}

    def before(listed: Listed, asked: int) -> None:
        if asked in to_come:
            to_come.pop(asked)(listed)

    return before


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda listed: listed.ids.pop(0), id="a record goes"),
        pytest.param(lambda listed: listed.ids.insert(0, 999), id="a record comes at the front"),
        pytest.param(lambda listed: listed.ids.append(999), id="a record comes at the end"),
        pytest.param(lambda listed: listed.infos.update(off_by=1), id="the wrong page, honestly"),
        pytest.param(lambda listed: listed.infos.update(off_by=-1, pagenum=2), id="the page before, claimed"),
        pytest.param(lambda listed: listed.infos.update(off_by=1, pagenum=2), id="the page after, claimed"),
        pytest.param(lambda listed: listed.infos.update(nbtotal="7"), id="another total"),
    ],
)
def test_a_list_that_moves_is_read_once_more_and_gives_each_record_once(
    change: Callable[[Listed], None],
) -> None:
    listed = Listed(250, at(2, change))
    found = read(listed)
    assert sorted(found) == sorted({*found})
    assert {*listed.ids} <= {*found}


def test_a_record_that_goes_and_another_that_comes_do_not_make_up_for_each_other() -> None:
    asked: list[int] = []

    def swap(listed: Listed, page: int) -> None:
        asked.append(page)
        if page == 2 and asked.count(page) == 1:
            listed.ids.pop(0)
        if page == 1 and asked.count(page) == 2:
            listed.ids.append(999)

    assert {101, 999} <= set(read(Listed(250, swap)))


def test_a_list_that_moves_for_ever_is_not_believed() -> None:
    def grow(listed: Listed, _page: int) -> None:
        listed.ids.append(1000 + listed.requests)

    with pytest.raises(ServiceUnavailable) as caught:
        read(Listed(250, grow))
    assert caught.value.code == "listing-incomplete"
    assert caught.value.problems[0].params["list"] == METHOD


@pytest.mark.parametrize("announced", ["249", "251", "0"])
def test_a_list_that_announces_another_number_is_not_believed(announced: str) -> None:
    with pytest.raises(ServiceUnavailable):
        read(Listed(250, lambda listed, _: listed.infos.update(nbtotal=announced)))


def test_an_empty_page_before_the_end_is_not_the_end() -> None:
    vanish = at(2, lambda listed: listed.infos.update(off_by=7, pagenum=2))
    assert sorted(read(Listed(250, vanish))) == list(range(1, 251))


@pytest.mark.parametrize("name", ["pagenum", "nbpages", "nbtotal"])
def test_numbers_of_the_list_may_be_texts_or_numbers(name: str) -> None:
    def other(listed: Listed, page: int) -> None:
        listed.infos.update({"pagenum": str(page), "nbpages": "3", "nbtotal": 250})
        listed.infos = {name: listed.infos[name]}

    assert len(read(Listed(250, other))) == 250


@given(
    st.lists(st.tuples(st.sampled_from(["goes", "comes"]), st.integers(0, 400)), max_size=6),
    st.integers(0, 350),
)
def test_what_was_there_all_the_time_is_never_missed(changes: list[tuple[str, int]], count: int) -> None:
    stayed = set(range(1, count + 1))

    def change(listed: Listed, _page: int) -> None:
        if listed.requests <= len(changes):
            what, place = changes[listed.requests - 1]
            if what == "comes":
                listed.ids.insert(place, 1000 + listed.requests)
            elif place < len(listed.ids):
                stayed.discard(listed.ids.pop(place))

    try:
        found = read(Listed(count, change))
    except ServiceUnavailable:
        return
    assert stayed <= set(found)
    assert len(found) == len(set(found))


def test_a_list_without_a_total_ends_where_nothing_new_comes() -> None:
    everything: list[dict[str, str]] = [{"id": str(each)} for each in range(1, 131)]

    def paged(_method: str, params: Mapping[str, Any]) -> Step:
        number = params["pagination"]["pagenum"]
        return success({"result": everything[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]})

    with Service(answers=paged) as sellsy:
        assert flat(counted(sellsy.client, "Briefcases.getList", {})) == list(range(1, 131))
        assert len(sellsy.calls) == 2


@pytest.mark.parametrize("count", [0, 3, PAGE_SIZE, 130])
def test_a_list_that_knows_no_pages_is_read_once(count: int) -> None:
    everything: object = {str(each): {"id": str(each)} for each in range(1, count + 1)} or []
    with Service(answers=lambda *_: success(everything)) as sellsy:
        assert flat(counted(sellsy.client, "Briefcases.getList", {})) == list(range(1, count + 1))


def turn(listed: Listed, first: int, most: int | None = None) -> list[tuple[int, int, int, int]]:
    with Service(answers=listed) as sellsy:
        found = list(
            from_page(sellsy.client, METHOD, {}, lambda record: record["id"], first=first, most=most)
        )
    return [(page.number, page.pages, page.total, len(page.records)) for page in found]


@pytest.mark.parametrize(
    ("count", "first", "most", "expected"),
    [
        (250, 1, None, [(1, 3, 250, 100), (2, 3, 250, 100), (3, 3, 250, 50)]),
        (250, 3, None, [(3, 3, 250, 50)]),
        (250, 9, None, [(9, 3, 250, 0)]),
        (0, 1, None, [(1, 0, 0, 0)]),
        (250, 1, 1, [(1, 3, 250, 100)]),
        (950, 4, 2, [(4, 10, 950, 100), (5, 10, 950, 100)]),
    ],
)
def test_a_turn_begins_at_any_page_and_reads_at_least_one(
    count: int, first: int, most: int | None, expected: list[tuple[int, int, int, int]]
) -> None:
    listed = Listed(count)
    assert turn(listed, first, most) == expected
    assert listed.requests == len(expected)


def test_a_turn_gives_the_list_as_it_comes() -> None:
    def before(listed: Listed, asked: int) -> None:
        # Which of the later pages is answered first is up to the threads.
        if asked > 1 and 999 not in listed.ids:
            listed.ids.append(999)

    listed = Listed(250, before)
    assert turn(listed, 1) == [(1, 3, 250, 100), (2, 3, 251, 100), (3, 3, 251, 51)]


def test_another_page_than_the_one_asked_for_is_asked_for_again() -> None:
    listed = Listed(250, at(2, lambda listed: listed.infos.update(off_by=1)))
    with Service(answers=listed) as sellsy:
        found = from_page(sellsy.client, METHOD, {}, lambda record: int(record["id"]))
        assert [each for page in found for each in page.records] == listed.ids
    assert listed.requests == 4


def test_pages_are_asked_for_ahead_but_only_a_few_and_only_where_somebody_reads_on() -> None:
    listed = Listed(2000)
    together = Barrier(AHEAD, timeout=20)

    def before(_method: str, params: Mapping[str, Any]) -> Step:
        if 1 < params["pagination"]["pagenum"] <= 1 + AHEAD:
            # None of them is answered before all of them have been asked for.
            together.wait()
        return listed(_method, params)

    with Service(answers=before) as sellsy:
        pages = from_page(sellsy.client, METHOD, {}, lambda record: record["id"])
        next(pages)
        assert listed.requests == 1
        assert [next(pages).number for _ in range(AHEAD)] == list(range(2, 2 + AHEAD))
        del pages
        # The generator is closed, and with it everything that was asked for ahead.
        assert listed.requests <= 2 * AHEAD


def test_a_list_that_becomes_shorter_ends_at_its_new_end() -> None:
    listed = Listed(450, at(2, lambda listed: listed.ids.__delitem__(slice(150, None))))
    assert turn(listed, 1) == [(1, 5, 450, 100), (2, 2, 150, 50)]


def test_an_error_of_a_page_asked_for_ahead_ends_the_turn_in_its_place() -> None:
    listed = Listed(450)

    def refused(method: str, params: Mapping[str, Any]) -> Step:
        if params["pagination"]["pagenum"] == 4:
            return failure("E_PRIV_NOT_ALLOWED", "no")
        return listed(method, params)

    with Service(answers=refused) as sellsy:
        pages = from_page(sellsy.client, METHOD, {}, lambda record: record["id"])
        assert [next(pages).number for _ in range(3)] == [1, 2, 3]
        with pytest.raises(Refused):
            next(pages)


def test_what_is_nothing_is_left_out_of_a_turn() -> None:
    with Service(answers=Listed(3)) as sellsy:
        (page,) = from_page(
            sellsy.client, METHOD, {}, lambda record: None if record["id"] == "2" else record["id"]
        )
    assert (page.records, page.total) == (("1", "3"), 3)


# --- lists without their frame ---------------------------------------------------------------------

ROWS = {"7": {"id": "7"}, "8": {"id": "8"}}
FRAME = {"nbperpage": 100, "nbpages": 0, "pagenum": 1, "nbtotal": "0"}
FRAMELESS: dict[str, object] = {
    "null": None,
    "array": [],
    "object": {},
    "rows": {"result": ROWS},
    "bare rows": ROWS,
    "no total": {"infos": {"nbperpage": 100, "nbpages": 1, "pagenum": 1}, "result": ROWS},
    "empty infos": {"infos": [], "result": []},
    "null result": {"infos": FRAME, "result": None},
}


@pytest.mark.parametrize("response", FRAMELESS.values(), ids=FRAMELESS)
@pytest.mark.parametrize("method", ["Document.getList", "Client.getList", "Catalogue.getList"])
def test_an_answer_without_its_frame_is_no_list_however_empty_it_looks(method: str, response: object) -> None:
    with Service(answers=lambda *_: success(response)) as sellsy:
        with pytest.raises(ListIncomplete) as caught:
            flat(counted(sellsy.client, method, {}))
        assert caught.value.problems[0].params["cause"] == "@cause-frame-missing"
        assert len(sellsy.calls) == 2
        with pytest.raises(ListIncomplete):
            list(from_page(sellsy.client, method, {}, lambda record: record["id"]))


def test_an_empty_list_in_its_frame_is_empty() -> None:
    with Service(answers=lambda *_: success({"infos": FRAME, "result": []})) as sellsy:
        assert flat(counted(sellsy.client, "Document.getList", {})) == []


def test_a_list_whose_frame_is_missing_once_is_read_again_and_no_other_call_suffers() -> None:
    listed = Listed(250)
    lost = [3]

    def sometimes(method: str, params: Mapping[str, Any]) -> Step:
        if params["pagination"]["pagenum"] in lost:
            lost.remove(params["pagination"]["pagenum"])
            return success([])
        return listed(method, params)

    with Service(answers=sometimes) as sellsy:
        assert sorted(flat(counted(sellsy.client, "Document.getList", {}))) == listed.ids


@pytest.mark.parametrize("response", [None, {}, {"result": None}], ids=["null", "object", "null result"])
@pytest.mark.parametrize("method", ["Briefcases.getList", "Addresses.getList"])
def test_nothing_is_no_list_either_where_a_frame_is_not_asked_for(method: str, response: object) -> None:
    with Service(answers=lambda *_: success(response)) as sellsy, pytest.raises(ListIncomplete):
        flat(counted(sellsy.client, method, {}))
