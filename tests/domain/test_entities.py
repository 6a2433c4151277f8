from __future__ import annotations

import pytest

from simonsync.domain.entities import ENTITIES, LIVING_IN, MASTER_TABLES, POINTED_AT_FIRST, used_by
from simonsync.domain.key import Kind
from simonsync.messages.render import Language, word


def test_each_table_comes_after_those_that_it_points_at() -> None:
    assert sorted(POINTED_AT_FIRST) == sorted(ENTITIES)
    for entity in ENTITIES.values():
        for target in entity.points_at.values():
            assert POINTED_AT_FIRST.index(target) < POINTED_AT_FIRST.index(entity.table)


def test_each_kind_of_sellsy_lives_in_one_table() -> None:
    kinds = [kind for living in LIVING_IN.values() for kind in living]
    assert sorted(kinds) == sorted({*Kind} - {Kind.WORK_ORDER, Kind.FILE})


@pytest.mark.parametrize(
    ("table", "user"),
    [
        ("customers", "work_orders"),
        ("work_addresses", "work_orders"),
        ("items", "used_items"),
        ("item_groups", None),
    ],
)
def test_2_5_what_is_used_is_known_by_who_points_at_it(table: str, user: str | None) -> None:
    assert table in MASTER_TABLES
    assert used_by(table) == user


@pytest.mark.parametrize("language", Language)
def test_each_table_has_its_word(language: Language) -> None:
    for table in ENTITIES:
        assert word(f"simon-{table}", language)
