"""The marker in a draft's subject."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simonsync.rules.marker import marked, marker, marker_in, nonce

CREATED = datetime(2026, 5, 12, 14, 52, tzinfo=UTC)


def make(**changes: str) -> str:
    values = {"corp_id": "42", "licence": "1234567890123456", "work_order_id": "9", "number": "4711"}
    return marker(**{**values, **changes}, created_at=CREATED)


def test_the_marker_is_the_first_sixty_bits_in_crockfords_base32() -> None:
    text = f"simonsync1|42|1234567890123456|9|4711|{int(CREATED.timestamp())}"
    bits = f"{int(hashlib.sha256(text.encode()).hexdigest(), 16):0256b}"[:60]
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    expected = "".join(letters[int(bits[place : place + 5], 2)] for place in range(0, 60, 5))
    assert make() == expected


def test_without_a_creation_date_that_part_is_empty() -> None:
    values = {"corp_id": "1", "licence": "2", "work_order_id": "3", "number": "4"}
    first_bits = int(hashlib.sha256(b"simonsync1|1|2|3|4|").hexdigest()[:15], 16)
    mark = marker(**values, created_at=None)
    decoded = 0
    for letter in mark:
        decoded = decoded << 5 | "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(letter)
    assert decoded == first_bits


@pytest.mark.parametrize("part", ["corp_id", "licence", "work_order_id", "number"])
def test_every_part_of_the_identity_counts(part: str) -> None:
    assert make(**{part: "8"}) != make()


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        ("Bon de travail 4711 [SS-0123456789AB]", "0123456789AB"),
        ("Urgent : [SS-0123456789AB] revu par Anne", "0123456789AB"),
        ("[SS-0123456789AB] puis [SS-ZZZZZZZZZZZZ]", "ZZZZZZZZZZZZ"),
        ("Bon de travail 4711", None),
        ("[SS-0123456789A]", None),
        ("[SS-0123456789AU]", None),
        ("", None),
    ],
)
def test_a_marker_is_found_whatever_people_wrote_around_it(subject: str, found: str | None) -> None:
    assert marker_in(subject) == found


@given(st.text(max_size=200), st.integers(min_value=0, max_value=2**60 - 1))
def test_a_subject_is_plain_ascii_and_gives_its_marker_back(title: str, number: int) -> None:
    mark = make(number=str(number))
    subject = marked(title, mark)
    assert subject.isascii()
    assert subject.isprintable()
    assert marker_in(subject) == mark


def test_each_attempt_has_a_word_of_its_own_that_anybody_can_work_out() -> None:
    words = [nonce(mark, attempt) for mark in ("7K2M9QX4D0TR", "7K2M9QX4D0TS") for attempt in (1, 2)]
    assert words[0] == hashlib.sha256(b"simonsync1|7K2M9QX4D0TR|1").hexdigest()[:32]
    assert len(set(words)) == 4
