"""How v1 writes values."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simonsync.sellsy.v1.values import (
    amount,
    escaped,
    keyed,
    members,
    moment,
    plain,
    record_id,
    section,
    text,
    wire_amount,
    wire_id,
    yes,
)

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("22.900000000", "22.9"),
        ("0.000000000", "0"),
        ("20.00", "20"),
        ("100.000000000", "100"),
        ("-1.500000000", "-1.5"),
        ("48.999999600", "48.9999996"),
        ("20,00", "20"),
        (3, "3"),
        (Decimal("1.10"), "1.1"),
        ("", "0"),
        (None, "0"),
        ("NC.", "0"),
        ("NaN", "0"),
        ("Infinity", "0"),
        (True, "0"),
        ([], "0"),
    ],
)
def test_amounts_are_texts_with_nine_decimals(value: object, expected: str) -> None:
    assert str(amount(value)) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("0", "0"),
        ("0.00", "0"),
        ("-0", "0"),
        ("31.910", "31.91"),
        ("1E+3", "1000"),
        ("0.000000001", "0.000000001"),
    ],
)
def test_amounts_are_sent_as_texts(number: str, expected: str) -> None:
    assert wire_amount(Decimal(number)) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**12), max_value=10**12))
def test_an_amount_survives_the_way_there_and_back(number: Decimal) -> None:
    assert amount(wire_amount(number)) == number


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("one<br />two", "one\ntwo"),
        ("one<br />\r\ntwo<br>three<BR/>four", "one\ntwo\nthree\nfour"),
        ("one\r\ntwo", "one\ntwo"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("<b>Dupont</b> &amp; fils &lt;42&gt; l&#039;&eacute;t&eacute;", "Dupont & fils <42> l'été"),
        ("a&nbsp;b", "a b"),
        ("3 < 4 and 5 > 4", "3 < 4 and 5 > 4"),
        ("&amp;lt;", "&lt;"),
        ("", ""),
        (None, ""),
        ([], ""),
    ],
)
def test_html_becomes_plain_text(html: object, expected: str) -> None:
    assert plain(html) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("l'été & <b>", "l'été &amp; &lt;b&gt;"),
        ("one\ntwo\r\nthree\rfour", "one<br />two<br />three<br />four"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ],
)
def test_what_people_write_is_escaped(written: str, expected: str) -> None:
    assert escaped(written) == expected


@given(st.text(st.characters(exclude_characters="\r\N{NO-BREAK SPACE}", codec="utf-8")))
def test_what_people_write_comes_back_as_it_was_typed(written: str) -> None:
    assert plain(escaped(written)) == written.strip()


@given(st.text())
def test_nothing_that_people_write_is_markup(written: str) -> None:
    assert set(escaped(written).replace("<br />", "")) & set("<>\r\n") == set()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-24 08:34:00", datetime(2026, 11, 24, 7, 34, tzinfo=UTC)),
        ("2026-07-01 00:15:00", datetime(2026, 6, 30, 22, 15, tzinfo=UTC)),
        ("2026-07-01", datetime(2026, 6, 30, 22, 0, tzinfo=UTC)),
        ("24/11/2026", datetime(2026, 11, 23, 23, 0, tzinfo=UTC)),
        ("2026-10-25 02:30:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("0000-00-00", None),
        ("0000-00-00 00:00:00", None),
        ("NC.", None),
        ("", None),
        (None, None),
    ],
)
def test_moments_are_local_to_the_account(value: object, expected: datetime | None) -> None:
    assert moment(value, PARIS) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"7": {"id": "7"}, "8": {"id": "8"}}, ["7", "8"]),
        ({"7": {"id": "7"}, "_xml_childtag": "unit", "default": "7", "defaultShippingId": 3}, ["7"]),
        ({"7": {"id": "7"}, "_xml_childtag": {"id": "9"}}, ["7"]),
        ([{"id": 7}, {"id": "8"}, "noise"], ["7", "8"]),
        ([], []),
        ({}, []),
        (None, []),
        ("", []),
    ],
)
def test_lists_are_objects_keyed_by_id(value: object, expected: list[str]) -> None:
    assert [text(each["id"]) for each in members(value)] == expected
    assert [key for key, _ in keyed(value)] == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("Y", 1), ("1", 1), (True, 1), ("N", 0), ("", 0), (None, 0), (False, 0)]
)
def test_yes_has_several_forms(value: object, expected: int) -> None:
    assert yes(value) is bool(expected)


@pytest.mark.parametrize(
    ("value", "expected"), [("41", "41"), (41, "41"), ("0", ""), (0, ""), (None, ""), ("", "")]
)
def test_an_id_of_0_is_none(value: object, expected: str) -> None:
    assert record_id(value) == expected


def test_ids_are_sent_as_numbers() -> None:
    assert [wire_id("41"), wire_id("x")] == [41, "x"]


@pytest.mark.parametrize(("value", "expected"), [({"a": 1}, {"a": 1}), ([], {}), (None, {}), ("", {})])
def test_an_empty_object_is_an_empty_array(value: object, expected: dict[str, Any]) -> None:
    assert section(value) == expected
